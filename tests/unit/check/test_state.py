"""What calls leave behind: it is put back after each, and another forward pass between the two halves of a pair finds what was not kept."""

from __future__ import annotations

import collections
import contextlib
import decimal
import functools
import gc
import io
import locale
import logging
import os
import random
import resource
import signal
import socket
import sys
import tempfile
import threading
import time
import types
import warnings
import weakref

import numpy as np
import pytest

import codegen
from codegen import process
from codegen.check import check
from codegen.process import COLLECTOR, alone

SOURCE = """
def count_forward(x, state):
    state["t"] += 1
    out = x * state["t"]
    cache = (KEPT,)
    return out, cache


def count_backward(dout, cache):
    (state,) = cache
    return state["t"] * dout
"""


def count(x, state):
    state["t"] += 1
    return x * state["t"]


def judged(kept):
    source = SOURCE.replace("KEPT", kept)
    space = {}
    exec(source, space)  # noqa: S102  # a pair written above
    pair = space["count_forward"], space["count_backward"]
    return check(count, *pair, (np.array([1.0, 2.0]), {"t": 0}), wrt=["x"], source=source)


def test_a_cache_that_the_next_call_changes_is_found():
    report = judged("state")
    assert not report.ok
    words = "count_backward gives other gradients once count_forward was called again"
    assert any(words in text for text in report.failures), report


def test_a_cache_that_keeps_what_was_read_is_right():
    assert judged("state.copy()").verdict == "right"


class Counter:
    total = 0


def test_a_count_in_a_class_is_put_back():
    def f(x):
        Counter.total += 1
        return x * x * Counter.total

    module = codegen.generate(f, np.ones(3))
    assert module.check().verdict == "right"
    assert Counter.total == 0


def test_how_numpy_warns_and_prints_is_put_back():
    def f(x):
        np.seterr(all="ignore")
        np.set_printoptions(precision=2)
        return np.log(x)

    errors, precision = np.geterr(), np.get_printoptions()["precision"]
    codegen.generate(f, np.ones(3)).check()
    assert np.geterr() == errors
    assert np.get_printoptions()["precision"] == precision


def test_the_environment_and_the_current_folder_are_put_back():
    def f(x):
        os.environ["CODEGEN_CASE"] = "set"
        os.chdir("..")
        return x * x

    before = os.getcwd()
    codegen.generate(f, np.ones(3)).check()
    assert os.getcwd() == before
    assert "CODEGEN_CASE" not in os.environ


def test_streams_folders_filters_and_depths_are_put_back():
    def f(x):
        sys.stdout = io.StringIO()
        sys.path.append("nowhere")
        sys.setrecursionlimit(sys.getrecursionlimit() + 100)
        warnings.simplefilter("error")
        return x * x

    def state():
        return sys.stdout, sys.path[:], sys.getrecursionlimit(), warnings.filters[:]

    before = state()
    codegen.generate(f, np.ones(3)).check()
    assert state() == before


def test_logs_decimals_modules_places_and_the_collector_are_put_back():
    def f(x):
        logging.basicConfig(level=logging.DEBUG, force=True)
        logging.getLogger("numpy").setLevel(logging.ERROR)
        logging.disable(logging.ERROR)
        decimal.setcontext(decimal.Context(prec=5))
        locale.setlocale(locale.LC_ALL, "C.UTF-8")
        gc.set_threshold(50)
        gc.disable() if gc.isenabled() else gc.enable()
        sys.modules.pop("json")
        return x * x

    def state():
        return (
            (logging.root.level, logging.root.handlers[:], logging.root.manager.disable),
            (logging.getLogger("numpy").level, decimal.getcontext().prec),
            (locale.setlocale(locale.LC_ALL), gc.get_threshold(), gc.isenabled()),
            sys.modules.get("json"),
        )

    before = state()
    codegen.generate(f, np.ones(3)).check()
    assert state() == before


DRAWS = random.Random(3)


def test_buffers_calls_hooks_and_traps_are_put_back():
    def f(x):
        np.seterrcall(lambda *error: None)
        np.setbufsize(16384)
        decimal.getcontext().traps[decimal.Inexact] = True
        decimal.DefaultContext.prec = 7
        sys.setswitchinterval(0.01)
        sys.set_int_max_str_digits(5000)
        sys.argv.append("more")
        sys.unraisablehook = threading.excepthook = print
        return x * x * DRAWS.random()

    def state():
        return (
            (np.geterrcall(), np.getbufsize(), DRAWS.getstate()),
            (dict(decimal.getcontext().traps), decimal.DefaultContext.prec),
            (sys.getswitchinterval(), sys.get_int_max_str_digits(), sys.argv[:]),
            (sys.unraisablehook, threading.excepthook),
        )

    before = state()
    with contextlib.suppress(codegen.CodegenError):  # it draws from what cannot be written out
        codegen.generate(f, np.ones(3)).check()
    assert state() == before


class Stop(BaseException):
    """What an `except Exception` lets pass."""


def test_signals_masks_limits_and_hooks_are_put_back():
    def f(x):
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
        signal.setitimer(signal.ITIMER_REAL, 1000.0)
        os.umask(0o007)
        socket.setdefaulttimeout(3.0)
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (300, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
        )
        gc.set_debug(gc.DEBUG_SAVEALL)
        threading.stack_size(1 << 20)
        threading.setprofile(print)
        logging.addLevelName(logging.INFO, "told")
        logging.addLevelName(23, "odd")
        logging.getLogger("made.here").setLevel(logging.INFO)
        os.environ["TZ"] = "Asia/Tokyo"
        time.tzset()
        return x * x

    def state():
        mask = os.umask(0o022)
        os.umask(mask)
        size = threading.stack_size(0)
        threading.stack_size(size)
        return (
            (signal.getsignal(signal.SIGUSR1), signal.pthread_sigmask(signal.SIG_BLOCK, []), mask),
            (signal.getitimer(signal.ITIMER_REAL), socket.getdefaulttimeout(), size),
            (resource.getrlimit(resource.RLIMIT_NOFILE), gc.get_debug(), threading.getprofile()),
            (logging.getLevelName(logging.INFO), logging.getLevelName(23), time.tzname),
        )

    before = state()
    codegen.generate(f, np.ones(3)).check()
    assert state() == before
    assert logging.getLogger("made.here").level == logging.NOTSET


