"""Fitting a row to a wire: the row and the upstream gradient go in, the text of an operand's gradient comes out.

The row is evaluated on the traced values with a random upstream gradient of full shape and summed to the operand's
shape: that is the truth. Of the ways to write it, the first that agrees with the truth is taken, the shortest tried
first; so rows never mention broadcasting.

>>> syntax.show(sum_text(syntax.name("dout"), (4, 3), (3,)))
'np.sum(dout, axis=0)'
>>> syntax.show(sum_text(syntax.name("dout"), (4, 3), (4, 1)))
'np.sum(dout, axis=1, keepdims=True)'
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import field, replace
from functools import lru_cache, partial
from typing import Any

import numpy as np

from codegen import syntax
from codegen.backward.divisors import EDGED, divisors_of, factors_of, spread_apart
from codegen.backward.samples import (
    agrees,
    dtype_of,
    few_numbers,
    full_sample,
    is_ambiguous,
    is_builtin,
    is_complex,
    random_like,
    same_shape,
    shares,
)
from codegen.errors import CodegenError
from codegen.gates.evaluate import evaluate, modules
from codegen.gates.operands import MULTIPLYING, ufunc_of
from codegen.gates.table import head_of
from codegen.ir import Gate
from codegen.pytree import is_plain, is_scalar
from codegen.records import dataclass
from codegen.stage.local import chosen, gradient_tree, names_in
from codegen.stage.unitaxes import hidden_sums
from codegen.stage.where import is_elementwise, works_by_item


@dataclass(frozen=True)
class Gradient:
    """The text of a gradient."""

    tree: ast.expr
    """The text."""
    sample: Any
    """A value of it; its shape may be smaller than the wire's where broadcasting makes up for it."""
    shares: bool = False
    """Whether the value may share the memory of the upstream gradient."""
    note: str = ""
    """"sum" if axes were summed over, "full" if the upstream gradient is wanted at full shape."""
    sources: set[str] = field(default_factory=set)
    """The variables whose memory the value may share."""
    steps: list[ast.stmt] = field(default_factory=list)
    """Statements that make it in place, which read better than the text where it is the first gradient of a
    variable."""


DOUT = syntax.name("dout")


def guarded(tree: ast.expr, is_number: bool, by: ast.expr = DOUT) -> ast.expr:
    """Return a gradient that is zero wherever `dout`, or what it is guarded `by`, is: infinity times zero is nan."""
    if comprehensions := syntax.every(ast.ListComp, tree):  # the gradient of a list has its items
        inner = comprehensions[0].elt
        return syntax.rewrite(tree, {inner: guarded(inner, is_number, by)}.get)
    counts = ast.Compare(by, [ast.NotEq()], [syntax.constant(0)])
    if is_number:
        return ast.IfExp(counts, tree, syntax.constant(0.0))
    return syntax.call("np.where", counts, tree, syntax.constant(0.0))


def of_numbers(tree: ast.expr, wire: Gate) -> ast.expr:
    """Return a product's gradient with numbers for the nan in its factors: all that it has made is left out later."""

    values = {**wire.values, "out": wire.sample}

    def change(part: ast.expr) -> ast.expr | None:
        match part:
            case ast.Attribute(attr="shape" | "ndim" | "size"):
                return part
            case ast.Name(name) if isinstance(values.get(name), np.ndarray):
                return syntax.call("np.nan_to_num", part)
        return None

    return syntax.rewrite(tree, change)


def guarded_apart(tree: ast.expr, wire: Gate) -> ast.expr:
    """Return a guarded gradient of a gate that does not work item by item: one factor may spread items of `dout`."""
    spread = spread_apart(factors_of(tree))
    if spread is not None:
        return guarded(tree, False, spread)
    has_edge = any(head_of(call) in EDGED for call in syntax.every(ast.Call, tree))
    if head_of(wire.row.tree) in MULTIPLYING or not (has_edge or [*divisors_of(tree)]):
        return of_numbers(tree, wire)
    raise CodegenError(
        "what is masked later may hold nan, which would spread in the gradient of this",
        advice="Put numbers in place of nan before, as np.nan_to_num does, "
        "or write np.maximum and np.minimum for np.fmax and np.fmin.",
    )


