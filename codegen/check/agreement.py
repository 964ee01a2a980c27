"""Sizes and shapes that must be as they are, or agree. In: the trials of a check. Out: guards of other shapes, of
arrays that lie in memory in another way, of axes that would be broadcast."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from itertools import chain, islice
from typing import Any

import numpy as np

from codegen import syntax
from codegen.check.arguments import names, parameters_of
from codegen.check.bench import FEW, Bench
from codegen.check.broadcast import Meetings, meetings
from codegen.check.options import Options
from codegen.check.sizes import Axis, array_sizes
from codegen.check.trial import Trial
from codegen.check.unlike import EACH, Item, item_of, name_for_each
from codegen.check.values import generator
from codegen.check.variations import (
    DIRECT,
    Shaped,
    grown,
    larger_ones,
    one_by_one,
    shaped,
    shrunken,
    spread,
    spread_together,
)
from codegen.errors import Was, as_made, listed
from codegen.pytree import Call, Path, children, get, is_float, replaced, replaced_each, walk
from codegen.tables import grouped

Place = tuple[Path, str]  # which sizes of an array: "[0]", "[:2]", or its whole shape: ""
Ints = Sequence[tuple[Path, int]]  # in the place of the example's
SHAPED, RANKED = 30, 60
RANKS = {0: "a number", 1: "a vector", 2: "a matrix"}


class Agreement:
    """Finds which axes must agree."""

    def __init__(self, bench: Bench, options: Options, main: Agreement | None) -> None:
        # main: that of the example, where a side is taken by force
        self.bench, self.options, self.main = bench, options, main
        self.ties: list[set[tuple[Path, int]]] = []  # the axes that must agree
        self.meetings: Meetings | None = None

    def shaped(self) -> None:
        """Try arrays that lie in memory in another way, numbers that are arrays, and axes of size 1."""
        bench = self.bench
        for one in bench.some(shaped(bench.searched(), bench.named), SHAPED):
            trial = self.formed(one)
            if trial is None:
                continue
            wrong = [one] if one.condition else [a for a in one.alone if self.formed(a, True)]
            bench.guards |= {self.options.given(a.condition, a.path): a.text for a in wrong}
            bench.settle(trial)
        for other in bench.some(shrunken(bench.searched()), SHAPED):
            found = bench.tried(other.call)
            if found is None:
                continue
            is_index = get(bench.call, other.axis.path).dtype.kind in "iu"
            if is_index and found.failures and not found.misshapen:
                self.loose(other.axis, 1, other.ints, True)  # indices have no shape of a gradient
            elif found.misshapen or found.is_only_numbers():
                # a number that all items share has no shape
                self.loose(other.axis, 1, other.ints)
        for move in bench.some(bench.searched().moves):
            axes = [axis for axis in move.axes if axis.kind == "array"]
            if axes and bench.misshapen(resized_to(axes, 0, bench.call)):
                self.guard(axes[0], "== 0")
            apart = bench.searched().grown([move])
            if axes and bench.misshapen(apart):
                self.parted(axes[0], array_sizes(apart)[axes[0]])
        for other in bench.some(grown(bench.searched()), SHAPED):
            if bench.fails(other.call):
                self.loose(other.axis, get(other.call, other.axis.path).shape[other.axis.number])
        self.listed_numbers()
        self.ranks()

    def listed_numbers(self) -> None:
        """Let a module refuse a list of one number that is made an array of, and copied along a longer one."""
        bench = self.bench
        rows = rows_of_numbers(bench.call)
        for row in bench.some(row for row in rows if bench.is_named(row[0])):
            size = len(get(bench.call, row[0]))
            if size == 1 or not bench.fails(cut_short(bench.call, row)):
                continue
            one, mates = row[0], [mate for mate in rows if mate != row and self.is_firm(mate[0])]
            fitting = (m for m in mates if bench.fits(cut_short(bench.call, [*row, *m])))
            mate = next(fitting, None) if self.is_firm(one) else None
            if mate:
                sizes = sorted(f"len({bench.named(path)})" for path in (one, mate[0]))
                bench.guards[differing(sizes)] = " == ".join(sizes)
            else:
                test, name = self.asked(one, "len({}) == 1")
                bench.guards[test] = Was([f"len({name})"], [str(size)])

    def ranks(self) -> None:
        """Try arguments with more axes than in the example, or fewer, and let a module refuse those that are wrong."""
        bench = self.bench
        tried: dict[Path, dict[str, bool]] = {}
        misshapen: list[Path] = []
        calls = chain(spread(bench.searched()), spread_together(bench.searched()))
        for path, call in bench.some(calls, RANKED):
            shape, other = np.shape(get(bench.call, path)), np.shape(get(call, path))
            more = ">" if len(other) > len(shape) else "<"
            more = "column" if other == shape[:-1] != shape[1:] else more
            known = tried.setdefault(path, {})
            if known.get(more) or not bench.is_named(path) or self.is_refused(path, call):
                continue
            if bench.searched().runs(call):
                trial = bench.lightly(call, few=0, brief=True)
                failures = trial.failures if isinstance(trial, Trial) else []
                if any("shape" in failure for failure in failures):
                    misshapen.append(path)
                known[more] = any(" raises " not in failure for failure in failures)
        unsummed: dict[str, list[str]] = {}  # said alone: of numbers only, and a column for a batch
        plain = set(tried) if not array_sizes(bench.call) else set[Path]()
        if plain and "import numpy" in bench.pair.source:
            # a function that reads NumPy may as well be called with arrays
            plain -= {path for path in misshapen if self.can_be_asked(path)}
            shapes = [path for path in tried if path in misshapen and self.is_number(path)]
            if len(shapes) > 1 and self.is_elementwise(shapes):
                names = [bench.named(path) for path in shapes]
                bench.guards[differing([f"np.shape({n})" for n in names])] = agreed(names, True)
                tried = {path: wrong for path, wrong in tried.items() if path not in shapes}
        for path, wrong in tried.items():
            rank = np.ndim(get(bench.call, path))
            kind = RANKS.get(rank, f"{rank} axes")
            is_column = wrong.pop("column", False) and not any(wrong.values())
            is_whole = rank > 0 and self.is_label(Axis(path))
            is_layered = not is_whole and any(self.is_layered(Axis(path, k)) for k in range(rank))
            if is_column or any(wrong.values()) and (is_layered or path in plain):
                unsummed.setdefault(kind, []).append(bench.named(path))
            elif any(wrong.values()) and not self.can_be_asked(path):
                bench.notes.append(as_made(Was([bench.named(path)], [kind])))
            elif any(wrong.values()):
                sign = (
                    "!=" if rank == 0 or all(wrong.values()) else max(wrong, key=wrong.__getitem__)
                )
                test, name = self.asked(path, f"np.ndim({{}}) {sign} {rank}")
                bench.guards[test] = Was([name], [kind])
        for kind, places in unsummed.items():
            said = as_made(Was([f"each of {listed(places)}" if places[1:] else places[0]], [kind]))
            bench.notes.append(f"{said}: gradients are not summed over axes that others have more")

    def is_number(self, path: Path) -> bool:
        return (
            len(path) == DIRECT and np.ndim(get(self.bench.call, path)) == 0 and self.is_firm(path)
        )

    def is_elementwise(self, paths: Sequence[Path]) -> bool:
        """Return whether the gradients are right where numbers are arrays of one shape."""
        bench = self.bench
        values = ((path, get(bench.call, path)) for path in paths)
        rows = [(path, np.linspace(v, v * 1.5, 3)) for path, v in values]
        call = replaced_each(bench.call, rows)
        if not bench.searched().runs(call):
            return False
        trial = bench.lightly(call, few=0, brief=True)
        return isinstance(trial, Trial) and not trial.failures

    def empty(self) -> None:
        """Let a module refuse a number or an array for an item that is None in the example, which has no gradient."""
        bench = self.bench
        for argument in bench.pair.arguments:
            leaves = list(walk(argument.value(bench.call)))
            places = [argument.absolute(inner) for inner, leaf in leaves if inner and leaf is None]
            values = [0.7, *(leaf for _, leaf in leaves if is_float(leaf) and np.ndim(leaf))][:FEW]
            for path in bench.some(path for path in places if bench.is_named(path)):
                calls = (replaced(bench.call, path, value) for value in values)
                if any(bench.takes(call) for call in calls):
                    if isinstance(get(bench.call, path[:-1]), dict):
                        key = repr(path[-1])
                        test, holder = self.asked(path[:-1], f"{{}}.get({key}) is not None")
                        bench.guards[test] = f"{holder}[{key}] was None"
                    else:
                        test, name = self.asked(path, "{} is not None")
                        bench.guards[test] = f"{name} was None"

    def is_refused(self, path: Path, call: Call) -> bool:
        """Return whether an array has another shape in a call than those that it must agree with."""
        return any(
            np.shape(get(call, path)) != np.shape(get(call, other))
            for group in self.groups()
            if (path, "") in group
            for other, _ in group
        )

    def loose(self, axis: Axis, size: int, ints: Ints = (), is_silent: bool = False) -> None:
        """Let a module refuse an axis that its function would broadcast at a size where the gradients are not
        summed: together with another axis it may have any size if the two agree.

        What a layer copies along its rows is left alone, and so is what is counted by labels: a note says so. Unless
        nothing but the numbers would tell.
        """
        bench = self.bench
        partners = self.partners(axis)
        if self.is_layered(axis) and not is_silent:
            text = f"axis {axis.number} of {bench.named(axis.path)}"
            bench.notes.append(
                f"{text}, where it has size {size}, is broadcast: gradients are not summed over it"
            )
            return
        chosen = self.settling(axis, partners, size, replaced_each(bench.call, ints))
        if not bench.is_named(axis.path):
            text = f"axis {axis.number} of {bench.named(axis.path)}"
            bench.notes.append(
                f"{text}, where it has size {size}: gradients are not summed over it"
            )
        elif not chosen or not all(bench.is_named(q.path) for q in chosen):
            self.guard(axis, f"{'==' if size == 1 else '!='} 1")
        else:
            self.ties.append({(q.path, q.number) for q in (axis, *chosen)})

    def parted(self, axis: Axis, size: int) -> None:
        """Let a module refuse an axis that need not agree but is not broadcast, as of what a loop binds anew."""
        chosen = self.settling(axis, self.partners(axis), size, self.bench.call)
        if chosen and all(self.bench.is_named(q.path) for q in (axis, *chosen)):
            self.ties.append({(q.path, q.number) for q in (axis, *chosen)})

    def ones(self) -> None:
        bench = self.bench
        for axis, call in bench.some(larger_ones(bench.searched())):
            size = get(call, axis.path).shape[axis.number]
            place = f"axis {axis.number} of {bench.named(axis.path)}"
            trial = bench.lightly(call, f"{place} of size {size}")
            if isinstance(trial, str):
                found = f"guarded, {trial}"
            elif (
                trial.failures
            ):  # it may stand for one that is broadcast: then sums are missing, or one too many
                self.loose(axis, size)
                continue
            else:
                found = "right too"
            bench.notes.append(f"{place} has size 1 in the example; with size {size}: {found}")

    def guard(self, axis: Axis, sizes: str) -> None:
        bench = self.bench
        shape = f"{bench.named(axis.path)}.shape[{axis.number}]"
        size = get(bench.call, axis.path).shape[axis.number]
        if not self.is_firm(axis.path):
            test, name = self.asked(axis.path, f"{{}}.shape[{axis.number}] {sizes}")
            bench.guards[test] = Was([f"{name}.shape[{axis.number}]"], [str(size)])
            return
        if sizes.startswith("<="):  # the largest says it all
            known = {
                int(t.rpartition(" ")[2]): t for t in bench.guards if t.startswith(f"{shape} <=")
            }
            if max(known, default=0) > int(sizes[2:]):
                return
            bench.guards = {t: said for t, said in bench.guards.items() if t not in known.values()}
        bench.guards[self.options.given(f"{shape} {sizes}", axis.path)] = Was([shape], [str(size)])

    def freeze(self) -> None:
        """Note the sizes for which alone the gradients are right, if they are right for all others of the rest.

        What has size 1 in the example only because of a size of an argument, `x[:, 2:]`, is broadcast there alone.
        """
        bench = self.bench
        tried = {
            move: bench.lightly(call, brief=True) for move, call in one_by_one(bench.searched())
        }
        trials = {move: trial for move, trial in tried.items() if isinstance(trial, Trial)}
        wrong = [move for move, trial in trials.items() if trial.is_only_numbers()]
        if any(not trial.failures for trial in trials.values()):
            for axis in (move.axes[0] for move in wrong):
                name = bench.named(axis.path)
                if axis.kind == "array" and (name.isidentifier() or self.is_firm(axis.path)):
                    size = get(bench.call, axis.path).shape[axis.number]
                    shape = f"{name}.shape[{axis.number}]"
                    if self.options.is_optional(name):
                        test = self.options.given(f"{shape} != {size}", axis.path)
                        bench.guards[test] = Was([shape], [str(size)])
                    else:
                        bench.frozen[shape] = int(size)

    def agreements(self) -> dict[str, str]:
        order = self.paths()
        found: dict[str, str] = {}
        for group in self.groups():
            members = sorted(group, key=lambda one: (order.index(one[0]), one[1]))
            firm = [one for one in members if self.is_firm(one[0])]
            if len(firm) < len(members) and (inside := self.agreeing_items(firm, members)):
                found |= inside
                continue
            places = {one: self.shape_of(self.bench.named(one[0]), one, members) for one in members}
            whole = not any(axes for _, axes in group)
            said = [self.bench.named(path) if whole else places[path, k] for path, k in members]
            for some in self.asked_together(members):
                test = differing([places[one] for one in some])
                test = self.options.given(test, *(path for path, _ in some))
                found[test] = agreed(said, whole)
        return found

    def groups(self) -> list[set[Place]]:
        """Return what must agree: axes of some arrays, neighbouring ones at once, or whole shapes."""
        groups: list[set[tuple[Path, int]]] = []
        for tie in self.ties:
            joined = tie.union(*(group for group in groups if group & tie))
            groups = [*(group for group in groups if not group & tie), joined]
        found: list[set[Place]] = []
        while groups:
            group = groups.pop(0)
            paths, axes = {path for path, _ in group}, {k for _, k in group}
            first, end = min(axes), max(axes) + 1
            if len(axes) > 1:
                found.append({(path, f"[{k}]") for path, k in group})
                continue
            while (before := {(path, first - 1) for path in paths}) in groups:
                groups.remove(before)
                first -= 1
            while (behind := {(path, end) for path in paths}) in groups:
                groups.remove(behind)
                end += 1
            text = f"[{first}]" if end == first + 1 else f"[{first or ''}:{end}]"
            is_whole = first == 0 and {np.ndim(get(self.bench.call, p)) for p in paths} == {end}
            found.append({(path, "" if is_whole else text) for path in paths})
        return found

    def shape_of(self, text: str, one: Place, members: Sequence[Place]) -> str:
        """Return the text of a shape, or of one size of it, of what is among others that it must agree with."""
        vectors = all(get(self.bench.call, path).ndim == 1 and not axes for path, axes in members)
        if vectors and "np" not in names(self.bench.pair.function, self.bench.call).values():
            return f"np.shape({text})"
        return f"{text}.shape{one[1]}"

    def agreeing_items(self, firm: Sequence[Place], members: Sequence[Place]) -> dict[str, str]:
        """Return guards for items of lists that must agree; nothing if right calls do not have it so."""
        inside = [one for one in members if one not in firm]
        held = [self.item(path) for path, _ in inside]
        kinds = {(one, place[1]): place for one, place in zip(held, inside, strict=True) if one}
        if None in held or len(kinds) > len(EACH):
            return {}
        kinds = dict(sorted(kinds.items(), key=lambda kind: (kind[0][0].rest, kind[0][1])))
        whole = not any(axes for _, axes in members)
        taken = parameters_of(self.bench.pair.function)
        bases = list(dict.fromkeys(one.base for one, _ in kinds))
        each = dict(zip(bases, (v for v in EACH if v not in taken), strict=False))
        anchors = [self.shape_of(self.bench.named(one[0]), one, members) for one in firm]
        said = [self.bench.named(path) for path, _ in firm] if whole else list(anchors)
        texts = {}
        for kind, place in kinds.items():
            one = kind[0]
            texts[kind] = self.shape_of(each[one.base] + one.rest, place, members)
            is_part = one.rest or one.lists[1:] or one.stem
            everyone = one.each() if is_part else f"the items of {one.lists[0]}"
            said.append(everyone if whole else self.shape_of(one.each(), place, members))
        tests = []
        if firm:
            tests = [differing([anchors[0], other]) for other in anchors[1:]]
            by_loop = grouped((k.loops(each[k.base]), text) for (k, _), text in texts.items())
            tests += [
                f"any({differing([*some, anchors[0]])} {loops})" for loops, some in by_loop.items()
            ]
        elif len(kinds) < len(inside):
            sets = [f"{{{text} {one.loops(each[one.base])}}}" for (one, _), text in texts.items()]
            tests = [f"len({' | '.join(sets)}) > 1"]
            said = [f"all {said[0]}"] if len(said) == 1 and one.lists[1:] else said
        else:
            test = differing(list(texts.values()))
            if len(bases) == 1:
                loops = next(iter(kinds))[0].loops(each[bases[0]])
            elif any(len(lists) > 1 or stem is not None for lists, stem in bases):
                return {}
            else:
                zipped = ", ".join(lists[0] for lists, _ in bases)
                loops = f"for {', '.join(each.values())} in zip({zipped})"
            tests = [f"any({test} {loops})"]
        roots = {syntax.first_name(self.bench.named(path)) for path, _ in members}
        there = self.options.there(sorted(roots))
        tests = [" and ".join([*there, test]) for test in tests]
        return {} if any(map(self.holds, tests)) else dict.fromkeys(tests, agreed(said, whole))

    def asked(self, path: Path, test: str) -> tuple[str, str]:
        """Return a test with an array in place of `{}`, and its name; of a list's each item is asked for."""
        one = None if self.is_firm(path) else self.item(path)
        if one:
            v = name_for_each(self.bench.pair.function)
            text = f"any({test.format(v + one.rest)} {one.loops(v)})"
            if not self.holds(text):
                return text, one.each()
        return self.options.given(test.format(self.bench.named(path)), path), self.bench.named(path)

    def can_be_asked(self, path: Path) -> bool:
        """Return whether every call has a place; what calls itself on parts of its arguments has few."""
        bench = self.bench
        if len(path) > DIRECT and bench.pair.calls_itself:
            return False
        if any(path[: len(p)] == p for argument in bench.pair.arguments for p in argument.places):
            return True
        return bench.is_everywhere(path) and (len(path) == DIRECT or not bench.sides.known)

    def item(self, path: Path) -> Item | None:
        """Return the lists and dicts of other lengths in which an array stands, and where in each of their items."""
        bench = self.bench
        missing = bench.missing(path)
        depths = [
            k
            for k in range(1, len(path))
            if (
                k in missing and (k < DIRECT or isinstance(get(bench.call, path[:k]), list | tuple))
            )
            or bench.is_open(path, k)
        ]
        return item_of(bench.call, path, bench.named, depths) if depths else None

    def is_firm(self, path: Path) -> bool:
        """Return whether every call has a place, and none has others like it that a guard would have to ask for too."""
        is_open = any(self.bench.is_open(path, k) for k in range(1, len(path)))
        return not is_open and self.bench.is_everywhere(path)

    def holds(self, test: str) -> bool:
        """Return whether a guard would refuse a call that the pair was tried at, or could not be asked there."""
        signature = inspect.signature(self.bench.pair.function)
        for args, kwargs in (
            self.bench.call,
            *(trial.call for trial in self.bench.trials.values()),
        ):
            try:
                given = signature.bind(*args, **kwargs).arguments
                if eval(test, {"np": np, **given}):  # noqa: S307  # text of ours
                    return True
            except Exception:  # noqa: BLE001 - items of other kinds
                return True
        return False

    def asked_together(self, members: Sequence[Place]) -> list[list[Place]]:
        """Return which of the places that must agree one test compares: each that a call may leave out by itself."""
        free = [one for one in members if self.options.given("", one[0])]
        firm = [one for one in members if one not in free]
        tests = [firm] if len(firm) > 1 else []
        if firm:
            return [*tests, *([firm[0], one] for one in free)]
        return [[one, other] for k, one in enumerate(free) for other in free[k + 1 :]]

    def settling(self, axis: Axis, partners: Sequence[Axis], size: int, base: Call) -> list[Axis]:
        """Return the fewest axes that must have the size of an axis for gradients of the right shapes, if any do."""
        near = [q for q in partners if self.is_near(axis.path, q.path)]
        same = [q for q in near if q.number == axis.number and self.are_alike(axis, q)]
        found = self.telling(axis, same, size, base) or self.telling(axis, near, size, base)
        if not found and len(near) < len(partners):
            found = self.telling(axis, partners, size, base)
        raising = (
            q for q in [*near, *partners] if self.bench.fits(resized_to([axis, q], size, base))
        )
        return found or [*islice(raising, 1)] or self.needed(axis, partners, size, base)

    def telling(self, axis: Axis, partners: Sequence[Axis], size: int, base: Call) -> list[Axis]:
        """Return the axes that must have the size of an axis so that all is right, or refused by the function."""
        bench = self.bench
        for one in partners:
            call = resized_to([axis, one], size, base)
            runs = bench.searched().runs(call)
            if runs and bench.fits(call) and not bench.fails(call):
                return [one]
            # an item of a list, which may be missing in another call, refuses nothing there
            if not runs and self.are_alike(axis, one) and self.is_firm(one.path):
                return [one]
        needed = self.needed(axis, partners, size, base)
        if asked := [q for q in needed if self.must_be_asked(q, [axis, *needed], size)]:
            return asked
        grow = [move.axes for move in bench.searched().moves if axis in move.axes]
        mates = [q for q in partners if any(q in axes for axes in grow)]
        for one in needed or mates:  # beside it the function itself refuses the others
            others = [q for q in needed or mates if q != one]
            if not self.runs([axis, one], size) and not (others and self.runs(others, size)):
                return [one]
        return []

    def needed(self, axis: Axis, partners: Sequence[Axis], size: int, base: Call) -> list[Axis]:
        """Return the axes without which nothing fits, if all together do."""
        found = list(partners)
        if not found or not self.bench.fits(resized_to([axis, *found], size, base)):
            return []
        for one in reversed(partners):  # the nearest stay
            fewer = [q for q in found if q != one]
            if self.bench.fits(resized_to([axis, *fewer], size, base)):
                found = fewer
        return found

    def is_near(self, path: Path, other: Path) -> bool:
        """Return whether a place lies in the same item of a list as another one, or in none."""
        depths = [
            k for k in range(DIRECT, len(path)) if isinstance(get(self.bench.call, path[:k]), list)
        ]
        home = depths[-1] + 1 if depths else 0
        return path[:home] == other[:home] or self.bench.is_everywhere(other)

    def must_be_asked(self, one: Axis, axes: Sequence[Axis], size: int) -> bool:
        """Return whether the function runs, so that only a guard can refuse it, where an axis keeps its size."""
        return self.runs([q for q in axes if q != one], size)

    def runs(self, axes: Sequence[Axis], size: int) -> bool:
        """Return whether the function runs where some axes have another size."""
        return self.bench.searched().runs(resized_to(axes, size, self.bench.call))

    def is_layered(self, axis: Axis) -> bool:
        """Return whether a layer copies an axis along its rows, or labels count it; items of lists are no layer's."""
        if not self.bench.is_everywhere(axis.path):
            return False
        if self.main and axis in self.main.bench.searched().sizes and self.main.is_layered(axis):
            return True
        partners = self.partners(axis)
        moves = [move.axes for move in self.bench.searched().moves if axis in move.axes]
        mates = [q for q in partners if any(q in axes for axes in moves)]
        # scores by rows, with a label for each; one number for each label is what is counted, or put in its place
        several = self.is_label(axis) or get(self.bench.call, axis.path).ndim > 1
        if several and any(map(self.is_label, (axis, *(mates or partners)))):
            return True
        if self.meets(axis):  # not only mixed in a product: its own gradient is at stake
            return False
        return any(map(self.is_parameter, (axis, *(mates or partners))))

    def partners(self, axis: Axis) -> list[Axis]:
        """Return axes of other arrays of the same size in all right calls: those of its shape, then those that grow."""
        bench = self.bench
        n = bench.searched().sizes[axis]
        moves = [move.axes for move in bench.searched().moves if axis in move.axes]
        found = [
            other
            for other, m in array_sizes(bench.call).items()
            if m == n
            and other != axis
            and get(bench.call, other.path).dtype.kind in "fiub"
            and all(a[axis.number] == b[other.number] for a, b in self.shapes(axis, other))
        ]
        return sorted(
            found,
            key=lambda other: (
                not self.are_alike(axis, other),
                not any(other in axes for axes in moves),
            ),
        )

    def are_alike(self, one: Axis, two: Axis) -> bool:
        return one.path != two.path and all(a == b for a, b in self.shapes(one, two))

    def shapes(self, one: Axis, two: Axis) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        right = [trial.call for trial in self.bench.trials.values() if not trial.failures]
        calls = [self.bench.call, *right]
        return [(get(call, one.path).shape, get(call, two.path).shape) for call in calls]

    def paths(self) -> list[Path]:
        return list(dict.fromkeys(axis.path for axis in array_sizes(self.bench.call)))

    def meets(self, axis: Axis) -> bool:
        met = self.met().found.get(axis.path, set())
        return any(place is not None for place, _ in met)

    def met(self) -> Meetings:
        bench = self.bench
        if self.meetings is None:
            self.meetings = meetings(bench.base.caller.run, bench.pair.function, bench.call)
            if self.meetings.reason:
                bench.notes.append(
                    f"which arguments meet item by item is not known: {self.meetings.reason}"
                )
        return self.meetings

    def is_label(self, axis: Axis) -> bool:
        return bool(get(self.bench.call, axis.path).dtype.kind in "iu")

    def is_parameter(self, axis: Axis) -> bool:
        return self.met().is_parameter(self.bench.call, axis)

    def formed(self, one: Shaped, brief: bool = False) -> Trial | None:
        """Return a trial with other arrays that shows the pair to be wrong there."""
        if not self.bench.searched().runs(one.call):
            return None
        trial = self.bench.lightly(one.call, one.name, 0, brief)
        return trial if isinstance(trial, Trial) and trial.failures else None


