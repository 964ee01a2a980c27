"""What masks hide: a circuit goes in; for each wire the masks that may have made its gradient zero come out.

*Before*: `y = x / n; y[n == 0] = 0`. Where `n` is zero so is the upstream gradient `dy`, and `dy / n` is nan although
`x` has no influence there. *After*: the wire of `x / n` is hidden by what reads `n`, so that its gradient is written
`np.where(dy != 0, dy / n, 0.0)`.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x):
...     y = np.sqrt(x)
...     return np.where(x > 0, y, 0.0)
... '''
>>> after("plan", text, np.ones(3))
# backprop out = np.where(x > 0, y, 0.0)
dy = (x > 0) * dout
# backprop y = np.sqrt(x)
dx = np.where(dy != 0, 0.5 / y * dy, 0.0)

No mask hides what is surely read behind a stage, whichever way the run takes (`Surely`). What a mask leaves out of one
reading is no zero where another one reads all: `dy` has none in `np.sum(y) + y[0]`. A loop may make no trip, and a
branch takes one side: what is read behind the loop, or on both sides, is read in any case. Slices that leave nothing
out together read all: `x[1:] - x[:-1]`.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from codegen import ir, syntax
from codegen.backward.bounds import (
    FURTHEST,
    GROWING,
    JOINS,
    LIMITS,
    UNKNOWN,
    Bounds,
    gates_of,
    names_of,
    part_of,
)
from codegen.backward.divisors import (
    EDGED,
    EXPONENTIALS,
    divisors_of,
    factors_of,
    is_exponential,
    is_finite,
    is_safe,
    spread_apart,
)
from codegen.backward.flow import Flow
from codegen.gates.evaluate import evaluate
from codegen.gates.operands import (
    MULTIPLYING,
    OPERATORS,
    OVER_AXES,
    SAME_NUMBERS,
    SUMS,
    is_elementwise,
)
from codegen.gates.table import head_of
from codegen.pytree import is_float, is_mask, is_plain, is_scalar
from codegen.records import dataclass
from codegen.stage import where
from codegen.stage.local import names_in, without_shapes
from codegen.stage.spell import wire_text
from codegen.stage.where import works_by_item
from codegen.tables import grouped, reached

CHOICES = frozenset({"np.where", "np.select", "np.clip", "np.maximum", "np.minimum"})
"""Functions whose output does not depend on an operand where another one, or a limit, is chosen."""
NANS = frozenset({
    "np.nan_to_num", "np.fmax", "np.fmin", "np.nansum", "np.nanmean", "np.nanprod", "np.nanmax", "np.nanmin",
    "np.nanvar", "np.nanstd", "np.nanmedian", "np.nancumsum",
})  # fmt: skip
"""Functions that take nan for nothing."""
TESTS = frozenset({"np.isnan", "np.isfinite", "np.isinf", "np.isneginf", "np.isposinf"})
PLACES = frozenset({
    "max", "min", "np.max", "np.min", "np.take", "np.take_along_axis", "np.diagonal", "np.diag", "np.trace", "np.triu",
    "np.tril", "np.sort", "np.partition", "np.median", "np.delete", "np.compress",
})  # fmt: skip
"""Functions that read some items of their first operand, and not others."""
LIMITING = (0.0, 1.0, -1.0)
"""Numbers at which gradients may be infinite: what is divided by, and the limits of an arc."""
EMPTY = -np.inf
"""What all exponents are in a sum of exponentials that has nothing to share out."""
BEGINNING = frozenset({"np.sqrt", "np.log1p"})
"""Those of them that are finite from zero on."""
FALLING = frozenset({
    "/", "**", "np.reciprocal", "np.tanh", "np.arctan", "np.exp", "scipy.special.erf", "scipy.special.erfc",
})  # fmt: skip
"""Functions whose slope may fall faster than an exponential that they read grows."""
PRODUCTS = frozenset({"np.prod", "math.prod"})
CARRYING = GROWING | EXPONENTIALS | SAME_NUMBERS | JOINS
OVERFLOWING = EXPONENTIALS | {"np.square", "**"}


@dataclass(frozen=True)
class Mask:
    """What may have made a gradient zero."""

    reads: frozenset[str] = frozenset()
    """The variables that the masks read."""
    of_nan: bool = False
    """Whether nan was looked for: then any factor may be nan."""
    sides: frozenset[tuple[ir.Branch, bool]] = frozenset()
    """The sides of branches outside of which the gradient is zero: with what the test says there."""
    of_value: bool = False
    """Whether what is hidden was compared with a limit, beyond which it may be infinite."""
    falls: bool = False
    """Whether the gradient is zero where an exponential is infinite, as in `1 / (c + np.exp(x))`: no test is needed."""
    of_place: bool = False
    """Whether only what stands at some places is read, or all but what is written over: `np.log(p)[rows, labels]`."""
    of_row: bool = False
    """Whether masks of a product may hide all that it makes of a row: `np.where(m, U @ U.T, 0)`, a row divided by 0."""
    of_item: bool = False
    """Whether this is the whole of one item, which may not be among those: `[np.log(p), np.log(q)][k]`."""
    trips: frozenset[ir.Loop] = frozenset()
    """The loops of which each trip makes one such item: `ls.append(np.log(p))`, `ls[0]`."""

    def __or__(self, other: Mask) -> Mask:
        both = zip(vars(self).values(), vars(other).values(), strict=True)
        return Mask(*(one | another for one, another in both))

    def __bool__(self) -> bool:
        return any(known for name, known in vars(self).items() if name != "of_value")

    def of_items(self, trips: Iterable[ir.Loop] = ()) -> Mask:
        """Return the mask behind one item of what has this behind it, which a trip of some loops makes."""
        is_part = self.of_place or self.of_row or self.of_item or bool(self.trips or self.reads)
        made = frozenset(trips if is_part else ())
        return replace(self, of_place=False, of_row=False, of_item=is_part and not made, trips=made)


NOTHING = Mask()


class Hidden:
    """The masks behind each wire of a circuit, and, of a helper, that behind what it returns."""

    def __init__(
        self,
        circuit: ir.Circuit,
        outside: Mask = NOTHING,
        callers: tuple[ir.Circuit, ...] = (),
        known: dict[tuple[ir.Circuit, Mask], Hidden] | None = None,
    ) -> None:
        self.outside, self.callers = outside, (*callers, circuit)
        self.known = {} if known is None else known  # of helpers, whoever calls them
        self.helpers: dict[tuple[ir.Circuit, Mask], Hidden] = {}  # of those that call their callers
        self.calls_back = False
        self.stages = list(ir.stages_of(circuit.block))
        self.variables: dict[str, Mask] = {}
        self.wires: dict[ir.Wire, Mask] = {}
        self.samples = dict(circuit.samples)
        self.read = reads_of(circuit.block)
        self.written_over = {
            name for stage in self.stages if stage.wire is None for name in store_root(stage)
        }
        self.makes: dict[ir.Wire, set[str]] = (
            {}
        )  # for each gate the variables whose line it stands in
        self.passive: dict[str, ast.expr] = {}
        self.bools: dict[str, ast.expr] = {}  # those that hold a mask
        for stage in self.stages:
            if stage.wire is None and isinstance(stage.statement, ast.Assign):
                value = stage.statement.value
                self.passive |= dict.fromkeys(stage.binds, value)
                if is_mask(stage.sample) or isinstance(value, ast.Compare):
                    self.bools |= dict.fromkeys(stage.binds, value)
        self.bounds = Bounds(self.stages, self.bools)
        self.made_from = {name: names_of(tree) for name, tree in self.passive.items()}
        bound = Counter(name for one in ir.statements_of(circuit.block) for name in one.bound)
        self.sizes = set[str]()  # the variables that are made of sizes alone
        for name, tree in self.passive.items():
            if self.is_of_sizes(tree) and bound[name] == 1:
                self.sizes.add(name)
        for stage in self.stages:
            targets = {*stage.binds, *store_root(stage)}
            for gate in gates_of(stage.wire):
                self.makes.setdefault(gate, targets)
                parts = all_parts(gate) if isinstance(gate, ir.Gate) else [gate.node]
                for name in targets:
                    self.made_from.setdefault(name, set()).update(*map(names_of, parts))
            if len(stage.binds) == 1:
                self.samples[stage.binds[0]] = stage.sample_of()
        self.infinite = self.all_made_of(
            {
                name
                for name, tree in self.passive.items()
                if any(part.attr == "inf" for part in syntax.every(ast.Attribute, tree))
                and head_of(tree) == "np.full"
            }
        )
        loops = [one for one in ir.statements_of(circuit.block) if isinstance(one, ir.Loop)]
        own = {name for one in loops for name in one.binds}
        self.counters = {name for name in own if type(self.samples.get(name)) in (int, type(None))}
        self.inside: dict[ir.Wire, set[tuple[ir.Branch, bool]]] = (
            {}
        )  # the sides that each gate is on
        self.apart: set[tuple[ir.Branch, bool]] = (
            set()
        )  # sides that another trip of a loop may not take
        self.flow = Flow(circuit)
        self.of_branches(circuit.block)
        if outside or self.variables or any(map(self.hides, self.stages)):
            self.plain = {stage: all_read(stage) for stage in self.stages}
            self.surely = Surely(circuit.block, self.plain.__getitem__)
            while self.walked():
                self.surely = Surely(circuit.block, self.plain.__getitem__)

    def of_branches(self, block: ir.Block) -> None:
        """Note of what one side of a branch reads, and no other, that its gradient may be zero elsewhere."""
        loops = [one for one in ir.statements_of(block) if isinstance(one, ir.Loop)]
        repeated = {one for loop in loops for one in ir.statements_of(loop.body)}
        for branch in ir.statements_of(block):
            if not isinstance(branch, ir.Branch) or branch.is_open_on_one_side():
                continue
            for side, is_body in zip(branch.blocks, (True, False), strict=True):
                for stage in ir.stages_of(side):
                    for gate in gates_of(stage.wire):
                        self.inside.setdefault(gate, set()).add((branch, is_body))
            body, orelse = map(read_from_outside, branch.blocks)
            bound = [{n for s in ir.stages_of(side) for n in s.binds} for side in branch.blocks]
            here = (
                set() if branch in repeated else {s for b in branch.blocks for s in ir.stages_of(b)}
            )
            other = [{n for n in names if self.is_made_outside(n, here)} for names in bound]
            body, orelse = body | (other[1] - bound[0]), orelse | (other[0] - bound[1])
            for is_body, names in ((True, body - orelse), (False, orelse - body)):
                anew = set[str]()
                if branch in repeated:
                    anew = bound[is_body] - reads_of(branch.blocks[is_body])  # on the other side
                if anew:
                    self.apart.add((branch, is_body))
                for name in names | anew:
                    self.note(name, Mask(sides=frozenset({(branch, is_body)})))

    def is_made_outside(self, name: str, stages: Collection[ir.Stage]) -> bool:
        makers = self.flow.definers.get(name, [])
        return name in self.flow.circuit.parameters or any(m not in stages for m in makers)

    def hides(self, stage: ir.Stage) -> bool:
        if stage.wire is None:
            return bool(self.of_store(stage))
        if self.of_unread(stage):
            return True
        return any(self.of_gate(w, h) for w in gates_of(stage.wire) for h in w.operands)

    def of_unread(self, stage: ir.Stage) -> Mask:
        """Return the mask by which items of a list, or rows of an array, are unpacked that nothing reads."""
        is_unpacked = isinstance(stage.target, ast.Tuple | ast.List)
        if not is_unpacked or not isinstance(stage.wire, ir.Variable | ir.Gate):
            return NOTHING
        return Mask(of_place=not self.read.issuperset(syntax.names(stage.target)))

    def walked(self) -> bool:
        """Walk through all stages once, the last one first; return whether something new was found."""
        before = dict(self.variables), dict(self.plain)
        for stage in reversed(self.stages):
            self.plain[stage] = all_read(stage)
            if stage.wire is None:
                left_out = (
                    Mask(of_place=True) if isinstance(stage, ir.Pop) else self.of_store(stage)
                )
                for name in (*stage.changes, *store_root(stage)):
                    self.note(name, left_out)
                continue
            mask = self.outside if isinstance(stage, ir.Return) else NOTHING
            for target in stage.binds:
                if (stage, target, ()) not in self.surely:
                    mask = mask | self.variables.get(target, NOTHING)
            mask = mask | self.of_unread(stage)
            appended = stage.changes if isinstance(stage, ir.Append) else ()
            for target in (*store_root(stage), *appended):
                if isinstance(stage, ir.Add) and (stage, target, ()) in self.surely:
                    continue
                new = self.variables.get(target, NOTHING).of_items(self.flow.loops(stage)[:1])
                if not is_scalar(stage.wire.sample):
                    new = replace(new, of_item=False)  # what is put into one place stays there
                mask = mask | new
            whole = set[str]()
            header = stage.statement if isinstance(stage, ir.LoopItem) else None
            if isinstance(header, ast.For) and isinstance(header.iter, ast.Name):  # it reads all
                read = names_of(stage.wire.node)
                whole = {n for n in read if not self.variables.get(n, NOTHING).of_place}
            self.walk(stage, stage.wire, mask)
            for name in whole & self.variables.keys():
                self.variables[name] = replace(self.variables[name], of_place=mask.of_place)
        return before != (self.variables, self.plain)

    def note(self, name: str, mask: Mask) -> None:
        if mask:
            self.variables[name] = self.variables.get(name, NOTHING) | mask

    def walk(self, stage: ir.Stage, wire: ir.Wire, mask: Mask, own: Mask = NOTHING) -> None:
        """Note the masks behind a wire and those below it; `own` is that of a choice which is made of gradients,
        and needs no other guard.
        """
        if isinstance(wire, ir.Variable):
            if mask or own:
                self.plain[stage].discard((wire.name, ()))
            mask = replace(mask, trips=frozenset(self.varying({wire.name}, mask)))
            self.note(str(wire.name), mask | own)
            return
        if wire.name is not None:  # its gradient has a line of its own, outside of the choice
            mask, own = mask | own, NOTHING
        if mask:
            self.wires[wire] = self.wires.get(wire, NOTHING) | mask
        if mask or own:
            self.plain[stage] -= {slice_read(wire), (pole_of(wire), POLE)}
        whole = where.whole_sides(wire)
        for hole, operand in wire.operands.items():
            keeps = isinstance(wire, ir.Display) or keeps_zeros(wire, operand)
            new = self.of_gate(wire, hole)
            if mask.falls and isinstance(wire, ir.Gate) and head_of(wire.row.tree) not in CARRYING:
                mask = replace(mask, falls=False)
            kept = self.rows(wire, mask) if keeps else self.through(wire, operand, mask)
            if isinstance(wire, ir.Display):
                kept = mask.of_items()
            if isinstance(wire, ir.Gate) and head_of(wire.row.tree) in JOINS:
                kept = replace(mask, of_place=mask.of_place or bool(mask.reads))
            if hole in whole:
                self.walk(stage, operand, kept, (own if keeps else NOTHING) | new)
            else:
                self.walk(stage, operand, kept | new, own if keeps else NOTHING)

    def rows(self, wire: ir.Wire, mask: Mask) -> Mask:
        """Return a mask as it is behind a gate that hands zeros on: what masks a sum along an axis hides whole rows."""
        is_sum = isinstance(wire, ir.Gate) and head_of(wire.row.tree) in SUMS
        return replace(mask, of_row=self.hides_rows(wire, mask)) if is_sum else mask

    def hides_rows(self, wire: ir.Wire, mask: Mask) -> bool:
        return mask.of_row or bool(mask.reads) and not is_scalar(wire.sample)

    def through(self, wire: ir.Wire, operand: ir.Wire, mask: Mask) -> Mask:
        """Return what is left of a mask where a gate sums the gradient of an operand up."""
        if isinstance(wire, ir.Gate) and isinstance(wire.sample, list | tuple):
            return mask
        if not isinstance(wire, ir.Gate):
            return replace(
                mask, reads=frozenset(), of_value=False, falls=False, of_place=False, of_row=False
            )
        if not spreads_nan(wire) or head_of(wire.row.tree) in MULTIPLYING - {"*"}:
            is_row = self.hides_rows(wire, mask)
            mask = replace(
                mask, reads=frozenset(), of_row=is_row, of_place=mask.of_place and spreads_nan(wire)
            )
        falls = mask.falls and head_of(wire.row.tree) in JOINS | PRODUCTS
        return replace(mask, of_value=False, falls=falls)

    def is_alike(self, name: str, value: Any) -> bool:
        """Return whether a variable has as many items as an array, or is one answer for all of them."""
        sample = self.samples.get(name)
        if isinstance(sample, bool | np.bool_):
            return True
        if not isinstance(sample, np.ndarray) or not isinstance(value, np.ndarray):
            return False
        return value.ndim > 0 and sample.size == value.size

    def of_gate(self, wire: ir.Wire, hole: str) -> Mask:
        if isinstance(wire, ir.Call):
            return self.in_helper(wire, hole)
        if not isinstance(wire, ir.Gate):
            return NOTHING
        head = head_of(wire.row.tree)
        if head in FALLING and self.bounds.falls(wire, hole, head):
            return Mask(falls=True)
        if head in NANS:
            return Mask(frozenset(names_of(wire.node)), True, of_value=head in LIMITS)
        if head == "[]":
            index = wire.statics.get("index")
            asked = wire.values.get("index")
            if index is None:
                return NOTHING
            if not any(map(is_mask, asked if type(asked) is tuple else [asked])):
                return NOTHING if is_whole(asked) else Mask(of_place=True)
            return self.by(names_of(index), index)
        if head in PLACES:
            return Mask(of_place=True)
        if head in CHOICES or ("where" in wire.row.holes and hole != "where"):
            found = self.by(names_of(wire.node), wire.node)
            return replace(found, of_value=True) if head in LIMITS else found
        if head in SUMS and "c" in wire.statics and "where=c" in wire.row.pattern:
            return self.by(names_of(wire.statics["c"]), wire.statics["c"])
        return NOTHING

    def in_helper(self, call: ir.Call, parameter: str) -> Mask:
        if call.circuit in self.callers:
            self.calls_back = True
            return NOTHING
        key = call.circuit, self.of_returned(call)
        inner = self.helpers.get(key) or self.known.get(key)
        if inner is None:
            inner = Hidden(*key, self.callers, self.known)
            self.calls_back |= inner.calls_back
            (self.helpers if inner.calls_back else self.known)[key] = inner
        mask = inner.variables.get(parameter, NOTHING)
        asked = inner.all_behind(asked_for(mask, call.operands[parameter].sample))
        given = [names_of(part) for name, part in arguments_of(call) if name in asked]
        given_reads = frozenset().union(*given)
        return replace(mask, reads=given_reads, sides=frozenset(), trips=frozenset())

    def of_returned(self, call: ir.Call) -> Mask:
        """Return the mask behind what a helper returns, in terms of its parameters and of what it returns."""
        mask = self.wires.get(call, NOTHING)
        asked = self.all_behind(asked_for(mask, call.sample))
        own = {name for name, part in arguments_of(call) if names_of(part) & asked}
        if self.makes.get(call, set()) & asked:
            wires = (s.wire for s in ir.stages_of(call.circuit.block) if isinstance(s, ir.Return))
            own = own.union(*(names_of(wire.node) for wire in wires if wire is not None))
        found = replace(mask, reads=frozenset(own), sides=frozenset(), trips=frozenset())
        return replace(found, of_item=mask.of_item or bool(mask.trips))

    def of_store(self, stage: ir.Stage) -> Mask:
        """Return the mask by which a constant is written over the items of a variable."""
        if not isinstance(stage.target, ast.Subscript):
            target = stage.statement.targets[0] if isinstance(stage.statement, ast.Assign) else None
            if not isinstance(target, ast.Subscript):
                return NOTHING
        else:
            target = stage.target
        index = target.slice
        reads = names_of(index)
        if not (syntax.has(index, ast.Compare) or tests_nan(index)):
            if not any(name in self.bools or is_mask(self.samples.get(name)) for name in reads):
                return Mask(of_place=True)
        return self.by(reads, index)

    def by(self, names: set[str], tree: ast.AST) -> Mask:
        """Return the mask that reads some variables; masks with a name are looked through."""
        of_nan = tests_nan(tree)
        asked = list(names)
        for name in asked:  # it grows
            if name in self.bools:
                asked += names_of(self.bools[name]).difference(asked)
                of_nan = of_nan or tests_nan(self.bools[name])
        return Mask(frozenset(asked), of_nan)

    def guards(self, wire: ir.Gate, hole: str, tree: ast.expr) -> bool:
        """Return whether a gradient may be infinite, or nan, where a mask has made its upstream gradient zero."""
        whole = wire.row.spelled_out(tree)
        factors = factors_of(whole)
        read = sorted(frozenset().union(*map(names_in, factors)))
        if self.holds_infinity(wire, read):
            return True
        mask = self.wires.get(wire)
        if not mask:
            return False
        if mask.falls and (self.bounds.pole(wire) > 0 or self.meets(wire, read)):
            return True
        if not replace(mask, falls=False):
            return False
        if any(self.is_left_out(wire, whole, read, *side) for side in mask.sides):
            return True
        if not is_plain(wire.sample) or self.of_gate(wire, hole):
            return False
        divisors = frozenset().union(*map(names_in, divisors_of(whole)))
        may_be_nan = mask.of_nan and not all(map(is_finite, factors))
        if np.ndim(wire.sample) == 0:  # the rest is asked item by item
            if head_of(wire.row.tree) in EXPONENTIALS:
                return mask.of_value or self.is_edge(wire, mask)
            for name in divisors:
                part = part_of(wire, name)
                if mask.reads or part is not None and self.is_one_of(mask, names_of(part)):
                    return True
            return may_be_nan or self.is_scaled_by_lost(wire, factors, read, mask)
        values = read_in(whole)
        floats = (is_float(wire.values.get(name, wire.sample)) for name in values)
        if not divisors and not any(floats):
            return False  # it only moves numbers to other places, and adds them up
        if mask.reads and shares_out(wire, hole):
            return True
        if not works_by_item(wire):  # what an item of dout reaches is not at its place
            is_apart = head_of(wire.row.tree) in MULTIPLYING or spread_apart(factors) is not None
            rows = self.through(wire, wire, mask)  # as if it were a factor
            held = wire.operands.keys() if "out" in values else values & wire.operands.keys()
            lost = (self.is_lost(wire.operands[one], rows) for one in sorted(held))
            return may_be_nan or is_apart and any(lost)
        if may_be_nan or any(self.is_behind(name, wire, mask) for name in divisors):
            return True
        if self.is_scaled_by_lost(wire, factors, read, mask):
            return True
        is_rising = head_of(wire.row.tree) in EXPONENTIALS
        if mask.of_value and is_rising:
            return True
        if head_of(wire.row.tree) in OVERFLOWING and not self.bounds.is_limited(wire):
            behind = self.all_behind(set[str]().union(*map(names_of, all_parts(wire))))
            return bool(mask.reads & behind) or is_rising and self.is_asked(wire, mask)
        return False

    def holds_infinity(self, wire: ir.Gate, names: Sequence[str]) -> bool:
        """Return whether factors read what is infinite in the example, or filled with infinity as a table's borders."""
        for name in names:
            value: Any = wire.sample if name == "out" else wire.values.get(name)
            if name in ("dout", "np") or not is_float(value) or not works_by_item(wire):
                continue
            part = part_of(wire, name)
            if np.any(np.isinf(value)) or part is not None and names_of(part) & self.infinite:
                return True
        return False

    def is_scaled_by_lost(
        self, wire: ir.Gate, factors: list[ast.expr], names: Sequence[str], mask: Mask
    ) -> bool:
        """Return whether a factor of a gradient, or what it reads, may be nan or infinite where a mask may say so."""
        values = {**wire.operands, "out": wire}
        return not mask.of_value and (
            any(self.is_lost(values[n], mask) for n in names if n in values)
            or any(self.is_lost_number(wire, n, mask) for n in names if n in wire.statics)
            or any(self.has_edge(factor, wire, mask) for factor in factors)
        )

    def meets(self, gate: ir.Gate, names: Sequence[str]) -> bool:
        """Return whether the factors of a gradient are, or read, an exponential without a bound."""
        if self.bounds.is_boundless(gate, head_of(gate.row.tree)):
            return True  # the slope of an exponential is one: of `np.sinh(x)` it is `np.cosh(x)`
        values = {**gate.operands, "out": gate}
        return any(self.bounds.grows(values[name]) for name in names if name in values)

    def is_asked(self, gate: ir.Gate, mask: Mask) -> bool:
        """Return whether a mask may ask how large the value of a gate is, or what is made of it: `y[y > 9.0] = 9.0`."""
        asked = self.all_behind(asked_for(mask, gate.sample))
        return bool(self.makes.get(gate, set()) & asked)

    def is_lost(self, wire: ir.Wire, mask: Mask, whole: bool = False) -> bool:
        """Return whether a value is nan, or infinite, where a mask may say so: what is beyond an edge, or divided by
        zero, stays so in what is made of it item by item, and, if the mask hides it as a `whole`, in sums of it.
        """
        waiting = [(wire, mask)]
        met = [wire]
        for one, by in waiting:  # it grows
            made = self.bounds.made_of(one)
            if not isinstance(made, ir.Gate):
                continue
            if self.is_edge(made, by):
                return True
            for hole, operand in made.operands.items():
                keeps = keeps_zeros(made, operand) or whole and spreads_nan(made)
                new = self.rows(made, by) if keeps else self.through(made, operand, by)
                is_part = new.of_place or new.of_row or new.of_item or new.trips
                is_reached = keeps or spreads_nan(made) and (is_part or is_scalar(operand.sample))
                if is_reached and not self.of_gate(made, hole) and operand not in met:
                    if len(met) < FURTHEST:
                        met.append(operand)
                        waiting.append((operand, new))
        return False

    def is_lost_number(self, wire: ir.Gate, hole: str, mask: Mask) -> bool:
        """Return whether an operand that has no gradient is made of what is beyond an edge, or divided by zero."""
        value, made = wire.values.get(hole), [wire.statics[hole]]
        if not is_float(value):
            return False
        for tree in made:  # it grows
            read = [self.passive[name] for name in sorted(names_of(tree)) if name in self.passive]
            made += [one for one in read if one not in made]
        edges = [divisor for tree in made for divisor in divisors_of(tree)]
        edges += [e for t in made for e in syntax.every(ast.Call, t) if head_of(e) in EDGED]
        is_made = not all(map(self.is_of_sizes, edges))
        return is_made and self.may_ask(mask, names_of(made[0]), value)

    def has_edge(self, factor: ast.expr, wire: ir.Gate, mask: Mask) -> bool:
        """Return whether a factor is infinite, or nan, at an edge: as the logarithm of `x * (l := np.log(x))`."""
        named = {
            part.target.id: part.value
            for part in ast.walk(wire.row.tree)
            if isinstance(part, ast.NamedExpr)
        }
        for part in ast.walk(syntax.substitute(factor, named)):
            match part:
                case ast.Call(args=[ast.Name() | ast.BinOp() | ast.NamedExpr() as inner]) if (
                    head_of(part) in EDGED
                ):
                    if self.may_ask(mask, behind_holes(wire, inner), wire.sample):
                        return True
        return False

    def is_edge(self, gate: ir.Gate, mask: Mask) -> bool:
        """Return whether a gate makes nan, or infinity, of what a mask may hide."""
        head = head_of(gate.row.tree)
        if head in EDGED:
            inner = ir.WireRef(next(iter(gate.operands.values())))
            if head in BEGINNING and self.bounds.sign(inner) == 1 or self.bounds.is_positive(inner):
                return False
            if any(map(is_exponential, syntax.every(ast.Call, gate.row.tree))):
                mask = replace(mask, of_row=False)  # `np.log(1 + np.exp(x))` is lost far out alone
            return self.may_ask(mask, names_of(gate.node), gate.sample)
        if head in EXPONENTIALS:
            mask, names = replace(mask, of_row=False), names_of(gate.node)
            is_one = self.is_one_of(mask, names)
            if is_one or not is_scalar(gate.sample) and self.may_ask(mask, names, gate.sample):
                return self.bounds.is_boundless(gate, head)
            return self.is_asked(gate, mask) and not self.bounds.is_limited(gate)
        if head == "**" and isinstance(gate.row.tree, ast.BinOp):
            below, power = gate.row.tree.left, gate.row.tree.right
            match power:
                case ast.Constant(int() | float() as number) if number >= 0:
                    return False
            return self.may_ask(mask, behind_holes(gate, below), gate.sample)
        divisor = part_of(gate, "y") if head in ("/", "-") else None
        if head == "-":  # where all are infinite, no number is left of what is below the largest
            mask = replace(mask, of_place=False, of_row=False)
            is_below = divisor is not None and self.bounds.is_maximum(divisor)
            return is_below and self.may_ask(mask, names_of(gate.node), gate.sample)
        return (
            divisor is not None
            and not (
                is_safe(divisor)
                or self.is_of_sizes(divisor)
                or self.bounds.is_positive(divisor)
                or self.is_exposed(divisor)
            )
            and self.may_ask(mask, names_of(divisor), gate.sample)
        )

    def is_one_of(self, mask: Mask, names: set[str]) -> bool:
        """Return whether what is made of some variables is one of several items, of which a mask may hide the whole."""
        if mask.of_item or not mask.trips:
            return mask.of_item
        return bool(self.varying(self.all_behind(names), mask))

    def varying(self, names: set[str], mask: Mask) -> list[ir.Loop]:
        """Return the loops each trip of which makes an item that a mask may hide, if they bind some variables."""
        made = [one for name in names for one in self.flow.definers.get(name, [])]
        return [
            loop
            for loop in mask.trips
            if any(one is loop or loop in self.flow.loops(one) for one in made)
        ]

    def may_ask(self, mask: Mask, names: set[str], value: Any) -> bool:
        """Return whether a mask may ask for what some variables are made of, or has an item for each of a value's."""
        if self.is_one_of(mask, names) or (mask.of_place or mask.of_row) and np.ndim(value):
            return True
        if mask.reads & self.all_behind(names):
            return True
        return any(is_scalar(value) or self.is_alike(name, value) for name in mask.reads)

    def is_of_sizes(self, tree: ast.expr) -> bool:
        """Return whether a value is made of literals, sizes, and whole parts of these alone: none is zero."""
        whole = syntax.rewrite(
            without_shapes(tree),
            lambda p: (
                p.left if isinstance(p, ast.BinOp) and isinstance(p.op, ast.FloorDiv) else None
            ),
        )
        return names_of(whole) <= self.sizes

    def all_behind(self, names: set[str]) -> set[str]:
        return set(reached(names, lambda name: self.made_from.get(name, ())))

    def all_made_of(self, names: set[str]) -> set[str]:
        made_from = self.made_from.items() if names else ()
        readers = grouped((one, name) for name, made in made_from for one in made)
        return set(reached(names, lambda name: readers.get(name, ())))

    def is_left_out(
        self, wire: ir.Gate, tree: ast.expr, names: Sequence[str], branch: ir.Branch, is_body: bool
    ) -> bool:
        """Return whether a test sends a number with an infinite gradient to the other side, but not off the gate."""
        inside = self.inside.get(wire, set()) if asks_only(branch, wire) else set()
        if not self.flow.loops(branch) and branch in dict(self.inside.get(wire, ())):
            return False  # a gate on one of its sides runs where that side is taken
        is_apart = self.is_apart(wire, branch, is_body)
        behind = self.all_behind(names_of(wire.node))
        asked = Mask(frozenset(behind if is_apart else behind & self.asked_of(branch.test)))
        if is_apart or all(one is not branch for one, _ in self.inside.get(wire, set())):
            operands = (wire.operands[n] for n in names if n in wire.operands)
            if any(self.is_lost(one, asked, whole=True) for one in operands):
                return True
        for hole, value in wire.values.items():
            part = part_of(wire, hole)
            if part is None or not is_float(value) or not names_of(part):
                continue  # what is written out has one value, what the row names follows from others
            shared = [h for h in wire.values if shares_out(wire, h)]
            for limit in (*LIMITING, EMPTY) if hole in shared else LIMITING:
                held = shared if limit == EMPTY else [hole]
                new = {h: np.full_like(wire.values[h], limit)[()] for h in held}
                values = {**wire.values, **new}
                with suppress(*UNKNOWN):
                    for one in syntax.every(ast.NamedExpr, wire.row.tree):
                        values[one.target.id] = evaluate(one.value, values)
                    values["out"] = evaluate(wire.row.tree, values)
                    ones = np.ones_like(values["out"])
                    if not np.isfinite(evaluate(tree, {**values, "dout": ones})).all():
                        if is_apart:
                            return True
                        zeros = self.zeros_behind(behind) if limit == 0 else {}
                        for known in ({}, zeros) if zeros else ({},):
                            answer = self.asked_at(branch, wire, values, known)
                            if answer is (not is_body) and (branch, not answer) not in inside:
                                return True
        return False

    def zeros_behind(self, names: set[str]) -> dict[str, Any]:
        """Return zeros for the floats among some variables: `w.sum() > 0` asks for what `w / total` is divided by."""
        samples = {name: self.samples.get(name) for name in names}
        return {n: np.zeros_like(v)[()] for n, v in samples.items() if is_plain(v) and is_float(v)}

    def is_apart(self, wire: ir.Gate, branch: ir.Branch, is_body: bool) -> bool:
        """Return whether a test asks nothing about what a gate outside of the branch computes with."""
        return (branch, is_body) in self.apart or not (
            self.asked_of(branch.test) & self.all_behind(names_of(wire.node))
            or any(one is branch for one, _ in self.inside.get(wire, set()))
        )

    def asked_of(self, test: ast.expr) -> set[str]:
        """Return the variables that a test asks about: `ok[i]` and `i > n` ask nothing about `v[i]`."""
        whole = syntax.rewrite(test, lambda p: p.value if isinstance(p, ast.Subscript) else None)
        return names_of(whole) - self.counters

    def asked_at(
        self, branch: ir.Branch, wire: ir.Gate, values: dict[str, Any], given: dict[str, Any]
    ) -> bool:
        """Return what a branch is asked where a gate's operands, and variables that are `given`, have some values."""
        known: dict[str, Any] = {}
        items: dict[str, ast.expr] = {}
        for hole in wire.values:
            part = wire.operands.get(hole) or wire.statics.get(hole)
            if isinstance(part, ir.Gate) and part.row.pattern == "x[index]":
                if part.name is None and np.ndim(values[hole]) == 0:
                    items[syntax.show(wire_text(part))] = syntax.constant(float(values[hole]))
            if isinstance(part, ir.Variable):
                known[part.name] = values[hole]
            elif isinstance(part, ast.Name):
                known[part.id] = values[hole]
        known |= given
        inside, operands = set(ir.statements_of(ir.Block([branch]))), set(known)
        for stage in self.stages:
            if stage in inside:
                break
            if stage.wire is not None and wire in gates_of(stage.wire):
                operands.clear()  # from here on they may be bound anew
            if len(stage.binds) != 1 or stage.binds[0] in operands:
                continue
            if stage.wire is not None:
                known[stage.binds[0]] = self.value_of(stage.wire, known, {wire: values["out"]})
            elif isinstance(stage.statement, ast.Assign):
                with suppress(*UNKNOWN):  # what only a test reads has no gradient
                    known[stage.binds[0]] = evaluate(
                        stage.statement.value, {**self.samples, **known}
                    )
        test = syntax.rewrite(branch.test, lambda part: items.get(syntax.show(part)))
        return bool(evaluate(test, {**dict.fromkeys(self.counters, 0), **self.samples, **known}))

    def value_of(self, wire: ir.Wire, known: dict[str, Any], given: dict[ir.Wire, Any]) -> Any:
        """Return the value of a wire where some variables and wires have other values than in the example."""
        if wire in given:
            return given[wire]
        if isinstance(wire, ir.Variable):
            return known.get(wire.name, wire.sample)
        if not isinstance(wire, ir.Gate):
            return wire.sample
        values = {h: self.value_of(w, known, given) for h, w in wire.operands.items()}
        return evaluate(wire.row.tree, {**wire.values, **values})

    def is_exposed(self, divisor: ast.expr) -> bool:
        """Return whether what the function returns is infinite itself where a divisor is zero, as `np.log(c)` is."""
        name = divisor.wire.name if isinstance(divisor, ir.WireRef) else None
        made = self.flow.definers.get(name or "", [])
        return bool(made) and all((one, name, POLE) in self.surely for one in made)

    def is_behind(self, name: str, wire: ir.Gate, mask: Mask) -> bool:
        """Return whether a divisor is zero where a mask may say so: item by item, or because the mask reads it."""
        value: Any = wire.sample if name == "out" else wire.values.get(name)
        part = part_of(wire, name)
        if part is not None and (self.bounds.is_positive(part) or self.is_exposed(part)):
            return False
        if is_plain(value) and np.ndim(value) and np.shape(value) == np.shape(wire.sample):
            return True
        if (
            np.ndim(value)
            and (mask.of_place or mask.of_row)
            or any(self.is_alike(one, value) for one in mask.reads)
        ):
            return True
        if part is None or self.is_of_sizes(part):
            return False
        return bool(mask.reads) or self.is_one_of(mask, names_of(part))


