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
    """What the parts of an inlining share.

    Attributes
    ----------
    host : Trace
        The function into which calls are spliced.
    inputs : set of str
        Its differentiable arguments, or attributes of arguments.
    reached_names : set of str
        The variables that may be differentiated.
    made : set of str
        The variables of objects that are made here.
    wholes : dict
        What stands for the attributes and items that hold such objects, or functions.
    theirs : set of str
        The variables that hold what the caller gives, or a part of it.
    firsts : dict
        The paths to objects that other paths lead to as well, each with the one that the inputs go by.
    setters : dict
        In how many places each attribute is written.
    stored : set of str
        The attributes that the host writes, also through its helpers.
    written : list
        Samples of the objects whose attributes are written.
    names : Names
        The names that variables get in the host.
    several : set of str
        The variables that hold one thing on one way and another on another, before anything is spliced.
    open : list of Trace
        The functions whose statements are looked at, the host first.
    done : list of list of ast.stmt
        The statements so far of each block that is being changed, from the outermost.
    """

    def __init__(self, host: Trace, inputs: Sequence[str]) -> None:
        self.host, self.run = host, host.run
        self.inputs = set(inputs)
        self.setters = setters_of(host)
        self.firsts = first_paths(host.values, inputs, self.setters.keys())
        self.made: set[str] = set()
        self.wholes: dict[str, ast.expr] = {}
        self.theirs = handed_on(host.tree, set(parameters_of(host.tree)))
        self.names = Names(host)
        self.several = self.names.rebound()
        self.open: list[Trace] = []
        self.done: list[list[ast.stmt]] = []
        self.written = written_objects(host)
        self.stored = stored_through(host, carried_words(host), {})
        assert isinstance(host.tree, ast.FunctionDef)
        self.reached_names = tainted(host.tree, self.inputs | set(map(syntax.first_name, inputs)))

    def read(self, own: str, part: ast.expr) -> ast.expr:
        """Return what reads a variable that stands for an expression."""
        return placed(self.run, syntax.name(own), part, self.run.fact(part).sample)
