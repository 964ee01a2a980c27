"""Terms: what a stage hands to a variable, and what is known of the gradient that it is added to."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import Any

from codegen import syntax
from codegen.backward.fit import Gradient
from codegen.ir import Loop, Wire


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
    """Zeros, for items to be written to: which items hold something at one point of the backward pass.

    An item that is not `written` definitely holds nothing yet, so that what reaches it is set, not added. After a
    branch an item that one side has written may hold something: it counts as written.

    Attributes
    ----------
    loop : Loop, optional
        The loop in each of whose trips the zeros are made anew.
    written : tuple of object, optional
        The items that may hold something by now; None if they cannot be told apart any more.
    """

    loop: Loop | None
    written: tuple[Any, ...] | None = ()

    def joined(self, other: Blank | None) -> Blank | None:
        """Return what is known where two ways meet."""
        if other is None or other.loop is not self.loop:
            return None
        if self.written is None or other.written is None:
            return replace(self, written=None)
        more = tuple(w for w in other.written if w not in self.written)
        return replace(self, written=self.written + more)

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


@dataclass(frozen=True)
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

    def joined(self, other: Live | None) -> Live | None:
        """Return the gradient that there is where two ways meet, if it is the same variable on both."""
        if other is None or self.own != other.own or not syntax.same(self.tree, other.tree):
            return None
        if self is other or self.blank is None:
            return self
        return replace(self, blank=self.blank.joined(other.blank))
