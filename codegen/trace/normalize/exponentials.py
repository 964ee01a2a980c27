"""Exponentials that go by the name of what they are of: a block goes in; where they are divided by their sum at once,
they come out under a name of their own, so that the softmax is one gate.

>>> text = '''def f(a):
...     a = np.exp(a - a.max())
...     a /= a.sum()
...     return a
... '''
>>> tree = ast.parse(text).body[0]
>>> with_named_exponentials(tree, Known(tree, {"np": np}, {}), Fresh(tree))
>>> print(ast.unparse(tree))
def f(a):
    exp_a = np.exp(a - a.max())
    a = exp_a / exp_a.sum()
    return a
"""

from __future__ import annotations

import ast
from itertools import pairwise

import numpy as np

from codegen import syntax
from codegen.trace.normalize.fresh import Fresh, assign, made
from codegen.trace.normalize.lookup import Known


def with_named_exponentials(tree: ast.FunctionDef, known: Known, fresh: Fresh) -> None:
    """Give exponentials that are divided by their sum a name of their own, in place."""
    inner = [n for n in syntax.walk(tree) if isinstance(n, ast.FunctionDef | ast.Lambda)]
    held = {name for one in inner if one is not tree for name in syntax.names(one)}
    held |= {name for one in syntax.every(ast.Global, tree) for name in one.names}

    def block(body: list[ast.stmt]) -> list[ast.stmt]:
        found = list(body)
        for statement in body:
            syntax.change_blocks(statement, block)
        for place, (first, second) in enumerate(pairwise(body)):
            name = exponential(first, known)
            total = divided_by(second, name) if name and name not in held else None
            if total is not None and isinstance(first, ast.Assign):
                own = fresh.name(f"exp_{name}")
                for node in syntax.uses(total, name):
                    node.id = own
                ratio = made(ast.BinOp(syntax.name(own), ast.Div(), total), second)
                found[place] = named(assign(own, first.value, first))
                found[place + 1] = named(assign(name, ratio, second))
        return found

    tree.body = block(tree.body)


def named(statement: ast.stmt) -> ast.stmt:
    """Return a statement that stands for one of the user's: what is said behind that is said behind this."""
    syntax.note(statement, made=False, named=True)
    return statement


def exponential(statement: ast.stmt, known: Known) -> str:
    """Return the variable that a statement makes the exponential of what it was."""
    match statement:
        case ast.Assign([ast.Name(name)], ast.Call(func, [value], [])) if known.value(
            func
        ) is np.exp and name in syntax.reads(value):
            return name
    return ""


def divided_by(statement: ast.stmt, name: str) -> ast.expr | None:
    match statement:
        case ast.AugAssign(ast.Name(one), ast.Div(), total):
            pass
        case ast.Assign([ast.Name(one)], ast.BinOp(ast.Name(again), ast.Div(), total)) if (
            one == again
        ):
            pass
        case _:
            return None
    call = total.value if isinstance(total, ast.Subscript) else total
    if one != name or not isinstance(call, ast.Call) or name not in syntax.reads(call):
        return None
    match call:
        case ast.Call(ast.Attribute(ast.Name(owner), "sum")) if owner == name:
            return total
        case ast.Call(ast.Attribute(attr="sum"), [ast.Name(summed), *_]) if summed == name:
            return total
    return None
