"""Whether a callee is the one that was called when the code was made: its text goes in, the statement that raises
if it is another one comes out.

A function that comes as an argument, out of a table or from an object may be another one in the next call, and so may
the class of an object whose methods are called: the gradient would be wrong then. What can be imported is told apart by
its identity, what cannot by the place where it was written and the values that it closes over.
"""

from __future__ import annotations

import ast
import linecache
import sys
from functools import partial
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.callees import canonical_name
from codegen.pairs import forward_name, pair_name
from codegen.pytree import module_of
from codegen.trace.followed import codes_in, function_of
from codegen.trace.guards import raising
from codegen.trace.instrument import TWIN
from codegen.trace.modulenames import local_names, name_at_home
from codegen.trace.passing import is_kept, owner_of_kept
from codegen.trace.run import Trace

Question = tuple[str, str]


def guard(func: ast.expr, callee: Any, trace: Trace, at: ast.AST) -> ast.If | None:
    """Return the statement that raises if a callee is another one; None if it cannot be told."""
    question = is_another(func, callee, trace)
    return None if question is None else raising(*question, at)


def is_another(func: ast.expr, callee: Any, trace: Trace) -> Question | None:
    """Return the question whether a callee is another one, and what it was; None if that cannot be asked."""
    if isinstance(callee, MethodType) and is_kept(func, trace.run):
        return is_another_kept(func, callee, trace)
    if isinstance(func, ast.Attribute) and (home := home_of(func.attr, callee)) is not None:
        return is_another_method(func, callee, home, trace)
    asked = shown = syntax.show(func)
    if isinstance(func, ast.Attribute) and isinstance(trace.run.fact(func.value).sample, partial):
        asked = (
            f"getattr({syntax.show(func.value)}, {func.attr!r}, None)"  # any function may be given
        )
    if isinstance(callee, type) and module_of(callee).partition(".")[0] not in (
        "builtins",
        "numpy",
    ):
        return is_another_class(shown, callee, trace)
    if is_callable_object(callee) and not isinstance(callee, FunctionType):
        return is_of_another_class(shown, type(callee), trace)
    objects = trace.run.namespace.objects
    known = next((n for n, v in objects.items() if v is callee and n.isidentifier()), "")
    name = own_name(callee)
    if is_written(name) and not isinstance(callee, FunctionType):
        return f"{asked} is not {name}", f"{shown} was {name}"
    taker = trace.taker(syntax.root_name(func))
    given = taker is not None
    if given and (default := default_of(callee, trace)):
        return f"{asked} is not {default}", f"{shown} was its default"
    if is_local(callee):
        return None  # the module has its own
    if known and not given:
        return f"{asked} is not {known}", f"{shown} was {known}"
    if not isinstance(callee, FunctionType):
        return None
    is_given = taker is not None and taker.place is None
    is_lambda = callee.__name__ == "<lambda>"
    # the module would have a copy of its own as the default
    if is_given and (is_lambda or is_default(callee, trace)):
        if own := imported_name(callee, trace):
            was = f"{module_of(callee)}.{name_at_home(callee)}" if is_lambda else own
            return f"{asked} is not {own}", f"{shown} was {was}"
    test = is_from_elsewhere(asked, callee, is_given)
    was = callee.__name__
    if not was.isidentifier():
        owner, *inner = callee.__qualname__.split(".")
        was = f"a lambda of {owner if inner else module_of(callee)}"
    return None if test is None else (test, f"{shown} was {was}")


def own_name(callee: Any) -> str:
    """Return the name of a callee itself: the table of gates has `math.sqrt` and `abs` under those of their twins."""
    module, own = module_of(callee), str(getattr(callee, "__name__", ""))
    if module in ("builtins", "math") and getattr(sys.modules[module], own, None) is callee:
        return own if module == "builtins" else f"{module}.{own}"
    return canonical_name(callee) or ""


