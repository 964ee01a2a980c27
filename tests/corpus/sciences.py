"""Functions of other sciences: matrices by hand, filters, games, terrain, sounds, points and lines seen by a camera."""

import numpy as np

from tests.corpus import case, normal, uniform

r = normal(81)
u = uniform(82)


def homography(h, p):
    q = np.concatenate([p, np.ones((len(p), 1))], axis=1) @ h.T
    return q[:, :2] / q[:, 2:3]


case(
    homography,
    (r(3, 3) / 5 + np.eye(3) * 2, r(4, 2)),
    other=[(r(3, 3) / 5 + np.eye(3) * 2, r(6, 2))],
)


def gram_schmidt(a):
    q = np.zeros_like(a)
    for j in range(a.shape[1]):
        v = a[:, j]
        for i in range(j):
            v = v - (q[:, i] @ a[:, j]) * q[:, i]
        q[:, j] = v / np.linalg.norm(v)
    return q


case(gram_schmidt, (r(4, 3),), other=[(r(5, 2),)])


def lu_det(a):
    a = a.copy()
    det = 1.0
    for k in range(len(a)):
        det = det * a[k, k]
        for i in range(k + 1, len(a)):
            a[i, k:] = a[i, k:] - a[i, k] / a[k, k] * a[k, k:]
    return det


case(lu_det, (r(3, 3) + 3 * np.eye(3),), other=[(r(4, 4) + 3 * np.eye(4),)])


def cholesky_by_hand(a):
    a = a @ a.T + np.eye(len(a))
    n = len(a)
    low = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = a[i, j] - low[i, :j] @ low[j, :j]
            low[i, j] = np.sqrt(s) if i == j else s / low[j, j]
    return low


case(cholesky_by_hand, (r(3, 3),), other=[(r(4, 4),)])


