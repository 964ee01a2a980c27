"""The judge of hand-written derivatives: the forms it reads, and what it says."""

import inspect
import json
import os
import subprocess
import sys
import types
from pathlib import Path

import nbformat
import numpy as np
import pytest

import codegen
from codegen.errors import UsageError
from codegen.judge.formats import Asked, rendered, scored
from codegen.judge.options import FORMATS
from codegen.judge.single import single_file

RNG = np.random.default_rng(3)
X, W, B = RNG.normal(size=(5, 4)), RNG.normal(size=(4, 3)), RNG.normal(size=3)


def affine(x, w, b):
    out = x.dot(w) + b
    return out


def affine_forward(x, w, b):
    out = x.dot(w) + b
    cache = (x, w, b)
    return out, cache


def affine_backward(dout, cache):
    x, w, b = cache
    dx = dout.dot(w.T)
    dw = x.T.dot(dout)
    db = np.sum(dout, axis=0)
    return dx, dw, db


def affine_transposed(dout, cache):
    x, w, b = cache
    dx = dout.dot(w.T)
    dw = dout.T.dot(x)
    db = np.sum(dout, axis=0)
    return dx, dw, db


def loss(x, w):
    return 0.5 * np.sum(np.tanh(x @ w) ** 2)


def loss_and_grad(x, w):
    t = np.tanh(x @ w)
    ds = t * (1 - t**2)
    return 0.5 * np.sum(t**2), {"x": ds @ w.T, "w": x.T @ ds}


def loss_grad_w(x, w):
    t = np.tanh(x @ w)
    return x.T @ (t * (1 - t**2))


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def rosenbrock_with_gradient(x):
    g = np.zeros_like(x)
    g[:-1] = -400 * x[:-1] * (x[1:] - x[:-1] ** 2) - 2 * (1 - x[:-1])
    g[1:] += 200 * (x[1:] - x[:-1] ** 2)
    return rosenbrock(x), g


def rosenbrock_hessian(x):
    n = len(x)
    H = np.zeros((n, n))
    for i in range(n - 1):
        H[i, i] += 1200 * x[i] ** 2 - 400 * x[i + 1] + 2
        H[i, i + 1] -= 400 * x[i]
        H[i + 1, i] -= 400 * x[i]
        H[i + 1, i + 1] += 200
    return H


def polar(p):
    return np.array([p[0] * np.cos(p[1]), p[0] * np.sin(p[1])])


def polar_jacobian(p):
    r, t = p
    return np.array([[np.cos(t), -r * np.sin(t)], [np.sin(t), r * np.cos(t)]])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def sigmoid_prime(x):
    s = sigmoid(x)
    return s * (1 - s)


def sigmoid_second(x):
    s = sigmoid(x)
    return s * (1 - s) * (1 - 2 * s)


class Layer:
    def __init__(self, w):
        self.w = w
        self.dw = None

    def forward(self, x):
        self.x = x
        return np.sin(x @ self.w)

    def backward(self, dout):
        dz = dout * np.cos(self.x @ self.w)
        self.dw = self.x.T @ dz
        return dz @ self.w.T


def in_reverse(dout, cache):
    x, w, b = cache
    dx = dout.dot(w.T)
    dw = x.T.dot(dout)
    db = np.sum(dout, axis=0)
    return db, dw, dx


def of_values(dout, x, w):
    return dout @ w.T, x.T @ dout, None


layer = Layer(W)
RIGHT = [
    (affine_forward, affine_backward, (X, W, B), "a backward function"),
    (affine_forward, in_reverse, (X, W, B), "a backward function"),
    (affine, of_values, (X, W, B), "a backward function"),
    (loss, loss_and_grad, (X, W), "the value and a dict of gradients"),
    (loss_and_grad, loss_and_grad, (X, W), "the value and a dict of gradients"),
    (
        rosenbrock,
        rosenbrock_with_gradient,
        (np.array([1.2, -0.4, 0.7]),),
        "the value and its gradient",
    ),
    (rosenbrock, rosenbrock_hessian, (np.array([1.2, -0.4, 0.7]),), "a Hessian"),
    (polar, polar_jacobian, (np.array([1.3, 0.4]),), "a Jacobian"),
    (sigmoid, sigmoid_prime, (np.array([0.3, -1.0]),), "an elementwise derivative"),
    (sigmoid, sigmoid_prime, (0.3,), "a gradient"),
    (sigmoid, sigmoid_second, (0.3,), "a second derivative"),
    (layer.forward, layer.backward, (X,), "a backward function"),
    (loss, loss_grad_w, (X, W), "a gradient"),
]


@pytest.mark.parametrize(
    ("f", "g", "args", "form"), RIGHT, ids=lambda v: getattr(v, "__name__", "")
)
def test_forms_are_told(f, g, args, form) -> None:
    found = codegen.check(f, g, *args)
    assert found.ok, str(found)
    assert found.form == form
    assert len(found.points) > 2


