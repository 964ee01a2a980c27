"""Handouts: pages, Markdown, notebooks and exercises tell the truth about a module, and the same one every time."""

from __future__ import annotations

# ruff: noqa: RET504, S603, N803, N806  # forward functions as the course writes them; our own interpreter is started
import html
import importlib
import json
import linecache
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import codegen
from codegen.cli.main import main
from codegen.handout import gallery, write_handout
from codegen.handout.lesson import lesson
from tests.drawn import drawn
from tests.made import handed_out, made
from tests.unit.handout.functions import fraction, neuron, running

FOLDER = Path(__file__).parents[3]


def hidden_layer(x, w, b):
    scores = x.dot(w) + b
    return np.maximum(0, scores)


def chosen(x, y):
    z = x * y if x > y else x + y
    return z * 2.0


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
    return codegen.generate(running, draw((4, 3)), draw(3))


def written(module, kind, folder, **options) -> str:
    """Return one file of a handout, the exercise if there is one."""
    return module.handout(kind, folder, **options)[0].read_text()


def strip(text: str) -> str:
    """Return the text of a page without its marks."""
    return html.unescape(re.sub(r"<[^>]+>", "", text))


def row(text: str, stage: int) -> str:
    """Return the row of a stage in the table of local gradients."""
    table = text[text.index('class="local"') :]
    return re.search(rf'<tr data-s="{stage}">.*?</tr>', table, re.DOTALL)[0]


# ---- pages


def test_the_page_tells_everything_and_needs_nothing_else(staged, tmp_path):
    text = written(staged, "html", tmp_path)
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
    links = set(re.findall(r"https?://[\w./-]+", text))
    assert links <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"}
    assert not re.search(r'(src|href)="(?!#)', text)
    assert text.count("<math") > 15
    said = strip(text)
    assert "x forks into 3 wires: 1.58 + (−0.04) + 0.51 ≈ 2.06" in said
    assert "The add gate distributes: −0.79 goes to sigx and xpysqr unchanged." in said
    assert "The multiply gate swaps its inputs: num gets 0.51 · 1.00 = 0.51" in said
    assert "2.05956980" in text


def test_stage_numbers_match_on_both_sides(staged, tmp_path):
    text = written(staged, "html", tmp_path)
    sides = re.split('id="backward"', text[text.index('id="forward"') :])
    found = [[int(n) for n in re.findall(r'aria-label="stage (\d+)"', s)] for s in sides]
    assert found == [[1, 2, 3, 4, 5, 6, 7, 8], [8, 7, 6, 5, 4, 3, 2, 1]]


def test_local_gradients_are_real_mathematics(staged, tmp_path):
    text = written(staged, "md", tmp_path)
    top, bottom = r"\partial \mathrm{invden}", r"\partial \mathrm{den}"
    assert rf"\frac{{{top}}}{{{bottom}}} = -\frac{{1}}{{\mathrm{{den}}^{{2}}}}" in text
    page = strip(row(written(staged, "html", tmp_path), 3))
    assert "(1−sigx)" in page


def test_a_gradient_that_is_taken_away_has_its_sign(tmp_path):
    def f(x):
        z = x * x
        rest = 1 - z
        out = z * rest
        return out

    text = written(codegen.generate(f, 3.0), "md", tmp_path)
    assert r"\frac{\partial \mathrm{rest}}{\partial z} = -1" in text


def test_products_of_arrays_are_told_from_matrix_products(tmp_path):
    def f(x, w):
        a = x.dot(w)
        out = a * np.tanh(a)
        return out

    rng = np.random.default_rng(1).standard_normal
    text = written(codegen.generate(f, rng((2, 3)), rng((3, 2))), "md", tmp_path)
    assert r"x\thinspace w" in text
    assert r"\odot" in text


def test_matrix_gates_show_the_shapes_of_their_factors(layer, tmp_path):
    said = strip(written(layer, "html", tmp_path))
    assert "[4x3] . [3x2] -> [4x2]" in said
    assert re.search(r"dx = \S+ @ w\.T: \[4x2\] \. \[2x3\] -> \[4x3\]", said)
    assert re.search(r"dw = x\.T @ \S+: \[3x4\] \. \[4x2\] -> \[3x2\]", said)


