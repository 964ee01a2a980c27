"""Masks that pick out one number, as `x == 0` and `np.abs(x) < 1e-8` do. In: the text of a module. Out: how it asks,
for a guard to ask the same way.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from codegen import syntax
from codegen.check.forcing import nodes_of
from codegen.check.tolerances import MEANT
from codegen.records import dataclass

ORDERED = ast.Lt | ast.LtE | ast.Gt | ast.GtE


@dataclass(frozen=True)
class Masks:
    """How a module asks for one number elsewhere than in a test, as in `np.where(np.abs(x) < 1e-8, …)`."""

    equal: bool
    """Whether it asks for what is equal."""
    near: str
    """The largest number that it asks distances for, as it is written there; empty if there is none."""
    like: bool
    """Whether it asks with `np.isclose`."""

    @property
    def close(self) -> bool:
        """Whether they ask for what is next to a number."""
        return self.like or bool(self.near)

    @property
    def some(self) -> bool:
        return self.equal or self.close

    @property
    def how(self) -> str:
        """What is said of a number that they are for."""
        return "next to " if self.close else ""

    def asking(self, one: str, other: str) -> str:
        if self.like:
            return f"np.isclose({one}, {other})"
        if self.near:
            away = one if other == "0.0" else f"{one} - {other}"
            return f"np.abs({away}) < {self.near}"
        return f"{one} == {other}"

    @classmethod
    def of(cls, source: str, given: Mapping[str, Any]) -> Masks:
        """Find those of a module that is called with some numbers by name."""
        nodes = nodes_of(source)
        kinds = (ast.If, ast.IfExp, ast.While, ast.Assert)
        tests = {part for n in nodes if isinstance(n, kinds) for part in syntax.walk(n.test)}
        left = [node for node in nodes if node not in tests]
        masks = [node for node in left if isinstance(node, ast.Compare) and len(node.ops) == 1]
        bound = {
            node.targets[0].id: node.value
            for node in nodes
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        sizes = {}
        for mask in masks:
            for side in (mask.left, mask.comparators[0]):
                if isinstance(side, ast.Name) and side.id not in given:
                    side = bound.get(side.id, side)
                if isinstance(mask.ops[0], ORDERED) and 0 < size(side, given) <= MEANT:
                    sizes[ast.get_source_segment(source, side) or ""] = size(side, given)
        return cls(
            any(
                isinstance(m.ops[0], ast.Eq | ast.NotEq)
                and not is_text(m)
                and not reaches(m, bound)
                for m in masks
            ),
            max(sizes, key=sizes.__getitem__, default=""),
            any(isinstance(n, ast.Call) and ast.unparse(n.func) == "np.isclose" for n in left),
        )


def size(node: ast.expr, given: Mapping[str, Any]) -> float:
    """Return the number that an expression is: a constant, an argument, the rounding of floats; else 0."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.Name(id=name) if isinstance(given.get(name), float):
            return float(given[name])
        case ast.Attribute(value=ast.Call(func=function)) if ast.unparse(function) == "np.finfo":
            return 2.0**-52
    return 0.0


EXTREMES = frozenset({"np.max", "np.min", "np.amax", "np.amin"})


def reaches(mask: ast.Compare, bound: Mapping[str, ast.expr]) -> bool:
    """Return whether a mask asks for an array's extreme, which is no number of its own."""
    sides = [mask.left, mask.comparators[0]]
    held = [bound[name] for name in sorted(syntax.names(*sides)) if name in bound]
    return any(
        syntax.dotted(call.func) in EXTREMES
        for part in (*sides, *held)
        for call in syntax.every(ast.Call, part)
    )


def is_text(mask: ast.Compare) -> bool:
    return any(
        isinstance(side, ast.Constant) and not isinstance(side.value, int | float)
        for side in (mask.left, mask.comparators[0])
    )
