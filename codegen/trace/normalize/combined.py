"""Loops over what `itertools` makes of several things: a function goes in, the same with plain loops comes out.

>>> text = '''def f(x, y):
...     total = 0.0
...     for a, b in itertools.product(x, y):
...         total = total + a * b
...     return total
... '''
>>> tree = ast.parse(text).body[0]
>>> combined(tree, Known(tree, {"itertools": itertools}, {}), Fresh(tree))
>>> print(ast.unparse(tree))
def f(x, y):
    total = 0.0
    for a in x:
        for b in y:
            total = total + a * b
    return total
"""

from __future__ import annotations

import ast
import inspect
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.gates.pure import RESIZING
from codegen.pytree import module_of
from codegen.trace.normalize.fresh import Fresh, formula, made, spliced, written
from codegen.trace.normalize.generators import applied
from codegen.trace.normalize.lookup import Known, Rewriter

CHAIN = itertools.chain.from_iterable
ALONG = ("func1d", "axis", "arr")
SLICED = (list, tuple, range, str, np.ndarray)


def combined(tree: ast.FunctionDef, known: Known, fresh: Fresh) -> None:
    calls = syntax.every(ast.Call, tree)
    with known.unchanged():
        called = [known.value(n.func) for n in calls]
    if any(module_of(c) == "itertools" for c in called) or CHAIN in called:
        with known.unchanged():
            Loops(known, fresh).visit(tree)
            Iterables(known, fresh).visit(tree)
            tree.body = with_running(tree.body, known, fresh)
    if any(is_for_each(c) for c in called):
        with known.unchanged():
            Each(known, fresh).visit(tree)


class Each(Rewriter):
    """Writes what NumPy does for each item, or each row, of an array as a loop of its own."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Make `np.vectorize(f)(x)` and `np.apply_along_axis(f, 1, x)` an array of a list."""
        self.generic_visit(node)
        maker = (
            self.known.bound_once(node.func.id) if isinstance(node.func, ast.Name) else node.func
        )
        value = self.known.value(node.func) if isinstance(node.func, ast.Name) else None
        numpy = next((n for n, v in self.known.outer.items() if v is np), "")
        if isinstance(value, np.vectorize) and numpy:  # one of the module
            of_numpy = ast.Attribute(syntax.name(numpy), "vectorize", ast.Load())
            maker = ast.Call(of_numpy, [ast.Attribute(node.func, "pyfunc", ast.Load())], [])
        match maker, node.args:
            case ast.Call(func=func, args=[f], keywords=[]), [ast.Name() as x] if not node.keywords:
                if self.known.value(func) is np.vectorize and isinstance(func, ast.Attribute):
                    text = "np.array([value for item in np.ravel(x)]).reshape(np.shape(x))"
                    return self.listed(text, func, ast.Call(f, [], []), x, node)
            case ast.Attribute() as func, args if self.known.value(func) is np.apply_along_axis:
                given = {k.arg: k.value for k in node.keywords}
                match [*args[:3], *(given[n] for n in ALONG[len(args) :] if n in given)]:
                    case [function, axis, array] if syntax.literal(axis) in (0, 1, -1):
                        rows = "np.array([value for item in x])"
                        columns = "np.array([value for item in x.T]).T"
                        text = rows if syntax.literal(axis) else columns
                        others = [k for k in node.keywords if k.arg not in ALONG]
                        row = ast.Call(function, [array, *args[3:]], others)  # may be a list
                        whole = formula("np.asarray(row)", node, np=func.value, row=row)
                        value = self.known.value(array)
                        if np.ndim(value) == 1:
                            return whole
                        call = ast.Call(syntax.deep(function), args[3:], others)
                        listed = self.listed(text, func, call, array, node)
                        if value is not MISSING:
                            return listed
                        return formula(
                            "whole if np.ndim(x) == 1 else listed",
                            node,
                            np=func.value,
                            whole=whole,
                            x=syntax.deep(array),
                            listed=listed,
                        )
        return node

    def listed(
        self, text: str, func: ast.Attribute, call: ast.Call, x: ast.expr, at: ast.AST
    ) -> ast.expr:
        """Return an array of what a call gives that is given each item first; of a lambda, of what it says of each."""
        match call:
            case ast.Call(
                ast.Lambda(ast.arguments([], [one], None, [], [], None, []), value), [], []
            ):
                item = one.arg
            case _:
                item = self.fresh.name("item")
                value = ast.Call(call.func, [syntax.name(item), *call.args], call.keywords)
        return formula(text, at, np=func.value, value=value, x=x, item=item)

    def visit_For(self, node: ast.For) -> ast.AST:
        """Let a loop over `np.ndenumerate(x)` run over the indices."""
        self.generic_visit(node)
        match node.target, node.iter:
            case ast.Tuple(elts=[index, item]), ast.Call(func=ast.Attribute() as func, args=[x]):
                if self.known.value(func) is np.ndenumerate and isinstance(x, ast.Name):
                    first = made(ast.Assign([item], syntax.index(x, syntax.loaded(index))), node)
                    places = formula("np.ndindex(x.shape)", np=func.value, x=syntax.deep(x))
                    return made(ast.For(index, places, [first, *node.body], node.orelse), node)
        return node


