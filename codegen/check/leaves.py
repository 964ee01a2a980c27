"""Nested values as leaves on paths. In: floats, arrays, containers of them. Out: leaves, copies, comparisons.

A path is a tuple of keys: an index or a dict key, or an `Attribute` for a field of an object.
"""

from __future__ import annotations

import copy
import dataclasses
import enum
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from codegen.records import dataclass

Path = tuple[Any, ...]
WORK: Any = 100_000  # for the question whether two arrays share memory


@dataclass(frozen=True)
class Attribute:
    """The step of a path that goes into a field of an object."""

    name: str


def is_float(value: Any) -> bool:
    """Return whether the value is a float scalar or an array of floats."""
    if isinstance(value, np.ndarray):
        return bool(value.dtype.kind == "f")
    return isinstance(value, (float, np.floating))


def is_number(value: Any) -> bool:
    """Return whether the value is a float or an int (no bool), scalar or array."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fiu"
    return isinstance(value, (float, int, np.floating, np.integer)) and not isinstance(value, bool)


def is_dataclass(value: Any) -> bool:
    """Return whether the value is an instance of a dataclass."""
    return dataclasses.is_dataclass(value) and not isinstance(value, type)


def has_fields(value: Any) -> bool:
    """Return whether the value is an object that keeps its state in attributes."""
    code = (type, types.ModuleType, types.FunctionType, types.MethodType, np.ufunc)
    return hasattr(value, "__dict__") and not isinstance(value, code)


def children(value: Any) -> list[tuple[Any, Any]]:
    """Return the (key, value) pairs of a container; none for anything else."""
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, (list, tuple)):
        return list(enumerate(value))
    if is_dataclass(value):
        fields = (field.name for field in dataclasses.fields(value))
        return [(Attribute(name), getattr(value, name)) for name in fields if hasattr(value, name)]
    return []


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every path with the leaf at its end."""
    if isinstance(value, (dict, list, tuple)) or is_dataclass(value):
        for key, item in children(value):
            yield from walk(item, (*path, key))
    else:
        yield path, value


def deep_leaves(
    value: Any, path: Path = (), above: tuple[int, ...] = ()
) -> Iterator[tuple[Path, Any]]:
    """Yield the leaves with their paths, going into the fields of objects as well."""
    if id(value) in above:
        return
    if isinstance(value, enum.Enum):
        yield path, value
        return
    inside = children(value)
    if (
        not inside
        and not is_dataclass(value)
        and has_fields(value)
        and not isinstance(value, np.ndarray)
    ):
        inside = [(Attribute(name), item) for name, item in vars(value).items()]
    if inside:
        for key, item in inside:
            yield from deep_leaves(item, (*path, key), (*above, id(value)))
    else:
        yield path, value


def child(value: Any, key: Any) -> Any:
    """Return what lies one step of a path further."""
    return getattr(value, key.name) if isinstance(key, Attribute) else value[key]


def get(value: Any, path: Path) -> Any:
    """Return what lies at the end of the path."""
    for key in path:
        value = child(value, key)
    return value


def replaced(value: Any, path: Path, new: Any) -> Any:
    """Return the value with something else at the end of the path; nothing changes in place."""
    if not path:
        return new
    key, rest = path[0], path[1:]
    if isinstance(value, tuple):
        return like(value, [replaced(v, rest, new) if k == key else v for k, v in enumerate(value)])
    twin = shallow(value)
    inner = replaced(child(value, key), rest, new)
    if isinstance(key, Attribute):
        object.__setattr__(twin, key.name, inner)
    else:
        twin[key] = inner
    return twin


def shallow(value: Any) -> Any:
    """Return a copy of an object with the same parts; its own `__copy__`, which may look at sizes, is not asked."""
    if isinstance(value, (dict, list, set, np.ndarray)) or not has_fields(value):
        return copy.copy(value)
    twin = object.__new__(type(value))
    for key, item in vars(value).items():
        object.__setattr__(twin, key, item)
    return twin


def like(container: Any, items: list[Any]) -> Any:
    """Return a list or tuple of the container's type with these items."""
    if hasattr(container, "_fields"):
        return tuple.__new__(type(container), items)  # no constructor that looks at sizes
    return tuple(items) if isinstance(container, tuple) else items


