"""Upstream gradients of whole numbers, as a caller makes them who picks one output."""

import numpy as np
import pytest

import codegen


def powers(x):
    y = np.empty_like(x)
    y[::-1] = x * 2
    y[::2] = y[::2] ** 2
    return y


def scaled(x, a):
    y = x * 2
    for i in range(len(y)):
        y[i] *= a
    return y


def rows(x, w):
    y = x.T
    y = y + 1.0
    y[0] = y[1] * w
    return y


def two(x, w):
    y, z = x * 1.0, x + w
    y[0] *= w
    z[1] = z[0] * y[1]
    return y, z


def masked(x, w):
    y = x + 1
    y[x > 0] *= w
    return y


@pytest.mark.parametrize(
    ("function", "args"),
    [
        (powers, (np.array([0.5, 1.5, 0.7]),)),
        (scaled, (np.array([0.5, 1.5, 0.7]), 0.3)),
        (rows, (np.array([[0.5, 1.5, 0.7], [0.1, 0.2, 0.3]]), 0.3)),
        (two, (np.array([0.5, 1.5, 0.7]), 0.3)),
        (masked, (np.array([0.5, -1.5, 0.7]), 0.3)),
    ],
)
def test_nothing_is_cut_off(function, args):
    module = codegen.generate(function, *args)
    out, cache = module.forward(*args)
    outs = out if isinstance(out, tuple) else (out,)
    ones = tuple(np.arange(o.size).reshape(o.shape) + 1 for o in outs)
    floats = tuple(one.astype(float) for one in ones)
    if not isinstance(out, tuple):
        ones, floats = ones[0], floats[0]
    want, found = module.backward(floats, cache), module.backward(ones, cache)
    if len(args) == 1:
        want, found = (want,), (found,)
    for a, b in zip(want, found, strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-14)


def test_zeros_are_whole_numbers():
    def clipped(x):
        y = x * 1.0
        y[0] = 0.0
        return y

    assert "dy = dout.copy()" in str(codegen.generate(clipped, np.array([0.5, 1.5])))


def weighted(w, counts):
    return 2 * np.sum(w * counts)


def by_item(w, counts):
    total = 0.0
    for i in range(len(w)):
        total += w[i] * counts[i] * counts[i - 1]
    return total


def scored(w, counts):
    return np.vdot(w, counts) * 3 + np.sum(w**2)


@pytest.mark.parametrize("function", [weighted, by_item, scored])
@pytest.mark.parametrize("kind", [np.uint8, np.int64])
@pytest.mark.parametrize("dout", [1, 3, -1])
def test_small_whole_numbers_do_not_overflow(function, kind, dout):
    w, counts = np.array([0.5, 1.5, 0.7]), np.array([200, 3, 100]).astype(kind)
    module = codegen.generate(function, w, counts)
    _, cache = module.forward(w, counts)
    found = module.backward(dout, cache)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, module.backward(float(dout), cache), rtol=1e-14)
