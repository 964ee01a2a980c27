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


SIXTH = np.array([0.3, -0.4, 0.7, 0.2, 1.1, -0.6])


def asked_by_what_is_computed(x):
    seen = {}
    for i in range(x.shape[0]):
        k = i % 3
        seen[k] = seen.get(k, 0.0) + x[i] * seen.get((k + 1) % 3, 1.0)
    return sum(seen.values())


case(asked_by_what_is_computed, (SIXTH[:5],), other=[(SIXTH,), (SIXTH[:2],)])


def asked_by_pairs(x):
    g = {}
    for i in range(3):
        for j in range(2):
            g[(i, j)] = g.get((i - 1, j), 1.0) * x[i, j] + g.get((i, j - 1), 0.0)
    return g[(2, 1)]


case(asked_by_pairs, (SIXTH.reshape(3, 2),), other=[(SIXTH[::-1].reshape(3, 2),)])


def asked_by_words(params, x, keys):
    s = 0.0
    for k in keys:
        s = s + params.get(k, 1.0) * x
    return s


case(
    asked_by_words,
    ({"a": 2.0, "b": 3.0}, 0.5, ["a", "b"]),
    other=[
        ({"a": 2.0, "b": 3.0}, 0.5, ["z", "z", "b"]),
        ({"a": 2.0, "b": 3.0}, 0.5, ["a", "z"]),
    ],
)


def some_have_a_bias(params, x):
    for name in sorted(params):
        p = params[name]
        x = x * p["w"] + p.get("b", 0.0)
    return x


SOME = {"first": {"w": 0.4, "b": 0.3}, "second": {"w": 0.6}}
case(some_have_a_bias, (SOME, 0.7), refused="at one time and not at another")


def some_have_a_bias_as_advised(params, x):
    for name in sorted(params):
        p = params[name]
        x = x * p["w"] + (p["b"] if "b" in p else 0.0)
    return x


case(
    some_have_a_bias_as_advised,
    (SOME, 0.7),
    other=[(SOME, 0.2), ({"first": SOME["second"], "second": SOME["first"]}, 0.2)],
)


def some_have_a_rate(x, options):
    for o in options:
        x = x * o.get("rate", 0.5) + np.sin(x)
    return x


case(some_have_a_rate, (0.5, [{"rate": 0.3}, {"other": 0.3}]), wrt=["x"])


def put_by_a_loop(xs, w):
    d = {}
    for x in xs:
        d["last"] = x * w
    return w + d.get("last", w * 2) ** 2


case(put_by_a_loop, ([1.0, 2.0], 0.3), other=[([], 0.2), ([1.0, 3.0, 2.0], 0.2)])


def put_by_itself(xs, w):
    d = {}
    for x in xs:
        d["s"] = d.get("s", 0.0) * 0.5 + x * w
    return d["s"] ** 2


case(put_by_itself, ([1.0, 2.0], 0.3), other=[([1.0], 0.2), ([1.0, 3.0, 2.0], 0.2)])


def put_at_times(x, w, deep):
    d = {"a": x}
    if deep:
        d["b"] = x * w
    return d.get("b", w) * d.get("a", 0.0)


case(put_at_times, (1.0, 0.3, True), other=[(0.5, 0.2, False)])


class Log:
    def __init__(self):
        self.seen = {}

    def add(self, x):
        self.seen["last"] = x

    def last(self):
        return self.seen.get("last", 0.0)


def put_by_a_method(xs, k):
    log = Log()
    for x in xs:
        log.add(x * k)
    return log.last() * k


case(
    put_by_a_method,
    ([1.0, 2.0], 0.3),
    other=[([1.0], 0.2)],
    guarded=[raises('seen had a "last"', [], 0.2)],
)
