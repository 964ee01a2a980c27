"""Formulas and names: lines of the backward pass go in; out come lines that read each value the shorter way, by its
formula or by its name.

By its formula, where only staging has named it and one line reads it. *Before*: the forward pass keeps `rps = r + s`,
for `dt = rps * dout`. *After*: `dt = (r + s) * dout`, of what is kept anyway; the forward pass has the user's own line.
Of numbers such a formula may be longer, of arrays it is one operator and a number that is written out: `1 - z`. A
formula that is all of a function stays in the stages of the notes.

>>> from codegen.cli.show import after
>>> text = '''
... def f(r, s, t):
...     d = (r + s**2) * t
...     return d * r * s
... '''
>>> after("differentiate", text, 0.5, 2.0, 3.0)
# backprop out = d * r * s
dd = r * s * dout
dr = d * s * dout
ds = d * r * dout
# backprop d = rpssqr * t
drpssqr = t * dd
dt = (r + s**2) * dd
# backprop rpssqr = r + s**2
dr += drpssqr
ds += 2 * s * drpssqr

By its name, where the forward pass has computed it already. *Before*: `dx = 2 * np.exp(x) * dout`, where the forward
pass has `y = np.exp(x)`. *After*: `dx = 2 * y * dout`.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x):
...     c = np.cos(x)
...     return np.sin(x) + c
... '''
>>> after("plan", text, 0.5)
# backprop out = np.sin(x) + c
dx = c * dout
# backprop c = np.cos(x)
dx -= np.sin(x) * dout  # -= : x forks
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import replace

import numpy as np

from codegen import ir, syntax
from codegen.analysis.effects import is_arithmetic
from codegen.backward.draft import Draft
from codegen.backward.flow import is_fixed
from codegen.backward.overwritten import Read
from codegen.backward.reads import is_number_formula, unplaced
from codegen.backward.rows import WIDTH
from codegen.backward.text import Text
from codegen.backward.together import alike
from codegen.gates.operands import ufunc_of
from codegen.ir import Bind, Gate, Line, Planned, Stage, named_text, replanned
from codegen.pytree import is_plain
from codegen.pytree import is_scalar as is_number
from codegen.simplify import kinds
from codegen.stage.recomputable import is_matrix_product, is_scalar
from codegen.tables import grouped


def with_formulas(items: Lines, draft: Draft, text: Text) -> Lines:
    """Return lines that read values by their formulas; `text` gives that of a gradient as it is written."""
    if ir.is_one_line(draft.circuit.block):
        return items
    known, flow = draft.reads.known, draft.flow
    keys = Counter(name for name in ir.names_in(items) if name in known)
    uses = Counter(known[key].name for key in keys.elements())
    loads = Counter(name for item in flow.items for name in loaded(item))
    handed_on = {name for item in flow.items if not is_formula(item) for name in loaded(item)}
    keys_of = grouped((known[key].name, key) for key in keys)

    def kept(name: str, stage: ir.Stage) -> str | None:
        """Return the placeholder under which a value that a stage reads is kept anyway; None if it is not."""
        made = flow.definers.get(name, [])
        if not is_fixed(flow, name) or any(flow.loops(one) != flow.loops(stage) for one in made):
            return None
        own = (k for k in keys_of.get(name, ()) if not known[k].shape)
        return next((k for k in own if flow.loops(known[k].item) == flow.loops(stage)), None)

    def is_number_kept(name: str) -> bool:
        """Return whether a variable holds one number, or one of Python's, from the start to the end."""
        samples = [one.sample for one in flow.definers.get(name, []) if isinstance(one, ir.Stage)]
        samples += [draft.circuit.samples[name]] if name in draft.circuit.samples else []
        return is_fixed(flow, name) and bool(samples) and all(map(is_number, samples))

    weights = weights_of(flow.items)
    formulas = {}
    for key in keys:
        name, reader = known[key].name, known[key].item
        made = flow.definers.get(name, [])
        stage = made[0] if len(made) == 1 else None
        if (
            uses[name] == 1 == loads[name]
            and name not in handed_on
            and isinstance(stage, ir.Bind)
            and stage.wire is not None
            and flow.is_nameless(name)
            and is_quick(stage.wire, None if flow.loops(stage) else weights)
            and flow.loops(stage) == flow.loops(reader)
        ):
            tree = ir.named_text(stage.wire.node)
            places = {n: kept(n, stage) for n in syntax.reads(tree) if draft.reads.is_local(n)}
            others = [n for n, place in places.items() if place is None]
            if len(others) == 1 and is_number_kept(others[0]):  # it is kept in place of the value
                places[others[0]] = draft.reads.key(others[0], stage, post=False)
            if places and all(places.values()):
                own = {n: syntax.name(place) for n, place in places.items() if place}
                formulas[key] = syntax.substitute(tree, own)
    read = syntax.names(*formulas.values())
    formulas = {key: tree for key, tree in formulas.items() if key not in read}

    def change(line: ir.Line) -> list[ir.Line]:
        found = [key for key in syntax.names(line.value) if key in formulas]
        own = {key: alike(formulas[key], line.value, draft) for key in found}
        if not own or line.target is None:
            return [line]
        value = text.simple(syntax.substitute(line.value, own))
        shown = f"{syntax.show(line.target)} {line.operator} {syntax.show(unplaced(value))}"
        return [replace(line, value=value) if len(shown) + 8 <= WIDTH else line]

    return ir.replanned(items, change) if formulas else items


