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
from codegen.backward.zeros import SIGNS, is_zeros
from codegen.ir import Else, If, Line, Planned, Remark, names_in, within

FIRST = frozenset({"np.sum", "np.mean", "np.reshape", "np.swapaxes", "np.broadcast_to"})
ANY = frozenset({"np.dot", "np.outer", "np.matmul"})
METHODS = frozenset({"sum", "mean", "reshape", "transpose", "copy"})
"""Functions that make zeros of zeros: of those of their first argument, of any of them, of those that they are methods of."""


def one_sided(items: Sequence[Planned], results: Sequence[str] | Set[str]) -> list[Planned]:
    """Return lines in which gradients that one side alone makes are handed on there; `results` are read behind them."""
    return handed_on(items, Counter([*names_in(items), *results]))


def handed_on(items: Sequence[Planned], counts: Mapping[str, int]) -> list[Planned]:
    found = list(within(items, lambda body: handed_on(body, counts)))
    for place in reversed(range(len(found))):
        side, behind = found[place], found[place + 1 :]
        if not isinstance(side, If) or isinstance(next(iter(behind), None), Else):
            continue
        for spot in reversed(range(place)):
            first = found[spot]
            name = first.name if isinstance(first, Line) and first.operator == "=" else ""
            if not name or not isinstance(first, Line) or not is_zeros(first.value):
                continue
            if not is_made(name, side.body):
                continue
            moved, made = handing_on(name, behind)
            own = Counter(names_in([first, side, *moved]))
            if moved and all(own[one] == counts[one] for one in made):
                found[place : place + 1 + len(moved)] = [replace(side, body=[*side.body, *moved])]
                del found[spot]
                return handed_on(found, counts)
    return found


def is_made(name: str, body: Sequence[Planned]) -> bool:
    """Return whether lines give a gradient a value whatever it was."""
    first = next((item for item in body if name in names_in([item])), None)
    return isinstance(first, Line) and name in first.bound and name not in syntax.names(first.value)


def handing_on(name: str, items: Sequence[Planned]) -> tuple[list[Planned], set[str]]:
    """Return the first of some lines, which do nothing where a gradient is zero, and the gradients that are zero then."""
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
