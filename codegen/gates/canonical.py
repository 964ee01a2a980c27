"""The canonical form of an expression: the user's tree goes in, the form that rows are matched against comes out.

Callees are resolved to objects first and then to one name per function (`math.exp`, `np.exp` and `from numpy import exp as e` are
`np.exp`; `x.sum(0)` is `np.sum(x, axis=0)`), arguments are bound by signature and defaults dropped. Each part of the form keeps the
user's own tree, from which the output is printed.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import math
import operator
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from codegen.gates.table import OPERATORS

MISSING = object()  # "no value seen"


@dataclass(eq=False)
class Form:
    """A canonical expression.

    Attributes
    ----------
    head : str
        `"+"`, `"np.sum"`, `"[]"`, `"name"`, `"const"`, `"tuple"`, or `"other"` for what no row can look into.
    args : tuple of Form
    keys : tuple of str
        For calls, the parameter each argument is bound to.
    value : object
        The constant, or the identifier of a name.
    node : ast.expr
        The user's tree.
    """

    head: str
    args: tuple[Form, ...]
    keys: tuple[str, ...]
    value: Any
    node: ast.expr


class Resolver:
    """What the canonical form needs to know of a tree: its value where known, and the callee of a call."""

    def value(self, node: ast.expr) -> Any:
        """Return the sample value of `node`, or MISSING."""
        raise KeyError(node)

    def callee(self, node: ast.Call) -> Any:
        """Return the object that is called, or MISSING."""
        raise KeyError(node)


# Functions of other modules, or other names, that mean a NumPy function.
MATH_TWINS = {
    "acos": "arccos",
    "acosh": "arccosh",
    "asin": "arcsin",
    "asinh": "arcsinh",
    "atan": "arctan",
    "atan2": "arctan2",
    "atanh": "arctanh",
}
OPERATOR_TWINS: dict[int, str] = {
    id(np.add): "+",
    id(np.subtract): "-",
    id(np.multiply): "*",
    id(np.divide): "/",
    id(np.power): "**",
    id(np.float_power): "**",
    id(np.floor_divide): "//",
    id(np.remainder): "%",
    id(np.matmul): "@",
    id(np.negative): "neg",
    id(np.positive): "pos",
    id(math.pow): "**",
    id(builtins.pow): "**",
    id(operator.add): "+",
    id(operator.sub): "-",
    id(operator.mul): "*",
    id(operator.truediv): "/",
    id(operator.pow): "**",
    id(operator.neg): "neg",
    id(operator.matmul): "@",
}
COMPARISONS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
METHODS = {
    "all any argmax argmin argsort choose clip compress copy cumprod cumsum diagonal dot max mean min nonzero prod ptp "
    "ravel repeat reshape round squeeze std sum swapaxes take trace transpose var conj conjugate searchsorted"
}
METHOD_NAMES = frozenset(name for names in METHODS for name in names.split())


# Second names of NumPy's own.
NUMPY_TWINS = {
    "amax": "max",
    "amin": "min",
    "round_": "round",
    "around": "round",
    "concat": "concatenate",
    "permute_dims": "transpose",
    "row_stack": "vstack",
    "trapz": "trapezoid",
}


@cache
def numpy_names() -> dict[int, str]:
    """Return the canonical name of every NumPy function, by identity."""
    names: dict[int, str] = {}
    for prefix, module in (("np.linalg.", np.linalg), ("np.", np)):
        for name in dir(module):
            if name.startswith("_") or (prefix == "np." and name in ("linalg", "test")):
                continue
            found = getattr(module, name, None)
            if callable(found):
                own = getattr(found, "__name__", name)
                names[id(found)] = prefix + (own if getattr(module, own, None) is found else name)
    return names


@cache
def math_names() -> dict[int, str]:
    """Return the canonical name of every function of `math`, by identity."""
    names = {}
    for name in dir(math):
        found = getattr(math, name)
        if callable(found) and not name.startswith("_"):
            twin = MATH_TWINS.get(name, name)
            usable = hasattr(np, twin) and name not in ("gcd", "lcm", "prod", "hypot", "dist")
            names[id(found)] = numpy_names()[id(getattr(np, twin))] if usable else f"math.{name}"
    names[id(math.hypot)] = "math.hypot"
    return names


def canonical_name(callee: Any) -> str | None:
    """Return the canonical name of a callee, or None for a function that no row can know."""
    if callee is builtins.abs:
        return "np.absolute"
    if callee is builtins.round:
        return "round"
    found = numpy_names().get(id(callee)) or math_names().get(id(callee))
    if found:
        return found
    if getattr(builtins, getattr(callee, "__name__", ""), None) is callee:
        return str(callee.__name__)
    module = getattr(callee, "__module__", None) or type(callee).__module__
    name = getattr(callee, "__qualname__", None) or getattr(callee, "__name__", None)
    if module and name and str(module).startswith("scipy.special"):
        return f"scipy.special.{name}"
    if module and name:
        return f"{module}.{name}"
    return None


def numpy_twin(callee: Any) -> Any:
    """Return the NumPy function that a second name stands for."""
    twin = getattr(np, NUMPY_TWINS.get(getattr(callee, "__name__", ""), ""), None)
    return callee if twin is None or callee is not getattr(np, callee.__name__, None) else twin


def static_object(func: ast.expr, **roots: Any) -> Any:
    """Return the object a dotted name in a row stands for, or MISSING if its module was never imported."""
    if isinstance(func, ast.Name):
        return roots.get(func.id, getattr(builtins, func.id, MISSING))
    if isinstance(func, ast.Attribute):
        dotted = ast.unparse(func)
        if dotted in sys.modules:
            return sys.modules[dotted]
        base = static_object(func.value, **roots)
        return getattr(base, func.attr, MISSING) if base is not MISSING else MISSING
    return MISSING


@cache
def signature_of(callee: Any) -> inspect.Signature | None:
    """Return the signature of a callee, or None where it has none."""
    if isinstance(callee, np.ufunc):
        return None
    try:
        return inspect.signature(callee)
    except (ValueError, TypeError):
        return None


class Canonicalizer:
    """Makes canonical forms with the facts of one run."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.memo: dict[int, Form] = {}

    def form(self, node: ast.expr) -> Form:
        """Return the canonical form of `node`."""
        known = self.memo.get(id(node))
        if known is None or known.node is not node:
            known = self.memo[id(node)] = self.build(node)
        return known

    def build(self, node: ast.expr) -> Form:
        """Return a new form for `node`."""
        match node:
            case ast.Constant():
                return Form("const", (), (), node.value, node)
            case ast.Name():
                return Form("name", (), (), node.id, node)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
                return Form("const", (), (), -value, node)
            case ast.BinOp():
                return Form(OPERATORS.get(type(node.op), "other"), (self.form(node.left), self.form(node.right)), (), None, node)
            case ast.UnaryOp():
                return Form(OPERATORS[type(node.op)], (self.form(node.operand),), (), None, node)
            case ast.Tuple() | ast.List():
                if any(isinstance(item, ast.Starred) for item in node.elts):
                    return Form("other", (), (), None, node)
                return Form("tuple", tuple(self.form(item) for item in node.elts), (), None, node)
            case ast.Subscript():
                return Form("[]", (self.form(node.value), self.form(node.slice)), (), None, node)
            case ast.Slice():
                parts = (node.lower, node.upper, node.step)
                return Form("slice", tuple(self.form(p) if p else Form("const", (), (), None, node) for p in parts), (), None, node)
            case ast.Compare(ops=[test]) if type(test) in COMPARISONS:
                return Form(COMPARISONS[type(test)], (self.form(node.left), self.form(node.comparators[0])), (), None, node)
            case ast.Attribute():
                return self.attribute(node)
            case ast.Call():
                return self.call(node)
        return Form("other", (), (), None, node)

    def attribute(self, node: ast.Attribute) -> Form:
        """Return the form of `x.T`, or of a constant such as `np.pi`."""
        base = self.resolver.value(node.value)
        if node.attr == "T" and isinstance(base, np.ndarray | np.generic):
            return Form("np.transpose", (self.form(node.value),), ("a",), None, node)
        if node.attr == "real" and isinstance(base, np.ndarray | np.generic | float):
            return Form("np.real", (self.form(node.value),), ("val",), None, node)
        if isinstance(base, ModuleType):
            value = getattr(base, node.attr, MISSING)
            if value is None or isinstance(value, int | float):
                return Form("const", (), (), value, node)
        return Form("other", (), (), None, node)

    def call(self, node: ast.Call) -> Form:
        """Return the form of a call."""
        other = Form("other", (), (), None, node)
        callee = self.resolver.callee(node)
        if callee is MISSING or any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
            return other
        first: tuple[ast.expr, ...] = ()
        owner = getattr(callee, "__self__", None)
        if isinstance(owner, np.ndarray | np.generic) and isinstance(node.func, ast.Attribute):
            name = node.func.attr
            first = (node.func.value,)
            if name in ("reshape", "transpose") and len(node.args) > 1:
                packed = ast.Tuple(elts=list(node.args), ctx=ast.Load())
                return self.bound(getattr(np, name), node, (*first, packed), [])
            if name == "flatten" and not node.args:
                return self.bound(np.ravel, node, first, [])
            if name == "astype":
                return self.raw("astype", node, (*first, *node.args))
            if name == "item" and not node.args:
                return self.raw("float", node, first)
            if name not in METHOD_NAMES:
                return other
            callee = getattr(np, {"conj": "conjugate"}.get(name, name))
        return self.bound(callee, node, (*first, *node.args), node.keywords)

    def raw(self, head: str, node: ast.Call, args: tuple[ast.expr, ...]) -> Form:
        """Return the form of a call whose arguments are bound by position alone."""
        keys = tuple(f"{i}" for i in range(len(args))) + tuple(str(k.arg) for k in node.keywords)
        return Form(head, tuple(self.form(a) for a in (*args, *(k.value for k in node.keywords))), keys, None, node)

    def bound(self, callee: Any, node: ast.Call, args: tuple[ast.expr, ...], keywords: list[ast.keyword]) -> Form:
        """Return the form of a call of `callee`, its arguments in the order of the signature and without defaults."""
        twin = OPERATOR_TWINS.get(id(callee))
        if callee is np.dot:
            twin = self.dot_twin(args)
        if twin and not keywords and len(args) == (1 if twin in ("neg", "pos") else 2):
            return Form(twin, tuple(self.form(a) for a in args), (), None, node)
        callee = numpy_twin(callee)
        name = canonical_name(callee)
        if name is None:
            return Form("other", (), (), None, node)
        if name in ("max", "min") and len(args) == 2 and not keywords:
            name = {"max": "np.maximum", "min": "np.minimum"}[name]
        of_math = getattr(callee, "__module__", "") in ("math", "builtins")
        signature = signature_of(callee) if name.startswith(("np.", "scipy.")) and not of_math else None
        if signature is None:
            ordered = [(f"{i}", a) for i, a in enumerate(args)] + [(str(k.arg), k.value) for k in keywords]
            return Form(name, tuple(self.form(a) for _, a in ordered), tuple(k for k, _ in ordered), None, node)
        try:
            binding = signature.bind(*args, **{str(k.arg): k.value for k in keywords})
        except TypeError:
            return Form("other", (), (), None, node)
        items = list(self.without_defaults(signature, binding))
        return Form(name, tuple(self.form(a) for _, a in items), tuple(k for k, _ in items), None, node)

    def without_defaults(self, signature: inspect.Signature, binding: inspect.BoundArguments) -> Iterator[tuple[str, ast.expr]]:
        """Yield parameter and argument for each argument that is not written out as its own default."""
        for key, given in binding.arguments.items():
            parameter = signature.parameters[key]
            if parameter.kind is parameter.VAR_POSITIONAL:
                for i, one in enumerate(given):
                    yield f"{key}{i}", one
                continue
            if parameter.kind is parameter.VAR_KEYWORD:
                yield from given.items()
                continue
            default = parameter.default
            if isinstance(given, ast.Constant) and type(given.value) is type(default) and given.value == default:
                continue
            if isinstance(given, ast.Constant) and given.value is False and default is getattr(np, "_NoValue", MISSING):
                continue
            yield key, given

    def dot_twin(self, args: tuple[ast.expr, ...]) -> str | None:
        """Return the operator that `np.dot` is for the ranks at hand."""
        values = [self.resolver.value(a) for a in args]
        if len(values) != 2 or any(v is MISSING for v in values):
            return None
        left, right = (np.ndim(v) for v in values)
        if left == 0 or right == 0:
            return "*"
        return "@" if left <= 2 and right <= 2 else None