def asked_for(mask: Mask, sample: Any) -> set[str]:
    """Return the variables that a mask reads; behind one number, the sides of branches are masks as well."""
    sides = mask.sides if is_scalar(sample) else ()
    return set(mask.reads).union(*(names_of(branch.test) for branch, _ in sides))


def behind_holes(wire: ir.Gate, tree: ast.expr) -> set[str]:
    parts = [part_of(wire, hole) for hole in syntax.reads(tree)]
    return set[str]().union(*(names_of(part) for part in parts if part is not None))


def asks_only(branch: ir.Branch, wire: ir.Gate) -> bool:
    """Return whether a test asks one number alone, which a gate computes with: what it says of it always holds."""
    asked = names_of(branch.test)
    given = {part.name for part in wire.operands.values() if isinstance(part, ir.Variable)}
    return is_scalar(wire.sample) and len(asked) == 1 and asked <= given


def all_read(stage: ir.Stage) -> set[Part]:
    """Return the parts of variables that a stage reads, outside of calls of helpers, which may read no more of them."""
    found, waiting = set[Part](), [stage.wire] if stage.wire is not None else []
    for wire in waiting:  # it grows
        part = slice_read(wire)
        if pole := pole_of(wire):
            found.add((pole, POLE))
        if part[1] or isinstance(wire, ir.Variable):
            found.add(part)
        elif not isinstance(wire, ir.Call):
            waiting += wire.operands.values()
    return found


