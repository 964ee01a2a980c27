"""Calling the user's function many times over. In: functions and arguments. Out: their results.

Every call gets copies, so that a function may change its arguments, draws the same random numbers, and finds what it
keeps between calls as it was. What a call costs is counted in lines and numbers, never by a clock, so that a check
tries the same on every machine. A call that takes far more lines than the first one is stopped: a `while` loop that
ends at the example may run for ever at other values.
"""

from __future__ import annotations

import dis
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import field
from functools import lru_cache
from types import CodeType, FrameType
from typing import Any, TypeVar

import numpy as np

from codegen.check.state import State
from codegen.draws import have_drawn, seeded
from codegen.errors import EndlessError, said
from codegen.process import raising, staying
from codegen.pytree import Call, Path, arrays, deep_leaves, duplicate, get
from codegen.records import dataclass
from codegen.trace.blame import OWN
from codegen.trace.followed import is_library_file

SHAPE = r"\((\d[\d,]*)\)"
CONVERSION = "Conversion of an array with ndim > 0 to a scalar"
GENERATED = ", generated>"  # how the file of a module ends that was never written
ENDLESS = {"count", "cycle", "repeat", "iter"}
TIMES, LINES = 20, 20_000
LARGE = 100_000  # numbers of a call that is tried once, and as a smaller one then
LINE, NUMBERS = 2, 100  # a line costs 2, and 1 more for so many numbers that it computes
CHEAP, TWICE = 20_000, 2  # what costs less is not counted again at calls of up to twice its size

T = TypeVar("T")


class GuardedError(Exception):
    """The generated code raised on purpose."""


@dataclass
class Meter:
    """Counts what all calls of one check cost, in units of about a microsecond."""

    spent: int = 0

    def end(self, most: int) -> int:
        return self.spent + most


