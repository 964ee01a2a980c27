"""Factors: an expression and a name go in, what the name is multiplied with comes out."""

from __future__ import annotations

import ast

from codegen import syntax


def product_of(node: ast.expr) -> tuple[str, list[ast.expr]] | None:
    """Return by which function an expression is a matrix product, and its factors; or None."""
    match node:
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            return "dot", [left, right]
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="np"), attr="einsum"), args=[_, *operands]
        ):
            return "einsum", operands
        case ast.Call(
            func=ast.Attribute(
                value=ast.Name(id="np"), attr="dot" | "matmul" | "outer" | "tensordot" as name
            ),
            args=[left, right, *_],
        ):
            return {"matmul": "dot"}.get(name, name), [left, right]
        case ast.Call(func=ast.Attribute(value=left, attr="dot"), args=[right]):
            return "dot", [left, right]
    return None


def without_factor(node: ast.expr, factor: str) -> ast.expr | None:
    """Return what `factor` is multiplied with in an expression, or None if it is not simply a factor."""
    match node:
        case ast.Name(id=identifier) if identifier == factor:
            return ast.Constant(1)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            if (factor in syntax.names(left)) == (factor in syntax.names(right)):
                return None
            mine, other = (left, right) if factor in syntax.names(left) else (right, left)
            rest = without_factor(mine, factor)
            if rest is None or syntax.is_literal(rest, 1):
                return other if rest is not None else None
            return (
                ast.BinOp(rest, ast.Mult(), right)
                if mine is left
                else ast.BinOp(left, ast.Mult(), rest)
            )
        case ast.BinOp(left=left, op=ast.Div(), right=right) if factor in (
            syntax.names(left) - syntax.names(right)
        ):
            rest = without_factor(left, factor)
            return ast.BinOp(rest, ast.Div(), right) if rest is not None else None
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            one, two = without_factor(left, factor), without_factor(right, factor)
            return None if one is None or two is None else ast.BinOp(one, op, two)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            rest = without_factor(operand, factor)
            return ast.UnaryOp(ast.USub(), rest) if rest is not None else None
    return None
