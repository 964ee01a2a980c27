"""The trips of a loop: whether each picks other items, and whether they must run backwards.

>>> sorted(counting_names(ast.parse("for i, w in enumerate(ws): pass").body[0]))
['i']
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codegen import syntax
from codegen.analysis.aliasing import root_of
from codegen.backward.flow import Flow, has_break
from codegen.ir import Line, Loop, Planned, Stage, all_lines


def written_once(flow: Flow, stage: Stage, base: str) -> bool:
    """Return whether a variable starts passive, has this one write, and every loop around it picks other items."""
    definers = flow.definers.get(base, [])
    if not definers or flow.changers.get(base, []) != [stage] or base in flow.circuit.parameters:
        return False
    made, loops = definers[0], flow.loops(stage)
    if not isinstance(made, Stage) or made.wire is not None:
        return False
    behind = flow.end(loops[-1]) if loops else flow.order[stage]
    if len(definers) > 1 and (flow.owner[made] is not None or flow.order[definers[1]] < behind):
        return False
    parts: list[ast.expr] = []
    target = stage.target
    while isinstance(target, ast.Subscript):
        parts.extend(target.slice.elts if isinstance(target.slice, ast.Tuple) else [target.slice])
        target = target.value
    for loop in loops:
        if flow.is_in(made, loop):
            return True
        if not picks(loop, parts, flow):
            return False
    return True


def picks(loop: Loop, parts: list[ast.expr], flow: Flow) -> bool:
    """Return whether each trip of a loop picks other items with its variable, plain or shifted by a number."""
    statement = loop.statement
    if not isinstance(statement, ast.For):
        return False
    names, made = counting_names(statement), loop.target
    own = syntax.stores(statement.target)
    index = made.id if isinstance(made, ast.Name) and made.id not in own else ""
    for part in parts:
        if index and isinstance(part, ast.Name) and part.id == index:
            return True  # the place, or the key, of an item: a name that nobody else binds
        found = part
        if (
            isinstance(part, ast.BinOp)
            and isinstance(part.op, ast.Add | ast.Sub)
            and isinstance(part.right, ast.Constant)
        ):
            found = part.left
        if (
            isinstance(found, ast.Name)
            and found.id in names
            and flow.definers.get(found.id) == [loop]
        ):
            return True
    return False


def counting_names(statement: ast.For) -> set[str]:
    """Return the variables of a loop that never have the same value twice."""
    iterable, target = statement.iter, statement.target
    if isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name):
        if iterable.func.id == "reversed" and iterable.args:
            return counting_names(ast.For(target=target, iter=iterable.args[0], body=[], orelse=[]))
        if iterable.func.id == "range" and isinstance(target, ast.Name):
            return {target.id}
        if (
            iterable.func.id == "enumerate"
            and isinstance(target, ast.Tuple)
            and isinstance(target.elts[0], ast.Name)
        ):
            return {target.elts[0].id}
    return set()


# ---- their order


def must_reverse(loop: Loop, body: Sequence[Planned]) -> bool:
    """Return whether some gradient that outlives a trip is both read and written in the body, or the
    trips are not known before.
    """
    if isinstance(loop.statement, ast.While) or has_break(loop):
        return True
    lines = all_lines(body)
    if any(pops(line) or is_method(line.value) for line in lines):
        return True
    local: set[str] = set()
    outliving_reads: set[str] = set()
    written: set[str] = set()
    for line in lines:
        mine = changed(line)
        reads = set(syntax.reads(line.value)) | (
            syntax.names(line.target) - set(mine) if line.target is not None else set()
        )
        if line.target is None and isinstance(line.value, ast.Call):
            reads -= set(mine)
        if isinstance(line.target, ast.Subscript) and line.operator in ("=", "+=", "-="):
            reads |= set(mine) & set(syntax.reads(line.value))
        if line.operator in ("*=", "/="):
            reads |= set(mine)
        outliving_reads |= reads - local
        if line.operator == "=" and isinstance(line.target, ast.Name | ast.Tuple):
            for name in mine:
                if name not in outliving_reads:
                    local.add(name)
        written |= set(mine)
    return bool(outliving_reads & written)


def changed(line: Line) -> list[str]:
    """Return the names a line binds or changes."""
    if line.target is None and is_method(line.value):
        return [root_of(line.value.func)]  # type: ignore[attr-defined]  # a call, see above
    if line.target is None:
        args = line.value.args if isinstance(line.value, ast.Call) else []
        return [root_of(args[0])] if args else []
    if isinstance(line.target, ast.Tuple):
        return [n.id for n in line.target.elts if isinstance(n, ast.Name)]
    return [root_of(line.target)]


def is_method(tree: ast.expr) -> bool:
    """Return whether a statement changes a list by a method of its own."""
    return (
        isinstance(tree, ast.Call)
        and isinstance(tree.func, ast.Attribute)
        and tree.func.attr in ("append", "insert", "pop")
        and isinstance(tree.func.value, ast.Name)
    )


def pops(line: Line) -> bool:
    """Return whether a line takes the last item off a list."""
    return any(isinstance(n, ast.Attribute) and n.attr == "pop" for n in syntax.walk(line.value))
