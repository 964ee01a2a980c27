"""Loops and branches backwards: a compound item goes in, nested lines come out.

A loop needs a gradient variable before it begins for whatever its trips add to or hand on; a branch leaves
the same gradients behind on both sides.
"""

from __future__ import annotations

import ast
import copy
from typing import Any

from codegen import syntax
from codegen.backward.beginnings import Beginnings
from codegen.backward.order import must_reverse
from codegen.backward.samples import is_plain
from codegen.backward.terms import Live
from codegen.backward.zeros import zeros_like
from codegen.ir import Block, Branch, Line, Loop, Nest, Remark, Stage, Within, ends_in_raise
from codegen.trace.normalize.jumps import negated


class Blocks(Beginnings):
    """The part of the planner that walks blocks."""

    shown: ast.AST | None

    def stage(self, stage: Stage) -> None:
        """Add the lines of one stage."""
        raise NotImplementedError

    def block(self, block: Block) -> None:
        """Add the lines of a block, the last item first."""
        for item in reversed(block.items):
            self.at = item
            if isinstance(item, Loop):
                self.loop(item)
            elif isinstance(item, Branch):
                self.branch(item)
            elif isinstance(item, Within):
                self.block(item.body)
            else:
                self.stage(item)

    # ---- state, for trial runs

    def snapshot(self) -> dict[str, Any]:
        """Return what a trial run may change."""
        kept = {
            "live": dict(self.live),
            "touched": set(self.touched),
            "samples": dict(self.samples),
            "flags": list(self.flags),
            "shown": self.shown,
        }
        return {**kept, "gradient_names": dict(self.gradient_names), "taken": set(self.namer.taken)}

    def restore(self, kept: dict[str, Any]) -> None:
        """Go back to a snapshot."""
        self.live, self.touched = dict(kept["live"]), set(kept["touched"])
        self.samples, self.flags, self.gradient_names = (
            dict(kept["samples"]),
            list(kept["flags"]),
            dict(kept["gradient_names"]),
        )
        self.shown = kept["shown"]
        self.namer.taken.clear()
        self.namer.taken |= kept["taken"]

    # ---- loops

    def loop(self, loop: Loop) -> None:
        """Add the lines of a loop."""
        before, outer = dict(self.live), self.lines
        carried: set[str] = set()
        while True:
            kept = self.snapshot()
            for name in carried:
                sample = self.sample_of(name)
                self.live[name] = Live(syntax.name(self.d(name)), True, sample)
                if is_plain(sample):
                    self.samples[self.d(name)] = sample
            self.touched, self.lines = set(), []
            self.block(loop.body)
            wanted = {n for n in before if n in self.touched} | {
                n for n in self.live if n not in before and n in loop.active
            }
            if wanted <= carried:
                break
            carried |= wanted
            self.restore(kept)
        after, body, touched = self.live, self.lines, self.touched
        self.lines, self.at = outer, loop
        self.touched = kept["touched"] | touched | carried
        ordered = sorted(carried, key=self.place)
        self.close_trip(loop, ordered, after, body)
        if body:
            self.live = before
            for name in ordered:
                self.begin(name, loop)
            self.nest(loop, body)
        self.live = {n: live for n, live in before.items() if n not in carried}
        for name in ordered:
            if self.is_known_before(name, loop):
                self.live[name] = Live(syntax.name(self.d(name)), True, self.sample_of(name))

    def close_trip(
        self,
        loop: Loop,
        ordered: list[str],
        after: dict[str, Live],
        body: list[Line | Remark | Nest],
    ) -> None:
        """Add to the body what a carried gradient must be at the end of a trip."""
        outer, self.lines = self.lines, body
        for name in ordered:
            live, target, sample = after.get(name), self.d(name), self.sample_of(name)
            if live is None:
                body.append(Line(syntax.name(target), "=", self.nothing(loop, name, sample)))
            elif not isinstance(live.tree, ast.Name) or live.tree.id != target:
                line = self.line(target, "=", live.tree, sample)
                line.shares = set(syntax.reads(live.tree))
                body.append(line)
        self.lines = outer

    def nest(self, loop: Loop, body: list[Line | Remark | Nest]) -> None:
        """Add a loop with a planned body."""
        self.at = loop
        iterable = self.resolved(loop.iterable) if loop.iterable is not None else None
        self.lines.append(
            Nest(
                "for",
                body,
                loop=loop,
                block=loop.body,
                iterable=iterable,
                backwards=must_reverse(loop, body),
            )
        )

    # ---- branches

    def branch(self, branch: Branch) -> None:
        """Add the lines of a branch."""
        before, outer, touched = dict(self.live), self.lines, self.touched
        open_sides = [s for s in (branch.body, branch.orelse) if not ends_in_raise(s)]
        if len(open_sides) < 2:
            for side in open_sides:
                self.block(side)
            return
        sides, lives = [], []
        for side in open_sides:
            self.live, self.lines, self.touched = dict(before), [], set()
            self.block(side)
            touched = touched | self.touched
            sides.append(self.lines)
            lives.append(self.live)
        self.lines, self.touched, self.at = outer, touched, branch
        self.live = {}
        for name in sorted({*lives[0], *lives[1]}, key=self.place):
            self.unify(name, branch, before, sides, lives)
        if not any(sides):
            return
        self.at = branch
        test = self.resolved(branch.test)
        self.flags.append(
            (
                branch,
                sorted(
                    {n.id for n in syntax.walk(test) if isinstance(n, ast.Name) and "@" in n.id}
                ),
            )
        )
        body, orelse = sides
        if not body:
            self.lines.append(
                Nest(
                    "if",
                    orelse,
                    test=negated(copy.copy(test)),
                    branch=branch,
                    block=branch.orelse,
                    negated=True,
                )
            )
            return
        self.lines.append(Nest("if", body, test=test, branch=branch, block=branch.body))
        if orelse:
            self.lines.append(Nest("else", orelse, block=branch.orelse))

    def unify(
        self,
        name: str,
        branch: Branch,
        before: dict[str, Live],
        sides: list[list[Line | Remark | Nest]],
        lives: list[dict[str, Live]],
    ) -> None:
        """Make the gradient of a name the same variable on both sides."""
        found = [one.get(name) for one in lives]
        if found[0] is found[1] and found[0] is not None:
            self.live[name] = found[0]
            return
        if name not in branch.active:
            return
        target, sample = self.d(name), self.sample_of(name)
        for side, live in zip(sides, found, strict=True):
            self.at = branch
            if live is not None and isinstance(live.tree, ast.Name) and live.tree.id == target:
                continue
            if live is None:
                line = self.line(target, "=", zeros_like(self.previous(name), sample), sample)
            else:
                line = self.line(target, "=", live.tree, sample)
                line.shares = set(syntax.reads(live.tree))
            if side or name in before and live is None:
                side.append(line)
            else:
                self.lines.append(line)
        self.live[name] = Live(syntax.name(target), True, sample)

    def previous(self, name: str) -> ast.expr:
        """Return the text of a variable's value before the present item."""
        return syntax.name(name)
