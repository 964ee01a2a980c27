"""Splicing: a traced function goes in; out comes the same with some calls replaced by the statements
of what they reach.

A helper that changes what its caller sees, that returns a function, or that is handed an object whose
attributes are traced has no forward and backward pass of its own: its statements take the place of the call,
its variables get names that are free there.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from types import FunctionType

from codegen import syntax
from codegen.trace.callsites import (
    calls_itself,
    hoistable,
    is_docstring,
    is_target,
    replace,
)
from codegen.trace.fields import path_of
from codegen.trace.followed import function_of, is_user_function
from codegen.trace.freenames import FreeNames
from codegen.trace.namespace import local_names
from codegen.trace.normalize.fresh import made
from codegen.trace.objects import Objects
from codegen.trace.passing import bound_arguments, see
from codegen.trace.traced import Trace

COMPOUND = (ast.For, ast.While, ast.If, ast.With, ast.Try)
SCOPES = (ast.FunctionDef, ast.ClassDef)


def splice(trace: Trace, inputs: Sequence[str], always: bool = False) -> set[str]:
    """Put the statements of helpers in the place of their calls, where they can have no pair of their own.

    `inputs` are the differentiable arguments, or attributes of arguments. The answer is the variables of the
    objects that the function makes itself.
    """
    if trace.spliced or not isinstance(trace.tree, ast.FunctionDef):
        return set()
    trace.spliced = True
    splicer = Splicer(trace, inputs, always)
    splicer.function(trace)
    splicer.settle(trace, set())
    return splicer.made


class Splicer(FreeNames, Objects):
    """Splices calls into one function."""

    def __init__(self, host: Trace, inputs: Sequence[str], always: bool) -> None:
        self.host, self.run, self.always = host, host.run, always
        self.inputs = set(inputs)
        self.made: set[str] = set()
        self.changed: set[str] | None = None
        self.taken = set(local_names(host.tree))
        self.names: dict[int, dict[str, str]] = {id(host): {}}
        self.open: list[Trace] = []

    def function(self, trace: Trace) -> None:
        """Splice into the body of a function."""
        assert isinstance(trace.tree, ast.FunctionDef)
        self.open.append(trace)
        trace.tree.body = self.block(trace.tree.body)
        self.open.pop()

    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Return the statements of a block with calls spliced in."""
        found: list[ast.stmt] = []
        for statement in body:
            if isinstance(statement, SCOPES):
                found.append(statement)
                continue
            if isinstance(statement, COMPOUND):
                for field in ("body", "orelse", "finalbody"):
                    if getattr(statement, field, None):
                        setattr(statement, field, self.block(getattr(statement, field)))
            found.extend(self.statement(statement))
        return found

    def statement(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return one statement after the statements of the calls in it."""
        before: list[ast.stmt] = []
        while True:
            call = next(
                (
                    c
                    for c in hoistable(statement)
                    if self.is_constructed(c, statement) or self.is_spliced(c, statement)
                ),
                None,
            )
            if call is None:
                break
            if self.is_constructed(call, statement):
                before.extend(self.constructed(call, statement))
                if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Name):
                    if is_target(statement, statement.value.id):
                        return before
                continue
            trace = self.reached(call)
            assert trace is not None
            arguments = bound_arguments(call, trace)
            assert arguments is not None
            body, value = self.body(call, trace, arguments)
            before.extend(body)
            if isinstance(statement, ast.Expr) and statement.value is call:
                if any(isinstance(n, ast.Call) for n in ast.walk(value)):
                    statement.value = value
                    made(statement, statement)
                    return [*before, *self.statement(statement)]
                return before
            replace(statement, call, value)
            made(statement, statement)
        return before if self.is_second_name(statement, before) else [*before, statement]

    def reached(self, call: ast.Call) -> Trace | None:
        """Return the trace of the one function that a call reaches."""
        callees = self.run.fact(call).callees
        if not callees or isinstance(callees[0], type):
            return None
        target = function_of(callees[0])
        if not is_user_function(target) or any(
            function_of(c).__code__ is not target.__code__
            for c in callees[1:]
            if isinstance(function_of(c), FunctionType)
        ):
            return None
        traces = self.run.calls.get(id(call), [])
        return next((t for t in traces if t.function.__code__ is target.__code__), None)

    # ---- which calls

    def is_spliced(self, call: ast.Call, statement: ast.stmt) -> bool:
        """Return whether a call is to be replaced by the statements of the function."""
        trace = self.reached(call)
        if trace is None or trace.sites > 1 or trace in self.open or trace.spliced:
            return False
        if calls_itself(trace):
            return False
        if not isinstance(trace.tree, ast.FunctionDef) or bound_arguments(call, trace) is None:
            return False
        body = self.host.tree.body
        outermost = isinstance(body, list) and statement in body
        if not (self.always and outermost or self.has_no_pair(call, trace)):
            return False
        changed = self.changed_outside(trace)
        others = set(syntax.reads(statement)) - set(syntax.reads(call))
        return not (changed & others) and self.can_see(trace)

    def has_no_pair(self, call: ast.Call, trace: Trace) -> bool:
        """Return whether a function cannot have a pair of its own."""
        arguments = bound_arguments(call, trace) or {}
        return (
            bool(self.changed_outside(trace))
            or any(self.is_traced_object(value) for value in arguments.values())
            or any(self.is_local_function(value) for value in arguments.values())
            or any(isinstance(n, ast.Nonlocal) for n in ast.walk(trace.tree))
            or isinstance(self.run.fact(call).sample, FunctionType)
        )

    def is_local_function(self, value: ast.expr) -> bool:
        """Return whether an argument is a lambda, or a function that reads variables of another."""
        sample = self.run.fact(value).sample
        return isinstance(value, ast.Lambda) or (
            isinstance(sample, FunctionType) and id(sample.__code__) in self.run.definers
        )

    def is_traced_object(self, value: ast.expr) -> bool:
        """Return whether an argument is an object with traced attributes."""
        path = value.id if isinstance(value, ast.Name) else path_of(value)
        return path in self.made or any(
            one.startswith(f"{path}.") or path.startswith(f"{one}.")
            for one in self.inputs | self.made
            if path
        )

    def changed_outside(self, trace: Trace) -> set[str]:
        """Return the variables of the functions spliced so far, or of the host, whose memory or value
        a function changes.
        """
        return {
            self.names[owner].get(name, name) if owner else name
            for owner, name in self.run.far(trace)
            if owner in self.names or not owner
        }

    def can_see(self, trace: Trace) -> bool:
        """Return whether the variables of outer functions that a function reads are variables here."""
        return trace.definer is None or id(trace.definer) in self.names

    # ---- the statements of one call

    def body(
        self, call: ast.Call, trace: Trace, arguments: dict[str, ast.expr]
    ) -> tuple[list[ast.stmt], ast.expr]:
        """Return the statements of a call and the expression of its value."""
        trace.spliced = True
        tree = trace.tree
        assert isinstance(tree, ast.FunctionDef)
        syntax.keep_spelling(tree, trace.source.lines)
        self.outer(trace)
        before = self.passed(call, trace, arguments)
        names = self.names[id(trace)]
        for node in ast.walk(tree):
            self.translate(node, names)
        self.function(trace)
        body = [s for s in tree.body if not is_docstring(s) and not isinstance(s, ast.Nonlocal)]
        value: ast.expr = ast.copy_location(ast.Constant(None), call)
        if body and isinstance(body[-1], ast.Return):
            value = body.pop().value or value  # type: ignore[attr-defined]  # a return
        see(self.run, value, self.run.fact(call).sample)
        found = [*before, *body]
        for statement in found:
            for part in ast.walk(statement):
                if isinstance(part, ast.stmt):
                    part.made = True  # type: ignore[attr-defined]  # read where the forward pass is printed
                ast.copy_location(part, call)
        for part in ast.walk(value):
            ast.copy_location(part, call)
        return found, value
