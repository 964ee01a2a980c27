"""Targets: `mymodule.f`, `path/to/file.py:f` or a whole module goes in, the functions it names come out."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import inspect
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import numpy as np

from codegen.draws import drawing
from codegen.errors import UsageError, said
from codegen.inputs import has_example
from codegen.pytree import module_of
from codegen.records import dataclass
from codegen.trace.read import no_source

FORMS = (
    "Targets look like mymodule.f, path/to/file.py:f, mymodule:Class.method, "
    "or mymodule for all of its functions with an example beside them."
)
MOST_NAMES = 12  # that a message lists


@dataclass(frozen=True)
class Target:
    """A function, and how to name it on the command line."""

    function: Callable[..., Any]
    text: str
    """Such as `mymodule.f` or `path/to/file.py:f`; never an absolute path."""
    whole: bool = False
    """Whether it was named by its module, together with the others."""
    is_method: bool = False
    """Whether it is taken from a class, so that its first argument is an object."""


def find(text: str, folder: str | Path = ".") -> list[Target]:
    """Return the functions that a target names: `mymodule.f`, `mymodule:f`, `path/to/file.py:f` (or `::f`),
    `mymodule:Class.method`, or a module or a file for all its functions with an example.

    Modules and files are looked for in the folder, then in its `src`. `UsageError` if there is none, or importing it
    fails.
    """
    base = Path(folder).resolve()
    text = text.replace("::", ":")
    path, _, inside = text.rpartition(":") if ".py:" in text else (text, "", "")
    if path.endswith(".py"):
        module = from_file(base / path, path)
        return chosen(module, inside, f"{relative(base / path)}:")
    module, rest = from_name(text.replace(":", "."), base)
    return chosen(module, rest, f"{module.__name__}.")


def relative(path: Path) -> str:
    """Return a path as seen from the current folder, with slashes; outside of it, the bare name."""
    try:
        return Path(os.path.abspath(path)).relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.name


def shown(path: Path) -> str:
    """Return a path as messages name it: as seen from the current folder, or whole if it lies elsewhere."""
    found = relative(path)
    return found if os.path.abspath(found) == os.path.abspath(path) else os.fspath(path)


def name_of(target: Target) -> str:
    """Return what a function is called; a lambda, as its module calls it."""
    name: str = getattr(target.function, "__name__", "")
    return name if name.isidentifier() else target.text.replace(":", ".").rpartition(".")[2]


def chosen(module: ModuleType, inside: str, prefix: str) -> list[Target]:
    """Return the function of a module, or all of those with an example."""
    if inside:
        return [Target(attribute(module, inside), prefix + inside, False, of_class(module, inside))]
    found = [
        Target(f, prefix + name, True, "." in name)
        for name, f in everything_of(module).items()
        if has_example(f)
    ]
    if not found and hasattr(module, "__path__") and getattr(module, "__file__", None) is None:
        raise UsageError(
            f"{module.__name__} is a folder",
            advice=f"Name a file in it, {module.__name__.replace('.', '/')}/file.py, or a function of one.",
        )
    if not found:
        names = [name for name in everything_of(module) if not is_private(name)]
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        known = ", ".join(names[:MOST_NAMES]) + more or "none"
        raise UsageError(
            f"no function of {module.__name__} has an example",
            advice=f"Its functions: {known}. Name one with --input, or mark it with @codegen.example(...).",
        )
    return found


def of_class(module: ModuleType, inside: str) -> bool:
    """Return whether a name is that of a method in a class, to be called with an object."""
    owner, _, name = inside.rpartition(".")
    found: Any = module
    for part in owner.split(".") if owner else []:
        found = getattr(found, part)
    return isinstance(found, type) and isinstance(inspect.getattr_static(found, name), FunctionType)


def without_example(targets: Sequence[Target]) -> list[str]:
    """Return the public functions and methods of modules named as a whole that have no example."""
    modules = {module_of(t.function) for t in targets if t.whole}
    return [
        name
        for module in sorted(modules)
        for name, function in everything_of(sys.modules[module]).items()
        if not has_example(function) and not is_private(name)
    ]


def functions_of(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """Return the functions that a module defines, in the order of its source."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(inspect.unwrap(value) if callable(value) else value, FunctionType)
        and module_of(value) == module.__name__
        and value.__name__ == name
    }