def test_a_line_that_is_drawn_whole_shows_the_shapes_of_its_products():
    def f(x, w, v):
        h = np.tanh(x.dot(w) + 1.0) @ v
        return h

    rng = np.random.default_rng(3).standard_normal
    told = lesson(codegen.generate(f, rng((4, 3)), rng((3, 2)), rng((2, 5))), "lines")
    lines = [line for gate in told.gates for line in gate.shapes]
    assert "xw: [4x3] . [3x2] -> [4x2]" in lines
    assert "dw = x.T @ dxw: [3x4] . [4x2] -> [3x2]" in lines
    assert any(
        re.fullmatch(r"dv = .*\.T @ dh: \[2x4\] \. \[4x5\] -> \[2x5\]", line) for line in lines
    )


def test_a_name_from_the_user_is_escaped(tmp_path):
    def f(x, mode="<script>alert(1)</script>"):
        if mode == "<script>alert(1)</script>":
            return x * 2.0
        return x

    module = codegen.generate(f, 3.0)
    assert "<script>alert" not in written(module, "html", tmp_path)
    assert "<script>alert" not in module._repr_html_()


def test_markdown_shows_formula_picture_and_stages(staged, tmp_path):
    text = written(staged, "md", tmp_path)
    assert text.startswith("# Backprop through `fraction(x, y)`\n\n$$\n")
    assert (
        "$$\n\\mathrm{fraction}(x, y) = \\frac{x + \\sigma(y)}{\\sigma(x) + (x + y)^{2}}\n$$"
        in text
    )
    assert "#(8)" in text
    assert "![circuit of fraction(x, y)](fraction.svg)" in text
    assert drawn((tmp_path / "fraction.svg").read_text()).named("f").value == "1.55"


def test_the_formula_of_a_loop_shows_its_header(loop, tmp_path):
    text = written(loop, "md", tmp_path)
    assert "$$\n\\texttt{for t in range(4):}\n$$" in text
    assert "$$\n\\quad a = " in text


def test_both_sides_of_a_branch_are_in_the_formula(tmp_path):
    for y in (2.0, 5.0):
        text = written(codegen.generate(chosen, 3.0, y), "md", tmp_path)
        formulas = re.findall(r"\$\$\n(.*?)\n\$\$", text[: text.index("## The circuit")])
        assert formulas[:4] == [
            r"\texttt{if x > y:}",
            r"\quad z = x\thinspace y",
            r"\texttt{else:}",
            r"\quad z = x + y",
        ]


def test_the_max_gate_routes(tmp_path):
    def f(x, y, z, w):
        return 2.0 * (x * y + max(z, w))

    said = strip(written(codegen.generate(f, 3.0, -4.0, 2.0, -1.0), "html", tmp_path))
    assert "The max gate routes: 2.00 goes to z, the higher input (2.00), and 0 to w." in said
    assert (
        "The multiply gate swaps its inputs: x gets −4.00 · 2.00 = −8.00, y gets 3.00 · 2.00 = 6.00."
        in said
    )
    assert "The add gate distributes: 2.00 goes to x * y and max(z, w) unchanged." in said


# ---- exercises


@pytest.mark.parametrize("level", ["easy", "medium", "hard"])
def test_exercises_do_not_give_the_answers_away(staged, level, tmp_path):
    text = strip(written(staged, "html", tmp_path, exercise=level))
    for answer in ("2.06", "2.0596", "2.05956980", "1.59", "−0.79", "1.58"):
        assert answer not in text
    assert ("dinvden = num * dout" in text) == (level == "easy")
    assert ("dx +=" in text) == (level != "hard")


def test_a_blank_begins_at_the_sign_of_the_assignment(layer, tmp_path):
    text = strip(written(layer, "md", tmp_path, exercise="medium"))
    assert re.search(r"^    da\w*\[.* <= 0\] = _+$|^    d\w+ = _+$", text, re.M)
    assert not re.search(r"<\s*= _", text)


