"""Passive parts of containers of traced values keep the value they had when the container was made."""

import numpy as np

from tests.cases import case, normal

r = normal(401)


def number_in_a_list_bound_anew(x, n):
    k = 1.0
    d = [k, x]
    k = k + n
    return d[0] * d[1] * k


case(number_in_a_list_bound_anew, (r(4), 2), other=[(r(4), 17)])


def array_in_a_tuple_bound_anew(x, n):
    u = np.array([1.0, 2.0])
    d = (u, x)
    u = u + n
    return np.sum(d[0]) * d[1] * u[0]


case(array_in_a_tuple_bound_anew, (r(4), 2), other=[(r(4), 17)])


def expression_of_an_array_changed_later(x, n):
    u = np.array([1.0, 2.0])
    d = (u * 2, x)
    u[0] = n
    return np.sum(d[0]) * d[1] * u[0]


case(expression_of_an_array_changed_later, (r(4), 2), other=[(r(4), 17)])


def list_in_a_dict(x, n):
    k = 1
    d = {"a": [k, x], "b": x}
    k = 2
    return d["a"][0] * d["a"][1] * k + d["b"]


case(list_in_a_dict, (r(4), 2), other=[(r(4), 17)])


def key_bound_anew(x, n):
    k = 0
    y = x[k]
    key = "a"
    d = {key: x, "b": y}
    key = "b"
    return d["a"] * d[key]


case(key_bound_anew, (r(4), 2), other=[(r(4), 17)])


def a_dict_of_one_side_is_replaced(p, x, k):
    v = np.sin(x)
    if k > 1:
        d = {"w": p["w"], "b": p["b"]}
        d["w"] = v * x
        v = v + d["w"] * d["b"]
    return v * p["w"]


case(
    a_dict_of_one_side_is_replaced,
    ({"w": r(3), "b": 0.5}, r(3), 2),
    other=[({"w": r(3), "b": 0.5}, r(3), 0), ({"w": r(4), "b": 1.5}, r(4), 3)],
)


def drag(re, kind=None):
    if kind is None:
        return 24.0 / re
    return 24.0 / re + 1.5


def force_error(v, kind, re, load):
    cd = drag(re * v, kind)
    return v * v - load / cd


def secant(f, p, args, steps):
    q = p + 0.1
    fp = f(p, *args)
    fq = f(q, *args)
    for _ in range(steps):
        p, q = q, q - fq * (q - p) / (fq - fp)
        fp, fq = fq, f(q, *args)
    return q


def an_argument_left_out_among_those_of_a_solver(re, load):
    return secant(force_error, 1.0, (None, re, load), 2)


case(
    an_argument_left_out_among_those_of_a_solver,
    (2.0, 6.0),
    other=[(3.0, 5.0)],
)


def an_item_left_out_is_handed_on_twice(x, opts):
    s = scaled(x, *opts) + scaled(2 * x, *opts)
    return s * s


def scaled(x, w, b):
    if w is None:
        w = 1.0
    s = x * w
    return s * s + b


case(an_item_left_out_is_handed_on_twice, (r(3), (None, 1.0)), other=[(r(4), (None, 0.5))])
