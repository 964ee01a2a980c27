import collections
import functools
from dataclasses import dataclass
from functools import partial

import numpy as np

from tests.cases import case, normal, raises, uniform

r, u = normal(71), uniform(71)


def relu(x):
    return np.maximum(0, x)


def leaky(x, slope=0.1):
    return np.where(x > 0, x, slope * x)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


ACTS = {"relu": relu, "tanh": np.tanh, "leaky": leaky}


def table_direct(x, w, name):
    h = ACTS[name](x @ w)
    return h * h


case(
    table_direct,
    (r(2, 3), r(3, 2), "relu"),
    other=[(r(2, 3), r(3, 2), "tanh")],
)


def table_display(x, name):
    act = {"relu": relu, "sigmoid": sigmoid}[name]
    return act(x) * x


case(
    table_display,
    (r(3), "sigmoid"),
    other=[(r(3), "relu")],
)


def get_act(name):
    if name == "relu":
        return relu
    elif name == "tanh":
        return np.tanh
    raise ValueError(name)


def act_from_function(x, name):
    act = get_act(name)
    h = act(x)
    return h * act(h)


case(
    act_from_function,
    (r(3), "tanh"),
    guarded=[raises("act was np.tanh when this code was made", r(3), "relu")],
)


def act_fixed(x):
    act = get_act("relu")
    return act(x) * x


case(act_fixed, (r(3),))


def partial_default(x):
    act = partial(leaky, slope=0.3)
    return act(x) * x


case(partial_default, (r(3),))


def partial_traced(x, y):
    scale = partial(np.multiply, y)
    return scale(x) + scale(2.0)


case(partial_traced, (r(3), r(3)))

steep = partial(leaky, slope=2.0)


def partial_of_module(x):
    return steep(x) * x


case(partial_of_module, (r(3),))


def mlp(params, x, n_layers):
    h = x
    for i in range(1, n_layers):
        h = np.tanh(h @ params[f"W{i}"] + params[f"b{i}"])
    return h @ params[f"W{n_layers}"] + params[f"b{n_layers}"]


case(
    mlp,
    ({"W1": r(3, 4), "b1": r(4), "W2": r(4, 4), "b2": r(4), "W3": r(4, 2), "b3": r(2)}, r(2, 3), 3),
    other=[({"W1": r(3, 4), "b1": r(4), "W2": r(4, 2), "b2": r(2)}, r(2, 3), 2)],
)


def layer_list(layers, x):
    for W, b in layers:
        x = np.tanh(x @ W + b)
    return x


case(
    layer_list,
    ([(r(3, 4), r(4)), (r(4, 2), r(2))], r(2, 3)),
    other=[([(r(3, 4), r(4)), (r(4, 2), r(2)), (r(2, 2), r(2))], r(2, 3))],
)


def layer_list_last(layers, x):
    for W, b in layers[:-1]:
        x = np.tanh(x @ W + b)
    W, b = layers[-1]
    return x @ W + b


case(layer_list_last, ([(r(3, 4), r(4)), (r(4, 2), r(2))], r(2, 3)))


def layer_dicts(layers, x):
    for layer in layers:
        x = np.tanh(x @ layer["W"] + layer["b"])
    return x


case(layer_dicts, ([{"W": r(3, 4), "b": r(4)}, {"W": r(4, 2), "b": r(2)}], r(2, 3)))


def weights_list(Ws, x):
    for W in Ws:
        x = relu(x @ W)
    return x


case(weights_list, ([r(3, 4), r(4, 2)], r(2, 3)), other=[([r(3, 4), r(4, 2), r(2, 5)], r(2, 3))])


def dict_of_lists(p, x):
    for W, b in zip(p["W"], p["b"]):
        x = np.tanh(x @ W + b)
    return x * p["scale"]


case(dict_of_lists, ({"W": [r(3, 4), r(4, 2)], "b": [r(4), r(2)], "scale": 0.5}, r(2, 3)))


def reduce_sum(xs):
    return functools.reduce(lambda a, b: a * b + a, xs)


