"""Handouts: circuits, pages, Markdown, notebooks and exercises tell the truth about a module, and the same one every time."""

from __future__ import annotations

# ruff: noqa: RET504, S603  # forward functions as the course writes them; our own interpreter is started
import ast
import importlib
import json
import math
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import codegen
from codegen.errors import CodegenError
from codegen.handout import gallery, write_circuit, write_handout
from codegen.handout.adapter import read
from codegen.handout.breakdown import diagram
from codegen.handout.diagram import Box, Diagram, Gate, Rule, Wire
from codegen.handout.drawing import Drawing, svg
from codegen.handout.javascript import UntranslatableError, script_of
from codegen.handout.lesson import lesson
from codegen.handout.markdown import markdown
from codegen.handout.notebook import notebook
from codegen.handout.page import page
from codegen.handout.values import fixed
from codegen.handout.words import gate_words
from codegen.inputs import example_inputs
from codegen.module import Module

FOLDER = Path(__file__).parent.parent


def neuron(w, x):
    dot = w[0] * x[0] + w[1] * x[1] + w[2]
    f = 1.0 / (1 + math.exp(-dot))
    return f


def fraction(x, y):
    sigy = 1.0 / (1 + math.exp(-y))
    num = x + sigy
    sigx = 1.0 / (1 + math.exp(-x))
    xpy = x + y
    xpysqr = xpy**2
    den = sigx + xpysqr
    invden = 1.0 / den
    f = num * invden
    return f


def hidden_layer(x, w, b):
    scores = x.dot(w) + b
    return np.maximum(0, scores)


def running(x, w):
    h = np.zeros(3)
    for t in range(4):
        a = x[t] * w + h
        h = np.tanh(a)
    return h


RUNNING = """
import numpy as np


def running_forward(x, w):
    h = np.zeros(3)
    hs = []
    for t in range(4):
        a = x[t] * w + h
        h = np.tanh(a)
        hs.append(h)

    cache = (x, w, hs)
    return h, cache


def running_backward(dout, cache):
    x, w, hs = cache

    dx = np.zeros_like(x)
    dw = np.zeros_like(w)
    dh = dout
    for t in reversed(range(4)):
        h = hs[t]
        # backprop h = np.tanh(a)
        da = (1 - h**2) * dh
        # backprop a = x[t] * w + h
        dx[t] = w * da
        dw += x[t] * da
        dh = da
    return dx, dw
"""


@pytest.fixture(scope="module")
def sigmoid_neuron():
    return codegen.generate(neuron, [2.0, -3.0, -3.0], [-1.0, -2.0])


@pytest.fixture(scope="module")
def staged():
    return codegen.generate(fraction, 3.0, -4.0)


@pytest.fixture(scope="module")
def layer():
    draw = np.random.default_rng(5).standard_normal
    return codegen.generate(hidden_layer, draw((4, 3)), draw((3, 2)), draw(2))


@pytest.fixture(scope="module")
def loop():
    draw = np.random.default_rng(6).standard_normal
    return Module(running, (draw((4, 3)), draw(3)), {}, ("x", "w"), "assignment", RUNNING)


# ---- circuits


def test_the_neuron_shows_the_numbers_of_the_notes(sigmoid_neuron):
    drawn = diagram(read(sigmoid_neuron))
    shown = {g.name: (fixed(g.value, 2), fixed(g.gradient, 2)) for g in drawn.gates if g.name}
    assert shown["w0"] == ("2.00", "−0.20")
    assert shown["x0"] == ("−1.00", "0.39")
    assert shown["w1"] == ("−3.00", "−0.39")
    assert shown["x1"] == ("−2.00", "−0.59")
    assert shown["w2"] == ("−3.00", "0.20")
    assert shown["f"] == ("0.73", "1.00")
    assert [g.label for g in drawn.gates if g.operands] == [
        "*",
        "*",
        "+",
        "+",
        "*-1",
        "exp",
        "+1",
        "1/x",
    ]
    assert [fixed(g.gradient, 2) for g in drawn.gates if g.operands][-4:] == [
        "−0.20",
        "−0.53",
        "−0.53",
        "1.00",
    ]


