"""Inlining: a traced function goes in; out comes the same with some calls replaced by the statements of what they
reach, which are spliced in.

A helper that changes what its caller sees, that returns a function, that is handed an object whose attributes are
traced, or a list which its loop grows, has no forward and backward pass of its own: its statements take the place of
the call, its variables get names that are free there.

>>> from codegen.cli.show import after
>>> text = '''
... class Line:
...     def __init__(self, w, b):
...         self.w, self.b = w, b
...
...     def at(self, x):
...         return self.w * x + self.b
...
... def f(x, w, b):
...     line = Line(w, b)
...     return line.at(x)
... '''
>>> after("inline", text, 3.0, 2.0, 1.0)
f(x, w, b):
    return w * x + b                  # float
"""

from __future__ import annotations

import ast
import copy
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from inspect import getattr_static
from types import BuiltinFunctionType, FunctionType, MethodType, SimpleNamespace
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.gates.pure import GROWING, RESIZING
from codegen.pytree import has_float, is_record, vars_of
from codegen.records import dataclass
from codegen.trace.aggregates import (
    Field,
    Fields,
    Made,
    float_fields,
    new_fields,
    parts_returned,
    touches,
)
from codegen.trace.conditional import asked_in_steps
from codegen.trace.copies import chosen_names, without_copies
from codegen.trace.desugar import desugared
from codegen.trace.differentiable import first_paths
from codegen.trace.facts import CHANGEABLE, has_parts, holds_objects, is_object, kind_of, parts_of
from codegen.trace.followed import function_of, is_user_function, is_user_generator
from codegen.trace.guards import close_message, is_guard, open_message, raising, without_repeats
from codegen.trace.identity import guard, is_another, is_of_another_class
from codegen.trace.keeping import only_keeps
from codegen.trace.leftovers import (
    without_idle_functions,
    without_idle_lists,
    without_unread,
    without_value,
)
from codegen.trace.modulenames import local_names, rename
from codegen.trace.normalize.fresh import (
    assign,
    computed_before,
    exchange,
    gives_itself,
    made,
    moved,
    one_by_one,
    put_each,
    spliced,
)
from codegen.trace.normalize.taint import reaches, tainted
from codegen.trace.optional import there, with_truths
from codegen.trace.passing import (
    bound_arguments,
    copy_of,
    other_items,
    parameters_of,
    placed,
    see,
    spread,
)
from codegen.trace.paths import is_below, is_in, path_of, place_of, steps_of, stored_paths, value_at
from codegen.trace.questions import SCOPES, Questions, is_handed
from codegen.trace.read import MARK
from codegen.trace.renaming import Names, is_read_by_item
from codegen.trace.run import Trace
from codegen.trace.setters import carried_words, setters_of, stored_through, written_objects
from codegen.trace.whole import Building, Wholes, repeated

COMPOUND = (ast.For, ast.While, ast.If, ast.With, ast.Try)
LATER = (ast.Lambda, ast.FunctionDef, ast.Yield, ast.YieldFrom)
PLAIN = (ast.Constant, ast.Starred, ast.Tuple)
MOVING = (RESIZING - GROWING) | {"appendleft", "extendleft", "insert", "reverse", "rotate", "sort"}
EFFECTS = (ast.Call, ast.Starred, ast.NamedExpr, ast.Await)


@dataclass(frozen=True)
class Inlined:
    """A function in which calls and objects have become statements and variables."""

    trace: Trace
    inputs: list[str]
    """The differentiable variables."""
    fields: list[Field]
    """The attributes of arguments that are variables now."""
    wholes: Sequence[str] = ()
    """The arguments, or attributes of arguments, whose gradients are returned."""


def inline(trace: Trace, inputs: Sequence[str], idle: Sequence[str] = ()) -> Inlined:
    """Return a traced function for the given differentiable inputs, with calls and objects taken apart; also those
    that are nothing but their attributes and of which only `idle` attributes have no gradient.
    """
    parameters = parameters_of(trace.tree)
    missing = [name for name in inputs if syntax.first_name(name) not in parameters]
    if missing:
        raise trace.source.refuse(
            trace.tree,
            f"a decorator hides the argument {missing[0]}",
            "Differentiate the function without its decorator.",
        )
    paths = [path for name in inputs for path in paths_of(name, trace.values)]
    desugared(trace.run)
    chosen = chosen_names(trace)
    beside = [path for path in idle if is_of_record(path, trace.values)]
    made = splice(trace, [*paths, *beside], trace.source.path.startswith(MARK))
    given = {p for p in paths if p.isidentifier()}
    reached = tainted(trace.tree, given) if isinstance(trace.tree, ast.FunctionDef) else given
    wanted = {p for p in paths if not p.isidentifier()}
    found = Fields(trace, wanted, made, reached, beside=set(beside)).replace()
    without_copies(trace, chosen, list(found.values()), set(made.classes))
    names = [found[p].name if p in found else p for p in paths]
    return Inlined(trace, names, list(found.values()), list(inputs))


def inlined_helper(trace: Trace, inputs: list[str]) -> Inlined:
    """Return a helper function the same way."""
    chosen, made = chosen_names(trace), splice(trace, inputs)
    found = Fields(trace, set(), made).replace()
    without_copies(trace, chosen, list(found.values()), set(made.classes))
    return Inlined(trace, inputs, list(found.values()))


def chains_in(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield the variables that are read in a function, each with the attributes and items that are read of it; not
    where it is only asked whether there is one.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Compare) and syntax.is_nothing(node.comparators[0]):
            continue
        if isinstance(node, ast.expr) and place_of(node):
            if not isinstance(node, ast.Name) or isinstance(node.ctx, ast.Load):
                yield node
        else:
            yield from chains_in(node)


def objects_in(value: Any, place: str, around: tuple[Any, ...] = ()) -> dict[str, Any]:
    """Return an object, if it is one of the user's, and those in it, by their paths."""
    is_known = any(value is one for one in around)
    if is_known or not is_object(value) or isinstance(value, FunctionType | MethodType):
        return {}
    found = {place: value}
    for name, part in vars_of(value).items():
        found |= objects_in(part, f"{place}.{name}", (*around, value))
    return found


def is_kept_until_asked(tree: ast.FunctionDef, name: str, given: ast.expr) -> bool:
    """Return whether a parameter is what a call gives wherever it is asked for None: it is bound anew on the sides of
    such questions alone, of the only one where the call gives None. A list has as many items as the call gives it where
    its items alone are read.
    """
    if isinstance(given, ast.List) and not is_read_by_item(tree, name):
        return False
    asking = [
        n
        for n in syntax.every(ast.If, tree)
        if isinstance(n.test, ast.Compare)
        and syntax.identifier(n.test.left) == name
        and syntax.is_nothing(n.test.comparators[0])
    ]
    if syntax.is_nothing(given) and len(asking) > 1:
        return False
    inside = {n for one in asking for n in syntax.walk(one)}
    inside |= {n.target for n in syntax.every(ast.AugAssign, tree)}
    return all(n in inside for n in syntax.uses(tree, name) if not isinstance(n.ctx, ast.Load))


