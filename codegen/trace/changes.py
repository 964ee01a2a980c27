"""Changes: a call that is about to be made goes in; out come the objects that it changes in place, and what shows them.

>>> y = np.zeros(3)
>>> changed_by(np.add, (1.0, 2.0), {"out": y})[0] is y, shares([y[1:]], y)
(True, True)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np

from codegen.gates.callees import METHOD_NAMES, canonical_name
from codegen.gates.match import canonical_heads
from codegen.gates.pure import MUTATORS
from codegen.pytree import ROWS, SCALARS, fields_of, has_fields, module_of, overlap, vars_of
from codegen.trace.facts import CHANGEABLE, holds_objects

DEEPEST, MOST = 3, 200  # steps to what objects hold, and how many values are looked at
CHANGES_FIRST = frozenset({np.copyto, np.place, np.put, np.putmask, np.fill_diagonal})


def changed_by(callee: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Any]:
    """Return the objects that a call changes in place, for the callees that are known to do so."""
    changed = []
    owner = getattr(callee, "__self__", None)
    name = getattr(callee, "__name__", "")
    if owner is not None and name in MUTATORS and isinstance(owner, CHANGEABLE):
        changed.append(owner)
    if name == "at" and isinstance(owner, np.ufunc) and args:
        changed.append(args[0])
    if callable(callee) and getattr(callee, "__hash__", None) and callee in CHANGES_FIRST and args:
        changed.append(args[0])
    out = kwargs.get("out")
    if out is None and isinstance(callee, np.ufunc):
        out = tuple(one for one in args[callee.nin :] if one is not None)
    if out is not None:
        changed.extend(out if isinstance(out, tuple) else (out,))
    return changed


def may_write(callee: Any, args: tuple[Any, ...]) -> bool:
    """Return whether a library's function may write into an array that it is given, as far as anybody knows."""
    if isinstance(callee, np.ufunc | type) or module_of(callee) in (
        "math",
        "builtins",
    ):
        return False
    if isinstance(getattr(callee, "__self__", None), np.ndarray):
        return callee.__name__ not in METHOD_NAMES
    return len(args) > 2 or canonical_name(callee) not in canonical_heads()


def changeable(callee: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Any]:
    """Return the arrays, lists and dicts that a call is given."""
    given = (getattr(callee, "__self__", None), *args, *kwargs.values())
    return [one for one in given if isinstance(one, np.ndarray | list | dict | deque)]


def differs(value: Any, before: Any) -> bool:
    """Return whether an array, a list or a dict holds something else than before."""
    if isinstance(value, np.ndarray):
        return bool(value.shape != before.shape or value.tobytes() != before.tobytes())
    if isinstance(value, dict):
        value, before = [*value.items()], [*before.items()]
        return len(value) != len(before) or any(
            k is not m or v is not w for (k, v), (m, w) in zip(value, before, strict=True)
        )
    return len(value) != len(before) or any(v is not w for v, w in zip(value, before, strict=True))


VIEWS = (np.ndarray, *ROWS, dict)


def showing(variables: Iterable[tuple[str, Any]], changed: Any) -> set[str]:
    """Return the names of the variables through which changing `changed` in place can be seen."""
    return {
        name
        for name, value in variables
        if (value is changed or isinstance(value, VIEWS)) and shares(value, changed)
    }


def is_twice(value: Any, holder: Any) -> bool:
    """Return whether a list or a dict holds something that can be changed at several places."""
    changeable = isinstance(value, CHANGEABLE) and isinstance(holder, dict | list)
    return changeable and holder is not value and places(value, holder, DEEPEST) > 1


def places(value: Any, holder: Any, deep: int) -> int:
    """Return at how many places of a container something stands, or an array that shares its memory."""
    if not deep or not isinstance(holder, dict | list | tuple):
        return 0
    held = holder.values() if isinstance(holder, dict) else holder
    return sum(is_seen_through(one, value) or places(value, one, deep - 1) for one in held)


def is_seen_through(one: Any, value: Any) -> bool:
    """Return whether something is an object that changes, or an array that shares its memory."""
    arrays = isinstance(one, np.ndarray) and isinstance(value, np.ndarray)
    return one is value or (arrays and overlap(one, value))


def attributes(variables: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what the objects among some variables hold, as a user writes it: `net.layers[0].W`."""
    found = [(name, value, 0) for name, value in variables.items()]
    for path, value, depth in islice(found, MOST):
        inside: list[tuple[str, Any]] = []
        if isinstance(value, list | tuple | dict):
            # a list that grows is not walked whole at every append
            held = value.values() if isinstance(value, dict) else value
            if SCALARS.issuperset(map(type, islice(held, MOST))):
                continue
            items = [*islice(held, MOST)]
            if not (depth or holds_objects(items)):
                continue
            keys = value if isinstance(value, dict) else range(len(value))
            inside = [(f"{path}[{key!r}]", item) for key, item in zip(keys, items, strict=False)]
        elif has_fields(value) and not isinstance(value, np.ndarray):
            inside = [(f"{path}.{key}", item) for key, item in vars_of(value).items()]
        yield from inside
        if depth < DEEPEST:
            found += [
                (inner, item, depth + 1) for inner, item in inside if item.__class__ not in SCALARS
            ]


def shares(value: Any, changed: Any) -> bool:
    """Return whether changing `changed` in place can be seen through `value`."""
    if value.__class__ in SCALARS:
        return False
    if value is changed:
        return not isinstance(value, int | float | str | tuple | type(None))
    if isinstance(value, np.ndarray) and isinstance(changed, np.ndarray):
        return overlap(value, changed)
    if isinstance(value, ROWS):
        return any(holds(v, changed) for v in islice(value, 64))
    if isinstance(value, dict):
        return any(holds(v, changed) for v in list(value.values())[:64])
    return False


def holds(item: Any, changed: Any) -> bool:
    """Return whether changing `changed` in place can be seen through an item, which may be an object."""
    if shares(item, changed):
        return True
    return any(shares(getattr(item, name, None), changed) for name in fields_of(item))
