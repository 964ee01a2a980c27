"""Staging: a circuit goes in, the circuit comes out in which every value or gradient that is needed twice has a name.

A subexpression becomes a stage of its own only if its value is read by some local gradient and is not cheap to write again, if it has
several consumers, if it hands a gradient that is more than the upstream gradient to several operands, or if a gradient is
scattered into it. Scalar lines that are broken up anyway are broken up as finely as the course does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from codegen import expr
from codegen.circuit import (
    Block,
    Branch,
    Circuit,
    Loop,
    Stage,
    Wire,
    WireRef,
    Within,
    blocks_of,
    stages_of,
)
from codegen.gates.canonical import Form, MISSING
from codegen.gates.match import Matcher
from codegen.gates.table import Row
from codegen.names import Namer
from codegen.sides import whole_sides
from codegen.spell import wire_text


def staged(circuit: Circuit) -> Circuit:
    """Return the circuit with its compound lines broken into named stages."""
    note_changes(circuit.block, set())
    stage_block(circuit, circuit.block, Namer(circuit.names))
    return circuit


def note_changes(block: Block, later: set[str]) -> set[str]:
    """Mark the wires whose memory may change once they were read; return the names that a block and what follows change."""
    for item in reversed(block.items):
        if isinstance(item, Stage):
            later = later | set(item.changes)
            for wire in post_order(item.wire) if item.wire is not None else ():
                wire.changes = wire.kind == "name" and wire.name in later
            continue
        if isinstance(item, Loop):
            later = later | {n for stage in stages_of(item.body) for n in stage.changes}
        later = set().union(*(note_changes(inner, later) for inner in blocks_of(item)))
    return later


def stage_block(circuit: Circuit, block: Block, namer: Namer) -> None:
    """Break the lines of a block, and of the blocks inside it, into stages."""
    items: list[Stage | Loop | Branch | Within] = []
    for item in block.items:
        for inner in blocks_of(item):
            stage_block(circuit, inner, namer)
        if not isinstance(item, Stage):
            items.append(item)
            continue
        items.extend(broken(item, namer))
        if item.kind == "return":
            circuit.output = item.wire
    block.items = items


def broken(stage: Stage, namer: Namer) -> list[Stage]:
    """Return the stages that a line becomes."""
    if stage.wire is None or stage.wire.kind == "name" or stage.kind == "item":
        return [stage]
    is_return, is_item = stage.kind == "return", stage.kind in ("store", "add", "append")
    line = LineStager(stage.wire, is_return, is_item)
    needed = line.needed()
    if line.splits_division(needed):
        line = LineStager(stage.wire, is_return, is_item)
        needed = line.needed()
    ordered = [
        w
        for w in post_order(stage.wire)
        if w in line.kept or w in needed and (is_item or w is not stage.wire)
    ]
    fresh = []
    for wire in ordered:
        own = namer.name_for(wire, wanted_name(stage), stage.wire)
        if wire in needed:
            wire.name = own
            fresh.append(before(stage, wire))
        else:
            wire.kept = own
            fresh.append(kept_before(stage, wire))
    whole = is_return and stage.wire.kind not in ("display", "name")
    if whole:
        stage.wire.name = namer.free("out")
        fresh.append(before(stage, stage.wire))
    if whole or (is_item and stage.wire in needed):
        stage.wire = Wire(
            "name",
            expr.name(stage.wire.name or ""),
            stage.wire.sample,
            stage.wire.origin,
            name=stage.wire.name,
        )
    stage.rewritten = stage.rewritten or any(w in needed for w in ordered)
    if (
        isinstance(stage.target, ast.Name)
        and not is_item
        and stage.wire.kind not in ("name", "display")
    ):
        stage.wire.name = stage.target.id
    return [*fresh, stage]


def wanted_name(stage: Stage) -> str:
    """Return the variable after which the stages of a line may be named."""
    if stage.kind == "return":
        return ""
    target = stage.target
    while isinstance(target, ast.Subscript):
        target = target.value
    return target.id if isinstance(target, ast.Name) else "out"


def before(stage: Stage, wire: Wire) -> Stage:
    """Return a stage that computes one wire of a line before the line itself."""
    assert wire.name is not None
    return Stage(expr.name(wire.name), wire, stage.statement, rewritten=True, binds=[wire.name])


def kept_before(stage: Stage, wire: Wire) -> Stage:
    """Return a stage that keeps the value of an item that is overwritten later; the item's gradient needs no name."""
    copies = ".copy()" if np.ndim(wire.sample) else ""
    text = f"{wire.kept} = {expr.show(wire_text(wire))}{copies}"
    return Stage(
        expr.name(wire.kept),
        None,
        stage.statement,
        rewritten=True,
        text=text,
        binds=[wire.kept],
        sample=wire.sample,
    )


