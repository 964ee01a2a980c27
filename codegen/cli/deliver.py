"""Delivery: checked modules go in; text on a stream, files, differences or handouts come out."""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from codegen.cli import terminal
from codegen.cli.arguments import Options, Request
from codegen.cli.configuration import Configuration
from codegen.cli.jobs import PROGRAM, Made, command_of
from codegen.cli.targets import shown
from codegen.errors import CodegenError, UsageError, not_installed
from codegen.records import dataclass
from codegen.tables import grouped


def print_out(made: Sequence[Made], stream: TextIO | None) -> None:
    """Print modules, several each below the name of its target; `UsageError` if the stream takes no text."""
    parts = [
        f"# {one.job.target.text}\n\n{one.source}" if len(made) > 1 else one.source for one in made
    ]
    print_text("\n\n".join(parts), stream)


def print_text(text: str, stream: TextIO | None) -> None:
    """Print Python source, or what resembles it."""
    if stream is None:
        raise no_output("it is closed")
    shown = terminal.python(text, stream)
    try:
        stream.write(shown)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        terminal.silence(stream)
        raise no_output(error.strerror or str(error)) from error


def no_output(reason: str) -> UsageError:
    return UsageError(
        f"cannot write to the standard output: {reason}", advice="Write a file with -o."
    )


@dataclass(frozen=True)
class File:
    path: Path
    text: str
    command: str
    """What makes it again."""

    @property
    def shown(self) -> str:
        """The path as messages name it."""
        return shown(self.path)


def files_of(made: Sequence[Made], request: Request) -> list[File]:
    """Return the files that modules go into; several go into one if they were given the same path."""
    groups = grouped((one.job.path, one) for one in made if one.job.path is not None)
    if not groups:
        return []
    from codegen.emit.destination import stamped
    from codegen.emit.together import together

    found = []
    for path, group in groups.items():
        command = group[0].job.command
        if len(group) > 1 and command != PROGRAM:
            command = command_of([o.job.target for o in group], request, request.inputs, path)
        modules = [one.module for one in group]
        source = together([one.source for one in group], group[0].job.layout.width)
        text = stamped(modules, source, command)
        found.append(File(path, text, command))
    return found


def write_out(files: Sequence[File], messages: TextIO) -> None:
    """Write files, none of them if one would go over what the tool did not write."""
    from codegen.emit.destination import refuse_foreign, write

    for one in files:
        refuse_foreign(one.path)
    for one in files:
        changed = write(one.path, one.text)
        print(f"{'wrote' if changed else 'unchanged:'} {one.shown}", file=messages)


def compare(files: Sequence[File], stream: TextIO | None, messages: TextIO, mend: bool) -> int:
    """Print how files differ from what they hold, and on `messages` what to do; return how many differ."""
    from codegen.emit.destination import difference, made_by_another_version

    stale, older = 0, 0
    for one in files:
        found = difference(one.path, one.text, one.shown)
        if not found:
            older += made_by_another_version(one.path)
            continue
        stale += 1
        if stream is None:
            raise no_output("it is closed")
        stream.write(terminal.diff(found, stream))
        stream.flush()
        if mend:
            what = "is not up to date" if one.path.exists() else "is missing"
            print(f"codegen: {one.shown} {what}; to mend it:\n    {one.command}", file=messages)
    if not stale and files:
        count = len(files)
        print(f"{count} generated file{'s' if count > 1 else ''} up to date", file=messages)
    if older:
        print(
            f"{older} of them written by another version of codegen: the code is the same",
            file=messages,
        )
    return stale


def orphans(files: Sequence[File], settings: Configuration, messages: TextIO) -> int:
    """Tell which files the settings once made and do not make any more, and return how many."""
    from codegen.emit.destination import made_by_settings

    folders = {settings.output, *(entry.output for entry in settings.entries)}
    made = {os.path.realpath(one.path) for one in files}
    found = {
        path
        for folder in folders
        if folder is not None and folder.is_dir()
        for path in folder.rglob("*.py")
        if os.path.realpath(path) not in made and made_by_settings(path)
    }
    for path in sorted(found):
        print(f"codegen: nothing makes {shown(path)} any more; delete it", file=messages)
    return len(found)


def hand_out(
    made: Sequence[Made], options: Options, settings: Configuration, messages: TextIO
) -> list[tuple[Made, CodegenError]]:
    """Write handouts and circuits of modules; return those that have none in such a format, each with the reason."""
    if options.circuit and len(made) > 1:
        raise UsageError(
            f"--circuit {options.circuit} is one file for several functions",
            advice="Name one target.",
        )
    folder = folder_of(options.request.output)
    failed: list[tuple[Made, CodegenError]] = []
    for one in made:
        if options.formats:
            finish = {**settings.handout, **options.finish}
            try:
                paths = called(
                    "write_handout",
                    one.module,
                    options.formats,
                    folder,
                    exercise=options.exercise,
                    **({"solution": options.solution} if options.exercise else {}),
                    **finish,
                )
            except UsageError:
                raise  # so it is with all of them
            except CodegenError as error:
                failed.append((one, error))
                continue
            for path in paths if isinstance(paths, list | tuple) else [folder]:
                print(f"wrote {shown(Path(path))}", file=messages)
        if options.circuit:
            called("write_circuit", one.module, Path(options.circuit))
            print(f"wrote {options.circuit}", file=messages)
    return failed


def folder_of(output: str | None) -> Path:
    """Return the folder for handouts: that of the modules, or the current one."""
    if output is None:
        return Path()
    path = Path(output)
    return path if path.is_dir() or not path.suffix else path.parent


def called(name: str, *args: Any, **kwargs: Any) -> Any:
    """Return the result of a function of `codegen.handout`, which needs packages that not everybody has."""
    try:
        return getattr(importlib.import_module("codegen.handout"), name)(*args, **kwargs)
    except ImportError as error:
        raise not_installed(error.name or "a package", "handouts need", "handout") from error
