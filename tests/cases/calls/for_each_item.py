"""What NumPy calls for each item or row of an array, spectra by their two parts, fitted lines, counts."""

from __future__ import annotations

import math

import numpy as np

from tests.cases import case, normal

r = normal(528)


def of_a_lambda(x):
    return np.vectorize(lambda v: math.sin(v) * v)(x)


case(of_a_lambda, (r(3),), other=[(r(4),)])


def of_a_local_name(x):
    f = np.vectorize(lambda v: v * v if v > 0 else 0.1 * v)
    return f(x) * 2


case(of_a_local_name, (r(2, 3),), other=[(r(3, 2),)])


def leaky(v):
    if v > 0:
        return v
    return 0.01 * v


def of_a_function(x):
    return np.vectorize(leaky)(x) * x


case(of_a_function, (r(3, 2),))

leaky_of_all = np.vectorize(leaky)


def of_the_module(x):
    return leaky_of_all(x) * x


case(of_the_module, (r(3, 2),))


def soft(v):
    e = np.exp(v - v.max())
    return e / e.sum()


def along_rows(x):
    return np.apply_along_axis(soft, 1, x)


case(along_rows, (r(3, 4),), other=[(r(2, 5),)])


def along_columns(x):
    return np.apply_along_axis(soft, 0, x) * x


case(along_columns, (r(3, 4),), other=[(r(2, 5),)])


def numbers_along(x):
    return np.apply_along_axis(lambda v: np.sum(v**2), -1, x)


case(numbers_along, (r(3, 4),), other=[(r(2, 3),)])


def enumerated(x):
    t = 0.0
    for idx, v in np.ndenumerate(x):
        t += v * v * (idx[0] + 1)
    return t


case(enumerated, (r(3, 2),), other=[(r(2, 4),)])


def enumerated_apart(x):
    y = np.zeros_like(x)
    for (i, j), v in np.ndenumerate(x):
        y[i, j] = v * x[j % x.shape[0], 0]
    return y


case(enumerated_apart, (r(3, 2),))


def power_spectrum(x):
    X = np.fft.rfft(x)
    return np.log(X.real**2 + X.imag**2)


case(power_spectrum, (r(5),), other=[(r(6),)])


def amplitudes(x):
    X = np.fft.fft(x)
    re = X.real
    im = X.imag
    return np.sqrt(re**2 + 0.5 * im**2 + 1)


case(amplitudes, (r(5),), other=[(r(6),)])


def line(t, y):
    a, b = np.polyfit(t, y, 1)
    return a * t + b


case(line, (np.arange(4.0), r(4)), wrt=["y"], other=[(np.arange(6.0) * 0.5, r(6))])


def line_by_places(t, y):
    return np.polyfit(t, y, 1)


case(line_by_places, (np.arange(5.0), r(5)), refused="no gradient by t")


def counted(x):
    h, _ = np.histogram(x, bins=3, range=(-2, 2))
    return x * h.sum()


case(counted, (r(5),))


def counted_by_edges(x):
    h = np.histogram(x, bins=np.linspace(-3, 3, 4))[0] / len(x)
    return x * h.max()


case(counted_by_edges, (r(5),))


def smoothed_along_both_axes(x, w, pieces):
    k = w / np.sum(w)
    y = np.apply_along_axis(lambda m: np.convolve(m, k, mode="same"), 0, x)
    y = np.apply_along_axis(np.convolve, axis=1, arr=y, v=k, mode="same")
    inside = [np.abs(y) < 0.2, y > 0]
    return np.select(inside, [pieces[0] * y**2, pieces[1] * y], default=np.tanh(y))


case(
    smoothed_along_both_axes,
    (r(4, 5), np.array([0.5, 1.0, 0.7]), [2.0, 0.5]),
    other=[(r(6, 3), np.array([1.0, 0.2, 0.1]), [1.0, 3.0])],
)


def along_a_vector(x):
    return np.apply_along_axis(np.sum, 0, x) * x


case(along_a_vector, (r(3),), other=[(r(5),)])


def shares_of_a_vector(x):
    return np.apply_along_axis(lambda v: v / np.sum(v**2), -1, x)


case(shares_of_a_vector, (r(3),), other=[(r(5),)])


def soft_along_a_vector(x, w):
    return np.apply_along_axis(soft, 0, x) * np.apply_along_axis(soft, 1, w)


case(soft_along_a_vector, (r(3), r(2, 3)), other=[(r(4), r(5, 4))])


def filtered_vector(x, k):
    return np.apply_along_axis(np.convolve, 0, x, k, mode="same")


case(filtered_vector, (r(6), r(3)), other=[(r(7), r(3))])
