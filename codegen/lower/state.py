"""The state of a lowering: what is active, what containers hold, which names are taken, and the items so far."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from codegen import syntax
from codegen.analysis.aliasing import SharedMemory
from codegen.errors import UnsupportedError
from codegen.gates.pure import CONTAINER_MUTATORS
from codegen.ir import Append, Break, Call, Passive, Raise, Return, Stage, Statement, Wire, Write
from codegen.lower.calls import Calls
from codegen.lower.expressions import WireBuilder
from codegen.lower.scope import Point, Scope, sample_of
from codegen.trace.facts import Fact, fact_of
from codegen.trace.modulenames import local_names
from codegen.trace.passing import spelled
from codegen.trace.run import Trace


class State:
    """What the parts of a lowering share."""

    def __init__(
        self, trace: Trace, inputs: Sequence[str], calls: Calls, fields: Collection[str] = ()
    ) -> None:
        self.trace = trace
        # names for attributes of arguments: bound before the function begins
        self.fields = frozenset(fields)
        self.inputs = list(inputs)
        # what names mean at the statement that is looked at
        self.scope = Scope(trace, Point(set(inputs)))
        self.items: list[Statement] = []  # what the block at hand has so far
        self.calls = calls
        self.memory = SharedMemory(trace)
        tree = trace.tree
        syntax.keep_spelling(tree, trace.source.lines)
        self.names = syntax.names(tree) | syntax.parameters(tree)  # the names that are taken
        self.rebinds = Counter(local_names(tree))  # how often each name is bound
        self.opaque = opaque_names(tree)  # names of containers that cannot be known piece by piece
        # words by which items of several containers are read
        self.shared_keys = syntax.shared_keys(tree)
        self.heads: dict[ast.stmt, set[str]] = {}  # what is active at the head of each lowered loop
        self.index_names: dict[ast.For, str] = {}  # of lowered loops
        self.orders: dict[ast.For, tuple[str, str, Any]] = {}  # what their headers draw
        self.current: ast.stmt | None = None

    def builder(self, wholes: Mapping[str, Wire] = MappingProxyType({})) -> WireBuilder:
        """Return a builder for the next statement, which returns the objects `wholes`."""
        return WireBuilder(self.scope, self.calls.user_call, wholes)

    def refuse(self, node: ast.AST, message: str, advice: str | None = None) -> UnsupportedError:
        return self.trace.source.refuse(node, message, advice)

    def fact(self, node: ast.AST) -> Fact:
        return self.trace.run.fact(node)

    def see(self, node: ast.expr, sample: Any) -> None:
        """Give a made-up expression the fact it would have had."""
        self.trace.run.facts[node] = fact_of(sample)

    def spelled(self, text: str, at: ast.AST, /, **parts: ast.expr) -> ast.expr:
        """Return the expression of a text, with trees for some of its names, as if the user had written it."""
        return spelled(self.trace.run, self.value, text, at, **parts)

    def is_rebound(self, name: str) -> bool:
        """Return whether a name has one value here and another there."""
        return self.rebinds.get(name, 0) > (name not in self.fields)

    def add(self, stage: Stage) -> None:
        if not stage.binds:
            stage = replace(stage, binds=list(bound_names(stage)))
        for name in (*stage.binds, *stage.changes):
            self.scope.definitions.lose(name)
        self.items.append(stage)

    def revise(self, start: int, change: Callable[[Stage], Stage]) -> None:
        """Let other stages stand for those from a place of the block on."""
        self.items[start:] = [
            change(item) if isinstance(item, Stage) else item for item in self.items[start:]
        ]

    def forget(self, names: Sequence[str]) -> None:
        """Take names out of what is active or known piece by piece."""
        for one in names:
            self.scope.active.discard(one)
            self.scope.structs.pop(one, None)
            self.scope.definitions.lose(one)

    def free(self, wanted: str) -> str:
        """Return a name that the function does not use, and take it."""
        return syntax.free(wanted, self.names, "_")

    def value(self, node: ast.expr) -> Any:
        return sample_of(self.scope, node)


def bound_names(stage: Stage) -> Iterator[str]:
    if isinstance(stage, Write | Append | Return | Break | Raise):
        return
    if isinstance(stage, Passive) and stage.written is not None:
        return
    for node in syntax.walk(stage.target):
        if isinstance(node, ast.Name) and node.id != "_":
            yield node.id
    if isinstance(stage.wire, Call):
        return
    nameless = isinstance(stage.target, ast.Name) and stage.target.id == "_"
    if nameless and not stage.text and not isinstance(stage.statement, ast.For):
        yield from syntax.stores(stage.statement)


def opaque_names(tree: ast.AST) -> set[str]:
    """Return the names of containers not known piece by piece: changed, looped over, indexed by a variable."""
    found: set[str] = set()
    pairs: list[tuple[str, str]] = []
    for node in syntax.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                names = [t.id for t in (*targets, value) if isinstance(t, ast.Name)]
                pairs.extend((one, other) for one in names for other in names)
            case ast.For() | ast.comprehension():
                found |= syntax.names(node.iter)
            case ast.Subscript(value=ast.Name() as base, ctx=ctx) if not isinstance(
                ctx, ast.Load
            ) or not is_literal_key(node.slice):
                found.add(base.id)
            case ast.Call(func=ast.Attribute(value=ast.Name() as owner, attr=attr)) if (
                attr in CONTAINER_MUTATORS
            ):
                found.add(owner.id)
            case ast.AugAssign(target=ast.Name() as target):
                found.add(target.id)
            case ast.Call(func=ast.Name(id="zip" | "enumerate" | "reversed" | "sorted" | "len")):
                found |= {a.id for a in node.args if isinstance(a, ast.Name)} if node.func.id != "len" else set()  # type: ignore[attr-defined]  # matched above
    while more := {one for one, other in pairs if other in found} - found:
        found |= more
    return found


def is_literal_key(key: ast.expr) -> bool:
    if isinstance(key, ast.UnaryOp):
        key = key.operand
    return isinstance(key, ast.Constant)
