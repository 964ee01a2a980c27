"""Wrong backward functions made from right ones by a program, each with the line and the mistake that were put in.

A mutant that gives the same gradients as the right function is none, and is left out: both are run at the example, at other
values and at other sizes to see that.
"""

from __future__ import annotations

import ast
import copy
import inspect
import linecache
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from codegen.judge.judging import Reference, judged
from codegen.judge.report import Judgement
from tests.cases.judged.right import gates, layers, losses, normalization, sequences

MODULES = (gates, layers, losses, normalization, sequences)
MOST = 8  # mutants of one function that are kept


def lines_of(function: Any, line: int) -> frozenset[int]:
    """Return the lines of the statement, or of the header, that a line belongs to: a mark stands at its end."""
    lines, first = inspect.getsourcelines(function)
    found = {line}
    for node in ast.walk(ast.parse(textwrap.dedent("".join(lines)))):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            end = body[0].lineno - 1 if body else node.end_lineno or node.lineno
            span = range(first + node.lineno - 1, first + end)
            found |= set(span) if line in span else set()
    return frozenset(found)


@dataclass(frozen=True)
class Case:
    """A backward function to judge: its module, its name, the example, and what is known about it."""

    name: str
    forward: Any
    backward: Any
    args: tuple[Any, ...]
    lines: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()
    text: str = ""

    def judged(self) -> Judgement:
        """Return what the judge says; true gradients are computed once for each forward function."""
        key = self.forward if not hasattr(self.forward, "__self__") else None
        reference = (
            REFERENCES.setdefault(key, Reference(self.forward, self.args, {}))
            if key
            else Reference(self.forward, self.args, {})
        )
        return judged(reference, self.backward)


REFERENCES: dict[Any, Reference] = {}


def functions() -> dict[str, tuple[ModuleType, tuple[Any, ...]]]:
    """Return the kinds of function: the module and the example of each."""
    return {name: (module, args) for module in MODULES for name, args in module.EXAMPLES.items()}


def made(text: str, title: str, space: dict[str, Any]) -> Any:
    """Return the first function of a text, whose source can be read."""
    file = f"<{title}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    scope = dict(space)
    exec(compile(text, file, "exec"), scope)
    name = next(node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))
    return scope[name]


@dataclass(frozen=True)
class Mutant:
    """A changed text: the lines in which the mistake may be seen, the kinds it may be called."""

    kind: str
    lines: tuple[int, ...]
    kinds: tuple[str, ...]
    tree: ast.FunctionDef


def is_gradient(name: str) -> bool:
    return (
        name.startswith("d") and len(name) > 1 and name not in ("dot", "diff", "data", "d2", "dt_")
    )


def names_of(node: ast.AST) -> list[str]:
    return [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]


def statements(tree: ast.FunctionDef) -> list[ast.stmt]:
    return [
        n
        for n in ast.walk(tree)
        if isinstance(n, (ast.Assign, ast.AugAssign, ast.Expr))
        and not isinstance(getattr(n, "value", None), ast.Constant)
    ]


def target_of(node: ast.stmt) -> str:
    target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
    while isinstance(target, ast.Subscript):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


