"""Planning the backward pass: a staged circuit goes in, the lines of the backward function come out.

Stages are walked in reverse. For each variable the plan knows whether its gradient exists yet: the first
contribution is `=`, later ones `+=`; the assignment that gave a variable its value takes the gradient away
again, so that overwritten names need no special care.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x, w):
...     y = x * w
...     z = np.sin(y)
...     return z * x
... '''
>>> after("differentiate", text, 0.5, 2.0)
# backprop out = z * x
dz = x * dout
dx = z * dout
# backprop z = np.sin(y)
dy = np.cos(y) * dz
# backprop y = x * w
dx += w * dy
dw = x * dy
"""

from __future__ import annotations

import ast
from collections.abc import Container, Sequence
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np

from codegen import ir, pytree, syntax
from codegen.backward.accumulate import Sums
from codegen.backward.chain import Chain
from codegen.backward.copiedon import copied_on
from codegen.backward.draft import Draft, Live, Term
from codegen.backward.fit import Gradient, memory_in
from codegen.backward.folded import folded
from codegen.backward.formulas import by_their_names, with_formulas
from codegen.backward.hidden import NOTHING, Mask
from codegen.backward.masks import masked_early
from codegen.backward.samples import random_like
from codegen.backward.shapes import short_sizes
from codegen.backward.spread import as_numbers, as_terms
from codegen.backward.text import Text
from codegen.backward.together import Terms, together
from codegen.backward.trips import must_reverse, with_plain_powers
from codegen.gates.absent import without_parts
from codegen.records import dataclass
from codegen.simplify import spare_copy
from codegen.stage.local import mask_of
from codegen.trace.paths import is_in, may_change, step, steps_of, value_at

if TYPE_CHECKING:
    from codegen.backward.stores import Stores


@dataclass(frozen=True)
class Derived:
    """The backward pass of one circuit before anybody has said how it comes by the values it reads."""

    draft: Draft
    lines: list[ir.Planned]
    """Each value of the forward pass in them is a placeholder, such as `x@7`: `x` as it is before item 7."""
    results: list[ast.expr]
    """The gradients to return."""


def differentiate(circuit: ir.Circuit, outside: Mask = NOTHING) -> Derived:
    """Return the backward pass of a staged circuit; `outside` are the masks behind what a helper returns."""
    walker = Walker(circuit, outside)
    results = walker.results()
    draft = walker.draft
    returned = {name for tree in results for name in syntax.names(tree)}
    lines = copied_on(draft.lines, returned, draft.samples)
    lines = folded(lines, returned, draft, walker.text)
    lines = together(lines, draft, walker.text)
    lines = as_numbers(lines, returned, draft, walker.text)
    lines = (
        as_terms(lines, draft, Terms(draft, walker.text)) if not walker.text.known.narrow else lines
    )
    lines = masked_early(lines, returned, draft, walker.text.known)
    lines = with_plain_powers(by_their_names(lines, draft), draft.flow)
    lines = with_formulas(lines, draft, walker.text)
    return Derived(draft, short_sizes(lines, draft), results)


def looks_at_fields(sample: Any) -> bool:
    """Return whether the constructor of a dataclass does more than to keep what it is given."""
    return hasattr(sample, "__post_init__") and hasattr(sample, "__dict__")


