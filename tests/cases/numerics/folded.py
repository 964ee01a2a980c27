"""Gradients of values without a name that one line reads: regularised costs, cosines, gates, and what changes between."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(1723), uniform(1724, 0.2, 0.8)


def logistic_cost(X, Y, W, reg):
    A = 1 / (1 + np.exp(-X.dot(W)))
    loss = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / X.shape[0]
    return loss + reg * np.sum(W * W)


case(logistic_cost, (r(5, 3), u(5, 2), r(3, 2), 0.1), other=[(r(2, 4), u(2, 3), r(4, 3), 0.7)])


def ridge(X, w, y, lam):
    return 0.5 * np.mean((X @ w - y) ** 2) + 0.5 * lam * np.sum(w**2)


case(ridge, (r(5, 3), r(3), r(5), 0.1), other=[(r(7, 2), r(2), r(7), 2.0)])


def cosine(a, b):
    return a.dot(b) / (np.linalg.norm(a) * np.linalg.norm(b))


case(cosine, (r(4), r(4)), other=[(r(7), r(7))])


def two_norms(a, b):
    return np.linalg.norm(a) * np.linalg.norm(b)


nothing = {"a": np.zeros(3), "b": np.zeros(3)}
case(two_norms, (r(4), r(4)), other=[(r(2), r(2))], exact=[((np.zeros(3), np.ones(3)), nothing)])


def rebound(x, w, k):
    for _ in range(k):
        s = 1.5 * w * np.sum(x * x)
        x = np.sin(x) * s
        w = w * 0.5
    return x


case(rebound, (r(3), 0.7, 2), other=[(r(4), -0.4, 3), (r(4), -0.4, 0)])


def halves(x, w):
    y = x * (w * np.sum(x**2))
    x = x.copy()
    x[0] = 3.0
    return y * np.sum(x**2 * w)


case(halves, (r(4), 0.6), other=[(r(2), -1.2)])


def by_columns(x, c, s):
    return np.tanh(x * c) * (s * x) + np.sum(c**2) * s


case(by_columns, (r(4, 3), r(4, 1), 0.5), other=[(r(2, 5), r(2, 1), -0.5)])


def on_sides(x, w, flag):
    if flag:
        loss = w * np.sum(x * x)
    else:
        loss = np.sum(x**3) - w * np.mean(x**2)
    return loss


case(on_sides, (r(4), 0.3, True), other=[(r(3), 0.4, False), (r(2), 0.4, True)])


def gates(x, h, U, V):
    z = 1 / (1 + np.exp(-x.dot(U)))
    g = np.tanh(h.dot(V))
    return (1 - z) * h + z * g, np.sum(z * z) * 0.5


case(gates, (r(5, 3), r(5, 2), r(3, 2), r(2, 2)), other=[(r(2, 4), r(2, 3), r(4, 3), r(3, 3))])


def of_narrow(x, w):
    return np.sum(x * x) * w + np.mean(np.maximum(0, x - w))


case(
    of_narrow,
    (r(5).astype(np.float32), np.float32(0.2)),
    other=[(r(3).astype(np.float32), np.float32(-0.4))],
)


def with_items(x, w):
    out = np.zeros_like(x)
    for i in range(x.shape[0]):
        out[i] = w * np.sum(x[i] * x) + x[i] * np.sum(x**2)
    return out


case(with_items, (r(4), 0.4), other=[(r(3), 1.4)])


def last_of_rows(x, W, reg):
    h = np.maximum(0, x.dot(W))
    penalty = reg * np.sum(W**2)
    return h[-1] * penalty + np.sum(h) * penalty


case(last_of_rows, (r(4, 3), r(3, 2), 0.2), other=[(r(2, 2), r(2, 5), 1.2)])


def entropy(A, Y):
    cost = np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    return cost / Y.shape[1]


case(entropy, (u(2, 4), u(2, 4)), other=[(u(3, 2), u(3, 2))])


def passed_on(x, w, k):
    y = np.zeros_like(x)
    for i in range(k):
        y = np.tanh(y * w[i] + x) * (1 - x) - np.log(1 + (2 - x) ** 2)
        x = x * (1 - y)
    return y, x


case(passed_on, (u(3), r(2), 2), other=[(u(2), r(3), 3), (u(2), r(3), 0)])


def rows_of_sums(x, a):
    s = np.sum(x * x, axis=1)
    t = (1 - s)[:, None] * x + (a - s[:, None])
    return t * np.mean(1 - x)


case(rows_of_sums, (r(4, 3), r(3)), other=[(r(2, 5), r(5))])


def terms_of_a_side(x, b, flag):
    if flag:
        x = np.sin(x) * np.cos(x + b) * np.exp(x)
    else:
        x = (1 + x**2) * np.sqrt(1 + x**2) - b * np.sin(b)
    x[0] = x[1] * np.exp(x[2]) if len(x) > 2 else 2.0
    return x


case(terms_of_a_side, (r(3, 2), r(2), True), other=[(r(4, 2), r(2), False), (r(1, 2), r(2), True)])


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


case(rosenbrock, (r(5),), other=[(r(2),), (r(1),)])


def turned(points, theta, scale):
    c, s = np.cos(theta), np.sin(theta)
    x, z = c * points[:, 0] - s * points[:, 1], s * points[:, 0] + c * points[:, 1]
    return scale * x / np.exp(z)


case(turned, (r(4, 2), 0.3, 1.2), other=[(r(1, 2), -2.0, 0.4), (r(3, 2), 0.0, -1.0)])


def three_heads(x, u, v, w):
    a, b, c = x @ u, x @ v, x @ w
    return a * np.tanh(b) + c


case(
    three_heads,
    (r(5, 3), r(3, 2), r(3, 2), r(3, 2)),
    other=[(r(1, 4), r(4, 3), r(4, 3), r(4, 3))],
)


def hunt(x, y, a, b, dt, n):
    for _ in range(n):
        x, y = x + dt * (a * x - b * x * y), y + dt * (b * x * y - a * y * y)
    return x * y * x, x * x * y


case(
    hunt,
    (1.0, 0.5, 1.1, 0.4, 0.1, 3),
    other=[(-0.5, 0.3, 0.2, 0.1, 0.3, 0), (0.0, 1.0, 2.0, 0.0, 0.1, 1)],
)


def walk(x, theta, mu, sigma):
    v = sigma**2
    ratio = (x[1:] - theta * (mu - x[:-1])) ** 2 / (2 * v)
    return np.sum(-0.5 * np.log(2 * np.pi * v) - ratio)


case(walk, (r(6), 0.5, 0.1, 0.3), other=[(r(2), -0.4, 1.0, 2.0), (r(3), 0.4, 0.0, -2.0)])


def option(S, K, drift, z):
    payoff = np.maximum(S * np.exp(drift * z) - K, 0)
    return np.exp(-drift) * np.mean(payoff)


case(option, (1.0, 0.9, 0.3, r(6)), other=[(2.0, 9.0, 0.1, r(3)), (1.0, 0.0, 0.1, r(1))])


def adam_step(w, m, v, g, lr):
    m = 0.9 * m + 0.1 * g
    v = 0.99 * v + 0.01 * g**2
    return w - lr * m / (np.sqrt(v) + 1e-8)


case(adam_step, (r(3), r(3), u(3), r(3), 0.1), other=[(r(2, 2), r(2, 2), u(2, 2), r(2, 2), -1.5)])


def shares(x, t, n):
    for _ in range(n):
        x = x - np.exp(-x * x) * t / (1 + x * x)
    return np.mean(t - np.exp(x) / (x**2 + t))


case(shares, (r(3), 1.3, 2), other=[(r(5), 0.7, 0), (r(1), 0.7, 3)])


def divided_by_the_same_twice(x):
    a = x * 1.0
    return np.where(x > 0.3, 1 - x, np.log1p(a) / a)


def an_angle_by_its_tangent(x):
    a = x * 1.0
    return np.where(x > 0.3, 1 - x, np.arctan(a) / a)


def a_root_by_its_square(x):
    a = x * 1.0
    return np.where(x > 0.3, 1 - x, np.sqrt(1 + a) / a)


for function in (divided_by_the_same_twice, an_angle_by_its_tangent, a_root_by_its_square):
    case(function, (np.array([0.2, 0.5]),), other=[(np.array([0.1, 0.25, 0.6]),)])
