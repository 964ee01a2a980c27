"""The finish: planned lines with their final names go in, the same lines as a person leaves them come out.

A gradient that only passes on another one and is then added to becomes one line; an item of an accumulator that one
line alone writes is set, not added to; forks and sums over broadcast axes are said, once.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from codegen import syntax
from codegen.backward.flow import Flow
from codegen.backward.once import picks
from codegen.backward.order import changed
from codegen.ir import Line, Loop, Nest, Remark, all_lines

Items = list[Line | Remark | Nest]
ZERO, MADE = "zero", "made"
SIGNS: dict[str, ast.operator] = {"+=": ast.Add(), "-=": ast.Sub()}


def polished(
    items: Items, flow: Flow, variables: Mapping[str, str], ranks: Mapping[str, int]
) -> Items:
    """Return finished lines.

    `variables` gives the variable of each gradient, `ranks` the rank of each gradient that is known.
    """
    items = filled(merged(items))
    set_once(items, flow)
    Forks(variables).walk(items, {})
    broadcast(items, variables, ranks)
    return items


# ---- one line for two


def merged(items: Items) -> Items:
    """Return lines in which `dy = dx` and a following `dy += v` are one."""
    found: Items = []
    for item in items:
        if isinstance(item, Nest):
            item.body = merged(item.body)
        if isinstance(item, Line) and item.operator in SIGNS and isinstance(item.target, ast.Name):
            before = passing(found, item.target.id)
            if before is not None and not reads(item, item.target.id):
                join(found, before, item)
                continue
        found.append(item)
    return found


def passing(found: Items, name: str) -> Line | None:
    """Return the line `dy = dx` if nothing but one comment stands behind it, and one before it."""
    match found[-3:]:
        case [Remark(code=False), Line() as line, Remark(code=False)]:
            plain = isinstance(line.value, ast.Name) and line.operator == "="
            mine = isinstance(line.target, ast.Name) and line.target.id == name
            return line if plain and mine else None
    return None


def join(found: Items, before: Line, line: Line) -> None:
    """Add what a line adds to the line before, and to its comment."""
    first, second = found[-3], found[-1]
    assert isinstance(first, Remark)
    assert isinstance(second, Remark)
    first.text = f"{first.text} and {second.text.removeprefix('backprop ')}"
    before.value = ast.BinOp(before.value, SIGNS[line.operator], line.value)
    before.shares = set()
    found.pop()


# ---- displays


def filled(items: Items) -> Items:
    """Return lines in which a dict of zeros and the lines behind it that set its items are one."""
    found: Items = []
    for item in items:
        if isinstance(item, Nest):
            item.body = filled(item.body)
        before = found[-1] if found else None
        if isinstance(item, Line) and isinstance(before, Line) and fill(before, item):
            continue
        found.append(item)
    return found


def fill(before: Line, line: Line) -> bool:
    """Put a value into the display of the line before; return whether that was possible."""
    at, display = line.target, before.value
    if not isinstance(at, ast.Subscript) or not isinstance(display, ast.Dict):
        return False
    if (
        line.operator != "="
        or not isinstance(before.target, ast.Name)
        or reads(line, before.target.id)
    ):
        return False
    if not isinstance(at.value, ast.Name) or at.value.id != before.target.id:
        return False
    for place, key in enumerate(display.keys):
        if isinstance(key, ast.Constant) and syntax.same(key, at.slice):
            display.values[place] = line.value
            before.shares = before.shares | line.shares
            return True
    return False


# ---- set, not added to


def set_once(items: Items, flow: Flow) -> None:
    """Write `=` where a loop writes each item of an accumulator of zeros in one line only, and in one trip only."""
    zeros: set[str] = set()
    for item in items:
        if isinstance(item, Line):
            name = item.target.id if isinstance(item.target, ast.Name) else ""
            zeros = (zeros | {name}) if is_zeros(item) else zeros - set(changed(item))
        elif isinstance(item, Nest):
            for name in zeros & writes(item):
                set_in(item, name, flow)
            set_once(item.body, flow)
            zeros -= writes(item)


def is_zeros(line: Line) -> bool:
    """Return whether a line makes an array of zeros."""
    return line.operator == "=" and syntax.show(line.value).startswith("np.zeros_like(")


def writes(nest: Nest) -> set[str]:
    """Return the gradients that a compound statement writes."""
    return {name for line in all_lines(nest.body) for name in changed(line)}


def set_in(nest: Nest, name: str, flow: Flow) -> None:
    """Write `=` for `+=` in the only line of a loop that has to do with a gradient, if each trip picks other items."""
    lines = [line for line in all_lines([nest]) if name in changed(line) or reads(line, name)]
    if len(lines) != 1:
        return
    (line,) = lines
    target = line.target
    if line.operator not in SIGNS or not isinstance(target, ast.Subscript):
        return
    if not isinstance(target.value, ast.Name) or reads(line, name, target.slice):
        return
    parts = target.slice.elts if isinstance(target.slice, ast.Tuple) else [target.slice]
    if all(picks(loop, parts, flow) for loop in around(nest, line)):
        line.value = line.value if line.operator == "+=" else ast.UnaryOp(ast.USub(), line.value)
        line.operator = "="


def reads(line: Line, name: str, tree: ast.expr | None = None) -> bool:
    """Return whether a line, or a part of it, reads a name."""
    return name in syntax.reads(tree or line.value)


def around(nest: Nest, line: Line) -> list[Loop]:
    """Return the loops around a line inside a compound statement."""
    own = [nest.loop] if nest.loop is not None else []
    for item in nest.body:
        if item is line:
            return own
        if isinstance(item, Nest) and any(inner is line for inner in all_lines(item.body)):
            return [*own, *around(item, line)]
    return own


# ---- remarks


class Forks:
    """Says once for each variable that its gradients add up."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.said: set[str] = set()

    def walk(self, items: Items, state: dict[str, str]) -> dict[str, str]:
        """Go through the lines of a block; return for each gradient whether it is still zero."""
        before = dict(state)
        for item in items:
            if isinstance(item, Line):
                self.line(item, state)
            elif isinstance(item, Nest) and item.keyword == "else":
                joined(state, self.walk(item.body, before))
            elif isinstance(item, Nest):
                before = dict(state)
                inner = {**state, **{n: MADE for n in carried(item) if n in state}}
                joined(state, self.walk(item.body, inner))
        return state

    def line(self, line: Line, state: dict[str, str]) -> None:
        """Note what one line does to its gradient."""
        for name in changed(line):
            adds = line.operator in SIGNS or line.target is None or adds_to(line.value, name)
            adds = adds and not isinstance(line.value, ast.Constant)
            if (
                adds
                and state.get(name) == MADE
                and name in self.variables
                and name not in self.said
            ):
                self.said.add(name)
                sign = "" if line.operator == "=" or line.target is None else "+= : "
                line.comment = f"{sign}{self.variables[name]} forks"
            state[name] = ZERO if is_nothing(line) else MADE


