"""The same array given for two arguments of which one is changed in place."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(13)
ONE, SQUARE = r(3), r(3, 3)
TWO = "were two arrays when this code was made"


def doubled_first(a, b):
    a *= 2
    return np.sum(a * b)


case(doubled_first, (r(3), r(3)), other=[(r(5), r(5))], guarded=[raises(TWO, ONE, ONE)])


def first_item_set(a, b):
    a[0] = np.sin(a[0])
    return a * b


case(
    first_item_set,
    (r(3), r(3)),
    other=[(r(5), r(5))],
    guarded=[raises(TWO, ONE, ONE)],
)


def row_added(params, x):
    params["u"][1] += np.sin(params["u"][0]) * x[0]
    return np.sum(params["u"] * params["v"] * x)


case(
    row_added,
    ({"u": r(3, 3), "v": r(3, 3)}, r(3)),
    guarded=[raises("stood there twice", {"u": SQUARE, "v": SQUARE}, r(3))],
)


def momentum_step(w, grad, v):
    v *= 0.9
    v -= 0.1 * grad
    w += v
    return np.sum(w**2)


case(
    momentum_step,
    (r(3), r(3), r(3)),
    other=[(r(4), r(4), r(4))],
    guarded=[raises("grad and v", r(3), ONE, ONE)],
)


def never_changed(a, b):
    return np.sum(a * np.sin(b)) - np.sum(a @ b)


case(never_changed, (r(3, 3), r(3, 3)), other=[(SQUARE, SQUARE), (SQUARE, SQUARE.T)])


def one_dict_of_weights_doubled(a, b):
    a["w"] = a["w"] * 2.0
    return np.sum(a["w"] * b["w"])


PARAMS = {"w": r(3)}
case(
    one_dict_of_weights_doubled,
    ({"w": r(3)}, {"w": r(3)}),
    guarded=[raises("a and b were two dicts", PARAMS, PARAMS)],
)


class Tap:
    """One delay of a filter, with a count of its calls."""

    def __init__(self, w):
        self.w, self.n = w, 1


def each_tap_counts(taps, x):
    for tap in taps:
        tap.n = tap.n + 1
        x = x * tap.w * tap.n
    return x


TAP = Tap(2.0)
case(
    each_tap_counts,
    ([Tap(2.0), Tap(3.0)], r(3)),
    guarded=[raises("no item of taps stood there twice", [TAP, TAP], r(3))],
)
