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
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

from codegen import syntax
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
from codegen.ir import (
    Append,
    Block,
    Branch,
    Call,
    Circuit,
    Display,
    Gate,
    Loop,
    LoopItem,
    Pop,
    Return,
    Stage,
    Variable,
    Wire,
    WireRef,
    leaves,
    named_text,
    stages_of,
    statements_of,
)
from codegen.pytree import is_float, is_mask, is_plain, is_scalar
from codegen.records import dataclass
from codegen.stage import where
from codegen.stage.local import chosen, gradient_tree, names_in, without_shapes
from codegen.stage.spell import wire_text
from codegen.stage.where import works_by_item

CHOICES = frozenset({"np.where", "np.select", "np.clip", "np.maximum", "np.minimum"})
"""Functions whose output does not depend on an operand where another one, or a limit, is chosen."""
NANS = frozenset({
    "np.nan_to_num", "np.fmax", "np.fmin", "np.nansum", "np.nanmean", "np.nanprod", "np.nanmax", "np.nanmin",
    "np.nanvar", "np.nanstd", "np.nanmedian", "np.nancumsum",
})  # fmt: skip
"""Functions that take nan for nothing."""
TESTS = frozenset({"np.isnan", "np.isfinite", "np.isinf", "np.isneginf", "np.isposinf"})
LIMITS = frozenset({"np.clip", "np.maximum", "np.minimum", "np.fmax", "np.fmin"})
"""Functions whose output is a limit where an operand is beyond it."""
PLACES = frozenset({
    "np.max", "np.min", "np.take", "np.take_along_axis", "np.diagonal", "np.diag", "np.trace", "np.triu", "np.tril",
    "np.sort", "np.partition", "np.median", "np.delete", "np.compress",
})  # fmt: skip
"""Functions that read some items of their first operand, and not others."""
JOINS = frozenset({"np.stack", "np.concatenate", "np.hstack", "np.vstack", "np.column_stack"})
SCALING = frozenset({"*", "/"})
LIMITING = (0.0, 1.0, -1.0)
"""Numbers at which gradients may be infinite: what is divided by, and the limits of an arc."""
EMPTY = -np.inf
"""What all exponents are in a sum of exponentials that has nothing to share out."""
UNKNOWN = (TypeError, ValueError, AttributeError, IndexError, NameError, ArithmeticError)
"""What is raised where values are tried that the example has not."""
EXPONENTIALS = frozenset({"np.exp", "np.exp2", "np.expm1", "np.sinh", "np.cosh"})
RISING = frozenset({"np.exp", "np.exp2", "np.expm1"})
HARMLESS = 80.0
"""What they can be raised to in single precision as well; its largest number is `exp(88.7)`."""
EDGED = frozenset(
    f"np.{name}"
    for name in ("log", "log2", "log10", "log1p", "sqrt", "arcsin", "arccos", "arccosh", "arctanh")
)
"""Functions that are nan beyond an edge, or infinite on it."""
BEGINNING = frozenset({"np.sqrt", "np.log1p"})
"""Those of them that are finite from zero on."""
FAR = 2000.0
"""Where exponentials are zero, or infinite, in double precision."""
FURTHEST = 60  # gates behind a factor are looked at
FALLING = frozenset({"/", "**", "np.reciprocal", "np.tanh", "np.arctan", "np.exp"})
"""Functions whose slope may fall faster than an exponential that they read grows."""
GROWING = OPERATORS | SUMS | {"np.square", "np.sqrt"}
"""Functions that an exponential without a bound goes through without one."""
CARRYING = GROWING | EXPONENTIALS | SAME_NUMBERS | {"[]"}
BOUNDED = frozenset({"np.sin", "np.cos", "np.tanh", "np.arctan", "np.clip", "np.minimum"})
POSITIVE = frozenset(
    f"np.{name}"
    for name in ("abs", "square", "sqrt", "exp", "exp2", "cosh", "linalg.norm", "var", "std")
)
OVERFLOWING = EXPONENTIALS | {"np.square", "**"}


@dataclass(frozen=True)
class Mask:
    """What may have made a gradient zero."""

    reads: frozenset[str] = frozenset()
    """The variables that the masks read."""
    of_nan: bool = False
    """Whether nan was looked for: then any factor may be nan."""
    sides: frozenset[tuple[Branch, bool]] = frozenset()
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
    trips: frozenset[Loop] = frozenset()
    """The loops of which each trip makes one such item: `ls.append(np.log(p))`, `ls[0]`."""

    def __or__(self, other: Mask) -> Mask:
        return Mask(
            self.reads | other.reads,
            self.of_nan or other.of_nan,
            self.sides | other.sides,
            self.of_value or other.of_value,
            self.falls or other.falls,
            self.of_place or other.of_place,
            self.of_row or other.of_row,
            self.of_item or other.of_item,
            self.trips | other.trips,
        )

    def __bool__(self) -> bool:
        is_part = self.of_place or self.of_row or self.of_item or bool(self.trips)
        return bool(self.reads or self.sides) or self.of_nan or self.falls or is_part

    def of_items(self, trips: Iterable[Loop] = ()) -> Mask:
        """Return the mask behind one item of what has this behind it, which a trip of some loops makes."""
        is_part = self.of_place or self.of_row or self.of_item or bool(self.trips or self.reads)
        made = frozenset(trips if is_part else ())
        return replace(self, of_place=False, of_row=False, of_item=is_part and not made, trips=made)


NOTHING = Mask()


