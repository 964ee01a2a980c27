"""Items of what is handed to a helper without a name: read again where its memory stays, kept where it changes later."""

import numpy as np

from tests.cases import case, normal

r = normal(418)


def item_and_view_changed(x, c):
    def split(s):
        return s[1] * c, s[1:]

    a, b = split(x + 1.0)
    b += 1.0
    return a + np.sum(b * x[1:])


case(item_and_view_changed, (r(3), 0.7), other=[(r(4), 1.3), (r(2), -0.3)])


def items_and_whole_changed(x, c):
    def pair(s):
        return np.array([s[1] * c, s[0] * s[2]]), s

    a, b = pair(np.sin(x))
    b[1] = 3.0
    b *= 2.0
    return np.sum(a) + np.sum(b * b)


case(items_and_whole_changed, (r(3), 0.7), other=[(r(4), 1.3)])


def item_written_over(x, c):
    def quadratic(s):
        return s[0] * s[1] + s[1] ** 2 * c, s[:2]

    v, w = quadratic(np.exp(x))
    w[0] = v
    return np.sum(w * x[:2])


case(item_written_over, (r(3), 0.7), other=[(r(4), 1.3)])


def midpoint_oscillator(y, c, steps):
    def slope(y):
        return np.array([y[1], -c * y[0] - y[1] ** 3])

    for _ in range(steps):
        y = y + 0.1 * slope(y + 0.05 * slope(y))
    return y


case(midpoint_oscillator, (r(2), 0.7, 3), other=[(r(2), 1.3, 5), (r(2), 0.2, 0)])


def length_of_scaled(x, c):
    def unit(u):
        return u / np.sqrt(u[0] ** 2 + u[1] ** 2)

    return np.dot(unit(x * c), x)


case(length_of_scaled, (r(2), 0.7), other=[(r(2), 1.3)])


def minor(A, B):
    def determinant(M):
        return M[0, 0] * M[1, 1] - M[0, 1] * M[1, 0]

    return determinant(A @ B) * determinant(A[1:, 1:] + B[:2, :2])


case(minor, (r(3, 3), r(3, 3)), other=[(r(3, 3), r(3, 3))])


def rows_of_difference(X, c):
    def weigh(d):
        return d[0] @ d[1] * c + np.sum(d[1:] ** 2)

    return weigh(np.tanh(X) - c)


case(rows_of_difference, (r(3, 2), 0.4), other=[(r(4, 3), 1.3), (r(2, 2), -0.5)])
