"""Names for new stages and for gradients: a wire goes in, the name that its formula tells comes out.

>>> namer = Namer({"x", "den"})
>>> namer.free("num"), namer.free("den"), namer.free("num")
('num', 'den2', 'num2')
"""

from __future__ import annotations

import ast
import builtins
import keyword
from collections.abc import Callable, Iterator, Set
from contextlib import AbstractContextManager, contextmanager

import numpy as np

from codegen import syntax
from codegen.ir import Call, Gate, Variable, Wire, WireRef, named_text

LONGEST = 12
"""Longer names than this are not told by a formula."""
SHORT, SMALLEST = 3, 2
"""Operands of matrix products and of products up to this length are written without anything between them."""
MADE = {
    "dot": "prod",
    "matmul": "prod",
    "einsum": "prod",
    "sum": "total",
    "cumsum": "sums",
    "cumprod": "prods",
    "mean": "mean",
    "std": "std",
    "norm": "norm",
    "exp": "exps",
    "log": "logs",
    "sqrt": "root",
    "sin": "sine",
    "cos": "cosine",
    "tanh": "tanhs",
    "abs": "size",
    "max": "top",
    "min": "low",
    "maximum": "larger",
    "minimum": "smaller",
    "clip": "clipped",
    "where": "chosen",
    "take_along_axis": "chosen",
    "array": "entries",
    "asarray": "entries",
    "concatenate": "joined",
    "append": "joined",
    "hstack": "joined",
    "vstack": "stacked",
    "stack": "stacked",
    "column_stack": "stacked",
    "split": "pieces",
    "roll": "rolled",
    "pad": "padded",
    "inv": "inverse",
    "gradient": "slopes",
    "broadcast_to": "spread",
}
"""Names after what a function makes; of others, after the function."""
SIGNS: dict[type[ast.operator], str] = {ast.Add: "p", ast.Sub: "m", ast.Div: "over"}


NORMAL = ("erf(x / np.sqrt(2)))", "erf(x / np.sqrt(2))) / 2", "0.5 * erf(x / np.sqrt(2))")
"""How the share of a normal law below a number ends."""

VAGUE = frozenset({"prod", "ratio", "power", "out"})
"""Names after a gate, or in a function that is called, that say less than the variable the line is for."""


def gradient_of(variable: str) -> str:
    """Return what the gradient of a variable is called, unless that name is taken."""
    return f"d{variable}"


class Namer:
    """Hands out names that neither they nor their gradients collide with anything; `shared` are the words by which
    items of several containers are read, so that they tell none of these.
    """

    def __init__(self, taken: set[str], shared: Set[str] = frozenset()) -> None:
        self.taken, self.shared = taken, shared
        self.counts: dict[str, int] = {}
        self.given: dict[str, Likeness] = {}
        self.offered: dict[str, Likeness] = {}

    @contextmanager
    def exclusive(self) -> Iterator[Callable[[], AbstractContextManager[None]]]:
        """Let the sides of a branch, of which one runs, give their stages the same names."""
        outer, others, every = self.given, dict(self.offered), dict[str, Likeness]()

        @contextmanager
        def side() -> Iterator[None]:
            self.given, self.offered = {}, {**others, **every}
            yield
            for name in self.given:
                others.pop(name, None)
            every.update(self.given)

        yield side
        self.given, self.offered = {**outer, **every}, others

    def free(self, wanted: str) -> str:
        """Return `wanted`, or a numbered variant that is free, and take it."""
        names = syntax.numbered(wanted, "_" if wanted[-1].isdigit() else "")
        found = next(n for n in names if self.is_free(n))
        self.taken.add(found)
        return found

    def numbered(self, wanted: str, is_good: Callable[[str], bool], other: str = "") -> str:
        """Return `wanted`, or `other` with a number behind it, that is free and good, and take it."""
        other = other or wanted
        found, k = wanted, self.counts.get(other, 2)
        while found in self.taken or not is_good(found):
            found, k = f"{other}_{k}", k + 1
            self.counts[other] = k
        self.taken.add(found)
        return found

    def is_free(self, one: str) -> bool:
        """Return whether a name and the name of its gradient can be used."""
        return all(
            n not in self.taken
            and not keyword.iskeyword(n)
            and not hasattr(builtins, n)
            and n not in ("np", "math")
            for n in (one, gradient_of(one))
        )

    def name_for(self, wire: Wire, target: str, role: str, place: str = "") -> str:
        """Return a free name for a new stage, or the name of a value like it on another side of a branch; `place` is
        what to call it if its formula tells nothing.
        """
        like = likeness(wire)
        wanted = [*candidates(wire, target, role, place), f"pre_{target}" if target else "part"]
        key, item = by_key(wire.node)
        if item and key in self.shared:
            wanted = [item]
        for one in wanted:
            if self.offered.get(one) == like:
                del self.offered[one]
                self.given[one] = like
                return one
            if self.is_free(one):
                break
        else:
            one = wanted[-1]
        found = self.free(one)
        self.given[found] = like
        return found


