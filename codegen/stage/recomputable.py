"""Recomputable values: a wire goes in; whether its text may be written again where it is read comes out."""

from __future__ import annotations

import ast
from collections.abc import Set

import numpy as np

from codegen import pytree, syntax
from codegen.analysis.effects import is_cheap_call
from codegen.ir import Gate, Variable, Wire, WireRef


def is_matrix_product(wire: Wire) -> bool:
    if not isinstance(wire, Gate) or not isinstance(wire.row.tree, ast.BinOp):
        return False
    return isinstance(wire.row.tree.op, ast.MatMult)


def is_scalar(wire: Wire) -> bool:
    return pytree.is_scalar(wire.sample)


def is_cheap(wire: Wire, named: Set[Wire] = frozenset()) -> bool:
    """Return whether a nameless value may be written again: items, a transpose, a minus, a constant beside it; of what
    has a name, or is to get one.
    """
    return wire.name is not None or is_cheap_formula(wire, named) or is_gathered(wire)


def is_cheap_formula(wire: Wire, named: Set[Wire] = frozenset()) -> bool:
    """Return whether the formula of a value, whatever its name, may be written again."""
    if not isinstance(wire, Gate) or len(wire.operands) != 1:
        return False
    (operand,) = wire.operands.values()
    node = wire.node
    is_part = isinstance(node, ast.Subscript) and isinstance(operand.node, ast.Subscript)
    has_name = operand.name is not None or operand in named
    if not has_name and not (is_part and is_cheap_formula(operand, named)):
        return False
    if isinstance(node, ast.Subscript):
        return (
            not (isinstance(operand, Variable) and operand.changes)
            and all(is_quick(n) for n in syntax.walk(node.slice))
            and (only_new_axes(wire) or is_view(wire, operand))
        )
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return True
    if isinstance(node, ast.UnaryOp):
        return is_scalar(wire)
    if not is_scalar(wire) or not isinstance(node, ast.BinOp):
        return False
    sides = [node.right] if isinstance(node.op, ast.Div) else [node.left, node.right]
    has_constant = any(isinstance(side, ast.Constant | ast.Name) for side in sides)
    is_plain = isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div) and any(
        isinstance(side, WireRef | ast.Name) for side in (node.left, node.right)
    )
    return has_constant and is_plain  # a fused gate holds more than its operand


def is_gathered(wire: Wire) -> bool:
    """Return whether a value is what an array of whole numbers picks of a variable that stays: `c[i + 1]`."""
    if not isinstance(wire, Gate) or not isinstance(wire.node, ast.Subscript):
        return False
    operand, index = wire.operands.get("x"), wire.values.get("index")
    return (
        isinstance(operand, Variable)
        and len(wire.operands) == 1
        and not operand.changes
        and isinstance(index, np.ndarray)
        and index.dtype.kind in "iu"
        and not syntax.has(wire.node.slice, ast.Call)
    )


def is_quick(part: ast.AST) -> bool:
    """Return whether a part of an index costs next to nothing: most calls do."""
    return not isinstance(part, ast.Call) or is_cheap_call(part)


def only_new_axes(wire: Wire) -> bool:
    return isinstance(wire, Gate) and wire.row.pattern == "np.expand_dims(x, axis)"


def is_view(wire: Wire, operand: Wire) -> bool:
    """Return whether an item is cheap to read again: a number or a view."""
    key = wire.statics.get("index")
    return (
        isinstance(operand.sample, list | tuple | dict)
        or np.ndim(wire.sample) == 0
        or key is not None
        and not reads_arrays(wire, operand)
    )


def reads_arrays(wire: Wire, operand: Wire) -> bool:
    """Return whether an index copies, because it reads integer or boolean arrays."""
    try:
        return not np.may_share_memory(operand.sample[...], eval_index(wire, operand))
    except Exception:  # noqa: BLE001  # an index that cannot be tried is not called a view
        return True


def eval_index(wire: Wire, operand: Wire) -> object:
    """Return a basic index applied to the sample, for indices of literals, slices and passive scalars."""
    key = wire.statics["index"]
    if syntax.has(key, ast.List):
        return 0
    parts = syntax.elements(key)
    simple = all(isinstance(p, ast.Slice | ast.Constant | ast.UnaryOp) for p in parts)
    if simple:
        return operand.sample[...]
    # A name may be a whole number or an index array: the rank of the result tells which.
    lost = sum(
        not isinstance(p, ast.Slice)
        and not (isinstance(p, ast.Constant) and p.value in (None, ...))
        for p in parts
    )
    added = sum(isinstance(p, ast.Constant) and p.value is None for p in parts)
    return (
        operand.sample[...]
        if np.ndim(wire.sample) == np.ndim(operand.sample) - lost + added
        and not any(isinstance(p, ast.Compare) for p in parts)
        else 0
    )
