"""Pairs of items, or of items and their places, put in an order, and the best of them."""

import operator

from tests.cases import case, uniform

r = uniform(811)


def highest_first(scores, values, k=2):
    ranked = sorted(enumerate(scores), key=lambda t: -t[1])
    total = 0.0
    for rank, (i, s) in enumerate(ranked[:k]):
        total += values[i] * s / (rank + 1)
    return total


case(highest_first, (r(4), r(4)), other=[(r(3), r(3), 1), (r(5), r(5), 7)])


def best_with_its_place(scores, values):
    i, s = max(enumerate(scores), key=operator.itemgetter(1))
    return s * values[i]


case(best_with_its_place, (r(4), r(4)), other=[(r(3), r(3))])


def under_the_curve(fpr, tpr):
    points = sorted(zip(fpr, tpr))
    area = 0.0
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        area += (x1 - x0) * (y0 + y1) / 2
    return area


case(under_the_curve, (r(4), r(4)), other=[(r(3), r(3)), (r(1), r(1)), (r(4), r(3))])


def by_maturity(rates, years):
    out, known = 0.0, 0.0
    for rate, year in sorted(zip(rates, years), key=lambda t: t[1], reverse=True):
        known = (1 - rate * known) / (1 + rate) * year
        out += known
    return out


case(by_maturity, (r(3), [1, 3, 2]), other=[(r(4), [4, 1, 3, 2]), (r(2), [1, 2])])


def sorted_in_place(incomes, weights):
    pairs = list(zip(incomes, weights))
    pairs.sort(key=lambda p: p[0])
    below = out = 0.0
    for x, w in pairs:
        out += w * (2 * below + x * w)
        below += x * w
    return out / below


case(sorted_in_place, (r(4), r(4)), other=[(r(5), r(5)), (r(1), r(1))])


def sorted_under_two_names(xs):
    ys = [x * x for x in xs]
    zs = ys
    ys.sort(key=lambda v: -v)
    return sum((k + 1) * z for k, z in enumerate(zs))


case(sorted_under_two_names, (r(4),), other=[(r(5),)])


def sorted_of_the_callers(xs):
    xs.sort(key=abs, reverse=True)
    return sum((k + 1) * x * x for k, x in enumerate(xs))


case(sorted_of_the_callers, ([1.0, -3.0, 2.0],), other=[([1.0, 3.0, 2.0, 5.0],)])