Likeness = tuple[type, int, str]
"""What two values share that may have one name: that they are numbers, or arrays of one rank and kind."""


def likeness(wire: Wire) -> Likeness:
    """Return what a value shares with those that may have its name where it does not exist."""
    sample = wire.sample
    is_number = isinstance(sample, float | int | np.generic | np.ndarray)
    kind = np.asarray(sample).dtype.kind if is_number else ""
    return (
        np.ndarray if isinstance(sample, np.ndarray) else type(sample),
        np.ndim(sample) if is_number else -1,
        kind,
    )


def candidates(wire: Wire, target: str, role: str, place: str = "") -> list[str]:
    found = [idiom(wire), role]
    structure = "" if adds_products(wire) else told(wire)
    if len(structure) <= LONGEST and structure.isidentifier():
        found.append(structure)
    found.append(place)
    if isinstance(wire.node, ast.Subscript) and len(item := of_item(wire.node)) <= LONGEST:
        found.append(item)
    gate, before = gate_name(wire), f"pre_{target}" if target else ""
    found.extend([before, gate] if gate in VAGUE or adds_products(wire) else [gate, before])
    return [f for f in found if f]


def adds_products(wire: Wire) -> bool:
    """Return whether a wire is a sum with a matrix product in it, as in front of a nonlinearity."""
    node = wire.node
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add | ast.Sub):
        return False
    parts = [node.left, node.right]
    inner = [p.wire for p in parts if isinstance(p, WireRef) and p.wire.name is None]
    return any(is_product(w) or adds_products(w) for w in inner)


def is_product(wire: Wire) -> bool:
    return isinstance(wire, Gate) and "@" in wire.row.pattern


def idiom(wire: Wire) -> str:
    """Return a name known from the course, or nothing."""
    node = wire.node
    if is_reciprocal(wire) and (den := operand_name(wire)):
        return f"inv{den}"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and operand_name(wire):
        if syntax.is_literal(node.left, 1.0):
            return f"not_{operand_name(wire)}"
    if (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Sub)
        and isinstance(node.right, WireRef)
    ):
        inner = node.right.wire
        if (
            isinstance(inner, Gate)
            and inner.row.pattern.startswith("np.mean(")
            and isinstance(node.left, WireRef)
            and node.left.wire.name
        ):
            return f"{node.left.wire.name}mu"
    if (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Div)
        and of_tree(node.right) == "std"
    ):
        return "normed"
    if isinstance(wire, Gate) and wire.row.pattern == "np.sqrt(x)":
        inner = next(iter(wire.operands.values()))
        if "var" in (inner.name or told(inner)):
            return "std"
    return ""


def role(wire: Wire, root: Wire, target: str = "") -> str:
    """Return the role of a sum, in a quotient num or den, or of what is below the root that is bound: its square."""
    if target and is_root(root) and wire in root.operands.values() and not told(wire):
        return f"{target}sqr"
    if not isinstance(wire.node, ast.BinOp) or not isinstance(wire.node.op, ast.Add | ast.Sub):
        return ""
    for user in everything(root):
        node = user.node
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            if isinstance(node.left, WireRef) and node.left.wire is wire:
                return "num"
            if isinstance(node.right, WireRef) and node.right.wire is wire:
                return "den"
        if (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Mult)
            and isinstance(node.right, WireRef)
            and is_reciprocal(node.right.wire)
        ):
            if isinstance(node.left, WireRef) and node.left.wire is wire:
                return "num"
    return ""


