"""The forward pass as text: the user's own lines wherever they can stay, and what the backward pass needs kept."""

import textwrap

import numpy as np

from codegen.emit.forward import forward_lines
from codegen.emit.program import output_text
from tests.unit import passes


def lines(function, *args):
    """Return the lines of the forward pass, without the cache and the return."""
    circuit = passes.stages(function, *args)
    return "\n".join(forward_lines(circuit, passes.saved_of(circuit), output_text(circuit)))


def text(block):
    return textwrap.dedent(block).strip()


def commented(x, w):
    # the weighted sum
    s = np.sum((w) * x)  # spelled as the user likes

    return s**2


def test_comments_and_spelling_stay():
    assert lines(commented, np.ones(3), np.ones(3)) == text("""
        # the weighted sum
        s = np.sum((w) * x)  # spelled as the user likes

        out = s**2
    """)


def staged(x, y):
    z = (x + y) * np.exp(x + y)
    return z


def test_a_line_that_needs_names_is_written_stage_by_stage():
    assert lines(staged, 0.5, 2.0) == text("""
        xpy = x + y
        expxpy = np.exp(xpy)
        z = xpy * expxpy
    """)


def overwritten(x, n):
    for _ in range(n):
        x = x * x
    return x


def test_a_loop_keeps_what_its_trips_overwrite():
    assert lines(overwritten, 0.5, 3) == text("""
        steps = []  # what the backward pass needs of each step
        for _ in range(n):
            prev_x = x
            x = x * x
            steps.append(prev_x)
    """)


def passive_loop(x, names):
    total = 0
    for name in names:  # nothing of it is differentiated
        total += len(name)
    return x * total


def test_a_loop_without_a_gradient_is_left_alone():
    assert lines(passive_loop, 0.5, ["a", "bc"]) == text("""
        total = 0
        for name in names:  # nothing of it is differentiated
            total += len(name)
        out = x * total
    """)


def early(x):
    if x < 0:
        return 0.0 * x
    return x * x


def test_an_early_return_sets_the_output():
    assert lines(early, 2.0) == text("""
        if x < 0:
            out = 0.0 * x
        else:
            out = x * x
    """)