def default_of(callee: Any, trace: Trace) -> str:
    """Return what gives the default of a parameter of the forward function that has no name of its own."""
    function = trace.function
    own = forward_name(pair_name(function))
    if getattr(callee, "__name__", "").isidentifier():
        return ""
    for place, value in enumerate(function.__defaults__ or ()):
        if value is callee:
            return f"{own}.__defaults__[{place}]"
    for word, value in (function.__kwdefaults__ or {}).items():
        if value is callee:
            return f"{own}.__kwdefaults__[{word!r}]"
    return ""


def is_default(callee: Any, trace: Trace) -> bool:
    """Return whether a callee is the default of a parameter of the forward function."""
    function = trace.function
    values = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    return any(value is callee for value in values)


def is_local(callee: Any) -> bool:
    """Return whether something is one of the functions that are defined in a function which is traced."""
    return isinstance(callee, FunctionType) and f"{TWIN}.<locals>." in callee.__qualname__


def is_another_kept(func: ast.expr, callee: MethodType, trace: Trace) -> Question | None:
    """Return the question whether an attribute or an item holds another method, or that of another object."""
    owner = owner_of_kept(func, trace.run, callee)
    word, home = callee.__name__, home_of(callee.__name__, callee)
    if owner is None or home is None:
        return None
    method = ast.Attribute(owner, word, ast.Load())
    found = is_another_method(method, callee, home, trace)
    if found is None:
        return None
    shown = syntax.show(func)
    return f"{shown} != {syntax.show(method)} or {found[0]}", f"{shown} was {home.__name__}.{word}"


def is_another_method(
    func: ast.Attribute, callee: Any, home: type, trace: Trace
) -> Question | None:
    """Return the question whether an object has another method: by its class, or put into the object itself."""
    shown = syntax.show(func)
    was = f"{shown} was {home.__name__}.{func.attr}"
    name = imported_name(home, trace)
    kind = vars(home)[func.attr]
    if not name:
        if isinstance(kind, property):
            shown = f"type({syntax.show(func.value)}).{func.attr}.fget"
        test = is_from_elsewhere(shown, function_of(callee), trace.place is None)
        return None if test is None else (test, was)
    own = f"{name}.{func.attr}"
    if isinstance(kind, property) or is_special(func.attr):
        return f"type({syntax.show(func.value)}).{func.attr} is not {own}", was
    if isinstance(kind, staticmethod):
        return f"{shown} is not {own}", was
    if isinstance(kind, classmethod):
        own = f"{own}.__func__"
    return f'getattr({shown}, "__func__", None) is not {own}', was


def is_another_class(shown: str, kind: type, trace: Trace) -> Question:
    was = f"{shown} was {kind.__name__}"
    name = imported_name(kind, trace)
    if name:
        return f"{shown} is not {name}", was
    return f"getattr({shown}, '__qualname__', None) != {kind.__qualname__!r}", was


def is_of_another_class(shown: str, kind: type, trace: Trace) -> Question:
    was = f"{shown} was a {kind.__name__}"
    name = imported_name(kind, trace)
    if name:
        return f"type({shown}) is not {name}", was
    own = module_of(kind), kind.__qualname__
    if trace.place is not None:
        return f"type({shown}).__qualname__ != {kind.__qualname__!r}", was
    return f"(type({shown}).__module__, type({shown}).__qualname__) != {own!r}", was


