"""Methods and attributes that are asked for by their names, and methods that have a second name."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(907)


class Put:
    def __init__(self, strike):
        self.strike, self.spot = strike, 1.5

    def delta(self):
        return np.tanh(self.spot - self.strike)

    def gamma(self):
        return self.spot / self.strike


class Straddle:
    def __init__(self):
        self.put, self.call = Put(1.2), Put(1.8)
        self.kind, self.greeks = "delta", ("delta", "gamma")

    def bound(self):
        put, call = self.put.delta, self.call.gamma
        return put() - call() * put()

    def difference(self, name):
        put = getattr(self.put, name)
        call = getattr(self.call, name)
        return put() - call()

    def price(self):
        return self.difference(name="delta") * 2.0

    def own_kind(self):
        return getattr(self.put, self.kind)()

    def in_a_loop(self):
        total = 0.0
        for name in ("delta", "gamma"):
            total = total + getattr(self.put, name)()
        return total

    def summed(self):
        return sum(self.difference(name) for name in self.greeks)

    def tabled(self):
        return {name: self.difference(name) for name in self.greeks}

    def product(self):
        return self.put.spot * self.call.spot

    def joined(self, end):
        return getattr(self, "pro" + end)() + getattr(self, f"pro{end}")()

    def value(self, name):
        return getattr(self.put, name) ** 2

    def stored(self, name, x):
        setattr(self.put, name, x * self.put.strike)
        return self.put.spot**2


straddle = Straddle()
case(straddle.bound)
case(straddle.difference, ("delta",), guarded=[raises("name was 'delta'", "gamma")])
case(straddle.price)
case(straddle.own_kind)
case(straddle.in_a_loop)
case(straddle.summed)
case(straddle.tabled)
case(straddle.joined, ("duct",))
case(straddle.value, ("spot",), guarded=[raises("name was 'spot'", "strike")])
case(straddle.stored, ("spot", 0.7))


class Layer:
    """An activation that is chosen by its name."""

    def __init__(self, act):
        self.W, self.act = r(3, 3), act

    def relu(self, z):
        return np.maximum(z, 0)

    def tanh(self, z):
        return np.tanh(z)

    def forward(self, x):
        return getattr(self, self.act)(x @ self.W)


def layer(self, x):
    return self.forward(x)


case(layer, (Layer("tanh"), r(2, 3)), guarded=[raises("was 'tanh'", Layer("relu"), r(2, 3))])


class Step:
    """A step whose parts only its subclasses have."""

    def update(self):
        raise NotImplementedError

    def move(self, points=None):
        raise NotImplementedError

    def maximize(self):
        self.update()
        self.move()


class Affine(Step):
    def __init__(self):
        self.B, self.points = r(2, 2), r(4, 2)
        self.moved = self.points.copy()

    def update(self):
        self.B = self.B * 2.0

    def move(self, points=None):
        if points is None:
            self.moved = self.points @ self.B
            return
        else:
            return points @ self.B


class Counted(Affine):
    def __init__(self):
        super().__init__()
        self.scale = 1.5

    def update(self):
        super().update()
        self.scale = self.scale * 0.5


case(Affine().maximize)
case(Counted().maximize, name="maximize_of_a_subclass")
case(Counted().update, name="update_of_two_classes")
case(Affine().move)
case(Affine().move, (r(3, 2),), name="move_of_points")


class Spread:
    """A property that says how it is set."""

    def __init__(self):
        self.log = r(2)

    @property
    def sigma(self):
        return np.exp(self.log)

    @sigma.setter
    def sigma(self, value):
        self.log = np.log(value)

    def scaled(self, k):
        self.sigma = self.sigma * k**2

    def scaled_in_place(self, k, x):
        self.sigma *= k**2
        return np.sum(self.log * x)

    def set_to(self, x):
        self.sigma = x**2
        return self.log * x


class Doubled(Spread):
    @Spread.sigma.setter
    def sigma(self, value):
        self.log = np.log(value) * 2


def set_by(spread, x):
    return spread.set_to(x)


case(Spread().scaled, (1.5,))
case(Spread().scaled_in_place, (1.5, r(2)))
case(Spread().set_to, (r(2),))
case(set_by, (Spread(), r(2)), guarded=[raises("when this code was made", Doubled(), r(2))])


class Quote:
    def __init__(self, args, volatility=None, call=None, put=None):
        self.spot = float(args[0])
        self.strike = float(args[1])
        for i in ["call", "put", "gap"]:
            self.__dict__[i] = None
        if volatility:
            self.volatility = volatility / 100
            [self.call, self.put] = self.prices()
        if call and put:
            self.call = float(call)
            self.gap = self.parity()

    def prices(self):
        call = self.spot * np.tanh(self.volatility) - self.strike
        return [call, -call * self.strike]

    def parity(self):
        return self.call - self.put


def in_its_dict(spot, strike, volatility):
    return Quote([spot, strike], volatility=volatility).put


case(in_its_dict, (2.0, 3.0, 20.0), other=[(1.5, 0.5, 30.0)])


class Process:
    def __init__(self, start, pull, noise):
        self.start, self.pull, self.noise = start, pull, noise

    @property
    def parameters(self):
        return self.pull, self.noise

    @parameters.setter
    def parameters(self, value):
        self.pull, self.noise = value

    def variance(self, t):
        decay = np.exp(-2 * self.pull * t)
        return self.start * decay + self.noise**2 / (2 * self.pull) * (1 - decay)


def set_where_it_is_made(parameters, t, start):
    process = Process(start, 0.5, 0.2)
    process.parameters = parameters
    return process.variance(t) * len(type(process).__name__)


case(set_where_it_is_made, ((0.3, 0.4), 1.2, 0.5), other=[((0.5, 0.2), 0.7, 0.9)])


class ByNames:
    def __init__(self):
        self.weights = {"W": r(3, 2), "b": r(2)}
        for name, value in self.weights.items():
            setattr(self, name, value)

    def forward(self, x):
        p = {name: getattr(self, name) for name in self.weights}
        return np.tanh(x @ p["W"] + p["b"])

    def penalty(self, x):
        return np.sum(x @ self.W) + sum(np.sum(getattr(self, k) ** 2) for k in self.weights)

    def step(self, x, rate):
        for name in self.weights:
            setattr(self, name, getattr(self, name) - rate * np.sum(x))
        return x @ self.W + self.b


case(ByNames().forward, (r(4, 3),), other=[(r(2, 3),)], name="names_of_a_dict")
case(ByNames().penalty, (r(4, 3),), other=[(r(2, 3),)], name="names_of_a_dict_summed")
case(ByNames().step, (r(4, 3), 0.1), other=[(r(2, 3), 0.2)], name="names_of_a_dict_set")


class Shown:
    @property
    def value(self):
        return 2.0

    @value.setter
    def value(self, new):
        self.kept = 3.0 * new


def through_instance_dict(x):
    box = Box()
    box.__dict__["value"] = x * x
    return box.value * x


def behind_a_property(x):
    box = Shown()
    box.__dict__["value"] = x * x
    return box.value * x


class Box:
    pass


case(through_instance_dict, (r(3),), other=[(r(4),)])
case(behind_a_property, (r(3),), refused="the object box is used as a whole while its")


class Numbered:
    """Attributes whose names end in a number."""

    def __init__(self, size=2):
        self.w0, self.w1, self.depth = r(size, size), r(size, size), 2

    def layer1(self, x):
        return np.tanh(x @ self.w1)

    def second(self, x):
        return x @ getattr(self, f"w{1}") + x @ getattr(self, "w" + str(0))

    def given(self, x, k=1):
        return x @ getattr(self, f"w{k}")

    def counted(self, x):
        for k in range(2):
            x = np.tanh(x @ getattr(self, f"w{k}"))
        return x

    def each(self, x):
        for k in (1, 0, 1):
            x = np.tanh(x @ getattr(self, "w" + str(k)))
        return x

    def so_many(self, x):
        for k in range(self.depth):
            x = np.tanh(x @ getattr(self, f"w{k}"))
        return x

    def squared(self, x):
        for k in range(2):
            setattr(self, f"w{k}", getattr(self, f"w{k}") ** 2)
        return x @ self.w0 @ self.w1

    def called(self, x):
        return getattr(self, f"layer{1}")(x)


def numbered(size=2, depth=2):
    made = Numbered(size)
    made.depth = depth
    return made


for function in (
    Numbered.second,
    Numbered.given,
    Numbered.counted,
    Numbered.each,
    Numbered.squared,
    Numbered.called,
):
    case(function, (Numbered(), r(3, 2)), other=[(Numbered(), r(5, 2)), (Numbered(3), r(1, 3))])
case(
    Numbered.given,
    (Numbered(), r(3, 2), 1),
    name="given_one",
    guarded=[raises("k was 1", Numbered(), r(3, 2), 0)],
)
case(
    Numbered.so_many,
    (numbered(), r(3, 2)),
    guarded=[raises("self.depth was 2", numbered(depth=1), r(3, 2))],
)
