"""One generated pair at one set of values. In: functions, a call. Out: the errors per argument, failures and notes."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from functools import cached_property, partial
from typing import Any

import numpy as np

from codegen.check import outputs, promises
from codegen.check.arguments import Argument, changed, names
from codegen.check.calls import Caller, GuardedError, Meter, first_line, is_misfit
from codegen.check.gradients import Gradients, Judged, Sampler, greatest, norm, typical
from codegen.check.sizes import Search
from codegen.check.slopes import DOUBLE, LONG, SINGLE, Vector
from codegen.check.state import State
from codegen.check.tolerances import EVIDENT, LITTLE, NOTHING, ROUNDED, TURNED, TURNS, UNSTEADY
from codegen.check.values import Draw, nearly, redrawn, shaken
from codegen.pytree import Call, Path, duplicate, get, is_float, label, mapped, same, widened
from codegen.records import dataclass


def is_near(out: Any, wide: Any, bound: float) -> bool:
    """Return whether the function gives the same in more digits, for rounding may be all that it gives in few."""
    few, many = outputs.vector(out), outputs.vector(wide)
    return few.shape != many.shape or not norm(few - many) > bound * norm(many)


def extended(value: Any) -> Any:
    """Return floats with more digits than those of C's double, where the machine has them."""
    if not is_float(value):
        return value
    return value.astype(np.longdouble) if isinstance(value, np.ndarray) else np.longdouble(value)


class BrokenPairError(Exception):
    """The pair cannot be used any further; the text says why."""


class LeftEarlyError(Exception):
    """The forward pass returned early, with a value that has no backward pass."""


class UnsteadyError(Exception):
    """The function cannot be called again with the same result; the text says so."""


@dataclass(frozen=True)
class Pair:
    """The user's function with its generated pair."""

    function: Callable[..., Any]
    forward: Callable[..., Any]
    backward: Callable[..., Any]
    arguments: tuple[Argument, ...]
    """What is differentiable."""
    state: State = field(default_factory=State)
    """What the three keep between calls."""
    source: str = ""
    """The text of the generated module, if it is known."""

    @cached_property
    def places(self) -> list[Path]:
        return [place for argument in self.arguments for place in argument.places]

    @property
    def calls_itself(self) -> bool:
        code = getattr(self.forward, "__code__", None)
        return code is not None and self.name("forward") in code.co_names

    def leaves(self, call: Call) -> list[tuple[Path, str, Any]]:
        """Return the numbers and arrays of a call that have a gradient: place, what the user calls it, value."""
        return [
            (argument.absolute(path), argument.label(path), leaf)
            for argument in self.arguments
            for path, leaf in argument.leaves(call)
        ]

    def gradients(self, caller: Caller, call: Call, dout: Any) -> Any:
        """Return what the backward pass gives behind the forward pass on a copy of a call, whatever they raise."""
        args, kwargs = duplicate(call)
        caller.ready()
        cache = caller.generated(self.forward, *args, **kwargs)[1]
        return caller.generated(self.backward, dout, cache)

    def name(self, which: str) -> str:
        return str(getattr(getattr(self, which), "__name__", which))


