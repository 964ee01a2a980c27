"""Lowering: a trace goes in, the circuit comes out: the tree of stages, each with its wire.

What is differentiable is decided here: a name is active from the statement on that binds it to a wire.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from codegen import expr
from codegen.circuit import Block, Circuit, Helper, Stage, Wire, WireRef
from codegen.errors import UnsupportedError
from codegen.trace.facts import has_float, kind_of
from codegen.trace.run import Trace
from codegen.trace.wires import Scope, WireBuilder


def lower(trace: Trace, inputs: Sequence[str]) -> Circuit:
    """Return the circuit of a traced function for the given differentiable inputs."""
    return Lowering(trace, inputs).circuit()


def body_of(trace: Trace) -> list[ast.stmt]:
    """Return the statements of a function, without its docstring; a lambda is one return."""
    tree = trace.tree
    if isinstance(tree, ast.Lambda):
        return [ast.copy_location(ast.Return(value=tree.body), tree.body)]
    body = tree.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and isinstance(body[0].value.value, str):
        return body[1:]
    return body


def parameters_of(tree: ast.FunctionDef | ast.Lambda) -> list[str]:
    """Return the names of all parameters in order."""
    a = tree.args
    plain = [p.arg for p in (*a.posonlyargs, *a.args)]
    return plain + ([a.vararg.arg] if a.vararg else []) + [p.arg for p in a.kwonlyargs] + ([a.kwarg.arg] if a.kwarg else [])


class Lowering:
    """Lowers one function."""

    def __init__(self, trace: Trace, inputs: Sequence[str]) -> None:
        self.trace = trace
        self.inputs = list(inputs)
        self.scope = Scope(trace, set(inputs))
        self.items: list[Stage] = []
        tree = trace.tree
        expr.keep_spelling(tree, trace.source.lines)
        self.names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} | set(parameters_of(tree))
        self.rebinds = count_bindings(tree)
        self.output: Wire | None = None
        self.output_node: ast.expr | None = None

    def circuit(self) -> Circuit:
        """Return the circuit of the whole function."""
        body = body_of(self.trace)
        for statement in body:
            self.statement(statement)
            if isinstance(statement, ast.Return):
                break
        parameters = parameters_of(self.trace.tree)
        return Circuit(
            self.trace.source.name,
            parameters,
            self.inputs,
            dict(self.trace.values),
            Block(list(self.items)),
            self.output,
            self.output_node,
            self.trace,
            self.names,
        )

    def builder(self) -> WireBuilder:
        """Return a builder for the next statement."""
        return WireBuilder(self.scope, self.user_call)

    def refuse(self, node: ast.AST, message: str, advice: str | None = None) -> UnsupportedError:
        """Return the error that refuses `node`."""
        return self.trace.source.refuse(node, message, advice)

    # ---- statements

    def statement(self, node: ast.stmt) -> None:
        """Lower one statement."""
        match node:
            case ast.Assign():
                self.walruses(node.value, node)
                self.assign(node)
            case ast.AnnAssign():
                if node.value is not None:
                    self.walruses(node.value, node)
                    self.bind_all([node.target], node.value, node)
            case ast.AugAssign():
                self.walruses(node.value, node)
                self.augmented(node)
            case ast.Return():
                self.returned(node)
            case ast.Expr():
                self.walruses(node.value, node)
                self.bare(node)
            case ast.Pass() | ast.Import() | ast.ImportFrom() | ast.Assert() | ast.Global() | ast.Nonlocal():
                self.passive(node)
            case ast.FunctionDef():
                self.passive(node)
            case _:
                self.compound(node)

    def passive(self, node: ast.stmt) -> None:
        """Keep a statement as it is."""
        self.forget(expr.stores(node))
        self.items.append(Stage(expr.name("_"), None, node))

    def compound(self, node: ast.stmt) -> None:
        """Keep a compound statement that touches nothing differentiable; refuse others."""
        touched = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} & self.scope.active
        inner_return = any(isinstance(n, ast.Return) for n in ast.walk(node))
        if touched or inner_return:
            kind = type(node).__name__.lower()
            raise self.refuse(node, f"a {kind} statement over traced values is not supported yet")
        self.passive(node)

    def walruses(self, node: ast.expr, statement: ast.stmt) -> None:
        """Bind the names that `:=` binds inside an expression, before the expression itself."""
        for part in ast.walk(node):
            if isinstance(part, ast.NamedExpr):
                self.bind(expr.name(part.target.id), part.value, statement, self.builder())

    def assign(self, node: ast.Assign) -> None:
        """Lower `a = b = value`."""
        self.bind_all(node.targets, node.value, node)

    def bind_all(self, targets: Sequence[ast.expr], value: ast.expr, node: ast.stmt) -> None:
        """Bind one value to all targets, from the left."""
        self.bind(targets[0], value, node, self.builder())
        first = targets[0]
        for target in targets[1:]:
            if isinstance(first, ast.Name):
                source = expr.name(first.id)
                self.trace.run.facts[id(source)] = self.trace.run.fact(value)
                self.bind(target, source, node, self.builder())
            else:
                self.bind(target, value, node, self.builder())

    def bind(self, target: ast.expr, value: ast.expr, node: ast.stmt, builder: WireBuilder) -> None:
        """Bind a value to one target."""
        if isinstance(target, ast.Tuple | ast.List):
            self.unpack(target, value, node, builder)
            return
        wire = builder.build(value)
        if isinstance(target, ast.Name):
            self.bind_name(target, wire, node)
        elif wire is not None or self.is_active_target(target):
            self.store(target, value, wire, node)
        else:
            self.items.append(Stage(target, None, node))

    def bind_name(self, target: ast.expr, wire: Wire | None, node: ast.stmt) -> None:
        """Bind a wire, or a passive value, to a name."""
        assert isinstance(target, ast.Name)
        identifier = target.id
        if wire is None:
            self.forget([identifier])
            self.items.append(Stage(expr.name(identifier), None, node))
            return
        if wire.kind == "display" and self.known(wire):
            wire = self.pieces(identifier, wire, node)
            self.forget([identifier])
            self.scope.structs[identifier] = wire
            self.scope.active.add(identifier)
            return
        self.forget([identifier])
        self.items.append(Stage(expr.name(identifier), wire, node))
        self.scope.active.add(identifier)

    def forget(self, names: Sequence[str]) -> None:
        """Take names out of what is active or known piece by piece."""
        for one in names:
            self.scope.active.discard(one)
            self.scope.structs.pop(one, None)

    def known(self, wire: Wire) -> bool:
        """Return whether a container is known piece by piece."""
        return wire.kind == "display"

    def pieces(self, identifier: str, wire: Wire, node: ast.stmt) -> Wire:
        """Give each part of a new container a name, so that later reads find it; return the container's wire."""
        named: dict[str, Wire] = {}
        changed = False
        for key, part in wire.operands.items():
            if part.kind == "display":
                named[key] = self.pieces(f"{identifier}_{plain(key)}", part, node)
                continue
            if part.kind == "name" and part.name and self.rebinds.get(part.name, 0) <= 1:
                named[key] = part
                continue
            own = self.free(f"{identifier}_{plain(key)}" if not key.isdigit() else f"{identifier}{key}")
            self.items.append(Stage(expr.name(own), part, node, rewritten=True))
            self.scope.active.add(own)
            named[key] = Wire("name", expr.name(own), part.sample, part.origin, name=own)
            changed = True
        parts = {id(ref.wire): named[key] for key, ref in self.refs_of(wire)}
        text = expr.rewrite(wire.node, lambda p: WireRef(parts[id(p.wire)]) if isinstance(p, WireRef) and id(p.wire) in parts else None)
        fresh = Wire("display", text, wire.sample, wire.origin, operands=named, statics=wire.statics)
        if "_" not in identifier or identifier in self.names:
            self.items.append(Stage(expr.name(identifier), fresh, node, rewritten=changed, extra="struct"))
        return fresh

    def refs_of(self, wire: Wire) -> Iterator[tuple[str, WireRef]]:
        """Yield the places of a container's parts in its text."""
        by_wire = {id(part): key for key, part in wire.operands.items()}
        for node in walk(wire.node):
            if isinstance(node, WireRef) and id(node.wire) in by_wire:
                yield by_wire[id(node.wire)], node

    def free(self, wanted: str) -> str:
        """Return a name that the function does not use, and take it."""
        found, k = wanted, 2
        while found in self.names:
            found, k = f"{wanted}_{k}", k + 1
        self.names.add(found)
        return found

    def unpack(self, target: ast.Tuple | ast.List, value: ast.expr, node: ast.stmt, builder: WireBuilder) -> None:
        """Bind the parts of a value to the parts of a target."""
        if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts) and not any(isinstance(e, ast.Starred) for e in (*value.elts, *target.elts)):
            self.parallel(target.elts, value.elts, node)
            return
        wire = builder.build(value)
        if wire is None:
            self.forget(expr.stores(target))
            self.items.append(Stage(target, None, node))
            return
        if wire.kind == "display":
            self.unpack_display(target, wire, node)
        elif wire.kind == "name" or (isinstance(wire.sample, np_array()) and not isinstance(value, ast.Call)):
            self.unpack_items(target, value, wire, node)
        else:
            self.unpack_many(target, wire, node)

    def unpack_display(self, target: ast.Tuple | ast.List, wire: Wire, node: ast.stmt) -> None:
        """Bind the parts of a known container."""
        count = len(wire.sample)
        star = next((i for i, e in enumerate(target.elts) if isinstance(e, ast.Starred)), None)
        if star is not None:
            raise self.refuse(node, "a starred target over traced values is not supported yet", "Use slices.")
        for part, key in zip(target.elts, map(str, range(count)), strict=True):
            inner = wire.operands.get(key)
            if isinstance(part, ast.Tuple | ast.List):
                assert inner is not None
                self.unpack_display(part, inner, node)
            else:
                self.bind_name(part, inner, node)

    def unpack_items(self, target: ast.Tuple | ast.List, value: ast.expr, wire: Wire, node: ast.stmt) -> None:
        """Bind the items of a container or array variable, each as an index of its own."""
        count = len(wire.sample)
        star = next((i for i, e in enumerate(target.elts) if isinstance(e, ast.Starred)), None)
        for i, part in enumerate(target.elts):
            if isinstance(part, ast.Starred):
                stop = i - len(target.elts) + 1
                upper = ast.Constant(value=stop) if stop else None
                key: ast.expr = ast.Slice(lower=ast.Constant(value=i) if i else None, upper=upper)
                sample = wire.sample[i : count + stop]
                part = part.value
            else:
                at = i if star is None or i < star else i - len(target.elts)
                key = ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=-at)) if at < 0 else ast.Constant(value=at)
                sample = wire.sample[at]
            item = ast.copy_location(ast.Subscript(value=value, slice=key, ctx=ast.Load()), value)
            self.see(item, sample)
            if isinstance(key, ast.Slice):
                self.see(key, slice(i, count + stop))
            self.bind(part, item, node, self.builder())

    def see(self, node: ast.expr, sample: Any) -> None:
        """Give a made-up expression the fact it would have had."""
        from codegen.trace.wires import fact_of

        self.trace.run.facts[id(node)] = fact_of(sample)
        self.kept = [*getattr(self, "kept", []), node]

    def unpack_many(self, target: ast.Tuple | ast.List, wire: Wire, node: ast.stmt) -> None:
        """Bind the values of a gate or helper that returns several."""
        if not all(isinstance(e, ast.Name) for e in target.elts):
            raise self.refuse(node, "nested targets for a call with several values are not supported", "Unpack in two steps.")
        names = [e.id for e in target.elts if isinstance(e, ast.Name)]
        self.forget(names)
        self.items.append(Stage(expr.rewrite(target, lambda p: None), wire, node))
        for identifier, sample in zip(names, wire.sample, strict=True):
            if has_float(sample):
                self.scope.active.add(identifier)

    def parallel(self, targets: Sequence[ast.expr], values: Sequence[ast.expr], node: ast.stmt) -> None:
        """Bind several values at once: one after the other where no value reads an earlier target."""
        bound: set[str] = set()
        clash = False
        for target, value in zip(targets, values, strict=True):
            clash = clash or bool(bound & set(expr.reads(value)))
            bound |= set(expr.stores(target)) | ({n.id for n in ast.walk(target) if isinstance(n, ast.Name)} if not isinstance(target, ast.Name) else set())
        if not clash:
            for target, value in zip(targets, values, strict=True):
                self.bind(target, value, node, self.builder())
            return
        held: list[tuple[ast.expr, ast.expr]] = []
        builder = self.builder()
        for target, value in zip(targets, values, strict=True):
            own = self.free(f"next_{target.id}" if isinstance(target, ast.Name) else "value")
            wire = builder.build(value)
            self.items.append(Stage(expr.name(own), wire or Wire("passive", builder.text(value, {}), None, value), node, rewritten=True) if wire else passive_copy(own, builder.text(value, {}), node))
            if wire is not None:
                self.scope.active.add(own)
            read = expr.name(own)
            self.see(read, builder.resolver.value(value))
            held.append((target, read))
        for target, read in held:
            before = len(self.items)
            self.bind(target, read, node, self.builder())
            for item in self.items[before:]:
                item.rewritten = True
                if item.wire is None:
                    item.extra = f"{expr.show(target)} = {expr.show(read)}"

    def augmented(self, node: ast.AugAssign) -> None:
        """Lower `x += value`: in the backward pass it counts as `x = x + value`."""
        builder = self.builder()
        if not isinstance(node.target, ast.Name):
            wire = builder.build(node.value)
            if wire is None and not self.is_active_target(node.target):
                self.items.append(Stage(node.target, None, node))
                return
            self.store(node.target, node.value, wire, node)
            return
        left = expr.name(node.target.id)
        ast.copy_location(left, node.target)
        sample = self.trace.run.fact(node).sample
        change = self.trace.run.fact(node)
        combined = ast.copy_location(ast.BinOp(left=left, op=node.op, right=node.value), node)
        ast.copy_location(left, node)
        self.sample_update(node, left, combined)
        del sample
        wire = builder.build(combined)
        if wire is None:
            if node.target.id in self.scope.active:
                raise self.refuse(node, "this update of a traced value is not supported")
            self.items.append(Stage(expr.name(node.target.id), None, node))
            return
        others = {n for n in change.shares if n != node.target.id}
        live = [n for n in sorted(others) if n in self.scope.active or n in self.scope.structs]
        if live:
            raise self.refuse(node, f"{node.target.id} is changed in place while {live[0]} shares its memory", f"Write {node.target.id} = {node.target.id} ... to make a new array.")
        self.forget([node.target.id])
        self.items.append(Stage(expr.name(node.target.id), wire, node, update=True))
        self.scope.active.add(node.target.id)

    def sample_update(self, node: ast.AugAssign, left: ast.expr, combined: ast.expr) -> None:
        """Give `x` and `x + value` of an augmented assignment their sample values."""
        assert isinstance(node.target, ast.Name)
        before = self.trace.run.fact(node).sample
        value = self.builder().resolver.value(node.value)
        self.see(left, before)
        try:
            result = eval(compile(ast.fix_missing_locations(ast.Expression(body=ast.BinOp(left=expr.name("a"), op=node.op, right=expr.name("b")))), "", "eval"), {"a": before, "b": value})  # noqa: S307  # two sample values and one operator
        except Exception as error:
            raise self.refuse(node, f"the update could not be followed: {error}") from error
        self.see(combined, result)

    def is_active_target(self, target: ast.expr) -> bool:
        """Return whether an item assignment changes something active."""
        base = target
        while isinstance(base, ast.Subscript | ast.Attribute):
            base = base.value
        return isinstance(base, ast.Name) and base.id in self.scope.active

    def store(self, target: ast.expr, value: ast.expr, wire: Wire | None, node: ast.stmt) -> None:
        """Lower an assignment to an item."""
        raise self.refuse(node, "assignment to an item of a traced value is not supported yet")

    def bare(self, node: ast.Expr) -> None:
        """Lower an expression statement."""
        value = node.value
        if isinstance(value, ast.Call):
            fact = self.trace.run.fact(value)
            touched = [n for n in sorted(fact.shares) if n in self.scope.active]
            if touched:
                raise self.refuse(node, f"a call that changes {touched[0]} in place is not supported yet")
        self.items.append(Stage(expr.name("_"), None, node))

    def returned(self, node: ast.Return) -> None:
        """Lower the return statement."""
        if node.value is None:
            raise self.refuse(node, "the function returns nothing")
        self.walruses(node.value, node)
        builder = self.builder()
        self.output = builder.build(node.value)
        self.output_node = builder.text(node.value, {})
        self.items.append(Stage(expr.name("return"), self.output, node, rewritten=True))

    # ---- calls of user functions

    def user_call(self, placeholder: Wire, node: ast.Call, trace: Trace, scope: Scope) -> Wire | None:
        """Return the wire of a call of a user function: inlined if it is one line, else a helper with a pair of its own."""
        arguments = bound_arguments(node, trace)
        if arguments is None:
            return unsupported(placeholder, scope.trace.source.refuse(node, "this way of calling a helper function is not supported", "Pass its arguments one by one."))
        builder = WireBuilder(scope, self.user_call)
        body = body_of(trace)
        wires = {name: builder.build(value) for name, value in arguments.items()}
        if not any(wires.values()):
            return None
        if len(body) == 1 and isinstance(body[0], ast.Return) and body[0].value is not None and is_plain(body[0].value):
            return self.inlined(body[0].value, trace, arguments, wires, builder)
        return self.paired(placeholder, trace, arguments, wires, builder)

    def inlined(self, body: ast.expr, trace: Trace, arguments: dict[str, ast.expr], wires: dict[str, Wire | None], builder: WireBuilder) -> Wire | None:
        """Return the wire of a one-line helper, written out."""
        expr.keep_spelling(trace.tree, trace.source.lines)
        bound: dict[str, Wire | ast.expr] = {n: wires[n] or builder.text(a, {}) for n, a in arguments.items()}
        inner = Scope(trace, set(bound), {n: w for n, w in bound.items() if isinstance(w, Wire) and w.kind == "display"}, bound=bound)
        return WireBuilder(inner, self.user_call).build(body)

    def paired(self, placeholder: Wire, trace: Trace, arguments: dict[str, ast.expr], wires: dict[str, Wire | None], builder: WireBuilder) -> Wire:
        """Return the wire of a helper that gets a forward and a backward pass of its own."""
        inputs = [n for n in parameters_of(trace.tree) if wires.get(n) is not None]
        try:
            circuit = Lowering(trace, inputs).circuit()
        except UnsupportedError as error:
            return unsupported(placeholder, error)
        texts = [WireRef(w) if (w := wires[n]) is not None else builder.text(a, {}) for n, a in arguments.items()]
        placeholder.operands = {n: w for n in inputs if (w := wires[n]) is not None}
        placeholder.helper = Helper(circuit, list(texts))
        placeholder.node = ast.Call(func=expr.name(trace.source.name), args=list(texts), keywords=[])
        return placeholder


