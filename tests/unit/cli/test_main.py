"""The command line: what is printed where, what is written, and the exit codes."""

import io
import os
import re
import shlex
import subprocess
import sys
import textwrap

import numpy as np
import pytest

import codegen
from codegen.check import Report
from codegen.cli import main as cli
from codegen.cli.targets import find, name_of

SHELF = '''
"""Some functions."""
import numpy as np


def line(x, w=2.0):
    """
    >>> line(3.0)
    """
    return x * w


def curve(x):
    return x * x

curve.__codegen_example__ = (3.0,)


def without(x):
    return 2.0 * x


def product(x, y):
    return x * y

product.__codegen_example__ = {"x": np.ones(3), "y": np.ones(3)}
'''


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with a module `shelf`, which is the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    (tmp_path / "shelf.py").write_text(SHELF)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def run(capsys, *argv):
    """Return exit code, output and messages of a command."""
    code = cli.main(argv)
    found = capsys.readouterr()
    return code, found.out, found.err


def settings(project, text):
    (project / "pyproject.toml").write_text("[tool.codegen]\n" + textwrap.dedent(text))


def names_of(source):
    """Return the functions that a printed module defines."""
    space = {}
    exec(source, space)  # noqa: S102  # what is printed must run
    return {name for name in space if name.endswith(("_forward", "_backward"))}


def test_code_goes_to_stdout_and_the_report_to_stderr(project, capsys):
    code, out, err = run(capsys, "shelf.curve")
    assert code == 0
    assert names_of(out) == {"curve_forward", "curve_backward"}
    assert "gradient check of curve: right" in err
    assert "gradient check" not in out


def test_what_the_users_code_prints_is_no_part_of_the_code(project, capsys):
    (project / "noisy.py").write_text(
        "print('loud')\ndef f(x=1.0):\n    print('loud')\n    return x * x\n"
    )
    code, out, _ = run(capsys, "noisy.f")
    assert code == 0
    assert "loud" not in out.replace('print("loud")', "")


@pytest.mark.parametrize("target", ["shelf.py:curve", "./shelf.py:curve", "shelf:curve"])
def test_a_function_may_be_named_by_its_file(project, capsys, target):
    code, out, _ = run(capsys, target)
    assert code == 0
    assert "def curve_backward(" in out


def test_a_file_of_a_package_may_use_its_neighbours(project, capsys):
    (project / "pack").mkdir()
    (project / "pack" / "__init__.py").write_text("")
    (project / "pack" / "scales.py").write_text("SCALE = 2.0\n")
    (project / "pack" / "nets.py").write_text(
        "from .scales import SCALE\ndef f(x=1.0):\n    return SCALE * x\n"
    )
    assert run(capsys, "pack/nets.py:f")[0] == 0
    assert run(capsys, "pack.nets.f")[0] == 0


def test_a_file_with_the_name_of_a_module_is_still_found(project, capsys):
    (project / "lib").mkdir()
    (project / "lib" / "json.py").write_text("def f(x=1.0):\n    return 2.0 * x\n")
    code, out, err = run(capsys, "lib/json.py:f")
    assert (code, "def f_backward(" in out) == (0, True), err


def test_a_module_stands_for_its_functions_with_examples(project, capsys):
    code, out, err = run(capsys, "shelf")
    assert code == 0
    assert names_of(out) == {
        f"{n}_{p}" for n in ("line", "curve", "product") for p in ("forward", "backward")
    }
    assert out.index("# shelf.line") < out.index("# shelf.curve") < out.index("# shelf.product")
    assert err.count("gradient check of") == 3


def test_a_module_tells_which_functions_it_leaves_out(project, capsys):
    for target in ("shelf", "shelf.py"):
        assert (
            "codegen: left out: 1 for no example of their own (without)\n" in run(capsys, target)[2]
        )
    assert "left out" not in run(capsys, "shelf.curve")[2]


def test_several_targets(project, capsys):
    code, out, _ = run(capsys, "shelf.curve", "shelf.line", "shelf.curve")
    assert code == 0
    assert out.count("def curve_forward") == out.count("def line_forward") == 1


