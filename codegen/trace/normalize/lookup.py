"""What is known of names before a function runs: its tree and the values of its outer names and
arguments go in; values come out.

>>> import math
>>> tree = ast.parse("def f(x, kind):\\n    x = math.pi * x\\n    return x if kind else x").body[0]
>>> known = Known(tree, {"math": math}, {"x": 2.0, "kind": "a"})
>>> [known.value(syntax.parse(text)) for text in ("math.pi", "kind", "kind[0]")]
[3.141592653589793, 'a', 'a']
>>> known.value(syntax.parse("x")) is MISSING  # bound in the function
True

It holds where the function puts nothing else there, and does not change how many items there are:

>>> tree = ast.parse("def f(a, b):\\n    a.w = b.w\\n    b.items[0] = 1.0").body[0]
>>> known = Known(tree, {}, {})
>>> [is_written(syntax.parse(path), known) for path in ("a.w", "a.w.T", "b.w", "b.items")]
[True, True, False, True]
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from types import FunctionType, MethodType, ModuleType
from typing import Any

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.gates.pure import CONTAINER_MUTATORS as MUTATORS
from codegen.gates.pure import RESIZING
from codegen.pytree import module_of, tree_of
from codegen.trace.normalize.fresh import Fresh

PLAIN = ("numpy", "math", "builtins")
LARGEST = 32
"""Items that are followed one by one, and trips that are written out."""
Display = ast.List | ast.Tuple | ast.Dict
Spot = tuple[int, int]
Keys = list[str | int] | int
"""The keys of a dict, or how many items a list has."""


class Known:
    """Looks up paths such as `functools.partial`, `self.layers` or `x` before the function runs.

    `spread` are the places in the file of the displays whose items are to have names of their own, and which of
    them are arrays; `mixed` the places where a loop names a container that the function makes of unlike items,
    and its keys or its length there.
    """

    def __init__(
        self,
        tree: ast.AST,
        outer: Mapping[str, Any],
        given: Mapping[str, Any],
        spread: Mapping[Spot, Set[int]] | None = None,
        mixed: Mapping[Spot, Keys] | None = None,
    ) -> None:
        self.tree, self.outer, self.given = tree, outer, given
        self.spread, self.mixed = dict(spread or {}), dict(mixed or {})
        self.counted: tuple[Counter[str], Counter[str]] | None = None

    def counts(self) -> Mapping[str, int]:
        """Return how often each name is bound by a statement."""
        return (self.counted or self.count())[0]

    def loads(self) -> Mapping[str, int]:
        """Return how often each name is read."""
        return (self.counted or self.count())[1]

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Count only once as long as no statement is put in or taken out."""
        before = self.counted
        self.counted = before or self.count()
        try:
            yield
        finally:
            self.counted = before

    def count(self) -> tuple[Counter[str], Counter[str]]:
        """Count how often each name is bound by a statement, and how often it is read."""
        bound, read = Counter[str](), Counter[str]()
        for node in syntax.walk(self.tree):
            if isinstance(node, ast.Name):
                (read if isinstance(node.ctx, ast.Load) else bound)[node.id] += 1
            elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node is not self.tree:
                bound[node.name] += 1
        return bound, read

    def value(self, node: ast.expr) -> Any:
        """Return the value of a path when the function begins, or MISSING."""
        if isinstance(node, ast.Attribute):
            base = self.value(node.value)
            return MISSING if base is MISSING else getattr(base, node.attr, MISSING)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            base = self.value(node.value)
            try:
                return MISSING if base is MISSING else base[node.slice.value]
            except (LookupError, TypeError):
                return MISSING
        if not isinstance(node, ast.Name):
            return MISSING
        found = self.outer.get(node.id, getattr(builtins, node.id, MISSING))
        found = self.given.get(node.id, found)
        return MISSING if found is MISSING or node.id in self.counts() else found

    def is_plain(self, node: ast.expr) -> bool:
        """Return whether a path leads to what computes without code of the user's: NumPy's, `math`'s and Python's."""
        value = self.value(node)
        home = value.__name__ if isinstance(value, ModuleType) else module_of(value)
        return value is not MISSING and home.partition(".")[0] in PLAIN

    def bound_once(self, name: str) -> ast.expr | None:
        """Return the expression of a variable that is bound by one plain assignment alone."""
        found = self.bound(name)
        return found[0] if len(found) == 1 else None

    def bound(self, name: str) -> list[ast.expr]:
        """Return the expressions of a variable that plain assignments alone bind; none of other variables."""
        return [] if name in self.given else self.assigned(name)

    def assigned(self, name: str) -> list[ast.expr]:
        """Return what plain assignments give a name, which may be an argument, if nothing else binds it."""
        count = self.counts().get(name, 0)
        if not count:
            return []
        found = [
            node.value
            for node in syntax.every(ast.Assign, self.tree)
            if len(node.targets) == 1 and syntax.identifier(node.targets[0]) == name
        ]
        return found if len(found) == count else []

    def display(self, node: ast.expr) -> ast.List | ast.Tuple | None:
        """Return the list or tuple that an expression is, written out here or where its name is bound."""
        if isinstance(node, ast.Name) and (bound := self.bound_once(node.id)) is not None:
            if isinstance(bound, ast.Tuple) or self.is_only_read(node.id, self.is_spread(bound)):
                node = bound
        is_display = isinstance(node, ast.List | ast.Tuple) and not syntax.has_star(node.elts)
        return node if is_display else None  # type: ignore[return-value]  # as asked

    def is_only_read(self, name: str, is_kept: bool = False) -> bool:
        """Return whether a list is looped over, indexed, returned and handed to builtins alone: nothing changes it. One
        that no helper changes, `is_kept`, may be handed to any function.
        """
        reading: set[ast.AST] = set()
        changed = [n.value for n in syntax.every(ast.Attribute, self.tree) if n.attr in MUTATORS]
        is_kept &= not any(isinstance(n, ast.Attribute) for n in changed)  # `box.items.append(x)`
        for node in ast.walk(self.tree):
            match node:
                case ast.Return(ast.Tuple(elts=parts) | ast.List(elts=parts)):
                    reading.update(parts)
                case ast.For(iter=value) | ast.comprehension(iter=value) | ast.Return(value):
                    reading |= {n for n in [value] if n is not None}
                case ast.Starred(value=value) | ast.Subscript(value=value, ctx=ast.Load()):
                    reading.add(value)
                case ast.Call(func=func, args=args) if is_kept or (
                    isinstance(func, ast.Name) and hasattr(builtins, func.id)
                ):
                    reading.update(args)
        return all(n in reading for n in syntax.uses(self.tree, name, ast.Load))

    def spot(self, node: ast.expr | ast.stmt) -> Spot:
        """Return the place of an expression or a statement in its file."""
        return node.lineno, node.col_offset

    def is_spread(self, node: ast.AST | None) -> bool:
        """Return whether a display is one whose items are to have names of their own."""
        return isinstance(node, Display) and self.spot(node) in self.spread

    def tables(self) -> dict[str, Display]:
        """Return the variables that are bound to such displays."""
        found: dict[str, Display] = {}
        for node in ast.walk(self.tree) if self.spread else ():
            match node:
                case ast.Assign(targets=[ast.Name(name)], value=value) if self.is_spread(value):
                    assert isinstance(value, Display)
                    found[name] = value
        return found

    def arrays(self) -> set[str]:
        """Return the texts of the items of such displays that are arrays."""
        return {
            syntax.show(getattr(holder, field)[place])
            for node in (ast.walk(self.tree) if self.spread else ())
            if isinstance(node, Display) and self.is_spread(node)
            for number, (holder, field, place) in enumerate(items_in(node))
            if number in self.spread[self.spot(node)]
        }


