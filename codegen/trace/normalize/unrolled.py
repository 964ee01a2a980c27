"""Loop unrolling: a block goes in; out comes one copy of the body for each trip of loops over functions, objects, or
things of different ranks.

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

A test in such a copy may ask what is known before the function runs: the side that it takes stands in its place.

>>> tree = ast.parse("if 'W1' == 'W2':\\n    a = 1\\nelse:\\n    a = 2").body[0]
>>> print(*map(ast.unparse, folded(tree, Known(tree, {}, {}))))
a = 2

What the targets of a loop are in each trip, and what this rests on, `items_of` tells.

>>> loop = ast.parse("for k, w in enumerate(ws): pass").body[0]
>>> known = Known(loop, {}, {"ws": [1.0, np.zeros(3)]})
>>> asked, trips, must = items_of(loop.target, loop.iter, known)
>>> asked, must  # one body cannot work on a number and on a vector
([('len(ws) != 2', 'ws had 2 items')], True)
>>> [[f"{syntax.show(target)} = {syntax.show(value)}" for target, value in trip] for trip in trips]
[['k = 0', 'w = ws[0]'], ['k = 1', 'w = ws[1]']]
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.pytree import has_attributes, has_float, held_in, is_itself_alone
from codegen.trace.facts import holds_weights, kind_of
from codegen.trace.guards import counted, other_keys, raising
from codegen.trace.normalize.fresh import assign, made
from codegen.trace.normalize.jumps import breaks, flagged, straightened
from codegen.trace.normalize.lookup import (
    LARGEST,
    Known,
    is_only_of_loops,
    is_resized,
    is_sequence,
    is_written,
    known_value,
    number_of,
    places_of,
)


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


def folded(statement: ast.stmt, known: Known) -> list[ast.stmt]:
    """Return the side taken of a branch on literals, or on what an item is, guarded; others as they are."""
    taken = side_taken(statement, known) if isinstance(statement, ast.If) else None
    if taken is None:
        return [statement]
    guards, side = taken
    return [*guards, *(s for one in side for s in folded(one, known))]


def side_taken(branch: ast.If, known: Known) -> tuple[list[ast.stmt], list[ast.stmt]] | None:
    """Return the guards and the statements of the side that such a branch takes; None where that is not known."""
    sides = {True: branch.body, False: branch.orelse}
    match branch.test:
        case ast.Compare(ast.Constant(a), [ast.Eq() | ast.NotEq() as op], [ast.Constant(b)]):
            return [], sides[(a == b) == isinstance(op, ast.Eq)]
        case ast.Compare(ast.Name(a), [op], [ast.Name(b)]) if all(
            is_made_alone(name, op, known) for name in (a, b)
        ):
            return [], sides[(a == b) == isinstance(op, ast.Is | ast.Eq)]
    if (pair := compared(branch.test, known)) is not None:
        one, other, is_same, is_asked = pair
        two = f"{one} is {other}", f"{one} and {other} were two objects"
        return [] if is_same else [raising(*two, branch)], sides[is_same == is_asked]
    if (answer := looked_at(branch.test, known)) is None:
        return None
    shown = syntax.show(branch.test)
    otherwise = f"not ({shown})" if answer else shown
    return [raising(otherwise, f"{shown} was {answer}", branch)], sides[answer]


def is_made_alone(name: str, op: ast.cmpop, known: Known) -> bool:
    """Return whether a variable only ever holds one object that is made there, which is asked whether it is another."""
    maker = known.bound_once(name)
    kind = known.value(maker.func) if isinstance(maker, ast.Call) else None
    makes, equals = (getattr(kind, word, None) for word in ("__new__", "__eq__"))
    if not isinstance(kind, type) or makes is not object.__new__:
        return False
    is_itself = isinstance(op, ast.Eq | ast.NotEq) and equals is object.__eq__
    return is_itself or isinstance(op, ast.Is | ast.IsNot)


def compared(test: ast.expr, known: Known) -> tuple[str, str, bool, bool] | None:
    """Return the two objects that `self.bodies[0] is self.bodies[1]` compares, in the order of their names, whether
    they are one, and whether that is asked; None for other tests, and for one object under two names.
    """
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            found = compared(inner, known)
            return None if found is None else (*found[:3], not found[3])
        case ast.Compare(
            left=ast.Subscript() as left, ops=[op], comparators=[ast.Subscript() as right]
        ):
            values = known.value(left), known.value(right)
            plain = all(map(is_itself_alone, values))
            one, other = sorted(map(syntax.show, (left, right)))
            kinds = (ast.Is, ast.IsNot, *((ast.Eq, ast.NotEq) if plain else ()))
            is_same = values[0] is values[1]
            if all(map(holds_weights, values)) and isinstance(op, kinds):
                if not is_same or one == other:
                    return one, other, is_same, isinstance(op, ast.Is | ast.Eq)
    return None


def looked_at(test: ast.expr, known: Known) -> bool | None:
    """Return the answer to `isinstance(self.layers[0], C)` or `hasattr(self.layers[0], "w")`, None for other tests."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            found = looked_at(inner, known)
            return None if found is None else not found
        case ast.Call(
            func=ast.Name("isinstance" | "hasattr" as what), args=[ast.Subscript() as item, key]
        ):
            value = known.value(item)
            if not has_attributes(value):
                return None
            if what == "hasattr" and isinstance(key, ast.Constant):
                return hasattr(value, str(key.value))
            kinds = [known.value(e) for e in syntax.elements(key)]
            if what == "isinstance" and all(isinstance(kind, type) for kind in kinds):
                return isinstance(value, tuple(kinds))
    return None


