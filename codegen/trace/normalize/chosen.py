"""Functions that a branch chooses: a function goes in, the same with one call for each of them comes out.

>>> text = '''def f(x, kind, phi=None):
...     if phi is None:
...         phi = lambda s: s**2
...     if kind == 'soft':
...         act = np.tanh
...     else:
...         act = lambda s: np.maximum(s, 0)
...     return act(phi(x))
... '''
>>> tree = ast.parse(text).body[0]
>>> with_chosen_calls(tree, Fresh(tree))
>>> print(ast.unparse(tree))
def f(x, kind, phi=None):
    phi_is_none = phi is None
    phi2 = lambda s: s ** 2
    act2 = lambda s: np.maximum(s, 0)
    return np.tanh(phi2(x) if phi_is_none else phi(x)) if kind == 'soft' else act2(phi2(x) if phi_is_none else phi(x))

So is one that is looked up in a table: there is one call for each entry, and a branch that chooses.

>>> text = '''def f(x, name):
...     return ACTS[name](x) * 2.0
... '''
>>> tree = ast.parse(text).body[0]
>>> table = {"relu": abs, "sum": sum}
>>> called_by_name(tree, Known(tree, {"ACTS": table}, {}))
>>> print(ast.unparse(tree))
def f(x, name):
    return (ACTS['relu'](x) if name == 'relu' else ACTS['sum'](x) if name == 'sum' else ACTS[name](x)) * 2.0
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterator
from typing import NamedTuple

from codegen import syntax
from codegen.trace.normalize.fresh import (
    Fresh,
    assign,
    called_as,
    formula,
    made,
    one_by_one,
    spliced,
)
from codegen.trace.normalize.lookup import Known

ASKED = (
    ast.Name, ast.Constant, ast.Compare, ast.BoolOp, ast.BinOp, ast.UnaryOp,
    ast.boolop, ast.operator, ast.unaryop, ast.cmpop, ast.expr_context,
)  # fmt: skip


ASKERS = ("callable", "isinstance")


class Way(NamedTuple):
    """One way through a choice: its test, none on the last one; the function there, none where that stays; what else
    is done there.
    """

    test: ast.expr | None
    function: ast.expr | ast.FunctionDef | None
    rest: list[ast.stmt]


def with_chosen_calls(tree: ast.FunctionDef, fresh: Fresh) -> None:
    """Ask, where a variable is called to which branches bind functions, which of them it is; in place."""
    for loop in syntax.statements(tree.body):
        if isinstance(loop, ast.For | ast.While) and chooses_in(loop.body, called_in(loop)):
            one = trip(tree, loop)
            chosen(one, fresh, is_trip=True)
            loop.body = one.body
    chosen(tree, fresh)


def chooses_in(body: list[ast.stmt], called: set[str]) -> bool:
    """Return whether a statement of a block may choose functions that are called."""
    choices = (s for s in body if isinstance(s, ast.If | ast.Assign))
    return any(not called.isdisjoint(binders(s)) for s in choices)


def trip(tree: ast.FunctionDef, loop: ast.For | ast.While) -> ast.FunctionDef:
    """Return a trip of a loop as a function; its parameters are what lasts, and what else has names of it."""
    body = set(ast.walk(ast.Module(loop.body, [])))
    bound = {n.id for n in body if isinstance(n, ast.Name) and not is_read(n)}
    inside = {n.id for n in body if isinstance(n, ast.Name)}
    outside = {n.id for n in syntax.every(ast.Name, tree) if n not in body}
    args = [ast.arg(name) for name in sorted(inside & outside | inside - bound)]
    return made(
        ast.FunctionDef(
            tree.name, ast.arguments([], args, None, [], [], None, []), loop.body, [], None, None
        ),
        loop,
    )


def chosen(tree: ast.FunctionDef, fresh: Fresh, is_trip: bool = False) -> None:
    """Take the choices of a function apart, in place."""
    joined(tree)
    place, flags, called = 0, set[str](), called_in(tree)
    while place < len(tree.body):
        old = tree.body[place]
        chooses = isinstance(old, ast.If | ast.Assign) and not called.isdisjoint(binders(old))
        new = Choice(tree, old, fresh, flags, is_trip).statements() if chooses else [old]
        tree.body[place : place + 1] = new
        if new == [old]:
            place += 1
        else:
            called = called_in(tree)  # what else the ways do may choose again


class Choice:
    """One statement of a function that chooses between functions."""

    def __init__(
        self,
        tree: ast.FunctionDef,
        statement: ast.stmt,
        fresh: Fresh,
        flags: set[str],
        is_trip: bool,
    ) -> None:
        # the flags hold answers that are not the same later
        self.tree, self.statement, self.fresh, self.flags = tree, statement, fresh, flags
        self.is_trip = is_trip  # of a loop: what the one before has chosen may stay
        self.parameters = syntax.parameters(tree.args)

    def statements(self) -> list[ast.stmt]:
        """Return what takes the place of the statement: what chooses nothing stays as it is."""
        old = self.statement
        for name in self.bound():
            ways = list(ways_of(old, name))
            if self.is_choice(name, ways):
                return self.taken_apart(name, ways)
        return [old]

    def bound(self) -> list[str]:
        """Return the variables that are bound here and nowhere else, and called and no more everywhere else."""
        found = []
        everywhere, here = binders(self.tree), binders(self.statement)
        called = {n.func for n in syntax.every(ast.Call, self.tree)}
        asked = {n for test in questions(self.statement) for n in ast.walk(test)}
        asked |= set(ast.walk(self.statement)) if isinstance(self.statement, ast.Assign) else set()
        for name in dict.fromkeys(here):
            reads = [n for n in syntax.uses(self.tree, name, ast.Load) if n not in asked]
            if any(syntax.uses(s, name, ast.Load) for s in self.earlier()):
                continue  # what was called there is another one
            if everywhere.count(name) == here.count(name) and reads and called.issuperset(reads):
                found.append(name)
        return found

    def earlier(self) -> list[ast.stmt]:
        return self.tree.body[: self.tree.body.index(self.statement)]

    def is_choice(self, name: str, ways: list[Way]) -> bool:
        """Return whether each way binds a function, raises, or leaves the parameter as it is, and whether what the
        tests ask is the same wherever the function is called.
        """
        bound = binders(self.tree)
        lasting = self.flags | self.parameters.difference(bound)
        outer = self.parameters.union(
            bound
        )  # of other names nothing in the function changes the value
        for number, way in enumerate(ways):
            raises = bool(way.rest) and stops(way.rest[-1])
            stays = way.function is None and not raises and name not in self.parameters
            if stays and (way.rest or self.is_trip):
                return False
            if way.test is None:
                continue
            paths = syntax.every(ast.Attribute, way.test)
            if any(syntax.first_name(syntax.dotted(p)) in {*outer, ""} for p in paths):
                return False
            parts = [p for p in ast.walk(way.test) if p not in paths]
            if not all(isinstance(part, ASKED) or syntax.calls(part, *ASKERS) for part in parts):
                return False
            members = {syntax.first_name(syntax.dotted(p)) for p in paths}  # such as `Kind.SOFT`
            asked = syntax.names(way.test) - {*ASKERS} - members
            if not asked <= lasting and (number or not asked <= lasting | {name}):
                return False
        functions = [way.function for way in ways if way.function is not None]
        local = {s.name for s in self.earlier() if isinstance(s, ast.FunctionDef)}
        lasting |= {one for one in local if bound.count(one) == 1}
        kept = sum(isinstance(f, ast.FunctionDef) for f in functions)  # each under its own name
        return kept < 2 <= len(ways) and all(self.is_function(f, lasting) for f in functions)

    def is_function(self, value: ast.expr | ast.FunctionDef, lasting: set[str]) -> bool:
        """Return whether a way binds a function that could be made before the tests, or one that lasts."""
        if isinstance(value, ast.FunctionDef):
            if value.decorator_list or syntax.uses(value, value.name):
                return False
        if isinstance(value, ast.Lambda | ast.FunctionDef):
            return not value.args.defaults and not value.args.kw_defaults
        path = syntax.dotted(value)
        return bool(path) and syntax.first_name(path) not in set(binders(self.tree)) - lasting

    def taken_apart(self, name: str, ways: list[Way]) -> list[ast.stmt]:
        """Put a choice of calls where the variable is called; return the definitions and what else the ways do."""
        old, found, callees = self.statement, list[ast.stmt](), list[tuple[Way, ast.expr]]()
        first = ways[0].test
        if first is not None and name in syntax.names(first):
            flag = self.fresh.name(f"{name}_is_none" if is_none(first) else f"{name}_is_given")
            self.flags.add(flag)
            found.append(assign(flag, first, old))
            ways[0] = ways[0]._replace(test=syntax.name(flag))
        stays = name
        if (
            any(isinstance(way.function, ast.FunctionDef) for way in ways)
            and name in self.parameters
        ):
            stays = self.fresh.name(f"given_{name}")
            found.append(assign(stays, syntax.name(name), old))
        for way in ways:
            callee: ast.expr = syntax.name(stays)
            if isinstance(way.function, ast.FunctionDef):
                found.append(way.function)
                callee = syntax.name(name)
            elif isinstance(way.function, ast.Lambda):
                own = self.fresh.name(name)
                found.append(assign(own, way.function, old))
                callee = syntax.name(own)
            elif way.function is not None:
                callee = way.function
            callees.append((way, callee))
        chain: list[ast.stmt] = []
        for way in reversed(ways):
            if way.test is None:
                chain = way.rest
            elif way.rest:
                chain = [made(ast.If(syntax.deep(way.test), way.rest, chain), old)]
            elif chain:
                chain = otherwise(way.test, chain, old)
        Calls(name, callees).visit(self.tree)
        return [*found, *chain]


class Calls(ast.NodeTransformer):
    """Puts a choice of calls where a variable is called."""

    def __init__(self, name: str, callees: list[tuple[Way, ast.expr]]) -> None:
        self.name, self.callees = name, callees

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Make `f(x)` a choice between the calls of what `f` may be."""
        self.generic_visit(node)
        if not isinstance(node.func, ast.Name) or node.func.id != self.name:
            return node
        usual = [(way, callee) for way, callee in self.callees if way.function is not None]
        other = [callee for way, callee in self.callees if way.function is None and not way.rest]
        found: ast.expr | None = called_as(node, other[0]) if other else None
        for way, callee in reversed(usual):
            call = called_as(node, callee)
            if found is not None and way.test is not None:
                call = made(ast.IfExp(syntax.deep(way.test), call, found), node)
            found = call
        return found or node