def items_in(display: Display) -> Iterator[tuple[Display, str, int]]:
    """Yield where each item of a display stands, those of displays in it as well: the display, the field, the place."""
    field = "values" if isinstance(display, ast.Dict) else "elts"
    for place, item in enumerate(getattr(display, field)):
        if isinstance(item, ast.List | ast.Tuple):
            yield from items_in(item)
        else:
            yield display, field, place


def items_by_key(display: Display) -> dict[Any, ast.expr]:
    """Return the items of a display by their literal keys."""
    if isinstance(display, ast.Dict):
        pairs = zip(display.keys, display.values, strict=True)
        return {k.value: v for k, v in pairs if isinstance(k, ast.Constant)}
    count = len(display.elts)
    return dict(enumerate(display.elts)) | {k - count: v for k, v in enumerate(display.elts)}


def item_at(display: Display, node: ast.Subscript) -> ast.expr | None:
    """Return the item of a display at the literal key of a subscript, None if there is none."""
    items = items_by_key(display)
    key = known_value(node.slice, type(next(iter(items), 0)))
    return items.get(key)


class Rewriter(ast.NodeTransformer):
    """Rewrites a tree by what is known of its names."""

    def __init__(self, known: Known, fresh: Fresh) -> None:
        self.known, self.fresh = known, fresh


