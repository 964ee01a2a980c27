"""Source of a function: a function object goes in, its tree with the positions of its file comes out.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x, w):
...     y = x * w  # the product
...     return y
... '''
>>> after("read", text, 3.0, 2.0)
def f(x, w):
    y = x * w
    return y
"""

from __future__ import annotations

import ast
import inspect
import linecache
import math
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import field
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

from codegen import syntax
from codegen.errors import CodegenError, Location, UnsupportedError
from codegen.pairs import CACHES, Caches
from codegen.records import dataclass
from codegen.trace.depth import reachable

FunctionTree = ast.FunctionDef | ast.Lambda
Definitions = dict[tuple[str, int], list[FunctionTree]]
KINDS: Any = (ast.FunctionDef, ast.AsyncFunctionDef)
MARK = "<decorated "


@dataclass(frozen=True)
class Source:
    """Where a function is written."""

    tree: FunctionTree
    """A fresh copy, with the line numbers of the file."""
    lines: tuple[str, ...]
    """All lines of the file."""
    path: str
    """Path for tracebacks."""
    name: str
    caches: Caches = field(default_factory=lambda: Caches())

    def location(self, node: ast.AST) -> Location:
        return Location.of(node, self.name, os.path.basename(self.path), self.lines)

    def text_of(self, statement: ast.stmt) -> str:
        """Return a statement on one line, spelled as in the file where it stands on one line there."""
        known = syntax.note_of(statement)
        if known.made or known.named or statement.lineno != statement.end_lineno:
            return syntax.lines_of(syntax.show(statement))[0]
        line = self.lines[statement.lineno - 1].encode()
        return line[statement.col_offset : statement.end_col_offset].decode()

    def has_name(self, name: str) -> bool:
        """Return whether the user's own lines of the function hold a name."""
        own = self.lines[self.tree.lineno - 1 : self.tree.end_lineno]
        return any(re.search(rf"\b{re.escape(name)}\b", line) for line in own)

    def refuse(self, node: ast.AST, message: str, advice: str | None = None) -> UnsupportedError:
        return UnsupportedError(message, advice=advice, location=self.location(node))


def no_source(function: Any) -> UnsupportedError:
    """Return the error about a function that is written in another language."""
    shown = re.sub(" at 0x[0-9a-fA-F]+", "", repr(function))
    return UnsupportedError(
        f"{shown} is not a Python function", advice="Give a function written with def or lambda."
    )


def source_of(function: Callable[..., Any]) -> Source:
    """Return where `function` is written; `CodegenError` for one without Python source, and for generators."""
    if type(function) is not FunctionType:  # a mock only says that it is one
        raise no_source(function)
    code = function.__code__
    name = function.__name__
    linecache.checkcache(code.co_filename)
    text = "".join(linecache.getlines(code.co_filename, function.__globals__))
    is_there = os.path.isfile(code.co_filename) and os.path.getsize(code.co_filename) > 0
    if not text and is_there:
        raise CodegenError(
            f"{os.path.basename(code.co_filename)} has letters that are not in its encoding",
            advice="Save it as UTF-8, or name its encoding in the first line: # -*- coding: latin-1 -*-",
        )
    if not text:
        raise CodegenError(
            f"the source of {name} cannot be found",
            advice="Write it in a file; a function that was typed at a prompt or made by exec has no source.",
        )
    try:
        definitions, lines = read_file(code.co_filename, text)
    except (RecursionError, MemoryError) as error:
        raise CodegenError(
            f"{os.path.basename(code.co_filename)} is nested deeper than Python's own parser can follow",
            advice="Give the inner parts of its deepest expression names of their own.",
        ) from error
    except SyntaxError as error:  # it was another text when it was imported
        raise CodegenError(
            f"{os.path.basename(code.co_filename)} cannot be read: {error.msg}, line {error.lineno}",
            advice="Was the file changed after it was imported?",
        ) from error
    tree = find(definitions, code)
    if tree is None:
        raise CodegenError(
            f"the source of {name} cannot be found in {os.path.basename(code.co_filename)}",
            advice="Was the file changed after it was imported?",
        )
    fresh, too_deep = reachable(tree)
    mangle(fresh, function)
    source = Source(
        fresh,
        lines,
        code.co_filename,
        "f" if name == "<lambda>" else name,
        getattr(function, CACHES, Caches()),
    )
    if too_deep is not None:
        is_part = isinstance(too_deep, ast.expr)
        raise source.refuse(
            too_deep,
            f"{'an expression' if is_part else 'the statements'} nested so deep cannot be followed",
            f"Give the inner parts {'names' if is_part else 'functions'} of their own.",
        )
    return source


def definition_of(function: Callable[..., Any]) -> tuple[ast.FunctionDef, Sequence[str]] | None:
    """Return the `def` of a function, and the lines of its file; None where there is none, or no text at hand."""
    try:
        source = source_of(function)
    except CodegenError:
        return None
    return (source.tree, source.lines) if isinstance(source.tree, ast.FunctionDef) else None


