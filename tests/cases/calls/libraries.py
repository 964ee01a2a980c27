"""Classes, tables and helpers as people write them."""

import collections
import functools
from dataclasses import dataclass

import numpy as np
import scipy.stats

from tests.cases import case, normal, uniform
from tests.cases.calls import library as lib

r, u = normal(81), uniform(81)


@dataclass(frozen=True)
class Config:
    """Settings of a model."""

    hidden: int = 4
    eps: float = 1e-5
    act: str = "tanh"


CONFIG = Config()


def config_dataclass(x, w, cfg):
    h = x @ w
    if cfg.act == "tanh":
        h = np.tanh(h)
    mu = h.mean(axis=0)
    return (h - mu) / np.sqrt(h.var(axis=0) + cfg.eps)


case(config_dataclass, (r(4, 3), r(3, 4), Config()), wrt=("x", "w"))


def module_config(x):
    return x / np.sqrt(np.sum(x * x) + CONFIG.eps) * CONFIG.hidden


case(module_config, (r(3),))


class Dense:
    """A dense layer that keeps its input."""

    def __init__(self, n_in, n_out, rng):
        self.W = rng.standard_normal((n_in, n_out))
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b


class ReLU:
    """An activation."""

    def forward(self, x):
        self.mask = x > 0
        return x * self.mask


class Network:
    """Layers one after the other."""

    def __init__(self):
        rng = np.random.default_rng(0)
        self.layers = [Dense(3, 4, rng), ReLU(), Dense(4, 2, rng)]

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def loss(self, x, y):
        scores = self.forward(x)
        scores = scores - scores.max(axis=1, keepdims=True)
        p = np.exp(scores)
        p = p / p.sum(axis=1, keepdims=True)
        return -np.mean(np.log(p[np.arange(len(y)), y]))


def network_input(net, x):
    return net.forward(x)


case(network_input, (Network(), r(2, 3)))


def network_loss(net, x, y):
    return net.loss(x, y)


case(network_loss, (Network(), r(2, 3), np.array([0, 1])))


class Scaler:
    """A class with a property and a class attribute."""

    factor = 3.0

    def __init__(self, scale):
        self.scale = scale

    @property
    def double(self):
        return 2 * self.scale

    def apply(self, x):
        return x * self.double * self.factor


def property_read(x, scale):
    return Scaler(scale).apply(x)


case(property_read, (r(3), 0.5))


def property_passive(s, x):
    return s.apply(x) * x


case(property_passive, (Scaler(2.0), r(3)))


def rnn_cell(params, x, h):
    return np.tanh(x @ params["Wx"] + h @ params["Wh"] + params["b"])


def rnn_with_cell(params, xs, h):
    outputs = []
    for x in xs:
        h = rnn_cell(params, x, h)
        outputs.append(h)
    return np.stack(outputs)


case(
    rnn_with_cell,
    ({"Wx": r(3, 4), "Wh": r(4, 4), "b": r(4)}, r(5, 2, 3), r(2, 4)),
    other=[({"Wx": r(2, 3), "Wh": r(3, 3), "b": r(3)}, r(4, 1, 2), r(1, 3))],
)


def update(params, grads, lr):
    return {k: params[k] - lr * grads[k] for k in params}


def one_step(params, grads, x):
    new = update(params, grads, 0.1)
    return np.tanh(x @ new["W"]) + new["b"]


case(one_step, ({"W": r(3, 2), "b": r(2)}, {"W": r(3, 2), "b": r(2)}, r(4, 3)))


def accumulate(total, value, weight=1.0):
    total["sum"] = total["sum"] + weight * value
    total["count"] = total["count"] + 1


def accumulated(x, y):
    total = {"sum": 0.0, "count": 0}
    accumulate(total, x)
    accumulate(total, y, weight=2.0)
    return total["sum"] / total["count"]


case(accumulated, (r(3), r(3)))


def with_callback(x, callback=None):
    h = np.sin(x)
    if callback is not None:
        h = callback(h)
    return h * x


case(with_callback, (r(3),))
case(with_callback, (r(3), np.exp), name="with_callback_given")


def minimise(f, x, n):
    for _ in range(n):
        x = x - 0.1 * f(x)
    return x


def slope(x):
    return 2 * x + np.cos(x)


def higher_order(x, n):
    return minimise(slope, x, n)


case(higher_order, (r(3), 3), other=[(r(2), 2)])


def higher_order_closure(x, a, n):
    return minimise(lambda v: a * v + np.sin(v), x, n)


case(higher_order_closure, (r(3), r(3), 3), other=[(r(2), r(2), 2)])


def rk4(f, y, h):
    k1 = f(y)
    k2 = f(y + h / 2 * k1)
    k3 = f(y + h / 2 * k2)
    k4 = f(y + h * k3)
    return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def ode(y, a, n):
    def f(v):
        return -a * v + np.sin(v)

    for _ in range(n):
        y = rk4(f, y, 0.1)
    return y


case(ode, (r(3), r(3), 2), other=[(r(2), r(2), 3)])


def twice(f):
    return lambda v: f(f(v))


def composed_twice(x):
    return twice(np.sin)(x) * twice(lib.sigmoid)(x)


case(composed_twice, (r(3),))


def memo(f):
    table = {}

    @functools.wraps(f)
    def inner(n):
        if n not in table:
            table[n] = f(n)
        return table[n]

    return inner


