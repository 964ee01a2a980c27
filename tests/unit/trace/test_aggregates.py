"""Attributes of objects are variables of their own: what is read, what is written, and what stays the object's."""

from dataclasses import dataclass

import numpy as np

import codegen
from codegen import syntax
from tests.unit import passes


@dataclass
class Layer:
    W: float
    b: float
    name: str = "first"


def lines(function, *args, wrt=None):
    """Return the statements of a function once its objects are taken apart."""
    tree = passes.inlined(function, *args, wrt=wrt).trace.tree
    return [syntax.show(statement) for statement in tree.body]


def forward(layer, x):
    return layer.W * x + layer.b


def test_the_attributes_that_are_differentiated_are_variables():
    assert lines(forward, Layer(2.0, 1.0), 3.0) == ["return W * x + b"]


def test_the_others_stay_attributes():
    assert lines(forward, Layer(2.0, 1.0), 3.0, wrt="x") == ["return layer.W * x + layer.b"]


def counted(layer, x):
    layer.W = layer.W * 0.9
    return layer.W * x


def test_what_is_written_is_written_back():
    found = lines(counted, Layer(2.0, 1.0), 3.0)
    assert found[0] == "W = W * 0.9"
    assert "layer.W = W" in found[1:]


def made_here(x):
    layer = Layer(W=x, b=1.0)
    return layer.W * layer.b


def test_an_object_that_the_function_makes_is_only_its_parts():
    found = lines(made_here, np.ones(2))
    assert not any("Layer(" in line for line in found)
    assert found[-1].startswith("return ")


class Controller:
    def __init__(self):
        self.kp, self.ki, self.kd = 1.0, 0.2, 0.05

    def control(self, e, s):
        return self.kd * s + self.kp * e + self.ki * e * s


def test_attributes_are_read_in_the_order_of_their_gradients():
    text = codegen.generate(Controller().control, 0.5, 0.3).source
    assert "kp, ki, kd = self.kp, self.ki, self.kd\n" in text
    assert "return dkp, dki, dkd, de, ds\n" in text
