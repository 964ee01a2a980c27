"""Room for deep formulas: a function and what is to be done with it go in; out comes its result, found with as deep
a recursion as the formulas of the function's file ask for.

A sum of a thousand terms is a tree a thousand deep. How deep Python recurses is decided by the text alone, not by
where the caller stands, so that the same function always gets the same answer.
"""

from __future__ import annotations

import ast
import contextvars
import sys
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from codegen import syntax
from codegen.errors import CodegenError, UnsupportedError
from codegen.trace.read import parsed_file, source_of, text_of_file

T = TypeVar("T")
ORDINARY = 60  # levels for which the limit of a caller always has room
FRAMES, BYTES = 60, 2**19  # of the passes that recurse most, for each level
DEEPEST = 2_000
_turn = threading.Lock()


def with_room(function: Callable[..., Any], work: Callable[[], T]) -> T:
    """Return the result of some work on a function; in a thread with a stack of its own if its formulas are deep.

    Raises
    ------
    UnsupportedError
        If a formula is deeper than any stack has room for.
    """
    depth, line = deepest(function)
    if depth <= ORDINARY:
        return work()
    if depth > DEEPEST:
        node = ast.Pass(lineno=line, col_offset=0, end_lineno=line, end_col_offset=0)
        raise UnsupportedError(
            f"this formula is nested {depth} deep",
            advice="Give parts of it names.",
            location=source_of(function).location(node),
        )
    found: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:  # noqa: BLE001  # raised again by who waits
            failed.append(error)

    with _turn:
        limit, size = sys.getrecursionlimit(), threading.stack_size(depth * BYTES)
        try:
            thread = threading.Thread(target=contextvars.copy_context().run, args=(run,))
            sys.setrecursionlimit(max(limit, depth * FRAMES))
            thread.start()
            thread.join()
        finally:
            threading.stack_size(size)
            sys.setrecursionlimit(limit)
    if failed:
        raise failed[0]
    return found[0]


def deepest(function: Callable[..., Any]) -> tuple[int, int]:
    """Return how deep the deepest formula in the file of a function is, and its line; 0 if there is no file."""
    try:
        path, text = text_of_file(function)
    except CodegenError:
        return 0, 1
    return deepest_in(path, text)


@lru_cache(maxsize=64)
def deepest_in(path: str, text: str) -> tuple[int, int]:
    """Return how deep the deepest formula in a text is, and its line."""
    try:
        waiting: list[tuple[ast.AST, int, int]] = [(parsed_file(path, text), 0, 1)]
    except (SyntaxError, ValueError):
        return 0, 1
    found = 0, 1
    while waiting:
        node, depth, line = waiting.pop()
        if isinstance(node, ast.stmt):
            depth, line = 0, node.lineno
        if depth > found[0]:
            found = depth, line
        waiting.extend([(part, depth + 1, line) for part in syntax.parts(node)])
    return found
