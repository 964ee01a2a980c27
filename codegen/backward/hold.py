"""What containers hold: a plan that reads `opt["mode"]` goes in; out it comes with the mode in the cache.

Between the two passes the caller may give a dict or an object other contents: a network is set to `training = False`
and validated. What the backward pass reads of them is therefore kept as it was in the forward pass; so is a list of
words that it runs over. Arrays are kept, not copied, wherever they are.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x, opt):
...     if opt["mode"] == "train":
...         x = x * x
...     return x
... '''
>>> after("plan", text, 0.5, {"mode": "train"})
dx = dout
if opt["mode"] == "train":
    # backprop x = x * x
    dx = 2 * prev_x * dout
>>> after("hold", text, 0.5, {"mode": "train"})
dx = dout
if mode == "train":
    # backprop x = x * x
    dx = 2 * prev_x * dout
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from codegen import ir, syntax
from codegen.analysis.aliasing import root_of
from codegen.backward.finish import Plan
from codegen.backward.remember import OWNED, Saved
from codegen.gates.forms import MISSING
from codegen.pytree import has_fields, held_in, is_float, vars_of, walk
from codegen.records import dataclass
from codegen.stage.names import Namer
from codegen.stage.spell import item_tree
from codegen.tables import grouped

Change = Callable[[ast.expr], ast.expr | None]


@dataclass(frozen=True)
class Held:
    """A value that a container or an object holds, by the last of the steps that lead to it."""

    node: ast.expr
    """How the backward pass reads it."""
    name: str
    """What the last step to it tells."""
    sample: Any = field(repr=False)
    text: str = ""
    """How it is read at the end of the forward pass, whatever sides of branches that took."""


def hold(plan: Plan, circuit: ir.Circuit) -> Plan:
    """Return a plan that keeps what the containers and objects hold that its lines read."""
    trees = [*trees_of(plan.lines), *plan.results]
    samples = containers(plan, circuit, trees)
    return Holding(plan, circuit, trees, samples).plan() if samples else plan


def containers(plan: Plan, circuit: ir.Circuit, trees: Sequence[ast.expr]) -> dict[str, Any]:
    """Return the cached variables that the caller may change between the passes, each with a sample."""
    bound = {name for tree in trees for name in syntax.stores(tree)}
    bound |= {root_of(line.target) for line in ir.all_lines(plan.lines) if line.target is not None}
    earlier = {kept.name: kept.source for kept in plan.saved.kept}
    made, seen = values_by_name(circuit), seen_by_name(circuit)
    return {
        name: sample
        for name in plan.saved.cached
        if name not in bound
        and is_callers(earlier.get(name, name), circuit, made)
        and holds_values(sample := sample_of(earlier.get(name, name), seen))
    }


class Holding:
    """Keeps, for one plan, what its lines read of some containers and objects."""

    def __init__(
        self, plan: Plan, circuit: ir.Circuit, trees: list[ast.expr], samples: dict[str, Any]
    ) -> None:
        # trees: the expressions of its lines
        # samples: the containers and objects
        self.before, self.circuit, self.trees, self.samples = plan, circuit, trees, samples
        self.body = forward_statements(circuit)  # the forward pass
        sure = read_surely(self.body, True)
        weights = {text for text in sure if syntax.first_name(text) in circuit.inputs}
        self.reads = ContainerReads(samples, read_surely(self.body) | weights)
        self.asked = asked_for(self.body)
        # the reads whose identity or type the lines ask for; those of which the forward pass asks
        # whether they are there
        self.compared = {text for tree in trees for text in compared_in(tree)}
        known: dict[str, Held] = {}
        for tree in trees:
            for held in self.reads.found(tree):
                known.setdefault(syntax.show(held.node), held)
        # the variables that the lines read in another way, too
        self.whole = read_whole(trees, known) & set(samples)
        copied = {name for name in self.whole - self.compared if type(samples[name]) in OWNED}
        parts = {
            key
            for key, held in known.items()
            if syntax.first_name(key) in copied
            and is_item(held.node)
            and type(held.sample) not in OWNED
        }
        # the reads that are kept by themselves, by their texts; others are kept with the whole of
        # their variable
        self.known = {key: held for key, held in known.items() if key not in parts}

    def plan(self) -> Plan:
        names, texts, cached = dict[str, str](), dict(self.before.saved.texts), list[str]()
        taken = {*self.circuit.names, *syntax.names(*self.body, *self.trees)}
        namer = Namer({*taken, self.before.upstream, self.before.cache})
        ordered = self.in_order()
        for root in self.before.saved.cached:
            for key, held in ordered:
                if root_of(held.node) == root:
                    own = names[key] = namer.free(held.name)
                    texts[own] = self.kept(held.text, key, held.sample)
                    cached.append(own)
            cached.append(root)

        def change(tree: ast.expr) -> ast.expr | None:
            if not isinstance(tree, ast.Subscript | ast.Attribute | ast.Call):
                return None
            own = names.get(syntax.show(tree))
            return syntax.name(own) if own is not None else None

        given = set(self.circuit.parameters)
        earlier = {one.name for one in self.before.saved.kept if one.source in given}
        copied = {one.name for one in self.before.saved.kept if one.copies}
        for name in self.whole & (given | earlier | self.parts_of(given)):
            text = self.kept(name, name, self.samples[name])
            made = name in copied and text == shallow(name, self.samples[name])
            if text != name and not made and (name not in texts or self.changes_items(name)):
                texts[name] = text
        return replace(
            self.before,
            lines=[changed(line, change) for line in self.before.lines],
            results=[syntax.rewrite(tree, change) for tree in self.before.results],
            saved=replace(self.before.saved, cached=cached, texts=texts),
        )

    def parts_of(self, given: set[str]) -> set[str]:
        """Return the variables that hold a part of what the caller gave, on every way through the function."""
        found = set(given)
        for one in self.body:
            match one:
                case ast.Assign(targets=[ast.Name(name)], value=ast.Attribute() | ast.Subscript()):
                    found |= {name} if root_of(one.value) in found else set()
        return found - given

    def in_order(self) -> list[tuple[str, Held]]:
        order = {
            syntax.show(node): place
            for place, node in enumerate(
                p for statement in self.body for p in syntax.in_order(statement)
            )
            if isinstance(node, ast.Subscript | ast.Attribute | ast.Call)
        }
        return sorted(self.known.items(), key=lambda one: order.get(one[0], sys.maxsize))

    def kept(self, text: str, key: str, sample: Any) -> str:
        """Return how a value that is read as `text` is kept: a small container that may change is copied."""
        if type(sample) not in OWNED or key in self.compared or is_vector(sample):
            return text
        is_record = any(one.startswith(f"{key}[") for one in self.known)
        if key in self.asked or not (text.isidentifier() or key in self.reads.sure):
            text = f"({text} or {type(sample)()!r})"
        if is_record:
            return shallow(text, sample)
        return copy_of(text, sample, 1, self.changes_items(key))

    def changes_items(self, name: str) -> bool:
        """Return whether the function changes arrays in place that lie in one of its arguments."""
        given = self.circuit.trace.run.memory.given
        return any(
            changed and path[0] == name and len(path) > 1 for path, (_, changed) in given.items()
        )


def copied_each_trip(plan: Plan, circuit: ir.Circuit) -> Saved:
    """Return what is kept, with copies of the caller's containers and objects that are kept of each trip."""
    saved = plan.saved
    trees = [*trees_of(plan.lines), *plan.results]
    if "copy" in circuit.names or any(map(asks_for_identity, trees)):
        return saved
    earlier = {kept.name: kept.source for kept in saved.kept}
    made, seen = values_by_name(circuit), seen_by_name(circuit)

    def is_copied(name: str) -> bool:
        source = earlier.get(name, name)
        sample = sample_of(source, seen)
        return is_callers(source, circuit, made) and (type(sample) in OWNED or is_object(sample))

    names = {name for steps in saved.steps.values() for name in steps.saved if is_copied(name)}
    if not names:
        return saved
    steps = {
        loop: replace(one, copied={*one.copied, *(names & set(one.saved) - set(earlier))})
        for loop, one in saved.steps.items()
    }
    kept = [replace(one, copies=one.copies or one.name in names) for one in saved.kept]
    return replace(saved, steps=steps, kept=kept)


