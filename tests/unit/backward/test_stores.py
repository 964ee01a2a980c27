"""Stores run backwards: what was written takes its gradient out of the container."""

import numpy as np

from codegen.emit.text import lines_of
from tests.unit import passes


def lines(function, *args):
    """Return the lines of the backward pass, without comments."""
    found = lines_of(passes.plan(function, *args).lines)
    return [line.split("  #")[0] for line in found if not line.startswith("#")]


def setting(x, v):
    x = x.copy()
    x[0] = v
    return np.sum(x * x)


def test_what_is_overwritten_gets_nothing():
    assert lines(setting, np.ones(3), 2.0) == ["dx = 2 * x * dout", "dv = dx[0]", "dx[0] = 0"]


def adding(x, v):
    y = np.zeros(3)
    y[1] += v * 2
    y[1] += x
    return np.sum(y * y)


def test_what_is_added_leaves_the_gradient_of_the_item():
    assert lines(adding, 1.0, 2.0) == ["dy = 2 * y * dout", "dx = dy[1]", "dv = 2 * dy[1]"]


def appending(x):
    ys = []
    ys.append(x)
    ys.append(x * x)
    return ys[0] * ys[1]


def test_an_append_takes_the_last_gradient_off():
    found = lines(appending, 2.0)
    assert found[0] == "dys = [0.0] * len(ys)"
    assert found[3:5] == ["dys_item = dys.pop()", "dx = 2 * x * dys_item"]
    assert found[5:] == ["dys_item_2 = dys.pop()", "dx += dys_item_2"]


def popping(x):
    ys = [x, x * x]
    last = ys.pop()
    return last * ys[0]


def test_a_pop_puts_its_gradient_back():
    found = lines(popping, 2.0)
    assert found.index("dys.append(dlast)") < found.index("dxsqr = dys[1]")


def exchanging(x, i, j):
    x = x * 2
    x[[i, j]] = x[[j, i]]
    return np.sum(x * x)


def test_items_that_change_places_change_them_back():
    assert "dx[[i, j]] = dx[[j, i]]" in lines(exchanging, np.ones((3, 2)), 0, 1)


def eliminating(x, f, i, k):
    x = x * 2
    x[i] = x[i] - f * x[k]
    return np.sum(x * x)


def test_an_item_made_of_itself_and_more_keeps_its_gradient():
    found = lines(eliminating, np.ones((3, 2)), 2.0, 0, 1)
    assert found[1:3] == ["df = -np.sum(x_k * dx[i])", "dx[k] -= f * dx[i]"]


def signs(x):
    sign, total = 1.0, 1.0
    for item in x:
        if item > 0:
            sign = -sign
    for item in x:
        total = total * item
    return total * sign


def test_a_gradient_that_nothing_reads_is_not_set_to_zero():
    assert not any(line.startswith("dsign") for line in lines(signs, np.ones(3)))


def edges(x):
    x = x * 2
    x[0] = x[1]
    x[:, -1] = 3 * x[:, -2]
    return np.sum(x * x)


def test_an_item_made_of_another_place_needs_no_copy():
    assert lines(edges, np.ones((3, 3)))[1:5] == [
        "dx[:, -2] += 3 * dx[:, -1]",
        "dx[:, -1] = 0",
        "dx[1] += dx[0]",
        "dx[0] = 0",
    ]
