"""`try`, `except` and `finally`: such a statement goes in; out comes what the run did of it, guarded where another call
may do something else. A `finally` is lowered last, in `tried` and in `caught`; that of a context manager of the user's
is written out before, by `codegen/trace/normalize/managers.py`.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x, y):
...     try:
...         z = x / y
...     except ZeroDivisionError:
...         z = x * 2.0
...     return z * x
... '''
>>> after("circuit", text, 0.5, 0.0)
f(x, y), gradients of x, y:
    try:                              # passive
        x / y
    except ZeroDivisionError:
        pass
    else:
        raise NotImplementedError("something was caught here when this code was made")
    z = x * 2.0                       # x * y: dx = y * dout
    return z * x                      # x * y: dx = y * dout, dy = x * dout
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from codegen import syntax
from codegen.errors import as_made
from codegen.gates.pure import RESIZING
from codegen.ir import Passive, Within
from codegen.lower.state import State
from codegen.trace.forced import caught_by
from codegen.trace.guards import raising
from codegen.trace.normalize.fresh import made, moved
from codegen.trace.normalize.jumps import contains, has_jump
from codegen.trace.normalize.taint import reaches

if TYPE_CHECKING:
    from codegen.lower.statements import Lowering

CAUGHT, NOT_CAUGHT = "nothing was caught here", "something was caught here"


class Tries:
    """Lowers `try` statements, given what lowers the statements inside them."""

    def __init__(self, state: State, lowering: Lowering) -> None:
        self.state, self.lowering = state, lowering

    def tried(self, node: ast.Try) -> None:
        """Lower a `try` statement as what the run did of it: its body, which raised nothing, and what comes behind.

        Where the body raises in another call, a guard says so. A test around the whole body, which did not raise
        itself, stands around the `try`.
        """
        forgotten = self.state.trace.run.forgotten & {caught_by(h, node) for h in node.handlers}
        is_judged = not forgotten or any(isinstance(part, syntax.JUMPS) for part in ast.walk(node))
        if is_judged and (self.lowering.is_passive(node) or self.only_asks(node)):
            self.lowering.passive(node)
            return
        handler = next((h for h in node.handlers if self.was_entered(h)), None)
        match node:
            case ast.Try([ast.If(test, body, [])], handlers, [], []) if handler is not None:
                tried = made(ast.Try(body, handlers, [], []), node)
                branch = made(ast.If(test, [tried], []), node)
                sides = partial(self.lowering.block, [tried]), partial(self.lowering.block, [])
                self.lowering.fork(branch, self.state.builder().texts.of(test), *sides)
                return
        if handler is not None and (self.was_needed(handler) or self.can_be_tried(node, handler)):
            self.caught(node, handler)
            return
        inside = [
            *node.body,
            *node.orelse,
            *node.finalbody,
        ]  # a guard stands for what is not entered
        if any(has_jump(s) or contains(s, ast.Return) for s in inside):
            raise self.state.refuse(
                node,
                "a jump out of a try statement around traced values is not supported",
                "Bind the value to a name, and leave behind the statement.",
            )
        behind = [*node.orelse, *node.finalbody]
        if node.handlers:
            footer = [line for one in node.handlers for line in self.handler_lines(one)]
            self.state.items.append(Within(node, self.lowering.block(node.body), footer=footer))
        elif all(isinstance(s, ast.Expr) and self.lowering.is_passive(s) for s in node.finalbody):
            last = [f"    {ast.unparse(s)}" for s in behind]
            behind = []
            self.state.items.append(
                Within(node, self.lowering.block(node.body), footer=["finally:", *last])
            )
        else:
            behind[:0] = node.body
        for statement in behind:
            self.lowering.statement(statement)

    def caught(self, node: ast.Try, handler: ast.ExceptHandler) -> None:
        """Lower a `try` that catches something: what the handler does, behind a guard or on a side of a branch."""
        value = getattr(node.body[0], "value", None)
        if value is None or not self.can_be_tried(node, handler):
            raise self.state.refuse(
                node,
                "a try statement that catches something with the example inputs is not supported",
                "Test for it with an if.",
            )
        if self.state.fact(value).visits and not self.number_stored_into(node.body[0]):
            caught = self.attempt(node, handler, value)
            sides = handler.body, [*node.body, *node.orelse]
            branch = made(ast.If(caught, *sides), node)
            self.lowering.fork(
                branch, caught, *(partial(self.lowering.block, side) for side in sides)
            )
        else:
            self.state.add(Passive(self.guard(node, handler)))
            for statement in handler.body:
                self.lowering.statement(statement)
        for statement in node.finalbody:
            self.lowering.statement(statement)

    def only_asks(self, node: ast.Try) -> bool:
        """Return whether a `try` statement only asks for sizes and the like of what may be differentiated."""
        active = self.state.scope.active | set(self.state.scope.structs)
        simple = ast.Try | ast.ExceptHandler | ast.Assign | ast.Pass
        statements = [s for s in ast.walk(node) if isinstance(s, ast.stmt | ast.ExceptHandler)]
        return not active & set(syntax.stores(node)) and all(
            isinstance(s, simple) and not (isinstance(s, ast.Assign) and reaches(s.value, active))
            for s in statements
        )

    def was_entered(self, handler: ast.ExceptHandler) -> bool:
        """Return whether the example, or a side that was forced, has raised what a handler catches."""
        seen = [self.state.fact(part) for part in parts_of(handler)]
        return any(fact.visits and fact.place is not None for fact in seen)  # not an attribute's

    def was_needed(self, handler: ast.ExceptHandler) -> bool:
        """Return whether the example itself has raised what a handler catches."""
        return not self.state.trace.run.seen_first.isdisjoint(parts_of(handler))

    def can_be_tried(self, node: ast.Try, handler: ast.ExceptHandler) -> bool:
        """Return whether what the handler does can stand in a branch behind the first statement of the `try`."""
        reads = {n for s in handler.body for n in syntax.reads(s)}
        return (
            isinstance(node.body[0], ast.Assign | ast.Expr)
            and self.raises_first(node)
            and handler.name not in reads
            and not syntax.has(node, ast.Return, ast.Break, ast.Continue)
            and not any(self.was_entered(h) for h in node.handlers if h is not handler)
        )

    def handler_lines(self, handler: ast.ExceptHandler) -> list[str]:
        """Return the lines that stand for a handler which the example does not need: its own if it only raises."""
        *before, last = handler.body
        if isinstance(last, ast.Raise) and all(isinstance(s, ast.Expr) for s in before):
            name = f" as {handler.name}" if handler.name else ""
            kind = "" if handler.type is None else f" {syntax.show(handler.type)}"
            return [f"except{kind}{name}:", *(f"    {ast.unparse(s)}" for s in handler.body)]
        kind = "Exception" if handler.type is None else syntax.show(handler.type)
        error = self.state.free("error")
        text = f"raise NotImplementedError({as_made(CAUGHT)!r}) from {error}"
        return [f"except {kind} as {error}:", f"    {text}"]

    def guard(self, node: ast.Try, handler: ast.ExceptHandler) -> ast.stmt:
        """Return the statement that raises where the first one of a `try` does not."""
        number = self.number_stored_into(node.body[0])
        if number:
            return raising(f"hasattr({number}, '__setitem__')", NOT_CAUGHT, node)
        gone = ast.ExceptHandler(handler.type, None, [ast.Pass()])
        problem = syntax.call("NotImplementedError", syntax.constant(as_made(NOT_CAUGHT)))
        body: list[ast.stmt] = node.body
        match body:
            case [ast.Assign(targets=[ast.Name()], value=value)]:  # a name that is not bound here
                body = [ast.Expr(value)]
        tried = ast.Try(body, [gone], [ast.Raise(problem, None)], [])
        return ast.fix_missing_locations(made(tried, node))

    def number_stored_into(self, node: ast.stmt) -> str:
        """Return the variable that a statement stores an item of although it is a number, which raises; or nothing."""
        match node:
            case ast.Assign(targets=[ast.Subscript(value=ast.Name() as holder)]):
                kinds = self.state.fact(holder).kinds
                return holder.id if kinds and kinds <= {("float", 0), ("int", 0)} else ""
        return ""

    def raises_first(self, node: ast.Try) -> bool:
        """Return whether it was always the first statement of a `try` that raised, if any did."""
        counts = [
            self.state.fact(s.value).visits
            for s in node.body
            if isinstance(s, ast.Assign | ast.Expr | ast.AugAssign)
        ]
        return len(counts) == len(node.body) and len(set(counts)) == 1

    def attempt(self, node: ast.Try, handler: ast.ExceptHandler, value: ast.expr) -> ast.Name:
        """Try the first statement of a `try` that raises on some ways; return the variable that says whether it did."""
        if any(n.attr in RESIZING for n in syntax.every(ast.Attribute, value)):
            raise self.state.refuse(
                node,
                "what a try statement takes off a list cannot be tried twice",
                "Test for it with an if.",
            )
        caught = self.state.free("caught")
        others = [one for one in node.handlers if one is not handler]
        lines = [
            f"{caught} = False",
            "try:",
            f"    {ast.unparse(value)}",
            f"except {syntax.show(handler.type) if handler.type else 'Exception'}:",
            f"    {caught} = True",
            *(line for one in others for line in self.handler_lines(one)),
        ]
        for statement in ast.parse("\n".join(lines)).body:
            self.state.add(Passive(moved(statement, node), binds=[caught]))
        return syntax.name(caught)


def parts_of(handler: ast.ExceptHandler) -> list[ast.AST]:
    """Return what is evaluated once a handler is entered; of one in which no run sees anything, what it catches."""
    found = [part for statement in handler.body for part in ast.walk(statement)]
    seen = ast.Call | ast.BinOp | ast.Attribute | ast.Subscript
    if any(isinstance(part, seen) for part in found) or handler.type is None:
        return found
    return list(ast.walk(handler.type))
