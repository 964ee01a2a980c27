"""Gates: an expression goes in, the gate of the first row that fits comes out, or the refusal that says which is
missing. The gate knows how the user writes it: as a method, with `np.dot`, or with the math module.

A call that no row fits may be spelled another way, with items for stars, values for options, arrays for lists.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from types import ModuleType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.callees import canonical_name
from codegen.gates.canonical import MISSING, Form, Resolver
from codegen.gates.evaluate import evaluate
from codegen.gates.match import Match, Matcher
from codegen.gates.pure import MUTATORS
from codegen.gates.table import TABLE, Row
from codegen.ir import Display, Gate, Wire, WireRef
from codegen.lower.definitions import is_hidden
from codegen.lower.forms import ScopeCanonicalizer
from codegen.lower.missing import Missing, has_complex
from codegen.lower.reach import Reach
from codegen.lower.stairs import is_rounded
from codegen.lower.unique import names_once
from codegen.pytree import has_float, module_of
from codegen.trace.facts import kind_of
from codegen.trace.normalize.taint import reaches
from codegen.trace.passing import item_by_item

PASSIVE_KINDS = frozenset({"int", "bool", "text", "none"})

INDEX = "index"
"""The hole of rows in which NumPy takes no floats: what is traced there is whole numbers by then, or it raises."""


class Gates:
    """Makes the gates of a scope."""

    def __init__(
        self,
        canonicalizer: ScopeCanonicalizer,
        missing: Missing,
        reach: Reach,
        build: Callable[[ast.expr], Wire | None],
    ) -> None:
        self.canonicalizer, self.scope = canonicalizer, canonicalizer.scope
        self.resolver, self.texts = canonicalizer.facts, canonicalizer.texts
        self.matcher, self.assumed = Matcher(self.resolver), canonicalizer.assumed
        self.missing, self.reach, self.build = missing, reach, build
        self.respelled = Respelled(canonicalizer, self.matcher)

    def of(self, node: ast.expr) -> Wire | None:
        """Return the wire of a gate: the first row whose differentiable holes cover what is active."""
        if {kind for kind, _ in self.scope.trace.run.fact(node).kinds} == {"text"}:
            return None
        form = self.canonicalizer.form(node)
        without: list[str] = []
        values = [self.resolver.value(part.node) for part in form.args]
        # its `*` is `@`, so that no row says what happens to it
        if any(isinstance(v, np.matrix) for v in values) and self.reach.in_parts(node):
            return self.missing.no_gate(node, form)
        for match in self.matcher.matches(form):
            if match.row.zero or self.is_flat(match):
                self.look_for_stairs(node)
                return None
            wire = self.matched(node, match)
            if wire is not None:
                self.assumed.by(form, match)
                if not self.is_cut_off(node, wire):
                    return wire
                self.look_for_stairs(node)
                return None
            if isinstance(node, ast.Call):
                without = without or self.without_gradient(match)
        chosen = self.respelled.with_options(node) or self.respelled.with_arrays(node, form)
        if chosen is not None:
            return self.build(chosen)
        if isinstance(node, ast.GeneratorExp | ast.SetComp):
            return self.missing.refused(node, "a generator or set of traced values", "Use a list.")
        if self.is_passive(node) or not self.reach.in_parts(node):
            self.look_for_stairs(node)
            return None
        return self.missing.no_gate(node, form, without)

    def look_for_stairs(self, node: ast.expr) -> None:
        """Note an expression that rounds something active; none whose value goes nowhere."""
        match self.scope.current:
            case ast.Assert():
                return
            case ast.Expr(value) if not is_change(value):
                return  # it is printed
        if is_rounded(node, lambda part: self.build(part) is not None, self.resolver):
            self.scope.rounded.append(syntax.show(node))

    def without_gradient(self, match: Match) -> list[str]:
        """Return the operands of a gate that are differentiated here although its row has no gradient for them."""
        return [
            syntax.show(form.node)
            for hole, form in match.bindings.items()
            if hole not in {*match.row.gradients, *match.row.flat, *match.row.named}
            and isinstance(form.node, ast.Name)
            and self.build(form.node) is not None
        ]

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
                    statics[hole] = self.texts.of(form.node)
                else:
                    named[hole] = wire
                    parts[form.node] = WireRef(wire)
                continue
            if wire is None or hole in match.row.flat or is_place(hole, values):
                statics[hole] = self.texts.of(form.node)
                if hole in match.row.gradients and wants_array(match.row, hole, values, called):
                    statics[hole] = syntax.call("np.array", statics[hole])
                    values[hole] = np.array(values[hole])
            elif hole in match.row.gradients:
                if wants_array(match.row, hole, values, called):
                    wire = self.as_array(form, values[hole])
                    values[hole] = wire.sample
                wires[hole] = wire
                parts[form.node] = WireRef(wire, self.texts.second_name(form.node))
            else:
                return None
        if not wires:
            return None
        self.scope.asked.update(asked)  # they stand in earlier lines, which must give them names
        inner = [*frame, *(p for n in outer if n not in parts for p in ast.walk(n))]
        flavour = flavour_of(node, inner, wires.values(), self.resolver)
        text = self.texts.of(node, parts)
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
            unique=index is not None
            and names_once(index.node, self.resolver.value, self.texts.meaning),
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

    def as_array(self, form: Form, value: Any) -> Wire:
        """Return the wire of the array that NumPy makes of a list or a tuple."""
        wire = self.build(self.respelled.array_of(form, value))
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
        if isinstance(node, ast.Attribute) and node.attr in syntax.SHAPE_PARTS:
            if isinstance(self.resolver.value(node.value), np.ndarray | np.generic):
                return True
        return (
            isinstance(value, list | tuple | dict | set)
            and not has_float(value)
            and not has_complex(value)
            and len(value) > 0
        )


def is_change(node: ast.expr) -> bool:
    """Return whether a call puts something into a container, or changes an array."""
    return isinstance(node, ast.Call) and syntax.called_last(node) in MUTATORS


def is_place(hole: str, values: dict[str, Any]) -> bool:
    """Return whether a hole stands for an index of an array or a list, not for a key."""
    return hole == INDEX and not isinstance(values.get("x"), dict)


def forward(row: Row, values: dict[str, Any]) -> Any:
    """Return what a row gives of some values; None where its text does not run on them."""
    with suppress(Exception):
        return evaluate(row.tree, values)
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
        lambda p: (syntax.constant(1) if syntax.calls(p, "np.ones_like") else None),
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


class Respelled:
    """Writes calls another way."""

    def __init__(self, canonicalizer: ScopeCanonicalizer, matcher: Matcher) -> None:
        self.canonicalizer, self.matcher = canonicalizer, matcher
        self.scope, self.resolver = canonicalizer.scope, canonicalizer.facts
        self.texts, self.assumed = canonicalizer.texts, canonicalizer.assumed
        self.displays = canonicalizer.displays

    def with_options(self, node: ast.expr) -> ast.Call | None:
        """Return a call with options as the example gave them, if there is a gate for it then."""
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
            self.assumed.value(self.texts.of(part), value)
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
        """Return `np.hypot(*v)` as `np.hypot(v[0], v[1])`, and `max(*v)` as `max(v)`."""
        callee = self.resolver.callee(node)
        if not syntax.has_star(node.args) or not is_known(callee):
            return None
        match node.args:
            case [ast.Starred(value=only)] if callee in (max, min):
                return self.same_call(node, [only])
        run = self.scope.trace.run
        args = item_by_item(node.args, run)
        if args is None:
            return None
        if takes_a_count(callee):
            most = callee.nin if isinstance(callee, np.ufunc) else len(args)
            return self.same_call(node, args) if len(args) == most else None
        call = self.same_call(node, args)
        if not any(True for _ in self.matcher.matches(self.canonicalizer.form(call))):
            return None
        for arg in node.args:
            if isinstance(arg, ast.Starred):
                self.assumed.items(arg.value, run.fact(arg.value).sample)
        return call

    def with_sums(self, node: ast.Call) -> ast.Call | None:
        """Return `np.stack([*rows, v])` as `np.stack(rows + [v])` where the number of rows may change."""
        if not any(
            isinstance(a, ast.List | ast.Tuple) and syntax.has_star(a.elts) for a in node.args
        ):
            return None
        asked = {part.node for part in self.canonicalizer.form(node).args}
        args = [self.displays.summed(a) or a if a in asked else a for a in node.args]
        return self.same_call(node, args) if args != node.args else None

    def same_call(
        self, node: ast.Call, args: list[ast.expr], keywords: list[ast.keyword] | None = None
    ) -> ast.Call:
        """Return a call with other arguments that give the same."""
        words = node.keywords if keywords is None else keywords
        call = ast.copy_location(ast.Call(node.func, args, words), node)
        self.scope.trace.run.facts[call] = self.scope.trace.run.fact(node)
        return call

    def array_of(self, form: Form, value: Any) -> ast.expr:
        """Return the call that makes an array of a list or a tuple."""
        node = syntax.call("np.array", form.node)
        self.resolver.see(node, np.array(value))
        called = self.canonicalizer.bound(np.array, node, (form.node,), [])
        self.canonicalizer.memo[node] = Form(called.head, (form,), called.keys, None, node)
        return node


def is_known(callee: Any) -> bool:
    """Return whether a callee is a function of the table's, and not one of the user's."""
    return isinstance(callee, np.ufunc) or callee in (max, min) or bool(canonical_name(callee))


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