def with_known_length(block: list[ast.stmt], name: str, known: Known) -> list[ast.stmt]:
    """Return a block that knows how long a list is that is made there: `if len(outs) == 1`."""
    found: list[ast.stmt] = []
    length: int | None = None
    for statement in block:
        match statement:
            case ast.Assign([ast.Name(target)], ast.List([])) if target == name:
                length = 0
            case _ if length is not None and appended_to(statement) == name:
                length += 1
            case ast.If(
                ast.Compare(
                    ast.Call(ast.Name("len"), [ast.Name(asked)]), [_], [ast.Constant(int())]
                )
            ) if (length is not None and asked == name):
                statement.test.left = made(syntax.constant(length), statement)  # type: ignore[attr-defined]  # it compares
                found += folded(statement, known)
                length = None
                continue
            case _ if name in syntax.names(statement):
                length = None
        found.append(statement)
    return found


def appended_to(statement: ast.stmt) -> str:
    """Return the list that a statement appends one item to; "" for other statements."""
    match statement:
        case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "append"), [_], [])):
            return name
    return ""


ROOM = 3000  # nodes of all copies together
Trips = list[list[tuple[ast.expr, ast.expr]]]
Found = tuple[list[tuple[str, str]], Trips, bool] | None
"""What is asked before a loop and what was so, the trips, and whether there is something that one body cannot do; None
if that is not known.
"""


def trips_of(loop: ast.For, known: Known) -> tuple[list[ast.stmt], Trips] | None:
    """Return the guards of a loop that must be unrolled, and its targets in each trip; None for other loops."""
    if loop.orelse:
        return None
    if known.spot(loop) in known.mixed:
        return trips_filling(loop, known)
    items = known.value(loop.iter)
    if isinstance(items, list | tuple) and any(isinstance(v, list | tuple | dict) for v in items):
        if calls(known.tree, getattr(known.tree, "name", "")):
            return None  # a recursive function has other items at each level
    rebound = {name for statement in loop.body for name in syntax.stores(statement)}
    if isinstance(loop.iter, ast.Call) and not rebound.isdisjoint(syntax.reads(loop.iter)):
        return None  # the loop goes on over what the name held before
    found = over_places(loop, known) or items_of(loop.target, loop.iter, known)
    if found is None:
        return None
    named = found[1] or [[(loop.target, syntax.constant(0))]]
    out = written_out(loop, found)
    return out if out and (found[2] or names_attributes(loop, named, known)) else None


def trips_filling(loop: ast.For, known: Known) -> tuple[list[ast.stmt], Trips] | None:
    """Return the same of a loop that fills a list of objects, which runs over what is given or counted."""
    if loop.orelse or syntax.has(loop, ast.Break, ast.Continue):
        return None
    return written_out(loop, items_of(loop.target, loop.iter, known, arrays=True))


