"""`python -m tests.cases [pattern ...]` judges the cases and prints a table and what went wrong.

With `--self` nothing is generated: the functions run and their central differences are looked at. With `--about` it only
says what the files are about in which they stand.
"""

from __future__ import annotations

import collections
import contextlib
import importlib
import io
import sys
import time
import traceback

import numpy as np

from tests.cases import Case, load, numeric

SECONDS = 20


def healthy(case: Case) -> str:
    """What is wrong with the case itself, or nothing."""
    for k, call in enumerate([case.example, *case.other]):
        arguments = numeric.bound(case.function, call)
        out = numeric.run(case.function, arguments)
        names = case.wrt or arguments.arguments
        for name in names:
            start = tuple(name.split("."))
            for path in numeric.float_paths(numeric.at(arguments.arguments, start)):
                ones = out
                for leaf in list(numeric.float_paths(out)):
                    ones = numeric.replaced(ones, leaf, np.ones(np.shape(numeric.at(out, leaf))))
                grad = numeric.gradient(case.function, call, (*start, *path), ones)
                if not np.all(np.isfinite(grad)):
                    return f"call {k}: gradient on {name} is {grad!r}"
                if np.max(np.abs(grad), initial=0.0) > 1e4:
                    return f"call {k}: gradient on {name} is large"
    return ""


def outcome(case: Case, only_self: bool) -> tuple[str, str]:
    """The outcome of one case, and what of it is not as the case states."""
    from tests.cases.judge import TooLong, judge, limit, problem

    try:
        with limit(SECONDS), contextlib.redirect_stdout(io.StringIO()):
            if only_self:
                problem = healthy(case)
                return ("ill", problem) if problem else ("healthy", "")
            verdict = judge(case)
            return verdict.outcome, problem(case, verdict)
    except TooLong as error:
        return "timeout", str(error)
    except Exception:
        return "crash", traceback.format_exc(limit=-2).replace("\n", " | ")


def main(words: list[str]) -> int:
    """Run all cases that match; 1 if one is bad."""
    unknown = {w for w in words if w.startswith("-")} - {"--self", "--verbose", "--about"}
    if unknown:
        print(__doc__)
        return 0 if unknown == {"--help"} else 2
    only_self = "--self" in words
    patterns = [w for w in words if not w.startswith("--")] or [""]
    cases = {c.name: c for pattern in patterns for c in load(pattern)}
    if not cases:
        print(f"no case has {' or '.join(patterns)} in its name")
        return 2
    if "--about" in words:
        for room in dict.fromkeys(name.partition(".")[0] for name in cases):
            module = importlib.import_module(f"tests.cases.{room.replace('/', '.')}")
            print(f"{room:28s}{' '.join((module.__doc__ or '').split())}")
        return 0
    table: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    bad, started = [], time.perf_counter()
    for name, case in cases.items():
        start = time.perf_counter()
        found, detail = outcome(case, only_self)
        took = time.perf_counter() - start
        expected = not detail
        table[name.partition(".")[0]][found] += 1
        if not expected or "--verbose" in words:
            bad.append(f"{found:8s} {name:44s} {took:5.1f}s  {detail}")
    print("\n".join(sorted(bad)))
    kinds = ["right", "healthy", "refused", "check", "wrong", "crash", "timeout", "ill"]
    kinds = [k for k in kinds if any(row[k] for row in table.values())]
    print(f"{'':28s}" + "".join(f"{k:>9s}" for k in kinds))
    for topic, row in table.items():
        print(f"{topic:28s}" + "".join(f"{row[k]:9d}" for k in kinds))
    total: collections.Counter[str] = sum(table.values(), collections.Counter())
    print(f"{'all':28s}" + "".join(f"{total[k]:9d}" for k in kinds), end="")
    print(f"   {time.perf_counter() - started:.0f} s, {len(bad)} not as expected")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