@pytest.mark.parametrize("name", ["sigmoid_neuron", "staged", "layer"])
def test_the_gradient_on_a_wire_is_the_sum_of_what_the_gates_behind_it_hand_back(name, request):
    drawn = diagram(read(request.getfixturevalue(name)), "gates")
    for gate in drawn.gates:
        parts = [
            drawn.gates[w.target].handed[w.port] for w in drawn.wires if w.source == gate.number
        ]
        if parts:
            np.testing.assert_allclose(sum(parts), gate.gradient, rtol=1e-12)


def test_a_fused_gate_is_one_gate_and_every_gate_can_be_asked_for(staged):
    fused, fine = diagram(read(staged)), diagram(read(staged), "gates")
    assert [g.label for g in fused.gates if g.operands].count("σ") == 2
    assert len(fine.gates) == len(fused.gates) + 6


def test_a_loop_is_a_box_with_its_body_once(loop):
    drawn = diagram(read(loop))
    assert [b.labels for b in drawn.boxes] == [("for t in range(4)",)]
    labels = [drawn.gates[g].label for g in drawn.boxes[0].gates]
    assert sorted(labels) == ["*", "+", "[t]", "tanh", "↻"]
    picture = Drawing(drawn, True, False)
    layers = {p.gate: p.layer for layer in picture.order for p in layer if not p.passing}
    inner = set(drawn.boxes[0].gates)
    taken = {layers[g] for g in inner}
    assert all(layers[g.number] not in taken for g in drawn.gates if g.number not in inner)


def test_values_in_a_loop_are_those_of_its_last_trip(loop):
    drawn = diagram(read(loop))
    x, w = loop.args
    h = np.zeros(3)
    for t in range(4):
        a = x[t] * w + h
        h = np.tanh(a)
    tanh = next(g for g in drawn.gates if g.label == "tanh")
    np.testing.assert_allclose(tanh.value, h)
    np.testing.assert_allclose(
        next(g for g in drawn.gates if g.name == "a").gradient, (1 - h**2) * read(loop).dout
    )


def grid(count: int) -> Diagram:
    """Return a circuit of two inputs and many gates, each of which takes two wires from a little before it."""
    gates = [Gate(i, f"x{i}", "input", f"x{i}", f"x{i}", 0, (), 1.0, 1.0) for i in range(2)]
    for i in range(2, count):
        gates.append(
            Gate(i, "+", "gate", "", "a + b", i, (i - 1 - i % 2, max(0, i - 2 - i % 7)), 1.0, 1.0)
        )
    wires = tuple(Wire(o, g.number, p) for g in gates for p, o in enumerate(g.operands))
    return Diagram("f(x)", tuple(gates), wires, (), (count - 1,))


@pytest.mark.parametrize(("count", "seconds"), [(32, 0.05), (202, 1.0)])
def test_layout_is_quick(count, seconds):
    circuit = grid(count)
    svg(grid(5))
    tries = []
    for _ in range(3):
        start = time.perf_counter()
        svg(circuit, "down")
        tries.append(time.perf_counter() - start)
    assert min(tries) < seconds


@pytest.mark.parametrize("sideways", [True, False])
def test_gates_do_not_overlap_and_wires_run_straight(staged, sideways):
    picture = Drawing(diagram(read(staged)), sideways, False).picture()
    shapes = [(g["x"], g["y"], g["w"], g["h"]) for g in picture.gates]
    for i, (x, y, w, h) in enumerate(shapes):
        for a, b, c, d in shapes[i + 1 :]:
            assert x + w <= a or a + c <= x or y + h <= b or b + d <= y
    for wire in picture.wires:
        points = [
            tuple(map(float, p.split(","))) for p in re.findall(r"[-\d.]+,[-\d.]+", wire["d"])
        ]
        assert all(x == u or y == v for (x, y), (u, v) in zip(points, points[1:], strict=False))