class Hidden:
    """The masks behind each wire of a circuit, and, of a helper, that behind what it returns."""

    def __init__(
        self,
        circuit: Circuit,
        outside: Mask = NOTHING,
        callers: tuple[Circuit, ...] = (),
        known: dict[tuple[Circuit, Mask], Hidden] | None = None,
    ) -> None:
        self.outside, self.callers = outside, (*callers, circuit)
        self.known = {} if known is None else known  # of helpers, whoever calls them
        self.helpers: dict[tuple[Circuit, Mask], Hidden] = {}  # of those that call their callers
        self.calls_back = False
        self.stages = list(stages_of(circuit.block))
        self.bools = dict(passive_masks(self.stages))
        self.variables: dict[str, Mask] = {}
        self.wires: dict[Wire, Mask] = {}
        self.samples = dict(circuit.samples)
        self.bound = {
            stage.target.id: stage.wire
            for stage in self.stages
            if isinstance(stage.target, ast.Name) and stage.wire is not None
        }
        self.values: dict[str, list[Wire]] = {}  # all wires that a variable is ever bound to
        for stage in self.stages:
            if isinstance(stage.target, ast.Name) and stage.wire is not None:
                self.values.setdefault(stage.target.id, []).append(stage.wire)
        self.read = reads_of(circuit.block)
        self.written_over = {
            name for stage in self.stages if stage.wire is None for name in store_root(stage)
        }
        self.makes: dict[Wire, set[str]] = {}  # for each gate the variables whose line it stands in
        self.passive = {
            name: stage.statement.value
            for stage in self.stages
            if stage.wire is None and isinstance(stage.statement, ast.Assign)
            for name in stage.binds
        }
        self.made_from = {name: names_of(tree) for name, tree in self.passive.items()}
        infinite = {
            name
            for name, tree in self.passive.items()
            if any(part.attr == "inf" for part in syntax.every(ast.Attribute, tree))
            and head_of(tree) == "np.full"
        }
        bound = Counter(name for one in statements_of(circuit.block) for name in one.bound)
        self.sizes = set[str]()  # the variables that are made of sizes alone
        for name, tree in self.passive.items():
            if self.is_of_sizes(tree) and bound[name] == 1:
                self.sizes.add(name)
        for stage in self.stages:
            targets = {*stage.binds, *store_root(stage)}
            for gate in gates_of(stage.wire) if stage.wire is not None else ():
                self.makes.setdefault(gate, targets)
                parts = all_parts(gate) if isinstance(gate, Gate) else [gate.node]
                for name in targets:
                    self.made_from.setdefault(name, set()).update(*map(names_of, parts))
            if len(stage.binds) == 1:
                self.samples[stage.binds[0]] = stage.sample_of()
        loops = [one for one in statements_of(circuit.block) if isinstance(one, Loop)]
        own = {name for one in loops for name in one.binds}
        self.counters = {name for name in own if type(self.samples.get(name)) in (int, type(None))}
        self.filled = self.all_made_of(infinite)
        self.inside: dict[Wire, set[tuple[Branch, bool]]] = {}  # the sides that each gate is on
        self.apart: set[tuple[Branch, bool]] = (
            set()
        )  # sides that another trip of a loop may not take
        self.flow = Flow(circuit)
        self.flat: dict[Wire, tuple[Wire, Stage]] = {}  # what is zero, and where it is read
        self.factors: dict[tuple[Wire, str], str] = {}  # the factor that may be zero, of another
        self.signs: dict[Wire, int] = {}  # see `sign`: a value may be read on thousands of ways
        self.steep = set(self.steep_limits())
        self.of_branches(circuit.block)
        if outside or self.variables or any(map(self.hides, self.stages)):
            while self.walked():
                pass

    def of_branches(self, block: Block) -> None:
        """Note of what one side of a branch reads, and no other, that its gradient may be zero elsewhere."""
        loops = [one for one in statements_of(block) if isinstance(one, Loop)]
        repeated = {one for loop in loops for one in statements_of(loop.body)}
        for branch in statements_of(block):
            if not isinstance(branch, Branch) or branch.is_open_on_one_side():
                continue
            for side, is_body in zip(branch.blocks, (True, False), strict=True):
                for stage in stages_of(side):
                    for gate in gates_of(stage.wire) if stage.wire is not None else ():
                        self.inside.setdefault(gate, set()).add((branch, is_body))
            body, orelse = map(read_from_outside, branch.blocks)
            bound = [{n for s in stages_of(side) for n in s.binds} for side in branch.blocks]
            body, orelse = body | (bound[1] - bound[0]), orelse | (bound[0] - bound[1])
            for is_body, names in ((True, body - orelse), (False, orelse - body)):
                anew = set[str]()
                if branch in repeated:
                    anew = bound[is_body] - reads_of(branch.blocks[is_body])  # on the other side
                if anew:
                    self.apart.add((branch, is_body))
                for name in names | anew:
                    self.note(name, Mask(sides=frozenset({(branch, is_body)})))

    def steep_limits(self) -> Iterator[Gate]:
        """Yield the gates that hold a value at a limit at which the gradient of what reads it is infinite, such as
        `np.maximum(x, 0)` in `np.sqrt(np.maximum(x, 0))`: there a mask times that gradient is nan. Where the value is
        scaled first, as in `np.sqrt(v * dt)`, so is the gradient of `dt`: noted in `flat` of the square root, as is
        what is zero far out alone, as an exponential is.
        """
        for stage, gate in self.gates():
            for hole, operand in gate.operands.items():
                is_scaling = head_of(gate.row.tree) in SCALING
                scaled = self.scaled(operand, stage)
                for shown, limited, at in islice(scaled, 1) if is_scaling else scaled:
                    if not isinstance(limited, Gate):
                        continue
                    if not is_scaling and is_steep(gate, hole, None, True):
                        self.note_factors(limited)
                    held = self.is_held(limited)
                    if (held or self.vanishes(limited)) and is_steep(
                        gate, hole, limited, shown is not operand or not held
                    ):
                        if held and shown is operand:
                            yield limited
                        else:
                            self.flat[gate] = shown, at
                if head_of(gate.row.tree) in EDGED | {"**"}:
                    for limited in self.limits_behind(operand, stage):
                        if is_steep(gate, hole, limited, False, partial(self.at_limit, operand)):
                            yield limited

    def gates(self) -> Iterator[tuple[Stage, Gate]]:
        """Yield all gates, each with its stage."""
        for stage in self.stages:
            for wire in gates_of(stage.wire) if stage.wire is not None else ():
                if isinstance(wire, Gate):
                    yield stage, wire

    def scaled(
        self, wire: Wire, at: Stage, met: frozenset[Wire] = frozenset()
    ) -> Iterator[tuple[Wire, Wire | None, Stage]]:
        """Yield a wire that a stage reads, and what it is a multiple of, be it by a name: where that is zero, so is the
        wire. With each comes what makes it, and the stage that reads it: a name may be bound anew behind that.
        """
        made, made_at = self.made_at(wire, at)
        yield wire, made, at
        if isinstance(made, Gate) and made not in met and head_of(made.row.tree) in SCALING:
            for hole, operand in made.operands.items():
                if head_of(made.row.tree) == "*" or hole == "x":
                    yield from self.scaled(operand, made_at, met | {made})

    def note_factors(self, product: Gate) -> None:
        """Note of a product that is zero where its gradient is infinite, as in `np.sqrt(p * t)`, which factor may be
        zero: there is no gradient of the other one.
        """
        head = head_of(product.row.tree)
        for factor in product.values if head == "*" else ("x",) if head == "/" else ():
            part = part_of(product, factor)
            if part is not None and self.may_be_zero(part, product.values[factor]):
                for other in product.operands.keys() - {factor}:
                    self.factors[product, other] = factor

    def may_be_zero(self, part: ast.expr, sample: Any) -> bool:
        """Return whether a factor is zero in the example, or in memory that is made of zeros or written over, or on one
        side of a branch.
        """
        if not is_plain(sample):
            return False
        made = [self.passive.get(name) for name in syntax.reads(named_text(part))]
        is_made = any(
            isinstance(one, ast.Constant) or one is not None and head_of(one).startswith("np.zeros")
            for one in made
        )
        return is_made or not np.all(sample) or bool(names_of(part) & self.written_over)

    def is_held(self, gate: Gate) -> bool:
        """Return whether a gate may hold a value at a limit, or reads items of what does."""
        waiting: list[Wire] = [gate]
        for one in waiting:  # it grows
            if isinstance(one, Gate) and is_limit(one):
                return True
            if isinstance(one, Gate) and head_of(one.row.tree) in SAME_NUMBERS | {"[]"}:
                for operand in one.operands.values():
                    made = self.values.get(operand.name or "") or [operand]
                    waiting += [new for new in made if new not in waiting]
        return False

    def made_at(self, wire: Wire, at: Stage) -> tuple[Wire | None, Stage]:
        """Return what makes a wire that a stage reads, and the stage where; a name that is bound several times counts
        by the last of them, if that is in the same trip of all loops, and always taken.
        """
        if not isinstance(wire, Variable):
            return wire, at
        definers = self.flow.definers.get(wire.name, [])
        last = next(self.flow.before(definers, self.flow.order[at]), None)
        if isinstance(last, Stage) and last.wire is not None:
            is_taken = any(last in block.items for block in self.flow.blocks(at))
            if is_taken and self.flow.loops(last) == self.flow.loops(at):
                return last.wire, last
        return (self.made_of(wire) if len(self.values.get(wire.name, ())) == 1 else None), at

    def vanishes(self, gate: Gate) -> bool:
        """Return whether the value of a gate, and its slope, are zero where its one operand is very large, or far below
        zero: no number is left of `np.exp(x)` or of a sigmoid.
        """
        if len(gate.operands) != 1 or not works_by_item(gate):
            return False
        ((hole, operand),) = gate.operands.items()
        made, sign = self.made_of(operand), self.sign(operand.node)
        if isinstance(made, Gate) and head_of(made.row.tree) in BOUNDED - LIMITS:
            return False
        with suppress(*UNKNOWN):
            far = [s * FAR for s in (-1, 1) if s * sign >= 0]
            values = [{**gate.values, hole: np.array([v])} for v in far]
            return any(np.all(evaluate(gate.row.tree, one) == 0) for one in values)
        return False

    def limits_behind(self, wire: Wire, at: Stage) -> Iterator[Gate]:
        """Yield the gates at a limit that a value is made of by sums, products and powers, but is no multiple of."""
        near = {made for _, made, _ in self.scaled(wire, at)}
        waiting = [self.made_of(wire)]
        for made in waiting:  # it grows
            if not isinstance(made, Gate):
                continue
            if is_limit(made):
                if made not in near:
                    yield made
            elif head_of(made.row.tree) in OPERATORS | {"np.square"} and len(waiting) < FURTHEST:
                new = map(self.made_of, made.operands.values())
                waiting += [one for one in new if one not in waiting]

    def at_limit(
        self, wire: Wire, limited: Gate, limit: float, met: frozenset[Wire] = frozenset()
    ) -> Any:
        """Return the value of a wire where a gate that it is made of is at its limit."""
        made = self.made_of(wire)
        if made is limited:
            return np.array([limit])
        if not isinstance(made, Gate) or made in met:
            return wire.sample
        values = {
            h: self.at_limit(w, limited, limit, met | {made}) for h, w in made.operands.items()
        }
        return evaluate(made.row.tree, {**made.values, **values})

    def made_of(self, operand: Wire) -> Wire | None:
        """Return the gate that an operand is the output of, be it by a name."""
        return self.bound.get(operand.name) if isinstance(operand, Variable) else operand

    def hides(self, stage: Stage) -> bool:
        """Return whether something in a stage hides values."""
        if stage.wire is None:
            return bool(self.of_store(stage))
        if self.of_unread(stage):
            return True
        return any(self.of_gate(w, h) for w in gates_of(stage.wire) for h in w.operands)

    def of_unread(self, stage: Stage) -> Mask:
        """Return the mask by which items of a list, or rows of an array, are unpacked that nothing reads."""
        is_unpacked = isinstance(stage.target, ast.Tuple | ast.List)
        if not is_unpacked or not isinstance(stage.wire, Variable | Gate):
            return NOTHING
        return Mask(of_place=not self.read.issuperset(syntax.names(stage.target)))

    def walked(self) -> bool:
        """Walk through all stages once, the last one first; return whether something new was found."""
        before = dict(self.variables)
        for stage in reversed(self.stages):
            if stage.wire is None:
                left_out = Mask(of_place=True) if isinstance(stage, Pop) else self.of_store(stage)
                for name in (*stage.changes, *store_root(stage)):
                    self.note(name, left_out)
                continue
            mask = self.outside if isinstance(stage, Return) else NOTHING
            for target in stage.binds:
                mask = mask | self.variables.get(target, NOTHING)
            mask = mask | self.of_unread(stage)
            appended = stage.changes if isinstance(stage, Append) else ()
            for target in (*store_root(stage), *appended):
                new = self.variables.get(target, NOTHING).of_items(self.flow.loops(stage)[:1])
                if not is_scalar(stage.wire.sample):
                    new = replace(new, of_item=False)  # what is put into one place stays there
                mask = mask | new
            whole = set[str]()
            header = stage.statement if isinstance(stage, LoopItem) else None
            if isinstance(header, ast.For) and isinstance(header.iter, ast.Name):  # it reads all
                read = names_of(stage.wire.node)
                whole = {n for n in read if not self.variables.get(n, NOTHING).of_place}
            self.walk(stage.wire, mask)
            for name in whole & self.variables.keys():
                self.variables[name] = replace(self.variables[name], of_place=mask.of_place)
        return before != self.variables

    def note(self, name: str, mask: Mask) -> None:
        """Note that a mask stands behind a variable."""
        if mask:
            self.variables[name] = self.variables.get(name, NOTHING) | mask

    def walk(self, wire: Wire, mask: Mask, own: Mask = NOTHING) -> None:
        """Note the masks behind a wire and those below it; `own` is that of a choice which is made of gradients,
        and needs no other guard.
        """
        if isinstance(wire, Variable):
            mask = replace(mask, trips=frozenset(self.varying({wire.name}, mask)))
            self.note(str(wire.name), mask | own)
            return
        if wire.name is not None:  # its gradient has a line of its own, outside of the choice
            mask, own = mask | own, NOTHING
        if mask:
            self.wires[wire] = self.wires.get(wire, NOTHING) | mask
        whole = where.whole_sides(wire)
        for hole, operand in wire.operands.items():
            keeps = isinstance(wire, Display) or keeps_zeros(wire, operand)
            new = self.of_gate(wire, hole)
            if mask.falls and isinstance(wire, Gate) and head_of(wire.row.tree) not in CARRYING:
                mask = replace(mask, falls=False)
            kept = mask if keeps else self.through(wire, operand, mask)
            if isinstance(wire, Display):
                kept = mask.of_items()
            if isinstance(wire, Gate) and head_of(wire.row.tree) in JOINS:
                kept = replace(mask, of_place=mask.of_place or bool(mask.reads))
            if hole in whole:
                self.walk(operand, kept, (own if keeps else NOTHING) | new)
            else:
                self.walk(operand, kept | new, own if keeps else NOTHING)

    def through(self, wire: Wire, operand: Wire, mask: Mask) -> Mask:
        """Return what is left of a mask where a gate sums the gradient of an operand up: nan, the sides of branches, a
        whole item, and what masks a whole row that the operand has one number for.
        """
        if isinstance(wire, Gate) and isinstance(wire.sample, list | tuple):
            return mask
        if not isinstance(wire, Gate) or not spreads_nan(wire):
            return Mask(
                of_nan=mask.of_nan, sides=mask.sides, of_item=mask.of_item, trips=mask.trips
            )
        if head_of(wire.row.tree) in MULTIPLYING - {"*"}:
            of_row = mask.of_row or bool(mask.reads)
            return replace(mask, reads=frozenset(), of_value=False, falls=False, of_row=of_row)
        return replace(mask, of_value=False, falls=False)

    def is_alike(self, name: str, value: Any) -> bool:
        """Return whether a variable has as many items as an array, or is one answer for all of them."""
        sample = self.samples.get(name)
        if isinstance(sample, bool | np.bool_):
            return True
        if not isinstance(sample, np.ndarray) or not isinstance(value, np.ndarray):
            return False
        return value.ndim > 0 and sample.size == value.size

    def of_gate(self, wire: Wire, hole: str) -> Mask:
        """Return the mask by which a gate, or a helper, hides an operand."""
        if isinstance(wire, Call):
            return self.in_helper(wire, hole)
        if not isinstance(wire, Gate):
            return NOTHING
        head = head_of(wire.row.tree)
        if head in FALLING and self.falls(wire, hole, head):
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

    def falls(self, gate: Gate, hole: str, head: str) -> bool:
        """Return whether the slope of a gate by an operand is zero where an exponential in that is infinite."""
        tree = gate.row.tree
        if isinstance(tree, ast.BinOp):
            above, below = (
                names_in(side) & gate.operands.keys() for side in (tree.left, tree.right)
            )
            if head == "/" and (hole in above or any(self.grows(gate.operands[n]) for n in above)):
                return False  # infinity over infinity is nan
            if head == "**" and (
                hole in below or not np.all(evaluate(tree.right, gate.values) < 0)
            ):
                return False
        elif head == "np.exp" and self.sign(gate.operands[hole].node) > 0:
            return False
        return self.grows(gate.operands[hole])

    def grows(self, wire: Wire) -> bool:
        """Return whether a value is a sum, product or power of an exponential without a bound."""
        waiting = [wire]
        for made in waiting:  # it grows
            new: list[Wire] = []
            if isinstance(made, Variable):
                new = self.values.get(made.name, [])
            elif isinstance(made, Gate):
                tree, head = made.row.tree, head_of(made.row.tree)
                if self.is_boundless(made, head):
                    return True
                if head in GROWING:
                    above = names_in(
                        tree.left if isinstance(tree, ast.BinOp) and head == "/" else tree
                    )
                    new = [w for hole, w in made.operands.items() if hole in above]
            if len(waiting) < FURTHEST:
                waiting += [one for one in new if one not in waiting]
        return False

    def is_boundless(self, gate: Gate, head: str) -> bool:
        """Return whether a gate is an exponential, and not one of what is never above some number."""
        if head not in EXPONENTIALS or self.is_limited(gate):
            return False
        inner = next(iter(gate.operands.values()))
        made = self.made_of(inner)
        if isinstance(made, Gate) and head_of(made.row.tree) in BOUNDED:
            return False
        return head not in RISING or self.sign(inner.node) >= 0

    def sign(self, tree: ast.expr, met: frozenset[Wire] = frozenset()) -> int:
        """Return 1 for what is written so that it is never below zero, -1 where it is never above; else 0.
        What was `met` on the way reads itself, as a sum in a loop does.
        """
        match tree:
            case WireRef() | ast.Name() if (made := self.held(tree)) is not None:
                if made in met:
                    return 0
                if made not in self.signs:
                    self.signs[made] = self.sign(made.node, met | {made})
                return self.signs[made]
            case ast.Constant(int() | float() as number):
                return 1 if number >= 0 else -1
            case ast.UnaryOp(ast.USub(), inner):
                return -self.sign(inner, met)
            case ast.BinOp(_, ast.Pow(), ast.Constant(int() as power)) if power % 2 == 0:
                return 1
            case ast.BinOp(left, ast.Mult() | ast.Div(), right):
                is_square = names_of(left) == names_of(right) and is_plain_name(left, right)
                return 1 if is_square else self.sign(left, met) * self.sign(right, met)
            case ast.BinOp(left, ast.Add(), right):
                one, other = self.sign(left, met), self.sign(right, met)
                return one if one == other else 0
            case ast.BinOp(_, ast.Sub(), largest):
                return -int(self.is_maximum(largest, met))
            case ast.Call(args=[inner, *_]) if head_of(tree) in SUMS:
                return self.sign(inner, met)
            case ast.Call():
                return int(head_of(tree) in POSITIVE)
        return 0

    def is_positive(self, tree: ast.expr, met: frozenset[Wire] = frozenset()) -> bool:
        """Return whether a value is written so that it is some distance above zero: `np.sqrt(var + 1e-5)`."""
        match tree:
            case WireRef() | ast.Name() if (made := self.held(tree)) is not None:
                name = tree.id if isinstance(tree, ast.Name) else tree.wire.name
                is_one = name is None or len(self.values.get(name, ())) == 1
                return is_one and made not in met and self.is_positive(made.node, met | {made})
            case ast.Constant(int() | float() as number):
                return number > 0
            case ast.BinOp(left, ast.Add(), right):
                either = self.is_positive(left, met) or self.is_positive(right, met)
                return either and self.sign(left) == self.sign(right) == 1
            case ast.BinOp(left, ast.Mult() | ast.Div(), right):
                return self.is_positive(left, met) and self.is_positive(right, met)
            case ast.Call(args=[inner, *_]) if head_of(tree) in ("np.sqrt", *SAME_NUMBERS):
                return self.is_positive(inner, met)
            case ast.Call(args=[one, other]) if head_of(tree) == "np.maximum":
                return self.is_positive(one, met) or self.is_positive(other, met)
        return False

    def is_maximum(self, tree: ast.expr, met: frozenset[Wire] = frozenset()) -> bool:
        """Return whether a value is the maximum of an array, or has its numbers."""
        match tree:
            case WireRef() | ast.Name() if (made := self.held(tree)) is not None:
                return made not in met and self.is_maximum(made.node, met | {made})
            case ast.Subscript(inner):
                return self.is_maximum(inner, met)
            case ast.Call(func=ast.Attribute(attr="max" | "amax" | "maximum")):
                return True
            case ast.Call(args=[inner, *_]):
                return head_of(tree) in SAME_NUMBERS and self.is_maximum(inner, met)
        return False

    def held(self, tree: WireRef | ast.Name) -> Wire | None:
        """Return what a variable holds, or what makes a wire; None for an argument."""
        return self.made_of(tree.wire) if isinstance(tree, WireRef) else self.bound.get(tree.id)

    def in_helper(self, call: Call, parameter: str) -> Mask:
        """Return the mask behind a parameter of a helper, in terms of what it is called with."""
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
        reads = set(mask.reads)
        if is_scalar(call.operands[parameter].sample):
            reads.update(*(names_of(branch.test) for branch, _ in mask.sides))
        asked = inner.all_behind(reads)
        given = [names_of(part) for name, part in arguments_of(call) if name in asked]
        given_reads = frozenset().union(*given)
        return replace(mask, reads=given_reads, sides=frozenset(), trips=frozenset())

    def of_returned(self, call: Call) -> Mask:
        """Return the mask behind what a helper returns, in terms of its parameters and of what it returns."""
        mask = self.wires.get(call, NOTHING)
        reads = set(mask.reads)
        if is_scalar(call.sample):
            reads.update(*(names_of(branch.test) for branch, _ in mask.sides))
        asked = self.all_behind(reads)
        own = {name for name, part in arguments_of(call) if names_of(part) & asked}
        if self.makes.get(call, set()) & asked:
            wires = (s.wire for s in stages_of(call.circuit.block) if isinstance(s, Return))
            own = own.union(*(names_of(wire.node) for wire in wires if wire is not None))
        found = replace(mask, reads=frozenset(own), sides=frozenset(), trips=frozenset())
        return replace(found, of_item=mask.of_item or bool(mask.trips))

    def of_store(self, stage: Stage) -> Mask:
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

    def guards(self, wire: Gate, hole: str, tree: ast.expr) -> bool:
        """Return whether the gradient of an operand of a gate may be infinite, or nan, where a mask has made its
        upstream gradient zero.
        """
        if self.holds_infinity(wire, wire.row.spelled_out(tree)):
            return True
        mask = self.wires.get(wire)
        if not mask:
            return False
        if mask.falls and self.meets(wire, tree):
            return True
        if not replace(mask, falls=False):
            return False
        if any(self.is_left_out(wire, tree, *side) for side in mask.sides):
            return True
        if not is_plain(wire.sample) or self.of_gate(wire, hole):
            return False
        if np.ndim(wire.sample) == 0:  # the rest is asked item by item
            if head_of(wire.row.tree) in EXPONENTIALS:
                return mask.of_value or self.is_asked(wire, mask)
            whole = wire.row.spelled_out(tree)
            for name in frozenset().union(*map(names_in, divisors_of(whole))):
                part = wire.node if name == "out" else part_of(wire, name)
                if mask.reads or part is not None and self.is_one_of(mask, names_of(part)):
                    return True
            factors = factors_of(whole)
            may_be_nan = mask.of_nan and not all(map(is_finite, factors))
            return may_be_nan or self.is_scaled_by_lost(wire, factors, mask)
        tree = wire.row.spelled_out(tree)
        divides = any(map(names_in, divisors_of(tree)))
        if not (divides or any(is_float(wire.values.get(n, wire.sample)) for n in read_in(tree))):
            return False  # it only moves numbers to other places, and adds them up
        factors = factors_of(tree)
        may_be_nan = mask.of_nan and any(not is_finite(factor) for factor in factors)
        if mask.reads and shares_out(wire, hole):
            return True
        if not works_by_item(wire):  # what an item of dout reaches is not at its place
            if head_of(wire.row.tree) not in MULTIPLYING:
                return may_be_nan
            rows = self.through(wire, wire, mask)  # as if it were a factor
            return may_be_nan or any(self.is_lost(w, rows) for w in wire.operands.values())
        if may_be_nan:
            return True
        for names in map(names_in, divisors_of(tree)):
            if any(self.is_behind(name, wire, mask) for name in names):
                return True
        if self.is_scaled_by_lost(wire, factors, mask):
            return True
        if mask.of_value and head_of(wire.row.tree) in EXPONENTIALS:
            return True
        if head_of(wire.row.tree) in OVERFLOWING and not self.is_limited(wire):
            read = set[str]().union(*map(names_of, all_parts(wire)))
            is_rising = head_of(wire.row.tree) in EXPONENTIALS
            return (
                bool(mask.reads & self.all_behind(read)) or is_rising and self.is_asked(wire, mask)
            )
        return False

    def holds_infinity(self, wire: Gate, tree: ast.expr) -> bool:
        """Return whether a factor of a gradient is infinite in the example, or made of memory that is filled with
        infinity, as the borders of a table are: where it is, what counts is most often zero.
        """
        for name in sorted(frozenset().union(*map(names_in, factors_of(tree)))):
            value: Any = wire.sample if name == "out" else wire.values.get(name)
            if name in ("dout", "np") or not is_float(value) or not works_by_item(wire):
                continue
            part = wire.node if name == "out" else part_of(wire, name)
            if np.any(np.isinf(value)) or part is not None and names_of(part) & self.filled:
                return True
        return False

    def is_scaled_by_lost(self, wire: Gate, factors: list[ast.expr], mask: Mask) -> bool:
        """Return whether a factor of a gradient may be nan, or infinite, where a mask may say so."""
        values = {**wire.operands, "out": wire}
        names = sorted(frozenset().union(*map(names_in, factors)))
        return not mask.of_value and (
            any(self.is_lost(values[n], mask) for n in names if n in values)
            or any(self.is_lost_number(wire, n, mask) for n in names if n in wire.statics)
            or any(self.has_edge(factor, wire, mask) for factor in factors)
        )

    def meets(self, gate: Gate, tree: ast.expr) -> bool:
        """Return whether a gradient has a factor that is an exponential without a bound."""
        values = {**gate.operands, "out": gate}
        names = frozenset().union(*map(names_in, factors_of(gate.row.spelled_out(tree))))
        return any(self.grows(values[name]) for name in sorted(names) if name in values)

    def is_asked(self, gate: Gate, mask: Mask) -> bool:
        """Return whether a mask may ask how large the value of a gate is, or what is made of it: `y[y > 9.0] = 9.0`."""
        asked = set(mask.reads)
        if is_scalar(gate.sample):
            asked.update(*(names_of(branch.test) for branch, _ in mask.sides))
        return bool(self.makes.get(gate, set()) & self.all_behind(asked))

    def is_limited(self, wire: Gate) -> bool:
        """Return whether an exponential is one of items that a mask has chosen for being small: `np.exp(x[x < 0])`, or
        `np.exp(-x[is_large])`, as in a sigmoid with two sides.
        """
        whole = wire_text(wire)
        if head_of(wire.row.tree) not in RISING or not isinstance(whole, ast.Call):
            return False
        inner = whole.args[0]
        small: tuple[type[ast.cmpop], ...] = (ast.Lt, ast.LtE)
        if isinstance(inner, ast.UnaryOp) and isinstance(inner.op, ast.USub):
            inner, small = inner.operand, (ast.Gt, ast.GtE)
        match inner:
            case ast.Subscript(ast.Name(name), index):
                mask = self.bools.get(syntax.identifier(index), index)
            case _:
                return False
        match mask:
            case ast.Compare(ast.Name(asked), [op], [ast.Constant(int() | float() as limit)]):
                is_kept = sum(name in (*s.binds, *s.changes) for s in self.stages) == 0
                return asked == name and isinstance(op, small) and abs(limit) < HARMLESS and is_kept
        return False

    def is_lost(self, wire: Wire, mask: Mask, whole: bool = False) -> bool:
        """Return whether a value is nan, or infinite, where a mask may say so: what is beyond an edge, or divided by
        zero, stays so in what is made of it item by item, and, if the mask hides it as a `whole`, in sums of it.
        """
        waiting = [(wire, mask)]
        met = [wire]
        for one, by in waiting:  # it grows
            made = self.made_of(one)
            if not isinstance(made, Gate):
                continue
            if self.is_edge(made, by):
                return True
            for hole, operand in made.operands.items():
                keeps = keeps_zeros(made, operand) or whole and spreads_nan(made)
                new = by if keeps else self.through(made, operand, by)
                is_part = new.of_place or new.of_row or new.of_item or new.trips
                is_reached = keeps or spreads_nan(made) and (is_part or is_scalar(operand.sample))
                if is_reached and not self.of_gate(made, hole) and operand not in met:
                    if len(met) < FURTHEST:
                        met.append(operand)
                        waiting.append((operand, new))
        return False

    def is_lost_number(self, wire: Gate, hole: str, mask: Mask) -> bool:
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

    def has_edge(self, factor: ast.expr, wire: Gate, mask: Mask) -> bool:
        """Return whether a factor of a gradient is itself infinite, or nan, at an edge that a mask may hide, as the
        logarithm is that `x * (l := np.log(x))` names.
        """
        named = {
            part.target.id: part.value
            for part in ast.walk(wire.row.tree)
            if isinstance(part, ast.NamedExpr)
        }
        for part in ast.walk(syntax.substitute(factor, named)):
            match part:
                case ast.Call(args=[ast.Name() | ast.BinOp() as inner]) if head_of(part) in EDGED:
                    read = [part_of(wire, hole) for hole in syntax.reads(inner)]
                    names = set[str]().union(*(names_of(one) for one in read if one is not None))
                    if self.may_ask(mask, names, wire.sample):
                        return True
        return False

    def is_edge(self, gate: Gate, mask: Mask) -> bool:
        """Return whether a gate makes nan, or infinity, of what a mask may hide."""
        head = head_of(gate.row.tree)
        if head in EDGED:
            inner = WireRef(next(iter(gate.operands.values())))
            if head in BEGINNING and self.sign(inner) == 1 or self.is_positive(inner):
                return False
            if any(map(is_exponential, syntax.every(ast.Call, gate.row.tree))):
                mask = replace(mask, of_row=False)  # `np.log(1 + np.exp(x))` is lost far out alone
            return self.may_ask(mask, names_of(gate.node), gate.sample)
        if head in EXPONENTIALS:
            mask = replace(mask, of_row=False)
            return (
                self.is_boundless(gate, head)
                if not is_scalar(gate.sample)
                and self.may_ask(mask, names_of(gate.node), gate.sample)
                else self.is_asked(gate, mask) and not self.is_limited(gate)
            )
        if head == "**" and isinstance(gate.row.tree, ast.BinOp):
            below, power = gate.row.tree.left, gate.row.tree.right
            match power:
                case ast.Constant(int() | float() as number) if number >= 0:
                    return False
            parts = [part_of(gate, hole) for hole in syntax.reads(below)]
            names = set[str]().union(*(names_of(part) for part in parts if part is not None))
            return self.may_ask(mask, names, gate.sample)
        divisor = part_of(gate, "y") if head in ("/", "-") else None
        if head == "-":  # where all are infinite, no number is left of what is below the largest
            mask = replace(mask, of_place=False, of_row=False)
            is_below = divisor is not None and self.is_maximum(divisor)
            return is_below and self.may_ask(mask, names_of(gate.node), gate.sample)
        return (
            divisor is not None
            and not (is_safe(divisor) or self.is_of_sizes(divisor) or self.is_positive(divisor))
            and self.may_ask(mask, names_of(divisor), gate.sample)
        )

    def is_one_of(self, mask: Mask, names: set[str]) -> bool:
        """Return whether what is made of some variables is one of several items, of which a mask may hide the whole."""
        if mask.of_item or not mask.trips:
            return mask.of_item
        return bool(self.varying(self.all_behind(names), mask))

    def varying(self, names: set[str], mask: Mask) -> list[Loop]:
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
        """Return some variables and those that they are made of."""
        waiting, found = list(names), set(names)
        while waiting:
            new = self.made_from.get(waiting.pop(), set()) - found
            waiting += new
            found |= new
        return found

    def all_made_of(self, names: set[str]) -> set[str]:
        """Return some variables and those that are made of them."""
        readers: dict[str, list[str]] = {}
        for name, made in self.made_from.items() if names else ():
            for one in made:
                readers.setdefault(one, []).append(name)
        waiting, found = list(names), set(names)
        while waiting:
            new = set(readers.get(waiting.pop(), ())) - found
            waiting += new
            found |= new
        return found

    def is_left_out(self, wire: Gate, tree: ast.expr, branch: Branch, is_body: bool) -> bool:
        """Return whether a test sends a number at which the gradient of a gate is infinite to the other side, and does
        not keep it from the gate itself.
        """
        inside = self.inside.get(wire, set()) if asks_only(branch, wire) else set()
        if not self.flow.loops(branch) and branch in dict(self.inside.get(wire, ())):
            return False  # a gate on one of its sides runs where that side is taken
        is_apart = self.is_apart(wire, branch, is_body)
        behind = self.all_behind(names_of(wire.node))
        asked = Mask(frozenset(behind if is_apart else behind & self.asked_of(branch.test)))
        names = frozenset().union(*map(names_in, factors_of(wire.row.spelled_out(tree))))
        if is_apart or all(one is not branch for one, _ in self.inside.get(wire, set())):
            operands = (wire.operands[n] for n in names & wire.operands.keys())
            if any(self.is_lost(one, asked, whole=True) for one in operands):
                return True
        for hole, value in wire.values.items():
            part = part_of(wire, hole)
            if not is_float(value) or part is not None and not names_of(part):
                continue  # what is written out has one value
            shared = [h for h in wire.values if shares_out(wire, h)]
            for limit in (*LIMITING, EMPTY) if hole in shared else LIMITING:
                held = shared if limit == EMPTY else [hole]
                new = {h: np.full_like(wire.values[h], limit)[()] for h in held}
                values = {**wire.values, **new}
                with suppress(*UNKNOWN):
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

    def is_apart(self, wire: Gate, branch: Branch, is_body: bool) -> bool:
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
        self, branch: Branch, wire: Gate, values: dict[str, Any], given: dict[str, Any]
    ) -> bool:
        """Return what a branch is asked where the operands of a gate, and other variables that are `given`, have some
        values.
        """
        known: dict[str, Any] = {}
        items: dict[str, ast.expr] = {}
        for hole in wire.values:
            part = wire.operands.get(hole) or wire.statics.get(hole)
            if isinstance(part, Gate) and part.row.pattern == "x[index]":
                if part.name is None and np.ndim(values[hole]) == 0:
                    items[syntax.show(wire_text(part))] = syntax.constant(float(values[hole]))
            if isinstance(part, Variable):
                known[part.name] = values[hole]
            elif isinstance(part, ast.Name):
                known[part.id] = values[hole]
        known |= given
        inside, operands = set(statements_of(Block([branch]))), set(known)
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

    def value_of(self, wire: Wire, known: dict[str, Any], given: dict[Wire, Any]) -> Any:
        """Return the value of a wire where some variables and wires have other values than in the example."""
        if wire in given:
            return given[wire]
        if isinstance(wire, Variable):
            return known.get(wire.name, wire.sample)
        if not isinstance(wire, Gate):
            return wire.sample
        values = {h: self.value_of(w, known, given) for h, w in wire.operands.items()}
        return evaluate(wire.row.tree, {**wire.values, **values})

    def is_behind(self, name: str, wire: Gate, mask: Mask) -> bool:
        """Return whether a divisor is zero where a mask may say so: item by item, or because the mask reads it."""
        value: Any = wire.sample if name == "out" else wire.values.get(name)
        part = wire.node if name == "out" else part_of(wire, name)
        if part is not None and self.is_positive(part):
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


