"""Copies of an array that are written over in part, as the new state of a simulation is."""

import numpy as np

from tests.cases import case, normal

r = normal(911)


def heat(u, k, steps):
    for _ in range(steps):
        new = u.copy()
        new[1:-1, 1:-1] = u[1:-1, 1:-1] + k * (u[2:, 1:-1] + u[:-2, 1:-1] - 2 * u[1:-1, 1:-1])
        u = new
    return u


case(heat, (r(4, 5), 0.1, 2), other=[(r(5, 3), 0.3, 3), (r(3, 3), 0.3, 0)])


def one_step(u, k):
    new = u.copy()
    new[1:-1] = u[1:-1] + k * (u[2:] - 2 * u[1:-1] + u[:-2])
    return new


case(one_step, (r(5), 0.1), other=[(r(3), 0.3)])


def held_at_the_ends(u, k, steps):
    for _ in range(steps):
        new = u.copy()
        new[1:-1] = u[1:-1] + k * (u[2:] - 2 * u[1:-1] + u[:-2])
        new[0] = 1.0
        new[-1] = new[-2]
        u = new
    return u


case(held_at_the_ends, (r(5), 0.1, 2), other=[(r(4), 0.3, 3)])


def in_two_halves(u, k, steps):
    for _ in range(steps):
        new = u.copy()
        new[:2] = u[:2] + k * u[1:3] ** 2
        new[2:] = u[2:] - k * u[1:-1] ** 2
        u = new
    return np.sum(u**2)


case(in_two_halves, (r(5), 0.1, 2), other=[(r(4), 0.3, 3)])


def flattened(u, k):
    new = u.copy()
    new[1:-1] = k * (u[2:] + u[:-2])
    return np.sin(new)


case(flattened, (r(5), 0.1), other=[(r(3), 0.3)])


def at_places(u, k, places):
    new = u.copy()
    new[places] = u[places] + k * u[places] ** 2
    return new


case(at_places, (r(5), 0.1, np.array([0, 3])), other=[(r(4), 0.3, np.array([2, 1]))])


def where_positive(u, k):
    new = u.copy()
    m = u > 0
    new[m] = u[m] + k * u[m] ** 2
    return new


case(where_positive, (r(5), 0.1), other=[(r(7), 0.3)])


def both_are_returned(u, k):
    new = u.copy()
    new[1:] = u[1:] + k * u[:-1] ** 2
    return new * u, new


case(both_are_returned, (r(5), 0.1), other=[(r(3), 0.3)])


def other_places(u, k):
    new = u.copy()
    new[1:] = u[:-1] + k * u[1:] ** 2
    return new


case(other_places, (r(5), 0.1), other=[(r(3), 0.3)])


def moved_index(u, k):
    new = u.copy()
    i = 1
    new[i] = u[i] + k * u[i - 1] ** 2
    i = 2
    return new * i + u[i]


case(moved_index, (r(5), 0.1), other=[(r(3), 0.3)])


def one_by_one(u, k):
    new = u.copy()
    for i in range(1, len(u)):
        new[i] = u[i] + k * new[i - 1] ** 2
    return new


case(one_by_one, (r(5), 0.1), other=[(r(3), 0.3)])


def scaled_copy(u, k, steps):
    for _ in range(steps):
        new = 2.0 * u
        new[1:-1] = u[1:-1] + k * (u[2:] - u[:-2])
        u = new
    return u


case(scaled_copy, (r(5), 0.1, 2), other=[(r(4), 0.3, 3)])


def two_fields(u, v, k, steps):
    for _ in range(steps):
        a, b = u.copy(), v.copy()
        a[1:-1] = u[1:-1] + k * (v[2:] - v[:-2])
        b[1:-1] = v[1:-1] - k * (u[2:] - u[:-2])
        u, v = a, b
    return u * v


case(two_fields, (r(5), r(5), 0.1, 2), other=[(r(4), r(4), 0.3, 3)])


def only_sometimes(u, k, steps):
    for n in range(steps):
        new = u.copy()
        if n % 2 == 0:
            new[1:-1] = u[1:-1] + k * u[2:] ** 2
        u = new
    return u


case(only_sometimes, (r(5), 0.1, 2), other=[(r(4), 0.3, 3)])


def kept_each_step(u, k, steps):
    total = 0.0
    for _ in range(steps):
        new = u.copy()
        new[1:-1] = u[1:-1] + k * u[2:] ** 2
        total += np.sum(new * u)
        u = new
    return total


case(kept_each_step, (r(5), 0.1, 2), other=[(r(4), 0.3, 3)])
