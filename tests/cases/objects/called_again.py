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
