"""Changed memory: a variable goes in; out comes where its memory is changed, under which names, and
whether it is read afterwards.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from codegen.analysis.roots import inside, is_read, root_of
from codegen.lower.state import State


class ChangedMemory(State):
    """The part of a lowering that knows where memory is changed and read."""

    def writers(self, name: str) -> set[str]:
        """Return the names through which memory that a name shows is changed."""
        changes = [n for n in self.changing() if name in self.fact(n).shares]
        return {self.written_name(node) for node in changes}

    def conflict(self, name: str, root: str) -> bool:
        """Return whether memory that a name and a variable show is changed under one name and read
        under another afterwards.
        """
        for node in self.changing():
            names = self.fact(node).sharing(name)
            if root not in names:
                continue
            written, statement = self.written_name(node), self.statement_of(node)
            if any(n != written and self.read_again(n, statement) for n in names):
                return True
        return False

    def changing(self) -> list[ast.AST]:
        """Return the statements and calls that were seen to change something."""
        if self.seen_changes is None:
            self.seen_changes = [n for n in ast.walk(self.trace.tree) if self.fact(n).shares]
        return self.seen_changes

    def written_name(self, node: ast.AST) -> str:
        """Return the variable through which a statement or call changes something, or nothing."""
        match node:
            case ast.AugAssign(target=target) | ast.Assign(targets=[target]):
                return root_of(target)
            case ast.Call(func=ast.Attribute(value=ast.Name() as owner), args=args):
                if isinstance(self.fact(owner).sample, np.ndarray | list | dict):
                    return owner.id
                outs = [k.value for k in node.keywords if k.arg == "out"]
                return next((root_of(a) for a in (*outs, *args)), "")
        return ""

    def statement_of(self, node: ast.AST) -> ast.AST:
        """Return the statement that an expression belongs to."""
        at: ast.AST | None = node
        while at is not None and not isinstance(at, ast.stmt):
            at = self.trace.run.parents.get(id(at))
        return node if at is None else at

    def read_again(self, name: str, node: ast.AST) -> bool:
        """Return whether a name is read after a statement, or anywhere in a loop around it."""
        top = next(reversed(self.loops_around(node)), None)
        start = getattr(node, "end_lineno", None) or getattr(node, "lineno", 0)
        for part in ast.walk(self.trace.tree):
            if is_read(part, name) and part.lineno > start:  # type: ignore[attr-defined]  # a name
                return True
        return top is not None and any(
            is_read(p, name) and not inside(p, node) for p in ast.walk(top)
        )

    def is_finished(self, name: str, node: ast.stmt) -> bool:
        """Return whether nothing that a variable shows changes in a statement or after it."""
        around = [node, *self.loops_around(node)]
        return not any(
            self.fact(change).sharing(name)
            and (
                change.lineno > (node.end_lineno or node.lineno)  # type: ignore[attr-defined]  # a statement or call
                or any(inside(change, one) for one in around)
            )
            for change in self.changing()
        )

    def loops_around(self, node: ast.AST) -> list[ast.AST]:
        """Return the loops around a statement."""
        found: list[ast.AST] = []
        parent = self.trace.run.parents.get(id(node))
        while parent is not None and parent is not self.trace.tree:
            if isinstance(parent, ast.For | ast.While):
                found.append(parent)
            parent = self.trace.run.parents.get(id(parent))
        return found

    def is_read_anywhere(self, name: str) -> bool:
        """Return whether a name is read at all."""
        return any(is_read(part, name) for part in ast.walk(self.trace.tree))

    def only_changed(self, node: ast.AST) -> Iterator[str]:
        """Yield the names whose every binding in a loop is a change in place."""
        changed: dict[str, bool] = {}
        augmented = {id(n.target): n for n in ast.walk(node) if isinstance(n, ast.AugAssign)}
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                update = augmented.get(id(part))
                in_place = update is not None and isinstance(self.fact(update).sample, np.ndarray)
                changed[part.id] = changed.get(part.id, True) and in_place
        yield from (name for name, only in changed.items() if only)
