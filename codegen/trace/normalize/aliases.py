"""Second names of objects: a function goes in; out comes the same in which an object that is changed through a second
name goes by its path, and so does what calls a method under a name.

>>> tree = ast.parse("def f(self, x):\\n    a = self.body\\n    a.v = a.v * x").body[0]
>>> body = SimpleNamespace(v=1.0)
>>> without_aliases(tree, Known(tree, {}, {"self": SimpleNamespace(body=body)}))
>>> print(ast.unparse(tree))
def f(self, x):
    self.body.v = self.body.v * x
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from types import FunctionType, MethodType, SimpleNamespace
from typing import Any

from codegen import syntax
from codegen.pytree import tree_of
from codegen.tables import grouped
from codegen.trace.facts import holds_weights
from codegen.trace.guards import counted, raising
from codegen.trace.normalize.fresh import bound_by, made, one_by_one, spliced, with_parts
from codegen.trace.normalize.lookup import Known, is_replaced
from codegen.trace.operators import NAMES, returns_itself

__all__ = ["SimpleNamespace", "without_aliases"]


def without_aliases(tree: ast.FunctionDef, known: Known) -> None:
    """Write objects that have a second name, and are changed through it, by their path, in place."""
    if not syntax.has(tree, ast.Attribute):
        return
    tree.body = spliced(tree.body, lambda s: unpacked(s, known))
    if words := changed_in_place(known):
        tree.body = spliced(tree.body, lambda s: [called_in_place(s, words)])
    with known.unchanged():
        paths = aliased(known)
    if paths:
        tree.body = spliced(tree.body, lambda s: [] if bound_by(s) in paths else [s])
        with_parts(tree.body, paths)


def aliased(known: Known) -> dict[str, ast.expr]:
    """Return what to write for second names: `self.bodies[0]` for `a` where that is a name of that object alone, and
    some are written through, and `self.act` for `act` where that is a name of that method.
    """
    nodes = syntax.walk(known.tree)
    given = (n for n in nodes if isinstance(n, ast.Assign) and bound_by(n))
    values = grouped((bound_by(n), n.value) for n in given)

    def held(name: str) -> tuple[ast.expr, Any] | None:
        """Return the path that a variable is bound to, once, and what is there when the function begins."""
        is_once = known.counts().get(name) == 1 and name not in known.given
        match values.get(name, []):
            case [ast.Attribute() | ast.Subscript() as path] if is_once:
                return path, known.value(path)
        return None

    def stays(path: ast.expr) -> bool:
        return not is_replaced(path, known.tree)

    owners = [n for n in nodes if isinstance(n, ast.Attribute)]
    used = sorted({n.value.id for n in owners if isinstance(n.value, ast.Name)})
    found = {n: one for n in used if (one := held(n)) and holds_weights(one[1])}
    objects = {n: one for n, one in found.items() if stays(one[0])}
    by_path = {text: v for n, (path, v) in objects.items() for text in (n, syntax.show(path))}
    is_changed = any(
        not isinstance(n.ctx, ast.Load) or callable(getattr(by_path[owner], n.attr, None))
        for n in owners
        if (owner := syntax.show(n.value)) in by_path
    )
    paths = {name: path for name, (path, _) in objects.items()} if is_changed else {}
    called = Counter(
        n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    )
    for name in (n for n, calls in called.items() if known.loads().get(n) == calls):
        match held(name):
            case (ast.Attribute() as path, MethodType() as method) if holds_weights(
                method.__self__
            ) and stays(path):
                paths[name] = path
    return paths


def changed_in_place(known: Known) -> dict[str, str]:
    """Return the variables that name objects all along, also where `p += v` changes these, with that method."""
    found: dict[str, str] = {}
    changes = [n for n in syntax.every(ast.AugAssign, known.tree) if isinstance(n.target, ast.Name)]
    values = syntax.assigned(known.tree) if changes else {}
    for name in {syntax.identifier(n.target) for n in changes} & values.keys():
        ops = {type(n.op).__name__ for n in changes if syntax.identifier(n.target) == name}
        words = {f"__i{NAMES[op].strip('_')}__" for op in ops}
        kinds = {type(known.value(value)) for value in values[name]}
        times = sum(syntax.identifier(n.target) == name for n in changes)
        if len(words) == 1 and known.counts().get(name) == len(values[name]) + times:
            (word,) = words
            methods = [getattr(kind, word, None) for kind in kinds]
            trees = [tree_of(m) for m in methods if isinstance(m, FunctionType)]
            if len(trees) == len(methods) and all(t and returns_itself(t) for t in trees):
                found[name] = word
    return found


def called_in_place(statement: ast.stmt, words: Mapping[str, str]) -> ast.stmt:
    """Return `p += v` of one of some variables as the call of its method; other statements as they are."""
    match statement:
        case ast.AugAssign(ast.Name(name), value=value) if name in words:
            return made(ast.Expr(syntax.method(syntax.name(name), words[name], value)), statement)
    return statement


def unpacked(statement: ast.stmt, known: Known) -> list[ast.stmt]:
    """Return `a, b = self.bodies` of objects, or `f, g = o.f, o.g` of methods, as an assignment for each."""
    match statement:
        case ast.Assign([ast.Tuple(parts)], source):
            items = known.value(source)
        case _:
            return [statement]
    is_listed = isinstance(items, list | tuple) and len(items) == len(parts)
    plain = is_listed and all(isinstance(part, ast.Name) for part in parts)
    if not plain or not any(map(holds_weights, items)):
        return one_by_one(
            statement,
            lambda targets, values: all(isinstance(t, ast.Name) for t in targets)
            and any(
                isinstance(v, MethodType) or holds_weights(v) for v in map(known.value, values)
            ),
        )
    found: list[ast.stmt] = [raising(*counted(syntax.show(source), len(items)), statement)]
    for place, part in enumerate(parts):
        item = syntax.index(syntax.deep(source), syntax.constant(place))
        found.append(made(ast.Assign([part], item), statement))
    return found
