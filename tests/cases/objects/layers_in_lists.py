"""Lists of layers of several classes: asked what they are, counted from the end, in parts and in reverse; pairs of bodies."""

import numpy as np

from tests.cases import case, raises, uniform

u = uniform(414)


class Dense:
    def __init__(self, n, m):
        self.W, self.b = u(n, m) - 1.0, u(m)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b


class ReLU:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask


class Net:
    def __init__(self, *layers):
        self.layers = list(layers)
        self.lam = 0.1

    def penalty(self):
        return self.lam * sum(np.sum(layer.W**2) for layer in self.layers if hasattr(layer, "W"))


def penalised(net, x):
    for layer in net.layers:
        x = layer.forward(x)
    return np.sum(x) + net.penalty()


weights = ("net.layers[0].W", "net.layers[0].b", "net.lam", "x")
case(penalised, (Net(Dense(3, 2), ReLU()), u(4, 3)), wrt=weights)


def of_one_class(net):
    s = 0.0
    for layer in net.layers:
        if isinstance(layer, Dense):
            s += np.sum(layer.W**2)
    return s


case(of_one_class, (Net(Dense(3, 2), ReLU()),), wrt=("net.layers[0].W",))


def passed_over(net):
    s = 0.0
    for layer in net.layers:
        if not hasattr(layer, "W"):
            continue
        s += np.sum(layer.W**2)
    return s


case(passed_over, (Net(ReLU(), Dense(3, 2)),), wrt=("net.layers[1].W",))


def all_but_the_last(net, x):
    for layer in net.layers[:-1]:
        x = np.tanh(layer.forward(x))
    return net.layers[-1].forward(x)


case(
    all_but_the_last,
    (Net(Dense(3, 4), Dense(4, 2)), u(5, 3)),
    wrt=("net.layers[0].W", "net.layers[1].W", "x"),
)


def backwards(net, x):
    for layer in reversed(net.layers):
        x = layer.forward(x) if hasattr(layer, "W") else x * 2
    return x


case(backwards, (Net(Dense(3, 2), ReLU()), u(4, 3)), wrt=("net.layers[0].W", "x"))


class Body:
    def __init__(self, x, v, m):
        self.x, self.v, self.m = x, v, m


class System:
    def __init__(self):
        self.bodies = [Body(u(2), u(2), 3.0), Body(u(2) + 1, u(2), 1.0)]


def energy(system):
    e = 0.0
    for i, a in enumerate(system.bodies):
        e += 0.5 * a.m * np.dot(a.v, a.v)
        for b in system.bodies[i + 1 :]:
            e -= a.m * b.m / np.linalg.norm(a.x - b.x)
    return e


case(energy, (System(),), wrt=("system.bodies[0].x", "system.bodies[1].x", "system.bodies[1].m"))


class Counter:
    def __init__(self):
        self.w = u(3)


def counted(box, x):
    box.count = getattr(box, "count", 0) + 1
    return np.sum(x * box.w)


case(counted, (Counter(), u(3)), wrt=("box.w", "x"))


class Shift:
    def __init__(self, b):
        self.b = b

    def __call__(self, x):
        return np.tanh(x + self.b)


def shifted_by_layers(x, layers):
    for layer in layers:
        x = layer(x)
    return np.sum(x)


case(
    shifted_by_layers,
    (u(4, 3), [Shift(u(3)), Shift(u(3))]),
    other=[(u(5, 2), [Shift(u(2)), Shift(u(2))])],
    guarded=[raises("needs ", u(4, 1), [Shift(u(3)), Shift(u(3))])],
)


def scaled_by_attributes(x, layers):
    for layer in layers:
        x = x * layer.b
    return np.sum(np.sin(x))


case(
    scaled_by_attributes,
    (u(4, 3), [Shift(u(3)), Shift(u(3))]),
    other=[(u(5, 2), [Shift(u(2)), Shift(u(2))])],
    guarded=[raises("needs ", u(4, 1), [Shift(u(3)), Shift(u(3))])],
)


def rows_less_attribute(model, x):
    return np.mean((x - model[0].b) ** 2)


case(
    rows_less_attribute,
    ([Shift(u(3))], u(4, 3)),
    other=[([Shift(u(2))], u(1, 2))],
    guarded=[raises("needs ", [Shift(u(3))], u(4, 1))],
)


