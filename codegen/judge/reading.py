"""What a hand-written derivative returned. In: its results, the arguments, the function's value. Out: a `Reading`, an
`Item` for every leaf.

Results are told apart by their names in the `return`, by the keys of a dict and by their shapes; whatever is not
obvious is said in the report.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from codegen.judge.forms import Leaf, bare, returned_names, variables_of
from codegen.judge.running import Backward, Other, Ran
from codegen.pytree import Attribute, is_float, is_number
from codegen.records import dataclass

SECOND = re.compile(
    r"second|hess|gamma|curvature|d2|dd|2nd|_?xx$|laplac|ddf|volga|vomma", re.IGNORECASE
)
WORDS = {
    "second": "a second derivative",
    "hessian": "a Hessian",
    "jacobian": "a Jacobian",
    "elementwise": "an elementwise derivative",
}


@dataclass(frozen=True)
class Item:
    """A derivative by one leaf, as it was found: the leaf, an array or what stands in its place, how it is meant."""

    leaf: Leaf
    value: Any
    kind: str = "gradient"


@dataclass(frozen=True)
class Reading:
    """What a derivative returned, told apart."""

    form: str
    """In words, for the report."""
    items: tuple[Item, ...] = ()
    value: Any = None
    """The function's value, where it is returned too."""
    missing: tuple[Leaf, ...] = ()
    """The leaves no derivative is returned for."""
    notes: tuple[str, ...] = ()


def read(
    backward: Backward,
    ran: Ran,
    leaves: Sequence[Leaf],
    values: Mapping[str, Any],
    outputs: tuple[Any, ...],
    told: str | None = None,
    narrowed: bool = False,
) -> Reading:
    """Return what a derivative returned, leaf by leaf; `told` is one of `options.FORMS`, `narrowed` as named."""
    upstream = bool(backward.parameters("upstream") or backward.method)
    results = Results(backward, leaves, values)
    result, names, value = ran.result, returned_names(backward.function), None
    gradient = "a gradient"
    if not upstream and isinstance(result, (tuple, list)) and len(result) > 1:
        if is_value_first(result, outputs, results.arguments, told):
            value, result, names = result[0], result[1:], names[1:]
            gradient = "the value and its gradient"
            if len(result) == 1:
                result, names = result[0], []
    if isinstance(result, dict) and not results.is_whole(result):
        gradient = re.sub("a gradient|its gradient", "a dict of gradients", gradient)
    parts = results.parts(result, names)
    items = [item for argument, found in parts.items() for item in results.inside(found, argument)]
    if backward.method:
        items += from_attributes(ran.attributes, values["self"])
    if told in WORDS:
        items = [replace(item, kind=told) for item in items]
    elif not upstream:
        hint = bool(SECOND.search(getattr(backward.function, "__name__", "")))
        items = [replace(item, kind=kind_of(item, values, outputs, hint)) for item in items]
    form = "a backward function" if upstream else gradient
    if backward.pulled:
        form = "a function that returns its backward function"
    kinds = {item.kind for item in items}
    form = next((text for kind, text in WORDS.items() if kind in kinds), form)
    have = {item.leaf.label for item in items}
    missing = tuple(leaf for leaf in leaves if leaf.label not in have)
    if not narrowed and kinds & {"second", "hessian", "jacobian"}:
        missing = tuple(leaf for leaf in missing if leaf.argument in parts)
    return Reading(form, tuple(items), value, missing, tuple(results.notes))


