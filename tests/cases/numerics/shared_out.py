"""What is divided by exponentials, or by a sum of them: the square of the sum may be zero where the gradient is a number."""

import numpy as np

from tests.cases import case

A = np.array
SMALL, FAR = A([0.3, -0.4]), A([-400.0, -401.0])
ROWS = A([[0.3, 0.1, -0.2], [0.5, 0.2, 0.4]])


def inverse_of_sum(x):
    return 1 / np.sum(np.exp(x))


case(inverse_of_sum, (SMALL,), other=[(FAR,), (-3 * FAR,)])


def inverse_of_mean(x):
    e = np.exp(x)
    z = e.mean()
    return 1 / z


case(inverse_of_mean, (SMALL,), other=[(FAR,)])


def power_of_sum(x):
    return np.sum(np.exp(x)) ** -1


case(power_of_sum, (SMALL,), other=[(FAR,)])


def reciprocal_of_states(energies, beta):
    return np.reciprocal(np.sum(np.exp(-beta * energies)))


case(reciprocal_of_states, (SMALL, 1.5), other=[(-FAR, 1.0), (3 * FAR, 1.0)])


def number_over_rows(x, w):
    return w / (2 * np.sum(np.exp(x), axis=1))


case(number_over_rows, (ROWS, 1.5), other=[(ROWS - 400, 2.5), (ROWS[:1], 0.5)])


def rows_over_columns(x, w):
    return w / np.mean(np.exp(x), axis=0)


case(rows_over_columns, (ROWS, A([1.5, 0.3, 2.0])), other=[(ROWS - 400, A([1.5, 0.3, 2.0]))])


def array_over_kept(x, w):
    return w / np.sum(np.exp(x), axis=1, keepdims=True)


case(
    array_over_kept,
    (ROWS, ROWS + 1),
    other=[(ROWS - 400, ROWS), (ROWS + 800, ROWS), (ROWS[:, :1], ROWS[:, :1])],
)


def array_over_number(x, w):
    return w / np.sum(np.exp(x))


case(array_over_number, (SMALL, ROWS), other=[(FAR, ROWS)])


def inverse_of_product(a, b):
    return 1 / (np.exp(a) * np.exp(b))


case(inverse_of_product, (0.3, 0.4), other=[(-200.0, -300.0), (400.0, 500.0)])


def inverse_of_two(x, y):
    return 1 / (np.exp(x) + np.exp(y))


case(inverse_of_two, (0.3, 0.4), other=[(-400.0, -401.0), (800.0, 801.0), (800.0, -800.0)])


def sum_read_again(x):
    e = np.exp(x)
    z = np.sum(e)
    return 1 / z + np.sum(e * x) / z + np.log(z)


case(sum_read_again, (SMALL,), other=[(A([2.0, 0.5, -1.0]),)])
