"""Paths: attributes and items of a variable, as the user writes them, as the text of them.

>>> path_of(syntax.parse("self.layers[0].w")), path_of(syntax.parse("self.layers[k].w")), place_of(syntax.parse("x"))
('self.layers[0].w', '', 'x')
>>> steps_of("self.layers[0].w")
('self', [('attribute', 'layers'), ('item', 0), ('attribute', 'w')])
>>> parsed("layers[0].w")
('layers', (0, Attribute(name='w')))
>>> value_at([{"w": 2.0}], steps_of("layers[0]['w']")[1])
2.0
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable
from typing import Any

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.pytree import Attribute, Path

Step = tuple[str, Any]


def path_of(node: ast.AST) -> str:
    """Return a chain of attributes and items of a variable as text, or nothing: `self.layers[0].w`."""
    texts: list[str] = []
    while isinstance(node, ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Attribute):
            texts.insert(0, f".{node.attr}")
        elif isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int | str):
            texts.insert(0, f"[{node.slice.value!r}]")
        else:
            return ""
        node = node.value
    return "".join([node.id, *texts]) if texts and isinstance(node, ast.Name) else ""


def place_of(node: ast.AST) -> str:
    """Return a variable, or a chain of attributes and items of one, as text; nothing for others."""
    return syntax.identifier(node) or path_of(node)


def variable_of(node: ast.AST) -> str:
    """Return the variable that an expression is, or is an attribute or an item of; nothing for computed keys."""
    return syntax.first_name(place_of(node))


def steps_of(path: str) -> tuple[str, list[Step]]:
    node = syntax.parse(path)
    found: list[Step] = []
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            found.insert(0, ("attribute", node.attr))
        elif isinstance(node, ast.Subscript):
            found.insert(0, ("item", ast.literal_eval(node.slice)))
        else:
            raise ValueError(f"{path} is no part of a variable")
        node = node.value
    return node.id, found


def parsed(path: str) -> tuple[str, Path]:
    """Return the variable of a path, and the keys that lead from its value to what stands there."""
    root, steps = steps_of(path)
    return root, tuple(Attribute(key) if kind == "attribute" else key for kind, key in steps)


def is_below(path: str, other: str) -> bool:
    """Return whether a path leads to a part of what another one leads to."""
    return path.startswith((f"{other}.", f"{other}["))


def step(path: str, key: Any) -> str:
    """Return the path one step further, to a field or an item."""
    return f"{path}.{key.name}" if isinstance(key, Attribute) else f"{path}[{key!r}]"


def is_in(path: str, other: str) -> bool:
    """Return whether a path leads to what another one leads to, or to a part of it."""
    return path == other or is_below(path, other)


def is_handed(value: ast.expr, names: set[str]) -> bool:
    """Return whether a value is one of some variables, or an attribute or an item of one."""
    is_chain = isinstance(value, ast.Name | ast.Attribute | ast.Subscript)
    return is_chain and not names.isdisjoint(syntax.reads(value))


def handed_on(tree: ast.AST, names: set[str]) -> set[str]:
    """Return some variables of a function, and those that are bound to one of them or to a part of one."""
    found = set(names)
    given = syntax.every(ast.Assign, tree)
    while (
        more := {
            target
            for node in given
            if is_handed(node.value, found)
            for target in syntax.stores(node)
        }
        - found
    ):
        found |= more
    return found


def value_at(value: Any, steps: Iterable[Step]) -> Any:
    """Return what stands at a path, or MISSING."""
    for kind, key in steps:
        if kind == "attribute":
            value = getattr(value, key, MISSING)
        else:
            try:
                value = value[key]
            except (LookupError, TypeError):
                return MISSING
    return value


def stored_paths(tree: ast.AST) -> set[str]:
    """Return the attributes that a function writes, as the user spells them."""
    return set(map(path_of, syntax.writes(tree, ast.Attribute))) - {""}


def may_change(tree: ast.AST, variables: Container[str], path: str, value: Any) -> bool:
    """Return whether a function may change what stands at the path of an attribute: it writes it, or hands on what
    it lies in, or reads what can be changed in place, or has it in one of the `variables` that stand for paths.
    """
    if path in stored_paths(tree):
        return True
    handed = {place_of(part) for call in syntax.every(ast.Call, tree) for part in call.args}
    if any(place and is_in(path, place) for place in handed):
        return True
    is_fixed = isinstance(value, int | str | bytes | tuple | frozenset | None)
    if is_fixed:
        return False
    read = map(path_of, syntax.loads(tree, ast.Attribute))
    return path in variables or any(is_in(one, path) for one in read)
