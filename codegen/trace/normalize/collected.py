"""Lists and dicts whose items have names of their own: a function goes in; out comes the same without them (scalar
replacement of aggregates).

Which they are, a run tells. Of objects that a function collects itself each gets a name, and the list or dict is
written out where it is full. What it is filled by is known then: loops that fill one are written out.

>>> text = '''def f(x, ws):
...     layers = []
...     for w in ws:
...         layers.append(Layer(w))
...     for layer in layers:
...         x = layer(x)
...     return x
... '''
>>> tree = ast.parse(text).body[0]
>>> known = Known(tree, {}, {"ws": [1.0, 2.0]}, {(2, 13): False})
>>> with_collected(tree, known, Fresh(tree))
>>> print(ast.unparse(tree))
def f(x, ws):
    if len(ws) != 2:
        raise NotImplementedError('ws had 2 items when this code was made')
    layers_0 = Layer(ws[0])
    layers_1 = Layer(ws[1])
    layers = [layers_0, layers_1]
    for layer in layers:
        x = layer(x)
    return x

Where `params[0]` and `W` are one array that changes in place, there must be one name for it: the one that the function
has for it already.

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
from collections.abc import Sequence
from typing import Any

from codegen import syntax
from codegen.pytree import has_attributes
from codegen.trace.facts import holds_weights
from codegen.trace.normalize.comprehensions import without_comprehensions
from codegen.trace.normalize.fresh import (
    Fresh,
    assign,
    bound_by,
    formula,
    made,
    moved,
    spliced,
    with_parts,
)
from codegen.trace.normalize.lookup import (
    Display,
    Known,
    item_at,
    items_by_key,
    items_in,
    known_value,
    places_of,
)
from codegen.trace.normalize.unrolled import made_all, trip, trips_filling

CHANGES = ("append", "extend", "insert", "pop", "remove", "clear", "reverse", "sort", "update")


def with_collected(tree: ast.FunctionDef, known: Known, fresh: Fresh) -> None:
    """Give the objects in such lists and dicts names, in place; forget those of which that is not known."""
    tree.body = spliced(tree.body, lambda s: without_comprehension(s, known, fresh))
    tree.body = in_block(tree.body, known, fresh)


def without_comprehension(statement: ast.stmt, known: Known, fresh: Fresh) -> list[ast.stmt]:
    """Return a statement that binds such a comprehension as a loop."""
    match statement:
        case ast.Assign([ast.Name(name)], ast.ListComp() | ast.DictComp() as value) if known.spot(
            value
        ) in known.spread and name not in syntax.reads(value):
            return without_comprehensions([statement], syntax.names(value), fresh)
    return [statement]


def in_block(block: list[ast.stmt], known: Known, fresh: Fresh) -> list[ast.stmt]:
    found = list(block)
    for statement in block:
        syntax.change_blocks(statement, lambda inner: in_block(inner, known, fresh))
    place = -1
    while (place := place + 1) < len(found):
        match found[place]:
            case ast.Assign(
                [ast.Name(name)], ast.List() | ast.Dict() as display
            ) if known.is_spread(display):
                rest = found[place + 1 :]
                changes = [n for s in rest for n in ast.walk(s) if is_change(n, name)]
                has_arrays = bool(known.spread[known.spot(display)])
                if not changes or has_arrays and all(is_put_by_key(n, display) for n in changes):
                    continue  # its items may have names that stay
                changed = None
                if is_of_block(name, block, found[:place], rest, known):
                    one = Collected(name, display, block, known, fresh)
                    changed = one.followed(found[place], rest)
                if changed is None:
                    del known.spread[known.spot(display)]
                else:
                    found[place:] = changed
    return found


def is_of_block(
    name: str, block: list[ast.stmt], before: list[ast.stmt], rest: list[ast.stmt], known: Known
) -> bool:
    """Return whether a variable is bound by one statement of a block alone and read behind it, in the block, alone."""
    stores = {n for s in rest for n in (*syntax.stores(s), *syntax.parameters(s))}
    is_here = name not in stores and not any(name in syntax.names(s) for s in before)
    return is_here and not is_around(name, block, known)


def is_around(name: str, block: list[ast.stmt], known: Known) -> bool:
    """Return whether a variable is used outside of a block."""
    here = sum(len(syntax.uses(s, name)) for s in block)
    return len(syntax.uses(known.tree, name)) > here


def is_change(node: ast.AST, name: str) -> bool:
    """Return whether a node puts items into a list or dict, or takes them out."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(owner), attr=attr)):
            return owner == name and attr in CHANGES
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            parts = [t for target in targets for t in syntax.single(target)]
            return any(isinstance(t, ast.Subscript) and syntax.show(t.value) == name for t in parts)
        case ast.AugAssign(target=ast.Name(owner)):
            return owner == name
    return False


