"""The law of the house: imports go down only, files and functions stay small, one word per concept."""

import ast
import pathlib
import re
from collections.abc import Iterator

import pytest

ROOT = pathlib.Path(__file__).parent.parent
HOUSE = sorted((ROOT / "codegen").rglob("*.py"))

# From the top floor to the ground: a room imports from its own floor or from below.
FLOORS = (
    ("__main__", "handout.gallery"),
    ("cli",),
    ("deliver",),
    ("jobs",),
    ("targets", "configuration", "terminal"),
    ("codegen",),
    ("module",),
    ("handout", "check"),
    ("destination", "differentiable"),
    ("program",),
    ("arguments", "forwardlines", "shifts"),
    ("forward", "globals", "written"),
    ("backward",),
    ("emit", "stages", "userlines", "wanted"),
    ("names", "needs", "numbered"),
    ("local",),
    ("unitaxes",),
    ("cheap", "sides", "spell"),
    ("trace",),
    ("inputs",),
    ("circuit", "lines"),
    ("gates", "simplify"),
    ("collector", "expr", "errors", "version"),
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
}
LATE_ROOMS = {"handout", "check", "destination", "module"}
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}
OTHER_WORDS = re.compile(
    r"\b(primitives?|vjps?|cotangents?|adjoints?|tapes?|residuals?)\b", re.IGNORECASE
)
LONGEST_FILE, LONGEST_FUNCTION = 320, 60


def module_of(path: pathlib.Path) -> str:
    """The dotted name of a file, without the package's own."""
    parts = path.relative_to(ROOT / "codegen").with_suffix("").parts
    parts = parts[:-1] if parts[-1] == "__init__" else parts
    return ".".join(parts) or "codegen"


def floor_of(module: str) -> int:
    """The number of a room's floor, counted from the top."""
    for number, rooms in enumerate(FLOORS):
        if module in rooms:
            return number
    package = module.partition(".")[0]
    return next((n for n, rooms in enumerate(FLOORS) if package in rooms), -1)


def imports_of(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """The modules that a file imports, and whether inside a function; what only type checkers see does not count."""
    hidden = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    top = {id(node) for node in tree.body}
    modules = {module_of(path) for path in HOUSE}
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
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
            assert (
                not late or room.partition(".")[0] in LATE_ROOMS or here in FLOORS[0]
            ), f"{here} imports {name} inside a function"
        elif late:
            assert name.partition(".")[0] in LATE, f"{here} imports {name} inside a function"


def test_every_floor_has_rooms() -> None:
    modules = {module_of(path) for path in HOUSE}
    for rooms in FLOORS:
        assert set(rooms) <= modules, f"{set(rooms) - modules} are gone: take them out of FLOORS"


@pytest.mark.parametrize("path", HOUSE, ids=module_of)
def test_files_and_functions_are_small(path: pathlib.Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= LONGEST_FILE, "two nouns in one file? split it"
    assert path.stem not in EMPTY_NAMES, "a name that says nothing"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.end_lineno is not None:
            length = node.end_lineno - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", HOUSE, ids=module_of)
def test_every_room_says_what_it_is(path: pathlib.Path) -> None:
    tree = ast.parse(path.read_text())
    if not tree.body:
        return
    assert ast.get_docstring(tree), "what flows in, what comes out?"
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inner = {
        id(part) for function in functions for part in ast.walk(function) if part is not function
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.FunctionDef | ast.ClassDef)
            and id(node) not in inner
            and not node.name.startswith("__")
        ):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


TEXTS = [*HOUSE, *sorted((ROOT / "templates").rglob("*.*")), ROOT / "README.md"]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_one_word_per_concept(path: pathlib.Path) -> None:
    found = OTHER_WORDS.search(path.read_text())
    assert found is None, f"the house says it otherwise than {found and found[0]!r}"