def written_out(loop: ast.For, found: Found) -> tuple[list[ast.stmt], Trips] | None:
    """Return the guards of a loop and its targets in each trip; None where the trips are not known, or fill pages."""
    if found is None:
        return None
    asked, trips, _ = found
    size = sum(1 for _ in ast.walk(loop)) * max(1, len(trips))
    if len(trips) > LARGEST or size > ROOM:
        return None
    return [raising(test, was, loop) for test, was in asked], trips


def names_attributes(loop: ast.For, trips: Trips, known: Known) -> bool:
    """Return whether the variable of a loop over texts or numbers names attributes: `getattr(self, f"w{k}")`; that
    over texts also in a function it is given to.
    """
    named = [(t.id, v) for items in trips for t, v in items if isinstance(t, ast.Name)]
    with known.unchanged():
        texts, numbers = (
            {name for name, value in named if known_value(value, kind, known) is not None}
            for kind in (str, int)
        )
    for call in (n for n in ast.walk(loop) if texts or numbers):
        match call:
            case ast.Subscript(ast.Attribute(attr="__dict__"), key) | ast.Call(
                ast.Name("getattr" | "setattr"), [_, key, *_]
            ) if not (texts | numbers).isdisjoint(syntax.reads(key)):
                return True
        if not texts or not isinstance(call, ast.Call):
            continue
        given = syntax.given(call)
        if texts.isdisjoint(name for value in given for name in syntax.reads(value)):
            continue
        callee = known.value(call.func)
        code = getattr(getattr(callee, "__func__", callee), "__code__", None)
        if callee in (getattr, setattr) or "getattr" in getattr(code, "co_names", ()):
            return True
    return False


def calls(tree: ast.AST, name: str) -> bool:
    return any(syntax.called(n) == name for n in ast.walk(tree))


def over_places(loop: ast.For, known: Known) -> Found:
    """Return what is known of the trips of a loop over `range(len(self.bodies))`, or a part of it, that reads objects
    in a list or dict by its variable; over `range(self.count)` where some of these hold no numbers.
    """
    target, source = loop.target, loop.iter
    match source:
        case ast.Call(func=ast.Name("range"), args=ends, keywords=[]) if isinstance(
            target, ast.Name
        ):
            pass
        case _:
            return None
    read = {
        syntax.show(n.value): known.value(n.value)
        for n in ast.walk(loop)
        if isinstance(n, ast.Subscript) and target.id in syntax.reads(n.slice)
    }
    held = {k: list(held_in(v)) for k, v in read.items() if isinstance(v, list | tuple | dict)}
    plain = {k for k, v in held.items() if v and all(map(has_attributes, v))}
    plain = {k for k in plain if not all(map(holds_weights, held[k]))}
    lists = {k for k, items in held.items() if any(map(holds_weights, items))} | plain
    lists |= known.tables().keys() & read.keys()
    found = places_over(ends, known, given=bool(plain))
    if not lists or found is None:
        return None
    return found[0], [[(target, syntax.constant(k))] for k in found[1]], True


def places_over(
    ends: Sequence[ast.expr], known: Known, given: bool = False
) -> tuple[list[tuple[str, str]], range] | None:
    """Return what a range goes over, given or counted, behind the questions for that; None where unknown."""
    asked: dict[str, tuple[str, str]] = {}

    def change(part: ast.expr) -> ast.expr | None:
        if isinstance(part, ast.Name) and (bound := known.bound_once(part.id)) is not None:
            return syntax.rewrite(bound, change)
        shown = syntax.show(part)
        match part:
            case ast.Call(ast.Name("len"), [source]):
                table, items = known.tables().get(syntax.show(source)), known.value(source)
                if isinstance(table, ast.List | ast.Tuple):
                    return syntax.constant(len(table.elts))
                is_known = isinstance(items, (list, tuple, np.ndarray) if given else list | tuple)
                if is_known and not (given and is_resized(source, known)):
                    asked[shown] = counted(syntax.show(source), len(items))
                    return syntax.constant(len(items))
            case ast.Name() | ast.Attribute() | ast.Subscript() if given:
                value = known.value(part)
                if type(value) is int and not is_written(part, known):
                    asked[shown] = f"{shown} != {value}", f"{shown} was {value}"
                    return syntax.constant(value)
        return None

    numbers = [number_of(syntax.rewrite(end, change)) for end in ends]
    found = [n for n in numbers if n is not None]
    if len(found) < len(numbers) or not 1 <= len(found) <= 3 or found[2:] == [0]:
        return None
    return list(asked.values()), range(*found)


