"""Arguments: the words of the command line go in, what they ask for comes out. It imports nothing that takes time."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from codegen.cli.configuration import PAPERS, SCHEMA, STYLES
from codegen.errors import UsageError
from codegen.judge.options import FORMATS as REPORTS
from codegen.judge.options import FORMS
from codegen.records import dataclass
from codegen.version import __version__

FORMATS = ("html", "md", "ipynb", "pdf", "slides", "tex")
LEVELS = ("easy", "medium", "hard")
FINISH = ("paper", "grader", "seed")
GRADERS = ("nbgrader", "otter")
PASSES = (
    "read", "normalize", "observe", "inline", "circuit", "gathered", "analyze", "announced", "newkeys", "unitaxes",
    "shifts", "ties", "stages", "differentiate", "remember", "finish", "unalias", "plan", "hold", "emit", "check",
)  # fmt: skip
MADE_BY = {"lower": "circuit", "stage": "stages", "handover": "plan"}
"""Passes that are called after what they make."""
DESCRIPTION = (
    "Write the backward pass of a NumPy function as source code, checked against numeric gradients."
)
EPILOG = f"""\
targets:
  mymodule.f                 a function of a module that can be imported from here
  path/to/file.py:f          a function of a file; file.py::f means the same
  mymodule:Net.forward       a method, with an example of its object: --input "self=Net(3, 4)"
  mymodule, path/to/file.py  every function of it with an example beside it (2 or 4 below)
  grade ASSIGNMENT FOLDER    judge a class: python -m codegen grade --help
  none                       those of [tool.codegen] in pyproject.toml, into its output folder

examples:
  python -m codegen mymodule.f                                 print the backward pass of f
  python -m codegen mymodule.f --input x=3.0 --input y=-4.0    with these example inputs
  python -m codegen mymodule.f --input "x=randn(5, 10)"        any size will do: sizes are never frozen
  python -m codegen mymodule.f -o f_backward.py                write it to a file
  python -m codegen mymodule.f -o f_backward.py --check        is the file still up to date?
  python -m codegen mymodule.f --against mymodule.f_backward   is a hand-written backward function right?
  python -m codegen mymodule:Net.loss --input "self=Net(3, 4)" --input "x=randn(5, 3)" --wrt self.W
  python -m codegen mymodule.f --show circuit                  the gates that f is made of

example inputs, for each argument the first of these that answers:
  1. --input NAME=VALUE. VALUE is a literal (-2, [1.0, 2.0], {{'W': 3.0}}, "'train'"), arithmetic on values,
     randn(5, 10), rand(5), randint(0, 3, (5,)), arange(5), ones(2, 3), zeros(4), array([1, 2]), full, eye,
     linspace, each also with dtype=float32, default_rng(0), a class of the function's own module, as in
     "self=Net(3, 4)", or a file: @file.npy, @file.npz:name
  2. @codegen.example(...) above the function, or an attribute __codegen_example__ on it
  3. inputs in [tool.codegen]
  4. the first doctest call in the docstring of the function
  5. default values
  6. annotations: float, int, Float[np.ndarray, "N D"]

settings in pyproject.toml:
{SCHEMA}

exit codes:
  0  fine
  1  --check found a file that is not up to date or that nothing makes any more, or --against a wrong derivative
  2  wrong usage, or code whose gradient cannot be written rightly
  3  the gradient check failed (nothing is written)
"""


@dataclass(frozen=True)
class Request:
    """Which modules the command line asks for."""

    targets: tuple[str, ...] = ()
    """None for those of the settings."""
    output: str | None = None
    """A file, or a folder."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    style: str | None = None
    wrt: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    compares: bool = False
    """Whether the text is compared with a file, so that one is needed."""


@dataclass(frozen=True)
class Judged:
    """What is asked about a hand-written derivative."""

    against: str | None = None
    """The derivative."""
    form: str | None = None
    """How it is meant."""
    explain: bool = False
    """Whether our line is shown too."""
    report: str = "text"
    """The format of the report."""
    file: str | None = None
    """Where the judge is written as a file of its own."""


@dataclass(frozen=True)
class Options:
    request: Request
    check: bool = False
    """Whether a file that differs is an error."""
    quiet: bool = False
    """Whether only errors are told."""
    formats: tuple[str, ...] = ()
    """Of the handouts."""
    exercise: str | None = None
    circuit: str | None = None
    """The level of the exercise, the file of the drawing."""
    finish: Mapping[str, Any] = field(default_factory=dict)
    """What else is said about handouts: arguments of `codegen.handout.write_handout`."""
    solution: bool = False
    """Whether the answer of an exercise is written beside it."""
    show: str | None = None
    """The pass behind which the function is shown."""
    judged: Judged | None = None
    """What is asked about a hand-written derivative, if that is what is wanted."""


