"""The representations: the circuit that lowering makes of a function, and the planned lines of its backward pass.

A `Circuit` is a tree. Its block holds stages, each of which binds a name to a wire; a wire is a gate applied
to other wires. The plan of a module, a `Program`, is lines of text with what they read and write.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from codegen import syntax
from codegen.errors import CodegenError, MixedRanksError
from codegen.gates.table import Row
from codegen.records import dataclass

NOWHERE = syntax.name("_")


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


@dataclass(frozen=True, eq=False)
class Wire:
    """A value of the circuit that a differentiable input reaches."""

    node: ast.expr
    """The text of the value, with a `WireRef` for each operand."""
    sample: Any
    """The value in the traced run."""
    origin: ast.AST
    """The user's expression."""
    name: str | None = None
    """The variable that holds the value."""
    operands: dict[str, Wire] = field(default_factory=dict)
    """The wire of each differentiable hole, element or parameter."""
    statics: dict[str, ast.expr] = field(default_factory=dict)
    """The passive text of each other hole or element."""
    units: frozenset[int] = frozenset()
    """The axes that have size 1 in every call."""
    along: tuple[str, int] | None = None
    """The parameter that says which axis has size 1, and that axis in the example."""
    spelled: str = ""
    """The user's second name for this item of a variable, if it is read under one."""


@dataclass(frozen=True, eq=False)
class Variable(Wire):
    """The value of a variable."""

    name: str = field(kw_only=True)
    changes: bool = False
    """Whether its memory is changed in place after it is read, so that its items cannot be read again."""


@dataclass(frozen=True, eq=False)
class Gate(Wire):
    """A row of the table at work."""

    row: Row = field(kw_only=True)
    values: dict[str, Any] = field(default_factory=dict)
    """The sample of each hole."""
    named: dict[str, Wire] = field(default_factory=dict)
    """The wires of the inner values that the gradient reads."""
    flavour: str = ""
    """How the user spells the gate."""
    unique: bool = False
    """Whether its index names each item at most once."""
    parts: Sequence[str] = ()
    """The variables that its parts are bound to, for a value with several."""
    kept: str = ""
    """The variable that keeps its value, for an item that is overwritten later."""
    asked: bool = False
    """Whether a gate in a later line is made of it, so that it needs a name."""
    home: ast.Subscript | None = None
    """The item that holds its value for good once its line is done, in place of a name."""


class Display(Wire):
    """A tuple, list or dict of wires."""


@dataclass(frozen=True, eq=False)
class Call(Wire):
    """A call of a function with a forward and a backward pass of its own."""

    helper: Helper = field(kw_only=True)
    """The function that is called."""
    function: str = ""
    """Its name in the generated module; `_forward` and `_backward` are added to it."""
    cache: str = ""
    """The variable that holds the cache of this call."""

    @property
    def circuit(self) -> Circuit:
        assert self.helper.made is not None
        return self.helper.made


@dataclass(eq=False)
class Helper:
    """A function with a pair of its own, as its calls know it."""

    made: Circuit | None = None
    """None until it is lowered: a function that calls itself calls it before."""


@dataclass(frozen=True, eq=False)
class Unsupported(Wire):
    """A value without a gradient: `problem` is raised once one is wanted."""

    problem: CodegenError = field(kw_only=True)


def variable(name: str, sample: Any, origin: ast.AST) -> Variable:
    return Variable(syntax.name(name), sample, origin, name=name)


@dataclass(frozen=True, eq=False)
class Block:
    items: list[Statement] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Statement:
    """What a block is made of."""

    statement: ast.stmt
    """The user's statement it comes from; several may share one."""

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
    """One step of the forward pass, with nothing inside it."""

    target: ast.expr = NOWHERE
    """A name, an item (`out[i]`), or a tuple of names for a wire with several values."""
    wire: Wire | None = None
    """None if the value is passive."""
    rewritten: bool = False
    """Whether the forward text differs from the user's statement."""
    text: str = ""
    """The forward text, where it is neither the statement nor target and wire."""
    binds: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    """The names it binds, and those whose memory it changes."""
    sample: Any = None
    """A sample of what is bound or written, if that is no wire."""
    value: ast.expr | None = None
    """The text of a passive value that no statement says alone."""
    varied: bool = False
    """Whether a stage without a wire has a value that could be differentiated, which no gradient reaches."""

    def sample_of(self) -> Any:
        """Return a sample of what the stage binds."""
        return self.wire.sample if self.wire is not None else self.sample

    @property
    def bound(self) -> list[str]:
        """The names that it binds, the variable of a helper's cache among them."""
        cache = self.wire.cache if isinstance(self.wire, Call) else ""
        return [*self.binds, cache] if cache else self.binds


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
    """A change of some items of a variable."""

    holder: Any = None
    """A sample of what it is an item of."""
    written: ast.expr | None = None
    """What the user writes to, where that is a second name for the target."""
    repeats: bool = False
    """Whether the items may be named twice, so that only the last value counts."""
    copies: bool = False
    """Whether reading the items makes a new array, as a mask or an index array does."""


