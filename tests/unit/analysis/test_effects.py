"""What calls do besides computing."""

import numpy as np
import pytest

from codegen import syntax
from codegen.analysis.effects import draws, gives_same, is_arithmetic, is_drawing, only_checks
from codegen.trace.observe import observe


def noisy(x):
    return x + np.random.randn()


def still(x):
    return x + np.sin(x)


def checked(x):
    if x < 0:
        raise ValueError("negative")
    return x


HISTORY = []


def kept(x):
    HISTORY.append(x)
    return x


def trace_of(function, *args):
    """The trace of one run."""
    return observe(function, args, {}, ["x"])


def test_a_function_that_draws():
    trace = trace_of(noisy, 0.5)
    assert draws(trace, trace.tree)


def test_a_function_that_does_not():
    trace = trace_of(still, 0.5)
    assert not draws(trace, trace.tree)


def test_generators_draw_and_seeds_do_not():
    assert is_drawing(np.random.default_rng(0).normal)
    assert not is_drawing(np.random.seed)


def test_who_only_checks_changes_nothing():
    assert only_checks(trace_of(checked, 0.5))
    assert not only_checks(trace_of(kept, 0.5))


@pytest.mark.parametrize(
    ("text", "repeats"),
    [
        ("zip(a, b)", True),
        ("d.items()", True),
        ("np.argsort(x)", True),
        ("np.random.permutation(n)", False),
        ("next(it)", False),
    ],
)
def test_a_call_without_chance_gives_the_same_again(text, repeats):
    assert gives_same(syntax.parse(text)) is repeats


@pytest.mark.parametrize(
    ("text", "is_free"),
    [
        ("x[0]", True),
        ("x.T", True),
        ("max(i - 1, 0)", True),
        ("A @ B", False),
        ("f(x)", False),
        ("xs.pop()", False),
    ],
)
def test_what_calls_nothing_unknown_can_be_computed_again(text, is_free):
    assert is_arithmetic(syntax.parse(text)) is is_free
