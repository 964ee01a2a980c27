"""Dicts that hold the values of each trip, as in hand-written recurrent networks: read back later, written once or
again, in either direction.
"""

import numpy as np

from tests.cases import case, normal

r = normal(51)
ARGS = r(4, 3), r(3, 3), r(3)
OTHERS = [(r(2, 2), r(2, 2), r(2)), (r(6, 3), r(3, 3), r(3)), (r(1, 3), r(3, 3), r(3))]


def by_step(xs, W, h0):
    hs = {-1: h0}
    y = 0.0
    for t in range(len(xs)):
        hs[t] = np.tanh(W @ hs[t - 1] + xs[t])
        y += np.sum(hs[t] ** 2)
    return y


case(by_step, ARGS, other=[*OTHERS, (r(0, 3), r(3, 3), r(3))])


def written_again(xs, W, h0):
    hs = {}
    hs[-1] = h0.copy()
    y = 0.0
    for t in range(len(xs)):
        hs[t] = np.tanh(W @ hs[t - 1] + xs[t])
        y += np.sum(np.sin(hs[t]))
        hs[t - 1] = hs[t] * 2
    return y + np.sum(hs[0] ** 2)


case(written_again, ARGS, other=OTHERS)


def in_epochs(xs, W, h0):
    hs = {}
    hs[-1] = h0.copy()
    y = 0.0
    for _ in range(2):
        for t in range(len(xs)):
            hs[t] = np.tanh(W @ hs[t - 1] + xs[t])
            y += np.sum(np.sin(hs[t]))
        hs[-1] = hs[len(xs) - 1]
    return y


case(in_epochs, ARGS, other=OTHERS)


def backwards(xs, W, h0):
    n = len(xs)
    hs = {n: h0 * h0}
    y = 0.0
    for t in range(n - 1, -1, -1):
        hs[t] = np.tanh(W @ hs[t + 1] + xs[t])
        y += np.sum(np.sin(hs[t]))
    return y


case(backwards, ARGS, other=OTHERS)


def in_two_places(xs, W, h0):
    hs = {0: h0 * 2, 1: h0 * 3}
    y = 0.0
    for t in range(len(xs)):
        hs[t % 2] = np.tanh(W @ hs[(t + 1) % 2] + xs[t])
        y += np.sum(np.sin(hs[t % 2]))
    return y


case(in_two_places, ARGS, other=OTHERS)


def changed_later(xs, W, h0):
    hs = {}
    hs[-1] = h0.copy()
    y = 0.0
    for t in range(len(xs)):
        hs[t] = np.tanh(W @ hs[t - 1] + xs[t])
        y += np.sum(np.sin(hs[t]))
        hs[t - 1][0] = y
    return y


case(changed_later, ARGS, other=OTHERS)


def changed_under_another_name(xs, W, h0):
    hs = {}
    hs[-1] = h0.copy()
    y = 0.0
    for t in range(len(xs)):
        hs[t] = np.tanh(W @ hs[t - 1] + xs[t])
        y += np.sum(np.sin(hs[t]))
        if t == 3:
            before = hs[t - 1]
            before *= 0.5
    return y + np.sum(hs[len(xs) - 1])


case(changed_under_another_name, ARGS, other=OTHERS)


def masks_by_step(xs, W, h0):
    masks = {}
    y = 0.0
    h = h0
    for t in range(len(xs)):
        masks[t] = np.zeros(len(h0))
        masks[t][t % len(h0)] = 1
        h = np.tanh(W @ h + xs[t]) * masks[t]
        y += np.sum(h)
    return y


case(masks_by_step, ARGS, other=OTHERS)


def numbers_by_step(W, n, a):
    c = {0: a[0], 1: a[1]}
    s = 0.0
    for k in range(2, n + 2):
        c[k] = c[k - 1] * c[k - 2] + np.sin(a[2] * c[k - 1])
        s += c[k] * c[k]
    return s


case(numbers_by_step, (r(3, 3), 2, r(3)), other=[(r(3, 3), 5, r(3)), (r(3, 3), 0, r(3))])


def picked_of_an_item(scores, targets):
    ps = {}
    loss = 0.0
    for t in range(len(targets)):
        ps[t] = np.exp(scores[t]) / np.sum(np.exp(scores[t]))
        loss += -np.log(ps[t][targets[t], 0])
    return loss


case(picked_of_an_item, (r(3, 4, 1), [0, 2, 2]), other=[(r(5, 2, 1), [0, 1, 1, 0, 1])])