def test_operands_enter_in_the_order_of_the_text(sigmoid_neuron):
    drawing = Drawing(diagram(read(sigmoid_neuron)), True, False)
    for gate in drawing.diagram.gates:
        if len(gate.operands) == 2:
            entries = {
                source: y
                for source, target, _, y in drawing.placing.arrows
                if target == gate.number
            }
            assert entries[gate.operands[0]] < entries[gate.operands[1]]


def test_a_fork_has_one_trunk(staged):
    drawing = Drawing(diagram(read(staged)), True, False)
    forks = {
        g.number
        for g in drawing.diagram.gates
        if sum(w.source == g.number for w in drawing.diagram.wires) > 1
    }
    assert {source for source, _, _ in drawing.placing.dots} == forks
    for fork in forks:
        bends: dict[float, set[float]] = {}
        for source, _, points in drawing.placing.wires:
            if source == fork and len(points) == 4:
                bends.setdefault(points[0][0], set()).add(points[1][0])
        assert all(len(at) == 1 for at in bends.values())


def test_boxes_keep_other_gates_out():
    gates = [
        Gate(0, "x", "input", "x", "x", 0, (), 1.0),
        Gate(1, "w", "input", "w", "w", 0, (), 1.0),
    ]
    gates += [
        Gate(2, "a", "gate", "", "a", 1, (0,), 1.0),
        Gate(3, "b", "gate", "", "b", 2, (2, 1), 1.0),
    ]
    gates += [
        Gate(4, "c", "gate", "", "c", 3, (3,), 1.0),
        Gate(5, "d", "gate", "", "d", 4, (4, 0), 1.0),
    ]
    wires = tuple(Wire(o, g.number, p) for g in gates for p, o in enumerate(g.operands))
    drawn = svg(
        Diagram("f(x, w)", tuple(gates), wires, (Box(("for t in range(3)",), (3, 4)),), (5,)),
        "across",
    )
    x, y, w, h = (
        float(v)
        for v in re.search(
            r'class="b" x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)"', drawn
        ).groups()
    )
    for number in (2, 5):
        group = drawn[drawn.index(f'id="circuit-{number}"') :]
        left, width = (
            float(v)
            for v in re.search(
                r'class="s" x="([-\d.]+)" y="[-\d.]+" width="([\d.]+)"', group
            ).groups()
        )
        assert left >= x + w or left + width <= x
    assert y < h


def test_circuits_as_text(tmp_path, sigmoid_neuron):
    text = write_circuit(sigmoid_neuron, tmp_path / "neuron.dot").read_text()
    assert text.startswith("digraph circuit {")
    assert text.count("->") == len(diagram(read(sigmoid_neuron)).wires) + 1
    assert "−0.59" in text
    mermaid = write_circuit(sigmoid_neuron, tmp_path / "neuron.mmd").read_text()
    assert mermaid.startswith("flowchart LR")
    assert '"2.00 | −0.20"' in mermaid
    picture = write_circuit(sigmoid_neuron, tmp_path / "deep" / "neuron.svg").read_text()
    assert picture.startswith("<svg")
    with pytest.raises(CodegenError, match="\\.svg, \\.dot, \\.mmd"):
        write_circuit(sigmoid_neuron, tmp_path / "neuron.png")


# ---- pages


