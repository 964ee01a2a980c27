"""Generating straight-line functions of growing length, numeric check included, against black alone (aim: 1.5)."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
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


BLACK = """
import sys, time
import black

mode = black.Mode(target_versions={black.TargetVersion.PY311}, line_length=88)
text = sys.stdin.read()
start = time.process_time()
try:
    black.format_file_contents(text, fast=True, mode=mode)
except black.NothingChanged:
    pass
print(time.process_time() - start)
"""


def black_alone(text: str) -> float:
    """Return the seconds that black takes for a text in a process that does nothing else."""
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", BLACK], input=text, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def generated(function: Callable[..., Any]) -> tuple[float, str]:
    """Return the seconds that generating takes, and the text that black was given."""
    given: list[str] = []
    original = black.format_file_contents

    def noted(text: str, **options: Any) -> str:
        given.append(text)
        return original(text, **options)

    black.format_file_contents = noted
    try:
        start = time.process_time()
        codegen.generate(function, 0.3, -0.2)
        return time.process_time() - start, given[0]
    finally:
        black.format_file_contents = original


def measure(golden: Path | None) -> Iterator[str]:
    """Yield a line per length."""
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / f"straight{size}.py"
            path.write_text(text_of(size))
            function = loaded(path).straight
            seconds, text = generated(function)
            share = black_alone(text)
            yield (
                f"{size:5} statements  {seconds:7.2f} s, {1e3 * seconds / size:.2f} ms a statement:"
                f" {seconds / share:5.2f} times black alone ({share:.2f} s)"
            )
