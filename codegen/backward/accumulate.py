"""Adding gradients up: the terms of one variable go in, lines with `=` or `+=` come out.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x):
...     return x * np.sin(x)
... '''
>>> after("differentiate", text, 0.5)
# backprop out = x * sinx
dx = sinx * dout
dsinx = x * dout
# backprop sinx = np.sin(x)
dx += np.cos(x) * dsinx
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from codegen import ir, syntax
from codegen.backward.chain import ITSELF
from codegen.backward.draft import Blank, Draft, Live, Term
from codegen.backward.fit import Gradient, fit, memory_in, statements
from codegen.backward.places import has_slice
from codegen.backward.samples import dtype_of, random_like, same_shape
from codegen.backward.text import Text, is_none
from codegen.errors import CodegenError
from codegen.pytree import combined, copied, is_plain, is_scalar, sum_of, typed, zeros_like
from codegen.simplify import added, sign_split
from codegen.simplify.sums import is_sum
from codegen.stage.local import mask_of
from codegen.stage.names import gradient_of
from codegen.stage.where import is_elementwise
from codegen.tables import grouped
from codegen.trace.guards import is_guard


class Sums:
    """Writes what reaches a variable."""

    def __init__(self, draft: Draft, text: Text) -> None:
        self.draft, self.text = draft, text
        self.spared: dict[tuple[str, ir.Stage, tuple[int, ...]], bool] = {}

    def spread(self, terms: list[Term], target: str, live: Live | None) -> None:
        """Add what reaches each variable, the rewritten one last."""
        by_name = grouped((str(term.wire.name), term) for term in terms)
        for name in sorted(by_name, key=lambda n: n == target):
            self.contribute(name, by_name[name], name == target, live)

    def contribute(self, name: str, terms: list[Term], itself: bool, old: Live | None) -> None:
        self.draft.touched.add(name)
        live = self.draft.live.get(name)
        target = self.draft.d(name)
        wire = terms[0].wire
        sums = [t for t in terms if not t.keys]
        scatter = [t for t in terms if t.keys]
        if not is_plain(wire.sample):
            scatter = [widened(name, term) for term in scatter]
        if itself and any(target in syntax.reads(t.gradient.tree) for t in scatter):
            scatter = self.rescued(name, scatter, old)
        scatter = self.like_together(scatter)
        if sums:
            self.add_sum(name, target, wire, sums, live, is_whole=bool(scatter))
        if not scatter:
            return
        if name not in self.draft.live:
            if self.as_display(name, target, wire, scatter):
                return
            zeros = zeros_like(syntax.name(name), wire.sample)
            if is_scalar(wire.sample):  # as the items of `x[x > 0]`, where x is one number
                zeros = syntax.call("np.zeros_like", syntax.name(name))
            self.draft.lines.append(self.text.line(target, "=", zeros, wire.sample))
            blank = Blank(self.draft.trip())
            self.draft.live[name] = Live(
                syntax.name(target), True, wire.sample, blank=blank, has_items=True
            )
        else:
            self.own(name, target, wire.sample)
            self.with_items(name, target, wire.sample)
        for term in scatter:
            self.add_scatter(target, term, self.is_first(name, term))

    def like_together(self, terms: list[Term]) -> list[Term]:
        """Return the terms with those that reach the same items and differ in a number only added up: `x[i] * x[i]`."""
        found: list[Term] = []
        for term in terms:
            mine = term.gradient
            for place, other in enumerate(found):
                theirs = other.gradient
                tree = ast.BinOp(theirs.tree, ast.Add(), mine.tree)
                if not all(is_plain(one.sample) and not one.steps for one in (mine, theirs)):
                    continue
                if not (term.unique and other.unique and syntax.same(term.keys, other.keys)):
                    continue
                if np.shape(mine.sample) == np.shape(theirs.sample):
                    if not is_sum(self.text.simple(tree)):
                        both = Gradient(tree, mine.sample + theirs.sample)
                        found[place] = replace(other, gradient=both)
                        break
            else:
                found.append(term)
        return found

    def is_first(self, name: str, term: Term) -> bool:
        """Return whether the items that a term goes to hold nothing yet, since zeros were made in this trip."""
        live = self.draft.live[name]
        if live.blank is None:
            return False
        first, blank = live.blank.take(term.keys if term.unique else [], self.draft.flow.is_size)
        self.draft.live[name] = replace(live, blank=blank)
        return first and blank.loop is self.draft.trip()

    def rescued(self, name: str, scatter: list[Term], old: Live | None) -> list[Term]:
        """Keep the gradient of the new value of a variable whose old value is about to get one under the same name;
        return terms that read it where it is kept.
        """
        if old is None or self.draft.d(name) not in syntax.reads(old.tree):
            return scatter
        own = self.draft.own_name(gradient_of(f"new_{name}"))
        self.draft.lines.append(
            ir.Line(syntax.name(own), "=", old.tree, shares={self.draft.d(name)})
        )
        names: dict[str, ast.expr] = {self.draft.d(name): syntax.name(own)}
        return [with_tree(term, syntax.substitute(term.gradient.tree, names)) for term in scatter]

    def own(self, name: str, target: str, sample: Any) -> None:
        """Make the gradient of a variable its own, so that it can be changed in place."""
        live = self.draft.live[name]
        if not live.own:
            like = syntax.name(name)
            tree = spread(live.tree, like, [live.sample]) if live.is_small else None
            tree = tree or copied(live.tree, live.of_container(sample))
            self.draft.lines.append(self.text.line(target, "=", tree, sample))
            self.draft.live[name] = Live(syntax.name(target), True, sample)

    def with_items(self, name: str, target: str, sample: Any) -> None:
        """Make the gradient of one number an array: of sums and products of such arrays NumPy makes bare numbers."""
        live = self.draft.live[name]
        if is_scalar(sample) and not live.has_items:
            self.draft.lines.append(
                self.text.line(target, "=", syntax.call("np.array", live.tree), sample)
            )
            self.draft.live[name] = Live(syntax.name(target), True, sample, has_items=True)

    def add_sum(
        self,
        name: str,
        target: str,
        wire: ir.Wire,
        terms: list[Term],
        live: Live | None,
        is_whole: bool,
    ) -> None:
        """Add the terms of full shape, as one line; `is_whole` if more is added to items behind it."""
        if terms[0].gradient.steps and live is None and len(terms) == 1:
            self.make(name, target, wire, terms[0])
            return
        if not is_plain(wire.sample) and (live is not None or len(terms) > 1):
            self.add_containers(name, target, wire, terms, live)
            return
        tree = terms[0].gradient.tree
        for term in terms[1:]:
            tree = ast.BinOp(tree, ast.Add(), term.gradient.tree)
        full = (
            any(np.shape(t.gradient.sample) == np.shape(wire.sample) for t in terms)
            if is_plain(wire.sample)
            else True
        )
        shares = (
            set(terms[0].gradient.sources)
            if len(terms) == 1
            and (not is_plain(wire.sample) or isinstance(wire.sample, np.ndarray))
            else set()
        )
        small = None
        if live is None or live.is_small:
            if live is not None:
                tree, shares = ast.BinOp(live.tree, ast.Add(), tree), set()
            if not full:
                found = [t.gradient.sample for t in terms]
                found += [live.sample] if live is not None else []
                small = None if is_whole else self.small(name, sum(found), self.draft.at)
                tree = tree if small is not None else spread(tree, syntax.name(name), found)
                shares = set()
            line = self.text.line(target, "=", tree, wire.sample if small is None else small)
        elif not live.own:
            line = self.text.line(target, "=", ast.BinOp(live.tree, ast.Add(), tree), wire.sample)
            shares = set()
        else:
            slim = broadcasting(tree)
            full = full and slim is tree
            line = self.text.line(target, "+=", slim, wire.sample)
            shares = set()
        line = replace(line, shares=shares, is_whole=full)
        if full and line.operator == "=" and self.is_upstream(name, line.value):
            self.draft.live[name] = Live(line.value, False, wire.sample)
            return
        if not (
            isinstance(line.value, ast.Name) and line.value.id == target and line.operator == "="
        ):
            self.draft.lines.append(line)
        if small is not None:
            self.draft.live[name] = Live(syntax.name(target), False, small, is_small=True)
            return
        self.draft.live[name] = Live(syntax.name(target), True, wire.sample)

    def is_upstream(self, name: str, tree: ast.expr) -> bool:
        """Return whether the gradient of an earlier value of the output is the upstream gradient itself."""
        output = self.draft.circuit.output
        is_output = isinstance(output, ir.Variable) and output.name == name
        return is_output and isinstance(tree, ast.Name) and tree.id == self.draft.upstream

    def small(self, name: str, found: Any, at: ir.Statement | None) -> Any:
        """Return the sample of a gradient that may stay smaller than its variable, which broadcasting makes up for."""
        draft = self.draft
        if at is None:
            return None
        block = draft.flow.block[at]
        made = draft.flow.definers.get(name, [])
        if not all(draft.flow.block[one] is block for one in made):
            return None
        before = [m for m in made if draft.flow.number[m] < draft.flow.number[at]]
        stage = max(before, key=draft.flow.number.__getitem__, default=None)
        if not isinstance(stage, ir.Bind) or not isinstance(stage.target, ast.Name):
            return None
        wire = stage.wire
        if not isinstance(wire, ir.Gate) or not (is_elementwise(wire) or is_pick(wire)):
            return None
        if name in draft.circuit.inputs or draft.flow.changers.get(name) or mask_of(wire):
            return None
        between = block.items[draft.flow.number[stage] : draft.flow.number[at]]
        if not all(isinstance(item, ir.Stage) for item in between):
            return None
        if is_pick(wire):
            return found
        known = (name, stage, np.shape(found))
        if known not in self.spared:
            self.spared[known] = all(self.fits(wire, hole, found, stage) for hole in wire.operands)
        return found if self.spared[known] else None

    def fits(self, wire: ir.Gate, hole: str, small: Any, stage: ir.Stage) -> bool:
        """Return whether a gradient has its operand's shape, or may be as small as the upstream gradient."""
        if not is_plain(wire.operands[hole].sample):
            return False
        upstream = Gradient(syntax.name("dout"), random_like(small))
        try:
            found = fit(wire, hole, upstream)
        except CodegenError:
            return False
        if statements(wire, hole, upstream, found.sample):
            return True
        operand = wire.operands[hole]
        if found.note == "full" or same_shape(found.sample, operand.sample):
            return found.note != "full"
        if operand.name is not None:
            return self.small(operand.name, found.sample, stage) is not None
        if not isinstance(operand, ir.Gate) or not operand.operands:
            return False
        return all(self.fits(operand, inner, found.sample, stage) for inner in operand.operands)

    def make(self, name: str, target: str, wire: ir.Wire, term: Term) -> None:
        """Write the statements that make a gradient in place."""
        for step in term.gradient.steps:
            if isinstance(step, ast.Assign):
                self.draft.lines.append(self.text.line(target, "=", step.value, wire.sample))
                continue
            assert isinstance(step, ast.AugAssign)
            operator = {ast.Add: "+=", ast.Sub: "-=", ast.Mult: "*=", ast.Div: "/="}[type(step.op)]
            at: ast.expr = syntax.name(target)
            if isinstance(step.target, ast.Subscript):
                at = syntax.index(at, self.text.resolved(step.target.slice))
            own = syntax.substitute(step.value, {ITSELF: syntax.name(target)})
            value = added(self.text.resolved(own), self.text.known)
            self.draft.lines.append(ir.Line(at, operator, value))
        self.draft.live[name] = Live(syntax.name(target), True, wire.sample)

    def add_containers(
        self, name: str, target: str, wire: ir.Wire, terms: list[Term], live: Live | None
    ) -> None:
        trees = [t.gradient.tree for t in terms]
        if live is not None:
            trees = [live.tree, *trees]
        total = combined(trees, wire.sample)
        self.draft.lines.append(self.text.line(target, "=", total, wire.sample))
        self.draft.live[name] = Live(syntax.name(target), True, wire.sample)

    def as_display(self, name: str, target: str, wire: ir.Wire, scatter: list[Term]) -> bool:
        """Write the gradient of a list, tuple or dict whole, if each of its items gets exactly one contribution."""
        if is_plain(wire.sample) or any(len(t.keys) != 1 for t in scatter):
            return False
        if isinstance(wire.sample, list) and not self.has_fixed_length(name):
            return False
        if isinstance(wire.sample, dict) and not self.has_fixed_keys(name):
            return False
        keys: dict[Any, list[ast.expr]] = {}
        for term in scatter:
            try:
                key = ast.literal_eval(term.keys[0])
            except ValueError:
                return False
            if isinstance(key, int) and not isinstance(wire.sample, dict):
                key %= len(wire.sample)
            keys.setdefault(key, []).append(term.gradient.tree)
        wanted = (
            list(wire.sample) if isinstance(wire.sample, dict) else list(range(len(wire.sample)))
        )
        if set(keys) != set(wanted) or not is_known_kind(wire.sample):
            return False
        values = [sum_of(keys[k]) for k in wanted]
        tree: ast.expr
        if isinstance(wire.sample, dict):
            tree = syntax.as_dict(dict(zip(wanted, values, strict=True)))
        else:
            tree = (ast.List if isinstance(wire.sample, list) else ast.Tuple)(values, ast.Load())
        line = self.text.line(target, "=", tree, wire.sample)
        shares = {n for t in scatter for n in memory_of(t)}
        self.draft.lines.append(replace(line, shares=shares))
        self.draft.live[name] = Live(syntax.name(target), True, wire.sample)
        return True

    def has_fixed_length(self, name: str) -> bool:
        """Return whether a list is taken to have as many items in every call: an argument, or written out."""
        definers = self.draft.flow.definers.get(name, [])
        return (
            (name in self.draft.circuit.parameters or bool(definers))
            and not any(
                isinstance(d, ir.Append | ir.Pop) for d in self.draft.flow.changers.get(name, [])
            )
            and all(isinstance(d, ir.Stage) and isinstance(d.wire, ir.Display) for d in definers)
        )

    def has_fixed_keys(self, name: str) -> bool:
        """Return whether no other keys of a dict can count than those that the function writes out."""
        if name not in self.draft.circuit.parameters:
            changers = self.draft.flow.changers.get(name, [])
            targets = [c.target for c in changers if isinstance(c, ir.Stage)]
            items = [t.slice for t in targets if isinstance(t, ast.Subscript)]
            return all(isinstance(key, ast.Constant) for key in items)
        if any(asks_keys(item.statement, name) for item in self.passed()):
            return True
        nodes = list(syntax.walk(self.draft.circuit.trace.tree))
        one_by_one = {part for node in nodes for part in read_by_key(node)}
        return one_by_one >= {n for n in nodes if isinstance(n, ast.Name) and n.id == name}

    def passed(self) -> Iterator[ir.Statement]:
        """Yield the statements before the present one that have run wherever it runs."""
        flow, at = self.draft.flow, self.draft.at
        if at is None:
            return
        owners = {None, *flow.owners(at)}
        for item in flow.before(flow.items, flow.order_of(at)):
            if flow.owner[item] in owners and not flow.exclusive(item, at):
                yield item

    def add_scatter(self, target: str, term: Term, fresh: bool) -> None:
        keys = [self.text.resolved(k) for k in term.keys]
        is_array = isinstance(term.wire.sample, np.ndarray)
        is_array = is_array or not fresh and isinstance(term.sample, np.ndarray)
        tree = broadcasting(term.gradient.tree) if is_array else term.gradient.tree
        value = self.text.simple(tree)
        at: ast.expr = syntax.name(target)
        for key in keys[:-1]:
            at = syntax.index(at, key)
        last = keys[-1]
        if not term.unique:
            key = last if not has_slice(last) else sliced(last)
            self.draft.lines.append(ir.Line(None, "", syntax.call("np.add.at", at, key, value)))
            return
        at = syntax.index(at, last)
        operator = "=" if fresh else "+="
        if not fresh and not is_plain(term.sample):
            self.draft.lines.append(ir.Line(at, "=", combined([at, value], term.sample)))
            return
        if not fresh:
            negative, rest = sign_split(value, self.text.known)
            operator, value = ("-=", rest) if negative else (operator, value)
        is_put = fresh and not is_plain(term.wire.sample)
        shares = memory_of(term) if is_put else set[str]()
        self.draft.lines.append(ir.Line(at, operator, value, shares=shares))

    def result(self, name: str) -> ast.expr:
        """Return the text of the gradient of an input, adding a line if it does not exist yet."""
        live = self.draft.live.get(name)
        target = self.draft.d(name)
        sample = self.draft.circuit.samples.get(name)
        arrives = sample if live is None or live.of_first(sample) is live else live.sample
        live = live.of_first(sample) if live is not None else None
        tree = live.tree if live is not None else self.text.zeros(name, sample)
        place = self.made_by(target) if live is not None else None
        made = self.draft.lines[place] if place is not None else None
        if not isinstance(made, ir.Line) or not isinstance(made.value, ast.Tuple):
            found = typed(tree, sample, syntax.name(name))
            if found is not tree and live is not None and name in self.draft.circuit.optional:
                found = ast.IfExp(is_none(name), syntax.constant(None), found)
            tree = found
        else:
            parts = typed(made.value, sample, syntax.name(name))
            if hasattr(sample, "_fields") and isinstance(parts, ast.Call):
                kind = self.text.resolved(syntax.call("type", syntax.name(name)))
                parts = ast.Call(kind, parts.args, [])
            made = replace(made, value=parts)
        if type(sample) is float and live is not None and self.is_narrow():
            if isinstance(made, ir.Line):
                made = replace(made, value=syntax.call("float", made.value))
            else:
                tree = syntax.call("float", tree)
        if place is not None and made is not None:
            self.draft.lines[place] = made
        if syntax.same(tree, syntax.name(target)):
            return syntax.name(target)
        line = self.text.line(target, "=", tree, arrives)
        shares = memory_in(live.tree) if live is not None else set[str]()
        self.draft.lines.append(replace(line, shares=shares))
        return syntax.name(target)

    def made_by(self, target: str) -> int | None:
        """Return the place of the line that gives a gradient its last value, if it is a plain assignment."""
        for place, item in reversed(list(enumerate(self.draft.lines))):
            if isinstance(item, ir.Nest):
                return None
            if isinstance(item, ir.Line) and item.target is not None:
                if target in syntax.stores(item.target) or target in syntax.reads(item.target):
                    plain = item.operator == "=" and isinstance(item.target, ast.Name)
                    return place if plain else None
        return None

    def is_narrow(self) -> bool:
        """Return whether some array of the function has a narrower type than Python's floats."""
        items = [i for i in self.draft.flow.items if isinstance(i, ir.Stage) and i.wire is not None]
        samples = [*self.draft.circuit.samples.values(), *(i.wire.sample for i in items if i.wire)]
        return any(kind is not None and kind != np.float64 for kind in map(dtype_of, samples))