def number_of(node: ast.expr) -> int | None:
    """Return the value of a whole number, or of a sum or difference of such."""
    found: int | None = known_value(node, int)
    return found


def places_of(key: ast.Slice, size: int) -> Sequence[int] | None:
    """Return the places in a list that a slice with literal ends takes; None if its ends are not known."""
    parts = (key.lower, key.upper, key.step)
    ends = [None if part is None else number_of(part) for part in parts]
    is_known = all((part is None) == (end is None) for part, end in zip(parts, ends, strict=True))
    return range(size)[slice(*ends)] if is_known else None


def known_value(node: ast.expr, kind: type[int | str], known: Known | None = None) -> Any:
    """Return the value of a literal of a kind, or of a sum or difference of such, or the text of a number; of names
    that are `known`, the value as the function begins. None for others.
    """

    def value(part: ast.expr, kind: type[int | str] = kind) -> Any:
        return known_value(part, kind, known)

    match node:
        case ast.Constant(found) if isinstance(found, kind):
            return found
        case ast.Name() | ast.Attribute() | ast.Subscript() if known is not None:
            found = known.value(node)
            return found if found is not MISSING and isinstance(found, kind) else None
        case ast.Call(ast.Name("str"), [inner], []) | ast.FormattedValue(inner, -1, None) if (
            kind is str
        ):
            number = value(inner, int)
            return value(inner) if number is None else str(number)
        case ast.Call(ast.Attribute(inner, "lower" | "upper" | "strip" as how), [], []):
            whole = value(inner, str)
            return None if whole is None or kind is int else getattr(whole, how)()
        case ast.JoinedStr(parts) if kind is str:
            texts = list(map(value, parts))
            return None if None in texts else "".join(texts)
        case ast.UnaryOp(op=ast.USub(), operand=inner) if kind is int:
            found = value(inner)
            return None if found is None else -found
        case ast.BinOp(left, ast.Add() | ast.Sub() as op, right):
            one, other = value(left), value(right)
            if one is None or other is None or kind is str and isinstance(op, ast.Sub):
                return None
            return one + other if isinstance(op, ast.Add) else one - other
    return None


def is_only_of_loops(name: str, loop: ast.For, known: Known, is_array: bool = False) -> bool:
    """Return whether headers of loops alone bind a name; `p -= g` does not bind the name of an array."""
    changes = [n.target for n in syntax.every(ast.AugAssign, loop) if is_array]
    stores = [n for n in syntax.uses(loop, name) if n not in changes]
    if sum(not isinstance(n.ctx, ast.Load) for n in stores) != 1:
        return False
    bound = set(ast.walk(loop))
    for node in ast.walk(known.tree):
        target = node.target if isinstance(node, ast.For) else None
        if target is not None and name in syntax.stores(target) or name in syntax.own_names(node):
            bound |= set(ast.walk(node))
    return all(n in bound for n in syntax.uses(known.tree, name))


