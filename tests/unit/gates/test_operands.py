"""What the text of an operand says of its values."""

import pytest

from codegen.gates.operands import (
    all_different,
    are_distinct,
    are_truths,
    is_literal,
    is_sum_of_squares,
    is_sum_of_weighted_squares,
)
from tests.unit.gates.test_canonical import Values, form


class Inputs(Values):
    """Every variable is an argument."""

    def is_input(self, form):
        return True


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("np.sum(x**2)", True),
        ("np.sum(x * x) + np.mean(w**2)", True),
        ("2.0 * np.sum(x**2)", True),
        ("np.sum(x)", False),
        ("-np.sum(x**2)", False),
    ],
)
def test_a_sum_of_squares_is_told_by_its_text(text, holds):
    assert is_sum_of_squares(form(text), Inputs()) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("np.sum(w * x**2)", True),
        ("x @ w @ x + x * w * x", True),
        ("np.average(x**2, weights=w)", True),
        ("x * w", False),
    ],
)
def test_squares_with_weights_are_told_by_what_is_there_twice(text, holds):
    assert is_sum_of_weighted_squares(form(text), Inputs()) is holds
    assert not is_sum_of_squares(form(text), Inputs())


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("x", True),
        ("x * 2.0", True),
        ("x.T", True),
        ("x[0]", True),
        ("x[[0, 0]]", False),
        ("x[[0, 1]]", True),
        ("x[[0, -1]]", False),
        ("x - x.sum(0)", True),
        ("np.repeat(x, 2)", False),
    ],
)
def test_entries_are_numbers_of_their_own_unless_an_item_is_named_twice(text, holds):
    assert are_distinct(form(text), Inputs()) is holds


def test_a_comparison_is_a_mask_whatever_it_compares():
    assert are_truths(form("x > 0"), Inputs())
    assert not are_truths(form("x"), Inputs())


def test_a_number_that_is_written_out_and_not_zero():
    assert is_literal(form("2.0"), Inputs())
    assert not is_literal(form("0"), Inputs())
    assert not is_literal(form("n"), Inputs())


def test_places_are_different_only_if_they_are_counted_from_one_end():
    assert all_different([0, 2])
    assert not all_different([0, -2])
    assert not all_different([0, None])