def joined(tree: ast.FunctionDef) -> None:
    """Let what is bound first, and replaced on one side right behind, be the other side; in place. Functions that are
    bound side by side are bound one by one.
    """
    called, found = called_in(tree), list[ast.stmt]()
    for statement in tree.body:
        if called.isdisjoint(binders(statement)):
            found.append(statement)
            continue
        if isinstance(statement, ast.If):
            syntax.change_blocks(
                statement, lambda block: spliced(block, lambda s: one_by_one(s, binds_functions))
            )
        last = found[-1] if found else None
        match statement, binds(last):
            case ast.If(body=body, orelse=[]), str(name) if (
                binds_one(body) == name and name in called and name not in syntax.reads(statement)
            ):
                assert last is not None
                statement.orelse = [last]
                found[-1] = statement
            case _:
                found.append(statement)
    tree.body = found


def binds_functions(targets: list[ast.expr], values: list[ast.expr]) -> bool:
    names = all(isinstance(t, ast.Name) for t in targets)
    return names and all(isinstance(v, ast.Lambda) or syntax.dotted(v) for v in values)


def binds(statement: ast.stmt | None) -> str | None:
    """Return the variable that a statement gives a function, and no more; on each side of a branch the same one."""
    match statement:
        case ast.Assign(targets=[ast.Name(name)], value=value) if isinstance(
            value, ast.Lambda
        ) or syntax.dotted(value):
            return name
        case ast.If(test=test, body=body, orelse=orelse) if not syntax.has(
            test, ast.Call, ast.NamedExpr
        ):
            one = binds_one(body)
            return one if one is not None and one == binds_one(orelse) else None
    return None