def is_from_elsewhere(func: str, callee: FunctionType, is_given: bool) -> str | None:
    """Return the question whether a function is another one than `callee`: one from elsewhere, or one of
    the same factory that holds other values. None if these cannot be written.

    Only what the caller gives is asked for its module: what is handed on inside may be a copy.
    """
    name = f"getattr({func}, '__qualname__', None)"  # a ufunc of NumPy 1.26 has none, nor a module
    test = f"{name} != {callee.__qualname__!r}"
    if is_given and module_of(callee) != "__main__":  # the script of today is a module tomorrow
        names = module_of(callee), callee.__qualname__
        test = f"(getattr({func}, '__module__', None), {name}) != {names!r}"
    home = sys.modules.get(module_of(callee))
    if is_given and getattr(home, callee.__qualname__, None) is callee:
        return test  # there is one of that name
    if not callee.__name__.isidentifier():
        if "." not in callee.__qualname__ and module_of(callee) not in test:
            return None  # it may be that of any module
        others = other_lambdas(callee)
        read = callee.__code__.co_names
        if others is None or any(code.co_names == read for code in others):
            return None
        test = f"{test} or {func}.__code__.co_names != {read!r}" if others else test
    cells = zip(callee.__code__.co_freevars, callee.__closure__ or (), strict=True)
    held = [cell.cell_contents for name, cell in cells if name != "__class__"]
    if not all(isinstance(value, syntax.LITERALS) for value in held):
        return None
    if held:
        values = f"[c.cell_contents for c in {func}.__closure__]"
        test = f"{test} or {values} != {held!r}"
    if callee.__defaults__ is not None and "<locals>" in callee.__qualname__:
        if not all(isinstance(v, syntax.LITERALS) for v in callee.__defaults__):
            return None
        test = f"{test} or {func}.__defaults__ != {callee.__defaults__!r}"
    return test


def other_lambdas(callee: FunctionType) -> list[CodeType] | None:
    """Return the other lambdas of where one is written; None if the text is not at hand."""
    code = callee.__code__
    try:
        text = "".join(linecache.getlines(code.co_filename))
        codes = codes_in(compile(text, code.co_filename, "exec", dont_inherit=True))
    except (SyntaxError, ValueError):
        return None
    alike = [c for c in codes if c.co_qualname == code.co_qualname]
    here = next((c for c in alike if c == code), None)
    return None if here is None else [c for c in alike if c is not here]


def imported_name(kind: Any, trace: Trace) -> str:
    """Return the name by which a generated module can import a class or a function, or nothing."""
    own = name_at_home(kind)
    if module_of(kind) == "__main__" or not own:
        return ""
    names, local = trace.run.namespace, set(local_names(trace.tree))
    for name, value in names.objects.items():
        if value is kind and name.isidentifier() and name not in local:
            return name
    name = names.free(own, kind, local)
    names.objects[name] = kind
    return name


def home_of(name: str, callee: Any) -> type | None:
    """Return the class of the user's in which a method is written; None for what is no method of such a class."""
    if isinstance(callee, MethodType):
        owner = callee.__self__
        classes = owner.__mro__ if isinstance(owner, type) else type(owner).__mro__
        return next((c for c in classes if name in vars(c)), None)
    if isinstance(callee, FunctionType) and is_of_class(callee):
        found: Any = callee.__globals__
        for part in callee.__qualname__.split(".")[:-1]:
            found = found.get(part) if isinstance(found, dict) else getattr(found, part, None)
        return found if isinstance(found, type) and name in vars(found) else None
    return None


def is_special(name: str) -> bool:
    """Return whether a method is looked up in the class of an object alone."""
    return name.startswith("__") and name.endswith("__")


def is_of_class(callee: Any) -> bool:
    """Return whether a callee is a function of a class: a static method."""
    path = (
        getattr(callee, "__qualname__", "").split(".") if isinstance(callee, FunctionType) else []
    )
    return len(path) > 1 and path[-2] != "<locals>"


def is_callable_object(callee: Any) -> bool:
    """Return whether a callee is an object of a class of the user's."""
    return isinstance(getattr(type(callee), "__call__", None), FunctionType)


def is_function(callee: Any) -> bool:
    """Return whether a callee is a plain function, of NumPy or of the user's."""
    if isinstance(callee, FunctionType | BuiltinFunctionType | np.ufunc):
        return True
    name = canonical_name(callee) if getattr(callee, "__name__", "") else None
    return name is not None and not isinstance(callee, type)


def is_written(name: str) -> bool:
    """Return whether the name of a callee can stand in the generated module."""
    return bool(name) and all(part.isidentifier() for part in name.split("."))
