"""Containers joined, changed, aliased and returned."""

import collections

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(54), uniform(54)
Pair = collections.namedtuple("Pair", "first second")


def list_concatenation(x, y):
    parts = [x] + [y, x * y]
    return parts[0] * parts[1] * parts[2]


case(list_concatenation, (r(3), r(3)))


def list_star(x, y):
    parts = [x, *[y, x + y]]
    a, *rest = parts
    return a * rest[0] + rest[1]


case(list_star, (r(3), r(3)))


def list_slice(x, y):
    parts = [x, y, x * y, x + y]
    tail = parts[1:]
    return tail[0] * tail[1] + parts[::-1][0]


case(list_slice, (r(3), r(3)))


def sum_of_list(x, y):
    return sum([x, y, x * y])


case(sum_of_list, (r(3), r(3)))


def sum_of_argument_list(xs):
    return sum(xs) ** 2


case(sum_of_argument_list, ([0.5, 1.5, -0.7],), other=[([0.5, 0.2],)])


def stacked_list(x, y):
    return np.stack([x, y, x * y]) ** 2


case(stacked_list, (r(3), r(3)), other=[(r(2), r(2))])


def array_of_list(x, y):
    v = np.array([x, y, x * y])
    return v * v


case(array_of_list, (0.5, 1.5))


def array_of_rows(a, b):
    m = np.array([[a, b], [-b, a]])
    return m @ m


case(array_of_rows, (0.5, 1.5), other=[(-0.5, 0.2)])


def list_given_to_numpy(xs):
    return np.sum(np.array(xs) ** 2)


case(list_given_to_numpy, ([0.5, 1.5, -0.7],), other=[([0.1, 0.2],)])


def returns_list(x, y):
    return [x * y, x + y]


case(returns_list, (r(3), r(3)))


def returns_dict(x, y):
    h = np.tanh(x)
    return {"h": h, "loss": np.sum(h * y)}


case(returns_dict, (r(3), r(3)))


def returns_nested(x, y):
    h = x * y
    return h, (h * x, [y])


case(returns_nested, (r(3), r(3)))


def namedtuple_inside(x, y):
    p = Pair(x * y, second=y)
    return p.first * p.second + p[0]


case(namedtuple_inside, (r(3), r(3)))


def namedtuple_argument(p):
    return p.first * p.second + p.first


case(namedtuple_argument, (Pair(r(3), r(3)),))


def alias_in_list(x):
    h = x * 2
    parts = [h, h]
    return parts[0] * parts[1] + h


case(alias_in_list, (r(3),))


def list_changed_after_alias(x, y):
    parts = [x, y]
    other = parts
    other[0] = x * y
    return parts[0] * parts[1]


case(list_changed_after_alias, (r(3), r(3)))


def list_item_augmented(x, y):
    parts = [x * 1.0, y]
    parts[0] += y
    parts[0] *= x
    return parts[0] * parts[1]


case(list_item_augmented, (r(3), r(3)))


def dict_item_augmented(x, y):
    total = {"loss": 0.0, "h": x}
    total["loss"] += np.sum(x * y)
    total["loss"] += np.sum(y**2)
    return total["loss"]


case(dict_item_augmented, (r(3), r(3)))


def zip_unpacked(x, y):
    (a, b), (c, d) = zip((x, y), (x * y, y), strict=True)
    return a * b + c * d


case(zip_unpacked, (r(3), r(3)))


def cache_tuple_user(x, w, b):
    out = x @ w + b
    cache = (x, w, b)
    x, w, b = cache
    return out * np.sum(b)


case(cache_tuple_user, (r(2, 3), r(3, 2), r(2)))


def len_of_containers(xs, y):
    n = len(xs)
    return xs[n - 1] * y / n


case(len_of_containers, ([r(2), r(2)], r(2)), other=[([r(2), r(2), r(2)], r(2))])


def empty_containers(x):
    parts, table = [], {}
    assert not parts
    return x * len(table) + x * x


case(empty_containers, (r(3),))


def membership(x, params):
    y = x * params["w"]
    if "b" in params:
        y = y + params["b"]
    return y


case(membership, (r(3), {"w": r(3), "b": r(3)}), other=[(r(3), {"w": r(3)})])


class Cell:
    def __init__(self, n):
        self.W, self.U = uniform(415)(n, n) - 1.0, uniform(416)(n, n) - 1.0

    def step(self, x, state):
        h, c = state
        gate = lambda z: 1 / (1 + np.exp(-z))  # noqa: E731
        c = gate(x @ self.W) * c + np.tanh(x @ self.U)
        return gate(c) * h, c

    def run(self, xs):
        state = (np.ones(xs.shape[1]), np.zeros(xs.shape[1]))
        hs = []
        for x in xs:
            state = self.step(x, state)
            hs.append(state[0])
        return np.stack(hs)


def a_pair_that_is_carried(cell, xs):
    return cell.run(xs)


case(a_pair_that_is_carried, (Cell(3), uniform(417)(4, 3)), wrt=("cell.W", "cell.U", "xs"))


def star_arguments_twice(*args):
    return np.hstack(args + (args[0],)) * 2


case(star_arguments_twice, (uniform(418)(3), uniform(419)(2)))


def packed_steps(cache, d):
    k, steps = cache
    for h, w in reversed(steps):
        d = d * h * w * k
    return d


case(
    packed_steps,
    ((0.3, [(0.2, 0.3), (0.4, 0.5)]), 0.7),
    other=[((0.5, [(0.2, 0.3)]), 0.7), ((0.5, [(0.1, 0.2), (0.3, 0.4), (0.5, 0.6)]), -1.2)],
)


def lists_in_a_list_that_are_read_again(xs):
    n = range(len(xs))
    ys = [[xs[i] * xs[j] for j in n] for i in n]
    zs = [[ys[i][j] * xs[i] for j in n] for i in n]
    return zs, ys


case(lists_in_a_list_that_are_read_again, ([1.5, 2.0],), other=[([0.3, 1.0, 2.0],)])


def cube(xs):
    n = range(len(xs))
    ys = [[[xs[i] * xs[j] * xs[k] for k in n] for j in n] for i in n]
    z = 0.0
    for i in n:
        for j in n:
            z += ys[i][0][j] * ys[0][i][i]
    return z, ys


case(cube, ([1.5, 2.0],), other=[([0.3, 1.0, 2.0],)])


def dicts_in_a_dict_that_are_read_again(a, b):
    d = {"a": {"u": a * b, "v": a}, "b": {"u": b * b, "v": b}}
    z = 0.0
    for k in d:
        z += d[k]["u"] * d[k]["v"]
    return d, z


case(dicts_in_a_dict_that_are_read_again, (1.5, 2.0), other=[(0.3, 1.0)])
