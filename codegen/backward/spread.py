"""Numbers that need not be spread: lines that give an array one number everywhere go in; out come lines in which all
that read it multiply by the number.

>>> from codegen.cli.show import after
>>> text = '''
... def f(mu, logvar):
...     return -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar))
... '''
>>> after("differentiate", text, np.ones((2, 3)), np.zeros((2, 3)))
# backprop out = -0.5 * np.sum(diff) and diff = 1 + logvar - mu**2 - explogvar
#     and explogvar = np.exp(logvar)
dlogvar = -0.5 * (1 - explogvar) * dout
dmu = mu * dout
"""

from __future__ import annotations

import ast
from dataclasses import replace

import numpy as np

from codegen import syntax
from codegen.analysis.aliasing import only_adds_axes
from codegen.backward.comments import left_out
from codegen.backward.draft import Draft
from codegen.backward.reads import unplaced
from codegen.backward.rows import fits
from codegen.backward.text import Text
from codegen.backward.together import Terms, is_free, unspread
from codegen.backward.zeros import SIGNS
from codegen.ir import Line, Planned, names_in, within
from codegen.pytree import is_plain
from codegen.simplify.factors import is_product
from codegen.simplify.kinds import signed_literal
from codegen.simplify.sums import factors_of

Lines = list[Planned]


def as_numbers(items: Lines, results: set[str], draft: Draft, text: Text, depth: int = 0) -> Lines:
    """Return lines without nameless arrays of one number, if all that read them have their shape without them."""
    found = list(within(items, lambda body: as_numbers(body, results, draft, text, depth + 1)))
    for place in reversed(range(len(found))):
        line = found[place]
        if not isinstance(line, Line) or line.operator != "=" or line.name in results:
            continue
        number, sample = unspread(line.value), draft.samples.get(line.name, 0.0)
        if number is line.value or not is_multiple(number) or not is_plain(sample):
            continue
        if not draft.flow.is_nameless(draft.variables.get(line.name, "")):
            continue
        reading = Reading(line.name, np.shape(sample), draft)
        readers = [k for k, one in enumerate(found) if k != place and line.name in names_in([one])]
        if not readers or not all(k > place and reading.is_product(found[k]) for k in readers):
            continue
        fresh = {k: with_number(found[k], line.name, number, text) for k in readers}
        if all(
            is_free(found, place, k, draft.flow)
            and fits(one.name, one.operator, unplaced(one.value), depth)
            for k, one in fresh.items()
        ):
            for k, one in fresh.items():
                found[k] = one
            left_out(found, place, readers[0])
    return found


def as_terms(items: Lines, draft: Draft, terms: Terms, depth: int = 0) -> Lines:
    """Return lines in which a number for all items stands in the line that adds to the array next."""
    found = list(within(items, lambda body: as_terms(body, draft, terms, depth + 1)))
    for place in reversed(range(len(found))):
        line = found[place]
        if not isinstance(line, Line) or line.operator != "=" or unspread(line.value) is line.value:
            continue
        name = line.name
        at = next(
            (k for k, one in enumerate(found) if k > place and name in names_in([one])), place
        )
        adds = found[at]
        kept = where_it_is_kept(adds, name)
        if kept is not None and is_free(found, place, at, draft.flow):
            value = terms.text.simple(ast.BinOp(kept, ast.Mult(), unspread(line.value)))
            found[at] = replace(line, value=value)
            left_out(found, place, at)
            continue
        if not isinstance(adds, Line) or adds.name != name or adds.operator not in SIGNS:
            continue
        shape = np.shape(draft.samples.get(name, 0.0))
        is_whole = adds.is_whole or Reading(name, shape, draft).has_shape(adds.value)
        is_first = name not in syntax.reads(adds.value) and is_free(found, place, at, draft.flow)
        if not is_whole or not is_first:
            continue
        whole = terms.whole(line, replace(adds, is_whole=True), depth)
        if whole is not None:
            found[at] = whole
            left_out(found, place, at)
    return found


