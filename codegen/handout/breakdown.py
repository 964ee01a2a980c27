"""Breaking lines into gates: a recording goes in, the circuit diagram comes out, with the gradient on every wire.

Gates are drawn one by one, fused as the table fuses them, or one for each line, whichever the size asks for.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

from codegen.handout.active import stored_names
from codegen.handout.backflow import with_gradients
from codegen.handout.diagram import Box, Diagram, Gate, Wire
from codegen.handout.expressions import Expressions, part_of
from codegen.handout.labels import short
from codegen.handout.operands import leaves
from codegen.handout.recording import Recording, StageText

FINE, LONG = 12, 45


def diagram(recording: Recording, detail: str = "auto") -> Diagram:
    """Return the circuit of a recording.

    Parameters
    ----------
    recording : Recording
    detail : {"auto", "gates", "fused", "lines"}
        Every gate by itself, gates as the table fuses them, or one gate for each line; by default the finest that is
        easy to read.
    """
    if detail != "auto":
        return Breakdown(recording, detail).diagram()
    for one, limit in (("gates", FINE), ("fused", LONG)):
        broken = Breakdown(recording, one)
        if broken.size() <= limit:
            return broken.diagram()
    return Breakdown(recording, "lines").diagram()


class Breakdown(Expressions):
    """Breaks the stages of one recording into gates."""

    def __init__(self, recording: Recording, detail: str) -> None:
        super().__init__(recording, detail)
        for name in recording.wrt:
            if name not in self.containers:
                self.of_name[name] = self.input(
                    name, recording.value_of(name), recording.gradients[name]
                )
        for stage in self.recording.stages:
            self.take(stage)

    def size(self) -> int:
        """Return how many gates there are, inputs apart."""
        return sum(1 for g in self.gates if g.kind != "input")

    def diagram(self) -> Diagram:
        """Return the whole diagram."""
        outputs = self.outputs()
        self.gates = with_gradients(self, outputs)
        used = {o for g in self.gates for o in g.operands} | set(outputs)
        return drawn(
            self, [g.number for g in self.gates if g.kind != "input" or g.number in used], outputs
        )

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
            self.assigned(statement)
        self.stage = None

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
        begun = (
            f"; at first {self.gates[first].name or self.gates[first].text}"
            if first is not None
            else ""
        )
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
                part_of(whole.value, i),
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

    def outputs(self) -> list[int]:
        """Return the gates whose wires leave the circuit."""
        found = [self.known(n) for n in leaves(self.recording.output_node)]
        return list(dict.fromkeys(n for n in found if n is not None))


def drawn(broken: Breakdown, kept: list[int], outputs: list[int]) -> Diagram:
    """Return the diagram of the gates that are kept, numbered anew."""
    numbers = {old: new for new, old in enumerate(kept)}
    stages = broken.recording.stages
    gates = tuple(
        replace(
            g,
            number=numbers[g.number],
            stage=stages[g.stage - 1].shown if g.stage else 0,
            operands=tuple(numbers[o] for o in g.operands),
        )
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


def display(node: ast.expr) -> list[ast.expr]:
    """Return the elements of a plain tuple or list, or none."""
    if not isinstance(node, ast.Tuple | ast.List):
        return []
    return [] if any(isinstance(e, ast.Starred) for e in node.elts) else node.elts
