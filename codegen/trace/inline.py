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
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from types import FunctionType, MethodType
from typing import Any

from codegen import syntax
from codegen.gates.pure import RESIZING
from codegen.pytree import has_fields, has_float, holds, is_record, pairs_of, vars_of
from codegen.records import dataclass
from codegen.trace import passing
from codegen.trace.aggregates import Field, Fields, Made, float_fields, plain
from codegen.trace.candidates import Candidates
from codegen.trace.conditional import asked_in_steps
from codegen.trace.desugar import desugared, is_plainly_set
from codegen.trace.differentiable import ways_into
from codegen.trace.facts import has_parts, holds_objects, holds_weights, parts_of
from codegen.trace.guards import close_message, is_guard, open_message, raising, without_repeats
from codegen.trace.identity import guard, is_of_another_class
from codegen.trace.leftovers import (
    chosen_names,
    without_copies,
    without_idle_functions,
    without_idle_lists,
    without_unread,
    without_value,
)
from codegen.trace.normalize.fresh import (
    assign,
    computed_before,
    exchange,
    gives_itself,
    made,
    moved,
    put_each,
    spliced,
)
from codegen.trace.normalize.taint import tainted
from codegen.trace.objects import LATER, Objects
from codegen.trace.optional import with_truths
from codegen.trace.paths import (
    handed_on,
    is_handed,
    path_of,
    place_of,
    steps_of,
    value_at,
)
from codegen.trace.questions import SCOPES, Questions
from codegen.trace.read import MARK
from codegen.trace.renaming import is_read_by_item
from codegen.trace.run import Trace
from codegen.trace.setters import written_objects
from codegen.trace.splicing import Splicing
from codegen.trace.whole import Wholes, repeated

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
    parameters = passing.parameters_of(trace.tree)
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
    beside += [path for path in replaced_parts(trace) if path not in {*paths, *beside}]
    made = splice(trace, [*paths, *beside], trace.source.path.startswith(MARK))
    given = {p for p in paths if p.isidentifier()}
    reached = tainted(trace.tree, given) if isinstance(trace.tree, ast.FunctionDef) else given
    wanted = dict.fromkeys(p for p in paths if not p.isidentifier()).keys()
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
    """Yield the variables that a function reads, each with what is read of it; not where it only asks for one."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Compare) and syntax.is_nothing(node.comparators[0]):
            continue
        if isinstance(node, ast.expr) and place_of(node):
            if not isinstance(node, ast.Name) or isinstance(node.ctx, ast.Load):
                yield node
        else:
            yield from chains_in(node)


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


def is_of_record(path: str, values: Mapping[str, Any]) -> bool:
    """Return whether a path leads to an attribute of an object that is nothing but what its class was given."""
    root, way = steps_of(path)
    return is_record(value_at(values.get(root), way[:-1]))


def replaced_parts(trace: Trace) -> list[str]:
    """Return the paths to the numbers of objects that are replaced, which may hold more, and of new ones."""
    run, helpers = trace.run, trace.run.helpers(trace)
    words = {n.attr for one in helpers for n in syntax.writes(one.tree, ast.Attribute)}
    pairs = [p for one in helpers for s in syntax.every(ast.Assign, one.tree) for p in pairs_of(s)]
    lasting = Made(changed=written_objects(trace)).is_lasting
    first = {
        (type(run.fact(target.value).sample), target.attr): held
        for target, value in pairs
        if isinstance(target, ast.Attribute) and lasting(held := run.fact(value).sample)
    }
    roots = {n: v for n, v in trace.values.items() if words and (has_fields(v) or holds_objects(v))}
    paths = [path for path, first, _ in ways_into(roots) if first is None]
    owners = [path[:end] for path in paths for end, sign in enumerate(path) if sign == "."]
    found = []
    for owner in dict.fromkeys(owners):
        root, way = steps_of(owner)
        value = value_at(roots[root], way)
        for word in words:
            held = vars_of(value).get(word)
            held = first.get((type(value), word)) if held is None else held
            if is_record(held):
                found += [
                    f"{owner}.{word}{one}"
                    for one, v in parts_of(held)
                    if has_float(v) or type(v) is int
                ]
    return sorted(found)


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
    state = Splicing(trace, inputs)
    splicer = Splicer(state, always)
    objects = splicer.objects
    first = [*objects.parted(), *objects.rebound_parameters()]
    splicer.function(trace)
    trace.tree.body[:0] = first
    state.names.settle(trace, set())
    state.wholes = {p: v for p, v in state.wholes.items() if p not in objects.lists.appended}
    for statement in syntax.every(ast.stmt, trace.tree):
        if not is_guard(statement):  # which asks what was there before
            objects.with_wholes(statement)
    making = [b.statement for b in objects.buildings]
    with_truths(trace.tree, state.made, trace.run, state.names.free, making)
    trace.tree.body = without_idle_lists(trace.tree, objects.lists.listed)
    wholes = Wholes(trace, objects.buildings)
    kept = wholes.kept()
    repeats = {s for b in objects.buildings if b.name in kept for s in repeated(b, trace.run)}
    idle = wholes.idle(kept)
    trace.tree.body = spliced(trace.tree.body, lambda s: [] if s in idle else [s])
    trace.tree.body = without_unread(trace.tree, state.made, repeats)
    trace.tree.body = without_repeats(without_idle_functions(trace.tree), {})
    classes = {
        path: objects.classes[path]
        for path in sorted(state.made | objects.classes.keys())
        if syntax.first_name(path) in state.made
    }
    return Made(classes, state.written, kept, repeats, state.wholes)


class Splicer:
    """Splices calls into one function."""

    def __init__(self, state: Splicing, always: bool) -> None:
        self.state, self.host, self.run = state, state.host, state.run
        self.candidates = Candidates(state, always)
        self.objects = Objects(state, self.candidates, self.body)

    def function(self, trace: Trace) -> None:
        """Splice into the body of a function."""
        assert isinstance(trace.tree, ast.FunctionDef)
        self.state.open.append(trace)
        for node in chains_in(trace.tree):
            self.objects.asked.setdefault(syntax.first_name(place_of(node)), set()).add(
                place_of(node)
            )
        trace.tree.body = self.block(trace.tree.body)
        self.state.open.pop()

    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        self.state.done.append(found)
        self.objects.put.append(set())
        is_inner = body is not self.state.open[-1].tree.body
        self.objects.lists.nested += is_inner
        new_names: dict[str, str] = {}
        for whole in body:
            word = syntax.identifier(whole.targets[0]) if isinstance(whole, ast.Assign) else ""
            for one in ast.walk(whole) if new_names.keys() & syntax.names(whole) else ():
                if isinstance(one, ast.Name):
                    one.id = new_names.get(one.id, one.id)
                elif isinstance(one, ast.stmt):
                    made(one, one)
            if not is_inner:
                self.named_anew(whole, word, new_names)
            if isinstance(whole, ast.If):
                self.objects.with_wholes(whole)
            questions = Questions(self.host, self.state.inputs, self.state.made, self.state.theirs)
            for statement in questions.decided(whole):
                if isinstance(statement, SCOPES):
                    found.append(statement)
                    continue
                for step in self.in_steps(statement):
                    self.objects.lists.forget_changed(step)
                    syntax.change_blocks(step, self.block)
                    for one in self.apart(step):
                        found.extend(self.statement(one))
                        if body is self.state.open[-1].tree.body and self.objects.takes_the_place(
                            one
                        ):
                            assert isinstance(one, ast.Assign)
                            name = found.pop().value.id  # type: ignore[attr-defined]  # an assignment of a name
                            new_names[one.targets[0].id] = name  # type: ignore[attr-defined]  # as above
        self.state.done.pop()
        self.objects.lists.nested -= is_inner
        put = self.objects.put.pop()
        if self.state.done and not is_inner:  # all of a helper, which returns what it holds
            self.objects.put[-1] |= put
        elif self.state.done:  # what stands behind the block may find another object there
            known = self.state.wholes.items()
            self.state.wholes = {path: v for path, v in known if path not in put}
        return found

    def named_anew(self, statement: ast.stmt, word: str, new_names: dict[str, str]) -> None:
        """Give a variable `word` that is bound again, with a list of objects in it, another name from there on."""
        match statement:
            case ast.Assign([ast.Name(name) as target], value) if word:
                pass
            case _:
                return
        if word not in new_names:
            sample, tree = self.run.fact(value).sample, self.state.open[-1].tree
            if not isinstance(sample, list | tuple) or not holds(has_parts, sample):
                return
            is_listed = isinstance(value, ast.Name) and value.id in self.objects.lists.listed
            bound = [n for n in syntax.uses(tree, name) if not isinstance(n.ctx, ast.Load)]
            is_again = len(bound) + (name in passing.parameters_of(tree)) > 1
            if not is_again or not (is_listed or isinstance(value, ast.Call)):
                return
            body = [s for s in getattr(tree, "body", []) if isinstance(s, ast.Assign)]
            if not set(bound) <= {t for s in body for t in s.targets}:
                return
            scopes = [n for n in syntax.walk(tree) if isinstance(n, LATER) and n is not tree]
            if any(name in syntax.names(n) for n in scopes):
                return
        target.id = new_names[word] = self.state.names.free(word)
        self.state.reached_names |= {target.id} if name in self.state.reached_names else set()

    def apart(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return an assignment of several objects, or of one to several names or attributes, as one for each."""
        match statement:
            case ast.Assign(targets=[_, _, *_] as targets, value=value) if has_parts(
                self.run.fact(value).sample
            ) and place_of(value):
                same = [passing.copy_of(value, self.run) for _ in targets]
                return [
                    made(ast.Assign([t], v), statement) for t, v in zip(targets, same, strict=True)
                ]
            case ast.Assign([ast.Tuple(targets)], ast.Name(name)) if (
                values := self.objects.items_of(name)
            ) and len(values) == len(targets):
                parts = [passing.copy_of(v, self.run) for v in values]
                pairs = list(zip(targets, parts, strict=True))
                return [made(ast.Assign([t], v), statement) for t, v in pairs]
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if (
                len(targets) == len(values)
                and all(isinstance(t, ast.Name) or path_of(t) for t in targets)
                and (
                    all(isinstance(v, ast.Constant) or place_of(v) for v in values)
                    or not any(
                        path_of(t) and syntax.root_name(t) in self.state.made for t in targets
                    )
                )
                and any(holds(is_apart, self.run.fact(v).sample) for v in values)
            ):
                places = set(map(place_of, targets))
                later = {place_of(n) for v in values[1:] for n in syntax.walk(v)}
                pairs = list(zip(targets, values, strict=True))
                if not places & later:
                    return [made(ast.Assign([t], v), statement) for t, v in pairs]
                first, second = [], []
                for target, value in pairs:
                    own = self.state.names.free(plain(place_of(target).rpartition(".")[2]))
                    first.append(assign(own, value, statement))
                    second.append(
                        made(ast.Assign([target], self.state.read(own, value)), statement)
                    )
                return [*first, *second]
        return [statement]

    def in_steps(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return a statement after those that ask what decides on the calls in it that become statements."""
        self.properties(statement)

        def is_wanted(call: ast.Call, asked: ast.expr) -> bool:
            if self.objects.is_constructed(call, statement):
                return True
            trace = self.candidates.reached(call)
            if not self.run.fact(call).visits:  # no run has asked it
                return any(map(self.candidates.is_traced_object, (call.func, *call.args)))
            if trace is None or not self.candidates.is_spliced(call, statement):
                return False
            return set(self.candidates.disturbed(call, trace, statement)) <= set(ast.walk(asked))

        return asked_in_steps(statement, is_wanted, self.run, self.state.names.free)

    def properties(self, statement: ast.stmt) -> None:
        """Make the properties that a statement reads of objects with traced attributes calls of what computes them."""

        def called(node: ast.AST) -> ast.expr | None:
            if not isinstance(node, ast.Attribute) or node not in self.run.calls:
                return None
            if not (
                self.candidates.is_traced_object(node.value)
                or self.candidates.is_written_object(node.value)
            ):
                return None
            func = ast.copy_location(ast.Attribute(node.value, node.attr, ast.Load()), node)
            call = ast.copy_location(ast.Call(func, [], []), node)
            self.run.facts[call] = self.run.fact(node)
            self.run.calls[call] = self.run.calls[node]
            self.run.parents[call] = self.run.parents.get(node)
            return call if self.candidates.is_spliced(call, statement) else None

        put_each(statement, called)

    def replaced(self, statement: ast.stmt) -> None:
        """Make the calls of `dataclasses.replace` in a statement calls of the class, with all fields."""

        def constructed(node: ast.AST) -> ast.expr | None:
            if not isinstance(node, ast.Call) or len(node.args) != 1:
                return None
            owner, fact = node.args[0], self.run.fact(node)
            if fact.callees != [dataclasses.replace] or not self.candidates.is_traced_object(owner):
                return None
            given = {k.arg: k.value for k in node.keywords}
            for one in [f for f in fields(fact.sample) if f.init and f.name not in given]:
                read = ast.Attribute(syntax.deep(owner), one.name, ast.Load())
                held = getattr(self.run.fact(owner).sample, one.name)
                given[one.name] = passing.placed(self.run, read, node, held)
            kind = ast.copy_location(syntax.call("type", syntax.deep(owner)), node)
            keywords = [ast.keyword(word, value) for word, value in given.items()]
            call = passing.placed(self.run, ast.Call(kind, [], keywords), node, fact.sample)
            self.run.fact(call).callees.append(type(fact.sample))
            self.run.calls[call] = self.run.calls.get(node, [])
            return call

        put_each(statement, constructed)

    def first_names(self, statement: ast.stmt) -> list[ast.stmt]:
        """Let a statement read an object that several paths lead to by the first; return the others' guards."""
        guards: list[ast.stmt] = []

        def first_of(node: ast.AST) -> ast.expr | None:
            path = path_of(node)
            first = self.state.firsts.get(path)
            if first is None:
                return None
            guards.append(raising(f"{path} is not {first}", f"{path} was {first}", statement))
            return passing.placed(self.run, syntax.parse(first), node, self.run.fact(node).sample)

        if self.state.firsts:
            put_each(statement, first_of)
        return guards

    def statement(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return one statement after the statements of the calls in it."""
        if self.objects.lists.is_sure(statement):
            return []
        before = self.first_names(statement)
        while True:
            self.objects.with_wholes(statement)
            self.properties(statement)
            self.replaced(statement)
            call = next(
                (
                    c
                    for c in hoistable(statement)
                    if self.objects.is_constructed(c, statement)
                    or self.candidates.is_spliced(c, statement)
                ),
                None,
            )
            if call is None:
                break
            if self.objects.is_constructed(call, statement):
                before.extend(self.of_given_callee(call))
                before.extend(self.objects.constructed(call, statement))
                if gives_itself(statement):
                    return before
                continue
            trace = self.candidates.reached(call)
            assert trace is not None
            if changed := self.candidates.disturbed(call, trace, statement):
                before.extend(self.read_first(call, statement, set(changed)))
                continue
            arguments = passing.bound_arguments(call, trace)
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
        for part in self.apart(statement):  # what was called may have returned several objects
            before = self.bound(part, before)
        return before

    def stays(self, statement: ast.stmt) -> bool:
        """Return whether a statement gives an attribute the object that it holds, as a setter may do."""
        match statement:
            case ast.Assign([ast.Attribute() as target], ast.Attribute() as value):
                is_same = path_of(target) == path_of(value) != ""
                is_object = is_record(self.run.fact(value).sample)
                return is_same and is_object and is_plainly_set(target, self.run)
        return False

    def bound(self, statement: ast.stmt, before: list[ast.stmt]) -> list[ast.stmt]:
        """Return a statement after those that its calls become; objects that it binds go by the name from there."""
        if self.objects.takes_the_place(statement):
            return [*before, statement]
        if self.stays(statement):
            return before
        self.objects.keeps_listed(statement)
        if self.objects.keeps_whole(statement) or self.objects.is_second_name(statement, before):
            return before
        before += self.objects.lists.longer(statement)
        copied = self.objects.copied(statement)
        if copied and self.objects.is_made_there(statement, before):
            return before
        return [*before, *(copied or [statement])]

    def guarded(self, call: ast.Call, owner: ast.expr | None) -> list[ast.stmt]:
        """Return the guard that an object of the host has the method whose statements replace a call."""
        callee = self.run.fact(call).callees[0]
        is_setter = isinstance(call.func, ast.Attribute) and call.func.attr == "fset"
        if owner is None or isinstance(callee, FunctionType | type) and not is_setter:
            return []
        path, is_above = place_of(owner), syntax.calls(getattr(call.func, "value", None), "super")
        if not path or syntax.first_name(path) in self.state.made or is_above:
            return []  # a method of the class above: that of the method it stands in is guarded
        is_path = isinstance(call.func, ast.Attribute | ast.Subscript)
        is_method = is_path and isinstance(callee, MethodType)
        func = call.func if is_method or is_setter else owner
        found = guard(func, callee, self.host, call)
        return [] if found is None else [found]

    def of_given_callee(self, call: ast.Call) -> list[ast.stmt]:
        """Return the statement that raises where a class or a function that the host is given is another one."""
        spread_out: list[ast.stmt] = [
            raising(test, was, call)
            for value, held in passing.spread(call, self.host)
            for test, was in [passing.other_items(syntax.show(value), held)]
        ]
        callee = self.run.fact(call).callees[0]
        match call.func:
            case ast.Call(ast.Name("type"), [owner]) if isinstance(callee, type):
                path = place_of(owner)
                if path and syntax.first_name(path) not in self.state.made:
                    question = is_of_another_class(path, callee, self.host)
                    spread_out.append(raising(*question, call))
        is_path = isinstance(call.func, ast.Name | ast.Subscript)
        if not is_path or syntax.root_name(call.func) not in passing.parameters_of(self.host.tree):
            return spread_out
        found = guard(call.func, callee, self.host, call)
        if found is None:
            raise self.state.open[-1].source.refuse(
                call,
                f"{syntax.show(call.func)} may be another function in the next call",
                "Call a function with a name of its own.",
            )
        return [*spread_out, found]

    def read_first(
        self, call: ast.Call, statement: ast.stmt, changed: set[ast.expr]
    ) -> list[ast.stmt]:
        """Give what a statement computes, before a call, of what that changes, variables; return what sets them."""
        if isinstance(statement, ast.AugAssign) and changed & set(ast.walk(statement.target)):
            raise self.state.open[-1].source.refuse(
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
            own = self.state.names.free(f"{word}_before" if word.isidentifier() else "before")
            exchange(statement, part, self.state.read(own, part))
            found.append(assign(own, part, statement))
        made(statement, statement)
        return found

    def body(
        self, call: ast.Call, trace: Trace, arguments: dict[str, ast.expr]
    ) -> tuple[list[ast.stmt], ast.expr]:
        tree = trace.tree
        assert isinstance(tree, ast.FunctionDef)
        syntax.keep_spelling(tree, trace.source.lines)
        self.state.names.outer(trace)
        objects = {
            name
            for name, value in arguments.items()
            if isinstance(value, ast.Name) and value.id in self.state.made
        }
        given = {n for n, value in arguments.items() if is_handed(value, self.state.theirs)}
        theirs = handed_on(tree, given)
        values = {
            n: v
            for n, v in arguments.items()
            if not is_handed(v, self.state.theirs) and is_kept_until_asked(tree, n, v)
        }
        questions = Questions(
            self.host,
            self.state.inputs,
            self.state.made | objects,
            theirs,
            values,
            {*syntax.stores(tree)},
        )
        tree.body = [
            one for s in tree.body for one in questions.decided(s) if not gives_itself(one)
        ]
        before = [*self.state.names.named_apart(tree, arguments, call)]
        told = [open_message(one) for one in syntax.every(ast.If, tree)]
        before += self.state.names.passed(call, trace, arguments)
        for message in told:
            close_message(message)
        for statement in before:
            self.objects.keeps_whole(statement)
        self.state.theirs |= {self.state.names.of[trace].get(name, name) for name in theirs}
        names = self.state.names.of[trace]
        for node in ast.walk(tree):
            self.state.names.translate(node, names)
        self.function(trace)
        body = [
            s
            for s in tree.body
            if syntax.bare_string(s) is None and not isinstance(s, ast.Nonlocal)
        ]
        value: ast.expr = ast.copy_location(ast.Constant(None), call)
        if body and isinstance(body[-1], ast.Return):
            value = body.pop().value or value  # type: ignore[attr-defined]  # a return
        passing.see(self.run, value, self.run.fact(call).sample)
        if any(n.attr in RESIZING for n in syntax.every(ast.Attribute, value)):
            own = self.state.names.free("popped")  # what changes a list is a statement of its own
            body.append(assign(own, value, call))
            value = self.state.read(own, call)
        return [moved(statement, call) for statement in (*before, *body)], moved(value, call)


def is_apart(value: Any) -> bool:
    """Return whether a value is bound by a statement of its own: an object, a function, a method."""
    return holds_weights(value) or isinstance(value, FunctionType | MethodType)


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


def unlisted(node: ast.AST) -> ast.AST:
    """Return what a list is made of."""
    while isinstance(node, ast.Call) and syntax.calls(node, "list") and len(node.args) == 1:
        node = node.args[0]
    return node


def item_taken(statement: ast.stmt, call: ast.expr, value: ast.expr) -> tuple[ast.expr, ast.expr]:
    """Return a call and its value; or its item and the part of the tuple or list, as in `forward(x)[0]` of a function
    that returns `out, cache`, where nothing is lost with the other parts; or the list that is made of a list.
    """
    parts = value.elts if isinstance(value, ast.Tuple | ast.List) else []
    for node in ast.walk(statement) if parts else ():
        match node:
            case ast.Call(ast.Name("list"), [_], []) if unlisted(node) is call:
                return (node, value) if isinstance(value, ast.List) else (call, value)
            case ast.Subscript(value=owner, slice=ast.Constant(int(k))) if owner is call:
                rest = [part for part in parts if part is not parts[k]]
                if not any(isinstance(n, EFFECTS) for part in rest for n in ast.walk(part)):
                    return node, parts[k]
    return call, value
