"""The representations: the circuit that lowering makes of a function, and the planned lines of its backward pass.

A `Circuit` is a tree. Its block holds stages, each of which binds a name to a wire; a wire is a gate applied
to other wires. The plan of a module, a `Program`, is lines of text with what they read and write.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field, replace
from typing import Any, Literal

from codegen.errors import CodegenError
from codegen.gates.table import Row
from codegen.records import dataclass

NOWHERE = ast.Name("_", ast.Load())


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


Kind = Literal["name", "gate", "display", "call", "unsupported"]


@dataclass(eq=False)
class Wire:
    """A value of the circuit that a differentiable input reaches.

    Attributes
    ----------
    kind : Kind
        `"name"` (the value of a variable), `"gate"`, `"display"` (a tuple, list or dict of wires),
        `"call"` (a helper with a pair of its own), or `"unsupported"`.
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

    kind: Kind
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


@dataclass(frozen=True, eq=False)
class Block:
    """Statements in order."""

    items: list[Statement] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Statement:
    """What a block is made of.

    Attributes
    ----------
    statement : ast.stmt
        The user's statement it comes from; several may share one.
    """

    statement: ast.stmt

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks inside, in the order of the text."""
        return ()

    @property
    def bound(self) -> list[str]:
        """The names that it binds by itself."""
        return []


@dataclass(frozen=True, eq=False)
class Stage(Statement):
    """One step of the forward pass, with nothing inside it.

    Attributes
    ----------
    target : ast.expr
        A name, an item (`out[i]`), or a tuple of names for a wire with several values.
    wire : Wire, optional
        None if the value is passive.
    rewritten : bool
        Whether the forward text differs from the user's statement.
    text : str
        The forward text, where it is neither the statement nor target and wire.
    binds, changes : list of str
        The names it binds, and those whose memory it changes.
    sample : object
        A sample of what is bound or written, if that is no wire.
    value : ast.expr, optional
        The text of a passive value that no statement says alone.
    """

    target: ast.expr = NOWHERE
    wire: Wire | None = None
    rewritten: bool = False
    text: str = ""
    binds: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    sample: Any = None
    value: ast.expr | None = None

    def sample_of(self) -> Any:
        """Return a sample of what the stage binds."""
        return self.wire.sample if self.wire is not None else self.sample

    @property
    def bound(self) -> list[str]:
        """The names that it binds, the variable of a helper's cache among them."""
        helper = self.wire.helper if self.wire is not None else None
        return [*self.binds, helper.cache] if helper is not None and helper.cache else self.binds


class Bind(Stage):
    """`x = v`, or `x, y = v`."""


class Gathered(Bind):
    """A container known piece by piece is put together, in the user's own line."""


class LoopItem(Stage):
    """What the header of a loop binds: an item of what it runs over."""


@dataclass(frozen=True, eq=False)
class Update(Stage):
    """`x += v`, or `x[...] = v`: new values in the memory of a variable. `written` is the user's second name for it."""

    written: ast.expr | None = None


@dataclass(frozen=True, eq=False)
class Write(Stage):
    """A change of some items of a variable.

    Attributes
    ----------
    holder : object
        A sample of what it is an item of.
    written : ast.expr, optional
        What the user writes to, where that is a second name for the target.
    repeats : bool
        Whether the items may be named twice, so that only the last value counts.
    copies : bool
        Whether reading the items makes a new array, as a mask or an index array does.
    """

    holder: Any = None
    written: ast.expr | None = None
    repeats: bool = False
    copies: bool = False


class Store(Write):
    """`x[i] = v`."""


class Add(Write):
    """`x[i] += v`."""


class Append(Stage):
    """`xs.append(v)`."""


@dataclass(frozen=True, eq=False)
class Pop(Stage):
    """`v = xs.pop()`: `holder` is the list, `place` what stands between the parentheses."""

    holder: str = ""
    place: ast.expr | None = None


class View(Stage):
    """A second name for memory of another variable gets a gradient of its own."""


@dataclass(frozen=True, eq=False)
class Passive(Stage):
    """The user's own line, without a gradient. `written` is an item that it changes."""

    written: ast.expr | None = None


class Raise(Stage):
    """A side that was never recorded."""


class Break(Stage):
    """The end of a loop."""


class Return(Stage):
    """What the function returns."""


@dataclass(frozen=True, eq=False)
class Loop(Statement):
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

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The body."""
        return (self.body,)

    @property
    def bound(self) -> list[str]:
        """The loop's own variables."""
        return self.binds

    def counts(self) -> bool:
        """Return whether the loop counts its trips from zero."""
        it = self.iterable
        named = isinstance(it, ast.Call) and isinstance(it.func, ast.Name) and it.func.id == "range"
        return isinstance(self.target, ast.Name) and named and len(it.args) == 1  # type: ignore[union-attr]  # a call, see above


