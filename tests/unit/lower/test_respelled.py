"""Calls written another way, so that a row fits."""

import numpy as np
import pytest

import codegen
from codegen import syntax
from codegen.ir import Gate, named_text
from tests.unit.passes import circuit

X, V = np.array([0.5, 1.0]), np.array([3.0, 4.0])


def an_option(x, mode="same"):
    return np.convolve(x, x, mode)


def with_a_star(x, v):
    return np.hypot(*v) * x


def of_lists(x, v):
    return np.add([x[0], x[1]], v)


@pytest.mark.parametrize(
    ("function", "args", "text"),
    [
        (an_option, (X,), 'np.convolve(x, x, "same")'),
        (with_a_star, (X, [3.0, 4.0]), "np.hypot(v[0], v[1]) * x"),
    ],
)
def test_the_other_call_gives_the_same(function, args, text):
    wire = circuit(function, *args).output
    assert isinstance(wire, Gate)
    assert syntax.show(named_text(wire.node)) == text


def test_a_list_is_the_array_that_numpy_makes_of_it():
    rows = [
        w.row.pattern
        for w in circuit(of_lists, X, V).output.operands.values()
        if isinstance(w, Gate)
    ]
    assert any("np.array" in row for row in rows)


def test_an_option_is_guarded():
    assert 'mode != "same"' in codegen.generate(an_option, X, "same").source
