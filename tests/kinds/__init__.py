"""Every kind of statement and expression that Python has, each in a function that is right or in one that is refused.

In: the functions of `statements.py` and `expressions.py`, each registered by `kind`. Out: `load()`, all of them in the order of
registration, and `table()`, the text of docs/python.md.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.cases import Call, Case

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Kind:
    """One kind of statement or expression, in one form, and whether the tool takes it."""

    tree: type[ast.AST]
    form: str
    case: Case
    advice: str

    @property
    def supported(self) -> bool:
        """Whether the gradient is right; it is a refusal otherwise."""
        return not self.case.refused


_kinds: list[Kind] = []


def kind(
    tree: type[ast.AST],
    form: str,
    *args: Any,
    other: Sequence[tuple[Any, ...]] = (),
    refused: str = "",
) -> Callable[[F], F]:
    """
    Register a function for one kind of statement or expression.

    Parameters
    ----------
    tree : type
        The class of the statement or expression in `ast`; the function must contain one.
    form : str
        In which form, in a few words of the table.
    *args
        The example inputs.
    other : sequence of tuple
        Inputs at which the generated pair must be right as well.
    refused : str, optional
        A part of the error's text; none means that the gradient must be right.
    """

    def register(function: F) -> F:
        name = f"{tree.__name__}-{function.__name__}"
        case = Case(name, function, Call(*args), other=[Call(*o) for o in other], refused=refused)
        _kinds.append(Kind(tree, form, case, refused))
        return function

    return register


def load() -> list[Kind]:
    """All kinds, statements first."""
    for module in ("statements", "expressions"):
        importlib.import_module(f"{__name__}.{module}")
    return list(_kinds)


HEAD = """# What of Python a forward function may use

Each row is a test: *right* means that the generated gradient was compared with central differences at the example and at other sizes
or values, *refused* that the error and its caret were. `python -m tests.kinds` writes this page.
"""


def table() -> str:
    """The page that lists them all."""
    lines = [HEAD]
    for title, base in (("Statements", ast.stmt), ("Expressions", ast.expr)):
        lines += [f"## {title}", "", "| kind | form | |", "|---|---|---|"]
        for one in load():
            if issubclass(one.tree, base):
                verdict = "right" if one.supported else f"refused: {one.advice}"
                lines.append(f"| `{one.tree.__name__}` | {one.form} | {verdict} |")
        lines.append("")
    return "\n".join(lines)
