"""Returns where something is caught, with more to come behind the `try`."""

import sys

import numpy as np

from tests.cases import case, normal, raises, uniform

r, u = normal(71), uniform(71)
A = u(3, 3) + np.eye(3)


def unit(v):
    n = np.linalg.norm(v)
    if n < 1e-3:
        raise ValueError("zero")
    return v / n


def by_a_helper(v):
    try:
        w = unit(v)
    except ValueError:
        return np.eye(3)
    n = np.sqrt(np.sum(v**2))
    E = np.eye(3) + np.outer(w, v) / n
    return E


case(by_a_helper, (r(3),), other=[(r(3),), (np.zeros(3),)])


def half_where_singular(a, b):
    try:
        x = np.linalg.solve(a, b)
    except np.linalg.LinAlgError:
        return b * 0.5
    y = x**2
    return y + b


case(
    half_where_singular,
    (A, r(3)),
    other=[(A + 1, r(3))],
    guarded=[raises("nothing was caught here", np.zeros((3, 3)), r(3))],
)
case(
    half_where_singular,
    (np.zeros((3, 3)), r(3)),
    other=[(np.ones((3, 3)), r(3))],
    guarded=[raises("something was caught here", A, r(3))],
    name="singular",
)


def two_handlers(x, key, table=None):
    table = table or {"a": 2.0}
    try:
        k = table[key]
    except KeyError:
        return x
    except TypeError:
        k = 3.0
    return k * x**2


case(two_handlers, (r(3), "a"), guarded=[raises("nothing was caught here", r(3), "b")])
case(two_handlers, (r(3), "b"), other=[(r(2), "c")], name="the_other_handler")


def is_frame(x):
    try:
        module = sys.modules["no_such_module"]
    except KeyError:
        return False
    return isinstance(x, module.DataFrame)


def checked(x):
    if is_frame(x) or is_frame(x):
        raise ValueError("no frame")
    return np.asarray(x, dtype=float)


def squared_error(a, b):
    return np.mean((checked(a) - checked(b)) ** 2)


case(squared_error, (r(4), r(4)), other=[(r(3), r(3))])


def in_a_loop(xs, d):
    s = 0.0
    for x in xs:
        try:
            k = d[int(x > 1)]
        except KeyError:
            return s * 2.0
        s = s + k * x
    return s


case(in_a_loop, (np.array([1.5, 2.5]), {1: 2.0}), other=[(np.array([1.5, 2.5, 3.5]), {1: 2.0})])


def returned_on_a_side(x, d):
    try:
        k = d["k"]
    except KeyError:
        if x.sum() > 0:
            return x * 2.0
        k = 0.5
    y = np.sin(x) * k
    return y * y


case(returned_on_a_side, (u(3), {"k": 1.5}), other=[(-u(3), {"k": 0.3})])
case(returned_on_a_side, (u(3), {}), other=[(-u(3), {})], name="a_side_of_the_handler")


def with_a_finally(x, n):
    try:
        y = x / n
        if n > 3:
            return y * 2
    except ZeroDivisionError:
        return x
    finally:
        pass
    return y + 1


case(
    with_a_finally,
    (0.5, 2),
    other=[(0.5, 4)],
    guarded=[raises("nothing was caught here", 0.5, 0)],
)
case(
    with_a_finally,
    (0.5, 0),
    refused="catches something with the example inputs",
    name="with_a_finally_caught",
)
