"""Tests that ask two numbers for zero, of which the first alone decides nothing."""

from tests.cases import case


def f_measure(precision, recall, beta=1.0):
    if precision == 0 and recall == 0:
        return 0.0
    return (1 + beta**2) * precision * recall / (beta**2 * precision + recall)


case(f_measure, (0.8, 0.4), other=[(0.3, 0.1), (0.3, 0.1, 2.0)])


def in_a_branch(p, r):
    if p == 0 and r == 0:
        out = 0.0
    else:
        out = p * r / (p + r)
    return out


case(in_a_branch, (0.8, 0.4), other=[(0.3, 0.1)])


def three_of_them(a, b, c):
    if a == 0 and b == 0 and c == 0:
        return 0.0
    return a * b * c / (a * a + b * b + c * c)


case(three_of_them, (0.8, 0.4, 0.3), other=[(0.3, 0.1, 0.2)])