def binds_one(block: list[ast.stmt]) -> str | None:
    return binds(block[0]) if len(block) == 1 else None


def stops(statement: ast.stmt) -> bool:
    """Return whether a function ends at a statement with an exception."""
    match statement:
        case ast.Raise() | ast.Assert(test=ast.Constant(False)):
            return True
    return False


def ways_of(statement: ast.stmt, name: str) -> Iterator[Way]:
    """Yield the ways through a choice, the last of them without a test."""
    match statement:
        case ast.If(test=test, body=body, orelse=orelse):
            yield way(test, body, name)
            if len(orelse) == 1 and isinstance(orelse[0], ast.If):
                yield from ways_of(orelse[0], name)
            else:
                yield way(None, orelse, name)
        case ast.Assign(targets=[ast.Name()], value=ast.IfExp(test=test, body=body, orelse=other)):
            yield Way(test, itself(body, name), [])
            yield Way(None, itself(other, name), [])
        case ast.Assign(
            targets=[ast.Name()], value=ast.BoolOp(op=ast.Or(), values=[ast.Name(id=first), other])
        ) if (first == name):
            yield Way(ast.UnaryOp(ast.Not(), syntax.name(name)), other, [])
            yield Way(None, None, [])


def itself(value: ast.expr, name: str) -> ast.expr | None:
    """Return a value that a variable gets; None where it keeps its own."""
    return None if isinstance(value, ast.Name) and value.id == name else value


