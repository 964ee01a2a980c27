"""Branches that only save work. In: an `if` statement. Out: whether its body adds nothing where its test is false.

`if reg: loss += reg * np.sum(W * W)` adds zero where `reg` is zero, and is left out there. The sum has a slope by `reg`
all the same, so the test goes, and both passes do the work.

>>> from codegen.cli.show import after
>>> text = '''
... def f(w, reg):
...     loss = w * w
...     if reg:
...         loss += reg * w
...     return loss
... '''
>>> after("circuit", text, 2.0, 0.5)
f(w, reg), gradients of w, reg:
    loss = w * w                      # x * y: dx = y * dout, dy = x * dout
    loss = loss + reg * w             # update
        # x * y: dx = y * dout, dy = x * dout
        # x + y: dx = dout, dy = dout
    return loss
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codegen import syntax


def saved_by(test: ast.expr) -> str:
    """Return the variable that a test compares with zero, `reg` or `reg != 0`; empty for any other test."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.NotEq):
        one, other = test.left, test.comparators[0]
        test = one if syntax.is_literal(other, 0) else other if syntax.is_literal(one, 0) else test
    return syntax.identifier(test)


def adds_nothing(node: ast.If, read_elsewhere: Iterable[str]) -> bool:
    """Return whether all that a branch leaves behind for its readers are sums with terms times what is tested."""
    name, own = saved_by(node.test), set[str]()
    if not name or node.orelse:
        return False
    for statement in node.body:
        match statement:
            case ast.AugAssign(target=ast.Name(), op=ast.Add() | ast.Sub(), value=value):
                if not has_factor(value, name):
                    return False
            case ast.Assign(
                targets=[ast.Name(id=one)],
                value=ast.BinOp(ast.Name(id=other), ast.Add() | ast.Sub(), term),
            ) if one == other and has_factor(term, name):
                pass
            case ast.Assign(targets=[ast.Name(id=one)]):
                own.add(one)
            case _:
                return False
    return name not in {n for s in node.body for n in syntax.stores(s)} and not own & set(
        read_elsewhere
    )


def has_factor(value: ast.expr, name: str) -> bool:
    if isinstance(value, ast.UnaryOp):
        return has_factor(value.operand, name)
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):
        return has_factor(value.left, name) or has_factor(value.right, name)
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div):
        return has_factor(value.left, name)
    return isinstance(value, ast.Name) and value.id == name