def test_the_page_tells_everything_and_needs_nothing_else(staged):
    text = page(lesson(staged))
    for heading in (
        "The function",
        "The circuit",
        "Staged code",
        "Local gradients",
        "Values and gradients",
        "Numeric check",
        "forks",
    ):
        assert heading in text
    links = set(re.findall(r"(?:https?:)?//[\w./-]+", text.replace("//", "//", 1)))
    assert {link for link in links if link.startswith("http")} <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1998/Math/MathML",
    }
    assert not re.search(r'(src|href)="(?!#)', text)
    assert text.count("<math") > 15
    said = strip(text)
    assert "x forks into 3 wires: 1.58 + (−0.04) + 0.51 = 2.06" in said
    assert "The add gate distributes: −0.79 goes to sigx and xpysqr unchanged." in said
    assert "2.05956980" in text


def test_stage_numbers_match_on_both_sides(staged):
    told = lesson(staged)
    forward = [x.stage for x in told.forward if x.stage]
    backward = list(dict.fromkeys(x.stage for x in told.backward if x.stage))
    assert forward == [1, 2, 3, 4, 5, 6, 7, 8]
    assert backward == forward[::-1]
    assert told.stages[6].formulas == (
        r"\frac{\partial \mathrm{invden}}{\partial \mathrm{den}} = -\frac{1}{\mathrm{den}^{2}}",
    )


def test_matrix_gates_show_the_shapes_of_their_factors(layer):
    lines = [line for gate in lesson(layer).gates for line in gate.shapes]
    assert lines[0].endswith("[4x3] . [3x2] -> [4x2]")
    assert any(
        line.startswith("dx = ") and line.endswith("[4x2] . [2x3] -> [4x3]") for line in lines
    )
    assert any(
        line.startswith("dw = ") and line.endswith("[3x4] . [4x2] -> [3x2]") for line in lines
    )


def test_a_name_from_the_user_is_escaped():
    text = page(lesson(codegen.generate(fraction, 3.0, -4.0)))
    assert "<script>alert" not in text
    gate = Gate(0, "<b>&", "input", "<b>&", "<b>&", 0, (), 1.0)
    assert "<b>&" not in svg(Diagram("<i>", (gate,), (), (), (0,)))


def test_markdown_is_for_jekyll_and_mathjax(staged):
    text = markdown(lesson(staged))
    assert text.startswith("---\nlayout: page\n")
    assert (
        "$$ \\mathrm{fraction}(x, y) = \\frac{x + \\sigma(y)}{\\sigma(x) + (x + y)^{2}} $$" in text
    )
    assert "#(8)" in text
    block = text[text.index("<div") : text.index("</div>\n</div>")]
    assert "\n\n" not in block


# ---- exercises


@pytest.mark.parametrize("level", ["easy", "medium", "hard"])
def test_exercises_do_not_give_the_answers_away(staged, level):
    text = page(lesson(staged), level)
    for answer in ("2.06", "2.0596", "2.05956980", "1.59", "−0.79", "1.58"):
        assert answer not in strip(text)
    assert ("dinvden = num * dout" in strip(text)) == (level == "easy")
    assert ("dx +=" in strip(text)) == (level != "hard")


def strip(text: str) -> str:
    """Return the text of a page without its marks."""
    return re.sub(r"<[^>]+>", "", text)


def test_an_exercise_has_a_solution_beside_it(tmp_path, staged):
    paths = write_handout(staged, ["html", "md", "ipynb"], tmp_path, exercise="hard")
    names = [p.name for p in paths]
    assert names == [
        f"fraction_{kind}.{ending}"
        for kind in ("exercise", "solution")
        for ending in ("html", "md", "ipynb")
    ]
    assert "2.05956980" in (tmp_path / "fraction_solution.html").read_text()
    with pytest.raises(CodegenError, match="easy, medium, hard"):
        write_handout(staged, ["html"], tmp_path, exercise="cruel")
    with pytest.raises(CodegenError, match="html, md, ipynb, pdf"):
        write_handout(staged, ["docx"], tmp_path)


# ---- notebooks


