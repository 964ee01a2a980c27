"""Matching: a pair and a tree go in, the tree that the pair makes of it comes out."""

from __future__ import annotations

import ast
from typing import Any

from codegen.simplify.kinds import MASK, Known, key
from codegen.simplify.rules import PAIRS, Pair, head_of

Found = dict[str, Any]

BUCKETS: dict[str, list[Pair]] = {}
for _pair in PAIRS:
    BUCKETS.setdefault(head_of(_pair.pattern), []).append(_pair)


def rewritten(tree: ast.expr, known: Known) -> ast.expr | None:
    """Return what the first pair that fits makes of a tree, or None."""
    for pair in BUCKETS.get(head_of(tree), ()):
        found: Found = {}
        if fits(pair.pattern, tree, found) and allowed(pair, found, known):
            made: ast.expr = filled(pair.result, found)
            return made
    return None


def allowed(pair: Pair, found: Found, known: Known) -> bool:
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
    return all(known.kind(found[hole]) != MASK for hole in pair.numbers)


def fits(pattern: Any, tree: Any, found: Found) -> bool:
    """Return whether a pattern fits a tree, noting its holes."""
    if isinstance(pattern, ast.Name) and pattern.id != "np":
        return isinstance(tree, ast.expr) and noted(pattern.id, tree, found)
    if isinstance(pattern, ast.Constant) and isinstance(pattern.value, bool):
        return isinstance(tree, ast.Constant) and tree.value is pattern.value
    if isinstance(pattern, ast.Constant):
        return isinstance(tree, ast.Constant) and (
            tree.value is pattern.value
            or type(tree.value) in (int, float)
            and tree.value == pattern.value
        )
    if type(pattern) is not type(tree):
        return False
    if isinstance(pattern, ast.Call):
        return fits(pattern.func, tree.func, found) and fit_arguments(pattern, tree, found)
    if isinstance(pattern, ast.AST):
        return all(
            fits(getattr(pattern, f), getattr(tree, f), found)
            for f in pattern._fields
            if f != "ctx"
        )
    if isinstance(pattern, list):
        return len(pattern) == len(tree) and all(
            fits(p, t, found) for p, t in zip(pattern, tree, strict=True)
        )
    return bool(pattern == tree)


def fit_arguments(pattern: ast.Call, tree: ast.Call, found: Found) -> bool:
    """Return whether the arguments of two calls fit."""
    if any(isinstance(a, ast.Starred) for a in tree.args) or any(
        k.arg is None for k in tree.keywords
    ):
        return False
    if (
        len(pattern.args) == 1
        and isinstance(pattern.args[0], ast.Starred)
        and isinstance(pattern.args[0].value, ast.Name)
    ):
        if not noted(pattern.args[0].value.id, tree.args, found):
            return False
    elif not fits(pattern.args, tree.args, found):
        return False
    if len(pattern.keywords) == 1 and pattern.keywords[0].arg is None:
        rest = pattern.keywords[0].value
        return isinstance(rest, ast.Name) and noted(rest.id, tree.keywords, found)
    return fits(pattern.keywords, tree.keywords, found)


def noted(hole: str, part: Any, found: Found) -> bool:
    """Note what a hole stands for; whether it agrees with what it stood for before."""
    if hole in found:
        return key(found[hole]) == key(part)
    found[hole] = part
    return True


def filled(tree: Any, found: Found) -> Any:
    """Return the right side of a pair with its holes filled in."""
    if isinstance(tree, ast.Name):
        return found.get(tree.id, tree)
    if isinstance(tree, list):
        return [filled(item, found) for item in tree]
    if isinstance(tree, ast.Call):
        args: list[ast.expr] = []
        for arg in tree.args:
            args.extend(
                found[arg.value.id]
                if isinstance(arg, ast.Starred) and isinstance(arg.value, ast.Name)
                else [filled(arg, found)]
            )
        keywords: list[ast.keyword] = []
        for word in tree.keywords:
            keywords.extend(
                found[word.value.id]
                if word.arg is None and isinstance(word.value, ast.Name)
                else [filled(word, found)]
            )
        return ast.Call(filled(tree.func, found), args, keywords)
    if isinstance(tree, ast.AST) and tree._fields and not isinstance(tree, ast.Constant):
        return type(tree)(**{f: filled(getattr(tree, f), found) for f in tree._fields})
    return tree
