"""Changes in place backwards: a stage that writes items, appends or takes off goes in, the lines of its backward
pass come out.

The gradient of what was written is that of the items; what they held before has none any more. `append` and `pop`
are each other's mirror.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x, w):
...     y = x * w
...     y[0] = w[0] ** 2
...     return np.sum(y)
... '''
>>> after("plan", text, np.ones(3), np.ones(3))
# backprop out = np.sum(y)
dy = dout * np.ones_like(x)
# backprop y[0] = w[0] ** 2
dw = np.zeros_like(w)
dw[0] = 2 * w[0] * dy[0]
dy[0] = 0
# backprop y = x * w
dx = w * dy
dw += x * dy  # += : w forks
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import numpy as np

from codegen import ir, syntax
from codegen.analysis.aliasing import root_of
from codegen.backward.accumulate import Sums
from codegen.backward.chain import Chain
from codegen.backward.draft import Draft, Live, Term
from codegen.backward.fit import Gradient, sum_text, summed_axes
from codegen.backward.places import keys_of
from codegen.backward.samples import dtype_of, random_like
from codegen.backward.text import Text
from codegen.backward.trips import are_never_one, written_once
from codegen.pytree import copied, is_number, is_plain, is_scalar, sum_of, zeros_like
from codegen.simplify.kinds import signed_literal
from codegen.stage.names import gradient_of
from codegen.stage.newkeys import is_copy


class Stores:
    """Runs changes in place backwards."""

    def __init__(self, draft: Draft, text: Text, chain: Chain, sums: Sums) -> None:
        self.draft, self.text, self.chain, self.sums = draft, text, chain, sums

    def written(self, stage: ir.Write) -> None:
        """Add the lines of `x[i] = v` or `x[i] += v`."""
        base = root_of(stage.target)
        live = self.draft.live.get(base)
        if live is None:
            return
        start = len(self.draft.lines)
        clear = isinstance(stage, ir.Store) and not written_once(self.draft.flow, stage, base)
        own = self.draft.d(base)
        if is_scalar(stage.holder):
            self.draft.touched.add(base)
            self.sums.with_items(base, own, stage.holder)
            live = self.draft.live[base]
        if clear:
            self.draft.touched.add(base)
            self.sums.own(base, own, self.draft.sample_of(base))
            live = self.draft.live[base]
        item = placed(stage.target, live.tree)
        sources = (
            set(syntax.reads(live.tree))
            if not stage.copies
            and np.ndim(stage.sample if not isinstance(stage.sample, list | tuple | dict) else [0])
            else set()
        )
        if stage.wire is not None:
            if clear and is_exchange(stage, base):
                self.exchanged(stage, item)
                self.draft.remark(stage, start)
                return
            if stage.repeats:
                self.repeated_item(stage, base, item, clear)
                self.draft.remark(stage, start)
                return
            mine = [w for w in named_below(stage.wire) if w.name == base]
            terms: list[Term] = []
            self.chain.push(stage.wire, self.item_gradient(stage, item, sources), terms)
            elsewhere = self.are_elsewhere(terms, stage, base)
            if clear and mine and not elsewhere:
                self.rewritten_item(stage, base, item, terms)
                self.draft.remark(stage, start)
                return
            if len(mine) > 1 and not elsewhere:
                item, terms = self.own_item(stage, base, item), []
                self.chain.push(stage.wire, self.item_gradient(stage, item, sources), terms)
            if isinstance(stage, ir.Store) and not clear:
                # what the very item held before is passive
                own_keys = [syntax.show(key) for key in keys_of(stage.target) or ()]
                terms = [
                    term
                    for term in terms
                    if term.wire.name != base or [syntax.show(k) for k in term.keys] != own_keys
                ]
            self.sums.spread(terms, base, None)
        if clear:
            self.draft.lines.append(self.cleared(stage, base))
        self.draft.remark(stage, start)

    def exchanged(self, stage: ir.Write, item: ast.expr) -> None:
        """Add the line of `x[[i, j]] = x[[j, i]]`: the gradients change places as the items did."""
        assert stage.wire is not None and isinstance(stage.wire.node, ast.Subscript)
        there = syntax.index(syntax.holder(item), stage.wire.node.slice)
        self.draft.lines.append(ir.Line(self.text.resolved(item), "=", self.text.resolved(there)))

    def repeated_item(self, stage: ir.Write, base: str, item: ast.expr, clear: bool) -> None:
        """Add the lines of `x[i] = v` where `i` may name an item twice: only the last value gets a gradient."""
        assert stage.wire is not None
        order, last = (self.draft.own_name(n) for n in ("order", "last"))
        own = self.draft.own_name(f"{gradient_of(base)}_item")
        numbers = syntax.call("np.arange", ast.Attribute(item, "size", ast.Load()))
        shaped = ast.Call(
            ast.Attribute(numbers, "reshape", ast.Load()),
            [ast.Attribute(item, "shape", ast.Load())],
            [],
        )
        root = syntax.holder(item)
        shape = ast.Attribute(root, "shape", ast.Load())
        self.draft.lines.append(
            self.text.line(
                order, "=", shaped if np.ndim(stage.sample) > 1 else numbers, stage.sample
            )
        )
        zeros = syntax.call("np.zeros", shape, dtype=syntax.name("int"))
        self.draft.lines.append(self.text.line(last, "=", zeros, stage.holder))
        place = placed(stage.target, syntax.name(last))
        self.draft.lines.append(
            ir.Line(
                self.text.resolved(place),
                "=",
                syntax.name(order),
                "of two values for one item the last counts",
            )
        )
        counts = ast.Compare(place, [ast.Eq()], [syntax.name(order)])
        self.draft.lines.append(
            self.text.line(own, "=", ast.BinOp(item, ast.Mult(), counts), stage.sample)
        )
        if clear:
            self.draft.lines.append(self.cleared(stage, base))
        terms: list[Term] = []
        self.chain.push(stage.wire, self.item_gradient(stage, syntax.name(own), {own}), terms)
        self.sums.spread(terms, base, None)

    def item_gradient(self, stage: ir.Write, item: ast.expr, sources: set[str]) -> Gradient:
        """Return the gradient of what was written: that of the items, summed over what was broadcast."""
        assert stage.wire is not None
        value = stage.wire.sample
        if isinstance(stage.holder, np.ndarray) and np.shape(stage.sample) != np.shape(value):
            shape = np.shape(stage.sample)
            lead = np.shape(value)
            if len(lead) > len(shape) and lead[0] == 1:
                raise self.draft.refuse(
                    stage.statement,
                    "a value of higher rank than the items it is assigned to is not supported",
                )
            if summed_axes(shape, lead) is None:  # on a side that the example does not take
                raise self.draft.refuse(
                    stage.statement, "a value does not fit the items it is assigned to"
                )
            item, sources = sum_text(item, shape, lead), set()
        mine, outer = dtype_of(value), dtype_of(stage.holder)
        if mine is not None and outer is not None and mine != outer:
            kind = ast.Attribute(self.text.shape_of(stage.wire), "dtype", ast.Load())
            item = syntax.method(item, "astype", kind)
            sources = set()
        if (
            isinstance(stage.holder, np.ndarray)
            and isinstance(value, list | tuple)
            and not isinstance(stage.wire, ir.Display)
        ):
            item = syntax.method(item, "tolist")
            sources = set()
        return Gradient(item, random_like(value), sources=sources)

    def cleared(self, stage: ir.Write, base: str) -> ir.Line:
        own = syntax.name(self.draft.d(base))
        capped = self.capped(stage, base)
        at = syntax.index(own, capped) if capped else self.text.resolved(placed(stage.target, own))
        if self.is_new(stage, base):
            assert isinstance(at, ast.Subscript)
            # what has no gradient need not be there
            absent = [syntax.constant(None)] if stage.wire is None else []
            return ir.Line(None, "", syntax.method(at.value, "pop", at.slice, *absent))
        value: ast.expr = syntax.constant(0)
        if not isinstance(stage.holder, np.ndarray):
            sample = stage.sample if stage.wire is None else stage.wire.sample
            if isinstance(stage.holder, list) and is_whole(stage.target):
                # it may have had another number of items
                whole = zeros_like(stage.target.value, stage.holder)  # type: ignore[attr-defined]  # all of its items
                value = self.text.resolved(whole)
            elif self.is_there(stage, base):
                # what the item held before may have another size
                value = self.text.resolved(zeros_like(stage.target, sample))
            else:
                value = zeros_like(at, sample)
        return ir.Line(at, "=", value)

    def capped(self, stage: ir.Write, base: str) -> ast.expr | None:
        """Return where `x[x < 0] = 0` lets nothing through, asked of what it leaves: `x` need not be kept."""
        if not isinstance(stage.holder, np.ndarray) or not isinstance(stage.statement, ast.Assign):
            return None
        value = signed_literal(stage.statement.value)
        match stage.target:
            case ast.Subscript(
                ast.Name(), ast.Compare(ast.Name(name), [ast.Lt() | ast.LtE()], [bound])
            ):
                reached: ast.cmpop = ast.LtE()
            case ast.Subscript(
                ast.Name(), ast.Compare(ast.Name(name), [ast.Gt() | ast.GtE()], [bound])
            ):
                reached = ast.GtE()
            case _:
                return None
        if name != base or value is None or signed_literal(bound) != value:
            return None
        left = syntax.name(self.draft.reads.key(base, stage, True))
        return ast.Compare(left, [reached], [bound])

    def is_new(self, stage: ir.Write, base: str) -> bool:
        """Return whether a stage gives a dict of the caller's a key that it did not have."""
        given, flow = self.draft.circuit.samples.get(base), self.draft.flow
        match stage.target:
            case ast.Subscript(ast.Name(), ast.Constant() as key) if isinstance(given, dict):
                pass
            case _:
                return False
        others = [w for w in flow.changers.get(base, []) if w is not stage and names_key(w, key)]
        # in a loop the gradient of one trip is that of the next
        counts = any(not isinstance(w, ir.Store) or w.wire is not None for w in (stage, *others))
        return (
            base in self.draft.circuit.parameters
            and not flow.definers.get(base)
            and not (counts and flow.loops(stage))
            and key.value not in given
            and all(flow.is_after(w, stage) or flow.exclusive(w, stage) for w in others)
        )

    def is_there(self, stage: ir.Write, base: str) -> bool:
        """Return whether an item that is overwritten surely was there before: of displays, by a key of their own."""
        definers, maybe_none = self.draft.flow.reaching(base, stage)
        key = stage.target.slice if isinstance(stage.target, ast.Subscript) else None
        if not isinstance(key, ast.Constant) or not isinstance(stage.target.value, ast.Name):  # type: ignore[attr-defined]  # has a key
            return False
        return not maybe_none and all(
            isinstance(made, ir.Stage)
            and (isinstance(made.wire, ir.Display) or is_copy(made.wire))
            and isinstance(made.wire.sample, dict)  # type: ignore[union-attr]  # one of the two
            and key.value in made.wire.sample  # type: ignore[union-attr]  # as above
            for made in definers
        )

    def rewritten_item(self, stage: ir.Write, base: str, item: ast.expr, terms: list[Term]) -> None:
        """Add the lines of `x[i] = f(x, …)`."""
        assert stage.wire is not None
        mine = [t for t in terms if t.wire.name == base]
        wanted = [syntax.show(k) for k in keys_of(stage.target) or ()]
        fits = is_plain(stage.sample) and np.shape(stage.sample) == np.shape(stage.wire.sample)
        if wanted and fits and all([syntax.show(k) for k in t.keys] == wanted for t in mine):
            self.sums.spread([t for t in terms if t.wire.name != base], "", None)
            at = self.text.resolved(placed(stage.target, syntax.name(self.draft.d(base))))
            value = self.text.simple(sum_of([t.gradient.tree for t in mine]))
            self.draft.lines.append(scaled(at, value))
            return
        if wanted and fits:
            kept = [t for t in mine if is_same(t, wanted, item)]
            others = [t for t in terms if t not in kept]
            if len(kept) == 1 and (len(mine) == 2 or self.are_elsewhere(others, stage, base)):
                self.sums.spread(others, base, None)  # as of `x[i] += …`
                return
        own = self.own_item(stage, base, item)
        cleared, start = self.cleared(stage, base), len(self.draft.lines)
        self.draft.lines.append(cleared)
        terms = []
        self.chain.push(stage.wire, self.item_gradient(stage, own, {own.id}), terms)
        self.sums.spread(terms, base, None)
        match self.draft.lines[start + 1 : start + 2]:
            case [ir.Line(target, "+=", value) as line] if (
                is_plain(stage.sample)
                and kind_of(stage.sample) == kind_of(stage.wire.sample)
                and syntax.same(target, cleared.target)
                and has_shape_of(value, own.id)
            ):  # nothing is left of what was cleared
                self.draft.lines[start : start + 2] = [replace(line, operator="=")]

    def are_elsewhere(self, terms: list[Term], stage: ir.Write, base: str) -> bool:
        """Return whether what is added to the gradient of a variable goes to other items than a stage writes."""
        return all(
            bool(t.keys)
            and are_never_one(
                self.draft.flow, syntax.index(syntax.name(base), t.keys[0]), stage.target
            )
            for t in terms
            if t.wire.name == base
        )

    def own_item(self, stage: ir.Write, base: str, item: ast.expr) -> ast.Name:
        """Give the gradient of the items that are written a name and memory of its own; return it."""
        own = self.draft.own_name(f"{gradient_of(base)}_item")
        copied = syntax.method(item, "copy") if np.ndim(stage.sample) and not stage.copies else item
        self.draft.lines.append(self.text.line(own, "=", copied, stage.sample))
        return syntax.name(own)

    def appended(self, stage: ir.Append) -> None:
        """Add the lines of `ys.append(v)`."""
        assert isinstance(stage.target, ast.Name)
        base = stage.target.id
        if base not in self.draft.live:
            return
        start = len(self.draft.lines)
        self.draft.touched.add(base)
        own = self.draft.d(base)
        self.sums.own(base, own, self.draft.sample_of(base))
        place = [syntax.constant(0)] if stage.is_first else []
        popped = syntax.method(self.draft.live[base].tree, "pop", *place)
        if stage.wire is None:
            self.draft.lines.append(ir.Line(None, "", popped))
        elif stage.wire.name is not None and stage.wire.name not in self.draft.live:
            name = stage.wire.name
            self.draft.touched.add(name)
            self.draft.lines.append(
                self.text.line(self.draft.d(name), "=", popped, stage.wire.sample)
            )
            self.draft.live[name] = Live(syntax.name(self.draft.d(name)), True, stage.wire.sample)
        elif parts := self.new_numbers(stage.wire):
            gradients = [self.draft.d(name) for name in parts]
            target = ast.Tuple([syntax.name(d) for d in gradients], ast.Load())
            self.draft.lines.append(ir.Line(target, "=", popped))
            for (variable, sample), d in zip(parts.items(), gradients, strict=True):
                self.draft.touched.add(variable)
                self.draft.samples[d] = sample
                self.draft.live[variable] = Live(syntax.name(d), True, sample)
        else:
            part = self.draft.own_name(f"{gradient_of(base)}_item")
            self.draft.lines.append(self.text.line(part, "=", popped, stage.wire.sample))
            terms: list[Term] = []
            self.chain.push(
                stage.wire,
                Gradient(syntax.name(part), random_like(stage.wire.sample), sources={part}),
                terms,
            )
            self.sums.spread(terms, "", None)
        self.draft.remark(stage, start)

    def new_numbers(self, wire: ir.Wire) -> dict[str, Any]:
        """Return samples of a tuple's parts, by name, if each is a number without a gradient yet; else nothing."""
        node = wire.node
        if not isinstance(wire, ir.Display) or not isinstance(node, ast.Tuple | ast.List):
            return {}
        refs = [part.wire for part in node.elts if isinstance(part, ir.WireRef)]
        named = {w.name: w.sample for w in refs if w.name and w.name not in self.draft.live}
        numbers = all(is_number(sample) and not np.ndim(sample) for sample in named.values())
        return named if numbers and len(named) == len(node.elts) > 1 else {}

    def taken_off(self, stage: ir.Pop) -> None:
        """Add the lines of `v = ys.pop()`."""
        assert isinstance(stage.target, ast.Name)
        base, item = stage.holder, self.draft.pop(stage.target.id)
        if base not in self.draft.live and item is None:
            return
        start = len(self.draft.lines)
        self.draft.touched.add(base)
        own, sample = self.draft.d(base), self.draft.sample_of(base)
        if base not in self.draft.live:
            self.draft.lines.append(
                self.text.line(own, "=", zeros_like(self.text.post(base), sample), sample)
            )
            self.draft.live[base] = Live(syntax.name(own), True, sample)
        self.sums.own(base, own, sample)
        first = stage.place is not None
        if item is None:
            there = syntax.index(syntax.name(base), syntax.constant(0 if first else -1))
            value = self.text.resolved(zeros_like(there, stage.sample))
        else:
            value = item.tree if item.own else copied(item.tree, stage.sample)
        at = [syntax.constant(0)] if first else []
        method = ast.Attribute(syntax.name(own), "insert" if first else "append", ast.Load())
        shown = isinstance(value, ast.Name) and not is_scalar(stage.sample)
        shares = {value.id} if shown else set()  # type: ignore[attr-defined]  # a name, see above
        self.draft.lines.append(
            ir.Line(None, "", ast.Call(method, [*at, value], []), shares=shares)
        )
        self.draft.remark(stage, start)


