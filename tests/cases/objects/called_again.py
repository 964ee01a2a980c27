"""What a first call leaves in its arguments, the second finds there: an optimizer has no running values at its first
step. A module that is made at the first is right at the second, or refuses it where its gradients would be others.
"""

import numpy as np

from tests.cases import case, normal

r = normal(643)


class Momentum:
    def __init__(self, held=None):
        self.rate, self.momentum = 0.1, 0.9
        self.v = {} if held is None else held

    def step(self, w, g):
        v = self.momentum * self.v.get("w", 0) - self.rate * g
        self.v["w"] = v
        return w + v

    def steps(self, params, grads):
        for k, g in grads.items():
            v = self.momentum * self.v.get(k, 0) - self.rate * g
            self.v[k] = v
            params[k] = params[k] + v
        return params


case(
    Momentum().step,
    (r(2, 3), r(2, 3)),
    other=[(r(3, 2), r(3, 2))],
    name="first_step",
)
case(Momentum({"w": r(2, 3)}).step, (r(2, 3), r(2, 3)), name="next_step")


def both(w, b):
    return {"w": w, "b": b}


case(
    Momentum().steps,
    (both(r(2, 3), r(3)), both(r(2, 3), r(3))),
    other=[(both(r(3, 2), r(2)), both(r(3, 2), r(2)))],
)


def step(w, g, held, momentum):
    held["v"] = momentum * held.get("v", 0) - 0.1 * g
    return w + held["v"]


case(
    step,
    (r(3), r(3), {}, 0.9),
    other=[(r(2), r(2), {}, 0.5), (r(2), r(2), {"v": r(2)}, 0.5)],
)


def steps_of_all(params, grads, state, lr, mu):
    out = {}
    for name, p in params.items():
        v = mu * state.get(name, 0.0) - lr * grads[name]
        state[name] = v
        out[name] = p + v
    return out


case(
    steps_of_all,
    (both(r(2, 3), r(3)), both(r(2, 3), r(3)), {}, 0.1, 0.9),
    other=[(both(r(3, 2), r(2)), both(r(3, 2), r(2)), both(r(3, 2), r(2)), 0.3, 0.5)],
)


class Counter:
    def __init__(self):
        self.calls, self.last, self.kept = 0, None, []

    def scaled(self, x):
        self.calls += 1
        self.last = float(np.sum(x))
        self.kept.append(self.calls)
        return x * self.calls + len(self.kept)


case(Counter().scaled, (r(3),), other=[(r(2),)])


class Factors:
    """Changes its arrays in place; what it reads of parts of them without a name is kept as it was."""

    def __init__(self):
        self.Q = np.array([[0.3, 0.7], [1.1, -0.4], [0.2, 0.5]])

    def columns(self, us, x, k):
        for u in us:
            self.Q[u, :] *= k
        e = 0.0
        for u in us:
            e += x.dot(self.Q[u, :].T) ** 2
        return e

    def reshaped(self, us, x, k):
        self.Q *= k
        e = 0.0
        for u in us:
            e += x.dot(self.Q[u : u + 1].reshape(2)) ** 2
        return e


for function in (Factors.columns, Factors.reshaped):
    case(
        function,
        (Factors(), [1, 0], np.array([0.4, 1.3]), 0.3),
        other=[(Factors(), [0, 2, 2], np.array([-0.4, 0.3]), 0.7)],
    )


class Activation:
    def __call__(self, z):
        return self.of(z)


class Tanh(Activation):
    def of(self, z):
        return np.tanh(z)


class Cell:
    """Two counts that are one object as long as they are zero, beside lists that are two."""

    def __init__(self, n_in, n_out):
        self.n_out, self.act = n_out, Tanh()
        self.X = []
        self.parameters = {"U": r(n_out, n_out), "W": r(n_in, n_out), "b": r(n_out, 1)}
        self.seen = {"A": [], "Z": [], "steps": 0, "current": 0}

    def forward(self, x):
        U, W, b = self.parameters["U"], self.parameters["W"], self.parameters["b"]
        self.seen["steps"] += 1
        self.seen["current"] += 1
        As = self.seen["A"]
        if len(As) == 0:
            As.append(np.zeros((x.shape[0], self.n_out)))
        z = As[-1] @ U + b.T + x @ W
        a = self.act(z)
        self.seen["Z"].append(z)
        self.seen["A"].append(a)
        self.X.append(x)
        return a


class Unrolled:
    def __init__(self, cell):
        self.cell = cell

    def forward(self, x):
        return np.dstack([self.cell.forward(x[:, :, t]) for t in range(x.shape[2])])


case(Cell(3, 2).forward, (r(4, 3),), other=[(r(2, 3),)], name="step_of_a_cell")
case(Unrolled(Cell(3, 2)).forward, (r(4, 3, 2),), other=[(r(2, 3, 3),)], name="steps_of_a_cell")


class Filter:
    """A number of the last update that is computed again when it is asked for."""

    def __init__(self, x):
        self.x, self.P = x, np.eye(len(x))
        self._likelihood = 1e-300

    def update(self, z, R=None):
        if z is None:
            self.P = self.P * 1.1
            return
        if R is None:
            R = 0.5
        K = self.P / (self.P.trace() + R)
        self.x = self.x + K @ (z - self.x)
        self.P = self.P - K @ self.P
        self._likelihood = None


case(Filter(r(2)).update, (r(2),), other=[(r(2), 0.3)], name="number_that_is_cleared")
