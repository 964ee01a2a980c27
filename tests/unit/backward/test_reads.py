"""What the backward pass reads of the forward pass, and whether it is still there."""

import numpy as np

from codegen.backward.overwritten import is_shared
from codegen.backward.reads import recomputed
from codegen.gates.operands import ufunc_of
from codegen.ir import Bind, stages_of
from tests.unit.passes import saved, stages

X = np.array([0.5, 1.0])


def once(x):
    y = np.tanh(x)
    return y * y


def overwritten(x):
    y = np.tanh(x)
    z = y * y
    y = z * 2.0
    return y * z


def in_a_loop(x, n):
    for _ in range(n):
        x = np.tanh(x)
    return x


def test_a_value_that_stays_is_kept_under_its_own_name():
    assert saved(once, X).cached == ["y"]


def test_a_value_of_each_trip_is_kept_in_steps():
    found = saved(in_a_loop, X, 2)
    assert len(found.steps) == 1


def views(x, k):
    row = x[k]
    double = 2.0 * x
    return np.sum(row * row) + np.sum(double * double)


def test_a_view_is_made_again_and_an_array_is_not():
    made = {
        s.target.id: recomputed(s)
        for s in stages_of(stages(views, np.ones((2, 3)), 0).block)
        if isinstance(s, Bind) and s.target.id in ("row", "double")
    }
    assert made == {"row": True, "double": False}


def test_numbers_and_text_are_shared_with_nobody():
    assert [is_shared(v) for v in (1.0, "a", None, X, [1.0])] == [False, False, False, True, True]


def test_functions_that_work_element_by_element_are_known():
    assert ufunc_of("np.exp") is np.exp
    assert ufunc_of("np.sum") is None
