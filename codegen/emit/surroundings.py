"""What a generated module needs around its functions: free names go in, imports and constants come out."""

from __future__ import annotations

import ast
import builtins
import copy
import dataclasses
import dis
import enum
import inspect
import logging
import math
import random
import re
import symtable
import sys
import textwrap
from collections.abc import Collection, Iterator
from functools import lru_cache
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.emit.imports import in_order
from codegen.errors import UnsupportedError
from codegen.gates.callees import canonical_name, law_name
from codegen.gates.table import TABLE
from codegen.ir import Circuit
from codegen.pytree import held_in, module_of
from codegen.trace.facts import CHANGEABLE
from codegen.trace.followed import is_library_file, is_user_function
from codegen.trace.forced import without_given_up
from codegen.trace.modulenames import is_importable, is_same, name_at_home
from codegen.trace.outer import closed_over
from codegen.trace.read import source_of

LARGEST = 200  # entries of an array that is written out


def modules_in(text: str, root: str) -> set[str]:
    """Return the modules of a library that a text reads by their full names: each must be imported."""
    found: set[str] = set()
    if root not in text:
        return found
    for dotted in re.findall(rf"(?<![\w.]){root}(?:\.\w+)+", text):
        parts = dotted.split(".")
        full = [".".join(parts[: k + 1]) for k in range(len(parts))]
        found.add(max((name for name in full if name in sys.modules), key=len, default=root))
    return found