@dataclass
class Trial:
    """The pair at one set of values."""

    pair: Pair
    call: Call
    place: str = ""
    """Which set of values this is, for the failures: empty for the example."""
    few: int | None = None
    """How many slopes are enough; with 0, two along directions of all arguments together."""
    meter: Meter = field(default_factory=Meter)
    """Counts what the calls cost."""
    wide: Pair | None = None
    """The pair in float64, if some of it is written in float32."""
    brief: bool = False
    """Whether it is enough to know if something is wrong, and if that is numbers alone."""
    like: Caller | None = None
    """That of a trial at other values, which was judged entry by entry."""
    coarse: bool = False
    """Whether slopes are taken over steps that leave what lies next to the values."""
    judged: dict[str, Judged] = field(default_factory=dict)
    """The errors, by argument."""
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ran: bool = False
    """Whether the pair ran."""
    left_early: bool = False
    """Whether the forward pass returned without a cache: its value was compared, and there are no gradients."""
    misshapen: bool = False
    """Whether the gradients have other shapes than the arguments, or the pair gives other values than the function."""
    misfit: bool = False
    """Whether the backward pass raised because of an axis of size 1 or 0, which the function broadcasts."""
    overflowed: bool = False
    """Whether the pair raised because Python's floats go no further."""
    is_without_float: bool = False
    """Whether the function returned nothing that could have a gradient."""

    def __post_init__(self) -> None:
        self.caller = Caller(self.pair.state, self.meter, self.like is None or self.like.draws)
        self.dout: Any = None
        self.want: Any = None
        self.after: Call | None = None  # the arguments as the function leaves them
        self.large = False

    @cached_property
    def eps(self) -> float:
        """The rounding error of the coarsest floats of the call."""
        return outputs.rounding(self.call)

    def run(self) -> None:
        """Try everything; raise `GuardedError` if the generated code refuses these values."""
        try:
            if self.want is None:
                self.want = self.value()
            want = self.want
            grads, dout = self.native(want)
            self.ran, self.dout, self.misshapen = True, dout, bool(self.failures)
            if not (self.brief and self.failures):
                self.numbers(grads, want, dout)
        except BrokenPairError as error:
            self.overflowed = isinstance(error.__cause__, ArithmeticError)
            self.misshapen = any("is wrong" in text for text in self.failures)
            self.fail(str(error))
        except UnsteadyError as error:
            self.note(str(error))
        except LeftEarlyError:
            self.ran = self.left_early = True

    def take_over(self, other: Trial) -> None:
        """Take over what a trial of a pair with fewer guards has found at this call, unless one of them raises here."""
        if other.want is not None:
            self.caller.lending(lambda call: self.forward(*call), self.call)
            self.pair.state.notice()
        self.caller.knows(other.caller)
        self.want, self.dout, self.judged = other.want, other.dout, dict(other.judged)
        self.failures, self.notes = [*other.failures], [*other.notes]
        self.ran, self.left_early = other.ran, other.left_early
        self.misfit, self.overflowed = other.misfit, other.overflowed
        self.misshapen = other.misshapen

    @property
    def compared(self) -> bool:
        """Whether some gradient was compared with a slope, or lies at a kink, or there is none here by intent."""
        return self.left_early or any(
            judged.entries or judged.kinks for judged in self.judged.values()
        )

    def backward_raises(self) -> bool:
        """Return whether all that is wrong is that the backward pass raises."""
        loud = f"{self.pair.name('backward')} raises "
        return bool(self.failures) and all(text.startswith(loud) for text in self.failures)

    def is_only_numbers(self) -> bool:
        """Return whether the gradients are wrong, but of the right shapes."""
        wrong = [judged for judged in self.judged.values() if judged.wrong()]
        return 0 < len(self.failures) == len(wrong)

    def is_told(self) -> bool:
        """Return whether the gradients are wrong only where they are NaN, infinite or next to nothing."""
        wrong = [judged for judged in self.judged.values() if judged.wrong()]
        return self.is_only_numbers() and all(judged.is_told() for judged in wrong)

    def is_endless(self) -> bool:
        """Return whether a gradient is NaN or infinite where the slope is finite."""
        entries = [entry for judged in self.judged.values() for entry in judged.entries]
        return any(not np.isfinite(entry.expected) for entry in entries)

    def is_unsteady(self) -> bool:
        """Return whether gradients have the right shapes, but are others than the slopes, be it here alone."""
        far = any(
            (judged.error or 0.0) > LITTLE or judged.wrong() for judged in self.judged.values()
        )
        return far and (not self.failures or self.is_only_numbers())

    def is_sloped(self, surely: bool = True) -> bool:
        """Return whether gradients are others than the slopes of a function that has them, beyond doubt if asked."""
        entries = [entry for judged in self.judged.values() for entry in judged.entries]
        least = LITTLE * greatest([entry.expected for entry in entries])
        return (not self.failures or self.is_only_numbers()) and any(
            (entry.sure or not surely) and entry.differs(EVIDENT, least) for entry in entries
        )

    def is_odd_among(self, calls: Sequence[Call]) -> bool:
        """Return whether the gradients of some calls agree, and those here, which could not be judged, do not."""
        if self.failures or not any(judged.unknown for judged in self.judged.values()):
            return False
        try:
            every = np.stack([self.gradients(call) for call in (self.call, *calls)])
        except Exception:  # noqa: BLE001 - where it cannot be computed, or is complex
            return False
        here, others = every[0], every[1:]
        gap = np.min(np.abs(others - here), axis=0)
        spread, most = np.ptp(others, axis=0), np.max(np.abs(every), axis=0)
        return bool(np.any((gap > 10 * spread) & (gap > EVIDENT * most)))

    def gradients(self, call: Call) -> Vector:
        args, kwargs = duplicate(call)
        return outputs.vector(self.backward(self.dout, self.forward(args, kwargs)[1]))

    def sloping(self) -> set[str]:
        """Return the arguments with a gradient that is not zero."""
        return {name for name, one in self.judged.items() if any(e.expected for e in one.entries)}

    def is_far_off(self, stairs: bool = False) -> bool:
        """Return whether more than rounding is wrong, where slopes are rough; of stairs, more than numbers."""
        wrong = [judged.wrong() for judged in self.judged.values()]
        rough = stairs or all(not EVIDENT <= e.error < np.inf for e in wrong if e is not None)
        if self.overflowed:
            return False  # it says so aloud
        return bool(self.failures) and not (self.is_only_numbers() and (rough or self.turns()))

    def turns(self) -> bool:
        """Return whether a wrong gradient is another where the inputs differ by a millionth, in one of several ways."""
        args, kwargs = duplicate(self.call)
        grads = self.backward(self.dout, self.forward(args, kwargs)[1])
        here = self.by_path(grads, self.call, report=False)
        ways = [self.shaken(self.call, self.dout, here, self.pair, k, nearly) for k in range(TURNS)]
        return any(
            greatest([np.subtract(beside[name][path], grad)]) > TURNED * greatest([grad])
            for name, leaves in here.items()
            if self.judged[name].wrong()
            for path, grad in leaves.items()
            for beside in ways
        )

    def fail(self, text: str) -> None:
        text += self.place
        if text not in self.failures:
            self.failures.append(text)

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def value(self) -> Any:
        name = self.pair.name("function")
        try:
            with warnings.catch_warnings():
                if (
                    self.place
                ):  # a power of a negative number is complex, and put into an array cut off
                    warnings.simplefilter("error", np.exceptions.ComplexWarning)
                want = self.caller.watch(self.pair.function, self.call, self.like)
            again = want if self.large else self.again()
        except Exception as error:
            raise UnsteadyError(
                f"{name} raises {first_line(error)} when it is called again: its gradients are not compared"
            ) from error
        if again is not want and outputs.compare(again, want):
            raise UnsteadyError(
                f"{name} gives another value at each call: its gradients are not compared (seed its random numbers)"
            )
        if not outputs.float_leaves(want):  # a root of a matrix may be complex at other values
            self.is_without_float = True
            error_type = UnsteadyError if self.place else BrokenPairError
            raise error_type(f"{name} returns no float{self.place}: there is nothing to compare")
        if not np.all(np.isfinite(outputs.vector(want))):
            self.note(f"{name} is not finite everywhere{self.place}: judged where it is")
        return want

    def again(self) -> Any:
        """Return what the function gives, and note how it leaves its arguments."""
        self.after = duplicate(self.call)
        return self.caller.on(self.pair.function, self.after)

    def native(self, want: Any) -> tuple[Gradients, Any]:
        """Run the pair as the user would; return the gradients by argument and path, and the `dout` used."""
        if self.large:
            return self.caller.lending(partial(self.once, want), self.call)
        own, self.after = self.after, None
        if own is None:  # before the pass whose cache may hold what functions keep
            own = duplicate(self.call)
            self.caller.on(self.pair.function, own)
        args, kwargs = call = duplicate(self.call)
        out, cache = self.forward(args, kwargs)
        self.must_agree(out, want)
        changes = self.changed_by_forward(call, own)
        if cache is None:
            raise LeftEarlyError
        before = duplicate(call)
        dout = outputs.upstream(want)
        kept_dout, kept_cache = duplicate(dout), duplicate(cache)
        grads = self.backward(dout, cache)
        first = duplicate(grads)
        self.changed_by_backward((before, call), (kept_dout, dout), (kept_cache, cache))
        others = {"dout": dout, "the cache": cache, "out": out, "the arguments": call}
        for text in promises.aliases(grads, self.pair.arguments, others):
            self.fail(text)
        if not same(self.backward(dout, cache), first):
            name = self.pair.name("backward")
            self.fail(f"a second {name} from the same cache gives other gradients")
        if changes and not same(self.behind_another(call, dout, cache), first):
            names = self.pair.name("backward"), self.pair.name("forward")
            self.fail("{} gives other gradients once {} was called again".format(*names))
        return self.by_path(first, self.call, report=True), dout

    def must_agree(self, out: Any, want: Any) -> None:
        mixed, eps = outputs.is_mixed(self.call), self.eps
        fault = outputs.compare(out, want, mixed=mixed, eps=eps)
        if fault and (rounded := self.unsteadiness(want)) > eps:
            fault = outputs.compare(out, want, mixed=mixed, eps=rounded)
        if fault and self.reads_unset(want):
            name = self.pair.name("function")
            raise UnsteadyError(
                f"{name} reads memory that it never set{self.place}: its gradients are not compared"
            )
        if fault:
            raise BrokenPairError(f"{self.pair.name('forward')} is wrong: {fault}")

    def unsteadiness(self, want: Any) -> float:
        """Return how far rounding of the inputs moves the function's value; 0 where any value would do."""
        here, moved = outputs.vector(want), 0.0
        for seed in range(3):
            beside = redrawn(self.call, self.pair.places, shaken, seed)
            try:
                near = outputs.vector(self.caller.run(self.pair.function, beside))
            except Exception:  # noqa: BLE001 - on the edge of where it can be computed
                return 0.0
            if near.shape != here.shape or not np.all(np.isfinite(near - here)):
                return 0.0
            moved = max(moved, float(np.max(np.abs(near - here), initial=0.0)))
        part = moved / max(float(np.max(np.abs(here), initial=0.0)), np.finfo(float).tiny)
        return part / 10 if part < UNSTEADY else 0.0

    def reads_unset(self, want: Any) -> bool:
        """Return whether the value changes once memory from `np.empty` holds something else."""
        shapes = [np.shape(leaf) for _, leaf in outputs.float_leaves((want, self.call))]
        for number in (1e3, -1e7):
            stirred = [np.full(shape, number) for shape in shapes for _ in range(9)]
            del stirred
            try:
                found = self.caller.run(self.pair.function, self.call)
            except Exception:  # noqa: BLE001 - what it raises now comes of that memory
                return True
            if outputs.compare(found, want):
                return True
        return False

    def behind_another(self, call: Call, dout: Any, cache: Any) -> tuple[Any, ...]:
        """Return the gradients after one more call of a function that changes what it was given."""
        # what was changed may be refused at once: then no call comes between
        with suppress(Exception):
            self.caller.generated(self.pair.forward, *call[0], **call[1])
        grads: tuple[Any, ...] = duplicate(self.backward(dout, cache))
        return grads

    def once(self, want: Any, call: Call) -> tuple[Gradients, Any]:
        """Run the pair as `native` does, without the promises: what it does with memory shows at smaller sizes."""
        out, cache = self.forward(*call)
        self.must_agree(out, want)
        dout = outputs.upstream(want)
        return self.by_path(self.backward(dout, cache), self.call, report=True), dout

    def forward(
        self, args: Sequence[Any], kwargs: dict[str, Any], pair: Pair | None = None
    ) -> tuple[Any, Any]:
        name = self.pair.name("forward")
        try:
            self.caller.ready()
            result = self.caller.generated((pair or self.pair).forward, *args, **kwargs)
        except GuardedError:
            raise
        except Exception as error:
            raise BrokenPairError(f"{name} raises {first_line(error)}") from error
        if not isinstance(result, tuple) or len(result) != 2:
            raise BrokenPairError(f"{name} returns {outputs.kind(result)}, not out and cache")
        return result

    def backward(self, dout: Any, cache: Any, pair: Pair | None = None) -> tuple[Any, ...]:
        name = self.pair.name("backward")
        try:
            result = self.caller.generated((pair or self.pair).backward, dout, cache)
        except GuardedError:
            raise
        except Exception as error:
            self.misfit = is_misfit(error)
            raise BrokenPairError(f"{name} raises {first_line(error)}") from error
        grads = promises.as_tuple(result, self.pair.arguments)
        if isinstance(grads, str):
            raise BrokenPairError(f"{name} {grads}")
        return grads

    def changed_by_forward(self, after: Call, own: Call) -> bool:
        """Report arguments that the forward pass leaves otherwise than the function; say if that changes some."""
        for place in promises.changed(own, after):
            side, key = place
            left_alone = same(own[side][key], self.call[side][key])
            if not left_alone and outputs.are_alike(after[side][key], own[side][key], self.eps):
                continue
            verb = "changes" if left_alone else "does not change"
            like = "" if verb == "changes" else f" as {self.pair.name('function')} does"
            self.fail(f"{self.pair.name('forward')} {verb} {self.argument_name(place)}{like}")
        changes = promises.changed(self.call, own)
        for place in changes:
            name = self.argument_name(place)
            self.note(f"{self.pair.name('function')} changes {name}, and so does the forward pass")
        return bool(changes)

    def changed_by_backward(self, *pairs: tuple[Any, Any]) -> None:
        """Report what the backward pass has changed of the arguments, dout and the cache."""
        name = self.pair.name("backward")
        (before, after), dout, cache = pairs
        for place in promises.changed(before, after):
            self.fail(f"{name} changes {self.argument_name(place)}")
        for what, (old, new) in (("dout", dout), ("the cache", cache)):
            if not same(old, new):
                self.fail(f"{name} changes {what}")

    def argument_name(self, place: Path) -> str:
        return f"the argument {names(self.pair.function, self.call)[place]}"

    def by_path(self, grads: tuple[Any, ...], call: Call, report: bool) -> Gradients:
        """Return the gradients of all float leaves; report those that are not like their argument."""
        found: dict[str, dict[Path, Any]] = {}
        for argument, grad in zip(self.pair.arguments, grads, strict=True):
            leaves = found.setdefault(argument.name, {})
            for item in promises.structure(argument.value(call), grad, argument.name):
                if not isinstance(item, str):
                    leaves[item[0]] = item[1]
                elif report:
                    self.fail(item)
        return found

    def numbers(self, native: Gradients, want: Any, dout: Any) -> None:
        call, grads, pair = self.call, native, self.wide or self.pair
        precision = LONG if self.coarse else DOUBLE
        wide = call
        if self.eps > DOUBLE.eps:
            wide = changed(widened(call), self.pair.places, widened)
        if self.wide is not None or not same(wide, self.call):
            try:
                wide_want = self.caller.run(pair.function, wide)
                wide_dout = widened(dout)
                args, kwargs = duplicate(wide)
                found = self.backward(wide_dout, self.forward(args, kwargs, pair)[1], pair)
            except Exception:  # noqa: BLE001 - code for float32 alone: then it is judged as such
                precision, pair = SINGLE, self.pair
            else:
                grads = self.by_path(found, wide, report=False)
                self.dout = dout
                if is_near(want, wide_want, EVIDENT):
                    self.narrow(native, grads, wide_want, wide_dout)
                else:
                    self.lost()
                call, want, dout = wide, wide_want, wide_dout
        if any(np.asarray(leaf).dtype.itemsize < 8 for _, leaf in outputs.float_leaves(want)):
            precision = SINGLE
        state = (
            self.caller,
            pair.function,
            call,
            want,
            dout,
            precision,
            0 if self.large else self.few,
        )
        sampler = Sampler(*state, brief=self.brief, like=self.like is not None)
        self.judged = sampler.judge(self.pair.arguments, grads)
        if any(judged.wrong() for judged in self.judged.values()):
            shaken = self.shaken(call, dout, grads, pair)
            self.judged = sampler.judge(self.pair.arguments, grads, shaken)
            if any(judged.wrong() for judged in self.judged.values()):
                self.widest(state, grads)
        for name, judged in self.judged.items():
            for text in judged.failures(name):
                self.fail(text)
            for text in judged.notes(name):
                self.note(text)

    def widest(self, state: tuple[Any, ...], grads: Gradients) -> None:
        """Take the numeric slopes once more in the widest floats there are, if the function works in them.

        Terms within a function, such as the -1e10 of a mask, are rounded far more coarsely than its value.
        """
        caller, function, call, want, dout, precision, few = state
        wide = changed(call, self.pair.places, extended)
        try:
            out = caller.run(function, wide)
        except Exception:  # noqa: BLE001  # np.linalg, for one, knows no such floats
            return
        if not is_near(want, out, ROUNDED):
            self.lost()
            self.judged = {name: Judged(unknown=len(j.entries)) for name, j in self.judged.items()}
            return
        sampler = Sampler(caller, function, wide, out, dout, precision, few, brief=True)
        found = sampler.judge(self.pair.arguments, grads)
        self.judged |= {
            name: judged
            for name, judged in found.items()
            if self.judged[name].wrong() and not judged.wrong()
        }

    def lost(self) -> None:
        """Note that what the function gives is rounding for the most part, and so are its slopes."""
        name = self.pair.name("function")
        self.note(f"{name} loses its digits{self.place}: its gradients are not compared")

    def shaken(
        self,
        call: Call,
        dout: Any,
        grads: Gradients,
        pair: Pair,
        seed: int = 0,
        draw: Draw = shaken,
    ) -> Gradients:
        """Return the gradients where all inputs differ in the last places; the same if there are none."""
        rng = np.random.default_rng(231 + seed)
        moved, upstream = redrawn(call, self.pair.places, draw, seed), mapped(
            lambda v: shaken(v, rng), dout
        )
        try:
            args, kwargs = duplicate(moved)
            found = self.backward(upstream, self.forward(args, kwargs, pair)[1], pair)
        except Exception:  # noqa: BLE001  # on the edge of where it can be computed
            return grads
        near = self.by_path(found, moved, report=False)
        alike = {name: list(leaves) for name, leaves in near.items()} == {
            name: list(leaves) for name, leaves in grads.items()
        }
        return near if alike else grads

    def narrow(self, native: Gradients, wide: Gradients, out: Any, dout: Any) -> None:
        """Report float32 gradients that are not those in float64 up to rounding.

        Terms of the size of the output may cancel in a gradient that is 0.
        """
        terms = norm(outputs.vector(out)) * norm(outputs.vector(dout))
        for name, leaves in native.items():
            size = greatest(np.asarray(grad) for grad in wide[name].values())
            for path, grad in leaves.items():
                other = wide[name].get(path)
                if other is None or np.shape(other) != np.shape(grad):
                    continue
                off = greatest([np.subtract(grad, other, dtype=np.float64)])
                near = get(self.call, self.absolute(name, path))
                noise = ROUNDED * terms / typical(np.asarray(near, np.float64))
                if off <= max(EVIDENT * size, NOTHING, noise):
                    continue
                if off > 10 * self.wobble(native, name, path):
                    self.fail(
                        f"d{label(name, path)} in {np.asarray(grad).dtype} is not what it is in float64"
                    )

    def absolute(self, name: str, path: Path) -> Path:
        """Return where a leaf of an argument lies in the call."""
        return next(a for a in self.pair.arguments if a.name == name).absolute(path)

    def wobble(self, native: Gradients, name: str, path: Path) -> float:
        """Return how much rounding of all inputs changes a gradient, the most of a few times."""
        upstream = mapped(lambda v: np.asarray(v, np.float32) if is_float(v) else v, self.dout)
        state = self.call, upstream, native, self.pair
        near = [self.shaken(*state, seed)[name][path] for seed in range(3)]
        return greatest([np.subtract(one, native[name][path], dtype=np.float64) for one in near])


