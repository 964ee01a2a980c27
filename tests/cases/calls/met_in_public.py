"""Options of one type or another, labels of two kinds, layers that keep what they saw: met in public code."""

from __future__ import annotations

import math
from collections import namedtuple

import numpy as np

from tests.cases import case, normal, raises

r = normal(522)


def padded(x, p):
    if isinstance(p, int):
        p = (p, p)
    return np.pad(x, ((0, 0), (p[0], p[1])))


case(padded, (r(2, 3), (1, 2)), other=[(r(2, 3), (0, 2)), (r(2, 3), 1)])
case(padded, (r(2, 3), 1), other=[(r(2, 3), 2), (r(2, 3), (1, 0))], name="padded_by_a_number")


def padded_by_choice(x, p):
    p = (p, p) if isinstance(p, int) else p
    return np.pad(x, ((p[0], p[0]), (p[1], p[1]))) * x.sum()


case(padded_by_choice, (r(2, 3), (1, 2)), other=[(r(2, 3), (0, 2)), (r(2, 3), 1)])


def pooled(x, k, stride=1):
    if isinstance(k, int):
        kh = kw = k
    else:
        kh, kw = k
    if not isinstance(stride, (tuple, list)):
        stride = (stride, stride)
    H, W = x.shape
    out = np.zeros(((H - kh) // stride[0] + 1, (W - kw) // stride[1] + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            rows = slice(i * stride[0], i * stride[0] + kh)
            out[i, j] = np.max(x[rows, j * stride[1] : j * stride[1] + kw])
    return out


case(pooled, (r(4, 5), 2, 2), other=[(r(5, 5), 2, 1)])
case(pooled, (r(4, 5), (2, 3), (1, 2)), other=[(r(5, 5), (1, 2), (2, 1))], name="pooled_by_tuples")


def summed(x, axis):
    if type(axis) is not tuple:
        axis = (axis,)
    return np.sum(x**2, axis=axis)


case(summed, (r(2, 3, 4), (0, 1)))
case(summed, (r(2, 3, 4), 0), name="summed_over_one")


def by_word(x, mode):
    if isinstance(mode, str):
        mode = {"a": 0, "b": 1}[mode]
    return x ** (mode + 1)


case(by_word, (r(3), 1), other=[(r(3), 0)])
case(by_word, (r(3), "b"), other=[(r(3), "a")], name="by_a_word")


def shape_by_choice(x, rows):
    shape = (x.shape[0], -1) if rows else (-1, x.shape[-1])
    return x.reshape(shape)


case(shape_by_choice, (r(2, 3, 4), True), other=[(r(2, 3, 4), False)])


def starred_shape_by_choice(x, rows):
    shape = (x.shape[0], -1) if rows else (-1, x.shape[-1])
    return x.reshape(*shape)


case(starred_shape_by_choice, (r(2, 3, 4), True), other=[(r(2, 3, 4), False)])


def one_hot_or_not(y, t):
    if t.ndim == 2:
        t = t.argmax(axis=1)
    return y[np.arange(len(y)), t]


one_hot = np.eye(4)[[1, 2, 0]]
case(one_hot_or_not, (r(3, 4), one_hot))
case(one_hot_or_not, (r(3, 4), np.array([1, 2, 0])), other=[(r(3, 4), one_hot)], name="labels")


class SoftmaxWithLoss:
    def forward(self, x, t):
        self.t = t
        self.y = np.exp(x) / np.exp(x).sum(1, keepdims=True)
        return self.loss(self.y, self.t)

    def loss(self, y, t):
        if y.ndim == 1:
            y = y.reshape(1, -1)
            t = t.reshape(1, -1)
        if t.size == y.size:
            t = t.argmax(axis=1)
        n = y.shape[0]
        return -np.sum(np.log(y[np.arange(n), t] + 1e-7)) / n


case(SoftmaxWithLoss().forward, (r(3, 4), one_hot), name="softmax_with_loss")


class Pool:
    def __init__(self):
        self.shape, self.p = (4, 4), 2

    def out(self):
        return self.shape[0] - self.p

    def forward(self, x):
        self.inp = x
        rows = self.out()
        return x.reshape(rows, -1)


case(Pool().forward, (r(4, 2),), name="stores_then_asks_itself", other=[(r(6, 3),)])


class Recurrent:
    def __init__(self):
        self.h, self.W = np.zeros((5, 3)), r(3, 3)

    def doubled(self, X):
        self.h = np.zeros((5, 3))
        for t in range(4):
            self.h[t + 1] = X[t] + self.h[t] * 2
        return self.h

    def forward(self, X):
        self.h = np.zeros((5, 3))
        for t in range(4):
            self.h[t + 1] = np.tanh(X[t] + self.h[t].dot(self.W))
        return self.h


case(Recurrent().doubled, (r(4, 3),), name="buffer_of_self_doubled")
case(Recurrent().forward, (r(4, 3),), name="buffer_of_self")


def summed_to_long(x):
    return (x * x).sum().astype(np.longdouble)


case(summed_to_long, (r(3),), other=[(r(5),)])


class Point(namedtuple("Point", "x y")):
    def length(self):
        return math.hypot(self.x, self.y)

    def dot(self, other):
        return self.x * other.x + self.y * other.y

    def scaled(self, k):
        return Point(self.x * k, self.y * k)


case(Point(0.3, 0.4).length, (), name="length_of_a_named_tuple")
case(Point(0.3, 0.4).dot, (Point(0.2, 0.1),), wrt=("self", "other"), name="dot_of_named_tuples")
case(Point(0.3, 0.4).scaled, (0.5,), name="scaled_named_tuple")


def thomas(A, B):
    n = len(B)
    for i in range(1, n):
        w = A[i][i - 1] / A[i - 1][i - 1]
        A[i][i] -= w * A[i - 1][i]
    return A[-1][-1] * B[0]


def rows(n):
    return [[3.0 * (i == j) + 0.1 * (i + j + 1) for j in range(n)] for i in range(n)]


case(
    thomas,
    (rows(4), [1.0, 2.0, 3.0, 4.0]),
    other=[(rows(3), [1.0, 2.0, 3.0]), (rows(2), [1.0, 2.0])],
    guarded=[
        raises("A held no arrays", [[np.array(2.0), 1.0], [1.0, 2.0]], [1.0, 2.0]),
    ],
)
