"""The command line: arguments go in; code on stdout or in files, the report on stderr and an exit code come out."""

from __future__ import annotations

import argparse
import contextlib
import functools
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import codegen
from codegen.cli import judging, terminal
from codegen.cli.configuration import SCHEMA, STYLES, configuration
from codegen.cli.deliver import Made, compare, hand_out, print_out, write_out
from codegen.cli.jobs import Job, Request, planned
from codegen.cli.targets import left_out
from codegen.errors import CheckError, CodegenError, InternalError, UsageError, internal
from codegen.inputs import example_inputs

OK, STALE, REFUSED, WRONG = 0, 1, 2, 3
FORMATS = ("html", "md", "ipynb", "pdf")
LEVELS = ("easy", "medium", "hard")
DESCRIPTION = (
    "Write the backward pass of a NumPy function as source code, checked against numeric gradients."
)
EPILOG = f"""\
targets:
  mymodule.f                 a function of a module that can be imported from here
  path/to/file.py:f          a function of a file
  mymodule, path/to/file.py  every function of it that has an example
  grade ASSIGNMENT FOLDER    judge a class: python -m codegen grade --help
  none                       those of [tool.codegen] in pyproject.toml, into its output folder

examples:
  python -m codegen mymodule.f                                 print the backward pass of f
  python -m codegen mymodule.f --input x=3.0 --input y=-4.0    with these example inputs
  python -m codegen mymodule.f --input "x=randn(5, 10)"        any size will do: sizes are never frozen
  python -m codegen mymodule.f -o f_backward.py                write it to a file
  python -m codegen mymodule.f -o f_backward.py --check        is the file still up to date?
  python -m codegen mymodule.f --against mymodule.f_backward   is a hand-written backward function right?

example inputs, for each argument the first of these that answers:
  1. --input NAME=VALUE. VALUE is a literal (-2, [1.0, 2.0], {{'W': 3.0}}, "'train'"), arithmetic on values,
     randn(5, 10), rand(5), randint(0, 3, (5,)), arange(5), ones(2, 3), zeros(4), array([1, 2]), full, eye,
     linspace, each also with dtype=float32, or a file: @file.npy, @file.npz:name
  2. @codegen.example(...) above the function, or an attribute __codegen_example__ on it
  3. inputs in [tool.codegen]
  4. the first doctest call in the docstring of the function
  5. default values
  6. annotations: float, int, Float[np.ndarray, "N D"]

settings in pyproject.toml:
{SCHEMA}

exit codes:
  0  fine
  1  --check found a file that is not up to date, or --against a derivative that is wrong
  2  wrong usage, or code whose gradient cannot be written rightly
  3  the gradient check failed (nothing is written)
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; those of the process by default.

    Returns
    -------
    int
        The exit code.
    """
    words = sys.argv[1:] if argv is None else list(argv)
    grades = words[:1] == ["grade"] and len(words) > 1
    options = None if grades else parser().parse_args(spelled(words))
    try:
        return run(options) if options is not None else judging.grade(words[1:])
    except CodegenError as error:
        complain(error)
        return WRONG if isinstance(error, CheckError) else REFUSED
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001  # told as a mistake of the tool
        complain(internal(error))
        return REFUSED


def parser() -> argparse.ArgumentParser:
    """Return what reads the arguments."""
    found = argparse.ArgumentParser(
        prog="python -m codegen",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = found.add_argument
    add("targets", metavar="TARGET", nargs="*", help="function, file or module (see below)")
    add("--version", action="version", version=f"codegen {codegen.__version__}")
    add(
        "-o",
        "--output",
        metavar="FILE|DIR",
        help="write to a file, or into a folder as <function>.py each",
    )
    add(
        "--input",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="example input of one argument (see below)",
    )
    add(
        "--wrt",
        metavar="NAME[,NAME]",
        action="append",
        default=[],
        help="differentiate only with respect to these arguments",
    )
    add(
        "--style",
        choices=STYLES,
        help="assignment: f_forward and f_backward (default); notes: one function, stages numbered",
    )
    modes = found.add_mutually_exclusive_group()
    modes.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit 1 if the file is not what would be written",
    )
    modes.add_argument(
        "--diff", action="store_true", help="write nothing; print what would change in the file"
    )
    add(
        "--handout",
        metavar="FORMAT[,FORMAT]",
        help=f"write a page to teach from, here or into the folder of -o: {', '.join(FORMATS)}",
    )
    add(
        "--exercise",
        nargs="?",
        const="medium",
        choices=LEVELS,
        help="make the handout an exercise, and a solution beside it",
    )
    add("--circuit", metavar="FILE", help="draw the circuit: .svg, .dot or .mmd")
    judging.add_options(found)
    return found


