"""The notebook: a lesson goes in, a notebook that runs from top to bottom comes out; an exercise has cells to fill in and to check."""

from __future__ import annotations

import ast
import hashlib
from typing import Any

import numpy as np

from codegen.handout.drawing import svg
from codegen.handout.exercise import BLANK, TASKS, blanked
from codegen.handout.lesson import Lesson
from codegen.handout.literal import literal
from codegen.handout.mathml import missing
from codegen.handout.recording import Listed
from codegen.handout.running import call_text
from codegen.handout.templates import rendered
from codegen.handout.values import is_scalar

TODO = "None  # your turn"


def notebook(lesson: Lesson, exercise: str | None = None, solution: bool = False) -> str:
    """Return the notebook of a lesson as text."""
    nbformat = notebook_format()
    book = nbformat.v4.new_notebook()
    book.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    cells = [cell for cell in parts(lesson, exercise, solution) if cell[1].strip()]
    for i, (kind, text) in enumerate(cells):
        if kind == "circuit":
            book.cells.append(circuit_cell(text))
            continue
        make = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
        cell = make(text.strip())
        cell["id"] = hashlib.sha256(f"{i} {kind} {text}".encode()).hexdigest()[:12]
        book.cells.append(cell)
    nbformat.validate(book)
    return str(nbformat.writes(book)) + "\n"


def circuit_cell(picture: str) -> Any:
    """Return a cell that shows a circuit, its output already in place."""
    nbformat = notebook_format()
    cell = nbformat.v4.new_code_cell(
        f'from IPython.display import SVG\n\nSVG("""{picture.strip()}""")'
    )
    cell["id"] = hashlib.sha256(picture.encode()).hexdigest()[:12]
    cell.metadata = {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
    cell.execution_count = 1
    data = {"image/svg+xml": picture, "text/plain": "<IPython.core.display.SVG object>"}
    cell.outputs = [nbformat.v4.new_output("execute_result", data, execution_count=1)]
    return cell


def notebook_format() -> Any:
    """Return nbformat, which has no types."""
    try:
        import nbformat
    except ImportError as error:
        raise missing("nbformat") from error
    return nbformat


def parts(lesson: Lesson, exercise: str | None, solution: bool) -> list[tuple[str, str]]:
    """Return the cells: kind and text."""
    head = rendered(
        "handout/head.md.j2",
        escaped=False,
        lesson=lesson,
        task=TASKS[exercise] if exercise else "",
        solution=solution,
    )
    picture = svg(lesson.circuit, blank=exercise is not None)
    cells = [
        ("markdown", head),
        ("circuit", picture),
        ("code", setup(lesson)),
        ("markdown", "## Forward pass"),
        ("code", forward_code(lesson)),
    ]
    cells += [
        ("markdown", "## Backward pass"),
        ("code", backward_code(lesson, exercise)),
        ("code", run_code(lesson, exercise)),
    ]
    if exercise == "easy":
        cells += [
            (
                "markdown",
                "## Gradients by hand\n\nWrite down each gradient, to two digits, then run the check.",
            ),
            ("code", values_cell(lesson)),
        ]
        cells.append(
            (
                "code",
                rendered(
                    "handout/check_values.py.j2",
                    escaped=False,
                    answers=answers(lesson),
                    shapes=shapes(lesson),
                ),
            )
        )
    else:
        wrt = lesson.recording.wrt
        cells.append(("markdown", "## Numeric check"))
        calls = {w: arguments_text(lesson, **{w: "value"}) for w in wrt}
        fields = {"name": lesson.name, "calls": calls, "exercise": bool(exercise)}
        cells.append(("code", rendered("handout/check.py.j2", escaped=False, **fields)))
    if not exercise:
        cells.append(("markdown", rendered("handout/words.md.j2", escaped=False, lesson=lesson)))
    return cells


def setup(lesson: Lesson) -> str:
    """Return the cell with imports, constants and helpers of the generated module, and the example inputs."""
    tree = ast.parse(lesson.recording.source)
    lines = lesson.recording.source.splitlines()
    own = (f"{lesson.name}_forward", f"{lesson.name}_backward")
    kept = [s for s in tree.body if not (isinstance(s, ast.FunctionDef) and s.name in own)]
    text = "\n".join(
        "\n".join(lines[first_line(s) - 1 : s.end_lineno])
        + ("\n\n" if isinstance(s, ast.FunctionDef) else "")
        for s in kept
    )
    imports = "" if "import numpy as np" in text else "import numpy as np\n"
    inputs = "\n".join(
        f"{name} = {literal(value)}" for name, value in lesson.recording.arguments.items()
    )
    return f"{imports}{text}\n\n# example inputs\n{inputs}"


def first_line(statement: ast.stmt) -> int:
    """Return the first line of a statement, decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(d.lineno for d in decorators)])


def forward_code(lesson: Lesson) -> str:
    """Return the forward function and its call."""
    names = arguments_text(lesson)
    return plain(list(lesson.forward)) + f"\n\n\nout, cache = {lesson.name}_forward({names})\nout"


def arguments_text(lesson: Lesson, **names: str) -> str:
    """Return the arguments of a call of the forward function."""
    return call_text(lesson.recording.namespace[f"{lesson.name}_forward"], names)


def plain(lines: list[Listed]) -> str:
    """Return lines as text."""
    return "\n".join(line.text for line in lines)


def backward_code(lesson: Lesson, exercise: str | None) -> str:
    """Return the backward function, with blanks to fill in."""
    if exercise is None or exercise == "easy":
        return "" if exercise else plain(list(lesson.backward))
    found = []
    for line in blanked(lesson.backward, exercise):
        text = line.text
        if BLANK in text:
            before = text.split(BLANK)[0].rstrip()
            text = f"{before} {TODO}" if before.endswith("=") else f"{before} = {TODO}, = or +="
        found.append(text)
    return "\n".join(found)


def run_code(lesson: Lesson, exercise: str | None) -> str:
    """Return the cell that runs the backward pass."""
    if exercise:
        return "" if exercise == "easy" else f"dout = {literal(lesson.recording.dout)}"
    wrt = lesson.recording.wrt
    left = ", ".join(f"d{w}" for w in wrt)
    shown = left if len(wrt) > 1 else f"d{wrt[0]}"
    return f"dout = {literal(lesson.recording.dout)}\n{left} = {lesson.name}_backward(dout, cache)\n{shown}"


def answers(lesson: Lesson) -> dict[str, float]:
    """Return the gradients that are numbers, by the name of their wire."""
    return {
        g.name: round(float(g.gradient), 6)
        for g in lesson.circuit.gates
        if g.name and g.gradient is not None and is_scalar(g.gradient)
    }


def values_cell(lesson: Lesson) -> str:
    """Return the cell in which gradients are written down."""
    names = answers(lesson)
    if not names:
        rows = {g.name: g for g in lesson.circuit.gates if g.name and g.gradient is not None}
        return (
            "shapes = {\n"
            + "".join(
                f'    "d{n}": None,  # your turn: the shape of the gradient, such as (5, 3)\n'
                for n in rows
            )
            + "}"
        )
    return "gradients = {\n" + "".join(f'    "d{n}": None,  # your turn\n' for n in names) + "}"


def shapes(lesson: Lesson) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the gradients, by the name of their wire."""
    return {
        g.name: tuple(int(n) for n in np.shape(g.gradient))
        for g in lesson.circuit.gates
        if g.name and g.gradient is not None
    }