class Store(Write):
    """`x[i] = v`."""


class Add(Write):
    """`x[i] += v`."""


@dataclass(frozen=True, eq=False)
class Append(Stage):
    """`xs.append(v)`; `is_first` for `xs.appendleft(v)` and `xs.insert(0, v)`."""

    is_first: bool = False


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
class Around(Statement):
    body: Block
    binds: list[str] = field(default_factory=list)
    """The names that the header binds."""

    @property
    def blocks(self) -> tuple[Block, ...]:
        return (self.body,)

    @property
    def bound(self) -> list[str]:
        """The names that the header binds."""
        return self.binds


@dataclass(frozen=True, eq=False)
class Loop(Around):
    statement: ast.For | ast.While
    target: ast.expr | None = None
    iterable: ast.expr | None = None
    """The header of the backward loop; None for `while`."""
    active: set[str] = field(default_factory=set)
    """The names that may be differentiable when the loop begins."""

    def counts(self) -> bool:
        """Return whether the loop counts its trips from zero."""
        it = self.iterable
        named = syntax.calls(it, "range")
        return isinstance(self.target, ast.Name) and named and len(it.args) == 1  # type: ignore[union-attr]  # a call, see above


@dataclass(frozen=True, eq=False)
class Branch(Statement):
    statement: ast.If
    test: ast.expr
    body: Block
    orelse: Block
    active: set[str] = field(default_factory=set)
    """The names that may be differentiable when the branch begins."""

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self.body, self.orelse

    def is_open_on_one_side(self) -> bool:
        """Return whether one of the sides raises."""
        return ends_in_raise(self.body) or ends_in_raise(self.orelse)


@dataclass(frozen=True, eq=False)
class Within(Around):
    """The body of a `with` statement, or of a `try` that caught nothing."""

    statement: ast.With | ast.Try
    footer: list[str] = field(default_factory=list)
    """The lines behind the body: what raises where a `try` catches something after all."""


def statements_of(block: Block) -> Iterator[Statement]:
    """Yield all statements of a block and of the blocks inside it, in the order of the text."""
    for item in block.items:
        yield item
        for inner in item.blocks:
            yield from statements_of(inner)


def stages_of(block: Block) -> Iterator[Stage]:
    """Yield all stages of a block and of the blocks inside it, in the order of the text."""
    return (item for item in statements_of(block) if isinstance(item, Stage))


def is_one_line(block: Block) -> bool:
    """Return whether all that is differentiated stands in one line, which returns it."""
    lines = {stage.statement for stage in stages_of(block) if stage.wire is not None}
    return len(lines) == 1 and isinstance(lines.pop(), ast.Return)


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
        case Around():
            return replace(item, body=blocks[0])
    return item


def leaves(wire: Wire) -> Iterator[Variable]:
    if isinstance(wire, Variable):
        yield wire
    for operand in wire.operands.values():
        yield from leaves(operand)


def in_text_order(wire: Wire) -> list[Wire]:
    """Return the operands of a wire in the order in which its text mentions them."""
    own = list(wire.operands.values())
    told = [ref.wire for ref in refs_in(wire.node) if any(ref.wire is w for w in own)]
    return list(dict.fromkeys([*told, *own]))


def named_text(tree: ast.expr) -> ast.expr:
    """Return a text with every wire written out: by its name, or by its own text."""

    def change(part: ast.expr) -> ast.expr | None:
        if isinstance(part, WireRef):
            if part.spelled and (isinstance(part.wire, Variable) or not part.wire.name):
                return syntax.name(part.spelled)
            return syntax.name(part.wire.name) if part.wire.name else named_text(part.wire.node)
        return None

    return syntax.rewrite(tree, change)


def refs_in(tree: ast.AST) -> Iterator[WireRef]:
    """Yield the places of wires in a text, in order."""
    if isinstance(tree, WireRef):
        yield tree
    for child in syntax.parts(tree):
        yield from refs_in(child)


def post_order(root: Wire) -> list[Wire]:
    """Return the wires under `root`, operands first, `root` last."""
    found: list[Wire] = []
    seen: set[Wire] = set()
    waiting = [(root, False)]
    while waiting:
        wire, is_done = waiting.pop()
        if is_done:
            named = wire.named.values() if isinstance(wire, Gate) else ()
            found.extend([w for w in dict.fromkeys(named) if w not in seen])
            seen.update(named)
            found.append(wire)
        elif wire not in seen:
            seen.add(wire)
            waiting.append((wire, True))
            waiting.extend([(operand, False) for operand in reversed(in_text_order(wire))])
    return found


