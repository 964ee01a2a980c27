"""Sides and masks for items that are equal, where the function is smooth with another slope: refused there."""

import numpy as np

from tests.cases import case, raises

FALLING = np.array([0.5, 0.3, 0.2, 0.1])
EQUAL = np.array([0.5, 0.5, 0.2, 0.1])
APART = np.array([1.0, 2.0, 3.5, 4.0])


def area_by_parts(x, y):
    s = 0.0
    for i in range(1, len(x)):
        if y[i - 1] == y[i]:
            s += (x[i] - x[i - 1]) * y[i - 1]
        else:
            s += 0.5 * (x[i] - x[i - 1]) * (y[i - 1] + y[i])
    return s


case(area_by_parts, (APART, FALLING), guarded=[raises("one number alone", APART, EQUAL)])


def logarithmic_mean(p):
    if p[0] == p[1]:
        return p[0]
    return (p[0] - p[1]) / (np.log(p[0]) - np.log(p[1]))


case(logarithmic_mean, (FALLING,), guarded=[raises("one number alone", EQUAL)])


def logarithmic_means(p):
    a, b = p[:-1], p[1:]
    d = np.where(a == b, 1.0, np.log(a) - np.log(b))
    return np.sum(np.where(a == b, a, (a - b) / d))


case(logarithmic_means, (FALLING,), guarded=[raises("no two numbers of p were equal", EQUAL)])


def logarithmic_means_of_what_is_close(p):
    a, b = p[:-1], p[1:]
    mean = np.zeros_like(a)
    close = np.isclose(a, b)
    mean[close] = a[close]
    mean[~close] = ((a - b)[~close]) / np.log(a[~close] / b[~close])
    return mean


case(
    logarithmic_means_of_what_is_close,
    (FALLING,),
    other=[(APART,)],
    guarded=[raises("no two numbers of p were next to each other", EQUAL)],
)


def logarithmic_means_of_two_columns(p):
    a, b = p[:, 0], p[:, 1]
    close = np.abs(a - b) < 1e-8
    return np.where(close, a, (a - b) / np.log(np.where(close, 2.0, a / b)))


case(
    logarithmic_means_of_two_columns,
    (FALLING.reshape(2, 2),),
    other=[(APART.reshape(2, 2),)],
    guarded=[raises("no two numbers of p were next to each other", EQUAL.reshape(2, 2))],
)


def apart_from_each_other(p):
    away = p[:, None] - p
    same = np.abs(away) < 1e-9
    return np.sum(np.where(same, 0.0, 1.0 / np.where(same, 1.0, away) ** 2))


case(apart_from_each_other, (FALLING,), other=[(APART,), (FALLING[:2],)])
