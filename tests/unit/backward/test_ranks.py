"""What the run tells of the values behind names."""

import numpy as np

import codegen
from codegen import syntax
from codegen.backward.draft import Draft
from codegen.backward.ranks import Ranks
from tests.cases.dtypes.buffers_of_floats import (
    moving_average,
    r,
    rows_of_a_moving_average,
    two_masks,
)
from tests.unit.passes import stages


def f(x, mask, n):
    y = x * mask
    s = np.sum(y)
    if n > 2:
        r = y
    else:
        r = s
    return s * r


def ranks():
    """What is known of the names of `f`."""
    return Ranks(Draft(stages(f, np.ones((2, 3)), np.ones((2, 3)) > 0, 3)))


def test_a_variable_has_the_rank_of_its_values():
    found = ranks()
    assert [found.rank(syntax.name(n)) for n in ("x", "y", "s", "n")] == [2, 2, 0, 0]


def test_a_variable_of_several_ranks_has_none():
    assert ranks().rank(syntax.name("r")) is None


def test_a_literal_is_a_number_and_a_text_is_not_known():
    found = ranks()
    assert found.rank(syntax.parse("2.0")) == 0
    assert found.rank(syntax.parse("g(x)")) is None


def test_a_mask_holds_no_floats():
    found = ranks()
    assert found.is_float(syntax.name("y@1"))
    assert not found.is_float(syntax.name("mask@1"))


def test_a_gradient_holds_floats_whatever_it_is_called():
    found = ranks()
    found.draft.samples["slope"] = np.ones((2, 3))
    assert found.is_float(syntax.name("slope"))
    assert not found.is_float(syntax.name("dim"))


def test_terms_that_read_a_filled_buffer_are_put_together_unless_it_may_hold_masks():
    text = codegen.generate(moving_average, r(5), 0.3).source
    assert "dalpha += (x[t] - out[t - 1]) * d_out[t]" in text
    text = codegen.generate(rows_of_a_moving_average, r(5, 2), 0.3).source
    assert "dalpha += np.sum((x[t] - out[t - 1]) * d_out[t])" in text
    text = codegen.generate(two_masks, r(5), 0.3).source
    assert "seen[t] - also[t]" not in text.partition("_backward(")[2]