def asks_for_identity(tree: ast.expr) -> bool:
    return any(
        isinstance(op, ast.Is | ast.IsNot) and not isinstance(right, ast.Constant)
        for node in syntax.walk(tree)
        if isinstance(node, ast.Compare)
        for op, right in zip(node.ops, node.comparators, strict=True)
    )


def forward_statements(circuit: ir.Circuit) -> list[ast.stmt]:
    """Return the statements of the forward pass, those first that give attributes of arguments a name."""
    paths = map(syntax.parse, circuit.fields.values())
    return [*map(ast.Expr, paths), *forward_block(circuit.block)]


def forward_block(block: ir.Block) -> list[ast.stmt]:
    """Return the statements of a block, and `raise` where a side was never recorded."""
    found: list[ast.stmt] = []
    for item in block.items:
        blocks = [forward_block(inner) for inner in item.blocks]
        match item:
            case ir.Raise():
                found.append(ast.Raise())
            case ir.LoopItem() | ir.Return() | ir.View():
                continue
            case ir.Branch():
                found.append(ast.If(item.statement.test, blocks[0], blocks[1]))
            case ir.Loop(statement=ast.For() as loop):
                found.append(ast.For(loop.target, loop.iter, blocks[0], []))
            case ir.Loop(statement=ast.While() as loop):
                found.append(ast.While(loop.test, blocks[0], []))
            case ir.Within(statement=ast.With() as within):
                found.append(ast.With(within.items, blocks[0]))
            case ir.Within(statement=ast.Try()):
                found.append(ast.Try(blocks[0], [], [], []))
            case ir.Stage(wire=ir.Wire(), rewritten=True):
                found.append(ast.Expr(item_tree(item)))
            case _ if not found or found[-1] is not item.statement:
                found.append(item.statement)
    return found


