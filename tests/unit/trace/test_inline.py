"""Objects become their attributes, calls that cannot have a pair their statements."""

import ast
import subprocess
import sys

import numpy as np

from tests.unit.passes import inlined


class Line:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def at(self, x):
        return self.w * x + self.b


class Layer:
    def __init__(self):
        self.w = np.ones(2)


def text(function, *args):
    """The body of a function after inlining."""
    return [ast.unparse(one) for one in inlined(function, *args).trace.tree.body]


def made_inside(x, w, b):
    line = Line(w, b)
    return line.at(x)


def given(layer, x):
    return np.sum(layer.w * x)


def fill(out, x):
    out[0] = x


def filled(x):
    out = np.zeros(2)
    fill(out, x)
    return out


def last(parts, w):
    a = parts[-1] * w
    return a * np.sin(a)


def grown(x, w):
    parts = [x]
    for _ in range(3):
        parts.append(last(parts, w))
    return parts[-1]


def read_after(x, w):
    parts = [x]
    for _ in range(3):
        parts.append(x * w)
    return last(parts, w)


def test_an_object_that_is_made_inside_is_its_attributes():
    assert text(made_inside, 3.0, 2.0, 1.0) == ["return w * x + b"]


def test_an_attribute_of_an_argument_is_a_variable():
    found = inlined(given, Layer(), np.ones(2), wrt="layer.w")
    assert [(one.name, one.text) for one in found.fields] == [("w", "layer.w")]
    assert "w" in found.inputs


def test_a_helper_that_changes_its_argument_is_spliced_in():
    assert "out[0] = x" in text(filled, 0.5)


def test_a_helper_that_is_handed_a_list_which_its_loop_grows_is_spliced_in():
    assert "last(" not in "".join(text(grown, 0.5, 0.3))
    assert text(read_after, 0.5, 0.3)[-1] == "return last(parts, w)"


SCRIPT = """
import codegen


class Spring:

    def __init__(self, k):
        self.k = k

    def energy(self, x):
        return 0.5 * self.k * x * x

    def force(self, x):
        return self.energy(x) * 2 / x


print(codegen.generate(Spring(3.0).force, 2.0).wrt)
"""


def test_classes_of_a_script_are_followed(tmp_path):
    path = tmp_path / "springs.py"
    path.write_text(SCRIPT)
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True)
    assert done.stdout == "('self.k', 'x')\n", done.stderr
