"""Local gradients: a wire and one of its holes go in; how the gradient is written, and what it reads, comes out."""

from __future__ import annotations

import ast
from collections.abc import Set
from functools import lru_cache

import numpy as np

from codegen import syntax
from codegen.gates.table import Row
from codegen.ir import Gate, Wire
from codegen.stage.recomputable import is_cheap, is_scalar, is_view


def gradient_tree(statement: ast.stmt) -> ast.expr:
    """Return the expression of a gradient, of a scatter the part that is scattered."""
    assert isinstance(statement, ast.Expr | ast.AugAssign)
    return statement.value


def scatters(row: Row, hole: str) -> bool:
    """Return whether the gradient of a hole is scattered into its items."""
    return isinstance(row.templates[hole][0], ast.AugAssign)


def is_item(wire: Wire, named: Set[Wire] = frozenset()) -> bool:
    """Return whether a nameless value is an item of a variable, or of what is to get a name, or a view of some."""
    if (
        wire in named
        or not isinstance(wire, Gate)
        or wire.name is not None
        or len(wire.operands) != 1
    ):
        return False
    ((hole, operand),) = wire.operands.items()
    if not isinstance(wire.node, ast.Subscript) or not is_view(wire, operand):
        return False
    if wire.row is None or not scatters(wire.row, hole):
        return False
    if isinstance(operand.sample, list | tuple) and isinstance(wire.node.slice, ast.Slice):
        return False
    return operand.name is not None or operand in named or is_item(operand, named)


def has_home(wire: Wire) -> bool:
    """Return whether a value can be read for good where its line puts it."""
    return isinstance(wire, Gate) and wire.home is not None


def chosen(wire: Gate, hole: str, named: set[Wire]) -> ast.stmt:
    """Return the alternative of a gradient that needs the fewest new names."""
    options = wire.row.templates[hole]
    if len(options) == 1:
        return options[0]
    return min(
        options,
        key=lambda option: len(
            [
                w
                for w in read_by(wire, option)
                if not (is_cheap(w, named) or has_home(w)) and w.name is None and w not in named
            ]
        ),
    )


def value_reads(wire: Gate, hole: str, named: set[Wire]) -> list[Wire]:
    return read_by(wire, chosen(wire, hole, named))


def read_by(wire: Gate, template: ast.stmt) -> list[Wire]:
    names = names_in(gradient_tree(template))
    for _, tree in wire.row.lets_for(names):
        names = names | names_in(tree)
    for made in wire.row.statements.values():
        names = names.union(n.id for t in made for n in syntax.every(ast.Name, t))
    known = {**wire.operands, **wire.named}
    found = [operand for h, operand in known.items() if h in names]
    return [*found, wire] if "out" in names else found


@lru_cache(maxsize=4096)
def names_in(tree: ast.expr) -> frozenset[str]:
    return frozenset(syntax.names(without_shapes(tree)))


SHAPE_CALLS = frozenset({
    "np.ones_like", "np.zeros_like", "np.full_like", "np.empty_like", "np.shape", "np.size", "np.ndim", "len",
})  # fmt: skip
"""Functions that read no more than the shape of their first argument."""


def without_shapes(tree: ast.expr) -> ast.expr:
    def change(part: ast.expr) -> ast.expr | None:
        if syntax.calls(part, *SHAPE_CALLS) and part.args:
            rest = [syntax.rewrite(a, change) for a in part.args[1:]]
            return ast.Call(part.func, [ast.Constant(1), *rest], []) if rest else ast.Constant(1)
        if isinstance(part, ast.Attribute) and part.attr in syntax.SHAPE_PARTS:
            return ast.Constant(value=1)
        return None

    return syntax.rewrite(tree, change)


def count_upstream(template: ast.stmt) -> int:
    return len(syntax.uses(gradient_tree(template), "dout"))


def core(tree: ast.expr) -> ast.expr:
    """Return a gradient without what only broadcasts it."""
    if (
        isinstance(tree, ast.BinOp)
        and isinstance(tree.op, ast.Mult)
        and syntax.calls(tree.right, "np.ones_like")
    ):
        return core(tree.left)
    return core(tree.args[0]) if syntax.calls(tree, "np.expand_dims") else tree


def is_trivial(wire: Gate, hole: str, named: set[Wire]) -> bool:
    """Return whether a gradient is the upstream gradient, or that scaled by a passive number."""
    if scatters(wire.row, hole):
        return False
    tree = core(gradient_tree(chosen(wire, hole, named)))
    return is_scaled(tree, wire)


def is_scaled(tree: ast.expr, wire: Wire) -> bool:
    """Return whether `tree` is `dout`, with at most a sign and passive scalar factors."""
    tree = core(tree)
    if isinstance(tree, ast.Name):
        return tree.id == "dout"
    if isinstance(tree, ast.UnaryOp):
        return is_scaled(tree.operand, wire)
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Mult | ast.Div):
        for one, other in ((tree.left, tree.right), (tree.right, tree.left)):
            if isinstance(tree.op, ast.Div) and one is tree.right:
                continue
            if is_scaled(one, wire) and is_passive_scalar(other, wire):
                return True
    return False


def is_passive_scalar(tree: ast.expr, wire: Wire) -> bool:
    if isinstance(tree, ast.Constant):
        return True
    return all(
        n in wire.statics
        and isinstance(wire.statics[n], ast.Constant | ast.Name)
        and n not in wire.operands
        and not (isinstance(wire, Gate) and np.ndim(wire.values.get(n, 0)))
        for n in names_in(tree)
    )


def mask_of(wire: Wire) -> ast.Compare | None:
    """Return the condition of a gate whose gradient is the upstream gradient where a condition holds, else None."""
    if not isinstance(wire, Gate) or len(wire.operands) != 1 or is_scalar(wire):
        return None
    (hole,) = wire.operands
    tree = gradient_tree(wire.row.templates[hole][0])
    if (
        isinstance(tree, ast.BinOp)
        and isinstance(tree.op, ast.Mult)
        and isinstance(tree.left, ast.Compare)
        and syntax.identifier(tree.right) == "dout"
    ):
        operand = wire.operands[hole]
        if operand.name is not None:
            return None
        return tree.left if np.shape(operand.sample) == np.shape(wire.sample) else None
    return None