def is_for_each(callee: Any) -> bool:
    """Return whether a callee calls a function for each item, or each row, of an array, or lists the items."""
    known = (np.vectorize, np.apply_along_axis, np.ndenumerate)
    return isinstance(callee, np.vectorize) or any(callee is one for one in known)


class Sequences(Rewriter):
    """What is known of the things that are gone over."""

    def has_slices(self, node: ast.Name | ast.Attribute) -> bool:
        """Return whether something has slices as far as is known: iterators, dicts and queues have none."""
        value = self.known.value(node)
        if value is not MISSING:
            return isinstance(value, SLICED)
        for bound in self.known.bound(node.id) if isinstance(node, ast.Name) else ():
            maker = self.known.value(bound.func) if isinstance(bound, ast.Call) else None
            if isinstance(bound, ast.GeneratorExp | ast.Dict | ast.DictComp) or maker is iter:
                return False
            if (
                inspect.isgeneratorfunction(maker)
                or isinstance(maker, type)
                and maker not in SLICED
            ):
                return False
        return True


class Loops(Sequences):
    """Rewrites loops, and the loops of comprehensions."""

    def visit_For(self, node: ast.For) -> ast.AST | list[ast.stmt]:
        """Let a loop over several things at once be a loop for each."""
        self.generic_visit(node)
        parts = self.parts(node.target, node.iter)
        if node.orelse or syntax.has(node, ast.Break):
            return node
        if parts is not None:
            body = node.body
            if set(syntax.stores(node.target)) & {n for b in body for n in syntax.stores(b)}:
                return node  # each pair begins with items of its own
            for one in reversed(parts):
                for test in one.ifs:
                    body = [ast.If(test, body, [])]
                body = [made(ast.For(one.target, one.iter, body, []), node)]
            return body
        found = self.chained(node.iter)
        if found is None:
            return node
        return [
            made(
                ast.For(syntax.deep(node.target), one, [syntax.deep(s) for s in node.body], []),
                node,
            )
            for one in found
        ]

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        """Leave the parts of a comprehension to what holds it."""
        return self.generic_visit(node)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Let a comprehension over several things at once have a `for` for each."""
        super().generic_visit(node)
        generators = getattr(node, "generators", None)
        if generators:
            found: list[ast.comprehension] = []
            for one in generators:
                parts = self.parts(one.target, one.iter)
                if parts is None:
                    found.append(one)
                    continue
                found += parts
                found[-1].ifs += one.ifs
            node.generators = found  # type: ignore[attr-defined]  # as asked
            made(node, node)
        return node

    def parts(self, target: ast.expr, source: ast.expr) -> list[ast.comprehension] | None:
        """Return what each of the loops binds, and goes over, for all pairs of things, and which are left out."""
        if not isinstance(source, ast.Call) or not isinstance(target, ast.Tuple):
            return None
        function, args = self.known.value(source.func), source.args
        named = {k.arg: k.value for k in source.keywords}
        if function is itertools.product and not syntax.has_star(args):
            repeat = named.get("repeat", ast.Constant(1))
            if not isinstance(repeat, ast.Constant) or not isinstance(repeat.value, int):
                return None
            if named.keys() - {"repeat"}:
                return None
            each = [syntax.deep(a) for _ in range(repeat.value) for a in args]
            if len(each) != len(target.elts):
                return None
            return [ast.comprehension(t, e, [], 0) for t, e in zip(target.elts, each, strict=True)]
        match source:
            case ast.Call(args=[items, ast.Constant(count)], keywords=[]) if (
                function is itertools.combinations
                and isinstance(count, int)
                and len(target.elts) == count > 1
            ):
                return self.ever_later(items, target.elts)
            case ast.Call(args=[ast.Name() | ast.Attribute() as items, ast.Constant(2)]) if (
                function is itertools.permutations and len(target.elts) == 2
            ):
                if isinstance(self.known.value(items), range) or not self.has_slices(items):
                    return None
                places = [self.fresh.name(word) for word in ("first", "second")]
                found = [
                    ast.comprehension(
                        ast.Tuple([ast.Name(place, ast.Store()), one], ast.Store()),
                        syntax.call("enumerate", syntax.deep(items)),
                        [],
                        0,
                    )
                    for place, one in zip(places, target.elts, strict=True)
                ]
                found[-1].ifs = [formula(" != ".join(places))]
                return found
        return None

    def ever_later(
        self, items: ast.expr, targets: list[ast.expr]
    ) -> list[ast.comprehension] | None:
        """Return loops over the items, or them and their places, then over those behind each, and so on."""
        is_numbered = syntax.calls(items, "enumerate") and len(items.args) == 1
        if is_numbered and not all(isinstance(t, ast.Tuple) and len(t.elts) == 2 for t in targets):
            return None
        if is_numbered and isinstance(items, ast.Call):
            items = items.args[0]
        parts = (
            items.args if syntax.calls(items, "zip") and isinstance(items, ast.Call) else [items]
        )
        for part in parts:
            if not isinstance(part, ast.Name | ast.Attribute):
                return None
            if isinstance(self.known.value(part), range) or not self.has_slices(part):
                return None
        found: list[ast.comprehension] = []
        rest, start = items, list[ast.expr]()
        for target in targets:
            is_last = target is targets[-1]
            if not is_numbered and not is_last:
                place = ast.Name(self.fresh.name("first"), ast.Store())
                target = ast.Tuple([place, target], ast.Store())
            if is_numbered or not is_last:
                rest = syntax.call("enumerate", rest, *start)
            found.append(ast.comprehension(target, rest, [], 0))
            if not is_last and isinstance(target, ast.Tuple):
                if not isinstance(target.elts[0], ast.Name):
                    return None
                place = target.elts[0]
                cut = [
                    formula("part[place + 1 :]", part=syntax.deep(part), place=place.id)
                    for part in parts
                ]
                rest = cut[0] if items is parts[0] else syntax.call("zip", *cut)
                start = [formula("place + 1", place=place.id)]
        return found

    def chained(self, source: ast.expr) -> list[ast.expr] | None:
        """Return the things that a loop goes over one after the other."""
        if not isinstance(source, ast.Call) or self.known.value(source.func) is not itertools.chain:
            return None
        is_plain = not syntax.has_star(source.args) and not source.keywords
        return source.args if is_plain and source.args else None


class Iterables(Sequences):
    """Writes what `itertools` makes of sequences, one item at a time, as slices, lists and comprehensions."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        found = self.plain(node)
        return node if found is None else made(found, node)

    def plain(self, node: ast.Call) -> ast.expr | None:
        """Return what makes the same items; None for other calls."""
        if (
            node.keywords
            or syntax.has_star(node.args)
            and not self.is_called(node, itertools.chain)
        ):
            return None
        match node.args:
            case [ast.Name() | ast.Attribute() as x] if self.is_called(node, itertools.pairwise):
                return formula("zip(x[:-1], x[1:])", x=x) if self.has_slices(x) else None
            case [ast.Name() | ast.Attribute() as x, *ends] if self.is_called(
                node, itertools.islice
            ):
                if not self.has_slices(x):
                    return None
                bounds = [None, *ends] if len(ends) == 1 else [*ends, None]
                return syntax.index(x, ast.Slice(*bounds[:3]))
            case [f, ast.Call(func=ast.Name("zip"), args=[*parts]) as pairs] if self.is_called(
                node, itertools.starmap
            ):
                names = [self.fresh.name("item") for _ in parts]
                target = ast.Tuple([ast.Name(n, ast.Store()) for n in names], ast.Store())
                each = ast.comprehension(target, pairs, [], 0)
                return ast.ListComp(applied(f, [syntax.name(n) for n in names]), [each])
            case [rows] if self.is_called(node, CHAIN):
                row, item = self.fresh.name("row"), self.fresh.name("item")
                text = "[item for row in rows for item in row]"
                return formula(text, item=item, row=row, rows=rows)
            case [_, *_] as parts if self.is_called(node, itertools.chain):
                if not syntax.has_star(parts):
                    return ast.List([ast.Starred(p, ast.Load()) for p in parts], ast.Load())
            case [*parts] if syntax.calls(node, "zip"):
                return self.bounded(parts)
        return None

    def is_called(self, node: ast.expr, function: Any) -> bool:
        return isinstance(node, ast.Call) and self.known.value(node.func) == function

    def bounded(self, parts: list[ast.expr]) -> ast.expr | None:
        """Return a `zip` in which what never ends is as long as the first thing that does."""
        endless = (itertools.count, itertools.repeat, itertools.cycle)
        ends = [p for p in parts if not any(self.is_called(p, f) for f in endless)]
        if len(ends) == len(parts) or not ends or not isinstance(ends[0], ast.Name | ast.Attribute):
            return None
        count = syntax.call("len", ends[0])
        found = [self.as_long(p, count) if p not in ends else p for p in parts]
        known = [p for p in found if p is not None]
        return syntax.call("zip", *known) if len(known) == len(parts) else None

    def as_long(self, source: ast.expr, count: ast.expr) -> ast.expr | None:
        """Return so many items of what never ends."""
        assert isinstance(source, ast.Call)
        if source.keywords:
            return None
        count = syntax.deep(count)
        if self.is_called(source, itertools.count) and len(source.args) < 2:
            text = "range(first, first + count)" if source.args else "range(count)"
            return formula(text, first=(*source.args, count)[0], count=count)
        if self.is_called(source, itertools.repeat) and len(source.args) == 1:
            return formula("[one] * count", one=source.args[0], count=count)
        match source.args:
            case [ast.List(elts=items) | ast.Tuple(elts=items) as shown] if self.is_called(
                source, itertools.cycle
            ):
                size, place = syntax.constant(len(items)), self.fresh.name("place")
                text = "[shown[place % size] for place in range(count)]"
                return formula(text, shown=shown, place=place, size=size, count=count)
        return None