def everything_of(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """Return the functions that a module defines, then the methods of its classes, `Net.forward`."""
    return functions_of(module) | {
        f"{name}.{method.__name__}": method
        for name, kind in vars(module).items()
        if isinstance(kind, type) and module_of(kind) == module.__name__ and kind.__name__ == name
        for method in vars(kind).values()
        if isinstance(method, FunctionType) and method.__name__ in methods_of(kind)
    }


def is_private(name: str) -> bool:
    return any(part.startswith("_") and part != "__call__" for part in name.split("."))


def methods_of(kind: type) -> list[str]:
    """Return the methods of a class that are written in Python, without those that make its objects."""
    return [
        name
        for name, value in inspect.getmembers(kind)
        if isinstance(value, FunctionType) and name not in ("__init__", "__repr__", "__eq__")
    ]


def attribute(module: ModuleType, inside: str) -> Callable[..., Any]:
    """Return what a module calls by a name, which may be dotted."""
    found: Any = module
    way = ""
    for part in inside.split("."):
        if isinstance(found, type) and not hasattr(found, part):
            methods = methods_of(found)
            near = difflib.get_close_matches(part, methods, n=3)
            raise UsageError(
                f"{found.__name__} has no method {part}",
                advice=(
                    f"Did you mean {' or '.join(f'{way}.{n}' for n in near)}?"
                    if near
                    else f"Its methods: {', '.join(methods) or 'none'}."
                ),
            )
        way = f"{way}.{part}".lstrip(".")
        if not hasattr(found, part):
            names = list(functions_of(module))
            close = difflib.get_close_matches(part, names, n=3)
            known = (
                f"Did you mean {' or '.join(close)}?"
                if close
                else f"Its functions: {', '.join(names) or 'none'}."
            )
            what = "module or function" if hasattr(module, "__path__") else "function"
            raise UsageError(f"{module.__name__} has no {what} {inside}", advice=known)
        found = getattr(found, part)
    if not callable(found) or isinstance(found, type):
        raise UsageError(
            f"{module.__name__}.{inside} is a {'class' if isinstance(found, type) else type(found).__name__}, not a"
            " function",
            advice=(
                f"Name one of its methods: {', '.join(f'{inside}.{n}' for n in methods_of(found))}."
                if isinstance(found, type) and methods_of(found)
                else FORMS
            ),
        )
    if isinstance(found, BuiltinFunctionType | np.ufunc):
        raise no_source(found)
    called: Callable[..., Any] = found
    return called


@drawing()
def from_name(name: str, folder: Path) -> tuple[ModuleType, str]:
    """Return the module of a dotted name, and what is left of the name."""
    put_on_path(folder)
    if (folder / "src").is_dir():
        put_on_path(folder / "src")
    parts = name.split(".")
    if not all(part.isidentifier() for part in parts):
        raise UsageError(f"{name!r} is no target", advice=FORMS)
    module = None
    for count in range(1, len(parts) + 1):
        dotted = ".".join(parts[:count])
        try:
            module = importlib.import_module(dotted)
        except ModuleNotFoundError as error:
            if error.name != dotted:
                raise failed(dotted, error) from error
            if module is None:
                raise UsageError(
                    f"there is no module {dotted}", advice=where_advice(parts, folder)
                ) from error
            return module, ".".join(parts[count - 1 :])
        except (Exception, SystemExit) as error:
            raise failed(dotted, error) from error
        if count < len(parts) and not hasattr(module, "__path__"):
            return module, ".".join(parts[count:])
    assert module is not None
    return module, ""


def where_advice(parts: list[str], folder: Path) -> str:
    """Return where modules are looked for."""
    if (folder / f"{parts[-1]}").with_suffix(".py").exists() or (
        len(parts) == 2 and parts[1] == "py"
    ):
        return f"For a file, write its name and the function: {'/'.join(parts[:-1]) or parts[-1]}.py:f."
    return f"Modules are looked for in the current folder, in src/, then as Python does. {FORMS}"


@drawing()
def from_file(path: Path, text: str) -> ModuleType:
    """Return the module of a file; a file of a package is imported as its part, so that relative imports work."""
    path = path.resolve()
    if not path.is_file():
        raise UsageError(f"there is no file {text}", advice=FORMS)
    root = path.parent
    while (root / "__init__.py").exists():
        root = root.parent
    put_on_path(root)
    if root != path.parent:
        dotted = ".".join(path.relative_to(root).with_suffix("").parts)
        try:
            module = importlib.import_module(dotted)
        except (Exception, SystemExit) as error:
            raise failed(text, error) from error
        if Path(module.__file__ or "").resolve() == path:
            return module
    return loaded(path, text)


def loaded(path: Path, text: str) -> ModuleType:
    """Return the module made from a file by itself, under a name that nothing else has."""
    name = path.stem
    present = sys.modules.get(name)
    if present is not None and Path(getattr(present, "__file__", None) or "").resolve() == path:
        return present
    while name in sys.modules or name in sys.stdlib_module_names:
        name += "_"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{text} cannot be loaded as a module", advice=FORMS)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise failed(text, error) from error
    return module


def put_on_path(folder: Path) -> None:
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def failed(name: str, error: BaseException) -> UsageError:
    frames = traceback.extract_tb(error.__traceback__)
    own = [
        f
        for f in frames
        if "importlib" not in f.filename
        and not f.filename.startswith(os.path.dirname(__file__) + os.sep)
    ]
    where = f", at {Path(own[-1].filename).name}:{own[-1].lineno}" if own else ""
    if isinstance(error, SyntaxError) and error.filename:
        where = f", at {Path(error.filename).name}:{error.lineno}"
    message = error.msg if isinstance(error, SyntaxError) else said(error)
    return UsageError(
        f"importing {name} raised {type(error).__name__}: {message}{where}",
        advice="The module must import without an error.",
    )
