"""Fitting a row to a wire: the row and the upstream gradient go in, the text of an operand's gradient comes out.

The row is evaluated on the traced values with a random upstream gradient of full shape and summed to the operand's
shape: that is the truth. Of the ways to write it, the first that agrees with the truth is taken, the shortest tried
first; so rows never mention broadcasting.
"""

from __future__ import annotations

import ast
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from types import CodeType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.backward.samples import (
    agrees,
    dtype_of,
    full_sample,
    is_ambiguous,
    is_complex,
    is_number,
    is_plain,
    random_like,
    same_shape,
    shares,
)
from codegen.backward.sums import axis_text, sum_text, sum_value, summed_text
from codegen.backward.variants import indexed, is_fixed, variants, without_leading
from codegen.errors import CodegenError
from codegen.ir import Wire
from codegen.stage.local import chosen, gradient_tree
from codegen.stage.unitaxes import hidden_sums


@dataclass
class Gradient:
    """The text of a gradient.

    Attributes
    ----------
    tree : ast.expr
        The text.
    sample : object
        A value of it; its shape may be smaller than the wire's where broadcasting makes up for it.
    shares : bool
        Whether the value may share the memory of the upstream gradient.
    note : str
        "sum" if axes were summed over, "full" if the upstream gradient is wanted at full shape.
    views : set of str
        The holes whose memory the value may share.
    sources : set of str
        The variables whose memory the value may share.
    steps : list of ast.stmt
        Statements that make it in place, which read better than the text where it is the first gradient of a variable.
    """

    tree: ast.expr
    sample: Any
    shares: bool = False
    note: str = ""
    views: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    steps: list[ast.stmt] = field(default_factory=list)


_codes: dict[int, tuple[ast.expr, CodeType]] = {}


def evaluate(tree: ast.expr, values: dict[str, Any]) -> Any:
    """Return the value of a row's gradient."""
    known = _codes.get(id(tree))
    if known is None or known[0] is not tree:
        body = ast.fix_missing_locations(ast.Expression(body=tree))
        known = _codes[id(tree)] = (tree, compile(body, "<row>", "eval"))
    with np.errstate(all="ignore"):
        scope = {**modules(known[1].co_names), **values}
        return eval(known[1], scope)  # noqa: S307  # rows are the table's own text


def modules(names: Sequence[str] = ()) -> dict[str, Any]:
    """Return the modules that rows speak of, as far as they were imported."""
    found = {name: sys.modules[name] for name in names if name in sys.modules}
    return {**found, "np": np, "math": math, "scipy": sys.modules.get("scipy")}


def guarded(tree: ast.expr) -> ast.expr:
    """Return a gradient that is zero wherever the upstream gradient is: nan and infinity times zero are nan."""
    counts = ast.Compare(syntax.name("dout"), [ast.NotEq()], [syntax.constant(0)])
    return syntax.call("np.where", counts, tree, syntax.constant(0.0))


def fit(wire: Wire, hole: str, upstream: Gradient, guard: bool = False) -> Gradient:
    """Return the gradient of one operand, in terms of the row's holes and `dout`; with a guard where a mask may
    have made `dout` zero.

    Raises
    ------
    CodegenError
        If the row does not give a gradient of the operand's shape.
    """
    tree = gradient_tree(chosen(wire, hole, set()))
    tree = guarded(tree) if guard else tree
    operand = wire.operands[hole]
    if is_complex(wire.sample) or is_complex(operand.sample):
        raise CodegenError("complex numbers cannot be differentiated")
    values = {**wire.values, "out": wire.sample}
    if all(map(is_number, (*values.values(), operand.sample, upstream.sample))) and is_pointwise(
        tree
    ):
        return Gradient(tree, upstream.sample)
    upstream = telling(upstream)
    full = full_sample(upstream.sample, wire.sample)
    truth = evaluated(tree, with_lets({**values, "dout": full}, wire, tree), hole, wire)
    if not is_plain(operand.sample):
        return of_container(tree, truth, wire, hole, upstream)
    wanted = np.shape(operand.sample)
    try:
        truth = np.broadcast_to(sum_value(truth, wanted), wanted)
    except ValueError as error:
        raise CodegenError(
            f"the gradient d{hole} of the gate {pattern_of(wire)} has the wrong shape: {error}"
        ) from error
    hidden = hidden_sums(wire, hole)
    for variant, dout, lazy, exact in forms(tree, upstream, full, wire, values):
        try:
            value = evaluate(variant, with_lets({**values, "dout": dout}, wire, tree))
            summed = sum_value(value, wanted)
        except (ValueError, TypeError, IndexError, AttributeError):
            continue
        if not exact and (is_ambiguous(np.shape(summed), wanted) or not np.any(truth)):
            continue  # the example cannot tell one axis from another
        if hidden and np.shape(value) != np.shape(wire.sample):
            continue
        if agrees(summed, truth):
            text = summed_text(variant, hole, np.shape(value), wanted)
            if hidden:
                text = syntax.call(
                    "np.sum", text, axis=axis_text(tuple(hidden)), keepdims=syntax.constant(True)
                )
            text = cast(text, hole, wire, variant, with_lets({**values, "dout": dout}, wire, tree))
            views = {h for h, v in values.items() if shares(summed, v)}
            note = "" if np.shape(value) == np.shape(summed) and not hidden else "sum"
            return Gradient(text, summed, shares(summed, dout), note if lazy else "full", views)
    raise CodegenError(f"the gradient d{hole} of the gate {pattern_of(wire)} could not be fitted")


