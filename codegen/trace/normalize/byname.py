"""Attributes and variables by their names: a function goes in; out comes the same with `self.W` for
`getattr(self, name)` and `self.__dict__[name]`, a call of what a property does when it is set, and a dict of variables
for `locals()`.

Which attribute it is must be known before the function runs; where the text may be another one in the next call, that
is guarded.

>>> text = '''def f(x, name):
...     return getattr(x, "get_" + name)() * 2.0
... '''
>>> tree = ast.parse(text).body[0]
>>> with_plain_attributes(tree, Known(tree, {}, {"x": object(), "name": "W"}))
>>> print(ast.unparse(tree))
def f(x, name):
    if name != 'W':
        raise NotImplementedError("name was 'W' when this code was made")
    return x.get_W() * 2.0

A function that is handed a namespace, such as a check of shapes, is told the names of the variables beside it. If it
reads items of these names alone, they are the dict; if not, all variables are.

>>> text = '''def f(points, w):
...     k = rows_of(locals(), "points")
...     return points * w * k
... '''
>>> tree = ast.parse(text).body[0]
>>> with_written_namespaces(tree, Known(tree, {"rows_of": lambda space, name: len(space[name])}, {}))
>>> print(ast.unparse(tree))
def f(points, w):
    k = rows_of({'points': points, 'w': w}, 'points')
    return points * w * k
"""

from __future__ import annotations

import ast
import builtins
import dataclasses
from collections.abc import Iterator, Sequence
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.pytree import children, is_dataclass, tree_of, vars_of
from codegen.trace.guards import raising
from codegen.trace.normalize.fresh import Fresh, bound_by, formula, made, put_each, spliced, written
from codegen.trace.normalize.lookup import Known, known_value
from codegen.trace.operators import NUMBERS


def with_plain_attributes(tree: ast.FunctionDef, known: Known) -> None:
    """Rewrite the attributes of objects that are asked for by their names, in place."""
    nodes = syntax.walk(tree)
    is_asked = any(
        syntax.identifier(n) in ("getattr", "setattr")
        or isinstance(n, ast.Attribute)
        and n.attr == "__dict__"
        or syntax.called(n).rpartition(".")[2] in ("asdict", "astuple", "vars")
        for n in nodes
    )
    if is_asked:
        with_spaces(tree, known)
    if is_asked or any(isinstance(n, ast.Attribute) and is_set(n, known) for n in nodes):
        tree.body = block_of(tree.body, known, Fresh(tree))


def space_of(node: ast.AST | None) -> ast.expr | None:
    """Return the object of which a part is the dict of attributes."""
    match node:
        case ast.Call(ast.Name("vars"), [owner], []) | ast.Attribute(owner, "__dict__"):
            return owner
    return None


def with_spaces(tree: ast.FunctionDef, known: Known) -> None:
    """Put the dict of the attributes of an object in the place of a variable that is a name for it, in place."""
    names: dict[str, ast.expr] = {}
    for name in dict.fromkeys(syntax.stores(tree)):
        value = known.bound_once(name)
        owner = space_of(value)
        if value is not None and isinstance(owner, ast.Name) and owner.id not in known.counts():
            names[name] = value

    def whole(node: ast.AST) -> ast.expr | None:
        value = names.get(syntax.identifier(node))
        return None if value is None else syntax.deep(value)

    def change(statement: ast.stmt) -> list[ast.stmt]:
        if bound_by(statement) in names:
            return []
        put_each(statement, whole)
        return [statement]

    if names:
        tree.body = spliced(tree.body, change)


def block_of(block: list[ast.stmt], known: Known, fresh: Fresh) -> list[ast.stmt]:
    """Return the statements of a block with plain attributes, each after the guards of its names."""

    def change(statement: ast.stmt) -> list[ast.stmt]:
        plain = Attributes(known, fresh)
        changed = plain.visit(statement)
        guards = [raising(*question, statement) for question in plain.guards.items()]
        return [*guards, *plain.before, changed]

    return spliced(block, change)


