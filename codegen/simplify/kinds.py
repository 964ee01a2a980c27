"""What is known about the value of a text: a tree goes in, its rank and whether it is a number or a mask come out."""

from __future__ import annotations

import ast
from collections.abc import Callable

import numpy as np

from codegen import syntax

MASK, NUMBER, FLOAT = 0, 1, 2
"""What a value surely is: perhaps a mask; an integer or float; a float."""

SAME_RANK = ("T", "real", "imag")
SAME_RANK_AS_GIVEN = ("ones_like", "zeros_like", "copy", "swapaxes", "transpose", "moveaxis")
NUMBERS = ("size", "ndim", "nbytes", "itemsize")
SUMS = ("sum", "mean", "max", "min", "prod", "amax", "amin")

Rank = Callable[[ast.expr], int | None]
Floats = Callable[[ast.expr], bool]


SAME_KIND = frozenset({
    "reshape", "expand_dims", "squeeze", "transpose", "swapaxes", "copy",
    "maximum", "minimum", "sign", "abs", "square",
})  # fmt: skip
"""Functions of NumPy whose values are floats where the first that they are given is."""
PRODUCTS = ("matmul", "outer", "tensordot", "dot")
ALWAYS_FLOATS = frozenset({
    "exp", "log", "sqrt", "tanh", "sin", "cos", "mean", "std", "var", "log1p", "expm1", "cosh", "sinh",
})  # fmt: skip
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.MatMult, ast.Pow, ast.Mod, ast.FloorDiv)


class Known:
    """Tells rank and kind of the parts of a text.

    Parameters
    ----------
    rank : callable
        Gives the rank of a name, or None.
    is_float : callable
        Whether a name surely holds floats, as gradients do; forward values may be masks.
    narrow : bool
        Whether some arrays have less than 64 bits.
    long : callable, optional
        Gives the number of axes of a name along which it is long, or None.
    holds_whole : callable, optional
        Whether a name holds whole numbers of NumPy, which may have few bits, unlike those of Python.
    may_be_empty : callable, optional
        Whether a text may be an array without items.
    """

    def __init__(
        self,
        rank: Rank,
        is_float: Floats,
        narrow: bool = False,
        long: Rank = lambda tree: None,
        holds_whole: Floats = lambda tree: False,
        may_be_empty: Floats = lambda tree: False,
    ) -> None:
        self.base, self.is_float, self.narrow, self.long = rank, is_float, narrow, long
        self.holds_whole, self.may_be_empty = holds_whole, may_be_empty

    def rank(self, tree: ast.expr) -> int | None:
        match tree:
            case ast.Constant() | ast.Name():
                return self.base(tree)
            case ast.UnaryOp(operand=inner):
                return self.rank(inner)
            case ast.BinOp(op=ast.MatMult()):
                return self.of_matrix_product(tree.left, tree.right)
            case ast.BinOp():
                return largest(self.rank(tree.left), self.rank(tree.right))
            case ast.Compare():
                return largest(*[self.rank(part) for part in (tree.left, *tree.comparators)])
            case ast.Attribute(attr=attr):
                if attr in NUMBERS:
                    return 0
                return self.rank(tree.value) if attr in SAME_RANK else self.base(tree)
            case ast.Subscript(
                value=ast.Attribute(attr="shape"), slice=ast.Constant() | ast.UnaryOp() | ast.Name()
            ):
                return 0
            case ast.Subscript():
                return self.of_item(tree)
            case ast.Call():
                return self.of_call(tree)
        return self.base(tree)

    def size(self, tree: ast.expr) -> int | None:
        """Return the number of axes along which a text is long, where it is known: a column counts as a vector."""
        match tree:
            case ast.Name() if (axes := self.long(tree)) is not None:
                return axes
            case ast.UnaryOp(operand=inner):
                return self.size(inner)
            case ast.BinOp(op=ast.Mult() | ast.Div() | ast.Add() | ast.Sub()):
                return largest(self.size(tree.left), self.size(tree.right))
        return self.rank(tree)

    def of_item(self, item: ast.Subscript) -> int | None:
        found = self.rank(item.value)
        for part in syntax.elements(item.slice):
            if isinstance(part, ast.Constant) and part.value is None:
                found = None if found is None else found + 1
            elif not isinstance(part, ast.Slice):
                single = isinstance(signed_literal(part), int) or (
                    isinstance(part, ast.Name | ast.BinOp) and self.rank(part) == 0
                )
                found = found - 1 if found and single else None
        return found

    def of_matrix_product(self, left: ast.expr, right: ast.expr) -> int | None:
        """Return the rank of a product with `@` of matrices and vectors."""
        a, b = self.rank(left), self.rank(right)
        return a + b - 2 if a in (1, 2) and b in (1, 2) else None

    def of_call(self, call: ast.Call) -> int | None:
        root, attr = callee(call)
        if root == "math" or (root == "" and attr in ("float", "int", "len")):
            return 0
        if root != "np" or not call.args:
            return self.base(call)
        first = self.rank(call.args[0])
        if attr in SUMS:
            return self.of_sum(call, first)
        if isinstance(getattr(np, attr, None), np.ufunc):
            return largest(*[self.rank(a) for a in call.args])
        return first if attr in SAME_RANK_AS_GIVEN else self.base(call)

    def of_sum(self, call: ast.Call, first: int | None) -> int | None:
        keywords = {k.arg: k.value for k in call.keywords}
        if "keepdims" in keywords:
            return first
        axis = keywords.get("axis") or (call.args[1] if len(call.args) > 1 else None)
        if axis is None:
            return 0
        is_one = isinstance(axis, ast.Constant) and isinstance(axis.value, int)
        return first - 1 if first is not None and is_one else None

    def is_whole(self, tree: ast.expr) -> bool:
        """Return whether a value may be a whole number of NumPy, or an array of such, of few bits."""
        match tree:
            case ast.Name():
                return self.holds_whole(tree)
            case ast.BinOp(left=left, right=right):
                parts = [left, right]
            case ast.UnaryOp(operand=inner):
                parts = [inner]
            case ast.IfExp(body=one, orelse=other):
                parts = [one, other]
            case ast.Subscript(value=inner):
                parts = [inner]
            case ast.Attribute(attr=attr, value=inner):
                parts = [] if attr in (*NUMBERS, "shape") else [inner]
            case ast.Call(func=ast.Name(id="len" | "int" | "float")):
                parts = []
            case ast.Call(func=func, args=args):
                parts = [func, *args]
            case _:
                parts = []
        return self.kind(tree) != FLOAT and any(map(self.is_whole, parts))

    def kind(self, tree: ast.expr) -> int:
        """Return what a value surely is: a float, a number, or perhaps a mask."""
        match tree:
            case ast.Constant(value=bool()):
                return MASK
            case ast.Constant(value=float()):
                return FLOAT
            case ast.Constant(value=int()):
                return NUMBER
            case ast.Name():
                return FLOAT if self.is_float(tree) else MASK
            case ast.BinOp(op=ast.Div()):
                return FLOAT
            case ast.BinOp(op=op) if isinstance(op, ARITHMETIC):
                return max(self.kind(tree.left), self.kind(tree.right))
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
                return max(self.kind(inner), NUMBER)
            case ast.Attribute(attr=attr, value=inner):
                return (
                    NUMBER if attr in NUMBERS else self.kind(inner) if attr in SAME_RANK else MASK
                )
            case ast.Subscript(value=ast.Attribute(attr="shape")):
                return NUMBER
            case ast.Subscript(value=inner):
                return self.kind(inner)
            case ast.Call(ast.Attribute(ast.Name("np"), "where"), [_, left, right]):
                return max(self.kind(left), self.kind(right))
            case ast.IfExp(_, left, right):
                return min(self.kind(left), self.kind(right))
            case ast.Call():
                return self.kind_of_call(tree)
        return MASK

    def kind_of_call(self, call: ast.Call) -> int:
        root, attr = callee(call)
        if root == "math" or (root, attr) == ("", "float"):
            return FLOAT
        if (root, attr) == ("", "len"):
            return NUMBER
        is_method = root == "?" and isinstance(call.func, ast.Attribute)
        given = [call.func.value, *call.args] if is_method else call.args  # type: ignore[attr-defined]  # see above
        if not given or not (is_method or root == "np"):
            return MASK
        if root == "np" and attr in ALWAYS_FLOATS:
            return FLOAT
        if attr in PRODUCTS:
            return max(map(self.kind, given[:2]))
        if attr in ("sum", "prod"):
            return max(self.kind(given[0]), NUMBER)
        return self.kind(given[0]) if attr in SAME_KIND else MASK