def with_lets(values: dict[str, Any], wire: Wire, tree: ast.expr) -> dict[str, Any]:
    """Return the values that a gradient may read, those of `let` too."""
    if wire.row is None or not wire.row.let:
        return values
    for names, text in wire.row.lets_for(set(syntax.reads(tree))):
        found = evaluate(text, values)
        values |= zip(names, found if len(names) > 1 else [found], strict=True)
    return values


def evaluated(tree: ast.expr, values: dict[str, Any], hole: str, wire: Wire) -> Any:
    """Return the value of a row's gradient with an upstream gradient of full shape: the truth."""
    try:
        return evaluate(tree, values)
    except (AttributeError, TypeError, ValueError, IndexError, np.linalg.LinAlgError) as error:
        raise CodegenError(
            f"the gradient d{hole} of the gate {pattern_of(wire)} does not fit this call: {error}"
        ) from error


@lru_cache(maxsize=4096)
def is_pointwise(tree: ast.expr) -> bool:
    """Return whether a gradient is made of operators and functions of single numbers only: nothing to broadcast."""
    for part in syntax.walk(tree):
        if isinstance(part, ast.Call):
            root, _, name = syntax.show(part.func).partition(".")
            if root != "math" and not (
                root == "np" and isinstance(getattr(np, name, None), np.ufunc)
            ):
                return False
        elif isinstance(part, ast.Subscript | ast.BinOp) and isinstance(
            getattr(part, "op", ast.MatMult()), ast.MatMult
        ):
            return False
        elif isinstance(part, ast.Attribute) and syntax.show(part.value) not in ("np", "math"):
            return False
    return True


def rank_of(part: ast.expr, values: dict[str, Any]) -> int:
    """Return the rank of a part of a row on the traced values."""
    return int(np.ndim(evaluate(part, values)))


def pattern_of(wire: Wire) -> str:
    """Return the left side of the gate of a wire."""
    return wire.row.pattern if wire.row else ""


def of_container(tree: ast.expr, truth: Any, wire: Wire, hole: str, upstream: Gradient) -> Gradient:
    """Return the gradient of a list or tuple that a gate reads as a whole; an array becomes a list again."""
    sample = wire.operands[hole].sample
    if isinstance(truth, np.ndarray):
        wanted = np.shape(np.asarray(sample, dtype=float))
        tree = sum_text(tree, truth.shape, wanted)
        truth = sum_value(truth, wanted)
        if truth.shape != wanted:
            raise CodegenError(
                f"the gradient d{hole} of the gate {pattern_of(wire)} has another shape than this list"
            )
        tree, truth = ast.Call(ast.Attribute(tree, "tolist", ast.Load()), [], []), truth.tolist()
        if isinstance(sample, tuple):
            tree, truth = syntax.call("tuple", tree), tuple(truth)
    if (
        isinstance(truth, list | tuple)
        and len(truth) != len(sample)
        or not isinstance(truth, list | tuple | dict)
    ):
        raise CodegenError(
            f"the gradient d{hole} of the gate {pattern_of(wire)} is no list like its operand"
        )
    dout = upstream.sample
    shares = isinstance(dout, np.ndarray) and any(
        isinstance(v, np.ndarray) and np.may_share_memory(dout, v) for v in truth
    )
    note = "" if same_shape(upstream.sample, wire.sample) else "full"
    return Gradient(tree, truth, shares, note)


def cast(tree: ast.expr, hole: str, wire: Wire, row: ast.expr, values: dict[str, Any]) -> ast.expr:
    """Return a gradient in the type of its operand, where something has made it wider."""
    mine = dtype_of(wire.operands[hole].sample)
    outer = dtype_of(wire.sample)
    if mine is None or mine == np.float64 and (outer is None or outer == mine):
        return tree
    own = mine if outer is None else outer
    kinds = {
        dtype_of(made)
        for dout in as_types(values["dout"], own)
        if (made := evaluate(row, {**values, "dout": dout})) is not None
    }
    single = np.ndim(wire.operands[hole].sample) == 0
    own_type = ast.Attribute(syntax.name(hole), "dtype", ast.Load())
    if kinds <= {None, mine} and kinds != {None}:
        return tree
    if single:
        return ast.Call(ast.Attribute(own_type, "type", ast.Load()), [tree], [])
    if kinds <= {None, mine}:
        return tree
    return ast.Call(ast.Attribute(tree, "astype", ast.Load()), [own_type], [])


def as_types(dout: Any, own: np.dtype[Any]) -> list[Any]:
    """Return an upstream gradient in a type; one that is a number, as a number of Python too."""
    if isinstance(dout, np.ndarray):
        return [dout.astype(own)]
    if isinstance(dout, list | tuple):
        return [[as_types(part, own)[0] for part in dout]]
    return [own.type(dout), float(dout)]


def forms(
    tree: ast.expr, upstream: Gradient, full: Any, wire: Wire, values: dict[str, Any]
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
        for option in variants(tree, is_fixed(wire)):
            exact = option is tree
            shorter = indexed(option, wire, rank)
            if shorter is not option:
                yield without_leading(shorter), dout, lazy, False
            yield shorter, dout, lazy, exact


def telling(upstream: Gradient) -> Gradient:
    """Return an upstream gradient with a sample that tells its axes apart, where a mask has made all of it zero."""
    if not is_plain(upstream.sample) or np.any(upstream.sample):
        return upstream
    return replace(upstream, sample=random_like(upstream.sample))
