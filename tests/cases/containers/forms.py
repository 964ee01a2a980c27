"""Lists, tuples and dicts, in the many forms that Python has for it."""

import collections

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(132), uniform(133)


def neighbours(x):
    out = []
    for i in range(len(x)):
        out.append(x[i] * x[i - 1])
    return np.array(out)


case(neighbours, (r(3),), other=[(r(5),)])


def rows_stacked(x):
    out = []
    for row in x:
        out.append(np.tanh(row) * 2)
    return np.stack(out)


case(rows_stacked, (r(3, 2),), other=[(r(5, 4),)])


def comprehension_in_ternary(x):
    return [v * 2 for v in x if v > 0] if len(x) > 2 else [x[0]]


case(comprehension_in_ternary, (np.array([1.0, -2.0, 3.0]),), other=[(np.array([1.0, -2.0]),)])


def rows_loop(X, w):
    out = []
    for row in X:
        out.append(np.tanh(row @ w))
    return np.array(out)


case(rows_loop, (r(3, 4), r(4)), other=[(r(5, 2), r(2))])


def cols_loop(X):
    out = []
    for col in X.T:
        out.append(col / np.sum(np.abs(col)))
    return np.stack(out, axis=1)


case(cols_loop, (r(3, 4),), other=[(r(5, 2),)])


def double_comp(X):
    return np.array([[x * y for x in row] for row, y in zip(X, X[:, 0])])


case(double_comp, (r(2, 3),), other=[(r(3, 2),)])


def stack_pop(xs):
    st = []
    for x in xs:
        st.append(x)
        if len(st) == 3:
            a = st.pop()
            b = st.pop()
            st.append(a * b)
    return st[-1] * st[0]


case(stack_pop, (r(5),), other=[(r(4),)])


def kwargs_(**kw):
    return kw["x"] * kw["y"]


case(kwargs_, (), {"x": 1.5, "y": 2.5})


def while_list(x):
    vals = [x]
    while len(vals) < 5 and abs(vals[-1]) > 0.01:
        vals.append(vals[-1] * 0.5 + 0.1 * vals[0])
    return sum(vals)


case(while_list, (0.7,), other=[(0.001,), (2.0,)])


R = [(r(4), r(4))]


O = [(r(6), r(6)), (r(1), r(1))]


def listy(x, w):
    hs = [x]
    for i in range(3):
        hs.append(np.tanh(hs[-1] * w))
    return hs[1] * hs[3] + sum(hs)


case(listy, R[0], other=O)


def dicty(x, w):
    d = {}
    d["a"] = x * w
    d["b"] = d["a"] ** 2
    d["a"] = d["b"] - x
    out = {k: v * 2 for k, v in d.items()}
    return out["a"] + out["b"]


case(dicty, R[0], other=O)


def returns_dict(x, w):
    return {"loss": np.sum(x * w), "scores": np.exp(x)}


case(returns_dict, R[0], other=O)


def returns_list(x, w):
    return [x * w, np.sum(w)]


case(returns_list, R[0], other=O)


def fstring_key(params, n):
    h = params["x"]
    for i in range(n):
        h = np.tanh(h @ params[f"W{i}"] + params["b" + str(i)])
    return h.sum()


case(
    fstring_key,
    ({"x": r(2, 3), "W0": r(3, 3), "b0": r(3), "W1": r(3, 3), "b1": r(3)}, 2),
    other=[({"x": r(1, 2), "W0": r(2, 2), "b0": r(2)}, 1)],
)


def zip_star(pairs):
    xs, ys = zip(*pairs)
    return sum(a * b for a, b in zip(xs, ys))


case(
    zip_star,
    ([(1.0, 2.0), (3.0, 4.0)],),
    other=[([(1.0, 2.0), (3.0, 4.0), (2.0, 5.0)],)],
)


def floats(x):
    return sum([float(v) ** 2 for v in x])


case(floats, (r(3),), other=[(r(5),)])


def tolist(x):
    xs = x.tolist()
    return xs[0] * xs[-1] + sum(xs)


case(tolist, (r(3),), other=[(r(5),)])


def mutable_default(x, acc=[]):
    acc.append(1.0)
    return x * len(acc)


case(mutable_default, (r(3),))


def dict_alias(x):
    p = {"h": x * 2}
    q = p
    q["h"] += x
    r_ = dict(p)
    r_["h"] = r_["h"] * 2
    return p["h"] * r_["h"]


case(dict_alias, (r(3),), other=[(r(2),)])


def default_dict(x):
    d = collections.defaultdict(float)
    for i, v in enumerate(x):
        d[i % 2] += v * v
    return d[0] * d[1]


case(default_dict, (r(5),), other=[(r(3),)])


def state_in_a_dict(x):
    state = {"h": x * 0.5, "c": x}
    for t in range(3):
        state["c"] = np.tanh(state["h"] * state["c"])
        state["h"] = state["c"] + state["h"] * 0.5
    return state["h"]


case(state_in_a_dict, (r(3),))


def matched_shapes(x, p):
    match p:
        case ("scale", s):
            y = x * s
        case ("shift", a, b) if b > 0:
            y = x + a * b
        case [k]:
            y = x * k
        case None:
            y = x
        case 3 | 4:
            y = x * x
        case other:
            y = x * other
    return y


case(matched_shapes, (r(3), None), other=[(r(3), 4)])


LAMBDA = 0.1


WEIGHTS = np.array([0.2, -0.5, 1.5])


SIZES = (2, 3)


TABLE = {"scale": 2.0, "w": np.array([1.0, 2.0, 3.0])}


def module_constants(x):
    return LAMBDA * np.sum(x * WEIGHTS) * TABLE["scale"] + np.sum(x * TABLE["w"]) / SIZES[0]


case(module_constants, (r(3),))


def updated_both_ways(x, y):
    d = {"a": x}
    d.update({"b": x * y}, c=y)
    d |= {"e": y * y}
    return d["a"] * d["b"] + d["c"] * d["e"]


case(updated_both_ways, (2.0, 3.0), other=[(-1.0, 0.5)])


def dicts_of_pairs(x, names, w, b):
    d = dict(zip(names, x * 2))
    p = dict(zip(("w", "b"), (w, b)))
    q = dict((n, v**2) for n, v in d.items())
    return p["w"] * d["a"] * q["b"] + p["b"] * sum(q.values())


case(
    dicts_of_pairs,
    (r(2), ["a", "b"], 2.0, 3.0),
    other=[(r(3), ["a", "b", "c"], 1.0, -2.0)],
)


def starred_parts_of_a_known_tuple(x, w):
    parts = (x * w, 3, np.sin(x), 2)
    a, n, *rest = parts
    return a * n + rest[0] * rest[1]


case(starred_parts_of_a_known_tuple, (0.7, 1.3), other=[(0.2, -0.4)])
