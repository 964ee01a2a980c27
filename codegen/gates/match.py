"""Matching: a canonical form goes in, the rows that fit it and what their holes stand for come out."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.callees import canonical_name, static_object
from codegen.gates.canonical import is_ufunc_method, pattern_form
from codegen.gates.forms import MISSING, Form, Resolver, unify
from codegen.gates.table import TABLE, Row, Sample, holds
from codegen.records import dataclass
from codegen.tables import grouped

NAMES = {"[]": "item", "**": "power"}
"""What families of operators are called."""
CALLED = re.compile(r"(?<![\w.])np(?:\.\w+)+(?=\()")
DEPTH = 13  # of the left side of a row, at most


@dataclass(frozen=True)
class Match:
    """A row that fits, and the form each of its holes stands for."""

    row: Row
    bindings: dict[str, Form]


def compiled(row: Row) -> Form:
    """Return the canonical form of a row's left side; that of a call needs its function, once that is imported."""
    known = tuple(static_object(callee) is not MISSING for callee in row.foreign)
    return form_of(row, known)


@cache
def form_of(row: Row, known: tuple[bool, ...]) -> Form:
    """Return the canonical form of a row's left side; `known` renews the answer when more is imported."""
    return pattern_form(row.tree)


@cache
def weight(row: Row) -> tuple[int, int]:
    """Return how specific a row is: parts that are no holes, repeated holes, then tests of how holes are written."""

    def parts(form: Form) -> int:
        return (form.head != "name") + sum(parts(arg) for arg in form.args)

    names: list[str] = []

    def collect(form: Form) -> None:
        if form.head == "name":
            names.append(form.value)
        for arg in form.args:
            collect(arg)

    collect(compiled(row))
    return parts(compiled(row)) + len(names) - len(set(names)), len(row.written)


class Matcher:
    """Matches rows against forms, with what a resolver knows of their parts."""

    def __init__(self, facts: Resolver) -> None:
        self.facts, self.sample = facts, Sample(facts.value, facts.ranks)

    def matches(self, form: Form) -> Iterator[Match]:
        """Yield the rows that fit `form`, the most specific first."""
        for row in self.candidates(form):
            for bindings in unify(compiled(row), form, {}, self.facts.definition):
                values = (
                    {hole: self.sample(bound.node) for hole, bound in bindings.items()}
                    if row.when
                    else {}
                )
                if row.when is not None and (
                    MISSING in map(hashable, values.values()) or not holds(row.when, values)
                ):
                    continue
                if all(test(bindings[hole], self.facts) for hole, test in row.written.items()):
                    yield Match(row, bindings)
                    break

    def candidates(self, form: Form) -> list[Row]:
        """Return the rows filed under the head of `form`, fused ones first, then the most specific first."""
        version = TABLE.version
        called = called_under(form.head, version)
        rows = sorted_rows(form.head, called and called & self.within(form, DEPTH), version)
        fused = [row for row in rows if row.named]
        return [*fused, *family_rows(form, self.sample), *(row for row in rows if not row.named)]

    def within(self, form: Form, depth: int) -> frozenset[str]:
        """Return the heads of a form, and of what its variables hold, as deep as a row may look into it."""
        if not depth:
            return frozenset()
        if form.head == "name":
            held = self.facts.definition(form)
            return self.within(held, depth - 1) if held else frozenset()
        return frozenset({form.head}).union(*(self.within(arg, depth - 1) for arg in form.args))


def hashable(value: Any) -> Any:
    """Return MISSING for MISSING and None for anything else, so that arrays are never compared."""
    return MISSING if value is MISSING else None


@cache
def known_heads(version: int) -> dict[str, list[str]]:
    """Return the heads of the table by their canonical form; `version` renews the answer when rows are added."""
    return grouped((canonical_head(head), head) for head in TABLE.heads)


def canonical_head(head: str) -> str:
    if is_canonical(head) or head.startswith("scipy."):
        return head  # rows know functions of SciPy, which need not be imported yet, by their public names
    root, _, name = head.partition(".")
    if root == "math":
        return canonical_name(getattr(math, name)) or head
    if root in ("np", "Attribute", "abs") and not is_ufunc_method(syntax.parse(head)):
        return compiled(TABLE.under(head)[0]).head
    return head


@cache
def is_canonical(head: str) -> bool:
    """Return whether a head such as `np.exp` is its own canonical name: known without making a form."""
    root, *parts = head.split(".")
    if root != "np":
        return False
    if len(parts) > 1 and parts[0] not in vars(np):
        return True  # of a part of NumPy that is imported when it is first asked for
    value: Any = np
    for part in parts:
        value = getattr(value, part, None)
    return canonical_name(value) == head


@cache
def rows_under(head: str, version: int) -> list[tuple[Row, frozenset[str]]]:
    """Return the rows for a head, newer ones first, each with the functions of NumPy that its left side calls."""
    rows = [row for raw in known_heads(version).get(head, ()) for row in TABLE.under(raw)]
    return [
        (row, frozenset(filter(is_canonical, CALLED.findall(row.pattern)))) for row in rows[::-1]
    ]


@cache
def called_under(head: str, version: int) -> frozenset[str]:
    """Return the functions of NumPy that some row for a head calls."""
    return frozenset().union(*(called for _, called in rows_under(head, version)))


@cache
def sorted_rows(head: str, within: frozenset[str], version: int) -> list[Row]:
    """Return the rows for a head that call only what is given, the most specific first, of equal ones the newest."""
    rows = [row for row, called in rows_under(head, version) if called <= within]
    return sorted(rows, key=weight, reverse=True)


def family_rows(form: Form, sample: Sample) -> list[Row]:
    make = canonical_families(TABLE.version).get(NAMES.get(form.head, form.head))
    if make is None or not isinstance(form.node, ast.expr):
        return []
    found: list[Row] = make(call_of(form), sample)
    return found


@cache
def canonical_families(version: int) -> dict[str, Any]:
    found = {}
    for head, make in TABLE.families.items():
        if is_canonical(head) or head.startswith("scipy."):
            found[head] = make
            continue
        tree = syntax.parse(f"{head}()")
        form = pattern_form(tree)
        name = form.head if form.head != "other" else head
        found[name if name != "other" else head] = make
        found.setdefault(head, make)
    return found


def call_of(form: Form) -> ast.Call:
    """Return a call with the canonical arguments of `form`, as families expect it."""
    if form.head in NAMES:
        return ast.Call(syntax.name(NAMES[form.head]), [a.node for a in form.args], [])
    func = syntax.parse(form.head)
    pairs = list(zip(form.args, form.keys, strict=True))
    args = [a.node for i, (a, key) in enumerate(pairs) if i == 0 or key.isdigit()]
    keywords = [
        ast.keyword(arg=key, value=a.node)
        for i, (a, key) in enumerate(pairs)
        if i > 0 and not key.isdigit()
    ]
    return ast.Call(func=func, args=args, keywords=keywords)


def canonical_heads() -> frozenset[str]:
    """Return the heads that some row or family knows."""
    return heads(TABLE.version)


@lru_cache(maxsize=1)
def heads(version: int) -> frozenset[str]:
    return frozenset(known_heads(version)) | frozenset(canonical_families(version))
