"""Planning the backward pass: a staged circuit goes in, the lines of the backward function come out.

Stages are walked in reverse. For each variable the plan knows whether its gradient exists yet: the first contribution is `=`, later
ones `+=`; the assignment that gave a variable its value takes the gradient away again, so that overwritten names need no special
care.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from codegen import expr
from codegen.backward.fit import Gradient, fit, is_plain, random_like
from codegen.backward.zeros import zeros_like
from codegen.circuit import Circuit, Line, Remark, Stage, Wire, WireRef
from codegen.errors import CodegenError, UnsupportedError
from codegen.names import Namer
from codegen.trace.facts import has_float
from codegen.simplify import sign_split, simplify
from codegen.stages import chosen, gradient_tree, in_text_order, mask_of, scatters


@dataclass
class Term:
    """A contribution to the gradient of a variable."""

    wire: Wire
    gradient: Gradient
    index: ast.expr | None = None
    unique: bool = True


@dataclass
class Live:
    """The gradient of a variable that exists at one point of the backward pass.

    Attributes
    ----------
    tree : ast.expr
        How it is read.
    own : bool
        Whether it has its own variable.
    full : bool
        Whether it has the shape of the variable.
    """

    tree: ast.expr
    own: bool = True
    sample: Any = None
    touched: set[str] = field(default_factory=set)


@dataclass
class Plan:
    """The backward pass of one circuit.

    Attributes
    ----------
    lines : list
    reads : dict
        For each forward variable that is read: the name it is cached under.
    saves : dict
        For each stage number, the copies to make before it: (new name, variable, whether to copy).
    results : list of ast.expr
        The gradients to return.
    """

    lines: list[Line | Remark]
    saves: dict[int, list[tuple[str, str, bool]]]
    results: list[ast.expr]
    upstream: str
    cache: str
    names: Namer


def plan(circuit: Circuit) -> Plan:
    """Return the backward pass of a staged circuit."""
    return Planner(circuit).plan()


class Planner:
    """Walks one circuit backwards."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.stages = [s for s in circuit.block.items if isinstance(s, Stage)]
        self.namer = Namer(set(circuit.names))
        self.upstream = self.own_name("dout", "dout")
        self.cache = self.own_name("cache", "cache")
        self.gradient_names: dict[str, str] = {}
        self.live: dict[str, Live] = {}
        self.lines: list[Line | Remark] = []
        self.saves: dict[int, list[tuple[str, str, bool]]] = {}
        self.saved: dict[tuple[str, int], str] = {}
        self.forked: set[str] = set()
        self.at = len(self.stages)
        self.bindings = self.all_bindings()
        self.ranks: dict[str, int] = {}
        self.samples: dict[str, Any] = {}

    def own_name(self, wanted: str, other: str) -> str:
        """Return a name of the module's own that the user does not have."""
        found, k = wanted, 2
        while found in self.namer.taken:
            found, k = f"{other}_{k}", k + 1
        self.namer.taken.add(found)
        return found

    def all_bindings(self) -> dict[str, list[int]]:
        """Return, for each variable, the numbers of the stages that bind it."""
        found: dict[str, list[int]] = {}
        for number, stage in enumerate(self.stages):
            names = expr.stores(stage.statement) if stage.wire is None and not stage.rewritten else []
            if stage.wire is not None and stage.wire.helper is not None:
                names = [stage.wire.helper.cache]
            if stage.extra and "=" in stage.extra:
                names = [stage.extra.split(" = ")[0]]
            for one in {*names, *(n.id for n in ast.walk(stage.target) if isinstance(n, ast.Name))}:
                found.setdefault(one, []).append(number)
        return found

    def d(self, variable: str) -> str:
        """Return the name of the gradient of a variable."""
        if variable not in self.gradient_names:
            wanted = f"d{variable}"
            found, k = wanted, 2
            while found in self.namer.taken or found in self.gradient_names.values() or not self.usable(found):
                found, k = f"d_{variable}" if k == 2 else f"d_{variable}_{k}", k + 1
            self.gradient_names[variable] = found
        return self.gradient_names[variable]

    def usable(self, found: str) -> bool:
        """Return whether a gradient name is neither a keyword nor a builtin."""
        import builtins
        import keyword

        return not keyword.iskeyword(found) and not hasattr(builtins, found)

    # ---- the walk

    def plan(self) -> Plan:
        """Return the whole plan."""
        for number in range(len(self.stages) - 1, -1, -1):
            self.at = number
            stage = self.stages[number]
            if isinstance(stage.statement, ast.Return) and stage.target is not None and expr.show(stage.target) == "return":
                self.outputs()
            else:
                self.stage(stage)
        self.at = 0
        results = [self.result(name) for name in self.circuit.inputs]
        return Plan(self.lines, self.saves, results, self.upstream, self.cache, self.namer)

    def outputs(self) -> None:
        """Name the upstream gradient of each output."""
        wire = self.circuit.output
        if wire is None:
            return
        dout = expr.name(self.upstream)
        if wire.kind == "name" and wire.name:
            self.live[wire.name] = Live(dout, False, random_like(wire.sample))
            return
        if wire.kind != "display":
            self.raise_for(wire)
        seen: dict[str, list[ast.expr]] = {}
        samples: dict[str, Any] = {}
        self.lines.extend(self.unpacked(wire, dout, seen, samples))
        for name, trees in seen.items():
            sample = random_like(samples[name])
            if len(trees) == 1:
                self.live[name] = Live(trees[0], False, sample)
            else:
                total = trees[0]
                for tree in trees[1:]:
                    total = ast.BinOp(total, ast.Add(), tree)
                self.lines.append(self.line(self.d(name), "=", total, sample))
                self.live[name] = Live(expr.name(self.d(name)), True, sample)

    def unpacked(self, wire: Wire, dout: ast.expr, seen: dict[str, list[ast.expr]], samples: dict[str, Any]) -> list[Line]:
        """Return the lines that take an upstream gradient apart, noting the parts of each variable."""
        if isinstance(wire.sample, dict):
            parts = []
            for key, inner in wire.operands.items():
                item = expr.index(dout, expr.parse(key))
                parts.extend(self.part(inner, item, seen, samples))
            return parts
        count = len(wire.sample)
        names: list[ast.expr] = []
        later: list[Line] = []
        repeated = [w.name for w in wire.operands.values()]
        for i in range(count):
            inner = wire.operands.get(str(i))
            if inner is None:
                names.append(expr.name("_"))
                continue
            if inner.kind == "name" and inner.name:
                own = self.d(inner.name) if repeated.count(inner.name) == 1 and inner.name not in seen else self.own_name(f"dout{i + 1}", f"dout{i + 1}")
                seen.setdefault(inner.name, []).append(expr.name(own))
                samples[inner.name] = inner.sample
            else:
                own = self.own_name(f"dout{i + 1}", f"dout{i + 1}")
                later.extend(self.part(inner, expr.name(own), seen, samples))
            names.append(expr.name(own))
        line = Line(ast.Tuple(names, ast.Load()), "=", dout, shares={self.upstream})
        if count == 1:
            line = Line(names[0], "=", expr.index(dout, expr.constant(0)), shares={self.upstream})
        return [line, *later]

    def part(self, inner: Wire, item: ast.expr, seen: dict[str, list[ast.expr]], samples: dict[str, Any]) -> list[Line]:
        """Return the lines for one part of an upstream gradient."""
        if inner.kind == "display":
            return self.unpacked(inner, item, seen, samples)
        assert inner.name is not None
        if inner.name in seen:
            seen[inner.name].append(item)
            return []
        seen[inner.name] = [expr.name(self.d(inner.name))]
        samples[inner.name] = inner.sample
        return [Line(expr.name(self.d(inner.name)), "=", item, shares={self.upstream})]

    def raise_for(self, wire: Wire) -> None:
        """Raise the error of a wire that has no gradient."""
        raise wire.problem or self.circuit.trace.source.refuse(wire.origin, "this cannot be differentiated")

    def stage(self, stage: Stage) -> None:
        """Add the lines of one stage."""
        target = stage.target
        if isinstance(target, ast.Tuple):
            self.many(stage, target)
            return
        assert isinstance(target, ast.Name)
        live = self.live.pop(target.id, None)
        if live is None or stage.wire is None:
            return
        self.walk(stage, target.id, live)

    def many(self, stage: Stage, target: ast.Tuple) -> None:
        """Add the lines of a stage that binds several names at once."""
        names = [n.id for n in target.elts if isinstance(n, ast.Name)]
        lives = [self.live.pop(n, None) for n in names]
        if stage.wire is None or not any(lives):
            return
        self.remark(stage)
        parts: list[ast.expr] = []
        for name, live, sample in zip(names, lives, stage.wire.sample, strict=True):
            missing = zeros_like(self.post(name), sample) if has_float(sample) else expr.constant(None)
            parts.append(live.tree if live else missing)
        sources = {n for p in parts for n in expr.reads(p)}
        display = ast.Tuple if isinstance(stage.wire.sample, tuple) else ast.List
        upstream = Gradient(display(parts, ast.Load()), random_like(list(stage.wire.sample)), sources=sources)
        self.emit(stage.wire, upstream, "", None)

    def remark(self, stage: Stage) -> None:
        """Add the comment that names the forward line."""
        text = stage_text(stage)
        self.lines.append(Remark(f"backprop {text}"))

    def walk(self, stage: Stage, target: str, live: Live) -> None:
        """Add the lines of a stage that binds one name."""
        wire = stage.wire
        assert wire is not None
        self.remark(stage)
        upstream = Gradient(live.tree, random_like(wire.sample), sources=set(expr.reads(live.tree)))
        self.emit(wire, upstream, target, live)

    def emit(self, wire: Wire, upstream: Gradient, target: str, live: Live | None) -> None:
        """Add the lines that hand the gradient of a wire to the variables below it."""
        terms: list[Term] = []
        masked = self.mask(wire, upstream, live) if live else None
        if masked is not None:
            (operand,) = wire.operands.values()
            self.push(operand, masked, terms)
        else:
            self.push_through(wire, upstream, terms)
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
        opposite = {ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Lt: ast.GtE, ast.LtE: ast.Gt}.get(type(condition.ops[0]))
        if opposite is None:
            return None
        flipped = ast.Compare(condition.left, [opposite()], condition.comparators)
        text = self.filled(flipped, wire, upstream)
        self.lines.append(Line(expr.index(live.tree, self.resolved(text)), "=", expr.constant(0)))
        return upstream

    def push(self, wire: Wire, upstream: Gradient, terms: list[Term]) -> None:
        """Hand the gradient of a wire to its operands; what reaches a variable becomes a term."""
        if wire.name is not None:
            terms.append(Term(wire, upstream))
        else:
            self.push_through(wire, upstream, terms)

    def push_through(self, wire: Wire, upstream: Gradient, terms: list[Term]) -> None:
        """Hand the gradient of a wire to its operands."""
        if wire.kind == "name":
            terms.append(Term(wire, upstream))
            return
        if wire.kind == "display":
            self.push_display(wire, upstream, terms)
            return
        if wire.kind == "choice":
            raise self.circuit.trace.source.refuse(wire.origin, "a ternary over traced values is not supported yet")
        if wire.kind == "call":
            self.push_call(wire, upstream, terms)
            return
        if wire.kind == "unsupported" or wire.row is None:
            self.raise_for(wire)
        for operand in in_text_order(wire):
            for hole in [h for h, w in wire.operands.items() if w is operand]:
                self.push_hole(wire, hole, upstream, terms)

    def push_hole(self, wire: Wire, hole: str, upstream: Gradient, terms: list[Term]) -> None:
        """Hand the gradient of a gate to one operand."""
        assert wire.row is not None
        operand = wire.operands[hole]
        if scatters(wire.row, hole):
            statement = chosen(wire, hole, set())
            assert isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Subscript)
            index = self.filled(statement.target.slice, wire, upstream)
            value = self.filled(gradient_tree(statement), wire, upstream)
            self.scatter(operand, index, Gradient(value, upstream.sample, sources=upstream.sources), wire, terms)
            return
        try:
            fitted = fit(wire, hole, upstream)
        except UnsupportedError:
            raise
        except CodegenError as error:
            raise self.circuit.trace.source.refuse(wire.origin, error.message) from error
        tree = fitted.tree
        if fitted.note == "full":
            ones = expr.call("np.ones_like", self.shape_of(wire))
            upstream = Gradient(ast.BinOp(upstream.tree, ast.Mult(), ones), fitted.sample)
        text = self.filled(tree, wire, upstream)
        sources = {n for h in fitted.views for n in self.names_in(wire, h)}
        sources |= upstream.sources if fitted.shares else set()
        self.push(operand, Gradient(text, fitted.sample, note=fitted.note, sources=sources), terms)

    def push_call(self, wire: Wire, upstream: Gradient, terms: list[Term]) -> None:
        """Hand the gradient of a helper's value to its backward function."""
        helper = wire.helper
        assert helper is not None
        targets: list[ast.expr] = []
        operands = list(wire.operands.items())
        for hole, operand in operands:
            sample = random_like(operand.sample)
            fresh = operand.name is not None and operand.name not in self.live and [w.name for _, w in operands].count(operand.name) == 1
            if fresh and operand.name is not None and operand.name not in expr.reads(upstream.tree):
                own = self.d(operand.name)
                self.live[operand.name] = Live(expr.name(own), True, sample)
            else:
                own = self.own_name(f"d{hole}_{helper.name}" if operand.name is None or self.d(operand.name) != f"d{hole}" else f"d{hole}_new", f"d{hole}_{helper.name}")
                self.push(operand, Gradient(expr.name(own), sample, sources={own}), terms)
            self.samples[own] = sample
            targets.append(expr.name(own))
        called = expr.call(f"{helper.name}_backward", self.resolved(upstream.tree), self.resolved(self.post(helper.cache)))
        target = targets[0] if len(targets) == 1 else ast.Tuple(targets, ast.Load())
        self.lines.append(Line(target, "=", called))

    def names_in(self, wire: Wire, hole: str) -> list[str]:
        """Return the variables in the text of a hole."""
        if hole in wire.operands:
            return expr.reads(self.value(wire.operands[hole]))
        return expr.reads(wire.statics[hole]) if hole in wire.statics else []

    def scatter(self, operand: Wire, index: ast.expr, value: Gradient, wire: Wire, terms: list[Term]) -> None:
        """Hand a gradient to some items of an operand."""
        if operand.name is not None:
            terms.append(Term(operand, value, index, is_unique(wire)))
        else:
            raise self.circuit.trace.source.refuse(wire.origin, "an item of this expression cannot be differentiated", "Give the expression a name first.")

    def push_display(self, wire: Wire, upstream: Gradient, terms: list[Term]) -> None:
        """Hand the gradient of a container to its parts."""
        for key, inner in wire.operands.items():
            at = expr.parse(key)
            if isinstance(upstream.tree, ast.List | ast.Tuple):
                item = upstream.tree.elts[int(key)]
            else:
                item = expr.index(upstream.tree, at)
            sample = upstream.sample[ast.literal_eval(key)]
            self.push(inner, Gradient(item, sample, sources=upstream.sources), terms)

    # ---- text

    def filled(self, tree: ast.expr, wire: Wire, upstream: Gradient) -> ast.expr:
        """Return a row's text with its holes filled in."""
        flavoured = expr.rewrite(tree, lambda p: self.flavoured(p, wire))
        return self.fill(flavoured, wire, upstream)

    def flavoured(self, part: ast.expr, wire: Wire) -> ast.expr | None:
        """Return a matrix product or a function in the user's own manner, or None to leave it."""
        again = lambda p: self.flavoured(p, wire)  # noqa: E731  # the rewriting of the parts inside
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.MatMult) and wire.flavour in (".dot", "np.dot"):
            left, right = expr.rewrite(part.left, again), expr.rewrite(part.right, again)
            if wire.flavour == "np.dot":
                return expr.call("np.dot", left, right)
            return ast.Call(ast.Attribute(left, "dot", ast.Load()), [right], [])
        if wire.flavour == "math" and isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "np":
            import math

            if hasattr(math, part.attr):
                return ast.Attribute(expr.name("math"), part.attr, ast.Load())
        return None

    def fill(self, tree: ast.expr, wire: Wire, upstream: Gradient) -> ast.expr:
        """Return a row's text with holes, `out` and `dout` replaced."""

        def change(part: ast.expr) -> ast.expr | None:
            if isinstance(part, ast.Call) and expr.show(part.func) in ("np.ones_like", "np.zeros_like", "np.shape", "np.size"):
                (arg,) = part.args[:1]
                if isinstance(arg, ast.Name) and arg.id in wire.operands:
                    return ast.Call(part.func, [self.shape_of(wire.operands[arg.id])], part.keywords)
            if isinstance(part, ast.Attribute) and part.attr in ("shape", "size", "ndim", "dtype") and isinstance(part.value, ast.Name) and part.value.id in wire.operands:
                return ast.Attribute(self.shape_of(wire.operands[part.value.id]), part.attr, ast.Load())
            if isinstance(part, ast.Name):
                if part.id == "dout":
                    return upstream.tree
                if part.id == "out":
                    return self.value(wire, post=True)
                if part.id in wire.operands:
                    return self.value(wire.operands[part.id])
                if part.id in wire.statics:
                    return wire.statics[part.id]
                if part.id in wire.values:
                    raise self.circuit.trace.source.refuse(wire.origin, f"the value {part.id} of this gate has no text")
            return None

        return expr.rewrite(tree, change)

    def value(self, wire: Wire, post: bool = False) -> ast.expr:
        """Return the text of a wire's value."""
        if wire.name is not None:
            found = expr.name(wire.name)
            found.post = post  # type: ignore[attr-defined]  # read by `resolved`
            return found
        return expr.rewrite(wire.node, lambda p: self.value(p.wire) if isinstance(p, WireRef) else None)

    def post(self, name: str) -> ast.expr:
        """Return the text of a variable's value after the present stage."""
        found = expr.name(name)
        found.post = True  # type: ignore[attr-defined]  # read by `resolved`
        return found

    def shape_of(self, wire: Wire) -> ast.expr:
        """Return the text of something that has the shape of a wire: its own name, or that of an operand of the same shape."""
        if wire.name is not None:
            return self.value(wire)
        for operand in wire.operands.values():
            if is_plain(operand.sample) and np.shape(operand.sample) == np.shape(wire.sample) and wire.row and is_elementwise(wire):
                return self.shape_of(operand)
        return self.value(wire)

    def resolved(self, tree: ast.expr) -> ast.expr:
        """Return a text in which each forward variable is read under a name that still has its value at the end."""

        def change(part: ast.expr) -> ast.expr | None:
            if isinstance(part, ast.Name) and part.id in self.bindings | dict.fromkeys(self.circuit.parameters):
                return self.version(part.id, getattr(part, "post", False))
            return None

        return expr.rewrite(tree, change)

    def version(self, variable: str, post: bool) -> ast.expr:
        """Return the name under which the value of a variable at this stage can be read."""
        later = [n for n in self.bindings.get(variable, []) if n > self.at or (n == self.at and not post)]
        if not later:
            return expr.name(variable)
        first = later[0]
        key = (variable, first)
        if key not in self.saved:
            own = self.own_name(f"prev_{variable}", f"prev_{variable}")
            self.saved[key] = own
            copies = self.stages[first].update
            self.saves.setdefault(first, []).append((own, variable, copies))
        return expr.name(self.saved[key])

    # ---- accumulation

    def line(self, target: str, operator: str, tree: ast.expr, sample: Any, comment: str = "") -> Line:
        """Return a finished line."""
        self.samples[target] = sample
        tree = simplify(self.resolved(tree), self.rank)
        if operator == "+=":
            negative, rest = sign_split(tree)
            if negative:
                operator, tree = "-=", rest
        return Line(expr.name(target), operator, tree, comment)

    def rank(self, tree: ast.expr) -> int | None:
        """Return the rank of a text where it is known."""
        if isinstance(tree, ast.Constant):
            return 0
        if isinstance(tree, ast.Name):
            if tree.id in self.samples and is_plain(self.samples[tree.id]):
                return np.ndim(self.samples[tree.id])
            return self.known_rank(tree.id)
        return None

    def known_rank(self, variable: str) -> int | None:
        """Return the rank of a forward variable."""
        if not self.ranks:
            for stage in self.stages:
                if stage.wire is not None and isinstance(stage.target, ast.Name) and is_plain(stage.wire.sample):
                    self.ranks[stage.target.id] = np.ndim(stage.wire.sample)
            for one, value in self.circuit.samples.items():
                if is_plain(value) and isinstance(value, np.ndarray | float | int):
                    self.ranks.setdefault(one, np.ndim(value))
            for one in self.bindings:
                self.ranks.setdefault(one, -1)
        known = self.ranks.get(variable, -1)
        return None if known < 0 else known

    def contribute(self, name: str, terms: list[Term], itself: bool, old: Live | None) -> None:
        """Add what reaches one variable to its gradient."""
        live = self.live.get(name)
        target = self.d(name)
        wire = terms[0].wire
        sums = [t for t in terms if t.index is None]
        scatter = [t for t in terms if t.index is not None]
        if sums:
            self.add_sum(name, target, wire, sums, live)
        if not scatter:
            return
        if itself and not sums:
            self.rescue(name, scatter, old)
        if name not in self.live:
            if self.as_display(name, target, wire, scatter):
                return
            self.lines.append(self.line(target, "=", zeros_like(expr.name(name), wire.sample), wire.sample))
            self.live[name] = Live(expr.name(target), True, wire.sample)
            fresh = len(scatter) == 1
        else:
            fresh = False
            self.own(name, target, wire)
        for term in scatter:
            self.add_scatter(name, target, term, fresh)

    def rescue(self, name: str, scatter: list[Term], old: Live | None) -> None:
        """Keep the gradient of the new value of a variable whose old value is about to get one under the same name."""
        if old is None or not old.own:
            return
        own = self.own_name(f"dnew_{name}", f"dnew_{name}")
        self.lines.append(Line(expr.name(own), "=", old.tree, shares={self.d(name)}))
        for term in scatter:
            term.gradient.tree = expr.substitute(term.gradient.tree, {self.d(name): expr.name(own)})

    def own(self, name: str, target: str, wire: Wire) -> None:
        """Make the gradient of a variable its own, so that it can be changed in place."""
        live = self.live[name]
        if not live.own:
            copied = ast.Call(ast.Attribute(live.tree, "copy", ast.Load()), [], [])
            self.lines.append(self.line(target, "=", copied, wire.sample))
            self.live[name] = Live(expr.name(target), True, wire.sample)

    def add_sum(self, name: str, target: str, wire: Wire, terms: list[Term], live: Live | None) -> None:
        """Add the terms of full shape, as one line."""
        tree = terms[0].gradient.tree
        for term in terms[1:]:
            tree = joined(tree, term.gradient.tree)
        full = any(np.shape(t.gradient.sample) == np.shape(wire.sample) or not is_plain(wire.sample) for t in terms)
        shares = set(terms[0].gradient.sources) if len(terms) == 1 and np.ndim(wire.sample if is_plain(wire.sample) else [0]) else set()
        if live is None:
            if not full:
                tree = ast.BinOp(tree, ast.Mult(), expr.call("np.ones_like", expr.name(name)))
                shares = set()
            line = self.line(target, "=", tree, wire.sample)
        elif not live.own:
            line = self.line(target, "=", ast.BinOp(live.tree, ast.Add(), tree), wire.sample, self.fork(name))
            shares = set()
        else:
            line = self.line(target, "+=", tree, wire.sample, self.fork(name))
            shares = set()
        line.shares = shares
        self.lines.append(line)
        self.live[name] = Live(expr.name(target), True, wire.sample)

    def fork(self, name: str) -> str:
        """Return the remark on a fork, once per variable."""
        if name in self.forked:
            return ""
        self.forked.add(name)
        return f"+= : {name} forks"

    def as_display(self, name: str, target: str, wire: Wire, scatter: list[Term]) -> bool:
        """Write the gradient of a list, tuple or dict whole, if each of its items gets exactly one contribution."""
        if is_plain(wire.sample):
            return False
        keys: dict[Any, list[ast.expr]] = {}
        for term in scatter:
            try:
                key = ast.literal_eval(term.index) if term.index is not None else None
            except ValueError:
                return False
            if isinstance(key, int) and not isinstance(wire.sample, dict):
                key %= len(wire.sample)
            keys.setdefault(key, []).append(term.gradient.tree)
        wanted = list(wire.sample) if isinstance(wire.sample, dict) else list(range(len(wire.sample)))
        if set(keys) != set(wanted) or type(wire.sample) not in (list, tuple, dict):
            return False
        values = [sum_of(keys[k]) for k in wanted]
        tree: ast.expr
        if isinstance(wire.sample, dict):
            tree = ast.Dict([expr.constant(k) for k in wanted], values)
        else:
            tree = (ast.List if isinstance(wire.sample, list) else ast.Tuple)(values, ast.Load())
        self.lines.append(self.line(target, "=", tree, wire.sample))
        self.lines[-1].shares = {n for t in scatter for n in t.gradient.sources}  # type: ignore[union-attr]  # a line was just added
        self.live[name] = Live(expr.name(target), True, wire.sample)
        return True

    def add_scatter(self, name: str, target: str, term: Term, fresh: bool) -> None:
        """Add a term to some items of a gradient."""
        assert term.index is not None
        index = self.resolved(term.index)
        value = simplify(self.resolved(term.gradient.tree), self.rank)
        at = expr.index(expr.name(target), index)
        if term.unique:
            self.lines.append(Line(at, "=" if fresh else "+=", value, "" if fresh else self.fork(name)))
        else:
            self.lines.append(Line(None, "", expr.call("np.add.at", expr.name(target), index, value)))

    def result(self, name: str) -> ast.expr:
        """Return the text of the gradient of an input, adding a line if it does not exist yet."""
        live = self.live.get(name)
        target = self.d(name)
        sample = self.circuit.samples.get(name)
        if live is None:
            self.lines.append(self.line(target, "=", zeros_like(expr.name(name), sample), sample))
        elif not live.own:
            line = self.line(target, "=", live.tree, sample)
            line.shares = {self.upstream}
            if not expr.same(line.target or line.value, line.value):
                self.lines.append(line)
        return expr.name(target)


