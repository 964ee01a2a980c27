"""Zeros that are filled: lines that make a gradient of zeros and then write its items go in; out come lines that write
it whole, or that set what a loop would add to zero.

>>> lines = [
...     Line(syntax.name("dx"), "=", syntax.parse("[0.0, 0.0]")),
...     Line(syntax.parse("dx[0]"), "=", syntax.parse("2 * dy")),
... ]
>>> [syntax.show(line.value) for line in filled(lines, {"dx": [0.5, 0.5]})]
['[2 * dy, 0.0]']
"""

from __future__ import annotations

import ast
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from codegen import syntax
from codegen.backward.flow import Flow
from codegen.backward.trips import changed, picks
from codegen.ir import For, Line, Loop, Nest, Planned, all_lines, replanned
from codegen.pytree import is_plain

Items = Sequence[Planned]
Lines = list[Planned]
SIGNS: dict[str, ast.operator] = {"+=": ast.Add(), "-=": ast.Sub()}


# ---- what is zero


def is_zeros(tree: ast.expr) -> bool:
    match tree:
        case ast.Call():
            return syntax.show(tree.func) == "np.zeros_like"
        case ast.Constant(value=value):
            return value == 0 and isinstance(value, float)
        case ast.BinOp(left=ast.List(elts=[zero]), op=ast.Mult()):
            return is_zeros(zero)
        case ast.ListComp(elt=inner) | ast.DictComp(value=inner):
            return is_zeros(inner)
    return False


def sets_zero(line: Line) -> bool:
    if line.operator != "=" or not isinstance(line.target, ast.Subscript | ast.Name):
        return False
    is_number = isinstance(line.value, ast.Constant) and line.value.value == 0
    return is_number or is_zeros(line.value)


def is_nothing(line: Line) -> bool:
    """Return whether a line makes a gradient of zeros."""
    if line.operator != "=" or isinstance(line.target, ast.Tuple | ast.Subscript):
        return False
    parts = [n for n in syntax.walk(line.value) if isinstance(n, ast.Call | ast.Constant)]
    return any(
        syntax.show(n) == "0.0" or syntax.show(n).startswith("np.zeros_like(") for n in parts
    )


# ---- written whole


def filled(items: Lines, samples: Mapping[str, Any]) -> Lines:
    """Return lines in which a dict or list of zeros and the lines behind it that set its items are one."""
    found: Lines = []
    for item in items:
        if isinstance(item, Nest):
            item = replace(item, body=filled(item.body, samples))
        before = found[-1] if found else None
        both = (
            with_item(before, item)
            if isinstance(item, Line)
            and isinstance(before, Line)
            and not (isinstance(before.value, ast.List) and is_of_a_tuple(before, samples))
            else None
        )
        if both is not None:
            found[-1] = both
        else:
            found.append(item)
    return found


def is_of_a_tuple(line: Line, samples: Mapping[str, Any]) -> bool:
    """Return whether a line makes the gradient of a tuple, which is written out whole or stays a list."""
    name = syntax.identifier(line.target)
    return isinstance(samples.get(name), tuple)


def with_item(before: Line, line: Line) -> Line | None:
    """Return the line before with a value put into its display, if that is possible."""
    at, display = line.target, before.value
    if not isinstance(at, ast.Subscript) or not isinstance(display, ast.Dict | ast.List):
        return None
    if (
        line.operator != "="
        or not isinstance(before.target, ast.Name)
        or reads(line, before.target.id)
    ):
        return None
    if not isinstance(at.value, ast.Name) or at.value.id != before.target.id:
        return None
    numbers: list[ast.expr | None] = []
    if isinstance(display, ast.List):
        numbers.extend(syntax.constant(k) for k in range(len(display.elts)))
    keys = list(display.keys) if isinstance(display, ast.Dict) else numbers
    for place, own in enumerate(keys):
        if isinstance(own, ast.Constant) and syntax.same(own, at.slice):
            parts = list(display.values if isinstance(display, ast.Dict) else display.elts)
            parts[place] = line.value
            whole = (
                ast.Dict(keys, parts)
                if isinstance(display, ast.Dict)
                else ast.List(parts, ast.Load())
            )
            return replace(before, value=whole, shares=before.shares | line.shares)
    return None


def in_displays(items: Lines, samples: Mapping[str, Any]) -> Lines:
    """Return lines in which a tuple is written out whole: not zeros, and behind them a line for each of its items."""
    found = list(items)
    for start, item in enumerate(items):
        if isinstance(item, Nest):
            found[start] = replace(item, body=in_displays(item.body, samples))
    for start in reversed(range(len(found))):
        first = found[start]
        if not isinstance(first, Line) or not isinstance(first.target, ast.Name):
            continue
        name = first.target.id
        sample = samples.get(name)
        if not isinstance(sample, tuple) or hasattr(sample, "_fields"):
            continue
        values = items_set(found[start + 1 :], name)
        own = first.value.elts if isinstance(first.value, ast.List) else []
        if len(values) < len(sample) and (not values or len(own) != len(sample)):
            continue
        parts = [values[k].value if k in values else own[k] for k in range(len(sample))]
        whole = ast.Tuple(parts, ast.Load())
        shares = {one for line in values.values() for one in line.shares}
        rest = found[start + 1 + len(values) :]
        found[start:] = [replace(first, operator="=", value=whole, shares=shares), *rest]
        spots = [k for k in range(start + 1, len(found)) if retypes(found[k], name, whole)]
        if spots and not any(
            name in changed(line) for line in all_lines(found[start + 1 : spots[0]])
        ):
            del found[spots[0]]
    return found


