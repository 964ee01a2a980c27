"""Shapes told by the forward pass: an expression goes in; the size of each of its axes, `N` and `D` for
`np.zeros((N, D))`, comes out.

So no value is computed a second time, or kept in the cache, to be asked for its shape alone. Some are
held by variables, such as the `N` of `N, D = x.shape`.

Lines that read the shapes of values get the shortest text for each size. *Before*: `dx /= x.shape[0]` and
`dcol.reshape(col.transpose(2, 0, 1).shape)`, where the user wrote `N = x.shape[0]` and `col = np.zeros((C, K, N))`.
*After*: `dx /= N` and `dcol.reshape(N, C, K)`.

>>> import numpy as np
>>> from codegen.cli.show import after
>>> text = '''
... def f(x):
...     N = x.shape[0]
...     return np.mean(x, axis=0)
... '''
>>> after("plan", text, np.ones((2, 3)))
# backprop out = np.mean(x, axis=0)
dx = dout / N * np.ones_like(x)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce
from typing import TypeGuard

import numpy as np

from codegen import ir, syntax
from codegen.backward.draft import Draft
from codegen.backward.flow import Flow, is_fixed
from codegen.backward.overwritten import Read
from codegen.backward.ranks import Ranks
from codegen.backward.reads import unplaced
from codegen.backward.samples import dtype_of
from codegen.ir import Line, Planned, Stage, all_lines, replanned
from codegen.pytree import is_plain
from codegen.simplify.kinds import literal, signed_literal
from codegen.stage.local import SHAPE_CALLS, without_shapes
from codegen.stage.where import is_elementwise
from codegen.tables import grouped

Sizes = list[ast.expr | None]
MAKERS = frozenset({"np.zeros", "np.ones", "np.empty", "np.full"})
IDENTITIES = frozenset({"np.eye", "np.identity"})
KEEPING = frozenset({f"np.{name}" for name in ("sum", "mean", "max", "min", "var", "std", "prod")})
SAME_SHAPE = frozenset(
    {f"np.{name}" for name in ("exp", "log", "sqrt", "tanh", "abs", "copy", "tril", "triu")}
)
TYPED = frozenset({"np.full_like", "np.ones_like"})
FILLED = TYPED | {"np.shape", "np.size", "np.ndim"}
OF_ALL = frozenset({"np.where", "np.maximum", "np.minimum"})


class Shapes:
    """The shapes of values that would have to be made, or kept, to be asked for theirs.

    `own` are the names of sizes, `valued` the values that the backward pass reads anyway, `callers` the functions whose
    sizes are looked for through a call of this one.
    """

    def __init__(
        self,
        draft: Draft,
        own: dict[tuple[str, int], tuple[str, ir.Stage]],
        valued: set[str],
        callers: tuple[ir.Circuit, ...] = (),
    ) -> None:
        self.draft, self.flow, self.own = draft, draft.flow, own
        self.callers = (*callers, draft.circuit)
        self.anyway = {name for name in draft.circuit.parameters if is_fixed(self.flow, name)}
        # the stages that bind what more than the shape is read of
        self.bound: dict[str, list[ir.Stage | None]] = {}
        for read in map(draft.reads.known.__getitem__, valued):
            if read.name not in draft.circuit.parameters or has_same_value(self.flow, read):
                self.anyway.add(read.name)
                self.bound.setdefault(read.name, []).append(self.definition(read))
        self.ranks = Ranks(draft)

    def short(self, tree: ast.expr) -> ast.expr:
        """Return a text in which nothing is computed, or kept, for its shape alone where sizes are known otherwise."""

        def change(part: ast.expr) -> ast.expr | None:
            if isinstance(part, ast.Subscript) and is_shape_of_any(part.value):
                axis = signed_literal(part.slice)
                found = self.of(part.value.value)
                known = found and isinstance(axis, int) and axis < len(found)
                size = found[axis] if known else None  # type: ignore[index]  # as tested
                return size if self.is_asked(part.value) or isinstance(size, ast.Name) else None
            if isinstance(part, ast.Call) and is_method(part, "reshape") and len(part.args) == 1:
                whole = self.whole(part.args[0], takes_rest=True)
                if whole:
                    return ast.Call(syntax.rewrite(part.func, change), whole, part.keywords)
            elif isinstance(part, ast.Call) and syntax.has_star(part.args):
                args = [one for a in part.args for one in self.spread(a)]
                return ast.Call(part.func, args, part.keywords)
            elif self.is_asked(part) and (whole := self.whole(part)) and known_size(whole[0]):
                return ast.Tuple(whole, ast.Load())
            if shaped := self.shaped_alike(part):
                return syntax.rewrite(shaped, change)
            return None

        return syntax.rewrite(tree, change)

    def spread(self, part: ast.expr) -> list[ast.expr]:
        """Return an argument, or the sizes for `*x.shape` if they are known."""
        if not isinstance(part, ast.Starred):
            return [self.short(part)]
        found = self.short(part.value)
        return found.elts if isinstance(found, ast.Tuple) else [ast.Starred(found, ast.Load())]

    def is_asked(self, tree: ast.expr) -> TypeGuard[ast.Attribute]:
        """Return whether a text is the shape of something that nothing else is read of."""
        if not is_shape_of_any(tree):
            return False
        inner = tree.value
        if not isinstance(inner, ast.Name):
            return True
        read = self.draft.reads.known.get(inner.id)
        return read is not None and (
            not self.is_kept(read)
            or read.name in self.draft.circuit.parameters
            and not has_same_value(self.flow, read)
        )

    def is_kept(self, read: Read) -> bool:
        """Return whether a variable is kept anyway, and not only as it is bound elsewhere."""
        made, others = self.definition(read), self.bound.get(read.name, [])
        is_elsewhere = made is not None and None not in others and made not in others
        return read.name in self.anyway and not (others and is_elsewhere)

    def whole(self, tree: ast.expr, takes_rest: bool = False) -> list[ast.expr]:
        """Return all sizes of a shape, if they are short to say; an unknown one is -1, where a reshape takes it."""
        if not self.is_asked(tree) or not (found := self.of(tree.value)):
            return []
        found = self.completed(found, tree.value)
        rest: ast.expr = ast.UnaryOp(ast.USub(), syntax.constant(1))
        if len(found) == 1 or takes_rest and found.count(None) == 1:
            found = [rest if size is None else size for size in found]
        sizes = [size for size in found if size is not None]
        long = sum(isinstance(size, ast.Subscript) for size in sizes)
        return sizes if len(sizes) == len(found) and long < 2 else []

    def completed(self, found: Sizes, array: ast.expr) -> Sizes:
        """Return sizes of which one that has no name is what remains of those into which the array is reshaped."""
        places = [k for k, s in enumerate(found) if s is None or isinstance(s, ast.Subscript)]
        read = self.draft.reads.known.get(array.id) if isinstance(array, ast.Name) else None
        stage = read.item if read is not None else None
        if len(places) != 1 or not isinstance(stage, ir.Stage) or stage.wire is None:
            return found
        for call in syntax.walk(ir.named_text(stage.wire.node)):
            shape = reshaped_to(call, read.name) if isinstance(call, ast.Call) else None  # type: ignore[union-attr]  # see above
            wanted = [f for size in shape or () for f in factors(size)]
            for size in found:
                for factor in factors(size) if size is not found[places[0]] else ():
                    mine = [w for w in wanted if syntax.same(w, unplaced(factor))]
                    wanted = [w for w in wanted if w is not mine[0]] if mine else []
            if len(wanted) == 1 and isinstance(wanted[0], ast.Name):
                key = self.draft.reads.key(wanted[0].id, stage, False)
                rest = self.kept(syntax.name(key), read)  # type: ignore[arg-type]  # as above
                return [rest or s if k == places[0] else s for k, s in enumerate(found)]
        return found

    def shaped_alike(self, tree: ast.expr) -> ast.expr | None:
        """Return a text that asks a shape, as `y.size`, of what is at hand in place of what nothing else is read of."""
        match tree:
            case ast.Call(func=func, args=[ast.Name(key), *rest]) if syntax.show(
                func
            ) in SHAPE_CALLS and (item := self.nameless(key)):
                return ast.Call(func, [item, *rest], tree.keywords)
            case ast.Attribute(value=ast.Name(key), attr=attr) if attr in syntax.SHAPE_PARTS and (
                item := self.nameless(key)
            ):
                return ast.Attribute(item, attr, ast.Load())
            case ast.Attribute(
                value=ast.Call(args=[inner]) as call, attr="shape" | "size" | "ndim"
            ) if (syntax.show(call.func) in SAME_SHAPE):
                return ast.Attribute(inner, tree.attr, ast.Load())
            case ast.Attribute(attr="size", value=ast.Subscript() | ast.Call() as item):
                sizes = self.of(item)
                if sizes is None or None in sizes:
                    sizes = self.of_reduced(item)
                long = [s for s in sizes or () if s is None or literal(s) != 1]
                return long[0] if len(long) == 1 else None
            case ast.Call(func=func, args=[ast.Name(key), *rest]):
                name = syntax.show(func)
                found = self.at_hand(key, name in TYPED) if name in FILLED else None
                return found and of_floats(ast.Call(func, [found, *rest], []), self.draft)
            case ast.Attribute(value=ast.Name(key), attr="shape" | "size" | "ndim"):
                found = self.at_hand(key)
                return found and ast.Attribute(found, tree.attr, ast.Load())
        return None

    def nameless(self, key: str) -> ast.expr | None:
        """Return the text of an item without a name, for its shape: it may have other values by then."""
        read, reads = self.draft.reads.known.get(key), self.draft.reads
        text = (
            reads.nameless(read.name) if read is not None and read.name not in self.anyway else None
        )
        if text is None or not reads.memory.holds_arrays(syntax.root_name(text)):
            return None
        (made,) = self.flow.definers[read.name]  # type: ignore[union-attr]  # it was read

        def change(part: ast.expr) -> ast.expr | None:
            if not isinstance(part, ast.Name) or not reads.is_local(part.id):
                return None
            return syntax.name(reads.key(part.id, made, False))

        return syntax.rewrite(text, change)

    def at_hand(self, key: str, is_typed: bool = False) -> ast.expr | None:
        """Return a variable of the same shape, and type if that counts, that is kept anyway and made item by item."""
        read = self.draft.reads.known.get(key)
        if read is None or self.is_kept(read) or read.name in self.draft.circuit.parameters:
            return None
        made = self.definition(read)
        if not isinstance(made, ir.Bind) or self.flow.loops(made) != self.flow.loops(read.item):
            return None
        for name in alike(made.wire, is_typed):
            other = self.draft.reads.key(name, made, False)
            if name in self.anyway and is_fixed(self.flow, name):
                return syntax.name(other)
            if found := self.at_hand(other, is_typed):
                return found
        return None

    def of(self, tree: ast.expr) -> Sizes | None:
        """Return the sizes of the axes of a text, None where one is not known in short."""
        match tree:
            case ast.Name():
                return self.of_variable(tree.id)
            case ast.Constant():
                return []
            case ast.Attribute(attr="T", value=inner):
                found = self.of(inner)
                return found[::-1] if found else None
            case ast.UnaryOp(operand=inner):
                return self.of(inner)
            case ast.Compare(left=left, comparators=[right]):
                return broadcast(self.of(left), self.of(right))
            case ast.BinOp(op=ast.MatMult()):
                return self.of_product(tree.left, tree.right, is_stacked=True)
            case ast.BinOp():
                return broadcast(self.of(tree.left), self.of(tree.right))
            case ast.Subscript(ast.Attribute(ast.Name("np"), "c_" | "r_" as way)):
                return self.of_joined(parts_of([tree.slice]), axis=1 if way == "c_" else 0)
            case ast.Subscript(ast.Attribute(attr="shape"), ast.Constant() | ast.UnaryOp()):
                return []
            case ast.Subscript():
                return self.of_item(tree)
            case ast.Call(func=func, args=[rows, *columns]) if syntax.show(func) in IDENTITIES:
                return sizes_in([rows, *(columns or [rows])])
            case ast.Call(func=func, args=[shape, *_]) if syntax.show(func) in MAKERS:
                return sizes_in(parts_of([shape]))
            case ast.Call():
                return self.of_call(tree)
        return None

    def of_joined(self, parts: list[ast.expr], axis: int) -> Sizes | None:
        """Return the sizes of matrices that are joined along an axis; a vector is a column."""
        found = [self.of(part) for part in parts]
        if axis == 1:
            found = [[*s, syntax.constant(1)] if s and len(s) == 1 else s for s in found]
        known = [s for s in found if s is not None and len(s) == 2]
        if not known:
            return None
        across = next((s[1 - axis] for s in known if s[1 - axis] is not None), None)
        ends = [literal(end) if (end := s[axis]) is not None else None for s in known]
        whole = len(known) == len(parts) and all(isinstance(end, int) for end in ends)
        along = syntax.constant(sum(end or 0 for end in ends)) if whole else None
        return [along, across] if axis == 0 else [across, along]

    def of_call(self, call: ast.Call) -> Sizes | None:
        name = syntax.show(call.func)
        if isinstance(call.func, ast.Attribute) and not name.startswith("np."):
            inner, axes = call.func.value, call.args
            name = f"np.{call.func.attr}"
        elif call.args:
            inner, *axes = call.args
        else:
            return None
        if name == "np.reshape" and axes:
            return sizes_in(parts_of(axes))
        if name == "np.transpose":
            return permuted(self.of(inner), parts_of(axes))
        if name == "np.dot" and len(axes) == 1:
            return self.of_product(inner, axes[0])
        if name == "np.concatenate" and not isinstance(inner, ast.Tuple | ast.List):
            return joined(self.of(inner), call)
        if name in KEEPING:
            return reduced(self.of(inner), call)
        if name in SAME_SHAPE and not axes:
            return self.of(inner)
        if name in OF_ALL and axes:
            return reduce(broadcast, map(self.of, axes), self.of(inner))
        return None

    def of_reduced(self, tree: ast.expr) -> Sizes | None:
        """Return the sizes of a sum over axes, asked of the variable that is summed."""
        match tree:
            case ast.Call(args=[inner]) if syntax.show(tree.func) in KEEPING:
                array = inner if isinstance(inner, ast.Name) else self.of_shape(inner)
                if array is None:
                    return None
                shape = ast.Attribute(array, "shape", ast.Load())
                axes = range(self.ranks.rank(array) or 0)
                sizes = [syntax.index(shape, syntax.constant(k)) for k in axes]
                known = self.of(array) or [None for _ in sizes]
                return reduced([one or own for one, own in zip(known, sizes, strict=True)], tree)
        return None

    def of_shape(self, tree: ast.expr) -> ast.Name | None:
        """Return a variable with a gradient, read anyway, that has the shape of what is made of it item by item."""
        names: list[ast.Name] = []
        open_parts = [tree]
        while open_parts:
            match open_parts.pop():
                case ast.BinOp(left, op, right) if not isinstance(op, ast.MatMult):
                    open_parts += [right, left]
                case ast.UnaryOp(operand=inner):
                    open_parts.append(inner)
                case ast.Call(func=func, args=[inner]) if syntax.show(func) in SAME_SHAPE:
                    open_parts.append(inner)
                case ast.Name() as name:
                    names.append(name)
                case ast.Constant():
                    pass
                case _:
                    return None
        shapes: dict[str, tuple[int, ...]] = {}
        for name in names:
            samples = self.draft.samples_of(name.id.partition("@")[0])
            shapes[name.id] = np.shape(samples[-1]) if samples and is_plain(samples[-1]) else ()
        whole = np.broadcast_shapes(*shapes.values())
        for name in names:
            variable = name.id.partition("@")[0]
            has_gradient = variable in self.draft.gradient_names and variable in self.anyway
            if has_gradient and shapes[name.id] == whole:
                return name
        return None

    def of_product(self, left: ast.expr, right: ast.expr, is_stacked: bool = False) -> Sizes | None:
        """Return the sizes of a matrix product with a matrix on the right, or of two stacks of matrices."""
        rows, columns = self.of(left), self.of(right)
        if not rows or not columns:
            return None
        if is_stacked and len(rows) == len(columns) > 2:
            lead = broadcast(rows[:-2], columns[:-2])
            return [*lead, rows[-2], columns[-1]] if lead is not None else None
        return [*rows[:-1], columns[1]] if len(columns) == 2 else None

    def of_item(self, item: ast.Subscript) -> Sizes | None:
        """Return the sizes of an item or a slice, if its index has numbers, whole axes and new ones only."""
        rest = self.of(item.value)
        rank = self.ranks.rank(item.value) if rest is None else len(rest)
        parts = syntax.elements(item.slice)
        ranks = [self.rank(part) for part in parts]
        if ranks == [1] * (rank or 0) and any(map(counts_places, parts)):  # one item for each place
            many, *others = [self.length(part) for part in parts]
            first = parts[0]
            if isinstance(first, ast.Call):  # a place of each row, or the module raises
                return [first.args[0] if len(first.args) == 1 else None]
            is_one = many and all(o is not None and syntax.same(many, o) for o in others)
            return [many if is_one else None]
        if len(parts) == 1 and ranks[0] and self.is_places(parts[0]):
            own = self.of(parts[0])
            inner = rest if rest is not None else [None for _ in range(rank or 0)]
            return [*own, *inner[1:]] if own and inner else None
        if rest is None:
            return None
        found: Sizes = []
        for part, rank in zip(parts, ranks, strict=True):
            if isinstance(part, ast.Constant) and part.value is None:
                found.append(syntax.constant(1))
                continue
            if not rest:
                return None
            size, *rest = rest
            if isinstance(part, ast.Slice):
                found.append(size if syntax.show(part) == ":" else None)
            elif rank != 0:
                return None
        return [*found, *rest]

    def is_places(self, part: ast.expr) -> bool:
        name = part.id.partition("@")[0] if isinstance(part, ast.Name) else ""
        samples = self.draft.samples_of(name) or [self.draft.circuit.trace.values.get(name)]
        return all(isinstance(s, np.ndarray) and s.dtype.kind in "iu" for s in samples)

    def length(self, part: ast.expr) -> ast.expr | None:
        """Return how many places an array names that an index is: all those of another one, or its own size."""
        match part:
            case ast.Call(args=[ast.Call(func=ast.Name("len"), args=[ast.Name() as other])]):
                part = other
            case ast.Call(args=[ast.expr() as many]):
                return many
        found = self.of(part)
        return found[0] if found and len(found) == 1 else None

    def rank(self, part: ast.expr) -> int | None:
        """Return the rank of a part of an index: 0 for a number, 1 for a list of places."""
        if counts_places(part):
            return 1
        if isinstance(part, ast.Name):
            made = self.flow.definers.get(part.id.partition("@")[0], [])
            if made and all(isinstance(d, ir.Loop) and d.counts() for d in made):
                return 0
            return self.ranks.rank(part)
        return 0 if isinstance(signed_literal(part), int) else None

    def of_variable(self, key: str) -> Sizes | None:
        """Return the sizes of a variable: by the names that the user gave them, or as it was made with them."""
        read = self.draft.reads.known.get(key)
        if read is None:
            return None
        rank = self.ranks.rank(syntax.name(key))
        if rank == 0:
            return []
        made = self.made(read)
        if read.name in self.draft.circuit.parameters and has_same_value(self.flow, read):
            sample = self.draft.circuit.samples.get(read.name, 0.0)
            rank = np.ndim(sample) if is_plain(sample) else 0
        given = [self.named(read, axis) for axis in range(rank or 0)]
        if made is None or len(made) != len(given):
            return given if any(given) or read.name in self.draft.circuit.parameters else made
        return [mine or other for mine, other in zip(given, made, strict=True)]

    def named(self, read: Read, axis: int) -> ast.expr | None:
        """Return the name of a size; that of an argument can be asked for."""
        if not has_same_value(self.flow, read):
            return None
        name, stage = self.own.get((read.name, axis), ("", None))
        if stage is not None and self.flow.order[stage] < self.flow.order[read.item]:
            return syntax.name(self.draft.reads.key(name, read.item, read.post))
        if read.name in self.draft.circuit.parameters and is_fixed(self.flow, read.name):
            key = syntax.name(self.draft.reads.key(read.name, read.item, read.post))
            return syntax.index(ast.Attribute(key, "shape", ast.Load()), syntax.constant(axis))
        return None

    def made(self, read: Read) -> Sizes | None:
        made = self.definition(read)
        if made is None or not isinstance(made.target, ast.Name):
            return None
        if isinstance(made.wire, ir.Call):
            found = self.of_helper(made.wire, made)
        else:
            if made.wire is not None:
                tree = ir.named_text(made.wire.node) if isinstance(made, ir.Bind) else None
            else:
                tree = getattr(made.statement, "value", None)
            if tree is None or isinstance(tree, ast.Name):
                return None
            found = self.of(self.read_at(tree, made))
        return [self.kept(size, read) for size in found] if found is not None else None

    def read_at(self, tree: ast.expr, at: ir.Stage) -> ast.expr:
        """Return a text with placeholders for the values that a stage reads."""
        return syntax.rewrite(
            tree,
            lambda p: (
                syntax.name(self.draft.reads.key(p.id, at, False))
                if isinstance(p, ast.Name) and p.id in self.draft.forward_names
                else None
            ),
        )

    def of_helper(self, call: ir.Call, at: ir.Stage) -> Sizes | None:
        returns = [s for s in ir.stages_of(call.circuit.block) if isinstance(s, ir.Return)]
        if call.circuit in self.callers or len(returns) != 1 or returns[0].wire is None:
            return None
        draft = Draft(call.circuit)
        shapes = Shapes(draft, own_sizes(draft.flow), set(), self.callers)
        wire = returns[0].wire
        text = syntax.name(wire.name) if wire.name else ir.named_text(wire.node)
        inner = shapes.of(shapes.read_at(text, returns[0]))
        if inner is None or not is_plain(call.sample) or len(inner) != np.ndim(call.sample):
            return None
        return [self.of_argument(shapes.argument(size), call, at) for size in inner]

    def argument(self, size: ast.expr | None) -> tuple[str, int] | None:
        own = {name: place for place, (name, _) in self.own.items()}
        match size:
            case ast.Name(key):
                place = own.get(key.partition("@")[0], ("", 0))
            case ast.Subscript(ast.Attribute(ast.Name(key), "shape"), ast.Constant(int(axis))):
                place = key.partition("@")[0], axis
            case _:
                return None
        return place if place[0] in self.draft.circuit.parameters else None

    def of_argument(
        self, place: tuple[str, int] | None, call: ir.Call, at: ir.Stage
    ) -> ast.expr | None:
        wire = call.operands.get(place[0]) if place is not None else None
        if place is None or wire is None:
            return None
        given = np.ndim(call.circuit.samples.get(place[0], 0.0))
        text = syntax.name(wire.name) if wire.name else ir.named_text(wire.node)
        found = self.of(self.read_at(text, at))
        return found[place[1]] if found is not None and len(found) == given else None

    def kept(self, size: ast.expr | None, read: Read) -> ast.expr | None:
        """Return a size as it is called at another place, if its names keep their values."""
        names = syntax.reads(size) if size is not None else []
        for key in names:
            name = key.partition("@")[0]
            definers = self.flow.definers.get(name, [])
            if not (is_fixed(self.flow, name) or self.is_last(key)) or any(
                self.flow.owner[d] is not None for d in definers
            ):
                return None
        if size is None or not names:
            return size

        def change(part: ast.expr) -> ast.expr | None:
            if not isinstance(part, ast.Name):
                return None
            return syntax.name(
                self.draft.reads.key(part.id.partition("@")[0], read.item, read.post)
            )

        return syntax.rewrite(size, change)

    def is_last(self, key: str) -> bool:
        """Return whether a read takes the last value of a variable, as of `N` in `N, S = x.shape`, `N, T = y.shape`."""
        read = self.draft.reads.known.get(key)
        if read is None or read.name in self.draft.circuit.parameters:
            return False
        definers = self.flow.definers.get(read.name, [])
        is_rebound_alone = bool(definers) and not self.flow.changers.get(read.name)
        return is_rebound_alone and self.definition(read) is definers[-1]

    def definition(self, read: Read) -> ir.Stage | None:
        definers = self.flow.definers.get(read.name, [])
        order = self.flow.order
        before = [
            d for d in definers if order[d] < order[read.item] or d is read.item and read.post
        ]
        found = before[-1] if before else None
        if not isinstance(found, ir.Stage) or not self.flow.is_under(
            read.item, self.flow.block[found]
        ):
            return None
        for loop in self.flow.loops(read.item):
            inside = [d for d in definers if self.flow.is_in(d, loop)]
            if inside and not self.flow.is_in(found, loop):
                return None
        return found


def alike(wire: ir.Wire | None, is_typed: bool) -> Iterator[str]:
    """Yield variables with a gradient that a value is made of item by item, of its shape, and type if that counts."""
    if not isinstance(wire, ir.Gate) or not is_elementwise(wire):
        return
    for operand in wire.operands.values():
        if not is_plain(operand.sample) or np.shape(operand.sample) != np.shape(wire.sample):
            continue
        if is_typed and dtype_of(operand.sample) != dtype_of(wire.sample):
            continue
        if isinstance(operand, ir.Variable):
            yield operand.name
        else:
            yield from alike(operand, is_typed)


def of_floats(tree: ast.expr, draft: Draft) -> ast.expr:
    """Return a product for `np.full_like(x, dout)` of an argument: whole numbers would cut the gradient off."""
    if not syntax.calls(tree, "np.full_like"):
        return tree
    like, value = tree.args
    if syntax.root_name(like).partition("@")[0] not in draft.circuit.parameters:
        return tree
    return ast.BinOp(value, ast.Mult(), syntax.call("np.ones_like", like))


def is_shape_of_any(tree: ast.expr) -> TypeGuard[ast.Attribute]:
    return isinstance(tree, ast.Attribute) and tree.attr == "shape"


def is_method(call: ast.Call, name: str) -> bool:
    func = call.func
    is_module = isinstance(func, ast.Attribute) and syntax.show(func.value) == "np"
    return isinstance(func, ast.Attribute) and func.attr == name and not is_module


def parts_of(args: Sequence[ast.expr]) -> list[ast.expr]:
    if len(args) == 1 and isinstance(args[0], ast.Tuple | ast.List):
        return list(args[0].elts)
    return list(args)


def sizes_in(parts: Sequence[ast.expr]) -> Sizes | None:
    """Return the sizes that a shape gives; None where one is left open or takes more than a name to say."""
    if len(parts) == 1 and not isinstance(parts[0], ast.Constant):
        return None  # a whole shape may have a name, too
    return [part if is_short(part) else None for part in parts]


def reshaped_to(call: ast.Call, name: str) -> list[ast.expr] | None:
    match call:
        case ast.Call(func=ast.Attribute(ast.Name(own), "reshape"), args=args) if own == name:
            return parts_of(args)
        case ast.Call(
            func=ast.Attribute(ast.Name("np"), "reshape"), args=[ast.Name(own), *args]
        ) if (own == name):
            return parts_of(args)
    return None


def factors(size: ast.expr | None) -> list[ast.expr]:
    if isinstance(size, ast.BinOp) and isinstance(size.op, ast.Mult):
        return [*factors(size.left), *factors(size.right)]
    return [] if size is None else [size]


def is_short(size: ast.expr) -> bool:
    if isinstance(size, ast.BinOp) and isinstance(size.op, ast.Mult | ast.FloorDiv):
        return is_short(size.left) and is_short(size.right)
    return isinstance(size, ast.Name) or isinstance(literal(size), int)


def broadcast(one: Sizes | None, other: Sizes | None) -> Sizes | None:
    """Return the sizes of what is made of two values item by item, where they are surely those of one of them."""
    if one is None or other is None:
        return None
    if len(one) < len(other):
        one, other = other, one
    found: Sizes = list(one[: len(one) - len(other)])
    for a, b in zip(one[len(found) :], other, strict=True):
        if a is not None and (is_one(b) or b is not None and syntax.same(a, b)):
            found.append(a)
        else:
            found.append(b if is_one(a) else None)
    return found


def is_one(size: ast.expr | None) -> bool:
    return size is not None and literal(size) == 1


def joined(sizes: Sizes | None, call: ast.Call) -> Sizes | None:
    """Return the sizes of an array whose items are joined along an axis of theirs."""
    axis = next((signed_literal(k.value) for k in call.keywords if k.arg == "axis"), 0)
    if not sizes or not isinstance(axis, int) or len(call.args) > 1:
        return None
    many, *rest = sizes
    one = rest[axis]
    rest[axis] = None if many is None or one is None else ast.BinOp(many, ast.Mult(), one)
    return rest


def reduced(sizes: Sizes | None, call: ast.Call) -> Sizes | None:
    words = {k.arg: k.value for k in call.keywords}
    axis = syntax.literal(words["axis"]) if "axis" in words else None
    keeps = syntax.literal(words.get("keepdims", syntax.constant(False)))
    if axis is None or keeps is None:
        return None
    axes = axis if isinstance(axis, tuple) else (axis,)
    if sizes is None or not all(isinstance(a, int) and -len(sizes) <= a < len(sizes) for a in axes):
        return None
    places = {a % len(sizes) for a in axes}
    if keeps:
        return [syntax.constant(1) if i in places else size for i, size in enumerate(sizes)]
    return [size for i, size in enumerate(sizes) if i not in places]


def permuted(sizes: Sizes | None, axes: Sequence[ast.expr]) -> Sizes | None:
    order = [signed_literal(a) for a in axes]
    if sizes is None or not axes:
        return sizes[::-1] if sizes else None
    if not all(isinstance(k, int) and -len(sizes) <= k < len(sizes) for k in order):
        return None
    return [sizes[int(k)] for k in order if k is not None]


def counts_places(part: ast.expr) -> bool:
    """Return whether an index has `np.arange(n)` or `range(n)`: beside it a mask picks as many items."""
    return syntax.calls(part, "np.arange", "range")


def own_sizes(flow: Flow) -> dict[tuple[str, int], tuple[str, Stage]]:
    found: dict[tuple[str, int], tuple[str, Stage]] = {}
    for item in flow.items:
        statement = item.statement if isinstance(item, Stage) else None
        if (
            not isinstance(statement, ast.Assign)
            or flow.owner[item] is not None
            or len(statement.targets) != 1
        ):
            continue
        target, value = statement.targets[0], statement.value
        for axis, name in named_axes(target, value):
            array = syntax.reads(value)[0]
            if flow.definers.get(name) == [item] and is_bound_before(flow, array, item):  # type: ignore[arg-type]  # a stage
                found.setdefault((array, axis), (name, item))  # type: ignore[arg-type]  # as above
    return found


def named_axes(target: ast.expr, value: ast.expr) -> list[tuple[int, str]]:
    """Return the axes of a shape to which `N, D = x.shape` or `N = x.shape[0]` gives names."""
    if isinstance(target, ast.Name) and isinstance(value, ast.Subscript):
        axis = value.slice
        if is_shape(value.value) and isinstance(axis, ast.Constant) and type(axis.value) is int:
            return [(axis.value, target.id)]
    if isinstance(target, ast.Tuple) and is_shape(value):
        if all(isinstance(e, ast.Name) for e in target.elts):
            return [(k, e.id) for k, e in enumerate(target.elts)]  # type: ignore[attr-defined]  # names, see above
    return []


def is_shape(tree: ast.expr) -> bool:
    return is_shape_of_any(tree) and isinstance(tree.value, ast.Name)


def known_size(tree: ast.expr) -> bool:
    return not isinstance(tree, ast.UnaryOp)


def is_bound_before(flow: Flow, array: str, item: Stage) -> bool:
    made = flow.definers.get(array, [])
    if array in flow.circuit.parameters:
        return not made or flow.order[made[0]] > flow.order[item]
    return len(made) == 1 and flow.owner[made[0]] is None and flow.order[made[0]] < flow.order[item]


def has_same_value(flow: Flow, read: Read) -> bool:
    """Return whether what is read of an argument is what the function was called with."""
    if read.name not in flow.circuit.parameters:
        return True
    made = flow.definers.get(read.name, [])
    end = flow.order[read.item] + read.post
    return not made or flow.order[made[0]] >= end and not flow.loops(read.item)


def by_name(
    tree: ast.expr, own: dict[tuple[str, int], tuple[str, Stage]], draft: Draft
) -> ast.expr:
    """Return a text in which sizes are called by the user's names."""
    ranks = Ranks(draft)

    def change(part: ast.expr) -> ast.expr | None:
        if not isinstance(part, ast.Subscript) or not is_shape(part.value):
            return None
        array = part.value.value  # type: ignore[attr-defined]  # the shape of a name
        key, axis = array.id, signed_literal(part.slice)
        if isinstance(axis, int) and axis < 0:
            axis += ranks.rank(array) or 0
        name, stage = own.get((key.partition("@")[0], axis), ("", None))  # type: ignore[arg-type]  # no axis, no name
        read = draft.reads.known.get(key)
        order = draft.flow.order
        if stage is None or read is None or order[read.item] <= order[stage]:
            return None
        if not has_same_value(draft.flow, read):
            return None
        return syntax.name(draft.reads.key(name, read.item, read.post))

    return syntax.rewrite(tree, change) if own else tree


