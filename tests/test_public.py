"""Only public names: what begins with an underscore is gone in the next release; and text that linters accept."""

import ast
import os
import pathlib
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator

import pytest

from codegen.cli.main import main

ROOT = pathlib.Path(__file__).parents[1]
FILES = sorted((ROOT / "codegen").rglob("*.py"))
# Documented in spite of their underscore.
PUBLIC = {
    "_field_defaults",  # of named tuples
    "_fields",  # of ast nodes and named tuples
    "_attributes",  # of ast nodes
    "_replace",  # of named tuples
    "_asdict",  # of named tuples
    "_repr_html_",  # what a notebook asks for
    "_render_traceback_",  # what IPython asks for
}


def private(name: str) -> bool:
    """Whether a name is private to whoever wrote it."""
    return name.startswith("_") and not name.endswith("__") and name not in PUBLIC


def foreign(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The private names of others that a file uses, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not (node.module or "").startswith("codegen"):
            names = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [part for alias in node.names for part in alias.name.split(".")]
        elif isinstance(node, ast.Attribute):
            own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            names = [] if own else [node.attr]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in (
            "getattr",
            "hasattr",
            "setattr",
            "import_module",
        ):
            words = [a.value for a in node.args if isinstance(a, ast.Constant)]
            names = [part for word in words if isinstance(word, str) for part in word.split(".")]
        else:
            continue
        yield from ((node.lineno, name) for name in names if private(name))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_private_name_of_others_is_used(path: pathlib.Path) -> None:
    assert list(foreign(ast.parse(path.read_text()))) == []


def test_private_names_are_seen() -> None:
    text = "import ast, os._x\nfrom numpy import _core\nast._Unparser\ngetattr(ast, '_X')\nself._a\nx._fields"
    assert sorted(name for _, name in foreign(ast.parse(text))) == [
        "_Unparser",
        "_X",
        "_core",
        "_x",
    ]


def test_generated_modules_pass_the_default_rules_of_ruff() -> None:
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--output-format", "concise"]
    found = subprocess.run([*command, "generated"], cwd=ROOT, capture_output=True, text=True)
    assert ours(found.stdout, ROOT) == []


def ours(output: str, folder: pathlib.Path) -> list[str]:
    """What a checker says about lines that are not the examples' own."""
    theirs = {line.strip() for path in (ROOT / "examples").glob("*.py") for line in path.open()}
    found = []
    for one in output.splitlines():
        path, _, rest = one.partition(".py:")
        number = rest.partition(":")[0]
        if number.isdigit():
            line = (folder / f"{path}.py").read_text().splitlines()[int(number) - 1]
            if line.strip() not in theirs:
                found.append(f"{one}\n    {line}")
    return found


@pytest.mark.long
@pytest.mark.skipif(not os.path.exists("/proc/cpuinfo"), reason="mypy counts the processors there")
def test_generated_modules_are_typed_strictly_when_annotations_are_kept(
    tmp_path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["codegen"]
    targets = [
        f'{{target = "{t["target"]}", output = "{t["output"]}", style = "{t.get("style", "assignment")}"}}'
        for t in settings["targets"]
    ]
    text = f"[tool.codegen]\nannotations = true\ntargets = [{', '.join(targets)}]\n"
    (tmp_path / "pyproject.toml").write_text(text)
    assert main(["-q"]) == 0
    command = [sys.executable, "-m", "mypy", "--strict", "--explicit-package-bases", "generated"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "error" not in done.stderr
    assert "source files" in done.stdout
    assert ours(done.stdout, tmp_path) == []
    assert (tmp_path / "generated" / "notes" / "staged.py").read_text().count("float") == 6
