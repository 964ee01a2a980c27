"""Whether a call reaches the same function every time."""

import ast

import numpy as np
import pytest

from codegen import syntax
from codegen.lower.fixed import is_fixed
from codegen.lower.scope import Point, Scope
from tests.unit.passes import inlined


def square(x):
    return x * x


TABLE = {"square": square, "cube": lambda x: x**3}


def f(x, act, kind):
    own = square
    own_table = {"square": square}
    other = square
    other = act
    return np.sum(
        square(x) + own(x) + own_table["square"](x) + TABLE["square"](x) + act(x) + other(x)
    )


@pytest.mark.parametrize(
    ("text", "callee", "fixed"),
    [
        ("square", square, True),
        ("np.sum", np.sum, True),
        ("own", square, True),
        ("own_table['square']", square, True),
        ("TABLE['square']", square, True),
        ("TABLE[kind]", square, False),
        ("act", square, False),
        ("other", square, False),
        ("(lambda x: x)", square, True),
    ],
)
def test_a_name_of_the_module_is_fixed_and_an_argument_is_not(text, callee, fixed):
    trace = inlined(f, np.ones(2), square, "square").trace
    tree = trace.tree
    found = next(
        (n for n in ast.walk(tree) if isinstance(n, ast.expr) and ast.unparse(n) == text), None
    )
    scope = Scope(trace, Point(set(trace.values)))
    assert is_fixed(found if found is not None else syntax.parse(text), callee, scope) is fixed
