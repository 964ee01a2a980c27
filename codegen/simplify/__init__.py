"""The simplifier: the text of a gradient goes in, the text a person would have written comes out, of the same value.

Pairs of texts (`rules.py`) do most of it, one function each the products and the sums. What is not understood is left
as it is, and so are indices. Trees are shared: none is changed.

`match.py` applies the rules; `products.py` (with `factors.py`) and `sums.py` are these functions, `kinds.py` tells
rank and kind of a text, `spelling.py` has the last touches.

>>> from codegen import syntax
>>> rank = lambda tree: 2 if isinstance(tree, ast.Name) else None
>>> syntax.show(simplify(syntax.parse("-np.sum(-2.0 * dy, axis=0)"), Known(rank, lambda tree: True)))
'np.sum(2.0 * dy, axis=0)'
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from codegen import syntax
from codegen.gates.callees import VIEW_MAKERS
from codegen.simplify.factors import is_product, unsigned
from codegen.simplify.kinds import Known, callee
from codegen.simplify.match import rewritten
from codegen.simplify.products import product, pulled
from codegen.simplify.spelling import filled, opened, with_sign_inside
from codegen.simplify.sums import is_sum, spine, total

__all__ = ["added", "sign_split", "simplify", "without_spare_copy"]

Tree = TypeVar("Tree", bound=ast.expr)
LIBRARIES = frozenset({"np", "math"})
"""Modules whose functions change nothing that they are given."""


class SpareCopy(ast.Call):
    """A copy for the sake of a first `=`: what is added needs none."""


def simplify(tree: ast.expr, known: Known) -> ast.expr:
    """Return a simpler text of the same value: never a plain variable, or a view of one, where `tree` makes a new
    array, for two gradients would share memory.
    """
    found = simple(tree, known)
    if shares(found) and not shares(tree) and known.rank(found) is None:
        return opened(spare_copy(found), known)  # `unalias` knows whether it is a number
    return opened(with_sign_inside(filled(value(tree, known), known), known), known)


def added(tree: ast.expr, known: Known) -> ast.expr:
    """Return a simpler text of what a line adds or multiplies by: it is only read, so it may be a plain variable."""
    return opened(simple(tree, known), known)


def value(tree: ast.expr, known: Known) -> ast.expr:
    """Return the simple text of something that is given a name, or put into a container."""
    if isinstance(tree, ast.List | ast.Tuple):
        return with_parts(tree, lambda part: value(part, known))
    if isinstance(tree, ast.Dict):
        return with_values(tree, lambda part: value(part, known))
    found = simple(tree, known)
    if not shares(found) or shares(tree) or known.rank(found) == 0:
        return found
    return tree if known.rank(found) is None else spare_copy(found)


def spare_copy(tree: ast.expr) -> SpareCopy:
    """Return a copy that is made only where something asks for it."""
    return SpareCopy(ast.Attribute(tree, "copy", ast.Load()), [], [])


def without_spare_copy(tree: ast.expr) -> ast.expr:
    """Return what a copy shows that was made for the sake of a first `=`; anything else as it is."""
    if isinstance(tree, SpareCopy) and isinstance(tree.func, ast.Attribute):
        return tree.func.value
    return tree


def simple(tree: ast.expr, known: Known) -> ast.expr:
    """Return the simple text of any part."""

    def again(part: ast.expr) -> ast.expr:
        return simple(part, known)

    if is_product(tree):
        found = product(tree, again, known)
    elif isinstance(tree, ast.BinOp) and is_sum(tree):
        found = total(tree, again, known)
    elif isinstance(tree, ast.Call):
        found = called(with_arguments(tree, again), known)
    elif isinstance(tree, ast.IfExp):
        found = with_fields(tree, ("body", "orelse"), again)
    elif isinstance(tree, ast.BinOp | ast.UnaryOp | ast.Attribute | ast.Subscript):
        found = with_fields(tree, ("left", "right", "operand", "value"), again)
        if isinstance(found, ast.Subscript) and is_all_of_an_array(found, known):
            return found.value
        if isinstance(found, ast.Subscript) and (one := item_of_range(found)) is not None:
            return again(one)
    else:
        return tree
    better = rewritten(found, known)
    return found if better is None else again(better)


def item_of_range(tree: ast.Subscript) -> ast.expr | None:
    """Return one item of a list that is made for each number of a range, by itself; None of other lists.

    >>> tree = ast.parse("[sum(dout[i::2]) for i in range(2)][1]", mode="eval").body
    >>> print(ast.unparse(item_of_range(tree)))
    sum(dout[1::2])
    """
    match tree:
        case ast.Subscript(
            ast.ListComp(
                element,
                [ast.comprehension(ast.Name(number), ast.Call(ast.Name("range"), [_]), [])],
            ),
            ast.Constant(int(place)),
        ) if (
            place >= 0
        ):
            return syntax.substitute(element, {number: syntax.constant(place)})
    return None


def is_all_of_an_array(tree: ast.Subscript, known: Known) -> bool:
    """Return whether an item of an array is all of it."""
    if not isinstance(tree.slice, ast.Slice):
        return False
    is_open = tree.slice.lower is tree.slice.upper is tree.slice.step is None
    return is_open and (known.rank(tree.value) or 0) > 0


def called(tree: ast.Call, known: Known) -> ast.expr:
    found = pulled(tree, known) if callee(tree) == ("np", "sum") else None
    return tree if found is None else simple(found, known)  # more may be left to be pulled


def with_arguments(tree: ast.Call, change: Callable[[ast.expr], ast.expr]) -> ast.Call:
    func = tree.func
    if isinstance(func, ast.Attribute) and not isinstance(func.value, ast.Name):
        func = with_fields(func, ("value",), change)
    if callee(tree)[0] not in LIBRARIES:
        change = partial(unshared, change)
    args = [a if isinstance(a, ast.Starred) else change(a) for a in tree.args]
    words = [change(k.value) for k in tree.keywords]
    if (
        func is tree.func
        and same(args, tree.args)
        and same(words, [k.value for k in tree.keywords])
    ):
        return tree
    fresh = copy.copy(tree)
    fresh.func, fresh.args = func, args
    fresh.keywords = [
        ast.keyword(k.arg, word) for k, word in zip(tree.keywords, words, strict=True)
    ]
    return fresh


def unshared(change: Callable[[ast.expr], ast.expr], tree: ast.expr) -> ast.expr:
    """Return a simpler text of what a user's function is given, which may change it: no variable for `x * 1.0`."""
    found = change(tree)
    return tree if shares(found) and not shares(tree) else found


