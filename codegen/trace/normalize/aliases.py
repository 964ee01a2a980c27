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
        aliases = Aliases(known)
    if aliases.paths:
        tree.body = spliced(tree.body, lambda s: [] if bound_by(s) in aliases.paths else [s])
        with_parts(tree.body, aliases.paths)


class Aliases:
    """Says where to write `self.bodies[0].v` for `a.v` where `a` is a name of that object alone, and some are written
    through, and `self.act(x)` for `act(x)` where `act` is a name of that method.
    """

    def __init__(self, known: Known) -> None:
        self.known = known
        nodes = syntax.walk(known.tree)
        given = (n for n in nodes if isinstance(n, ast.Assign) and bound_by(n))
        self.values = grouped((bound_by(n), n.value) for n in given)
        owners = [n for n in nodes if isinstance(n, ast.Attribute)]
        used = {n.value.id for n in owners if isinstance(n.value, ast.Name)}
        paths = {name: path for name in sorted(used) if (path := self.path(name)) is not None}
        objects = {name: self.of(name) for name in paths}
        objects |= {syntax.show(path): objects[name] for name, path in paths.items()}
        is_changed = any(
            not isinstance(n.ctx, ast.Load) or callable(getattr(objects[owner], n.attr, None))
            for n in owners
            if (owner := syntax.show(n.value)) in objects
        )
        self.paths = paths if is_changed else {}
        called = Counter(
            n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
        )
        for name, calls in called.items():
            if (path := self.path_of_method(name, calls)) is not None:
                self.paths[name] = path

    def bound(self, name: str) -> ast.expr | None:
        """Return the path that a variable is bound to, which is bound once."""
        found = self.values.get(name, [])
        is_once = self.known.counts().get(name) == 1 and name not in self.known.given
        return found[0] if is_once and len(found) == 1 else None

    def of(self, name: str) -> object:
        """Return the object that a variable is a name of when the function begins."""
        path = self.bound(name)
        return None if path is None else self.known.value(path)

    def path(self, name: str) -> ast.expr | None:
        """Return the path to the object that a variable is a name of, if nothing replaces the object there."""
        path = self.bound(name)
        if not isinstance(path, ast.Attribute | ast.Subscript) or not holds_weights(self.of(name)):
            return None
        return None if is_replaced(path, self.known.tree) else path

    def path_of_method(self, name: str, calls: int) -> ast.expr | None:
        """Return the path to the method of an object that a variable is a name of, which is only called."""
        path, method = self.bound(name), self.of(name)
        if not isinstance(path, ast.Attribute) or not isinstance(method, MethodType):
            return None
        is_called = self.known.loads().get(name) == calls and holds_weights(method.__self__)
        return path if is_called and not is_replaced(path, self.known.tree) else None


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