def way(test: ast.expr | None, body: list[ast.stmt], name: str) -> Way:
    function: ast.expr | ast.FunctionDef | None = None
    rest = []
    for statement in body:
        match statement:
            case ast.FunctionDef(name=bound) if bound == name and function is None:
                function = statement
            case ast.Assign(targets=[ast.Name(id=bound)]) if bound == name and function is None:
                function = statement.value
            case ast.Pass():
                pass
            case _:
                rest.append(statement)
    return Way(test, function, rest)


def questions(statement: ast.AST) -> list[ast.expr]:
    """Return the tests of an `if` and of those on its other side."""
    if not isinstance(statement, ast.If):
        return []
    return [statement.test, *(t for s in statement.orelse for t in questions(s))]


def called_in(tree: ast.AST) -> set[str]:
    calls = (n.func for n in syntax.every(ast.Call, tree))
    return {func.id for func in calls if isinstance(func, ast.Name)}


def binders(tree: ast.AST) -> list[str]:
    """Return the names that the statements in a tree bind, as often as they do."""
    found = [n.id for n in syntax.every(ast.Name, tree) if not is_read(n)]
    return found + [n.name for n in syntax.every(ast.FunctionDef, tree)]


def is_read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def is_none(test: ast.expr) -> bool:
    """Return whether a test asks whether something is None or nothing."""
    match test:
        case ast.Compare(ops=[ast.Is()]) | ast.UnaryOp(op=ast.Not()):
            return True
    return False


def otherwise(test: ast.expr, chain: list[ast.stmt], at: ast.AST) -> list[ast.stmt]:
    """Return the statements of a side that is taken where a test fails."""
    test = syntax.negated(syntax.deep(test))
    match chain:
        case [ast.If(test=other, body=body, orelse=[])]:
            tests = [test, *syntax.all_of(other)]
            return [made(ast.If(ast.BoolOp(ast.And(), tests), body, []), at)]
    return [made(ast.If(test, chain, []), at)]


MOST = 12  # entries of a table
PURE = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.expr_context)


def called_by_name(tree: ast.FunctionDef, known: Known) -> None:
    """Ask for the key of a table of functions before one of them is called, in place."""
    if any(isinstance(n, ast.Subscript | ast.IfExp) or is_get(n) for n in syntax.walk(tree)):
        with known.unchanged():
            Tables(known).visit(tree)


