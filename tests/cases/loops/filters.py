"""Recursive filters: a place of the output is computed from places before it, which are read again and not kept."""

import numpy as np

from tests.cases import case, uniform

u = uniform(451)


def recursive_filter(x, a, b):
    y = np.zeros(len(x))
    for n in range(len(x)):
        acc = b[0] * x[n]
        for k in range(1, len(b)):
            if n - k >= 0:
                acc += b[k] * x[n - k]
        for k in range(1, len(a)):
            if n - k >= 0:
                acc -= a[k] * y[n - k]
        y[n] = acc / a[0]
    return y


case(recursive_filter, (u(6), u(3), u(2)), other=[(u(2), u(3), u(4)), (u(1), u(1), u(1))])


def all_pole(x, a):
    y = np.zeros(len(x))
    for n in range(len(x)):
        acc = x[n]
        for k in range(1, len(a)):
            if k <= n:
                acc = acc - a[k] * y[n - k] ** 2
        y[n] = acc
    return y


case(all_pole, (u(5), u(3)), other=[(u(2), u(4)), (u(7), u(2))])


def wraps_around(x, a):
    y = np.zeros(len(x))
    for n in range(len(x)):
        acc = x[n]
        for k in range(1, len(a)):
            acc = acc - a[k] * y[n - k]
        y[n] = acc * acc
    return y


case(wraps_around, (u(5), u(3)), other=[(u(4), u(3)), (u(7), u(2))])


def reads_its_own_place(x, a):
    y = x * 1.5
    for n in range(len(x)):
        acc = x[n]
        for k in range(0, len(a)):
            if k <= n:
                acc = acc - a[k] * y[n - k]
        y[n] = acc * acc
    return y


case(reads_its_own_place, (u(5), u(3)), other=[(u(4), u(3)), (u(7), u(2))])


def first_place_written_last(x, a):
    y = np.zeros(len(x))
    for n in range(len(x)):
        acc = x[n]
        for k in range(1, len(a)):
            if k <= n and acc < 100:
                acc = acc - a[k] * y[n - k]
        y[n] = acc * acc
    y[0] = 3 * x[1]
    return y


case(first_place_written_last, (u(5), u(3)), other=[(u(4), u(3)), (u(7), u(2))])


def scaled_in_the_same_trip(x, a):
    y = np.zeros(len(x))
    for n in range(len(x)):
        acc = x[n]
        for k in range(1, len(a)):
            if not k > n:
                acc = acc - a[k] * y[n - k]
        y[n] = acc
        y[n] *= acc
    return y


case(scaled_in_the_same_trip, (u(5), u(3)), other=[(u(4), u(3)), (u(7), u(2))])


def garch(params, r):
    omega, alpha, beta = params
    n = len(r)
    sigma2 = np.zeros(n)
    sigma2[0] = np.var(r)
    for t in range(1, n):
        sigma2[t] = omega + alpha * r[t - 1] ** 2 + beta * sigma2[t - 1]
    return 0.5 * np.sum(np.log(sigma2) + r**2 / sigma2)


case(garch, (u(3), u(6)), other=[(u(3), u(4))])


def unbiased_average(x, beta):
    m = 0.0
    out = np.zeros_like(x)
    for t in range(len(x)):
        m = beta * m + (1 - beta) * x[t]
        out[t] = m / (1 - beta ** (t + 1))
    return out


case(unbiased_average, (u(5), 0.9), other=[(u(3), 0.0), (u(1), 0.5), (u(0), 0.5)])


def weighted_by_powers_from_zero(x, beta):
    total = 0.0
    for t in range(len(x)):
        total += beta**t * x[t]
    return total


case(weighted_by_powers_from_zero, (u(5), 0.9), other=[(u(3), 0.0), (u(1), 0.5)])


def powers_counted_down(x, beta):
    total = 0.0
    for t in range(len(x), 0, -1):
        total += beta ** (t - 1) * x[t - 1]
    return total


case(powers_counted_down, (u(5), 0.9), other=[(u(3), 0.0), (u(1), 0.5)])


def adam_by_hand(w, g, lr, steps):
    m = np.zeros_like(w)
    v = np.zeros_like(w)
    for t in range(1, steps + 1):
        grad = w * g
        m = 0.9 * m + 0.1 * grad
        v = 0.999 * v + 0.001 * grad**2
        mh = m / (1 - 0.9**t)
        vh = v / (1 - 0.999**t)
        w = w - lr * mh / (np.sqrt(vh) + 1e-8)
    return w


case(
    adam_by_hand, (u(5), u(5), 1e-3, 5), other=[(u(3), u(3), 1e-2, 2), (1e-8 * u(3), u(3), 1e-3, 2)]
)
