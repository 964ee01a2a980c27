"""Loops over all of a list but for some items at its ends."""

import numpy as np

from tests.cases import case, normal

r = normal(733)


def layers(*sizes):
    return [r(a, b) for a, b in zip(sizes, sizes[1:])]


def rows(*sizes):
    return [r(b) for b in sizes[1:]]


def pairs(*sizes):
    return list(zip(layers(*sizes), rows(*sizes)))


def all_but_the_last(x, Ws, bs):
    for W, b in zip(Ws[:-1], bs[:-1]):
        x = np.tanh(x @ W + b)
    return x @ Ws[-1] + bs[-1]


case(
    all_but_the_last,
    (r(2, 3), layers(3, 4, 4, 2), rows(3, 4, 4, 2)),
    other=[
        (r(4, 2), layers(2, 3), rows(2, 3)),
        (r(3, 2), layers(2, 3, 5, 4, 2), rows(2, 3, 5, 4, 2)),
    ],
)


def all_pairs_but_the_last(x, params):
    for W, b in params[:-1]:
        x = np.maximum(x @ W + b, 0)
    W, b = params[-1]
    return x @ W + b


case(
    all_pairs_but_the_last,
    (r(2, 3), pairs(3, 4, 4, 2)),
    other=[(r(4, 2), pairs(2, 3)), (r(3, 2), pairs(2, 3, 5, 4, 2))],
)


def last_but_one_beside(x, Ws):
    """The loop writes to an item that another line has written to already."""
    for W in Ws[:-1]:
        x = np.tanh(x @ W)
    return x @ Ws[-1] * np.sum(Ws[-2])


case(
    last_but_one_beside,
    (r(2, 3), layers(3, 4, 4, 2)),
    other=[(r(4, 2), layers(2, 3, 3)), (r(3, 2), layers(2, 3, 5, 4, 2))],
)


def without_the_first_and_the_last(xs):
    s = xs[0] * xs[-1]
    for x in xs[1:-1]:
        s = s + np.sin(x) * s
    return s


case(
    without_the_first_and_the_last,
    ([0.3, 0.7, -0.4, 0.9],),
    other=[([0.5, 0.2],), ([0.5, 0.2, 0.1, 0.6, -0.7],), ([0.4],)],
)


def neighbours(xs):
    s = 0.0
    for a, b in zip(xs[:-1], xs[1:]):
        s += (b - a) ** 2 * a
    return s


case(neighbours, (r(4),), other=[(r(6),), (r(1),)])


def numbers_beside(xs):
    s = 0.0
    for a, b in zip(xs[:-1], xs[1:]):
        s += (b - a) ** 2 * a
    return s


case(numbers_beside, ([0.3, 0.7, -0.4],), other=[([0.5, 0.2],), ([0.5],)])


def counted(xs, w):
    s = 0.0
    for k, x in enumerate(xs[1:], 1):
        s += k * x**2 * w[k]
    return s


case(counted, (r(4), r(4)), other=[(r(2), r(5)), (r(1), r(1))])


def turned_round(xs, w):
    s = 0.1
    for x in reversed(xs[:-1]):
        s = s * w + x**2
    return s


case(turned_round, (r(4), 0.5), other=[(r(2), 0.3), (r(1), 0.3)])


def left_early(rows, limit):
    s = 0.0
    for k, row in enumerate(rows[2:]):
        s += np.sum(row**2) * (k + 1)
        if s > limit:
            break
    return s


case(left_early, (r(5, 3), 2.0), other=[(r(6, 2), 100.0), (r(2, 2), 1.0)])


def changed_on_the_way(xs):
    """The slice is a copy: what the loop puts into the list is not met in it."""
    xs = list(xs)
    s = 0.0
    for k, x in enumerate(xs[:-1]):
        xs[k + 1] = xs[k + 1] * x
        s += x * x
    return s + xs[-1]


case(changed_on_the_way, ([0.3, 0.7, -0.4],), other=[([0.5, 0.2],), ([0.5, 0.2, 0.3, 0.8],)])


def grown_on_the_way(xs):
    ys = [x * 2.0 for x in xs]
    for y in ys[1:]:
        ys.append(y * y)
    return ys[-1] + ys[0]


case(grown_on_the_way, ([0.3, 0.7, -0.4],), other=[([0.5, 0.2],)])


def of_other_lengths(xs, ys):
    s = 0.0
    for x, y in zip(xs[:-1], ys[2:]):
        s += x * y**2
    return s


case(of_other_lengths, (r(4), r(6)), other=[(r(6), r(4)), (r(1), r(4)), (r(3), r(2))])


class Net:
    def __init__(self, *sizes):
        self.weights, self.biases = layers(*sizes), rows(*sizes)

    def loss(self, x):
        for W, b in zip(self.weights[:-1], self.biases[:-1]):
            x = np.tanh(x @ W + b)
        return np.sum((x @ self.weights[-1] + self.biases[-1]) ** 2)


case(
    Net.loss,
    (Net(3, 4, 2), r(2, 3)),
    other=[(Net(2, 3), r(4, 2)), (Net(2, 3, 5, 4, 2), r(3, 2))],
)


def changed_by_another_name(xs):
    xs = list(xs)
    ys = xs
    s = 0.0
    for k, x in enumerate(xs[:-1]):
        ys[k + 1] = ys[k + 1] * 2.0
        s += x * x
    return s + xs[-1]


case(changed_by_another_name, ([0.3, 0.7, -0.4],), other=[([0.5, 0.2],), ([0.5, 0.2, 0.3, 0.8],)])
