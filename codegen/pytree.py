"""Containers of numbers, as values and as texts: one walk over lists, tuples, dicts and dataclasses.

As values: their leaves on paths, copies, comparisons, what two of them share. A path is a tuple of keys: an index or a
dict key, or an `Attribute` for a field of an object.

As texts, for gradients: zeros, sums and copies of a container, given the text that it stands for and a sample. A
container whose items are all alike is walked by a comprehension, so that its size may change; any other is written out.
While it is added up the gradient of a tuple is a list, whose items can be changed; `typed` makes it a tuple again.

>>> sample = {"W": np.ones((2, 3)), "b": 0.5, "name": "first"}
>>> [label("layer", path) for path, leaf in walk(sample) if is_float(leaf)]
["layer['W']", "layer['b']"]
>>> syntax.show(zeros_like(syntax.name("layer"), sample))
'{"W": np.zeros_like(layer["W"]), "b": 0.0}'
>>> syntax.show(combined([syntax.name("dws"), syntax.name("more")], [np.ones(3), np.ones(3)]))
'[a + b for a, b in zip(dws, more)]'
"""

from __future__ import annotations

import ast
import copy
import copyreg
import dataclasses
import enum
import inspect
import os
import random
import sys
import types
from collections import deque
from collections.abc import Callable, Iterator, MutableSequence, Sequence
from contextlib import suppress
from functools import cache, lru_cache
from typing import Any

import numpy as np

from codegen import syntax
from codegen.records import dataclass

ROWS = (list, tuple, deque)
"""Containers of items in a row; the gradient of a deque is a list."""
Path = tuple[Any, ...]
Changes = Sequence[tuple[Path, Any]]
Call = tuple[tuple[Any, ...], dict[str, Any]]  # the arguments of one
OPEN = (("types", "SimpleNamespace"), ("argparse", "Namespace"))
"""Classes of Python's whose objects are what the user puts into them."""
LIBRARIES = sys.stdlib_module_names | {"numpy", "scipy"}
WORK: Any = 100_000  # for the question whether two arrays share memory
LETTERS = ("a", "b", "c", "d", "e")
COPYING = frozenset(
    {
        "__new__",
        "__getattr__",
        "__getattribute__",
        "__slots__",
        "__deepcopy__",
        "__reduce__",
        "__reduce_ex__",
    }
    | {"__getstate__", "__setstate__", "__getnewargs__", "__getnewargs_ex__"}
)
"""What a class may define by which its objects are copied otherwise than attribute by attribute."""


@dataclass(frozen=True)
class Attribute:
    """The step of a path that goes into a field of an object."""

    name: str


def is_float(value: Any) -> bool:
    """Return whether the value is a float scalar or an array of floats; what only says that it is one is none."""
    kind = type(value)
    if issubclass(kind, np.ndarray):
        return bool(value.dtype.kind == "f")
    return issubclass(kind, (float, np.floating))


def is_number(value: Any) -> bool:
    """Return whether the value is a float or an int (no bool), scalar or array."""
    kind = type(value)
    if issubclass(kind, np.ndarray):
        return bool(value.dtype.kind in "fiu")
    return issubclass(kind, (float, int, np.floating, np.integer)) and kind is not bool


def is_one_number(value: Any) -> bool:
    return is_number(value) and np.ndim(value) == 0


def is_mask(value: Any) -> bool:
    """Return whether a value is an array of booleans."""
    return isinstance(value, np.ndarray) and bool(value.dtype == bool)


def is_scalar(value: Any) -> bool:
    """Return whether a value is one thing: no container, and no array with axes."""
    return is_plain(value) and np.ndim(value) == 0


SCALARS: frozenset[type] = frozenset(
    {float, int, bool, str, bytes, complex, type(None), np.float64, np.float32, np.int64, np.bool_}
)
"""Types of most values, which nobody can change."""


def is_plain(value: Any) -> bool:
    return not isinstance(value, (*ROWS, dict))


def holds(test: Callable[[Any], bool], value: Any) -> bool:
    """Return whether a value, or something in a list, tuple or dict, passes a test."""
    if isinstance(value, dict):
        return any(holds(test, item) for item in value.values())
    if isinstance(value, ROWS):
        return any(holds(test, item) for item in value)
    return test(value)


def has_float(value: Any) -> bool:
    """Return whether a value is a float, a float array or a container with one inside."""
    return holds(is_float, value)


def is_dataclass(value: Any) -> bool:
    return dataclasses.is_dataclass(value) and not isinstance(value, type)


def tree_of(function: Any) -> ast.FunctionDef | None:
    """Return the tree of a function as it is written; None where its text is not at hand."""
    try:
        first = ast.parse(syntax.dedented(inspect.getsource(function))).body[0]
    except (OSError, TypeError, SyntaxError, IndexError):
        return None
    return first if isinstance(first, ast.FunctionDef) else None


