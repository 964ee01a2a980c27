"""Calling the user's function: which loops may never end, what large arrays are copied, what is a number."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from codegen.check import calls
from codegen.check.calls import CONVERSION, LARGE, Caller, may_be_endless, strictly
from codegen.check.state import State
from codegen.errors import EndlessError
from codegen.process import quiet


def made(body: str) -> Callable[..., Any]:
    """A function of a body."""
    space: dict[str, Any] = {}
    exec(f"def f(x, n):\n{body}    return x\n", space)  # noqa: S102  # the text is ours
    found: Callable[..., Any] = space["f"]
    return found


@pytest.mark.parametrize("lines", [1, 40, 400, 20_000])
@pytest.mark.parametrize(("head", "endless"), [("for i in range(n)", False), ("while x < n", True)])
def test_a_loop_over_something_ends_however_long_its_body_is(
    lines: int, head: str, endless: bool
) -> None:
    body = "".join("        x = x * 1.5 + n\n" for _ in range(lines))
    assert may_be_endless(made(f"    {head}:\n{body}").__code__) is endless


def test_a_loop_in_a_long_loop_is_seen() -> None:
    body = "".join("        x = x * 1.5 + n\n" for _ in range(400))
    inner = "        while x < n:\n            x = x + 1.0\n"
    assert may_be_endless(made(f"    for i in range(n):\n{body}{inner}").__code__)
    inner = "        for j in range(n):\n            x = x + 1.0\n"
    assert not may_be_endless(made(f"    for i in range(n):\n{body}{inner}").__code__)


COUNT = {"calls": 0}


def reads(x: Any, w: float) -> Any:
    COUNT["calls"] += 1
    return x, np.sum(x * w), COUNT["calls"]


def writes(x: Any, w: float) -> Any:
    COUNT["calls"] += 1
    x *= w
    return x, np.sum(x), COUNT["calls"]


@pytest.mark.parametrize("function", [reads, writes])
@pytest.mark.parametrize("size", [LARGE, LARGE + 1])
def test_only_a_large_array_that_is_not_written_to_is_no_copy(
    function: Callable[..., Any], size: int
) -> None:
    x = np.ones(size)
    caller = Caller(State(function))
    out, total, calls = caller.watch(function, ((x, 2.0), {}))
    assert np.array_equal(x, np.ones(size))
    assert total == 2.0 * size
    assert calls == COUNT["calls"] == 1  # what was tried on the array itself is forgotten
    assert np.shares_memory(out, x) == (function is reads and size > LARGE)
    assert not (np.shares_memory(out, x) and out.flags.writeable)
    COUNT["calls"] = 0


def as_old_numpy(x: Any) -> float:
    """What a float makes of an array of one number before NumPy 2.4."""
    if np.ndim(x):
        warnings.warn(f"{CONVERSION} is deprecated", DeprecationWarning, stacklevel=2)
    return float(np.sum(x))


@pytest.mark.parametrize(("example", "taken"), [(0.5, False), (np.ones(1), True)])
def test_an_array_of_one_number_is_no_number_unless_it_is_one_in_the_example(
    monkeypatch: pytest.MonkeyPatch, example: Any, taken: bool
) -> None:
    monkeypatch.setattr(calls, "converts", lambda: True)
    with quiet():
        caller = Caller(State())
        strictly(caller, as_old_numpy, ((example,), {}))
        assert caller.takes(as_old_numpy, ((np.ones(1),), {})) is taken


def rounds(n: float) -> float:
    total = 0.0
    for i in range(int(n)):
        total += n / (1 + i)
    return total


def test_a_call_may_be_asked_to_end_however_its_loops_are() -> None:
    caller = Caller()
    caller.watch(rounds, ((3.0,), {}))
    assert caller.run(rounds, ((1e5,), {})) > 1e6
    with caller.counting(), pytest.raises(EndlessError):
        caller.run(rounds, ((1e9,), {}))
    assert not caller.endless


def test_a_backward_pass_may_take_more_lines_than_its_forward_pass() -> None:
    caller = Caller()
    caller.watch(rounds, ((3.0,), {}))
    with caller.counting():
        assert caller.generated(rounds, 1e5) > 1e6
        with pytest.raises(EndlessError):
            caller.generated(rounds, 1e9)
