"""What a terminal shows: text goes in, the same text with colours comes out, if anybody will see them."""

from __future__ import annotations

import contextlib
import os
from importlib import import_module
from typing import TextIO

from codegen.errors import visible

RED, GREEN, CYAN, PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[36m", "\x1b[0m"


def has_colours(stream: TextIO) -> bool:
    """Return whether a stream is a terminal whose user wants colours."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def silence(stream: TextIO | None) -> None:
    """Let the process end without another word on a stream that takes none."""
    if stream is not None:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def python(text: str, stream: TextIO) -> str:
    """Return Python source as a stream should show it."""
    text = visible(text) if stream.isatty() else text
    if not has_colours(stream):
        return text
    try:
        formatter = import_module("pygments.formatters.terminal").TerminalFormatter()
        lexer = import_module("pygments.lexers.python").PythonLexer(stripnl=False)
    except ImportError:
        return text
    coloured: str = import_module("pygments").highlight(text, lexer, formatter)
    return coloured


def diff(text: str, stream: TextIO) -> str:
    """Return a unified diff as a stream should show it."""
    text = visible(text) if stream.isatty() else text
    if not has_colours(stream):
        return text
    colours = {"+": GREEN, "-": RED, "@": CYAN}
    lines = text.splitlines()
    return "".join(f"{colours[x[0]]}{x}{PLAIN}\n" if x[:1] in colours else f"{x}\n" for x in lines)
