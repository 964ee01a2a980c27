"""Iterators that a function makes and asks for one item after the other."""

import numpy as np

from tests.cases import case, uniform

u = uniform(423)


def gen(x, n):
    for i in range(n):
        x = np.sin(x)
        yield x


def next_of_gen(x):
    g = gen(x, 3)
    a = next(g)
    b = next(g)
    return a * b


case(next_of_gen, (u(3),), other=[(u(4),)])


def next_of_iter(x, y):
    it = iter([x, y, x * y])
    a = next(it)
    b = next(it)
    return a * b * next(it)


case(next_of_iter, (1.5, 2.0), other=[(0.5, 1.0)])


def iter_rows(x):
    rows = iter(x)
    total = next(rows)
    for row in rows:
        total = total * row
    return total


case(iter_rows, (u(3, 2),), other=[(u(4, 2),)])


def steps(x, n):
    v = x
    for _ in range(n):
        v = 0.5 * v + np.cos(v)
        yield v


def generator_first_then_rest(x, n):
    it = steps(x, n)
    total = next(it)
    for v in it:
        total = total + v**2
    return total


case(generator_first_then_rest, (1.5, 4), other=[(0.5, 2), (u(3), 3)])


def pairs_of_iterator(xs):
    it = iter(xs)
    a, b = next(it), next(it)
    c = a * b + next(it)
    return c


case(pairs_of_iterator, (u(4),), other=[(u(3),)])


def header_and_rows(rows, w):
    it = iter(rows)
    head = next(it)
    total = 0.0
    for row in it:
        total = total + np.dot(row * head, w)
    return total


case(header_and_rows, ([u(3), u(3), u(3)], u(3)), other=[([u(2), u(2)], u(2))])


def rows_changed_between(rows, w):
    rows = rows * 1.0
    it = iter(rows)
    total = next(it) * w
    rows[1] = rows[1] * 2.0
    total = total + next(it)
    return np.sum(total)


case(rows_changed_between, (u(2, 3), u(3)), refused="no gate fits next(it)")


def list_grown_between(x, w):
    rows = [x, x * 2.0]
    it = iter(rows)
    total = next(it) * w
    rows.append(x * 3.0)
    for row in it:
        total = total + row
    return np.sum(total)


case(list_grown_between, (u(3), u(3)), refused="a loop over this expression")
