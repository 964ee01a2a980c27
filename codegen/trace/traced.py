"""Traces: a function at one place it is called from, its source and sample values."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from codegen.trace.facts import Fact
from codegen.trace.read import FunctionTree, Source, pair_name

if TYPE_CHECKING:
    from codegen.trace.observe import Run


@dataclass
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
    """

    function: FunctionType
    source: Source
    run: Run
    place: ast.Call | None
    values: dict[str, Any] = field(default_factory=dict)
    code: CodeType | None = None
    names: dict[str, Any] = field(default_factory=dict)
    arguments: dict[str, Fact] = field(default_factory=dict)
    given: dict[str, set[int]] = field(default_factory=dict)
    draws: bool | None = None
    spliced: bool = False
    definer: Trace | None = None
    renamed: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The name of its pair of functions: that of the function, or of the class for what a class is mainly for."""
        return pair_name(self.function)

    @property
    def tree(self) -> FunctionTree:
        """The tree of the function; facts are filed under its nodes."""
        return self.source.tree
