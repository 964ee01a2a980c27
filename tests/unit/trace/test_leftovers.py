"""One name for one value, and two where they part."""

import ast

import numpy as np

import codegen
from tests.unit.passes import inlined

r = np.random.default_rng(5).standard_normal


class Vec:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y)

    def __mul__(self, s):
        return Vec(self.x * s, self.y * s)


class Layer:
    def __init__(self, w):
        self.w = w
        self.x = self.out = self.shape = None

    def forward(self, x):
        self.shape = x.shape
        x = x.reshape(x.shape[0], -1)
        self.x = x
        out = self.middle(x)
        self.out = out
        return out.reshape(*self.shape)

    def middle(self, x):
        out = np.tanh(x * self.w)
        return out

    def changed(self, x):
        y = x * self.w
        self.x = y
        y += 1.0
        return self.x * y


class Network:
    def __init__(self, biases, weights):
        self.biases, self.weights = biases, weights

    def feedforward(self, a):
        for b, w in zip(self.biases, self.weights):
            a = np.tanh(w @ a + b)
        return a


NETWORK = Network([r(4), r(2)], [r((4, 3)), r((2, 4))])


def lines(function, *args, **kwargs):
    """The body of a function after inlining, guards aside."""
    body = inlined(function, *args, **kwargs).trace.tree.body
    return [ast.unparse(s) for s in body if "__func__" not in ast.unparse(s)]


def generated(function, *args, **kwargs):
    """The lines of the pair of a function, comments aside."""
    source = codegen.generate(function, *args, **kwargs).source
    found = [line.strip() for line in source.splitlines()]
    return [line for line in found if line and not line.startswith("#")]


def scaled(a, b, s):
    out = Vec(a, b) * s
    return out.x * out.y


def moved(x, y, n):
    p = Vec(x, y)
    for _ in range(n):
        p = p + p * 0.5
    return p.x * p.y


def kept_first(x, y, n):
    p = Vec(x, y)
    for _ in range(n):
        old = p
        p = p * x
        p = p + old
    return p.x * p.y


def forward(layer, x):
    return layer.forward(x)


def changed(layer, x):
    return layer.changed(x)


def fed(net, a):
    return net.feedforward(a)


def plain(x):
    y = x
    z = y * 2.0
    return z * y


def negated(q):
    return (-q[0], -q[1], q[2])


def test_a_constructor_that_only_stores_leaves_no_copies():
    assert lines(scaled, 3.0, 2.0, 1.0) == [
        "out_x = a * s",
        "out_y = b * s",
        "return out_x * out_y",
    ]
    found = generated(scaled, 3.0, 2.0, 1.0)
    assert "da = s * dout_x" in found and "db = s * dout_y" in found


def test_what_a_loop_carries_is_bound_at_once():
    assert lines(moved, 3.0, 2.0, 2)[1].splitlines()[1:] == [
        "    vec2_x = p_x * 0.5",
        "    vec2_y = p_y * 0.5",
        "    p_x = p_x + vec2_x",
        "    p_y = p_y + vec2_y",
    ]


def test_a_second_name_of_what_is_bound_anew_keeps_what_was():
    text = "\n".join(lines(kept_first, 3.0, 2.0, 2))
    assert "old_x" in text and "+ old_x" in text


def test_a_method_reads_as_if_it_stood_there():
    assert lines(forward, Layer(0.5), r((2, 3, 2))) == [
        "shape = x.shape",
        "layer.shape = shape",
        "x2 = x.reshape(x.shape[0], -1)",
        "layer.x = x2",
        "out = layer.middle(x2)",
        "layer.out = out",
        "return out.reshape(*shape)",
    ]


def test_names_stay_apart_where_memory_changes_in_place():
    assert lines(changed, Layer(0.5), r(3)) == [
        "y = x * layer.w",
        "layer_x = y",
        "layer.x = layer_x",
        "y += 1.0",
        "return layer_x * y",
    ]


def test_a_loop_over_attributes_runs_over_them():
    assert "for b, w in zip(self.biases, self.weights):" in generated(fed, NETWORK, r(3))
    found = generated(fed, NETWORK, r(3), wrt=["net.biases", "net.weights"])
    assert "biases, weights = net.biases, net.weights" in found
    assert "for b, w in zip(biases, weights):" in found
    assert found[-1] == "return dbiases, dweights"


def test_lines_of_the_user_stay():
    assert lines(plain, 3.0) == ["y = x", "z = y * 2.0", "return z * y"]


def test_outputs_are_unpacked_into_their_gradients():
    assert "dnegq0, dnegq1, dq2 = dout" in generated(negated, r(3))


def defaulted(x, w=None):
    w = w if w is not None and len(w) else np.ones_like(x)
    return np.sum(w * x)


def test_a_choice_that_keeps_a_variable_has_one_side():
    assert lines(defaulted, r(3), r(3))[0].splitlines() == [
        "if not (w is not None and len(w)):",
        "    w = np.ones_like(x)",
    ]
