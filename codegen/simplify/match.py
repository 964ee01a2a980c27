"""Matching: a pair and a tree go in, the tree that the pair makes of it comes out.

The matcher is that of the gates. What it is given here keeps its spelling: a pair speaks of texts.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import Any

from codegen import syntax
from codegen.gates.forms import Form, unify
from codegen.simplify.kinds import MASK, Known
from codegen.simplify.rules import PAIRS, Pair, head_of
from codegen.tables import grouped

BUCKETS = grouped((head_of(pair.pattern), pair) for pair in PAIRS)


def rewritten(tree: ast.expr, known: Known) -> ast.expr | None:
    """Return what the first pair that fits makes of a tree, or None."""
    pairs = BUCKETS.get(head_of(tree))
    form = spelled(tree) if pairs else None
    for pair in pairs or ():
        for bindings in unify(pattern_of(pair), form, {}) if form else ():
            found: dict[str, Any] = {hole: bound.node for hole, bound in bindings.items()}
            if allowed(pair, found, known):
                return filled(pair.result, found)
    return None


@cache
def pattern_of(pair: Pair) -> Form:
    return spelled(pair.pattern, is_pattern=True)


def spelled(tree: Any, is_pattern: bool = False) -> Form:
    """Return a tree as a form; in a pattern `*a` and `**k` are the list of all arguments."""
    match tree:
        case ast.Name() if tree.id != "np":
            return Form("name", (), (), tree.id, tree)
        case ast.Constant():
            return Form("const", (), (), tree.value, tree)
        case [ast.Starred(value=rest)] | [ast.keyword(arg=None, value=rest)] if is_pattern:
            return spelled(rest)
        case list():
            parts, head = tree, "list"
        case ast.AST() if type(tree).__module__ in ("ast", "_ast"):
            parts = [getattr(tree, f, None) for f in tree._fields if f != "ctx"]
            head = type(tree).__name__
        case _:
            return Form("opaque", (), (), tree, tree)
    args = [spelled(p, is_pattern) for p in parts if isinstance(p, ast.AST | list)]
    words = ["" if isinstance(p, ast.AST | list) else str(p) for p in parts]
    return Form(head, tuple(args), tuple(words), None, tree)


def allowed(pair: Pair, found: dict[str, Any], known: Known) -> bool:
    """Return whether the conditions of a pair hold; a hole is never a module (`np.reshape` is no method of `np`)."""
    if any(
        isinstance(part, ast.Name) and "@" not in part.id and known.rank(part) is None
        for part in found.values()
    ):
        return False
    for hole, most in pair.ranks.items():
        rank = known.rank(found[hole])
        if rank is None or rank > most:
            return False
    if not all(known.rank(found[hole]) for hole in pair.arrays):
        return False
    if any(known.is_whole(found[hole]) for hole in pair.negated):
        return False
    return all(known.kind(found[hole]) != MASK for hole in pair.numbers)


def filled(tree: ast.expr, found: dict[str, Any]) -> ast.expr:
    def change(part: ast.expr) -> ast.expr | None:
        match part:
            case ast.Name():
                return found.get(part.id)
            case ast.Call(args=[ast.Starred(value=ast.Name(id=rest))]):
                return ast.Call(syntax.rewrite(part.func, change), found[rest], part.keywords)
            case ast.Call(keywords=[ast.keyword(arg=None, value=ast.Name(id=rest))]):
                return ast.Call(
                    part.func, [syntax.rewrite(a, change) for a in part.args], found[rest]
                )
        return None

    return syntax.rewrite(tree, change)
