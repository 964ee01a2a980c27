"""Loops over what itertools makes of several things, and queues with two ends."""

import itertools
from collections import deque

import numpy as np

from tests.cases import case, uniform

u = uniform(443)


def combos(x):
    total = 0.0
    for a, b in itertools.combinations(x, 2):
        total = total + a * b
    return total


case(combos, (u(4),), other=[(u(3),)])


def products(x, y):
    total = 0.0
    for a, b in itertools.product(x, y):
        total = total + np.sin(a * b)
    return total


case(products, (u(4), u(2)), other=[(u(3), u(3))])


def chained(x, y):
    total = 0.0
    for v in itertools.chain(x, y):
        total = total * 0.5 + v**2
    return total


case(chained, (u(4), u(2)), other=[(u(3), u(3))])


def queue(x, n):
    q = deque([x])
    for _ in range(n):
        v = q.popleft()
        q.append(np.sin(v))
        q.append(v * v)
    return sum(q)


case(queue, (0.5, 3), other=[(0.7, 2)])


def kernel_sum(x, y):
    return sum(np.exp(-((a - b) ** 2)) for a, b in itertools.product(x, y))


case(kernel_sum, (u(3), u(2)), other=[(u(2), u(4))])


def grid(x, n):
    total = 0.0
    for i, j in itertools.product(range(n), repeat=2):
        total = total + x[i, j] * (i - j) ** 2
    return total


case(grid, (u(3, 3), 3), other=[(u(4, 4), 2)])


def repulsion(points):
    return sum(1.0 / np.sum((p - q) ** 2) for p, q in itertools.combinations(points, 2))


case(repulsion, (u(4, 2),), other=[(u(3, 3),)])


def delayed(x, n):
    line = deque([0.0, 0.0])
    out = []
    for v in x:
        line.append(v)
        out.append(v + 0.5 * line.popleft())
    return np.array(out) * n


case(delayed, (u(5), 2.0), other=[(u(3), 1.5)])


def breadth_first(x, children):
    total = 0.0
    queue = deque([0])
    while queue:
        i = queue.popleft()
        total = total * 0.9 + x[i]
        for c in children[i]:
            queue.append(c)
    return total


case(breadth_first, (u(4), [[1, 2], [3], [], []]), other=[(u(3), [[1], [2], []])])


def front(x):
    q = deque()
    for v in x:
        q.appendleft(v * v)
    return q[0] - q[1]


case(front, (u(4),), other=[(u(3),)])


def moving_average(x, width):
    window, out = deque(maxlen=width), []
    for v in x:
        window.append(v)
        out.append(sum(window) / len(window))
    return np.array(out)


case(moving_average, (u(7), 3), other=[(u(9), 4), (u(2), 4), (u(5), 1)])


def newest_first(x):
    q = deque([], 3)
    total = 0.0
    for v in x:
        q.appendleft(v * v)
        total += q[0] * q[-1]
    return total


case(newest_first, (u(5),), other=[(u(7),), (u(2),)])