def handed_on(tree: ast.AST, names: set[str]) -> set[str]:
    """Return some variables of a function, and those that are bound to one of them or to a part of one."""
    found = set(names)
    given = syntax.every(ast.Assign, tree)
    while True:
        more = {t for node in given if is_handed(node.value, found) for t in syntax.stores(node)}
        if more <= found:
            return found
        found |= more


def is_of_record(path: str, values: Mapping[str, Any]) -> bool:
    """Return whether a path leads to an attribute of an object that is nothing but what its class was given."""
    root, way = steps_of(path)
    return is_record(value_at(values.get(root), way[:-1]))


def paths_of(name: str, values: Mapping[str, Any]) -> list[str]:
    """Return a differentiable argument, or the fields of its dataclasses one by one."""
    root, way = steps_of(name)
    value = value_at(values.get(root), way)
    return [f"{name}{steps}" for steps in float_fields(value)] or [name]


def splice(trace: Trace, inputs: Sequence[str], always: bool = False) -> Made:
    """Put the statements of helpers in the place of their calls, where they can have no pair of their own; return the
    objects that the function makes itself.

    `inputs` are the differentiable arguments, or attributes of arguments.
    """
    if trace in trace.run.spliced or not isinstance(trace.tree, ast.FunctionDef):
        return Made()
    trace.run.spliced[trace] = {}
    splicer = Splicer(trace, inputs, always)
    first = splicer.rebound_parameters()
    splicer.function(trace)
    trace.tree.body[:0] = first
    splicer.names.settle(trace, set())
    for statement in syntax.every(ast.stmt, trace.tree):
        if not is_guard(statement):  # which asks what was there before
            splicer.with_wholes(statement)
    making = [b.statement for b in splicer.buildings]
    with_truths(trace.tree, splicer.made, trace.run, splicer.names.free, making)
    trace.tree.body = without_idle_lists(trace.tree, splicer.listed)
    wholes = Wholes(trace, splicer.buildings)
    kept = wholes.kept()
    repeats = {s for b in splicer.buildings if b.name in kept for s in repeated(b, trace.run)}
    idle = wholes.idle(kept)
    trace.tree.body = spliced(trace.tree.body, lambda s: [] if s in idle else [s])
    trace.tree.body = without_unread(trace.tree, splicer.made, repeats)
    trace.tree.body = without_repeats(without_idle_functions(trace.tree), {})
    classes = {
        path: splicer.classes[path]
        for path in sorted(splicer.made | splicer.classes.keys())
        if syntax.first_name(path) in splicer.made
    }
    lasting = {n for n in classes if not splicer.changes(splicer.kinds.get(n, object))}
    return Made(classes, lasting, kept, repeats, splicer.wholes)