def is_put_by_key(node: ast.AST, display: Display) -> bool:
    """Return whether a node puts something else in the place of an item that a display has."""
    match node:
        case ast.Assign(targets=targets):
            parts = [t for target in targets for t in syntax.single(target)]
            return all(item_at(display, t) for t in parts if isinstance(t, ast.Subscript))
    return False


class Collected:
    """Follows one list or dict through the statements of its block."""

    def __init__(
        self,
        name: str,
        display: ast.List | ast.Dict,
        block: list[ast.stmt],
        known: Known,
        fresh: Fresh,
    ) -> None:
        self.name, self.display, self.block = name, display, block
        self.known, self.fresh = known, fresh
        self.items: dict[Any, str] = {}  # the variable of each item, by its place or its key
        self.bound_again: set[str] = set()  # in each trip of a loop that is written out

    @property
    def is_dict(self) -> bool:
        return isinstance(self.display, ast.Dict)

    def followed(self, first: ast.stmt, rest: list[ast.stmt]) -> list[ast.stmt] | None:
        """Return the statements of a block from the one on that makes the list; None where it cannot be followed."""
        found: list[ast.stmt] = []
        self.found, self.waiting = found, [syntax.deep(s) for s in rest]
        if isinstance(self.display, ast.Dict):
            parts = list(zip(self.display.keys, self.display.values, strict=True))
        else:
            parts = [(syntax.constant(k), v) for k, v in enumerate(self.display.elts)]
        for key, value in parts:
            if not isinstance(key, ast.Constant) or isinstance(value, ast.Starred):
                return None
            found += self.put(key.value, value, first)
        waiting = self.waiting
        while waiting:
            changes = [any(is_change(n, self.name) for n in ast.walk(s)) for s in waiting]
            is_read = [self.name in syntax.names(s) for s in waiting]
            if not any(changes):  # it is full
                table = assign(self.name, self.table(), first)
                before = is_read.index(True) if True in is_read else len(waiting)
                later = [self.spelled(s) for s in waiting[before:]]
                return [*found, *waiting[:before], *([table] if later else []), *later]
            statement = waiting.pop(0)
            if not changes[0]:
                statement = self.spelled(statement, self.table()) if is_read[0] else statement
                if self.name in syntax.names(statement):
                    return None  # it goes on as a whole, and grows
                found.append(statement)
                continue
            if isinstance(statement, ast.For):
                trips = trips_filling(statement, self.known)
                if trips is None:
                    return None
                guards, values = trips
                found += guards
                self.bound_again |= set(syntax.stores(statement))
                waiting[:0] = [s for one in values for s in trip(statement, one, self.known)]
                continue
            changed = self.changed(statement)
            if changed is None:
                return None
            found += changed
        return [*found, assign(self.name, self.table(), first)]

    def changed(self, statement: ast.stmt) -> list[ast.stmt] | None:
        """Return what a statement that changes the list is without it; None for what is not followed."""
        match statement:
            case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "append"), [value], [])) if (
                name == self.name and not self.is_dict
            ):
                return self.all_put([(len(self.items), value)], statement)
            case ast.Expr(
                ast.Call(ast.Attribute(ast.Name(name), "extend"), [ast.List(parts)], [])
            ) | ast.AugAssign(ast.Name(name), ast.Add(), ast.List(parts)) if (
                name == self.name and not syntax.has_star(parts) and not self.is_dict
            ):
                return self.all_put(list(enumerate(parts, len(self.items))), statement)
            case ast.Assign([ast.Subscript(ast.Name(name), key)], value) if name == self.name:
                place = self.place(key)
                is_there = self.is_dict or place in self.items
                return self.all_put([(place, value)], statement) if is_there else None
            case ast.Assign(
                [ast.Name()], ast.Call(ast.Attribute(ast.Name(name), "pop"), args, [])
            ) | ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "pop"), args, [])) if (
                name == self.name and not self.is_dict and self.items and len(args) < 2
            ):
                place = self.place(args[0]) if args else len(self.items) - 1
                if place not in self.items:
                    return None
                own = self.items.pop(place)
                self.items = dict(enumerate(self.items.values()))
                if isinstance(statement, ast.Expr):
                    return []
                return [made(ast.Assign(statement.targets, syntax.name(own)), statement)]
        return None

    def all_put(
        self, parts: list[tuple[Any, ast.expr]], statement: ast.stmt
    ) -> list[ast.stmt] | None:
        """Return what makes several items; None where one is made of the whole list, or has no known place."""
        found = []
        for place, value in parts:
            holder = self.spelled(ast.copy_location(ast.Expr(value), statement), self.table())
            assert isinstance(holder, ast.Expr)
            if place is None or self.name in syntax.names(holder):
                return None
            found.append((place, holder.value))
        return [s for place, value in found for s in self.put(place, value, statement)]

    def put(self, place: Any, value: ast.expr, at: ast.stmt) -> list[ast.stmt]:
        """Return the statement that gives an item a variable, if it has none that keeps it."""
        if isinstance(value, ast.Name) and self.is_own(value.id):
            self.items[place] = value.id
            return []
        told = str(place) if f"a{place}".isidentifier() else str(len(self.items))
        own = self.fresh.name(f"{self.name}_{told}")
        self.items[place] = own
        if isinstance(value, ast.Name) and self.renamed(value.id, own):
            return []
        return [assign(own, value, at)]

    def is_own(self, name: str) -> bool:
        """Return whether a variable is bound by one statement alone, once."""
        is_bound_once = self.known.counts().get(name, 0) < 2 and name not in self.bound_again
        return is_bound_once and name not in self.known.given

    def renamed(self, name: str, own: str) -> bool:
        """Give what a variable holds a name of its own until it is bound anew; return whether that was done."""
        first = None
        for place, statement in enumerate(self.found):
            if name in syntax.stores(statement):
                first = place if bound_by(statement) == name else None
        last = len(self.waiting)
        for place, statement in reversed(list(enumerate(self.waiting))):
            if name in syntax.stores(statement):
                last = place
        is_outside = is_around(name, self.block, self.known) or name in self.known.given
        if first is None or is_outside:
            return False
        if last < len(self.waiting) and bound_by(self.waiting[last]) != name:
            return False
        binding = self.found[first]
        assert isinstance(binding, ast.Assign)
        parts = [*binding.targets, *self.found[first + 1 :], *self.waiting[:last]]
        if last < len(self.waiting):
            parts.append(self.waiting[last].value)  # type: ignore[attr-defined]  # an assignment
        if any(name in syntax.parameters(part) for part in parts):
            return False
        for part in parts:
            for node in syntax.uses(part, name):
                node.id = own
        for statement in [*self.found[first:], *self.waiting[: last + 1]]:
            if own in syntax.names(statement):
                made(statement, statement)
        return True

    def place(self, key: ast.expr) -> Any:
        """Return the place or key that an index tells; None for one that is not known."""
        if self.is_dict:
            return key.value if isinstance(key, ast.Constant) else None
        place = known_value(key, int)
        return None if place is None else place + len(self.items) if place < 0 else place

    def table(self) -> ast.expr:
        """Return the list or dict as it is now."""
        names = [*self.items.values()]
        if not self.is_dict:
            return self.listed(names, range(len(names)))
        return moved(
            syntax.as_dict({k: syntax.name(own) for k, own in self.items.items()}), self.display
        )

    def listed(self, names: list[str], places: Sequence[int]) -> ast.List:
        found = ast.List([syntax.name(names[k]) for k in places], ast.Load())
        return moved(found, self.display)

    def spelled(self, statement: ast.stmt, table: ast.expr | None = None) -> ast.stmt:
        """Return a statement with the items and length of the list as they are, or the whole as a `table`."""
        items = self.items

        def change(node: ast.expr) -> ast.expr | None:
            match node:
                case ast.Subscript(ast.Name(name), ast.Slice() as key, ast.Load()) if (
                    name == self.name and not self.is_dict
                ):
                    places = places_of(key, len(items))
                    return None if places is None else self.listed([*items.values()], places)
                case ast.Subscript(ast.Name(name), key, ast.Load()) if name == self.name:
                    own = items.get(self.place(key))
                    return None if own is None else syntax.name(own)
                case ast.Call(ast.Name("len"), [ast.Name(name)]) if name == self.name:
                    return syntax.constant(len(items))
            return None

        def whole(node: ast.expr) -> ast.expr | None:
            return table if isinstance(node, ast.Name) and node.id == self.name else None

        fresh = syntax.deep(statement)
        before = syntax.show(fresh)
        for node in [fresh, *syntax.walk(fresh)]:
            for field, value in ast.iter_fields(node):
                if isinstance(value, ast.expr):
                    changed = change(value) or value
                    if table is not None and field == "iter":
                        changed = syntax.rewrite(changed, whole)
                    setattr(node, field, changed)
                elif isinstance(value, list):
                    value[:] = [(change(v) or v) if isinstance(v, ast.expr) else v for v in value]
        if syntax.show(fresh) == before:
            return statement
        return made_all(fresh, statement)


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


def without_tables(tree: ast.FunctionDef, known: Known) -> None:
    """Write the items of such displays by their own names, in place, and leave the displays out."""
    tables = known.tables()
    for node in syntax.walk(tree):
        if isinstance(node, ast.Subscript) and syntax.show(node.value) in tables:
            if item_at(tables[syntax.show(node.value)], node) is None:
                del tables[syntax.show(node.value)]  # what has no literal key stays
    trees: dict[str, ast.expr] = dict(tables)
    for name, display in tables.items():
        items = items_by_key(display)
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
