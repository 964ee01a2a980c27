"""True gradients of the variables inside a function: of each definition, and through each use."""

import numpy as np
import pytest

from codegen.judge.probes import is_full, is_sum, version_for
from tests.unit.judge.derivatives import W, X, bent_forward, of_wrong_sign
from tests.unit.judge.wrong import search


@pytest.fixture(scope="module")
def found():
    return search(bent_forward, of_wrong_sign, X, W)


def test_a_definition_has_the_whole_gradient_and_the_uses_have_its_terms(found):
    (weights,) = found.wrong.weights
    (whole,) = found.truths.definitions("s")
    slope = 1 - np.tanh(X * W) ** 2
    np.testing.assert_allclose(whole.estimate.value, (slope + 1) * weights, rtol=1e-6)
    assert whole.text == "s = x * w"
    terms = [use.estimate.value for use in found.truths.uses("s")]  # the cache's is 0, and left out
    np.testing.assert_allclose(terms, [slope * weights, weights], rtol=1e-6)


def test_a_part_of_the_terms_is_no_full_gradient(found):
    versions = found.truths.definitions("s")
    one, other = found.truths.uses("s")
    assert not is_full(one.estimate.value, versions)
    assert is_full(one.estimate.value + other.estimate.value, versions)
    assert is_sum(one.estimate.value + other.estimate.value, [one, other])
    assert found.truths.is_part(one.estimate.value, "s", versions)
    assert not found.truths.is_part(2 * one.estimate.value, "s", versions)
    zeros = np.zeros(2)
    assert found.truths.is_partial(zeros, "s", versions)
    assert not found.truths.is_part(zeros, "s", versions)


def test_a_value_is_compared_with_the_version_of_its_shape(found):
    (s,), (x,) = found.truths.definitions("s"), found.truths.definitions("x")
    assert version_for(-x.estimate.value, [s, x]) is x  # but for the sign
    assert version_for(s.estimate.value + 1e-3, [x, s]) is s  # the nearest
