"""A number that all items share is multiplied by as it is where the other factors have the shape of the array."""

import numpy as np

import codegen
from tests.unit.passes import backward_of

X = np.arange(1.0, 7.0).reshape(2, 3) / 8


def divergence(mu, logvar):
    return -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar))


def test_products_of_the_shape_need_no_array_of_one_number():
    text = backward_of(divergence, X, -X)
    assert "dlogvar = -0.5 * (1 - explogvar) * dout" in text
    assert "dmu = mu * dout" in text
    assert "ones_like" not in text


def with_columns(mu, logvar):
    return np.sum(logvar - mu**2 - np.exp(logvar))


def test_what_is_summed_over_keeps_its_array():
    assert "ones_like" in backward_of(with_columns, X, -X[:, :1])


def test_arrays_that_are_broadcast_in_another_call_are_refused():
    assert "mu.shape == logvar.shape" in codegen.generate(divergence, X, -X).source


def overlap(x, y):
    return 1 - 2 * np.sum(x * y) / (np.sum(x) + np.sum(y))


def test_a_number_stands_in_the_line_that_adds_to_its_array():
    lines = codegen.generate(overlap, X, -2 * X + 3).source
    assert "dx = dden + y * " in lines
    assert "ones_like" not in lines


def named_hinge(x):
    margins = np.maximum(0, x - 1.0)
    return np.sum(margins) / x.shape[0]


def test_a_number_of_which_a_mask_keeps_some_is_written_once():
    source = codegen.generate(named_hinge, X).source
    assert "dmargins = (margins > 0) * (dout / x.shape[0])" in source
    assert "full_like" not in source


def of_rows(x):
    return np.sum(
        np.max(x, axis=1) + np.log(np.sum(np.exp(x - np.max(x, axis=1)[:, None]), axis=1))
    )


def test_a_number_for_each_row_is_the_number():
    source = codegen.generate(of_rows, X).source
    assert "full_like" not in source
    assert "ones_like" not in source


def of_unknown_shape(x, w):
    total = np.sum(x * w, axis=1)
    return np.sum(total) + np.sum(np.tanh(total))


def test_a_number_that_other_terms_join_keeps_its_array():
    assert "np.exp" not in codegen.generate(of_unknown_shape, X, X + 1).source
