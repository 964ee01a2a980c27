"""Candidates for inlining: a call goes in; whether the statements of the function take its place comes out.

They do where the function can have no forward and backward pass of its own: it changes what its caller sees, returns a
function, or is handed an object whose attributes are traced, or a list which a loop grows.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import FunctionType, MethodType
from typing import Any

from codegen import syntax
from codegen.gates.pure import GROWING
from codegen.pytree import holds, vars_of
from codegen.trace.aggregates import touches
from codegen.trace.facts import holds_objects, holds_weights, kind_of
from codegen.trace.followed import function_of, is_user_function, is_user_generator
from codegen.trace.normalize.taint import reaches
from codegen.trace.passing import bound_arguments
from codegen.trace.paths import is_below, path_of, place_of, steps_of
from codegen.trace.run import Trace
from codegen.trace.setters import only_keeps
from codegen.trace.splicing import Splicing


class Candidates:
    """Tells which calls are to be replaced by the statements of what they reach."""

    def __init__(self, state: Splicing, always: bool) -> None:
        # for all calls in statements of the host's own block
        self.state, self.always = state, always
        self.host, self.run = state.host, state.run
        self.grown: dict[ast.For | ast.While, set[str]] = {}

    def reached(self, call: ast.Call) -> Trace | None:
        """Return the trace of the one function that a call reaches."""
        callees = self.run.fact(call).callees
        if not callees or isinstance(callees[0], type):
            return None
        target = function_of(callees[0])
        if not (is_user_function(target) or is_user_generator(target)) or any(
            function_of(c).__code__ is not target.__code__
            for c in callees[1:]
            if isinstance(function_of(c), FunctionType)
        ):
            return None
        traces = self.run.calls.get(call, [])
        return next((t for t in traces if t.function.__code__ is target.__code__), None)

    def is_spliced(self, call: ast.Call, statement: ast.stmt) -> bool:
        """Return whether a call is to be replaced by the statements of the function, when what it changes was read."""
        trace = self.reached(call)
        if (
            trace is None
            or trace.sites > 1
            or trace in self.state.open
            or trace in self.run.spliced
        ):
            return False
        if calls_itself(trace):
            return False
        if not isinstance(trace.tree, ast.FunctionDef) or bound_arguments(call, trace) is None:
            return False
        body = self.host.tree.body
        outermost = isinstance(body, list) and statement in body
        if not (self.always and outermost or self.has_no_pair(call, trace)):
            return False
        return trace.definer is None or trace.definer in self.state.names.of

    def disturbed(self, call: ast.Call, trace: Trace, statement: ast.stmt) -> list[ast.expr]:
        """Return what a statement reads before it makes a call, and the call changes."""
        names = self.changed_outside(trace)
        attributes = self.attributes_changed(trace)
        outside = [n for t in self.run.helpers(trace) for n in syntax.every(ast.Nonlocal, t.tree)]
        bound = {name for node in outside for name in node.names}
        parts, held = read_before(call, statement)
        return [
            part
            for part in parts
            if attributes & (words := words_of(path_of(part) or syntax.show(part)))
            or not words
            and syntax.root_name(part) in (bound if part in held else names)
        ]

    def attributes_changed(self, trace: Trace) -> set[str]:
        """Return the attributes that a function and its helpers write, or whose memory they change."""
        found: set[str] = set()
        for one in self.run.helpers(trace):
            found |= {node.attr for node in syntax.writes(one.tree, ast.Attribute)}
            for node in syntax.walk(one.tree):
                for _, _, path in self.run.fact(node).fields:
                    found |= words_of(path)
        return found

    def has_no_pair(self, call: ast.Call, trace: Trace) -> bool:
        """Return whether a function cannot have a pair of its own."""
        arguments = bound_arguments(call, trace) or {}
        return (
            bool(self.changed_outside(trace) - self.kept(call, trace, arguments))
            or reaches(call, self.state.reached_names)
            and self.changes_attributes(trace)
            or any(self.is_traced_object(value) for value in arguments.values())
            or self.is_property(call)
            or any(self.is_written_object(value) for value in arguments.values())
            and (reaches(call, self.state.reached_names) or touches(trace, self.state.stored))
            or any(self.is_local_function(value) for value in arguments.values())
            or any(self.is_traced_method(value) for value in arguments.values())
            or syntax.has(trace.tree, ast.Nonlocal)
            or trace.definer is not None
            and any(self.is_outer_object(trace, n) for n in attributes_of_free(trace))
            or isinstance(self.run.fact(call).sample, FunctionType)
            or self.is_handed_growing(call, arguments)
            or self.holds_local_function(self.run.fact(call).sample)
            or holds(holds_weights, self.run.fact(call).sample)
            and (
                len(self.state.open) > 1
                or reaches(call, self.state.reached_names | self.state.made)
            )
        )

    def changes_attributes(self, trace: Trace) -> bool:
        """Return whether a function changes what attributes of the host's objects hold: `self.run["mean"] = ...`."""
        return any(
            owner in self.state.names.of
            for helper in self.run.helpers(trace)
            for node in syntax.walk(helper.tree)
            for _, owner, _ in self.run.fact(node).fields
        )

    def kept(self, call: ast.Call, trace: Trace, arguments: dict[str, ast.expr]) -> set[str]:
        """Return the dicts of options in which a helper only keeps values for its caller, as in
        `bn_param["running_mean"] = ...`: they are written at words that the host does not read.
        """
        found = set()
        for own, value in arguments.items():
            name = syntax.identifier(value)
            is_option = (
                isinstance(self.run.fact(value).sample, dict) and name not in self.state.inputs
            )
            if not is_option or trace.definer is not None or calls_itself(trace):
                continue
            if only_keeps(trace.tree, own, call, name, self.host):
                trace.keeps |= {own}
                found.add(name)
        return found

    def is_handed_growing(self, call: ast.Call, arguments: Mapping[str, ast.expr]) -> bool:
        """Return whether a call is handed a list that grows in the loop around it: each trip would keep a copy of the
        list as it is then, and return a gradient for all of it.
        """
        names = {
            value.id
            for value in arguments.values()
            if isinstance(value, ast.Name)
            and isinstance(self.run.fact(value).sample, list)
            and reaches(value, self.state.reached_names)
        }
        around = self.run.inside_function(call) if names else ()
        return any(
            isinstance(one, ast.For | ast.While) and not names.isdisjoint(self.grown_in(one))
            for one in around
        )

    def grown_in(self, loop: ast.For | ast.While) -> set[str]:
        """Return the variables whose lists grow in a loop."""
        if loop not in self.grown:
            self.grown[loop] = {
                node.value.id
                for node in syntax.every(ast.Attribute, loop)
                if node.attr in GROWING and isinstance(node.value, ast.Name)
            }
        return self.grown[loop]

    def is_local_function(self, value: ast.expr) -> bool:
        """Return whether an argument is a lambda, or a function that reads variables of another."""
        sample = self.run.fact(value).sample
        return isinstance(value, ast.Lambda) or (
            isinstance(sample, FunctionType) and sample.__code__ in self.run.definers
        )

    def is_outer_object(self, trace: Trace, owner: ast.Name) -> bool:
        """Return whether a variable around a local function is an object with traced attributes, or keeps code."""
        definer = trace.definer
        if definer in self.state.names.paths and owner.id in self.state.names.paths[definer]:
            return self.is_traced_object(self.state.names.paths[definer][owner.id])
        names = self.state.names.of.get(definer, {}) if definer is not None else {}
        name = names.get(owner.id, owner.id)
        keeps = any(path.partition(".")[0] == name for path in self.state.wholes)
        return keeps or name in self.state.made or self.is_traced_object(syntax.name(name))

    def holds_local_function(self, value: Any) -> bool:
        """Return whether an object keeps a function that reads variables of another."""
        held = vars_of(value).values() if kind_of(value)[0] == "other" else ()
        return any(isinstance(v, FunctionType) and v.__code__ in self.run.definers for v in held)

    def is_traced_object(self, value: ast.expr) -> bool:
        """Return whether an argument is an object with traced attributes, or a container of such objects."""
        if isinstance(value, ast.Subscript) and not holds_objects(self.run.fact(value).sample):
            return False
        if isinstance(value, ast.List | ast.Tuple) and value.elts:
            return all(map(self.is_traced_object, value.elts))
        path = place_of(value)
        return (
            path in self.state.made
            or any(
                is_below(one, path) or is_below(path, one)
                for one in {*self.state.inputs, *self.state.made, *self.state.firsts}
                if path
            )
            or self.is_list_of_made(path)
        )

    def is_list_of_made(self, path: str) -> bool:
        """Return whether a variable is a list of objects that are made here."""
        items = [part for place, part in self.state.wholes.items() if place.startswith(f"{path}[")]
        return bool(items) and all(syntax.identifier(part) in self.state.made for part in items)

    def is_traced_method(self, value: ast.expr) -> bool:
        """Return whether an argument is the method of an object with traced attributes."""
        is_method = isinstance(self.run.fact(value).sample, MethodType)
        return is_method and isinstance(value, ast.Attribute) and self.is_traced_object(value.value)

    def is_property(self, call: ast.Call) -> bool:
        """Return whether what a property computes of an object stands as a call: it is no function to call."""
        match call.func:
            case ast.Attribute(value=owner, attr=word):
                kind = type(self.run.fact(owner).sample)
                return isinstance(getattr(kind, word, None), property)
        return False

    def is_written_object(self, value: ast.expr) -> bool:
        """Return whether an argument is an object of which the host writes attributes."""
        path = place_of(value)
        return any(is_below(one, path) for one in self.state.stored if path)

    def changed_outside(self, trace: Trace) -> set[str]:
        """Return the variables of the functions spliced so far, or of the host, that a function changes."""
        return {
            self.state.names.of[owner].get(name, name) if owner else name
            for owner, name in self.run.far(trace)
            if owner in self.state.names.of or not owner
        }