def with_running(block: list[ast.stmt], known: Known, fresh: Fresh) -> list[ast.stmt]:
    """Return a block in which the results of `itertools.accumulate` are lists that a loop fills."""

    def change(statement: ast.stmt) -> list[ast.stmt]:
        before: list[ast.stmt] = []
        place = "iter" if isinstance(statement, ast.For) else "value"
        value = getattr(statement, place, None)
        names: dict[ast.expr, ast.expr] = {}
        for part in outermost(value):
            match as_list(part):
                case ast.Call(
                    func,
                    [ast.Name() | ast.Attribute() as items, *step],
                    [] | [ast.keyword("initial")] as keywords,
                ) if (
                    known.value(func) == itertools.accumulate and len(step) < 2
                ):
                    if not any(part in one.args for one in names if isinstance(one, ast.Call)):
                        own = fresh.name("running")
                        names[part] = syntax.name(own)
                        before += running(
                            own,
                            items,
                            step,
                            [k.value for k in keywords if not syntax.is_nothing(k.value)],
                            statement,
                            fresh,
                        )
        if names:
            setattr(statement, place, syntax.rewrite(value, names.get))  # type: ignore[arg-type]  # holds a call
            made(statement, statement)
        return [*before, statement]

    return spliced(block, change)


def as_list(node: ast.expr) -> ast.expr:
    """Return what a list is made of; other expressions as they are."""
    match node:
        case ast.Call(func=ast.Name("list"), args=[made_of], keywords=[]):
            return made_of
    return node


