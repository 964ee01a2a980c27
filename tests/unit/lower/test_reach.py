"""What is active: names and expressions that a differentiable input reaches."""

import ast

import numpy as np
import pytest

from codegen import syntax
from tests.unit.passes import builder

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
