"""Statements as places of a file: a line, a column, and the first entry that differs."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from codegen.judge.code import Code, Statement
from codegen.judge.numbers import shown_number
from codegen.judge.report import Place, indent
from codegen.judge.suspects import Suspect
from codegen.judge.watching import Wrong, described
from codegen.pytree import entry

ARRAYS = ("np.array", "numpy.array", "np.asarray", "np.stack", "np.vstack")


def place_of(code: Code, statement: Statement, suspect: Suspect | None, name: str = "") -> Place:
    """Return a statement as a place, with the first entry that differs."""
    text = code.lines.get(statement.line, "")
    target = suspect.label if suspect else name or described(statement)
    column = text.find(target) if target and target in text else len(text) - len(text.lstrip())
    width = len(target) if target and target in text else len(text.strip())
    expected = found = ""
    variable = target
    if suspect is not None and np.shape(suspect.found) == suspect.true.estimate.value.shape:
        true = suspect.true.estimate
        size = max(true.size, 1e-300)
        differs = true.known & (np.abs(suspect.found - true.value) > 1e-5 * size)
        if differs.any():
            index = tuple(int(i) for i in np.argwhere(differs)[0])
            variable = entry(suspect.label, index)
            expected, found = shown_number(true.value[index]), shown_number(suspect.found[index])
    elif suspect is not None:
        variable = f"the shape of {suspect.label}"
        expected, found = str(suspect.true.estimate.value.shape), str(np.shape(suspect.found))
    return Place(code.file, statement.line, column, width, text, variable, expected, found)


def head_of(code: Code | None) -> Place | None:
    """Return the line that begins the derivative."""
    if code is None:
        return None
    line = next(iter(code.lines)) + code.tree.lineno - 1
    text, name = code.lines.get(line, ""), code.tree.name
    return Place(code.file, line, max(text.find(name), 0), len(name), text)


def reads_cache(wrong: Wrong, code: Code | None) -> Place | None:
    """Return the first line that reads the cache."""
    if code is None:
        return None
    names = {*wrong.backward.parameters("cache")}
    reading = (s for s in code.statements if names & s.reads)
    return next((place_of(code, s, None) for s in reading), None)


def narrowed(wrong: Wrong, code: Code, statement: Statement) -> Place:
    """Return a statement as a place; of several results or entries the first that is wrong."""
    place, node, result = place_of(code, statement, None), statement.node, wrong.ran.result
    item = next((i for i in wrong.reading.items if i.leaf.label in wrong.bad), None)
    if not isinstance(node, ast.Return) or item is None or node.value is None:
        return place
    part: ast.expr = node.value
    if isinstance(part, ast.Tuple) and isinstance(result, tuple):
        pairs = zip(part.elts, result, strict=False)
        part = next((one for one, found in pairs if found is item.value), part)
    true = wrong.bad[item.leaf.label]
    if np.shape(item.value) == true.value.shape:
        gap = np.abs(np.where(true.known, item.value - true.value, 0.0))
        first = np.argwhere(gap > 1e-5 * max(true.size, 1e-300))
        part = entry_of(part, [int(k) for k in first[0]] if len(first) else [])
    if part is node.value or part.lineno != part.end_lineno or part.end_col_offset is None:
        return place
    line = statement.line + part.lineno - node.lineno
    text = code.lines.get(line, "")
    inset = indent(next(iter(code.lines.values())))  # of a function within something
    start, end = inset + part.col_offset, inset + part.end_col_offset
    column, width = (len(text.encode()[a:b].decode()) for a, b in ((0, start), (start, end)))
    return replace(place, line=line, text=text, column=column, width=width)


def entry_of(node: ast.expr, index: Sequence[int]) -> ast.expr:
    """Return the entry of an array that is written out, or as much of it as is: `np.array([[a, b], [c, d]])`."""
    rest = list(index)
    while True:
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ARRAYS and len(node.args) == 1:
            inner = node.args[0]
            if not isinstance(inner, (ast.List, ast.Tuple)):
                return node
            node = inner
        elif isinstance(node, (ast.List, ast.Tuple)) and rest and rest[0] < len(node.elts):
            node = node.elts[rest.pop(0)]
        else:
            return node
