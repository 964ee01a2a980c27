"""Exercises: what is written into a notebook is judged stage by stage, by the judge of hand-written derivatives."""

import ast
import json
import linecache
import re
import subprocess
import sys
from itertools import count
from pathlib import Path

import nbformat
import numpy as np
import pytest

import codegen
from codegen.cli.main import main
from codegen.handout.lesson.exercise import BLANK, blanked
from codegen.handout.recording import Listed
from codegen.judge.stages import progress, todo

RNG = np.random.default_rng(1)
NUMBER = count()


def staged(x, y):
    sigy = 1.0 / (1 + np.exp(-y))  # sigmoid
    num = x + sigy  # numerator
    sigx = 1.0 / (1 + np.exp(-x))
    xpy = x + y
    den = sigx + xpy**2
    return num / den


def net(x, w1, b1, w2):
    a = x @ w1 + b1
    h = np.maximum(a, 0)
    scores = h @ w2
    return scores


def normal(x, gamma, beta):
    mu = np.mean(x, axis=0)
    xc = x - mu
    var = np.mean(xc**2, axis=0)
    std = np.sqrt(var + 1e-5)
    xn = xc / std
    return gamma * xn + beta


def rnn(xs, h, w):
    for t in range(xs.shape[0]):
        h = np.tanh(xs[t] + h @ w)
    return h


EXAMPLES = {
    staged: (3.0, -4.0),
    net: tuple(RNG.normal(size=shape) for shape in ((4, 3), (3, 5), (5,), (5, 2))),
    normal: (RNG.normal(size=(5, 3)), RNG.normal(size=3), RNG.normal(size=3)),
    rnn: (RNG.normal(size=(3, 2)), RNG.normal(size=2), RNG.normal(size=(2, 2))),
}


@pytest.fixture(scope="module")
def modules():
    return {f: codegen.generate(f, *args) for f, args in EXAMPLES.items()}


@pytest.fixture(scope="module")
def books(modules, tmp_path_factory):
    """The exercise and the solution of each function, as notebooks."""
    found = {}
    for function, module in modules.items():
        folder = tmp_path_factory.mktemp(function.__name__)
        module.handout("ipynb", folder, exercise="medium")
        found[function] = folder
    return found


