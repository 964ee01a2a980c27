"""The package as others meet it: types, what a terminal and a notebook show, debuggers, and a machine that refuses."""

import inspect
import linecache
import os
import pathlib
import re
import subprocess
import sys
import tomllib
import traceback

import numpy as np
import pytest

import codegen
from codegen.cli import main as cli
from codegen.emit import destination

ROOT = pathlib.Path(__file__).parents[1]


def squares(x):
    out = np.sum(x * x)
    return out


class Layer:
    def __init__(self):
        self.w = 2.0

    def scaled(self, x):
        return self.w * x


def process(folder, *argv, **options):
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    env.pop("PYTHONUNBUFFERED", None)
    options = {"capture_output": True, "text": True, "timeout": 120, **options}
    return subprocess.run([sys.executable, *argv], cwd=folder, env=env, **options)


def test_the_distribution_has_a_name_of_its_own():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["name"] == "codegen-backprop"
    for minor in range(11, 16):
        assert f"Programming Language :: Python :: 3.{minor}" in project["classifiers"]
    for path in [*(ROOT / "codegen").rglob("*.py"), *(ROOT / "docs").glob("*.md")]:
        assert "pip install 'codegen[" not in path.read_text(), path


def test_the_tests_that_ci_runs_on_the_newest_python_are_there():
    text = (ROOT / ".ci" / "run").read_text()
    names = re.search(r'^tests="(.*)"$', text, re.MULTILINE)[1].split()
    assert names
    assert all((ROOT / name).exists() for name in names), names


USERS = """\
import numpy as np
import numpy.typing as npt

import codegen


@codegen.example(x=np.ones(3), w=2.0)
def line(x: npt.NDArray[np.float64], w: float) -> npt.NDArray[np.float64]:
    return w * x


module: codegen.Module = codegen.generate(line, np.ones(3), w=2.0, wrt=["x"], style="notes")
text: str = module.source
right: bool = module.check().ok
codegen.gate("mylib.softplus(x)", dx="dout / (1 + np.exp(-x))")
reveal_type(line)
"""


@pytest.mark.skipif(not os.path.exists("/proc/cpuinfo"), reason="mypy counts the processors there")
def test_a_project_of_the_user_is_typed_strictly(tmp_path):
    (tmp_path / "mine.py").write_text(USERS)
    done = process(tmp_path, "-m", "mypy", "--strict", "--follow-imports=silent", "mine.py")
    assert "Success" in done.stdout, done.stdout
    assert "def (x: numpy.ndarray" in done.stdout
    assert (ROOT / "codegen" / "py.typed").exists()


def test_help_tells_how_to_call(tmp_path):
    told = process(tmp_path, "-c", "import codegen; help(codegen.generate)").stdout
    told = re.sub(r"\s+", " ", told).replace("( ", "(").replace("'", "")
    assert "generate(function: Callable[..., Any], /, *args: Any" in told
    assert "wrt : str or sequence of str" in told
    names = process(tmp_path, "-c", "import codegen; help(codegen)").stdout
    assert "generate(" in names
    assert "example(" in names
    assert "gate(" in names


def test_a_terminal_shows_the_code_and_the_table():
    module = codegen.generate(squares, np.ones(3))
    assert repr(module) + "\n" == module.source
    report = module.check()
    assert repr(report) == str(report)
    assert "dx" in repr(report)


def test_a_notebook_shows_the_code_and_the_table():
    formatter = pytest.importorskip("IPython.core.formatters")
    module = codegen.generate(squares, np.ones(3))
    shown, _ = formatter.DisplayFormatter().format(module)
    assert "squares_backward" in shown["text/plain"]
    assert "squares_backward" in shown["text/html"]
    shown, _ = formatter.DisplayFormatter().format(module.check())
    assert "relative error" in shown["text/plain"]
    assert "<td>dx</td>" in shown["text/html"]


@pytest.mark.parametrize("style", ["assignment", "notes"])
def test_generated_functions_have_source_lines(style):
    module = codegen.generate(squares, np.ones(3), style=style)
    for function in (module.forward, module.backward):
        assert inspect.getsource(function).strip() in module.source
    assert list(inspect.signature(module.backward).parameters) == ["dout", "cache"]
    linecache.checkcache()
    out, cache = module.forward(np.ones(3))
    with pytest.raises(Exception) as caught:  # noqa: PT011, B017  # any: its lines are the point
        module.backward("x", cache)
    last = [
        f for f in traceback.extract_tb(caught.value.__traceback__) if "generated" in f.filename
    ]
    assert last[-1].line
    assert last[-1].line in module.source


def test_the_functions_of_a_method_have_source_lines():
    module = codegen.generate(Layer().scaled, 3.0)
    assert module.forward(2.0)[0] == 4.0
    assert inspect.getsource(module.forward).startswith("def scaled_forward(self, x)")


