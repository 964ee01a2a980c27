"""A gradient that is another one as it is: what the user has named keeps its name."""

import numpy as np

from tests.unit.passes import backward_of

X = np.arange(1.0, 7.0).reshape(2, 3) / 8


def missed(x, y):
    err = x - y
    return np.mean(err**2)


def test_a_gradient_handed_on_has_the_name_that_the_user_gave():
    text = backward_of(missed, X, X[::-1].copy())
    assert "derr = err * (2 * dout / err.size)" in text
    assert "dx = derr" in text
    assert "dy = -derr" in text


def read_twice(x, y):
    err = x - y
    return np.sum(err**2 * np.exp(x))


def test_one_that_is_added_to_has_its_own_line():
    assert "dy = -derr" in backward_of(read_twice, X, X + 1)


def of_numbers(x, y):
    q = x - y
    f = q * q
    return f * y


def test_numbers_are_handed_on_as_in_the_notes():
    assert "dx = dq" in backward_of(of_numbers, 0.5, 0.25)
