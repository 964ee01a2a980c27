"""From expressions to wires: a tree with its facts goes in, a wire comes out, or None where the value is passive."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.analysis.aliasing import root_of
from codegen.gates.callees import REAL_BY_VALUE, canonical_name
from codegen.gates.canonical import MISSING, Canonicalizer, Form, Resolver
from codegen.gates.match import Match, Matcher
from codegen.gates.table import TABLE, Row
from codegen.ir import Display, Gate, Unsupported, Variable, Wire, WireRef, named_text, variable
from codegen.lower.counts import Counts
from codegen.lower.definitions import is_hidden
from codegen.lower.missing import Missing, has_complex
from codegen.lower.scope import FactResolver, Scope
from codegen.lower.unique import names_once
from codegen.pytree import has_float, module_of
from codegen.trace.aggregates import new_fields, path_of
from codegen.trace.facts import fact_of, kind_of
from codegen.trace.followed import function_of, is_user_function, is_user_generator
from codegen.trace.normalize.taint import reaches
from codegen.trace.normalize.yields import yields
from codegen.trace.passing import item, items_of, other_items, see, spelled
from codegen.trace.run import Trace

CODE = (ast.Name, *syntax.DEFERRED)
PASSIVE_KINDS = frozenset({"int", "bool", "text", "none"})


INDEX = "index"
"""The hole of rows in which NumPy takes no floats: what is traced there is whole numbers by then, or it raises."""


class WireBuilder:
    """Builds the wires of one scope."""

    def __init__(
        self, scope: Scope, helper: Callable[[Any, ast.Call, Trace, Scope], Wire | None]
    ) -> None:
        self.scope = scope
        self.helper = helper
        self.counts = Counts(scope)
        self.resolver = FactResolver(scope, self.form_of)
        self.canonicalizer = ScopeCanonicalizer(self)
        self.matcher = Matcher(self.resolver)
        self.missing = Missing(scope, self.resolver, self.build)
        self.leaves: dict[str, Wire] = {}
        self.shown: dict[str, Wire | None] = {}
        self.memo: dict[ast.expr, Wire | None] = {}
        self.reaches: dict[ast.AST, bool] = {}
        self.wholes: dict[str, Wire] = {}

    def form_of(self, node: ast.expr) -> Form:
        """Return the canonical form of an expression."""
        return self.canonicalizer.form(node)

    def build(self, node: ast.expr) -> Wire | None:
        """Return the wire of `node`, or None if its value is passive."""
        if node not in self.memo:
            wire = self.fresh(node)
            if wire is not None and not isinstance(wire, Unsupported) and has_complex(wire.sample):
                wire = self.refused(node, "a complex number", "Compute with its two parts.")
            self.memo[node] = wire
            if isinstance(wire, Gate):
                self.scope.made[node] = wire
            if isinstance(node, ast.Call) and (wire is not None or self.reached(node)):
                self.scope.callees.append((self.text(node.func, {}), self.resolver.callee(node)))
        return self.memo[node]

    def fresh(self, node: ast.expr) -> Wire | None:
        if isinstance(node, ast.Name):
            return self.leaf(node)
        if isinstance(node, ast.Attribute) and path_of(node) in self.wholes:
            return self.wholes[path_of(node)]
        if not self.reached(node):
            return None
        if isinstance(node, ast.NamedExpr):  # bound before, where it stands in a statement
            own = variable(node.target.id, self.resolver.value(node), node)
            self.leaves.setdefault(node.target.id, own)
            return self.leaf(node.target) or self.build(node.value)
        if isinstance(node, ast.Tuple | ast.List | ast.Dict) or (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.BitOr)
            and isinstance(self.resolver.value(node), dict)
        ):
            return self.display(node)
        if isinstance(node, ast.Call) and (found := self.looked_up(node)) is not None:
            return self.build(found)
        if isinstance(node, ast.IfExp):
            return self.choice(node)
        if isinstance(node, ast.Subscript):
            kinds = {kind for kind, _ in self.scope.trace.run.fact(node).kinds}
            if kinds and kinds <= {"text", "none"}:
                return None  # a word among numbers, or what is left out
            inner = self.element(node)
            if inner is not None:
                return inner
            if self.is_passive_part(node):
                return None
        if isinstance(node, ast.Call) and self.generates(node):
            return self.refused(node, "a generator of traced values", "Build a list.")
        if isinstance(node, ast.Call):
            fields = self.named_fields(node)
            if fields is not None:
                return self.parts_of(node, fields)
            followed = self.followed(node)
            if followed is not None:
                return self.user_call(node, followed)
            written = self.with_items(node) or self.with_sums(node)
            if written is not None:
                return self.build(written)
        return self.gate(node)

    def reached(self, node: ast.AST) -> bool:
        """Return whether `node` reads an active name."""
        known = self.reaches.get(node)
        if known is None:
            found = False
            if isinstance(node, ast.Attribute) and path_of(node) in self.wholes:
                found = True
            elif self.counts.is_counter(node) or self.is_setting(node):
                pass
            elif isinstance(node, ast.Name) or syntax.own_names(node):
                found = any(self.is_reached(n.id) for n in syntax.free_names(without_sizes(node)))
            else:
                for child in syntax.parts(node):
                    found = found or self.reached(child)
            known = self.reaches[node] = found
        return known

    def is_setting(self, node: ast.AST) -> bool:
        """Return whether a part is an attribute of an object that is returned as a whole; those with floats are
        variables by now.
        """
        match node:
            case ast.Attribute(value=ast.Name(name)):
                return name in self.wholes
        return False

    def is_reached(self, name: str) -> bool:
        """Return whether a name, or what a local function of that name reads, is active."""
        if name in self.wholes:
            return True
        return self.is_active(name) or any(map(self.is_active, self.scope.closures.get(name, ())))

    def see(self, node: ast.expr, sample: Any) -> None:
        """Give a made-up expression a fact."""
        self.scope.trace.run.facts[node] = fact_of(sample)

    def is_active(self, name: str) -> bool:
        bound = self.scope.bound
        if bound is not None and name in bound:
            return isinstance(bound[name], Wire)
        return name in self.scope.active

    def leaf(self, node: ast.Name) -> Wire | None:
        bound = self.scope.bound
        if bound is not None and node.id in bound:
            found = bound[node.id]
            return found if isinstance(found, Wire) else None
        if node.id in self.wholes:
            return self.wholes[node.id]
        if node.id not in self.scope.active:
            return None
        if node.id in self.scope.structs:
            return self.scope.structs[node.id]
        if node.id in self.scope.views:
            if node.id not in self.shown:
                wire = self.build(self.seen_through(node))
                if wire is not None and not isinstance(wire, Variable):
                    wire = replace(wire, spelled=node.id)
                self.shown[node.id] = wire
            return self.shown[node.id]
        if node.id not in self.leaves:
            self.leaves[node.id] = variable(node.id, self.resolver.value(node), node)
        return self.leaves[node.id]

    def seen_through(self, node: ast.Name) -> ast.expr:
        """Return what a second name stands for, with the value that it has here."""
        run = self.scope.trace.run
        tree = self.scope.views[node.id]
        fresh = syntax.rewrite(tree, lambda p: None)
        run.copy_facts(tree, fresh)
        if run.fact(node).visits and fresh is not tree:
            run.facts[fresh] = replace(run.fact(node), callees=run.fact(tree).callees)
        return fresh

    def spelled(self, node: ast.expr) -> str:
        """Return the second name that an expression is, or nothing."""
        known = isinstance(node, ast.Name) and node.id in self.scope.views
        return node.id if known else ""  # type: ignore[attr-defined]  # a name

    def generates(self, node: ast.Call) -> bool:
        """Return whether a call makes a generator that reads active variables."""
        callee = self.resolver.callee(node)
        if not isinstance(callee, FunctionType) or not inspect.isgeneratorfunction(callee):
            return False
        traces = self.scope.trace.run.calls.get(node, [])
        if traces and not any(yields(trace.tree) for trace in traces):
            return False  # it returns a list of its items
        return self.reached(node) or any(map(self.is_active, callee.__code__.co_freevars))

    def choice(self, node: ast.IfExp) -> Wire | None:
        """Refuse a ternary with an active part: those that can be taken apart are branches by now."""
        if all(self.build(part) is None for part in (node.test, node.body, node.orelse)):
            return None
        what = "a ternary over traced values inside this expression"
        return self.refused(node, what, "Use an if statement.")

    def followed(self, node: ast.Call) -> Trace | None:
        """Return the trace of the one user function that is called here."""
        traces = self.scope.trace.run.calls.get(node, [])
        callee = self.resolver.callee(node)
        target = function_of(callee)
        is_code = is_user_function(target) or is_user_generator(target)
        if is_code and not isinstance(callee, type):
            return next((t for t in traces if t.function.__code__ is target.__code__), None)
        return None

    def user_call(self, node: ast.Call, trace: Trace) -> Wire | None:
        return self.helper(self.resolver.value(node), node, trace, self.scope)

    def text(self, node: ast.expr, parts: dict[ast.AST, ast.expr]) -> ast.expr:
        """Return the text of `node`, with given parts replaced and the parameters of inlined functions put in."""

        def change(part: ast.expr) -> ast.expr | None:
            if part in parts:
                return parts[part]
            if part in self.scope.drawn:
                return syntax.name(self.scope.drawn[part])
            if isinstance(part, ast.NamedExpr):
                return syntax.name(part.target.id)
            if (
                isinstance(part, ast.Name)
                and self.scope.bound is not None
                and part.id in self.scope.bound
            ):
                bound = self.scope.bound[part.id]
                return WireRef(bound) if isinstance(bound, Wire) else bound
            if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant):
                words = self.words(part.value) or []
                return next((w.value for w in words if w.arg == part.slice.value), None)
            if isinstance(part, ast.Call):
                words = [
                    w for k in part.keywords if k.arg is None for w in self.words(k.value) or ()
                ]
                others = [k for k in part.keywords if k.arg or self.words(k.value) is None]
                if len(others) < len(part.keywords):
                    made = self.text(ast.Call(part.func, part.args, others), parts)
                    assert isinstance(made, ast.Call)
                    made.keywords = [*made.keywords, *words]
                    return ast.copy_location(made, part)
            return None

        return syntax.rewrite(node, change)

    def words(self, options: ast.expr) -> list[ast.keyword] | None:
        """Return what an inlined function is given by words, if a name stands for that."""
        bound = self.scope.bound
        words = bound.get(options.id) if bound and isinstance(options, ast.Name) else None
        return keywords_in(words) if isinstance(words, ast.expr) else None

    def refused(self, node: ast.expr, what: str, advice: str | None = None) -> Wire:
        """Return a wire that raises once its gradient is wanted."""
        problem = self.scope.trace.source.refuse(node, f"{what} is not supported", advice)
        return Unsupported(self.text(node, {}), self.resolver.value(node), node, problem=problem)

    def gate(self, node: ast.expr) -> Wire | None:
        """Return the wire of a gate: the first row whose differentiable holes cover what is active."""
        if {kind for kind, _ in self.scope.trace.run.fact(node).kinds} == {"text"}:
            return None
        form = self.canonicalizer.form(node)
        without: list[str] = []
        if any(self.is_matrix(part.node) for part in form.args) and self.has_active_part(node):
            return self.no_gate(node, form)
        for match in self.matcher.matches(form):
            if match.row.zero or self.is_flat(match):
                return None
            wire = self.matched(node, match)
            if wire is not None:
                self.assume(form, match)
                return None if self.is_cut_off(node, wire) else wire
            if isinstance(node, ast.Call):
                without = without or self.without_gradient(match)
        chosen = self.with_options(node) or self.with_arrays(node, form)
        if chosen is not None:
            return self.build(chosen)
        if isinstance(node, ast.GeneratorExp | ast.SetComp):
            return self.refused(node, "a generator or set of traced values", "Use a list.")
        if self.is_passive(node) or not self.has_active_part(node):
            return None
        return self.no_gate(node, form, without)

    def is_matrix(self, node: ast.expr) -> bool:
        """Return whether a value is of the class whose `*` is `@`, so that no row says what happens to it."""
        return isinstance(self.resolver.value(node), np.matrix)

    def without_gradient(self, match: Match) -> list[str]:
        """Return the operands of a gate that are differentiated here although its row has no gradient for them."""
        return [
            syntax.show(form.node)
            for hole, form in match.bindings.items()
            if hole not in {*match.row.gradients, *match.row.flat, *match.row.named}
            and isinstance(form.node, ast.Name)
            and self.build(form.node) is not None
        ]

    def meaning(self, node: ast.expr) -> ast.expr:
        """Return the expression that a variable was bound to, if it still has that value; other
        expressions as they are.
        """
        known = self.scope.definitions.get(node.id) if isinstance(node, ast.Name) else None
        return node if known is None else known

    def assume(self, form: Form, match: Match) -> None:
        """Note what a gate holds for alone: that options of its calls were None, that a result was real."""
        operands = {
            bound.node for hole, bound in match.bindings.items() if hole not in match.row.named
        }
        waiting = [form]
        for part in waiting:
            if part is not form and part.node in operands:
                continue
            defined = self.resolver.definition(part)
            waiting += part.args if defined is None else [defined]
            node = part.node
            if isinstance(node, ast.Call) and part.head in REAL_BY_VALUE:
                call = syntax.show(self.text(node, {}))
                self.scope.assumed.append((f"np.iscomplexobj({call})", f"{call} was real"))
            given = (
                [*node.args, *(k.value for k in node.keywords)]
                if isinstance(node, ast.Call)
                else []
            )
            options = [self.text(one, {}) for one in given if self.resolver.is_none(one)]
            for option in options:
                if not isinstance(option, ast.Constant):
                    self.assume_value(option, None)

    def with_options(self, node: ast.expr) -> ast.Call | None:
        """Return a call with the options that are arguments of the function as the example gave them, such as
        `mode="full"`, if there is a gate for it then.
        """
        if not isinstance(node, ast.Call):
            return None
        chosen: list[tuple[ast.expr, Any]] = []

        def given(part: ast.expr) -> ast.expr:
            values, name = self.scope.trace.values, getattr(part, "id", "")
            if name not in values or type(values[name]) not in (str, int, bool):
                return part
            if not isinstance(part, ast.Name) or name in syntax.stores(self.scope.trace.tree):
                return part
            chosen.append((part, values[name]))
            return ast.copy_location(syntax.constant(values[name]), part)

        args = [given(a) for a in node.args]
        keywords = [ast.keyword(k.arg, given(k.value)) for k in node.keywords]
        if not chosen:
            return None
        call = self.same_call(node, args, keywords)
        if not any(True for _ in self.matcher.matches(self.canonicalizer.form(call))):
            return None
        for part, value in chosen:
            self.assume_value(self.text(part, {}), value)
        return call

    def with_arrays(self, node: ast.expr, form: Form) -> ast.Call | None:
        """Return a call that adds or multiplies lists item by item with the arrays that NumPy makes of them."""
        if form.head not in ("np.add", "np.multiply") or not isinstance(node, ast.Call):
            return None
        values = [(part, self.resolver.value(part.node)) for part in form.args]
        args = [
            self.array_of(part, value) if isinstance(value, list | tuple) else part.node
            for part, value in values
        ]
        call = self.same_call(node, args, [])
        return call if len(args) == 2 and args != [part.node for part in form.args] else None

    def with_items(self, node: ast.Call) -> ast.Call | None:
        """Return `np.hypot(*v)` as `np.hypot(v[0], v[1])`, `np.clip(x, *bounds)` likewise."""
        callee = self.resolver.callee(node)
        if not syntax.has_star(node.args) or not takes_a_count(callee):
            return None
        run, args = self.scope.trace.run, list[ast.expr]()
        for arg in node.args:
            items = items_of(arg.value, run) if isinstance(arg, ast.Starred) else [arg]
            if items is None:
                return None
            args += items
        most = callee.nin if isinstance(callee, np.ufunc) else len(args)
        return self.same_call(node, args) if len(args) == most else None

    def with_sums(self, node: ast.Call) -> ast.Call | None:
        """Return `np.stack([*rows, v])` as `np.stack(rows + [v])` where the number of rows may change."""
        if not any(
            isinstance(a, ast.List | ast.Tuple) and syntax.has_star(a.elts) for a in node.args
        ):
            return None
        asked = {part.node for part in self.canonicalizer.form(node).args}
        args = [self.summed(a) or a if a in asked else a for a in node.args]
        return self.same_call(node, args) if args != node.args else None

    def same_call(
        self, node: ast.Call, args: list[ast.expr], keywords: list[ast.keyword] | None = None
    ) -> ast.Call:
        """Return a call with other arguments that give the same."""
        words = node.keywords if keywords is None else keywords
        call = ast.copy_location(ast.Call(node.func, args, words), node)
        self.scope.trace.run.facts[call] = self.scope.trace.run.fact(node)
        return call

    def summed(self, node: ast.expr) -> ast.expr | None:
        """Return a display with stars over things whose number may change as a sum of lists: `[0.0] + list(x)`; None
        for other displays.
        """
        if not isinstance(node, ast.List | ast.Tuple) or not syntax.has_star(node.elts):
            return None
        run, kind = self.scope.trace.run, list if isinstance(node, ast.List) else tuple
        value = self.resolver.value
        if kind.__name__ in self.scope.local or self.pairs(node) is not None:
            return None
        found: list[ast.expr] = []
        for is_star, group in groupby(node.elts, lambda e: isinstance(e, ast.Starred)):
            for items in ([e] for e in group) if is_star else [list(group)]:
                parts = [e.value if isinstance(e, ast.Starred) else e for e in items]
                values = [self.resolver.value(part) for part in parts]
                if any(v is MISSING for v in values):
                    return None
                if not is_star:
                    found.append(type(node)(parts, ast.Load()))
                    see(run, found[-1], kind(values))
                elif not isinstance(values[0], list | tuple | np.ndarray) or not len(values[0]):
                    return None
                elif type(values[0]) is kind and len(node.elts) > 1:
                    found += parts
                else:
                    found.append(spelled(run, value, f"{kind.__name__}(x)", node, x=parts[0]))
        terms = {f"x{k}": one for k, one in enumerate(found)}
        return spelled(run, value, " + ".join(terms), node, **terms)

    def is_cut_off(self, node: ast.expr, wire: Wire) -> bool:
        """Return whether floats become whole numbers of NumPy, as in `np.sum(x, dtype=int)`."""
        value = self.resolver.value(node)
        whole = isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "iub"
        kinds = {kind for kind, _ in self.scope.trace.run.fact(node).kinds}
        return (
            whole
            and kinds <= {"int", "bool"}
            and any(has_float(w.sample) for w in wire.operands.values())
        )

    def is_flat(self, match: Match) -> bool:
        """Return whether all that is active in a gate has the gradient zero."""
        flat = match.row.flat
        active = [h for h, f in match.bindings.items() if flat and self.build(f.node) is not None]
        return bool(active) and flat.issuperset(active)

    def has_active_part(self, node: ast.AST) -> bool:
        """Return whether some part of an expression has a wire, or is a function or comprehension that
        reads active names.
        """
        for part in syntax.parts(node):
            if isinstance(part, CODE):
                if self.reached(part):
                    return True
            elif isinstance(part, ast.keyword) and part.arg == "key":
                pass  # what things are ordered by has no derivative
            elif (
                isinstance(part, ast.Starred | ast.keyword | ast.Slice)
                or isinstance(node, ast.Call)
                and part is node.func
                and isinstance(part, ast.Attribute)
            ):
                if self.has_active_part(part):
                    return True
            elif isinstance(part, ast.expr) and self.build(part) is not None:
                return True
            elif isinstance(part, ast.List | ast.Tuple) and self.has_active_part(part):
                return True  # a function in a list, as `np.piecewise` takes them
        return False

    def matched(self, node: ast.expr, match: Match) -> Wire | None:
        """Return the wire for a row, or None if a hole without gradient is active."""
        wires: dict[str, Wire] = {}
        statics: dict[str, ast.expr] = {}
        parts: dict[ast.AST, ast.expr] = {}
        named: dict[str, Wire] = {}
        asked: list[Wire] = []
        outer = [f.node for hole, f in match.bindings.items() if hole not in match.row.named]
        frame = list(frame_of(node, set(outer)))
        here = set(frame)
        values = self.of_one_visit(node, match)
        called = isinstance(node, ast.Call)
        for hole, form in match.bindings.items():
            if hole in match.row.named and hole not in match.row.read:
                continue
            if form.node in here:
                wire = self.build(form.node)
            elif is_hidden(form.node):
                return None
            else:
                wire = self.scope.made.get(form.node) or self.build(form.node)
                if isinstance(wire, Gate):
                    asked.append(wire)
            if hole in match.row.named:
                if wire is None:
                    statics[hole] = self.text(form.node, {})
                else:
                    named[hole] = wire
                    parts[form.node] = WireRef(wire)
                continue
            if wire is None or hole in match.row.flat or is_place(hole, values):
                statics[hole] = self.text(form.node, {})
                if hole in match.row.gradients and wants_array(match.row, hole, values, called):
                    statics[hole] = syntax.call("np.array", statics[hole])
                    values[hole] = np.array(values[hole])
            elif hole in match.row.gradients:
                if wants_array(match.row, hole, values, called):
                    wire = self.as_array(form, values[hole])
                    values[hole] = wire.sample
                wires[hole] = wire
                parts[form.node] = WireRef(wire, self.spelled(form.node))
            else:
                return None
        if not wires:
            return None
        self.scope.asked.update(asked)  # they stand in earlier lines, which must give them names
        inner = [*frame, *(p for n in outer if n not in parts for p in ast.walk(n))]
        flavour = flavour_of(node, inner, wires.values(), self.resolver)
        text = self.text(node, parts)
        if match.row.inline is not None:
            trees = {hole: WireRef(wire) for hole, wire in wires.items()} | statics
            text = syntax.substitute(syntax.parse(match.row.inline), trees)
            self.scope.rewrite()
        index = match.bindings.get("index")
        return Gate(
            text,
            self.met(match, node, values),
            node,
            row=match.row,
            operands=wires,
            statics=statics,
            flavour=flavour,
            values=values,
            named=named,
            unique=index is not None and names_once(index.node, self.resolver.value, self.meaning),
        )

    def met(self, match: Match, node: ast.expr, values: dict[str, Any]) -> Any:
        """Return the sample of a gate; where an operand has several ranks, or is a list, the one of its sample."""
        sample = self.resolver.value(node)
        several = any(len(self.resolver.ranks(form.node)) > 1 for form in match.bindings.values())
        if match.row.pattern == "x + y" and isinstance(sample, list | tuple):
            kinds = {type(sample), *map(type, values.values())}
            return values["x"] + values["y"] if len(kinds) == 1 else sample
        if not several or not isinstance(sample, np.ndarray):
            return sample
        found = forward(match.row, values)
        return found if found is not None and np.ndim(found) == sample.ndim else sample

    def of_one_visit(self, node: ast.expr, match: Match) -> dict[str, Any]:
        """Return the samples of what a row binds; of a list of several lengths as much as fits the other samples,
        since a list keeps the longest one and an array the first.
        """
        values = {hole: self.resolver.value(form.node) for hole, form in match.bindings.items()}
        sample = self.resolver.value(node)
        for hole, form in match.bindings.items():
            lengths = {
                n for kind, n in self.scope.trace.run.fact(form.node).kinds if kind == "list"
            }
            if len(lengths) > 1 and isinstance(sample, np.ndarray):
                for n in sorted(lengths, reverse=True):
                    shorter = {**values, hole: values[hole][:n]}
                    if np.shape(forward(match.row, shorter)) == sample.shape:
                        values = shorter
                        break
        return values

    def array_of(self, form: Form, value: Any) -> ast.expr:
        """Return the call that makes an array of a list or a tuple."""
        node = syntax.call("np.array", form.node)
        self.see(node, np.array(value))
        called = self.canonicalizer.bound(np.array, node, (form.node,), [])
        self.canonicalizer.memo[node] = Form(called.head, (form,), called.keys, None, node)
        return node

    def as_array(self, form: Form, value: Any) -> Wire:
        """Return the wire of the array that NumPy makes of a list or a tuple."""
        wire = self.build(self.array_of(form, value))
        assert wire is not None
        return wire

    def is_passive(self, node: ast.expr) -> bool:
        """Return whether the value of an expression that no row knows has no derivative by its nature."""
        value = self.resolver.value(node)
        if isinstance(node, ast.Compare | ast.JoinedStr | ast.Lambda):
            return True
        if value is MISSING:  # what no run has seen is told from its text
            plain = self.scope.bound is None and not reaches(node, self.scope.active)
            return plain or isinstance(node, ast.BoolOp | ast.Slice)
        if kind_of(value)[0] in PASSIVE_KINDS:
            return True
        if isinstance(value, np.dtype | type | range | slice | ModuleType):
            return True
        return (
            isinstance(value, list | tuple | dict | set)
            and not has_float(value)
            and not has_complex(value)
            and len(value) > 0
        )

    def handed_on(self, node: ast.expr) -> str:
        """Return the local function that a call hands on, if it reads active variables; or nothing."""
        if not isinstance(node, ast.Call):
            return ""
        made = [node.func] if isinstance(node.func, ast.Call) else []
        waiting = [*node.args, *(k.value for k in node.keywords), *made]
        for part in waiting:
            if isinstance(part, ast.List | ast.Tuple):
                waiting += part.elts
            if isinstance(part, ast.Call) and (inner := self.handed_on(part)):
                return inner
            if isinstance(part, ast.Lambda) and self.reached(part):
                return "a lambda"
            if isinstance(part, ast.Name) and self.reached(part) and self.leaf(part) is None:
                return part.id
        return ""

    def no_gate(self, node: ast.expr, form: Form, without: Sequence[str] = ()) -> Wire:
        """Return a wire that says which gate is missing, or `without` a gradient by which operands it is."""
        problem = self.missing.gate(node, form, without, self.handed_on(node))
        return Unsupported(self.text(node, {}), self.resolver.value(node), node, problem=problem)

    def looked_up(self, node: ast.Call) -> ast.expr | None:
        """Return what `d.get(key, default)` gives: the item of a key that is there, else the default, which holds as
        long as the key is missing.
        """
        callee = self.resolver.callee(node)
        owner = getattr(callee, "__self__", None)
        if (
            not isinstance(owner, dict)
            or getattr(callee, "__name__", "") != "get"
            or not isinstance(node.func, ast.Attribute)
            or not node.args
        ):
            return None
        key, *default = node.args
        is_put = self.resolver.value(key) in owner  # by the end of the call
        is_missing = self.scope.trace.run.fact(node).found == {False}
        if is_put and not is_missing:
            read = ast.copy_location(syntax.index(node.func.value, key), node)
            self.see(read, self.resolver.value(node))
            held = self.resolver.value(node.func.value)
            root = root_of(node.func.value)
            from_outside = root in self.scope.trace.values and root in self.scope.active
            was_there = isinstance(held, dict) and self.resolver.value(key) in held
            if default and isinstance(key, ast.Constant) and from_outside and was_there:
                self.assume_key(node.func.value, key, True)
            return read
        if not isinstance(key, ast.Constant):
            return None  # it may be there in another trip
        if not is_put and not isinstance(self.resolver.value(node), str | bool):
            self.assume_key(node.func.value, key, False)
        return default[0] if default else ast.copy_location(syntax.constant(None), node)

    def assume_value(self, option: ast.expr, value: Any) -> None:
        """Take for granted that an option has the value that it had."""
        text = syntax.show(option)
        other = "is not None" if value is None else f"!= {value!r}"
        self.scope.assumed.append((f"{text} {other}", f"{text} was {value!r}"))

    def assume_key(self, owner: ast.expr, key: ast.expr, is_there: bool) -> None:
        """Take for granted that a dict has a key, or has it not."""
        asked, holder = self.written(key), self.written(owner)
        test = f"{asked} {'not in' if is_there else 'in'} {holder}"
        self.scope.assumed.append((test, f"{holder} had {'a' if is_there else 'no'} {asked}"))

    def assume_items(self, node: ast.expr, sample: Any) -> None:
        """Take for granted that a dict has the keys that it had, or a list as many items."""
        self.scope.assumed.append(other_items(self.written(node), sample))

    def written(self, node: ast.expr) -> str:
        """Return the text of an expression, with the values that the parameters of inlined functions have."""
        return syntax.show(named_text(self.text(node, {})))

    def display(self, node: ast.expr) -> Wire | None:
        """Return the wire of a tuple, list or dict with active parts."""
        pairs = self.pairs(node)
        if pairs is None:
            parts = [p.value if isinstance(p, ast.Starred) else p for p in syntax.parts(node)]
            if all(self.build(part) is None for part in parts if isinstance(part, ast.expr)):
                return None
            written = self.summed(node)
            if written is not None:
                return self.build(written)
            return self.refused(node, "a display with a star over things whose number may change")
        return self.parts_of(node, pairs)

    def pairs(self, node: ast.expr) -> list[tuple[str, ast.expr]] | None:
        """Return the parts of a display by key, those behind stars one by one; None if they cannot be told."""
        if isinstance(node, ast.BinOp):
            left = self.pairs(node.left) or self.entries(node.left)
            right = self.pairs(node.right) or self.entries(node.right, left or ())
            return None if left is None or right is None else [*left, *right]
        found: list[tuple[str, ast.expr]] = []
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                part = (
                    [(syntax.show(key), value)] if key is not None else self.entries(value, found)
                )
                if part is None:
                    return None
                found.extend(part)
            return list(dict(found).items())  # of two with one key the later one counts
        if not isinstance(node, ast.Tuple | ast.List):
            return None
        for value in node.elts:
            part = (
                [("", value)] if not isinstance(value, ast.Starred) else self.entries(value.value)
            )
            if part is None:
                return None
            found.extend(part)
        return [(str(k), value) for k, (_, value) in enumerate(found)]

    def entries(
        self, node: ast.expr, before: Sequence[tuple[str, ast.expr]] = ()
    ) -> list[tuple[str, ast.expr]] | None:
        """Return the items of a container that is known piece by piece, or of a dict or tuple, each as
        an expression. Those of a dict take the place of what has been `before` under the same key.
        """
        sample = self.resolver.value(node)
        wire = self.container(node)
        if isinstance(sample, list) and (not isinstance(wire, Display)):
            return None
        if not isinstance(sample, list | tuple | dict) or not isinstance(
            node, ast.Name | ast.Subscript
        ):
            return None
        replaces = isinstance(sample, dict) and any(self.build(part) for _, part in before)
        if not isinstance(wire, Display) and (wire is not None or replaces):
            self.assume_items(node, sample)
        run = self.scope.trace.run
        keys = list(sample) if isinstance(sample, dict) else range(len(sample))
        return [
            (
                self.key_text(key) if isinstance(sample, dict) else "",
                item(node, key, sample[key], run),
            )
            for key in keys
        ]

    def key_text(self, key: Any) -> str:
        """Return the key of an item as it is told from others."""
        return syntax.show(ast.Constant(key)) if isinstance(key, str | int | float) else repr(key)

    def named_fields(self, node: ast.Call) -> list[tuple[str, ast.expr]] | None:
        """Return the parts of a new namedtuple or dataclass; None if the call makes something else."""
        replaced = self.replaced_fields(node)
        if replaced is not None:
            return replaced
        made_of = self.resolver.callee(node)
        new = new_fields(node, made_of)
        if new is not None:
            return [(repr(name), part) for name, part in new.items()]
        if (
            not isinstance(made_of, type)
            or not issubclass(made_of, tuple)
            or not hasattr(made_of, "_fields")
        ):
            return None
        given = [
            *zip(made_of._fields, node.args, strict=False),
            *((k.arg, k.value) for k in node.keywords),
        ]
        parts = dict(given)
        if syntax.has_star(node.args) or None in parts:
            return None
        return [(str(made_of._fields.index(k)), v) for k, v in parts.items() if k is not None]

    def replaced_fields(self, node: ast.Call) -> list[tuple[str, ast.expr]] | None:
        """Return the parts of `p._replace(x=...)` of a namedtuple `p`; None if the call makes something else."""
        run, base = self.scope.trace.run, getattr(node.func, "value", None)
        old = run.fact(base).sample if base is not None else None
        names, new = getattr(old, "_fields", ()), {k.arg: k.value for k in node.keywords}
        if (
            not isinstance(base, ast.Name)
            or not isinstance(old, tuple)
            or syntax.show(node.func) != f"{base.id}._replace"
            or not new.keys() <= set(names)
        ):
            return None
        parts = []
        for place, name in enumerate(names):
            part = new.get(name)
            if part is None:
                part = ast.copy_location(syntax.index(base, syntax.constant(place)), node)
                self.see(part, old[place])
            parts.append((str(place), part))
        return parts

    def parts_of(self, node: ast.expr, pairs: list[tuple[str, ast.expr]]) -> Wire | None:
        """Return the wire of a container with the given parts."""
        wires = {key: wire for key, part in pairs if (wire := self.build(part)) is not None}
        if not wires:
            return None
        parts: dict[ast.AST, ast.expr] = {
            part: WireRef(wires[key], self.spelled(part)) for key, part in pairs if key in wires
        }
        statics = {key: self.text(part, {}) for key, part in pairs if key not in wires}
        parts |= {part: statics[key] for key, part in pairs if key in statics}
        text = self.text(node, parts)
        return Display(text, self.resolver.value(node), node, operands=wires, statics=statics)

    def container(self, node: ast.expr) -> Wire | None:
        """Return the wire of a name, an item, or what the user's function gives, without looking for gates."""
        is_followed = isinstance(node, ast.Call) and self.followed(node) is not None
        if isinstance(node, ast.Name) or is_followed:
            return self.build(node)
        return self.element(node) if isinstance(node, ast.Subscript) else None

    def element(self, node: ast.Subscript) -> Wire | None:
        """Return the wire inside a known container at a literal key, if this is one."""
        found = self.place(node)
        return found[0].operands.get(found[1]) if found is not None else None

    def is_passive_part(self, node: ast.Subscript) -> bool:
        """Return whether an item of a variable is a passive part of a container that is known piece by piece."""
        found = self.place(node) if isinstance(node.value, ast.Name | ast.Subscript) else None
        return found is not None and found[1] in found[0].statics

    def place(self, node: ast.Subscript) -> tuple[Wire, str] | None:
        """Return the known container that an item with a literal key is in, and its key there."""
        base = self.container(node.value)
        if not isinstance(base, Display):
            return None
        key = self.resolver.value(node.slice)
        if (
            isinstance(node.slice, ast.Constant | ast.UnaryOp)
            and not isinstance(base.sample, dict)
            and isinstance(key, int)
        ):
            return base, str(key % max(1, len(base.sample)))
        if isinstance(node.slice, ast.Constant) and isinstance(base.sample, dict):
            return base, syntax.show(node.slice)
        return None


