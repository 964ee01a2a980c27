"""Getters: a function that calls methods which only hand out objects that their owner holds, or puts such objects into
lists itself, goes in; out come the paths of these objects.

>>> class Weight:
...     def __init__(self, value):
...         self.value = value
>>> class Line:
...     def __init__(self):
...         self.w, self.b = Weight(2.0), Weight(1.0)
...     def parameters(self):
...         return [self.w, self.b]
>>> text = '''class Line:
...     def parameters(self):
...         return [self.w, self.b]
... '''
>>> tree = ast.parse("def f(line):\\n    return sum(p.value for p in line.parameters())").body[0]
>>> known = Known(tree, {}, {"line": Line()})
>>> handing = Handing(known, {"line"}, {Line}, lambda method: ast.parse(text).body[0].body[0])
>>> tree.body = with_paths(tree.body, handing)
>>> print(ast.unparse(tree).replace("__main__.", ""))
def f(line):
    if getattr(line.parameters, '__qualname__', None) != 'Line.parameters':
        raise NotImplementedError('line.parameters was Line.parameters when this code was made')
    return sum((p.value for p in [line.w, line.b]))
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from types import FunctionType
from typing import Any

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.pytree import module_of, tree_of, vars_of
from codegen.trace.facts import holds_weights, is_object
from codegen.trace.guards import counted, other_keys, raising
from codegen.trace.normalize.fresh import put, spliced
from codegen.trace.normalize.generators import used_up
from codegen.trace.normalize.lookup import (
    LARGEST,
    Known,
    is_only_of_loops,
    is_resized,
    places_of,
)

Part = tuple[ast.expr, Any]
"""A path, and what stands there; of a list that is made, its display and the parts of it."""
DEPTH = 8  # of getters that call getters


class UnknownError(Exception):
    """A method does more than hand out what its object holds."""


class Handing:
    """Says what the methods of objects in some variables hand out, whose trees `tree` gives; of objects of other
    classes than those that are `counting`, only where more is done with these than read.
    """

    def __init__(
        self,
        known: Known,
        inputs: set[str],
        counting: Container[type] = (),
        tree: Callable[[Any], ast.FunctionDef | None] = tree_of,
    ) -> None:
        self.known, self.inputs, self.counting, self.tree = known, inputs, counting, tree
        self.asked: dict[str, str] = {}
        self.called_here: set[str] = set()  # the methods on the way
        self.yields = False
        self.count = 0  # how many calls paths stand for

    def given(self) -> dict[str, Part]:
        held = [n for n in self.inputs if holds_weights(self.known.given.get(n))]
        return {
            name: (syntax.name(name), value)
            for name in held
            if holds_weights(value := self.known.value(syntax.name(name)))
        }

    def of(self, node: ast.AST) -> ast.expr | None:
        """Return what stands for a call, a path or a display of paths, or for a comprehension or a sum of lists; None
        for other expressions. What it rests on is in `asked` then, and `yields` says whether it is a generator.
        """
        self.asked, self.called_here, self.yields = {}, set(), False
        try:
            match node:
                case ast.Call(func=ast.Attribute(value=owner), args=[], keywords=[]) if (
                    syntax.root_name(owner) in self.inputs
                ):
                    value = self.known.value(owner)
                    if value is MISSING or not holds_weights(value):
                        return None
                    path, held = self.called(node, {}, (owner, value), 0)
                    self.yields = is_generator(value, node)
                case (
                    ast.ListComp() | ast.BinOp(op=ast.Add()) | ast.Call(func=ast.Name("list"))
                ) if given := self.given():
                    value = next(iter(given.values()))[1]
                    path, held = self.part(node, given, 0)
                case _:
                    return None
        except UnknownError:
            return None
        items = [item for _, item in held] if isinstance(path, ast.List | ast.Tuple) else held
        is_list = isinstance(items, list | tuple) and 0 < len(items) <= LARGEST
        if not is_list or not are_objects(items):
            return None
        is_passive = type(value) not in self.counting
        return None if is_passive and self.are_only_read(items) else path

    def are_only_read(self, items: Iterable[Any]) -> bool:
        """Return whether the function neither writes attributes nor gives them names, nor calls methods of what is
        handed out or functions of the user's.
        """
        body = getattr(self.known.tree, "body", [])
        for node in (n for statement in body for n in syntax.walk(statement)):
            match node:
                case ast.Attribute(ctx=ast.Store() | ast.Del()):
                    return False
                case ast.Subscript(value=ast.Attribute(), ctx=ast.Store() | ast.Del()):
                    return False
                case ast.Assign(value=ast.Attribute()) | ast.keyword(value=ast.Attribute()):
                    return False  # which may be changed in place
                case ast.Call(func=ast.Attribute(attr=word) as func):
                    kinds = [type(item) for item in items]
                    if any(isinstance(getattr(kind, word, None), FunctionType) for kind in kinds):
                        return False
                    if isinstance(self.known.value(func), FunctionType):
                        return False
                case ast.Call(func=func) if isinstance(self.known.value(func), FunctionType):
                    return False
        return True

    def gathered(self, block: list[ast.stmt]) -> list[ast.stmt]:
        """Return a block in which a list of paths that statements put together one after the other is written out."""
        found: list[ast.stmt] = []
        waiting = list(block)
        while waiting:
            first = waiting.pop(0)
            match first:
                case ast.Assign([ast.Name(name)], value) if given := self.given():
                    part = begun = self.begun(value, given)
                    while part and waiting and (more := self.longer(name, part, waiting[0], given)):
                        part = more
                        del waiting[0]
                    if part and part[1] and are_objects([item for _, item in part[1]]):
                        found += [raising(test, was, first) for test, was in self.asked.items()]
                        put(first, value, part[0])
                        self.count += 1
                    elif part is not begun:
                        return block
            found.append(first)
        return found

    def begun(self, value: ast.expr, given: Mapping[str, Part]) -> Part | None:
        """Return a list of paths as it is begun, empty or of what is given: `list(self.layers.values())`."""
        self.asked, self.called_here = {}, set()
        if not isinstance(value, ast.List) and syntax.called(value) != "list":
            return None
        try:
            return self.part(value, given, 0)
        except UnknownError:
            return None

    def longer(
        self, name: str, part: Part, statement: ast.stmt, given: Mapping[str, Part]
    ) -> Part | None:
        """Return a list of paths after a statement that only adds to it, or turns it round; None after others."""
        for one in set(syntax.stores(statement)) - {name}:
            if not isinstance(statement, ast.For) or not is_only_of_loops(
                one, statement, self.known
            ):
                return None
        names = {**given, name: part}
        try:
            given_away: list[Part] = []
            if self.run([statement], names, given_away, 0) is not None or given_away:
                return None
        except UnknownError:
            return None
        return names[name] if names[name][1] is not part[1] else None

    def called(
        self, call: ast.Call, names: Mapping[str, Part], owner: Part | None, depth: int
    ) -> Part:
        """Return what a method without arguments hands out."""
        assert isinstance(call.func, ast.Attribute)
        path, value = owner or self.part(call.func.value, names, depth)
        method = getattr(type(value), call.func.attr, None)
        if depth > DEPTH or not isinstance(method, FunctionType):
            raise UnknownError
        if call.func.attr in vars_of(value):
            raise UnknownError  # its own, not that of the class
        match self.tree(method):
            case ast.FunctionDef(
                args=ast.arguments(
                    posonlyargs=[], args=[ast.arg(me)], vararg=None, kwonlyargs=[], kwarg=None
                ),
                body=body,
                decorator_list=[],
            ):
                names = {me: (path, value)}
            case _:
                raise UnknownError
        self.called_here.add(call.func.attr)
        given: list[Part] = []
        found = self.run(body, names, given, depth + 1)
        if is_generator(value, call) != (found is None):
            raise UnknownError
        test, was = is_another(path, value, method)
        self.asked[test] = was
        return self.display(given) if found is None else found

    def run(
        self, body: list[ast.stmt], names: dict[str, Part], given: list[Part], depth: int
    ) -> Part | None:
        """Return what statements of a getter return; lists in `names` and what it yields grow on the way."""
        for statement in body:
            match statement:
                case ast.Return(ast.expr() as result):
                    return self.part(result, names, depth)
                case ast.Assign(targets=[ast.Name(name)], value=value) if not (
                    isinstance(value, ast.Name) and self.is_made(names.get(value.id))
                ):  # of a list under two names both would grow
                    names[name] = self.part(value, names, depth)
                case ast.Expr(ast.Yield(ast.expr() as value)):
                    given.append(self.part(value, names, depth))
                case ast.Expr(ast.YieldFrom(value)):
                    given += self.items(value, names, depth)
                case ast.Expr(
                    ast.Call(ast.Attribute(ast.Name(name), "append"), [value], [])
                ) if self.is_made(names.get(name)):
                    names[name] = self.display([*names[name][1], self.part(value, names, depth)])
                case ast.AugAssign(target=ast.Name(name), op=ast.Add(), value=value) | ast.Expr(
                    ast.Call(ast.Attribute(ast.Name(name), "extend"), [value], [])
                ) if self.is_made(names.get(name)):
                    names[name] = self.display([*names[name][1], *self.items(value, names, depth)])
                case ast.Expr(
                    ast.Call(ast.Attribute(ast.Name(name), "reverse"), [], [])
                ) if self.is_made(names.get(name)):
                    names[name] = self.display(names[name][1][::-1])
                case ast.For(target=ast.Name(name), iter=source, body=inner, orelse=[]):
                    for item in list(self.items(source, names, depth)):
                        names[name] = item
                        if self.run(inner, names, given, depth) is not None:
                            raise UnknownError
                case _ if syntax.bare_string(statement) is None:
                    raise UnknownError
        return None

    def is_made(self, part: Part | None) -> bool:
        """Return whether a list is made by the getter itself."""
        return part is not None and isinstance(part[0], ast.List)

    def part(self, node: ast.expr, names: Mapping[str, Part], depth: int) -> Part:
        """Return the path of an expression of a getter, and what stands there."""
        match node:
            case ast.Name(name) if name in names:
                return names[name]
            case ast.Attribute(value=owner, attr=attr):
                path, value = self.part(owner, names, depth)
                if attr not in vars_of(value):
                    raise UnknownError
                return ast.Attribute(syntax.deep(path), attr, ast.Load()), vars_of(value)[attr]
            case ast.Subscript(value=owner, slice=ast.Slice() as key):
                parts = list(self.items(owner, names, depth))
                if (places := places_of(key, len(parts))) is None:
                    raise UnknownError
                return self.display([parts[k] for k in places])
            case ast.Subscript(value=owner, slice=ast.Constant(int() | str() as place)):
                path, items = self.part(owner, names, depth)
                if isinstance(items, dict) and place in items:
                    return syntax.index(syntax.deep(path), syntax.constant(place)), items[place]
                if not isinstance(items, list | tuple) or not isinstance(place, int):
                    raise UnknownError
                if place >= len(items):
                    raise UnknownError
                if isinstance(path, ast.List):
                    part: Part = items[place]
                    return part
                return syntax.index(syntax.deep(path), syntax.constant(place)), items[place]
            case ast.List(elts=elts) | ast.Tuple(elts=elts):
                return self.display([self.part(one, names, depth) for one in elts])
            case ast.Call(func=ast.Name("list"), args=[inner], keywords=[]):
                return self.display(list(self.items(inner, names, depth)))
            case ast.Call(func=ast.Attribute(), args=[], keywords=[]):
                return self.called(node, names, None, depth)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                both = (left, right)
                return self.display([p for side in both for p in self.items(side, names, depth)])
            case ast.ListComp(elt=elt, generators=loops):
                return self.display(list(self.looped(elt, loops, names, depth)))
        raise UnknownError

    def display(self, parts: list[Part]) -> Part:
        return ast.List([syntax.deep(path) for path, _ in parts], ast.Load()), parts

    def items(self, node: ast.expr, names: Mapping[str, Part], depth: int) -> Iterator[Part]:
        match node:
            case ast.Call(func=ast.Name("reversed"), args=[inner], keywords=[]):
                yield from list(self.items(inner, names, depth))[::-1]
                return
            case ast.Call(func=ast.Attribute(value=owner, attr="values"), args=[], keywords=[]):
                path, held = self.part(owner, names, depth)
                if not isinstance(held, dict) or is_resized(path, self.known, self.called_here):
                    raise UnknownError
                if not all(isinstance(key, str | int) for key in held):
                    raise UnknownError
                test, was = other_keys(syntax.show(path), held)
                self.asked[test] = was
                for key, item in held.items():
                    yield syntax.index(syntax.deep(path), syntax.constant(key)), item
                return
        path, held = self.part(node, names, depth)
        if isinstance(path, ast.List):
            yield from held
            return
        if not isinstance(held, list | tuple) or is_resized(path, self.known, self.called_here):
            raise UnknownError
        test, was = counted(syntax.show(path), len(held))
        self.asked[test] = was
        for place, item in enumerate(held):
            yield syntax.index(syntax.deep(path), syntax.constant(place)), item

    def looped(
        self,
        elt: ast.expr,
        loops: list[ast.comprehension],
        names: Mapping[str, Part],
        depth: int,
    ) -> Iterator[Part]:
        if not loops:
            yield self.part(elt, names, depth)
            return
        match loops[0]:
            case ast.comprehension(target=ast.Name(name), iter=source, ifs=[], is_async=0):
                for item in self.items(source, names, depth):
                    yield from self.looped(elt, loops[1:], {**names, name: item}, depth)
            case _:
                raise UnknownError


def are_objects(items: Sequence[Any]) -> bool:
    """Return whether all items are objects of the user's, and some have floats in their attributes."""
    return all(map(is_object, items)) and any(map(holds_weights, items))


