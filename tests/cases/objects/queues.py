"""Queues with two ends that an object keeps or an argument is: what falls off a full one, at either end."""

from collections import deque

import numpy as np

from tests.cases import Call, case, normal

r = normal(1803)


class Recent:
    def __init__(self, items, maxlen, k=0.5):
        self.items, self.k = deque(items, maxlen=maxlen), k

    def push(self, v):
        self.items.append(v)

    def mean_square(self, xs):
        out = 0.0
        for x in xs:
            self.push(x * self.k)
            out += (sum(self.items) / len(self.items)) ** 2
        return out

    def filtered(self, x, w):
        self.items.appendleft(x)
        return np.tanh(np.asarray(self.items) @ w[: len(self.items)])

    def worked_off(self, k):
        s = 0.0
        while self.items:
            s = s * k + self.items.popleft()
        return s

    def replaced(self, x):
        if len(self.items) == self.items.maxlen:
            old = self.items.popleft()
        else:
            old = 0.0
        self.items.append(x)
        return x - old * self.k


def mean_square(recent, xs):
    return recent.mean_square(xs)


wrt = ("recent.items", "recent.k", "xs")
case(
    mean_square,
    (Recent([1.0, 2.0], 3), r(4)),
    wrt=wrt,
    other=[(Recent([0.4], 2), r(1)), (Recent([0.4, 0.3], 2, 0.3), r(5))],
)


def filtered(recent, x, w):
    return recent.filtered(x, w)


wrt = ("recent.items", "x", "w")
case(
    filtered,
    (Recent([1.0, 2.0], 3), r(), r(3)),
    wrt=wrt,
    other=[(Recent([0.4, 0.5, 0.6], 3), r(), r(3))],
)


def worked_off(recent, k):
    return recent.worked_off(k)


case(worked_off, (Recent([1.0, 2.0, 0.5], None), 0.6), other=[(Recent([0.4], 2), 1.1)])


def replaced(recent, x):
    return recent.replaced(x)


case(replaced, (Recent([1.0, 2.0], 3), 0.6), other=[(Recent([0.4, 0.7], 2), 1.1)])


def pushed(q, x):
    q.append(x)
    return sum(v**2 for v in q)


case(
    pushed,
    (deque([1.0, 2.0]), 0.5),
    other=[(deque([1.0, 0.3], maxlen=2), 0.7), Call(deque([0.2]), x=0.1)],
)


class History:
    def __init__(self, maxlen):
        self.past = deque([np.ones(2), np.zeros(2)], maxlen=maxlen)

    def step(self, x):
        self.past.append(x)
        return np.mean(self.past, axis=0)

    def changed(self, x):
        z = x * 2
        self.past.append(z)
        z += 1
        return self.past[-1] * self.past[0]


def mean_of_the_past(history, x):
    return history.step(x)


case(mean_of_the_past, (History(3), r(2)), other=[(History(2), r(2))])


def changed(history, x):
    return history.changed(x)


case(changed, (History(3), r(2)), refused="shares its memory")


def extended(queue, x):
    queue.extend([x * 2, x * 3])
    return queue[0] * queue[1] + queue[-1]


case(
    extended,
    (deque([1.0, 2.0, 3.0], maxlen=3), 0.7),
    other=[(deque([4.0, 2.0, 3.0], maxlen=3), 0.2)],
)


def full_from_the_start(x, w, order=2):
    taps = deque([0.0] * order, maxlen=order)
    later = deque(w, maxlen=2)
    out = []
    for xi in x:
        taps.appendleft(xi)
        later.append(xi)
        out.append(np.dot(np.array(taps), np.arange(1.0, order + 1)) * later[0])
    return np.array(out)


case(full_from_the_start, (r(5), r(2)), other=[(r(3), r(3), 3), (r(4), r(1), 1), (r(0), r(2), 4)])


def as_long_as_the_weights(x, w):
    past = deque(np.zeros(len(w)), maxlen=len(w))
    out = 0.0
    for xi in x:
        past.append(xi)
        out += xi * sum(p * c for p, c in zip(past, w))
    return out


case(as_long_as_the_weights, (r(5), r(2)), other=[(r(3), r(3)), (r(4), r(1))])
