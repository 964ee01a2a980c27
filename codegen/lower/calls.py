"""Calls of user functions: a call goes in; out comes the wire of a one-liner written out, or of a
helper with a pair of its own."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from typing import Any

from codegen import syntax
from codegen.analysis.effects import calls_in, draws
from codegen.errors import MixedRanksError, UnsupportedError
from codegen.gates.callees import REAL_BY_VALUE, canonical_name
from codegen.gates.canonical import MISSING
from codegen.ir import Call, Circuit, Display, Helper, Unsupported, Wire, WireRef, stages_of
from codegen.lower.expressions import WireBuilder
from codegen.lower.scope import Point, Scope
from codegen.pytree import parts
from codegen.trace.facts import Fact
from codegen.trace.modulenames import local_names
from codegen.trace.outer import closed_over
from codegen.trace.passing import bound_arguments, parameters_of, spread
from codegen.trace.run import Trace

LARGEST = 400  # nodes of a helper that is written out where it is called
OWN_PAIR = 8  # lines that a pair has beside those of its gradients


class Calls:
    """Follows calls of user functions; each helper is lowered once for each set of differentiable parameters."""

    def __init__(self, lower: Callable[[Trace, list[str], Calls], Circuit]) -> None:
        self.lower = lower
        self.known: dict[tuple[Any, ...], Helper] = {}  # the helpers so far
        # what the check is to judge: where one name has several ranks
        self.doubts: list[MixedRanksError] = []

    def user_call(self, sample: Any, node: ast.Call, trace: Trace, scope: Scope) -> Wire | None:
        """Return the wire of a call of a user function: inlined if it is one line, else a helper with a pair."""
        arguments = bound_arguments(node, trace)
        if arguments is None:
            return unsupported(
                node,
                sample,
                scope.trace.source.refuse(
                    node,
                    "this way of calling a helper function is not supported",
                    "Pass its arguments one by one.",
                ),
            )
        builder = WireBuilder(scope, self.user_call)
        body = body_of(trace)
        for name in outer_names(trace):
            arguments[name] = outer_argument(name, trace, builder)
        wires = {name: builder.build(value) for name, value in arguments.items()}
        if not any(wires.values()):
            return None
        for value, held in spread(node, scope.trace):
            builder.assumed.items(value, held)
        if (
            len(body) == 1
            and isinstance(body[0], ast.Return)
            and body[0].value is not None
            and is_plain(body[0].value)
            and not draws(trace, body[0].value)
            and not is_real_by_value(trace, body[0].value)
            and written_out(trace) <= LARGEST
            and not is_shorter_paired(trace, body[0].value, [n for n, w in wires.items() if w])
        ):
            return self.inlined(body[0].value, trace, arguments, wires, builder)
        return self.paired(sample, node, trace, arguments, wires, builder)

    def inlined(
        self,
        body: ast.expr,
        trace: Trace,
        arguments: dict[str, ast.expr],
        wires: dict[str, Wire | None],
        builder: WireBuilder,
    ) -> Wire | None:
        """Return the wire of a one-line helper, written out."""
        scope = builder.scope
        if trace.definer is not None:
            scope.rewrite()  # the helper itself need not be there
        syntax.keep_spelling(trace.tree, trace.source.lines)
        bound: dict[str, Wire | ast.expr] = {
            n: wires[n] or builder.texts.of(a) for n, a in arguments.items()
        }
        pieces: dict[str, Wire] = {n: w for n, w in bound.items() if isinstance(w, Display)}
        inner = Scope(
            trace,
            Point(set(bound), pieces),
            bound=bound,
            callees=scope.callees,
            assumed=scope.assumed,
            rounded=scope.rounded,
            asked=scope.asked,
            rewritten=scope.rewritten,
            current=scope.current,
        )
        return WireBuilder(inner, self.user_call).build(body)

    def paired(
        self,
        sample: Any,
        node: ast.Call,
        trace: Trace,
        arguments: dict[str, ast.expr],
        wires: dict[str, Wire | None],
        builder: WireBuilder,
    ) -> Wire | None:
        """Return the wire of a helper with a pair of its own; None if it only tells of what it is given."""
        names = [*parameters_of(trace.tree), *outer_names(trace)]
        inputs = [n for n in names if wires.get(n) is not None]
        key = (trace, *inputs)
        tree = next((n for n in inputs if is_tree(trace.values.get(n))), None)
        if tree is not None and key in self.known and self.known[key].made is None:
            what = f"{trace.label} calls itself for the dicts in {tree}: each has a gradient of another structure"
            advice = (
                "Make them objects of a class: the nodes of such a tree are followed one by one."
            )
            return unsupported(node, sample, builder.scope.trace.source.refuse(node, what, advice))
        try:
            if key not in self.known:
                self.known[key] = Helper()  # a recursive call finds it there
                self.known[key].made = self.lower(trace, inputs, self)
            helper = self.known[key]
        except UnsupportedError as error:
            self.known.pop(key, None)
            return unsupported(node, sample, error)
        if helper.made is not None and only_tells(helper.made, builder.scope.trace.run.fact(node)):
            return None
        texts: dict[str, ast.expr] = {
            n: WireRef(w) if (w := wires[n]) is not None else builder.texts.of(a)
            for n, a in arguments.items()
        }
        call = call_text(node, trace, arguments, texts)
        operands = {n: w for n in inputs if (w := wires[n]) is not None}
        return Call(call, sample, node, operands=operands, helper=helper)


def is_real_by_value(trace: Trace, node: ast.AST) -> bool:
    """Return whether a call in an expression gives real or complex numbers: a guard asks for it where it stands."""
    callees = (c for call in calls_in(node) for c in trace.run.fact(call).callees)
    return any(canonical_name(callee) in REAL_BY_VALUE for callee in callees)


def only_tells(circuit: Circuit, called: Fact) -> bool:
    """Return whether a helper gives whole numbers, words or truths without a derivative, and changes nothing."""
    kinds = {kind for kind, _ in called.kinds}
    changed = {name for stage in stages_of(circuit.block) for name in stage.changes}
    return (
        circuit.output is None
        and bool(kinds)
        and kinds <= {"int", "bool", "text"}
        and not changed & {*circuit.parameters, *outer_names(circuit.trace)}
    )


def is_tree(value: Any) -> bool:
    """Return whether a value holds a list of dicts with lists in them, as the nodes of a tree hold their children."""
    nodes = [n for part in parts(value) if isinstance(part, list) for n in part]
    return any(isinstance(v, list) for n in nodes if isinstance(n, dict) for v in n.values())


def written_out(trace: Trace, known: dict[Trace, int] | None = None) -> int:
    """Return how many nodes a one-line helper has with those that it calls written out."""
    known = {} if known is None else known
    if trace not in known:
        known[trace] = LARGEST + 1  # a recursive one is never written out
        size = 0
        for node in syntax.walk(trace.tree):
            size += 1
            inner = trace.run.calls.get(node, ()) if isinstance(node, ast.Call) else ()
            size += sum(written_out(t, known) for t in inner if len(body_of(t)) == 1)
        known[trace] = min(size, LARGEST + 1)
    return known[trace]


def call_text(
    node: ast.expr, trace: Trace, arguments: dict[str, ast.expr], texts: dict[str, ast.expr]
) -> ast.Call:
    """Return the call of a helper: its arguments as the user gives them, or in order where they cannot stay so."""
    func = syntax.name(trace.label)
    assert isinstance(node, ast.Call)
    given = {a: texts[n] for n, a in arguments.items()}
    values = syntax.given(node)
    unread = [arguments[name] for name in trace.settled & arguments.keys()]
    texts = {name: text for name, text in texts.items() if name not in trace.settled}
    if not outer_names(trace) and all(a in given for a in values):
        owner = [t for n, t in texts.items() if arguments[n] is first_of(node, arguments)]
        return ast.Call(
            func,
            [*owner, *(given[a] for a in node.args if a not in unread)],
            [ast.keyword(k.arg, given[k.value]) for k in node.keywords if k.value not in unread],
        )
    args = trace.tree.args
    late = {p.arg for p in args.kwonlyargs}
    found = ast.Call(func, [], [])
    for name, text in texts.items():
        shown = arguments[name]
        if args.vararg and name == args.vararg.arg:
            found.args.extend(parts_of(text) or [ast.Starred(text, ast.Load())])
        elif args.kwarg and name == args.kwarg.arg:
            assert isinstance(shown, ast.Dict)
            values = parts_of(text)
            keys = [str(k.value) for k in shown.keys if isinstance(k, ast.Constant)]
            found.keywords.extend(ast.keyword(k, v) for k, v in zip(keys, values, strict=True))
        elif name in late:
            found.keywords.append(ast.keyword(name, text))
        else:
            found.args.append(text)
    return found


def first_of(node: ast.Call, arguments: dict[str, ast.expr]) -> ast.expr | None:
    """Return the object whose method is called, if the call passes it on."""
    inside = set(ast.walk(node.func))
    return next((a for a in arguments.values() if a in inside), None)


def parts_of(text: ast.expr) -> list[ast.expr]:
    """Return the parts of a display, which may be a wire."""
    if isinstance(text, WireRef):
        text = text.wire.node
    if isinstance(text, ast.Dict):
        return list(text.values)
    return list(text.elts) if isinstance(text, ast.Tuple | ast.List) else []


def body_of(trace: Trace) -> list[ast.stmt]:
    """Return the statements of a function, without its docstring; a lambda is one return."""
    tree = trace.tree
    if isinstance(tree, ast.Lambda):
        return [ast.copy_location(ast.Return(value=tree.body), tree.body)]
    is_told = bool(tree.body) and syntax.bare_string(tree.body[0]) is not None
    return tree.body[1:] if is_told else tree.body


def outer_names(trace: Trace) -> list[str]:
    """Return the variables of an enclosing function that a helper, or what it calls, reads; its own functions aside."""
    return names_outside(trace, {}) if trace.place is not None else []


def names_outside(trace: Trace, known: dict[Trace, list[str]]) -> list[str]:
    """Return the outer names of a function as far as they are not `known`, each helper looked at once."""
    if trace in known:
        return known[trace]
    known[trace] = []  # a recursive call adds nothing
    outer = {} if trace.definer is None else closed_over(trace.function)
    named = [
        name for name, value in outer.items() if not inspect.isroutine(value) or trace.taker(name)
    ]
    found = [trace.run.spliced.get(trace.owner(name), {}).get(name, name) for name in named]
    helpers = [t for t in trace.run.direct(trace) if t.definer is not trace]
    local = set(local_names(trace.tree)) if helpers else set()
    for inner in helpers:
        found.extend(n for n in names_outside(inner, known) if n not in local)
    known[trace] = list(dict.fromkeys(found))
    return known[trace]


def outer_argument(name: str, trace: Trace, builder: WireBuilder) -> ast.expr:
    """Return the expression that reads a variable of an enclosing function."""
    value = outer_value(name, trace)
    node = syntax.name(name)
    builder.resolver.see(node, value)
    trace.values.setdefault(name, value)
    return node


def outer_value(name: str, trace: Trace) -> Any:
    """Return a sample of a variable of an enclosing function."""
    for one in trace.run.helpers(trace):
        for own, value in closed_over(one.function).items():
            names = {} if one.definer is None else trace.run.spliced.get(one.owner(own), {})
            if names.get(own, own) == name:
                return value
    return MISSING


def unsupported(node: ast.Call, sample: Any, problem: UnsupportedError) -> Unsupported:
    """Return the wire of a call that raises once its gradient is wanted."""
    return Unsupported(node, sample, node, problem=problem)


def is_shorter_paired(trace: Trace, body: ast.expr, inputs: list[str]) -> bool:
    """Return whether a one-line helper that several calls share makes several items, as the right side of a system of
    differential equations does, and takes fewer lines as a pair of its own than written out: two for each read of what
    has a gradient, at every call.
    """
    made = body.args[0] if isinstance(body, ast.Call) and body.args else body
    if trace.sites < 2 or not isinstance(made, ast.List | ast.Tuple) or len(made.elts) < 2:
        return False
    reads = sum(name in inputs for name in syntax.mentioned(body))
    return 2 * trace.sites * reads > OWN_PAIR + reads + trace.sites * (len(inputs) + 1)


def is_plain(body: ast.expr) -> bool:
    """Return whether an expression can be written out in place of a call."""
    return not syntax.has(body, ast.NamedExpr, ast.Lambda, ast.Yield, ast.Await)
