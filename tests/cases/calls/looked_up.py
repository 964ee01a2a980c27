"""Functions that are looked up in a table by a word, and called."""

import numpy as np

from tests.cases import case, raises, uniform

u = uniform(431)


def relu(z):
    return np.maximum(z, 0)


ACTS = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh}


NAMED = {"relu": relu, "tanh": np.tanh, "sigmoid": lambda z: 1 / (1 + np.exp(-z))}


def table(x, name):
    return ACTS[name](x) * x


case(table, (u(3), "relu"), other=[(u(4), "tanh")])


def table_loop(x, names):
    for n in names:
        x = NAMED[n](x) + x
    return x


case(table_loop, (u(3), ["relu", "tanh"]), other=[(u(4), ["tanh", "sigmoid", "relu"])])


def table_bound(x, w, name):
    act = NAMED[name]
    for _ in range(3):
        x = act(x @ w)
    return x


case(table_bound, (u(2, 3), u(3, 3), "tanh"), other=[(u(2, 2), u(2, 2), "sigmoid")])


class Dense:
    acts = {"tanh": np.tanh, "relu": relu}

    def __init__(self, w, act="tanh"):
        self.w, self.act = w, act

    def forward(self, x):
        return self.acts[self.act](x @ self.w)


case(Dense.forward, (Dense(u(3, 2)), u(4, 3)), other=[(Dense(u(3, 2), "relu"), u(4, 3))])


def local_table(x, name):
    acts = {"sq": lambda z: z * z, "cube": lambda z: z**3}
    return acts[name](x)


case(local_table, (u(3), "sq"), other=[(u(4), "cube")])


def table_get(x, name):
    return NAMED.get(name, np.tanh)(x) * x


case(table_get, (u(3), "relu"), other=[(u(4), "sigmoid"), (u(4), "unknown")])


def net_of_tables(params, x, acts):
    for (w, b), a in zip(params, acts):
        x = NAMED[a](x @ w + b)
    return np.sum(x)


case(
    net_of_tables,
    ([(u(3, 4), u(4)), (u(4, 2), u(2))], u(5, 3), ["relu", "tanh"]),
    other=[([(u(3, 4), u(4)), (u(4, 2), u(2))], u(5, 3), ["sigmoid", "sigmoid"])],
)


def op_table(a, b, op):
    ops = {"add": lambda p, q: p + q, "mul": lambda p, q: p * q, "sub": np.subtract}
    return np.sin(ops[op](a, b))


case(
    op_table,
    (u(3), u(3), "mul"),
    other=[(u(4), u(4), "add"), (u(4), u(4), "sub")],
    guarded=[raises("", u(4), u(4), "div")],
)


def integrator(y, dt, n, method="euler"):
    def f(v):
        return -(v**3)

    def euler(v):
        return v + dt * f(v)

    def mid(v):
        return v + dt * f(v + 0.5 * dt * f(v))

    step = {"euler": euler, "midpoint": mid}[method]
    for _ in range(n):
        y = step(y)
    return y


case(integrator, (u(3), 0.1, 3), other=[(u(3), 0.1, 3, "midpoint")])


def square(v):
    return v * v


def cube(v):
    w = v * v
    return w * v


WEIGHED = {"square": (square, 2.0), "cube": (cube, 3.0)}
ROWS = [("sin", np.sin), ("cube", cube)]


def rows_of_a_table(x):
    total = 0.0
    for name, f in [("sin", np.sin), ("cube", cube), ("own", lambda v: v * np.exp(v))]:
        total += f(x) * len(name)
    return total


case(rows_of_a_table, (0.7,), other=[(-1.3,)])


def rows_with_weights(x, weights):
    total = 0.0
    for (name, f), w in zip(ROWS, weights):
        total = total + w * f(x)
    for f, w in WEIGHED.values():
        total = total + w * f(x)
    return total


case(rows_with_weights, (0.7, [0.5, 0.2]), other=[(-1.3, [0.1, 1.5])])


def lambdas_alone(x):
    best = 0.0
    for f, k in ((lambda v: v * v, 2), (lambda v: v**3, 3)):
        best = max(best, k * f(x))
    return best


case(lambdas_alone, (0.5,), other=[(1.5,), (-2.0,)])


class Chain:
    def __init__(self):
        self.layers = [(u(3, 2), np.tanh), (u(2, 3), np.sin)]

    def forward(self, x):
        for W, act in self.layers:
            x = act(W @ x)
        return x


case(Chain().forward, (u(2),), other=[(u(2),)], name="rows_of_an_object")


def rows_given(x, steps):
    for f, k in steps:
        x = f(x) * k
    return x


case(
    rows_given,
    (u(2), [(np.sin, 2.0), (cube, 0.5)]),
    other=[(u(3), [(np.sin, 1.0), (cube, 2.5)])],
    guarded=[raises("steps[0][0] was np.sin", u(2), [(np.cos, 1.0), (cube, 0.5)])],
)