TURNED = {ast.LtE: ast.Gt, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE}
"""Where what is left of a comparison is not."""


def where_it_is_kept(item: Planned, name: str) -> ast.expr | None:
    """Return the mask of the items of an array that a line, `dx[y <= 0] = 0`, does not set to zero."""
    match item:
        case Line(
            target=ast.Subscript(ast.Name(own), ast.Compare(left, [asked], [right])),
            operator="=",
            value=ast.Constant(0),
        ) if (
            own == name and type(asked) in TURNED
        ):
            return ast.Compare(left, [TURNED[type(asked)]()], [right])
    return None


def is_multiple(tree: ast.expr) -> bool:
    """Return whether a text is a name, times or over a number that is written out, or less than nothing."""
    if isinstance(tree, ast.UnaryOp):
        return is_multiple(tree.operand)
    names = [f for f in factors_of(tree) if signed_literal(f.tree) is None]
    return [syntax.identifier(f.tree) != "" for f in names] == [True]


def with_number(item: Planned, name: str, number: ast.expr, text: Text) -> Line:
    """Return a line that multiplies by a number in the place of an array."""
    assert isinstance(item, Line)

    def change(part: ast.expr) -> ast.expr | None:
        return number if syntax.identifier(without_new_axes(part)) == name else None

    value = text.simple(syntax.rewrite(item.value, change))
    return replace(item, value=value, shares=item.shares - {name})


def without_new_axes(tree: ast.expr) -> ast.expr:
    """Return an array that an index only gives more axes, `y` for `y[:, None]`."""
    match tree:
        case ast.Subscript(value=of, slice=index) if only_adds_axes(index):
            return of
    return tree


ITEM_BY_ITEM = frozenset({"np.exp", "np.log", "np.sqrt", "np.sin", "np.cos", "np.tanh"})
"""Functions that give an array of the shape of theirs."""


class Reading:
    """Asks of lines that read an array whether they need its shape."""

    def __init__(self, name: str, shape: tuple[int, ...], draft: Draft) -> None:
        self.name, self.shape, self.draft = name, shape, draft

    def is_product(self, item: Planned) -> bool:
        if not isinstance(item, Line) or not item.name or item.read.count(self.name) != 1:
            return False
        if not is_product(item.value) or 1 in self.shape:
            return False
        tree = item.value.operand if isinstance(item.value, ast.UnaryOp) else item.value
        factors = [(f.tree, f.divides) for f in factors_of(tree)]
        mine = [
            one
            for one, divides in factors
            if syntax.identifier(without_new_axes(one)) == self.name and not divides
        ]
        if [syntax.identifier(one) for one in mine] == [self.name]:
            return any(self.has_shape(one) for one, _ in factors)
        whole = Reading(self.name, np.shape(self.draft.samples.get(item.name, 0.0)), self.draft)
        is_whole = len(whole.shape) > len(self.shape) and 1 not in whole.shape
        return bool(mine) and is_whole and any(whole.has_shape(one) for one, _ in factors)

    def has_shape(self, tree: ast.expr) -> bool:
        match tree:
            case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.Div() | ast.Pow(), right):
                return self.has_shape(left) or self.has_shape(right)
            case ast.UnaryOp(operand=inner):
                return self.has_shape(inner)
            case ast.Call(func, [inner], []) if syntax.dotted(func) in ITEM_BY_ITEM:
                return self.has_shape(inner)
            case ast.Name(name):
                return name != self.name and self.shapes(name) == {self.shape}
        return False

    def shapes(self, name: str) -> set[tuple[int, ...]]:
        variable, stage, _ = name.partition("@")
        if not stage:
            return {np.shape(self.draft.samples[name])} if name in self.draft.samples else set()
        samples = self.draft.samples_of(variable)
        return {np.shape(sample) if is_plain(sample) else () for sample in samples}
