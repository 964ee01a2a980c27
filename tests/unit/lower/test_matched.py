"""Which row becomes the gate of an expression, and what its holes stand for."""

import ast
import math

import numpy as np
import pytest

import codegen
from codegen import syntax
from codegen.gates.table import TABLE
from codegen.ir import Gate, Unsupported, named_text
from codegen.lower.matched import computes_with, forward, wants_array
from tests.unit.passes import circuit

X = np.array([0.5, 1.0])
(PRODUCT,) = [row for row in TABLE.rows if row.pattern == "x * y"]


def flat(x):
    return x * np.sign(x)


def cut_off(x):
    return x * np.sum(x, dtype=int)


def test_a_gate_whose_gradient_is_zero_is_text():
    wire = circuit(flat, X).output
    assert list(wire.operands) == ["x"]
    assert ast.unparse(wire.statics["y"]) == "np.sign(x)"


def test_floats_cut_off_to_whole_numbers_are_text():
    wire = circuit(cut_off, X).output
    assert list(wire.operands) == ["x"]


def no_row(x):
    return np.fft.hfft(x)


def test_what_no_row_fits_raises_once_its_gradient_is_wanted():
    assert isinstance(circuit(no_row, X).output, Unsupported)


def test_a_row_runs_on_values():
    assert forward(PRODUCT, {"x": 3.0, "y": 2.0}) == 6.0
    assert forward(PRODUCT, {"x": 3.0, "y": None}) is None


@pytest.mark.parametrize(
    ("text", "found"), [("y * x[1:]", True), ("x.shape", True), ("y[x]", False), ("f(x)", False)]
)
def test_a_gradient_computes_with_a_variable_as_a_whole(text, found):
    assert computes_with(syntax.parse(text), "x") is found


def test_an_operator_wants_an_array_of_a_list_next_to_an_array():
    assert wants_array(PRODUCT, "x", {"x": [1.0, 2.0], "y": X}, False)
    assert not wants_array(PRODUCT, "x", {"x": X, "y": X}, False)


FIRST, SECOND = np.array([0.5, 1.0]), np.array([2.0, 3.0])


def a_method(x, w):
    return x.dot(w)


def a_function(x, w):
    return np.dot(x, w)


def an_operator(x, w):
    return x @ w


def by_name(x, w):
    return np.matmul(x, w)


def of_math(x, w):
    return math.exp(x[0]) * w


@pytest.mark.parametrize(
    ("function", "flavour"),
    [
        (a_method, ".dot"),
        (a_function, "np.dot"),
        (an_operator, ""),
        (by_name, "@"),
        (of_math, "math"),
    ],
)
def test_a_gate_keeps_the_way_in_which_it_is_written(function, flavour):
    wire = circuit(function, FIRST, SECOND).output
    assert isinstance(wire, Gate)
    assert wire.flavour == flavour


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
