"""Context managers of the user's: what they do before the block and behind it."""

import contextlib

import numpy as np

from tests.cases import case, normal, raises

r = normal(1311)


class Scaled:
    """Turns a network down for the length of a block."""

    def __init__(self, net, factor):
        self.net, self.factor = net, factor

    def __enter__(self):
        self.before = self.net.scale
        self.net.scale = self.net.scale * self.factor
        return self

    def __exit__(self, *problem):
        self.net.scale = self.before


@contextlib.contextmanager
def evaluated(net, training=False):
    old = net.training
    net.training = training
    try:
        yield
    finally:
        net.training = old


class Net:
    def __init__(self, training=True):
        self.w, self.scale, self.training = r(3), 1.5, training

    @contextlib.contextmanager
    def eval_mode(self):
        """Leave dropout and its like out."""
        old = self.training
        self.training = False
        yield self
        self.training = old

    @contextlib.contextmanager
    def doubled(self, x, by=2.0):
        self.scale *= by
        yield x * self.scale
        self.scale /= by

    def net(self, x):
        if self.training:
            return np.tanh(self.w * x)
        return self.scale * self.w * x

    def both(self, x):
        with self.eval_mode():
            y = self.net(x)
        return y + self.net(x)

    def returned(self, x):
        with self.eval_mode():
            return self.net(x)

    def bound(self, x):
        with self.doubled(x) as y:
            z = y * self.w
        return z * self.scale

    def early(self, x, s):
        with self.doubled(s):
            if s > 1:
                return x * self.scale
            y = self.net(x)
        return y * s

    def old(self, x):
        old = self.w * 2
        with self.eval_mode():
            x = self.net(x) + old
        return x * old

    def scaled(self, x):
        with Scaled(self, 3.0):
            y = x * self.scale
        return y * self.scale

    def scaled_in_a_loop(self, x, n):
        for k in range(n):
            with Scaled(self, 1.0 + k):
                x = np.sin(x * self.scale)
        return x * self.scale

    def two(self, x):
        with evaluated(self), Scaled(self, 0.5):
            x = self.net(x)
        return x * self.scale

    def beside_numpy(self, x):
        with np.errstate(over="ignore"), evaluated(self):
            x = np.exp(self.net(x))
        return x

    def warned(self, x):
        with evaluated(self, training=True):
            y = self.net(x)
        with evaluated(self):
            y = y * self.net(x)
        return y


class Other(Net):
    @contextlib.contextmanager
    def eval_mode(self):
        yield self


case(Net.both, (Net(), r(3)), wrt=("self.w", "x"), other=[(Net(False), r(3))],
     guarded=[raises("self.eval_mode was Net.eval_mode", Other(), r(3))])  # fmt: skip
case(Net().returned, (r(3),), other=[(r(3),)])
case(Net().bound, (r(3),), other=[(r(3),)])
case(Net().early, (r(3), 1.5), other=[(r(3), 0.5)])
case(Net().old, (r(3),), other=[(r(3),)])
case(Net().scaled, (r(3),), other=[(r(3),)])
case(Net().scaled_in_a_loop, (r(3), 2), other=[(r(3), 4), (r(3), 0)])
case(Net().two, (r(3),), other=[(r(3),)])
case(Net().beside_numpy, (r(3),), other=[(r(3),)])
case(Net().warned, (r(3),), other=[(r(3),)])


class Times:
    """A factor that is twice as large inside."""

    def __init__(self, k):
        self.k = k

    def __enter__(self):
        self.k = self.k * 2
        return self

    def __exit__(self, kind, error, trace):
        self.k = self.k / 3
        return False


def made_in_the_header(x, k):
    with Times(k) as times:
        y = times.k * x
    return y * times.k


case(made_in_the_header, (r(3), 0.7), other=[(r(2), 0.3)])


class Half(Times):
    def __enter__(self):
        return self.k / 2


def handed_a_number(x, k):
    with Half(k) as half:
        y = half * x
    return y + half


case(handed_a_number, (r(3), 0.7), other=[(r(2), 0.3)])


class Config:
    train = True


OPTIONS = {"mode": "train", "depth": 1}


class Using:
    def __init__(self, name, value):
        self.name, self.value = name, value

    def __enter__(self):
        self.old = getattr(Config, self.name)
        setattr(Config, self.name, self.value)

    def __exit__(self, *problem):
        setattr(Config, self.name, self.old)


def attribute_of_a_class(x):
    with Using("train", False):
        y = x * x if Config.train else np.sin(x)
    return y + x


case(attribute_of_a_class, (r(3),), other=[(r(2),)])


@contextlib.contextmanager
def option(key, value):
    old = OPTIONS[key]
    OPTIONS[key] = value
    try:
        yield
    finally:
        OPTIONS[key] = old


def layer_by_option(x):
    if OPTIONS["mode"] == "train":
        return x * x
    return np.sin(x) * x


def item_of_a_dict(x):
    total = 0.0
    for trip in range(3):
        with option("mode", "train" if trip % 2 else "test"):
            total = total + layer_by_option(x)
    return total


case(item_of_a_dict, (r(3),), other=[(r(2),)])


class Scale:
    factor = 1.0


class Rescaled:
    def __init__(self, factor):
        self.factor = factor

    def __enter__(self):
        self.old = Scale.factor
        Scale.factor = self.factor

    def __exit__(self, *error):
        Scale.factor = self.old


def entered_without_a_name(x, factor):
    with Rescaled(factor):
        y = x * Scale.factor
    return y * Scale.factor


case(entered_without_a_name, (r(3), 0.4), other=[(r(2), 1.7)])


class Tripled:
    def __init__(self, x):
        self.x = x

    def __enter__(self):
        self.y = self.x * 3
        return self.y

    def __exit__(self, *error):
        self.y = 0


def value_of_entering(x):
    with Tripled(x) as y:
        z = y * x
    with Tripled(x):
        z = z * x
    return z


case(value_of_entering, (1.2,), other=[(0.3,)])
