"""Lists made of lists: a function goes in; out comes the same in which a list or tuple that is made of a given one of
objects is written with its items, after a guard of how many there are.

>>> from types import SimpleNamespace
>>> tree = ast.parse("def f(net, last):\\n    layers = [*net.layers, last]").body[0]
>>> layer = SimpleNamespace(w=1.0)
>>> net = SimpleNamespace(layers=[layer, layer])
>>> with_items(tree, Known(tree, {}, {"net": net, "last": layer}), Fresh(tree))
>>> print(ast.unparse(tree))
def f(net, last):
    if len(net.layers) != 2:
        raise NotImplementedError('net.layers had 2 items when this code was made')
    layers = [net.layers[0], net.layers[1], last]
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from codegen import syntax
from codegen.gates.pure import MUTATORS
from codegen.pytree import has_attributes
from codegen.trace.facts import holds_weights
from codegen.trace.guards import counted, raising
from codegen.trace.normalize.fresh import Fresh, made, one_by_one, put, spliced
from codegen.trace.normalize.lookup import LARGEST, Known, is_resized, is_written, places_of
from codegen.trace.normalize.unrolled import one_after_the_other


def with_items(tree: ast.FunctionDef, known: Known, fresh: Fresh) -> None:
    """Write lists that are bound, or handed to a class, item by item where they are made of lists of objects."""
    for place, statement in enumerate(tree.body):
        rename_copy(statement, tree.body[place + 1 :], known, fresh)
    tree.body = spliced(tree.body, lambda s: item_by_item(s, known))


def rename_copy(statement: ast.stmt, rest: Sequence[ast.stmt], known: Known, fresh: Fresh) -> None:
    """Give a copy that takes the name of the given list, `layers = list(layers)`, a name of its own, in place."""
    match statement:
        case ast.Assign([ast.Name(name) as target], value) if is_copy(value):
            pass
        case _:
            return
    held = known.given.get(name)
    scopes = [n for s in rest for n in syntax.walk(s) if isinstance(n, syntax.SCOPES)]
    if (
        not isinstance(held, list | tuple)
        or not any(map(holds_weights, held))
        or known.counts()[name] != 1
        or any(name in syntax.names(scope) for scope in scopes)
    ):
        return
    own = fresh.name(name)
    for node in (target, *(n for s in rest for n in syntax.uses(s, name))):
        node.id = own
    made(statement, statement)
    for one in rest:
        made(one, one)


def item_by_item(statement: ast.stmt, known: Known) -> list[ast.stmt]:
    guards: dict[str, ast.stmt] = {}

    def ask(path: str, count: int) -> None:
        guards[path] = raising(*counted(path, count), statement)

    bound = [v for _, v in syntax.bindings(statement)] if isinstance(statement, ast.Assign) else []
    calls = syntax.every(ast.Call, statement) if isinstance(statement, syntax.SIMPLE) else []
    given = [v for c in calls if makes_object(c, known) for v in syntax.given(c)]
    for value in [v for v in (*bound, *given) if is_copy(v)]:
        if (items := items_of(value, known, ask)) is not None:
            kind = ast.Tuple if is_tuple(value, known) else ast.List
            put(statement, value, kind(items, ast.Load()))
    return [*guards.values(), *one_by_one(statement, lambda *_: bool(guards))]


def makes_object(call: ast.Call, known: Known) -> bool:
    kind = known.value(call.func)
    return isinstance(kind, type) and kind.__module__ != "builtins"


def is_copy(value: ast.expr) -> bool:
    """Return whether an expression makes a list of lists: `list(a)`, `a[1:]`, `a + b`, `[*a, b]`."""
    match value:
        case ast.Call(ast.Name("list" | "tuple"), [_], []) | ast.Subscript(slice=ast.Slice()):
            return True
    return bool(one_after_the_other(value))


def is_tuple(value: ast.expr, known: Known) -> bool:
    match value:
        case ast.Call(ast.Name(word)):
            return word == "tuple"
        case ast.Subscript(inner) | ast.BinOp(inner):
            return is_tuple(inner, known)
    return isinstance(value, ast.Tuple) or isinstance(known.value(value), tuple)


def items_of(
    value: ast.expr, known: Known, ask: Callable[[str, int], None]
) -> list[ast.expr] | None:
    """Return the items of a list that a function is given, some of which hold floats, or that is made of such; None
    for others. `ask` is told what is taken for granted of given ones.
    """
    match value:
        case ast.Call(ast.Name("list" | "tuple"), [inner], []) if is_copy(value):
            return items_of(inner, known, ask)
        case ast.Subscript(inner, ast.Slice() as key):
            whole = items_of(inner, known, ask)
            places = None if whole is None else places_of(key, len(whole))
            return None if places is None or whole is None else [whole[k] for k in places]
        case ast.List(elts) | ast.Tuple(elts) if not syntax.has_star(elts):
            return elts
    if parts := one_after_the_other(value):
        found = [items_of(part, known, ask) for part in parts]
        return None if None in found else [one for items in found for one in items or ()]
    held = known.value(value)
    if type(held) not in (list, tuple) or not all(map(has_attributes, held)):
        return None
    if not any(map(holds_weights, held)) or len(held) > LARGEST:
        return None
    if is_resized(value, known) or is_written(value, known) or is_moved(value, known):
        return None
    ask(syntax.show(value), len(held))
    numbers = map(syntax.constant, range(len(held)))
    return [syntax.index(syntax.deep(value), number) for number in numbers]


def is_moved(source: ast.expr, known: Known) -> bool:
    """Return whether a function puts the items of a list in another order."""
    owners = [n.value for n in syntax.every(ast.Attribute, known.tree) if n.attr in MUTATORS]
    return syntax.show(source) in map(syntax.show, owners)