def post_order(wire: Wire, seen: set[int] | None = None) -> Iterator[Wire]:
    """Yield the wires under `wire`, operands first, `wire` last."""
    seen = set() if seen is None else seen
    if id(wire) in seen:
        return
    seen.add(id(wire))
    if wire.kind != "name":
        for operand in in_text_order(wire):
            yield from post_order(operand, seen)
        for inner in wire.named.values():
            if id(inner) not in seen:
                seen.add(id(inner))
                yield inner
    yield wire


def in_text_order(wire: Wire) -> list[Wire]:
    """Return the operands of a wire in the order in which its text mentions them."""
    found: list[Wire] = []

    def look(tree: ast.AST) -> None:
        if isinstance(tree, WireRef) and any(tree.wire is w for w in wire.operands.values()):
            found.append(tree.wire)
        for child in ast.iter_child_nodes(tree):
            look(child)

    look(wire.node)
    rest = [w for w in wire.operands.values() if not any(w is f for f in found)]
    return list(dict.fromkeys([*found, *rest]))


def is_scalar(wire: Wire) -> bool:
    """Return whether the value of a wire is a number."""
    return not isinstance(wire.sample, list | tuple | dict) and np.ndim(wire.sample) == 0


class LineStager:
    """Decides which wires of one line need a name."""

    def __init__(self, root: Wire, is_return: bool, is_item: bool = False) -> None:
        self.root = root
        self.is_return = is_return
        self.is_item = is_item
        self.wires = list(post_order(root))
        self.whole = {w for wire in self.wires for side in whole_sides(wire).values() for w in side}
        self.consumers: dict[Wire, int] = {}
        self.kept: dict[Wire, None] = {}
        for wire in self.wires:
            if wire.kind != "name":
                for operand in wire.operands.values():
                    self.consumers[operand] = self.consumers.get(operand, 0) + 1

    def needed(self) -> set[Wire]:
        """Return the wires that need a name."""
        found: set[Wire] = set()
        while True:
            before = len(found)
            self.by_value(found)
            self.by_gradient(self.root, True, found)
            self.by_manner(found)
            if len(found) == before:
                return found

    def mark(self, wire: Wire, found: set[Wire]) -> None:
        """Ask for a name, unless the wire has one."""
        if wire in self.whole and self.consumers.get(wire, 0) == 1:
            return
        if wire.kind != "name" and wire.name is None and (wire is not self.root or self.is_item):
            found.add(wire)

    def by_value(self, found: set[Wire]) -> None:
        """Mark what is read, consumed twice, a part of what is returned, or the target of a scatter."""
        for wire in self.wires:
            if self.consumers.get(wire, 0) > 1:
                self.mark(wire, found)
            if wire.kind in ("call", "choice"):
                self.mark(wire, found)
                for operand in wire.operands.values():
                    if wire.kind == "call" and operand.kind != "display" and not is_cheap(operand):
                        self.mark(operand, found)
            if wire.kind == "display" and (wire is self.root or self.is_return):
                for operand in wire.operands.values():
                    if operand.kind != "display":
                        self.mark(operand, found)
            if wire.kind != "gate" or wire.row is None:
                continue
            for hole, operand in wire.operands.items():
                for read in value_reads(wire, hole, found):
                    if is_cheap(read):
                        continue
                    if is_item(read) and self.consumers.get(read, 0) < 2:
                        self.kept[read] = None
                    else:
                        self.mark(read, found)
                if hole in wire.row.statements:
                    self.mark(operand, found)
                elif scatters(wire.row, hole) and not (is_item(wire) and is_item(operand)):
                    self.mark(operand, found)

    def by_gradient(self, wire: Wire, trivial: bool, found: set[Wire]) -> None:
        """Mark the wires that hand a gradient of their own to several operands."""
        if wire.kind == "name":
            return
        if wire in found or wire is self.root:
            trivial = True
        if wire.kind == "gate" and len(set(wire.operands.values())) > 1 and not trivial:
            self.mark(wire, found)
            trivial = True
        if (
            wire.kind == "gate"
            and wire.row is not None
            and not trivial
            and any(count_upstream(chosen(wire, hole, found)) > 1 for hole in wire.operands)
        ):
            self.mark(wire, found)
            trivial = True
        for hole, operand in wire.operands.items():
            simple = wire.kind == "display" or (
                wire.row is not None and is_trivial(wire, hole, found)
            )
            masked = (
                wire is self.root
                and not self.is_return
                and not self.is_item
                and mask_of(wire) is not None
            )
            self.by_gradient(operand, (trivial and simple) or masked, found)

    def by_manner(self, found: set[Wire]) -> None:
        """Mark nonlinear scalar gates on new stages, as the course breaks scalar lines."""
        if not found:
            return
        for wire in self.wires:
            if (
                wire.kind == "gate"
                and wire.row
                and is_scalar(wire)
                and any(o in found and is_scalar(o) for o in wire.operands.values())
            ):
                if len(wire.operands) == 1 and not all(
                    is_trivial(wire, hole, found) for hole in wire.operands
                ):
                    self.mark(wire, found)

    def splits_division(self, needed: set[Wire]) -> bool:
        """Write a scalar quotient of two new stages as a product with the reciprocal; return whether there was one."""
        done = False
        for wire in self.wires:
            if (
                wire.kind == "gate"
                and wire.row
                and wire.row.pattern == "x / y"
                and is_scalar(wire)
                and len(set(wire.operands.values()) & needed) == 2
                and wire.operands["y"].sample is not MISSING
            ):
                split_division(wire)
                done = True
        return done