def run_notebook(text: str, changes: dict[str, str], capsys) -> str:
    """Return what the code cells of a notebook print, after some changes of their text."""
    names: dict[str, object] = {}
    capsys.readouterr()
    for cell in json.loads(text)["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] != "code" or source.startswith("from IPython"):
            continue
        for old, new in changes.items():
            source = source.replace(old, new)
        exec(source, names)  # noqa: S102  # the notebook is what is tested
    return capsys.readouterr().out


def test_the_notebook_runs_and_finds_the_gradients_right(staged, layer, capsys):
    for module, names in ((staged, ("dx", "dy")), (layer, ("dx", "dw", "db"))):
        said = run_notebook(notebook(lesson(module)), {}, capsys)
        assert [line.split(" (")[0] for line in said.splitlines()] == [f"{n}: right" for n in names]


def test_the_exercise_notebook_checks_answers_and_says_what_is_wrong(sigmoid_neuron, capsys):
    text = notebook(lesson(sigmoid_neuron), "medium")
    assert "still to do" in run_notebook(text, {}, capsys) or "does not run yet" in run_notebook(
        text, {}, capsys
    )
    blank = "None  # your turn"
    right = {
        f"ddot = {blank}": "ddot = (1 - f) * f * dout",
        f"dx = {blank}": "dx = [w[0] * ddot, w[1] * ddot]",
    }
    right[f"dw = {blank}"] = "dw = [x[0] * ddot, x[1] * ddot, ddot]"
    said = run_notebook(text, right, capsys)
    assert said.count(": right") == 5
    wrong = right | {f"dx = {blank}": "dx = [-w[0] * ddot, 2 * w[1] * ddot]"}
    said = run_notebook(text, wrong, capsys)
    assert "dx[0]: wrong sign" in said
    assert "dx[1]: wrong (relative error" in said


def test_the_easy_notebook_checks_numbers(staged, capsys):
    text = notebook(lesson(staged), "easy")
    said = run_notebook(
        text,
        {'"dx": None': '"dx": 2.06', '"dy": None': '"dy": -1.59', '"dden": None': '"dden": 7'},
        capsys,
    )
    assert "dx: right" in said
    assert "dy: wrong sign" in said
    assert "dden: wrong;" in said
    assert "dnum: still to do" in said


# ---- promises


def test_everything_is_the_same_under_every_hash_seed(tmp_path):
    script = (
        "import sys, math, codegen, tests.test_handout as t\n"
        "from codegen.handout import write_handout, write_circuit\n"
        "m = codegen.generate(t.fraction, 3.0, -4.0)\n"
        "write_handout(m, ['html', 'md', 'ipynb'], sys.argv[1], exercise='medium')\n"
        "[write_circuit(m, sys.argv[1] + '/c' + e) for e in ('.svg', '.dot', '.mmd')]\n"
    )
    found = []
    for seed in ("0", "42"):
        folder = tmp_path / seed
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        }
        subprocess.run(
            [sys.executable, "-c", script, str(folder)],
            check=True,
            env=environment,
            cwd=FOLDER,
            timeout=120,
        )
        found.append({p.name: p.read_bytes() for p in sorted(folder.iterdir())})
    assert found[0] == found[1]
    assert len(found[0]) == 9
    for data in found[0].values():
        assert b"\r" not in data
        assert str(FOLDER).encode() not in data


@pytest.mark.parametrize(
    ("package", "kind"), [("math_core", "html"), ("pygments.lexers", "html"), ("nbformat", "ipynb")]
)
def test_a_missing_package_is_said_clearly(monkeypatch, tmp_path, staged, package, kind):
    from codegen.handout import mathml

    mathml.converter.cache_clear()
    mathml.mathml.cache_clear()
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(CodegenError, match=r"codegen\[handout\]"):
        write_handout(staged, [kind], tmp_path)
    assert not list(tmp_path.iterdir())
    mathml.converter.cache_clear()


def test_a_pdf_without_chromium_is_said_clearly(monkeypatch, tmp_path, staged):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CodegenError, match="needs Chromium"):
        write_handout(staged, ["pdf"], tmp_path)


