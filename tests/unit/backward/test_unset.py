"""Values that are not there: None where a side does not make them, and never in the way of a value of an earlier trip."""

import numpy as np

import codegen

X = np.array([0.5, 1.5, -0.7, 2.0])


def best_so_far(x, mask):
    total = 0.0
    y = x[0] * x[0]
    for i in range(len(x)):
        if mask[i]:
            y = np.sin(x[i])
            total = total + y * y
        total = total + y
    return total * y


def chain(x, mode):
    if mode == 0:
        y = np.sin(x)
        out = y * y
    elif mode == 1:
        out = x
    elif mode == 2:
        out = 2 * x
    return out


def slope(function, x, *args):
    found = np.zeros_like(x)
    for i in range(len(x)):
        step = np.zeros_like(x)
        step[i] = 1e-6
        up, down = function(x + step, *args), function(x - step, *args)
        found[i] = np.sum(up - down) / 2e-6
    return found


def test_a_value_of_an_earlier_trip_stays():
    module = codegen.generate(best_so_far, X, [False, True, False, True])
    for mask in ([False, True, False, True], [True, False, False, False], [False] * 4):
        out, cache = module.forward(X, mask)
        assert out == best_so_far(X, mask)
        assert np.allclose(module.backward(1.0, cache), slope(best_so_far, X, mask), atol=1e-7)


def test_each_side_of_a_chain_without_the_value_says_so():
    module = codegen.generate(chain, X, 0)
    for mode in range(3):
        out, cache = module.forward(X, mode)
        assert np.array_equal(out, chain(X, mode))
        assert np.allclose(module.backward(np.ones(4), cache), slope(chain, X, mode), atol=1e-7)


def activated(x, kind):
    if kind == 0:
        out = np.maximum(0, x)
    elif kind == 1:
        e = np.exp(x)
        out = e * e * x
    elif kind == 2:
        out = np.tanh(x)
    else:
        out = x
    return out


def test_where_most_sides_have_no_value_one_line_says_so():
    module = codegen.generate(activated, X, 1)
    assert module.source.count(" = None\n") == 1
    for kind in range(4):
        out, cache = module.forward(X, kind)
        assert np.allclose(module.backward(np.ones(4), cache), slope(activated, X, kind), atol=1e-7)
