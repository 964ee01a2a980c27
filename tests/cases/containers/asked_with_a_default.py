"""Items of dicts that are asked for with a default; arrays made of displays; arrays of one item as numbers."""

from __future__ import annotations

import numpy as np

from tests.cases import case, normal, raises

r = normal(524)


def not_there(x, p):
    eps = p.get("eps", 1e-5)
    return x / np.sqrt(p["var"] + eps)


case(
    not_there,
    (r(3), {"var": abs(r(3))}),
    guarded=[raises('p had no "eps"', r(3), {"var": abs(r(3)), "eps": 0.1})],
)


def only_item(x):
    return np.sum(np.log(x.reshape(-1, 1) ** 2), axis=0).item()


case(only_item, (r(3),), other=[(r(5),)])


def added_tuples(x, p):
    return np.add((x[0], x[1]), p)


case(added_tuples, (r(2), r(2)))


def multiplied_lists(x, p):
    a, b = np.multiply([x[0], x[1]], p)
    return a * b


case(multiplied_lists, (r(2), r(2)))


def shape_set(x):
    y = x * 2
    y.shape = 2, 2
    return y @ y


case(shape_set, (r(4),))


def shape_set_by_sizes(x):
    y = np.tanh(x)
    n = y.shape[0]
    y.shape = n, -1, 3
    z = y.mean(axis=2)
    z.shape = (-1,)
    return z * n


case(shape_set_by_sizes, (r(4, 6),), other=[(r(2, 9),)])


def in_flat_order(x, y):
    out = np.zeros_like(x)
    for i, (a, b) in enumerate(zip(x.flat, y.flat, strict=True)):
        out.flat[i] = a * b
    return out * sum(v for v in x.T.flat) * max(y.flat) * x.flat[1]


case(in_flat_order, (r(3, 4), r(3, 4)), other=[(r(2, 3), r(2, 3))])


# fmt: off
def inside(u, a): u[1:-1] = (u[2:] + u[:-2]) * a  # noqa: E704
# fmt: on


case(inside, (r(4), 0.5), name="updates_in_one_line")


def by_records(rows):
    t = 0.0
    for q in rows:        s = q["x"].sum(); t += np.log1p(np.exp(-s)) if q["y"] else np.log1p(np.exp(s))  # fmt: skip  # noqa: E702
    return t


records = [{"x": r(3), "y": 1}, {"x": r(3), "y": 0}]
case(by_records, (records,), name="rewritten_behind_a_semicolon")
