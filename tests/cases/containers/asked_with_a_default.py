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


def batchnorm(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    N, D = x.shape
    running_mean = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))
    if mode == "train":
        mu = x.mean(axis=0)
        var = x.var(axis=0)
        xhat = (x - mu) / np.sqrt(var + eps)
        out = gamma * xhat + beta
        running_mean = momentum * running_mean + (1 - momentum) * mu
        running_var = momentum * running_var + (1 - momentum) * var
    elif mode == "test":
        xhat = (x - running_mean) / np.sqrt(running_var + eps)
        out = gamma * xhat + beta
    else:
        raise ValueError("bad mode")
    bn_param["running_mean"] = running_mean
    bn_param["running_var"] = running_var
    return out


def running(mode):
    return {"mode": mode, "running_mean": r(3), "running_var": abs(r(3))}


case(batchnorm, (r(4, 3), r(3), r(3), running("train")), name="second_step")
case(batchnorm, (r(4, 3), r(3), r(3), running("test")), name="test_mode")


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


case(shape_set, (r(4),), refused="Write y = y.reshape(...)")


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
