"""Rules of gates: an expression with named operands goes in, the row that fits it comes out as a `Rule`."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from codegen import syntax
from codegen.backward.fit import sum_value
from codegen.gates.canonical import MISSING, Canonicalizer, Form, Resolver
from codegen.gates.evaluate import evaluate
from codegen.gates.match import Match, Matcher
from codegen.handout.circuit.diagram import Rule


class ValueResolver(Resolver):
    """Answers what the canonical form asks with the values of a run."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = dict(names)

    def value(self, node: ast.expr) -> Any:
        """Return the value of `node`, or MISSING."""
        try:
            return evaluate(node, self.names)
        except Exception:  # noqa: BLE001  # any failure means the value is not known here
            return MISSING

    def callee(self, node: ast.Call) -> Any:
        return self.value(node.func)

    def is_input(self, form: Form) -> bool:
        """Return True: on a picture each wire has numbers of its own."""
        return True


def matches(node: ast.expr, names: Mapping[str, Any]) -> list[Match]:
    """Return the rows that fit the whole of `node`, the most specific first."""
    resolver = ValueResolver(names)
    try:
        return list(Matcher(resolver).matches(Canonicalizer(resolver).form(node)))
    except Exception:  # noqa: BLE001  # no row is known
        return []


def bound_nodes(match: Match, node: ast.expr) -> list[ast.expr]:
    """Return the parts of `node` that the differentiable holes of a row stand for, in the order of the text."""
    found: list[ast.expr] = []
    for hole in match.row.holes:
        form = match.bindings.get(hole)
        if form is not None and hole in match.row.gradients and isinstance(form.node, ast.expr):
            found.append(form.node)
    order = {part: i for i, part in enumerate(syntax.in_order(node))}
    return sorted(found, key=lambda part: order.get(part, 0))


def replaced(node: ast.expr, parts: Sequence[ast.expr]) -> ast.expr:
    """Return a copy of `node` in which each part, and what reads the same, is replaced by `_0`, `_1`, and so on."""
    numbers = {part: i for i, part in enumerate(parts)}
    alike = {ast.dump(part): i for i, part in reversed(list(enumerate(parts)))}

    def change(part: ast.expr) -> ast.expr | None:
        number = numbers.get(part, alike.get(ast.dump(part)))
        return syntax.name(f"_{number}") if number is not None else None

    return syntax.rewrite(node, change)


def rule_for(skeleton: ast.expr, names: Mapping[str, Any], count: int) -> Rule | None:
    """Return the rule of a gate whose operands are `_0` to `_count - 1`, or None if no row hands a gradient to each."""
    resolver = ValueResolver(names)
    form = Canonicalizer(resolver).form(skeleton)
    wanted = [f"_{i}" for i in range(count)]
    try:
        for match in Matcher(resolver).matches(form):
            holes = holes_of(match, wanted)
            if holes is not None:
                gradients = tuple(filled(match, hole) for hole in holes)
                return Rule(form.head, skeleton, gradients)
    except Exception:  # noqa: BLE001  # such a gate is drawn without numbers on nameless wires
        return None
    return None


def holes_of(match: Match, wanted: Sequence[str]) -> list[str] | None:
    """Return the hole that stands for each operand, or None if one of them has no gradient."""
    by_name: dict[str, str] = {}
    for hole, form in match.bindings.items():
        if form.head == "name" and hole in match.row.gradients:
            by_name.setdefault(str(form.value), hole)
    return [by_name[name] for name in wanted] if all(name in by_name for name in wanted) else None


def filled(match: Match, hole: str) -> ast.stmt:
    """Return the gradient of a hole with every other hole replaced by what it stands for."""
    template = copy.deepcopy(match.row.templates[hole][0])
    trees: dict[str, ast.expr] = {name: form.node for name, form in match.bindings.items()}
    if isinstance(template, ast.Expr):
        template.value = syntax.substitute(match.row.spelled_out(template.value), trees)
    elif isinstance(template, ast.AugAssign) and isinstance(template.target, ast.Subscript):
        template.target.slice = syntax.substitute(template.target.slice, trees)
        template.target.value = syntax.name("_d")
        template.value = syntax.substitute(template.value, trees)
    return template


def handed(rule: Rule, names: Mapping[str, Any], out: Any, dout: Any) -> list[Any]:
    """Return what a gate hands to each operand, in the shape of the operand; None where it cannot be told."""
    found: list[Any] = []
    for i, statement in enumerate(rule.gradients):
        operand = names[f"_{i}"]
        scope = {**names, "out": out, "dout": dout, "np": np}
        try:
            found.append(fitted(computed(statement, scope, operand), operand))
        except Exception:  # noqa: BLE001  # drawn without a number
            found.append(None)
    return found


def computed(statement: ast.stmt, scope: dict[str, Any], operand: Any) -> Any:
    """Return the value of one gradient of a row."""
    if isinstance(statement, ast.Expr):
        return evaluate(statement.value, scope)
    scope["_d"] = np.zeros_like(operand)
    if not isinstance(statement, ast.AugAssign) or not isinstance(statement.target, ast.Subscript):
        return None
    if scope["_d"].dtype == object:  # a list of unlike items
        return None
    np.add.at(scope["_d"], index_of(statement.target, scope), evaluate(statement.value, scope))
    return scope["_d"]


def index_of(item: ast.Subscript, names: Mapping[str, Any]) -> Any:
    return evaluate(syntax.index(syntax.parse("np.s_"), item.slice), names)


def fitted(gradient: Any, operand: Any) -> Any:
    """Return a gradient in the shape of its operand: summed over the axes along which the operand was broadcast."""
    wanted = np.shape(operand)
    if np.shape(gradient) == wanted:
        return gradient
    array = np.broadcast_to(gradient, np.broadcast_shapes(np.shape(gradient), wanted))
    summed = np.broadcast_to(sum_value(array, wanted), wanted)
    return summed if wanted else float(summed)