def mapped(change: Callable[[Any], Any], value: Any) -> Any:
    """Return the value with every leaf replaced by what `change` gives for it."""
    if isinstance(value, dict):
        twin = copy.copy(value)
        for key, item in value.items():
            twin[key] = mapped(change, item)
        return twin
    if isinstance(value, (list, tuple)):
        return like(value, [mapped(change, item) for item in value])
    if is_dataclass(value):
        twin = shallow(value)
        for key, item in children(value):
            object.__setattr__(twin, key.name, mapped(change, item))
        return twin
    return change(value)


def duplicate(value: Any) -> Any:
    """Return a deep copy; what cannot be copied (a module, an open file) stays as it is."""
    kind = type(value)
    if kind is np.ndarray and value.dtype.kind != "O":
        if value.flags.forc or not value.ndim:
            return value.copy(order="K")
        return np.repeat(value, 2, axis=-1)[..., ::2]  # a view, as it is one
    if kind is float or kind is int or kind is str or kind is bool or value is None:
        return value
    if kind is tuple:
        return tuple([duplicate(item) for item in value])
    if kind is list:
        return [duplicate(item) for item in value]
    if kind is dict:
        return {key: duplicate(item) for key, item in value.items()}
    try:
        return copy.deepcopy(value)
    except Exception:  # noqa: BLE001  # a lock, a file: f gets the caller's own
        return value


def label(name: str, path: Path) -> str:
    """Return the path as one would write it: `params['W'][0]`."""
    for key in path:
        name += f".{key.name}" if isinstance(key, Attribute) else f"[{key!r}]"
    return name


PLAIN = frozenset({int, bool, str, bytes, type(None)})


def same(a: Any, b: Any, above: tuple[int, ...] = ()) -> bool:
    """Return whether two values are equal to the bit, with containers, types and dtypes."""
    if a is b or id(a) in above:
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, (np.ndarray, np.generic)):
        return same_array(a, b)
    if isinstance(a, float):
        return a == b or (a != a and b != b)
    above = (*above, id(a))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key], above) for key in a)
    if isinstance(a, (list, tuple)):
        kinds = list(map(type, a))
        if PLAIN.issuperset(kinds):  # the state of a generator is a tuple of hundreds of numbers
            return kinds == list(map(type, b)) and bool(a == b)
        pairs = zip(a, b, strict=False)
        return len(a) == len(b) and all(same(u, v, above) for u, v in pairs)
    if isinstance(a, np.random.RandomState):
        return same(a.get_state(), b.get_state())
    if isinstance(a, np.random.Generator):
        return same(a.bit_generator.state, b.bit_generator.state)
    if isinstance(a, (int, str, bytes, complex, set, frozenset, range, slice)):
        return bool(a == b)
    if is_dataclass(a):
        return all(same(child(a, key), child(b, key), above) for key, _ in children(a))
    return not has_fields(a) or same(vars(a), vars(b), above)


def same_array(a: Any, b: Any) -> bool:
    """Return whether two arrays or NumPy scalars are equal to the bit."""
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.dtype.kind == "O":
        return all(same(u, v) for u, v in zip(np.ravel(a), np.ravel(b), strict=True))
    return bool(np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"))


def parts(value: Any) -> Iterator[Any]:
    """Yield every array and every list or dict inside a value, objects included."""
    waiting: list[Any] = [value]
    seen: set[int] = set()
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        if isinstance(item, (np.ndarray, list, dict)):
            yield item
        if isinstance(item, np.ndarray):
            waiting.extend(item.ravel() if item.dtype.kind == "O" else [])
        elif isinstance(item, (list, tuple, dict)):
            seen.add(id(item))
            waiting.extend(v for _, v in children(item))
        elif has_fields(item):
            seen.add(id(item))
            waiting.extend(vars(item).values())


def arrays(value: Any) -> Iterator[np.ndarray[Any, Any]]:
    """Yield every array inside a value, objects included."""
    return (part for part in parts(value) if isinstance(part, np.ndarray))


def shared(a: Any, b: Any) -> bool:
    """Return whether two values have memory or a mutable container in common."""
    theirs = list(parts(b))
    names = {id(part) for part in theirs}
    arrays = [part for part in theirs if isinstance(part, np.ndarray) and part.size]
    for part in parts(a):
        if id(part) in names and not (isinstance(part, np.ndarray) and not part.size):
            return True
        if isinstance(part, np.ndarray) and any(overlap(part, array) for array in arrays):
            return True
    return False


def overlap(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> bool:
    """Return whether two arrays have an element in common."""
    if not np.may_share_memory(a, b):
        return False
    try:
        return bool(np.shares_memory(a, b, max_work=WORK))
    except np.exceptions.TooHardError:
        return True  # interleaved views nobody can tell apart: one change could reach the other