class Surroundings:
    """Collects the free names of the functions of one module."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.names: dict[str, Any] = circuit.trace.run.namespace.objects
        self.needed: dict[str, Any] = {}
        output = circuit.output.sample if circuit.output is not None else None
        self.returned = set(classes_in(output))
        self.compared: set[str] = set()
        self.written: set[str] = set()
        self.own: dict[str, Any] = {
            "np": np,
            "math": math,
            "copy": copy,
            "builtins": builtins,
            "dataclasses": dataclasses,
        }
        self.parts: set[str] = set()
        self.homes: dict[str, str] = {}
        self.owners: set[str] = set()  # modules whose objects have methods that go by other names

    def lookup(self, function: FunctionType, name: str) -> Any:
        """Return what a free name of a function stands for; KeyError if nothing."""
        closure = closed_over(function)
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
        circuit: Circuit,
        made: set[str],
    ) -> None:
        """Note the free names of a pair; `made` are the functions of the module itself."""
        text = f"def f({parameters}):\n" + textwrap.indent(
            "\n".join([*forward, output, *backward]), "    "
        )
        self.scan(text, circuit.trace.function, made)

    def scan(self, text: str, function: FunctionType, made: Collection[str] = frozenset()) -> None:
        self.parts |= modules_in(text, "scipy")
        self.written |= written_in(text)
        self.compared |= compared_in(text) | self.written
        for name in (n for n in free_of(text) if n not in made):
            try:
                value = self.lookup(function, name)
                home = sys.modules.get(module_of(function))
                if home is not None and getattr(home, name, None) is value:
                    self.homes.setdefault(name, home.__name__)
                self.add(name, value)
            except KeyError:
                if name in self.own:
                    self.needed.setdefault(name, self.own[name])
                elif name in sys.modules:  # a library that a row of the user's speaks of
                    self.parts |= modules_in(text, name)
                    self.needed.setdefault(name, sys.modules[name])

    def add(self, name: str, value: Any) -> None:
        """Note one name, and what its own definition needs."""
        if getattr(builtins, name, None) is value:
            return
        if name in self.needed:
            if not is_same(self.needed[name], value):
                raise self.refuse(
                    f"two different things are called {name} in what this function calls",
                    "Give one of them another name.",
                )
            return
        for base in value.__bases__ if is_user_class(value) else ():
            if is_user_class(base):
                self.add(base.__name__, base)  # it is written before the class
        self.needed[name] = value
        if isinstance(value, FunctionType) and value.__code__ in self.circuit.trace.run.definers:
            raise self.refuse(
                f"the local function {name} cannot be called from another helper",
                f"Define {name} outside, and pass it what it reads.",
            )
        if self.has_state(name, value):
            return
        if name in self.written and isinstance(value, FunctionType) and not is_importable(value):
            raise self.refuse(
                f"the function {name} keeps something in attributes of its own, and cannot be imported",
                f"Keep it in a variable of the module, or give {name} one decorator alone, with functools.wraps.",
            )
        if isinstance(value, FunctionType) and not is_library_file(value.__code__.co_filename):
            if not self.is_imported(name, value):
                self.scan(function_text(value), value)
        elif self.is_copied(value):
            if issubclass(value, enum.Enum):
                raise self.refuse(
                    f"the members of {name} are compared, and a class inside a function cannot be imported",
                    f"Define {name} in the module.",
                )
            self.scan(class_text(value), outer_function(value))
        elif dataclasses.is_dataclass(value) and not isinstance(value, type):
            self.add(type(value).__name__, type(value))
        else:
            self.add_functions(value)

    def refuse(self, message: str, advice: str) -> UnsupportedError:
        trace = self.circuit.trace
        error: UnsupportedError = trace.source.refuse(trace.tree, message, advice)
        return error

    def is_copied(self, value: Any) -> bool:
        return (
            is_user_class(value)
            and not is_plain_tuple(value)
            and value not in self.returned
            and not is_importable(value)
        )

    def is_imported(self, name: str, value: Any) -> bool:
        """Return whether something is imported: what a copy could be told from, and a function that has a row."""
        if is_user_class(value):
            is_asked_for = name in self.compared or not is_plain_tuple(value)
            return value in self.returned or is_asked_for and is_importable(value)
        is_asked_for = name in self.compared or canonical_name(value) in TABLE.heads
        return isinstance(value, FunctionType) and is_asked_for and is_importable(value)

    def is_brought(self, name: str, value: Any) -> bool:
        """Return whether an object of the user's module, such as a logger, is imported: it cannot be written.

        A generator of random numbers is not: what it gives depends on who asked it before.
        """
        draws = isinstance(value, np.random.Generator | np.random.RandomState | random.Random)
        home = self.homes.get(name, "__main__")
        is_own = self.is_changed(value) or self.literal_of(value) is None
        return home != "__main__" and not draws and is_own

    def is_changed(self, value: Any) -> bool:
        """Return whether a variable of the user's module is changed: writing to a copy of it would go unseen."""
        return isinstance(value, CHANGEABLE) and self.circuit.trace.run.memory.is_changed(value)

    def has_state(self, name: str, value: Any) -> bool:
        """Return whether a function changes a variable around it, or binds one of the module, such as a table."""
        if not isinstance(value, FunctionType) or self.homes.get(name, "__main__") == "__main__":
            return False
        cells = value.__closure__ or ()
        return any(self.is_changed(cell.cell_contents) for cell in cells) or any(
            one.opname == "STORE_GLOBAL" for one in dis.get_instructions(value)
        )

    def add_functions(self, value: Any) -> None:
        for one in held_in(value) if isinstance(value, dict | list | tuple) else ():
            if isinstance(one, FunctionType) and one.__name__.isidentifier():
                self.add(one.__name__, one)
            elif isinstance(one, FunctionType):  # a lambda, which is written where it stands
                self.scan(function_text(one), one)
            else:
                self.add_functions(one)

    def text(self) -> tuple[list[str], list[str]]:
        imports, constants = set(), []
        for name, value in self.needed.items():
            dotted = {part for part in self.parts if part.partition(".")[0] == name}
            if dotted and value is sys.modules.get(name):
                imports |= {f"import {part}" for part in dotted}
                continue
            if method_of_library(value):
                constants.append(f"{name} = {self.function_name(value)}")
                continue
            line = import_line(name, value)
            if self.is_imported(name, value):
                line = own_import(name, value)
            if self.has_state(name, value):
                line = f"from {self.homes[name]} import {name}"
            line = line or self.imported_number(name, value)
            if line:
                imports.add(line)
            elif is_user_class(value) and not is_plain_tuple(value):
                constants.append("\n\n" + class_text(value))
            elif isinstance(value, FunctionType):
                own = renamed(function_text(value), value.__name__, name)
                own = summarized(without_given_up(own, self.circuit.trace.run.given_up))
                constants.append("\n\n" + own)
            elif self.is_brought(name, value):
                imports.add(f"from {self.homes[name]} import {name}")
            else:
                constants.append(f"{name} = {self.literal(name, value)}")
        imports |= {f"import {owner}" for owner in self.owners}
        if any("np." in c for c in constants):
            imports.add("import numpy as np")
        if any(re.search(r"\bmath\.", c) for c in constants):
            imports.add("import math")
        if any(re.search(r"= logging\.", c) for c in constants):
            imports.add("import logging")
        plain = [c for c in constants if not c.startswith("\n")]
        tables = [c for c in plain if self.reads_functions(c)]
        others = [c for c in plain if c not in tables]
        functions = defaults_first([c for c in constants if c.startswith("\n")])
        if any("namedtuple(" in c for c in plain):
            imports.add("from collections import namedtuple")
        return in_order(imports), [
            *others,
            *functions,
            *(f"\n\n{c}" for c in tables[:1]),
            *tables[1:],
        ]

    def reads_functions(self, text: str) -> bool:
        """Return whether a constant is a table of functions of the module."""
        names = syntax.names(ast.parse(text))
        return any(isinstance(self.needed.get(n), FunctionType | type) for n in names)

    def literal_of(self, value: Any) -> str | None:
        from codegen.inputs.printed import literal  # few modules have constants of their own

        return literal(value, self.function_name, LARGEST)

    def function_name(self, value: Any) -> str | None:
        """Return how a function in a table, a class of namedtuples, or an object of a dataclass, is written."""
        if is_user_class(value) and is_plain_tuple(value):
            return f"namedtuple({value.__name__!r}, {list(value._fields)!r})"
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = {
                f.name: self.literal_of(getattr(value, f.name))
                for f in dataclasses.fields(value)
                if f.init
            }
            if None in fields.values() or self.needed.get(type(value).__name__) is not type(value):
                return None
            return f"{type(value).__name__}({', '.join(f'{k}={v}' for k, v in fields.items())})"
        if isinstance(value, FunctionType):
            own = value.__name__
            if self.needed.get(own) is value:
                return own
            is_lambda = value.__name__ == "<lambda>" and not value.__closure__
            return function_text(value).removeprefix("<lambda> = ") if is_lambda else None
        if method := method_of_library(value):
            self.owners.add(method.rpartition(".")[0].rpartition(".")[0])
            return method
        name = canonical_name(value) if callable(value) and not isinstance(value, type) else None
        return name if name is not None and name.startswith("np.") else None

    def imported_number(self, name: str, value: Any) -> str:
        """Return the line with which the user's file imports a number such as pi, or nothing."""
        line, number = imports_in(self.circuit.trace.source.lines).get(name, ("", None))
        return line if isinstance(value, int | float) and is_same_number(number, value) else ""

    def literal(self, name: str, value: Any) -> str:
        if self.is_changed(value):
            raise self.refuse(
                f"the function changes {name}, which lives outside of it and cannot be imported",
                f"Pass {name} as an argument.",
            )
        own = numbers_in(self.circuit.trace.source.lines).get(name, "")
        if own and isinstance(value, int | float) and is_same_number(worked_out(own), value):
            return own
        found = self.literal_of(value)
        if found is None and isinstance(value, logging.Logger):  # of a script
            found = f"logging.getLogger({value.name!r})"
        if found is None:
            raise self.refuse(
                f"the value of {name}, a {type(value).__name__}, cannot be written into the module",
                f"Pass {name} as an argument.",
            )
        return found


