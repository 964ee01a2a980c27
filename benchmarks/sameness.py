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
FRESH = "from benchmarks.sameness import digest; print(digest({name!r}, {module!r}))"

Named = tuple[str, str]
"""The name of a case and the module it is in."""


def names(count: int) -> list[Named]:
    """Return so many cases of the corpus, spread over its topics."""
    from tests.cases import load

    found = [(case.name, case.function.__module__) for case in load() if not case.refused]
    step = max(1, len(found) // count)
    return found[::step][:count]


def digest(name: str, module: str) -> str:
    """Return a hash of the module of a case and of its report, or of what refuses it."""
    from tests.cases import one

    case = one(name, module)
    wrt = {} if case.wrt is None else {"wrt": case.wrt}
    try:
        made = codegen.generate(case.function, *case.example.args, **wrt, **case.example.kwargs)
        text = f"{made.source}\n{made.check()}"
    except codegen.CodegenError as error:
        text = f"{type(error).__name__}: {error}"
    return hashlib.sha256(text.encode()).hexdigest()


def in_threads(cases: Sequence[Named]) -> list[str]:
    """Return the hashes of the cases, made in reverse order by threads that run at the same time."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda case: digest(*case), reversed(cases)))[::-1]


def fresh(case: Named, seed: int) -> str:
    """Return the hash of a case, made by a process of its own with another seed for hashes."""
    name, module = case
    done = subprocess.run(  # noqa: S603  # this very Python
        [sys.executable, "-c", FRESH.format(name=name, module=module)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": str(seed)},
    )
    return done.stdout.splitlines()[-1]  # a case may print


def in_processes(cases: Sequence[Named]) -> list[str]:
    """Return the hashes of the cases, each made by a fresh process; several at a time keep the machine busy."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(fresh, cases, range(len(cases))))


def measure(golden: Path | None, count: int = COUNT) -> Iterator[str]:
    """Yield how many texts differ."""
    cases = names(count)
    one = [digest(*case) for case in cases]
    for title, made in (
        ("in threads", in_threads),
        ("each in a fresh process", in_processes),
    ):
        others = made(cases)
        off = [case[0] for case, a, b in zip(cases, one, others, strict=True) if a != b]
        yield f"{title}: {len(off)} of {len(cases)} differ {' '.join(off)}".rstrip()
