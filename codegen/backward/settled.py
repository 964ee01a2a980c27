"""The last step of planning: lines with placeholders go in, lines with names and loops with headers come out."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from codegen import syntax
from codegen.backward.flow import has_break, is_foreseen
from codegen.backward.formulas import by_their_names
from codegen.backward.sizes import short_sizes
from codegen.backward.versions import Steps
from codegen.emit.spell import named_text, stage_text
from codegen.ir import Line, Loop, Nest, Remark, Stage
from codegen.stage.local import without_shapes
from codegen.trace.normalize.jumps import negated
from codegen.trace.read import Source

if TYPE_CHECKING:
    from codegen.backward.plan import Planner

Items = Sequence[Line | Remark | Nest]


class Settled:
    """Gives the planned lines of one function their final names."""

    def __init__(self, planner: Planner) -> None:
        self.planner, self.versions = planner, planner.versions

    def lines(self) -> list[Line | Remark | Nest]:
        """Return the lines of the backward function."""
        items = self.planner.lines
        by_their_names(items, self.planner)
        short_sizes(items, self.planner)
        wanted = set(self.placeholders(items))
        valued = {
            *self.placeholders(items, values=True),
            *(k for _, keys in self.planner.flags for k in keys),
        }
        self.planner.reads.measured(wanted - valued)
        loops = {nest.loop for nest in self.nests(items) if nest.loop is not None}
        counted = {loop for loop in loops if not is_foreseen(loop, self.planner.circuit.trace.run)}
        self.versions.finish(wanted, self.planner.flags, counted)
        return self.named(items)

    def placeholders(self, items: Items, values: bool = False) -> list[str]:
        """Return the placeholders in all lines and headers; only those whose value is read, not just
        its shape, if asked.
        """
        found: list[str] = []
        for item in items:
            trees: list[ast.expr] = []
            if isinstance(item, Line):
                trees = [item.value, *([item.target] if item.target is not None else [])]
            elif isinstance(item, Nest):
                trees = [item.iterable] if item.iterable is not None else []
                found.extend(self.placeholders(item.body, values))
            found.extend(
                n.id
                for tree in trees
                for n in syntax.walk(without_shapes(tree) if values else tree)
                if isinstance(n, ast.Name) and "@" in n.id
            )
        return found

    def nests(self, items: Items) -> list[Nest]:
        """Return all loops."""
        found = []
        for item in items:
            if isinstance(item, Nest):
                found.extend([item] if item.loop is not None else [])
                found.extend(self.nests(item.body))
        return found

    def named(self, items: Items) -> list[Line | Remark | Nest]:
        """Return lines with the final names."""
        found: list[Line | Remark | Nest] = []
        for item in items:
            if isinstance(item, Line):
                target = self.final(item.target) if item.target is not None else None
                found.append(
                    Line(
                        target,
                        item.operator,
                        self.final(item.value),
                        item.comment,
                        {s.partition("@")[0] for s in item.shares},
                    )
                )
            elif isinstance(item, Nest):
                found.extend(self.nest(item))
            else:
                found.append(item)
        return found

    def final(self, tree: ast.expr) -> ast.expr:
        """Return a text with placeholders replaced."""
        return syntax.rewrite(
            tree,
            lambda p: (
                syntax.name(self.planner.reads.known[p.id].found or p.id.partition("@")[0])
                if isinstance(p, ast.Name) and "@" in p.id
                else None
            ),
        )

    def nest(self, nest: Nest) -> list[Line | Remark | Nest]:
        """Return a compound statement with its header."""
        if nest.loop is not None:
            return [self.loop(nest, nest.loop)]
        body = [*self.again(nest), *self.named(nest.body)]
        if nest.keyword == "else":
            return [Nest("else", body, header="else:")]
        branch = nest.branch
        assert branch is not None and nest.test is not None
        test = nest.test
        if branch.flag:
            read = self.planner.reads.known[self.planner.reads.key(branch.flag, branch, True)]
            test = syntax.name(read.found or branch.flag)
            if nest.negated:
                test = negated(test)
        return [Nest("if", body, header=f"if {syntax.show(self.final(test))}:")]

    def loop(self, nest: Nest, loop: Loop) -> Nest:
        """Return a loop with its header and what its body begins with."""
        steps = self.versions.steps.get(loop, Steps())
        head = self.again(nest)
        body = [*head, *self.named(nest.body)]
        header, unpack = self.header(nest, loop, steps, self.reads_in(body))
        if unpack or head:
            body.insert(len(head), Remark("", code=True))
        return Nest("for", [*unpack, *body], loop=loop, backwards=nest.backwards, header=header)

    def again(self, nest: Nest) -> list[Line | Remark | Nest]:
        """Return the lines of the forward pass that are computed again where a block begins."""
        stages = self.planner.reads.again.get(nest.block, []) if nest.block is not None else []
        shown: list[ast.stmt] = []
        found: list[Line | Remark | Nest] = []
        for stage in sorted(stages, key=lambda s: s.order):
            if stage.kind == "item" or stage.wire is not None:
                found.append(
                    Remark(again_text(stage, self.planner.circuit.trace.source), code=True)
                )
            elif stage.statement not in shown:
                shown.append(stage.statement)
                found.append(
                    Remark(stage_text(stage, self.planner.circuit.trace.source), code=True)
                )
        return found

    def reads_in(self, items: Items) -> set[str]:
        """Return the names that lines read."""
        found: set[str] = set()
        for item in items:
            if isinstance(item, Line):
                found |= {
                    n.id
                    for tree in (item.value, item.target)
                    if tree is not None
                    for n in syntax.walk(tree)
                    if isinstance(n, ast.Name)
                }
            elif isinstance(item, Nest):
                found |= self.reads_in(item.body)
                if item.header:
                    found |= {
                        n.id
                        for n in syntax.walk(
                            ast.parse(item.header.replace("else:", "if x:") + " pass")
                        )
                        if isinstance(n, ast.Name)
                    }
            elif item.code:
                found |= {
                    n.id for n in syntax.walk(ast.parse(item.text)) if isinstance(n, ast.Name)
                }
        return found

    def header(
        self, nest: Nest, loop: Loop, steps: Steps, read: set[str]
    ) -> tuple[str, list[Line | Remark | Nest]]:
        """Return the header of a backward loop, and the line that unpacks a step."""
        saved = steps.saved
        iterable = self.final(nest.iterable) if nest.iterable is not None else None
        unpack: list[Line | Remark | Nest] = []
        names = ", ".join(saved)
        stored = (
            [n.id for n in syntax.walk(loop.target) if isinstance(n, ast.Name)]
            if loop.target is not None
            else []
        )
        own = [n for n in stored if n in read and n not in saved]
        if saved and not own:
            return (
                f"for {names} in {f'reversed({steps.name})' if nest.backwards else steps.name}:",
                [],
            )
        if saved and loop.counts():
            target: ast.expr = (
                ast.Tuple([syntax.name(n) for n in saved], ast.Load())
                if len(saved) > 1
                else syntax.name(saved[0])
            )
            assert loop.target is not None and iterable is not None
            unpack = [Line(target, "=", syntax.index(syntax.name(steps.name), loop.target))]
            trips = (
                syntax.call("range", syntax.call("len", syntax.name(steps.name)))
                if has_break(loop)
                else iterable
            )
            return (
                f"for {syntax.show(loop.target)} in {syntax.show(self.turned(trips, nest.backwards))}:",
                unpack,
            )
        if iterable is None or (steps.name and not saved and not own):
            return f"for _ in range({steps.name}):", []
        assert loop.target is not None
        target_text = syntax.show(loop.target)
        if steps.name and not saved and loop.counts():
            return f"for {target_text} in reversed(range({steps.name})):", []
        if not saved:
            return f"for {target_text} in {syntax.show(self.turned(iterable, nest.backwards))}:", []
        if isinstance(loop.target, ast.Tuple):
            target_text = f"({target_text})" if not target_text.startswith("(") else target_text
        pair = f"({names})" if len(saved) > 1 else names
        both = syntax.call(
            "zip",
            self.turned(iterable, nest.backwards),
            self.turned(syntax.name(steps.name), nest.backwards),
        )
        return f"for {target_text}, {pair} in {syntax.show(both)}:", []

    def turned(self, iterable: ast.expr, backwards: bool) -> ast.expr:
        """Return what a loop runs over, from the end if need be."""
        if not backwards:
            return iterable
        if isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name):
            if iterable.func.id == "range":
                return syntax.call("reversed", iterable)
            if iterable.func.id == "reversed":
                return iterable.args[0]
        if isinstance(iterable, ast.Name) and iterable.id in {
            s.name for s in self.versions.steps.values()
        }:
            return syntax.call("reversed", iterable)
        return syntax.call("reversed", syntax.call("list", iterable))


def again_text(stage: Stage, source: Source) -> str:
    """Return the line that computes a stage again: the user's own if it binds nothing else."""
    if stage.kind == "item" or len(syntax.stores(stage.statement)) == 1 and not stage.rewritten:
        return stage_text(stage, source)
    assert stage.wire is not None
    return f"{syntax.show(stage.target)} = {syntax.show(named_text(stage.wire.node))}"
