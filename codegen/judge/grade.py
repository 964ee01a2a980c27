"""A whole class. In: an assignment, a folder of submissions. Out: a row for each, a table, a file of feedback for each.

Every submission runs in a process of its own, inside the walls of `sandbox`. Only arrays come out of it; they are
judged here, so that neither the reference nor a true gradient is ever in its reach.
"""

from __future__ import annotations

import ast
import csv
import html
import io
import json
import os
import pickle
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from codegen import syntax
from codegen.errors import CodegenError, UsageError, aligned
from codegen.inputs import example_inputs
from codegen.judge.formats import Score, rendered, scored
from codegen.judge.judging import Reference, judged
from codegen.judge.running import Backward, Raised, Ran, Seen, module_at
from codegen.judge.sandbox import Limits
from codegen.judge.single import bundle
from codegen.judge.worker import MOST, decoded, send
from codegen.records import dataclass

START = 30  # seconds of processor time until Python and NumPy are loaded, at most
LOOK = 0.1  # seconds from one look at the processor time to the next
BY = ("argument", "stage", "all")
SYSTEM = (
    "/usr",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/dev/null",
    "/dev/urandom",
    "/System",
    "/Library",
)
STYLE = (
    "td,th{padding:.2em .6em;text-align:left;vertical-align:top}"
    ".right{background:#e5f5e5}.wrong{background:#fbe5e5}"
)


@dataclass(frozen=True)
class Task:
    name: str
    """The forward function in the reference."""
    backward: str
    """What the submission calls its derivative."""
    forward: str = ""
    """The forward half that makes its cache, in the submission, or in the reference if it has none."""
    points: float = 1.0
    wrt: tuple[str, ...] = ()
    form: str | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Texts of example inputs."""
    score: str = "argument"
    """One of `BY`."""


@dataclass(frozen=True)
class Assignment:
    """An assignment: the reference, the file that is handed in, the functions and the limits."""

    title: str
    reference: Path
    submission: str
    tasks: tuple[Task, ...]
    limits: Limits = Limits()


@dataclass(frozen=True)
class Graded:
    """A submission, what it earns for each function, and which walls stood around it."""

    name: str
    scores: tuple[Score, ...]
    walls: tuple[str, ...] = ()

    @property
    def total(self) -> float:
        return sum(score.points for score in self.scores)


class GoneError(Exception):
    """The process of a submission did not answer: it took too long, crashed or exited."""


def assignment(path: Path) -> Assignment:
    """Return the assignment that a file describes; `UsageError` if it cannot be read, or lacks something."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path}: {error}") from error
    about = data.get("assignment", {})
    limits = about.get("limits", {})
    for key in ("reference", "submission"):
        if not isinstance(about.get(key), str):
            raise UsageError(f'{path.name}: [assignment] needs {key} = "a_file.py"')
    tasks = []
    for entry in data.get("function", []):
        unknown = set(entry) - set(Task.__dataclass_fields__)
        if "name" not in entry or unknown:
            what = (
                f"there is no setting {min(unknown)}" if unknown else "a [[function]] needs a name"
            )
            raise UsageError(f"{path.name}: {what}")
        if entry.get("score", "argument") not in BY:
            raise UsageError(f"{path.name}: score is one of {', '.join(BY)}")
        named = {"backward": f"{entry['name'].removesuffix('_forward')}_backward", **entry}
        tasks.append(Task(**{**named, "wrt": tuple(entry.get("wrt", ()))}))
    if not tasks:
        raise UsageError(f"{path.name}: there is no [[function]]")
    known = ("seconds", "wall_seconds", "memory_mb", "file_kb")
    for key in limits:
        if key not in known:
            raise UsageError(f"{path.name}: there is no limit {key}; there are {', '.join(known)}")
    seconds = int(limits.get("seconds", 20))
    return Assignment(
        str(about.get("title", path.stem)),
        path.parent / about["reference"],
        about["submission"],
        tuple(tasks),
        Limits(
            seconds,
            int(limits.get("wall_seconds", 60 + 5 * seconds)),
            int(limits.get("memory_mb", 1024)) << 20,
            int(limits.get("file_kb", 1024)) << 10,
        ),
    )


def references(task: Assignment) -> dict[str, Reference]:
    """Return the reference of each function; its true gradients are computed when the first submission needs them."""
    if not task.reference.is_file():
        raise UsageError(f"there is no file {task.reference.name}")
    module = module_at(str(task.reference), f"reference_{task.reference.stem}")
    found = {}
    for one in task.tasks:
        function = getattr(module, one.name, None)
        if not callable(function):
            raise UsageError(f"{task.reference.name} has no function {one.name}")
        inputs = example_inputs(function, {}, one.inputs, (), task.reference.parent)
        found[one.name] = Reference(function, tuple(inputs.args), inputs.kwargs, one.wrt)
    return found


