"""Scalars: the planned lines of a function of numbers go in; out comes whether they would be wrong for arrays.

Where two gradients are one number, `dx = dq` and then `dx += ...` is right; where they are one array, `dq`
changes as well.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codegen.backward.unalias import Item, Sharing
from codegen.ir import Line, Nest


def needs_numbers(lines: Sequence[Item]) -> bool:
    """Return whether some gradient of a number is changed in place while another name for it is read."""
    return bool(Sharing(shared(lines), [], {}).hazards)


def shared(items: Sequence[Item]) -> list[Item]:
    """Return lines in which a gradient that only passes on another one shares its memory."""
    found: list[Item] = []
    for item in items:
        if isinstance(item, Line):
            passes = isinstance(item.value, ast.Name) and item.operator == "="
            names = {item.value.id} if passes else set()  # type: ignore[attr-defined]  # a name, see above
            found.append(Line(item.target, item.operator, item.value, shares=names))
        elif isinstance(item, Nest):
            fresh = Nest(item.keyword, shared(item.body), item.test, item.loop)
            found.append(fresh)
        else:
            found.append(item)
    return found
