"""Planning the backward pass: a staged circuit goes in, the lines of the backward function come out.

Stages are walked in reverse. For each variable the plan knows whether its gradient exists yet: the first contribution is `=`, later
ones `+=`; the assignment that gave a variable its value takes the gradient away again, so that overwritten names need no special
care.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

import numpy as np

from codegen import expr
from codegen.backward.containers import is_plain, sum_of
from codegen.backward.fit import Gradient, dtype_of, random_like, sum_text
from codegen.backward.lists import Lists
from codegen.backward.once import written_once
from codegen.backward.polish import polished
from codegen.backward.push import Live, Term
from codegen.backward.settled import Settled
from codegen.backward.versions import Versions
from codegen.backward.zeros import zeros_like
from codegen.circuit import Circuit, Line, Nest, Remark, Stage, Wire
from codegen.local import mask_of
from codegen.spell import stage_text
from codegen.trace.facts import has_float
from codegen.trace.roots import root_of


@dataclass
class Plan:
    """The backward pass of one circuit.

    Attributes
    ----------
    lines : list
    versions : Versions
        What the forward pass must keep.
    results : list of ast.expr
        The gradients to return.
    upstream, cache : str
        The names of the arguments of the backward function.
    samples : dict
        A sample of each gradient.
    """

    lines: list[Line | Remark | Nest]
    versions: Versions
    results: list[ast.expr]
    upstream: str
    cache: str
    samples: dict[str, Any]


def plan(circuit: Circuit) -> Plan:
    """Return the backward pass of a staged circuit."""
    return Planner(circuit).plan()


class Planner(Lists):
    """Walks one circuit backwards."""

    def __init__(self, circuit: Circuit) -> None:
        super().__init__(circuit)
        self.upstream = self.own_name("dout", "dout")
        self.cache = self.own_name("cache", "cache")
        self.live: dict[str, Live] = {}
        self.touched: set[str] = set()
        self.shown: ast.AST | None = None

    def plan(self) -> Plan:
        """Return the whole plan."""
        self.block(self.circuit.block)
        self.at = self.circuit.block.items[0]
        found = {name: self.result(name) for name in self.circuit.inputs}
        results = self.wholes(found)
        variables = {d: variable for variable, d in self.gradient_names.items()}
        ranks = {d: np.ndim(s) for d, s in self.samples.items() if is_plain(s)}
        lines = polished(Settled(self).lines(), self.flow, variables, ranks)
        return Plan(lines, self.versions, results, self.upstream, self.cache, self.samples)

    def wholes(self, found: dict[str, ast.expr]) -> list[ast.expr]:
        """Return the gradients of the arguments; that of a dataclass is one with the gradients of its fields."""
        if not self.circuit.wholes:
            return list(found.values())
        by_path = {self.circuit.fields.get(name, name): tree for name, tree in found.items()}

        def whole(path: str) -> ast.expr:
            if path in by_path:
                return by_path[path]
            root, *rest = path.split(".")
            base: ast.expr = self.post(root)
            for attribute in rest:
                base = ast.Attribute(base, attribute, ast.Load())
            below = [p for p in by_path if p.startswith(f"{path}.")]
            inner = dict.fromkeys(p[len(path) + 1 :].split(".")[0] for p in below)
            return expr.call(
                "dataclasses.replace", base, **{k: whole(f"{path}.{k}") for k in inner}
            )

        results = []
        for path in self.circuit.wholes:
            tree = whole(path)
            if path not in by_path:
                target = self.d(path.split(".")[-1])
                self.lines.append(self.line(target, "=", tree, None))
                tree = expr.name(target)
            results.append(tree)
        return results

    def pop(self, name: str) -> Live | None:
        """Return the gradient of a variable, and take it away: this item gave the variable its value."""
        if name in self.live:
            self.touched.add(name)
        return self.live.pop(name, None)

    def stage(self, stage: Stage) -> None:
        """Add the lines of one stage."""
        match stage.kind:
            case "return":
                self.outputs()
            case "break" | "raise":
                return
            case "store" | "add":
                self.written(stage)
            case "append":
                self.appended(stage)
            case "pop":
                self.taken_off(stage)
            case _:
                self.bound(stage)

    def bound(self, stage: Stage) -> None:
        """Add the lines of a stage that binds names."""
        if isinstance(stage.target, ast.Tuple) and stage.wire is not None:
            self.many(stage, stage.target)
            return
        if stage.wire is None:
            for name in stage.binds:
                self.pop(name)
            return
        assert isinstance(stage.target, ast.Name)
        live = self.pop(stage.target.id)
        if live is None:
            return
        wire = stage.wire
        start = len(self.lines)
        upstream = Gradient(live.tree, random_like(wire.sample), sources=set(expr.reads(live.tree)))
        self.emit(wire, upstream, stage.target.id, live)
        self.remark(stage, start)

    def many(self, stage: Stage, target: ast.Tuple) -> None:
        """Add the lines of a stage that binds several names at once."""
        names = [n.id for n in target.elts if isinstance(n, ast.Name)]
        lives = [self.pop(n) for n in names]
        if stage.wire is None or not any(lives):
            return
        start = len(self.lines)
        parts: list[ast.expr] = []
        for name, live, sample in zip(names, lives, stage.wire.sample, strict=True):
            missing = (
                zeros_like(self.post(name), sample) if has_float(sample) else expr.constant(None)
            )
            parts.append(live.tree if live else missing)
        sources = {n for p in parts for n in expr.reads(p)}
        display = ast.Tuple if isinstance(stage.wire.sample, tuple) else ast.List
        upstream = Gradient(
            display(parts, ast.Load()), random_like(list(stage.wire.sample)), sources=sources
        )
        stage.wire.parts = names
        self.emit(stage.wire, upstream, "", None)
        self.remark(stage, start)

    def remark(self, stage: Stage, start: int) -> None:
        """Put the comment that names the forward line before the lines it made, once for each statement."""
        if len(self.lines) == start:
            return
        if self.shown is stage.statement and not stage.rewritten and stage.kind != "item":
            return
        self.shown = stage.statement if not stage.rewritten else None
        self.lines.insert(
            start, Remark(f"backprop {stage_text(stage, self.circuit.trace.source)}", stage=stage)
        )

    def emit(self, wire: Wire, upstream: Gradient, target: str, live: Live | None) -> None:
        """Add the lines that hand the gradient of a wire to the variables below it."""
        terms: list[Term] = []
        masked = self.mask(wire, upstream, live) if live else None
        if masked is not None:
            (operand,) = wire.operands.values()
            self.push(operand, masked, terms)
        else:
            self.push_through(wire, upstream, terms)
        self.spread(terms, target, live)

    def spread(self, terms: list[Term], target: str, live: Live | None) -> None:
        """Add what reaches each variable, the rewritten one last."""
        grouped: dict[str, list[Term]] = {}
        for term in terms:
            assert term.wire.name is not None
            grouped.setdefault(term.wire.name, []).append(term)
        for name in sorted(grouped, key=lambda n: n == target):
            self.contribute(name, grouped[name], name == target, live)

    def mask(self, wire: Wire, upstream: Gradient, live: Live) -> Gradient | None:
        """Write `dx[x <= 0] = 0` for a gate that only lets the gradient through; return what is left of it."""
        condition = mask_of(wire)
        if condition is None or not live.own or not isinstance(live.tree, ast.Name):
            return None
        opposite = {ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Lt: ast.GtE, ast.LtE: ast.Gt}.get(
            type(condition.ops[0])
        )
        if opposite is None:
            return None
        flipped = ast.Compare(condition.left, [opposite()], condition.comparators)
        text = self.filled(flipped, wire, upstream)
        self.lines.append(Line(expr.index(live.tree, self.resolved(text)), "=", expr.constant(0)))
        return upstream

    # ---- changes in place

    def written(self, stage: Stage) -> None:
        """Add the lines of `x[i] = v` or `x[i] += v`."""
        base = root_of(stage.target)
        live = self.live.get(base)
        if live is None:
            return
        start = len(self.lines)
        clear = stage.kind == "store" and not written_once(self.flow, stage, base)
        own = self.d(base)
        if clear:
            self.touched.add(base)
            self.own(base, own, self.sample_of(base))
            live = self.live[base]
        item = placed(stage.target, live.tree)
        sources = (
            set(expr.reads(live.tree))
            if np.ndim(stage.sample if not isinstance(stage.sample, list | tuple | dict) else [0])
            else set()
        )
        if stage.wire is not None:
            if stage.repeats:
                self.repeated_item(stage, base, item, clear)
                self.remark(stage, start)
                return
            mine = [w for w in leaves(stage.wire) if w.name == base]
            if clear and mine:
                self.rewritten_item(stage, base, item, sources)
                self.remark(stage, start)
                return
            if len(mine) > 1:
                item = self.own_item(stage, base, item)
            terms: list[Term] = []
            self.push(stage.wire, self.item_gradient(stage, item, sources), terms)
            self.spread(terms, base, None)
        if clear:
            self.lines.append(self.cleared(stage, base))
        self.remark(stage, start)

    def repeated_item(self, stage: Stage, base: str, item: ast.expr, clear: bool) -> None:
        """Add the lines of `x[i] = v` where `i` may name an item twice: only the value that came last gets a gradient."""
        assert stage.wire is not None
        order, last = (self.own_name(n, n) for n in ("order", "last"))
        own = self.own_name(f"d{base}_item", f"d{base}_item")
        numbers = expr.call("np.arange", ast.Attribute(item, "size", ast.Load()))
        shaped = ast.Call(
            ast.Attribute(numbers, "reshape", ast.Load()),
            [ast.Attribute(item, "shape", ast.Load())],
            [],
        )
        root = root_tree(item)
        shape = ast.Attribute(root, "shape", ast.Load())
        self.lines.append(
            self.line(order, "=", shaped if np.ndim(stage.sample) > 1 else numbers, stage.sample)
        )
        zeros = expr.call("np.zeros", shape, dtype=expr.name("int"))
        self.lines.append(self.line(last, "=", zeros, stage.holder))
        place = placed(stage.target, expr.name(last))
        self.lines.append(
            Line(
                self.resolved(place),
                "=",
                expr.name(order),
                "of two values for one item the last counts",
            )
        )
        counts = ast.Compare(place, [ast.Eq()], [expr.name(order)])
        self.lines.append(self.line(own, "=", ast.BinOp(item, ast.Mult(), counts), stage.sample))
        if clear:
            self.lines.append(self.cleared(stage, base))
        terms: list[Term] = []
        self.push(stage.wire, self.item_gradient(stage, expr.name(own), {own}), terms)
        self.spread(terms, base, None)

    def item_gradient(self, stage: Stage, item: ast.expr, sources: set[str]) -> Gradient:
        """Return the gradient of what was written: that of the items, summed over what was broadcast."""
        assert stage.wire is not None
        value = stage.wire.sample
        if isinstance(stage.holder, np.ndarray) and np.shape(stage.sample) != np.shape(value):
            shape = np.shape(stage.sample)
            lead = np.shape(value)
            while len(lead) > len(shape) and lead[0] == 1:
                raise self.refuse(
                    stage.statement,
                    "a value of higher rank than the items it is assigned to is not supported",
                )
            item, sources = sum_text(item, shape, lead), set()
        mine, outer = dtype_of(value), dtype_of(stage.holder)
        if mine is not None and outer is not None and mine != outer:
            kind = ast.Attribute(self.shape_of(stage.wire), "dtype", ast.Load())
            item = ast.Call(ast.Attribute(item, "astype", ast.Load()), [kind], [])
            sources = set()
        return Gradient(item, random_like(value), sources=sources)

    def cleared(self, stage: Stage, base: str) -> Line:
        """Return the line that takes the gradient of overwritten items away."""
        at = self.resolved(placed(stage.target, expr.name(self.d(base))))
        value: ast.expr = expr.constant(0)
        if not isinstance(stage.holder, np.ndarray):
            value = zeros_like(at, stage.sample if stage.wire is None else stage.wire.sample)
        return Line(at, "=", value)

    def rewritten_item(self, stage: Stage, base: str, item: ast.expr, sources: set[str]) -> None:
        """Add the lines of `x[i] = f(x, …)`."""
        assert stage.wire is not None
        terms: list[Term] = []
        self.push(stage.wire, self.item_gradient(stage, item, sources), terms)
        mine = [t for t in terms if t.wire.name == base]
        wanted = [expr.show(k) for k in keys_of(stage.target) or ()]
        if (
            wanted
            and all([expr.show(k) for k in t.keys] == wanted for t in mine)
            and np.shape(stage.sample) == np.shape(stage.wire.sample)
        ):
            self.spread([t for t in terms if t.wire.name != base], "", None)
            at = self.resolved(placed(stage.target, expr.name(self.d(base))))
            value = self.simple(sum_of([t.gradient.tree for t in mine]))
            self.lines.append(scaled(at, value))
            return
        own = self.own_item(stage, base, item)
        self.lines.append(self.cleared(stage, base))
        terms = []
        self.push(stage.wire, self.item_gradient(stage, own, {own.id}), terms)
        self.spread(terms, base, None)

    def own_item(self, stage: Stage, base: str, item: ast.expr) -> ast.Name:
        """Give the gradient of the items that are written a name and memory of its own; return it."""
        own = self.own_name(f"d{base}_item", f"d{base}_item")
        copied = (
            ast.Call(ast.Attribute(item, "copy", ast.Load()), [], [])
            if np.ndim(stage.sample) and not stage.copies
            else item
        )
        self.lines.append(self.line(own, "=", copied, stage.sample))
        return expr.name(own)


def scaled(at: ast.expr, value: ast.expr) -> Line:
    """Return the line `at = value`, as `at *= factor` where it is a product with itself."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult | ast.Div):
        if expr.same(value.left, at):
            return Line(at, "*=" if isinstance(value.op, ast.Mult) else "/=", value.right)
        if expr.same(value.right, at) and isinstance(value.op, ast.Mult):
            return Line(at, "*=", value.left)
    return Line(at, "=", value)


