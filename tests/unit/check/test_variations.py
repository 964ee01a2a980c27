"""Calls that a function may treat in its own way: other ints, memory orders, numbers that are arrays."""

import enum

import numpy as np
import pytest

import codegen
from codegen.check import check
from codegen.check.variations import instead

X = np.array([0.3, 0.5, -0.2, 0.9])
A, B = np.arange(12.0).reshape(3, 4) / 7 - 0.6, np.cos(np.arange(12.0)).reshape(3, 4)


class Side(enum.Enum):
    CALL = 1
    PUT = 2


@pytest.mark.parametrize(
    ("leaf", "found"),
    [
        (2, [3, 1, 0, -1, 5, 7, 40, 41, 39]),
        (True, [False]),
        ("a", ["b"]),
        (Side.CALL, [Side.PUT]),
    ],
)
def test_what_may_stand_in_the_place_of_a_value(leaf, found):
    assert [value for _, value in instead(leaf, [40, "b", "a", 10**9], [7])] == found


def columns(x, y, k):
    return x[:, :k] * y


def flat(x):
    y = x * 1.0
    line = y.reshape(-1)
    for k in range(1, line.size):
        line[k] += line[k - 1] * 0.5
    return y * x


def own(x):
    y = x
    y *= 3
    return y * x


@pytest.mark.parametrize(
    ("function", "example", "call"),
    [
        (columns, (A, B, 1), (A, B, 4)),
        (flat, (A,), (np.asfortranarray(A),)),
        (flat, (A,), (np.repeat(A, 2, axis=1)[:, ::2],)),
        (own, (np.float64(0.5),), (np.array(0.5),)),
        (own, (0.5,), (np.array(0.5),)),
    ],
)
def test_calls_of_another_kind_are_right_or_raise(function, example, call):
    module = codegen.generate(function, *example)
    assert module.check().ok
    try:
        module.forward(*call)
    except NotImplementedError:
        return
    report = check(function, module.forward, module.backward, call, {}, module.wrt)
    assert report.ok, report


def test_masks_and_indices_are_varied():
    def forward(x, mask, i):
        return np.sum(x[mask]) + np.sum(x[i] ** 2), (x, mask, i)

    def backward(dout, cache):
        x, mask, i = cache
        dx = np.zeros_like(x)
        dx[mask] += dout
        dx[i] += 2 * x[i] * dout  # right without repeats alone
        return dx

    def picked(x, mask, i):
        return forward(x, mask, i)[0]

    mask, i = np.array([True, False, True, True]), np.array([0, 2])
    report = check(picked, forward, backward, (X, mask, i), {}, ("x",))
    assert not report.ok

    def backward_of_any(dout, cache):
        x, mask, i = cache
        dx = np.zeros_like(x)
        dx[mask] += dout if mask.any() and not mask.all() else 2 * dout
        np.add.at(dx, i, 2 * x[i] * dout)
        return dx

    report = check(picked, forward, backward_of_any, (X, mask, i), {}, ("x",))
    assert not report.ok


def unsummed(function, *args):
    notes = codegen.generate(function, *args).check().notes
    return [
        note
        for note in notes
        if note.endswith("gradients are not summed over axes that others have more")
    ]


def test_numbers_alone_that_may_be_arrays_are_noted():
    def product(x, y):
        return x * y

    def scaled(x):
        return 2.0 * x

    [note] = unsummed(product, 2.0, 3.0)
    assert note.startswith("each of x and y was a number when this code was made")
    assert not unsummed(scaled, 2.0)


def test_longer_lists_of_which_the_first_items_are_read_are_noted():
    def product(xs):
        return xs[0] * xs[1]

    def total(xs):
        return sum(xs)

    told = "xs had 2 items when this code was made: of a longer one, the gradient has no more"
    assert told in codegen.generate(product, [2.0, 3.0]).check().notes
    assert told not in codegen.generate(total, [2.0, 3.0]).check().notes


def test_a_column_of_a_matrix_beside_a_square_one_is_noted():
    def rotated(W, x):
        return W.dot(x)

    [note] = unsummed(rotated, A[:3, :3], np.ones((3, 4)))
    assert note.startswith("x was a matrix when this code was made")
    assert not unsummed(lambda x: np.tanh(x), np.ones((3, 4)))


def test_a_size_of_1_that_a_layer_would_copy_is_noted_and_another_one_refused():
    def affine(x, W, b):
        return x @ W + b

    def product(x, b):
        return x * b

    notes = codegen.generate(affine, A, A.T, A[:, 0]).check().notes
    assert (
        "axis 0 of b, where it has size 1, is broadcast: gradients are not summed over it" in notes
    )
    with pytest.raises(NotImplementedError, match=r"x.shape\[1\] == b.shape\[0\]"):
        codegen.generate(product, A, A[0]).forward(A, A[0, :1])