class Splicer:
    """Splices calls into one function."""

    def __init__(self, host: Trace, inputs: Sequence[str], always: bool) -> None:
        self.host, self.run, self.always = host, host.run, always
        self.inputs = set(inputs)
        self.setters = setters_of(host)
        self.firsts = first_paths(host.values, inputs, self.setters.keys())
        self.made: set[str] = set()
        self.classes: dict[str, ast.expr] = {}
        self.kinds: dict[str, type] = {}
        self.made_of: dict[str, set[str]] = {}
        self.buildings: list[Building] = []
        self.wholes: dict[str, ast.expr] = {}
        self.fresh: set[ast.AST] = set()  # where a new object stands that nothing else leads to
        self.theirs = handed_on(host.tree, set(parameters_of(host.tree)))
        self.changed: set[str] | None = None
        self.moving: set[str] | None = None
        # the lists of objects that are made here, and how many there are in each
        self.listed: dict[str, int] = {}
        self.names = Names(host)
        self.open: list[Trace] = []
        self.asked: dict[str, set[str]] = (
            {}
        )  # what is read of each variable, before anything is spliced
        # of each block that is being changed, from the outermost: its statements, and the attributes that hold what
        # they make
        self.done: list[list[ast.stmt]] = []
        self.put: list[set[str]] = []
        self.written = written_objects(host)
        self.stored = stored_through(host, carried_words(host), {})
        self.grown: dict[ast.For | ast.While, set[str]] = {}
        assert isinstance(host.tree, ast.FunctionDef)
        self.reached_names = tainted(host.tree, self.inputs | set(map(syntax.first_name, inputs)))

    def function(self, trace: Trace) -> None:
        """Splice into the body of a function."""
        assert isinstance(trace.tree, ast.FunctionDef)
        self.open.append(trace)
        for node in chains_in(trace.tree):
            self.asked.setdefault(syntax.first_name(place_of(node)), set()).add(place_of(node))
        trace.tree.body = self.block(trace.tree.body)
        self.open.pop()

    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        self.done.append(found)
        self.put.append(set())
        new_names: dict[str, str] = {}
        for whole in body:
            for node in ast.walk(whole) if new_names else ():
                if isinstance(node, ast.Name):
                    node.id = new_names.get(node.id, node.id)
            questions = Questions(self.host, self.inputs, self.made, self.theirs)
            for statement in questions.decided(whole):
                if isinstance(statement, SCOPES):
                    found.append(statement)
                    continue
                for step in self.in_steps(statement):
                    syntax.change_blocks(step, self.block)
                    for one in self.apart(step):
                        found.extend(self.statement(one))
                        if body is self.open[-1].tree.body and self.takes_the_place(one):
                            assert isinstance(one, ast.Assign)
                            name = found.pop().value.id  # type: ignore[attr-defined]  # an assignment of a name
                            new_names[one.targets[0].id] = name  # type: ignore[attr-defined]  # as above
        self.done.pop()
        if self.done:  # what stands behind the block may find another object there
            self.wholes = {path: v for path, v in self.wholes.items() if path not in self.put[-1]}
        self.put.pop()
        return found

    def takes_the_place(self, statement: ast.stmt) -> bool:
        """Return whether a statement gives the name of what a new object was made of to the object, as in `o = V(o)`:
        from there on the object goes by its own name.
        """
        match statement:
            case ast.Assign(targets=[ast.Name(target)], value=ast.Name(name)):
                is_number = target not in self.made
                return is_number and name in self.made and target in self.made_of.get(name, ())
        return False

    def apart(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return an assignment of several objects as one for each."""
        match statement:
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if (
                len(targets) == len(values)
                and (
                    all(isinstance(t, ast.Name) for t in targets)
                    or all(isinstance(t, ast.Attribute) and path_of(t) for t in targets)
                    and all(isinstance(v, ast.Name | ast.Constant) for v in values)
                )
                and any(has_parts(self.run.fact(v).sample) for v in values)
            ):
                names = {t.id for t in targets if isinstance(t, ast.Name)}
                later = {n for v in values[1:] for n in syntax.reads(v)}
                pairs = list(zip(targets, values, strict=True))
                if not names & later:
                    return [made(ast.Assign([t], v), statement) for t, v in pairs]
                first, second = [], []
                for target, value in pairs:
                    assert isinstance(target, ast.Name)
                    own = self.names.free(target.id)
                    first.append(assign(own, value, statement))
                    second.append(made(ast.Assign([target], self.read(own, value)), statement))
                return [*first, *second]
        return [statement]

    def in_steps(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return a statement after those that ask what decides on the calls in it that become statements."""
        self.properties(statement)

        def is_wanted(call: ast.Call, asked: ast.expr) -> bool:
            if self.is_constructed(call, statement):
                return True
            trace = self.reached(call)
            if not self.run.fact(call).visits:  # no run has asked it
                return any(map(self.is_traced_object, (call.func, *call.args)))
            if trace is None or not any(self.is_spliced(call, statement, w) for w in (False, True)):
                return False
            return set(self.disturbed(call, trace, statement)) <= set(ast.walk(asked))

        return asked_in_steps(statement, is_wanted, self.run, self.names.free)

    def properties(self, statement: ast.stmt) -> None:
        """Make the properties that a statement reads of objects with traced attributes calls of what computes them."""

        def called(node: ast.AST) -> ast.expr | None:
            if not isinstance(node, ast.Attribute) or node not in self.run.calls:
                return None
            if not (self.is_traced_object(node.value) or self.is_written_object(node.value)):
                return None
            func = ast.copy_location(ast.Attribute(node.value, node.attr, ast.Load()), node)
            call = ast.copy_location(ast.Call(func, [], []), node)
            self.run.facts[call] = self.run.fact(node)
            self.run.calls[call] = self.run.calls[node]
            self.run.parents[call] = self.run.parents.get(node)
            return call

        put_each(statement, called)

    def replaced(self, statement: ast.stmt) -> None:
        """Make the calls of `dataclasses.replace` in a statement calls of the class, with all fields."""

        def constructed(node: ast.AST) -> ast.expr | None:
            if not isinstance(node, ast.Call) or len(node.args) != 1:
                return None
            owner, fact = node.args[0], self.run.fact(node)
            if fact.callees != [dataclasses.replace] or not self.is_traced_object(owner):
                return None
            given = {k.arg: k.value for k in node.keywords}
            for one in [f for f in fields(fact.sample) if f.init and f.name not in given]:
                read = ast.Attribute(syntax.deep(owner), one.name, ast.Load())
                held = getattr(self.run.fact(owner).sample, one.name)
                given[one.name] = placed(self.run, read, node, held)
            kind = ast.copy_location(syntax.call("type", syntax.deep(owner)), node)
            keywords = [ast.keyword(word, value) for word, value in given.items()]
            call = placed(self.run, ast.Call(kind, [], keywords), node, fact.sample)
            self.run.fact(call).callees.append(type(fact.sample))
            return call

        put_each(statement, constructed)

    def first_names(self, statement: ast.stmt) -> list[ast.stmt]:
        """Let what a statement reads of an object that several paths lead to go by the first; return the guards of the
        others.
        """
        guards: list[ast.stmt] = []

        def first_of(node: ast.AST) -> ast.expr | None:
            path = path_of(node)
            first = self.firsts.get(path)
            if first is None:
                return None
            guards.append(raising(f"{path} is not {first}", f"{path} was {first}", statement))
            return placed(self.run, syntax.parse(first), node, self.run.fact(node).sample)

        if self.firsts:
            put_each(statement, first_of)
        return guards

    def statement(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return one statement after the statements of the calls in it."""
        before = self.first_names(statement)
        while True:
            self.with_wholes(statement)
            self.properties(statement)
            self.replaced(statement)
            call = next(
                (
                    c
                    for c in hoistable(statement)
                    if self.is_constructed(c, statement) or self.is_spliced(c, statement)
                ),
                None,
            )
            if call is None:
                late = [c for c in hoistable(statement) if self.is_spliced(c, statement, True)]
                if not late:
                    break
                before.extend(self.read_first(late[0], statement))
                continue
            if self.is_constructed(call, statement):
                before.extend(self.of_given_callee(call))
                before.extend(self.constructed(call, statement))
                if gives_itself(statement):
                    return before
                continue
            trace = self.reached(call)
            assert trace is not None
            arguments = bound_arguments(call, trace)
            assert arguments is not None
            before.extend(self.of_given_callee(call))
            before.extend(self.guarded(call, next(iter(arguments.values()), None)))
            body, value = self.body(call, trace, arguments)
            is_dropped = isinstance(statement, ast.Expr) and statement.value is call
            before.extend(without_value(body, value) if is_dropped else body)
            if is_dropped:
                assert isinstance(statement, ast.Expr)
                if syntax.has(value, ast.Call):
                    statement.value = value
                    made(statement, statement)
                    return [*before, *self.statement(statement)]
                return before
            exchange(statement, *item_taken(statement, call, value))
            made(statement, statement)
        if is_given_to_itself(statement):
            return before
        if self.takes_the_place(statement):
            return [*before, statement]
        if self.keeps_whole(statement) or self.is_second_name(statement, before):
            return before
        copied = self.copied(statement)
        if copied and self.is_made_there(statement, before):
            return before
        return [*before, *(copied or [statement])]

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

    # ---- guards

    def guarded(self, call: ast.Call, owner: ast.expr | None) -> list[ast.stmt]:
        """Return the statement that raises where an object that the host is given has another method than the one that
        takes the place of a call.
        """
        callee = self.run.fact(call).callees[0]
        is_setter = isinstance(call.func, ast.Attribute) and call.func.attr == "fset"
        if owner is None or isinstance(callee, FunctionType | type) and not is_setter:
            return []
        path = place_of(owner)
        if not path or syntax.first_name(path) in self.made or is_super(call.func):
            return []
        is_path = isinstance(call.func, ast.Attribute | ast.Subscript)
        is_method = is_path and isinstance(callee, MethodType)
        func = call.func if is_method or is_setter else owner
        found = guard(func, callee, self.host, call)
        return [] if found is None else [found]

    def of_given_classes(self, name: str, path: str, sample: Any, at: ast.stmt) -> list[ast.stmt]:
        """Return the statements that raise where an object of the caller's that gets a name, as one of several, is of
        another class, or an object in it: where no more is read of it than its attributes, any class will do.
        """
        if syntax.first_name(path) in self.made:
            return []
        asked: dict[str, Any] = {}
        methods: dict[str, Any] = {}  # which an object may have of its own, whatever its class
        for read in sorted(self.asked.get(name, {name})):
            value, place = sample, path
            for kind, key in steps_of(read)[1]:
                inside = vars_of(value) if is_object(value) and kind == "attribute" else {}
                if key not in inside:
                    of_class = getattr(type(value), key, None) if kind == "attribute" else None
                    if isinstance(of_class, FunctionType) and hasattr(value, "__dict__"):
                        methods[f"{place}.{key}"] = getattr(value, key)
                    break
                value, place = inside[key], f"{place}.{key}"
            asked |= objects_in(value, place)
        questions = [is_of_another_class(p, type(one), self.host) for p, one in asked.items()]
        questions += [
            question
            for place, method in methods.items()
            if (question := is_another(syntax.parse(place), method, self.host)) is not None
        ]
        return [raising(*question, at) for question in questions]

    def is_asked_alike(self, name: str, one: type, other: type) -> bool:
        """Return whether what is asked of a variable that holds objects of two classes is the same of both: attributes
        of their own, or methods and settings that the classes share.
        """
        if one is other:
            return True
        read = [steps_of(path)[1] for path in self.asked.get(name, {name})]
        words = {str(steps[0][1]) if steps else "" for steps in read}
        return all(
            word and getattr_static(one, word, MISSING) is getattr_static(other, word, MISSING)
            for word in words
        )

    def of_given_callee(self, call: ast.Call) -> list[ast.stmt]:
        """Return the statement that raises where a class or a function that the host is given is another one."""
        spread_out: list[ast.stmt] = [
            raising(test, was, call)
            for value, held in spread(call, self.host)
            for test, was in [other_items(syntax.show(value), held)]
        ]
        callee = self.run.fact(call).callees[0]
        is_path = isinstance(call.func, ast.Name | ast.Subscript)
        if not is_path or syntax.root_name(call.func) not in parameters_of(self.host.tree):
            return spread_out
        found = guard(call.func, callee, self.host, call)
        if found is None:
            raise self.open[-1].source.refuse(
                call,
                f"{syntax.show(call.func)} may be another function in the next call",
                "Call a function with a name of its own.",
            )
        return [*spread_out, found]

    # ---- which calls

    def is_spliced(self, call: ast.Call, statement: ast.stmt, waits: bool = False) -> bool:
        """Return whether a call is to be replaced by the statements of the function; one that `waits` is so as soon as
        what it changes was read before.
        """
        trace = self.reached(call)
        if trace is None or trace.sites > 1 or trace in self.open or trace in self.run.spliced:
            return False
        if calls_itself(trace):
            return False
        if not isinstance(trace.tree, ast.FunctionDef) or bound_arguments(call, trace) is None:
            return False
        body = self.host.tree.body
        outermost = isinstance(body, list) and statement in body
        if not (self.always and outermost or self.has_no_pair(call, trace)):
            return False
        return self.can_see(trace) and waits == bool(self.disturbed(call, trace, statement))

    def disturbed(self, call: ast.Call, trace: Trace, statement: ast.stmt) -> list[ast.expr]:
        """Return what a statement reads before it makes a call, and the call changes."""
        names = self.changed_outside(trace)
        attributes = self.attributes_changed(trace)
        return [
            part
            for part in read_before(call, statement)
            if attributes & (words := words_of(path_of(part) or syntax.show(part)))
            or not words
            and syntax.root_name(part) in names
        ]

    def read_first(self, call: ast.Call, statement: ast.stmt) -> list[ast.stmt]:
        """Give what a statement computes before a call, and the call changes, variables of its own; return what sets
        them.
        """
        trace = self.reached(call)
        assert trace is not None
        changed = set(self.disturbed(call, trace, statement))
        if isinstance(statement, ast.AugAssign) and changed & set(ast.walk(statement.target)):
            raise self.open[-1].source.refuse(
                call,
                f"{syntax.show(call.func)} changes {syntax.show(statement.target)}, which is read before the call",
                "Call it in a statement of its own.",
            )
        found: list[ast.stmt] = []
        whole = statement.value if isinstance(statement, ast.Assign) else statement
        for part in computed_before(call, whole):
            if changed.isdisjoint(ast.walk(part)):
                continue
            path = path_of(part) or syntax.show(part)
            word = path.rpartition(".")[2]
            own = self.names.free(f"{word}_before" if word.isidentifier() else "before")
            exchange(statement, part, self.read(own, part))
            found.append(assign(own, part, statement))
        made(statement, statement)
        return found

    def read(self, own: str, part: ast.expr) -> ast.expr:
        """Return what reads a variable that stands for an expression."""
        return placed(self.run, syntax.name(own), part, self.run.fact(part).sample)

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
            or reaches(call, self.reached_names)
            and self.changes_attributes(trace)
            or any(self.is_traced_object(value) for value in arguments.values())
            or any(self.is_written_object(value) for value in arguments.values())
            and (reaches(call, self.reached_names) or touches(trace, self.stored))
            or any(self.is_local_function(value) for value in arguments.values())
            or any(self.is_traced_method(value) for value in arguments.values())
            or syntax.has(trace.tree, ast.Nonlocal)
            or trace.definer is not None
            and any(self.is_outer_object(trace, n) for n in attributes_of_free(trace))
            or isinstance(self.run.fact(call).sample, FunctionType)
            or self.is_handed_growing(call, arguments)
            or self.holds_local_function(self.run.fact(call).sample)
            or has_parts(self.run.fact(call).sample)
            and (len(self.open) > 1 or reaches(call, self.reached_names | self.made))
        )

    def changes_attributes(self, trace: Trace) -> bool:
        """Return whether a function changes what attributes of the host's objects hold: `self.run["mean"] = ...`."""
        return any(
            owner in self.names.of
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
            is_option = isinstance(self.run.fact(value).sample, dict) and name not in self.inputs
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
            and reaches(value, self.reached_names)
        }
        node: ast.AST | None = call if names else None
        while node is not None and not isinstance(node, ast.FunctionDef):
            if isinstance(node, ast.For | ast.While) and names & self.grown_in(node):
                return True
            node = self.run.parents.get(node)
        return False

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
        """Return whether a variable of the function around a local one is an object with traced attributes, or one that
        keeps a function.
        """
        definer = trace.definer
        if definer in self.names.paths and owner.id in self.names.paths[definer]:
            return self.is_traced_object(self.names.paths[definer][owner.id])
        names = self.names.of.get(definer, {}) if definer is not None else {}
        name = names.get(owner.id, owner.id)
        keeps = any(path.partition(".")[0] == name for path in self.wholes)
        return keeps or name in self.made or self.is_traced_object(syntax.name(name))

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
        return path in self.made or any(
            is_below(one, path) or is_below(path, one)
            for one in {*self.inputs, *self.made, *self.firsts}
            if path
        )

    def is_traced_method(self, value: ast.expr) -> bool:
        """Return whether an argument is the method of an object with traced attributes."""
        is_method = isinstance(self.run.fact(value).sample, MethodType)
        return is_method and isinstance(value, ast.Attribute) and self.is_traced_object(value.value)

    def is_written_object(self, value: ast.expr) -> bool:
        """Return whether an argument is an object of which the host writes attributes."""
        path = place_of(value)
        return any(is_below(one, path) for one in self.stored if path)

    def changed_outside(self, trace: Trace) -> set[str]:
        """Return the variables of the functions spliced so far, or of the host, whose memory or value
        a function changes.
        """
        return {
            self.names.of[owner].get(name, name) if owner else name
            for owner, name in self.run.far(trace)
            if owner in self.names.of or not owner
        }

    def can_see(self, trace: Trace) -> bool:
        """Return whether the variables of outer functions that a function reads are variables here."""
        return trace.definer is None or trace.definer in self.names.of

    # ---- the statements of one call

    def body(
        self, call: ast.Call, trace: Trace, arguments: dict[str, ast.expr]
    ) -> tuple[list[ast.stmt], ast.expr]:
        tree = trace.tree
        assert isinstance(tree, ast.FunctionDef)
        syntax.keep_spelling(tree, trace.source.lines)
        self.names.outer(trace)
        objects = {
            name
            for name, value in arguments.items()
            if isinstance(value, ast.Name) and value.id in self.made
        }
        given = {n for n, value in arguments.items() if is_handed(value, self.theirs)}
        theirs = handed_on(tree, given)
        values = {
            n: v
            for n, v in arguments.items()
            if not is_handed(v, self.theirs) and is_kept_until_asked(tree, n, v)
        }
        questions = Questions(self.host, self.inputs, self.made | objects, theirs, values)
        tree.body = [
            one for s in tree.body for one in questions.decided(s) if not gives_itself(one)
        ]
        before = [*self.names.named_apart(tree, arguments, call)]
        told = [open_message(one) for one in syntax.every(ast.If, tree)]
        before += self.names.passed(call, trace, arguments)
        for message in told:
            close_message(message)
        for statement in before:
            self.keeps_whole(statement)
        self.theirs |= {self.names.of[trace].get(name, name) for name in theirs}
        names = self.names.of[trace]
        for node in ast.walk(tree):
            self.names.translate(node, names)
        self.function(trace)
        body = [
            s
            for s in tree.body
            if syntax.bare_string(s) is None and not isinstance(s, ast.Nonlocal)
        ]
        value: ast.expr = ast.copy_location(ast.Constant(None), call)
        if body and isinstance(body[-1], ast.Return):
            value = body.pop().value or value  # type: ignore[attr-defined]  # a return
        see(self.run, value, self.run.fact(call).sample)
        if any(n.attr in RESIZING for n in syntax.every(ast.Attribute, value)):
            own = self.names.free("popped")  # what changes a list is a statement of its own
            body.append(assign(own, value, call))
            value = self.read(own, call)
        return [moved(statement, call) for statement in (*before, *body)], moved(value, call)

    # ---- objects that are made inside, each of which is only its attributes from then on

    def is_constructed(self, call: ast.Call, statement: ast.stmt) -> bool:
        """Return whether a call makes an object of a class of the user's from traced values, or one
        that changes later.
        """
        callees = self.run.fact(call).callees
        if len(callees) != 1 or not isinstance(callees[0], type):
            return False
        if isinstance(call.func, ast.Name) and call.func.id in self.made:
            return False
        if len(self.open) == 1 and call in parts_returned(statement, self.run):
            if self.is_kept_as_given(call, callees[0]):
                return False
        assert isinstance(self.host.tree, ast.FunctionDef)
        values = syntax.given(call)
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if isinstance(target, ast.Name) and (
            target.id in self.changing()
            or target.id in self.reached_names
            and has_parts(self.run.fact(call).sample)
        ):
            pass
        elif isinstance(target, ast.Attribute) and any(
            is_below(one, path_of(target)) for one in self.inputs if path_of(target)
        ):
            pass  # it takes the place of an object that is taken apart
        elif (
            isinstance(target, ast.Attribute)
            and self.is_read_below(path_of(target))
            and has_parts(self.run.fact(call).sample)
            and (
                reaches(call, self.reached_names) or self.changes(type(self.run.fact(call).sample))
            )
        ):
            pass  # its attributes are read from there
        elif len(self.open) > 1:  # among statements that are not in the host yet
            written = stored_paths(self.open[-1].tree)
            is_filled = isinstance(target, ast.Name) and any(
                is_below(p, target.id) for p in written
            )
            if not is_filled and not any(
                has_float(self.run.fact(v).sample)
                or self.is_local_function(v)
                or syntax.identifier(v) in self.made
                for v in values
            ):
                return False
        elif any(map(self.is_local_function, values)):
            pass
        elif not reaches(call, tainted(self.host.tree, self.inputs | self.made)):
            return False
        return self.attributes(call, callees[0]) is not None or any(
            t not in self.run.spliced and bound_arguments(call, t) is not None
            for t in self.run.calls.get(call, [])
        )

    def is_read_below(self, path: str) -> bool:
        """Return whether the function reads attributes, or calls methods, of what it puts into an attribute."""
        words = [path_of(n) for n in syntax.loads(self.open[-1].tree, ast.Attribute)]
        return bool(path) and any(is_below(word, path) for word in words)

    def is_kept_as_given(self, call: ast.Call, made_of: type) -> bool:
        """Return whether a new object is nothing but what its class is given, each of it as it is."""
        found = new_fields(call, made_of)
        sample = self.run.fact(call).sample
        return found is not None and all(
            type(getattr(sample, word, None)) is type(self.run.fact(value).sample)
            for word, value in found.items()
        )

    def changing(self) -> set[str]:
        """Return the variables of the host whose objects some function changes."""
        if self.changed is None:
            traces = [t for n in ast.walk(self.host.tree) for t in self.run.calls.get(n, [])]
            self.changed = set().union(*map(self.changed_outside, traces))
            for node in (
                n for t in traces for h in self.run.helpers(t) for n in syntax.walk(h.tree)
            ):
                for _, owner, path in self.run.fact(node).fields:
                    if owner is self.host:
                        self.changed.add(syntax.first_name(path))
        return self.changed

    def attributes(self, call: ast.Call, made_of: type) -> dict[str, ast.expr] | None:
        """Return the attributes of a new object of a dataclass, or of a class without any, that is made without code of
        the user's.
        """
        if made_of is SimpleNamespace and not call.args:
            return {k.arg: k.value for k in call.keywords if k.arg is not None}
        if is_empty(made_of) and not call.args and not call.keywords:
            return {}
        found = new_fields(call, made_of) if is_dataclass(made_of) else None
        if found is None:
            return None
        sample = self.run.fact(call).sample
        for one in fields(made_of):
            if one.name not in found:
                value = ast.copy_location(ast.Constant(getattr(sample, one.name, None)), call)
                found[one.name] = value
        return found

    def constructed(self, call: ast.Call, statement: ast.stmt) -> list[ast.stmt]:
        """Return the statements that make the attributes of a new object; its variable takes the place of the call."""
        made_of = self.run.fact(call).callees[0]
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        once = (
            isinstance(target, ast.Name)
            and isinstance(statement, ast.Assign)
            and statement.value is call
            and len(statement.targets) == 1
            and target.id not in self.names.rebound()
            and target.id not in syntax.reads(call)
        )
        name = (
            target.id
            if once and isinstance(target, ast.Name)
            else self.names.free(name_for(made_of))
        )
        self.made.add(name)
        self.classes[name], self.kinds[name] = call.func, made_of
        self.made_of[name] = set(syntax.reads(call))
        owner = self.read(name, call)
        is_put = self.is_put(name, call, statement)
        building = self.building(name, call, is_put)
        is_there = there(name, call)
        before = self.held_apart(call) if is_put else []
        attributes = self.attributes(call, made_of)
        whole = copy_of(call, self.run)
        if attributes is not None:
            given: list[ast.stmt] = [
                made(ast.Assign([ast.Attribute(owner, key, ast.Store())], value), call)
                for key, value in attributes.items()
            ]
            found = [one for s in given for one in self.copied(s) or [s]]
        else:
            trace = next(t for t in self.run.calls[call] if t not in self.run.spliced)
            arguments = bound_arguments(call, trace)
            assert arguments is not None
            arguments[next(iter(arguments))] = owner
            found, _ = self.body(call, trace, arguments)
            if is_put and found:
                found = spliced(found, lambda s: one_by_one(s, sets_attributes))
        nodes = [n for one in found for n in syntax.walk(one)]
        owners = {n.value for n in nodes if isinstance(n, ast.Attribute)}
        if all(n in owners for n in nodes if isinstance(n, ast.Name) and n.id == name):
            owner = self.read(name, call)
            self.fresh.add(owner)
        exchange(statement, call, owner)
        made(statement, statement)
        makes = attributes is not None
        if building is None:
            return [is_there, *(one for one in found if not self.keeps_whole(one, makes))]
        building.statement.value = whole
        building.attributes += found
        found = [s for s in found if not self.keeps_whole(s, makes)]
        return [*before, is_there, building.statement, *found]

    def building(self, name: str, call: ast.Call, is_put: bool) -> Building | None:
        """Return how a new object is made as a whole, if what it is made of is computed once: as names where the object
        `is_put` somewhere.
        """
        parts = syntax.given(call)
        if not is_put and not all(isinstance(p, PLAIN) or place_of(p) for p in parts):
            return None
        self.buildings.append(Building(assign(name, call, call), []))
        syntax.note(self.buildings[-1].statement, hands_on=True)
        return self.buildings[-1]

    def is_put(self, name: str, call: ast.Call, statement: ast.stmt) -> bool:
        """Return whether a new object is put into an attribute that held none, or, if it changes, into a container."""
        nodes = syntax.walk(self.open[-1].tree)
        changes = self.changes(self.kinds[name])
        wholes = {call, *syntax.uses(self.open[-1].tree, name, ast.Load)}
        for node in [statement, *(n for n in nodes if isinstance(n, ast.Assign | ast.Expr))]:
            match node:
                case ast.Assign(targets=[ast.Attribute() as target], value=value):
                    parts = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
                    counts = self.held_nothing(path_of(target))
                case ast.Assign(targets=[ast.Subscript()], value=value):
                    parts, counts = [value], changes
                case ast.Expr(value=ast.Call(func=ast.Attribute(attr="append"), args=parts)):
                    counts = changes
                case _:
                    continue
            if counts and wholes.intersection(parts):
                return True
        return False

    def held_nothing(self, path: str) -> bool:
        """Return whether an attribute, of what the host is given or of an object that is to be kept, held no object
        whose attributes are variables that get those of another.
        """
        if not path:
            return False
        root, steps = steps_of(path)
        if root in self.made and root not in {b.name for b in self.buildings}:
            return False
        return not has_parts(value_at(self.host.values.get(root, MISSING), steps))

    def held_apart(self, call: ast.Call) -> list[ast.stmt]:
        """Return the statements that give names to what a new object is made of."""
        found: list[ast.stmt] = []
        for part in syntax.given(call):
            if not isinstance(part, PLAIN) and not place_of(part):
                own = self.names.free("part")
                found.append(assign(own, part, call))
                exchange(call, part, self.read(own, part))
        return found

    # ---- functions and objects that such an object keeps

    def keeps_whole(self, statement: ast.stmt, makes: bool = False) -> bool:
        """Return whether a statement, of a constructor or one that `makes` an object without any, gives a new object a
        function, or another object that is made here, which stands wherever the attribute is read.
        """
        match statement:
            case ast.Assign(
                targets=[target], value=ast.List() | ast.Tuple() | ast.Dict() as display
            ):
                self.keeps_items(target, display)
                return False
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(owner), attr=word)], value=value
            ) if (owner in self.made):
                pass
            case ast.Assign(
                targets=[ast.Attribute() as target], value=ast.Name(name) as value
            ) if name in {b.name for b in self.buildings} and self.is_put_once(path_of(target)):
                self.wholes[path_of(target)] = value
                self.put[-1].add(path_of(target))
                return False
            case _:
                return False
        is_named = isinstance(value, ast.Name) or bool(syntax.dotted(value))
        if isinstance(value, ast.Name) and value.id in self.made:
            makes |= self.open[-1].function.__name__ == "__init__"
            if not makes:
                return False
        elif not is_named or not is_function(self.run.fact(value).sample):
            return False
        most = 0 if is_dataclass(self.kinds[owner]) else 1  # in the constructor
        if syntax.root_name(value) in self.names.rebound() or self.setters.get(word, 0) > most:
            return False
        self.wholes[f"{owner}.{word}"] = value
        return True

    def keeps_items(self, target: ast.expr, display: ast.List | ast.Tuple | ast.Dict) -> None:
        """Let the objects that are made here and stand in a list, tuple or dict stand wherever an item of it is read:
        nothing puts others in their places.
        """
        path, root = place_of(target), syntax.root_name(target)
        parts = display.values if isinstance(display, ast.Dict) else display.elts
        keys = (
            display.keys
            if isinstance(display, ast.Dict)
            else map(syntax.constant, range(len(parts)))
        )
        if isinstance(target, ast.Name):
            is_kept = target.id not in self.names.rebound()
        else:
            is_kept = root in self.made and self.setters.get(path.rpartition(".")[2], 0) < 2
            is_kept = is_kept or self.is_put_once(path)
        names = [p.id for p in parts if isinstance(p, ast.Name) and p.id in self.made]
        if not path or not names or len(names) < len(parts) or not is_kept:
            return
        if self.resized() - {"append", "extend"}:
            return
        if not self.names.rebound().isdisjoint(names):
            return
        for key, part in zip(keys, parts, strict=True):
            if isinstance(key, ast.Constant):
                self.listed[path] = len(parts)
                self.wholes[f"{path}[{key.value!r}]"] = part
                if root not in self.made:
                    self.put[-1].add(f"{path}[{key.value!r}]")

    def resized(self) -> set[str]:
        """Return the methods that make a list or dict of objects longer or shorter anywhere, or change what stands
        where, "[]" for stores among them.
        """
        if self.moving is None:
            nodes = [n for t in self.run.helpers(self.host) for n in syntax.walk(t.tree)]
            chains = [n for n in nodes if isinstance(n, ast.Attribute | ast.Subscript)]
            self.moving = {
                n.attr if isinstance(n, ast.Attribute) else "[]"
                for n in chains
                if (
                    n.attr in MOVING | GROWING
                    if isinstance(n, ast.Attribute)
                    else not isinstance(n.ctx, ast.Load)
                )
                and isinstance(held := self.run.fact(n.value).sample, list | dict)
                and holds_objects(held)
            }
        return self.moving

    def is_put_once(self, path: str) -> bool:
        """Return whether a statement puts an object into an attribute that held none, that nothing else writes, and
        that nothing has read before, where the statement is always executed.
        """
        if not self.held_nothing(path) or self.setters.get(path.rpartition(".")[2], 0) > 1:
            return False
        made = [s for b in self.buildings for s in (b.statement, *b.attributes)]
        before = [
            n for one in (*self.done[0], *made) if not is_guard(one) for n in syntax.walk(one)
        ]
        return len(self.done) > 1 or not any(is_in(path_of(n), path) for n in before)

    def with_wholes(self, statement: ast.stmt) -> None:
        """Put the functions and objects that new objects keep in the place of their attributes."""

        def whole(node: ast.AST) -> ast.expr | None:
            if not isinstance(node, ast.Attribute | ast.Subscript):
                return None
            if not isinstance(node.ctx, ast.Load):
                return None
            found = self.wholes.get(path_of(node) or self.from_the_end(node))
            if isinstance(found, ast.Name) and syntax.root_name(node) not in self.made:
                return self.read(found.id, node)
            return None if found is None else copy_of(found, self.run)

        if self.wholes:
            put_each(statement, whole)

    def from_the_end(self, node: ast.expr) -> str:
        """Return the path of an item that is counted from the end of a list that keeps its length: `layers[-1]`."""
        match node:
            case ast.Subscript(value, ast.UnaryOp(ast.USub(), ast.Constant(int(k)))) if (
                path := place_of(value)
            ) in self.listed and not self.resized():
                return f"{path}[{self.listed[path] - k}]"
        return ""

    def rebound_parameters(self) -> list[ast.stmt]:
        """Give parameters that hold objects and are bound anew a variable of their own; return what sets it."""
        tree = self.host.tree
        assert isinstance(tree, ast.FunctionDef)
        found: list[ast.stmt] = []
        for name in [n for n in parameters_of(tree) if n in self.names.rebound()]:
            sample = self.host.values.get(name)
            if not has_parts(sample) or self.changes(type(sample)):
                continue
            new = self.names.free(name)
            rename(tree, name, new)
            self.reached_names |= {new} if name in self.reached_names else set()
            for a in ast.walk(tree.args):
                if isinstance(a, ast.arg) and a.arg == new:
                    a.arg = name
            value = placed(self.run, syntax.name(name), tree.body[0], sample)
            first = assign(new, value, tree.body[0])
            self.open.append(self.host)
            found += self.copied(first, name in self.reached_names) or [first]
            self.open.pop()
        return found

    def copied(self, statement: ast.stmt, is_traced: bool = False) -> list[ast.stmt]:
        """Return what gives a variable the attributes of an object one by one: a copy, or a second name, which is the
        same where no object of the class ever changes. The object may be one that `is_traced` later.
        """
        if not isinstance(statement, ast.Assign) or len(statement.targets) > 1:
            return []
        target, value = statement.targets[0], statement.value
        call = value if isinstance(value, ast.Call) else None
        callee = next(iter(self.run.fact(value).callees), None)
        is_copy = call is not None and callee in (copy.copy, copy.deepcopy)
        if call is not None and is_copy and len(call.args) == 1:
            value = call.args[0]
        sample = self.run.fact(value).sample
        path = place_of(value)
        if not path or not has_parts(sample):
            return []
        if isinstance(target, ast.Name):
            is_traced |= target.id in self.reached_names and target.id in self.names.rebound()
            if self.changes_here(type(sample)) and value not in self.fresh and not is_copy:
                return []
            if len(self.open) == 1 and target.id in parameters_of(self.host.tree):
                return []
        elif self.changes(type(sample)) or not self.is_of_made(target):
            return []
        is_part = not isinstance(target, ast.Name) and is_record(sample)  # beside others
        if not (is_traced or is_part or self.is_traced_object(value)):
            return []
        hooks = ("__copy__", "__deepcopy__")
        is_own = any(hasattr(sample, hook) for hook in hooks)
        if is_copy and (is_own or any(map(is_object, vars_of(sample).values()))):
            return []  # what is inside is shared, or up to the class
        name = place_of(target)
        guards = self.of_given_classes(name, path, sample, statement)
        kind = self.kinds.setdefault(name, type(sample))
        if not self.is_asked_alike(name, kind, type(sample)):
            raise self.open[-1].source.refuse(
                statement,
                f"{name} is a {kind.__name__} on one way and a {type(sample).__name__} on another",
                "Use each of them on its own way.",
            )
        if name not in self.classes or isinstance(self.classes[name], ast.Call):
            self.classes[name] = self.classes.get(path, syntax.call("type", syntax.parse(path)))
        found = [*guards]
        if isinstance(target, ast.Name):
            self.made.add(name)
            found.append(there(name, statement, syntax.identifier(value)))
        for steps, part in parts_of(sample):
            left, right = (
                ast.copy_location(syntax.parse(f"{text}{steps}"), statement)
                for text in (name, path)
            )
            left.ctx = ast.Store()  # type: ignore[attr-defined]  # an attribute
            for node in (*ast.walk(left), *ast.walk(right)):
                ast.copy_location(node, statement)
            see(self.run, right, part)
            if call is not None and callee is copy.deepcopy and isinstance(part, CHANGEABLE):
                right = placed(self.run, ast.Call(call.func, [right], []), statement, part)
                self.run.fact(right).callees.append(callee)
            found.append(made(ast.Assign([left], right), statement))
        return found

    def is_of_made(self, target: ast.expr) -> bool:
        """Return whether an attribute is one of an object that is made here."""
        path = path_of(target) if isinstance(target, ast.Attribute) else ""
        return bool(path) and syntax.first_name(path) in self.made

    def is_made_there(self, statement: ast.stmt, before: list[ast.stmt]) -> bool:
        """Let the statements that make an object make it under the name that it gets, where none of them reads what
        that name held; return whether that was done.
        """
        match statement:
            case ast.Assign(targets=[ast.Name(new)], value=ast.Name(old)):
                pass
            case _:
                return False
        names = [syntax.every(ast.Name, s) for s in before]
        first = next((k for k, found in enumerate(names) if any(n.id == old for n in found)), None)
        if first is None:
            return False
        rest = names[first if isinstance(before[first], COMPOUND) else first + 1 :]
        if any(n.id == new for found in rest for n in found):
            return False
        for node in (n for found in names for n in found if n.id == old):
            node.id = new
        return True

    def changes(self, kind: type) -> bool:
        """Return whether anything but a constructor changes objects of a class."""
        return any(sample is MISSING or isinstance(sample, kind) for sample in self.written)

    def changes_here(self, kind: type) -> bool:
        """Return whether anything changes objects of a class as long as the function that is being spliced has names
        for them: it may return none, and no function or generator that reads one later.
        """
        if len(self.open) == 1 or not self.changes(kind):
            return self.changes(kind)
        inner = self.open[-1]
        nodes = [n for n in syntax.walk(inner.tree) if n is not inner.tree]
        is_late = is_user_generator(inner.function) or any(isinstance(n, LATER) for n in nodes)
        returned = [n.value for n in nodes if isinstance(n, ast.Return)]
        return (
            is_late
            or any(isinstance(held, kind) for held in written_objects(inner))
            or any(
                value is not None and holds_objects(self.run.fact(value).sample)
                for value in returned
            )
        )

    def is_second_name(self, statement: ast.stmt, before: list[ast.stmt]) -> bool:
        """Return whether a statement only gives an object that was made here another name; both are
        one variable from now on.
        """
        if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Name):
            return False
        old, target = statement.value.id, statement.targets[0]
        if old not in self.made or len(statement.targets) > 1 or not isinstance(target, ast.Name):
            return False
        new = target.id
        names = [n for t in dict.fromkeys([self.host, self.open[-1]]) for n in local_names(t.tree)]
        if names.count(new) > 1 or names.count(old) > 1:
            return False
        is_kept = any(syntax.root_name(one) == old for one in self.wholes.values())
        if is_kept and any(
            new in syntax.names(loop)
            for loop in syntax.walk(self.host.tree)
            if isinstance(loop, ast.For | ast.While)
        ):
            return False  # the next trip may make another
        if old in names or is_kept:
            rename(self.open[-1].tree, new, old)
            return True
        self.made = (self.made - {old}) | {new}
        self.wholes |= {
            f"{new}.{path.partition('.')[2]}": value
            for path, value in self.wholes.items()
            if path.partition(".")[0] == old
        }
        self.classes[new], self.kinds[new] = self.classes[old], self.kinds[old]
        for one in before:
            for node in ast.walk(one):
                if isinstance(node, ast.Name) and node.id == old:
                    node.id = new
        return True


