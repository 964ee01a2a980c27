"""Statements and names that the normal form makes: an old statement goes in, a new one at the same place comes out.

>>> fresh = Fresh(ast.parse("item = x"))
>>> fresh.name("item"), fresh.name("out")
('item2', 'out')
"""

from __future__ import annotations

import ast
from typing import TypeVar

from codegen import syntax

T = TypeVar("T", bound=ast.AST)


class Fresh:
    """Hands out names that a function does not use."""

    def __init__(self, tree: ast.AST) -> None:
        parameters = syntax.parameters(tree)
        self.taken = syntax.names(tree) | parameters
        self.outside = {n.id for n in outside_comprehensions(tree)} | parameters
        self.open: set[str] = set()

    def loop_name(self, wanted: str) -> str:
        """Return a name for the variable of a comprehension that becomes a loop."""
        return self.name(wanted) if wanted in self.outside | self.open else wanted

    def name(self, wanted: str) -> str:
        """Return the wanted name, with a number if it is taken."""
        return syntax.free(wanted, self.taken)


def outside_comprehensions(tree: ast.AST) -> list[ast.Name]:
    """Return the names of a function that do not stand in a comprehension."""
    if isinstance(tree, syntax.COMPREHENSIONS):
        return []
    found = [tree] if isinstance(tree, ast.Name) else []
    return found + [n for child in syntax.parts(tree) for n in outside_comprehensions(child)]


def made(new: T, at: ast.AST) -> T:
    """Return a new tree, placed where an old one was, and marked as not the user's own text."""
    for part in ast.walk(new):
        if not hasattr(part, "lineno") and "lineno" in part._attributes:
            ast.copy_location(part, at)
    if isinstance(new, ast.stmt):
        syntax.note(new, made=True)
    return new


def exchange(tree: ast.AST, old: ast.expr, new: ast.expr) -> None:
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            if value is old:
                setattr(node, field, new)
            elif isinstance(value, list) and any(v is old for v in value):
                setattr(node, field, [new if v is old else v for v in value])


def put(statement: ast.stmt, old: ast.expr, new: ast.expr) -> None:
    """Put another expression where one stands in a statement, which is not the user's own text any more."""
    exchange(statement, old, made(new, old))
    made(statement, statement)


def assign(target: str, value: ast.expr, at: ast.AST) -> ast.Assign:
    return made(ast.Assign(targets=[ast.Name(id=target, ctx=ast.Store())], value=value), at)


def replace_statement(tree: ast.AST, old: ast.stmt, new: list[ast.stmt]) -> None:
    """Put statements in the place of another; mark those that changed as not the user's own text."""
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list) and any(s is old for s in block):
                place = next(k for k, s in enumerate(block) if s is old)
                block[place : place + 1] = new or (
                    [] if len(block) > 1 else [ast.copy_location(ast.Pass(), old)]
                )
                return
