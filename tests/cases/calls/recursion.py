"""Recursion, closures with nonlocal, objects and dataclasses, randomness, generators."""

import functools

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(24), uniform(24)
GAIN = 1.5


def horner(c, x, k):
    if k == len(c) - 1:
        return c[k]
    return c[k] + x * horner(c, x, k + 1)


case(horner, (r(3), 0.7, 0), other=[(r(3), 0.5, 1), (r(5), 0.7, 0)])


def power(x, n):
    if n == 0:
        return 1.0
    if n % 2:
        return x * power(x, n - 1)
    half = power(x, n // 2)
    return half * half


case(power, (0.7, 5), other=[(0.7, 6)])


def tree_sum(tree):
    if isinstance(tree, float):
        return tree**2
    return tree_sum(tree[0]) + tree_sum(tree[1])


case(tree_sum, ([[0.5, 1.5], 2.0],))


def even(x, n):
    return x if n == 0 else odd(np.sin(x), n - 1)


def odd(x, n):
    return x * x if n == 0 else even(np.cos(x), n - 1)


case(even, (r(2), 3), other=[(r(2), 2)])


def closure_in_loop(x, n):
    def step(h):
        return np.tanh(h + x)

    h = x
    for _ in range(n):
        h = step(h) * h
    return h


case(closure_in_loop, (r(3), 2), other=[(r(2), 3)])


def nonlocal_total(x, y):
    total = 0.0

    def add(v):
        nonlocal total
        total = total + v * v

    add(x)
    add(x * y)
    return total


case(nonlocal_total, (0.5, 1.5), other=[(-0.5, 0.2)])


def late_binding(x, y):
    scale = x

    def g(v):
        return v * scale

    a = g(y)
    scale = y * y
    return a + g(x)


case(late_binding, (r(3), r(3)))


def changes_callers_list(x, y):
    parts = []

    def keep(v):
        parts.append(v * v)

    keep(x)
    keep(x * y)
    return parts[0] * parts[1]


case(changes_callers_list, (r(3), r(3)))


def reads_global(x):
    global GAIN
    return x * GAIN


case(reads_global, (r(3),), refused="a function that changes global variables cannot be")


def composed(x):
    gates = [np.sin, np.tanh, lambda v: v * v]
    return functools.reduce(lambda v, g: g(v), gates, x)


case(composed, (r(3),))


def generated(x):
    def parts():
        for k in range(3):
            yield x * k

    return sum(parts())


case(generated, (r(3),), other=[(r(2),)])


def mapped(x, y):
    return sum(map(lambda v: v * v, [x, y, x * y]))


case(mapped, (r(3), r(3)))


def without_a_last_return(e, env):
    if e[0] == "var":
        return env[e[1]]
    if e[0] == "*":
        return without_a_last_return(e[1], env) * without_a_last_return(e[2], env)


case(
    without_a_last_return,
    (("*", ("var", "x"), ("var", "y")), {"x": 0.5, "y": 0.2}),
    wrt=("env",),
    other=[(("var", "y"), {"x": 0.5, "y": 0.2})],
)


def nested(xs, w):
    total = 0.0
    for v in xs:
        total += nested(v, w) if isinstance(v, list) else np.sin(v * w)
    return total


case(nested, ([1.0, [2.0, 3.0], [4.0, [5.0]]], 0.3), wrt=("w",), other=[([1.0, [2.0]], 0.3)])


def memoised(n, x, memo=None):
    if memo is None:
        memo = {}
    if n in memo:
        return memo[n]
    if n <= 1:
        return x
    memo[n] = memoised(n - 1, x, memo) + x * memoised(n - 2, x, memo)
    return memo[n]


case(memoised, (5, 0.3), refused="calls itself, and keeps traced values in memo")
