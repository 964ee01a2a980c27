"""The finish: planned lines with placeholders go in; out come lines with names, as a person leaves them.

A formula that the forward pass has computed is read by its name, a size by its shortest text. Loops get their headers.
A gradient that only passes on another one and is then added to becomes one line; an item of an accumulator that one
line alone writes is set, not added to; forks and sums over broadcast axes are said, once.

>>> lines = [
...     Remark("backprop z = y"),
...     Line(syntax.name("dy"), "=", syntax.name("dz")),
...     Remark("backprop p = y * w"),
...     Line(syntax.name("dy"), "+=", syntax.parse("w * dp")),
... ]
>>> first, line = merged(lines)
>>> first.text, f"{syntax.show(line.target)} = {syntax.show(line.value)}"
('backprop z = y and p = y * w', 'dy = dz + w * dp')
"""

from __future__ import annotations

import ast
from collections.abc import Container, Mapping, Sequence, Set
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from typing import Any

import numpy as np

from codegen import syntax
from codegen.analysis.aliasing import root_of
from codegen.backward.differentiate import Derived, are_alike, on_both
from codegen.backward.flow import Flow, is_foreseen
from codegen.backward.reads import key_of
from codegen.backward.remember import Saved, Steps
from codegen.backward.rows import taken_apart
from codegen.backward.sidecaches import with_side_caches
from codegen.backward.trips import changed, moves, picks
from codegen.backward.unset import with_empty_sides
from codegen.ir import (
    Again,
    Else,
    For,
    Gap,
    If,
    Line,
    Loop,
    LoopItem,
    Nest,
    Planned,
    Remark,
    Stage,
    all_lines,
    expressions_of,
    items_of,
    replanned,
)
from codegen.lower.definitions import Definitions
from codegen.pytree import is_plain
from codegen.records import dataclass
from codegen.simplify import without_spare_copy
from codegen.stage.spell import named_text, stage_text
from codegen.trace.read import Source

Items = Sequence[Planned]
Lines = list[Planned]


@dataclass(frozen=True)
class Plan:
    """The backward pass of one circuit.

    Attributes
    ----------
    lines : list
    saved : Saved
        What the forward pass keeps for it.
    results : list of ast.expr
        The gradients to return.
    upstream, cache : str
        The names of the arguments of the backward function.
    samples : dict
        A sample of each gradient.
    """

    lines: list[Planned]
    saved: Saved
    results: list[ast.expr]
    upstream: str
    cache: str
    samples: dict[str, Any]


def finish(derived: Derived, saved: Saved) -> Plan:
    draft = derived.draft
    variables = {d: variable for variable, d in draft.gradient_names.items()}
    ranks = {d: np.ndim(s) for d, s in draft.samples.items() if is_plain(s)}
    lines = Settled(draft.circuit.trace.source, saved).named(derived.lines)
    results = {name for tree in derived.results for name in syntax.names(tree)}
    lines = without_dead_zeros(lines, results)
    lines = with_lists(polished(lines, draft.flow, variables, ranks, draft.samples), draft.samples)
    trees = [tree for item in items_of(lines) for tree in expressions_of(item)]
    asked = {name for tree in trees for name in syntax.names(tree)}
    asked |= {name for steps in saved.steps.values() for name in steps.saved}
    asked |= {kept.source for kept in saved.kept}
    flags = {
        branch: flag
        for branch, flag in saved.flags.items()
        if {flag, saved.names.get(key_of(flag, saved.flow, branch), flag)} & asked
    }
    lines, saved = with_side_caches(lines, replace(saved, flags=flags), draft)
    saved = with_empty_sides(saved, draft.circuit.block)
    return Plan(lines, saved, derived.results, draft.upstream, draft.cache, draft.samples)


# ---- names and headers