def values_by_name(circuit: ir.Circuit) -> dict[str, list[ast.expr]]:
    """Return what a function assigns to each of its variables, and its stages to names of ours."""
    assigned = syntax.every(ast.Assign, circuit.trace.tree)
    found = grouped((name, node.value) for node in assigned for name in syntax.stores(node))
    for name, wire in named_by_stages(circuit):
        found.setdefault(name, [ir.named_text(wire.node)])
    return found


def named_by_stages(circuit: ir.Circuit) -> Iterator[tuple[str, ir.Wire]]:
    """Yield the names that stages bind to values which are written out in the function, each with its value."""
    for stage in ir.stages_of(circuit.block):
        if stage.rewritten and isinstance(stage.target, ast.Name) and stage.wire is not None:
            yield stage.target.id, stage.wire


def is_callers(name: str, circuit: ir.Circuit, made: Mapping[str, Sequence[ast.expr]]) -> bool:
    """Return whether a variable may hold what the caller gave: it is an argument, or only ever a part of something."""
    if name in circuit.samples or name in circuit.fields:
        return True
    values = made.get(name, ())
    return all(isinstance(value, ast.Name | ast.Attribute | ast.Subscript) for value in values)


def read_whole(trees: Iterable[ast.expr], known: Container[str]) -> set[str]:
    """Return the variables that expressions read in another way than by what is known."""
    found: set[str] = set()

    def change(tree: ast.expr) -> ast.expr | None:
        return syntax.constant(0) if syntax.show(tree) in known else None

    for tree in trees:
        found |= set(syntax.reads(syntax.rewrite(tree, change)))
    return found


def is_item(node: ast.expr) -> bool:
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)


def seen_by_name(circuit: ir.Circuit) -> dict[str, list[Any]]:
    run = circuit.trace.run
    found = {name: [sample] for name, sample in circuit.samples.items()}
    for node in syntax.walk(circuit.trace.tree):
        if isinstance(node, ast.Name) and node in run.facts:
            found.setdefault(node.id, []).append(run.fact(node).sample)
    for name, wire in named_by_stages(circuit):
        found.setdefault(name, [wire.sample])
    return found


def sample_of(name: str, seen: Mapping[str, Sequence[Any]]) -> Any:
    """Return a sample of what a variable holds: an array, where it ever holds one."""
    found = seen.get(name, ())
    return next((one for one in found if isinstance(one, np.ndarray)), [*found[:1], MISSING][0])


def holds_values(sample: Any) -> bool:
    if isinstance(sample, np.ndarray | np.generic):
        return False
    return isinstance(sample, dict | list | tuple) or has_fields(sample)


def copy_of(text: str, sample: Any, depth: int, with_arrays: bool = False) -> str:
    """Return the text of a copy of a container, with copies of the containers in it, and of the arrays if asked."""
    if type(sample) not in OWNED:
        return f"{text}.copy()" if isinstance(sample, np.ndarray) else f"copy.copy({text})"
    items = list(held_in(sample))
    is_nested = all(type(item) in OWNED for item in items) or all(map(is_object, items))
    is_nested = is_nested or with_arrays and all(isinstance(item, np.ndarray) for item in items)
    if isinstance(sample, set) or not items or not is_nested:
        return shallow(text, sample)
    number = str(depth) if depth > 1 else ""
    inner = copy_of(f"part{number}", items[0], depth + 1, with_arrays)
    if isinstance(sample, dict):
        return f"{{key{number}: {inner} for key{number}, part{number} in {text}.items()}}"
    return f"[{inner} for part{number} in {text}]"


