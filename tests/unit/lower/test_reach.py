"""What is active: names and expressions that a differentiable input reaches."""

import ast

import numpy as np
import pytest

from codegen import syntax
from codegen.lower.reach import Counts, are_whole, under
from codegen.lower.scope import Point, Scope
from tests.unit.passes import builder, inlined

X = np.array([0.5, 1.0])


def plain(x, n):
    y = x * n
    return y


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        ("x", True),
        ("n", False),
        ("np.exp(x) + n", True),
        ("n + 1", False),
        ("[len(x) for _ in x]", False),
        ("lambda v: v * x", True),
        ("lambda x: x * n", False),
    ],
)
def test_what_reads_an_active_name_is_reached(text, reached):
    assert builder(plain, X, 2).reach.of(syntax.parse(text)) is reached


def test_what_things_are_ordered_by_has_no_part_in_a_value():
    call = syntax.parse("sorted(n, key=lambda i: x[i])")
    assert isinstance(call, ast.Call)
    assert not builder(plain, X, 2).reach.in_parts(call)


def counted(state, x):
    state["t"] += 1
    return x * state["t"]


def made_a_float(state, x):
    state["t"] = state["t"] + 0.5
    return x * state["t"]


def put_by_a_name(state, x):
    for key in ("t",):
        state[key] = 0.5
    return x * state["t"]


def updated(state, x):
    state.update(t=2)
    return x * state["t"]


def updated_with_a_float(state, x):
    state.update(t=x)
    return x * state["t"]


def set_by_default(state, x):
    state.setdefault("t", 0)
    return x * state["t"]


def taken_apart(state, x):
    state["t"], y = 3, x * x
    return y * state["t"]


def is_counter(function, state):
    """Whether the last item `state["t"]` that the function reads only ever is an integer."""
    made = inlined(function, state, 2.0)
    node = [
        n
        for n in ast.walk(made.trace.tree)
        if isinstance(n, ast.Subscript)
        and isinstance(n.ctx, ast.Load)
        and ast.unparse(n) == "state['t']"
    ][-1]
    return Counts(Scope(made.trace, Point(set(made.inputs)))).is_counter(node)


@pytest.mark.parametrize("function", [counted, updated, set_by_default])
def test_what_only_integers_are_put_under_is_a_counter(function):
    assert is_counter(function, {"t": 1})


@pytest.mark.parametrize(
    "function", [made_a_float, put_by_a_name, updated_with_a_float, taken_apart]
)
def test_what_a_float_may_be_put_under_is_none(function):
    assert not is_counter(function, {"t": 1})


def test_what_is_given_as_a_float_is_none():
    assert not is_counter(counted, {"t": 1.0})


def test_what_is_under_a_key_is_found_in_containers_of_containers():
    assert [*under({"t": 1, "parts": [{"t": 2}, ({"t": 3.0},)]}, "t")] == [1, 2, 3.0]


def test_what_was_never_seen_is_no_integer():
    assert not are_whole(set())
    assert are_whole({("int", 0), ("bool", 0)})
    assert not are_whole({("int", 0), ("float", 0)})