def asks_only(branch: Branch, wire: Gate) -> bool:
    """Return whether a test asks about one number alone, which a gate computes with: what it says of that number holds
    whatever else there is.
    """
    asked = names_of(branch.test)
    given = {part.name for part in wire.operands.values() if isinstance(part, Variable)}
    return is_scalar(wire.sample) and len(asked) == 1 and asked <= given


def read_in(tree: ast.expr) -> set[str]:
    """Return what a gradient reads besides the upstream gradient, and of which it reads more than the shape."""
    return set(syntax.reads(without_shapes(tree))) - {"dout", "np"}


def read_from_outside(side: Block) -> set[str]:
    """Return the variables that the wires of a side read before the side binds them."""
    found, bound = set[str](), set[str]()
    for stage in stages_of(side):
        if stage.wire is not None:
            found |= {leaf.name for leaf in leaves(stage.wire) if leaf.name} - bound
        bound |= set(stage.binds)
    return found


def reads_of(side: Block) -> set[str]:
    """Return the variables that the wires of a side read."""
    wires = (stage.wire for stage in stages_of(side) if stage.wire is not None)
    return {leaf.name for wire in wires for leaf in leaves(wire) if leaf.name}


def is_limit(gate: Gate) -> bool:
    """Return whether a gate may hold a value at a limit."""
    head = head_of(gate.row.tree)
    return (
        head in LIMITS or head == "np.where" or gate.row.pattern in ("x * (x > 0)", "x * (x >= 0)")
    )


