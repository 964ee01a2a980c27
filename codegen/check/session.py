"""The steps of one check, in order. In: a generated pair, an example call. Out: a `Report` joined from its trials.

What decides is the example, a second set of sizes and values, other ways through the function, smaller sizes, other
values of passive arguments. What the example cannot tell (an axis of size 1) is tried as well, and noted.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

from codegen import syntax
from codegen.check import outputs, uncounted
from codegen.check.again import called_again
from codegen.check.agreement import Agreement
from codegen.check.arguments import Argument, names
from codegen.check.bench import COST, FEW, TRIES, Bench
from codegen.check.board import Side
from codegen.check.calls import LARGE, amount
from codegen.check.forcing import SIDES, Forcing, is_caught, is_plain, nodes_of
from codegen.check.masks import Masks
from codegen.check.options import Options
from codegen.check.report import Report, Row, Unproven, words
from codegen.check.sides import Build, Forced, Sides
from codegen.check.sizes import Move, array_sizes
from codegen.check.trial import Pair, Trial, Trials
from codegen.check.values import narrowed, near, nearly, redrawn, scaled
from codegen.check.variations import alike, candidates, others, scattered, smaller_sizes
from codegen.check.zeros import zeros_noted
from codegen.errors import as_made, listed, no_float
from codegen.gates.operands import EXTREMES, ORDERS
from codegen.process import Heard
from codegen.progress import doing
from codegen.pytree import Call, Path, get, like, replaced

SETS, WAYS, ALWAYS, PASSIVE = 12, 30, 3, 40
NEIGHBOURS = 3  # of the example
ALIKE = 20  # pairs of arguments that are made equal
STEP = 1e-5  # of slopes: what is nearer to zero tells of zero, as the 1e-8 under a root does
SMALL = 12  # sizes below are tried each
FAR = {"1,000 times as large": 1e3, "a thousandth of it": 1e-3}


class Session:
    """The steps of one check."""

    def __init__(
        self,
        pair: Pair,
        call: Call,
        build: Build,
        sides: Sides | None = None,
        few: int | None = None,
        main: Agreement | None = None,
        given_later: dict[str, str] | None = None,
        before: Trials | None = None,
        held: Sequence[Path] = (),
    ) -> None:
        self.build, self.widens = build, False
        self.bench = Bench(pair, call, sides or Sides(pair, build), few, before or Trials())
        self.options = Options(self.bench, given_later or {})
        self.agreement = Agreement(self.bench, self.options, main)
        self.forcing = Forcing(self.bench, self.options)
        self.held = held

    def run(self) -> None:
        steps: list[Callable[[], None]]
        steps = [
            self.example,
            self.thin,
            self.other,
            self.ways,
            self.smaller,
            self.overlaps,
            self.agreement.ones,
            self.passive,
            self.longer,
        ]
        steps += [
            self.options.left_out,
            partial(self.options.filled, self.guards_beside),
            partial(called_again, self.bench),
            partial(uncounted.dropped, self.bench, self.held),
            partial(uncounted.objects, self.bench),
            partial(uncounted.integers, self.bench),
            self.agreement.shaped,
            self.agreement.empty,
            self.narrow,
            self.exact,
            partial(zeros_noted, self.bench),
            self.forcing.forced,
            self.forcing.together,
            self.apart,
        ]
        for number, step in enumerate(steps):
            doing("checking the gradients", number, len(steps))
            step()
            if not self.bench.usable:
                break

    def example(self) -> None:
        """Try the example; one of many numbers only once, for everything else is tried where it costs little."""
        bench = self.bench
        trial = bench.trials["example"] = bench.base = bench.trial(bench.call)
        trial.large = amount(bench.call) > LARGE
        small = bench.small(trial) if trial.large else None
        bench.sides.prepare(small or bench.call)
        if bench.sides.reason:
            bench.notes.append(f"no side of a test is taken by force: {bench.sides.reason}")
        trial.wide = bench.sides.wide()
        bench.attempt(trial)
        if trial.is_without_float:
            raise no_float(bench.pair.name("function"))
        if small is not None and bench.usable:
            bench.call = small
            bench.base = bench.trial(small, bench.described(small))
            bench.trials["smaller sizes"] = bench.base
            bench.attempt(bench.base)
        bench.right(bench.base)

    def thin(self) -> None:
        """Note the tests that have the answer of the example nowhere next to it, as `norm != 1` for a unit vector."""
        bench = self.bench
        if not bench.sides.usable:
            return
        near = [redrawn(bench.call, bench.pair.places, nearly, seed) for seed in range(NEIGHBOURS)]
        try:
            here, *there = [set(bench.sides.took(call)) for call in (bench.call, *near)]
        except Exception:  # noqa: BLE001 - on the edge of where the function can be computed
            return
        for text, answer in sorted(here, key=str):
            other = (text, not answer)
            if isinstance(answer, bool) and other not in here:
                if all(other in sides and (text, answer) not in sides for sides in there):
                    where = self.forcing.where((text, answer))
                    bench.notes.append(
                        f"the example lies {where}, and nothing next to it does: its gradients are those of that case"
                    )

    def other(self) -> None:
        """Try a second set of values that the generated code does not refuse."""
        bench = self.bench
        guarded: list[str] = []
        broken: list[Trial] = []
        for candidate in islice(candidates(bench.searched()), SETS):
            call = candidate.call
            trial = bench.trial(call, bench.described(call))
            if said := bench.guarded(trial):
                guarded.append(said)
                continue
            if not trial.ran and trial.failures:
                broken.append(trial)  # sizes that only look as if they fitted: others may tell more
                continue
            self.keep(trial, "other values" if candidate.kept else "other sizes", broken)
            break
        else:
            bench.failures += [text for trial in broken for text in trial.failures]
        bench.notes += [f"guarded: {text}" for text in dict.fromkeys(guarded)]
        if "other sizes" not in bench.trials:
            tried = (
                "other values of the same sizes"
                if "other values" in bench.trials
                else "the example"
            )
            if bench.search is None or bench.search.moves or array_sizes(bench.call):
                found = (
                    "the search for other sizes stopped before its end"
                    if bench.search and bench.search.spent
                    else f"no other sizes found that {bench.pair.name('function')} accepts"
                )
                bench.notes.append(f"{found}: checked on {tried} only")

    def keep(self, trial: Trial, name: str, broken: Sequence[Trial]) -> None:
        """Keep the trial of the second set; that the code raises an exception elsewhere is noted then."""
        bench = self.bench
        if name == "other values":
            bench.failures += [text for other in broken for text in other.failures]
        else:
            bench.notes += [text for other in broken for text in other.failures]
            bench.notes.append(f"other sizes: {bench.described(trial.call)}")
        bench.trials[name] = trial
        bench.right(trial)
        if trial.is_only_numbers():
            self.agreement.freeze()

    def other_sizes(self) -> None:
        bench = self.bench
        for candidate in islice(candidates(bench.searched()), 1):
            trial = bench.lightly(candidate.call, bench.described(candidate.call))
            if isinstance(trial, Trial):
                bench.settle(trial)
                bench.trials["other sizes"] = trial
                if trial.is_only_numbers():
                    self.agreement.freeze()

    def ways(self) -> None:
        """Try values that take another way through the function; a few in any case, for masks choose without a jump."""
        bench = self.bench
        sizes = sorted(
            {abs(c) for c in bench.constants() if not isinstance(c, str) and 0 < abs(c) < 1e4}
        )
        calls = scattered(bench.searched(), sizes)
        for k, call in enumerate(
            bench.some(calls, WAYS if bench.sides.known and not bench.sides.always else ALWAYS)
        ):
            new = {s: line for s, line in bench.way(call).items() if s not in bench.sides.judged}
            if new:
                trial = bench.lightly(call, f"on the way through line {min(new.values())}")
                if isinstance(trial, Trial) and trial.failures and not trial.is_told():
                    bench.unsettled(trial)
                elif isinstance(trial, Trial):
                    bench.settle(trial)
            elif k < ALWAYS:
                bench.surely(call, "other values")

        for name, times in FAR.items():
            call = bench.searched().moved([], partial(scaled, times=times), 0)
            with bench.base.caller.counting():
                is_one = bool(bench.searched().mode) and bench.searched().accepts(call)
            if is_one and not bench.new(call):
                trial = bench.lightly(call, name, 0)
                stairs = any(judged.kinks for judged in bench.base.judged.values())
                if isinstance(trial, Trial) and trial.is_far_off(stairs):
                    bench.settle(trial)
                elif isinstance(trial, Trial) and trial.overflowed:
                    bench.notes += [f"no failure: {text}" for text in trial.failures]
                elif isinstance(trial, Trial) and trial.failures:
                    rough = listed([f"d{k}" for k, one in trial.judged.items() if one.wrong()])
                    bench.notes.append(f"slopes are rough{trial.place}: {rough} not judged there")

    def exact(self) -> None:
        """Try the very numbers that the function compares a differentiable number with: a side, or a mask, that is for
        one number alone says nothing of the slope there, and a note says so. So do zeros alone, and arguments that are
        equal. What a mask spares is lost in rounding next to it, so that steps leave that behind.
        """
        bench = self.bench
        taken = names(bench.pair.function, bench.call)
        given = {name: get(bench.call, path) for path, name in taken.items()}
        masks = Masks.of(bench.pair.source, given)
        known = {float(c) for c in bench.constants() if isinstance(c, int | float) and abs(c) < 1e4}
        leaves = {place: (label, leaf) for place, label, leaf in bench.pair.leaves(bench.call)}
        for k, (place, (label, leaf)) in enumerate(leaves.items()):
            one = isinstance(leaf, float | np.floating)
            if not one and not (masks.some and np.ndim(leaf) and np.size(leaf)):
                continue
            values = {str(value): value for value in sorted({0.0, 1.0, *known})}
            for n, other in [] if one else list(leaves.values())[k + 1 :]:
                if np.shape(other) in ((), np.shape(leaf)):
                    values[n] = np.ravel(other)[0]
            name = label if one else f"{label}[{', '.join('0' * np.ndim(leaf))}]"
            for said, value in values.items():
                call = replaced(bench.call, place, with_first(leaf, value))
                if not bench.searched().accepts(call):
                    continue
                where, new = f"with {name} = {said}", bench.new(call)
                told, held = masks.some and not 0 < abs(value) < STEP, np.any(leaf == value)
                elsewhere = [
                    float(v) for p, (_, v) in leaves.items() if p != place and not np.ndim(v)
                ]
                guard = self.options.given(f"{label} == {said}", place), f"{label} was not {said}"
                if one and value not in elsewhere and bench.refuses(place, value, where, *guard):
                    continue
                if not (new or told):
                    continue
                trial = bench.lightly(call, where, FEW, coarse=not new)
                if not new and isinstance(trial, Trial) and trial.is_sloped(surely=False):
                    if not trial.is_sloped():  # it bends too much over long steps
                        trial = bench.lightly(call, where, FEW)
                if not new and isinstance(trial, Trial) and trial.is_sloped():
                    if held:
                        advice = f"give {label} other numbers in the example: such calls raise then"
                        bench.failures.insert(
                            0, f"d{label} is not the slope {where}, a case of its own: {advice}"
                        )
                        break
                    text = f"no number of {label} was {masks.how}{said}"
                    asked = f"np.any({masks.asking(label, said)})"
                    bench.guards[self.options.given(asked, place)] = text
                elif isinstance(trial, Trial) and trial.is_unsteady() and not trial.coarse:
                    bench.notes.append(
                        f"at {name} = {said}, a case of its own, the gradients are those of that case"
                    )
                elif isinstance(trial, Trial) and trial.failures and new:
                    # what this side computes may have the limit's value, but not its slope
                    bench.settle(trial) if trial.is_told() else bench.unsettled(trial)
                elif isinstance(trial, Trial) and new:
                    bench.settle(trial)
        forward = own_source(bench.pair.source, bench.pair.name("forward"))
        self.equal(
            {place: label for place, (label, _) in leaves.items()},
            Masks.of(forward, given),
            sorted({1.0, *known} - {0.0}) if stops_early(bench.pair.source) else [],
        )

    def equal(self, labels: dict[Path, str], masks: Masks, numbers: Sequence[float]) -> None:
        """Try arguments that are equal, hold a number twice, or one of some numbers alone."""
        bench = self.bench
        is_tied = picks_several(own_source(bench.pair.source, bench.pair.name("forward")))
        for one in bench.some(alike(bench.call, labels, numbers, is_tied), ALIKE):
            where, path, value = one.where, one.path, one.value
            call = replaced(bench.call, path, value)
            if not bench.searched().accepts(call):
                continue
            asked = self.options.given(one.asked, path)
            if bench.refuses(path, value, where, asked, one.text):
                continue
            if not (masks.some or is_tied) or not holds_one_twice(value) or bench.new(call):
                continue
            beside = redrawn(call, bench.pair.places, near if masks.close else nearly, 0)
            here = bench.lightly(call, where, FEW, coarse=True)
            if not is_sloped(here) or is_sloped(bench.lightly(beside, where, FEW)):
                continue
            name, own = labels[path], get(bench.call, path)
            if np.unique(own).size < np.size(own):  # a guard would refuse the example
                bench.notes.append(
                    f"{where}, a case of its own, the gradients are those of that case"
                )
                continue
            asked, text = f"np.unique({name}).size < np.size({name})", "equal"
            if masks.close:
                ordered = f"np.sort({name}, axis=None)"
                asked = f"np.any({masks.asking(f'{ordered}[1:]', f'{ordered}[:-1]')})"
                text = "next to each other"
            bench.guards[self.options.given(asked, path)] = f"no two numbers of {name} were {text}"

    def apart(self) -> None:
        """Try other sizes and values also on sides that the example does not take; what is wrong there is refused."""
        bench = self.bench
        if not bench.sides.usable:
            return
        seen = set(bench.sides.took(bench.base.call))
        left = [
            side for side in bench.sides.known if isinstance(side[1], bool) and side not in seen
        ]
        for side in bench.some(left, SIDES):
            if side in bench.sides.judged - seen and not is_caught(side[0]):
                answers = {**bench.sides.ways.get(side[0], {}), side[0]: bool(side[1])}
                for call in (bench.base.call, bench.sides.asking.get(side[0])):
                    if call is not None and (found := self.on(side, answers, call)) is not None:
                        seen |= set(found.bench.sides.took(call))
                        self.take_over(found, answers)
                        break

    def on(self, side: Side, answers: Forced, call: Call) -> Session | None:
        """Return the trials of what resembles a call where a side is taken by force; None if it is not judged there."""
        bench = self.bench
        sides, before = bench.sides.under(answers), bench.before.under(answers)
        other = Session(
            bench.sides.pair, call, self.build, sides, FEW, self.agreement, before=before
        )
        other.bench.meter, other.bench.end = bench.meter, min(
            bench.end, bench.meter.end(COST // SIDES)
        )
        try:
            if side not in other.bench.sides.took(call):
                return None
        except Exception:  # noqa: BLE001 - what the function raises says nothing against the pair
            return None
        other.bench.base = other.bench.trial(call)
        other.bench.attempt(other.bench.base)
        if other.bench.base.failures or not other.bench.base.compared:
            return None
        if not other.bench.sides.follows(call):
            return None
        for step in (
            other.other_sizes,
            other.ways,
            other.smaller,
            other.overlaps,
            other.agreement.ones,
            other.passive,
            other.agreement.shaped,
        ):
            step()
        return other

    def take_over(self, other: Session, answers: Forced) -> None:
        """Refuse what was found wrong on a side; the side as a whole if that cannot be told from the arguments."""
        bench = self.bench
        bench.unrecorded += other.bench.unrecorded
        frozen = other.bench.frozen.items()
        before = self.forcing.beforehand(answers) if frozen or other.all_guards() else []
        found = {f"{n} != {value!r}": f"{n} was {value!r}" for n, value in frozen if before}
        found |= other.all_guards()
        new = {test: said for test, said in found.items() if test not in self.all_guards()}
        for test, said in new.items():
            asked = f"({test})" if " or " in test else test
            bench.guards[" and ".join([*before, asked])] = said
        if frozen and not before:  # a side less is better than all sizes but one
            text = f"{' and '.join(n for n, _ in frozen)} was of one size alone there"
            bench.unproven.append(Unproven(answers, text))
        if not new:
            # where the pair raises by itself, which is no wrong gradient, the rest of the side need not be given up
            loud = tuple(f"{bench.pair.name(role)} raises " for role in ("forward", "backward"))
            silent = [text for text in other.bench.failures if not text.startswith(loud)]
            bench.unproven += [Unproven(answers, text) for text in silent[:1]]
            bench.unproven += [
                Unproven({**answers, **u.answers}, u.text) for u in other.bench.unproven
            ]

    def smaller(self) -> None:
        bench = self.bench
        for call, parts in bench.some(smaller_sizes(bench.searched())):
            trial = bench.lightly(call, bench.described(call))
            if isinstance(trial, str):
                continue
            if trial.failures and not trial.misfit:
                for one in parts:
                    if bench.is_wrong(one.call):
                        size = get(one.call, one.axis.path).shape[one.axis.number]
                        self.agreement.guard(one.axis, f"<= {size}")
            bench.settle(trial, shrunk=True)

    def overlaps(self) -> None:
        """Try smaller sizes where parts of an array have names: `u[:2]` and `u[-2:]` may overlap there."""
        bench = self.bench
        if not changes_parts(bench.pair.source):
            return
        for move in bench.some(bench.searched().moves):
            axis = move.axes[0]
            n = bench.searched().sizes[axis] if axis.kind == "array" else 1

            def is_wrong(size: int, move: Move = move, n: int = n) -> bool:
                call = bench.searched().moved([Move(move.axes, size - n)], bench.searched().mode, 0)
                if not bench.searched().accepts(call):
                    return False
                trial = bench.lightly(call, few=FEW, brief=True)
                return isinstance(trial, Trial) and trial.is_only_numbers()

            tried = sorted({*range(1, SMALL), *range(n - TRIES, n)} & set(range(1, n)))
            worst = next(
                (size for size in bench.some(reversed(tried), len(tried)) if is_wrong(size)), 0
            )
            if worst:
                above = next((size for size in tried if size > worst), n)
                self.agreement.guard(axis, f"<= {last_of(is_wrong, worst, above)}")

    def passive(self) -> None:
        bench = self.bench
        known = bench.constants()
        known += [key for place in bench.pair.state.places for key in keys_of(place.value)]
        wrong: dict[str, dict[int, Path]] = {}
        for other in bench.some(others(bench.searched(), list(dict.fromkeys(known))), PASSIVE):
            if other.kind == "far" and not bench.new(other.call):
                continue
            value = shown(other.value)
            old, name = get(bench.call, other.path), bench.named(other.path)
            trial = bench.lightly(other.call, f"with {name} = {value}", FEW)
            if isinstance(trial, str):
                bench.notes.append(
                    f"{name} is {shown(old)} in the example; with {value}: guarded, {trial}"
                )
            elif trial.failures and not trial.ran and not name.isidentifier():
                # no argument that a guard could name, and nothing silent
                bench.notes += trial.failures
            elif not trial.failures or not is_plain(old) or not bench.is_everywhere(other.path):
                bench.settle(trial)
            elif isinstance(old, bool):  # there is but one other value
                bench.settle(trial)
                bench.frozen[name] = old
            elif other.kind == "near" or not isinstance(other.value, int):
                bench.unsettled(trial)
                bench.frozen[name] = old if isinstance(old, str) else int(old)
            else:
                bench.unsettled(trial)
                wrong.setdefault(name, {})[other.value] = other.path
        for name, values in wrong.items():
            old = get(bench.call, next(iter(values.values())))
            below, above = [v for v in values if v < old], [v for v in values if v > old]
            said = f"{name} was {old!r}"
            for sign, nearest in (
                ("<=", max(below, default=None)),
                (">=", min(above, default=None)),
            ):
                if nearest is not None:
                    is_wrong = partial(bench.is_wrong_with, values[nearest])
                    last = last_of(is_wrong, nearest, old)
                    bench.guards[f"{name} {sign} {last}"] = said

    def longer(self) -> None:
        """Try lists with an item more of which the function does not read all: a gradient that is written out item by
        item has as many as the example. The module refuses them where the function reads the last one, `xs[-1]`, or
        the length; where it reads the first ones alone, a note says so.
        """
        bench, search = self.bench, self.bench.searched()
        for axis, n in search.sizes.items():
            if axis.kind != "list" or any(axis in move.axes for move in search.moves):
                continue
            call = search.moved([Move((axis,), 1)], search.mode, 0)
            moved = redrawn(call, [(*axis.path, n)], "near", 1)
            items = get(call, axis.path)
            before = replaced(call, axis.path, like(items, list(items)[:n]))
            if not all(search.accepts(one) for one in (call, moved, before)):
                continue
            values = [search.run(one) for one in (call, moved, before)]
            is_read = any(outputs.compare(values[0], other) for other in values[1:])
            trial = bench.lightly(call, bench.described(call), FEW)
            if isinstance(trial, Trial) and trial.failures:
                name = bench.named(axis.path)
                if not is_read:
                    said = as_made(f"{name} had {n} item{'s' if n > 1 else ''}")
                    bench.notes.append(f"{said}: of a longer one, the gradient has no more")
                elif bench.is_named(axis.path):
                    bench.guards[f"len({name}) != {n}"] = f"{name} had {n} items"
                else:
                    bench.notes += trial.failures

    def guards_beside(self, call: Call, given: dict[str, str]) -> dict[str, str]:
        """Return what guards the shapes at a call with a value for what is None in the example."""
        other = Session(
            self.bench.pair, call, self.build, given_later=self.options.given_later | given
        )
        other.bench.base = other.bench.trial(call)
        other.bench.attempt(other.bench.base)
        if other.bench.usable:
            other.other_sizes()
            other.agreement.shaped()
        return other.bench.guards | other.agreement.agreements()

    def narrow(self) -> None:
        """Try float32; more digits than the argument's are fine, but if the output has no more, casts are missing."""
        bench = self.bench
        call = narrowed(bench.call)
        if bench.sides.twins.compares:
            name = bench.pair.name("function")
            bench.notes.append(
                f"{name} asks for float32: tried with the precision of the example alone"
            )
            return
        if call is bench.call or not bench.searched().runs(call):
            return
        trial = bench.lightly(call, "in float32", 0)
        if isinstance(trial, Trial):
            said = [text for text in trial.failures if "the argument is" not in text]
            outs = [leaf for _, leaf in outputs.float_leaves(trial.want)]
            kept = all(np.ndim(leaf) and leaf.dtype != np.float64 for leaf in outs)
            wide = [text.partition(" is ")[0] for text in trial.failures if text not in said]
            self.widens = kept and bool(wide)
            if wide and not kept:
                verb = "are" if wide[1:] else "is"
                name = bench.pair.name("function")
                bench.notes.append(
                    f"in float32, {listed(wide)} {verb} float64, since something in {name} is"
                )
            rough = said if said and not trial.is_far_off() else []
            bench.notes += rough
            bench.failures += [text for text in said if text not in rough]

    def kept(self, heard: Heard) -> None:
        """Note what lets the function give another value at each call, and which files it writes."""
        bench = self.bench
        name = bench.pair.name("function")
        bench.notes += [
            f"{what} has no seed in {name}: tried with one that stays the same"
            for what in heard.unseeded
        ]
        changed = [place.name for place in bench.pair.state.moving if place.name]
        if changed:
            bench.notes.append(
                f"{name} changes {', '.join(dict.fromkeys(changed))}: put back after the check"
            )
        bench.notes += [
            f"{name} writes the file {file}: every call of the check wrote it as well"
            for file in heard.written
        ]

    def report(self) -> Report:
        bench = self.bench
        trials = list(bench.trials.values())
        flat = [one.name for one in bench.pair.arguments if self.is_flat(one)]
        if flat:
            said = " and ".join(f"d{name}" for name in flat)
            bench.notes.append(f"{said} {'are' if flat[1:] else 'is'} zero wherever it was tried")
        stairs = [name for name in flat if self.is_stair(name)]
        if stairs:
            bench.notes.append(
                f"{bench.pair.name('function')} goes up in stairs of {' and '.join(stairs)}, as what is rounded "
                "or found by halving does: on each of them the gradient is zero"
            )
        notes = [text for trial in trials for text in trial.notes] + bench.notes
        failures = [text for trial in trials for text in trial.failures] + bench.failures
        return Report(
            bench.pair.name("function"),
            tuple(self.row(argument) for argument in bench.pair.arguments),
            tuple(bench.trials),
            tuple(dict.fromkeys(notes)),
            tuple(dict.fromkeys(failures)),
            bench.frozen,
            (len(bench.sides.right), len(bench.sides.lines)),
            tuple(bench.unproven),
            tuple(bench.missed),
            # those first that ask whether an argument is there: others read it
            dict(
                sorted(
                    self.all_guards().items(), key=lambda guard: not guard[0].endswith(" is None")
                )
            ),
            tuple(bench.unrecorded),
            self.widens,
        )

    def is_flat(self, argument: Argument) -> bool:
        """Return whether a gradient was zero in every entry that was judged, and there were some."""
        trials = list(self.bench.trials.values())
        judged = [trial.judged.get(argument.name) for trial in trials]
        sloping = self.bench.sloping.union(*(trial.sloping() for trial in trials))
        return argument.name not in sloping and any(one.entries for one in judged if one)

    def is_stair(self, name: str) -> bool:
        """Return whether the function goes up in stairs where an argument moves."""
        judged = [trial.judged.get(name) for trial in self.bench.trials.values()]
        return any(entry.slope.rises for one in judged if one for entry in one.entries)

    def all_guards(self) -> dict[str, str]:
        """Return the guards; what is wrong only beside a value for what is None in the example is asked only there."""
        own = self.bench.guards | self.agreement.agreements()
        return own | {
            (
                test if given in test else f"{given} and {f'({test})' if ' or ' in test else test}"
            ): said
            for test, (given, said) in self.options.beside.items()
            if test not in own
        }

    def row(self, argument: Argument) -> Row:
        judged = [trial.judged.get(argument.name) for trial in self.bench.trials.values()]
        errors = tuple(j.error if j else None for j in judged)
        known = [error for error in errors if error is not None]
        worst = max(known, default=None)
        single = any(j.single for j in judged if j)
        kinks = sum(j.kinks for j in judged if j)
        empty = all(np.size(leaf) == 0 for _, leaf in argument.leaves(self.bench.call))
        return Row(argument.name, worst, words(worst, single), kinks, empty, errors)


