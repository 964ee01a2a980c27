"""Number types, in the many forms that Python has for it."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(136), uniform(137)


def detached(x):
    mask = np.asarray(x > 0, dtype=float)
    weights = np.floor(x) + mask
    return weights * x


case(detached, (r(4),), other=[(r(2),)])


R = (r(4), r(4))


def frozen_argmax(x, w):
    k = int(np.argmax(x))
    return x[k] * w[k]


case(frozen_argmax, R, other=[(r(6), r(6))])


def frozen_dtype(x):
    out = np.zeros(x.shape, dtype=x.dtype)
    out += x * 2
    return out


case(frozen_dtype, (r(3),), other=[(r(5),)])


def float32_(x, w):
    return np.sum(x * w) / np.float32(2)


case(
    float32_,
    (r(3).astype(np.float32), r(3).astype(np.float32)),
    other=[(r(5).astype(np.float32), r(5).astype(np.float32))],
)


def int_cast(x):
    k = int(x)
    return x * k + (x - k) ** 2


case(int_cast, (2.3,), other=[(3.7,), (-1.2,)])


def more_methods(x):
    y = x.copy().transpose(1, 0)
    z = y.flatten().astype(np.float64)
    return z.prod() + x.std() + x.var(axis=0).sum() + x.squeeze().cumsum()[-1] + x.min(axis=1).sum()


case(more_methods, (r(2, 3),), other=[(r(3, 2),)])


def swapped_bytes(x, c):
    return np.sum(np.exp(x) * c) + np.sum(x)


case(swapped_bytes, (np.array([0.5, 1.5]).astype(">f8"), 2.0))


def beside_it(x, k):
    return x * x * 1.0


case(beside_it, (r(3), 10**400), name="beside_a_long_int", other=[(r(4), 3)])
case(beside_it, (r(3), np.uint8(250)), name="beside_a_byte", other=[(r(4), np.uint8(0))])
case(beside_it, (r(3), np.matrix([[1.0, 2.0]])), name="beside_a_matrix", refused="k is a matrix")
case(
    beside_it,
    (r(3), np.poly1d([1.0, 2.0])),
    name="beside_a_polynomial",
    other=[(r(4), np.poly1d([2.0]))],
)
