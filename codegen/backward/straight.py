"""Straight on: lines in which a gradient only holds items between two others go in; out come lines without it.

What a loop adds to an item, and reads of it then, it reads of what the item was made of. A list of the rows of a
gradient, off which each trip takes one, is that gradient. A copy of the upstream gradient that is only added to later
is made there, and one among other lines that nothing changes is read as what it is. One that is only made to be called
by another name has that name from the start:

>>> lines = [
...     ir.Line(syntax.name("dh"), "=", syntax.name("dout")),
...     ir.Remark("p = h[0]"),
...     ir.Line(syntax.parse("dh[0]"), "+=", syntax.name("dp")),
...     ir.Remark("h[0] = a"),
...     ir.Line(syntax.name("da"), "=", syntax.parse("dh[0]")),
... ]
>>> remark, line = straight_on(lines, ["da"], None, {}, {})
>>> remark.text, syntax.show(line.value)
('p = h[0] and h[0] = a', 'dout[0] + dp')
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from functools import cached_property
from typing import Any

from codegen import ir, syntax
from codegen.backward.apart import names_apart
from codegen.backward.comments import under
from codegen.backward.flow import Flow
from codegen.backward.samples import has_axes
from codegen.backward.trips import changed, picks
from codegen.backward.zeros import SIGNS, is_zeros
from codegen.pytree import is_plain
from codegen.records import dataclass
from codegen.simplify import without_spare_copy

Lines = list[ir.Planned]


@dataclass(frozen=True, eq=False)
class Spot:
    """Where a line stands: its block, its place there, and what is around it."""

    line: ir.Line
    block: Lines
    place: int
    nests: tuple[ir.Nest, ...]


def straight_on(
    items: Lines,
    results: Set[str],
    flow: Flow,
    variables: Mapping[str, str],
    samples: Mapping[str, Any],
) -> Lines:
    """Return lines without the gradients that only hold items; `variables` gives the variable of each gradient,
    `samples` what each was on the example.
    """
    apart = names_apart(items) - {*results}

    def on_sides(block: Lines) -> Lines:
        """Return lines in which names that are apart are looked at side by side."""
        block = list(ir.within(block, on_sides))
        lines = [one for one in block if isinstance(one, ir.Line)]
        own = [name for name in dict.fromkeys(ir.names_in(lines)) if name in apart]
        if not own:
            return block
        side = Straight(block, results, flow, variables, samples)
        for name in own:
            side.goes_on(name, side.spots[name])
        return side.changed_in(block)

    items = on_sides(items) if apart else items
    found = Straight(items, results, flow, variables, samples)
    for spots in found.spots.values():
        found.look(spots)
    return found.changed_in(items) if found.instead or found.renamed else items


class Straight:
    """Looks for gradients that only hold items."""

    def __init__(
        self,
        items: Lines,
        results: Iterable[str],
        flow: Flow,
        variables: Mapping[str, str],
        samples: Mapping[str, Any],
    ) -> None:
        self.flow, self.variables, self.samples = flow, variables, samples
        # uses: how often each name stands in all lines
        self.uses, self.results = Counter(results), frozenset(results)
        self.order: dict[ir.Line, int] = {}  # for each line its number in the order of the text
        # for each name the number of the last line that changes what it holds
        self.changes: dict[str, int] = {}
        self.spots: dict[str, list[Spot]] = {}  # the lines in which each name stands, in order
        # what takes the place of some lines and comments
        self.instead: dict[ir.Planned, Lines] = {}
        self.renamed: dict[str, str] = {}  # the other names of gradients that go by one
        for item in ir.items_of(items):
            for tree in ir.expressions_of(item):
                self.uses.update(syntax.mentioned(tree))
        self.note(items, ())

    def note(self, block: Lines, nests: tuple[ir.Nest, ...]) -> None:
        for place, item in enumerate(block):
            if isinstance(item, ir.Nest):
                self.note(item.body, (*nests, item))
            elif isinstance(item, ir.Line):
                self.order[item] = len(self.order)
                self.changes |= dict.fromkeys(changed(item), self.order[item])
                for name in {
                    name for tree in ir.expressions_of(item) for name in syntax.names(tree)
                }:
                    self.spots.setdefault(name, []).append(Spot(item, block, place, nests))

    @cached_property
    def is_of_the_notes(self) -> bool:
        """Whether a formula is all of the function."""
        return ir.is_one_line(self.flow.circuit.block)

    def goes_on(self, name: str, spots: list[Spot]) -> bool:
        """Give a gradient the name of the one that it is when it first stands there; return whether that was done."""
        return self.is_first_name(name, spots) or self.is_staged_name(name, spots)

    def look(self, spots: list[Spot]) -> None:
        made = spots[0].line
        if made.operator != "=" or not isinstance(made.target, ast.Name):
            return
        name = made.target.id
        if self.is_second_name(name, spots) or self.goes_on(name, spots):
            return
        if self.is_added_later(name, spots):
            return
        if self.uses[name] != len(spots) or any(spot.line in self.instead for spot in spots):
            return
        match spots:
            case [maker, adds, reads]:
                self.added_and_read(maker, adds, reads)
            case [maker, takes]:
                self.taken_off(name, maker, takes)

    def is_second_name(self, name: str, spots: list[Spot]) -> bool:
        """Call the upstream gradient by its own name where a line that is no stage's, as in front of a loop, gives it
        another, or one among lines that do more; return whether that was done.
        """
        maker, source = spots[0], syntax.identifier(spots[0].line.value)
        if (
            not self.is_upstream(source)
            or self.changes[name] != self.order[maker.line]
            or name in self.results
            or maker.nests
            or any(isinstance(one, ir.Remark) for one in maker.block[: maker.place])
            and not (is_plain(self.samples.get(name)) and does_more(maker))
        ):
            return False
        self.renamed[name] = source
        self.instead[maker.line] = []
        return True

    def is_first_name(self, name: str, spots: list[Spot]) -> bool:
        """Give a gradient the name at once under which it goes on; return whether that was done."""
        first, last = spots[0], spots[-1]
        other = syntax.identifier(last.line.target)
        if (
            len(spots) < 2
            or last.line.operator != "="
            or not other
            or syntax.identifier(last.line.value) != name
            or name in self.results
            or other in self.renamed
            or not is_alone(last)
            or any(spot.block is not last.block or spot.line in self.instead for spot in spots)
        ):
            return False
        start, end = self.order[first.line], self.order[last.line]
        if any(start <= self.order[spot.line] < end for spot in self.spots[other]):
            return False
        self.renamed[name] = other
        self.drop(last, first)
        return True

    def is_staged_name(self, name: str, spots: list[Spot]) -> bool:
        """Give the gradient of what only staging gave a name the name of the one that it is, `dx = dnum`, if it does
        not change as long as it is read; return whether that was done. In a formula that is all of a function,
        numbers stay apart, as in the notes.
        """
        maker, *readers = spots
        if (
            len(readers) < 2
            or name in self.results
            or self.changes[name] != self.order[maker.line]
            or self.uses[name] != 1 + sum(spot.line.read.count(name) for spot in readers)
            or any(spot.block is not maker.block or spot.line in self.instead for spot in spots)
        ):
            return False
        copies = [
            spot
            for spot in readers
            if spot.line.operator == "=" and syntax.identifier(spot.line.value) == name
        ]
        if len(copies) != 1:
            return False
        (copy,) = copies
        other, place = syntax.identifier(copy.line.target), self.order[copy.line]
        start, end = self.order[maker.line], self.order[readers[-1].line]
        is_own = has_axes(self.samples.get(other)) or not self.is_of_the_notes
        if not other or not is_own or other in self.renamed:
            return False
        if not self.flow.is_nameless(self.variables.get(name, "")):
            return False
        for spot in self.spots[other]:
            at = self.order[spot.line]
            if start <= at < place or place < at <= end and other in changed(spot.line):
                return False
        self.renamed[name] = other
        self.drop(copy, maker)
        whole = {spot.line: spot for spot in (*self.spots[other], *spots)}
        self.spots[other] = sorted(whole.values(), key=lambda spot: self.order[spot.line])
        return True

    def is_added_later(self, name: str, spots: list[Spot]) -> bool:
        """Make the copy `dx = dout` where the next line adds to it: `dx = dout + dy`; return whether that was done."""
        maker, *readers = spots
        source = syntax.identifier(without_spare_copy(maker.line.value))
        adds = readers[0] if readers else maker
        line = adds.line
        if (
            not self.is_upstream(source)
            or not has_axes(self.samples.get(name))
            or self.samples[name].dtype != float
            or line.operator not in SIGNS
            or syntax.identifier(line.target) != name
            or name in syntax.reads(line.value)
            or adds.block is not maker.block
            or any(spot.line in self.instead for spot in (maker, adds))
            or not does_more(maker)
        ):
            return False
        value = ast.BinOp(syntax.name(source), SIGNS[line.operator], line.value)
        self.instead[line] = [replace(line, operator="=", value=value, shares=set())]
        self.instead[maker.line] = []
        return True

    def is_upstream(self, name: str) -> bool:
        return bool(name) and name not in self.changes and name not in self.variables

    def added_and_read(self, maker: Spot, adds: Spot, reads: Spot) -> None:
        """Make one line of `dh[t] += dp` and `da = dh[t]`, if no two trips have to do with the same item."""
        line, item = reads.line, adds.line.target
        between = adds.block[adds.place + 1 : reads.place]
        if (
            adds.line.operator not in SIGNS
            or not isinstance(item, ast.Subscript)
            or not isinstance(item.value, ast.Name)
            or not isinstance(line.target, ast.Name)
            or line.operator != "="
            or not syntax.same(line.value, item)
            or adds.block is not reads.block
            or not all(isinstance(one, ir.Remark) for one in between)
        ):
            return
        around = adds.nests[len(maker.nests) :]
        parts = syntax.elements(item.slice)
        if adds.nests[: len(maker.nests)] != maker.nests or not all(
            isinstance(n, ir.For) and n.loop is not None and picks(n.loop, parts, self.flow)
            for n in around
        ):
            return
        source = without_spare_copy(maker.line.value)
        if isinstance(source, ast.Name) and self.is_settled(source.id, maker):
            item = syntax.index(source, item.slice)
            self.drop(maker, adds)
        value = ast.BinOp(item, SIGNS[adds.line.operator], adds.line.value)
        self.instead[line] = [replace(line, value=value, shares=set())]
        self.drop(adds, reads)

    def taken_off(self, name: str, maker: Spot, takes: Spot) -> None:
        """Write `dout[:, t]` for `dhs.pop()`, if each trip takes off what the same trip of the forward pass put on."""
        rows = rows_of(maker.line.value)
        loop = takes.nests[-1] if takes.nests else None
        if rows is None or takes.nests[:-1] != maker.nests or not isinstance(loop, ir.For):
            return
        source, index = rows
        if not isinstance(loop.target, ast.Name) or not self.is_settled(source, maker):
            return
        if not syntax.calls(loop.iterable, "reversed") or not self.is_put_on(name, loop):
            return
        popped = f"{name}.pop()"
        item = syntax.parse(f"{source}[{index}{loop.target.id}]")

        def change(part: ast.expr) -> ast.expr | None:
            return item if isinstance(part, ast.Call) and syntax.show(part) == popped else None

        value = syntax.rewrite(takes.line.value, change)
        if syntax.same(value, takes.line.value):
            return
        line = replace(takes.line, value=value, shares={*takes.line.shares} - {name} | {source})
        following = next(iter(takes.block[takes.place + 1 : takes.place + 2]), None)
        own = syntax.identifier(line.target)
        self.instead[takes.line] = [line]
        if isinstance(following, ir.Line) and own not in self.variables and self.uses[own] == 2:
            # a name of ours for what is read at once
            if own in syntax.reads(following.value) and rows_of(following.value) is None:
                whole = syntax.substitute(following.value, {own: value})
                shares = following.shares | (line.shares if own in following.shares else set())
                self.instead[takes.line] = []
                self.instead[following] = [replace(following, value=whole, shares=shares - {own})]
        self.drop(maker, takes)

    def is_put_on(self, name: str, nest: ir.For) -> bool:
        """Return whether each forward trip appends one item to a gradient's list that goes into one array alone."""
        variable, loop, flow = self.variables.get(name, ""), nest.loop, self.flow
        match flow.definers.get(variable), flow.changers.get(variable):
            case [ir.Bind() as made], [ir.Append() as append] if loop is not None and loop.counts():
                loads = syntax.uses(flow.circuit.trace.tree, variable, ast.Load)
                return (
                    not append.is_first
                    and is_made_empty(made.statement, variable)
                    and flow.block[made] is flow.block[loop]
                    and flow.block[append] is loop.body
                    and len(loads) == 2
                    and not any(loop in flow.loops(one) for one in flow.breaks)
                    and syntax.show(loop.target) == syntax.show(nest.target)  # type: ignore[arg-type]  # as it counts
                )
        return False

    def is_settled(self, name: str, maker: Spot) -> bool:
        """Return whether no line behind one changes a gradient."""
        return self.changes.get(name, -1) < self.order[maker.line]

    def drop(self, spot: Spot, target: Spot) -> None:
        """Leave a line out; a comment on it alone becomes one on another line, too."""
        self.instead[spot.line] = []
        other = next(
            (i for i in target.block[: target.place][::-1] if isinstance(i, ir.Remark)), None
        )
        mine = spot.block[spot.place - 1]
        if not is_alone(spot) or not isinstance(mine, ir.Remark):
            return
        before = self.said(mine)
        if before is None or other is None:
            return
        self.instead[mine] = []
        is_first = self.order[spot.line] < self.order[target.line]
        one, two = (before, other) if is_first else (other, before)
        self.instead[other] = [one.joined(two)]

    def said(self, remark: ir.Remark) -> ir.Remark | None:
        found = self.instead.get(remark, [remark])
        return found[0] if found and isinstance(found[0], ir.Remark) else None

    def changed_in(self, items: Lines) -> Lines:
        names = {name: self.named(name) for name in self.renamed}
        found: Lines = []
        for item in items:
            if isinstance(item, ir.Nest):
                item = replace(item, body=self.changed_in(item.body))
            for one in self.instead.get(item, [item]):
                found.append(one.renamed(names) if names and isinstance(one, ir.Line) else one)
        return found

    def named(self, name: str) -> str:
        while name in self.renamed:
            name = self.renamed[name]
        return name


