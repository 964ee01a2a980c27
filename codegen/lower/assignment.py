"""Assignment: what binds names goes in, stages come out; containers are followed piece by piece where that is safe."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from codegen import ir, syntax
from codegen.analysis.aliasing import depends_on_layout, is_basic, is_row_major, root_of, viewed
from codegen.errors import listed
from codegen.gates.absent import without_parts
from codegen.gates.rows import Row, row
from codegen.lower.expressions import WireBuilder
from codegen.lower.state import State
from codegen.lower.views import SecondNames
from codegen.pytree import has_float, is_mask
from codegen.tables import reached
from codegen.trace.guards import raising
from codegen.trace.normalize.fresh import made
from codegen.trace.passing import item as item_of

if TYPE_CHECKING:
    from codegen.lower.mutation import Mutation


class Assignment:
    """Lowers what binds names."""

    def __init__(self, state: State, views: SecondNames, mutation: Callable[[], Mutation]) -> None:
        self.state, self.views, self.mutation = state, views, mutation

    def turned(self, target: ast.Name, value: ast.expr, node: ast.stmt) -> bool:
        """Let a new name own the memory of a whole array that is written through it; return whether it is so."""
        inner = viewed(value, self.state.value)
        if not isinstance(inner, ast.Name) or inner is value or inner.id in self.state.scope.views:
            return False
        name = inner.id
        if self.state.memory.writers(target.id) != {target.id} or any(
            root_of(t) == name for t in self.state.scope.views.values()
        ):
            return False
        back = self.views.back(target.id, inner, value)
        if back is None:
            return False
        self.bind_name(target, self.state.builder().build(value), node)
        self.state.scope.views[name] = back
        return True

    def second_name(self, target: ast.Name, value: ast.expr, node: ast.stmt) -> bool:
        """Bind a name that only shows memory which is changed under another; return whether it is one."""
        shown = self.views.shown(value)
        root = root_of(shown) if shown is not None else ""
        if root == target.id and target.id not in syntax.reads(value):
            self.views.forget([target.id])  # what showed its memory has values of its own again
            shown = self.views.shown(value)
            root = root_of(shown) if shown is not None else ""
        if shown is None or root == target.id or not self.state.memory.conflict(target.id, root):
            return False
        if self.turned(target, value, node):
            return True
        if target.id in self.state.memory.writers(target.id) and syntax.has(shown, ast.Call):
            raise self.state.refuse(
                node,
                f"{target.id} shows the memory of {root}, and both names are written",
                f"Write it all through {root}, or make {target.id} with .copy().",
            )
        self.views.forget([target.id])
        self.state.add(ir.Bind(node, syntax.name(target.id), binds=[target.id]))
        self.state.scope.views[target.id] = shown
        if root in self.state.scope.active:
            self.state.scope.active.add(target.id)
        return True

    def unpack(
        self, target: ast.Tuple | ast.List, value: ast.expr, node: ast.stmt, builder: WireBuilder
    ) -> None:
        """Bind the parts of a value to the parts of a target."""
        if (
            isinstance(value, ast.Tuple | ast.List)
            and len(value.elts) == len(target.elts)
            and not syntax.has_star((*value.elts, *target.elts))
        ):
            self.parallel(target.elts, value.elts, node)
            return
        if isinstance(value, ast.Tuple | ast.List) and not syntax.has_star(value.elts):
            self.parallel(*self.gathered(target.elts, value), node)
            return
        keys = self.keys_of_values(value, len(target.elts))
        if keys is not None:
            assert isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)
            owner, run = value.func.value, self.state.trace.run
            table = self.state.fact(owner).sample
            if not isinstance(
                builder.build(owner), ir.Display
            ):  # another dict may hold them in another order
                shown, told = syntax.show(owner), [repr(key) for key in keys]
                was = f"{shown} had the keys {listed(told)} in this order"
                self.state.add(ir.Passive(raising(f"list({shown}) != {keys!r}", was, node)))
            self.parallel(target.elts, [item_of(owner, k, table[k], run) for k in keys], node)
            return
        wire = builder.build(value)
        if wire is None and self.shows_what_changes(target, value, node):
            sample = self.state.value(value)
            self.unpack_items(target, value, sample, node)
            return
        if wire is None:
            self.views.forget(syntax.stores(target))
            # an item of what a loop runs over: no statement says so
            text = builder.texts.of(value) if isinstance(node, ast.For) else None
            self.state.add(ir.Bind(node, target, value=text))
            if isinstance(value, ast.Call) and not isinstance(node, ast.For):
                self.define_parts(target, value)
            return
        if isinstance(wire, ir.Display):
            self.unpack_display(target, wire, node)
        elif (
            isinstance(wire.sample, list | tuple)
            and all(isinstance(e, ast.Name) for e in target.elts)
            and (isinstance(wire, ir.Variable) or isinstance(value, ast.Call))
        ):
            self.unpack_many(target, wire, node)
        elif self.is_taken_apart(target, value, wire):
            self.unpack_many(target, taken_apart(wire), node)
        elif isinstance(wire, ir.Variable) or (
            isinstance(wire.sample, np.ndarray) and not isinstance(value, ast.Call)
        ):
            self.unpack_items(target, value, wire.sample, node)
        elif isinstance(wire.sample, np.ndarray) or not all(
            isinstance(e, ast.Name) for e in target.elts
        ):
            own = self.state.free("parts")
            self.state.add(ir.Bind(node, syntax.name(own), wire, rewritten=True))
            self.state.scope.active.add(own)
            read = syntax.name(own)
            self.state.see(read, wire.sample)
            self.bind_again(target, read, node)
        else:
            self.unpack_many(target, wire, node)

    def is_taken_apart(self, target: ast.Tuple | ast.List, value: ast.expr, wire: ir.Wire) -> bool:
        """Return whether an array that has no name gives its items to names, and none of this memory is changed."""
        return (
            isinstance(wire.sample, np.ndarray)
            and not isinstance(wire, ir.Variable)
            and len(wire.sample) == len(target.elts)
            and all(isinstance(e, ast.Name) for e in target.elts)
            and (
                not self.shows_a_variable(value)
                or not any(self.state.memory.writers(name) for name in syntax.stores(target))
            )
        )

    def shows_a_variable(self, value: ast.expr) -> bool:
        """Return whether a value is a view of what has a name, or of what cannot be told."""
        shown = viewed(value, self.state.value)
        while shown is not None and not isinstance(shown, ast.Name):
            value, shown = shown, viewed(shown, self.state.value)
        return shown is not None or isinstance(value, ast.Attribute | ast.Subscript)

    def define_parts(self, target: ast.Tuple | ast.List, value: ast.Call) -> None:
        """Note of each name that it is a part of what a passive call gives: `i` of `i, j = np.nonzero(mask)`."""
        whole, run = self.state.value(value), self.state.trace.run
        if not isinstance(whole, tuple) or not all(isinstance(e, ast.Name) for e in target.elts):
            return
        for place, (name, part) in enumerate(zip(syntax.stores(target), whole, strict=True)):
            definitions = self.state.scope.definitions
            definitions.define(name, item_of(value, place, part, run), definitions.get(name), run)

    def shows_what_changes(
        self, target: ast.Tuple | ast.List, value: ast.expr, node: ast.stmt
    ) -> bool:
        """Return whether the parts of a passive value are memory that is changed later, under one name or another."""
        if isinstance(node, ast.For) or viewed(value, self.state.value) is None:
            return False
        sample = self.state.value(value)
        if not isinstance(sample, np.ndarray | list | tuple):
            return False
        return any(self.state.memory.writers(name) for name in syntax.stores(target))

    def gathered(
        self, targets: Sequence[ast.expr], value: ast.Tuple | ast.List
    ) -> tuple[list[ast.expr], list[ast.expr]]:
        """Return targets and values one by one; a starred target gets a list of what is left for it."""
        star = next(i for i, e in enumerate(targets) if isinstance(e, ast.Starred))
        behind = len(targets) - star - 1
        end = len(value.elts) - behind
        rest = ast.copy_location(ast.List(value.elts[star:end], ast.Load()), value)
        starred = targets[star]
        assert isinstance(starred, ast.Starred)
        return (
            [*targets[:star], starred.value, *targets[star + 1 :]],
            [*value.elts[:star], rest, *value.elts[end:]],
        )

    def keys_of_values(self, value: ast.expr, count: int) -> list[Any] | None:
        """Return the keys of a dict whose values are unpacked by `d.values()`, or None."""
        if (
            not isinstance(value, ast.Call)
            or value.args
            or not isinstance(value.func, ast.Attribute)
            or value.func.attr != "values"
            or self.state.builder().build(value.func.value) is None
        ):
            return None
        table = self.state.fact(value.func.value).sample
        is_told = isinstance(table, dict) and all(isinstance(k, str | int) for k in table)
        return list(table) if is_told and len(table) == count else None

    def bind_again(self, target: ast.expr, read: ast.expr, node: ast.stmt) -> None:
        """Bind a target to a name that was made up, so that nothing of the statement is the user's text."""
        before = len(self.state.items)
        self.bind(target, read, node, self.state.builder())

        def change(stage: ir.Stage) -> ir.Stage:
            is_said = stage.wire is not None or stage.text
            text = syntax.assignment(stage.target, read)
            return replace(stage, rewritten=True, text=stage.text if is_said else text)

        self.state.revise(before, change)

    def unpack_display(self, target: ast.Tuple | ast.List, wire: ir.Wire, node: ast.stmt) -> None:
        """Bind the parts of a known container."""
        count = len(wire.sample)
        star = next((i for i, e in enumerate(target.elts) if isinstance(e, ast.Starred)), None)
        places = list(range(count))
        if star is not None:
            rest = places[star : star + count - len(target.elts) + 1]
            places[star : star + len(rest)] = [-1]
        before = len(self.state.items)
        stores: list[tuple[ast.expr, ast.expr]] = []
        if any(
            isinstance(part, ast.Name)
            and any(part.id in names_below(w) for w in later(wire, place))
            for part, place in zip(target.elts, places, strict=True)
        ):
            wire = self.held(wire, node)  # Python takes all values before it binds the first
        for part, place in zip(target.elts, places, strict=True):
            if isinstance(part, ast.Starred):
                self.bind_name(part.value, rest_of(wire, rest), node)
                continue
            inner = wire.operands.get(str(place))
            if isinstance(part, ast.Tuple | ast.List):
                if not isinstance(inner, ir.Display):
                    raise self.state.refuse(
                        node, "this nested target is not supported", "Unpack in two steps."
                    )
                self.unpack_display(part, inner, node)
            elif not isinstance(part, ast.Name):  # an item or an attribute
                own = self.state.free("value")
                value = wire.statics.get(str(place))
                self.state.add(ir.Bind(node, syntax.name(own), inner, value=value, rewritten=True))
                read = syntax.name(own)
                self.state.see(read, wire.sample[place])
                if inner is not None:
                    self.state.scope.active.add(own)
                stores.append((part, read))
            else:
                self.bind_name(part, inner, node)
                if inner is None and star is not None:
                    text = f"{syntax.show(part)} = {syntax.show(wire.statics[str(place)])}"
                    self.state.revise(-1, partial(spelled_out, text=text))
        for at, held in stores:  # once all values are known
            self.bind_again(at, held, node)
        if star is not None:
            self.state.revise(before, lambda s: replace(s, rewritten=True))

    def held(self, wire: ir.Wire, node: ast.stmt) -> ir.Wire:
        """Return a known container whose parts have names of their own."""
        named: dict[str, ir.Wire] = {}
        for key, part in wire.operands.items():
            if isinstance(part, ir.Display):
                named[key] = self.held(part, node)
                continue
            own = self.state.free("value")
            self.state.add(ir.Bind(node, syntax.name(own), part, rewritten=True))
            self.state.scope.active.add(own)
            named[key] = ir.variable(own, part.sample, part.origin)
        return replace(wire, operands=named)

    def unpack_items(
        self, target: ast.Tuple | ast.List, value: ast.expr, whole: Any, node: ast.stmt
    ) -> None:
        """Bind the items of a container or array variable, each as an index of its own."""
        if not hasattr(whole, "__len__"):
            raise self.state.refuse(
                node,
                f"{syntax.show(value)} is one number on one way, several things on another",
                "Return as many things on all ways.",
            )
        if not isinstance(whole, list | tuple | np.ndarray):
            raise self.state.refuse(
                node,
                "unpacking the keys or items of a dict is not supported",
                "Read each by its key.",
            )
        count = len(whole)
        star = next((i for i, e in enumerate(target.elts) if isinstance(e, ast.Starred)), None)
        if star is not None and len(self.state.fact(value).kinds) > 1:
            raise self.state.refuse(
                node,
                "a starred target over containers of several lengths is not supported",
                "Use slices.",
            )
        if star is None and count != len(target.elts):  # on a side that the example does not take
            raise self.state.refuse(
                node,
                "this unpacks a value of another length on a side that the example does not take",
                "Index its items.",
            )
        for i, part in enumerate(target.elts):
            if isinstance(part, ast.Starred):
                stop = i - len(target.elts) + 1
                upper = syntax.signed(stop) if stop else None
                key: ast.expr = ast.Slice(lower=ast.Constant(value=i) if i else None, upper=upper)
                sample = list(whole[i : count + stop])
                part = part.value
            else:
                at = i if star is None or i < star else i - len(target.elts)
                key = syntax.signed(at)
                sample = whole[at]
            item = ast.copy_location(syntax.index(value, key), value)
            self.state.see(item, sample)
            if isinstance(key, ast.Slice):
                self.state.see(key, slice(i, count + stop))
            self.bind(part, item, node, self.state.builder())

    def unpack_many(self, target: ast.Tuple | ast.List, wire: ir.Wire, node: ast.stmt) -> None:
        """Bind the values of a gate or helper that returns several."""
        given, target = target, self.all_named(target, wire)
        names = [e.id for e in target.elts if isinstance(e, ast.Name)]
        if not isinstance(wire.sample, list | tuple) or len(wire.sample) != len(names):
            raise self.state.refuse(
                node, "unpacking this value is not supported", "Make a tuple or a list of it first."
            )
        self.views.forget(names)
        is_new = isinstance(wire, ir.Gate | ir.Variable) and target is not given
        self.state.add(ir.Bind(node, target, wire, rewritten=is_new))
        parts = zip(names, wire.sample, strict=True)
        without = isinstance(wire, ir.Unsupported)
        self.state.scope.active.update(name for name, part in parts if without or has_float(part))

    def all_named(self, target: ast.Tuple | ast.List, wire: ir.Wire) -> ast.Tuple | ast.List:
        """Return a target in which `_` has a name where the backward pass needs its value, or the shape of it."""
        nameless = {i for i, e in enumerate(target.elts) if isinstance(e, ast.Name) and e.id == "_"}
        if isinstance(wire, ir.Call):
            needed = {i for i in nameless if has_float(wire.sample[i])}
        elif isinstance(wire, ir.Gate):
            left = without_parts(wire.row, frozenset(nameless))
            needed = nameless & parts_read(left, len(target.elts))
        elif isinstance(wire, ir.Variable):
            needed = {i for i in nameless if isinstance(wire.sample[i], np.ndarray)}
        else:
            return target
        fresh = [
            ast.Name(self.state.free(part_name(wire, i)), ast.Store()) if i in needed else e
            for i, e in enumerate(target.elts)
        ]
        return type(target)(fresh, ast.Store()) if needed else target

    def is_read_late(self, target: ast.expr, value: ast.expr, targets: Sequence[ast.expr]) -> bool:
        """Return whether a value is an array or a view, which shows what it holds when it is stored or read."""
        bound = {t.id for t in targets if isinstance(t, ast.Name)}
        if not isinstance(target, ast.Subscript | ast.Name) or bound & set(syntax.reads(value)):
            return False
        if isinstance(value, ast.Name):
            return (
                isinstance(self.state.value(value), np.ndarray)
                and np.ndim(self.state.value(value)) > 0
            )
        if not isinstance(value, ast.Subscript):
            return False
        return (
            isinstance(self.state.value(value.value), np.ndarray)
            and is_basic(self.state.value(value.slice))
            and np.ndim(self.state.value(value)) > 0
            and all(
                isinstance(
                    n,
                    ast.Name
                    | ast.Constant
                    | ast.Slice
                    | ast.UnaryOp
                    | ast.USub
                    | ast.Tuple
                    | ast.expr_context,
                )
                for n in syntax.walk(value.slice)
            )
        )

    def parallel(
        self, targets: Sequence[ast.expr], values: Sequence[ast.expr], node: ast.stmt
    ) -> None:
        """Bind several values at once: one after the other where no value reads an earlier target."""
        bound: set[str] = set()
        clash = False
        for target, value in zip(targets, values, strict=True):
            clash = clash or bool(bound & set(syntax.reads(value)))
            bound |= set(syntax.stores(target)) | (
                syntax.names(target) if not isinstance(target, ast.Name) else set()
            )
        if not clash:
            for target, value in zip(targets, values, strict=True):
                self.bind(target, value, node, self.state.builder())
            return
        if is_arithmetic(targets, values):
            self.in_turn(targets, values, node)
            return
        held: list[tuple[ast.expr, ast.expr]] = []
        builder = self.state.builder()
        for target, value in zip(targets, values, strict=True):
            if not clashes(target, value, targets, values) or self.is_read_late(
                target, value, targets
            ):
                held.append((target, value))
                continue
            wanted = f"next_{target.id}" if isinstance(target, ast.Name) else "value"
            read = self.hold(wanted, value, node, builder)
            held.append((target, read))
        for target, source in held:
            self.bind_again(target, source, node)

    def in_turn(
        self, targets: Sequence[ast.expr], values: Sequence[ast.expr], node: ast.stmt
    ) -> None:
        """Bind names to values that read them, each once no other value reads what it held; or hold one first."""
        waiting = list(zip(targets, values, strict=True))
        held: list[tuple[ast.expr, ast.expr]] = []
        builder = self.state.builder()
        while waiting:
            free = [pair for pair in waiting if is_free(*pair, waiting)]
            if free:
                target, value = free[0]
                waiting.remove(free[0])
                self.bind_again(target, value, node)
                continue
            # a bare name may be a second name for memory that changes: what is computed is bound first
            pair = next((p for p in waiting if not isinstance(p[1], ast.BinOp)), waiting[0])
            waiting.remove(pair)
            target, value = pair
            assert isinstance(target, ast.Name)
            held.append((target, self.hold(f"next_{target.id}", value, node, builder)))
        for target, read in held:
            self.bind_again(target, read, node)

    def walruses(self, node: ast.expr, statement: ast.stmt) -> None:
        """Bind the names that `:=` binds inside an expression, before the expression itself."""
        inner = {n for one in syntax.every(ast.Lambda, node) for n in syntax.walk(one)}
        for part in syntax.walk(node):
            if isinstance(part, ast.NamedExpr) and part not in inner:
                if part not in list(evaluated_surely(node)):
                    raise self.state.refuse(
                        part,
                        "a name that is bound only on some ways through an expression is not supported",
                        "Bind it in a statement of its own.",
                    )
                before = len(self.state.items)
                self.bind(syntax.name(part.target.id), part.value, statement, self.state.builder())
                text = f"{part.target.id} = {syntax.show(part.value)}"
                self.state.revise(before, partial(spelled_out, text=text))

    def bind_all(self, targets: Sequence[ast.expr], value: ast.expr, node: ast.stmt) -> None:
        """Bind one value to all targets, from the left; it is computed once, before the first is bound."""
        first = targets[0]
        if len(targets) == 1 or isinstance(value, ast.Constant):
            for target in targets:
                self.bind(target, value, node, self.state.builder())
        elif isinstance(first, ast.Name):
            self.bind(first, value, node, self.state.builder())
            for target in targets[1:]:
                source = syntax.name(first.id)
                self.state.trace.run.facts[source] = self.state.fact(value)
                self.bind(target, source, node, self.state.builder())
        else:
            read = self.hold("value", value, node, self.state.builder())
            for target in targets:
                self.bind_again(target, read, node)

    def hold(self, wanted: str, value: ast.expr, node: ast.stmt, builder: WireBuilder) -> ast.Name:
        """Bind a value to a name of its own, in front of what a statement binds; return what reads it."""
        own = self.state.free(wanted)
        wire = builder.build(value)
        text = f"{own} = {syntax.show(builder.texts.of(value))}" if wire is None else ""
        if wire is not None:
            self.state.scope.active.add(own)
        self.state.add(
            ir.Bind(node, syntax.name(own), wire, rewritten=True, text=text, binds=[own])
        )
        read = syntax.name(own)
        self.state.see(read, builder.resolver.value(value))
        return read

    def bind(self, target: ast.expr, value: ast.expr, node: ast.stmt, builder: WireBuilder) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            self.unpack(target, value, node, builder)
            return
        if isinstance(target, ast.Name) and depends_on_layout(value):
            self.of_one_layout(target, value, node)
            return
        self.bind_plain(target, value, node, builder)

    def of_one_layout(self, target: ast.Name, value: ast.expr, node: ast.stmt) -> None:
        """Bind what may be a view or a copy; a guard raises where it is another one than in the run, if that counts."""
        inner = viewed(value, self.state.value)
        base = root_of(inner) if inner is not None else ""
        memory = self.state.memory
        changes = [
            c
            for c in memory.changing()
            if self.state.fact(c).changing & {target.id, base}
            and memory.may_follow(c, node)
            and not memory.is_of_another(c, {target.id, base}, node)
        ]
        self.bind_plain(target, value, node, self.state.builder())
        if not base or base == target.id or isinstance(node, ast.For):
            return
        is_seen = any(
            memory.read_again(
                base if memory.written_name(c) == target.id else target.id, memory.statement_of(c)
            )
            for c in changes
        )
        if is_seen and not is_row_major(base, self.state.trace.tree):
            shares = any({target.id, base} <= self.state.fact(c).changing for c in changes)
            test = f"{'not ' if shares else ''}np.may_share_memory({target.id}, {base})"
            what = "the memory of" if shares else "a copy of"
            self.state.add(ir.Passive(raising(test, f"{target.id} was {what} {base}", node)))

    def bind_plain(
        self, target: ast.expr, value: ast.expr, node: ast.stmt, builder: WireBuilder
    ) -> None:
        if isinstance(target, ast.Name) and self.second_name(target, value, node):
            return
        wire = builder.build(value)
        if isinstance(target, ast.Name):
            old = self.state.scope.definitions.get(target.id)
            if wire is None:
                sample, text = builder.resolver.value(value), builder.texts.of(value)
                self.bind_passive(target, node, sample, text)
                if isinstance(value, ast.Lambda) or holds_code(sample):
                    closures = self.state.scope.closures
                    closures[target.id] = closures.get(target.id, set()) | read_by(value, closures)
            else:
                self.bind_name(target, wire, node)
            self.state.scope.definitions.define(target.id, value, old, self.state.trace.run)
        else:
            self.mutation().store(target, value, wire, node)

    def bind_passive(
        self, target: ast.Name, node: ast.stmt, sample: Any = None, text: ast.expr | None = None
    ) -> None:
        """Bind a passive value to a name; memory of which a mask may leave rows unset holds zeros, for a gradient that
        is 0 times whatever lay there may be nan.
        """
        self.views.forget([target.id])
        if self.is_filled_through_a_mask(node):
            node, text = made(syntax.deep(node), node), None
            func: ast.Attribute = node.value.func  # type: ignore[attr-defined]  # of such a call
            func.attr = func.attr.replace("empty", "zeros")
        self.state.add(ir.Bind(node, syntax.name(target.id), sample=sample, value=text))

    def is_filled_through_a_mask(self, node: ast.stmt) -> bool:
        """Return whether a statement makes an array with `np.empty` that is written through a mask."""
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Attribute(value=ast.Name())) as call,
            ) if {np.empty, np.empty_like} & set(self.state.fact(call).callees):
                return any(
                    is_mask(self.state.fact(part.slice).sample)
                    for part in syntax.every(ast.Subscript, self.state.trace.tree)
                    if isinstance(part.ctx, ast.Store) and syntax.identifier(part.value) == name
                )
        return False

    def bind_name(self, target: ast.expr, wire: ir.Wire | None, node: ast.stmt) -> None:
        assert isinstance(target, ast.Name)
        identifier = target.id
        if wire is None:
            self.bind_passive(target, node)
            return
        if (
            isinstance(wire, ir.Display)
            and not self.state.is_rebound(identifier)
            and identifier not in self.state.opaque
            and has_literal_keys(wire)
        ):
            held = self.is_handed_on(identifier, node)
            _, wire = self.pieces(identifier, syntax.name(identifier), wire, node, held)
            self.views.forget([identifier])
            self.state.scope.structs[identifier] = wire
            self.state.scope.active.add(identifier)
            return
        self.views.forget([identifier])
        self.state.add(ir.Bind(node, syntax.name(identifier), wire))
        self.state.scope.active.add(identifier)

    def is_handed_on(self, name: str, node: ast.stmt) -> bool:
        """Return whether the statement behind one that makes a container returns it or puts it into an attribute, and
        no other reads it: its parts are called there as they are here.
        """
        tree = self.state.trace.tree
        for block in (b for one in syntax.walk(tree) for b in syntax.blocks(one) if node in b):
            match block[block.index(node) + 1 :]:
                case [(ast.Return() | ast.Assign(targets=[ast.Attribute()])) as last, *_]:
                    return len(syntax.uses(last, name)) == len(syntax.uses(tree, name, ast.Load))
        return False

    def pieces(
        self, identifier: str, path: ast.expr, wire: ir.Wire, node: ast.stmt, is_handed_on: bool
    ) -> tuple[ir.Wire, ir.Wire]:
        """Give each part of a new container a name, so that later reads find it; return the container's wire as it is
        made, and as it is read later.

        `path` reads the container. A passive part is read from it where its own text may mean something else later.
        """
        named: dict[str, ir.Wire] = {}
        later: dict[str, ir.Wire] = {}
        changed = False
        items = {key: self.item(path, key, wire) for key in (*wire.operands, *wire.statics)}
        for key, part in wire.operands.items():
            if isinstance(part, ir.Display):
                own = f"{identifier}_{plain(key)}"
                parts = self.pieces(own, items[key], part, node, is_handed_on)
                named[key], later[key] = parts
                continue
            if (
                isinstance(part, ir.Variable)
                and part.name
                and (is_handed_on or not self.state.is_rebound(part.name))
                and part.name not in self.state.opaque
            ):
                named[key] = later[key] = part
                continue
            own = self.state.free(
                f"{identifier}_{plain(key)}" if not key.isdigit() else f"{identifier}{key}"
            )
            self.state.add(ir.Bind(node, syntax.name(own), part, rewritten=True))
            self.state.scope.active.add(own)
            named[key] = later[key] = ir.variable(own, part.sample, part.origin)
            changed = True
        statics = {
            key: part if self.is_lasting(part) else items[key] for key, part in wire.statics.items()
        }
        places = {ref.wire: key for key, ref in self.refs_of(wire)}
        late = {part: statics[key] for key, part in wire.statics.items()}

        def text(operands: Mapping[str, ir.Wire], passive: Mapping[ast.expr, ast.expr]) -> ast.expr:
            def known(part: ast.expr) -> ast.expr | None:
                if isinstance(part, ir.WireRef) and part.wire in places:
                    return ir.WireRef(operands[places[part.wire]])
                return passive.get(part)

            return syntax.rewrite(wire.node, known)

        made = ir.Display(
            text(named, {}), wire.sample, wire.origin, operands=named, statics=wire.statics
        )
        if "_" not in identifier or identifier in self.state.names:
            self.state.add(ir.Gathered(node, syntax.name(identifier), made, rewritten=changed))
        return made, replace(made, node=text(later, late), operands=later, statics=statics)

    def item(self, path: ast.expr, key: str, wire: ir.Wire) -> ast.expr:
        """Return the expression that reads a part of a container."""
        place, whole = ast.literal_eval(key), wire.sample
        is_container = isinstance(whole, list | tuple | dict)  # no new object
        read: ast.expr = syntax.index(path, ast.Constant(place))
        read = read if is_container else ast.Attribute(path, place, ast.Load())
        self.state.see(read, whole[place] if is_container else getattr(whole, place))
        return read

    def is_lasting(self, part: ast.expr) -> bool:
        """Return whether the text of a passive part means the same wherever it stands."""
        if isinstance(self.state.builder().resolver.value(part), np.ndarray | list | dict):
            return False
        return all(
            isinstance(n, ast.Constant | ast.Name | ast.UnaryOp | ast.USub | ast.expr_context)
            and not (isinstance(n, ast.Name) and self.state.is_rebound(n.id))
            for n in syntax.walk(part)
        )

    def refs_of(self, wire: ir.Wire) -> Iterator[tuple[str, ir.WireRef]]:
        """Yield the places of a container's parts in its text."""
        by_wire = {part: key for key, part in wire.operands.items()}
        for node in syntax.in_order(wire.node):
            if isinstance(node, ir.WireRef) and node.wire in by_wire:
                yield by_wire[node.wire], node


