"""What one side of a branch makes: what the forward pass keeps goes in; out it comes with such values kept on that
side.

Several get a tuple of that side. *Before*: `a = b = c = None` in front of the branch, and all three in the cache.
*After*: the side that makes them ends with `branch_cache = (a, b, c)`, and its backward pass begins with `a, b, c =
branch_cache`.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x, turned):
...     if turned:
...         return x
...     a = np.sin(x)
...     b = np.exp(a)
...     return np.tanh(b) * a
... '''
>>> after("plan", text, 0.5, False)  # doctest: +NORMALIZE_WHITESPACE
if turned:
    # backprop out = x
    dx = dout
else:
    a, b, tanhb = branch_cache
<BLANKLINE>
    # backprop out = tanhb * a
    da = tanhb * dout
    # backprop tanhb = np.tanh(b)
    db = (1 - tanhb**2) * a * dout
    # backprop b = np.exp(a)
    da += b * db  # += : a forks
    # backprop a = np.sin(x)
    dx = np.cos(x) * da

Where a name that only some sides bind is kept with all others, it is None on the sides that do not bind it. *Before*:
`mask = None` in front of the branch. *After*: the side without a mask ends with it, as a person would say it.

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
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from codegen import ir, syntax
from codegen.backward.draft import Draft
from codegen.backward.flow import Flow, has_break
from codegen.backward.remember import Kept, Saved
from codegen.backward.rows import WIDTH, Rows, rows, taken_apart
from codegen.ir import Block, Branch, Break, Loop, Stage, Statement, ends_in_raise, statements_of

FEWEST = 3
"""As many names would stand in front of a branch to be None, before its sides get caches of their own."""
DEEPEST = 3
"""How deep the lines of a side stand in most functions, those of a chain of tests among them."""


def with_side_caches(
    lines: list[ir.Planned], saved: Saved, draft: Draft
) -> tuple[list[ir.Planned], Saved]:
    """Return lines that take what only one side of a branch keeps out of a cache of that side, and what is kept."""
    for item, names in list(saved.unset.items()):
        if not isinstance(item, ir.Branch) or len(names) < FEWEST:
            continue
        sides = dict(sides_of(item))
        read = {block: read_in(lines, home) for block, home in sides.items()}
        mine = movable(lines, names, saved, read)
        kept = {block: [n for n in mine if n in read[block]] for block in sides}
        made = [n for b, own in kept.items() for n in own if not makes(saved.flow, b, n)]
        mine = [n for n in mine if n not in made]
        kept = {block: [n for n in own if n in mine] for block, own in kept.items()}
        if len(mine) < FEWEST:
            continue
        own = draft.own_name("branch_cache")
        room = WIDTH - 4 * DEEPEST - len(f" = {own}")
        full = {block: rows([names], room) for block, names in kept.items() if names}
        lines = unpacked(lines, own, {sides[block]: parts for block, parts in full.items()})
        cached = [own if n == mine[0] else n for n in saved.cached if n == mine[0] or n not in mine]
        is_sure = all(kept.values())
        left = [*([] if is_sure else [own]), *(n for n in names if n not in mine)]
        unset = {
            k: left if k is item else v for k, v in saved.unset.items() if left or k is not item
        }
        packed = {block: (own, parts) for block, parts in full.items()}
        saved = replace(saved, cached=cached, unset=unset, sides={**saved.sides, **packed})
    return lines, saved


def sides_of(branch: ir.Branch) -> Iterator[tuple[ir.Block, ir.Block]]:
    """Yield the sides that do not raise, of all tests of a chain, each with the side where its lines stand."""
    for side in branch.blocks:
        yield from ends_of(side, side)


def ends_of(block: ir.Block, home: ir.Block) -> Iterator[tuple[ir.Block, ir.Block]]:
    """Yield the sides of the branch that is all of a side, or the side itself."""
    only = block.items[0] if len(block.items) == 1 else None
    if not isinstance(only, ir.Branch):
        yield block, home
        return
    for inner in only.blocks:
        if not only.is_open_on_one_side():
            yield from ends_of(inner, inner)
        elif not ir.ends_in_raise(inner):
            yield from ends_of(inner, home)


def read_in(lines: Sequence[ir.Planned], block: ir.Block) -> Counter[str]:
    nests = [n for n in ir.items_of(lines) if isinstance(n, ir.If | ir.Else) and n.block is block]
    return Counter(name for nest in nests for name in ir.names_in(nest.body))


def movable(
    lines: Sequence[ir.Planned],
    names: Sequence[str],
    saved: Saved,
    read: dict[ir.Block, Counter[str]],
) -> list[str]:
    every = Counter(ir.names_in(lines))
    elsewhere = {name for steps in saved.steps.values() for name in steps.saved}
    elsewhere |= {kept.source for kept in saved.kept if not is_bound_there(kept, saved.flow)}
    elsewhere |= set(saved.texts)
    return [
        name
        for name in saved.cached
        if name in names
        and name not in elsewhere
        and every[name] == sum(counts[name] for counts in read.values())
    ]


def is_bound_there(kept: Kept, flow: Flow) -> bool:
    """Return whether what is kept under another name is surely bound before: it needs no value on other ways."""
    end = flow.order_of(kept.place.item) + kept.place.behind
    made = [m for m in flow.definers.get(kept.source, []) if flow.order_of(m) < end]
    blocks = flow.blocks(kept.place.item)
    return any(flow.block[m] in blocks for m in made)


def makes(flow: Flow, block: ir.Block, name: str) -> bool:
    return any(flow.block[made] is block for made in flow.definers.get(name, []))


def unpacked(items: Sequence[ir.Planned], own: str, kept: dict[ir.Block, Rows]) -> list[ir.Planned]:
    """Return lines in which the backward pass of each side begins by taking its cache apart."""
    found: list[ir.Planned] = []
    for item in items:
        if isinstance(item, ir.Nest):
            body = unpacked(item.body, own, kept)
            parts = kept.get(item.block) if item.block is not None else None
            if parts and isinstance(item, ir.If | ir.Else):
                body = [ir.Line(taken_apart(parts), "=", syntax.name(own)), ir.Gap(), *body]
            item = replace(item, body=body)
        found.append(item)
    return found


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