def test_attributes_of_a_layer_are_judged() -> None:
    found = codegen.check(layer.forward, layer.backward, X)
    assert [finding.name for finding in found.findings] == ["dx", "self.dw"]


def test_the_order_is_said() -> None:
    found = codegen.check(affine_forward, in_reverse, X, W, B)
    assert any("another order" in note for note in found.notes)


def test_a_wrong_line_is_shown() -> None:
    found = codegen.check(affine_forward, affine_transposed, X, W, B)
    assert not found.ok
    assert found.place is not None
    assert found.place.text.strip() == "dw = dout.T.dot(x)"
    assert found.mistake is not None
    assert found.mistake.kind == "transposed"
    assert [f.verdict for f in found.findings] == ["right", "wrong", "right"]
    assert "x.T.dot(dout)" not in str(found), "the solution is not shown"


def test_an_assertion_shows_the_report() -> None:
    with pytest.raises(AssertionError, match="first wrong line: test_judge.py"):
        codegen.assert_backward(affine_forward, affine_transposed, X, W, B)
    codegen.assert_backward(affine_forward, affine_backward, X, W, B)


def test_a_parameter_nobody_knows_is_refused() -> None:
    def odd(dout, q, r):
        return q + r

    with pytest.raises(UsageError, match="what is the parameter q of"):
        codegen.check(affine, odd, X, W, B)


def cases_of(text: str, derivative) -> dict[str, tuple[float, bool]]:
    """Run a file of test cases as otter does: each gets the function it names; what raises has failed."""
    found = {}

    def test_case(name, points):
        def run(function):
            (parameter,) = inspect.signature(function).parameters
            assert parameter == derivative.__name__
            try:
                function(derivative)
            except AssertionError as error:
                found[name] = (points, "first wrong line" not in str(error))
            else:
                found[name] = (points, True)

        return run

    otter, test_files = types.ModuleType("otter"), types.ModuleType("otter.test_files")
    test_files.test_case = test_case
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "otter", otter)
        patch.setitem(sys.modules, "otter.test_files", test_files)
        exec(text, {})
    return found


@pytest.mark.parametrize("form", FORMATS)
def test_formats(form: str) -> None:
    asked = Asked(__name__, (X, W, B), {})
    right = scored(codegen.check(affine_forward, affine_backward, X, W, B), 6.0, asked=asked)
    wrong = scored(codegen.check(affine_forward, affine_transposed, X, W, B), 6.0, asked=asked)
    assert (right.points, wrong.points) == (6.0, 4.0)
    if form == "otter":
        assert cases_of(rendered([right], form), affine_backward) == {
            "affine_backward: dx": (1.5, True),
            "affine_backward: dw": (1.5, True),
            "affine_backward: db": (1.5, True),
            "affine_backward: all of it": (1.5, True),
        }
        passed = cases_of(rendered([wrong], form), affine_transposed)
        assert [passed for _, passed in passed.values()] == [True, False, True, False]
        return
    text = rendered([right, wrong], form)
    if form == "text":
        assert "first wrong line" in text
        return
    made = json.loads(text)
    if form == "gradescope":
        assert [t["score"] for t in made["tests"]] == [6.0, 4.0]
        assert made["score"] == 10.0
    elif form == "prairielearn":
        assert made["score"] == pytest.approx(10 / 12)
        assert made["gradable"]
    elif form == "nbgrader":
        assert made["cells"][0]["metadata"]["nbgrader"]["points"] == 6.0
        nbformat.validate(made)
        *lines, last = "".join(made["cells"][1]["source"]).splitlines()
        space = {"affine_transposed": affine_transposed}
        exec("\n".join(lines), space)
        assert eval(last, space) == 4.0
    else:
        assert [report["ok"] for report in made] == [True, False]


LAYERS = """
import numpy as np


def affine(x, w, b):
    return x.dot(w) + b


def affine_forward(x, w, b):
    return affine(x, w, b), (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    dx = dout.dot(w.T)
    dw = 2 * x.T.dot(dout)
    db = np.sum(dout, axis=0)
    return dx, dw, db
"""
ALONE = """
import runpy, sys

sys.modules["codegen"] = None  # what is not installed
sys.argv[0] = "judge.py"
runpy.run_path("judge.py", run_name="__main__")
"""
INPUTS = ["--input", "x=randn(5, 4)", "--input", "w=randn(4, 3)", "--input", "b=randn(3)"]


