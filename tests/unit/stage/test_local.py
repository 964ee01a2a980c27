"""How a local gradient is written, and what it reads."""

import numpy as np

from codegen import syntax
from codegen.ir import Gate, post_order
from codegen.stage.local import (
    count_upstream,
    gradient_tree,
    is_item,
    is_trivial,
    mask_of,
    scatters,
    value_reads,
    without_shapes,
)
from tests.unit.passes import circuit

X, W = np.array([0.5, 1.0]), np.array([2.0, 3.0])


def f(x, w):
    return np.maximum(0, x * w) - np.tanh(x) * 2.0 + w[0]


def gates():
    """The gates of `f` by their patterns."""
    return {w.row.pattern: w for w in post_order(circuit(f, X, W).output) if isinstance(w, Gate)}


def test_a_sum_hands_on_what_it_is_given():
    assert is_trivial(gates()["x + y"], "x", set())
    assert not is_trivial(gates()["np.tanh(x)"], "x", set())


def test_a_gradient_reads_operands_or_the_value_itself():
    found = gates()
    tanh = found["np.tanh(x)"]
    assert value_reads(tanh, "x", set()) == [tanh]
    product = next(
        w
        for w in post_order(circuit(f, X, W).output)
        if isinstance(w, Gate) and len(w.operands) == 2
    )
    assert [w.name for w in value_reads(product, "x", set())] == ["w"]


def test_items_scatter_their_gradient():
    item = gates()["x[index]"]
    assert scatters(item.row, "x")
    assert is_item(item)
    assert not scatters(gates()["np.tanh(x)"].row, "x")


def test_a_gate_that_lets_the_gradient_through_has_a_mask():
    (gate,) = [w for pattern, w in gates().items() if pattern.startswith("np.maximum")]
    assert syntax.show(mask_of(gate)) == "out > 0"
    assert mask_of(gates()["np.tanh(x)"]) is None


def test_the_upstream_gradient_is_counted():
    tanh = gates()["np.tanh(x)"]
    assert count_upstream(tanh.row.templates["x"][0]) == 1
    assert syntax.show(gradient_tree(tanh.row.templates["x"][0])) == "(1 - out**2) * dout"


def test_what_reads_only_a_shape_is_left_out():
    assert syntax.reads(without_shapes(syntax.parse("dout * np.ones_like(x) / y.size"))) == ["dout"]
