"""What belongs to the whole process: a function of the user's goes in and is run; the process comes out as it was.

Random numbers, what is printed, warnings: the functions of the user's see the same at every call, and nobody else sees
that they were called. Only one thread at a time may change such things, and it puts them back.
"""

from __future__ import annotations

import atexit
import builtins
import contextlib
import decimal
import dis
import faulthandler
import functools
import gc
import io
import locale
import logging
import os
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import field
from types import FrameType, ModuleType
from typing import Any

import numpy as np

from codegen.draws import LOCK, SEED, put, seeded, states
from codegen.errors import said
from codegen.records import dataclass

OF_DECIMALS = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")
OF_SYS = ("stdin", "stdout", "stderr", "excepthook", "displayhook", "unraisablehook", "argv")
SIGNALS = tuple(map(int, signal.Signals))


class ExitedError(Exception):
    """The user's function raised what is no `Exception`, such as `SystemExit`; `__cause__` is what it raised."""


@contextlib.contextmanager
def alone(seed: int = SEED) -> Iterator[None]:
    """Run the block as the only one that runs the user's functions, with random numbers that are always the same."""
    with LOCK:
        before, random_ones = [read() for read, _ in STATES], states()
        try:
            with warnings.catch_warnings(), instead(atexit, "register", as_it_is):
                seeded(seed)
                yield
        finally:
            put(random_ones)  # which are others now: to look takes as long
            for (read, put_back), value in zip(STATES, before, strict=True):
                if not same(read(), value):
                    put_back(value)


class Staying:
    """A block that calls the user's function; made for many thousand calls, and so no generator.

    `ExitedError` if it asks for the end of the process, or raises something else that nobody is meant to catch: on a
    side that the example does not take it must not end ours.
    """

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not (error is None or isinstance(error, Exception) or is_from_outside(error)):
            raise ExitedError(said(error)) from error


staying = Staying


def is_from_outside(error: BaseException) -> bool:
    """Return whether somebody interrupts the process, be it by a signal, rather than a `raise` in the code."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    handled = any(isinstance(v, FrameType) for frame in frames for v in frame.f_locals.values())
    return not isinstance(error, SystemExit) and (handled or raising(error) is None)


def raising(error: BaseException) -> FrameType | None:
    """Return the frame with the `raise` (or `assert`) that an error comes from; None if it comes from another place."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return None
    code = trace.tb_frame.f_code.co_code
    return trace.tb_frame if dis.opname[code[trace.tb_lasti]] == "RAISE_VARARGS" else None


