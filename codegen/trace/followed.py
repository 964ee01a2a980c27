"""Which callees are followed: something that is called goes in; the user's function that runs then,
and its first argument, come out.
"""

from __future__ import annotations

import dataclasses
import dis
import inspect
import os
import site
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from codegen.gates.callees import canonical_name
from codegen.gates.match import canonical_heads
from codegen.gates.table import TABLE
from codegen.pytree import module_of

GATED_PACKAGES = frozenset({"numpy", "scipy"})


@cache
def library_folders() -> tuple[str, ...]:
    """Return the folders of the standard library and of installed packages."""
    found = {os.path.dirname(os.__file__), *site.getsitepackages(), os.path.dirname(np.__path__[0])}
    return tuple(os.path.realpath(p) + os.sep for p in found)


HOME: ContextVar[str] = ContextVar("HOME", default="")
"""Where the installed package is of which a function is differentiated: its files are the user's for that long."""


@contextmanager
def at_home(function: Any) -> Iterator[None]:
    """Have the package that a function is written in followed as the user's own code, wherever it is installed."""
    before = HOME.set(home_of(function))
    try:
        yield
    finally:
        HOME.reset(before)


def home_of(function: Any) -> str:
    """Return the folder of the installed package that a function is written in, or its file if it is a module alone;
    nothing for the user's own code, the standard library, and the packages whose functions have gates.
    """
    try:
        inner = inspect.unwrap(getattr(function, "__func__", function))
    except ValueError:  # it wraps itself
        inner = function
    code = getattr(inner, "__code__", None)
    path = resolved(code.co_filename) if isinstance(code, CodeType) else ""
    for folder in map(resolved, site.getsitepackages()):
        if path.startswith(folder + os.sep):
            name, *inner = path.removeprefix(folder + os.sep).split(os.sep)
            return (
                "" if name in GATED_PACKAGES else os.path.join(folder, name) + os.sep * bool(inner)
            )
    return ""


def is_library_file(path: str) -> bool:
    """Return whether a file belongs to the standard library or an installed package other than the one at home."""
    if not is_installed(path):
        return False
    home = HOME.get()
    return not home or not resolved(path).startswith(home)


@cache
def is_installed(path: str) -> bool:
    return path.startswith("<frozen") or resolved(path).startswith(library_folders())


resolved = cache(os.path.realpath)


GATED: WeakKeyDictionary[FunctionType, tuple[int, bool]] = WeakKeyDictionary()
"""Whether a function has a gate, by the version of the table."""


def is_user_function(callee: Any) -> bool:
    """Return whether a callee is followed into: a Python function that is neither a library's nor a gate."""
    if not isinstance(callee, FunctionType) or not (is_users(callee) or is_formula(callee)):
        return False
    if callee.__code__.co_flags & (inspect.CO_GENERATOR | inspect.CO_COROUTINE):
        return False
    version, has_gate = GATED.get(callee, (-1, False))
    if version != TABLE.version:
        has_gate = canonical_name(callee) in canonical_heads()
        GATED[callee] = TABLE.version, has_gate
    return not has_gate


FORMULAS: WeakKeyDictionary[FunctionType, bool] = WeakKeyDictionary()
"""Whether a function of an installed package is a formula."""


def is_formula(function: FunctionType) -> bool:
    """Return whether a library's function reads nothing but NumPy, SciPy, `math`, numbers and such functions."""
    if function not in FORMULAS:
        FORMULAS[function] = False  # of those that call each other none is
        code = function.__code__
        names = {name for one in codes_in(code) for name in one.co_names}
        read = [function.__globals__[name] for name in names if name in function.__globals__]
        FORMULAS[function] = (
            "." not in function.__qualname__
            and not hasattr(function, "__wrapped__")
            and not function.__code__.co_freevars
            and bool(home_of(function))
            and not any(
                one.opname in ("IMPORT_NAME", "STORE_GLOBAL")
                for inner in codes_in(code)
                for one in dis.get_instructions(inner)
            )
            and all(map(is_of_formulas, read))
        )
    return FORMULAS[function]


