"""The templates, inside the package or beside it: the name of one and its fields go in, text comes out."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jinja2

IMPORTS = threading.Lock()
"""Held where a library is imported that is needed late: half of it is there while another thread imports it."""


@functools.cache
def folder() -> Path:
    package = Path(__file__).parents[1]
    return next(p for p in (package / "templates", package.parent / "templates") if p.is_dir())


@functools.cache
def environment(
    escaped: bool, own: str | None = None, change: Callable[[str, str], str] | None = None
) -> jinja2.Environment:
    """Return the templates; those of the folder `own` go first, and `change` may give another text for a name's."""
    with IMPORTS:
        import jinja2

    files = jinja2.FileSystemLoader([*([own] if own else []), os.fspath(folder())])
    plain = jinja2.Environment(autoescape=escaped)  # noqa: S701  # as below

    def changed(name: str) -> str:
        return change(name, files.get_source(plain, name)[0]) if change else ""

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(changed) if change else files,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        autoescape=escaped,  # noqa: S701  # off for Python, Markdown and whatever else is no HTML
    )


def rendered(template: str, escaped: bool = True, **fields: Any) -> str:
    return environment(escaped).get_template(template).render(**fields)


def styles() -> tuple[str, ...]:
    """Return the styles of modules: there is a template for each."""
    return tuple(sorted(p.name.split(".")[0] for p in (folder() / "module").glob("*.py.j2")))
