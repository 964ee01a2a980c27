"""Breaking lines into gates: the run of a function goes in, every gate that worked in it comes out, trip by trip.

Gates are told one by one, fused as the table fuses them, or one for each line.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any, TypeGuard

from codegen import syntax
from codegen.gates.evaluate import evaluate
from codegen.handout.circuit.diagram import Gate
from codegen.handout.circuit.labels import index_label, label_of, label_of_input, short
from codegen.handout.circuit.rules import bound_nodes, matches, replaced, rule_for
from codegen.handout.recording import Rebound, Recording, Trip, Trips, Visit
from codegen.handout.recording.active import changed_by, is_passive, stored_names
from codegen.handout.recording.running import part_of
from codegen.pairs import backward_name, forward_name
from codegen.pytree import Attribute, is_record
from codegen.trace.paths import path_of

CARRIED, NEXT = "↻", "next"


class Breakdown:
    """Breaks one run into gates, and keeps them in the order in which they worked."""

    def __init__(
        self, recording: Recording, detail: str, operands: list[Any] | None = None
    ) -> None:
        self.recording = recording
        self.detail = detail
        self.gates: list[Gate] = []
        self.of_name: dict[str, int] = {}
        self.of_item: dict[str, int] = {}
        self.trees: dict[int, ast.expr] = {}
        self.containers = {
            n: value
            for n in recording.wrt
            if isinstance(value := recording.value_of(n), list | tuple | dict) or is_record(value)
        }
        self.visit: Visit | None = None
        self.started = 0
        self.begun: dict[tuple[Trips, int], dict[str, int]] = {}
        self.rules: dict[object, Any] = {}
        if operands is not None:
            self.containers = {}
            self.of_name = {f"_{i}": self.input(f"_{i}", v, None) for i, v in enumerate(operands)}
            return
        for name in recording.wrt:
            if name not in self.containers:
                self.of_name[name] = self.input(
                    name, recording.value_of(name), recording.gradients[name]
                )

    def run(self) -> Breakdown:
        for event in self.recording.events:
            if isinstance(event, Trip):
                self.trip(event)
            elif isinstance(event, Rebound):
                for name in event.names:
                    self.of_name.pop(name, None)
            else:
                self.take(event)
        return self

    def input(self, text: str, value: Any, gradient: Any) -> int:
        name = label_of_input(text)
        self.gates.append(Gate(len(self.gates), name, "input", name, text, 0, (), value, gradient))
        return len(self.gates) - 1

    def add(
        self,
        label: str,
        kind: str,
        name: str,
        text: str,
        operands: tuple[int, ...],
        value: Any,
        **more: Any,
    ) -> int:
        visit = self.visit
        assert visit is not None
        number = len(self.gates)
        place: dict[str, Any] = {"boxes": visit.stage.loops, "order": number - self.started}
        place |= {"trips": visit.trips, "trip": self.recording.trip_text(visit.trips)}
        self.gates.append(
            Gate(
                number, label, kind, name, text, visit.stage.number, operands, value, **place | more
            )
        )
        return number

    # ---- loops

    def trip(self, trip: Trip) -> None:
        """Add a gate for each name that the trip before hands to this one, and for what its header takes out."""
        inside = [s for s in self.recording.stages if trip.key in s.loops]
        if not inside:
            return
        outer = tuple(inside[0].loops[: inside[0].loops.index(trip.key) + 1])
        stage = replace(inside[0], loops=outer)
        self.visit = Visit(stage, trip.trips, trip.before, {})
        self.started = len(self.gates)
        stored = {n for s in inside for n in stored_names(s.statement)}
        begun = self.begun.setdefault((trip.trips[:-1], trip.key), {})
        if trip.trips[-1][1] == 1:
            begun.clear()
            begun.update({n: self.of_name[n] for n in stored if n in self.of_name})
        for name in self.recording.carried.get(trip.key, ()):
            first = self.of_name.get(name)
            if first is None or name not in stored:
                continue
            start = begun.get(name)
            text = f"{name} of the trip before"
            if start is not None:
                text += f"; at first {self.gates[start].name or self.gates[start].text}"
            self.of_name[name] = self.add(
                CARRIED, "carried", name, text, (first,), trip.before.get(name), begun=start
            )
        if isinstance(trip.loop, ast.For):
            self.taken(trip.loop.target, trip.loop.iter, trip.trips[-1][1] - 1)
        self.visit = None

    def taken(self, target: ast.expr, source: ast.expr, k: int) -> None:
        """Bind what the header of a loop takes out of what it runs over, in the trip of number `k`, from 0."""
        for one, items in syntax.items_of_loop(target, source):
            self.item_taken(one, items, k)

    def item_taken(self, target: ast.expr, source: ast.expr, k: int) -> None:
        """Bind item `k` of one container."""
        match source:
            case ast.Call(func=ast.Name(id="reversed"), args=[inner]):
                self.taken(target, inner, -k - 1)
                return
            case ast.Call(func=ast.Name(id="list" | "tuple"), args=[inner]):
                self.taken(target, inner, k)
                return
            case ast.Call(func=ast.Attribute(value=inner, attr="values" | "items" as which)):
                keys = list(self.value(inner) or ())
                if which == "items" and isinstance(target, ast.Tuple):
                    target = target.elts[-1]
                self.picked(target, inner, keys[k])
                return
        if isinstance(source, ast.Name | ast.Attribute | ast.Subscript):
            self.picked(target, source, k)

    def picked(self, target: ast.expr, source: ast.expr, key: Any) -> None:
        """Bind one item of what a loop runs over."""
        item = syntax.index(source, syntax.constant(key))
        number = self.gate(item)
        if number is None:
            for name in stored_names(ast.Assign([target], item)):
                self.of_name.pop(name, None)
            return
        gate = self.gates[number]
        if gate.kind == "gate" and not gate.name and number >= self.started:
            self.gates[number] = replace(gate, label=NEXT)
        self.bind(target, number)

    # ---- lines

    def take(self, visit: Visit) -> None:
        self.visit, self.started = visit, len(self.gates)
        statement = visit.stage.statement
        value = getattr(statement, "value", None)
        if isinstance(statement, ast.Expr) and isinstance(value, ast.Call):
            self.changed(value)
        elif isinstance(statement, ast.AugAssign):
            value = ast.BinOp(syntax.loaded(statement.target), statement.op, statement.value)
            self.bind(statement.target, self.gate(value))
        elif isinstance(statement, ast.Assign):
            self.assigned(statement)
        self.visit = None

    def assigned(self, statement: ast.Assign) -> None:
        """Add the gates of an assignment; `a, b = c, d` is two of them."""
        values = display(statement.value)
        for target in statement.targets:
            names = display(target)
            if values and len(names) == len(values):
                numbers = [self.gate(v) for v in values]
                for name, number in zip(names, numbers, strict=True):
                    self.bind(name, number)
            else:
                self.bind(target, self.gate(statement.value))

    def bind(self, target: ast.expr, number: int | None) -> None:
        if isinstance(target, ast.Name):
            if number is None:
                self.of_name.pop(target.id, None)
                return
            gate = self.gates[number]
            if not gate.name and gate.kind != "input" and number >= self.started:
                after = self.visit.after if self.visit is not None else {}
                value = after.get(target.id, gate.value)
                self.gates[number] = replace(gate, name=target.id, value=value)
            self.of_name[target.id] = number
        elif isinstance(target, ast.Tuple | ast.List) and number is not None:
            for i, element in enumerate(target.elts):
                self.bind(element, self.part(number, i))
        elif isinstance(target, ast.Subscript):
            self.stored(target, number)

    def part(self, number: int, i: int) -> int:
        """Return a gate that takes one value out of several."""
        whole = self.gates[number]
        value = part_of(whole.value, i)
        skeleton = syntax.index(syntax.name("_0"), syntax.constant(i))
        return self.add(
            f"[{i}]", "gate", "", f"{whole.text}[{i}]", (number,), value, skeleton=skeleton
        )

    def stored(self, target: ast.Subscript, number: int | None) -> None:
        base = syntax.holder(target)
        if not isinstance(base, ast.Name):
            return
        before = self.of_name.get(base.id)
        operands = tuple(o for o in (before, number) if o is not None)
        if not operands:
            return
        assert self.visit is not None
        label = short(f"{index_label(target.slice)} =")
        text = (
            f"{syntax.show(target)} = {syntax.show(self.tree(number)) if number is not None else 0}"
        )
        ways = {"_store": target, "_kept": before is not None, "_scope": self.scope()}
        value = self.visit.after.get(base.id)
        self.of_name[base.id] = self.add(label, "gate", base.id, text, operands, value, locals=ways)

    def changed(self, call: ast.Call) -> None:
        """Add the gate of a call that changes a variable, such as `ys.append(v)`."""
        target = changed_by(call)
        whole = syntax.holder(target)
        if not isinstance(whole, ast.Name) or self.visit is None:
            return
        base, kept = whole.id, whole.id in self.of_name
        given = [part for part in call.args if part is not target]
        items = children(ast.Call(syntax.constant(0), given, call.keywords))
        found = [(part, self.gate(part)) for part in [*[whole] * kept, *items]]
        active = [(part, number) for part, number in found if number is not None]
        if not active:
            return
        name, ways, skeleton = syntax.called_last(call), dict[str, Any](), None
        if name == "append" and target is whole:
            ways = {"_append": len(active) > kept, "_kept": kept}
        else:
            skeleton = replaced(call, [part for part, _ in active])
            names = self.scope()
            ways = {n: names[n] for n in syntax.reads(skeleton) if n in names}
            ways["_changes"] = "_0" if kept else base
        value = self.visit.after.get(base)
        operands = tuple(number for _, number in active)
        self.of_name[base] = self.add(
            name, "gate", base, syntax.show(call), operands, value, locals=ways, skeleton=skeleton
        )

    # ---- expressions

    def gate(self, node: ast.expr) -> int | None:
        """Return the gate whose wire carries the value of `node`, or None if no differentiable input reaches it."""
        known = self.known(node)
        if known is not None or isinstance(node, ast.Name | ast.Constant) or self.counts(node):
            return known
        if self.detail != "lines":
            node = self.opened(node)
        if isinstance(node, ast.IfExp):
            return self.side(node)
        if self.detail != "lines" and is_conversion(node):
            return self.gate(node.args[0])
        return self.of_parts(node, self.parts(node))

    def of_parts(self, node: ast.expr, parts: list[ast.expr]) -> int | None:
        """Return the gate of `node` on the wires of those of its parts that have one, None without any."""
        active = [(part, n) for part in parts if (n := self.gate(part)) is not None]
        if not active or is_passive(node):
            return None
        return self.made(node, [part for part, _ in active], [n for _, n in active])

    def side(self, node: ast.IfExp) -> int | None:
        """Return the gate of the side of a ternary that ran."""
        test = self.value(node.test)
        if test is None:
            return self.of_parts(node, [node.body, node.orelse])
        return self.gate(node.body if test else node.orelse)

    def known(self, node: ast.expr) -> int | None:
        """Return the gate of a variable, or of an item or a field of a container that is an argument."""
        if isinstance(node, ast.Attribute):
            name = syntax.identifier(node.value)
            whole = self.containers.get(name) if name not in self.of_name else None
            if node.attr in (names := getattr(whole, "_fields", ())):
                return self.item(f"{name}.{node.attr}", name, names.index(node.attr))
            if is_record(whole):
                return self.item(f"{name}.{node.attr}", name, Attribute(node.attr))
        name, path = reference(node), path_of(node)
        if path in self.of_name or path in self.containers:  # of an object in a list: `layers[0].W`
            name = path
        if name:
            if name in self.containers and name not in self.of_name:
                value, gradient = self.containers[name], self.recording.gradients[name]
                self.of_name[name] = self.input(name, value, gradient)
            return self.of_name.get(name)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name | ast.Attribute):
            name = reference(node.value)
            if name in self.containers and name not in self.of_name:
                key = self.key(node.slice)
                if key is not None:
                    return self.item(f"{name}[{key!r}]", name, key)
        return None

    def counts(self, node: ast.expr) -> bool:
        """Return whether a node is a part of an argument that has no gradient, such as the number of layers in a dict."""
        owner = node
        while isinstance(owner, ast.Subscript | ast.Attribute):
            owner = owner.value
        is_part = owner is not node and syntax.identifier(owner) in self.recording.parameters
        return is_part and isinstance(self.value(node), int | str)

    def key(self, node: ast.expr) -> Any:
        """Return the number or word that an item is asked for by, or None."""
        found = node.value if isinstance(node, ast.Constant) else self.value(node)
        return found if isinstance(found, int | str) and not isinstance(found, bool) else None

    def item(self, text: str, name: str, key: Any) -> int | None:
        """Return the input that stands for one item of a container, or None if the item has no gradient."""
        value, gradient = self.containers[name], part_of(self.recording.gradients[name], key)
        if isinstance(key, int) and key < 0 and isinstance(value, list | tuple):
            key += len(value)
            text = f"{name}[{key!r}]"
        if isinstance(key, int) and (names := getattr(value, "_fields", ())):
            text = f"{name}.{names[key]}"
        if text not in self.of_item:
            part = part_of(value, key)
            if gradient is None or isinstance(part, int):
                return None
            self.of_item[text] = self.input(text, part, gradient)
        return self.of_item[text]

    def opened(self, node: ast.expr) -> ast.expr:
        """Return the body of a one-line helper in place of a call of it."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.keywords:
            return node
        parameters, body = self.recording.one_liners.get(node.func.id, ((), None))
        if body is None or len(parameters) != len(node.args):
            return node
        return self.opened(syntax.substitute(body, dict(zip(parameters, node.args, strict=True))))

    def parts(self, node: ast.expr) -> list[ast.expr]:
        """Return the operands of the outermost gate of `node`."""
        if self.detail == "lines":
            return [n for n in leaves(node) if self.known(n) is not None]
        if self.detail == "fused":
            active = [part for part in leaves(node) if syntax.identifier(part) in self.of_name]
            for match in matches(node, self.scope()):
                found = bound_nodes(match, node)
                inside = {syntax.show(leaf) for part in found for leaf in leaves(part)}
                if node not in found and all(syntax.show(one) in inside for one in active):
                    return found
        return children(node)

    def scope(self) -> dict[str, Any]:
        assert self.visit is not None
        return {**self.recording.namespace, **self.visit.before}

    def value(self, node: ast.expr) -> Any:
        try:
            return evaluate(self.plain(node), self.scope())
        except Exception:  # noqa: BLE001  # drawn without a value
            return None

    def made(self, node: ast.expr, parts: list[ast.expr], numbers: list[int]) -> int:
        """Add the gate of `node` on the wires of its parts."""
        names = self.scope()
        skeleton = replaced(node, parts)
        names.update({f"_{i}": self.gates[n].value for i, n in enumerate(numbers)})
        helper = self.helper(node)
        value = self.value(node)
        rule = None
        if not helper and self.detail != "lines":
            kinds = tuple(kind_of(self.gates[n].value) for n in numbers)
            asked = (ast.dump(skeleton), kinds)
            if asked not in self.rules:
                self.rules[asked] = rule_for(skeleton, names, len(numbers))
            rule = self.rules[asked]
        kind = "helper" if helper else "line" if self.detail == "lines" else "gate"
        label = helper or (
            short(syntax.show(node), 44) if kind == "line" else label_of(skeleton, len(numbers))
        )
        trees = [
            p if isinstance(p, ast.Name) or self.gates[n].kind == "input" else self.tree(n)
            for p, n in zip(parts, numbers, strict=True)
        ]
        tree = syntax.substitute(skeleton, {f"_{i}": one for i, one in enumerate(trees)})
        passive = {n: names[n] for n in syntax.reads(skeleton) if n in names}
        number = self.add(
            label,
            kind,
            "",
            syntax.show(tree),
            tuple(numbers),
            value,
            rule=rule,
            locals=passive,
            skeleton=skeleton,
            parts=tuple(trees),
        )
        self.trees[number] = tree
        return number

    def tree(self, number: int) -> ast.expr:
        """Return how the value of a gate is written in the text of the gates it enters."""
        gate = self.gates[number]
        if gate.kind == "input":
            return syntax.parse(gate.text)
        return (
            syntax.name(gate.name) if gate.name or number not in self.trees else self.trees[number]
        )

    def helper(self, node: ast.expr) -> str:
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and backward_name(node.func.id) in self.recording.namespace
        ):
            return node.func.id
        return ""

    def plain(self, node: ast.expr) -> ast.expr:
        """Return an expression that gives the value of `node`: the generated forward function stands for a helper."""

        def change(part: ast.expr) -> ast.expr | None:
            if isinstance(part, ast.Call) and self.helper(part):
                assert isinstance(part.func, ast.Name)
                called = ast.Call(syntax.name(forward_name(part.func.id)), part.args, part.keywords)
                return syntax.index(called, syntax.constant(0))
            return None

        return syntax.rewrite(node, change)

    def inside(self, gate: Gate, values: list[Any]) -> Breakdown:
        """Return an empty breakdown of the line of a gate, with its operands as inputs."""
        inner = Breakdown(self.recording, "gates", values)
        stage = self.recording.stages[gate.stage - 1]
        before = gate.locals | {f"_{i}": v for i, v in enumerate(values)}
        inner.visit = Visit(stage, gate.trips, before, {})
        return inner

    def outputs(self) -> list[int]:
        """Return the gates whose wires leave the circuit."""
        found = [self.known(n) for n in leaves(self.recording.output_node)]
        return list(dict.fromkeys(n for n in found if n is not None))


