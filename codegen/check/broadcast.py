"""Which arguments meet by broadcasting. In: a function and a call. Out: which vectors are parameters of a layer.

One run with marked arrays tells it: a mark stays on what is made of one argument item by item, `np.tanh(x)`, and is
lost where rows are mixed, `x @ W`. A vector that is copied along the rows of such a value, `x @ W + b`, is one number
per column; whoever passes another length means another layer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from typing import Any

import numpy as np

from codegen.check.calls import first_line
from codegen.check.sizes import Axis
from codegen.process import staying
from codegen.pytree import Call, Path, deep_leaves, replaced
from codegen.records import dataclass


@dataclass(frozen=True)
class Meetings:
    """What each argument meets item by item, None where rows were mixed, and whether it is copied along first axes."""

    found: dict[Path, set[tuple[Path | None, bool]]] = field(default_factory=dict)
    reason: str = ""
    """What the function raises for marked arrays, if it does not take them: then it is not known what meets what."""

    given: list[tuple[Path, np.ndarray[Any, Any]]] = field(default_factory=list)

    def place_of(self, value: Any) -> Path | None:
        """Return which argument a value shows that has lost its mark, `np.asarray(x)[None]`; None for none."""
        shown = (p for p, one in self.given if np.may_share_memory(one, value))
        return next(shown, None) if isinstance(value, np.ndarray) else None

    def note(self, values: list[Any]) -> None:
        for one in values:
            for other in values:
                if one is not other and isinstance(one, Marked) and np.ndim(other) and one.place:
                    place = other.place if isinstance(other, Marked) else self.place_of(other)
                    shape = np.broadcast(one.plain(), plain(other)).shape
                    copied = one.ndim < len(shape) or one.shape[:1] != shape[:1]
                    self.found.setdefault(one.place, set()).add((place, copied))

    def is_parameter(self, call: Call, axis: Axis) -> bool:
        """Return whether an axis is that of a vector that only ever is copied along rows that are mixed."""
        shapes = {path: leaf.shape for path, leaf in arrays(call)}
        shape = shapes.get(axis.path, ())
        long = [k for k, n in enumerate(shape) if n > 1]
        met = self.found.get(axis.path, set())
        is_row = len(long) == 1 and (len(shape) == 1 or long[0] > 0)
        return is_row and bool(met) and all(p is None and copied for p, copied in met)


class Marked(np.ndarray):
    """An array that knows which argument it is made of; `place` is empty where it is none."""

    place: Path = ()
    meetings: Meetings | None = None

    def __array_finalize__(self, other: Any) -> None:
        """Take over the mark in views."""
        self.place = getattr(other, "place", ())
        self.meetings = getattr(other, "meetings", None)

    def plain(self) -> np.ndarray[Any, Any]:
        return self.view(np.ndarray)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """Compute without marks; mark what is made of one argument item by item."""
        result = getattr(ufunc, method)(*map(plain, inputs), **plain(options))
        if method == "at" and len(inputs) > 2 and self.meetings is not None:
            self.meetings.note([inputs[0], inputs[2]])
        return self.after(list(inputs), result, method == "__call__" and ufunc.signature is None)

    def after(self, inputs: list[Any], result: Any, item_by_item: bool) -> Any:
        """Note who met; return the result with the mark that it keeps."""
        if item_by_item and self.meetings is not None:
            self.meetings.note(inputs)
        many = [value for value in inputs if np.ndim(value)]
        alone = all(isinstance(v, Marked) and v.place == self.place for v in many)
        if not item_by_item or not alone or not isinstance(result, np.ndarray):
            return result
        marked = result.view(Marked)
        marked.place, marked.meetings = self.place, self.meetings
        return marked

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """Compute without marks; a choice is an operation item by item."""
        result = func(*plain(args), **plain(kwargs))
        return self.after(list(args), result, True) if func in (np.where, np.clip) else result

    def dot(self, other: Any, out: Any = None) -> Any:
        return self.plain().dot(plain(other), out)


def plain(value: Any) -> Any:
    if isinstance(value, Marked):
        return value.plain()
    if type(value) in (list, tuple):
        return type(value)(map(plain, value))
    if type(value) is dict:
        return {key: plain(item) for key, item in value.items()}
    return value


def arrays(call: Call) -> Iterator[tuple[Path, np.ndarray[Any, Any]]]:
    for path, leaf in deep_leaves(call):
        if isinstance(leaf, np.ndarray) and leaf.ndim:
            yield path, leaf


def meetings(run: Callable[[Callable[..., Any], Call], Any], function: Any, call: Call) -> Meetings:
    """Return who meets when a function is called; nobody where it does not take marked arrays."""
    found = Meetings()

    def marked(*args: Any, **kwargs: Any) -> Any:
        given: Any = (args, kwargs)
        for path, leaf in list(arrays(given)):
            one = leaf.view(Marked)
            one.place, one.meetings = path, found
            found.given.append((path, leaf))
            given = replaced(given, path, one)
        with staying():
            return plain(function(*given[0], **given[1]))

    try:
        run(marked, call)
    except Exception as error:  # noqa: BLE001 - a note says what it raises
        return Meetings(reason=first_line(error))
    return found
