"""Comments whose lines are gone: lines and the place of one go in; they come out with what it said in the comment above
or below that has lines still.

>>> lines = [Remark("z = y"), Remark("y = 2 * x")]
>>> absorb(lines)
>>> [one.text for one in lines]
['z = y']
"""

from __future__ import annotations

from collections.abc import Sequence

from codegen.ir import Line, Nest, Planned, Remark

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
    """Leave out a line, whose comment joins that of the line at another place if nothing else stands under it; return
    whether it did.
    """
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
    """Return items without some lines, and without the comments that say what these alone run backwards; a comment
    before them stands for the stages of those.
    """
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
    """Take away the comment at the end, which has no lines; the one before it, above some place, stands for its stages,
    too.
    """
    last = found.pop()
    assert isinstance(last, Remark)
    for place in reversed(range(len(found) if below is None else below)):
        item = found[place]
        if isinstance(item, Remark):
            found[place] = item.joined(last, item.text)
            return