def with_tree(term: Term, tree: ast.expr, **more: Any) -> Term:
    return replace(term, gradient=replace(term.gradient, tree=tree, **more))


def widened(name: str, term: Term) -> Term:
    """Return what reaches an item of a container in the shape of the item: no array is there to be added to."""
    if not is_plain(term.sample) or np.shape(term.gradient.sample) == np.shape(term.sample):
        return term
    item: ast.expr = syntax.name(name)
    for key in term.keys:
        item = syntax.index(item, key)
    ones = syntax.call("np.ones_like", item)
    return with_tree(term, ast.BinOp(term.gradient.tree, ast.Mult(), ones), sources=set())


def spread(tree: ast.expr, like: ast.expr, parts: list[Any]) -> ast.expr:
    """Return a gradient, the sum of some parts, at the full shape of its variable."""
    if all(np.ndim(part) == 0 for part in parts):
        return syntax.call("np.full_like", like, tree)
    return ast.BinOp(tree, ast.Mult(), syntax.call("np.ones_like", like))


def is_pick(wire: ir.Gate) -> bool:
    """Return whether a gate takes items of an array: their gradients are added to those items."""
    return (
        wire.row.pattern == "x[index]"
        and isinstance(wire.values.get("x"), np.ndarray)
        and wire.operands["x"].name is not None
    )


