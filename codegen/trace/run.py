"""One run of a function on example inputs: function and arguments go in, the facts of every place come out."""

from __future__ import annotations

import ast
import contextlib
import copy
import inspect
import io
import os
import random
import sys
import sysconfig
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from types import CodeType, FrameType, FunctionType, MethodType
from typing import Any

import numpy as np

from codegen.errors import CodegenError, Location, TraceError
from codegen.gates.canonical import canonical_name
from codegen.gates.match import canonical_heads
from codegen.trace import instrument
from codegen.trace.facts import CHANGEABLE, Behind, Fact, has_float, kind_of
from codegen.trace.memory import Memory
from codegen.trace.namespace import Namespace, local_names
from codegen.trace.normal import normalize
from codegen.trace.source import FunctionTree, Source, pair_name, source_of

MUTATORS = frozenset(
    [
        "add",
        "appendleft",
        "discard",
        "popleft",
        "append",
        "extend",
        "insert",
        "pop",
        "remove",
        "clear",
        "sort",
        "reverse",
        "update",
        "setdefault",
        "popitem",
        "fill",
        "put",
        "resize",
        "itemset",
    ]
)
CHANGES_FIRST = frozenset({np.copyto, np.place, np.put, np.putmask, np.fill_diagonal})


@dataclass
class Trace:
    """A function that was run, at one place it is called from.

    Attributes
    ----------
    function : function
    source : Source
    given : dict
        For each parameter the pieces of memory that it was called with.
    values : dict
        Sample values of the parameters.
    run : Run
        The run it belongs to, which has the facts.
    draws : bool, optional
        Whether it draws random numbers, once somebody has looked.
    spliced : bool
        Whether its statements have taken the place of a call, or calls in it were replaced so.
    definer : Trace, optional
        The function that it was defined in, if that was running.
    renamed : dict
        The names that its variables have in the function it was spliced into.
    """

    function: FunctionType
    source: Source
    run: Run
    place: ast.Call | None
    values: dict[str, Any] = field(default_factory=dict)
    code: CodeType | None = None
    names: dict[str, Any] = field(default_factory=dict)
    arguments: dict[str, Fact] = field(default_factory=dict)
    given: dict[str, set[int]] = field(default_factory=dict)
    draws: bool | None = None
    spliced: bool = False
    definer: Trace | None = None
    renamed: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The name of its pair of functions: that of the function, or of the class for what a class is mainly for."""
        return pair_name(self.function)

    @property
    def tree(self) -> FunctionTree:
        """The tree of the function; facts are filed under its nodes."""
        return self.source.tree


@dataclass
class Run:
    """The state of one run.

    Attributes
    ----------
    facts : dict
        The fact of a tree node, by the identity of the node.
    calls : dict
        The traces of the user functions that a call reached, by the identity of the call.
    forced : dict
        Sides of tests to take at their first visit, by the number of the node.
    """

    nodes: list[ast.AST] = field(default_factory=list)
    facts: dict[int, Fact] = field(default_factory=dict)
    calls: dict[int, list[Trace]] = field(default_factory=dict)
    forced: dict[int, list[bool]] = field(default_factory=dict)
    stack: list[Trace] = field(default_factory=list)
    budget: int = 5_000_000
    parents: dict[int, ast.AST | None] = field(default_factory=dict)
    real: set[int] | None = None
    behind: Behind = field(default_factory=Behind)
    memory: Memory = field(default_factory=Memory)
    natural: dict[int, set[bool]] = field(default_factory=dict)
    held: list[ast.AST] = field(default_factory=list)
    namespace: Namespace = field(default_factory=Namespace)
    definers: dict[int, Trace] = field(default_factory=dict)

    def fact(self, node: ast.AST) -> Fact:
        """Return the fact of a node; an empty one if it was never reached."""
        return self.facts.get(id(node)) or Fact()

    def at(self, place: int) -> Fact:
        """Return the fact to write to, by the number of the node."""
        key = id(self.nodes[place])
        if self.real is not None and key in self.real:
            self.behind.real = self.facts[key]
            return self.behind
        found = self.facts.get(key)
        if found is None:
            found = self.facts[key] = Fact()
        return found

    def copy_facts(self, tree: ast.AST, fresh: ast.AST) -> None:
        """Give the parts of a copy the facts of the original, as far as both have the same form."""
        if tree is fresh:
            return
        if id(tree) in self.facts:
            self.facts[id(fresh)] = self.facts[id(tree)]
        self.held.append(fresh)
        for one, other in zip(
            ast.iter_child_nodes(tree), ast.iter_child_nodes(fresh), strict=False
        ):
            if type(one) is type(other):
                self.copy_facts(one, other)

    # The hooks: called from the instrumented code.

    def see_value(self, place: int, value: Any) -> Any:
        """Report a value."""
        self.at(place).see(value)
        if isinstance(value, CHANGEABLE):
            self.memory.read(place, value)
        return value

    def see_test(self, place: int, value: Any) -> bool:
        """Report which side a test takes; a forced side is taken instead."""
        fact = self.facts.setdefault(id(self.nodes[place]), Fact())
        waiting = self.forced.get(place)
        truth = waiting.pop(0) if waiting else bool(value)
        fact.visits += 1
        fact.truths.add(truth)
        self.budget -= 1
        if self.budget < 0:
            raise CodegenError(
                "the function runs more loop trips than the tool is willing to follow"
            )
        return truth

    def see_trip(self, place: int) -> None:
        """Report one trip of a loop."""
        self.at(place).visits += 1
        self.budget -= 1
        if self.budget < 0:
            raise CodegenError(
                "the function runs more loop trips than the tool is willing to follow"
            )

    def see_change(self, place: int, value: Any, *changed: Any) -> Any:
        """Report which names share the memory that is about to change; return the new value."""
        fact = self.at(place)
        self.note_change(fact, changed, sys._getframe(1))
        self.memory.change(place, changed)
        if len(changed) == 1:
            fact.see(changed[0])
        return value

    def note_change(self, fact: Fact, changed: Sequence[Any], frame: FrameType | None) -> None:
        """Note the names whose values share memory with, or are, one of the changed objects, here and in the callers."""
        fact.visits += 1
        codes = {id(t.code): id(t) for t in self.stack}
        while len(fact.groups) < len(changed):
            fact.groups.append(set())
        here = True
        while frame is not None:
            if here or id(frame.f_code) in codes:
                for number, one in enumerate(changed):
                    names = {n for n, value in frame.f_locals.items() if shares(value, one)}
                    if here:
                        fact.groups[number] |= names
                        fact.shares |= names
                    else:
                        owner = codes[id(frame.f_code)]
                        fact.far |= {(number, owner, name) for name in names}
            frame, here = frame.f_back, False

    def see_call(self, place: int, callee: Any, *args: Any, **kwargs: Any) -> Any:
        """Report a call, and follow it into a function of the user's."""
        fact = self.at(place)
        if not any(callee is known or callee == known for known in fact.callees[:8]):
            fact.callees.append(callee)
        changed = changed_by(callee, args, kwargs)
        if changed:
            self.note_change(fact, changed, sys._getframe(1))
            self.memory.change(place, changed)
        target = function_of(callee)
        if is_user_function(target):
            node, first = self.nodes[place], object_of(callee)
            assert isinstance(node, ast.Call)
            result = self.follow(target, node, (*first, *args), kwargs)
            if isinstance(callee, type):
                result = first[0]
        else:
            result = callee(*args, **kwargs)
        fact.see(result)
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
                function, node, may_be_differentiated(function, args, kwargs)
            )
            known.append(trace)
        return self.enter(trace, function, args, kwargs)

    def recursive(self, function: FunctionType) -> Trace | None:
        """Return the trace of a function that is running already: a recursive call shares its facts."""
        return next((t for t in self.stack if t.function.__code__ is function.__code__), None)

    def open(self, function: FunctionType, node: ast.Call | None, inputs: set[str]) -> Trace:
        """Return a new trace for a function called at `node`."""
        source = source_of(function)
        if isinstance(source.tree, ast.Lambda) and any(
            isinstance(n, ast.IfExp | ast.ListComp | ast.GeneratorExp | ast.Lambda)
            for n in ast.walk(source.tree.body)
        ):
            source = replace(source, tree=as_definition(source.tree))
        if isinstance(source.tree, ast.FunctionDef):
            normalize(source.tree, inputs)
            ast.fix_missing_locations(source.tree)
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

    def way(self, node: ast.AST, side: bool) -> dict[int, list[bool]]:
        """Return the sides of tests to take so that a run reaches one side of a test."""
        found = {node.place: [side]}  # type: ignore[attr-defined]  # set by `number`
        child, parent = node, self.parents.get(id(node))
        while parent is not None:
            if isinstance(parent, ast.If):
                found.setdefault(parent.place, [child in parent.body])  # type: ignore[attr-defined]  # as above
            elif isinstance(parent, ast.While):
                found.setdefault(parent.place, [True])  # type: ignore[attr-defined]  # as above
            child, parent = parent, self.parents.get(id(parent))
        return found

    def function_around(self, node: ast.AST) -> FunctionTree | None:
        """Return the function that a node stands in."""
        parent = self.parents.get(id(node))
        while parent is not None and not isinstance(parent, ast.FunctionDef | ast.Lambda):
            parent = self.parents.get(id(parent))
        return parent

    def untaken(self) -> list[tuple[ast.AST, bool]]:
        """Return the sides of tests that no run has taken, and that have statements."""
        found: list[tuple[ast.AST, bool]] = []
        for node in self.nodes:
            if (
                isinstance(node, ast.If | ast.While)
                and (fact := self.facts.get(id(node)))
                and fact.truths
            ):
                found.extend(
                    (node, side)
                    for side in (True, False)
                    if side not in fact.truths and (node.body if side else node.orelse)
                )
        return found

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
            trace.code = compiled(trace.source, function)
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
            instrument.CHANGE: self.see_change,
        }
        return {**function.__globals__, **hooks}


