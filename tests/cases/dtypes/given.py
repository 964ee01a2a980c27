"""Arguments of another kind than the example's: whole numbers for floats, numbers or indices for a mask."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(12)
WHOLE = np.array([1, 2, 3])
FLOATS = "was an array of floats"


def mean_of(x):
    return x.mean()


case(mean_of, (r(3),), exact=[((WHOLE,), {"x": np.full(3, 1 / 3)})])


def largest_less_mean(x):
    return x.max() - x.mean(axis=0)


case(largest_less_mean, (r(3),), exact=[((WHOLE,), {"x": np.array([-1, -1, 2]) / 3})])


def scaled_sum(x, n):
    return np.sum(x) * n if n else 0.0


case(scaled_sum, (r(3), 0.5), exact=[((WHOLE, 0.25), {"x": np.full(3, 0.25), "n": 6.0})])


def energy_by_items(x):
    total = 0.0
    for k in range(len(x)):
        total += 0.25 * x[k] ** 2
    return total


case(energy_by_items, (r(3),), other=[(r(5),)], guarded=[raises(f"x {FLOATS}", WHOLE)])


def differences(x):
    return np.mean((x[1:] - x[:-1]) ** 2)


case(differences, (r(4),), other=[(r(7),)])  # numpy itself refuses to add floats to whole numbers


def looked_up(table, words):
    return np.tanh(table[words])


case(
    looked_up,
    (r(4, 2), np.array([0, 3, 3])),
    other=[(r(5, 3), np.array([1, 1]))],
    guarded=[raises("needs floats in table", np.ones((4, 2), dtype=int), np.array([0, 1]))],
)


def weighted_rows(params, x):
    total = 0.0
    for k in range(len(x)):
        total += params["w"][k] * x[k]
    return total * 0.5


case(
    weighted_rows,
    ({"w": r(3)}, r(3)),
    guarded=[raises("needs floats in params['w'] and x", {"w": WHOLE}, r(3))],
)


def chosen_or_one(mask, s):
    return np.sum(np.where(mask, s, 1.0) ** 2)


MASK = np.array([True, False, True, False])
case(
    chosen_or_one,
    (MASK, r(4)),
    other=[(~MASK, r(4)), (np.array([2, 0, 1, 3]), r(4)), (np.array([0.5, 0.0, -1.0, 3.0]), r(4))],
)


def other_side(mask, a, b):
    return np.where(mask, a * a, np.exp(b))


case(other_side, (MASK, r(4), r(4)), other=[(np.array([5, 0, 0, 1]), r(4), r(4))])


def chosen_by_helper(x, keep):
    def mixed(one, two, where):
        return np.where(where, one, 0.5 * two)

    return np.sum(mixed(x, x**2, keep) * x)


case(chosen_by_helper, (r(4), MASK), other=[(r(4), np.array([3, 0, 0, 7]))])


def chosen_by_attribute(config, x):
    return np.sum(np.where(config["keep"], x, -x) ** 3)


case(chosen_by_attribute, ({"keep": MASK}, r(4)), other=[({"keep": np.array([4, 0, 1, 0])}, r(4))])


def energy_of_kept(x, keep):
    return np.sum(x[keep] ** 2)


BOOLEANS = "was an array of booleans"
case(
    energy_of_kept,
    (r(4), MASK),
    other=[(r(4), ~MASK), (r(6), r(6) > 0)],
    guarded=[raises(f"keep {BOOLEANS}", r(4), np.array([1, 1, 2]))],
)


def product_of_two_kept(x, one, two):
    return np.sum(np.sin(x[one])) * np.sum(x[two])


case(
    product_of_two_kept,
    (r(4), MASK, ~MASK),
    other=[(r(4), ~MASK, ~MASK)],
    guarded=[raises(f"one {BOOLEANS}", r(4), np.array([1, 1, 2]), MASK)],
)


def kept_changed(x, keep, s):
    y = x * 1.0
    y[keep] *= s
    return np.sum(y**2)


case(kept_changed, (r(4), MASK, r()), other=[(r(4), ~MASK, r()), (r(4), MASK & False, r())])


def filled_like(x, v):
    y = np.zeros_like(x)
    y[...] = v
    return y * x


case(
    filled_like,
    (r(3), r(3)),
    other=[(r(5), r(5))],
    guarded=[raises("needs floats in x", WHOLE, r(3))],
)


def added_at(x, places, v):
    y = x.copy()
    np.add.at(y, places, v * v)
    return y**2


case(
    added_at,
    (r(3), np.array([0, 1, 1]), r(3)),
    other=[(r(4), np.array([2, 2]), r(2))],
    guarded=[raises("places.shape == v.shape", r(3), np.array([0, 1, 1]), r(1))],
)


def quaternion_of_a_rotation(C):
    q0 = 0.5 * np.sqrt(C[0, 0] + C[1, 1] + C[2, 2] + 1)
    return q0, (C[1, 2] - C[2, 1]) / (4 * q0)


# Rounded away from 0 the trace is -1, where the function has no value.
case(
    quaternion_of_a_rotation,
    (np.array([[-0.3, 0.4, 0.1], [0.2, -0.2, 0.3], [0.5, 0.1, 0.9]]),),
    guarded=[raises(f"C {FLOATS}", np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]]))],
)


class Metres(float):
    pass


def of_metres(x, y):
    return x * x + y


case(of_metres, (Metres(0.3), 0.7), other=[(0.3, 0.2), (Metres(1.5), Metres(2.0))])
