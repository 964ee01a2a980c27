"""Arguments of another kind than the example's, tried on hand-written pairs: what is said of them."""

import numpy as np
import pytest

import codegen
from codegen.check.arguments import bind
from codegen.check.calls import Caller
from codegen.check.trial import Pair
from codegen.check.unlike import Unlike, are_close

X = np.array([0.3, -0.5, 1.2])


def mean(x):
    return x.mean()


def forward(x):
    return x.mean(), x


def cut_off(dout, cache):
    return np.full_like(cache, dout / cache.size)


def whole(dout, cache):
    return np.full(cache.shape, dout / cache.size)


def adding(dout, cache):
    dx = np.zeros_like(cache)
    dx += dout / cache.size
    return dx


def refusing(dout, cache):
    if cache.dtype.kind != "f":
        raise NotImplementedError
    return cut_off(dout, cache)


def unlike(function, forward, backward, *args, wrt=("x",)):
    call, arguments = bind(function, args, {}, wrt)
    names = {(0, k): name for k, name in enumerate(function.__code__.co_varnames)}
    pair = Pair(function, forward, backward, arguments)
    return Unlike(pair, call, Caller(), names.__getitem__)


@pytest.mark.parametrize(
    ("backward", "found"),
    [
        (cut_off, ['x.dtype.kind != "f"']),
        (whole, []),
        (adding, ['x.dtype.kind != "f"']),
        (refusing, []),
    ],
)
def test_whole_numbers_that_cut_a_gradient_off_or_raise_are_told(backward, found):
    said = dict(unlike(mean, forward, backward, X).whole_numbers())
    assert list(said) == found


def product(x, y):
    x *= 2
    return np.sum(x * y)


def product_forward(x, y):
    x *= 2
    return np.sum(x * y), (x, y)


def product_backward(dout, cache):
    x, y = cache
    return 2 * y * dout, x * dout


def alone(x, y):
    return np.sum(2 * x * y)


def alone_forward(x, y):
    return np.sum(2 * x * y), (2 * x, y)


def test_two_names_of_one_array_that_is_changed_are_told():
    pair = product, product_forward, product_backward
    said = unlike(*pair, X, np.sin(X), wrt=("x", "y")).twice()
    assert dict(said) == {"np.shares_memory(x, y)": "x and y were two arrays"}


def test_two_names_of_one_array_that_is_only_read_are_right():
    pair = alone, alone_forward, product_backward
    assert not dict(unlike(*pair, X, np.sin(X), wrt=("x", "y")).twice())


def total_with_a_row(x, row, n):
    if n > 10:
        row *= 2.0
    return np.sum(x) * np.sum(row)


def test_a_view_that_is_changed_on_another_side_alone_is_refused():
    module = codegen.generate(total_with_a_row, np.outer(X, X[:2]), X[:2].copy(), 1)
    x = np.outer(X, X)
    with pytest.raises(NotImplementedError, match="x and row were two arrays"):
        module.forward(x, x[0], 11)


def test_indices_in_the_place_of_a_mask_name_an_item_twice():
    (call, condition, text), *more = unlike(
        lambda x, keep: np.sum(x[keep]), forward, whole, X, X > 0
    ).indices()
    assert call[0][1].tolist() == [0, 0, 1] and not more
    assert (condition, text) == ("keep.dtype != bool", "keep was an array of booleans")


@pytest.mark.parametrize(
    ("one", "two", "close"),
    [
        (X, X + 1e-12, True),
        ((X, {"w": X}), (X, {"w": X}), True),
        (X, X[:2], False),
        (X.astype(int), X, False),
        ((X,), (X, X), False),
        (X, None, True),
    ],
)
def test_gradients_are_compared_by_numbers_and_shapes(one, two, close):
    assert are_close(one, two) is close