@dataclass
class Caller:
    """Calls functions from one and the same state."""

    state: State = field(default_factory=State)
    """What the functions keep between calls."""
    meter: Meter = field(default_factory=Meter)
    """Counts what the calls cost."""
    draws: bool = True
    """Whether the function draws from the global random state; only then is the state set before each call, which
    takes longer than many a function."""
    work: int = 1
    """What one call costs."""
    codes: set[CodeType] = field(default_factory=set)
    """The pieces of code of the user's that were run."""
    limit: int = sys.maxsize
    """How many lines a call may take."""
    extent: int = 0
    """How large the watched call was."""

    def __post_init__(self) -> None:
        self.endless, self.foreign = False, set[CodeType]()

    def watch(self, function: Callable[..., Any], call: Call, like: Caller | None = None) -> Any:
        """Return the function's value, and find out what it costs, what it draws and what it keeps.

        What a call `like` this one costs is known: lines are counted only if other code runs, or much more of it.
        """
        self.extent = extent(call)
        known = like if like and like.tells(self.extent) else Caller(self.state)
        self.draws = like is None or like.draws

        def counted(call: Call) -> tuple[Counted, Any]:
            self.state.put_back()
            seeded()
            run = Counted(sys.maxsize, known.codes | known.foreign)
            return run, run.value(function, call)

        run, value = self.lending(counted, call)
        draws = have_drawn()
        if known.codes and run.codes or draws and not self.draws:
            return self.watch(function, call)
        self.foreign = run.known
        if known.codes:
            self.codes, self.limit = known.codes, known.limit
            self.work = 1 + known.work * self.extent // known.extent
        else:
            self.codes, self.limit = run.codes, TIMES * run.count + LINES
            self.endless = any(map(may_be_endless, run.codes))
            numbers = max(run.numbers, amount(call) + amount(value))
            self.work = 1 + LINE * run.count + len(run.lines) * numbers // NUMBERS
        self.meter.spent += self.work
        self.draws = draws
        self.state.notice()
        return value

    def knows(self, other: Caller) -> None:
        """Take over what another caller found out about a call; it is counted again, so that as much is tried."""
        self.draws, self.work, self.extent = other.draws, other.work, other.extent
        self.codes, self.limit = other.codes, other.limit
        self.endless, self.foreign = other.endless, other.foreign
        self.meter.spent += self.work

    def tells(self, size: int) -> bool:
        """Return whether a call of a size costs about what the watched one does, which is little."""
        return not self.endless and self.work <= CHEAP and 0 < size <= TWICE * self.extent

    def run(self, function: Callable[..., Any], call: Call) -> Any:
        return self.on(function, duplicate(call))

    def on(self, function: Callable[..., Any], call: Call) -> Any:
        """Return the function's value on these very arguments."""
        self.ready()
        self.meter.spent += self.work
        return self.patiently(function, call)

    def lending(self, work: Callable[[Call], T], call: Call) -> T:
        """Return what is made of a copy of a call, whose large arrays are copied only once something writes to them."""
        borrowed, spent = lent(call), self.meter.spent
        if borrowed is not None:
            with suppress(Exception):  # as code does that takes no such arrays
                return work(borrowed)
            self.meter.spent = spent
            self.state.notice()
            self.state.put_back()
        return work(duplicate(call))

    def takes(self, function: Callable[..., Any], call: Call) -> bool:
        try:
            self.run(function, call)
        except Exception:  # noqa: BLE001 - whatever it raises, the call is not for it
            return False
        return True

    def local(self, function: Callable[..., Any], call: Call, name: str) -> Any:
        """Return what a variable of a function holds when the function returns; None if it has none of that name."""
        found: list[Any] = []
        code = getattr(function, "__code__", None)

        def look(frame: FrameType, event: str, _: Any) -> None:
            if event == "return" and frame.f_code is code:
                found.append(frame.f_locals.get(name))

        before = sys.getprofile()
        sys.setprofile(look)
        try:
            self.takes(function, call)
        finally:
            sys.setprofile(before)
        return found[-1] if found else None

    def left(self, function: Callable[..., Any], call: Call, path: Path) -> Any:
        """Return what lies at a place of a call when the function returns; None if that is no place any more."""
        given = duplicate(call)
        with suppress(Exception):
            self.on(function, given)
            return get(given, path)
        return None

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Have calls end that take many more lines than the watched one: loops may hang on a number."""
        before, self.endless = self.endless, True
        try:
            yield
        finally:
            self.endless = before

    def ready(self) -> None:
        """Put everything back that a call before this one may have changed."""
        self.state.put_back()
        if self.draws:
            seeded()

    def generated(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Return what a generated function gives on these very arguments; `GuardedError` if it raises on purpose.

        A backward pass finds what functions keep between calls as its forward pass left it.
        """
        self.meter.spent += self.work
        try:
            return self.patiently(function, (args, kwargs), TIMES)
        except Exception as error:
            if deliberate(error, function):
                raise GuardedError(first_line(error)) from error
            raise

    def patiently(self, function: Callable[..., Any], call: Any, times: int = 1) -> Any:
        """Return the value of a function; `EndlessError` if it does not end, be it given that many `times` the lines: a
        backward pass may go over a list where the forward pass reads one item.

        Only functions with loops that may be endless are counted, for counting takes time.
        """
        with staying():
            if self.endless:
                return Counted(times * self.limit, self.foreign).value(function, call)
            return function(*call[0], **call[1])


