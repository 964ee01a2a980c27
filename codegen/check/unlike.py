"""Arguments of another kind than the example's. In: a pair, its example. Out: conditions under which it is wrong.

A caller may pass whole numbers for floats, indices for a mask or a slice, or one array twice, and the function takes
them all: a gradient made like its argument is then cut off to integers, or NumPy refuses to add to it, an item that is
picked twice loses one of its gradients, and a change in place is seen under both names. Where the pair raises there,
nothing is silently wrong.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from itertools import combinations, islice, pairwise, product
from typing import Any

import numpy as np

from codegen import syntax
from codegen.check import outputs, promises
from codegen.check.arguments import parameters_of
from codegen.check.broadcast import arrays
from codegen.check.calls import Caller, GuardedError
from codegen.check.tolerances import ALIKE, OKAY
from codegen.check.trial import Pair, Trial
from codegen.check.values import generator
from codegen.errors import FLOATS, Was
from codegen.pytree import (
    SCALARS,
    Attribute,
    Call,
    Path,
    children,
    deep_leaves,
    duplicate,
    get,
    has_fields,
    is_float,
    is_number,
    replaced,
    replaced_each,
    same,
    vars_of,
    walk,
)
from codegen.records import dataclass
from codegen.tables import grouped

BUFFER = re.compile(r"np\.(zeros|ones|empty)\(((?:[^(),]|\((?:[^()]|\([^()]*\))*\))*)\)")
"""A call that makes an array of doubles."""
STEP = 1e-5
LARGE = 7.3  # what is cut off to whole numbers is seen, however small the example's numbers are
SLICE = slice(None)  # in the place of an index
FEW = 8  # slopes are enough
FEW_LEAVES = 40  # so many are tried as indices
PAIRS = 60  # of arguments that may be one are tried
SOME, MOST = 4, 12  # arrays that are looked at one by one, in any case and at most
DIGITS = "0123456789"
EACH = ("v", "one", "each", *(f"v{k}" for k in range(100)))  # names for one of some arguments
PAIR_NAMES = (("one", "other"), ("u", "v"), ("each", "every"))
Leaf = tuple[Path, Any]


@dataclass(frozen=True)
class Item:
    """Any item of a list, or of lists in a list, or a part of it: of `params`, each `[0]`. Of a dict, any item, or any
    whose key is a word with a number behind it, which others may begin with as well.
    """

    lists: tuple[str, ...]
    rest: str
    stem: str | None = None
    is_shared: bool = False

    @property
    def base(self) -> tuple[tuple[str, ...], str | None]:
        """Where the items are, of which this is a part."""
        return self.lists, self.stem

    def loops(self, v: str) -> str:
        outer, *inner = self.lists
        if self.stem is not None:
            is_one = f"key.startswith({self.stem!r})"
            if self.is_shared:
                is_one = f"key.rstrip({DIGITS!r}) == {self.stem!r}"
            some = f"for key, {v} in {outer}.items() if {is_one}"
            return some if self.stem else f"for {v} in {outer}.values()"
        return f"for row in {outer} for {v} in row{inner[0]}" if inner else f"for {v} in {outer}"

    def each(self) -> str:
        if self.stem:
            return f"{self.lists[0]}[{self.stem + '...'!r}]{self.rest}"
        return (
            "".join(text + key for text, key in zip(self.lists, ("[k]", "[m]"), strict=False))
            + self.rest
        )


@dataclass(frozen=True)
class Unlike:
    """Tries a pair with arguments of other kinds."""

    pair: Pair
    call: Call
    """The example."""
    caller: Caller
    named: Callable[[Path], str]
    """Returns what the user calls the place of a call."""
    first: Call | None = None
    """Another call, that the module must not refuse, in which an attribute may be None that holds something here."""

    def conditions(self) -> dict[str, str]:
        """Return the conditions under which gradients are wrong without a word, with what the arguments were."""
        try:
            # what the function keeps is put back from here on
            self.caller.watch(self.pair.function, self.call)
        except Exception:  # noqa: BLE001 - said where it happens
            return {}
        found = dict(self.whole_numbers()) | dict(self.counted()) | self.twice()
        for call, condition, text in self.indices():
            if self.is_wrong(call):
                found[condition] = text
        found |= self.nothing()
        found |= self.arrays()
        return found

    def failures(self, call: Call) -> list[str]:
        trial = Trial(self.pair, call, few=FEW, meter=self.caller.meter)
        with suppress(GuardedError):
            trial.run()
        return trial.failures

    def nothing(self) -> dict[str, str]:
        """Return the conditions under which None for a number, such as an axis, gets no gradients or others."""
        found: dict[str, str] = {}
        for path, leaf in list(deep_leaves(self.call))[:FEW_LEAVES]:
            is_option = type(leaf) in (int, float) and len(path) == 2  # an argument, no item of one
            if not is_option or type(leaf) is float and self.given(path):
                continue
            call = replaced(self.call, path, None)
            if self.caller.takes(self.pair.function, call) and self.failures(call):
                name = self.named(path)
                found[f"{name} is None"] = Was([name], ["a number"])
        return found

    def arrays(self) -> dict[str, str]:
        """Return the conditions under which arrays for lists add up where lists are put one behind the other."""
        found: dict[str, str] = {}
        lists = [(path, v) for path, v in holders(self.call) if type(v) is list and v]
        for path, value in lists[:FEW_LEAVES]:
            items = [leaf for _, leaf in deep_leaves(value)]
            if not all(map(is_float, items)) or len(set(map(np.shape, items))) > 1:
                continue
            with suppress(ValueError):  # lists of several lengths
                if self.reads_otherwise(replaced(self.call, path, np.array(value))):
                    name = self.named(path)
                    asked = [*self.given(path), *self.there(path, None)]
                    test = " and ".join([*asked, f"isinstance({name}, np.ndarray)"])
                    found[test] = f"{name} was a list"
        return found

    def reads_otherwise(self, call: Call) -> bool:
        """Return whether the function takes a call and gives another value, or gets other gradients."""
        if not self.caller.takes(self.pair.function, call):
            return False
        want, other = (self.caller.run(self.pair.function, one) for one in (self.call, call))
        mine, theirs = outputs.vector(want), outputs.vector(other)
        if not are_equal(theirs, mine):
            return True
        dout = outputs.upstream(want)
        grads, others = (self.gradients(one, dout) for one in (self.call, call))
        if grads is None or others is None:
            return False
        return not are_equal(outputs.vector(others), outputs.vector(grads))

    def whole_numbers(self) -> Iterator[tuple[str, str]]:
        """Yield the conditions under which whole numbers give other gradients than the same floats."""
        floats = [(p, v) for p, v in self.leaves() if is_float(v) and v.size]
        if len(floats) > SOME and self.differs(floats) is False:
            return
        paths = [one[0] for one in floats[:MOST] if self.differs([one])]
        inside = {path: item for path in paths if (item := self.item(path))}
        for item in dict.fromkeys(inside.values()):
            test = f'any({self.kind.format(f"v{item.rest}")} {item.loops("v")})'
            yield test, f"{item.lists[0]} held arrays of floats"
        cut = [path for path in paths if path not in inside]
        if not cut:
            return
        array = "np.asarray({})" if self.takes_lists() else "{}"
        always = [path for path in cut if not self.given(path)]
        alone = [path for path in cut if self.given(path)] + always[: len(always) == 1]
        for name, given in ((self.named(path), self.given(path)) for path in alone):
            test = self.kind.format(array.format(name))
            test = f"({test})" if given and " or " in test else test
            yield " and ".join([*given, test]), Was([name], [FLOATS])
        if len(always) > 1:
            names, v = [*map(self.named, always)], name_for_each(self.pair.function)
            test = f"any({self.kind.format(array.format(v))} for {v} in ({', '.join(names)}))"
            yield test, Was(names, [FLOATS] * len(names))

    @cached_property
    def kind(self) -> str:
        """How an array is asked whether it holds other things than floats; or floats of more digits than a buffer that
        the gradient looks for them in, for nothing equals what was rounded: seen from buffers with fewer digits.
        """
        test = '{0}.dtype.kind != "f"'
        source, halves = self.pair.source, (self.pair.forward, self.pair.backward)
        if not re.search(r" [!=]= \w+\[", source):
            return test
        names, text = dict[str, Any](), BUFFER.sub(r"np.\1(\2, np.float32)", source)
        exec(text, names)  # noqa: S102 - as the pair runs anyway
        forward, backward = (names.get(half.__name__, half) for half in halves)
        rounding = replace(self, pair=replace(self.pair, forward=forward, backward=backward))
        dout = outputs.upstream(self.caller.run(self.pair.function, self.call))
        grads = [one.gradients(self.call, dout) for one in (self, rounding)]
        mine, other = (np.array([]) if one is None else outputs.vector(one) for one in grads)
        is_lost = mine.shape == other.shape and not np.allclose(mine, other, rtol=0.1, atol=0.01)
        return f"{test} or {{0}}.dtype.itemsize > 8" if is_lost else test

    def counted(self) -> Iterator[tuple[str, str]]:
        """Yield the conditions under which whole numbers give other results: `np.full(3, k)` cuts what is put in."""
        groups = grouped(
            (self.item_of_row(path) or path, (path, leaf))
            for path, leaf in islice(deep_leaves(self.call), FEW_LEAVES)
            if isinstance(leaf, float | np.floating) and np.isfinite(leaf)
        )
        keys = list(groups)[:MOST]
        are_cut = bool(keys) and self.is_cut([one for key in keys for one in groups[key]])
        alone = keys if are_cut and len(keys) == 1 else []
        if len(keys) > 1 and (are_cut or len(keys) <= SOME):
            alone = [key for key in keys if self.is_cut(groups[key])]
        for key in alone:
            test, name = self.is_whole(groups[key])
            yield test, f"{name} was a float"
        if are_cut and not alone:
            for key in [*keys]:
                if self.is_cut([one for other in keys if other != key for one in groups[other]]):
                    keys.remove(key)  # those that are left are cut as well
            tests, names = zip(*(self.is_whole(groups[key]) for key in keys), strict=True)
            yield " and ".join(tests), f"{' or '.join(names)} was a float"

    def is_whole(self, numbers: list[Leaf]) -> tuple[str, str]:
        """Return the question whether a float, or what makes the kind of its list, is a whole number, and its name."""
        path = numbers[0][0]
        item, name, test = (
            self.item_of_row(path),
            self.named(path),
            'np.asarray({}).dtype.kind != "f"',
        )
        if item:
            v = name_for_each(self.pair.function)
            each = "any" if any(self.is_cut([one]) for one in numbers[:FEW]) else "all"
            name, test = item.each(), f"{each}({test.format(v + item.rest)} {item.loops(v)})"
        return " and ".join([*self.given(path), *self.there(path, item), test.format(name)]), name

    def item_of_row(self, path: Path) -> Item | None:
        """Return the lists or tuples in which a number stands; its kind is made by all that stand there."""
        is_one_of = not self.named(path[:2]).isidentifier() and path[0] == 0
        holders_at = range(1 if is_one_of else 2, len(path))
        depths = [k for k in holders_at if isinstance(get(self.call, path[:k]), list | tuple)]
        return item_of(self.call, path, self.named, depths) if depths else None

    def is_cut(self, numbers: list[Leaf]) -> bool:
        """Return whether whole numbers in the place of single floats give other results than the function."""
        floats = [(path, leaf) for path, leaf in self.leaves() if is_float(leaf)]
        wholes = dict.fromkeys(
            tuple((path, int(whole_number(leaf))) for path, leaf in numbers)
            for whole_number in (rounded_away, magnitude)
        )
        for whole, scale in product(wholes, (1, LARGE) if floats else (1,)):
            scaled = [(path, leaf * scale) for path, leaf in floats]
            call = replaced_each(duplicate(self.call), [*scaled, *whole])
            if not self.caller.takes(self.pair.function, call):
                continue
            as_floats = replaced_each(call, [(path, float(v)) for path, v in whole])
            cut = self.caller.run(self.pair.function, call)
            if not any(is_float(leaf) for _, leaf in walk(cut)):  # it has no slopes
                found = not self.gives(cut, as_floats)
            else:
                found = self.is_wrong(call) and not self.is_wrong(as_floats)
            if found:
                return True
        return False

    def is_wrong(self, call: Call) -> bool:
        return any(" raises " not in failure for failure in self.failures(call))

    def gives(self, out: Any, call: Call) -> bool:
        """Return whether the function gives these numbers at a call, or refuses it."""
        takes = self.caller.takes(self.pair.function, call)
        return not takes or is_like(out, self.caller.run(self.pair.function, call))

    def item(self, path: Path) -> Item | None:
        """Return the list in which an array stands, or that it is one of `*values`."""
        is_one_of = not self.named(path[:2]).isidentifier() and path[0] == 0
        return item_of(self.call, path, self.named, [1] if is_one_of else None)

    def takes_lists(self) -> bool:
        """Return whether lists in the place of all arrays get gradients too."""
        lists = [(path, leaf.tolist()) for path, leaf in self.leaves()]
        call = replaced_each(duplicate(self.call), lists)
        if not self.caller.takes(self.pair.function, call):
            return False
        out = self.caller.run(self.pair.function, call)
        return self.gradients(call, outputs.upstream(out)) is not None

    def left_out(self) -> set[str]:
        parameters = parameters_of(self.pair.function).values()
        return {one.name for one in parameters if one.default is None}

    def leaves(self) -> list[Leaf]:
        """Return the arrays of the call that have axes."""
        return list(arrays(self.call))

    def differs(self, leaves: list[Leaf]) -> bool | None:
        """Return whether whole numbers in the place of some arrays give other gradients; None where refused."""
        for whole_number in (rounded_away, magnitude, regular):  # f may have no value at the first
            found = self.differs_at(leaves, whole_number)
            if found is not None:
                return found
        return None

    def differs_at(self, leaves: list[Leaf], whole_number: Callable[[Any], Any]) -> bool | None:
        """Return whether these whole numbers give other gradients; None where they cannot tell."""
        whole = as_floats = self.call
        for path, leaf in leaves:
            numbers = whole_number(leaf)
            if not np.isfinite(numbers).all() or np.max(np.abs(numbers)) > 1e9:
                return None
            as_floats = replaced(as_floats, path, numbers)
            whole = replaced(whole, path, numbers.astype(np.int64))
        try:
            want = self.caller.run(self.pair.function, as_floats)
            cut = self.caller.run(self.pair.function, whole)
        except Exception:  # noqa: BLE001 - whatever f raises, these numbers are not for it
            return None
        if not np.isfinite(outputs.vector(want)).all():
            return None
        dout = outputs.upstream(want)
        wanted = self.gradients(as_floats, dout)
        try:
            found = self.pair.gradients(self.caller, whole, dout)
        except GuardedError:
            return None
        except Exception:  # noqa: BLE001 - f takes them: what NumPy says of it names no argument
            return None if wanted is None or not self.is_typed() else True
        return not (are_close(found, wanted) and is_like(cut, want))

    def is_typed(self) -> bool:
        """Return whether a call may be typed by hand, with whole numbers: it has few arrays, no dict of weights."""
        paths = [path for path, leaf in self.leaves() if is_float(leaf)]
        return len(paths) <= SOME and all(len(path) == 2 for path in paths)

    def gradients(self, call: Call, dout: Any) -> Any:
        """Return the gradients at a call; None where the pair does not take it."""
        try:
            return self.pair.gradients(self.caller, call, dout)
        except Exception:  # noqa: BLE001 - what raises is not silently wrong
            return None

    def indices(self) -> Iterator[tuple[Call, str, str]]:
        """Yield calls with indices for a mask, slice or index, or whole numbers as a dtype; each with its condition."""
        picked: Any
        several: list[tuple[Any, str]]
        for path, leaf in list(deep_leaves(self.call))[:FEW_LEAVES]:
            if type(leaf) is np.ndarray and leaf.dtype == bool and leaf.ndim and leaf.size > 1:
                picked = np.arange(leaf.size).reshape(leaf.shape) // 2 % len(leaf)
                several, kind = [(picked, "{}.dtype != bool")], "an array of booleans"
            elif isinstance(leaf, slice):
                several, kind = [(np.array([0, 0]), "np.ndim({}) != 0")], "a slice"
            elif type(leaf) is int or isinstance(leaf, np.integer):
                several = [(np.array([0, 0]), "np.ndim({}) != 0"), (SLICE, "isinstance({}, slice)")]
                kind = "one number"
            elif is_float_dtype(leaf):
                several, kind = [(int, "np.dtype({}).kind != 'f'")], "a dtype of floats"
            else:
                continue
            for picked, condition in several:
                name, call = self.named(path), replaced(self.call, path, picked)
                if not self.caller.takes(self.pair.function, call):
                    continue
                item = item_of(self.call, path, self.named, range(2, len(path)))
                test = condition.format(name)
                if item:
                    v = name_for_each(self.pair.function)
                    test = f"any({condition.format(v + item.rest)} {item.loops(v)})"
                    name = item.each()
                yield call, " and ".join([*self.there(path, item), test]), f"{name} was {kind}"

    def there(self, path: Path, item: Item | None) -> Iterator[str]:
        """Yield the questions whether the keys to a value are there, where a call may be without them."""
        for k in range(2, len(path)):  # the two that lead to an argument hold no others
            holder, key = get(self.call, path[:k]), path[k]
            fewer: Any = None
            if isinstance(holder, dict):
                fewer, test = {n: v for n, v in holder.items() if n != key}, f"{key!r} in {{}}"
            elif isinstance(holder, list) and not item:
                fewer, test = holder[:key], f"len({{}}) > {key}"
            if fewer is not None and self.caller.takes(
                self.pair.function, replaced(self.call, path[:k], fewer)
            ):
                yield test.format(self.named(path[:k]))

    def twice(self) -> dict[str, str]:
        """Return the conditions under which arguments that are one, or share memory, give other results."""
        own = duplicate(self.call)
        try:
            self.caller.on(self.pair.function, own)
        except Exception:  # noqa: BLE001 - said where it happens
            return {}
        held = list(holders(self.call))
        changed = {path for path, value in held if is_changed(value, own, path)}
        found: list[tuple[Path, Path]] = []
        tests = {}
        pairs = [pair for pair in combinations(held, 2) if may_be_one(*pair)]
        for (p, a), (q, b) in [one for one in pairs if changed & {one[0][0], one[1][0]}][:PAIRS]:
            if any(p == s[: len(p)] and q == t[: len(q)] for s, t in found):
                continue  # what they hold is asked for already
            # where one has no gradient, that of the other takes it for a number that does not move
            still = () if self.counts(p) and self.counts(q) else (p, q)
            with self.caller.counting():  # a list that grows while it is gone through has no end
                is_wrong = any(self.is_wrong_as_one(join, still) for join in joins(p, q, a, b))
            if is_wrong:
                found.append((p, q))
                test, was = self.as_one(p, q, a)
                tests[" and ".join([*self.given(p, q), test])] = was
        return tests

    def as_one(self, p: Path, q: Path, value: Any) -> tuple[str, str]:
        """Return the question whether two arguments are one; items of lists and dicts are asked for all at once."""
        one, two = self.named(p), self.named(q)
        held, others = (self.named(path[:-1]) if len(path) > 2 else "" for path in (p, q))
        firsts, seconds = self.items(p), self.items(q)
        taken = parameters_of(self.pair.function)
        v, w = next(names for names in PAIR_NAMES if not taken.keys() & set(names))
        if firsts and p[:-1] == q[:-1]:
            test = f"len(set(map(id, {firsts}))) < len({held})"
            return test, f"no item of {held} stood there twice"
        if firsts and seconds:
            return (
                f"any(np.shares_memory({v}, {w}) for {v} in {firsts} for {w} in {seconds})"
                if isinstance(value, np.ndarray)
                else f"any({v} is {w} for {v} in {firsts} for {w} in {seconds})"
            ), f"{held} and {others} had nothing in common"
        if firsts or seconds:
            single, many, name = (two, firsts, held) if firsts else (one, seconds, others)
            is_array = isinstance(value, np.ndarray)
            same = f"np.shares_memory({v}, {single})" if is_array else f"{v} is {single}"
            return f"any({same} for {v} in {many})", f"{single} was no part of {name}"
        if isinstance(value, np.ndarray):
            return f"np.shares_memory({one}, {two})", f"{one} and {two} were two arrays"
        kind = next((k for k in (list, dict) if isinstance(value, k)), None)
        return f"{one} is {two}", f"{one} and {two} were two {kind.__name__ if kind else 'object'}s"

    def given(self, *paths: Path) -> list[str]:
        """Return the questions whether what a call may leave out is there, asked once if two paths lead to it."""
        roots = dict.fromkeys(syntax.first_name(self.named(path)) for path in paths)
        asked = [f"{root} is not None" for root in roots if root in self.left_out()]
        parts = [p[:k] for p in paths for k in range(3, len(p))] + [*paths]
        for path in parts if self.first is not None else ():
            try:
                if get(self.first, path) is None and path is not paths[-1]:
                    asked.append(f"{self.named(path)} is not None")
            except AttributeError:  # it is set on first use
                asked.append(f"hasattr({self.named(path[:-1])}, {path[-1].name!r})")
            except (LookupError, TypeError):
                continue  # what is not there is not None
        return [*dict.fromkeys(asked)]

    def items(self, path: Path) -> str:
        """Return the text of all items beside a value, if all are arrays or none is; equal numbers are one object."""
        holder = get(self.call, path[:-1]) if len(path) > 2 else None
        values = list(holder.values()) if isinstance(holder, dict) else holder
        if isinstance(values, list) and (
            len({isinstance(v, np.ndarray) for v in values}) > 1
            or any(type(v) in SCALARS for v in values)
        ):
            return ""
        name = self.named(path[:-1]) if isinstance(holder, list | dict) else ""
        return f"{name}.values()" if isinstance(holder, dict) else name

    def counts(self, path: Path) -> bool:
        """Return whether all floats at a place have a gradient."""
        places = {place for place, *_ in self.pair.leaves(self.call)}
        leaves = deep_leaves(get(self.call, path))
        return all((*path, *inner) in places for inner, leaf in leaves if is_float(leaf))

    def is_wrong_as_one(self, join: Callable[[Call], Call], still: Sequence[Path]) -> bool:
        """Return whether the gradients of joined arguments do not sum up, where all but some places moves."""
        rng = generator(231)
        floats = [
            (place, leaf)
            for place, _, leaf in self.pair.leaves(self.call)
            if not any(place[: len(path)] == path for path in still)
        ]
        ways = [rng.uniform(0.5, 1.5, np.shape(leaf)) for _, leaf in floats]

        def at(step: float) -> Call:
            moved = [
                (path, leaf + step * way) for (path, leaf), way in zip(floats, ways, strict=True)
            ]
            return join(replaced_each(duplicate(self.call), moved))

        try:
            mine, theirs, *ends = [at(step) for step in (0.0, 0.0, STEP, -STEP)]
            ways = [(get(ends[0], path) - get(ends[1], path)) / (2 * STEP) for path, _ in floats]
            self.caller.ready()
            args, kwargs = at(0.0)
            self.caller.generated(self.pair.forward, *args, **kwargs)  # it may refuse them already
            values = [self.caller.on(self.pair.function, call) for call in (theirs, *ends)]
            dout = outputs.upstream(values[0])
            self.caller.ready()
            out, cache = self.caller.generated(self.pair.forward, *mine[0], **mine[1])
            if outputs.compare(out, values[0]) or not outputs.are_alike(mine, theirs):
                return True
            if not floats:
                return False
            grads = promises.as_tuple(
                self.caller.generated(self.pair.backward, dout, cache), self.pair.arguments
            )
        except Exception:  # noqa: BLE001 - what raises is not silently wrong
            return False
        middle, high, low = ((outputs.vector(v) @ outputs.vector(dout)) for v in values)
        slope, bend = (high - low) / (2 * STEP), (high + low - 2 * middle) / STEP
        known = {path: way for (path, _), way in zip(floats, ways, strict=True)}
        terms = [
            known[place] * leaf
            for argument, grad in zip(self.pair.arguments, grads, strict=False)
            for path, leaf in walk(grad)
            if (place := argument.absolute(path)) in known
        ]
        gap, size = sum(map(np.sum, terms)) - slope, sum(np.sum(np.abs(term)) for term in terms)
        limit = OKAY * max(size, abs(slope))
        # at a kink, every number between the two slopes will do
        return bool(np.isfinite(slope)) and limit + abs(bend) < abs(gap)


def name_for_each(function: Callable[..., Any]) -> str:
    """Return a name for one of some arguments that no parameter has."""
    return next(name for name in EACH if name not in parameters_of(function))


def is_float_dtype(value: Any) -> bool:
    """Return whether a value names a dtype of floats: `float`, `np.float32`, `"float64"`."""
    if isinstance(value, type):
        return issubclass(value, float | np.floating)
    return str(value).startswith("float") if isinstance(value, str | np.dtype) else False


def spread_index(name: str) -> int:
    """Return the number of an argument that `*values` takes, of its name `values[2]`."""
    return int(name.rpartition("[")[2].rstrip("]"))


def item_of(
    call: Call, path: Path, named: Callable[[Path], str], depths: Sequence[int] | None = None
) -> Item | None:
    """Return the lists in which an array stands, and where in each item; None if there is none or they differ."""
    values = {k: get(call, path[:k]) for k in range(1, len(path))}
    if depths and depths[0] == 1 and path[0] == 0:  # one of `*values`
        values[1] = values[1][path[1] - spread_index(named(path[:2])) :]
    elif depths and depths[0] == 1:  # one of `**values`
        values[1] = {k: v for k, v in values[1].items() if not named((1, k)).isidentifier()}
    kinds = (list, tuple, dict) if depths else (list,)
    lists = [k for k in depths or range(2, len(path)) if isinstance(values[k], kinds)]
    held = [k for k in lists if isinstance(values[k], dict)]
    if not lists or len(lists) > 2 or held and lists[1:]:
        return None
    stem = stem_of(path[lists[0]]) if held else None
    value = get(call, path)
    kind: type = np.ndarray if isinstance(value, np.ndarray) and value.ndim else float
    kind = type(value) if value is None or isinstance(value, dict | int | slice) else kind
    items, is_shared = list(values[lists[0]]), False
    if stem is not None:
        items = [v for key, v in values[lists[0]].items() if not stem or stem_of(key) == stem]
        is_shared = len(items) < sum(str(key).startswith(stem) for key in values[lists[0]])
    for start, end in pairwise([*lists, len(path)]):
        with suppress(LookupError, TypeError, AttributeError):
            inside = [get(one, path[start + 1 : end]) for one in items]
            items = [v for one in inside for v in one] if end in lists else inside
            continue
        return None
    shown = [named(path[:end]) for end in [*lists, len(path)] if end > 1]
    first = syntax.first_name(shown[0])
    shown = shown if lists[0] > 1 else [first, *shown]
    cut = [len(named(path[: k + 1])) for k in lists]
    inner = [text[n:] for n, text in zip(cut, shown[1:], strict=True)]
    same = all(isinstance(one, kind) for one in items)
    return Item((shown[0], *inner[:-1]), inner[-1], stem, is_shared) if same else None


def stem_of(key: Any) -> str:
    """Return the word that numbered keys begin with, `b` of `b0`; nothing of other keys."""
    stem = key.rstrip(DIGITS) if isinstance(key, str) else key
    return "" if stem == key else stem


def holders(value: Any, path: Path = (), above: tuple[Any, ...] = ()) -> Iterator[tuple[Path, Any]]:
    """Yield what a call can change in its arguments with its places: arrays, then what holds others."""
    if any(one is value for one in above) or isinstance(value, enum.Enum):
        return
    inside = children(value)
    if not inside and has_fields(value) and not isinstance(value, np.ndarray):
        inside = [(Attribute(name), item) for name, item in vars_of(value).items()]
    for key, item in inside:
        yield from holders(item, (*path, key), (*above, value))
    if len(path) > 1 and not isinstance(value, tuple):
        if isinstance(value, np.ndarray | list | dict) or has_fields(value):
            yield path, value


def is_changed(value: Any, call: Call, path: Path) -> bool:
    try:
        return not same(value, get(call, path))
    except (LookupError, AttributeError, TypeError):
        return True


def may_be_one(one: Leaf, other: Leaf) -> bool:
    """Return whether two arguments of a call, which are two, may be one in another call."""
    (p, a), (q, b) = one, other
    short = min(len(p), len(q))
    if p[:short] == q[:short] or type(a) is not type(b) or a is b:
        return False  # one lies in the other
    if not isinstance(a, np.ndarray):
        return True
    alike = a.shape == b.shape or len(p) == len(q) == 2  # a part of an argument, given beside it
    return alike and a.dtype == b.dtype and a.size * b.size > 0 and not np.shares_memory(a, b)


def joins(p: Path, q: Path, a: Any, b: Any) -> Iterator[Callable[[Call], Call]]:
    """Yield the ways in which two arguments become one, or parts of one."""
    if not isinstance(a, np.ndarray) or a.shape == b.shape:

        for kept, other in ((p, q), (q, p)):

            def one(call: Call, kept: Path = kept, other: Path = other) -> Call:
                value, lost = get(call, kept), get(call, other)
                if isinstance(value, dict):
                    value.update({key: item for key, item in lost.items() if key not in value})
                # what leads to both may be copied
                joined: Call = replaced_each(call, [(kept, value), (other, value)])
                return joined

            yield one
        return

    def part(call: Call) -> Call:
        (large, whole), (small, other) = sorted(
            ((p, get(call, p)), (q, get(call, q))), key=lambda one: -one[1].size
        )
        whole = np.ascontiguousarray(whole)
        inside = whole.ravel()[: other.size].reshape(other.shape)
        joined: Call = replaced(replaced(call, large, whole), small, inside)
        return joined

    yield part


def is_like(out: Any, want: Any) -> bool:
    mine, theirs = ([leaf for _, leaf in walk(v) if is_number(leaf)] for v in (out, want))
    return len(mine) == len(theirs) and all(map(are_equal, mine, theirs))


def are_equal(a: Any, b: Any) -> bool:
    if isinstance(a, int) and isinstance(b, int):
        return a == b  # it may be larger than any float
    size = float(np.max(np.abs(b), initial=0.0))
    return np.shape(a) == np.shape(b) and np.allclose(
        a, b, rtol=ALIKE, atol=ALIKE * size, equal_nan=True
    )


def rounded_away(values: Any) -> Any:
    return np.sign(values) * np.ceil(np.abs(values))


def magnitude(values: Any) -> Any:
    """Return whole numbers that are not negative."""
    return np.ceil(np.abs(values))


def regular(values: Any) -> Any:
    """Return whole numbers that are not negative; a square matrix of them has an inverse."""
    found = magnitude(values)
    if found.ndim > 1 and found.shape[-1] == found.shape[-2]:
        found = found + np.eye(found.shape[-1]) * found.shape[-1] * np.max(found, initial=1)
    return found


def are_close(found: Any, wanted: Any) -> bool:
    """Return whether gradients are the same up to rounding; those that are not known count as such."""
    if wanted is None:
        return True
    mine, theirs = list(walk(found)), list(walk(wanted))
    if [path for path, _ in mine] != [path for path, _ in theirs]:
        return False
    pairs = [(a, b) for (_, a), (_, b) in zip(mine, theirs, strict=True) if is_float(b)]
    return all(are_equal(a, b) for a, b in pairs)