@contextlib.contextmanager
def unheard() -> Iterator[None]:
    """Run the block without its prints."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


@dataclass
class Heard:
    """What a block did that is worth a note."""

    unseeded: list[str] = field(default_factory=list)
    """The generators that it asked for without a seed; it got the same numbers each time."""
    written: list[str] = field(default_factory=list)
    """The files that it opened to write to them."""


@contextlib.contextmanager
def quiet() -> Iterator[Heard]:
    """Run the block alone, without prints and warnings, and with a seed for every generator."""
    heard = Heard()
    with alone(), unheard(), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        made, empty, empty_like = np.random.default_rng, np.empty, np.empty_like
        opened = builtins.open

        def default_rng(seed: Any = None) -> np.random.Generator:
            if seed is None:
                heard.unseeded.append("np.random.default_rng()")
            return made(SEED if seed is None else seed)

        @functools.wraps(opened)
        def open_(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            stream = opened(file, mode, *args, **kwargs)
            if set(mode) & set("wax+") and not isinstance(file, int):
                heard.written.append(os.fsdecode(file))
            return stream

        with (
            instead(np.random, "default_rng", default_rng),
            instead(np, "empty", lambda *args, **kwargs: unfilled(empty(*args, **kwargs))),
            instead(
                np, "empty_like", lambda *args, **kwargs: unfilled(empty_like(*args, **kwargs))
            ),
            instead(builtins, "open", open_),
            instead(io, "open", open_),
        ):
            yield heard


def as_it_is(function: Any, *args: Any, **kwargs: Any) -> Any:
    """Return a function that the end of the process is not to call: it would once for every run of ours."""
    return function


@contextlib.contextmanager
def instead(module: ModuleType, name: str, value: Any) -> Iterator[None]:
    """Let a name of a module be something else in the block."""
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)


def unfilled(array: Any) -> Any:
    """Return an array that nobody has written to, with what is never right instead of what lay there by chance."""
    if isinstance(array, np.ndarray) and array.dtype.kind in "fc":
        array.fill(np.nan)
    elif isinstance(array, np.ndarray) and array.dtype.kind in "iub":
        array.fill(0)
    return array


def same(now: Any, before: Any) -> bool:
    """Return whether a state is what it was; of what cannot be compared that is not known."""
    try:
        return bool(now == before)
    except ValueError:  # an object of the user's may be compared number by number
        return False


def refill(held: Any, before: Any) -> None:
    """Let a dict or a list that others hold as well have the items that it had."""
    held.clear()
    held.update(before) if hasattr(held, "update") else held.extend(before)


def attributes_of(one: Any, *names: str) -> dict[Any, dict[str, Any]]:
    return {one: {name: getattr(one, name) for name in names}}


def put_attributes(before: dict[Any, dict[str, Any]]) -> None:
    for one, values in before.items():
        for name, value in values.items():
            setattr(one, name, value)


def logs() -> dict[Any, dict[str, Any]]:
    """Return what decides what is logged, and where."""
    known = [logging.root, *logging.root.manager.loggerDict.values()]
    found: dict[Any, dict[str, Any]] = {
        one: {
            "level": one.level,
            "handlers": one.handlers[:],
            "filters": one.filters[:],
            "propagate": one.propagate,
            "disabled": one.disabled,
        }
        for one in known
        if isinstance(one, logging.Logger)
    }
    return found | {logging.root.manager: {"disable": logging.root.manager.disable}}


def put_logs(before: dict[Any, dict[str, Any]]) -> None:
    """Let the same be logged as before, in the same places. A logger that the function made stays, as it is when made;
    that of a module that it imported is the module's.
    """
    put_attributes(before)
    for one in logs().keys() - before.keys():
        if one.name.partition(".")[0] not in sys.modules:
            plain = {"level": logging.NOTSET, "handlers": [], "filters": []}
            put_attributes({one: {**plain, "propagate": True, "disabled": False}})
    logging.root.setLevel(logging.root.level)  # what a logger has looked up is forgotten


def level_names() -> dict[int, str]:
    return {level: logging.getLevelName(level) for level in logging.getLevelNamesMapping().values()}


def put_level_names(before: dict[int, str]) -> None:
    """Let the levels of logs be called what they were; one that had no name is called what Python calls such ones."""
    for level in level_names():
        logging.addLevelName(level, before.get(level, f"Level {level}"))


def handlers() -> dict[int, Any]:
    return {number: signal.getsignal(number) for number in SIGNALS}


def put_handlers(before: dict[int, Any]) -> None:
    """Let signals do what they did; only the main thread may, and so no other can have changed them."""
    for number, handler in before.items():
        if handler is not None and signal.getsignal(number) != handler:
            with contextlib.suppress(ValueError):
                signal.signal(number, handler)


def idle_timers() -> list[int]:
    """Return the timers that do not run; one that goes off again and again may have no time left at the moment."""
    known = [getattr(signal, f"ITIMER_{name}", None) for name in ("REAL", "VIRTUAL", "PROF")]
    return [one for one in known if one is not None and not any(signal.getitimer(one))]


def put_idle_timers(before: list[int]) -> None:
    for one in before:
        signal.setitimer(one, 0)


def blocked() -> Any:
    """Return the signals that wait, where there is such a thing."""
    return signal.pthread_sigmask(signal.SIG_BLOCK, []) if os.name == "posix" else None


def mask() -> int:
    """Return the rights that new files do not get; for that moment they get none for others."""
    found = os.umask(0o077)
    os.umask(found)
    return found


def limits() -> dict[int, Any]:
    """Return how much the process may have of each resource; nobody can have changed that without the module."""
    resource: Any = sys.modules.get("resource")
    named = [name for name in dir(resource) if name.startswith("RLIMIT_")]
    return {getattr(resource, name): resource.getrlimit(getattr(resource, name)) for name in named}


def put_limits(before: dict[int, Any]) -> None:
    resource: Any = sys.modules["resource"]
    for one, limit in before.items():
        resource.setrlimit(one, limit)


def put_faults(before: bool) -> None:
    """Let faults be told of no more, if they were not."""
    if not before:
        faulthandler.disable()


def timeout() -> float | None:
    """Return how long sockets wait; nobody can have changed that before the module was imported."""
    return sys.modules["socket"].getdefaulttimeout() if "socket" in sys.modules else None


def put_timeout(before: float | None) -> None:
    sys.modules["socket"].setdefaulttimeout(before)


def decimals() -> tuple[Any, ...]:
    """Return how decimal numbers are computed, here and in a context that is made anew."""
    context = decimal.getcontext()
    kept = attributes_of(context, *OF_DECIMALS) | attributes_of(
        decimal.DefaultContext, *OF_DECIMALS
    )
    marks = {one: (dict(one.traps), dict(one.flags)) for one in kept}
    return context, kept, marks


def put_decimals(before: tuple[Any, ...]) -> None:
    context, kept, marks = before
    put_attributes(kept)
    for one, (traps, flags) in marks.items():
        one.traps.update(traps)
        one.flags.update(flags)
    decimal.setcontext(context)


MUCH = 300_000
"""Objects that are made without looking for garbage: more than these are not looked through before the end."""


class Collector:
    """The collector of garbage as everybody else has it: on or off, whatever it is for us for a while.

    So many `pauses` and `works` are there at the moment, in all threads; `is_on` says what it is once the pauses have
    ended. What a pause has made is put `aside` as often as that, not looked through yet, and `is_ours` if nobody else
    put it there who wants it to stay.
    """

    def __init__(self) -> None:
        self.pauses, self.is_on, self.lock = 0, True, threading.Lock()
        self.works, self.aside, self.is_ours = 0, 0, False

    def read(self) -> bool:
        return self.is_on if self.pauses else gc.isenabled()

    def put(self, is_on: bool) -> None:
        with self.lock:
            self.is_on = is_on
            if not self.pauses:
                gc.enable() if is_on else gc.disable()

    def pause(self) -> None:
        """Do without it, until a `resume` of the same block."""
        with self.lock:
            self.is_on = self.read()
            self.pauses += 1
            gc.disable()

    def resume(self) -> None:
        """End a pause."""
        with self.lock:
            self.pauses -= 1
            if not self.pauses and self.is_on:
                if self.works and gc.get_count()[0] > MUCH:
                    # not asked before: they are counted one by one
                    self.is_ours = self.is_ours or not gc.get_freeze_count()
                    if self.is_ours:
                        self.aside += 1
                        gc.freeze()
                gc.enable()

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """Do some work. Where a pause of it makes much, that is put aside until its end, for to look through all of it
        again and again takes a sixth of the time, and garbage is looked for before the next work begins.
        """
        with self.lock:
            if self.aside and not self.works and self.read():
                self.aside = 0
                gc.collect()
            self.works += 1
        try:
            yield
        finally:
            with self.lock:
                self.works -= 1
                if self.is_ours and not self.works:
                    self.is_ours = False
                    gc.unfreeze()


COLLECTOR = Collector()


STATES: tuple[tuple[Callable[[], Any], Callable[[Any], Any]], ...] = (
    (np.geterr, lambda before: np.seterr(**before)),
    (np.geterrcall, np.seterrcall),
    (np.getbufsize, np.setbufsize),
    (np.get_printoptions, lambda before: np.set_printoptions(**before)),
    (lambda: attributes_of(sys, *OF_SYS), put_attributes),
    (lambda: sys.path[:], lambda before: refill(sys.path, before)),
    (lambda: sys.argv[:], lambda before: refill(sys.argv, before)),
    (lambda: sys.path_hooks[:], lambda before: refill(sys.path_hooks, before)),
    (lambda: sys.meta_path[:], lambda before: refill(sys.meta_path, before)),
    (lambda: gc.callbacks[:], lambda before: refill(gc.callbacks, before)),
    (lambda: attributes_of(threading, "excepthook"), put_attributes),
    (sys.getrecursionlimit, sys.setrecursionlimit),
    (sys.getswitchinterval, sys.setswitchinterval),
    (sys.get_int_max_str_digits, sys.set_int_max_str_digits),
    (lambda: dict(os.environ), lambda before: refill(os.environ, before)),
    (lambda: time.tzname, lambda before: time.tzset()),  # read of the environment, put back above
    (os.getcwd, os.chdir),
    (COLLECTOR.read, COLLECTOR.put),
    (gc.get_threshold, lambda before: gc.set_threshold(*before)),
    (gc.get_debug, gc.set_debug),
    (
        lambda: locale.setlocale(locale.LC_ALL),
        lambda before: locale.setlocale(locale.LC_ALL, before),
    ),
    (logs, put_logs),
    (level_names, put_level_names),
    (handlers, put_handlers),
    (idle_timers, put_idle_timers),
    (blocked, lambda before: signal.pthread_sigmask(signal.SIG_SETMASK, before)),
    (limits, put_limits),
    (mask, os.umask),
    (timeout, put_timeout),
    (sys.gettrace, sys.settrace),
    (sys.getprofile, sys.setprofile),
    (threading.gettrace, threading.settrace),
    (threading.getprofile, threading.setprofile),
    (threading.stack_size, threading.stack_size),
    (faulthandler.is_enabled, put_faults),
    (decimals, put_decimals),
    # what has been imported since is no state of anybody's
    (lambda: sys.modules.copy(), sys.modules.update),
)
"""What a function may change of the process: how each is read, and how it is put back."""


@contextlib.contextmanager
def without_collector() -> Iterator[None]:
    """Make trees without looking for garbage among them: there is none before the end, and looking
    takes half the time.
    """
    COLLECTOR.pause()
    try:
        yield
    finally:
        COLLECTOR.resume()