def fft_by_hand(re, im):
    n = len(re)
    if n == 1:
        return re, im
    er, ei = fft_by_hand(re[::2], im[::2])
    or_, oi = fft_by_hand(re[1::2], im[1::2])
    ang = -2 * np.pi * np.arange(n // 2) / n
    c, s = np.cos(ang), np.sin(ang)
    tr, ti = c * or_ - s * oi, c * oi + s * or_
    return np.concatenate([er + tr, er - tr]), np.concatenate([ei + ti, ei - ti])


case(fft_by_hand, (r(4), r(4)), other=[(r(8), r(8))])


def particle(log_w, x, y):
    for obs in y:
        log_w = log_w - 0.5 * (x - obs) ** 2
        log_w = log_w - np.log(np.exp(log_w).sum())
        x = 0.9 * x + np.exp(log_w) @ x
    return np.exp(log_w) @ x


case(particle, (r(4), r(4), r(3)), other=[(r(6), r(6), r(5))])


def isotonic(x, gaps):
    return x[0] + np.cumsum(np.concatenate([[0.0], np.log1p(np.exp(gaps))]))


case(isotonic, (r(2), r(4)), other=[(r(3), r(6))])


def hawkes(times, mu, alpha, beta):
    total, kept, last = 0.0, 0.0, times[0]
    for t in times:
        kept = kept * np.exp(-beta * (t - last))
        total += np.log(mu + alpha * kept)
        kept += 1.0
        last = t
    return total - mu * times[-1] - alpha / beta * np.sum(1 - np.exp(-beta * (times[-1] - times)))


case(hawkes, (np.cumsum(u(5)), 0.4, 0.6, 1.1), other=[(np.cumsum(u(3)), 0.7, 0.3, 0.8)])


def elo(ratings, games, k):
    ratings = dict(ratings)
    for winner, loser in games:
        e = 1 / (1 + 10 ** ((ratings[loser] - ratings[winner]) / 4))
        ratings[winner] = ratings[winner] + k * (1 - e)
        ratings[loser] = ratings[loser] - k * (1 - e)
    return ratings["a"] * ratings["b"] - ratings["c"]


case(
    elo,
    ({"a": 1.0, "b": 1.2, "c": 0.8}, [("a", "b"), ("c", "a")], 0.3),
    other=[({"a": 1.0, "b": 1.2, "c": 0.8}, [("a", "b"), ("c", "a"), ("b", "c")], 0.2)],
)


def circuit(values, parts):
    total = 0.0
    for part in parts:
        total = total + {"R": values["R"], "L": values["L"] * 2.0, "C": 1 / values["C"]}[part]
    return total


case(
    circuit,
    ({"R": 1.0, "L": 1.2, "C": 0.8}, ["R", "C", "R"]),
    other=[({"R": 2.0, "L": 1.2, "C": 0.8}, ["L", "C"])],
)


def voronoi(p, sites, beta):
    d = ((p[:, None] - sites) ** 2).sum(-1)
    w = np.exp(-beta * d)
    w /= w.sum(1, keepdims=True)
    return w @ sites


case(voronoi, (r(4, 2), r(3, 2), 1.5), other=[(r(5, 3), r(2, 3), 0.5)])


def catmull(p, t):
    m = np.array([[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1]]) / 2
    powers = t[:, None] ** np.arange(4)
    return powers @ m @ p


case(catmull, (r(4, 2), u(3)), other=[(r(4, 3), u(5))])


def tonemap(img, exposure, gamma):
    lum = img @ np.array([0.2126, 0.7152, 0.0722])
    scaled = exposure * lum / (1 + exposure * lum)
    return (img / lum[..., None] * scaled[..., None]) ** (1 / gamma)


case(tonemap, (u(2, 3, 3), 1.3, 2.2), other=[(u(3, 2, 3), 0.7, 1.8)])


def erode(h, steps):
    for _ in range(steps):
        slope = np.maximum(h[:-1] - h[1:], 0)
        h = h.copy()
        h[:-1] -= 0.1 * slope
        h[1:] += 0.1 * slope
    return h


case(erode, (r(5), 3), other=[(r(7), 2)])


def resample(x, rate):
    pos = np.arange(0, len(x) - 1, rate)
    k = pos.astype(int)
    f = pos - k
    return (1 - f) * x[k] + f * x[k + 1]


case(resample, (r(6), 0.7), wrt=("x",), other=[(r(9), 0.7)])


def adsr(x, levels):
    env = np.interp(np.linspace(0, 1, len(x)), np.array([0.0, 0.2, 0.5, 1.0]), levels)
    return x * env


case(adsr, (r(6), r(4)), other=[(r(9), r(4))])


def markov_entropy(p):
    p = np.exp(p) / np.exp(p).sum(1, keepdims=True)
    n = len(p)
    a = np.vstack([(p.T - np.eye(n))[:-1], np.ones(n)])
    pi = np.linalg.solve(a, np.eye(n)[-1])
    return -np.sum(pi[:, None] * p * np.log(p))


case(markov_entropy, (r(3, 3),), other=[(r(4, 4),)])


def huber_irls(x, y, w):
    for _ in range(2):
        res = y - x @ w
        weight = 1 / np.maximum(1, np.abs(res))
        xw = x * weight[:, None]
        w = np.linalg.solve(xw.T @ x + 0.1 * np.eye(len(w)), xw.T @ y)
    return w


case(huber_irls, (r(5, 2), 2 * r(5), r(2)), other=[(r(7, 3), 2 * r(7), r(3))])


def backtrack(x, a):
    step = 1.0
    f = lambda z: z @ a @ z + np.sum(z**4)  # noqa: E731
    g = (a + a.T) @ x + 4 * x**3
    while f(x - step * g) > f(x) - 0.3 * step * (g @ g):
        step *= 0.5
    return x - step * g


case(backtrack, (r(3), np.eye(3) + 0.1 * r(3, 3)), other=[(r(4), np.eye(4) + 0.1 * r(4, 4))])


def secant(a, b, c):
    f = lambda x: x**3 - c * x - 1  # noqa: E731
    x0, x1 = a, b
    for _ in range(4):
        x0, x1 = x1, x1 - f(x1) * (x1 - x0) / (f(x1) - f(x0))
    return x1


case(secant, (1.0, 2.0, 1.3), other=[(1.2, 1.9, 0.8)])
