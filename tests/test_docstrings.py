"""The examples in the docstrings of the passes: what goes in, what comes out."""

import ast
import doctest
import importlib
import pathlib

import pytest

ROOT = pathlib.Path(__file__).parents[1]
DOCUMENTED = (ast.Module, ast.FunctionDef, ast.ClassDef)


def has_example(path: pathlib.Path) -> bool:
    """Whether a docstring in a file holds an example."""
    text = path.read_text()
    if ">>> " not in text:
        return False
    parts = [part for part in ast.walk(ast.parse(text)) if isinstance(part, DOCUMENTED)]
    return any(">>> " in (ast.get_docstring(part) or "") for part in parts)


FILES = [path for path in sorted((ROOT / "codegen").rglob("*.py")) if has_example(path)]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_examples_are_true(path):
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert tried > 0
    assert failed == 0
