"""Copies: planned lines go in, the same lines with `.copy()` where two gradients would share memory come out.

A gradient that is changed in place while another name for the same memory is still read, or returned, or belongs to the caller, gets
memory of its own where it is made.
"""

from __future__ import annotations

import ast

from codegen import expr
from codegen.backward.plan import Plan
from codegen.circuit import Line, Nest, Remark

Item = Line | Remark | Nest


def with_copies(plan: Plan) -> list[Item]:
    """Return the lines of a plan, safe against shared memory."""
    lines: list[Item] = list(plan.lines)
    results = [n.id for n in plan.results if isinstance(n, ast.Name)]
    while True:
        hazard = first_hazard(lines, results, plan.upstream)
        if hazard is None:
            return lines
        line = lines[hazard]
        assert isinstance(line, Line)
        lines[hazard] = Line(line.target, "=", copied(line.value), line.comment)


def copied(tree: ast.expr) -> ast.expr:
    """Return the text of a copy."""
    return ast.Call(ast.Attribute(tree, "copy", ast.Load()), [], [])


def first_hazard(lines: list[Item], results: list[str], upstream: str) -> int | None:
    """Return the number of a line that must make a copy, or None."""
    maker: dict[str, int] = {}
    roots: dict[str, set[str]] = {}
    written: set[str] = set()
    for number, line in enumerate(lines):
        if not isinstance(line, Line):
            continue
        changed = changed_name(line)
        if changed is not None and changed in roots:
            partners = {n for n, r in roots.items() if n != changed and r & roots[changed]}
            foreign = {r for r in roots[changed] if r not in written}
            if foreign or any(read_later(n, lines[number + 1 :], results) for n in partners):
                return maker[changed]
        for target in targets_of(line):
            written.add(target)
            base = {r for s in line.shares for r in roots.get(s, {s})}
            roots[target] = base or {f"{target}@{number}"}
            written.add(f"{target}@{number}")
            maker[target] = number
    shared: dict[str, str] = {}
    for one in results:
        for root in roots.get(one, set()):
            if root not in written or root in shared:
                return maker[one]
            shared[root] = one
    return None


def targets_of(line: Line) -> list[str]:
    """Return the names a line binds."""
    if line.operator != "=" or line.target is None:
        return []
    if isinstance(line.target, ast.Name):
        return [line.target.id]
    return [n.id for n in line.target.elts if isinstance(n, ast.Name)] if isinstance(line.target, ast.Tuple) else []


def changed_name(line: Line) -> str | None:
    """Return the name whose memory a line changes in place."""
    if line.target is None:
        args = line.value.args if isinstance(line.value, ast.Call) else []
        return args[0].id if args and isinstance(args[0], ast.Name) else None
    if isinstance(line.target, ast.Subscript) and isinstance(line.target.value, ast.Name):
        return line.target.value.id
    if line.operator != "=" and isinstance(line.target, ast.Name):
        return line.target.id
    return None


def read_later(name: str, rest: list[Item], results: list[str]) -> bool:
    """Return whether a name is read before it is bound again."""
    for line in rest:
        if not isinstance(line, Line):
            continue
        if name in expr.reads(line.value) or (line.target is not None and not isinstance(line.target, ast.Name | ast.Tuple) and name in all_names(line.target)):
            return True
        if line.operator not in ("=", "") and isinstance(line.target, ast.Name) and line.target.id == name:
            return True
        if name in targets_of(line):
            return False
    return name in results


def all_names(tree: ast.expr) -> set[str]:
    """Return all names in a tree."""
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
