"""Lowering: a trace goes in, the circuit comes out: the tree of stages, each with its wire.

What is differentiable is decided here: a name is active from the statement on that binds it to a wire. This
file walks the statements; binding, changes in place, control flow and calls have files of their own.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.ir import Block, Circuit, Stage, Wire
from codegen.lower.binding import Binding
from codegen.lower.calls import Calls, body_of, outer_names
from codegen.lower.changes import Changes
from codegen.lower.control import Control
from codegen.lower.fixed import guard, is_fixed
from codegen.lower.ranks import mixed_read
from codegen.trace.aggregates import (
    Fields,
    desugared,
    float_fields,
    path_of,
    root_of,
    steps_of,
    value_at,
)
from codegen.trace.inline import splice
from codegen.trace.passing import parameters_of
from codegen.trace.read import MARK
from codegen.trace.traced import Trace


def lower(trace: Trace, inputs: Sequence[str]) -> Circuit:
    """Return the circuit of a traced function for the given differentiable inputs."""
    parameters = parameters_of(trace.tree)
    missing = [name for name in inputs if root_of(name) not in parameters]
    if missing:
        raise trace.source.refuse(
            trace.tree,
            f"a decorator hides the argument {missing[0]}",
            "Differentiate the function without its decorator.",
        )
    paths = [path for name in inputs for path in paths_of(name, trace.values)]
    desugared(trace.run)
    made = splice(trace, paths, trace.source.path.startswith(MARK))
    fields = Fields(trace, {p for p in paths if not p.isidentifier()}, made).replace()
    names = [fields[p].name if p in fields else p for p in paths]
    root = Lowering(trace, names)
    root.fields = list(fields.values())
    root.wholes = list(inputs)
    root.known[id(trace), *names] = root  # a recursive call finds it there
    return root.circuit()


def paths_of(name: str, values: Mapping[str, Any]) -> list[str]:
    """Return a differentiable argument, or the fields of a dataclass one by one."""
    root, steps = steps_of(name)
    value = value_at(values.get(root), steps)
    return [f"{name}.{path}" for path in float_fields(value)] or [name]


class Lowering(Calls, Control, Changes, Binding):
    """Lowers one function."""

    def circuit(self) -> Circuit:
        """Return the circuit of the whole function."""
        found = self.started()
        body = body_of(self.trace)
        for statement in body:
            self.statement(statement)
        if not body or not isinstance(body[-1], ast.Return):
            raise self.refuse(
                self.trace.tree,
                "not every way through the function returns a value",
                "End it with a return.",
            )
        found.block = Block(self.items)
        found.output, found.output_node = self.output, self.output_node
        mixed = mixed_read(found)
        if mixed is not None:
            raise self.refuse(
                mixed,
                f"{mixed.id} is a number on one way to this line and an array on another",
                "Give it one shape from the start.",
            )
        return found

    def started(self) -> Circuit:
        """Return the circuit before its block is filled; a recursive call finds it so."""
        if self.made is None:
            parameters = [*parameters_of(self.trace.tree), *outer_names(self.trace)]
            read = [f for f in self.fields if f.is_read]
            self.made = Circuit(
                self.trace.label,
                [*parameters, *(f.name for f in read)],
                self.inputs,
                {
                    **self.trace.values,
                    **{f.name: None if f.sample is MISSING else f.sample for f in read},
                },
                Block(),
                None,
                None,
                self.trace,
                self.names,
                {f.name: f.text for f in read},
                self.wholes,
            )
        return self.made

    def lowering(self, trace: Trace, inputs: list[str]) -> Lowering:
        """Return the lowering of a helper function."""
        made = splice(trace, inputs)
        fields = Fields(trace, set(), made).replace()
        found = Lowering(trace, inputs, self.known)
        found.fields = list(fields.values())
        return found

    def statement(self, node: ast.stmt) -> None:
        """Lower one statement."""
        self.settle_finished(node)
        self.effects(node)
        self.current = self.scope.current = node
        before = len(self.items)
        self.lowered(node)
        self.guarded(node, before)
        if id(node) in self.scope.rewritten:
            for item in self.items[before:]:
                if isinstance(item, Stage):
                    item.rewritten = True

    def guarded(self, node: ast.stmt, place: int) -> None:
        """Put a guard before a statement for each callee that may be another function next time."""
        waiting, self.scope.callees[:] = list(self.scope.callees), []
        shown: set[str] = set()
        for func, callee in waiting:
            if (
                callee is MISSING
                or is_fixed(func, callee, self.trace)
                or syntax.show(func) in shown
            ):
                continue
            shown.add(syntax.show(func))
            statement = guard(func, callee, self.trace, node)
            if statement is None:
                raise self.refuse(
                    node,
                    f"{syntax.show(func)} may be another function in the next call",
                    "Call a function with a name of its own.",
                )
            self.items.insert(place, Stage(syntax.name("_"), None, statement, kind="passive"))

    def lowered(self, node: ast.stmt) -> None:
        """Lower one statement by its kind."""
        match node:
            case ast.Assign() | ast.Expr() if self.taken_off(node):
                pass
            case ast.Assign(targets=[ast.Attribute() as target]) if self.is_field(target):
                self.passive(node, [])
            case ast.Assign():
                self.walruses(node.value, node)
                self.bind_all(node.targets, node.value, node)
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
            case ast.Pass() | ast.Import() | ast.ImportFrom() | ast.Assert() | ast.Raise():
                self.passive(node)
            case ast.FunctionDef():
                self.passive(node, [node.name])
            case ast.Break():
                self.add(Stage(syntax.name("_"), None, node, kind="break"))
            case ast.Delete():
                self.deleted(node)
            case ast.For():
                self.for_loop(node)
            case ast.While():
                self.while_loop(node)
            case ast.If():
                self.branch(node)
            case ast.With():
                self.within(node)
            case ast.Nonlocal():
                raise self.refuse(node, "nonlocal is not supported", "Return the value instead.")
            case ast.Global():
                raise self.refuse(
                    node,
                    "a function that changes global variables cannot be differentiated",
                    "Return the value instead.",
                )
            case _:
                self.other_compound(node)

    def is_field(self, target: ast.Attribute) -> bool:
        """Return whether an attribute of an argument has a variable: writing it hands the variable's value on."""
        return any(path_of(target) == f.path for f in self.fields)

    def returned(self, node: ast.Return) -> None:
        """Lower the return statement."""
        if node.value is None:
            raise self.refuse(node, "the function returns nothing")
        self.walruses(node.value, node)
        builder = self.builder()
        self.output = builder.build(node.value)
        self.output_node = builder.text(node.value, {})
        self.check_output(self.output, node)
        self.add(Stage(syntax.name("return"), self.output, node, rewritten=True, kind="return"))

    def check_output(self, wire: Wire | None, node: ast.Return) -> None:
        """Refuse what cannot have a gradient: nothing, or text."""
        sample = self.builder().resolver.value(node.value) if node.value is not None else None
        if wire is None and (sample is None or isinstance(sample, str | bytes)):
            raise self.refuse(
                node,
                f"the function returns {'nothing' if sample is None else 'text'}, which has no gradient",
                "Return a number or an array.",
            )