def without_sizes(node: ast.AST) -> ast.AST:
    """Return a comprehension without what it asks of sizes alone: `len(x)`, and how often `for _ in x` goes round."""
    if not isinstance(node, ast.ListComp):
        return node
    asked = {n.id for n in syntax.loads(node, ast.Name)}

    def change(part: ast.expr) -> ast.expr | None:
        return syntax.constant(0) if syntax.called(part) == "len" else None

    found = syntax.rewrite(node, change)
    for one in [n for n in ast.walk(found) if isinstance(n, ast.comprehension)]:
        if isinstance(one.target, ast.Name) and one.target.id not in asked:
            one.iter = syntax.constant(0) if isinstance(one.iter, ast.Name) else one.iter
    return found


def keywords_in(table: ast.expr) -> list[ast.keyword] | None:
    """Return the keywords that a dict stands for which is written out; None for another expression."""
    match table:
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            words = [
                ast.keyword(k.value, v)
                for k, v in pairs
                if isinstance(k, ast.Constant) and isinstance(k.value, str)
            ]
            return words if len(words) == len(keys) else None
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=words):
            return words if all(word.arg for word in words) else None
    return None


def is_place(hole: str, values: dict[str, Any]) -> bool:
    """Return whether a hole stands for an index of an array or a list, not for a key."""
    return hole == INDEX and not isinstance(values.get("x"), dict)


