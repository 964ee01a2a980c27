"""Jumps: a function goes in; out comes the same with one return at the end, no continue, and break
last on a side of an `if`.

>>> text = '''def f(x):
...     if x > 0:
...         return x * 2.0
...     y = x * x
...     return y
... '''
>>> tree = ast.parse(text).body[0]
>>> without_jumps(tree, Fresh(tree))
>>> print(ast.unparse(tree))
def f(x):
    if x > 0:
        out = x * 2.0
    else:
        y = x * x
        out = y
    return out
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import partial

from codegen import syntax
from codegen.trace.normalize.fresh import Fresh, assign, made, spliced, written

CLOSED = (*syntax.SCOPES, *syntax.LOOPS)


def without_jumps(tree: ast.FunctionDef, fresh: Fresh) -> None:
    """Rewrite the jumps of a function in place."""
    # where it gives values, its end gives None, if it is reached
    is_silent = all(syntax.is_nothing(r.value) for r in returns_of(tree))
    if not is_silent and not always_jumps(tree.body):
        tree.body.append(made(ast.Return(value=ast.Constant(value=None)), tree.body[-1]))
    tree.body = without_late_jumps(tree.body, fresh)
    loops = [n for n in syntax.own_parts(tree) if isinstance(n, syntax.LOOPS)]
    if any(map(returns_inside, loops)):
        tree.body = LoopReturns(fresh, is_silent).block(tree.body)
    tree.body = without_left_blocks(tree.body, fresh)
    tree.body = without_else(tree.body, fresh)
    if any(one.value for one in returns_of(tree)) and not always_jumps(tree.body):
        tree.body.append(made(ast.Return(ast.Constant(None)), tree.body[-1]))
    tree.body = straightened(tree.body, in_loop=False)
    returns = returns_of(tree)
    last = tree.body[-1] if tree.body else None
    if is_silent and not any(map(returns_in_try, tree.body)):
        tree.body = without_returns(tree.body, lambda _: []) or [made(ast.Pass(), tree)]
        return
    if len(returns) == 1 and returns[0] is last or not returns or not always_jumps(tree.body):
        return
    one_return(tree, returns, fresh)


def returns_of(tree: ast.FunctionDef) -> list[ast.Return]:
    return [n for n in syntax.own_parts(tree) if isinstance(n, ast.Return)]


def contains(node: ast.AST, kind: type | tuple[type, ...]) -> bool:
    return any(isinstance(n, kind) for n in syntax.inside(node, syntax.SCOPES))


def returns_inside(loop: ast.For | ast.While) -> bool:
    """Return whether a trip of a loop may return."""
    return any(contains(statement, ast.Return) for statement in loop.body)


def returns_in_try(statement: ast.stmt) -> bool:
    """Return whether a statement has a `try` that may return: something may follow after that."""
    tries = [n for n in syntax.inside(statement, syntax.SCOPES) if isinstance(n, ast.Try)]
    return any(contains(one, ast.Return) for one in tries)


def without_left_blocks(body: list[ast.stmt], fresh: Fresh) -> list[ast.stmt]:
    """Return a block in which no jump leaves a `with` or `try` statement before its end: it sets a flag, and the jump
    follows the statement. What is caught is left alone, but where a `finally` comes behind it.
    """

    def change(statement: ast.stmt) -> list[ast.stmt]:
        if not isinstance(statement, ast.With | ast.Try):
            return [statement]
        jumps: dict[str, ast.stmt] = {}
        if isinstance(statement, ast.Try) and statement.finalbody:
            if not (always_jumps(statement.body) or always_jumps(statement.orelse)):
                for handler in statement.handlers:
                    kept = flagged_jumps(handler.body, fresh, jumps)
                    handler.body = straightened(kept, in_loop=False)
        if not is_left(statement):
            return followed(statement, jumps)
        if not (contains(statement, ast.Return) and always_jumps([statement])):
            statement.body = flagged_jumps(statement.body, fresh, jumps)
        return followed(statement, jumps)

    return spliced(body, change)


def without_late_jumps(body: list[ast.stmt], fresh: Fresh) -> list[ast.stmt]:
    """Return a block in which no `finally` jumps on some ways through it, and none that does jumps elsewhere: each jump
    sets a flag and follows the statement, that of `finally` first, for where it jumps no other jump counts.
    """

    def change(statement: ast.stmt) -> list[ast.stmt]:
        if not isinstance(statement, ast.Try) or not may_jump(statement.finalbody):
            return [statement]

        def flagged_block(block: list[ast.stmt]) -> list[ast.stmt]:
            return straightened(flagged_jumps(block, fresh, jumps), in_loop=False)

        jumps: dict[str, ast.stmt] = {}
        statement.finalbody = flagged_block(statement.finalbody)
        late = len(jumps)
        statement.body = flagged_block(statement.body)
        for flag in [*jumps][late:] if statement.orelse else ():  # a jump skips the `else`
            unless = made(ast.UnaryOp(ast.Not(), syntax.name(flag)), statement)
            statement.orelse = [made(ast.If(unless, statement.orelse, []), statement)]
        statement.orelse = flagged_block(statement.orelse)
        for handler in statement.handlers:
            handler.body = flagged_block(handler.body)
        return followed(statement, jumps)

    return spliced(body, change)


def followed(statement: ast.stmt, jumps: dict[str, ast.stmt]) -> list[ast.stmt]:
    """Return a statement with the jumps that flags stand for behind it."""
    before = [assign(flag, ast.Constant(False), jump) for flag, jump in jumps.items()]
    return [*before, statement, *(only_if(flag, [jump]) for flag, jump in jumps.items())]


def may_jump(block: list[ast.stmt]) -> bool:
    """Return whether some ways through a block end in a jump, and others do not."""
    return any(map(has_jump, block)) and not always_jumps(block)


def only_if(flag: str, body: list[ast.stmt]) -> ast.stmt:
    """Return a branch to some statements where a flag is set."""
    return made(ast.If(syntax.name(flag), body, []), body[0])


def is_left(statement: ast.With | ast.Try) -> bool:
    """Return whether a jump leaves the block of a statement; of a `try`, before its end, and with no `else` to skip."""
    if isinstance(statement, ast.Try) and (statement.orelse or always_jumps(statement.body)):
        return False
    return any(map(has_jump, statement.body))


def flagged_jumps(body: list[ast.stmt], fresh: Fresh, jumps: dict[str, ast.stmt]) -> list[ast.stmt]:
    """Return a block in which each jump sets a flag, and leads to the end of the block alone."""
    found: list[ast.stmt] = []
    for statement in body:
        if isinstance(statement, syntax.JUMPS):
            flag = fresh.name("left")
            jumps[flag] = statement
            if isinstance(statement, ast.Return) and statement.value is not None:
                value = fresh.name("result")
                found.append(assign(value, statement.value, statement))
                jumps[flag] = made(ast.Return(syntax.name(value)), statement)
            found.append(assign(flag, ast.Constant(value=True), statement))
            return [*found, made(ast.Continue(), statement)]
        if isinstance(statement, ast.If):
            statement.body = flagged_jumps(statement.body, fresh, jumps)
            statement.orelse = flagged_jumps(statement.orelse, fresh, jumps)
        found.append(statement)
    return found


def one_return(tree: ast.FunctionDef, returns: list[ast.Return], fresh: Fresh) -> None:
    """Give a function whose every path ends in a return a single one."""
    names = {syntax.identifier(r.value) for r in returns}
    shared = names.pop() if len(names) == 1 else ""
    target = shared or fresh.name("out")

    def stored(statement: ast.Return) -> list[ast.stmt]:
        value = statement.value or made(ast.Constant(value=None), statement)
        return [] if shared else [assign(target, value, statement)]

    last = returns[-1]
    tree.body = [
        *without_returns(tree.body, stored),
        made(ast.Return(value=syntax.name(target)), last),
    ]


def without_returns(
    body: list[ast.stmt], stored: Callable[[ast.Return], list[ast.stmt]]
) -> list[ast.stmt]:
    """Return a block whose returns, after which nothing follows, are what `stored` says."""
    found: list[ast.stmt] = []
    for statement in body:
        if isinstance(statement, ast.Return):
            found += stored(statement)
            continue
        if isinstance(statement, ast.If):
            sides = (without_returns(side, stored) for side in (statement.body, statement.orelse))
            statement.body, statement.orelse = sides
            if not statement.body and statement.orelse:
                statement.body, statement.orelse = statement.orelse, []
                statement.test = syntax.negated(statement.test)
            statement.body = statement.body or [made(ast.Pass(), statement)]
        elif isinstance(statement, ast.With):
            statement.body = without_returns(statement.body, stored)
        elif isinstance(statement, ast.Try):
            for block in blocks_of(statement):
                block[:] = without_returns(block, stored) or [made(ast.Pass(), statement)]
        found.append(statement)
    return found


class LoopReturns:
    """Turns `return` inside a loop into a flag, a value and a `break`; of a function that only returns nothing, without
    the value.
    """

    def __init__(self, fresh: Fresh, is_silent: bool) -> None:
        self.fresh, self.is_silent = fresh, is_silent
        self.flag = fresh.name("returned")
        self.value = "" if is_silent else fresh.name("result")

    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Rewrite the loops of a block that is not inside a loop."""
        found: list[ast.stmt] = []
        for statement in body:
            change_beside_trips(statement, self.block)
            if isinstance(statement, syntax.LOOPS) and returns_inside(statement):
                endless = (
                    isinstance(statement, ast.While)
                    and is_true(statement.test)
                    and not breaks(statement.body)
                )
                before = (
                    [] if endless else [assign(self.flag, ast.Constant(value=False), statement)]
                )
                statement.body = self.inner(statement.body, endless)
                value = None if self.is_silent else syntax.name(self.value)
                result = made(ast.Return(value=value), statement)
                if endless:
                    return [*found, *before, statement, result]
                found += [*before, statement, only_if(self.flag, [result])]
                continue
            found.append(statement)
        return found

    def inner(self, body: list[ast.stmt], endless: bool) -> list[ast.stmt]:
        """Rewrite a block inside a loop."""
        found: list[ast.stmt] = []
        for statement in body:
            if isinstance(statement, ast.Return):
                if not self.is_silent:
                    value = statement.value or made(ast.Constant(value=None), statement)
                    found.append(assign(self.value, value, statement))
                if not endless:
                    found.append(assign(self.flag, ast.Constant(value=True), statement))
                found.append(made(ast.Break(), statement))
                return found
            change_beside_trips(statement, partial(self.inner, endless=endless))
            if isinstance(statement, syntax.LOOPS) and returns_inside(statement):
                if endless:
                    endless = False
                    found.insert(0, assign(self.flag, ast.Constant(value=False), statement))
                statement.body = self.inner(statement.body, False)
                found += [statement, only_if(self.flag, [made(ast.Break(), statement)])]
                continue
            found.append(statement)
        return found


