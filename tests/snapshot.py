"""What is generated for everything the tests know, as one line each: a hash of the text, or of the refusal's words.

    python -m tests.snapshot > before.txt          every example, case, kind of Python, spelling and golden case
    python -m tests.snapshot --compare before.txt  the names of those that are other now, gone or new (exit 1 if any)
    python -m tests.snapshot case/loops            only the names that contain one of the words
    python -m tests.snapshot --texts FOLDER        writes the texts too, a file each, to be read with `diff -ru`

A line is `hash outcome name`: the outcome is `text` or the class of the error. Line numbers and file names in a text are
left out of its hash, so that a case may move within its file or to another one. Each text is made in a process of its own,
so that neither the order nor what was generated before can show.
"""

from __future__ import annotations

import argparse
import copy
import gc
import hashlib
import importlib
import os
import pathlib
import random
import re
import signal
import sys
import tempfile
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import codegen
from codegen.inputs import example_inputs, has_example
from tests import cases, kinds, test_golden
from tests import test_spellings as spellings
from tests.cases import Call

GOLDEN = pathlib.Path(__file__).parent / "cases" / "golden"
PROCESSES = 2
SECONDS = 120  # of processor time, for one case; the longest takes one


@dataclass(frozen=True)
class Job:
    """One text to generate: its name, and how to come by the function and its arguments."""

    name: str
    subject: Callable[[], tuple[Callable[..., Any], Call, dict[str, Any]]]


def jobs() -> Iterator[Job]:
    """Everything that the tests generate, by name."""
    marked = dict(examples())
    for name, function in marked.items():
        for style in ("assignment", "notes"):
            yield Job(f"example/{name}/{style}", lambda f=function, s=style: of_example(f, s))
    for path in sorted(GOLDEN.glob("[a-z]*.py")):
        layer = path.stem.removeprefix("course_")
        if layer != path.stem:
            yield Job(f"golden/{path.stem}", lambda n=layer: of_course(n))
        else:
            function = next(f for n, f in marked.items() if n.endswith(f".{path.stem}"))
            yield Job(f"golden/{path.stem}", lambda f=function: of_example(f, "assignment"))
    for case in [*cases.load(), *(kind.case for kind in kinds.load())]:
        room = "case" if "/" in case.name else "kind"
        options = {} if case.wrt is None else {"wrt": case.wrt}
        yield Job(f"{room}/{case.name}", lambda c=case, o=options: (c.function, c.example, o))
    for label in spellings.LINES:
        yield Job(f"spelling/{label}", lambda words=label: of_spelling(words))


def examples() -> Iterator[tuple[str, Callable[..., Any]]]:
    """The functions of examples/ that bring an example along."""
    root = pathlib.Path(__file__).parents[1]
    for path in sorted((root / "examples").glob("[a-z]*.py")):
        module = importlib.import_module(f"examples.{path.stem}")
        for name, value in vars(module).items():
            own = getattr(value, "__module__", "") == module.__name__
            if own and callable(value) and not isinstance(value, type) and has_example(value):
                yield f"{path.stem}.{name}", value


def of_example(
    function: Callable[..., Any], style: str
) -> tuple[Callable[..., Any], Call, dict[str, Any]]:
    """An example with its inputs, in a style."""
    inputs = example_inputs(function)
    return function, Call(*inputs.args, **inputs.kwargs), {"style": style}


def of_course(layer: str) -> tuple[Callable[..., Any], Call, dict[str, Any]]:
    """A layer of the course, with the inputs of its golden test."""
    forward, args, *_ = test_golden.course_layer(layer)
    return forward, Call(*args), {}


def of_spelling(label: str) -> tuple[Callable[..., Any], Call, dict[str, Any]]:
    """A line of the files of spellings as a function, in a module file of its own."""
    spelling = spellings
    lines = spelling.LINES[label][0].split(" ; ")
    names = spelling.names_of(lines)
    body = "".join(f"    {line}\n" for line in [*lines[:-1], f"return {lines[-1]}"])
    text = spelling.HEADER.format(", ".join(names)) + body
    folder = pathlib.Path(tempfile.gettempdir()) / f"snapshot-{os.getppid()}"
    folder.mkdir(exist_ok=True)
    function = spelling.loaded(text, folder, zlib.crc32(label.encode()))
    found, passive = spelling.VALUES[0]
    values = {**found, **passive}
    wrt = tuple(n for n in names if n in found)
    return function, Call(*(values[n] for n in names)), {"wrt": wrt}


