"""Helpers that are called at several places, and what is nested deep."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(97), uniform(97)


def wave(x):
    y = np.sin(x)
    return y * x


def twice(x):
    a = wave(x)
    return a + wave(a * 0.5) * 0.25


def four_times(x):
    a = twice(x)
    return a + twice(a * 0.5) * 0.25


def eight_times(x):
    a = four_times(x)
    return np.sum(a + four_times(a * 0.5) * 0.25)


case(eight_times, (r(3),), other=[(r(2),)])


def line(x):
    return np.sin(x) * x


def lines(x):
    return line(x) + line(x * 0.5)


def more_lines(x):
    return lines(x) + lines(x * 0.5)


def many_lines(x):
    return np.sum(more_lines(x) * more_lines(x + 1.0))


case(many_lines, (r(3),))


def scaled(x, s):
    x = x * s
    return x


def plain_numbers_apart(a, b):
    return np.sum(scaled(a, 2.0) + scaled(b, 2.0) * scaled(a, 3.0))


case(plain_numbers_apart, (r(3), r(3)))


def doubled(x):
    x *= 2.0
    return np.sum(x)


def changed_in_turn(a, b):
    c = a * 1.0
    d = b * 1.0
    return doubled(c) + doubled(d) * np.sum(c)


case(changed_in_turn, (r(3), r(3)))


def by_count(x, k):
    if k > 1:
        return x * k
    return x


def other_ways_later(a):
    t = by_count(a, 1)
    for i in range(3):
        t = t + by_count(a, i)
    return np.sum(t)


case(other_ways_later, (r(3),))


def ranks_apart(a):
    return np.sum(wave(a)) + wave(a[0]) + np.sum(wave(np.outer(a, a)))


case(ranks_apart, (r(3),))


def split(z, s):
    return np.tanh(z) * s, np.sum(z) - s


def name_anew(v):
    v, a = split(v, v[-1])
    return v * a


case(name_anew, (r(3),))


def passive_name_anew(x, s):
    v = np.ones(len(x))
    v, b = split(np.tanh(v) * s, s)
    return v * b + x


case(passive_name_anew, (r(3), 0.7))


def many_terms(x):
    # fmt: off
    return (
        x * 1.0 + x * 2.0 + x * 3.0 + x * 4.0 + x * 5.0 + x * 6.0 + x * 7.0 + x * 8.0 + x * 9.0 +
        x * 10.0 + x * 11.0 + x * 12.0 + x * 13.0 + x * 14.0 + x * 15.0 + x * 16.0 + x * 17.0 + x
        * 18.0 + x * 19.0 + x * 20.0 + x * 21.0 + x * 22.0 + x * 23.0 + x * 24.0 + x * 25.0 + x *
        26.0 + x * 27.0 + x * 28.0 + x * 29.0 + x * 30.0 + x * 31.0 + x * 32.0 + x * 33.0 + x *
        34.0 + x * 35.0 + x * 36.0 + x * 37.0 + x * 38.0 + x * 39.0 + x * 40.0 + x * 41.0 + x *
        42.0 + x * 43.0 + x * 44.0 + x * 45.0 + x * 46.0 + x * 47.0 + x * 48.0 + x * 49.0 + x *
        50.0 + x * 51.0 + x * 52.0 + x * 53.0 + x * 54.0 + x * 55.0 + x * 56.0 + x * 57.0 + x *
        58.0 + x * 59.0 + x * 60.0 + x * 61.0 + x * 62.0 + x * 63.0 + x * 64.0 + x * 65.0 + x *
        66.0 + x * 67.0 + x * 68.0 + x * 69.0 + x * 70.0 + x * 71.0 + x * 72.0 + x * 73.0 + x *
        74.0 + x * 75.0 + x * 76.0 + x * 77.0 + x * 78.0 + x * 79.0 + x * 80.0 + x * 81.0 + x *
        82.0 + x * 83.0 + x * 84.0 + x * 85.0 + x * 86.0 + x * 87.0 + x * 88.0 + x * 89.0 + x *
        90.0 + x * 91.0 + x * 92.0 + x * 93.0 + x * 94.0 + x * 95.0 + x * 96.0 + x * 97.0 + x *
        98.0 + x * 99.0 + x * 100.0 + x * 101.0 + x * 102.0 + x * 103.0 + x * 104.0 + x * 105.0 +
        x * 106.0 + x * 107.0 + x * 108.0 + x * 109.0 + x * 110.0 + x * 111.0 + x * 112.0 + x *
        113.0 + x * 114.0 + x * 115.0 + x * 116.0 + x * 117.0 + x * 118.0 + x * 119.0 + x * 120.0
        + x * 121.0 + x * 122.0 + x * 123.0 + x * 124.0 + x * 125.0 + x * 126.0 + x * 127.0 + x *
        128.0 + x * 129.0 + x * 130.0 + x * 131.0 + x * 132.0 + x * 133.0 + x * 134.0 + x * 135.0
        + x * 136.0 + x * 137.0 + x * 138.0 + x * 139.0 + x * 140.0 + x * 141.0 + x * 142.0 + x *
        143.0 + x * 144.0 + x * 145.0 + x * 146.0 + x * 147.0 + x * 148.0 + x * 149.0 + x * 150.0
    )
    # fmt: on


case(many_terms, (r(2),))


def spans(pairs):
    s = 0.0
    for x, y in zip(*pairs):
        s = s + x * y
    return s


case(spans, ([r(3), r(3)],), other=[([r(2), r(2)],)])


def mapped(rate, years, pay):
    rate, years, pay = map(np.asarray, [rate, years, pay])
    pay, rate = [v / 2 for v in [pay, rate]]
    return pay * (1 + rate) ** years


case(mapped, (0.1, 3, r(3)), other=[(0.2, 4, r(2))])


def flat_items(m):
    x, y = m.flat
    return x * y


case(flat_items, (r(1, 2),))


def generated(a, b):
    a, b = (np.sin(v) for v in (a, b))
    return a * b


case(generated, (1.0, 2.0))


def next_pair(m, o):
    return m * 2, m + o


def pairs_into_items(x):
    a = x * 2
    k = np.zeros(len(a))
    for t in range(len(a) - 1):
        a[t], a[t + 1] = next_pair(a[t + 1], a[t])
        k[t], last = next_pair(a[t, 0], 1.0)
    return a, k, last


case(pairs_into_items, (r(3, 2),), other=[(r(5, 4),), (r(2, 1),)])


def scaled_scores(x):
    e = np.exp(x - np.max(x))
    return e / e.sum(axis=0)


def cell(xt, h, p):
    joined = np.zeros((len(h) + len(xt), xt.shape[1]))
    joined[: len(h)], joined[len(h) :] = h, xt
    gate = 1 / (1 + np.exp(-(p["Wg"] @ joined)))
    h_next = gate * np.tanh(p["Wh"] @ joined)
    scores = scaled_scores(p["Wy"] @ h_next)
    return h_next, scores, (h_next, gate, xt, p)


def cells_with_caches(x, h, p):
    caches, hs = [], np.zeros((len(h), x.shape[1], x.shape[2]))
    ys = np.zeros((len(p["Wy"]), x.shape[1], x.shape[2]))
    for t in range(x.shape[2]):
        h, y, cache = cell(x[:, :, t], h, p)
        hs[:, :, t], ys[:, :, t] = h, y
        caches.append(cache)
    return np.sum(hs**2) + np.sum(ys**2)


def cell_weights(n, m, k):
    return {"Wg": r(n, n + m), "Wh": r(n, n + m), "Wy": r(k, n)}


case(
    cells_with_caches,
    (r(3, 2, 3), r(2, 2), cell_weights(2, 3, 4)),
    other=[(r(2, 4, 1), r(3, 4), cell_weights(3, 2, 2))],
)
