"""Active expressions: an expression goes in; whether a differentiable input reaches what it reads comes out.

None reaches a count: an item of a dict or of nested lists that only ever is an integer, such as a number of steps.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from typing import Any

from codegen import syntax
from codegen.ir import Wire
from codegen.lower.scope import Scope
from codegen.trace.paths import path_of, place_of

CODE = (ast.Name, *syntax.DEFERRED)


class Reach:
    """Tells which names and expressions of a scope are active."""

    def __init__(
        self, scope: Scope, build: Callable[[ast.expr], Wire | None], wholes: Mapping[str, Wire]
    ) -> None:
        self.scope, self.build, self.wholes = scope, build, wholes
        self.counts = Counts(scope)
        self.known: dict[ast.AST, bool] = {}

    def of(self, node: ast.AST) -> bool:
        """Return whether `node` reads an active name."""
        known = self.known.get(node)
        if known is None:
            found = False
            if isinstance(node, ast.Attribute) and path_of(node) in self.wholes:
                found = True
            elif self.counts.is_counter(node) or self.is_setting(node):
                pass
            elif isinstance(node, ast.Name) or syntax.own_names(node):
                found = any(self.is_reached(n.id) for n in syntax.free_names(without_sizes(node)))
            else:
                for child in syntax.parts(node):
                    found = found or self.of(child)
            known = self.known[node] = found
        return known

    def is_setting(self, node: ast.AST) -> bool:
        """Return whether a part is an attribute of a returned object; those with floats are variables by now."""
        return isinstance(node, ast.Attribute) and place_of(node.value) in self.wholes

    def is_reached(self, name: str) -> bool:
        """Return whether a name, or what a local function of that name reads, is active."""
        if name in self.wholes:
            return True
        return self.is_active(name) or any(map(self.is_active, self.scope.closures.get(name, ())))

    def is_active(self, name: str) -> bool:
        bound = self.scope.bound
        if bound is not None and name in bound:
            return isinstance(bound[name], Wire)
        return name in self.scope.active

    def in_parts(self, node: ast.AST) -> bool:
        """Return whether some part has a wire, or is a function or comprehension that reads active names."""
        for part in syntax.parts(node):
            if isinstance(part, CODE):
                if self.of(part):
                    return True
            elif isinstance(part, ast.keyword) and part.arg == "key":
                pass  # what things are ordered by has no derivative
            elif (
                isinstance(part, ast.Starred | ast.keyword | ast.Slice)
                or isinstance(node, ast.Call)
                and part is node.func
                and isinstance(part, ast.Attribute)
            ):
                if self.in_parts(part):
                    return True
            elif isinstance(part, ast.expr) and self.build(part) is not None:
                return True
            elif isinstance(part, ast.List | ast.Tuple) and self.in_parts(part):
                return True  # a function in a list, as `np.piecewise` takes them
        return False


def without_sizes(node: ast.AST) -> ast.AST:
    """Return a comprehension without what it asks of sizes alone: `len(x)`, and how often `for _ in x` goes round."""
    if not isinstance(node, ast.ListComp):
        return node
    asked = {n.id for n in syntax.loads(node, ast.Name)}

    def change(part: ast.expr) -> ast.expr | None:
        return syntax.constant(0) if syntax.calls(part, "len") else None

    found = syntax.rewrite(node, change)
    for one in syntax.every(ast.comprehension, found):
        if isinstance(one.target, ast.Name) and one.target.id not in asked:
            one.iter = syntax.constant(0) if isinstance(one.iter, ast.Name) else one.iter
    return found


class Counts:
    """Tells the items that are integers, whatever the function puts into what it is given."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def is_counter(self, node: ast.AST) -> bool:
        """Return whether a part is an item of a dict, such as the number of steps, that only ever is an integer."""
        match node:
            case ast.Subscript(slice=ast.Constant(str(key))) if self.is_whole(node):
                return self.only_counts(key)
            case ast.Subscript(value=ast.Subscript()):
                return self.is_size(node)
        return False

    def only_counts(self, key: str) -> bool:
        """Return whether dicts, given or made, have integers under a key, and nothing else is put there."""
        trace = self.scope.trace
        there = [one for value in trace.values.values() for one in under(value, key)]
        is_known = bool(there)
        if not are_ints(there):
            return False
        for part in ast.walk(trace.tree):
            put, others = list[ast.expr](), list[ast.expr]()
            match part:
                case ast.Dict(keys=keys, values=values):
                    put = [v for k, v in zip(keys, values, strict=True) if k and is_word(k, key)]
                    others = [v for k, v in zip(keys, values, strict=True) if k is None]
                case ast.Assign(targets=[ast.Subscript(slice=place)], value=value) | ast.AugAssign(
                    target=ast.Subscript(slice=place), value=value
                ):
                    put = [value] if self.may_be(place, key) else []
                case ast.Assign(targets=targets):
                    places = [n.slice for t in targets for n in syntax.writes(t, ast.Subscript)]
                    if any(self.may_be(place, key) for place in places):
                        return False
                case ast.Call(func=ast.Attribute(attr="setdefault"), args=[place, value]):
                    put = [value] if self.may_be(place, key) else []
                case ast.Call(func=ast.Attribute(attr="update") | ast.Name("dict"), args=others):
                    put = [k.value for k in part.keywords if k.arg == key]
                    others = [*others, *(k.value for k in part.keywords if k.arg is None)]
            there = [one for other in others for one in self.under(other, key)]
            if not all(self.is_whole(value) for value in put) or not are_ints(there):
                return False
            is_known = is_known or bool(put or there)
        return is_known

    def under(self, node: ast.expr, key: str) -> Iterator[Any]:
        """Yield what dicts that an expression was seen to hold have under a key."""
        return under(self.scope.trace.run.fact(node).sample, key)

    def may_be(self, place: ast.expr, key: str) -> bool:
        """Return whether an index may be a key of a dict."""
        kinds = self.scope.trace.run.fact(place).kinds
        return is_word(place, key) or not isinstance(place, ast.Constant) and ("text", 0) in kinds

    def is_whole(self, node: ast.expr) -> bool:
        """Return whether an expression was seen to be an integer, and nothing else."""
        if isinstance(node, ast.Constant):
            return isinstance(node.value, int)
        return are_whole(self.scope.trace.run.fact(node).kinds)

    def is_size(self, node: ast.Subscript) -> bool:
        """Return whether a part is an integer deep inside an argument of which nothing is ever replaced."""
        kinds = self.scope.trace.run.fact(node).kinds
        root: ast.expr = node
        keys: list[Any] = []
        while isinstance(root, ast.Subscript) and isinstance(root.slice, ast.Constant):
            keys.insert(0, root.slice.value)
            root = root.value
        if (
            not isinstance(root, ast.Name)
            or not kinds
            or not all(k in ("int", "bool") for k, _ in kinds)
        ):
            return False
        found = self.scope.trace.values.get(root.id)
        for key in keys:
            try:
                found = found[key] if isinstance(found, dict | list | tuple) else None
            except LookupError:
                return False
        whole = self.scope.trace.tree
        written = set(map(syntax.root_name, syntax.writes(whole, ast.Subscript)))
        handed = {
            a.id
            for n in ast.walk(whole)
            if isinstance(n, ast.Call)
            for a in n.args
            if isinstance(a, ast.Name)
        }
        return isinstance(found, int) and root.id not in {*written, *handed, *syntax.stores(whole)}


def are_whole(kinds: Set[tuple[str, int]]) -> bool:
    """Return whether what was seen of an expression are integers alone."""
    return bool(kinds) and all(kind in ("int", "bool") for kind, _ in kinds)


def are_ints(values: Iterable[Any]) -> bool:
    return all(isinstance(value, int) for value in values)


def under(value: Any, key: str) -> Iterator[Any]:
    """Yield what dicts in a value have under a key."""
    if isinstance(value, dict) and key in value:
        yield value[key]
    if isinstance(value, list | tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from under(item, key)


def is_word(tree: ast.expr, word: str) -> bool:
    """Return whether an expression is a word that is written out."""
    return isinstance(tree, ast.Constant) and tree.value == word
