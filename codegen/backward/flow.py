"""The flow of a circuit: a tree of items goes in; which item defines a name, and what comes after what, comes out."""

from __future__ import annotations

import ast
from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from inspect import isfunction

from codegen import syntax
from codegen.analysis.effects import gives_same, is_outlived
from codegen.ir import (
    Bind,
    Block,
    Branch,
    Break,
    Circuit,
    Loop,
    Stage,
    Statement,
    Within,
    ends_in_raise,
)
from codegen.trace.run import Trace


class Flow:
    """Where every item of a circuit stands, and which names it binds or changes.

    The items inside a compound one follow it in the order of the text, so that "inside" and "behind" are
    questions about numbers: a name that is bound a thousand times is not looked through for each.
    """

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.items: list[Statement] = []  # in the order of the text
        # for each item its number in that order, the compound item it stands in, and the block
        self.order: dict[Statement, int] = {}
        self.owner: dict[Statement, Statement | None] = {}
        self.block: dict[Statement, Block] = {}
        # for each name the items that bind it, and those that change its memory, in order
        self.definers: dict[str, list[Statement]] = {}
        self.changers: dict[str, list[Statement]] = {}
        self.last: dict[Statement, int] = {}  # for each item the number of the last one inside it
        self.number: dict[Statement, int] = {}  # for each item its place in its block
        self.breaks: list[Statement] = []
        self.by_statement: dict[ast.stmt, Statement] = {}
        self.visit(circuit.block, None)

    def visit(self, block: Block, owner: Statement | None) -> None:
        for number, item in enumerate(block.items):
            self.order[item], self.owner[item], self.block[item] = len(self.items), owner, block
            self.items.append(item)
            self.number[item] = number
            self.by_statement[item.statement] = item
            for name in dict.fromkeys(item.bound):
                self.definers.setdefault(name, []).append(item)
            if isinstance(item, Stage):
                for name in item.changes:
                    self.changers.setdefault(name, []).append(item)
            if isinstance(item, Break):
                self.breaks.append(item)
            for inner in item.blocks:
                self.visit(inner, item)
            self.last[item] = len(self.items) - 1

    def order_of(self, item: Statement) -> int:
        return self.order[item]

    def define(self, name: str, item: Statement) -> None:
        insort(self.definers.setdefault(name, []), item, key=self.order_of)

    def is_size(self, name: str) -> bool:
        made = self.definers.get(name, [])
        if len(made) != 1 or name in self.circuit.parameters or not isinstance(made[0], Stage):
            return False
        value = getattr(made[0].statement, "value", None)
        value = value.value if isinstance(value, ast.Subscript) else value
        return isinstance(value, ast.Attribute) and value.attr == "shape"

    def is_one_size(self, name: str) -> bool:
        """Return whether that is the same size in all trips of all loops."""
        return self.is_size(name) and not self.loops(self.definers[name][0])

    def is_given(self, name: str, item: Statement | None) -> bool:
        """Return whether a parameter still is what the caller gave wherever an item is reached; at the end for None."""
        found = self.definers.get(name, [])
        if item is None or not found:
            return not found
        loops = self.loops(item)
        return not any(
            self.order[d] < self.order[item] or any(self.is_in(d, loop) for loop in loops)
            for d in found
            if d is not item and not self.is_in(item, d)
        )

    def reaching(self, name: str, item: Statement) -> tuple[list[Statement], bool]:
        """Return the items that may have bound a name at an item, or bind it inside, and whether none may have."""
        found = self.definers.get(name, [])
        around = [one for block in self.blocks(item) for one in block.items]
        loops = [*self.loops(item), item]
        kept = [d for d in found if any(self.is_in(d, loop) for loop in loops)]
        for d in self.before(found, self.order[item]):
            if d not in kept:
                kept.append(d)
            if d in around:
                return kept, False
        return kept, True

    def is_bound(self, name: str, item: Statement | None) -> bool:
        """Return whether a name has a value on every way to an item; at the beginning for None."""
        if item is None or name in self.circuit.parameters:
            return name in self.circuit.parameters
        before = [b.items[: self.number[one]] for b, one in self.places_of(item)]
        return any(binds(one, name) for items in before for one in items)

    def first(self, name: str) -> Statement | None:
        return next(iter(self.definers.get(name, ())), None)

    def is_nameless(self, name: str) -> bool:
        """Return whether only staging has given a value its name."""
        made = self.definers.get(name, [])
        return bool(made) and all(
            isinstance(one, Bind)
            and one.rewritten
            and one.statement is not None
            and name not in syntax.stores(one.statement)
            for one in made
        )

    def end(self, owner: Statement | None) -> int:
        """Return the number behind the last item inside an item, or of the function."""
        return self.last[owner] + 1 if owner is not None else len(self.items)

    def owners(self, item: Statement) -> Iterator[Statement]:
        """Yield the compound items around an item, the innermost first."""
        owner = self.owner[item]
        while owner is not None:
            yield owner
            owner = self.owner[owner]

    def loops(self, item: Statement) -> list[Loop]:
        """Return the loops around an item, the innermost first."""
        return [o for o in self.owners(item) if isinstance(o, Loop)]

    def blocks(self, item: Statement, top: Loop | None = None) -> list[Block]:
        """Return the blocks around an item, the innermost first, up to the body of a loop."""
        found = [self.block[item]]
        for owner in self.owners(item):
            if owner is top:
                break
            found.append(self.block[owner])
        return found

    def places_of(self, item: Statement) -> Iterator[tuple[Block, Statement]]:
        """Yield the blocks around an item, each with what stands in it: the item, or what holds it."""
        for one in (item, *self.owners(item)):
            yield self.block[one], one

    def is_in(self, item: Statement, owner: Statement) -> bool:
        return self.order[owner] <= self.order[item] <= self.last[owner]

    def is_changed_before(self, loop: Loop, key: str) -> bool:
        """Return whether a placeholder stands for what a variable that a loop binds or changes is behind the loop."""
        name, _, place = key.partition("@")
        made = [*self.definers.get(name, ()), *self.changers.get(name, ())] if place else []
        is_behind = bool(made) and int(place.rstrip("pv")) >= self.order[loop]
        return is_behind and any(self.is_in(one, loop) for one in made)

    def is_under(self, item: Statement, block: Block) -> bool:
        first, last = block.items[0], block.items[-1]
        return self.order[first] <= self.order[item] <= self.last[last]

    def exclusive(self, a: Statement, b: Statement) -> bool:
        """Return whether two items stand on different sides of a branch."""
        for owner in self.owners(a):
            if isinstance(owner, Branch) and self.is_in(b, owner) and b is not owner:
                return self.side(owner, a) is not self.side(owner, b)
        return False

    def side(self, branch: Branch, item: Statement) -> Block:
        return self.block[self.child_of(branch, item)]

    def child_of(self, owner: Statement | None, item: Statement) -> Statement:
        """Return the item that stands directly in a compound item, or in the function, and holds another."""
        while (around := self.owner[item]) is not owner:
            assert around is not None
            item = around
        return item

    def is_after(self, a: Statement, b: Statement) -> bool:
        """Return whether an item may run after another in one trip of the loops around both."""
        return self.order[a] > self.order[b] and not self.exclusive(a, b)

    def common(self, a: Statement, b: Statement) -> Statement:
        """Return the item that holds `a` in the deepest block that holds both, directly or deeper."""
        item = a
        while not self.is_under(b, self.block[item]):
            around = self.owner[item]
            assert around is not None
            item = around
        return item

    def between(self, items: Sequence[Statement], low: int, high: int) -> Iterator[Statement]:
        """Yield those of some items, which are in order, that have a number from `low` up to, not including, `high`."""
        return (items[place] for place in self.places(items, low, high))

    def places(self, items: Sequence[Statement], low: int, high: int) -> range:
        """Return where those of some items stand that `between` yields."""
        first = bisect_left(items, low, key=self.order_of)
        return range(first, bisect_left(items, high, first, key=self.order_of))

    def before(self, items: Sequence[Statement], high: int) -> Iterator[Statement]:
        """Yield those of some items, which are in order, that have a number below `high`, the last first."""
        for place in range(bisect_left(items, high, key=self.order_of) - 1, -1, -1):
            yield items[place]


