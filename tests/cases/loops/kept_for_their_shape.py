"""Arrays of which only the shape is read back: what is kept anyway says it. Gradients that are put into a list in one
trip, and are not what the next trip changes, need no copies; others do.
"""

import numpy as np

from tests.cases import case, normal

r = normal(611)
WEIGHTS = {"a": 1.5, "b": -0.5}


def a_term_of_each_item(xs, d):
    total = 0.0
    for x in xs:
        term = d["a"] * x**2 + x * d["b"]
        total += np.sum(term)
    return total


case(
    a_term_of_each_item,
    ([r(3), r(3)], WEIGHTS),
    other=[([r(2)], WEIGHTS), ([r(3, 2), r(3, 2), r(3, 2)], WEIGHTS)],
)


def means_over_two(x, w):
    total = 0.0
    for t in range(3):
        h = np.tanh(x) + w * t
        u = h * x - w
        total += np.mean(u)
    return total


case(means_over_two, (r(3), r(3)), other=[(r(5), r(5))])


def doubled_whole_numbers(x):
    s = x * 2
    return np.sum(s) * 0.37


case(doubled_whole_numbers, (r(3),), other=[(np.array([1, 2, 3]),)])


def bound_again_to_another_shape(x, w):
    h = x * w
    h = np.concatenate([h, x])
    z = h * 2
    return np.sum(z * np.sum(w)) + np.sum(h[:2])


case(bound_again_to_another_shape, (r(3), r(3)), other=[(r(4), r(4))])


def of_the_item_before(xs):
    total = np.zeros_like(xs[0])
    last = xs[0]
    for x in xs:
        total = total + x * last
        last = x
    return total


case(of_the_item_before, ([r(3), r(3), r(3)],), other=[([r(2)],), ([r(4)] * 2,)])


def one_item_in_two_places(xs, w):
    kept = []
    for k, x in enumerate(xs):
        kept.append(x * w)
        if k > 0:
            kept[k] = kept[k - 1] + kept[k] * x
            kept[k - 1] = kept[k]
    return sum(kept)


case(one_item_in_two_places, ([r(3), r(3), r(3)], r(3)), other=[([r(2), r(2)], r(2))])


def the_same_in_every_trip(xs, w):
    total = 0.0
    g = w * 2
    for x in xs:
        total += np.sum(x + g)
        if total > 0:
            g = g + x
    return total + np.sum(g**2)


case(
    the_same_in_every_trip,
    ([np.ones(3), -np.ones(3), 3 * np.ones(3)], np.ones(3)),
    other=[([np.ones(2)], np.ones(2)), ([-r(4) ** 2] * 3, -np.ones(4))],
)
