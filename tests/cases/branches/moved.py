"""Branches that are not printed as they stand in the file: an `elif` whose `if` is written anew, an `else` of a loop."""

import numpy as np

from tests.cases import case, normal

r = normal(74)


def elif_behind_a_rewritten_if(x, a, k):
    if a < 40.0:
        parts = [x * 1.0]
    elif k == 0:
        a += 0.1
        parts = [x]
    else:
        parts = [x * 3.0]
    return x * x * parts[0]


case(
    elif_behind_a_rewritten_if, (r(3), 1.0, 2), wrt=["x"], other=[(r(3), 50.0, 0), (r(3), 50.0, 1)]
)


def unused_parts(x, a, k):
    if a < 40.0:
        parts = [x * 1.0]
    elif k == 0:
        a += 0.1
    return x * x


case(unused_parts, (r(3), 1.0, 2), wrt=["x"])


def else_of_a_loop(x, a):
    while a < 3.0:
        a += 1.0
    else:
        x = np.sin(x)
    return x * x * a


case(else_of_a_loop, (r(3), 1.0), wrt=["x"], other=[(r(3), 5.0)])


def emptied_if_before_an_elif(x, n):
    y = x * 2
    if n > 3:
        pass
    elif n > 1:
        y = y * x
    return y


case(emptied_if_before_an_elif, (r(3), 1), wrt=["x"], other=[(r(3), 2), (r(3), 5)])
