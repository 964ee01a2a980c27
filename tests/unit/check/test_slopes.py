"""Numeric slopes along a line: smooth, at a kink, on stairs, lost."""

import math

import numpy as np
import pytest

from codegen.check.slopes import Line, Middle, error, slope


def line(f, scale=1.0):
    """The line of a function of one number."""

    def at(t):
        with np.errstate(all="ignore"):
            value = np.array([f(t)])
        return value if np.all(np.isfinite(value)) else None

    return Line(at, Middle(at(0.0), np.ones(1)), scale, scale)


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (lambda t: np.exp(2 * t), 2.0),
        (lambda t: 1e6 + 3 * t, 3.0),
        (lambda t: np.sin(50 * t), 50.0),
        (lambda t: t**2, 0.0),
    ],
)
def test_a_smooth_function_has_its_slope_whatever_was_expected(f, expected):
    for told in (expected, expected + 1.0):
        found = slope(line(f), told, 1.0)
        assert found.known
        assert abs(found.value - expected) <= 1e-6 * max(1.0, abs(expected))


def test_a_kink_has_two_slopes():
    found = slope(line(lambda t: 3.0 + abs(t) + t), 1.0, 1.0)
    assert found.kink
    assert found.sides == pytest.approx((0.0, 2.0), abs=1e-6)


@pytest.mark.parametrize("aside", [0.0, 1e-12, -1e-12])
@pytest.mark.parametrize("expected", [0.0, 1.0, 2.0])
def test_a_kink_shows_where_the_value_is_zero_as_well(aside, expected):
    """Whatever was expected, be it between the two slopes, and though a step is steep beside the value."""
    found = slope(line(lambda t: abs(t + aside) + t + aside), expected, 1.0)
    assert found.kink
    assert found.sides[0] < 0.5 < 1.5 < found.sides[1]


def test_stairs_have_the_slope_of_a_step():
    found = slope(line(lambda t: np.floor(1e8 * t + 0.5)), 0.0, 1.0)
    assert (found.value, found.rises) == (0.0, True)


def test_stairs_beside_a_slope_count_over_longer_steps_alone():
    """`t` beside the logarithm of `1 - p` where `p` is next to 1: both count, though short steps show the first alone."""
    found = slope(line(lambda t: 1 + t + 0.5 * np.round(t / 3e-5) * 3e-5), 1.5, 1.0)
    assert abs(found.value - 1.5) <= found.uncertainty < 0.1


def test_one_jump_is_no_stairs():
    found = slope(line(lambda t: 2 * t + (t > 3e-4)), 1.0, 1.0)
    assert found.value == pytest.approx(2.0, abs=1e-6)


def test_a_slope_below_the_rounding_inside_a_function_is_not_known():
    """The price of an option that is worth nothing: `1 + erf` is 0 but for rounding where it is flat."""
    found = slope(line(lambda t: 50 * (1 + math.erf(0.5 * t - 6.1))), 1e-15, 1e-15)
    assert not found.known


@pytest.mark.parametrize("expected", [1.0, 1e-6])
def test_a_slope_that_a_flat_function_does_not_have_is_known(expected):
    found = slope(line(lambda t: max(t - 0.5, 0.0)), expected, expected)
    assert (found.known, found.value) == (True, 0.0)


def test_what_has_no_value_on_one_side_is_not_known():
    assert not slope(line(lambda t: np.sqrt(t)), 0.5, 1.0).known


def test_an_error_is_measured_against_the_larger_of_both():
    found = slope(line(lambda t: 2 * t), 2.0, 1.0)
    assert error(2.0, found, 1.0) < 1e-9
    assert error(1.0, found, 1.0) == pytest.approx(0.5)
    assert error(np.nan, found, 1.0) == np.inf
    assert error(1e-9, slope(line(lambda t: 0.0 * t), 0.0, 1.0), 1.0) == pytest.approx(1e-6)
