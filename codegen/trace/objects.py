"""Objects that are made inside: a statement that makes, copies or keeps one goes in; out comes the same with a variable
for each attribute (scalar replacement of aggregates).

A constructor is spliced like any other call; what stands in an attribute that holds a function, or another such object,
stands wherever the attribute is read.
"""

from __future__ import annotations

import ast
import copy
import dataclasses
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from inspect import getattr_static
from types import BuiltinFunctionType, FunctionType, MethodType, SimpleNamespace
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.pytree import has_float, holds, is_record, vars_of
from codegen.trace import passing
from codegen.trace.aggregates import new_fields, parts_returned
from codegen.trace.candidates import Candidates
from codegen.trace.facts import (
    CHANGEABLE,
    has_numbers,
    has_parts,
    holds_objects,
    is_object,
    parts_of,
)
from codegen.trace.followed import is_user_generator
from codegen.trace.guards import is_guard, raising
from codegen.trace.identity import is_another, is_of_another_class
from codegen.trace.lists import Lists
from codegen.trace.modulenames import local_names, rename
from codegen.trace.normalize.fresh import assign, exchange, made, one_by_one, put_each, spliced
from codegen.trace.normalize.taint import reaches, tainted
from codegen.trace.optional import there
from codegen.trace.paths import is_below, is_in, path_of, place_of, steps_of, stored_paths, value_at
from codegen.trace.run import Trace
from codegen.trace.setters import written_objects
from codegen.trace.splicing import Splicing
from codegen.trace.whole import Building

LATER = (ast.Lambda, ast.FunctionDef, ast.Yield, ast.YieldFrom)
PLAIN = (ast.Constant, ast.Starred, ast.Tuple)