def short_sizes(items: Sequence[Planned], draft: Draft) -> list[Planned]:
    """Return lines with the sizes in them written in the shortest way."""
    own = own_sizes(draft.flow)
    shapes = Shapes(draft, own, values_in(items))

    def short(tree: ast.expr) -> ast.expr:
        return by_name(shapes.short(tree), own, draft)

    return from_gradients(replanned(items, lambda line: [line.with_trees(short)]), draft)


def values_in(items: Sequence[Planned]) -> set[str]:
    trees = [t for line in all_lines(items) for t in (line.value, line.target) if t is not None]
    names = {n.id for t in trees for n in syntax.every(ast.Name, without_shapes(t))}
    return {name for name in names if "@" in name}


# ---- sizes of gradients


def from_gradients(items: Sequence[Planned], draft: Draft) -> list[Planned]:
    """Return lines that read a size from the gradient that is added to, where nothing else of its variable is read."""
    lines = all_lines(items)
    adding = grouped(
        (variable, line)
        for line in lines
        if line.operator in ("+=", "-=") and line.name
        for variable in (key.partition("@")[0] for key in sized(line.value))
        if draft.gradient_names.get(variable) == line.name
    )
    others = {k.partition("@")[0] for _, keys in draft.flags for k in keys}
    if adding:
        others |= unsized(lines, adding)

    def change(line: Line) -> list[Line]:
        value = line.value
        for variable in adding.keys() - others:
            if isinstance(line.target, ast.Name) and line in adding[variable]:
                value = with_size_of(value, variable, line.target.id)
        return [replace(line, value=value)]

    return replanned(items, change)