def items_of(target: ast.expr, source: ast.expr, known: Known, arrays: bool = False) -> Found:
    """Return what is known of the trips of a loop, which may run over `arrays` that are given."""
    parts = target.elts if isinstance(target, ast.Tuple) else []
    match source:
        case ast.Call(func=ast.Name("enumerate"), args=[inside, *more], keywords=keywords) if (
            len(parts) == 2
        ):
            starts = [number_of(n) for n in (*more, *(k.value for k in keywords))] or [0]
            inner = items_of(parts[1], inside, known, arrays)
            if inner is None or len(starts) > 1 or starts[0] is None:
                return None
            asked, trips, must = inner
            places = enumerate(trips, starts[0])
            return asked, [[(parts[0], syntax.constant(k)), *t] for k, t in places], must
        case ast.Call(ast.Name("range"), ends, []):
            over = places_over(ends, known, given=True)
            return over and (over[0], [[(target, syntax.constant(k))] for k in over[1]], False)
    if (
        isinstance(source, ast.Call)
        and isinstance(source.func, ast.Name)
        and all(k.arg == "strict" and isinstance(k.value, ast.Constant) for k in source.keywords)
    ):
        is_strict = any(k.value.value for k in source.keywords)  # type: ignore[attr-defined]  # as above
        if source.func.id == "reversed" and len(source.args) == 1:
            inner = items_of(target, source.args[0], known, arrays)
            return None if inner is None else (inner[0], inner[1][::-1], inner[2])
        if known.value(source.func) in (list, tuple) and len(source.args) == 1:
            return items_of(target, source.args[0], known, arrays)
        if source.func.id == "zip" and len(parts) == len(source.args):
            each = [items_of(t, s, known, arrays) for t, s in zip(parts, source.args, strict=True)]
            counts = [len(e[1]) for e in each if e is not None]
            sides = [
                e or of_local(t, s, min(counts, default=0), known, is_strict)
                for e, t, s in zip(each, parts, source.args, strict=True)
            ]
            known_sides = [side for side in sides if side is not None]
            if not counts or len(known_sides) < len(sides) or is_strict and len({*counts}) > 1:
                return None
            together: list[Any] = [
                sum(rows, []) for rows in zip(*(t for _, t, _ in known_sides), strict=False)
            ]
            asked = sum((a for a, _, _ in known_sides), [])
            return asked, together, any(m for _, _, m in known_sides)
        return None
    if (
        isinstance(source, ast.Call)
        and isinstance(source.func, ast.Attribute)
        and source.func.attr in ("items", "values", "keys")
        and not source.args
    ):
        if isinstance(known.tables().get(syntax.show(source.func.value)), ast.Dict):
            return of_table(target, source.func.value, source.func.attr, known)
        return of_dict(target, source.func.value, source.func.attr, known)
    if isinstance(known.tables().get(syntax.show(source)), ast.Dict):
        return of_table(target, source, "keys", known)
    if isinstance(known.value(source), dict):
        by_key = of_dict(target, source, "keys", known)
        return by_key and (*by_key[:2], False)  # the key alone makes no trip another one
    if arrays and isinstance(given := known.value(source), np.ndarray) and given.ndim:
        if is_written(source, known):
            return None
        return (
            [counted(syntax.show(source), len(given))],
            trips_over(target, source, range(len(given))),
            False,
        )
    return of_list(target, source, known)