def as_choice(tree: ast.expr) -> ast.expr:
    """Return a mask times the upstream gradient as a choice: zero times infinity is nan."""
    match tree:
        case ast.BinOp(
            left=ast.Compare() | ast.BinOp() | ast.Name("c") as mask,
            op=ast.Mult(),
            right=ast.Name("dout") as dout,
        ):
            return syntax.call("np.where", mask, dout, syntax.constant(0.0))
    return tree


def fit(
    wire: Gate,
    hole: str,
    upstream: Gradient,
    guard: bool = False,
    steep: bool = False,
    factor: str | None = None,
) -> Gradient:
    """Return the gradient of one operand, in terms of the row's holes and `dout`; with a guard where a mask may
    have made `dout` zero, or where a factor may be zero and `dout` infinite, as a choice where `dout` may be infinite
    behind a mask; `CodegenError` if the row does not give a gradient of the operand's shape.
    """
    tree = gradient_tree(chosen(wire, hole, set()))
    if guard and np.ndim(wire.sample) and not works_by_item(wire):
        tree, guard = guarded_apart(tree, wire), False
    reads = [wire.sample, *(wire.values[n] for n in names_in(tree) if n in wire.values)]
    is_number = not any(isinstance(v, np.ndarray) and v.ndim for v in reads)
    by = syntax.name(factor if factor in names_in(tree) else "out")
    if guard:
        tree = guarded(tree, is_number)
    if factor is not None:
        tree = guarded(tree, is_number, by)
    elif steep and not guard:
        tree = as_choice(tree)
    operand = wire.operands[hole]
    if is_complex(wire.sample) or is_complex(operand.sample):
        raise CodegenError(
            "complex numbers cannot be differentiated",
            advice="Of a Fourier transform take np.abs, np.real or np.imag at once, before it is cut or scaled; "
            "write other complex numbers as a real and an imaginary part.",
        )
    if any(isinstance(v, np.ndarray) and v.dtype.hasobject for v in (wire.sample, operand.sample)):
        raise CodegenError(
            "an array of objects cannot be differentiated",
            advice="Put what it holds into a list, or into an array of floats.",
        )
    values = {**wire.values, "out": wire.sample}
    if all(map(is_builtin, (*values.values(), operand.sample, upstream.sample))) and is_pointwise(
        tree
    ):
        return Gradient(tree, upstream.sample)
    upstream = telling(upstream, wire)
    full = full_sample(upstream.sample, wire.sample)
    truth = evaluated(tree, with_lets({**values, "dout": full}, wire, tree), hole, wire)
    if not is_plain(operand.sample):
        return of_container(tree, truth, wire, hole, upstream)
    wanted = np.shape(operand.sample)
    try:
        truth = np.broadcast_to(sum_value(truth, wanted), wanted)
    except ValueError as error:
        raise unfit(wire, hole, f"has the wrong shape: {error}") from error
    hidden = hidden_sums(wire, hole)
    for variant, dout, lazy, exact in forms(tree, upstream, full, wire, values):
        try:
            value = evaluate(variant, with_lets({**values, "dout": dout}, wire, tree))
            summed = sum_value(value, wanted)
        except (ValueError, TypeError, IndexError, AttributeError):
            continue
        if not exact and (is_ambiguous(np.shape(summed), wanted) or not np.any(truth)):
            continue  # the example cannot tell one axis from another
        if isinstance(dout, float | np.floating) and np.ndim(full) and asks_an_array(variant):
            continue
        if hidden and np.shape(value) != np.shape(wire.sample):
            continue
        if may_lose_a_sum(wire, hole, value, dout):
            continue
        if agrees(summed, truth) and (exact or stands(tree, variant, dout, wire, values, wanted)):
            text = summed_text(variant, hole, np.shape(value), wanted)
            if operand.along and is_elementwise(wire) and np.ndim(wire.sample) == len(wanted):
                text = syntax.rewrite(text, named_axis(variant, operand.along[1]))
            if hidden:
                text = syntax.call(
                    "np.sum", text, axis=axis_text(tuple(hidden)), keepdims=syntax.constant(True)
                )
                summed = np.sum(summed, axis=tuple(hidden), keepdims=True)  # it is new memory too
            text = cast(text, hole, wire, variant, with_lets({**values, "dout": dout}, wire, tree))
            note = "" if np.shape(value) == np.shape(summed) and not hidden else "sum"
            return Gradient(text, summed, shares(summed, dout), note if lazy else "full")
    raise unfit(wire, hole, "could not be fitted")