LIBRARIES = {"np": np, "math": math}
"""What a formula for a constant may call by the names that generated modules use."""
FORMULA = (
    ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Call, ast.Attribute, ast.Name,
    ast.expr_context,
)  # fmt: skip


@lru_cache(maxsize=16)
def top_level(lines: tuple[str, ...]) -> tuple[str, list[ast.stmt]]:
    text = "\n".join(line.rstrip("\r\n") for line in lines)
    try:
        return text, ast.parse(text).body
    except SyntaxError:  # a cell of a notebook
        return text, []


@lru_cache(maxsize=16)
def numbers_in(lines: tuple[str, ...]) -> dict[str, str]:
    """Return the numbers that a file names at its top level, as it spells them: literals, and formulas of such."""
    text, statements = top_level(lines)
    return {
        target.id: ast.get_source_segment(text, statement.value) or ""
        for statement in statements
        if isinstance(statement, ast.Assign) and is_formula(statement.value)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }


def is_formula(tree: ast.expr) -> bool:
    """Return whether an expression is a number, or computed from numbers by a library alone."""
    inside = list(ast.walk(tree))
    owners = [part.value for part in inside if isinstance(part, ast.Attribute)]
    return tree.lineno == tree.end_lineno and all(
        isinstance(part, FORMULA)
        and (not isinstance(part, ast.Constant) or isinstance(part.value, int | float))
        and (not isinstance(part, ast.Call) or isinstance(part.func, ast.Attribute))
        and (not isinstance(part, ast.Name) or part.id in LIBRARIES and part in owners)
        for part in inside
    )


