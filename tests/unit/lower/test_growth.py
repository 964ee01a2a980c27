"""The work of lowering grows with the function: counted in calls, not in seconds."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen import gates
from codegen.lower.statements import lower
from codegen.trace.differentiable import differentiable, subject
from codegen.trace.inline import inline
from codegen.trace.observe import observe

gates.load()


def nested(depth: int) -> str:
    """Return a function of one deep expression."""
    text = "x"
    for _ in range(depth):
        text = f"np.tanh({text} + w)"
    return f"def f(x, w):\n    return {text}\n"


def one_name(count: int) -> str:
    """Return a function of statements that bind one name."""
    lines = ["    x = np.sin(x) + w", "    x = x * 1.01"]
    return "def f(x, w):\n" + "\n".join(lines * count) + "\n    return x\n"


def loops(depth: int) -> str:
    """Return a function of loops in loops."""
    heads = [f"{'    ' * (k + 1)}for i{k} in range(2):" for k in range(depth)]
    return (
        "def f(x, w):\n" + "\n".join(heads) + f"\n{'    ' * (depth + 1)}x = x * w\n    return x\n"
    )


def calls_of(text: str, place: Path) -> int:
    """Return how many Python functions are called to lower a function."""
    place.write_text(f"import numpy as np\n\n\n{text}")
    module = types.ModuleType("grown")
    exec(compile(place.read_text(), str(place), "exec"), module.__dict__)
    plain, whole = subject(module.f, (0.5, 0.25))
    args, kwargs, inputs = differentiable(plain, whole, {}, None, False)
    trace = observe(plain, args, kwargs, inputs)
    count = 0

    def note(frame: types.FrameType, event: str, arg: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        lower(inline(trace, inputs))
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    ("text", "size", "most"), [(nested, 20, 2.3), (one_name, 60, 2.3), (loops, 6, 2.6)]
)
def test_twice_the_function_is_twice_the_work(
    text: Callable[[int], str], size: int, most: float, tmp_path: Path
) -> None:
    """A function of twice the depth, or of twice the statements, takes about twice the calls."""
    calls_of(text(2), tmp_path / "first.py")  # tables that are made at first use
    small = calls_of(text(size), tmp_path / "small.py")
    large = calls_of(text(2 * size), tmp_path / "large.py")
    assert large <= most * small, f"{small} calls, then {large}"
