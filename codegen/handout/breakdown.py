"""Breaking lines into gates: a recording goes in, the circuit diagram comes out, with the gradient on every wire.

The gradient of a named wire is the one the generated backward pass computed; that of a nameless wire comes from the row of the
gate it enters. Gates are drawn one by one, fused as the table fuses them, or one for each line, whichever the size asks for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from codegen import expr
from codegen.handout.adapter import Recording, StageText, is_passive, stored_names
from codegen.handout.diagram import Box, Diagram, Gate, Wire
from codegen.handout.labels import label_of, short
from codegen.handout.rules import (
    best_match,
    bound_nodes,
    evaluate,
    fitted,
    handed,
    replaced,
    rule_for,
)

FINE, LONG = 12, 45


def diagram(recording: Recording, detail: str = "auto") -> Diagram:
    """Return the circuit of a recording.

    Parameters
    ----------
    recording : Recording
    detail : {"auto", "gates", "fused", "lines"}
        Every gate by itself, gates as the table fuses them, one gate for each line; by default the finest that is easy to read.
    """
    if detail != "auto":
        return Breakdown(recording, detail).diagram()
    for one, limit in (("gates", FINE), ("fused", LONG)):
        drawn = Breakdown(recording, one).diagram()
        if sum(1 for g in drawn.gates if g.kind != "input") <= limit:
            return drawn
    return Breakdown(recording, "lines").diagram()


class Breakdown:
    """Breaks the stages of one recording into gates."""

    def __init__(self, recording: Recording, detail: str) -> None:
        self.recording = recording
        self.detail = detail
        self.gates: list[Gate] = []
        self.of_name: dict[str, int] = {}
        self.of_item: dict[str, int] = {}
        self.trees: dict[int, ast.expr] = {}
        self.containers = {
            n: v
            for n, v in recording.arguments.items()
            if n in recording.wrt and isinstance(v, list | tuple | dict)
        }
        self.stage: StageText | None = None
        self.boxed: dict[int, list[int]] = {}
        self.entered: set[int] = set()

    def diagram(self) -> Diagram:
        """Return the whole diagram."""
        for name in self.recording.wrt:
            if name not in self.containers:
                self.of_name[name] = self.input(
                    name, self.recording.arguments[name], self.recording.gradients[name]
                )
        for stage in self.recording.stages:
            self.take(stage)
        outputs = self.outputs()
        self.gates = with_gradients(self, outputs)
        used = {o for g in self.gates for o in g.operands} | set(outputs)
        return drawn(
            self, [g.number for g in self.gates if g.kind != "input" or g.number in used], outputs
        )

    def input(self, text: str, value: Any, gradient: Any) -> int:
        """Add an input and return its number."""
        name = (
            text.replace("['", "_").replace("']", "").replace("[", "").replace("]", "")
            if text[-1] == "]"
            else text
        )
        return self.add(Gate(len(self.gates), name, "input", name, text, 0, (), value, gradient))

    def add(self, gate: Gate) -> int:
        """Add a gate and return its number."""
        self.gates.append(gate)
        for loop in self.stage.loops if self.stage else ():
            self.boxed.setdefault(loop, []).append(gate.number)
        return gate.number

    # ---- stages

    def take(self, stage: StageText) -> None:
        """Add the gates of one stage."""
        self.enter(stage)
        self.stage = stage
        statement = stage.statement
        value = getattr(statement, "value", None)
        if (
            isinstance(statement, ast.Expr)
            and isinstance(value, ast.Call)
            and isinstance(value.func, ast.Attribute)
        ):
            self.appended(value)
        elif isinstance(statement, ast.AugAssign):
            target = ast.parse(ast.unparse(statement.target), mode="eval").body
            self.bind(statement.target, self.gate(ast.BinOp(target, statement.op, statement.value)))
        elif isinstance(statement, ast.Assign):
            number = self.gate(statement.value)
            for target in statement.targets:
                self.bind(target, number)
        self.stage = None

    def enter(self, stage: StageText) -> None:
        """Add a gate for each name that one trip of a loop hands to the next."""
        for loop in stage.loops:
            if loop in self.entered:
                continue
            self.entered.add(loop)
            for name in self.recording.carried.get(loop, ()):
                self.carry(name, loop, stage)

    def carry(self, name: str, loop: int, stage: StageText) -> None:
        """Add the gate of a name that one trip of a loop hands to the next, if the gradient flows through it."""
        first = self.of_name.get(name)
        inner = (s for s in self.recording.stages if loop in s.loops)
        if first is None and not any(name in stored_names(s.statement) for s in inner):
            return
        self.stage = replace(stage, loops=stage.loops[: stage.loops.index(loop) + 1])
        begun = f"; at first {self.gates[first].name or self.gates[first].text}" if first is not None else ""
        operands = (first,) if first is not None else ()
        text, value = f"{name} of the trip before{begun}", stage.before.get(name)
        gate = Gate(len(self.gates), "↻", "carried", name, text, stage.number, operands, value)
        self.of_name[name] = self.add(gate)
        self.stage = None

    def bind(self, target: ast.expr, number: int | None) -> None:
        """Give the wire of a gate the name it is assigned to."""
        if isinstance(target, ast.Name):
            if number is None:
                self.of_name.pop(target.id, None)
                return
            if not self.gates[number].name and self.gates[number].kind != "input":
                self.gates[number] = replace(self.gates[number], name=target.id)
            self.of_name[target.id] = number
        elif isinstance(target, ast.Tuple) and number is not None:
            for i, element in enumerate(target.elts):
                self.bind(element, self.part(number, i))
        elif isinstance(target, ast.Subscript):
            self.stored(target, number)

    def part(self, number: int, i: int) -> int:
        """Return a gate that takes one value out of several."""
        whole = self.gates[number]
        assert self.stage is not None
        return self.add(
            Gate(
                len(self.gates),
                f"[{i}]",
                "gate",
                "",
                f"{whole.text}[{i}]",
                self.stage.number,
                (number,),
                whole.value[i],
            )
        )

    def stored(self, target: ast.Subscript, number: int | None) -> None:
        """Add the gate that writes an item of an array."""
        base: ast.expr = target
        while isinstance(base, ast.Subscript):
            base = base.value
        if not isinstance(base, ast.Name) or self.stage is None:
            return
        before = self.of_name.get(base.id)
        operands = tuple(o for o in (before, number) if o is not None)
        if not operands:
            return
        value = self.recording.final.get(base.id, self.stage.before.get(base.id))
        index = ast.unparse(target.slice)
        label = short(f"[{index.strip('()') if isinstance(target.slice, ast.Tuple) else index}] =")
        text = (
            f"{ast.unparse(target)} = {ast.unparse(self.tree(number)) if number is not None else 0}"
        )
        ways = {"_store": target} if number is not None else {}
        self.of_name[base.id] = self.add(
            Gate(
                len(self.gates),
                label,
                "gate",
                base.id,
                text,
                self.stage.number,
                operands,
                value,
                locals=ways,
            )
        )

    def appended(self, call: ast.Call) -> None:
        """Add the gate of `ys.append(v)`."""
        assert isinstance(call.func, ast.Attribute)
        if isinstance(call.func.value, ast.Name) and call.args:
            base = call.func.value.id
            operands = tuple(
                o for o in (self.of_name.get(base), self.gate(call.args[0])) if o is not None
            )
            if operands and self.stage is not None:
                value = self.recording.final.get(base)
                self.of_name[base] = self.add(
                    Gate(
                        len(self.gates),
                        call.func.attr,
                        "gate",
                        base,
                        ast.unparse(call),
                        self.stage.number,
                        operands,
                        value,
                    )
                )

    # ---- expressions

    def gate(self, node: ast.expr) -> int | None:
        """Return the gate whose wire carries the value of `node`, or None if no differentiable input reaches it."""
        known = self.known(node)
        if known is not None or isinstance(node, ast.Name | ast.Constant):
            return known
        if self.detail != "lines":
            node = self.opened(node)
        parts = self.parts(node)
        numbers = [self.gate(part) for part in parts]
        active = [(p, n) for p, n in zip(parts, numbers, strict=True) if n is not None]
        if not active or is_passive(node):
            return None
        return self.made(node, [p for p, _ in active], [n for _, n in active])

    def opened(self, node: ast.expr) -> ast.expr:
        """Return the body of a one-line helper in place of a call of it."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.keywords:
            return node
        parameters, body = self.recording.one_liners.get(node.func.id, ((), None))
        if body is None or len(parameters) != len(node.args):
            return node
        return self.opened(expr.substitute(body, dict(zip(parameters, node.args, strict=True))))

    def known(self, node: ast.expr) -> int | None:
        """Return the gate of a variable, or of an item of a container that is an argument."""
        if isinstance(node, ast.Name):
            if node.id in self.containers and node.id not in self.of_name:
                name = node.id
                self.of_name[name] = self.outside(
                    name, self.recording.arguments[name], self.recording.gradients[name]
                )
            return self.of_name.get(node.id)
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Name)
            and isinstance(node.slice, ast.Constant)
        ):
            name = node.value.id
            key: Any = node.slice.value
            if name in self.containers and name not in self.of_name:
                text = ast.unparse(node)
                if text not in self.of_item:
                    gradients = self.recording.gradients[name]
                    self.of_item[text] = self.outside(
                        text,
                        self.containers[name][key],
                        gradients[key] if gradients is not None else None,
                    )
                return self.of_item[text]
        return None

    def outside(self, text: str, value: Any, gradient: Any) -> int:
        """Add an input that stands outside every loop."""
        stage, self.stage = self.stage, None
        number = self.input(text, value, gradient)
        self.stage = stage
        return number

    def parts(self, node: ast.expr) -> list[ast.expr]:
        """Return the operands of the outermost gate of `node`."""
        if self.detail == "lines":
            return [n for n in leaves(node) if self.known(n) is not None]
        if self.detail == "fused" and self.stage is not None:
            match = best_match(node, self.scope())
            if match is not None:
                found = bound_nodes(match, node)
                if found and all(part is not node for part in found):
                    return found
        return children(node)

    def scope(self) -> dict[str, Any]:
        """Return the variables of the stage."""
        assert self.stage is not None
        return {**self.recording.namespace, **self.stage.before}

    def made(self, node: ast.expr, parts: list[ast.expr], numbers: list[int]) -> int:
        """Add the gate of `node` on the wires of its parts."""
        assert self.stage is not None
        names = self.scope()
        skeleton = replaced(node, parts)
        names.update({f"_{i}": self.gates[n].value for i, n in enumerate(numbers)})
        helper = self.helper(node)
        try:
            value = (
                self.gates[numbers[0]].value
                if isinstance(node, ast.Starred)
                else evaluate(self.plain(node), self.scope())
            )
        except Exception:  # noqa: BLE001  # drawn without a value
            value = None
        rule = None if helper or self.detail == "lines" else rule_for(skeleton, names, len(numbers))
        kind = "helper" if helper else "line" if self.detail == "lines" else "gate"
        label = helper or (
            ast.unparse(node) if kind == "line" else label_of(skeleton, len(numbers))
        )
        tree = expr.substitute(skeleton, {f"_{i}": self.tree(n) for i, n in enumerate(numbers)})
        passive = {n: names[n] for n in expr.reads(skeleton) if n in names}
        number = self.add(
            Gate(
                len(self.gates),
                label,
                kind,
                "",
                ast.unparse(tree),
                self.stage.number,
                tuple(numbers),
                value,
                None,
                rule,
                passive,
            )
        )
        self.trees[number] = tree
        return number

    def tree(self, number: int) -> ast.expr:
        """Return how the value of a gate is written in the text of the gates it enters."""
        gate = self.gates[number]
        return expr.name(gate.name) if gate.name or number not in self.trees else self.trees[number]

    def helper(self, node: ast.expr) -> str:
        """Return the name of the helper a call calls, if the module holds a pair for it."""
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and f"{node.func.id}_backward" in self.recording.namespace
        ):
            return node.func.id
        return ""

    def plain(self, node: ast.expr) -> ast.expr:
        """Return an expression that gives the value of `node`: the generated forward function stands for a helper."""

        def change(part: ast.expr) -> ast.expr | None:
            if isinstance(part, ast.Call) and self.helper(part):
                assert isinstance(part.func, ast.Name)
                called = ast.Call(expr.name(f"{part.func.id}_forward"), part.args, part.keywords)
                return expr.index(called, expr.constant(0))
            return None

        return expr.rewrite(node, change)

    def outputs(self) -> list[int]:
        """Return the gates whose wires leave the circuit."""
        found = [self.known(n) for n in leaves(self.recording.output_node)]
        return list(dict.fromkeys(n for n in found if n is not None))


