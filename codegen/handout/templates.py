"""The templates of handouts, inside the package or beside it: text and fields go in, a page comes out."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jinja2


@functools.cache
def environment(escaped: bool) -> jinja2.Environment:
    """Return the templates, with or without escaping for HTML."""
    import jinja2

    package = Path(__file__).parent.parent
    folder = next(
        p for p in (package / "templates", package.parent / "templates") if (p / "handout").is_dir()
    )
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(os.fspath(folder)),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        autoescape=escaped,  # noqa: S701  # off for Markdown and for texts that are no HTML
    )


def rendered(template: str, escaped: bool = True, **fields: Any) -> str:
    """Return a filled-in template."""
    return environment(escaped).get_template(template).render(**fields)
