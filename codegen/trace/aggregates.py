"""Fields: a function whose objects have traced attributes goes in; out comes the same with a variable
for each such attribute.

What the function reads of an argument's attributes stands in lines of its own at the beginning of the forward pass
(`W = layer.W`); an object that the function makes itself is only its attributes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from types import MethodType
from typing import Any

from codegen.errors import UnsupportedError
from codegen.gates.canonical import MISSING
from codegen.trace.facts import has_float
from codegen.trace.namespace import local_names
from codegen.trace.observe import Run
from codegen.trace.passing import see
from codegen.trace.traced import Trace

LOOKS = frozenset({"isinstance", "type", "hasattr", "print", "repr", "str", "callable", "id"})


@dataclass
class Field:
    """An attribute of an argument that is a variable.

    Attributes
    ----------
    name : str
        The variable.
    path : str
        As the user writes it: `layer.W`.
    sample : object
    is_read : bool
        Whether the variable has the value of the attribute when the function begins.
    """

    name: str
    path: str
    sample: Any
    is_read: bool = False


@dataclass
class Fields:
    """The attributes that are variables of one function.

    Attributes
    ----------
    trace : Trace
    wanted : set of str
        The paths to differentiate.
    made : set of str
        The variables of objects that the function makes itself.
    """

    trace: Trace
    wanted: set[str]
    made: set[str]
    found: dict[str, Field] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tree = self.trace.tree
        self.taken = set(local_names(self.tree)) | {
            n.id for n in ast.walk(self.tree) if isinstance(n, ast.Name)
        }
        stored = {
            path_of(n)
            for n in ast.walk(self.tree)
            if isinstance(n, ast.Attribute) and not isinstance(n.ctx, ast.Load)
        }
        self.chosen = self.wanted | {p for p in stored if p}

    def replace(self) -> dict[str, Field]:
        """Replace the attributes in the tree; return the fields of arguments by their path."""
        if not self.chosen and not self.made:
            return {}
        for path in sorted(self.wanted):
            self.field(path).is_read = True
        written: set[str] = set()
        for statement in ordered(self.tree):
            for node in reads_first(statement):
                path = path_of(node)
                if not path or not self.is_field(path):
                    continue
                if isinstance(node.ctx, ast.Load):
                    if path not in written and path.split(".")[0] not in self.made:
                        self.field(path).is_read = True
                else:
                    written.add(path)
        changer = Changer(self)
        if isinstance(self.tree, ast.FunctionDef):
            self.tree.body = [changer.visit(s) for s in self.tree.body]
        self.check_rest()
        return {p: f for p, f in self.found.items() if p.split(".")[0] not in self.made}

    def is_field(self, path: str) -> bool:
        """Return whether an attribute is a variable."""
        return path in self.chosen

    def field(self, path: str) -> Field:
        """Return the field of a path, made when it is first asked for."""
        if path not in self.found:
            root, *rest = path.split(".")
            short = ["_".join(rest[-k:]) for k in range(1, len(rest) + 1)]
            name = next((n for n in short if n not in self.taken), "_".join([root, *rest]))
            k, wanted = 2, name
            while name in self.taken:
                name, k = f"{wanted}_{k}", k + 1
            self.taken.add(name)
            sample = self.trace.values.get(root, MISSING)
            for attribute in rest:
                sample = getattr(sample, attribute, MISSING)
            self.found[path] = Field(name, path, sample)
        return self.found[path]

    def check_rest(self) -> None:
        """Refuse an object that is more than its attributes: handed on as a whole, or read in a way
        that cannot be followed.
        """
        roots = self.made | {p.split(".")[0] for p in self.chosen}
        allowed = {
            id(part) for node in ast.walk(self.tree) if is_look(node) for part in ast.walk(node)
        }
        calls = {id(n.func): n for n in ast.walk(self.tree) if isinstance(n, ast.Call)}
        inner = {id(n.value) for n in ast.walk(self.tree) if isinstance(n, ast.Attribute)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute) and id(node) not in inner and path_of(node):
                path = path_of(node)
                if any(p.startswith(f"{path}.") for p in self.chosen):
                    continue
                if path.split(".")[0] not in self.made and self.is_setting(node, calls):
                    allowed |= {id(part) for part in ast.walk(node)}
            if not isinstance(node, ast.Name) or node.id not in roots or id(node) in allowed:
                continue
            raise self.refuse(node)

    def is_setting(self, node: ast.Attribute, calls: dict[int, ast.Call]) -> bool:
        """Return whether an attribute that is no variable is a plain setting: a number of things, text, a function."""
        run = self.trace.run
        if id(node) in calls:
            callees = run.fact(calls[id(node)]).callees
            return bool(callees) and not any(isinstance(c, MethodType) for c in callees)
        sample = run.fact(node).sample
        return sample is not MISSING and not isinstance(sample, MethodType)

    def refuse(self, node: ast.Name) -> UnsupportedError:
        """Return the error that refuses an object as a whole."""
        return self.trace.source.refuse(
            node,
            f"the object {node.id} is used as a whole while its attributes are traced",
            "Read its attributes one by one, or pass them as arguments.",
        )


class Changer(ast.NodeTransformer):
    """Puts variables in the place of attributes."""

    def __init__(self, fields: Fields) -> None:
        self.fields, self.run = fields, fields.trace.run

    def visit(self, node: ast.AST) -> Any:
        """Visit a node; a statement that changes is no longer the user's own text."""
        if not isinstance(node, ast.stmt):
            return super().visit(node)
        before = {id(n) for n in ast.walk(node)}
        changed = super().visit(node)
        if any(id(n) not in before for n in ast.walk(changed)):
            changed.made = True
        return changed

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Replace an attribute that is a variable."""
        path = path_of(node)
        if not path or not self.fields.is_field(path) or self.is_method(node):
            return self.generic_visit(node)
        fresh = ast.copy_location(ast.Name(self.fields.field(path).name, node.ctx), node)
        if hasattr(node, "place"):
            fresh.place = node.place  # type: ignore[attr-defined]  # the hooks know the node by this number
        fact = self.run.facts.get(id(node))
        if fact is not None:
            self.run.facts[id(fresh)] = fact
            self.run.held.append(fresh)
        else:
            see(self.run, fresh, self.fields.found[path].sample)
        return fresh

    def is_method(self, node: ast.Attribute) -> bool:
        """Return whether an attribute is a method of a class, not a value of the object."""
        return isinstance(self.run.fact(node).sample, MethodType)


def path_of(node: ast.AST) -> str:
    """Return a chain of attributes of a variable as text, or nothing."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    return ".".join([node.id, *names]) if names and isinstance(node, ast.Name) else ""