def is_steep(
    gate: Gate,
    hole: str,
    limited: Wire | None,
    only_zero: bool,
    operand: Callable[[Any, float], Any] = lambda limited, limit: np.array([limit]),
) -> bool:
    """Return whether the gradient of a gate is infinite where its operand is at a limit, or is made of what is, and its
    value is not.
    """
    head = head_of(gate.row.tree)
    if not (head in OPERATORS or is_elementwise(head)):
        return False
    passive: list[Any] = [0]
    if isinstance(limited, Gate) and not only_zero:
        passive = [v for h, v in limited.values.items() if h not in limited.operands]
        passive += [n.value for n in syntax.every(ast.Constant, limited.row.tree)]
    limits = [v for v in passive if isinstance(v, int | float) and not isinstance(v, bool)]
    try:
        tree = gradient_tree(chosen(gate, hole, set()))
        for limit in limits:
            values = {**gate.values, hole: operand(limited, float(limit))}
            values["out"] = evaluate(gate.row.tree, values)
            slope = evaluate(tree, {**values, "dout": np.ones_like(values["out"])})
            if np.isfinite(values["out"]).all() and not np.isfinite(slope).all():
                return True
    except UNKNOWN:
        return False  # more than one operand at a time is not looked at
    return False


def behind_helpers(circuit: Circuit) -> dict[Circuit, Mask]:
    """Return a function and its helpers, each with the masks behind what it returns, of all its calls."""
    found = {circuit: NOTHING}
    waiting = [circuit]
    for one in waiting:  # it grows
        wires = [s.wire for s in stages_of(one.block) if s.wire is not None]
        calls = [gate for wire in wires for gate in gates_of(wire) if isinstance(gate, Call)]
        if not calls:
            continue
        hidden = Hidden(one, found[one])
        for call in calls:
            mask = found.get(call.circuit, NOTHING) | hidden.of_returned(call)
            if mask != found.get(call.circuit):
                found[call.circuit] = mask
                waiting.append(call.circuit)
    return found