def is_of_formulas(value: Any) -> bool:
    """Return whether a value of a module is a number, a word, NumPy's, SciPy's or `math`'s, or a formula."""
    if isinstance(value, FunctionType) and is_installed(value.__code__.co_filename):
        packaged = module_of(value).partition(".")[0]
        return packaged in GATED_PACKAGES or is_formula(value)
    if isinstance(value, tuple):
        return all(map(is_of_formulas, value))
    home = value.__name__ if isinstance(value, ModuleType) else module_of(value)
    return (
        type(value) in (int, float, bool, str, type(None))
        or isinstance(value, np.ufunc)
        or (home or "").partition(".")[0] in (*GATED_PACKAGES, "math", "cmath")
    )


def is_users(function: FunctionType) -> bool:
    """Return whether a function is written in a file that is no library's."""
    path = function.__code__.co_filename
    return path != "<string>" and not is_library_file(path)


def is_user_generator(callee: Any) -> bool:
    return (
        isinstance(callee, FunctionType)
        and inspect.isgeneratorfunction(callee)
        and is_users(callee)
    )


def function_of(callee: Any) -> Any:
    """Return the function that a call runs: of a method, a constructor, an object, one that remembers."""
    if isinstance(callee, MethodType):
        return function_of(callee.__func__) if remembers(callee.__func__) else callee.__func__
    if remembers(callee):
        return callee.__wrapped__
    if isinstance(callee, type):
        plain = type(callee) is type and getattr(callee, "__new__", None) is object.__new__
        return getattr(callee, "__init__", callee) if plain else callee
    call = getattr(type(callee), "__call__", None)
    return call if isinstance(call, FunctionType) else callee


def behind_fields(callee: Any) -> FunctionType | None:
    """Return the user's `__post_init__` that a dataclass calls, if it takes no more than the object."""
    post = getattr(callee, "__post_init__", None)
    if not isinstance(post, FunctionType) or not is_user_function(post) or type(callee) is not type:
        return None
    code = getattr(inspect.getattr_static(callee, "__init__"), "__code__", None)
    hooks = [word for one in callee.__mro__[:-1] for word in vars(one)]
    is_plain = getattr(code, "co_filename", "") == "<string>" and "__new__" not in hooks
    takes_one = post.__code__.co_argcount == 1
    return post if is_plain and takes_one and "__init_subclass__" not in hooks else None


def with_fields_alone(kind: type) -> type:
    """Return a class of the same objects that only sets their fields."""
    space = {"__slots__": (), "__post_init__": lambda self: None}
    return type(kind)(kind.__name__, (kind,), space)


def of_replaced(callee: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Return the class of which `dataclasses.replace` makes an object, and what it gives it; others as they are."""
    if callee is not dataclasses.replace or len(args) != 1:
        return callee, args, kwargs
    kind = type(args[0])
    held = {f.name: getattr(args[0], f.name) for f in dataclasses.fields(kind) if f.init}
    return kind, (), {**held, **kwargs}


def remembers(callee: Any) -> bool:
    """Return whether a callee is a function that remembers its results, with `functools.cache` or `lru_cache`."""
    return hasattr(callee, "cache_info") and isinstance(
        getattr(callee, "__wrapped__", None), FunctionType
    )


def object_of(callee: Any) -> tuple[Any, ...]:
    """Return the object that the function of a callee is handed first."""
    if isinstance(callee, MethodType):
        return (callee.__self__,)
    if isinstance(callee, type):
        return (object.__new__(callee),)
    return () if isinstance(callee, FunctionType) or remembers(callee) else (callee,)


def codes_in(code: CodeType) -> list[CodeType]:
    """Return a code object with all those inside it."""
    found = [code]
    for one in found:
        found.extend(c for c in one.co_consts if isinstance(c, CodeType))
    return found
