"""Rows: the names of a cache go in; out they come in rows that fit the page, where they do not fit into one line.

A formatter would put each name on a line of its own, twice: where they are kept, and where they are taken out.

>>> shown(rows([["x", "w"], ["scores", "probs"]], 40))
'x, w, scores, probs'
>>> shown(rows([["x", "w"], ["scores", "shifted", "probs"]], 20))
'(x, w), (scores, shifted), (probs,)'
>>> shown(rows([["mean", "std", "count", "total"]], 20))
'(mean, std), (count, total)'
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from codegen import syntax

WIDTH = 88
Rows = list[list[str]]


def rows(
    groups: Sequence[Sequence[str]],
    room: int,
    of_row: int = 0,
    spelled: Callable[[str], str] = str,
) -> Rows:
    """Return names in one row if they have room, otherwise each group in rows of its own, `of_row` wide at most."""
    names = [name for group in groups for name in group]

    def width(row: Sequence[str]) -> int:
        return len(", ".join(map(spelled, row)))

    if width(names) <= room:
        return [names]
    found: Rows = []
    for group in groups if all(len(group) > 1 for group in groups) else [names]:
        row: list[str] = []
        for name in group:
            if row and width([*row, name]) > (of_row or room):
                found.append(row)
                row = []
            row.append(name)
        if len(row) == 1 and len(group) > 3:
            row.insert(0, found[-1].pop())  # no name stands alone
        found += [row] if row else []
    return found


def shown(rows: Rows, spelled: Callable[[str], str] = str) -> str:
    """Return the text of names in rows, without brackets around the whole."""
    texts = [[spelled(name) for name in row] for row in rows]
    if len(texts) == 1:
        return ", ".join(texts[0])
    return ", ".join(f"({row[0]},)" if len(row) == 1 else f"({', '.join(row)})" for row in texts)


def assignments(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Return lines that give names their values, several in each as long as they fit.

    >>> assignments([("W", "self.W"), ("b", "self.b")])
    ['W, b = self.W, self.b']
    """
    found: list[list[tuple[str, str]]] = []
    for pair in pairs:
        if not found or len(assigned([*found[-1], pair])) > WIDTH - 4:
            found.append([])
        found[-1].append(pair)
    return [assigned(row) for row in found]


def assigned(pairs: Sequence[tuple[str, str]]) -> str:
    return f"{', '.join([p[0] for p in pairs])} = {', '.join([p[1] for p in pairs])}"


def fits(target: str, operator: str, value: ast.expr, depth: int) -> bool:
    return len(f"{target} {operator} {syntax.show(value)}") + 4 * (depth + 1) <= WIDTH


def taken_apart(rows: Rows) -> ast.expr:
    parts = [of_names(row) for row in rows]
    return ast.Tuple(parts, ast.Store()) if len(parts) > 1 else single(rows[0])


def single(row: Sequence[str]) -> ast.expr:
    return of_names(row) if len(row) > 1 else ast.Name(row[0], ast.Store())


def of_names(row: Sequence[str]) -> ast.expr:
    return ast.Tuple([ast.Name(name, ast.Store()) for name in row], ast.Store())
