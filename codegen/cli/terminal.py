"""What a terminal shows: text goes in, the same text with colours comes out, if anybody will see them; of what is being
done, one line that is written over and over.

The first line appears after two seconds. No other place on the way to a module looks at a clock, and nothing but the
line depends on it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Iterator
from importlib import import_module
from typing import TextIO

from codegen import progress
from codegen.cli import terminal
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


PATIENCE, BEAT = 2.0, 0.25


class Display:
    """One line of a terminal; a thread of its own writes it, so that it stays true while one step takes long."""

    def __init__(self, stream: TextIO, patience: float = PATIENCE) -> None:
        self.stream, self.patience = stream, patience  # so many seconds before the first line
        self.about = ""
        self.what = ""
        self.shown = 0
        self.ended = threading.Event()
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def listen(self, what: str, done: int, total: int) -> None:
        self.what = f"{what} ({done} of {total} done)" if total > 1 else what

    def target(self, name: str, number: int, total: int) -> None:
        self.about = f"{number} of {total}, {name}" if total > 1 else name
        self.what = ""

    def line(self) -> str:
        found = ": ".join(part for part in (self.about, self.what) if part)
        return found[: shutil.get_terminal_size().columns - 1]

    def run(self) -> None:
        wait = self.patience
        while not self.ended.wait(wait):
            with self.lock:
                if not self.ended.is_set():
                    self.write(self.line())
            wait = BEAT

    def write(self, text: str) -> None:
        """Write a text over the one before."""
        with contextlib.suppress(OSError, ValueError):  # the terminal is gone: nobody looks
            self.stream.write(f"\r{text.ljust(self.shown)}")
            self.stream.flush()
            self.shown = len(text)

    def clear(self) -> None:
        """Leave an empty line to whatever is written next."""
        if self.shown:
            self.write("")
            self.write("")

    def say(self, text: str) -> None:
        with self.lock:
            self.clear()
            try:
                print(text, file=self.stream, flush=True)
            except OSError:  # what is said about the work does not end it
                terminal.silence(self.stream)

    def end(self) -> None:
        """Stop, and leave an empty line."""
        self.ended.set()
        self.thread.join()
        self.clear()


@contextlib.contextmanager
def display(stream: TextIO, quiet: bool) -> Iterator[Display]:
    """Show progress on a stream during the block, if it is a terminal and somebody wants to see it."""
    found = Display(stream)
    if quiet or not stream.isatty():
        yield found
        return
    found.thread.start()
    try:
        with progress.told(found.listen):
            yield found
    finally:
        found.end()
