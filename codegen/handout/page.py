"""The page: a lesson goes in, one self-contained HTML file comes out."""

from __future__ import annotations

import html
from typing import Any

from codegen.emit.templates import rendered
from codegen.handout.drawing import WIDE, drawn, svg
from codegen.handout.exercise import BLANK, TASKS, blanked
from codegen.handout.highlight import highlighted
from codegen.handout.javascript import scripted
from codegen.handout.lesson import Lesson
from codegen.handout.mathml import mathml
from codegen.handout.recording import Listed
from codegen.records import dataclass

NARROW, PHONE = 620, 330
GAP = '<span class="blank" role="img" aria-label="to fill in"></span>'


@dataclass(frozen=True)
class CodeLine:
    """A line of code in the page: its number (0 for none), the number it shows, its indentation, its HTML."""

    stage: int
    shown: int
    indent: int
    html: Any


def page(lesson: Lesson, exercise: str | None = None, solution: bool = False) -> str:
    """Return the HTML page of a lesson.

    Parameters
    ----------
    lesson : Lesson
    exercise : str, optional
        The level of an exercise: its answers are left out.
    solution : bool
        Whether it is the solution of an exercise.
    """
    blank = exercise is not None
    pictures, beside = circuits(lesson, blank)
    script = "" if blank else scripted(lesson.circuit, lesson.recording)
    backward = blanked(lesson.backward, exercise) if exercise else list(lesson.backward)
    return rendered(
        "handout/page.html.j2",
        lesson=lesson,
        kind="exercise" if blank else "solution" if solution else "",
        task=TASKS[exercise] if exercise else "",
        blank=blank,
        hide_math=exercise in ("medium", "hard"),
        circuits=pictures,
        beside=beside,
        forward=code(list(lesson.forward)),
        backward=code(backward),
        math=formula,
        ticked=ticked,
        script=markup(script),
        steps=[s.number for s in reversed(lesson.stages)],
        known=markup(known(lesson)),
        inputs=[g for g in lesson.circuit.gates if not g.operands],
    )


def formula(text: str, display: bool = False) -> Any:
    """Return a formula as HTML; what stands between backquotes is code."""
    if text.startswith("`"):
        return ticked(text)
    return markup(" ".join(mathml(part) for part in halves(text, display)))


def halves(text: str, display: bool) -> list[str]:
    """Return both sides of an equation, so that a narrow page can break the line between them."""
    style = r"\displaystyle " if display else ""
    for sign in (" = ", r" \leftarrow ", r" \mathrel{+}= ", r" \mathrel{-}= "):
        left, found, right = text.partition(sign)
        if found and left.count("{") == left.count("}") and left.count("(") == left.count(")"):
            return [style + left, f"{style}{sign.strip()} {right}"]
    return [style + text]


def markup(text: str) -> Any:
    """Return text that is HTML already."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704  # made here, from escaped parts


def ticked(text: str) -> Any:
    """Return words as HTML, what stands between backquotes as code."""
    pieces = html.escape(text, quote=False).split("`")
    return markup("".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces)))


def circuits(lesson: Lesson, blank: bool) -> tuple[list[tuple[str, Any]], bool]:
    """Return the circuit for wide pages and for phones, and whether it is narrow enough to stand beside the formula."""
    across, down = drawn(lesson.circuit, "across", blank), drawn(lesson.circuit, "down", blank)
    if across.width > WIDE:
        beside = len(lesson.formula) > 1 and down.width <= NARROW
        return [("any", markup(svg(lesson.circuit, "down", blank, "c", True)))], beside
    if across.width <= down.width or across.width < PHONE:
        return [("any", markup(svg(lesson.circuit, "across", blank, "c", True)))], False
    wide, narrow = svg(lesson.circuit, "across", blank, "c", True), svg(
        lesson.circuit, "down", blank, "p", True
    )
    return [("wide", markup(wide)), ("narrow", markup(narrow))], False


def code(lines: list[Listed]) -> list[CodeLine]:
    """Return coloured lines; the number of a stage stands on its first line."""
    found, last = [], 0
    coloured = highlighted([line.text.replace(BLANK, "BLANK__") for line in lines])
    for line, text in zip(lines, coloured, strict=True):
        shown = line.stage if line.stage != last else 0
        last = line.stage or last
        coded = markup(text.replace("BLANK__", GAP) or "&nbsp;")
        indent = len(line.text) - len(line.text.lstrip())
        found.append(CodeLine(line.stage, shown, indent, coded))
    return found


def known(lesson: Lesson) -> str:
    """Return for each gate the stage that completes the gradient on its wire, as a JavaScript array."""
    found = []
    for gate in lesson.circuit.gates:
        stages = [
            lesson.circuit.gates[w.target].stage
            for w in lesson.circuit.wires
            if w.source == gate.number
        ]
        found.append(
            len(lesson.stages) + 1
            if gate.number in lesson.circuit.outputs and not stages
            else min(stages, default=0)
        )
    return str(found)
