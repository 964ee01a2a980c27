"""Whether the trips of a loop must run backwards: a loop and its planned body go in, yes or no comes out."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codegen import syntax
from codegen.analysis.aliasing import root_of
from codegen.backward.flow import has_break
from codegen.ir import Line, Loop, Nest, Remark


def must_reverse(loop: Loop, body: Sequence[Line | Remark | Nest]) -> bool:
    """Return whether some gradient that outlives a trip is both read and written in the body, or the
    trips are not known before.
    """
    if isinstance(loop.statement, ast.While) or has_break(loop):
        return True
    lines = list(flat(body))
    if any(pops(line) or is_method(line.value) for line in lines):
        return True
    local: set[str] = set()
    outliving_reads: set[str] = set()
    written: set[str] = set()
    for line in lines:
        mine = changed(line)
        reads = set(syntax.reads(line.value)) | (
            {n.id for n in syntax.walk(line.target) if isinstance(n, ast.Name)} - set(mine)
            if line.target is not None
            else set()
        )
        if line.target is None and isinstance(line.value, ast.Call):
            reads -= set(mine)
        if isinstance(line.target, ast.Subscript) and line.operator in ("=", "+=", "-="):
            reads |= set(mine) & set(syntax.reads(line.value))
        if line.operator in ("*=", "/="):
            reads |= set(mine)
        outliving_reads |= reads - local
        if line.operator == "=" and isinstance(line.target, ast.Name | ast.Tuple):
            for name in mine:
                if name not in outliving_reads:
                    local.add(name)
        written |= set(mine)
    return bool(outliving_reads & written)


def flat(body: Sequence[Line | Remark | Nest]) -> list[Line]:
    """Return the lines of a body, those inside compound statements too."""
    found: list[Line] = []
    for item in body:
        if isinstance(item, Line):
            found.append(item)
        elif isinstance(item, Nest):
            inner = flat(item.body)
            found.extend(inner)
    return found


def changed(line: Line) -> list[str]:
    """Return the names a line binds or changes."""
    if line.target is None and is_method(line.value):
        return [root_of(line.value.func)]  # type: ignore[attr-defined]  # a call, see above
    if line.target is None:
        args = line.value.args if isinstance(line.value, ast.Call) else []
        return [root_of(args[0])] if args else []
    if isinstance(line.target, ast.Tuple):
        return [n.id for n in line.target.elts if isinstance(n, ast.Name)]
    return [root_of(line.target)]


def is_method(tree: ast.expr) -> bool:
    """Return whether a statement changes a list by a method of its own."""
    return (
        isinstance(tree, ast.Call)
        and isinstance(tree.func, ast.Attribute)
        and tree.func.attr in ("append", "insert", "pop")
        and isinstance(tree.func.value, ast.Name)
    )


def pops(line: Line) -> bool:
    """Return whether a line takes the last item off a list."""
    return any(isinstance(n, ast.Attribute) and n.attr == "pop" for n in syntax.walk(line.value))