def children(node: ast.expr) -> list[ast.expr]:
    """Return the parts of an expression that may be operands, displays opened."""
    found: list[ast.expr] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.keyword):
            child = child.value
        if isinstance(child, ast.Tuple | ast.List | ast.Slice) or (
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
        if isinstance(part, ast.Name) or (
            isinstance(part, ast.Subscript)
            and isinstance(part.value, ast.Name)
            and isinstance(part.slice, ast.Constant)
        ):
            found.setdefault(ast.unparse(part), part)
        if not isinstance(part, ast.Name):
            for child in ast.iter_child_nodes(part):
                walk(child)

    walk(node)
    return list(found.values())


# ---- gradients


def with_gradients(broken: Breakdown, outputs: list[int]) -> list[Gate]:
    """Return the gates with the gradient on their wires and what they hand on."""
    recording, gates = broken.recording, list(broken.gates)
    total: dict[int, Any] = {}
    for number, dout in upstreams(broken):
        total[number] = added(total.get(number), dout)
    inside = {n for numbers in broken.boxed.values() for n in numbers}
    for gate in reversed(gates):
        if gate.kind == "input":
            continue
        gradient = computed(recording, gate, total.get(gate.number))
        parts = passed_on(recording, gate, gates, gradient)
        gates[gate.number] = replace(gate, gradient=gradient, handed=tuple(parts))
        for operand, part in zip(gate.operands, parts, strict=True):
            if gate.number in inside and operand not in inside:
                part = None
            total[operand] = UNKNOWN if part is None else added(total.get(operand), part)
    return consistent(gates, outputs)


def consistent(gates: list[Gate], outputs: list[int]) -> list[Gate]:
    """Return the gates without the parts that do not add up to the gradient on their wire, as where memory is shared."""
    found = list(gates)
    for gate in gates:
        ways = [(g.number, p) for g in gates for p, o in enumerate(g.operands) if o == gate.number and g.handed]
        parts = [gates[n].handed[p] for n, p in ways]
        if not parts or gate.number in outputs or any(p is None for p in parts) or adds_up(parts, gate.gradient):
            continue
        for number, port in ways:
            kept = tuple(None if k == port else part for k, part in enumerate(found[number].handed))
            found[number] = replace(found[number], handed=kept)
    return found


def adds_up(parts: list[Any], gradient: Any) -> bool:
    """Return whether parts add up to a gradient."""
    try:
        return bool(np.allclose(sum(parts), gradient, rtol=1e-4, atol=1e-7, equal_nan=True))
    except (TypeError, ValueError):
        return False


UNKNOWN = object()


def added(a: Any, b: Any) -> Any:
    """Return the sum of two gradients."""
    if a is UNKNOWN or a is None:
        return b if a is None else UNKNOWN
    if isinstance(a, list | tuple | dict) or np.shape(a) != np.shape(b):
        return UNKNOWN
    return a + b


def upstreams(broken: Breakdown) -> Iterator[tuple[int, Any]]:
    """Yield the gates whose wires leave the circuit, each with the gradient handed to it."""

    def walk(node: ast.expr, dout: Any) -> Iterator[tuple[int, Any]]:
        if isinstance(node, ast.Tuple | ast.List) and isinstance(dout, tuple | list):
            for part, own in zip(node.elts, dout, strict=True):
                yield from walk(part, own)
        elif isinstance(node, ast.Dict) and isinstance(dout, dict):
            for part, own in zip(node.values, dout.values(), strict=True):
                yield from walk(part, own)
        elif (number := broken.known(node)) is not None and dout is not None:
            yield number, dout

    yield from walk(broken.recording.output_node, broken.recording.dout)


def computed(recording: Recording, gate: Gate, total: Any) -> Any:
    """Return the gradient on the wire of a gate: that of the backward pass where the wire has a name and none was missed."""
    if gate.name and (gate.name != "out" or total is UNKNOWN):
        stage = recording.stages[gate.stage - 1]
        own = stage.gradients.get(f"d{gate.name}")
        if (
            own is not None
            and np.shape(own) == np.shape(gate.value)
            and not isinstance(own, list | tuple | dict)
        ):
            return own
    return None if total is UNKNOWN else total


def passed_on(recording: Recording, gate: Gate, gates: list[Gate], gradient: Any) -> list[Any]:
    """Return what a gate hands to each of its operands."""
    unknown: list[Any] = [None] * len(gate.operands)
    if gradient is None:
        return unknown
    names = dict(gate.locals) | {f"_{i}": gates[n].value for i, n in enumerate(gate.operands)}
    if gate.rule is not None:
        return handed(gate.rule, {**recording.namespace, **names}, gate.value, gradient)
    if "_store" in gate.locals:
        return [*unknown[:-1], stored_part(recording, gate, gates, gradient)]
    if gate.kind == "helper":
        return through_helper(recording, gate, gates, gradient)
    return unknown


def stored_part(recording: Recording, gate: Gate, gates: list[Gate], gradient: Any) -> Any:
    """Return what reaches the value that was written into an item: the gradient of that item."""
    scope = {**recording.namespace, **recording.stages[gate.stage - 1].before, "_whole": gradient}
    target: ast.Subscript = gate.locals["_store"]
    try:
        part = evaluate(ast.Subscript(expr.name("_whole"), target.slice, ast.Load()), scope)
        return (
            fitted(part, gates[gate.operands[-1]].value)
            if isinstance(target.value, ast.Name)
            else None
        )
    except Exception:  # noqa: BLE001  # drawn without a number
        return None


def through_helper(recording: Recording, gate: Gate, gates: list[Gate], gradient: Any) -> list[Any]:
    """Return what a helper's backward function hands to its operands."""
    stage = recording.stages[gate.stage - 1]
    unknown: list[Any] = [None] * len(gate.operands)
    calls = [
        n
        for n in ast.walk(stage.statement)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == gate.label
    ]
    if len(calls) != 1:
        return unknown
    scope: dict[str, Any] = {**recording.namespace, **stage.before}
    try:
        args = [evaluate(a, scope) for a in calls[0].args]
        _, cache = recording.namespace[f"{gate.label}_forward"](*args)
        results = recording.namespace[f"{gate.label}_backward"](gradient, cache)
    except Exception:  # noqa: BLE001  # drawn without numbers
        return unknown
    results = results if isinstance(results, tuple) else (results,)
    return list(results) if len(results) == len(gate.operands) else unknown


def drawn(broken: Breakdown, kept: list[int], outputs: list[int]) -> Diagram:
    """Return the diagram of the gates that are kept, numbered anew."""
    numbers = {old: new for new, old in enumerate(kept)}
    gates = tuple(
        replace(g, number=numbers[g.number], operands=tuple(numbers[o] for o in g.operands))
        for g in broken.gates
        if g.number in numbers
    )
    wires = tuple(
        Wire(source, g.number, port) for g in gates for port, source in enumerate(g.operands)
    )
    headers: Mapping[int, str] = broken.recording.headers
    framed: dict[tuple[int, ...], list[str]] = {}
    for key, inner in broken.boxed.items():
        framed.setdefault(tuple(numbers[n] for n in inner if n in numbers), []).append(headers[key])
    boxes = tuple(Box(tuple(labels), inner) for inner, labels in framed.items())
    title = f"{broken.recording.name}({', '.join(broken.recording.parameters)})"
    return Diagram(title, gates, wires, boxes, tuple(numbers[o] for o in outputs))
