"""Statements and names that the normal form makes: an old statement goes in, a new one at the same place comes out.

>>> fresh = Fresh(ast.parse("item = x"))
>>> fresh.name("item"), fresh.name("out")
('item2', 'out')

What is made is written as text, with trees or names in the place of some of its names:

>>> old = ast.parse("y = sum(x)").body[0]
>>> for statement in written("total = 0.0\\nfor v in items: total += v", old, total="t", items=old.value.args[0]):
...     print(ast.unparse(statement))
t = 0.0
for v in x:
    t += v
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from codegen import syntax

T = TypeVar("T", bound=ast.AST)


class Fresh:
    """Hands out names that a function does not use."""

    def __init__(self, tree: ast.AST) -> None:
        parameters = syntax.parameters(tree)
        self.taken = syntax.names(tree) | parameters
        outside = syntax.inside(tree, syntax.COMPREHENSIONS)
        self.outside = {n.id for n in outside if isinstance(n, ast.Name)} | parameters
        self.open: set[str] = set()
        inner = [n for n in syntax.every(ast.FunctionDef, tree) if n is not tree]
        self.changing = {n.name for n in inner if changes(n)}

    def loop_name(self, wanted: str) -> str:
        """Return a name for the variable of a comprehension that becomes a loop."""
        return self.name(wanted) if wanted in self.outside | self.open else wanted

    def name(self, wanted: str) -> str:
        """Return the wanted name, with a number if it is taken."""
        return syntax.free(wanted, self.taken)


def changes(function: ast.FunctionDef) -> bool:
    """Return whether a function may change something that it did not make."""
    return any(
        isinstance(n, ast.Nonlocal | ast.Global | ast.Expr)
        or (isinstance(n, ast.Attribute | ast.Subscript) and not isinstance(n.ctx, ast.Load))
        for n in ast.walk(function)
    )


def made(new: T, at: ast.AST) -> T:
    """Return a new tree, placed where an old one was, and marked as not the user's own text."""
    for part in ast.walk(new):
        if not hasattr(part, "lineno") and "lineno" in part._attributes:
            ast.copy_location(part, at)
    if isinstance(new, ast.stmt):
        syntax.note(new, made=True)
    return new


PATHS = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)
Hole = str | ast.expr | list[ast.stmt]


def moved(tree: T, at: ast.AST) -> T:
    """Return a tree all of whose parts stand where another does; none of its statements is the user's own text."""
    for part in ast.walk(tree):
        ast.copy_location(part, at)
        if isinstance(part, ast.stmt):
            syntax.note(part, made=True)
    return tree


def written(text: str, at: ast.AST, /, **holes: Hole) -> list[ast.stmt]:
    """Return the statements of a text, with names, trees and blocks in the place of some of its names."""
    found: list[ast.stmt] = filled(parsed(text), holes)
    return [made(statement, at) for statement in found]


def formula(text: str, at: ast.AST | None = None, /, **holes: Hole) -> ast.expr:
    """Return the expression of a text the same way; one that is part of another needs no place."""
    (statement,) = filled(parsed(text), holes)
    found: ast.expr = statement.value
    return found if at is None else made(found, at)


@cache
def parsed(text: str) -> list[ast.stmt]:
    return ast.parse(text).body


def filled(tree: Any, holes: dict[str, Hole]) -> Any:
    """Return a copy of a part of a text that stands nowhere; what stands in several holes is copied."""
    match tree:
        case list():
            blocks = [(one, block_in(one, holes)) for one in tree]
            return [
                s
                for one, block in blocks
                for s in ([filled(one, holes)] if block is None else block)
            ]
        case ast.Name(id=name) if name in holes:
            hole = holes[name]
            if isinstance(hole, str):
                return ast.Name(hole, tree.ctx)
            assert isinstance(hole, ast.expr)
            holes[name] = syntax.deep(hole)
            return hole
        case ast.AST():
            parts = {field: filled(getattr(tree, field, None), holes) for field in tree._fields}
            fresh = type(tree)(**parts)
            if isinstance(fresh, ast.stmt):
                syntax.note(fresh, made=True)
            return fresh
    return tree


def block_in(statement: Any, holes: dict[str, Hole]) -> list[ast.stmt] | None:
    """Return the statements for which a name stands alone."""
    name = syntax.identifier(statement.value) if isinstance(statement, ast.Expr) else ""
    block = holes.get(name)
    return block if isinstance(block, list) else None


def spliced(body: list[ast.stmt], change: Callable[[ast.stmt], list[ast.stmt]]) -> list[ast.stmt]:
    """Return a block with others for each statement, in whose own blocks they are already; `pass` for none."""
    found: list[ast.stmt] = []
    for statement in body:
        syntax.change_blocks(statement, lambda inner: spliced(inner, change))
        found += change(statement)
    return found or [made(ast.Pass(), body[0])]


def one_by_one(
    statement: ast.stmt, is_wanted: Callable[[list[ast.expr], list[ast.expr]], bool]
) -> list[ast.stmt]:
    """Return `a, b = v, w` as an assignment for each where that is wanted and none changes what another reads."""
    match statement:
        case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)) if (
            len(targets) == len(values)
            and is_wanted(targets, values)
            and not set(syntax.stores(statement)) & set(syntax.reads(statement))
        ):
            pairs = zip(targets, values, strict=True)
            return [made(ast.Assign([t], v), statement) for t, v in pairs]
    return [statement]


def change_parts(node: ast.AST, change: Callable[[ast.expr], ast.expr]) -> None:
    """Put other expressions in the place of those that a node has directly, or in its keywords; in place."""
    for field, part in ast.iter_fields(node):
        if isinstance(part, ast.expr):
            setattr(node, field, change(part))
        elif isinstance(part, list):
            setattr(node, field, [change(p) if isinstance(p, ast.expr) else p for p in part])
            for keyword in part:
                if isinstance(keyword, ast.keyword):
                    keyword.value = change(keyword.value)


