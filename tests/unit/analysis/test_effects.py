"""What calls do besides computing."""

import numpy as np

from codegen.analysis.effects import draws, is_drawing, only_checks
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
