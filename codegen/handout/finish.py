"""The finish of a handout: what the teaching staff chose about its looks goes in, templates filled in that way come out."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from codegen.emit.templates import environment
from codegen.errors import visible
from codegen.handout.wording import ENGLISH, Wording
from codegen.records import dataclass

TASKS = {
    "easy": "Fill in the gradients: below every wire of the circuit, and in the table of values and gradients.",
    "medium": "Fill in the right-hand sides of the backward pass, then the gradients in the circuit and in the table.",
    "hard": "Fill in the backward pass, = or += included, the local gradients, "
    "and the gradients in the circuit and in the table.",
}
"""The levels of an exercise, and what each asks for."""


@dataclass(frozen=True)
class Finish:
    """How handouts are finished for their readers."""

    paper: str = "a4"
    """What pages are printed on, `a4` or `letter`."""
    templates: Path | None = None
    """A folder whose files go before our own of the same name, such as `handout/page.css`."""
    words: Wording = ENGLISH
    """What is said instead of our sentences."""
    grader: str = ""
    """Who grades the notebook of an exercise, `nbgrader` or `otter`; empty for nobody."""
    exercise: str | None = None
    """The level of an exercise, which leaves its answers out; None for all answers."""
    solution: bool = False
    """Whether this is the solution of an exercise."""

    @property
    def blank(self) -> bool:
        """Whether answers are left out."""
        return self.exercise is not None

    @property
    def hidden(self) -> bool:
        """Whether the local gradients are left out, too."""
        return self.exercise in ("medium", "hard")

    @property
    def kind(self) -> str:
        """What it is, if that is to be said."""
        return "exercise" if self.blank else "solution" if self.solution else ""

    @property
    def task(self) -> str:
        """What an exercise asks for."""
        return self.words.say(TASKS[self.exercise]) if self.exercise else ""

    def filled(self, template: str, escaped: bool = True, **fields: Any) -> str:
        """Return a filled-in template, the own one if there is one; each may ask about the exercise."""
        about = {"kind": self.kind, "task": self.task, "solution": self.solution}
        about |= {"blank": self.blank, "hide_math": self.hidden}
        folder = os.fspath(self.templates) if self.templates else None
        change = reworded(self.words) if self.words is not ENGLISH else None
        found = environment(escaped, folder, change).get_template(template)
        return visible(found.render(about | fields))


@functools.cache
def reworded(words: Wording) -> Callable[[str, str], str]:
    """Return what changes the fixed words of templates; the same for the same words, so that they are read once."""
    return words.template


PLAIN = Finish()
