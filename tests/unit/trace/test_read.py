"""Functions as they are read: what takes the place of a decorated one."""

from __future__ import annotations

import functools

import numpy as np

import codegen


def rest_by_name(function):
    @functools.wraps(function)
    def wrapper(x, y=1.0, **kwargs):
        return function(np.asarray(x, dtype=float), y, **kwargs)

    return wrapper


@rest_by_name
def scaled(x, y=1.0, power=2, negated=False):
    z = np.sum(x**power) * y
    return -z if negated else z


def test_a_wrapper_gets_by_name_what_it_takes_by_name_alone():
    module = codegen.generate(scaled, np.array([1.0, 2.0]), 3.0, power=3, negated=True)
    out, cache = module.forward(np.array([2.0]), 0.5, power=3, negated=True)
    dx, dy = module.backward(1.0, cache)
    assert (out, float(dx[0]), dy) == (-4.0, -6.0, -8.0)
