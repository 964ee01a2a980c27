"""What a gate must not freeze: `keepdims` that is an argument, exponents that become zero, spreads of what does not vary."""

import numpy as np
import pytest

import codegen


def summed(x, keep):
    return 2 * np.sum(x, axis=1, keepdims=keep)


def averaged(x, keep):
    return np.mean(x, axis=-2, keepdims=keep)


@pytest.mark.parametrize("function", [summed, averaged])
@pytest.mark.parametrize("traced", [True, False])
@pytest.mark.parametrize("called", [True, False])
def test_dimensions_are_kept_or_not_at_every_call(function, traced, called):
    made = codegen.generate(function, np.arange(12.0).reshape(3, 4), traced)
    out, cache = made.forward(np.arange(10.0).reshape(2, 5), called)
    dx = made.backward(np.arange(float(np.size(out))).reshape(np.shape(out)), cache)
    want = np.arange(float(np.size(out)))
    want = 2 * np.repeat(want, 5) if function is summed else np.tile(want / 2, 2)
    assert np.allclose(dx, want.reshape(2, 5))


def powers(x, n):
    return x**n


def test_the_power_zero_has_the_slope_zero_at_zero():
    made = codegen.generate(powers, np.array([0.5, 2.0]), 3)
    _, cache = made.forward(np.array([0.0, 2.0]), 0)
    assert np.array_equal(made.backward(np.ones(2), cache), [0.0, 0.0])
    _, cache = made.forward(np.array([0.0, 2.0]), 1)
    assert np.array_equal(made.backward(np.ones(2), cache), [1.0, 1.0])


def normalized(x):
    return (x - np.mean(x, axis=0)) / (np.std(x, axis=0) + 1e-3)


def test_a_column_that_does_not_vary_has_a_gradient():
    made = codegen.generate(normalized, np.arange(6.0).reshape(3, 2) ** 2)
    x = np.array([[1.0, 2.0], [1.0, 5.0], [1.0, 3.0]])
    _, cache = made.forward(x)
    dx = made.backward(np.array([[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]), cache)
    assert np.allclose(dx[:, 0], np.array([2.0, -1.0, -1.0]) / 3 / 1e-3)


def guarded(x, y):
    return np.where(y != 0, x / y, 0.0)


def exponential(x):
    return np.where(x > 0, x, np.exp(x) - 1)


def test_what_is_not_chosen_may_be_infinite():
    made = codegen.generate(guarded, np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    with np.errstate(all="ignore"):
        _, cache = made.forward(np.array([1.0, 2.0]), np.array([0.0, 4.0]))
        dx, dy = made.backward(np.ones(2), cache)
    assert np.array_equal(dx, [0.0, 0.25])
    assert np.array_equal(dy, [0.0, -2.0 / 16])
    made = codegen.generate(exponential, np.array([1.0, -2.0]))
    with np.errstate(all="ignore"):
        _, cache = made.forward(np.array([1e4, -1.0]))
        assert np.allclose(made.backward(np.ones(2), cache), [1.0, np.exp(-1.0)])
