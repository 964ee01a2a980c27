"""What a run has seen: the hooks of the instrumented code report here; facts of each place of the function come out."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from codegen.analysis.aliasing import shares
from codegen.errors import CodegenError
from codegen.trace.facts import CHANGEABLE, Behind, Fact
from codegen.trace.memory import Memory
from codegen.trace.traced import Trace


@dataclass
class Seen:
    """The facts of one run.

    Attributes
    ----------
    facts : dict
        The fact of a tree node, by the identity of the node.
    forced : dict
        Sides of tests to take at their first visit, by the number of the node.
    trips, entered : dict
        How often the body of a loop was run, and how often the loop was reached or, for `while`, left; by the
        number of the node.
    repeated : set of int
        The loops that make each trip twice.
    """

    nodes: list[ast.AST] = field(default_factory=list)
    facts: dict[int, Fact] = field(default_factory=dict)
    forced: dict[int, list[bool]] = field(default_factory=dict)
    budget: int = 5_000_000
    real: set[int] | None = None
    behind: Behind = field(default_factory=Behind)
    memory: Memory = field(default_factory=Memory)
    trips: dict[int, int] = field(default_factory=dict)
    entered: dict[int, int] = field(default_factory=dict)
    repeated: set[int] = field(default_factory=set)
    held: list[ast.AST] = field(default_factory=list)
    stack: list[Trace] = field(default_factory=list)

    def fact(self, node: ast.AST) -> Fact:
        """Return the fact of a node; an empty one if it was never reached."""
        return self.facts.get(id(node)) or Fact()

    def at(self, place: int) -> Fact:
        """Return the fact to write to, by the number of the node."""
        key = id(self.nodes[place])
        if self.real is not None and key in self.real:
            self.behind.real = self.facts[key]
            return self.behind
        found = self.facts.get(key)
        if found is None:
            found = self.facts[key] = Fact()
        return found

    def copy_facts(self, tree: ast.AST, fresh: ast.AST) -> None:
        """Give the parts of a copy the facts of the original, as far as both have the same form."""
        if tree is fresh:
            return
        if id(tree) in self.facts:
            self.facts[id(fresh)] = self.facts[id(tree)]
        self.held.append(fresh)
        for one, other in zip(
            ast.iter_child_nodes(tree), ast.iter_child_nodes(fresh), strict=False
        ):
            if type(one) is type(other):
                self.copy_facts(one, other)

    # The hooks: called from the instrumented code.

    def see_value(self, place: int, value: Any) -> Any:
        """Report a value."""
        self.at(place).see(value)
        if isinstance(value, CHANGEABLE):
            self.memory.read(place, value)
        return value

    def see_test(self, place: int, value: Any) -> bool:
        """Report which side a test takes; a forced side is taken instead."""
        fact = self.facts.setdefault(id(self.nodes[place]), Fact())
        waiting = self.forced.get(place)
        truth = waiting.pop(0) if waiting else bool(value)
        fact.visits += 1
        fact.truths.add(truth)
        if not truth:
            self.entered[place] = self.entered.get(place, 0) + 1
        self.spend()
        return truth

    def see_trip(self, place: int) -> None:
        """Report one trip of a loop."""
        self.at(place).visits += 1
        self.trips[place] = self.trips.get(place, 0) + 1
        self.spend()

    def see_items(self, place: int, items: Any) -> Any:
        """Report what a loop runs over; a loop that is forced makes each trip twice."""
        self.entered[place] = self.entered.get(place, 0) + 1
        if place in self.repeated:
            return (item for item in items for _ in range(2))
        return items

    def spend(self) -> None:
        """Count one step of the run."""
        self.budget -= 1
        if self.budget < 0:
            raise CodegenError(
                "the function runs more loop trips than the tool is willing to follow"
            )

    def see_change(self, place: int, value: Any, *changed: Any) -> Any:
        """Report which names share the memory that is about to change; return the new value."""
        fact = self.at(place)
        self.note_change(fact, changed, caller(1))
        self.memory.change(place, changed)
        if len(changed) == 1:
            fact.see(changed[0])
        return value

    def note_change(self, fact: Fact, changed: Sequence[Any], frame: FrameType | None) -> None:
        """Note the names whose values share memory with, or are, one of the changed objects, here and
        in the callers.
        """
        fact.visits += 1
        codes = {id(t.code): id(t) for t in self.stack}
        while len(fact.groups) < len(changed):
            fact.groups.append(set())
        here = True
        while frame is not None:
            if here or id(frame.f_code) in codes:
                for number, one in enumerate(changed):
                    names = {n for n, value in frame.f_locals.items() if shares(value, one)}
                    if here:
                        seen = {n: frame.f_globals.get(n) for n in frame.f_code.co_names}
                        names |= {n for n, value in seen.items() if shares(value, one)}
                        fact.groups[number] |= names
                        fact.shares |= names
                    else:
                        owner = codes[id(frame.f_code)]
                        fact.far |= {(number, owner, name) for name in names}
            frame, here = frame.f_back, False


def caller(depth: int) -> FrameType | None:
    """Return the frame that stands so many calls above the one that asks."""
    frame = inspect.currentframe()
    for _ in range(depth + 1):
        frame = frame.f_back if frame is not None else None
    return frame