def changes_parts(source: str) -> bool:
    """Return whether a module gives a part of an array a name, `top = u[:2]`, and changes that or the array."""
    parts: list[tuple[str, str]] = []
    changed: set[str] = set()
    for node in nodes_of(source):
        match node:
            case ast.Assign():
                for one, shown in syntax.bindings(node):
                    if isinstance(one, ast.Name) and isinstance(shown, ast.Subscript):
                        parts.append((one.id, syntax.root_name(shown)))
                    elif isinstance(one, ast.Subscript):
                        changed.add(syntax.root_name(one))
            case ast.AugAssign(target=target):
                changed.add(syntax.root_name(target))
    return any(not changed.isdisjoint(names) for names in parts)


def stops_early(source: str) -> bool:
    """Return whether a loop of a module may end at once, as one does that looks for a solution where it has it."""
    return any(isinstance(node, ast.While | ast.Break) for node in nodes_of(source))


def own_source(source: str, forward: str) -> str:
    """Return the text of the forward pass of a module: its masks are the user's own."""
    found = [n for n in nodes_of(source) if isinstance(n, ast.FunctionDef) and n.name == forward]
    return "\n".join(map(ast.unparse, found))


def picks_several(source: str) -> bool:
    """Return whether a text asks for an extreme and a place: ties may be broken in two ways."""
    called = [syntax.called_last(n) for n in nodes_of(source) if isinstance(n, ast.Call)]
    return not EXTREMES.isdisjoint(called) and not ORDERS.isdisjoint(called)