def unpacked_lengths(flow: Flow) -> dict[str, int]:
    """Return how many items each variable has that is always unpacked: `a, b = x`."""
    found: dict[str, int] = {}
    for item in flow.items:
        match item.statement:
            case ast.Assign(targets=[ast.Tuple(elts=parts)], value=ast.Name(name)):
                definers = flow.definers.get(name, [])
                is_one = not definers if name in flow.circuit.parameters else len(definers) == 1
                is_sure = flow.owner[item] is None and is_one
                if is_sure and not syntax.has_star(parts):
                    found[name] = len(parts)
    return found


def in_arrays(
    items: Lines,
    lengths: Mapping[str, int],
    variables: Mapping[str, str],
    samples: Mapping[str, Any],
) -> Lines:
    """Return lines in which an array is written out whole that has as many items in every call: not zeros, and behind
    them a line for each of its items.
    """
    found: Lines = []
    used = 0
    for number, item in enumerate(items):
        if number < used:
            continue
        if isinstance(item, Nest):
            item = replace(item, body=in_arrays(item.body, lengths, variables, samples))
        name = (
            item.target.id if isinstance(item, Line) and isinstance(item.target, ast.Name) else ""
        )
        length, sample = lengths.get(variables.get(name, ""), 0), samples.get(name)
        if (
            isinstance(item, Line)
            and length
            and isinstance(sample, np.ndarray)
            and sample.ndim == 1
        ):
            values = items_set(items[number + 1 :], name)
            match item.value:
                case ast.Call(args=[ast.Name() as like]) if (
                    is_zeros(item.value) and len(values) > 1 and set(values) <= set(range(length))
                ):
                    zero = syntax.constant(0.0)
                    whole = [values[k].value if k in values else zero for k in range(length)]
                    kind = ast.Attribute(like, "dtype", ast.Load())
                    made = syntax.call("np.array", ast.List(whole, ast.Load()), dtype=kind)
                    item, used = replace(item, value=made), number + 1 + len(values)
        found.append(item)
    return found


def items_set(items: Lines, name: str) -> dict[int, Line]:
    """Return the lines that stand first and put something into items of a gradient, one item each."""
    values: dict[int, Line] = {}
    for item in items:
        place = item_set(item, name) if isinstance(item, Line) else None
        if not isinstance(item, Line) or place is None or place in values:
            break
        values[place] = item
    return values


def item_set(line: Line, name: str) -> int | None:
    """Return the number of the item of a gradient that a line sets."""
    match line.target:
        case ast.Subscript(value=ast.Name(own), slice=ast.Constant(int() as number)) if (
            own == name and line.operator == "=" and not reads(line, name)
        ):
            return number
    return None


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


def set_once(items: Items, flow: Flow, samples: Mapping[str, Any]) -> Lines:
    """Return lines with `=` where a loop writes each item of an accumulator of zeros in one line only, and in one
    trip only.
    """
    found: Lines = []
    zeros: set[str] = set()
    for item in items:
        if isinstance(item, Line):
            name = syntax.identifier(item.target)
            made = item.operator == "=" and is_zeros(item.value)
            zeros = (zeros | {name}) if made else zeros - set(changed(item))
        elif isinstance(item, Nest):
            mine = zeros & writes(item)
            once = {line for name in mine for line in set_in(item, name, flow, samples)}
            zeros -= writes(item)
            body = set_once(replanned(item.body, partial(set_of, once, samples)), flow, samples)
            item = replace(item, body=body)
        found.append(item)
    return found


def added(line: Line) -> ast.expr | None:
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
    return None


def writes(nest: Nest) -> set[str]:
    """Return the gradients that a compound statement writes."""
    return {name for line in all_lines(nest.body) for name in changed(line)}


def set_of(once: Container[Line], samples: Mapping[str, Any], line: Line) -> list[Line]:
    """Return a line with `=` for `+=`, if it is one of those; a list holds what is put into it, an array copies it."""
    value = added(line) if line in once else None
    if value is None:
        return [line]
    shares = set(line.shares)
    if isinstance(value, ast.Name) and not isinstance(samples.get(changed(line)[0]), np.ndarray):
        sample = samples.get(value.id, ())
        if not is_plain(sample) or np.ndim(sample):
            shares.add(value.id)
    return [replace(line, operator="=", value=value, shares=shares)]


def set_in(nest: Nest, name: str, flow: Flow, samples: Mapping[str, Any]) -> list[Line]:
    """Return the first line of a loop that has to do with a gradient, if it adds, all others add to the same items
    behind it, and each trip picks other items.
    """
    lines = [line for line in all_lines([nest]) if name in changed(line) or reads(line, name)]
    first = lines[0]
    target, value = first.target, added(first)
    if not isinstance(target, ast.Subscript) or value is None:
        return []
    if not isinstance(target.value, ast.Name) or not may_hold(samples.get(name), value, samples):
        return []
    for line in lines:
        if line.target is None or not syntax.same(line.target, target):
            return []
        own = added(line)
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
    if not isinstance(holder, list | tuple | dict) or not isinstance(value, ast.Name):
        return False
    item, own = next(
        iter(holder.values() if isinstance(holder, dict) else holder), None
    ), samples.get(value.id)
    if not is_plain(item) or not is_plain(own):
        return isinstance(item, list | tuple) and isinstance(own, list | tuple)
    if item is None or own is None:
        return False
    shape = np.shape(item)
    # what broadcasting made larger cannot be added to it, and that is told
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
    """Return the loops around a line inside a compound statement."""
    own = [nest.loop] if isinstance(nest, For) and nest.loop is not None else []
    for item in nest.body:
        if item is line:
            return own
        if isinstance(item, Nest) and line in all_lines(item.body):
            return [*own, *around(item, line)]
    return own
