"""The work of a generation grows with the function: counted in calls, not in seconds."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest

import codegen
from codegen import gates
from codegen.lower.statements import lower
from codegen.trace.differentiable import differentiable, subject
from codegen.trace.inline import inline
from codegen.trace.observe import observe

gates.load()


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


def stores(count: int) -> str:
    """Statements that store into an argument."""
    lines = "".join(f"    v[{k % 3}] = v[{k % 3}] * x + w\n" for k in range(count))
    return f"def f(x, w, v=np.ones(3)):\n{lines}    return v[0] * v[1]\n"


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


def nested(depth: int) -> str:
    """One deep expression."""
    text = "x"
    for _ in range(depth):
        text = f"np.tanh({text} + w)"
    return f"def f(x, w):\n    return {text}\n"


def one_name(count: int) -> str:
    """Statements that bind one name."""
    lines = ["    x = np.sin(x) + w", "    x = x * 1.01"]
    return "def f(x, w):\n" + "\n".join(lines * count) + "\n    return x\n"


def forks(count: int) -> str:
    """Values that are each read twice, in front of an exponential, which asks for their sign."""
    lines = "".join(f"    x{k + 1} = x{k} * 0.25 + 0.5 * x{k}\n" for k in range(count))
    return f"def f(x0, w):\n{lines}    return 1.0 / (w * w + np.exp(-x{count}))\n"


def loops(depth: int) -> str:
    """Loops in loops."""
    heads = [f"{'    ' * (k + 1)}for i{k} in range(2):" for k in range(depth)]
    return (
        "def f(x, w):\n" + "\n".join(heads) + f"\n{'    ' * (depth + 1)}x = x * w\n    return x\n"
    )


def generating(function: Callable[..., object]) -> Callable[[], object]:
    """A whole generation, its check included."""
    return lambda: codegen.generate(function, 0.5, 0.25)


def lowering(function: Callable[..., object]) -> Callable[[], object]:
    """Lowering alone."""
    plain, whole = subject(function, (0.5, 0.25))
    args, kwargs, inputs = differentiable(plain, whole, {}, None, False)
    trace = observe(plain, args, kwargs, inputs)
    return lambda: lower(inline(trace, inputs))


def calls_of(text: str, work: Callable[..., Callable[[], object]], place: Path) -> int:
    """Return how many Python functions some work on a function calls; those of black do not count, which is compiled
    for some Pythons, and takes a text a second time once it has a line that is too long.
    """
    place.write_text(f"import numpy as np\n\n\n{text}")
    module = types.ModuleType("grown")
    exec(compile(place.read_text(), str(place), "exec"), module.__dict__)
    run = work(module.f)
    count = 0

    def note(frame: types.FrameType, event: str, arg: object) -> None:
        nonlocal count
        module = str(frame.f_globals.get("__name__"))
        count += event == "call" and not module.startswith(("black", "blib2to3"))

    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    ("work", "text", "size", "most"),
    [
        (generating, many_names, 40, 2.1),
        (generating, with_helpers, 5, 2.2),
        (generating, changing_helper, 20, 2.2),
        (generating, handed_list, 100, 2.2),
        (generating, appends, 500, 2.2),
        (generating, branches, 10, 2.2),
        (generating, forks, 15, 2.2),
        (lowering, nested, 20, 2.3),
        (lowering, one_name, 60, 2.3),
        (lowering, stores, 40, 2.2),
        (lowering, loops, 6, 2.6),
    ],
)
def test_twice_the_function_is_twice_the_work(
    work: Callable[..., Callable[[], object]],
    text: Callable[[int], str],
    size: int,
    most: float,
    tmp_path: Path,
) -> None:
    calls_of(text(2), work, tmp_path / "first.py")  # tables that are made at first use
    small = calls_of(text(size), work, tmp_path / "small.py")
    large = calls_of(text(2 * size), work, tmp_path / "large.py")
    assert large <= most * small, f"{small} calls, then {large}"
