"""Syntax colour: lines of Python go in, lines of HTML with a few classes of our own come out."""

from __future__ import annotations

import html
from collections.abc import Sequence

from codegen.handout.mathml import missing

CLASSES = (
    ("Comment", "tc"),
    ("Keyword", "tk"),
    ("Operator.Word", "tk"),
    ("Literal.String", "ts"),
    ("Literal.Number", "tm"),
    ("Operator", "to"),
)


def highlighted(lines: Sequence[str]) -> list[str]:
    """Return each line as HTML."""
    try:
        from pygments.lexers import PythonLexer  # type: ignore[import-untyped]  # it has no types
    except ImportError as error:
        raise missing("pygments") from error
    found = [""]
    for token, text in PythonLexer(stripnl=False, ensurenl=True).get_tokens("\n".join(lines)):
        name = str(token).removeprefix("Token.")
        kind = next((c for prefix, c in CLASSES if name.startswith(prefix)), "")
        if name == "Name.Function":
            kind = "tf"
        for i, piece in enumerate(text.split("\n")):
            if i:
                found.append("")
            if piece:
                shown = html.escape(piece, quote=False)
                found[-1] += f'<span class="{kind}">{shown}</span>' if kind else shown
    return found[: len(lines)]