def arguments_of(call: Call) -> Iterator[tuple[str, ast.expr]]:
    """Yield the parameters of a helper, each with the text that a call gives for it."""
    assert isinstance(call.node, ast.Call)
    yield from zip(call.circuit.parameters, call.node.args, strict=False)
    for keyword in call.node.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value


def gates_of(wire: Wire) -> Iterator[Wire]:
    if not isinstance(wire, Variable):
        yield wire
        for operand in wire.operands.values():
            yield from gates_of(operand)


def keeps_zeros(wire: Wire, operand: Wire) -> bool:
    """Return whether a gate hands zeros of its gradient on as zeros, each to items of its own."""
    if not isinstance(wire, Gate):
        return False
    head = head_of(wire.row.tree)
    if head in SAME_NUMBERS | SUMS | {"[]"}:
        return True
    known = head in OPERATORS | CHOICES | NANS or is_elementwise(head)
    if not known or not is_plain(operand.sample) or not is_plain(wire.sample):
        return False
    return bool(np.shape(operand.sample) == np.shape(wire.sample))


def spreads_nan(wire: Gate) -> bool:
    """Return whether all that a gate makes of an item is nan where that is: if that does not count, nor does it."""
    head = head_of(wire.row.tree)
    return head in OPERATORS | MULTIPLYING or is_elementwise(head) and head not in CHOICES | NANS


