"""Which values of one line need a name."""

import numpy as np
import pytest

from codegen import syntax
from codegen.ir import Gate, named_text
from codegen.stage.breaks import Breaks, with_reciprocal
from tests.unit.passes import circuit

X, W = np.array([0.5, 1.0]), np.array([2.0, 3.0])


def scalars(x, y):
    return (x + y) / (x * y)


def read_by_its_gradient(x, w):
    return np.tanh(x * w) + x


def used_twice(x, w):
    s = x * w
    return (x - w) * (x - w) + s


def only_scaled(x, w):
    return 2.0 * (x + w)


def scaled_product(x, w):
    return x @ w / 0.07


def masked_sum(x, w, m):
    return m * (x + w)


def mean_of_products(x, w):
    return -np.mean(x * np.exp(w) + np.exp(x) * w)


A, MASK = np.array([[0.5, 1.0], [2.0, 3.0]]), np.array([0, 1])


def needed(function, *args):
    """The texts of the values of the last line that need a name."""
    line = Breaks(circuit(function, *args).output, is_return=True)
    return {syntax.show(named_text(wire.node)) for wire in line.needed}


@pytest.mark.parametrize(
    ("function", "args", "texts"),
    [
        (scalars, (0.5, 2.0), {"x + y", "x * y"}),
        (read_by_its_gradient, (X, W), {"np.tanh(x * w)", "x * w"}),
        (only_scaled, (X, W), set()),
        (scaled_product, (A, A + 1.0), {"x @ w"}),
        (masked_sum, (X, W, MASK), {"x + w"}),
        (masked_sum, (X, W, 2), set()),
        (mean_of_products, (X, W), {"np.exp(w)", "np.exp(x)", "x * np.exp(w) + np.exp(x) * w"}),
    ],
)
def test_what_a_local_gradient_reads_gets_a_name(function, args, texts):
    assert needed(function, *args) == texts


def test_the_same_text_twice_is_two_values():
    assert needed(used_twice, X, W) == {"x - w"}


def test_a_quotient_of_two_new_stages_becomes_a_product():
    line = Breaks(circuit(scalars, 0.5, 2.0).output, is_return=True)
    (quotient,) = line.divisions()
    assert isinstance(quotient, Gate)
    product = with_reciprocal(quotient)
    assert product.row.pattern == "x * y"
    inverse = product.operands["y"]
    assert isinstance(inverse, Gate)
    assert syntax.show(named_text(inverse.node)) == "1.0 / (x * y)"
    assert inverse.sample == 1.0
    assert quotient.row.pattern == "x / y"