class Trials:
    """The trials of a pair that is checked again with more guards: what they compare is the same then."""

    def __init__(self) -> None:
        self.known: dict[tuple[Any, ...], list[tuple[Trial, int]]] = {}
        self.forced: dict[frozenset[tuple[str, Any]], Trials] = {}
        self.search: Search | None = None

    def under(self, answers: Mapping[str, Any]) -> Trials:
        """Return those of the same pair where tests have some answers by force."""
        return self.forced.setdefault(frozenset(answers.items()), Trials())

    def searched(
        self, run: Callable[[Call], Any], call: Call, places: Sequence[Path], meter: Meter
    ) -> Search:
        """Return the search for other sizes than those of a call; the function accepts what it did before."""
        if self.search is None or not same(self.search.call, call):
            self.search = Search(run, call, places, meter)
            return self.search
        return self.search.again(run, meter)

    def run(self, trial: Trial) -> None:
        """Run a trial that was not run before; what it cost then is counted again, so that as much is tried."""
        before = trial.meter.spent
        if known := self.found(trial):
            other, cost = known
            with suppress(BrokenPairError):  # a guard may ask what these arguments do not have
                trial.take_over(other)
                trial.meter.spent = before + cost
                return
        trial.run()
        self.alike(trial).append((trial, trial.meter.spent - before))

    def alike(self, trial: Trial) -> list[tuple[Trial, int]]:
        return self.known.setdefault((trial.place, trial.few, trial.brief, trial.coarse), [])

    def found(self, trial: Trial) -> tuple[Trial, int] | None:
        """Return the trial at the same call that was run before, and what it cost."""
        for known in self.alike(trial):
            if same(known[0].call, trial.call):
                return known
        return None

    def value(self, trial: Trial) -> Any:
        known = self.found(trial)
        if known is None or known[0].want is None:
            return trial.value()
        trial.caller.knows(known[0].caller)
        return known[0].want