def change_beside_trips(
    statement: ast.stmt, change: Callable[[list[ast.stmt]], list[ast.stmt]]
) -> None:
    """Put others into the blocks that are no trips: a `break` in the `else` of a loop is one of that around it."""
    if isinstance(statement, ast.If | ast.With | ast.Try):
        statement.body = change(statement.body)
    if isinstance(statement, (ast.If, *syntax.LOOPS)):
        statement.orelse = change(statement.orelse)


def is_true(test: ast.expr) -> bool:
    """Return whether a test is a constant that holds."""
    return isinstance(test, ast.Constant) and bool(test.value)


def breaks(body: list[ast.stmt]) -> bool:
    return any(isinstance(n, ast.Break) for s in body for n in syntax.inside(s, CLOSED))


def without_else(body: list[ast.stmt], fresh: Fresh) -> list[ast.stmt]:
    """Return a block whose loops have no `else`."""

    def change(statement: ast.stmt) -> list[ast.stmt]:
        if not isinstance(statement, syntax.LOOPS) or not statement.orelse:
            return [statement]
        rest, statement.orelse = statement.orelse, []
        if not breaks(statement.body):
            return [statement, *rest]
        flag = fresh.name("broken")
        statement.body = flagged(statement.body, flag)
        behind = written("if not flag:\n    rest", rest[0], flag=flag, rest=rest)
        return [assign(flag, ast.Constant(False), statement), statement, *behind]

    return spliced(body, change)


