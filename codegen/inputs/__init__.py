"""Example inputs: a function and what was said about it go in, the arguments it is traced with come out.

For each argument, the first that answers: what was given, the example beside the function, the settings of the
project, the first doctest call, the default, the annotation.

`example.py` is the decorator, `literal.py` and `constructors.py` read values that are written as text,
`doctests.py` and `annotations.py` what stands beside a function; `printed.py` is the way back: values as code.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

import numpy as np

from codegen.errors import MissingExampleError, UsageError
from codegen.inputs.annotations import Annotations
from codegen.inputs.doctests import first_call, has_call
from codegen.inputs.example import Example, mark_of, marked, own_names
from codegen.pytree import holds, mapped, module_of, vars_of
from codegen.records import dataclass

__all__ = ["Inputs", "example_inputs", "has_example", "own_names", "read", "signature_of"]
STATED = {"given", "example", "configured", "doctest"}
ANY = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


@dataclass(frozen=True)
class Inputs:
    """The arguments a function is traced with."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    notes: tuple[str, ...] = ()
    """What the user should know about where they came from."""


@dataclass(frozen=True)
class Found:
    """The arguments that are known so far, and which source each came from."""

    values: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def add(self, arguments: Mapping[str, Any], source: str) -> None:
        """Keep the arguments that nothing before has answered."""
        for name, value in arguments.items():
            if name not in self.values:
                self.values[name], self.sources[name] = value, source


def example_inputs(
    function: Callable[..., Any],
    given: Mapping[str, Any] | None = None,
    configured: Mapping[str, str] | None = None,
    wrt: Sequence[str] = (),
    folder: str | Path = ".",
) -> Inputs:
    """Return the arguments that a function is traced with: values that are `given`, texts that the settings have
    `configured`, where files are named as seen from the `folder`, or what else answers.

    Whole numbers become floats where `wrt` names them, or if it names none and there is no float at all.
    `MissingExampleError` if nothing answers for an argument, `UsageError` if an answer cannot be read, or fits none.
    """
    signature = signature_of(function)
    found = Found()
    found.add(fitting(signature, function, dict(given or {}), "inputs"), "given")
    reason = None
    if missing(signature, found, required=False):
        stated = bound(signature, function, marked(function))
        known = own_names(function)
        values = {n: made_of(v, n, folder, known) for n, v in stated.items()}
        found.add(values, "example")
    values = {
        n: read(str(t), n, folder, own_names(function))
        for n, t in (configured or {}).items()
        if n not in found.values
    }
    found.add(fitting(signature, function, values, "[tool.codegen] inputs"), "configured")
    if missing(signature, found, required=False):
        try:
            found.add(bound(signature, function, first_call(function)), "doctest")
        except UsageError as error:
            reason = error
    found.add(
        {p.name: p.default for p in signature.parameters.values() if p.default is not p.empty},
        "default",
    )
    notes = annotated(signature, function, found)
    lacking = missing(signature, found)
    if lacking:
        raise no_example(function, lacking, reason)
    notes += as_floats(
        found.values, {n for n, s in found.sources.items() if s in STATED}, signature, wrt
    )
    return Inputs(*arranged(signature, found.values), tuple(notes))


def made_of(value: Any, name: str, folder: str | Path, known: Mapping[str, Any]) -> Any:
    """Return a value of an example; what makes one, where it is the text of that."""
    if not isinstance(value, str):
        return value
    from codegen.inputs.literal import makes

    return read(value, name, folder, known) if makes(value) else value


def read(text: str, name: str, folder: str | Path, known: Mapping[str, Any]) -> Any:
    """Return the value that a text describes, as `literal.parse` does."""
    from codegen.inputs.literal import parse  # few values stand as text

    return parse(text, name, folder, known)


def has_example(function: Callable[..., Any]) -> bool:
    """Return whether a function brings an example along: a mark beside it, or a doctest call."""
    return mark_of(function) is not None or has_call(function)