Change = Callable[[Wire, Wire], Wire]
"""What stands for a wire: it is given the wire, and the wire with what stands for its operands."""


class Rewiring:
    """The wires that others stand for by now; one that stands in two lines is made anew once."""

    def __init__(self) -> None:
        self.now: dict[Wire, Wire] = {}

    def latest(self, wire: Wire) -> Wire:
        """Return what stands for a wire."""
        while wire in self.now:
            wire = self.now[wire]
        return wire

    def forget(self, gone: Collection[Wire]) -> None:
        """Let no wire stand for others any longer that is one of those, or is written with one of them."""

        def is_gone(wire: Wire) -> bool:
            return wire in gone or wire.name is None and any(map(is_gone, inner_wires(wire)))

        self.now = {old: new for old, new in self.now.items() if not is_gone(new)}

    def __call__(self, root: Wire, change: Change = lambda old, new: new) -> Wire:
        """Return a wire in which others stand for each below it, and for itself, operands first."""
        done: dict[Wire, Wire] = {}

        def made(wire: Wire) -> Wire:
            old = self.latest(wire)
            if old not in done:
                new = change(old, with_inner(old, {w: made(w) for w in inner_wires(old)}))
                done[old] = done[new] = new
                if new is not old:
                    self.now[old] = new
            return done[old]

        return made(root)


def inner_wires(wire: Wire) -> Iterator[Wire]:
    """Yield all wires that a wire is written with."""
    yield from in_text_order(wire)
    if isinstance(wire, Gate):
        yield from wire.named.values()
    for text in wire.statics.values():
        yield from (ref.wire for ref in refs_in(text))


def with_inner(wire: Wire, inner: Mapping[Wire, Wire]) -> Wire:
    """Return a wire that is written with other wires."""
    if all(old is new for old, new in inner.items()):
        return wire

    def change(part: ast.expr) -> ast.expr | None:
        known = isinstance(part, WireRef) and part.wire in inner
        return WireRef(inner[part.wire], part.spelled) if known else None  # type: ignore[attr-defined]  # a WireRef

    made = replace(
        wire,
        node=syntax.rewrite(wire.node, change),
        operands={hole: inner[w] for hole, w in wire.operands.items()},
        statics={hole: syntax.rewrite(text, change) for hole, text in wire.statics.items()},
    )
    if isinstance(made, Gate) and made.named:
        made = replace(made, named={name: inner[w] for name, w in made.named.items()})
    return made


def rewired(circuit: Circuit, change: Change) -> Circuit:
    """Return a circuit in which others stand for its wires."""
    rewire = Rewiring()

    def with_wire(stage: Stage) -> list[Stage]:
        if stage.wire is None:
            return [stage]
        wire = rewire(stage.wire, change)
        return [stage if wire is stage.wire else replace(stage, wire=wire)]

    block = rebuilt(circuit.block, with_wire)
    output = rewire(circuit.output, change) if circuit.output is not None else None
    return replace(circuit, block=block, output=output)


def never_ends(block: Block) -> bool:
    last = block.items[-1] if block.items else None
    if isinstance(last, Branch):
        return never_ends(last.body) and never_ends(last.orelse)
    return isinstance(last, Break) or ends_in_raise(block)


def ends_in_raise(block: Block) -> bool:
    last = block.items[-1] if block.items else None
    return isinstance(last, Raise) or last is not None and isinstance(last.statement, ast.Raise)


@dataclass(frozen=True, eq=False)
class Circuit:
    """A traced function."""

    name: str
    parameters: list[str]
    inputs: list[str]
    """The differentiable parameters, in argument order."""
    samples: dict[str, Any]
    """Sample values of the parameters."""
    block: Block
    output: Wire | None
    """What is returned: a name, or a display of names and passive texts."""
    output_node: ast.expr | None
    trace: Any
    names: set[str] = field(default_factory=set)
    fields: dict[str, str] = field(default_factory=dict)
    """For each variable that is an attribute of an argument: the attribute as the user writes it."""
    wholes: list[str] = field(default_factory=list)
    """The arguments, or attributes of arguments, whose gradients are returned."""
    doubt: MixedRanksError | None = None
    """What is to be said if the check finds the pair wrong."""
    optional: frozenset[str] = frozenset()
    """The parameters that are None unless a call gives them."""
    rounded: tuple[str, ...] = ()
    """What counts as a constant since it is rounded, or cut to whole numbers."""


