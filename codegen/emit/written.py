"""What functions and classes are written as: one goes in; its text, or the line that imports it, comes out."""

from __future__ import annotations

import ast
import inspect
import math
import sys
import textwrap
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.callees import canonical_name, law_name
from codegen.trace.followed import is_library_file
from codegen.trace.read import source_of


def import_line(name: str, value: Any) -> str:
    """Return the line that imports a value, or nothing if it is not a library's."""
    if isinstance(value, ModuleType):
        full = value.__name__
        if full == name:
            return f"import {name}"
        return f"import {full} as {name}"
    known = canonical_name(value) if callable(value) else None
    module = getattr(value, "__module__", "") or ""
    if known and known.startswith("np."):
        module, _, attribute = f"numpy{known[2:]}".rpartition(".")
        owner: Any = sys.modules.get(module)
        if getattr(owner, attribute, None) is not value:
            owner = math
            module = "math"
            attribute = value.__name__
    elif known and known.startswith("scipy."):
        module, _, attribute = known.rpartition(".")
    elif (
        callable(value)
        and not isinstance(value, FunctionType)
        and module
        and not is_user_class(value)
        and not isinstance(value, np.vectorize)  # of the user's, with the name of his function
        and hasattr(value, "__name__")
        or isinstance(value, FunctionType)
        and is_library_file(value.__code__.co_filename)
    ):
        attribute = value.__name__
    elif law_name(value):
        module, attribute = "scipy.stats", law_name(value)
    else:
        return ""
    return f"from {module} import {attribute}" + (f" as {name}" if attribute != name else "")


def is_user_class(value: Any) -> bool:
    """Return whether a value is a class of the user's."""
    if not isinstance(value, type):
        return False
    path = getattr(sys.modules.get(value.__module__), "__file__", None)
    return path is not None and not is_library_file(path)


def classes_in(value: Any) -> Iterator[type]:
    """Yield the classes of the objects that a function returns: the caller wants his own."""
    if is_user_class(type(value)):
        yield type(value)
    items = value.values() if isinstance(value, dict) else value
    for one in items if isinstance(value, dict | list | tuple) else ():
        yield from classes_in(one)


def own_import(name: str, value: Any) -> str:
    """Return the line that imports a class or a function of the user's."""
    own = value.__name__
    return f"from {value.__module__} import {own}" + (f" as {name}" if own != name else "")


def class_text(value: type) -> str:
    """Return the source of a class."""
    return textwrap.dedent(inspect.getsource(value)).rstrip()


def outer_function(value: type) -> FunctionType:
    """Return a function whose free names are those of the module of a class."""
    module = sys.modules[value.__module__]
    return FunctionType((lambda: None).__code__, vars(module))


def function_text(function: FunctionType) -> str:
    """Return the source of a helper function, dedented, without decorators and annotations."""
    tree = source_of(function).tree
    if isinstance(tree, ast.Lambda):
        return f"{function.__name__} = {syntax.show(tree)}"
    tree.name = function.__name__  # a decorator may have given it another one
    tree.decorator_list = []
    tree.returns = None
    for a in syntax.walk(tree.args):
        if isinstance(a, ast.arg):
            a.annotation = None
    return syntax.show(tree)


def renamed(text: str, old: str, new: str) -> str:
    """Return the text of a function under the name it is called by."""
    if text.startswith("<lambda> = "):
        return text.replace("<lambda>", new, 1)
    return text.replace(f"def {old}(", f"def {new}(", 1)