def signature_of(function: Callable[..., Any]) -> inspect.Signature:
    """Return the signature of a function; `UsageError` if it has none."""
    try:
        return inspect.signature(function)
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"{function!r} has no signature to read", advice="Give a function written in Python."
        ) from error


def name_of(function: Callable[..., Any]) -> str:
    """Return what messages call a function."""
    return getattr(function, "__name__", None) or repr(function)


def missing(signature: inspect.Signature, found: Found, required: bool = True) -> list[str]:
    """Return the arguments without a value, those that may be left out included if they are not `required`."""
    names = [p.name for p in signature.parameters.values() if not required or p.kind not in ANY]
    return [n for n in names if n not in found.values]


def fitting(
    signature: inspect.Signature, function: Callable[..., Any], values: dict[str, Any], way: str
) -> dict[str, Any]:
    """Return values by name, refused if the function has no such argument."""
    extra = [name for name in values if name not in signature.parameters]
    rest = next((p.name for p in signature.parameters.values() if p.kind is p.VAR_KEYWORD), None)
    if extra and rest is None:
        names = ", ".join(signature.parameters) or "none"
        raise UsageError(
            f"{way}: {name_of(function)} has no argument {extra[0]}",
            advice=f"Its arguments: {names}.",
        )
    if extra and rest is not None:
        values[rest] = {**values.get(rest, {}), **{name: values.pop(name) for name in extra}}
    return values


def bound(
    signature: inspect.Signature, function: Callable[..., Any], example: Example | None
) -> dict[str, Any]:
    if example is None:
        return {}
    try:
        return dict(signature.bind_partial(*example[0], **example[1]).arguments)
    except TypeError as error:
        raise UsageError(
            f"the example of {name_of(function)} does not fit its arguments: {error}"
        ) from error


def annotated(
    signature: inspect.Signature, function: Callable[..., Any], found: Found
) -> list[str]:
    """Add what annotations tell about the arguments that are still missing, and return a note about it."""
    names = missing(signature, found)
    if not names:
        return []
    told = Annotations(signature.parameters, getattr(function, "__globals__", {}), found.values)
    values = {n: v for n in names if (v := told.value(n)) is not None}
    found.add(values, "annotation")
    if not values:
        return []
    sizes = ", ".join(
        f"{name} = {size}" for name, size in told.sizes.items() if not name.startswith("_")
    )
    return [
        f"{', '.join(values)}: random example values from the annotations{f', with {sizes}' if sizes else ''}"
    ]


def text_of(name: str) -> str:
    """Return an option of the command line that gives an argument an array."""
    return f'--input "{name}=randn(5, 10)"'


def ways_of(
    function: Callable[..., Any], lacking: Sequence[str], needed: Sequence[str], arrays: str
) -> list[str]:
    """Return the ways to give a plain function an example for the arguments that lack one."""
    name, first = name_of(function), lacking[0]
    target = f"{module_of(function)}.{function.__qualname__}"
    tables = ", ".join(f'{n} = "randn(5, 10)"' for n in lacking)
    numbers = ", ".join(f"{n}=1.5" for n in lacking)
    whole = ", ".join(f"{n}=1.5" for n in needed)
    header = ", ".join(f"{n}=1.5" if n in lacking else n for n in needed)
    return [
        "Give one in any of these ways, with values that suit it:",
        f"on the command line: {' '.join(map(text_of, lacking))} (also {first}=-2.0, {first}=@file.npy)",
        f"from Python: codegen.generate({name}, {arrays})",
        f"above the function: @codegen.example({numbers})",
        f"below it, without an import: {name}.__codegen_example__ = {{{', '.join(f'{n!r}: 1.5' for n in lacking)}}}",
        "in pyproject.toml, under [tool.codegen]: "
        f'targets = [{{target = "{target}", inputs = {{{tables}}}}}]',
        f"in its docstring: >>> {name}({whole})",
        f"as a default: def {name}({header})",
        f'as an annotation: {first}: float, or {first}: Float[np.ndarray, "N D"]',
    ]