def does_more(spot: Spot) -> bool:
    """Return whether the comment on a line is about another one too that is more than a name for a name."""
    beside = [spot.block[k] for k in under(spot.block, spot.place)]
    return any(isinstance(one, ir.Line) and not syntax.identifier(one.value) for one in beside)


def is_alone(spot: Spot) -> bool:
    """Return whether a line is all that a comment is about; zeros for a loop may stand behind it."""
    before = spot.block[spot.place - 1] if spot.place else None
    behind = spot.block[spot.place + 1 : spot.place + 2]
    return isinstance(before, ir.Remark) and not any(
        isinstance(one, ir.Line) and not is_zeros(one.value) for one in behind
    )


def is_made_empty(statement: ast.stmt, name: str) -> bool:
    values = [v for t, v in syntax.bindings(statement) if syntax.identifier(t) == name]
    return [*map(syntax.show, values)] == ["[]"]


def rows_of(tree: ast.expr) -> tuple[str, str] | None:
    """Return of which array a text lists the rows along an axis, and the index in front of that axis."""
    match tree:
        case ast.Call(func=ast.Name("list"), args=[ast.Call() as rows]):
            pass
        case _:
            return None
    axis: ast.expr = syntax.constant(0)
    match rows:
        case ast.Call(args=[ast.Call() as inner, ast.Constant(int()) as axis, ast.Constant(0)]) if (
            syntax.show(rows.func) == "np.moveaxis"
        ):
            rows = inner
    match rows:
        case ast.Call(func=ast.Attribute(ast.Name(source), "copy"), args=[]):
            return source, ":, " * int(syntax.show(axis))
    return None
