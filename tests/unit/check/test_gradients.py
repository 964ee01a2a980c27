"""Directions of large arrays, whose numbers are never held all at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from codegen.check.gradients import PIECE, Repeated, direction, pieces, shifted
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
    way = direction(x, np.random.default_rng(1))
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
    way = direction(np.asarray(x, np.float64), np.random.default_rng(1))
    moved = shifted(x, 1e-3, way)
    assert moved.dtype == x.dtype
    assert moved.flags.f_contiguous == x.flags.f_contiguous
    assert np.array_equal(moved, x + (1e-3 * way.whole()).astype(dtype))
    back = shifted(x, -1e-3, way, moved)
    assert np.array_equal(back, x - (1e-3 * way.whole()).astype(dtype))
