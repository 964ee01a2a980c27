"""Arrays that all have another rank in a later call: the function takes them, and its gradients would not fit."""

import numpy as np

from tests.cases import case, raises

x, w, b = (
    np.array(v) for v in ([0.3, 0.5, -0.2, 0.9], [1.1, -0.7, 0.4, 0.2], [1.3, 0.6, 0.9, 1.2])
)
A, B = np.arange(12.0).reshape(3, 4) / 7 - 0.6, np.cos(np.arange(12.0)).reshape(3, 4)


def neighbours(x, w):
    return x[0] * w[-1] + x[1:] * w[:-1]


case(neighbours, (x, w), other=[(w, x)], guarded=[raises("a vector x", A, B)])


def total(x, w):
    return np.sum(x, axis=0) * w + x


case(total, (x, w), other=[(w, x)], guarded=[raises("a vector x", A, B)])


def distance(x, w):
    return np.linalg.norm(x - w) * x[0]


case(distance, (x, w), other=[(w, x)], guarded=[raises("a vector x", A, B)])


def joined(x, w):
    return np.concatenate([x, w]).sum() * x[0]


case(joined, (x, w), other=[(w, x[:2])], guarded=[raises("a vector x", A, B)])


def two_of_three(x, w, b):
    return x[0] * w[-1] + x[1:] * w[:-1] + b.sum()


case(two_of_three, (x, w, b), other=[(w, x, b[:2])], guarded=[raises("a vector x", A, B, b)])


def of_a_dict(d):
    return d["x"][0] * d["w"][1:] + d["b"][0]


case(
    of_a_dict,
    ({"x": x, "w": w, "b": b},),
    guarded=[raises("needs vectors", {"x": A, "w": B, "b": b})],
)


def any_rank(x, w):
    return np.max(x * w) + np.sum(w) * x


case(any_rank, (x, w), other=[(A, B), (A.T, B.T), (A[:2, :1], B[:2, :1])])


def rows_in_turn(x, w):
    return sum(a * b for a, b in zip(x, w, strict=True))


case(rows_in_turn, (x, w), other=[(A, B), (np.stack([A, B]), np.stack([B, A]))])
