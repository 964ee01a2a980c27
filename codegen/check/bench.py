"""The bench where trials are made and run. In: a pair, an example call. Out: trials of other calls, and what is right,
wrong, guarded or to be noted there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from types import CodeType
from typing import Any, TypeVar

import numpy as np

from codegen import syntax
from codegen.check import outputs
from codegen.check.arguments import naming, parameters_of
from codegen.check.board import Side
from codegen.check.calls import Caller, GuardedError, Meter, first_line
from codegen.check.report import Unproven
from codegen.check.sides import Forced, Sides
from codegen.check.sizes import Axis, Search, array_sizes, list_sizes, smaller
from codegen.check.tolerances import UNSTEADY
from codegen.check.trial import BrokenPairError, Pair, Trial, Trials, UnsteadyError
from codegen.check.unlike import Unlike
from codegen.check.values import like, redrawn, shaken
from codegen.check.variations import DIRECT, constants
from codegen.process import staying
from codegen.pytree import Attribute, Call, Path, children, duplicate, get, replaced, without
from codegen.trace.forced import NEVER_REACHED, NOT_RECORDED

TRIES, LIGHT, FEW, NEIGHBOURS = 6, 40, 8, 3
COST = 2_000_000
OTHER_SLOPE = (
    "this side of the branch is for one number alone, or what is next to it, where the function has "
    "another slope"
)
T = TypeVar("T")


class Bench:
    """Makes trials, and keeps what they find."""

    base: Trial

    def __init__(
        self, pair: Pair, call: Call, sides: Sides, few: int | None, before: Trials
    ) -> None:
        self.pair, self.call, self.sides, self.few = pair, call, sides, few
        self.before = before
        self.like: Caller | None = None  # that of the example, or of a smaller one
        self.trials: dict[str, Trial] = {}  # those that the report has a column for, by its heading
        self.sloping: set[str] = (
            set()
        )  # the arguments that had a gradient in some trial, other than zero
        self.notes: list[str] = []  # what the report says, see `Report`
        self.failures: list[str] = []
        self.unproven: list[Unproven] = []
        self.missed: list[Unproven] = []
        self.unrecorded: list[Call] = []
        self.pointed: set[Side] = set()  # on the way of one of those
        self.frozen: dict[str, int | str] = {}
        self.guards: dict[str, str] = {}
        self.search: Search | None = None
        self.optional_keys: dict[Path, tuple[int, ...]] = {}
        self.known: tuple[Call, Callable[[Path], str]] | None = None  # what arguments are called
        self.usable = False
        self.meter = Meter()
        self.end = COST

    def trial(self, call: Call, place: str = "", few: int | None = None) -> Trial:
        where = f" ({place})" if place else ""
        few = self.few if few is None else few
        return Trial(self.pair, call, where, few, self.meter, self.sides.wide(), like=self.like)

    def attempt(self, trial: Trial) -> None:
        """Run the trial of the example or of a smaller one; it is not run again for a few more guards."""
        try:
            self.before.run(trial)
            self.usable = trial.ran
            self.like = None if trial.large else trial.caller
            self.sides.caller.draws = trial.caller.draws
        except GuardedError as error:
            self.usable = False
            trial.fail(f"the generated code refuses its own example: {error}")

    def small(self, trial: Trial) -> Call | None:
        """Return a call like the example with few numbers, that the function and its pair accept."""

        def takes(call: Call) -> Any:
            args, kwargs = duplicate(call)
            with staying():
                self.pair.forward(*args, **kwargs)
            return trial.caller.run(self.pair.function, call)

        with suppress(UnsteadyError, BrokenPairError):  # the trial will say so
            trial.want = self.before.value(trial)
        return None if trial.want is None else smaller(takes, self.call, trial.want)

    def right(self, trial: Trial) -> None:
        if trial.ran and not trial.failures and trial.compared:
            known = set(self.sides.judged)
            self.sides.judge(trial.call, trial.dout)
            self.sloping |= trial.sloping()
            if trial is not self.base and not self.sides.judged <= known:
                self.as_one(trial.call, {})

    def as_one(self, call: Call, answers: Forced) -> None:
        """Let a module refuse arguments that are one object where a side that was just judged changes one of them."""
        self.sides.twins.board.begin(answers)
        caller = Caller(self.pair.state, self.meter)
        named = naming(self.pair.function, call)
        found = Unlike(self.sides.pair, call, caller, named, self.call).twice()
        self.guards |= found

    def searched(self) -> Search:
        """Return the search for other sizes, made once."""
        if self.search is None:
            run = partial(self.base.caller.run, self.pair.function)
            self.search = self.before.searched(run, self.call, self.pair.places, self.meter)
        return self.search

    def way(self, call: Call) -> Mapping[Side, int]:
        try:
            return self.sides.took(call)
        except Exception as error:  # noqa: BLE001 - the twin cannot do what the function can
            if self.sides.usable:
                self.notes.append(f"which sides some values take is not known: {first_line(error)}")
            return {}

    def new(self, call: Call) -> bool:
        return any(side not in self.sides.judged for side in self.way(call))

    def codes(self) -> list[CodeType]:
        return sorted(self.base.caller.codes, key=order)

    def constants(self) -> list[Any]:
        """Return the strings and numbers in the code that the example ran."""
        return [value for code in self.codes() for value in constants(code)]

    def some(self, found: Iterable[T], most: int = TRIES) -> Iterator[T]:
        """Yield the first few, while the cost allows it."""
        for item in islice(found, most):
            if self.meter.spent > self.end:
                return
            yield item

    def surely(self, call: Call, place: str) -> None:
        trial = self.lightly(call, place)
        if isinstance(trial, Trial):
            self.settle(trial)

    def settle(self, trial: Trial, shrunk: bool = False) -> None:
        """Take over what a trial of other values has found; a gradient that is NaN or infinite where the function
        itself overflows or divides by zero on its way is no silent one: a note says so, and that the backward pass
        raises where the function does, too, next to these values. Where sizes are `shrunk`, a slice may have become one
        number that is broadcast by chance: that the backward pass raises there is noted.
        """
        if shrunk and trial.misfit:
            self.notes += [f"where a size is 1 or 0, {text}" for text in trial.failures]
        elif trial.is_told() and not (trial.is_endless() and self.is_smooth_there(trial.call)):
            self.notes += trial.failures
        elif trial.backward_raises() and self.is_apart(trial.call):
            self.notes += trial.failures
        elif not trial.failures or self.sides.follows(trial.call):
            self.failures += trial.failures
            self.right(trial)

    def is_apart(self, call: Call) -> bool:
        """Return whether the function raises everywhere next to a call, and so has no slope there."""
        for seed in range(NEIGHBOURS):
            beside = redrawn(call, self.pair.places, shaken, seed)
            with suppress(Exception):  # whatever it raises
                self.base.caller.run(self.pair.function, beside)
                return False
        return True

    def is_smooth_there(self, call: Call) -> bool:
        """Return whether all numbers on the way are finite, and rounding moves the value little."""
        beside = redrawn(call, self.pair.places, shaken, 0)
        try:
            with np.errstate(divide="raise", over="raise", invalid="raise"):
                here, near = (
                    outputs.vector(self.base.caller.run(self.pair.function, one))
                    for one in (call, beside)
                )
        except ArithmeticError:
            return False
        return here.shape == near.shape and np.allclose(here, near, rtol=UNSTEADY, equal_nan=True)

    def lightly(
        self,
        call: Call,
        place: str = "",
        few: int = LIGHT,
        brief: bool = False,
        coarse: bool = False,
    ) -> Trial | str:
        """Return a trial of a few slopes, or what the generated code says where it refuses the call."""
        trial = self.trial(call, place, few)
        trial.brief, trial.coarse = brief, coarse
        return self.guarded(trial) or trial

    def guarded(self, trial: Trial) -> str | None:
        """Run a trial; return what the generated code says where it refuses the call."""
        try:
            self.before.run(trial)
        except GuardedError as error:
            way = self.way(trial.call)
            if str(error).endswith((NOT_RECORDED, NEVER_REACHED)) and not set(way) <= self.pointed:
                self.pointed.update(way)
                self.unrecorded.append(trial.call)
            return str(error)
        return None

    def takes(self, call: Call) -> bool:
        taken = self.base.caller.takes(self.pair.function, call)
        return taken and isinstance(self.lightly(call, few=0, brief=True), Trial)

    def refuses(self, path: Path, value: Any, place: str, asked: str, text: str) -> bool:
        """Refuse a side taken with one value alone, or what is next to it, if its slope differs; say if that is so."""
        tests, is_special = self.alone(path, value)
        if not is_special:
            return False
        own = self.sides.took(self.call)
        tests = [side for side in tests if side not in own]
        trial = self.lightly(replaced(self.call, path, value), place, FEW, coarse=True)
        if isinstance(trial, str):
            return False
        if not (trial.is_sloped() or trial.is_odd_among(self.beside(path, value))):
            return False
        if tests:
            self.unsettled(trial, tests, OTHER_SLOPE)
        elif not np.array_equal(get(self.call, path), value):
            self.guards[asked] = text
        return True

    def alone(self, path: Path, value: Any) -> tuple[list[Side], bool]:
        """Return the sides of tests taken with one value alone, and whether the call takes others than next to it."""
        if not (self.sides.usable and self.sides.known):
            return [], False
        at = replaced(self.call, path, like(get(self.call, path), value))
        try:
            here, *near = map(self.sides.took, [at, *self.beside(path, value)[:2]])
        except Exception:  # noqa: BLE001 - on the edge of where the function can be computed
            return [], False
        own = [side for side in here if not any(side in sides for sides in near)]
        lost = near[0].keys() & near[1].keys() - here.keys()
        return [side for side in own if isinstance(side[1], bool)], bool(own or lost)

    def beside(self, path: Path, value: Any) -> list[Call]:
        """Return calls with what lies on both sides of a value in some place: a hundredth away, and much less."""
        leaf = get(self.call, path)
        far = leaf + (leaf == 0)
        steps = (-1e-2, 1e-2, -1e-4, 1e-4)
        return [replaced(self.call, path, like(leaf, value + step * far)) for step in steps]

    def unsettled(self, trial: Trial, sides: Sequence[Side] = (), why: str = "") -> None:
        """Take over what another passive value shows to be wrong: of new sides, which need not forbid it, or all."""
        new = sides or [side for side in self.way(trial.call) if side not in self.sides.judged]
        said = (*trial.failures, f"the slope is another one{trial.place}")[0]
        self.unproven += [Unproven({text: answer}, said, why) for text, answer in new[:1]]
        if not new:
            self.settle(trial)

    def named(self, path: Path) -> str:
        if self.known is None or self.known[0] is not self.call:
            self.known = self.call, naming(self.pair.function, self.call)
        return self.known[1](path)

    def described(self, call: Call) -> str:
        """Return the sizes of a call that are not those of the example, or that there are none."""
        old = array_sizes(self.call) | list_sizes(self.call)
        found = {}
        for axis, n in (array_sizes(call) | list_sizes(call)).items():
            if old.get(axis) != n:
                name = self.named(axis.path)
                value = get(call, axis.path)
                found[name] = (
                    f"{name} {value.shape}" if axis.kind == "array" else f"len({name}) = {n}"
                )
        return ", ".join(found.values()) or "other values"

    def is_wrong(self, call: Call) -> bool:
        if not self.searched().accepts(call):
            return False
        trial = self.lightly(call, brief=True)
        return isinstance(trial, Trial) and bool(trial.failures)

    def tried(self, call: Call) -> Trial | None:
        """Return a brief trial of a call that the function takes, unless the generated code refuses it."""
        trial = self.lightly(call, few=FEW, brief=True) if self.searched().runs(call) else None
        return trial if isinstance(trial, Trial) else None

    def misshapen(self, call: Call) -> bool:
        """Return whether the function takes a call and the gradients do not have the shapes of its arguments."""
        trial = self.tried(call)
        return trial is not None and trial.misshapen

    def fails(self, call: Call) -> bool:
        """Return whether the function takes a call and the pair gives wrong numbers there, or raises unasked."""
        trial = self.tried(call)
        return trial is not None and bool(trial.failures)

    def fits(self, call: Call) -> bool:
        """Return whether the function takes a call and nothing is silently wrong there: a pair may well raise."""
        trial = self.tried(call)
        is_wrong = trial is not None and (trial.misshapen or trial.is_only_numbers())
        return not is_wrong and self.searched().runs(call)

    def is_wrong_with(self, path: Path, value: int) -> bool:
        """Return whether another int at a place gives wrong numbers, or is not taken there; with other sizes it may."""
        call = replaced(self.call, path, value)
        return not self.searched().accepts(call) or self.is_wrong(call)

    def is_everywhere(self, path: Path) -> bool:
        """Return whether every call has a place: the function does not run without it."""
        return self.is_named(path) and not self.missing(path)

    def is_named(self, path: Path) -> bool:
        """Return whether a guard can ask for a place: it lies in a parameter, in no attribute that may be missing."""
        parameters = parameters_of(self.pair.function)
        if syntax.first_name(self.named(path)) not in parameters:
            return False
        return not any(isinstance(path[k], Attribute) for k in self.missing(path))

    def missing(self, path: Path) -> tuple[int, ...]:
        """Return at which keys on the way to a place the function runs without what they lead to."""
        if path not in self.optional_keys:
            found = [k for k in range(DIRECT, len(path)) if self.runs_without(path, k)]
            if not self.named(path[:DIRECT]).isidentifier() and path[0] == 0:
                found = [1, *found]  # one of `*values`
            self.optional_keys[path] = tuple(found)
        return self.optional_keys[path]

    def runs_without(self, path: Path, k: int) -> bool:
        holder = get(self.call, path[:k])
        if Axis(path[:k], 0, "list") in self.moving_lists():
            return True
        fewer: list[Any] = []
        if isinstance(holder, dict):
            fewer = [{key: item for key, item in holder.items() if key != path[k]}]
        elif type(holder) in (list, tuple):
            fewer = [holder[:-1], holder[: path[k]] + holder[path[k] + 1 :]]
        elif isinstance(path[k], Attribute):
            fewer = [without(holder, path[k])]
        takes = partial(self.base.caller.takes, self.pair.function)
        if any(takes(replaced(self.call, path[:k], less)) for less in fewer):
            return True
        return isinstance(holder, dict) and takes(self.without_key(path[2:k], path[k]))

    def is_open(self, path: Path, k: int) -> bool:
        """Return whether a place lies in a dict, or `**values`, under a key that the function does not name."""
        if k < DIRECT and (path[0] == 0 or self.named(path[:DIRECT]).isidentifier()):
            return False
        if not isinstance(get(self.call, path[:k]), dict):
            return False
        known = {name for code in self.codes() for name in (*code.co_varnames, *constants(code))}
        return not isinstance(path[k], str) or path[k] not in known

    def moving_lists(self) -> set[Axis]:
        """Return the lists that the search has found to have other lengths as well, be it together with others."""
        moved = {axis for move in self.searched().moves for axis in move.axes}
        return {axis for axis in moved if axis.kind == "list"}

    def without_key(self, inside: Path, key: Any) -> Call:
        """Return the example without a key in any argument that has it at a place, as weights and their steps do."""
        call = self.call
        for side in (0, 1):
            for name, _ in children(self.call[side]):
                with suppress(LookupError, TypeError, AttributeError):
                    holder = get(call, (side, name, *inside))
                    if isinstance(holder, dict) and key in holder:
                        less = {k: item for k, item in holder.items() if k != key}
                        call = replaced(call, (side, name, *inside), less)
        return call


def order(code: CodeType) -> tuple[str, int]:
    """Return what a set of codes is sorted by, so that every run tries the same."""
    return code.co_filename, code.co_firstlineno
