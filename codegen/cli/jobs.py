"""Jobs: the targets of the command line or of the settings go in; what to make, and where it goes, comes out.

A job is made by `make`.
"""

from __future__ import annotations

import copy
import inspect
import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MethodType
from typing import TYPE_CHECKING, Any

import codegen
from codegen.check.state import State
from codegen.cli.arguments import Request
from codegen.cli.configuration import SCHEMA, Configuration, Entry
from codegen.cli.targets import Target, find, name_of, relative, shown
from codegen.emit.layout import Layout, laid_out
from codegen.errors import MissingExampleError, NothingToDifferentiateError, UsageError
from codegen.inputs import example_inputs, has_example, own_names, read, signature_of
from codegen.module import Module
from codegen.process import quiet
from codegen.pytree import duplicate, has_fields, ones_like, same
from codegen.records import dataclass
from codegen.trace.differentiable import differentiable, has_gradient, subject

if TYPE_CHECKING:
    from codegen.emit.annotated import Types

PROGRAM = "python -m codegen"
Pair = tuple[Target, Entry | None]
NO_RESULT = "no float result"


@dataclass(frozen=True)
class Job:
    target: Target
    style: str
    wrt: tuple[str, ...]
    outputs: tuple[str, ...]
    given: Mapping[str, Any]
    """Values by argument, from the command line."""
    configured: Mapping[str, str]
    """Texts by argument, from the settings."""
    folder: Path
    """Where the settings lie."""
    path: Path | None
    """Where the text goes; to the terminal if there is none."""
    command: str
    """What makes the same again."""
    layout: Layout

    @property
    def function(self) -> Callable[..., Any]:
        return self.target.function

    @property
    def shown(self) -> str:
        """The path as messages name it."""
        return shown(self.path) if self.path else ""


@dataclass(frozen=True)
class Made:
    """A checked module, and the job it was made for."""

    job: Job
    module: Module
    notes: tuple[str, ...] = ()
    """What the user should know about the example inputs."""

    @property
    def source(self) -> str:
        """The text in the layout of the project."""
        module, layout = self.module, self.job.layout
        types = typed(module) if layout.annotations else None
        return laid_out(module.source, layout, module.name, inspect.getdoc(module.plain), types)


@dataclass(frozen=True)
class LeftOut:
    """A function of a whole module that has no backward pass to write."""

    name: str
    reason: str
    """Such as "no float argument"."""


def planned(request: Request, settings: Configuration) -> list[Job]:
    """Return the jobs that were asked for; `UsageError` if a target or an input fits nothing, or files clash."""
    pairs = from_request(request, settings) if request.targets else from_settings(settings)
    if not pairs:
        raise UsageError(
            "there is nothing to do: no target",
            advice=f"Name one, as in {PROGRAM} mymodule.f, or in pyproject.toml:\n{SCHEMA}",
        )
    unused = [n for n in request.inputs if not any(takes(target, n) for target, _ in pairs)]
    if unused:
        names = ", ".join(signature_of(pairs[0][0].function).parameters) or "none"
        raise UsageError(
            f"--input {unused[0]}: no target has such an argument",
            advice=f"{pairs[0][0].text} has: {names}.",
        )
    jobs = [job(target, entry, request, settings) for target, entry in pairs]
    apart(jobs)
    return jobs


def from_request(request: Request, settings: Configuration) -> list[Pair]:
    """Return the targets of the command line, each with what the settings say about it."""
    pairs: list[Pair] = []
    for text in request.targets:
        for target in find(text, Path.cwd()):
            covering = [
                entry
                for entry in settings.entries
                if entry.target == target.text
                or (entry.covers(target.text) and has_example(target.function))
            ]
            entries: list[Entry | None] = [
                *sorted(covering, key=lambda e: e.target != target.text)
            ] or [None]
            if not request.compares or request.output is not None:
                del entries[1:]
            for entry in entries:
                if not any(t.text == target.text and e is entry for t, e in pairs):
                    pairs.append((target, entry))
    return pairs


def from_settings(settings: Configuration) -> list[Pair]:
    """Return the targets of the settings; what names a function goes before what names its module."""
    pairs = [
        (target, entry)
        for entry in settings.entries
        for target in find(entry.target, settings.folder)
    ]
    own = {(entry.target, entry.output) for entry in settings.entries}
    return [(t, e) for t, e in pairs if t.text == e.target or (t.text, e.output) not in own]


def job(target: Target, entry: Entry | None, request: Request, settings: Configuration) -> Job:
    style = request.style or (entry.style if entry else settings.style)
    path = place(target, entry, request, settings)
    texts = {n: t for n, t in request.inputs.items() if takes(target, n)}
    configured = {
        n: t
        for n, t in (entry.inputs if entry else {}).items()
        if takes(target, n) or (entry and entry.target == target.text)  # all must fit a function
    }
    own = own_names(target.function)
    given = {n: read(t, n, ".", own) for n, t in texts.items()}
    plain = not request.targets and request == Request(compares=request.compares)
    command = PROGRAM if plain else command_of([target], request, texts, path)
    return Job(
        target,
        style,
        request.wrt or (entry.wrt if entry else ()),
        request.outputs or (entry.outputs if entry else ()),
        given,
        configured,
        settings.folder,
        path,
        command,
        Layout(**settings.layout),
    )


