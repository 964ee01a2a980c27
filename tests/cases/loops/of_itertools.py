"""What `itertools` makes of traced sequences: pairs and triples, neighbours, running values, what never ends."""

import itertools
import operator

import numpy as np

from tests.cases import case, normal

r = normal(941)


def triples(x):
    return sum(a * b * c for a, b, c in itertools.combinations(x, 3))


case(triples, (r(5),), other=[(r(3),), (r(2),)])


def quadruples_in_order(x):
    total = 0.0
    for k, (a, b, c, d) in enumerate(itertools.combinations(list(x), 4)):
        total += a * b**2 * c**3 * d * k
    return total


case(quadruples_in_order, (r(5),), refused="a loop over this expression is not supported")


def neighbours(x):
    total = 0.0
    for a, b in itertools.pairwise(x):
        total += np.sin(a) * b
    return total + sum((b - a) ** 2 for a, b in itertools.pairwise(x))


case(neighbours, (r(5),), other=[(r(3),), (r(1),)])


def running(x):
    sums = list(itertools.accumulate(x))
    decays = []
    for value in itertools.accumulate(x, lambda s, v: 0.9 * s + np.sin(v)):
        decays.append(value)
    wealth = list(itertools.accumulate(x, lambda w, v: w * (1 + v), initial=x[0] ** 2))
    return np.array(sums) * np.array(decays) + max(wealth)


case(running, (r(5),), other=[(r(3),), (r(1),)])


def last_of_running(x):
    return list(itertools.accumulate(x))[-1] * x[0]


case(last_of_running, ([1.0, 2.0, 4.0],), other=[([0.5, 3.0],), ([2.0],)])


def running_products(x):
    return np.array(list(itertools.accumulate(x, operator.mul)))


case(running_products, (r(4),), other=[(r(6),), (r(1),)])


def weighted_rows(X, w):
    return sum(itertools.starmap(lambda row, weight: np.tanh(row) * weight, zip(X, w)))


case(weighted_rows, (r(3, 2), r(3)), other=[(r(4, 3), r(4))])


def first_ones(x, n):
    head = sum(v * v for v in itertools.islice(x, n))
    return head + sum(np.cos(v) for v in itertools.islice(x, 1, None, 2))


case(first_ones, (r(5), 3), other=[(r(4), 9), (r(4), 0)])


def alternating(x):
    total = 0.0
    for v, sign in zip(x, itertools.cycle([1, -1])):
        total += sign * v * v
    return total + sum(k * v for k, v in zip(itertools.count(2), x))


case(alternating, (r(5),), other=[(r(4),), (r(1),)])


def one_weight(x, w):
    return sum(a * np.exp(v) for a, v in zip(itertools.repeat(w), x))


case(one_weight, (r(4), 0.3), other=[(r(2), 0.7)])


def all_in_one(x, y):
    flat = list(itertools.chain.from_iterable([x, y, x]))
    return sum(itertools.chain(x, y)) * np.prod(np.array(flat))


case(all_in_one, (r(3), r(2)), other=[(r(2), r(4))])


def two_at_once(x, y):
    return sum(itertools.accumulate(x)) * np.array(list(itertools.accumulate(y, max)))


case(two_at_once, (r(3), r(4)), other=[(r(2), r(5))])


def running_sums_and_what_operator_takes(x, p):
    weigh = operator.itemgetter("a", "b")
    a, b = weigh(p)
    first = operator.itemgetter(0)(x)
    return sum(first * v * (a if i % 2 else b) for i, v in enumerate(itertools.accumulate(x)))


case(
    running_sums_and_what_operator_takes,
    (r(4), {"a": r(), "b": r()}),
    other=[(r(3), {"b": r(), "a": r()})],
)


def some_of_an_iterator(x, n):
    it = iter(x)
    total = next(it)
    for v in itertools.islice(it, n):
        total = total * v + 1
    return total


case(some_of_an_iterator, (r(4), 2), refused="a loop over this expression is not supported")


def pairs_with_places(x, m):
    energy = 0.0
    for (i, a), (j, b) in itertools.combinations(enumerate(x), 2):
        energy -= m[i] * m[j] / np.sqrt(np.dot(a - b, a - b) + 0.1)
    return energy


case(pairs_with_places, (r(3, 2), r(3)), other=[(r(4, 3), r(4)), (r(1, 2), r(1)), (r(0, 2), r(0))])


def changed_within(x, m):
    out = 0.0
    for (i, a), (j, b) in itertools.combinations(enumerate(x), 2):
        out += a * b * m[i] / m[j]
        i = 0
    return out


case(changed_within, (r(3), r(3)), refused="a loop over this expression is not supported")


def pairs_of_bodies(positions, masses):
    energy = 0.0
    for (p, m), (q, n) in itertools.combinations(zip(positions, masses), 2):
        energy -= m * n / np.linalg.norm(p - q)
    return energy


case(pairs_of_bodies, (r(3, 2), r(3)), other=[(r(4, 2), r(4)), (r(1, 2), r(1))])


def ordered_pairs(rows):
    total = 0.0
    for a, b in itertools.permutations(rows, 2):
        total += np.exp(-np.sum((a - 2 * b) ** 2))
    return total + sum(a @ b * b[0] for a, b in itertools.permutations(rows, 2) if b[0] > 0)


case(ordered_pairs, (r(3, 2),), other=[(r(4, 2),), (r(1, 2),)])
