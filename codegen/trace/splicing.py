"""The state of an inlining: what the parts share that put statements in the place of calls."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codegen import syntax
from codegen.trace.differentiable import first_paths
from codegen.trace.normalize.taint import tainted
from codegen.trace.passing import parameters_of, placed
from codegen.trace.paths import handed_on
from codegen.trace.renaming import Names
from codegen.trace.run import Trace
from codegen.trace.setters import carried_words, setters_of, stored_through, written_objects


class Splicing:
    """What the parts of an inlining share."""

    def __init__(self, host: Trace, inputs: Sequence[str]) -> None:
        self.host, self.run = host, host.run
        self.inputs = set(inputs)
        self.setters = setters_of(host)  # in how many places each attribute is written
        # by which of several paths to one object the inputs go
        self.firsts = first_paths(host.values, inputs, self.setters.keys())
        self.made: set[str] = set()  # the variables of objects that are made here
        # what stands for attributes that hold them, or functions
        self.wholes: dict[str, ast.expr] = {}
        # what holds a part of what the caller gives
        self.theirs = handed_on(host.tree, set(parameters_of(host.tree)))
        self.names = Names(host)
        # variables of one thing on one way, another on another, at first
        self.several = self.names.rebound()
        self.open: list[Trace] = []  # the functions that are looked at, the host first
        self.done: list[list[ast.stmt]] = []  # so far, of each block at work from the outermost
        self.written = written_objects(host)  # samples of the objects whose attributes are written
        # attributes that the host writes, also through helpers
        self.stored = stored_through(host, carried_words(host), {})
        assert isinstance(host.tree, ast.FunctionDef)
        # what may be differentiated
        self.reached_names = tainted(host.tree, self.inputs | set(map(syntax.first_name, inputs)))

    def read(self, own: str, part: ast.expr) -> ast.expr:
        """Return what reads a variable that stands for an expression."""
        return placed(self.run, syntax.name(own), part, self.run.fact(part).sample)