def with_paths(body: list[ast.stmt], handing: Handing) -> list[ast.stmt]:
    """Return a block with paths in the place of calls of getters, behind the guards of what these rest on."""

    def change(statement: ast.stmt) -> list[ast.stmt]:
        guards: dict[str, str] = {}
        used_up = consumed(statement)
        for part in syntax.expressions(statement):
            for node in syntax.walk(part):
                found = handing.of(node)
                if found is not None and (node in used_up or not handing.yields):
                    put(statement, node, found)
                    guards |= handing.asked
                    handing.count += 1
        return [*(raising(test, was, statement) for test, was in guards.items()), statement]

    def whole(block: list[ast.stmt]) -> list[ast.stmt]:
        found = handing.gathered(block)
        for statement in found:
            syntax.change_blocks(statement, whole)
        return found

    body = whole(body)
    with handing.known.unchanged():
        return spliced(body, change)


def consumed(statement: ast.stmt) -> set[ast.expr]:
    """Return what a statement goes over once and forgets, so that a list may stand for a generator."""
    parts = (n for part in syntax.expressions(statement) for n in syntax.walk(part))
    return {one for node in (statement, *parts) for one in used_up(node)}


def is_generator(value: Any, call: ast.Call) -> bool:
    """Return whether a call of a method of an object makes a generator."""
    assert isinstance(call.func, ast.Attribute)
    return inspect.isgeneratorfunction(getattr(type(value), call.func.attr))


def is_another(path: ast.expr, value: Any, method: FunctionType) -> tuple[str, str]:
    """Return the question whether an argument has another method, or a part another class; and what was so."""
    shown, kind = syntax.show(path), type(value)
    if isinstance(path, ast.Name):
        asked, own = f"{shown}.{method.__name__}", method.__qualname__
        was = own.rpartition("<locals>.")[2]
        return f"getattr({asked}, '__qualname__', None) != {own!r}", f"{asked} was {was}"
    names = module_of(kind), kind.__qualname__
    test = f"(type({shown}).__module__, type({shown}).__qualname__) != {names!r}"
    return test, f"{shown} was a {kind.__name__}"
