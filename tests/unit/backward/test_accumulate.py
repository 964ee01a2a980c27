"""Gradients stay as small as they are where broadcasting in the next line makes up for it."""

import numpy as np
import pytest

import codegen
from tests.unit.passes import backward_of

r = np.random.default_rng(4).standard_normal


def of_rows(x, N=4):
    sq = x**2
    var = np.sum(sq, axis=0) / N
    return np.sqrt(var)


def test_a_sum_over_rows_needs_no_ones():
    text = backward_of(of_rows, r((4, 3)))
    assert "dsq = dvar / N\n" in text
    assert "ones_like" not in text


def averaged(x, y):
    probs = np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)
    log_probs = -np.log(probs[np.arange(len(x)), y])
    loss = np.sum(log_probs) / len(x)
    return loss


def test_a_mean_is_one_number_for_all():
    text = backward_of(averaged, r((4, 3)), np.arange(4) % 3)
    assert "dlog_probs = dout / len(x)\n" in text
    assert "dx *= dlog_probs\n" in text


def two_sums(x):
    z = np.exp(x)
    total = np.sum(z)
    mean = np.mean(z, axis=0)
    return total * mean


def test_small_gradients_add_up():
    text = backward_of(two_sums, r((4, 3)))
    assert "dz = dmean / z.shape[0]\n" in text
    assert "dz = dz + dtotal" in text


def one_picture(x):
    return np.sum((x[:, 1:] - x[:, :-1]) ** 2)


def test_a_sum_of_an_array_with_an_axis_of_one_needs_no_ones():
    assert "ones_like" not in backward_of(one_picture, r((1, 4, 3)))


def hidden_bias(x, b):
    z = x + b
    return np.sum(z)


def test_a_sum_over_an_axis_of_one_is_not_lost():
    module = codegen.generate(hidden_bias, r((1, 3)), r(3))
    out, cache = module.forward(r((5, 3)), r(3))
    assert np.allclose(module.backward(1.0, cache)[1], 5.0)


def ends_first(x):
    y = np.exp(x)
    ends = y[0] + y[-1]
    total = np.sum(y)
    return total * ends


def trapezoid(x):
    y = np.exp(x)
    return np.sum(y) - 0.5 * (y[0] + y[-1])


@pytest.mark.parametrize("function", [ends_first, trapezoid])
def test_items_are_added_to_a_whole_gradient(function):
    assert "full_like(y, " in backward_of(function, r(4))


def embedding(words, W):
    return W[words, :]


def test_whole_axes_are_left_out_of_an_index():
    assert "np.add.at(dW, words, dout)" in backward_of(embedding, np.array([0, 1, 1]), r((3, 2)))


def gates(a, c):
    H = c.shape[1]
    i = np.tanh(a[:, :H])
    f = np.tanh(a[:, H : 2 * H])
    g = np.tanh(a[:, 2 * H :])
    return f * c + i * g


def overlapping(a, c):
    H = c.shape[1]
    return a[:, :H] * c + np.tanh(a[:, H - 1 : 2 * H - 1]) + a[:, -H:] ** 2


def test_parts_beside_each_other_are_set():
    assert "+=" not in backward_of(gates, r((2, 9)), r((2, 3)))
    assert backward_of(overlapping, r((2, 9)), r((2, 3))).count("+=") >= 2


def both_halves(x, h):
    N, T, D = x.shape
    for t in range(T):
        a = np.concatenate((x[:, t], h), axis=1)
        b = np.concatenate((x[:, t], np.sin(h)), axis=1)
        h = np.tanh(a * b)[:, D:]
    return h


def test_the_first_of_several_lines_of_a_trip_sets():
    text = backward_of(both_halves, r((2, 3, 4)), r((2, 5)))
    assert text.count("dx[:, t] = ") == 1
    assert text.count("dx[:, t] += ") == 1


def on_one_side(x, h):
    for t in range(len(x)):
        if h > 0:
            h = h + np.sin(x[t])
        h = h * x[t]
    return h


def test_a_line_on_one_side_does_not_set_for_another():
    assert "dx[t] = " not in backward_of(on_one_side, np.array([0.5, -1.0, 2.0]), 0.3)


def likelihood(mu, log_var, y):
    var = np.exp(log_var)
    ratio = (y - mu) ** 2 / var
    nll = 0.5 * (np.log(var) + ratio)
    return nll.mean()


def test_a_number_goes_on_as_a_number_through_what_has_a_name():
    text = backward_of(likelihood, np.ones(3), np.arange(3.0), np.arange(3.0))
    assert "dratio = 0.5 * dnll\n" in text
    assert "full_like" not in text


def of_two_types(p, weights):
    twice = 2 * p
    both = twice * weights
    return (both + twice).sum()


def test_a_number_of_python_is_cast_by_its_type():
    p, weights = np.ones(3, np.float32), np.arange(3.0)
    module = codegen.generate(of_two_types, p, weights, wrt="p")
    assert module.backward(1.0, module.forward(p, weights)[1]).dtype == np.float32


def squares_of_items(x, w):
    s = w[0] * w[1]
    for i in range(len(x)):
        s += x[i] * x[i] + w[i] * np.sin(x[i])
    return s


def test_like_terms_that_reach_one_item_are_one_line():
    text = backward_of(squares_of_items, r(3), r(3))
    assert "dx[i] = 2 * x[i] * dout\n" in text
    assert "dx[i] += np.cos(x[i]) * dsinx" in text
