"""The text of gradients: a row and the wires of its holes go in, an expression of forward and gradient
variables comes out.

A forward variable is read through `Reads`: until everything is planned its name is a placeholder for its
value at this stage.
"""

from __future__ import annotations

import ast
import math
import sys
from typing import Any

import numpy as np

from codegen import syntax
from codegen.backward.draft import Draft
from codegen.backward.fit import Gradient
from codegen.backward.ranks import Ranks
from codegen.backward.samples import dtype_of
from codegen.backward.shapes import of_floats
from codegen.backward.trips import is_settled
from codegen.ir import After, Gate, Line, Stage, Statement, Wire, WireRef
from codegen.pytree import is_float, is_plain, walk, zeros_like
from codegen.simplify import sign_split, simplify
from codegen.simplify.kinds import Known
from codegen.stage.local import SHAPE_CALLS
from codegen.stage.where import is_elementwise


class Text:
    """Writes expressions and lines at one place of the backward pass."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.ranks = Ranks(draft)
        narrow = any(
            getattr(leaf, "dtype", np.float64) != np.float64
            for name in draft.circuit.inputs
            for _, leaf in walk(draft.circuit.samples.get(name))
            if is_float(leaf)
        )
        ranks = self.ranks
        asked = ranks.is_float, narrow, ranks.long, ranks.holds_whole, ranks.may_be_empty
        self.known = Known(ranks.rank, *asked)
        self.let_names: dict[str, ast.expr] = {}

    def line(self, target: str, operator: str, tree: ast.expr, sample: Any) -> Line:
        tree = self.simple(tree)
        self.draft.samples[target] = sample
        if operator == "+=":
            negative, rest = sign_split(tree, self.known)
            if negative:
                operator, tree = "-=", rest
        return Line(syntax.name(target), operator, tree, sample=sample)

    def zeros(self, name: str, sample: Any, test: ast.expr | None = None) -> ast.expr:
        """Return the text of no gradient, where a test holds: None for an argument that a call has left out."""
        draft, tree = self.draft, syntax.name(name)
        if name not in draft.circuit.optional or not draft.flow.is_given(name, draft.at):
            return self.of_none(name, tree, sample, test)
        return self.or_none(tree, zeros_like(tree, sample), test)

    def of_none(
        self, name: str, tree: ast.expr, sample: Any, test: ast.expr | None = None
    ) -> ast.expr:
        """Return no gradient for a value of a variable: None for None, which has no items, in place of a container; a
        name that is not bound on all ways is None on the others.
        """
        zeros, draft = zeros_like(tree, sample), self.draft
        if not isinstance(sample, list | tuple | dict):
            return zeros
        if draft.flow.is_bound(name, draft.at) and not draft.reads.memory.is_none_at_times(name):
            return zeros
        return self.or_none(tree, zeros, test)

    def or_none(self, tree: ast.expr, zeros: ast.expr, test: ast.expr | None) -> ast.expr:
        """Return None for None, and zeros for any other value, where a test is known to hold."""
        left_out = ast.Compare(tree, [ast.Is()], [syntax.constant(None)])
        if test is not None and syntax.same(test, left_out):
            return syntax.constant(None)
        if test is not None and syntax.same(test, syntax.negated(left_out)):
            return zeros
        return ast.IfExp(left_out, syntax.constant(None), zeros)

    def filled(self, tree: ast.expr, wire: Gate, upstream: Gradient) -> ast.expr:
        flavoured = syntax.rewrite(tree, lambda p: self.flavoured(p, wire))
        return self.fill(flavoured, wire, upstream)

    def flavoured(self, part: ast.expr, wire: Gate) -> ast.expr | None:
        """Return a matrix product or a function in the user's own manner, or None to leave it."""
        again = lambda p: self.flavoured(p, wire)  # noqa: E731  # the rewriting of the parts inside
        if isinstance(part, ast.Attribute) and (module := self.own_module(part)) is not None:
            return module
        if (
            isinstance(part, ast.BinOp)
            and isinstance(part.op, ast.MatMult)
            and wire.flavour in (".dot", "np.dot")
        ):
            left, right = syntax.rewrite(part.left, again), syntax.rewrite(part.right, again)
            if wire.flavour == "np.dot":
                return syntax.call("np.dot", left, right)
            return syntax.method(left, "dot", right)
        if is_method(wire) and isinstance(part, ast.Call) and part.args:
            callee = syntax.show(part.func)
            if callee in ("np.transpose", "np.swapaxes") and not part.keywords:
                first, *rest = [syntax.rewrite(a, again) for a in part.args]
                axes = rest[0].elts if len(rest) == 1 and isinstance(rest[0], ast.Tuple) else rest
                method = ast.Attribute(first, callee.removeprefix("np."), ast.Load())
                return ast.Call(method, list(axes), [])
        if (
            wire.flavour == "math"
            and isinstance(part, ast.Attribute)
            and syntax.identifier(part.value) == "np"
        ):
            if hasattr(math, part.attr):
                return ast.Attribute(syntax.name("math"), part.attr, ast.Load())
        return None

    def own_module(self, part: ast.Attribute) -> ast.expr | None:
        """Return the user's name for something of a library, such as `sp` for `scipy.special`, or None."""
        first, *rest = syntax.show(part).split(".")
        if first in ("np", "math") or first not in sys.modules:
            return None
        found: Any = sys.modules[first]
        for name in rest:
            found = getattr(found, name, None) if name.isidentifier() else None
        space = self.draft.circuit.trace.function.__globals__
        names = [name for name, value in space.items() if value is found is not None]
        used = [name for name in names if name in self.draft.circuit.names]
        return syntax.name(used[0]) if used else None

    def fill(self, tree: ast.expr, wire: Gate, upstream: Gradient) -> ast.expr:
        """Return a row's text with holes, `out` and `dout` replaced."""

        def change(part: ast.expr) -> ast.expr | None:
            if syntax.calls(part, *SHAPE_CALLS):
                arg = part.args[0]
                if isinstance(arg, ast.Name) and arg.id in wire.operands:
                    rest = [syntax.rewrite(a, change) for a in part.args[1:]]
                    return ast.Call(
                        part.func, [self.shape_of(wire.operands[arg.id]), *rest], part.keywords
                    )
            if (
                isinstance(part, ast.Attribute)
                and part.attr in syntax.SHAPE_PARTS
                and isinstance(part.value, ast.Name)
            ):
                if part.value.id in wire.operands:
                    return ast.Attribute(
                        self.shape_of(wire.operands[part.value.id]), part.attr, ast.Load()
                    )
            if isinstance(part, ast.Subscript):
                known = self.named_part(part, wire, upstream)
                if known is not None:
                    return known
            if isinstance(part, ast.Name):
                if part.id == "dout":
                    return upstream.tree
                if part.id == "out":
                    return self.value(wire, post=True)
                if part.id in wire.row.let_names:
                    return self.let_names[part.id]
                if part.id in wire.operands:
                    return self.value(wire.operands[part.id])
                if part.id in wire.named:
                    return self.value(wire.named[part.id])
                if part.id in wire.statics:
                    return wire.statics[part.id]
                if part.id in wire.values:
                    raise self.draft.refuse(
                        wire.origin, f"the value {part.id} of this gate has no text"
                    )
            return None

        return syntax.rewrite(tree, change)

    def named_part(self, item: ast.Subscript, wire: Gate, upstream: Gradient) -> ast.expr | None:
        """Return the text of `out[k]` or `dout[k]` for a value whose parts have names of their own, else None."""
        if not isinstance(item.value, ast.Name) or not isinstance(item.slice, ast.Constant):
            return None
        place = item.slice.value
        if item.value.id == "out" and wire.parts and isinstance(place, int):
            return self.post(wire.parts[place])
        if item.value.id == "dout" and isinstance(upstream.tree, ast.Tuple | ast.List):
            return upstream.tree.elts[place] if isinstance(place, int) else None
        return None

    def value(self, wire: Wire, post: bool = False) -> ast.expr:
        if isinstance(wire, Gate) and wire.kept:
            return syntax.name(wire.kept)
        if wire.name is not None:
            return self.post(wire.name) if post else syntax.name(wire.name)
        if post and isinstance(wire, Gate) and wire.home is not None:
            base = wire.home.value
            assert isinstance(base, ast.Name)
            return syntax.index(self.post(base.id), wire.home.slice)
        return syntax.rewrite(
            wire.node, lambda p: self.value(p.wire) if isinstance(p, WireRef) else None
        )

    def post(self, name: str) -> ast.expr:
        return After(id=name, ctx=ast.Load())

    def based(self, path: ast.expr) -> ast.expr:
        return syntax.rewrite(path, lambda p: self.post(p.id) if isinstance(p, ast.Name) else None)

    def shape_of(self, wire: Wire, post: bool = False) -> ast.expr:
        """Return something of a wire's shape: its name, or that of an operand, best of the same type."""
        if wire.name is not None:
            return self.value(wire, post)
        alike = [
            operand
            for operand in (wire.operands.values() if is_elementwise(wire) else ())
            if is_plain(operand.sample) and np.shape(operand.sample) == np.shape(wire.sample)
        ]
        typed = [one for one in alike if dtype_of(one.sample) == dtype_of(wire.sample)]
        return self.shape_of((typed or alike)[0]) if alike else self.value(wire)

    def resolved(self, tree: ast.expr, at: Statement | None = None) -> ast.expr:
        """Return a text in which each forward variable is a placeholder for its value at this stage, or at another."""
        at = at or self.draft.at
        assert at is not None

        def change(part: ast.expr) -> ast.expr | None:
            if isinstance(part, WireRef):
                return syntax.rewrite(self.value(part.wire), change)
            if isinstance(part, ast.Name) and part.id in self.draft.forward_names:
                return syntax.name(self.draft.reads.key(part.id, at, isinstance(part, After)))
            if isinstance(part, ast.Subscript) and (base := self.settled(part, at)) is not None:
                return syntax.index(base, syntax.rewrite(part.slice, change))
            if (
                isinstance(part, ast.ListComp | ast.DictComp | ast.GeneratorExp)
                and syntax.own_names(part) & self.draft.forward_names
            ):
                own = {
                    n: syntax.name(self.draft.item_name(n))
                    for n in syntax.own_names(part) & self.draft.forward_names
                }
                return syntax.rewrite(renamed_own(part, own), change)
            return None

        return syntax.rewrite(tree, change)

    def settled(self, item: ast.Subscript, at: Statement) -> ast.expr | None:
        """Return the placeholder of a variable of which items are read that no later change touches, or None."""
        draft, base = self.draft, item.value
        if not isinstance(base, ast.Name):
            return None
        if base.id not in draft.forward_names or not isinstance(at, Stage):
            return None
        post = isinstance(base, After)
        if not is_settled(draft.flow, at, item, post):
            return None
        return syntax.name(draft.reads.settled_key(base.id, at, post))

    def simple(self, tree: ast.expr) -> ast.expr:
        """Return the text of a gradient as it is written, forward variables still as placeholders."""
        return of_floats(simplify(self.resolved(tree), self.known), self.draft)


def is_none(name: str) -> ast.expr:
    return ast.Compare(syntax.name(name), [ast.Is()], [syntax.constant(None)])


def is_method(wire: Gate) -> bool:
    func = wire.node.func if isinstance(wire.node, ast.Call) else None
    return isinstance(func, ast.Attribute) and any(
        isinstance(n, WireRef) for n in syntax.walk(func)
    )


def renamed_own(tree: ast.expr, own: dict[str, ast.Name]) -> ast.expr:
    """Return a comprehension with its own variables renamed; what it runs over is read outside it."""

    def change(part: ast.expr) -> ast.expr | None:
        if isinstance(part, ast.Name) and part.id in own:
            return ast.Name(id=own[part.id].id, ctx=part.ctx)
        return None

    found = syntax.rewrite(tree, change)
    found.generators[0].iter = tree.generators[0].iter  # type: ignore[attr-defined]  # both are comprehensions
    return found
