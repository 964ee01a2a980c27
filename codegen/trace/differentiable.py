"""What is differentiated: a callable, its example and `wrt` go in; the function to trace, its
arguments and the names come out.

A name is that of an argument, or a path to an attribute of one: `self.W`.
"""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from enum import Enum
from functools import cached_property, partial, partialmethod
from math import isfinite
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.errors import CodegenError, NothingToDifferentiateError, UsageError, no_float, said
from codegen.gates.canonical import MISSING
from codegen.pytree import Seen, has_fields, has_float, is_dataclass, vars_of, walk
from codegen.trace.aggregates import (
    KEEPS,
    asked_parts,
    float_fields,
    items_apart,
    keeps_what_it_gave,
)
from codegen.trace.facts import kind_of
from codegen.trace.followed import is_library_file
from codegen.trace.operators import NAMES
from codegen.trace.paths import is_below, steps_of, value_at
from codegen.trace.read import definition_of, no_source, source_of
from codegen.trace.run import Trace


def subject(function: Any, args: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Return the plain function behind a method, a callable object or a cached function, and all arguments."""
    if isinstance(function, MethodType):
        return function.__func__, (function.__self__, *args)
    call = getattr(type(function), "__call__", None)
    if not isinstance(function, type) and isinstance(call, FunctionType):
        if is_library_file(call.__code__.co_filename):  # of a mock, say
            raise no_source(function)
        return call, (function, *args)
    wrapped = getattr(function, "__wrapped__", None)
    if not isinstance(function, FunctionType) and isinstance(wrapped, FunctionType):
        return wrapped, args
    return function, args


def is_method_of(function: Callable[..., Any], args: Sequence[Any]) -> bool:
    """Return whether a function is a method of its first argument, given as `Net.loss` of a `Net`."""
    name = getattr(function, "__name__", "")
    kinds = type(args[0]).__mro__ if args else ()
    return any(vars(kind).get(name) is function for kind in kinds)


def differentiable(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    wrt: str | Sequence[str] | None,
    is_method: bool = False,
) -> tuple[tuple[Any, ...], dict[str, Any], list[str]]:
    """Return copies of the example inputs, and the names of the differentiable arguments. The attributes of the
    object of a bound method are differentiated like arguments, those of other objects only if nothing else is;
    `read_only` leaves out what the function does not read. `UsageError` if the inputs do not fit the function, or
    `wrt` names something else than an argument.
    """
    if not callable(function) or not hasattr(function, "__name__"):
        raise no_function(function)
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except ValueError as error:  # it has none
        raise no_source(function) from error
    except TypeError as error:
        raise UsageError(f"the example inputs do not fit {function.__name__}: {error}") from error
    bound.apply_defaults()
    try:
        inputs = inputs_of(function, bound.arguments, wrt, is_method)
        refuse_shared({n: bound.arguments[n] for n in inputs if n in bound.arguments})
    except SharedError as error:
        raise error.located(function) from None
    if not inputs:
        kinds = [f"{name} is {kind_in_words(value)}" for name, value in bound.arguments.items()]
        raise NothingToDifferentiateError(
            f"no argument of {function.__name__} is a float or a float array"
            + "".join(f"{', ' if k else ': '}{told}" for k, told in enumerate(kinds)),
            advice=(
                "Write whole numbers as floats, 3.0 for 3, and arrays of them with dtype=float."
                if any("int" in told for told in kinds)
                else "Pass floats, or name the arguments with wrt=."
            ),
        )
    given = {n: bound.arguments.get(n) for n in inputs}
    # asked of few, for what is asked imports all of NumPy's masked arrays
    unlike = [n for n, v in given.items() if type(v) not in (float, np.ndarray)]
    masked = [n for n in unlike if isinstance(given[n], np.ma.MaskedArray)]
    if masked:
        raise UsageError(
            f"{masked[0]} is a masked array, which is not supported",
            advice="Keep the mask in an array of its own, and choose with np.where.",
        )
    for n in inputs:
        kind = type(bound.arguments.get(n))
        if issubclass(kind, np.ndarray) and computes_otherwise(kind):
            raise UsageError(
                f"{n} is a {kind.__name__}, a kind of array that computes in a way of its own",
                advice=f"Pass an array: np.asarray({n}).",
            )
    unnamed = [(n, key) for n in inputs for key in keys_in(given[n]) if not has_text(key)]
    for n, key in unnamed[:1]:
        raise UsageError(
            f"{n} holds a dict with a key that cannot be written in code, of type {type(key).__name__}",
            advice="Use words or numbers as keys.",
        )
    return copied(args), copied(dict(kwargs)), inputs


DEEPEST = 50  # what is nested deeper holds itself, or is refused elsewhere


def keys_in(value: Any, depth: int = 0) -> Iterator[Any]:
    """Yield the keys of a dict, and of those in it; not of what is nested so deep that it holds itself."""
    if type(value) in (dict, list, tuple) and depth < DEEPEST:
        if type(value) is dict:
            yield from value
        for item in value.values() if type(value) is dict else value:
            yield from keys_in(item, depth + 1)


def has_text(key: Any) -> bool:
    """Return whether generated code can write a key of a dict: an object has no name there, and NaN is not itself."""
    if isinstance(key, tuple | frozenset):
        return all(map(has_text, key))
    if isinstance(key, float):
        return isfinite(key)
    return key is None or isinstance(key, str | bytes | int | Enum | np.generic)


def no_function(value: Any) -> UsageError:
    if isinstance(value, partial | partialmethod):
        inner = getattr(value.func, "__name__", "f")
        return UsageError(
            f"a partial of {inner} is no function with a source",
            advice=f"Write a def that calls {inner}, or give {inner} itself, and say with wrt= what counts.",
        )
    return UsageError(
        f"what is to be differentiated is {kind_in_words(value)}: it is not a function",
        advice="Give a function written with def or lambda.",
    )


def computes_otherwise(kind: type) -> bool:
    """Return whether an operator of a kind of array is not that of arrays, as `*` of `np.matrix`.

    >>> computes_otherwise(np.matrix), computes_otherwise(np.memmap)
    (True, False)
    """
    own = {n for one in kind.__mro__[: kind.__mro__.index(np.ndarray)] for n in vars(one)}
    return any(f"__{word.strip('_')}__" in own for word in NAMES.values())


def kind_in_words(value: Any) -> str:
    """Return what a message calls a value that has no gradient.

    >>> kind_in_words(3), kind_in_words(np.arange(3)), kind_in_words(None)
    ('of type int', 'an array of int64', 'None')
    """
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype}"
    return "None" if value is None else f"of type {type(value).__name__}"


def inputs_of(
    function: Callable[..., Any],
    arguments: Mapping[str, Any],
    wrt: str | Sequence[str] | None,
    is_method: bool,
) -> list[str]:
    """Return the names of the differentiable arguments, and of attributes of them, that are asked for."""
    names = list(arguments)
    if wrt is None:
        given = names[:1] if is_method else []
        return [
            name
            for n in names
            for name in (
                attributes_of(n, arguments[n])
                if n in given
                and not isinstance(arguments[n], tuple)
                or is_input(arguments[n])
                and holds_attributes(arguments[n])
                else [n] if is_input(arguments[n]) else []
            )
        ] or [name for n in names for name in attributes_of(n, arguments[n])]
    wanted = [n for one in names_in(wrt) for n in all_inside(one, arguments)]
    for one in wanted:
        check_name(function, one, arguments)
    return sorted(wanted, key=lambda one: (names.index(syntax.first_name(one)), wanted.index(one)))


def switches(function: Any, arguments: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """Return which differentiable numbers say in the example that something is not done: those that a test asks for the
    very value they have, as `if momentum:` where it is 0.0, or `if scale != 1.0`; of an attribute, also a test in a
    method of its object, as `if self.p == 0` in that of a dropout layer.
    """
    tests = tests_of(function)
    found = []
    for name in names:
        root, steps = steps_of(name)
        value = value_at(arguments[root], steps)
        if not isinstance(value, float):
            continue
        asked = any(is_asked(test, name, value) for test in tests)
        if not asked and steps and steps[-1][0] == "attribute":
            owner = value_at(arguments[root], steps[:-1])
            asked = any(
                is_asked(test, f"{own}.{steps[-1][1]}", value)
                for method, own in methods_of(type(owner))
                for test in tests_of(method)
            )
        if asked:
            found.append(name)
    return found


def tests_of(function: Any) -> list[ast.expr]:
    """Return what the branches of a function ask; nothing of one whose source is not at hand."""
    try:
        tree = source_of(function).tree
    except CodegenError:
        return []
    branches = [node for node in syntax.walk(tree) if isinstance(node, ast.If | ast.IfExp)]
    return [part for branch in branches for part in asked_parts(branch.test)]


def methods_of(kind: type) -> Iterator[tuple[FunctionType, str]]:
    """Yield the methods of a class, each with what it calls its object."""
    for name in dir(kind):
        method = inspect.getattr_static(kind, name)
        if isinstance(method, FunctionType) and method.__code__.co_argcount:
            yield method, method.__code__.co_varnames[0]


def is_asked(test: ast.expr, name: str, value: float) -> bool:
    """Return whether a question is whether a number has a value, which it has."""
    match test:
        case ast.Compare(
            left=left,
            ops=[ast.Eq() | ast.NotEq()],
            comparators=[ast.Constant(int() | float() as c)],
        ):
            return syntax.show(left) == name and c == value
    return value == 0 and syntax.show(test) == name


def names_in(wrt: Any) -> list[str]:
    """Return the names that `wrt` asks for, each once."""
    found = [wrt] if isinstance(wrt, str) else list(wrt) if isinstance(wrt, Sequence | set) else []
    if not found or not all(isinstance(name, str) for name in found):
        raise UsageError(
            f"wrt={wrt!r} names no arguments", advice='Write wrt="x", or wrt=("x", "w").'
        )
    return list(dict.fromkeys(sorted(found) if isinstance(wrt, set) else found))


def copied(arguments: Any) -> Any:
    """Return copies of example inputs."""
    try:
        return copy.deepcopy(arguments)
    except Exception as error:
        raise UsageError(
            f"the example inputs cannot be copied: {said(error)}",
            advice="The function runs several times, each time on fresh inputs: leave out locks, files and the like.",
        ) from error


def check_name(function: Callable[..., Any], name: str, arguments: Mapping[str, Any]) -> None:
    """Raise a UsageError unless a name is an argument, or an attribute of one."""
    try:
        root, steps = steps_of(name)
    except (SyntaxError, AssertionError):
        root, steps = name, []
    if root not in arguments:
        raise UsageError(
            f"{function.__name__} has no argument {name}",
            advice=f"Its arguments are {', '.join(arguments)}.",
        )
    value = value_at(arguments[root], steps)
    if value is MISSING:
        raise UsageError(f"the argument {root} of {function.__name__} has no {name}")
    if (steps or isinstance(value, str | bytes)) and not has_gradient(value):
        raise UsageError(f"{name} is neither a float nor a float array")


def all_inside(name: str, arguments: Mapping[str, Any]) -> list[str]:
    """Return the attributes inside an object, or a list or dict of objects, that a name stands for, or the name."""
    try:
        root, steps = steps_of(name)
    except (SyntaxError, AssertionError):
        return [name]
    value = value_at(arguments.get(root, MISSING), steps)
    if value is MISSING or has_gradient(value) and not holds_attributes(value):
        return [name]
    return attributes_of(name, value) or [name]


def read_only(trace: Trace, inputs: Sequence[str], wrt: str | Sequence[str] | None) -> list[str]:
    """Return the inputs without attributes that nothing reads and options, unless they were asked for."""
    refuse_made_up(trace, inputs)
    refuse_no_float(trace)
    if wrt is not None:
        return list(inputs)
    inputs = [n for n in inputs if not is_optional(trace, n)] or inputs
    if all(name.isidentifier() for name in inputs):
        return list(inputs)
    read = {
        node.attr
        for one in trace.run.helpers(trace)
        for node in syntax.every(ast.Attribute, one.tree)
        if trace.run.fact(node).visits
    }
    read -= set_to_nothing(trace)
    found = [
        one for n in inputs if last_attribute(n) in {"", *read} for one in items_apart(trace, n)
    ]
    if not found:
        raise UsageError(
            f"{trace.function.__name__} reads no float of its arguments or of their attributes",
            advice="Name the arguments with wrt=.",
        )
    return found


def set_to_nothing(trace: Trace) -> set[str]:
    """Return the attributes that the example reads as None alone, as an object that it updated has them."""
    run = trace.run
    kinds: dict[str, set[Any]] = {}
    for one in run.helpers(trace):
        for node in syntax.every(ast.Attribute, one.tree):
            if isinstance(node.ctx, ast.Load) and node in run.seen_first:
                kinds.setdefault(node.attr, set()).update(run.fact(node).kinds)
    return {name for name, seen in kinds.items() if seen == {kind_of(None)}}


COUNTED = {"int", "bool", "text"}


def refuse_no_float(trace: Trace) -> None:
    """Raise a NothingToDifferentiateError where nothing that a function returns could have a gradient."""
    returned = [n.value for n in syntax.every(ast.Return, trace.tree) if n.value]
    facts = [trace.run.fact(value) for value in returned]
    kinds = {kind for fact in facts for kind, _ in fact.kinds}
    leaves = {kind_of(leaf)[0] for fact in facts for _, leaf in walk(fact.sample)}
    if leaves & COUNTED and kinds | leaves <= {*COUNTED, "none", "tuple", "list"}:
        raise no_float(trace.function.__name__)


def refuse_made_up(trace: Trace, inputs: Sequence[str]) -> None:
    """Raise an UnsupportedError where a function reads a `cached_property` of an object whose attributes are
    differentiated: what it gave once stays when they change; or what `__getattr__` gives, which may be any of them; or
    sets what `__setattr__` may change.
    """
    if not any(not n.isidentifier() or any(float_fields(trace.values.get(n))) for n in inputs):
        return
    for one in trace.run.helpers(trace):
        for node in syntax.walk(one.tree):
            if not isinstance(node, ast.Attribute):
                continue
            owner = trace.run.fact(node.value).sample
            kind = type(owner)
            if isinstance(node.ctx, ast.Store) and not keeps_what_is_set(kind):
                raise one.source.refuse(
                    node,
                    f"{syntax.show(node)} is set by __setattr__ of {kind.__name__}, which may change it",
                    "Change the value in the line that sets it.",
                )
            if not has_float(trace.run.fact(node).sample):
                continue
            is_made_up = isinstance(getattr(kind, "__getattr__", None), FunctionType)
            if is_made_up and not hasattr(kind, node.attr) and node.attr not in vars_of(owner):
                raise one.source.refuse(
                    node,
                    f"{syntax.show(node)} is what __getattr__ of {kind.__name__} makes of its name",
                    "Read what it returns, by its own name.",
                )
            if keeps_what_it_gave(node, trace.run):
                raise one.source.refuse(
                    node, KEEPS.format(syntax.show(node)), "Make it a property."
                )


def keeps_what_is_set(kind: type) -> bool:
    """Return whether an attribute holds what it is set to: a `__setattr__` of the user's hands it on."""
    method = kind.__setattr__
    if not isinstance(method, FunctionType) or is_library_file(method.__code__.co_filename):
        return True
    written = definition_of(method)
    if written is None:
        return True  # that of a frozen dataclass
    tree, _ = written
    value = tree.args.args[-1].arg
    calls = [n for n in syntax.every(ast.Call, tree) if n.args]
    handed = [n.args[-1] for n in calls if getattr(n.func, "attr", "") == "__setattr__"]
    return value not in syntax.stores(tree) and all(syntax.identifier(n) == value for n in handed)


def last_attribute(path: str) -> str:
    """Return the last attribute on the path of an argument, or of a part of one; none of what has only items."""
    steps = [] if path.isidentifier() else steps_of(path)[1]
    return next((str(key) for kind, key in reversed(steps) if kind == "attribute"), "")


def is_input(value: Any) -> bool:
    """Return whether an argument is differentiated unless `wrt` says otherwise; a dictionary of options is not."""
    return has_gradient(value) and not is_options(value)


def is_options(value: Any) -> bool:
    """Return whether a value is a dictionary of options, such as `{"mode": "train", "p": 0.5}`."""
    return has_switch(value) and not any(
        isinstance(v, np.ndarray | list | tuple | dict) for v in value.values()
    )


def has_switch(value: Any) -> bool:
    """Return whether a value is a dictionary with a word or a switch in it."""
    return isinstance(value, dict) and any(
        isinstance(v, str | bool) or v is None for v in value.values()
    )


def is_optional(trace: Trace, name: str) -> bool:
    """Return whether an argument or an attribute is a dictionary of options, or one that holds averages as well."""
    root, steps = steps_of(name)
    return is_options(value_at(trace.values.get(root), steps)) or keeps_averages(trace, name)


def keeps_averages(trace: Trace, name: str) -> bool:
    """Return whether an argument is a dictionary of options in which the function keeps arrays from call to call, such
    as the running averages of `{"mode": "train", "running_mean": ...}`: all of them are put in anew.
    """
    value = trace.values.get(name)
    if value is None or not has_switch(value):
        return False
    places = trace.run.memory.changers(trace.given.get(name, {}))
    stores = (part for place in places for part in ast.walk(trace.run.nodes[place]))
    kept = {
        part.slice.value
        for part in stores
        if isinstance(part, ast.Subscript)
        and isinstance(part.ctx, ast.Store)
        and isinstance(part.slice, ast.Constant)
    }
    return not any(
        isinstance(v, np.ndarray | list | tuple | dict) and k not in kept for k, v in value.items()
    )


def has_gradient(value: Any) -> bool:
    """Return whether a value has a gradient of its own structure: a float, an array, a container of them."""
    return has_float(value) or any(True for _ in float_fields(value))


def attributes_of(root: str, value: Any) -> list[str]:
    """Return the paths to the attributes of an object, and of objects inside it, that have a gradient."""
    if not (has_fields(value) or isinstance(value, list | tuple | dict)):
        return []
    refuse_shared({root: value})
    return [path for path, first, _ in ways_into({root: value}) if first is None]


def refuse_shared(roots: Mapping[str, Any]) -> None:
    """Refuse containers in which one dataclass with a gradient stands twice."""
    for path, first, one in ways_into(roots):
        if first is not None and is_dataclass(one) and path.endswith("]"):
            if attributes_of(path, one):
                raise SharedError(path.rpartition("[")[0])


def ways_into(roots: Mapping[str, Any]) -> Iterator[tuple[str, str | None, Any]]:
    """Yield the paths to the attributes of objects, and of objects inside them, that have a gradient; and those to what
    another path has led to before, with that one. With each comes what it leads to.
    """
    waiting, seen = list(roots.items()), Seen()
    places: list[tuple[str, Any]] = []
    while waiting:
        start, one = waiting.pop(0)
        if not seen.add(one):
            known = next((path for path, other in places if other is one), None)
            if known is not None:
                yield start, known, one
            continue
        if not has_fields(one) and has_float(one) and not holds_attributes(one):
            yield start, None, one  # beside objects
            continue
        places.append((start, one))
        if isinstance(one, list | tuple):
            waiting += [(f"{start}[{k}]", v) for k, v in enumerate(one)]
        elif isinstance(one, dict):
            waiting += [(f"{start}[{k!r}]", v) for k, v in one.items() if isinstance(k, int | str)]
        elif has_fields(one):
            for name, inner in vars_of(one).items():
                if isinstance(getattr(type(one), name, None), cached_property):
                    continue  # made of the others
                if has_float(inner) and not holds_attributes(inner):
                    yield f"{start}.{name}", None, inner
                else:
                    waiting.append((f"{start}.{name}", inner))


def first_paths(
    values: Mapping[str, Any], inputs: Sequence[str], stored: Set[str] = frozenset()
) -> dict[str, str]:
    """Return the paths to objects that other paths lead to as well, each with the one that the inputs go by: a layer
    may be held in an attribute and in a list, a part may know the whole. What is read by either has one gradient. So it
    is of objects with attributes that are `stored`: what is written by one path is read by the other.

    >>> from types import SimpleNamespace as Object
    >>> net = Object(first=Object(w=2.0))
    >>> net.layers, net.first.net = [net.first], net
    >>> first_paths({"net": net}, ["net.first.w"])
    {'net.first.net': 'net', 'net.layers[0]': 'net.first'}
    """
    if not stored and all(name.isidentifier() for name in inputs):
        return {}
    found: dict[str, str] = {}
    objects: dict[str, Any] = {}
    roots = {n: values[n] for n in map(syntax.first_name, inputs) if n in values}
    for path, first, one in ways_into({**roots, **values}):
        if first is None or is_dataclass(one):
            continue
        objects[path] = objects[first] = one
        is_asked_for = any(is_below(name, path) for name in inputs)
        if is_asked_for and not any(is_below(name, first) for name in inputs):
            found[first] = path
        else:
            found[path] = first
    firsts = {
        path: first
        for path, first in ((path, found.get(known, known)) for path, known in found.items())
        if any(is_below(n, first) for n in (*inputs, *found)) or stored & words_of(objects[path])
    }
    return {within(path, firsts): first for path, first in firsts.items()}


def words_of(value: Any) -> set[str]:
    """Return the attributes that an object has, and those that the methods of its class name: they may set them."""
    functions = [f for kind in type(value).__mro__ for f in vars(kind).values()]
    codes = [f.__code__ for f in functions if isinstance(f, FunctionType)]
    return {*vars_of(value), *(name for code in codes for name in code.co_names)}


def within(path: str, firsts: Mapping[str, str]) -> str:
    """Return a path that begins as the inputs go."""
    for other, first in firsts.items():
        if is_below(path, other):
            return within(first + path[len(other) :], firsts)
    return path


def holds_attributes(value: Any) -> bool:
    """Return whether a container has objects inside whose attributes have gradients, dataclasses aside."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return any(map(holds_attributes, value))
    return has_fields(value) and not is_dataclass(value) and bool(attributes_of("", value))


class SharedError(UsageError):
    """A container holds one object in two places."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"one object stands twice in {path}, so that its gradient would be split",
            advice="Pass a list whose objects are different, or name the object itself in the function.",
        )
        self.path = path  # of the container, as in `self.layers`

    def located(self, function: Callable[..., Any]) -> SharedError:
        """Return the error with the place where a function reads the container."""
        with suppress(CodegenError):
            source = source_of(function)
            reads = syntax.every(ast.expr, source.tree)
            found = next((n for n in reads if syntax.show(n) == self.path), source.tree)
            self.location = source.location(found)
        return self
