"""Handing over: a plan goes in; what a call of a helper returns only to be handed on comes out where it belongs.

*Before*: `dx_new, dw = affine_backward(dout, cache)`, then `dx[:, t] = dx_new`. *After*: `dx[:, t], dw = …`.

>>> call = Line(syntax.name("dw"), "=", syntax.parse("affine_backward(dh, cache)"))
>>> adds = Line(syntax.parse("dparams['W']"), "+=", syntax.name("dw"))
>>> (line,) = handed_over([call, adds], [])
>>> f"{syntax.show(line.target)} {line.operator} {syntax.show(line.value)}"
'dparams["W"] += affine_backward(dh, cache)'
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from codegen import syntax
from codegen.backward.finish import Plan
from codegen.ir import Line, Nest, Planned, all_lines


def direct(plan: Plan) -> Plan:
    """Return a plan in which no gradient gets a name only to be handed on."""
    results = [name for tree in plan.results for name in syntax.reads(tree)]
    return replace(plan, lines=handed_over(plan.lines, results))


def handed_over(items: Sequence[Planned], results: Sequence[str]) -> list[Planned]:
    """Return lines in which what a helper returns goes where the lines right behind it put it."""
    read = Counter(results)
    for line in all_lines(items):
        read.update(names_in(line.value))
        if line.target is not None and not (line.operator == "=" and is_bound(line.target)):
            read.update(names_in(line.target))
    return walked(items, read)


def walked(items: Sequence[Planned], read: Counter[str]) -> list[Planned]:
    """Return the lines of one block with what calls return put where it belongs."""
    found: list[Planned] = []
    place = 0
    while place < len(items):
        item = items[place]
        place += 1
        if isinstance(item, Nest):
            item = replace(item, body=walked(item.body, read))
        elif isinstance(item, Line) and is_helped(item):
            behind: list[Line] = []
            while place < len(items) and isinstance(following := items[place], Line):
                behind.append(following)
                place += 1
            found.extend(joined(item, behind, read))
            continue
        found.append(item)
    return found


def joined(call: Line, behind: list[Line], read: Counter[str]) -> list[Planned]:
    """Return a call and the lines behind it, with what is only handed on put into its targets."""
    left: list[Line] = []
    for number, line in enumerate(behind):
        if is_helped(line):
            return [call, *left, *joined(line, behind[number + 1 :], read)]
        name = line.value.id if isinstance(line.value, ast.Name) else ""
        changed = put_into(call, line, name, left) if name and read[name] == 1 else None
        if changed is None:
            left.append(line)
        else:
            call = changed
    return [call, *left]


def put_into(call: Line, line: Line, name: str, between: list[Line]) -> Line | None:
    """Return a call that hands one of its gradients to the target of a line, if that changes nothing else."""
    target = line.target
    assert call.target is not None
    if isinstance(call.target, ast.Name):
        if call.target.id != name or between or target is None:
            return None
        return replace(line, value=call.value)
    if target is None or line.operator != "=" or line.comment or isinstance(target, ast.Tuple):
        return None
    assert isinstance(call.target, ast.Tuple)
    places = [isinstance(t, ast.Name) and t.id == name for t in call.target.elts]
    mine = names_in(target)
    touched = [n for t in call.target.elts for n in names_in(t)]
    touched += [n for one in between for n in (*names_in(one.value), *names_in(one.target))]
    if places.count(True) != 1 or set(mine) & set(touched):
        return None
    targets = [target if hit else t for hit, t in zip(places, call.target.elts, strict=True)]
    return replace(call, target=ast.Tuple(targets, ast.Load()))


def is_helped(line: Line) -> bool:
    """Return whether a line binds what a helper returns."""
    call = line.value
    is_call = isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
    return is_call and line.operator == "=" and line.target is not None and is_bound(line.target)


def is_bound(target: ast.expr) -> bool:
    """Return whether a target is a name or names, which get a value whatever they had."""
    return isinstance(target, ast.Name | ast.Tuple)


def names_in(tree: ast.expr | None) -> list[str]:
    """Return the names in a text, as often as they stand there."""
    if tree is None:
        return []
    return [n.id for n in syntax.walk(tree) if isinstance(n, ast.Name)]
