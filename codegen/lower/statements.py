"""Lowering: a trace goes in, the circuit comes out: the tree of stages, each with its wire.

What is differentiable is decided here: a name is active from the statement on that binds it to a wire. This file
walks the statements, branches, loops, `with` and `try` among them; binding, changes in place and calls have files of
their own. Which names may be differentiable when a loop begins is a fix-point: what the body makes so is so at the
head of the next trip.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x, n):
...     y = x
...     for _ in range(n):
...         y = y * x + 1.0
...     return y
... '''
>>> after("circuit", text, 0.5, 3)
f(x, n), gradients of x:
    y = x
    for _ in range(n):
        y = y * x + 1.0
            # x * y: dx = y * dout, dy = x * dout
            # x + y: dx = dout
        # carried: x, y
    return y
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from codegen import ir, syntax
from codegen.analysis.aliasing import inside
from codegen.analysis.effects import popping
from codegen.errors import MixedRanksError, UnsupportedError
from codegen.gates.canonical import MISSING
from codegen.lower.assignment import Assignment
from codegen.lower.calls import Calls, body_of, outer_names
from codegen.lower.effects import Effects
from codegen.lower.fixed import is_fixed
from codegen.lower.ranks import bound_in, mixed_read
from codegen.lower.savings import adds_nothing, saved_by
from codegen.lower.scope import Point, sample_of
from codegen.lower.state import State
from codegen.lower.views import SecondNames
from codegen.pytree import is_number, is_record, parts_of_output
from codegen.tables import grouped
from codegen.trace.forced import NOT_RECORDED, said_of_side, was_finished
from codegen.trace.guards import raising
from codegen.trace.identity import guard
from codegen.trace.inline import Inlined, inlined_helper
from codegen.trace.normalize.fresh import moved
from codegen.trace.normalize.jumps import has_jump
from codegen.trace.passing import none_by_default, parameters_of
from codegen.trace.paths import is_in, path_of, place_of, steps_of, stored_paths, value_at
from codegen.trace.run import Trace

if TYPE_CHECKING:
    from codegen.lower.header import Header
    from codegen.lower.mutation import Mutation
    from codegen.lower.tries import Tries


def lower(inlined: Inlined) -> ir.Circuit:
    """Return the circuit of a function for its differentiable inputs."""
    calls = Calls(helper)
    own = calls.known[inlined.trace, *inlined.inputs] = (
        ir.Helper()
    )  # a recursive call finds it there
    found = Lowering(inlined, calls).circuit()
    own.made = replace(found, doubt=next(iter(calls.doubts), None))
    return own.made


def helper(trace: Trace, inputs: list[str], calls: Calls) -> ir.Circuit:
    return Lowering(inlined_helper(trace, inputs), calls).circuit()


class Lowering:
    """Lowers one function: walks its statements."""

    def __init__(self, inlined: Inlined, calls: Calls) -> None:
        self.inlined = inlined
        self.state = state = State(
            inlined.trace, inlined.inputs, calls, [f.name for f in inlined.fields]
        )
        self.calls = calls
        self.views = SecondNames(state)
        self.assignment = Assignment(state, self.views, lambda: self.mutation)
        self.effects = Effects(state)
        self.outermost = state.items  # the items of the function's own block
        # among which items each question of a guard stands
        self.assumed: dict[str, list[ir.Statement]] = {}
        # the variables of attributes of arguments
        self.fields = {f.path: f.name for f in inlined.fields}
        self.output: ir.Wire | None = None
        self.output_node: ast.expr | None = None
        self.has_left = False  # whether some side returns at once, without a backward pass

    # imported where they are made: few functions need them, and a small one takes no longer than its imports

    @cached_property
    def mutation(self) -> Mutation:
        from codegen.lower.mutation import Mutation

        return Mutation(self.state, self.views)

    @cached_property
    def tries(self) -> Tries:
        from codegen.lower.tries import Tries

        return Tries(self.state, self)

    def circuit(self) -> ir.Circuit:
        body = body_of(self.state.trace)
        for statement in body:
            self.statement(statement)
        if not body or not isinstance(body[-1], ast.Return):
            some = syntax.has(self.state.trace.tree, ast.Return)
            name = self.state.trace.label
            raise self.state.refuse(
                self.state.trace.tree,
                (
                    "not every way through the function returns a value"
                    if some
                    else f"{name} returns nothing: there is no output to start from"
                ),
                "End it with a return." if some else "End it with a return of what counts.",
            )
        found = self.made()
        if asked := self.state.scope.asked:

            def with_mark(old: ir.Wire, new: ir.Wire) -> ir.Wire:
                return (
                    replace(new, asked=True) if old in asked and isinstance(new, ir.Gate) else new
                )

            found = ir.rewired(found, with_mark)
        if self.has_left:
            found = returned_by_name(found)
        if (mixed := mixed_read(found)) is not None:
            name, source = syntax.show(mixed[0]), self.state.trace.source
            doubt = MixedRanksError(
                f"{name} {mixed[1]}",
                advice="Give it one shape from the start.",
                location=source.location(mixed[0]),
            )
            why = f"{name} has another rank"
            doubt.ways = tuple(source.refuse(s, why) for s in bound_in(found, name))
            self.calls.doubts.append(doubt)
        return found

    def made(self) -> ir.Circuit:
        trace, read = self.state.trace, [f for f in self.inlined.fields if f.is_read]
        return ir.Circuit(
            trace.label,
            [
                *(name for name in parameters_of(trace.tree) if name not in trace.settled),
                *outer_names(trace),
                *(f.name for f in read),
            ],
            self.state.inputs,
            {
                name: list(value) if isinstance(value, deque) else value
                for name, value in {**trace.values, **{f.name: f.known for f in read}}.items()
            },
            ir.Block(self.state.items),
            self.output,
            self.output_node,
            trace,
            self.state.names,
            {f.name: f.text for f in read},
            list(self.inlined.wholes),
            optional=none_by_default(trace.tree),
            rounded=tuple(dict.fromkeys(self.state.scope.rounded)),
        )

    def statement(self, node: ast.stmt) -> None:
        self.views.settle_finished(node)
        self.effects.look(node)
        self.state.current = self.state.scope.current = node
        before = len(self.state.items)
        self.lowered(node)
        self.guarded(node, before)
        if node in self.state.scope.rewritten:
            self.state.revise(before, lambda s: replace(s, rewritten=True))

    def guarded(self, node: ast.stmt, place: int) -> None:
        """Put a guard before a statement for each callee that may be another function next time."""
        waiting, self.state.scope.callees[:] = list(self.state.scope.callees), []
        assumed, self.state.scope.assumed[:] = list(self.state.scope.assumed), []
        for test, was in dict(assumed).items():
            if self.is_asked(test):
                continue
            result = asked_of_result(test, node)
            check = raising(result or test, was, node)
            self.state.items.insert(len(self.state.items) if result else place, ir.Passive(check))
        shown: set[str] = set()
        for func, callee in waiting:
            if (
                callee is MISSING
                or is_fixed(func, callee, self.state.scope)
                or syntax.show(func) in shown
            ):
                continue
            shown.add(syntax.show(func))
            statement = guard(func, callee, self.state.trace, node)
            if statement is None:
                raise self.state.refuse(
                    node,
                    f"{syntax.show(func)} may be another function in the next call",
                    "Call a function with a name of its own.",
                )
            if path_of(func) in self.settings and self.is_asked(syntax.show(statement.test)):
                continue
            self.state.items.insert(place, ir.Passive(statement))

    @cached_property
    def settings(self) -> set[str]:
        """The attributes of arguments that the function does not write."""
        tree = self.state.trace.tree
        given = set(parameters_of(tree)) - set(self.state.scope.values)
        paths = {path_of(n) for n in syntax.every(ast.Attribute, tree)}
        written = stored_paths(tree)
        return {
            path
            for path in paths - {""}
            if syntax.first_name(path) in given and not any(is_in(path, w) for w in written)
        }

    def is_asked(self, test: str) -> bool:
        """Return whether a statement before, in the block or in the outermost one, asks a question; now one does."""
        known = self.assumed.get(test)
        if known is not None and (known is self.state.items or known is self.outermost):
            return True
        self.assumed[test] = self.state.items
        return False

    def lowered(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign() | ast.Expr() if self.is_taken_off(node):
                pass
            case ast.Assign(targets=[ast.Attribute() as target]) if self.hands_on(node, target):
                self.passive(node, [])
            case ast.Assign(targets=[ast.Name(name)]) if syntax.note_of(node).hands_on:
                self.passive(node, [name])
            case ast.Assign():
                self.assignment.walruses(node.value, node)
                self.assignment.bind_all(node.targets, node.value, node)
            case ast.AnnAssign():
                if node.value is not None:
                    self.assignment.walruses(node.value, node)
                    self.assignment.bind_all([node.target], node.value, node)
            case ast.AugAssign():
                self.assignment.walruses(node.value, node)
                self.mutation.augmented(node)
            case ast.Return():
                self.returned(node)
            case ast.Expr():
                self.assignment.walruses(node.value, node)
                self.mutation.bare(node)
            case ast.Pass() | ast.Import() | ast.ImportFrom() | ast.Assert() | ast.Raise():
                self.passive(node)
            case ast.FunctionDef():
                self.passive(node, [node.name])
            case ast.Break():
                self.state.add(ir.Break(node))
            case ast.Delete():
                self.mutation.deleted(node)
            case ast.For():
                self.for_loop(node)
            case ast.While():
                self.while_loop(node)
            case ast.If():
                self.branch(node)
            case ast.With():
                self.within(node)
            case ast.Try():
                self.tries.tried(node)
            case ast.Nonlocal():
                raise self.state.refuse(
                    node, "nonlocal is not supported", "Return the value instead."
                )
            case ast.Global():
                raise self.state.refuse(
                    node,
                    "a function that changes global variables cannot be differentiated",
                    "Return the value instead.",
                )
            case _:
                self.other_compound(node)

    def is_taken_off(self, node: ast.Assign | ast.Expr) -> bool:
        """Lower a statement that takes an item off a list; return whether it does."""
        return popping(node) is not None and self.mutation.containers.taken_off(node)

    def hands_on(self, node: ast.Assign, target: ast.Attribute) -> bool:
        """Return whether a statement hands variables on to the object whose attributes they are: `self.W = W`."""
        return syntax.note_of(node).hands_on or path_of(target) in self.fields

    def returned(self, node: ast.Return) -> None:
        if node.value is None:
            raise self.state.refuse(node, "the function returns nothing")
        self.assignment.walruses(node.value, node)
        builder = self.state.builder(self.wholes(node.value))
        self.output = builder.build(node.value)
        self.output_node = builder.texts.of(node.value)
        self.check_output(self.output, node)
        self.state.add(ir.Return(node, syntax.name("return"), self.output, rewritten=True))

    def wholes(self, value: ast.expr) -> dict[str, ir.Wire]:
        """Return the objects that an expression reads, each as a container of the variables of its attributes."""
        found = {}
        for node in syntax.walk(value):
            path = place_of(node)
            if not path:
                continue
            root, steps = steps_of(path)
            sample = value_at(self.state.trace.values.get(root), steps)
            if sample is MISSING or sample is None:  # it is put there
                sample = self.state.trace.run.fact(node).sample
            whole = self.whole(syntax.parse(path), sample) if is_record(sample) else None
            if whole is not None:
                found[path] = whole
        return found

    def whole(self, node: ast.expr, sample: Any) -> ir.Wire | None:
        """Return an object as a container of the variables of its attributes; None if it has none."""
        parts: dict[str, ir.Wire] = {}
        for key, inner in parts_of_output(sample):
            read = ast.Attribute(node, key.name, ast.Load())
            name = self.fields.get(path_of(read))
            if name is not None and name in self.state.scope.active:
                parts[repr(key.name)] = ir.variable(name, inner, read)
            elif name is None and is_record(inner):
                part = self.whole(read, inner)
                if part is not None:
                    parts[repr(key.name)] = part
        return ir.Display(node, sample, node, operands=parts) if parts else None

    def check_output(self, wire: ir.Wire | None, node: ast.Return) -> None:
        """Refuse what cannot have a gradient: nothing, or text."""
        sample = self.state.builder().resolver.value(node.value) if node.value is not None else None
        if wire is None and (sample is None or isinstance(sample, str | bytes)):
            raise self.state.refuse(
                node,
                f"the function returns {'nothing' if sample is None else 'text'}, which has no gradient",
                "Return a number or an array.",
            )

    def block(self, body: Sequence[ast.stmt]) -> ir.Block:
        outer, self.state.items = self.state.items, []
        try:
            for statement in body:
                self.statement(statement)
            return ir.Block(self.state.items)
        finally:
            self.state.items = outer

    def is_passive(self, node: ast.stmt) -> bool:
        """Return whether a compound statement touches nothing active, now or in a later trip, and never jumps."""
        if isinstance(node, ast.If) and has_jump(node):
            return False
        scope = self.state.scope
        names = syntax.names(node)
        names = names.union(*(scope.closures.get(name, ()) for name in names))
        return not names & (scope.active | set(scope.structs))

    def branch(self, node: ast.If) -> None:
        """Lower a branch: each side from the same beginning."""
        self.assignment.walruses(node.test, node)
        if self.is_passive(node):
            self.passive(node)
            return
        if self.only_saves_work(node):
            for statement in node.body:
                self.statement(statement)
            return
        test = self.state.builder().texts.of(node.test)
        self.fork(
            node,
            test,
            lambda: self.side(node, node.body, True),
            lambda: self.side(node, node.orelse, False),
        )

    def fork(
        self,
        node: ast.If,
        test: ast.expr,
        first: Callable[[], ir.Block],
        second: Callable[[], ir.Block],
    ) -> None:
        """Add a branch, given what lowers its sides."""
        scope, active = self.state.scope, set(self.state.scope.active)
        start = scope.here.copy()
        body = first()
        one, scope.here = scope.here, start
        orelse = second()
        self.views.settle_sides(body, orelse, one)
        active_now, pieces = one.active | scope.active, {**one.structs, **scope.structs}
        scope.here = Point(active_now, pieces, scope.views)
        self.state.items.append(ir.Branch(node, test, body, orelse, active=active))

    def only_saves_work(self, node: ast.If) -> bool:
        """Return whether a branch adds nothing where its test is false, and its test has a slope by a float."""
        name = saved_by(node.test)
        tested = syntax.uses(node.test, name)
        if name not in self.state.scope.active or not isinstance(
            self.state.fact(tested[0]).sample, float
        ):
            return False
        if name in none_by_default(self.state.trace.tree):
            return False
        inside = set(ast.walk(node))
        reads = {
            part.id
            for part in syntax.every(ast.Name, self.state.trace.tree)
            if isinstance(part.ctx, ast.Load) and part not in inside
        }
        recorded = True in self.state.fact(node).truths and was_finished(
            self.state.trace.run, node.body
        )
        return recorded and adds_nothing(node, reads)

    def side(self, node: ast.If, body: list[ast.stmt], which: bool) -> ir.Block:
        """Return one side; one that could not be recorded, or is wrong, raises when it is reached."""
        fact = self.state.fact(node)
        if not body:
            return ir.Block([self.guard(node, fact.left[which])] if which in fact.left else [])
        # nothing of a side that only raises needs to be known
        taken = which in fact.truths or isinstance(body[0], ast.Raise)
        names, start = set(self.state.names), self.state.scope.here.copy()
        if taken and fact.visits and self.was_real(node, which):
            return self.block(body)
        said = fact.left.get(which, NOT_RECORDED)
        try:
            if taken and was_finished(self.state.trace.run, body):
                made = self.block(body)
                if not node.orelse or not self.is_last(node):
                    return made
                other = node.orelse if which else node.body
                return self.leaving(made, length(body) == 1 < length(other))
        except UnsupportedError as error:
            said = said_of_side(error)
            self.state.names.clear()
            self.state.names |= names
            self.state.scope.here = start
        return ir.Block([self.guard(body[0], said)])

    def is_last(self, node: ast.If) -> bool:
        """Return whether nothing but the return comes behind a branch, so that each side leaves the function."""
        *_, last, _ = [None, None, *body_of(self.state.trace)]
        while isinstance(last, ast.If) and last is not node:
            sides = [side[-1] for side in (last.body, last.orelse) if side]
            last = next((s for s in sides if any(n is node for n in ast.walk(s))), None)
        return last is node

    def leaving(self, block: ir.Block, is_early: bool) -> ir.Block:
        """Return a side that the example does not take; where the value returned there is of another kind than the
        example's, the forward pass returns it at once, without a cache. An array beside a number is of another kind
        where it is returned before the work that the other side does: scores before the loss.
        """
        last, trace = block.items[-1] if block.items else None, self.state.trace
        final = body_of(trace)[-1]
        if (
            trace.place is not None
            or not isinstance(final, ast.Return)
            or not isinstance(final.value, ast.Name)
            or not isinstance(last, ir.Stage)
            or not isinstance(last.statement, ast.Assign)
            or not isinstance(last.target, ast.Name)
            or last.target.id != final.value.id
        ):
            return block
        value, usual = last.statement.value, self.usual(body_of(trace), final.value.id)
        kinds = {self.kind_of_output(one, is_early) for one in (value, usual or value)}
        if len(kinds) == 1:
            return block
        kept, name = block.items[:-1], syntax.identifier(value)
        if not name:
            name = self.state.free("result")
            kept = [*block.items[:-1], replace(last, target=syntax.name(name))]
        gone = ir.Raise(last.statement, rewritten=True, text=f"return {name}, None")
        self.has_left = True
        return ir.Block([*kept, gone])

    def usual(self, body: list[ast.stmt], name: str) -> ast.expr | None:
        """Return the expression that gives a name its last value on the way that the example takes."""
        for statement in reversed(body):
            if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == name:
                return statement.value
            if isinstance(statement, ast.If):
                side = statement.body if self.was_real(statement, True) else statement.orelse
                found = self.usual(side, name)
                if found is not None:
                    return found
        return None

    def kind_of_output(self, value: ast.expr, ranked: bool) -> tuple[str, int]:
        """Return what an upstream gradient must be like: its rank, if it counts, or the kind and the length of a
        container.
        """
        sample = sample_of(self.state.scope, value)
        if isinstance(sample, list | tuple | dict):
            return type(sample).__name__, -1 if isinstance(sample, list) else len(sample)
        return "number", np.ndim(sample) * ranked if is_number(sample) else -1

    def was_real(self, node: ast.AST, which: bool) -> bool:
        """Return whether the run on the example took a side of a branch by itself."""
        return which in self.state.trace.run.natural.get(node, set())

    def guard(self, at: ast.stmt, message: str) -> ir.Raise:
        return ir.Raise(at, rewritten=True, text=f"raise NotImplementedError({message!r})")

    def other_compound(self, node: ast.stmt) -> None:
        """Keep another compound statement if it touches nothing active; refuse it otherwise."""
        kind = type(node).__name__
        kind = {"TryStar": "try", "ClassDef": "class", "AsyncFunctionDef": "async def"}.get(
            kind, kind.lower()
        )
        if not self.is_passive(node):
            raise self.state.refuse(
                node,
                f"{'an' if kind[0] in 'aeiou' else 'a'} {kind} statement around traced values is not supported",
                "Move it out of the function.",
            )
        self.passive(node, [node.name] if isinstance(node, ast.ClassDef) else None)

    def within(self, node: ast.With) -> None:
        """Lower a `with` block: its context must be passive."""
        for one in node.items:
            if self.state.builder().build(one.context_expr) is not None:
                raise self.state.refuse(
                    node, "a with statement over a traced value is not supported"
                )
        bound = [one.optional_vars for one in node.items if one.optional_vars is not None]
        names = [name for target in bound for name in syntax.stores(target)]
        self.state.items.append(ir.Within(node, self.block(node.body), names))

    def while_loop(self, node: ast.While) -> None:
        if self.is_passive(node):
            self.passive(node)
            return
        if syntax.has(node.test, ast.NamedExpr):
            raise self.state.refuse(
                node,
                "a walrus in the test of a while loop is not supported",
                "Assign before the loop and at its end.",
            )
        if True not in self.state.fact(node).truths:
            self.never(node)
            return
        self.loop(node, None)

    def never(self, node: ast.For | ast.While) -> None:
        """Lower a loop without a single trip in the example: a trip raises."""
        body = ir.Block(
            [self.guard(node.body[0], "the body of this loop was not run with the example inputs")]
        )
        active = set(self.state.scope.active)
        if isinstance(node, ast.While):
            self.state.items.append(ir.Loop(node, body, active=active))
            return
        header = self.header(node)
        self.state.items.append(ir.Loop(node, body, [], header.target, header.iterable, active))

    def for_loop(self, node: ast.For) -> None:
        if self.is_passive(node) and node not in self.state.heads:
            self.passive(node)
            return
        if not self.state.fact(node).visits:
            self.never(node)
            return
        self.loop(node, self.header(node))

    def loop(self, node: ast.For | ast.While, header: Header | None) -> None:
        """Lower a loop once what is active at its head is known."""
        own = syntax.stores(node.target) if isinstance(node, ast.For) else []
        self.views.settle_before(node)
        scope, start = self.state.scope, self.state.scope.here.copy()
        head = start.active | self.state.heads.get(node, set())
        while True:
            names = set(self.state.names)
            scope.here = Point(set(head), dict(start.structs), dict(start.views))
            self.views.forget(
                own if header is None or not header.items else syntax.mentioned(header.target)
            )
            outer, self.state.items = self.state.items, []
            try:
                self.bind_items(node, header)
                for statement in node.body:
                    self.statement(statement)
                self.views.settle_after(node, start.views)
                body = ir.Block(self.state.items)
            finally:
                self.state.items = outer
            if scope.active <= head:
                break
            head |= scope.active
            self.state.names.clear()
            self.state.names |= names
        self.state.heads[node] = head
        scope.here = Point(head | scope.active, scope.structs, scope.views)
        if header is None:
            self.state.items.append(ir.Loop(node, body, binds=own, active=set(head)))
            return
        inner = {n for target, _ in header.items for n in syntax.stores(target)}
        names_bound = [*own, *syntax.stores(ast.Tuple([header.target], ast.Store()))]
        binds = [n for n in dict.fromkeys(names_bound) if n not in inner]
        loop = ir.Loop(node, body, binds, header.target, header.iterable, set(head))
        self.state.items.append(loop)

    def bind_items(self, node: ast.For | ast.While, header: Header | None) -> None:
        """Bind the variables of a loop that are items of something."""
        if header is None:
            return
        before = len(self.state.items)
        for target, source in header.items:
            several = isinstance(target, ast.Tuple | ast.List) and not isinstance(source, ast.Name)
            if several and self.state.builder().build(source) is not None:
                own = self.state.free("item")
                self.assignment.bind(syntax.name(own), source, node, self.state.builder())
                read = ast.copy_location(syntax.name(own), node)
                self.state.see(read, self.state.builder().resolver.value(source))
                unpacks = moved(ast.Assign([syntax.deep(target)], syntax.name(own)), node)
                self.assignment.bind(target, read, unpacks, self.state.builder())
                continue
            self.assignment.bind(target, source, node, self.state.builder())
        self.state.revise(before, item_of_loop)

    def header(self, node: ast.For) -> Header:
        from codegen.lower.header import Header, HeaderMaker

        if not self.reads_active(node.iter) and not self.writes_items(node):
            return Header(node.target, self.state.builder().texts.of(node.iter))
        return HeaderMaker(self.state, node).header()

    def writes_items(self, node: ast.For) -> bool:
        """Return whether a loop may write something active into the memory of what it runs over."""
        own = set(syntax.stores(node.target))
        live = self.state.scope.active | set(syntax.stores(node)) - own
        sources = syntax.names(node.iter)
        return any(
            self.state.fact(change).changing & own
            and self.state.fact(change).changing & sources
            and set(syntax.reads(self.state.memory.statement_of(change))) & live
            for change in self.state.memory.changing()
            if inside(change, node)
        )

    def reads_active(self, node: ast.expr) -> bool:
        """Return whether what a loop runs over may be differentiated, and not only by its size."""
        match node:
            case ast.Call(func=ast.Name("range" | "len") | ast.Attribute(attr="keys")):
                return False
            case ast.Call(func=ast.Name("enumerate" | "zip" | "reversed"), args=args):
                return any(map(self.reads_active, args))
            case ast.Call(func=ast.Attribute(value=owner, attr="items" | "values")):
                return self.state.builder().build(owner) is not None
        if isinstance(self.state.builder().resolver.value(node), dict):
            return False
        return self.state.builder().build(node) is not None

    def passive(self, node: ast.stmt, binds: Sequence[str] | None = None) -> None:
        names = list(syntax.stores(node) if binds is None else binds)
        self.views.forget(names)
        changes = sorted({n for part in ast.walk(node) for n in self.state.fact(part).changing})
        self.state.add(ir.Passive(node, binds=names, changes=changes))


def length(body: Sequence[ast.stmt]) -> int:
    """Return how many statements the longest way through a block has."""
    return sum(max(length(s.body), length(s.orelse)) if isinstance(s, ast.If) else 1 for s in body)


def asked_of_result(test: str, node: ast.stmt) -> str:
    """Return a test of a call as one of the variable that a statement gives its value to, or nothing."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
            pass
        case ast.Assign(
            targets=[ast.Tuple(elts=[ast.Name(id=name), *_])], value=ast.Call() as call
        ):
            pass
        case _:
            return ""
    shown = f"({syntax.show(call)})"
    return test.replace(shown, f"({name})") if shown in test else ""


