"""Copies of a function that are watched while they run. In: a function. Out: its statements, and texts of it that
report values.

Two kinds of text are made: one of a backward function that reports the value of every variable after every statement,
and one of a forward function in which any definition or any single use of a variable can be moved a little.
"""

from __future__ import annotations

import ast
import copy
import inspect
import os
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from codegen import syntax
from codegen.errors import EndlessError
from codegen.judge.running import Seen, plain
from codegen.judge.todo import Todo
from codegen.pytree import is_float, is_number
from codegen.records import dataclass

SEE, USE, DEFINE = "__see__", "__use__", "__define__"
MOST_SEEN, LARGEST = 4_000, 20_000  # records, and entries of an array that is recorded
SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return, ast.Delete)


@dataclass(frozen=True)
class Statement:
    """A simple statement."""

    index: int
    node: ast.stmt
    line: int
    """Its line in the file."""
    labels: tuple[str, ...]
    """What it sets or changes: `dx`, `grads['W1']`, `self.dW`."""
    reads: frozenset[str]
    """The names it reads."""

    def sets(self, label: str) -> bool:
        if not isinstance(self.node, (ast.Assign, ast.AnnAssign)):
            return False
        targets = self.node.targets if isinstance(self.node, ast.Assign) else [self.node.target]
        whole = any(label_of(t) == label and not is_part(t) for t in syntax.single(*targets))
        return whole and label not in self.reads

    def reads_for(self, label: str) -> frozenset[str]:
        """Return the names that it reads for one of the labels that it sets: `a, b = f(x), g(y)` reads y for b."""
        if isinstance(self.node, ast.Assign) and isinstance(self.node.value, ast.Tuple):
            for target in self.node.targets:
                parts = getattr(target, "elts", [])
                if len(parts) != len(self.node.value.elts):
                    continue
                for part, value in zip(parts, self.node.value.elts, strict=True):
                    if label_of(part) == label:
                        return reads_of(value)
        return self.reads

    def transforms(self, label: str) -> bool:
        """Return whether it gives a label a new value made from the old one other than by adding to it."""
        if not isinstance(self.node, ast.Assign) or label not in self.reads:
            return False
        whole = any(label_of(t) == label and not is_part(t) for t in self.node.targets)
        value = self.node.value
        return whole and not (isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add))


@dataclass(frozen=True)
class Code:
    """A function as statements, with the lines of its file."""

    tree: ast.FunctionDef
    statements: tuple[Statement, ...]
    file: str
    lines: Mapping[int, str]

    def at_line(self, line: int) -> Statement | None:
        fitting = [
            s
            for s in self.statements
            if s.line <= line <= s.line + (s.node.end_lineno or s.node.lineno) - s.node.lineno
        ]
        return fitting[-1] if fitting else None

    def written(self, statement: Statement) -> str:
        """Return a statement as it was written, in one line and without a comment."""
        node = statement.node
        if node.end_lineno != node.lineno or node.end_col_offset is None:
            return ast.unparse(node)
        line = self.lines.get(statement.line, "").encode().lstrip()
        return line[: node.end_col_offset - node.col_offset].decode() or ast.unparse(node)

    @property
    def returns(self) -> list[Statement]:
        return [s for s in self.statements if isinstance(s.node, ast.Return)]

    @property
    def parameters(self) -> tuple[str, ...]:
        a = self.tree.args
        return tuple(arg.arg for arg in [*a.posonlyargs, *a.args, *a.kwonlyargs])

    @property
    def unpacked(self) -> frozenset[str]:
        """Its parameters, and the names that are read from them without any arithmetic."""
        names = set(self.parameters)
        for statement in self.statements:
            value = getattr(statement.node, "value", None)
            while isinstance(value, (ast.Subscript, ast.Attribute)):
                value = value.value
            if (
                isinstance(value, ast.Name)
                and value.id in names
                and isinstance(statement.node, ast.Assign)
            ):
                names |= {label for label in statement.labels if label.isidentifier()}
        return frozenset(names)


def label_of(target: ast.AST) -> str:
    """Return what a target is called: a name, an attribute, an entry of a dict, or the array whose part it is."""
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute):
        return ast.unparse(target)
    if isinstance(target, ast.Subscript):
        if isinstance(target.slice, ast.Constant) and isinstance(target.slice.value, str):
            return ast.unparse(target)
        return label_of(target.value)
    return ""