def is_sum(wire: Wire) -> bool:
    is_total = isinstance(wire, Gate) and wire.row.pattern.startswith("np.sum(")
    return is_total or isinstance(wire.node, ast.BinOp) and isinstance(wire.node.op, ast.Add)


def is_root(wire: Wire) -> bool:
    node = wire.node
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return syntax.is_literal(node.right, 0.5)
    return isinstance(wire, Gate) and wire.row.pattern == "np.sqrt(x)"


def everything(root: Wire) -> list[Wire]:
    """Return `root` and all wires below it."""
    return [root, *(w for operand in root.operands.values() for w in everything(operand))]


def is_reciprocal(wire: Wire) -> bool:
    node = wire.node
    return (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Div)
        and syntax.is_literal(node.left, 1.0)
        and isinstance(node.right, WireRef)
    )


def operand_name(wire: Wire) -> str:
    """Return the name of the only operand, if it has one."""
    names = [w.name for w in wire.operands.values()]
    return names[0] or "" if len(names) == 1 else ""


def told(wire: Wire) -> str:
    """Return the name that the structure of a formula tells, constants left out."""
    if wire.name is not None:
        return wire.name
    if isinstance(wire, Gate) and wire.row.gradients.get("x") == ("(1 - out) * out * dout",):
        return "sig" + short(wire.operands["x"])
    if isinstance(wire, Gate) and wire.row.pattern.endswith(NORMAL):
        return "cdf" + short(wire.operands["x"])
    return of_tree(wire.node)


def short(wire: Wire) -> str:
    """Return the name of an operand inside a longer name."""
    return told(wire)


def of_tree(node: ast.AST) -> str:
    match node:
        case WireRef():
            return told(node.wire)
        case ast.Name():
            return node.id
        case ast.BinOp(op=ast.Pow()):
            return of_power(of_tree(node.left), node.right)
        case ast.BinOp():
            left, right = of_tree(node.left), of_tree(node.right)
            if not (left or is_constant(node.left)) or not (right or is_constant(node.right)):
                return ""  # half of a formula is another one
            if left == right and not is_twice(node):
                return ""  # two parts of one variable
            if is_by_key(node.left) and not right or is_by_key(node.right) and not left:
                return ""  # `1 - p["y"]` is not y
            if isinstance(node.op, ast.Div) and syntax.is_literal(node.left, 1.0):
                return f"inv{right}"
            return joined(type(node.op), left, right)
        case ast.UnaryOp(op=ast.USub()):
            return f"neg{of_tree(node.operand)}"
        case ast.Subscript(value=value, slice=ast.Constant(value=int() as key)):
            return f"{of_tree(value)}{key}"
        case ast.Subscript(slice=ast.Constant(value=str() as key)) if key.isidentifier():
            return key
        case ast.Subscript():
            return of_tree(node.value)
        case ast.Attribute(attr="T"):
            return f"{of_tree(node.value)}T"
        case ast.Call(func=ast.Attribute(attr="dot", value=left), args=[right]):
            return of_tree(ast.BinOp(left, ast.MatMult(), right))
        case ast.Call(func=ast.Attribute(attr="dot"), args=[left, right]):
            return of_tree(ast.BinOp(left, ast.MatMult(), right))
        case ast.Call():
            return of_call(node)
    return ""


def is_by_key(node: ast.AST) -> bool:
    """Return whether a tree is an item by a word, which the word alone names."""
    tree = named_text(node) if isinstance(node, ast.expr) else node
    return isinstance(tree, ast.Subscript) and isinstance(tree.slice, ast.Constant)


def by_key(node: ast.AST) -> tuple[str, str]:
    """Return the word by which an item is read, and its name with that of what holds it: `m_W` for `m["W"]`."""
    match node:
        case ast.Subscript(value=value, slice=ast.Constant(value=str() as key)):
            own = f"{of_tree(value)}_{key}"
            return key, own if own.isidentifier() and len(own) <= LONGEST else ""
    return "", ""


def is_twice(node: ast.BinOp) -> bool:
    return syntax.same(named_text(node.left), named_text(node.right))


POWERS = {2: "{}sqr", 3: "{}cube", 0.5: "sqrt{}", -1: "inv{}"}


