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
    assert "dout = np.array([1.0, 2.0], dtype=np.float64)" in source
    assert "def scaled_backward(dout_2, cache):" in source