class RowResolver(Resolver):
    """Resolves the names of a row: `np` is NumPy, other modules are found if they were imported."""

    def value(self, node: ast.expr) -> Any:
        """Return a module for a dotted name, else MISSING."""
        found = static_object(node, np=np, math=math) if isinstance(node, ast.Name | ast.Attribute) else MISSING
        return found if isinstance(found, ModuleType) else MISSING

    def callee(self, node: ast.Call) -> Any:
        """Return the function a row calls."""
        return static_object(node.func, np=np, math=math)


def pattern_form(tree: ast.expr, canonicalizer: Callable[[], Canonicalizer] | None = None) -> Form:
    """Return the form of the left side of a row; `:=` becomes the head `":="`."""
    maker = canonicalizer() if canonicalizer else PatternCanonicalizer(RowResolver())
    return maker.form(tree)


class PatternCanonicalizer(Canonicalizer):
    """Makes forms of left sides, which may name inner values with `:=`."""

    def build(self, node: ast.expr) -> Form:
        """Return a new form for `node`."""
        if isinstance(node, ast.NamedExpr):
            return Form(":=", (self.form(node.value),), (), node.target.id, node)
        if isinstance(node, ast.Attribute) and node.attr == "T":
            return Form("np.transpose", (self.form(node.value),), ("a",), None, node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "astype":
            return self.raw("astype", node, tuple(node.args))
        return super().build(node)