class Settled:
    """Gives the planned lines of one function their final names."""

    def __init__(self, source: Source, saved: Saved) -> None:
        self.source, self.saved = source, saved

    def named(self, items: Items) -> list[Planned]:
        found: list[Planned] = []
        for item in items:
            if isinstance(item, Line):
                target = self.final(item.target) if item.target is not None else None
                shares = {s.partition("@")[0] for s in item.shares}
                value = self.final(item.value)
                found.append(replace(item, target=target, value=value, shares=shares))
            elif isinstance(item, Nest):
                found.extend(self.nest(item))
            else:
                found.append(item)
        return found

    def final(self, tree: ast.expr) -> ast.expr:
        """Return a text with placeholders replaced."""
        return syntax.rewrite(
            tree,
            lambda p: (
                syntax.name(self.saved.names[p.id])
                if isinstance(p, ast.Name) and "@" in p.id
                else None
            ),
        )

    def nest(self, nest: Nest) -> list[Planned]:
        """Return a compound statement with its header."""
        if isinstance(nest, For) and nest.loop is not None:
            return [self.loop(nest, nest.loop)]
        body = [*self.again(nest), *self.named(nest.body)]
        if isinstance(nest, Else):
            return [Else(body, block=nest.block)]
        assert isinstance(nest, If) and nest.branch is not None and nest.test is not None
        branch = nest.branch
        test = nest.test
        flag = self.saved.flags.get(branch)
        if flag is not None:
            test = syntax.name(self.saved.names.get(key_of(flag, self.saved.flow, branch), flag))
            if nest.negated:
                test = syntax.negated(test)
        return [If(body, block=nest.block, test=self.final(test))]

    def loop(self, nest: For, loop: Loop) -> For:
        """Return a loop with its header and what its body begins with."""
        steps = self.saved.steps.get(loop, Steps())
        head = self.again(nest)
        body = [*head, *self.named(nest.body)]
        read = {
            n
            for item in items_of(body)
            for tree in expressions_of(item)
            for n in syntax.names(tree)
        }
        target, iterable, unpack = self.header(nest, loop, steps, read)
        if unpack or head:
            body.insert(len(head), Gap())
        body = [*unpack, *body]
        return For(body, loop=loop, target=target, iterable=iterable, backwards=nest.backwards)

    def again(self, nest: Nest) -> list[Planned]:
        """Return the lines of the forward pass that are computed again where a block begins."""
        stages = self.saved.again.get(nest.block, []) if nest.block is not None else []
        shown: list[ast.stmt] = []
        found: list[Planned] = []
        for stage in sorted(stages, key=self.saved.flow.order_of):
            if isinstance(stage, LoopItem) or stage.wire is not None:
                found.append(self.as_kept(computed_again(again_text(stage, self.source)), stage))
            elif stage.statement not in shown:
                shown.append(stage.statement)
                found.append(computed_again(stage_text(stage, self.source)))
        return found

    def as_kept(self, again: Again, stage: Stage) -> Again:
        """Return a line that is computed again, with the names under which what it reads is kept."""
        now: dict[str, str] = {}
        for name in syntax.reads(again.statement):
            kept = self.saved.names.get(key_of(name, self.saved.flow, stage, False), name)
            if kept != name:
                now[name] = kept
        if not now:
            return again
        for part in syntax.walk(again.statement):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
                part.id = now.get(part.id, part.id)
        return computed_again(syntax.show(again.statement))

    def header(
        self, nest: For, loop: Loop, steps: Steps, read: Set[str]
    ) -> tuple[ast.expr, ast.expr, list[Planned]]:
        """Return what a backward loop binds and what it runs over, and the line that unpacks a step."""
        saved = steps.saved
        item = taken_apart(steps.rows()) if saved else ast.Name("_", ast.Store())
        kept = syntax.name(steps.name)
        own = (
            syntax.names(loop.target) & read - set(steps.saved)
            if loop.target is not None
            else set()
        )
        if saved and not own:
            return item, syntax.call("reversed", kept) if nest.backwards else kept, []
        iterable = self.final(nest.iterable) if nest.iterable is not None else None
        if saved and loop.counts():
            assert loop.target is not None and iterable is not None
            unpack = Line(as_of_a_line(item), "=", syntax.index(kept, loop.target))
            if not is_foreseen(loop, self.saved.flow.circuit.trace):
                iterable = syntax.call("range", syntax.call("len", kept))
            return loop.target, self.turned(iterable, nest.backwards), [unpack]
        trips = syntax.call("range", kept)
        if iterable is None or (steps.name and not saved and not own):
            return ast.Name("_", ast.Store()), trips, []
        assert loop.target is not None
        if steps.name and not saved and loop.counts():
            return loop.target, syntax.call("reversed", trips), []
        turned = self.turned(iterable, nest.backwards)
        if not saved:
            return loop.target, turned, []
        both = syntax.call("zip", turned, self.turned(kept, nest.backwards))
        return ast.Tuple([loop.target, item], ast.Store()), both, []

    def turned(self, iterable: ast.expr, backwards: bool) -> ast.expr:
        """Return what a loop runs over, from the end if need be."""
        if not backwards:
            return iterable
        if isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name):
            if iterable.func.id == "range":
                return syntax.call("reversed", iterable)
            if iterable.func.id == "reversed":
                return iterable.args[0]
        if isinstance(iterable, ast.Name) and iterable.id in {
            s.name for s in self.saved.steps.values()
        }:
            return syntax.call("reversed", iterable)
        return syntax.call("reversed", syntax.call("list", iterable))