def ordered(tree: ast.AST) -> Iterable[ast.stmt]:
    """Return the statements of a function in the order of the text."""
    body: list[ast.stmt] = getattr(tree, "body", []) if isinstance(tree, ast.FunctionDef) else []
    return body


def reads_first(statement: ast.stmt) -> list[ast.Attribute]:
    """Return the attributes in a statement, those that are read before those that are written."""
    found = [n for n in ast.walk(statement) if isinstance(n, ast.Attribute)]
    updated = {id(n.target) for n in ast.walk(statement) if isinstance(n, ast.AugAssign)}
    for node in found:
        if id(node) in updated:
            return sorted(
                found, key=lambda n: not (isinstance(n.ctx, ast.Load) or id(n) in updated)
            )
    return sorted(found, key=lambda n: not isinstance(n.ctx, ast.Load))


def is_look(node: ast.AST) -> bool:
    """Return whether an expression only looks at what an object is."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LOOKS


def float_fields(value: Any) -> Iterator[str]:
    """Yield the paths to the fields of a dataclass that have a gradient."""
    if not is_dataclass(value) or isinstance(value, type):
        return
    for one in fields(value):
        inner = getattr(value, one.name, None)
        if has_float(inner):
            yield one.name
        else:
            yield from (f"{one.name}.{path}" for path in float_fields(inner))


def with_items(run: Run) -> None:
    """Make `p.w` of a namedtuple `p[0]`, in place; it is still printed as the user writes it."""
    for node in list(run.nodes):
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.Attribute):
                setattr(node, field, item_of(value, run))
            elif isinstance(value, list):
                setattr(
                    node,
                    field,
                    [item_of(v, run) if isinstance(v, ast.Attribute) else v for v in value],
                )


def item_of(node: ast.Attribute, run: Run) -> ast.expr:
    """Return the item that an attribute of a namedtuple is; other attributes as they are."""
    fields = getattr(run.fact(node.value).sample, "_fields", ())
    if not isinstance(run.fact(node.value).sample, tuple) or node.attr not in fields:
        return node
    key = ast.copy_location(ast.Constant(fields.index(node.attr)), node)
    fresh = ast.copy_location(ast.Subscript(node.value, key, node.ctx), node)
    fresh.place, fresh.field = node.place, node.attr  # type: ignore[attr-defined]  # the number the hooks know it by; how it is printed
    run.facts[id(fresh)] = run.fact(node)
    run.held += [fresh, node]
    run.parents[id(fresh)] = run.parents.get(id(node))
    return fresh
