"""Passive whole numbers of few bits, in arrays as images are or alone: their products have room only beside a float.
What the function itself multiplies in few bits is multiplied in few bits.
"""

import numpy as np

from tests.cases import case, normal

r = normal(8)


def pixels(*values):
    return np.array(values, dtype=np.uint8)


def weighed(x, n, k):
    return k * np.sum(x * n)


def masked_twice(x, n, m):
    return np.sum(x * n * m)


def doubled(x, n):
    return 3 * np.sum(n * x * 2)


def squared(x, n):
    return np.sum((x * n) ** 2)


def quotient(x, n):
    return np.sum(x / n) + np.dot(n, x) * 2


few, many = pixels(1, 2, 3), pixels(100, 200, 3)

case(weighed, (r(3), few, 2), wrt=("x",), other=[(r(3), many, 200), (r(2), pixels(99, 7), 100)])
case(masked_twice, (r(3), few, few), wrt=("x",), other=[(r(3), many, many)])
case(doubled, (r(3), few), wrt=("x",), other=[(r(3), many)])
case(squared, (r(3), few), wrt=("x",), other=[(r(3), many)])
case(quotient, (r(3), few), wrt=("x",), other=[(r(3), many)])


def thrice(x, n):
    return np.sum(x) * 3 * n


def own_bits(x, n):
    return 2 * n * 1.0 * np.sum(x)


def number_squared(x, n):
    return np.sum((x * n) ** 2)


def two_numbers(x, n, m):
    return np.sum(x * n * m)


def powered(x, n):
    return 2 * x**n


def pixel(a, image, i, j):
    return 3 * (a * image[i, j])


def pixels_one_by_one(a, row, k):
    s = 0.0
    for p in row:
        s += k * (a * p)
    return s


def brightest(x, row):
    return np.max(row) * 3.0 * np.sum(x) + 2 * np.sum(x * row.max())


def ends(x, row):
    low, high = row[0], row[-1]
    return np.sum(2 * (x * low) * high)


three, large = np.uint8(3), np.uint8(200)
dark, bright = np.array([[1, 2], [3, 4]], dtype=np.uint8), np.array([[100, 200]], dtype=np.uint8)

for one in (thrice, own_bits, number_squared):
    case(one, (r(3), three), wrt=("x",), other=[(r(3), large), (r(2), np.int16(20_000))])
case(two_numbers, (r(3), three, np.uint8(2)), wrt=("x",), other=[(r(3), large, large)])
case(powered, (2.0, three), wrt=("x",), other=[(1.001, large), (1.5, np.uint8(0))])
case(pixel, (2.0, dark, 1, 1), wrt=("a",), other=[(2.0, bright, 0, 1)])
case(pixels_one_by_one, (2.0, few, 2), wrt=("a",), other=[(2.0, many, 100)])
for one in (brightest, ends):
    case(one, (r(3), few), wrt=("x",), other=[(r(3), many)])


def of_both_signs(x, n):
    return np.sum(-n * 1.0 * x) - np.sum(x * n)


def less_a_wave(x, n):
    return np.sum(np.sin(x)) + np.sum(x * -n)


def doubled_and_once(x, n):
    return np.sum(x * (2 * n)) + np.sum(x * n)


def minus_a_product(x, n):
    return -x * (n * 3) / x.size


def mean_and_item(x, n):
    return np.mean(x * (-n)) + x[0] * -n


def turned_twice(x, n):
    y = x**2
    return -np.sum(y * -n) - np.sum(y * (2 * n))


def from_turned(w, X, Y):
    return -X @ w + np.sum(X @ w - -Y @ w)


def products_added(w, X, Y):
    return np.dot(X, w) + np.dot(Y, w)


lowest, images = np.int8(-128), [np.full((4, 3), n, dtype=np.uint8) for n in (3, 200, 150)]

for one in (
    of_both_signs,
    less_a_wave,
    doubled_and_once,
    minus_a_product,
    mean_and_item,
    turned_twice,
):
    case(
        one, (r(3), three), wrt=("x",), other=[(r(3), large), (r(2), lowest), (r(2), np.int8(100))]
    )
for one in (from_turned, products_added):
    case(one, (r(3, 2), *images[:2]), wrt=("w",), other=[(r(3, 1), *images[1:])])
