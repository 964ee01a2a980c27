"""Text: planned lines go in, their text comes out; a module is laid out by black.

>>> from codegen import syntax
>>> line = Line(syntax.name("dx"), "+=", syntax.parse("w * dout"), "x forks")
>>> lines_of([Remark("backprop y = w * x"), line])
['# backprop y = w * x', 'dx += w * dout  # x forks']
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence

from codegen import syntax
from codegen.backward.rows import WIDTH
from codegen.ir import Else, If, Line, Nest, Planned, Remark


def formatted(text: str, width: int = WIDTH) -> str:
    """Return the text as black formats it, checked for stability and equality."""
    import black
    from black.mode import TargetVersion
    from black.report import NothingChanged

    mode = black.Mode(target_versions={TargetVersion.PY311}, line_length=width)
    try:
        return black.format_file_contents(text, fast=True, mode=mode)
    except NothingChanged:
        return text


def lines_of(items: Sequence[Planned], indent: int = 0) -> list[str]:
    """Return the text of planned lines."""
    found: list[str] = []
    pad = "    " * indent
    for item in items:
        if isinstance(item, Nest):
            found.extend(nest_lines(item, indent))
        elif isinstance(item, Remark):
            shown = [item.text] if item.code else fitting(item.text, indent)
            found.extend(f"{pad}{line}" for line in shown)
        else:
            found.extend(
                f"{pad}{line}" for line in commented(line_text(item), item.comment, indent)
            )
    return found


def commented(text: str, comment: str, indent: int) -> list[str]:
    """Return a line with its comment: behind it, or above it where it would not fit."""
    if not comment:
        return [text]
    whole = f"{text}  # {comment}"
    return [whole] if len(whole) + 4 * (indent + 1) <= WIDTH else [f"# {comment}", text]


def nest_lines(nest: Nest, indent: int) -> list[str]:
    """Return the text of a compound statement; a branch alone in an `else` is an `elif`."""
    pad = "    " * indent
    inner = nest.body
    if (
        isinstance(nest, Else)
        and inner
        and isinstance(inner[0], If)
        and all(isinstance(n, Else) for n in inner[1:])
    ):
        first, *rest = lines_of(inner, indent)
        return [f"{pad}el{first.lstrip()}", *rest]
    return [f"{pad}{nest.header}", *(lines_of(inner, indent + 1) or [f"{pad}    pass"])]


def fitting(comment: str, indent: int) -> list[str]:
    """Return a comment, on several lines if it is wider than the page."""
    room = max(WIDTH // 3, WIDTH - 4 * (indent + 1))
    return textwrap.wrap(
        comment,
        room,
        initial_indent="# ",
        subsequent_indent="#     ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def line_text(line: Line) -> str:
    if line.target is None:
        return syntax.show(line.value)
    sides = [syntax.show(line.target), syntax.show(line.value)]
    if isinstance(line.target, ast.Tuple):  # no brackets around what is taken apart
        sides = [
            (
                ", ".join(syntax.show(e) for e in tree.elts)
                if isinstance(tree, ast.Tuple) and not is_in_rows(tree, text)
                else text
            )
            for tree, text in zip((line.target, line.value), sides, strict=True)
        ]
    return f"{sides[0]} {line.operator} {sides[1]}"


def is_in_rows(tree: ast.Tuple, text: str) -> bool:
    """Return whether a tuple holds rows of names that do not fit into one line: a comma at
    the end lets a formatter break it there."""
    return len(text) > WIDTH // 2 and all(isinstance(e, ast.Tuple) for e in tree.elts)