class Writer:
    """Makes the mutants of one backward function."""

    def __init__(
        self, tree: ast.FunctionDef, same_shape: dict[str, list[str]], sizes: dict[str, int]
    ) -> None:
        self.tree, self.same_shape, self.sizes = tree, same_shape, sizes

    def changed(self, old: ast.AST, new: ast.AST | None) -> ast.FunctionDef:
        """Return the tree with one node replaced, or one statement left out."""
        places = list(ast.walk(self.tree))
        number = next(k for k, n in enumerate(places) if n is old)
        tree = copy.deepcopy(self.tree)
        twin = list(ast.walk(tree))[number]
        if isinstance(new, ast.stmt):
            new = ast.copy_location(new, old)

        class Swap(ast.NodeTransformer):
            def visit(self, node: ast.AST) -> Any:
                return new if node is twin else self.generic_visit(node)

        return ast.fix_missing_locations(Swap().visit(tree))

    def mutants(self) -> Iterator[Mutant]:
        for node in statements(self.tree):
            name = target_of(node)
            if is_gradient(name) or isinstance(node, ast.Expr):
                yield from self.of_statement(node, name)
            yield from self.sizes_frozen(node)
        yield from self.returned()

    def one(self, kind: str, at: ast.AST, old: ast.AST, new: ast.AST, *kinds: str) -> Mutant:
        return Mutant(kind, (at.lineno,), kinds or (kind,), self.changed(old, new))

    def of_statement(self, node: ast.stmt, name: str) -> Iterator[Mutant]:
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
            yield self.one(
                "overwritten",
                node,
                node,
                ast.Assign([node.target], node.value),
                "overwritten",
                "overlapping",
                "term_missing",
            )
            yield from self.left_out(node, name)
            twice = ast.AugAssign(
                node.target, ast.Add(), ast.BinOp(ast.Constant(2), ast.Mult(), node.value)
            )
            yield self.one(
                "term_twice", node, node, twice, "term_twice", "regularisation_doubled", "factor"
            )
        value = getattr(node, "value", None)
        if value is None or not is_gradient(name):
            value = value if isinstance(node, ast.Expr) else None
        if value is None:
            return
        if not isinstance(node, ast.Expr) and "zeros" not in ast.unparse(value):
            yield self.one("sign", node, value, ast.UnaryOp(ast.USub(), value), "sign")
        for inner in ast.walk(value):
            yield from self.of_expression(node, inner)

    def left_out(self, node: ast.AugAssign, name: str) -> Iterator[Mutant]:
        others = [s.lineno for s in statements(self.tree) if s is not node and target_of(s) == name]
        in_loop = any(isinstance(n, ast.For) and node in ast.walk(n) for n in ast.walk(self.tree))
        if others and not in_loop:
            yield Mutant(
                "term_missing",
                tuple(others),
                ("term_missing", "regularisation_forgotten"),
                self.changed(node, None),
            )

    def of_expression(self, at: ast.stmt, node: ast.AST) -> Iterator[Mutant]:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            for kept, dropped in ((node.left, node.right), (node.right, node.left)):
                if isinstance(dropped, ast.Name) and is_gradient(dropped.id):
                    yield self.one("no_upstream", at, node, kept, "no_upstream")
                if isinstance(dropped, ast.Constant) and dropped.value != 1:
                    yield self.one("factor", at, node, kept, "factor")
                if (
                    isinstance(dropped, ast.Name)
                    and dropped.id in self.same_shape
                    and kept is not dropped
                ):
                    for other in self.same_shape[dropped.id]:
                        yield self.one(
                            "wrong_variable",
                            at,
                            dropped,
                            ast.Name(other, ast.Load()),
                            "wrong_variable",
                            "local_gradient",
                            "other_argument",
                        )
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            yield self.one("factor", at, node, node.left, "factor", "local_gradient")
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
            other: ast.operator = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
            yield self.one(
                "sign", at, node, ast.BinOp(node.left, other, node.right), "sign", "local_gradient"
            )
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            yield self.one("local_gradient", at, node, node.left, "local_gradient")
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            yield self.one("sign", at, node, node.operand, "sign")
        if isinstance(node, ast.Compare):
            for op in (
                (ast.Lt(), ast.LtE())
                if isinstance(node.ops[0], (ast.Gt, ast.GtE))
                else (ast.Gt(), ast.GtE())
            ):
                yield self.one(
                    "mask", at, node, ast.Compare(node.left, [op], node.comparators), "mask"
                )
            if isinstance(node.left, ast.Name):
                for other in self.same_shape.get(node.left.id, []):
                    yield self.one("mask", at, node.left, ast.Name(other, ast.Load()), "mask")
        if isinstance(node, ast.Attribute) and node.attr == "T":
            yield self.one("transposed", at, node, node.value, "transposed")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from self.of_call(at, node)

    def of_call(self, at: ast.stmt, node: ast.Call) -> Iterator[Mutant]:
        assert isinstance(node.func, ast.Attribute)
        if node.func.attr == "sum":
            method = not (isinstance(node.func.value, ast.Name) and node.func.value.id == "np")
            operand = node.func.value if method else node.args[0]
            yield self.one("sum_missing", at, node, operand, "sum_missing", "shape")
            for keyword in node.keywords:
                if keyword.arg == "axis" and isinstance(keyword.value, ast.Constant):
                    other = ast.Constant(1 - keyword.value.value)
                    yield self.one(
                        "sum_axis",
                        at,
                        keyword.value,
                        other,
                        "sum_axis",
                        "sum_missing",
                        "sum_extra",
                        "shape",
                    )
        if node.func.attr == "copy" and ast.unparse(node.func.value) == "dout":
            after = [
                s.lineno
                for s in statements(self.tree)
                if s.lineno > at.lineno and target_of(s) == target_of(at)
            ]
            if after:
                yield Mutant(
                    "changed_in_place",
                    (at.lineno, *after),
                    ("changed_in_place",),
                    self.changed(node, node.func.value),
                )

    def sizes_frozen(self, node: ast.stmt) -> Iterator[Mutant]:
        value = getattr(node, "value", None)
        for inner in ast.walk(value) if value is not None else ():
            text = ast.unparse(inner)
            if isinstance(inner, ast.Subscript) and text in self.sizes:
                used = [
                    s.lineno
                    for s in statements(self.tree)
                    if target_of(node) and target_of(node) in names_of(s)
                ]
                frozen = ast.Constant(self.sizes[text])
                yield Mutant(
                    "only_this_size",
                    (node.lineno, *used),
                    ("only_this_size",),
                    self.changed(inner, frozen),
                )

    def returned(self) -> Iterator[Mutant]:
        last = self.tree.body[-1]
        if not isinstance(last, ast.Return) or not isinstance(last.value, ast.Tuple):
            return
        items = last.value.elts
        for k in range(len(items) - 1):
            one, two = ast.unparse(items[k]), ast.unparse(items[k + 1])
            if two.removeprefix("d") in self.same_shape.get(one.removeprefix("d"), []):
                swapped = [*items[:k], items[k + 1], items[k + 1], *items[k + 2 :]]
                yield self.one(
                    "other_argument",
                    last,
                    last,
                    ast.Return(ast.Tuple(swapped, ast.Load())),
                    "other_argument",
                )


