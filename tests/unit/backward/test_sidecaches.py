"""Caches of sides: what only one side of a branch makes is kept in a tuple of that side."""

import numpy as np

import codegen


def chain(x, w, mode):
    if mode == 0:
        a = np.sin(x * w)
        b = np.exp(a)
        out = np.tanh(b * a) * b
    elif mode == 1:
        out = x * w
    elif mode == 2:
        c = np.sqrt(x * x + w)
        out = c / (c + w)
    else:
        raise ValueError(mode)
    return out


def test_each_side_of_a_chain_has_its_own_cache():
    x, w = np.array([0.5, 1.5]), np.array([0.7, 0.2])
    module = codegen.generate(chain, x, w, 0)
    assert "branch_cache = None" in module.source
    assert module.source.count("= branch_cache\n") == 2
    for mode in range(3):
        out, cache = module.forward(x, w, mode)
        dx, _ = module.backward(np.ones(2), cache)
        h = 1e-6
        numeric = (chain(x + h, w, mode) - chain(x - h, w, mode)) / (2 * h)
        assert np.allclose(dx, numeric, rtol=1e-6, atol=1e-8)
        assert np.array_equal(out, chain(x, w, mode))


def few(x, mode):
    if mode:
        a = np.sin(x)
        return a * np.exp(x)
    return x


def test_few_names_stay_in_the_one_cache():
    assert "branch_cache" not in codegen.generate(few, 0.5, True).source


def with_long_names(x, mode):
    if mode == 0:
        out = x
    else:
        if mode == 1:
            the_first_of_the_angles = np.sin(x)
            the_second_of_the_angles = np.exp(the_first_of_the_angles)
            the_third_of_the_angles = np.tanh(the_second_of_the_angles)
            out = the_third_of_the_angles * the_second_of_the_angles * the_first_of_the_angles
        else:
            out = np.sin(np.exp(x) * x)
    return out


def test_what_a_side_keeps_is_taken_out_in_the_rows_in_which_it_is_kept():
    module = codegen.generate(with_long_names, 0.3, 1)
    assert module.source.count("branch_cache = (\n") == 1
    for mode in range(3):
        _, cache = module.forward(0.3, mode)
        h = 1e-6
        numeric = (with_long_names(0.3 + h, mode) - with_long_names(0.3 - h, mode)) / (2 * h)
        assert np.isclose(module.backward(1.0, cache), numeric, rtol=1e-6)


def with_names_bound_twice(x, on):
    if on:
        d = np.sin(x)
        r = d * d
        e = np.exp(d) * r
        y = e * r
        d = np.cos(x) * e
        r = d * x
        y = y * d + r * d
    else:
        y = x * x
    return y


def test_names_that_a_side_binds_twice_are_kept_in_its_cache():
    x = np.array([0.5, 1.5])
    module = codegen.generate(with_names_bound_twice, x, True)
    assert "d = r" not in module.source
    assert "cache = (x, on, branch_cache)" in module.source
    for on in (True, False):
        dx = module.backward(np.ones(2), module.forward(x, on)[1])
        h = 1e-6
        numeric = (with_names_bound_twice(x + h, on) - with_names_bound_twice(x - h, on)) / (2 * h)
        assert np.allclose(dx, numeric, rtol=1e-6, atol=1e-8)


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


def three_sides(x, mode):
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
    module = codegen.generate(three_sides, X, 0)
    for mode in range(3):
        out, cache = module.forward(X, mode)
        assert np.array_equal(out, three_sides(X, mode))
        assert np.allclose(
            module.backward(np.ones(4), cache), slope(three_sides, X, mode), atol=1e-7
        )


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