def adds_to(tree: ast.expr, name: str) -> bool:
    """Return whether a text is a name plus something."""
    while isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add | ast.Sub):
        tree = tree.left
        if isinstance(tree, ast.Name):
            return tree.id == name
    return False


def is_nothing(line: Line) -> bool:
    """Return whether a line makes a gradient of zeros."""
    if line.operator != "=" or isinstance(line.target, ast.Tuple | ast.Subscript):
        return False
    parts = [n for n in syntax.walk(line.value) if isinstance(n, ast.Call | ast.Constant)]
    return any(
        syntax.show(n) == "0.0" or syntax.show(n).startswith("np.zeros_like(") for n in parts
    )


def carried(nest: Nest) -> set[str]:
    """Return the gradients that a loop hands from trip to trip: added to, and set anew."""
    lines = all_lines(nest.body)
    fresh = {n.target.id for n in lines if isinstance(n.target, ast.Name) and n.operator == "="}
    return fresh if nest.loop is not None else set()


def joined(state: dict[str, str], other: dict[str, str]) -> None:
    """Add what is known on another way."""
    for name, kind in other.items():
        state[name] = MADE if MADE in (kind, state.get(name)) else kind


def broadcast(items: Items, variables: Mapping[str, str], ranks: Mapping[str, int]) -> None:
    """Say at the first sum over broadcast axes which variable was broadcast."""
    for item in items:
        if isinstance(item, Line) and item.operator == "=" and isinstance(item.target, ast.Name):
            name = item.target.id
            axes = summed_axes(item.value)
            if axes and not item.comment and name in variables and ranks.get(name, 0):
                item.comment = f"{variables[name]} was broadcast over {spoken(axes, ranks[name])}"
                return


def summed_axes(tree: ast.expr) -> list[int]:
    """Return the axes of a sum that is a whole text, but for sign and denominator; negative where they are kept."""
    while (
        isinstance(tree, ast.UnaryOp)
        or isinstance(tree, ast.BinOp)
        and isinstance(tree.op, ast.Div)
    ):
        tree = tree.operand if isinstance(tree, ast.UnaryOp) else tree.left
    if not isinstance(tree, ast.Call) or syntax.show(tree.func) != "np.sum" or len(tree.args) != 1:
        return []
    words = {k.arg: k.value for k in tree.keywords}
    try:
        axis = ast.literal_eval(words["axis"])
    except (KeyError, ValueError):
        return []
    axes = list(axis) if isinstance(axis, tuple) else [axis]
    return [-1 - a for a in axes] if "keepdims" in words else axes


def spoken(axes: list[int], rank: int) -> str:
    """Return axes in words."""
    kept = all(a < 0 for a in axes)
    numbers = sorted(-1 - a for a in axes) if kept else axes
    whole = rank if kept else rank + len(axes)
    if whole == 2 and len(numbers) == 1 and numbers[0] in (0, 1):
        return "the rows" if numbers[0] == 0 else "the columns"
    if len(numbers) == 1:
        return f"axis {numbers[0]}"
    return f"axes {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
