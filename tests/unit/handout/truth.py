"""The truth about a forward pass: its code goes in; values at any place and trip, and numeric slopes there, come out.

Nothing of what writes the handouts is used: the lines of code are taken from a page, and run with one value moved a little.
"""

from __future__ import annotations

import ast
import copy
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import CodeType
from typing import Any

import numpy as np

Index = tuple[int, ...]
STEP = 1e-4


@dataclass(frozen=True)
class Slope:
    """The slopes of the output to both sides of a value (the same but at a kink), the one between them, and its doubt."""

    left: float
    right: float
    both: float
    doubt: float = 0.0

    def is_kink(self) -> bool:
        """Return whether the two sides differ."""
        return self.left != self.right

    def allows(self, shown: float, slack: float) -> bool:
        """Return whether a number is the slope, or at a kink one between both sides."""
        if not self.is_kink():
            return abs(shown - self.both) <= slack + self.doubt + 1e-6 * abs(self.both)
        low, high = sorted((self.left, self.right))
        return low - slack - 1e-3 <= shown <= high + slack + 1e-3


class OtherTripsError(Exception):
    """The step was so long that the function took another way."""


def slope(at: Callable[[float], float], size: float = 1.0, single: bool = False) -> Slope:
    """Return the slopes of a function of a number at 0; the step is so short that it takes the same way."""
    h, middle = (3e-2 if single else STEP) * max(size, 1e-3), at(0.0)
    while True:
        try:
            one, two, short = (differences(at, k * h, middle) for k in (1, 2, 0.1))
            break
        except OtherTripsError:
            h /= 10
            assert h > 1e-13, "no step is short enough"
    both = (4 * (one[0] + one[1]) - (two[0] + two[1])) / 6
    bend, less = abs(one[1] - one[0]), abs(short[1] - short[0])
    noise = 1e-15 * (1 + abs(middle)) * 10 / h if not single else 1e-3 * abs(both) + 1e-3
    kink = bend > 10 * noise + 1e-6 and less > 0.5 * bend and less > 10 * noise
    return Slope(short[0], short[1], both, noise) if kink else Slope(both, both, both, noise)


def differences(at: Callable[[float], float], h: float, middle: float) -> tuple[float, float]:
    """Return the slopes to the left and to the right of a place with this output."""
    return (middle - at(-h)) / h, (at(h) - middle) / h


def weighed(out: Any, dout: Any) -> float:
    """Return an output as one number: each entry times its upstream gradient."""
    if isinstance(out, dict):
        return sum(weighed(out[k], dout[k]) for k in out)
    if isinstance(out, tuple | list):
        return sum(weighed(o, d) for o, d in zip(out, dout, strict=True))
    return 0.0 if dout is None else float(np.sum(np.asarray(out, float) * np.asarray(dout, float)))


def moved(value: Any, index: Index, h: float) -> Any:
    """Return a value with one entry moved."""
    if isinstance(value, np.ndarray):
        fresh = value.copy()
        fresh[index] += h
        return fresh
    return value + h


class Spelled(ast.NodeTransformer):
    """Spells `y[i] += x` as `y[i] = y[i] + x`, which reads what it changes."""

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        if not isinstance(node.target, ast.Subscript):
            return node
        read = copy.deepcopy(node.target)
        read.ctx = ast.Load()
        value = ast.BinOp(read, node.op, node.value)
        return ast.fix_missing_locations(ast.copy_location(ast.Assign([node.target], value), node))


