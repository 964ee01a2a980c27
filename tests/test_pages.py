"""The pages keep their word: what commands print, which files there are, which passes can be looked at."""

import collections
import pathlib
import re

import pytest

import codegen
from codegen.cli.arguments import PASSES
from codegen.cli.main import main
from codegen.cli.show import shown
from codegen.inputs import example_inputs
from codegen.progress import looked_at
from examples.modes import batchnorm_modes
from examples.sequences import lstm
from tests.pages import PAGES, ROOT, digits, filled


@pytest.mark.parametrize("page", PAGES)
def test_pages_show_what_commands_print(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    text = (ROOT / page).read_text()
    assert digits(filled(text)) == digits(text), f"{page} is stale: python -m tests.pages"


def test_files_that_pages_name_are_there():
    for page in (ROOT / "docs" / "architecture.md", ROOT / "README.md"):
        for name in re.findall(
            r"`((?:codegen|templates|tests|examples|docs)/[\w./-]*)`", page.read_text()
        ):
            assert (ROOT / name).exists(), f"{page.name}: {name}"


def test_files_that_rooms_name_are_there():
    architecture = [ROOT / "docs" / "architecture.md"]
    for page in (*architecture, *(ROOT / "codegen").rglob("__init__.py")):
        known = {
            p.name for p in (ROOT / "codegen" if page in architecture else page.parent).rglob("*")
        }
        for name in re.findall(r"`(\w+\.py)`", page.read_text()):
            is_pattern = any(part.isupper() for part in re.split("[_.]", name))
            assert is_pattern or name in known, f"{page.relative_to(ROOT)}: {name}"


def test_the_files_to_open_hold_what_is_to_be_written():
    text = (ROOT / "docs" / "architecture.md").read_text()
    table = text.partition("| I want to add |")[2].partition("\n\n")[0]
    for row in table.splitlines()[2:]:
        named = [ROOT / name for name in re.findall(r"`((?:codegen|templates)/[\w./-]*)`", row)]
        files = [
            p
            for n in named
            for p in ((*n.parent.rglob("*.py"),) if n.is_file() else n.rglob("*"))
            if p.is_file() and "__pycache__" not in p.parts
        ]
        held = "".join(p.read_text() for p in files)
        for name in re.findall(
            r"`((?:[a-z]+_\w+|[A-Z]\w+(?:\.\w+)?|recomputed|finish|literal))`", row
        ):
            for part in name.split("."):
                assert part in held, f"{row}: {name}"


@pytest.fixture(scope="module")
def looks():
    """What each pass makes of two long functions, which are generated once for all passes."""
    found = collections.defaultdict(str)

    def look(made_by, made):
        found[function.__name__, made_by] += shown(made)

    for function in (lstm, batchnorm_modes):
        given = example_inputs(function)
        with looked_at(look):
            codegen.generate(function, *given.args, **given.kwargs)
    return found


@pytest.mark.parametrize("name", PASSES)
def test_every_pass_can_be_looked_at(name, looks, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert main(["examples.notes.staged", "--show", name, "-q"]) == 0
    texts = {"staged": capsys.readouterr().out}
    texts |= {one: looks[one, name] for one in ("lstm", "batchnorm_modes")}
    for function, out in texts.items():
        said = {"analyze": "# useful", "remember": "cache: "}.get(name, function)
        assert said in out or "backprop" in out
        assert "<ast." not in out
        assert "object at" not in out


def test_a_refused_function_is_shown_as_far_as_it_came(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (pathlib.Path("hard.py")).write_text(
        "import numpy as np\ndef f(x=np.ones(3)):\n    return np.i0(x)\n"
    )
    assert main(["hard.py:f", "--show", "observe"]) == 2
    assert "return np.i0(x)" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["hard.py:f", "--show", "nothing"])
