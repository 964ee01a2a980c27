"""Masks of numbers: lines of the backward pass go in; out come the same, with a mask where its number is computed.

The slope of a root is infinite at 0, and dividing by 0 raises. Where a maximum lets nothing through, nobody wants that
slope: the mask that would follow stands in the line that divides then. Arrays are masked item by item where they are.

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
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from codegen import syntax
from codegen.backward.draft import Draft
from codegen.ir import Line, Planned, names_in, within
from codegen.pytree import is_scalar
from codegen.records import dataclass
from codegen.simplify.kinds import Known

Lines = list[Planned]


def masked_early(items: Lines, results: Collection[str], draft: Draft, known: Known) -> Lines:
    """Return lines in which a mask stands where what it lets through might raise, if one line after the other leads
    from there to it. `results` are the gradients that are returned; `known` tells the ranks.
    """
    uses = Counter(names_in(items))
    alone = {
        name
        for name, count in uses.items()
        if count == 2 and name not in results and is_scalar(draft.samples.get(name))
    }

    def block(items: Lines) -> Lines:
        found = list(within(items, block))
        for k, reader in enumerate(found):
            mask = mask_in(reader.value, alone) if isinstance(reader, Line) else None
            if (
                mask is None or known.rank(mask.condition) != 0
            ):  # an array's would mask a number item by item
                continue
            place = first_that_raises(found[:k], mask.name, alone)
            if place is None:
                continue
            line = found[place]
            assert isinstance(line, Line) and isinstance(reader, Line)
            value = ast.IfExp(mask.condition, line.value, syntax.constant(0.0))
            plain = syntax.rewrite(reader.value, {mask.whole: mask.product}.get)
            found[place], found[k] = replace(line, value=value), replace(reader, value=plain)
        return found

    return block(items)


@dataclass(frozen=True)
class Mask:
    """A part of a text that lets a number through, or a product with it, only under a condition."""

    whole: ast.expr
    condition: ast.expr
    product: ast.expr
    name: str


def mask_in(tree: ast.expr, names: set[str]) -> Mask | None:
    """Return the first mask in a text of one of the numbers."""
    for node in syntax.walk(tree):
        match node:
            case ast.Call(
                ast.Attribute(ast.Name("np"), "where"), [condition, product, ast.Constant(0)]
            ) | ast.BinOp(ast.Compare() as condition, ast.Mult(), product):
                masked = [n for n in syntax.reads(product) if n in names]
                if len(masked) == 1 and not may_raise(product):
                    assert isinstance(node, ast.expr)
                    return Mask(node, condition, product, masked[0])
    return None


def first_that_raises(items: Lines, name: str, alone: set[str]) -> int | None:
    """Return the first of the lines that lead to a number, each by one other, that might raise."""
    found = None
    for k in reversed(range(len(items))):
        line = items[k]
        if name not in names_in([line]):
            continue
        if not isinstance(line, Line) or line.operator != "=" or line.name != name:
            break
        found = k if may_raise(line.value) else found
        above = [n for n in syntax.reads(line.value) if n in alone]
        if len(above) != 1:
            break
        name = above[0]
    return found


def may_raise(tree: ast.expr) -> bool:
    """Return whether a text divides, or takes a power."""
    return any(isinstance(node, ast.Div | ast.Pow) for node in syntax.walk(tree))
