"""`--against` and `grade` on the command line: targets go in; a report on stdout and an exit code come out."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import codegen
from codegen.cli.configuration import configuration
from codegen.cli.destination import write
from codegen.cli.jobs import Request, planned
from codegen.cli.targets import from_file, from_name, relative, shown
from codegen.errors import CodegenError, UsageError
from codegen.inputs import example_inputs
from codegen.judge.explain import explained
from codegen.judge.formats import FORMATS, Score, rendered, scored
from codegen.judge.forms import FORMS
from codegen.judge.grade import assignment, graded, written
from codegen.judge.judging import judge
from codegen.judge.single import single_file

OK, WRONG = 0, 1


def add_options(found: argparse.ArgumentParser) -> None:
    """Add the options that judge a hand-written derivative."""
    add = found.add_argument_group("judging a hand-written derivative").add_argument
    add(
        "--against",
        metavar="DERIVATIVE",
        help="judge a hand-written derivative of the target: right, or where it is wrong first",
    )
    add("--as", dest="form", choices=FORMS, help="how it is meant, where that cannot be told")
    add("--explain", action="store_true", help="also show our line: a part of the solution")
    add("--format", choices=FORMATS, default="text", help="the format of the report")
    add(
        "--judge",
        metavar="FILE",
        help="write the judge as one file that needs NumPy alone, to be handed out",
    )


def wants(options: argparse.Namespace) -> bool:
    """Return whether a derivative is to be judged, or the judge to be written."""
    if not (options.against or options.judge) and (
        options.explain or options.form or options.format != "text"
    ):
        raise UsageError(
            "--explain, --as and --format belong to --against",
            advice="Name the derivative: --against mymodule.f_backward.",
        )
    return bool(options.against or options.judge)


def run(options: argparse.Namespace, inputs: dict[str, str]) -> int:
    """Judge a derivative, or write the judge."""
    if options.judge:
        path = Path(options.judge)
        write(path, single_file())
        print(f"codegen: wrote {shown(path)}", file=sys.stderr)
        if not options.against:
            return OK
    if len(options.targets) != 1:
        raise UsageError(
            "--against judges one derivative of one function",
            advice="Name the forward function: python -m codegen mymodule.f --against mymodule.f_backward",
        )
    with contextlib.redirect_stdout(sys.stderr):
        score = judged(options, inputs)
    print(rendered([score], options.format))
    return OK if score.passed else WRONG


def judged(options: argparse.Namespace, inputs: dict[str, str]) -> Score:
    """Return what is found about one derivative."""
    wrt = tuple(n.strip() for names in options.wrt for n in names.split(",") if n.strip())
    request = Request(targets=tuple(options.targets), inputs=inputs, wrt=wrt)
    job = planned(request, configuration(Path.cwd()))[0]
    derivative = function_of(options.against)
    given = example_inputs(job.function, job.given, job.configured, (), job.folder)
    found = judge(job.function, derivative, given.args, given.kwargs, job.wrt, options.form)
    if options.explain and not found.ok:
        try:
            source = codegen.generate(job.function, *given.args, **given.kwargs).source
            found = explained(found, source)
        except CodegenError as error:
            reason = f"explanation: none, for the gradient cannot be generated ({error.message})"
            found = replace(found, explanation=(reason,))
    return scored(found, 1.0)


def function_of(text: str) -> Any:
    """Return the callable that a target names: a function, or a method of an object in a module."""
    folder = Path.cwd()
    path, _, inside = text.rpartition(":") if ".py:" in text else ("", "", "")
    if path:
        module: Any = from_file(folder / path, path)
    else:
        module, inside = from_name(text.replace(":", "."), folder)
    found = module
    for part in inside.split("."):
        if not part or not hasattr(found, part):
            raise UsageError(f"{module.__name__} has no function {inside or text}")
        found = getattr(found, part)
    if not callable(found):
        raise UsageError(f"{text} is no function")
    return found


def grade(argv: Sequence[str]) -> int:
    """Grade a folder of submissions: `python -m codegen grade assignment.toml submissions/`."""
    parser = argparse.ArgumentParser(
        prog="python -m codegen grade",
        description="Judge every submission of a class, each in a process of its own.",
    )
    parser.add_argument(
        "assignment", help="a TOML file: the reference, the functions, their points"
    )
    parser.add_argument(
        "submissions", help="a folder with one folder or one file for each submission"
    )
    parser.add_argument(
        "-o", "--output", default="graded", help="where the tables and the feedback go"
    )
    parser.add_argument(
        "--jobs", type=int, default=0, help="submissions at a time; as many as there are cores"
    )
    options = parser.parse_args(argv)
    task = assignment(Path(options.assignment))
    rows = graded(task, Path(options.submissions), options.jobs, sys.stderr)
    print(written(task, rows, Path(options.output)))
    print(f"codegen: wrote {relative(Path(options.output))}/", file=sys.stderr)
    return OK
