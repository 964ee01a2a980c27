"""Loops over rows that are taken apart in the header or in the first line, and rows that are appended number by number."""

import numpy as np

from tests.cases import case, normal

r = normal(838)


def zipped(X, w):
    t = 0.0
    for (a, b), v in zip(X, w):
        t += np.sin(a) * v - b * v
    return t * np.sum(X[:, 0])


case(zipped, (r(3, 2), r(3)), other=[(r(1, 2), r(1)), (r(5, 2), r(5))])


def rebound(X):
    t = 0.0
    for a, b in X:
        a = a * b
        b += a
        t += a * b
    return t


case(rebound, (r(3, 2),), other=[(r(1, 2),)])


def outer_names(X):
    a = X[0, 0]
    b = a * a
    t = b * 2
    for a, b in X:
        t += a * np.exp(b)
    return t + a * b


case(outer_names, (r(3, 2),), other=[(r(1, 2),)])


def list_of_arrays(xs):
    t = 1.0
    for a, b in xs:
        t = t * (a + b * b)
    return t


case(list_of_arrays, ([r(2), r(2)],), other=[([r(2)],)])


def list_of_tuples(xs):
    t = 1.0
    for a, b in xs:
        t = t * (a + b * b)
    return t


case(list_of_tuples, ([(1.0, 2.0), (3.0, 0.5)],), other=[([(1.0, 2.0)],)])


def rows_of_matrices(X):
    t = 0.0
    for a, b in X:
        t += np.sum(a * b)
    return t


case(rows_of_matrices, (r(3, 2, 2),), other=[(r(1, 2, 3),)])


def only_two(X):
    t = 0.0
    for a, b, _ in X:
        t += a * b
    return t


case(only_two, (r(4, 3),), other=[(r(1, 3),)])


def one_side(X, k):
    t = 0.0
    for a, b, c in X:
        if a > k:
            t += a * b
        else:
            t += c**2
    return t


case(one_side, (r(4, 3), 0.5), other=[(r(1, 3), -2.0)])


def left(X):
    t = 0.0
    for a, b in X:
        if b > 3:
            break
        t += a * b
    return t


case(left, (r(4, 2),), other=[(r(1, 2),)])


def f32(X):
    t = np.float32(0)
    for a, b in X:
        t += a * b
    return t


case(f32, (r(4, 2).astype(np.float32),), other=[(r(1, 2).astype(np.float32),)])


def edges(P):
    out = []
    for (x0, y0), (x1, y1) in zip(P, np.roll(P, -1, axis=0)):
        out.append((x0 * y1, x1 * y0))
    d = np.array(out)
    return d[:, 0].sum() - d[:, 1].sum()


case(edges, (r(4, 2),), other=[(r(1, 2),), (r(2, 2),)])


def enumd(P):
    s = np.zeros(len(P))
    for i, (x, y) in enumerate(P):
        s[i] = x * y**2
    return s


case(enumd, (r(4, 2),), other=[(r(1, 2),)])


def nested(P, n):
    t = 0.0
    for k in range(n):
        for x, y in P:
            t += x * y**2 * k + np.sin(x)
    return t


case(nested, (r(4, 2), 3), other=[(r(2, 2), 1)])


def pairwise(P):
    E = 0.0
    for i, (x, y) in enumerate(P):
        for u, v in P[:i]:
            E += 1 / np.sqrt((x - u) ** 2 + (y - v) ** 2 + 1)
    return E


case(pairwise, (r(4, 2),), other=[(r(3, 2),)])


def appended_pairs(x):
    out = []
    for v in x:
        s = np.sin(v)
        c = v * s
        out.append((s, c))
    tot = 0.0
    for s, c in out:
        tot += s * c
    return tot


case(appended_pairs, (r(5),), other=[(r(3),)])


def appended_same_twice(x):
    out = []
    for v in x:
        s = np.sin(v)
        out.append((s, s))
    return np.array(out)


case(appended_same_twice, (r(5),), other=[(r(3),)])


def appended_live(x):
    out = []
    acc = 1.0
    for v in x:
        acc = acc * v
        q = v * v
        out.append([acc, q])
    return np.array(out)


case(appended_live, (r(5),), other=[(r(3),)])


def write_row(X):
    Y = np.zeros_like(X)
    for i in range(len(X)):
        a, b = X[i]
        Y[i] = a * b, a + b
    return Y


case(write_row, (r(5, 2),), other=[(r(3, 2),)])


def change_row(X):
    X = X.copy()
    for p in X:
        a, b = p
        p[0] = a * b
    return X


case(change_row, (r(5, 2),), other=[(r(3, 2),)])


def swap_row(X):
    t = 0.0
    for p in X:
        a, b = p
        p = p * 2
        a, b = b, a
        t += a * b * p[0] + a
    return t


case(swap_row, (r(5, 2),), other=[(r(3, 2),)])


def argument_bound_again(x, w):
    a, b = x
    x = w * a
    return x[0] * x[1] + b


case(argument_bound_again, (r(2), r(3)), other=[(r(2), r(4))])


def row_bound_again(X, w):
    t = 0.0
    for p in X:
        a, b = p
        p = w * a
        t += p[0] * p[1] + b
    return t


case(row_bound_again, (r(4, 2), r(3)), other=[(r(1, 2), r(4))])
