"""The representations: the circuit that lowering makes of a function, and the planned lines of its backward pass.

A `Circuit` is a tree. Its block holds stages, each of which binds a name to a wire; a wire is a gate applied
to other wires. The plan of a module, a `Program`, is lines of text with what they read and write.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import Any

from codegen.errors import CodegenError
from codegen.gates.table import Row
from codegen.records import dataclass


class WireRef(ast.expr):
    """A place in a tree where the text of a wire goes; `spelled` is the user's second name for it, if
    it is read under one.
    """

    _fields = ()
    wire: Wire

    def __init__(self, wire: Wire, spelled: str = "") -> None:
        super().__init__()
        self.wire, self.spelled = wire, spelled


class After(ast.Name):
    """A variable whose value behind the present stage is meant, not the one before it."""


@dataclass(eq=False)
class Wire:
    """A value of the circuit that a differentiable input reaches.

    Attributes
    ----------
    kind : str
        `"name"` (the value of a variable), `"gate"`, `"display"` (a tuple, list or dict of wires), `"choice"`
        (a ternary), `"call"` (a helper with a pair of its own), or `"unsupported"`.
    node : ast.expr
        The text of the value, with a `WireRef` for each operand.
    sample : object
        The value in the traced run.
    name : str, optional
        The variable that holds the value.
    row : Row, optional
        The gate.
    operands : dict
        The wire of each differentiable hole, element or parameter.
    statics : dict
        The passive text of each other hole.
    problem : CodegenError, optional
        Why the wire has no gradient.
    helper : Helper, optional
        The function that is called.
    flavour : str
        How the user spells the gate.
    values : dict
        The sample of each hole.
    named : dict
        The wires of the inner values that the gradient reads.
    units : frozenset of int
        The axes that have size 1 in every call.
    changes : bool
        Whether the memory of this variable is changed in place after it is read, so that its items cannot be
        read again.
    spelled : str
        The user's second name for this item of a variable, if it is read under one.
    parts : list of str
        The variables that its parts are bound to, for a value with several.
    kept : str
        The variable that keeps its value, for an item that is overwritten later.
    unique : bool
        Whether its index names each item at most once.
    asked : bool
        Whether a gate in a later line is made of it, so that it needs a name.
    """

    kind: str
    node: ast.expr
    sample: Any
    origin: ast.AST
    name: str | None = None
    row: Row | None = None
    operands: dict[str, Wire] = field(default_factory=dict)
    statics: dict[str, ast.expr] = field(default_factory=dict)
    problem: CodegenError | None = None
    helper: Helper | None = None
    flavour: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    named: dict[str, Wire] = field(default_factory=dict)
    units: frozenset[int] = frozenset()
    changes: bool = False
    unique: bool = False
    spelled: str = ""
    parts: list[str] = field(default_factory=list)
    kept: str = ""
    asked: bool = False


@dataclass(eq=False)
class Item:
    """What a block is made of; the planner notes where each item stands.

    Attributes
    ----------
    order : int
        Its number in the order of the text.
    owner : Item, optional
        The compound item it stands in.
    block : Block
    """

    order: int = field(default=-1, init=False)
    owner: Loop | Branch | Within | None = field(default=None, init=False)
    block: Block = field(init=False)


@dataclass(eq=False)
class Stage(Item):
    """One step of the forward pass: names bound to a wire.

    Attributes
    ----------
    target : ast.expr
        A name, an item (`out[i]`), or a tuple of names for a wire with several values.
    wire : Wire, optional
        None if the value is passive.
    statement : ast.stmt
        The user's statement it comes from; several stages may share one.
    rewritten : bool
        Whether the forward text of the stage differs from the user's statement.
    kind : str
        `"bind"`; `"update"` (`x += v`); `"store"` (`x[i] = v`); `"add"` (`x[i] += v`); `"append"`; `"pop"`
        (from the list `holder`); `"item"` (bound by the header of a loop); `"view"` (a second name for memory
        of another variable gets a gradient of its own); `"passive"`; `"raise"` (a side that was never
        recorded); `"break"`; `"return"`.
    text : str
        The forward text, where it is neither the statement nor target and wire.
    written : ast.expr, optional
        What the user writes to, where that is a second name for the target.
    binds, changes : list of str
        The names it binds, and those whose memory it changes.
    sample, holder : object
        Sample values: of what is bound or written, and of what it is an item of.
    value : ast.expr, optional
        The text of the value of a passive item of a loop.
    repeats : bool
        Whether the items that are written may be named twice, so that only the last value counts.
    copies : bool
        Whether reading the items that are written makes a new array, as a mask or an index array does.
    """

    target: ast.expr
    wire: Wire | None
    statement: ast.stmt
    rewritten: bool = False
    kind: str = "bind"
    text: str = ""
    binds: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    sample: Any = None
    holder: Any = None
    value: ast.expr | None = None
    written: ast.expr | None = None
    repeats: bool = False
    copies: bool = False

    def sample_of(self) -> Any:
        """Return a sample of what the stage binds."""
        return self.wire.sample if self.wire is not None else self.sample


@dataclass(eq=False)
class Block:
    """Items in order."""

    items: list[Part] = field(default_factory=list)


@dataclass(eq=False)
class Loop(Item):
    """A loop with its body.

    Attributes
    ----------
    target, iterable : ast.expr, optional
        The header of the backward loop; None for `while`.
    binds : list of str
        The loop's own variables.
    active : set of str
        The names that may be differentiable when the loop begins.
    """

    statement: ast.For | ast.While
    body: Block
    target: ast.expr | None = None
    iterable: ast.expr | None = None
    binds: list[str] = field(default_factory=list)
    active: set[str] = field(default_factory=set)

    def counts(self) -> bool:
        """Return whether the loop counts its trips from zero."""
        it = self.iterable
        named = isinstance(it, ast.Call) and isinstance(it.func, ast.Name) and it.func.id == "range"
        return isinstance(self.target, ast.Name) and named and len(it.args) == 1  # type: ignore[union-attr]  # a call, see above


@dataclass(eq=False)
class Branch(Item):
    """A branch with both sides.

    Attributes
    ----------
    test : ast.expr
    flag : str
        The variable that holds the test, if the backward pass cannot read it again.
    active : set of str
        The names that may be differentiable when the branch begins.
    """

    statement: ast.If
    test: ast.expr
    body: Block
    orelse: Block
    flag: str = ""
    active: set[str] = field(default_factory=set)

    def is_open_on_one_side(self) -> bool:
        """Return whether one of the sides raises."""
        return ends_in_raise(self.body) or ends_in_raise(self.orelse)


@dataclass(eq=False)
class Within(Item):
    """The body of a `with` statement, or of a `try` that caught nothing.

    Attributes
    ----------
    binds : list of str
        The names that its header binds.
    footer : list of str
        The lines behind the body: what raises where a `try` catches something after all.
    """

    statement: ast.With | ast.Try
    body: Block
    binds: list[str] = field(default_factory=list)
    footer: list[str] = field(default_factory=list)


Part = Stage | Loop | Branch | Within


def blocks_of(item: Item) -> list[Block]:
    """Return the blocks inside an item."""
    if isinstance(item, Branch):
        return [item.body, item.orelse]
    return [item.body] if isinstance(item, Loop | Within) else []


def leaves(wire: Wire) -> Iterator[Wire]:
    """Yield the variables below a wire."""
    if wire.kind == "name":
        yield wire
    for operand in wire.operands.values():
        yield from leaves(operand)


def stages_of(block: Block) -> Iterator[Stage]:
    """Yield all stages of a block and of the blocks inside it, in the order of the text."""
    for item in block.items:
        if isinstance(item, Stage):
            yield item
        for inner in blocks_of(item):
            yield from stages_of(inner)


def ends_in_raise(block: Block) -> bool:
    """Return whether a side raises."""
    last = block.items[-1] if block.items else None
    return isinstance(last, Stage) and (
        last.kind == "raise" or isinstance(last.statement, ast.Raise)
    )


@dataclass(eq=False)
class Circuit:
    """A traced function.

    Attributes
    ----------
    name : str
    parameters : list of str
    inputs : list of str
        The differentiable parameters, in argument order.
    samples : dict
        Sample values of the parameters.
    block : Block
    output : ast.expr
        What is returned: a name, or a display of names and passive texts.
    fields : dict
        For each variable that is an attribute of an argument: the attribute as the user writes it.
    wholes : list of str
        The arguments, or attributes of arguments, whose gradients are returned.
    """

    name: str
    parameters: list[str]
    inputs: list[str]
    samples: dict[str, Any]
    block: Block
    output: Wire | None
    output_node: ast.expr | None
    trace: Any
    names: set[str] = field(default_factory=set)
    fields: dict[str, str] = field(default_factory=dict)
    wholes: list[str] = field(default_factory=list)


@dataclass(eq=False)
class Helper:
    """A call of a function with a forward and a backward pass of its own.

    Attributes
    ----------
    circuit : Circuit
        The function that is called.
    call : ast.Call
        The text of the call.
    name : str
        The function's name in the generated module; `_forward` and `_backward` are added to it.
    cache : str
        The variable that holds the cache of this call.
    """

    circuit: Circuit
    call: ast.Call
    name: str = ""
    cache: str = ""


@dataclass(eq=False)
class Line:
    """One line of the backward pass.

    Attributes
    ----------
    target : ast.expr, optional
        What is written; None for a bare statement.
    operator : str
        `"="`, `"+="`, `"-="`, `"*="` or `""`.
    value : ast.expr
    comment : str
        A remark behind the line.
    shares : set of str
        The gradients whose memory the value may show.
    is_whole : bool
        Whether the value has the shape of the variable, not one that is broadcast to it.
    """

    target: ast.expr | None
    operator: str
    value: ast.expr
    comment: str = ""
    shares: set[str] = field(default_factory=set)
    is_whole: bool = False


@dataclass(eq=False)
class Remark:
    """A comment line of its own, or a line of the forward pass that is computed again.

    Attributes
    ----------
    text : str
    code : bool
    stage : Stage, optional
        The stage of the forward pass that the lines below run backwards.
    """

    text: str
    code: bool = False
    stage: Stage | None = None


@dataclass(eq=False)
class Nest:
    """A compound statement of the backward pass.

    Attributes
    ----------
    keyword : str
        `"for"`, `"if"` or `"else"`.
    body : list
    test : ast.expr, optional
        Of an `if`.
    loop : Loop, optional
        Of a `for`: what it runs backwards.
    backwards : bool
        Whether the trips must come in reverse order.
    branch : Branch, optional
        Of an `if`: the branch it is the backward pass of.
    block : Block, optional
        The side of the branch, or the body of the loop, whose backward pass this is.
    negated : bool
        Whether the test is the opposite of the branch's.
    header : str
        The text, once everything is planned.
    """

    keyword: str
    body: list[Line | Remark | Nest] = field(default_factory=list)
    test: ast.expr | None = None
    loop: Loop | None = None
    iterable: ast.expr | None = None
    backwards: bool = False
    branch: Branch | None = None
    block: Block | None = None
    negated: bool = False
    header: str = ""


def all_lines(items: Sequence[Line | Remark | Nest]) -> list[Line]:
    """Return all lines, those inside compound statements too."""
    found: list[Line] = []
    for item in items:
        if isinstance(item, Line):
            found.append(item)
        elif isinstance(item, Nest):
            found.extend(all_lines(item.body))
    return found