def is_sequence(value: ast.expr, known: Known) -> bool:
    """Return whether an expression is a new list, or an array, or what a function returns that makes such."""
    match value:
        case ast.List() | ast.ListComp():
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name("np" | "numpy"))):
            return True
        case ast.Call(func=func):
            callee = known.value(func)
            return callee in (list, tuple, sorted) or makes_sequence(callee)
    return False


def makes_sequence(function: Any) -> bool:
    """Return whether all that a user's function returns are lists that it makes, or arrays."""
    tree = tree_of(function)
    nodes = [*ast.walk(tree)] if tree is not None else []
    if any(isinstance(n, ast.Yield | ast.YieldFrom) for n in nodes):
        return False
    inside = Known(tree or ast.Pass(), {}, {})
    returned = [n.value for n in nodes if isinstance(n, ast.Return)]
    found = [inside.bound(r.id) if isinstance(r, ast.Name) else [r] for r in returned]
    values = [v for each in found for v in each]
    is_known = all(found) and all(v is not None and is_sequence(v, inside) for v in values)
    return is_known and len({isinstance(v, ast.Call) for v in values}) == 1


def is_replaced(held: ast.expr, tree: ast.AST) -> bool:
    """Return whether something is put in the place of what stands on a path, or of what holds it."""
    return not texts_of(held).isdisjoint(syntax.written_texts(tree))


def texts_of(path: ast.expr) -> set[str]:
    """Return the texts of a path and of all that it leads through."""
    return {syntax.show(n) for n in syntax.every(ast.expr, path)}


def is_written(source: ast.expr, known: Known) -> bool:
    """Return whether the function puts something in the place of an array, of what holds it, or of items of it."""
    items = {syntax.show(n.value) for n in syntax.writes(known.tree, ast.Subscript)}
    return is_replaced(source, known.tree) or not texts_of(source).isdisjoint(items)


def is_resized(source: ast.expr, known: Known, but: Container[str] = ()) -> bool:
    """Return whether a function replaces a list or changes its length, `but` by methods with some names."""
    shown = syntax.show(source)
    asked = syntax.every(ast.Attribute, known.tree)
    if shown in syntax.written_texts(known.tree) or any(
        n.attr in RESIZING and syntax.show(n.value) == shown for n in asked
    ):
        return True
    return isinstance(source, ast.Attribute) and any(
        not (isinstance(n.func, ast.Attribute) and n.func.attr in but)
        and resizes(known.value(n.func), source.attr)
        for n in syntax.every(ast.Call, known.tree)
    )


def resizes(callee: Any, word: str) -> bool:
    """Return whether a method seems to change how many items an attribute has: it puts another in its place, or reads
    it and changes a list that is not one of its own.
    """
    function = callee.__func__ if isinstance(callee, MethodType) else None
    names = function.__code__.co_names if isinstance(function, FunctionType) else ()
    if word not in names:
        return False
    tree = tree_of(callee)
    if tree is None:
        return not RESIZING.isdisjoint(names)
    inside = Known(tree, {}, {})
    asked = syntax.every(ast.Attribute, tree)
    put = [n for n in syntax.every(ast.Subscript, tree) if not isinstance(n.ctx, ast.Load)]
    parts = [n.value for n in put if isinstance(n.ctx, ast.Del) or isinstance(n.slice, ast.Slice)]
    own = (n for n in asked if n.attr == word)
    if any(n in parts or not isinstance(n.ctx, ast.Load) for n in own):
        return True
    changed = [n.value for n in asked if n.attr in RESIZING]
    return not all(isinstance(c, ast.Name) and is_own_list(c.id, inside) for c in changed)


def is_own_list(name: str, known: Known) -> bool:
    """Return whether a variable of a function only ever holds lists that the function makes."""
    values = known.bound(name)
    return bool(values) and all(isinstance(v, ast.List | ast.ListComp) for v in values)
