"""Calls of user functions: a call goes in; out comes the wire of a one-liner written out, or of a helper with a pair of its own."""

from __future__ import annotations

import ast
import inspect
from typing import TYPE_CHECKING

from codegen import expr
from codegen.circuit import Helper, Wire, WireRef
from codegen.errors import UnsupportedError
from codegen.trace.effects import Effects
from codegen.trace.facts import has_float, kind_of
from codegen.trace.run import Trace
from codegen.trace.wires import Scope, WireBuilder

if TYPE_CHECKING:
    from codegen.trace.lower import Lowering


class Calls(Effects):
    """The part of a lowering that follows calls."""

    def lowering(self, trace: Trace, inputs: list[str]) -> Lowering:
        """Return the lowering of a helper function."""
        raise NotImplementedError

    def user_call(
        self, placeholder: Wire, node: ast.Call, trace: Trace, scope: Scope
    ) -> Wire | None:
        """Return the wire of a call of a user function: inlined if it is one line, else a helper with a pair of its own."""
        arguments = bound_arguments(node, trace)
        if arguments is None:
            return unsupported(
                placeholder,
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
        if (
            len(body) == 1
            and isinstance(body[0], ast.Return)
            and body[0].value is not None
            and is_plain(body[0].value)
            and not self.draws(body[0].value)
        ):
            return self.inlined(body[0].value, trace, arguments, wires, builder)
        return self.paired(placeholder, trace, arguments, wires, builder)

    def inlined(
        self,
        body: ast.expr,
        trace: Trace,
        arguments: dict[str, ast.expr],
        wires: dict[str, Wire | None],
        builder: WireBuilder,
    ) -> Wire | None:
        """Return the wire of a one-line helper, written out."""
        expr.keep_spelling(trace.tree, trace.source.lines)
        bound: dict[str, Wire | ast.expr] = {
            n: wires[n] or builder.text(a, {}) for n, a in arguments.items()
        }
        inner = Scope(
            trace,
            set(bound),
            {n: w for n, w in bound.items() if isinstance(w, Wire) and w.kind == "display"},
            bound=bound,
        )
        return WireBuilder(inner, self.user_call).build(body)

    def paired(
        self,
        placeholder: Wire,
        trace: Trace,
        arguments: dict[str, ast.expr],
        wires: dict[str, Wire | None],
        builder: WireBuilder,
    ) -> Wire:
        """Return the wire of a helper that gets a forward and a backward pass of its own."""
        names = [*parameters_of(trace.tree), *outer_names(trace)]
        inputs = [n for n in names if wires.get(n) is not None]
        key = (id(trace), *inputs)
        try:
            if key not in self.known:
                self.known[key] = self.lowering(trace, inputs)
                self.known[key].circuit()
            circuit = self.known[key].started()
        except UnsupportedError as error:
            self.known.pop(key, None)
            return unsupported(placeholder, error)
        texts: dict[str, ast.expr] = {
            n: WireRef(w) if (w := wires[n]) is not None else builder.text(a, {})
            for n, a in arguments.items()
        }
        call = call_text(placeholder.node, trace, arguments, texts)
        placeholder.operands = {n: w for n in inputs if (w := wires[n]) is not None}
        placeholder.helper = Helper(circuit, call)
        placeholder.node = call
        return placeholder


def call_text(
    node: ast.expr, trace: Trace, arguments: dict[str, ast.expr], texts: dict[str, ast.expr]
) -> ast.Call:
    """Return the call of a helper: its arguments as the user gives them, or in order if variables of an outer function follow."""
    func = expr.name(trace.source.name)
    assert isinstance(node, ast.Call)
    if outer_names(trace):
        return ast.Call(func, list(texts.values()), [])
    given = {id(a): texts[n] for n, a in arguments.items()}
    return ast.Call(
        func,
        [given[id(a)] for a in node.args],
        [ast.keyword(k.arg, given[id(k.value)]) for k in node.keywords],
    )


def body_of(trace: Trace) -> list[ast.stmt]:
    """Return the statements of a function, without its docstring; a lambda is one return."""
    tree = trace.tree
    if isinstance(tree, ast.Lambda):
        return [ast.copy_location(ast.Return(value=tree.body), tree.body)]
    body = tree.body
    if (
        body
        and isinstance(body[0], ast.Expr)
        and isinstance(body[0].value, ast.Constant)
        and isinstance(body[0].value.value, str)
    ):
        return body[1:]
    return body


def parameters_of(tree: ast.FunctionDef | ast.Lambda) -> list[str]:
    """Return the names of all parameters in order."""
    a = tree.args
    plain = [p.arg for p in (*a.posonlyargs, *a.args)]
    return (
        plain
        + ([a.vararg.arg] if a.vararg else [])
        + [p.arg for p in a.kwonlyargs]
        + ([a.kwarg.arg] if a.kwarg else [])
    )


def outer_names(trace: Trace) -> list[str]:
    """Return the variables of an enclosing function that a helper reads, functions aside."""
    if trace.place is None:
        return []
    cells = zip(trace.function.__code__.co_freevars, trace.function.__closure__ or (), strict=True)
    found = []
    for name, cell in cells:
        try:
            value = cell.cell_contents
        except ValueError:
            continue
        if not inspect.isroutine(value):
            found.append(name)
    return found


def outer_argument(name: str, trace: Trace, builder: WireBuilder) -> ast.expr:
    """Return the expression that reads a variable of an enclosing function."""
    cells = dict(
        zip(trace.function.__code__.co_freevars, trace.function.__closure__ or (), strict=True)
    )
    value = cells[name].cell_contents
    node = expr.name(name)
    if (
        not builder.is_active(name)
        and not has_float(value)
        and kind_of(value)[0] in ("int", "bool", "text", "none")
    ):
        trace.values.setdefault(name, value)
    builder.see(node, value)
    trace.values.setdefault(name, value)
    return node


def unsupported(wire: Wire, problem: UnsupportedError) -> Wire:
    """Return `wire` as one that raises once its gradient is wanted."""
    wire.kind, wire.problem = "unsupported", problem
    return wire


def is_plain(body: ast.expr) -> bool:
    """Return whether an expression can be written out in place of a call."""
    return not any(
        isinstance(n, ast.NamedExpr | ast.Lambda | ast.Yield | ast.Await) for n in ast.walk(body)
    )


def bound_arguments(node: ast.Call, trace: Trace) -> dict[str, ast.expr] | None:
    """Return the argument for each parameter of a call, defaults as literals; None if they cannot be told apart."""
    args = trace.tree.args
    if (
        args.vararg
        or args.kwarg
        or any(isinstance(a, ast.Starred) for a in node.args)
        or any(k.arg is None for k in node.keywords)
    ):
        return None
    plain_names = [p.arg for p in (*args.posonlyargs, *args.args)]
    found: dict[str, ast.expr] = dict(zip(plain_names, node.args, strict=False))
    found.update({str(k.arg): k.value for k in node.keywords})
    for name in parameters_of(trace.tree):
        if name not in found:
            value = trace.values.get(name)
            if kind_of(value)[0] not in ("float", "int", "bool", "text", "none") or hasattr(
                value, "dtype"
            ):
                return None
            found[name] = ast.Constant(value=value)
    return {name: found[name] for name in parameters_of(trace.tree)}