def rows_of_numbers(call: Call) -> list[list[Path]]:
    """Return where lists and tuples of numbers lie, those of one matrix together."""
    found: list[list[Path]] = []
    waiting: list[tuple[Path, Any]] = [((), call)]
    while waiting:
        path, value = waiting.pop()
        inner = children(value)
        is_matrix = isinstance(value, list | tuple) and all(is_row(one) for _, one in inner)
        if len(path) >= DIRECT and is_matrix:
            found.append([(*path, key) for key, _ in inner])
        elif len(path) >= DIRECT and is_row(value):
            found.append([path])
        else:
            waiting.extend(((*path, key), one) for key, one in reversed(inner))
    return [row for row in found if row]


def is_row(value: object) -> bool:
    return (
        isinstance(value, list | tuple)
        and bool(value)
        and all(isinstance(one, float | int) for one in value)
    )


def cut_short(call: Call, row: Sequence[Path]) -> Call:
    """Return a call in which some lists have their first item alone."""
    short: Call = replaced_each(call, [(path, get(call, path)[:1]) for path in row])
    return short


def differing(texts: Sequence[str]) -> str:
    """Return the test whether values differ.

    >>> differing(["a", "b"]), differing(["a", "b", "c"])
    ('a != b', 'not a == b == c')
    """
    return " != ".join(texts) if len(texts) == 2 else f"not {' == '.join(texts)}"