def joined(left: ast.expr, right: ast.expr) -> ast.expr:
    """Return the sum of two texts."""
    return ast.BinOp(left, ast.Add(), right)


def sum_of(trees: list[ast.expr]) -> ast.expr:
    """Return the sum of several texts."""
    total = trees[0]
    for tree in trees[1:]:
        total = joined(total, tree)
    return total


def is_elementwise(wire: Wire) -> bool:
    """Return whether the gate works element by element."""
    node = wire.row.tree if wire.row else None
    if isinstance(node, ast.BinOp):
        return not isinstance(node.op, ast.MatMult)
    if isinstance(node, ast.UnaryOp):
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return isinstance(getattr(np, node.func.attr, None), np.ufunc)
    return False


def is_unique(wire: Wire) -> bool:
    """Return whether an index names each item at most once."""
    if not is_plain(wire.values.get("x")) or np.ndim(wire.sample) == 0:
        return True
    key = wire.values.get("index")
    parts = key if isinstance(key, tuple) else (key,)
    arrays = [p for p in parts if isinstance(p, list | range) or (isinstance(p, np.ndarray) and p.dtype != bool and p.ndim)]
    if not arrays:
        return True
    text = wire.statics.get("index")
    texts = text.elts if isinstance(text, ast.Tuple) else [text]
    return any(is_arange(t) for t in texts if t is not None) and all(np.ndim(a) == 1 for a in arrays)


def is_arange(tree: ast.expr) -> bool:
    """Return whether an index part is `np.arange(n)` or `range(n)`."""
    if isinstance(tree, ast.Call) and tree.args:
        callee = expr.show(tree.func)
        return callee.endswith("arange") or callee == "range"
    return False


def stage_text(stage: Stage) -> str:
    """Return the forward text of a stage on one line."""
    if stage.rewritten and stage.wire is not None:
        return f"{expr.show(stage.target)} = {expr.show(named_text(stage.wire.node))}"
    return expr.show(stage.statement).splitlines()[0]


def named_text(tree: ast.expr) -> ast.expr:
    """Return a text with every wire written out: by its name, or by its own text."""

    def change(part: ast.expr) -> ast.expr | None:
        if isinstance(part, WireRef):
            return expr.name(part.wire.name) if part.wire.name else named_text(part.wire.node)
        return None

    return expr.rewrite(tree, change)