def is_quick(wire: ir.Wire, weights: Set[str] | None) -> bool:
    """Return whether to compute a value again takes no time; arrays of which products are made may be walked over."""
    if is_number_formula(wire) or is_quick_formula(wire) or is_reshaped(wire):
        return True
    if weights is None or not isinstance(wire, ir.Gate) or not is_scalar(wire):
        return False
    return is_share(wire) or is_of_a_number(wire) or is_total(ir.named_text(wire.node), weights)


def weights_of(stages: Sequence[ir.Statement]) -> set[str]:
    """Return the arrays of which matrix products are made, which take far longer than a walk over their numbers."""
    found: set[str] = set()
    axes = 0
    ranks: dict[str, int] = {}
    for stage in stages:
        wire = stage.wire if isinstance(stage, ir.Stage) else None
        for one in ir.post_order(wire) if wire is not None else ():
            for name, operand in named_operands(one):
                ranks[name] = max(np.ndim(operand.sample), ranks.get(name, 0))
            if is_matrix_product(one) and np.ndim(one.sample):
                axes = max(axes, *(np.ndim(operand.sample) for operand in one.operands.values()))
                found |= {
                    n
                    for operand in one.operands.values()
                    for n in syntax.names(ir.named_text(operand.node))
                }
    return found | {name for name, rank in ranks.items() if 0 < rank < axes}


def named_operands(wire: ir.Wire) -> list[tuple[str, ir.Wire]]:
    return [(one.name, one) for one in wire.operands.values() if one.name and is_plain(one.sample)]


def is_quick_formula(wire: ir.Wire) -> bool:
    """Return whether an array is another one but for a sign, a square, or a number that is written out."""
    match ir.named_text(wire.node):
        case ast.UnaryOp(ast.USub(), ast.Name()):
            return isinstance(wire, ir.Gate)
        case ast.BinOp(ast.Name(), ast.Pow(), ast.Constant(2)):
            return isinstance(wire, ir.Gate)
        case ast.BinOp(ast.Constant(), ast.Add() | ast.Sub(), ast.Name()):
            return isinstance(wire, ir.Gate)
        case ast.BinOp(ast.Name(), ast.Add() | ast.Sub(), ast.Constant()):
            return isinstance(wire, ir.Gate)
    return False


def is_reshaped(wire: ir.Wire) -> bool:
    """Return whether an array is another one in other rows, `x.reshape(N, -1).T`, or a diagonal, `np.diag(L)`."""
    match wire:
        case ir.Gate(node=ast.Attribute(ir.WireRef(wire=of), "T")):
            return of.name is None and is_reshaped(of)
        case ir.Gate(node=ast.Call(ast.Attribute(ir.WireRef(wire=of), "reshape"), sizes, [])):
            return of.name is not None and all(map(is_arithmetic, sizes))
        case ir.Gate(node=ast.Call(func, [ir.WireRef(wire=of)], [])):
            return of.name is not None and is_diagonal(func) and np.ndim(of.sample) == 2
    return False


def is_diagonal(func: ast.expr) -> bool:
    return syntax.dotted(func) in ("np.diag", "np.diagonal")


