"""Lists that grow: the facts of a run go in; in those that come out, the items of a list that a function appends to are
of one kind.

>>> levelled([(0, 1.5), (2.5, 3.5)])
[(0.0, 1.5), (2.5, 3.5)]

A sum starts with `0` and a chain with `None`, and both stand in the first item of a list whose others have floats in
their places. The gradient of such a place is a number in each item.
"""

from __future__ import annotations

import ast
import collections

from codegen import syntax
from codegen.gates.pure import GROWING
from codegen.trace.facts import kind_of, levelled
from codegen.trace.paths import handed_on
from codegen.trace.run import Trace


def with_later_trips(trace: Trace) -> None:
    """Let a sum that begins as a number, and is an array from its first addend on, be seen as one where a second
    addend would meet it, although the example has one; and an item that begins as an empty list as a longer one.
    """
    for one in trace.run.helpers(trace):
        for loop in (n for n in syntax.walk(one.tree) if isinstance(n, ast.For | ast.While)):
            stored = collections.Counter(syntax.stores(loop))
            for statement in syntax.statements(loop.body):
                match statement:
                    case ast.Assign([target], ast.BinOp(left, _, right) as value):
                        after = trace.run.fact(value)
                    case _:
                        continue
                is_once = isinstance(target, ast.Name) and stored[target.id] == 1
                is_item = isinstance(target, ast.Subscript) and isinstance(after.sample, list)
                for part in (left, right) if is_once or is_item else ():
                    before = trace.run.fact(part)
                    if syntax.same(part, syntax.loaded(target)) and before.visits:
                        if kind_of(before.sample)[1] == 0 < kind_of(after.sample)[1]:
                            before.see(after.sample)


def with_level_lists(trace: Trace) -> None:
    """Level the samples of the lists that a trace, or one of the functions it calls, appends to."""
    for one in trace.run.helpers(trace):
        names = grown(one.tree)
        if not names:
            continue
        for node in syntax.walk(one.tree):
            fact = trace.run.facts.get(node)
            if fact is None or type(fact.sample) is not list:
                continue
            if isinstance(node, ast.expr) and syntax.root_name(node) in names:
                fact.sample = levelled(fact.sample)


def grown(tree: ast.AST) -> set[str]:
    """Return the variables that hold a list which is appended to, or a part of one."""
    appends = [n.value for n in syntax.every(ast.Attribute, tree) if n.attr in GROWING]
    found = {owner.id for owner in appends if isinstance(owner, ast.Name)}
    return handed_on(tree, found) if found else found
