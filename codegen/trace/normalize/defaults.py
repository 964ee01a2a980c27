"""Items that a dict gets when it is first asked for them, or got in the call before, and lists inside a dict that grow:
statements go in, the same with a test and an assignment of the item comes out.

>>> text = '''def f(xs, keys):
...     groups = {}
...     for x, k in zip(xs, keys):
...         groups.setdefault(k, []).append(x)
...     return groups
... '''
>>> tree = ast.parse(text).body[0]
>>> tree.body = with_plain_items(tree, {"groups"}, Known(tree, {}, {}), Fresh(tree))
>>> print(ast.unparse(tree))
def f(xs, keys):
    groups = {}
    for x, k in zip(xs, keys):
        if k not in groups:
            groups[k] = []
        groups[k] = groups[k] + [x]
    return groups
"""

from __future__ import annotations

import ast
import collections
from typing import NamedTuple

from codegen import syntax
from codegen.trace.normalize.fresh import Fresh, assign, formula, one_by_one, put, spliced, written
from codegen.trace.normalize.lookup import Known


def with_plain_items(
    tree: ast.FunctionDef, reached: set[str], known: Known, fresh: Fresh
) -> list[ast.stmt]:
    """Return the body of a function without `setdefault`, and without lists in a dict that grow in place."""
    grown = {
        syntax.root_name(call.func.value)
        for call in syntax.every(ast.Call, tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("append", "setdefault")
    }

    def is_made(names: list[ast.expr], values: list[ast.expr]) -> bool:
        pairs = zip(names, values, strict=True)
        return any(
            isinstance(v, ast.Dict | ast.Call) and syntax.names(n) <= grown for n, v in pairs
        )

    tree.body = spliced(tree.body, lambda s: one_by_one(s, is_made))  # `groups, total = {}, 0.0`
    return spliced(tree.body, Items(tree, reached, known, fresh).plain)


class Items:
    """Rewrites the statements of one function."""

    def __init__(
        self, tree: ast.FunctionDef, reached: set[str], known: Known, fresh: Fresh
    ) -> None:
        self.reached, self.known, self.fresh = reached, known, fresh
        bound = syntax.assigned(tree)
        self.listed = {name for name, values in bound.items() if all(map(self.makes_lists, values))}
        seen = {item_of(n) for n in syntax.walk(tree)}
        asked = {
            syntax.show(call.base)
            for n in syntax.walk(tree)
            if (call := asking(n, "setdefault")) is not None
        }
        shown = {v.id for values in bound.values() for v in values if isinstance(v, ast.Name)}
        taken = {item_of(v) for values in bound.values() for v in values}
        self.put = syntax.written_texts(tree)
        self.body, self.begun = tree.body, set[str]()  # the items that are there for sure
        self.own = {
            name
            for name, values in bound.items()
            if name in seen | asked and name not in shown | taken and all(map(self.is_new, values))
        }

    def makes_lists(self, value: ast.expr) -> bool:
        """Return whether an expression makes a dict that gives an empty list for a key it has not."""
        return (
            isinstance(value, ast.Call)
            and self.known.value(value.func) is collections.defaultdict
            and len(value.args) == 1
            and self.known.value(value.args[0]) is list
        )

    def is_new(self, value: ast.expr) -> bool:
        """Return whether an expression makes a dict that is empty, or a dict or list that holds new lists alone."""
        match value:
            case ast.Dict(values=parts) | ast.List([_, *_] as parts):
                return all(isinstance(part, ast.List) for part in parts)
            case ast.DictComp(value=part) | ast.ListComp(elt=part):
                return isinstance(part, ast.List)
        called = isinstance(value, ast.Call) and isinstance(value.func, ast.Name)
        return self.makes_lists(value) or called and not value.args and value.func.id == "dict"  # type: ignore[attr-defined]  # as asked

    def plain(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return what takes the place of a statement."""
        if syntax.value_of(statement) is None:
            return [statement]
        is_asked_only = isinstance(statement, ast.Expr) and self.asked(statement.value)
        before = self.given(statement)
        if any(statement is one for one in self.body):
            self.begun |= set(syntax.items_put(statement))
        return before if is_asked_only else [*before, *self.grown(statement)]

    def given(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return the statements that give a dict the items it is asked for, and read these in the statement."""
        before: list[ast.stmt] = []
        for asked in [
            found
            for n in syntax.inside(statement, syntax.UNSURE)
            if (found := self.asked(n)) is not None
        ]:
            key = self.named(asked.key, "key", before)
            before += self.missing(asked.base, key, asked.default, asked.call)
            put(statement, asked.call, syntax.index(syntax.deep(asked.base), key))
        for one in syntax.inside(statement, syntax.UNSURE):
            found = asking(one, "get")
            if found is not None and self.may_miss(found, statement):
                key = self.named(found.key, "key", before)
                parts = {"d": found.base, "k": key, "default": found.default}
                put(statement, found.call, formula("d[k] if k in d else default", one, **parts))
        return before

    def may_miss(self, asked: Asked, at: ast.stmt) -> bool:
        """Return whether the function finds the item that it asks for at one time, and not at another: it puts it
        itself, as an optimizer does that keeps running values, unless that is a count or comes behind all that asks,
        or the key is another one each time.
        """
        is_fixed = isinstance(asked.key, ast.Constant)
        is_held = syntax.root_name(asked.base) in self.reached | self.own
        item = syntax.show(syntax.index(asked.base, asked.key))
        default = asked.default
        is_count = isinstance(default, ast.Constant) and not isinstance(default.value, float)
        is_put = item in self.put - self.begun and not (is_fixed and is_count)
        place = next((k for k, one in enumerate(self.body) if one is at), None)
        if is_put and is_fixed and place is not None:
            is_put = any(item in syntax.written_texts(one) for one in self.body[:place])
        return is_put or is_held and not is_fixed

    def asked(self, node: ast.AST) -> Asked | None:
        """Return what a part asks a dict for that may hold values to differentiate."""
        found = asking(node, "setdefault")
        is_held = found is not None and syntax.root_name(found.base) in self.reached | self.own
        return found if is_held else None

    def missing(
        self, base: ast.expr, key: ast.expr, default: ast.expr, at: ast.AST
    ) -> list[ast.stmt]:
        """Return the statement that gives a dict an item it has not."""
        text = "if key not in base:\n    base[key] = default"
        return written(text, at, base=syntax.deep(base), key=syntax.deep(key), default=default)

    def named(self, key: ast.expr, wanted: str, before: list[ast.stmt]) -> ast.expr:
        """Return a key that can be read twice."""
        if all(
            isinstance(n, ast.Name | ast.Constant | ast.Tuple | ast.expr_context)
            for n in ast.walk(key)
        ):
            return key
        own = self.fresh.name(wanted)
        before.append(assign(own, key, key))
        return syntax.name(own)

    def grown(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return `d[k].append(x)` as an assignment of the longer list to the item."""
        match statement:
            case ast.Expr(
                ast.Call(
                    func=ast.Attribute(
                        value=ast.Subscript(value=ast.Name(name), slice=key) as item, attr="append"
                    ),
                    args=[new],
                    keywords=[],
                )
            ) if name in self.own and not isinstance(new, ast.Starred):
                before: list[ast.stmt] = []
                key = self.named(key, "key", before)
                if name in self.listed:
                    before += self.missing(item.value, key, ast.List([], ast.Load()), item)
                text = "d[key] = d[key] + [new]"
                return [*before, *written(text, statement, d=name, key=syntax.deep(key), new=new)]
        return [statement]


def item_of(node: ast.AST) -> str | None:
    """Return the variable of which a part reads or writes an item."""
    match node:
        case ast.Subscript(value=ast.Name(name)):
            return name
    return None


class Asked(NamedTuple):
    """A call that asks a dict for an item, and says what it is if it is not there."""

    call: ast.Call
    base: ast.Name | ast.Attribute
    key: ast.expr
    default: ast.expr


def asking(node: ast.AST, method: str) -> Asked | None:
    """Return what a part asks for, if it is `d.setdefault(k, v)`, or `d.get(k, v)`."""
    match node:
        case ast.Call(
            func=ast.Attribute(
                value=ast.Name() | ast.Attribute(value=ast.Name()) as base, attr=attr
            ),
            args=[key, default],
            keywords=[],
        ) if (
            attr == method
        ):
            return Asked(node, base, key, default)
    return None