def asks_an_array(tree: ast.expr) -> bool:
    """Return whether a gradient asks `dout` for what arrays have and Python's floats have not: `dout.T`."""
    return any(syntax.identifier(one.value) == "dout" for one in syntax.every(ast.Attribute, tree))


def may_lose_a_sum(wire: Gate, hole: str, value: Any, dout: Any) -> bool:
    """Return whether a gradient that lacks axes of its gate may lack a sum over one that has size 1 in the example."""
    sizes = np.shape(wire.sample) if is_plain(wire.sample) else ()
    if 1 not in sizes or max(np.ndim(value), np.ndim(dout)) >= len(sizes):
        return False
    missing = len(sizes) - np.ndim(wire.operands[hole].sample)
    return not is_elementwise(wire) or 1 in sizes[:missing]


def stands(
    tree: ast.expr,
    variant: ast.expr,
    dout: Any,
    wire: Gate,
    values: dict[str, Any],
    wanted: tuple[int, ...],
) -> bool:
    """Return whether a shorter form of a gradient agrees with it for other numbers as well.

    The traced ones may hide an axis: of few maxima, the places may be those of another axis by chance. The other ones
    are ones and twos, so that comparisons hold for many of them.
    """
    names = sorted(name for name, v in values.items() if dtype_of(v) is not None and np.ndim(v))
    other = {**values, **{name: few_numbers(values[name], k) for k, name in enumerate(names)}}
    short = few_numbers(dout, len(names))
    try:
        exact = with_lets({**other, "dout": full_sample(short, wire.sample)}, wire, tree)
        truth = np.broadcast_to(sum_value(evaluate(tree, exact), wanted), wanted)
        value = evaluate(variant, with_lets({**other, "dout": short}, wire, tree))
        return agrees(sum_value(value, wanted), truth)
    except (ValueError, TypeError, IndexError, AttributeError, np.linalg.LinAlgError):
        return True  # these numbers are not for this gate, and say nothing


def with_lets(values: dict[str, Any], wire: Gate, tree: ast.expr) -> dict[str, Any]:
    """Return the values that a gradient may read, those of `let` too."""
    if not wire.row.let:
        return values
    for names, text in wire.row.lets_for(set(syntax.reads(tree))):
        found = evaluate(text, values)
        values |= zip(names, found if len(names) > 1 else [found], strict=True)
    return values


def evaluated(tree: ast.expr, values: dict[str, Any], hole: str, wire: Gate) -> Any:
    """Return the value of a row's gradient with an upstream gradient of full shape: the truth."""
    try:
        return evaluate(tree, values)
    except (AttributeError, TypeError, ValueError, IndexError, np.linalg.LinAlgError) as error:
        raise unfit(wire, hole, f"does not fit this call: {error}") from error


@lru_cache(maxsize=4096)
def is_pointwise(tree: ast.expr) -> bool:
    """Return whether a gradient is made of operators and functions of single numbers only: nothing to broadcast."""
    for part in syntax.walk(tree):
        if isinstance(part, ast.Call):
            called = syntax.dotted(part.func)
            if not called.startswith("math.") and ufunc_of(called) is None:
                return False
        elif isinstance(part, ast.Subscript | ast.BinOp) and isinstance(
            getattr(part, "op", ast.MatMult()), ast.MatMult
        ):
            return False
        elif isinstance(part, ast.Attribute) and syntax.show(part.value) not in ("np", "math"):
            return False
    return True