class Walker:
    """Walks one circuit backwards, each kind of stage with the writer that knows it."""

    def __init__(self, circuit: ir.Circuit, outside: Mask) -> None:
        self.draft = Draft(circuit)
        self.carried: dict[ir.Loop, set[str]] = {}
        self.text = Text(self.draft)
        self.chain = Chain(self.draft, self.text, outside)
        self.sums = Sums(self.draft, self.text)

    @cached_property
    def stores(self) -> Stores:
        from codegen.backward.stores import Stores  # few functions write into arrays or lists

        return Stores(self.draft, self.text, self.chain, self.sums)

    def results(self) -> list[ast.expr]:
        """Write all lines; return the gradients of the arguments."""
        self.block(self.draft.circuit.block)
        self.draft.at = self.draft.circuit.block.items[0]
        return self.wholes({name: self.sums.result(name) for name in self.draft.circuit.inputs})

    def wholes(self, found: dict[str, ast.expr]) -> list[ast.expr]:
        """Return the gradients of the arguments, those of the fields of a dataclass put together."""
        if not self.draft.circuit.wholes:
            return list(found.values())
        by_path = {self.draft.circuit.fields.get(name, name): tree for name, tree in found.items()}

        def whole(path: str) -> ast.expr:
            if path in by_path:
                return by_path[path]
            root, steps = steps_of(path)
            sample = value_at(self.draft.circuit.samples.get(root), steps)
            places = {key: step(path, key) for key, _ in pytree.children(sample)}
            found = {k: at for k, at in places.items() if any(is_in(p, at) for p in by_path)}
            base = self.text.based(syntax.parse(path))
            if pytree.is_dataclass(sample):
                fields = {key.name: whole(at) for key, at in found.items()}
                fields |= self.changed_fields(path, sample, fields, base)
                if looks_at_fields(sample):
                    return self.unlooked(path, base, fields)
                return syntax.call("dataclasses.replace", base, **fields)
            if isinstance(sample, dict):
                return syntax.as_dict({k: whole(v) for k, v in found.items()})
            none = syntax.constant(None)
            items = [whole(at) if key in found else none for key, at in places.items()]
            return pytree.display_like(sample, items, base)

        results = []
        for path in self.draft.circuit.wholes:
            tree = whole(path)
            if path not in by_path and not isinstance(tree, ast.Name):
                target = self.draft.d(path.split(".")[-1])
                self.draft.lines.append(self.text.line(target, "=", tree, None))
                tree = syntax.name(target)
            results.append(tree)
        return results

    def changed_fields(
        self, path: str, sample: Any, fields: Container[str], base: ast.expr
    ) -> dict[str, ast.expr]:
        """Return the fields without a gradient that the function may change: the gradient holds what is left there."""
        circuit = self.draft.circuit
        tree, variables = circuit.trace.tree, circuit.fields.values()
        return {
            one.name: ast.Attribute(syntax.deep(base), one.name, ast.Load())
            for one in dataclass_fields(sample)
            if one.name not in fields
            and (one.init or looks_at_fields(sample))
            and hasattr(sample, one.name)
            and may_change(tree, variables, f"{path}.{one.name}", getattr(sample, one.name))
        }

    def unlooked(self, path: str, base: ast.expr, fields: dict[str, ast.expr]) -> ast.expr:
        """Make the gradient of a dataclass without its constructor, which looks at values; return its name."""
        words = path.split(".")[-1].replace("[", "_").replace("]", "")
        target = self.draft.d(words if words.isidentifier() else path.partition("[")[0])
        self.draft.lines.append(self.text.line(target, "=", syntax.call("copy.copy", base), None))
        owner = syntax.call("vars", syntax.name(target))
        changed = syntax.call("update", **fields)
        changed.func = ast.Attribute(owner, "update", ast.Load())
        self.draft.lines.append(ir.Line(None, "", self.text.simple(changed)))
        return syntax.name(target)

    def block(self, block: ir.Block) -> None:
        for item in reversed(block.items):
            self.draft.at = item
            match item:
                case ir.Loop():
                    self.loop(item)
                case ir.Branch():
                    self.branch(item)
                case ir.Within():
                    self.block(item.body)
                case ir.Stage():
                    self.stage(item)

    def stage(self, stage: ir.Stage) -> None:
        self.chain.lets.clear()
        match stage:
            case ir.Return():
                self.outputs()
            case ir.Break() | ir.Raise():
                return
            case ir.Write():
                self.stores.written(stage)
            case ir.Append():
                self.stores.appended(stage)
            case ir.Pop():
                self.stores.taken_off(stage)
            case _:
                self.bound(stage)

    def bound(self, stage: ir.Stage) -> None:
        if isinstance(stage.target, ast.Tuple) and stage.wire is not None:
            self.many(stage, stage.target)
            return
        if stage.wire is None:
            for name in stage.binds:
                self.draft.pop(name)
            return
        assert isinstance(stage.target, ast.Name)
        live = self.draft.pop(stage.target.id)
        if live is None:
            return
        wire = stage.wire
        start = len(self.draft.lines)
        live = live.of_first(wire.sample)
        sample = live.sample if live.is_small else wire.sample
        upstream = Gradient(live.tree, random_like(sample), sources=memory_in(live.tree))
        self.emit(wire, upstream, stage.target.id, live)
        self.draft.remark(stage, start)

    def many(self, stage: ir.Stage, target: ast.Tuple) -> None:
        names = [n.id for n in target.elts if isinstance(n, ast.Name)]
        lives = [self.draft.pop(n) for n in names]
        if stage.wire is None or not any(lives):
            return
        start = len(self.draft.lines)
        parts: list[ast.expr] = []
        for name, live, sample in zip(names, lives, stage.wire.sample, strict=True):
            missing = (
                pytree.zeros_like(self.text.post(name), sample)
                if pytree.has_float(sample)
                else syntax.constant(None)
            )
            parts.append(live.of_first(sample).tree if live else missing)
        sources = {n for p in parts for n in memory_in(p)}
        display = ast.Tuple if isinstance(stage.wire.sample, tuple) else ast.List
        upstream = Gradient(
            display(parts, ast.Load()), random_like(list(stage.wire.sample)), sources=sources
        )
        wire = stage.wire
        if isinstance(wire, ir.Gate):
            absent = frozenset(k for k, live in enumerate(lives) if live is None)
            row = without_parts(wire.row, absent) if absent else wire.row
            wire = replace(wire, parts=names, row=row)
        self.emit(wire, upstream, "", None)
        self.draft.remark(stage, start)

    def emit(self, wire: ir.Wire, upstream: Gradient, target: str, live: Live | None) -> None:
        terms: list[Term] = []
        masked = self.mask(wire, upstream, live) if live else None
        if masked is not None:
            (operand,) = wire.operands.values()
            self.chain.push(operand, masked, terms)
        else:
            self.chain.push_through(wire, upstream, terms)
        self.sums.spread(terms, target, live)

    def mask(self, wire: ir.Wire, upstream: Gradient, live: Live) -> Gradient | None:
        """Write `dx[x <= 0] = 0` for a gate that only lets the gradient through; return what is left of it."""
        condition = mask_of(wire) if isinstance(wire, ir.Gate) else None
        if (
            condition is None
            or not isinstance(wire, ir.Gate)
            or not live.own
            or not isinstance(live.tree, ast.Name)
        ):
            return None
        if type(condition.ops[0]) not in syntax.ORDERS:
            return None
        flipped = syntax.opposite(condition)
        text = self.text.resolved(self.text.filled(flipped, wire, upstream))
        zeroed, dropped = self.zeroed(flipped), False
        if zeroed:
            kept = syntax.reads(text)
            own = self.draft.reads.key(kept[0].partition("@")[0], zeroed[-1], True)
            text = syntax.substitute(text, dict.fromkeys(kept, syntax.name(own)))
            while zeroed and self.cleared_last(live.tree, zeroed.pop(0)):
                del self.draft.lines[-2:]
                dropped = True
        self.draft.lines.append(ir.Line(syntax.index(live.tree, text), "=", syntax.constant(0)))
        if dropped:
            assert isinstance(self.draft.at, ir.Stage)
            self.draft.remark(self.draft.at, len(self.draft.lines) - 1)
        return upstream

    def zeroed(self, condition: ast.Compare) -> list[ir.Write]:
        """Return the stages that write zeros into the output of the present gate, if nothing else changes it and
        `out <= 0` is asked: it holds where they wrote, so that the output need not be kept as it was.
        """
        stage, draft = self.draft.at, self.draft
        if (
            syntax.show(condition) != "out <= 0"
            or not isinstance(stage, ir.Bind)
            or stage.rewritten
        ):
            return []
        (name,) = stage.binds
        read = draft.reads.known[draft.reads.key(name, stage, True)]
        end = draft.flow.end(next(iter(draft.flow.loops(stage)), None))
        found = list(draft.reads.definitions(read, draft.flow.end(stage), end))
        writes = [one for one in found if isinstance(one, ir.Write) and is_zero_written(one, name)]
        here, number = draft.flow.block[stage], draft.flow.number
        is_all = len(writes) == len(found) and all(draft.flow.block[w] is here for w in writes)
        if not writes or not is_all or draft.flow.definers.get(name) != [stage]:
            return []
        # what reads the output before the zeros are written has a gradient there
        between = here.items[number[stage] + 1 : number[writes[-1]]]
        others = [one.statement for one in between if one not in writes]
        reads = any(syntax.uses(s, name) for s in others)
        return [] if reads else writes

    def cleared_last(self, gradient: ast.Name, stage: ir.Write) -> bool:
        """Return whether the last lines take away the gradient of the items that a stage has written."""
        match self.draft.lines[-2:]:
            case [
                ir.Remark(stage=of),
                ir.Line(target=ast.Subscript(value=ast.Name(id=one)), value=value),
            ]:
                return of is stage and one == gradient.id and syntax.show(value) == "0"
        return False

    def outputs(self) -> None:
        wire = self.draft.circuit.output
        if wire is None:
            return
        dout = syntax.name(self.draft.upstream)
        if isinstance(wire, ir.Variable):
            sample = random_like(wire.sample)
            self.draft.samples[self.draft.upstream] = sample
            self.draft.live[wire.name] = Live(dout, False, sample, is_given=True)
            return
        if not isinstance(wire, ir.Display):
            self.draft.raise_for(wire)
        self.draft.samples[self.draft.upstream] = wire.sample
        seen: dict[str, list[ast.expr]] = {}
        samples: dict[str, Any] = {}
        self.draft.lines.extend(self.unpacked(wire, dout, seen, samples))
        for name, trees in seen.items():
            sample = random_like(samples[name])
            if len(trees) == 1:
                # a number that is unpacked into a variable of its own has no memory to share
                own = isinstance(trees[0], ast.Name) and trees[0].id == self.draft.d(name)
                is_number = not isinstance(samples[name], list | tuple | dict | np.ndarray)
                self.draft.live[name] = Live(trees[0], own and is_number, sample)
            else:
                self.draft.lines.append(
                    self.text.line(self.draft.d(name), "=", pytree.sum_of(trees), sample)
                )
                self.draft.live[name] = Live(syntax.name(self.draft.d(name)), True, sample)

    def unpacked(
        self,
        wire: ir.Wire,
        dout: ast.expr,
        seen: dict[str, list[ast.expr]],
        samples: dict[str, Any],
    ) -> list[ir.Line]:
        """Return the lines that take an upstream gradient apart, noting the parts of each variable."""
        if isinstance(wire.sample, dict) or pytree.is_record(wire.sample):
            parts = []
            for key, part in wire.operands.items():
                item: ast.expr = syntax.index(dout, syntax.parse(key))
                if pytree.is_record(wire.sample):
                    item = ast.Attribute(dout, ast.literal_eval(key), ast.Load())
                parts.extend(self.part(part, item, seen, samples))
            return parts
        count = len(wire.sample)
        names: list[ast.expr] = []
        later: list[ir.Line] = []
        repeated = [w.name for w in wire.operands.values()]
        for i in range(count):
            inner = wire.operands.get(str(i))
            if inner is None:
                names.append(syntax.name("_"))
                continue
            if not isinstance(inner, ir.Display) and inner.name:
                single = repeated.count(inner.name) == 1 and inner.name not in seen
                own = self.draft.d(inner.name) if single else self.draft.own_name(f"dout{i + 1}")
                seen.setdefault(inner.name, []).append(syntax.name(own))
                samples[inner.name] = inner.sample
                self.draft.samples[own] = random_like(inner.sample)
            else:
                own = self.draft.own_name(f"dout{i + 1}")
                later.extend(self.part(inner, syntax.name(own), seen, samples))
            names.append(syntax.name(own))
        line = ir.Line(ast.Tuple(names, ast.Load()), "=", dout, shares={self.draft.upstream})
        if count == 1:
            line = ir.Line(
                names[0], "=", syntax.index(dout, syntax.constant(0)), shares={self.draft.upstream}
            )
        return [line, *later]

    def part(
        self,
        inner: ir.Wire,
        item: ast.expr,
        seen: dict[str, list[ast.expr]],
        samples: dict[str, Any],
    ) -> list[ir.Line]:
        if isinstance(inner, ir.Display):
            return self.unpacked(inner, item, seen, samples)
        if inner.name is None:
            self.draft.raise_for(inner)
        assert inner.name is not None
        if inner.name in seen:
            seen[inner.name].append(item)
            return []
        seen[inner.name] = [syntax.name(self.draft.d(inner.name))]
        samples[inner.name] = inner.sample
        self.draft.samples[self.draft.d(inner.name)] = random_like(inner.sample)
        return [
            ir.Line(syntax.name(self.draft.d(inner.name)), "=", item, shares={self.draft.upstream})
        ]

    def loop(self, loop: ir.Loop) -> None:
        before, outer = dict(self.draft.live), self.draft.lines
        # around a loop that is walked again fewer gradients existed then than exist now
        carried = self.carried.setdefault(loop, set())
        while True:
            kept = self.draft.snapshot()
            for name in carried:
                sample = self.draft.sample_of(name, loop)
                self.draft.live[name] = Live(syntax.name(self.draft.d(name)), True, sample)
                if pytree.is_plain(sample):
                    self.draft.samples[self.draft.d(name)] = sample
            self.draft.touched, self.draft.lines = set(), []
            self.block(loop.body)
            wanted = {n for n in before if n in self.draft.touched} | {
                n for n in self.draft.live if n not in before and n in loop.active
            }
            if wanted <= carried:
                break
            carried |= wanted
            self.draft.restore(kept)
        after, body, touched = self.draft.live, self.draft.lines, self.draft.touched
        self.draft.lines, self.draft.at = outer, loop
        self.draft.touched = kept["touched"] | touched | carried
        ordered = sorted(carried, key=self.draft.place)
        self.close_trip(loop, ordered, after, body)
        self.draft.live = before
        if not body:  # each trip hands every gradient on as it came
            return
        for name in ordered:
            self.begin(name, loop)
        outlasting = {
            name: syntax.name(self.draft.d(name))
            for name in ordered
            if self.draft.is_known_before(name, loop)
        }
        self.nest(loop, body, {tree.id for tree in outlasting.values()})
        self.draft.live = {n: live for n, live in before.items() if n not in carried}
        for name, tree in outlasting.items():
            self.draft.live[name] = Live(tree, True, self.draft.sample_of(name, loop))

    def close_trip(
        self, loop: ir.Loop, ordered: list[str], after: dict[str, Live], body: list[ir.Planned]
    ) -> None:
        """Add to the body what a carried gradient must be at the end of a trip."""
        outer, self.draft.lines = self.draft.lines, body
        for name in ordered:
            live, target = after.get(name), self.draft.d(name)
            sample = self.draft.sample_of(name, loop)
            if live is None:
                body.append(
                    ir.Line(syntax.name(target), "=", self.nothing(loop, name, sample, body))
                )
            elif not isinstance(live.tree, ast.Name) or live.tree.id != target:
                line = self.text.line(target, "=", live.tree, sample)
                body.append(replace(line, shares=memory_in(live.tree)))
        self.draft.lines = outer

    def nest(self, loop: ir.Loop, body: list[ir.Planned], outlasting: set[str]) -> None:
        self.draft.at = loop
        iterable = self.text.resolved(loop.iterable) if loop.iterable is not None else None
        self.draft.lines.append(
            ir.For(
                body,
                loop=loop,
                block=loop.body,
                iterable=iterable,
                backwards=must_reverse(loop, body, outlasting),
            )
        )

    def begin(self, name: str, loop: ir.Loop) -> None:
        live, target, sample = (
            self.draft.live.get(name),
            self.draft.d(name),
            self.draft.sample_of(name, loop),
        )
        if live is None:
            self.draft.at = loop
            self.draft.lines.append(
                self.text.line(target, "=", self.zero(name, sample, loop), sample)
            )
        elif not live.own or not isinstance(live.tree, ast.Name) or live.tree.id != target:
            is_array = isinstance(live.tree, ast.Name) and isinstance(sample, np.ndarray)
            tree = pytree.copied(live.tree, live.of_container(sample))
            tree = spare_copy(live.tree) if is_array and sample.ndim else tree
            self.draft.lines.append(self.text.line(target, "=", tree, sample))

    def zero(self, name: str, sample: Any, loop: ir.Loop) -> ast.expr:
        """Return a gradient of zero for a name that a loop hands from trip to trip or adds to."""
        flow = self.draft.flow
        makers = [*flow.definers.get(name, []), *flow.changers.get(name, [])]
        is_made_here = any(flow.is_in(one, loop) for one in makers)
        if name in self.draft.circuit.optional and not is_made_here:
            return self.text.zeros(name, sample)
        if isinstance(sample, np.ndarray) and sample.ndim:
            first = self.beginning(name, loop)
            later = {np.shape(s) for s in self.draft.samples_of(name) if pytree.is_plain(s)}
            if first is not None and later == {
                np.shape(s) for s in [first.sample_of()] if pytree.is_plain(s)
            }:
                if isinstance(first.wire, ir.Variable):
                    key = self.draft.reads.key(first.wire.name, first, False)
                    return pytree.zeros_like(syntax.name(key), sample)
                value = first.value if isinstance(first, ir.Bind) and first.wire is None else None
                if value is not None and makes_zeros(value):
                    self.draft.at = first
                    return self.text.resolved(value)
        return self.text.of_none(name, self.text.post(name), sample)

    def beginning(self, name: str, loop: ir.Loop) -> ir.Stage | None:
        """Return the one stage that gives a carried name its value before a loop."""
        definers = self.draft.flow.definers.get(name, [])
        if not any(self.draft.flow.is_in(d, loop) for d in definers):
            return None
        earlier = [
            d
            for d in self.draft.flow.before(definers, self.draft.flow.order[loop])
            if not self.draft.flow.is_in(d, loop)
        ]
        only = earlier[0] if len(earlier) == 1 else None
        return only if isinstance(only, ir.Stage) else None

    def nothing(self, loop: ir.Loop, name: str, sample: Any, body: list[ir.Planned]) -> ast.expr:
        """Return a gradient of zero for the value that a trip found and gave another: an array or a
        container may have had another size. A number will do where the next trip adds to it first, and
        nothing in front of the loop reads it.
        """
        target = self.draft.d(name)
        if isinstance(sample, list | tuple | dict):
            self.draft.at = loop.body.items[0]
            return self.text.resolved(self.text.of_none(name, syntax.name(name), sample))
        if is_added_to_first(body, target) and not self.draft.is_known_before(name, loop):
            return syntax.constant(0.0)
        return pytree.zeros_like(syntax.name(target), sample)

    def branch(self, branch: ir.Branch) -> None:
        before, outer, touched = dict(self.draft.live), self.draft.lines, self.draft.touched
        open_sides = [s for s in (branch.body, branch.orelse) if not ir.ends_in_raise(s)]
        if len(open_sides) < 2:
            for side in open_sides:
                self.block(side)
            return
        sides, lives = [], []
        for side in open_sides:
            self.draft.live, self.draft.lines, self.draft.touched = dict(before), [], set()
            self.block(side)
            touched = touched | self.draft.touched
            sides.append(self.draft.lines)
            lives.append(self.draft.live)
        self.draft.lines, self.draft.touched, self.draft.at = outer, touched, branch
        self.draft.live = {}
        for name in sorted({*lives[0], *lives[1]}, key=self.draft.place):
            self.unify(name, branch, before, sides, lives)
        if not any(sides):
            return
        self.draft.at = branch
        if (alike := on_both(*sides)) is not None:
            self.draft.lines.extend(alike)
            return
        test = self.text.resolved(branch.test)
        self.draft.flags.append(
            (
                branch,
                sorted({n.id for n in syntax.every(ast.Name, test) if "@" in n.id}),
            )
        )
        body, orelse = sides
        self.draft.lines.append(ir.If(body, test=test, branch=branch, block=branch.body))
        if orelse:
            self.draft.lines.append(ir.Else(with_zeros_last(orelse), block=branch.orelse))

    def unify(
        self,
        name: str,
        branch: ir.Branch,
        before: dict[str, Live],
        sides: list[list[ir.Planned]],
        lives: list[dict[str, Live]],
    ) -> None:
        """Make the gradient of a name the same variable on both sides."""
        found = [one.get(name) for one in lives]
        first = self.draft.first_of(name, branch)
        for k, (side, live) in enumerate(zip(sides, found, strict=True)):
            if live is not None and (turned := live.of_first(first)) is not live:
                target = self.draft.d(name)
                side.append(self.text.line(target, "=", turned.tree, turned.sample))
                found[k] = replace(turned, tree=syntax.name(target), own=True)
        joined = found[0].joined(found[1]) if found[0] is not None else None
        if joined is not None and (found[0] is found[1] or name in before):
            self.draft.live[name] = joined
            return
        if name not in branch.active:
            return
        target, sample = self.draft.d(name), self.draft.sample_of(name, branch)
        for side, live in zip(sides, found, strict=True):
            self.draft.at = branch
            if live is not None and isinstance(live.tree, ast.Name) and live.tree.id == target:
                continue
            if live is None:
                test = (
                    branch.test if side is sides[0] else syntax.negated(syntax.shallow(branch.test))
                )
                zeros = self.text.zeros(name, sample, test)
                line = self.text.line(target, "=", zeros, sample)
            else:
                line = self.text.line(target, "=", live.tree, sample)
                line = replace(line, shares=memory_in(live.tree))
            if side or name in before and live is None:
                side.append(line)
            else:
                self.draft.lines.append(line)
        self.draft.live[name] = Live(syntax.name(target), True, sample)


