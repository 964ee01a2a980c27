"""Changes in place backwards: a stage that writes items goes in, the lines of its backward pass come out.

The gradient of what was written is that of the items; what they held before has none any more.
"""

from __future__ import annotations

import ast

import numpy as np

from codegen import syntax
from codegen.analysis.aliasing import root_of
from codegen.backward.containers import sum_of
from codegen.backward.fit import Gradient
from codegen.backward.lists import Lists
from codegen.backward.once import written_once
from codegen.backward.samples import dtype_of, random_like
from codegen.backward.sums import sum_text
from codegen.backward.terms import Term
from codegen.backward.zeros import zeros_like
from codegen.ir import Line, Stage, Wire


class Written(Lists):
    """The part of the planner that knows changes in place."""

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
            set(syntax.reads(live.tree))
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
        """Add the lines of `x[i] = v` where `i` may name an item twice: only the value that came last
        gets a gradient.
        """
        assert stage.wire is not None
        order, last = (self.own_name(n, n) for n in ("order", "last"))
        own = self.own_name(f"d{base}_item", f"d{base}_item")
        numbers = syntax.call("np.arange", ast.Attribute(item, "size", ast.Load()))
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
        zeros = syntax.call("np.zeros", shape, dtype=syntax.name("int"))
        self.lines.append(self.line(last, "=", zeros, stage.holder))
        place = placed(stage.target, syntax.name(last))
        self.lines.append(
            Line(
                self.resolved(place),
                "=",
                syntax.name(order),
                "of two values for one item the last counts",
            )
        )
        counts = ast.Compare(place, [ast.Eq()], [syntax.name(order)])
        self.lines.append(self.line(own, "=", ast.BinOp(item, ast.Mult(), counts), stage.sample))
        if clear:
            self.lines.append(self.cleared(stage, base))
        terms: list[Term] = []
        self.push(stage.wire, self.item_gradient(stage, syntax.name(own), {own}), terms)
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
        at = self.resolved(placed(stage.target, syntax.name(self.d(base))))
        value: ast.expr = syntax.constant(0)
        if not isinstance(stage.holder, np.ndarray):
            value = zeros_like(at, stage.sample if stage.wire is None else stage.wire.sample)
        return Line(at, "=", value)

    def rewritten_item(self, stage: Stage, base: str, item: ast.expr, sources: set[str]) -> None:
        """Add the lines of `x[i] = f(x, …)`."""
        assert stage.wire is not None
        terms: list[Term] = []
        self.push(stage.wire, self.item_gradient(stage, item, sources), terms)
        mine = [t for t in terms if t.wire.name == base]
        wanted = [syntax.show(k) for k in keys_of(stage.target) or ()]
        if (
            wanted
            and all([syntax.show(k) for k in t.keys] == wanted for t in mine)
            and np.shape(stage.sample) == np.shape(stage.wire.sample)
        ):
            self.spread([t for t in terms if t.wire.name != base], "", None)
            at = self.resolved(placed(stage.target, syntax.name(self.d(base))))
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
        return syntax.name(own)


def scaled(at: ast.expr, value: ast.expr) -> Line:
    """Return the line `at = value`, as `at *= factor` where it is a product with itself."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult | ast.Div):
        if syntax.same(value.left, at):
            return Line(at, "*=" if isinstance(value.op, ast.Mult) else "/=", value.right)
        if syntax.same(value.right, at) and isinstance(value.op, ast.Mult):
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
            return syntax.index(placed(inner, root), key)
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
