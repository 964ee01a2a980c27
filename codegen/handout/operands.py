"""Operands: an expression goes in, the parts of it that may carry a gradient come out."""

from __future__ import annotations

import ast

from codegen.handout.active import is_passive


def children(node: ast.expr) -> list[ast.expr]:
    """Return the parts of an expression that may be operands, displays opened."""
    found: list[ast.expr] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.keyword):
            child = child.value
        if isinstance(child, ast.Tuple | ast.List | ast.Slice) or (
            isinstance(node, ast.Call) and child is node.func
        ):
            found += children(child)
        elif isinstance(child, ast.expr):
            found.append(child)
    return found


def leaves(node: ast.expr) -> list[ast.expr]:
    """Return the variables and items of variables in an expression, each once, outside of what only asks for sizes."""
    found: dict[str, ast.expr] = {}

    def walk(part: ast.AST) -> None:
        if isinstance(part, ast.expr) and is_passive(part):
            return
        if isinstance(part, ast.Name | ast.Attribute) or (
            isinstance(part, ast.Subscript)
            and isinstance(part.value, ast.Name)
            and isinstance(part.slice, ast.Constant)
        ):
            found.setdefault(ast.unparse(part), part)
        if not isinstance(part, ast.Name):
            for child in ast.iter_child_nodes(part):
                walk(child)

    walk(node)
    return list(found.values())
