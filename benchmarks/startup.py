"""The processor time of `python -m codegen`, against a process that only imports numpy and black (aim: below 1.5).

Modules are compiled once before, as they are on a machine where the tool has run.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
REFERENCE = ["-c", "import numpy, black"]
COMMANDS = {
    "a small function": ["-m", "codegen", "small.py:multiply"],
    "the staged function": ["-m", "codegen", "examples.notes.staged"],
    "--version": ["-m", "codegen", "--version"],
    "--help": ["-m", "codegen", "--help"],
}
SMALL = "def multiply(x: float, y: float) -> float:\n    return x * y + x\n"
ROUNDS = 9


def seconds(arguments: list[str], folder: str) -> float:
    """Return the processor time of one process."""
    own = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    own |= {"PYTHONPYCACHEPREFIX": f"{folder}/compiled", "PYTHONPATH": os.fspath(ROOT)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, *arguments],
        cwd=folder,
        env=own,
        capture_output=True,
        text=True,
        timeout=60,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(
            f"python {' '.join(arguments)} ended with {done.returncode}: {done.stderr.strip()[-300:]}"
        )
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(golden: Path | None) -> Iterator[str]:
    """Yield a line per command: the median of the ratios of two processes, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "small.py").write_text(SMALL)
        alone = [seconds(REFERENCE, folder) for _ in range(ROUNDS)][1:]
        yield f"{'numpy and black':<20} {statistics.median(alone):6.3f} s"
        for name, words in COMMANDS.items():
            seconds(words, folder)
            pairs = [(seconds(words, folder), seconds(REFERENCE, folder)) for _ in range(ROUNDS)]
            ratio = statistics.median(a / b for a, b in pairs)
            middle = statistics.median(a for a, _ in pairs)
            yield f"{name:<20} {middle:6.3f} s  {ratio:5.2f} times numpy and black"