def test_inputs_from_the_command_line(project, capsys):
    np.save(project / "x.npy", np.ones((2, 3)))
    assert run(capsys, "shelf.without", "--input", "x=-2.5")[0] == 0
    assert run(capsys, "shelf.without", "--input", "x=@x.npy")[0] == 0
    code, _, err = run(capsys, "shelf.without", "--input", "x=-2")
    assert code == 0
    assert "note: x: whole numbers count as floats" in err
    assert run(capsys, "shelf.product", "--input", "x=randn(4, 5)", "--input", "y=rand(5)")[0] == 0


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["shelf.without"], "without has no example for x"),
        (["shelf.curv"], "Did you mean curve"),
        (["shelf.np"], "module, not a function"),
        (["nowhere.f"], "no module nowhere"),
        (["nowhere.py:f"], "no file nowhere.py"),
        (["shelf.curve", "--input", "x"], "not NAME=VALUE"),
        (["shelf.curve", "--input", "z=1.0"], "--input z"),
        (["shelf.curve", "--input", "x=open('f')"], "cannot read"),
        (["shelf.curve", "--wrt", "z"], "no argument z"),
        (["shelf.curve", "--check"], "-o"),
        (["shelf.curve", "--exercise"], "--handout"),
        (["shelf.curve", "--handout", "doc"], "html"),
        (["shelf.curve", "-o", "shelf.py"], "would be lost"),
        (["not a target"], "no target"),
        ([], "mymodule.f"),
    ],
)
def test_wrong_usage_is_told_and_exits_with_2(project, capsys, argv, words):
    code, out, err = run(capsys, *argv)
    assert code == 2
    assert words in err
    assert out == ""
    assert "Traceback" not in err
    assert (project / "shelf.py").read_text() == SHELF


def test_a_module_that_cannot_be_imported_is_told_with_its_line(project, capsys):
    (project / "broken.py").write_text("x = 1\ny = 1 / 0\n")
    (project / "unread.py").write_text("def f(:\n")
    (project / "script.py").write_text("import sys\nsys.exit(0)\n")
    (project / "lacking.py").write_text("import there_is_none_such\n")
    for target, words in [
        ("broken.f", "ZeroDivisionError: division by zero, at broken.py:2"),
        ("broken.py:f", "ZeroDivisionError: division by zero, at broken.py:2"),
        ("unread.f", "unread.py:1"),
        ("script.f", "SystemExit"),
        ("lacking.f", "there_is_none_such"),
    ]:
        code, _, err = run(capsys, target)
        assert code == 2
        assert words in err
        assert "Traceback" not in err


def test_unsupported_code_exits_with_2_and_a_caret(project, capsys):
    (project / "hard.py").write_text(
        "import numpy as np\ndef f(x=np.ones(3)):\n    return np.i0(x)\n"
    )
    code, out, err = run(capsys, "hard.f")
    assert (code, out) == (2, "")
    assert "hard.py:3:" in err
    assert "^" in err


def failing(self, before=None):
    return Report(self.name, failures=("dx is wrong",) if self.name == "curve" else ())


def test_a_failed_gradient_check_exits_with_3_and_nothing_is_written(project, capsys, monkeypatch):
    monkeypatch.setattr(codegen.Module, "check", failing)
    code, out, err = run(capsys, "shelf.curve")
    assert (code, out) == (3, "")
    assert "dx is wrong" in err
    code, out, err = run(capsys, "shelf.line", "shelf.curve", "-o", "out.py")
    assert code == 3
    assert not (project / "out.py").exists()
    assert "nothing was written" in err


def test_in_a_folder_the_others_are_written_where_one_fails(project, capsys, monkeypatch):
    monkeypatch.setattr(codegen.Module, "check", failing)
    code, out, err = run(capsys, "shelf.line", "shelf.curve", "-o", "out/")
    assert code == 3
    assert [path.name for path in (project / "out").iterdir()] == ["line.py"]
    assert "1 of 2 failed: shelf.curve" in err
    assert "nothing was written" not in err


def test_one_refused_target_does_not_hide_the_others(project, capsys):
    code, out, err = run(capsys, "shelf.without", "shelf.curve")
    assert code == 2
    assert "def curve_backward(" in out
    assert "shelf.without: without has no example" in err


def test_files_and_folders_are_written(project, capsys):
    code, out, err = run(capsys, "shelf.curve", "-o", "made.py")
    assert (code, out) == (0, "")
    assert "wrote made.py" in err
    text = (project / "made.py").read_text()
    assert text.startswith("# Generated by codegen")
    assert "shelf.curve" in text
    assert "# To regenerate: python -m codegen shelf.curve -o made.py\n" in text
    assert run(capsys, "shelf", "-o", str(project / "out"))[0] == 0
    assert sorted(os.listdir(project / "out")) == ["curve.py", "line.py", "product.py"]
    assert str(project) not in (project / "out" / "line.py").read_text()
    assert "unchanged: made.py" in run(capsys, "shelf.curve", "-o", "made.py")[2]


def test_the_command_in_the_header_makes_the_same_file(project, capsys):
    np.save(project / "x.npy", np.ones(3))
    argv = [
        "shelf.product",
        "--input",
        f"x=@{project / 'x.npy'}",
        "--input",
        "y=randn(3) + ones(3)",
    ]
    assert run(capsys, *argv, "--wrt", "y", "-o", "made.py")[0] == 0
    text = (project / "made.py").read_text()
    assert str(project) not in text
    command = text.split("# To regenerate: python -m codegen ")[1].split("\n")[0]
    (project / "made.py").unlink()
    assert run(capsys, *shlex.split(command))[0] == 0
    assert (project / "made.py").read_text() == text


