"""Targets: loops and assignments that store items beside names go in; out come names alone, and the stores behind them.

What a loop binds is stored in the first lines of its body. A name that is bound before an item of the same statement
may show the memory that the item changes, so that it is bound in a statement of its own.

>>> text = '''def f(x, y, h):
...     for t, y[0] in enumerate(x):
...         h, y[t] = step(h, y)
...     h, y[:] = y, h
...     return h
... '''
>>> tree = ast.parse(text).body[0]
>>> tree.body = with_plain_targets(tree.body, Fresh(tree))
>>> print(ast.unparse(tree))
def f(x, y, h):
    for t, y0 in enumerate(x):
        y[0] = y0
        h, y_t = step(h, y)
        y[t] = y_t
    new_y = h
    h = y
    y[:] = new_y
    return h
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codegen import syntax
from codegen.trace.normalize.fresh import Fresh, made, put_each, spliced


def in_tuple(node: ast.AST) -> ast.expr | None:
    """Return the tuple of names that is meant by a list of them: `[a, b] = x`."""
    if isinstance(node, ast.List) and isinstance(node.ctx, ast.Store):
        return made(ast.Tuple(node.elts, ast.Store()), node)
    return None


MAY_SHOW = (ast.Name, ast.Subscript, ast.Attribute, ast.Call, ast.IfExp)
"""Expressions that may be memory of a variable."""


def with_plain_targets(block: list[ast.stmt], fresh: Fresh) -> list[ast.stmt]:
    """Return a block whose loops bind names alone, and in which items are stored apart where that matters."""

    def change(statement: ast.stmt) -> list[ast.stmt]:
        put_each(statement, in_tuple)
        match statement:
            case ast.For(target=target):
                statement.target, stores = named(target, (ast.Subscript, ast.Attribute), fresh)
                if stores:
                    statement.body = [*stores, *statement.body]
                    made(statement, statement)
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if len(
                targets
            ) == len(values) and not syntax.has_star((*targets, *values)):
                return in_order(statement, targets, values, fresh)
            case ast.Assign(targets=[ast.Tuple() as target]):
                statement.targets[0], stores = named(target, (ast.Subscript,), fresh)
                return [made(statement, statement), *stores] if stores else [statement]
        return [statement]

    return spliced(block, change)


def named(
    target: ast.expr, kinds: tuple[type[ast.expr], ...], fresh: Fresh
) -> tuple[ast.expr, list[ast.stmt]]:
    """Return a target with names for parts of some kinds, and for what is read before; and what stores them."""
    read: set[str] = set()
    stores: list[ast.stmt] = []

    def change(part: ast.expr) -> ast.expr:
        if isinstance(part, ast.Tuple | ast.List):
            part.elts = [change(inner) for inner in part.elts]
            return part
        if isinstance(part, ast.Starred):
            part.value = change(part.value)
            return part
        if not isinstance(part, kinds) and not read & set(syntax.stores(part)):
            return part
        read.update(syntax.reads(part))
        own = fresh.name(wanted(part))
        stores.append(made(ast.Assign([part], syntax.name(own)), part))
        return made(ast.Name(own, ast.Store()), part)

    return change(target), stores


def in_order(
    statement: ast.Assign, targets: list[ast.expr], values: list[ast.expr], fresh: Fresh
) -> list[ast.stmt]:
    """Return a parallel assignment as one after the other, if a name that it binds may show what it stores behind."""
    first = next((k for k, t in enumerate(targets) if is_behind_a_view(k, targets, values)), 0)
    if not first:
        return [statement]
    bound = set(syntax.stores(ast.Tuple(targets[:first], ast.Store())))
    names: list[ast.expr] = []
    held: list[ast.expr] = []
    stores: list[ast.Assign] = []
    for k, (target, value) in enumerate(zip(targets[first:], values[first:], strict=True)):
        if k or bound & set(syntax.reads(value)):
            own = fresh.name(wanted(target))
            names.append(ast.Name(own, ast.Store()))
            held.append(value)
            value = syntax.name(own)
        stores.append(ast.Assign([target], value))
    if syntax.has(statement, ast.Call):  # calls keep their order
        early = [together([*targets[:first], *names], [*values[:first], *held])]
    else:
        early = [ast.Assign([name], value) for name, value in zip(names, held, strict=True)]
        early.append(together(targets[:first], values[:first]))
    return [made(one, statement) for one in (*early, *stores)]


def together(targets: list[ast.expr], values: list[ast.expr]) -> ast.Assign:
    """Return the assignment of several values at once."""
    return ast.Assign([syntax.as_one(targets, ast.Store())], syntax.as_one(values))


def is_behind_a_view(place: int, targets: Sequence[ast.expr], values: Sequence[ast.expr]) -> bool:
    """Return whether an item is stored behind a name that may show memory of a variable, or that its index reads."""
    target = targets[place]
    return isinstance(target, ast.Subscript) and any(
        isinstance(one, ast.Name) and isinstance(value, MAY_SHOW)
        for one, value in zip(targets[:place], values[:place], strict=True)
    )


def wanted(target: ast.expr) -> str:
    """Return a name for what is stored in an item, or in an attribute."""
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=whole, slice=ast.Constant(value=int(k))):
            return f"{wanted(whole)}{k}"
        case ast.Subscript(value=whole, slice=ast.Name(id=index)):
            return f"{wanted(whole)}_{index}"
        case ast.Subscript(value=whole):
            return f"new_{wanted(whole)}"
    return "value"
