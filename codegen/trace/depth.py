"""Depth: a function as it is parsed goes in; out comes a copy that is no deeper than every pass can follow.

What is nested deeper is cut: the inner part is bound to a name first.

>>> import ast
>>> text = "def f(x):\\n    return " + " + ".join(["x"] * 100)
>>> copy, too_deep = reachable(ast.parse(text).body[0])
>>> [len(ast.unparse(s)) for s in copy.body], too_deep
([164, 172, 92], None)
"""

from __future__ import annotations

import ast

from codegen import syntax
from codegen.trace.normalize.fresh import made

DEEP = 60  # levels of one expression that stay as they are
PART = 40  # levels of a part that is cut off
MOST = 100  # levels of an expression that cannot be cut, or of statements

PLAIN = (
    ast.Name, ast.Constant, ast.Attribute, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.expr_context,
)  # fmt: skip
CLOSED = (
    *syntax.DEFERRED, *syntax.CONDITIONAL, ast.JoinedStr, ast.Compare, ast.NamedExpr, ast.Slice, ast.Starred,
)  # fmt: skip


def reachable(
    tree: ast.FunctionDef | ast.Lambda,
) -> tuple[ast.FunctionDef | ast.Lambda, ast.AST | None]:
    """Return a copy of a function, and what in it is too deep for any pass, if anything is."""
    if levels_of(tree) <= DEEP:
        return syntax.deep(tree), None
    nodes = syntax.walk(tree)
    heights = heights_of(nodes)
    deep = [n for n in nodes if heights[n] > DEEP and isinstance(n, ast.expr)]
    if not deep and heights[tree] <= MOST:
        return syntax.deep(tree), None
    fresh = syntax.deep(tree)
    if isinstance(tree, ast.FunctionDef):
        taken = {n.id for n in nodes if isinstance(n, ast.Name)}
        taken |= {n.arg for n in nodes if isinstance(n, ast.arg)}
        for statement in syntax.every(ast.stmt, fresh):
            for block in syntax.blocks(statement):
                block[:] = [s for one in block for s in cut(one, taken)]
    nodes = syntax.walk(fresh)
    heights = heights_of(nodes)
    beyond = [n for n in nodes if heights[n] > (MOST if isinstance(n, ast.expr) else MOST + DEEP)]
    expressions = [n for n in beyond if isinstance(n, ast.expr)]
    return (tree, (expressions or beyond[::-1])[0]) if beyond else (fresh, None)


def levels_of(tree: ast.AST) -> int:
    """Return how many levels a tree has."""
    count, level = 0, [tree]
    while level:
        count, level = count + 1, [part for node in level for part in syntax.parts(node)]
    return count


def heights_of(nodes: list[ast.AST]) -> dict[ast.AST, int]:
    """Return how many levels each node has, from a list with parents before children."""
    found: dict[ast.AST, int] = {}
    for node in reversed(nodes):
        found[node] = 1 + max((found.get(c, 0) for c in syntax.parts(node)), default=0)
    return found


def cut(statement: ast.stmt, taken: set[str]) -> list[ast.stmt]:
    """Return a statement after those that bind the inner parts of a deep expression in it."""
    fields = {ast.If: "test", ast.For: "iter"}
    field = "value" if isinstance(statement, syntax.SIMPLE) else fields.get(type(statement), "")
    value = getattr(statement, field, None)
    if value is None:
        return [statement]
    nodes = syntax.walk(value)
    heights = heights_of(nodes)
    if heights[value] <= DEEP or any(isinstance(n, ast.NamedExpr) for n in nodes):
        return [statement]
    spine = spine_of(value, heights)
    before: list[ast.stmt] = []
    base = 0
    for (parent, name, place), node in reversed(spine):
        if heights[node] - base < PART:
            continue
        base = heights[node]
        own = syntax.free("part", taken)
        target = ast.Name(own, ast.Store())
        before.append(made(ast.Assign([target], node), node))
        read = ast.copy_location(syntax.name(own), node)
        if place is None:
            setattr(parent, name, read)
        else:
            getattr(parent, name)[place] = read
    return [*before, made(statement, statement) if before else statement]


Place = tuple[ast.AST, str, int | None]


def spine_of(value: ast.expr, heights: dict[ast.AST, int]) -> list[tuple[Place, ast.expr]]:
    """Return the way down to the deepest part of an expression, as far as nothing but plain reads comes before it."""
    found: list[tuple[Place, ast.expr]] = []
    node: ast.AST = value
    while not isinstance(node, CLOSED):
        parts: list[tuple[Place, ast.AST]] = []
        for name, inner in ast.iter_fields(node):
            if isinstance(inner, ast.AST) and inner in heights:
                parts.append(((node, name, None), inner))
            elif isinstance(inner, list):
                parts += [
                    ((node, name, k), v) for k, v in enumerate(inner) if isinstance(v, ast.AST)
                ]
        if not parts:
            break
        deepest = max(parts, key=lambda part: heights.get(part[1], 0))
        before = parts[: parts.index(deepest)]
        if any(not isinstance(n, PLAIN) for _, part in before for n in syntax.walk(part)):
            break
        node = deepest[1]
        if isinstance(node, ast.expr):
            found.append((deepest[0], node))
    return found
