"""The checked-in modules of generated/ are what the examples give today."""

from pathlib import Path

import pytest

from codegen.cli.main import main

ROOT = Path(__file__).parent.parent


@pytest.mark.heavy
def test_the_generated_modules_are_up_to_date(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert main(["--check"]) == 0, capsys.readouterr().out