def as_of_a_line(target: ast.expr) -> ast.expr:
    """Return the target of a header as that of a planned line, whose names are not marked as bound."""
    if isinstance(target, ast.Tuple):
        return ast.Tuple([as_of_a_line(part) for part in target.elts], ast.Load())
    return syntax.name(target.id) if isinstance(target, ast.Name) else target


def computed_again(text: str) -> Again:
    """Return a line of the forward pass that is computed again."""
    (statement,) = ast.parse(text).body
    syntax.keep_spelling(statement, (text,))
    return Again(statement, text)


def again_text(stage: Stage, source: Source) -> str:
    """Return the line that computes a stage again: the user's own if it binds nothing else."""
    if (
        isinstance(stage, LoopItem)
        or len(syntax.stores(stage.statement)) == 1
        and not stage.rewritten
    ):
        return stage_text(stage, source)
    assert stage.wire is not None
    return syntax.assignment(stage.target, named_text(stage.wire.node))


# ---- the last look

ZERO, MADE = "zero", "made"
SIGNS: dict[str, ast.operator] = {"+=": ast.Add(), "-=": ast.Sub()}


def polished(
    items: Lines,
    flow: Flow,
    variables: Mapping[str, str],
    ranks: Mapping[str, int],
    samples: Mapping[str, Any],
) -> Lines:
    """Return finished lines.

    `variables` gives the variable of each gradient, `ranks` the rank of each gradient that is known, `samples` what
    each was on the example.
    """
    items = with_heads_before(without_like_sides(without_idle(items)))
    items = in_displays(filled(merged(items), samples), samples)
    items = in_arrays(items, unpacked_lengths(flow), variables, samples)
    items = without_repeats(items, Definitions())
    items = set_once(items, flow, samples)
    forks = Forks(variables)
    forks.walk(items, {})
    said = forks.comments | broadcast(items, forks.comments, variables, ranks)
    return replanned(items, lambda line: [replace(line, comment=said.get(line, line.comment))])


def with_lists(items: Lines, samples: Mapping[str, Any]) -> Lines:
    """Return lines in which a gradient is a list where its items change, whatever the variable is a tuple of."""
    lines = list(all_lines(items))
    places = {line: place for place, line in enumerate(lines)}
    changed = {  # with the last place
        line.target.value.id: places[line]
        for line in lines
        if isinstance(line.target, ast.Subscript) and isinstance(line.target.value, ast.Name)
    }
    own = set(items)

    def stays(line: Line, target: ast.expr | None) -> bool:
        """Return whether no item changes behind a line that gives a gradient its value."""
        last = changed.get(target.id) if isinstance(target, ast.Name) else None
        return last is None or line in own and places[line] > last

    def change(line: Line) -> list[Line]:
        if isinstance(line.target, ast.Tuple):  # of the backward function of a helper
            parts = [part for part in line.target.elts if not stays(line, part)]
            lines = [replace(line, target=part, value=part, comment="") for part in parts]
            return [line, *(one for one in map(as_list, lines) if one not in lines)]
        return [line if stays(line, line.target) else as_list(line)]

    def as_list(line: Line) -> Line:
        match line.value:
            case ast.Tuple(elts=elements):
                return replace(line, value=ast.List(elements, ast.Load()))
            case ast.Name() | ast.Subscript():
                name = syntax.identifier(line.target)
                if isinstance(samples.get(name), tuple):
                    return replace(line, value=syntax.call("list", line.value))
        return line

    return replanned(items, change)


# ---- what does nothing


def without_idle(items: Lines) -> Lines:
    """Return lines without those that give a gradient the value it has, and without comments on such lines alone."""
    found: Lines = []
    for item in items:
        if isinstance(item, Nest):
            item = replace(item, body=without_idle(item.body))
        elif isinstance(item, Line) and is_idle(item):
            if found and isinstance(found[-1], Remark):
                found.pop()
            continue
        found.append(item)
    return without_empty(found)