def is_total(tree: ast.expr, weights: Set[str]) -> bool:
    """Return whether a number is a sum or mean of arrays, or of their squares, or adds such: `np.sum(W * W)`."""
    match tree:
        case ast.BinOp(left, ast.Add(), right):
            return is_total(left, weights) and is_total(right, weights)
        case ast.Call(ast.Attribute(ast.Name("np"), "sum" | "mean"), [of], []):
            match of:
                case ast.Name(one) | ast.BinOp(ast.Name(one), ast.Pow(), ast.Constant(2)):
                    return one in weights
                case ast.BinOp(ast.Name(one), ast.Mult(), ast.Name(other)):
                    return one == other and one in weights
    return False


def is_share(wire: ir.Wire) -> bool:
    """Return whether a number is another one divided by a count of what is there: `lam / (2 * m)`."""
    match wire:
        case ir.Gate(node=ast.BinOp(ir.WireRef(), ast.Div(), by)):
            return is_arithmetic(by) and not syntax.has(by, ir.WireRef)
    return False


def is_of_a_number(wire: ir.Wire) -> bool:
    """Return whether a number is a function of another one, which takes less time than to keep it: `np.sqrt(x)`."""
    match wire:
        case ir.Gate(node=ast.Call(func, [ir.WireRef(wire=of)], [])):
            return of.name is not None and is_scalar(of) and syntax.dotted(func) in ELEMENTARY
    return False


ELEMENTARY = frozenset(
    f"{library}.{name}"
    for library in ("np", "math")
    for name in ("sqrt", "exp", "log", "sin", "cos", "tan", "tanh")
)
"""Functions of one number."""


def is_formula(item: object) -> bool:
    """Return whether an item computes something; `return out` needs its name whatever the backward pass reads."""
    return isinstance(item, ir.Stage) and isinstance(item.wire, ir.Gate)


def loaded(item: object) -> list[str]:
    """Return the names that an item of the forward pass reads in its formula."""
    wire = item.wire if isinstance(item, ir.Stage) else None
    return syntax.mentioned(ir.named_text(wire.node)) if wire is not None else []


Lines = list[Planned]


def by_their_names(items: Lines, draft: Draft) -> Lines:
    """Return lines that read what a gradient would compute again by the name that the forward pass gave it."""
    known = Formulas(draft)
    if not known.named:
        return items

    def change(line: Line) -> list[Line]:
        value = known.short(line.value)
        if value is line.value or not isinstance(value, ast.Name):
            return [replace(line, value=value)]
        # the name belongs to the cache: its array is nobody's to change
        target = syntax.identifier(line.target)
        if target not in draft.samples:
            return [line]
        if np.ndim(draft.samples[target]):
            value = syntax.method(value, "copy")
        return [replace(line, value=value)]

    return replanned(items, change)


class Formulas:
    def __init__(self, draft: Draft) -> None:
        self.draft, self.flow = draft, draft.flow
        self.named: dict[object, list[tuple[Stage, ast.expr]]] = {}
        self.heads: set[object] = set()
        nameless: dict[str, ast.expr] = {}
        for item in self.flow.items:
            tree = formula_of(item) if isinstance(item, Stage) else None
            if tree is None:
                continue
            assert isinstance(item, Stage)
            whole = syntax.substitute(tree, nameless)  # a gradient may have it in one piece
            for one in dict.fromkeys((tree, whole)):
                self.named.setdefault(kinds.key(spelled_alike(one)), []).append((item, one))
            self.heads.add(head(tree))
            if self.flow.is_nameless(item.binds[0]):
                nameless[item.binds[0]] = whole

    def holds(self, stage: Stage, tree: ast.expr, reads: list[Read]) -> bool:
        """Return whether a stage has given a name to a formula of these values, which it keeps."""
        flow, reader = self.flow, reads[0].item
        if all(is_fixed(flow, name) for name in (*stage.binds, *syntax.reads(tree))):
            # it may stand on the other side of a branch
            return flow.owner[stage] is None or flow.block[stage] is flow.block[reader]
        if not flow.is_under(reader, flow.block[stage]) or stage is reader:
            return False
        if flow.loops(stage) != flow.loops(reader):
            return False  # a trip of the inner loop may be another one
        for read in reads:
            low, high = sorted((flow.order[stage], flow.order[read.item] + read.post))
            between = self.draft.reads.definitions(read, low, high)
            if any(not flow.exclusive(d, read.item) for d in between):
                return False
        return True

    def short(self, tree: ast.expr) -> ast.expr:
        found = self.parts(tree)
        if not isinstance(found, ast.Call | ast.BinOp) or head(found) not in self.heads:
            return found
        if found is tree and not syntax.has(tree, ast.Call):
            return found
        keys = [n.id for n in syntax.every(ast.Name, found) if "@" in n.id]
        reads = [self.draft.reads.known[k] for k in keys]
        for stage, own in (
            self.named.get(kinds.key(spelled_alike(unplaced(found))), []) if keys else []
        ):
            if self.holds(stage, own, reads):
                return syntax.name(self.draft.reads.key(stage.binds[0], stage, True))
        return found

    def parts(self, tree: ast.expr) -> ast.expr:
        changed = False

        def change(part: ast.expr) -> ast.expr | None:
            nonlocal changed
            if part is tree:
                return None
            short = self.short(part)
            changed |= short is not part
            return short

        found = syntax.rewrite(tree, change)
        return found if changed else tree


