"""Objects at places that are computed, `p = ps[i]`: a function goes in; out comes the same in which each is one of
those that are there.

>>> known = {"cs": [SimpleNamespace(w=1.0)] * 2}
>>> tree = ast.parse("def f(i, cs):\\n    c = cs[i]\\n    return c.w * 2").body[0]
>>> objects_by_place(tree, Known(tree, {}, known), Fresh(tree))
>>> print("\\n".join(ast.unparse(tree).splitlines()[5:]))
    if i == 0:
        c = cs[0]
    else:
        c = cs[1]
    return c.w * 2

Where the function changes one, each of them is changed on a side of its own:

>>> tree = ast.parse("def f(i, cs):\\n    c = cs[i]\\n    c.w = c.w * 2").body[0]
>>> objects_by_place(tree, Known(tree, {}, known), Fresh(tree))
>>> print("\\n".join(ast.unparse(tree).splitlines()[5:]))
    if i == 0:
        cs[0].w = cs[0].w * 2
    else:
        cs[1].w = cs[1].w * 2
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

from codegen import syntax
from codegen.pytree import tree_of
from codegen.trace.facts import holds_weights
from codegen.trace.guards import counted, is_guard, other_keys, raising
from codegen.trace.normalize.combined import outermost
from codegen.trace.normalize.fresh import (
    Fresh,
    assign,
    bound_by,
    gives_itself,
    made,
    one_by_one,
    put,
    spliced,
    with_parts,
    written,
)
from codegen.trace.normalize.lookup import Known, is_resized, is_written, number_of

__all__ = ["SimpleNamespace", "objects_by_place"]
MOST = 8  # objects of which a computed place tells one
ORDERS = ("sorted", "argsort")
SEARCHES = ("min", "max", "argmin", "argmax")
SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)
SUM = (ast.BinOp, ast.UnaryOp)
PATH = (ast.Attribute, ast.Subscript)
IN_SUM = (*SUM, ast.Name, ast.Constant, ast.operator, ast.unaryop, ast.expr_context)


def is_place(name: str, known: Known) -> bool:
    """Return whether a variable is a place that a search or an order of places gives: it counts from the front."""
    bound = known.bound_once(name)
    if bound is None:
        loops = syntax.every(ast.For, known.tree)
        over = [n.iter for n in loops if name in syntax.stores(n.target)]
        if len(over) != 1 or known.counts().get(name) != 1:
            return False
        orders = [known.bound_once(word) for word in syntax.reads(over[0])]
        return any(isinstance(o, ast.Call) and syntax.called_last(o) in ORDERS for o in orders)
    return isinstance(bound, ast.Call) and syntax.called_last(bound) in SEARCHES


def objects_by_place(tree: ast.FunctionDef, known: Known, fresh: Fresh) -> None:
    """Write an object of a list that a computed place tells as one of those that are there, in place."""
    told = Told(known, fresh)
    tree.body = spliced(tree.body, told.with_places)
    tree.body = spliced(
        tree.body, lambda s: one_by_one(s, lambda _, values: any(map(told.is_told, values)))
    )
    told.changes = any(told.changed_in(n) for n in syntax.every(ast.stmt, tree)) or any(
        len({*map(type, told.items(n))}) > 1 for n in syntax.every(ast.Subscript, tree)
    )
    tree.body = told.without_names(tree.body)
    tree.body = spliced(tree.body, told.one_of_those)
    tree.body = told.joined(tree.body)


def from_the_front(statement: ast.stmt, known: Known) -> list[ast.stmt]:
    """Return a statement that counts items such as `self.layers[-1]` from the front, after the guards."""
    guards: dict[str, ast.stmt] = {}
    if isinstance(statement, (ast.FunctionDef, *syntax.NESTING)):
        return [statement]
    for node in ast.walk(statement):
        if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.UnaryOp):
            continue
        place, items = number_of(node.slice), known.value(node.value)
        if (
            place is None
            or not isinstance(items, list | tuple)
            or not any(map(holds_weights, items))
            or is_resized(node.value, known)
        ):
            continue
        if -len(items) <= place < 0:
            shown = syntax.show(node.value)
            node.slice = syntax.constant(len(items) + place)
            guards[shown] = raising(*counted(shown, len(items)), statement)
            made(statement, statement)
    return [*guards.values(), statement]


class Told:
    """Writes what computed places tell in one function; `changes` says whether that changes such an object, or whether
    some are of another class than others, whose methods may be others.
    """

    def __init__(self, known: Known, fresh: Fresh) -> None:
        self.known, self.fresh, self.changes = known, fresh, False
        self.places: set[str] = set()  # which count from the front
        self.settled: set[str] = set()  # the objects whose places are known now
        self.chains: dict[ast.stmt, str] = {}  # the first questions for places

    def held(self, node: ast.AST) -> Mapping[int | str, Any]:
        """Return the objects of the list or dict that an expression reads one of, by place or key, or none."""
        match node:
            case ast.Subscript(ast.Name() | ast.Attribute() as owner, ctx=ast.Load()):
                held = self.known.value(owner)
                items = dict(enumerate(held)) if isinstance(held, list | tuple) else held
                if isinstance(items, dict) and 1 < len(items) <= MOST:
                    is_plain = all(type(key) in (int, str) for key in items)
                    return items if is_plain and all(map(holds_weights, items.values())) else {}
        return {}

    def items(self, node: ast.AST) -> list[Any]:
        """Return the objects of a list or dict of which an expression reads one; none of other expressions."""
        return list(self.held(node).values())

    def has_keys(self, node: ast.Subscript) -> bool:
        return isinstance(self.known.value(node.value), dict)

    def is_wanted(self, node: ast.AST) -> bool:
        """Return whether an expression is an object at a place that has a name."""
        match node:
            case ast.Subscript(slice=ast.Name()) if self.items(node):
                return True
        return False

    def is_told(self, node: ast.expr) -> bool:
        """Return whether an expression is such an object, or one whose place is known now."""
        return self.is_wanted(node) or syntax.show(node) in self.settled

    def with_places(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return a statement after those that give names to the places that it computes, from the front."""
        before: list[ast.stmt] = []
        own: dict[str, str] = {}
        for node in parts_of(statement):
            if not isinstance(node, ast.Subscript) or not isinstance(node.slice, (*SUM, *PATH)):
                continue
            items, shown = self.items(node), syntax.show(node)
            if isinstance(node.slice, PATH):
                before += self.with_number(node) if items else []
                continue
            is_sum = all(isinstance(n, IN_SUM) for n in ast.walk(node.slice))
            if not items or not is_sum or not syntax.reads(node.slice) or self.has_keys(node):
                continue
            if shown not in own:
                own[shown] = self.fresh.name("place")
                self.places.add(own[shown])
                place, count = syntax.show(node.slice), len(items)
                before += [
                    raising(*counted(syntax.show(node.value), count), statement),
                    raising(
                        f"not -{count} <= {place} < {count}", f"{place} was a place", statement
                    ),
                    *written(
                        "own = (place) % count",
                        statement,
                        own=own[shown],
                        place=node.slice,
                        count=syntax.constant(count),
                    ),
                ]
            node.slice = ast.copy_location(syntax.name(own[shown]), node.slice)
            made(statement, statement)
        return [*before, statement]

    def with_number(self, node: ast.Subscript) -> list[ast.stmt]:
        """Let a place or key that an attribute of an object tells be what it is, in place; return the guards."""
        place, shown = self.known.value(node.slice), syntax.show(node.slice)
        is_there = type(place) in (int, str) and place in self.held(node)
        if not is_there or is_written(node.slice, self.known):
            return []
        node.slice = ast.copy_location(syntax.constant(place), node.slice)
        self.settled.add(syntax.show(node))
        return [raising(f"{shown} != {place!r}", f"{shown} was {place!r}", node)]

    def without_names(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Return a block in which objects go by their places, not by names for them, if one is changed."""
        found: dict[str, list[tuple[ast.Assign, list[ast.stmt]]]] = {}
        for block in [body, *(b for s in body for n in syntax.walk(s) for b in syntax.blocks(n))]:
            for k, statement in enumerate(block):
                match statement:
                    case ast.Assign([ast.Name(name)], ast.Subscript() as value) if self.is_told(
                        value
                    ):
                        later = [n for n in range(k + 1, len(block)) if bound_by(block[n]) == name]
                        end = min(later, default=len(block))
                        found.setdefault(name, []).append((statement, block[k + 1 : end]))
        over: set[ast.stmt] = set()
        known = {name: pairs for name, pairs in found.items() if self.is_known(name, pairs)}
        if not self.changes:
            self.changes = any(self.is_changed(n, *p) for n, pairs in known.items() for p in pairs)
        for name, pairs in known.items() if self.changes else ():
            for statement, rest in pairs:
                over.add(statement)
                with_parts(rest, {name: statement.value})
        return spliced(body, lambda s: [] if s in over else [s]) if over else body

    def is_known(self, name: str, pairs: Sequence[tuple[ast.Assign, list[ast.stmt]]]) -> bool:
        """Return whether a name is read behind its bindings alone, while each place is what it was."""
        reads = sum(len(syntax.uses(s, name, ast.Load)) for _, rest in pairs for s in rest)
        counts = self.known.counts().get(name), self.known.loads().get(name)
        return (
            counts == (len(pairs), reads)
            and name not in self.known.given
            and not any(
                syntax.written_texts(s) & {name, *syntax.reads(statement.value)}
                for statement, rest in pairs
                for s in rest
            )
        )

    def is_changed(self, name: str, statement: ast.Assign, rest: Sequence[ast.stmt]) -> bool:
        """Return whether some statements change an object under a name."""
        trial = [syntax.deep(s) for s in rest]
        with_parts(trial, {name: statement.value})
        inner = [n for s in trial for n in syntax.every(ast.stmt, s)]
        same = syntax.show(statement.value)
        return any(same in map(syntax.show, self.changed_in(n)) for n in inner)

    def changed(self, statement: ast.stmt) -> str:
        """Return the object at a place that a statement changes; "" of others."""
        found = [n for n in self.changed_in(statement) if self.is_wanted(n)]
        return syntax.show(found[0]) if found else ""

    def changed_in(self, statement: ast.stmt) -> list[ast.expr]:
        found: list[ast.expr] = []
        for node in parts_of(statement):
            match node:
                case ast.Call(ast.Attribute(owner, word)) if self.items(owner):
                    pass
                case ast.Call(owner) if self.items(owner):
                    word = "__call__"
                case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
                    found += [n for n in syntax.every(ast.expr, node) if self.items(n)]
                    continue
                case _:
                    continue
            kinds = {type(item) for item in self.items(owner)}
            found += [owner] if any(changes_itself(kind, word) for kind in kinds) else []
        return found

    def one_of_those(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return a statement after those that find what it reads; one that it changes has a side of its own."""
        changed = self.changed(statement)
        stored = set(map(syntax.show, self.changed_in(statement)))
        found = [
            n for n in parts_of(statement) if self.is_wanted(n) and syntax.show(n) not in stored
        ]
        before: list[ast.stmt] = []
        if self.changes:
            found = self.asked_of(found, statement)
        for node in {syntax.show(n): n for n in found}.values():
            shown = syntax.show(node)
            inner = next(n for n in syntax.every(ast.expr, node) if self.is_wanted(n))
            own = self.fresh.name(node_name(node))
            match statement:
                case ast.Assign([ast.Name(name)], value) if value is node:
                    own = name
            binding = assign(own, node, statement)
            before += self.sides(inner, partial(self.at, binding, inner), statement)
            for twin in found:
                if syntax.show(twin) == shown:
                    put(statement, twin, syntax.name(own))
        if gives_itself(statement) and before:
            return before
        if not changed:
            return [*before, statement]
        last: list[ast.stmt] = []
        if isinstance(statement, ast.Return):
            assert statement.value is not None
            own = self.fresh.name("result")
            last = [made(ast.Return(syntax.name(own)), statement)]
            statement = assign(own, statement.value, statement)
        inner = next(n for n in parts_of(statement) if syntax.show(n) == changed)
        sides = partial(self.at, statement, inner)
        return [*before, *self.sides(inner, sides, statement), *last]

    def asked_of(self, found: list[ast.expr], statement: ast.stmt) -> list[ast.expr]:
        """Return the attributes that a statement reads of some objects, and the calls of their methods, where it asks
        nothing else of them and calls nothing before that may change them.
        """
        parts = parts_of(statement)
        callees = {n.func: n for n in parts if isinstance(n, ast.Call)}
        read = [n for n in parts if isinstance(n, ast.Attribute) and n.value in found]
        asked: list[ast.expr] = [callees.get(n, n) for n in read]
        value = None if isinstance(statement, ast.If | ast.For) else syntax.value_of(statement)
        for call in syntax.every(ast.Call, statement):
            if call not in asked and call is not value and not self.known.is_plain(call.func):
                return found
        return asked if len(asked) == len(found) else found

    def at(self, statement: ast.stmt, node: ast.expr, place: int | str) -> list[ast.stmt]:
        """Return a statement with an object of a list or dict at one of its places."""
        assert isinstance(node, ast.Subscript)
        copy = [made(syntax.deep(statement), statement)]
        item = syntax.index(syntax.deep(node.value), syntax.constant(place))
        with_parts(copy, {syntax.show(node): item})
        return self.one_of_those(copy[0])

    def sides(
        self, node: ast.expr, side: Callable[[int | str], list[ast.stmt]], statement: ast.stmt
    ) -> list[ast.stmt]:
        """Return the sides for the places of a list or dict, after what is asked of the place that is told."""
        assert isinstance(node, ast.Subscript)
        keys, place, shown = list(self.held(node)), syntax.show(node.slice), syntax.show(node.value)
        before: list[ast.stmt] = []
        if self.has_keys(node):
            before.append(raising(*other_keys(shown, keys), statement))
            before.append(
                raising(f"{place} not in {keys!r}", f"{place} was a key of {shown}", node)
            )
        elif place not in self.places and not is_place(place, self.known):
            was = f"{place} was counted from the front"
            before.append(raising(*counted(shown, len(keys)), statement))
            before.append(raising(f"not 0 <= {place} < {len(keys)}", was, statement))
        chain = side(keys[-1])
        for key in reversed(keys[:-1]):
            text = "if place == number:\n    body\nelse:\n    rest"
            number = syntax.constant(key)
            chain = written(
                text, statement, place=node.slice, number=number, body=side(key), rest=chain
            )
        self.chains[chain[0]] = f"{place} of {keys}"
        return [*before, *chain]

    def joined(self, block: list[ast.stmt]) -> list[ast.stmt]:
        """Return a block in which the sides of one question stand together where nothing answers it anew."""
        found: list[ast.stmt] = []
        for statement in block:
            if statement not in self.chains:
                syntax.change_blocks(statement, self.joined)
            last = len(found) - 1
            while last >= 0 and is_guard(found[last]):
                last -= 1
            first = found[last] if last >= 0 else None
            if (
                isinstance(first, ast.If)
                and isinstance(statement, ast.If)
                and self.chains.get(first, "") == self.chains.get(statement)
                and not set(syntax.stores(first)) & set(syntax.reads(statement.test))
            ):
                join(first, statement)
                found.append(found.pop(last))
            else:
                found.append(statement)
        return found


def join(first: ast.If, second: ast.If) -> None:
    """Put the sides of one question behind those of another that asks the same, in place."""
    first.body += second.body
    match first.orelse, second.orelse:
        case [ast.If() as one], [ast.If() as other] if syntax.show(one.test) == syntax.show(
            other.test
        ):
            join(one, other)
        case _:
            first.orelse += second.orelse


def node_name(node: ast.expr) -> str:
    """Return a name for an object of a list, what an attribute of it holds, or a method of it returns."""
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else "one"


def parts_of(statement: ast.stmt) -> list[ast.expr]:
    """Return the parts of a statement that are surely evaluated, once; its targets among them."""
    values = [
        getattr(statement, f, None)
        for f in ("iter", "test")
        if isinstance(statement, ast.For | ast.If)
    ]
    if isinstance(statement, (*SIMPLE, ast.Return)):
        values = [
            *getattr(statement, "targets", []),
            getattr(statement, "target", None),
            statement.value,
        ]
    if isinstance(statement, ast.Expr) and not any(map(list, map(outermost, values))):
        call = statement.value  # `ws.append(w)`
        values = [*call.args] if isinstance(call, ast.Call) else []
    return [part for value in values for part in outermost(value)]


def changes_itself(kind: type, word: str, seen: tuple[str, ...] = ()) -> bool:
    """Return whether a method of a class seems to write attributes."""
    tree = tree_of(getattr(kind, word, None))
    if tree is None or word in seen:
        return False
    inner = [n.func.attr for n in syntax.every(ast.Call, tree) if isinstance(n.func, ast.Attribute)]
    return bool(syntax.writes(tree, ast.Attribute)) or any(
        changes_itself(kind, one, (*seen, word)) for one in inner
    )
