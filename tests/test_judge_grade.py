"""Grading a class: right and wrong submissions, those that do not answer, and those that mean harm."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from codegen.errors import UsageError
from codegen.judge import grade

REFERENCE = """
import numpy as np

SECRET = 42.0


def affine(x, w, b):
    return x.dot(w) + b


def relu(x):
    return np.maximum(0, x)


affine.__codegen_example__ = ((np.arange(20.0).reshape(5, 4) * 0.1 - 0.7, np.arange(12.0).reshape(4, 3) * 0.2 - 1, np.ones(3)), {})
"""
ASSIGNMENT = """
[assignment]
title = "Assignment 2"
reference = "reference.py"
submission = "layers.py"
limits = { seconds = 2, wall_seconds = 60, memory_mb = 512 }

[[function]]
name = "affine"
points = 6

[[function]]
name = "relu"
points = 2
inputs = { x = "randn(3, 4)" }
"""
BASE = """
import numpy as np


def affine_forward(x, w, b):
    return x.dot(w) + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    dx = dout.dot(w.T)
    dw = x.T.dot(dout)
    db = np.sum(dout, axis=0)
    return dx, dw, db


def relu_forward(x):
    return np.maximum(0, x), x


def relu_backward(dout, cache):
    x = cache
    dx = dout * (x > 0)
    return dx
"""
RAW = """
import ctypes

libc = ctypes.CDLL(None, use_errno=True)


def affine_backward(dout, cache):
    number = {number}
    return tuple(0.0 * a + number for a in cache)
