"""Objects that a method makes, works with, and keeps in attributes or lists of `self`: they are there afterwards, with all in them."""

import numpy as np

from tests.cases import case, normal

r = normal(53)


class Cell:
    made = 0

    def __init__(self, W, b=1.0):
        self.W, self.b = W, b
        self.out, self.log = None, []

    def forward(self, x):
        self.out = np.tanh(x * self.W + self.b)
        return self.out


class Recurrent:
    def __init__(self, *params):
        self.params = list(params)
        self.grads = [np.zeros_like(p) for p in params]
        self.cache = None

    def forward(self, x, before):
        W, U, b = self.params
        after = np.tanh(np.dot(before, U) + np.dot(x, W) + b)
        self.cache = (x, before, after)
        return after


class Buffer:
    def __init__(self, x):
        self.x, self.buffer, self.items = x, np.zeros(3), []

    def run(self):
        self.buffer[0] = self.x[0] ** 2
        self.buffer[1:] += self.x[1:]
        self.items.append(self.x * 2)
        return np.sum(self.buffer**2)


class Drawn:
    def __init__(self, x):
        self.x, self.w = x, np.random.rand(3)
        self.y = None

    def run(self):
        self.y = self.x * self.w
        return np.sum(self.y)


class Counted:
    def __init__(self, x):
        Cell.made += 1
        self.x, self.y = x, None

    def run(self):
        self.y = self.x**2
        return np.sum(self.y)


class Numbered:
    def __init__(self, x, numbers):
        self.x, self.numbers, self.y = x, numbers, None
        self.numbers[0] += 1

    def run(self):
        self.y = self.x**2
        return np.sum(self.y)


class Held:
    def __init__(self, x):
        self.x, self.held, self.y = x, {}, None
        self.held["x"] = np.zeros(3)
        self.log = []
        self.log.append(0)

    def run(self):
        self.y = self.x**2
        return np.sum(self.y)


class Weights:
    def __init__(self):
        self.cache = None

    def forward(self, h, a):
        self.cache = (h, a)
        return np.sum(h * a.reshape(-1, 1), axis=0)


class Looked:
    def __init__(self):
        self.weights, self.last = Weights(), None

    def forward(self, h, q):
        s = np.exp(h @ q)
        self.last = s / np.sum(s)
        return self.weights.forward(h, self.last)


def first_of(model):
    return model.cells[0].out


