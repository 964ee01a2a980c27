"""Whole numbers as upstream gradients of functions that return a number."""

import numpy as np
import pytest

import codegen


def weighted(w, counts):
    return 2 * np.sum(w * counts)


def by_item(w, counts):
    total = 0.0
    for i in range(len(w)):
        total += w[i] * counts[i] * counts[i - 1]
    return total


def scored(w, counts):
    return np.vdot(w, counts) * 3 + np.sum(w**2)


@pytest.mark.parametrize("function", [weighted, by_item, scored])
@pytest.mark.parametrize("kind", [np.uint8, np.int64])
@pytest.mark.parametrize("dout", [1, 3, -1])
def test_small_whole_numbers_do_not_overflow(function, kind, dout):
    w, counts = np.array([0.5, 1.5, 0.7]), np.array([200, 3, 100]).astype(kind)
    module = codegen.generate(function, w, counts)
    _, cache = module.forward(w, counts)
    found = module.backward(dout, cache)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, module.backward(float(dout), cache), rtol=1e-14)
