"""Arrays of later calls that have more axes than the example's, or fewer: a guard where gradients would be wrong."""

import numpy as np

from tests.cases import case, raises, uniform

u = uniform(733)


def shifted_twice(x, b):
    return np.sin(x + b) * b


case(
    shifted_twice,
    (u(3, 4), u(4)),
    guarded=[raises("b to be a vector", u(3, 4), b) for b in (u(3, 4), u(3, 1), u(1, 4), 0.5)],
)


def running_sum(x):
    return np.cumsum(x) * 2


case(running_sum, (u(4),), guarded=[raises("x was a vector", u(3, 4))])


def multiplied(W, x):
    return np.tanh(W @ x)


case(
    multiplied,
    (u(2, 3), u(3)),
    guarded=[raises("W to be a matrix", u(4, 2, 3), u(3))],
)


def logistic(x, w):
    z = x @ w
    return 1 / (1 + np.exp(-z))


case(logistic, (u(3, 4), u(4)), guarded=[raises("w to be a vector", u(3, 4), u(4, 2))])


def solved(A, b):
    return np.linalg.solve(A + 4 * np.eye(3), b)


case(solved, (u(3, 3), u(3)), guarded=[raises("b to be a vector", u(3, 3), u(3, 2))])


def item_by_item(x):
    return np.sum(np.sin(x) * x) + np.max(x)


case(item_by_item, (u(4),), other=[(u(3, 4),), (u(2, 3, 4),)])


def over_the_last_axis(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


case(over_the_last_axis, (u(3, 4),), other=[(u(4),), (u(2, 3, 4),)])