def returned_by_name(circuit: ir.Circuit) -> ir.Circuit:
    """Return a circuit that returns the user's own variable where, early returns aside, one is all there is."""
    final = circuit.output
    binders = grouped((syntax.identifier(s.target), s) for s in ir.stages_of(circuit.block))
    binds = [] if final is None else binders.get(final.name or "", [])
    last = binds[-1].wire if binds else None
    renamed = len(binds) == 1 and isinstance(last, ir.Variable)
    if renamed and last is not None:
        last = next((s.wire for s in binders.get(last.name or "", [])[::-1] if s.wire), last)
    if last is None or final is None:
        return circuit
    own = binds[0].wire if renamed else final
    assert own is not None
    wire = replace(own, sample=last.sample)

    def change(stage: ir.Stage) -> list[ir.Stage]:
        if renamed and stage is binds[0]:
            return []
        return [replace(stage, wire=wire) if isinstance(stage, ir.Return) else stage]

    node = syntax.name(str(wire.name))
    return replace(circuit, block=ir.rebuilt(circuit.block, change), output=wire, output_node=node)


def item_of_loop(stage: ir.Stage) -> ir.Stage:
    """Return what the header of a loop binds as such: no statement of the user's does."""
    if not isinstance(stage, ir.Bind):
        return stage
    return ir.LoopItem(**{one.name: getattr(stage, one.name) for one in fields(stage)})