def made(job: Job) -> tuple[str, str]:
    """The outcome of a job and its text."""
    warnings.simplefilter("ignore")
    function, call, options = job.subject()
    args, kwargs = copy.deepcopy((call.args, call.kwargs))
    np.random.seed(0)
    random.seed(0)
    try:
        return "text", codegen.generate(function, *args, **options, **kwargs).source
    except codegen.CodegenError as error:
        return type(error).__name__, str(error)
    except Exception as error:
        return "crash", f"{type(error).__name__}: {error}"


def steady(text: str) -> str:
    """The text without what changes when a case moves: file names and the numbers of lines."""
    text = re.sub(r"[\w./-]*/[\w.-]+\.py(:\d+)*", "FILE", text)
    return re.sub(r"\blines? \d+( and \d+)?", "line", text)


def in_a_process_of_its_own(job: Job) -> tuple[str, str]:
    """The outcome of a job and its text, made by a copy of this process that ends afterwards."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write("\0".join(made(job)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        outcome, _, text = pipe.read().decode().partition("\0")
    _, status = os.waitpid(child, 0)
    return (outcome, text) if not status else ("killed", f"status {status}")


def share(todo: Sequence[Job], writing: int, texts: pathlib.Path | None) -> None:
    """Make the texts of some jobs, then write a line for each into a pipe."""
    lines = []
    for job in todo:
        outcome, text = in_a_process_of_its_own(job)
        digest = hashlib.sha256(steady(text).encode()).hexdigest()[:16]
        lines.append(f"{digest} {outcome} {job.name}\n")
        if texts:
            name = re.sub(r"[^\w./-]+", "_", job.name)[:100]
            crc = f"-{zlib.crc32(job.name.encode()):08x}" if name != job.name else ""
            path = texts / f"{name}{crc}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    with os.fdopen(writing, "w") as pipe:
        pipe.writelines(lines)


def snapshot(words: Sequence[str] = (), texts: pathlib.Path | None = None) -> list[str]:
    """The lines for all jobs whose names contain one of the words, in order of name."""
    todo = sorted(jobs(), key=lambda job: job.name)
    todo = [j for j in todo if not words or any(w in j.name for w in words)]
    warm = [j for j in jobs() if j.name.startswith("golden/")][:2]
    for job in warm:  # black and the table's index are loaded once, not in every process
        made(job)
    gc.collect()
    gc.freeze()  # the copies share this memory as long as nobody collects in it
    gc.disable()
    pipes = []
    for k in range(PROCESSES):
        reading, writing = os.pipe()
        if not os.fork():
            os.close(reading)
            share(todo[k::PROCESSES], writing, texts)
            os._exit(0)
        os.close(writing)
        pipes.append(reading)
    lines = []
    for reading in pipes:
        with os.fdopen(reading) as pipe:
            lines += pipe.read().splitlines()
        os.wait()
    if len(lines) != len(todo):
        raise RuntimeError(f"{len(todo) - len(lines)} texts are missing")
    return sorted(lines, key=lambda line: line.split(" ", 2)[2])


def compared(before: Sequence[str], now: Sequence[str]) -> list[str]:
    """What differs between two snapshots, a line each."""
    old, new = (
        {name: (digest, outcome) for digest, outcome, name in (x.split(" ", 2) for x in lines)}
        for lines in (before, now)
    )
    found = []
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            found.append(f"gone     {name}")
        elif name not in old:
            found.append(f"new      {name} ({new[name][1]})")
        elif old[name][1] != new[name][1]:
            found.append(f"outcome  {name}: {old[name][1]} -> {new[name][1]}")
        elif old[name] != new[name]:
            found.append(f"{new[name][1]:8s} {name}")
    return found


def main() -> int:
    """Write or compare; 1 if something differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.snapshot", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("words", nargs="*", help="parts of names; all without")
    parser.add_argument("--compare", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--texts", type=pathlib.Path, metavar="FOLDER")
    asked = parser.parse_args()
    lines = snapshot(asked.words, asked.texts)
    if asked.compare is None:
        print("\n".join(lines))
        return 0
    before = asked.compare.read_text().splitlines()
    words = asked.words
    before = [x for x in before if not words or any(w in x.split(" ", 2)[2] for w in words)]
    found = compared(before, lines)
    print("\n".join([*found, f"{len(lines)} compared, {len(found)} differ"]))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