def parse(argv: Sequence[str]) -> Options:
    """Return what the words ask for; `UsageError` if they do not go together. A wrong word ends the process."""
    found = parser().parse_args(spelled(argv))
    request = Request(
        targets=tuple(found.targets),
        output=found.output,
        inputs=inputs_of(found.input),
        style=found.style,
        wrt=names_of(found.wrt),
        outputs=names_of(found.outputs),
        compares=found.check or found.diff,
    )
    formats = formats_of(found)
    return Options(
        request,
        found.check,
        found.quiet,
        formats,
        found.exercise,
        found.circuit,
        {k: v for k in FINISH if (v := getattr(found, k)) is not None},
        found.solution,
        found.show,
        judged_of(found),
    )


class Parser(argparse.ArgumentParser):
    """Prints as everything else here does: that nothing can be written is told, which argparse keeps to itself."""

    def print_help(self, file: Any = None) -> None:
        print(self.format_help(), end="", file=file)


class Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print(f"codegen {__version__}")
        parser.exit()


def parser() -> argparse.ArgumentParser:
    found = Parser(
        prog="python -m codegen",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = found.add_argument
    add("targets", metavar="TARGET", nargs="*", help="function, file or module (see below)")
    add("--version", action=Version, nargs=0, help="show program's version number and exit")
    add(
        "-o",
        "--output",
        metavar="FILE|DIR",
        help="write to a file, or into a folder as <function>.py each; - is the standard output",
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
        "--outputs",
        metavar="NAME[,NAME]",
        action="append",
        default=[],
        help="only these parts of what the function returns count, by name or place",
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
        "-q",
        "--quiet",
        action="store_true",
        help="tell errors only: no report, no notes, no progress",
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
        help="make the handout an exercise; neither its answer nor the module is written beside it",
    )
    add("--grader", choices=GRADERS, help="give the notebook of an exercise cells that earn points")
    add("--seed", type=int, help="make a variant of the exercise, with other numbers and signs")
    add("--solution", action="store_true", help="with --exercise: write the answers, too")
    add("--paper", choices=PAPERS, help="what the handout is printed on (default: a4)")
    add("--circuit", metavar="FILE", help="draw the circuit: .svg, .dot or .mmd")
    modes.add_argument(
        "--show",
        metavar="PASS",
        type=lambda word: MADE_BY.get(word, word),
        choices=PASSES,
        help=f"write nothing; print the function as a pass leaves it: {', '.join(PASSES)}",
    )
    add_judging(found)
    return found


def add_judging(found: argparse.ArgumentParser) -> None:
    add = found.add_argument_group("judging a hand-written derivative").add_argument
    add(
        "--against",
        metavar="DERIVATIVE",
        help="judge a hand-written derivative of the target: right, or where it is wrong first",
    )
    add("--as", dest="form", choices=FORMS, help="how it is meant, where that cannot be told")
    add("--explain", action="store_true", help="also show our line: a part of the solution")
    add("--format", dest="report", choices=REPORTS, default="text", help="the format of the report")
    add(
        "--judge",
        metavar="FILE",
        help="write the judge as one file that needs NumPy alone, to be handed out",
    )


def judged_of(options: argparse.Namespace) -> Judged | None:
    """Return what is asked about a hand-written derivative, and refuse options that do not go together."""
    asked = Judged(options.against, options.form, options.explain, options.report, options.judge)
    if options.against and len(options.targets) != 1:
        raise UsageError(
            "--against judges one derivative of one function",
            advice="Name the forward function: python -m codegen mymodule.f --against mymodule.f_backward",
        )
    if options.against or options.judge:
        return asked
    if asked != Judged():
        raise UsageError(
            "--explain, --as and --format belong to --against",
            advice="Name the derivative: --against mymodule.f_backward.",
        )
    return None


def names_of(words: Sequence[str]) -> tuple[str, ...]:
    """Return the names in words such as `x,w`."""
    return tuple(name.strip() for word in words for name in word.split(",") if name.strip())


def spelled(argv: Sequence[str]) -> list[str]:
    """Return the words with the level of an exercise written out, so that it cannot be taken for a target."""
    found = list(argv)
    for k, word in enumerate(found):
        if word == "--exercise" and found[k + 1 : k + 2] not in [[level] for level in LEVELS]:
            found[k] = "--exercise=medium"
    return found


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
    for name in ("grader", "seed"):
        if getattr(options, name) is not None and not options.exercise:
            raise UsageError(f"--{name} is about an exercise", advice="Add --exercise.")
    if options.paper and not formats:
        raise UsageError(
            "--paper is the paper of a handout", advice="Add --handout html, for example."
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
