"""A container that is None before the first step, or now and then: its gradient is None there."""

import numpy as np

from tests.cases import case, normal

r = normal(61)


def a_pair_of_the_last_step(xs, ys):
    area = 0.0
    prev = None
    for x, y in zip(xs, ys):
        if prev is not None:
            px, py = prev
            area += 0.5 * (y + py) * (x - px)
        prev = (x, y)
    return area


case(a_pair_of_the_last_step, (r(4), r(4)), other=[(r(2), r(2)), (r(6), r(6))])


def a_list_of_the_last_step(xs, w):
    last = None
    total = 0.0
    for x in xs:
        if last is None:
            last = [x * w, x]
        else:
            total += last[0] * x + last[1] * w
            last = [x * x, last[0] * w]
    return total if last is None else total + last[1]


case(a_list_of_the_last_step, (r(4), 0.3), other=[(r(2), 0.2), (r(1), 0.2)])


def a_state_that_begins_as_zeros(xs, w):
    state = None
    out = []
    for x in xs:
        h, c = state if state is not None else (np.zeros(2), np.zeros(2))
        c = np.tanh(c + x * w)
        h = np.tanh(h * c)
        state = (h + x, c)
        out.append(state[0])
    return np.array(out)


case(a_state_that_begins_as_zeros, (r(4, 2), r(2)), other=[(r(2, 2), r(2)), (r(1, 2), r(2))])


def the_best_so_far_with_its_key(xs, w):
    best = None
    for x in xs:
        s = x * w
        if best is None or s > best["s"]:
            best = {"s": s, "x": x}
    return best["s"] * best["x"]


case(the_best_so_far_with_its_key, (r(4), 0.3), other=[(r(2), 0.2), (r(1), 0.2)])


def a_list_of_arrays_that_is_asked_for(xs, w):
    prev = None
    total = 0.0
    for x in xs:
        if prev:
            a, b = prev
            total += np.sum(a * x + b * w)
        prev = [x * w, x**2]
    return total


case(a_list_of_arrays_that_is_asked_for, (r(4, 2), r(2)), other=[(r(2, 2), r(2)), (r(1, 2), r(2))])


def a_pair_that_is_taken_away_again(xs, w):
    prev = None
    total = 0.0
    for k, x in enumerate(xs):
        if k % 2 == 0:
            prev = (x, w)
        elif prev is not None:
            total += prev[0] * prev[1] * x
            prev = None
    return total


case(a_pair_that_is_taken_away_again, (r(4), 0.4), other=[(r(5), 0.3), (r(1), 0.3)])


def a_pair_of_the_last_step_that_counts(xs, w):
    prev = None
    total = 0.0
    for x in xs:
        if x > 0:
            if prev is not None:
                total += (x - prev[0]) * prev[1]
            prev = (x, x * w)
    return total


case(
    a_pair_of_the_last_step_that_counts,
    (np.array([-1.0, 0.4, 0.7, -0.2, 0.9]), 0.4),
    other=[(r(5), 0.3), (r(1), 0.3), (-np.ones(2), 0.2)],
)


def nearest_of(o, spheres):
    best, hit = np.inf, None
    for s in spheres:
        t = np.sum((o - s["c"]) ** 2)
        if t < best:
            best, hit = t, s
    if hit is None:
        return o * 0
    return hit["colour"] * best


def sphere():
    return {"c": r(2), "colour": r(2)}


case(
    nearest_of,
    (r(2), [sphere(), sphere()]),
    other=[(r(2), [sphere(), sphere()]), (r(2), [sphere(), sphere(), sphere()])],
)
