"""Markdown: a lesson goes in, a page for Jekyll and MathJax comes out, as the notes themselves are written."""

from __future__ import annotations

import re

from codegen.handout.drawing import svg
from codegen.handout.exercise import BLANK, TASKS, blanked
from codegen.handout.finish import PLAIN, Finish
from codegen.handout.lesson import Lesson
from codegen.handout.recording import Listed


def markdown(
    lesson: Lesson, exercise: str | None = None, solution: bool = False, finish: Finish = PLAIN
) -> str:
    """Return the Markdown page of a lesson; an exercise leaves its answers out."""
    blank = exercise is not None
    return finish.filled(
        "handout/page.md.j2",
        escaped=False,
        lesson=lesson,
        kind="exercise" if blank else "solution" if solution else "",
        task=TASKS[exercise] if exercise else "",
        blank=blank,
        hide_math=exercise in ("medium", "hard"),
        gap=BLANK,
        picture=picture(lesson, blank),
        forward=numbered(list(lesson.forward)),
        backward=numbered(
            blanked(lesson.backward, exercise) if exercise else list(lesson.backward)
        ),
        cell=cell,
        math=math,
    )


def picture(lesson: Lesson, blank: bool) -> str:
    """Return the circuit as one HTML block without blank lines."""
    return re.sub(r"\n\s*", "\n", svg(lesson.circuit, blank=blank)).strip()


def numbered(lines: list[Listed]) -> str:
    """Return code with the numbers of stages behind their lines, as in the notes."""
    found, last = [], 0
    width = max(
        (len(line.text) for line in lines if line.stage and "#" not in line.text), default=0
    )
    for line in lines:
        text = line.text.rstrip()
        shown = line.stage and line.stage != last
        last = line.stage or last
        if not shown:
            found.append(text)
        elif "#" in text:
            found.append(f"{text}  #({line.stage})")
        else:
            found.append(f"{text.ljust(min(width, 60))}  #({line.stage})")
    return "\n".join(found)


def math(text: str) -> str:
    """Return a formula between dollars; what stands between backquotes is code."""
    return text if text.startswith("`") else f"$$ {text} $$"


def cell(text: str) -> str:
    """Return text for a cell of a table."""
    return text.replace("|", r"\|")
