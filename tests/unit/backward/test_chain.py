"""The chain rule: what reaches each variable below a line."""

import numpy as np
import pytest

from codegen import syntax
from codegen.backward.chain import as_tuple, without_whole_axes
from codegen.ir import all_lines
from tests.unit.passes import derived

X, W = np.array([0.5, 1.0]), np.array([2.0, 3.0])


def product(x, w):
    return x * w


def chain(x, w):
    return -(x * 2.0) + w


def chosen(x, w):
    return np.where(x > 0, x * w, np.exp(x))


def picked(x, w):
    return x[0] * w[1:]


def a_pair(x, w):
    return x * 2.0, w * 3.0


def lines(function):
    """The lines of the backward pass, placeholders without their stage."""
    return [
        f"{syntax.show(line.target)} {line.operator} {syntax.show(bare(line.value))}"
        for line in all_lines(derived(function, X, W).lines)
    ]


def bare(tree):
    """A text without the marks of stages."""
    names = {name: syntax.name(name.partition("@")[0]) for name in syntax.reads(tree)}
    return syntax.substitute(tree, names)


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (product, ["dx = w * dout", "dw = x * dout"]),
        (chain, ["dx = -2.0 * dout", "dw = dout"]),
    ],
)
def test_a_gradient_goes_through_the_gates_of_a_line(function, found):
    assert [simple(line) for line in lines(function)] == [simple(line) for line in found]


def simple(line):
    """A line without the order of its factors."""
    target, _, value = line.partition(" = ")
    return target, sorted(value.split(" * "))


def test_a_choice_is_made_of_gradients():
    dx, dw = lines(chosen)
    assert dx.startswith("dx = np.where(x > 0, ")
    assert "np.exp(x)" in dx
    assert dw.startswith("dw = ")


def test_an_item_gets_its_gradient_in_its_place():
    found = lines(picked)
    assert "dx[0] = np.sum(w[1:] * dout)" in found
    assert "dw[1:] = x[0] * dout" in found


def test_each_part_of_a_tuple_has_a_gradient_of_its_own():
    assert lines(a_pair) == [
        "(dout1, dout2) = dout",
        "dw = 3.0 * dout2",
        "dx = 2.0 * dout1",
    ]


def test_whole_axes_behind_an_index_array_are_left_out():
    index = syntax.parse("x[k, :]").slice
    assert syntax.show(without_whole_axes(index, as_tuple((np.array([0]), slice(None))))) == "k"
    assert without_whole_axes(index, (0, slice(None))) is index


def gate(x, w):
    y = np.tanh(x) * w
    return y * np.sin(y)


def called_with_both_changed_round(x, w):
    return gate(w, x) + gate(x, w)


def test_what_a_helper_gives_goes_by_the_variable_that_it_adds_to():
    targets = [line.partition(" = ")[0] for line in lines(called_with_both_changed_round)]
    assert targets == ["(dx, dw)", "(dw_new, dx_new)", "dw += dw_new", "dx += dx_new"]
