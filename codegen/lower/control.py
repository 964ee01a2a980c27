"""Control flow: loops and `with` blocks go in, the same with their bodies lowered comes out.

Which names may be differentiable when a loop begins is a fix-point: what the body makes so is so at the head
of the next trip.
"""

from __future__ import annotations

import ast

from codegen import syntax
from codegen.ir import Block, Loop, Within
from codegen.lower.branches import Branches
from codegen.lower.definitions import Definitions
from codegen.lower.header import Header, HeaderMaker


class Control(Branches):
    """The part of a lowering that keeps control flow."""

    def other_compound(self, node: ast.stmt) -> None:
        """Keep another compound statement if it touches nothing active; refuse it otherwise."""
        kind = {"Try": "try", "TryStar": "try", "ClassDef": "class", "Match": "match"}.get(
            type(node).__name__, type(node).__name__.lower()
        )
        if not self.is_passive(node):
            raise self.refuse(
                node,
                f"a {kind} statement around traced values is not supported",
                "Move it out of the function.",
            )
        self.passive(node, [node.name] if isinstance(node, ast.ClassDef) else None)

    def within(self, node: ast.With) -> None:
        """Lower a `with` block: its context must be passive."""
        for one in node.items:
            if self.builder().build(one.context_expr) is not None:
                raise self.refuse(node, "a with statement over a traced value is not supported")
        self.items.append(Within(node, self.block(node.body)))

    # ---- loops

    def while_loop(self, node: ast.While) -> None:
        """Lower a `while` loop."""
        if self.is_passive(node):
            self.passive(node)
            return
        if any(isinstance(n, ast.NamedExpr) for n in ast.walk(node.test)):
            raise self.refuse(
                node,
                "a walrus in the test of a while loop is not supported",
                "Assign before the loop and at its end.",
            )
        if True not in self.fact(node).truths:
            self.never(node)
            return
        self.loop(node, None)

    def never(self, node: ast.For | ast.While) -> None:
        """Lower a loop without a single trip in the example: a trip raises."""
        body = Block(
            [self.guard(node.body[0], "the body of this loop was not run with the example inputs")]
        )
        header = self.header(node) if isinstance(node, ast.For) else None
        loop = Loop(node, body, active=set(self.scope.active))
        if header is not None:
            loop.target, loop.iterable = header.target, header.iterable
        self.items.append(loop)

    def for_loop(self, node: ast.For) -> None:
        """Lower a `for` loop."""
        if self.is_passive(node) and id(node) not in self.heads:
            self.passive(node)
            return
        if not self.fact(node).visits:
            self.never(node)
            return
        self.loop(node, self.header(node))

    def loop(self, node: ast.For | ast.While, header: Header | None) -> None:
        """Lower a loop once what is active at its head is known."""
        own = syntax.stores(node.target) if isinstance(node, ast.For) else []
        self.settle_before(node)
        views = dict(self.scope.views)
        head = set(self.scope.active) | self.heads.get(id(node), set())
        structs = dict(self.scope.structs)
        while True:
            names = set(self.names)
            self.scope.active, self.scope.structs = set(head), dict(structs)
            self.scope.definitions = Definitions()
            self.scope.views = dict(views)
            self.forget(
                own
                if header is None or not header.items
                else [n.id for n in ast.walk(header.target) if isinstance(n, ast.Name)]
            )
            outer, self.items = self.items, []
            try:
                self.bind_items(node, header)
                for statement in node.body:
                    self.statement(statement)
                self.settle_after(node, views)
                body = Block(self.items)
            finally:
                self.items = outer
            after = self.scope.active
            if after <= head:
                break
            head |= after
            self.names.clear()
            self.names |= names
        self.heads[id(node)] = head
        self.scope.active, self.scope.definitions = head | after, Definitions()
        loop = Loop(node, body, binds=own, active=set(head))
        if header is not None:
            loop.target, loop.iterable = header.target, header.iterable
            inner = {n for target, _ in header.items for n in syntax.stores(target)}
            names_bound = [*own, *syntax.stores(ast.Tuple([header.target], ast.Store()))]
            loop.binds = [n for n in dict.fromkeys(names_bound) if n not in inner]
        self.items.append(loop)

    def bind_items(self, node: ast.For | ast.While, header: Header | None) -> None:
        """Bind the variables of a loop that are items of something."""
        if header is None:
            return
        self.virtual = True
        for target, source in header.items:
            several = isinstance(target, ast.Tuple | ast.List) and not isinstance(source, ast.Name)
            if several and self.builder().build(source) is not None:
                own = self.free("item")
                self.bind(syntax.name(own), source, node, self.builder())
                read = ast.copy_location(syntax.name(own), node)
                self.see(read, self.builder().resolver.value(source))
                source = read
            self.bind(target, source, node, self.builder())
        self.virtual = False

    def header(self, node: ast.For) -> Header:
        """Return how a `for` loop runs backwards."""
        if not self.reads_active(node.iter):
            return Header(node.target, self.builder().text(node.iter, {}))
        return HeaderMaker(self, node).header()

    def reads_active(self, node: ast.expr) -> bool:
        """Return whether what a loop runs over may be differentiated, and not only by its size."""
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("range", "len")
        ):
            return False
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("enumerate", "zip", "reversed")
        ):
            return any(map(self.reads_active, node.args))
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("items", "values")
        ):
            return self.builder().build(node.func.value) is not None
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "keys"
        ):
            return False
        if isinstance(self.builder().resolver.value(node), dict):
            return False
        return self.builder().build(node) is not None
