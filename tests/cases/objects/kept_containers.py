"""Objects made in the function that keep traced values in a list, a dict or an array, which only their methods change."""

from collections import defaultdict

import numpy as np

from tests.cases import case, normal

r = normal(977)


class Stack:
    def __init__(self):
        self.items = []

    def push(self, v):
        self.items.append(v)

    def pop(self):
        return self.items.pop()


def pushed_and_popped(x, y):
    st = Stack()
    st.push(x)
    st.push(y * x)
    return st.pop() * y + st.pop()


case(pushed_and_popped, (2.0, 3.0), other=[(1.0, -2.0)])


def program_on_a_stack(x, y, program):
    st = Stack()
    for c in program:
        if c == "x":
            st.push(x)
        elif c == "y":
            st.push(y)
        elif c == "+":
            st.push(st.pop() + st.pop())
        else:
            st.push(st.pop() * st.pop())
    return st.pop()


case(
    program_on_a_stack,
    (2.0, 3.0, "xy+x*"),
    other=[(1.0, -2.0, "xy*"), (0.5, 2.0, "x"), (0.5, 2.0, "xyxy*+*")],
)


class Tape:
    def __init__(self):
        self.values = []

    def leaf(self, v):
        self.values.append(v)
        return len(self.values) - 1

    def times(self, a, b):
        self.values.append(self.values[a] * self.values[b])
        return len(self.values) - 1


def places_on_a_tape(x, y):
    tape = Tape()
    a = tape.leaf(x)
    b = tape.leaf(y)
    c = tape.times(a, b)
    d = tape.times(c, c)
    return tape.values[d]


case(places_on_a_tape, (2.0, 3.0), other=[(0.5, 1.0)])


class Table:
    def __init__(self):
        self.rows = {}

    def put(self, key, v):
        self.rows[key] = v

    def get(self, key):
        return self.rows[key]


def put_and_got(x, w):
    table = Table()
    table.put("a", x * w)
    table.put("b", np.sin(x))
    return table.get("a") * table.get("b")


case(put_and_got, (r(3), 2.0), other=[(r(4), 1.0)])


class Weights:
    def __init__(self):
        self.of = defaultdict(float)

    def add(self, i, j, w):
        self.of[i, j] += w

    def total(self):
        return sum(w * w for w in self.of.values())


def added_by_key(x, w):
    weights = Weights()
    for i, v in enumerate(x):
        weights.add(i, i + 1, v * w)
        weights.add(i, i + 1, v)
    return weights.total()


case(added_by_key, (r(3), 2.0), other=[(r(4), 1.0)])


class Clocked:
    def __init__(self, dt):
        self.dt = dt
        self.bodies = []
        self.t = 0.0

    def add(self, x, v):
        self.bodies.append([x, v])

    def step(self):
        for b in self.bodies:
            b[1] = b[1] - self.dt * b[0]
            b[0] = b[0] + self.dt * b[1]
        self.t += self.dt


def counted_for_nobody(x, v, dt):
    world = Clocked(dt)
    world.add(x, v)
    world.add(v, x * x)
    for _ in range(3):
        world.step()
    return sum(0.5 * b[1] ** 2 + 0.5 * b[0] ** 2 for b in world.bodies)


case(counted_for_nobody, (1.0, 0.5, 0.1), other=[(2.0, 0.5, 0.2)])


class Momentum:
    def __init__(self, lr):
        self.lr, self.state = lr, {}

    def step(self, params):
        for k in params:
            m = self.state.setdefault(k, np.zeros_like(params[k]))
            self.state[k] = 0.9 * m + 2 * params[k]
            params[k] = params[k] - self.lr * self.state[k]


def asked_with_a_default(params, lr):
    own = {k: v.copy() for k, v in params.items()}
    descent = Momentum(lr)
    for _ in range(3):
        descent.step(own)
    return sum(np.sum(v**2) for v in own.values())


case(
    asked_with_a_default,
    ({"w": r(2), "b": r(1)}, 0.1),
    other=[({"w": r(3), "b": r(1)}, 0.2)],
)
