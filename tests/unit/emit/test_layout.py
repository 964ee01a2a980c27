"""The layout of a project: other names, widths, docstrings and types for the same code."""

import ast

import numpy as np
import pytest

import codegen
from codegen.emit.annotated import types_of
from codegen.emit.layout import Layout, laid_out

SOURCE = """\
import numpy as np


def scaled_forward(x, w):
    out = np.exp(x * w)

    cache = (x, w, out)
    return out, cache


def scaled_backward(dout, cache):
    x, w, out = cache

    # backprop out = np.exp(x * w)
    dx = w * out * dout
    dw = x * out * dout
    return dx, dw
"""


def scaled(x, w):
    """Say how much.

    In detail.
    """
    return np.exp(x * w)


def test_without_wishes_nothing_changes():
    assert laid_out(SOURCE, Layout(), "scaled") is SOURCE


def test_names_change_wherever_they_stand():
    found = laid_out(SOURCE, Layout(forward="{}_fwd", backward="{}_bwd"), "scaled")
    names = [s.name for s in ast.parse(found).body if isinstance(s, ast.FunctionDef)]
    assert names == ["scaled_fwd", "scaled_bwd"]


def test_a_name_that_is_taken_is_refused():
    with pytest.raises(codegen.UsageError, match="cannot be called 'cache'"):
        laid_out(SOURCE, Layout(forward="cache"), "scaled")


def test_the_docstring_stands_below_the_header_of_the_forward_function():
    found = laid_out(SOURCE, Layout(docstrings=True), "scaled", scaled.__doc__)
    forward, backward = (s for s in ast.parse(found).body if isinstance(s, ast.FunctionDef))
    assert ast.get_docstring(forward) == "Say how much.\n\nIn detail."
    assert ast.get_docstring(backward) is None


def test_types_are_told_by_the_example():
    args = (np.ones(3), 2.0)
    types = types_of(scaled, args, {}, np.ones(3), (np.ones(3), 1.0))
    found = laid_out(SOURCE, Layout(annotations=True), "scaled", types=types)
    assert "def scaled_forward(\n" in found or "def scaled_forward(x: NDArray[np.float64]" in found
    assert "from numpy.typing import NDArray" in found


def test_lines_are_as_wide_as_is_wanted():
    found = laid_out(SOURCE.replace("x * w", "x * w + x * w + x * w"), Layout(width=30), "scaled")
    assert "np.exp(\n" in found