def test_a_lambda_is_called_as_its_module_calls_it(project):
    (project / "short.py").write_text("double = lambda x=1.0: 2.0 * x\n")
    assert name_of(*find("short.double")) == "double"
    assert name_of(*find("short.py:double")) == "double"


def test_a_module_object_writes_the_same_file(project, capsys):
    import shelf

    run(capsys, "shelf.curve", "-o", "made.py")
    codegen.generate(shelf.curve, 3.0).write("other.py")
    lines, others = ((project / name).read_text().splitlines() for name in ("made.py", "other.py"))
    assert lines[0] == others[0]
    assert others[1] == "# To regenerate: codegen.generate(shelf.curve, ...).write('other.py')"
    assert lines[2:] == others[2:]


def test_a_module_object_that_is_wrong_writes_nothing(project, monkeypatch):
    import shelf

    module = codegen.generate(shelf.curve, 3.0)
    monkeypatch.setattr(codegen.Module, "check", failing)
    with pytest.raises(codegen.CheckError, match="dx is wrong"):
        module.write("made.py")
    assert not (project / "made.py").exists()


def test_an_object_that_is_no_function_is_told(project, capsys):
    (project / "odd.py").write_text(
        "import functools\nf = functools.partial(pow, 2)\nclass C:\n    pass\nc = 3\n"
    )
    for target in ["odd.f", "odd.C", "odd.c"]:
        code, _, err = run(capsys, target, "--input", "exp=2.0")
        assert code == 2
        assert "function" in err
        assert "Traceback" not in err


def test_check_tells_whether_a_file_is_up_to_date(project, capsys):
    argv = ["shelf.curve", "-o", "made.py", "--check"]
    code, out, err = run(capsys, *argv)
    assert code == 1
    assert "+def curve_backward(" in out
    assert "made.py is missing" in err
    assert not (project / "made.py").exists()
    run(capsys, *argv[:-1])
    assert run(capsys, *argv)[:2] == (0, "")
    path = project / "made.py"
    path.write_text(path.read_text().replace("dx", "dz"))
    before = path.read_text()
    code, out, err = run(capsys, *argv)
    assert code == 1
    assert "python -m codegen shelf.curve -o made.py" in err
    assert path.read_text() == before


def test_diff_shows_what_would_change(project, capsys):
    run(capsys, "shelf.curve", "-o", "made.py")
    path = project / "made.py"
    path.write_text(path.read_text() + "# mine\n")
    code, out, _ = run(capsys, "shelf.curve", "-o", "made.py", "--diff")
    assert code == 0
    assert "-# mine\n" in out
    assert path.read_text().endswith("# mine\n")


def test_settings_name_the_targets(project, capsys, monkeypatch):
    settings(
        project,
        """
        output = "made"
        targets = ["shelf.curve", {target = "shelf.without", output = "other.py", wrt = "x", inputs = {x = "randn(4)"}}]
        """,
    )
    (project / "below").mkdir()
    monkeypatch.chdir(project / "below")
    code, out, err = run(capsys)
    assert (code, out) == (0, ""), err
    assert sorted(os.listdir(project / "made")) == ["curve.py", "other.py"]
    assert "# To regenerate: python -m codegen\n" in (project / "made" / "other.py").read_text()
    assert run(capsys, "--check")[0] == 0
    monkeypatch.chdir(project)
    assert run(capsys, "shelf.curve", "--check")[0] == 0
    (project / "made" / "other.py").write_text("")
    assert run(capsys, "--check")[0] == 1
    assert run(capsys, "shelf.curve", "--check")[0] == 0
    assert run(capsys, "shelf.without", "--check")[0] == 1


def test_a_path_in_the_settings_begins_beside_them_and_a_bare_name_is_in_the_folder(
    project, capsys
):
    settings(
        project,
        'targets = [{target = "shelf.curve", output = "src/own.py"}, {target = "shelf.line", output = "l.py"}]',
    )
    assert run(capsys)[0] == 0
    assert (project / "src" / "own.py").is_file()
    assert (project / "generated" / "l.py").is_file()
    assert run(capsys, "--check")[0] == 0


def test_settings_give_inputs_to_a_target_that_is_named(project, capsys):
    settings(project, 'targets = [{target = "shelf.without", inputs = {x = -3.0}}]')
    code, out, err = run(capsys, "shelf.without")
    assert code == 0, err
    assert "def without_forward" in out


def test_a_function_of_its_own_goes_before_its_module(project, capsys):
    settings(project, 'targets = ["shelf", {target = "shelf.line", wrt = ["w"]}]')
    assert run(capsys)[0] == 0
    assert "return dw" in (project / "generated" / "line.py").read_text()