def formula_of(stage: Stage) -> ast.expr | None:
    """Return the formula to whose value a stage binds one name, if that is all it does."""
    statement, wire = stage.statement, stage.wire
    if wire is None:
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            return None
        target, tree = statement.targets[0], statement.value
        if not isinstance(tree, ast.Call) or not is_of_values(tree):
            return None
    elif isinstance(wire, Gate) and isinstance(stage, Bind):
        target, tree = stage.target, named_text(with_kept_axes(wire))
    else:
        return None
    is_one = isinstance(target, ast.Name) and stage.binds == [target.id]
    return tree if is_one and isinstance(tree, ast.Call | ast.BinOp) else None


def with_kept_axes(wire: Gate) -> ast.expr:
    """Return a gate's text; `np.mean(x, axis=1).reshape(-1, 1)` as a reduction that keeps its axes."""
    if "keepdims=True" not in wire.row.pattern or any(
        n.arg == "keepdims" for n in syntax.every(ast.keyword, wire.node)
    ):
        return wire.node
    parts = {hole: one.node for hole, one in wire.operands.items()}
    return syntax.substitute(wire.row.tree, {**parts, **wire.statics})


def is_of_values(call: ast.Call) -> bool:
    """Return whether a call makes a value of the numbers in its operands, not new memory of their shape."""
    is_reduced = isinstance(call.func, ast.Attribute) and call.func.attr in REDUCTIONS
    return is_reduced or ufunc_of(syntax.dotted(call.func)) is not None


def head(tree: ast.expr) -> object:
    """Return what tells most formulas from others at a glance."""
    if isinstance(tree, ast.Call):
        return tree.func.attr if isinstance(tree.func, ast.Attribute) else ""
    return type(tree.op) if isinstance(tree, ast.BinOp) else None


ALONG = frozenset({"sum", "mean", "max", "min", "prod", "var", "std"})
"""Functions whose second argument is an axis."""
REDUCTIONS = ALONG | {"dot"}


def spelled_alike(tree: ast.expr) -> ast.expr:
    """Return a text in which `x.mean(0)` is written `np.mean(x, axis=0)`."""

    def change(part: ast.expr) -> ast.expr | None:
        match part:
            case ast.Call(func=ast.Attribute(value=of, attr=name)) if name in REDUCTIONS and not (
                isinstance(of, ast.Name) and of.id == "np"
            ):
                args = [syntax.rewrite(a, change) for a in (of, *part.args)]
                if name in ALONG and len(args) == 2:
                    words = [ast.keyword("axis", args.pop()), *part.keywords]
                    return ast.Call(syntax.parse(f"np.{name}"), args, words)
                return ast.Call(syntax.parse(f"np.{name}"), args, part.keywords)
            case ast.Call(func=ast.Attribute(ast.Name("np"), name), args=[of, axis]) if (
                name in ALONG
            ):
                words = [ast.keyword("axis", axis), *part.keywords]
                return ast.Call(part.func, [syntax.rewrite(of, change)], words)
        return None

    return syntax.rewrite(tree, change)