def pole_of(wire: ir.Wire) -> str:
    """Return the variable at whose zero a gate is infinite, a logarithm of it or a quotient by it; else nothing."""
    head = head_of(wire.row.tree) if isinstance(wire, ir.Gate) else ""
    hole = {"/": "y", "np.log": "x", "np.log2": "x", "np.log10": "x"}.get(head, "")
    operand = wire.operands.get(hole)
    return operand.name if isinstance(operand, ir.Variable) else ""


def slice_read(wire: ir.Wire) -> Part:
    """Return the slice of a variable that a wire is, where it is one in every call."""
    index, operand = wire.statics.get("index"), wire.operands.get("x")
    if index is None or names_of(index) or not isinstance(operand, ir.Variable):
        return str(wire.name), ()
    return operand.name, slices_of(getattr(wire, "values", {}).get("index"))


def read_in(tree: ast.expr) -> set[str]:
    """Return what a gradient reads besides the upstream gradient, and of which it reads more than the shape."""
    return set(syntax.reads(without_shapes(tree))) - {"dout", "np"}


def read_from_outside(side: ir.Block) -> set[str]:
    """Return the variables that the wires of a side read before the side binds them."""
    found, bound = set[str](), set[str]()
    for stage in ir.stages_of(side):
        if stage.wire is not None:
            found |= {leaf.name for leaf in ir.leaves(stage.wire) if leaf.name} - bound
        bound |= set(stage.binds)
    return found


