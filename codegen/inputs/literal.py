"""Values written as text: `randn(5, 10)` goes in, the value comes out, and nothing is evaluated by Python.

The text is parsed with `ast`; only literals, arithmetic, names that are already known and a short list of constructors
have a meaning. Random values are seeded by the name of the argument, so that the same text always makes the same value.
"""

from __future__ import annotations

import ast
import difflib
import enum
import operator
import zlib
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from codegen.draws import drawing
from codegen.errors import UsageError
from codegen.inputs.constructors import CONSTRUCTORS, dtype_of

CONSTANTS = {"inf": np.inf, "nan": np.nan, "pi": np.pi, "e": np.e}
MODULES = {"np", "numpy", "math", "random"}
POWER_LIMIT = 64
BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
# What generators draw, and functions of NumPy that make arrays of arrays.
DRAWS = frozenset({
    "standard_normal", "normal", "uniform", "random", "random_sample", "integers", "choice", "permutation", "randn",
    "rand", "randint", "exponential", "gamma", "beta", "poisson", "lognormal", "dirichlet",
})  # fmt: skip
ARRAYS = frozenset({
    "asarray", "atleast_1d", "atleast_2d", "column_stack", "concatenate", "diag", "geomspace", "hstack", "identity",
    "full_like", "logspace", "meshgrid", "ones_like", "repeat", "stack", "tile", "vstack", "zeros_like",
})  # fmt: skip
METHODS: dict[str, Callable[..., Any]] = {
    "reshape": lambda x, *shape: np.reshape(x, shape[0] if len(shape) == 1 else shape),
    "astype": lambda x, dtype: np.asarray(x).astype(dtype),
    "copy": lambda x: np.copy(x),
}
ADVICE = (
    "Write a literal (-2, 0.5, [1, 2], {'W': 3.0}, 'train'), arithmetic on values, @file.npy, @file.npz:name, or "
    f"one of {', '.join(f'{name}(...)' for name in CONSTRUCTORS)}; or a class of the function's own module, Net(3, 4)."
)


def parse(
    text: str, name: str, folder: str | Path = ".", known: Mapping[str, Any] | None = None
) -> Any:
    """Return the value of a text such as `-2`, `[1.0, 2.0]`, `0.1 * randn(5, 10)`, `@data.npy`, `@data.npz:weights`.

    The `name` of the argument seeds what is drawn, files lie in the `folder`, and the text may name what is `known`, as
    in `Net(3, 4)`. `UsageError` if it is none of these.
    """
    text = text.strip()
    if text.startswith("@"):
        return loaded(text, name, Path(folder))
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise UsageError(f"cannot read {text!r} as the value of {name}", advice=ADVICE) from error
    return value_of(tree, name, known or {})


def makes(value: Any) -> bool:
    """Return whether a value is the text of a constructor, `"randn(5, 10)"`, and not a word that a function takes.

    >>> [makes(value) for value in ("randn(5, 10)", "0.1 * np.ones(3)", "train", 3.0)]
    [True, True, False, False]
    """
    try:
        tree = ast.parse(value, mode="eval") if isinstance(value, str) else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)] if tree else []
    return any(last_of(func) in CONSTRUCTORS for func in calls)


def value_of(tree: ast.expr, name: str, known: Mapping[str, Any]) -> Any:
    """Return the value of a parsed text; `known` are values of names that were assigned before, the argument's name
    seeds what is random. `UsageError` if something in it has no meaning here, or the constructor refuses its
    arguments.
    """
    reader = Reader(name, known)
    with drawing(reader.seed):
        return reader.value(tree)


def loaded(text: str, name: str, folder: Path) -> Any:
    """Return the array of a file, `@file.npy` or `@file.npz:name`."""
    file, _, member = text[1:].partition(".npz:") if ".npz:" in text else (text[1:], "", "")
    path = folder / (f"{file}.npz" if member else file)
    where = f"{text}, the value of {name}"
    from zipfile import BadZipFile  # most values are literals

    try:
        found = np.load(path, allow_pickle=False)
        if not isinstance(found, np.ndarray):
            with found:
                return member_of(found, member, where, path.name)
    except (OSError, ValueError, EOFError, BadZipFile, zlib.error) as error:
        told = str(error) if is_saved(path) else "the file holds no array that NumPy has saved"
        raise UsageError(
            f"cannot read {where}: {told}",
            advice="Save an array of numbers with np.save or np.savez.",
        ) from error
    if member:
        raise UsageError(
            f"cannot read {where}: the file holds a single array", advice=f"Write @{path.name}."
        )
    return found