def read_before(call: ast.Call, statement: ast.stmt) -> tuple[list[ast.expr], set[ast.AST]]:
    """Return the variables, and the attributes and items of them, that a statement reads before it makes a call, and
    those variables of them that are only held until then: what is changed in them is seen. What it stores to is looked
    up last.
    """
    first: ast.AST = statement.value if isinstance(statement, ast.Assign) else statement
    found: list[ast.expr] = []
    held: set[ast.AST] = set()
    waiting = [first]
    while waiting and (node := waiting.pop()) is not call:
        if isinstance(node, ast.Name) or isinstance(node, ast.expr) and path_of(node):
            found.append(node)
        else:
            parts = [p.value if isinstance(p, ast.keyword) else p for p in syntax.parts(node)]
            is_open = any(part is call for part in ast.walk(node))
            asks_class = isinstance(node, ast.Call) and syntax.identifier(node.func) == "type"
            if is_open or asks_class:
                held.update(p for p in parts if isinstance(p, ast.Name))
            waiting.extend(reversed(parts))
    return found, held


def words_of(path: str) -> set[str]:
    return {str(key) for kind, key in steps_of(path)[1] if kind == "attribute"}


def calls_itself(trace: Trace) -> bool:
    """Return whether a function calls itself, directly or through others."""
    run = trace.run
    return any(trace in run.direct(one) for one in run.helpers(trace))


def attributes_of_free(trace: Trace) -> list[ast.Name]:
    """Return the objects of the function around it whose attributes a local function reads."""
    found = [n.value for n in syntax.every(ast.Attribute, trace.tree)]
    return [n for n in found if isinstance(n, ast.Name) and n.id in trace.reads - trace.bound]
