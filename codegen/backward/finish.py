"""The finish: planned lines go in; out come the lines of the backward pass as a person leaves them.

They get their names and headers (`named.py`). What does nothing is left out; sides that begin alike begin before the
branch; a gradient that only passes on another one and is then added to becomes one line; zeros that are filled are
written whole, or set (`zeros.py`). Comments behind them say forks and sums over broadcast axes (`comments.py`).

>>> lines = [
...     ir.Remark("z = y"),
...     ir.Line(syntax.name("dy"), "=", syntax.name("dz")),
...     ir.Remark("p = y * w"),
...     ir.Line(syntax.name("dy"), "+=", syntax.parse("w * dp")),
... ]
>>> first, line = merged(lines)
>>> first.text, f"{syntax.show(line.target)} = {syntax.show(line.value)}"
('z = y and p = y * w', 'dy = dz + w * dp')
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from itertools import zip_longest
from typing import Any

import numpy as np

from codegen import ir, syntax
from codegen.analysis.aliasing import only_adds_axes, root_of
from codegen.backward.comments import comments
from codegen.backward.differentiate import Derived, are_alike, on_both
from codegen.backward.flow import Flow
from codegen.backward.named import named
from codegen.backward.onesided import one_sided
from codegen.backward.reads import key_of
from codegen.backward.remember import Saved
from codegen.backward.sidecaches import with_empty_sides, with_side_caches
from codegen.backward.straight import straight_on
from codegen.backward.trips import changed
from codegen.backward.zeros import (
    SIGNS,
    is_nothing,
    set_once,
    sets_zero,
    unpacked_lengths,
    writes,
    written_out,
)
from codegen.lower.definitions import Definitions
from codegen.pytree import is_plain
from codegen.records import dataclass
from codegen.simplify import without_spare_copy

Items = Sequence[ir.Planned]
Lines = list[ir.Planned]


@dataclass(frozen=True)
class Plan:
    """The backward pass of one circuit."""

    lines: list[ir.Planned]
    saved: Saved
    """What the forward pass keeps for it."""
    results: list[ast.expr]
    """The gradients to return."""
    upstream: str
    cache: str
    """The names of the arguments of the backward function."""
    samples: dict[str, Any]
    """A sample of each gradient."""
    gradients: Mapping[str, str]
    """What the gradient of each variable is called."""


def finish(derived: Derived, saved: Saved) -> Plan:
    draft = derived.draft
    variables = {d: variable for variable, d in draft.gradient_names.items()}
    ranks = {d: np.ndim(s) for d, s in draft.samples.items() if is_plain(s)}
    lines = named(derived, saved)
    results = {name for tree in derived.results for name in syntax.names(tree)}
    lines = without_dead_zeros(lines, results)
    lines = polished(lines, results, draft.flow, variables, ranks, draft.samples)
    lines = with_lists(lines, draft.samples)
    asked = set(ir.names_in(lines))
    asked |= {name for steps in saved.steps.values() for name in steps.saved}
    asked |= {kept.source for kept in saved.kept}
    flags = {
        branch: flag
        for branch, flag in saved.flags.items()
        if {flag, saved.names.get(key_of(flag, saved.flow, branch), flag)} & asked
    }
    for head, chain in saved.chains.items():  # a test asks for the answers of those before it
        last = max((k for k, branch in enumerate(chain, 1) if branch in flags), default=0)
        flags |= {b: saved.flags[b] for b in [head, *chain][:last] if b in saved.flags}
    lines, saved = with_side_caches(lines, replace(saved, flags=flags), draft)
    saved = with_empty_sides(saved, draft.circuit.block)
    names = draft.upstream, draft.cache
    return Plan(lines, saved, derived.results, *names, draft.samples, draft.gradient_names)


# ---- the last look


def polished(
    items: Lines,
    results: Set[str],
    flow: Flow,
    variables: Mapping[str, str],
    ranks: Mapping[str, int],
    samples: Mapping[str, Any],
) -> Lines:
    """Return finished lines.

    `results` are the names that are returned, `variables` gives the variable of each gradient, `ranks` the rank of
    each gradient that is known, `samples` what each was on the example.
    """
    items = with_heads_before(without_like_sides(without_idle(items)))
    items = straight_on(merged(items), results, flow, variables, samples)
    items = written_out(items, unpacked_lengths(flow), variables, samples)
    items = one_sided(without_repeats(items, Definitions()), results)
    items = set_once(items, flow, samples, variables)
    said = comments(items, variables, ranks)
    return ir.replanned(items, lambda line: [replace(line, comment=said.get(line, line.comment))])


def with_lists(items: Lines, samples: Mapping[str, Any]) -> Lines:
    """Return lines in which a gradient is a list where its items change, whatever the variable is a tuple of."""
    lines = list(ir.all_lines(items))
    places = {line: place for place, line in enumerate(lines)}
    changed = {  # with the last place
        line.target.value.id: places[line]
        for line in lines
        if isinstance(line.target, ast.Subscript) and isinstance(line.target.value, ast.Name)
    }
    own = set(items)

    def stays(line: ir.Line, target: ast.expr | None) -> bool:
        """Return whether no item changes behind a line that gives a gradient its value."""
        last = changed.get(target.id) if isinstance(target, ast.Name) else None
        return last is None or line in own and places[line] > last

    def change(line: ir.Line) -> list[ir.Line]:
        if isinstance(line.target, ast.Tuple):  # of the backward function of a helper
            parts = [part for part in line.target.elts if not stays(line, part)]
            lines = [replace(line, target=part, value=part, comment="") for part in parts]
            return [line, *(one for one in map(as_list, lines) if one not in lines)]
        return [line if stays(line, line.target) else as_list(line)]

    def as_list(line: ir.Line) -> ir.Line:
        match line.value:
            case ast.Tuple(elts=elements):
                return replace(line, value=ast.List(elements, ast.Load()))
            case ast.Name() | ast.Subscript():
                name = syntax.identifier(line.target)
                if isinstance(samples.get(name), tuple):
                    return replace(line, value=syntax.call("list", line.value))
        return line

    return ir.replanned(items, change)


# ---- what does nothing


def without_idle(items: Lines) -> Lines:
    """Return lines without those that give a gradient the value it has, and without comments on such lines alone."""
    found: Lines = []
    for item in ir.within(items, without_idle):
        if isinstance(item, ir.Line) and is_idle(item):
            if found and isinstance(found[-1], ir.Remark):
                found.pop()
            continue
        found.append(item)
    return without_empty(found)


def without_empty(items: Lines) -> Lines:
    """Return lines without loops and sides where nothing is left; the other side of an empty one asks the opposite."""
    found: Lines = []
    for item in items:
        before = found[-1] if found else None
        if isinstance(item, ir.Else) and isinstance(before, ir.If) and not before.body:
            test = None if before.test is None else syntax.negated(syntax.shallow(before.test))
            opposite = replace(
                before, body=item.body, block=item.block, test=test, negated=not before.negated
            )
            found[-1:] = [opposite] if item.body else []
            continue
        if isinstance(before, ir.Nest) and not before.body:
            found.pop()
        found.append(item)
    return found[:-1] if found and isinstance(found[-1], ir.Nest) and not found[-1].body else found


def is_idle(line: ir.Line) -> bool:
    """Return whether a line puts a value where it stands already."""
    if line.operator != "=" or line.target is None:
        return False
    return syntax.same(line.target, without_spare_copy(line.value))


def without_like_sides(items: Lines) -> Lines:
    """Return lines in which those that both sides of a branch have stand once, without a question."""
    found: Lines = []
    for item in ir.within(items, without_like_sides):
        before = found[-1] if found else None
        if isinstance(item, ir.Else) and isinstance(before, ir.If):
            alike = on_both(before.body, item.body)
            if alike is not None:
                found[-1:] = alike
                continue
        found.append(item)
    return found


def with_heads_before(items: Lines, is_elif: bool = False) -> Lines:
    """Return lines in which the stages with which all sides of a branch begin stand once, in front of it; the sides of
    an `elif` stay what they are, unless all of the chain begins so.

    >>> side = [ir.Remark("y = a * x"), ir.Line(syntax.name("da"), "=", syntax.parse("x * dy"))]
    >>> one, other = ([*side, ir.Remark(t), ir.Line(syntax.name("dx"), "=", syntax.parse(t))] for t in "pq")
    >>> found = with_heads_before([ir.If(one, test=syntax.parse("t")), ir.Else(other)])
    >>> [type(item).__name__ for item in found], len(found[2].body)
    (['Remark', 'Line', 'If', 'Else'], 2)
    """
    found: Lines = []
    for item in items:
        if isinstance(item, ir.Nest):
            chained = isinstance(item, ir.Else) and len(item.body) == 2
            item = replace(item, body=with_heads_before(item.body, chained))
        before = found[-1] if found else None
        if isinstance(item, ir.Else) and isinstance(before, ir.If) and not is_elif:
            head = common_head([before, item])
            found[-1:] = [*head, without_head(before, len(head))]
            item = without_head(item, len(head))
        found.append(item)
    return without_empty(found)


def common_head(branch: Sequence[ir.Planned]) -> Lines:
    sides = sides_in(branch)
    tests = [item.test for item in ir.items_of(branch) if isinstance(item, ir.If)]
    asked = {name for test in tests if test is not None for name in syntax.names(test)}
    length = 0
    for place, (first, *others) in enumerate(zip(*sides, strict=False)):
        if not all(said_alike(first, one) for one in others):
            break
        if isinstance(first, ir.Line) and asked & {*changed(first)}:
            break
        following = [item for side in sides for item in side[place + 1 : place + 2]]
        if all(isinstance(item, ir.Remark) for item in following):
            length = place + 1
    return sides[0][:length] if sides else []


def sides_in(branch: Sequence[ir.Planned]) -> list[Lines]:
    """Return the lines of all sides of a branch, a chain of tests included; none if it may take no side."""
    match branch:
        case [ir.If() as one, ir.Else(body=[ir.If(), ir.Else()] as others)]:
            return [one.body, *sides_in(others)]
        case [ir.If() as one, ir.Else() as other]:
            return [one.body, other.body]
    return []


def said_alike(one: ir.Planned, other: ir.Planned) -> bool:
    if isinstance(one, ir.Remark) and isinstance(other, ir.Remark):
        return one.text == other.text
    return isinstance(one, ir.Line) and isinstance(other, ir.Line) and are_alike(one, other)


def without_head(side: ir.If | ir.Else, length: int) -> ir.If | ir.Else:
    """Return a side without the first of its lines; of the rest of a chain, all sides."""
    match side:
        case ir.Else(body=[ir.If() as one, ir.Else() as other]):
            return replace(side, body=[without_head(one, length), without_head(other, length)])
    return replace(side, body=side.body[length:])


def without_dead_zeros(items: Items, read: Set[str]) -> Lines:
    """Return lines without those that set to zero what nothing reads behind them; `read` is read behind them all."""
    found: Lines = []
    behind = set(read)
    for item in reversed(items):
        if isinstance(item, ir.Line) and item.target is not None and sets_zero(item):
            if root_of(item.target) not in behind:
                continue
        if isinstance(item, ir.Nest):
            again = exposed(item.body) if isinstance(item, ir.For) else set()
            item = replace(item, body=without_dead_zeros(item.body, behind | again))
        behind |= {*ir.names_in([item])}
        found.append(item)
    return without_empty(found[::-1])


def exposed(items: Items) -> set[str]:
    """Return the names that lines may read before they bind them: what a trip of a loop reads of the one before."""
    found: set[str] = set()
    bound: set[str] = set()
    for item in items:
        plain = isinstance(item, ir.Line) and item.sets and item.name
        names = (
            syntax.names(item.value) if plain and isinstance(item, ir.Line) else ir.names_in([item])
        )
        found |= {*names} - bound
        bound |= {plain} if plain else set()
    return found


# ---- what is set already


def without_repeats(items: Lines, known: Definitions) -> Lines:
    """Return lines without those in a branch that set a gradient to what it was set to in front of the branch."""
    found: Lines = []
    before_sides = known
    for item, following in zip_longest(items, items[1:]):
        if isinstance(item, ir.Nest):
            if not isinstance(item, ir.Else):
                before_sides = known.copy()
            written = writes(item)
            body = without_repeats(
                item.body, Definitions() if isinstance(item, ir.For) else before_sides.copy()
            )
            if any(isinstance(one, ir.Line | ir.Nest) for one in body):
                item = replace(item, body=body)
            elif written and not isinstance(item, ir.For) and not isinstance(following, ir.Else):
                continue  # a side of which only comments were left; one before an `else` stays
            known.lose_all(written)
        elif isinstance(item, ir.Line):
            name = syntax.identifier(item.target)
            is_set, before = bool(name) and item.operator == "=", known.get(name)
            if is_set and before is not None and syntax.same(before, item.value):
                continue
            known.lose_all(changed(item))
            if is_set and (is_nothing(item) or isinstance(item.value, ast.Name)):
                known.note(name, item.value)
        found.append(item)
    return found


# ---- one line for two


def merged(items: Lines) -> Lines:
    """Return lines in which `dy = dx` and a following `dy += v`, or `dy = dy + v`, are one."""
    found: Lines = []
    for item in ir.within(items, merged):
        name = item.name if isinstance(item, ir.Line) else ""
        adding = as_adding(item, name) if isinstance(item, ir.Line) and name else None
        before = passing(found, name) if adding is not None else None
        if adding is not None and before is not None and name not in syntax.reads(adding.value):
            join(found, before, adding)
        else:
            found.append(item)
    return found


def as_adding(line: ir.Line, name: str) -> ir.Line | None:
    """Return a line that adds to a gradient, `dy = dy + v` as `dy += v`; None for others."""
    match line.value:
        case ast.BinOp(left=ast.Name(own), op=ast.Add(), right=rest) if line.operator == "=":
            return replace(line, operator="+=", value=rest) if own == name else None
    return line if line.operator in SIGNS else None


def passing(found: Lines, name: str) -> ir.Line | None:
    """Return the line `dy = dx` if nothing but one comment stands behind it, and one before it."""
    match found[-3:]:
        case [ir.Remark(), ir.Line() as line, ir.Remark()]:
            value = line.value
            if isinstance(value, ast.Subscript) and only_adds_axes(value.slice):
                value = value.value
            plain = isinstance(value, ast.Name) and line.operator == "="
            mine = isinstance(line.target, ast.Name) and line.target.id == name
            return line if plain and mine else None
    return None


def join(found: Lines, before: ir.Line, line: ir.Line) -> None:
    first, second = found[-3], found[-1]
    assert isinstance(first, ir.Remark)
    assert isinstance(second, ir.Remark)
    value = ast.BinOp(before.value, SIGNS[line.operator], line.value)
    found[-3:] = [first.joined(second), replace(before, value=value, shares=set())]
