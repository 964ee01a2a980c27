"""What is asked of each item of a list, `min(cs, key=f)`, `sorted(cs, key=f)`, `any(p.far() for p in ps)`: a function
goes in; out comes the same with the place of the item, which has no gradient, or with a loop over the objects.

>>> text = '''def f(x, cs):
...     c = min(cs, key=lambda c: np.linalg.norm(x - c))
...     return np.sum((x - c) ** 2)
... '''
>>> tree = ast.parse(text).body[0]
>>> asked_of_items(tree, {"x", "cs"}, Known(tree, {"np": np}, {}), Fresh(tree))
>>> print(ast.unparse(tree))
def f(x, cs):
    place = min(range(len(cs)), key=lambda i: np.linalg.norm(x - cs[i]))
    c = cs[place]
    return np.sum((x - c) ** 2)
"""

from __future__ import annotations

import ast
import operator

import numpy as np

from codegen import syntax
from codegen.pytree import module_of
from codegen.trace.normalize.combined import outermost
from codegen.trace.normalize.fresh import (
    Fresh,
    assign,
    formula,
    gives_itself,
    in_steps,
    made,
    put,
    spliced,
    written,
)
from codegen.trace.normalize.lookup import LARGEST, Known
from codegen.trace.normalize.taint import reaches
from codegen.trace.normalize.unrolled import items_of

__all__ = ["asked_of_items", "np"]
FINDS = ("min", "max", "sorted")
FLAGS = {
    "any": "own = False\nfor item in items:\n    if test:\n        own = True\n        break",
    "all": "own = True\nfor item in items:\n    if not test:\n        own = False\n        break",
}
COUNT = "own = 0\nfor item in items:\n    own = own + element"


def asked_of_items(tree: ast.FunctionDef, reached: set[str], known: Known, fresh: Fresh) -> None:
    """Rewrite such calls in place; `reached` are the names that may hold differentiable values."""
    tree.body = spliced(tree.body, lambda s: Asked(s, reached, known, fresh).statements())


