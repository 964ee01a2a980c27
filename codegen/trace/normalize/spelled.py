"""Spellings that only a look at the names can tell: `partial`, `getattr` of a literal, stars in displays, `d | e`.

A function goes in; out comes the same with plain calls, attributes and displays.

>>> text = '''def f(a, b):
...     a, b = map(np.asarray, (a, b))
...     return getattr(a, "T") * b
... '''
>>> tree = ast.parse(text).body[0]
>>> spelled_out(tree, Known(tree, {"np": None}, {}), Fresh(tree))
>>> print(ast.unparse(tree))
def f(a, b):
    a, b = (np.asarray(a), np.asarray(b))
    return a.T * b
"""

from __future__ import annotations

import ast
import copy
import functools
from typing import Any

from codegen import syntax
from codegen.trace.normalize.comprehensions import as_generator
from codegen.trace.normalize.fresh import Fresh, made
from codegen.trace.normalize.known import Known

PLAIN = (int, float, str, bool, type(None))


def spelled_out(tree: ast.FunctionDef, known: Known, fresh: Fresh) -> None:
    """Rewrite such spellings in place."""
    with known.unchanged():
        Plain(known).visit(tree)
    Partials(known, fresh).rewrite(tree)


class Plain(ast.NodeTransformer):
    """Rewrites single expressions."""

    def __init__(self, known: Known) -> None:
        self.known = known

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Make `getattr(x, "W")` an attribute, and a call of a partial of the module a call of its function."""
        self.generic_visit(node)
        node.args = flat([self.shown(a) for a in node.args])
        if (
            isinstance(node.func, ast.Name)
            and node.func.id == "getattr"
            and len(node.args) == 2
            and isinstance(node.args[1], ast.Constant)
        ):
            return ast.copy_location(
                ast.Attribute(node.args[0], str(node.args[1].value), ast.Load()), node
            )
        sides = [a.elts for a in node.args if isinstance(a, ast.Tuple | ast.List)]
        if (
            isinstance(node.func, ast.Name)
            and node.func.id == "zip"
            and len(sides) == len(node.args) > 0
            and len({len(side) for side in sides}) == 1
            and not any(isinstance(e, ast.Starred) for side in sides for e in side)
        ):
            rows: list[ast.expr] = [
                ast.Tuple(list(row), ast.Load()) for row in zip(*sides, strict=True)
            ]
            return ast.fix_missing_locations(ast.copy_location(ast.Tuple(rows, ast.Load()), node))
        found = (
            self.known.value(node.func) if isinstance(node.func, ast.Name | ast.Attribute) else None
        )
        if isinstance(found, functools.partial):
            return self.of_partial(node, found)
        return node

    def shown(self, argument: ast.expr) -> ast.expr:
        """Return a starred name as the display that it was bound to, if that has names only that are
        never bound again.
        """
        display = self.known.display(argument.value) if isinstance(argument, ast.Starred) else None
        counts = self.known.counts() if display is not None else {}
        if display is None or not all(
            isinstance(e, ast.Constant) or isinstance(e, ast.Name) and e.id not in counts
            for e in display.elts
        ):
            return argument
        return ast.Starred(copy.deepcopy(display), ast.Load())

    def of_partial(self, node: ast.Call, found: functools.partial[Any]) -> ast.AST:
        """Return the call of the function of a partial object that exists before."""
        name = getattr(found.func, "__name__", "")
        given = [*found.args, *found.keywords.values()]
        if self.known.outer.get(name) is not found.func or not all(type(v) in PLAIN for v in given):
            return node
        named = {k.arg for k in node.keywords}
        call = ast.Call(
            ast.Name(name, ast.Load()),
            [*map(syntax.constant, found.args), *node.args],
            [
                *(
                    ast.keyword(k, syntax.constant(v))
                    for k, v in found.keywords.items()
                    if k not in named
                ),
                *node.keywords,
            ],
        )
        return ast.fix_missing_locations(ast.copy_location(call, node))

    def visit_Assign(self, node: ast.Assign) -> Any:
        """Make `a, b = zip(*pairs)` two statements, and `a, b = map(f, (x, y))` an assignment of `f(x), f(y)`."""
        self.generic_visit(node)
        target, value = node.targets[0], node.value
        if isinstance(target, ast.Tuple | ast.List) and len(node.targets) == 1:
            node.value = unpacked(value, len(target.elts))
            if node.value is not value:
                return made(node, node)
        if not (
            isinstance(target, ast.Tuple)
            and all(isinstance(e, ast.Name) for e in target.elts)
            and isinstance(value, ast.Call)
            and isinstance(value.func, ast.Name)
            and value.func.id == "zip"
            and len(value.args) == 1
            and isinstance(value.args[0], ast.Starred)
            and isinstance(value.args[0].value, ast.Name)
        ):
            return node
        pairs = value.args[0].value.id
        texts = [
            f"{syntax.show(name)} = tuple([pair[{k}] for pair in {pairs}])"
            for k, name in enumerate(target.elts)
        ]
        found = ast.parse("\n".join(texts)).body
        for part in (p for s in found for p in ast.walk(s)):
            ast.copy_location(part, node)
        return [made(s, node) for s in found]

    def visit_List(self, node: ast.List) -> ast.AST:
        """Write out the stars of a list."""
        self.generic_visit(node)
        node.elts = flat(node.elts)
        return node

    def visit_Tuple(self, node: ast.Tuple) -> ast.AST:
        """Write out the stars of a tuple."""
        self.generic_visit(node)
        node.elts = flat(node.elts)
        return node


def unpacked(value: ast.expr, count: int) -> ast.expr:
    """Return what is unpacked as a display or a list: `map`, a generator, `x.flat`; others as they are."""
    if isinstance(value, ast.Attribute) and value.attr == "flat":
        return made(ast.Call(ast.Attribute(value.value, "ravel", ast.Load()), [], []), value)
    found = None if isinstance(value, ast.ListComp) else as_generator(value)
    if found is None:
        return value
    match found.generators:
        case [
            ast.comprehension(target=ast.Name(id=name), iter=ast.Tuple(elts=items), ifs=[])
        ] if len(items) == count and all(isinstance(e, ast.Name | ast.Constant) for e in items):
            parts = [syntax.substitute(found.elt, {name: e}) for e in items]
            return made(ast.Tuple(parts, ast.Load()), value)
    return made(ast.ListComp(found.elt, found.generators), value)


def flat(items: list[ast.expr]) -> list[ast.expr]:
    """Return the items of a display, those of displays with a star one by one."""
    found: list[ast.expr] = []
    for item in items:
        if isinstance(item, ast.Starred) and isinstance(item.value, ast.List | ast.Tuple):
            found.extend(flat(item.value.elts))
        else:
            found.append(item)
    return found


class Partials:
    """Writes out the partial functions that a function makes itself."""

    def __init__(self, known: Known, fresh: Fresh) -> None:
        self.known, self.fresh = known, fresh

    def rewrite(self, tree: ast.FunctionDef) -> None:
        """Rewrite all calls of local partial functions."""
        with self.known.unchanged():
            found = [
                s for s in syntax.walk(tree) if isinstance(s, ast.Assign) and self.is_partial(s)
            ]
        for statement in found:
            value, target = statement.value, statement.targets[0]
            if (
                not isinstance(value, ast.Call)
                or not value.args
                or not isinstance(target, ast.Name)
                or not self.is_partial(statement)
                or not self.is_only_called(tree, target.id)
                or any(isinstance(a, ast.Starred) for a in value.args)
                or any(k.arg is None for k in value.keywords)
            ):
                continue
            before = self.held(value, target.id)
            for call in [n for n in ast.walk(tree) if isinstance(n, ast.Call)]:
                if isinstance(call.func, ast.Name) and call.func.id == target.id:
                    self.put(call, value)
            replace_statement(tree, statement, before)

    def is_partial(self, statement: ast.Assign) -> bool:
        """Return whether a statement makes a partial function."""
        value = statement.value
        return isinstance(value, ast.Call) and self.known.value(value.func) is functools.partial

    def is_only_called(self, tree: ast.AST, name: str) -> bool:
        """Return whether a variable is bound once, and only called."""
        called = {n.func for n in ast.walk(tree) if isinstance(n, ast.Call)}
        uses = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == name]
        return self.known.counts().get(name) == 1 and all(
            n in called or not isinstance(n.ctx, ast.Load) for n in uses
        )

    def held(self, value: ast.Call, name: str) -> list[ast.stmt]:
        """Give the arguments that may change later a name; return the assignments."""
        before: list[ast.stmt] = []
        counts = self.known.counts()

        def kept(argument: ast.expr, wanted: str) -> ast.expr:
            stable = isinstance(argument, ast.Name) and argument.id not in counts
            once = (
                isinstance(argument, ast.Name)
                and counts.get(argument.id) == 1
                and argument.id not in self.known.given
            )
            if stable or once or isinstance(argument, ast.Constant):
                return argument
            own = self.fresh.name(wanted)
            before.append(made(ast.Assign([ast.Name(own, ast.Store())], argument), value))
            return ast.Name(own, ast.Load())

        value.args[1:] = [kept(a, f"{name}_{k}") for k, a in enumerate(value.args[1:])]
        for keyword in value.keywords:
            keyword.value = kept(keyword.value, f"{name}_{keyword.arg}")
        return before

    def put(self, call: ast.Call, value: ast.Call) -> None:
        """Let a call of a partial function call the function itself."""
        named = {k.arg for k in call.keywords}
        call.func = copy.deepcopy(value.args[0])
        call.args[:0] = [copy.deepcopy(a) for a in value.args[1:]]
        call.keywords[:0] = [copy.deepcopy(k) for k in value.keywords if k.arg not in named]
        ast.fix_missing_locations(call)


def replace_statement(tree: ast.AST, old: ast.stmt, new: list[ast.stmt]) -> None:
    """Put statements in the place of another; mark those that changed as not the user's own text."""
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list) and any(s is old for s in block):
                place = next(k for k, s in enumerate(block) if s is old)
                block[place : place + 1] = new or (
                    [] if len(block) > 1 else [ast.copy_location(ast.Pass(), old)]
                )
                return