def unsized(lines: Sequence[Line], adding: dict[str, list[Line]]) -> set[str]:
    """Return the variables of which more is read than sizes in the lines that add to their gradients."""
    found: set[str] = set()
    for line in lines:
        trees = [line.value, *([line.target] if line.target is not None else [])]
        keys = [n.id for t in trees for n in syntax.every(ast.Name, t) if "@" in n.id]
        for variable in {k.partition("@")[0] for k in keys}:
            mine = [k for k in keys if k.startswith(f"{variable}@")]
            sizes = [k for k in sized(line.value) if k.startswith(f"{variable}@")]
            if line not in adding.get(variable, []) or len(sizes) < len(mine):
                found.add(variable)
    return found


def is_sized(part: ast.AST) -> bool:
    return (
        isinstance(part, ast.Attribute)
        and part.attr in ("shape", "size", "ndim")
        and isinstance(part.value, ast.Name)
        and "@" in part.value.id
    )


def sized(tree: ast.expr) -> list[str]:
    return [n.value.id for n in syntax.walk(tree) if is_sized(n)]  # type: ignore[attr-defined]  # as tested


def with_size_of(tree: ast.expr, variable: str, other: str) -> ast.expr:
    def change(part: ast.expr) -> ast.expr | None:
        if is_sized(part) and part.value.id.startswith(f"{variable}@"):  # type: ignore[attr-defined]  # as tested
            return ast.Attribute(syntax.name(other), part.attr, ast.Load())  # type: ignore[attr-defined]  # as tested
        return None

    return syntax.rewrite(tree, change)
