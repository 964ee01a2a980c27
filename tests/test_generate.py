"""The way through, from a function to the text of its module."""

import math

import numpy as np
import pytest

import codegen
from codegen.gates.table import TABLE


def compound(x, y, z):
    q = x + y
    f = q * z
    return f


def test_compound_has_the_gradients_of_the_notes():
    module = codegen.generate(compound, -2.0, 5.0, -4.0)
    out, cache = module.forward(-2.0, 5.0, -4.0)
    assert out == -12.0
    assert module.backward(1.0, cache) == (-4.0, -4.0, 3.0)


def neuron(w, x):
    dot = w[0] * x[0] + w[1] * x[1] + w[2]
    f = 1.0 / (1 + math.exp(-dot))
    return f


def test_neuron_has_the_gradients_of_the_notes():
    module = codegen.generate(neuron, [2.0, -3.0, -3.0], [-1.0, -2.0])
    _, cache = module.forward([2.0, -3.0, -3.0], [-1.0, -2.0])
    dw, dx = module.backward(1.0, cache)
    assert np.allclose(dw, [-0.19661193, -0.39322387, 0.19661193])
    assert np.allclose(dx, [0.39322387, -0.58983580])


def commented(x, w):
    h = np.log1p(
        x * w
    )  # a remark that goes on and on until it is well past the eighty-eighth column of the page
    return h.sum()


def test_a_comment_that_does_not_fit_behind_its_line_stands_above_it():
    module = codegen.generate(commented, np.ones(3), np.ones(3))
    at = module.source.index("# a remark that goes on")
    assert module.source[at:].splitlines()[1].startswith("    ")
    assert module.source[:at].splitlines()[-1].strip() == ""
    assert (
        max(map(len, module.source.replace(commented_remark(module.source), "").splitlines())) <= 88
    )


def commented_remark(source):
    return next(line for line in source.splitlines() if "a remark" in line)


def softplus(x):
    return np.logaddexp(0.0, x)


def activated(x, w):
    h = softplus(x * w)
    return h.sum()


@pytest.fixture
def own_gate():
    kept = {head: list(TABLE.under(head)) for head in TABLE.heads}
    yield codegen.gate
    TABLE.given.clear()
    TABLE.made.clear()
    TABLE.made.update(kept)
    TABLE.version += 1


def test_a_gate_of_the_users_is_written_out_where_it_says_so(own_gate):
    own_gate(f"{__name__}.softplus(x)", dx="dout / (1 + np.exp(-x))", inline="np.logaddexp(0.0, x)")
    module = codegen.generate(activated, np.ones(3), np.ones(3))
    assert "np.logaddexp(0.0, xw)" in module.source
    assert "(1 + np.exp(-xw))" in module.source
    assert __name__ not in module.source


def test_an_unknown_style_is_refused():
    with pytest.raises(codegen.UsageError, match="there is no style 'prose'"):
        codegen.generate(compound, -2.0, 5.0, -4.0, style="prose")


def test_wrt_takes_a_name_or_several():
    for wrt, wanted in (("z", 3.0), (["x", "z"], (-4.0, 3.0))):
        module = codegen.generate(compound, -2.0, 5.0, -4.0, wrt=wrt)
        _, cache = module.forward(-2.0, 5.0, -4.0)
        assert module.backward(1.0, cache) == wanted
    with pytest.raises(codegen.UsageError, match="compound has no argument q"):
        codegen.generate(compound, -2.0, 5.0, -4.0, wrt="q")


def test_the_module_needs_neither_the_tool_nor_the_users_file():
    module = codegen.generate(neuron, [2.0, -3.0, -3.0], [-1.0, -2.0])
    assert "codegen" not in module.source
    assert [line for line in module.source.splitlines() if "import" in line] == ["import math"]


def moved(x, d):
    x += 1.0
    d["y"] = x * 2.0
    return np.sum(d["y"] * d["w"])


def test_the_example_is_never_changed():
    x, d = np.ones(3), {"w": np.arange(3.0)}
    module = codegen.generate(moved, x, d)
    assert x.tolist() == [1.0, 1.0, 1.0]
    assert list(d) == ["w"]
    out, _ = module.forward(x, d)
    assert out == np.sum(4.0 * np.arange(3.0))
    assert x.tolist() == [2.0, 2.0, 2.0]


def test_a_function_with_an_example_beside_it_needs_none():
    assert codegen.generate(marked).args == (3.0, -4.0)


@codegen.example(3.0, y=-4.0)
def marked(x, y):
    return x * y