def on_both(body: Sequence[ir.Planned], orelse: Sequence[ir.Planned]) -> list[ir.Planned] | None:
    """Return the lines that both sides of a branch have, told apart by their comments alone; None for other sides."""
    found: list[ir.Planned] = []
    for one, other in zip_longest(body, orelse):
        if isinstance(one, ir.Remark) and isinstance(other, ir.Remark):
            told = one.text if one.text == other.text else f"{one.text} or {other.text}"
            found.append(one.joined(other, told))
        elif isinstance(one, ir.Line) and isinstance(other, ir.Line) and are_alike(one, other):
            found.append(one)
        else:
            return None
    return found


def are_alike(one: ir.Line, other: ir.Line) -> bool:
    if one.operator != other.operator or one.comment != other.comment:
        return False
    trees = [(one.value, other.value), (one.target, other.target)]
    return one.shares == other.shares and all(
        a is b or a is not None and b is not None and syntax.same(a, b) for a, b in trees
    )


def with_zeros_last(items: list[ir.Planned]) -> list[ir.Planned]:
    """Return the lines of an `else`; for zeros and a branch that sets them anew an `elif`, and the zeros behind it."""
    *zeros, last = items
    if not zeros or not isinstance(last, ir.If) or last.branch is None:
        return items
    names = [
        line.target.id
        for line in zeros
        if isinstance(line, ir.Line) and isinstance(line.target, ast.Name)
    ]
    asked = syntax.names(last.test) if last.test is not None else []
    if (
        len(names) < len(zeros)
        or set(names) & set(asked)
        or not all(sets(last.body, n) for n in names)
    ):
        return items
    other = last.branch.body if last.negated else last.branch.orelse
    return [last, ir.Else(zeros, block=other)]


