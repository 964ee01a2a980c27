"""Values that have a name already are read by it; a name is never read for what it no longer holds."""

import numpy as np

import codegen


def body(function, *args):
    """Return the lines of the forward pass."""
    text = codegen.generate(function, *args).source
    return [line.strip() for line in text.split("cache = ")[0].splitlines()]


def discounted(s, k, r, t):
    d1 = np.log(s / k) / (r * np.sqrt(t))
    d2 = d1 - r * np.sqrt(t)
    return np.tanh(d1) * np.tanh(d2)


def test_a_value_of_an_earlier_line_is_not_computed_again():
    lines = body(discounted, 3.0, 2.0, 0.5, 0.7)
    assert "d2 = d1 - r_sqrtt" in lines
    assert sum("np.sqrt" in line for line in lines) == 1


def standardized(x):
    var = np.mean((x - np.mean(x, axis=0)) ** 2, axis=0)
    return (x - np.mean(x, axis=0)) / np.sqrt(var + 1e-5)


def test_the_centred_values_are_computed_once():
    lines = body(standardized, np.arange(6.0).reshape(3, 2) ** 2)
    assert sum("np.mean(x, axis=0)" in line for line in lines) == 1


def repeated(x, y):
    return np.exp(-x * y) * x + np.exp(-x * y) * y


def test_a_value_that_stands_twice_in_a_line_is_computed_once():
    assert sum("np.exp" in line for line in body(repeated, 0.3, 0.4)) == 1


def chosen(x, y, kind="product"):
    if kind == "product":
        out = x * np.exp(-x * y)
    elif kind == "sum":
        out = x + y * np.exp(-x * y)
    else:
        out = np.exp(-x * y) / y
    return out


def test_sides_of_a_branch_share_the_names_of_like_values():
    lines = body(chosen, 0.3, 0.4)
    assert lines.count("negx_y = -x * y") == 3
    assert not any("= None" in line for line in lines)


def test_what_a_side_leaves_unset_stands_in_one_line():
    def f(x, y, flag=True):
        if flag:
            out = np.tanh(x * y) * np.sin(x)
        else:
            out = x * y
        return out

    lines = body(f, 0.3, 0.4)
    assert sum(line.endswith("None") for line in lines) <= 1
