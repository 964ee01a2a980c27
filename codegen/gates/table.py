"""The table of gates: rows go in, the rows that may fit a canonical expression come out.

A row is written in the language of the output: the left side is the forward expression, and for each hole `x` the
keyword `dx` gives the gradient. Nothing here knows about broadcasting, copies or `+=`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cache, partial
from itertools import combinations
from threading import Lock
from typing import Any

from codegen import syntax
from codegen.errors import UsageError
from codegen.gates.rows import (
    FIELDS,
    Family,
    FormTest,
    Predicate,
    Row,
    Sample,
    check_row,
    holds,
    hole_names,
    ranks,
    row,
)

__all__ = [
    "OPERATORS", "TABLE", "Family", "FormTest", "Predicate", "Row", "Sample", "family", "gate",
    "head_in", "head_of", "hole_names", "holds", "ranked", "ranks", "row",
    "spellings",
]  # fmt: skip


class Table:
    """The rows by the head of their left side; what is given for a head is made when that is first asked for."""

    def __init__(self) -> None:
        self.given: dict[str, list[Callable[[], Iterable[Row]]]] = {}
        self.made: dict[str, list[Row]] = {}
        self.later: set[str] = set()  # the heads that were added to the table itself
        self.plain: set[Row] = set()
        self.families: dict[str, Family] = {}
        self.version = 0  # how often something was added
        self.loaded = False
        self.lock = Lock()

    def add(self, head: str, make: Callable[[], Iterable[Row]]) -> None:
        self.given.setdefault(head, []).append(make)
        if self.loaded:
            self.later.add(head)
        self.made.setdefault(head, [])
        self.version += 1

    def under(self, head: str) -> list[Row]:
        """Return the rows whose left side has this head."""
        with self.lock:
            for make in self.given.pop(head, ()):
                rows = list(make())
                self.plain.update(rows)
                self.made[head] += rows
        return self.made.get(head, [])

    @property
    def heads(self) -> Set[str]:
        return self.made.keys()

    @property
    def rows(self) -> list[Row]:
        return [row for head in list(self.made) for row in self.under(head)]


TABLE = Table()


def gate(
    pattern: str,
    *,
    when: Predicate | None = None,
    zero: bool = False,
    inline: str | None = None,
    example: Mapping[str, Any] | None = None,
    made: Mapping[str, str] | None = None,
    repeats: bool = False,
    written: Mapping[str, FormTest] | None = None,
    let: Mapping[str, str] | None = None,
    optional: Mapping[str, str] | None = None,
    **gradients: str | Sequence[str],
) -> None:
    """Add a row to the table of gates.

    Parameters
    ----------
    pattern : str
        The forward expression in NumPy; names are holes: `"np.exp(x)"`.
    when : callable, optional
        Predicate on the sample values of the holes it names as parameters.
    zero : bool
        The derivative is zero almost everywhere.
    inline : str, optional
        NumPy text to write out in place of the left side, for functions that the generated module must not import.
    example : mapping, optional
        For the numeric test: a shape per differentiable hole, a literal per static one.
    made : mapping, optional
        For a hole `x` the statements that make its gradient in place, `"dx = out.copy(); dx[y] -= 1; dx *= dout"`,
        which are written out instead of the expression where this gradient is the first of its variable.
    repeats : bool
        The index of a scatter, `dx="dx[index] += dout"`, may name an item several times.
    written : mapping, optional
        For a hole a test of how it is written, one of `codegen.gates.operands`.
    let : mapping, optional
        Values that gradients read more than once, each by a name: `{"u, s, v": "np.linalg.svd(x)"}`.
    optional : mapping, optional
        Holes that may be left out of the call, each with its text where it is: `{"loc": "0", "scale": "1"}`.
    **gradients : str or sequence of str
        `dx="out * dout"` for each differentiable hole `x`; several alternatives in a sequence.

    Raises
    ------
    UsageError
        If a gradient is not named after a hole, or reads a name that the row does not know; if something that should be
        text is none.
    """
    given: dict[str, Any] = {
        "pattern": pattern,
        "optional": optional or {},
        "when": when,
        "zero": zero,
        "inline": inline,
        "example": example,
        "made": made,
        "repeats": repeats,
        "written": written,
        "let": let,
        **gradients,
    }
    if TABLE.loaded:  # the rows of the table itself are checked by its tests
        check_types(given, gradients)
        for new in rows_of(**given):
            check_row(new)
    TABLE.add(head_in(pattern), partial(rows_of, **given))


def ranked(pattern: str, example: Mapping[str, Any], **given: Any) -> None:
    """Add a row that holds for operands of the ranks of its example, a literal for what may be anything."""
    shapes = {hole: len(shape) for hole, shape in example.items() if isinstance(shape, tuple)}
    gate(pattern, when=ranks(**shapes), example=example, **given)


def check_types(given: Mapping[str, Any], gradients: Mapping[str, Any]) -> None:
    """Raise a UsageError where what should be text, a mapping or a function is something else."""
    texts = {"pattern": given["pattern"], "inline": given["inline"] or ""}
    for word, value in gradients.items():
        many = value if isinstance(value, list | tuple) else [value]
        texts |= {word if len(many) == 1 else f"{word}[{k}]": v for k, v in enumerate(many)}
    wrong = {word: value for word, value in texts.items() if not isinstance(value, str)}
    mappings = {word: given[word] or {} for word in ("optional", "example", "made", "let")}
    wrong |= {word: value for word, value in mappings.items() if not isinstance(value, Mapping)}
    if given["when"] is not None and not callable(given["when"]):
        wrong["when"] = given["when"]
    for word, value in wrong.items():
        wanted = "text" if word in texts else "a mapping" if word in mappings else "a function"
        raise UsageError(
            f"{word} of the row {given['pattern']!r} is {wanted}, not {value!r}",
            advice='A row is written like this: codegen.gate("mylib.half(x)", dx="dout / 2").',
        )


def rows_of(pattern: str, optional: Mapping[str, str], **given: Any) -> Iterator[Row]:
    """Yield the row of each choice of optional holes."""
    for spelled, known in without(pattern, optional):
        yield row_knowing(spelled, known, **given)


def without(pattern: str, optional: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield a left side with each choice of its optional holes, and the texts of those that are left out."""
    names = list(optional)
    for count in range(len(names) + 1):
        for left_out in combinations(names, count):
            if not left_out:
                yield pattern, {}
                continue
            tree = syntax.parse(pattern)
            if isinstance(tree, ast.Call):
                gone = [ast.dump(syntax.name(name)) for name in left_out]
                tree.args = [a for a in tree.args if ast.dump(a) not in gone]
                tree.keywords = [k for k in tree.keywords if ast.dump(k.value) not in gone]
            yield ast.unparse(tree), {name: optional[name] for name in left_out}