SETTINGS = types.SimpleNamespace(calls=0)
RECENT = collections.deque(maxlen=3)
BYTES = bytearray()


def test_what_is_written_of_modules_classes_and_things_of_libraries_is_put_back():
    def f(x):
        np.codegen_flag = 3
        setattr(threading, "codegen_word", 3)  # noqa: B010  # as some people write it
        tempfile.tempdir = "nowhere"
        logging.Logger.codegen_flag = 3
        Counter.codegen_flag = 3
        SETTINGS.calls += 1
        SETTINGS.codegen_flag = 3
        RECENT.append(1)
        BYTES.append(1)
        return x * x

    before = tempfile.tempdir
    assert codegen.generate(f, np.ones(3)).check().verdict == "right"
    assert tempfile.tempdir == before
    assert (SETTINGS, RECENT, BYTES) == (types.SimpleNamespace(calls=0), collections.deque(), b"")
    assert not any(hasattr(one, "codegen_flag") for one in (np, logging.Logger, Counter))
    assert not hasattr(threading, "codegen_word")


def test_a_file_that_is_written_is_noted(tmp_path):
    def f(x):
        with open(path, "a") as file:
            file.write("called")
        return x * x

    path = str(tmp_path / "log.txt")
    report = codegen.generate(f, np.ones(3)).check()
    assert f"f writes the file {path}: every call of the check wrote it as well" in report.notes


@pytest.mark.parametrize("kind", [KeyboardInterrupt, GeneratorExit, SystemExit, Stop])
def test_what_a_function_raises_on_the_example_never_leaves_as_it_is(kind):
    def f(x):
        raise kind("enough")

    with pytest.raises(codegen.CodegenError, match=f"raised {kind.__name__} on the example inputs"):
        codegen.generate(f, np.ones(3))


@pytest.mark.parametrize("kind", [KeyboardInterrupt, GeneratorExit, Stop])
def test_what_a_function_raises_elsewhere_ends_nothing(kind):
    def f(x, n):
        if n > 10 or len(x) > 5 or np.sum(x) > 1e5:
            raise kind("enough")
        return x * x

    assert codegen.generate(f, np.ones(3), 1).check().ok


def test_a_signal_still_interrupts():
    def interrupt(number, frame):
        raise Stop

    def f(x):
        signal.raise_signal(signal.SIGTERM)
        return x * x

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        with pytest.raises(Stop):
            codegen.generate(f, np.ones(3))
    finally:
        signal.signal(signal.SIGTERM, before)


def test_the_collector_is_on_again_when_blocks_of_two_threads_have_ended():
    """One thread makes trees while another one begins to run a function of the user's."""
    was_on = gc.isenabled()
    COLLECTOR.pause()
    with alone():
        COLLECTOR.resume()
    assert gc.isenabled() == was_on
    with alone():
        COLLECTOR.pause()
    assert not gc.isenabled()
    COLLECTOR.resume()
    assert gc.isenabled() == was_on


def test_what_others_put_aside_stays_there():
    gc.collect()
    gc.freeze()
    try:
        before = gc.get_freeze_count()
        codegen.generate(lambda x: x * x, 1.0)
        assert before / 2 < gc.get_freeze_count() <= before  # some of it may be let go by itself
    finally:
        gc.unfreeze()


def test_nothing_of_ours_stays_aside_and_much_garbage_goes_before_the_next_work(monkeypatch):
    codegen.generate(lambda x: x * x, 1.0)
    assert not gc.get_freeze_count()

    class Own:
        pass

    one = Own()
    one.itself, gone = one, weakref.ref(one)
    gc.collect()
    monkeypatch.setattr(COLLECTOR, "aside", 1)
    gc.disable()
    try:
        del one
        codegen.generate(lambda x: x * x, 1.0)
        assert gone() is not None  # who turned it off wants none
    finally:
        gc.enable()
    monkeypatch.setattr(COLLECTOR, "aside", 1)
    codegen.generate(lambda x: x * x, 1.0)
    assert gone() is None and not COLLECTOR.aside
    monkeypatch.setattr(process, "MUCH", 0)
    codegen.generate(lambda x: x * x, 1.0)
    assert COLLECTOR.aside


@functools.lru_cache(maxsize=8)
def grid(n):
    return np.linspace(0.0, 1.0, n)


@functools.cache
def options(n):
    return {"rate": 1.0 * n}


def stretched(x):
    g = grid(len(x))
    g *= 2
    return g * x


def halved(x):
    own = options(2)
    own["rate"] /= 2
    return x * own["rate"]


@pytest.mark.parametrize("function", [stretched, halved])
@pytest.mark.parametrize("filled", [False, True])
def test_what_cached_functions_return_is_put_back(filled, function):
    grid.cache_clear()
    options.cache_clear()
    if filled:
        assert grid(3) is not options(2)
    codegen.generate(function, np.ones(3))
    assert grid(3).tolist() == [0.0, 0.5, 1.0]
    assert options(2) == {"rate": 2.0}
