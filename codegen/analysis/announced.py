"""Announced names: a block goes in; it comes out with lines that only announce a name, `out = None`, binding nothing.

A skeleton begins with them, and every one of its names would count as bound twice. The line itself stays the user's.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x):
...     y = None
...     y = np.zeros(3)
...     for i in range(3):
...         y[i] = x * i
...     return y
... '''
>>> after("plan", text, 0.5)
dx = 0.0
for i in range(3):
    # backprop y[i] = x * i
    dx += i * dout[i]
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from codegen import ir, syntax


def without_announced(block: ir.Block) -> ir.Block:
    """Return a block in which lines that only announce names bind those that nothing reads before they are bound."""
    items: list[ir.Statement] = []
    for place, item in enumerate(block.items):
        if isinstance(item, ir.Bind | ir.Passive) and announces(item.statement):
            behind = block.items[place + 1 :]
            items.append(replace(item, binds=[n for n in item.binds if not is_bound(behind, n)]))
        else:
            items.append(ir.with_blocks(item, [without_announced(b) for b in item.blocks]))
    return ir.Block(items)


def announces(statement: ast.stmt) -> bool:
    """Return whether a statement is `x = None`, or the like for several names."""
    if not isinstance(statement, ast.Assign):
        return False
    value = statement.value
    parts = syntax.elements(value)
    return all(isinstance(part, ast.Constant) and part.value is None for part in parts)


def is_bound(items: Sequence[ir.Statement], name: str) -> bool:
    """Return whether statements surely bind a name before any of them reads it."""
    for item in items:
        if isinstance(item, ir.Raise):
            return True
        if isinstance(item, ir.Branch) and name not in syntax.names(item.test):
            sides = [b for b in item.blocks if not ir.ends_in_raise(b)]
            ends = [one for b in item.blocks if ir.ends_in_raise(b) for one in b.items]
            if any(name in read_by(one.statement) for one in ends):
                return False
            if all(is_bound(b.items, name) for b in sides):
                return True
        if name in read_by(item.statement):
            return False
        if isinstance(item, ir.Stage) and name in item.binds:
            return True
    return False


def read_by(statement: ast.stmt) -> set[str]:
    """Return the names that a statement reads, or may: those whose items it changes, and all of an inner function."""
    return {
        node.id for node in syntax.every(ast.Name, statement) if not isinstance(node.ctx, ast.Store)
    }
