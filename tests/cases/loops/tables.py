"""Tables filled in place: dynamic programming, solvers, recurrences."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(43), uniform(43)


def buffer_read_whole_each_trip(x):
    out = np.zeros(len(x))
    for i in range(len(x)):
        out[i] = x[i] + np.sum(out) * 0.5
    return out


case(buffer_read_whole_each_trip, (r(3),), other=[(r(5),), (r(1),)])


def two_buffers(x, v, dt):
    n = 4
    xs, vs = np.zeros(n), np.zeros(n)
    xs[0], vs[0] = x, v
    for k in range(n - 1):
        vs[k + 1] = vs[k] - dt * np.sin(xs[k])
        xs[k + 1] = xs[k] + dt * vs[k + 1]
    return xs, vs


case(two_buffers, (0.7, 0.2, 0.1), other=[(0.2, -0.5, 0.3)])


def buffer_swapped(x, n):
    old, new = x.copy(), np.zeros_like(x)
    for _ in range(n):
        new[:] = np.sin(old) + x
        old, new = new, old
    return old


case(buffer_swapped, (r(3), 2), other=[(r(2), 3)])


def softmax_in_place_rows(x):
    p = x.copy()
    for i in range(p.shape[0]):
        p[i] -= np.max(p[i])
        p[i] = np.exp(p[i])
        p[i] /= np.sum(p[i])
    return p


case(softmax_in_place_rows, (r(2, 3),), other=[(r(3, 2),)])


def triangular_solve(L, b):
    y = np.zeros_like(b)
    for i in range(len(b)):
        y[i] = (b[i] - L[i, :i] @ y[:i]) / L[i, i]
    return y


case(triangular_solve, (r(3, 3) + 3 * np.eye(3), r(3)), other=[(r(2, 2) + 3 * np.eye(2), r(2))])


def cholesky_loops(A):
    n = A.shape[0]
    L = np.zeros_like(A)
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j] - np.sum(L[i, :j] * L[j, :j])
            if i == j:
                L[i, j] = np.sqrt(s)
            else:
                L[i, j] = s / L[j, j]
    return L


SPD = r(3, 3)
case(cholesky_loops, (SPD @ SPD.T + 3 * np.eye(3),), other=[(np.eye(2) * 2.0 + 0.3,)])


def levenshtein_soft(a, b):
    n, m = len(a), len(b)
    d = np.zeros((n + 1, m + 1))
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = (a[i - 1] - b[j - 1]) ** 2
            d[i, j] = cost - np.log(
                np.exp(-d[i - 1, j]) + np.exp(-d[i, j - 1]) + np.exp(-d[i - 1, j - 1])
            )
    return d[n, m]


case(levenshtein_soft, (r(2), r(3)), other=[(r(3), r(2)), (r(1), r(1))])


def viterbi_like(scores, trans):
    T, S = scores.shape
    alpha = scores[0]
    for t in range(1, T):
        alpha = scores[t] + np.log(np.sum(np.exp(alpha[:, None] + trans), axis=0))
    return np.log(np.sum(np.exp(alpha)))


case(viterbi_like, (r(3, 2), r(2, 2)), other=[(r(1, 3), r(3, 3)), (r(4, 2), r(2, 2))])


def runge_kutta(y, h):
    C = [1 / 5, 3 / 10]
    A = [[1 / 5], [3 / 40, 9 / 40]]
    t = 0.3
    for _ in range(2):
        K = np.zeros((3, y.size))
        K[0] = t * np.sin(y)
        for s, (a, c) in enumerate(zip(A, C, strict=True), start=1):
            dy = np.dot(K[:s].T, a) * h
            K[s] = (t + c * h) * np.sin(y + dy)
        y = y + h * np.dot(K.T, [0.2, 0.5, 0.3])
        t += h
    return y


case(runge_kutta, (r(3), 0.2), other=[(r(4), 0.1)])
