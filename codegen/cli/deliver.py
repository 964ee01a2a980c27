"""Delivery: checked modules go in; text on a stream, files, differences or handouts come out."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from codegen.cli import destination, terminal
from codegen.cli.arguments import Options
from codegen.cli.jobs import Made
from codegen.cli.targets import shown
from codegen.errors import UsageError

EXTRA = "Install what handouts need: pip install 'codegen-backprop[handout]'."


def print_out(made: Sequence[Made], stream: TextIO | None) -> None:
    """Print modules; if there are several, each below the name of its target.

    Raises
    ------
    UsageError
        If the stream takes no text.
    """
    if stream is None:
        raise no_output("it is closed")
    parts = [
        f"# {one.job.target.text}\n\n{one.module.source}" if len(made) > 1 else one.module.source
        for one in made
    ]
    shown = terminal.python("\n\n".join(parts), stream)
    try:
        stream.write(shown)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise no_output(error.strerror or str(error)) from error


def no_output(reason: str) -> UsageError:
    """Return the error about an output that takes no text."""
    return UsageError(
        f"cannot write to the standard output: {reason}", advice="Write a file with -o."
    )


def write_out(made: Sequence[Made], messages: TextIO) -> None:
    """Write modules into their files."""
    for one in made:
        if one.job.path is not None:
            changed = destination.write(one.job.path, one.text)
            print(f"{'wrote' if changed else 'unchanged:'} {one.job.shown}", file=messages)


def compare(made: Sequence[Made], stream: TextIO | None, messages: TextIO, mend: bool) -> bool:
    """Print how files differ from what they should hold, and return whether one does.

    Parameters
    ----------
    made : sequence of Made
    stream, messages : text streams
        For the differences, and for what is said about them.
    mend : bool
        Whether to name the command that mends each file.
    """
    stale, older = 0, 0
    for one in made:
        assert one.job.path is not None
        found = destination.difference(one.job.path, one.text, one.job.shown)
        if not found:
            older += destination.made_by_another_version(one.job.path)
            continue
        stale += 1
        if stream is None:
            raise no_output("it is closed")
        stream.write(terminal.diff(found, stream))
        stream.flush()
        if mend:
            what = "is not up to date" if one.job.path.exists() else "is missing"
            print(
                f"codegen: {one.job.shown} {what}; to mend it:\n    {one.job.command}",
                file=messages,
            )
    if not stale and made:
        print(f"{len(made)} generated file{'s' if len(made) > 1 else ''} up to date", file=messages)
    if older:
        print(
            f"{older} of them written by another version of codegen: the code is the same",
            file=messages,
        )
    return bool(stale)


def hand_out(made: Sequence[Made], options: Options, messages: TextIO) -> None:
    """Write handouts and circuits of modules."""
    if options.circuit and len(made) > 1:
        raise UsageError(
            f"--circuit {options.circuit} is one file for several functions",
            advice="Name one target.",
        )
    folder = folder_of(options.request.output)
    for one in made:
        if options.formats:
            paths = called(
                "write_handout", one.module, options.formats, folder, exercise=options.exercise
            )
            for path in paths if isinstance(paths, list | tuple) else [folder]:
                print(f"wrote {shown(Path(path))}", file=messages)
        if options.circuit:
            called("write_circuit", one.module, Path(options.circuit))
            print(f"wrote {options.circuit}", file=messages)


def folder_of(output: str | None) -> Path:
    """Return the folder for handouts: that of the modules, or the current one."""
    if output is None:
        return Path()
    path = Path(output)
    return path if path.is_dir() or not path.suffix else path.parent


def called(name: str, *args: Any, **kwargs: Any) -> Any:
    """Return the result of a function of `codegen.handout`, which not every installation has."""
    try:
        function = getattr(importlib.import_module("codegen.handout"), name)
        return function(*args, **kwargs)
    except AttributeError as error:
        if error.name != name:
            raise
        raise UsageError(
            f"this version of codegen has no {name.replace('write_', '')}s", advice=EXTRA
        ) from error
    except ImportError as error:
        raise UsageError(
            f"handouts and circuits need {error.name or 'a package'}, which is not installed",
            advice=EXTRA,
        ) from error