def without_empty(items: Lines) -> Lines:
    """Return lines without loops and sides where nothing is left; the other side of an empty one asks the opposite."""
    found: Lines = []
    for item in items:
        before = found[-1] if found else None
        if isinstance(item, Else) and isinstance(before, If) and not before.body:
            test = None if before.test is None else syntax.negated(syntax.shallow(before.test))
            opposite = replace(
                before, body=item.body, block=item.block, test=test, negated=not before.negated
            )
            found[-1:] = [opposite] if item.body else []
            continue
        if isinstance(before, Nest) and not before.body:
            found.pop()
        found.append(item)
    return found[:-1] if found and isinstance(found[-1], Nest) and not found[-1].body else found


def is_idle(line: Line) -> bool:
    """Return whether a line puts a value where it stands already."""
    if line.operator != "=" or line.target is None:
        return False
    return syntax.same(line.target, without_spare_copy(line.value))


def without_like_sides(items: Lines) -> Lines:
    """Return lines in which those that both sides of a branch have stand once, without a question."""
    found: Lines = []
    for item in items:
        if isinstance(item, Nest):
            item = replace(item, body=without_like_sides(item.body))
        before = found[-1] if found else None
        if isinstance(item, Else) and isinstance(before, If):
            alike = on_both(before.body, item.body)
            if alike is not None:
                found[-1:] = alike
                continue
        found.append(item)
    return found


def with_heads_before(items: Lines, is_elif: bool = False) -> Lines:
    """Return lines in which the stages with which all sides of a branch begin stand once, in front of it; the sides of
    an `elif` stay what they are, unless all of the chain begins so.

    >>> side = [Remark("backprop y = a * x"), Line(syntax.name("da"), "=", syntax.parse("x * dy"))]
    >>> one, other = ([*side, Remark(t), Line(syntax.name("dx"), "=", syntax.parse(t))] for t in "pq")
    >>> found = with_heads_before([If(one, test=syntax.parse("t")), Else(other)])
    >>> [type(item).__name__ for item in found], len(found[2].body)
    (['Remark', 'Line', 'If', 'Else'], 2)
    """
    found: Lines = []
    for item in items:
        if isinstance(item, Nest):
            chained = isinstance(item, Else) and len(item.body) == 2
            item = replace(item, body=with_heads_before(item.body, chained))
        before = found[-1] if found else None
        if isinstance(item, Else) and isinstance(before, If) and not is_elif:
            head = common_head([before, item])
            found[-1:] = [*head, without_head(before, len(head))]
            item = without_head(item, len(head))
        found.append(item)
    return without_empty(found)


def common_head(branch: Sequence[Planned]) -> Lines:
    """Return the stages with which all sides of a branch begin."""
    sides = sides_in(branch)
    asked = {
        name
        for item in items_of(branch)
        if isinstance(item, If)
        for tree in expressions_of(item)
        for name in syntax.names(tree)
    }
    length = 0
    for place, (first, *others) in enumerate(zip(*sides, strict=False)):
        if not all(said_alike(first, one) for one in others):
            break
        if isinstance(first, Line) and asked & {*changed(first)}:
            break
        following = [item for side in sides for item in side[place + 1 : place + 2]]
        if all(isinstance(item, Remark) for item in following):
            length = place + 1
    return sides[0][:length] if sides else []


def sides_in(branch: Sequence[Planned]) -> list[Lines]:
    """Return the lines of all sides of a branch, a chain of tests included; none if it may take no side."""
    match branch:
        case [If() as one, Else(body=[If(), Else()] as others)]:
            return [one.body, *sides_in(others)]
        case [If() as one, Else() as other]:
            return [one.body, other.body]
    return []


def said_alike(one: Planned, other: Planned) -> bool:
    """Return whether two items are the same comment, or lines that say the same."""
    if isinstance(one, Remark) and isinstance(other, Remark):
        return one.text == other.text
    return isinstance(one, Line) and isinstance(other, Line) and are_alike(one, other)


def without_head(side: If | Else, length: int) -> If | Else:
    """Return a side without the first of its lines; of the rest of a chain, all sides."""
    match side:
        case Else(body=[If() as one, Else() as other]):
            return replace(side, body=[without_head(one, length), without_head(other, length)])
    return replace(side, body=side.body[length:])