class ScopeCanonicalizer(Canonicalizer):
    """Makes canonical forms in which known containers are spelled out and parameters of inlined
    functions looked through.
    """

    def __init__(self, builder: WireBuilder) -> None:
        super().__init__(builder.resolver)
        self.builder = builder

    def build(self, node: ast.expr) -> Form:
        scope = self.builder.scope
        if node in scope.drawn:
            return Form("name", (), (), scope.drawn[node], node)
        if isinstance(node, ast.Name) and scope.bound is not None and node.id in scope.bound:
            match scope.bound[node.id]:
                case ast.Constant() | ast.UnaryOp(operand=ast.Constant()) as number:
                    return super().build(number)
                case bound:
                    return Form("name", (), (), bound, node)
        if isinstance(node, ast.Subscript) and self.builder.is_passive_part(node):
            return Form("name", (), (), syntax.show(node), node)
        if isinstance(node, ast.Name | ast.Subscript):
            wire = self.builder.container(node)
            if isinstance(wire, Display) and not isinstance(wire.sample, dict):
                count = len(wire.sample)
                if all(str(i) in wire.operands or str(i) in wire.statics for i in range(count)):
                    return Form(
                        "tuple",
                        tuple(self.part(wire, str(i)) for i in range(count)),
                        (),
                        None,
                        node,
                    )
        return super().build(node)

    def call(self, node: ast.Call) -> Form:
        """Return the form of a call; keywords out of a dict that is written out are spelled one by one."""
        if all(k.arg is not None for k in node.keywords):
            return super().call(node)
        keywords = [single for k in node.keywords for single in self.spelled(k)]
        if any(k.arg is None for k in keywords):
            return super().call(node)
        run = self.builder.scope.trace.run
        spelled = ast.copy_location(ast.Call(node.func, node.args, keywords), node)
        run.facts[spelled] = run.fact(node)
        return replace(super().call(spelled), node=node)

    def spelled(self, keyword: ast.keyword) -> list[ast.keyword]:
        """Return the keywords that `**options` stands for; the keyword itself if that is not known."""
        if keyword.arg is not None:
            return [keyword]
        words = keywords_in(self.builder.meaning(keyword.value))
        return self.keywords_of(keyword) if words is None else words

    def keywords_of(self, keyword: ast.keyword) -> list[ast.keyword]:
        """Return the items of a passive `**options` as keywords; the keyword itself if they are not known."""
        options, run = keyword.value, self.builder.scope.trace.run
        held = run.fact(options).sample
        if type(held) is not dict or not all(isinstance(k, str) for k in held):
            return [keyword]
        is_written = isinstance(options, ast.Name) and options.id not in self.builder.scope.local
        if is_written and all(isinstance(v, int | str | None) for v in held.values()):
            return [ast.keyword(k, syntax.constant(v)) for k, v in held.items()]
        words = self.builder.words(options)
        if words is None:
            self.builder.assume_items(options, held)
        elif all(isinstance(word.value, ast.Constant) for word in words):
            return words
        return [ast.keyword(k, item(options, k, v, run)) for k, v in held.items()]

    def part(self, wire: Wire, key: str) -> Form:
        """Return the form of one part of a known container."""
        if key in wire.operands:
            inner = wire.operands[key]
            ref = syntax.name(inner.name or f"part_{len(self.builder.memo)}")
            self.builder.memo[ref] = inner
            self.builder.see(ref, inner.sample)
            return Form("name", (), (), inner.name or inner, ref)
        return self.form(wire.statics[key])


