"""Texts of expressions: an expression goes in; out comes the one that is printed, with what the parameters of inlined
functions stand for put in.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import MappingProxyType

from codegen import syntax
from codegen.ir import Wire, WireRef, named_text
from codegen.lower.scope import Scope


class Texts:
    """Spells the expressions of a scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def of(
        self, node: ast.expr, parts: Mapping[ast.AST, ast.expr] = MappingProxyType({})
    ) -> ast.expr:
        """Return the text of `node`, with given parts replaced and the parameters of inlined functions put in."""

        def change(part: ast.expr) -> ast.expr | None:
            if part in parts:
                return parts[part]
            if part in self.scope.drawn:
                return syntax.name(self.scope.drawn[part])
            if isinstance(part, ast.NamedExpr):
                return syntax.name(part.target.id)
            if (
                isinstance(part, ast.Name)
                and self.scope.bound is not None
                and part.id in self.scope.bound
            ):
                bound = self.scope.bound[part.id]
                return WireRef(bound) if isinstance(bound, Wire) else bound
            if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant):
                words = self.words(part.value) or []
                return next((w.value for w in words if w.arg == part.slice.value), None)
            if isinstance(part, ast.Call):
                words = [
                    w for k in part.keywords if k.arg is None for w in self.words(k.value) or ()
                ]
                others = [k for k in part.keywords if k.arg or self.words(k.value) is None]
                if len(others) < len(part.keywords):
                    made = self.of(ast.Call(part.func, part.args, others), parts)
                    assert isinstance(made, ast.Call)
                    made.keywords = [*made.keywords, *words]
                    return ast.copy_location(made, part)
            return None

        return syntax.rewrite(node, change)

    def words(self, options: ast.expr) -> list[ast.keyword] | None:
        """Return what an inlined function is given by words, if a name stands for that."""
        bound = self.scope.bound
        words = bound.get(options.id) if bound and isinstance(options, ast.Name) else None
        return keywords_in(words) if isinstance(words, ast.expr) else None

    def meaning(self, node: ast.expr) -> ast.expr:
        """Return the expression that a variable was bound to, if it still has that value; others as they are."""
        known = self.scope.definitions.get(node.id) if isinstance(node, ast.Name) else None
        return node if known is None else known

    def second_name(self, node: ast.expr) -> str:
        known = isinstance(node, ast.Name) and node.id in self.scope.views
        return node.id if known else ""  # type: ignore[attr-defined]  # a name

    def written(self, node: ast.expr) -> str:
        """Return the text of an expression, with the values that the parameters of inlined functions have."""
        return syntax.show(named_text(self.of(node)))


def keywords_in(table: ast.expr) -> list[ast.keyword] | None:
    """Return the keywords that a dict stands for which is written out; None for another expression."""
    match table:
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            words = [
                ast.keyword(k.value, v)
                for k, v in pairs
                if isinstance(k, ast.Constant) and isinstance(k.value, str)
            ]
            return words if len(words) == len(keys) else None
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=words):
            return words if all(word.arg for word in words) else None
    return None
