"""Several statements on one line, or where one call was: a view is changed and its base read there."""

import numpy as np

from tests.cases import case, normal

r = normal(5150)


# fmt: off
# ruff: noqa: E701, E702  # several statements on one line are what is tested here
def row_changed_and_base_read(x):
    y = x * 2
    f = y[0]; f *= 2; return y * y


def rows_changed_on_one_line(x):
    a = x.copy()
    top, bot = a[:1], a[1:]; top *= 2; bot += top.sum(); b = a * 3; return b * bot[0]


def loop_on_one_line(x):
    y = x * 1.0
    for k in range(len(x)): row = y[k]; row *= k + 1; y = y * y
    return y


def read_before_and_after(x):
    y = x * x
    v = y[1:]; a = y.sum(); v -= a; b = y.sum(); return a * b * v


def branch_on_one_line(x, twice):
    y = x * x
    v = y[0]
    if twice: v *= 2; y = y + v
    return y * v
# fmt: on


case(row_changed_and_base_read, (r(3, 2),), other=[(r(2, 4),)])
case(rows_changed_on_one_line, (r(3, 2),), other=[(r(4, 3),)])
case(loop_on_one_line, (r(3, 2),), other=[(r(2, 2),)])
case(read_before_and_after, (r(4),), other=[(r(3),)])
case(branch_on_one_line, (r(3, 2), True), other=[(r(2, 2), False)])


class Net:
    def __init__(self, w):
        self.w = w

    def scaled(self, y):
        f = y[0]
        f *= self.w
        return y * y


def inside_a_method(net, x):
    y = x * 2
    return net.scaled(y) + y


case(inside_a_method, (Net(3.0), r(3, 2)), wrt=("net.w", "x"), other=[(Net(2.0), r(2, 2))])


def doubled_front(y):
    f = y[:1]
    f *= 2
    return np.sum(y * y) * f


def inside_a_helper(x):
    y = x * 3
    return doubled_front(y) * y


case(inside_a_helper, (r(3, 2),), other=[(r(2, 2),)])
