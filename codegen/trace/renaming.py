"""Names: the variables of functions whose statements take the place of calls get names that are free there; an argument
that may be written wherever its parameter stands is put there itself.
"""

from __future__ import annotations

import ast
import collections
from collections.abc import Iterator, Sequence

import numpy as np

from codegen import syntax
from codegen.pytree import has_fields
from codegen.trace.facts import holds_objects
from codegen.trace.modulenames import local_names, rename
from codegen.trace.normalize.fresh import assign, exchange_all, made
from codegen.trace.passing import copy_of, parameters_of, see
from codegen.trace.paths import path_of
from codegen.trace.run import Trace


class Names:
    """The names that variables have in the function that calls are spliced into."""

    def __init__(self, host: Trace) -> None:
        self.host, self.run = host, host.run
        self.taken = set(local_names(host.tree))
        self.of: dict[Trace, dict[str, str]] = {host: {}}  # the new names in each spliced function
        self.paths: dict[Trace, dict[str, ast.expr]] = {}  # what stands for the parameters of each

    def free(self, wanted: str) -> str:
        """Return the wanted name, with a number if it is taken; from now on it is."""
        return syntax.free(wanted, self.taken)

    def rebound(self) -> set[str]:
        """Return the variables of the host that are bound more than once."""
        counts = collections.Counter(local_names(self.host.tree))
        return {n for n, count in counts.items() if count > 1}

    def rebinds(self, tree: ast.AST) -> set[str]:
        """Return the names that a function binds, changes of arrays in place aside: those reach the argument."""
        in_place = {
            n.target
            for n in syntax.every(ast.AugAssign, tree)
            if isinstance(self.run.fact(n).sample, np.ndarray)
        }
        return {n.id for n in syntax.writes(tree, ast.Name) if n not in in_place}

    def is_simple(self, value: ast.expr) -> bool:
        """Return whether an argument can stand for its parameter: a literal, an attribute, an object, such displays."""
        if isinstance(value, ast.Tuple | ast.List | ast.Dict):
            parts = value.values if isinstance(value, ast.Dict) else value.elts
            return all(isinstance(v, ast.Name) or self.is_simple(v) for v in parts)
        if isinstance(value, ast.Subscript):
            return bool(path_of(value)) and holds_objects(self.run.fact(value).sample)
        return isinstance(value, ast.Constant) or bool(path_of(value))

    def named_apart(
        self, tree: ast.FunctionDef, arguments: dict[str, ast.expr], call: ast.Call
    ) -> Iterator[ast.stmt]:
        """Name the arguments behind a star that are computed in the call; yield their assignments."""
        rest = tree.args.vararg
        given = arguments[rest.arg] if rest is not None else None
        if rest is None or not isinstance(given, ast.Tuple):
            return
        for k, part in enumerate(given.elts):
            if isinstance(part, ast.Name | ast.Starred) or self.is_simple(part):
                continue
            own = ast.copy_location(syntax.name(self.free(f"{rest.arg}{k}")), call)
            see(self.run, own, self.run.fact(part).sample)
            yield assign(own.id, part, call)
            given.elts[k] = own

    def passed(
        self, call: ast.Call, trace: Trace, arguments: dict[str, ast.expr]
    ) -> list[ast.stmt]:
        """Give the variables of a function names that are free here; return the assignments of its arguments."""
        tree = trace.tree
        names: dict[str, str] = {}
        outside = {
            n.removesuffix("@")
            for node in syntax.own_parts(tree)
            if isinstance(node, ast.Nonlocal)
            for n in node.names
        }
        own = [n for n in dict.fromkeys(local_names(tree)) if n.removesuffix("@") not in outside]
        parameters = parameters_of(tree)
        stored = self.rebinds(tree)
        inner = {name for one in local_functions(tree) for name in syntax.names(one)}
        inner -= {n for n in inner & arguments.keys() if is_object_at(arguments[n], n, trace)}
        inner |= {
            n
            for n, value in arguments.items()
            if isinstance(value, ast.List) and not is_read_by_item(tree, n)
        }
        inner |= {
            n
            for n, value in arguments.items()
            if not is_object_at(value, n, trace) and self.is_changed_before(trace, n, value)
        }
        before: list[ast.stmt] = []
        for name in own:
            value = arguments.get(name) if name in parameters else None
            if isinstance(value, ast.Name) and name not in stored and value.id not in outside:
                if name not in inner or value.id not in self.rebound():
                    continue
            if value is not None and name not in stored | inner and self.is_simple(value):
                self.put(tree, name, value)
                self.paths.setdefault(trace, {})[name] = value
                names[name] = name
                continue
            names[name] = self.free(name)
        for name in parameters:
            value = arguments[name]
            if (
                name not in stored | inner
                and not isinstance(value, ast.Name)
                and self.is_simple(value)
            ):
                continue
            if name in names:
                target = ast.Name(id=name, ctx=ast.Store())
                before.append(made(ast.Assign(targets=[target], value=value), call))
            else:
                assert isinstance(value, ast.Name)
                names[name] = value.id
        for statement in before:
            target = statement.targets[0]  # type: ignore[attr-defined]  # an assignment, see above
            target.id = names[target.id]
        for old in [n for n in own if names.get(n, n) != n]:
            rename(tree, old, f"{names[old]}@")
        for node in ast.walk(tree):
            clean(node)
        self.of[trace] = self.run.spliced[trace] = names
        return before

    def is_changed_before(self, trace: Trace, name: str, value: ast.expr) -> bool:
        """Return whether a function sets what an argument reads before it reads the parameter: `o.set(o.b, o.a)`."""
        words = {part.attr for part in syntax.every(ast.Attribute, value)}
        is_set = False
        body = trace.tree.body if words and isinstance(trace.tree, ast.FunctionDef) else []
        for statement in syntax.statements(body):
            reads = name in syntax.reads(statement)
            if is_set and reads:
                return True
            if isinstance(statement, syntax.SIMPLE):
                is_set = is_set or self.sets(statement, words, {trace})
            elif reads and isinstance(statement, ast.For | ast.While):
                if self.sets(statement, words, {trace}):
                    return True
        return False

    def sets(self, statement: ast.AST, words: set[str], seen: set[Trace]) -> bool:
        """Return whether a statement, or a function that it calls, sets one of some attributes."""
        for node in syntax.walk(statement):
            if isinstance(node, ast.Attribute) and node.attr in words:
                if not isinstance(node.ctx, ast.Load):
                    return True
            for inner in self.run.calls.get(node, ()):
                if inner not in seen and self.sets(inner.tree, words, seen | {inner}):
                    return True
        return False

    def put(self, tree: ast.AST, name: str, value: ast.expr) -> None:
        """Put the argument itself in the place of a parameter."""
        parts: dict[object, ast.expr] = {}
        count: int | None = None
        if isinstance(value, ast.Tuple | ast.List):
            count = None if syntax.has_star(value.elts) else len(value.elts)
            parts = dict(enumerate(value.elts))
        elif isinstance(value, ast.Dict):
            pairs = zip(value.keys, value.values, strict=True)
            parts = {k.value: v for k, v in pairs if isinstance(k, ast.Constant)}
        items: dict[ast.AST, ast.expr] = {}
        for node in ast.walk(tree) if parts else ():
            match node:
                case ast.Subscript(value=ast.Name(id), slice=ast.Constant(k), ctx=ast.Load()):
                    if id == name and k in parts:
                        items[node] = self.marked(parts[k])
                case ast.Call(ast.Name("len"), [ast.Name(id)], []) if (
                    id == name and count is not None
                ):
                    items[node] = ast.copy_location(syntax.constant(count), node)
        exchange_all(tree, items)
        exchange_all(tree, {n: self.marked(value) for n in syntax.uses(tree, name, ast.Load)})
        for node in ast.walk(tree) if isinstance(value, ast.Constant) else ():
            if isinstance(node, ast.JoinedStr):
                node.values = joined(node.values)

    def marked(self, value: ast.expr) -> ast.expr:
        """Return a copy of an argument whose names are not those of the function that it is given to."""
        fresh = copy_of(value, self.run)
        for part in ast.walk(fresh):
            if isinstance(part, ast.Name):
                part.id = f"{part.id}@"
        return fresh

    def outer(self, trace: Trace) -> None:
        """Rename the variables of outer functions that a function reads or changes as they are called here."""
        if trace.definer is None:
            return
        for name in trace.function.__code__.co_freevars:
            owner = trace.owner(name)
            names, paths = self.of.get(owner, {}), self.paths.get(owner, {})
            if name in paths:
                self.put(trace.tree, name, paths[name])
            if names.get(name, name) != name:
                rename(trace.tree, name, f"{names[name]}@")

    def translate(self, node: ast.AST, names: dict[str, str]) -> None:
        """Give a fact the names that its function's variables have here."""
        fact = self.run.facts.get(node)
        if fact is None or not (fact.changing or fact.far):
            return
        fact.rename(names)
        for number, owner, name in fact.far:
            if owner in self.of:
                fact.groups[number].add(self.of[owner].get(name, name))

    def settle(self, trace: Trace, seen: set[Trace]) -> None:
        """Give the variables of spliced functions their new names in the functions that were defined there."""
        seen.add(trace)
        for node in syntax.walk(trace.tree):
            for inner in self.run.calls.get(node, []):
                if inner in seen:
                    continue
                if inner.definer is not None and inner not in self.run.spliced:
                    free = inner.function.__code__.co_freevars
                    own = {n: self.of.get(inner.owner(n), {}).get(n, n) for n in free}
                    new = {n: name for n, name in own.items() if name != n}
                    for name in set(local_names(inner.tree)) & set(new.values()):
                        rename(inner.tree, name, f"{name}_own")
                    for old, name in new.items():
                        rename(inner.tree, old, f"{name}@")
                    for old in free:
                        if path := self.paths.get(inner.owner(old), {}).get(old):
                            self.put(inner.tree, old, path)
                    for part in ast.walk(inner.tree):
                        clean(part)
                self.settle(inner, seen)


