"""The pages keep their word: what commands print, which files there are, which passes can be looked at."""

import pathlib
import re

import pytest

from codegen.cli.arguments import PASSES
from codegen.cli.main import main
from tests.pages import PAGES, ROOT, digits, filled


@pytest.mark.parametrize("page", PAGES)
def test_pages_show_what_commands_print(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    text = (ROOT / page).read_text()
    assert digits(filled(text)) == digits(text), f"{page} is stale: python -m tests.pages"


def test_files_that_pages_name_are_there():
    for page in (ROOT / "docs" / "architecture.md", ROOT / "README.md"):
        for name in re.findall(
            r"`((?:codegen|templates|tests|examples|docs)/[\w./-]*)`", page.read_text()
        ):
            assert (ROOT / name).exists(), f"{page.name}: {name}"


@pytest.mark.parametrize("name", PASSES)
def test_every_pass_can_be_looked_at(name, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    for target in (
        "examples.sequences.lstm",
        "examples.modes.batchnorm_modes",
        "examples.notes.staged",
    ):
        assert main([target, "--show", name, "-q"]) == 0
        out = capsys.readouterr().out
        said = {"analyze": "# useful", "remember": "cache: "}.get(name, target.rpartition(".")[2])
        assert said in out or "backprop" in out
        assert "<ast." not in out
        assert "object at" not in out


def test_a_refused_function_is_shown_as_far_as_it_came(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (pathlib.Path("hard.py")).write_text(
        "import numpy as np\ndef f(x=np.ones(3)):\n    return np.i0(x)\n"
    )
    assert main(["hard.py:f", "--show", "observe"]) == 2
    assert "return np.i0(x)" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["hard.py:f", "--show", "nothing"])
