"""Homes: lines go in that put gradients into a dict or a list in the end; out come lines that make them there.

*Before*: `dW = x.T @ dout`, `dparams = {...}` of zeros, `dparams["W"] = dW`. *After*: the zeros first, then
`dparams["W"] = x.T @ dout`, as what a function reads once of its parameters (`W = params["W"]`) has one gradient.

>>> lines = [
...     ir.Line(syntax.name("dW"), "=", syntax.parse("x.T @ dout")),
...     ir.Line(syntax.name("dparams"), "=", syntax.parse("{k: np.zeros_like(v) for k, v in params.items()}")),
...     ir.Line(syntax.parse("dparams['W']"), "=", syntax.name("dW")),
... ]
>>> for line in at_home(lines, ["dparams"]):
...     print(syntax.show(line.target), line.operator, syntax.show(line.value))
dparams = {k: np.zeros_like(v) for k, v in params.items()}
dparams["W"] = x.T @ dout
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from codegen import ir, syntax
from codegen.analysis.aliasing import root_of
from codegen.backward.comments import without_remarks
from codegen.backward.finish import without_empty
from codegen.backward.rows import WIDTH
from codegen.backward.trips import changed
from codegen.backward.zeros import is_zeros, sets_zero
from codegen.pytree import is_plain

MOST = 2
"""Lines that make a gradient; one of more is easier to follow under a name of its own."""
ROOM = WIDTH - 4
"""How long a line of a function may be."""


def at_home(items: Sequence[ir.Planned], results: Sequence[str]) -> list[ir.Planned]:
    """Return lines in which gradients are made as items of the dict or list that holds them, made of zeros before."""
    found = list(items)
    for begun in [item for item in items if isinstance(item, ir.Line) and begins(item)]:
        homes = dict(homes_behind(found, begun, results))
        if homes:
            found = moved(found, begun, homes)
    return found


def filled(items: Sequence[ir.Planned], samples: Mapping[str, Any]) -> list[ir.Planned]:
    """Return lines in which a loop fills what a gradient holds where it lies, without a `dps[i] = dp` in the end."""
    found: list[ir.Planned] = []
    for item in ir.within(items, lambda body: filled(body, samples)):
        if isinstance(item, ir.For):
            for line in [one for one in item.body if isinstance(one, ir.Line)]:
                made = zeros_for(line, item, found, samples)
                if made is not None and line.target is not None:
                    homes = {made.name: line.target}
                    body = without_remarks(item.body, {made, line})
                    item = replace(item, body=ir.replanned(body, partial(put, homes)))
        found.append(item)
    return found


def zeros_for(
    line: ir.Line, nest: ir.For, before: Sequence[ir.Planned], samples: Mapping[str, Any]
) -> ir.Line | None:
    """Return the line of a loop that makes zeros which nothing but this line, an item of other zeros, holds then."""
    match line:
        case ir.Line(
            target=ast.Subscript(value=ast.Name(holder), slice=ast.Name(index)),
            operator="=",
            value=ast.Name(name),
        ):
            pass
        case _:
            return None
    begun = [one for one in before if holder in ir.names_in([one])]
    made = [one for one in nest.body if isinstance(one, ir.Line) and one.sets and one.name == name]
    if not (
        len(begun) == len(made) == 1
        and all(isinstance(one, ir.Line) and one.sets and is_zeros(one.value) for one in begun)
        and is_zeros(made[0].value)
        and isinstance(made[0].value, ast.DictComp | ast.ListComp)
    ):
        return None
    holds = samples.get(holder)
    item = next(iter(holds), None) if isinstance(holds, list) else None
    inside = nest.body[nest.body.index(made[0]) : nest.body.index(line) + 1]
    if (
        is_filled_alike(item, samples.get(name))
        and index in syntax.names(nest.target)
        and not any(index in changed(one) for one in ir.all_lines(nest.body))
        and ir.names_in([nest]).count(holder) == 1
        and ir.names_in([nest]).count(name) == ir.names_in(inside).count(name)
        and not any(is_bound(one, name) for one in ir.all_lines(inside) if one is not made[0])
    ):
        return made[0]
    return None


def is_bound(line: ir.Line, name: str) -> bool:
    """Return whether a line gives a name another value, rather than an item of the one that it has."""
    return any(syntax.identifier(part) == name for part in syntax.elements(line.target))


def is_filled_alike(one: Any, other: Any) -> bool:
    """Return whether two gradients are dicts or lists of one structure, so that items are set in both alike."""
    match one, other:
        case (dict(), dict()) if one.keys() == other.keys():
            return all(is_filled_alike(one[k], other[k]) for k in one)
        case (list(), list()) if len(one) == len(other):
            return all(map(is_filled_alike, one, other))
    return is_plain(one) and is_plain(other) and np.shape(one) == np.shape(other)


def put(homes: Mapping[str, ast.expr], line: ir.Line) -> list[ir.Line]:
    """Return the line that reads and sets gradients where they lie."""
    return [line.with_trees(lambda tree: syntax.substitute(tree, homes))]


def begins(line: ir.Line) -> bool:
    """Return whether a line makes a dict or a list of zeros, one for each item of another."""
    return (
        bool(line.name)
        and isinstance(line.value, ast.DictComp | ast.ListComp)
        and is_zeros(line.value)
    )


def homes_behind(
    items: Sequence[ir.Planned], begun: ir.Line, results: Sequence[str]
) -> Iterator[tuple[str, ir.Line]]:
    """Yield the gradients that lines behind the zeros only put into an item of them, with that line."""
    place = items.index(begun)
    holder, before = begun.name, items[:place]
    made_of = set(syntax.names(begun.value))
    if holder in ir.names_in(before) or made_of & {
        n for line in ir.all_lines(before) for n in changed(line)
    }:
        return
    every = ir.names_in(items)
    for line in ir.all_lines([item for item in items[place + 1 :] if isinstance(item, ir.Line)]):
        home, name = line.target, syntax.identifier(line.value)
        if not (name and line.operator == "=" and is_item(home, holder)):
            continue
        assert home is not None
        makers = [one for one in ir.all_lines(before) if name in ir.names_in([one])]
        uses = sum(ir.names_in([one]).count(name) for one in makers)
        if (
            0 < len(makers) <= MOST
            and uses == len(makers) == every.count(name) - 1
            and all(makes(one, name, home) for one in makers)
            and name not in results
            and not touched(items[place + 1 :], home, line)
        ):
            yield name, line


def is_item(tree: ast.expr | None, holder: str) -> bool:
    match tree:
        case ast.Subscript(value=ast.Name(name), slice=ast.Constant()):
            return name == holder
    return False


def makes(line: ir.Line, name: str, home: ast.expr) -> bool:
    """Return whether a line gives a gradient its value, or adds to it, and would still fit the page with its home."""
    targets = syntax.elements(line.target)
    is_target = any(isinstance(t, ast.Name | ast.Subscript) and root_of(t) == name for t in targets)
    length = len(shown(renamed(line, {name: home})))
    return is_target and not (length > ROOM >= len(shown(line)))


def shown(line: ir.Line) -> str:
    """Return a line as it is printed, but for its indent, and for the comment that goes in front of it if need be."""
    target = "" if line.target is None else syntax.show(line.target).strip("()")
    return f"{target} {line.operator} {syntax.show(line.value)}"


def touched(items: Sequence[ir.Planned], home: ast.expr, but: ir.Line) -> bool:
    for item in items:
        if item is but:
            return False
        if isinstance(item, ir.Nest) or isinstance(item, ir.Line) and touches(item, home):
            return True
    return False


def touches(line: ir.Line, home: ast.expr) -> bool:
    """Return whether a line reads or writes what may be an item, or the container that holds it."""
    holder = root_of(home)
    if holder not in ir.names_in([line]):
        return False
    target = line.target
    own = is_item(target, holder) and not syntax.same(target, home)
    return not own or holder in syntax.names(line.value)


def moved(
    items: list[ir.Planned], begun: ir.Line, homes: Mapping[str, ir.Line]
) -> list[ir.Planned]:
    """Return lines that begin with the zeros, and in which each of some gradients is made at home."""
    puts = set(homes.values())
    trees = {name: line.target for name, line in homes.items() if line.target is not None}
    rest = without_zeros(without_remarks(items, {begun, *puts}), set(trees))
    first = next(
        (
            place
            for place, item in enumerate(rest)
            if isinstance(item, ir.Remark | ir.Nest) or trees.keys() & {*ir.names_in([item])}
        ),
        0,
    )
    return ir.replanned([*rest[:first], begun, *rest[first:]], lambda line: [renamed(line, trees)])


def without_zeros(items: Sequence[ir.Planned], names: set[str]) -> list[ir.Planned]:
    """Return lines without those that set gradients to zero which nothing has made before: at home they are zero."""
    found: list[ir.Planned] = []
    zero = before_sides = set(names)
    for item in items:
        if isinstance(item, ir.Nest):
            before_sides = before_sides if isinstance(item, ir.Else) else set(zero)
            made = set(ir.names_in(item.body))
            here = before_sides - made if isinstance(item, ir.For) else before_sides
            item = replace(item, body=without_zeros(item.body, set(here)))
            zero = zero - made
        elif isinstance(item, ir.Line) and item.name in zero and sets_zero(item):
            continue
        elif isinstance(item, ir.Line):
            zero = zero - set(changed(item))
        found.append(item)
    return without_empty(found)


def renamed(line: ir.Line, homes: Mapping[str, ast.expr]) -> ir.Line:
    """Return a line that makes an item where it made a gradient under a name of its own."""
    if line.target is None or not syntax.names(line.target) & homes.keys():
        return line
    return replace(line, target=syntax.substitute(line.target, homes))
