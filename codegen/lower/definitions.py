"""Definitions: bindings of variables go in, the expression that a variable still stands for comes out.

Fused gates look through the names of a user with them. A variable that was made of its own old value (`p /=
np.sum(p)`) reads the old value under an alias, `p'1`, which no text can mention.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from codegen import syntax

if TYPE_CHECKING:
    from codegen.trace.run import Run

PRIME = "'"


class Definitions:
    """The expressions of variables that still have the value of their expression."""

    def __init__(self) -> None:
        self.values: dict[str, ast.expr] = {}
        self.readers: dict[str, set[str]] = {}
        self.aliases = 0

    def copy(self) -> Definitions:
        found = Definitions()
        found.values, found.aliases = dict(self.values), self.aliases
        found.readers = {name: set(readers) for name, readers in self.readers.items()}
        return found

    def get(self, name: str) -> ast.expr | None:
        return self.values.get(name)

    def define(self, name: str, value: ast.expr, old: ast.expr | None, run: Run) -> None:
        """Note the expression of a variable that was just bound; `old` is the one of its old value."""
        if name in syntax.reads(value):
            self.aliases += 1
            alias = f"{name}{PRIME}{self.aliases}"
            value = renamed(value, name, alias, run)
            if old is not None:
                self.note(alias, old)
        self.note(name, value)

    def note(self, name: str, value: ast.expr) -> None:
        """Note an expression, and what it reads."""
        self.values[name] = value
        for read in syntax.reads(value):
            self.readers.setdefault(read, set()).add(name)

    def lose_all(self, names: Iterable[str]) -> None:
        for name in names:
            self.lose(name)

    def lose(self, name: str) -> None:
        """Forget the expressions that have another value since a variable was bound or changed."""
        self.values.pop(name, None)
        for reader in self.readers.pop(name, ()):
            value = self.values.get(reader)
            if value is not None and name in syntax.reads(value):
                del self.values[reader]


def renamed(value: ast.expr, name: str, alias: str, run: Run) -> ast.expr:
    """Return a copy of an expression, facts and all, that reads a variable under an alias."""
    fresh = syntax.shallow(value)
    if isinstance(fresh, ast.Name) and fresh.id == name:
        fresh.id = alias
    for field, inner in ast.iter_fields(value):
        if isinstance(inner, ast.expr):
            setattr(fresh, field, renamed(inner, name, alias, run))
        elif isinstance(inner, list):
            setattr(fresh, field, [renamed_part(part, name, alias, run) for part in inner])
    if value in run.facts:
        run.facts[fresh] = run.facts[value]
    return fresh


def renamed_part(part: object, name: str, alias: str, run: Run) -> object:
    if isinstance(part, ast.expr):
        return renamed(part, name, alias, run)
    if isinstance(part, ast.keyword):
        return ast.copy_location(ast.keyword(part.arg, renamed(part.value, name, alias, run)), part)
    return part


def is_hidden(tree: ast.expr) -> bool:
    """Return whether an expression reads an old value that has no name any more."""
    return any(PRIME in name for name in syntax.names(tree))
