"""The backward pass in progress: what is written so far, which gradients exist at this point, and the names in use.

>>> blank = Blank(loop=None)
>>> first, blank = blank.take([syntax.constant("W")])
>>> first, blank.take([syntax.constant("W")])[0], blank.take([syntax.constant("b")])[0]
(True, False, True)
"""

from __future__ import annotations

import ast
import builtins
import itertools
import keyword
from collections.abc import Callable, Sequence
from dataclasses import field, replace
from typing import Any, NoReturn

import numpy as np

from codegen import ir, syntax
from codegen.backward.fit import Gradient
from codegen.backward.flow import Flow
from codegen.backward.places import is_told_apart, known_key
from codegen.backward.reads import Reads
from codegen.backward.samples import random_like
from codegen.errors import UnsupportedError
from codegen.pairs import UPSTREAM
from codegen.pytree import are_rows, has_float, held_in, is_plain, is_row_of_numbers, is_scalar
from codegen.records import dataclass
from codegen.stage.names import Namer, gradient_of
from codegen.stage.spell import stage_text


@dataclass(frozen=True)
class Term:
    """A contribution to the gradient of a variable, or to some items of it."""

    wire: ir.Wire
    gradient: Gradient
    keys: list[ast.expr] = field(default_factory=list)
    unique: bool = True
    sample: Any = None


@dataclass(frozen=True)
class Blank:
    """Zeros, for items to be written to: which items hold something at one point of the backward pass.

    An item that is not `written` definitely holds nothing yet, so that what reaches it is set, not added. After a
    branch an item that one side has written may hold something: it counts as written.
    """

    loop: ir.Loop | None
    """The loop in each of whose trips the zeros are made anew."""
    written: tuple[tuple[Any, ...], ...] = ()
    """The ways to the items that may hold something by now: their keys, None for one that may be any."""

    def joined(self, other: Blank | None) -> Blank | None:
        if other is None or other.loop is not self.loop:
            return None
        more = tuple(w for w in other.written if w not in self.written)
        return replace(self, written=self.written + more)

    def take(
        self, keys: Sequence[ast.expr], is_size: Callable[[str], bool] = lambda name: False
    ) -> tuple[bool, Blank]:
        """Return whether an item holds nothing yet, and what is known once it is written; `is_size` tells of which
        names the value is never negative. Without keys it may be any item.

        >>> way = ["'a'", "'W'"], ["'a'", "'b'"], ["'a'"]
        >>> blank, found = Blank(None), []
        >>> for keys in way:
        ...     first, blank = blank.take([syntax.parse(key) for key in keys])
        ...     found.append(first)
        >>> found
        [True, True, False]
        """
        way = tuple(map(known_key, keys))
        first = all(
            any(is_told_apart(a, b, is_size) for a, b in zip(way, other, strict=False))
            for other in self.written
        )
        return first and bool(keys), replace(self, written=(*self.written, way))


@dataclass(frozen=True)
class Live:
    """The gradient of a variable that exists at one point of the backward pass."""

    tree: ast.expr
    """How it is read."""
    own: bool = True
    """Whether it has its own variable."""
    sample: Any = None
    blank: Blank | None = None
    """For zeros, the items that hold nothing yet."""
    is_small: bool = False
    """Whether broadcasting has to give it the shape of its variable."""
    is_given: bool = False
    """Whether it is the upstream gradient: of a number where that is returned, of an array elsewhere."""
    has_items: bool = False
    """Whether that of one number surely is an array, of which a mask picks one item or none."""

    def of_first(self, sample: Any) -> Live:
        """Return the gradient of a variable's first value, where arrays came later: a number has reached all items."""
        is_array = isinstance(self.sample, np.ndarray) and self.sample.ndim > 0
        if is_array and sample is not None and is_scalar(sample):
            if self.is_given:
                return replace(self, sample=random_like(sample))
            total = np.sum(random_like(self.sample))
            return Live(syntax.call("np.sum", self.tree), own=False, sample=total)
        if is_array and is_items(sample):
            return Live(syntax.method(self.tree, "tolist"), own=False, sample=self.sample.tolist())
        return self

    def of_container(self, sample: Any) -> Any:
        """Return the sample of a list whose gradient is copied: one that began with numbers may hold arrays here."""
        if not isinstance(sample, list) or not isinstance(self.sample, list):
            return sample
        if len(sample) != len(self.sample):
            return sample
        return [
            mine if isinstance(mine, np.ndarray) and isinstance(value, float) else value
            for mine, value in zip(self.sample, sample, strict=True)
        ]

    def joined(self, other: Live | None) -> Live | None:
        """Return the gradient that there is where two ways meet, if it is the same variable on both."""
        if other is None or self.own != other.own or not syntax.same(self.tree, other.tree):
            return None
        if self is other or self.blank is None:
            return self
        return replace(self, blank=self.blank.joined(other.blank))


