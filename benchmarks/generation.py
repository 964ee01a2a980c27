"""Generating straight-line functions of growing length, without the numeric check, against black's share of it."""

from __future__ import annotations

import importlib.util
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import black

import codegen

SIZES = (100, 1000, 5000)
LINES = (
    "v{k} = v{j} * x + y",
    "v{k} = np.tanh(v{j})",
    "v{k} = v{j} - v{i} * y",
    "v{k} = np.exp(-v{j})",
    "v{k} = v{j} / (1.0 + v{i} ** 2)",
)


def text_of(statements: int) -> str:
    """Return the text of a function of so many statements."""
    lines = [
        "import numpy as np",
        "",
        "",
        "def straight(x, y):",
        "    v0 = x * y",
        "    v1 = x + y",
    ]
    for k in range(2, statements - 1):
        lines.append("    " + LINES[k % len(LINES)].format(k=k, j=k - 1, i=k - 2))
    return "\n".join([*lines, f"    out = v{statements - 2}", "    return out", ""])


def loaded(path: Path) -> Any:
    """Return the module in a file."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def with_share(work: Callable[[], Any]) -> tuple[float, float]:
    """Return the seconds that some work takes, and how many of them black spends."""
    spent = 0.0
    original = black.format_file_contents

    def timed(*args: Any, **kwargs: Any) -> str:
        nonlocal spent
        start = time.perf_counter()
        try:
            return original(*args, **kwargs)
        finally:
            spent += time.perf_counter() - start

    black.format_file_contents = timed
    try:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start, spent
    finally:
        black.format_file_contents = original


def measure(golden: Path | None) -> Iterator[str]:
    """Yield a line per length."""
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / f"straight{size}.py"
            path.write_text(text_of(size))
            function = loaded(path).straight
            seconds, share = with_share(
                lambda function=function: codegen.generate(function, 0.3, -0.2)
            )
            per = 1e3 * (seconds - share) / size
            yield (
                f"{size:5} statements  {seconds:7.2f} s, black {share:7.2f} s:"
                f" {seconds / share:5.2f} times black alone, {per:.2f} ms a statement without it"
            )