class Handed:
    """A submission in its process."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path, self.limits = path, limits  # path: the file that was handed in
        self.folder = tempfile.mkdtemp(prefix="judged-")
        self.work = os.path.join(self.folder, "work")
        os.mkdir(self.work)
        self.file = os.path.join(self.work, path.name)
        shutil.copyfile(path, self.file)
        program = os.path.join(self.folder, "worker.py")
        Path(program).write_text(
            f"{bundle('codegen.judge.worker')}\n\nfrom judge_parts.judge.worker import serve\n\nserve()\n",
            encoding="utf-8",
        )
        # nothing of the environment is handed on: no secret, no path
        keep = {
            "PATH": "/usr/bin:/bin",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "HOME": self.work,
        }
        self.process = subprocess.Popen(  # noqa: S603  # that it is not trusted is the point
            [sys.executable, "-I", "-B", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.work,
            env=keep,
            start_new_session=True,
        )
        self.walls: tuple[str, ...] = ()
        self.error = ""  # what it raised when it was loaded
        start = {
            "limits": asdict(limits),
            "readable": [sys.prefix, sys.base_prefix, *readable_folders()],
            "folder": self.work,
            "path": self.file,
            "total": 60 * limits.seconds,
        }
        try:
            answer = self.ask(start, START)
            self.walls = tuple(str(w) for w in answer["walls"])
            self.error = str(answer["error"])
        except GoneError as error:
            self.error = str(error)

    def ask(self, request: Any, more: int = 0) -> Any:
        """Return the answer to a request, which may take more seconds than usual; `GoneError` if there is none."""
        assert self.process.stdin is not None
        data = pickle.dumps(request)
        try:
            send(self.process.stdin, data)
        except OSError as error:
            raise GoneError(self.ended()) from error
        reader = Reader(self, more)
        size = struct.unpack("<Q", reader.take(8))[0]
        if size > MOST:
            self.close()
            raise GoneError("the answer is larger than any gradient")
        try:
            return json.loads(reader.take(size))
        except ValueError as error:
            self.close()
            raise GoneError("the process does not answer as it should") from error

    def ended(self) -> str:
        self.process.kill()
        code = self.process.wait()
        if code == -signal.SIGXCPU:
            return f"takes longer than {self.limits.seconds} seconds of processor time"
        if code == -signal.SIGKILL:
            return "was stopped: it used more than it may"
        return f"ended by signal {-code}" if code < 0 else f"exited with code {code}"

    def close(self) -> None:
        """End the process, all it started, and remove its folder."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue
        shutil.rmtree(self.folder, ignore_errors=True)


def processor_time(process: int) -> float:
    """Return the seconds of processor time that a process has used, 0 where the system does not tell.

    Where it does not, the process still has the limits that it set for itself.
    """
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
        user, system = text.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError):
        return 0.0


class Reader:
    """Reads from a process with a limit of processor time, and a far wider one of time for those that sleep."""

    def __init__(self, owner: Handed, more: int) -> None:
        self.owner = owner
        self.used = processor_time(owner.process.pid)
        self.seconds, self.wall = owner.limits.seconds + more, owner.limits.wall + 10 * more

    def take(self, count: int) -> bytes:
        """Return so many bytes; `GoneError` if they do not come."""
        process = self.owner.process
        assert process.stdout is not None
        found = b""
        handle = process.stdout.fileno()
        end = time.monotonic() + self.wall
        while len(found) < count:
            ready, _, _ = select.select([handle], [], [], LOOK)
            data = os.read(handle, min(1 << 20, count - len(found))) if ready else b""
            found += data
            if ready and not data:
                raise GoneError(self.owner.ended())
            if processor_time(process.pid) - self.used > self.seconds:
                self.owner.close()
                raise GoneError(f"takes longer than {self.seconds} seconds of processor time")
            if time.monotonic() > end:
                self.owner.close()
                raise GoneError(f"has not answered after {self.wall} seconds")
        return found


def readable_folders() -> list[str]:
    """Return the folders that NumPy and Python need."""
    return [os.path.dirname(os.path.dirname(np.__file__)), *SYSTEM]


