"""The manners of a call: a call with its callee goes in, one function with its arguments comes out.

A method of an array is the function of that name (`x.sum(0)` is `np.sum(x, 0)`), a method of a ufunc the function that
does the same (`np.add.reduce(x)` is `np.sum(x, axis=0)`), and what only an array can do (`x.astype(t)`) has a head of
its own.
"""

from __future__ import annotations

import ast
import operator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from codegen.gates.callees import METHOD_NAMES

# What a ufunc does along an axis, as a function.
ALONG = {
    ("add", "reduce"): np.sum,
    ("multiply", "reduce"): np.prod,
    ("maximum", "reduce"): np.max,
    ("minimum", "reduce"): np.min,
    ("logical_or", "reduce"): np.any,
    ("logical_and", "reduce"): np.all,
    ("add", "accumulate"): np.cumsum,
    ("multiply", "accumulate"): np.cumprod,
}
# Methods that no function of NumPy does, with the names of their arguments.
OWN = {"astype": ("dtype",), "item": (), "tolist": (), "flatten": ("order",)}


@dataclass
class Manner:
    """One function and its arguments.

    Attributes
    ----------
    callee : object
        The function, or the head of a form as text.
    args : tuple of ast.expr
    keywords : list of ast.keyword
    """

    callee: Any
    args: tuple[ast.expr, ...]
    keywords: list[ast.keyword] = field(default_factory=list)


def manner_of(node: ast.Call, callee: Any) -> Manner | None:
    """Return the function that a call stands for, or None if no row can know it."""
    owner = getattr(callee, "__self__", None)
    if any(k.arg is None for k in node.keywords):
        return None
    if isinstance(owner, np.ndarray | np.generic) and isinstance(node.func, ast.Attribute):
        return of_array(node, node.func)
    if any(isinstance(a, ast.Starred) for a in node.args):
        return None
    args = tuple(node.args)
    if isinstance(owner, np.ufunc):
        return of_ufunc(owner, callee.__name__, args, node.keywords)
    if callee is operator.getitem and len(args) == 2:
        return Manner("[]", args)
    return Manner(callee, args, [k for k in node.keywords if not is_no_output(k)])


def is_no_output(keyword: ast.keyword) -> bool:
    """Return whether an argument is `out=None`."""
    return keyword.arg == "out" and isinstance(keyword.value, ast.Constant)


def of_array(node: ast.Call, func: ast.Attribute) -> Manner | None:
    """Return the function that a method of an array stands for."""
    name, args = func.attr, (func.value, *node.args)
    if name in ("reshape", "transpose") and (
        len(node.args) > 1 or any(isinstance(a, ast.Starred) for a in node.args)
    ):
        packed = ast.Tuple(elts=list(node.args), ctx=ast.Load())
        return Manner(getattr(np, name), (func.value, packed), node.keywords)
    if any(isinstance(a, ast.Starred) for a in node.args):
        return None
    if name == "flatten":
        return Manner(np.ravel, args, node.keywords)
    if name == "item" and not node.args:
        return Manner("float", args)
    if name == "clip":
        named = {k.arg: k.value for k in node.keywords}
        if named.keys() <= {"min", "max"} and len(node.args) + len(named) <= 2:
            none = ast.Constant(value=None)
            low, high, *_ = [*node.args, none, none]
            return Manner(np.clip, (func.value, named.get("min", low), named.get("max", high)))
    if name == "copy":
        return Manner(np.copy, (func.value,))
    if name in OWN:
        first = [k for k in node.keywords if k.arg in OWN[name]]
        rest = [k for k in node.keywords if k.arg not in OWN[name]]
        return Manner(name, (*args, *(k.value for k in first)), rest)
    if name not in METHOD_NAMES:
        return None
    return Manner(getattr(np, {"conj": "conjugate"}.get(name, name)), args, node.keywords)


def of_ufunc(
    ufunc: np.ufunc, method: str, args: tuple[ast.expr, ...], keywords: list[ast.keyword]
) -> Manner | None:
    """Return the function that a method of a ufunc stands for; without an axis it goes along the first."""
    if method == "outer":
        plain = len(args) == 2 and not keywords
        return Manner(f"np.{ufunc.__name__}.outer", args) if plain else None
    if method not in ("reduce", "accumulate"):
        return None
    callee = ALONG.get((ufunc.__name__, method), f"np.{ufunc.__name__}.{method}")
    if len(args) > 1:
        keywords = [ast.keyword(arg="axis", value=args[1]), *keywords]
    elif not any(k.arg == "axis" for k in keywords):
        keywords = [ast.keyword(arg="axis", value=ast.Constant(value=0)), *keywords]
    return Manner(callee, args[:1], keywords) if len(args) < 3 else None