def of_list(target: ast.expr, source: ast.expr, known: Known) -> Found:
    """Return the trips over a list or tuple, or over several one after the other."""
    several = one_after_the_other(source)
    if several:
        found = [items_of(target, part, known) for part in several]
        sides = [one for one in found if one is not None]
        if len(sides) < len(found):
            return None
        guards, rows, musts = zip(*sides, strict=True)
        return sum(guards, []), sum(rows, []), any(musts)
    places: Sequence[int] | None = None
    is_part = isinstance(source, ast.Subscript) and isinstance(source.slice, ast.Slice)
    whole = source.value if is_part else source  # type: ignore[attr-defined]  # an item
    display, value = known.display(whole), known.value(whole)
    if is_part:
        items = value if display is None else display.elts
        places = places_of(source.slice, len(items)) if isinstance(items, list | tuple) else None  # type: ignore[attr-defined]  # as above
        if places is None:
            return None
    if display is not None:
        elts = display.elts if places is None else [display.elts[k] for k in places]
        inside = [e.elts if isinstance(e, ast.Tuple | ast.List) else [e] for e in elts]
        must = any(
            isinstance(e, ast.Lambda)
            or (v := known.value(e)) is not MISSING
            and (is_callee(v) or holds_weights(v) or v is None and isinstance(e, ast.Attribute))
            for e in chain.from_iterable(inside)
        )
        each = [syntax.unpacked(target, e) for e in elts]
        return [], each, must or known.is_spread(display)
    source = whole
    is_place = isinstance(source, ast.Name | ast.Attribute)
    unlike = known.mixed.get(known.spot(source)) if is_place else None
    if isinstance(unlike, list):
        return of_dict(target, source, "keys", known)
    if isinstance(unlike, int):
        value = [None] * unlike
    if isinstance(value, list | tuple) and not value and isinstance(source, ast.Attribute):
        if unlike == 0:
            return [counted(syntax.show(source), 0)], [], True
        shown = syntax.show(source)  # of an object, such as the children of a leaf
        return [(f"len({shown}) != 0", f"{shown} was empty")], [], not is_resized(source, known)
    if (
        not isinstance(value, list | tuple)
        or not value
        or not isinstance(source, ast.Name | ast.Attribute | ast.Subscript)
        or unlike is None
        and is_resized(source, known)
    ):
        return None
    trips: Trips = [
        [*of_item(target, syntax.index(syntax.deep(source), syntax.constant(k)), value[k])]
        for k in (range(len(value)) if places is None else places)
    ]
    return (
        [counted(syntax.show(source), len(value))],
        trips,
        unlike is not None or differ(list(value)),
    )


def one_after_the_other(source: ast.expr) -> list[ast.expr]:
    """Return the lists of which an expression is all items: `a + b`, `[*a, *b]`."""
    match source:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [left, right]
        case ast.List(elts=parts) | ast.Tuple(elts=parts) if syntax.has_star(parts):
            return [
                p.value if isinstance(p, ast.Starred) else ast.copy_location(ast.Tuple([p]), p)
                for p in parts
            ]
    return []


