"""What numbers tell by themselves."""

import numpy as np
import pytest

from codegen.judge.told import is_regular
from tests.unit.judge import derivatives
from tests.unit.judge.derivatives import W, X, bent_forward
from tests.unit.judge.wrong import search


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("of_wrong_sign", "sign"),
        ("unpacked_in_another_order", "other_argument"),
        ("wrong_in_the_last_line", "other_argument"),
    ],
)
def test_results_show_the_kind_of_a_mistake(name, kind):
    told = search(bent_forward, getattr(derivatives, name), X, W).told
    found = told.by_results()
    assert found is not None
    assert found.kind == kind


def test_right_numbers_and_unknown_ones_tell_nothing():
    found = search(bent_forward, derivatives.without_a_term, X, W)
    assert found.told.by_results() is None  # x has one use: no term of its own is missing
    (true,) = (one.estimate for one in found.truths.definitions("x"))
    assert found.told.terms(true.value + np.array([0.3, -7.0]), true, "x") is None


def test_a_term_that_is_missing_or_stands_twice_is_named():
    found = search(bent_forward, derivatives.without_a_term, X, W)
    (true,) = (one.estimate for one in found.truths.definitions("s"))
    one, other = (use.estimate.value for use in found.truths.uses("s"))
    for value, kind in ((one, "term_missing"), (2 * one + other, "term_twice")):
        told = found.told.terms(value, true, "s")
        assert told is not None
        assert told[0] == kind
        assert told[1]["term"] == "one of the 2 uses in `out = np.tanh(s) + s`"


def test_a_line_of_regularisation_is_known_by_its_words():
    assert is_regular("loss += 0.5 * reg * np.sum(W * W)")
    assert is_regular("loss += l2 * np.sum(w**2)")
    assert not is_regular("regions = relu(x)")
