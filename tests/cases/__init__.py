"""Forward functions, each with its one verdict, found by the feature of the language that they use.

    loops/       for and while: trips, what is carried, what is looped over
    branches/    if, ternaries, match; break, continue, early return
    stores/      arrays changed in place: items, slices, +=, out=
    aliasing/    names, views and containers that share memory
    indexing/    reads by index, slice, mask and index array
    containers/  lists, tuples, dicts, named tuples
    objects/     attributes of self, dataclasses, classes of the user
    calls/       helper functions, closures, recursion, signatures, tables of functions
    names/       names bound, taken by what the tool would call its own, shadowed
    dtypes/      float32, integers, scalars and 0-d arrays
    numerics/    formulae in a straight line: gates, broadcasting, delicate values
    refused/     what cannot be differentiated, with the words of the refusal
    judged/      hand-written derivatives, right and wrong, for tests/test_judge_cases.py
    golden/      what an expert wrote by hand, for tests/test_golden.py

`python -m tests.cases PATTERN` judges those whose name (`loops/carried.dict_items_loop`) contains the pattern; pytest some of
every file by default, all with `-m 'long or not long'`.

To add one, write the function into the file of its feature (`python -m tests.cases --about loops` says in a line what each
file there is about) and a call of `case` below it:

    def doubled(x, trips):
        for _ in range(trips):
            x = x * x
        return x


    case(doubled, (r(3), 2), other=[(r(5), 0)])

It says where to trace the function, where else the gradients must be right (sizes, values, trips, sides), and one of three
verdicts: right (nothing to write), `refused="words of the message"`, or `guarded=[raises("words of the guard", *args)]`.
"""

from __future__ import annotations

import importlib
import pathlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


class Call:
    """Arguments with keywords, where a bare tuple of positions is not enough."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.args, self.kwargs = args, kwargs


class Raises(Call):
    """Arguments at which the generated forward function must raise, and a part of what it says there."""

    def __init__(self, words: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = words


def raises(words: str, *args: Any, **kwargs: Any) -> Raises:
    """Arguments at which a guard must raise, and a part of its words."""
    return Raises(words, *args, **kwargs)


@dataclass(frozen=True)
class Case:
    """One forward function and its one outcome: right here and there, a guard elsewhere; or a refusal."""

    name: str
    function: Callable[..., Any]
    example: Call
    wrt: tuple[str, ...] | None = None
    other: list[Call] = field(default_factory=list)
    guarded: list[Raises] = field(default_factory=list)
    refused: str = ""
    exact: list[tuple[Call, dict[str, Any]]] = field(default_factory=list)


_cases: dict[str, Case] = {}


def case(
    function: Callable[..., Any],
    args: Sequence[Any] = (),
    kwargs: dict[str, Any] | None = None,
    wrt: Sequence[str] | None = None,
    other: Sequence[Any] = (),
    guarded: Sequence[Raises] = (),
    refused: str = "",
    name: str = "",
    exact: Sequence[tuple[Any, dict[str, Any]]] = (),
) -> None:
    """
    Register one forward function.

    Parameters
    ----------
    function : callable
        The forward function.
    args, kwargs
        The example inputs it is traced on.
    wrt : sequence of str, optional
        Names of the arguments to differentiate, when not all float ones.
    other : sequence
        Arguments (tuples, or `Call`) at which the generated pair must be right as well.
    guarded : sequence of Raises
        Arguments at which the generated pair must raise: `raises("words of the guard", *args)`.
    refused : str, optional
        A part of the message with which `generate` must refuse. Without it, the gradients must be right.
    name : str, optional
        Told apart from the function's own name when one function is registered twice.
    exact : sequence of tuple
        Arguments where central differences cannot judge (the value is infinite, a number is nan), each with the
        gradients that a dout of ones must give there, by argument; nan where there is no gradient to be had.
    """
    room = sys._getframe(1).f_globals["__name__"].removeprefix(f"{__name__}.").replace(".", "/")
    label = f"{room}.{name or function.__name__}"
    if label in _cases:
        raise ValueError(f"{label} is registered twice")
    _cases[label] = Case(
        label,
        function,
        Call(*args, **(kwargs or {})),
        tuple(wrt) if wrt is not None else None,
        [_call(a) for a in other],
        list(guarded),
        refused,
        [(_call(a), gradients) for a, gradients in exact],
    )


def _call(args: Any) -> Call:
    """The arguments as a `Call`."""
    return args if isinstance(args, Call) else Call(*args)


def normal(seed: int) -> Callable[..., Any]:
    """Returns `r`, where `r(2, 3)` is a normal (2, 3) array and `r()` a Python float."""
    draw = np.random.default_rng(seed).standard_normal
    return lambda *shape: draw(shape) if shape else float(draw())


def uniform(seed: int, low: float = 0.5, high: float = 2.0) -> Callable[..., Any]:
    """Returns `u`, where `u(2, 3)` is a (2, 3) array of positive numbers, away from zero."""
    draw = np.random.default_rng(seed).uniform
    return lambda *shape: draw(low, high, shape) if shape else float(draw(low, high))


def one(name: str, module: str) -> Case:
    """The case of a name, after importing the file it is in."""
    importlib.import_module(module)
    return _cases[name]


def load(pattern: str = "") -> list[Case]:
    """All cases whose name contains the pattern, after importing every file of every feature."""
    here = pathlib.Path(__file__).parent
    for path in sorted(here.glob("*/[a-z]*.py")):
        if path.parent.name not in ("golden", "judged"):
            importlib.import_module(f"{__name__}.{path.parent.name}.{path.stem}")
    return [c for name, c in sorted(_cases.items()) if pattern in name]