def test_a_module_of_the_settings_says_nothing_about_functions_without_an_example(project, capsys):
    settings(
        project,
        """
        targets = ["shelf", {target = "shelf.without", inputs = {x = "randn(3)"}}]
        """,
    )
    assert run(capsys)[0] == 0
    assert run(capsys, "shelf.without", "--check")[0] == 0
    assert run(capsys, "shelf.curve", "--check")[0] == 0


def test_a_mistake_of_the_tool_is_told_with_its_traceback(project, capsys, monkeypatch):
    monkeypatch.setattr("codegen.passes.emit", len)  # it takes one argument
    code, out, err = run(capsys, "shelf.curve")
    assert (code, out) == (2, "")
    assert "Traceback" in err
    assert "codegen failed with TypeError: len() takes exactly one argument" in err
    assert "(passes.py:" in err
    assert "shelf.py:" in err
    assert "Please report it" in err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('outputs = "a"', "'outputs' (did you mean 'output'?)"),
        (
            'stile = "a"\nfoo = 1\ntargets = [{targt = "shelf", input = {x = 1}}]',
            "has unknown keys: 'stile' (did you mean 'style'?); 'foo'; "
            "'targt' in targets[0] (did you mean 'target'?); 'input' in targets[0] (did you mean 'inputs'?)",
        ),
        ("output = 3", "output is not a text"),
        ('style = "poem"', "'poem'"),
        ('targets = "shelf"', "targets is not a list"),
        ("targets = [3]", "targets[0]"),
        ('targets = ["shelf", {style = "notes"}]', "targets[1] has no target"),
        ('targets = [{target = "shelf", input = {x = 1}}]', "'input' in targets[0]"),
        ('targets = [{target = "shelf", wrt = 3}]', "targets[0].wrt"),
        ('targets = [{target = "shelf.curve", inputs = {z = 1}}]', "no argument z"),
        ('targets = ["shelf.curve", {target = "shelf.curve", wrt = "x"}]', "both be written"),
        ("targets = [", "pyproject.toml cannot be read"),
    ],
)
def test_wrong_settings_are_named(project, capsys, text, words):
    settings(project, text)
    code, _, err = run(capsys)
    assert code == 2
    assert words in err
    assert not (project / "generated").exists()


def test_wrt_chooses_the_gradients(project, capsys):
    for argv, gradients in [
        ([], "dx, dw"),
        (["--wrt", "w"], "dw"),
        (["--wrt", "x,w"], "dx, dw"),
        (["--wrt", "x"], "dx"),
    ]:
        _, out, _ = run(capsys, "shelf.line", *argv)
        assert out.rstrip().endswith(f"return {gradients}")


def test_the_style_reaches_the_generator(project, capsys, monkeypatch):
    seen = []
    generate = codegen.generate

    def spy(*args, **kwargs):
        seen.append(kwargs.pop("style"))
        return generate(*args, **kwargs)

    monkeypatch.setattr(codegen, "generate", spy)
    assert run(capsys, "shelf.curve", "--style", "notes")[0] == 0
    settings(project, 'style = "notes"')
    assert run(capsys, "shelf.curve")[0] == 0
    assert run(capsys, "shelf.curve", "--style", "assignment")[0] == 0
    assert seen == ["notes", "notes", "assignment"]


def test_handouts_are_asked_for(project, capsys, monkeypatch):
    calls = []
    handout = type(sys)("codegen.handout")
    handout.write_handout = lambda *args, **kwargs: calls.append((args, kwargs))
    handout.write_circuit = lambda *args: calls.append(args)
    monkeypatch.setitem(sys.modules, "codegen.handout", handout)
    code, out, _ = run(
        capsys,
        "--handout",
        "html,md",
        "--exercise",
        "shelf.curve",
        "--circuit",
        "c.svg",
        "-o",
        "out/",
    )
    assert (code, out) == (0, "")
    (module, formats, folder), options = calls[0]
    assert module.name == "curve"
    assert (formats, str(folder), options) == (
        ("html", "md"),
        "out",
        {"exercise": "medium", "solution": False},
    )
    assert not (project / "out" / "curve.py").exists()  # it is the answer
    assert str(calls[1][1]) == "c.svg"
    words = ("shelf.curve", "--handout", "html", "--exercise", "hard", "--paper", "letter")
    assert run(capsys, *words)[0] == 0
    assert calls[2][1] == {"exercise": "hard", "paper": "letter", "solution": False}
    assert run(capsys, *words, "--solution")[0] == 0
    assert calls[3][1]["solution"]


