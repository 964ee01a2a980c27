"""The work of a whole generation, its check included, grows with the function: counted in calls, not in seconds."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest

import codegen


def many_names(count: int) -> str:
    """Statements that bind a new name each."""
    lines = "".join(f"    x{k + 1} = np.sin(x{k}) * w\n" for k in range(count))
    return f"def f(x0, w):\n{lines}    return x{count}\n"


def with_helpers(count: int) -> str:
    """A function that calls helpers of a few stages, each a few times."""
    helpers = "".join(
        f"def helper{k}(z, s):\n    z = z * s\n    z = np.tanh(z) + {k}.5\n    return z * 0.5\n\n\n"
        for k in range(count)
    )
    lines = "".join(
        f"    y{k} = helper{k % count}(x, w)\n    x = x + y{k}\n" for k in range(3 * count)
    )
    return f"{helpers}def f(x, w):\n{lines}    return x\n"


def changing_helper(count: int) -> str:
    """Calls of a helper that changes what it is given."""
    helper = "def helper(z, s):\n    z *= s\n    z += 0.1\n\n\n"
    calls = "    helper(z, w)\n" * count
    return f"{helper}def f(x, w):\n    z = np.array([x, x])\n{calls}    return np.sum(z)\n"


def handed_list(count: int) -> str:
    """A loop that hands the list which it grows to a helper."""
    return (
        "def last(parts, w):\n    a = parts[-1] * w\n    return a * np.sin(a)\n\n\n"
        f"def f(x, w):\n    parts = [x]\n    for _ in range({count}):\n"
        "        parts.append(np.tanh(last(parts, w) + x))\n    return parts[-1]\n"
    )


def appends(count: int) -> str:
    """A loop that appends to a list, and one that fills a dict."""
    return (
        "def f(x, w):\n    parts, seen = [], {}\n    h = x\n"
        f"    for k in range({count}):\n        h = np.tanh(h * w + x)\n        parts.append(h)\n"
        f"    for k in range({count}):\n        seen[k] = parts[k] * w\n"
        "    return parts[-1] + seen[0]\n"
    )


def branches(count: int) -> str:
    """Branches, one after the other."""
    lines = "".join(
        f"    if w > {k}.5:\n        x = x * w\n    else:\n        x = np.tanh(x)\n"
        for k in range(count)
    )
    return f"def f(x, w):\n{lines}    return x\n"


def calls_of(text: str, place: Path) -> int:
    """Return how many Python functions are called to generate from a function."""
    place.write_text(f"import numpy as np\n\n\n{text}")
    module = types.ModuleType("grown")
    exec(compile(place.read_text(), str(place), "exec"), module.__dict__)
    count = 0

    def note(frame: types.FrameType, event: str, arg: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        codegen.generate(module.f, 0.5, 0.25)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    ("text", "size", "most"),
    [
        (many_names, 40, 2.1),
        (with_helpers, 5, 2.2),
        (changing_helper, 20, 2.2),
        (handed_list, 100, 2.2),
        (appends, 500, 2.2),
        (branches, 10, 2.2),
    ],
)
def test_twice_the_function_is_twice_the_work(
    text: Callable[[int], str], size: int, most: float, tmp_path: Path
) -> None:
    calls_of(text(2), tmp_path / "first.py")  # tables that are made at first use
    small = calls_of(text(size), tmp_path / "small.py")
    large = calls_of(text(2 * size), tmp_path / "large.py")
    assert large <= most * small, f"{small} calls, then {large}"
