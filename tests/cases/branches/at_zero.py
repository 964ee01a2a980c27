"""Tests that only save work where a number is zero: the slope by that number is there all the same."""

import numpy as np

from tests.cases import case, normal

r = normal(15)


def penalty_if_any(w, reg):
    loss = np.sum(np.sin(w))
    if reg:
        loss += reg * np.sum(w * w)
    return loss


case(penalty_if_any, (r(3), 0.1), other=[(r(3), 0.0), (r(4), -0.5)])


def two_penalties(w, b, reg=0.1):
    loss = np.sum(w)
    if reg != 0.0:
        squares = np.sum(w * w)
        loss = loss + 0.5 * reg * squares / 2
        loss += -reg * np.sum(np.abs(b))
    return loss


case(two_penalties, (r(3), r(2), 0.3), other=[(r(3), r(2), 0.0), (r(3), r(2))])


def momentum_if_any(w, dw, mu):
    v = -0.1 * dw
    if 0 != mu:
        v += mu * w
    return w + v


case(momentum_if_any, (r(3), r(3), 0.9), other=[(r(3), r(3), 0.0)])


def another_term_at_zero(w, reg):
    loss = np.sum(w)
    if reg:
        loss += reg * np.sum(w**2)
    else:
        loss += np.sum(w**3)
    return loss


case(another_term_at_zero, (r(3), 0.3), other=[(r(3), -0.2)])


def squares_read_later(w, reg):
    squares = np.sum(w)
    loss = np.sum(w)
    if reg:
        squares = np.sum(w * w)
        loss += reg * squares
    return loss + squares


case(squares_read_later, (r(3), 0.3), other=[(r(3), -0.2)])


def left_out(w, reg=None):
    loss = np.sum(w**2)
    if reg:
        loss += reg * np.sum(np.abs(w))
    return loss


case(left_out, (r(3), 0.3), other=[(r(4), 0.7)])


def step_with_decay(w, g, v, decay=0.0, m=0.9):
    if decay:
        g = g + decay * w
    v = m * v - 0.1 * g
    return w + v, v


case(step_with_decay, (r(3), r(3), r(3)), other=[(r(3), r(3), r(3), 0.1)])
