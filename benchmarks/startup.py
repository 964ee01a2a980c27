"""The whole process of `python -m codegen`, against one that only imports numpy and black (aim: below 1.5)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.timing import in_turns

ROOT = Path(__file__).parent.parent
COMMANDS = {
    "numpy and black": ["-c", "import numpy, black"],
    "one function": ["-m", "codegen", "examples.notes.staged"],
    "--version": ["-m", "codegen", "--version"],
    "--help": ["-m", "codegen", "--help"],
}


def process(arguments: list[str]) -> None:
    """Run one process."""
    options = {"cwd": ROOT, "capture_output": True, "text": True, "timeout": 60}
    done = subprocess.run([sys.executable, *arguments], **options)  # noqa: S603  # our own words
    if done.returncode:
        raise RuntimeError(
            f"python {' '.join(arguments)} ended with {done.returncode}: {done.stderr.strip()[-300:]}"
        )


def measure(golden: Path | None) -> Iterator[str]:
    """Yield a line per command."""
    best = in_turns(
        {name: lambda words=words: process(words) for name, words in COMMANDS.items()}, rounds=5
    )
    reference = best["numpy and black"]
    yield f"{'numpy and black':<18} {reference:6.3f} s"
    for name in [n for n in COMMANDS if n != "numpy and black"]:
        yield f"{name:<18} {best[name]:6.3f} s  {best[name] / reference:5.2f} times numpy and black"
