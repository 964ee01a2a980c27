"""Items of lists, tuples and dicts that are None in the example, and numbers in a call: no gradient was made for them."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(151)


def none_that_nobody_reads(p):
    return np.sum(p["w"] ** 2)


case(
    none_that_nobody_reads,
    ({"w": r(3), "b": None},),
    other=[({"w": r(2)},)],
    guarded=[raises("p['b'] was None", {"w": r(3), "b": r(3)})],
)


def weights_or_a_half(x, ws):
    return np.sum(x) * sum(w or 0.5 for w in ws)


case(
    weights_or_a_half,
    (r(2), [1.3, None]),
    other=[(r(3), [0.7, None])],
    guarded=[raises("ws[1] was None", r(2), [1.3, 0.2])],
)


def none_in_a_pair(pair):
    return pair[0] ** 2


case(none_in_a_pair, ((1.5, None),), guarded=[raises("was None", (1.5, 2.0))])


def layers_without_a_bias(layers):
    product = 1.0
    for layer in layers:
        product *= layer["w"]
    return product


case(
    layers_without_a_bias,
    ([{"w": 1.3, "b": None}, {"w": 0.7, "b": None}],),
    other=[([{"w": 0.4, "b": None}] * 1,)],
    guarded=[
        raises("was None", [{"w": 1.3, "b": None}, {"w": 0.7, "b": 0.1}, {"w": 0.6, "b": None}])
    ],
)


def bounds_as_branches(x, bounds):
    low, high = bounds
    if low is not None:
        x = np.maximum(x, low)
    if high is not None:
        x = np.minimum(x, high)
    return np.sum(x**2)


case(bounds_as_branches, (r(3), [None, 0.5]), guarded=[raises("not recorded", r(3), [0.1, 0.5])])


def at_no_index(x, index, scale):
    """Of an index list that is empty in the example nothing tells that it is one; None is no number."""
    y = np.sum(x**2) + np.sum(x[index] ** 3)
    return y if scale is None else y * scale


case(
    at_no_index,
    (r(3), [], 2.0),
    other=[(r(3), [0, 1], 0.5), (r(2), [1, 1, 0], 1.5)],
    guarded=[raises("scale was a number", r(3), [], None)],
)
