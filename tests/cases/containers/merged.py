"""Dicts of options that take in others, tuples behind a star, what a list of dicts holds: the keys may be others in a later call."""

import numpy as np

from tests.cases import Call, case, normal, raises, uniform

r, u = normal(881), uniform(882)

DEFAULTS = {"a": 1.0, "b": 0.5}


def options_updated(x, **kwargs):
    options = {"lr": 0.1, "mode": "line", "eps": 1e-3}
    options.update(kwargs)
    if options["mode"] == "line":
        return x * options["lr"] + options["eps"]
    return x * 2


case(
    options_updated,
    (r(3),),
    {"lr": 0.5},
    other=[Call(r(4), lr=0.2)],
    guarded=[raises("the keys of kwargs were lr", r(3), lr=0.5, eps=0.1)],
)


def updated(x, params):
    p = {"a": 1.0, "b": 0.5}
    p.update(params)
    return p["a"] * x + p["b"]


case(
    updated,
    (r(3), {"a": 2.0}),
    other=[(r(3), {"a": 3.0})],
    guarded=[raises("the keys of params were a", r(3), {"a": 2.0, "b": 3.0})],
)


def updated_with_word(x, params):
    p = {"a": 1.0, "b": 0.5}
    p.update(params, c=x)
    return p["a"] * p["c"] + p["b"]


case(updated_with_word, (r(3), {"a": 2.0}), other=[(r(4), {"a": 3.0})])


def copied_and_updated(x, params=None):
    p = DEFAULTS.copy()
    if params is not None:
        p.update(params)
    return p["a"] * x + p["b"]


case(copied_and_updated, (r(3), {"a": 2.0}))


def made_of_two(x, params):
    p = dict({"a": 1.0, "b": 0.5}, **params)
    return p["a"] * x + p["b"]


case(
    made_of_two,
    (r(3), {"a": 2.0}),
    guarded=[raises("the keys of params were a", r(3), {"a": 2.0, "b": 3.0})],
)


def made_of_chosen(x, params=None):
    p = dict(DEFAULTS, **(params or {}))
    return p["a"] * x + p["b"]


case(made_of_chosen, (r(3), {"a": 2.0}))


def starred(x, params):
    p = {"a": 1.0, "b": 0.5, **params}
    return p["a"] * x + p["b"]


case(
    starred,
    (r(3), {"a": 2.0}),
    other=[(r(3), {"a": 3.0})],
    guarded=[raises("the keys of params were a", r(3), {"a": 2.0, "b": 3.0})],
)


def united(x, params):
    p = {"a": 1.0, "b": 0.5} | params
    return p["a"] * x + p["b"]


case(
    united,
    (r(3), {"a": 2.0}),
    guarded=[raises("the keys of params were a", r(3), {"a": 2.0, "b": 3.0})],
)


def two_united(p, q):
    return {**p, **q}


case(
    two_united,
    ({"a": 1.0}, {"b": 2.0}),
    guarded=[raises("the keys of q were b", {"a": 1.0}, {"a": 2.0, "b": 1.0})],
)


def summed_after(p):
    q = {"s": 2.0}
    q = {**q, **p}
    return sum(q.values())


case(
    summed_after,
    ({"a": 1.0},),
    other=[({"a": 3.0},)],
    guarded=[raises("the keys of p were a", {"a": 1.0, "b": 2.0})],
)


def changed_copy(p, x):
    q = dict(p)
    q["a"] = x * p["a"]
    return sum(q.values())


case(changed_copy, ({"a": 1.0}, 2.0), other=[({"a": 1.0, "b": 2.0}, 3.0)])


def filled_copy(p, x):
    q = p.copy()
    q["c"] = x * p["a"]
    return sum(q.values())


case(
    filled_copy,
    ({"a": 1.0}, 2.0),
    other=[({"a": 1.0, "b": 2.0}, 3.0), ({"a": 1.0, "c": 2.0}, 3.0)],
)