def is_whole(target: ast.expr) -> bool:
    """Return whether a target is all items of a variable, `ys[:]`."""
    return isinstance(target, ast.Subscript) and syntax.same(target.slice, ast.Slice())


def names_key(item: ir.Statement, key: ast.Constant) -> bool:
    target = item.target if isinstance(item, ir.Stage) else None
    if not isinstance(target, ast.Subscript) or not isinstance(target.slice, ast.Constant):
        return True
    return bool(target.slice.value == key.value)


def scaled(at: ast.expr, value: ast.expr) -> ir.Line:
    """Return the line `at = value`, as `at *= factor` where it is a product with itself."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult | ast.Div):
        if syntax.same(value.left, at):
            return ir.Line(at, "*=" if isinstance(value.op, ast.Mult) else "/=", value.right)
        if syntax.same(value.right, at) and isinstance(value.op, ast.Mult):
            return ir.Line(at, "*=", value.left)
    return ir.Line(at, "=", value)


def kind_of(value: Any) -> tuple[Any, ...]:
    return np.shape(value), getattr(value, "dtype", float)


def has_shape_of(value: ast.expr, name: str) -> bool:
    def reaches(tree: ast.expr) -> bool:
        match tree:
            case ast.BinOp(left=left, right=right, op=ast.Mult() | ast.Div()):
                return reaches(left) or reaches(right)
            case ast.UnaryOp(operand=operand):
                return reaches(operand)
        return isinstance(tree, ast.Name) and tree.id == name

    return not isinstance(value, ast.Name) and reaches(value)


def is_same(term: Term, wanted: list[str], item: ast.expr) -> bool:
    """Return whether a term hands the gradient of an item to the same item, as it is."""
    return [*map(syntax.show, term.keys)] == wanted and syntax.show(
        term.gradient.tree
    ) == syntax.show(item)


def is_exchange(stage: ir.Write, base: str) -> bool:
    """Return whether a stage lets two items or slices of a variable change places: `x[[i, j]] = x[[j, i]]`."""
    match stage:
        case ir.Store(
            target=ast.Subscript(value=ast.Name(), slice=to),
            wire=ir.Gate(
                node=ast.Subscript(value=ir.WireRef(wire=ir.Variable(name=name)), slice=taken)
            ),
        ) if (
            name == base
        ):
            ours, theirs = [syntax.elements(k) for k in (to, taken)]
            if len(ours) != len(theirs):
                return False
            apart = [
                (a, b)
                for a, b in zip(ours, theirs, strict=True)
                if not syntax.same(a, b) or not isinstance(a, ast.Slice | ast.Constant)
            ]
            match apart:
                case [(ast.List(elts=[one, other]), ast.List(elts=[first, second]))]:
                    return syntax.same(one, second) and syntax.same(other, first)
    return False


def placed(target: ast.expr, root: ast.expr) -> ast.expr:
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


def named_below(wire: ir.Wire) -> list[ir.Wire]:
    """Return the uppermost wires that have a name, of a wire and what is below it: variables, and what is kept."""
    if wire.name is not None:
        return [wire]
    return [one for operand in wire.operands.values() for one in named_below(operand)]
