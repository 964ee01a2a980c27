"""Arguments that are None in the example, for which the function puts something there; later calls give them."""

import numpy as np

from tests.cases import case, normal, raises, uniform

r, u = normal(21), uniform(22)


def scaled(x, w):
    if w is None:
        w = np.ones_like(x)
    return (x * w).sum() ** 2


def softened(x, eps=None):
    eps = 1e-3 if eps is None else eps
    return np.sum(np.sqrt(x * x + eps))


def recurrent(X, Wx, Wh, h0=None):
    if h0 is None:
        h0 = np.zeros(Wh.shape[0])
    h = h0
    for x in X:
        h = np.tanh(x @ Wx + h @ Wh)
    return h


def weighted(x, weights=None, axis=None):
    if weights is None:
        weights = np.ones(x.shape[0])
    if axis is None:
        axis = 0
    return (x * weights[:, None]).sum(axis) / weights.sum()


def centred(x, a=None, b=None):
    if a is None:
        a = np.zeros_like(x)
    if b is None:
        b = 1.0
    return np.sum((x - a) ** 2 * b)


x = r(5)
case(
    scaled,
    (r(3), None),
    other=[(r(3), r(3)), (r(4), r(4))],
    guarded=[
        raises("x.shape == w.shape", r(3), 2.0),
        raises("x.shape == w.shape", r(3), r(1)),
        raises("x.shape == w.shape", r(3), r(2, 3)),
    ],
)
case(softened, (x,), other=[(x, 0.3), (x, u(5))])
case(
    recurrent,
    (r(3, 2), r(2, 4), r(4, 4)),
    other=[(r(3, 2), r(2, 4), r(4, 4), r(4)), (r(5, 2), r(2, 3), r(3, 3), r(1, 3))],
)
case(
    weighted,
    (r(4, 3),),
    other=[(r(4, 3), u(4)), (r(4, 3), u(4), 0)],
    guarded=[raises("axis was None or 0", r(4, 3), u(4), 1)],
)
case(
    centred,
    (r(3),),
    other=[(r(3), r(3)), (r(3), r(3), 2.0), (r(3), 2.0)],
    guarded=[raises("x.shape == a.shape", r(3), r(1))],
)