def flagged(body: list[ast.stmt], flag: str) -> list[ast.stmt]:
    """Return a block in which each `break` sets a flag first."""
    found: list[ast.stmt] = []
    for statement in body:
        if isinstance(statement, ast.Break):
            found.append(assign(flag, ast.Constant(value=True), statement))
        elif isinstance(statement, ast.If | ast.With | ast.Try):
            statement.body = flagged(statement.body, flag)
            if not isinstance(statement, ast.With):
                statement.orelse = flagged(statement.orelse, flag)
        found.append(statement)
    return found


def always_jumps(block: list[ast.stmt]) -> bool:
    """Return whether every way through a block ends in a jump."""
    if not block:
        return False
    last = block[-1]
    if isinstance(last, (*syntax.JUMPS, ast.Raise)):
        return True
    if isinstance(last, ast.If):
        return always_jumps(last.body) and always_jumps(last.orelse)
    if isinstance(last, ast.While):
        return is_true(last.test) and not breaks(last.body)
    if isinstance(last, ast.Try):
        return ends_in_jumps(last) or always_jumps(last.finalbody)
    return isinstance(last, ast.With) and always_jumps(last.body)


def ends_in_jumps(statement: ast.Try) -> bool:
    """Return whether every way through a `try` statement ends in a jump, its `finally` aside."""
    body = always_jumps(statement.body) or always_jumps(statement.orelse)
    return body and all(always_jumps(handler.body) for handler in statement.handlers)