def shallow(text: str, sample: Any) -> str:
    """Return the text of a copy that shares its items; where a list was seen, a tuple may come, which has no method."""
    return f"[*{text}]" if isinstance(sample, list) else f"{text}.copy()"


def is_object(sample: Any) -> bool:
    """Return whether a value is an object of the user's that is copied as any other is."""
    is_own = has_fields(sample) and not isinstance(sample, np.ndarray)
    return is_own and not hasattr(type(sample), "__copy__")


def is_vector(sample: Any) -> bool:
    """Return whether a value is a list of numbers with a gradient: it is read like an array, and kept like one. One
    that is empty may hold whatever it likes in another call, such as indices.
    """
    return isinstance(sample, list) and bool(sample) and all(isinstance(v, float) for v in sample)


def is_mixed(sample: Any) -> bool:
    """Return whether a container holds more than numbers with a gradient: a list of those is read like an array."""
    leaves = [leaf for _, leaf in walk(sample)]
    return not leaves or not all(map(is_float, leaves))


# ---- what is read


class ContainerReads:
    """Finds what the lines of a backward pass read of some containers and objects.

    `samples` gives what the variables hold, `sure` the reads that the forward pass makes on every way through it.
    """

    def __init__(self, samples: Mapping[str, Any], sure: set[str]) -> None:
        self.samples, self.sure = samples, sure

    def found(self, tree: ast.expr) -> Iterator[Held]:
        """Yield the values that an expression reads, each as far as constant steps lead."""
        free = set(syntax.free_names(tree))
        waiting: list[ast.AST] = [tree]
        while waiting:
            node = waiting.pop()
            steps = self.steps(node)
            if len(steps) > 1 and steps[0].node in free:
                yield replace(steps[-1], text=self.spelled(steps))
            else:
                waiting.extend(reversed(syntax.parts(node)))

    def steps(self, node: ast.AST) -> list[Held]:
        """Return the steps to a value from a variable, that first; none if the expression is more than such a read."""
        match node:
            case ast.Name(id=name) if name in self.samples:
                return [Held(node, name, self.samples[name])]
            case ast.Attribute(value=owner, attr=key):
                find: Callable[[Any], Any] = partial(attribute, name=key)
            case ast.Subscript(value=owner, slice=index) if is_constant(index):
                key = ast.literal_eval(index)
                find = partial(item, key=key)
            case ast.Call(
                func=ast.Attribute(value=owner, attr="get"), args=[first, *rest], keywords=[]
            ) if all(map(is_constant, node.args)):
                key = ast.literal_eval(first)
                default = ast.literal_eval(rest[0]) if rest else None
                find = partial(item, key=key, default=default)
            case _:
                return []
        before = self.steps(owner)
        if (
            not before
            or isinstance(key, int)
            and not (self.is_sure(node) and is_mixed(before[-1].sample))
        ):
            return []
        found = find(before[-1].sample)
        if found is MISSING:
            return []
        is_word = isinstance(key, str) and key.isidentifier()
        return [*before, Held(node, key.strip("_") if is_word else before[-1].name, found)]

    def is_sure(self, node: ast.expr) -> bool:
        return syntax.show(node) in self.sure

    def is_there(self, node: ast.expr) -> bool:
        """Return whether a value surely is a container: the forward pass reads something of it in any case."""
        text = syntax.show(node)
        return any(one.startswith((f"{text}[", f"{text}.")) for one in self.sure)

    def spelled(self, steps: Sequence[Held]) -> str:
        """Return how a value is read at the end of the forward pass, whatever sides of branches that took."""
        text = syntax.show(steps[0].node)
        for before, step in pairwise(steps):
            owner = text if self.is_there(before.node) else f"({text} or {{}})"
            match step.node:
                case ast.Attribute(attr=attr):
                    plain, careful = f".{attr}", f"getattr({text}, {attr!r}, None)"
                case ast.Subscript(slice=index):
                    shown = syntax.show(index)
                    plain, careful = f"[{shown}]", f"{owner}.get({shown})"
                case ast.Call(args=args):
                    plain = f".get({', '.join(map(syntax.show, args))})"
                    careful = f"{owner}{plain}"
            text = f"{text}{plain}" if self.is_sure(step.node) else careful
        return text


def attribute(owner: Any, name: str) -> Any:
    if isinstance(owner, np.ndarray) or not has_fields(owner):
        return MISSING
    static = inspect.getattr_static(owner, name, MISSING)
    if name in vars_of(owner) or not (callable(static) or inspect.isdatadescriptor(static)):
        return getattr(owner, name, MISSING)
    return MISSING