def reads_of(side: ir.Block) -> set[str]:
    wires = (stage.wire for stage in ir.stages_of(side) if stage.wire is not None)
    return {leaf.name for wire in wires for leaf in ir.leaves(wire) if leaf.name}


def behind_helpers(circuit: ir.Circuit) -> dict[ir.Circuit, Mask]:
    """Return a function and its helpers, each with the masks behind what it returns, of all its calls."""
    found = {circuit: NOTHING}
    waiting = [circuit]
    for one in waiting:  # it grows
        wires = [s.wire for s in ir.stages_of(one.block) if s.wire is not None]
        calls = [gate for wire in wires for gate in gates_of(wire) if isinstance(gate, ir.Call)]
        if not calls:
            continue
        hidden = Hidden(one, found[one])
        for call in calls:
            mask = found.get(call.circuit, NOTHING) | hidden.of_returned(call)
            if mask != found.get(call.circuit):
                found[call.circuit] = mask
                waiting.append(call.circuit)
    return found


def arguments_of(call: ir.Call) -> Iterator[tuple[str, ast.expr]]:
    assert isinstance(call.node, ast.Call)
    yield from zip(call.circuit.parameters, call.node.args, strict=False)
    for keyword in call.node.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value


def keeps_zeros(wire: ir.Wire, operand: ir.Wire) -> bool:
    """Return whether a gate hands zeros of its gradient on as zeros, each to items of its own."""
    if not isinstance(wire, ir.Gate):
        return False
    head = head_of(wire.row.tree)
    if head in SAME_NUMBERS | SUMS | {"[]", "sum"}:
        return True
    known = head in OPERATORS | CHOICES | NANS or is_elementwise(head)
    if not known or not is_plain(operand.sample) or not is_plain(wire.sample):
        return False
    return bool(np.shape(operand.sample) == np.shape(wire.sample))