def with_fields(tree: Tree, names: tuple[str, ...], change: Callable[[ast.expr], ast.expr]) -> Tree:
    fresh = tree
    for one in names:
        part = getattr(tree, one, None)
        if part is not None:
            new = change(part)
            if new is not part:
                fresh = copy.copy(tree) if fresh is tree else fresh
                setattr(fresh, one, new)
    return fresh


def with_parts(tree: ast.List | ast.Tuple, change: Callable[[ast.expr], ast.expr]) -> ast.expr:
    parts = [p if isinstance(p, ast.Starred) else change(p) for p in tree.elts]
    return tree if same(parts, tree.elts) else type(tree)(parts, tree.ctx)


def with_values(tree: ast.Dict, change: Callable[[ast.expr], ast.expr]) -> ast.expr:
    parts = [change(p) for p in tree.values]
    return tree if same(parts, tree.values) else ast.Dict(tree.keys, parts)


def same(a: list[ast.expr], b: list[ast.expr]) -> bool:
    """Return whether two lists hold the very same trees."""
    return all(x is y for x, y in zip(a, b, strict=True))


def shares(tree: ast.expr) -> bool:
    """Return whether a value may be the memory of a variable."""
    if isinstance(tree, ast.Name):
        return True
    if isinstance(tree, ast.Attribute | ast.Subscript | ast.Starred):
        return shares(tree.value)
    if isinstance(tree, ast.IfExp):
        return shares(tree.body) or shares(tree.orelse)
    if isinstance(tree, ast.Call):
        root, attr = callee(tree)
        if attr not in VIEW_MAKERS:
            return False
        of = (
            tree.args[:1]
            if root == "np"
            else [tree.func.value] if isinstance(tree.func, ast.Attribute) else []
        )
        return any(shares(part) for part in of)
    return False


def sign_split(tree: ast.expr, known: Known) -> tuple[bool, ast.expr]:
    """Return whether a text has a minus in front, and the rest without a copy made for a first `=`."""
    if isinstance(tree, SpareCopy):
        return False, without_spare_copy(tree)
    if is_sum(tree):
        return all_negative(tree, known)
    negative, rest = unsigned(tree, known)
    if negative:
        return True, rest
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.MatMult):
        return of_matrix_product(tree, known)
    if isinstance(tree, ast.Call) and callee(tree) == ("np", "outer") and len(tree.args) == 2:
        negative, left = unsigned(tree.args[0], known)
        return negative, ast.Call(tree.func, [left, tree.args[1]], tree.keywords)
    if isinstance(tree, ast.Call) and callee(tree) == ("np", "sum") and tree.args:
        negative, rest = unsigned(tree.args[0], known)
        if negative and all(k.arg in ("axis", "keepdims") for k in tree.keywords):
            return True, ast.Call(tree.func, [rest, *tree.args[1:]], tree.keywords)
    return False, tree


def all_negative(tree: ast.expr, known: Known) -> tuple[bool, ast.expr]:
    """Return a sum without its minuses, if all of its terms have one."""
    terms = spine(tree)
    first, rest = unsigned(terms[0][1], known)
    if not first or not all(negative for negative, _ in terms[1:]):
        return False, tree
    for _, term in terms[1:]:
        rest = ast.BinOp(rest, ast.Add(), term)
    return True, rest


def of_matrix_product(tree: ast.BinOp, known: Known) -> tuple[bool, ast.expr]:
    """Return a matrix product without the minus of one of its operands."""
    negative, right = unsigned(tree.right, known)
    if negative:
        return True, ast.BinOp(tree.left, tree.op, right)
    negative, left = sign_split(tree.left, known)
    return negative, ast.BinOp(left, tree.op, tree.right) if negative else tree