def is_sloped(trial: Trial | str) -> bool:
    """Return whether gradients are others than the slopes; not where the generated code refuses the call."""
    return isinstance(trial, Trial) and trial.is_sloped()


def holds_one_twice(value: Any) -> bool:
    """Return whether an array holds a number several times, and is not zero."""
    return np.unique(value).size < np.size(value) and bool(np.any(value))


def with_first(leaf: Any, value: float) -> Any:
    """Return a number as another one; an array with it in its first place."""
    if not np.ndim(leaf):
        return type(leaf)(value)
    new = leaf.copy()
    new[(0,) * new.ndim] = value
    return new


def last_of(is_wrong: Callable[[int], bool], wrong: int, right: int) -> int:
    """Return the number nearest to one that is right at which something is still wrong, from one where it is."""
    while abs(right - wrong) > 1:
        middle = (right + wrong) // 2
        wrong, right = (middle, right) if is_wrong(middle) else (wrong, middle)
    return wrong


def keys_of(value: Any) -> list[str]:
    """Return the words that a dict is looked up by."""
    return [key for key in value if isinstance(key, str)] if isinstance(value, dict) else []


def shown(value: Any) -> str:
    """Return how a report names another value of a passive argument."""
    if isinstance(value, np.ndarray):
        return "other numbers"
    return str(getattr(value, "__name__", repr(value)))