@dataclass(frozen=True)
class Remote:
    """Runs a derivative in the process of a submission."""

    handed: Handed
    backward: Backward
    half: str
    reference: Reference

    def run(self, values: Mapping[str, Any], upstream: Sequence[Any], twice: bool = False) -> Ran:
        return self.asked("", values, upstream, twice)

    def watch(self, text: str, values: Mapping[str, Any], upstream: Sequence[Any]) -> Ran:
        """Return what one run of an instrumented text gives."""
        return self.asked(text, values, upstream, False)

    def asked(self, text: str, values: Mapping[str, Any], upstream: Any, twice: bool) -> Ran:
        backward, forward = self.backward, self.backward.forward
        needs = backward.parameters("cache", "output")
        given = forward.call(dict(values)) if needs and not self.half else None
        spec = {
            "name": backward.function.__name__,
            "half": self.half if needs else "",
            "given": given,
            "cached": backward.cached,
            "roles": [(r.parameter, r.kind, r.name) for r in backward.roles],
            "forward": {
                **{
                    n: getattr(forward, n)
                    for n in ("positional", "starred", "named", "doubled", "first")
                },
                "function": None,
            },
        }
        request = {
            "spec": spec,
            "values": dict(values),
            "upstream": tuple(upstream),
            "twice": twice,
            "text": text,
        }
        return unpacked(self.handed.ask(request))