def text_of(function: Any) -> str:
    return textwrap.dedent(inspect.getsource(function))


def shapes_of(
    forward: Any, backward: Any, args: tuple[Any, ...]
) -> tuple[dict[str, list[str]], dict[str, int]]:
    """Return which forward values have the same shape, and the sizes that a backward function reads."""
    tree = ast.parse(text_of(backward)).body[0]
    assert isinstance(tree, ast.FunctionDef)
    unpack = tree.body[0]
    assert isinstance(unpack, ast.Assign)
    target = unpack.targets[0]
    names = [t.id for t in target.elts] if isinstance(target, ast.Tuple) else []
    cache = forward(*args)[-1]
    values = dict(zip(names, cache))
    shapes = {
        n: np.shape(v)
        for n, v in values.items()
        if isinstance(v, (float, np.ndarray)) and np.asarray(v).dtype.kind == "f"
    }
    same = {
        n: [
            m
            for m in shapes
            if m != n and shapes[m] == shape and not np.allclose(values[m], values[n])
        ][:1]
        for n, shape in shapes.items()
    }
    sizes = {f"{n}.shape[{k}]": d for n, v in values.items() for k, d in enumerate(np.shape(v))}
    return same, sizes


def run(forward: Any, backward: Any, args: tuple[Any, ...]) -> list[Any] | None:
    """Return the gradients and the upstream gradient afterwards, None if there are none."""
    *outs, cache = forward(*copy.deepcopy(args))
    rng = np.random.default_rng(5)
    douts = [np.asarray(rng.uniform(0.5, 1.5, np.shape(out)))[()] for out in outs]
    try:
        found = backward(*douts, cache)
    except Exception:
        return None
    items = (
        list(found.values())
        if isinstance(found, dict)
        else list(found) if isinstance(found, tuple) else [found]
    )
    return [*items, *douts]


def differs(one: list[Any] | None, two: list[Any] | None) -> bool:
    if one is None or two is None:
        return one is not two
    for a, b in zip(one, two, strict=True):
        if (a is None) != (b is None) or np.shape(a) != np.shape(b):
            return True
        if a is not None and not np.allclose(a, b, rtol=1e-3, atol=1e-6):
            return True
    return False


def mutants() -> Iterator[Case]:
    """Yield all mutants that are wrong."""
    for name, (module, args) in functions().items():
        forward, backward = getattr(module, f"{name}_forward"), getattr(module, f"{name}_backward")
        tree = ast.parse(text_of(backward)).body[0]
        assert isinstance(tree, ast.FunctionDef)
        same, sizes = shapes_of(forward, backward, args)
        right = run(forward, backward, args)
        found: dict[str, list[Case]] = {}
        seen = set()
        for number, mutant in enumerate(Writer(tree, same, sizes).mutants()):
            text, lines = numbered(mutant.tree, mutant.lines)
            title = f"{name} {mutant.kind} {number}"
            if text in seen:
                continue
            seen.add(text)
            wrong = made(text, title, vars(module))
            if mutant.kind == "only_this_size" or differs(right, run(forward, wrong, args)):
                case = Case(
                    title, forward, wrong, args, frozenset(lines), frozenset(mutant.kinds), text
                )
                found.setdefault(mutant.kind, []).append(case)
        yield from chosen(found)


def chosen(found: dict[str, list[Case]]) -> list[Case]:
    """Return some mutants of each kind, as many of each as there is room for."""
    kept: list[Case] = []
    round_ = 0
    while len(kept) < MOST and any(len(cases) > round_ for cases in found.values()):
        for cases in found.values():
            if len(cases) > round_ and len(kept) < MOST:
                kept.append(cases[round_])
        round_ += 1
    return kept


def numbered(tree: ast.FunctionDef, lines: tuple[int, ...]) -> tuple[str, list[int]]:
    """Return the text of a mutant, and the numbers of its lines for those of the right function."""
    text = ast.unparse(tree)
    order_old = [n.lineno for n in in_order(tree)]
    order_new = [n.lineno for n in in_order(ast.parse(text).body[0])]
    table: dict[int, int] = {}
    for a, b in zip(order_old, order_new, strict=True):
        table.setdefault(a, b)
    return text, [table[line] for line in lines if line in table]


def in_order(tree: Any) -> list[ast.stmt]:
    found: list[ast.stmt] = []

    def visit(block: list[ast.stmt]) -> None:
        for node in block:
            found.append(node)
            for name in ("body", "orelse"):
                visit(getattr(node, name, []))

    visit(tree.body)
    return found