def worked_out(formula: str) -> object:
    try:
        code = compile(formula, "<constant>", "eval")
        return eval(code, {"__builtins__": {}, **LIBRARIES})  # noqa: S307  # see `is_formula`
    except Exception:  # noqa: BLE001  # what cannot be worked out is written as a literal
        return None


def is_same_number(one: object, value: float) -> bool:
    """Return whether two numbers are of one type and equal."""
    return type(one) is type(value) and one == value


@lru_cache(maxsize=16)
def imports_in(lines: tuple[str, ...]) -> dict[str, tuple[str, object]]:
    """Return the lines with which a file imports something from NumPy or the math module, and what that is."""
    found: dict[str, tuple[str, object]] = {}
    for statement in top_level(lines)[1]:
        home = statement.module if isinstance(statement, ast.ImportFrom) else ""
        if isinstance(statement, ast.ImportFrom) and home in ("numpy", "math"):
            for one in statement.names:
                own = f"{one.name} as {one.asname}" if one.asname else one.name
                value = getattr(sys.modules[home], one.name, None)
                found[one.asname or one.name] = f"from {home} import {own}", value
    return found


def named(text: str) -> str:
    """Return the text of a helper as Python can read it: with a name for a lambda that has none."""
    return text.replace("<lambda> = ", "_ = ", 1)


def written_in(text: str) -> set[str]:
    nodes = syntax.walk(ast.parse(named(text)))
    owners = [
        n.value for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)
    ]
    return {n.id for n in owners if isinstance(n, ast.Name)}


def compared_in(text: str) -> set[str]:
    """Return the names whose identity code asks about, by comparison, by class, or as an item of a display."""
    found: set[str] = set()
    for node in syntax.walk(ast.parse(named(text))):
        parts = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        match node:
            case ast.Call(func=ast.Name("isinstance" | "issubclass"), args=[_, kind]):
                parts = [kind]
        for part in parts:
            items = part.elts if isinstance(part, ast.Tuple | ast.List | ast.Set) else [part]
            found.update(item.id for item in items if isinstance(item, ast.Name))
    return found


def summarized(text: str) -> str:
    """Return the text of a helper with the first line of its docstring: the rest is read where it is defined."""
    tree = ast.parse(named(text)).body[0]
    told = ast.get_docstring(tree) if isinstance(tree, ast.FunctionDef) else None
    if told is None or "\n" not in told or "__doc__" in text:
        return text
    summary = syntax.lines_of(told)[0]
    first = tree.body[0]  # type: ignore[attr-defined]  # a function, see above
    if not summary or '"""' in summary or "\\" in summary or summary.endswith('"'):
        return text
    lines = syntax.lines_of(text)
    start, end = first.lineno - 1, first.end_lineno
    if lines[start][: first.col_offset].strip():
        return text
    lines[start:end] = [f'{lines[start][: first.col_offset]}"""{summary}"""']
    return "\n".join(lines)