class Counted:
    """Counts the lines that a call runs."""

    def __init__(self, limit: int, known: Iterable[CodeType] = ()) -> None:
        # limit: how many lines it may run
        # count: how many it has run
        # numbers: the most numbers that the arrays of one function held
        # known: the pieces of code whose lines are not counted: those given, and those that are not
        # the user's
        self.limit, self.count, self.numbers, self.known = limit, 0, 0, set(known)
        # which, by their file and number: asked for its hash, code reads all of itself
        self.lines: set[tuple[str, int]] = set()
        self.codes: set[CodeType] = set()  # the pieces of code that were run

    def value(self, function: Callable[..., Any], call: Any) -> Any:
        before = sys.gettrace()
        sys.settrace(self.follow)
        try:
            return function(*call[0], **call[1])
        finally:
            sys.settrace(before)

    def follow(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Return what follows the lines of a function that is called; what is called by the interpreter."""
        code = frame.f_code
        if code in self.known:
            return None
        if not is_users(code.co_filename):
            self.known.add(code)
            return None
        self.codes.add(code)
        return self.step

    def step(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Count a line; look at what a function holds when it returns."""
        if event == "line":
            self.count += 1
            self.lines.add((frame.f_code.co_filename, frame.f_lineno))
            if self.count > self.limit:
                raise EndlessError("the function does not end here")
        elif event == "return" and self.limit == sys.maxsize:
            held = (v.size for v in frame.f_locals.values() if isinstance(v, np.ndarray))
            self.numbers = max(self.numbers, sum(held))
        return self.step


def lent(call: Call) -> Call | None:
    """Return a copy of a call but for its large arrays, which are read-only; None if there are none."""
    args, kwargs = call
    large = {k: a for k, a in (*enumerate(args), *kwargs.items()) if is_large(a)}
    if not large:
        return None
    rest = [None if k in large else a for k, a in enumerate(args)]
    rest, named = duplicate((rest, {k: None if k in large else a for k, a in kwargs.items()}))
    views = {k: a.view() for k, a in large.items()}
    for view in views.values():
        view.flags.writeable = False
    return tuple(views.get(k, a) for k, a in enumerate(rest)), {
        k: views.get(k, a) for k, a in named.items()
    }


def is_large(value: Any) -> bool:
    return type(value) is np.ndarray and value.size > LARGE and value.dtype.kind != "O"


def is_users(path: str) -> bool:
    """Return whether a file is the user's, or a module made from it: no library's, and none of this tool's."""
    return not is_library_file(path) and not path.startswith(OWN)


def extent(call: Call) -> int:
    """Return how large a call is: how many numbers its arrays hold, and how many trips its ints may ask for."""
    return sum(
        leaf.size if isinstance(leaf, np.ndarray) else abs(int(leaf)) + 1
        for _, leaf in deep_leaves(call)
        if isinstance(leaf, int | np.integer | np.ndarray)
    )


def amount(value: Any) -> int:
    return sum(array.size for array in arrays(value))


@lru_cache(maxsize=256)
def may_be_endless(code: CodeType) -> bool:
    """Return whether code has a loop that is no `for`, or goes over something without an end."""
    if ENDLESS.intersection(code.co_names):
        return True
    found = list(dis.get_instructions(code))
    heads: set[int] = set()
    wide: list[int] = []  # the bytes in front of a jump that goes far, where others jump to
    for one in found:
        wide.append(one.offset)
        if one.opname in ("FOR_ITER", "SEND"):
            heads.update(wide)
        if one.opname != "EXTENDED_ARG":
            wide = []
    return any("JUMP" in i.opname and i.argval not in heads and i.argval <= i.offset for i in found)


@lru_cache
def converts() -> bool:
    """Return whether this NumPy still takes an array of one number for the number; newer ones raise."""
    try:
        with warnings.catch_warnings(action="ignore"):
            float(np.ones(1))
    except TypeError:
        return False
    return True


def strictly(caller: Caller, function: Callable[..., Any], call: Call) -> None:
    """Let no array of one number be taken for it, which hangs on the NumPy, unless the function does so itself."""
    if converts():
        warnings.filterwarnings("error", CONVERSION, DeprecationWarning)
        if not caller.takes(function, call):
            warnings.filterwarnings("ignore", CONVERSION, DeprecationWarning)


def deliberate(error: BaseException, function: Callable[..., Any]) -> bool:
    """Return whether the error comes from a `raise` (or `assert`) in the module of the function."""
    frame = raising(error)
    if frame is None:
        return False
    own = frame.f_globals is getattr(function, "__globals__", None)
    return own or frame.f_code.co_filename.endswith(GENERATED)


def is_misfit(error: BaseException) -> bool:
    """Return whether the error says that shapes do not fit of which one has an axis of size 1 or 0."""
    shapes = re.findall(SHAPE, said(error)) if isinstance(error, ValueError) else []
    return len(set(shapes)) > 1 and any(
        n in ("0", "1") for shape in shapes for n in shape.split(",")
    )


def first_line(error: BaseException) -> str:
    lines = said(error).splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