def is_whole(index: Any) -> bool:
    """Return whether an index leaves nothing out."""
    parts = index if type(index) is tuple else (index,)
    whole = (None, ..., slice(None))
    return all(not isinstance(part, np.ndarray | list) and part in whole for part in parts)


def passive_masks(stages: list[Stage]) -> Iterator[tuple[str, ast.expr]]:
    """Yield the variables that hold a mask, each with its expression."""
    for stage in stages:
        if stage.wire is None and isinstance(stage.statement, ast.Assign):
            for name in stage.binds:
                if is_mask(stage.sample) or isinstance(stage.statement.value, ast.Compare):
                    yield name, stage.statement.value


def store_root(stage: Stage) -> list[str]:
    target: ast.expr = stage.target
    if not isinstance(target, ast.Subscript) and isinstance(stage.statement, ast.Assign):
        target = stage.statement.targets[0]
    if not isinstance(target, ast.Subscript):
        return []
    root = syntax.root_name(target)
    return [root] if root else []


def tests_nan(tree: ast.AST) -> bool:
    """Return whether an expression looks for nan or infinity."""
    return any(syntax.show(n.func) in TESTS for n in syntax.every(ast.Call, tree))


def names_of(tree: ast.expr) -> set[str]:
    """Return the variables that a part of a gate's text reads."""
    found = set(syntax.reads(tree))
    for part in syntax.walk(tree):
        if isinstance(part, WireRef):
            found |= {part.wire.name} if part.wire.name else names_of(part.wire.node)
    return found - {"np", "math"}


