"""Handouts: a finished module goes in; circuits, pages, notebooks and exercises come out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from codegen.errors import UsageError
from codegen.files import write
from codegen.handout.adapter import read
from codegen.handout.drawing import svg
from codegen.handout.exercise import level_of
from codegen.handout.folding import diagram
from codegen.handout.graphs import dot, mermaid
from codegen.handout.lesson import Lesson, lesson

if TYPE_CHECKING:
    from codegen.module import Module

__all__ = ["FORMATS", "circuit_svg", "write_circuit", "write_handout"]
FORMATS = ("html", "md", "ipynb", "pdf")
CIRCUITS = {".svg": svg, ".dot": dot, ".mmd": mermaid}


def write_handout(
    module: Module, formats: Sequence[str], folder: str | Path, exercise: str | None = None
) -> list[Path]:
    """Write the handout of a module.

    Parameters
    ----------
    module : Module
    formats : sequence of {"html", "md", "ipynb", "pdf"}
    folder : path
        Where the files go; made if it is not there.
    exercise : {"easy", "medium", "hard"}, optional
        Write an exercise of this level, and its solution beside it.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    CodegenError
        If a format is unknown, or something that it needs is not installed.
    """
    for name in formats:
        if name not in FORMATS:
            raise UsageError(
                f"there is no handout format {name!r}", advice=f"Choose from {', '.join(FORMATS)}."
            )
    level = level_of(exercise) if exercise is not None else None
    told = lesson(module)
    versions: list[tuple[str, str | None, bool]] = [("", None, False)]
    if level is not None:
        versions = [("_exercise", level, False), ("_solution", None, True)]
    texts = [
        (Path(folder, f"{module.name}{ending}.{name}"), content(told, name, blanks, solution))
        for ending, blanks, solution in versions
        for name in dict.fromkeys(formats)
    ]
    for path, data in texts:
        write(path, data)
    return [path for path, _ in texts]


def content(told: Lesson, name: str, exercise: str | None, solution: bool) -> bytes:
    """Return one file of a handout."""
    from codegen.handout.markdown import markdown
    from codegen.handout.notebook import notebook
    from codegen.handout.page import page
    from codegen.handout.paper import pdf

    if name == "pdf":
        return pdf(page(told, exercise, solution))
    make = {"html": page, "md": markdown, "ipynb": notebook}[name]
    return make(told, exercise, solution).encode()


def circuit_svg(module: Module, detail: str = "auto", flow: str = "auto") -> str:
    """Return the circuit of a module as an SVG picture.

    Parameters
    ----------
    module : Module
    detail : {"auto", "gates", "fused", "lines"}
        Every gate by itself, gates as the table fuses them, or one gate for each line; by default the finest that is
        easy to read.
    flow : {"auto", "across", "down"}
        Left to right, or top to bottom; by default left to right while it is not too wide.
    """
    return svg(diagram(read(module), detail), flow)


def write_circuit(module: Module, path: str | Path) -> Path:
    """Write the circuit of a module; the ending of the path says how.

    Parameters
    ----------
    module : Module
    path : path
        Ends in .svg (a picture), .dot (Graphviz) or .mmd (Mermaid).

    Raises
    ------
    CodegenError
        If the ending is another.
    """
    target = Path(path)
    if target.suffix not in CIRCUITS:
        raise UsageError(
            f"a circuit cannot be written as {target.name}",
            advice=f"Let the name end in one of {', '.join(CIRCUITS)}.",
        )
    write(target, CIRCUITS[target.suffix](diagram(read(module))))
    return target