class Forward:
    """A forward pass, as code, with its example."""

    def __init__(
        self,
        lines: list[tuple[int, str]],
        names: Mapping[str, Any],
        args: tuple[Any, ...],
        dout: Any,
    ) -> None:
        self.names, self.args, self.dout = dict(names), args, dout
        self.tree = ast.parse("\n".join(text for _, text in lines)).body[0]
        assert isinstance(self.tree, ast.FunctionDef)
        Spelled().visit(self.tree)
        self.stages = [stage for stage, _ in lines]
        self.parents = {
            child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)
        }
        self.helpers = one_liners(names)

    def statements(self, stage: int) -> list[ast.stmt]:
        """Return the statements of a stage."""
        return [
            s
            for s in ast.walk(self.tree)
            if isinstance(s, ast.stmt) and self.stages[s.lineno - 1] == stage
        ]

    def loops(self, statement: ast.AST) -> list[ast.stmt]:
        """Return the loops around a statement, outermost first."""
        found: list[ast.stmt] = []
        while statement in self.parents:
            statement = self.parents[statement]
            if isinstance(statement, ast.For | ast.While):
                found.insert(0, statement)
        return found

    def places(self, stage: int, name: str, text: str) -> list[Place]:
        """Return where the wire of a gate may begin: behind a line that binds its name, or at its expression."""
        lines = self.statements(stage)
        found = [Place(self, s, name, None) for s in lines if name and name in bound(s)]
        for statement in lines if not found else []:
            for node in ast.walk(statement):
                if isinstance(getattr(node, "ctx", None), ast.Store):
                    continue
                if isinstance(node, ast.expr) and alike(self.opened(node), text):
                    found.append(Place(self, statement, "", node))
        return found

    def starts(self, name: str, stage: int, depth: int) -> list[Place]:
        """Return the places where a trip of a loop around a stage begins."""
        found = []
        for statement in self.statements(stage):
            loops = self.loops(statement)
            if len(loops) >= depth:
                found.append(Place(self, loops[depth - 1], name, None, start=True))
        return found

    def opened(self, node: ast.AST) -> str:
        """Return the text of an expression with one-line helpers opened."""

        class Opener(ast.NodeTransformer):
            def visit_Call(inner, call: ast.Call) -> ast.AST:  # noqa: N805  # as ast names it
                inner.generic_visit(call)
                known = self.helpers.get(call.func.id) if isinstance(call.func, ast.Name) else None
                if known is None or len(known[0]) != len(call.args):
                    return call
                values = dict(zip(known[0], call.args, strict=True))

                class Filler(ast.NodeTransformer):
                    def visit_Name(_, name: ast.Name) -> ast.AST:  # noqa: N805
                        return values.get(name.id, name)

                return Filler().visit(copy.deepcopy(known[1]))

        return ast.unparse(Opener().visit(copy.deepcopy(node)))


def one_liners(names: Mapping[str, Any]) -> dict[str, tuple[list[str], ast.expr]]:
    """Return parameters and value of each helper that is one expression."""
    import inspect
    import textwrap

    found = {}
    for name, value in names.items():
        if inspect.isfunction(value):
            try:
                tree = ast.parse(textwrap.dedent(inspect.getsource(value))).body[0]
            except (OSError, TypeError, SyntaxError):
                continue
            if (
                isinstance(tree, ast.FunctionDef)
                and isinstance(tree.body[-1], ast.Return)
                and len(tree.body) == 1
            ):
                assert tree.body[-1].value is not None
                found[name] = ([a.arg for a in tree.args.args], tree.body[-1].value)
    return found


def alike(text: str, other: str) -> bool:
    """Return whether two expressions read the same."""
    try:
        return ast.dump(ast.parse(text, mode="eval")) == ast.dump(ast.parse(other, mode="eval"))
    except SyntaxError:
        return False


def bound(statement: ast.stmt) -> set[str]:
    """Return the names that a simple statement binds or changes."""
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AugAssign):
        targets = [statement.target]
    elif (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Attribute)
    ):
        targets = [statement.value.func.value]
    found = set()
    for target in targets:
        parts = target.elts if isinstance(target, ast.Tuple) else [target]
        for part in parts:
            while isinstance(part, ast.Subscript):
                part = part.value
            if isinstance(part, ast.Name):
                found.add(part.id)
    return found


