"""Comments behind lines: finished lines go in; what is said behind them, `+= : x forks`, comes out.

The first line that adds to the gradient of a variable says that the variable forks, the first sum over broadcast axes
over what its variable was broadcast.

>>> dx = syntax.name("dx")
>>> lines = [Line(dx, "=", syntax.parse("w * dy")), Line(dx, "+=", syntax.parse("dz"))]
>>> list(comments(lines, {"dx": "x"}, {"dx": 2}).values())
['+= : x forks']
>>> list(comments([Line(dx, "=", syntax.parse("np.sum(dy, axis=0)"))], {"dx": "x"}, {"dx": 1}).values())
['x was broadcast over the rows']

What a comment above lines says that are gone goes into the one above or below it that has lines still:

>>> lines = [Remark("z = y"), Remark("y = 2 * x")]
>>> absorb(lines)
>>> [one.text for one in lines]
['z = y']
"""

from __future__ import annotations

import ast
from collections.abc import Container, Mapping, Sequence

from codegen import syntax
from codegen.backward.trips import changed, moves
from codegen.backward.zeros import SIGNS, is_nothing
from codegen.errors import listed
from codegen.ir import Else, For, Line, Nest, Planned, Remark, all_lines

ZERO, MADE = "zero", "made"


def comments(
    items: Sequence[Planned], variables: Mapping[str, str], ranks: Mapping[str, int]
) -> dict[Line, str]:
    """Return what is said behind some lines; `variables` gives the variable of each gradient, `ranks` its rank."""
    forks = Forks(variables)
    forks.walk(items, {})
    return forks.comments | broadcast(items, forks.comments, variables, ranks)


class Forks:
    """Says once for each variable that its gradients add up."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.said: set[str] = set()
        self.comments: dict[Line, str] = {}

    def walk(self, items: Sequence[Planned], state: dict[str, str]) -> dict[str, str]:
        """Go through the lines of a block; return for each gradient whether it is still zero."""
        before = dict(state)
        for item in items:
            if isinstance(item, Line):
                self.line(item, state)
            elif isinstance(item, Else):
                joined(state, self.walk(item.body, before))
            elif isinstance(item, Nest):
                before = dict(state)
                inner = {**state, **{n: MADE for n in carried(item) if n in state}}
                joined(state, self.walk(item.body, inner))
        return state

    def line(self, line: Line, state: dict[str, str]) -> None:
        for name in changed(line):
            adds = line.operator in SIGNS or line.target is None or adds_to(line.value, name)
            adds = adds and not isinstance(line.value, ast.Constant) and not moves(line.value)
            if (
                adds
                and state.get(name) == MADE
                and name in self.variables
                and name not in self.said
            ):
                self.said.add(name)
                sign = "" if line.operator == "=" or line.target is None else f"{line.operator} : "
                self.comments[line] = f"{sign}{self.variables[name]} forks"
            state[name] = ZERO if is_nothing(line) else MADE


def adds_to(tree: ast.expr, name: str) -> bool:
    """Return whether a text is a name plus something."""
    while isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add | ast.Sub):
        tree = tree.left
        if isinstance(tree, ast.Name):
            return tree.id == name
    return False


def carried(nest: Nest) -> set[str]:
    """Return the gradients that a loop hands from trip to trip: added to, and set anew."""
    if not isinstance(nest, For):
        return set()
    return {name for line in all_lines(nest.body) for name in line.bound}


def joined(state: dict[str, str], other: dict[str, str]) -> None:
    for name, kind in other.items():
        state[name] = MADE if MADE in (kind, state.get(name)) else kind


def broadcast(
    items: Sequence[Planned],
    said: Container[Line],
    variables: Mapping[str, str],
    ranks: Mapping[str, int],
) -> dict[Line, str]:
    """Return the comment that says at the first sum over broadcast axes which variable was broadcast."""
    for item in items:
        if isinstance(item, Line) and item.operator == "=" and isinstance(item.target, ast.Name):
            name = item.target.id
            axes = summed_axes(item.value)
            is_free = not item.comment and item not in said
            if axes and is_free and name in variables and ranks.get(name, 0):
                return {item: f"{variables[name]} was broadcast over {spoken(axes, ranks[name])}"}
    return {}


def summed_axes(tree: ast.expr) -> list[int]:
    """Return the axes of a sum that is a whole text, but for sign and denominator; negative where they are kept."""
    while (
        isinstance(tree, ast.UnaryOp)
        or isinstance(tree, ast.BinOp)
        and isinstance(tree.op, ast.Div)
    ):
        tree = tree.operand if isinstance(tree, ast.UnaryOp) else tree.left
    if not syntax.calls(tree, "np.sum") or len(tree.args) != 1:
        return []
    words = {k.arg: k.value for k in tree.keywords}
    axis = syntax.literal(words["axis"]) if "axis" in words else None
    if axis is None:
        return []
    axes = list(axis) if isinstance(axis, tuple) else [axis]
    return [-1 - a for a in axes] if "keepdims" in words else axes


def spoken(axes: list[int], rank: int) -> str:
    kept = all(a < 0 for a in axes)
    numbers = sorted(-1 - a for a in axes) if kept else axes
    whole = rank if kept else rank + len(axes)
    if whole == 2 and len(numbers) == 1 and numbers[0] in (0, 1):
        return "the rows" if numbers[0] == 0 else "the columns"
    if len(numbers) == 1:
        return f"axis {numbers[0]}"
    return f"axes {listed([*map(str, numbers)])}"


Lines = list[Planned]


def under(items: Lines, place: int) -> range:
    """Return the places of the lines that stand under the same comment as a line; none if it stands under none."""
    first = place
    while first and isinstance(items[first - 1], Line):
        first -= 1
    if not first or not isinstance(items[first - 1], Remark):
        return range(0)
    end = first
    while end < len(items) and isinstance(items[end], Line):
        end += 1
    return range(first, end)


def left_out(items: Lines, place: int, at: int) -> bool:
    """Leave out a line, whose comment may join that at another place; return whether that was possible."""
    del items[place]
    remark = items[place - 1] if place else None
    following = items[place] if place < len(items) else None
    if not isinstance(remark, Remark) or isinstance(following, Line | Nest):
        return False
    at -= at > place
    own = next(k for k in range(at - 1, -1, -1) if isinstance(items[k], Remark))
    one, other = (items[k] for k in sorted((own, place - 1)))
    assert isinstance(one, Remark)
    assert isinstance(other, Remark)
    items[own] = one.joined(other)
    del items[place - 1]
    return True


def without_remarks(items: Sequence[Planned], gone: set[Line]) -> Lines:
    """Return items without some lines and the comments on these alone; a comment before them takes on their stages."""
    found: Lines = []
    for item in items:
        if item in gone:
            continue
        if isinstance(item, Remark) and found and isinstance(found[-1], Remark):
            absorb(found)
        found.append(item)
    if found and isinstance(found[-1], Remark):
        absorb(found)
    return found


def absorb(found: Lines, below: int | None = None) -> None:
    """Take away the comment at the end, which has no lines; the one before it stands for its stages, too."""
    last = found.pop()
    assert isinstance(last, Remark)
    for place in reversed(range(len(found) if below is None else below)):
        item = found[place]
        if isinstance(item, Remark):
            found[place] = item.joined(last, item.text)
            return