def spreads_nan(wire: ir.Gate) -> bool:
    """Return whether all that a gate makes of an item is nan where that is: if that does not count, nor does it."""
    head = head_of(wire.row.tree)
    return head in OPERATORS | MULTIPLYING or is_elementwise(head) and head not in CHOICES | NANS


def is_whole(index: Any) -> bool:
    parts = index if type(index) is tuple else (index,)
    whole = (None, ..., slice(None))
    return all(not isinstance(part, np.ndarray | list) and part in whole for part in parts)


def store_root(stage: ir.Stage) -> list[str]:
    target: ast.expr = stage.target
    if not isinstance(target, ast.Subscript) and isinstance(stage.statement, ast.Assign):
        target = stage.statement.targets[0]
    if not isinstance(target, ast.Subscript):
        return []
    root = syntax.root_name(target)
    return [root] if root else []


def tests_nan(tree: ast.AST) -> bool:
    return any(syntax.show(n.func) in TESTS for n in syntax.every(ast.Call, tree))


def all_parts(wire: ir.Gate) -> list[ast.expr]:
    return [*map(ir.WireRef, wire.operands.values()), *wire.statics.values()]


def shares_out(gate: ir.Gate, hole: str) -> bool:
    """Return whether a gate adds exponentials of an operand up, as a softmax does, or a logarithm of their sum."""
    head = head_of(gate.row.tree)
    if "logaddexp" in head or head.rpartition(".")[2] in OVER_AXES:
        return hole in gate.operands
    calls = [*syntax.every(ast.Call, gate.row.tree)]
    raised = any(is_exponential(call) and hole in names_in(call) for call in calls)
    return raised and any(head_of(call) in SUMS for call in calls)


