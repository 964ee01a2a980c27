"""Every kind of statement and expression: right, or refused at its line; the page that says which."""

import ast
import contextlib
import io
import pathlib

import pytest

from tests.cases.judge import judge, limit, problem
from tests.kinds import Kind, load, table

KINDS = load()
PAGE = pathlib.Path(__file__).parents[1] / "docs" / "python.md"
# Contexts and parts of other kinds, and what `ast` keeps only for old versions.
NOT_WRITTEN = {
    "Index",
    "ExtSlice",
    "Suite",
    "AugLoad",
    "AugStore",
    "Param",
    "Num",
    "Str",
    "Bytes",
    "NameConstant",
    "Ellipsis",
}
NEWER = {"TypeAlias", "TemplateStr", "Interpolation"}


def ids(one: Kind) -> str:
    """The name of a kind in a report."""
    return one.case.name


@pytest.mark.parametrize("one", KINDS, ids=ids)
def test_a_kind_is_right_or_refused_as_the_page_says(one: Kind) -> None:
    with limit(20), contextlib.redirect_stdout(io.StringIO()):
        verdict = judge(one.case)
    assert not problem(one.case, verdict), problem(one.case, verdict)


@pytest.mark.parametrize("base", [ast.stmt, ast.expr], ids=["statements", "expressions"])
def test_no_kind_is_missing(base: type[ast.AST]) -> None:
    known = {k.tree.__name__ for k in KINDS}
    every = (
        {c.__name__ for c in base.__subclasses__() if c.__module__ == "ast"} - NOT_WRITTEN - NEWER
    )
    assert every <= known, every - known


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == table(), "run: python -m tests.kinds"