def exchange(tree: ast.AST, old: ast.AST, new: ast.expr) -> None:
    exchange_all(tree, {old: new})


def exchange_all(tree: ast.AST, others: Mapping[ast.AST, ast.expr]) -> None:
    """Put another expression in the place of each that has one, in one walk over the tree."""
    for node in ast.walk(tree) if others else ():
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.AST) and value in others:
                setattr(node, field, others[value])
            elif isinstance(value, list) and any(
                v in others for v in value if isinstance(v, ast.AST)
            ):
                setattr(node, field, [others.get(v, v) for v in value])


def put_each(statement: ast.stmt, change: Callable[[ast.AST], ast.expr | None]) -> None:
    """Put what `change` gives in the place of the parts of a statement's own expressions, the inner ones first."""
    for child in syntax.expressions(statement):
        for node in reversed(syntax.walk(child)):
            new = change(node)
            if new is not None:
                put(statement, node, new)


def put(statement: ast.stmt, old: ast.AST, new: ast.expr) -> None:
    """Put another expression where one stands in a statement, which is not the user's own text any more."""
    exchange(statement, old, made(new, old))
    made(statement, statement)


def hoisted(statement: ast.stmt, part: ast.expr, own: str) -> ast.Assign:
    """Return the assignment of a part of a statement to a variable, which the statement reads from now on."""
    put(statement, part, syntax.name(own))
    return assign(own, part, part)


def assign(target: str, value: ast.expr, at: ast.AST) -> ast.Assign:
    return made(ast.Assign(targets=[ast.Name(id=target, ctx=ast.Store())], value=value), at)


def in_steps(
    test: ast.BoolOp, own: str, later: Callable[[ast.expr], list[ast.stmt]]
) -> list[ast.stmt]:
    """Return what asks the parts of `and` or `or` one by one; `later` says what is done for all but the first."""
    text = "if not own:\n    rest" if isinstance(test.op, ast.Or) else "if own:\n    rest"
    found: list[ast.stmt] = [assign(own, test.values[0], test)]
    for value in test.values[1:]:
        found += written(text, value, own=own, rest=later(value))
    return found


def defined(statement: ast.stmt) -> tuple[str, ast.arguments] | None:
    """Return the name and parameters of the undecorated function or lambda that a statement defines, or None."""
    match statement:
        case ast.FunctionDef(name=name, args=args, decorator_list=[]):
            return name, args
        case ast.Assign([ast.Name(name)], ast.Lambda(args=args)):
            return name, args
    return None


def bound_by(statement: ast.stmt) -> str:
    """Return the variable to which a statement gives a value, and does no more; "" of others."""
    match statement:
        case ast.Assign([ast.Name(name)]):
            return name
    return ""


def gives_itself(statement: ast.stmt) -> bool:
    """Return whether a statement gives a variable the value that it has."""
    return bound_by(statement) == syntax.identifier(syntax.value_of(statement)) != ""


def computed_before(part: ast.expr, whole: ast.AST) -> list[ast.expr]:
    """Return the largest expressions computed before a part of a tree; of a method called with it, the object."""
    found: list[ast.expr] = []
    while whole is not part:
        parts = syntax.parts(whole)
        inner = next(p for p in parts if part in syntax.walk(p))
        for one in parts[: parts.index(inner)]:
            if isinstance(whole, ast.Call) and one is whole.func:
                one = one.value if isinstance(one, ast.Attribute) else one
            found += [one] if isinstance(one, ast.expr) else []
        whole = inner
    return found


def called_as(call: ast.Call, callee: ast.expr) -> ast.expr:
    """Return a copy of a call that calls something else."""
    fresh = syntax.deep(call)
    fresh.func = syntax.deep(callee)
    return made(fresh, call)


class Marking(ast.NodeTransformer):
    """Counts what it changes: a statement in which something is changed is not the user's own text any more."""

    changes = 0

    def generic_visit(self, node: ast.AST) -> ast.AST:
        before = self.changes
        super().generic_visit(node)
        if isinstance(node, ast.stmt) and self.changes != before:
            made(node, node)
        return node


class Parts(Marking):
    """Writes other trees for names, attributes, items and calls with some texts, the largest first."""

    def __init__(self, trees: Mapping[str, ast.expr]) -> None:
        self.trees = trees

    def visit(self, node: ast.AST) -> Any:
        """Return what stands for a part of a tree."""
        found = self.trees.get(syntax.show(node)) if isinstance(node, PATHS) else None
        if found is not None:
            self.changes += 1
            found = ast.copy_location(syntax.deep(found), node)
            if isinstance(found, ast.Name | ast.Attribute | ast.Subscript):
                found.ctx = getattr(node, "ctx", found.ctx)
            return found
        return self.generic_visit(node)


def with_parts(body: list[ast.stmt], trees: Mapping[str, ast.expr]) -> None:
    """Write other trees for parts with some texts, in place."""
    parts = Parts(trees)
    body[:] = [parts.visit(statement) for statement in body]


def replace_statement(tree: ast.AST, old: ast.stmt, new: list[ast.stmt]) -> None:
    """Put statements in the place of another; mark those that changed as not the user's own text."""
    for node in ast.walk(tree):
        for block in syntax.blocks(node):
            if any(s is old for s in block):
                place = next(k for k, s in enumerate(block) if s is old)
                block[place : place + 1] = new or (
                    [] if len(block) > 1 else [ast.copy_location(ast.Pass(), old)]
                )
                return
