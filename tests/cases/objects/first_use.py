"""Attributes, and items of dicts, that are None until a first call has put something there."""

import copy

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(161), uniform(162)


def later(one, **attributes):
    """A copy of an object as a call before may have left it."""
    twin = copy.deepcopy(one)
    vars(twin).update(attributes)
    return twin


class Controller:
    def __init__(self, gain, rate):
        self.gain, self.rate = gain, rate
        self.last_error = None
        self.integral = 0.0

    def step(self, error, dt):
        self.integral += error * dt
        if self.last_error is None:
            slope = 0.0
        else:
            slope = (error - self.last_error) / dt
        self.last_error = error
        return self.gain * error + self.integral + self.rate * slope


case(
    Controller.step,
    (Controller(1.5, 0.2), r(), u()),
    other=[(later(Controller(1.2, 0.3), last_error=r(), integral=r()), r(), u())],
    name="last_error",
)


class Speed:
    def __init__(self, scale):
        self.scale = scale
        self.last_time = None
        self.last_place = None

    def at(self, place, time):
        if self.last_time is None or self.last_place is None:
            v = 0.0 * place
        else:
            v = (place - self.last_place) / (time - self.last_time)
        self.last_time, self.last_place = time, place
        return self.scale * v + place


case(
    Speed.at,
    (Speed(2.0), r(), 0.5),
    other=[(later(Speed(1.5), last_time=0.2, last_place=r()), r(), 0.7)],
    name="two_at_once",
)


class Dense:
    def __init__(self, W, b=None):
        self.W, self.b = W, b

    def __call__(self, x):
        y = x @ self.W
        return y if self.b is None else y + self.b


class Layers:
    def __init__(self, *layers):
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = np.tanh(layer(x))
        return x


case(
    Layers.forward,
    (Layers(Dense(r(3, 4)), Dense(r(4, 2), r(2))), r(5, 3)),
    other=[(Layers(Dense(r(3, 4), r(4)), Dense(r(4, 2), r(2))), r(5, 3))],
    name="bias_of_one_layer",
)


class Trace:
    def __init__(self, rate):
        self.rate, self.kept = rate, None

    def add(self, x):
        if self.kept is None:
            self.kept = x.copy()
        else:
            self.kept *= 0.5
            self.kept += self.rate * x
        return np.sum(self.kept) ** 2


case(
    Trace.add,
    (Trace(0.4), r(3)),
    other=[(later(Trace(0.3), kept=r(4)), r(4))],
    name="changed_in_place",
)


class Cell:
    def __init__(self, w):
        self.w, self.state = w, None

    def step(self, x):
        if self.state is None:
            self.state = (np.zeros_like(x), np.zeros_like(x))
        h, c = self.state
        c = 0.5 * c + np.tanh(self.w * x + h)
        h = np.tanh(c)
        self.state = (h, c)
        return h


case(
    Cell.step,
    (Cell(0.5), r(3)),
    other=[(later(Cell(0.6), state=(r(3), r(3))), r(3))],
    name="a_pair_of_arrays",
)


def step_with_a_cache(w, dw, options):
    if options["mean"] is None:
        options["mean"] = np.zeros_like(w)
    options["mean"] = 0.9 * options["mean"] + 0.1 * dw**2
    return w - options["rate"] * dw / (np.sqrt(options["mean"]) + 1e-2)


case(
    step_with_a_cache,
    (r(3), r(3), {"rate": 0.1, "mean": None}),
    wrt=("w", "dw"),
    other=[(r(4), r(4), {"rate": 0.2, "mean": u(4)})],
)


class Adam:
    def __init__(self, rate, decay=0.9):
        self.rate, self.decay, self.state = rate, decay, None

    def step(self, w, g):
        if self.state is None:
            self.state = {"m": g, "v": g * g}
        else:
            self.state["m"] = self.decay * self.state["m"] + (1 - self.decay) * g
            self.state["v"] = self.decay * self.state["v"] + (1 - self.decay) * g * g
        return w - self.rate * self.state["m"] / (np.sqrt(self.state["v"]) + 0.1)

    def fit(self, w, A, b, steps):
        for _ in range(steps):
            w = self.step(w, A.T @ (A @ w - b))
        return w


case(
    Adam.fit,
    (Adam(0.1), r(3), r(4, 3), r(4), 3),
    other=[
        (Adam(0.2), r(2), r(5, 2), r(5), 0),
        (later(Adam(0.3), state={"m": r(3), "v": u(3)}), r(3), r(4, 3), r(4), 1),
    ],
    name="state_that_is_none",
)


class Mean:
    def __init__(self, decay):
        self.decay, self.avg = decay, None

    def spread(self, xs):
        total = 0.0
        for x in xs:
            if self.avg is None:
                self.avg = {"mean": x, "square": x * x}
            else:
                new = {"mean": x, "square": x * x}
                self.avg = {k: self.decay * v + new[k] for k, v in self.avg.items()}
            total = total + np.sum(self.avg["square"] - self.avg["mean"] ** 2)
        return total


case(Mean.spread, (Mean(0.9), [r(3), r(3), r(3)]), other=[(Mean(0.8), [r(2), r(2)])])


def held_or_not(xs, w, m=None):
    s = 0.0
    for x in xs:
        if m is None:
            m = [x * w, w * 2]
        else:
            m = [m[0] * 0.5 + x * w, m[1] * w]
        s = s + m[0] ** 2 * m[1]
    return s, m


case(
    held_or_not,
    ([1.0, 2.0, -0.5], r()),
    wrt=("xs", "w"),
    other=[([1.2, 0.3], r()), ([1.2], r(), [1.0, 2.0])],
)


class Held:
    def __init__(self, n=3):
        self.w, self.dw = r(n), r(n)


class Momentum:
    def __init__(self, rate=0.9):
        self.rate, self.lr = rate, 0.1

    def update(self, layer):
        if self.rate:
            if not hasattr(layer, "velocity"):
                layer.velocity = np.zeros_like(layer.w)
            step = self.rate * layer.velocity - self.lr * layer.dw
            layer.velocity = step
        else:
            step = -self.lr * layer.dw
        layer.w += step


case(
    Momentum.update,
    (Momentum(), Held()),
    wrt=("self.rate", "layer.w", "layer.dw"),
    other=[(Momentum(0.5), Held(4)), (Momentum(0.8), later(Held(), velocity=r(3)))],
    name="velocity_of_a_layer",
)


class Averaged:
    def __init__(self, rate, decay):
        self.rate, self.eps, self.mean, self.decay = rate, 1e-2, None, decay

    def step(self, w, g):
        if self.mean is None:
            self.mean = np.zeros(np.shape(g))
        self.mean = self.decay * self.mean + (1 - self.decay) * g**2
        return w - self.rate * g / np.sqrt(self.mean + self.eps)


case(
    Averaged.step,
    (Averaged(0.1, 0.9), r(3, 2), r(3, 2)),
    other=[(Averaged(0.2, 0.5), r(4), r(4))],
    name="guards_of_numbers_around_a_state",
)