def part_of(wire: Gate, hole: str) -> ast.expr | None:
    """Return the text of an operand."""
    if hole in wire.operands:
        return WireRef(wire.operands[hole])
    return wire.statics.get(hole)


def all_parts(wire: Gate) -> list[ast.expr]:
    """Return the texts of all operands."""
    return [*map(WireRef, wire.operands.values()), *wire.statics.values()]


def factors_of(tree: ast.expr) -> list[ast.expr]:
    """Return the factors and divisors of a product, signs left out."""
    if isinstance(tree, ast.UnaryOp):
        return factors_of(tree.operand)
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Mult | ast.Div):
        return [*factors_of(tree.left), *factors_of(tree.right)]
    return [tree]


def is_finite(factor: ast.expr) -> bool:
    """Return whether a factor is surely a number: the upstream gradient, a literal, a size, or a mask."""
    if isinstance(factor, ast.Name):
        return factor.id == "dout"
    if syntax.calls(factor, "np.expand_dims", "np.squeeze", "np.ones_like"):
        return syntax.show(factor.func) == "np.ones_like" or is_finite(factor.args[0])
    if isinstance(factor, ast.Attribute):
        return factor.attr in ("shape", "size", "ndim", "T") and (
            factor.attr != "T" or is_finite(factor.value)
        )
    if isinstance(factor, ast.Subscript):
        return is_finite(factor.value)
    return isinstance(factor, ast.Constant | ast.Compare)