def rank_of(part: ast.expr, values: dict[str, Any]) -> int:
    return int(np.ndim(evaluate(part, values)))


def unfit(wire: Gate, hole: str, what: str) -> CodegenError:
    return CodegenError(f"the gradient d{hole} of the gate {wire.row.pattern} {what}")


def of_container(tree: ast.expr, truth: Any, wire: Gate, hole: str, upstream: Gradient) -> Gradient:
    """Return the gradient of a list or tuple that a gate reads as a whole; an array becomes a list again."""
    sample = wire.values[hole]  # not that of the operand, which may be longer by now
    if isinstance(truth, np.ndarray):
        wanted = np.shape(np.asarray(sample, dtype=float))
        tree = sum_text(tree, truth.shape, wanted)
        truth = sum_value(truth, wanted)
        if truth.shape != wanted:
            raise unfit(wire, hole, "has another shape than this list")
        tree, truth = syntax.method(tree, "tolist"), truth.tolist()
        if isinstance(sample, tuple):
            tree, truth = syntax.call("tuple", tree), tuple(truth)
    if (
        isinstance(truth, list | tuple)
        and len(truth) != len(sample)
        or not isinstance(truth, list | tuple | dict)
    ):
        raise unfit(wire, hole, "is no list like its operand")
    dout = upstream.sample
    note = "" if same_shape(upstream.sample, wire.sample) else "full"
    return Gradient(tree, truth, any(shares(dout, v) for v in truth), note)


def cast(tree: ast.expr, hole: str, wire: Gate, row: ast.expr, values: dict[str, Any]) -> ast.expr:
    """Return a gradient in the type of its operand, where something has made it wider, or narrower."""
    mine = dtype_of(wire.operands[hole].sample)
    outer = dtype_of(wire.sample)
    others = {dtype_of(v) for v in values.values()} - {None}
    if mine is None or mine == np.float64 and (outer is None or outer == mine) and others <= {mine}:
        return tree
    own = mine if outer is None else outer
    kinds = set()
    single = np.ndim(wire.operands[hole].sample) == 0
    for dout in as_types(values["dout"], own):
        with suppress(AttributeError):  # a number of Python has no axes to turn
            if (made := evaluate(row, {**values, "dout": dout})) is not None:
                kinds.add(dtype_of(made))
                single |= is_plain(made) and np.ndim(made) == 0
    own_type = ast.Attribute(syntax.name(hole), "dtype", ast.Load())
    if kinds <= {None, mine} and kinds != {None}:
        return tree
    if mine == own and (wide := widened(tree, row, own_type, values, mine)) is not None:
        return wide
    if single:
        return syntax.method(own_type, "type", tree)
    return tree if kinds <= {None, mine} else syntax.method(tree, "astype", own_type)


def widened(
    tree: ast.expr,
    row: ast.expr,
    own_type: ast.expr,
    values: dict[str, Any],
    mine: np.dtype[Any],
) -> ast.expr | None:
    """Return a gradient with a factor in the operand's type, where a number of Python would lose digits; or None."""
    if not is_scalar(values["dout"]):
        return None
    for factor in dict.fromkeys(syntax.reads(row)):
        kind = dtype_of(values.get(factor))
        if factor == "dout" or kind is None or kind.itemsize >= mine.itemsize:
            continue
        scope = {**values, "dout": float(values["dout"]), factor: values[factor].astype(mine)}
        if dtype_of(evaluate(row, scope)) == mine:
            narrow = syntax.name(factor)
            if np.ndim(values[factor]):
                wide = syntax.method(narrow, "astype", own_type)
            elif mine == np.float64:
                wide = syntax.call("float", narrow)
            else:
                wide = syntax.method(own_type, "type", narrow)
            return syntax.substitute(tree, {factor: wide})
    return None


