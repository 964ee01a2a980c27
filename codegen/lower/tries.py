"""What is known of a `try` statement: it goes in; out comes whether something is caught there, and what stands for its
handlers.

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
        z = x / y
    except ZeroDivisionError:
        pass
    else:
        raise NotImplementedError("something was caught here when this code was made")
    z = x * 2.0                       # x * y: dx = y * dout
    return z * x                      # x * y: dx = y * dout, dy = x * dout
"""

from __future__ import annotations

import ast

from codegen import syntax
from codegen.errors import as_made
from codegen.gates.pure import RESIZING
from codegen.ir import Passive
from codegen.lower.state import State
from codegen.trace.guards import raising
from codegen.trace.normalize.fresh import made
from codegen.trace.normalize.taint import reaches

CAUGHT, NOT_CAUGHT = "nothing was caught here", "something was caught here"


class Tries:
    """Answers what the run has seen of `try` statements, and writes what is asked in their place."""

    def __init__(self, state: State) -> None:
        self.state = state

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
            and not any(
                isinstance(p, ast.Return | ast.Break | ast.Continue) for p in ast.walk(node)
            )
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
        tried = ast.Try(node.body, [gone], [ast.Raise(problem, None)], [])
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
        if any(isinstance(n, ast.Attribute) and n.attr in RESIZING for n in ast.walk(value)):
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
            located = made(ast.fix_missing_locations(ast.copy_location(statement, node)), node)
            self.state.add(Passive(located, binds=[caught]))
        return syntax.name(caught)


def parts_of(handler: ast.ExceptHandler) -> list[ast.AST]:
    """Return what is evaluated once a handler is entered; of one in which no run sees anything, what it catches."""
    found = [part for statement in handler.body for part in ast.walk(statement)]
    seen = ast.Call | ast.BinOp | ast.Attribute | ast.Subscript
    if any(isinstance(part, seen) for part in found) or handler.type is None:
        return found
    return list(ast.walk(handler.type))