def of_item(target: ast.expr, item: ast.expr, value: Any) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield the variables of a loop, each with its part of an item in which objects or functions stand side by side."""
    match target:
        case ast.Tuple(elts=targets) if isinstance(value, list | tuple) and any(
            holds_weights(part) or is_callee(part) for part in value
        ):
            if len(targets) == len(value) and all(isinstance(t, ast.Name) for t in targets):
                for place, one in enumerate(targets):
                    yield one, syntax.index(syntax.deep(item), syntax.constant(place))
                return
    yield target, item


def of_local(
    target: ast.expr, source: ast.expr, count: int, known: Known, is_strict: bool
) -> Found:
    """Return so many trips over a list or an array that the function makes itself, or an array that it is given and
    does not write; None for other things. One that `is_strict` has no more items.
    """
    if isinstance(source, ast.Subscript) and isinstance(source.slice, ast.Slice):
        return of_part(target, source.value, source.slice, known)
    shown = syntax.show(source)
    given = known.value(source)
    values = known.bound(source.id) if isinstance(source, ast.Name) else []
    if isinstance(source, ast.Name) and is_series(known.given.get(source.id)):
        values = known.assigned(source.id)  # the argument is made an array first
    if not values or not all(is_sequence(value, known) for value in values):
        if not isinstance(given, np.ndarray) or not given.ndim or is_written(source, known):
            return None
        if len(given) < count and not is_strict:
            trips = trips_over(target, source, range(len(given)))
            return [counted(shown, len(given))], trips, False
    test = f"len({shown}) {'!=' if is_strict else '<'} {count}", f"{shown} had {count} items"
    return [test], trips_over(target, source, range(count)), False


def is_series(value: Any) -> bool:
    return isinstance(value, list | tuple) or isinstance(value, np.ndarray) and value.ndim > 0


def of_part(target: ast.expr, source: ast.expr, key: ast.Slice, known: Known) -> Found:
    """Return the trips over a part of an array that the function is given and does not write."""
    given = known.value(source)
    if not isinstance(given, np.ndarray) or not given.ndim or is_written(source, known):
        return None
    places = places_of(key, len(given))
    if places is None:
        return None
    asked = counted(syntax.show(source), len(given))
    return [asked], trips_over(target, source, places), False


def trips_over(target: ast.expr, source: ast.expr, places: Sequence[int]) -> Trips:
    return [[(target, syntax.index(syntax.deep(source), syntax.constant(k)))] for k in places]


def of_dict(target: ast.expr, source: ast.expr, what: str, known: Known) -> Found:
    """Return the trips over the items or values of a dict."""
    value: Any = known.value(source)
    unlike = known.mixed.get(known.spot(source))
    if isinstance(unlike, list):
        value = dict.fromkeys(unlike)
    if not isinstance(value, dict) or not value or not all(isinstance(k, str | int) for k in value):
        return None
    keys = [syntax.constant(key) for key in value]
    items = [syntax.index(syntax.deep(source), syntax.deep(key)) for key in keys]
    trips = over_items(target, what, zip(keys, items, value.values(), strict=True))
    asked = other_keys(syntax.show(source), value)
    must = unlike is not None or differ(list(value.values()))
    return None if trips is None else ([asked], trips, must)


def of_table(target: ast.expr, source: ast.expr, what: str, known: Known) -> Found:
    """Return the trips over a dict that is written out, and whose items have names of their own."""
    display = known.tables()[syntax.show(source)]
    assert isinstance(display, ast.Dict)
    keys = [key for key in display.keys if isinstance(key, ast.Constant)]
    if len(keys) < len(display.keys):
        return None
    trips = over_items(
        target, what, ((k, v, None) for k, v in zip(keys, display.values, strict=True))
    )
    return None if trips is None else ([], trips, True)


def over_items(
    target: ast.expr, what: str, rows: Iterable[tuple[ast.expr, ast.expr, Any]]
) -> Trips | None:
    """Return the trips over the keys, values or items of a dict: of each its key, what reads it, and what it is."""
    if what == "keys":
        return [[(target, key)] for key, _, _ in rows]
    if what == "values":
        return [[*of_item(target, item, value)] for _, item, value in rows]
    match target:
        case ast.Tuple([first, second]):
            return [[(first, key), *of_item(second, item, value)] for key, item, value in rows]
    return None


def is_callee(value: Any) -> bool:
    return callable(value) and not isinstance(value, type)


def is_alike(callee: Any, other: Any) -> bool:
    """Return whether two callees are the same function, or objects of one class."""
    named = hasattr(callee, "__name__") or hasattr(other, "__name__")
    return callee is other if named else type(callee) is type(other)


def differ(values: list[Any]) -> bool:
    """Return whether one body cannot work on all items: different functions, objects, or ranks."""
    rows = [value if isinstance(value, list | tuple) else [value] for value in values]
    inside = [*chain.from_iterable(rows)]
    if any(map(holds_weights, [*values, *inside])):
        return True
    if any(map(is_callee, inside)):
        return not all(is_alike(v, w) for row in rows for v, w in zip(row, rows[0], strict=False))
    if not any(map(has_float, values)):
        return len({type(v) for v in values}) > 1 and all(map(has_attributes, values))
    return len({shape_of(v) for v in values}) > 1


def shape_of(value: Any) -> Any:
    """Return what tells one kind of item from another."""
    if isinstance(value, list | tuple):
        return type(value), tuple(map(shape_of, value))
    if isinstance(value, dict):
        return dict, tuple((k, shape_of(v)) for k, v in value.items())
    return kind_of(value)