def test_reading_a_module_leaves_its_example_alone(layer):
    before = [a.copy() for a in layer.args]
    lesson(layer)
    for mine, theirs in zip(before, layer.args, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_a_module_shows_itself_in_a_notebook(staged, tmp_path):
    text = staged._repr_html_()
    assert "<svg" in text
    assert "fraction_backward" in strip(text)
    assert [p.name for p in staged.handout("md", tmp_path)] == ["fraction.md"]


def test_the_magic_defines_and_shows(capsys):
    pytest.importorskip("IPython")
    from IPython.core.interactiveshell import InteractiveShell

    from codegen.handout import magic

    shell = InteractiveShell()
    magic.register(shell, codegen.generate)
    cell = "def f(x, y):\n    q = x * y\n    return q + x\n"
    module = shell.run_cell_magic("backprop", "x=3.0, y=-4.0", cell)
    assert module.name == "f"
    out, cache = shell.user_ns["f_forward"](2.0, 5.0)
    assert out == 12.0
    assert shell.user_ns["f_backward"](1.0, cache) == (6.0, 2.0)
    shell.user_ns["y"] = 2.0
    with pytest.raises(CodegenError, match="no example for x") as caught:
        shell.run_cell_magic("backprop", "", cell)
    assert "Traceback" not in "".join(caught.value._render_traceback_())
    with pytest.raises(CodegenError, match="defines no function"):
        shell.run_cell_magic("backprop", "", "z = 3")


def chosen(x, y):
    z = x * y if x > y else x + y
    return z * 2.0


CHOSEN = """
def chosen_forward(x, y):
    greater = x > y
    if greater:
        z = x * y
    else:
        z = x + y
    out = z * 2.0

    cache = (x, y, greater)
    return out, cache


def chosen_backward(dout, cache):
    x, y, greater = cache

    # backprop out = z * 2.0
    dz = dout * 2.0
    if greater:
        # backprop z = x * y
        dx = y * dz
        dy = x * dz
    else:
        # backprop z = x + y
        dx = dz
        dy = dz
    return dx, dy
"""


def test_a_branch_is_a_box_with_the_side_that_ran():
    for y, label, header in ((2.0, "*", "if x > y"), (5.0, "+", "else of if x > y")):
        module = Module(chosen, (3.0, y), {}, ("x", "y"), "assignment", CHOSEN)
        told = lesson(module)
        (box,) = told.circuit.boxes
        assert box.labels == (header,)
        assert [told.circuit.gates[g].label for g in box.gates] == [label]
        assert [line.text.strip() for line in told.backward if line.stage == 2][1:] == [
            "dz = dout * 2.0"
        ]
        assert not any(
            line.stage for line in told.backward if line.text.strip() in ("if greater:", "else:")
        )


def pair(head: str, left: float, right: float, out: float, handed: tuple[float, float]) -> Diagram:
    """Return a circuit of one gate with two inputs."""
    skeleton = ast.parse("f(_0, _1)", mode="eval").body
    gates = [
        Gate(i, n, "input", n, n, 0, (), v, g)
        for i, (n, v, g) in enumerate(zip("zw", (left, right), handed, strict=True))
    ]
    rule = Rule(head, skeleton, ())
    gates.append(Gate(2, "?", "gate", "m", "f(z, w)", 1, (0, 1), out, 2.0, rule, {}, handed))
    return Diagram("f(z, w)", tuple(gates), (Wire(0, 2, 0), Wire(1, 2, 1)), (), (2,))


def test_words_for_the_patterns_of_the_notes():
    circuit = pair("np.maximum", 2.0, -1.0, 2.0, (2.0, 0.0))
    said = gate_words(circuit.gates[2], circuit)
    assert said == "The max gate routes: 2.00 goes to `z`, the higher input (2.00), and 0 to `w`."
    circuit = pair("*", 3.0, -4.0, -12.0, (-8.0, 6.0))
    assert gate_words(circuit.gates[2], circuit) == (
        "The multiply gate swaps its inputs: `z` gets −4.00 · 2.00 = −8.00, `w` gets 3.00 · 2.00 = 6.00."
    )
    circuit = pair("+", 3.0, -4.0, -1.0, (2.0, 2.0))
    assert gate_words(circuit.gates[2], circuit) == (
        "The add gate distributes: 2.00 goes to `z` and `w` unchanged."
    )


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("(x >= y) * g", "((v>=w?1:0)*g)"),
        ("x ** 2", "Math.pow(v,2.0)"),
        ("np.exp(-x) / 2", "(Math.exp((-v))/2.0)"),
        ("x if x > y else y", "((v>w?1:0)?v:w)"),
        ("np.ones_like(x) * g", "(1*g)"),
    ],
)
def test_rows_as_javascript(text, script):
    names = {"x": "v", "y": "w", "g": "g"}
    assert script_of(ast.parse(text, mode="eval").body, names) == script


