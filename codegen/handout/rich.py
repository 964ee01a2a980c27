"""A module in a notebook: a module goes in, the HTML that Jupyter shows for it comes out."""

from __future__ import annotations

import hashlib
import html

from codegen.emit.templates import rendered
from codegen.handout.drawing import svg
from codegen.handout.lesson import lesson
from codegen.handout.page import code, markup
from codegen.handout.recording import Finished


def rich(module: Finished) -> str:
    """Return a module as HTML: circuit and code in two columns, the code alone if the circuit cannot be drawn."""
    try:
        return drawn(module)
    except Exception:  # noqa: BLE001  # to be shown must never fail
        return f"<pre>{html.escape(module.source)}</pre>"


def drawn(module: Finished) -> str:
    """Return circuit and code."""
    told = lesson(module)
    ident = "m" + hashlib.sha256(module.source.encode()).hexdigest()[:8]
    picture = markup(svg(told.circuit, ident=ident))
    return rendered(
        "handout/rich.html.j2",
        lesson=told,
        picture=picture,
        forward=code(list(told.forward)),
        backward=code(list(told.backward)),
    )