def largest(*ranks: int | None) -> int | None:
    found = [r for r in ranks if r is not None]
    return max(found) if len(found) == len(ranks) and found else None


def callee(call: ast.Call) -> tuple[str, str]:
    """Return the module (or nothing) and the name of the function called; "?" for a method."""
    func = call.func
    if isinstance(func, ast.Name):
        return "", func.id
    if isinstance(func, ast.Attribute):
        root = syntax.identifier(func.value)
        return root if root in ("np", "math") else "?", func.attr
    return "?", ""


def literal(tree: ast.expr) -> float | int | None:
    value = tree.value if isinstance(tree, ast.Constant) else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def signed_literal(tree: ast.expr) -> float | int | None:
    """Return the value of a number with or without a minus, or None."""
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        inner = literal(tree.operand)
        return None if inner is None else -inner
    return literal(tree)


def are_interleaved(one: ast.expr, other: ast.expr) -> bool:
    """Return whether two slices take turns: `0::2` and `1::2` have no place in common.

    >>> even, odd, fourth = (syntax.parse(f"x[{part}]").slice for part in ("::2", "1::2", "2::4"))
    >>> are_interleaved(even, odd), are_interleaved(even, fourth)
    (True, False)
    """
    match one, other:
        case ast.Slice(lower=a, step=ast.Constant(int(step))), ast.Slice(
            lower=b, step=ast.Constant(int(again))
        ) if (step == again > 0):
            starts = [0 if start is None else literal(start) for start in (a, b)]
            first, second = starts
            if isinstance(first, int) and isinstance(second, int):
                return min(first, second) >= 0 and (first - second) % step != 0
    return False


def key(tree: object) -> object:
    """Return what two trees of the same text share; a part that is no plain syntax is only like itself."""
    if isinstance(tree, ast.Name):
        return tree.id
    if isinstance(tree, ast.Constant):
        value = tree.value
        return ("float", repr(value)) if isinstance(value, float) else (type(value), value)
    if isinstance(tree, ast.AST):
        if type(tree).__module__ not in ("ast", "_ast"):
            return ("opaque", tree)
        return (type(tree), *[key(getattr(tree, f, None)) for f in tree._fields])
    return tuple(key(item) for item in tree) if isinstance(tree, list) else tree