def forward(row: Row, values: dict[str, Any]) -> Any:
    """Return what a row gives of some values; None where its text does not run on them."""
    with suppress(Exception), np.errstate(all="ignore"):
        code = compile(row.pattern, "<row>", "eval")
        return eval(code, {"np": np, **values})  # noqa: S307  # rows are the table's own text
    return None


def wants_array(row: Row, hole: str, values: dict[str, Any], called: bool) -> bool:
    """Return whether a row speaks of an array where the user gives a list or a tuple to an operator, or calls it."""
    value = values[hole]
    if not isinstance(value, list | tuple):
        return False
    statements = [without_shape_calls(s) for text in row.templates.values() for s in text]
    if row not in TABLE.plain:  # made for what it is given; a list is none that it computes with
        numpys = row.pattern.startswith("np.")
        return numpys and any(computes_with(statement, hole) for statement in statements)
    if not row.pattern.startswith(("np.", "x @ ")) and not any(
        isinstance(other, np.ndarray) for other in values.values()
    ):
        return called  # `np.power` takes lists, `**` does not
    nested = any(not isinstance(v, int | float | np.generic) for v in value)
    return nested or any(hole in syntax.names(statement) for statement in statements)


def computes_with(statement: ast.AST, name: str) -> bool:
    """Return whether a gradient adds or multiplies a variable as a whole, or asks for the sizes of it."""
    for node in ast.walk(statement):
        match node:
            case ast.BinOp():
                found = [
                    (
                        side.value
                        if isinstance(side, ast.Subscript) and isinstance(side.slice, ast.Slice)
                        else side
                    )
                    for side in (node.left, node.right)
                ]
            case ast.Attribute(attr="shape" | "size" | "ndim" | "T"):
                found = [node.value]
            case _:
                continue
        if any(isinstance(one, ast.Name) and one.id == name for one in found):
            return True
    return False