def as_types(dout: Any, own: np.dtype[Any]) -> list[Any]:
    """Return an upstream gradient in a type; one that is a number, as a number of Python too."""
    if isinstance(dout, np.ndarray):
        return [dout.astype(own)]
    if isinstance(dout, list | tuple):
        return [[as_types(part, own)[0] for part in dout]]
    return [own.type(dout), float(dout)]


def forms(
    tree: ast.expr, upstream: Gradient, full: Any, wire: Gate, values: dict[str, Any]
) -> Iterator[tuple[ast.expr, Any, bool, bool]]:
    """Yield the ways to write a gradient, each with its upstream gradient, whether that is as it is,
    and whether nothing is left out.

    The upstream gradient is taken as it is, or at full shape; what only broadcasts is left out, or spelled shorter.
    """
    uppers = [(upstream.sample, True)]
    if not same_shape(upstream.sample, wire.sample):
        uppers.append((full, False))
    for dout, lazy in uppers:
        try:
            rank = partial(rank_of, values=with_lets({**values, "dout": dout}, wire, tree))
        except (ValueError, TypeError, IndexError, AttributeError, np.linalg.LinAlgError):
            continue
        for option in variants(tree, wire, rank):
            exact = option is tree
            shorter = indexed(option, wire, rank)
            if shorter is not option:
                yield without_leading(shorter), dout, lazy, False
            yield shorter, dout, lazy, exact


def telling(upstream: Gradient, wire: Gate) -> Gradient:
    """Return an upstream gradient with a sample that tells its axes apart, and that has the type of its wire."""
    if not is_plain(upstream.sample) or np.any(upstream.sample):
        own = dtype_of(wire.sample)
        if type(upstream.sample) is not float or own is None:
            return upstream
        return replace(upstream, sample=own.type(upstream.sample))
    return replace(upstream, sample=random_like(upstream.sample))


# ---- sums over broadcast axes


