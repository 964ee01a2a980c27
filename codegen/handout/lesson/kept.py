"""What is kept: a recording goes in; what the cache holds, and which lines of the backward pass ask for it, comes out in words."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codegen import syntax
from codegen.handout.lesson.factor import reads
from codegen.handout.lesson.words import as_code
from codegen.handout.recording import Recording
from codegen.trace.read import backward_name

SIZES = ("shape", "ndim", "size")


def kept_words(recording: Recording, cached: tuple[str, ...]) -> tuple[str, ...]:
    """Return a sentence for each name in the cache: on the way back through which stages it is asked for, and where."""
    return tuple(sentence for name in cached for sentence in asked(name, recording))


def asked(name: str, recording: Recording) -> Iterator[str]:
    """Yield the sentence on one name of the cache."""
    lines: dict[int, tuple[str, bool]] = {}
    for stage in recording.stages:
        for statement in stage.backward:
            only = only_size(statement, name)
            if only is not None and (stage.shown not in lines or lines[stage.shown][1]):
                lines[stage.shown] = (syntax.show(statement), only)
    if not lines:
        sentences = list(of_each_trip(name, recording))
        header = "" if sentences else header_that_reads(name, recording)
        yield from sentences
        if header:
            yield f"`{name}` is kept for the way back through the loop: {as_code(header)}."
        return
    numbers = sorted(lines, reverse=True)
    line, only = lines[numbers[0]]
    what = f"the size of `{name}`" if all(size for _, size in lines.values()) else f"`{name}`"
    places = f"stage {numbers[0]}" if len(numbers) == 1 else f"stages {listed(numbers)}"
    yield f"{what[0].upper()}{what[1:]} is kept for the way back through {places}: {as_code(line)}."


def of_each_trip(name: str, recording: Recording) -> Iterator[str]:
    """Yield the sentence on a list of what each trip of a loop leaves for the way back."""
    backward = backward_name(recording.name)
    functions = [s for s in ast.parse(recording.source).body if isinstance(s, ast.FunctionDef)]
    for function in (f for f in functions if f.name == backward):
        for node in ast.walk(function):
            target: ast.expr | None = None
            if isinstance(node, ast.For) and reads(node.iter, name) and not counts(node.iter):
                target = node.target
            elif (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Subscript)
                and reads(node.value.value, name)
            ):
                target = node.targets[0]
            names = [n.id for n in ast.walk(target) if isinstance(n, ast.Name)] if target else []
            if names and not isinstance(target, ast.Subscript):
                quoted = [f"`{n}`" for n in names]
                both = (
                    quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
                )
                yield f"`{name}` keeps {both} of each trip of the loop for the way back."
                return


def counts(node: ast.expr) -> bool:
    """Return whether what a loop runs over only counts its trips."""
    return any(
        isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "range"
        for n in ast.walk(node)
    )


def header_that_reads(name: str, recording: Recording) -> str:
    """Return the first header of a loop or branch of the backward function that reads a variable, or nothing."""
    backward = backward_name(recording.name)
    functions = [s for s in ast.parse(recording.source).body if isinstance(s, ast.FunctionDef)]
    for node in (n for f in functions if f.name == backward for n in ast.walk(f)):
        if isinstance(node, ast.For) and reads(node.iter, name):
            return f"for {syntax.show(node.target)} in {syntax.show(node.iter)}:"
        if isinstance(node, ast.While) and reads(node.test, name):
            return f"while {syntax.show(node.test)}:"
    return ""


def listed(numbers: list[int]) -> str:
    return f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def only_size(statement: ast.stmt, name: str) -> bool | None:
    """Return whether a line asks only for the size of a variable, or None if it does not read it."""
    read = [
        n
        for n in ast.walk(statement)
        if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
    ]
    sized = [
        n
        for n in ast.walk(statement)
        if isinstance(n, ast.Attribute)
        and n.attr in SIZES
        and isinstance(n.value, ast.Name)
        and n.value.id == name
    ]
    likes = [
        n
        for n in ast.walk(statement)
        if isinstance(n, ast.Call)
        and ast.unparse(n.func).endswith("_like")
        and n.args
        and isinstance(n.args[0], ast.Name)
        and n.args[0].id == name
    ]
    return len(sized) + len(likes) == len(read) if read else None
