"""What a generated module needs around its functions."""

import numpy as np

import codegen

dout = np.array([1.0, 2.0])
cache = 3.0


def square(x):
    return x * x


def scaled(x):
    return x * dout


def test_names_of_the_pair_are_not_taken_from_the_users_module():
    source = codegen.generate(square, np.ones(3)).source
    assert "dout =" not in source
    assert "cache = 3.0" not in source


def test_what_the_function_reads_is():
    source = codegen.generate(scaled, np.ones(2)).source
    assert "dout = np.array([1.0, 2.0])" in source
    assert "def scaled_backward(dout_2, cache):" in source


KINDS = {"relu", "leaky", "elu"}
BOUNDS = np.array([-np.inf, 0.0, np.inf])


def rectified(x, kind="relu"):
    if kind in KINDS:
        x = np.maximum(x, BOUNDS[1])
    return np.clip(x, BOUNDS[0], BOUNDS[2])


def test_constants_are_written_in_one_order_and_with_infinities():
    source = codegen.generate(rectified, np.ones(2)).source
    assert 'KINDS = {"elu", "leaky", "relu"}\n' in source
    assert "BOUNDS = np.array([-np.inf, 0.0, np.inf])\n" in source
