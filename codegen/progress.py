"""What is being done, told as it is done: a pass says so here, whoever shows it has asked to be told.

The passes know nothing of terminals or clocks, and what they write does not depend on whether anybody listens.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar

Listener = Callable[[str, int, int], None]
LISTENER: ContextVar[Listener | None] = ContextVar("LISTENER", default=None)


def doing(what: str, done: int = 0, total: int = 0) -> None:
    """Say what is being done now, and how much of it is done, if that can be counted."""
    listener = LISTENER.get()
    if listener is not None:
        listener(what, done, total)


@contextlib.contextmanager
def told(listener: Listener) -> Iterator[None]:
    """Tell a listener what is done inside the block."""
    token = LISTENER.set(listener)
    try:
        yield
    finally:
        LISTENER.reset(token)
