"""Traces: a function at one place it is called from, its source and sample values."""

from __future__ import annotations

import ast
from dataclasses import field
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from codegen.records import dataclass
from codegen.trace.facts import Fact
from codegen.trace.read import FunctionTree, Source, pair_name

if TYPE_CHECKING:
    from codegen.trace.observe import Run


@dataclass(eq=False)
class Trace:
    """A function that was run, at one place it is called from.

    Attributes
    ----------
    function : function
    source : Source
    given : dict
        For each parameter the pieces of memory that it was called with.
    values : dict
        Sample values of the parameters.
    run : Run
        The run it belongs to, which has the facts.
    draws : bool, optional
        Whether it draws random numbers, once somebody has looked.
    spliced : bool
        Whether its statements have taken the place of a call, or calls in it were replaced so.
    definer : Trace, optional
        The function that it was defined in, if that was running.
    renamed : dict
        The names that its variables have in the function it was spliced into.
    bound, reads : frozenset of str
        The names that it binds and reads, as it was run.
    key, kinds
        What the arguments of a call must be to share these facts, and what they have been so far; None for a
        function whose calls have facts of their own each.
    sites : int
        The calls that share it.
    direct : tuple of Trace
        The functions that it calls, once somebody has looked; see `Run.helpers`.
    far : set of tuple
        What it changes of other functions, once somebody has looked; see `Run.far`.
    """

    function: FunctionType
    source: Source
    run: Run
    place: ast.AST | None
    values: dict[str, Any] = field(default_factory=dict)
    code: CodeType | None = None
    names: dict[str, Any] = field(default_factory=dict)
    arguments: dict[str, Fact] = field(default_factory=dict)
    given: dict[str, set[int]] = field(default_factory=dict)
    draws: bool | None = None
    spliced: bool = False
    definer: Trace | None = None
    renamed: dict[str, str] = field(default_factory=dict)
    bound: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    key: Any = None
    kinds: Any = None
    sites: int = 1
    direct: tuple[Trace, ...] | None = None
    far: set[tuple[Trace | None, str]] | None = None

    @property
    def label(self) -> str:
        """The name of its pair of functions: that of the function, or of the class for what a class is mainly for."""
        return pair_name(self.function)

    @property
    def tree(self) -> FunctionTree:
        """The tree of the function; facts are filed under its nodes."""
        return self.source.tree