class Results:
    """The results of a derivative by the arguments they belong to, and what is to be said about that."""

    def __init__(
        self, backward: Backward, leaves: Sequence[Leaf], values: Mapping[str, Any]
    ) -> None:
        self.backward, self.leaves, self.values = backward, leaves, values
        self.arguments = list(dict.fromkeys(leaf.argument for leaf in leaves))
        self.notes: list[str] = []

    def parts(self, result: Any, names: Sequence[str]) -> dict[str, Any]:
        """Return what belongs to each argument, in a result whose parts have these names in the `return`."""
        if self.is_whole(result) or not isinstance(result, (tuple, list, dict)):
            return self.single(result, names)
        return self.by_key(result) if isinstance(result, dict) else self.by_position(result, names)

    def is_whole(self, result: Any) -> bool:
        """Return whether a container is the gradient by the one argument, which is such a container too."""
        one = self.arguments[0] if len(self.arguments) == 1 else None
        return one is not None and fits_container(result, self.values[one])

    def fits(self, found: Any, argument: str) -> bool:
        value = self.values[argument]
        if isinstance(found, np.ndarray) and is_number(value):
            return bool(found.shape == np.shape(value))
        return fits_container(found, value)

    def by_position(self, result: Sequence[Any], names: Sequence[str]) -> dict[str, Any]:
        """Return the results of a tuple by argument."""
        if len(result) == 1 and len(self.arguments) != 1 and isinstance(result[0], (dict, tuple)):
            return self.parts(result[0], [])
        places: dict[str, int] = {}
        if len(names) == len(result):
            for argument in self.arguments:
                fitting = [k for k, n in enumerate(names) if bare(argument) in variables_of(n)]
                if len(fitting) == 1 and fitting[0] not in places.values():
                    places[argument] = fitting[0]
        open_results = [k for k in range(len(result)) if k not in places.values()]
        open_arguments = [a for a in self.arguments if a not in places]
        if not places and len(result) == len(self.values) != len(self.arguments):
            order = [name for name in self.values if name != "self"]
            places = {name: k for k, name in enumerate(order) if name in self.arguments}
        elif len(open_results) == len(open_arguments):
            places |= self.in_order(open_arguments, open_results, result)
        else:
            for argument in open_arguments:
                fitting = [k for k in open_results if self.fits(result[k], argument)]
                if fitting:
                    places[argument] = fitting[0]
                    open_results.remove(fitting[0])
        taken = [places[a] for a in self.arguments if a in places]
        if taken != sorted(taken):
            order = [name_at(names, k, places) for k in range(len(result))]
            self.notes.append(f"the results are in another order: {', '.join(order)}")
        extra = [k for k in range(len(result)) if k not in taken and result[k] is not None]
        if extra:
            more = f"{len(extra)} more result{'s' if len(extra) > 1 else ''}"
            self.notes.append(f"{more} returned, not judged")
        found = {a: result[places[a]] for a in self.arguments if a in places}
        return {a: part for a, part in found.items() if part is not None}

    def in_order(
        self, arguments: Sequence[str], numbers: Sequence[int], result: Sequence[Any]
    ) -> dict[str, int]:
        """Return which result belongs to which argument: in order, or by their shapes where only those fit."""
        straight = dict(zip(arguments, numbers, strict=True))
        if all(self.fits(result[k], a) for a, k in straight.items()):
            return straight
        found: dict[str, int] = {}
        for argument in arguments:
            fitting = [k for k in numbers if self.fits(result[k], argument)]
            if len(fitting) != 1 or fitting[0] in found.values():
                return straight
            found[argument] = fitting[0]
        self.notes.append("the results are matched by their shapes")
        return found

    def by_key(self, result: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for argument in self.arguments:
            key = key_of(argument, result)
            if key is not None:
                found[argument] = result[key]
        dicts = [a for a in self.arguments if isinstance(self.values[a], dict) and a not in found]
        if dicts and fits_container(result, self.values[dicts[0]]):
            found[dicts[0]] = result
        return found

    def single(self, result: Any, names: Sequence[str]) -> dict[str, Any]:
        """Return the one result of a derivative by argument."""
        if len(self.arguments) <= 1 or result is None:
            return dict.fromkeys(self.arguments, result)
        sizes = [np.size(leaf.of(self.values)) for leaf in self.leaves]
        if (
            isinstance(result, np.ndarray)
            and result.ndim == 1
            and result.size == sum(sizes) > max(sizes)
        ):
            return self.split(result, sizes)
        returned = {*map(bare, variables_of(names[0] if names else ""))}
        title = getattr(self.backward.function, "__name__", "")
        forward = getattr(self.backward.forward.function, "__name__", "")
        # what both names say, `reg` of `softmax_reg`, does not tell by what it is the derivative
        title = title.removeprefix(forward) or title
        words = {*map(bare, [*variables_of(title), *title.split("_")[1:]])}
        texts = [n for n in (*names[:1], title) if n]
        chosen = (
            [a for a in self.arguments if bare(a) in returned]
            or [a for a in self.arguments if bare(a) in words]
            or [a for a in self.arguments if any(n.endswith((f"_{a}", f"d{a}")) for n in texts)]
            or [a for a in self.arguments if self.fits(result, a)]
            or self.arguments
        )[0]
        self.notes.append(f"taken for the derivative by {chosen}")
        return {chosen: result}

    def split(self, vector: np.ndarray, sizes: Sequence[int]) -> dict[str, Any]:
        """Return the pieces of a flat vector of gradients by argument."""
        self.notes.append("one flat vector holds the gradients of all arguments")
        if any(leaf.path for leaf in self.leaves):
            return {self.arguments[0]: vector}
        pieces = np.split(vector, np.cumsum(sizes)[:-1])
        return {
            leaf.argument: piece.reshape(np.shape(leaf.of(self.values)))
            for leaf, piece in zip(self.leaves, pieces, strict=True)
        }

    def inside(self, found: Any, argument: str) -> list[Item]:
        """Return the parts of what belongs to an argument, by leaf."""
        items = []
        for leaf in self.leaves:
            if leaf.argument != argument:
                continue
            here: Any = found
            for key in leaf.path:
                here = step(here, key)
            if here is not None or not leaf.path:
                items.append(Item(leaf, as_array(here, leaf.of(self.values))))
        return items


def is_value_first(
    result: Sequence[Any], outputs: tuple[Any, ...], arguments: Sequence[str], told: str | None
) -> bool:
    """Return whether the first of several results is the function's value."""
    if told is not None:
        return told == "value_and_grad"
    first = result[0]
    if not isinstance(first, np.ndarray) or not isinstance(outputs[0], np.ndarray):
        return False
    if first.shape != outputs[0].shape and first.size != outputs[0].size:
        return False
    rest = result[1:]
    if len(rest) == 1 and (isinstance(rest[0], (dict, tuple, list)) or len(arguments) == 1):
        return True
    close = bool(np.allclose(np.ravel(first), np.ravel(outputs[0]), rtol=1e-6, atol=1e-12))
    return len(rest) == len(arguments) or (close and len(result) != len(arguments))


def fits_container(result: Any, value: Any) -> bool:
    """Return whether a result has the structure of a container of floats."""
    if isinstance(value, dict) and isinstance(result, dict):
        keys = {bare(str(key)) for key in value}
        return any(not keys.isdisjoint({bare(key), *variables_of(key)}) for key in result)
    if isinstance(value, (list, tuple)) and isinstance(result, (list, tuple)):
        return len(value) == len(result)
    if isinstance(value, np.ndarray) and isinstance(result, list):
        return all(np.shape(item) == () and item is not None for item in result)
    return False


def name_at(names: Sequence[str], k: int, places: Mapping[str, int]) -> str:
    if k < len(names) and names[k]:
        return names[k]
    return next((f"d{a}" for a, place in places.items() if place == k), "?")


def key_of(name: str, found: Mapping[str, Any]) -> str | None:
    """Return the key of a dict of gradients that is meant for a variable."""
    keys = (k for k in found if bare(k) == bare(name) or bare(name) in variables_of(k))
    return next(keys, None)


def step(found: Any, key: Any) -> Any:
    if isinstance(key, Attribute):
        key = key.name
    if isinstance(found, dict):
        own = key_of(str(key), found)
        return None if own is None else found[own]
    if isinstance(found, (list, tuple)) and isinstance(key, int) and key < len(found):
        return found[key]
    return None


def as_array(found: Any, value: Any) -> Any:
    """Return a list of numbers as an array where an array is meant."""
    if isinstance(found, (list, tuple)) and isinstance(value, np.ndarray):
        try:
            return np.asarray(found, np.float64)
        except (TypeError, ValueError):
            return Other("list")
    return found


def from_attributes(found: Mapping[str, Any], owner: Any) -> list[Item]:
    """Return the gradients that a method left in its object."""
    items = []
    for name, value in vars(owner).items():
        held = value.items() if isinstance(value, dict) else [("", value)]
        for inner, number in held:
            if not is_float(number):
                continue
            wanted = bare(str(inner)) if inner else bare(name)
            for key, grad in found.items():
                own = key.partition("[")[0] == name
                if not own and wanted in variables_of(key) and isinstance(grad, np.ndarray):
                    path = (Attribute(name), inner) if inner else (Attribute(name),)
                    items.append(Item(Leaf("self", path, f"self.{key}"), grad))
                    break
    return items


def kind_of(item: Item, values: Mapping[str, Any], outputs: tuple[Any, ...], hint: bool) -> str:
    """Return how a derivative is meant: as "gradient", "elementwise", "jacobian", "hessian" or "second"."""
    if not isinstance(item.value, np.ndarray) or not isinstance(outputs[0], np.ndarray):
        return "gradient"
    x, out, found = np.shape(item.leaf.of(values)), outputs[0].shape, item.value.shape
    n, m = int(np.prod(x)), int(np.prod(out))
    if m == 1 and len(x) and found in (x + x, (n, n)) and found != x:
        return "hessian"
    if hint and found == x:
        return "second"
    if m == 1 and (found == x or item.value.size == n):
        return "gradient"
    if found in ((*out, *x), (m, n)) and (found != x or not x):
        return "jacobian"
    if found == x:
        return "elementwise"
    return "jacobian" if found == (*out, *x) else "gradient"
