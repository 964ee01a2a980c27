"""The planned lines of a backward pass: made of a circuit by the planner, rearranged and printed by
every later step.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codegen.circuit import Block, Branch, Loop, Stage


@dataclass(eq=False)
class Line:
    """One line of the backward pass.

    Attributes
    ----------
    target : ast.expr, optional
        What is written; None for a bare statement.
    operator : str
        `"="`, `"+="`, `"-="`, `"*="` or `""`.
    value : ast.expr
    comment : str
        A remark behind the line.
    """

    target: ast.expr | None
    operator: str
    value: ast.expr
    comment: str = ""
    shares: set[str] = field(default_factory=set)


@dataclass(eq=False)
class Remark:
    """A comment line of its own, or a line of the forward pass that is computed again.

    Attributes
    ----------
    text : str
    code : bool
    stage : Stage, optional
        The stage of the forward pass that the lines below run backwards.
    """

    text: str
    code: bool = False
    stage: Stage | None = None


@dataclass(eq=False)
class Nest:
    """A compound statement of the backward pass.

    Attributes
    ----------
    keyword : str
        `"for"`, `"if"` or `"else"`.
    body : list
    test : ast.expr, optional
        Of an `if`.
    loop : Loop, optional
        Of a `for`: what it runs backwards.
    backwards : bool
        Whether the trips must come in reverse order.
    branch : Branch, optional
        Of an `if`: the branch it is the backward pass of.
    block : Block, optional
        The side of the branch, or the body of the loop, whose backward pass this is.
    negated : bool
        Whether the test is the opposite of the branch's.
    header : str
        The text, once everything is planned.
    """

    keyword: str
    body: list[Line | Remark | Nest] = field(default_factory=list)
    test: ast.expr | None = None
    loop: Loop | None = None
    iterable: ast.expr | None = None
    backwards: bool = False
    branch: Branch | None = None
    block: Block | None = None
    negated: bool = False
    header: str = ""


def all_lines(items: Sequence[Line | Remark | Nest]) -> list[Line]:
    """Return all lines, those inside compound statements too."""
    found: list[Line] = []
    for item in items:
        if isinstance(item, Line):
            found.append(item)
        elif isinstance(item, Nest):
            found.extend(all_lines(item.body))
    return found
