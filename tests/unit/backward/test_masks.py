"""Where a mask stands in the lines that lead to what it lets through."""

import math

import numpy as np

import codegen
from codegen import syntax
from codegen.ir import all_lines
from tests.unit.passes import derived


def lines(function, *args):
    """The lines of the backward pass, as they are written."""
    return [syntax.show(line.value) for line in all_lines(derived(function, *args).lines)]


def masked(function, *args):
    """Those that are computed under a condition."""
    return [text for text in lines(function, *args) if " else 0.0" in text]


def root(x, y):
    u = max(x, 0.0)
    return math.sqrt(u) * y


def sum_of_root_and_square(x, y):
    u = max(x, 0.0)
    return math.sqrt(u) * y + u * u


def quotient(x, y):
    u = max(x, 0.0)
    s = math.sqrt(u)
    return s / (1 + s) * y


def test_the_line_that_divides_has_the_mask():
    assert len(masked(root, 0.3, 2.0)) == 1
    assert "> 0) *" not in " ".join(lines(root, 0.3, 2.0))


def test_what_else_comes_through_is_masked_as_it_was():
    assert len(masked(sum_of_root_and_square, 0.3, 2.0)) == 1
    assert any("np.where" in text for text in lines(sum_of_root_and_square, 0.3, 2.0))


def test_what_the_function_itself_divides_by_is_not_zero():
    assert len(masked(quotient, 0.3, 2.0)) == 1


def mean_payoff(s, k, rate):
    payoff = np.maximum(s - k, 0)
    return np.exp(-rate) * np.mean(payoff)


def test_one_number_is_masked_as_it_becomes_an_array_behind_other_lines():
    text = codegen.generate(mean_payoff, np.arange(4.0), 1.3, 0.1).source
    assert "dpayoff = (payoff > 0) * (dmeanpayoff / payoff.size)" in text