def without_shape_calls(statement: ast.stmt) -> ast.AST:
    """Return a gradient without `np.ones_like(x)`, which takes lists too."""
    value = statement.value if isinstance(statement, ast.Expr | ast.AugAssign) else None
    assert value is not None
    return syntax.rewrite(
        value,
        lambda p: (
            syntax.constant(1)
            if isinstance(p, ast.Call) and syntax.show(p.func) == "np.ones_like"
            else None
        ),
    )


def frame_of(node: ast.expr, holes: set[ast.expr]) -> Iterator[ast.AST]:
    """Yield the parts of an expression down to those that the holes of a row stand for."""
    yield node
    if node not in holes:
        for child in syntax.parts(node):
            yield from frame_of(child, holes)  # type: ignore[arg-type]  # whatever an expression consists of


def flavour_of(
    node: ast.expr, parts: Iterable[ast.AST], operands: Iterable[Wire], resolver: Resolver
) -> str:
    """Return how the user writes a gate: "dot" for `x.dot(w)`, "np.dot", "math", or nothing special.

    `parts` is what the gate is made of, its operands aside.
    """
    if is_of_math(node, resolver):
        return "math"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "dot":
            of_module = isinstance(resolver.value(node.func.value), ModuleType)
            return "np.dot" if of_module else ".dot"
        if node.func.attr == "matmul":
            return "@"
    if any(is_of_math(part, resolver) for part in parts) or any(map(speaks_math, operands)):
        return "math"
    return ""


def speaks_math(wire: Wire) -> bool:
    """Return whether a wire is made by the math module, or a container of such."""
    if isinstance(wire, Display):
        return any(map(speaks_math, wire.operands.values()))
    return isinstance(wire, Gate) and wire.flavour == "math"


def is_of_math(node: ast.AST, resolver: Resolver) -> bool:
    """Return whether a part of an expression is a call of a function of the math module."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        base = resolver.value(node.func.value)
        return isinstance(base, ModuleType) and base.__name__ == "math"
    return module_of(resolver.callee(node)) == "math"


def takes_a_count(callee: Any) -> bool:
    """Return whether a function of NumPy or SciPy takes so many operands and no more."""
    if isinstance(callee, np.ufunc):
        return True
    if not (canonical_name(callee) or "").startswith(("np.", "scipy.")):
        return False
    with suppress(TypeError, ValueError):
        found = inspect.signature(callee).parameters.values()
        return all(p.kind is not p.VAR_POSITIONAL for p in found)
    return False
