"""What is asked of each object or array of a list: the nearest one, an order, whether any or all are so."""

import math
from operator import attrgetter, itemgetter

import numpy as np

from tests.cases import case, normal, raises

r = normal(71)


class Body:
    def __init__(self, x, y, reach=1.0):
        self.x, self.y, self.reach = x, y, reach

    def distance(self, other):
        return math.sqrt((self.x - other.x) ** 2 + (self.y - other.y) ** 2)

    def is_far(self, other):
        return self.distance(other) > self.reach


def bodies(*places):
    return [Body(x, y) for x, y in places]


CAR = Body(0.1, 0.2)
NEAR = bodies((0.3, 0.1), (0.2, 0.6), (0.5, 0.4))
FAR = bodies((3.0, 0.1), (2.2, 1.1), (1.0, 4.0))
MIXED = bodies((0.4, 0.1), (2.2, 1.1), (0.3, 0.4))


def any_object(car, ps):
    if any(car.is_far(p) for p in ps):
        return car.x * 2.0 + ps[0].y * car.x
    return car.y * car.x + 1.0


case(any_object, (CAR, MIXED), other=[(CAR, NEAR), (CAR, FAR)])


def all_objects(car, ps):
    clear = all(car.is_far(p) for p in ps)
    return car.x * ps[0].y if clear else car.y**2 * ps[1].x


case(all_objects, (CAR, FAR), other=[(CAR, NEAR), (CAR, MIXED)])


def no_object(car, ps):
    if not any(car.is_far(p) for p in ps if p.x < 1.0):
        return car.x**2
    return car.x * ps[-1].x


case(
    no_object, (CAR, MIXED), other=[(CAR, NEAR), (CAR, bodies((0.9, 5.0), (0.1, 0.1), (0.2, 0.3)))]
)


def any_behind_another_test(car, ps, limit):
    if car.x > limit and any(car.is_far(p) for p in ps):
        return car.x * ps[0].x
    return car.y * ps[1].y


case(
    any_behind_another_test,
    (CAR, MIXED, 0),
    other=[(CAR, NEAR, 0), (CAR, MIXED, 1), (CAR, NEAR, 1)],
)


def how_many_objects(car, ps):
    count = sum(1 for p in ps if car.is_far(p))
    return count * car.x + ps[0].x * car.y**2


case(how_many_objects, (CAR, MIXED), other=[(CAR, NEAR), (CAR, FAR)])


def nearest_object(car, ps):
    p = min(ps, key=lambda p: car.distance(p))
    return (p.x - car.x) ** 2 + p.y * car.y


case(nearest_object, (CAR, MIXED), other=[(CAR, NEAR), (CAR, FAR), (CAR, NEAR[::-1])])


def farthest_object_by_method(car, ps):
    return max(ps, key=car.distance).x * car.y


case(farthest_object_by_method, (CAR, MIXED), other=[(CAR, NEAR), (CAR, FAR)])


def widest_object(ps, s):
    return max(ps, key=attrgetter("x")).y * s


case(widest_object, (MIXED, 0.7), other=[(NEAR, 0.4), (FAR, 1.4)])


def objects_in_order(car, ps):
    total = 0.0
    for i, p in enumerate(sorted(ps, key=lambda p: car.distance(p), reverse=True)):
        total += (i + 1) * p.x * car.x * (1.0 + total)
    return total


case(objects_in_order, (CAR, MIXED), other=[(CAR, NEAR), (CAR, FAR), (CAR, FAR[::-1])])


def object_at_a_place(car, ps):
    distances = [car.distance(p) for p in ps]
    i = int(np.argmin(distances))
    return distances[i] + ps[i].x * car.x


case(object_at_a_place, (CAR, MIXED), other=[(CAR, NEAR), (CAR, FAR)])


def first_far_object(car, ps):
    for p in ps:
        if car.is_far(p):
            return car.x * p.x
    return car.y * car.x


case(first_far_object, (CAR, MIXED), other=[(CAR, NEAR), (CAR, FAR)])


def object_that_stopped_a_loop(car, ps):
    total = 0.0
    for p in ps:
        if car.is_far(p):
            total = total * p.y
            break
        total += p.x * car.x
    return total + p.x