def spelled_out(stage: ir.Stage, text: str) -> ir.Stage:
    """Return a stage that is part of a longer statement; `text` says it where it is passive."""
    return replace(stage, rewritten=True, text=stage.text if stage.wire is not None else text)


def is_arithmetic(targets: Sequence[ast.expr], values: Sequence[ast.expr]) -> bool:
    """Return whether names get the values of sums and products: these may be taken in any order."""
    names = [t.id for t in targets if isinstance(t, ast.Name)]
    parts = ast.BinOp | ast.UnaryOp | ast.Name | ast.Constant | ast.operator | ast.unaryop
    plain = parts | ast.expr_context
    return len(set(names)) == len(targets) and all(
        isinstance(part, plain) for value in values for part in ast.walk(value)
    )


def is_free(
    target: ast.expr, value: ast.expr, waiting: Sequence[tuple[ast.expr, ast.expr]]
) -> bool:
    """Return whether a computed value can be bound, since no other one reads what its name holds."""
    others = [v for t, v in waiting if t is not target]
    names = syntax.stores(target)
    return isinstance(value, ast.BinOp) and not any(
        n in syntax.reads(v) for v in others for n in names
    )


def clashes(
    target: ast.expr, value: ast.expr, targets: Sequence[ast.expr], values: Sequence[ast.expr]
) -> bool:
    """Return whether a value of a parallel assignment must be held until the others are read."""
    if not isinstance(target, ast.Name):
        return True
    later = [v for t, v in zip(targets, values, strict=True) if v is not value]
    mine = set(syntax.reads(value))
    others = syntax.names(*(t for t in targets if t is not target))
    return any(target.id in syntax.reads(v) for v in later) or bool(mine & others)


