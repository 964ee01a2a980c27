"""What is being done and what came of it: a pass says so here, and whoever shows it has asked to be told.

The passes know nothing of terminals or clocks, and what they write does not depend on whether anybody listens.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

Listener = Callable[[str, int, int], None]
Looker = Callable[[str, Any], None]
LOOKER: ContextVar[Looker | None] = ContextVar("LOOKER", default=None)
LISTENER: ContextVar[Listener | None] = ContextVar("LISTENER", default=None)


def doing(what: str, done: int = 0, total: int = 0) -> None:
    """Say what is being done now, and how much of it is done, if that can be counted."""
    listener = LISTENER.get()
    if listener is not None:
        listener(what, done, total)


def passed(name: str, made: Any) -> None:
    """Say what a pass has made; who wants to see it looks at once, for the next pass may change it."""
    looker = LOOKER.get()
    if looker is not None:
        looker(name, made)


@contextlib.contextmanager
def looked_at(looker: Looker) -> Iterator[None]:
    """Show somebody what each pass makes inside the block."""
    token = LOOKER.set(looker)
    try:
        yield
    finally:
        LOOKER.reset(token)


@contextlib.contextmanager
def told(listener: Listener) -> Iterator[None]:
    """Tell a listener what is done inside the block."""
    token = LISTENER.set(listener)
    try:
        yield
    finally:
        LISTENER.reset(token)
