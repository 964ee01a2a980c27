"""Lists where NumPy makes arrays of them: what is added, multiplied, integrated, walked along once it is an array."""

import numpy as np

from tests.cases import case, raises, uniform

u = uniform(835)
A, B = [2.0, 3.0, 4.0], [2.0, 3.5, 4.5]


def items_added_and_multiplied(a, b, n):
    return np.add(a, b), np.multiply(a, b), np.multiply(a, n), np.add(n, b), np.dot(2.0, a)


case(items_added_and_multiplied, (A, B, 3), other=[([1.0, 2.0], [0.5, -1.0], 4)])


def powers_of_items(a, b):
    return np.add(a, 1.0) * np.power(a, 2) / np.power(2.0, b)


case(
    powers_of_items,
    (A, B),
    other=[([1.0, 2.0], [0.5, -1.0]), ([1.0], [0.5])],
    guarded=[
        raises("needs len(a) == len(b)", [1.0], [0.5, -1.0]),
        raises("needs len(a) == len(b)", [1.0, 2.0], [0.5]),
    ],
)


def items_beside_an_array(a, x):
    return np.array(a) * x


case(
    items_beside_an_array,
    (A, np.array(B)),
    other=[([1.0, 2.0], np.array([0.5, -1.0]))],
    guarded=[raises("len(a) was 3", [1.0], np.array([0.5, -1.0]))],
)


def items_met_one_by_one(a, b):
    return sum(p * q for p, q in zip(a, b, strict=False)) * np.sum(np.array(a) * 2)


case(items_met_one_by_one, (A, B), other=[([1.0], [0.5, -1.0]), ([1.0, 2.0], [0.5])])


def tuples_joined_and_added(a, b):
    return np.add(a, b), a + b


case(tuples_joined_and_added, ((2.0, 3.0), (1.0, 0.5)), other=[((4.0, 3.0), (1.5, 0.5))])


def matrix_of_lists(a, b):
    return np.add(a, b), np.multiply(a, b), np.matmul(a, b)


case(
    matrix_of_lists,
    ([[2.0, 3.0], [4.0, 1.0]], [2.0, 3.5]),
    other=[([[1.0, -3.0], [2.0, 1.0]], [0.5, 1.0])],
)


def area_under_points(a, b):
    return np.trapezoid(b, a) if hasattr(np, "trapezoid") else np.trapz(b, a)


case(area_under_points, (A, B), other=[([1.0, 2.0, 2.5, 4.0], [0.0, 1.0, 3.0, 2.0])])


def rotation_of_whole_numbers(Z, R):
    R = np.asarray(R)
    A = np.eye(len(Z) + 1)
    A[: len(Z), : len(Z)] = np.dot(R, np.diag(Z))
    return A


case(
    rotation_of_whole_numbers,
    (A, [[0, -1, 0], [1, 0, 0], [0, 0, 1]]),
    other=[([1.0, 2.0], [[0, 1], [1, 0]])],
)


def as_array(a, dtype=None):
    if isinstance(a, dict):
        a = list(a)
    return np.asarray(a, dtype)


def stacked(a):
    a = as_array(a)
    return np.concatenate([x[..., np.newaxis] for x in a], axis=-1)


def stack_of_results(a):
    return stacked([a[0] * a[1], a[1]])


case(stack_of_results, (np.array(A),), other=[(np.array([[1.0, 2.0], [0.5, 3.0]]),)])


def squares_along_an_array(a):
    a = np.asarray(a)
    s = 0.0
    for x in a:
        s = s + x * x
    return s


case(squares_along_an_array, (A,), other=[([1.0, 2.0],)])


def at_least_a_matrix(mu):
    m = np.array(mu, ndmin=2)
    return m.T @ m


case(at_least_a_matrix, (u(2),), other=[(u(3),)])


def at_least_a_vector(mu):
    mu = np.array(mu, dtype=float, copy=True, ndmin=1)
    return mu * 2


case(at_least_a_vector, (u(2),), other=[(u(3),)])


def one_behind_the_other(x, ws):
    y = ws + [1.0]
    return sum(v * v for v in y) * np.sum(x)


case(
    one_behind_the_other,
    (u(3), [1.5, 2.0]),
    other=[(u(2), [0.5])],
    guarded=[raises("ws was a list", u(3), np.array([1.5, 2.0]))],
)


def array_on_one_side(d, scale, how):
    if how:
        d = np.array(d) * scale
    x, y, z = d
    return x * y * scale + z**2


case(array_on_one_side, (A, 1.5, False), other=[([1.0, 0.5, 2.0], 2.0, True), (B, 0.5, False)])
case(array_on_one_side, (A, 1.5, True), other=[(B, 0.5, False)], name="array_on_the_other_side")


def descent_from_a_list(w, lr, trips):
    for _ in range(trips):
        g = np.array(w) ** 3
        w = w - lr * g
    return w[0] * w[1]


case(
    descent_from_a_list, (A, 0.01, 3), other=[([1.0, 0.5], 0.1, 0), ([1.0, 0.5, -2.0, 1.0], 0.1, 2)]
)


def rows_repeated(a, b, n=2):
    table = [[a**2, a * b], [a * b, b]]
    return np.array([table] * n) @ np.array([1.0, 2.0]), np.array([(a, b)] * n)


case(rows_repeated, (0.3, 0.4), other=[(0.5, -0.7, 3), (1.5, 0.2, 1)])


def carried_over_repeated_pairs(a, b, n=2):
    s = 0.0
    for p, q in [(a, b)] * n:
        s = s * p + q
    return s


case(carried_over_repeated_pairs, (0.3, 0.4), other=[(0.5, -0.7, 3)])