def rest_of(wire: ir.Wire, places: list[int]) -> ir.Wire:
    """Return the list that a starred target gets of a known container."""
    texts: list[ast.expr] = [
        ir.WireRef(wire.operands[str(k)]) if str(k) in wire.operands else wire.statics[str(k)]
        for k in places
    ]
    return ir.Display(
        ast.List(texts, ast.Load()),
        [wire.sample[k] for k in places],
        wire.origin,
        operands={
            str(n): wire.operands[str(k)] for n, k in enumerate(places) if str(k) in wire.operands
        },
        statics={
            str(n): wire.statics[str(k)] for n, k in enumerate(places) if str(k) in wire.statics
        },
    )


def part_name(wire: ir.Wire, number: int) -> str:
    """Return a name for one of the values that a helper or a gate returns: the helper's own, or NumPy's."""
    if not isinstance(wire, ir.Call):
        fields = getattr(wire.sample, "_fields", ())  # `S` of an `SVDResult`
        return str(fields[number]) if fields else f"part{number}"
    made = wire.helper.made  # None in a function that calls itself
    output = made.output if made is not None else None
    inner = output.operands.get(str(number)) if output is not None else None
    return (inner.name if inner is not None else None) or f"part{number}"


def taken_apart(wire: ir.Wire) -> ir.Gate:
    """Return the gate of `x, y = value`, whose text is that of the value."""
    return ir.Gate(
        ir.WireRef(wire),
        list(wire.sample),
        wire.origin,
        row=row("np.unstack(x)", dx="np.stack(dout)"),
        operands={"x": wire},
        values={"x": wire.sample},
    )


