"""Stage numbers for the style of the notes: planned lines go in, numbered lines come out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from codegen.ir import Nest, Planned, Remark, Stage, Statement, items_of

Items = Sequence[Planned]
MARK = r" +# ?\((\d+)\)$"
"""How a number stands behind a line once the module is formatted."""
BACKWARD = "    # backward pass, in reverse order"


def numbers_of(items: Items, order: Callable[[Statement], int]) -> dict[Statement, int]:
    """Return the number of each stage that the backward pass runs through, counted in the order of the forward pass."""
    found: dict[Statement, int] = {}
    for stage in sorted(dict.fromkeys(stages_in(items)), key=order):
        found[stage] = len(found) + 1
    return found


def stages_in(items: Items) -> Iterator[Stage]:
    """Yield the stages that the comments of planned lines name."""
    for item in items_of(items):
        if isinstance(item, Remark) and item.stage is not None:
            yield item.stage


def numbered(items: Items, numbers: Mapping[Statement, int]) -> list[Planned]:
    """Return planned lines with the number of their stage behind each."""
    found: list[Planned] = []
    current = 0
    for item in items:
        if isinstance(item, Nest):
            found.append(replace(item, body=numbered(item.body, numbers)))
            current = 0
        elif isinstance(item, Remark):
            current = numbers.get(item.stage, 0) if item.stage is not None else 0
            found.append(item)
        else:
            comment = marked(item.comment, current).removeprefix("# ") if current else item.comment
            found.append(replace(item, comment=comment))
    return found


def marked(comment: str, number: int) -> str:
    """Return a comment with a number at its end."""
    return f"{comment}   #({number})" if comment else f"# ({number})"


def aligned(text: str) -> str:
    """Return a formatted module with the numbers of each pass in one column, spelled as in the notes."""
    lines = text.split("\n")
    parts = [0, *(n for n, line in enumerate(lines) if line == BACKWARD), len(lines)]
    for first, last in zip(parts, parts[1:], strict=False):
        marks = {n: m for n in range(first, last) if (m := re.search(MARK, lines[n]))}
        column = max((m.start() for m in marks.values()), default=0)
        for n, mark in marks.items():
            lines[n] = f"{lines[n][: mark.start()]:<{column}}  #({mark[1]})"
    return "\n".join(lines)
