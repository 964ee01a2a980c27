"""Lists of objects that are made here: statements that change one go in, in their order; what is known of it comes out,
how long it is and which object stands where.

An object that is put at the end of a list in an attribute, `self.forces.append(force)`, stands wherever that item is
read from there on. What branches and loops do with such a list is not followed: its items are not known behind them.
"""

from __future__ import annotations

import ast

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.gates.pure import GROWING, RESIZING
from codegen.trace.facts import has_parts, holds_objects, is_object
from codegen.trace.guards import counted, is_guard, raising
from codegen.trace.paths import path_of, place_of, steps_of, value_at
from codegen.trace.setters import named_again
from codegen.trace.splicing import Splicing

MOVING = (RESIZING - GROWING) | {"appendleft", "extendleft", "insert", "reverse", "rotate", "sort"}
PLAIN = {"append", "clear"}


class Lists:
    """Says what is known of lists of objects that are made here."""

    def __init__(self, state: Splicing) -> None:
        self.state, self.host, self.run = state, state.host, state.run
        # how many objects are in each list, in variables and attributes
        self.listed: dict[str, int] = {}
        self.appended: set[str] = set()  # the items that were put at the end of one
        self.filled: set[str] = set()  # the lists into which they were put
        self.unknown: set[str] = set()  # the lists of unknown length
        self.lost: set[str] = set()  # the lists whose items may be any
        self.nested = 0  # so many blocks around that may not be executed, or more than once
        self.moving: set[str] | None = None
        self.other_names: set[str] | None = None

    def resized(self) -> set[str]:
        """Return the methods that change a list or dict of objects anywhere, "[]" for stores among them."""
        if self.moving is None:
            nodes = [n for t in self.run.helpers(self.host) for n in syntax.walk(t.tree)]
            chains = [n for n in nodes if isinstance(n, ast.Attribute | ast.Subscript)]
            self.moving = {
                n.attr if isinstance(n, ast.Attribute) else "[]"
                for n in chains
                if (
                    n.attr in MOVING | GROWING
                    if isinstance(n, ast.Attribute)
                    else not isinstance(n.ctx, ast.Load)
                )
                and (
                    isinstance(held := self.run.fact(n.value).sample, list | dict)
                    and holds_objects(held)
                    or held is MISSING
                    and isinstance(n.ctx, ast.Del)  # which reads nothing
                )
            }
        return self.moving

    def longer(self, statement: ast.stmt) -> list[ast.stmt]:
        """Let an object that a statement appends stand for the item; return the guard of how long the list was."""
        match statement:
            case ast.Expr(ast.Call(ast.Attribute(ast.Attribute() as owner, "append"), [value], [])):
                pass
            case ast.Expr(ast.Call(ast.Attribute(ast.Attribute() as owner, "clear"), [], [])):
                self.emptied(owner)
                return []
            case _:
                new = syntax.value_of(statement)
                is_known = isinstance(new, ast.List) or syntax.identifier(new) in self.listed
                for node in syntax.writes(statement, ast.Attribute):
                    if path_of(node) in self.listed and not is_known:
                        self.forget(path_of(node))
                return []
        path = path_of(owner)
        if not path:
            return []
        root, steps = steps_of(path)
        held = value_at(self.host.values.get(root, MISSING), steps)
        count = self.listed.get(path, len(held) if isinstance(held, list) else None)
        name, is_sure = syntax.identifier(value), path in self.listed
        is_one = name in self.state.made or bool(name) and is_object(self.run.fact(value).sample)
        is_known = is_one and name not in self.state.names.rebound() and path not in self.unknown
        if not is_known or count is None or not self.is_followed(owner):
            self.forget(path)
            self.lost |= {path} if name in self.state.made else set()
            return []
        self.listed[path] = count + 1
        self.state.wholes[f"{path}[{count}]"] = value
        self.appended.add(f"{path}[{count}]")
        self.filled.add(path)
        return [] if is_sure else [raising(*counted(path, count), statement)]

    def is_sure(self, question: ast.stmt) -> bool:
        """Return whether a statement only asks how long a list is of which that is known."""
        if not isinstance(question, ast.If) or not is_guard(question) or not self.filled:
            return False
        known = {path: self.listed[path] for path in self.filled & self.listed.keys()}
        return syntax.show(question.test) in [counted(*one)[0] for one in known.items()]

    def is_followed(self, owner: ast.expr) -> bool:
        """Return whether it is known what stands in the list of an attribute: it has no other name, and no more is done
        with it than to empty it and to put objects at its end, and that once.
        """
        if self.nested or not path_of(owner) or not isinstance(owner, ast.Attribute):
            return False
        if self.other_names is None:
            self.other_names = named_again(self.host)
        return not self.resized() - PLAIN and owner.attr not in self.other_names

    def emptied(self, owner: ast.expr) -> None:
        """Note that a list in an attribute holds nothing from here on."""
        path = path_of(owner)
        if not path or not isinstance(owner, ast.Attribute):
            return
        self.forget(path)
        self.lost.add(path)
        if self.is_followed(owner):
            self.lost.discard(path)
            self.unknown.discard(path)
            self.listed[path] = 0

    def forget_changed(self, loop: ast.stmt) -> None:
        """Forget what stands in the lists that a loop changes: its next trip finds them otherwise."""
        if not self.listed or not isinstance(loop, ast.For | ast.While):
            return
        traces = [t for node in ast.walk(loop) for t in self.run.calls.get(node, [])]
        trees = [loop, *(helper.tree for t in traces for helper in self.run.helpers(t))]
        nodes = [n for tree in trees for n in syntax.every(ast.Attribute, tree)]
        changed = [n.value for n in nodes if n.attr in RESIZING]
        changed += [n for n in nodes if not isinstance(n.ctx, ast.Load)]
        words = {n.attr for n in changed if isinstance(n, ast.Attribute)}
        for path in [p for p in self.listed if p.rpartition(".")[2] in words]:
            self.forget(path)

    def forget(self, path: str) -> None:
        self.unknown.add(path)
        self.listed.pop(path, None)
        known = self.state.wholes.items()
        self.state.wholes = {p: v for p, v in known if not p.startswith(f"{path}[")}

    def refuse_lost(self, node: ast.Subscript) -> None:
        """Refuse an item of a list into which objects were put that are made here, if it may be any of them."""
        if path_of(node.value) in self.lost and has_parts(self.run.fact(node).sample):
            shown = syntax.show(node.value)
            raise self.state.open[-1].source.refuse(
                node,
                f"it is not known which object {syntax.show(node)} is",
                f"Put objects into {shown} by append alone, and outside of branches and loops.",
            )

    def from_the_end(self, node: ast.expr) -> str:
        """Return the path of an item that is counted from the end of a list whose length is known: `layers[-1]`."""
        match node:
            case ast.Subscript(value, ast.UnaryOp(ast.USub(), ast.Constant(int(k)))) if (
                path := place_of(value)
            ) in self.listed and (not self.resized() or isinstance(value, ast.Attribute)):
                return f"{path}[{self.listed[path] - k}]"
        return ""
