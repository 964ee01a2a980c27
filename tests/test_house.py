"""The law of the house: imports go down only."""

import ast
import os
import pathlib
import subprocess
import sys
from collections.abc import Iterator

import pytest

ROOT = pathlib.Path(__file__).parent.parent
HOUSE = sorted((ROOT / "codegen").rglob("*.py"))

# From the top floor to the ground, as in docs/architecture.md: a room imports from its own floor or from below, also
# what is for type checkers alone.
FLOORS = (
    ("__main__",),
    ("cli",),
    ("codegen",),
    ("passes",),
    ("module",),
    ("handout",),
    ("judge",),
    ("check",),
    ("emit",),
    ("backward",),
    ("stage",),
    ("lower",),
    ("analysis",),
    ("trace",),
    ("inputs",),
    ("ir",),
    ("gates", "simplify"),
    ("pytree",),
    ("syntax", "process", "progress"),
    ("errors", "version", "pairs", "records", "draws", "tables"),
)
# What is imported inside a function: libraries that cost time or may be missing, and what only some runs need.
LATE = {
    "black",
    "jinja2",
    "markupsafe",
    "pygments",
    "math_core",
    "nbformat",
    "IPython",
    "doctest",
    "tomllib",
    "resource",
    "html",
    "zipfile",
    "decimal",
}
LATE_ROOMS = {"handout", "check", "cli", "module", "passes"}
PROGRAMS = {"__main__", "handout.gallery"}
# Files that few functions need, and that are imported where they are: most of the time of a small function is that of
# imports.
SELDOM = {
    "backward.stores",
    "cli.show",
    "emit.annotated",
    "emit.destination",
    "emit.together",
    "gates.advice",
    "inputs.literal",
    "inputs.printed",
    "lower.header",
    "lower.mutation",
    "lower.tries",
    "trace.normalize.bykey",
    "trace.normalize.chains",
    "trace.normalize.collected",
    "trace.normalize.comprehensions",
    "trace.normalize.itemwise",
    "trace.normalize.managers",
    "trace.normalize.matches",
    "trace.normalize.overkeys",
    "trace.normalize.places",
    "trace.normalize.ternaries",
    "trace.normalize.unrolled",
    "trace.normalize.walruses",
    "trace.normalize.wrappers",
    "trace.slicing",
}


def module_of(path: pathlib.Path) -> str:
    """The dotted name of a file, without the package's own."""
    parts = path.relative_to(ROOT / "codegen").with_suffix("").parts
    parts = parts[:-1] if parts[-1] == "__init__" else parts
    return ".".join(parts) or "codegen"


def floor_of(module: str) -> int:
    """The number of a room's floor, counted from the top, where the programs stand."""
    if module in PROGRAMS:
        return 0
    room = module.partition(".")[0]
    return next((number for number, rooms in enumerate(FLOORS) if room in rooms), -1)


def imports_of(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """The modules that a file imports, those for type checkers too, and whether not at the top of the file."""
    top = {id(node) for node in tree.body}
    for node in tree.body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            top |= {id(inner) for inner in node.body}
    modules = {module_of(path) for path in HOUSE}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) not in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}".removeprefix("codegen.")
                whole = (
                    f"codegen.{full}"
                    if node.module.startswith("codegen") and full in modules
                    else node.module
                )
                yield whole, id(node) not in top


@pytest.mark.parametrize("path", HOUSE, ids=module_of)
def test_imports_go_down(path: pathlib.Path) -> None:
    here = module_of(path)
    assert floor_of(here) >= 0, f"{here} is on no floor: add it to FLOORS"
    for name, late in imports_of(ast.parse(path.read_text())):
        if name.partition(".")[0] == "codegen":
            room = name.removeprefix("codegen.") if name != "codegen" else "codegen"
            assert floor_of(room) >= floor_of(here), f"{here} imports {name}, which is above it"
            is_known = room.partition(".")[0] in LATE_ROOMS or here in PROGRAMS
            assert (
                not late or is_known or room in SELDOM
            ), f"{here} imports {name} inside a function"
        elif late:
            assert name.partition(".")[0] in LATE, f"{here} imports {name} inside a function"


def test_a_small_function_imports_nothing_that_few_need(tmp_path: pathlib.Path) -> None:
    (tmp_path / "small.py").write_text(
        "def f(x: float, y: float) -> float:\n    return x * y + x\n"
    )
    run = "import sys; from codegen.cli.main import main; main(['small.py:f']); print(*sys.modules)"
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", run],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.fspath(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "def f_backward" in done.stdout
    loaded = {name.removeprefix("codegen.") for name in done.stdout.split()}
    found = sorted(loaded & SELDOM)
    assert not found, "import them where they are needed"
    assert SELDOM <= {module_of(path) for path in HOUSE}, "take out what is gone"


def test_every_floor_has_rooms() -> None:
    modules = {module_of(path).partition(".")[0] for path in HOUSE}
    for rooms in FLOORS:
        assert set(rooms) <= modules, f"{set(rooms) - modules} are gone: take them out of FLOORS"
