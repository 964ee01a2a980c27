"""Directions of large arrays, whose numbers are never held all at once; arrays that a direction is enough for."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from codegen.check.arguments import bind
from codegen.check.calls import Caller
from codegen.check.gradients import (
    PIECE,
    Judged,
    Repeated,
    Sampler,
    direction,
    pieces,
    shifted,
    typical,
)
from codegen.check.outputs import PERIOD


def numbers(size: int, endless: bool) -> Any:
    x = np.random.default_rng(3).standard_normal(size)
    if endless:
        x[[1, size - 2]] = np.nan, np.inf
    return x


@pytest.mark.parametrize("endless", [False, True])
@pytest.mark.parametrize("size", [PERIOD, PERIOD + 1, PIECE, PIECE + 1, 3 * PIECE + 5])
def test_a_direction_is_the_same_in_pieces_as_whole(size: int, endless: bool) -> None:
    x = numbers(size, endless)
    way = direction(x, typical(x), np.random.default_rng(1))
    whole = way.whole() if isinstance(way, Repeated) else way
    assert isinstance(way, Repeated) == (size > PIECE)
    assert np.array_equal(whole == 0.0, ~np.isfinite(x))
    assert np.array_equal(whole[:-PERIOD], whole[PERIOD:]) or endless or size <= PERIOD
    found = list(pieces(way, 2.0 * x))
    assert np.array_equal(np.concatenate([own for own, _ in found]), whole)
    assert np.array_equal(np.concatenate([part for _, part in found]), 2.0 * x, equal_nan=True)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_an_array_is_moved_along_a_direction_as_it_lies_in_memory(dtype: str, order: Any) -> None:
    x = np.asarray(numbers(4 * PIECE, False).reshape(4, -1), dtype, order=order)
    way = direction(
        np.asarray(x, np.float64), typical(np.asarray(x, np.float64)), np.random.default_rng(1)
    )
    moved = shifted(x, 1e-3, way)
    assert moved.dtype == x.dtype
    assert moved.flags.f_contiguous == x.flags.f_contiguous
    assert np.array_equal(moved, x + (1e-3 * way.whole()).astype(dtype))
    back = shifted(x, -1e-3, way, moved)
    assert np.array_equal(back, x - (1e-3 * way.whole()).astype(dtype))


def bent(x: Any) -> Any:
    """A function with a kink in each entry at 0."""
    return np.sum(np.maximum(x, 0.0) ** np.arange(1, x.size + 1))


def judged(
    function: Callable[..., Any], args: tuple[Any, ...], *grads: Any, like: bool = True
) -> tuple[dict[str, Judged], int]:
    """Return what is found about the gradients on the arguments of a call, and how often the function was called."""
    call, arguments = bind(function, args, {}, list(inspect.signature(function).parameters))
    calls: list[Any] = []

    def counted(*given: Any) -> Any:
        calls.append(given)
        return function(*given)

    sampler = Sampler(Caller(), counted, call, function(*args), 1.0, like=like)
    leaves = {argument.name: {(): grad} for argument, grad in zip(arguments, grads, strict=True)}
    return sampler.judge(arguments, leaves), len(calls)


def test_arrays_of_a_call_like_another_one_are_judged_along_a_direction() -> None:
    def f(x: Any, w: Any) -> Any:
        return np.sum(np.sin(x) * w)

    x, w = numbers(30, False), 0.3 + numbers(30, False) ** 2
    right = np.cos(x) * w, np.sin(x)
    whole, all_calls = judged(f, (x, w), *right, like=False)
    found, calls = judged(f, (x, w), *right)
    assert (all_calls, calls) == (120, 4)
    for one in (found, whole):
        assert all(part.entries and not part.wrong() for part in one.values())


@pytest.mark.parametrize("size", [2, 5, 40, 150])
@pytest.mark.parametrize("off", [1e-5, 1e-3, 1.0, np.nan])
def test_one_wrong_entry_of_an_array_is_told_as_where_all_are_tried(size: int, off: float) -> None:
    def f(x: Any) -> Any:
        return np.sum(np.sin(x))

    x = numbers(size, False)
    grad = np.cos(x)
    grad[-1] += off
    found, whole = (judged(f, (x,), grad, like=like)[0]["x"] for like in (True, False))
    assert found.failures("x") == whole.failures("x")
    assert f"at x[{size - 1}]" in found.failures("x")[0]


def test_entries_that_are_wrong_by_numbers_that_cancel_are_told() -> None:
    def f(x: Any) -> Any:
        return np.sum(x)

    grad = np.array([1.5, 0.5, 1.0, 1.0])
    found = judged(f, (np.ones(4),), grad)[0]["x"]
    assert found.wrong() is not None


def test_each_entry_at_a_kink_is_counted() -> None:
    x = np.array([0.0, 0.5, 0.7])
    grad = np.array([1.0, 2 * 0.5, 3 * 0.7**2])
    found, whole = (judged(bent, (x,), grad, like=like)[0]["x"] for like in (True, False))
    assert (found.kinks, len(found.entries)) == (whole.kinks, len(whole.entries)) == (1, 2)
    assert found.kink == whole.kink


def test_entries_that_are_not_finite_are_counted() -> None:
    x = np.array([np.inf, 0.5, 0.7])
    grad = np.array([0.0, 1.0, 1.0])
    found = judged(lambda x: np.sum(x[1:]), (x,), grad)[0]["x"]
    assert (found.endless, len(found.entries)) == (1, 2)
