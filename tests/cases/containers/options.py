"""Dictionaries of options: what is asked for with a default, what is kept from call to call."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(5), uniform(5)


def options(**more):
    return {"mode": "train", "running_mean": r(3), "running_var": u(3), **more}


def batchnorm_with_averages(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    N, D = x.shape
    running_mean = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))
    if mode == "train":
        mu = x.mean(axis=0)
        var = x.var(axis=0)
        x_hat = (x - mu) / np.sqrt(var + eps)
        running_mean = momentum * running_mean + (1 - momentum) * mu
        running_var = momentum * running_var + (1 - momentum) * var
    else:
        x_hat = (x - running_mean) / np.sqrt(running_var + eps)
    out = gamma * x_hat + beta
    bn_param["running_mean"] = running_mean
    bn_param["running_var"] = running_var
    return out


case(
    batchnorm_with_averages,
    (r(4, 3), r(3), r(3), options()),
    other=[
        (r(5, 3), r(3), r(3), {"mode": "train"}),
        (r(5, 3), r(3), r(3), options(mode="test", eps=1e-3)),
    ],
    wrt=["x", "gamma", "beta"],
)


case(
    batchnorm_with_averages,
    (r(4, 3), r(3), r(3), options(mode="test")),
    other=[(r(5, 3), r(3), r(3), options())],
    wrt=["x", "gamma", "beta"],
    name="traced_in_test_mode",
)


def by_a_helper(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(N * H * W, C)
    out = batchnorm_with_averages(rows, gamma, beta, bn_param)
    return out.reshape(N, H, W, C).transpose(0, 3, 1, 2)


case(
    by_a_helper,
    (r(2, 3, 2, 2), r(3), r(3), options()),
    other=[(r(1, 3, 2, 3), r(3), r(3), options(momentum=0.5))],
    wrt=["x", "gamma", "beta"],
)


def weights_beside_a_word(x, p):
    if p["act"] == "relu":
        return np.maximum(x @ p["W"], 0)
    return x @ p["W"]


case(
    weights_beside_a_word,
    (r(2, 3), {"act": "relu", "W": r(3, 2)}),
    other=[(r(4, 2), {"act": "", "W": r(2, 2)})],
)


def missing_array(x, p):
    b = p.get("b", x)
    return x * p["w"] * b


case(missing_array, (r(3), {"w": r(3)}), other=[(r(2), {"w": r(2)})])