@dataclass(eq=False)
class Place:
    """A place in a forward pass: behind a line, at an expression of one, or where a trip of a loop begins."""

    forward: Forward
    statement: ast.stmt
    name: str
    node: ast.expr | None
    start: bool = False

    def operand(self, name: str) -> list[Place]:
        """Return the places inside this expression, or inside its line, where an operand is read."""
        inside = self.node if self.node is not None else self.statement
        found = []
        for node in ast.walk(inside):
            if (
                node is not inside
                and isinstance(node, ast.expr)
                and not isinstance(getattr(node, "ctx", None), ast.Store)
                and alike(self.forward.opened(node), name)
            ):
                found.append(Place(self.forward, self.statement, "", node))
        return found

    def run(
        self, trips: tuple[int, ...] | None, change: Callable[[Any], Any]
    ) -> tuple[Any, list[Any], list[tuple[int, ...]]]:
        """Return the output with the value at this place changed in one trip (the last if None), and what was there."""
        forward = self.forward
        counter: list[int] = []
        seen: list[Any] = []
        where: list[tuple[int, ...]] = []

        def probe(value: Any) -> Any:
            where.append(tuple(counter))
            seen.append(copy.deepcopy(value))
            return change(value) if trips is not None and tuple(counter) == trips else value

        def loop(kind: str) -> None:
            if kind == "enter":
                counter.append(0)
            elif kind == "next":
                counter[-1] += 1
            else:
                counter.pop()

        names = {**forward.names, "_probe_": probe, "_loop_": loop}
        exec(self.code, names)  # noqa: S102  # the page's own code
        probed = names[forward.tree.name]
        names |= {forward.tree.name: forward.names[forward.tree.name]}
        out, _ = probed(*copy.deepcopy(forward.args))
        return out, seen, where

    @functools.cached_property
    def code(self) -> CodeType:
        """The code with a probe at this place: it is run for each step of a slope."""
        place = self

        def probe(value: ast.expr) -> ast.expr:
            return ast.Call(ast.Name("_probe_", ast.Load()), [value], [])

        def behind(name: str) -> ast.stmt:
            return ast.Assign([ast.Name(name, ast.Store())], probe(ast.Name(name, ast.Load())))

        def noted(kind: str) -> ast.stmt:
            return ast.parse(f"_loop_({kind!r})").body[0]

        def expression(node: ast.AST) -> ast.AST:
            if node is place.node:
                return probe(copy.deepcopy(node))  # type: ignore[arg-type]  # an expression
            fresh = copy.copy(node)
            for field, value in ast.iter_fields(node):
                if isinstance(value, ast.AST):
                    setattr(fresh, field, expression(value))
                elif isinstance(value, list):
                    setattr(
                        fresh,
                        field,
                        [expression(v) if isinstance(v, ast.AST) else v for v in value],
                    )
            return fresh

        def block(body: list[ast.stmt]) -> list[ast.stmt]:
            found: list[ast.stmt] = []
            for statement in body:
                if isinstance(statement, ast.For | ast.While):
                    fresh = copy.copy(statement)
                    inner = block(statement.body)
                    if place.start and statement is place.statement:
                        inner.insert(0, behind(place.name))
                    fresh.body = [noted("next"), *inner]
                    found += [noted("enter"), fresh, noted("leave")]
                elif isinstance(statement, ast.If | ast.With):
                    fresh = copy.copy(statement)
                    fresh.body = block(statement.body)
                    if isinstance(fresh, ast.If):
                        fresh.orelse = block(fresh.orelse)
                    found.append(fresh)
                else:
                    found.append(expression(statement) if place.node is not None and statement is place.statement else statement)  # type: ignore[arg-type]  # a statement
                    if place.node is None and statement is place.statement:
                        found.append(behind(place.name))
            return found

        function = copy.copy(self.forward.tree)
        function.body = block(function.body)
        tree = ast.fix_missing_locations(ast.Module([function], []))
        return compile(tree, "<truth>", "exec")

    def value(self, trips: tuple[int, ...] | None) -> tuple[Any, tuple[int, ...]]:
        """Return the value in a trip, or in the last one, and which that was."""
        _, seen, where = self.run(None, lambda v: v)
        if trips is None:
            return seen[-1], where[-1]
        at = len(where) - 1 - where[::-1].index(trips)
        return seen[at], where[at]

    def slope(self, trips: tuple[int, ...], index: Index, size: float, single: bool) -> Slope:
        """Return the slope of the weighed output by an entry of the value in one trip."""

        return slope(lambda h: self.output(trips, lambda v: moved(v, index, h)), size, single)

    def output(self, trips: tuple[int, ...], change: Callable[[Any], Any]) -> float:
        """Return the weighed output with the value changed in one trip; the function must take the same way."""
        out, _, where = self.run(trips, change)
        if len(where) != len(self.usual):
            raise OtherTripsError
        return weighed(out, self.forward.dout)

    @functools.cached_property
    def usual(self) -> list[tuple[int, ...]]:
        """The trips in which the run comes by."""
        return self.run(None, lambda v: v)[2]
