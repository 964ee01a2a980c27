"""Walruses in tests: statements go in; out come the same with a walrus only where a test evaluates it in any case.

`while (n := n - 1) > 0` tests inside an endless loop; `if a and (b := f(x))` asks `a` first, and the rest
only if need be.

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

from codegen import syntax
from codegen.trace.normalize.fresh import Fresh, assign, made


def with_plain_walruses(block: list[ast.stmt], fresh: Fresh) -> list[ast.stmt]:
    """Return a block whose tests bind names only where they surely do."""
    found: list[ast.stmt] = []
    for statement in block:
        syntax.change_blocks(statement, lambda inner: with_plain_walruses(inner, fresh))
        if isinstance(statement, ast.While) and has_walrus(statement.test) and not statement.orelse:
            leave = made(ast.Break(), statement)
            ask = made(
                ast.If(test=syntax.negated(statement.test), body=[leave], orelse=[]), statement
            )
            statement.body = [*with_plain_walruses([ask], fresh), *statement.body]
            statement.test = made(ast.Constant(value=True), statement)
            syntax.note(statement, named=True)
        if isinstance(statement, ast.If):
            found.extend(asked_first(statement, fresh))
        found.append(statement)
    return found


def asked_first(statement: ast.If, fresh: Fresh) -> list[ast.stmt]:
    """Return the statements that ask the parts of a test one by one, if a later part binds a name."""
    test = statement.test
    opposite = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    inner = test.operand if isinstance(test, ast.UnaryOp) and opposite else test
    if not isinstance(inner, ast.BoolOp) or not any(map(has_walrus, inner.values[1:])):
        return []
    own = fresh.name("asked")
    found: list[ast.stmt] = [assign(own, inner.values[0], test)]
    for value in inner.values[1:]:
        name: ast.expr = syntax.name(own)
        still = name if isinstance(inner.op, ast.And) else syntax.negated(made(name, test))
        again = made(ast.If(test=still, body=[assign(own, value, test)], orelse=[]), test)
        found.append(made(again, test))
    answer = made(syntax.name(own), test)
    statement.test = syntax.negated(answer) if opposite else answer
    syntax.note(statement, named=True)
    return found


def has_walrus(node: ast.AST) -> bool:
    return any(isinstance(n, ast.NamedExpr) for n in ast.walk(node))
