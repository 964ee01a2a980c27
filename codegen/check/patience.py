"""Patience with a function at values nobody chose. In: calls of it. Out: their results, or an error if one is endless.

A `while` loop that ends at the example may run for ever at other values. The lines of the first call are counted; a
later call may take many times as many. Only functions with such loops are counted again, for counting takes time.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable
from functools import lru_cache
from types import CodeType, FrameType
from typing import Any

from codegen.trace.followed import is_library_file

ENDLESS = {"count", "cycle", "repeat", "iter"}
TIMES, LINES = 20, 20_000


class EndlessError(Exception):
    """A call took far more lines than the first one."""


class Patience:
    """Counts what calls of functions run.

    Attributes
    ----------
    limit : int
        How many lines a call may take.
    codes : set of code
        The pieces of code that were run.
    count : int
        How many lines the last call took.
    """

    def __init__(self) -> None:
        self.limit = sys.maxsize
        self.codes: set[CodeType] = set()
        self.count = 0

    @property
    def endless(self) -> bool:
        """Whether some code might never end."""
        return any(map(may_be_endless, self.codes))

    def first(self, function: Callable[..., Any], call: Any) -> Any:
        """Return the value of a function, and learn from this call how long others may take."""
        self.limit = sys.maxsize
        value = self.counted(function, call)
        self.limit = TIMES * self.count + LINES
        return value

    def on(self, function: Callable[..., Any], call: Any) -> Any:
        """Return the value of a function; `EndlessError` if it does not end."""
        if self.endless:
            return self.counted(function, call)
        return function(*call[0], **call[1])

    def counted(self, function: Callable[..., Any], call: Any) -> Any:
        """Return the value of a function, its lines counted."""
        before = sys.gettrace()
        self.count = 0
        sys.settrace(self.follow)
        try:
            return function(*call[0], **call[1])
        finally:
            sys.settrace(before)

    def follow(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Count a line; what is called by the interpreter."""
        if event == "call":
            if is_library_file(frame.f_code.co_filename):
                return None
            self.codes.add(frame.f_code)
        self.count += 1
        if self.count > self.limit:
            raise EndlessError("the function does not end here")
        return self.follow


@lru_cache(maxsize=256)
def may_be_endless(code: CodeType) -> bool:
    """Return whether code has a loop that is no `for`, or goes over something without an end."""
    if ENDLESS.intersection(code.co_names):
        return True
    found = list(dis.get_instructions(code))
    heads = {i.offset for i in found if i.opname in ("FOR_ITER", "SEND")}
    return any("JUMP" in i.opname and i.argval not in heads and i.argval <= i.offset for i in found)
