"""Exponentials that overflow: capped by helpers and behind them, divided by in lines of their own."""

import numpy as np
from scipy import special

from tests.cases import case, raises

A, r = np.array, np.random.default_rng(3).standard_normal
far = [(A([0.5, 800.0, -1000.0]),), (A([0.5, 400.0, -300.0]),)]
ex = (A([0.5, 1.0, 3.0]),)


def grow(x):
    e = np.exp(x)
    return e


def capped_1(x):
    y = grow(x)
    y[y > 9] = 9
    return y


case(capped_1, ex, other=far)


def grow2(x, k):
    e = np.exp(x)
    w = e * k
    return w


def capped_2(x, k):
    y = grow2(x, k)
    return np.where(y > 9, 9, y) * x


case(capped_2, (*ex, 0.5), other=[(*f, 0.7) for f in far])


def capped_3(x):
    y = grow(x)
    z = grow2(x, 2.0)
    return np.minimum(y, 5.0) + np.clip(z, 0.1, 9.0)


case(capped_3, ex, other=far)


def lim(v):
    top = 9.0
    return np.minimum(v, top)


def capped_4(x):
    y = grow(x)
    z = lim(y)
    return z * x


case(capped_4, ex, other=far)


def dbl(v):
    w = v * 2
    return w + 1


def capped_5(x):
    y = dbl(np.exp(x))
    y[y > 9] = 9
    return np.sum(y)


case(capped_5, ex, other=far)


def ratio(x, n):
    q = x / n
    return q


def capped_6(x, n):
    y = ratio(x, n)
    y[n == 0] = 0
    return y


case(
    capped_6,
    (A([1.0, 2.0, 3.0]), A([1.0, 2.0, 4.0])),
    other=[(A([1.0, 2.0, 3.0]), A([1.0, 0.0, 4.0]))],
    wrt=("x",),
)


def root(x):
    s = np.sqrt(x)
    return s


def capped_7(x):
    y = root(x)
    return np.where(x > 0, y, 0.0)


case(capped_7, (A([1.0, 2.0, 3.0]),), other=[(A([1.0, -2.0, 3.0]),)])


def logs(p, q):
    a = p * np.log(p)
    b = q * np.log(q)
    return a, b


def capped_8(p, q):
    a, b = logs(p, q)
    a[p == 0] = 0
    b[q == 0] = 0
    return np.sum(a) + np.sum(b)


case(
    capped_8,
    (A([1.0, 2.0, 3.0]), A([1.0, 2.0, 4.0])),
    other=[(A([1.0, 0.2, 3.0]), A([1.0, 0.3, 4.0]))],
)


def cap1(v, hi):
    if v > hi:
        return hi
    return v


def capped_9(x, hi):
    e = np.exp(x)
    e2 = cap1(e, hi)
    return e2 * x


case(capped_9, (0.5, 3.0), other=[(800.0, 3.0), (2.0, 3.0)])


def capped_10(x, hi):
    e = np.exp(x)
    if e > hi:
        e = hi
    return e * x


case(capped_10, (0.5, 3.0), other=[(800.0, 3.0), (2.0, 3.0)])


def lj(r2, cut):
    inv = 1.0 / r2
    six = inv**3
    e = 4 * (six**2 - six)
    return e


def capped_12(pos, cut):
    d = pos[:, None] - pos[None, :]
    r2 = d**2
    e = lj(r2, cut)
    return np.sum(np.where(r2 > 0, e, 0.0)) * cut


case(capped_12, (A([1.0, 2.0, 3.5]), 0.5), other=[(A([1.0, 2.0, 3.5, 5.0]), 0.5)])


def fac(n, x):
    if n == 0:
        return np.exp(x)
    y = fac(n - 1, x)
    return np.minimum(y * 1.1, 50.0)


def capped_13(x):
    return fac(3, x)


case(capped_13, ex, other=far)


def divided_1(x):
    e = np.exp(x) ** 2
    return 1.0 / (e + 1)


case(divided_1, ex, other=far)


def divided_2(x):
    e = np.exp(-x)
    d = (1 + e) ** 2
    return 3.0 / d


case(divided_2, ex, other=far)


def divided_3(x):
    e = np.exp(x)
    s = np.sum(e)
    return 1 / s


case(divided_3, ex, other=far)


def divided_4(x, c):
    e = np.exp(x)
    p = c * e
    q = p + 2.0 * c
    return c / q


case(divided_4, (*ex, 0.5), other=[(*f, 0.7) for f in far])


def divided_5(x):
    e = np.exp(x)
    return np.tanh(e) + np.arctan(e * 2)


case(divided_5, ex, other=far)


def divided_6(x):
    e = np.exp(x)
    return np.exp(-0.5 * e)


case(divided_6, ex, other=far)


def divided_8(x):
    a = np.exp(x)
    b = np.exp(-x)
    return 1 / (a + b + 1)


case(divided_8, ex, other=far)


