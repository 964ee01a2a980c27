"""Lists, tuples and dicts of traced values: built, indexed, unpacked, passed in, returned."""

import collections

import numpy as np

from tests.cases import case, normal, raises, uniform

r, u = normal(4), uniform(4)

Pair = collections.namedtuple("Pair", "first second")


def list_of_values(x, y):
    parts = [x * y, x + y, y]
    return parts[0] * parts[1] + parts[-1]


case(list_of_values, (r(3), r(3)))


def tuple_of_values(x, y):
    pair = (np.sin(x), np.cos(y))
    a, b = pair
    return a * b + pair[0]


case(tuple_of_values, (r(3), r(3)))


def dict_of_values(x, y):
    d = {"a": x * y, "b": x}
    d["c"] = d["a"] + d["b"]
    return d["c"] * d["a"]


case(dict_of_values, (r(3), r(3)))


def nested_containers(x, y):
    net = {"layers": [(x, y), (y, x * y)], "scale": 2.0}
    w, b = net["layers"][1]
    return w * b * net["scale"] + net["layers"][0][0]


case(nested_containers, (r(3), r(3)))


def list_argument(ws):
    return ws[0] * ws[1] + ws[2] ** 2


case(list_argument, ([0.5, -1.5, 2.0],), other=[([1.0, 2.0, 3.0],)])


def list_argument_partly_used(ws):
    return ws[0] * ws[2]


case(list_argument_partly_used, ([0.5, -1.5, 2.0],))


def list_of_arrays(ws, x):
    return np.tanh(x @ ws[0]) @ ws[1]


case(list_of_arrays, ([r(3, 4), r(4, 2)], r(2, 3)), other=[([r(2, 3), r(3, 1)], r(4, 2))])


def tuple_argument(p, x):
    w, b = p
    return x @ w + b


case(tuple_argument, ((r(3, 2), r(2)), r(4, 3)), other=[((r(2, 4), r(4)), r(1, 2))])


def dict_argument(params, x):
    h = np.maximum(0, x @ params["W1"] + params["b1"])
    return h @ params["W2"]


case(
    dict_argument,
    ({"W1": r(3, 4), "b1": r(4), "W2": r(4, 2)}, r(2, 3)),
    other=[({"W1": r(2, 3), "b1": r(3), "W2": r(3, 1)}, r(3, 2))],
)


def dict_argument_with_unused_key(params, x):
    return x * params["scale"]


case(dict_argument_with_unused_key, ({"scale": 0.5, "shift": 1.5}, r(3)))


def dict_of_scalars_used_twice(p):
    return p["a"] * p["b"] + p["a"] ** 2


case(dict_of_scalars_used_twice, ({"a": 0.5, "b": -1.5},))


def nested_argument(tree):
    return tree["in"][0] * tree["in"][1] + tree["out"]["w"] * tree["in"][0]


case(nested_argument, ({"in": [0.5, 1.5], "out": {"w": -0.7}},))


def mixed_dict(x, config):
    return x * config["scale"] + config["n"]


case(mixed_dict, (r(3), {"scale": 0.5, "n": 3}), wrt=("x",))


def dict_get(params, x):
    return x * params["w"] + params.get("b", 0.0)


case(
    dict_get,
    ({"w": r(3), "b": r(3)}, r(3)),
    guarded=[raises('params had a "b"', {"w": r(3)}, r(3))],
)


def dict_unpacked_by_values(params):
    a, b = params.values()
    return a * b + a


case(
    dict_unpacked_by_values,
    ({"a": r(3), "b": r(3)},),
    other=[({"a": r(2), "b": r(2)},)],
    guarded=[raises("params had the keys 'a' and 'b' in this order", {"b": r(3), "a": r(3)})],
)


def layers_unpacked_by_values(x, layers):
    for layer in layers:
        W, b = layer.values()
        x = np.tanh(x @ W) + b
    return x


case(
    layers_unpacked_by_values,
    (r(2, 3), [{"W": r(3, 3), "b": r(3)}, {"W": r(3, 3), "b": r(3)}]),
    guarded=[
        raises("keys 'W' and 'b' in this order", r(2, 3), [{"b": r(3), "W": r(3, 3)}]),
    ],
)


def display_unpacked_by_values(x):
    d = {"b": x * 2, "a": x}
    b, a = d.values()
    return b * a**2


case(display_unpacked_by_values, (r(3),), other=[(r(2),)])


def keys_unpacked(params):
    a, b = params
    return params[a] * 2 + params[b]


case(keys_unpacked, ({"a": r(3), "b": r(3)},), refused="unpacking the keys or items of a dict")


def dict_updated(x, y):
    d = {"a": x}
    d.update(b=y)
    d |= {"c": x * y}
    return d["a"] * d["b"] + d["c"]


case(dict_updated, (r(3), r(3)))


def dict_unpacking(x, y):
    first = {"a": x * 2}
    both = {**first, "b": y}
    return both["a"] * both["b"]


case(dict_unpacking, (r(3), r(3)))


def items_of_a_list_added(xs, y):
    return np.sin(xs[0] + xs[1] + xs[2]) * y


case(items_of_a_list_added, ([r(3), r(3), r(3)], r(3)), other=[([r(2), r(2), r(2)], r(2))])


def items_of_a_dict_added(params, y):
    total = params["a"] + params["b"]
    return total * y


case(items_of_a_dict_added, ({"a": r(3), "b": r(3)}, r(3)), other=[({"a": r(2), "b": r(2)}, r(2))])
