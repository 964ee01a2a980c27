"""Buffers that are filled in place and then bound anew."""

import numpy as np

from tests.cases import case, normal

r = normal(821)


def turned_when_full(x, n):
    out = np.zeros((n, 3))
    for i in range(n):
        out[i] = np.sin(x * i)
    out = out.T
    return out * out


case(turned_when_full, (r(3), 2), other=[(r(3), 0), (r(3), 4)])


def filled_again_through_a_view(x, n):
    out = np.zeros((n, 3))
    for i in range(n):
        out[i] = np.sin(x * i)
    out = out.T
    out[0] = x[0]
    return out * out


case(filled_again_through_a_view, (r(3), 2), other=[(r(3), 1), (r(3), 4)])


def bound_anew_between_trips(x, n):
    out = np.zeros((2, 3))
    for i in range(n):
        out[i] = np.sin(x * (i + 1))
        out = out * 2.0
    return np.sum(out, axis=0)


case(bound_anew_between_trips, (r(3), 2), other=[(r(3), 0), (r(3), 1)])


def one_row_again_and_again(x, n):
    out = np.zeros((2, 3))
    for i in range(n):
        out[i % 2] = np.sin(x * (i + 1))
    out = np.sum(out, axis=0)
    return out


case(one_row_again_and_again, (r(3), 3), other=[(r(3), 0), (r(3), 5)])


def made_for_each_outer_trip(x, n):
    total = 0.0
    for k in range(n):
        out = np.zeros((2, 3))
        for i in range(2):
            out[i] = np.sin(x * (i + k))
        out = out.reshape(-1)
        total = total + np.sum(out * out)
    return total


case(made_for_each_outer_trip, (r(3), 2), other=[(r(3), 0), (r(3), 3)])


def old_name_still_shown(x, n):
    out = np.zeros((n, 3))
    first = out
    for i in range(n):
        out[i] = np.sin(x * i)
    out = out[::-1]
    return out * first


case(old_name_still_shown, (r(3), 3), other=[(r(3), 1), (r(3), 4)])


def returned_as_it_is_filled(x):
    return np.maximum(x, 0, x)


case(returned_as_it_is_filled, (np.array([0.3, -0.4, 0.5]),), other=[(np.array([0.1, -2.0]),)])


def bound_as_it_is_filled(x):
    z = x * 2
    y = np.exp(z, z)
    return y + np.tanh(z, out=z)


case(bound_as_it_is_filled, (np.array([0.3, -0.4, 0.5]),), other=[(np.array([0.1, -2.0]),)])


def filled_then_returned(x):
    z = x * 2
    np.tanh(z, z)
    return np.exp(z, out=z)


case(filled_then_returned, (np.array([0.3, -0.4, 0.5]),), other=[(np.array([0.1, -2.0]),)])
