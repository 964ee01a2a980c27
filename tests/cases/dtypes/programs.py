"""Number types, in functions of courses, models and trades."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(118), uniform(119)


def bilinear(img, x, y):
    x0 = int(np.floor(x))
    y0 = int(np.floor(y))
    fx, fy = x - x0, y - y0
    top = img[y0, x0] * (1 - fx) + img[y0, x0 + 1] * fx
    bot = img[y0 + 1, x0] * (1 - fx) + img[y0 + 1, x0 + 1] * fx
    return top * (1 - fy) + bot * fy


case(bilinear, (r(5, 5), 1.3, 2.6), other=[(r(6, 4), 2.2, 3.7)])


def resample(x, rate):
    pos = np.arange(0, len(x) - 1, rate)
    k = pos.astype(int)
    f = pos - k
    return (1 - f) * x[k] + f * x[k + 1]


case(resample, (r(6), 0.7), wrt=("x",), other=[(r(9), 0.7)])


def bilinear_2(image, ys, xs):
    y0, x0 = np.floor(ys).astype(int), np.floor(xs).astype(int)
    fy, fx = ys - y0, xs - x0
    top = image[y0, x0] * (1 - fx) + image[y0, x0 + 1] * fx
    bottom = image[y0 + 1, x0] * (1 - fx) + image[y0 + 1, x0 + 1] * fx
    return top * (1 - fy) + bottom * fy


case(
    bilinear_2,
    (r(4, 5), 1.4 * u(3) + 0.1, 1.8 * u(3)),
    other=[(r(3, 3), 0.9 * u(5) + 0.1, 0.9 * u(5) + 0.1)],
)


def difference_of_itself(x, w):
    b = np.zeros(4)
    b[0] = np.tanh(w[0] - w[0])
    return b * x


case(difference_of_itself, (0.5, np.array([0.3, 0.4])), other=[(0.7, np.array([0.3]))])
