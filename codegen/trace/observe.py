"""One run of a function on example inputs: function and arguments go in, the facts of every place come out."""

from __future__ import annotations

import ast
import copy
import inspect
import os
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from codegen.analysis.effects import changeable, changed_by, differs, may_write
from codegen.errors import CodegenError, Location, TraceError
from codegen.progress import passed
from codegen.trace import instrument
from codegen.trace.facts import Fact
from codegen.trace.followed import function_of, is_user_function, object_of
from codegen.trace.forced import force
from codegen.trace.namespace import Namespace, local_names
from codegen.trace.normalize import normalize
from codegen.trace.outer import arguments_of, closed_over, may_be_differentiated
from codegen.trace.read import FunctionTree, source_of
from codegen.trace.seen import Seen, caller
from codegen.trace.traced import Trace
from codegen.trace.undecorated import with_parameters


@dataclass
class Run(Seen):
    """The state of one run.

    Attributes
    ----------
    calls : dict
        The traces of the user functions that a call reached, by the identity of the call.
    """

    calls: dict[int, list[Trace]] = field(default_factory=dict)
    parents: dict[int, ast.AST | None] = field(default_factory=dict)
    natural: dict[int, set[bool]] = field(default_factory=dict)
    namespace: Namespace = field(default_factory=Namespace)
    definers: dict[int, Trace] = field(default_factory=dict)

    def see_call(self, place: int, callee: Any, *args: Any, **kwargs: Any) -> Any:
        """Report a call, and follow it into a function of the user's."""
        fact = self.at(place)
        if not any(callee is known or callee == known for known in fact.callees[:8]):
            fact.callees.append(callee)
        changed = changed_by(callee, args, kwargs)
        if changed:
            self.note_change(fact, changed, caller(1))
            self.memory.change(place, changed)
        target = function_of(callee)
        if is_user_function(target):
            node, first = self.nodes[place], object_of(callee)
            assert isinstance(node, ast.Call)
            result = self.follow(target, node, (*first, *args), kwargs)
            if isinstance(callee, type):
                result = first[0]
        elif not changed and may_write(callee, args):
            result = self.watched(place, callee, args, kwargs)
        else:
            result = callee(*args, **kwargs)
        fact.see(result)
        return result

    def watched(
        self, place: int, callee: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Call a function that nobody knows, and report which arrays it has written into."""
        given = changeable(callee, args, kwargs)
        before = [one.copy() for one in given]
        result = callee(*args, **kwargs)
        changed = [one for one, old in zip(given, before, strict=True) if differs(one, old)]
        if changed:
            self.note_change(self.at(place), changed, caller(2))
            self.memory.change(place, changed)
        return result

    def follow(
        self, function: FunctionType, node: ast.Call, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Run a user function instrumented, with facts of its own for this place."""
        for open_trace in self.stack:
            if open_trace.function.__code__ is function.__code__ and len(self.stack) > 60:
                return function(*args, **kwargs)
        known = self.calls.setdefault(id(node), [])
        for trace in known:
            if trace.function.__code__ is function.__code__:
                break
        else:
            trace = self.recursive(function) or self.open(
                function,
                node,
                may_be_differentiated(function, args, kwargs),
                arguments_of(function, args, kwargs),
            )
            known.append(trace)
        return self.enter(trace, function, args, kwargs)

    def recursive(self, function: FunctionType) -> Trace | None:
        """Return the trace of a function that is running already: a recursive call shares its facts."""
        return next((t for t in self.stack if t.function.__code__ is function.__code__), None)

    def open(
        self,
        function: FunctionType,
        node: ast.Call | None,
        inputs: set[str],
        given: Mapping[str, Any],
    ) -> Trace:
        """Return a new trace for a function called at `node`."""
        source = source_of(function)
        if isinstance(source.tree, ast.Lambda) and any(
            isinstance(n, ast.IfExp | ast.ListComp | ast.GeneratorExp | ast.Lambda)
            for n in ast.walk(source.tree.body)
        ):
            source = replace(source, tree=instrument.as_definition(source.tree))
        passed("read", source.tree)
        if isinstance(source.tree, ast.FunctionDef):
            outer = {**function.__globals__, **closed_over(function)}
            normalize(source.tree, inputs, outer, given)
            ast.fix_missing_locations(source.tree)
        passed("normalize", source.tree)
        taken = {n for t in self.stack for n in local_names(t.tree)}
        definer = self.definers.get(id(function.__code__))
        constants = {} if definer is not None else closed_over(function)
        own = self.namespace.settle(source.tree, function, constants, taken)
        instrument.number(source.tree, self.nodes)
        self.parents[id(source.tree)] = node
        for parent in ast.walk(source.tree):
            for child in ast.iter_child_nodes(parent):
                self.parents[id(child)] = parent
        return Trace(function, source, self, node, names=own, definer=definer)

    def function_around(self, node: ast.AST) -> FunctionTree | None:
        """Return the function that a node stands in."""
        parent = self.parents.get(id(node))
        while parent is not None and not isinstance(parent, ast.FunctionDef | ast.Lambda):
            parent = self.parents.get(id(parent))
        return parent

    def enter(
        self, trace: Trace, function: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Run the instrumented twin of `function`."""
        runner = self.runner(trace, function)
        try:
            bound = inspect.signature(function).bind(*args, **kwargs)
            bound.apply_defaults()
            for name, value in bound.arguments.items():
                trace.given.setdefault(name, set()).update(self.memory.owners(value))
                fact = trace.arguments.setdefault(name, Fact())
                if self.real is None or name not in trace.values:
                    fact.see(value)
                    trace.values[name] = fact.sample
        except TypeError:
            pass  # the call itself raises the same error with Python's own words
        self.stack.append(trace)
        try:
            return runner(*args, **kwargs)
        finally:
            self.stack.pop()

    def runner(self, trace: Trace, function: FunctionType) -> FunctionType:
        """Return the instrumented twin of a function object."""
        if trace.code is None:
            trace.code = instrument.compiled(trace.source, function)
            trace.names = {**trace.names, **self.globals_of(function)}
            inner = [c for c in trace.code.co_consts if isinstance(c, CodeType)]
            self.definers.update({id(code): trace for code in inner})
        cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
        twin = FunctionType(
            trace.code,
            trace.names,
            function.__name__,
            function.__defaults__,
            tuple(cells[name] for name in trace.code.co_freevars),
        )
        twin.__kwdefaults__ = function.__kwdefaults__
        return twin

    def globals_of(self, function: FunctionType) -> dict[str, Any]:
        """Return a copy of the function's globals, with the hooks."""
        hooks = {
            instrument.VALUE: self.see_value,
            instrument.CALL: self.see_call,
            instrument.TEST: self.see_test,
            instrument.TRIP: self.see_trip,
            instrument.ITEMS: self.see_items,
            instrument.CHANGE: self.see_change,
        }
        return {**function.__globals__, **hooks}


def run(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    inputs: Sequence[str] = (),
) -> tuple[Trace, Any]:
    """Run `function` and return its trace and its value; sides of branches not taken are run as well,
    on fresh arguments.

    Raises
    ------
    TraceError
        If the function itself raises.
    """
    state = Run()
    if not isinstance(function, FunctionType):
        raise CodegenError(
            f"{function!r} is not a Python function",
            advice="Give a function written with def or lambda.",
        )
    function = with_parameters(function)
    trace = state.open(
        function,
        None,
        may_be_differentiated(function, args, kwargs) | set(inputs),
        arguments_of(function, args, kwargs),
    )
    kept_numpy, kept_random = np.random.get_state(), random.getstate()
    fresh = copy.deepcopy((args, dict(kwargs)))
    try:
        value = state.enter(trace, function, args, dict(kwargs))
    except CodegenError:
        raise
    except (Exception, SystemExit) as error:
        raise failure(error, trace) from error
    finally:
        np.random.set_state(kept_numpy)
        random.setstate(kept_random)
    state.natural = {key: set(fact.truths) for key, fact in state.facts.items() if fact.truths}
    force(state, trace, function, fresh)
    return trace, value


def failure(error: Exception | SystemExit, trace: Trace) -> TraceError:
    """Return the error that says where in the user's file the function raised."""
    source = trace.source
    spot = None
    at = error.__traceback__
    while at is not None:
        if at.tb_frame.f_code.co_filename == source.path:
            text = source.lines[at.tb_lineno - 1] if at.tb_lineno <= len(source.lines) else ""
            spot = Location(
                at.tb_frame.f_code.co_name,
                os.path.basename(source.path),
                at.tb_lineno,
                len(text) - len(text.lstrip()),
                text,
            )
        at = at.tb_next
    return TraceError(
        f"{source.name} raised {type(error).__name__} on the example inputs: {error}",
        advice="Call the function itself on these inputs first; it must run before it can be differentiated.",
        location=spot,
    )