case(object_that_stopped_a_loop, (CAR, MIXED), other=[(CAR, NEAR), (CAR, FAR)])


def chosen_by_a_ternary(car, ps):
    p = ps[0] if car.is_far(ps[0]) else ps[1]
    return p.x * car.x


case(chosen_by_a_ternary, (CAR, MIXED), other=[(CAR, FAR)])


def nearest_array(x, cs):
    c = min(cs, key=lambda c: np.linalg.norm(x - c))
    return np.sum((x - c) ** 2)


case(nearest_array, (r(3), [r(3), r(3), r(3)]), other=[(r(2), [r(2), r(2)]), (r(2), [r(2)] * 1)])


def nearest_of_each(xs, cs):
    return sum(np.sum((x - min(cs, key=lambda c: np.sum((x - c) ** 2))) ** 2) for x in xs)


case(nearest_of_each, (r(4, 3), [r(3), r(3)]), other=[(r(2, 2), [r(2), r(2), r(2)])])


def arrays_in_order(x, cs):
    total = 0.0
    for k, c in enumerate(sorted(cs, key=lambda c: np.linalg.norm(x - c))[:2]):
        total = total + (k + 1.0) * np.sum((x - c) ** 2)
    return total


case(arrays_in_order, (r(3), [r(3), r(3), r(3)]), other=[(r(2), [r(2), r(2)])])


def longest_array(vs):
    return max(vs, key=np.linalg.norm)[0] ** 2


case(longest_array, ([r(3), r(3), r(3)],), other=[([r(2), r(2)],)])


def largest_item(d):
    word, value = max(d.items(), key=lambda pair: pair[1])
    return value**2 + d["a"] * len(word)


case(largest_item, ({"a": 1.3, "bc": 0.4, "c": 2.0},), other=[({"a": 0.3, "bc": 0.4, "c": 0.1},)])


def items_in_order(d):
    total = 0.0
    for word, value in sorted(d.items(), key=itemgetter(1), reverse=True):
        total = total * 0.5 + value * len(word)
    return total


case(items_in_order, ({"a": 1.3, "bc": 0.4, "c": 2.0},), other=[({"a": 0.3, "bc": 0.4, "c": 0.1},)])


def pairs_in_order(pairs):
    pairs = sorted(pairs, key=lambda p: p[1])
    out = 0.0
    for i in range(1, len(pairs)):
        out += (pairs[i][0] + pairs[i - 1][0]) * (pairs[i][1] - pairs[i - 1][1]) / 2
    return out


case(
    pairs_in_order,
    ([(1.0, 2.0), (0.5, 3.0), (4.0, 1.0)],),
    other=[([(1.0, 2.0), (0.5, 0.3)],)],
)


def ties_keep_their_order(xs, x):
    a, b = sorted(xs, key=lambda v: abs(v) > 10.0)[:2]
    c = min(xs, key=lambda v: v > 10.0)
    return a * b * x + c


case(ties_keep_their_order, ([1.0, 20.0, 3.0], 0.5), other=[([30.0, 20.0, 4.0, 2.0], 0.5)])


def key_hides_a_name(v, cs):
    c = v * 2.0
    i = np.sin(c)
    best = min(cs, key=lambda c: (c - v) ** 2)
    return best * c + i


case(key_hides_a_name, (0.3, [0.9, 0.4, 2.0]), other=[(1.1, [0.9, 0.4])])


class Layer:
    def __init__(self, W):
        self.W = W

    def __call__(self, x):
        return np.tanh(x @ self.W)


class Net:
    def __init__(self, *weights):
        self.layers = [Layer(W) for W in weights]


def layers_of_a_side(x, deep):
    layers = []
    if deep:
        layers.append(Layer(np.outer(x, x)))
        layers.append(Layer(np.outer(x, x) * 2.0))
    for layer in layers:
        x = layer(x)
    return np.sum(x**2)


case(layers_of_a_side, (r(3), True), refused="it is not known which object self is, as in self.W")


