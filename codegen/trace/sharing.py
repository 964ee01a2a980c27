"""What a change in place reaches: a value and what is changed go in; whether the change can be seen through the value comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from codegen.trace.facts import CHANGEABLE

MUTATORS = frozenset(
    [
        "add",
        "appendleft",
        "discard",
        "popleft",
        "append",
        "extend",
        "insert",
        "pop",
        "remove",
        "clear",
        "sort",
        "reverse",
        "update",
        "setdefault",
        "popitem",
        "fill",
        "put",
        "resize",
        "itemset",
    ]
)
CHANGES_FIRST = frozenset({np.copyto, np.place, np.put, np.putmask, np.fill_diagonal})


def shares(value: Any, changed: Any) -> bool:
    """Return whether changing `changed` in place can be seen through `value`."""
    if value is changed:
        return not isinstance(value, int | float | str | tuple | type(None))
    if isinstance(value, np.ndarray) and isinstance(changed, np.ndarray):
        return bool(np.may_share_memory(value, changed)) and bool(
            np.shares_memory(value, changed, max_work=10_000)
        )
    if isinstance(value, list | tuple):
        return any(shares(v, changed) for v in value[:64])
    if isinstance(value, dict):
        return any(shares(v, changed) for v in list(value.values())[:64])
    return False


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
    if out is not None:
        changed.extend(out if isinstance(out, tuple) else (out,))
    return changed
