"""Items with two names: what a run has seen goes in; out come the displays, such as `[W, b]`, that must be taken apart.

They are those whose items are changed in place through the list or dict and read under their own names as well, those
of objects that are made there, and those whose items are too unlike for one body of a loop, such as the numbers and
counts of `map(np.asarray, [rate, years])`. With them come the loops over other containers of unlike items that the
function makes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set
from types import CodeType
from typing import TypeGuard

import numpy as np

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.gates.pure import CONTAINER_MUTATORS
from codegen.pytree import has_float
from codegen.trace.facts import has_parts, is_object, kind_of
from codegen.trace.followed import function_of, is_user_function
from codegen.trace.normalize.lookup import Display, Keys, Spot, items_in, known_value
from codegen.trace.paths import path_of
from codegen.trace.run import Trace
from codegen.trace.setters import named_again, written_objects

FILLS = 0
"""What is told of a loop that fills a list."""


def shown_twice(trace: Trace) -> dict[CodeType, dict[Spot, Set[int]]]:
    """Return the places of these displays by function, known ones among them, and which items are arrays."""
    found = dict(trace.run.spread)
    for one in trace.run.helpers(trace):
        spots = {(d.lineno, d.col_offset): arrays_in(one, d) for d in displays_of(one)}
        spots |= {(c.lineno, c.col_offset): frozenset() for c in comprehensions_of(one)}
        if spots:
            code = one.function.__code__
            found[code] = spots | found.get(code, {})
    return found


def mixed_loops(trace: Trace) -> dict[CodeType, dict[Spot, Keys]]:
    """Return the places where loops name containers of unlike items that the function makes, or lists of objects that
    it fills, and the keys or the length of these, which were the same whenever the loop began, by function; and the
    places of the loops that fill lists of objects.
    """
    found = dict(trace.run.mixed)
    helpers = trace.run.helpers(trace)
    filled = filled_attributes(trace)
    read = {word_of(one, n) for one in helpers for n in read_by_item(one) if filled}
    for one in helpers:
        spots: dict[Spot, Keys] = {}
        for loop in syntax.every(ast.For, one.tree):
            for named in containers_of(loop.iter):
                keys = keys_of_unlike(one, named)
                if keys is not None and named.id in {
                    n.id for n in syntax.writes(one.tree, ast.Name)
                }:
                    spots[named.lineno, named.col_offset] = keys
                if keys is None and is_given_by_helper(one, named):
                    length = length_of_objects(one, named)
                    spots |= {} if length is None else {(named.lineno, named.col_offset): length}
            for place in lists_of(loop.iter):
                length = length_of_objects(one, place)
                if length is not None and (
                    word_of(one, place) in filled or is_of_object_made(one, place)
                ):
                    spots[place.lineno, place.col_offset] = length
            if fills(one, loop, filled & read):
                spots[loop.lineno, loop.col_offset] = FILLS
        if spots:
            code = one.function.__code__
            found[code] = spots | found.get(code, {})
    return found


def is_given_by_helper(trace: Trace, named: ast.Name) -> bool:
    """Return whether a variable is bound to what functions return alone, and these make such objects."""
    values = {target: s.value for s in syntax.every(ast.Assign, trace.tree) for target in s.targets}
    bound = [values.get(n) for n in syntax.uses(trace.tree, named.id, ast.Store)]
    called = [t for value in bound if value for t in trace.run.calls.get(value, ())]
    makers = {helper for one in called for helper in trace.run.helpers(one)}
    kinds = {
        type(trace.run.fact(call).sample)
        for one in makers
        for call in syntax.every(ast.Call, one.tree)
        if any(isinstance(callee, type) for callee in trace.run.fact(call).callees)
    }
    sample = trace.run.fact(named).sample
    if not isinstance(sample, list | tuple) or not sample:
        return False
    is_bound = bool(bound) and all(value and value in trace.run.calls for value in bound)
    return is_bound and kinds.issuperset(map(type, sample))


def is_of_object_made(trace: Trace, place: ast.expr) -> bool:
    """Return whether a list is an attribute of an object that a function makes, as in `net.layers`, or its name."""
    for name in (place, *bound_alone(trace, place)):
        root = syntax.first_name(path_of(name))
        bound = [
            v
            for n in syntax.every(ast.Assign, trace.tree)
            for t, v in syntax.bindings(n)
            if syntax.identifier(t) == root
        ]
        if isinstance(name, ast.Attribute) and bound and all(is_new(trace, v) for v in bound):
            return True
    return False


def read_by_item(trace: Trace) -> Iterator[ast.expr]:
    """Yield the lists whose items a function reads."""
    for node in syntax.walk(trace.tree):
        match node:
            case ast.For(iter=source):
                yield from lists_of(source)
            case ast.Subscript(value=source, ctx=ast.Load()):
                yield source


def fills(trace: Trace, loop: ast.For, words: set[str]) -> bool:
    """Return whether a loop puts objects into lists in some attributes, itself or by what it calls."""
    calls = syntax.every(ast.Call, loop) if words else []
    inner = [t for call in calls for t in trace.run.calls.get(call, [])]
    calls += [c for t in inner for h in t.run.helpers(t) for c in syntax.every(ast.Call, h.tree)]
    return any(word in words for call in calls for word in filled_by(trace, call))


def containers_of(source: ast.expr) -> Iterator[ast.Name]:
    """Yield the variables whose items a loop runs over."""
    match source:
        case ast.Name():
            yield source
        case ast.Call(func=ast.Attribute(ast.Name() as named, "items" | "values"), args=[]):
            yield named
        case ast.Call(func=ast.Name("enumerate" | "zip" | "reversed"), args=args):
            for part in args:
                yield from containers_of(part)


def filled_attributes(trace: Trace) -> set[str]:
    """Return the attributes into whose lists functions put objects, and do no more but to empty them."""
    helpers = trace.run.helpers(trace)
    found = {
        word
        for one in helpers
        for call in syntax.every(ast.Call, one.tree)
        for word in filled_by(one, call)
    }
    for one in helpers if found else ():
        for node in syntax.walk(one.tree):
            match node:
                case ast.Attribute(ast.Attribute(attr=word), method):
                    found -= {word} if method in CONTAINER_MUTATORS - {"append", "clear"} else set()
                case ast.Subscript(ast.Attribute(attr=word), ctx=ast.Store() | ast.Del()):
                    found.discard(word)
    return found - named_again(trace) if found else found


def filled_by(trace: Trace, call: ast.Call) -> Iterator[str]:
    """Yield the name of the attribute into whose list a call puts an object."""
    match call:
        case ast.Call(ast.Attribute(ast.Attribute(attr=word), "append"), [value], []):
            if has_parts(trace.run.fact(value).sample):
                yield word


def lists_of(source: ast.expr) -> Iterator[ast.expr]:
    """Yield the lists whose items a loop runs over, in variables and attributes."""
    match source:
        case ast.Name() | ast.Attribute():
            yield source
        case ast.Call(func=ast.Name("enumerate" | "zip" | "reversed"), args=args):
            for part in args:
                yield from lists_of(part)


def word_of(trace: Trace, named: ast.expr) -> str:
    """Return the attribute that an expression reads, or that its variable is bound to alone; "" for others."""
    named = next(bound_alone(trace, named), named)
    return named.attr if isinstance(named, ast.Attribute) else ""


def bound_alone(trace: Trace, named: ast.expr) -> Iterator[ast.expr]:
    """Yield the one expression that a variable is bound to."""
    if isinstance(named, ast.Name):
        statements = syntax.every(ast.Assign, trace.tree)
        bound = [s.value for s in statements if named.id in syntax.stores(s)]
        if len(bound) == 1:
            yield bound[0]


def length_of_objects(trace: Trace, named: ast.expr) -> int | None:
    """Return the length of a list of objects; None for other things, and for one that had more another time."""
    fact = trace.run.fact(named)
    is_plain = isinstance(fact.sample, list | tuple) and len(fact.kinds) == 1
    are_objects = is_plain and all(map(is_object, fact.sample)) and any(map(has_parts, fact.sample))
    return len(fact.sample) if are_objects else None


def keys_of_unlike(trace: Trace, named: ast.Name) -> Keys | None:
    """Return the keys or the length of a container of unlike items with floats, always the same; or None."""
    fact = trace.run.fact(named)
    sample = fact.sample
    if not isinstance(sample, dict | list | tuple) or len(fact.kinds) > 1 or not has_float(sample):
        return None
    items = list(sample.values()) if isinstance(sample, dict) else list(sample)
    kinds = {(kind, bool(rank)) for kind, rank in map(kind_of, items)}
    if len(kinds) < 2 or kinds <= {("int", False), ("bool", False), ("float", False)}:
        return None  # a number that begins as 0 is one of floats
    if not isinstance(sample, dict):
        return len(sample)
    return list(sample) if all(isinstance(k, str | int) for k in sample) else None


def displays_of(trace: Trace) -> list[Display]:
    """Return the displays of one function whose items are shown twice."""
    nodes = syntax.walk(trace.tree)
    groups = [group for n in nodes for group in trace.run.fact(n).groups if group]
    bound = {
        syntax.show(n.targets[0]): n.value
        for n in nodes
        if isinstance(n, ast.Assign)
        and isinstance(n.targets[0], ast.Name)
        and isinstance(n.value, Display)
    }
    loads = syntax.loads(trace.tree, ast.Name)
    found: list[Display] = []
    for name, display in bound.items() if groups else ():
        own = set(syntax.reads(display))
        changed = {n for group in groups if name in group for n in group & own}
        inside = set(ast.walk(display))
        read = {n.id for n in loads if n not in inside and n.lineno > display.lineno}
        if changed & read and (
            is_read_by_key(trace, name) or not is_replaced(trace, name, display)
        ):
            found.append(display)
    made = {
        syntax.show(one)
        for node in nodes
        for one, value in syntax.bindings(node)
        if is_new(trace, value)
    }
    found.extend(
        display
        for name, display in bound.items()
        if (items := display.values if isinstance(display, ast.Dict) else display.elts)
        and all(is_held(trace, i) or is_new(trace, i) or syntax.show(i) in made for i in items)
        and any(
            counts(trace, i) or has_parts(trace.run.fact(i).sample) and not is_held(trace, i)
            for i in items
        )
        and not is_replaced(trace, name, display)
    )
    found.extend(filled_displays(trace, bound, made))
    loops = [n for n in nodes if isinstance(n, ast.For)]
    over = [part for loop in loops for part in (loop.iter, *getattr(loop.iter, "args", ()))]
    sources = [bound.get(syntax.show(part), part) for part in over]
    found.extend(source for source in sources if is_mixed(trace, source))
    return found


def filled_displays(
    trace: Trace, bound: Mapping[str, Display], made: set[str]
) -> Iterator[Display]:
    """Yield the displays into which a function puts objects that it makes of what counts, or changes later."""
    put: dict[str, list[ast.expr]] = {name: [] for name in bound}
    for node in syntax.walk(trace.tree) if bound else ():
        match node:
            case ast.Call(func=ast.Attribute(ast.Name(name), "append"), args=[value]) if (
                name in put
            ):
                put[name].append(value)
            case ast.Assign([ast.Subscript(ast.Name(name))], value) if name in put:
                put[name].append(value)
    assert isinstance(trace.tree, ast.FunctionDef) or not bound
    for name, display in bound.items():
        values = put[name]
        items = display.values if isinstance(display, ast.Dict) else display.elts
        every = (*items, *values)
        are_made = all(is_new(trace, v) or syntax.show(v) in made for v in every)
        are_made &= any(has_parts(trace.run.fact(v).sample) for v in every)
        is_read = trace.place is not None or is_read_again(trace.tree, name)
        if values and are_made and is_read and not is_changed_elsewhere(trace, name):
            yield display


def is_read_again(tree: ast.AST, name: str) -> bool:
    """Return whether a function does more with a list or dict than fill it and return it."""
    plain: set[ast.AST] = set()
    for node in syntax.walk(tree):
        match node:
            case ast.Attribute(value=owner, attr="append") | ast.Subscript(
                value=owner, ctx=ast.Store()
            ):
                plain.add(owner)
            case ast.Return(value=value):
                plain.update(syntax.elements(value))
    return any(n not in plain for n in syntax.uses(tree, name, ast.Load))


def comprehensions_of(trace: Trace) -> Iterator[ast.ListComp | ast.DictComp]:
    """Yield the comprehensions that a variable is bound to and that make objects which change later."""
    for node in syntax.walk(trace.tree):
        match node:
            case ast.Assign([ast.Name()], ast.ListComp() | ast.DictComp() as made):
                value = made.value if isinstance(made, ast.DictComp) else made.elt
                if makes(trace, value) and is_changed(trace, trace.run.fact(value).sample):
                    yield made


def is_changed(trace: Trace, one: object) -> bool:
    """Return whether a function that is not the constructor, here or in helpers, writes attributes of such objects."""
    return any(type(written) is type(one) for written in written_objects(trace))


def makes(trace: Trace, value: ast.expr) -> bool:
    """Return whether an expression makes an object with floats among its attributes, itself or by what it calls."""
    return is_new(trace, value) and has_parts(trace.run.fact(value).sample)


def is_new(trace: Trace, value: ast.expr) -> bool:
    """Return whether an expression makes an object, itself or by what it calls."""
    fact = trace.run.fact(value)
    is_call = isinstance(value, ast.Call) and any(
        isinstance(c, type) or is_user_function(function_of(c)) for c in fact.callees
    )
    return is_call and is_object(fact.sample)


def is_held(trace: Trace, item: ast.expr) -> bool:
    """Return whether an expression is the path to an object that the function is given."""
    is_given = syntax.first_name(path_of(item)) in trace.values
    return is_given and is_object(trace.run.fact(item).sample)


def counts(trace: Trace, item: ast.expr) -> bool:
    """Return whether an expression is an object with a gradient."""
    return type(trace.run.fact(item).sample) in trace.run.counting


def is_mixed(trace: Trace, source: ast.expr) -> TypeGuard[ast.List | ast.Tuple]:
    """Return whether an expression is a display of things of several kinds, among them numbers that may count."""
    if not isinstance(source, ast.List | ast.Tuple):
        return False
    samples = [
        item.value if isinstance(item, ast.Constant) else trace.run.fact(item).sample
        for item in source.elts
    ]
    kinds = {(kind, bool(rank)) for kind, rank in map(kind_of, samples)}
    return (
        len(kinds) > 1 and not any(s is MISSING for s in samples) and any(map(has_float, samples))
    )


def is_changed_elsewhere(trace: Trace, name: str) -> bool:
    """Return whether a called function changes which items, or how many, a container of the caller has."""
    for helper in trace.run.helpers(trace):
        for node in syntax.walk(helper.tree) if helper is not trace else ():
            match node:
                case ast.Call(func=ast.Attribute(owner, attr)) if attr in CONTAINER_MUTATORS:
                    pass
                case ast.Assign(targets=[ast.Subscript(owner), *_]) | ast.AugAssign(target=owner):
                    pass
                case ast.Delete(targets=[ast.Subscript(owner), *_]):
                    pass
                case _:
                    continue
            is_container = isinstance(trace.run.fact(owner).sample, list | dict)
            if is_container and any(
                t is trace and n == name for _, t, n in trace.run.fact(node).far
            ):
                return True
    return False


def arrays_in(trace: Trace, display: Display) -> frozenset[int]:
    """Return which items of a display are arrays, by their numbers."""
    items = [getattr(holder, field)[place] for holder, field, place in items_in(display)]
    samples = [trace.run.fact(item).sample for item in items]
    return frozenset(k for k, sample in enumerate(samples) if isinstance(sample, np.ndarray))


def is_read_by_key(trace: Trace, name: str) -> bool:
    """Return whether a function names a list or dict only where it reads or writes an item at a literal key."""
    parents = [trace.run.parents.get(n) for n in syntax.uses(trace.tree, name, ast.Load)]
    return all(
        isinstance(p, ast.Subscript)
        and any(known_value(p.slice, kind) is not None for kind in (int, str))
        for p in parents
    )


def is_replaced(trace: Trace, name: str, display: Display) -> bool:
    """Return whether something puts other things, not only other numbers, in the places of the items."""
    are_arrays = len(arrays_in(trace, display)) == len([*items_in(display)])
    if not are_arrays and is_changed_elsewhere(trace, name):
        return True
    for node in syntax.walk(trace.tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            if syntax.show(node.value) == name:
                is_change = isinstance(trace.run.parents.get(node), ast.AugAssign)
                if not is_change or not are_arrays:
                    return True
        if isinstance(node, ast.Attribute) and syntax.show(node.value) == name:
            if node.attr not in ("items", "values", "keys"):
                return True
    return False
