"""Lists of rows that become one array, and rows that are read again where they were written: which trip made which."""

import numpy as np

from tests.cases import case, normal

r = normal(43)
OTHER = [(r(3, 2), 0.7), (r(1, 2), -0.4)]


def stacked(x, w):
    h, hs = x[0], []
    for t in range(len(x)):
        h = np.tanh(w * h + x[t])
        hs.append(h)
    return np.stack(hs, axis=1)


case(stacked, (r(5, 4), 0.6), other=OTHER)


def stacked_behind_a_first(x, w):
    h, hs = x[0], [x[0] * 2]
    for t in range(len(x)):
        h = np.tanh(w * h + x[t])
        hs.append(h)
    return np.stack(hs)


case(stacked_behind_a_first, (r(5, 4), 0.6), other=OTHER)


def stacked_some(x, w):
    hs = []
    for t in range(len(x)):
        if t != 1:
            hs.append(np.tanh(w * x[t]))
    return np.stack(hs)


case(stacked_some, (r(5, 4), 0.6), other=OTHER)


def stacked_until(x, w):
    hs = []
    for t in range(len(x)):
        h = np.tanh(w * x[t])
        if t == 2:
            break
        hs.append(h)
    return np.stack(hs)


case(stacked_until, (r(5, 4), 0.6), other=OTHER)


def stacked_stacks(x, w):
    out = []
    for j in range(len(x)):
        hs = []
        for t in range(x.shape[1]):
            h = w * x[j, t]
            h[0] = 0.0
            hs.append(h)
        out.append(np.stack(hs, axis=1))
    return np.stack(out)


case(stacked_stacks, (r(3, 5, 4), 0.6), other=[(r(2, 1, 2), 0.3)])


def stacked_and_read_later(x, w):
    hs = []
    for t in range(len(x)):
        h = w * x[t]
        h[0] = 0.0
        hs.append(h)
    y = np.stack(hs)
    return np.sum(y @ y.T) + np.sum(y[0])


case(stacked_and_read_later, (r(5, 4), 0.6), other=OTHER)


def read_where_written(x, w):
    h = np.zeros(x.shape)
    prev = x[0]
    for t in range(len(x)):
        h[t] = np.tanh(w * prev) + x[t]
        prev = h[t]
    return h


case(read_where_written, (r(5, 4), 0.6), other=OTHER)


def read_where_written_twice(x, w):
    h = np.zeros(x.shape[1:])
    prev = x[0, 0]
    for j in range(len(x)):
        for t in range(x.shape[1]):
            h[t] = np.tanh(w * prev) + x[j, t]
            prev = h[t]
    return h * 2


case(read_where_written_twice, (r(3, 5, 4), 0.6), other=[(r(2, 1, 2), 0.3)])