class Attributes(ast.NodeTransformer):
    """Rewrites one statement, the blocks in it aside."""

    def __init__(self, known: Known, fresh: Fresh) -> None:
        self.known, self.fresh = known, fresh
        self.guards: dict[str, str] = {}
        self.before: list[ast.stmt] = []
        self.spaces = dict(spaces_read(known.tree))

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Leave the statements inside another one alone."""
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                setattr(node, field, self.visit(value))
            elif isinstance(value, list) and not (value and isinstance(value[0], ast.stmt)):
                value[:] = [self.visit(v) if isinstance(v, ast.AST) else v for v in value]
            elif isinstance(value, ast.AST):
                self.visit(value)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Leave a local function alone: it is brought into normal form by itself."""
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """Make `setattr(self, name, v)` an assignment."""
        self.generic_visit(node)
        match node.value:
            case ast.Call(func=ast.Name("setattr"), args=[owner, key, value], keywords=[]):
                word = self.word(owner, key)
                if word is not None:
                    target = ast.Attribute(owner, word, ast.Store())
                    return self.visit_Assign(made(ast.Assign([target], value), node))
            case ast.Call(ast.Attribute(whole, "update")) if (
                one := space_of(whole)
            ) is not None and (given := self.updated(node.value)):
                if all(self.is_plain(one, word) for word in given):
                    parts = [ast.Attribute(syntax.deep(one), w, ast.Store()) for w in given]
                    values = [*given.values()]
                    pairs: list[ast.expr] = [*parts[:1], *values[:1]]
                    if len(parts) > 1:
                        pairs = [ast.Tuple([*parts], ast.Store()), ast.Tuple(values, ast.Load())]
                    return made(ast.Assign(pairs[:1], pairs[1]), node)
        return node

    def updated(self, call: ast.Call) -> dict[str, ast.expr]:
        """Return what a call of `update` gives each key; nothing where that is not known."""
        found: dict[str | None, ast.expr] = {}
        for whole in call.args:
            held = self.known.value(whole)
            if isinstance(whole, ast.Dict):
                keys = [
                    None if key is None else known_value(key, str, self.known) for key in whole.keys
                ]
                found |= dict(zip(keys, whole.values, strict=True))
            elif isinstance(held, dict) and isinstance(whole, ast.Name):
                keys = [key if isinstance(key, str) else None for key in held]
                found |= {k: syntax.index(syntax.deep(whole), syntax.constant(k)) for k in keys}
                self.guards[f"[*{whole.id}] != {keys}"] = (
                    f"{whole.id} had {', '.join(map(str, keys))}"
                )
            else:
                return {}
        found |= {keyword.arg: keyword.value for keyword in call.keywords}
        return {} if None in found else {str(word): value for word, value in found.items()}

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Make `self.sigma = v` of a property the call of its setter."""
        self.generic_visit(node)
        match node.targets:
            case [ast.Attribute() as target] if is_set(target, self.known):
                return set_by_call(target, node.value, node, self.known)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        """Make `self.sigma *= v` of a property the call of its setter: what is no number may change in place first."""
        self.generic_visit(node)
        match node.target:
            case ast.Attribute(value=owner, attr=word) as target if is_set(target, self.known):
                read = ast.Attribute(syntax.deep(owner), word, ast.Load())
                if isinstance(self.known.value(read), NUMBERS):
                    value = ast.BinOp(read, node.op, node.value)
                    return set_by_call(target, value, node, self.known)
                name = self.fresh.name(word)
                changed = made(
                    ast.AugAssign(ast.Name(name, ast.Store()), node.op, node.value), node
                )
                self.before += [*written("name = read", node, name=name, read=read), changed]
                return set_by_call(target, ast.Name(name, ast.Load()), node, self.known)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Give the dict of an object's fields a name where it is gone over: `asdict(self).items()`."""
        is_display = isinstance(node.value, ast.Dict)
        self.generic_visit(node)
        if node in self.spaces:
            return self.space(node.value, self.spaces[node]) or node
        if isinstance(node.value, ast.Dict) and not is_display:
            name = self.fresh.name("fields")
            self.before += written("name = read", node, name=name, read=node.value)
            node.value = made(syntax.name(name), node)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Make `self.__dict__[name]` an attribute."""
        self.generic_visit(node)
        owner = space_of(node.value)
        if owner is not None and self.is_plain(owner, known_value(node.slice, str, self.known)):
            if word := self.word(owner, node.slice):
                return made(ast.Attribute(owner, word, node.ctx), node)
        return node

    def is_plain(self, owner: ast.expr, word: str | None) -> bool:
        """Return whether an attribute of an object is nothing that its class has."""
        kind = kind_of(owner, self.known)
        return word is not None and isinstance(kind, type) and not hasattr(kind, word)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Make `getattr(self, name)` an attribute, and `asdict(self)` a dict of them."""
        self.generic_visit(node)
        match node:
            case ast.Call(args=[ast.Name() | ast.Attribute() as owner], keywords=[]) if (
                how := self.known.value(node.func)
            ) in (dataclasses.asdict, dataclasses.astuple):
                held = self.known.value(owner)
                if is_dataclass(held) and (parts := fields_of(owner, held, how)) is not None:
                    return made(parts, node)
            case ast.Call(func=ast.Name("getattr"), args=[owner, key], keywords=[]):
                word = self.word(owner, key)
                if word is not None:
                    return made(ast.Attribute(owner, word, ast.Load()), node)
            case ast.Call(args=[owner]) if node in self.spaces:
                return self.space(owner, self.spaces[node]) or node
        return node

    def space(self, owner: ast.expr, is_gone_over: bool) -> ast.Dict | ast.Tuple | None:
        """Return the dict of an object's attributes, or their names where these are gone over; None if unknown."""
        held = vars_of(self.known.value(owner))
        new = {n.attr for n in syntax.writes(self.known.tree, ast.Attribute)} - held.keys()
        if not held or new or not all(map(str.isidentifier, held)):
            return None
        shown = syntax.show(owner)
        self.guards[f"[*{shown}.__dict__] != {[*held]}"] = f"{shown} had {', '.join(held)}"
        parts = [ast.Attribute(syntax.deep(owner), word, ast.Load()) for word in held]
        words: list[ast.expr] = [*map(syntax.constant, held)]
        space = ast.Tuple(words, ast.Load()) if is_gone_over else ast.Dict([*words], [*parts])
        return made(space, owner)

    def word(self, owner: ast.expr, key: ast.expr) -> str | None:
        """Return the attribute of an object that a text names; None where the object or the text is not known."""
        text = known_value(key, str, self.known)
        value = self.known.value(owner)
        if text is None or not text.isidentifier() or isinstance(value, ModuleType):
            return None
        for part in asked_in(key):
            shown = syntax.show(part)
            was = self.known.value(part)
            self.guards[f"{shown} != {was!r}"] = f"{shown} was {was!r}"
        return str(text)