case(reduce_sum, ([0.5, 1.5, -0.7],), other=[([0.5, 1.5],)])


def reduce_init(x, ws):
    return functools.reduce(lambda h, w: np.tanh(h * w), ws, x)


case(reduce_init, (r(3), [r(3), r(3)]), other=[(r(3), [r(3)])])


def compose(x):
    for f in (np.sin, relu, np.exp):
        x = f(x)
    return x


case(compose, (r(3),))


def compose_list(x, y):
    fs = [np.tanh, lambda v: v * y, leaky]
    for f in fs:
        x = f(x)
    return x


case(compose_list, (r(3), r(3)))


def nested_helper(x):
    def inner(a):
        b = a * 2

        def deep(c):
            return c * b + x

        return deep(b)

    return inner(x) * inner(x * x)


case(nested_helper, (r(3),))


def helper_in_loop(x, w, n):
    for _ in range(n):
        x = step(x, w)
    return x


def step(x, w):
    h = np.tanh(x @ w)
    return x + h * h


case(helper_in_loop, (r(2, 3), r(3, 3), 3), other=[(r(1, 2), r(2, 2), 2)])


def helper_tuple_in_loop(x, v, n):
    for _ in range(n):
        x, v = leapfrog(x, v)
    return x * v


def leapfrog(x, v, dt=0.1):
    v = v - dt * x
    x = x + dt * v
    return x, v


case(helper_tuple_in_loop, (r(3), r(3), 3), other=[(r(2), r(2), 5)])


def helper_dict(x, y):
    out = stats(x)
    return out["mean"] * y + out["var"]


def stats(x):
    mu = x.mean()
    d = x - mu
    return {"mean": mu, "var": (d * d).mean()}


case(helper_dict, (r(3), r(3)))


def helper_with_cache(x, w, b):
    out, cache = affine_cached(x, w, b)
    return out * out


def affine_cached(x, w, b):
    out = x @ w + b
    return out, (x, w, b)


case(helper_with_cache, (r(2, 3), r(3, 2), r(2)))


def helper_conditional(x, flag):
    return branchy(x, flag) * x


def branchy(x, flag):
    if flag:
        y = np.sin(x)
    else:
        y = np.cos(x) * x
    return y


case(helper_conditional, (r(3), True), other=[(r(3), False)])


def helper_early(x):
    return early(x, 2) + early(x, -1)


def early(x, n):
    if n < 0:
        return x
    for _ in range(n):
        x = x * np.sin(x)
    return x


case(helper_early, (r(3),))


def factorial_power(x, n):
    if n <= 1:
        return x
    return x * factorial_power(x, n - 1) / n


case(factorial_power, (0.7, 4), other=[(0.7, 2), (0.5, 1)])


def horner_slices(c, x):
    if len(c) == 1:
        return c[0]
    return c[0] + x * horner_slices(c[1:], x)


case(horner_slices, (r(4), 0.7), other=[(r(2), 0.5), (r(1), 0.5)])


def tree(t, x):
    if isinstance(t, tuple):
        left, right = t
        return np.tanh(tree(left, x) * tree(right, x))
    return t * x


case(tree, (((0.5, 1.5), (0.7, (0.2, 0.9))), 0.8))


def sum_start(xs, y):
    return sum([x * y for x in xs], y)


case(sum_start, ([r(3), r(3)], r(3)))


def starmap_zip(xs, ys):
    total = 0.0
    for a, b in zip(*[xs, ys]):
        total = total + a * b
    return total


case(starmap_zip, ([0.5, 0.2], [1.5, 0.3]))


def transposed(pairs):
    a, b = zip(*pairs)
    return a[0] * b[1] + a[1]


case(transposed, ([(0.5, 1.5), (0.2, 0.7)],))


def items_loop(params):
    total = 0.0
    for k, v in params.items():
        if k != "b":
            total = total + np.sum(v**2)
    return total


case(items_loop, ({"W": r(2, 3), "b": r(3)},))


def values_sum(params):
    return sum(np.sum(v**2) for v in params.values())