def binds(item: Statement, name: str) -> bool:
    """Return whether an item binds a name on every way through it."""
    if isinstance(item, Branch):
        sides = [side for side in item.blocks if not ends_in_raise(side)]
        return all(any(binds(one, name) for one in side.items) for side in sides)
    if isinstance(item, Within):
        return any(binds(one, name) for one in item.body.items)
    return isinstance(item, Stage) and name in item.bound


def has_break(loop: Loop) -> bool:
    def look(block: Block) -> bool:
        for item in block.items:
            if isinstance(item, Break):
                return True
            if isinstance(item, Branch | Within) and any(look(b) for b in item.blocks):
                return True
        return False

    return look(loop.body)


def is_foreseen(loop: Loop, trace: Trace) -> bool:
    """Return whether the trips of a loop can be told again from its header."""
    if isinstance(loop.statement, ast.While) or has_break(loop):
        return False
    run = trace.run
    if is_outlived(trace, loop.statement.iter):
        return False
    for node in syntax.walk(loop.statement.iter):
        sample = run.fact(node).sample
        if isinstance(node, ast.Name) and hasattr(sample, "__next__"):
            return False
        if isfunction(getattr(type(sample), "__iter__", None)):
            return False  # an object of the user's may give other items each time
        if isinstance(node, ast.Call) and not gives_same(node):
            return False
    return True


def is_fixed(flow: Flow, name: str) -> bool:
    """Return whether a variable is bound once and its memory never changed."""
    made = len(flow.definers.get(name, [])) + (name in flow.circuit.parameters)
    return not flow.changers.get(name) and (made == 1 or name not in flow.definers)