def spaces_read(tree: ast.AST) -> Iterator[tuple[ast.expr, bool]]:
    """Yield the reads of `vars` and `__dict__` that do no more, each with whether its keys are gone over."""
    for node in syntax.walk(tree):
        match node:
            case (
                ast.Attribute(one, "items" | "keys" | "values" | "get" | "copy")
                | ast.Subscript(one, ctx=ast.Load())
                | ast.For(iter=one)
                | ast.comprehension(iter=one)
            ):
                found: Sequence[ast.expr] = [one]
            case ast.Call(ast.Name("dict" | "sorted" | "list" | "len"), found) | ast.Dict(_, found):
                pass
            case _:
                continue
        for one in found:
            if space_of(one) is not None:
                yield one, isinstance(node, ast.For | ast.comprehension)


def fields_of(owner: ast.expr, held: Any, how: Any) -> ast.Dict | ast.Tuple | None:
    """Return what `asdict` or `astuple` makes; None where a field is no number, text, array or dataclass."""
    found: dict[str, ast.expr] = {}
    for key, value in children(held):
        part = ast.Attribute(syntax.deep(owner), key.name, ast.Load())
        inner = fields_of(part, value, how) if is_dataclass(value) else None
        if isinstance(value, np.ndarray):
            found[key.name] = syntax.method(part, "copy")
        elif isinstance(value, float | int | str | np.generic | None) or inner is not None:
            found[key.name] = inner or part
        else:
            return None
    if how is dataclasses.astuple:
        return ast.Tuple([*found.values()], ast.Load())
    return syntax.as_dict(found)