def test_what_has_no_counterpart_in_a_page_is_left_alone():
    with pytest.raises(UntranslatableError):
        script_of(ast.parse("np.linalg.inv(x)", mode="eval").body, {"x": "v"})


def test_the_formula_of_a_loop_shows_its_header(loop):
    lines = lesson(loop).formula
    assert lines[0] == r"\texttt{for t in range(4):}"
    assert lines[1].startswith(r"\quad a = ")


def test_the_notebook_runs_in_a_fresh_kernel(staged):
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    client = pytest.importorskip("nbclient").NotebookClient
    book = nbformat.reads(notebook(lesson(staged)), 4)
    client(book, timeout=60, kernel_name="python3").execute()
    said = "".join(o.get("text", "") for c in book.cells for o in c.get("outputs", []))
    assert "dx: right" in said
    assert "dy: right" in said


def every_example():
    """Return the functions of the examples, each with its module's name."""
    found = []
    for path in sorted((FOLDER / "examples").glob("[a-z]*.py")):
        module = importlib.import_module(f"examples.{path.stem}")
        for name, function in vars(module).items():
            own = getattr(function, "__module__", "") == module.__name__
            if own and hasattr(function, "__codegen_example__"):
                found.append(pytest.param(function, id=f"{path.stem}.{name}"))
    return found


@pytest.mark.parametrize("function", every_example())
def test_every_example_has_a_handout(function):
    inputs = example_inputs(function)
    try:
        module = codegen.generate(function, *inputs.args, **inputs.kwargs)
    except CodegenError as error:
        pytest.skip(f"no module, so no handout: {error.message}")
    told = lesson(module)
    text = page(told)
    assert function.__name__ in text
    assert told.stages
    assert all(g.number > max(g.operands) for g in told.circuit.gates if g.operands)
    for gate in told.circuit.gates:
        if gate.kind == "input":
            assert np.shape(gate.gradient) == np.shape(gate.value)
    assert all(row.error == "< 1e-8" or float(row.error) < 1e-4 for row in told.check)
    assert told.circuit.outputs


def test_the_gallery_links_to_what_is_there(tmp_path, monkeypatch):
    notes = importlib.import_module("examples.notes")
    monkeypatch.setattr(
        gallery, "chosen", lambda: iter([("The backprop notes", notes.compound), ("B", notes.add)])
    )
    assert gallery.build(tmp_path) == []
    text = (tmp_path / "gallery.md").read_text()
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) == 2 * 4 + 3
    assert all((tmp_path / link).is_file() for link in links)


def test_a_module_is_shown_even_if_its_circuit_cannot_be_drawn(staged):
    broken = Module(staged.function, staged.args, {}, ("x",), "assignment", "y = '<b>'")
    assert broken._repr_html_() == "<pre>y = &#x27;&lt;b&gt;&#x27;</pre>"