def of_power(base: str, exponent: ast.expr) -> str:
    form = POWERS.get(exponent.value) if isinstance(exponent, ast.Constant) else None  # type: ignore[arg-type]  # no number, no power
    return form.format(base) if form and base else ""


def is_constant(node: ast.expr) -> bool:
    """Return whether no differentiable value stands in a part of a formula, so that names leave it out."""
    return not any(isinstance(part, WireRef) for part in ast.walk(node))


def joined(operator: type[ast.operator], left: str, right: str) -> str:
    """Return the name of two operands with an operator between them, or nothing if it would be hard to read."""
    if not left or not right:
        return left + right
    small = max(len(left), len(right))
    if operator is ast.Mult and left == right:
        return f"{left}sqr"
    if operator is ast.MatMult or operator is ast.Mult and small <= SMALLEST:
        return left + right if small <= SHORT and "_" not in left + right else ""
    if operator is ast.Mult:
        return f"{left}_{right}"
    sign = SIGNS.get(operator, "")
    return left + sign + right if sign and small <= SHORT + 1 and "_" not in left + right else ""


def of_item(node: ast.Subscript) -> str:
    """Return the name of an item: `M_ij` for `M[i, j]`, `h_tm1` for `h[t - 1]`, `x_last` for `x[-1]`."""
    base = of_tree(node.value)
    parts = syntax.elements(node.slice)
    whole = [part for part in parts if isinstance(part, ast.Slice) and syntax.show(part) == ":"]
    places = [of_place(part) for part in parts if part not in whole]
    if not base or not places or not all(places) or base[-1].isdigit() or "_" in base:
        return ""
    return f"{base}_{''.join(places)}"


def of_place(part: ast.expr) -> str:
    """Return what a place is called behind an underscore, or nothing."""
    match part:
        case ast.Name():
            return part.id if len(part.id) <= SHORT else ""
        case ast.Constant(value=int() as number) if number >= 0:
            return str(number)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            return "last"
        case ast.BinOp(
            left=ast.Name() as name, op=ast.Add() | ast.Sub(), right=ast.Constant(value=int() as by)
        ):
            sign = SIGNS[type(part.op)]
            return f"{name.id}{sign}{by}" if len(name.id) <= SHORT else ""
    return ""


def of_call(node: ast.Call) -> str:
    """Return the name that a call tells: the function and its first operand."""
    func = node.func
    parts = [of_tree(a) for a in node.args]
    base = syntax.identifier(func)
    if isinstance(func, ast.Attribute):
        base = func.attr
        if not isinstance(func.value, ast.Name) or isinstance(func.value, WireRef):
            parts.insert(0, of_tree(func.value))
    first = next((p for p in parts if p), "")
    if base in ("dot", "matmul"):
        return joined(ast.MatMult, first, parts[-1]) if len(parts) > 1 else ""
    if base in ("reshape", "ravel", "flatten"):
        return f"{first}_flat" if first else ""
    if base in ("transpose", "swapaxes"):
        return f"{first}T" if first else ""
    return {"square": "sqr", "sigmoid": "sig"}.get(base, base) + first if first else ""


def gate_name(wire: Wire) -> str:
    node = wire.node
    if isinstance(node, ast.Call):
        made = wire.helper.made if isinstance(wire, Call) else None
        if made and isinstance(made.output, Variable) and made.output.name not in VAGUE:
            return made.output.name  # what the function that is called calls it
        func = node.func
        base = func.attr if isinstance(func, ast.Attribute) else syntax.identifier(func)
        return MADE.get(base, f"{base}_part")
    if isinstance(node, ast.BinOp):
        return {
            ast.MatMult: "prod",
            ast.Mult: "prod",
            ast.Add: "total",
            ast.Sub: "diff",
            ast.Div: "ratio",
            ast.Pow: "power",
        }.get(type(node.op), "")
    if isinstance(node, ast.Subscript):
        part = "window" if has_bounds(node.slice) else "picked"
        return {"np.c_": "columns", "np.r_": "rows"}.get(syntax.show(node.value), part)
    return ""


def has_bounds(index: ast.expr) -> bool:
    parts = syntax.elements(index)
    slices = [part for part in parts if isinstance(part, ast.Slice)]
    return any(part.lower is not None and part.upper is not None for part in slices)
