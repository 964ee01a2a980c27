"""Masks of numbers: lines of the backward pass go in; out come the same, with a mask where its number is computed.

The slope of a root is infinite at 0, and dividing by 0 raises. Where a maximum lets nothing through, nobody wants that
slope: the mask that would follow stands in the lines that divide then. Arrays are masked item by item where they are.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x):
...     u = max(1 - x, 0.0)
...     return np.sqrt(u)
... '''
>>> after("differentiate", text, 0.3)
# backprop out = np.sqrt(u)
du = 0.5 / out * dout if u > 0 else 0.0
# backprop u = max(1 - x, 0.0)
dx = -du

One number for all items of an array is masked as it becomes that array:

>>> import numpy as np
>>> text = '''
... def f(x, m):
...     h = np.maximum(0, x - 1)
...     return np.mean(h) + m
... '''
>>> after("differentiate", text, np.arange(3.0), 0.5)
# backprop out = np.mean(h) + m
dm = dout
# backprop h = np.maximum(0, x - 1)
dh = (h > 0) * (dout / h.size)
dx = dh
"""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from codegen import syntax
from codegen.backward.divisors import divisors_of
from codegen.backward.draft import Draft
from codegen.backward.reads import unplaced
from codegen.ir import Line, Planned, Remark, names_in, within
from codegen.pytree import is_scalar
from codegen.records import dataclass
from codegen.simplify.kinds import Known
from codegen.stage.spell import wire_text
from codegen.tables import grouped


def masked_early(
    items: Sequence[Planned], results: Collection[str], draft: Draft, known: Known
) -> list[Planned]:
    """Return lines with a mask where what it lets through might raise, if nothing else needs what is between."""
    uses = Counter([*names_in(items), *results])
    numbers = {name for name in uses if is_scalar(draft.samples.get(name))}

    def block(items: Sequence[Planned]) -> list[Planned]:
        found = list(within(items, block))
        places = Places(found, uses, numbers)
        masks: dict[int, list[ast.expr]] = {}  # the conditions under which a line is wanted
        settled: set[int] = set()
        readers: set[int] = set()
        for k, reader in enumerate(items):
            mask = mask_in(reader.value, numbers) if isinstance(reader, Line) else None
            if mask is None or any(known.rank(c) != 0 for c in mask.conditions):
                continue  # an array's is item by item
            assert isinstance(reader, Line)
            positive = {syntax.show(unplaced(c)).removesuffix(" > 0") for c in mask.conditions}
            leading = dict(places.dividing(mask.name, k, readers))
            readers.add(k)
            for n, divisors in leading.items():
                if n not in settled:
                    masks[n] = [*mask.conditions, *masks.get(n, [])]
                # wherever the mask lets something through, it may divide
                if positive.issuperset(divisors):
                    settled.add(n)
            if leading and places.all_pass(leading, mask.name, k):
                plain = syntax.rewrite(reader.value, {mask.whole: mask.product}.get)
                found[k] = replace(reader, value=plain)
        for n, conditions in masks.items():
            line = found[n]
            assert isinstance(line, Line)
            test = conditions[0] if len(conditions) == 1 else ast.BoolOp(ast.And(), conditions)
            found[n] = replace(line, value=ast.IfExp(test, line.value, syntax.constant(0.0)))
        return found

    return block(items)


MODULES = "np", "math"


@dataclass(frozen=True)
class Mask:
    """A part of a text that lets a number through, or a product with it, only under conditions."""

    whole: ast.expr
    conditions: list[ast.expr]
    product: ast.expr
    name: str


def mask_in(tree: ast.expr, names: Collection[str]) -> Mask | None:
    for node in syntax.walk(tree):
        match node:
            case ast.Call(
                ast.Attribute(ast.Name("np"), "where"), [condition, product, ast.Constant(0)]
            ):
                conditions = [condition]
            case ast.BinOp(factors, ast.Mult(), product):
                conditions = comparisons(factors)
            case _:
                continue
        masked = [n for n in syntax.reads(product) if n in names]
        if conditions and len(masked) == 1 and not any(zeros_of(product)):
            assert isinstance(node, ast.expr)
            return Mask(node, conditions, product, masked[0])
    return None


def comparisons(tree: ast.expr) -> list[ast.expr]:
    """Return the comparisons that a text is, or is the product of; none for other texts."""
    match tree:
        case ast.Compare():
            return [tree]
        case ast.BinOp(left, ast.Mult(), ast.Compare() as last):
            return [*found, last] if (found := comparisons(left)) else []
    return []


