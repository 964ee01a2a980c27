"""What a generated module needs around its functions: free names go in, imports and constants come out."""

from __future__ import annotations

import ast
import builtins
import copy
import dataclasses
import inspect
import math
import symtable
import sys
import textwrap
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from codegen import expr
from codegen.circuit import Circuit
from codegen.gates.canonical import canonical_name
from codegen.trace.followed import is_library_file
from codegen.trace.source import source_of

LARGEST = 200


class Surroundings:
    """Collects the free names of the functions of one module."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.names: dict[str, Any] = circuit.trace.run.namespace.objects
        self.needed: dict[str, Any] = {}
        output = circuit.output.sample if circuit.output is not None else None
        self.returned = set(classes_in(output))
        self.own: dict[str, Any] = {
            "np": np,
            "math": math,
            "copy": copy,
            "dataclasses": dataclasses,
        }

    def lookup(self, function: FunctionType, name: str) -> Any:
        """Return what a free name of a function stands for; KeyError if nothing."""
        closure = inspect.getclosurevars(function).nonlocals
        if name in closure:
            return closure[name]
        if name in self.names:
            return self.names[name]
        if name in function.__globals__:
            return function.__globals__[name]
        raise KeyError(name)

    def use(
        self,
        forward: list[str],
        backward: list[str],
        output: str,
        parameters: str,
        cached: list[str],
        circuit: Circuit,
    ) -> None:
        """Note the free names of a pair."""
        text = f"def f({parameters}):\n" + textwrap.indent(
            "\n".join([*forward, output, *backward]), "    "
        )
        self.scan(text, circuit.trace.function)

    def scan(self, text: str, function: FunctionType) -> None:
        """Note the free names of the text of a function."""
        for name in free_of(text):
            try:
                self.add(name, self.lookup(function, name))
            except KeyError:
                if name in self.own:
                    self.needed.setdefault(name, self.own[name])

    def add(self, name: str, value: Any) -> None:
        """Note one name, and what its own definition needs."""
        if name in self.needed or getattr(builtins, name, None) is value:
            return
        self.needed[name] = value
        if (
            isinstance(value, FunctionType)
            and id(value.__code__) in self.circuit.trace.run.definers
        ):
            raise self.circuit.trace.source.refuse(
                self.circuit.trace.tree,
                f"the local function {name} cannot be called from another helper",
                f"Define {name} outside, and pass it what it reads.",
            )
        if isinstance(value, FunctionType) and not is_library_file(value.__code__.co_filename):
            self.scan(function_text(value), value)
        elif is_user_class(value) and value not in self.returned and not hasattr(value, "_fields"):
            self.scan(class_text(value), outer_function(value))
        else:
            self.add_functions(value)

    def add_functions(self, value: Any) -> None:
        """Note the functions in a table."""
        items = value.values() if isinstance(value, dict) else value
        for one in items if isinstance(value, dict | list | tuple) else ():
            if isinstance(one, FunctionType) and one.__name__.isidentifier():
                self.add(one.__name__, one)
            else:
                self.add_functions(one)

    def text(self) -> tuple[list[str], list[str]]:
        """Return the import lines and the constants."""
        imports, constants = set(), []
        for name, value in self.needed.items():
            line = import_line(name, value)
            if isinstance(value, type) and value in self.returned:
                line = class_import(name, value)
            if line:
                imports.add(line)
            elif is_user_class(value) and not hasattr(value, "_fields"):
                constants.append("\n\n" + class_text(value))
            elif isinstance(value, FunctionType):
                constants.append("\n\n" + renamed(function_text(value), value.__name__, name))
            else:
                constants.append(f"{name} = {self.literal(name, value)}")
        if any("np." in c for c in constants):
            imports.add("import numpy as np")
        plain = [c for c in constants if not c.startswith("\n")]
        tables = [c for c in plain if self.reads_functions(c)]
        others = [c for c in plain if c not in tables]
        functions = [c for c in constants if c.startswith("\n")]
        if any("namedtuple(" in c for c in plain):
            imports.add("from collections import namedtuple")
        return sorted(imports), [
            *others,
            *functions,
            *(f"\n\n{c}" for c in tables[:1]),
            *tables[1:],
        ]

    def reads_functions(self, text: str) -> bool:
        """Return whether a constant is a table of functions of the module."""
        names = {n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)}
        return any(isinstance(self.needed.get(n), FunctionType) for n in names)

    def literal_of(self, value: Any) -> str | None:
        """Return the text of a value in which functions go by their names."""
        return literal_text(value, self.function_name)

    def function_name(self, value: Any) -> str | None:
        """Return how a function in a table is written."""
        if isinstance(value, FunctionType):
            own = value.__name__
            if self.needed.get(own) is value:
                return own
            is_lambda = value.__name__ == "<lambda>" and not value.__closure__
            return function_text(value).removeprefix("<lambda> = ") if is_lambda else None
        name = canonical_name(value) if callable(value) and not isinstance(value, type) else None
        return name if name is not None and name.startswith("np.") else None

    def literal(self, name: str, value: Any) -> str:
        """Return the text of a constant."""
        found = self.literal_of(value)
        if found is None:
            raise self.circuit.trace.source.refuse(
                self.circuit.trace.tree,
                f"the value of {name}, a {type(value).__name__}, cannot be written into the module",
                f"Pass {name} as an argument.",
            )
        return found


def literal_text(value: Any, named: Callable[[Any], str | None] = lambda value: None) -> str | None:
    """Return Python text that makes a value, or None; `named` tells how functions are called."""
    known = named(value)
    if known is not None:
        return known
    if is_user_class(value) and hasattr(value, "_fields"):
        return f"namedtuple({value.__name__!r}, {list(value._fields)!r})"
    if isinstance(value, np.ndarray) and value.size <= LARGEST and value.dtype.kind in "fiub":
        return f"np.array({value.tolist()!r}, dtype=np.{value.dtype.name})"
    if isinstance(value, np.generic) and value.dtype.kind in "fiub":
        return f"np.{value.dtype.name}({value.item()!r})"
    if isinstance(value, float) and not np.isfinite(value):
        return f"float({str(value)!r})"
    if value is None or isinstance(value, bool | int | float | str | bytes):
        return repr(value)
    if type(value) in (list, tuple, set):
        parts = [literal_text(v, named) for v in value]
        if any(p is None for p in parts):
            return None
        inner = ", ".join(str(p) for p in parts)
        brackets: dict[type, str] = {
            list: f"[{inner}]",
            tuple: f"({inner}{',' if len(parts) == 1 else ''})",
            set: f"{{{inner}}}" if parts else "set()",
        }
        return brackets[type(value)]
    if type(value) is dict:
        pairs = [(literal_text(k), literal_text(v, named)) for k, v in value.items()]
        return (
            None
            if any(a is None or b is None for a, b in pairs)
            else "{" + ", ".join(f"{a}: {b}" for a, b in pairs) + "}"
        )
    return None


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
        module, attribute = (
            ("numpy.linalg", known[10:]) if known.startswith("np.linalg.") else ("numpy", known[3:])
        )
        owner = np.linalg if module == "numpy.linalg" else np
        if getattr(owner, attribute, None) is not value:
            owner = math
            module = "math"
            attribute = value.__name__
    elif known and known.startswith("scipy.special."):
        module, attribute = "scipy.special", known.removeprefix("scipy.special.")
    elif (
        callable(value)
        and not isinstance(value, FunctionType)
        and module
        and not is_user_class(value)
        and hasattr(value, "__name__")
        or isinstance(value, FunctionType)
        and is_library_file(value.__code__.co_filename)
    ):
        attribute = value.__name__
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


def class_import(name: str, value: type) -> str:
    """Return the line that imports a class of the user's."""
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
        return f"{function.__name__} = {expr.show(tree)}"
    tree.decorator_list = []
    tree.returns = None
    for a in ast.walk(tree.args):
        if isinstance(a, ast.arg):
            a.annotation = None
    return expr.show(tree)


def renamed(text: str, old: str, new: str) -> str:
    """Return the text of a function under the name it is called by."""
    if text.startswith("<lambda> = "):
        return text.replace("<lambda>", new, 1)
    return text.replace(f"def {old}(", f"def {new}(", 1)


def free_of(text: str) -> list[str]:
    """Return the free names of a piece of code, in order of appearance."""
    text = text.replace("<lambda> = ", "_ = ", 1)
    table = symtable.symtable(text, "<generated>", "exec")
    found: dict[str, None] = {}

    def visit(scope: symtable.SymbolTable) -> None:
        for symbol in scope.get_symbols():
            if (
                symbol.is_global()
                and symbol.is_referenced()
                or scope.get_type() == "module"
                and symbol.is_referenced()
                and not symbol.is_assigned()
            ):
                found.setdefault(symbol.get_name())
        for child in scope.get_children():
            visit(child)

    visit(table)
    return list(found)
