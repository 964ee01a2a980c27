"""The shortest text of a gradient that agrees with the row."""

import numpy as np
import pytest

from codegen import syntax
from codegen.backward.fit import Gradient, fit, sum_text
from codegen.backward.samples import random_like
from codegen.ir import Return, stages_of
from tests.unit.passes import circuit


def added(x, b):
    return x + b


def scaled(x, s):
    return x * s


def total(x):
    return np.sum(x)


def text(function, hole, *args):
    """The text of the gradient of one operand of what a function returns."""
    last = next(s for s in stages_of(circuit(function, *args).block) if isinstance(s, Return))
    upstream = Gradient(syntax.name("dout"), random_like(last.wire.sample))
    return syntax.show(fit(last.wire, hole, upstream).tree)


@pytest.mark.parametrize(
    ("shape", "wanted", "expected"),
    [
        ((4, 3), (3,), "np.sum(dout, axis=0)"),
        ((4, 3), (4, 1), "np.sum(dout, axis=1, keepdims=True)"),
        ((4, 3), (), "np.sum(dout)"),
    ],
)
def test_a_sum_over_what_was_broadcast(shape, wanted, expected):
    assert syntax.show(sum_text(syntax.name("dout"), shape, wanted)) == expected


def test_no_sum_where_nothing_was_broadcast():
    assert text(added, "y", np.ones((4, 3)), np.ones((4, 3))) == "dout"


def test_a_row_that_was_broadcast():
    assert text(added, "y", np.ones((4, 3)), np.ones(3)) == "np.sum(dout, axis=0)"


def test_a_number_that_was_broadcast():
    assert text(scaled, "y", np.arange(3.0), 2.0) == "np.sum(x * dout)"


def test_a_sum_is_spread_by_broadcasting():
    assert text(total, "x", np.ones(3)) == "dout"
