"""A maximum that is taken off the scores is passive where it cancels, and only there."""

import numpy as np

from codegen.emit.text import lines_of
from tests.unit import passes

SCORES = np.arange(6.0).reshape(2, 3)


def is_seen(function):
    """Return whether the maximum gets a gradient: it goes to the entries that equal it."""
    return any(" == " in line for line in lines_of(passes.plan(function, SCORES).lines))


def softmax(x):
    x = x - np.max(x, axis=1, keepdims=True)
    e = np.exp(x)
    return e / np.sum(e, axis=1, keepdims=True)


def exponential(x):
    x = x - np.max(x, axis=1, keepdims=True)
    return np.exp(x)


def along_the_other_axis(x):
    x = x - np.max(x, axis=1, keepdims=True)
    e = np.exp(x)
    return e / np.sum(e, axis=0)


def test_a_softmax_does_not_see_the_shift():
    assert not is_seen(softmax)


def test_an_exponential_does():
    assert is_seen(exponential)


def test_a_softmax_along_another_axis_does():
    assert is_seen(along_the_other_axis)


def of_a_named_one(x):
    m = x.max(axis=0)
    return m + np.log(np.exp(x - m).sum(axis=0))


def averaged(x):
    m = x.max(axis=1)[:, None]
    e = np.exp(x - m)
    return np.sum(x.sum() * e, axis=1) / e.sum(1)


def counted_twice(x):
    m = x.max(axis=1, keepdims=True)
    return 2 * m + np.log(np.exp(x - m).sum(axis=1, keepdims=True))


def test_nor_does_what_puts_a_named_one_back():
    assert not is_seen(of_a_named_one)
    assert not is_seen(averaged)


def test_what_puts_it_back_twice_does():
    assert is_seen(counted_twice)


def taken_by_an_index(x, k=1):
    row = x[0]
    e = np.exp(row - np.max(row))
    return np.log(e[k] / np.sum(e))


def rows_taken_by_an_index(x, k=1):
    m = x.max(axis=1, keepdims=True)
    return (x - m)[k] + np.log(np.exp(x - m).sum(axis=1, keepdims=True))


def test_an_index_takes_one_of_many_that_are_shifted_alike():
    assert not is_seen(taken_by_an_index)
    assert is_seen(rows_taken_by_an_index)


def is_seen_with(function, *others):
    return any(" == " in line for line in lines_of(passes.plan(function, SCORES, *others).lines))


def nearest(x, beta):
    w = np.exp(-beta * (x - x.min(axis=1, keepdims=True)))
    return w / w.sum(axis=1, keepdims=True)


def warm(x, t):
    m = x.max(axis=1)
    return m + t * np.log(np.sum(np.exp((x - m[:, None]) / t), axis=1))


def scaled_twice(x, b):
    m = x.max(axis=1)
    return b * m + np.log(np.sum(np.exp(b * (x - m[:, None])), axis=1))


def test_nor_does_what_is_scaled_by_a_number():
    assert not is_seen_with(nearest, 0.7)
    assert not is_seen_with(nearest, 0.0)
    assert not is_seen_with(warm, 1.0)
    assert not is_seen_with(scaled_twice, 2.0)


def scaled_once(x, b):
    m = x.max(axis=1)
    return m + np.log(np.sum(np.exp(b * (x - m[:, None])), axis=1))


def scaled_by_others(x, b, c):
    m = x.max(axis=1)
    return c * m + np.log(np.sum(np.exp(b * (x - m[:, None])), axis=1))


def scaled_at_each_place(x, b):
    w = np.exp(b * (x - x.min(axis=1, keepdims=True)))
    return w / w.sum(axis=1, keepdims=True)


def test_what_is_scaled_by_a_number_that_is_1_here_does():
    assert is_seen_with(scaled_once, 1.0)
    assert is_seen_with(scaled_once, 0.0)


def test_what_is_scaled_by_two_numbers_that_are_alike_here_does():
    assert is_seen_with(scaled_by_others, 2.0, 2.0)


def test_what_is_scaled_by_an_array_does():
    assert is_seen_with(scaled_at_each_place, np.ones(3))
    assert is_seen_with(scaled_at_each_place, np.ones((2, 3)))