TRIED = ("live", "touched", "samples", "flags", "handed", "item_names", "gradient_names")
"""What a trial run may change, beside the line that is shown and the names that are taken."""


class Draft:
    """The backward pass of one circuit as far as it is written; all who write it share it."""

    def __init__(self, circuit: ir.Circuit) -> None:
        self.circuit = circuit
        self.flow = Flow(circuit)
        self.reads = Reads(circuit, self.flow)
        self.namer = Namer(set(circuit.names))
        self.forward_names = {*self.flow.definers, *circuit.parameters}
        # the item of the forward pass that is run backwards now
        self.at: ir.Statement | None = None
        self.lines: list[ir.Planned] = []  # the lines of the present block
        # the gradients that exist at this point. A variable that is not in it has none yet: what
        # reaches it first is `=`
        self.live: dict[str, Live] = {}
        # the variables whose gradients the present block reads or writes
        self.touched: set[str] = set()
        self.samples: dict[str, Any] = {}  # a value of each variable of the backward pass
        # the gradient of each forward variable, and the other way round
        self.gradient_names: dict[str, str] = {}
        self.variables: dict[str, str] = {}
        # the tests of branches, and what they read
        self.flags: list[tuple[ir.Branch, list[str]]] = []
        self.shown: ast.AST | None = None  # the statement that the last comment shows
        # the names of gradients that calls of helpers hand over to lines right behind them, each
        # with the item whose lines read it: behind them the name is free again
        self.handed: dict[Any, tuple[str, ir.Statement | None]] = {}
        self.item_names: dict[str, str] = {}
        self.upstream = self.namer.numbered(UPSTREAM, usable)
        self.cache = self.namer.numbered(circuit.trace.source.caches.own, usable)

    def own_name(self, wanted: str, other: str = "") -> str:
        """Return a name of the module's own: neither the user's, nor that of the gradient of a variable."""
        return self.namer.numbered(wanted, self.is_nobodys, other)

    def item_name(self, variable: str) -> str:
        """Return a name for what a comprehension calls as a variable of the function is called."""
        if variable not in self.item_names:
            self.item_names[variable] = self.own_name(
                {"k": "key", "v": "value"}.get(variable, f"{variable}_item")
            )
        return self.item_names[variable]

    def first_free(self, *wanted: str) -> str:
        """Return the first of some names of the module's own that is free, or a numbered one."""
        good = (n for n in wanted if n not in self.namer.taken and self.is_nobodys(n))
        return self.own_name(next(good, wanted[-1]))

    def handed_name(self, wanted: str, other: str, sample: Any) -> str:
        """Return a name of the module's own for a gradient that only the lines of the present item read."""
        kind = wanted, isinstance(sample, np.ndarray) and sample.ndim > 0
        found, reader = self.handed.get(kind, ("", self.at))
        if reader is self.at or not is_plain(sample):
            found = self.own_name(wanted, other)
        self.handed[kind] = found, self.at
        return found

    def is_nobodys(self, found: str) -> bool:
        prefix = gradient_of("")
        mine = found.startswith(prefix) and found.removeprefix(prefix) in self.forward_names
        return not mine and found not in self.variables and usable(found)

    def d(self, variable: str) -> str:
        if variable not in self.gradient_names:
            names = itertools.chain(
                [gradient_of(variable)], syntax.numbered(gradient_of(f"_{variable}"), "_")
            )
            found = next(
                name
                for name in names
                if name not in self.namer.taken
                and self.variables.get(name, variable) == variable
                and usable(name)
            )
            self.gradient_names[variable] = found
            self.variables[found] = variable
        return self.gradient_names[variable]

    def refuse(self, node: ast.AST, message: str, advice: str | None = None) -> UnsupportedError:
        error: UnsupportedError = self.circuit.trace.source.refuse(node, message, advice)
        return error

    def raise_for(self, wire: ir.Wire) -> NoReturn:
        if isinstance(wire, ir.Unsupported):
            raise wire.problem
        raise self.refuse(wire.origin, "this cannot be differentiated")

    def pop(self, name: str) -> Live | None:
        """Return the gradient of a variable, and take it away: this item gave the variable its value."""
        if name in self.live:
            self.touched.add(name)
        return self.live.pop(name, None)

    def remark(self, stage: ir.Stage, start: int) -> None:
        """Put the comment that names the forward line before the lines it made, once for each statement."""
        if len(self.lines) == start:
            return
        if (
            self.shown is stage.statement
            and not stage.rewritten
            and not (isinstance(stage, ir.LoopItem) and isinstance(stage.statement, ast.For))
        ):
            return
        self.shown = stage.statement if not stage.rewritten else None
        text = stage_text(stage, self.circuit.trace.source)
        names, _, taken = text.partition(" = ")
        if isinstance(stage, ir.LoopItem) and (item := self.reads.nameless(taken)):
            text = f"{names} = {syntax.show(item)}"
        self.lines.insert(start, ir.Remark(text, stage=stage))

    def snapshot(self) -> dict[str, Any]:
        kept = {name: getattr(self, name).copy() for name in TRIED}
        return {**kept, "taken": set(self.namer.taken), "counts": dict(self.namer.counts)} | {
            "shown": self.shown
        }

    def restore(self, kept: dict[str, Any]) -> None:
        vars(self).update({name: kept[name].copy() for name in TRIED}, shown=kept["shown"])
        self.namer.taken.clear()
        self.namer.taken |= kept["taken"]
        self.namer.counts = dict(kept["counts"])

    def trip(self) -> ir.Loop | None:
        return next(iter(self.flow.loops(self.at)), None) if self.at is not None else None

    def place(self, name: str) -> tuple[int, str]:
        parameters = self.circuit.parameters
        if name in parameters:
            return parameters.index(name) - len(parameters), ""
        made = self.flow.first(name)
        return self.flow.order[made] if made is not None else -1, name

    def samples_of(self, name: str, at: ir.Loop | ir.Branch | None = None) -> list[Any]:
        """Return samples of the values bound to a variable, or of those that reach a statement, and of its gradient."""
        items, is_given = self.flow.definers.get(name, []), True
        if at is not None:
            items, is_given = self.flow.reaching(name, at)
        found = [self.circuit.samples[name]] if is_given and name in self.circuit.samples else []
        for item in items:
            if isinstance(item, ir.Stage) and item.wire is not None:
                found.append(
                    item.wire.sample
                    if isinstance(item.target, ast.Name)
                    else self.part_of(item, name)
                )
            elif isinstance(item, ir.Stage) and item.sample is not None:
                found.append(item.sample)
        live = self.live.get(name)
        if live is not None and live.sample is not None:
            found.append(live.sample)
        return found

    def first_of(self, name: str, item: ir.Statement) -> Any:
        """Return the value that a variable has in front of an item, if it is a parameter's own; None otherwise."""
        definers, is_given = self.flow.reaching(name, item)
        if not is_given or any(not self.flow.is_in(d, item) for d in definers):
            return None
        return self.circuit.samples.get(name)

    def sample_of(self, name: str, at: ir.Loop | ir.Branch | None = None) -> Any:
        """Return a sample of a variable: the largest of the values bound to it, of those that reach a statement if one
        is given; an array, where a loop makes arrays of a list.
        """
        known = self.samples_of(name, at) or self.read_samples(name)
        best = max(known, key=fullness, default=0.0)
        if isinstance(at, ir.Loop) and is_items(best):
            made = [d for d in self.flow.definers.get(name, []) if self.flow.is_in(d, at)]
            samples = [
                d.wire.sample for d in made if isinstance(d, ir.Stage) and d.wire is not None
            ]
            if samples and all(isinstance(s, np.ndarray) and s.ndim for s in samples):
                return samples[0]
        if isinstance(best, dict):
            seen = [best, *self.read_samples(name)]
            return max(seen, key=lambda d: (len(d), sum(map(has_float, held_in(d)))))
        if best is None or isinstance(best, list | tuple) and fullness(best) < FULL:
            return max([best, *self.read_samples(name)], key=fullness)
        return best

    def read_samples(self, name: str) -> list[Any]:
        """Return the samples of a container where it is read: it may be filled item by item."""
        reads = syntax.uses(self.circuit.trace.tree, name)
        samples = [self.circuit.trace.run.fact(node).sample for node in reads]
        return [s for s in samples if isinstance(s, list | tuple | dict)]

    def part_of(self, item: ir.Stage, name: str) -> Any:
        assert isinstance(item.target, ast.Tuple) and item.wire is not None
        return next(
            (
                s
                for t, s in zip(item.target.elts, item.wire.sample, strict=False)
                if isinstance(t, ast.Name) and t.id == name
            ),
            0.0,
        )

    def is_known_before(self, name: str, item: ir.Statement) -> bool:
        return (
            name in self.circuit.parameters
            or any(
                self.flow.order[d] < self.flow.order[item] for d in self.flow.definers.get(name, [])
            )
            or bool(self.flow.loops(item))
        )


def is_items(sample: Any) -> bool:
    """Return whether a value is a list of numbers, or of rows of numbers, as an array may come of it."""
    return isinstance(sample, list) and (is_row_of_numbers(sample) or are_rows(sample))


FULL = (1, True, True)


def fullness(value: Any) -> tuple[int, bool, bool]:
    """Return the rank of an array, or whether a container holds something, a float is among it, and no item waits."""
    if isinstance(value, list | tuple | dict):
        is_full = all(item is not None for item in held_in(value))
        return min(len(value), 1), has_float(value), is_full
    return np.ndim(value), True, True


def usable(found: str) -> bool:
    return not keyword.iskeyword(found) and not hasattr(builtins, found)
