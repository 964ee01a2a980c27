"""Shapes of values that have no name, told by the sizes that they were made with."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(811)


def columns(x, w, stride=1):
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    out_h = (H - HH) // stride + 1
    out_w = (W - WW) // stride + 1
    col = np.zeros((N, C, HH, WW, out_h, out_w))
    for i in range(HH):
        for j in range(WW):
            col[:, :, i, j] = x[
                :, :, i : i + stride * out_h : stride, j : j + stride * out_w : stride
            ]
    col = col.transpose(0, 4, 5, 1, 2, 3).reshape(N * out_h * out_w, -1)
    return (col @ w.reshape(F, -1).T).reshape(N, out_h, out_w, -1).transpose(0, 3, 1, 2)


case(
    columns,
    (r(2, 2, 4, 4), r(3, 2, 3, 3)),
    other=[(r(1, 1, 5, 4), r(2, 1, 2, 3)), (r(2, 1, 5, 5), r(2, 1, 3, 3), 2)],
)


def with_ones(x, w):
    n = x.shape[0]
    h = np.concatenate([np.ones((n, 1)), x], axis=1)
    return np.tanh(h @ w)


case(with_ones, (r(4, 3), r(4, 2)), other=[(r(2, 5), r(6, 1))])


def whole_shape_has_a_name(x, s):
    shape = x.shape
    a = np.zeros(shape)
    a[0] = x[0] * s
    b = a.T.reshape(-1)
    return b * 2.0 + np.sum(x)


case(whole_shape_has_a_name, (r(3, 4), 0.7), other=[(r(2, 5), 0.2)])


def size_is_bound_anew(x, n):
    a = np.zeros((n, 3))
    a[0] = x
    n = 3
    b = np.transpose(a).reshape(n, -1)
    n = b.size
    return b.T.reshape(n) * np.sin(x[0])


case(size_is_bound_anew, (r(3), 2), other=[(r(3), 4)])


def another_size_each_trip(x, n):
    total = 0.0
    for k in range(1, n):
        a = np.zeros((k, len(x)))
        a[k - 1] = x * k
        total = total + np.sum(np.sin(a.T.reshape(-1)))
    return total


case(another_size_each_trip, (r(3), 3), other=[(r(2), 1), (r(2), 5)])


def made_on_either_side(x, wide):
    n = x.shape[0]
    if wide:
        a = np.zeros((n, 4))
    else:
        a = np.zeros((n, 2))
    a[:, 0] = x
    a[:, 1] = x * x
    return np.exp(a.T.reshape(-1))


case(made_on_either_side, (r(3), True), other=[(r(2), False)])


def reshaped_twice(x, n, m):
    a = np.reshape(x, (n, m))
    b = np.transpose(a, (1, 0)).reshape(-1)
    return np.tanh(b) * x[0]


case(reshaped_twice, (r(6), 2, 3), other=[(r(8), 4, 2)])


def shape_from_a_helper(x, dims):
    a = np.zeros(dims)
    a[0] = x
    return np.sin(a.T.ravel()) + x[0]


case(shape_from_a_helper, (r(3), (2, 3)), other=[(r(4), (1, 4)), (r(2), (5, 2))])


def read_by_labels(a, x, y):
    return np.sum(np.exp(a) - x[y])


case(
    read_by_labels,
    (r(4), r(5), np.array([0, 2, 1, 1])),
    other=[(r(2), r(3), np.array([2, 2]))],
    guarded=[raises("a.shape == y.shape", r(4), r(5), np.array([1]))],
)
