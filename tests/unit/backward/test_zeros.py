"""Gradients of zeros whose items are written behind them."""

import pytest

from codegen import syntax
from codegen.backward.zeros import is_zeros, sets_zero, written_out
from codegen.ir import Line


def line(target, operator, value):
    """A planned line."""
    return Line(syntax.parse(target), operator, syntax.parse(value))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("np.zeros_like(x)", True),
        ("0.0", True),
        ("[0.0] * len(x)", True),
        ("{k: 0.0 for k in x}", True),
        ("x.dtype.type(0)", True),
        ("0", False),
        ("np.ones_like(x)", False),
        ("[1.0] * 3", False),
    ],
)
def test_zeros(text, answer):
    assert is_zeros(syntax.parse(text)) is answer


def test_only_a_line_that_sets_can_set_to_zero():
    assert sets_zero(line("dx[0]", "=", "0.0"))
    assert not sets_zero(line("dx[0]", "+=", "0.0"))


def shown(lines, samples):
    """The texts of lines in which containers are written whole."""
    return [
        f"{syntax.show(one.target)} {one.operator} {syntax.show(one.value)}"
        for one in written_out(lines, {}, {}, samples)
    ]


def test_a_list_of_zeros_whose_items_follow_is_written_whole():
    lines = [line("dx", "=", "[0.0, 0.0]"), line("dx[1]", "=", "dy"), line("dx[0]", "=", "dz")]
    assert shown(lines, {"dx": [1.0, 2.0]}) == ["dx = [dz, dy]"]


def test_an_item_that_reads_another_one_is_not_written_before_it():
    lines = [line("dx", "=", "[0.0, 0.0]"), line("dx[1]", "=", "dy"), line("dx[0]", "=", "dx[1]")]
    assert shown(lines, {"dx": [1.0, 2.0]})[-1] == "dx[0] = dx[1]"
