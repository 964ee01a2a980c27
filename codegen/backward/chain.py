"""The chain rule: the gradient of a wire goes in, the terms that reach variables come out.

Between two names a gradient goes through several gates in one text:

>>> from codegen.cli.show import after
>>> text = '''
... def f(x, w):
...     return -(2.0 * x) + w
... '''
>>> after("differentiate", text, np.ones(3), np.ones(3))
# backprop out = -(2.0 * x) + w
dx = -2.0 * dout
dw = dout
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import numpy as np

from codegen import ir, syntax
from codegen.backward.draft import Draft, Live, Term
from codegen.backward.fit import ALONG, Gradient, cast, fit, guarded, statements
from codegen.backward.hidden import Hidden, Mask
from codegen.backward.samples import random_like
from codegen.backward.steep import Steep
from codegen.backward.text import Text
from codegen.errors import CodegenError, UnsupportedError
from codegen.gates.canonical import MISSING
from codegen.lower.unique import is_index_array
from codegen.pairs import backward_name, base_name
from codegen.pytree import is_plain, is_record, sum_of
from codegen.stage.local import chosen, gradient_tree, is_trivial, scatters
from codegen.stage.names import gradient_of, told
from codegen.stage.where import whole_sides

ITSELF = "d'"
"""The gradient that a statement changes, where the statement reads it too."""


class Chain:
    """Walks from a wire to the variables below it."""

    def __init__(self, draft: Draft, text: Text, outside: Mask) -> None:
        self.draft, self.text = draft, text
        self.hidden = Hidden(draft.circuit, outside)
        self.steep = Steep(self.hidden)
        self.lets: dict[tuple[ir.Wire, str], dict[str, ast.expr]] = {}

    def push(self, wire: ir.Wire, upstream: Gradient, terms: list[Term]) -> None:
        """Hand the gradient of a wire to its operands; what reaches a variable becomes a term."""
        if wire.name is not None:
            terms.append(Term(wire, upstream))
        else:
            self.push_through(wire, upstream, terms)

    def push_through(self, wire: ir.Wire, upstream: Gradient, terms: list[Term]) -> None:
        match wire:
            case ir.Variable():
                terms.append(Term(wire, upstream))
            case ir.Display():
                self.push_display(wire, upstream, terms)
            case ir.Call():
                self.push_call(wire, upstream, terms)
            case ir.Gate() if not self.push_sides(wire, upstream, terms):
                for operand in ir.in_text_order(wire):
                    for hole in [h for h, w in wire.operands.items() if w is operand]:
                        upstream = self.push_hole(wire, hole, upstream, terms)
            case ir.Unsupported():
                self.draft.raise_for(wire)

    def push_sides(self, wire: ir.Gate, upstream: Gradient, terms: list[Term]) -> bool:
        """Hand the gradient of `np.where` on by a choice of gradients; return whether that was done."""
        whole = whole_sides(wire)
        if not whole or all(map(scales_only, whole.values())) and not on_both_sides(wire):
            return False
        found: dict[str, dict[str, list[Term]]] = {}
        for side in [h for h in ("x", "y") if h in wire.operands]:
            reached: list[Term] = []
            if side in whole or np.shape(wire.operands[side].sample) == np.shape(wire.sample):
                self.push(wire.operands[side], self.in_type(wire, side, upstream), reached)
            if not reached or any(t.keys for t in reached):
                self.push_hole(wire, side, upstream, terms)
                continue
            for term in reached:
                found.setdefault(str(term.wire.name), {}).setdefault(side, []).append(term)
        chosen_by = self.text.filled(syntax.name("c"), wire, upstream)
        for sides in found.values():
            parts = [sides.get(side, []) for side in ("x", "y")]
            trees = [sum_of([t.gradient.tree for t in part]) for part in parts]
            values = [sum((t.gradient.sample for t in part), 0.0) for part in parts]
            value = np.where(wire.values["c"], *values)
            one = (parts[0] or parts[1])[0]
            terms.append(
                Term(one.wire, Gradient(syntax.call("np.where", chosen_by, *trees), value))
            )
        return True

    def in_type(self, wire: ir.Gate, hole: str, upstream: Gradient) -> Gradient:
        """Return the upstream gradient of a gate in the type of an operand that gets it as it is."""
        own = syntax.name("dout")
        tree = cast(own, hole, wire, own, {"dout": upstream.sample})
        if tree is own:
            return upstream
        return replace(upstream, tree=self.text.filled(tree, wire, upstream), sources=set())

    def push_hole(
        self, wire: ir.Gate, hole: str, upstream: Gradient, terms: list[Term]
    ) -> Gradient:
        """Hand the gradient of a gate to one operand; return it as it is read from now on, by a name if it got one."""
        operand = wire.operands[hole]
        if scatters(wire.row, hole):
            statement = chosen(wire, hole, set())
            assert isinstance(statement, ast.AugAssign) and isinstance(
                statement.target, ast.Subscript
            )
            index = self.text.filled(statement.target.slice, wire, upstream)
            value = self.text.filled(gradient_tree(statement), wire, upstream)
            unique = is_unique(wire)
            if not unique:
                index = without_whole_axes(index, as_tuple(wire.values.get("index")))
            gradient = Gradient(value, upstream.sample, sources=upstream.sources)
            self.scatter(operand, [index], gradient, wire, unique, terms)
            return upstream
        given, upstream = upstream, self.whole_for_lets(wire, upstream)
        limited = self.steep.flat.get(wire)
        tree = gradient_tree(chosen(wire, hole, set()))
        guard = limited is None and self.hidden.guards(wire, hole, tree)
        if guard:
            given = upstream = self.with_name(wire, upstream)
        try:
            factor = self.steep.factors.get((wire, hole))
            fitted = fit(wire, hole, upstream, guard, wire in self.steep.limits, factor)
        except UnsupportedError:
            raise
        except CodegenError as error:
            raise self.draft.refuse(wire.origin, error.message, error.advice) from error
        steps = statements(wire, hole, upstream, fitted.sample)
        made = [self.filled_statement(s, hole, wire, upstream) for s in steps]
        tree = self.hidden.bounds.without_squares(fitted.tree, wire)
        if fitted.note == "full":
            ones = syntax.call("np.ones_like", self.text.shape_of(wire, post=True))
            upstream = Gradient(ast.BinOp(upstream.tree, ast.Mult(), ones), fitted.sample)
        self.write_lets(wire, fitted.tree, upstream)
        text = self.text.filled(tree, wire, upstream)
        if limited is not None:
            shown = self.text.resolved(ir.WireRef(limited[0]), limited[1])
            text = guarded(text, np.ndim(wire.sample) == 0, shown)
        if operand.along:
            option = self.text.resolved(syntax.name(operand.along[0]))
            text = syntax.substitute(text, {ALONG: option})
        sources = upstream.sources if fitted.shares else set[str]()
        gradient = Gradient(text, fitted.sample, note=fitted.note, sources=sources, steps=made)
        self.push(operand, gradient, terms)
        return given

    def whole_for_lets(self, wire: ir.Gate, upstream: Gradient) -> Gradient:
        """Return the upstream gradient at full shape, where a value that several gradients read is made of it."""
        if not any("dout" in syntax.reads(tree) for _, tree in wire.row.lets):
            return upstream
        if not is_plain(wire.sample) or np.shape(upstream.sample) == np.shape(wire.sample):
            return upstream
        ones = syntax.call("np.ones_like", self.text.shape_of(wire, post=True))
        sample = np.broadcast_to(upstream.sample, np.shape(wire.sample))
        return Gradient(ast.BinOp(upstream.tree, ast.Mult(), ones), sample)

    def write_lets(self, wire: ir.Gate, tree: ast.expr, upstream: Gradient) -> None:
        """Give the values that several gradients of a gate read their names, once."""
        if not wire.row.let:
            return
        known = self.lets.setdefault((wire, syntax.show(upstream.tree)), {})
        self.text.let_names = known
        for names, value in wire.row.lets_for(set(syntax.reads(tree))):
            if names[0] in known:
                continue
            text = self.text.filled(value, wire, upstream)
            if len(wire.row.lets) == len(names) == reads_of_let(wire, names[0]) == 1:
                known[names[0]] = text
                continue
            targets: list[ast.expr] = [syntax.name(self.draft.own_name(name)) for name in names]
            known |= zip(names, targets, strict=True)
            target: ast.expr = syntax.as_one(targets, ast.Store())
            self.draft.lines.append(ir.Line(target, "=", self.text.simple(text)))

    def with_name(self, wire: ir.Gate, upstream: Gradient) -> Gradient:
        """Return an upstream gradient that is read by a name, so that it can be read twice."""
        if isinstance(upstream.tree, ast.Name):
            return upstream
        own = self.draft.own_name(gradient_of(told(wire)), gradient_of("part"))
        value = self.text.simple(upstream.tree)
        self.draft.lines.append(ir.Line(syntax.name(own), "=", value, shares=upstream.sources))
        self.draft.samples[own] = upstream.sample
        return replace(upstream, tree=syntax.name(own), sources={own})

    def filled_statement(
        self, statement: ast.stmt, hole: str, wire: ir.Gate, upstream: Gradient
    ) -> ast.stmt:
        """Return a row's statement with its holes filled in; its target is read as `ITSELF`."""
        assert isinstance(statement, ast.Assign | ast.AugAssign)
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        if isinstance(target, ast.Subscript):
            target = syntax.index(target.value, self.text.filled(target.slice, wire, upstream))
        itself = syntax.substitute(statement.value, {f"d{hole}": syntax.name(ITSELF)})
        value = self.text.filled(itself, wire, upstream)
        if isinstance(statement, ast.Assign):
            return ast.Assign([target], value)
        return ast.AugAssign(target, statement.op, value)  # type: ignore[arg-type]  # a name or an item, as rows write it

    def push_call(self, wire: ir.Call, upstream: Gradient, terms: list[Term]) -> None:
        targets: list[ast.expr] = []
        operands = list(wire.operands.items())
        # of a whole line nothing but this call reads the upstream gradient
        at = self.draft.at.wire if isinstance(self.draft.at, ir.Stage) else None
        is_root = at is wire
        for hole, operand in operands:
            sample = random_like(operand.sample)
            fresh = (
                operand.name is not None
                and operand.name not in self.draft.live
                and [w.name for _, w in operands].count(operand.name) == 1
            )
            if (
                fresh
                and operand.name is not None
                and (is_root or self.draft.d(operand.name) not in syntax.reads(upstream.tree))
            ):
                own = self.draft.d(operand.name)
                self.draft.touched.add(operand.name)
                self.draft.live[operand.name] = Live(syntax.name(own), True, sample)
            else:
                wanted = gradient_of(hole)
                own = self.draft.d(operand.name) if operand.name is not None else wanted
                if operand.name is not None and (
                    own == wanted or not self.draft.is_nobodys(wanted)
                ):
                    wanted = f"{own}_new"
                other = f"{gradient_of(hole)}_{base_name(wire.function)}"
                own = self.draft.handed_name(wanted, other, sample)
                self.push(operand, Gradient(syntax.name(own), sample, sources={own}), terms)
            self.draft.samples[own] = sample
            targets.append(syntax.name(own))
        called = syntax.call(
            backward_name(wire.function),
            self.text.resolved(upstream.tree),
            self.text.resolved(self.text.post(wire.cache)),
        )
        target = syntax.as_one(targets)
        self.draft.lines.append(ir.Line(target, "=", called))

    def scatter(
        self,
        operand: ir.Wire,
        keys: list[ast.expr],
        value: Gradient,
        wire: ir.Gate,
        unique: bool,
        terms: list[Term],
    ) -> None:
        """Hand a gradient to some items of an operand, which may itself be an item of a variable."""
        if operand.name is not None:
            terms.append(Term(operand, value, keys, unique, wire.sample))
            return
        inner = operand.operands.get("x")
        if (
            isinstance(operand, ir.Gate)
            and inner is not None
            and scatters(operand.row, "x")
            and isinstance(operand.node, ast.Subscript)
        ):
            statement = chosen(operand, "x", set())
            assert isinstance(statement, ast.AugAssign) and isinstance(
                statement.target, ast.Subscript
            )
            index = self.text.filled(statement.target.slice, operand, value)
            self.scatter(inner, [index, *keys], value, wire, unique, terms)
            return
        raise self.draft.refuse(
            wire.origin,
            "an item of this expression cannot be differentiated",
            "Give the expression a name first.",
        )

    def push_display(self, wire: ir.Wire, upstream: Gradient, terms: list[Term]) -> None:
        if wire.sample is MISSING:  # a forced run stopped before it
            raise self.draft.refuse(
                wire.origin, "no run got as far as this line", "Give an example that gets there."
            )
        for key, inner in wire.operands.items():
            at = syntax.parse(key)
            if is_record(wire.sample):
                word = ast.literal_eval(key)
                read = ast.Attribute(upstream.tree, word, ast.Load())
                part = Gradient(read, getattr(upstream.sample, word), sources=upstream.sources)
                self.push(inner, part, terms)
                continue
            if isinstance(upstream.tree, ast.List | ast.Tuple):
                item = upstream.tree.elts[int(key)]
            else:
                item = syntax.index(upstream.tree, at)
            sample = (
                upstream.sample[ast.literal_eval(key)]
                if isinstance(at, ast.Constant)
                else random_like(inner.sample)
            )
            self.push(inner, Gradient(item, sample, sources=upstream.sources), terms)


