"""Numbers of the example that are arrays in a later call: where their gradient would have another shape, a guard."""

import numpy as np

from tests.cases import case, raises, uniform

u = uniform(621)
WORDS = "s was a number when this code was made"


def scaled(x, s):
    return x * s


case(scaled, (u(3, 4), 2.0), other=[(u(2, 5), 0.5)], guarded=[raises(WORDS, u(3, 4), u(4))])


def scaled_and_shifted(x, s, t):
    return np.tanh(x / s) + t


case(
    scaled_and_shifted,
    (u(3, 4), 2.0, 1.0),
    guarded=[
        raises("needs numbers s and t", u(3, 4), *more) for more in ((u(4), 1.0), (1.0, u(4)))
    ],
)


def scaled_sum(x, s):
    return s * np.sum(x**2)


case(scaled_sum, (u(3, 4), 2.0), guarded=[raises(WORDS, u(3, 4), u(4))])


def scale_in_a_dict(x, p):
    return (x * p["s"]).sum()


case(
    scale_in_a_dict,
    (u(3, 4), {"s": 2.0}),
    guarded=[raises("p['s'] was a number", u(3, 4), {"s": u(4)})],
)