def without_dead_zeros(items: Items, read: Set[str]) -> Lines:
    """Return lines without those that set a gradient, or items of it, to zero which nothing reads behind them; `read`
    are the names that are read behind them all.
    """
    found: Lines = []
    behind = set(read)
    for item in reversed(items):
        if isinstance(item, Line) and item.target is not None and sets_zero(item):
            if root_of(item.target) not in behind:
                continue
        if isinstance(item, Nest):
            again = exposed(item.body) if isinstance(item, For) else set()
            item = replace(item, body=without_dead_zeros(item.body, behind | again))
        inside = items_of([item])
        behind |= {n for one in inside for tree in expressions_of(one) for n in syntax.names(tree)}
        found.append(item)
    return without_empty(found[::-1])


def exposed(items: Items) -> set[str]:
    """Return the names that lines may read before they bind them: what a trip of a loop reads of the one before."""
    found: set[str] = set()
    bound: set[str] = set()
    for item in items:
        inside = list(items_of([item]))
        plain = (
            isinstance(item, Line) and item.operator == "=" and isinstance(item.target, ast.Name)
        )
        for one in inside:
            trees = [one.value] if plain and isinstance(one, Line) else expressions_of(one)
            found |= {name for tree in trees for name in syntax.names(tree)} - bound
        if plain and isinstance(item, Line) and isinstance(item.target, ast.Name):
            bound.add(item.target.id)
    return found


def sets_zero(line: Line) -> bool:
    if line.operator != "=" or not isinstance(line.target, ast.Subscript | ast.Name):
        return False
    is_number = isinstance(line.value, ast.Constant) and line.value.value == 0
    return is_number or is_zeros(line.value)


# ---- what is set already


def without_repeats(items: Lines, known: Definitions) -> Lines:
    """Return lines without those in a branch that set a gradient to what it was set to in front of the branch."""
    found: Lines = []
    before_sides = known
    for item, following in zip_longest(items, items[1:]):
        if isinstance(item, Nest):
            if not isinstance(item, Else):
                before_sides = known.copy()
            written = writes(item)
            body = without_repeats(
                item.body, Definitions() if isinstance(item, For) else before_sides.copy()
            )
            if any(isinstance(one, Line | Nest) for one in body):
                item = replace(item, body=body)
            elif written and not isinstance(item, For) and not isinstance(following, Else):
                continue  # a side of which only comments were left; one before an `else` stays
            known.lose_all(written)
        elif isinstance(item, Line):
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
    for item in items:
        if isinstance(item, Nest):
            item = replace(item, body=merged(item.body))
        name = (
            item.target.id if isinstance(item, Line) and isinstance(item.target, ast.Name) else ""
        )
        adding = as_adding(item, name) if isinstance(item, Line) and name else None
        before = passing(found, name) if adding is not None else None
        if adding is not None and before is not None and not reads(adding, name):
            join(found, before, adding)
        else:
            found.append(item)
    return found


def as_adding(line: Line, name: str) -> Line | None:
    """Return a line that adds to a gradient, `dy = dy + v` as `dy += v`; None for others."""
    match line.value:
        case ast.BinOp(left=ast.Name(own), op=ast.Add(), right=rest) if line.operator == "=":
            return replace(line, operator="+=", value=rest) if own == name else None
    return line if line.operator in SIGNS else None


def passing(found: Lines, name: str) -> Line | None:
    """Return the line `dy = dx` if nothing but one comment stands behind it, and one before it."""
    match found[-3:]:
        case [Remark(), Line() as line, Remark()]:
            value = line.value
            if isinstance(value, ast.Subscript) and is_new_axes(value.slice):
                value = value.value
            plain = isinstance(value, ast.Name) and line.operator == "="
            mine = isinstance(line.target, ast.Name) and line.target.id == name
            return line if plain and mine else None
    return None


def is_new_axes(index: ast.expr) -> bool:
    """Return whether an index only makes axes of size 1."""
    parts = syntax.elements(index)
    return all(syntax.show(part) in (":", "...", "None") for part in parts)


def join(found: Lines, before: Line, line: Line) -> None:
    """Add what a line adds to the line before, and to its comment."""
    first, second = found[-3], found[-1]
    assert isinstance(first, Remark)
    assert isinstance(second, Remark)
    text = f"{first.text} and {second.text.removeprefix('backprop ')}"
    value = ast.BinOp(before.value, SIGNS[line.operator], line.value)
    found[-3:] = [first.joined(second, text), replace(before, value=value, shares=set())]