def place(
    target: Target, entry: Entry | None, request: Request, settings: Configuration
) -> Path | None:
    """Return where the text of a target goes."""
    name = f"{name_of(target)}.py"
    if request.output == "-":
        return None
    if request.output is not None:
        return inside(Path(request.output), name, request.output.endswith(("/", os.sep)))
    if request.targets and not request.compares:
        return None
    output = entry.output if entry else settings.output
    if output is None:
        raise UsageError(
            f"there is no file to compare {target.text} with", advice="Name it with -o."
        )
    return inside(output, name, output == settings.output and output.suffix != ".py")


def inside(output: Path, name: str, is_folder: bool) -> Path:
    """Return the file for a module: the output itself, or in it, if it is a folder."""
    if is_folder or output.is_dir() or (not output.suffix and not output.exists()):
        return output / name
    return output


def apart(jobs: Sequence[Job]) -> None:
    """Refuse jobs that would write one name into a file twice, or over the source of a function."""
    taken: dict[tuple[str, str], Job] = {}
    for one in jobs:
        if one.path is None:
            continue
        real = os.path.realpath(one.path)
        other = taken.setdefault((real, name_of(one.target)), one)
        if other is not one:
            raise UsageError(
                f"{other.target.text} and {one.target.text} would both be written to {one.shown}",
                advice='Give one of them a file of its own: -o FILE, or output = "..." in [tool.codegen].',
            )
        source = getattr(getattr(one.function, "__code__", None), "co_filename", "")
        if source and os.path.realpath(source) == real:
            raise UsageError(
                f"{one.shown} is the source of {one.target.text}: it would be lost",
                advice="Choose another place with -o.",
            )


def takes(target: Target, name: str) -> bool:
    parameters = signature_of(target.function).parameters
    return name in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())


def command_of(
    targets: Sequence[Target], request: Request, texts: Mapping[str, str], path: Path | None
) -> str:
    """Return the command that makes one file again, without absolute paths."""
    words = [target.text for target in targets]
    for name, text in texts.items():
        if os.path.isabs(text[1:]) and text.startswith("@"):
            text = f"@{relative(Path(text[1:]))}"
        words += ["--input", f"{name}={text}"]
    if request.style is not None:
        words += ["--style", request.style]
    if request.wrt:
        words += ["--wrt", ",".join(request.wrt)]
    if request.outputs:
        words += ["--outputs", ",".join(request.outputs)]
    if path is not None:
        words += ["-o", relative(path)]
    return f"{PROGRAM} {shlex.join(words)}"


def make(job: Job) -> Made | LeftOut:
    """Return a checked module; what a function of a whole module lacks for it, if it has no backward pass."""
    target = job.target
    name = job.function.__qualname__ if target.is_method else name_of(target)
    try:
        inputs = example_inputs(job.function, job.given, job.configured, job.wrt, job.folder)
    except MissingExampleError:
        if not target.whole:
            raise
        return LeftOut(name, "no example that can be read")
    function, args = job.function, inputs.args
    if target.is_method and args:
        function, args = MethodType(function, args[0]), args[1:]
    if target.whole:
        reason = reason_for_none(function, args, inputs.kwargs, job.wrt)
        if reason:
            return LeftOut(name, reason)
    outputs = [int(one) if one.isdigit() else one for one in job.outputs]
    generate = partial(
        codegen.generate, wrt=job.wrt or None, style=job.style, outputs=outputs or None
    )
    try:
        module = generate(function, *args, **inputs.kwargs)
    except NothingToDifferentiateError:
        if not target.whole:
            raise
        return LeftOut(name, NO_RESULT)
    return Made(job, module, inputs.notes)


def typed(module: Module) -> Types:
    from codegen.emit.annotated import types_of

    with quiet():
        args, kwargs = copy.deepcopy((module.args, module.kwargs))
        out, cache = module.forward(*args, **kwargs)
        gradients = module.backward(ones_like(out), cache)
    return types_of(module.plain, module.whole, module.kwargs, out, gradients)


def reason_for_none(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    wrt: Sequence[str],
) -> str:
    """Return why a function has no backward pass; empty if it has one, or if it cannot be told."""
    plain, whole = subject(function, args)
    if inspect.isgeneratorfunction(plain) or inspect.iscoroutinefunction(plain):
        return "no value returned"
    try:
        given, named, _ = differentiable(plain, whole, kwargs, wrt or None)
    except NothingToDifferentiateError:
        return "no float argument"
    here, words = duplicate((given, named))
    with State(plain), quiet():
        try:
            out = plain(*here, **words)
        except Exception:  # noqa: BLE001  # told with its place when it is traced
            return ""
    updates = out is None and not same((here, words), (given, named))
    return "" if has_gradient(out) or has_fields(out) or updates else NO_RESULT