def item(owner: Any, key: Any, default: Any = MISSING) -> Any:
    if isinstance(owner, dict):
        return owner.get(key, default)
    if isinstance(owner, list | tuple) and isinstance(key, int) and -len(owner) <= key < len(owner):
        return owner[key]
    return MISSING


def is_constant(node: ast.expr) -> bool:
    node = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(node, ast.Constant) and isinstance(node.value, int | str | None)


def read_surely(body: Iterable[ast.stmt], in_loops: bool = False) -> set[str]:
    """Return the texts of what statements read, as far as each way through them that ends in a cache reads it; in the
    bodies of loops only if asked, for these may make no trip.
    """
    found: set[str] = set()
    for statement in body:
        match statement:
            case ast.If(test=test, body=one, orelse=other):
                found |= evaluated(test)
                sides = [read_surely(side, in_loops) for side in (one, other) if not leaves(side)]
                found |= set[str].intersection(*sides) if sides else set()
            case ast.For(iter=first, body=inner) | ast.While(test=first, body=inner):
                found |= evaluated(first) | (read_surely(inner, in_loops) if in_loops else set())
            case ast.Try(body=inner, handlers=handlers) if all(
                leaves(handler.body) for handler in handlers
            ):
                found |= read_surely(inner, in_loops)
            case ast.With(items=items, body=inner):
                found |= set().union(
                    *(evaluated(one.context_expr) for one in items), read_surely(inner, in_loops)
                )
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Expr() | ast.Return():
                found |= evaluated(statement)
    return found


def asked_for(body: Iterable[ast.stmt]) -> set[str]:
    """Return the texts of the values that statements ask whether they are there, or of what kind."""
    found: set[str] = set()
    for node in (node for statement in body for node in ast.walk(statement)):
        asked: list[ast.expr] = []
        match node:
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
                asked = [test]
            case ast.BoolOp(values=asked):
                pass
            case ast.UnaryOp(op=ast.Not(), operand=test) | ast.Compare(left=test):
                asked = [test]
            case ast.Call(func=ast.Name(id="isinstance" | "bool"), args=[test, *_]):
                asked = [test]
        found |= {syntax.show(one) for one in asked}
    return found


def leaves(side: Sequence[ast.stmt]) -> bool:
    return bool(side) and isinstance(side[-1], ast.Raise | ast.Return)


def evaluated(tree: ast.AST) -> set[str]:
    """Return the texts of the parts of a statement or expression that are evaluated whenever it is."""
    found: set[str] = set()
    waiting: list[ast.AST | None] = [tree]
    while waiting:
        match waiting.pop():
            case ast.IfExp(test=first) | ast.BoolOp(values=[first, *_]):
                waiting.append(first)
            case ast.Compare(left=left, comparators=[right, *_]):
                waiting += [left, right]
            case ast.AST() as node if not isinstance(node, syntax.DEFERRED):
                if isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
                    found.add(syntax.show(node))
                waiting += syntax.parts(node)
    return found


# ---- the lines


def trees_of(items: Sequence[ir.Planned]) -> list[ast.expr]:
    return [tree for one in ir.items_of(items) for tree in ir.expressions_of(one)]


def changed(one: ir.Planned, change: Change) -> ir.Planned:
    def of(tree: ast.expr | None) -> ast.expr | None:
        return syntax.rewrite(tree, change) if tree is not None else None

    if isinstance(one, ir.Nest):
        one = replace(one, body=[changed(line, change) for line in one.body])
    match one:
        case ir.Line():
            return one.with_trees(lambda tree: syntax.rewrite(tree, change))
        case ir.If():
            return replace(one, test=of(one.test))
        case ir.For():
            return replace(one, target=of(one.target), iterable=of(one.iterable))
        case ir.Again():
            return respelled(one, change)
    return one


def respelled(line: ir.Again, change: Change) -> ir.Again:
    """Return a line with other parts in its expressions; its spelling stays if nothing changes."""
    hits: list[ast.expr] = []

    def noted(tree: ast.expr) -> ast.expr | None:
        found = change(tree)
        hits.extend([] if found is None else [found])
        return found

    fresh = syntax.rewritten(line.statement, noted)
    return ir.Again(fresh, syntax.lines_of(syntax.show(fresh))[0]) if hits else line


def compared_in(tree: ast.expr) -> Iterator[str]:
    """Yield the texts of what an expression asks for its identity or type."""
    for node in syntax.walk(tree):
        match node:
            case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot()], comparators=[right]):
                yield from (syntax.show(left), syntax.show(right))
            case ast.Call(func=ast.Name(id="isinstance" | "type"), args=[first, *_]):
                yield syntax.show(first)
