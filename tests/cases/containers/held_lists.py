"""Lists that grow inside dicts, lists and objects that a function is given."""

import numpy as np

from tests.cases import case, uniform

u = uniform(979)


def kept_in_a_dict(cache, x, w):
    z = x * w
    cache["Z"].append(z)
    return np.tanh(cache["Z"][-1]) * cache["Z"][0]


x, w = u(3), u(3)
case(kept_in_a_dict, ({"Z": []}, x, w), wrt=("x", "w"), other=[({"Z": [u(3)]}, x, w)])


def kept_behind_others(cache, x, w):
    z = x * w
    cache["Z"].append(z)
    return np.tanh(cache["Z"][-1]) * cache["Z"][0]


case(kept_behind_others, ({"Z": [u(3)]}, x, w), other=[({"Z": [u(3), u(3)]}, x, w)])


def kept_where_asked(cache, x, keeps):
    if keeps:
        cache["Z"].append(x * x)
        x = cache["Z"][-1]
    return x * 2.0


case(
    kept_where_asked,
    ({"Z": []}, x, True),
    wrt="x",
    other=[({}, x, False), ({"Z": [x]}, x, True)],
)


def under_two_names(cache, x):
    states = cache["A"]
    if len(states) == 0:
        states.append(np.zeros_like(x))
    a = np.tanh(states[-1] + x)
    cache["A"].append(a)
    return a * cache["A"][0] + a


case(under_two_names, ({"A": []}, x), wrt="x", other=[({"A": [u(3)]}, x)])


class Layer:
    def __init__(self, n, m):
        self.parameters = {"W": u(n, m), "b": u(1, m)}
        self.derived = {"Z": [u(2, m)]}

    def forward(self, x, retain=True):
        z = x @ self.parameters["W"] + self.parameters["b"]
        if retain:
            self.derived["Z"].append(z)
        return np.tanh(z)


def layered(layer, x):
    return layer.forward(x)


def not_retained(layer, x):
    return layer.forward(x, False)


case(layered, (Layer(3, 2), u(2, 3)), wrt=("layer.parameters", "x"))
case(not_retained, (Layer(3, 2), u(2, 3)), wrt=("layer.parameters", "x"))