case(values_sum, ({"W": r(2, 3), "b": r(3)},))


def getattr_const(layer, x):
    return x @ layer.W


@dataclass
class L:
    W: np.ndarray


case(getattr_const, (L(r(3, 2)), r(2, 3)))


def setdefault(x):
    d = {}
    d["a"] = x
    d.setdefault("b", x * x)
    return d["a"] * d["b"]


case(setdefault, (r(3),), other=[(r(4),)])


def pop_default(x, params):
    p = dict(params)
    w = p.pop("w")
    return x * w


case(pop_default, (r(3), {"w": r(3)}), other=[(r(2), {"w": r(2)})])


def dict_copy(params, x):
    p = dict(params)
    p["w"] = p["w"] * 2
    return x * p["w"] + params["w"]


case(dict_copy, ({"w": r(3), "b": r(3)}, r(3)))


def dict_comp(params, x):
    p = {k: v * 2 for k, v in params.items()}
    return x * p["w"] + p["b"]


case(dict_comp, ({"w": r(3), "b": r(3)}, r(3)))


def list_mult(x):
    parts = [x] * 3
    return parts[0] * parts[1] + parts[2]


case(list_mult, (r(3),))


def kwargs_forward(x, **kw):
    return scaled(x, **kw)


def scaled(x, scale=1.0, shift=0.0):
    y = x * scale
    return y * y + shift


case(kwargs_forward, (r(3),), {"scale": 2.0, "shift": 0.5})


class Optimizer:
    def __init__(self, lr):
        self.lr = lr
        self.v = 0.0

    def step(self, w, g):
        self.v = 0.9 * self.v - self.lr * g
        return w + self.v


def sgd(w, x, n):
    opt = Optimizer(0.1)
    for _ in range(n):
        g = 2 * (w - x)
        w = opt.step(w, g)
    return w


case(sgd, (r(3), r(3), 3), other=[(r(2), r(2), 2)])


class Seq:
    def __init__(self, *layers):
        self.layers = layers

    def __call__(self, x):
        for l in self.layers:
            x = l(x)
        return x


class Lin:
    def __init__(self, W):
        self.W = W

    def __call__(self, x):
        return x @ self.W


class Tanh:
    def __call__(self, x):
        return np.tanh(x)


SEQ = Seq(Lin(r(3, 4)), Tanh(), Lin(r(4, 2)))


def sequential(net, x):
    return net(x)


case(sequential, (SEQ, r(2, 3)))


def same_layers(net, x):
    for l in net.layers:
        x = np.tanh(l(x))
    return x


case(same_layers, (Seq(Lin(r(3, 4)), Lin(r(4, 2))), r(2, 3)))


class Meth:
    scale = 2.0

    @staticmethod
    def twice(x):
        return 2 * x

    @classmethod
    def make(cls, x):
        return x * cls.scale

    @property
    def k(self):
        return 3.0

    def f(self, x):
        return self.twice(x) + self.make(x) * self.k


def static_methods(x):
    return Meth().f(x) + Meth.twice(x)


case(static_methods, (r(3),))


def wraps(f):
    @functools.wraps(f)
    def inner(*a, **k):
        return 2 * f(*a, **k)

    return inner


@wraps
def decorated(x, y):
    h = x * y
    return np.sin(h) + h


case(decorated, (r(3), r(3)))


def uses_decorated(x):
    return decorated(x, x) * x


case(uses_decorated, (r(3),))

P = collections.namedtuple("P", "w b")


def nt_arg(p, x):
    return x @ p.w + p.b


case(nt_arg, (P(r(3, 2), r(2)), r(2, 3)))


def nt_unpack(p, x):
    w, b = p
    return x @ w + b


case(nt_unpack, (P(r(3, 2), r(2)), r(2, 3)))


def nt_made(x, y):
    p = P(x * y, b=y)
    return p.w * p.b + p._replace(b=x).b


case(nt_made, (r(3), r(3)))


def nt_return(x, y):
    return P(x * y, x + y)


case(nt_return, (r(3), r(3)))