def divided_9(x):
    a = np.exp(x)
    b = np.exp(-x)
    return (2 / (a + b)) ** 2


case(divided_9, ex, other=far)


def divided_10(v):
    am = 0.1 * (v + 40) / (1 - np.exp(-(v + 40) / 10))
    bm = 4.0 * np.exp(-(v + 65) / 18)
    tau = 1 / (am + bm)
    return am * tau


case(divided_10, ex, other=[(A([-20000.5, 8000.0, 1000.0]),)])


def divided_11(x):
    out = 0.0
    for k in range(len(x)):
        e = np.exp(x[k])
        out += 1 / (1 + e + e**2)
    return out


case(divided_11, ex, other=far)


def divided_12(x):
    d = 1 + np.exp(x)
    d *= d
    return 1 / d


case(divided_12, ex, other=far)


def divided_13(x):
    d = np.exp(x)
    d += 1
    return x / d


case(divided_13, ex, other=far)


def divided_14(x):
    d = np.exp(x)
    d **= 2
    d += 1
    out = x.copy()
    out /= d
    return out


case(divided_14, ex, other=far)


def pl(nu, T):
    u = 1.44 * nu / T
    den = np.expm1(u)
    b = nu**3 / den
    return b


case(pl, (A([1.0, 2.0, 3.0]), 0.5), other=[(A([1.0, 2000.0, 300.0]), 0.5)])


def divided_15(x):
    e = np.exp(x)
    return 1 / e


case(divided_15, ex, other=far)


def divided_16(x):
    e = np.exp(x)
    return x / e


case(divided_16, ex, other=far)


def divided_17(x):
    return x / np.exp(x) + 2 / np.exp(-x)


case(divided_17, ex, other=far)


def moved_before_the_exponential(x):
    x = x + 1.0
    y = np.exp(x)
    y[y > 9.0] = 9.0
    return np.sum(y)


case(moved_before_the_exponential, (r(4),), other=[(np.array([800.0, 1.0]),)])


def capped_in_every_trip(x, n):
    largest = np.max(x)
    for _ in range(n):
        largest = np.squeeze(largest)
        x = np.minimum(np.exp(x - largest), 3.0)
    return np.sum(x)


case(capped_in_every_trip, (r(4), 2), other=[(r(4), 3)])


def of_each_other(x, n):
    u, v = 1.0, 2.0
    for _ in range(n):
        u = v + x
        v = u + x
    return np.minimum(np.exp(u), 100.0)


case(of_each_other, (0.3, 2), other=[(0.2, 3), (900.0, 2)])


def masked_later_1(t, tau):
    y = t / tau * np.exp(1 - t / tau)
    y[t < 0] = 0
    return y.sum()


case(masked_later_1, (A([0.5, 1.0, 3.0]), 0.5), other=[(A([-1.0, 2.0, -3000.0]), 0.5)])


def masked_later_2(t, tau):
    s = (t - 1) / tau
    e = np.exp(-s)
    y = s * e * e
    y[t < 1] = 0
    return y.sum()


case(masked_later_2, (A([1.5, 2.0, 3.0]), 0.5), other=[(A([-1.0, 2.0, -3000.0]), 0.5)])


def masked_later_3(t, tau):
    s = (t - 1) / tau
    y = np.where(t > 1, s**2 * np.exp(-(s**3)), 0)
    return y.sum()


case(masked_later_3, (A([1.5, 2.0, 3.0]), 0.5), other=[(A([-1.0, 2.0, -3000.0]), 0.5)])


def masked_later_4(t, tau):
    d = t - 1
    q = d / tau
    y = 1 / q
    y[d == 0] = 0
    return y * q


case(masked_later_4, (A([1.5, 2.0, 3.0]), 0.5), other=[(A([1.0, 2.0, -3000.0]), 0.5)])


def masked_later_5(t, tau):
    d = t - 1
    q = d * tau
    w = 1 / q
    y = np.sin(w) * w
    return np.where(d != 0, y, 0)


case(masked_later_5, (A([1.5, 2.0, 3.0]), 0.5), other=[(A([1.0, 2.0, -3000.0]), 0.5)])


def masked_later_6(t, on):
    lag = t - on
    k = np.exp(-lag / 0.3) - np.exp(-lag / 0.1)
    k = k * (lag > 0)
    return np.sum(k**2)


case(masked_later_6, (A([1.5, 2.0, 3.0]), 0.5), other=[(A([1.0, 2.0, -3000.0]), 0.5)])


def masked_later_7(t, on):
    lag = t - on
    k = np.exp(-lag / 0.3)
    k[lag < 0] = 0
    out = np.cumsum(k)
    return out


case(masked_later_7, (A([1.5, 2.0, 3.0]), 0.5), other=[(A([1.0, 2.0, -3000.0]), 0.5)])


def masked_later_8(x, mu, sig):
    z = (x - mu) / sig
    pdf = np.exp(-(z**2) / 2)
    lr = np.log(pdf)
    lr[pdf == 0] = -50.0
    return lr.sum()


