"""Ways through a function. In: a call. Out: which instruction followed which, and in what lines.

Values that take a way the example does not take show sides of branches that nothing else would try.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable
from functools import lru_cache
from types import CodeType, FrameType
from typing import Any

from codegen.trace.followed import is_library_file

LONG = 200_000  # instructions; what comes later is not recorded, for that would take too long

Step = tuple[CodeType, int, int]


@lru_cache(maxsize=256)
def has_choice(code: CodeType) -> bool:
    """Return whether a piece of code jumps anywhere but back to the head of a loop."""
    return any("JUMP" in i.opname and "IF" in i.opname for i in dis.get_instructions(code))


class Way:
    """Records the way of one call.

    Attributes
    ----------
    steps : dict
        Pairs of instructions that followed each other, by their code, and the line of the second.
    entered : set of code
        What was called.
    """

    def __init__(self) -> None:
        self.steps: dict[Step, int] = {}
        self.entered: set[CodeType] = set()
        self.count = 0

    def take(self, function: Callable[..., Any], call: Any) -> Any:
        """Return the value of a function, its way recorded."""
        before = sys.gettrace()
        sys.settrace(self.enter)
        try:
            return function(*call[0], **call[1])
        finally:
            sys.settrace(before)

    @property
    def is_whole(self) -> bool:
        """Whether all that was called was recorded.

        Since Python 3.12 the frame that asks for the first time for the instructions of its code does not get them.
        """
        return self.entered <= {code for code, _, _ in self.steps}

    def enter(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Return what records one call; what is called by the interpreter."""
        if self.count > LONG or is_library_file(frame.f_code.co_filename):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        code, last = frame.f_code, -1
        self.entered.add(code)

        def step(frame: FrameType, event: str, arg: Any) -> Any:
            nonlocal last
            if event == "opcode":
                self.count += 1
                key = (code, last, frame.f_lasti)
                if key not in self.steps:
                    self.steps[key] = frame.f_lineno or 0
                last = frame.f_lasti
            return step if self.count <= LONG else None

        return step