def agreed(said: Sequence[str], whole: bool) -> str:
    """Return what a module says where shapes, or sizes, do not agree.

    >>> agreed(["x.shape[0]", "y.shape[0]"], False), agreed(["x", "y", "z"], True)
    ('x.shape[0] == y.shape[0]', 'x.shape == y.shape == z.shape')
    >>> agreed(["x", "the items of ws"], True)
    'x and the items of ws had one shape'
    """
    if not any(" " in text for text in said):
        return " == ".join(f"{text}.shape" if whole else text for text in said)
    return f"{listed(said)} {'had one shape' if whole else 'were the same'}"


def resized_to(axes: Sequence[Axis], size: int, call: Call) -> Call:
    """Return a call with other sizes of some axes; no two rows are alike, and matrices stay invertible."""
    rng = generator(231)
    for path in dict.fromkeys(axis.path for axis in axes):
        value = old = get(call, path)
        mine = [axis.number for axis in axes if axis.path == path]
        for number in mine:
            value = np.take(value, np.arange(size) % value.shape[number], axis=number)
        if value.size > old.size and is_float(value):
            value = (value * rng.uniform(0.5, 1.5, value.shape)).astype(old.dtype)
            if value.ndim == len(mine) == 2:
                value += np.eye(size, dtype=old.dtype) * size * np.max(np.abs(old))
        call = replaced(call, path, value)
    return call