def is_part(target: ast.AST) -> bool:
    return isinstance(target, ast.Subscript) and not (
        isinstance(target.slice, ast.Constant) and isinstance(target.slice.value, str)
    )


def labels_of(node: ast.stmt) -> tuple[str, ...]:
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = syntax.single(*node.targets)
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        targets = [node.target]
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        call = node.value
        targets = call.args[:1]
        if isinstance(call.func, ast.Attribute) and isinstance(
            call.func.value, (ast.Name, ast.Subscript)
        ):
            if not (
                isinstance(call.func.value, ast.Name) and call.func.value.id in ("np", "numpy")
            ):
                targets = [call.func.value]
    found = [label_of(target) for target in targets]
    return tuple(dict.fromkeys(label for label in found if label))


def reads_of(node: ast.AST) -> frozenset[str]:
    found = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
            found.add(inner.id)
        elif isinstance(inner, (ast.Attribute, ast.Subscript)) and isinstance(inner.ctx, ast.Load):
            found.add(label_of(inner))
    if isinstance(node, ast.AugAssign):
        found.add(label_of(node.target))
    return frozenset(found)


def pullback(tree: ast.FunctionDef) -> ast.FunctionDef | ast.Lambda | None:
    """Return the function inside that a function returns, alone or behind its value: its backward pass."""
    inner: dict[str, ast.FunctionDef | ast.Lambda] = {}
    last: ast.expr | None = None
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            inner[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            inner |= {t.id: node.value for t in node.targets if isinstance(t, ast.Name)}
        elif isinstance(node, ast.Return):
            last = node.value
    if isinstance(last, ast.Tuple) and last.elts:
        last = last.elts[-1]
    if isinstance(last, ast.Lambda):
        return last
    return inner.get(last.id) if isinstance(last, ast.Name) else None


def simple_statements(tree: ast.FunctionDef) -> list[ast.stmt]:
    """Return a function's simple statements, those of functions inside left out but for the one returned."""
    found: list[ast.stmt] = []
    returned = pullback(tree)

    def visit(block: Sequence[ast.stmt]) -> None:
        for node in block:
            if isinstance(node, SIMPLE):
                found.append(node)
            elif node is returned or not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                for inner in syntax.blocks(node):
                    visit(inner)
                for handler in getattr(node, "handlers", []):
                    visit(handler.body)

    visit(tree.body)
    return found


def file_name(path: str) -> str:
    """Return what a file is called in a report: a cell of a notebook has only a number."""
    return "notebook cell" if "ipykernel" in path or "ipython" in path else os.path.basename(path)


def code_of(function: Callable[..., Any]) -> Code | None:
    function = inspect.unwrap(function)
    try:
        lines, first = inspect.getsourcelines(function)
        text = textwrap.dedent("".join(lines))
        tree = ast.parse(text).body[0]
        file = file_name(inspect.getsourcefile(function) or "")
    except (OSError, TypeError, SyntaxError, IndexError):
        return None
    if not isinstance(tree, ast.FunctionDef):
        return None
    first = max(first, 1)
    statements = tuple(
        Statement(k, node, first + node.lineno - 1, labels_of(node), reads_of(node))
        for k, node in enumerate(simple_statements(tree))
    )
    return Code(
        tree, statements, file, {first + k: line.rstrip("\n") for k, line in enumerate(lines)}
    )


Patch = Mapping[int, Sequence[ast.stmt]]


def watched(code: Code, patch: Patch | None = None) -> str:
    """Return the text of a function that reports what its variables hold, with some statements replaced."""
    numbers = {position(node): k for k, node in enumerate(simple_statements(code.tree))}
    tree = copy.deepcopy(code.tree)
    returned = pullback(tree)
    kept = ast.parse(repr(tuple(sorted(code.unpacked))), mode="eval").body

    def block(nodes: Sequence[ast.stmt]) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for node in nodes:
            if isinstance(node, SIMPLE):
                k = numbers[position(node)]
                new = list(patch[k]) if patch and k in patch else [node]
                returns = [n for n in new if isinstance(n, ast.Return)]
                made += [n for n in new if n not in returns]
                labels = code.statements[k].labels
                if not returns:
                    made.append(seeing(k, labels, kept))
                made += returns
                continue
            if node is returned or not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                for name in ("body", "orelse", "finalbody"):
                    if getattr(node, name, None):
                        setattr(node, name, block(getattr(node, name)))
                for handler in getattr(node, "handlers", []):
                    handler.body = block(handler.body)
            made.append(node)
        return made or [ast.Pass()]

    tree.body = block(tree.body)
    tree.decorator_list = []
    return ast.unparse(ast.fix_missing_locations(tree))


def position(node: ast.stmt) -> tuple[int, int]:
    """Return where a statement stands: copies of a tree keep it."""
    return node.lineno, node.col_offset


def seeing(k: int, labels: Sequence[str], kept: ast.expr) -> ast.stmt:
    """Return the statement that reports some labels after the k-th statement."""
    pairs = ", ".join(f"({label!r}, lambda: {label})" for label in labels)
    made = ast.parse(f"{SEE}({k}, ({pairs}{',' if pairs else ''}), locals(), KEPT)").body[0]
    assert isinstance(made, ast.Expr) and isinstance(made.value, ast.Call)
    made.value.args[3] = kept
    return made


class Eyes:
    """Puts what an instrumented function shows into a list."""

    def __init__(self, seen: list[Seen]) -> None:
        self.seen = seen
        self.kept: dict[str, tuple[Any, Any]] = {}
        self.told: set[str] = set()

    def __call__(
        self,
        k: int,
        pairs: Sequence[tuple[str, Any]],
        space: Mapping[str, Any],
        kept: Sequence[str],
    ) -> None:
        if len(self.seen) >= MOST_SEEN:
            return
        for label, value_of in pairs:
            try:
                value = value_of()
            except Exception:  # noqa: BLE001, S112  # not there any more
                continue
            number = isinstance(value, (bool, int, float, np.generic, np.ndarray))
            if isinstance(value, Todo) or (number and np.size(value) <= LARGEST):
                self.seen.append(Seen(k, label, plain(value)))
        for name in kept:
            value = space.get(name)
            if not isinstance(value, np.ndarray) or value.size > LARGEST or not is_number(value):
                continue
            old = self.kept.get(name)
            if old is None or old[0] is not value:
                self.kept[name] = (value, value.copy())
            elif name not in self.told and not np.array_equal(old[1], value, equal_nan=True):
                self.told.add(name)
                self.seen.append(Seen(k, f"!{name}", plain(value)))


def compiled(text: str, function: Callable[..., Any], seen: list[Seen]) -> Callable[..., Any]:
    return made_in(text, function, {SEE: Eyes(seen)})


def made_in(text: str, function: Callable[..., Any], more: Mapping[str, Any]) -> Callable[..., Any]:
    """Return the function of a text, with the globals and closure of another one and some more names."""
    function = inspect.unwrap(function)
    function = getattr(function, "__func__", function)
    space = dict(getattr(function, "__globals__", {}))
    code = getattr(function, "__code__", None)
    for name, cell in zip(
        code.co_freevars if code else (), getattr(function, "__closure__", None) or (), strict=False
    ):
        try:
            space[name] = cell.cell_contents
        except ValueError:
            continue
    space |= more
    tree = ast.parse(text)
    exec(compile(tree, "<judged>", "exec"), space)  # noqa: S102  # the judged code, with eyes
    made: Callable[..., Any] = space[tree.body[0].name]  # type: ignore[attr-defined]
    return made


class Uses(ast.NodeTransformer):
    """Turns every read of a local name into a call that can move it."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.places: list[tuple[str, int]] = []

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if not isinstance(node.ctx, ast.Load) or node.id not in self.names:
            return node
        self.places.append((node.id, node.lineno))
        text = f"{USE}({len(self.places) - 1}, {node.id})"
        return ast.copy_location(ast.parse(text, mode="eval").body, node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Leave alone what is stored into."""
        if isinstance(node.ctx, ast.Load):
            self.generic_visit(node)
        else:
            node.slice = self.visit(node.slice)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Leave alone what is stored into, and what only tells a shape."""
        if isinstance(node.ctx, ast.Load) and node.attr not in ("shape", "size", "ndim", "dtype"):
            self.generic_visit(node)
            name = ast.unparse(node)
            if name in self.names:
                self.places.append((name, node.lineno))
                text = f"{USE}({len(self.places) - 1}, {name})"
                return ast.copy_location(ast.parse(text, mode="eval").body, node)
        return node


@dataclass(frozen=True)
class Probed:
    """A forward function in which definitions and uses can be moved."""

    text: str
    uses: tuple[tuple[str, int], ...]
    """The reads, by number."""
    definitions: tuple[tuple[str, int], ...]


def own_attributes(tree: ast.FunctionDef) -> list[str]:
    """Return the attributes of a method's own object that it reads or sets, called ones left out."""
    called = {ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    found = [
        ast.unparse(n)
        for n in ast.walk(tree)
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == "self"
    ]
    return [name for name in dict.fromkeys(found) if name not in called]


def probed(code: Code, attributes: bool = False) -> Probed:
    """Return the text of a forward function whose variables can be moved, those of a method's object too if wanted."""
    offset = next(iter(code.lines)) - 1
    tree = copy.deepcopy(code.tree)
    own = own_attributes(tree) if attributes else []
    uses = Uses(frozenset({*syntax.stores(tree), *code.parameters, *own} - {"self"}))
    definitions: list[tuple[str, int]] = []

    def define(names: Sequence[str], line: int) -> list[ast.stmt]:
        made = []
        for name in names:
            if name.isidentifier() or name in own:
                made += ast.parse(f"{name} = {DEFINE}({len(definitions)}, {name})").body
                definitions.append((name, line + offset))
        return made

    def block(nodes: Sequence[ast.stmt]) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for node in nodes:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                made.append(node)
                continue
            line, labels = node.lineno, labels_of(node) if not isinstance(node, ast.Expr) else ()
            for name in ("test", "iter", "value"):
                if isinstance(getattr(node, name, None), ast.expr):
                    setattr(node, name, uses.visit(getattr(node, name)))
            if isinstance(node, ast.Assign):
                node.targets = [uses.visit(t) for t in node.targets]
            syntax.change_blocks(node, block)
            if isinstance(node, ast.For):
                own = [label_of(t) for t in syntax.single(node.target)]
                node.body = [*define(own, line), *node.body]
            made.append(node)
            made += define(labels, line)
        return made

    body = block(tree.body)
    set_here = {label for s in code.statements for label in s.labels}
    first = [n for n in code.parameters if n != "self"] + [n for n in own if n not in set_here]
    tree.body = [*define(first, tree.lineno), *body]
    tree.decorator_list = []
    text = ast.unparse(ast.fix_missing_locations(tree))
    return Probed(text, tuple((n, line + offset) for n, line in uses.places), tuple(definitions))


class Mover:
    """What the calls in a probed function do: count, and move one of the variables."""

    def __init__(self) -> None:
        # the value of every definition ("define", number, count) and use ("use", number, count) in
        # a run without moves
        self.log: dict[tuple[str, int, int], Any] = {}
        self.counts: dict[tuple[str, int], int] = {}
        # what is moved: (kind, number, count), count -1 for all of them
        self.target: tuple[str, int, int] | None = None
        self.by: Any = 0.0
        self.passed, self.limit = 0, float("inf")

    def start(self, target: tuple[str, int, int] | None, by: Any) -> None:
        if target is not None and self.limit == float("inf"):
            self.limit = 20 * self.passed + 1000  # a loop that ends may not end with a value moved
        self.target, self.by = target, by
        self.counts, self.passed = {}, 0

    def use(self, number: int, value: Any) -> Any:
        return self.passing("use", number, value)

    def define(self, number: int, value: Any) -> Any:
        return self.passing("define", number, value)

    def passing(self, kind: str, number: int, value: Any) -> Any:
        """Return a value, moved if it is the target."""
        self.passed += 1
        if self.passed > self.limit:
            raise EndlessError("the loop does not end here")
        if not is_float(value):
            return value
        count = self.counts.get((kind, number), 0)
        self.counts[kind, number] = count + 1
        if self.target is None:
            if len(self.log) < MOST_SEEN:
                self.log[kind, number, count] = np.array(value, np.float64)
            return value
        if self.target[:2] == (kind, number) and self.target[2] in (count, -1):
            if np.shape(value) == np.shape(self.by):
                return value + self.by
        return value