@lru_cache(maxsize=256)
def stored(kind: Any) -> dict[str, str] | None:
    """Return the attribute that keeps each argument of a class whose objects are what they are given, or None."""
    if dataclasses.is_dataclass(kind) or module_of(kind) in BUILTIN:
        return None
    code = inspect.getattr_static(kind, "__init__")
    own = ("__new__", "__setattr__", "__getattr__", "__getattribute__")
    if not isinstance(code, types.FunctionType) or any(
        name in vars(one) for one in kind.__mro__[:-1] for name in own
    ):
        return None
    tree = tree_of(code)
    if tree is None or tree.decorator_list:
        return None
    header = tree.args
    if header.vararg or header.kwarg or header.posonlyargs or not header.args:
        return None
    owner, *names = [a.arg for a in (*header.args, *header.kwonlyargs)]
    found: dict[str, str] = {}
    for statement in tree.body:
        for target, value in pairs_of(statement):
            match target:
                case ast.Attribute(value=ast.Name(id=name), attr=word) if name == owner:
                    pass
                case ast.Constant():
                    continue
                case _:
                    return None
            given = kept_alone(value)
            read = syntax.names(value)
            if given in names and given not in found and word not in found.values():
                found[given] = word
            elif read & {owner, *names} or word in found.values():
                return None
            elif not is_slot(kind, word) and hasattr(getattr(kind, word, None), "__set__"):
                return None  # a property
    return found if list(found) and set(found) == set(names) else None


def pairs_of(statement: ast.stmt) -> list[tuple[ast.expr, ast.expr]]:
    """Return what a statement of a constructor sets, each with its value; a literal for what sets nothing."""
    nothing = ast.Constant(None)
    match statement:
        case ast.Assign(targets=[_]):
            return syntax.bindings(statement)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return [(target, value)]
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return [(nothing, nothing)]
    return [(ast.Name("anything"), nothing)]


def kept_alone(value: ast.expr) -> str:
    """Return the name of which a value is the same, or what it becomes when it is given twice: `float(x)`."""
    match value:
        case ast.Name(id=name):
            return name
        case ast.Call(func=ast.Name("float"), args=[ast.Name(id=name)], keywords=[]):
            return name
        case ast.Call(
            func=ast.Attribute(value=ast.Name("np" | "numpy"), attr="asarray" | "array"),
            args=[ast.Name(id=name), *_],
        ):
            return name
    return ""


def fields_of(value: Any) -> list[str]:
    """Return the attributes that an object is made of: those of a dataclass, or what its class is given and keeps."""
    if is_dataclass(value):
        return [field.name for field in dataclasses.fields(value)]
    if value.__class__ in SCALARS or not has_fields(value) or isinstance(value, np.ndarray):
        return []
    kind: Any = type(value)
    words = stored(kind)
    return [] if words is None else list(words.values())


def is_record(value: Any) -> bool:
    """Return whether a value is an object that is nothing but what its class was given, a dataclass among them."""
    return is_dataclass(value) or bool(fields_of(value))


def parts_of_output(value: Any) -> list[tuple[Any, Any]]:
    """Return the (key, value) pairs of what a function returns."""
    if is_plain(value):
        names = fields_of(value)
        return [(Attribute(name), getattr(value, name)) for name in names if hasattr(value, name)]
    return children(value)


def module_of(thing: Any) -> str:
    """Return the name of the module of a class or a function; of one that makes a property of it, or fails, none."""
    try:
        name = thing.__module__
    except Exception:  # noqa: BLE001  # a metaclass, a `__getattr__` of the user's
        return ""
    return name if isinstance(name, str) else ""


@lru_cache(maxsize=1000)  # a mock makes a class of its own
def is_closed(kind: Any) -> bool:
    """Return whether what the objects of a class keep is nobody's business: a logger, a mock, a thread."""
    home = sys.modules.get(module_of(kind))
    file = getattr(home, "__file__", None)  # a file of the user's may be named like one of Python's
    is_pythons = file is None or file.startswith(os.path.dirname(os.__file__) + os.sep)
    return (
        is_pythons
        and module_of(kind).partition(".")[0] in sys.stdlib_module_names
        and (module_of(kind), kind.__name__) not in OPEN
    )


def has_fields(value: Any) -> bool:
    """Return whether the value is an object that keeps its state in attributes."""
    if is_closed(value.__class__):
        return False
    code = (type, types.ModuleType, types.FunctionType, types.MethodType, np.ufunc, type(np.sum))
    # an object that makes up attributes as they are asked for may make up this one
    own = isinstance(getattr(value, "__dict__", None), dict)
    return (own or bool(slots_of(value.__class__))) and not isinstance(value, code)


def has_attributes(value: Any) -> bool:
    """Return whether a value has attributes of its own, be it code."""
    return hasattr(value, "__dict__") or bool(slots_of(value.__class__))


def vars_of(value: Any) -> dict[str, Any]:
    """Return the attributes of an object by name, with those in the slots of its class; none of what has none."""
    if is_closed(value.__class__):
        return {}
    own: dict[str, Any] = getattr(value, "__dict__", {})
    if not isinstance(own, dict):  # made up, as any attribute of that object
        return {}
    slots = slots_of(value.__class__)
    return {n: getattr(value, n) for n in slots if hasattr(value, n)} | own if slots else own


def is_slot(kind: type, name: str) -> bool:
    """Return whether an attribute is one of the `__slots__` of a class."""
    return inspect.ismemberdescriptor(inspect.getattr_static(kind, name, None))


