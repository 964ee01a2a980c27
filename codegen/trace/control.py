"""Control flow: loops, branches and `with` blocks go in, the same with their bodies lowered comes out.

Which names may be differentiable when a loop begins is a fix-point: what the body makes so is so at the head of the next trip.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from codegen import expr
from codegen.circuit import Block, Branch, Loop, Stage, Within
from codegen.errors import UnsupportedError
from codegen.gates.canonical import MISSING
from codegen.trace.binding import Binding
from codegen.trace.definitions import Definitions
from codegen.trace.facts import kind_of
from codegen.trace.normal.jumps import has_jump


@dataclass
class Header:
    """How a loop runs backwards: its variables, what it runs over, and the variables that are items of something."""

    target: ast.expr
    iterable: ast.expr
    items: list[tuple[ast.expr, ast.expr]] = field(default_factory=list)


class Control(Binding):
    """The part of a lowering that keeps control flow."""

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
        """Return whether a compound statement touches nothing that is active, now or in a later trip, and jumps nowhere."""
        if isinstance(node, ast.If) and has_jump(node):
            return False
        return not (
            {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            & (self.scope.active | set(self.scope.structs))
        )

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

    # ---- branches

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
        text = f"line {at.lineno}: {message}"
        return Stage(
            expr.name("_"),
            None,
            at,
            rewritten=True,
            kind="raise",
            text=f"raise NotImplementedError({text!r})",
        )

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
        own = expr.stores(node.target) if isinstance(node, ast.For) else []
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
            inner = {n for target, _ in header.items for n in expr.stores(target)}
            names_bound = [*own, *expr.stores(ast.Tuple([header.target], ast.Store()))]
            loop.binds = [n for n in dict.fromkeys(names_bound) if n not in inner]
        self.items.append(loop)

    def bind_items(self, node: ast.For | ast.While, header: Header | None) -> None:
        """Bind the variables of a loop that are items of something."""
        if header is None:
            return
        self.virtual = True
        for target, source in header.items:
            if isinstance(target, ast.Tuple | ast.List) and not isinstance(source, ast.Name):
                own = self.free("item")
                self.bind(expr.name(own), source, node, self.builder())
                read = ast.copy_location(expr.name(own), node)
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


class HeaderMaker:
    """Makes the backward header of one loop over something active."""

    def __init__(self, lowering: Control, node: ast.For) -> None:
        self.lowering, self.node = lowering, node
        self.items: list[tuple[ast.expr, ast.expr]] = []

    def refuse(self, why: str) -> UnsupportedError:
        """Return the error that refuses the loop."""
        return self.lowering.refuse(
            self.node, f"a loop over {why} is not supported", "Loop over range(len(...)) and index."
        )

    def header(self) -> Header:
        """Return the header."""
        iterable, target = self.node.iter, self.node.target
        start: ast.expr | None = None
        counter = ""
        if is_call(iterable, "enumerate"):
            assert isinstance(iterable, ast.Call)
            if not (
                isinstance(target, ast.Tuple)
                and len(target.elts) == 2
                and isinstance(target.elts[0], ast.Name)
            ):
                raise self.refuse("enumerate with these targets")
            if len(iterable.args) > 1 or iterable.keywords:
                start = iterable.args[1] if len(iterable.args) > 1 else iterable.keywords[0].value
            counter, target, iterable = target.elts[0].id, target.elts[1], iterable.args[0]
        if (
            isinstance(iterable, ast.Call)
            and isinstance(iterable.func, ast.Attribute)
            and iterable.func.attr in ("items", "values")
        ):
            return self.of_dict(iterable, target, counter)
        backwards = is_call(iterable, "reversed")
        if backwards:
            iterable = iterable.args[0]  # type: ignore[attr-defined]  # a call, see above
        sources = iterable.args if is_call(iterable, "zip") else [iterable]  # type: ignore[attr-defined]  # as above
        index = counter or self.index_name()
        number: ast.expr = expr.name(index)
        if start is not None:
            number = ast.BinOp(number, ast.Sub(), start)
        targets = [target]
        if is_call(iterable, "zip"):
            if not isinstance(target, ast.Tuple | ast.List) or len(target.elts) != len(sources):
                raise self.refuse("zip with these targets")
            targets = list(target.elts)
        for one in sources:
            self.sample(one)
        if len({expr.show(s) for s in sources}) > 1:
            size: ast.expr = expr.call("min", *(expr.call("len", s) for s in sources))
        else:
            first = next(
                (s for s in sources if self.lowering.builder().build(s) is not None), sources[0]
            )
            size = expr.call("len", first)
        for one, source in zip(targets, sources, strict=True):
            self.item(one, source, number)
        trips = (
            expr.call("range", size)
            if start is None
            else expr.call("range", start, ast.BinOp(start, ast.Add(), size))
        )
        if backwards:
            trips = expr.call("reversed", trips)
        return Header(ast.Name(id=index, ctx=ast.Store()), trips, self.items)

    def index_name(self) -> str:
        """Return a free name for the index of the loop."""
        known = getattr(self.node, "index_name", None)
        if known is None:
            known = next(
                (n for n in ("i", "j", "k", "t") if n not in self.lowering.names), None
            ) or self.lowering.free("i")
            self.node.index_name = known  # type: ignore[attr-defined]  # the body may be lowered more than once
        self.lowering.names.add(known)
        return str(known)

    def sample(self, source: ast.expr) -> Any:
        """Return the sample of what the loop runs over."""
        found = self.lowering.builder().resolver.value(source)
        if (
            found is MISSING
            or not isinstance(found, list | tuple | np.ndarray | range)
            or not isinstance(source, ast.Name | ast.Call)
        ):
            raise self.refuse("this expression")
        return found

    def item(self, target: ast.expr, source: ast.expr, number: ast.expr) -> None:
        """Note that a loop variable is an item of a source."""
        sample = self.sample(source)
        if not len(sample):
            raise self.refuse("an empty container")
        if isinstance(source, ast.Call) and not is_call(source, "range"):
            raise self.refuse("this expression")
        self.check_alike(list(sample))
        read = ast.copy_location(
            ast.Subscript(value=source, slice=number, ctx=ast.Load()), self.node
        )
        self.lowering.see(read, max(sample, key=rank_of))
        self.lowering.see(number, 0)
        self.items.append((target, read))

    def check_alike(self, items: list[Any]) -> None:
        """Refuse things of different kinds; arrays may differ in rank where the text for each is the same."""
        if len({(kind, bool(rank)) for kind, rank in map(kind_of, items)}) > 1:
            raise self.refuse("things of different kinds")

    def of_dict(self, iterable: ast.Call, target: ast.expr, counter: str) -> Header:
        """Return the header of a loop over the items or values of a dict."""
        assert isinstance(iterable.func, ast.Attribute)
        owner = iterable.func.value
        sample = self.lowering.builder().resolver.value(owner)
        if counter or not isinstance(owner, ast.Name) or not isinstance(sample, dict) or not sample:
            raise self.refuse("this expression")
        self.check_alike(list(sample.values()))
        if iterable.func.attr == "items":
            if not (
                isinstance(target, ast.Tuple)
                and len(target.elts) == 2
                and isinstance(target.elts[0], ast.Name)
            ):
                raise self.refuse("items with these targets")
            key, target = target.elts[0].id, target.elts[1]
        else:
            known = getattr(self.node, "index_name", None)
            key = known or (
                "key" if "key" not in self.lowering.names else self.lowering.free("key")
            )
            self.node.index_name = key  # type: ignore[attr-defined]  # the body may be lowered more than once
            self.lowering.names.add(key)
        number = expr.name(key)
        first = next(iter(sample))
        self.lowering.see(number, first)
        read = ast.copy_location(
            ast.Subscript(value=owner, slice=number, ctx=ast.Load()), self.node
        )
        self.lowering.see(read, sample[first])
        return Header(ast.Name(id=key, ctx=ast.Store()), owner, [(target, read)])


def is_call(node: ast.expr, name: str) -> bool:
    """Return whether an expression is a call of a builtin."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def rank_of(value: Any) -> int:
    """Return the rank of an array; nothing of a container."""
    return np.ndim(value) if isinstance(value, np.ndarray) else 0
