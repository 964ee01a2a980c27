"""Lists of the caller's, arguments and attributes, that are emptied, cut, put in another order: his own change too."""

import numpy as np

from tests.cases import case, uniform

u = uniform(877)


class Memory:
    def __init__(self) -> None:
        self.rewards, self.values = [0.1, 0.7, 0.2], [0.3, 0.5, 0.4]
        self.forces = [np.array([1.0, 0.2]), np.array([0.3, 0.4])]

    def finish(self, gamma):
        # the memory of a policy gradient, emptied when an episode is over
        total, returns = 0.0, []
        for reward in reversed(self.rewards):
            total = reward + gamma * total
            returns.insert(0, total)
        advantages = [a - b for a, b in zip(returns, self.values)]
        self.rewards.clear()
        del self.values[:]
        return np.array(advantages)

    def accelerate(self, mass):
        acceleration = sum(self.forces) / mass
        self.forces.clear()
        return acceleration

    def slide(self, reward):
        self.rewards.append(reward)
        if len(self.rewards) > 3:
            del self.rewards[0]
        return np.mean(self.rewards) * self.rewards[0]

    def begin_again(self, x):
        total = sum(self.rewards)
        self.rewards.clear()
        self.rewards.append(total * x)
        self.rewards.append(x)
        self.rewards.reverse()
        return self.rewards[0] * self.rewards[1]

    def on_sides(self, x):
        if x > 0.25:
            self.rewards.extend([x * v for v in self.rewards])
        elif x > 0:
            self.rewards.clear()
            self.rewards.extend([x, x * x])
        self.rewards.reverse()
        return self.rewards[0] * self.rewards[1]

    def second_name(self, x):
        first = self.forces[0]
        self.forces.reverse()
        first *= x
        return self.forces[1].sum() + self.forces[0].sum() * x


case(
    Memory.finish,
    (Memory(), 0.9),
    wrt=("self.rewards", "self.values", "gamma"),
    other=[(Memory(), 0.5)],
)
case(Memory.accelerate, (Memory(), 2.0), wrt=("self.forces", "mass"), other=[(Memory(), 3.0)])
case(Memory.slide, (Memory(), 0.3), wrt=("self.rewards", "reward"), other=[(Memory(), 0.2)])
case(Memory.begin_again, (Memory(), 0.3), wrt=("self.rewards", "x"), other=[(Memory(), -0.2)])
case(
    Memory.on_sides,
    (Memory(), 0.3),
    wrt=("self.rewards", "x"),
    other=[(Memory(), 0.2), (Memory(), -0.2)],
)
case(Memory.second_name, (Memory(), 0.3), wrt=("self.forces", "x"), refused="shares its memory")


def put_in_order(xs, w):
    xs.sort()
    return xs[0] * w + xs[-1]


case(put_in_order, ([0.5, 0.2, 0.4], 0.3), other=[([0.5, 0.2, 0.4, 0.7], 0.3)])


def put_in_between(xs, w):
    if w > 0:
        xs.insert(1, w * w)
    return xs[0] * xs[1] + xs[2] * w


case(put_in_between, ([0.5, 0.2, 0.4], 0.3), other=[([0.5, 0.2, 0.4, 0.7], -0.3)])


def emptied_in_a_loop(xs, w):
    pair, total = [], 0.0
    for x in xs:
        pair.append(x * w)
        if len(pair) == 2:
            total = total + pair[0] * pair[1]
            pair.clear()
    return total + sum(pair)


case(emptied_in_a_loop, ([0.5, 0.2, 0.4], 0.3), other=[([0.5, 0.2, 0.4, 0.7], 0.6), ([0.3], 0.2)])


def first_row_let_go(rows, x):
    del rows[0]
    rows[0] *= x
    return rows[0].sum() + rows[1] @ rows[0]


case(first_row_let_go, ([u(2), u(2), u(2)], 0.3), other=[([u(3), u(3), u(3)], 0.7)])


def other_items(xs, w):
    total = 0.0
    for x in list(xs):
        total = total + x * w
        xs.append(x * total)
    xs[:] = xs[::2]
    return total + sum(x * x for x in xs)


case(other_items, ([0.3, 0.2], 0.5), other=[([0.3, 0.2, 0.7], 0.6)])