def test_a_handout_without_its_extra_is_told(project, capsys, monkeypatch):
    def lacking(*_, **__):
        raise ModuleNotFoundError("No module named 'nbformat'", name="nbformat")

    handout = type(sys)("codegen.handout")
    handout.write_handout = lacking
    monkeypatch.setitem(sys.modules, "codegen.handout", handout)
    code, _, err = run(capsys, "shelf.curve", "--handout", "ipynb")
    assert code == 2
    assert "nbformat" in err
    assert "codegen-backprop[handout]" in err
    code, _, err = run(capsys, "shelf.curve", "--circuit", "c.svg")
    assert code == 2


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_only_a_terminal_gets_colours(project, monkeypatch, capsys):
    pytest.importorskip("pygments")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    plain = run(capsys, "shelf.curve")[1]
    assert "\x1b[" not in plain
    monkeypatch.setattr(sys, "stdout", Terminal())
    cli.main(["shelf.curve"])
    shown = sys.stdout.getvalue()
    assert "\x1b[" in shown
    assert re.sub(r"\x1b\[[\d;]*m", "", shown) == plain
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "stdout", Terminal())
    cli.main(["shelf.curve"])
    assert sys.stdout.getvalue() == plain


def test_help_and_version(capsys):
    for argv, words in [
        (["--help"], ["randn(5, 10)", "[tool.codegen]", "exit codes"]),
        (["--version"], ["0.1.0"]),
    ]:
        with pytest.raises(SystemExit) as caught:
            cli.main(argv)
        assert caught.value.code == 0
        out = capsys.readouterr().out
        assert all(word in out for word in words)


def process(project, *argv, seed="0"):
    env = {
        **os.environ,
        "PYTHONHASHSEED": seed,
        "PYTHONPATH": os.path.dirname(os.path.dirname(codegen.__file__)),
    }
    return subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, *argv], cwd=project, env=env, capture_output=True, text=True, timeout=60
    )


def test_a_reader_that_leaves_early_is_no_error(project):
    script = "import sys; from codegen.cli.main import main; sys.stdin.read(1); sys.exit(main(['shelf']))"
    env = {**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(codegen.__file__))}
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    started = subprocess.Popen(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", script], cwd=project, env=env, **streams
    )
    started.stdout.close()
    started.stdin.write(b"x")
    started.stdin.close()
    messages = started.stderr.read()
    started.stderr.close()
    assert started.wait(60) == 0
    assert b"BrokenPipe" not in messages


def test_a_process_prints_the_same_bytes_under_every_hash_seed(project):
    first, second = (process(project, "-m", "codegen", "shelf", seed=seed) for seed in "12")
    assert first.returncode == second.returncode == 0, first.stderr
    assert first.stdout == second.stdout


def test_printing_code_imports_nothing_it_does_not_need(project):
    script = "import sys\nfrom codegen.cli.main import main\nmain(['shelf.curve'])\nprint(*sys.modules, file=sys.stderr)"
    found = process(project, "-c", script)
    loaded = set(found.stderr.splitlines()[-1].split())
    assert "def curve_backward(" in found.stdout
    assert not loaded & {
        "pygments",
        "hypothesis",
        "nbformat",
        "scipy",
        "doctest",
        "IPython",
        "codegen.handout",
    }


LAYERS = """\
import numpy as np

SCALE = 2.0
X0 = np.array([1.0, 2.0])


def soft(x):
    s = 1.0 / (1.0 + np.exp(-x))
    return s * np.tanh(s)


def first(x=0.5):
    '''
    >>> first(X0)
    '''
    return soft(x) * SCALE


def second(x=1.5, n=2):
    '''
    >>> second(made(2.0), n=3)
    '''
    return soft(x) ** n


def made(x):
    return x * np.ones(2)


def counts(n):
    '''
    >>> counts(["a", "b"])
    '''
    return len(n) * 2


def says(x):
    '''
    >>> says(1.0)
    '''
    return "no number"


def yields(x):
    '''
    >>> yields(1.0)
    '''
    yield x


def reads(x):
    '''
    >>> reads(open("table.csv"))
    '''
    return 2.0 * x


class Net:
    '''
    >>> net = Net(3)
    >>> net.loss(np.ones((2, 3)))
    >>> net.decay(0.1)
    >>> net.count()
    >>> net.wider(2.0)
    '''

    def __init__(self, n, m=2):
        self.W = np.full((n, m), 0.5)

    def forward(self, x):
        return np.tanh(x @ self.W)

    def loss(self, x):
        return np.sum(x @ self.W)

    def decay(self, rate):
        self.W = self.W - rate * self.W

    def count(self):
        self.calls = 1

    def wider(self, k):
        return Net(3)
"""