def sets_attributes(targets: list[ast.expr], values: list[ast.expr]) -> bool:
    """Return whether several attributes are set to what is no part of their object."""
    owners = {syntax.root_name(t) for t in targets if isinstance(t, ast.Attribute)}
    return len(owners) == 1 and not owners & {n for v in values for n in syntax.names(v)}


def is_empty(kind: type) -> bool:
    """Return whether objects of a class of the user's have no attributes when they are made."""
    is_plain = type(kind) is type and not is_dataclass(kind)
    return is_plain and all(
        getattr(kind, word) is getattr(object, word) for word in ("__new__", "__init__")
    )


def name_for(kind: type) -> str:
    """Return a name for an object of a class; it must not be that of the class."""
    word = kind.__name__.lower()
    return word if word != kind.__name__ else word[0]


def is_given_to_itself(statement: ast.stmt) -> bool:
    """Return whether a statement gives an attribute what it holds: that of `self.pos += v` where `__iadd__` returns the
    object it has changed.
    """
    match statement:
        case ast.Assign(targets=[ast.Attribute() as target], value=ast.Attribute() as value):
            return syntax.note_of(statement).made and path_of(target) == path_of(value) != ""
    return False


def is_function(value: Any) -> bool:
    """Return whether a value is a function, one of NumPy's or one written in C among them."""
    return isinstance(value, FunctionType | BuiltinFunctionType | np.ufunc)


