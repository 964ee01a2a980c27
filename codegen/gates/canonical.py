"""The canonical form of an expression: the user's tree goes in, the form that rows are matched against comes out.

Callees are resolved to objects first and then to one name per function: `math.exp`, `np.exp` and `from numpy import
exp as e` are `np.exp`. A method of an array is the function of that name (`x.sum(0)` is `np.sum(x, axis=0)`), that
of a ufunc the function that does the same (`np.add.reduce(x)` is `np.sum(x, axis=0)`), an index or a reshape that only
adds axes is `np.expand_dims`, a reduction whose axes come back has kept them, and what only an array can do
(`x.astype(t)`) has a head of its own. Arguments are bound by signature and defaults dropped. Each part of the form
keeps the user's own tree, from which the output is printed.

>>> form = pattern_form(ast.parse("np.sum(a=x, keepdims=False, axis=0)", mode="eval").body)
>>> form.head, form.keys
('np.sum', ('a', 'axis'))
"""

from __future__ import annotations

import ast
import copy
import inspect
import math
import operator
from collections.abc import Iterator
from dataclasses import field
from types import ModuleType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.callees import (
    METHOD_NAMES,
    OPERATOR_TWINS,
    SCIPY_TWINS,
    canonical_name,
    known_name,
    numpy_twin,
    signature_of,
    static_object,
)
from codegen.gates.forms import MISSING, Form, Resolver
from codegen.gates.table import OPERATORS
from codegen.pytree import module_of
from codegen.records import dataclass