def np_array() -> type:
    """Return the type of arrays."""
    import numpy as np

    return np.ndarray


def passive_copy(own: str, text: ast.expr, node: ast.stmt) -> Stage:
    """Return a stage that holds a passive value under a new name."""
    return Stage(expr.name(own), None, node, rewritten=True, extra=f"{own} = {expr.show(text)}")


def unsupported(wire: Wire, problem: UnsupportedError) -> Wire:
    """Return `wire` as one that raises once its gradient is wanted."""
    wire.kind, wire.problem = "unsupported", problem
    return wire


def is_plain(body: ast.expr) -> bool:
    """Return whether an expression can be written out in place of a call."""
    return not any(isinstance(n, ast.NamedExpr | ast.Lambda | ast.Yield | ast.Await) for n in ast.walk(body))


def bound_arguments(node: ast.Call, trace: Trace) -> dict[str, ast.expr] | None:
    """Return the argument for each parameter of a call, defaults as literals; None if they cannot be told apart."""
    args = trace.tree.args
    if args.vararg or args.kwarg or any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
        return None
    plain_names = [p.arg for p in (*args.posonlyargs, *args.args)]
    found: dict[str, ast.expr] = dict(zip(plain_names, node.args, strict=False))
    found.update({str(k.arg): k.value for k in node.keywords})
    for name in parameters_of(trace.tree):
        if name not in found:
            value = trace.values.get(name)
            if kind_of(value)[0] not in ("float", "int", "bool", "text", "none") or hasattr(value, "dtype"):
                return None
            found[name] = ast.Constant(value=value)
    return {name: found[name] for name in parameters_of(trace.tree)}


def count_bindings(tree: ast.AST) -> dict[str, int]:
    """Return how often each name is bound in a function, parameters included."""
    counts: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            counts[node.id] = counts.get(node.id, 0) + 1
        elif isinstance(node, ast.arg):
            counts[node.arg] = counts.get(node.arg, 0) + 1
    return counts


def plain(key: str) -> str:
    """Return a container key as part of a name."""
    return "".join(c if c.isalnum() else "_" for c in key).strip("_") or "part"


def walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield all parts of a tree, not looking into wires."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        yield from walk(child)
