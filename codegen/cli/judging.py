"""`--against` and `grade` on the command line: targets go in; a report on stdout and an exit code come out."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import MethodType
from typing import Any

import codegen
from codegen.cli.arguments import Judged, Request
from codegen.cli.configuration import configuration
from codegen.cli.jobs import planned
from codegen.cli.targets import from_file, from_name, relative, shown
from codegen.emit.destination import refuse_foreign, write
from codegen.errors import CodegenError, UsageError
from codegen.inputs import example_inputs
from codegen.judge.explain import Solution, explained
from codegen.judge.formats import Asked, Score, rendered, scored
from codegen.judge.grade import assignment, graded, written
from codegen.judge.judging import judge
from codegen.judge.single import single_file
from codegen.pytree import module_of

OK, WRONG = 0, 1


def judge_one(request: Request, asked: Judged) -> int:
    """Judge a derivative, or write the judge."""
    if asked.file:
        path = Path(asked.file)
        refuse_foreign(path)
        write(path, single_file())
        print(f"codegen: wrote {shown(path)}", file=sys.stderr)
        if not asked.against:
            return OK
    with contextlib.redirect_stdout(sys.stderr):
        score = judged(request, asked)
    print(rendered([score], asked.report))
    return OK if score.passed else WRONG


def judged(request: Request, asked: Judged) -> Score:
    job = planned(request, configuration(Path.cwd()))[0]
    derivative = function_of(str(asked.against))
    given = example_inputs(job.function, job.given, job.configured, (), job.folder)
    function: Any = job.function
    args = given.args
    if job.target.is_method and args:
        owner = args[0]
        function, args = MethodType(function, owner), args[1:]
        own: Any = getattr(type(owner), getattr(derivative, "__name__", ""), None)
        if own is not None and own is derivative:
            derivative = MethodType(own, owner)
    found = judge(function, derivative, args, given.kwargs, job.wrt, asked.form)
    if asked.explain and not found.ok:
        try:
            module = codegen.generate(function, *args, **given.kwargs)
            found = explained(found, Solution(module.source, module.name, module.stages))
        except CodegenError as error:
            reason = f"explanation: none, for the gradient cannot be generated ({error.message})"
            found = replace(found, explanation=(reason,))
    stem = Path(job.target.text.rpartition(":")[0]).stem if ".py:" in job.target.text else ""
    again = Asked(stem or module_of(job.function), given.args, given.kwargs)
    return scored(found, 1.0, asked=again)


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
