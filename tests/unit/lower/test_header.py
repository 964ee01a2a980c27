"""How a loop over something active runs backwards: over its numbers, with its variables as items."""

import ast

import numpy as np
import pytest

import codegen
from codegen.ir import Loop, LoopItem, stages_of, statements_of
from tests.unit.passes import circuit

XS = [0.5, 1.5]


def over_items(xs):
    total = 0.0
    for x in xs:
        total = total + x * x
    return total


def with_numbers(xs):
    total = 0.0
    for i, x in enumerate(xs, 1):
        total = total + i * x
    return total


def in_pairs(xs, ys):
    total = 0.0
    for x, y in zip(xs, ys):
        total = total + x * y
    return total


def from_behind(xs):
    total = 0.0
    for x in reversed(xs):
        total = 0.5 * total + x
    return total


def over_sizes(x, n):
    for k in range(n):
        x = x * k
    return x


def headers(function, *args):
    """The headers of the loops that run backwards, and what their variables are items of."""
    block = circuit(function, *args).block
    loops = [s for s in statements_of(block) if isinstance(s, Loop)]
    items = [s for s in stages_of(block) if isinstance(s, LoopItem)]
    return (
        [(ast.unparse(loop.target), ast.unparse(loop.iterable)) for loop in loops],
        [ast.unparse(item.target) for item in items],
    )


@pytest.mark.parametrize(
    ("function", "args", "header", "items"),
    [
        (over_items, (XS,), ("i", "range(len(xs))"), ["x"]),
        (with_numbers, (XS,), ("i", "range(1, 1 + len(xs))"), ["x"]),
        (in_pairs, (XS, XS), ("i", "range(min(len(xs), len(ys)))"), ["x", "y"]),
        (from_behind, (XS,), ("i", "reversed(range(len(xs)))"), ["x"]),
        (over_sizes, (0.5, 2), ("k", "range(n)"), []),
    ],
)
def test_a_loop_runs_over_numbers_and_binds_items(function, args, header, items):
    assert headers(function, *args) == ([header], items)


def over_a_set(xs):
    total = 0.0
    for x in {1.0 * v for v in xs}:
        total = total + x
    return total


def test_a_loop_without_an_order_is_refused():
    with pytest.raises(codegen.CodegenError):
        circuit(over_a_set, np.array(XS))