__all__ = ["MISSING", "Canonicalizer", "Form", "Resolver", "canonical_name", "pattern_form"]
# what NumPy takes for "not given"
NO_VALUE = inspect.signature(np.sum).parameters["keepdims"].default


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
REDUCTIONS = frozenset({"np.sum", "np.mean", "np.max", "np.min", "np.var", "np.std", "np.prod"})
# Methods that no function of NumPy does, with the names of their arguments.
OWN = {"astype": ("dtype",), "item": (), "tolist": (), "flatten": ("order",)}
ATTRIBUTES = {
    "T": ("np.transpose", "a"),
    "mT": ("np.matrix_transpose", "x"),
    "real": ("np.real", "val"),
    "imag": ("np.imag", "val"),
}
LEAST_RANKS: dict[Any, Any] = {0: np.asarray, 1: np.atleast_1d, 2: np.atleast_2d}
"""What `np.array(x, ndmin=1)` gives but for the copy, which no gradient sees."""
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
        self.memo: dict[ast.expr, Form] = {}

    def form(self, node: ast.expr) -> Form:
        known = self.memo.get(node)
        if known is None or known.node is not node:
            known = self.memo[node] = self.build(node)
        return known

    def build(self, node: ast.expr) -> Form:
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
                if syntax.has_star(node.elts):
                    return Form("other", (), (), None, node)
                return Form("tuple", tuple(self.form(item) for item in node.elts), (), None, node)
            case ast.Subscript() if self.is_joiner(node.value):
                return self.joined(node)
            case ast.Subscript():
                axes = new_axes(node.slice)
                if axes is not None and self.is_array(node.value):
                    return self.expanded(node, node.value, axes)
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

    def is_array(self, node: ast.expr) -> bool:
        return isinstance(self.resolver.value(node), np.ndarray)

    def is_joiner(self, node: ast.expr) -> bool:
        """Return whether `node` is `np.r_` or `np.c_`."""
        return isinstance(node, ast.Attribute | ast.Name) and any(
            self.resolver.value(node) is joiner for joiner in (np.r_, np.c_)
        )

    def joined(self, node: ast.Subscript) -> Form:
        """Return the form of `np.r_[a, b]` or `np.c_[a, b]`: of the function that joins so; `np.r_[a]` is new."""
        if not isinstance(node.slice, ast.Tuple):
            is_row = self.resolver.value(node.value) is np.r_
            if is_row and np.ndim(self.resolver.value(node.slice)) == 1:
                return self.bound(np.array, node, (node.slice,), [])
            return Form("other", (), (), None, node)
        values = [self.resolver.value(part) for part in node.slice.elts]
        if any(v is MISSING or isinstance(v, slice | str) for v in values):
            return Form("other", (), (), None, node)
        rank = max(np.ndim(v) for v in values)
        joiner: Any = np.hstack if rank < 2 else np.concatenate
        if self.resolver.value(node.value) is np.c_:
            if rank > 2:
                return Form("other", (), (), None, node)
            joiner = np.column_stack
        return self.bound(joiner, node, (node.slice,), [])

    def attribute(self, node: ast.Attribute) -> Form:
        """Return the form of `x.T`, of a named part of a result, or of a constant such as `np.pi`."""
        base = self.resolver.value(node.value)
        if isinstance(base, np.ndarray | np.generic | float) and node.attr in ATTRIBUTES:
            name, key = ATTRIBUTES[node.attr]
            return Form(name, (self.form(node.value),), (key,), None, node)
        fields = getattr(type(base), "_fields", ())
        if node.attr in fields and module_of(type(base)).startswith("numpy"):
            place = ast.Constant(value=fields.index(node.attr))
            return Form("[]", (self.form(node.value), self.form(place)), (), None, node)
        if isinstance(base, ModuleType):
            value = getattr(base, node.attr, MISSING)
            if value is None or isinstance(value, int | float):
                return Form("const", (), (), value, node)
        return Form("other", (), (), None, node)

    def call(self, node: ast.Call) -> Form:
        callee = self.resolver.callee(node)
        manner = manner_of(node, callee) if callee is not MISSING else None
        if manner is None:
            return Form("other", (), (), None, node)
        if isinstance(manner.callee, str):
            return self.raw(node, manner)
        return self.bound(manner.callee, node, manner.args, manner.keywords)

    def raw(self, node: ast.expr, manner: Manner) -> Form:
        """Return the form of a call whose arguments are bound by position alone."""
        ordered = [(f"{i}", a) for i, a in enumerate(manner.args)]
        ordered += [(str(k.arg), k.value) for k in manner.keywords]
        keys = tuple(k for k, _ in ordered) if manner.callee != "[]" else ()
        return Form(str(manner.callee), tuple(self.form(a) for _, a in ordered), keys, None, node)

    def bound(
        self, callee: Any, node: ast.expr, args: tuple[ast.expr, ...], keywords: list[ast.keyword]
    ) -> Form:
        """Return the form of a call of `callee`, its arguments in the order of the signature and without defaults."""
        keywords = [k for k in keywords if k.arg != "check_finite"]  # says nothing of the value
        by_item = None if keywords or len(args) != 1 else self.items_of(callee, args[0])
        if by_item is not None:
            callee, args = by_item
        if callee in (copy.copy, copy.deepcopy) and len(args) == 1 and not keywords:
            is_array = isinstance(self.resolver.value(args[0]), np.ndarray)
            callee = np.copy if is_array else callee
        if callee is np.array and any(k.arg == "copy" and is_off(k.value) for k in keywords):
            callee, keywords = np.asarray, [k for k in keywords if k.arg != "copy"]
        if callee in (np.array, np.asarray) and args:
            callee, keywords = self.of_least_rank(callee, args[0], keywords)
        if module_of(callee).startswith("scipy.linalg"):
            wanted = SCIPY_TWINS.get(callee.__name__, 0)
            allowed = {"axis", "ord", "keepdims"} if callee.__name__ == "norm" else set[str]()
            plain = len(args) <= wanted and all(k.arg in allowed for k in keywords)
            callee = numpy_twin(callee) if plain else callee
        else:
            callee = numpy_twin(callee)
        if callee is np.select:
            args, keywords = with_default(args, keywords)
        twin = known_name(OPERATOR_TWINS, callee)
        if callee is np.dot:
            twin = self.dot_twin(args)
        if twin in ("+", "*") and any(
            isinstance(self.resolver.value(a), list | tuple) for a in args
        ):
            twin = None  # operators join and repeat lists, `np.add` and `np.multiply` do not
            callee = np.multiply if callee is np.dot else callee
        if twin and not keywords and len(args) == (1 if twin in ("neg", "pos") else 2):
            return Form(twin, tuple(self.form(a) for a in args), (), None, node)
        name = canonical_name(callee)
        if name is None:
            return Form("other", (), (), None, node)
        if name in ("max", "min") and len(args) == 2 and not keywords:
            name = {"max": "np.maximum", "min": "np.minimum"}[name]
        of_math = module_of(callee) in ("math", "builtins", "_operator")
        signature = (
            signature_of(callee) if name.startswith(("np.", "scipy.")) and not of_math else None
        )
        if signature is None:
            return self.raw(node, Manner(name, args, keywords))
        try:
            binding = signature.bind(*args, **{str(k.arg): k.value for k in keywords})
        except TypeError:
            return Form("other", (), (), None, node)
        items = list(self.without_defaults(signature, binding))
        if name == "np.reshape" and (axes := self.added_axes(dict(items))) is not None:
            return self.expanded(node, args[0], axes)
        return Form(
            name, tuple(self.form(a) for _, a in items), tuple(k for k, _ in items), None, node
        )

    def of_least_rank(
        self, callee: Any, value: ast.expr, keywords: list[ast.keyword]
    ) -> tuple[Any, list[ast.keyword]]:
        """Return the function and the words that say `ndmin=2` of an array without that word, if there are any."""
        rank = next((k.value for k in keywords if k.arg == "ndmin"), None)
        if not (isinstance(rank, ast.Constant) and isinstance(rank.value, int)):
            return callee, keywords
        others = [k for k in keywords if k.arg != "ndmin"]
        if np.ndim(self.resolver.value(value)) >= rank.value:
            return callee, others
        least = LEAST_RANKS.get(rank.value)
        is_display = isinstance(value, ast.Tuple | ast.List)  # which has gates of its own
        return (callee, keywords) if others or least is None or is_display else (least, [])

    def expanded(self, node: ast.expr, inner: ast.expr, axes: list[int]) -> Form:
        """Return the form of an array with new axes: that of a reduction that keeps its axes, if it is they."""
        form = self.form(inner)
        given = dict(zip(form.keys, form.args, strict=False))
        if form.head in REDUCTIONS and "axis" in given and "keepdims" not in given:
            rank, reduced = np.ndim(self.resolver.value(form.args[0].node)), literal(given["axis"])
            if rank and reduced and {a % rank for a in reduced} == {a % rank for a in axes}:
                keep = Form("const", (), (), True, ast.Constant(True))
                return Form(form.head, (*form.args, keep), (*form.keys, "keepdims"), None, node)
        return Form("np.expand_dims", (form, axis_form(axes)), ("a", "axis"), None, node)

    def added_axes(self, given: dict[str, ast.expr]) -> list[int] | None:
        """Return the axes of size 1 that a vector gets by a reshape, `v.reshape(-1, 1)`; None if it is another one."""
        if len(given) != 2:
            return None
        vector, shape = given.values()  # NumPy before 2.1 calls the second `newshape`
        if not isinstance(shape, ast.Tuple) or len(shape.elts) < 2:
            return None
        if np.ndim(self.resolver.value(vector)) != 1:
            return None
        ones = [isinstance(size, ast.Constant) and size.value == 1 for size in shape.elts]
        if ones.count(False) != 1:
            return None
        return [k for k, is_one in enumerate(ones) if is_one]

    def items_of(self, callee: Any, source: ast.expr) -> tuple[Any, tuple[ast.expr, ...]] | None:
        """Return the function that joins items and arrays, with its argument, for `np.array([t, *v])` and the like."""
        makes = callee is np.array or callee is np.asarray
        joins = callee is np.concatenate or callee is np.hstack
        if not isinstance(source, ast.Tuple | ast.List) or not (makes or joins):
            return None
        parts: list[tuple[ast.expr, bool]] = []  # and whether it stands for all of its items
        for part in source.elts:
            if makes and isinstance(part, ast.Starred):
                parts.append((part.value, True))
            elif joins and isinstance(part, ast.Tuple | ast.List):
                parts += [(item, False) for item in part.elts]
            else:
                parts.append((part, joins))
        found = [(self.resolver.value(part), is_whole) for part, is_whole in parts]
        arrays = [value for value, is_whole in found if is_whole]
        rank = np.ndim(arrays[0]) if arrays else 0
        if (
            not rank
            or joins
            and len(arrays) == len(parts)
            or not all(isinstance(value, np.ndarray) for value in arrays)
            or any(v is MISSING or np.ndim(v) != rank - (not whole) for v, whole in found)
        ):
            return None
        joined = (ast.Tuple([part for part, _ in parts], ast.Load()),)
        if len(arrays) == len(parts):
            return np.concatenate, joined
        if rank == 1:
            return np.hstack, joined
        return (np.vstack, joined) if rank == 2 and callee is not np.hstack else None

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
            key = {"correction": "ddof"}.get(key, key)
            if key in ("keepdims", "rowvar", "bias") and isinstance(given, ast.Constant):
                given = ast.Constant(value=bool(given.value))
            if (
                isinstance(given, ast.Constant)
                and type(given.value) is type(default)
                and given.value == default
            ):
                continue
            if isinstance(given, ast.Constant) and given.value is False and default is NO_VALUE:
                continue
            if default is None and self.resolver.is_none(given):
                continue
            if key == "rcond" and isinstance(given, ast.Constant) and given.value is None:
                continue  # the default since NumPy 2; a text that warns before
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


