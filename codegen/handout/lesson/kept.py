"""What is kept: a recording goes in; what the cache holds, and which lines of the backward pass ask for it, comes out in words."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codegen import syntax
from codegen.handout.lesson.words import as_code, joined
from codegen.handout.recording import Recording

SIZES = ("shape", "ndim", "size")
WHERE = {ast.For: "the loop", ast.While: "the loop", ast.If: "the branch"}


def kept_words(recording: Recording, cached: tuple[str, ...]) -> tuple[str, ...]:
    """Return a sentence for each name in the cache: on the way back through which stages it is asked for, and where."""
    return tuple(sentence for name in cached if (sentence := asked(name, recording)))


def asked(name: str, recording: Recording) -> str:
    """Return the sentence on one name of the cache."""
    function = recording.pair[1]
    lines: dict[int, tuple[str, bool]] = {}
    for stage in recording.stages:
        for statement in stage.backward:
            only = only_size(statement, name)
            if only is not None and (stage.shown not in lines or lines[stage.shown][1]):
                lines[stage.shown] = (syntax.show(statement), only)
    if lines:
        numbers = sorted(lines, reverse=True)
        line, only = lines[numbers[0]]
        size = all(size for _, size in lines.values())
        places = (
            f"stage {numbers[0]}" if len(numbers) == 1 else f"stages {joined([*map(str, numbers)])}"
        )
        return sentence(name, places, line, size)
    if trips := of_each_trip(name, function):
        return f"`{name}` keeps {joined([as_code(n) for n in trips])} of each trip of the loop for the way back."
    for node in ast.walk(function):
        if kind := next((k for k in WHERE if isinstance(node, k)), None):
            header = header_of(node)
            if header is not None and name in syntax.names(header[0]):
                return sentence(name, WHERE[kind], header[1])
    asking = [(s, only_size(s, name)) for s in simple(function)]
    for alone in (False, True):
        for statement in (s for s, only in asking if only is alone):
            return sentence(name, "", syntax.show(statement), alone)
    return ""


def sentence(name: str, places: str, line: str, size: bool = False) -> str:
    what = f"The size of `{name}`" if size else f"`{name}`"
    through = f" through {places}" if places else ""
    return f"{what} is kept for the way back{through}: {as_code(line)}."


def of_each_trip(name: str, function: ast.FunctionDef) -> list[str]:
    """Return the names for what each trip of a loop takes from a list that the cache holds."""
    for node in ast.walk(function):
        if isinstance(node, ast.For) and taken_from(node.iter, name):
            return syntax.mentioned(node.target)
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Subscript)
            and isinstance(node.value.slice, ast.Name)
            and syntax.identifier(node.value.value) == name
            and not isinstance(node.targets[0], ast.Subscript)
        ):
            return syntax.mentioned(node.targets[0])
    return []


def taken_from(node: ast.expr, name: str) -> bool:
    """Return whether a loop runs over what a list holds, from its end: `reversed(steps)`."""
    match node:
        case ast.Call(func=ast.Name(id="reversed"), args=[ast.Name(id=found)]):
            return found == name
    return False


def header_of(node: ast.AST) -> tuple[ast.expr, str] | None:
    if isinstance(node, ast.For):
        target = syntax.show(node.target)
        target = target[1:-1] if isinstance(node.target, ast.Tuple) else target
        return node.iter, f"for {target} in {syntax.show(node.iter)}"
    if isinstance(node, ast.While | ast.If):
        word = "while" if isinstance(node, ast.While) else "if"
        return node.test, f"{word} {syntax.show(node.test)}"
    return None


def simple(function: ast.FunctionDef) -> Iterator[ast.stmt]:
    """Yield the simple statements of a function, in the order of the text."""
    for statement in syntax.statements(function.body):
        if not isinstance(statement, syntax.COMPOUND):
            yield statement


def only_size(statement: ast.stmt, name: str) -> bool | None:
    """Return whether a line asks only for the size of a variable, or None if it does not read it."""
    read = syntax.uses(statement, name, ast.Load)
    sized = [
        n
        for n in syntax.every(ast.Attribute, statement)
        if n.attr in SIZES and syntax.identifier(n.value) == name
    ]
    likes = [
        n
        for n in syntax.every(ast.Call, statement)
        if ast.unparse(n.func).endswith("_like") and n.args and syntax.identifier(n.args[0]) == name
    ]
    return len(sized) + len(likes) == len(read) if read else None
