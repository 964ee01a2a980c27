"""Try statements around traced values: what the run did of them is kept."""

import numpy as np

from tests.cases import case, uniform

u = uniform(408)


def inverted_or_else(x):
    try:
        y = np.linalg.inv(np.diag(x))
    except np.linalg.LinAlgError:
        y = np.linalg.pinv(np.diag(x))
    return y @ x


case(inverted_or_else, (u(4),), other=[(u(4),)])


def with_a_finally(x):
    # what is tried
    try:
        y = x * 2  # double
    finally:
        n = 3
    return y * x * n


case(with_a_finally, (u(4),), other=[(u(4),)])


def else_and_finally(x):
    try:
        y = x * 2
    except ValueError:
        y = x * 3
    else:
        y = y + 1
    finally:
        z = y * 2
    return z * x


case(else_and_finally, (u(4),), other=[(u(4),)])


def returned_from_a_try(x):
    try:
        return np.linalg.inv(np.diag(x)) @ x
    except np.linalg.LinAlgError:
        return x


case(returned_from_a_try, (u(4),), refused="a jump out of a try statement")


def caught(x):
    try:
        y = x[7] * 2
    except IndexError:
        y = x[0] * 3
    return y * x


case(caught, (u(4),), refused="catches something with the example inputs")
