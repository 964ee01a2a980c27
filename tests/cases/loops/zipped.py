"""Loops over several things at once, some of them passive, made where they stand, or gone through backwards."""

from __future__ import annotations

import numpy as np

from tests.cases import case, normal

r = normal(619)


def beside_passive_things(x, options, order):
    s = 0.0
    for k, v in zip(options["weights"], x):
        s = s + k * v**2
    for k, v in zip(order[1:], x):
        s = s + x[k] * v
    for (i, k), v in zip(enumerate(options["weights"]), x):
        s = s + k * v * i
    for letter, v in zip("abc", x):
        s = s + v * (2 if letter == "a" else 3)
    return s


case(
    beside_passive_things,
    (r(4), {"weights": [1, 2, 3]}, np.array([2, 0, 1, 3])),
    other=[(r(3), {"weights": [2, 5]}, np.array([2, 0, 1]))],
)


def backwards(x, a):
    kept = []
    for v in x:
        a = a * np.sin(v)
        kept.append((a, v))
    s = 0.0
    for i, (p, q) in zip(reversed(range(1, len(x) + 1)), reversed(kept)):
        s = s * a + i * p * q
    return s


case(backwards, (r(4), 2.0), other=[(r(3), 1.0), (r(1), 0.5)])


def updates(params, grads, lr):
    new = {}
    for (name, p), g in zip(params.items(), grads):
        new[name] = p - lr * g
    total = 0.0
    for (i, p), g in zip(enumerate(params.values()), grads):
        total = total + np.sum(p * g) * i
    return new, total


case(
    updates,
    ({"W": r(2, 2), "b": r(2)}, [r(2, 2), r(2)], 0.1),
    other=[({"W": r(3, 3), "b": r(3)}, [r(3, 3), r(3)], 0.3)],
)


def neighbours(x, y):
    s = 0.0
    for a, b, c in zip(x, x[1:], y[:-1] * 2):
        s += a * b * c
    for a, b in zip([v**2 for v in x], y.copy()):
        s += a * b
    return s


case(neighbours, (r(4), r(4)), other=[(r(3), r(3)), (r(2), r(2))])


def functions_with_their_number(x, a):
    steps = (np.sin, np.tanh)
    for k, step in zip(range(1, 3), steps):
        x = step(x) * k
    return x * a


def functions_with_a_given_number(x, n):
    s = 0.0
    for step, k in zip((np.sin, np.exp, np.tanh), range(n)):
        s = s + k * step(x)
    return s


case(functions_with_their_number, (r(3), 2.0), other=[(r(2), 0.5)])
case(functions_with_a_given_number, (r(3), 3), other=[(r(4), 3)])
