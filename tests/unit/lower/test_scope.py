"""What names mean at one point of a function."""

import numpy as np

from codegen.lower.scope import Point, Scope, is_same
from tests.unit.passes import inlined


def f(x, n):
    def scaled(v):
        return v * n

    y = scaled(x)
    total = 0.0
    for k in range(n):
        total += k
    return y + total


def scope():
    """The scope of `f`."""
    trace = inlined(f, np.ones(2), 3).trace
    return Scope(trace, Point({"x"}))


def test_names_are_local_with_the_parameters_of_inner_functions():
    assert {"x", "n", "y", "total", "k"} <= scope().local
    assert "np" not in scope().local
    assert {"x", "n"} <= scope().arguments


def test_a_statement_is_rewritten_only_if_there_is_one():
    found = scope()
    found.rewrite()
    assert not found.rewritten
    found.current = found.trace.tree.body[-1]
    found.rewrite()
    assert found.rewritten == {found.trace.tree.body[-1]}


def test_a_bound_method_is_the_same_each_time_it_is_looked_up():
    array = np.ones(2)
    assert is_same(array.sum, array.sum)
    assert not is_same(np.sum, np.mean)