class Asked:
    """One statement that asks such things."""

    def __init__(self, statement: ast.stmt, reached: set[str], known: Known, fresh: Fresh) -> None:
        self.statement, self.reached = statement, reached
        self.known, self.fresh = known, fresh

    def statements(self) -> list[ast.stmt]:
        """Return the statement after those that find out what it asks."""
        match self.statement:
            case ast.Expr(
                ast.Call(ast.Attribute(items, "sort"), [], [_, *_] as keywords)
            ) if reaches(items, self.reached):
                asked = ast.Call(ast.Name("sorted", ast.Load()), [items], keywords)
                whole = syntax.index(syntax.deep(items), ast.Slice())
                whole.ctx = ast.Store()
                if any(k.arg == "key" for k in keywords) and self.is_wanted(asked):
                    self.statement = made(ast.Assign([whole], asked), self.statement)
        before: list[ast.stmt] = []
        while calls := [n for n in asked_first(self.statement) if self.is_wanted(n)]:
            call = calls[0]
            assert isinstance(call, ast.Call)
            if self.is_late(call):
                break
            steps, value = self.answered(call)
            if not steps:
                break
            before += steps
            put(self.statement, call, value)
        if gives_itself(self.statement):
            return before
        match self.statement:
            case ast.If(test=ast.BoolOp() as test) if any(map(self.is_wanted, ast.walk(test))):
                return [*before, *self.in_steps(test)]
        return [*before, self.statement]

    def is_late(self, call: ast.Call) -> bool:
        """Return whether the statement calls code of the user's beside a call, which may change what that asks."""
        inside = set(ast.walk(call))
        return any(
            self.is_followed(ast.Call(n.func, [], []))
            for n in asked_first(self.statement)
            if isinstance(n, ast.Call)
            and n not in inside
            and not self.is_wanted(n)
            and call not in set(ast.walk(n))
        )

    def in_steps(self, test: ast.BoolOp) -> list[ast.stmt]:
        """Return a branch after those that ask the parts of its test one after the other."""
        own = self.fresh.name("asked")

        def found_out(statement: ast.stmt) -> list[ast.stmt]:
            return Asked(statement, self.reached, self.known, self.fresh).statements()

        first, *rest = in_steps(test, own, lambda v: found_out(assign(own, v, v)))
        put(self.statement, test, syntax.name(own))
        return [*found_out(first), *rest, self.statement]

    def is_wanted(self, node: ast.AST) -> bool:
        """Return whether a node is a call that asks something of each item which must be written in another way."""
        match node:
            case ast.Call(ast.Name(name), [items], [*keywords]) if name in FINDS:
                if not self.is_builtin(node) or not reaches(items, self.reached):
                    return False
                words = {k.arg for k in keywords}
                if not words <= {"key", "reverse"} or isinstance(
                    items, ast.ListComp | ast.GeneratorExp
                ):
                    return False
                if "key" not in words and not syntax.calls(items, "zip", "enumerate"):
                    return False
                return self.by_place(items, "") is not None
            case ast.Call(ast.Name(name), [ast.GeneratorExp() | ast.ListComp() as made_of], []):
                if name not in (*FLAGS, "sum") or not self.is_builtin(node):
                    return False
                if name == "sum" and not isinstance(made_of.elt, ast.Constant):
                    return False
                first, *rest = made_of.generators
                return not rest and self.is_of_objects(first.target, first.iter)
        return False

    def is_builtin(self, call: ast.Call) -> bool:
        assert isinstance(call.func, ast.Name)
        return module_of(self.known.value(call.func)) == "builtins"

    def is_of_objects(self, target: ast.expr, items: ast.expr) -> bool:
        """Return whether a loop runs over objects, so that it is written out."""
        found = items_of(target, items, self.known)
        return found is not None and found[2] and len(found[1]) <= LARGEST

    def by_place(self, items: ast.expr, own: str) -> tuple[ast.expr, ast.expr] | None:
        """Return the places, or keys, of items, and what gives the item of the place that has a name."""
        at = syntax.name(own)
        match items:
            case ast.Call(ast.Attribute(ast.Name() | ast.Attribute() as owner, "items"), [], []):
                return owner, ast.Tuple([at, syntax.index(syntax.deep(owner), at)], ast.Load())
            case ast.Call(ast.Name("enumerate"), [ast.Name() | ast.Attribute() as source], []):
                found = self.by_place(source, own)
                return found and (found[0], ast.Tuple([at, found[1]], ast.Load()))
            case ast.Call(ast.Name("zip"), [*sources], []) if sources and all(
                isinstance(one, ast.Name | ast.Attribute) for one in sources
            ):
                each = [self.by_place(one, own) for one in sources]
                known = [one for one in each if one is not None]
                if len(known) < len(each):
                    return None
                lengths = [formula("len(items)", items=syntax.deep(one)) for one in sources]
                count = syntax.call("min", *lengths) if len(lengths) > 1 else lengths[0]
                return syntax.call("range", count), ast.Tuple([i for _, i in known], ast.Load())
            case ast.Name() | ast.Attribute():
                if isinstance(self.known.value(items), dict | set):
                    return None
                places = formula("range(len(items))", items=syntax.deep(items))
                return places, syntax.index(syntax.deep(items), at)
        return None

    def answered(self, call: ast.Call) -> tuple[list[ast.stmt], ast.expr]:
        """Return the statements that find out what a call asks, and what stands for the call."""
        assert isinstance(call.func, ast.Name)
        if call.func.id not in FINDS:
            return self.flagged(call)
        items, keys = call.args[0], {k.arg: k.value for k in call.keywords}
        before: list[ast.stmt] = []
        is_dict = isinstance(items, ast.Call) and isinstance(items.func, ast.Attribute)
        item = self.fresh.name("key" if is_dict else "i")
        found = self.by_place(items, item)
        assert found is not None
        places, of_item = found
        asked = self.applied(keys["key"], of_item) if "key" in keys else of_item
        if asked is None:
            return [], call
        if is_dict or not self.is_followed(asked):
            key = formula("lambda item: asked", item=item, asked=asked)
            key.args.args[0].arg = item  # type: ignore[attr-defined]  # a lambda
        else:
            own = self.fresh.name("keys")
            text = "own = []\nfor item in places:\n    own.append(asked)"
            before += written(text, call, own=own, item=item, places=places, asked=asked)
            key = formula("own.__getitem__", own=own)
        order = formula("f(places, key=key)", f=call.func, places=syntax.deep(places), key=key)
        assert isinstance(order, ast.Call)
        order.keywords += [k for k in call.keywords if k.arg == "reverse"]
        is_sorted = call.func.id == "sorted"
        own = self.fresh.name("word" if is_dict and not is_sorted else "place")
        value = syntax.substitute(of_item, {item: syntax.name(own)})
        if is_sorted:
            return self.sorted_out(call, own, value, before, order)
        return [*before, assign(own, order, call)], made(value, call)

    def sorted_out(
        self, call: ast.Call, own: str, value: ast.expr, before: list[ast.stmt], order: ast.expr
    ) -> tuple[list[ast.stmt], ast.expr]:
        """Return what puts the items in an order, and what stands for them."""
        places = self.fresh.name("order")
        before.append(assign(places, order, call))
        if isinstance(self.statement, ast.For):
            pairs = syntax.items_of_loop(self.statement.target, self.statement.iter)
            target = next((one for one, items in pairs if items is call), None)
            if target is not None:
                put(self.statement, target, ast.Name(own, ast.Store()))
                self.statement.body.insert(0, made(ast.Assign([target], value), call))
                return before, made(syntax.name(places), call)
        filled = self.fresh.name("ordered")
        match self.statement:
            case ast.Assign([ast.Name(name)], value=whole) if whole is call:
                if name not in syntax.names(value):
                    filled = name
        text = "own = []\nfor item in places:\n    own.append(value)"
        before += written(text, call, own=filled, item=own, places=places, value=value)
        return before, made(syntax.name(filled), call)

    def flagged(self, call: ast.Call) -> tuple[list[ast.stmt], ast.expr]:
        """Return the loop that answers `any`, `all` or how many there are, and the name of the answer."""
        assert isinstance(call.func, ast.Name)
        made_of = call.args[0]
        assert isinstance(made_of, ast.GeneratorExp | ast.ListComp)
        (each,) = made_of.generators
        own = self.fresh.name("found" if call.func.id == "any" else "count")
        if call.func.id == "all":
            own = self.fresh.name("holds")
        match self.statement:
            case ast.Assign([ast.Name(name)], value) if value is call:
                if name not in syntax.names(call):
                    own = name
        names = {n: syntax.name(self.fresh.loop_name(n)) for n in sorted(syntax.names(each.target))}
        renamed = {k: v for k, v in names.items() if v.id != k}
        target = syntax.substitute(each.target, renamed) if renamed else each.target
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                node.ctx = ast.Store()
        text = FLAGS.get(call.func.id, COUNT)
        first, loop = written(
            text,
            call,
            own=own,
            item="item",
            items=each.iter,
            test=syntax.substitute(made_of.elt, renamed),
            element=made_of.elt,
        )
        assert isinstance(loop, ast.For)
        loop.target = target
        for test in reversed(each.ifs):
            loop.body = [made(ast.If(syntax.substitute(test, renamed), loop.body, []), call)]
        return [first, made(loop, call)], made(syntax.name(own), call)

    def applied(self, key: ast.expr, item: ast.expr) -> ast.expr | None:
        """Return what a key gives for an item."""
        match key:
            case ast.Lambda(args=ast.arguments([], [one], None, [], [], None, [])):
                return with_items(syntax.substitute(syntax.deep(key.body), {one.arg: item}))
            case ast.Call(func, [ast.Constant() as place], []):
                maker = self.known.value(func)
                if maker is operator.itemgetter:
                    return with_items(syntax.index(item, place))
                if maker is operator.attrgetter and str(place.value).isidentifier():
                    return ast.Attribute(item, str(place.value), ast.Load())
            case ast.Name() | ast.Attribute():
                return ast.Call(syntax.deep(key), [item], [])
        return None

    def is_followed(self, asked: ast.expr) -> bool:
        """Return whether a key calls what is not NumPy's, or reads attributes: it is computed in a loop."""
        paths = [n.func for n in syntax.every(ast.Call, asked)]
        return not all(map(self.known.is_plain, [*paths, *syntax.every(ast.Attribute, asked)]))


def asked_first(statement: ast.stmt) -> list[ast.expr]:
    """Return the parts of a statement that are surely evaluated, once."""
    place = {ast.For: "iter", ast.If: "test"}.get(type(statement), "value")
    return list(outermost(getattr(statement, place, None)))


def with_items(tree: ast.expr) -> ast.expr:
    """Return an expression with the items of displays in it: `("k", v)[1]` as `v`."""

    def change(node: ast.expr) -> ast.expr | None:
        match node:
            case ast.Subscript(ast.Tuple(parts), ast.Constant(int(place))) if (
                -len(parts) <= place < len(parts)
            ):
                return parts[place]
        return None

    return syntax.rewrite(tree, change)
