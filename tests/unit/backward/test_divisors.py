"""What a gradient divides by."""

import ast

import pytest

from codegen import syntax
from codegen.backward.divisors import divisors_of, is_safe


@pytest.mark.parametrize(
    ("text", "divisors"),
    [
        ("dout / x", ["x"]),
        ("dout * y", []),
        ("a / b / c * dout", ["c", "b"]),
        ("x ** -0.5 * dout", ["x"]),
    ],
)
def test_divisors_are_found_in_a_gradient(text, divisors):
    assert [ast.unparse(d) for d in divisors_of(syntax.parse(text))] == divisors


def test_a_divisor_that_is_chosen_is_never_zero():
    assert is_safe(syntax.parse("np.where(x > 0, x, 1.0)"))
    assert is_safe(syntax.parse("x or 1.0"))
    assert not is_safe(syntax.parse("x"))