def compiled(source: Source, function: FunctionType) -> CodeType:
    """Return the code of the instrumented twin, with the same free names as `function`."""
    free = function.__code__.co_freevars
    module = instrument.instrumented(source.tree, free)
    code = compile(module, source.path, "exec")
    outer = next(c for c in code.co_consts if isinstance(c, CodeType))
    inner = next(
        c for c in outer.co_consts if isinstance(c, CodeType) and c.co_name == instrument.TWIN
    )
    return inner.replace(co_name=function.__code__.co_name)


@cache
def library_folders() -> tuple[str, ...]:
    """Return the folders of the standard library and of installed packages."""
    paths = sysconfig.get_paths()
    found = {
        paths["stdlib"],
        paths["platstdlib"],
        paths["purelib"],
        paths["platlib"],
        os.path.dirname(np.__path__[0]),
    }
    return tuple(os.path.realpath(p) + os.sep for p in found)


@cache
def is_library_file(path: str) -> bool:
    """Return whether a file belongs to the standard library or an installed package."""
    return path.startswith("<frozen") or os.path.realpath(path).startswith(library_folders())


def is_user_function(callee: Any) -> bool:
    """Return whether a callee is followed into: a Python function that is neither a library's nor a gate."""
    if not isinstance(callee, FunctionType):
        return False
    path = callee.__code__.co_filename
    if path == "<string>" or is_library_file(path):
        return False
    if callee.__code__.co_flags & (inspect.CO_GENERATOR | inspect.CO_COROUTINE):
        return False
    return canonical_name(callee) not in canonical_heads()


