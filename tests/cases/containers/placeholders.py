"""Lists that begin with None in each place, and are filled item by item."""

import math

from tests.cases import case, uniform

u = uniform(431)


def cross(a, b, out):
    out[0] = a[1] * b[2] - a[2] * b[1]
    out[1] = a[2] * b[0] - a[0] * b[2]
    out[2] = a[0] * b[1] - a[1] * b[0]


def size(v):
    return math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])


def read_on_one_side(r, v, mode):
    h = [None, None, None]
    cross(r, v, h)
    m = size(h)
    if mode == "part":
        m = h[2] / m
    return m * r[0]


def handed_on_on_one_side(r, v, mode):
    h = [None, None, None]
    cross(r, v, h)
    m = size(h)
    if mode == "twice":
        m = size(h) * m
    return m


r, v = u(3).tolist(), u(3).tolist()
for function, mode in ((read_on_one_side, "part"), (handed_on_on_one_side, "twice")):
    case(function, (r, v, mode), other=[(v, r, "none")])
    case(function, (r, v, "none"), other=[(v, r, mode)], name=f"{function.__name__}_later")
