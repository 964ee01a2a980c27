"""Branches: an `if` statement goes in, a branch with both of its sides lowered comes out."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codegen import syntax
from codegen.errors import UnsupportedError
from codegen.ir import Block, Branch, Stage
from codegen.lower.binding import Binding
from codegen.lower.definitions import Definitions
from codegen.trace.normalize.jumps import has_jump


class Branches(Binding):
    """The part of a lowering that keeps blocks of statements and branches."""

    def statement(self, node: ast.stmt) -> None:
        """Lower one statement."""
        raise NotImplementedError

    def block(self, body: Sequence[ast.stmt]) -> Block:
        """Return the items of a body."""
        outer, self.items = self.items, []
        try:
            for statement in body:
                self.statement(statement)
            return Block(self.items)
        finally:
            self.items = outer

    def is_passive(self, node: ast.stmt) -> bool:
        """Return whether a compound statement touches nothing that is active, now or in a later trip,
        and jumps nowhere.
        """
        if isinstance(node, ast.If) and has_jump(node):
            return False
        return not (
            {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            & (self.scope.active | set(self.scope.structs))
        )

    def branch(self, node: ast.If) -> None:
        """Lower a branch: each side from the same beginning."""
        self.walruses(node.test, node)
        if self.is_passive(node):
            self.passive(node)
            return
        active, structs = set(self.scope.active), dict(self.scope.structs)
        definitions = self.scope.definitions.copy()
        views = dict(self.scope.views)
        test = self.builder().text(node.test, {})
        body = self.side(node, node.body, True)
        after, pieces, seen = self.scope.active, self.scope.structs, self.scope.views
        self.scope.active, self.scope.structs = set(active), dict(structs)
        self.scope.definitions = definitions
        self.scope.views = dict(views)
        orelse = self.side(node, node.orelse, False)
        after = self.settle_sides(body, orelse, after, seen)
        self.scope.active |= after
        self.scope.structs = {**pieces, **self.scope.structs}
        self.scope.definitions = Definitions()
        self.items.append(Branch(node, test, body, orelse, active=active))

    def side(self, node: ast.If, body: list[ast.stmt], which: bool) -> Block:
        """Return one side; one that could not be recorded raises when it is reached."""
        taken = which in self.fact(node).truths
        if not body:
            return Block()
        names = set(self.names)
        active = set(self.scope.active)
        if taken and self.fact(node).visits and self.was_real(node, which):
            return self.block(body)
        try:
            if not taken or not self.was_finished(body):
                raise self.refuse(node, "this side was never run")
            return self.block(body)
        except UnsupportedError:
            self.names.clear()
            self.names |= names
            self.scope.active = active
            return Block(
                [
                    self.guard(
                        body[0], "this side of the branch was not recorded with the example inputs"
                    )
                ]
            )

    def was_finished(self, body: list[ast.stmt]) -> bool:
        """Return whether the run of a side came as far as the value of each of its plain statements."""
        values = [
            statement.value
            for statement in body
            if isinstance(statement, ast.Assign | ast.Return)
            and isinstance(statement.value, ast.BinOp | ast.Call)
        ]
        return all(self.fact(value).visits for value in values)

    def was_real(self, node: ast.AST, which: bool) -> bool:
        """Return whether the run on the example took a side of a branch by itself."""
        return which in self.trace.run.natural.get(id(node), set())

    def guard(self, at: ast.stmt, message: str) -> Stage:
        """Return a stage that raises."""
        return Stage(
            syntax.name("_"),
            None,
            at,
            rewritten=True,
            kind="raise",
            text=f"raise NotImplementedError({message!r})",
        )
