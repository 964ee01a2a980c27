"""What is written instead of a call that no row fits."""

import numpy as np
import pytest

from codegen import gates, syntax
from codegen.gates.advice import differences, nearest, normal, spelled
from codegen.gates.canonical import pattern_form

gates.load()


@pytest.mark.parametrize(
    ("call", "text", "holes"),
    [
        ("np.sinc(a)", "np.sinc(x)", ["x"]),
        ("np.interp(a, b, c)", None, None),
        ("mine.of(a, b)", "mine.of(x, y)", ["x", "y"]),
    ],
)
def test_a_call_is_spelled_with_holes(call, text, holes):
    found = spelled(pattern_form(syntax.parse(call)))
    if text is None:
        assert found[0].startswith("np.interp(x, ")
    else:
        assert found == (text, holes)


def test_holes_have_no_names():
    assert normal("np.sum(x, axis=k)") == normal("np.sum(a, axis=n)")
    assert normal("np.sum(x, axis=k)") != normal("np.sum(x, axis=x)")


def test_the_nearest_rows_have_the_same_arguments():
    found = nearest(pattern_form(syntax.parse("np.sum(x, axis=axis)")))
    assert found[0] == "np.sum(x, axis=axis)"
    assert all(pattern.startswith("np.sum(") for pattern in found)


def test_a_difference_that_is_pasted_is_the_gradient():
    text = differences("np.sinc(x)", "x", 0.3, 0.8)
    assert eval(text, {"np": np, "x": 0.3, "dout": 2.0}) == pytest.approx(
        2.0 * (np.cos(0.3 * np.pi) - np.sinc(0.3)) / 0.3, rel=1e-8
    )