def summed_axes(
    shape: tuple[int, ...], wanted: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Return the leading axes and the size-1 axes to sum over, or None if `shape` does not broadcast from `wanted`."""
    extra = len(shape) - len(wanted)
    if extra < 0:
        return (), ()
    ones = []
    for i, n in enumerate(wanted):
        if shape[extra + i] != n:
            if n != 1:
                return ((), ()) if shape[extra + i] == 1 else None
            ones.append(extra + i)
    return tuple(range(extra)), tuple(ones)


def sum_value(value: Any, wanted: tuple[int, ...]) -> Any:
    axes = summed_axes(np.shape(value), wanted)
    if axes is None:
        raise ValueError("shapes do not fit")
    lead, ones = axes
    if ones:
        value = np.sum(value, axis=ones, keepdims=True)
    return np.sum(value, axis=lead) if lead else value


def sum_text(tree: ast.expr, shape: tuple[int, ...], wanted: tuple[int, ...]) -> ast.expr:
    axes = summed_axes(shape, wanted)
    assert axes is not None
    lead, ones = axes
    if ones:
        tree = syntax.call("np.sum", tree, axis=axis_text(ones), keepdims=syntax.constant(True))
    if lead:
        tree = (
            syntax.call("np.sum", tree)
            if not wanted
            else syntax.call("np.sum", tree, axis=axis_text(lead))
        )
    return tree


def summed_text(
    tree: ast.expr, hole: str, shape: tuple[int, ...], wanted: tuple[int, ...]
) -> ast.expr:
    """Return the text of a sum; what divides and reads only the operand stays inside, and is taken out later."""
    if shape == wanted or not wanted or not isinstance(tree, ast.BinOp):
        return sum_text(tree, shape, wanted)
    if isinstance(tree.op, ast.Div) and set(syntax.reads(tree.right)) == {hole}:
        return ast.BinOp(summed_text(tree.left, hole, shape, wanted), ast.Div(), tree.right)
    if isinstance(tree.op, ast.Mult) and isinstance(tree.left, ast.BinOp):
        inner = tree.left
        if isinstance(inner.op, ast.Div) and set(syntax.reads(inner.right)) == {hole}:
            rest = ast.BinOp(inner.left, ast.Mult(), tree.right)
            return ast.BinOp(summed_text(rest, hole, shape, wanted), ast.Div(), inner.right)
    return sum_text(tree, shape, wanted)


ALONG = "@along"  # stands for the option that says which axis of an operand has size 1


def named_axis(inner: ast.expr, axis: int) -> Callable[[ast.expr], ast.expr | None]:
    """Return a change of the sum of a gradient over one axis, so that the axis is what an option says."""

    def change(part: ast.expr) -> ast.expr | None:
        if part is inner:
            return part
        match part:
            case ast.Call(
                func=func,
                args=args,
                keywords=[ast.keyword("axis", ast.Constant(at)), ast.keyword("keepdims") as kept],
            ) if (
                at == axis and syntax.show(func) == "np.sum"
            ):
                return ast.Call(func, args, [ast.keyword("axis", syntax.name(ALONG)), kept])
        return None

    return change


def axis_text(axes: tuple[int, ...]) -> ast.expr:
    if len(axes) == 1:
        return syntax.constant(axes[0])
    return ast.Tuple(elts=[syntax.constant(a) for a in axes], ctx=ast.Load())


# ---- shorter ways to write a gradient


def variants(tree: ast.expr, wire: Gate, rank: Callable[[ast.expr], int]) -> list[ast.expr]:
    """Return a gradient without what only broadcasts it, then with more and more of it.

    Axes are left out only if they are the same in every call.
    """
    slim = without_ones(tree)
    lean = [without_dimensions(slim, wire, rank)] if is_fixed(wire) else []
    found: list[ast.expr] = []
    for variant in (*lean, slim, tree):
        if not any(syntax.same(variant, v) for v in found):
            found.append(tree if syntax.same(variant, tree) else variant)
    return found


def is_fixed(wire: Gate) -> bool:
    axis = wire.statics.get("axis")
    return axis is None or not syntax.has(axis, ast.Name)


@lru_cache(maxsize=4096)
def without_ones(tree: ast.expr) -> ast.expr:
    def change(part: ast.expr) -> ast.expr | None:
        if isinstance(part, ast.IfExp):
            return part  # of its sides the example shows only one
        is_product = isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mult)
        if is_product and syntax.calls(part.right, "np.ones_like"):  # type: ignore[attr-defined]  # as tested
            return syntax.rewrite(part.left, change)  # type: ignore[attr-defined]  # as tested
        return None

    return syntax.rewrite(tree, change)


def without_dimensions(tree: ast.expr, wire: Gate, rank: Callable[[ast.expr], int]) -> ast.expr:
    """Return a gradient without the leading dimensions that are expanded or kept: broadcasting makes them.

    Of others a square example, or one in which all sums are one, would not tell that they are missed.
    """

    def leads(call: ast.Call, own: int) -> bool:
        axis = syntax.keyword(call, "axis")
        axis = call.args[1] if len(call.args) > 1 else axis
        if axis is None:
            return True
        axes = literal_axes(axis, wire)
        try:
            total = rank(call.args[0]) + own * len(axes or ())
        except (ValueError, TypeError, IndexError, AttributeError):
            return False
        return axes is not None and {a % total for a in axes if total} == set(range(len(axes)))

    def change(part: ast.expr) -> ast.expr | None:
        if isinstance(part, ast.IfExp):
            return part
        if not isinstance(part, ast.Call):
            return None
        if syntax.calls(part, "np.expand_dims") and leads(part, 1):
            return syntax.rewrite(part.args[0], change)
        if any(k.arg == "keepdims" for k in part.keywords) and leads(part, 0):
            kept = [k for k in part.keywords if k.arg != "keepdims"]
            return ast.Call(part.func, [syntax.rewrite(a, change) for a in part.args], kept)
        return None

    return syntax.rewrite(tree, change)


def indexed(tree: ast.expr, wire: Gate, rank: Callable[[ast.expr], int]) -> ast.expr:
    """Return a gradient with `x[:, None]` for a dimension that is expanded at a literal place."""
    found = False

    def change(part: ast.expr) -> ast.expr | None:
        nonlocal found
        if isinstance(part, ast.IfExp):
            return part
        if not (syntax.calls(part, "np.expand_dims") and len(part.args) == 2):
            return None
        axes = literal_axes(part.args[1], wire)
        try:
            own = rank(part.args[0])
        except (ValueError, TypeError, IndexError, AttributeError):
            return None
        total = own + len(axes or ())
        if axes is None or own == 0 or any(not -total <= a < total for a in axes):
            return None
        found = True
        places = {a % total for a in axes}
        keys: list[ast.expr] = [
            syntax.constant(None) if i in places else ast.Slice() for i in range(total)
        ]
        while keys and isinstance(keys[-1], ast.Slice):
            keys.pop()
        if total > 2 and places == {total - 1}:
            keys = [syntax.constant(...), syntax.constant(None)]
        key = syntax.as_one(keys)
        return syntax.index(syntax.rewrite(part.args[0], change), key)

    fresh = syntax.rewrite(tree, change)
    return fresh if found else tree


def literal_axes(node: ast.expr, wire: Gate) -> tuple[int, ...] | None:
    node = wire.statics.get(node.id, node) if isinstance(node, ast.Name) else node
    axes = syntax.literal(node)
    axes = (axes,) if isinstance(axes, int) else axes
    return tuple(axes) if isinstance(axes, tuple | list) else None


def without_leading(tree: ast.expr) -> ast.expr:
    """Return a gradient in which `x[None, :, None]` is `x[:, None]`: broadcasting makes the first dimensions."""

    def change(part: ast.expr) -> ast.expr | None:
        if not isinstance(part, ast.Subscript):
            return None
        keys = syntax.elements(part.slice)
        rest = list(keys)
        while rest and isinstance(rest[0], ast.Constant) and rest[0].value is None:
            rest.pop(0)
        if len(rest) == len(keys):
            return None
        inner = syntax.rewrite(part.value, change)
        return inner if not rest else syntax.index(inner, syntax.as_one(rest))

    return syntax.rewrite(tree, change)


def memory_in(tree: ast.expr) -> set[str]:
    """Return the names whose memory a gradient may show; the zeros in it are new arrays."""
    rest = syntax.rewrite(
        tree, lambda part: syntax.constant(0) if syntax.calls(part, "np.zeros_like") else None
    )
    return set(syntax.reads(rest))


# ---- gradients made in place


def statements(wire: Gate, hole: str, upstream: Gradient, truth: Any) -> list[ast.stmt]:
    """Return the statements that make the gradient of a hole, in terms of the row; none if none fit."""
    found = wire.row.statements.get(hole, ())
    if not found:
        return []
    *first, last = found
    assert isinstance(last, ast.AugAssign)
    rank = partial(rank_of, values={**wire.values, "out": wire.sample, "dout": upstream.sample})
    for value in variants(last.value, wire, rank):
        tried = [*first, ast.AugAssign(last.target, last.op, value)]
        if agrees(result(tried, wire, hole, upstream), truth):
            return tried
    return []


def result(tried: list[ast.stmt], wire: Gate, hole: str, upstream: Gradient) -> Any:
    """Return the gradient that some statements make on the traced values."""
    known = modules(syntax.names(*tried))
    scope = {**known, **wire.values, "out": wire.sample, "dout": upstream.sample}
    module = ast.fix_missing_locations(ast.Module(body=list(tried), type_ignores=[]))
    try:
        with np.errstate(all="ignore"):
            code = compile(module, "<row>", "exec")
            exec(code, scope)  # noqa: S102  # rows are the table's own text
    except (ValueError, TypeError, IndexError, AttributeError):
        return None
    return scope[f"d{hole}"]