class Wide:
    """More layers than a loop of eight, and more than anybody writes out."""

    def __init__(self, count):
        self.layers = [Dense(2, 2) for _ in range(count)]

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x) * 0.5
        return x


case(Wide(12).forward, (u(3, 2),), name="twelve_layers")
case(Wide(40).forward, (u(3, 2),), name="forty_layers", refused="a loop over 40 objects")


class Step:
    def forward(self, x):
        self.kept = np.tanh(x)
        return self.kept


def a_layer_for_each_step(X):
    layers = [Step() for _ in X]
    h = 0.0
    for x, layer in zip(X, layers):  # noqa: B905  # as users write it
        h = layer.forward(x + h)
    return h


case(a_layer_for_each_step, (u(4, 2),), other=[(u(4, 3),)])


class Quaternion(np.ndarray):
    """Refused in words of its own."""

    def __new__(cls, values):
        return np.asarray(values).view(cls)

    @property
    def w(self):
        return self[0]


def of_a_kind_of_array(q):
    return q.w * q.w


case(of_a_kind_of_array, (Quaternion(u(4)),), refused="a subclass of np.ndarray")


class Joint:
    def __init__(self, angle, length):
        self.p = [angle, length]

    def matrix(self):
        c, s = np.cos(self.p[0]), np.sin(self.p[0])
        return np.array([[c, -s, self.p[1]], [s, c, 0.0], [0.0, 0.0, 1.0]])


class Chain:
    def __init__(self, *joints):
        self.joints = list(joints)

    def reach(self, shown=False):
        end = np.identity(3)
        for i in range(len(self.joints)):
            end = end @ self.joints[i].matrix()
        if shown:
            steps = [np.identity(3)]
            open_window("reach")
            for i in range(len(self.joints)):
                steps.append(steps[-1] @ self.joints[i].matrix())
        return end[:2, 2]


def open_window(title):
    raise OSError(f"no display for {title}")


chain = Chain(Joint(0.3, 1.2), Joint(0.4, 0.5))
case(chain.reach, other=[(False,)], guarded=[raises("on this side of the branch", True)])


class Move:
    def __init__(self, b):
        self.b = b

    def forward(self, x):
        return x + self.b


class Squash:
    def forward(self, x):
        return np.tanh(x)


class Clip:
    def forward(self, x):
        return np.maximum(x, 0.1)


class Stack:
    def __init__(self, *layers):
        self.layers = list(layers)

    def run(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x


case(
    Stack.run,
    (Stack(Move(u(3)), Squash(), Move(u(3)), Clip()), u(2, 3)),
    other=[(Stack(Move(u(2)), Squash(), Move(u(2)), Clip()), u(4, 2))],
    guarded=[
        raises("of Move, Squash, Move and Clip", Stack(Move(u(3)), Clip()), u(2, 3)),
        raises(
            "of Move, Squash, Move and Clip",
            Stack(Move(u(3)), Clip(), Move(u(3)), Squash()),
            u(2, 3),
        ),
    ],
)


class Atom:
    def __init__(self, x, charge):
        self.x, self.charge = x, charge


class Molecule:
    def __init__(self, n):
        self.atoms = [Atom(u(3) + k, 0.5 * k + 0.2) for k in range(n)]

    def pair_energy(self, k):
        e = 0.0
        for i, a in enumerate(self.atoms):
            for j, b in enumerate(self.atoms[i + 1 :], start=i + 1):
                e += k * (j - i) * a.charge * b.charge / np.linalg.norm(a.x - b.x)
        return e

    def weighted(self, ws):
        ws = np.asarray(ws)
        total = 0.0
        for i, (a, w) in enumerate(zip(self.atoms, ws), 1):  # noqa: B905  # as users write it
            total += i * a.charge * w
        return total

    def listed(self, ws):
        ws = list(ws)
        total = 0.0
        for a, w in zip(self.atoms, ws):  # noqa: B905  # as above
            total += a.charge * w
        return total


case(Molecule.pair_energy, (Molecule(3), 2.0), guarded=[raises("had 3 items", Molecule(4), 2.0)])
case(
    Molecule.weighted,
    (Molecule(3), u(3)),
    other=[(Molecule(3), u(4))],
    guarded=[raises("had 3 items", Molecule(3), u(2))],
)
case(
    Molecule.listed,
    (Molecule(2), [0.3, 0.7]),
    other=[(Molecule(2), [0.1, 0.2, 0.3])],
    guarded=[raises("had 2 items", Molecule(2), [0.3])],
)