@dataclass(frozen=True, eq=False)
class Line:
    """One line of the backward pass."""

    target: ast.expr | None
    """What is written; None for a bare statement."""
    operator: str
    """`"="`, `"+="`, `"-="`, `"*="` or `""`."""
    value: ast.expr
    comment: str = ""
    """A remark behind the line."""
    shares: set[str] = field(default_factory=set)
    """The gradients whose memory the value may show."""
    is_whole: bool = False
    """Whether the value has the shape of the variable, not one that is broadcast to it."""
    sample: Any = None
    """What the target is behind it on the example, where that is known: a name may hold an array, then a number."""

    @property
    def sets(self) -> bool:
        """Whether it gives names a value, whatever they had."""
        return self.operator == "=" and isinstance(self.target, ast.Name | ast.Tuple)

    @property
    def bound(self) -> list[str]:
        """The names that it gives a value, whatever they had."""
        parts = syntax.elements(self.target)
        return [part.id for part in parts if isinstance(part, ast.Name) and self.sets]

    @property
    def name(self) -> str:
        """The variable that it writes as a whole; nothing where it writes items, several, or none."""
        return syntax.identifier(self.target)

    @property
    def read(self) -> list[str]:
        """The names that it reads, as often as they stand there: also those of what it adds to, or puts items into."""
        parts = syntax.elements(self.target)
        written = [p for p in parts if not (isinstance(p, ast.Name) and self.sets)]
        trees = [self.value, *written]
        return syntax.mentioned(*trees)

    def with_trees(self, change: Callable[[ast.expr], ast.expr]) -> Line:
        """Return the line with its target and its value changed."""
        target = None if self.target is None else change(self.target)
        return replace(self, target=target, value=change(self.value))

    def renamed(self, names: Mapping[str, str]) -> Line:
        """Return the line with other names for some gradients."""
        trees = {old: syntax.name(new) for old, new in names.items()}
        line = self.with_trees(lambda tree: syntax.substitute(tree, trees))
        return replace(line, shares={names.get(one, one) for one in self.shares})


@dataclass(frozen=True, eq=False)
class Remark:
    """A comment line of its own, `# backprop y = w * x`."""

    text: str
    """What is run backwards: the line of the forward pass, or several."""
    stage: Stage | None = None
    """The stage of the forward pass that the lines below run backwards."""
    also: tuple[Stage, ...] = ()
    """Those before it that they run backwards, too."""

    def joined(self, other: Remark, text: str = "") -> Remark:
        """Return one comment for the lines below both; it has the texts of both, unless another one is given."""
        stages = (s for s in (other.stage, *other.also) if s is not None)
        text = text or f"{self.text} and {other.text}"
        return replace(self, text=text, also=(*self.also, *stages))


@dataclass(frozen=True, eq=False)
class Again:
    """A line of the forward pass that is computed again: `text` spells the statement as the user does."""

    statement: ast.stmt
    text: str


class Gap:
    """An empty line."""


@dataclass(frozen=True, eq=False)
class Nest:
    """A compound statement of the backward pass."""

    body: list[Planned] = field(default_factory=list)
    block: Block | None = None
    """The side of the branch, or the body of the loop, whose backward pass this is."""


@dataclass(frozen=True, eq=False)
class For(Nest):
    loop: Loop | None = None
    """What it runs backwards."""
    target: ast.expr | None = None
    iterable: ast.expr | None = None
    """The header: what it binds, once everything is planned, and what it runs over."""
    backwards: bool = False
    """Whether the trips must come in reverse order."""


@dataclass(frozen=True, eq=False)
class If(Nest):
    """One side of a branch."""

    test: ast.expr | None = None
    branch: Branch | None = None
    """The branch it is the backward pass of."""
    negated: bool = False
    """Whether the test is the opposite of the branch's."""


class Else(Nest):
    """The other side of the branch before it."""


Planned = Line | Remark | Again | Gap | Nest


def items_of(items: Sequence[Planned]) -> Iterator[Planned]:
    """Yield all items, each compound statement before those inside it."""
    for item in items:
        yield item
        if isinstance(item, Nest):
            yield from items_of(item.body)


def expressions_of(item: Planned) -> list[ast.expr]:
    """Return the expressions of a line, or of the header of a compound statement."""
    match item:
        case Line():
            found = [item.value, item.target]
        case For():
            found = [item.target, item.iterable]
        case If():
            found = [item.test]
        case Again():
            return syntax.expressions(item.statement)
        case _:
            found = []
    return [tree for tree in found if tree is not None]


def names_in(items: Sequence[Planned]) -> list[str]:
    """Return the names in lines and in headers, as often as they stand there."""
    return syntax.mentioned(*(tree for item in items_of(items) for tree in expressions_of(item)))


def all_lines(items: Sequence[Planned]) -> list[Line]:
    """Return all lines, those inside compound statements too."""
    return [item for item in items_of(items) if isinstance(item, Line)]


def within(
    items: Sequence[Planned], change: Callable[[list[Planned]], list[Planned]]
) -> Iterator[Planned]:
    """Yield items with other lines in the compound ones: a pass over planned lines goes into them first."""
    for item in items:
        yield replace(item, body=change(item.body)) if isinstance(item, Nest) else item


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
