"""Arrays of later calls that have more axes than the example's, or fewer: a guard where gradients would be wrong."""

import numpy as np

from tests.cases import case, raises, uniform

u = uniform(733)


def shifted_twice(x, b):
    return np.sin(x + b) * b


case(
    shifted_twice,
    (u(3, 4), u(4)),
    guarded=[raises("a vector b", u(3, 4), b) for b in (u(3, 4), u(3, 1), u(1, 4), 0.5)],
)


def running_sum(x):
    return np.cumsum(x) * 2


case(running_sum, (u(4),), guarded=[raises("x was a vector", u(3, 4))])


def multiplied(W, x):
    return np.tanh(W @ x)


case(
    multiplied,
    (u(2, 3), u(3)),
    guarded=[raises("a matrix W", u(4, 2, 3), u(3))],
)


def logistic(x, w):
    z = x @ w
    return 1 / (1 + np.exp(-z))


case(logistic, (u(3, 4), u(4)), guarded=[raises("a vector w", u(3, 4), u(4, 2))])


def solved(A, b):
    return np.linalg.solve(A + 4 * np.eye(3), b)


case(solved, (u(3, 3), u(3)), guarded=[raises("a vector b", u(3, 3), u(3, 2))])


def item_by_item(x):
    return np.sum(np.sin(x) * x) + np.max(x)


case(item_by_item, (u(4),), other=[(u(3, 4),), (u(2, 3, 4),)])


def over_the_last_axis(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


case(over_the_last_axis, (u(3, 4),), other=[(u(4),), (u(2, 3, 4),)])


def of_two_numbers(a, b):
    return np.sum(a * b + a)


case(
    of_two_numbers,
    (1.5, 0.5),
    other=[(0.3, 2.0), (u(3), u(3))],
    guarded=[
        raises("needs a.shape == b.shape", u(3), 0.5),
        raises("needs a.shape == b.shape", 1.5, u(3)),
        raises("needs a.shape == b.shape", u(3, 1), u(3)),
    ],
)


def mean_of_two_numbers(a, b):
    return np.mean((a - b) ** 2)


case(
    mean_of_two_numbers,
    (1.5, 0.5),
    other=[(0.3, 2.0)],
    guarded=[raises("needs numbers a and b", u(3), 0.5)],
)


def numbers_in_a_dict(p):
    return np.exp(p["a"]) * p["b"]


case(
    numbers_in_a_dict,
    ({"a": 0.3, "b": 1.2},),
    other=[({"a": -0.3, "b": 0.2},)],
    guarded=[raises("needs numbers", {"a": u(3), "b": 1.2})],
)


def values_put_in_places(x, idx, v):
    y = x.copy()
    y[idx] = v
    return y * x


def values_added_to_places(x, idx, v):
    y = x.copy()
    np.add.at(y, idx, v)
    return y * x


for function in (values_put_in_places, values_added_to_places):
    case(
        function,
        (u(4), np.array([0, 2]), u(2)),
        other=[(u(5), np.array([1, 1, 3]), u(3))],
        guarded=[raises("idx.shape == v.shape", u(4), np.array([1, 2, 3]), u(1))],
    )