def defaults_first(texts: list[str]) -> list[str]:
    """Return definitions in their order, but a function that is the default of another's argument before that one."""
    trees = {text: ast.parse(text).body[0] for text in texts}
    own = {tree.name: text for text, tree in trees.items() if isinstance(tree, ast.FunctionDef)}
    placed: dict[str, None] = {}
    met: set[str] = set()

    def place(text: str) -> None:
        if text in met:
            return
        met.add(text)
        tree = trees[text]
        if isinstance(tree, ast.FunctionDef):
            for node in ast.walk(tree.args):
                if isinstance(node, ast.Name) and node.id in own:
                    place(own[node.id])
        placed[text] = None

    for text in texts:
        place(text)
    return list(placed)


def free_of(text: str) -> list[str]:
    table = symtable.symtable(named(text), "<generated>", "exec")
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
    return [name for name in found if name in text]  # `super` makes Python look for `__class__`


# ---- as what they are written


def import_line(name: str, value: Any) -> str:
    """Return the line that imports a value, or nothing if it is not a library's."""
    if isinstance(value, ModuleType):
        full = value.__name__
        return f"import {name}" if full == name else f"import {full} as {name}"
    known = canonical_name(value) if callable(value) else None
    module, called = module_of(value), getattr(value, "__name__", "")
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
        and getattr(sys.modules.get(module), called, None) is value
        or isinstance(value, FunctionType)
        and is_library_file(value.__code__.co_filename)
    ):
        attribute = called
    elif law_name(value):
        module, attribute = "scipy.stats", law_name(value)
    else:
        return ""
    return f"from {module} import {attribute}" + (f" as {name}" if attribute != name else "")


def method_of_library(value: Any) -> str:
    """Return the full name of a method of an object of SciPy's, as in `cdf = norm.cdf`; nothing for what is none."""
    known = (canonical_name(value) or "") if isinstance(value, MethodType) else ""
    owner = known.rpartition(".")[0]
    return known if known.startswith("scipy.") and owner not in sys.modules else ""


def is_user_class(value: Any) -> bool:
    if not isinstance(value, type):
        return False
    path = getattr(sys.modules.get(module_of(value)), "__file__", None)
    return path is not None and not is_library_file(path)


def classes_in(value: Any) -> Iterator[type]:
    """Yield the classes of the objects that a function returns: the caller wants his own."""
    if is_user_class(type(value)):
        yield type(value)
    for one in held_in(value) if isinstance(value, dict | list | tuple) else ():
        yield from classes_in(one)


def own_import(name: str, value: Any) -> str:
    """Return the line that imports a class or a function of the user's."""
    own = name_at_home(value) or value.__name__
    return f"from {module_of(value)} import {own}" + (f" as {name}" if own != name else "")


def class_text(value: type) -> str:
    return syntax.dedented(inspect.getsource(value)).rstrip()


def outer_function(value: type) -> FunctionType:
    """Return a function whose free names are those of the module of a class."""
    module = sys.modules[module_of(value)]
    return FunctionType((lambda: None).__code__, vars(module))


def is_plain_tuple(kind: type) -> bool:
    """Return whether a class is one of named tuples that have nothing but their fields."""
    if not hasattr(kind, "_fields") or getattr(kind, "_field_defaults", None):
        return False
    held = [pair for one in kind.__mro__[: -len(tuple.__mro__)] for pair in vars(one).items()]
    return not any(
        is_user_function(value) or not word.startswith("_") and word not in kind._fields
        for word, value in held
    )


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
    if text.startswith("<lambda> = "):
        return text.replace("<lambda>", new, 1)
    return text.replace(f"def {old}(", f"def {new}(", 1)
