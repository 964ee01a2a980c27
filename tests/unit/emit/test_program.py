"""The text of whole modules: pairs, what stands before them, what a backward pass says."""

import numpy as np
import pytest

import codegen


def leaving(x, one=False):
    if one:
        return x[0] * 5
    y = x * 2
    return y * y


def test_a_value_without_a_backward_pass_says_so():
    module = codegen.generate(leaving, np.array([0.5, -1.5]))
    out, cache = module.forward(np.array([0.5, -1.5]), True)
    assert out == 2.5 and cache is None
    with pytest.raises(ValueError, match="returned early: there is no backward pass"):
        module.backward(1.0, cache)
    assert module.stages.backward == (0, 0, 0, 2, 1)  # the question, its answer, and the cache