@cache
def slots_of(kind: Any) -> tuple[str, ...]:
    """Return the names in the `__slots__` of a class of the user's and of those above it."""
    if module_of(kind).partition(".")[0] in LIBRARIES:
        return ()
    slots = [one.__dict__.get("__slots__", ()) for one in reversed(kind.__mro__)]
    each = (names if not isinstance(names, str) else (names,) for names in slots)
    return tuple(name for names in each for name in names if not name.startswith("__"))


def is_itself_alone(value: Any) -> bool:
    """Return whether a value equals nothing but itself."""
    equals: Any = type(value).__eq__
    return equals is object.__eq__


def is_plain_truth(value: Any) -> bool:
    """Return whether a value is None, or an object that is true because it is there."""
    words = ("__bool__", "__len__")
    return value is None or is_itself_alone(value) and not any(hasattr(value, w) for w in words)


class Seen:
    """Objects, each told from the others by what it is and not by what it equals."""

    def __init__(self, *objects: Any) -> None:
        self.kept = {id(one): one for one in objects}  # while it is kept, no other has its number

    def __contains__(self, one: Any) -> bool:
        return id(one) in self.kept

    def add(self, one: Any) -> bool:
        known = one in self
        self.kept[id(one)] = one
        return not known


def children(value: Any) -> list[tuple[Any, Any]]:
    """Return the (key, value) pairs of a container; none for anything else."""
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, ROWS):
        return list(enumerate(value))
    if is_dataclass(value):
        fields = (field.name for field in dataclasses.fields(value))
        return [(Attribute(name), getattr(value, name)) for name in fields if hasattr(value, name)]
    return []


def held_in(value: Any) -> Any:
    """Return what a dict or another container holds, in its order."""
    return value.values() if isinstance(value, dict) else value


