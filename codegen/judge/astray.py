"""Mistakes that no variable shows: a cache taken apart in another order, a loop that runs the wrong way or returns too
early, what is changed in place.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from codegen import syntax
from codegen.judge.code import Statement, position
from codegen.judge.cures import Cures
from codegen.judge.mistakes import mistake
from codegen.judge.places import place_of
from codegen.judge.repairs import Repair
from codegen.judge.report import Mistake, Place
from codegen.judge.suspects import same_numbers
from codegen.judge.watching import Watch


class Astray:
    """Looks for such mistakes in one derivative."""

    def __init__(self, watch: Watch, cures: Cures) -> None:
        self.watch, self.cures = watch, cures
        self.code, self.truths, self.ran = watch.code, watch.truths, watch.ran

    def unpacked_astray(self) -> tuple[Place, Mistake] | None:
        """Return the statement that takes a cache apart in a wrong order, if the right one makes all right."""
        for statement in self.code.statements:
            node = statement.node
            if not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple)):
                continue
            if not self.code.unpacked.issuperset(statement.labels):
                continue
            held = {
                s.label: s.value
                for s in self.ran.seen
                if s.statement == statement.index and s.label in self.truths.values
            }
            meant = {label: self.holder(value, held) for label, value in held.items()}
            astray = {label: other for label, other in meant.items() if other not in ("", label)}
            if not astray or sorted(astray) != sorted(astray.values()):
                continue
            elements = [
                ast.Name(astray.get(e.id, e.id), ast.Store()) if isinstance(e, ast.Name) else e
                for e in node.targets[0].elts
            ]
            sorted_out = ast.Assign([ast.Tuple(elements, ast.Store())], node.value, lineno=1)
            if self.cures.cures(statement.index, Repair("unpacked", (sorted_out,))):
                label, other = next(iter(astray.items()))
                found = mistake("unpacked", variable=label, other=other)
                return place_of(self.code, statement, None, label), found
        return None

    def holder(self, value: Any, held: Mapping[str, Any]) -> str:
        """Return which of some variables has a value in the forward pass, "" if none has."""
        values = self.truths.values
        return next((n for n in held if any(same_numbers(value, v) for v in values[n])), "")

    def returned_early(self) -> tuple[Place, Mistake] | None:
        """Return the `return` in a loop that makes all results right when it stands behind the loop."""
        for statement in self.code.statements:
            if not isinstance(statement.node, ast.Return):
                continue
            tree = behind_its_loop(self.code.tree, statement.node)
            if tree is not None and self.cures.results_right(
                self.watch.run({}, replace(self.code, tree=tree))
            ):
                return place_of(self.code, statement, None), mistake("return_in_loop")
        return None

    def running_forwards(self) -> tuple[Place, Mistake] | None:
        """Return the loop that makes all results right when it runs the other way."""
        loops = syntax.every(ast.For, self.code.tree)
        for k, loop in enumerate(loops):
            if not (isinstance(loop.iter, ast.Call) and ast.unparse(loop.iter.func) == "range"):
                continue
            tree = copy.deepcopy(self.code.tree)
            other = syntax.every(ast.For, tree)[k]
            other.iter = ast.Call(syntax.name("reversed"), [other.iter], [])
            if self.cures.results_right(self.watch.run({}, replace(self.code, tree=tree))):
                line = next(iter(self.code.lines)) + loop.lineno - 1
                text = self.code.lines.get(line, "")
                column = len(text) - len(text.lstrip())
                width = (loop.iter.end_col_offset or 0) - loop.col_offset + 1
                return Place(self.code.file, line, column, width, text), mistake("backwards")
        return None

    def in_place(self) -> tuple[Place, Mistake] | None:
        """Return the statement that changes something that belongs to the caller or is needed again."""
        for seen in self.ran.seen:
            if seen.label.startswith("!"):
                name = seen.label[1:]
                statement = self.code.statements[seen.statement]
                return place_of(self.code, statement, None, name), mistake(
                    "changed_in_place", variable=name
                )
        for statement in self.code.statements:
            for label in statement.labels:
                own = "." in label or label in self.code.unpacked
                rebound = own and label in self.truths.names
                if rebound and statement.index > 0 and self.rebinds(statement, label):
                    if self.cures.cures(statement.index, Repair("forward_overwritten", ())):
                        return place_of(self.code, statement, None, label), mistake(
                            "forward_overwritten", variable=label
                        )
        return None

    def rebinds(self, statement: Statement, label: str) -> bool:
        """Return whether a statement gives a forward variable a value that it has not in the forward pass."""
        for seen in self.ran.seen:
            if seen.statement == statement.index and seen.label == label:
                versions = self.truths.values.get(label, [])
                return not any(
                    np.shape(v) == np.shape(seen.value) and np.allclose(v, seen.value)
                    for v in versions
                )
        return False


def behind_its_loop(tree: ast.FunctionDef, node: ast.stmt) -> ast.FunctionDef | None:
    """Return a function whose `return` stands behind the loop that ends in it, None if there is no such loop."""
    made = copy.deepcopy(tree)
    for outer in ast.walk(made):
        for name in ("body", "orelse"):
            block = getattr(outer, name, None)
            for k, one in enumerate(block if isinstance(block, list) else ()):
                if not isinstance(one, (ast.For, ast.While)) or len(one.body) < 2:
                    continue
                if position(one.body[-1]) == position(node):
                    getattr(outer, name).insert(k + 1, one.body.pop())
                    return made
    return None
