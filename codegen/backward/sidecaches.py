"""Caches of sides: planned lines and what the forward pass keeps for them go in; what only one side of a branch makes
comes out in a tuple of that side.

*Before*: `a = b = c = None` in front of the branch, and all three in the cache. *After*: the side that makes them ends
with `branch_cache = (a, b, c)`, and its backward pass begins with `a, b, c = branch_cache`.

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
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from codegen import ir, syntax
from codegen.backward.draft import Draft
from codegen.backward.flow import Flow
from codegen.backward.remember import Kept, Saved
from codegen.backward.rows import WIDTH, Rows, rows, taken_apart

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