def test_a_statement_of_several_lines_is_one_blank(tmp_path):
    def f(windows, weights):
        total = 0.0
        for window_number in range(windows.shape[0]):
            for column_number in range(windows.shape[1]):
                windowssqr = windows[window_number, column_number, :] ** 2
                total += weights[window_number, column_number] * windowssqr
        return np.sum(total**2)

    draw = np.random.default_rng(2).standard_normal
    module = codegen.generate(f, draw((4, 3, 2)), draw((4, 3)))
    assert " = (\n" in module.source
    for level, sign in (("medium", " ="), ("hard", "")):
        text = written(module, "ipynb", tmp_path, exercise=level)
        for cell in json.loads(text)["cells"]:
            if cell["cell_type"] == "code":
                compile("".join(cell["source"]), "<cell>", "exec")
        shown = written(module, "md", tmp_path, exercise=level)
        blank = re.search(r"^ +dwindows\[window_number, column_number, :\](.*?) _+$", shown, re.M)
        assert blank[1] == sign
        assert "* dwindowssqr" not in shown
        assert "dwindows = np.zeros_like(windows)" in shown


def test_an_exercise_has_a_solution_beside_it(tmp_path, staged):
    paths = write_handout(staged, ["html", "md", "ipynb"], tmp_path, exercise="hard")
    names = [p.name for p in paths if p.suffix != ".py"]
    assert names == [
        f"fraction_{kind}.{ending}"
        for kind in ("exercise", "solution")
        for ending in ("html", "md", "svg", "ipynb")
    ]
    assert "2.05956980" in (tmp_path / "fraction_solution.html").read_text()
    with pytest.raises(codegen.CodegenError, match="easy, medium, hard"):
        write_handout(staged, ["html"], tmp_path, exercise="cruel")
    with pytest.raises(codegen.CodegenError, match="html, md, ipynb, pdf"):
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
        file = f"<cell {len(linecache.cache)}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        exec(compile(source, file, "exec"), names)  # noqa: S102  # the notebook is what is tested
    return capsys.readouterr().out


def test_the_notebook_runs_and_finds_the_gradients_right(staged, layer, loop, capsys, tmp_path):
    for module, names in ((staged, "xy"), (layer, "xwb"), (loop, "xw")):
        said = run_notebook(written(module, "ipynb", tmp_path), {}, capsys)
        assert [line.split(" (")[0] for line in said.splitlines()] == [
            f"d{n}: right" for n in names
        ]


def test_the_notebook_gives_each_call_what_the_function_changes_anew(capsys, tmp_path):
    def rows(x):
        x /= np.sqrt(np.sum(x**2, axis=1, keepdims=True)) + 1e-3
        return x

    def clipped(p, x):
        p["w"] *= 0.5
        x += p["b"]
        return np.sum((p["w"] * x) ** 2)

    p = {"w": np.array([1.0, -2.0]), "b": 0.3}
    for function, args, names in (
        (rows, (np.array([[1.0, 2.0], [-1.5, 0.5]]),), ["x"]),
        (clipped, (p, np.array([0.5, 2.0])), ["p['w']", "p['b']", "x"]),
    ):
        module = codegen.generate(function, *args)
        said = run_notebook(written(module, "ipynb", tmp_path), {}, capsys)
        assert [line.split(" (")[0] for line in said.splitlines()] == [
            f"d{n}: right" for n in names
        ]


def test_a_length_that_moves_with_an_input_has_no_numeric_slope(capsys, tmp_path):
    def samples(dt, k):
        steps = int(1.0 / dt)
        x = np.zeros(steps)
        x[0] = 1.0
        for i in range(steps - 1):
            x[i + 1] = x[i] * (1 - k * dt)
        return x

    module = codegen.generate(samples, 0.25, 0.5)
    assert "no numeric slope" in strip(written(module, "html", tmp_path))
    said = run_notebook(written(module, "ipynb", tmp_path), {}, capsys)
    assert said.splitlines()[0] == "ddt: no numeric slope here to compare with"