def function_of(callee: Any) -> Any:
    """Return the function that a call runs: that of a method, of a constructor or of a callable object."""
    if isinstance(callee, MethodType):
        return callee.__func__
    if isinstance(callee, type):
        plain = type(callee) is type and callee.__new__ is object.__new__
        return getattr(callee, "__init__", callee) if plain else callee
    call = getattr(type(callee), "__call__", None)
    return call if isinstance(call, FunctionType) else callee


def object_of(callee: Any) -> tuple[Any, ...]:
    """Return the object that the function of a callee is handed first."""
    if isinstance(callee, MethodType):
        return (callee.__self__,)
    if isinstance(callee, type):
        return (callee.__new__(callee),)
    return () if isinstance(callee, FunctionType) else (callee,)


def shares(value: Any, changed: Any) -> bool:
    """Return whether changing `changed` in place can be seen through `value`."""
    if value is changed:
        return not isinstance(value, int | float | str | tuple | type(None))
    if isinstance(value, np.ndarray) and isinstance(changed, np.ndarray):
        return bool(np.may_share_memory(value, changed)) and bool(
            np.shares_memory(value, changed, max_work=10_000)
        )
    if isinstance(value, list | tuple):
        return any(shares(v, changed) for v in value[:64])
    if isinstance(value, dict):
        return any(shares(v, changed) for v in list(value.values())[:64])
    return False