Slices = tuple[tuple[int | None, ...], ...]
"""Where each slice of an index begins and ends, and its step."""
Part = tuple[str, Slices]
"""A variable and the index of a part of it; the index is empty for the whole."""
POLE: Slices = ((None, 0, None),)
"""Stands for a reading that is infinite where a variable is zero."""
SIZES = (2, 3, 4, 5, 40)
"""How long axes are on which slices are tried."""


class Surely:
    """Of each stage, the parts of variables that are surely read behind it; `read` tells those that a stage reads."""

    def __init__(self, block: ir.Block, read: Callable[[ir.Stage], Iterable[Part]]) -> None:
        self.read = read
        self.behind: dict[ir.Statement, frozenset[Part]] = {}
        stores = (s for s in ir.stages_of(block) if isinstance(s, ir.Store) or s.wire is None)
        self.overwritten = {syntax.root_name(s.target) for s in stores}
        self.before(block, frozenset())

    def __contains__(self, one: tuple[ir.Statement, str | None, Slices]) -> bool:
        return one[1:] in self.behind.get(one[0], ())

    def before(self, block: ir.Block, found: frozenset[Part]) -> frozenset[Part]:
        """Return what is surely read from the beginning of a block on, of what is found behind it."""
        for item in reversed(block.items):
            match item:
                case ir.Stage():
                    found = self.through(item, found)
                case ir.Branch():
                    sides = [side for side in item.blocks if not ir.ends_in_raise(side)]
                    ways = [self.before(side, found) for side in sides]
                    found = frozenset.intersection(*ways) if ways else frozenset()
                case ir.Loop():
                    again = found
                    while (
                        once := found & without(self.before(item.body, again), item.binds)
                    ) < again:
                        again = once
                    found = again
                case ir.Around():
                    found = without(self.before(item.body, found), item.binds)
        return found

    def through(self, stage: ir.Stage, found: frozenset[Part]) -> frozenset[Part]:
        """Return what is surely read from a stage on."""
        self.behind[stage] = found
        if isinstance(stage, ir.Return):
            return all_of(self.read(stage))
        if isinstance(stage, ir.Break | ir.Raise):
            return frozenset()
        targets = list(stage.binds)
        if isinstance(stage, ir.Add):
            targets = [
                root for root in [syntax.root_name(stage.target)] if root not in self.overwritten
            ]
        is_plain = (
            isinstance(stage, ir.Bind | ir.Update | ir.Add | ir.View) and stage.wire is not None
        )
        is_read = is_plain and targets and all((name, ()) in found for name in targets)
        kept = (
            found if isinstance(stage, ir.Add) else without(found, [*stage.binds, *stage.changes])
        )
        return all_of([*kept, *self.read(stage)]) if is_read else kept


