"""Objects of plain classes that a function makes and returns; methods that return their object."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(901), uniform(902)


class Vec:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vec(self.x - other.x, self.y - other.y)

    def __mul__(self, k):
        return Vec(self.x * k, self.y * k)

    def dot(self, other):
        return self.x * other.x + self.y * other.y

    def unit(self):
        return self * (1.0 / np.sqrt(self.dot(self)))


def vec():
    return Vec(u(), u())


def blend(a, b):
    return a + b * 2.0


case(blend, (vec(), vec()), other=[(vec(), vec())])
case(
    blend,
    (Vec(r(3), r(3)), Vec(r(3), r(3))),
    other=[(Vec(r(2), r(2)), Vec(r(2), r(2)))],
    name="blend_arrays",
)
case(vec().unit, ())


def either(p, doubled):
    return p * 2.0 if doubled else Vec(p.y, p.x)


case(either, (vec(), True), other=[(vec(), False)])


def with_length(a, b):
    d = a - b
    return d, np.sqrt(d.dot(d))


case(with_length, (Vec(1.0, 2.0), Vec(0.3, -0.5)))


def path(p, v, dt, n):
    out = [p]
    for _ in range(n):
        p = p + v * dt
        out.append(p)
    return out


case(path, (vec(), vec(), 0.1, 2), other=[(vec(), vec(), 0.1, 3), (vec(), vec(), 0.2, 0)])


def of_arrays(xs, w):
    out = []
    for x in xs:
        out.append(Vec(x * w, x + w))
    return out, w * 2


case(of_arrays, ([r(3), r(3)], r(3)), other=[([r(3)], r(3))])


def changed_behind(x):
    out = []
    p = Vec(x * 1.0, x)
    out.append(p)
    p.x[0] = 3.0
    return out


case(changed_behind, (r(3),), refused="an item is changed in place while out shares its memory")


class Tensor:
    def __init__(self, data, name=None):
        self.data = np.asarray(data)
        self.name = name
        self.grad = None

    def __matmul__(self, other):
        return Tensor(self.data @ other.data)

    def __add__(self, other):
        return Tensor(self.data + (other.data if isinstance(other, Tensor) else other))

    def relu(self):
        return Tensor(np.maximum(self.data, 0))


def affine(x, w, b):
    return (x @ w + b).relu()


case(
    affine,
    (Tensor(r(2, 3)), Tensor(r(3, 4)), Tensor(r(4))),
    other=[(Tensor(r(3, 3)), Tensor(r(3, 2)), Tensor(r(2)))],
)


class Tagged:
    def __init__(self, x):
        self.x = x
        self.tag = "a"
        self.seen = []


def tagged(x, special):
    t = Tagged(x * 2)
    if special:
        t.tag = "b"
    return t


case(tagged, (u(), False), refused="an object of Tagged, which is no dataclass, is returned")


def noted(x):
    t = Tagged(x * 2)
    t.seen.append(1)
    return t


case(noted, (u(),), refused="an object of Tagged, which is no dataclass, is returned")


class vec3:  # noqa: N801  # as ray tracers spell it
    def __init__(self, x, y, z):
        self.x, self.y, self.z = x, y, z

    def __sub__(self, other):
        return vec3(self.x - other.x, self.y - other.y, self.z - other.z)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z


class Sphere:
    def __init__(self, centre, radius):
        self.centre, self.radius = centre, radius

    def along(self, origin, direction):
        return direction.dot(origin - self.centre) * self.radius


def point():
    return vec3(u(), u(), u())


case(Sphere(point(), 0.5).along, (point(), point()))


class Regression:
    def __init__(self, n):
        self.w = r(n)
        self.rate = 0.1

    def fit(self, X, y):
        self.w = self.w - self.rate * X.T @ (X @ self.w - y) / len(y)
        return self


case(Regression(3).fit, (r(5, 3), r(5)), other=[(r(2, 3), r(2))])


class Arrow:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def pointed(self):
        both = np.array([self.x, self.y])
        both = both / np.linalg.norm(both)
        return Arrow(*both)

    def as_it_is(self):
        return Arrow(*[self.y, self.x])


def from_attributes(arrow):
    both = np.array([arrow.x, arrow.y])
    return Arrow(*both.tolist())


case(Arrow.pointed, (Arrow(0.3, 0.4),), wrt=("self.x", "self.y"), other=[(Arrow(-0.5, 0.2),)])
case(Arrow.as_it_is, (Arrow(0.3, 0.4),), wrt=("self.x", "self.y"), other=[(Arrow(-0.5, 0.2),)])
case(
    from_attributes,
    (Arrow(0.3, 0.4),),
    wrt=("arrow.x", "arrow.y"),
    other=[(Arrow(-0.5, 0.2),)],
)
