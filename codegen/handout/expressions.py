"""Expressions into gates: the right-hand side of a line goes in, the gate whose wire carries its value comes out."""

from __future__ import annotations

import ast
from typing import Any

from codegen import syntax
from codegen.handout.active import is_passive
from codegen.handout.diagram import Gate
from codegen.handout.labels import label_of, short
from codegen.handout.operands import children, leaves
from codegen.handout.recording import Recording, StageText
from codegen.handout.rules import (
    best_match,
    bound_nodes,
    evaluate,
    replaced,
    rule_for,
)
from codegen.trace.read import backward_name, forward_name


class Expressions:
    """Breaks expressions into gates, and keeps the gates."""

    def __init__(self, recording: Recording, detail: str) -> None:
        self.recording = recording
        self.detail = detail
        self.gates: list[Gate] = []
        self.of_name: dict[str, int] = {}
        self.of_item: dict[str, int] = {}
        self.trees: dict[int, ast.expr] = {}
        self.containers = {
            n: value
            for n in recording.wrt
            if isinstance(value := recording.value_of(n), list | tuple | dict)
        }
        self.stage: StageText | None = None
        self.boxed: dict[int, list[int]] = {}
        self.entered: set[int] = set()

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

    def known(self, node: ast.expr) -> int | None:
        """Return the gate of a variable, or of an item of a container that is an argument."""
        name = reference(node)
        if name:
            if name in self.containers and name not in self.of_name:
                value, gradient = self.containers[name], self.recording.gradients[name]
                self.of_name[name] = self.outside(name, value, gradient)
            return self.of_name.get(name)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            name, key = reference(node.value), node.slice.value
            if name in self.containers and name not in self.of_name:
                return self.item(ast.unparse(node), name, key)
        return None

    def item(self, text: str, name: str, key: Any) -> int | None:
        """Return the input that stands for one item of a container, or None if the item has no gradient."""
        if text not in self.of_item:
            gradient = part_of(self.recording.gradients[name], key)
            if gradient is None:
                return None
            self.of_item[text] = self.outside(text, self.containers[name][key], gradient)
        return self.of_item[text]

    def opened(self, node: ast.expr) -> ast.expr:
        """Return the body of a one-line helper in place of a call of it."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.keywords:
            return node
        parameters, body = self.recording.one_liners.get(node.func.id, ((), None))
        if body is None or len(parameters) != len(node.args):
            return node
        return self.opened(syntax.substitute(body, dict(zip(parameters, node.args, strict=True))))

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
            short(ast.unparse(node), 44) if kind == "line" else label_of(skeleton, len(numbers))
        )
        tree = syntax.substitute(skeleton, {f"_{i}": self.tree(n) for i, n in enumerate(numbers)})
        passive = {n: names[n] for n in syntax.reads(skeleton) if n in names}
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
        return (
            syntax.name(gate.name) if gate.name or number not in self.trees else self.trees[number]
        )

    def helper(self, node: ast.expr) -> str:
        """Return the name of the helper a call calls, if the module holds a pair for it."""
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


def part_of(gradient: Any, key: Any) -> Any:
    """Return one item of a container or of its gradient, or None if it has none."""
    try:
        return gradient[key]
    except (KeyError, IndexError, TypeError):
        return None


def reference(node: ast.expr) -> str:
    """Return the text of a variable or of an attribute of one, or nothing."""
    inner = node
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    return ast.unparse(node) if isinstance(inner, ast.Name) else ""