def kind_of(value: Any) -> object:
    """Return what of a value may decide which rule fits."""
    return type(value), getattr(value, "shape", None), getattr(value, "dtype", None)


def display(node: ast.expr) -> list[ast.expr]:
    if not isinstance(node, ast.Tuple | ast.List):
        return []
    return [] if syntax.has_star(node.elts) else node.elts


def is_conversion(node: ast.expr) -> TypeGuard[ast.Call]:
    """Return whether a call only makes sure that a number is a float: no gate computes anything there."""
    return syntax.calls(node, "float") and len(node.args) == 1


def reference(node: ast.expr) -> str:
    inner = node
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    return syntax.show(node) if isinstance(inner, ast.Name) else ""


def children(node: ast.expr) -> list[ast.expr]:
    found: list[ast.expr] = []
    for child in syntax.parts(node):
        if isinstance(child, ast.keyword):
            child = child.value
        if isinstance(child, ast.Tuple | ast.List | ast.Slice | ast.Starred) or (
            isinstance(node, ast.Call) and child is node.func
        ):
            found += children(child)
        elif isinstance(child, ast.expr):
            found.append(child)
    return found


def leaves(node: ast.expr) -> list[ast.expr]:
    """Return the variables and items of variables in an expression, each once, outside of what only asks for sizes."""
    found: dict[str, ast.expr] = {}

    def walk(part: ast.AST) -> None:
        if isinstance(part, ast.expr) and is_passive(part):
            return
        if isinstance(part, ast.Name | ast.Attribute) or (
            isinstance(part, ast.Subscript)
            and isinstance(part.value, ast.Name)
            and isinstance(part.slice, ast.Constant)
        ):
            found.setdefault(ast.unparse(part), part)
        if not isinstance(part, ast.Name):
            for child in syntax.parts(part):
                walk(child)

    walk(node)
    return list(found.values())
