"""Runs: the state of one run on example inputs, and what it has seen of every function that it came through.

A `Trace` is a function at one place it is called from. The instrumented copy of it calls the hooks of the `Run`, which
file a fact under every node of its tree.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import field, replace
from itertools import takewhile
from types import CodeType, FrameType, FunctionType, MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from codegen import syntax
from codegen.errors import CodegenError
from codegen.pairs import pair_name
from codegen.progress import passed
from codegen.pytree import SCALARS, has_attributes, module_of
from codegen.records import dataclass
from codegen.trace import followed, instrument, memory, operators
from codegen.trace.facts import CHANGEABLE, Behind, Fact, holds_weights
from codegen.trace.literals import Answered, answered, literals, unread, without_other_sides
from codegen.trace.modulenames import Namespace, imported, local_names
from codegen.trace.normalize import normalize
from codegen.trace.normalize.definitions import with_defaults_left
from codegen.trace.normalize.fresh import Fresh
from codegen.trace.normalize.generators import can_be_listed, is_used_up, without_yields, yields
from codegen.trace.normalize.lookup import Keys, Spot
from codegen.trace.outer import (
    arguments_of,
    closed_over,
    form_of_call,
    holds_floats,
    may_be_differentiated,
    rank_of,
)
from codegen.trace.read import FunctionTree, Source, source_of, starts_at

if TYPE_CHECKING:
    from codegen.trace.normalize.wrappers import Spread

CALLING = (
    ast.Call | ast.BinOp | ast.UnaryOp | ast.Compare | ast.Subscript | ast.Attribute | ast.AugAssign
)
DEEPEST_TREE = 16  # objects in objects that one function runs on
MOST_TRACES = 3000  # functions with facts of their own, each at one place it is called from


@dataclass(eq=False)
class Trace:
    """A function that was run, at one place it is called from."""

    function: FunctionType
    source: Source
    run: Run
    """The run it belongs to, which has the facts."""
    place: ast.AST | None
    first: int = 0
    """The place of its first node in the run."""
    values: dict[str, Any] = field(default_factory=dict)
    """Sample values of the parameters."""
    code: CodeType | None = None
    names: dict[str, Any] = field(default_factory=dict)
    arguments: dict[str, Fact] = field(default_factory=dict)
    given: dict[str, dict[int, int]] = field(default_factory=dict)
    """For each parameter the pieces of memory that it was called with."""
    draws: bool | None = None
    """Whether it draws random numbers, once somebody has looked."""
    definer: Trace | None = None
    """The function that it was defined in, if that was running."""
    said: Mapping[str, Any] = field(default_factory=dict)
    """Its parameters that the call at hand gives literals, with these."""
    bound: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    """The names that it binds and reads, as it was run."""
    key: Any = None
    kinds: Any = None
    """What the arguments of a call must be to share these facts, and what they have been so far; None for a
    function whose calls have facts of their own each."""
    answers: tuple[bool | None, ...] = ()
    """What its calls answer to tests that other calls answer otherwise, where it has facts of its own for that."""
    settled: frozenset[str] = frozenset()
    """The parameters that tests asked for which its calls answer, and that nothing reads any more."""
    keeps: frozenset[str] = frozenset()
    """The arguments that are dicts in which it only keeps values for its caller."""
    sites: int = 1
    """The calls that share it."""
    spread: Spread | None = None
    """The parameters that a wrapper has in the place of `*args` and `**kwargs`."""
    direct: tuple[Trace, ...] | None = None
    """The functions that it calls, once somebody has looked; see `Run.helpers`."""
    far: set[tuple[Trace | None, str]] | None = None
    """What it changes of other functions, once somebody has looked; see `Run.far`."""

    @property
    def label(self) -> str:
        """The name of its pair of functions: that of the function, or of the class for what a class is mainly for."""
        owner = next(iter(self.values.values()), None) if self.place is not None else None
        return pair_name(self.function, owner)

    @property
    def tree(self) -> FunctionTree:
        """The tree of the function; facts are filed under its nodes."""
        return self.source.tree

    def owner(self, name: str) -> Trace:
        """Return the function that has a variable of a local one, which those in between may only read."""
        found = self
        while found.definer and name in found.function.__code__.co_freevars:
            found = found.definer
        return found

    def taker(self, name: str) -> Trace | None:
        """Return the function that has a name as a parameter: this one, or the one around a local one that reads it."""
        owner = self.owner(name)
        return owner if name in syntax.parameters(owner.tree.args) else None


@dataclass
class Run:
    """The state of one run, and what it has seen."""

    nodes: list[ast.AST] = field(default_factory=list)
    facts: dict[ast.AST, Fact] = field(default_factory=dict)
    """The fact of each tree node."""
    forced: dict[int, list[bool]] = field(default_factory=dict)
    """Sides of tests to take at their first visit, by the number of the node."""
    budget: int = 5_000_000
    real: set[ast.AST] | None = None
    behind: Behind = field(default_factory=Behind)
    memory: memory.Memory = field(default_factory=memory.Memory)
    trips: dict[int, int] = field(default_factory=dict)
    entered: dict[int, int] = field(default_factory=dict)
    """How often the body of a loop was run, and how often the loop was reached or, for `while`, left; by the number
    of the node."""
    repeated: set[int] = field(default_factory=set)
    """The loops that make each trip twice."""
    stack: list[Trace] = field(default_factory=list)
    calls: dict[ast.AST, list[Trace]] = field(default_factory=dict)
    """The traces of the user functions that a call reached."""
    parents: dict[ast.AST, ast.AST | None] = field(default_factory=dict)
    natural: dict[ast.AST, set[bool]] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)
    """The questions of tests and handlers of which a side was not judged."""
    given_up: list[tuple[Mapping[str, bool | int], str]] = field(default_factory=list)
    """The answers that lead to such sides, and what these say, if the example does not take them."""
    seen_first: frozenset[ast.AST] = frozenset()
    """The nodes that the run on the example has seen, before any side was forced."""
    namespace: Namespace = field(default_factory=Namespace)
    definers: dict[CodeType, Trace] = field(default_factory=dict)
    shared: dict[Any, Trace] = field(default_factory=dict)
    """The traces that further calls with such arguments may share, by function and form of the arguments."""
    apart: set[CodeType] = field(default_factory=set)
    """The functions whose calls have facts of their own each: they change what they are given, say."""
    answered: dict[CodeType, Answered] = field(default_factory=dict)
    """For functions the tests that each of their calls answers by literals, with the answers."""
    varied: dict[CodeType, set[str]] = field(default_factory=dict)
    """The texts of such tests that another call answers otherwise."""
    split: set[CodeType] = field(default_factory=set)
    """The functions whose calls have facts of their own for each way to answer these: they return a list on one, say,
    and an array on another."""
    results: dict[tuple[CodeType, Any], dict[tuple[bool | None, ...], Any]] = field(
        default_factory=dict
    )
    """The ranks of what functions with such tests have returned, by the answers, for each form of arguments."""
    spread: dict[CodeType, dict[Spot, Set[int]]] = field(default_factory=dict)
    """For functions the places of the displays whose items are to have names of their own, as they are changed in
    place, and which of these are arrays."""
    mixed: dict[CodeType, dict[Spot, Keys]] = field(default_factory=dict)
    """For functions the places where a loop names a container of unlike items that they make, and its keys or its
    length there."""
    spliced: dict[Trace, dict[str, str]] = field(default_factory=dict)
    """The functions whose statements have taken the place of a call, or in which calls were replaced so, each with
    the names that its variables have there."""
    keeps_types: bool = False
    """Whether no side is forced that is for values of another type than the example's."""
    counting: frozenset[type] = frozenset()
    again: bool = False
    """Whether such a function has shared facts already, so that the run is to be made again."""
    opened: int = 0

    def fact(self, node: ast.AST) -> Fact:
        """Return the fact of a node; an empty one if it was never reached."""
        return self.facts.get(node) or Fact()

    def at(self, place: int) -> Fact:
        key = self.nodes[place]
        if self.real is not None and key in self.real:
            self.behind.real = self.facts[key]
            return self.behind
        found = self.facts.get(key)
        if found is None:
            found = self.facts[key] = Fact(place=place)
        return found

    def copy_facts(self, tree: ast.AST, fresh: ast.AST) -> None:
        """Give the parts of a copy the facts of the original, as far as both have the same form."""
        if tree is fresh:
            return
        if tree in self.facts:
            self.facts[fresh] = self.facts[tree]
        for one, other in zip(syntax.parts(tree), syntax.parts(fresh), strict=False):
            if type(one) is type(other):
                self.copy_facts(one, other)

    # The hooks: called from the instrumented code.

    def see_value(self, place: int, value: Any) -> Any:
        if value is None and (node := self.nodes[place]) not in (self.real or {node}):
            around = next((n for n in self.around(node) if not isinstance(n, ast.Tuple)), None)
            if isinstance(node, ast.Name) and isinstance(around, ast.Subscript):
                raise TypeError("what the example leaves out adds no axis where it is given")
        self.at(place).see(value)
        if isinstance(value, CHANGEABLE):
            self.memory.read(place, value)
        return value

    def see_test(self, place: int, value: Any) -> bool:
        """Report which side a test takes; a forced side is taken instead."""
        fact = self.facts.setdefault(self.nodes[place], Fact(place=place))
        waiting = self.forced.get(place)
        truth = waiting.pop(0) if waiting else bool(value)
        fact.visits += 1
        fact.truths.add(truth)
        if not truth:
            self.entered[place] = self.entered.get(place, 0) + 1
        self.spend()
        return truth

    def see_trip(self, place: int) -> None:
        self.at(place).visits += 1
        self.trips[place] = self.trips.get(place, 0) + 1
        self.spend()

    def see_items(self, place: int, items: Any) -> Any:
        """Report what a loop runs over; a loop that is forced makes each trip twice."""
        self.entered[place] = self.entered.get(place, 0) + 1
        if place in self.repeated:
            return (item for item in items for _ in range(2))
        return items

    def spend(self) -> None:
        self.budget -= 1
        if self.budget < 0:
            raise CodegenError(
                "the function runs more loop trips than the tool is willing to follow"
            )

    def see_change(
        self,
        place: int,
        value: Any,
        *changed: Any,
        item: Callable[[], Any] | None = None,
        within: Callable[[], Any] | None = None,
    ) -> Any:
        """Report which names share the memory that is about to change; return the new value."""
        fact = self.at(place)
        if within is not None:
            fact.twice |= {""} if memory.is_twice(changed[0], within()) else set()
        if item is not None and isinstance(changed[0], dict | list):
            held = item()
            fact.twice |= {""} if memory.is_twice(held, changed[0]) else set()
            changed = (*changed, held) if isinstance(held, np.ndarray) else changed
            self.facts.setdefault(self.nodes[place].target, Fact()).see(held)  # type: ignore[attr-defined]  # of an update
        self.note_change(fact, changed, caller(1))
        self.memory.change(place, changed)
        if len(changed) == 1 or isinstance(self.nodes[place], ast.AugAssign):
            fact.see(changed[0])
        return value

    def note_change(self, fact: Fact, changed: Sequence[Any], frame: FrameType | None) -> None:
        """Note the names, here and in the callers, whose values are changed objects or share memory with one."""
        fact.visits += 1
        self.disturb(changed)
        codes = {t.code: t for t in self.stack[:-1] if t.code is not None}
        while len(fact.groups) < len(changed):
            fact.groups.append(set())
        here, left = True, len(self.stack)
        while frame is not None and left:
            if here or frame.f_code in codes:
                left -= 1
                own = {n: v for n, v in frame.f_locals.items() if v.__class__ not in SCALARS}
                held = list(memory.attributes(own))
                for number, one in enumerate(changed):
                    names = memory.showing(own.items(), one)
                    owner = self.stack[-1] if here else codes[frame.f_code]
                    fact.fields |= {(number, owner, path) for path in memory.showing(held, one)}
                    if here:
                        outer = frame.f_globals
                        read = [(n, outer[n]) for n in frame.f_code.co_names if n in outer]
                        fact.twice |= {name for name in names if memory.is_twice(one, own[name])}
                        names |= memory.showing(read, one)
                        fact.groups[number] |= names
                    else:
                        fact.far |= {(number, owner, name) for name in names}
            frame, here = frame.f_back, False

    def see_call(self, place: int, callee: Any, *args: Any, **kwargs: Any) -> Any:
        """Report a call, and follow it into a function of the user's."""
        method = operators.method_behind(callee, args)
        if method is not None and followed.is_user_function(method.__func__):
            return self.see_call(place, method)
        fact = self.at(place)
        if callee not in fact.callees[:8]:
            fact.callees.append(callee)
        if isinstance(owner := getattr(callee, "__self__", None), dict) and args:
            if callee.__name__ == "get":
                fact.found.add(args[0] in owner)
        changed = memory.changed_by(callee, args, kwargs)
        if changed:
            self.note_change(fact, changed, caller(1))
            self.memory.change(place, changed)
        target = followed.function_of(callee)
        if followed.remembers(getattr(callee, "__func__", callee)):
            target = self.remembered(place, callee, target, args, kwargs)
        is_followed = isinstance(target, FunctionType) and followed.is_user_function(target)
        if is_followed or self.is_listed(target, self.nodes[place]):
            node, first = self.nodes[place], followed.object_of(callee)
            result = self.follow(target, node, (*first, *args), kwargs)
            if isinstance(callee, type):
                result = first[0]
        elif (
            post := followed.behind_fields((made := followed.of_replaced(callee, args, kwargs))[0])
        ) is not None:
            kind, given, named = made
            result = followed.with_fields_alone(kind)(*given, **named)
            object.__setattr__(result, "__class__", kind)
            self.follow(post, self.nodes[place], (result,), {})
        elif callee is print and self.real is not None:
            result = None  # a forced run is nobody's business
        elif not changed and memory.may_write(callee, args):
            result = self.watched(place, callee, args, kwargs)
        else:
            result = callee(*args, **kwargs)
        fact.see(result)
        if isinstance(result, np.ndarray):
            self.memory.read(place, result)
        return result

    def remembered(
        self, place: int, callee: Any, function: FunctionType, args: tuple[Any, ...], kwargs: Any
    ) -> Any:
        """Return the function behind one that remembers its results, or that one itself where no floats reach it."""
        if not any(map(holds_floats, (*followed.object_of(callee), *args, *kwargs.values()))):
            if not any(map(holds_floats, closed_over(function).values())):
                return callee
        if any(t.function.__code__ is function.__code__ for t in self.stack):
            raise self.stack[-1].source.refuse(
                self.nodes[place],
                f"{function.__name__} calls itself, and remembers the results of its calls",
                "Fill a dict or a list in a loop, from the smallest case on.",
            )
        return function

    def see_operation(self, place: int, name: str, *values: Any) -> Any:
        """Report the value of an operator, and follow it into a method of the user's."""
        result = NotImplemented
        if not all(type(value) in operators.PLAIN for value in values):
            for method in operators.methods_of(name, *values):
                if followed.is_user_function(method.__func__):
                    if name == "Attribute":
                        return self.see_call(place, method)
                    others = [v for v in values if v is not method.__self__] or list(values[1:])
                    result = self.see_call(place, method, *others)
                if result is not NotImplemented:
                    return result
                self.at(place).callees.clear()
        result = operators.PYTHON[name](*values)
        return result if name.startswith("i") else self.see_value(place, result)

    def is_listed(self, function: Any, node: ast.AST) -> bool:
        """Return whether a call of a generator function stands for the list of its items: all are asked for at once."""
        if not followed.is_user_generator(function):
            return False
        parent, around = self.parents.get(node), self.function_around(node)
        return is_used_up(node, parent, around) and can_be_listed(source_of(function).tree)

    def watched(
        self, place: int, callee: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Call a function that nobody knows, and report which arrays it has written into."""
        given = memory.changeable(callee, args, kwargs)
        before = [one.copy() for one in given]
        result = callee(*args, **kwargs)
        changed = [one for one, old in zip(given, before, strict=True) if memory.differs(one, old)]
        if changed:
            self.note_change(self.at(place), changed, caller(2))
            self.memory.change(place, changed)
        return result

    def follow(
        self, function: FunctionType, node: ast.AST, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Run a user function instrumented, with facts of its own for this place."""
        for open_trace in self.stack:
            if open_trace.function.__code__ is function.__code__ and len(self.stack) > 60:
                return function(*args, **kwargs)
        said = literals(node, function, args, kwargs, self.stack[-1].said)
        code = function.__code__
        others = [t for t, a in self.answered.get(code, ()) if answered(t, said) is not a]
        if others:
            self.varied.setdefault(code, set()).update(map(syntax.show, others))
            self.again = True
            return function(*args, **kwargs)
        known = self.calls.setdefault(node, [])
        given = arguments_of(function, args, kwargs)
        texts = sorted(self.varied.get(code, ()))
        ways = tuple(answered(syntax.parse(text), said) for text in texts)
        answers = ways if code in self.split else ()
        trace = next(
            (t for t in known if t.function.__code__ is code and t.answers == answers), None
        )
        if trace is None:
            trace = self.recursive(function, given, answers)
            trace = trace or self.sharing(function, node, given, said, answers)
            known.append(trace)
        elif trace.kinds is not None and trace not in self.stack:
            if form_of_call(given, False) != trace.kinds:
                self.keep_apart(trace)
        rebound = syntax.stores(trace.tree) if said else []
        before, trace.said = trace.said, {k: v for k, v in said.items() if k not in rebound}
        try:
            result = self.enter(trace, function, args, kwargs, given)
        finally:
            trace.said = before
        if isinstance(result, FunctionType):
            self.keep_apart(trace)
        if ways and not answers and trace not in self.stack:
            by_ways = self.results.setdefault((code, form_of_call(given, False)), {})
            by_ways[ways] = rank_of(result)
            if len(set(by_ways.values()) - {None}) > 1:
                self.split.add(code)
                self.again = True
        return result

    def sharing(
        self,
        function: FunctionType,
        node: ast.AST,
        given: Mapping[str, Any],
        said: Mapping[str, Any],
        answers: tuple[bool | None, ...],
    ) -> Trace:
        """Return the trace of another call with such arguments, or a new one.

        Helpers that call each other twice would have a trace for each way through them otherwise, a thousand of ten.
        """
        key = None
        if function.__closure__ is None and function.__code__ not in self.apart:
            form = form_of_call(given, True)
            key = None if form is None else (function, form, answers)
        trace = self.shared.get(key)
        if trace is not None and not self.free_names(trace) & self.taken():
            trace.sites += 1
            return trace
        trace = self.open(function, node, may_be_differentiated(function, given), given, said)
        trace.answers = answers
        if key is not None:
            trace.key, trace.kinds = key, form_of_call(given, False)
            self.shared.setdefault(key, trace)
        return trace

    def keep_apart(self, trace: Trace) -> None:
        """Let no further call share the facts of a function."""
        self.apart.add(trace.function.__code__)
        if self.shared.get(trace.key) is trace:
            del self.shared[trace.key]
        self.again = self.again or trace.sites > 1

    def disturb(self, changed: Sequence[Any]) -> None:
        """Let functions that change what they were given, or what others see, have facts of their own at each call."""
        for value in changed if len(self.stack) > 1 else ():
            if isinstance(value, int | float | complex | str | bytes | tuple | np.generic | None):
                continue
            number = self.memory.piece(value).number if isinstance(value, CHANGEABLE) else None
            for trace in reversed(self.stack[1:]):
                given = any(number in numbers for numbers in trace.given.values())
                if number is not None and not given and trace.function.__closure__ is None:
                    break  # made here
                if trace.kinds is not None:
                    self.keep_apart(trace)

    def direct(self, trace: Trace) -> tuple[Trace, ...]:
        """Return the functions that a function calls, as the run has seen it."""
        if trace.direct is not None and not self.stack:
            return trace.direct
        nodes = syntax.walk(trace.tree)
        calls = [t for n in nodes if isinstance(n, CALLING) for t in self.calls.get(n, ())]
        trace.direct = tuple(dict.fromkeys(calls))
        return trace.direct

    def helpers(self, trace: Trace, but: str = "") -> list[Trace]:
        """Return a function, those that it calls, and those that these call, each once; those of one name left out."""
        found = [trace]
        seen = {trace}
        for one in found:
            fresh = [t for t in self.direct(one) if t not in seen and t.function.__name__ != but]
            found += fresh
            seen.update(fresh)
        return found

    def far(self, trace: Trace) -> set[tuple[Trace | None, str]]:
        """Return the variables of others that a function or its helpers change: the trace, None if over; the name."""
        return set().union(*(self.own_far(t) for t in self.helpers(trace)))

    def own_far(self, trace: Trace) -> set[tuple[Trace | None, str]]:
        """Return the variables of other functions that a function itself changes."""
        if trace.far is None:
            trace.far = set()
            for node in syntax.walk(trace.tree):
                trace.far.update((owner, name) for _, owner, name in self.fact(node).far)
            declared = [n for n in syntax.own_parts(trace.tree) if isinstance(n, ast.Nonlocal)]
            for name in (name for node in declared for name in node.names):
                owner = trace.definer
                while owner is not None and name not in owner.bound:
                    owner = owner.definer
                trace.far.add((owner, name))
        return trace.far

    def free_names(self, trace: Trace) -> set[str]:
        """Return the names of modules that a function reads, and those that its helpers do."""
        return set().union(*(t.reads - t.bound for t in self.helpers(trace)))

    def taken(self) -> set[str]:
        """Return the names that the functions which run at the moment bind."""
        return set().union(*(t.bound for t in self.stack))

    def recursive(
        self,
        function: FunctionType,
        given: Mapping[str, Any],
        answers: tuple[bool | None, ...],
    ) -> Trace | None:
        """Return the trace of a function that is running already: a recursive call shares its facts.

        A method of a base class that runs on an object of another class, as `__call__` of a layer inside a layer
        does, is no recursive call, nor is that of one wrapper around two functions. What runs on the objects of a tree
        one by one has facts of its own for each of them.
        """
        first = next(iter(given.values()), None)
        running = [
            t
            for t in self.stack
            if t.function.__code__ is function.__code__ and wrap_alike(t.function, function)
            if t.answers == answers
        ]
        owners = [next(iter(t.values.values()), None) for t in running]
        if is_layer(first) and holds_weights(first) and len(running) < DEEPEST_TREE:
            return next((t for t, o in zip(running, owners, strict=True) if o is first), None)
        for trace, owner in zip(running, owners, strict=True):
            if not is_layer(first) or not is_layer(owner) or type(first) is type(owner):
                return trace
        return None

    def open(
        self,
        function: FunctionType,
        node: ast.AST | None,
        inputs: set[str],
        given: Mapping[str, Any],
        said: Mapping[str, Any] = MappingProxyType({}),
    ) -> Trace:
        self.opened += 1
        if node is not None and self.opened > MOST_TRACES:
            raise self.stack[-1].source.refuse(
                node,
                f"helpers that change what they are given are called here in more than {MOST_TRACES} places",
                "Let them return what they change.",
            )
        source = self.source_of(function)
        if isinstance(source.tree, ast.Lambda) and any(
            isinstance(n, ast.IfExp | ast.ListComp | ast.GeneratorExp | ast.Lambda)
            or isinstance(n, ast.Attribute)
            and syntax.show(n.value) in function.__code__.co_freevars
            and is_layer(closed_over(function).get(syntax.show(n.value)))
            for n in ast.walk(source.tree.body)
        ):
            source = replace(source, tree=instrument.as_definition(source.tree))
        passed("read", source.tree)
        settled: frozenset[str] = frozenset()
        if isinstance(source.tree, ast.FunctionDef):
            code = function.__code__
            varied = self.varied.get(code, set())
            asked = without_other_sides(
                source.tree, said, varied if code not in self.split else set()
            )
            settled = unread(source.tree, asked)
            before = self.answered.get(code, ())
            known = varied | {syntax.show(test) for test, _ in before}
            new = [(test, answer) for test, answer in asked if syntax.show(test) not in known]
            self.answered[code] = (*before, *new)
        spread = None
        brought = imported(source.tree, function)
        if isinstance(source.tree, ast.FunctionDef):
            outer = {**function.__globals__, **closed_over(function), **brought}
            args = source.tree.args
            if node is not None and (args.vararg or args.kwarg):
                from codegen.trace.normalize.wrappers import with_plain_parameters

                spread = with_plain_parameters(source.tree, outer, given, written_in(function))
            if spread is not None:
                given = spread.named(given)
                inputs = inputs | {n for n, v in given.items() if holds_floats(v)}
            if yields(source.tree):
                without_yields(source.tree, Fresh(source.tree))
            shown, unlike = self.spread.get(code), self.mixed.get(code)
            normalize(source.tree, inputs, outer, given, shown, unlike, self.counting)
            ast.fix_missing_locations(source.tree)
        passed("normalize", source.tree)
        definer = self.definers.get(function.__code__)
        constants = {} if definer is not None else closed_over(function)
        own = self.namespace.settle(source.tree, function, constants, self.taken(), brought)
        first = len(self.nodes)
        self.nodes.extend(syntax.walk(source.tree))
        self.parents[source.tree] = node
        for parent in syntax.walk(source.tree):
            for child in syntax.parts(parent):
                self.parents[child] = parent
        return Trace(
            function,
            source,
            self,
            node,
            first,
            names=own,
            definer=definer,
            bound=frozenset(local_names(source.tree)),
            reads=frozenset(syntax.reads(source.tree)),
            settled=settled,
            spread=spread,
        )

    def source_of(self, function: FunctionType) -> Source:
        """Return where a function is written; a lambda of the normal form stands in the function that made it."""
        definer, code = self.definers.get(function.__code__), function.__code__
        if definer is None:
            return source_of(function)
        names = list(code.co_varnames[: code.co_argcount])
        found = [
            node
            for node in syntax.every(ast.Lambda, definer.tree)
            if [a.arg for a in node.args.args] == names and node.lineno == code.co_firstlineno
        ]
        made = [node for node in found if syntax.note_of(node).made]
        own = [n for n in found if set(code.co_freevars) <= set(syntax.reads(n))]
        for node in made or [n for n in own if starts_at(n, code)] or own:
            return replace(definer.source, tree=syntax.deep(node), name="f")
        source = source_of(function)
        with_defaults_left(source.tree.args, function)
        return source

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what a node stands in, from the inside out."""
        parent = self.parents.get(node)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)

    def function_around(self, node: ast.AST) -> FunctionTree | None:
        functions = (n for n in self.around(node) if isinstance(n, ast.FunctionDef | ast.Lambda))
        return next(functions, None)

    def inside_function(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what a node stands in inside of its function."""
        return takewhile(lambda one: not isinstance(one, ast.FunctionDef), self.around(node))

    def enter(
        self,
        trace: Trace,
        function: FunctionType,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        given: Mapping[str, Any],
    ) -> Any:
        """Run the instrumented twin of `function`; `given` are the arguments by name."""
        runner = self.runner(trace, function)
        if trace.spread is not None:
            if not trace.spread.fits(given):
                raise trace.source.refuse(
                    trace.tree,
                    f"{trace.source.name} is called in one place with other numbers of arguments",
                    "Call it with as many arguments each time.",
                )
            given = trace.spread.named(given)
        for name, value in given.items():
            handed = trace.given.setdefault(name, {})
            for number in self.memory.owners(value):
                handed.setdefault(number, self.memory.clock)
            fact = trace.arguments.setdefault(name, Fact())
            if self.real is None or name not in trace.values:
                fact.see(value)
                trace.values[name] = fact.sample
        self.stack.append(trace)
        try:
            return runner(*args, **kwargs)
        finally:
            self.stack.pop()
            if not self.stack:
                space = function.__globals__
                outer = {name: space[name] for name in function.__code__.co_names if name in space}
                self.memory.outlasts(trace.first, {**outer, **closed_over(function), **given})

    def runner(self, trace: Trace, function: FunctionType) -> FunctionType:
        """Return the instrumented twin of a function object."""
        if trace.code is None:
            trace.code = instrument.compiled(trace.source, function, trace.first)
            trace.names = {**trace.names, **self.globals_of(function)}
            inner = [c for c in trace.code.co_consts if isinstance(c, CodeType)]
            self.definers.update(dict.fromkeys(inner, trace))
        return instrument.twin_of(function, trace.code, trace.names)

    def globals_of(self, function: FunctionType) -> dict[str, Any]:
        """Return a copy of the function's globals, with the hooks."""
        hooks = {
            instrument.VALUE: self.see_value,
            instrument.CALL: self.see_call,
            instrument.TEST: self.see_test,
            instrument.TRIP: self.see_trip,
            instrument.ITEMS: self.see_items,
            instrument.OPERATE: self.see_operation,
            instrument.CHANGE: self.see_change,
        }
        return {**function.__globals__, **hooks}


def caller(depth: int) -> FrameType | None:
    """Return the frame that stands so many calls above the one that asks."""
    frame = inspect.currentframe()
    for _ in range(depth + 1):
        frame = frame.f_back if frame is not None else None
    return frame


def wrap_alike(one: FunctionType, other: FunctionType) -> bool:
    """Return whether two functions made by one definition close over the same functions of the user's."""
    if one is other:
        return True
    outer, others = closed_over(one), closed_over(other)
    return all(
        value.__code__ is others[name].__code__
        for name, value in outer.items()
        if isinstance(value, FunctionType) and isinstance(others.get(name), FunctionType)
    )


def written_in(function: FunctionType) -> list[str]:
    """Return the names of the parameters of what a decorated function wraps, if it is not compiled."""
    is_told = hasattr(function, "__wrapped__") and is_written_out(inspect.unwrap(function))
    return list(inspect.signature(function).parameters) if is_told else []


def is_written_out(function: Any) -> bool:
    """Return whether a function says what its parameters are, as most compiled ones do not."""
    try:
        inspect.signature(function)
    except ValueError:
        return False
    return True


def is_layer(value: Any) -> bool:
    """Return whether a value is an object of a class of the user's."""
    kind = type(value)
    return has_attributes(value) and module_of(kind) not in ("builtins", "types", "numpy")
