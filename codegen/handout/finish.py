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

    def filled(self, template: str, escaped: bool = True, **fields: Any) -> str:
        """Return a filled-in template, the own one if there is one, in the own words."""
        folder = os.fspath(self.templates) if self.templates else None
        change = reworded(self.words) if self.words is not ENGLISH else None
        return visible(environment(escaped, folder, change).get_template(template).render(**fields))


@functools.cache
def reworded(words: Wording) -> Callable[[str, str], str]:
    """Return what changes the fixed words of templates; the same for the same words, so that they are read once."""
    return words.template


PLAIN = Finish()