def tuple_in_a_row(x, extra):
    parts = (x, *extra)
    return np.hstack(parts)


case(
    tuple_in_a_row,
    (r(3), (r(2), r(1))),
    other=[(r(4), (r(1), r(3)))],
    guarded=[raises("extra had 2 items", r(3), (r(2), r(1), r(4)))],
)


def tuple_in_a_list(x, extra):
    total = 0.0
    for v in [x, *extra]:
        total += np.sum(v * v)
    return total


case(
    tuple_in_a_list,
    (r(3), (r(2), r(1))),
    guarded=[raises("extra had 2 items", r(3), (r(2), r(1), r(4)))],
)


def viterbi(seen, states, start, trans, emit):
    V = [{}]
    for s in states:
        V[0][s] = start[s] * emit[s][seen[0]]
    for t in range(1, len(seen)):
        V.append({})
        for s in states:
            V[t][s] = max(V[t - 1][k] * trans[k][s] for k in states) * emit[s][seen[t]]
    return max(V[-1].values())


STATES = (
    ("H", "F"),
    {"H": 0.6, "F": 0.4},
    {"H": {"H": 0.7, "F": 0.3}, "F": {"H": 0.4, "F": 0.6}},
    {"H": {"n": 0.5, "c": 0.4, "d": 0.1}, "F": {"n": 0.1, "c": 0.3, "d": 0.6}},
)

case(viterbi, (["n", "c", "d"], *STATES), other=[(["d", "n"], *STATES)])


def viterbi_traced_back(seen, states, start, trans, emit):
    V = [{}]
    for s in states:
        V[0][s] = {"prob": start[s] * emit[s][seen[0]], "prev": None}
    for t in range(1, len(seen)):
        V.append({})
        for s in states:
            best, chosen = V[t - 1][states[0]]["prob"] * trans[states[0]][s], states[0]
            for k in states[1:]:
                prob = V[t - 1][k]["prob"] * trans[k][s]
                if prob > best:
                    best = prob
                    chosen = k
            V[t][s] = {"prob": best * emit[s][seen[t]], "prev": chosen}
    return max(value["prob"] for value in V[-1].values())


case(viterbi_traced_back, (["n", "c", "d"], *STATES), other=[(["d", "n"], *STATES)])


def rows_by_key(p, keys):
    V = [{}]
    for k in keys:
        V[0][k] = p[k] * 2
    for t in range(1, 3):
        V.append({})
        for k in keys:
            V[t][k] = max(V[t - 1][j] * p[j] for j in keys) * p[k]
    return sum(V[-1][k] for k in keys)


case(rows_by_key, ({"a": 1.0, "b": 2.0}, ["a", "b"]), other=[({"a": 1.5, "b": 0.5}, ["a"])])


def last_values(p, keys):
    V = []
    for t in range(3):
        d = {}
        for k in keys:
            d[k] = p[k] * t
        V.append(d)
    total = 0.0
    for w in V[-1].values():
        total += w
    return total


case(last_values, ({"a": 1.0, "b": 2.0}, ["a", "b"]), other=[({"a": 1.5, "b": 0.5}, ["a"])])


def nested_values(config, x):
    total = 0.0
    for v in config["opt"]["w"].values():
        total += v * x
    return total


case(nested_values, ({"opt": {"w": {"a": 1.0, "b": 2.0}}}, 2.0))


class Net:
    def __init__(self, *shape):
        self.params = {"w": r(*shape), "b": r(2)}

    def penalty(self, x):
        total = 0.0
        for v in self.params.values():
            total += np.sum(v * v)
        return total * x

    def penalty_in_a_line(self, x):
        return x * sum(np.sum(v * v) for v in self.params.values())


case(Net.penalty, (Net(3), 2.0), other=[(Net(4), 3.0)])
case(Net.penalty_in_a_line, (Net(3), 2.0), other=[(Net(4), 3.0)])
