"""Arguments that a call may leave out, attributes and items that are None at first. In: the trials of a check. Out:
what guards calls with and without them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

from codegen import pytree, syntax
from codegen.check.arguments import names, parameters_of
from codegen.check.bench import FEW, Bench
from codegen.check.trial import Trial
from codegen.check.unlike import spread_index
from codegen.check.variations import DIRECT

MOST = 20  # calls with values for two things that are None, for each of them


class Options:
    """The parameters that are None by default."""

    def __init__(self, bench: Bench, given_later: dict[str, str]) -> None:
        # given_later: what is None in the example, and the test that tells that it is given
        self.bench, self.given_later = bench, given_later
        self.needed: set[str] = set()  # those that the module asks for
        # the guards found with it: the test, what tells that it is given, what they say
        self.beside: dict[str, tuple[str, str]] = {}

    def is_optional(self, name: str) -> bool:
        return name in self.optional() - self.needed

    def optional(self) -> set[str]:
        parameters = parameters_of(self.bench.pair.function)
        return {name for name, one in parameters.items() if one.default is None} | {
            *self.given_later
        }

    def there(self, names: Sequence[str]) -> list[str]:
        return [
            self.given_later.get(name, f"{name} is not None")
            for name in dict.fromkeys(names)
            if self.is_optional(name)
        ]

    def given(self, test: str, *paths: pytree.Path) -> str:
        """Return a test on arguments that does not hold without those that a call may leave out."""
        bench = self.bench
        asked = self.there([syntax.first_name(bench.named(path)) for path in paths])
        for path in paths:
            if 1 in bench.missing(path):
                name = bench.named(path[:DIRECT])
                asked.append(f"len({syntax.first_name(name)}) > {spread_index(name)}")
            for k in bench.missing(path):
                holder = pytree.get(bench.call, path[:k])
                if isinstance(holder, dict):
                    base, none = bench.named(path[:k]), pytree.replaced(
                        bench.call, path[: k + 1], None
                    )
                    is_none = bench.base.caller.takes(bench.pair.function, none)
                    here = f"{base}.get({path[k]!r}) is not None"
                    asked.append(here if is_none else f"{path[k]!r} in {base}")
                elif k >= DIRECT and isinstance(holder, list | tuple):
                    asked.append(f"len({bench.named(path[:k])}) > {path[k]}")
        return " and ".join([*dict.fromkeys(asked), *([test] if test else [])])

    def left_out(self) -> None:
        """Try calls without arguments that are None by default, one alone or all; a wrong module asks for them."""
        bench = self.bench
        given = {
            path: name
            for path, name in sorted(names(bench.pair.function, bench.call).items(), key=str)
            if self.is_optional(name) and pytree.get(bench.call, path) is not None
        }
        nothing = bench.call
        for path in given:
            nothing = pytree.replaced(nothing, path, None)
        for path, name in given.items():
            call = pytree.replaced(bench.call, path, None)
            if not bench.base.caller.takes(bench.pair.function, call):
                call = nothing
            if not bench.base.caller.takes(bench.pair.function, call):
                self.needed.add(name)
                continue
            trial = bench.lightly(call, f"without {name}")
            if isinstance(trial, Trial) and trial.failures:
                self.needed.add(name)
                bench.guards[f"{name} is None"] = f"{name} was given"
            elif isinstance(trial, Trial):
                bench.right(trial)

    def filled(self, beside: Callable[[pytree.Call, dict[str, str]], dict[str, str]]) -> None:
        """Try calls with a value for None; a module wrong with all asks for None. `beside` says the guards there."""
        bench = self.bench
        args, kwargs = bench.call
        named = set(names(bench.pair.function, bench.call).values())
        whole = args, {**kwargs, **dict.fromkeys(sorted(self.optional() - named))}
        if not bench.base.caller.takes(bench.pair.function, whole):
            return
        none = {
            path: name
            for path, name in sorted(names(bench.pair.function, whole).items(), key=str)
            if pytree.get(whole, path) is None
        }
        below = self.none_inside()
        known = none | {path: name for path, name in below.items() if bench.is_named(path)}
        for path, name in bench.some(known.items(), MOST):
            inside = [path] if len(path) > DIRECT else []
            there = self.given(f"{name} is not None", *inside)
            found: dict[bool, list[pytree.Call]] = {True: [], False: []}
            for call in self.with_a_value(whole, path, known):
                trial = bench.lightly(call, f"with {name}", FEW)
                if isinstance(trial, Trial):
                    found[not trial.failures].append(call)
                    bench.right(trial)
            right, wrong = (found[k] for k in (True, False))
            if wrong and not right:
                bench.unrecorded += wrong[:1]  # a run with None there may have shown something else
                bench.guards[there] = f"{name} was None"
            arrays = [call for call in right if ndim(pytree.get(call, path))]
            misread = [call for call in wrong if ndim(pytree.get(call, path))]
            if right and misread and not arrays:  # a run with a number has shown less
                bench.unrecorded += misread[:1]
                only = self.given(f"np.ndim({name}) != 0", *inside)
                bench.guards[only] = f"{name} was None or a number"
            is_any = bool(arrays) and any(type(pytree.get(call, path)) is float for call in right)
            given = self.given(f"np.ndim({name}) != 0", *inside) if is_any else there
            shapes = beside((arrays or right)[0], {name: given}) if right else {}
            self.beside |= {test: (given, said) for test, said in shapes.items()}
            is_number = any(type(pytree.get(call, path)) is float for call in wrong)
            if right and is_number and not any(f"np.shape({name})" in test for test in shapes):
                bench.guards[f"{there} and np.ndim({name}) == 0"] = f"{name} was None or an array"
            if right and wrong and isinstance(own := pytree.get(right[0], path), int):
                bench.guards[f"{there} and {name} != {own}"] = f"{name} was None or {own}"
        if len(none | below) > 1:
            self.filled_at_once(whole, none | below)

    def none_inside(self) -> dict[pytree.Path, str]:
        """Return the attributes and items that are None in the example and that the function may read."""
        bench = self.bench
        counted = {*bench.pair.places}
        read = {name for code in bench.codes() for name in code.co_names}
        found = {}
        for path, leaf in pytree.deep_leaves(bench.call):
            if leaf is not None or len(path) <= DIRECT:
                continue
            if isinstance(path[-1], pytree.Attribute) and path[-1].name not in read:
                continue
            if counted.isdisjoint(path[:k] for k in range(len(path))):  # there guards ask for None
                found[path] = bench.named(path)
        return found

    def filled_at_once(self, whole: pytree.Call, none: dict[pytree.Path, str]) -> None:
        """Try a call with values for all that is None: `if a is None or b is None`."""
        bench = self.bench
        for path, name in none.items():
            whole = pytree.replaced(whole, path, next(self.stand_ins(path, name), None))
        if not bench.searched().accepts(whole):
            return
        trial = bench.lightly(whole, f"with {' and '.join(none.values())}", FEW)
        if isinstance(trial, Trial) and trial.is_only_numbers():
            bench.unsettled(trial)
        elif isinstance(trial, Trial):
            bench.right(trial)

    def with_a_value(
        self, whole: pytree.Call, path: pytree.Path, none: dict[pytree.Path, str]
    ) -> list[pytree.Call]:
        """Return calls with a value for one None, or two; those with an output like the example's come first."""
        caller, function = self.bench.base.caller, self.bench.pair.function
        alone = [pytree.replaced(whole, path, value) for value in self.stand_ins(path, none[path])]
        taken = [call for call in alone if caller.takes(function, call)]
        beside = [
            (other, self.stand_ins(other, name)) for other, name in none.items() if other != path
        ]
        if not taken:
            both = (
                pytree.replaced(c, other, v)
                for other, values in beside
                for v in values
                for c in alone
            )
            taken = [call for call in islice(both, MOST) if caller.takes(function, call)]
        accepts = self.bench.searched().accepts
        return sorted(taken, key=lambda call: (not accepts(call), ndim(pytree.get(call, path)) > 1))

    def stand_ins(self, path: pytree.Path, name: str) -> Iterator[Any]:
        """Yield values for None: what the function puts there, other numbers, arrays like the other arguments."""
        bench = self.bench
        drawn = partial(np.random.default_rng(231).uniform, 0.4, 0.9)
        caller, function = bench.base.caller, bench.pair.function
        if len(path) > DIRECT:
            own = caller.left(function, bench.call, path)
        else:
            own = caller.local(function, bench.call, name)
        if not pytree.is_plain(own):
            yield pytree.mapped(
                lambda leaf: drawn(np.shape(leaf) or None) if pytree.is_float(leaf) else leaf, own
            )
            return
        if isinstance(own, int):
            yield from [own, not own] if isinstance(own, bool) else [own, own + 1, own - 1, own + 2]
            return
        shapes = [np.shape(own)] if pytree.is_float(own) and np.ndim(own) else []
        if own is None:
            leaves = bench.pair.leaves(bench.call)
            shapes = [np.shape(leaf) for *_, leaf in leaves if np.ndim(leaf)]
            shapes += [part for shape in shapes for part in (shape[:1], shape[-1:])]
        if own is None and not shapes:
            shapes = [(3,)]
        for shape in dict.fromkeys(shapes):
            yield drawn(shape)
        if own is None or pytree.is_float(own):
            yield 0.7
        if own is None:
            yield np.array([1, 0, 1])  # to index with


def ndim(value: Any) -> int:
    """Return the number of axes of an array: a list has none, whatever is in it."""
    return value.ndim if isinstance(value, np.ndarray) else 0
