"""Dicts of options and running values that a step reads, fills, counts in, and hands back; arguments that are only updated."""

import numpy as np

from tests.cases import case, uniform

u = uniform(439)


def sgd_momentum(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    v = config["momentum"] * v - config["learning_rate"] * dw
    next_w = w + v
    config["velocity"] = v
    return next_w, config


case(sgd_momentum, (u(3), u(3)), wrt=["w", "dw"])
case(sgd_momentum, (u(3), u(3), {"velocity": u(3)}), wrt=["w", "dw"], name="sgd_momentum_v")
case(
    sgd_momentum,
    (u(3), u(3), {"velocity": u(3), "momentum": 0.9, "learning_rate": 0.1}),
    name="sgd_momentum_full",
)


def adam(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    config["t"] += 1
    config["m"] = config["beta1"] * config["m"] + (1 - config["beta1"]) * dw
    config["v"] = config["beta2"] * config["v"] + (1 - config["beta2"]) * dw**2
    mt = config["m"] / (1 - config["beta1"] ** config["t"])
    vt = config["v"] / (1 - config["beta2"] ** config["t"])
    next_w = w - config["learning_rate"] * mt / (np.sqrt(vt) + config["epsilon"])
    return next_w, config


case(adam, (u(3), u(3)), wrt=["w", "dw"])
case(adam, (u(3), u(3), {}), wrt=["w", "dw"], name="adam_empty")
case(
    adam,
    (
        u(3),
        u(3),
        {
            "learning_rate": 0.1,
            "beta1": 0.9,
            "beta2": 0.99,
            "epsilon": 1e-8,
            "m": u(3),
            "v": u(3),
            "t": 3,
        },
    ),
    name="adam_full",
)


def sgd(params, grads, lr):
    for k in params:
        params[k] -= lr * grads[k]


case(
    sgd,
    ({"W": u(3, 2), "b": u(2)}, {"W": u(3, 2), "b": u(2)}, 0.1),
    other=[({"W": u(2, 2)}, {"W": u(2, 2)}, 0.2)],
)


def fill(out, x):
    for i in range(len(x)):
        out[i] = x[i] ** 2


case(fill, (np.zeros(3), u(3)), other=[(np.zeros(4), u(4))], wrt=["x"])


def momentum(params, velocity, grads, lr, mu):
    for key in params.keys():
        velocity[key] = mu * velocity[key] - lr * grads[key]
        params[key] += velocity[key]


W = lambda: {"W": u(3, 2), "b": u(2)}
case(momentum, (W(), W(), W(), 0.1, 0.9), other=[(W(), W(), W(), 0.2, 0.8)])


def listed(ps, gs, lr):
    for i in range(len(ps)):
        ps[i] = ps[i] - lr * gs[i]


case(listed, ([u(3), u(2)], [u(3), u(2)], 0.1), other=[([u(3)], [u(3)], 0.1)])