class Places:
    """Where names stand in the items of one block; `uses` counts them in all of the plan."""

    def __init__(
        self, items: Sequence[Planned], uses: Mapping[str, int], numbers: Collection[str]
    ) -> None:
        self.items, self.numbers = items, numbers
        self.at = grouped((name, k) for k, item in enumerate(items) for name in names_in([item]))
        self.elsewhere = {name for name, at in self.at.items() if uses[name] > len(at)}
        self.remarks = [k for k, item in enumerate(items) if isinstance(item, Remark)]

    def stages(self, k: int) -> dict[str, ast.expr]:
        """Return what the stages compute that a line runs backwards, each by the text of what it writes."""
        above = bisect_left(self.remarks, k)
        remark = self.items[self.remarks[above - 1]] if above else None
        stages = [remark.stage, *remark.also] if isinstance(remark, Remark) else []
        return {syntax.show(s.target): wire_text(s.wire) for s in stages if s and s.wire}

    def divisors(self, k: int) -> list[str]:
        """Return what is zero where a line might raise, and its stages do not: divisors, bases, what is in a root."""
        stages, line = self.stages(k), self.items[k]
        assert isinstance(line, Line)
        own = {
            syntax.show(part.right)
            for wire in stages.values()
            for part in syntax.every(ast.BinOp, wire)
            if isinstance(part.op, ast.Div)
        }
        found = [syntax.show(unplaced(tree)) for tree in zeros_of(line.value)]
        roots = {
            name: syntax.show(wire.args[0])
            for name, wire in stages.items()
            if syntax.calls(wire, "np.sqrt", "math.sqrt")
        }
        return [roots.get(text, text) for text in found if text not in own]

    def dividing(
        self, name: str, reader: int, masked: Collection[int]
    ) -> Iterator[tuple[int, list[str]]]:
        """Yield the lines that might raise for one item's reads alone, and what is zero then; none beyond a mask."""
        asked = [(name, reader, False)]
        while asked:
            name, reader, divided = asked.pop()
            for k in self.writing(name, reader):
                line, by = self.items[k], self.divisors(k)
                assert isinstance(line, Line)
                if by:
                    yield k, by
                if not (divided and k in masked):
                    reads = [n for n in syntax.reads(line.value) if n in self.numbers]
                    asked += [(n, k, divided or bool(by)) for n in reads]

    def all_pass(self, lines: Collection[int], name: str, reader: int) -> bool:
        """Return whether all that an item reads of a number comes through some lines."""
        asked = [(name, reader)]
        while asked:
            found = self.writing(*asked.pop())
            for k in set(found).difference(lines):
                line = self.items[k]
                assert isinstance(line, Line)
                gradients = [
                    n for n in syntax.reads(line.value) if "@" not in n and n not in MODULES
                ]
                if len(gradients) != 1:
                    return False
                asked.append((gradients[0], k))
            if not found:
                return False
        return True

    def writing(self, name: str, reader: int) -> list[int]:
        """Return the lines that make the value of a number which one item alone reads, once; none if others do."""
        at = self.at[name]
        before, behind = at[: bisect_left(at, reader)], at[bisect_right(at, reader) :]
        again = self.is_bound(name, reader)
        if len(at) - len(before) - len(behind) != 1 + again:
            return []
        if not again and (not self.is_bound(name, behind[0]) if behind else name in self.elsewhere):
            return []
        found: list[int] = []
        for k in reversed(before):
            line = self.items[k]
            if (
                not isinstance(line, Line)
                or line.name != name
                or line.operator not in ("=", "+=", "-=")
                or name in syntax.reads(line.value)
            ):
                return []
            found.append(k)
            if line.operator == "=":
                return found
        return []

    def is_bound(self, name: str, k: int) -> bool:
        """Return whether an item gives a name a new value, whatever it had."""
        line = self.items[k]
        return isinstance(line, Line) and name in line.bound


def zeros_of(tree: ast.expr) -> Iterator[ast.expr]:
    for divisor in divisors_of(tree):
        match divisor:
            case ast.BinOp(ast.BinOp(op=ast.Pow()), ast.Add(), ast.BinOp(op=ast.Pow())):
                pass  # both squares are zero where the function has no slope
            case ast.BinOp(base, ast.Pow(), ast.Constant()):
                yield base
            case _:
                yield divisor