@dataclass(frozen=True, eq=False)
class Branch(Statement):
    """A branch with both sides.

    Attributes
    ----------
    test : ast.expr
    active : set of str
        The names that may be differentiable when the branch begins.
    """

    statement: ast.If
    test: ast.expr
    body: Block
    orelse: Block
    active: set[str] = field(default_factory=set)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Both sides."""
        return self.body, self.orelse

    def is_open_on_one_side(self) -> bool:
        """Return whether one of the sides raises."""
        return ends_in_raise(self.body) or ends_in_raise(self.orelse)


@dataclass(frozen=True, eq=False)
class Within(Statement):
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

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The body."""
        return (self.body,)

    @property
    def bound(self) -> list[str]:
        """The names that its header binds."""
        return self.binds


def statements_of(block: Block) -> Iterator[Statement]:
    """Yield all statements of a block and of the blocks inside it, in the order of the text."""
    for item in block.items:
        yield item
        for inner in item.blocks:
            yield from statements_of(inner)


def stages_of(block: Block) -> Iterator[Stage]:
    """Yield all stages of a block and of the blocks inside it, in the order of the text."""
    return (item for item in statements_of(block) if isinstance(item, Stage))


def rebuilt(block: Block, change: Callable[[Stage], Sequence[Stage]]) -> Block:
    """Return a block in which other stages stand for each stage, those of the blocks inside it too."""
    items: list[Statement] = []
    for item in block.items:
        if isinstance(item, Stage):
            items.extend(change(item))
        else:
            items.append(with_blocks(item, [rebuilt(inner, change) for inner in item.blocks]))
    return Block(items)


def with_blocks(item: Statement, blocks: Sequence[Block]) -> Statement:
    """Return a compound statement with other blocks inside."""
    match item:
        case Branch():
            return replace(item, body=blocks[0], orelse=blocks[1])
        case Loop() | Within():
            return replace(item, body=blocks[0])
    return item


def leaves(wire: Wire) -> Iterator[Wire]:
    """Yield the variables below a wire."""
    if wire.kind == "name":
        yield wire
    for operand in wire.operands.values():
        yield from leaves(operand)


def ends_in_raise(block: Block) -> bool:
    """Return whether a side raises."""
    last = block.items[-1] if block.items else None
    return isinstance(last, Raise) or last is not None and isinstance(last.statement, ast.Raise)


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
    doubt : CodegenError, optional
        What is to be said if the check finds the pair wrong.
    optional : frozenset of str
        The parameters that are None unless a call gives them.
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
    doubt: CodegenError | None = None
    optional: frozenset[str] = frozenset()


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


@dataclass(frozen=True, eq=False)
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


@dataclass(frozen=True, eq=False)
class Remark:
    """A comment line of its own, or a line of the forward pass that is computed again.

    Attributes
    ----------
    text : str
    code : bool
    stage : Stage, optional
        The stage of the forward pass that the lines below run backwards.
    also : tuple of Stage
        Those before it that they run backwards, too.
    """

    text: str
    code: bool = False
    stage: Stage | None = None
    also: tuple[Stage, ...] = ()


@dataclass(frozen=True, eq=False)
class Nest:
    """A compound statement of the backward pass.

    Attributes
    ----------
    body : list
    block : Block, optional
        The side of the branch, or the body of the loop, whose backward pass this is.
    header : str
        The text, once everything is planned.
    """

    body: list[Planned] = field(default_factory=list)
    block: Block | None = None
    header: str = ""


@dataclass(frozen=True, eq=False)
class For(Nest):
    """A loop.

    Attributes
    ----------
    loop : Loop, optional
        What it runs backwards.
    iterable : ast.expr, optional
    backwards : bool
        Whether the trips must come in reverse order.
    """

    loop: Loop | None = None
    iterable: ast.expr | None = None
    backwards: bool = False


@dataclass(frozen=True, eq=False)
class If(Nest):
    """One side of a branch.

    Attributes
    ----------
    test : ast.expr, optional
    branch : Branch, optional
        The branch it is the backward pass of.
    negated : bool
        Whether the test is the opposite of the branch's.
    """

    test: ast.expr | None = None
    branch: Branch | None = None
    negated: bool = False


class Else(Nest):
    """The other side of the branch before it."""


Planned = Line | Remark | Nest


def items_of(items: Sequence[Planned]) -> Iterator[Planned]:
    """Yield all items, each compound statement before those inside it."""
    for item in items:
        yield item
        if isinstance(item, Nest):
            yield from items_of(item.body)


def all_lines(items: Sequence[Planned]) -> list[Line]:
    """Return all lines, those inside compound statements too."""
    return [item for item in items_of(items) if isinstance(item, Line)]


def replanned(
    items: Sequence[Planned], change: Callable[[Line], Sequence[Planned]]
) -> list[Planned]:
    """Return items in which others stand for each line, those inside compound statements too."""
    found: list[Planned] = []
    for item in items:
        match item:
            case Line():
                found.extend(change(item))
            case Nest():
                found.append(replace(item, body=replanned(item.body, change)))
            case _:
                found.append(item)
    return found
