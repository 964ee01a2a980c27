"""Aliasing: which names show the same memory, told from the text of a view and from what the run has seen.

An expression goes in; out comes the variable whose memory it shows (`root_of`, `viewed`, `shown_by`). A variable
goes in; out comes where its memory is changed, under which names, and whether it is read afterwards (`SharedMemory`).

>>> shown_by(syntax.parse("x[1:].T")), shown_by(syntax.parse("np.sin(x)"))
('x', '')
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise, takewhile
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.callees import VIEW_MAKERS
from codegen.gates.canonical import MISSING
from codegen.trace.facts import Fact
from codegen.trace.run import Trace


def viewed_target(tree: ast.expr) -> ast.expr | None:
    """Return what an item is an item of, or an attribute or method call is one of; None for a name."""
    match tree:
        case (
            ast.Subscript(value=inner)
            | ast.Attribute(value=inner)
            | ast.Call(func=ast.Attribute(value=inner))
        ):
            return inner
    return None


def root_of(tree: ast.expr) -> str:
    """Return the variable at the bottom of a chain of items and views, or nothing."""
    while not isinstance(tree, ast.Name):
        inner = viewed_target(tree)
        if (
            isinstance(tree, ast.Call)
            and isinstance(inner, ast.Name)
            and tree.args
            and inner.id in ("np", "numpy")
        ):
            inner = tree.args[0]
        if inner is None:
            return ""
        tree = inner
    return tree.id


UNSURE = frozenset({"reshape", "ravel"})


def depends_on_layout(tree: ast.AST) -> bool:
    """Return whether an expression is a view of some arrays and a copy of others, by their order in memory."""
    return any(
        isinstance(n.func, ast.Attribute) and n.func.attr in UNSURE
        for n in syntax.every(ast.Call, tree)
    )


MAKERS = frozenset({"zeros", "ones", "empty", "full", "arange", "linspace", "eye"})


def is_row_major(name: str, tree: ast.AST) -> bool:
    """Return whether every array that a function binds to a name is a new one in C order, by its look."""
    values = [n.value for n in syntax.every(ast.Assign, tree) if name in syntax.stores(n)]
    return bool(values) and all(
        isinstance(v, ast.Call)
        and isinstance(v.func, ast.Attribute)
        and (v.func.attr in MAKERS or (v.func.attr == "copy" and not v.args))
        and not any(k.arg == "order" for k in v.keywords)
        for v in values
    )


RESHAPERS = frozenset({
    "reshape", "ravel", "squeeze", "expand_dims", "atleast_1d", "atleast_2d", "atleast_3d", "asarray",
})  # fmt: skip


def is_reshaped(tree: ast.expr) -> bool:
    """Return whether a view has the items of an array in the same order, by its look."""
    match tree:
        case ast.Call(func=ast.Attribute(attr=attr)):
            return attr in RESHAPERS
        case ast.Subscript(slice=ast.Tuple(elts=parts)):
            return all(is_all_or_new(part) for part in parts)
        case ast.Subscript(slice=part):
            return is_all_or_new(part)
    return False


def only_adds_axes(index: ast.expr) -> bool:
    """Return whether an index takes all of an array, and gives it more axes if any: `y[:, None]`."""
    return all(map(is_all_or_new, syntax.elements(index)))


def is_all_or_new(part: ast.expr) -> bool:
    """Return whether a part of an index is `:`, `...` or `None`."""
    if isinstance(part, ast.Slice):
        return part.lower is part.upper is part.step is None
    return syntax.show(part) in ("None", "...", "np.newaxis")


def shown_by(tree: ast.expr) -> str:
    """Return the variable of which an expression may show a part, by its look; nothing if it makes a new array."""
    while not isinstance(tree, ast.Name):
        match tree:
            case ast.Subscript(value=inner) | ast.Attribute(value=inner):
                tree = inner
            case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=args):
                is_function = root_of(inner) in ("np", "numpy")
                if attr not in VIEW_MAKERS or (is_function and not args):
                    return ""
                tree = args[0] if is_function else inner
            case _:
                return ""
    return tree.id


def viewed(tree: ast.expr, value: Any) -> ast.expr | None:
    """Return the expression whose memory another shows: itself for a name, None if it has memory of its own."""
    match tree:
        case ast.Name():
            return tree if isinstance(value(tree), np.ndarray | list | dict) else None
        case ast.Subscript(value=inner, slice=key):
            base, sample = value(inner), value(tree)
            if isinstance(base, list | tuple | dict):
                return (
                    inner
                    if isinstance(sample, np.ndarray | list | dict)
                    and not isinstance(key, ast.Slice)
                    else None
                )
            return (
                inner
                if isinstance(base, np.ndarray) and is_basic(value(key)) and np.ndim(sample)
                else None
            )
        case ast.Attribute(value=inner, attr="T"):
            return inner
        case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=args) if (
            attr in VIEW_MAKERS and not tree.keywords
        ):
            if isinstance(value(inner), np.ndarray):
                return inner
            if args and getattr(value(inner), "__name__", "") == "numpy":
                return args[0]
    return None


def is_basic(key: Any) -> bool:
    """Return whether an index takes a view: whole numbers, slices, None and the ellipsis."""
    parts = key if isinstance(key, tuple) else (key,)
    return key is not MISSING and all(
        part is None
        or part is Ellipsis
        or isinstance(part, slice | int | np.integer)
        and not isinstance(part, bool)
        for part in parts
    )


def inside(part: ast.AST, node: ast.AST) -> bool:
    return any(p is part for p in syntax.walk(node))


def spot_of(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def first_use(name: str, block: Sequence[ast.stmt]) -> str:
    """Return what a block does with a name first: whether it may be "read" before it is bound, is "bound" on all ways
    through the block, or neither.

    >>> block = ast.parse('''
    ... if t > 0:
    ...     last = hs[t - 1]
    ... else:
    ...     last = h0
    ... for r in last:
    ...     parts = []
    ... ''').body
    >>> first_use("hs", block), first_use("last", block), first_use("parts", block)
    ('read', 'bound', '')
    """
    for statement in block:
        match statement:
            case ast.Assign(targets=targets, value=value) if any(
                isinstance(t, ast.Name) and t.id == name for t in targets
            ):
                return "read" if name in syntax.reads(value) else "bound"
            case ast.If(test=head, body=body, orelse=orelse):
                uses = [first_use(name, body), first_use(name, orelse)]
            case ast.For(target=target, iter=head, body=body, orelse=orelse):
                inside_it = "" if name in syntax.stores(target) else first_use(name, body)
                uses = ["", inside_it, first_use(name, orelse)]
            case ast.While(test=head, body=body, orelse=orelse):
                uses = ["", first_use(name, body), first_use(name, orelse)]
            case _ if name in syntax.mentioned(statement):
                return "read"
            case _:
                continue
        if name in syntax.reads(head) or "read" in uses:
            return "read"
        if "" not in uses:
            return "bound"
    return ""


def statements_behind(inner: ast.AST, outer: ast.AST) -> list[ast.stmt] | None:
    """Return the statements behind one in its block of a compound one; None if another function took it over."""
    for block in syntax.blocks(outer):
        place = next((k for k, one in enumerate(block) if one is inner), None)
        if place is not None:
            return block[place + 1 :]
    return None


class SharedMemory:
    """Knows where a function changes and reads memory that several names show."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.seen_changes: list[ast.AST] | None = None
        self.last_read: dict[str, int] | None = None
        self.closed_over = {
            free.id
            for node in syntax.walk(trace.tree)
            if isinstance(node, ast.FunctionDef | ast.Lambda) and node is not trace.tree
            for free in syntax.free_names(node)
        }
        self.spans: dict[ast.AST, tuple[int, int]] | None = None
        self.spots: dict[tuple[int, int], tuple[int, int]] = {}

    def fact(self, node: ast.AST) -> Fact:
        return self.trace.run.fact(node)

    def writers(self, name: str) -> set[str]:
        """Return the names through which memory that a name shows is changed."""
        changes = [n for n in self.changing() if name in self.fact(n).changing]
        return {self.written_name(node) for node in changes}

    def conflict(self, name: str, root: str) -> bool:
        """Return whether memory that two names show is changed under one and read under the other afterwards."""
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
            self.seen_changes = [n for n in syntax.walk(self.trace.tree) if self.fact(n).changing]
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
        around = (node, *self.trace.run.around(node))
        return next((one for one in around if isinstance(one, ast.stmt)), node)

    def read_again(self, name: str, node: ast.AST) -> bool:
        """Return whether a name is read after a statement, or in a later trip around it, before it is bound anew."""
        if name in self.closed_over:  # wherever the function inside is called
            return True
        is_read_behind = self.last_reads().get(name, -1) > self.end_of(node)
        around = [*self.trace.run.around(node)]
        if self.trace.tree not in around:
            return is_read_behind
        for inner, outer in pairwise([node, *around[: around.index(self.trace.tree) + 1]]):
            rest = statements_behind(inner, outer) if is_read_behind else []
            if rest is None:
                return True
            use = first_use(name, rest)
            if use:
                is_left = any(syntax.has(one, ast.Break, ast.Continue) for one in rest)
                return use == "read" or is_left
            if (
                isinstance(outer, ast.For | ast.While)
                and first_use(name, [outer]) == "read"
                and any(not inside(read, node) for read in syntax.uses(outer, name, ast.Load))
            ):
                return True
        return False

    def is_finished(self, name: str, node: ast.stmt) -> bool:
        """Return whether nothing that a variable shows changes in a statement or after it."""
        return not any(
            self.fact(change).sharing(name)
            and (inside(change, node) or self.may_follow(change, node))
            for change in self.changing()
        )

    def may_follow(self, change: ast.AST, node: ast.stmt) -> bool:
        """Return whether a change may come after a statement: behind it, or in a loop around it."""
        return self.place_of(change) > self.end_of(node) or any(
            inside(change, one) for one in self.loops_around(node)
        )

    def is_of_another(self, change: ast.AST, names: Set[str], node: ast.stmt) -> bool:
        """Return whether one of two names for memory stands for a new array, made by arithmetic in a statement behind
        the one that gave it the second, wherever a change comes through them, or through a name that is bound later
        still.
        """
        blocks = (block for one in syntax.walk(self.trace.tree) for block in syntax.blocks(one))
        block = next((block for block in blocks if node in block), [node])
        for later in block[block.index(node) + 1 :]:
            match later:
                case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound in names:
                    callees = self.fact(value).callees
                    is_new = isinstance(value, ast.BinOp | ast.UnaryOp) or bool(callees)
                    own, end = self.written_name(change), self.end_of(later)
                    places = [
                        self.place_of(n)
                        for n in syntax.writes(self.trace.tree, ast.Name)
                        if n.id == own
                    ]
                    is_through = own in names or min(places, default=0) > end
                    is_new = is_new and all(isinstance(c, np.ufunc) for c in callees)
                    if is_new and is_through and self.place_of(change) > end:
                        return True
                case ast.Assign() | ast.AugAssign() | ast.Expr():
                    pass
                case _:
                    break
        return False

    def place_of(self, node: ast.AST) -> int:
        """Return how many nodes of the function begin before one. Lines would not tell: several statements may stand on
        one, and those that took the place of a call all stand where it did.
        """
        return self.span_of(node)[0]

    def end_of(self, node: ast.AST) -> int:
        """Return the place of the last part of a statement."""
        return self.span_of(node)[1]

    def span_of(self, node: ast.AST) -> tuple[int, int]:
        """Return the places of the first and the last part of a node; a statement that was made while the function is
        lowered has those of the first one that stands where it does.
        """
        if self.spans is None:
            self.spans, self.spots = {}, {}
            self.number(self.trace.tree)
        return self.spans.get(node) or self.spots.get(spot_of(node), (0, 0))

    def number(self, node: ast.AST) -> None:
        """Give a node and its parts their places, in the order of the text."""
        assert self.spans is not None
        waiting: list[tuple[ast.AST, bool]] = [(node, False)]
        count = 0
        while waiting:
            part, is_done = waiting.pop()
            if is_done:
                self.spans[part] = span = self.spans[part][0], count - 1
                if isinstance(part, ast.stmt):
                    self.spots.setdefault(spot_of(part), span)
                continue
            self.spans[part] = count, count
            count += 1
            waiting.append((part, True))
            waiting.extend((inner, False) for inner in reversed(syntax.parts(part)))

    def loops_around(self, node: ast.AST) -> list[ast.AST]:
        around = takewhile(lambda one: one is not self.trace.tree, self.trace.run.around(node))
        return [one for one in around if isinstance(one, ast.For | ast.While)]

    def last_reads(self) -> dict[str, int]:
        if self.last_read is None:
            self.last_read = {}
            for part in syntax.walk(self.trace.tree):
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
                    place = max(self.place_of(part), self.last_read.get(part.id, -1))
                    self.last_read[part.id] = place
        return self.last_read

    def only_changed(self, node: ast.AST) -> Iterator[str]:
        """Yield the names whose every binding in a loop is a change in place."""
        changed: dict[str, bool] = {}
        augmented = {n.target: n for n in syntax.walk(node) if isinstance(n, ast.AugAssign)}
        for part in syntax.walk(node):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                update = augmented.get(part)
                in_place = update is not None and isinstance(self.fact(update).sample, np.ndarray)
                changed[part.id] = changed.get(part.id, True) and in_place
        yield from (name for name, only in changed.items() if only)
