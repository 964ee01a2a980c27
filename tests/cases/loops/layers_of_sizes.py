"""Layers of different sizes in one loop."""

import numpy as np

from tests.cases import case, normal

r = normal(76)


def net(*sizes):
    return [(r(a, b), r(b)) for a, b in zip(sizes, sizes[1:], strict=False)]


def mlp_before_the_nonlinearity(params, x):
    for W, b in params:
        z = x @ W + b
        x = np.tanh(z)
    return z


case(
    mlp_before_the_nonlinearity,
    (net(3, 4, 2), r(5, 3)),
    other=[(net(2, 5), r(3, 2)), (net(4, 3, 6, 1), r(2, 4))],
)


def mlp_with_squares(params, x):
    for W in params:
        z = x @ W
        x = z * z
    return z


case(mlp_with_squares, ([r(3, 4), r(4, 2)], r(3)), other=[([r(2, 5)], r(2))])


def mlp_both(params, x):
    for W, b in params:
        z = x @ W + b
        x = np.maximum(z, 0.1 * z)
    return np.sum(z) + np.sum(x)


case(mlp_both, (net(3, 4, 2), r(5, 3)), other=[(net(4, 3, 6, 1), r(2, 4))])
