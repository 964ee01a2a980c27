"""Gradients that one side of a branch alone makes are handed on there."""

import numpy as np
import pytest

import codegen
from codegen import syntax
from codegen.backward.onesided import vanishes

X = np.array([0.5, -1.5])


def one_of_two(x, t):
    a = np.exp(x)
    if t > 0:
        return a * t
    return x * t


def read_elsewhere(x, t):
    a = np.exp(x)
    if t > 0:
        x = x * a
    return x + a


def test_the_side_that_makes_it_sets_what_it_adds_to():
    text = codegen.generate(one_of_two, X, 0.5).source
    assert "        dx = a * da\n    else:" in text and "zeros" not in text


def test_what_is_added_to_behind_the_branch_stays_there():
    text = codegen.generate(read_elsewhere, X, 0.5).source
    assert "\n    dx += " in text


@pytest.mark.parametrize(
    ("text", "answer"),
    [("0.5 * dm if dm != 0 else 0.0", True), ("np.where(c, w * dm, dn)", False), ("w / dm", False)],
)
def test_it_is_known_what_a_zero_makes_zero(text, answer):
    assert vanishes(syntax.parse(text), {"dm"}) is answer