case(masked_later_8, (A([1.5, 2.0, 3.0]), 0.5, 1.0), other=[(A([1.0, 2.0, -3000.0]), 0.5, 2.0)])


def masked_later_9(r, eps, rc):
    s6 = (1 / r) ** 6
    u = 4 * eps * (s6**2 - s6)
    u[r > rc] = 0.0
    u[r == 0] = 0.0
    return u.sum()


case(
    masked_later_9,
    (A([1.5, 2.0, 3.0]), 0.5, 2.5),
    other=[(A([1.0, 2.0, 0.0]), 0.5, 2.0)],
    wrt=("r", "eps"),
)


def masked_later_10(x):
    y = np.tan(x)
    z = np.arctanh(y)
    ok = np.abs(y) < 1
    z[~ok] = 0
    return z * x


case(
    masked_later_10,
    (A([0.5, 0.2, 0.3]),),
    other=[(A([1.0, 0.2, 0.1]),), (A([0.785398163397448279, 0.2, 0.1]),)],
)


def largest_of_products(x, w):
    acc = x[0] * w[0]
    for i in range(1, len(x)):
        acc = np.fmax(acc, x[i] * w[i])
    return acc


case(
    largest_of_products,
    (A([0.5, 1.0, 3.0]), A([1.0, 2.0, -1.0])),
    other=[
        (A([0.5, 8.0, 2.0]), A([1.0, np.nan, 2.0])),
        (A([np.nan, 8.0, 2.0, 1.0]), A([1.0, 2.0, 1.0, 0.0])),
    ],
)


def hill(x, k):
    return 1 / (1 + (x / k) ** -4)


case(hill, ex * 2, other=[(A([1e-100, 0.0, 2.0]), A([1.0, 2.0, 0.5])), (A([1e-60]), A([2.0]))])


def powers_added_up(x, k):
    t = np.power(x / k, -2.5)
    return np.sum(3 / (2 + t + x**-2.0))


case(powers_added_up, ex * 2, other=[(A([1e-150, 0.0, 2.0]), A([1.0, 2.0, 0.5]))])


def repelled(r):
    return np.exp(-(r**-12))


case(repelled, ex, other=[(A([1e-30, 0.0]),)])


def saturated_by_a_quotient(x, k):
    return 1 / (1 + (k / x) ** 2)


case(
    saturated_by_a_quotient,
    ex * 2,
    guarded=[raises("x held no 0", A([0.0, 1.0]), A([1.0, 2.0]))],
)


def saturated_by_one_number(x, k):
    return 1 / (1 + (k / x) ** 2)


case(
    saturated_by_one_number,
    (*ex, 0.7),
    other=[(A([0.0, 1.0]), 0.3), (A([1e-160, 1e-80, 2.0]), 0.3)],
)


def saturated_by_products(x, k):
    r = k / x
    r2 = r * r
    return 1 / (1 + r2 * r2 + r2)


case(saturated_by_products, (*ex, 0.7), other=[(A([0.0, 1e-80, 1.0]), 0.3)])


def saturated_by_powers_below(x):
    return 1 / (1 + 1 / x**2) + np.tanh(1 / x**4) + 1 / (1 + np.sum(1 / x**2))


case(saturated_by_powers_below, ex, other=[(A([0.0, 1.0]),), (A([1e-160, 1e-80, 2.0]),)])


def gaussians(x, s):
    return np.exp(-0.5 * (x / s) ** 2)


case(gaussians, ex * 2, guarded=[raises("s held no 0", A([1.0, 1.0]), A([1.0, 0.0]))])


def hill_by_distance(distance, k):
    """The words of its guard hold an "is" in the name."""
    return np.sum(1 / (1 + k / distance))


case(
    hill_by_distance,
    (*ex, 0.7),
    other=[(A([0.4, 2.0]), 0.3)],
    guarded=[raises("distance held no 0", A([0.0, 1.0]), 0.7)],
)


# hyperbolic ones, whose slope is another exponential, and what closes on a limit faster than they grow


def gudermannian(x):
    return np.arctan(np.sinh(x))


case(gudermannian, ex, other=far)


def saturated_cosh(x):
    return np.tanh(np.cosh(x))


case(saturated_cosh, ex, other=far)


def lorentzian_of_sinh(x):
    return np.sum(1 / (1 + np.sinh(x) ** 2))


case(lorentzian_of_sinh, ex, other=far)


def gaussian_of_sinh(x):
    return np.exp(-np.sinh(x) ** 2)


case(gaussian_of_sinh, ex, other=far)


def share_below_a_log_threshold(x):
    return special.erf(np.exp(x)) + special.erfc(np.exp(x)) * x


case(share_below_a_log_threshold, ex, other=far)


def tail_of_sinh(x):
    return np.sum(x * special.erfc(np.sinh(x)))


case(tail_of_sinh, ex, other=[(A([0.5, 800.0, 0.0]),)])