def broadcasting(tree: ast.expr) -> ast.expr:
    """Return what is added in place without the factor of ones that gives it its full shape."""
    match tree:
        case ast.BinOp(left=left, op=ast.Mult(), right=right) if syntax.calls(
            right, "np.ones_like"
        ):
            return left
    return tree


def memory_of(term: Term) -> set[str]:
    """Return the gradients whose memory a term may show; a number has none."""
    is_number = is_scalar(term.sample) and not isinstance(term.sample, np.ndarray | None)
    return set() if is_number else set(term.gradient.sources)


def is_known_kind(value: Any) -> bool:
    """Return whether a container is a plain list, tuple or dict, or a namedtuple."""
    return type(value) in (list, tuple, dict) or hasattr(value, "_fields")


def sliced(key: ast.expr) -> ast.expr:
    """Return an index as an argument: slices as calls of `slice`."""
    parts = syntax.elements(key)
    found = [slice_call(p) if isinstance(p, ast.Slice) else p for p in parts]
    return ast.Tuple(found, ast.Load()) if isinstance(key, ast.Tuple) else found[0]


def slice_call(part: ast.Slice) -> ast.expr:
    none = syntax.constant(None)
    if part.step is None:
        return (
            syntax.call("slice", part.lower or none, part.upper or none)
            if part.lower
            else syntax.call("slice", part.upper or none)
        )
    return syntax.call("slice", part.lower or none, part.upper or none, part.step)


def read_by_key(node: ast.AST) -> list[ast.expr]:
    """Return the dicts of which a node reads, or asks for, one key that is written out."""
    match node:
        case ast.Subscript(value=whole, slice=ast.Constant()):
            return [whole]
        case ast.Call(func=ast.Attribute(value=whole, attr="get"), args=[ast.Constant(), *_]):
            return [whole]
        case ast.Call(func=ast.Attribute(attr="update"), args=[whole]):
            return [whole]
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[whole]):
            return [whole]
        case ast.BinOp(op=ast.BitOr()):
            return [node.left, node.right]
        case ast.Dict():
            return [v for k, v in zip(node.keys, node.values, strict=True) if k is None]
    return []


def asks_keys(statement: ast.stmt, name: str) -> bool:
    """Return whether a statement is a guard that lets pass the keys of the example alone."""
    match statement:
        case ast.If(
            test=ast.Compare(
                left=ast.Call(func=ast.Attribute(value=ast.Name(whole), attr="keys")),
                ops=[ast.NotEq()],
                comparators=[ast.Set()],
            )
        ):
            return whole == name and is_guard(statement)
    return False