class Tables(ast.NodeTransformer):
    """Rewrites the calls of one function."""

    def __init__(self, known: Known) -> None:
        self.known = known

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Make `table[key](x)` a choice between the calls of its entries, and `(f if a else g)(x)` one of two calls."""
        match node.func:
            case ast.IfExp(test, body, other):
                return self.one_of(node, test, body, other)
            case ast.Attribute(ast.IfExp(test, body, other), method):
                owners = (ast.Attribute(one, method, ast.Load()) for one in (body, other))
                return self.one_of(node, test, *owners)
        self.generic_visit(node)
        looked_up = self.once(node.func)
        match looked_up:
            case ast.Subscript(value=table, slice=key):
                default = node.func
            case ast.Call(func=ast.Attribute(value=table), args=[key, other]) if is_get(looked_up):
                default = other
            case _:
                return node
        if isinstance(key, ast.Constant) or not all(isinstance(n, PURE) for n in ast.walk(key)):
            return node
        found: ast.expr = made(ast.Call(syntax.deep(default), node.args, node.keywords), node)
        for word in reversed(self.keys(table)):
            call = called_as(node, self.entry(table, word))
            text = "call if key == word else found"
            found = formula(
                text, node, call=call, key=syntax.deep(key), word=syntax.deep(word), found=found
            )
        return found if isinstance(found, ast.IfExp) else node

    def one_of(self, call: ast.Call, test: ast.expr, body: ast.expr, other: ast.expr) -> ast.AST:
        """Return a choice between two calls of the same arguments, with what is looked up in each."""
        ways = called_as(call, body), called_as(call, other)
        return self.visit(made(ast.IfExp(test, *ways), call))  # type: ignore[no-any-return]  # a tree

    def once(self, node: ast.expr) -> ast.expr:
        """Return what a variable that is bound once stands for; others as they are."""
        value = self.known.bound_once(node.id) if isinstance(node, ast.Name) else None
        keys = syntax.reads(value.slice) if isinstance(value, ast.Subscript) else []
        is_settled = all(self.known.counts().get(key, 0) <= 1 for key in keys)
        return node if value is None or not is_settled else value

    def keys(self, table: ast.expr) -> list[ast.expr]:
        """Return the keys of a table of functions: words, whole numbers or members of enums; none of others."""
        shown = self.once(table)
        if isinstance(shown, ast.Dict):
            functions = all(
                isinstance(v, ast.Lambda | ast.Name | ast.Attribute) for v in shown.values
            )
            found = [k for k in shown.keys if k is not None and self.is_key(k)]
            is_table = functions and len(found) == len(shown.keys)
        else:
            value = self.known.value(table)
            keys = list(value) if isinstance(value, dict) else []
            is_table = bool(keys) and all(map(callable, value.values()))
            found = [written for key in keys if (written := self.written(key)) is not None]
            is_table = is_table and len(found) == len(keys)
        return found if is_table and len(found) <= MOST else []

    def is_key(self, node: ast.expr) -> bool:
        """Return whether the key of a display is one that can be asked for."""
        value = node.value if isinstance(node, ast.Constant) else self.known.value(node)
        return isinstance(value, str | int | enum.Enum)

    def written(self, key: object) -> ast.expr | None:
        """Return a key of a table as the function may write it."""
        if isinstance(key, enum.Enum):
            kind = next((n for n, v in self.known.outer.items() if v is type(key)), "")
            return ast.Attribute(syntax.name(kind), key.name, ast.Load()) if kind else None
        return syntax.constant(key) if isinstance(key, str | int) else None

    def entry(self, table: ast.expr, word: ast.expr) -> ast.expr:
        """Return what stands for a function of a table."""
        shown = table if isinstance(word, ast.Constant) else self.once(table)
        if isinstance(shown, ast.Dict):
            pairs = zip(shown.keys, shown.values, strict=True)
            return syntax.deep(next(v for k, v in pairs if syntax.same(k, word)))
        return syntax.index(syntax.deep(table), syntax.deep(word))


def is_get(node: ast.AST) -> bool:
    """Return whether a part asks for an item of a dict that may not be there."""
    match node:
        case ast.Call(func=ast.Attribute(attr="get"), args=[_, _], keywords=[]):
            return True
    return False