class Objects:
    """Makes objects of what their classes are given; from then on each is only its attributes."""

    def __init__(
        self,
        state: Splicing,
        candidates: Candidates,
        body: Callable[[ast.Call, Trace, dict[str, ast.expr]], tuple[list[ast.stmt], ast.expr]],
    ) -> None:
        self.state, self.candidates, self.body = state, candidates, body
        self.host, self.run = state.host, state.run
        self.classes: dict[str, ast.expr] = {}  # an expression of the class of each object
        self.kinds: dict[str, type] = {}
        self.made_of: dict[str, set[str]] = {}  # the variables that each was made of
        self.buildings: list[Building] = []  # of those that are kept
        self.fresh: set[ast.AST] = set()  # new objects that nothing else leads to
        self.lists = Lists(state)
        self.asked: dict[str, set[str]] = {}  # what is read of each, before anything is spliced
        self.put: list[set[str]] = []  # by block at work: the attributes that hold what it makes
        self.changed: set[str] | None = None

    def takes_the_place(self, statement: ast.stmt) -> bool:
        """Return whether a new object takes the name of what it was made of, as in `o = V(o)`."""
        match statement:
            case ast.Assign(targets=[ast.Name(target)], value=ast.Name(name)):
                is_number = target not in self.state.made
                return (
                    is_number and name in self.state.made and target in self.made_of.get(name, ())
                )
        return False

    def of_given_classes(self, name: str, path: str, sample: Any, at: ast.stmt) -> list[ast.stmt]:
        """Return the statements that raise where an object of the caller's that gets a name, as one of several, is of
        another class, or an object in it: where no more is read of it than its attributes, any class will do.
        """
        if syntax.first_name(path) in self.state.made:
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
        """Return whether what is asked of a variable with objects of two classes is the same of both."""
        if one is other:
            return True
        read = [steps_of(path)[1] for path in self.asked.get(name, {name})]
        words = {str(steps[0][1]) if steps else "" for steps in read}
        return all(
            word and getattr_static(one, word, MISSING) is getattr_static(other, word, MISSING)
            for word in words
        )

    def is_constructed(self, call: ast.Call, statement: ast.stmt, is_alone: bool = False) -> bool:
        """Return whether a call makes an object of the user's from traced values, or one that changes later, or, unless
        it `is_alone`, stands beside such.
        """
        callees = self.run.fact(call).callees
        if len(callees) != 1 or not isinstance(callees[0], type):
            return False
        if isinstance(call.func, ast.Name) and call.func.id in self.state.made:
            return False
        if len(self.state.open) == 1 and call in parts_returned(statement, self.run):
            if self.is_kept_as_given(call, callees[0]):
                return False
        assert isinstance(self.host.tree, ast.FunctionDef)
        given = syntax.given(call)
        values = [v.value if isinstance(v, ast.Starred) else v for v in given]
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if isinstance(target, ast.Name) and (
            target.id in self.changing()
            or target.id in self.state.reached_names
            and has_numbers(self.run.fact(call).sample)
        ):
            pass
        elif isinstance(target, ast.Attribute) and any(
            is_below(one, path_of(target)) for one in self.state.inputs if path_of(target)
        ):
            pass  # it takes the place of an object that is taken apart
        elif (
            isinstance(target, ast.Attribute)
            and self.is_read_below(path_of(target))
            and has_parts(self.run.fact(call).sample)
            and (
                reaches(call, self.state.reached_names)
                or self.changes(type(self.run.fact(call).sample))
            )
        ):
            pass  # its attributes are read from there
        elif len(self.state.open) > 1:  # among statements that are not in the host yet
            written = stored_paths(self.state.open[-1].tree)
            is_filled = isinstance(target, ast.Name) and any(
                is_below(p, target.id) for p in written
            )
            if isinstance(target, ast.Attribute) and self.is_of_made(target):
                sample = self.run.fact(call).sample
                is_filled = has_numbers(sample) and self.changes(type(sample))
            if not is_filled and not any(
                has_float(self.run.fact(v).sample)
                or self.candidates.is_local_function(v)
                or syntax.identifier(v) in self.state.made
                for v in values
            ):
                return False
        elif any(map(self.candidates.is_local_function, values)):
            pass
        elif any(self.is_given_object(v) or self.is_method(v) for v in values):
            pass  # it keeps one that is taken apart
        elif any(self.is_given_list(v) for v in values):
            pass  # it keeps those that are in it
        elif not is_alone and self.is_beside_made(call, statement):
            pass
        elif not reaches(call, tainted(self.host.tree, self.state.inputs | self.state.made)):
            return False
        return self.attributes(call, callees[0]) is not None or any(
            t not in self.run.spliced and passing.bound_arguments(call, t) is not None
            for t in self.run.calls.get(call, [])
        )

    def is_beside_made(self, call: ast.Call, statement: ast.stmt) -> bool:
        """Return whether a call stands in a list or tuple beside objects that are made here."""
        displays = syntax.every(ast.expr, statement)
        items = [getattr(d, "elts", []) for d in displays if isinstance(d, ast.List | ast.Tuple)]
        return any(
            syntax.identifier(one) in self.state.made
            or isinstance(one, ast.Call)
            and self.is_constructed(one, statement, is_alone=True)
            for parts in items
            if call in parts
            for one in parts
            if one is not call
        )

    def is_read_below(self, path: str) -> bool:
        """Return whether the function reads attributes, or calls methods, of what it puts into an attribute."""
        words = [path_of(n) for n in syntax.loads(self.state.open[-1].tree, ast.Attribute)]
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
            self.changed = set().union(*map(self.candidates.changed_outside, traces))
            helpers = (helper for one in traces for helper in self.run.helpers(one))
            facts = (self.run.fact(n) for helper in helpers for n in syntax.walk(helper.tree))
            fields = (field for fact in facts for field in fact.fields)
            self.changed |= {syntax.first_name(at) for _, owner, at in fields if owner is self.host}
        return self.changed

    def attributes(self, call: ast.Call, made_of: type) -> dict[str, ast.expr] | None:
        """Return the attributes of a new object that is made without code of the user's; None for others."""
        if made_of is SimpleNamespace and not call.args:
            return {k.arg: k.value for k in call.keywords if k.arg is not None}
        if is_empty(made_of) and not call.args and not call.keywords:
            return {}
        given = passing.item_by_item(call.args, self.run) if is_dataclass(made_of) else None
        named = passing.by_keyword(call, self.run)
        if given is None or named is None:
            return None
        keywords = [ast.keyword(word, value) for word, value in named.items()]
        is_begun = self.behind_fields(call) is not None
        found = new_fields(ast.Call(call.func, given, keywords), made_of, is_begun)
        if found is None:
            return None
        sample = self.run.fact(call).sample
        for one in fields(made_of):
            is_given = (one.default, one.default_factory) != (dataclasses.MISSING,) * 2
            if one.name not in found and (is_given or not is_begun):
                held, text = getattr(sample, one.name, None), None
                if one.default is not dataclasses.MISSING:
                    held = one.default
                if isinstance(held, list | dict | np.ndarray) and callable(one.default_factory):
                    held = one.default_factory()  # what it was before the function changed it
                    from codegen.inputs.printed import literal  # few fields have factories

                    text = literal(held)
                made_by = syntax.parse(text) if text else ast.Constant(held)
                found[one.name] = passing.placed(self.run, made_by, call, held)
        return found

    def behind_fields(self, call: ast.Call) -> Trace | None:
        """Return what a dataclass does once it has set the fields of a new object, `__post_init__`, if it was seen."""
        traces = [t for t in self.run.calls.get(call, []) if t not in self.run.spliced]
        return next((t for t in traces if t.function.__name__ == "__post_init__"), None)

    def constructed(self, call: ast.Call, statement: ast.stmt) -> list[ast.stmt]:
        """Return the statements that make the attributes of a new object; its variable takes the place of the call."""
        made_of = self.run.fact(call).callees[0]
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        once = (
            isinstance(target, ast.Name)
            and isinstance(statement, ast.Assign)
            and statement.value is call
            and len(statement.targets) == 1
            and target.id not in self.state.names.rebound()
            and target.id not in syntax.reads(call)
        )
        name = (
            target.id
            if once and isinstance(target, ast.Name)
            else self.state.names.free(name_for(made_of))
        )
        self.state.made.add(name)
        self.classes[name], self.kinds[name] = call.func, made_of
        self.made_of[name] = set(syntax.reads(call))
        owner = self.state.read(name, call)
        is_put = self.is_put(name, call, statement)
        building = self.building(name, call, is_put)
        is_there = there(name, call)
        before = self.held_apart(call, is_put, set(syntax.stores(statement)))
        attributes = self.attributes(call, made_of)
        whole = passing.copy_of(call, self.run)
        if attributes is not None:
            given: list[ast.stmt] = [
                made(ast.Assign([ast.Attribute(owner, key, ast.Store())], value), call)
                for key, value in attributes.items()
            ]
            found = [one for s in given for one in self.copied(s) or [s]]
            if (post := self.behind_fields(call)) is not None:
                assert isinstance(post.tree, ast.FunctionDef)
                post.tree.body = spliced(post.tree.body, set_plainly)
                me = passing.parameters_of(post.tree)[0]
                found += self.body(call, post, {me: self.state.read(name, call)})[0]
        else:
            trace = next(t for t in self.run.calls[call] if t not in self.run.spliced)
            arguments = passing.bound_arguments(call, trace)
            assert arguments is not None
            arguments[next(iter(arguments))] = owner
            found, _ = self.body(call, trace, arguments)
            if is_put and found:
                found = spliced(found, lambda s: one_by_one(s, sets_attributes))
        nodes = [n for one in found for n in syntax.walk(one)]
        owners = {n.value for n in nodes if isinstance(n, ast.Attribute)}
        if all(n in owners for n in nodes if isinstance(n, ast.Name) and n.id == name):
            owner = self.state.read(name, call)
            self.fresh.add(owner)
        exchange(statement, call, owner)
        made(statement, statement)
        makes = attributes is not None
        if building is None:
            return [*before, is_there, *(s for s in found if not self.keeps_whole(s, makes))]
        building.statement.value = whole
        building.attributes += found
        found = [s for s in found if not self.keeps_whole(s, makes)]
        return [*before, is_there, building.statement, *found]

    def building(self, name: str, call: ast.Call, is_put: bool) -> Building | None:
        """Return how a new object is made as a whole, if its parts are computed once: names where it `is_put`."""
        parts = syntax.given(call)
        if not is_put and not all(isinstance(p, PLAIN) or place_of(p) for p in parts):
            return None
        self.buildings.append(Building(assign(name, call, call), []))
        syntax.note(self.buildings[-1].statement, hands_on=True)
        return self.buildings[-1]

    def is_put(self, name: str, call: ast.Call, statement: ast.stmt) -> bool:
        """Return whether a new object is put into an attribute that held none, or, if it changes, into a container."""
        nodes = syntax.walk(self.state.open[-1].tree)
        changes = self.changes(self.kinds[name])
        read = syntax.uses(self.state.open[-1].tree, name, ast.Load)
        wholes: set[ast.expr] = {call, *read}
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
        calls = syntax.every(ast.Call, self.state.open[-1].tree) if changes else []
        return any(self.puts_away(one, wholes) for one in calls)

    def puts_away(self, call: ast.Call, wholes: set[ast.expr]) -> bool:
        """Return whether a function that is called puts one of some arguments into a list."""
        for trace in self.run.calls.get(call, []):
            given = passing.bound_arguments(call, trace) or {}
            own = {name for name, value in given.items() if value in wholes}
            for node in syntax.every(ast.Call, trace.tree) if own else ():
                match node:
                    case ast.Call(ast.Attribute(attr="append"), [ast.Name(name)], []):
                        if name in own:
                            return True
        return False

    def held_nothing(self, path: str) -> bool:
        """Return whether an attribute held no object whose attributes are variables that get those of another."""
        if not path:
            return False
        root, steps = steps_of(path)
        if root in self.state.made and root not in {b.name for b in self.buildings}:
            return False
        return not has_parts(value_at(self.host.values.get(root, MISSING), steps))

    def held_apart(self, call: ast.Call, is_put: bool, taken: set[str]) -> list[ast.stmt]:
        """Return the statements that give names to what a new object is made of, where it `is_put` somewhere, or where
        it has `taken` the name of what it is made of: `s = S(s.v, -s.x)` reads both before it sets one.
        """
        found: list[ast.stmt] = []
        parts = syntax.given(call)
        for part in parts:
            is_own = len(parts) > 1 and not taken.isdisjoint(syntax.reads(part))
            if not isinstance(part, PLAIN) and (is_own or is_put and not place_of(part)):
                own = self.state.names.free("part")
                found.append(assign(own, part, call))
                exchange(call, part, self.state.read(own, part))
        return found

    def keeps_whole(self, statement: ast.stmt, makes: bool = False) -> bool:
        """Return whether a statement, of a constructor or one that `makes` an object without any, gives a new object a
        function, or another object that is made here, which stands wherever the attribute is read.
        """
        match statement:
            case ast.Assign(
                targets=[target], value=ast.List() | ast.Tuple() | ast.Dict() as display
            ):
                for one, part in syntax.unpacked(target, display):
                    if isinstance(part, ast.List | ast.Tuple | ast.Dict):
                        self.keeps_items(one, part)
                return False
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(owner), attr=word)], value=value
            ) if (owner in self.state.made):
                pass
            case ast.Assign(
                targets=[ast.Attribute() as target], value=ast.Name(name) as value
            ) if name in {b.name for b in self.buildings} and self.is_put_once(path_of(target)):
                self.state.wholes[path_of(target)] = value
                self.put[-1].add(path_of(target))
                return False
            case _:
                return False
        if isinstance(value, ast.Name) and value.id in self.state.made:
            makes |= self.state.open[-1].function.__name__ == "__init__"
            if not makes:
                return False
        elif not self.stands_anywhere(value):
            return False
        most = 0 if is_dataclass(self.kinds[owner]) else 1  # in the constructor
        if (
            syntax.root_name(value) in self.state.names.rebound() | self.state.several
            or self.state.setters.get(word, 0) > most
        ):
            return False
        self.state.wholes[f"{owner}.{word}"] = value
        return True

    def stands_anywhere(self, node: ast.expr) -> bool:
        """Return whether an expression is a function, a method or an object by a name that it keeps."""
        is_named = isinstance(node, ast.Name) or bool(syntax.dotted(node))
        is_kept = is_function(self.run.fact(node).sample) or self.is_given_object(node)
        return is_named and (is_kept or self.is_method(node))

    def is_named_object(self, node: ast.expr) -> bool:
        """Return whether an expression is the name of an object of the user's."""
        return isinstance(node, ast.Name) and is_object(self.run.fact(node).sample)

    def is_method(self, node: ast.expr) -> bool:
        """Return whether an expression is the method of an object whose attributes are variables, as in `self.rhs`."""
        if not isinstance(node, ast.Attribute):
            return False
        owner = node.value
        is_method = isinstance(self.run.fact(node).sample, MethodType)
        is_known = syntax.identifier(owner) in self.state.made or self.is_given_object(owner)
        return is_method and is_known

    def is_given_object(self, node: ast.expr) -> bool:
        """Return whether an expression is an object that the host is given, and that keeps its place there."""
        return self.is_given(node) and has_parts(self.run.fact(node).sample)

    def is_given_list(self, node: ast.expr) -> bool:
        """Return whether an expression is a list of objects that the host is given, or that stand in one made here."""
        if isinstance(node, ast.List | ast.Tuple):
            return any(map(self.is_given_object, node.elts))
        sample = self.run.fact(node).sample
        return isinstance(sample, list | tuple) and self.is_given(node) and holds(has_parts, sample)

    def is_given(self, node: ast.expr) -> bool:
        """Return whether an expression is what the host is given, and that keeps its place there."""
        path = place_of(node)
        words = path.split(".")[1:]
        is_there = syntax.first_name(path) in passing.parameters_of(self.host.tree)
        return is_there and self.state.setters.keys().isdisjoint(words)

    def keeps_items(self, target: ast.expr, display: ast.List | ast.Tuple | ast.Dict) -> None:
        """Let objects made here that stand in a display stand wherever an item of it is read: none replaces them."""
        path, root = place_of(target), syntax.root_name(target)
        parts = display.values if isinstance(display, ast.Dict) else display.elts
        keys = (
            display.keys
            if isinstance(display, ast.Dict)
            else map(syntax.constant, range(len(parts)))
        )
        rebound = self.state.names.rebound()
        if isinstance(target, ast.Name):
            is_kept = target.id not in rebound
        else:
            is_set_once = self.state.setters.get(path.rpartition(".")[2], 0) < 2
            is_kept = root in self.state.made and is_set_once or self.is_put_once(path)
        made = [p for p in parts if syntax.identifier(p) in self.state.made or self.is_method(p)]
        given = [p for p in parts if self.is_given(p) and is_object(self.run.fact(p).sample)]
        others = [p for p in parts if self.stands_anywhere(p) or self.is_named_object(p)] + given
        made += given if isinstance(target, ast.Name) or root in self.state.made else []
        if not parts and isinstance(display, ast.List):
            self.lists.emptied(target)
        if not path or not made or not {*parts} <= {*made, *others} or not is_kept:
            return
        names = set(map(syntax.root_name, parts))
        if self.lists.resized() - {"append", "extend"} or not rebound.isdisjoint(names):
            return
        for key, part in zip(keys, parts, strict=True):
            if isinstance(key, ast.Constant):
                self.lists.listed[path] = len(parts)
                self.state.wholes[f"{path}[{key.value!r}]"] = part
                if root not in self.state.made:
                    self.put[-1].add(f"{path}[{key.value!r}]")

    def keeps_listed(self, statement: ast.stmt) -> None:
        """Let the objects in a list that is made here stand wherever an item of it is read by a second name."""
        match statement:
            case ast.Assign([ast.Name() | ast.Attribute() as target], ast.Name(old)) if (
                old in self.lists.listed
            ):
                if items := self.items_of(old):
                    self.keeps_items(target, ast.List(items, ast.Load()))

    def items_of(self, name: str) -> list[ast.expr]:
        """Return the objects in a list or tuple that is made here, if all of them are known."""
        places = [f"{name}[{k}]" for k in range(self.lists.listed.get(name, 0))]
        found = [self.state.wholes.get(place) for place in places]
        return [one for one in found if one is not None] if None not in found else []

    def is_put_once(self, path: str) -> bool:
        """Return whether a statement puts an object into an attribute that held none, that nothing else writes, and
        that nothing has read before, where the statement is always executed.
        """
        if not self.held_nothing(path) or self.state.setters.get(path.rpartition(".")[2], 0) > 1:
            return False
        made = [s for b in self.buildings for s in (b.statement, *b.attributes)]
        before = [
            n for one in (*self.state.done[0], *made) if not is_guard(one) for n in syntax.walk(one)
        ]
        return len(self.state.done) > 1 or not any(is_in(path_of(n), path) for n in before)

    def with_wholes(self, statement: ast.stmt) -> None:
        """Put the functions and objects that new objects keep in the place of their attributes."""

        def whole(node: ast.AST) -> ast.expr | None:
            if not isinstance(node, ast.Attribute | ast.Subscript):
                return None
            if not isinstance(node.ctx, ast.Load):
                return None
            found = self.state.wholes.get(path_of(node) or self.lists.from_the_end(node))
            if found is None and isinstance(node, ast.Subscript):
                self.lists.refuse_lost(node)
            if isinstance(found, ast.Name) and syntax.root_name(node) not in self.state.made:
                return self.state.read(found.id, node)
            return None if found is None else passing.copy_of(found, self.run)

        if self.state.wholes or self.lists.lost:
            put_each(statement, whole)

    def parted(self) -> list[ast.stmt]:
        """Let an object that gets two paths later begin as what both of them hold; return what says so."""
        found: list[ast.stmt] = []
        at = self.host.tree.body[0]  # type: ignore[index]  # a function
        for path, first in list(self.state.firsts.items()):
            sample = value_at(self.host.values.get(syntax.first_name(path)), steps_of(path)[1])
            words = {one.rpartition(".")[2] for one in (path, first)}
            if (
                words & self.state.setters.keys()
                and is_record(sample)
                and not self.changes(type(sample))
            ):
                del self.state.firsts[path]
                self.state.inputs |= {f"{path}{steps}" for steps, _ in parts_of(sample)}
                target, value = (
                    passing.placed(self.run, syntax.parse(p), at, sample) for p in (path, first)
                )
                target.ctx = ast.Store()  # type: ignore[attr-defined]  # an attribute or an item
                found.append(raising(f"{path} is not {first}", f"{path} was {first}", at))
                found.append(made(ast.Assign([target], value), at))
        return found

    def rebound_parameters(self) -> list[ast.stmt]:
        """Give parameters that hold objects and are bound anew a variable of their own; return what sets it."""
        tree = self.host.tree
        assert isinstance(tree, ast.FunctionDef)
        found: list[ast.stmt] = []
        for name in [n for n in passing.parameters_of(tree) if n in self.state.names.rebound()]:
            sample = self.host.values.get(name)
            if not has_parts(sample) or self.changes(type(sample)):
                continue
            new = self.state.names.free(name)
            rename(tree, name, new)
            self.state.reached_names |= {new} if name in self.state.reached_names else set()
            self.state.several |= {new}
            for a in ast.walk(tree.args):
                if isinstance(a, ast.arg) and a.arg == new:
                    a.arg = name
            value = passing.placed(self.run, syntax.name(name), tree.body[0], sample)
            first = assign(new, value, tree.body[0])
            self.state.open.append(self.host)
            found += self.copied(first, name in self.state.reached_names) or [first]
            self.state.open.pop()
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
        is_reached = isinstance(target, ast.Name) and target.id in self.state.reached_names
        if not path or not (has_numbers(sample) if is_reached else has_parts(sample)):
            return []
        if isinstance(target, ast.Name):
            is_traced |= is_reached and target.id in self.state.names.rebound()
            if self.changes_here(type(sample)) and value not in self.fresh and not is_copy:
                return []
            if len(self.state.open) == 1 and target.id in passing.parameters_of(self.host.tree):
                return []
        elif self.changes(type(sample)) or not self.is_of_made(target):
            return []
        is_part = not isinstance(target, ast.Name) and is_record(sample)  # beside others
        if not (is_traced or is_part or self.candidates.is_traced_object(value)):
            return []
        hooks = ("__copy__", "__deepcopy__")
        is_own = any(hasattr(sample, hook) for hook in hooks)
        if is_copy and (is_own or any(map(is_object, vars_of(sample).values()))):
            return []  # what is inside is shared, or up to the class
        name = place_of(target)
        guards = self.of_given_classes(name, path, sample, statement)
        kind = self.kinds.setdefault(name, type(sample))
        if not self.is_asked_alike(name, kind, type(sample)):
            raise self.state.open[-1].source.refuse(
                statement,
                f"{name} is a {kind.__name__} on one way and a {type(sample).__name__} on another",
                "Use each of them on its own way.",
            )
        if name not in self.classes or isinstance(self.classes[name], ast.Call):
            self.classes[name] = self.classes.get(path, syntax.call("type", syntax.parse(path)))
        found = [*guards]
        if isinstance(target, ast.Name):
            self.state.made.add(name)
            found.append(there(name, statement, syntax.identifier(value)))
        for steps, part in parts_of(sample):
            left, right = (
                ast.copy_location(syntax.parse(f"{text}{steps}"), statement)
                for text in (name, path)
            )
            left.ctx = ast.Store()  # type: ignore[attr-defined]  # an attribute
            for node in (*ast.walk(left), *ast.walk(right)):
                ast.copy_location(node, statement)
            passing.see(self.run, right, part)
            if call is not None and callee is copy.deepcopy and isinstance(part, CHANGEABLE):
                right = passing.placed(self.run, ast.Call(call.func, [right], []), statement, part)
                self.run.fact(right).callees.append(callee)
            found.append(made(ast.Assign([left], right), statement))
        return found

    def is_of_made(self, target: ast.expr) -> bool:
        """Return whether an attribute is one of an object that is made here."""
        path = path_of(target) if isinstance(target, ast.Attribute) else ""
        return bool(path) and syntax.first_name(path) in self.state.made

    def is_made_there(self, statement: ast.stmt, before: list[ast.stmt]) -> bool:
        """Let an object be made under the name that it gets, if nothing reads what that held; return whether it is."""
        match statement:
            case ast.Assign(targets=[ast.Name(new)], value=ast.Name(old)):
                pass
            case _:
                return False
        names = [syntax.every(ast.Name, s) for s in before]
        first = next((k for k, found in enumerate(names) if any(n.id == old for n in found)), None)
        if first is None:
            return False
        rest = names[first if isinstance(before[first], syntax.NESTING) else first + 1 :]
        if any(n.id == new for found in rest for n in found):
            return False
        for node in (n for found in names for n in found if n.id == old):
            node.id = new
        return True

    def changes(self, kind: type) -> bool:
        """Return whether anything but a constructor changes objects of a class."""
        return any(sample is MISSING or isinstance(sample, kind) for sample in self.state.written)

    def changes_here(self, kind: type) -> bool:
        """Return whether anything changes objects of a class as long as the function that is being spliced has names
        for them: it may return none, and no function or generator that reads one later.
        """
        if len(self.state.open) == 1 or not self.changes(kind):
            return self.changes(kind)
        inner = self.state.open[-1]
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
        """Return whether a statement only gives an object made here another name: both are one from now on."""
        if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Name):
            return False
        old, target = statement.value.id, statement.targets[0]
        if (
            old not in self.state.made
            or len(statement.targets) > 1
            or not isinstance(target, ast.Name)
        ):
            return False
        new = target.id
        names = [
            n for t in dict.fromkeys([self.host, self.state.open[-1]]) for n in local_names(t.tree)
        ]
        if names.count(new) > 1 or names.count(old) > 1 or new in self.state.made:
            return False
        if old in self.state.several:
            return False
        is_kept = any(syntax.root_name(one) == old for one in self.state.wholes.values())
        if is_kept and any(
            new in syntax.names(loop)
            for loop in syntax.walk(self.host.tree)
            if isinstance(loop, ast.For | ast.While)
        ):
            return False  # the next trip may make another
        if old in names or is_kept:
            rename(self.state.open[-1].tree, new, old)
            return True
        if not any(old in syntax.names(one) for one in before):
            return False  # it is made in an earlier one of the statements that this one became
        self.state.made = (self.state.made - {old}) | {new}
        self.state.wholes |= {
            f"{new}.{path.partition('.')[2]}": value
            for path, value in self.state.wholes.items()
            if path.partition(".")[0] == old
        }
        self.classes[new], self.kinds[new] = self.classes[old], self.kinds[old]
        for one in before:
            for node in ast.walk(one):
                if isinstance(node, ast.Name) and node.id == old:
                    node.id = new
        return True


def set_plainly(statement: ast.stmt) -> list[ast.stmt]:
    """Return `object.__setattr__(self, "c", v)`, which sets an attribute of a frozen dataclass, as an assignment."""
    match statement:
        case ast.Expr(ast.Call(func, [owner, ast.Constant(str(word)), value], [])) if (
            syntax.show(func) == "object.__setattr__"
        ):
            return [made(ast.Assign([ast.Attribute(owner, word, ast.Store())], value), statement)]
    return [statement]


def objects_in(value: Any, place: str, around: tuple[Any, ...] = ()) -> dict[str, Any]:
    """Return an object, if it is one of the user's, and those in it, by their paths."""
    is_known = any(value is one for one in around)
    if is_known or not is_object(value) or isinstance(value, FunctionType | MethodType):
        return {}
    found = {place: value}
    for name, part in vars_of(value).items():
        found |= objects_in(part, f"{place}.{name}", (*around, value))
    return found


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


def is_function(value: Any) -> bool:
    """Return whether a value is a function, one of NumPy's or one written in C among them."""
    return isinstance(value, FunctionType | BuiltinFunctionType | np.ufunc)
