"""Values that are not there: what the forward pass keeps goes in; where a name that only some sides of a branch bind is
None comes out, on the sides that do not bind it.

*Before*: `mask = None` in front of the branch. *After*: the side without a mask ends with it, as a person would say it.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x, n):
...     if n > 1:
...         y = np.sin(x)
...         out = y * y
...     else:
...         out = x
...     return out
... '''
>>> after("emit", text, 0.5, 2)
import numpy as np
<BLANKLINE>
<BLANKLINE>
def f_forward(x, n):
    if n > 1:
        y = np.sin(x)
        out = y * y
    else:
        out = x
        y = None
<BLANKLINE>
    cache = (x, n, y)
    return out, cache
<BLANKLINE>
<BLANKLINE>
def f_backward(dout, cache):
    x, n, y = cache
<BLANKLINE>
    if n > 1:
        # backprop out = y * y
        dy = 2 * y * dout
        # backprop y = np.sin(x)
        dx = np.cos(x) * dy
    else:
        # backprop out = x
        dx = dout
    return dx
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from codegen import syntax
from codegen.backward.flow import Flow, has_break
from codegen.backward.remember import Saved
from codegen.backward.sidecaches import ends_of
from codegen.ir import Block, Branch, Break, Loop, Stage, Statement, ends_in_raise, statements_of

MOST = 2
"""On so many sides that have no value for a name each says so; where more have none, one line in front of all does."""
Places = list[Block | Statement]
"""Where a name is given no value: at the end of a side, or before a branch without another side."""


def with_empty_sides(saved: Saved, top: Block) -> Saved:
    """Return what is kept, with the names that have no value on some sides set there, not in front of everything."""
    unset: dict[Statement, list[str]] = {}
    empty: dict[Block, list[str]] = {}
    for item, names in saved.unset.items():
        for name in names:
            block = wanted_in(saved, name, top)
            places = without_value(saved, block, name) if block is not None else None
            for place in [item] if places is None or len(places) > MOST else places:
                homes = empty if isinstance(place, Block) else unset
                homes.setdefault(place, []).append(name)  # type: ignore[arg-type]  # of its kind, see above
    return replace(saved, unset=unset, empty=empty)


def wanted_in(saved: Saved, name: str, top: Block) -> Block | None:
    """Return the block at whose end a name is kept: the body of a loop, or all of the function."""
    loops = [loop for loop, steps in saved.steps.items() if name in steps.saved]
    if any(kept.source == name for kept in saved.kept) or len(loops) + (name in saved.cached) != 1:
        return None
    if not loops:
        return top
    (loop,) = loops
    at_end = saved.steps[loop].position >= len(loop.body.items)
    return loop.body if at_end and not has_break(loop) else None


def without_value(saved: Saved, block: Block, name: str) -> Places | None:
    """Return where a name is to be set for the end of a block; None where that is unclear or an old value is wanted."""
    flow = saved.flow
    makers = flow.definers.get(name, [])
    if any(not is_told(flow, reader, name) for reader in readers(flow, name)):
        return None
    homes = {flow.block[maker] for maker in makers}
    homes |= {side for side, (own, _) in saved.sides.items() if own == name}
    return places_in(block, homes, {*makers})


def places_in(block: Block, homes: set[Block], makers: set[Statement]) -> Places | None:
    """Return where a name is to be set for all that reach the end of a block; `homes` are the blocks that bind it."""
    if block in homes:
        surely = [m for m in makers if m in block.items]
        return None if any(isinstance(m, Loop) for m in surely) else []
    holders = [item for item in block.items if any(is_within(home, item) for home in homes)]
    branch = holders[0] if len(holders) == 1 else None
    if not isinstance(branch, Branch):
        return None
    found: Places = []
    for side in branch.blocks:
        if not any(home is side or any(is_within(home, i) for i in side.items) for home in homes):
            ends = [end for end, _ in ends_of(side, side) if not ends_in_raise(end)]
            if not all(is_open(end) for end in ends):
                return [branch]
            found.extend(ends)
        elif not ends_in_raise(side):
            inner = places_in(side, homes, makers)
            if inner is None:
                return None
            found.extend(inner)
    return found


def is_within(block: Block, item: Statement) -> bool:
    return any(
        inner is block or any(is_within(block, one) for one in inner.items) for inner in item.blocks
    )


def is_open(side: Block) -> bool:
    """Return whether a line may stand at the end of a side: there is one, and it does not leave."""
    if not side.items or any(isinstance(one, Break) for one in statements_of(side)):
        return False
    return not (len(side.items) == 1 and isinstance(side.items[0].statement, ast.If))


def readers(flow: Flow, name: str) -> Iterator[Statement]:
    for item in flow.items:
        statement = item.statement
        if isinstance(item, Stage):
            trees: list[ast.AST] = [statement]
        else:
            fields = ("test", "iter", "items")
            trees = [tree for field in fields for tree in listed(getattr(statement, field, None))]
        if any(syntax.uses(tree, name, ast.Load) for tree in trees):
            yield item


def listed(field: ast.AST | list[ast.AST] | None) -> list[ast.AST]:
    return field if isinstance(field, list) else [] if field is None else [field]


def is_told(flow: Flow, reader: Statement, name: str) -> bool:
    """Return whether a name was surely bound on the way to an item that reads it, on the same side."""
    return any(
        flow.order[maker] < flow.order[reader] and flow.is_under(reader, flow.block[maker])
        for maker in flow.definers.get(name, [])
    )