def no_example(
    function: Callable[..., Any], lacking: Sequence[str], reason: UsageError | None
) -> MissingExampleError:
    """Return the error that lists the ways to give an example."""
    name = name_of(function)
    parameters = signature_of(function).parameters.values()
    needed = [p.name for p in parameters if p.default is p.empty and p.kind not in ANY]
    arguments = [n for n in lacking if n != "self"]
    arrays = ", ".join(f"{n}=np.ones((5, 10))" for n in arguments)
    owner = function.__qualname__.rpartition(".")[0].rpartition(".")[2]
    if needed[:1] == ["self"] and owner.isidentifier():
        texts = [f'--input "{n}={owner}(...)"' if n == "self" else text_of(n) for n in lacking]
        called = ", ".join(f"{n}=1.5" for n in arguments)
        ways = [
            f"Give one, with an object made as the module makes its own, {owner}(...):",
            f"on the command line: {' '.join(texts)}",
            f"from Python: codegen.generate({owner}(...).{name}{', ' if arrays else ''}{arrays})",
            f"in its docstring: >>> {owner}(...).{name}({called})",
        ]
    else:
        ways = ways_of(function, lacking, needed, arrays)
    if reason is not None:
        ways.append(f"(The docstring shows a call, but: {reason.message}.)")
    return MissingExampleError(
        f"{name} has no example for {', '.join(lacking)}", advice="\n    ".join(ways)
    )


def arranged(signature: inspect.Signature, values: Mapping[str, Any]) -> Example:
    """Return arguments as a call passes them."""
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for parameter in signature.parameters.values():
        value = values.get(parameter.name)
        if parameter.kind is parameter.VAR_POSITIONAL:
            args.extend(
                value if isinstance(value, tuple | list) else () if value is None else (value,)
            )
        elif parameter.kind is parameter.VAR_KEYWORD:
            kwargs.update(value or {})
        elif parameter.kind is parameter.KEYWORD_ONLY:
            kwargs[parameter.name] = value
        else:
            args.append(value)
    return tuple(args), kwargs


# ---- whole numbers as floats: the notes write `x = -2`, and mean a number that has a gradient


def as_floats(
    values: dict[str, Any], stated: set[str], signature: inspect.Signature, wrt: Sequence[str]
) -> list[str]:
    """Make floats of whole numbers in place, and return a note about them.

    Of what the user has `stated`, those change that `wrt` names; if it names none, all if there is no float at all, nor
    an attribute that is one. An argument annotated as an int stays one, one annotated as a float becomes one.
    """
    given = [values[n] for n in stated]
    alone = not any(has(v, "f") or any(has(a, "f") for a in vars_of(v).values()) for v in given)
    annotated = {n: signature.parameters[n].annotation for n in stated}
    counting = {n for n, a in annotated.items() if a in (float, "float")}
    if alone:
        counting |= {n for n, a in annotated.items() if a not in (int, "int")}
    names = [n for n in values if n in (wrt or counting)]
    changed = [n for n in names if not has(values[n], "f") and has(values[n], "iu")]
    for name in changed:
        values[name] = mapped(floated, values[name])
    if not changed:
        return []
    return [
        f"{', '.join(changed)}: whole numbers count as floats here; write {changed[0]} as a float to say so"
    ]


def has(value: Any, kinds: str) -> bool:
    """Return whether a value is, or has inside, a number or an array of one of the kinds of dtype."""
    numbers = float | int | np.generic | np.ndarray
    return holds(lambda v: isinstance(v, numbers) and np.asarray(v).dtype.kind in kinds, value)


def floated(value: Any) -> Any:
    """Return a number or an array as floats, if it is of whole numbers."""
    if isinstance(value, np.ndarray | np.generic):
        return value.astype(float) if value.dtype.kind in "iu" else value
    return float(value) if type(value) is int else value
