"""The notebook: a lesson goes in, a notebook that runs from top to bottom comes out.

An exercise has cells to fill in, and cells that check them.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from codegen.handout.cells import Code
from codegen.handout.drawing import svg
from codegen.handout.exercise import TASKS
from codegen.handout.finish import PLAIN, Finish
from codegen.handout.lesson import Lesson
from codegen.handout.markdown import math
from codegen.handout.mathml import missing
from codegen.handout.values import is_scalar


def notebook(
    lesson: Lesson, exercise: str | None = None, solution: bool = False, finish: Finish = PLAIN
) -> str:
    """Return the notebook of a lesson as text."""
    nbformat = notebook_format()
    book = nbformat.v4.new_notebook()
    book.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    cells = [cell for cell in parts(lesson, exercise, solution, finish) if cell[1].strip()]
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


def parts(
    lesson: Lesson, exercise: str | None, solution: bool, finish: Finish = PLAIN
) -> list[tuple[str, str]]:
    """Return the cells: kind and text."""
    head = finish.filled(
        "handout/head.md.j2",
        escaped=False,
        lesson=lesson,
        task=finish.words.say(TASKS[exercise]) if exercise else "",
        solution=solution,
        math=math,
    )
    picture = svg(lesson.circuit, blank=exercise is not None)
    code = Code(lesson)
    cells = [
        ("markdown", head),
        ("circuit", picture),
        ("code", code.setup()),
        ("markdown", "## Forward pass"),
        ("code", code.forward()),
    ]
    cells += [
        ("markdown", "## Backward pass"),
        ("code", code.backward(exercise)),
        ("code", code.run(exercise)),
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
                finish.filled(
                    "handout/check_values.py.j2",
                    escaped=False,
                    answers=answers(lesson),
                    shapes=shapes(lesson),
                ),
            )
        )
    else:
        cells.append(("markdown", "## Numeric check"))
        cells.append(("code", code.check(bool(exercise))))
    if not exercise:
        cells.append(
            ("markdown", finish.filled("handout/words.md.j2", escaped=False, lesson=lesson))
        )
    return cells


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
