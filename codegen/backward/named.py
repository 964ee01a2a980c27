"""Final names: planned lines go in; out they come with the names under which values of the forward pass are kept, loops
and branches with their headers.

A value of the forward pass is read as `y@3` until it is known how it is kept. A loop runs over its steps, in reverse
where it must, and a block begins with what is computed again in it.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence, Set
from dataclasses import replace

from codegen import ir, syntax
from codegen.backward.differentiate import Derived
from codegen.backward.flow import is_foreseen
from codegen.backward.reads import key_of, value_key
from codegen.backward.remember import Saved, Steps
from codegen.backward.rows import taken_apart
from codegen.stage.spell import stage_text
from codegen.trace.read import Source


def named(derived: Derived, saved: Saved) -> list[ir.Planned]:
    """Return the lines of a backward pass under their final names."""
    circuit = derived.draft.circuit
    return Settled(circuit.trace.source, saved).body(circuit.block, derived.lines)


class Settled:
    """Gives the planned lines of one function their final names."""

    def __init__(self, source: Source, saved: Saved) -> None:
        self.source, self.saved = source, saved

    def body(self, block: ir.Block | None, items: Sequence[ir.Planned]) -> list[ir.Planned]:
        """Return the lines of a block, behind those that are computed again where it begins."""
        return [*self.again(block), *self.named(items)]

    def named(self, items: Sequence[ir.Planned]) -> list[ir.Planned]:
        found: list[ir.Planned] = []
        for item in items:
            if isinstance(item, ir.Line):
                shares = {s.partition("@")[0] for s in item.shares}
                found.append(replace(item.with_trees(self.final), shares=shares))
            elif isinstance(item, ir.Nest):
                found.extend(self.nest(item))
            else:
                found.append(item)
        return found

    def final(self, tree: ast.expr) -> ast.expr:
        return syntax.rewrite(
            tree,
            lambda p: (
                syntax.name(self.saved.names[p.id])
                if isinstance(p, ast.Name) and "@" in p.id
                else None
            ),
        )

    def nest(self, nest: ir.Nest) -> list[ir.Planned]:
        if isinstance(nest, ir.For) and nest.loop is not None:
            return [self.loop(nest, nest.loop)]
        body = self.body(nest.block, nest.body)
        if isinstance(nest, ir.Else):
            return [ir.Else(body, block=nest.block)]
        assert isinstance(nest, ir.If) and nest.branch is not None and nest.test is not None
        branch = nest.branch
        test = nest.test
        flag = self.saved.flags.get(branch)
        if flag is not None:
            test = syntax.name(self.saved.names.get(key_of(flag, self.saved.flow, branch), flag))
            if nest.negated:
                test = syntax.negated(test)
        return [ir.If(body, block=nest.block, test=self.final(test))]

    def loop(self, nest: ir.For, loop: ir.Loop) -> ir.For:
        steps = self.saved.steps.get(loop, Steps())
        head = self.again(nest.block)
        body = [*head, *self.named(nest.body)]
        read = set(ir.names_in(body))
        target, iterable, unpack = self.header(nest, loop, steps, read)
        if unpack or head:
            body.insert(len(head), ir.Gap())
        body = [*unpack, *body]
        return ir.For(body, loop=loop, target=target, iterable=iterable, backwards=nest.backwards)

    def again(self, block: ir.Block | None) -> list[ir.Planned]:
        stages = self.saved.again.get(block, []) if block is not None else []
        shown: list[ast.stmt] = []
        found: list[ir.Planned] = []
        for stage in sorted(stages, key=self.saved.flow.order_of):
            if self.is_of_unpacked(stage, stages):
                if stage.statement not in shown:
                    shown.append(stage.statement)
                    again = computed_again(syntax.show(stage.statement))
                    found.append(self.as_kept(again, stage))
            elif isinstance(stage, ir.LoopItem) or stage.wire is not None:
                found.append(self.as_kept(computed_again(again_text(stage, self.source)), stage))
            elif stage.statement not in shown:
                shown.append(stage.statement)
                found.append(computed_again(stage_text(stage, self.source)))
        return found

    def is_of_unpacked(self, stage: ir.Stage, stages: Sequence[ir.Stage]) -> bool:
        """Return whether a stage is one of those that unpack a variable, all of which are computed again."""
        match stage.statement:
            case ast.Assign(targets=[ast.Tuple(elts=parts)], value=ast.Name()):
                own = [s for s in self.saved.flow.items if s.statement is stage.statement]
                return len(own) == len(parts) and all(
                    isinstance(s, ir.Bind | ir.LoopItem) and not s.rewritten and s in stages
                    for s in own
                )
        return False

    def as_kept(self, again: ir.Again, stage: ir.Stage) -> ir.Again:
        """Return a line that is computed again, with the names under which what it reads is kept."""
        now: dict[str, str] = {}
        for name in syntax.reads(again.statement):
            key, names = key_of(name, self.saved.flow, stage, False), self.saved.names
            kept = names.get(value_key(key), names.get(key, name))
            if kept != name:
                now[name] = kept
        if not now:
            return again
        for part in syntax.walk(again.statement):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
                part.id = now.get(part.id, part.id)
        return computed_again(syntax.show(again.statement))

    def header(
        self, nest: ir.For, loop: ir.Loop, steps: Steps, read: Set[str]
    ) -> tuple[ast.expr, ast.expr, list[ir.Planned]]:
        """Return what a backward loop binds and what it runs over, and the line that unpacks a step."""
        saved = steps.saved
        item = taken_apart(steps.rows()) if saved else ast.Name("_", ast.Store())
        kept = syntax.name(steps.name)
        own = (
            syntax.names(loop.target) & read - set(steps.saved)
            if loop.target is not None
            else set()
        )
        if saved and not own:
            return item, syntax.call("reversed", kept) if nest.backwards else kept, []
        iterable = self.final(nest.iterable) if nest.iterable is not None else None
        if saved and loop.counts():
            assert loop.target is not None and iterable is not None
            unpack = ir.Line(as_of_a_line(item), "=", syntax.index(kept, loop.target))
            if not is_foreseen(loop, self.saved.flow.circuit.trace):
                iterable = syntax.call("range", syntax.call("len", kept))
            return loop.target, self.turned(iterable, nest.backwards), [unpack]
        trips = syntax.call("range", kept)
        if iterable is None or (steps.name and not saved and not own):
            return ast.Name("_", ast.Store()), trips, []
        assert loop.target is not None
        if steps.name and not saved and loop.counts():
            return loop.target, syntax.call("reversed", trips), []
        turned = self.turned(iterable, nest.backwards)
        if not saved:
            return loop.target, turned, []
        both = syntax.call("zip", turned, self.turned(kept, nest.backwards))
        return ast.Tuple([loop.target, item], ast.Store()), both, []

    def turned(self, iterable: ast.expr, backwards: bool) -> ast.expr:
        if not backwards:
            return iterable
        if isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name):
            if iterable.func.id == "range":
                return syntax.call("reversed", iterable)
            if iterable.func.id == "reversed":
                return iterable.args[0]
        if syntax.identifier(iterable) in {s.name for s in self.saved.steps.values()}:
            return syntax.call("reversed", iterable)
        return syntax.call("reversed", syntax.call("list", iterable))


def as_of_a_line(target: ast.expr) -> ast.expr:
    """Return the target of a header as that of a planned line, whose names are not marked as bound."""
    if isinstance(target, ast.Tuple):
        return ast.Tuple([as_of_a_line(part) for part in target.elts], ast.Load())
    return syntax.name(target.id) if isinstance(target, ast.Name) else target


def computed_again(text: str) -> ir.Again:
    (statement,) = ast.parse(text).body
    syntax.keep_spelling(statement, (text,))
    return ir.Again(statement, text)


def again_text(stage: ir.Stage, source: Source) -> str:
    """Return the line that computes a stage again: the user's own if it binds nothing else."""
    if (
        isinstance(stage, ir.LoopItem)
        or len(syntax.stores(stage.statement)) == 1
        and not stage.rewritten
    ):
        return stage_text(stage, source)
    assert stage.wire is not None
    return syntax.assignment(stage.target, ir.named_text(stage.wire.node))
