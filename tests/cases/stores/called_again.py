"""What a function changes of its arguments for its next call: the backward pass reads what was there in its own.

That another forward pass may come between the two halves of a pair is tried by the check itself, wherever a function
changes what it was given; `tests/unit/check/test_state.py` shows that it finds a pair that forgets.
"""

from __future__ import annotations

import numpy as np

from tests.cases import case, normal

r = normal(4)


def counted_steps(x, state):
    state["t"] += 1
    return x * state["t"]


case(counted_steps, (r(3), {"t": 0}), other=[(r(5), {"t": 7})])


def moving_mean(x, state):
    state["m"] = 0.9 * state["m"] + 0.1 * x
    return x * state["m"]


case(moving_mean, (r(3), {"m": r(3)}), other=[(r(5), {"m": r(5)})])


def decayed(x, state):
    state["m"] *= 0.9
    return x * state["m"]


case(decayed, (r(3), {"m": r(3)}), other=[(r(5), {"m": r(5)})])


def history(x, seen):
    seen.append(x * 2)
    return x * len(seen) * sum(seen)


case(history, (r(3), [r(3)]), other=[(r(3), []), (r(4), [r(4), r(4)])])


def turned_index(x, where):
    where[0] = (where[0] + 1) % len(x)
    return np.sum(x[where] ** 2)


case(turned_index, (r(4), np.array([0, 1])), other=[(r(5), np.array([3, 3]))])


def logged(x, state):
    state["log"].append(1)
    return x * x * len(state["log"])


case(logged, (r(3), {"log": []}), other=[(r(4), {"log": [1, 1]})])


def doubled_weight(x, nets):
    nets["w"]["a"] *= 2
    return x * x * nets["w"]["a"]


case(doubled_weight, (r(3), {"w": {"a": r(3)}}), other=[(r(4), {"w": {"a": r(4)}})])


def in_place(x):
    x *= 2
    return x**2


case(in_place, (r(3),), other=[(r(2, 3),)])


def once_in_a_while(x, state):
    state["n"] += 1
    if state["n"] > 1:
        y = x * x
    else:
        y = x * x * x
    return y


case(once_in_a_while, (r(3), {"n": 0}), other=[(r(3), {"n": 4})])


class Stateful:
    """Counts and keeps what it has seen."""

    def __init__(self, n=0):
        self.seen = [0.5] * n
        self.counts = {"n": n}
        self.where = np.array([0, 1])

    def by_length(self, x):
        self.seen.append(float(x.sum()))
        return x * x * len(self.seen)

    def before_it_grows(self, x):
        y = x * x * len(self.seen)
        self.seen.append(float(x.sum()))
        return y

    def by_count(self, x):
        self.counts["n"] += 1
        return x**2 * self.counts["n"]

    def by_test(self, x):
        self.counts["n"] += 1
        if self.counts["n"] > 2:
            return x * x
        return x * x * x

    def as_often(self, x):
        self.seen.append(1.0)
        for i in range(len(self.seen)):
            x = np.sin(x) * (i + 1)
        return x

    def by_each(self, x):
        self.seen.append(2.0)
        for v in self.seen:
            x = np.sin(x) * v
        return x

    def by_index(self, x):
        self.where[0] = (self.where[0] + 1) % len(x)
        return np.sum(x[self.where] ** 2)


def by_length(net, x):
    return net.by_length(x)


case(by_length, (Stateful(), r(3)), other=[(Stateful(2), r(4))], wrt="x")


def before_it_grows(net, x):
    return net.before_it_grows(x)


case(before_it_grows, (Stateful(1), r(3)), other=[(Stateful(2), r(4))], wrt="x")


def by_count(net, x):
    return net.by_count(x)


case(by_count, (Stateful(), r(3)), other=[(Stateful(2), r(4))], wrt="x")


def by_test(net, x):
    return net.by_test(x)


case(by_test, (Stateful(), r(3)), other=[(Stateful(2), r(4))], wrt="x")


def as_often(net, x):
    return net.as_often(x)


case(as_often, (Stateful(1), r(3)), other=[(Stateful(2), r(4)), (Stateful(), r(3))], wrt="x")


def by_each(net, x):
    return net.by_each(x)


case(by_each, (Stateful(1), r(3)), other=[(Stateful(2), r(4)), (Stateful(), r(3))], wrt="x")


def by_index(net, x):
    return net.by_index(x)


case(by_index, (Stateful(), r(3)), other=[(Stateful(), r(4))], wrt="x")