def is_name_in(tree: ast.expr, known: Mapping[str, str]) -> bool:
    """Return whether an argument is a hole that is left out: it is left out of calls in gradients too."""
    return isinstance(tree, ast.Name) and tree.id in known


def row_knowing(pattern: str, known: Mapping[str, str], **given: Any) -> Row:
    """Return a row in which some holes are known texts."""

    def text(source: str) -> str:
        if not known:
            return source
        trees = {name: syntax.parse(value) for name, value in known.items()}
        tree = ast.parse(source).body[0]
        for call in syntax.every(ast.Call, tree):
            call.args = [a for a in call.args if not is_name_in(a, known)]
            call.keywords = [k for k in call.keywords if not is_name_in(k.value, known)]
        return ast.unparse(syntax.rewritten(tree, lambda p: trees.get(getattr(p, "id", ""))))

    gradients = {k: v for k, v in given.items() if k not in FIELDS}
    fields: dict[str, Any] = {k: v for k, v in given.items() if k in FIELDS}
    if known:
        gradients = {
            key: text(v) if isinstance(v, str) else [text(one) for one in v]
            for key, v in gradients.items()
            if key[1:] not in known
        }
        fields["let"] = {names: text(v) for names, v in (fields["let"] or {}).items()}
    return row(pattern, **fields, **gradients)


def family(head: str) -> Callable[[Family], Family]:
    """Register a function that makes the rows for one call of a function with a variable number of operands.

    Parameters
    ----------
    head : str
        Canonical name of the callee, such as `"np.concatenate"`.
    """

    def register(make: Family) -> Family:
        TABLE.families[head] = make
        TABLE.version += 1
        return make

    return register


def spellings(head: str) -> Callable[[Callable[[], Iterable[Row]]], None]:
    """Register a function that makes the many rows of one head, which is called when the head is first asked for.

    Parameters
    ----------
    head : str
        What `head_in` says of the left side of each of the rows.
    """
    return partial(TABLE.add, head)


OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.MatMult: "@",
    ast.USub: "neg",
    ast.UAdd: "pos",
    ast.Invert: "~",
    ast.Not: "not",
}


PARENTHESES = re.compile(r"\([^()]*\)")
BRACKETS = re.compile(r"\[[^][]*\]")


def head_in(pattern: str) -> str:
    """Return the key of a left side from what stands in no brackets, for parsing what is inside takes time."""
    callee, _, inside = pattern.partition("(")
    outer, count = pattern, 1
    if inside.find(")") == len(inside) - 1:
        outer, count = f"{callee}_" if inside else pattern, 0
    while count:
        outer, count = PARENTHESES.subn("_", outer)
    if outer == f"{callee}_" and callee.replace(".", "").isidentifier():
        return callee
    if outer == "_":
        return head_in(pattern[1:-1])
    count = "[" in outer
    while count:
        outer, count = BRACKETS.subn("\0", outer)
    return head_of_outer(outer.replace("\0", "[_]")) or head_of(syntax.parse(f"({pattern})"))


@cache
def head_of_outer(outer: str) -> str:
    """Return the key of such a text, in which calls are names; empty where it does not tell."""
    try:
        head = head_of(syntax.parse(f"({outer})"))
    except SyntaxError:
        return ""
    return "" if head in ("Name", "Attribute") else head


def head_of(tree: ast.expr) -> str:
    if isinstance(tree, ast.NamedExpr):
        return head_of(tree.value)
    if isinstance(tree, ast.BinOp | ast.UnaryOp):
        return OPERATORS[type(tree.op)]
    if isinstance(tree, ast.Call):
        return ast.unparse(tree.func)
    return "[]" if isinstance(tree, ast.Subscript) else type(tree).__name__
