"""How the user writes a gate: its expression goes in; out comes whether it is spelled as a method, with `np.dot`, or
with the math module.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from types import ModuleType

from codegen import syntax
from codegen.gates.canonical import Resolver
from codegen.ir import Display, Gate, Wire
from codegen.pytree import module_of


def frame_of(node: ast.expr, holes: set[ast.expr]) -> Iterator[ast.AST]:
    """Yield the parts of an expression down to those that the holes of a row stand for."""
    yield node
    if node not in holes:
        for child in syntax.parts(node):
            yield from frame_of(child, holes)  # type: ignore[arg-type]  # whatever an expression consists of


def flavour_of(
    node: ast.expr, parts: Iterable[ast.AST], operands: Iterable[Wire], resolver: Resolver
) -> str:
    """Return how the user writes a gate: "dot" for `x.dot(w)`, "np.dot", "math", or nothing special.

    `parts` is what the gate is made of, its operands aside.
    """
    if is_of_math(node, resolver):
        return "math"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "dot":
            of_module = isinstance(resolver.value(node.func.value), ModuleType)
            return "np.dot" if of_module else ".dot"
        if node.func.attr == "matmul":
            return "@"
    if any(is_of_math(part, resolver) for part in parts) or any(map(speaks_math, operands)):
        return "math"
    return ""


def speaks_math(wire: Wire) -> bool:
    """Return whether a wire is made by the math module, or a container of such."""
    if isinstance(wire, Display):
        return any(map(speaks_math, wire.operands.values()))
    return isinstance(wire, Gate) and wire.flavour == "math"


def is_of_math(node: ast.AST, resolver: Resolver) -> bool:
    """Return whether a part of an expression is a call of a function of the math module."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        base = resolver.value(node.func.value)
        return isinstance(base, ModuleType) and base.__name__ == "math"
    return module_of(resolver.callee(node)) == "math"
