"""Ranks: the names of the forward and the backward pass go in; the rank of a name and whether it holds
floats come out, where known.
"""

from __future__ import annotations

import ast
from collections.abc import Collection
from functools import cached_property
from typing import Any

import numpy as np

from codegen import syntax
from codegen.backward.draft import Draft
from codegen.ir import Bind, Loop, LoopItem, Stage, Update
from codegen.pytree import has_float, is_mask, is_plain
from codegen.stage.spell import wire_text


class Ranks:
    """What the traced run tells of the values behind names."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        # the rank of each forward variable, -1 where it has several or none
        self.table: dict[str, int] = {}
        self.masks: dict[str, bool] = {}  # whether a variable may hold anything but floats
        self.whole: dict[str, bool] = {}  # whether a variable held whole numbers of NumPy
        # the variables that hold masks
        self.masked = {n for n, v in draft.circuit.samples.items() if is_mask(v)}

    def is_float(self, tree: ast.expr) -> bool:
        """Return whether a name surely holds floats: a gradient, or a variable that only ever is differentiable."""
        if not isinstance(tree, ast.Name):
            return False
        variable, stage, _ = tree.id.partition("@")
        if not stage:
            return variable in self.draft.samples
        return self.holds_floats(variable)

    def holds_floats(self, variable: str) -> bool:
        """Return whether a variable of the forward pass surely holds floats wherever it is bound."""
        if variable not in self.masks:
            self.masks[variable] = True  # where it is made like itself
            surely = all(
                isinstance(d, Stage)
                and (d.wire is not None or d.varied or self.makes_floats(d.statement))
                for d in self.draft.flow.definers.get(variable, [])
            )
            if variable in self.draft.circuit.parameters:
                surely = surely and variable in self.draft.circuit.inputs
                surely = surely and has_float(self.draft.circuit.samples.get(variable))
            self.masks[variable] = not surely
        return not self.masks[variable]

    def is_own_float(self, name: str) -> bool:
        """Return whether a name stands for an argument, or a variable of the function, that surely holds floats."""
        known = name in self.draft.flow.definers or name in self.draft.circuit.parameters
        return known and self.holds_floats(name)

    def makes_floats(self, statement: ast.stmt | None) -> bool:
        """Return whether a statement binds a name to a float, or to an array of floats to be filled."""
        match statement:
            case ast.Assign(targets=[ast.Name()], value=ast.Constant(value=float())):
                return True
            case ast.Assign(
                targets=[ast.Name()],
                value=ast.Call(ast.Attribute(ast.Name("np"), maker), [given], keywords=[]),
            ):
                if maker in ("zeros", "ones", "empty"):
                    return True
                is_like = maker in ("zeros_like", "ones_like", "empty_like")
                return is_like and isinstance(given, ast.Name) and self.is_own_float(given.id)
        return False

    def rank(self, tree: ast.expr) -> int | None:
        if isinstance(tree, ast.Constant):
            return 0
        if isinstance(tree, ast.Name):
            if tree.id in self.draft.samples and is_plain(self.draft.samples[tree.id]):
                return np.ndim(self.draft.samples[tree.id])
            return self.known_rank(self.variable(tree))
        return None

    def variable(self, name: ast.Name) -> str:
        return self.draft.variables.get(name.id) or name.id.partition("@")[0]

    def holds_whole(self, tree: ast.expr) -> bool:
        if not isinstance(tree, ast.Name) or tree.id in self.draft.samples:
            return False
        variable = self.variable(tree)
        if variable not in self.whole:
            reads, fact = (
                self.draft.reads.memory.loaded(variable),
                self.draft.circuit.trace.run.fact,
            )
            samples = [self.draft.circuit.samples.get(variable), *(fact(n).sample for n in reads)]
            self.whole[variable] = any(map(is_whole, samples))
        return self.whole[variable]

    @cached_property
    def picked(self) -> set[str]:
        """The variables that hold what masks pick out of arrays: it may be nothing."""
        found = set[str]()
        for item in self.draft.flow.items:
            value = self.value_of(item) if isinstance(item, Bind) else None
            if not isinstance(item, Bind) or not isinstance(value, np.ndarray) or not value.ndim:
                continue
            text = item.statement if item.wire is None else wire_text(item.wire)
            if is_mask(value):
                self.masked |= {*item.binds}
            elif text is not None and self.picks(text, found):
                found |= {*item.binds}
        return found

    def picks(self, text: ast.AST, picked: Collection[str]) -> bool:
        for index in (one.slice for one in syntax.every(ast.Subscript, text)):
            names = {name.partition("@")[0] for name in syntax.reads(index)}
            if syntax.has(index, ast.Compare) or names & self.masked:
                return True
        return any(self.variable(name) in picked for name in syntax.every(ast.Name, text))

    def may_be_empty(self, tree: ast.expr) -> bool:
        """Return whether a text is made of what masks pick, or is a gradient of that."""
        return self.picks(tree, self.picked)

    def long(self, tree: ast.expr) -> int | None:
        """Return the number of axes of a gradient that are longer than 1, where it is known."""
        sample = self.draft.samples.get(tree.id) if isinstance(tree, ast.Name) else None
        return sum(n > 1 for n in np.shape(sample)) if isinstance(sample, np.ndarray) else None

    def known_rank(self, variable: str) -> int | None:
        if not self.table:
            for item in self.draft.flow.items:
                match item:
                    case Bind(target=ast.Name(id=own)) | LoopItem(target=ast.Name(id=own)):
                        self.note_rank(own, self.value_of(item))
                    case Loop(target=ast.Name(id=own)) if self.is_counter(own):
                        self.note_rank(own, 0)
                    case Update(target=ast.Name(id=own)):
                        self.note_rank(own, item.sample_of())
                    case Stage(target=ast.Tuple() as target):
                        self.note_ranks(target, item)
            for one, value in self.draft.circuit.samples.items():
                self.note_rank(one, value)
        known = self.table.get(variable, -1)
        return None if known < 0 else known

    def is_counter(self, variable: str) -> bool:
        return all(
            isinstance(d, Loop) and d.iterable is not None and syntax.calls(d.iterable, "range")
            for d in self.draft.flow.definers.get(variable, [])
        )

    def value_of(self, item: Bind | LoopItem) -> Any:
        """Return a value that a name was bound to, also where no gradient asks for it."""
        found = item.sample_of()
        if found is None and isinstance(item.statement, ast.Assign):
            return self.draft.circuit.trace.run.fact(item.statement.value).sample
        return found

    def note_ranks(self, target: ast.Tuple, item: Stage) -> None:
        value = item.sample_of()
        known = isinstance(value, list | tuple) and len(value) == len(target.elts)
        for k, part in enumerate(target.elts):
            for one in syntax.stores(part):
                if known and isinstance(part, ast.Name):
                    self.note_rank(one, value[k])
                    continue
                samples = [
                    self.draft.circuit.trace.run.fact(n).sample
                    for n in self.draft.reads.memory.loaded(one)
                ]
                for sample in samples or [None]:
                    self.note_rank(one, sample)

    def note_rank(self, variable: str, sample: Any) -> None:
        rank = np.ndim(sample) if isinstance(sample, np.ndarray | np.generic | float | int) else -1
        self.table[variable] = rank if self.table.get(variable, rank) == rank else -1


def is_whole(sample: Any) -> bool:
    return isinstance(sample, np.ndarray | np.generic) and sample.dtype.kind in "iu"