def test_a_whole_file_leaves_out_what_has_no_backward_pass(project, capsys):
    (project / "many.py").write_text(LAYERS)
    code, out, err = run(capsys, "many.py")
    assert code == 0
    assert names_of(out) >= {"first_backward", "second_backward", "loss_backward", "decay_backward"}
    last = err.splitlines()[-1]
    assert last == (
        "codegen: left out: 1 for no float argument (counts); 3 for no float result (says, Net.count, Net.wider); "
        "1 for no value returned (yields); 1 for no example that can be read (reads); 3 for no example of their own (soft, made, Net.forward)"
    )
    assert run(capsys, "many.py:counts")[0] == 2


def test_what_failed_is_summed_up(project, capsys):
    (project / "mixed.py").write_text(
        "import numpy as np\ndef f(x):\n    '''>>> f(1.0)'''\n    return np.i0(x)\n"
        "def g(x):\n    '''>>> g(1.0)'''\n    return x * x\n"
    )
    code, out, err = run(capsys, "mixed")
    assert code == 2
    assert "def g_backward" in out
    assert err.splitlines()[-1] == "codegen: 1 of 2 failed: mixed.f"


def test_several_functions_go_into_one_module(project, capsys):
    (project / "many.py").write_text(LAYERS)
    settings(project, 'output = "gradients.py"\ntargets = ["many.first", "many.second"]')
    assert run(capsys)[0] == 0
    text = (project / "gradients.py").read_text()
    assert text.count("import numpy as np") == text.count("def soft_forward(") == 1
    assert "# From many.first (sha256 " in text
    assert "# From many.second (sha256 " in text
    space = {}
    exec(text, space)
    out, cache = space["second_forward"](np.ones(2), 3)
    assert space["second_backward"](np.ones(2), cache).shape == (2,)
    assert run(capsys, "--check")[0] == 0
    assert run(capsys, "many.first", "many.second", "-o", "both.py")[0] == 0
    both = (project / "both.py").read_text()
    assert "# To regenerate: python -m codegen many.first many.second -o both.py\n" in both
    assert both.partition("\n\n")[2] == text.partition("\n\n")[2]


def test_one_name_for_two_things_in_one_module_is_refused(project, capsys):
    (project / "one.py").write_text("SCALE = 2.0\ndef f(x=1.0):\n    return SCALE * x * x\n")
    (project / "two.py").write_text("SCALE = 3.0\ndef g(x=1.0):\n    return SCALE * x * x\n")
    code, _, err = run(capsys, "one.f", "two.g", "-o", "both.py")
    assert code == 2
    assert "SCALE would be defined twice" in err


def test_check_finds_what_nothing_makes_any_more(project, capsys):
    settings(project, 'targets = ["shelf.curve", "shelf.line"]')
    assert run(capsys)[0] == 0
    (project / "generated" / "own.py").write_text("x = 1\n")
    assert run(capsys, "shelf.product", "-o", "generated/product.py")[0] == 0
    assert run(capsys, "--check")[0] == 0
    settings(project, 'targets = ["shelf.curve"]')
    code, _, err = run(capsys, "--check")
    assert code == 1
    assert "nothing makes generated/line.py any more" in err
    assert "own.py" not in err
    assert "product.py" not in err


def test_a_dash_is_the_standard_output(project, capsys):
    code, out, _ = run(capsys, "shelf.curve", "-o", "-")
    assert (code, out) == run(capsys, "shelf.curve")[:2]
    assert not (project / "-").exists()


def test_files_of_other_hands_are_not_overwritten(project, capsys):
    (project / "hand.py").write_text("x = 1\n")
    code, _, err = run(capsys, "shelf.curve", "-o", "hand.py")
    assert code == 2
    assert "hand.py was not written by codegen: it would be lost" in err
    assert (project / "hand.py").read_text() == "x = 1\n"
    (project / "hand.py").write_text("")
    assert run(capsys, "shelf.curve", "-o", "hand.py")[0] == 0
    assert run(capsys, "shelf.line", "-o", "hand.py")[0] == 0
    module = codegen.generate(find("shelf.curve")[0].function, 2.0)
    (project / "hand.py").write_text("x = 1\n")
    with pytest.raises(codegen.UsageError, match="would be lost"):
        module.write("hand.py")


def test_two_colons_name_a_function_too(project, capsys):
    assert run(capsys, "shelf.py::curve")[:2] == run(capsys, "shelf.py:curve")[:2]


def test_modules_are_found_in_src(project, capsys):
    (project / "src" / "pack").mkdir(parents=True)
    (project / "src" / "pack" / "__init__.py").write_text("")
    (project / "src" / "pack" / "nets.py").write_text("def f(x=1.0):\n    return 2.0 * x\n")
    assert run(capsys, "pack.nets.f")[0] == 0
    assert run(capsys, "src/pack/nets.py:f")[0] == 0


