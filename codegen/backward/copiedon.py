"""Copies that are written over in part: lines of the backward pass go in; out come lines in which the gradient of the
copy goes on as that of what was copied.

Of `new = u.copy()` and `new[1:-1] = u[1:-1] + k * lap`, what reaches `u` at each place is what reached `new` there. So
`du` is not zeros that get the middle of `dnew` first and the rest of it in the end: it is `dnew`.

>>> def line(target, operator, value):
...     return Line(syntax.parse(target), operator, syntax.parse(value))
>>> lines = [
...     line("dnew", "=", "dout"),
...     line("du", "=", "np.zeros_like(u)"),
...     line("du[1:-1]", "=", "dnew[1:-1]"),
...     line("dlap", "=", "k * dnew[1:-1]"),
...     line("dnew[1:-1]", "=", "0"),
...     line("du[2:]", "+=", "dlap"),
...     line("du", "+=", "dnew"),
... ]
>>> import numpy as np
>>> samples = dict.fromkeys(["du", "dnew"], np.ones(5))
>>> for one in copied_on(lines, set(), samples):
...     print(syntax.show(one.target), one.operator, syntax.show(one.value))
du = dout
dlap = k * du[1:-1]
du[2:] += dlap
"""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from typing import Any

from codegen import syntax
from codegen.analysis.aliasing import root_of
from codegen.backward.comments import without_remarks
from codegen.backward.samples import has_axes
from codegen.backward.trips import changed
from codegen.backward.zeros import SIGNS, is_zeros
from codegen.ir import Line, Planned, names_in, within
from codegen.tables import grouped

Lines = list[Planned]


def copied_on(items: Sequence[Planned], results: Set[str], samples: Mapping[str, Any]) -> Lines:
    """Return lines without gradients of copies that go on as those of what was copied; `results` are the names that
    are returned, `samples` what each gradient was on the example.
    """
    uses = Counter([*names_in(items), *results])

    def inside(body: Sequence[Planned]) -> Lines:
        block = Copies(list(within(body, inside)), uses)
        for place, item in enumerate(body):
            match item:
                case Line(ast.Name(copied), "+=", ast.Name(copy)) if copied != copy:
                    if are_of_one_shape(samples.get(copied), samples.get(copy)):
                        block.look(place, copied, copy)
        return without_remarks(block.items, block.gone) if block.gone else block.items

    return inside(items)


def are_of_one_shape(one: Any, other: Any) -> bool:
    is_array = has_axes(one) and has_axes(other)
    return is_array and one.shape == other.shape and one.dtype == other.dtype


class Copies:
    """Looks for gradients of copies in the lines of one block; `uses` counts the names in all lines."""

    def __init__(self, items: Lines, uses: Counter[str]) -> None:
        self.items, self.uses = items, uses
        self.gone: set[Line] = set()  # the lines that nothing needs any more
        # the places of the items in which each name stands, in order
        self.at = grouped((n, k) for k, item in enumerate(items) for n in {*names_in([item])})

    def between(self, name: str, first: int, last: int) -> list[int]:
        at = self.at.get(name, [])
        return at[bisect_right(at, first) : bisect_left(at, last)]

    def look(self, last: int, copied: str, copy: str) -> None:
        """Let the gradient of a copy go on under the name of what was copied, to which the last line adds it."""
        own = self.at[copy]
        first, maker = own[0], self.items[own[0]]
        if not isinstance(maker, Line) or not maker.sets or maker.name != copy or own[-1] != last:
            return
        if sum(names_in([self.items[k]]).count(copy) for k in own) != self.uses[copy]:
            return
        zeros, *others = self.between(copied, first, last) or [first]
        begun = self.items[zeros]
        if not isinstance(begun, Line) or not begun.sets or not is_zeros(begun.value):
            return
        spare = self.spare(copied, copy, zeros, sorted({*own[1:-1], *others}))
        if spare is None:
            return
        gone = {zeros, last, *spare, *([first] if syntax.identifier(maker.value) == copied else [])}
        for k in {*own, *gone}:
            line = self.items[k]
            assert isinstance(line, Line)
            if k in gone:
                self.gone.add(line)
            else:
                self.items[k] = line.renamed({copy: copied})
        self.at[copied] = sorted({*self.at[copied], *own})

    def spare(self, copied: str, copy: str, zeros: int, places: Sequence[int]) -> list[int] | None:
        """Return the places of the lines that the join makes needless; None where some line stands in the way."""
        moved: int | None = None
        over: int | None = None
        for k in places:
            line = self.items[k]
            if not isinstance(line, Line):
                return None
            names = {*names_in([line])}
            match line:
                case Line(
                    ast.Subscript(ast.Name(to), one), "=", ast.Subscript(ast.Name(of), other)
                ) if ((to, of) == (copied, copy) and moved is None and over is None):
                    if not syntax.same(one, other):
                        return None
                    moved = k
                case Line(ast.Subscript(ast.Name(to)), "=", ast.Constant(0)) if (
                    to == copy and k > zeros and over is None
                ):
                    over = k
                case _ if over is None:
                    if copied in names or copy in changed(line) and k > zeros:
                        return None
                case Line(target=ast.expr() as target, operator=operator):
                    if copy in names or operator not in SIGNS or root_of(target) != copied:
                        return None
                    if copied in syntax.reads(line.value):
                        return None
        if over is None:
            return None
        if moved is None:
            return []
        puts, empties = self.items[moved], self.items[over]
        assert isinstance(puts, Line)
        assert isinstance(empties, Line)
        assert isinstance(puts.target, ast.Subscript)
        assert isinstance(empties.target, ast.Subscript)
        if not syntax.same(puts.target.slice, empties.target.slice):
            return None
        for name in syntax.names(puts.target.slice):
            lines = [self.items[k] for k in self.between(name, moved, over)]
            if not all(isinstance(n, Line) and name not in changed(n) for n in lines):
                return None
        return [moved, over]
