"""Ties that are taken as the function takes them."""

import numpy as np
import pytest

from codegen.cli.show import after


@pytest.fixture
def backward(capsys):
    def plan(text, *args):
        after("plan", text, *args)
        return capsys.readouterr().out

    return plan


@pytest.mark.parametrize(
    ("test", "side"),
    [("x >= 0", ">="), ("x < 0", ">="), ("x > 0", ">"), ("0 < x", ">"), ("0 >= x", ">")],
)
def test_absolute_value_takes_the_side_of_a_test(test, side, backward):
    text = f"def f(x):\n    return np.where({test}, 2.0, 1.0) * np.exp(-np.abs(x))\n"
    assert f"np.where(x {side} 0, " in backward(text, np.array([1.0, -2.0]))


def test_two_tests_that_differ_leave_the_sign(backward):
    text = "def f(x):\n    return np.abs(x) * ((x > 0) + 2.0 * (x < 0))\n"
    assert "np.sign(x)" in backward(text, np.array([1.0, -2.0]))


def test_penalty_keeps_its_sign(backward):
    text = "def f(w, s):\n    return s * np.sum(np.abs(w)) + np.sum(np.sign(w) * s)\n"
    assert "copysign" not in backward(text, np.array([1.0, -2.0]), 0.5)