def test_the_single_file_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "layers.py").write_text(LAYERS)
    words = [
        "layers.py:affine",
        "--against",
        "layers.py:affine_backward",
        *INPUTS,
        "--format",
        "json",
    ]
    made = subprocess.run(
        [sys.executable, "-m", "codegen", "--judge", "judge.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "judge.py").read_text() == single_file()
    alone = subprocess.run(
        [sys.executable, "-c", ALONE, *words], cwd=tmp_path, capture_output=True, text=True
    )
    whole = subprocess.run(
        [sys.executable, "-m", "codegen", *words], cwd=tmp_path, capture_output=True, text=True
    )
    assert (alone.returncode, whole.returncode) == (1, 1), alone.stderr + whole.stderr
    one, two = json.loads(alone.stdout), json.loads(whole.stdout)
    assert {key: two[key] for key in one} == one
    assert one["place"]["text"].strip() == "dw = 2 * x.T.dot(dout)"


def test_our_line_is_shown_only_if_asked_for(tmp_path: Path) -> None:
    (tmp_path / "layers.py").write_text(LAYERS)
    words = [
        sys.executable,
        "-m",
        "codegen",
        "layers.py:affine",
        "--against",
        "layers.py:affine_backward",
        *INPUTS,
    ]
    plain = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    told = subprocess.run([*words, "--explain"], cwd=tmp_path, capture_output=True, text=True)
    assert "dw = x.T.dot(dout)" not in plain.stdout
    assert "dw = x.T.dot(dout)" in told.stdout


PAIRS = """
import numpy as np


def affine(x, w, b):
    return x.dot(w) + b


affine.__codegen_example__ = ((np.ones((5, 4)), np.arange(12.0).reshape(4, 3), np.ones(3)), {})


def affine_backward(dout, x, w, b):
    return dout.dot(w.T), x.T.dot(dout), dout.sum(axis=0)


def square(x):
    return x * x


square.__codegen_example__ = ((3.0,), {})


def square_grad(x):
    return 3 * x
"""


def pytest_run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "codegen.judge.plugin",
        "-p",
        "no:cacheprovider",
        "-q",
        *words,
    ]
    # installed, the plugin is loaded by itself: twice is an error
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=env)


def test_the_plugin_finds_pairs(tmp_path: Path) -> None:
    (tmp_path / "pairs.py").write_text(PAIRS)
    (tmp_path / "test_nothing.py").write_text("def test_nothing():\n    pass\n")
    words = ("--judge", "pairs", "--judge-format", "prairielearn", "--judge-file", "results.json")
    done = pytest_run(tmp_path, *words)
    assert "1 failed, 2 passed" in done.stdout, done.stdout + done.stderr
    assert "return 3 * x" in done.stdout
    assert "square_grad against square: WRONG" in done.stdout
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["score"] == 0.5
    assert [test["points"] for test in results["tests"]] == [1.0, 0.0]
    assert (
        "--judge nowhere: No module named 'nowhere'"
        in pytest_run(tmp_path, "--judge", "nowhere").stderr
    )


def test_the_plugin_has_a_mark_and_a_fixture(tmp_path: Path) -> None:
    (tmp_path / "pairs.py").write_text(PAIRS)
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\naddopts = --strict-markers\n")
    (tmp_path / "test_pairs.py").write_text(
        "import pytest, pairs\n"
        "pytestmark = pytest.mark.backward_pairs('pairs')\n"
        "def test_affine(assert_backward):\n"
        "    assert_backward(pairs.affine, pairs.affine_backward, *pairs.affine.__codegen_example__[0])\n"
    )
    done = pytest_run(tmp_path)
    assert "1 failed, 2 passed" in done.stdout, done.stdout + done.stderr


def both_passes(x, y):
    xpy = x + y
    den = 1.0 + xpy**2
    f = x / den
    dden = x / den**2
    dxpy = 2 * xpy * dden
    dx = dxpy + 1.0 / den
    dy = dxpy
    return f, (dx, dy)


def test_one_function_that_holds_both_passes() -> None:
    found = codegen.check(both_passes, both_passes, 3.0, -4.0)
    assert found.form == "the value and its gradient"
    assert found.place is not None
    assert found.place.text.strip() == "dden = x / den**2"
    assert found.mistake is not None
    assert found.mistake.kind == "sign"


def test_containers_and_random_numbers() -> None:
    def net(params, x):
        return np.sum(np.tanh(x @ params["W"] + params["b"]) ** 2)

    def net_grad(params, x):
        t = np.tanh(x @ params["W"] + params["b"])
        d = 2 * t * (1 - t**2)
        return {"W": x.T @ d, "b": d.sum(0)}

    def drop(x):
        return x * (np.random.rand(*x.shape) < 0.5)

    def drop_forward(x):
        mask = np.random.rand(*x.shape) < 0.5
        return x * mask, mask

    found = codegen.check(net, net_grad, {"W": W, "b": B}, X)
    assert found.ok, str(found)
    assert [f.verdict for f in found.findings] == ["right", "right", "not judged"]
    assert codegen.check(drop, lambda dout, cache: dout * cache, X, forward=drop_forward).ok


def test_what_is_asked_for_must_be_returned() -> None:
    found = codegen.check(loss, loss_grad_w, X, W, wrt=["x", "w"])
    assert not found.ok
    assert "no derivative is returned" in str(found)