def test_a_step_to_where_the_function_has_no_value_is_no_end_of_the_page(tmp_path):
    def rate(x, y):
        if x < 0.999 or x > 1.001:
            raise ValueError("out of range")
        return 1e7 * (y - x) + 1e-9 * x

    page = strip(written(codegen.generate(rate, 1.0, 1.0), "html", tmp_path))
    assert "Numeric check" in page


def test_objects_in_a_list_have_their_part_of_the_page(tmp_path):
    class Layer:
        def __init__(self, w, b):
            self.w = w
            self.b = b

        def forward(self, x):
            return np.tanh(self.w * x + self.b)

    class Net:
        def __init__(self, layers):
            self.layers = layers

        def loss(self, x):
            for layer in self.layers:
                x = layer.forward(x)
            return np.sum(x**2)

    net = Net([Layer(0.5, 0.1), Layer(np.array([1.0, -2.0]), 0.3)])
    module = codegen.generate(Net.loss, net, np.array([0.5, 2.0]))
    page = strip(written(module, "html", tmp_path))
    assert "self.layers[1].b" in page
    gates = lesson(module).circuit.gates
    assert {"self.layers[0].w", "self.layers[1].b"} <= {g.text for g in gates if not g.operands}
    assert all(gate.gradient is not None for gate in gates)


def test_two_sides_with_the_same_lines_have_the_number_of_the_one_that_ran(capsys, tmp_path):
    def rate(p, x, shift=None):
        model = p["k"] * x / (p["m"] + x)
        if shift is None:
            return model
        return model - shift

    args = {"k": 1.5, "m": 0.4}, np.array([0.5, 2.0])
    module = codegen.generate(rate, *args)
    text = written(module, "md", tmp_path)
    assert re.search(r"out = model +#\(\d\)\n    else", text)
    said = run_notebook(written(module, "ipynb", tmp_path), {}, capsys)
    assert [line.split(" (")[0] for line in said.splitlines()] == [
        "dp['k']: right",
        "dp['m']: right",
        "dx: right",
    ]


def test_gradients_of_dicts_are_checked_where_there_are_any(capsys, tmp_path):
    def f(x, p):
        return x * p["w"] if p["mode"] == "train" else x

    module = codegen.generate(f, 3.0, {"w": 2.0, "mode": "train"}, wrt=("x", "p"))
    said = run_notebook(written(module, "ipynb", tmp_path), {}, capsys)
    assert [line.split(" (")[0] for line in said.splitlines()] == ["dx: right", "dp['w']: right"]
    assert "p['w']" in strip(written(module, "html", tmp_path))