def reads_of_let(wire: ir.Gate, name: str) -> int:
    """Return how often the gradients of the active operands of a gate read a value of `let`."""
    trees = [gradient_tree(chosen(wire, hole, set())) for hole in wire.operands]
    trees += [value for _, value in wire.row.lets]
    return sum(len(syntax.uses(tree, name)) for tree in trees)


def scales_only(wires: list[ir.Gate]) -> bool:
    return all(is_trivial(w, hole, set()) for w in wires for hole in w.operands)


def on_both_sides(wire: ir.Gate) -> bool:
    """Return whether both sides of a choice read a common variable."""
    sides = [
        {w.name for w in ir.post_order(wire.operands[side]) if w.name is not None}
        for side in ("x", "y")
        if side in wire.operands
    ]
    return len(sides) == 2 and bool(sides[0] & sides[1])


def is_unique(wire: ir.Gate) -> bool:
    base = next((v for h, v in wire.values.items() if h == "x"), MISSING)
    if wire.row.repeats:
        return False
    if not is_plain(base) or np.ndim(wire.sample if is_plain(wire.sample) else [0]) == 0:
        return True
    return wire.unique or not any(map(is_index_array, as_tuple(wire.values.get("index"))))


def without_whole_axes(index: ast.expr, values: tuple[Any, ...]) -> ast.expr:
    """Return `x` for the index `x, :` if `x` is an array: the axes behind it are whole anyway."""
    if not isinstance(index, ast.Tuple) or len(index.elts) != len(values):
        return index
    parts = list(index.elts)
    while len(parts) > 1 and syntax.show(parts[-1]) == ":":
        parts.pop()
    if len(parts) == 1 and not isinstance(values[0], np.ndarray):
        return index
    return syntax.as_one(parts)


def as_tuple(key: Any) -> tuple[Any, ...]:
    return key if isinstance(key, tuple) else (key,)