def running(
    own: str,
    items: ast.expr,
    step: list[ast.expr],
    first: list[ast.expr],
    at: ast.stmt,
    fresh: Fresh,
) -> list[ast.stmt]:
    """Return what fills a list with running sums, or with what a function makes of two items."""
    begun, rest = ("[first]", "items") if first else ("list(items[:1])", "items[1:]")
    text = f"own = {begun}\nfor item in {rest}:\n    own.append(grown)"
    item, start = fresh.name("item"), (*first, items)[0]
    last, new = formula("own[-1]", own=syntax.name(own)), syntax.name(item)
    grown = applied(step[0], [last, new]) if step else ast.BinOp(last, ast.Add(), new)
    return written(text, at, own=own, items=items, item=item, grown=grown, first=start)


def changes_first(node: ast.AST) -> bool:
    """Return whether a part of an expression may change what another part reads behind it."""
    return isinstance(node, ast.NamedExpr) or getattr(node, "attr", "") in RESIZING


def outermost(value: ast.expr | None) -> Iterator[ast.expr]:
    """Yield the parts of an expression that are evaluated once; none if one changes what others read."""
    if value is None or any(map(changes_first, ast.walk(value))):
        return
    waiting = [value]
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, syntax.COMPREHENSIONS):
            waiting.append(part.generators[0].iter)
        elif not isinstance(part, syntax.UNSURE):
            yield part
            waiting += [p for p in ast.iter_child_nodes(part) if isinstance(p, ast.expr)]
