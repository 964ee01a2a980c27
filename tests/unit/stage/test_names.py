"""Names that the formula of a value tells."""

import numpy as np
import pytest

import codegen
from codegen import syntax
from codegen.ir import post_order
from codegen.stage.names import Namer, candidates, gradient_of, joined, role, told
from tests.unit.passes import circuit

X, W = np.ones((2, 3)), np.ones((3, 2))


def product(x, w):
    return np.sum(x.dot(w))


def sigmoid(x, y):
    return 1.0 / (1.0 + np.exp(-x)) * y


def squared(x, y):
    return (x + y) ** 2 * y


def quotient(x, y):
    return (x + y) / (x * y)


def told_of(function, *args):
    """What the values of the last line are called by their formulas."""
    return [told(wire) for wire in post_order(circuit(function, *args).output)]


def test_a_formula_tells_its_operands():
    assert "xw" in told_of(product, X, W)
    assert "sigx" in told_of(sigmoid, 0.5, 2.0)
    assert "xpysqr" in told_of(squared, 0.5, 2.0)


def test_the_parts_of_a_quotient_have_roles():
    root = circuit(quotient, 0.5, 2.0).output
    assert role(root.operands["x"], root) == "num"
    assert role(root.operands["y"], root) == ""
    assert candidates(root.operands["x"], "", "num")[0] == "num"


@pytest.mark.parametrize(
    ("operator", "left", "right", "name"),
    [
        ("MatMult", "x", "w", "xw"),
        ("Mult", "a", "b", "ab"),
        ("Mult", "", "b", "b"),
        ("Mult", "x", "x", "xsqr"),
    ],
)
def test_two_names_are_joined(operator, left, right, name):
    import ast

    assert joined(getattr(ast, operator), left, right) == name


def test_sides_of_a_branch_share_their_names():
    namer = Namer(set())
    wire = circuit(product, X, W).output
    with namer.exclusive() as side:
        with side():
            one = namer.name_for(wire, "", "")
        with side():
            other = namer.name_for(wire, "", "")
    assert one == other
    assert namer.name_for(wire, "", "") != one


def test_a_gradient_is_called_after_its_variable():
    assert gradient_of("w") == "dw"
    assert syntax.name(gradient_of("w")).id == "dw"


def slopes(x):
    return np.tanh(x[1:] - x[:-1]) ** 2


def by_key(params):
    return np.tanh(params["w"] * params["b"]) * params["w"]


def left_out(x, scale=None):
    if scale is None:
        scale = x
    return np.tanh(scale) * x


@pytest.mark.parametrize(
    ("function", "args", "line"),
    [
        (slopes, (np.ones(3),), "diff = x[1:] - x[:-1]"),
        (by_key, ({"w": np.ones(3), "b": np.ones(3)},), 'wb = params["w"] * params["b"]'),
        (left_out, (np.ones(3),), "no_scale = scale is None"),
    ],
)
def test_a_name_tells_what_the_line_does(function, args, line):
    assert line in codegen.generate(function, *args).as_pair().source


def step(m, v, g, lr):
    for _ in range(2):
        m["W"] += 0.1 * (g["W"] - m["W"])
        v["W"] += lr * m["W"]
    return v["W"]


def test_items_of_several_dicts_are_named_with_what_holds_them():
    text = codegen.generate(step, *({"W": np.full(3, k)} for k in (0.5, 2.0, 1.5)), 0.3).source
    assert "m_W = m['W'].copy()" in text.replace('"', "'")
    assert "picked" not in text


def test_words_of_one_container_are_not_shared():
    assert syntax.shared_keys(syntax.parse('p["w"] * p["b"] * q["b"]')) == {"b"}