def is_saved(path: Path) -> bool:
    """Return whether a file begins as those that NumPy saves; true of one that cannot be opened, which is told as such.

    NumPy takes every other file for pickled objects, and its words are about those.
    """
    try:
        with path.open("rb") as file:
            return file.read(6).startswith((b"\x93NUMPY", b"PK"))
    except OSError:
        return True


def member_of(found: Any, member: str, where: str, file: str) -> Any:
    """Return an array of an opened .npz file; the name may be left out if it is the only one."""
    members = found.files
    member = member or (members[0] if len(members) == 1 else "")
    if member not in members:
        raise UsageError(
            f"cannot read {where}: the file holds {', '.join(members) or 'nothing'}",
            advice=f"Write @{file}:NAME.",
        )
    return found[member]


class Reader:
    """Reads one parsed text; its random numbers go on from one constructor to the next."""

    def __init__(self, name: str, known: Mapping[str, Any]) -> None:
        self.name = name
        self.known = known

    @cached_property
    def seed(self) -> int:
        """What the random numbers of this text begin with."""
        return zlib.crc32(self.name.encode())

    @cached_property
    def random(self) -> np.random.Generator:
        return np.random.default_rng(self.seed)

    def value(self, tree: ast.expr) -> Any:
        found = getattr(self, f"read_{type(tree).__name__.lower()}", None)
        if found is None:
            raise self.refuse(tree)
        try:
            return found(tree)
        except (TypeError, ValueError, ArithmeticError, LookupError, MemoryError) as error:
            raise UsageError(
                f"cannot make {ast.unparse(tree)}, for {self.name}: {error}", advice=ADVICE
            ) from error

    def refuse(self, tree: ast.expr) -> UsageError:
        """Return the error about an expression without a meaning here."""
        shown = ast.unparse(tree)
        if isinstance(tree, ast.Name):
            return UsageError(
                f"cannot read {shown} as the value of {self.name}: a bare word has no value here",
                advice=f"For a string, write quotes: --input \"{self.name}='{shown}'\".",
            )
        names = [n for n, v in self.known.items() if callable(v)]
        func = tree.func if isinstance(tree, ast.Call) else tree
        near = difflib.get_close_matches(ast.unparse(func), [*CONSTRUCTORS, *names], n=1)
        return UsageError(
            f"cannot read {shown} as the value of {self.name}",
            advice=(f"Did you mean {near[0]}(...)? " if near else "") + ADVICE,
        )

    def read_constant(self, tree: ast.Constant) -> Any:
        if tree.value is Ellipsis:
            raise self.refuse(tree)
        return tree.value

    def read_name(self, tree: ast.Name | ast.Attribute) -> Any:
        """Return what a name stands for: a value assigned before, a constant, or a dtype."""
        if isinstance(tree, ast.Name) and tree.id in self.known:
            return self.known[tree.id]
        last = last_of(tree)
        if last in CONSTANTS:
            return CONSTANTS[last]
        kind = dtype_of(last)
        if kind is None:
            raise self.refuse(tree)
        return kind

    def read_attribute(self, tree: ast.Attribute) -> Any:
        """Return a constant of a module, a member of an enum, or the transpose of a value."""
        kind = self.known.get(tree.value.id) if isinstance(tree.value, ast.Name) else None
        if isinstance(kind, enum.EnumType):
            if tree.attr in kind.__members__:
                return kind.__members__[tree.attr]
            raise UsageError(
                f"cannot read {ast.unparse(tree)} as the value of {self.name}",
                advice=f"The members of {kind.__name__}: {', '.join(kind.__members__)}.",
            )
        if tree.attr == "T":
            return np.asarray(self.value(tree.value)).T
        return self.read_name(tree)

    def read_list(self, tree: ast.List) -> Any:
        return [self.value(e) for e in tree.elts]

    def read_tuple(self, tree: ast.Tuple) -> Any:
        return tuple([self.value(e) for e in tree.elts])

    def read_dict(self, tree: ast.Dict) -> Any:
        if None in tree.keys:
            raise self.refuse(tree)
        return {
            self.value(k): self.value(v)
            for k, v in zip(tree.keys, tree.values, strict=True)
            if k is not None
        }

    def read_unaryop(self, tree: ast.UnaryOp) -> Any:
        value = self.value(tree.operand)
        if isinstance(tree.op, ast.USub):
            return -value
        if isinstance(tree.op, ast.UAdd):
            return +value
        raise self.refuse(tree)

    def read_binop(self, tree: ast.BinOp) -> Any:
        if type(tree.op) not in BINARY:
            raise self.refuse(tree)
        left, right = self.value(tree.left), self.value(tree.right)
        if (
            isinstance(tree.op, ast.Pow)
            and isinstance(left, int)
            and isinstance(right, int)
            and abs(right) > POWER_LIMIT
        ):
            raise self.refuse(tree)
        return BINARY[type(tree.op)](left, right)

    def read_compare(self, tree: ast.Compare) -> Any:
        """Return a comparison, as masks are made by one."""
        if len(tree.ops) != 1 or type(tree.ops[0]) not in COMPARISONS:
            raise self.refuse(tree)
        return COMPARISONS[type(tree.ops[0])](
            self.value(tree.left), self.value(tree.comparators[0])
        )

    def read_call(self, tree: ast.Call) -> Any:
        last = last_of(tree.func)
        args = [self.value(a) for a in tree.args]
        if any(k.arg is None for k in tree.keywords):
            raise self.refuse(tree)
        kwargs = {str(k.arg): self.value(k.value) for k in tree.keywords}
        if isinstance(tree.func, ast.Name) and callable(self.known.get(tree.func.id)):
            return self.made(self.known[tree.func.id], tree, args, kwargs)
        if isinstance(tree.func, ast.Attribute) and not last:
            return self.of_method(tree, tree.func, args, kwargs)
        if last in CONSTRUCTORS:
            return CONSTRUCTORS[last](self.random, *args, **kwargs)
        if last in DRAWS and hasattr(self.random, last):
            return getattr(self.random, last)(*args, **kwargs)
        plain: Any = getattr(np, last, None)
        if last in ARRAYS or isinstance(plain, np.ufunc):
            return plain(*args, **kwargs)
        raise self.refuse(tree)

    def of_method(
        self, tree: ast.Call, func: ast.Attribute, args: list[Any], kwargs: dict[str, Any]
    ) -> Any:
        """Return what a method of an array gives, or a draw of a generator."""
        if func.attr in METHODS:
            return METHODS[func.attr](self.value(func.value), *args, **kwargs)
        if func.attr in DRAWS:
            owner = self.value(func.value)
            if isinstance(owner, np.random.Generator | np.random.RandomState):
                return getattr(owner, func.attr)(*args, **kwargs)
        raise self.refuse(tree)

    def read_subscript(self, tree: ast.Subscript) -> Any:
        value, index = self.value(tree.value), self.value(tree.slice)
        if not isinstance(value, np.ndarray | list | tuple | dict):
            raise self.refuse(tree)
        return value[index]

    def read_slice(self, tree: ast.Slice) -> Any:
        return slice(*(s and self.value(s) for s in (tree.lower, tree.upper, tree.step)))

    def made(
        self, maker: Callable[..., Any], tree: ast.Call, args: list[Any], kwargs: dict[str, Any]
    ) -> Any:
        """Return what a class or function of the user's own module makes."""
        try:
            return maker(*args, **kwargs)
        except Exception as error:  # the user's code may raise anything
            raise UsageError(
                f"cannot make {ast.unparse(tree)}, for {self.name}: it raised {type(error).__name__}: {error}"
            ) from error


def last_of(tree: ast.expr) -> str:
    """Return the last part of a name such as `randn` or `np.random.randn`, empty for anything else."""
    first, *rest = ast.unparse(tree).split(".")
    if not rest:
        return first if isinstance(tree, ast.Name) else ""
    return rest[-1] if {first, *rest[:-1]} <= MODULES else ""
