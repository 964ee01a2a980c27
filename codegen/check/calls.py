"""Calling the user's function many times over. In: functions and arguments. Out: their results.

Every call gets copies, so that a function may change its arguments, draws the same random numbers, and finds what it
keeps between calls as it was; what is printed is thrown away.
"""

from __future__ import annotations

import contextlib
import dis
import io
import random
import re
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from codegen.check.arguments import Call
from codegen.check.leaves import duplicate, same
from codegen.check.patience import Patience
from codegen.check.state import State

SEED = 231
SHAPE = re.compile(r"\((\d[\d,]*)\)")
GENERATED = ", generated>"  # how the file of a module ends that was never written


class GuardedError(Exception):
    """The generated code raised on purpose."""


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Run the block without prints, warnings and lasting changes of the random state."""
    numpy_state, python_state = np.random.get_state(), random.getstate()
    made = np.random.default_rng
    try:
        with (
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
        ):
            warnings.simplefilter("ignore")
            # a generator without a seed would give other numbers at each call
            np.random.default_rng = lambda seed=None: made(SEED if seed is None else seed)
            yield
    finally:
        np.random.default_rng = made
        np.random.set_state(numpy_state)
        random.setstate(python_state)


@dataclass
class Caller:
    """Calls functions from one and the same state.

    Attributes
    ----------
    state : State
        What the functions keep between calls.
    draws : bool
        Whether the function draws from the global random state; only then is the state set before each call, which
        takes longer than many a function.
    seconds : float
        How long one call takes.
    patience : Patience
    """

    state: State = field(default_factory=State)
    draws: bool = True
    seconds: float = 0.0
    patience: Patience = field(default_factory=Patience)

    def __post_init__(self) -> None:
        np.random.seed(SEED)
        random.seed(SEED)
        self._numpy, self._python = np.random.get_state(), random.getstate()

    def watch(self, function: Callable[..., Any], call: Call) -> Any:
        """Return the function's value, and find out how many lines it takes, what it draws and what it keeps."""
        self.draws = True
        self.ready()
        copied = duplicate(call)
        value = self.patience.first(function, copied)
        now = np.random.get_state(), random.getstate()
        self.draws = not same(now, (self._numpy, self._python))
        self.state.notice()
        return value

    def timed(self, function: Callable[..., Any], call: Call) -> Any:
        """Return the function's value, and find out how long it takes."""
        begin = time.perf_counter()
        value = self.run(function, call)
        self.seconds = time.perf_counter() - begin
        return value

    def run(self, function: Callable[..., Any], call: Call) -> Any:
        """Return the function's value on a copy of the arguments."""
        return self.on(function, duplicate(call))

    def on(self, function: Callable[..., Any], call: Call) -> Any:
        """Return the function's value on these very arguments."""
        self.ready()
        return self.patience.on(function, call)

    def ready(self) -> None:
        """Put everything back that a call before this one may have changed."""
        self.state.put_back()
        if self.draws:
            np.random.set_state(self._numpy)
            random.setstate(self._python)

    def generated(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Return what a generated function gives on these very arguments; `GuardedError` if it raises on purpose.

        A backward pass finds what functions keep between calls as its forward pass left it.
        """
        try:
            return self.patience.on(function, (args, kwargs))
        except Exception as error:
            if deliberate(error, function):
                raise GuardedError(first_line(error)) from error
            raise


def deliberate(error: BaseException, function: Callable[..., Any]) -> bool:
    """Return whether the error comes from a `raise` (or `assert`) in the module of the function."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    own = trace.tb_frame.f_globals is getattr(function, "__globals__", None)
    if not own and not trace.tb_frame.f_code.co_filename.endswith(GENERATED):
        return False
    code = trace.tb_frame.f_code.co_code
    return dis.opname[code[trace.tb_lasti]] == "RAISE_VARARGS"


def is_misfit(error: BaseException) -> bool:
    """Return whether the error says that shapes do not fit of which one has an axis of size 1 or 0."""
    shapes = SHAPE.findall(str(error)) if isinstance(error, ValueError) else []
    return len(set(shapes)) > 1 and any(
        n in ("0", "1") for shape in shapes for n in shape.split(",")
    )


def first_line(error: BaseException) -> str:
    """Return the kind of an error and the first line of its text."""
    lines = str(error).splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
