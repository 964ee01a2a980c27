"""The examples in the docstrings of the passes: what goes in, what comes out."""

import doctest
import importlib
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[1]
EXAMPLE = re.compile("^ *>>> ", re.MULTILINE)
FILES = [p for p in sorted((ROOT / "codegen").rglob("*.py")) if EXAMPLE.search(p.read_text())]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_examples_are_true(path):
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert tried > 0
    assert failed == 0