def walk(value: Any, path: Path = (), above: tuple[Any, ...] = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every path with the leaf at its end; an object that has itself inside is a leaf there."""
    if value.__class__ in SCALARS or value.__class__ is np.ndarray:
        yield path, value
    elif not is_plain(value):
        for key, item in children(value):
            yield from walk(item, (*path, key), above)
    elif is_record(value) and not is_among(value, above):
        for key, item in parts_of_output(value):
            yield from walk(item, (*path, key), (*above, value))
    else:
        yield path, value


def deep_leaves(
    value: Any, path: Path = (), above: tuple[Any, ...] = (), met: Seen | None = None
) -> Iterator[tuple[Path, Any]]:
    """Yield the leaves with their paths, going into the fields of objects as well; into each object once."""
    met = Seen() if met is None else met
    if value.__class__ in SCALARS or value.__class__ is np.ndarray or isinstance(value, enum.Enum):
        yield path, value
        return
    if is_among(value, above):
        return
    inside = children(value)
    if (
        not inside
        and not is_dataclass(value)
        and has_fields(value)
        and not isinstance(value, np.ndarray)
    ):
        if not met.add(value):
            return
        inside = [(Attribute(name), item) for name, item in vars_of(value).items()]
        inside += [(Attribute(name), item) for name, item in counters_of(value)]
    if inside:
        above = (*above, value)
        for key, item in inside:
            if item.__class__ in SCALARS or item.__class__ is np.ndarray:
                yield (*path, key), item
            else:
                yield from deep_leaves(item, (*path, key), above, met)
    else:
        yield path, value


def counters_of(value: Any) -> Iterator[tuple[str, int]]:
    """Yield the whole numbers and switches that an object begins with, as `t = 0` in its class: it may have one of its
    own in another call.
    """
    seen = set(vars_of(value))
    for kind in type(value).__mro__:
        for name, item in vars(kind).items() if module_of(kind) not in BUILTIN else ():
            if type(item) in (int, bool) and not name.startswith("__") and name not in seen:
                yield name, item
            seen.add(name)


def is_among(value: Any, others: Sequence[Any]) -> bool:
    """Return whether a value is one of others, not only equal to it."""
    return id(value) in map(id, others)


def child(value: Any, key: Any) -> Any:
    """Return what lies one step of a path further."""
    return getattr(value, key.name) if isinstance(key, Attribute) else value[key]


def get(value: Any, path: Path) -> Any:
    for key in path:
        value = child(value, key)
    return value


def replaced(value: Any, path: Path, new: Any) -> Any:
    """Return the value with something else at the end of the path; nothing changes in place."""
    return replaced_each(value, [(path, new)])


def replaced_each(value: Any, changes: Changes) -> Any:
    """Return the value with something else at the end of several paths, each container on the way copied once."""
    if Attribute in {type(key) for path, _ in changes for key in path}:
        twin = structure(value)
        if twin is not None:
            return placed(twin, changes)
    return written(value, changes, replaced_each, shallow)


def written(
    value: Any,
    changes: Changes,
    inner: Callable[[Any, Changes], Any],
    taken: Callable[[Any], Any],
) -> Any:
    """Return what holds a value after changes in it: it or its copy, and a tuple made anew, once for all of them."""
    items: dict[Any, Any] = {}
    steps: dict[Any, list[tuple[Path, Any]]] = {}
    for path, new in changes:
        if len(path) > 1:
            steps.setdefault(path[0], []).append((path[1:], new))
        elif path:
            items[path[0]] = new
        else:
            return new
    items.update({key: inner(child(value, key), inside) for key, inside in steps.items()})
    if not items:
        return value
    if isinstance(value, tuple):
        return like(value, [items.get(k, v) for k, v in enumerate(value)])
    holder = taken(value)
    for key, item in items.items():
        if not isinstance(key, Attribute):
            holder[key] = item
        elif key.name in getattr(holder, "__dict__", {}):  # a property of that name is not asked
            holder.__dict__[key.name] = item
        else:
            object.__setattr__(holder, key.name, item)
    return holder


def structure(value: Any) -> Any:
    """Return a copy of a value with objects, its arrays aside, two names for one part kept; None if none can be."""
    try:
        return copy.deepcopy(value, {id(one): one for one in arrays(value)})
    except Exception:  # noqa: BLE001  # a lock, a file, a `__deepcopy__` of the user's
        return None


def put(value: Any, changes: Changes) -> Any:
    """Return the value with something else at the ends of paths none of which leads through another's end: as `placed`,
    at once where a list or a dict holds what is there.
    """
    left = []
    for path, new in changes:
        holder = get(value, path[:-1])
        if type(holder) is list or type(holder) is dict:
            holder[path[-1]] = new
        else:
            left.append((path, new))
    return placed(value, left) if left else value


def placed(value: Any, changes: Changes) -> Any:
    """Return the value with something else at the end of several paths, changed in place where it can be: all that
    hold the container there see it.
    """
    return written(value, changes, placed, lambda holder: holder)


BUILTIN = frozenset({"builtins", "types"})


def shallow(value: Any) -> Any:
    """Return a copy of an object with the same parts; its own `__copy__`, which may look at sizes, is not asked."""
    kind = type(value)
    if kind is dict or kind is list:
        return value.copy()
    if isinstance(value, (dict, list, set, np.ndarray)) or not has_fields(value):
        return copy.copy(value)
    # a class of the library's, such as SimpleNamespace, makes its objects itself; the user's `__new__` is not asked
    maker: Any = next(k for k in kind.__mro__ if module_of(k) in BUILTIN)
    try:
        twin = maker.__new__(kind)
    except TypeError:  # a class written in C, such as `functools.partial`
        return copy.copy(value)
    own = getattr(value, "__dict__", {})
    for key, item in vars_of(value).items():
        if key in own:  # a property of that name is not asked
            twin.__dict__[key] = item
        else:
            object.__setattr__(twin, key, item)
    return twin


def like(container: Any, items: list[Any]) -> Any:
    """Return a list, tuple or deque of the container's type with these items."""
    if isinstance(container, deque):
        return deque(items, container.maxlen)
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
    if isinstance(value, ROWS):
        return like(value, [mapped(change, item) for item in value])
    if is_record(value):
        twin = shallow(value)
        for key, item in parts_of_output(value):
            object.__setattr__(twin, key.name, mapped(change, item))
        return twin
    return change(value)


def ones_like(value: Any) -> Any:
    return mapped(lambda v: np.ones_like(v) if isinstance(v, np.ndarray) and v.ndim else 1.0, value)


def duplicate(value: Any, memo: dict[int, Any] | None = None) -> Any:
    """Return a deep copy; what cannot be copied (a module, an open file) stays as it is.

    Objects that stand in two places do so in the copy, by the `memo` of `copy.deepcopy`; arrays and containers beside
    them do not.
    """
    kind = type(value)
    if kind in SCALARS:
        return value
    if kind is np.ndarray and value.dtype.kind != "O":
        if value.flags.forc or not value.ndim:
            return value.copy(order="K")
        return np.repeat(value, 2, axis=-1)[..., ::2]  # a view, as it is one
    if (kind is tuple or kind is list) and SCALARS.issuperset(map(type, value)):
        return kind(value)
    memo = {} if memo is None else memo
    if kind is tuple or kind is list:
        items = [v if type(v) in SCALARS else duplicate(v, memo) for v in value]
        return items if kind is list else tuple(items)
    if kind is dict:
        return {key: v if type(v) in SCALARS else duplicate(v, memo) for key, v in value.items()}
    try:
        return deeply(value, memo)
    except Exception:  # noqa: BLE001  # a lock, a file: f gets the caller's own
        return value


def deeply(value: Any, memo: dict[int, Any]) -> Any:
    """Return what `copy.deepcopy` does, at once for numbers and for objects that say nothing of how they are copied."""
    kind: Any = type(value)
    if kind in SCALARS:
        return value
    if not copies_plainly(kind) or "__deepcopy__" in value.__dict__:
        return copy.deepcopy(value, memo)
    if id(value) not in memo:
        twin = memo[id(value)] = object.__new__(kind)
        twin.__dict__.update({name: deeply(item, memo) for name, item in value.__dict__.items()})
    return memo[id(value)]


@lru_cache(maxsize=256)
def copies_plainly(kind: Any) -> bool:
    """Return whether an object of a class of the user's is nothing but its attributes to `copy.deepcopy`."""
    if type(kind) is not type or kind in copyreg.dispatch_table:
        return False
    own = {name for one in kind.__mro__[:-1] for name in vars(one)}
    return "__dict__" in own and own.isdisjoint(COPYING)


def without(value: Any, key: Attribute) -> Any:
    """Return an object without one of its attributes, as it may be before a first call."""
    twin = shallow(value)
    with suppress(AttributeError, TypeError):
        object.__delattr__(twin, key.name)
    return twin


def is_single(leaf: Any) -> bool:
    """Return whether a leaf is a float or array of floats of less than double precision."""
    return is_float(leaf) and not isinstance(leaf, float) and leaf.dtype.itemsize < 8


def widened(value: Any) -> Any:
    """Return a value in double precision, which differences need."""
    return mapped(lambda leaf: leaf.astype(np.float64) if is_single(leaf) else leaf, value)


def entry(name: str, index: Sequence[int]) -> str:
    """Return an entry of an array as one would write it, a number by its name."""
    return f"{name}[{', '.join(map(str, index))}]" if index else name


def label(name: str, path: Path, value: Any = None) -> str:
    """Return the path as one would write it: `params['W'][0]`, `p.a` where it leads into a namedtuple."""
    for key in path:
        fields = getattr(value, "_fields", None)
        word = key.name if isinstance(key, Attribute) else fields[key] if fields else ""
        name += f".{word}" if word else f"[{key!r}]"
        value = None if value is None else child(value, key)
    return name


def same(a: Any, b: Any, above: tuple[Any, ...] = ()) -> bool:
    """Return whether two values are equal to the bit, with containers, types and dtypes."""
    if a is b:
        return True
    if type(a) is not type(b):
        both: tuple[Any, Any] = type(a), type(b)
        return is_among(a, above) or is_closed(both[0]) and named_alike(*both)
    if isinstance(a, (np.ndarray, np.generic)):
        return same_array(a, b)
    if isinstance(a, float):
        return a == b or (a != a and b != b)
    if is_among(a, above):
        return True
    above = (*above, a)
    if isinstance(a, dict):
        items = [(a[key], b[key]) for key in a] if list(a) == list(b) else None
        return items is not None and all(same(u, v, above) for u, v in items)
    if isinstance(a, ROWS):
        kinds = list(map(type, a))
        if SCALARS.issuperset(kinds) and kinds == list(map(type, b)) and bool(a == b):
            return True  # at once: a list of all steps, the state of a generator
        return len(a) == len(b) and all(map(same, a, b, [above] * len(a)))
    if isinstance(a, np.random.RandomState):
        return same(a.get_state(), b.get_state())
    if isinstance(a, np.random.Generator):
        return same(a.bit_generator.state, b.bit_generator.state)
    if isinstance(a, random.Random):
        return bool(a.getstate() == b.getstate())
    if isinstance(a, (int, str, bytes, complex, set, frozenset, range, slice)):
        return bool(a == b)
    if is_dataclass(a):
        return all(same(child(a, key), child(b, key), above) for key, _ in children(a))
    if isinstance(a, MutableSequence):
        return same(list(a), list(b), above)
    return not has_fields(a) or same(vars_of(a), vars_of(b), above)


def named_alike(a: type, b: type) -> bool:
    """Return whether two classes have one name: each mock has a class of its own."""
    return (module_of(a), a.__qualname__) == (module_of(b), b.__qualname__)


def same_array(a: Any, b: Any) -> bool:
    """Return whether two arrays or NumPy scalars are equal to the bit."""
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.dtype.kind == "O":
        return all(same(u, v) for u, v in zip(np.ravel(a), np.ravel(b), strict=True))
    if a.tobytes() == b.tobytes():  # the usual answer, soonest found
        return True
    equal = a == b
    if a.dtype.kind in "fc":
        equal = equal | ((a != a) & (b != b))
    return bool(equal.all())


def parts(value: Any) -> Iterator[Any]:
    """Yield every array and every list or dict inside a value, objects included."""
    if value.__class__ in SCALARS:
        return
    waiting: list[Any] = [value]
    seen = Seen()
    while waiting:
        item = waiting.pop()
        if item in seen:
            continue
        if isinstance(item, (np.ndarray, list, dict, deque)):
            yield item
        if isinstance(item, np.ndarray):
            waiting.extend(item.ravel() if item.dtype.kind == "O" else [])
        elif isinstance(item, (*ROWS, dict)):
            seen.add(item)
            waiting.extend([v for v in held_in(item) if v.__class__ not in SCALARS])
        elif has_fields(item):
            seen.add(item)
            waiting.extend(vars_of(item).values())


def arrays(value: Any) -> Iterator[np.ndarray[Any, Any]]:
    """Yield every array inside a value, objects included."""
    return (part for part in parts(value) if isinstance(part, np.ndarray))


def meet(mine: Sequence[Any], theirs: Sequence[Any]) -> bool:
    """Return whether the `parts` of two values have memory or a mutable container in common."""
    if not mine or not theirs:
        return False
    known = Seen(*theirs)
    arrays = [part for part in theirs if isinstance(part, np.ndarray) and part.size]
    for part in mine:
        if part in known and not (isinstance(part, np.ndarray) and not part.size):
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


# ---- as texts


def form_of(value: Any) -> Any:
    """Return what tells the structure of one gradient from another: containers and their keys, numbers, arrays."""
    if isinstance(value, dict):
        return "dict", tuple((k, form_of(v)) for k, v in value.items())
    if isinstance(value, list | tuple):
        forms = [form_of(v) for v in value]
        alike = isinstance(value, list) and len(set(forms)) == 1
        return type(value).__name__, tuple(forms[:1] if alike else forms)
    return has_float(value) and (
        "array" if isinstance(value, np.ndarray) and value.ndim else "number"
    )


def are_alike(value: list[Any] | tuple[Any, ...] | dict[Any, Any]) -> bool:
    """Return whether all items of a container have the same structure, and all of them gradients."""
    items = list(value.values()) if isinstance(value, dict) else list(value)
    if are_rows(value) or isinstance(value, list) and has_float(value) and is_row_of_numbers(value):
        return True
    return all(map(has_float, items)) and len(set(map(form_of, items))) == 1


def are_rows(value: list[Any] | tuple[Any, ...] | dict[Any, Any]) -> bool:
    """Return whether a container holds rows of numbers: one of whole numbers takes floats as the others do."""
    return (
        not isinstance(value, dict)
        and len(value) > 0
        and all(isinstance(row, list) and row and is_row_of_numbers(row) for row in value)
    )


def over_items(
    trees: Sequence[ast.expr],
    sample: Any,
    depth: int,
    change: Callable[[Sequence[ast.expr], Any, int], ast.expr],
) -> ast.expr:
    """Return the text of a list or dict whose items `change` makes of those of some containers of one structure."""
    is_dict, suffix = isinstance(sample, dict), depth or ""
    values = list(sample.values()) if is_dict else list(sample)
    first = next((v for v in values if has_float(v)), None)  # of whole numbers nothing is added
    is_spread = hasattr(sample, "_fields") or (not is_dict and len(trees) > len(LETTERS))
    if not are_alike(sample) or is_spread:
        keys = [k for k, v in sample.items() if has_float(v)] if is_dict else range(len(values))
        names: list[ast.expr | None] = [syntax.constant(k) for k in keys]
        items = [change([item_at(t, k) for t in trees], sample[k], depth) for k in keys]
        return ast.Dict(names, items) if is_dict else ast.List(items, ast.Load())
    if len(trees) == 1:
        key, own = f"k{suffix}", f"v{suffix}"
        inner = change([syntax.name(own)], first, depth + 1)
        if is_dict and own not in syntax.reads(inner):
            return ast.DictComp(syntax.name(key), inner, [each([key], trees[0])])
        if is_dict:
            pairs = syntax.method(trees[0], "items")
            return ast.DictComp(syntax.name(key), inner, [each([key, own], pairs)])
        return ast.ListComp(inner, [each([own], trees[0])])
    if is_dict:
        (key,) = unused([f"k{suffix}"], trees)
        parts = [syntax.index(t, syntax.name(key)) for t in trees]
        inner = change(parts, first, depth + 1)
        return ast.DictComp(syntax.name(key), inner, [each([key], trees[0])])
    own_names = unused([f"{letter}{suffix}" for letter in LETTERS[: len(trees)]], trees)
    inner = change([syntax.name(n) for n in own_names], first, depth + 1)
    return ast.ListComp(inner, [each(own_names, syntax.call("zip", *trees))])


def item_at(tree: ast.expr, key: str | int) -> ast.expr:
    """Return the text of an item of a container; of `(a, b)` it stands there."""
    if isinstance(tree, ast.List | ast.Tuple) and not syntax.has_star(tree.elts):
        return tree.elts[int(key)]
    return syntax.index(tree, syntax.constant(key))


def each(names: Sequence[str], items: ast.expr) -> ast.comprehension:
    targets: list[ast.expr] = [ast.Name(n, ast.Store()) for n in names]
    target = syntax.as_one(targets, ast.Store())
    return ast.comprehension(target, items, [], 0)


def unused(wanted: list[str], trees: Sequence[ast.expr]) -> list[str]:
    """Return names for the variables of a comprehension that the texts in it do not read."""
    taken = {n.id.partition("@")[0] for t in trees for n in syntax.every(ast.Name, t)}
    return [syntax.free(f"{name}_item", taken) if name in taken else name for name in wanted]


def combined(trees: Sequence[ast.expr], sample: Any, depth: int = 0) -> ast.expr:
    """Return the text of the sum of several gradients of one structure."""
    first, *others = trees  # whose keys count: the others may have more
    trees = [uncopied(first), *(uncopied(t, is_narrowed=True) for t in others)]
    if is_plain(sample):
        return sum_of(trees)

    def change(parts: Sequence[ast.expr], value: Any, depth: int) -> ast.expr:
        return combined(parts, value, depth) if has_float(value) else parts[0]

    return over_items(trees, sample, depth, change) if has_float(sample) else trees[0]


def uncopied(tree: ast.expr, is_narrowed: bool = False) -> ast.expr:
    """Return what a text copies item by item: the items of a sum are new anyway. The keys that a copy leaves out do no
    harm where it is narrowed to others.
    """
    match tree:
        case ast.Call(func=ast.Name("list" | "dict"), args=[inner], keywords=[]):
            return inner
        case ast.ListComp(
            elt=ast.Call(func=ast.Attribute(value=ast.Name(one), attr="copy")),
            generators=[ast.comprehension(target=ast.Name(other), iter=inner, ifs=[])],
        ) if (
            one == other
        ):
            return inner
        case ast.DictComp(
            value=ast.Name(one) | ast.Call(func=ast.Attribute(value=ast.Name(one), attr="copy")),
            generators=[
                ast.comprehension(
                    target=ast.Tuple(elts=[_, ast.Name(other)]),
                    iter=ast.Call(func=ast.Attribute(value=inner, attr="items")),
                    ifs=ifs,
                )
            ],
        ) if one == other and (is_narrowed or not ifs):
            return inner
    return tree


def sum_of(trees: Sequence[ast.expr]) -> ast.expr:
    """Return the sum of several texts, 0.0 of none."""
    total = trees[0] if trees else syntax.constant(0.0)
    for tree in trees[1:]:
        total = ast.BinOp(total, ast.Add(), tree)
    return total


NEW = frozenset({"np.zeros_like", "np.ones_like", "np.full_like", "np.zeros"})


def copied(tree: ast.expr, sample: Any, depth: int = 0) -> ast.expr:
    """Return the text of a copy of a gradient, deep enough to change its items."""
    if is_new(tree):
        return tree
    if isinstance(tree, ast.IfExp):
        sides = [copied(side, sample, depth) for side in (tree.body, tree.orelse)]
        return ast.IfExp(tree.test, *sides)
    if isinstance(tree, ast.ListComp) and makes_tuples(tree):
        (each_one,) = tree.generators
        lists = copied(each_one.iter, sample, depth)
        return ast.ListComp(tree.elt, [ast.comprehension(each_one.target, lists, [], 0)])
    if isinstance(tree, ast.List | ast.Tuple) and isinstance(sample, list | tuple):
        same = len(tree.elts) == len(sample)  # a list that grows may have had fewer items here
        values = sample if same else [*sample[:1]] * len(tree.elts)
        items = [copied(t, v, depth) for t, v in zip(tree.elts, values, strict=True)]
        return type(tree)(items, ast.Load())
    if is_new_namedtuple(tree) and isinstance(sample, tuple):
        assert isinstance(tree, ast.Call)
        items = [copied(t, v, depth) for t, v in zip(tree.args, sample, strict=True)]
        return ast.Call(tree.func, items, [])
    if isinstance(sample, tuple) and isinstance(tree, ast.Call):
        match tree:  # of another type than the list that was added to
            case ast.Call(func=ast.Call(), args=[ast.Starred(value=inner)]):
                whole: ast.expr = ast.Starred(copied(inner, tuple(sample), depth), ast.Load())
                return ast.Call(tree.func, [whole], [])
            case ast.Call(func=ast.Name("tuple"), args=[ast.Name() as inner]):
                return ast.Call(tree.func, [copied(inner, tuple(sample), depth)], [])
    if isinstance(tree, ast.Dict) and isinstance(sample, dict):
        values = [
            copied(t, sample[ast.literal_eval(k)], depth)
            for k, t in zip(tree.keys, tree.values, strict=True)
            if k is not None
        ]
        return ast.Dict(list(tree.keys), values)
    if isinstance(sample, np.ndarray):
        if sample.ndim == 0:  # the caller may give a number in its place
            return syntax.call("np.array", tree)
        return syntax.method(tree, "copy")
    if isinstance(sample, list | dict) and any(is_record(item) for _, item in children(sample)):
        return syntax.call("dict" if isinstance(sample, dict) else "list", tree)
    if is_plain(sample) or not has_float(sample):
        return tree
    if isinstance(tree, ast.ListComp) and next(arrays(sample), None) is None:
        return tree  # a new list of new containers of numbers
    if are_alike(sample) and not hasattr(sample, "_fields"):
        if form_of(next(filter(has_float, held_in(sample)))) == "number":
            return syntax.call("dict" if isinstance(sample, dict) else "list", tree)
    return over_items([tree], sample, depth, lambda trees, v, d: copied(trees[0], v, d))


def is_new(tree: ast.expr) -> bool:
    """Return whether a text makes a new value, down to its items, or is a constant."""
    match tree:
        case ast.BinOp() | ast.UnaryOp() | ast.Constant():
            return True
        case ast.ListComp(elt=ast.List(elts=items) | ast.Tuple(elts=items)):
            return all(map(is_new, items))
        case ast.ListComp(elt=inner):
            return makes_tuples(tree) and is_new(tree.generators[0].iter) or is_new(inner)
    return syntax.calls(tree, *NEW)


def makes_tuples(tree: ast.ListComp) -> bool:
    """Return whether a text is `[tuple(v) for v in items]`."""
    match tree:
        case ast.ListComp(
            elt=ast.Call(func=ast.Name("tuple"), args=[ast.Name(one)]),
            generators=[ast.comprehension(target=ast.Name(other), ifs=[])],
        ):
            return one == other
    return False


def is_new_namedtuple(tree: ast.expr) -> bool:
    """Return whether a text is `type(p)(a, b)`."""
    return (
        isinstance(tree, ast.Call)
        and isinstance(tree.func, ast.Call)
        and not syntax.has_star(tree.args)
    )


def typed(tree: ast.expr, sample: Any, model: ast.expr, depth: int = 0) -> ast.expr:
    """Return a gradient as the type of container that its variable, `model`, is."""
    if is_plain(sample) or not has_tuple(sample):
        return tree
    if isinstance(sample, dict):
        return typed_dict(tree, sample, model, depth)
    display = tree.elts if isinstance(tree, ast.List | ast.Tuple) else None
    inside = any(map(has_tuple, sample))
    if inside and are_alike(sample) and display is None and not hasattr(sample, "_fields"):
        value = syntax.name(f"v{depth or ''}")
        inner = typed(value, sample[0], syntax.index(model, syntax.constant(0)), depth + 1)
        whole = ast.comprehension(ast.Name(value.id, ast.Store()), tree, [], 0)
        if isinstance(sample, list):
            return ast.ListComp(inner, [whole])
        return syntax.call("tuple", ast.GeneratorExp(inner, [whole]))
    if not inside and display is None:
        if hasattr(sample, "_fields"):
            return ast.Call(syntax.call("type", model), [ast.Starred(tree, ast.Load())], [])
        return syntax.call("tuple", tree)
    items = [
        typed(
            display[i] if display else syntax.index(tree, syntax.constant(i)),
            v,
            syntax.index(model, syntax.constant(i)),
            depth,
        )
        for i, v in enumerate(sample)
    ]
    return display_like(sample, items, model)


def display_like(sample: Any, items: list[ast.expr], model: ast.expr) -> ast.expr:
    """Return items as a list, a tuple, or the named tuple that the text of a `model` is one of."""
    if hasattr(sample, "_fields"):
        return ast.Call(syntax.call("type", model), items, [])
    return (ast.List if isinstance(sample, list) else ast.Tuple)(items, ast.Load())


def typed_dict(tree: ast.expr, sample: dict[Any, Any], model: ast.expr, depth: int) -> ast.expr:
    """Return the gradient of a dict with the types of containers inside its variable."""
    if isinstance(tree, ast.Dict):
        items = [(k, v) for k, v in zip(tree.keys, tree.values, strict=True) if k is not None]
    elif are_alike(sample):
        names = unused([f"{letter}{depth or ''}" for letter in "kv"], [model])
        key, value = map(syntax.name, names)
        first = next(iter(sample.values()))
        inner = typed(value, first, syntax.index(model, key), depth + 1)
        return ast.DictComp(key, inner, [each(names, syntax.method(tree, "items"))])
    else:
        keys = [syntax.constant(k) for k, v in sample.items() if has_float(v)]
        items = [(k, syntax.index(tree, k)) for k in keys]
    values = [
        typed(v, sample[ast.literal_eval(k)], syntax.index(model, k), depth) for k, v in items
    ]
    return ast.Dict([k for k, _ in items], values)


def has_tuple(value: Any) -> bool:
    """Return whether a container is, or has inside, a tuple with a gradient."""
    if isinstance(value, dict):
        return any(map(has_tuple, value.values()))
    if isinstance(value, list | tuple):
        return (isinstance(value, tuple) and has_float(value)) or any(map(has_tuple, value))
    return False


def is_row_of_numbers(value: list[Any] | tuple[Any, ...]) -> bool:
    """Return whether a container of which a gradient is wanted holds one number after the other. Ints among
    them, or alone, as in `[0] * n`, make room for floats, or are floats in another call.
    """
    if isinstance(value, list) and value:
        return all(type(v) in (int, float) or form_of(v) == "number" for v in value)
    return are_alike(value) and bool(form_of(value[0]) == "number")


def zeros_like(tree: ast.expr, sample: Any, depth: int = 0) -> ast.expr:
    """Return the text of zeros in the structure of a value; a list for a tuple, so that items can be added to."""

    def change(trees: Sequence[ast.expr], value: Any, depth: int) -> ast.expr:
        is_filled = has_float(value) or are_rows(sample)
        return zeros_like(trees[0], value, depth) if is_filled else syntax.constant(None)

    if isinstance(sample, dict):
        return over_items([tree], sample, depth, change)
    if isinstance(sample, list | tuple):
        if is_row_of_numbers(sample):
            zero = ast.List([syntax.constant(0.0)], ast.Load())
            return ast.BinOp(zero, ast.Mult(), syntax.call("len", tree))
        return over_items([tree], tuple(sample), depth, change)
    if isinstance(sample, np.ndarray) and sample.ndim:
        return syntax.call("np.zeros_like", tree)
    if isinstance(sample, np.floating) and sample.dtype != np.float64:
        kind = ast.Attribute(tree, "dtype", ast.Load())
        return syntax.method(kind, "type", syntax.constant(0))
    return syntax.constant(0.0)
