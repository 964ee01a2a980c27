"""Headers of loops: loops over expressions go in, the same over variables comes out, each expression
named before its loop.

>>> text = '''def f(pairs):
...     s = 0.0
...     for x, y in zip(*pairs):
...         s = s + x * y
...     return s
... '''
>>> tree = ast.parse(text).body[0]
>>> tree.body = with_named_headers(tree.body, {"pairs"}, Fresh(tree))
>>> print(ast.unparse(tree))
def f(pairs):
    s = 0.0
    xs, ys = pairs
    for x, y in zip(xs, ys):
        s = s + x * y
    return s
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codegen import syntax
from codegen.gates.pure import MUTATORS
from codegen.trace.facts import holds_weights
from codegen.trace.normalize.fresh import Fresh, assign, made, spliced
from codegen.trace.normalize.lookup import Known, makes_sequence, number_of
from codegen.trace.normalize.taint import reaches

WRAPPERS = frozenset({"enumerate", "zip", "reversed"})
PLAIN = frozenset({"range", "len"})
VIEWS = frozenset({"items", "values", "keys"})


def with_named_headers(block: list[ast.stmt], reached: set[str], fresh: Fresh) -> list[ast.stmt]:
    """Return a block whose loops over values that may be differentiated run over variables."""

    second = second_names(block)

    def change(statement: ast.stmt) -> list[ast.stmt]:
        if not isinstance(statement, ast.For) or not reaches(statement.iter, reached):
            return [statement]
        before: list[ast.stmt] = columns(statement, fresh)
        bound = {n for inner in statement.body for n in syntax.stores(inner)}
        for text in {text for inner in statement.body for text in changed_in(inner)}:
            bound |= next((names for names in second if text in names), {text})
        named = over_names(statement.iter, reached, fresh, before, bound)
        if before:
            statement.iter = named
            syntax.note(statement, named=True)
        return [*before, statement]

    return spliced(block, change)


def with_named_lists(block: list[ast.stmt], known: Known, fresh: Fresh) -> list[ast.stmt]:
    """Return a block in which lists that functions make have names where loops go over them and objects together,
    `for b, f in zip(self.bodies, self.forces())`, and those of objects in any loop.
    """

    def change(statement: ast.stmt) -> list[ast.stmt]:
        before: list[ast.stmt] = []
        if isinstance(statement, ast.For):
            statement.iter = with_names(statement.iter, known, fresh, before)
        pairs = statement.iter if isinstance(statement, ast.For) else None
        if syntax.calls(pairs, "enumerate") and pairs.args:
            pairs = pairs.args[0]
        if not syntax.calls(pairs, "zip"):
            return [*before, statement]
        values = [known.value(a) for a in pairs.args]
        if not any(isinstance(v, list | tuple) and any(map(holds_weights, v)) for v in values):
            return [*before, statement]
        pairs.args = [
            (
                named(part, fresh, before)
                if isinstance(part, ast.Call) and makes_sequence(known.value(part.func))
                else part
            )
            for part in pairs.args
        ]
        return [*before, statement]

    return spliced(block, change)


def with_names(source: ast.expr, known: Known, fresh: Fresh, before: list[ast.stmt]) -> ast.expr:
    """Return what a loop runs over, with names for the lists of objects that functions make."""
    match source:
        case ast.Call(ast.Name("enumerate" | "zip" | "reversed"), args):
            source.args = [with_names(a, known, fresh, before) for a in args]
        case ast.Call() if isinstance(
            known.mixed.get(known.spot(source)), int
        ):  # no view of a dict
            return named(source, fresh, before)
    return source


def columns(loop: ast.For, fresh: Fresh) -> list[ast.stmt]:
    """Name what a loop such as `for x, y in zip(*pairs)` runs over, one by one; return the statement that does it."""
    match loop:
        case ast.For(
            target=ast.Tuple(elts=targets),
            iter=ast.Call(
                func=ast.Name("zip"), args=[ast.Starred(value=value)], keywords=[]
            ) as call,
        ) if all(isinstance(t, ast.Name) for t in targets):
            names = [fresh.name(f"{t.id}s") for t in targets if isinstance(t, ast.Name)]
            call.args = [made(syntax.name(n), call) for n in names]
            parts: list[ast.expr] = [ast.Name(n, ast.Store()) for n in names]
            return [made(ast.Assign([ast.Tuple(parts, ast.Store())], value), call)]
    return []


def over_names(
    node: ast.expr, reached: set[str], fresh: Fresh, before: list[ast.stmt], bound: set[str]
) -> ast.expr:
    """Return what a loop runs over with names, bound before, for expressions and what the body binds again."""
    if not reaches(node, reached) or is_left(node):
        return node
    if isinstance(node, ast.Name) and node.id not in bound:
        return node
    if isinstance(node, ast.Subscript) and is_cut(node) and syntax.show(node.value) not in bound:
        inner = over_names(node.value, reached, fresh, before, bound)
        return (
            node
            if inner is node.value
            else made(ast.Subscript(inner, node.slice, ast.Load()), node)
        )
    if syntax.calls(node, *WRAPPERS):
        if syntax.has_star(node.args):
            return node
        args = [over_names(a, reached, fresh, before, bound) for a in node.args]
        if syntax.calls(node, "zip"):  # of what is passive, items are taken too
            args = [a if is_given(a) else named(as_list(a), fresh, before) for a in args]
        return ast.copy_location(ast.Call(node.func, args, node.keywords), node)
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Subscript() | ast.Attribute() as whole, attr=view), args=[]
        ) if (view in VIEWS):
            owner = over_names(whole, reached, fresh, before, bound)
            return made(syntax.method(owner, view), node)
    return named(node, fresh, before)


def named(node: ast.expr, fresh: Fresh, before: list[ast.stmt]) -> ast.expr:
    """Give what a loop runs over a name; return it."""
    own = fresh.name(wanted(node))
    before.append(assign(own, node, node))
    return made(syntax.name(own), node)


def second_names(block: list[ast.stmt]) -> list[set[str]]:
    """Return the names, attributes and items that may be one object, as `ys = xs` makes them."""
    found: list[set[str]] = []
    for node in (n for statement in block for n in syntax.walk(statement)):
        for target, value in syntax.bindings(node):
            if isinstance(value, ast.Name | ast.Attribute | ast.Subscript):
                names = {syntax.show(target), syntax.show(value)}
                joined = names.union(*(group for group in found if group & names))
                found = [*(group for group in found if not group & names), joined]
    return found


def changed_in(statement: ast.stmt) -> Iterator[str]:
    """Yield the texts of what a statement in a loop may change: a slice of it is a copy that counts then."""
    for node in syntax.walk(statement):
        match node:
            case ast.Subscript(value, _, ast.Store() | ast.Del()):
                yield syntax.show(value)
            case ast.Attribute(_, _, ast.Store()):
                yield syntax.show(node)
            case ast.Call(ast.Attribute(value, word)) if word in MUTATORS:
                yield syntax.show(value)


def is_given(node: ast.expr) -> bool:
    """Return whether items are taken of an expression where it stands: of a name, or a range."""
    held = node.value if isinstance(node, ast.Subscript) and is_cut(node) else node
    return isinstance(held, ast.Name) or syntax.calls(node, *(PLAIN | WRAPPERS))


def as_list(node: ast.expr) -> ast.expr:
    """Return a view of a dict as the list of what it shows."""
    match node:
        case ast.Call(func=ast.Attribute(attr=view), args=[]) if view in VIEWS:
            return made(syntax.call("list", node), node)
    return node


def ends_of(source: ast.expr) -> tuple[int, int]:
    """Return how many items a slice such as `xs[1:-1]` leaves out at the start, and at the end; of anything else none.

    >>> [ends_of(syntax.parse(text)) for text in ("xs", "xs[1:-1]", "xs[:-2]", "xs[-2:]", "xs[:2]")]
    [(0, 0), (1, 1), (0, 2), (0, 0), (0, 0)]
    """
    match source:
        case ast.Subscript(_, ast.Slice(lower, upper, None)):
            first, last = (0 if end is None else number_of(end) for end in (lower, upper))
            if first is not None and last is not None and first >= 0 >= last:
                return (first, -last) if upper is None or last else (0, 0)
    return 0, 0


def is_cut(source: ast.expr) -> bool:
    """Return whether an expression is all of a list but for some items at its ends."""
    return ends_of(source) != (0, 0)


def is_left(node: ast.expr) -> bool:
    """Return whether a header is left as it is: a range, or a view of a dict variable."""
    match node:
        case ast.Call(func=ast.Name(name)):
            return name in PLAIN
        case ast.Call(func=ast.Attribute(value=ast.Name(), attr=view)):
            return view in VIEWS
    return False


def wanted(node: ast.expr) -> str:
    """Return a name for what a loop runs over, after the attribute, a method of `self` or the first variable in it."""
    match node:
        case ast.Attribute(attr=word) | ast.Call(ast.Attribute(ast.Name("self"), word)):
            return word
    names = syntax.reads(node)
    return (
        f"{names[0]}_items"
        if names and names[0] not in ("np", "list", "range", "sorted")
        else "items"
    )