@memo
def binomial_row(n):
    return np.array([1.0, n, n * (n - 1) / 2])


def memoised(x, n):
    return x * binomial_row(n)


case(memoised, (r(3), 4))


def returns_dataclass(x, y):
    return Result(x * y, np.sum(x))


@dataclass
class Result:
    """A result."""

    value: np.ndarray
    total: float


case(returns_dataclass, (r(3), r(3)))

State = collections.namedtuple("State", ["h", "c"])


def lstm_step(x, state, W, U):
    a = x @ W + state.h @ U
    i, f, o, g = np.split(a, 4, axis=1)
    c = np.tanh(f) * state.c + np.tanh(i) * np.tanh(g)
    h = np.tanh(o) * np.tanh(c)
    return State(h, c)


def lstm_states(x, h0, c0, W, U):
    state = State(h0, c0)
    for t in range(x.shape[0]):
        state = lstm_step(x[t], state, W, U)
    return state.h


case(lstm_states, (r(3, 2, 3), r(2, 2), r(2, 2), r(3, 8), r(2, 8)))


def tuple_state(x, h0, c0, w):
    state = (h0, c0)
    for t in range(x.shape[0]):
        h, c = state
        c = c * np.tanh(x[t] * w)
        h = np.tanh(c + h)
        state = (h, c)
    return state[0] * state[1]


case(tuple_state, (r(3, 4), r(4), r(4), r(4)), other=[(r(5, 2), r(2), r(2), r(2))])


def dict_state(x, w):
    state = {"m": np.zeros_like(w), "n": 0}
    for t in range(len(x)):
        state["m"] = 0.9 * state["m"] + x[t] * w
        state["n"] += 1
    return state["m"] / state["n"]


case(dict_state, (r(3), r(4)), other=[(r(5), r(2))])


def walrus_loop(x):
    total = 0.0
    k = 0
    while (k := k + 1) <= 3:
        total = total + x**k
    return total


case(walrus_loop, (u(3),))


def fstring_log(x, verbose=False):
    y = x * 2
    message = f"y is {y.sum():.3f} of {y.shape}"
    if verbose:
        print(message)
    assert y.ndim == 1, message
    return y * y


case(fstring_log, (r(3),), other=[(r(5),)])


def swap(x, y):
    x, y = y, x
    x, y = x * y, x + y
    return x - y


case(swap, (r(3), r(3)))


def chained(x):
    a = b = c = x * 2
    c = c + a
    return a * b * c


case(chained, (r(3),))


def star_max(x, y, z):
    values = [x, y, z]
    return max(*values) * min(values) + sum(values)


case(star_max, (0.5, 1.5, -0.7))


def nested_dicts(model, x):
    enc, dec = model["enc"], model["dec"]
    z = np.tanh(x @ enc["W"] + enc["b"])
    return z @ dec["W"] + dec["b"] + model["bias"]


case(
    nested_dicts,
    ({"enc": {"W": r(3, 2), "b": r(2)}, "dec": {"W": r(2, 3), "b": r(3)}, "bias": 0.5}, r(4, 3)),
)


def list_of_dicts(blocks, x):
    for k, block in enumerate(blocks):
        h = np.maximum(0, x @ block["W1"])
        x = x + h @ block["W2"] / (k + 1)
    return x


case(
    list_of_dicts,
    ([{"W1": r(3, 4), "W2": r(4, 3)}, {"W1": r(3, 4), "W2": r(4, 3)}], r(2, 3)),
    other=[([{"W1": r(2, 4), "W2": r(4, 2)}], r(3, 2))],
)


def mutual(x, n):
    return x if n == 0 else np.sin(partner(x, n - 1)) + x


def partner(x, n):
    return x * x if n == 0 else np.cos(mutual(x, n - 1)) * x


case(mutual, (r(3), 3), other=[(r(2), 2)])


def tree_of_dicts(node, x):
    if "leaf" in node:
        return node["leaf"] * x
    return np.tanh(tree_of_dicts(node["left"], x) + tree_of_dicts(node["right"], x))


case(
    tree_of_dicts,
    ({"left": {"leaf": 0.5}, "right": {"left": {"leaf": 0.2}, "right": {"leaf": 1.5}}}, 0.7),
)


def list_recursion(xs):
    if not xs:
        return 1.0
    head, *tail = xs
    return head * list_recursion(tail) + head


case(
    list_recursion,
    ([0.5, 1.5, 0.7],),
    refused="a starred target over containers of several lengths is not",
)


def fib(a, b, n):
    if n == 0:
        return a
    return fib(b, a * b, n - 1)


case(fib, (0.7, 1.2, 4), other=[(0.7, 1.2, 2)])


def zip_dict(x, names):
    parts = dict(zip(names, [x, x * 2, x * x]))
    return parts["a"] * parts["c"]


case(zip_dict, (r(3), ("a", "b", "c")), other=[(r(4), ("c", "b", "a"))])


def by_a_law_with_its_place(x, z, m, s):
    weights = scipy.stats.norm(x - m, s).pdf(z) * scipy.stats.norm(loc=m).cdf(x)
    return weights / np.sum(weights) + scipy.stats.norm(0.0, scale=s).logpdf(x)


case(by_a_law_with_its_place, (u(4), 0.3, 0.2, 0.7), other=[(u(3), 0.1, -0.2, 1.4)])
