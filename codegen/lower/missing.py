"""Missing gates: an expression that no row fits goes in; out comes the wire that raises
the error once its gradient is wanted, with what to write instead.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import is_dataclass
from types import FunctionType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.errors import MissingGateError
from codegen.gates.canonical import Form
from codegen.ir import Unsupported, Wire
from codegen.lower.reach import Reach
from codegen.lower.scope import FactResolver, Scope
from codegen.lower.texts import Texts
from codegen.pytree import holds, module_of
from codegen.trace.facts import kind_of
from codegen.trace.followed import is_user_function


class Missing:
    """Refuses expressions, and says why one has no gate."""

    def __init__(
        self,
        scope: Scope,
        resolver: FactResolver,
        texts: Texts,
        reach: Reach,
        build: Callable[[ast.expr], Wire | None],
    ) -> None:
        self.scope, self.resolver, self.texts = scope, resolver, texts
        self.reach, self.build = reach, build

    def error(
        self, node: ast.expr, form: Form, without: Sequence[str], code: str
    ) -> MissingGateError:
        """Return the error about a missing gate, a gradient `without` which it is, or a function, `code`, handed on."""
        from codegen.gates.advice import PLAIN_ADVICE, advice_for, row_advice

        source = self.scope.trace.source
        shown = syntax.show(node)
        short = shown if len(shown) <= 60 else shown[:57] + "..."
        inside = [self.resolver.value(p) for p in syntax.every(ast.expr, node)]
        if any(map(has_complex, inside)):
            message, advice = (
                f"complex numbers are not supported, as in {short}",
                "Compute with their real and imaginary parts.",
            )
        elif any(isinstance(v, np.ma.MaskedArray) for v in inside):
            message, advice = (
                f"masked arrays are not supported, as in {short}",
                "Keep the mask in an array of its own, and choose with np.where.",
            )
        elif any(isinstance(v, np.matrix) for v in inside):
            message, advice = (
                f"np.matrix is not supported, as in {short}",
                "Make an array with np.array, and multiply with @.",
            )
        elif (array := next(filter(is_own_array, inside), None)) is not None:
            kind_of_array = type(array).__name__
            message, advice = (
                f"the attributes and methods of {kind_of_array}, a subclass of np.ndarray, are not followed, as in"
                f" {short}",
                f"Let {kind_of_array} be a class that holds an array, or pass np.asarray(...) and index it.",
            )
        elif (kind := self.unfollowed(node)) is not None:
            how = " __post_init__ of" if hasattr(kind, "__post_init__") else ""
            message, advice = (
                f"objects made by{how} {kind.__name__} cannot be followed, as in {short}",
                "Pass the attributes as arguments, and compute with them.",
            )
        elif isinstance(node, ast.Attribute) and type(self.resolver.value(node.value)) is object:
            message, advice = (
                f"it is not known which object {syntax.show(node.value)} is, as in {short}",
                "Pass the attributes as arguments, and compute with them.",
            )
        elif without:
            names = " and ".join(without)
            message, advice = (
                f"the gate of {short} has no gradient by {names}",
                (
                    f"Name the other arguments with wrt=, without {names}."
                    if len(source.tree.args.args) > 1
                    else row_advice(form, self.resolver.value, self.is_active_part)
                ),
            )
        elif is_random(self.resolver.callee(node) if isinstance(node, ast.Call) else None):
            message, advice = (
                f"what is drawn in {short} has no gradient by its parameters",
                "Draw plain random numbers and scale them, as in mu + s * np.random.randn(n).",
            )
        elif code:
            message, advice = (
                f"{code} reads traced values, and is called by code that cannot be looked into: {short}",
                "Call it in a loop of your own.",
            )
        elif form.head == "other":
            message, advice = (
                f"no gate is known for {short}",
                self.advice_for_object(node) or PLAIN_ADVICE,
            )
        else:
            message = f"no gate fits {short}"
            advice = advice_for(form, self.resolver.value, self.is_active_part)
            if advice == PLAIN_ADVICE:
                advice = self.advice_for_object(node) or advice
        return MissingGateError(message, advice=advice, location=source.location(node))

    def refused(self, node: ast.expr, what: str, advice: str | None = None) -> Wire:
        """Return a wire that raises once its gradient is wanted."""
        problem = self.scope.trace.source.refuse(node, f"{what} is not supported", advice)
        return Unsupported(self.texts.of(node), self.resolver.value(node), node, problem=problem)

    def no_gate(self, node: ast.expr, form: Form, without: Sequence[str] = ()) -> Wire:
        """Return a wire that says which gate is missing, or `without` a gradient by which operands it is."""
        problem = self.error(node, form, without, self.handed_on(node))
        return Unsupported(self.texts.of(node), self.resolver.value(node), node, problem=problem)

    def handed_on(self, node: ast.expr) -> str:
        """Return the local function that a call hands on, if it reads active variables; or nothing."""
        if not isinstance(node, ast.Call):
            return ""
        made = [node.func] if isinstance(node.func, ast.Call) else []
        waiting = [*syntax.given(node), *made]
        for part in waiting:
            if isinstance(part, ast.List | ast.Tuple):
                waiting += part.elts
            if isinstance(part, ast.Call) and (inner := self.handed_on(part)):
                return inner
            if isinstance(part, ast.Lambda) and self.reach.of(part):
                return "a lambda"
            if isinstance(part, ast.Name) and self.reach.of(part) and self.build(part) is None:
                return part.id
        return ""

    def unfollowed(self, node: ast.expr) -> type | None:
        """Return the class of an object that is made, or read, where its attributes are not known one by one."""
        kind = self.resolver.callee(node) if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Attribute):
            kind = type(self.resolver.value(node.value))
        code = getattr(kind, "__init__", None)
        made = isinstance(kind, type) and isinstance(code, FunctionType)
        return kind if made and is_user_function(code) or is_dataclass(kind) else None

    def advice_for_object(self, node: ast.expr) -> str | None:
        """Return what to write instead of a call of an object that belongs to the module of the function."""
        function = self.scope.trace.function
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            return None
        if (
            node.func.id not in function.__globals__
            or node.func.id in function.__code__.co_varnames
        ):
            return None
        from codegen.gates.advice import advice_for_object

        active = {part for part in node.args if self.build(part) is not None}
        return advice_for_object(
            node, module_of(function), self.resolver.value, lambda part: part in active
        )

    def is_active_part(self, form: Form) -> bool:
        return self.build(form.node) is not None


def is_own_array(value: Any) -> bool:
    """Return whether a value is an array of a class of the user's."""
    return isinstance(value, np.ndarray) and not module_of(type(value)).startswith("numpy")


def is_random(callee: Any) -> bool:
    """Return whether a function draws random numbers of NumPy's."""
    owner = getattr(callee, "__self__", None)
    return isinstance(owner, np.random.RandomState | np.random.Generator)


def has_complex(value: Any) -> bool:
    """Return whether a value is complex, or holds complex numbers."""
    return holds(lambda v: kind_of(v)[0] == "complex", value)