def changed_by(callee: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Any]:
    """Return the objects that a call changes in place, for the callees that are known to do so."""
    changed = []
    owner = getattr(callee, "__self__", None)
    name = getattr(callee, "__name__", "")
    if owner is not None and name in MUTATORS and isinstance(owner, CHANGEABLE):
        changed.append(owner)
    if name == "at" and isinstance(owner, np.ufunc) and args:
        changed.append(args[0])
    if callable(callee) and getattr(callee, "__hash__", None) and callee in CHANGES_FIRST and args:
        changed.append(args[0])
    out = kwargs.get("out")
    if out is not None:
        changed.extend(out if isinstance(out, tuple) else (out,))
    return changed


def may_be_differentiated(
    function: FunctionType, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> set[str]:
    """Return the parameters and outer variables of a function whose values hold floats, or are objects that may."""
    found = {
        name
        for name, cell in zip(
            function.__code__.co_freevars, function.__closure__ or (), strict=True
        )
        if is_filled(cell) and holds_floats(cell.cell_contents)
    }
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except TypeError:
        return found
    bound.apply_defaults()
    return found | {name for name, value in bound.arguments.items() if holds_floats(value)}


def closed_over(function: FunctionType) -> dict[str, Any]:
    """Return the variables of an outer function that is over, functions aside."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return {name: cell.cell_contents for name, cell in cells if is_filled(cell)}


def is_filled(cell: Any) -> bool:
    """Return whether an outer variable has a value yet."""
    try:
        cell.cell_contents  # noqa: B018  # looking is the test
    except ValueError:
        return False
    return True


def holds_floats(value: Any) -> bool:
    """Return whether a value may be differentiated with respect to."""
    return has_float(value) or kind_of(value)[0] == "other" and hasattr(value, "__dict__")


def as_definition(tree: ast.Lambda) -> ast.FunctionDef:
    """Return a lambda as a function of one statement."""
    body = ast.copy_location(ast.Return(value=tree.body), tree.body)
    body.made = True  # type: ignore[attr-defined]  # its text is not a line of the user's
    made = ast.FunctionDef(
        name="__codegen_lambda__", args=tree.args, body=[body], decorator_list=[], returns=None
    )
    made.was_lambda = True  # type: ignore[attr-defined]  # read where the forward pass is printed
    return ast.fix_missing_locations(ast.copy_location(made, tree))


FORCED_RUNS = 60
FORCED_TRIPS = 20_000


def run(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    inputs: Sequence[str] = (),
) -> tuple[Trace, Any]:
    """Run `function` and return its trace and its value; sides of branches not taken are run as well, on fresh arguments.

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
    trace = state.open(function, None, may_be_differentiated(function, args, kwargs) | set(inputs))
    kept_numpy, kept_random = np.random.get_state(), random.getstate()
    fresh = copy.deepcopy((args, dict(kwargs)))
    try:
        value = state.enter(trace, function, args, dict(kwargs))
    except CodegenError:
        raise
    except Exception as error:
        raise failure(error, trace) from error
    finally:
        np.random.set_state(kept_numpy)
        random.setstate(kept_random)
    state.natural = {key: set(fact.truths) for key, fact in state.facts.items() if fact.truths}
    force(state, trace, function, fresh)
    return trace, value


def force(
    state: Run, trace: Trace, function: FunctionType, given: tuple[tuple[Any, ...], dict[str, Any]]
) -> None:
    """Run the sides of branches that were not taken, for facts that stand behind the real ones."""
    tried: set[tuple[int, bool]] = set()
    kept_numpy, kept_random = np.random.get_state(), random.getstate()
    while len(tried) < FORCED_RUNS:
        waiting = [(node, side) for node, side in state.untaken() if (id(node), side) not in tried]
        if not waiting:
            return
        node, side = waiting[0]
        tried.add((id(node), side))
        state.forced, state.real, state.budget = (
            state.way(node, side),
            set(state.facts),
            FORCED_TRIPS,
        )
        args, kwargs = copy.deepcopy(given)
        state.stack.clear()
        try:
            with np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
                state.enter(trace, function, args, kwargs)
        except (
            Exception
        ):  # noqa: BLE001, S110  # a side that cannot run is found to have no facts, and becomes a `raise`
            pass
        finally:
            np.random.set_state(kept_numpy)
            random.setstate(kept_random)


def failure(error: Exception, trace: Trace) -> TraceError:
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
