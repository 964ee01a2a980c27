"""Zeros that are filled: lines that make a gradient of zeros and then write its items go in; out come lines that write
it whole, or that set what a loop would add to zero.

>>> lines = [
...     Line(syntax.name("dx"), "=", syntax.parse("[0.0, 0.0]")),
...     Line(syntax.parse("dx[0]"), "=", syntax.parse("2 * dy")),
... ]
>>> [syntax.show(line.value) for line in written_out(lines, {}, {}, {"dx": [0.5, 0.5]})]
['[2 * dy, 0.0]']
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from codegen import syntax
from codegen.backward.flow import Flow, is_fixed
from codegen.backward.trips import are_apart_in, changed, picks
from codegen.ir import For, Line, Loop, Nest, Planned, Statement, all_lines, replanned, within
from codegen.pytree import combined, held_in, is_plain
from codegen.simplify.kinds import signed_literal

Items = Sequence[Planned]
Lines = list[Planned]
SIGNS: dict[str, ast.operator] = {"+=": ast.Add(), "-=": ast.Sub()}


# ---- what is zero


def is_zeros(tree: ast.expr) -> bool:
    match tree:
        case ast.Call():
            return syntax.show(tree.func) == "np.zeros_like" or is_typed_zero(tree)
        case ast.Constant(value=value):
            return value == 0 and isinstance(value, float)
        case ast.BinOp(left=ast.List(elts=[zero]), op=ast.Mult()):
            return is_zeros(zero)
        case ast.ListComp(elt=inner) | ast.DictComp(value=inner):
            return is_zeros(inner)
        case ast.Dict(values=[_, *_] as values) | ast.List(elts=[_, *_] as values):
            return all(map(is_zeros, values))
    return False


def is_typed_zero(call: ast.Call) -> bool:
    """Return whether a text is the zero of another type, as in `k.dtype.type(0)`."""
    match call:
        case ast.Call(
            func=ast.Attribute(value=ast.Attribute(attr="dtype"), attr="type"),
            args=[ast.Constant(0)],
        ):
            return True
    return False


def is_zero(tree: ast.expr) -> bool:
    """Return whether a text is the number zero, or a gradient of zeros."""
    return isinstance(tree, ast.Constant) and tree.value == 0 or is_zeros(tree)


def sets_zero(line: Line) -> bool:
    if line.operator != "=" or not isinstance(line.target, ast.Subscript | ast.Name):
        return False
    return is_zero(line.value)


def is_nothing(line: Line) -> bool:
    """Return whether a line makes a gradient with zeros in it, some of its items or all."""
    if line.operator != "=" or isinstance(line.target, ast.Tuple | ast.Subscript):
        return False
    parts = [n for n in syntax.walk(line.value) if isinstance(n, ast.Call | ast.Constant)]
    return any(
        syntax.show(n) == "0.0" or syntax.show(n).startswith("np.zeros_like(") for n in parts
    )


# ---- written whole


def written_out(
    items: Items,
    lengths: Mapping[str, int],
    variables: Mapping[str, str],
    samples: Mapping[str, Any],
) -> Lines:
    """Return lines in which a container, or an array of fixed length, is written out whole, not item by item."""

    def inside(body: Items) -> Lines:
        return written_out(body, lengths, variables, samples)

    found = list(within(items, inside))
    for start in reversed(range(len(found))):
        first = found[start]
        name = first.name if isinstance(first, Line) else ""
        sample, length = samples.get(name), lengths.get(variables.get(name, ""), 0)
        made = display_of(first, sample, length) if isinstance(first, Line) and name else None
        if made is None or not isinstance(first, Line):
            continue
        parts, whole = made
        values = items_set(found[start + 1 :], name, parts)
        parts |= {key: line.value for key, line in values.items()}
        given = [part for part in parts.values() if part is not None]
        least = 2 if isinstance(sample, np.ndarray) else min(1, len(parts))
        if len(given) < len(parts) or len(values) < least:
            continue
        shares = {one for line in values.values() for one in line.shares}
        shares |= first.shares if len(values) < len(parts) else set()
        line = replace(first, operator="=", value=whole(given), shares=shares)
        found[start : start + 1 + len(values)] = [line]
        if isinstance(line.value, ast.Tuple):
            spots = [k for k in range(start + 1, len(found)) if retypes(found[k], name, line.value)]
            between = all_lines(found[start + 1 : spots[0]]) if spots else []
            if spots and not any(name in changed(one) for one in between):
                del found[spots[0]]
    return found


Whole = Callable[[list[ast.expr]], ast.expr]


def display_of(
    line: Line, sample: Any, length: int
) -> tuple[dict[Any, ast.expr | None], Whole] | None:
    """Return the items of what a line makes by their keys, None for those that it does not write out, and what writes
    out a whole of such items; nothing where it makes something else. A tuple may be a list until it has all items.
    """
    value = line.value
    if isinstance(sample, tuple):
        if hasattr(sample, "_fields"):
            return None
        own: Sequence[ast.expr | None] = value.elts if isinstance(value, ast.List) else ()
        own = own if len(own) == len(sample) else [None] * len(sample)
        return dict(enumerate(own)), lambda parts: ast.Tuple(parts, ast.Load())
    match value:
        case ast.List(elts=elements):
            return dict(enumerate(elements)), lambda parts: ast.List(parts, ast.Load())
        case ast.Dict(keys=keys, values=elements):
            known = [k.value if isinstance(k, ast.Constant) else (n,) for n, k in enumerate(keys)]
            return dict(zip(known, elements, strict=True)), lambda parts: ast.Dict(keys, parts)
        case ast.Call(args=[ast.Name() | ast.Subscript() as like]) if (
            length and np.ndim(sample) == 1
        ):
            if isinstance(sample, np.ndarray) and is_zeros(value):
                kind = ast.Attribute(like, "dtype", ast.Load())
                zeros = dict.fromkeys(range(length), syntax.constant(0.0))
                return {**zeros}, lambda parts: syntax.call(
                    "np.array", ast.List(parts, ast.Load()), dtype=kind
                )
    return None


def unpacked_lengths(flow: Flow) -> dict[str, int]:
    """Return how many items each variable has that is unpacked wherever it is bound: `a, b = x`."""
    found: dict[str, int] = {}
    for item in flow.items:
        match item.statement:
            case ast.Assign(targets=[ast.Tuple(elts=parts)], value=ast.Name(name)):
                pass
            case _:
                continue
        makers: list[Statement | None] = [None] if name in flow.circuit.parameters else []
        makers += [flow.owner[definer] for definer in flow.definers.get(name, [])]
        if len(makers) == 1 and makers[0] is flow.owner[item] and not syntax.has_star(parts):
            found[name] = len(parts)
    return found


def items_set(items: Items, name: str, known: Container[Any]) -> dict[Any, Line]:
    """Return the first lines that put something into known items of a gradient, by their keys."""
    values: dict[Any, Line] = {}
    for item in items:
        match item:
            case Line(
                target=ast.Subscript(value=ast.Name(own), slice=ast.Constant(key)), operator="="
            ) if (own == name and key in known and key not in values and not reads(item, name)):
                values[key] = item
            case _:
                break
    return values


def retypes(item: Planned, name: str, whole: ast.Tuple) -> bool:
    """Return whether a line only makes tuples of the items of a gradient that are written out as tuples already."""
    if (
        not isinstance(item, Line)
        or not isinstance(item.target, ast.Name)
        or item.target.id != name
    ):
        return False
    match item.value:
        case ast.Call(
            func=ast.Name("tuple"), args=[ast.GeneratorExp(elt=ast.Call(func=ast.Name("tuple")))]
        ):
            return all(isinstance(value, ast.Tuple) for value in whole.elts)
        case ast.Tuple(elts=parts) if len(parts) == len(whole.elts):
            return all(
                (
                    isinstance(own, ast.Tuple)
                    if isinstance(part, ast.Call)
                    else isinstance(part, ast.Subscript)
                )
                for part, own in zip(parts, whole.elts, strict=True)
            )
    return False


# ---- set, not added to


def set_once(
    items: Items, flow: Flow, samples: Mapping[str, Any], variables: Mapping[str, str]
) -> Lines:
    """Return lines with `=` where a loop writes each item of an accumulator of zeros once, and nothing did before."""
    found: Lines = []
    zeros: dict[str, list[int]] = {}  # the accumulators, and the places in each that are written
    for item in items:
        if isinstance(item, Line):
            name = syntax.identifier(item.target)
            made = item.operator == "=" and is_zeros(item.value)
            place = place_set(item)
            for one in changed(item):
                if one in zeros and place is not None:
                    zeros[one] = [*zeros[one], place]
                else:
                    zeros.pop(one, None)
            if made:
                zeros[name] = []
        elif isinstance(item, Nest):
            mine = zeros.keys() & writes(item)
            once = {
                line
                for name in mine
                for line in set_in(item, name, flow, samples)
                if all(
                    is_apart(item, line, place, flow, variables.get(name, ""))
                    for place in zeros[name]
                )
            }
            zeros = {name: places for name, places in zeros.items() if name not in mine}
            body = replanned(item.body, partial(set_of, once, samples))
            item = replace(item, body=set_once(body, flow, samples, variables))
        found.append(item)
    return found


def place_set(line: Line) -> int | None:
    """Return the place of the one item of a list or an array that a line writes, if it says so in a number."""
    match line.target:
        case ast.Subscript(ast.Name(), key) if type(place := signed_literal(key)) is int:
            return place
    return None


def is_apart(nest: Nest, line: Line, place: int, flow: Flow, variable: str) -> bool:
    """Return whether a line in a loop never writes one place of what is shaped like a variable."""
    assert isinstance(line.target, ast.Subscript)
    index = syntax.elements(line.target.slice)[0]
    if are_apart_in(flow, [index], [syntax.constant(place)]):
        return True
    name = syntax.identifier(index)
    loops = [one for one in around(nest, line) if name and syntax.identifier(one.target) == name]
    return place < 0 and bool(loops) and stops_before(loops[-1], -place, flow, variable)


def stops_before(loop: Loop, places: int, flow: Flow, variable: str) -> bool:
    """Return whether the count of a loop never reaches the last places of a list, as in `range(len(xs) - 1)`."""
    if variable in flow.changers or not is_fixed(flow, variable):
        return False
    iterable = loop.iterable
    if syntax.calls(iterable, "reversed"):
        (iterable,) = iterable.args

    def is_length(tree: ast.expr) -> bool:
        match tree:
            case ast.Call(ast.Name("len"), [ast.Name(name)]):
                return name == variable
            case ast.Call(ast.Name("min"), args):
                return any(map(is_length, args))
            case ast.Name(name) if len(made := flow.definers.get(name, [])) == 1:
                statement = made[0].statement
                return isinstance(statement, ast.Assign) and is_length(statement.value)
        return False

    match iterable:
        case ast.Call(ast.Name("range"), [*_, ast.BinOp(base, ast.Sub(), ast.Constant(int(less)))]):
            return len(iterable.args) < 3 and places <= less and is_length(base)
    return False


def added(line: Line, samples: Mapping[str, Any]) -> ast.expr | None:
    """Return what a line adds to its target, also where it is the sum of containers, item by item."""
    if line.operator in SIGNS:
        return line.value if line.operator == "+=" else ast.UnaryOp(ast.USub(), line.value)
    match line.value:  # a sum of lists or tuples, item by item
        case ast.ListComp(
            elt=ast.BinOp(left=ast.Name(one), op=ast.Add(), right=ast.Name(other)),
            generators=[
                ast.comprehension(
                    target=ast.Tuple(elts=[ast.Name(first), ast.Name(second)]),
                    iter=ast.Call(func=ast.Name("zip"), args=[old, new]),
                )
            ],
        ) if (one, other) == (first, second) and line.target is not None:
            return (
                new
                if line.operator == "=" and syntax.show(old) == syntax.show(line.target)
                else None
            )
        case ast.List(sums) if line.operator == "=" and line.target is not None:
            olds = [syntax.index(line.target, syntax.constant(k)) for k in range(len(sums))]
            news = [sum_with(old, one) for old, one in zip(olds, sums, strict=True)]
            parts = [new for new in news if new is not None]
            return as_whole(parts) if len(parts) == len(sums) else None
        case ast.DictComp() | ast.Dict() if line.operator == "=" and line.target is not None:
            for name in filter(samples.__contains__, syntax.reads(line.value)):
                whole = combined([line.target, syntax.name(name)], samples[name])
                if syntax.same(whole, line.value):
                    return syntax.name(name)
    return None


def as_whole(items: list[ast.expr]) -> ast.expr:
    """Return the text of a tuple of some items: the name of what they are all items of, in their order."""
    match items:
        case [ast.Subscript(value=ast.Name() as whole), *_]:
            wanted = [syntax.index(whole, syntax.constant(k)) for k in range(len(items))]
            if syntax.same(items, wanted):
                return whole
    return ast.Tuple(items, ast.Load())


def sum_with(old: ast.expr, tree: ast.expr) -> ast.expr | None:
    """Return what a text adds to an old value, if it does no more."""
    match tree:
        case ast.BinOp(left, ast.Add(), right) if syntax.show(left) == syntax.show(old):
            return right
    return None


def writes(nest: Nest) -> set[str]:
    return {name for line in all_lines(nest.body) for name in changed(line)}


def set_of(once: Container[Line], samples: Mapping[str, Any], line: Line) -> list[Line]:
    """Return a line with `=` for `+=`, if it is one of those; a list holds what is put into it, an array copies it."""
    value = added(line, samples) if line in once else None
    if value is None:
        return [line]
    shares = set(line.shares)
    if not isinstance(samples.get(changed(line)[0]), np.ndarray):
        for name in map(syntax.identifier, value.elts if isinstance(value, ast.Tuple) else [value]):
            sample = samples.get(name, 0.0)
            if not is_plain(sample) or np.ndim(sample):
                shares.add(name)
    return [replace(line, operator="=", value=value, shares=shares)]


def set_in(nest: Nest, name: str, flow: Flow, samples: Mapping[str, Any]) -> list[Line]:
    """Return the first line of a loop that adds to a gradient, if all others do later, and trips pick other items."""
    lines = [line for line in all_lines([nest]) if name in changed(line) or reads(line, name)]
    first = lines[0]
    target, value = first.target, added(first, samples)
    if not isinstance(target, ast.Subscript) or value is None:
        return []
    if not isinstance(target.value, ast.Name) or not may_hold(samples.get(name), value, samples):
        return []
    for line in lines:
        if line.target is None or not syntax.same(line.target, target):
            return []
        own = added(line, samples)
        if own is None or name in syntax.reads(own) or reads(line, name, target.slice):
            return []
    if len(lines) > 1 and not are_in_turn(nest, lines):
        return []
    parts = syntax.elements(target.slice)
    return [first] if all(picks(loop, parts, flow) for loop in around(nest, first)) else []


def may_hold(holder: Any, value: ast.expr, samples: Mapping[str, Any]) -> bool:
    """Return whether a gradient may hold a value as it is: what is put into an array takes its shape, what is put
    into a list or a dict must be of the kind and shape that its items have, and no view of something else.
    """
    if isinstance(holder, np.ndarray):
        return True
    if not isinstance(holder, list | tuple | dict):
        return False
    item = next(iter(held_in(holder)), None)
    if isinstance(value, ast.Tuple) and isinstance(item, list | tuple):
        parts = value.elts if len(value.elts) == len(item) else []
        pairs = zip(item, map(syntax.identifier, parts), strict=False)
        return bool(parts) and all(is_alike(own, samples.get(name)) for own, name in pairs)
    return is_alike(item, samples.get(syntax.identifier(value)))


def is_alike(item: Any, own: Any) -> bool:
    """Return whether a gradient has an item's kind and shape, or broadcasting may have made it larger."""
    if isinstance(item, dict) and isinstance(own, dict):
        return item.keys() == own.keys() and all(is_alike(item[k], own[k]) for k in item)
    if not is_plain(item) or not is_plain(own):
        return isinstance(item, list | tuple) and isinstance(own, list | tuple)
    if item is None or own is None:
        return False
    shape = np.shape(item)
    return shape == np.shape(own) and 1 not in shape


def are_in_turn(nest: Nest, lines: list[Line]) -> bool:
    """Return whether all of some lines run in each trip of the innermost loop around them, none on one side only."""
    if all(any(item is line for item in nest.body) for line in lines):
        return isinstance(nest, For)
    inner = [item for item in nest.body if isinstance(item, Nest) and lines[0] in all_lines([item])]
    return bool(inner) and are_in_turn(inner[0], lines)


def reads(line: Line, name: str, tree: ast.expr | None = None) -> bool:
    return name in syntax.reads(tree or line.value)


def around(nest: Nest, line: Line) -> list[Loop]:
    own = [nest.loop] if isinstance(nest, For) and nest.loop is not None else []
    for item in nest.body:
        if item is line:
            return own
        if isinstance(item, Nest) and line in all_lines(item.body):
            return [*own, *around(item, line)]
    return own