def mangle(tree: FunctionTree, function: FunctionType) -> None:
    """Give the private names in a method the names that Python gives them, `self._Net__w` for `self.__w`, and say of
    which class and object `super()` is.
    """
    owner = function.__qualname__.rpartition(".<locals>")[2].strip(".").split(".")[:-1]
    if not owner or not owner[-1].strip("_"):
        return
    for node in syntax.walk(tree):
        field = {ast.Attribute: "attr", ast.Name: "id", ast.arg: "arg"}.get(type(node), "")
        text = getattr(node, field, "")
        if text.startswith("__") and not text.endswith("__"):
            setattr(node, field, f"_{owner[-1].lstrip('_')}{text}")
    is_known = inspect.isclass(function.__globals__.get(owner[-1]))
    kind = owner[-1] if is_known else "__class__"
    for statement in syntax.every(ast.stmt, tree):
        for call in syntax.every(ast.Call, statement):
            if syntax.calls(call, "super") and not call.args and tree.args.args:
                names = [syntax.name(n) for n in (kind, tree.args.args[0].arg)]
                call.args = [ast.copy_location(name, call) for name in names]
            if syntax.calls(call, "super"):
                syntax.note(statement, named=True)


@lru_cache(maxsize=32)  # the trees of a file are large
def read_file(path: str, text: str) -> tuple[Definitions, tuple[str, ...]]:
    """Return the definitions of a file by name and first line, with and without decorators, and its lines."""
    found: Definitions = {}
    for node in syntax.walk(ast.parse(text, filename=path)):
        if isinstance(node, KINDS):
            name = node.name
            lines = {node.lineno, min([node.lineno, *(d.lineno for d in node.decorator_list)])}
        elif isinstance(node, ast.Lambda):
            name, lines = "<lambda>", {node.lineno}
        else:
            continue
        for line in lines:
            found.setdefault((name, line), []).append(node)
    return found, tuple(syntax.lines_of(text))


def find(definitions: Definitions, code: CodeType) -> FunctionTree | None:
    """Return the definition that code was made from, found by its line and, for lambdas, by itself."""
    found = definitions.get((code.co_name, code.co_firstlineno), [])
    if len(found) > 1:
        found = [node for node in found if starts_at(node, code)] or found
    return found[0] if found else None


def starts_at(node: FunctionTree, code: CodeType) -> bool:
    """Return whether the first instruction with a position lies within `node`."""
    assert isinstance(node, ast.Lambda | ast.FunctionDef)
    body = node.body if isinstance(node, ast.Lambda) else node
    spots = {(p[0], p[2]) for p in code.co_positions() if p[2] is not None}
    return (body.lineno, body.col_offset) in spots and all(
        (line, column) >= (node.lineno, node.col_offset)
        and (line, column) <= (node.end_lineno, node.end_col_offset)
        for line, column in spots
        if line is not None and (line, column) != (code.co_firstlineno, 0)
    )


def with_parameters(function: FunctionType) -> FunctionType:
    """Return a function that calls a decorated one by the parameters of its definition; others as they are."""
    own = inspect.signature(function, follow_wrapped=False).parameters
    written = inspect.signature(function).parameters
    if list(own) == list(written) or not hasattr(function, "__wrapped__"):
        return function
    by_position = [p.kind for p in own.values() if p.kind <= inspect.Parameter.VAR_POSITIONAL]
    is_open = inspect.Parameter.VAR_POSITIONAL in by_position
    header: list[str] = []
    passed: list[str] = []
    for name, parameter in written.items():
        if parameter.kind is parameter.VAR_POSITIONAL:
            header.append(f"*{name}")
            passed.append(f"*{name}")
            continue
        if parameter.kind is parameter.VAR_KEYWORD:
            header.append(f"**{name}")
            passed.append(f"**{name}")
            continue
        late = parameter.kind is parameter.KEYWORD_ONLY
        if late and not any(h.startswith("*") for h in header):
            header.append("*")
        text = written_out(parameter.default)
        if not (text or late) and any("=" in one for one in header):
            raise UnsupportedError(
                f"the default of {name} of the decorated function {function.__name__} cannot be written out",
                advice="Differentiate the function without its decorator, or let the default be None.",
            )
        is_named = late or not is_open and len(passed) >= len(by_position)
        header.append(f"{name}={text}" if text else name)
        passed.append(f"{name}={name}" if is_named else name)
    own_name = function.__name__
    text = f"def {own_name}({', '.join(header)}):\n    return {own_name}({', '.join(passed)})\n"
    path = f"{MARK}{own_name}>"
    syntax.remember(path, text)
    scope = {**function.__globals__}
    exec(compile(text, path, "exec"), scope)  # noqa: S102  # two lines written here
    made = scope[own_name]
    assert isinstance(made, FunctionType)
    found = FunctionType(
        made.__code__, {**function.__globals__, own_name: function}, own_name, made.__defaults__
    )
    found.__kwdefaults__ = made.__kwdefaults__
    found.__qualname__ = function.__qualname__
    return found


def written_out(default: Any) -> str:
    """Return the text of a default that is a number, a word, or a tuple of them; nothing for others, or for none."""
    if type(default) is float and not math.isfinite(default):
        return f"float({str(default)!r})"
    if type(default) is tuple:
        parts = [written_out(part) for part in default]
        return f"({', '.join(parts)}{',' * (len(parts) == 1)})" if all(parts) else ""
    return repr(default) if type(default) in syntax.LITERALS else ""