def test_lists_of_gradients_are_judged_as_results(sigmoid_neuron, capsys, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    text = written(sigmoid_neuron, "ipynb", tmp_path, exercise="medium")
    said = run_notebook(text, {}, capsys)
    assert "0 of 3 stages are right" in said
    blank = "todo  # your turn"
    right = {
        f"ddot = {blank}": "ddot = (1 - f) * f * dout",
        f"dx = {blank}": "dx = [w[0] * ddot, w[1] * ddot]",
    }
    right[f"dw = {blank}"] = "dw = [x[0] * ddot, x[1] * ddot, ddot]"
    said = run_notebook(text, right, capsys)
    assert "3 of 3 stages are right" in said
    wrong = right | {f"dx = {blank}": "dx = [-w[0] * ddot, w[1] * ddot]"}
    said = run_notebook(text, wrong, capsys)
    assert "dx: wrong" in said
    assert "dx[0] has the wrong sign" in said


def test_the_notebook_runs_in_a_fresh_kernel(staged, tmp_path):
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    client = pytest.importorskip("nbclient").NotebookClient
    book = nbformat.reads(written(staged, "ipynb", tmp_path), 4)
    client(book, timeout=60, kernel_name="python3").execute()
    said = "".join(o.get("text", "") for c in book.cells for o in c.get("outputs", []))
    assert "dx: right" in said
    assert "dy: right" in said


# ---- promises


def of_items(w, x):
    dot = w[0] * x[0] + w[1] * x[1] + w[2]
    return 1.0 / (1 + math.exp(-dot))


def test_everything_is_the_same_under_every_hash_seed(tmp_path):
    script = (
        "import sys, math, codegen, tests.unit.handout.test_handout as t\n"
        "from codegen.handout import write_handout, write_circuit\n"
        "m = codegen.generate(t.fraction, 3.0, -4.0)\n"
        "write_handout(m, ['html', 'md', 'ipynb'], sys.argv[1], exercise='medium')\n"
        "[write_circuit(m, sys.argv[1] + '/c' + e) for e in ('.svg', '.dot', '.mmd')]\n"
        "m = codegen.generate(t.of_items, [2.0, -3.0, -3.0], [-1.0, -2.0])\n"
        "write_handout(m, ['html'], sys.argv[1], exercise='medium')\n"
    )
    found = []
    for seed in ("0", "42", "7"):
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
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 15  # checker.py and judge.py, too
    for data in found[0].values():
        assert b"\r" not in data
        assert str(FOLDER).encode() not in data


MISSING = """
import sys
import codegen, tests.unit.handout.test_handout as t
sys.modules[sys.argv[1]] = None
try:
    codegen.generate(t.fraction, 3.0, -4.0).handout(sys.argv[2], sys.argv[3])
except codegen.CodegenError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("package", "kind"), [("math_core", "html"), ("pygments.lexers", "html"), ("nbformat", "ipynb")]
)
def test_a_missing_package_is_said_clearly(tmp_path, package, kind):
    command = [sys.executable, "-c", MISSING, package, kind, str(tmp_path / "out")]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=60)
    assert package.partition(".")[0].replace("_", "-") in done.stdout
    assert "pip install 'codegen-backprop[handout]'" in done.stdout
    assert done.stderr == ""
    assert not (tmp_path / "out").exists()


def test_a_pdf_without_chromium_is_said_clearly(monkeypatch, tmp_path, staged):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(codegen.CodegenError, match="needs Chromium"):
        write_handout(staged, ["pdf"], tmp_path)


def test_writing_a_handout_leaves_the_example_alone(layer, tmp_path):
    before = [a.copy() for a in layer.args]
    layer.handout("html", tmp_path)
    for mine, theirs in zip(before, layer.args, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_the_command_line_writes_handouts_and_circuits(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text("def f(x, y):\n    q = x + y\n    return q * x\n")
    inputs = ["--input", "x=3.0", "--input", "y=-4.0"]
    exercise = ["--handout", "html,md", "--exercise", "hard"]
    assert main(["mine.py:f", *inputs, *exercise]) == 0
    assert not list(Path().glob("f_solution*"))
    assert main(["mine.py:f", *inputs, *exercise, "--solution"]) == 0
    assert main(["mine.py:f", *inputs, "--circuit", "f.svg"]) == 0
    assert {p.name for p in Path().glob("f*")} == {
        "f.svg",
        "f_exercise.html",
        "f_exercise.md",
        "f_exercise.svg",
        "f_solution.html",
        "f_solution.md",
        "f_solution.svg",
    }
    assert drawn(Path("f.svg").read_text()).named("x").gradient == "2.00"
    assert main(["mine.py:f", *inputs, "--circuit", "f.png"]) == 2
    assert main(["mine.py:f", *inputs, "--handout", "docx"]) == 2
    assert ".svg, .dot, .mmd" in capsys.readouterr().err


def test_a_module_shows_itself_in_a_notebook(staged, tmp_path):
    text = staged._repr_html_()
    assert "<svg" in text
    assert "fraction_backward" in strip(text)
    assert [p.name for p in staged.handout("md", tmp_path)] == [
        "fraction.md",
        "fraction.svg",
    ]


def test_a_module_of_the_other_style_has_the_same_handout(staged, tmp_path):
    other = codegen.generate(fraction, 3.0, -4.0, style="notes")
    assert written(other, "html", tmp_path / "a") == written(staged, "html", tmp_path / "b")


def test_the_magic_defines_and_shows():
    pytest.importorskip("IPython")
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    codegen.load_ipython_extension(shell)
    cell = "def f(x, y):\n    q = x * y\n    return q + x\n"
    module = shell.run_cell_magic("backprop", "x=3.0, y=-4.0", cell)
    assert module.name == "f"
    assert "<svg" in module._repr_html_()
    out, cache = shell.user_ns["f_forward"](2.0, 5.0)
    assert out == 12.0
    assert shell.user_ns["f_backward"](1.0, cache) == (6.0, 2.0)
    shell.user_ns["y"] = 2.0
    with pytest.raises(codegen.CodegenError, match="no example for x") as caught:
        shell.run_cell_magic("backprop", "", cell)
    assert "Traceback" not in "".join(caught.value._render_traceback_())
    with pytest.raises(codegen.CodegenError, match="defines no function"):
        shell.run_cell_magic("backprop", "", "z = 3")
    shell.run_cell("import numpy as np\nscale = 2.0\ndef g(x):\n    return np.tanh(x * scale)\n")
    for line in ("g x=randn(3)", "g x=0.5 * np.ones(3)", "g x=[scale, len('ab')][0]"):
        assert shell.run_line_magic("backprop", line).name == "g"
    assert shell.user_ns["g_backward"](1.0, shell.user_ns["g_forward"](0.5)[1]) != 0
    with pytest.raises(codegen.UsageError, match="the notebook has no function h"):
        shell.run_line_magic("backprop", "h")
    with pytest.raises(codegen.UsageError, match="cannot read nothing.*'nothing' is not defined"):
        shell.run_line_magic("backprop", "g x=nothing")
    with pytest.raises(codegen.UsageError, match="the cell is no Python: expected ':'"):
        shell.run_cell_magic("backprop", "x=2.0", "def g(x)\n    return x\n")
    shell.run_cell(
        "class Net:\n    w = 2.0\n    def loss(self, x):\n        return self.w * x\nnet = Net()\n"
    )
    assert shell.run_line_magic("backprop", "net.loss x=3.0").name == "loss"


# ---- the examples


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
    files = handed_out(made(function))
    page, text, shown, book = (files[ending] for ending in (".html", ".md", ".svg", ".ipynb"))
    assert function.__name__ in page
    json.loads(book)
    picture = drawn(shown)
    kinds = {gate.number: gate.kind for gate in picture.gates}
    back = [(s, t) for s, t, _ in picture.arrows if s >= t]  # only to the next trip of a loop
    assert all(kinds[target] == "carried" for _, target in back)
    for gate in picture.gates:
        assert gate.kind != "input" or gate.gradient
    forward, backward = re.split('id="backward"', page[page.index('id="forward"') :])
    stages = [int(n) for n in re.findall(r'aria-label="stage (\d+)"', forward)]
    assert set(stages) == set(range(1, max(stages) + 1))
    assert set(stages) == {int(n) for n in re.findall(r'aria-label="stage (\d+)"', backward)}
    checks = re.findall(r"^\| `.*\| (\S.*?) \|$", text[text.index("## Numeric check") :], re.M)
    assert checks
    plain = [error.replace("−", "-") for error in checks]
    assert all(e == "< 1e-8" or "at a kink" in e or float(e) < 1e-4 for e in plain)


def test_the_gallery_links_to_what_is_there(tmp_path, monkeypatch):
    notes = importlib.import_module("examples.notes")
    monkeypatch.setattr(
        gallery, "chosen", lambda: iter([("The backprop notes", notes.compound), ("B", notes.add)])
    )
    assert gallery.build(tmp_path) == []
    text = (tmp_path / "gallery.md").read_text()
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) == 1 + 1 + 2 * 5 + 3
    assert all((tmp_path / link).is_file() for link in links if link != "handouts.md")


@pytest.mark.long
def test_the_gallery_is_the_same_to_the_byte(tmp_path):
    found = []
    for seed in ("0", "7"):
        command = [sys.executable, "-m", "codegen.handout.gallery", str(tmp_path / seed)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run(command, check=True, env=environment, cwd=FOLDER, timeout=120)
        files = sorted((tmp_path / seed).rglob("*.*"))
        found.append({p.relative_to(tmp_path / seed): p.read_bytes() for p in files})
    assert found[0] == found[1]
    assert len(found[0]) > 100
    assert sum(len(data) for data in found[0].values()) < 6e6
    docs = FOLDER / "docs"
    files = [docs / "gallery.md", *(docs / "gallery").rglob("*.*")]
    kept = {p.relative_to(docs): p.read_bytes() for p in files}
    stale = {p.name for p in found[0].keys() | kept.keys() if found[0].get(p) != kept.get(p)}
    assert not stale, "out of date: rm -r docs/gallery; python -m codegen.handout.gallery"


def test_a_module_is_shown_even_if_its_circuit_cannot_be_drawn(staged):
    broken = codegen.Module(staged.function, staged.args, {}, ("x",), "assignment", "y = '<b>'")
    assert broken._repr_html_() == "<pre>y = &#x27;&lt;b&gt;&#x27;</pre>"


def test_what_a_page_says_of_ties_names_and_sums(tmp_path) -> None:
    def pooled(x, w):
        m = np.max(x, axis=1)
        return np.maximum(m @ w, 0.0)

    def layers(x, W):
        out = x @ W
        return np.mean(out**2)

    def huber(r, d):
        return np.sum(np.where(np.abs(r) <= d, 0.5 * r**2, d * (np.abs(r) - 0.5 * d)))

    def bilinear(x, W, y):
        return np.einsum("i,ij,j->", x, W, y)

    rng = np.random.default_rng(3)
    tie = codegen.generate(pooled, np.array([[1.0, 3.0, 3.0], [2.0, -1.0, 0.5]]), np.ones(2))
    assert "(2) are the largest: this code hands the whole gradient to each of them" in written(
        tie, "md", tmp_path
    )
    one = codegen.generate(layers, rng.normal(size=(3, 2)), rng.normal(size=(2, 2)))
    assert "d_out @ W.T" in written(one, "md", tmp_path)
    assert "_out}" not in written(one, "md", tmp_path)
    cases = written(codegen.generate(huber, np.array([0.5, -2.0]), 1.0), "md", tmp_path)
    assert r"\begin{cases}" in cases
    assert "mathrm{where}" not in cases
    inner = rng.normal(size=2), rng.normal(size=(2, 3)), rng.normal(size=3)
    assert r"\sum _ {i, j} x _ {i}\thinspace W _ {ij}\thinspace y _ {j}" in written(
        codegen.generate(bilinear, *inner), "md", tmp_path
    )


def test_a_gradient_of_which_only_rounding_is_left_is_0(tmp_path) -> None:
    def swing(x0, v0, k):
        x, v = x0, v0
        for _ in range(3):
            a = -k * x
            x = x + 0.1 * v
            v = v + 0.1 * a
        return 0.5 * v**2 + 0.5 * k * x**2

    assert "| `v0` | 0.0000 | 0.0000 |" in written(
        codegen.generate(swing, 1.0, 0.0, 2.0), "md", tmp_path
    )


def newton(a, x, n):
    for _ in range(n):
        x = x * (2 - a * x)
    return x


def rows_of_length_one(x, eps):
    n = np.sqrt(np.mean(x**4, axis=0) + eps)
    u = x / n
    return u @ np.ones(3)


def loss_of_rows(s, y, w):
    p = np.exp(s @ w)
    return w @ w - np.mean(np.log(p[np.arange(len(y)), y]))


def test_local_gradients_and_formulas_are_those_of_the_lines():
    """The old value in an update, one entry of a product, no sum over what was broadcast, rows in place of a shape."""
    x = np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 2.0]])

    def told(function, *args):
        found = lesson(codegen.generate(function, *args))
        return "; ".join([*found.formula, *(f for s in found.stages for f in s.formulas)])

    assert r"\frac{\partial x_{t+1}}{\partial \mathrm{ax}} = x_{t}" in told(newton, 0.3, 0.1, 3)
    mean = told(rows_of_length_one, x, 0.1)
    assert r"\frac{\partial u}{\partial n} = -\frac{u}{n}" in mean
    assert "rows of }x" in mean and "shape" not in mean
    loss = told(loss_of_rows, x, np.array([0, 1]), np.ones((3, 3)))
    assert r"_{i,\, y_i}" in loss and r"= w_{kj}" in loss
