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
>>> known = Known(tree, {}, {}, {(2, 13): {0, 1}})
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
from typing import Any

from codegen import syntax
from codegen.pytree import has_attributes
from codegen.trace.facts import holds_weights
from codegen.trace.normalize.fresh import (
    Fresh,
    assign,
    bound_by,
    formula,
    made,
    spliced,
    with_parts,
)
from codegen.trace.normalize.lookup import Display, Known, items_in, known_value


def with_named_items(tree: ast.FunctionDef, known: Known, fresh: Fresh) -> None:
    """Name the items of such displays that have no name, or one that means something else before the display is read
    for the last time, in place; forget the displays that must stay.
    """
    order = {s: k for k, s in enumerate(syntax.statements(tree.body))}

    def change(statement: ast.stmt) -> list[ast.stmt]:
        before: list[ast.stmt] = []
        for display in displays(statement, known):
            later = while_used(statement, order)
            if later is None:
                del known.spread[known.spot(display)]
            else:
                named(statement, display, later, known, fresh, before)
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


def while_used(statement: ast.stmt, order: dict[ast.stmt, int]) -> list[ast.stmt] | None:
    """Return what runs while a display is used; None if its variable is bound anew, or not read behind it."""
    first = last = order[statement]
    if isinstance(statement, ast.Assign):
        own = syntax.show(statement.targets[0])
        uses = [s for s in order if own in syntax.reads(heads(s)) or own in syntax.stores(heads(s))]
        uses.remove(statement)
        if not uses or order[uses[0]] < first or any(own in syntax.stores(heads(s)) for s in uses):
            return None
        last = order[uses[-1]]
    for loop in order:  # what a loop does behind the last use comes before it in the next trip
        if isinstance(loop, ast.For | ast.While) and (loop is statement or order[loop] > first):
            end = max(order[s] for s in ast.walk(loop) if s in order)
            last = max(last, end) if order[loop] <= last else last
    return [s for s in order if first < order[s] <= last]


def is_steady(item: ast.expr, later: list[ast.stmt], is_array: bool) -> bool:
    """Return whether the text of an item means the same behind some statements."""
    bound = {
        name
        for s in later
        for name in syntax.stores(heads(s))
        if not (is_array and isinstance(s, ast.AugAssign))  # `u += v` binds no array anew
    }
    held = {place_in(part) for part in paths(item)}  # `c` of an item `c[0]`
    put = {
        place_in(part)
        for s in later
        for part in paths(heads(s))
        if not isinstance(part.ctx, ast.Load)
    }
    return not bound & set(syntax.reads(item)) and not held & put


def place_in(part: ast.Subscript | ast.Attribute) -> str:
    """Return the text of an attribute, or of what has an item, whose key may be any."""
    return syntax.show(part if isinstance(part, ast.Attribute) else part.value)


def paths(tree: ast.AST) -> list[ast.Subscript | ast.Attribute]:
    return [n for n in syntax.walk(tree) if isinstance(n, ast.Subscript | ast.Attribute)]


def heads(statement: ast.stmt) -> ast.AST:
    """Return a statement without the statements inside it."""
    if isinstance(statement, ast.For):
        return ast.Tuple([statement.target, statement.iter], ast.Load())
    return statement.test if isinstance(statement, ast.If | ast.While) else statement


def named(
    statement: ast.stmt,
    display: Display,
    later: list[ast.stmt],
    known: Known,
    fresh: Fresh,
    before: list[ast.stmt],
) -> None:
    """Name the items of a display that are computed there, or whose names mean something else later."""
    wanted = syntax.stores(statement)[0]
    puts = [
        (s, item_at(display, n))
        for s in later
        for n in syntax.writes(heads(s), ast.Subscript)
        if syntax.show(n.value) == wanted
    ]
    arrays = known.spread[known.spot(display)]
    for number, (holder, field, place) in enumerate(items_in(display)):
        items = getattr(holder, field)
        is_array = number in arrays
        is_put = any(
            item is items[place] and not (is_array and isinstance(s, ast.AugAssign))
            for s, item in puts
        )
        is_kept = is_path(items[place], known) and is_steady(items[place], later, is_array)
        if is_kept and not is_put:
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
            return has_attributes(known.given.get(owner))
    return holds_weights(known.value(item))


def items_of(display: Display) -> dict[Any, ast.expr]:
    """Return the items of a display by their literal keys."""
    if isinstance(display, ast.Dict):
        pairs = zip(display.keys, display.values, strict=True)
        return {k.value: v for k, v in pairs if isinstance(k, ast.Constant)}
    count = len(display.elts)
    return dict(enumerate(display.elts)) | {k - count: v for k, v in enumerate(display.elts)}


def item_at(display: Display, node: ast.Subscript) -> ast.expr | None:
    """Return the item of a display at the literal key of a subscript, None if there is none."""
    items = items_of(display)
    key = known_value(node.slice, type(next(iter(items), 0)))
    return items.get(key)


def without_tables(tree: ast.FunctionDef, known: Known) -> None:
    """Write the items of such displays by their own names, in place, and leave the displays out."""
    tables = known.tables()
    for node in syntax.walk(tree):
        if isinstance(node, ast.Subscript) and syntax.show(node.value) in tables:
            if item_at(tables[syntax.show(node.value)], node) is None:
                del tables[syntax.show(node.value)]  # what has no literal key stays
    trees: dict[str, ast.expr] = dict(tables)
    for name, display in tables.items():
        items = items_of(display)
        count = len(display.keys if isinstance(display, ast.Dict) else display.elts)
        trees[f"len({name})"] = syntax.constant(count)
        trees |= {f"{name}[{syntax.show(syntax.constant(k))}]": v for k, v in items.items()}

    for whole in syntax.every(ast.expr, tree):
        for each in getattr(whole, "generators", ()):
            is_read = any(syntax.uses(whole, n, ast.Load) for n in syntax.stores(each.target))
            if syntax.identifier(each.iter) in tables and not is_read:
                each.iter = formula("range(len(items))", each.iter, items=each.iter)
    tree.body = spliced(tree.body, lambda s: [] if bound_by(s) in tables else [s])
    with_parts(tree.body, trees)