def last_of_a_list_that_grew(net, x, W):
    net.layers.append(Layer(W))
    return np.sum(net.layers[-1](net.layers[0](x)))


case(
    last_of_a_list_that_grew,
    (Net(r(3, 3)), r(2, 3), r(3, 2)),
    other=[(Net(r(2, 2)), r(4, 2), r(2, 3))],
)


def pulled(ps, i):
    own = ps[i]
    pull = 0.0
    for j, p in enumerate(ps):
        if i == j:
            continue
        pull += p.reach / (own.distance(p) + 1.0)
    return pull


case(pulled, (MIXED, 1), other=[(NEAR, 0), (FAR, 2)])


def of_pairs(ps, pairs):
    total = 0.0
    for i, j in pairs:
        total += ps[i].reach * ps[j].reach * (ps[i].x - ps[j].x) ** 2
    return total


case(
    of_pairs,
    (MIXED, [(0, 1), (1, 2)]),
    other=[(NEAR, [(0, 2)]), (FAR, [(1, 1), (2, 0)]), (FAR, [])],
)


class Spring:
    def __init__(self, k):
        self.k = k

    def pull(self, x):
        return self.k * x


def pulled_twice(springs, order, x):
    for i in order:
        x = springs[i].pull(x)
        springs[i].k = springs[i].k * 0.5
        x = springs[i].pull(x)
    return x


case(
    pulled_twice,
    ([Spring(1.5), Spring(0.7)], [0, 1, 0], 2.0),
    other=[([Spring(0.5), Spring(1.2)], [1], 0.3), ([Spring(0.5), Spring(1.2)], [], 0.3)],
)


def one_of(ps, i):
    return ps[i].x * ps[i].reach


case(
    one_of,
    (MIXED, 1),
    other=[(NEAR, 0)],
    guarded=[
        raises("i was counted from the front", NEAR, -1),
        raises("ps had 3 items", MIXED + FAR, 1),
    ],
)


class Joint:
    def __init__(self, x, m):
        self.x, self.f, self.m = x, np.zeros(2), m

    def push(self, f):
        self.f = self.f + f

    def norm(self):
        return np.sum(self.f**2) * self.m


class Truss:
    def __init__(self):
        self.joints = [Joint(r(2), 1.0 + k) for k in range(3)]

    def pull_along(self, bars, k):
        for i, j in bars:
            a, b = self.joints[i], self.joints[j]
            f = k * (b.x - a.x) * np.sum((b.x - a.x) ** 2)
            a.push(f)
            b.push(-f)
        return sum(joint.norm() for joint in self.joints)

    def exchanged(self, i, j, s):
        self.joints[i].x, self.joints[j].x = self.joints[j].x * s, self.joints[i].x
        return self.joints[i].x * self.joints[-1 - i].m

    def returned(self, i, f):
        self.joints[i - 1].push(f)
        return self.joints[i].norm() * self.joints[i - 1].norm()


case(
    Truss().pull_along,
    ([(0, 1), (1, 2)], 0.5),
    other=[([(2, 0)], 0.4), ([(1, 1), (2, 0), (0, 2)], 0.3), ([], 0.3)],
    guarded=[raises("j was counted from the front", [(0, -1)], 0.5)],
)
case(Truss().exchanged, (0, 1, 0.5), other=[(1, 0, 0.3), (2, 2, 0.4), (0, 2, 0.6)])
case(Truss().returned, (1, r(2)), other=[(0, r(2)), (2, r(2))])


class Bar:
    def __init__(self, i, j, k):
        self.i, self.j, self.k = i, j, k


def pulled_by_bars(joints, bars):
    for bar in bars:
        a = joints[bar.i]
        b = joints[bar.j]
        a.f = a.f + bar.k * (b.x - a.x)
        b.f = b.f - bar.k * a.f * b.x
    return sum(joint.norm() for joint in joints)


JOINTS = Truss().joints
case(
    pulled_by_bars,
    (JOINTS, [Bar(0, 1, 0.5), Bar(1, 2, 0.3)]),
    guarded=[raises("bars[1].j was 2", JOINTS, [Bar(0, 1, 0.5), Bar(1, 0, 0.3)])],
)
