"""Handouts: a finished module goes in; circuits, pages, notebooks and exercises come out.

A run of the module is recorded (`recording/`), its lines are broken into gates (`circuit/`) and drawn (`layout/`);
`lesson/` says in words and formulas what happens, `formats/` writes it. `wording.py` and `finish.py` are what a course
may say and show otherwise, `variants.py` draws other numbers, `magic.py` is for notebooks, `gallery.py` makes ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from codegen.emit.destination import write
from codegen.errors import UsageError, visible
from codegen.handout.circuit.folding import diagram
from codegen.handout.circuit.graphs import dot, mermaid
from codegen.handout.finish import TASKS, Finish
from codegen.handout.layout.drawing import svg
from codegen.handout.lesson import Lesson, lesson
from codegen.handout.recording import Finished
from codegen.handout.recording.adapter import read
from codegen.handout.variants import variant
from codegen.handout.wording import named, worded

__all__ = ["FORMATS", "circuit_svg", "write_circuit", "write_handout"]
FORMATS = ("html", "md", "ipynb", "pdf", "slides", "tex")
GRADERS = ("", "nbgrader", "otter")
CIRCUITS = {".svg": svg, ".dot": dot, ".mmd": mermaid}


def write_handout(
    module: Finished,
    formats: Sequence[str],
    folder: str | Path,
    exercise: str | None = None,
    paper: str = "a4",
    solution: bool = True,
    templates: str | Path | None = None,
    words: str | Path | None = None,
    grader: str = "",
    seed: int | None = None,
) -> list[Path]:
    """Write the handout of a module.

    Parameters
    ----------
    module : Module
    formats : sequence of {"html", "md", "ipynb", "pdf", "slides", "tex"}
    folder : path
        Where the files go; made if it is not there.
    exercise : {"easy", "medium", "hard"}, optional
        Write an exercise of this level.
    paper : {"a4", "letter"}
        What pages are printed on.
    solution : bool
        Whether the solution of an exercise is written beside it.
    templates : path, optional
        A folder of own templates, such as `handout/page.css`; what it lacks is taken from ours.
    words : path or str, optional
        A TOML file of sentences and what is said instead of them, or a language, such as `"de"`.
    grader : {"nbgrader", "otter"}, optional
        Give the notebook of an exercise cells that earn points, stage by stage.
    seed : int, optional
        Take other numbers, and other signs, in place of the example: a variant with a solution of its own.

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
    if exercise not in (None, *TASKS):
        raise UsageError(
            f"there is no exercise level {exercise!r}", advice=f"Choose one of {', '.join(TASKS)}."
        )
    if grader not in GRADERS:
        raise UsageError(
            f"there is no grader {grader!r}", advice=f"Choose one of {', '.join(GRADERS[1:])}."
        )
    finish = Finish(paper, Path(templates) if templates else None, named(words), grader)
    told = worded(lesson(module if seed is None else variant(module, seed)), finish.words)
    stem = module.name if seed is None else f"{module.name}_{seed}"
    versions = {stem: finish}
    if exercise is not None:
        if "ipynb" in formats:
            refuse_unjudged(told)
        versions = {f"{stem}_exercise": replace(finish, exercise=exercise)}
        versions |= {f"{stem}_solution": replace(finish, solution=True)} if solution else {}
    made: dict[str, bytes] = {}
    for own, one in versions.items():
        for name in dict.fromkeys(formats):
            made |= content(told, name, own, one)
    paths = {Path(folder, name): data for name, data in made.items()}
    for path, data in paths.items():
        write(path, data)
    return list(paths)


def refuse_unjudged(told: Lesson) -> None:
    """Refuse a notebook that is to judge what a student writes if the output is more than arrays beside each other."""
    dout = told.recording.dout
    try:
        for one in dout if isinstance(dout, tuple) else (dout,):
            np.asarray(one, np.float64)
    except (TypeError, ValueError):
        raise UsageError(
            f"{told.name} returns other things than arrays and tuples of them: no notebook can judge an exercise of it",
            advice="Return a tuple, or choose html or md.",
        ) from None


def content(told: Lesson, name: str, stem: str, finish: Finish) -> dict[str, bytes]:
    """Return the files of one format of a handout by their names, which begin with `stem`."""
    from codegen.handout.formats.markdown import markdown
    from codegen.handout.formats.notebook import companions, notebook
    from codegen.handout.formats.page import page, pdf
    from codegen.handout.formats.slides import slides
    from codegen.handout.formats.tex import tex

    if name == "pdf":
        return {f"{stem}.pdf": pdf(page(told, finish))}
    if name == "tex":
        files = tex(told, stem, finish)
        return {file: text.encode() for file, text in files.items()}
    if name == "slides":
        return {f"{stem}_slides.html": slides(told, finish).encode()}
    if name == "md":
        text = markdown(told, finish, f"{stem}.svg")
        picture = svg(told.circuit, blank=finish.blank)
        return {f"{stem}.md": text.encode(), f"{stem}.svg": picture.encode()}
    make = {"html": page, "ipynb": notebook}[name]
    made = {f"{stem}.{name}": make(told, finish).encode()}
    if name == "ipynb" and (finish.exercise or finish.solution):
        beside = companions(told, finish)
        made |= {path: text.encode() for path, text in beside.items()}
    return made


def circuit_svg(module: Finished, detail: str = "auto", flow: str = "auto") -> str:
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


def write_circuit(module: Finished, path: str | Path) -> Path:
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
    write(target, visible(CIRCUITS[target.suffix](diagram(read(module)))))
    return target