def without(found: frozenset[Part], names: Iterable[str]) -> frozenset[Part]:
    names = set(names)
    return frozenset(part for part in found if part[0] not in names)


def all_of(parts: Iterable[Part]) -> frozenset[Part]:
    """Return some parts, and the whole of each variable that they leave nothing out of."""
    found = set(parts)
    for name in {name for name, _ in found}:
        if covers([index for one, index in found if one == name and index not in ((), POLE)]):
            found.add((name, ()))
    return frozenset(found)


def slices_of(index: Any) -> Slices:
    """Return the slices of an index that has nothing else."""
    parts = index if isinstance(index, tuple) else (index,)
    if not all(isinstance(part, slice) for part in parts):
        return ()
    return tuple((part.start, part.stop, part.step) for part in parts)


def covers(indices: Collection[Slices]) -> bool:
    """Return whether slices leave nothing out together, however long an axis is on which none of them is empty.

    >>> covers([slices_of(np.s_[:-2]), slices_of(np.s_[1:-1]), slices_of(np.s_[2:])])
    True
    >>> covers([slices_of(np.s_[:5]), slices_of(np.s_[-5:])])
    False
    """
    if len({len(index) for index in indices}) != 1:
        return False
    for size in SIZES:
        read = np.zeros([size] * len(next(iter(indices))), bool)
        parts = [tuple(slice(*one) for one in index) for index in indices]
        for part in parts:
            read[part] = True
        if not read.all() and all(read[part].size for part in parts):
            return False
    return True
