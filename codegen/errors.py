"""What can go wrong, and where: in goes a place of the user's file, out comes a message with a caret.

Every error the tool raises on purpose is a `CodegenError`. One that concerns a place in the user's code carries a
`Location`; the text of the error then shows the line and points at the column.
"""

from __future__ import annotations

import ast
import os
import re
import traceback
from collections.abc import Sequence

from codegen.records import dataclass

HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def visible(text: str) -> str:
    """Return a text whose control characters are spelled as Python spells them.

    A terminal would obey them, a picture could not be read, and what turns the direction of reading lies.
    """
    return HIDDEN.sub(lambda m: m[0].encode("unicode_escape").decode(), text)


def listed(words: Sequence[str]) -> str:
    """Return some words as a person lists them."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows of a table as lines of text, their cells below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def said(error: BaseException) -> str:
    """Return what an error says; one of the user's own may fail even at that.

    >>> said(ValueError("too short"))
    'too short'
    """
    try:
        return str(error)
    except Exception:  # noqa: BLE001  # whatever its `__str__` raises
        return f"a {type(error).__name__} that cannot say what is wrong"


def as_made(was: str) -> str:
    """Return what a guard says that raises in the generated code, given what was so with the example."""
    return f"{was} when this code was made"


FLOATS = "an array of floats"
SEVERAL = {
    "a number": "numbers",
    "a vector": "vectors",
    "a matrix": "matrices",
    FLOATS: "arrays of floats",
}
"""What is said of several things."""


class Was(str):
    """What was so of some things with the example, in words that are joined with those of others: what each of the
    `names` was, one of `SEVERAL`, a count of axes, or its size.

    >>> Was(["x"], ["a vector"]), Was(["x", "y"], ["3 axes"] * 2), Was(["x.shape[0]", "n"], ["2", "3"])
    ('x was a vector', 'x and y had 3 axes', 'x.shape[0] and n were 2 and 3')
    """

    names: Sequence[str]
    values: Sequence[str]

    def __new__(cls, names: Sequence[str], values: Sequence[str]) -> Was:
        kind = values[0] if len(names) == 1 or "axes" in values[0] else SEVERAL.get(values[0])
        verb = "had" if "axes" in values[0] else "was" if len(names) == 1 else "were"
        made = super().__new__(cls, f"{listed(names)} {verb} {kind or listed(values)}")
        made.names, made.values = names, values
        return made

    @property
    def kind(self) -> str:
        """What all of them were, if it is one of `SEVERAL`: it can be asked for, beside other things."""
        return self.values[0] if self.values[0] in SEVERAL else ""


def asked_for(texts: Sequence[str]) -> str:
    """Return what is needed, as it goes on behind that word, of what was so, or what must be equal.

    >>> asked_for([Was(["x"], ["a vector"]), Was(["p"], ["a number"]), Was(["z", "y"], ["a vector"] * 2)])
    'vectors x, z and y, and a number p'
    >>> asked_for([Was(["x"], [FLOATS]), Was(["x"], ["a vector"]), "x.shape == y.shape"])
    'a vector x of floats and x.shape == y.shape'
    """
    kinds: dict[str, dict[str, None]] = {}
    for text in texts:
        if isinstance(text, Was):
            kinds.setdefault(text.kind, {}).update(dict.fromkeys(text.names))
    floats = kinds.pop(FLOATS, {})
    parts = []
    for kind, names in kinds.items():
        is_of_floats = floats.keys() == names.keys()
        floats = {} if is_of_floats else floats
        what = SEVERAL[kind] if len(names) > 1 else kind
        parts.append(f"{what} {listed([*names])}{' of floats' * is_of_floats}")
    parts += [f"floats in {listed([*floats])}"] if floats else []
    parts += [text for text in texts if not isinstance(text, Was)]
    if any(" and " in part for part in parts[:-1]):
        return f"{', '.join(parts[:-1])}, and {parts[-1]}"
    return listed(parts)


class EndlessError(Exception):
    """A call took far more lines than the one at the example."""


@dataclass(frozen=True)
class Location:
    """A place in the user's source.

    Attributes
    ----------
    function : str
        Name of the function that is being read.
    file : str
        The file as the user would name it (no absolute path is added).
    line, column : int
        Line from 1, column from 0.
    text : str
        The source line itself.
    """

    function: str
    file: str
    line: int
    column: int
    text: str

    @classmethod
    def of(cls, node: ast.AST, function: str, file: str, lines: Sequence[str]) -> Location:
        """Return the place of `node`, whose positions count within the whole file `lines`."""
        line = getattr(node, "lineno", 1)
        column = getattr(node, "col_offset", 0)
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        return cls(function, file, line, len(text.encode()[:column].decode(errors="ignore")), text)


class CodegenError(Exception):
    """Base of all errors raised on purpose.

    Parameters
    ----------
    message : str
        What is wrong, in one sentence.
    advice : str, optional
        What to write instead.
    location : Location, optional
        Where in the user's file.
    """

    def __init__(
        self, message: str, *, advice: str | None = None, location: Location | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.location = location

    def __str__(self) -> str:
        parts = [self.message]
        if self.location:
            at = self.location
            shown = at.text.strip()
            caret = " " * max(0, at.column - (len(at.text) - len(at.text.lstrip()))) + "^"
            parts.append(
                f"  {at.file}:{at.line}:{at.column + 1}, in {at.function}\n    {shown}\n    {caret}"
            )
        if self.advice:
            lines = self.advice.split("\n")
            parts += [line if line.startswith(" ") else f"  {line}" for line in lines]
        return visible("\n".join(parts))


class UnsupportedError(CodegenError):
    """The function uses something whose gradient the tool cannot write rightly."""


class MixedRanksError(UnsupportedError):
    """A variable is a number on one way and an array on another.

    Attributes
    ----------
    ways : tuple of UnsupportedError
        What a side of a test that binds it may be given up for.
    """

    ways: tuple[UnsupportedError, ...] = ()


class MissingGateError(UnsupportedError):
    """No row of the table of gates matches a call that is differentiated."""


class MissingExampleError(CodegenError):
    """No example input was found for some argument."""


class UsageError(CodegenError):
    """The tool was called in a way that cannot work."""


class NothingToDifferentiateError(UsageError):
    """No argument of the function is a float, or holds one."""


class TraceError(CodegenError):
    """The function itself raised an exception on the example inputs."""


class CheckError(CodegenError):
    """The generated gradients disagree with numeric ones; nothing is handed out.

    Attributes
    ----------
    report : object
        The report of the numeric check.
    source : str
        The text that failed it.
    """

    def __init__(self, report: object, source: str = "") -> None:
        super().__init__(str(report))
        self.report = report
        self.source = source


class InternalError(CodegenError):
    """The tool itself failed; `__cause__` is the exception that it ran into."""


def no_float(function: str) -> NothingToDifferentiateError:
    """Return the error about a function whose result could not have a gradient."""
    return NothingToDifferentiateError(
        f"{function} returns no float: it has no gradient",
        advice="Name a function whose result is a float, or holds one.",
    )


def not_installed(module: str, what: str = "codegen needs", extra: str = "") -> UsageError:
    """Return the error about a package that the tool imports and this Python does not have."""
    package = module.partition(".")[0].replace("_", "-")
    return UsageError(
        f"{what} {package}, which is not installed for this Python",
        advice=(
            f"Install it with: python -m pip install {package}"
            if not extra
            else f"Install it with: pip install 'codegen-backprop[{extra}]', or in a clone: pip install -e '.[{extra}]'"
        ),
    )


def internal(error: Exception, location: Location | None = None) -> CodegenError:
    """Return the error that says where the tool itself failed; too deep a tree is the user's to mend."""
    if (
        isinstance(error, ModuleNotFoundError)
        and error.name
        and not error.name.startswith("codegen")
    ):
        return not_installed(error.name)
    if isinstance(error, RecursionError):
        return UnsupportedError(
            "something here is nested so deep, or holds itself, that it cannot be followed",
            advice="Give inner parts names, or functions, of their own.",
            location=location,
        )
    spot = traceback.extract_tb(error.__traceback__)[-1]
    found = InternalError(
        f"codegen failed with {type(error).__name__}: {said(error)} ({os.path.basename(spot.filename)}:{spot.lineno})",
        advice="This is a mistake in codegen, not in your function. Please report it together with the function.",
        location=location,
    )
    found.__cause__ = error
    return found
