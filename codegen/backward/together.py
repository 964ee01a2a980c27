"""Terms together: lines of the backward pass go in; out come lines in which what one line of the user's adds to an
array in several stages is added in one.

A stage that only staging has cut off a line of the user's has no lines of its own where all of them add to what lines
above have made; a line comes down to one that adds to the same if it stands alone under its comment, or has no matrix
product. What reaches a gradient from two lines of the user's stays two lines, and so do numbers, as in the notes.

>>> import numpy as np
>>> from codegen.cli.show import after
>>> text = '''
... def f(z, h, c):
...     return (1 - z) * h + z * c
... '''
>>> after("differentiate", text, *(np.array(rows) for rows in ([0.5, 0.2], [1.0, 3.0], [2.0, 0.1])))
# backprop out = not_z * h + z * c and not_z = 1 - z
dh = not_z * dout
dz = (c - h) * dout
dc = z * dout
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from codegen import syntax
from codegen.backward.accumulate import broadcasting
from codegen.backward.comments import left_out, under
from codegen.backward.draft import Draft
from codegen.backward.flow import Flow, is_fixed
from codegen.backward.reads import unplaced
from codegen.backward.rows import fits
from codegen.backward.samples import has_axes
from codegen.backward.text import Text
from codegen.backward.trips import may_pass
from codegen.backward.zeros import SIGNS
from codegen.ir import Line, Planned, Remark, names_in, within
from codegen.simplify import sign_split, without_spare_copy

Lines = list[Planned]
PRODUCTS = frozenset({"dot", "outer", "matmul", "einsum", "tensordot"})


def together(items: Lines, draft: Draft, text: Text) -> Lines:
    """Return lines in which terms from one line of the user's are together; `text` gives a sum as it is written."""
    # a sum of arrays of several kinds is of the widest, what is added to one is of its kind
    return items if text.known.narrow else Terms(draft, text).block(items)


class Terms:
    """Looks for lines that add to the same array."""

    def __init__(self, draft: Draft, text: Text) -> None:
        self.draft, self.text = draft, text

    def block(self, items: Lines, depth: int = 0) -> Lines:
        found = list(within(items, lambda body: self.block(body, depth + 1)))
        place = 0
        while place < len(found):
            lines = under(found, place + 1) if isinstance(found[place], Remark) else range(0)
            fewer = self.gone_up(found, lines, depth) or self.come_down(found, lines, depth)
            place += not fewer
            found = fewer or found
        return found

    def gone_up(self, items: Lines, places: Sequence[int], depth: int) -> Lines | None:
        """Return items in which all lines under one comment are terms of lines above; None if some are not."""
        found = list(items)
        for place in reversed(places):
            before = self.before(found, place)
            if before is None or not is_free(found, place, before, self.draft.flow):
                return None
            whole = self.whole(found[before], found[place], depth)
            if whole is None:
                return None
            found[before] = whole
            left_out(found, place, before)
        return found if places else None

    def come_down(self, items: Lines, places: Sequence[int], depth: int) -> Lines | None:
        """Return items in which a line is a term of one below; no matrix product, where others stand beside it."""
        for place in places:
            before = self.before(items, place)
            if before is None or not is_free(items, before, place, self.draft.flow):
                continue
            is_one_stage = before in places
            if not is_one_stage and len(under(items, before)) > 1 and multiplies(items[before]):
                continue
            whole = self.whole(items[before], items[place], depth)
            if whole is not None:
                found = [*items[:place], whole, *items[place + 1 :]]
                left_out(found, before, place)
                return found
        return None

    def before(self, items: Lines, place: int) -> int | None:
        """Return the last line that gives an array its gradient, if both lines come from one line of the user's."""
        line = items[place]
        if not isinstance(line, Line) or line.operator not in SIGNS:
            return None
        for k in range(place - 1, -1, -1):
            item = items[k]
            if isinstance(item, Remark):
                if not is_ours(item, self.draft.flow) or not has_axes(
                    self.draft.samples.get(line.name)
                ):
                    return None
            elif not isinstance(item, Line):
                return None
            elif line.name in names_in([item]):
                is_term = item.name == line.name and item.operator in ("=", *SIGNS)
                return k if is_term and line.name not in syntax.reads(item.value) else None
        return None

    def whole(self, first: Planned, second: Planned, depth: int) -> Line | None:
        """Return one line for two that add to a gradient; None if it does not fit."""
        assert isinstance(first, Line)
        assert isinstance(second, Line)
        left, right = without_spare_copy(first.value), second.value
        if second.is_whole:
            left = unspread(left)
        if first.operator == "-=":
            left = ast.UnaryOp(ast.USub(), left)
        right = alike(right, left, self.draft)
        value = self.text.simple(ast.BinOp(left, SIGNS[second.operator], right))
        operator = first.operator
        if operator != "=":
            negative, value = sign_split(value, self.text.known)
            operator = "-=" if negative else "+="
        if not fits(first.name, operator, unplaced(value), depth):
            return None
        is_whole = first.is_whole or second.is_whole
        return replace(first, operator=operator, value=value, shares=set(), is_whole=is_whole)


def alike(tree: ast.expr, other: ast.expr, draft: Draft) -> ast.expr:
    """Return a text that reads what has one value all along as another one does."""
    known = draft.reads.known
    values = {known[key].name: key for key in syntax.reads(other) if key in known}
    same = {key: values.get(known[key].name) for key in syntax.reads(tree) if key in known}
    return syntax.substitute(
        tree,
        {
            key: syntax.name(own)
            for key, own in same.items()
            if own and is_fixed(draft.flow, known[key].name)
        },
    )


def is_ours(remark: Planned, flow: Flow) -> bool:
    stages = [remark.stage, *remark.also] if isinstance(remark, Remark) else [None]
    return all(s and s.binds and all(map(flow.is_nameless, s.binds)) for s in stages)


def multiplies(line: Planned) -> bool:
    """Return whether a line has a matrix product, which keeps a line of its own among others."""
    assert isinstance(line, Line)
    return any(
        isinstance(part, ast.MatMult)
        or isinstance(part, ast.Call)
        and syntax.called_last(part) in PRODUCTS
        for part in syntax.walk(line.value)
    )


def unspread(tree: ast.expr) -> ast.expr:
    """Return a gradient without what gives a number the shape of an array."""
    match tree:
        case ast.Call(args=[_, number], keywords=[]) if syntax.calls(tree, "np.full_like"):
            return number
    return broadcasting(tree)


def is_free(items: Lines, place: int, other: int, flow: Flow) -> bool:
    line, (first, last) = items[place], sorted((place, other))
    assert isinstance(line, Line)
    return may_pass(line, items[first + 1 : last], flow)
