"""The names of one module: the functions of a run go in; out comes what each free name stands for, the
same in all of them.

Functions of several modules end up in one generated module. Where a name means one thing here and another
there, or is a local variable of a function that calls this one, the name is changed in the tree of the later
function.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from types import FunctionType, ModuleType
from typing import Any

from codegen import syntax
from codegen.pytree import module_of
from codegen.trace.followed import is_library_file


class Namespace:
    """What the free names of all functions of a run stand for."""

    def __init__(self) -> None:
        self.objects: dict[str, Any] = {}

    def settle(
        self,
        tree: ast.AST,
        function: FunctionType,
        constants: dict[str, Any],
        taken: Iterable[str],
        found: dict[str, Any],
    ) -> dict[str, Any]:
        """Give the free names of a function and what it closes over a meaning; return new ones behind those `found`."""
        known_outside = function.__globals__
        hiding = {
            n for n, value in found.items() if not is_same(known_outside.get(n, value), value)
        }
        local = set(local_names(tree)) | set(function.__code__.co_freevars) - set(constants)
        found.update(self.members(tree, function, local))
        outer = {**function.__globals__, **found, **constants}
        for name in dict.fromkeys(syntax.mentioned(tree)):
            if name in local or name not in outer:
                continue
            value = outer[name]
            known = self.objects.setdefault(name, value)
            if is_same(known, value) and name not in taken and name not in hiding:
                continue
            new = self.free(f"{module_of(function).rpartition('.')[2]}_{name}", value, local)
            self.objects[new] = found[new] = value
            rename(tree, name, new)
        return found

    def members(self, tree: ast.AST, function: FunctionType, local: set[str]) -> dict[str, Any]:
        """Make what is read of a module of the user's a free name of its own; return these names with their objects."""
        members = Members(function.__globals__, local)
        if isinstance(tree, ast.FunctionDef):
            tree.body = [members.visit(s) for s in tree.body]
        elif isinstance(tree, ast.Lambda):
            tree.body = members.visit(tree.body)
        return members.found

    def free(self, wanted: str, value: Any, local: set[str]) -> str:
        """Return a name for a value that nothing else has."""
        return next(
            name
            for name in syntax.numbered(wanted, "_")
            if name not in local
            and not hasattr(builtins, name)
            and is_same(self.objects.get(name, value), value)
        )


class Members(ast.NodeTransformer):
    """Makes `helpers.relu` of a module of the user's `relu`."""

    def __init__(self, outer: dict[str, Any], local: set[str]) -> None:
        self.outer, self.local = outer, local
        self.found: dict[str, Any] = {}

    def visit(self, node: ast.AST) -> Any:
        """Visit a node; a statement that changes is no longer the user's own text."""
        if not isinstance(node, ast.stmt):
            return super().visit(node)
        before = set(syntax.walk(node))
        changed = super().visit(node)
        if any(n not in before for n in syntax.walk(changed)):
            syntax.note(changed, made=True)
        return changed

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        module = self.module(node.value)
        if module is None or not isinstance(node.ctx, ast.Load) or not hasattr(module, node.attr):
            return self.generic_visit(node)
        value = getattr(module, node.attr)
        if isinstance(value, ModuleType) and not is_library(value):
            return self.generic_visit(node)
        known = self.found.get(node.attr, self.outer.get(node.attr, value))
        name = node.attr
        if name in self.local or hasattr(builtins, name) or not is_same(known, value):
            name = f"{module.__name__.rpartition('.')[2]}_{name}"
        self.found[name] = value
        return ast.copy_location(syntax.name(name), node)

    def module(self, node: ast.expr) -> ModuleType | None:
        """Return the module of the user's that an expression is."""
        if isinstance(node, ast.Attribute):
            outer = self.module(node.value)
            found = getattr(outer, node.attr, None) if outer is not None else None
        else:
            known = isinstance(node, ast.Name) and node.id not in self.local
            found = self.outer.get(node.id) if known else None  # type: ignore[attr-defined]  # a name
        return found if isinstance(found, ModuleType) and not is_library(found) else None


def is_importable(value: Any) -> bool:
    """Return whether a class or a function can be imported by its name from the module it lives in."""
    return bool(name_at_home(value))


def name_at_home(value: Any) -> str:
    """Return the name that a class or function has in its module, or nothing; of a lambda, its variable."""
    module = sys.modules.get(module_of(value))
    own = getattr(value, "__qualname__", "")
    if own == "<lambda>":
        held = vars(module).items() if module is not None else ()
        own = next((name for name, v in held if v is value and name.isidentifier()), "")
    return own if getattr(module, own, None) is value else ""


def is_library(module: ModuleType) -> bool:
    """Return whether a module belongs to the standard library or an installed package."""
    path = getattr(module, "__file__", None)
    return path is None or is_library_file(path)


def imported(tree: ast.AST, function: FunctionType) -> dict[str, Any]:
    """Take the imports out of the body of a function; return what they bind."""
    body: list[ast.stmt] = getattr(tree, "body", []) if isinstance(tree, ast.FunctionDef) else []
    found: dict[str, Any] = {}
    for node in [s for s in body if isinstance(s, ast.Import | ast.ImportFrom)]:
        names = {(a.asname or a.name).partition(".")[0] for a in node.names}
        bound = [n.id for n in syntax.every(ast.Name, tree) if n.id in names]
        stored = [n for n in syntax.writes(tree, ast.Name) if n.id in names]
        if stored or not bound or len(body) == 1:
            continue
        scope = {
            "__name__": module_of(function),
            "__package__": function.__globals__.get("__package__"),
        }
        try:
            code = compile(ast.Module([node], []), "<import>", "exec")
            exec(code, scope)  # noqa: S102  # the function's own import
        except ImportError:
            continue
        found.update({name: scope[name] for name in names})
        body.remove(node)
    return found


def is_same(a: Any, b: Any) -> bool:
    """Return whether two objects may go by one name."""
    return a is b or (type(a) is type(b) and isinstance(a, int | float | str) and a == b)


def written_out(tree: ast.AST, *kinds: type[ast.expr]) -> set[str]:
    """Return the variables that are displays of some kinds, written out, wherever they are bound."""
    bound = Counter(local_names(tree))
    return {
        name
        for name, values in syntax.assigned(tree).items()
        if bound[name] == len(values) and all(isinstance(value, kinds) for value in values)
    }


def local_names(tree: ast.AST) -> Iterator[str]:
    """Yield the names that a function or one inside it binds."""
    for node in syntax.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node is not tree:
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((a.asname or a.name).partition(".")[0] for a in node.names)


def rename(tree: ast.AST, old: str, new: str) -> None:
    """Rename a variable everywhere in a function; the statements that mention it are no longer the user's own text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node is not tree and mentions(node, old):
            syntax.note(node, made=True)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == old:
            node.id = new
        elif isinstance(node, ast.arg) and node.arg == old:
            node.arg = new
        elif (
            isinstance(node, ast.FunctionDef | ast.ClassDef)
            and node is not tree
            and node.name == old
        ):
            node.name = new
        elif isinstance(node, ast.Global | ast.Nonlocal):
            node.names = [new if n == old else n for n in node.names]


def mentions(node: ast.AST, name: str) -> bool:
    return any(
        syntax.identifier(n) == name
        or isinstance(n, ast.arg)
        and n.arg == name
        or isinstance(n, ast.FunctionDef | ast.ClassDef)
        and n.name == name
        for n in ast.walk(node)
    )