def is_object_at(value: ast.expr, name: str, trace: Trace) -> bool:
    """Return whether an argument is an object at a path, for which no local function has a variable of its own."""
    is_own = any(name in local_names(one) for one in local_functions(trace.tree))
    return has_fields(trace.values.get(name)) and bool(path_of(value)) and not is_own


def local_functions(tree: ast.AST) -> Iterator[ast.Lambda | ast.FunctionDef]:
    for node in syntax.walk(tree):
        if isinstance(node, ast.Lambda | ast.FunctionDef) and node is not tree:
            yield node


def clean(node: ast.AST) -> None:
    """Take the mark off a name that was just given."""
    for field in ("id", "arg", "name"):
        text = getattr(node, field, None)
        if isinstance(text, str) and text.endswith("@"):
            setattr(node, field, text[:-1])
    if isinstance(node, ast.Nonlocal):
        node.names = [text.removesuffix("@") for text in node.names]


def joined(parts: Sequence[ast.expr]) -> list[ast.expr]:
    """Return the parts of an f-string with the words that stand in braces, as in `f"{name}/{'W'}"`, among its text."""
    found: list[ast.expr] = []
    for part in parts:
        match part:
            case ast.FormattedValue(ast.Constant(str()) as word, conversion=-1, format_spec=None):
                text = word
            case ast.Constant() as text:
                pass
            case _:
                found.append(part)
                continue
        if found and isinstance(found[-1], ast.Constant):
            text = ast.copy_location(ast.Constant(str(found.pop().value) + str(text.value)), text)  # type: ignore[attr-defined]  # a constant
        found.append(text)
    return found


def is_read_by_item(tree: ast.AST, name: str) -> bool:
    """Return whether a function only reads items of a list at literal places, and how many there are."""
    plain: set[ast.AST] = set()
    for node in syntax.walk(tree):
        match node:
            case ast.Subscript(ast.Name() as base, ast.Constant(), ast.Load()):
                plain.add(base)
            case ast.Call(ast.Name("len"), [ast.Name() as base]):
                plain.add(base)
            case ast.Raise():  # which says how many there were
                plain.update(syntax.walk(node))
    return all(n in plain for n in syntax.uses(tree, name))
