"""Canonical forms in a scope: an expression goes in, the form that rows are matched against comes out;
and how a gate is spelled.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from codegen import syntax
from codegen.gates.canonical import Canonicalizer, Form, Resolver
from codegen.gates.match import Match, sorted_rows
from codegen.gates.table import TABLE, Row
from codegen.ir import Wire

if TYPE_CHECKING:
    from codegen.lower.wires import WireBuilder


class ScopeCanonicalizer(Canonicalizer):
    """Makes canonical forms in which known containers are spelled out and parameters of inlined
    functions looked through.
    """

    def __init__(self, builder: WireBuilder) -> None:
        super().__init__(builder.resolver)
        self.builder = builder

    def build(self, node: ast.expr) -> Form:
        """Return a new form for `node`."""
        scope = self.builder.scope
        if id(node) in scope.drawn:
            return Form("name", (), (), scope.drawn[id(node)], node)
        if isinstance(node, ast.Name) and scope.bound is not None and node.id in scope.bound:
            bound = scope.bound[node.id]
            if isinstance(bound, ast.Constant):
                return Form("const", (), (), bound.value, node)
            return Form("name", (), (), f"{id(bound)}", node)
        if isinstance(node, ast.Name | ast.Subscript):
            wire = self.builder.container(node)
            if wire is not None and wire.kind == "display" and not isinstance(wire.sample, dict):
                count = len(wire.sample)
                if all(str(i) in wire.operands or str(i) in wire.statics for i in range(count)):
                    return Form(
                        "tuple",
                        tuple(self.part(wire, str(i)) for i in range(count)),
                        (),
                        None,
                        node,
                    )
        return super().build(node)

    def call(self, node: ast.Call) -> Form:
        """Return the form of a call; keywords out of a dict that is written out are spelled one by one."""
        if all(k.arg is not None for k in node.keywords):
            return super().call(node)
        keywords = [single for k in node.keywords for single in self.spelled(k)]
        if any(k.arg is None for k in keywords):
            return super().call(node)
        run = self.builder.scope.trace.run
        spelled = ast.copy_location(ast.Call(node.func, node.args, keywords), node)
        run.facts[id(spelled)] = run.fact(node)
        run.held.append(spelled)
        return replace(super().call(spelled), node=node)

    def spelled(self, keyword: ast.keyword) -> list[ast.keyword]:
        """Return the keywords that `**options` stands for; the keyword itself if that is not known."""
        value = self.builder.meaning(keyword.value) if keyword.arg is None else keyword.value
        if keyword.arg is not None or not isinstance(value, ast.Dict):
            return [keyword]
        if not all(isinstance(k, ast.Constant) and isinstance(k.value, str) for k in value.keys):
            return [keyword]
        keys = [k.value for k in value.keys if isinstance(k, ast.Constant)]
        return [ast.keyword(str(k), v) for k, v in zip(keys, value.values, strict=True)]

    def part(self, wire: Wire, key: str) -> Form:
        """Return the form of one part of a known container."""
        if key in wire.operands:
            inner = wire.operands[key]
            ref = syntax.name(inner.name or f"part_{id(inner)}")
            self.builder.memo[id(ref)] = inner
            self.builder.see(ref, inner.sample)
            return Form("name", (), (), inner.name or f"{id(inner)}", ref)
        return self.form(wire.statics[key])


def wants_array(row: Row, form: Form, hole: str, values: dict[str, Any]) -> bool:
    """Return whether a row speaks of an array where the user gives a list or a tuple."""
    value = values[hole]
    if not isinstance(value, list | tuple) or row not in TABLE.plain:
        return False
    if not row.pattern.startswith(("np.", "x @ ")) and not any(
        isinstance(other, np.ndarray) for other in values.values()
    ):
        return False
    nested = any(not isinstance(v, int | float | np.generic) for v in value)
    reads = {
        n.id
        for statements in row.templates.values()
        for statement in statements
        for n in ast.walk(without_shape_calls(statement))
        if isinstance(n, ast.Name)
    }
    return nested or hole in reads


def without_shape_calls(statement: ast.stmt) -> ast.AST:
    """Return a gradient without `np.ones_like(x)`, which takes lists too."""
    value = statement.value if isinstance(statement, ast.Expr | ast.AugAssign) else None
    assert value is not None
    return syntax.rewrite(
        value,
        lambda p: (
            syntax.constant(1)
            if isinstance(p, ast.Call) and syntax.show(p.func) == "np.ones_like"
            else None
        ),
    )


def advice_for(form: Form, tried: Match | None) -> str:
    """Return what to write instead of a call that no row fits."""
    known = list(dict.fromkeys(r.pattern for r in sorted_rows(form.head, len(TABLE.rows))))[:6]
    args = ", ".join(f"x{i}" for i in range(len(form.args))) or "x"
    head = form.head if form.head.isidentifier() or "." in form.head else "f"
    own = f'codegen.gate("{head}({args})", dx=...)'
    if known:
        return f"Known forms: {'; '.join(known)}. Or add a row: {own}"
    return f"Add a row: {own}"


def frame_of(node: ast.expr, holes: set[int]) -> Iterator[ast.AST]:
    """Yield the parts of an expression down to those, by identity, that the holes of a row stand for."""
    yield node
    if id(node) not in holes:
        for child in ast.iter_child_nodes(node):
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
    if wire.kind in ("display", "choice"):
        return any(map(speaks_math, wire.operands.values()))
    return wire.flavour == "math"


def is_of_math(node: ast.AST, resolver: Resolver) -> bool:
    """Return whether a part of an expression is a call of a function of the math module."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        base = resolver.value(node.func.value)
        return isinstance(base, ModuleType) and base.__name__ == "math"
    return getattr(resolver.callee(node), "__module__", "") == "math"
