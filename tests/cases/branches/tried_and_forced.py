"""Tests inside a `try` whose other side raises; methods that return nothing, early as well; functions kept by an object."""

from __future__ import annotations

import numpy as np
import scipy.linalg

from tests.cases import case, normal, raises

r = normal(525)


def raises_for_the_caller(x):
    try:
        if (np.asarray(x) < -9).any():
            raise ValueError("negative")
    except NameError:
        print("no such name")
    return x * x


case(raises_for_the_caller, (r(3),))


def tells_and_raises(x, fn=None):
    try:
        if fn is None:
            y = x * 2
        else:
            y = fn(x)
    except Exception:
        print(x)
        raise
    return y * x


case(tells_and_raises, (r(3),), guarded=[raises("not recorded", r(3), np.sin)])


def numbers_or_arrays(x):
    y = x * 2
    try:
        if (y > 9).any():
            y[y > 9] = 0
    except TypeError:
        if y > 9:
            y = -y
    return y * x


case(numbers_or_arrays, (r(3),), other=[(np.array([1.0, 20.0]),)])


class Filter:
    def __init__(self):
        self.x, self.z = r(2), 0
        self.P = self.H = self.R = np.eye(2)

    def noted(self, z):
        if z is None:
            self.z = 3
            return
        self.x = self.x + z

    def update(self, z, R=None):
        if z is None:
            return
        if R is None:
            R = self.R
        y = z - self.H @ self.x
        S = self.H @ self.P @ self.H.T + R
        K = self.P @ self.H.T @ np.linalg.inv(S)
        self.x = self.x + K @ y
        self.P = self.P - K @ self.H @ self.P


case(Filter().noted, (r(2),), name="returns_nothing_early")
case(Filter().update, (r(2),), wrt=("self.x", "z"), name="filter_update")


class SigmaPoints:
    def __init__(self):
        self.sqrt, self.k = scipy.linalg.cholesky, 0.5

    def spread(self, P):
        return self.sqrt(P) * self.k


other = SigmaPoints()
other.sqrt = np.linalg.cholesky
P = np.array([[2.0, 0.3], [0.3, 1.0]])
case(SigmaPoints().spread, (P,), name="function_of_a_library_kept_by_self")
case(
    SigmaPoints.spread,
    (SigmaPoints(), P),
    name="function_of_a_library_in_an_argument",
    guarded=[raises("self.sqrt was cholesky", other, P)],
)


def unwrapped_beyond(A, k):
    if k > 3:
        return np.unwrap(A, axis=0).sum()
    return A.sum() * k


case(
    unwrapped_beyond,
    (r(3, 3), 2),
    other=[(r(2, 2), 3)],
    guarded=[raises("no gate fits np.unwrap", r(3, 3), 5)],
)


def clamped_where_a_root_is_steep(t, critical):
    ratio = t / critical
    if ratio > 1.0:
        ratio = 1.0
    return np.exp(2.0 * (1.0 - ratio) ** 0.38)


case(clamped_where_a_root_is_steep, (300.0, 500.0), guarded=[raises("not recorded", 600.0, 500.0)])


def one_scale_or_each(x, scale):
    scales = np.asarray(scale)
    if scales.ndim == 0:
        scales = np.full(x.shape[1], scales)
    return x / scales


case(one_scale_or_each, (r(2, 3), 0.7), guarded=[raises("needs", r(2, 3), r(3))])


class Normed:
    def __init__(self, axis):
        self.axis = axis

    def scaled(self, x):
        return x * (x * x).sum(axis=self.axis, keepdims=True)


case(
    Normed.scaled,
    (Normed(-1), r(2, 3, 4)),
    name="axis_of_an_object",
    guarded=[raises("self.axis was -1", Normed(0), r(2, 3, 4))],
)


def side_of_a_list(x, y, n):
    parts = [y, x[0] * y]
    s = 0.5
    if n > 2:
        s = np.sin(x[0])
    else:
        t = np.sin(sum(parts)) if len(parts) > 2 else y
        s = s + x[-1] * t
    return s


case(side_of_a_list, (r(3), 0.5, 4), other=[(r(4), 0.3, 1)])
