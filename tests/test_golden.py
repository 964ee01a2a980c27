"""The generated text against what an expert wrote by hand: tests/cases/golden holds the pairs, examples/ the functions."""

import ast
import copy
import importlib
import math
import re
from pathlib import Path

import numpy as np
import pytest

import codegen
from tests.made import made

GOLDEN = Path(__file__).parent / "cases" / "golden"
SAME = {name: "notes" for name in ("compound", "sigmoid_neuron", "staged", "matrix_multiply")}
SHORT = {
    "affine": "layers",
    "batchnorm": "normalization",
    "conv_naive": "convolution",
    "rnn": "sequences",
    "two_layer_net": "nets",
    "two_layer_net_staged": "nets",
}
LONGER = 1.15
"""How many times as many lines as the hand-written pass a generated one may have."""


def example(name, part):
    return getattr(importlib.import_module(f"examples.{part}"), name)


def generated(function, style="assignment"):
    return made(function, style).source


def function_of(text, name):
    return next(
        n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef) and n.name == name
    )


def statements(text, name):
    return [ast.unparse(s) for s in function_of(text, name).body if not is_docstring(s)]


def is_docstring(statement):
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def code_lines(text, name):
    """The lines of a function that hold code: no comments, no blank lines, no docstring."""
    function = function_of(text, name)
    skipped = {
        line
        for s in function.body
        if is_docstring(s)
        for line in range(s.lineno, (s.end_lineno or s.lineno) + 1)
    }
    lines = text.splitlines()[function.lineno - 1 : function.end_lineno]
    return [
        line
        for number, line in enumerate(lines, function.lineno)
        if number not in skipped and line.strip() and not line.strip().startswith("#")
    ]


@pytest.mark.parametrize("name", SAME)
@pytest.mark.parametrize("which", ["forward", "backward"])
def test_a_function_of_the_notes_is_what_an_expert_wrote(name, which):
    text = generated(example(name, SAME[name]))
    golden = (GOLDEN / f"{name}.py").read_text()
    assert statements(text, f"{name}_{which}") == statements(golden, f"{name}_{which}")


@pytest.mark.parametrize("name", SHORT)
def test_a_layer_is_about_as_short_as_by_hand(name):
    text = generated(example(name, SHORT[name]))
    golden = (GOLDEN / f"{name}.py").read_text()
    mine, wanted = code_lines(text, f"{name}_backward"), code_lines(golden, f"{name}_backward")
    assert len(mine) <= LONGER * len(wanted), "\n".join(mine)


r = np.random.default_rng(11).standard_normal
COURSE = sorted(path.stem.removeprefix("course_") for path in GOLDEN.glob("course_*.py"))


def course_layer(name):
    """Of a golden file whose functions follow the course's convention: the forward function, an example, the module and
    its text.
    """
    module = importlib.import_module(f"tests.cases.golden.course_{name}")
    found = [k for k in vars(module) if k.startswith(f"{name}_forward")]
    return getattr(module, found[0]), module.inputs(r, 6), module, Path(module.__file__).read_text()


@pytest.mark.parametrize("name", COURSE)
def test_a_layer_of_the_course_is_about_as_short_as_by_hand(name):
    forward, args, _, golden = course_layer(name)
    text = codegen.generate(forward, *args).source
    backward = forward.__name__.replace("forward", "backward")
    mine, wanted = code_lines(text, backward), code_lines(golden, backward)
    assert len(mine) <= LONGER * len(wanted), "\n".join(mine)


@pytest.mark.parametrize("name", COURSE)
def test_a_layer_of_the_course_has_the_gradients_of_the_one_by_hand(name):
    forward, args, module, _ = course_layer(name)
    backward = getattr(module, forward.__name__.replace("forward", "backward"))
    made = codegen.generate(forward, *copy.deepcopy(args))
    *outs, cache = forward(*copy.deepcopy(args))
    douts = tuple(r(np.shape(out)) for out in outs)
    dout = douts[0] if len(douts) == 1 else douts
    _, own = made.forward(*copy.deepcopy(args))
    mine, wanted = made.backward(dout, own), backward(dout, cache)
    if not isinstance(wanted, tuple):
        mine, wanted = (mine,), (wanted,)
    assert len(mine) == len(wanted)
    for got, want in zip(mine, wanted, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-12)


def sigmoid(x):
    return 1.0 / (1 + math.exp(-x))


def with_helper(x, y):
    return (x + sigmoid(y)) / (sigmoid(x) + (x + y) ** 2)


def written_out(x, y):
    return (x + 1.0 / (1.0 + math.exp(-y))) / (1.0 / (1.0 + math.exp(-x)) + (x + y) ** 2)


@pytest.mark.parametrize("function", [with_helper, written_out])
def test_one_line_becomes_the_eight_stages_of_the_notes(function):
    text = codegen.generate(function, 3.0, -4.0).source
    golden = (GOLDEN / "staged.py").read_text()
    renamed = text.replace(" out", " f")
    number = "1.0" if function is written_out else "1"
    wanted = [s.replace("(1 + m", f"({number} + m") for s in statements(golden, "staged_forward")]
    assert statements(renamed, f"{function.__name__}_forward") == wanted
    assert statements(renamed, f"{function.__name__}_backward") == statements(
        golden, "staged_backward"
    )


# ---- one function, stages numbered


def test_the_stages_of_the_notes_are_numbered_down_to_one():
    text = generated(example("staged", "notes"), "notes")
    forward, backward = text.split("    # backward pass, in reverse order\n")
    assert re.findall(r"#\((\d)\)$", forward, re.M) == list("12345678")
    assert re.findall(r"#\((\d)\)$", backward, re.M) == list("887665443221")
    names = {}
    exec(text, names)  # noqa: S102  # running the text is the point
    f, (dx, dy) = names["staged"](3.0, -4.0)
    assert math.isclose(f, 1.5456448841066441)
    assert math.isclose(dx, 2.0595697955721652)
    assert math.isclose(dy, 1.5922327514838093)


def doubled(x, trips):
    for _ in range(trips):
        x = x * x
    return x


def test_what_is_returned_is_not_overwritten_by_the_backward_pass():
    module = codegen.generate(doubled, np.array([1.1, 0.9]), 3, style="notes")
    out, cache = module.forward(np.array([1.1, 0.9]), 3)
    assert np.allclose(out, np.array([1.1, 0.9]) ** 8)
    assert np.allclose(module.backward(np.ones(2), cache), 8 * np.array([1.1, 0.9]) ** 7)


@pytest.mark.parametrize("name", ["affine", "two_layer_net", "batchnorm", "rnn"])
def test_every_style_has_the_same_statements(name):
    """The style of the notes puts the lines of the pair into one function."""
    function = example(name, SHORT[name])
    pair, one = generated(function), generated(function, "notes")
    backward = [s for s in statements(pair, f"{name}_backward") if not s.endswith(" = cache")]
    assert set(backward[:-1]) <= set(statements(one, name))


@pytest.mark.parametrize("name", ["affine", "conv_naive", "rnn", "two_layer_net"])
def test_a_layer_has_the_lines_of_an_expert(name):
    golden = (GOLDEN / f"{name}.py").read_text()
    mine, wanted = (
        sorted(
            line.split("#")[0].strip()
            for line in code_lines(ast.unparse(ast.parse(text)), f"{name}_backward")
        )
        for text in (generated(example(name, SHORT[name])), golden)
    )
    assert mine == wanted