def read_before(call: ast.Call, statement: ast.stmt) -> list[ast.expr]:
    """Return the variables, and the attributes and items of them, that a statement reads before it makes a call; what
    it stores to is looked up last.
    """
    first: ast.AST = statement.value if isinstance(statement, ast.Assign) else statement
    found: list[ast.expr] = []
    waiting = [first]
    while waiting and (node := waiting.pop()) is not call:
        if isinstance(node, ast.Name) or isinstance(node, ast.expr) and path_of(node):
            found.append(node)
        else:
            waiting.extend(reversed(syntax.parts(node)))
    return found


def words_of(path: str) -> set[str]:
    return {str(key) for kind, key in steps_of(path)[1] if kind == "attribute"}


def is_super(func: ast.expr) -> bool:
    """Return whether a callee is a method of the class above: that of the method it stands in is guarded."""
    match func:
        case ast.Attribute(value=ast.Call(func=ast.Name("super"))):
            return True
    return False


def calls_itself(trace: Trace) -> bool:
    """Return whether a function calls itself, directly or through others."""
    run = trace.run
    return any(trace in run.direct(one) for one in run.helpers(trace))


def hoistable(statement: ast.stmt) -> Iterator[ast.Call]:
    """Yield the calls of a statement that are surely made, in the order in which they are."""
    if isinstance(statement, ast.While):
        return
    for field, value in ast.iter_fields(statement):
        if field in ("body", "orelse", "finalbody", "handlers"):
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.AST):
                yield from calls_in(part)


