"""Gradients of one side: finished lines go in; out come lines in which what only one side of a branch makes is handed
on there, and needs no zero for where the branch is not taken.

*Before*: `dm = 0.0` in front of `if m > 0: dm = dloss`, and `ds[j] += dm` behind it. *After*: both on that side.

>>> def line(target, operator, value):
...     return Line(syntax.parse(target), operator, syntax.parse(value))
>>> side = If([line("dm", "=", "dloss")], test=syntax.parse("m > 0"))
>>> (found,) = one_sided([line("dm", "=", "0.0"), side, line("ds[j]", "+=", "2 * dm")], [])
>>> [f"{syntax.show(one.target)} {one.operator} {syntax.show(one.value)}" for one in found.body]
['dm = dloss', 'ds[j] += 2 * dm']
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from codegen import syntax
from codegen.backward.differentiate import sets
from codegen.backward.zeros import SIGNS, sets_zero
from codegen.ir import Else, If, Line, Nest, Planned, Remark, names_in, within

FIRST = frozenset({"np.sum", "np.mean", "np.reshape", "np.swapaxes", "np.broadcast_to"})
ANY = frozenset({"np.dot", "np.outer", "np.matmul"})
METHODS = frozenset({"sum", "mean", "reshape", "transpose", "copy"})
"""Functions that make zeros of zeros: of their first argument, of any of them, of what they are methods of."""


def one_sided(items: Sequence[Planned], results: Set[str]) -> list[Planned]:
    """Return lines in which gradients that one side alone makes are handed on there; `results` are read behind them."""
    return handed_on(items, Counter([*names_in(items), *results]))


def handed_on(items: Sequence[Planned], counts: Mapping[str, int]) -> list[Planned]:
    found = list(within(items, lambda body: handed_on(body, counts)))
    for place in reversed(range(len(found))):
        match found[place : place + 2]:
            case [If() as one, Else() as other]:
                end, ways = place + 2, [(other.body, one), (one.body, other)]
            case [If() as one, *_]:
                end, ways = place + 1, [(found[:place], one)]
            case _:
                continue
        for before, side in ways:
            for line in before:
                if (
                    not isinstance(line, Line)
                    or not sets_zero(line)
                    or not sets(side.body, line.name)
                ):
                    continue
                moved, made = handing_on(line.name, found[end:])
                own = Counter(names_in([line, side, *moved]))
                left = [item for item in before if item is not line]
                is_empty = not any(isinstance(item, Line | Nest) for item in left)
                if (
                    not moved
                    or is_empty
                    and side is not one
                    or any(own[n] < counts[n] for n in made)
                ):
                    continue
                taken: list[Planned] = [replace(side, body=with_first(side.body, moved))]
                if len(ways) == 1:
                    place, both = 0, left + taken
                elif side is one:
                    both = taken if is_empty else [*taken, replace(other, body=left)]
                else:
                    both = [replace(one, body=left), *taken]
                return handed_on([*found[:place], *both, *found[end + len(moved) :]], counts)
    return found


def with_first(body: Sequence[Planned], moved: Sequence[Planned]) -> list[Planned]:
    """Return the lines of a side and those behind them, the first of which to add to zeros sets what it adds to."""
    found = list(body)
    for line in moved:
        if isinstance(line, Line) and line.operator == "+=" and line.is_whole and line.name:
            *_, last = [None, *(item for item in found if line.name in names_in([item]))]
            is_first = isinstance(last, Line) and last.name == line.name and sets_zero(last)
            if last and is_first and isinstance(line.value, ast.BinOp | ast.UnaryOp | ast.Name):
                found.remove(last)
                shared = {name for name in [syntax.identifier(line.value)] if name}
                line = replace(line, operator="=", shares=shared)
        found.append(line)
    return found


def handing_on(name: str, items: Sequence[Planned]) -> tuple[list[Planned], set[str]]:
    """Return the first of some lines, that do nothing where a gradient is zero, and which gradients are zero then."""
    made, length = {name}, 0
    for place, item in enumerate(items):
        if isinstance(item, Remark):
            continue
        if not isinstance(item, Line) or not vanishes(item.value, made):
            break
        if item.sets and item.name:
            made.add(item.name)
        elif item.operator not in SIGNS:
            break
        length = place + 1
    return list(items[:length]), made


def vanishes(tree: ast.expr, zeros: Set[str]) -> bool:
    """Return whether a value is zero where some gradients are.

    >>> [vanishes(syntax.parse(text), {"dm"}) for text in ("-w * dm / n", "np.sum(dm, axis=0)", "dm + dn")]
    [True, True, False]
    """

    def goes(part: ast.expr) -> bool:
        return vanishes(part, zeros)

    match tree:
        case ast.Name(name):
            return name in zeros
        case ast.Constant(value):
            return value == 0
        case ast.UnaryOp(ast.USub(), part) | ast.Subscript(part) | ast.Attribute(part, "T"):
            return goes(part)
        case ast.BinOp(left, ast.Mult() | ast.MatMult(), right):
            return goes(left) or goes(right)
        case ast.BinOp(left, ast.Div()):
            return goes(left)
        case ast.BinOp(left, ast.Add() | ast.Sub(), right) | ast.IfExp(_, left, right):
            return goes(left) and goes(right)
        case ast.Call(ast.Name() | ast.Attribute(ast.Name("np")) as func, [first, *others]):
            called = syntax.show(func)
            if called == "np.where" and len(others) == 2:
                return all(map(goes, others))
            return called in FIRST and goes(first) or called in ANY and any(map(goes, tree.args))
        case ast.Call(ast.Attribute(part, method)):
            is_product = method == "dot" and any(map(goes, tree.args))
            return is_product or method in METHODS | {"dot"} and goes(part)
    return False