def is_set(node: ast.Attribute, known: Known) -> bool:
    """Return whether an attribute that is written is a property which says how it is set."""
    if isinstance(node.ctx, ast.Load):
        return False
    made_by = class_of(node.value, known)
    if isinstance(made_by, ast.Name) and known.value(made_by) is MISSING:
        return any(has_setter(one, made_by.id, node.attr) for one in syntax.walk(known.tree))
    kind = kind_of(node.value, known)
    found = getattr(kind, node.attr, None) if isinstance(kind, type) else None
    return isinstance(found, property) and isinstance(found.fset, FunctionType)


def has_setter(node: ast.AST, kind: str, word: str) -> bool:
    """Return whether a node is the definition of a class in the function, with a property of that name which is set."""
    return (
        isinstance(node, ast.ClassDef)
        and node.name == kind
        and any(
            isinstance(part, ast.FunctionDef)
            and any(syntax.show(one) == f"{word}.setter" for one in part.decorator_list)
            for part in node.body
        )
    )


def class_of(owner: ast.expr, known: Known) -> ast.expr | None:
    """Return what an object is made by, if the function makes it itself."""
    if not isinstance(owner, ast.Name) or known.value(owner) is not MISSING:
        return None
    made_by = known.bound_once(owner.id)
    return made_by.func if isinstance(made_by, ast.Call) else None


def kind_of(owner: ast.expr, known: Known) -> Any:
    """Return the class of an object, as far as it is known."""
    made_by = class_of(owner, known)
    return type(known.value(owner)) if made_by is None else known.value(made_by)


def set_by_call(target: ast.Attribute, value: ast.expr, at: ast.stmt, known: Known) -> ast.Expr:
    """Return the call of the setter of a property."""
    kind = class_of(target.value, known) or syntax.call("type", target.value)
    text = f"kind.{target.attr}.fset(owner, value)"
    return made(ast.Expr(formula(text, kind=kind, owner=target.value, value=value)), at)


def asked_in(node: ast.expr) -> list[ast.expr]:
    """Return the variables, and attributes and items of them, that a text is made of."""
    if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
        return [node]
    inner = syntax.expressions(node)
    if isinstance(node, ast.Call):
        inner = [node.func.value] if isinstance(node.func, ast.Attribute) else node.args
    return [part for child in inner for part in asked_in(child)]


def with_written_namespaces(tree: ast.FunctionDef, known: Known) -> None:
    """Write out each `locals()` that is handed to a function where all variables are known to be bound, in place."""
    if known.value(syntax.name("locals")) is not builtins.locals:
        return
    args = tree.args
    parameters = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    names = [p.arg for p in [*parameters, args.vararg, args.kwarg] if p is not None]
    for statement in tree.body:
        for call in syntax.every(ast.Call, statement):
            call.args = [given(a, call, names, known) if asks(a) else a for a in call.args]
        bound = list(dict.fromkeys(syntax.stores(statement)))
        if (
            not isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr)
            and bound
        ):
            return  # what is bound on some ways alone is not always there
        names += [name for name in bound if name not in names]


def asks(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Name("locals"), args=[], keywords=[]):
            return True
    return False


def given(node: ast.expr, call: ast.Call, names: Sequence[str], known: Known) -> ast.expr:
    """Return the dict of the variables that a call is to see."""
    words = [a.value for a in call.args if isinstance(a, ast.Constant) and a.value in names]
    meant = words if reads_by_name(known.value(call.func), call.args.index(node)) else []
    found = ast.Dict([], [])
    for name in meant or names:
        found.keys.append(syntax.constant(str(name)))
        found.values.append(syntax.name(str(name)))
    return made(found, node)


def reads_by_name(function: Any, place: int) -> bool:
    """Return whether a function reads of one of its arguments only the items that its other arguments name."""
    tree = tree_of(function) if isinstance(function, FunctionType) else None
    if tree is None:
        return False
    taken = [a.arg for a in [*tree.args.posonlyargs, *tree.args.args]]
    if place >= len(taken):
        return False
    items = {
        n.value
        for n in syntax.every(ast.Subscript, tree)
        if isinstance(n.ctx, ast.Load) and isinstance(n.slice, ast.Name)
        if n.slice.id in taken
    }
    reads = syntax.uses(tree, taken[place])
    return all(read in items for read in reads)