def test_sources_in_other_encodings_are_read_by_their_cookie(project, capsys):
    text = "# -*- coding: latin-1 -*-\ndef f(x=1.0):\n    größe = 2.0 * x  # für später\n    return größe * x\n"
    (project / "latin.py").write_bytes(text.encode("latin-1"))
    code, out, _ = run(capsys, "latin.f")
    assert code == 0
    assert "größe = 2.0 * x  # für später" in out
    text = text.replace("def", "import numpy as np\ndef").replace("größe * x", "größe * np.i0(x)")
    (project / "other.py").write_bytes(text.encode("latin-1"))
    code, _, err = run(capsys, "other.py:f")
    assert code == 2
    assert "    return größe * np.i0(x)\n                   ^\n" in err


def test_a_method_is_named_by_its_class(project, capsys):
    (project / "many.py").write_text(LAYERS)
    for target in ("many:Net.forward", "many.py:Net.forward", "many.Net.forward"):
        code, out, err = run(
            capsys, target, "--input", "self=Net(3, m=4)", "--input", "x=randn(5, 3)", "--wrt", "x"
        )
        assert code == 0, err
        assert "def net_backward(dout, cache)" in out
    code, _, err = run(capsys, "many:Net.forward", "--input", "self=Net()", "--input", "x=1.0")
    assert code == 2
    assert "cannot make Net(), for self: it raised TypeError" in err
    code, _, err = run(capsys, "many:Net.forward", "--input", "self=Other(3)", "--input", "x=1.0")
    assert code == 2
    assert (
        "many.Net is a class, not a function\n"
        "  Name one of its methods: Net.count, Net.decay, Net.forward, Net.loss, Net.wider."
        in run(capsys, "many:Net")[2]
    )


def test_quiet_tells_errors_only(project, capsys):
    assert run(capsys, "shelf", "--quiet")[2] == ""
    assert run(capsys, "shelf", "-q", "-o", "out/")[2] == ""
    assert "Did you mean curve" in run(capsys, "shelf.curv", "-q")[2]


def test_outputs_chooses_what_counts(project, capsys):
    (project / "two.py").write_text(
        "def f(x=2.0):\n    a = x * x\n    b = 3.0 * x\n    return a, b\n"
    )
    code, out, _ = run(capsys, "two.f", "--outputs", "b", "-o", "b.py")
    assert code == 0
    text = (project / "b.py").read_text()
    assert "--outputs b" in text
    assert "backprop a" not in text
    assert run(capsys, "two.f", "--outputs", "1")[1] in text
    settings(project, 'targets = [{target = "two.f", outputs = "b"}]')
    assert run(capsys)[0] == 0
    assert run(capsys, "--check")[0] == 0
    assert "backprop a" not in (project / "generated" / "f.py").read_text()
    assert run(capsys, "two.f", "--outputs", "c")[0] == 2


TALKS = '''
import numpy as np


def soft(x):
    s = 1.0 / (1.0 + np.exp(-x))
    return s * np.tanh(s)


def f(x=0.5, y=2.0):
    """Say what it does: \\"quoted\\".

    With a second line.
    """
    # a first remark
    return soft(x) + soft(y) * x
'''


def test_a_project_has_a_layout_of_its_own(project, capsys):
    (project / "talks.py").write_text(TALKS)
    settings(
        project,
        """
        line-length = 60
        docstrings = true
        forward = "{}_fwd"
        backward = "grad_{}"
        prefix = "_"
        targets = ["talks.f"]
        """,
    )
    assert run(capsys)[0] == 0
    text = (project / "generated" / "f.py").read_text()
    assert max(map(len, text.partition("\n\n")[2].splitlines())) <= 60
    space = {}
    exec(text, space)
    assert [n for n in space if not n.startswith("__")] == [
        "np",
        "_soft_fwd",
        "_grad_soft",
        "f_fwd",
        "grad_f",
    ]
    told = [line.strip() for line in space["f_fwd"].__doc__.strip().splitlines()]
    assert told == ['Say what it does: "quoted".', "", "With a second line."]
    out, cache = space["f_fwd"](0.5, 2.0)
    plain = codegen.generate(find("talks.f")[0].function, 0.5, 2.0)
    assert space["grad_f"](1.0, cache) == plain.backward(1.0, plain.forward(0.5, 2.0)[1])
    assert run(capsys, "--check")[0] == 0
    assert "def grad_f(dout, cache)" in run(capsys, "talks.f")[1]
    out = run(capsys, "talks.f", "--style", "notes")[1]
    assert '    """Say what it does' in out
    assert "def _soft_fwd(" in out
    settings(project, "line-length = 70")
    lines = run(capsys, "shelf.product", "--style", "notes")[1].splitlines()
    assert len({line.index("#(") for line in lines if "#(" in line and "=" in line}) <= 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('line-length = "wide"', "line-length is not a number"),
        ("docstrings = 1", "docstrings is not true or false"),
        ('forward = "run"', "without a {}"),
        ('forward = "{}_backward"', "'curve_backward': that is no name, or it is taken"),
        ('backward = "1{}"', "'1curve': that is no name"),
    ],
)
def test_layouts_that_cannot_be_are_refused(project, capsys, text, words):
    settings(project, f'targets = ["shelf.curve"]\n{text}')
    code, _, err = run(capsys)
    assert code == 2
    assert words in err


