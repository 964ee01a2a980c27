"""The way through, from a function to the text of its module."""

import math

import numpy as np

import codegen


def compound(x, y, z):
    q = x + y
    f = q * z
    return f


def test_compound_has_the_gradients_of_the_notes():
    module = codegen.generate(compound, -2.0, 5.0, -4.0)
    out, cache = module.forward(-2.0, 5.0, -4.0)
    assert out == -12.0
    assert module.backward(1.0, cache) == (-4.0, -4.0, 3.0)


def neuron(w, x):
    dot = w[0] * x[0] + w[1] * x[1] + w[2]
    f = 1.0 / (1 + math.exp(-dot))
    return f


def test_neuron_has_the_gradients_of_the_notes():
    module = codegen.generate(neuron, [2.0, -3.0, -3.0], [-1.0, -2.0])
    _, cache = module.forward([2.0, -3.0, -3.0], [-1.0, -2.0])
    dw, dx = module.backward(1.0, cache)
    assert np.allclose(dw, [-0.19661193, -0.39322387, 0.19661193])
    assert np.allclose(dx, [0.39322387, -0.58983580])
