"""`python -m tests.fuzz [straight|control|mixed|public|sides [count [first seed]]]` judges random programs and prints failures.

Without words: 20,000 programs of what public code consists of. With `--small`, a failing program is made smaller by leaving out
lines as long as the outcome stays; with `--show` it is printed as it is. With `--quick`, a pair is judged before the tool's own check
has seen it; what is wrong then is made again with the check, which counts.
"""

from __future__ import annotations

import collections
import contextlib
import importlib
import io
import pathlib
import re
import sys
import tempfile
import time
from dataclasses import replace

from tests.fuzz import Program, from_seed, judged, judged_quickly

SECONDS = 20


def outcome(program: Program, folder: pathlib.Path, quick: bool) -> tuple[str, str]:
    """What became of the program, a timeout included."""
    from tests.cases.judge import TooLong, limit

    try:
        with limit(SECONDS), contextlib.redirect_stdout(io.StringIO()):
            return judged_quickly(program, folder) if quick else judged(program, folder)
    except TooLong as error:
        return "timeout", str(error)
    except Exception as error:
        return "invalid", repr(error)


def kind_of(detail: str) -> str:
    """The detail without its numbers and names."""
    return re.sub(r"\bd?x\d|\d[-+.e\d]*|:.*numeric.*", "#", detail)[:100]


def smaller(
    program: Program, found: str, detail: str, folder: pathlib.Path, quick: bool
) -> Program:
    """The program with as many lines left out as keep its outcome."""
    head, body = program.text.split("def f(", 1)
    first, *lines = body.splitlines()
    improved, started = True, time.perf_counter()
    while improved and time.perf_counter() - started < 60:
        improved = False
        for size in (8, 4, 2, 1):
            for k in range(len(lines) - 1, -1, -1):
                rest = lines[:k] + lines[k + size :]
                text = head + "def f(" + "\n".join([first, *rest]) + "\n"
                try:
                    compile(text, "f", "exec")
                except SyntaxError:
                    continue
                trial = replace(program, text=text)
                again, why = outcome(trial, folder, quick)
                if len(rest) < len(lines) and again == found and kind_of(why) == kind_of(detail):
                    lines, program, improved = rest, trial, True
    return program


def main(words: list[str]) -> int:
    """Judge so many programs; 1 if one was neither right nor refused."""
    unknown = {w for w in words if w.startswith("-")} - {"--small", "--show", "--quick"}
    if unknown:
        print(__doc__)
        return 0 if unknown == {"--help"} else 2
    given = [w for w in words if not w.startswith("--")]
    kind, count, first = [*given, *["public", "20000" if not given else "100", "0"][len(given) :]]
    generator = importlib.import_module(f"tests.fuzz.{kind}")
    reasons: collections.Counter[str] = collections.Counter()
    table: collections.Counter[str] = collections.Counter()
    texts: set[str] = set()
    quick = "--quick" in words
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for seed in range(int(first), int(first) + int(count)):
            program = generator.program(from_seed(seed))
            texts.add(program.text)
            found, detail = outcome(program, folder, quick)
            table[found] += 1
            if found in ("right", "discarded"):
                continue
            reason = f"{found}: {kind_of(detail)}"
            reasons[reason] += 1
            new = reasons[reason] <= (3 if found == "wrong" else 1)
            if (
                new
                and "--small" in words
                and found not in ("invalid", "timeout", "refused", "guarded")
            ):
                program = smaller(program, found, detail, folder, quick)
            if new and ("--show" in words or "--small" in words):
                text = program.text.partition("def f(")[2]
                print(f"--- seed {seed}: {found}: {detail}\ndef f({text}", flush=True)
    for reason, times in reasons.most_common():
        print(f"{times:5d}  {reason}")
    print(f"seeds {first} to {int(first) + int(count) - 1}, {len(texts)} distinct programs")
    print(dict(table), f"{time.perf_counter() - started:.0f} s")
    return int(any(table[k] for k in ("wrong", "crash", "timeout", "check", "invalid")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
