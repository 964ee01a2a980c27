"""Networks whose layers are dicts in a list: each trip fills the gradient of its own layer, where it lies."""

import numpy as np

from tests.cases import case, normal

r = normal(77)


def layer(n=3, m=3):
    return {"W": r(n, m), "b": r(m)}


def scaled():
    return {"a": layer(), "s": r(3)}


def tanh_of(x, W, b):
    return np.tanh(x @ W + b)


def by_keywords(x, layers):
    for one in layers:
        x = tanh_of(x, **one)
    return x


case(
    by_keywords,
    (r(2, 3), [layer(), layer()]),
    other=[(r(2, 3), []), (r(1, 3), [layer(3, 2), layer(2, 4), layer(4, 1)])],
)


def left_out(x, layers):
    for k, one in enumerate(layers):
        if k == 1:
            continue
        x = x + tanh_of(x, one["a"]["W"], one["a"]["b"]) * one["s"]
    return x


case(
    left_out,
    (r(2, 3), [scaled(), scaled()]),
    other=[(r(2, 3), [scaled()]), (r(2, 3), [scaled(), scaled(), scaled()])],
)


def neighbours(x, layers):
    for i in range(len(layers)):
        x = tanh_of(x, **layers[i]["a"]) * layers[i]["s"] + layers[i - 1]["s"]
    return x


case(
    neighbours,
    (r(2, 3), [scaled(), scaled()]),
    other=[(r(2, 3), [scaled()]), (r(2, 3), [scaled(), scaled(), scaled()])],
)


def on_one_side(x, p, full):
    if full:
        return tanh_of(x, **p)
    return x @ p["W"] * p["b"]


case(
    on_one_side,
    (r(2, 3), layer(), True),
    other=[(r(2, 3), layer(), False), (r(2, 3), {**layer(), "more": r(3)}, False)],
)


def last_of_dicts_in_a_list(x, layers):
    # the copies that the cache holds ask the same test as the function does
    for i, layer in enumerate(layers):
        x = layer["w"] @ x
        if i < len(layers) - 1:
            x = np.maximum(x, 0) * layer["g"]
    return x


def last_of_lists_in_a_dict(x, net):
    for i in range(len(net["w"])):
        x = net["w"][i] @ x + net["b"][i]
        if i != len(net["w"]) - 1:
            x = np.maximum(x, 0)
    return x


def made_net(depth, seed):
    u = normal(seed)
    return {"w": [u(3, 3) for _ in range(depth)], "b": [u(3) for _ in range(depth)]}


def made_layers(depth, seed):
    return [{"w": w, "g": 0.3 + k} for k, w in enumerate(made_net(depth, seed)["w"])]


case(last_of_dicts_in_a_list, (r(3), made_layers(2, 1)), other=[(r(3), made_layers(3, 2))])
case(last_of_lists_in_a_dict, (r(3), made_net(2, 3)), other=[(r(3), made_net(1, 4))])