def unpacked(data: Any) -> Ran:
    """Return a run from what came out of a process, of which nothing is believed; `GoneError` if it is none."""
    try:
        raised = data["raised"]
        return Ran(
            tuple(decoded(data["outputs"])),
            decoded(data["result"]),
            dict(decoded(data["attributes"])),
            (
                Raised(str(raised["kind"]), str(raised["text"])[:300], int(raised["line"]))
                if raised
                else None
            ),
            tuple(str(name)[:100] for name in data["changed"]),
            bool(data["again"]),
            tuple(Seen(int(k), str(label), decoded(value)) for k, label, value in data["seen"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise GoneError("the process does not answer as it should") from error


def stub(path: Path, text: str, name: str) -> Callable[..., Any] | None:
    """Return a function with the parameters and source of a submission's, but no body: it never runs here."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    nodes = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name]
    if not nodes:
        return None
    node = nodes[-1]
    none = ast.Constant(None)
    node.args.defaults = [none for _ in node.args.defaults]
    node.args.kw_defaults = [None if d is None else none for d in node.args.kw_defaults]
    for argument in [
        *node.args.posonlyargs,
        *node.args.args,
        *node.args.kwonlyargs,
        node.args.vararg,
        node.args.kwarg,
    ]:
        if argument is not None:
            argument.annotation = None
    node.body, node.decorator_list, node.returns = [ast.copy_location(ast.Pass(), node)], [], None
    file = f"<{path.parent.name}>/{path.name}"
    syntax.remember(file, text)
    space: dict[str, Any] = {"__name__": "submission"}
    module = ast.fix_missing_locations(ast.Module([node], []))
    exec(compile(module, file, "exec"), space)  # noqa: S102  # a bare signature
    made: Callable[..., Any] = space[name]
    return made


def graded_one(task: Assignment, known: Mapping[str, Reference], name: str, path: Path) -> Graded:
    if not path.is_file():
        text = f"nothing was handed in: there is no {task.submission}"
        return Graded(name, tuple(nothing(one, text) for one in task.tasks))
    text = path.read_text(encoding="utf-8", errors="replace")
    scores: list[Score] = []
    handed = Handed(path, task.limits)
    walls = handed.walls
    try:
        for one in task.tasks:
            if handed.process.poll() is not None and not handed.error:
                handed.close()
                handed = Handed(path, task.limits)  # the function before took the process with it
            if handed.error:
                scores.append(nothing(one, f"{path.name} could not be loaded: {handed.error}"))
                continue
            scores.append(judged_one(one, known[one.name], handed, path, text))
    finally:
        handed.close()
    return Graded(name, tuple(scores), walls)


def judged_one(task: Task, reference: Reference, handed: Handed, path: Path, text: str) -> Score:
    derivative = stub(path, text, task.backward)
    if derivative is None:
        return nothing(task, f"{path.name} has no function {task.backward}")
    half_name = task.forward or task.backward.replace("_backward", "_forward")
    half = stub(path, text, half_name) if half_name != task.backward else None
    own = sys.modules.get(reference.function.__module__)
    beside = half or getattr(own, half_name, None)

    def runner(backward: Backward) -> Remote:
        return Remote(handed, backward, half_name if half is not None else "", reference)

    try:
        return scored(
            judged(reference, derivative, task.form, beside, runner), task.points, task.score
        )
    except GoneError as error:
        handed.close()
        return nothing(task, f"{task.backward} {error}")
    except CodegenError as error:
        return nothing(task, f"{task.backward} could not be judged: {error}")
    except Exception as error:  # noqa: BLE001  # one submission never stops the others
        return nothing(task, f"{task.backward} could not be judged: {type(error).__name__}")


def nothing(task: Task, text: str) -> Score:
    """Return no points, and why."""
    return Score(task.backward, 0.0, task.points, text, False)


def submissions(task: Assignment, folder: Path) -> list[tuple[str, Path]]:
    """Return the names and the files of the submissions: a folder each, or a file each."""
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}")
    found = []
    for entry in sorted(folder.iterdir()):
        if entry.is_dir():
            found.append((entry.name, entry / task.submission))
        elif entry.suffix == ".py":
            found.append((entry.stem, entry))
    if not found:
        raise UsageError(f"{folder} holds no submission")
    return found


KEPT: dict[str, Any] = {}  # in a process that grades: the assignment and its references


def begin(task: Assignment) -> None:
    """Load the reference, once for each process that grades."""
    KEPT["task"], KEPT["known"] = task, references(task)


def one_of(name: str, path: Path) -> Graded:
    """Return what one submission earns, in a process that has begun."""
    return graded_one(KEPT["task"], KEPT["known"], name, path)


def graded(
    task: Assignment, folder: Path, jobs: int = 0, told: TextIO | None = None
) -> list[Graded]:
    """Return what every submission earns: each is a folder or a file in `folder`. As many are judged at a time as
    there are cores by default; the progress is told to `told`, if that is a terminal.
    """
    waiting = submissions(task, folder)
    references(task)  # an error in the assignment is told once, and before anything is run
    count = jobs or os.cpu_count() or 1
    rows = []
    with ProcessPoolExecutor(
        min(count, len(waiting)), get_context("spawn"), begin, (task,)
    ) as pool:
        results = [pool.submit(one_of, name, path) for name, path in waiting]
        for (name, _), result in zip(waiting, results, strict=True):
            rows.append(result.result())
            if told is not None and told.isatty():
                print(f"\rgraded {len(rows)} of {len(waiting)}: {name}\x1b[K", end="", file=told)
    if told is not None and told.isatty():
        print(file=told)
    return rows


def written(task: Assignment, rows: Sequence[Graded], folder: Path) -> str:
    """Write the tables and the feedback into a folder, and return the table as text."""
    (folder / "feedback").mkdir(parents=True, exist_ok=True)
    heads = ["submission", *(one.backward for one in task.tasks), "total"]
    cells = [[row.name, *(f"{s.points:g}" for s in row.scores), f"{row.total:g}"] for row in rows]
    most = [
        "of",
        *(f"{one.points:g}" for one in task.tasks),
        f"{sum(one.points for one in task.tasks):g}",
    ]
    sheet = io.StringIO()
    csv.writer(sheet, lineterminator="\n").writerows(
        [heads, *([guarded(c) for c in line] for line in cells)]
    )
    (folder / "scores.csv").write_text(sheet.getvalue(), encoding="utf-8")
    (folder / "scores.html").write_text(page(task, heads, most, rows), encoding="utf-8")
    for row in rows:
        name = re.sub(r"[^\w.-]", "_", row.name)
        (folder / "feedback" / f"{name}.txt").write_text(feedback(task, row), encoding="utf-8")
        (folder / "feedback" / f"{name}.json").write_text(
            rendered(row.scores, "gradescope"), encoding="utf-8"
        )
    return "\n".join(aligned([heads, most, *cells]))


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@" else cell


def feedback(task: Assignment, row: Graded) -> str:
    most = sum(one.points for one in task.tasks)
    parts = [f"{task.title}: {row.name}: {row.total:g} of {most:g} points"]
    parts += [f"{s.name}: {s.points:g} of {s.most:g} points\n{s.text}" for s in row.scores]
    return "\n\n".join(parts) + "\n"


def page(
    task: Assignment, heads: Sequence[str], most: Sequence[str], rows: Sequence[Graded]
) -> str:
    """Return the table as a page; a cell opens to show its feedback."""

    def cell(score: Score) -> str:
        mark = "right" if score.passed else "wrong"
        text = f"<details><summary>{score.points:g}</summary><pre>{html.escape(score.text)}</pre></details>"
        return f'<td class="{mark}">{text}</td>'

    lines = [
        f"<tr><th>{html.escape(row.name)}</th>{''.join(map(cell, row.scores))}<td>{row.total:g}</td></tr>"
        for row in rows
    ]
    head = "".join(f"<th>{html.escape(text)}</th>" for text in heads)
    points = "".join(f"<td>{text}</td>" for text in most)
    title = html.escape(task.title)
    top = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    body = "\n".join([f"<tr>{head}</tr>", f"<tr>{points}</tr>", *lines])
    return (
        f'<!doctype html>\n<html lang="en"><head>{top}</head>\n<body><h1>{title}</h1>\n'
        f"<table>\n{body}\n</table></body></html>\n"
    )
