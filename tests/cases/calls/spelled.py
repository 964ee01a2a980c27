"""Other spellings of plain things: `x or y`, dicts made of others, items deleted, partial functions handed on."""

import functools
import typing
from typing import cast

import numpy as np

from tests.cases import case, uniform

u = uniform(413)


def module_by_another_name(x, c):
    xp = np
    return xp.sum(x * c) + xp.sin(c)


case(module_by_another_name, (u(3), 2.0), other=[(u(4), 0.5)])


def module_by_a_known_name(x, c):
    import numpy

    np = numpy
    return np.sum(x * c) + np.sin(c)


case(module_by_a_known_name, (u(3), 2.0), other=[(u(4), 0.5)])


def line(x, a, b):
    return np.sum(x * a + b * x**2)


def stars_of_a_changed_list(x):
    args = [1.0, 2.0]
    y = line(x, *args)
    args[0], args[1] = args[1], args[0] * 4
    return y * line(x, *args)


case(stars_of_a_changed_list, (u(3),), other=[(u(4),)])


def stars_of_a_list_with_two_names(k, x):
    args = [k, 2.0]
    other = args
    other[1] = k * k
    return line(x, *args)


case(stars_of_a_list_with_two_names, (1.5, u(3)), other=[(0.5, u(4))])


def first_is_five(a):
    a[0] = 5.0


def stars_of_a_list_handed_on(k, x):
    args = [3.0, 2.0]
    first_is_five(args)
    return line(x, *args) * k


case(stars_of_a_list_handed_on, (1.5, u(3)), other=[(0.5, u(4))])


def or_else(x, y):
    return x * (y or 1.0)


case(or_else, (2.0, 3.0), other=[(2.0, 1.5)])


def and_then(x, y):
    return x * (y and 2.0 * y)


case(and_then, (2.0, 3.0))


def first_of_three(x, a, b):
    return x * (a or b or 1.5)


case(first_of_three, (2.0, 0, 3.0), wrt=("x", "b"))


def default_weights(x, w=None):
    w = w if w is not None and len(w) else np.ones_like(x)
    return np.sum(w * x**2)


case(default_weights, (u(3), u(3)), other=[(u(4), u(4))])


def scale(a, b, k):
    return a * b * k


def dict_with_one_more(p, k):
    q = dict(p, k=k)
    return scale(**q)


case(dict_with_one_more, ({"a": 1.5, "b": 2.0}, 3.0))


def copy_of_a_dict(p):
    q = p.copy()
    q.update(c=p["a"] * p["b"])
    return q["c"] + q["a"]


case(copy_of_a_dict, ({"a": u(3), "b": u(3)},), other=[({"a": u(2), "b": u(2)},)])


def star_and_a_later_key(p):
    q = {k: v * 2 for k, v in p.items()}
    return {**q, "b": q["a"] + q["b"]}


case(star_and_a_later_key, ({"a": u(3), "b": u(3)},))


def star_and_a_new_key(p):
    q = {**p, "c": p["a"] * 3}
    return q["a"] * q["b"] * q["c"]


case(star_and_a_new_key, ({"a": 1.5, "b": 2.0},))


def item_deleted(p):
    p = dict(p)
    v = p["b"] * 2
    del p["b"]
    return v * p["a"] * len(p)


case(item_deleted, ({"a": 1.5, "b": 2.0},))


def item_popped(p):
    p = dict(p)
    v = p.pop("b") * 2
    return v * p["a"] * len(p)


case(item_popped, ({"a": 1.5, "b": 2.0},))


def item_of_the_caller_deleted(p):
    v = p["b"] * p["a"]
    del p["b"]
    return v


case(
    item_of_the_caller_deleted,
    ({"a": 1.5, "b": 2.0},),
    refused="deleting items of a container of traced values",
)


def decay(t, y, k):
    return -k * y * t


def midpoint(f, y, h):
    k1 = f(y)
    k2 = f(y + h / 2 * k1)
    return y + h * k2


def partial_handed_on(y, k, n):
    f = functools.partial(decay, 0.5, k=k)
    for _ in range(n):
        y = midpoint(f, y, 0.1)
    return y


case(partial_handed_on, (1.5, 2.0, 5), other=[(1.5, 2.0, 3)])


def partial_mapped(x, p):
    return sum(map(functools.partial(scale, p, k=2.0), x))


case(partial_mapped, (u(3), 2.0), other=[(u(4), 1.5)])


def blend(c, x, n):
    def spline(i, k):
        if k == 0:
            return c[i]
        return x * spline(i, k - 1) + (1 - x) * spline(i + 1, k - 1)

    return spline(0, n)


case(blend, (u(4), 0.3, 2), other=[(u(5), 0.6, 3)])


def power(x, n):
    def times(k):
        if k == 0:
            return 1.0
        return x * times(k - 1)

    return times(n)


case(power, (2.0, 4), other=[(1.5, 3), (1.5, 0)])


def residual(v, mode, k):
    if mode == "slow":
        return 0.1 * (v - k)
    return 0.5 * (v - k)


def secant(f, x, args=(), steps=6):
    before, f_before = x * 1.1 + 0.1, f(x * 1.1 + 0.1, *args)
    for _ in range(steps):
        now = f(x, *args)
        if abs(now) < 1e-8:
            return x
        before, x, f_before = x, x - now * (x - before) / (now - f_before), now
    return x


def a_word_among_star_arguments(x, k, mode):
    return secant(residual, x, args=(mode, k))


case(a_word_among_star_arguments, (1.0, 2.0, "slow"), wrt=("x", "k"))


def said_to_be(x, c):
    y = cast("np.ndarray", np.sin(x) * c)
    if y.ndim:
        y = typing.cast(np.ndarray, y**2)
    return cast(float, y.sum() * cast(float, c))


case(said_to_be, (u(3), 2.0), other=[(u(4), 0.5), (u(2, 3), 1.5)])