def sets(items: Sequence[ir.Planned], name: str) -> bool:
    """Return whether the first of some lines that has to do with a gradient sets it whatever it was."""
    for item in items:
        if name in ir.names_in(ir.all_lines([item])):
            return (
                isinstance(item, ir.Line)
                and item.operator == "="
                and isinstance(item.target, ast.Name)
                and name not in syntax.reads(item.value)
            )
    return False


def is_zero_written(stage: ir.Write, name: str) -> bool:
    statement, target = stage.statement, stage.target
    return (
        stage.wire is None
        and isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and statement.value.value == 0
        and isinstance(target, ast.Subscript)
        and syntax.identifier(target.value) == name
        and name not in syntax.reads(target.slice)
    )


def makes_zeros(tree: ast.expr) -> bool:
    """Return whether a text makes an array of zeros of the usual type."""
    return (
        syntax.calls(tree, "np.zeros_like", "np.zeros")
        and len(tree.args) == 1
        and not tree.keywords
        and not syntax.has(tree.args[0], ast.Call)
    )


def is_added_to_first(body: Sequence[ir.Planned], target: str) -> bool:
    """Return whether the first line that has to do with a gradient adds something of its full shape to it."""
    for item in body:
        if isinstance(item, ir.Nest) and target in ir.names_in(ir.all_lines([item])):
            return False
        if isinstance(item, ir.Line) and target in ir.names_in([item]):
            return (
                item.is_whole
                and item.operator in ("+=", "-=")
                and isinstance(item.target, ast.Name)
                and target not in syntax.reads(item.value)
            )
    return False
