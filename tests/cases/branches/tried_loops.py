"""Loops inside `try` statements that end early: their jumps leave the loop, not the statement."""

import numpy as np

from tests.cases import case


def ends_early(x, n):
    y = x
    try:
        for _ in range(n):
            if y > 10:
                break
            y = y * x
    except RuntimeError:
        y = 0.0
    return y


def without_end(x):
    y = x
    try:
        while True:
            y = y * x
            if y > 10:
                break
    except RuntimeError:
        y = 0.0
    return y


def returns_inside(x, n):
    try:
        for _ in range(n):
            x = x * 1.5
            if x > 10:
                return x * 2
    except RuntimeError:
        return 0.0
    return x


def two_deep(xs):
    s = 0.0
    try:
        for x in xs:
            for k in range(3):
                if k * x > 3:
                    break
                s += x * k
            if s > 20:
                break
    except ValueError:
        s = -1.0
    return s * 2


def in_trips(x):
    out = []
    for i in range(3):
        try:
            for j in range(4):
                if j > i:
                    break
                x = x * 1.1
        except ZeroDivisionError:
            continue
        out.append(x)
    return out


def in_else_and_finally(xs):
    s = 1.0
    for x in xs:
        try:
            z = x * 2
        except ZeroDivisionError:
            s = 0.0
        else:
            for k in range(4):
                if k * x > 3:
                    break
                s = s * z + k
        finally:
            for k in range(3):
                if k == 2:
                    break
                s = s * 1.1
    return s


def root(f, x):
    for _ in range(30):
        error = f(x)
        if abs(error) < 1e-12:
            break
        x = x - error / (2 * x)
    return x


def solved(a):
    def error(x):
        return x * x - a

    try:
        r = root(error, 1.0)
    except RuntimeError:
        r = 0.0
    return r * a


case(ends_early, (1.5, 4), other=[(2.0, 5), (11.0, 2)])
case(without_end, (1.5,), other=[(2.0,), (4.0,)])
case(returns_inside, (1.5, 4), other=[(2.0, 5), (5.0, 6)])
case(two_deep, (np.array([0.5, 1.5, 2.5]),), other=[(np.array([5.5, 1.5]),)])
case(in_trips, (1.5,), other=[(2.0,)])
case(in_else_and_finally, ([1.5, 2.0, 3.0],), other=[([2.5, 0.3],)])
case(solved, (2.0,), other=[(3.0,)])
