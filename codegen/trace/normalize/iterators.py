"""Iterators that are asked for one item after the other: a function goes in, the same with a list and a place in it
comes out.

>>> text = '''def f(rows):
...     it = iter(rows)
...     total = next(it)
...     for row in it:
...         total = total * row
...     return total
... '''
>>> tree = ast.parse(text).body[0]
>>> without_iterators(tree, Known(tree, {}, {}), Fresh(tree))
>>> print(ast.unparse(tree))
def f(rows):
    it = list(rows)
    next_it = 0
    total = it[next_it]
    next_it = next_it + 1
    for row in it[next_it:]:
        total = total * row
    return total

Objects of a class with an `__iter__` of its own that are unpacked or looped over get the call that Python makes:

>>> class Vector:
...     def __init__(self):
...         self.x = 1.0
...     def __iter__(self):
...         yield self.x
>>> tree = ast.parse("def f(a, b):\\n    x, y = a\\n    return sum(v * x for v in b) + y").body[0]
>>> with_own_iterators(tree, {"a"}, Known(tree, {}, {"a": Vector(), "b": [2.0]}))
>>> print(ast.unparse(tree))
def f(a, b):
    x, y = list(a.__iter__())
    return sum((v * x for v in b)) + y
"""

from __future__ import annotations

import ast
import inspect
from types import FunctionType
from typing import Any

from codegen import syntax
from codegen.pytree import tree_of
from codegen.trace.facts import holds_weights
from codegen.trace.normalize.byname import class_of, kind_of
from codegen.trace.normalize.fresh import Fresh, assign, formula, made, put, spliced, written
from codegen.trace.normalize.generators import late_names
from codegen.trace.normalize.getters import consumed
from codegen.trace.normalize.lookup import Known
from codegen.trace.normalize.taint import reaches, tainted


def without_iterators(tree: ast.FunctionDef, known: Known, fresh: Fresh) -> None:
    """Write iterators that a function makes, and asks for their items itself, as lists, in place."""
    if not any(is_next(n) for n in syntax.walk(tree)):
        return
    with known.unchanged():
        found = {
            n.targets[0].id: items
            for n in syntax.walk(tree)
            if isinstance(n, ast.Assign)
            and isinstance(n.targets[0], ast.Name)
            and (items := items_of(n.value, known)) is not None
            and known.counts().get(n.targets[0].id) == 1
            and is_only_asked(tree, n.targets[0].id)
            and not is_changed_meanwhile(tree, n, items)
        }
    if found:
        places = {name: fresh.name(f"next_{name}") for name in found}
        tree.body = spliced(tree.body, Asked(found, places, fresh).plain)


def items_of(value: ast.expr, known: Known) -> ast.expr | None:
    """Return what an iterator goes over, if it comes to an end."""
    if not isinstance(value, ast.Call) or value.keywords and not isinstance(value.func, ast.Name):
        return value if isinstance(value, ast.GeneratorExp) else None
    function = known.value(value.func)
    if function is iter and len(value.args) == 1:
        return value.args[0]
    return value if inspect.isgeneratorfunction(function) and ends(function) else None


def ends(function: object) -> bool:
    """Return whether the source of a generator function has no `while`, which may go on for ever."""
    tree = tree_of(function)
    return tree is not None and not syntax.has(tree, ast.While)


def is_next(node: ast.AST) -> bool:
    """Return whether a part asks a variable for its next item."""
    match node:
        case ast.Call(func=ast.Name("next"), args=[ast.Name()]):
            return True
    return False


def is_only_asked(tree: ast.FunctionDef, name: str) -> bool:
    """Return whether a variable is read by `next` in simple statements, and by the headers of loops, alone."""
    asked: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.For) and isinstance(node.iter, ast.Name):
            asked.add(node.iter)
        if isinstance(node, syntax.SIMPLE):
            asked |= {p.args[0] for p in syntax.inside(node, syntax.UNSURE) if is_next(p)}  # type: ignore[attr-defined]  # as asked
    loads = syntax.uses(tree, name, ast.Load)
    return bool(loads) and all(n in asked for n in loads)


def is_changed_meanwhile(tree: ast.FunctionDef, first: ast.Assign, items: ast.expr) -> bool:
    """Return whether what an iterator reads is changed, or bound anew if it is read late, while it is asked."""
    order = syntax.statements(tree.body)
    late, read = late_names(items, tree), set(syntax.reads(items))
    for node in (n for s in order[order.index(first) + 1 :] for n in ast.walk(s)):
        match node:
            case ast.Name(name) if name in late and not isinstance(node.ctx, ast.Load):
                return True
            case ast.AugAssign(target=ast.Name(name)) if name in read:
                return True
            case ast.Subscript() | ast.Attribute() if not isinstance(node.ctx, ast.Load):
                if syntax.root_name(node) in read:
                    return True
            case ast.Expr(ast.Call(func=ast.Attribute() as func)) if syntax.root_name(func) in read:
                return True
    return False