def with_default(
    args: tuple[ast.expr, ...], keywords: list[ast.keyword]
) -> tuple[tuple[ast.expr, ...], list[ast.keyword]]:
    """Return the arguments of `np.select([c, True], [x, y])` as those of `np.select([c], [x], default=y)`."""
    match args:
        case (
            ast.List(elts=[_, *_, ast.Constant(True)]) as asked,
            ast.List(elts=chosen),
            *_,
        ) if len(asked.elts) == len(chosen):
            fewer = (ast.List(asked.elts[:-1], ast.Load()), ast.List(chosen[:-1], ast.Load()))
            return fewer, [ast.keyword("default", chosen[-1])]
    return args, keywords


def is_off(tree: ast.expr) -> bool:
    """Return whether an option is written out as False or None."""
    return isinstance(tree, ast.Constant) and tree.value in (False, None)


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
        return static_object(node.func, np=np, math=math)


def pattern_form(tree: ast.expr) -> Form:
    """Return the form of the left side of a row; `:=` becomes the head `":="`."""
    return PatternCanonicalizer(RowResolver()).form(tree)


class PatternCanonicalizer(Canonicalizer):
    """Makes forms of left sides, which may name inner values with `:=`."""

    def is_array(self, node: ast.expr) -> bool:
        """Return True: what a row gives new axes is an array."""
        return True

    def build(self, node: ast.expr) -> Form:
        if isinstance(node, ast.NamedExpr):
            return Form(":=", (self.form(node.value),), (), node.target.id, node)
        if isinstance(node, ast.Attribute) and node.attr == "T":
            return Form("np.transpose", (self.form(node.value),), ("a",), None, node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OWN:
            return self.raw(node, Manner(node.func.id, tuple(node.args), node.keywords))
        if isinstance(node, ast.Call) and (
            self.resolver.callee(node) is MISSING or is_ufunc_method(node.func)
        ):
            return self.raw(node, Manner(ast.unparse(node.func), tuple(node.args), node.keywords))
        return super().build(node)


def is_ufunc_method(func: ast.expr) -> bool:
    """Return whether a row calls a method of a ufunc, such as `np.add.outer`."""
    owner = static_object(func.value, np=np) if isinstance(func, ast.Attribute) else MISSING
    return isinstance(owner, np.ufunc)


@dataclass(frozen=True)
class Manner:
    callee: Any
    """The function, or the head of a form as text."""
    args: tuple[ast.expr, ...]
    keywords: list[ast.keyword] = field(default_factory=list)


def manner_of(node: ast.Call, callee: Any) -> Manner | None:
    owner = getattr(callee, "__self__", None)
    if any(k.arg is None for k in node.keywords):
        return None
    if isinstance(owner, np.ndarray | np.generic) and isinstance(node.func, ast.Attribute):
        return of_array(node, node.func)
    if syntax.has_star(node.args):
        return None
    is_method = isinstance(node.func, ast.Attribute) and not node.args and not node.keywords
    if is_method and type(owner) in (list, dict) and node.func.attr == "copy":  # type: ignore[attr-defined]  # a method
        return Manner(type(owner), (node.func.value,))  # type: ignore[attr-defined]  # as above
    args = tuple(node.args)
    if isinstance(owner, np.ufunc):
        return of_ufunc(owner, callee.__name__, args, node.keywords)
    if callee is operator.getitem and len(args) == 2:
        return Manner("[]", args)
    given = [k for k in node.keywords if k.arg != "out" or not isinstance(k.value, ast.Constant)]
    return Manner(callee, args, given)


def of_array(node: ast.Call, func: ast.Attribute) -> Manner | None:
    """Return the function that a method of an array stands for."""
    name, args = func.attr, (func.value, *node.args)
    if name in ("reshape", "transpose") and (len(node.args) > 1 or syntax.has_star(node.args)):
        packed = ast.Tuple(elts=list(node.args), ctx=ast.Load())
        return Manner(getattr(np, name), (func.value, packed), node.keywords)
    if syntax.has_star(node.args):
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


def new_axes(index: ast.expr) -> list[int] | None:
    """Return the axes that an index such as `[:, None]` adds, behind an ellipsis from the end; None for others."""
    parts = syntax.elements(index)
    kinds = [kind_of(part) for part in parts]
    if "other" in kinds or "new" not in kinds or kinds.count("rest") > 1:
        return None
    rest = kinds.index("rest") if "rest" in kinds else len(kinds)
    return [k if k < rest else k - len(kinds) for k, kind in enumerate(kinds) if kind == "new"]


def kind_of(part: ast.expr) -> str:
    """Return what one part of an index does: `"all"`, `"new"`, `"rest"` for an ellipsis, or `"other"`."""
    if isinstance(part, ast.Slice):
        return "all" if part.lower is part.upper is part.step is None else "other"
    if isinstance(part, ast.Constant):
        return "new" if part.value is None else "rest" if part.value is ... else "other"
    return "new" if isinstance(part, ast.Attribute) and part.attr == "newaxis" else "other"


def literal(axis: Form) -> list[int]:
    """Return the axes that a form gives as numbers; none for others."""
    parts = axis.args if axis.head == "tuple" else (axis,)
    return [part.value for part in parts if part.head == "const" and type(part.value) is int]


def axis_form(axes: list[int]) -> Form:
    forms = [Form("const", (), (), axis, syntax.signed(axis)) for axis in axes]
    if len(forms) == 1:
        return forms[0]
    return Form("tuple", tuple(forms), (), None, ast.Tuple([f.node for f in forms], ast.Load()))