def parts_read(row: Row, count: int) -> set[int]:
    """Return the numbers of the outputs that the gradients of a row read: `out[1]`, or all of them for `dout`."""
    texts = [s for statements in row.templates.values() for s in statements]
    found: set[int] = set()
    taken: set[ast.AST] = set()
    for tree in [*texts, *(value for _, value in row.lets)]:
        for part in syntax.walk(tree):
            match part:
                case ast.Subscript(
                    value=ast.Name(id=("out" | "dout") as name) as whole,
                    slice=ast.Constant(value=int(k)),
                ):
                    taken.add(whole)
                    found |= {k} if name == "out" else set()
                case ast.Name(id="dout") if part not in taken:
                    found |= set(range(count))
    return found


def holds_code(sample: Any) -> bool:
    """Return whether a value can be called, or has something in it that can."""
    if isinstance(sample, dict):
        return any(map(holds_code, sample.values()))
    if isinstance(sample, list | tuple):
        return any(map(holds_code, sample))
    return callable(sample)


def read_by(value: ast.expr, closures: Mapping[str, set[str]]) -> set[str]:
    """Return what an expression reads, and what the local functions that it names may read."""
    read = set(syntax.reads(value))
    return read.union(*(closures.get(name, ()) for name in read))


def has_literal_keys(wire: ir.Wire) -> bool:
    """Return whether the keys of a display of wires, and of those inside it, are written out."""
    keys = wire.node.keys if isinstance(wire.node, ast.Dict) else []
    return all(isinstance(k, ast.Constant) for k in keys) and all(
        has_literal_keys(part) for part in wire.operands.values() if isinstance(part, ir.Display)
    )


def plain(key: str) -> str:
    """Return a container key as part of a name."""
    return "".join(c if c.isalnum() else "_" for c in key).strip("_") or "part"


def evaluated_surely(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of an expression that are evaluated on all ways through it."""
    yield node
    match node:
        case ast.BoolOp(values=[first, *_]) | ast.IfExp(test=first):
            sure = [first]
        case ast.Compare(left=left, comparators=[first, *_]):
            sure = [left, first]
        case _:
            sure = syntax.parts(node)  # type: ignore[assignment]  # parts of an expression
    for part in sure:
        yield from evaluated_surely(part)


def later(wire: ir.Wire, place: int) -> list[ir.Wire]:
    """Return the parts of a tuple or list behind a place."""
    return [part for key, part in wire.operands.items() if key.isdigit() and int(key) > place]


def names_below(wire: ir.Wire) -> set[str]:
    """Return the variables that are read below a wire, passive ones too."""
    below = reached([wire], lambda one: (ref.wire for ref in ir.refs_in(one.node)))
    return {leaf.name for leaf in ir.leaves(wire)} | syntax.names(*(one.node for one in below))
