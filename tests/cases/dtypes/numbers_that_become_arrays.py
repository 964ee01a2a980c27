"""Numbers, and axes of size 1, of the example that are arrays or longer in a call: what would be wrong there is refused."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(641)
RISING = np.array([1, 2, 3])


def scaled_and_shifted(x, a, k):
    return np.sum(a * k - x)


case(
    scaled_and_shifted,
    (r(3), 0.5, 2),
    other=[(r(4), 0.3, 5), (r(4), 0.3, 2.5)],
    guarded=[raises("needs numbers a and k", r(3), 0.5, RISING)],
)


def by_a_setting(x, a, d):
    return np.sum(a * d["k"] - x)


case(
    by_a_setting,
    (r(3), 0.5, {"k": 2}),
    other=[(r(4), 0.3, {"k": 5})],
    guarded=[raises("needs numbers a and", r(3), 0.5, {"k": RISING})],
)


def by_a_default(x, a, k=3):
    h = a * k
    return np.sum(h * x)


case(
    by_a_default,
    (r(3), 0.5),
    other=[(r(4), 0.3, 2)],
    guarded=[raises("needs numbers a and k", r(3), 0.5, RISING)],
)


def power(x, n):
    return np.sum(x**n)


case(
    power,
    (np.abs(r(3)), 2),
    other=[(np.abs(r(4)), 3)],
    guarded=[raises("n was a number", np.abs(r(3)), RISING[:, None])],
)


def picked(x, i):
    return x[i] ** 2


case(picked, (r(3), 1), other=[(r(4), 0)])


def single_number_written(x):
    y = x
    y *= 3
    return y * x


case(
    single_number_written,
    (np.float32(0.3),),
    other=[(0.5,)],
    guarded=[raises("x was no array", np.array(0.5))],
)


def squeezed_where_all_is_one(x):
    return np.squeeze(x) ** 2


case(
    squeezed_where_all_is_one,
    (r(1, 1),),
    other=[(r(3, 3),)],
    guarded=[raises("needs ", r(3, 1))],
)
