"""Generators whose items are used up at once: in sums, loops, zip; `filter` and `map`; generator functions."""

import numpy as np

from tests.cases import case, uniform

u = uniform(412)


def in_zip(x, y):
    s = 0.0
    for a, b in zip((v * 2 for v in x), y):
        s += a * b
    return s


case(in_zip, (u(4), u(4)), other=[(u(3), u(3))])


def in_enumerate(x):
    s = 0.0
    for i, a in enumerate(v**2 for v in x):
        s += i * a
    return s


case(in_enumerate, (u(4),), other=[(u(3),)])


def looped_over(x):
    s = 1.0
    for a in (np.sin(v) for v in x if v > 0.5):
        s = s * a
    return s


case(looped_over, (u(6),), other=[(u(5),)])


def named_first(x):
    squares = (v**2 for v in x)
    s = 0.0
    for a in squares:
        s += a
    return s


case(named_first, (u(4),), other=[(u(3),)])


def read_too_late(x, w):
    scaled = (v * w for v in x)
    w = 3.0
    return sum(scaled)


case(read_too_late, (u(4), 1.5), other=[(u(3), 2.5)])


def mapped_late(x, k, times):
    scaled = map(lambda v: v * k, x)
    if times > 1:
        k = k * times
    return sum(scaled) + k


case(mapped_late, (u(4), 1.5, 2), other=[(u(3), 2.5, 1), (u(2), 0.5, 3)])


def written_meanwhile(x, k):
    x = x.copy()
    scaled = (v * k for v in x)
    x[0] = 7.0 * k
    return sum(scaled)


case(written_meanwhile, (u(4), 1.5), other=[(u(3), 2.5)])


def scaled_by(x, k):
    for v in x:
        yield v * k


def arguments_at_once(x, k):
    x = x.copy()
    scaled = scaled_by(x, k)
    k = 5.0
    x[0] = 7.0
    return sum(scaled) + k


case(arguments_at_once, (u(4), 1.5), other=[(u(3), 2.5)])


def reads_what_is_around(x, k):
    def each():
        for v in x:
            yield v * k

    scaled = each()
    k = k * 3.0
    return sum(scaled)


case(reads_what_is_around, (u(4), 1.5), other=[(u(3), 2.5)])


def changed_in_each_trip(x, k):
    scaled = (v * k for v in x)
    total = 0.0
    for u in scaled:
        k = k + u
        total += u * k
    return total


case(changed_in_each_trip, (u(4), 1.5), other=[(u(3), 2.5), (u(1), 0.5)])


def numbered_and_changed(x, k):
    total = 0.0
    for i, v in enumerate(v * k for v in x):
        k = k * 2.0
        total += v * i
    return total


case(numbered_and_changed, (u(4), 1.5), refused="a loop over this expression is not supported")


def used_up_at_first(x, k):
    scaled = (v * k for v in x)
    total = 0.0
    for i in range(2):
        total += sum(scaled) * (i + 1)
    return total


case(used_up_at_first, (u(4), 1.5), refused="no gate fits sum(scaled)")


def filtered_sum(xs):
    return sum(filter(lambda v: v > 1.0, xs))


case(filtered_sum, ([0.5, 2.0, 3.0],), other=[([1.5, 2.5],)])


def filtered_places(x, places):
    return sum(x[i] ** 2 for i in filter(lambda i: i is not None, places))


case(filtered_places, (u(4), [0, None, 2]), other=[(u(5), [4, None])])


def mapped_loop(x):
    s = 0.0
    for v in map(np.sin, x):
        s += v
    return s


case(mapped_loop, (u(4),), other=[(u(3),)])


def values_of_a_dict(p):
    return sum(np.sum(v) for v in p.values()) * max(p["a"], p["b"])


case(values_of_a_dict, ({"a": 1.5, "b": 2.0},))


def sum_of_values(p):
    return sum(p.values()) ** 2


case(sum_of_values, ({"a": 1.5, "b": 2.0},))


def pairs(x):
    for i in range(len(x) - 1):
        yield x[i], x[i + 1]


def roughness(x):
    s = 0.0
    for a, b in pairs(x):
        s += (a - b) ** 2
    return s


case(roughness, (u(4),), other=[(u(3),)])


def batches(X, n):
    for i in range(0, len(X), n):
        yield X[i : i + n]


def loss_by_batches(X, w, n):
    loss = 0.0
    for k, batch in enumerate(batches(X, n)):
        loss += np.sum((batch @ w) ** 2) / (k + 1)
    return loss


case(loss_by_batches, (u(6, 2), u(2), 2), other=[(u(4, 2), u(2), 3)])


def trajectory(x, n):
    yield x
    for k in range(n):
        if k > 5:
            return
        x = np.sin(x)
        yield x


def energy_along(x, n):
    return sum(np.sum(v**2) for v in trajectory(x, n))


case(energy_along, (u(3), 2), other=[(u(2), 4), (u(2), 7)])


def doubled_and_one(x):
    yield from (v * 2 for v in x)
    yield 1.0


def yielded_from(x):
    return sum(doubled_and_one(x)) ** 2


case(yielded_from, (u(3),), other=[(u(2),)])


def halves(x):
    while True:
        x = x * 0.5
        yield x


def never_ending(x):
    s = 0.0
    for _, v in zip(range(3), halves(x)):
        s += v
    return s


case(never_ending, (2.0,), refused="is not supported")
