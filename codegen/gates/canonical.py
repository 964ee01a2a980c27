"""The canonical form of an expression: the user's tree goes in, the form that rows are matched against comes out.

Callees are resolved to objects first and then to one name per function (`math.exp`, `np.exp` and `from numpy import
exp as e` are `np.exp`; `x.sum(0)` is `np.sum(x, axis=0)`), arguments are bound by signature and defaults dropped.
Each part of the form keeps the user's own tree, from which the output is printed.
"""

from __future__ import annotations

import ast
import inspect
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from codegen.gates.callees import (
    METHOD_NAMES,
    MISSING,
    OPERATOR_TWINS,
    canonical_name,
    numpy_twin,
    signature_of,
    static_object,
)
from codegen.gates.table import OPERATORS

__all__ = ["MISSING", "Canonicalizer", "Form", "Resolver", "canonical_name", "pattern_form"]


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


COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


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
                return Form(
                    OPERATORS.get(type(node.op), "other"),
                    (self.form(node.left), self.form(node.right)),
                    (),
                    None,
                    node,
                )
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
                return Form(
                    "slice",
                    tuple(self.form(p) if p else Form("const", (), (), None, node) for p in parts),
                    (),
                    None,
                    node,
                )
            case ast.Compare(ops=[test]) if type(test) in COMPARISONS:
                return Form(
                    COMPARISONS[type(test)],
                    (self.form(node.left), self.form(node.comparators[0])),
                    (),
                    None,
                    node,
                )
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
        if (
            callee is MISSING
            or any(isinstance(a, ast.Starred) for a in node.args)
            or any(k.arg is None for k in node.keywords)
        ):
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
        return Form(
            head,
            tuple(self.form(a) for a in (*args, *(k.value for k in node.keywords))),
            keys,
            None,
            node,
        )

    def bound(
        self, callee: Any, node: ast.Call, args: tuple[ast.expr, ...], keywords: list[ast.keyword]
    ) -> Form:
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
        signature = (
            signature_of(callee) if name.startswith(("np.", "scipy.")) and not of_math else None
        )
        if signature is None:
            ordered = [(f"{i}", a) for i, a in enumerate(args)] + [
                (str(k.arg), k.value) for k in keywords
            ]
            return Form(
                name,
                tuple(self.form(a) for _, a in ordered),
                tuple(k for k, _ in ordered),
                None,
                node,
            )
        try:
            binding = signature.bind(*args, **{str(k.arg): k.value for k in keywords})
        except TypeError:
            return Form("other", (), (), None, node)
        items = list(self.without_defaults(signature, binding))
        return Form(
            name, tuple(self.form(a) for _, a in items), tuple(k for k, _ in items), None, node
        )

    def without_defaults(
        self, signature: inspect.Signature, binding: inspect.BoundArguments
    ) -> Iterator[tuple[str, ast.expr]]:
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
            if (
                isinstance(given, ast.Constant)
                and type(given.value) is type(default)
                and given.value == default
            ):
                continue
            if (
                isinstance(given, ast.Constant)
                and given.value is False
                and default is getattr(np, "_NoValue", MISSING)
            ):
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
        found = (
            static_object(node, np=np, math=math)
            if isinstance(node, ast.Name | ast.Attribute)
            else MISSING
        )
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
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "astype"
        ):
            return self.raw("astype", node, tuple(node.args))
        return super().build(node)
