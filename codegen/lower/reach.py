"""Active expressions: an expression goes in; whether a differentiable input reaches what it reads comes out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from codegen import syntax
from codegen.ir import Wire
from codegen.lower.counts import Counts
from codegen.lower.scope import Scope
from codegen.trace.paths import path_of, place_of

CODE = (ast.Name, *syntax.DEFERRED)


class Reach:
    """Tells which names and expressions of a scope are active."""

    def __init__(
        self, scope: Scope, build: Callable[[ast.expr], Wire | None], wholes: Mapping[str, Wire]
    ) -> None:
        self.scope, self.build, self.wholes = scope, build, wholes
        self.counts = Counts(scope)
        self.known: dict[ast.AST, bool] = {}

    def of(self, node: ast.AST) -> bool:
        """Return whether `node` reads an active name."""
        known = self.known.get(node)
        if known is None:
            found = False
            if isinstance(node, ast.Attribute) and path_of(node) in self.wholes:
                found = True
            elif self.counts.is_counter(node) or self.is_setting(node):
                pass
            elif isinstance(node, ast.Name) or syntax.own_names(node):
                found = any(self.is_reached(n.id) for n in syntax.free_names(without_sizes(node)))
            else:
                for child in syntax.parts(node):
                    found = found or self.of(child)
            known = self.known[node] = found
        return known

    def is_setting(self, node: ast.AST) -> bool:
        """Return whether a part is an attribute of an object that is returned as a whole; those with floats are
        variables by now.
        """
        return isinstance(node, ast.Attribute) and place_of(node.value) in self.wholes

    def is_reached(self, name: str) -> bool:
        """Return whether a name, or what a local function of that name reads, is active."""
        if name in self.wholes:
            return True
        return self.is_active(name) or any(map(self.is_active, self.scope.closures.get(name, ())))

    def is_active(self, name: str) -> bool:
        bound = self.scope.bound
        if bound is not None and name in bound:
            return isinstance(bound[name], Wire)
        return name in self.scope.active

    def in_parts(self, node: ast.AST) -> bool:
        """Return whether some part of an expression has a wire, or is a function or comprehension that
        reads active names.
        """
        for part in syntax.parts(node):
            if isinstance(part, CODE):
                if self.of(part):
                    return True
            elif isinstance(part, ast.keyword) and part.arg == "key":
                pass  # what things are ordered by has no derivative
            elif (
                isinstance(part, ast.Starred | ast.keyword | ast.Slice)
                or isinstance(node, ast.Call)
                and part is node.func
                and isinstance(part, ast.Attribute)
            ):
                if self.in_parts(part):
                    return True
            elif isinstance(part, ast.expr) and self.build(part) is not None:
                return True
            elif isinstance(part, ast.List | ast.Tuple) and self.in_parts(part):
                return True  # a function in a list, as `np.piecewise` takes them
        return False


def without_sizes(node: ast.AST) -> ast.AST:
    """Return a comprehension without what it asks of sizes alone: `len(x)`, and how often `for _ in x` goes round."""
    if not isinstance(node, ast.ListComp):
        return node
    asked = {n.id for n in syntax.loads(node, ast.Name)}

    def change(part: ast.expr) -> ast.expr | None:
        return syntax.constant(0) if syntax.calls(part, "len") else None

    found = syntax.rewrite(node, change)
    for one in syntax.every(ast.comprehension, found):
        if isinstance(one.target, ast.Name) and one.target.id not in asked:
            one.iter = syntax.constant(0) if isinstance(one.iter, ast.Name) else one.iter
    return found