ANNOTATED = """
import numpy as np
import numpy.typing as npt
from numpy.typing import NDArray


class Mode:
    pass


def helper(x):
    return np.tanh(x) * x


def f(x: "npt.NDArray[np.float64]" = np.ones(3), w=np.float32(2.0), mode: Mode | None = None, n: int = 3) -> NDArray[np.float64]:
    return helper(x) * w
"""


def test_annotations_are_kept_and_told_by_the_example(project, capsys):
    (project / "typed.py").write_text(ANNOTATED)
    settings(project, "annotations = true\nline-length = 300")
    code, out, err = run(capsys, "typed.f", "--wrt", "x")
    assert code == 0, err
    assert "import numpy.typing as npt\n" in out
    assert (
        "def f_forward(x: npt.NDArray[np.float64] = np.ones(3), w: np.float32 = np.float32(2.0), "
        "mode: None = None, n: int = 3) -> tuple[NDArray[np.float64], tuple[Any, ...]]:"
    ) in out
    assert (
        "def f_backward(dout: NDArray[np.float64], cache: tuple[Any, ...]) -> NDArray[np.float64]:"
    ) in out
    out = run(capsys, "typed.f", "--wrt", "x", "--style", "notes")[1]
    assert "dout: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:" in out
    names_of(out)


WIDE = """
import numpy as np


def f(x: np.ndarray, gamma: np.ndarray = np.ones(3)) -> np.ndarray:
    \"\"\">>> f(np.arange(12.0).reshape(4, 3))\"\"\"
    mu = x.mean(axis=0)
    std = np.sqrt(((x - mu) ** 2).mean(axis=0) + 1e-5)
    return gamma * (x - mu) / std
"""


def test_the_style_of_the_notes_imports_what_it_reads_and_has_no_empty_numbers(project, capsys):
    (project / "wide.py").write_text(WIDE)
    settings(project, "annotations = true")
    code, out, err = run(capsys, "wide.f", "--style", "notes")
    assert code == 0, err
    assert "Any" not in out
    marks = [line for line in out.splitlines() if line.strip() == "#(1)"]
    assert marks and all(line == "    #(1)" for line in marks)
    names_of(out)


def test_every_line_of_an_advice_is_indented(project, capsys):
    (project / "counts.py").write_text(
        "import numpy as np\n\ndef f(x):\n    return np.histogram(x)\n"
    )
    err = run(capsys, "counts.f", "--input", "x=randn(3)")[2]
    assert "\n  Known forms: " in err and "\n  A row of your own" in err


def test_a_folder_is_told_as_one(project, capsys):
    (project / "parts").mkdir()
    (project / "parts" / "one.py").write_text("def f(x):\n    return x * 2\n")
    code, _, err = run(capsys, "parts")
    assert code == 2 and "parts is a folder" in err and "parts/file.py" in err


@pytest.mark.parametrize("target", ["math.sin", "numpy.exp"])
def test_a_function_without_source_is_asked_for_no_example(project, capsys, target):
    code, _, err = run(capsys, target)
    assert code == 2 and "is not a Python function" in err and "--input" not in err


RECORDS = """
from dataclasses import dataclass


@dataclass
class Pair:
    a: float
    b: float


def of_pair(p):
    return p.a * p.b


of_pair.__codegen_example__ = {"p": Pair(2.0, 3.0)}


def plain(x):
    return x * 2


plain.__codegen_example__ = {"x": 1.5}
"""


def test_a_function_without_a_notebook_leaves_the_others_theirs(project, capsys):
    (project / "records.py").write_text(RECORDS)
    code, _, err = run(capsys, "records", "--handout", "ipynb")
    assert code == 2 and "codegen: records.of_pair: a notebook cannot hold" in err
    assert (project / "plain.ipynb").exists() and not (project / "of_pair.ipynb").exists()


def test_a_file_without_examples_says_what_it_has_methods_too(project, capsys):
    methods = "".join(f"    def m{k}(self, x):\n        return x * {k}\n\n" for k in range(12))
    (project / "layers.py").write_text(
        f"def f(x):\n    return x\n\n\nclass Layer:\n    def _own(self, x):\n        return x\n\n{methods}"
    )
    code, _, said = run(capsys, "layers.py")
    assert code == 2
    assert "Its functions: f, Layer.m0, Layer.m1" in said
    assert "and 1 more. Name one with --input" in said
    assert "_own" not in said