# ---- displays


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


# ---- remarks


class Forks:
    """Says once for each variable that its gradients add up."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.said: set[str] = set()
        self.comments: dict[Line, str] = {}

    def walk(self, items: Items, state: dict[str, str]) -> dict[str, str]:
        """Go through the lines of a block; return for each gradient whether it is still zero."""
        before = dict(state)
        for item in items:
            if isinstance(item, Line):
                self.line(item, state)
            elif isinstance(item, Else):
                joined(state, self.walk(item.body, before))
            elif isinstance(item, Nest):
                before = dict(state)
                inner = {**state, **{n: MADE for n in carried(item) if n in state}}
                joined(state, self.walk(item.body, inner))
        return state

    def line(self, line: Line, state: dict[str, str]) -> None:
        """Note what one line does to its gradient."""
        for name in changed(line):
            adds = line.operator in SIGNS or line.target is None or adds_to(line.value, name)
            adds = adds and not isinstance(line.value, ast.Constant) and not moves(line.value)
            if (
                adds
                and state.get(name) == MADE
                and name in self.variables
                and name not in self.said
            ):
                self.said.add(name)
                sign = "" if line.operator == "=" or line.target is None else f"{line.operator} : "
                self.comments[line] = f"{sign}{self.variables[name]} forks"
            state[name] = ZERO if is_nothing(line) else MADE


def adds_to(tree: ast.expr, name: str) -> bool:
    """Return whether a text is a name plus something."""
    while isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add | ast.Sub):
        tree = tree.left
        if isinstance(tree, ast.Name):
            return tree.id == name
    return False


def is_nothing(line: Line) -> bool:
    """Return whether a line makes a gradient of zeros."""
    if line.operator != "=" or isinstance(line.target, ast.Tuple | ast.Subscript):
        return False
    parts = [n for n in syntax.walk(line.value) if isinstance(n, ast.Call | ast.Constant)]
    return any(
        syntax.show(n) == "0.0" or syntax.show(n).startswith("np.zeros_like(") for n in parts
    )


def carried(nest: Nest) -> set[str]:
    """Return the gradients that a loop hands from trip to trip: added to, and set anew."""
    if not isinstance(nest, For):
        return set()
    return {name for line in all_lines(nest.body) for name in line.bound}


def joined(state: dict[str, str], other: dict[str, str]) -> None:
    """Add what is known on another way."""
    for name, kind in other.items():
        state[name] = MADE if MADE in (kind, state.get(name)) else kind


def broadcast(
    items: Items, said: Container[Line], variables: Mapping[str, str], ranks: Mapping[str, int]
) -> dict[Line, str]:
    """Return the comment that says at the first sum over broadcast axes which variable was broadcast."""
    for item in items:
        if isinstance(item, Line) and item.operator == "=" and isinstance(item.target, ast.Name):
            name = item.target.id
            axes = summed_axes(item.value)
            is_free = not item.comment and item not in said
            if axes and is_free and name in variables and ranks.get(name, 0):
                return {item: f"{variables[name]} was broadcast over {spoken(axes, ranks[name])}"}
    return {}


def summed_axes(tree: ast.expr) -> list[int]:
    """Return the axes of a sum that is a whole text, but for sign and denominator; negative where they are kept."""
    while (
        isinstance(tree, ast.UnaryOp)
        or isinstance(tree, ast.BinOp)
        and isinstance(tree.op, ast.Div)
    ):
        tree = tree.operand if isinstance(tree, ast.UnaryOp) else tree.left
    if not isinstance(tree, ast.Call) or syntax.show(tree.func) != "np.sum" or len(tree.args) != 1:
        return []
    words = {k.arg: k.value for k in tree.keywords}
    try:
        axis = ast.literal_eval(words["axis"])
    except (KeyError, ValueError):
        return []
    axes = list(axis) if isinstance(axis, tuple) else [axis]
    return [-1 - a for a in axes] if "keepdims" in words else axes


def spoken(axes: list[int], rank: int) -> str:
    kept = all(a < 0 for a in axes)
    numbers = sorted(-1 - a for a in axes) if kept else axes
    whole = rank if kept else rank + len(axes)
    if whole == 2 and len(numbers) == 1 and numbers[0] in (0, 1):
        return "the rows" if numbers[0] == 0 else "the columns"
    if len(numbers) == 1:
        return f"axis {numbers[0]}"
    return f"axes {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
