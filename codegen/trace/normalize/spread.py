"""Displays whose items are changed in place: a function goes in; out comes the same without these lists and dicts, each
item under the name that the function has for it already (scalar replacement of aggregates).

Where `params[0]` and `W` are one array that changes, there must be one name for it. Which displays are such, a run
tells.

>>> from codegen.trace.normalize.unrolled import unrolled
>>> text = '''def f(W, b, dW, db):
...     params = [W, b]
...     for p, g in zip(params, [dW, db]):
...         p -= 0.1 * g
...     return W.sum() * b
... '''
>>> tree = ast.parse(text).body[0]
>>> known = Known(tree, {}, {}, {(2, 13): True})
>>> with_named_items(tree, known, Fresh(tree))
>>> tree.body = unrolled(tree.body, known)
>>> without_tables(tree, known)
>>> print(ast.unparse(tree))
def f(W, b, dW, db):
    W -= 0.1 * dW
    b -= 0.1 * db
    return W.sum() * b
"""

from __future__ import annotations

import ast

from codegen import syntax
from codegen.trace.normalize.fresh import Fresh, assign, made, spliced
from codegen.trace.normalize.lookup import Display, Known, items_in


def with_named_items(tree: ast.FunctionDef, known: Known, fresh: Fresh) -> None:
    """Name the items of such displays that have no name, in place; forget the displays that must stay."""
    if not known.spread:
        return
    order = {s: k for k, s in enumerate(syntax.statements(tree.body))}

    def change(statement: ast.stmt) -> list[ast.stmt]:
        before: list[ast.stmt] = []
        for display in displays(statement, known):
            if is_steady(statement, display, order, known.spread[known.spot(display)]):
                named(statement, display, known, fresh, before)
            else:
                del known.spread[known.spot(display)]
        return [*before, statement]

    tree.body = spliced(tree.body, change)


def displays(statement: ast.stmt, known: Known) -> list[Display]:
    """Return the displays that a loop runs over, or that a variable is bound to, if their items are to have names."""
    match statement:
        case ast.For(iter=part) | ast.Assign(targets=[ast.Name()], value=part):
            pass
        case _:
            return []
    inner = part.args if isinstance(statement, ast.For) and isinstance(part, ast.Call) else [part]
    return [d for d in inner if isinstance(d, Display) and known.is_spread(d)]


def is_steady(
    statement: ast.stmt, display: Display, order: dict[ast.stmt, int], are_arrays: bool
) -> bool:
    """Return whether the names of the items stay what they are as long as the display is used."""
    first = last = order[statement]
    if isinstance(statement, ast.Assign):
        own = syntax.show(statement.targets[0])
        uses = [s for s in order if own in syntax.reads(heads(s)) or own in syntax.stores(heads(s))]
        uses.remove(statement)
        if not uses or order[uses[0]] < first or any(own in syntax.stores(heads(s)) for s in uses):
            return False
        last = order[uses[-1]]
    for loop in order:  # what a loop does behind the last use comes before it in the next trip
        if isinstance(loop, ast.For | ast.While) and (loop is statement or order[loop] > first):
            end = max(order[s] for s in ast.walk(loop) if s in order)
            last = max(last, end) if order[loop] <= last else last
    later = [s for s in order if first < order[s] <= last]
    if are_arrays:  # `u += v` does not bind the name of an array
        later = [s for s in later if not isinstance(s, ast.AugAssign)]
    bound = {n for s in later for n in syntax.stores(heads(s))}
    return not bound & set(syntax.reads(display))


def heads(statement: ast.stmt) -> ast.AST:
    """Return a statement without the statements inside it."""
    if isinstance(statement, ast.For):
        return ast.Tuple([statement.target, statement.iter], ast.Load())
    if isinstance(statement, ast.If | ast.While):
        return statement.test
    return statement


def named(
    statement: ast.stmt, display: Display, known: Known, fresh: Fresh, before: list[ast.stmt]
) -> None:
    """Put names in the places of the items of a display that are computed there."""
    wanted = syntax.stores(statement)[0]
    for holder, field, place in items_in(display):
        items = getattr(holder, field)
        if is_path(items[place], known):
            continue
        key = holder.keys[place] if isinstance(holder, ast.Dict) else None
        told = str(key.value) if isinstance(key, ast.Constant) else ""
        own = fresh.name(f"{wanted}_{told if f'a{told}'.isidentifier() and told else place}")
        before.append(assign(own, items[place], statement))
        items[place] = made(syntax.name(own), statement)
        made(statement, statement)


def is_path(item: ast.expr, known: Known) -> bool:
    """Return whether an item is a variable, or an item or an attribute at a literal key of what is given."""
    match item:
        case ast.Name():
            return True
        case ast.Subscript(value=inner, slice=ast.Constant()):
            return is_path(inner, known)
        case ast.Attribute(value=ast.Name(owner)):
            return hasattr(known.given.get(owner), "__dict__")
    return False


class Items(ast.NodeTransformer):
    """Writes `W` for `params[0]`, and `[W, b]` for `params`."""

    def __init__(self, tables: dict[str, Display]) -> None:
        self.tables = tables

    def item(self, node: ast.expr) -> ast.expr | None:
        """Return the item of a table at a literal key."""
        match node:
            case ast.Subscript(value=ast.Name(name), slice=ast.Constant(key)):
                display = self.tables.get(name)
            case _:
                return None
        if isinstance(display, ast.Dict):
            keys = [k.value for k in display.keys if isinstance(k, ast.Constant)]
            return display.values[keys.index(key)] if key in keys else None
        if display is None or not isinstance(key, int) or key >= len(display.elts):
            return None
        return display.elts[key]

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        found = self.item(node)
        if found is None:
            return self.generic_visit(node)
        found = syntax.deep(found)
        found.ctx = node.ctx  # type: ignore[attr-defined]  # a path, see `named`
        return ast.copy_location(found, node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        match node:
            case ast.Call(func=ast.Name("len"), args=[ast.Name(name)]) if name in self.tables:
                display = self.tables[name]
                items = display.values if isinstance(display, ast.Dict) else display.elts
                return ast.copy_location(ast.Constant(len(items)), node)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        display = self.tables.get(node.id)
        return node if display is None else ast.copy_location(syntax.deep(display), node)


def without_tables(tree: ast.FunctionDef, known: Known) -> None:
    """Write the items of such displays by their own names, in place, and leave the displays out."""
    if not known.spread:
        return
    tables = known.tables()
    items = Items(tables)
    for node in syntax.walk(tree):  # what has no literal key stays
        if isinstance(node, ast.Subscript) and items.item(node) is None:
            tables.pop(syntax.show(node.value), None)

    def change(statement: ast.stmt) -> list[ast.stmt]:
        match statement:
            case ast.Assign(targets=[ast.Name(name)]) if name in tables:
                return []
        if tables.keys() & set(syntax.reads(heads(statement))):
            statement = items.visit(statement)
            made(statement, statement)
        return [statement]

    tree.body = spliced(tree.body, change)
