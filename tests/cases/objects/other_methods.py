"""Objects whose methods may be others in the next call: of another class, or put into the object itself."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(4211)


class Tanh:
    def __init__(self, d):
        self.w = r(d)

    def act(self, z):
        return np.tanh(z)

    def forward(self, x):
        return self.act(self.w * x)

    def act_in_lines(self, z):
        e = np.exp(-z)
        e = e + 1
        return 1 / e


class Cube(Tanh):
    def act(self, z):
        return z**3

    def act_in_lines(self, z):
        z = z * z
        return z


class SameTanh(Tanh):
    pass


class Scaled:
    def __init__(self, k):
        self.k = k

    @property
    def square(self):
        return self.k * self.k

    @staticmethod
    def bent(z):
        return z * z

    def __matmul__(self, x):
        return self.k * x


class Steep(Scaled):
    @property
    def square(self):
        return self.k * self.k * self.k

    @staticmethod
    def bent(z):
        return z * z * z

    def __matmul__(self, x):
        return self.k * x * x


class Layer:
    def __init__(self, d):
        self.w = r(d)

    def __call__(self, x):
        return self.w * x


def with_own_act(d):
    made = Tanh(d)
    made.act = lambda z: 5 * z
    return made


def namesake():
    """Return a class that looks like another one."""

    def call(self, x):
        return self.w * x * x

    return type("Layer", (Layer,), {"__call__": call})


def method_of_another_class(o, x):
    return o.act(o.w * x)


case(
    method_of_another_class,
    (Tanh(4), r(4)),
    other=[(SameTanh(3), r(3))],
    guarded=[
        raises("o.act was Tanh.act", Cube(4), r(4)),
        raises("o.act was Tanh.act", with_own_act(4), r(4)),
    ],
)


def lines_of_another_class(o, x):
    return o.act_in_lines(o.w * x)


case(
    lines_of_another_class,
    (Tanh(4), r(4)),
    other=[(SameTanh(3), r(3))],
    guarded=[raises("o.act_in_lines was Tanh.act_in_lines", Cube(4), r(4))],
)


def object_in_a_dict(d, x):
    return d["o"].act(d["o"].w * x)


case(
    object_in_a_dict,
    ({"o": Tanh(4)}, r(4)),
    guarded=[raises("was Tanh.act", {"o": Cube(4)}, r(4))],
)


def objects_in_a_list(os, x):
    for o in os:
        x = o.act(o.w * x)
    return x


case(
    objects_in_a_list,
    ([Tanh(4), Tanh(4)], r(4)),
    other=[([Tanh(2), SameTanh(2)], r(2))],
    guarded=[raises("the 2 items of os had act of Tanh", [Tanh(4), Cube(4)], r(4))],
)

case(
    Cube(3).forward,
    (r(3),),
    wrt=("self.w", "x"),
    name="method_of_the_class_above",
)


def called_method(self, x):
    return self.forward(x)


case(
    called_method,
    (Cube(3), r(3)),
    wrt=("self.w", "x"),
    guarded=[
        raises("self.act was Cube.act", Tanh(3), r(3)),
        raises("self.act was Cube.act", with_own_act(3), r(3)),
    ],
)


def property_of_another_class(o, x):
    return o.square * x


case(
    property_of_another_class,
    (Scaled(2.0), r(3)),
    wrt=("o.k", "x"),
    guarded=[raises("o.square was Scaled.square", Steep(2.0), r(3))],
)


def static_method_of_another_class(o, x):
    return o.bent(x)


case(
    static_method_of_another_class,
    (Scaled(2.0), r(3)),
    guarded=[raises("o.bent was Scaled.bent", Steep(2.0), r(3))],
)


def operator_of_another_class(o, x):
    return o @ x


case(
    operator_of_another_class,
    (Scaled(2.0), r(3)),
    wrt=("o.k", "x"),
    guarded=[raises("was Scaled.__matmul__", Steep(2.0), r(3))],
)


def layers_of_another_class(ls, x):
    for layer in ls:
        x = layer(x)
    return x


case(
    layers_of_another_class,
    ([Layer(3), Layer(3)], r(3)),
    guarded=[raises("each of the 2 items of ls was a Layer", [Layer(3), namesake()(3)], r(3))],
)


def asked_for_on_one_side(o, x, bend):
    if bend:
        x = o.act(x)
    return x * o.w


case(
    asked_for_on_one_side,
    (Tanh(3), r(3), True),
    wrt=("o.w", "x"),
    other=[(Cube(3), r(3), False)],
    guarded=[raises("o.act was Tanh.act", Cube(3), r(3), True)],
)


class Recursive:
    def __init__(self, w, R):
        self.w, self.R = w, R

    def gain(self, x):
        self.R = 0.9 * self.R - np.outer(x, x)
        return self.R @ x

    def forget(self, x):
        self.w[0] = x[1]
        return self.w * 2

    def adapt(self, x):
        self.w += self.gain(x)
        return self.w.dot(self.gain(x)) + self.R[0]

    def predict(self, x):
        return self.w * x + self.forget(x)

    def doubled(self, x):
        self.w += self.forget(x)
        return self.w


case(Recursive(r(2), r(2, 2)).adapt, (r(2),), other=[(r(2),)])
case(Recursive(r(2), r(2, 2)).predict, (r(2),))
case(Recursive(r(2), r(2, 2)).doubled, (r(2),), refused="self.forget changes self.w")


class Penalized:
    """Two results or one, as an option says."""

    def __init__(self):
        self.w = r(3)

    def losses(self, x, *, with_penalty=False):
        loss = np.mean((self.w * x) ** 2)
        if not with_penalty:
            return loss
        return loss, np.sum(np.abs(self.w))

    def asked(self, x):
        loss, penalty = self.losses(x, with_penalty=True)
        return loss + penalty

    def not_asked(self, x):
        return self.losses(x) ** 2

    def asked_by_an_argument(self, x, flag):
        loss, penalty = self.losses(x, with_penalty=flag)
        return loss + penalty


case(Penalized().asked, (r(3),), other=[(r(3),)])
case(Penalized().not_asked, (r(3),), other=[(r(3),)])
case(Penalized().asked_by_an_argument, (r(3), True), refused="is one number on one way")


class Dropped:
    """Keeps its masks, in a list that the object around it shows, too."""

    def __init__(self, p):
        self.p, self.kept = p, {"mask": []}

    def forward(self, x, keep=True):
        mask = np.arange(x.size).reshape(x.shape) % 3 > 0
        if keep:
            self.kept["mask"].append(mask)
        return mask * x / (1 - self.p)


class Weighed:
    def __init__(self):
        self.drop = Dropped(0.5)
        self.kept = {"weights": [r(2)], "mask": self.drop.kept["mask"]}
        self.X = []

    def both(self, q, k):
        weights = np.tanh(self.drop.forward(q * k))
        return weights * q, weights

    def forward(self, q, k, keep=True):
        y, weights = self.both(q, k)
        if keep:
            self.X.append((q, k))
            self.kept["weights"].append(weights)
        return y


case(Weighed().forward, (r(4), r(4)), other=[(r(3), r(3))])


class Cart:
    """Its state is an array first, and a tuple after a step."""

    def __init__(self):
        self.state, self.tau = np.array([0.1, 0.2]), 0.02

    def step(self, force):
        x, v = self.state
        a = force - 9.8 * np.sin(x)
        self.state = (x + self.tau * v, v + self.tau * a)
        return np.array(self.state)


case(Cart().step, (1.5,), other=[(0.5,)])


class Times:
    def __init__(self, k):
        self.k = k

    def __call__(self, x):
        return x * self.k


class Squared(Times):
    def __call__(self, x):
        return x**2 * self.k


def called_object_of_another_class(act, x):
    return np.sum(act(x) ** 2)


case(
    called_object_of_another_class,
    (Times(2.0), r(3)),
    wrt=("x",),
    other=[(Times(3.0), r(4))],
    guarded=[raises("act was a Times", Squared(2.0), r(3))],
)


def called_under_another_name(act, x):
    f = act
    y = f(x)
    return np.sum(y**2)


case(
    called_under_another_name,
    (Times(2.0), r(3)),
    wrt=("x",),
    other=[(Times(3.0), r(4))],
    guarded=[raises("f was a Times", Squared(2.0), r(3))],
)


def called_and_made_here(x, k):
    act = Times(k)
    return np.sum(act(x) ** 2)


case(called_and_made_here, (r(3), 2.0), other=[(r(4), 3.0)])


def several_methods_of_several_objects(a, b, x, n):
    y = a.forward(x)
    for _ in range(n):
        y = b.act_in_lines(y) + b.forward(y)
    return y * a.act_in_lines(x)


case(
    several_methods_of_several_objects,
    (Tanh(3), Tanh(3), r(2, 3), 2),
    wrt=("a.w", "b.w", "x"),
    other=[(Tanh(4), SameTanh(4), r(1, 4), 3), (SameTanh(2), SameTanh(2), r(3, 2), 0)],
    guarded=[
        raises("of Tanh when this code was made", Tanh(3), Cube(3), r(2, 3), 2),
        raises("of Tanh when this code was made", Cube(3), Tanh(3), r(2, 3), 0),
    ],
)


def a_loop_that_needs_no_object(act, x, n):
    for _ in range(n):
        if act is None:
            break
        x = act.act_in_lines(x)
    return x * x


case(
    a_loop_that_needs_no_object,
    (Tanh(3), r(3), 2),
    wrt=("x",),
    other=[(None, r(2), 2), (SameTanh(3), r(3), 3)],
    guarded=[raises("Tanh", Cube(3), r(3), 2)],
)


class Sine:
    def act(self, z):
        return np.sin(z)


class Cosine(Sine):
    def act(self, z):
        return np.cos(z)


class Bent:
    def __init__(self, layer, act, m):
        self.layer, self.act, self.m = layer, act, m

    def through(self, x):
        return self.m * self.layer.act(x)

    def power(self):
        return self.act.act(self.m)


class Straight(Bent):
    def through(self, x):
        return self.m * x


def a_name_for_one_object_then_for_another(os, x):
    o = os[0]
    x = o.through(x)
    o = os[1]
    return o.through(x) * o.power()


def bents(*kinds, first=Tanh, act=Sine):
    return [kind(first(3), act(), 1.5) for kind in kinds]


OF_TWO = "os[0].m", "os[1].m", "os[0].layer.w", "os[1].layer.w", "x"
case(
    a_name_for_one_object_then_for_another,
    (bents(Bent, Bent), r(3)),
    wrt=OF_TWO,
    other=[(bents(Bent, Bent), r(2))],
    guarded=[
        raises("os[0] was a Bent", bents(Straight, Bent), r(3)),
        raises("os[1] was a Bent", bents(Bent, Straight), r(3)),
        raises("os[0].layer was a Tanh", bents(Bent, Bent, first=Cube), r(3)),
        raises("act was a Sine", bents(Bent, Bent, act=Cosine), r(3)),
    ],
)


def only_attributes_of_two_objects(os, x):
    o = os[0]
    x = o.m * x
    o = os[1]
    return np.tanh(x) * o.m


case(
    only_attributes_of_two_objects,
    (bents(Bent, Bent), r(3)),
    wrt=OF_TWO,
    other=[(bents(Straight, Bent, first=Cube), r(2))],
)


class Moving:
    def __init__(self, v):
        self.v = v

    def kinetic(self):
        return 0.5 * self.v**2


def moved(own=None):
    found = [Moving(2.0), Moving(0.5)]
    if own is not None:
        found[own].kinetic = lambda: 7.0 * found[own].v
    return found


def methods_of_two_objects(bodies):
    b = bodies[0]
    k = b.kinetic()
    b = bodies[1]
    return k + b.kinetic()


case(
    methods_of_two_objects,
    (moved(),),
    wrt=("bodies[0].v", "bodies[1].v"),
    other=[([Moving(1.5), Moving(-0.3)],)],
    guarded=[
        raises("kinetic was Moving.kinetic", moved(1)),
        raises("kinetic was Moving.kinetic", moved(0)),
    ],
)