def divisors_of(tree: ast.expr) -> Iterator[ast.expr]:
    """Yield what a gradient divides by, or raises to a power that may be negative; what is safe is left out."""
    for part in ast.walk(tree):
        if not isinstance(part, ast.BinOp):
            continue
        if isinstance(part.op, ast.Div) and not isinstance(part.right, ast.Constant):
            if not is_safe(part.right) and not is_above_zero(part.right, tree):
                yield part.right
        if isinstance(part.op, ast.Pow) and not (
            isinstance(part.right, ast.Constant)
            and isinstance(part.right.value, int)
            and part.right.value >= 0
        ):
            yield part.left


def is_above_zero(divisor: ast.expr, tree: ast.expr) -> bool:
    """Return whether a divisor is a number and an exponential, as in `1 + np.exp(-x)`, which nothing else in a
    gradient has: zero, and infinity over infinity, are both impossible.
    """
    match divisor:
        case ast.BinOp(
            left=ast.Constant(int() | float() as least), op=ast.Add(), right=ast.Call(func=func)
        ):
            calls = [c for c in syntax.every(ast.Call, tree) if head_of(c) in EXPONENTIALS]
            return least > 0 and syntax.show(func) == "np.exp" and len(calls) == 1
    return False


def shares_out(gate: Gate, hole: str) -> bool:
    """Return whether a gate adds exponentials of an operand up, as a softmax does, or a logarithm of their sum."""
    head = head_of(gate.row.tree)
    if "logaddexp" in head or head.rpartition(".")[2] in OVER_AXES:
        return hole in gate.operands
    calls = [*syntax.every(ast.Call, gate.row.tree)]
    raised = any(is_exponential(call) and hole in names_in(call) for call in calls)
    return raised and any(head_of(call) in SUMS for call in calls)


def is_plain_name(*trees: ast.expr) -> bool:
    """Return whether expressions are variables, and nothing made of them."""
    wires = (tree.wire for tree in trees if isinstance(tree, WireRef))
    return all(isinstance(t, ast.Name | WireRef) for t in trees) and all(w.name for w in wires)


def is_safe(divisor: ast.expr) -> bool:
    """Return whether a divisor is written so that it is never zero."""
    match divisor:
        case ast.BoolOp():
            return True
        case ast.BinOp(
            left=ast.Constant(int() | float() as least),
            op=ast.Add(),
            right=ast.BinOp(op=ast.Pow(), right=ast.Constant(2)),
        ):
            return least > 0  # `1 + x**2`
    return syntax.calls(divisor, "np.where")