class Asked:
    """Rewrites the statements that ask."""

    def __init__(self, found: dict[str, ast.expr], places: dict[str, str], fresh: Fresh) -> None:
        self.found, self.places, self.fresh = found, places, fresh

    def plain(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return what takes the place of a statement."""
        before: list[ast.stmt] = []
        after: list[ast.stmt] = []
        match statement:
            case ast.For(iter=ast.Name(name)) if name in self.found:
                text = "name[place:]"
                statement.iter = formula(text, statement, name=name, place=self.places[name])
            case ast.Assign(targets=[ast.Name(name), *_]) if name in self.found:
                statement = assign(name, syntax.call("list", self.found[name]), statement)
                after = [assign(self.places[name], syntax.constant(0), statement)]
        if isinstance(statement, syntax.SIMPLE):
            calls = [
                n
                for n in syntax.inside(statement, syntax.UNSURE)
                if isinstance(n, ast.expr) and is_next(n)
            ]
            alone = isinstance(statement, ast.Assign) and [statement.value] == calls
            for call in calls:
                self.ask(call, statement, alone, before, after)
        return [*before, statement, *after]

    def ask(
        self,
        call: ast.expr,
        statement: ast.stmt,
        alone: bool,
        before: list[ast.stmt],
        after: list[ast.stmt],
    ) -> None:
        """Read an item by its place, and go on to the next place."""
        name = call.args[0].id  # type: ignore[attr-defined]  # as `is_next` has seen
        if name not in self.found:
            return
        place = self.places[name]
        item = formula("name[place]", statement, name=name, place=place)
        step = written("place = place + 1", statement, place=place)
        if alone:
            statement.value = item  # type: ignore[attr-defined]  # an assignment
            made(statement, statement)
            after += step
            return
        own = self.fresh.name("item")
        before += [assign(own, item, statement), *step]
        put(statement, call, syntax.name(own))


def with_own_iterators(tree: ast.FunctionDef, inputs: set[str], known: Known) -> None:
    """Write out the `__iter__` of classes of the user's, in place; one over a display gives the display."""
    with known.unchanged():  # no name is bound anew
        for statement in syntax.every(ast.stmt, tree):
            match statement:
                case ast.Return(
                    value=ast.Call(func=ast.Name("iter"), args=[items])
                ) if tree.name == "__iter__" and isinstance(items, ast.Tuple | ast.List):
                    statement.value = items
                    made(statement, statement)
            for source in consumed(statement):
                if (kind := iterated(source, tree, inputs, known)) is not None:
                    put(statement, source, from_start(source, kind))


def from_start(source: ast.expr, kind: Any) -> ast.expr:
    """Return what an object of a class with an `__iter__` of its own is looped over by."""
    held = list_of(kind)
    if held:
        return ast.Attribute(syntax.deep(source), held, ast.Load())
    call = ast.Call(ast.Attribute(syntax.deep(source), "__iter__", ast.Load()), [], [])
    return syntax.call("list", call) if inspect.isgeneratorfunction(kind.__iter__) else call


def iterated(source: ast.expr, tree: ast.FunctionDef, inputs: set[str], known: Known) -> Any:
    """Return the class of an object that says itself how it is looped over, if it is one of the user's with floats, or
    made here of what may be differentiated: what another one gives, such as places drawn at random, is nothing to
    follow.
    """
    kind = kind_of(source, known)
    if not isinstance(getattr(kind, "__iter__", None), FunctionType):
        return None
    if class_of(source, known) is None:
        return kind if holds_weights(known.value(source)) else None
    made_by = known.bound_once(source.id)  # type: ignore[attr-defined]  # a name
    return kind if made_by is not None and reaches(made_by, tainted(tree, inputs)) else None


def list_of(kind: Any) -> str:
    """Return the attribute that a class is looped over by, `return iter(self.layers)`; "" if it does more."""
    tree = tree_of(kind.__iter__)
    match tree:
        case ast.FunctionDef(
            args=ast.arguments(args=[ast.arg(me)]),
            body=[
                *_,
                ast.Return(ast.Call(ast.Name("iter"), [ast.Attribute(ast.Name(owner), held)])),
            ],
        ) if me == owner and all(syntax.bare_string(s) is not None for s in tree.body[:-1]):
            return held
    return ""
