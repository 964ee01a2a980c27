"""Flat products: factors and a sign go in, the text of their product comes out."""

from __future__ import annotations

import ast
from dataclasses import field

from codegen import syntax
from codegen.records import dataclass
from codegen.simplify.kinds import MASK, Known, literal


@dataclass(frozen=True, eq=False)
class Factor:
    """One factor of a product, or one that divides it."""

    tree: ast.expr
    divides: bool = False


@dataclass
class Factors:
    """A flat product."""

    negative: bool = False
    factors: list[Factor] = field(default_factory=list)
    folded: bool = False
    """Whether it differs from the text it was made of in more than its sign."""


def is_product(tree: ast.expr) -> bool:
    if isinstance(tree, ast.BinOp):
        return isinstance(tree.op, ast.Mult | ast.Div)
    return isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub)


def built(found: Factors, known: Known) -> ast.expr:
    """Return the text of a flat product, its sign in front."""
    factors, negative = found.factors, found.negative
    if factors[0].divides:
        factors = [Factor(syntax.constant(1.0)), *factors]
    may_turn = len(factors) > 2 and literal(factors[0].tree) and is_less(factors[1])
    if negative and may_turn and not known.is_whole(factors[1].tree):
        factors = [factors[0], Factor(negated(factors[1].tree, True)), *factors[2:]]
        negative = False
    first = factors[0].tree
    whole = negative and (known.kind(first) == MASK or known.is_whole(first))
    tree = negated(first, len(factors) > 1) if negative and not whole else first
    for factor in factors[1:]:
        tree = ast.BinOp(tree, ast.Div() if factor.divides else ast.Mult(), factor.tree)
    return ast.UnaryOp(ast.USub(), tree) if whole else tree


def is_less(factor: Factor) -> bool:
    """Return whether a factor is something less a number: `y - 1`."""
    tree = factor.tree
    is_difference = isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Sub)
    return is_difference and not factor.divides and literal(tree.right) is not None  # type: ignore[attr-defined]


def negated(tree: ast.expr, inside: bool) -> ast.expr:
    if inside and isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Sub):
        return ast.BinOp(tree.right, ast.Sub(), tree.left)
    return ast.UnaryOp(ast.USub(), tree)


def unsigned(tree: ast.expr, known: Known) -> tuple[bool, ast.expr]:
    """Return whether a product begins with a minus, and the rest; that of a number of few bits stays."""
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        return (False, tree) if known.is_whole(tree.operand) else (True, tree.operand)
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Mult | ast.Div):
        negative, left = unsigned(tree.left, known)
        if negative:
            return True, ast.BinOp(left, tree.op, tree.right)
        if isinstance(tree.op, ast.Mult) and isinstance(tree.right, ast.BinOp):
            negative, right = unsigned(tree.right, known)
            return negative, ast.BinOp(tree.left, tree.op, right) if negative else tree
    return False, tree
