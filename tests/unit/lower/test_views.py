"""A second name for memory of another variable."""

import numpy as np

from codegen.cli.show import after
from codegen.ir import Bind, View, stages_of
from tests.unit.passes import circuit


def row_that_is_written(x, w):
    y = x * w
    row = y[0]
    row *= 2.0
    return np.sum(y)


def row_that_is_read(x, w):
    y = x * w
    row = y[0]
    return np.sum(row * row)


def owner_that_is_bound_anew(x, w):
    y = x * w
    row = y[0]
    row *= 2.0
    y = x + w
    return np.sum(row) + np.sum(y)


def owner_that_is_read_before(x, w):
    y = x * w
    row = y[0]
    row *= 2.0
    total = np.sum(y * w)
    y = x + w
    return np.sum(row) + np.sum(y) + total


ARGS = np.ones((2, 3)), np.full((2, 3), 2.0)


def targets(function):
    """The variables that stages bind, second names that get a gradient of their own marked."""
    stages = stages_of(circuit(function, *ARGS).block)
    return [
        ("view " if isinstance(s, View) else "") + s.target.id
        for s in stages
        if isinstance(s, View) or isinstance(s, Bind) and s.wire is not None
    ]


def test_a_name_that_is_written_through_stands_for_what_it_shows():
    assert targets(row_that_is_written) == ["y"]


def test_a_name_that_is_only_read_is_a_variable_like_any_other():
    assert targets(row_that_is_read) == ["y", "row"]


def test_a_second_name_gets_a_gradient_of_its_own_before_its_owner_is_gone():
    assert targets(owner_that_is_read_before) == ["y", "total", "view row", "y"]


def test_a_name_whose_owner_nobody_reads_again_is_a_variable_like_any_other():
    assert targets(owner_that_is_bound_anew) == ["y", "row", "y"]


def test_what_is_written_through_a_second_name_is_written_into_the_owner(capsys):
    text = "def f(x, w):\n    y = x * w\n    row = y[0]\n    row *= 2.0\n    return np.sum(y)\n"
    after("plan", text, *ARGS)
    assert "dy[0] *= 2.0" in capsys.readouterr().out
