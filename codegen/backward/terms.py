"""Terms: what a stage hands to a variable, and what is known of the gradient that it is added to."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import Any

from codegen.backward.fit import Gradient
from codegen.ir import Wire


@dataclass
class Term:
    """A contribution to the gradient of a variable, or to some items of it."""

    wire: Wire
    gradient: Gradient
    keys: list[ast.expr] = field(default_factory=list)
    unique: bool = True
    sample: Any = None


@dataclass(frozen=True)
class Blank:
    """Zeros that were made in a block, for items to be written to.

    Attributes
    ----------
    block : int
        The block.
    written : tuple of object, optional
        The items that hold something by now; None if they cannot be told apart any more.
    """

    block: int
    written: tuple[Any, ...] | None = ()

    def take(self, keys: list[ast.expr]) -> tuple[bool, Blank]:
        """Return whether an item holds nothing yet, and what is known once it is written."""
        if self.written is None:
            return False, self
        try:
            key = ast.literal_eval(keys[0]) if len(keys) == 1 else None
        except (ValueError, TypeError):
            key = None
        if not isinstance(key, str | int):
            return self.written == () and bool(keys), replace(self, written=None)
        alike = all(is_told_apart(key, other) for other in self.written)
        return alike, replace(self, written=(*self.written, key))


def is_told_apart(a: str | int, b: str | int) -> bool:
    """Return whether two keys name two items, however long the container is."""
    if isinstance(a, int) and isinstance(b, int):
        return a != b and (a < 0) == (b < 0)
    return a != b


@dataclass
class Live:
    """The gradient of a variable that exists at one point of the backward pass.

    Attributes
    ----------
    tree : ast.expr
        How it is read.
    own : bool
        Whether it has its own variable.
    blank : Blank, optional
        For zeros, the items that hold nothing yet.
    """

    tree: ast.expr
    own: bool = True
    sample: Any = None
    blank: Blank | None = None
