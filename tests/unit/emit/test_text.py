"""Styles."""

import pytest

import codegen


def factorial_like(x, k):
    if k == 0:
        return x
    return x * factorial_like(x, k - 1)


def test_a_function_that_calls_itself_has_no_style_of_one_function():
    with pytest.raises(codegen.UsageError, match="calls itself"):
        codegen.generate(factorial_like, 0.5, 3, style="notes")
    assert "factorial_like_backward" in codegen.generate(factorial_like, 0.5, 3).source