class Model:
    def __init__(self):
        self.W, self.d = r(3), {}
        self.cells, self.last, self.seen = None, None, None
        self.params = [r(3, 4), r(4, 4), r(4)]
        self.numbers = [0]

    def over_time(self, xs):
        W, U, b = self.params
        before = np.zeros((xs.shape[0], W.shape[1]))
        hs = np.empty((*xs.shape[:2], W.shape[1]))
        self.cells = []
        for t in range(xs.shape[1]):
            cell = Recurrent(*self.params)
            before = cell.forward(xs[:, t], before)
            hs[:, t] = before
            self.cells.append(cell)
        return hs

    def attended(self, h, qs):
        out = np.empty_like(qs)
        self.cells, self.seen = [], []
        for t in range(qs.shape[0]):
            looked = Looked()
            out[t] = looked.forward(h, qs[t])
            self.cells.append(looked)
            self.seen.append(looked.last)
        return out

    def kept_first(self, x):
        self.cells = []
        for _ in range(3):
            c = Cell(self.W)
            self.cells.append(c)
            x = c.forward(x)
        return x

    def filled(self, x):
        b = Buffer(x)
        y = b.run()
        self.last = b
        return y

    def by_name(self, x):
        for k in ("a", "b"):
            c = Cell(self.W, x[0])
            x = c.forward(x)
            self.d[k] = c
        return x

    def on_one_side(self, x, keeps=True):
        c = Cell(self.W)
        x = c.forward(x)
        if keeps:
            self.last = c
        return x * 2

    def made_on_one_side(self, x, keeps=True):
        if keeps:
            self.last = Cell(self.W)
            x = self.last.forward(x)
        return x * self.W

    def second_name(self, x):
        c = Cell(self.W)
        d = c
        self.last = d
        return c.forward(x) * d.out

    def changed_later(self, x):
        c = Cell(self.W)
        y = c.forward(x)
        self.last = c
        y = y * 2
        c.out *= 3
        c.log.append(1)
        return y + c.out

    def replaced(self, x):
        for _ in range(3):
            self.last = Cell(self.W)
            x = self.last.forward(x)
        return x

    def step(self, x):
        self.last = Cell(self.W)
        return self.last.forward(x)

    def in_steps(self, x):
        return self.step(self.step(x)) * 2

    def read_again(self, x):
        self.last = Cell(self.W)
        y = self.last.forward(x)
        self.seen = self.last.out * 2
        return y + self.seen

    def drawn(self, x):
        b = Drawn(x)
        y = b.run()
        self.last = b
        return y

    def counted(self, x):
        b = Counted(x)
        y = b.run()
        self.last = b
        return y

    def numbered(self, x):
        b = Numbered(x, self.numbers)
        y = b.run()
        self.last = b
        return y

    def with_containers(self, x):
        b = Held(x)
        y = b.run()
        self.last = b
        return y

    def read_under_another_name(self, x):
        self.cells = []
        seen = self.cells
        c = Cell(self.W)
        seen.append(c)
        y = c.forward(x)
        return y * self.cells[0].out

    def read_by_a_function(self, x):
        self.cells = []
        c = Cell(self.W)
        self.cells.append(c)
        y = c.forward(x)
        return y * first_of(self)

    def read_from_the_list(self, x):
        self.cells = []
        for _ in range(3):
            c = Cell(self.W)
            self.cells.append(c)
            x = c.forward(x)
        return self.cells[-1].out * x

    def total(self):
        return sum(np.sum(c.out) for c in self.cells)

    def read_by_a_method(self, x):
        self.cells = []
        for _ in range(2):
            c = Cell(self.W)
            self.cells.append(c)
            x = c.forward(x)
        return self.total()

    def read_in_the_next_trip(self, x):
        for k in range(3):
            if k > 0:
                x = x + self.last.out
            self.last = Cell(self.W)
            x = self.last.forward(x)
        return x


case(Model().over_time, (r(2, 3, 3),), other=[(r(2, 5, 3),), (r(1, 1, 3),)])
case(Model().attended, (r(3, 4), r(2, 4)), other=[(r(2, 3), r(4, 3))])
for method in ("kept_first", "filled", "by_name", "second_name", "changed_later", "replaced"):
    case(getattr(Model(), method), (r(3),), other=[(r(3),)])
for method in ("in_steps", "read_again", "with_containers"):
    case(getattr(Model(), method), (r(3),), other=[(r(3),)])
case(Model().on_one_side, (r(3),), other=[(r(3), False)])
case(Model().made_on_one_side, (r(3),), other=[(r(3), False)])
case(Model().made_on_one_side, (r(3), False), other=[(r(3),)], name="made_on_the_other_side")
# a constructor that draws, or counts, cannot run on variables and on the object
for method in ("drawn", "counted", "numbered"):
    case(getattr(Model(), method), (r(3),), refused="is used as a whole while its attributes are")
# what is read where the object was put would have no gradient
case(Model().read_in_the_next_trip, (r(3),), refused="is used as a whole while its attributes are")
case(
    Model().read_under_another_name,
    (r(3),),
    refused="it is not known which object self.cells[0] is",
)
for method in ("read_from_the_list", "read_by_a_method", "read_by_a_function"):
    case(getattr(Model(), method), (r(3),), other=[(r(3),)])


class Gain:
    def __init__(self, b):
        self.b = b

    def go(self, x):
        return self.b * x


class Scaled:
    def __init__(self, w, inner):
        self.w, self.inner = w, inner

    def go(self, x):
        return self.inner.go(x) * self.w


class LastScaled:
    def __init__(self, w):
        self.w, self.last = w, None

    def go(self, x):
        self.last = Scaled(self.w * x, Gain(x))
        return self.last.go(x)


case(LastScaled(1.5).go, (0.3,), other=[(-0.7,)])
