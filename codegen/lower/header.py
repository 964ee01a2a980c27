"""Headers of loops over something active: a loop goes in; out comes what its backward loop runs over,
and what its variables are items of.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import field
from typing import Any

import numpy as np

from codegen import syntax
from codegen.errors import UnsupportedError
from codegen.gates.canonical import MISSING
from codegen.lower.state import State
from codegen.records import dataclass
from codegen.trace.facts import kind_of
from codegen.trace.normalize.headers import ends_of, is_cut


@dataclass(frozen=True)
class Header:
    """How a loop runs backwards: its variables, what it runs over, and the variables that are items of something."""

    target: ast.expr
    iterable: ast.expr
    items: list[tuple[ast.expr, ast.expr]] = field(default_factory=list)


class HeaderMaker:
    """Makes the backward header of one loop over something active."""

    def __init__(self, state: State, node: ast.For) -> None:
        self.state, self.node = state, node
        self.items: list[tuple[ast.expr, ast.expr]] = []

    def refuse(
        self, why: str, advice: str = "Loop over range(len(...)) and index."
    ) -> UnsupportedError:
        return self.state.refuse(self.node, f"a loop over {why} is not supported", advice)

    def header(self) -> Header:
        iterable, target = self.node.iter, self.node.target
        start: ast.expr | None = None
        counter = ""
        if syntax.calls(iterable, "enumerate"):
            assert isinstance(iterable, ast.Call)
            counter, target = self.pair(target, "enumerate")
            if len(iterable.args) > 1 or iterable.keywords:
                start = iterable.args[1] if len(iterable.args) > 1 else iterable.keywords[0].value
            iterable = iterable.args[0]
        if (
            isinstance(iterable, ast.Call)
            and isinstance(iterable.func, ast.Attribute)
            and iterable.func.attr in ("items", "values")
        ):
            return self.of_dict(iterable, target, counter)
        is_reversed = syntax.calls(iterable, "reversed")
        if is_reversed:
            iterable = iterable.args[0]  # type: ignore[attr-defined]  # a call, see above
        sources = iterable.args if syntax.calls(iterable, "zip") else [iterable]
        index = counter or self.index_name(("i", "j", "k", "t"))
        number: ast.expr = syntax.name(index)
        if start is not None:
            number = ast.BinOp(number, ast.Sub(), start)
        targets = [target]
        if syntax.calls(iterable, "zip"):
            if not isinstance(target, ast.Tuple | ast.List) or len(target.elts) != len(sources):
                raise self.refuse("zip with these targets")
            targets = list(target.elts)
        for one in sources:
            self.sample(one)
        size = self.size(sources)
        # the steps of a loop that is left early are counted up from its first one
        is_left = syntax.has(self.node, ast.Break)
        if is_reversed and (counter or is_left):  # the count goes up while the items go down
            last = ast.BinOp(size, ast.Sub(), syntax.constant(1))
            number = ast.BinOp(last, ast.Sub(), number)
            count = min(len(self.sample(s)) for s in sources)
            for part, value in ((size, count), (last, count - 1), (number, count - 1)):
                self.state.see(part, value)
        for one, source in zip(targets, sources, strict=True):
            self.item(one, source, number)
        trips = (
            syntax.call("range", size)
            if start is None
            else syntax.call("range", start, ast.BinOp(start, ast.Add(), size))
        )
        if is_reversed and not (counter or is_left):
            trips = syntax.call("reversed", trips)
        return Header(ast.Name(id=index, ctx=ast.Store()), trips, self.items)

    def size(self, sources: Sequence[ast.expr]) -> ast.expr:
        """Return how many trips there are."""
        active = [s for s in sources if self.state.builder().build(whole(s)) is not None]
        lengths = [(whole(s), sum(ends_of(s))) for s in sources]
        if len({(syntax.show(s), cut) for s, cut in lengths}) == 1:
            lengths = [(whole(active[0] if active else sources[0]), lengths[0][1])]
        cuts = {cut for _, cut in lengths}
        if len(cuts) == 1:
            counts = [syntax.call("len", s) for s, _ in lengths]
            return less(counts[0] if len(counts) == 1 else syntax.call("min", *counts), cuts.pop())
        return syntax.call("min", *(less(syntax.call("len", s), cut) for s, cut in lengths))

    def pair(self, target: ast.expr, what: str) -> tuple[str, ast.expr]:
        """Return the variable of a loop that counts, or is a key, and the target beside it."""
        match target:
            case ast.Tuple(elts=[ast.Name(name), other]):
                return name, other
        raise self.refuse(f"{what} with these targets")

    def index_name(self, wanted: Sequence[str]) -> str:
        """Return a free name for the index of the loop, or for its key."""
        known = self.state.index_names.get(self.node)  # the body may be lowered more than once
        if known is None:
            free = (n for n in wanted if n not in self.state.names)
            known = next(free, None) or self.state.free(wanted[0])
            self.state.index_names[self.node] = known
        self.state.names.add(known)
        return known

    def sample(self, source: ast.expr) -> Any:
        found = self.state.builder().resolver.value(source)
        if (
            found is MISSING
            or not isinstance(found, list | tuple | np.ndarray | range | str)
            or not isinstance(whole(source), ast.Name | ast.Call)
        ):
            raise self.refuse("this expression")
        return found

    def item(self, target: ast.expr, source: ast.expr, number: ast.expr) -> None:
        """Note that a loop variable is an item of a source."""
        sample = self.sample(source)
        if not len(sample):
            raise self.refuse("an empty container", "Trace it with an example that has items.")
        if isinstance(source, ast.Call) and not syntax.calls(source, "range"):
            raise self.refuse("this expression")
        self.check_alike(list(sample))
        if self.state.fact(number).sample is MISSING:
            self.state.see(number, 0)
        if first := ends_of(source)[0]:
            number = ast.BinOp(number, ast.Add(), syntax.constant(first))
            self.state.see(number, first)
        read = ast.copy_location(syntax.index(whole(source), number), self.node)
        self.state.see(read, max(sample, key=rank_of))
        self.items.append((target, read))

    def check_alike(self, items: list[Any]) -> None:
        """Refuse things of different kinds; arrays may differ in rank where the text for each is the same."""
        if len({(kind, bool(rank)) for kind, rank in map(kind_of, items)}) > 1:
            raise self.refuse("things of different kinds", "Give each kind a list of its own.")

    def of_dict(self, iterable: ast.Call, target: ast.expr, counter: str) -> Header:
        """Return the header of a loop over the items or values of a dict."""
        assert isinstance(iterable.func, ast.Attribute)
        owner = iterable.func.value
        sample = self.state.builder().resolver.value(owner)
        if counter or not isinstance(owner, ast.Name) or not isinstance(sample, dict) or not sample:
            raise self.refuse("this expression")
        self.check_alike(list(sample.values()))
        if iterable.func.attr == "items":
            key, target = self.pair(target, "items")
        else:
            key = self.index_name(("key",))
        number = syntax.name(key)
        first = next(iter(sample))
        self.state.see(number, first)
        read = ast.copy_location(syntax.index(owner, number), self.node)
        self.state.see(read, sample[first])
        return Header(ast.Name(id=key, ctx=ast.Store()), owner, [(target, read)])


def whole(source: ast.expr) -> ast.expr:
    """Return the variable of which a loop leaves out some items at the ends."""
    return source.value if isinstance(source, ast.Subscript) and is_cut(source) else source


def less(tree: ast.expr, number: int) -> ast.expr:
    return ast.BinOp(tree, ast.Sub(), syntax.constant(number)) if number else tree


def rank_of(value: Any) -> int:
    """Return the rank of an array; nothing of a container."""
    return np.ndim(value) if isinstance(value, np.ndarray) else 0
