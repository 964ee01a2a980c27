"""Jumps out of `with` statements, and returns in the `else` of a loop that stands in another one."""

import numpy as np

from tests.cases import case, normal

r = normal(733)


def returned_in_the_else_of_an_inner_loop(x, first, trips):
    for k, v in enumerate(x):
        if k < first:
            continue
        for j in range(trips):
            if v < 0:
                break
            v = v * x[j] + j
        else:
            if k > 2:
                return v * x[-1]
            x = x * v
    return np.sum(x)


case(
    returned_in_the_else_of_an_inner_loop,
    (np.array([0.3, -0.7, 1.1]), 1, 2),
    other=[(r(3), 0, 0), (abs(r(5)) + 0.1, 3, 1), (r(5), 3, 1)],
)


def out_of_nested_with(x, n):
    t = np.sum(x)
    for i in range(n):
        with np.errstate(all="ignore"):
            with np.errstate(divide="raise"):
                if t > 3.0:
                    break
                t = np.sin(t) + 1.0
            if i == 1:
                continue
            t = t + x[i % len(x)]
        t = t * 1.1
    else:
        t = t * 3.0
    return t * t * x


case(out_of_nested_with, (r(3), 3), other=[(r(2), 0), (abs(r(3)) + 2.0, 4), (r(3), 1)])


def returned_out_of_with(x, n):
    t = x[0]
    for i in range(n):
        with np.errstate(all="ignore"):
            t = np.sin(t) + x[i % len(x)]
            if t > 0.7:
                return t * x
        t = t * 1.1
    with np.errstate(over="raise"):
        if t > 0.1:
            return t + x
        t = t * t
    return t * t * x


case(
    returned_out_of_with,
    (np.array([0.3, -0.7, 0.2]), 1),
    other=[(np.array([0.9, 0.4]), 3), (-abs(r(4)), 2), (np.array([0.6, 0.1]), 0)],
)


def returned_in_the_end(x, y):
    try:
        y = y * x[0]
    finally:
        if x[0] > 0:
            return y * 2  # noqa: B012 - that is what is tried
    return y


def returned_twice(x, y):
    try:
        if x[1] > 2:
            return y * x[1]
        y = y * x[0]
    finally:
        if x[0] > 0:
            return y * 2  # noqa: B012 - that is what is tried
        y = y + 1
    return y


def caught_and_returned(x, y):
    try:
        z = np.linalg.inv(x)
    except np.linalg.LinAlgError:
        z = x * 2
    finally:
        if y > 2:
            return z * y  # noqa: B012 - that is what is tried
    return z


def next_trip_in_the_end(x, y):
    for i in range(len(x)):
        try:
            y = y * x[i]
        finally:
            if y > 1:
                continue  # noqa: B012 - that is what is tried
        y = y + 1
    return y


def left_in_the_end(x, y):
    out = 0.0
    for i in range(len(x)):
        try:
            out = out + y * x[i]
        finally:
            if x[i] < 0:
                break  # noqa: B012 - that is what is tried
            out = out * 1.5
        out = out + x[i]
    return out


def returned_or_left(x, y, n):
    i = 0
    while i < n:
        try:
            x = x * y
            if x > 5:
                return x
        finally:
            i += 1
            if i == 3:
                break  # noqa: B012 - that is what is tried
    return x + y


def next_trip_or_else(x, y, flag):
    for k in range(3):
        try:
            if flag == k:
                continue
            x = x * y
        except ZeroDivisionError:
            return y
        else:
            x = x + k
        finally:
            y = y * 1.1
            if x > 20:
                break  # noqa: B012 - that is what is tried
    return x * y


def returned_left_or_next(x, y, flag):
    for k in range(4):
        try:
            if flag == k:
                return x * 3
            x = x * y
        finally:
            if k == 2:
                break  # noqa: B012 - that is what is tried
            if y > 3:
                continue  # noqa: B012 - that is what is tried
            y = y + 0.5
        x = x + 1
    return x * y


def one_in_the_other(x, y, flag):
    try:
        try:
            if flag > 1:
                return x * y
        finally:
            if flag > 2:
                return x * x  # noqa: B012 - that is what is tried
            x = x * 2
        x = x + 1
    finally:
        if flag > 3:
            return y * 5  # noqa: B012 - that is what is tried
    return x + y


X = np.array([1.3, 2.4, 0.6])
M = np.array([[2.0, 1.0], [0.5, 3.0]])
case(returned_in_the_end, (X, 1.5), other=[(-X, 1.5)])
case(returned_twice, (X, 1.5), other=[(-X, 1.5), (np.array([-1.0, 3.0, 2.0]), 2.0)])
case(caught_and_returned, (M, 1.5), other=[(M, 2.5)])
case(next_trip_in_the_end, (X, 1.5), other=[(X / 4, 1.5), (-X, 1.5)])
case(left_in_the_end, (X, 1.5), other=[(X / 4, 1.5), (-X, 1.5)])
case(
    returned_or_left,
    (1.2, 1.5, 2),
    other=[(1.2, 1.5, 6), (3.0, 2.0, 5), (1.2, 1.5, 0), (1.0, 1.2, 3)],
)
case(next_trip_or_else, (1.2, 1.5, 0), other=[(1.2, 1.5, 5), (3.0, 4.0, 5), (3.0, 4.0, 1)])
case(
    returned_left_or_next,
    (1.2, 1.5, 7),
    other=[(1.2, y, k) for y in (1.5, 4.0) for k in (0, 1, 2, 3)],
)
case(one_in_the_other, (1.2, 1.5, 0), other=[(1.2, 1.5, k) for k in (1, 2, 3, 4)])