def test_a_generated_function_can_be_given_to_the_tool_again():
    first = codegen.generate(squares, np.ones(3))
    out, cache = first.forward(np.arange(3.0))
    second = codegen.generate(first.backward, 1.0, cache)
    assert second.check().ok


GUARDED = """\
import numpy as np

def f(x=3.0, scale=np.sin):
    if x > 0:
        y = scale(x)
    else:
        y = scale.missing(x)
    return y * 2.0
"""


def test_a_comment_above_a_function_changes_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    made = []
    for name, text in [("one", GUARDED), ("two", GUARDED.replace("\ndef", "\n# a comment\n\ndef"))]:
        (tmp_path / f"{name}.py").write_text(text)
        assert cli.main([f"{name}.f", "-o", "made.py"]) == 0
        made.append((tmp_path / "made.py").read_text().replace(f"{name}.f", ""))
        del sys.modules[name]
    assert made[0] == made[1]
    assert made[0].count("raise NotImplementedError") == 2


def test_the_version_alone_makes_no_file_stale(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    path = tmp_path / "staged.py"
    assert cli.main(["examples.notes.staged", "-o", str(path)]) == 0
    path.write_text(
        path.read_text().replace(f"codegen {codegen.__version__} from", "codegen 0.0.1 from")
    )
    capsys.readouterr()
    assert cli.main(["examples.notes.staged", "-o", str(path), "--check"]) == 0
    assert (
        "1 of them written by another version of codegen: the code is the same"
        in capsys.readouterr().err
    )
    path.write_text(path.read_text().replace("dout", "dnuo"))
    assert cli.main(["examples.notes.staged", "-o", str(path), "--check"]) == 1


needs_full = pytest.mark.skipif(
    not os.path.exists("/dev/full"), reason="a device that is always full"
)


@needs_full
def test_a_full_output_is_no_mistake_of_the_tool():
    with open("/dev/full", "w") as full:
        done = process(
            ROOT,
            "-m",
            "codegen",
            "examples.notes.staged",
            capture_output=False,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert done.returncode == 2
    assert "codegen: cannot write to the standard output: No space left on device" in done.stderr
    assert "mistake" not in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@needs_full
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["examples.notes.staged", "--show", "emit"]]
)
def test_a_full_output_is_told_whatever_is_printed(words, unbuffered, monkeypatch):
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    with open("/dev/full", "w") as full:
        done = process(
            ROOT, "-m", "codegen", *words, capture_output=False, stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@needs_full
def test_full_messages_do_not_end_the_work():
    with open("/dev/full", "w") as full:
        done = process(
            ROOT,
            "-m",
            "codegen",
            "examples.notes.staged",
            capture_output=False,
            stdout=subprocess.PIPE,
            stderr=full,
        )
    assert (done.returncode, "def staged_backward" in done.stdout) == (0, True)


@pytest.mark.parametrize(("closed", "code"), [(">&-", 2), ("2>&-", 0)])
def test_a_closed_stream_is_no_mistake_of_the_tool(closed, code):
    words = ["/bin/sh", "-c", f"{sys.executable} -m codegen examples.notes.staged {closed}"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    if code:
        assert "cannot write to the standard output: it is closed" in done.stderr
    else:
        assert "def staged_backward" in done.stdout


def test_names_of_250_characters(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    name = "f" * 247 + ".py"
    (tmp_path / name).write_text("def g(x=2.0):\n    return x * x\n")
    assert cli.main([f"{name}:g", "-o", "g" * 247 + ".py"]) == 0
    assert cli.main([f"{name}:g", "-o", "g" * 300 + ".py"]) == 2
    told = capsys.readouterr().err
    assert "File name too long" in told
    assert "mistake" not in told
    assert destination.write(tmp_path / ("h" * 255), "x")


@pytest.mark.parametrize("name", ["x.npz", "x.npy"])
def test_files_of_objects_are_refused(tmp_path, monkeypatch, capsys, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.py").write_text("def g(x):\n    return x * x\n")
    objects = np.array([1.0, None], dtype=object)
    np.savez(tmp_path / "x.npz", x=objects)
    np.save(tmp_path / "x.npy", objects)
    assert cli.main(["m.py:g", "--input", f"x=@{name}"]) == 2
    told = capsys.readouterr().err
    assert f"cannot read @{name}, the value of x: Object arrays cannot be loaded" in told
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-30])
    assert cli.main(["m.py:g", "--input", f"x=@{name}"]) == 2
    assert "mistake" not in capsys.readouterr().err


def test_version_and_help_import_nothing_that_takes_time(tmp_path):
    for word in ("--version", "--help"):
        done = process(tmp_path, "-X", "importtime", "-m", "codegen", word)
        assert done.returncode == 0
        names = {
            line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()
        }
        assert "argparse" in names
        assert not names & {"numpy", "black", "jinja2"}
