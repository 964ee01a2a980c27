"""Helpers that return a list or an array, a vector or a column, as a literal of the call says."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(83), uniform(83)


def vector(v, size=None, form="array"):
    if isinstance(v, float):
        v = [v]
    if isinstance(v, (list, tuple)):
        if form == "list":
            return list(v)
        return np.array(v)
    v = v.flatten()
    if size is not None and v.size != size:
        raise ValueError("another length")
    if form == "list":
        return list(v)
    elif form == "array":
        return v * 1.0
    elif form == "column":
        return v.reshape(-1, 1)
    raise ValueError(form)


def skew(v):
    v = vector(v, None, "list")
    if len(v) == 1:
        return np.array([[0.0, -v[0]], [v[0], 0.0]])
    return np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])


def turning(q, w):
    q = vector(q, 4)
    w = vector(w, 3)
    E = q[0] * np.eye(3) - skew(q[1:4])
    return 0.5 * np.r_[-np.dot(q[1:4], w), E @ w]


case(turning, (r(4), r(3)), other=[(r(4), r(3))])


def column_and_vector(v):
    c = vector(v, form="column")
    return np.sum(c @ c.T) + np.sum(vector(v) ** 3)


case(column_and_vector, (r(4),), other=[(r(2),)])


def list_and_vector(v, k):
    a, *rest = vector(v, form="list")
    return a * k + np.sum(vector(v) ** 2) + sum(rest)


case(list_and_vector, (r(4), 0.7), other=[(r(2), 0.3)])


def skewed(v):
    v = list(v)
    if len(v) == 1:
        out = np.array([[0.0, -v[0]], [v[0], 0.0]])
    else:
        out = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
    return out


case(skewed, (r(3),), other=[(r(3),), (r(1),)])


def kept(x, w, whole=False):
    h = np.tanh(x @ w)
    if whole:
        return h, h.sum(axis=0)
    return h


def with_and_without_sums(x, w, v):
    h, s = kept(x, w, whole=True)
    return np.sum(kept(h, v) * s[0])


case(with_and_without_sums, (r(3, 4), r(4, 4), r(4, 2)), other=[(r(2, 3), r(3, 3), r(3, 5))])


def in_degrees(t, unit="rad"):
    if unit == "deg":
        return np.deg2rad(t)
    return t


def number_either_way(a, b):
    return np.sin(in_degrees(a, "deg")) * np.cos(in_degrees(b))


case(number_either_way, (30.0, 0.4), other=[(70.0, 0.1)])


def counted(x):
    return np.apply_along_axis(lambda v: [v[0], np.sum(v**2)], 0, np.asarray(x) * 2.0)


case(counted, (r(3),), other=[(r(5),)])
case(counted, (r(3, 2),), other=[(r(5, 3),)], name="counted_columns")


def summed_along(x, k):
    y = np.asarray(x) * k
    return np.apply_along_axis(lambda v: np.cumsum(v) * v[0], 1, y)


case(summed_along, (r(2, 3), 0.5), other=[(r(3, 2), 0.7)])