def calls_in(node: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of an expression, inner ones first."""
    waiting: list[tuple[ast.AST, bool]] = [(node, False)]
    while waiting:
        part, is_done = waiting.pop()
        if is_done:
            if isinstance(part, ast.Call):
                yield part
        elif isinstance(
            part, ast.IfExp | ast.BoolOp
        ):  # what is asked first is evaluated in any case
            waiting.append((part.test if isinstance(part, ast.IfExp) else part.values[0], False))
        elif not isinstance(part, syntax.DEFERRED):
            waiting.append((part, True))
            waiting.extend((c, False) for c in reversed(list(syntax.parts(part))))


def attributes_of_free(trace: Trace) -> list[ast.Name]:
    """Return the objects of the function around it whose attributes a local function reads."""
    found = [n.value for n in syntax.every(ast.Attribute, trace.tree)]
    return [n for n in found if isinstance(n, ast.Name) and n.id in trace.reads - trace.bound]


def item_taken(statement: ast.stmt, call: ast.expr, value: ast.expr) -> tuple[ast.expr, ast.expr]:
    """Return a call and its value; or its item and the part of the tuple, as in `forward(x)[0]` of a function that
    returns `out, cache`, where nothing is lost with the other parts.
    """
    parts = value.elts if isinstance(value, ast.Tuple) else []
    for node in ast.walk(statement) if parts else ():
        match node:
            case ast.Subscript(value=owner, slice=ast.Constant(int(k))) if owner is call:
                rest = [part for part in parts if part is not parts[k]]
                if not any(isinstance(n, EFFECTS) for part in rest for n in ast.walk(part)):
                    return node, parts[k]
    return call, value
