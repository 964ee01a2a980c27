"""Functions of the corpus made in one process, in threads, each in a fresh one: how many differ (aim: 0)."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import codegen

COUNT, THREADS = 200, 4
FRESH = "from benchmarks.sameness import digest; print(digest({name!r}))"
BUSY = "while True: sum(range(1000))"


def names(count: int) -> list[str]:
    """Return the names of so many cases of the corpus, spread over its topics."""
    from tests.cases import load

    found = [case.name for case in load() if not case.refused]
    step = max(1, len(found) // count)
    return found[::step][:count]


def digest(name: str) -> str:
    """Return a hash of the module of a case and of its report, or of what refuses it."""
    from tests.cases import load

    case = next(case for case in load() if case.name == name)
    wrt = {} if case.wrt is None else {"wrt": case.wrt}
    try:
        module = codegen.generate(case.function, *case.example.args, **wrt, **case.example.kwargs)
        text = f"{module.source}\n{module.check()}"
    except codegen.CodegenError as error:
        text = f"{type(error).__name__}: {error}"
    return hashlib.sha256(text.encode()).hexdigest()


def in_threads(cases: Sequence[str]) -> list[str]:
    """Return the hashes of the cases, made by threads that run at the same time."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(digest, reversed(cases)))[::-1]


def fresh(name: str, seed: int) -> str:
    """Return the hash of a case, made by a process of its own with another seed for hashes."""
    done = subprocess.run(  # noqa: S603  # this very Python
        [sys.executable, "-c", FRESH.format(name=name)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": str(seed)},
    )
    return done.stdout.strip()


def measure(golden: Path | None, count: int = COUNT) -> Iterator[str]:
    """Yield how many texts differ, with a process beside that keeps the machine busy."""
    cases = names(count)
    one = [digest(name) for name in cases]
    load = subprocess.Popen([sys.executable, "-c", BUSY])  # noqa: S603  # as above
    try:
        for title, others in (
            ("again", [digest(name) for name in cases]),
            ("in threads", in_threads(cases)),
            ("each in a fresh process", [fresh(name, k) for k, name in enumerate(cases)]),
        ):
            off = [name for name, a, b in zip(cases, one, others, strict=True) if a != b]
            yield f"{title}: {len(off)} of {len(cases)} differ {' '.join(off)}".rstrip()
    finally:
        load.kill()