def split_division(wire: Wire) -> None:
    """Turn `num / den` into `num * invden`."""
    num, den = wire.operands["x"], wire.operands["y"]
    one = ast.Constant(value=1.0)
    inverse = Wire(
        "gate",
        ast.BinOp(one, ast.Div(), WireRef(den)),
        1.0 / np.asarray(den.sample)[()],
        wire.origin,
    )
    inverse.row = row_for(
        "/", (Form("const", (), (), 1.0, one), Form("name", (), (), "y", den.node))
    )
    (hole,) = inverse.row.gradients
    inverse.operands = {hole: den}
    inverse.values = {hole: den.sample}
    wire.row = row_for(
        "*", (Form("name", (), (), "x", num.node), Form("name", (), (), "y", den.node))
    )
    wire.operands = {"x": num, "y": inverse}
    wire.values = {"x": num.sample, "y": inverse.sample}
    wire.node = ast.BinOp(WireRef(num), ast.Mult(), WireRef(inverse))


def row_for(head: str, args: tuple[Form, ...]) -> Row:
    """Return the row for an operator applied to given forms."""
    form = Form(head, args, (), None, args[0].node)
    return next(Matcher(lambda node: 1.0).matches(form)).row


# ---- what a gradient reads


def template_of(row: Row, hole: str, which: int = 0) -> ast.stmt:
    """Return one gradient of a row as a statement."""
    return row.templates[hole][which]


def gradient_tree(statement: ast.stmt) -> ast.expr:
    """Return the expression of a gradient, of a scatter the part that is scattered."""
    assert isinstance(statement, ast.Expr | ast.AugAssign)
    return statement.value


def scatters(row: Row, hole: str) -> bool:
    """Return whether the gradient of a hole is scattered into its items."""
    return isinstance(template_of(row, hole), ast.AugAssign)


def chosen(wire: Wire, hole: str, named: set[Wire]) -> ast.stmt:
    """Return the alternative of a gradient that needs the fewest new names."""
    assert wire.row is not None
    options = wire.row.templates[hole]
    if len(options) == 1:
        return options[0]
    return min(
        options,
        key=lambda option: len(
            [
                w
                for w in read_by(wire, option)
                if not is_cheap(w) and w.name is None and w not in named
            ]
        ),
    )


def value_reads(wire: Wire, hole: str, named: set[Wire]) -> list[Wire]:
    """Return the wires whose values the gradient of a hole reads."""
    return read_by(wire, chosen(wire, hole, named))


def read_by(wire: Wire, template: ast.stmt) -> list[Wire]:
    """Return the wires whose values a gradient reads, shapes not counted."""
    names = names_in(gradient_tree(template))
    for made in wire.row.statements.values() if wire.row else ():
        names = names.union(n.id for t in made for n in expr.walk(t) if isinstance(n, ast.Name))
    known = {**wire.operands, **wire.named}
    found = [operand for h, operand in known.items() if h in names]
    return [*found, wire] if "out" in names else found


@lru_cache(maxsize=4096)
def names_in(tree: ast.expr) -> frozenset[str]:
    """Return the names of which a part of a row reads more than the shape."""
    return frozenset(n.id for n in expr.walk(without_shapes(tree)) if isinstance(n, ast.Name))


SHAPE_CALLS = frozenset(
    {"np.ones_like", "np.zeros_like", "np.shape", "np.size", "np.ndim", "np.empty_like", "len"}
)
SHAPE_PARTS = frozenset({"shape", "size", "ndim", "dtype"})


