"""Stage numbers: planned lines go in; out come numbered lines for the style of the notes, and for handouts the stage of
each statement of a pair.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import chain

from codegen import syntax
from codegen.ir import Again, Else, Line, Nest, Planned, Remark, Statement, items_of
from codegen.records import dataclass

Items = Sequence[Planned]
MARK = r" +# ?\((\d+)\)$"
"""How a number stands behind a line once the module is formatted."""
TOLD = re.compile(r"\(stage (\d+)\)$")
"""The same where no reader sees it: no comment of the user's ends so."""
BACKWARD = "    # backward pass, in reverse order"


def numbers_of(items: Items, order: Callable[[Statement], int]) -> dict[Statement, int]:
    """Return the number of each stage that the backward pass runs through, counted in the order of the forward pass."""
    named = (item.stage for item in items_of(items) if isinstance(item, Remark))
    stages = sorted(dict.fromkeys(one for one in named if one is not None), key=order)
    return {stage: number for number, stage in enumerate(stages, 1)}


@dataclass(frozen=True)
class StagesOfPair:
    """The stage of each statement of a pair, in the order of the text; 0 for none.

    Lines of the forward pass that the same lines run backwards have the same number. `gradients` are what the gradient
    of each variable is called, `cached` the names that the cache holds.
    """

    forward: tuple[int, ...] = ()
    backward: tuple[int, ...] = ()
    gradients: Mapping[str, str] = field(default_factory=dict)
    cached: tuple[str, ...] = ()


def stages_of_pair(
    items: Items,
    numbers: Mapping[Statement, int],
    told: Callable[[Mapping[Statement, str]], list[str]],
    before: int,
    gradients: Mapping[str, str],
    cached: Sequence[str],
) -> StagesOfPair:
    """Return the stages of a pair.

    `told` gives the lines of the forward pass with texts behind those of stages; `before` is how many statements the
    backward pass begins with that are of no stage, such as the one that unpacks the cache.
    """
    texts = {stage: f"stage {number}" for stage, number in numbers.items()}
    for item in items_of(items):
        if isinstance(item, Remark) and item.stage is not None:
            texts.update((stage, texts[item.stage]) for stage in item.also)
    lines = told(texts)
    forward = syntax.statements(ast.parse("\n".join(lines)).body)
    simple = [k for k, s in enumerate(forward) if not isinstance(s, syntax.COMPOUND)]
    ends = [forward[k].end_lineno or 0 for k in simple]
    found = [0] * len(forward)
    for row, line in enumerate(lines, 1):
        mark = TOLD.search(line)
        if mark is not None:  # behind the last line of a statement, or in the comment above it
            found[simple[bisect_left(ends, row)]] = int(mark[1])
    behind = [0] * before, stages_behind(items, numbers)
    return StagesOfPair(tuple(found), tuple(chain(*behind)), gradients, tuple(cached))


def stages_behind(items: Items, numbers: Mapping[Statement, int]) -> Iterator[int]:
    current = 0
    for item in items:
        if isinstance(item, Nest):
            if not isinstance(item, Else):
                yield 0
            yield from stages_behind(item.body, numbers) if item.body else (0,)
            current = 0
        elif isinstance(item, Again):
            yield from (0 for _ in syntax.statements([item.statement]))
        elif isinstance(item, Remark):
            current = numbers.get(item.stage, 0) if item.stage is not None else 0
        elif isinstance(item, Line):
            yield current


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
        elif isinstance(item, Line):
            comment = marked(item.comment, current).removeprefix("# ") if current else item.comment
            found.append(replace(item, comment=comment))
        else:
            found.append(item)
    return found


def marked(comment: str, number: int | str) -> str:
    return f"{comment}   #({number})" if comment else f"# ({number})"


def aligned(text: str) -> str:
    """Return a formatted module with each pass's numbers in one column; one above a line without room stays there."""
    lines = text.split("\n")
    parts = [0, *(n for n, line in enumerate(lines) if line == BACKWARD), len(lines)]
    for first, last in zip(parts, parts[1:], strict=False):
        marks = {n: m for n in range(first, last) if (m := re.search(MARK, lines[n]))}
        behind = {n: m for n, m in marks.items() if lines[n][: m.start()].strip()}
        column = max((m.start() for m in behind.values()), default=0)
        for n, mark in marks.items():
            lines[n] = f"{lines[n][: mark.start()]:<{column}}  #({mark[1]})"
            if n not in behind:
                lines[n] = mark[0].replace("# (", "#(")
    return "\n".join(lines)
