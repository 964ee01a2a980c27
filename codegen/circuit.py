"""The circuit: what the tracer makes of a function and every later step works on.

A `Circuit` is a tree. Its block holds stages, each of which binds a name to a wire; a wire is a gate applied to other wires. The
plan of a module, a `Program`, is lines of text with what they read and write.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from codegen.errors import CodegenError
from codegen.gates.table import Row


class WireRef(ast.expr):
    """A place in a tree where the text of a wire goes."""

    _fields = ()
    wire: Wire

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self.wire = wire


@dataclass(eq=False)
class Wire:
    """A value of the circuit that a differentiable input reaches.

    Attributes
    ----------
    kind : str
        `"name"` (the value of a variable), `"gate"`, `"display"` (a tuple, list or dict of wires), `"choice"` (a ternary),
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


@dataclass(eq=False)
class Stage:
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
    """

    target: ast.expr
    wire: Wire | None
    statement: ast.stmt
    rewritten: bool = False
    update: bool = False
    extra: str = ""


@dataclass(eq=False)
class Block:
    """Statements in order."""

    items: list[Stage | Loop | Branch] = field(default_factory=list)


@dataclass(eq=False)
class Loop:
    """A loop with its body."""

    statement: ast.For | ast.While
    body: Block


@dataclass(eq=False)
class Branch:
    """A branch with both sides."""

    statement: ast.If
    body: Block
    orelse: Block


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


@dataclass(eq=False)
class Helper:
    """A call of a function with a forward and a backward pass of its own.

    Attributes
    ----------
    circuit : Circuit
        The function that is called.
    arguments : list of ast.expr
        The text of the arguments, in the order of the parameters.
    name : str
        The function's name in the generated module; `_forward` and `_backward` are added to it.
    cache : str
        The variable that holds the cache of this call.
    """

    circuit: Circuit
    arguments: list[ast.expr]
    name: str = ""
    cache: str = ""


@dataclass
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
    """

    target: ast.expr | None
    operator: str
    value: ast.expr
    comment: str = ""
    shares: set[str] = field(default_factory=set)


@dataclass
class Remark:
    """A comment line of its own."""

    text: str


@dataclass
class Nest:
    """A compound statement of the backward pass: its header and its body."""

    header: str
    body: list[Line | Remark | Nest] = field(default_factory=list)
