"""Loops over functions, objects, or things of different ranks: a block goes in; out comes one copy of
the body for each trip.

Such a body cannot be kept as one loop: each trip calls another function, or works on another kind of thing.
What the number of trips depends on is guarded.

>>> import numpy as np
>>> text = '''def f(x):
...     for g in (np.sin, lambda v: v * v):
...         x = g(x)
...     return x
... '''
>>> tree = ast.parse(text).body[0]
>>> tree.body = unrolled(tree.body, Known(tree, {"np": np}, {}))
>>> print(ast.unparse(tree))
def f(x):
    x = np.sin(x)
    x = (lambda v: v * v)(x)
    return x
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

import numpy as np

from codegen import syntax
from codegen.trace.facts import holds_weights
from codegen.trace.normalize.fresh import assign, made
from codegen.trace.normalize.jumps import breaks, flagged, straightened
from codegen.trace.normalize.lookup import Known, is_only_of_loops, known_value, number_of
from codegen.trace.normalize.settled import appended_to, folded, with_known_length
from codegen.trace.normalize.trips import Trips, trips_of


def unrolled(block: list[ast.stmt], known: Known) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    grown: set[str] = set()  # the lists that loops made longer that are none any more
    for number, statement in enumerate(block):
        syntax.change_blocks(statement, lambda inner: unrolled(inner, known))
        trips = trips_of(statement, known) if isinstance(statement, ast.For) else None
        if trips is None:
            found.append(statement)
            continue
        assert isinstance(statement, ast.For)
        guards, values = trips
        found.extend(guards)
        if breaks(statement.body):
            bodies = [unrolled(trip(statement, items, known), known) for items in values]
            found.extend(until_one_breaks(bodies, known))
            continue
        block[number + 1 :] = behind(statement, values, block[number + 1 :], known)
        grown |= {name for s in statement.body if (name := appended_to(s))}
        own = own_names(statement, known) if known.spot(statement) in known.mixed else []
        for place, items in enumerate(values):
            body = trip(statement, items, known)
            for name in own:
                for node in (n for s in body for n in syntax.uses(s, name)):
                    node.id = f"{name}_{place}"
            found.extend(unrolled(body, known))
    for name in sorted(grown):
        found = with_known_length(found, name, known)
    return found


def own_names(loop: ast.For, known: Known) -> list[str]:
    """Return the variables to which each trip of a loop binds a new object, and that nothing else reads."""
    found = []
    taken = syntax.names(known.tree)
    for place, statement in enumerate(loop.body):
        match statement:
            case ast.Assign([ast.Name(name)], ast.Call() as value):
                before = {
                    *syntax.reads(value),
                    *(n for s in loop.body[:place] for n in syntax.names(s)),
                }
                is_inside = len(syntax.uses(known.tree, name)) == len(syntax.uses(loop, name))
                is_bound_once = len(syntax.uses(loop, name, ast.Store)) == 1
                is_free = not any(n.startswith(f"{name}_") for n in taken)
                if name not in before and is_inside and is_bound_once and is_free:
                    found.append(name)
    return found


def until_one_breaks(trips: list[list[ast.stmt]], known: Known) -> list[ast.stmt]:
    """Return the trips of a loop, each where the one before does not leave it; a flag says so if it must."""
    found: list[ast.stmt] = []
    if all(ends(body) < 2 for body in trips):
        for body in reversed(trips):
            found = without_breaks(straightened([*body, *found], in_loop=True))
        return found
    flag = syntax.free("left", syntax.names(known.tree))
    for body in reversed(trips):
        rest = (
            [made(ast.If(syntax.negated(syntax.name(flag)), found, []), body[0])] if found else []
        )
        found = [*without_breaks(flagged(body, flag)), *rest]
    return [assign(flag, ast.Constant(False), trips[0][0]), *found]


def without_breaks(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements of a trip without those that leave its loop."""
    found = [s for s in body if not isinstance(s, ast.Break)]
    for statement in found:
        if isinstance(statement, ast.If):
            syntax.change_blocks(statement, without_breaks)
            statement.body = statement.body or [made(ast.Pass(), statement)]
    return found


def ends(body: list[ast.stmt]) -> int:
    """Return how many ways through a trip lead to the next one."""
    match body:
        case [*_, ast.Break()]:
            return 0
        case [*_, ast.If(body=one, orelse=other) as last] if breaks([last]):
            return ends(one) + ends(other)
    return 1


def behind(loop: ast.For, trips: Trips, rest: Sequence[ast.stmt], known: Known) -> list[ast.stmt]:
    """Return what follows a loop with the objects of its last trip in the place of the variables it leaves behind."""
    found = list(rest)
    for target, value in trips[-1] if trips else ():
        if not isinstance(target, ast.Name) or not holds_weights(known.value(value)):
            continue
        name = target.id
        if sum(not isinstance(n.ctx, ast.Load) for n in syntax.uses(loop, name)) != 1:
            continue
        for place, statement in enumerate(found):
            if name in syntax.stores(statement):
                break
            found[place] = substituted(statement, name, value)
    return found


def trip(loop: ast.For, items: list[tuple[ast.expr, ast.expr]], known: Known) -> list[ast.stmt]:
    """Return a copy of the body of a loop for one trip."""
    body = [syntax.deep(s) for s in loop.body]
    before: list[ast.stmt] = []
    arrays = known.arrays()
    writes = syntax.writes(loop, ast.Subscript)
    for target, value in items:
        simple = isinstance(value, ast.Name | ast.Attribute | ast.Constant | ast.Lambda) or is_item(
            value
        )
        if writes and isinstance(value, ast.Subscript):  # a number stays when its place changes
            simple = simple and not isinstance(known.value(value.value), np.ndarray)
        is_array = simple and syntax.show(value) in arrays
        if (
            simple
            and isinstance(target, ast.Name)
            and is_only_of_loops(target.id, loop, known, is_array)
        ):
            body = [substituted(s, target.id, value) for s in body]
        else:
            before.append(ast.Assign([syntax.deep(target)], syntax.deep(value)))
    return [made_all(s, loop) for one in (*before, *body) for s in folded(one, known)]


def is_item(value: ast.expr) -> bool:
    """Return whether an expression is an item of a variable, or of an attribute, at a literal key."""
    return isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant)


def substituted(statement: ast.stmt, name: str, value: ast.expr) -> ast.stmt:
    class Changer(ast.NodeTransformer):
        """Replaces one name; a place that is known then is a literal."""

        def visit_Name(self, node: ast.Name) -> ast.AST:
            if node.id != name:
                return node
            found = syntax.deep(value)
            if not isinstance(node.ctx, ast.Load):
                found.ctx = node.ctx  # type: ignore[attr-defined]  # the name of an array, which changes
            return found

        def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
            is_place = name in syntax.reads(node.slice)
            self.generic_visit(node)
            word = known_value(node.slice, str) if is_place else None
            place = number_of(node.slice) if is_place else None
            if word is not None or place is not None and place >= 0:
                node.slice = ast.copy_location(
                    syntax.constant(place if word is None else word), node.slice
                )
            return node

    found: ast.stmt = Changer().visit(statement)
    return found


def made_all(statement: ast.stmt, at: ast.AST) -> ast.stmt:
    """Return a statement that is no longer the user's own text, nor any inside it."""
    for part in ast.walk(statement):
        if isinstance(part, ast.stmt):
            made(part, at)
    return statement