def without_shapes(tree: ast.expr) -> ast.expr:
    """Return a gradient without the parts that read only a shape."""

    def change(part: ast.expr) -> ast.expr | None:
        if isinstance(part, ast.Call) and expr.show(part.func) in SHAPE_CALLS:
            return ast.Constant(value=1)
        if isinstance(part, ast.Attribute) and part.attr in SHAPE_PARTS:
            return ast.Constant(value=1)
        return None

    return expr.rewrite(tree, change)


def count_upstream(template: ast.stmt) -> int:
    """Return how often a gradient reads the upstream gradient."""
    return sum(
        isinstance(n, ast.Name) and n.id == "dout" for n in expr.walk(gradient_tree(template))
    )


def is_cheap(wire: Wire) -> bool:
    """Return whether a nameless value may be written again where it is read: an item, a transpose, a minus, plus or times a constant."""
    if wire.kind == "name" or wire.name is not None:
        return True
    if wire.kind != "gate" or len(wire.operands) != 1:
        return False
    (operand,) = wire.operands.values()
    if operand.kind != "name" and operand.name is None:
        return False
    node = wire.node
    if isinstance(node, ast.Subscript):
        return (
            not operand.changes
            and all(is_quick(n) for n in expr.walk(node.slice))
            and (only_new_axes(wire) or is_view(wire, operand))
        )
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return True
    if isinstance(node, ast.UnaryOp):
        return is_scalar(wire)
    if not is_scalar(wire) or not isinstance(node, ast.BinOp):
        return False
    if isinstance(node.op, ast.Add | ast.Sub | ast.Mult):
        return isinstance(node.left, ast.Constant) or isinstance(node.right, ast.Constant)
    return isinstance(node.op, ast.Div) and isinstance(node.right, ast.Constant)


def is_quick(part: ast.AST) -> bool:
    """Return whether a part of an index costs next to nothing: calls do, but for those that make a key."""
    return not isinstance(part, ast.Call) or expr.show(part.func) in ("str", "int", "len")


def only_new_axes(wire: Wire) -> bool:
    """Return whether an index only adds axes."""
    return wire.row is not None and wire.row.pattern == "np.expand_dims(x, axis)"


def is_item(wire: Wire) -> bool:
    """Return whether a nameless value is an item of a variable, or a view of some."""
    if wire.kind != "gate" or wire.name is not None or len(wire.operands) != 1:
        return False
    ((hole, operand),) = wire.operands.items()
    if not isinstance(wire.node, ast.Subscript) or not is_view(wire, operand):
        return False
    if wire.row is None or not scatters(wire.row, hole):
        return False
    if isinstance(operand.sample, list | tuple) and isinstance(wire.node.slice, ast.Slice):
        return False
    return operand.kind == "name" or operand.name is not None or is_item(operand)


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
    if any(isinstance(n, ast.List) for n in expr.walk(key)):
        return 0
    parts = key.elts if isinstance(key, ast.Tuple) else [key]
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


def core(tree: ast.expr) -> ast.expr:
    """Return a gradient without what only broadcasts it."""
    if (
        isinstance(tree, ast.BinOp)
        and isinstance(tree.op, ast.Mult)
        and isinstance(tree.right, ast.Call)
        and expr.show(tree.right.func) == "np.ones_like"
    ):
        return core(tree.left)
    if isinstance(tree, ast.Call) and expr.show(tree.func) == "np.expand_dims":
        return core(tree.args[0])
    return tree


def is_trivial(wire: Wire, hole: str, named: set[Wire]) -> bool:
    """Return whether a gradient is the upstream gradient, or that scaled by a passive number."""
    if wire.row is not None and scatters(wire.row, hole):
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
    """Return whether a factor is a literal, a size, or a passive number."""
    if isinstance(tree, ast.Constant):
        return True
    return all(
        n in wire.statics
        and isinstance(wire.statics[n], ast.Constant | ast.Name)
        and n not in wire.operands
        for n in names_in(tree)
    )


def mask_of(wire: Wire) -> ast.Compare | None:
    """Return the condition of a gate whose gradient is the upstream gradient where a condition holds, else None."""
    if wire.kind != "gate" or wire.row is None or len(wire.operands) != 1 or is_scalar(wire):
        return None
    (hole,) = wire.operands
    tree = gradient_tree(template_of(wire.row, hole))
    if (
        isinstance(tree, ast.BinOp)
        and isinstance(tree.op, ast.Mult)
        and isinstance(tree.left, ast.Compare)
        and isinstance(tree.right, ast.Name)
        and tree.right.id == "dout"
    ):
        operand = wire.operands[hole]
        if operand.kind == "name" or operand.name is not None:
            return None
        return tree.left if np.shape(operand.sample) == np.shape(wire.sample) else None
    return None
