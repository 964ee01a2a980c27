"""Trips: a loop goes in; what its targets are in each trip comes out, if that is known before the function runs, and
what this rests on.

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
from codegen.pytree import has_attributes, has_float, held_in
from codegen.trace.facts import holds_weights, kind_of
from codegen.trace.guards import raising
from codegen.trace.normalize.lookup import (
    LARGEST,
    Known,
    counted,
    is_sequence,
    known_value,
    number_of,
)
from codegen.trace.normalize.replaced import is_resized, is_written

ROOM = 3000  # nodes of all copies together
Trips = list[list[tuple[ast.expr, ast.expr]]]
Found = tuple[list[tuple[str, str]], Trips, bool] | None
"""What is asked before a loop and what was so, the trips, and whether there is something that one body cannot do; None
if that is not known.
"""


def other_keys(shown: str, keys: Iterable[Any]) -> tuple[str, str]:
    """Return the question whether a dict has other keys than in the example, and what was so."""
    return f"list({shown}) != {[*keys]!r}", f"{shown} had other keys"


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
    if found is None and names_attributes(loop, [[(loop.target, syntax.constant(0))]], known):
        found = of_count(loop, known)
    if found is None:
        return None
    asked, trips, must = found
    size = sum(1 for _ in ast.walk(loop)) * max(1, len(trips))
    must = must or names_attributes(loop, trips, known)
    if not must or len(trips) > LARGEST or size > ROOM:
        return None
    return [raising(test, was, loop) for test, was in asked], trips


def trips_filling(loop: ast.For, known: Known) -> tuple[list[ast.stmt], Trips] | None:
    """Return the same of a loop that fills a list of objects, which runs over what is given or counted."""
    if loop.orelse or syntax.has(loop, ast.Break, ast.Continue):
        return None
    found = of_count(loop, known) or items_of(loop.target, loop.iter, known, arrays=True)
    if found is None:
        return None
    asked, trips, _ = found
    size = sum(1 for _ in ast.walk(loop)) * max(1, len(trips))
    if len(trips) > LARGEST or size > ROOM:
        return None
    return [raising(test, was, loop) for test, was in asked], trips


def of_count(loop: ast.For, known: Known) -> Found:
    """Return the trips of a loop over a range whose ends are numbers, or numbers that are given."""
    match loop:
        case ast.For(target=target, iter=ast.Call(ast.Name("range"), ends, [])) if (
            found := places_over(ends, known, given=True)
        ) is not None:
            return found[0], [[(target, syntax.constant(k))] for k in found[1]], True
    return None


def names_attributes(loop: ast.For, trips: Trips, known: Known) -> bool:
    """Return whether the variable of a loop over texts or numbers names attributes: `getattr(self, f"w{k}")`; that
    over texts also in a function it is given to.
    """
    named = [(t.id, v) for items in trips for t, v in items if isinstance(t, ast.Name)]
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


def places_of(key: ast.Slice, size: int) -> Sequence[int] | None:
    """Return the places in a list that a slice with literal ends takes; None if its ends are not known."""
    ends: list[int | None] = []
    for part in (key.lower, key.upper, key.step):
        found = None if part is None else number_of(part)
        if part is not None and found is None:
            return None
        ends.append(found)
    return range(size)[slice(*ends)]


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