"""
# what stands at the end of a submission, and words of its feedback
HOSTILE = {
    "fork_bomb": (
        "import os\ndef affine_backward(dout, cache):\n    while True:\n        os.fork()\n",
        "may not start",
    ),
    "raw_fork": (RAW.format(number="libc.fork()"), "dx[0, 0] is -1,"),
    "endless": (
        "def affine_backward(dout, cache):\n    while True:\n        pass\n",
        "takes longer than 2 seconds of processor time",
    ),
    "huge": (
        "def affine_backward(dout, cache):\n    return np.ones((100000, 125000))\n",
        "MemoryError",
    ),
    "prints": (
        "def affine_backward(dout, cache):\n    while True:\n        print('x' * 1000)\n",
        "takes longer",
    ),
    "exits": (
        "import os\ndef affine_backward(dout, cache):\n    os._exit(0)\n",
        "exited with code 0",
    ),
    "crashes": (RAW.format(number="libc.abort()"), "ended by signal"),
    "raises_exit": (
        "def affine_backward(dout, cache):\n    raise SystemExit\n",
        "raises SystemExit",
    ),
    "deletes": (
        "import shutil\ndef affine_backward(dout, cache):\n    shutil.rmtree({victim!r})\n",
        "PermissionError",
    ),
    "raw_delete": (
        RAW.replace("{number}", "libc.unlink(({victim!r} + '/file').encode())"),
        "dx[0, 0] is -1,",
    ),
    "reads": (
        "def affine_backward(dout, cache):\n    exec(open({reference!r}).read())\n",
        "may not open reference.py",
    ),
    "raw_read": (
        RAW.replace("{number}", "libc.open({reference!r}.encode(), 0)"),
        "dx[0, 0] is -1,",
    ),
    "raw_socket": (RAW.format(number="libc.socket(2, 1, 0)"), "dx[0, 0] is -1,"),
    "imports": (
        "def affine_backward(dout, cache):\n    import reference\n    return reference.SECRET\n",
        "No module named",
    ),
    "fills_disk": (
        "def affine_backward(dout, cache):\n"
        "    with open('big', 'wb') as f:\n        for _ in range(50):\n            f.write(b'x' * (1 << 20))\n",
        "File too large",
    ),
    "patches": (
        "np.allclose = np.array_equal = lambda *a, **k: True\nnp.abs = lambda x: 0 * x\n"
        "def affine_backward(dout, cache):\n    return cache\n",
        "it should be",
    ),
    "lies": (
        "class Liar(np.ndarray):\n    __eq__ = lambda s, o: np.ones(s.shape, bool)\n"
        "    __sub__ = __rsub__ = lambda s, o: np.zeros(s.shape)\n"
        "def affine_backward(dout, cache):\n    return tuple(a.view(Liar) for a in cache)\n",
        "it should be",
    ),
    "odd_object": (
        "class Any:\n    __eq__ = lambda s, o: True\n"
        "def affine_backward(dout, cache):\n    return Any(), Any(), Any()\n",
        "is a Any",
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("class")
    (root / "reference.py").write_text(REFERENCE)
    (root / "assignment.toml").write_text(ASSIGNMENT)
    (root / "victim").mkdir()
    (root / "victim" / "file").write_text("kept")
    return root


def hand_in(folder: Path, name: str, text: str) -> None:
    (folder / "submissions" / name).mkdir(parents=True, exist_ok=True)
    (folder / "submissions" / name / "layers.py").write_text(text)


@pytest.fixture(scope="module")
def hostile_rows(folder):
    for name, (end, _) in HOSTILE.items():
        end = end.replace("{victim!r}", repr(str(folder / "victim")))
        end = end.replace("{reference!r}", repr(str(folder / "reference.py")))
        hand_in(folder, name, f"{BASE}\n{end}")
    task = grade.assignment(folder / "assignment.toml")
    return {row.name: row for row in grade.graded(task, folder / "submissions", 2)}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_submissions_are_contained(name: str, hostile_rows, folder) -> None:
    row = hostile_rows[name]
    affine, relu = row.scores
    assert affine.points == 0.0
    assert not affine.passed
    assert HOSTILE[name][1] in affine.text, affine.text
    assert relu.points == 2.0, "the next function is judged all the same"
    assert (folder / "victim" / "file").read_text() == "kept"
    assert not list((folder / "submissions" / name).glob("big"))


@pytest.mark.skipif(sys.platform != "linux", reason="the walls of Linux")
def test_the_walls_stand(hostile_rows) -> None:
    assert set(hostile_rows["lies"].walls) == {"limits", "network", "files", "processes"}


def test_waiting_for_the_processor_costs_nothing(folder, tmp_path: Path) -> None:
    """A process that does not run for longer than its limit, as on a busy machine, is judged as any other."""
    late = BASE.replace("import numpy as np", "import time\n\nimport numpy as np\n\nLATE = [3]", 1)
    late = late.replace(
        "    x, w, b = cache\n",
        "    x, w, b = cache\n    time.sleep(LATE.pop() if LATE else 0)\n",
        1,
    )
    assert "LATE.pop" in late
    hand_in(tmp_path, "late", late)
    task = grade.assignment(folder / "assignment.toml")
    assert task.limits.seconds < 3
    row = grade.graded(task, tmp_path / "submissions", 1)[0]
    assert row.total == 8, row.scores[0].text


def test_a_submission_that_sleeps_is_ended(folder, tmp_path: Path) -> None:
    end = "import time\ndef affine_backward(dout, cache):\n    while True:\n        time.sleep(1)\n"
    hand_in(tmp_path, "sleepy", f"{BASE}\n{end}")
    text = ASSIGNMENT.replace("wall_seconds = 60", "wall_seconds = 3")
    (tmp_path / "assignment.toml").write_text(text)
    (tmp_path / "reference.py").write_text(REFERENCE)
    task = grade.assignment(tmp_path / "assignment.toml")
    row = grade.graded(task, tmp_path / "submissions", 1)[0]
    assert row.scores[0].text == "affine_backward has not answered after 3 seconds"
    assert row.scores[1].points == 2.0


def test_a_class_is_graded(folder, tmp_path: Path) -> None:
    texts = {
        "ann": BASE,
        "bob": BASE.replace("dw = x.T", "dw = 2 * x.T"),
        "cat": BASE.replace("(x > 0)", "(x < 0)"),
        "=dan": "def affine_backward(:\n",
        "eve": "raise RuntimeError('at import')\n",
    }
    for name, text in texts.items():
        (tmp_path / "submissions" / name).mkdir(parents=True)
        (tmp_path / "submissions" / name / "layers.py").write_text(text)
    (tmp_path / "submissions" / "fay").mkdir()
    words = [
        sys.executable,
        "-m",
        "codegen",
        "grade",
        str(folder / "assignment.toml"),
        "submissions",
        "-o",
        "out",
    ]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    points = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()}
    assert points["ann"] == ["6", "2", "8"]
    assert points["bob"] == ["4", "2", "6"]
    assert points["cat"] == ["6", "0", "6"]
    assert points["=dan"] == points["eve"] == points["fay"] == ["0", "0", "0"]
    text = (tmp_path / "out" / "feedback" / "bob.txt").read_text()
    assert "first wrong line: layers.py:12" in text
    assert "dw is 2 times what it should be" in text
    assert "at import" in (tmp_path / "out" / "feedback" / "eve.txt").read_text()
    assert "nothing was handed in" in (tmp_path / "out" / "feedback" / "fay.txt").read_text()
    assert json.loads((tmp_path / "out" / "feedback" / "bob.json").read_text())["score"] == 6.0
    table = (tmp_path / "out" / "scores.csv").read_text().splitlines()
    assert table[0] == "submission,affine_backward,relu_backward,total"
    assert table[1].startswith("'=dan"), "no spreadsheet takes a name for a formula"
    page = (tmp_path / "out" / "scores.html").read_text()
    assert "<summary>4</summary>" in page
    assert "SECRET" not in page + text


def test_the_single_file_says_what_the_grader_says(folder, tmp_path: Path) -> None:
    hand_in(tmp_path, "bob", BASE.replace("dw = x.T", "dw = 2 * x.T"))
    task = grade.assignment(folder / "assignment.toml")
    row = grade.graded(task, tmp_path / "submissions", 1)[0]
    command = [sys.executable, "-m", "codegen", "--judge", "judge.py"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    layers = tmp_path / "submissions" / "bob" / "layers.py"
    words = [f"{folder / 'reference.py'}:affine", "--against", f"{layers}:affine_backward"]
    alone = subprocess.run(
        [sys.executable, "judge.py", *words], cwd=tmp_path, capture_output=True, text=True
    )
    assert alone.stdout.strip() == row.scores[0].text


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('reference = "reference.py"\n', "", "needs reference"),
        ("points = 6", "pionts = 6", "there is no setting pionts"),
        ("seconds = 2", "hours = 2", "there is no limit hours"),
        ('name = "affine"', 'name = "affine"\nscore = "luck"', "score is one of"),
        ("[[function]]", "[function", "cannot read"),
    ],
)
def test_a_wrong_assignment_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    (tmp_path / "a.toml").write_text(ASSIGNMENT.replace(old, new, 1))
    with pytest.raises(UsageError, match=words):
        grade.assignment(tmp_path / "a.toml")