def spelled(argv: Sequence[str]) -> list[str]:
    """Return the arguments with the level of an exercise written out, so that it cannot be taken for a target."""
    found = list(argv)
    for k, word in enumerate(found):
        if word == "--exercise" and found[k + 1 : k + 2] not in [[level] for level in LEVELS]:
            found[k] = "--exercise=medium"
    return found


def run(options: argparse.Namespace) -> int:
    """Do what was asked for and return the exit code."""
    if judging.wants(options):
        return judging.run(options, inputs_of(options.input))
    formats = formats_of(options)
    request = Request(
        targets=tuple(options.targets),
        output=options.output,
        inputs=inputs_of(options.input),
        style=options.style,
        wrt=tuple(
            name.strip() for names in options.wrt for name in names.split(",") if name.strip()
        ),
        compares=options.check or options.diff,
    )
    code, made = OK, []
    with contextlib.redirect_stdout(
        sys.stderr
    ):  # what the user's own code prints is no part of the output
        jobs = planned(request, configuration(Path.cwd()))
        for text in request.targets:
            names = left_out(text, [job.target for job in jobs])
            if names:
                print(
                    f"codegen: left out, for lack of an example: {', '.join(names)}",
                    file=sys.stderr,
                )
        for job in jobs:
            try:
                made.append(make(job, quiet=request.compares))
            except CodegenError as error:
                complain(error, job)
                code = max(code, WRONG if isinstance(error, CheckError) else REFUSED)
    if request.compares:
        stale = compare(made, sys.stdout, sys.stderr, mend=options.check)
        return max(code, STALE) if stale and options.check else code
    files = [one for one in made if one.job.path]
    if code == OK:
        write_out(files, sys.stderr)
        hand_out(made, options.output, formats, options.exercise, options.circuit, sys.stderr)
    elif files:
        print("codegen: nothing was written", file=sys.stderr)
    if not (formats or options.circuit):
        print_out([one for one in made if not one.job.path], sys.stdout)
    return code


def make(job: Job, quiet: bool) -> Made:
    """Return a checked module."""
    inputs = example_inputs(job.function, job.given, job.configured, job.wrt, job.folder)
    generate = functools.partial(codegen.generate, wrt=job.wrt or None, style=job.style)
    module = generate(job.function, *inputs.args, **inputs.kwargs)
    if not quiet:
        print(module.check(), file=sys.stderr)
        for note in inputs.notes:
            print(f"  note: {note}", file=sys.stderr)
    return Made(job, module)


def formats_of(options: argparse.Namespace) -> tuple[str, ...]:
    """Return the formats of the handout, and refuse options that do not go together."""
    formats = tuple(f.strip() for f in (options.handout or "").split(",") if f.strip())
    for one in formats:
        if one not in FORMATS:
            raise UsageError(
                f"--handout {one}: there is no such format",
                advice=f"The formats: {', '.join(FORMATS)}.",
            )
    if options.exercise and not formats:
        raise UsageError(
            "--exercise makes an exercise of a handout", advice="Add --handout html, for example."
        )
    if (formats or options.circuit) and (options.check or options.diff):
        raise UsageError(
            "--check and --diff compare generated modules only",
            advice="Leave out --handout and --circuit.",
        )
    return formats


def inputs_of(words: Sequence[str]) -> dict[str, str]:
    """Return the example inputs of the command line as texts by argument."""
    found: dict[str, str] = {}
    for word in words:
        name, equals, text = word.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier() or not text.strip():
            raise UsageError(
                f"--input {word}: this is not NAME=VALUE",
                advice='Write --input x=3.0, or --input "x=randn(5, 10)".',
            )
        if name in found:
            raise UsageError(f"--input {name} is given twice")
        found[name] = text.strip()
    return found


def complain(error: CodegenError, job: Job | None = None) -> None:
    """Print an error; one of the tool itself with all that is needed to find it."""
    if isinstance(error, InternalError):
        traceback.print_exception(error.__cause__, file=sys.stderr)
    about = f"{job.target.text}: " if job is not None and not isinstance(error, CheckError) else ""
    start = "\x1b[31mcodegen:\x1b[0m" if terminal.has_colours(sys.stderr) else "codegen:"
    print(f"{start} {about}{error}", file=sys.stderr)
