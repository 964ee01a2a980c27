"""What helpers return goes where it belongs, without a name of its own."""

import numpy as np
import pytest

import codegen
from codegen import syntax
from codegen.backward.handover import handed_over
from codegen.ir import Line

r = np.random.default_rng(5).standard_normal


def step_forward(x, prev_h, Wx, Wh):
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh))
    cache = (x, prev_h, Wx, Wh, next_h)
    return next_h, cache


def run_forward(x, h0, Wx, Wh):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    prev_h = h0
    for t in range(T):
        prev_h, _ = step_forward(x[:, t], prev_h, Wx, Wh)
        h[:, t] = prev_h
    return h


ARGS = r((2, 3, 4)), r((2, 5)), r((4, 5)), r((5, 5))


def test_gradients_of_a_step_go_into_the_carried_names():
    text = codegen.generate(run_forward, *ARGS).source
    assert "dx[:, t], dprev_h, dWx_new, dWh_new = step_backward(" in text
    assert ".copy()" not in text


def layer(x, w):
    h = np.tanh(x.dot(w))
    return h * h


def two_layers(x, params):
    h = layer(x, params["w1"])
    h = layer(h, params["w2"])
    return np.sum(h) + np.sum(params["w1"]) + np.sum(params["w2"])


def test_names_of_what_is_handed_on_are_used_again():
    text = codegen.generate(two_layers, r((3, 4)), {"w1": r((4, 4)), "w2": r((4, 4))}).source
    assert text.count(", dw = layer_backward(") == 2


def both(x, w):
    return layer(x, w) * layer(2 * x, w)


def test_two_calls_in_one_line_keep_their_names_apart():
    x, w = r((3, 4)), r((4, 4))
    module = codegen.generate(both, x, w)
    out, cache = module.forward(x, w)
    dx, dw = module.backward(np.ones_like(out), cache)
    slope = (both(x, w + 1e-6) - both(x, w - 1e-6)).sum() / 2e-6
    assert np.isclose(dw.sum(), slope, rtol=1e-6)


def passed_back(feats, layers):
    loss = 0.0
    for one in layers:
        gram = layer(feats[one], np.eye(3))
        loss += np.sum(gram)
    return loss


def test_the_gradient_of_one_argument_is_added_at_once():
    text = codegen.generate(passed_back, [r((2, 3)), r((4, 3))], [0, 1, 1]).source
    assert "dfeats[one] += layer_backward(" in text


def gate(x):
    t = np.exp(-x)
    den = 1 + t
    return 1 / den


def gates(a):
    H = a.shape[1] // 3
    i = gate(a[:, :H])
    f = gate(a[:, H : 2 * H])
    g = np.tanh(a[:, 2 * H :])
    return i * f * g


def test_a_gradient_that_several_calls_return_goes_into_its_place_each_time():
    text = codegen.generate(gates, r((3, 6))).source
    assert "da[:, H : 2 * H] += gate_backward(df, gate_cache2)" in text
    assert "da[:, :H] += gate_backward(di, gate_cache)" in text


def affine(x, w, b):
    z = x.dot(w)
    return z + b


def with_parameters(x, params):
    h = np.tanh(affine(x, params["W1"], params["b1"]))
    return affine(h, params["W2"], params["b2"])


def test_several_items_of_a_dict_are_put_at_once():
    shapes = {"W1": (3, 4), "b1": 4, "W2": (4, 2), "b2": 2}
    text = codegen.generate(with_parameters, r((2, 3)), {k: r(s) for k, s in shapes.items()}).source
    assert 'dh, dparams["W2"], dparams["b2"] = affine_backward(dout, affine_cache2)' in text
    assert 'dx, dparams["W1"], dparams["b1"] = affine_backward(' in text


def test_what_two_items_take_keeps_its_name():
    first, second = (syntax.parse(f"d['{k}']") for k in "ab")
    call = Line(syntax.parse("dx, dw"), "=", syntax.parse("f_backward(dout, cache)"))
    puts = [Line(target, "=", syntax.name("dw")) for target in (first, second)]
    assert handed_over([call, *puts], ["dx", "d"]) == [call, *puts]


def test_items_of_several_arrays_are_put_at_one_place_at_once():
    call = Line(syntax.parse("dx[i], dw_new"), "=", syntax.parse("f_backward(dout, cache)"))
    (line,) = handed_over([call, Line(syntax.parse("dw[i]"), "=", syntax.name("dw_new"))], [])
    assert syntax.show(line.target) == "(dx[i], dw[i])"


@pytest.mark.parametrize("first", ["i", "dw[0]", "dx[dw]"])
def test_an_item_is_not_put_where_the_call_sets_what_it_needs(first):
    call = Line(syntax.parse(f"{first}, new"), "=", syntax.parse("f_backward(dout, cache)"))
    put = Line(syntax.parse("dw[i]"), "=", syntax.name("new"))
    assert handed_over([call, put], []) == [call, put]


def test_what_a_call_returns_is_handed_on_with_the_other_sign():
    call = Line(syntax.name("dx_new"), "=", syntax.parse("f_backward(dout, cache)"))
    (line,) = handed_over([call, Line(syntax.name("dx"), "-=", syntax.parse("-dx_new"))], [])
    assert f"{line.operator} {syntax.show(line.value)}" == "-= -f_backward(dout, cache)"


def over_pairs(x, k):
    rows = []
    for a, b in x:
        s = a * k
        rows.append((s, b / k))
    return np.array(rows)


def test_rows_of_numbers_are_taken_apart_and_put_together_in_one_line():
    text = codegen.generate(over_pairs, r((3, 2)), 0.5).source
    back = text[text.index("_backward(") :]
    for line in ("a, b = x[i]", "ds, dboverk = drows.pop()", "dx[i] = [da, db]"):
        assert line in back
    assert "zeros_like(item)" not in back
    assert "item" not in back


def test_an_item_that_nothing_reads_is_not_taken():
    text = codegen.generate(renamed, r((3, 2))).source
    assert "x[i]\n" not in text.replace("# backprop a, b = x[i]\n", "")
    assert "# backprop a, b = x[i]" in text


def renamed(x):
    total = 0.0
    for a, b in x:
        a = a * b
        b += a
        total += a * b
    return total