def blocks_of(statement: ast.Try) -> list[list[ast.stmt]]:
    handlers = [handler.body for handler in statement.handlers]
    return [b for b in (statement.body, *handlers, statement.orelse, statement.finalbody) if b]


def has_jump(statement: ast.stmt) -> bool:
    """Return whether a branch may jump out of the block it stands in."""
    return any(
        isinstance(n, ast.Return | ast.Continue | ast.Break)
        for n in syntax.inside(statement, CLOSED)
    )


def skips(statement: ast.Try, in_loop: bool) -> bool:
    """Return whether a `try` statement leaves what follows it out where it catches something, only there."""
    inside = [*statement.body, *statement.orelse, *statement.finalbody]
    jumps = {ast.Return, ast.Continue} if in_loop else {ast.Return}
    parts = [n for h in statement.handlers for s in h.body for n in syntax.inside(s, CLOSED)]
    found = {type(part) for part in parts} & {ast.Return, ast.Continue, ast.Break}
    return (
        not statement.finalbody
        and not any(map(has_jump, inside))
        and bool(found)
        and found <= jumps
    )


def straightened(block: list[ast.stmt], in_loop: bool) -> list[ast.stmt]:
    """Return a block in which what follows a branch with a jump stands on the sides that do not jump."""
    found: list[ast.stmt] = []
    for number, statement in enumerate(block):
        if isinstance(statement, syntax.LOOPS):
            statement.body = straightened(statement.body, True) or [made(ast.Pass(), statement)]
        elif isinstance(statement, ast.With):
            statement.body = straightened(statement.body, in_loop)
        elif isinstance(statement, ast.Try) and skips(statement, in_loop):
            rest = block[number + 1 :]
            statement.body = straightened(statement.body, in_loop)
            for handler in statement.handlers:
                more = [] if always_jumps(handler.body) else map(syntax.deep, rest)
                kept = straightened([*handler.body, *more], in_loop)
                handler.body = kept or [made(ast.Pass(), handler.body[0])]
            statement.orelse = straightened([*statement.orelse, *rest], in_loop)
            return [*found, statement]
        elif isinstance(statement, ast.Try) and contains(statement, ast.Return):
            rest = block[number + 1 :]
            if always_jumps(statement.body) or always_jumps(statement.orelse):
                for handler in statement.handlers:  # what follows is reached through them alone
                    if not always_jumps(handler.body):
                        handler.body = [*handler.body, *map(syntax.deep, rest)]
                rest = []
            for one in blocks_of(statement):
                one[:] = straightened(one, in_loop)
            found.append(statement)
            if not rest:
                return found
            continue
        elif isinstance(statement, ast.Try):
            for one in blocks_of(statement):
                if one is statement.body or not any(map(has_jump, one)):
                    one[:] = straightened(one, in_loop)
        if isinstance(statement, ast.Continue):
            return found
        if isinstance(statement, ast.Return | ast.Break | ast.Raise):
            return [*found, statement]
        if isinstance(statement, ast.If):
            rest = block[number + 1 :]
            if has_jump(statement) and (rest or contains(statement, ast.Continue)):
                return [*found, branch(statement, rest, in_loop)]
            statement.body = straightened(statement.body, in_loop) or [made(ast.Pass(), statement)]
            statement.orelse = straightened(statement.orelse, in_loop)
        found.append(statement)
    return found


def branch(statement: ast.If, rest: list[ast.stmt], in_loop: bool) -> ast.If:
    """Return a branch with the statements that follow it on each side that does not jump."""
    sides = []
    open_sides = [not always_jumps(side) for side in (statement.body, statement.orelse)]
    for side, is_open in zip((statement.body, statement.orelse), open_sides, strict=True):
        tail = (
            ([*map(syntax.deep, rest)] if all(open_sides) and side is statement.orelse else rest)
            if is_open
            else []
        )
        sides.append(straightened([*side, *tail], in_loop))
    body, orelse = sides
    test = statement.test
    if not body and orelse:
        body, orelse, test = orelse, [], syntax.negated(test)
    new = made(
        ast.If(test=test, body=body or [made(ast.Pass(), statement)], orelse=orelse), statement
    )
    new.end_lineno, new.end_col_offset = statement.end_lineno, statement.end_col_offset
    return new
