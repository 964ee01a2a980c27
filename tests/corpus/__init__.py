"""A corpus of small forward functions with example inputs, in one file per topic.

In: the functions of the topic files, each registered by one call of `case`. Out: `load()`, all cases.
"""

from __future__ import annotations

import importlib
import pathlib
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
    Register one forward function of the corpus.

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
        gradients that a dout of ones must give there, by argument.
    """
    topic = function.__module__.rpartition(".")[2]
    label = f"{topic}.{name or function.__name__}"
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


def load(pattern: str = "") -> list[Case]:
    """All cases whose name contains the pattern, after importing every topic file."""
    here = pathlib.Path(__file__).parent
    for path in sorted(here.glob("*.py")):
        if path.stem not in ("__init__", "__main__", "judge", "numeric"):
            importlib.import_module(f"{__name__}.{path.stem}")
    return [c for name, c in sorted(_cases.items()) if pattern in name]
