"""Stairs: what is rounded on the way of an argument is noted in the report, what has no gradient otherwise is not."""

import numpy as np
import pytest

import codegen


def cut(x):
    return int(x) * x


def rounded(x):
    return round(x, 1) + x


def entries(x):
    return np.floor(x) * x


def whole_parts(x):
    return x // 0.1 + x


def floored(x):
    return np.ceil(x).astype(int)


def in_a_helper(x):
    return x * floored(x)


def trips(x, dt):
    n = int(x / dt)
    s = 0.0
    for _ in range(n):
        s = s + x * dt
    return s


def as_whole_numbers(x):
    return x * x.astype(int) + x


def signs_and_sizes(x):
    return x[np.argmax(x)] * x.shape[0] * np.sign(x) * len(x) + x[x > 0.2].sum()


def shown(x):
    assert int(x) > 0
    print(round(x, 2))
    return x * x


x = np.array([1.55, 2.33])


@pytest.mark.parametrize(
    ("function", "args", "told"),
    [
        (cut, (2.5,), "int(x)"),
        (rounded, (2.53,), "round(x, 1)"),
        (entries, (x,), "np.floor(x)"),
        (whole_parts, (x,), "x // 0.1"),
        (in_a_helper, (x,), "np.ceil(x)"),
        (trips, (2.5, 0.4), "int(x / dt)"),
        (as_whole_numbers, (x,), "x.astype(int)"),
    ],
)
def test_what_is_rounded_is_noted(function, args, told):
    notes = codegen.generate(function, *args).check().notes
    assert f"{told} is rounded, or cut to a whole number: it counts as a constant" in notes


@pytest.mark.parametrize(("function", "args"), [(signs_and_sizes, (x,)), (shown, (2.5,))])
def test_what_has_no_slope_for_other_reasons_is_not(function, args):
    assert "rounded" not in str(codegen.generate(function, *args).check())
