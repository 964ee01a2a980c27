"""Walruses: statements go in; out come the same, and each binds its name in any case, after what reads it before.

`while (n := n - 1) > 0` tests inside an endless loop; `if a and (b := f(x))` asks `a` first, and the rest
only if need be. What an expression reads before it binds the name anew is kept: `x + (x := 2 * x)`.

>>> text = '''def f(x, n):
...     while (n := n - 1) > 0:
...         x = x * 0.5
...     return x
... '''
>>> tree = ast.parse(text).body[0]
>>> tree.body = with_plain_walruses(tree.body, Fresh(tree))
>>> print(ast.unparse(tree))
def f(x, n):
    while True:
        if not (n := (n - 1)) > 0:
            break
        x = x * 0.5
    return x
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import chain

from codegen import syntax
from codegen.trace.normalize.fresh import (
    Fresh,
    assign,
    hoisted,
    in_steps,
    made,
    put,
    spliced,
    written,
)


def with_plain_walruses(block: list[ast.stmt], fresh: Fresh) -> list[ast.stmt]:
    """Return a block whose tests bind names only where they surely do."""

    def change(statement: ast.stmt) -> list[ast.stmt]:
        if isinstance(statement, ast.While) and has_walrus(statement.test) and not statement.orelse:
            test = syntax.negated(statement.test)
            ask = written("if test:\n    break", statement, test=test)
            statement.body = [*with_plain_walruses(ask, fresh), *statement.body]
            statement.test = made(ast.Constant(value=True), statement)
            syntax.note(statement, named=True)
        if isinstance(statement, ast.Assert) and any(map(has_walrus, conditional(statement.test))):
            text = "if not test:\n    raise AssertionError(said)"
            said = statement.msg or ast.Constant("")
            (statement,) = written(text, statement, test=statement.test, said=said)
        first = asked_first(statement, fresh) if isinstance(statement, ast.If) else []
        # Python comes by the target of `z[i] += v` before it comes by `v`, and by that of `z[i] = v` behind it
        is_added = isinstance(statement, ast.AugAssign)
        before = bound_before(statement) if is_added else []
        kept = [*before, *kept_for_later(statement, fresh)]
        kept += [] if is_added else [*value_first(statement, fresh), *bound_before(statement)]
        is_all = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Name) and kept
        return [*first, *kept, *([] if is_all else [statement])]

    return spliced(block, change)


def bound_before(statement: ast.stmt) -> list[ast.stmt]:
    """Return the assignments that bind in front of a statement what walruses bind in it, outside of what is assigned,
    returned or tested: in `print(y := 2 * x)`, or `z[(i := i + 1)] = y`.
    """
    own: Sequence[ast.AST]
    match statement:
        case ast.If() | ast.While() | ast.Return() | ast.AnnAssign():
            own = []
        case ast.Assign(targets=targets):
            own = targets
        case ast.AugAssign(target=target):
            own = [target]
        case _:
            own = syntax.head(statement)
    found: list[ast.stmt] = []
    for part in [part for one in own for part in in_order(one)]:
        if isinstance(part, ast.NamedExpr) and part not in conditional(statement):
            found.append(assign(part.target.id, part.value, part))
            put(statement, part, syntax.name(part.target.id))
    return found


def value_first(statement: ast.stmt, fresh: Fresh) -> list[ast.stmt]:
    """Return what gives a value a name before walruses in the targets bind what it reads, or what a call changes."""
    if not isinstance(statement, ast.Assign) or not any(map(has_walrus, statement.targets)):
        return []
    inside = [one for target in statement.targets for one in syntax.every(ast.NamedExpr, target)]
    calls = any(syntax.has(one, ast.Call) for one in (statement.value, *inside))
    read = {*syntax.reads(statement.value)}
    if (
        not calls
        and not has_walrus(statement.value)
        and read.isdisjoint(n.target.id for n in inside)
    ):
        return []
    return [hoisted(statement, statement.value, fresh.name("value"))]


def conditional(node: ast.AST) -> list[ast.AST]:
    """Return what is evaluated on some ways alone through an expression, or the expressions of a statement."""
    later = [one.values[1:] for one in syntax.every(ast.BoolOp, node)]
    later += [[one.body, one.orelse] for one in syntax.every(ast.IfExp, node)]
    return [part for several in later for one in several for part in syntax.walk(one)]


def kept_for_later(statement: ast.stmt, fresh: Fresh) -> list[ast.stmt]:
    """Return the statements that keep what an expression reads before it binds the name anew: in `x + (x := 2 * x)`."""
    value = getattr(statement, "test", None) or getattr(statement, "value", None)
    if not isinstance(value, ast.expr) or not has_walrus(value):
        return []
    told_apart(value, fresh)
    read: list[ast.Name] = []
    early: dict[str, list[ast.Name]] = {}
    whole = (statement.target, value) if isinstance(statement, ast.AugAssign) else (value,)
    for part in chain.from_iterable(map(in_order, whole)):
        if isinstance(part, ast.NamedExpr):
            early.setdefault(part.target.id, [n for n in read if n.id == part.target.id])
        elif isinstance(part.ctx, ast.Load):
            read.append(part)
    found: list[ast.stmt] = []
    for name, places in early.items():
        if places:
            own = fresh.name(name)
            found.append(assign(own, syntax.name(name), statement))
            for place in places:
                put(statement, place, syntax.name(own))
    if isinstance(statement, ast.AugAssign):  # what it adds is a statement of its own
        found.append(hoisted(statement, statement.value, fresh.name("more")))
    return found


def told_apart(value: ast.expr, fresh: Fresh) -> None:
    """Give a name of its own to what a walrus binds, and what reads it, where a later one of the expression binds the
    name anew: in `(x := 2 * x) + (x := x + 1)`.
    """
    asked = [n for n in ast.walk(value) if isinstance(n, ast.IfExp | ast.BoolOp)]
    unsure = {n.target.id for part in asked for n in syntax.every(ast.NamedExpr, part)}
    parts = [*in_order(value, inside=True)]
    bound = [n.target.id for n in parts if isinstance(n, ast.NamedExpr)]
    now: dict[str, str] = {}
    for part in parts:
        if isinstance(part, ast.Name):
            part.id = now.get(part.id, part.id)
            continue
        name = part.target.id
        bound.remove(name)
        if name in bound and name not in unsure:
            now[name] = part.target.id = fresh.name(name)
        else:
            now.pop(name, None)


def in_order(node: ast.AST, inside: bool = False) -> Iterator[ast.Name | ast.NamedExpr]:
    """Yield the names read outside of walruses, or `inside` too, and the walruses, in Python's order."""
    if isinstance(node, ast.NamedExpr | ast.Name):
        if inside and isinstance(node, ast.NamedExpr):
            yield from in_order(node.value, inside)
        yield node
    elif not isinstance(node, syntax.DEFERRED):
        for part in (
            (node.test, node.body, node.orelse)
            if isinstance(node, ast.IfExp)
            else syntax.parts(node)
        ):
            yield from in_order(part, inside)


def asked_first(statement: ast.If, fresh: Fresh) -> list[ast.stmt]:
    """Return the statements that ask the parts of a test one by one, if a later part binds a name."""
    test = statement.test
    opposite = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    inner = test.operand if isinstance(test, ast.UnaryOp) and opposite else test
    if not isinstance(inner, ast.BoolOp) or not any(map(has_walrus, inner.values[1:])):
        return []
    own = fresh.name("asked")
    found = in_steps(inner, own, lambda value: [assign(own, value, value)])
    answer = made(syntax.name(own), test)
    statement.test = syntax.negated(answer) if opposite else answer
    syntax.note(statement, named=True)
    return found


def has_walrus(node: ast.AST) -> bool:
    return syntax.has(node, ast.NamedExpr)
