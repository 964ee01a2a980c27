"""Wrappers: a function that hands its `*args` and `**kwargs` on goes in; out comes the same with a parameter for each
of the arguments that this call gives.

What a decorator does to the arguments one by one, in a loop or a comprehension, is written out. A wrapper that does
more to them than can be followed here stays as it is.

>>> text = '''def wrapper(*args, **kwargs):
...     args = list(args)
...     for i, v in enumerate(args):
...         if v is not None:
...             args[i] = np.asarray(v)
...     return fn(*args, **kwargs)
... '''
>>> tree = ast.parse(text).body[0]
>>> given = {"args": (2.0, 3.0), "kwargs": {"scale": 1.0}}
>>> with_plain_parameters(tree, {}, given, ["a", "b", "scale"])
Spread(star='args', places=('a', 'b'), stars='kwargs', words=('scale',))
>>> print(ast.unparse(tree))
def wrapper(a, b, *, scale):
    if a is not None:
        a = np.asarray(a)
    if b is not None:
        b = np.asarray(b)
    return fn(a, b, scale=scale)
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.records import dataclass
from codegen.trace.modulenames import rename
from codegen.trace.normalize.fresh import Fresh, assign, made, with_parts
from codegen.trace.normalize.lookup import Display, Known, items_by_key
from codegen.trace.operators import compared

LARGEST = 16  # arguments


class CannotFollowError(Exception):
    """A wrapper does more to its arguments than is followed."""


@dataclass(frozen=True)
class Spread:
    """The parameters that took the place of `*args` and `**kwargs`."""

    star: str  # "" where the function has none
    places: tuple[str, ...]
    stars: str  # the same
    words: tuple[str, ...]

    def named(self, given: Mapping[str, Any]) -> dict[str, Any]:
        items = tuple(given.get(self.star, ()))
        table = dict(given.get(self.stars, {}))
        rest = {k: v for k, v in given.items() if k not in (self.star, self.stars)}
        return {**rest, **dict(zip(self.places, items, strict=False)), **table}

    def fits(self, given: Mapping[str, Any]) -> bool:
        """Return whether a call gives as many arguments, and the same words."""
        items, table = given.get(self.star, ()), given.get(self.stars, {})
        return len(items) == len(self.places) and set(table) == set(self.words)


def with_plain_parameters(
    tree: ast.FunctionDef, outer: Mapping[str, Any], given: Mapping[str, Any], wanted: Sequence[str]
) -> Spread | None:
    """Give a wrapper a parameter for each argument, in place; `wanted` are the names that these have in what it wraps,
    `outer` and `given` the values of its outer names and of its arguments.

    Return what the new parameters are; None for a function that is no wrapper, or cannot be followed.
    """
    args = tree.args
    star = args.vararg.arg if args.vararg else ""
    stars = args.kwarg.arg if args.kwarg else ""
    items, table = given.get(star, ()), given.get(stars, {})
    if not hands_on(tree, star, stars) or not isinstance(items, tuple):
        return None
    if len(items) + len(table) > LARGEST or not all(w.isidentifier() for w in table):
        return None
    taken = syntax.names(tree) | syntax.parameters(tree)
    copy, own = syntax.deep(tree), {}
    clashing = sorted(set(table) & taken)
    taken |= set(table)
    for word in clashing:
        if word not in syntax.stores(tree) or word in syntax.parameters(tree):
            return None
        own[word] = syntax.free(word, taken)
        rename(copy, word, own[word])
    plain = [a.arg for a in (*args.posonlyargs, *args.args)]
    places: list[str] = []
    for place in range(len(items)):
        at = place + len(plain)
        name = wanted[at] if at < len(wanted) else f"{star}_{place}"
        places.append(syntax.free(name if name.isidentifier() else f"{star}_{place}", taken))
    spread = Spread(star, tuple(places), stars, tuple(table))
    wrapper = Wrapper(copy, outer, spread)
    try:
        copy.body = wrapper.block(copy.body) or [made(ast.Pass(), tree)]
    except CannotFollowError:
        return None
    for word, name in own.items():
        keep_name(copy, word, name)
    tree.body = copy.body
    args.vararg = args.kwarg = None
    args.args += [made(ast.arg(name), tree) for name in places]
    if places:
        args.defaults = []  # what stands before them is given as well
    args.kwonlyargs += [made(ast.arg(word), tree) for word in table]
    args.kw_defaults += [None for _ in table]
    return spread


def keep_name(tree: ast.FunctionDef, word: str, own: str) -> None:
    """Let a variable that only takes what an argument is given (`k = kwargs.pop("k", 3.0)`) be that argument."""
    for place, statement in enumerate(tree.body):
        match statement:
            case ast.Assign([ast.Name(target)], ast.Name(given)) if (target, given) == (own, word):
                if len(syntax.uses(tree, word)) == 1:
                    del tree.body[place]
                    rename(tree, own, word)
                return
        if own in syntax.names(statement):
            return


def hands_on(tree: ast.FunctionDef, star: str, stars: str) -> bool:
    """Return whether a function passes its `*args` or `**kwargs` to what it calls, or takes arguments out of these."""
    found: set[str] = set()
    for node in syntax.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(owner), attr="pop")):
                found.add(owner)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            starred = [a.value for a in node.args if isinstance(a, ast.Starred)]
            starred += [k.value for k in node.keywords if k.arg is None]
            found |= {n.id for n in starred if isinstance(n, ast.Name)}
    return bool({star, stars} - {""}) and any(
        name in found or came_from(tree, name) & found for name in {star, stars} - {""}
    )


def came_from(tree: ast.FunctionDef, name: str) -> set[str]:
    """Return the variables that are made of another one."""
    return {
        target
        for node in syntax.walk(tree)
        if isinstance(node, ast.Assign) and name in syntax.reads(node.value)
        for target in syntax.stores(node)
    }


class Wrapper:
    """Writes out what a function does to its starred arguments."""

    def __init__(self, tree: ast.FunctionDef, outer: Mapping[str, Any], spread: Spread) -> None:
        self.around = Known(tree, outer, dict.fromkeys(syntax.parameters(tree), MISSING))
        self.held: dict[str, Display] = {}  # what variables hold, written out
        if spread.star:
            self.held[spread.star] = ast.Tuple([syntax.name(p) for p in spread.places], ast.Load())
        if spread.stars:
            self.held[spread.stars] = syntax.as_dict({w: syntax.name(w) for w in spread.words})
        self.fresh = Fresh(tree)
        self.fresh.taken |= {*spread.places, *spread.words}

    def block(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        return [one for statement in body for one in self.statement(statement)]

    def statement(self, statement: ast.stmt) -> list[ast.stmt]:
        if not self.is_about(statement):
            return [statement]
        match statement:
            case ast.Assign(targets=[ast.Name(target)], value=value):
                display = self.display(value)
                if display is not None:
                    return self.named(target, display, statement)
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Name(owner), slice=ast.Constant(key))], value=value
            ) if (owner in self.held):
                return self.put(owner, key, value, statement)
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Name(owner)) if is_list(
                display := self.held.get(owner)
            ):
                return self.unpacked(targets, display.elts, statement)
            case ast.For(target=target, iter=source, orelse=[]):
                return self.trips(statement, target, source)
            case ast.If(test=test, body=body, orelse=orelse):
                return self.branch(statement, test, body, orelse)
            case ast.With(body=body):
                statement.body = self.block(body)
                for item in statement.items:
                    item.context_expr = self.expression(item.context_expr)
                return [made(statement, statement)]
            case ast.Try() | ast.While() | ast.FunctionDef() | ast.ClassDef() | ast.Delete():
                raise CannotFollowError
        if isinstance(statement, ast.For):
            raise CannotFollowError
        for field, part in ast.iter_fields(statement):
            if isinstance(part, ast.expr) and field != "target":
                setattr(statement, field, self.expression(part))
        if self.is_about(statement):
            raise CannotFollowError
        return [made(statement, statement)]

    def unpacked(
        self, targets: list[ast.expr], values: Sequence[ast.expr], statement: ast.stmt
    ) -> list[ast.stmt]:
        """Return an assignment for each of some targets; the starred one of `first, *rest = args` is a list as well."""
        if set(syntax.stores(statement)) & {n for value in values for n in syntax.reads(value)}:
            raise CannotFollowError
        found: list[ast.stmt] = []
        left = list(values)
        for place, target in enumerate(targets):
            behind = len(targets) - place - 1
            if isinstance(target, ast.Starred):
                if not isinstance(target.value, ast.Name) or len(left) < behind:
                    raise CannotFollowError
                rest, left = left[: len(left) - behind], left[len(left) - behind :]
                found += self.named(target.value.id, ast.List(rest, ast.Load()), statement)
            elif left:
                found.append(made(ast.Assign([target], syntax.deep(left.pop(0))), statement))
            else:
                raise CannotFollowError
        if left:
            raise CannotFollowError
        return found

    def is_about(self, node: ast.AST) -> bool:
        """Return whether a part of the function has to do with starred arguments."""
        return any(n.id in self.held for n in syntax.every(ast.Name, node))

    def branch(
        self,
        statement: ast.If,
        test: ast.expr,
        body: Sequence[ast.stmt],
        orelse: Sequence[ast.stmt],
    ) -> list[ast.stmt]:
        """Return what a branch becomes; one that the wrapper itself decides is left out."""
        asked = self.expression(test)
        truth = self.truth(asked)
        if truth is not None:
            return self.block(body if truth else orelse)
        before = dict(self.held)
        first = self.block(body)
        after, self.held = self.shown(), before
        second = self.block(orelse)
        if self.shown() != after:
            raise CannotFollowError
        new = ast.If(asked, first or [made(ast.Pass(), statement)], second)
        return [made(new, statement)] if first or second else []

    def shown(self) -> dict[str, str]:
        """Return what the variables hold, as text."""
        return {name: syntax.show(display) for name, display in self.held.items()}

    def named(self, target: str, display: Display, at: ast.stmt) -> list[ast.stmt]:
        """Let a variable hold a list or dict whose items have variables; return what sets these.

        An item that is made of one argument alone gets the name of that argument, if the list is bound to the name of
        the old one.
        """
        found: list[ast.stmt] = []
        names: list[ast.expr] = []
        old, items = values_of(self.held.get(target)), values_of(display)
        for place, item in enumerate(items):
            if isinstance(item, ast.Name | ast.Constant):
                names.append(item)
                continue
            own = old[place] if place < len(old) and len(old) == len(items) else None
            later = {n for one in items[place + 1 :] for n in syntax.reads(one)}
            name = (
                own.id
                if isinstance(own, ast.Name)
                and own.id in syntax.reads(item)
                and own.id not in later
                else self.fresh.name(f"{target}_{place}")
            )
            found.append(assign(name, item, at))
            names.append(syntax.name(name))
        keys = display.keys if isinstance(display, ast.Dict) else None
        self.held[target] = ast.List(names, ast.Load()) if keys is None else ast.Dict(keys, names)
        return found

    def put(self, owner: str, key: Any, value: ast.expr, at: ast.stmt) -> list[ast.stmt]:
        """Return the assignment to an item as one to its variable."""
        display, value = self.held[owner], self.expression(value)
        items = items_by_key(display)
        if isinstance(display, ast.Dict) and key not in items:
            name = self.fresh.name(str(key) if str(key).isidentifier() else f"{owner}_item")
            self.held[owner] = syntax.as_dict({**items, key: syntax.name(name)})
            return [assign(name, value, at)]
        item = items.get(key)
        if not isinstance(item, ast.Name):
            raise CannotFollowError
        return [assign(item.id, value, at)]

    def trips(self, loop: ast.For, target: ast.expr, source: ast.expr) -> list[ast.stmt]:
        """Return the statements of each trip of a loop over arguments."""
        if syntax.has(loop, ast.Break, ast.Continue):
            raise CannotFollowError
        found: list[ast.stmt] = []
        for items in self.rows(source):
            known = bindings(target, items)
            bound = {n for s in loop.body for n in syntax.stores(s)}
            for name in known.keys() & (bound | read_late(loop.body)):
                found.append(assign(name, known.pop(name), loop))
            body = [syntax.deep(s) for s in loop.body]
            with_parts(body, known)
            found += self.block(body)
        return found

    def rows(self, source: ast.expr) -> list[ast.expr]:
        """Return what a loop or a comprehension over arguments runs over, item by item."""
        match source:
            case ast.Call(func=ast.Name("enumerate"), args=[inner], keywords=[]):
                return [pair(syntax.constant(k), v) for k, v in enumerate(self.rows(inner))]
            case ast.Call(func=ast.Name("zip"), args=parts):
                sources = [self.rows(p) for p in parts]
                return [pair(*row) for row in zip(*sources, strict=False)]
            case ast.Call(func=ast.Name("range"), args=[end]):
                count = self.expression(end)
                if isinstance(count, ast.Constant) and isinstance(count.value, int):
                    return [syntax.constant(k) for k in range(count.value)]
            case ast.Call(
                func=ast.Attribute(value=ast.Name(owner), attr=("items" | "values" | "keys") as way)
            ) if isinstance(table := self.held.get(owner), ast.Dict):
                words = [syntax.constant(w) for w in items_by_key(table)]
                if way == "items":
                    return [pair(w, v) for w, v in zip(words, table.values, strict=True)]
                return list(words) if way == "keys" else list(table.values)
            case ast.Name(owner) if isinstance(table := self.held.get(owner), ast.Dict):
                return [syntax.constant(w) for w in items_by_key(table)]
        items = self.items(source)
        if items is None:
            value = self.known(source)
            if not isinstance(value, list | tuple) or not all(
                type(v) in syntax.LITERALS for v in value
            ):
                raise CannotFollowError
            items = [syntax.constant(v) for v in value]
        return items

    def display(self, value: ast.expr) -> Display | None:
        """Return a list, a tuple or a dict of arguments, written out; None for other expressions."""
        items = self.items(value)
        if items is not None:
            return ast.Tuple(items, ast.Load())
        table = self.table(value)
        return None if table is None else syntax.as_dict(table)

    def items(self, value: ast.expr) -> list[ast.expr] | None:
        """Return the items of a list or a tuple of arguments; None for other expressions."""
        match value:
            case ast.Name(owner) if is_list(display := self.held.get(owner)):
                return list(display.elts)
            case ast.Call(func=ast.Name("list" | "tuple"), args=[inner], keywords=[]):
                if isinstance(inner, ast.Call | ast.Name | ast.ListComp | ast.GeneratorExp):
                    return self.rows(inner) if self.is_about(inner) else None
            case ast.Call(func=ast.Name("map"), args=[function, inner], keywords=[]):
                if self.is_about(inner) and isinstance(function, ast.Name | ast.Attribute):
                    rows = self.rows(inner)
                    return [ast.Call(syntax.deep(function), [row], []) for row in rows]
            case ast.List(elts=parts) | ast.Tuple(elts=parts) if self.is_about(value):
                found: list[ast.expr] = []
                for part in parts:
                    if isinstance(part, ast.Starred):
                        found += self.rows(part.value)
                    else:
                        found.append(self.expression(part))
                return found
            case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element):
                if self.is_about(value):
                    return [self.expression(one) for one in self.each(value, element)]
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                sides = self.items(left), self.items(right)
                if sides[0] is not None and sides[1] is not None:
                    return [*sides[0], *sides[1]]
            case ast.Subscript(value=ast.Name(owner), slice=ast.Slice(lower, upper, None)):
                ends = [None if e is None else self.known(e) for e in (lower, upper)]
                is_known = all(e is None or isinstance(e, int) for e in ends)
                if is_list(display := self.held.get(owner)) and is_known:
                    return display.elts[slice(*ends)]
        return None

    def each(
        self, comprehension: ast.ListComp | ast.GeneratorExp | ast.DictComp, element: ast.expr
    ) -> list[ast.expr]:
        """Return the element of a comprehension over arguments for each of them."""
        first, *others = comprehension.generators
        if others:
            raise CannotFollowError
        found: list[ast.expr] = []
        for row in self.rows(first.iter):
            known = bindings(first.target, row)
            tests = [self.truth(self.expression(substituted(t, known))) for t in first.ifs]
            if None in tests:
                raise CannotFollowError
            if all(tests):
                found.append(substituted(element, known))
        return found

    def table(self, value: ast.expr) -> dict[str, ast.expr] | None:
        """Return the items of a dict of arguments by word; None for other expressions."""
        match value:
            case ast.Name(owner) if isinstance(table := self.held.get(owner), ast.Dict):
                return items_by_key(table)
            case ast.Call(func=ast.Name("dict"), args=[ast.Name() as owner], keywords=keywords):
                items = self.table(owner)
                if items is not None and all(k.arg for k in keywords):
                    return items | {str(k.arg): self.expression(k.value) for k in keywords}
            case ast.DictComp(key=key, value=item) if self.is_about(value):
                pairs = [(p.elts[0], p.elts[1]) for p in self.each(value, pair(key, item))]  # type: ignore[attr-defined]  # pairs
                if all(isinstance(k, ast.Constant) and isinstance(k.value, str) for k, _ in pairs):
                    return {k.value: self.expression(v) for k, v in pairs}
            case ast.Dict(keys=keys, values=values) if self.is_about(value):
                found: dict[str, ast.expr] = {}
                for word, part in zip(keys, values, strict=True):
                    inner = self.table(part) if word is None else None
                    if inner is not None:
                        found |= inner
                    elif isinstance(word, ast.Constant) and isinstance(word.value, str):
                        found[word.value] = self.expression(part)
                    else:
                        return None
                return found
        return None

    def expression(self, tree: ast.expr) -> ast.expr:
        """Return an expression with variables in the place of starred arguments."""
        if not self.is_about(tree):
            return tree

        def change(part: ast.expr) -> ast.expr | None:
            match part:
                case ast.Call(func=func, args=args, keywords=keywords):
                    found = self.asked(part)
                    if found is None and any(map(self.is_about, [*args, *keywords])):
                        found = ast.Call(syntax.rewrite(func, change), [], [])
                        found.args = [v for a in args for v in self.passed(a, change)]
                        found.keywords = [v for k in keywords for v in self.keywords(k, change)]
                    return found
                case ast.Subscript(value=ast.Name(owner), slice=key) if isinstance(
                    part.ctx, ast.Load
                ):
                    word = self.known(key)
                    if owner not in self.held:
                        return None
                    if (item := items_by_key(self.held[owner]).get(word)) is None:
                        raise CannotFollowError
                    return item
                case ast.Compare(
                    left=ast.Constant(word),
                    ops=[(ast.In() | ast.NotIn()) as op],
                    comparators=[ast.Name(owner)],
                ) if isinstance(table := self.held.get(owner), ast.Dict):
                    is_in = word in items_by_key(table)
                    return syntax.constant(is_in if isinstance(op, ast.In) else not is_in)
                case ast.BoolOp(op=op, values=values) if self.is_about(part):
                    return self.combined(op, values)
            items = self.items(part)
            if items is not None:
                return ast.Tuple(items, ast.Load())
            return self.held.get(part.id) if isinstance(part, ast.Name) else None

        return made(syntax.rewrite(tree, change), tree)

    def combined(self, op: ast.boolop, parts: Sequence[ast.expr]) -> ast.expr:
        """Return `and` or `or` of several tests without those whose answer is known, nor those that are never asked."""
        waiting: list[ast.expr] = []
        for asked in parts:
            part = self.expression(asked)
            truth = self.truth(part)
            if truth is None:
                waiting.append(part)
            elif truth == isinstance(op, ast.Or):
                waiting.append(syntax.constant(truth))
                break
        if len(waiting) > 1:
            return ast.BoolOp(op, waiting)
        return waiting[0] if waiting else syntax.constant(isinstance(op, ast.And))

    def passed(self, argument: ast.expr, change: Any) -> list[ast.expr]:
        if isinstance(argument, ast.Starred) and self.is_about(argument):
            return self.rows(argument.value)
        return [syntax.rewrite(argument, change)]

    def keywords(self, keyword: ast.keyword, change: Any) -> list[ast.keyword]:
        table = self.table(keyword.value) if keyword.arg is None else None
        if table is None:
            return [ast.keyword(keyword.arg, syntax.rewrite(keyword.value, change))]
        return [ast.keyword(word, value) for word, value in table.items()]

    def asked(self, call: ast.Call) -> ast.expr | None:
        """Return the value of `len(args)`, or of `kwargs.get("k", 0)`; None for other calls."""
        match call:
            case ast.Call(func=ast.Name("len"), args=[ast.Name(owner)]) if owner in self.held:
                return syntax.constant(len(values_of(self.held[owner])))
            case ast.Call(
                func=ast.Attribute(value=ast.Name(owner), attr=("get" | "pop") as way),
                args=[ast.Constant(str(word)), *rest],
            ) if isinstance(table := self.held.get(owner), ast.Dict):
                items = items_by_key(table)
                if word not in items and way == "pop" and not rest:
                    raise CannotFollowError
                found = items.get(word, rest[0] if rest else syntax.constant(None))
                if way == "pop":
                    self.held[owner] = syntax.as_dict({k: v for k, v in items.items() if k != word})
                return found
            case ast.Call(func=ast.Attribute(value=ast.Name(owner))) if owner in self.held:
                raise CannotFollowError
        return None

    def known(self, tree: ast.expr) -> Any:
        """Return the value of a literal, or of a path from what is around the wrapper; CannotFollowError for others."""
        if isinstance(tree, ast.Constant):
            return tree.value
        value = self.around.value(tree) if syntax.dotted(tree) else MISSING
        if value is MISSING:
            raise CannotFollowError
        return value

    def truth(self, test: ast.expr) -> bool | None:
        """Return the answer of a test that asks only what is known when the function is wrapped; None for others."""
        try:
            match test:
                case ast.Constant(value):
                    return bool(value)
                case ast.Dict(keys=parts) | ast.Tuple(elts=parts):
                    return bool(parts)
                case ast.Compare(left=left, ops=[op], comparators=[right]):
                    one, other = self.known(left), self.known(right)
                case _:
                    return None
        except CannotFollowError:
            return None
        if isinstance(op, ast.In | ast.NotIn) and isinstance(other, tuple | list | set | dict):
            return bool((one in other) == isinstance(op, ast.In))
        are_literals = {type(one), type(other)} <= {*syntax.LITERALS}
        return compared([op], [one, other]) if are_literals else None


def is_list(display: Display | None) -> TypeGuard[ast.List | ast.Tuple]:
    return isinstance(display, ast.List | ast.Tuple)


def values_of(display: Display | None) -> list[ast.expr]:
    """Return the items of a list or tuple, or the values of a dict."""
    if isinstance(display, ast.Dict):
        return display.values
    return [] if display is None else display.elts


def pair(*parts: ast.expr) -> ast.Tuple:
    return ast.Tuple(list(parts), ast.Load())


def bindings(target: ast.expr, value: ast.expr) -> dict[str, ast.expr]:
    """Return the value of each variable of the target of a loop."""
    pairs = syntax.unpacked(target, value)
    if not all(isinstance(one, ast.Name) for one, _ in pairs):
        raise CannotFollowError
    return {syntax.identifier(one): part for one, part in pairs}


def read_late(body: Sequence[ast.stmt]) -> set[str]:
    """Return the variables that a block reads after it has put something into a list."""
    for place, statement in enumerate(body):
        nodes = syntax.every(ast.Subscript, statement)
        if any(not isinstance(n.ctx, ast.Load) for n in nodes):
            return {n for later in body[place + 1 :] for n in syntax.reads(later)}
    return set()


def substituted(tree: ast.expr, known: Mapping[str, ast.expr]) -> ast.expr:
    return syntax.substitute(syntax.deep(tree), {k: syntax.deep(v) for k, v in known.items()})
