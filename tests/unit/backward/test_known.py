"""What the forward pass has computed is read by its name, however it is spelled."""

import numpy as np

import codegen


def normed(x, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(var + eps)


def test_a_method_and_a_function_are_one_formula():
    text = codegen.generate(normed, np.arange(6.0).reshape(2, 3) ** 2, wrt="x").source
    backward = [line.partition("#")[0] for line in text.partition("_backward(")[2].splitlines()]
    assert not any("mean(" in line for line in backward)
    assert any("2 * num" in line for line in backward)
