"""Gradients that only go on under another name: made once, read once, and never one array under two names."""

import numpy as np

from tests.cases import case, normal

r = normal(59)


def content(x, w, y):
    diff = x - np.sign(y)
    return w * np.sum(diff**2)


case(content, (r(3, 4), 0.7, np.array([1, 0, 2, 1])), other=[(r(2, 2), -0.3, np.array([0, 1]))])


def summed_in_a_loop(x, w):
    loss = 0.0
    for i in range(len(x)):
        part = w * x[i]
        shifted = part - 1.0
        loss += np.sum(shifted**3) + np.sum(part)
    loss = loss + 2.0
    return loss


case(summed_in_a_loop, (r(3, 4), 0.7), other=[(r(2, 2), -0.3), (r(1, 3), 0.1)])


def set_in_between(x, w):
    y = x * w
    z = y + 1.0
    z[0] = 0.0
    return z


case(set_in_between, (r(3, 4), 0.7), other=[(r(2, 2), -0.3)])


def of_a_row(x, w):
    out = np.zeros_like(x)
    total = 0.0
    for i in range(len(x)):
        row = x[i] * w
        out[i] = row + 1.0
        total += np.sum(row)
    return out * total


case(of_a_row, (r(3, 4), 0.7), other=[(r(2, 2), -0.3)])