def cells_of(path: Path) -> list[str]:
    cells = json.loads(path.read_text())["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return [source for source in sources if not source.startswith("from IPython")]


def executed(path: Path, changes: dict[str, str], monkeypatch) -> dict[str, object]:
    """Run the cells of a notebook as a kernel does, after some changes of what a student writes."""
    monkeypatch.syspath_prepend(str(path.parent))
    monkeypatch.delitem(sys.modules, "checker", raising=False)
    names: dict[str, object] = {"__name__": "__main__"}
    left = dict(changes)
    for source in cells_of(path):
        for old in [one for one in left if one in source and "_backward(dout, cache):" in source]:
            source = source.replace(old, left.pop(old))
        file = f"<cell {next(NUMBER)}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        exec(compile(source, file, "exec"), names)
    assert not left, left
    return names


@pytest.mark.parametrize("function", EXAMPLES, ids=lambda f: f.__name__)
def test_a_solved_notebook_passes(function, books, monkeypatch, capsys):
    names = executed(books[function] / f"{function.__name__}_solution.ipynb", {}, monkeypatch)
    assert names["feedback"].ok, str(names["feedback"])
    assert names["feedback"].share == 1.0
    assert "WRONG" not in capsys.readouterr().out


PLANTED = [
    (staged, "dnum = dout / den", "dnum = 1 / den", "dnum", "no_upstream"),
    (staged, "dden = -out / den * dout", "dden = out / den * dout", "dden", "sign"),
    (staged, "dxpy = 2 * xpy * dden", "dxpy = xpy * dden", "dxpy", "factor"),
    (staged, "dx += dnum", "dx = dnum", "dx", "overwritten"),
    (staged, "dy += (1 - sigy) * sigy * dsigy", "dy += (1 - sigy) * dsigy", "dy", "local_gradient"),
    (staged, "dsigy = dnum", "dsigy = dden", "dsigy", "wrong_variable"),
    (net, "dh = dout @ w2.T", "dh = dout @ w2.T * 2", "dh", "factor"),
    (net, "da = (h > 0) * dh", "da = dh", "da", "mask|local_gradient"),
    (net, "da = (h > 0) * dh", "da = (h > 0) * 1.0", "da", "no_upstream"),
    (net, "da = (h > 0) * dh", "da = (h <= 0) * dh", "da", "mask"),
    (net, "db1 = np.sum(da, axis=0)", "db1 = da", "db1", "sum_missing"),
    (net, "db1 = np.sum(da, axis=0)", "db1 = np.mean(da, axis=0)", "db1", "factor"),
    (net, "dw2 = h.T @ dout", "dw2 = (dout.T @ h)", "dw2", "transposed"),
    (normal, "dgamma = np.sum(xn * dout, axis=0)", "dgamma = np.sum(xn, axis=0)", "dgamma", "no_upstream"),
    (normal, "dstd = -np.sum", "dstd = np.sum", "dstd", "sign"),
    (normal, "dvar = 0.5 / std * dstd", "dvar = 0.5 * std * dstd", "dvar", "local_gradient"),
    (normal, "dxc += xc *", "dxc = xc *", "dxc", "overwritten"),
    (normal, "dmu = -np.sum(dxc, axis=0)", "dmu = np.sum(dxc, axis=0)", "dmu", "sign"),
    (normal, "dx += dmu / dx.shape[0]", "dx += dmu", "dx", "factor|term_twice|local_gradient"),
    (normal, "dbeta = np.sum(dout, axis=0)", "dbeta = np.sum(dout, axis=1)", "dbeta", "sum_axis|shape"),
    (rnn, "dw += np.outer(prev_h, dpre_h)", "dw += np.outer(dpre_h, prev_h)", "dw", "transposed"),
    (rnn, "dh = dpre_h @ w.T", "dh = dpre_h @ w", "dh", "transposed"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "old", "new", "stage", "kinds"), PLANTED)
def test_a_planted_mistake_is_named_at_its_stage(
    function, old, new, stage, kinds, books, monkeypatch
):
    path = books[function] / f"{function.__name__}_solution.ipynb"
    feedback = executed(path, {old: new}, monkeypatch)["feedback"]
    assert not feedback.ok
    wrong = [step for step in feedback.steps if step.verdict == "wrong"]
    assert [step.variable for step in wrong][:1] == [stage], str(feedback)
    assert wrong[0].mistake.kind in kinds.split("|"), str(feedback)
    if function is not rnn:
        assert len(wrong) == 1, "what is made from it is judged as if it were right"
        assert feedback.share == pytest.approx(1 - 1 / len(feedback.steps))
    with pytest.raises(AssertionError, match=re.escape(wrong[0].mistake.seen)):
        feedback.assert_stage(stage)


@pytest.mark.parametrize("function", [staged, net], ids=lambda f: f.__name__)
def test_planted_mistakes_are_named_in_a_kernel(function, books):
    """The solution, then every planted mistake in its place, in one kernel, as a student changes a cell and runs it again."""
    pytest.importorskip("ipykernel")
    client = pytest.importorskip("nbclient").NotebookClient
    book = nbformat.read(books[function] / f"{function.__name__}_solution.ipynb", 4)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    (solved,) = [c for c in code if "_backward(dout, cache):" in c.source]
    (check,) = [c for c in code if "print(feedback)" in c.source]
    planted = [row[1:] for row in PLANTED if row[0] is function]
    for old, new, _, _ in planted:
        book.cells.append(nbformat.v4.new_code_cell(solved.source.replace(old, new)))
        book.cells.append(nbformat.v4.new_code_cell(check.source))
    resources = {"metadata": {"path": str(books[function])}}
    client(book, timeout=120, kernel_name="python3", resources=resources).execute()
    said = [
        "".join(output.get("text", "") for output in cell.outputs)
        for cell in book.cells
        if cell.cell_type == "code" and cell.source == check.source
    ]
    assert "stages are right" in said[0]
    assert "wrong" not in said[0]
    for (old, new, stage, _), text in zip(planted, said[1:], strict=True):
        first = text.partition("first wrong stage:")[2].strip()
        assert first.startswith(f"{stage}: wrong, in line "), (old, new, text)
        assert new.split("\n")[0] in first, (new, text)


def test_partial_work_gets_partial_feedback(books, monkeypatch, capsys):
    path = books[staged] / "staged_exercise.ipynb"
    feedback = executed(path, {}, monkeypatch)["feedback"]
    assert {step.verdict for step in feedback.steps} == {"to do"}
    last = {"dy += todo  # += : y forks": "dy += (1 - sigy) * sigy * dsigy"}
    first = {"dnum = todo  # your turn": "dnum = dout / den"}
    middle = {"dxpy = todo  # your turn": "dxpy = 2 * xpy"}
    feedback = executed(path, {**last, **first, **middle}, monkeypatch)["feedback"]
    verdicts = {step.variable: step.verdict for step in feedback.steps}
    assert verdicts["dnum"] == "right"
    assert verdicts["dxpy"] == "wrong"
    assert verdicts["dden"] == verdicts["dx"] == verdicts["dy"] == "to do"
    text = capsys.readouterr().out
    assert "the upstream gradient is left out" in text
    assert "it should be" not in text, "no answer is printed"


def test_hints_have_three_levels(modules, tmp_path, monkeypatch):
    modules[staged].handout("ipynb", tmp_path, exercise="medium")
    path = tmp_path / "staged_solution.ipynb"
    names = executed(path, {"dnum = dout / den": "dnum = 1 / den"}, monkeypatch)
    pair = names["staged_forward"], names["staged_backward"]
    one, two, three = (str(progress(*pair, 3.0, -4.0, hints=level)) for level in (1, 2, 3))
    assert "dnum: wrong, in line 5: dnum = 1 / den" in one
    assert "what is seen" not in one
    assert "what is seen" in two
    assert "hint:" not in two
    assert "hint: local gradient times upstream gradient" in three


def test_the_notebook_holds_no_answer(books):
    for name in ("staged_exercise.ipynb", "checker.py"):
        text = (books[staged] / name).read_text()
        assert "dout / den" not in text
        assert "2.059" not in text
    assert len((books[staged] / "checker.py").read_text().splitlines()) < 20


def test_the_checker_needs_no_more_than_judge_py(books, tmp_path):
    for name in ("checker.py", "judge.py"):
        (tmp_path / name).write_text((books[net] / name).read_text())
    cells = cells_of(books[net] / "net_solution.ipynb")
    lines = ["import sys, linecache", "sys.modules['codegen'] = None", "space = {}"]
    for k, source in enumerate(cells):
        lines.append(f"text = {source!r}")
        lines.append(
            f"linecache.cache['<{k}>'] = (len(text), None, text.splitlines(True), '<{k}>')"
        )
        lines.append(f"exec(compile(text, '<{k}>', 'exec'), space)")
    (tmp_path / "run.py").write_text("\n".join(lines))
    done = subprocess.run([sys.executable, "run.py"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "6 of 6 stages are right" in done.stdout


def test_todo_stays_todo():
    x = np.ones((2, 3))
    x += 1
    for value in (todo + 1, 2 * todo, todo.T @ x, x @ todo, np.sum(todo, axis=0), todo[0], -todo):
        assert value is todo
    dx = np.zeros(3)
    dx += todo
    assert dx is todo


def test_comments_are_kept_and_blanks_are_as_long_as_what_they_hide(modules, tmp_path):
    modules[staged].handout("md,html", tmp_path, exercise="medium")
    text = (tmp_path / "staged_exercise.md").read_text()
    assert "# backprop den = sigx + xpy**2" in text
    assert "# += : x forks" in text
    assert re.search(r"dden = (_+)", text)[1] == "_" * len("-out / den * dout")
    assert re.search(r"dy \+= (_+)", text)[1] == "_" * len("(1 - sigy) * sigy * dsigy")
    assert 'style="min-width:min(17ch,100%)"' in (tmp_path / "staged_exercise.html").read_text()
    modules[normal].handout("md", tmp_path, exercise="medium")
    assert "# gamma was broadcast over the rows" in (tmp_path / "normal_exercise.md").read_text()


def test_hard_leaves_names_that_can_be_known(tmp_path):
    def f(x, y):
        shifted = x - np.max(x, axis=1, keepdims=True)
        probs = np.exp(shifted) / np.sum(np.exp(shifted), axis=1, keepdims=True)
        return -np.mean(np.log(probs[np.arange(len(y)), y]))

    module = codegen.generate(f, RNG.normal(size=(4, 3)), np.array([0, 2, 1, 1]))
    module.handout("ipynb", tmp_path, exercise="hard")
    (cell,) = [c for c in cells_of(tmp_path / "f_exercise.ipynb") if "def f_backward" in c]
    forward = module.source[: module.source.index("def f_backward")]
    known = {n.id for n in ast.walk(ast.parse(forward)) if isinstance(n, ast.Name)} | {"x", "y"}
    blanks = [line.split(" = ")[0].strip() for line in cell.splitlines() if "todo" in line]
    assert blanks
    assert all(name.split("[")[0].removeprefix("d") in known for name in blanks), cell


def test_seeds_give_variants_each_with_its_key(modules, tmp_path, monkeypatch):
    texts = []
    for seed in (1, 2, 1):
        modules[staged].handout("ipynb", tmp_path, exercise="medium", seed=seed)
        texts.append((tmp_path / f"staged_{seed}_exercise.ipynb").read_text())
        key = executed(tmp_path / f"staged_{seed}_solution.ipynb", {}, monkeypatch)
        assert key["feedback"].ok
        assert (key["x"], key["y"]) != (3.0, -4.0)
    assert texts[0] == texts[2] != texts[1]
    signs = set()
    for seed in range(12):
        modules[staged].handout("ipynb", tmp_path, exercise="medium", seed=seed)
        text = "\n".join(cells_of(tmp_path / f"staged_{seed}_solution.ipynb"))
        signs.add(re.search(r"^x = (-?)", text, re.M)[1])
    assert signs == {"", "-"}


def test_cells_for_nbgrader_earn_points_per_stage(modules, tmp_path, monkeypatch):
    modules[staged].handout("ipynb", tmp_path, exercise="medium", grader="nbgrader")
    book = nbformat.read(tmp_path / "staged_exercise.ipynb", 4)
    about = [cell.metadata.nbgrader for cell in book.cells if "nbgrader" in cell.metadata]
    tests = [one for one in about if one.grade]
    assert sum(one.points for one in tests) == 7
    assert all(one.locked and not one.solution for one in tests)
    (answer,) = [c for c in book.cells if "def staged_backward" in c.source]
    assert "nbgrader" not in answer.metadata, "it would be emptied"
    assert len({one.grade_id for one in about}) == len(about)
    executed(tmp_path / "staged_solution.ipynb", {}, monkeypatch)
    with pytest.raises(AssertionError, match="dnum: to do"):
        executed(tmp_path / "staged_exercise.ipynb", {}, monkeypatch)


def test_tests_for_otter_earn_points_per_stage(modules, tmp_path):
    paths = modules[net].handout("ipynb", tmp_path, exercise="medium", grader="otter")
    tests = sorted(p.name for p in paths if p.parent.name == "tests")
    assert "net_da.py" in tests
    text = (tmp_path / "tests" / "net_da.py").read_text()
    compile(text, "test", "exec")
    assert 'name = "net_da"' in text
    assert "def test_stage(net_forward, net_backward, x, w1, b1, w2):" in text
    assert any('grader.check("net_da")' in c for c in cells_of(tmp_path / "net_exercise.ipynb"))


def test_gradients_by_hand_are_judged_in_the_same_words(modules, tmp_path, monkeypatch):
    modules[staged].handout("ipynb", tmp_path, exercise="easy")
    path = tmp_path / "staged_exercise.ipynb"
    text = path.read_text()
    for name, value in (("dx", "2.06"), ("dy", "1.59"), ("dnum", "-0.51"), ("dden", "(3,)")):
        text = text.replace(f'\\"{name}\\": None', f'\\"{name}\\": {value}')
    path.write_text(text)
    feedback = executed(path, {}, monkeypatch)["feedback"]
    assert feedback.stage("dsigx").verdict == "to do"
    assert feedback.stage("dden").verdict == "wrong"
    assert feedback.stage("dnum").mistake.kind == "sign"


def test_the_command_line_makes_variants_for_a_grader(tmp_path, monkeypatch, capsys):
    (tmp_path / "mine.py").write_text("def f(x, y):\n    q = x + y\n    return q * x\n")
    monkeypatch.chdir(tmp_path)
    words = [
        "mine.py:f",
        "--input",
        "x=3.0",
        "--input",
        "y=-4.0",
        "--handout",
        "ipynb",
        "--exercise",
    ]
    assert main([*words, "--grader", "nbgrader", "--seed", "7", "-q"]) == 0
    assert (tmp_path / "f_7_exercise.ipynb").exists()
    assert main(["mine.py:f", "--seed", "7"]) == 2
    assert "--seed is about an exercise" in capsys.readouterr().err


def test_a_loop_that_does_not_end_with_a_value_moved_is_left_alone() -> None:
    def root_forward(a):
        x, steps = a, []
        while abs(x * x - a) > 1e-6:
            steps.append(x)
            x = 0.5 * (x + a / x)
        return x, (a, steps)

    def root_backward(dout, cache):
        a, steps = cache
        da, dx = 0.0, dout
        for x in reversed(steps):
            da += 0.5 * dx / x
            dx = 0.5 * dx - 0.5 * a / x**2 * dx
        da += dx
        return da

    found = progress(root_forward, root_backward, 2.0)
    assert found.ok, str(found)


def test_a_gradient_that_is_changed_in_place_is_that_of_what_its_variable_was_before_too():
    def svm_forward(scores, y):
        margins = np.maximum(0, scores + 1.0)
        margins[np.arange(2), y] = 0
        return np.sum(margins) / 2, (y, margins)

    def svm_backward(dout, cache):
        y, margins = cache
        dmargins = np.full_like(margins, dout / 2)
        dmargins[margins <= 0] = 0
        dscores = dmargins
        return dscores

    def doubled_backward(dout, cache):
        y, margins = cache
        dmargins = np.full_like(margins, dout)
        dmargins[margins <= 0] = 0
        dscores = dmargins
        return dscores

    given = RNG.standard_normal((2, 3)), np.array([1, 0])
    found = progress(svm_forward, svm_backward, *given)
    assert found.ok, str(found)
    found = progress(svm_forward, doubled_backward, *given)
    assert {s.variable: s.verdict for s in found.steps} == {"dmargins": "wrong", "dscores": "right"}


def test_a_gradient_that_cancels_to_nothing_is_right():
    def price_forward(s, k):
        d = np.log(s / k) + 0.5
        tail = np.exp(-0.5 * d**2)
        out = s * tail - k * tail * s / k
        return out, (s, k, d, tail)

    def price_backward(dout, cache):
        s, k, d, tail = cache
        ds = (tail - tail) * dout
        dk = (-tail * s / k + tail * s / k) * dout
        dtail = s * dout
        dtail += -k * s / k * dout
        dd = -d * tail * dtail
        ds += dd / s
        dk += -dd / k
        return ds, dk

    found = progress(price_forward, price_backward, 1.1, 0.9)
    assert not [s for s in found.steps if s.verdict == "wrong"], str(found)


def test_a_finished_exercise_with_a_long_loop_is_right():
    def slide_forward(x, w):
        out = np.zeros((5, 4))
        for i in range(5):
            for j in range(4):
                window = x[i : i + 2, j : j + 2]
                out[i, j] = np.sum(window * w)
        return out, (x, w)

    def slide_backward(dout, cache):
        x, w = cache
        dx, dw = np.zeros_like(x), np.zeros_like(w)
        for i in range(5):
            for j in range(4):
                dwindow = w * dout[i, j]
                dw += x[i : i + 2, j : j + 2] * dout[i, j]
                dx[i : i + 2, j : j + 2] += dwindow
        return dx, dw

    found = progress(slide_forward, slide_backward, RNG.random((6, 5)), RNG.random((2, 2)))
    assert found.ok, str(found)
    assert {step.verdict for step in found.steps} == {"right"}


def test_a_string_of_the_user_is_no_blank() -> None:
    line = Listed('da = x * pick(dout, "\N{FULL BLOCK}\N{FULL BLOCK}")', 1)
    (kept,) = blanked([line], "easy")
    (hidden,) = blanked([line], "medium")
    assert BLANK not in kept.text
    assert hidden.text.count(BLANK) == len('x * pick(dout, "  ")')
