"""Known formulas: planned lines go in; out they come reading by its name what the forward pass has computed already.

*Before*: `dx = 2 * np.exp(x) * dout`, where the forward pass has `y = np.exp(x)`. *After*: `dx = 2 * y * dout`.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x):
...     c = np.cos(x)
...     return np.sin(x) + c
... '''
>>> after("plan", text, 0.5)
# backprop out = np.sin(x) + c
dx = c * dout
# backprop c = np.cos(x)
dx -= np.sin(x) * dout  # -= : x forks
"""

from __future__ import annotations

import ast
from dataclasses import replace

import numpy as np

from codegen import syntax
from codegen.backward.draft import Draft
from codegen.backward.flow import is_fixed
from codegen.backward.overwritten import Read
from codegen.backward.reads import unplaced
from codegen.gates.operands import ufunc_of
from codegen.ir import Bind, Gate, Line, Planned, Stage, named_text, replanned
from codegen.simplify.kinds import key

Lines = list[Planned]


def by_their_names(items: Lines, draft: Draft) -> Lines:
    """Return lines that read what a gradient would compute again by the name that the forward pass gave it."""
    known = Formulas(draft)
    if not known.named:
        return items

    def change(line: Line) -> list[Line]:
        value = known.short(line.value)
        if value is line.value or not isinstance(value, ast.Name):
            return [replace(line, value=value)]
        # the name belongs to the cache: its array is nobody's to change
        target = syntax.identifier(line.target)
        if target not in draft.samples:
            return [line]
        if np.ndim(draft.samples[target]):
            value = syntax.method(value, "copy")
        return [replace(line, value=value)]

    return replanned(items, change)


class Formulas:
    def __init__(self, draft: Draft) -> None:
        self.draft, self.flow = draft, draft.flow
        self.named: dict[object, list[tuple[Stage, ast.expr]]] = {}
        self.heads: set[object] = set()
        nameless: dict[str, ast.expr] = {}
        for item in self.flow.items:
            tree = formula_of(item) if isinstance(item, Stage) else None
            if tree is None:
                continue
            assert isinstance(item, Stage)
            whole = syntax.substitute(tree, nameless)  # a gradient may have it in one piece
            for one in dict.fromkeys((tree, whole)):
                self.named.setdefault(key(spelled_alike(one)), []).append((item, one))
            self.heads.add(head(tree))
            if self.flow.is_nameless(item.binds[0]):
                nameless[item.binds[0]] = whole

    def holds(self, stage: Stage, tree: ast.expr, reads: list[Read]) -> bool:
        """Return whether a stage has given a name to a formula of these values, which it keeps."""
        flow, reader = self.flow, reads[0].item
        if all(is_fixed(flow, name) for name in (*stage.binds, *syntax.reads(tree))):
            # it may stand on the other side of a branch
            return flow.owner[stage] is None or flow.block[stage] is flow.block[reader]
        if not flow.is_under(reader, flow.block[stage]) or stage is reader:
            return False
        if flow.loops(stage) != flow.loops(reader):
            return False  # a trip of the inner loop may be another one
        for read in reads:
            low, high = sorted((flow.order[stage], flow.order[read.item] + read.post))
            between = self.draft.reads.definitions(read, low, high)
            if any(not flow.exclusive(d, read.item) for d in between):
                return False
        return True

    def short(self, tree: ast.expr) -> ast.expr:
        found = self.parts(tree)
        if not isinstance(found, ast.Call | ast.BinOp) or head(found) not in self.heads:
            return found
        if found is tree and not syntax.has(tree, ast.Call):
            return found
        keys = [n.id for n in syntax.every(ast.Name, found) if "@" in n.id]
        reads = [self.draft.reads.known[k] for k in keys]
        for stage, own in self.named.get(key(spelled_alike(unplaced(found))), []) if keys else []:
            if self.holds(stage, own, reads):
                return syntax.name(self.draft.reads.key(stage.binds[0], stage, True))
        return found

    def parts(self, tree: ast.expr) -> ast.expr:
        changed = False

        def change(part: ast.expr) -> ast.expr | None:
            nonlocal changed
            if part is tree:
                return None
            short = self.short(part)
            changed |= short is not part
            return short

        found = syntax.rewrite(tree, change)
        return found if changed else tree


def formula_of(stage: Stage) -> ast.expr | None:
    """Return the formula to whose value a stage binds one name, if that is all it does."""
    statement, wire = stage.statement, stage.wire
    if wire is None:
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            return None
        target, tree = statement.targets[0], statement.value
        if not isinstance(tree, ast.Call) or not is_of_values(tree):
            return None
    elif isinstance(wire, Gate) and isinstance(stage, Bind):
        target, tree = stage.target, named_text(with_kept_axes(wire))
    else:
        return None
    is_one = isinstance(target, ast.Name) and stage.binds == [target.id]
    return tree if is_one and isinstance(tree, ast.Call | ast.BinOp) else None


def with_kept_axes(wire: Gate) -> ast.expr:
    """Return a gate's text; `np.mean(x, axis=1).reshape(-1, 1)` as a reduction that keeps its axes."""
    if "keepdims=True" not in wire.row.pattern or any(
        n.arg == "keepdims" for n in syntax.every(ast.keyword, wire.node)
    ):
        return wire.node
    parts = {hole: one.node for hole, one in wire.operands.items()}
    return syntax.substitute(wire.row.tree, {**parts, **wire.statics})


def is_of_values(call: ast.Call) -> bool:
    """Return whether a call makes a value of the numbers in its operands, not new memory of their shape."""
    is_reduced = isinstance(call.func, ast.Attribute) and call.func.attr in REDUCTIONS
    return is_reduced or ufunc_of(syntax.dotted(call.func)) is not None


def head(tree: ast.expr) -> object:
    """Return what tells most formulas from others at a glance."""
    if isinstance(tree, ast.Call):
        return tree.func.attr if isinstance(tree.func, ast.Attribute) else ""
    return type(tree.op) if isinstance(tree, ast.BinOp) else None


ALONG = frozenset({"sum", "mean", "max", "min", "prod", "var", "std"})
"""Functions whose second argument is an axis."""
REDUCTIONS = ALONG | {"dot"}


def spelled_alike(tree: ast.expr) -> ast.expr:
    """Return a text in which `x.mean(0)` is written `np.mean(x, axis=0)`."""

    def change(part: ast.expr) -> ast.expr | None:
        match part:
            case ast.Call(func=ast.Attribute(value=of, attr=name)) if name in REDUCTIONS and not (
                isinstance(of, ast.Name) and of.id == "np"
            ):
                args = [syntax.rewrite(a, change) for a in (of, *part.args)]
                if name in ALONG and len(args) == 2:
                    words = [ast.keyword("axis", args.pop()), *part.keywords]
                    return ast.Call(syntax.parse(f"np.{name}"), args, words)
                return ast.Call(syntax.parse(f"np.{name}"), args, part.keywords)
            case ast.Call(func=ast.Attribute(ast.Name("np"), name), args=[of, axis]) if (
                name in ALONG
            ):
                words = [ast.keyword("axis", axis), *part.keywords]
                return ast.Call(part.func, [syntax.rewrite(of, change)], words)
        return None

    return syntax.rewrite(tree, change)
