"""The finish of a handout: what the teaching staff chose about its looks goes in, templates filled in that way come out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from codegen.emit.templates import environment
from codegen.records import dataclass


@dataclass(frozen=True)
class Finish:
    """How handouts are finished for their readers.

    Attributes
    ----------
    paper : {"a4", "letter"}
        What pages are printed on.
    templates : Path, optional
        A folder whose files go before our own of the same name, such as `handout/page.css`.
    """

    paper: str = "a4"
    templates: Path | None = None

    def filled(self, template: str, escaped: bool = True, **fields: Any) -> str:
        """Return a filled-in template, the own one if there is one."""
        folder = os.fspath(self.templates) if self.templates else None
        return environment(escaped, folder).get_template(template).render(**fields)


PLAIN = Finish()
