"""Chains of objects that a loop walks: a function goes in; out comes one copy of the body for each node.

That the chain has as many nodes is guarded.

>>> class Node:
...     def __init__(self, w, next=None):
...         self.w, self.next = w, next
>>> text = '''def f(first, x):
...     node = first
...     while node is not None:
...         x = x * node.w
...         node = node.next
...     return x
... '''
>>> tree = ast.parse(text).body[0]
>>> without_chains(tree, Known(tree, {}, {"first": Node(2.0, Node(3.0))}))
>>> print(ast.unparse(tree))
def f(first, x):
    if first is None or first.next is None or first.next.next is not None:
        raise NotImplementedError('first led to a chain of 2 when this code was made')
    x = x * first.w
    x = x * first.next.w
    return x
"""

from __future__ import annotations

import ast
from typing import Any

from codegen import syntax
from codegen.pytree import is_plain_truth
from codegen.records import dataclass
from codegen.trace.facts import holds_weights
from codegen.trace.guards import raising
from codegen.trace.normalize.fresh import assign, moved
from codegen.trace.normalize.lookup import LARGEST, Known, is_replaced
from codegen.trace.normalize.unrolled import ROOM, substituted


@dataclass(frozen=True)
class Walk:
    """A loop over a chain: `while node.next is not None: node = node.next`."""

    loop: ast.While
    name: str
    """The variable that goes along the chain."""
    ahead: str
    """The attribute of it that the test asks for, "" where it asks for the variable itself."""
    place: int
    """Where in the body the variable goes on."""
    step: str
    """The attribute that leads to the next one."""


def without_chains(tree: ast.FunctionDef, known: Known) -> None:
    def block(body: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in body:
            syntax.change_blocks(statement, block)
            walk = walk_of(statement)
            written = None if walk is None else written_out(walk, found, tree, known)
            if written is None:
                found.append(statement)
            else:
                found = written
        return found

    tree.body = block(tree.body)


def walk_of(statement: ast.stmt) -> Walk | None:
    """Return what a loop over a chain does; None for other statements."""
    match statement:
        case ast.While(
            test=(ast.Compare(left=asked, ops=[ast.IsNot() | ast.NotEq()], comparators=[nothing])),
            orelse=[],
        ) if syntax.is_nothing(nothing):
            pass
        case ast.While(test=ast.Name() | ast.Attribute() as asked, orelse=[]):
            pass
        case _:
            return None
    name, _, ahead = syntax.dotted(asked).partition(".")
    steps = [
        (place, s.value.attr)
        for place, s in enumerate(statement.body)
        if isinstance(s, ast.Assign)
        and isinstance(s.value, ast.Attribute)
        and syntax.show(s.targets[0]) == name == syntax.show(s.value.value)
    ]
    stores = syntax.uses(statement, name, ast.Store)
    jumps = any(
        isinstance(n, syntax.JUMPS) for s in statement.body for n in [s, *syntax.own_parts(s)]
    )
    if len(steps) != 1 or len(stores) != 1 or jumps or ahead not in ("", steps[0][1]):
        return None
    return Walk(statement, name, ahead, *steps[0])


def written_out(
    walk: Walk, before: list[ast.stmt], tree: ast.FunctionDef, known: Known
) -> list[ast.stmt] | None:
    """Return the statements up to a loop over a chain, written out; None if the chain is unknown or changes."""
    place = next(
        (k for k in reversed(range(len(before))) if walk.name in syntax.stores(before[k])), None
    )
    first: ast.expr = syntax.name(walk.name)
    if place is not None:
        match before[place]:
            case ast.Assign([ast.Name()], ast.Name() | ast.Attribute() | ast.Subscript() as first):
                pass
            case _:
                return None
        held: Any = known.value(first)
    elif len(syntax.uses(tree, walk.name, ast.Store)) == 1:
        held = known.given.get(walk.name)
    else:
        return None
    path = ast.Attribute(first, walk.step, ast.Load())
    steps = {n for n in syntax.every(ast.Attribute, walk.loop) if n.attr == walk.step}
    if (
        is_replaced(path, tree)
        and place is not None
        or any(not isinstance(n.ctx, ast.Load) for n in steps)
    ):
        return None
    nodes = [first]
    values = [held]
    while (following := getattr(values[-1], walk.step, None)) is not None and len(nodes) <= LARGEST:
        nodes.append(ast.Attribute(nodes[-1], walk.step, ast.Load()))
        values.append(following)
    size = sum(1 for _ in ast.walk(walk.loop)) * len(nodes)
    plain = all(map(is_plain_truth, values))
    if len(nodes) > LARGEST or size > ROOM or not plain or not any(map(holds_weights, values)):
        return None
    end = ast.Attribute(nodes[-1], walk.step, ast.Load())
    there = nodes[1:] if walk.ahead and isinstance(first, ast.Name) else nodes
    asked = [f"{syntax.show(node)} is None" for node in there] + [f"{syntax.show(end)} is not None"]
    told = f"{syntax.show(first)} led to a chain of {len(nodes)}"
    found: list[ast.stmt] = [raising(" or ".join(asked), told, walk.loop)]
    rows = [*nodes, syntax.constant(None)] if not walk.ahead else nodes
    for node, following in zip(rows, rows[1:], strict=False):
        for k, statement in enumerate(walk.loop.body):
            if k != walk.place:
                here = node if k < walk.place else following
                found.append(substituted(syntax.deep(statement), walk.name, here))
    is_read_later = len(syntax.uses(tree, walk.name, ast.Load)) > len(
        syntax.uses(walk.loop, walk.name, ast.Load)
    )
    if is_read_later:
        found.append(assign(walk.name, syntax.deep(rows[-1]), walk.loop))
    is_read_before = place is not None and any(
        walk.name in syntax.reads(s) for s in before[place + 1 :]
    )
    kept = [s for k, s in enumerate(before) if k != place or is_read_before]
    return [*kept, *(moved(s, walk.loop) for s in found)]