def keys_of(target: ast.expr) -> list[ast.expr] | None:
    """Return the indices of an item, the outermost last; None if it is an item of a view."""
    keys: list[ast.expr] = []
    while isinstance(target, ast.Subscript):
        keys.insert(0, target.slice)
        target = target.value
    return keys if isinstance(target, ast.Name) else None


def root_tree(tree: ast.expr) -> ast.expr:
    """Return what an item is an item of, in the end."""
    while isinstance(tree, ast.Subscript):
        tree = tree.value
    return tree


def placed(target: ast.expr, root: ast.expr) -> ast.expr:
    """Return the item, or view, of another variable at the place that a target names."""
    match target:
        case ast.Subscript(value=inner, slice=key):
            return expr.index(placed(inner, root), key)
        case ast.Attribute(value=inner, attr=attr):
            return ast.Attribute(placed(inner, root), attr, ast.Load())
        case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=args, keywords=keywords):
            if root_of(inner) in ("np", "numpy"):
                return ast.Call(target.func, [placed(args[0], root), *args[1:]], keywords)
            return ast.Call(ast.Attribute(placed(inner, root), attr, ast.Load()), args, keywords)
    return root


def leaves(wire: Wire) -> list[Wire]:
    """Return the variables below a wire."""
    if wire.kind == "name" or wire.name is not None:
        return [wire]
    return [leaf for operand in wire.operands.values() for leaf in leaves(operand)]
