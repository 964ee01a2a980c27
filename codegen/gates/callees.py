"""The names of functions: an object that is called goes in, the one name that rows know it by comes out."""

from __future__ import annotations

import ast
import builtins
import inspect
import math
import operator
import re
import sys
from collections.abc import Callable
from functools import cache
from itertools import takewhile
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.forms import MISSING
from codegen.gates.table import TABLE
from codegen.pytree import module_of

# Functions of other modules, or other names, that mean a NumPy function.
MATH_TWINS = {
    "acos": "arccos",
    "acosh": "arccosh",
    "asin": "arcsin",
    "asinh": "arcsinh",
    "atan": "arctan",
    "atan2": "arctan2",
    "atanh": "arctanh",
}
OPERATOR_TWINS: dict[Any, str] = {
    np.add: "+",
    np.subtract: "-",
    np.multiply: "*",
    np.divide: "/",
    np.power: "**",
    np.float_power: "**",
    np.floor_divide: "//",
    np.remainder: "%",
    np.matmul: "@",
    np.negative: "neg",
    np.positive: "pos",
    math.pow: "**",
    builtins.pow: "**",
    operator.add: "+",
    operator.sub: "-",
    operator.mul: "*",
    operator.truediv: "/",
    operator.pow: "**",
    operator.mod: "%",
    operator.floordiv: "//",
    operator.pos: "pos",
    operator.neg: "neg",
    operator.matmul: "@",
}
REAL_BY_VALUE = frozenset({"np.linalg.eig", "np.linalg.eigvals"})
"""Functions whose result is real or complex, by the values they are given."""
VIEW_MAKERS = frozenset({
    "asarray", "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_to", "diagonal", "expand_dims", "flip", "fliplr",
    "flipud", "moveaxis", "ravel", "reshape", "rollaxis", "rot90", "squeeze", "swapaxes", "transpose", "view",
})  # fmt: skip
"""Functions and methods of NumPy whose result may show the memory of what they are given."""
METHOD_NAMES = frozenset({
    "all", "any", "argmax", "argmin", "argsort", "choose", "clip", "compress", "conj", "conjugate", "copy",
    "cumprod", "cumsum", "diagonal", "dot", "max", "mean", "min", "nonzero", "prod", "ptp", "ravel", "repeat",
    "reshape", "round", "searchsorted", "squeeze", "std", "sum", "swapaxes", "take", "trace", "transpose", "var",
})  # fmt: skip


# Second names of NumPy's own.
NUMPY_TWINS = {
    "amax": "max",
    "amin": "min",
    "round_": "round",
    "around": "round",
    "concat": "concatenate",
    "permute_dims": "transpose",
    "row_stack": "vstack",
    "trapz": "trapezoid",
}
# Functions of scipy.special that NumPy has too.
SPECIAL_TWINS = frozenset({"cbrt", "exp2", "expm1", "log1p"})
# Functions of np.linalg that do what those of NumPy do, for matrices at least.
LINALG_TWINS = frozenset(
    {"cross", "diagonal", "matmul", "matrix_transpose", "outer", "tensordot", "trace", "vecdot"}
)
# Functions of scipy.linalg that do the same as those of np.linalg, with how many operands they do.
SCIPY_TWINS = {
    "inv": 1,
    "det": 1,
    "solve": 2,
    "pinv": 1,
    "eigvalsh": 1,
    "eigh": 1,
    "norm": 3,
    "lstsq": 2,
}


@cache
def numpy_names() -> dict[Any, str]:
    """Return the canonical name of every NumPy function."""
    names: dict[Any, str] = {}
    for prefix, module in (("np.linalg.", np.linalg), ("np.", np)):
        # what `dir` adds would only now be imported
        for name, found in sorted(vars(module).items()):
            if name.startswith("_") or (prefix == "np." and name in ("linalg", "test")):
                continue
            if callable(found):
                own = getattr(found, "__name__", name)
                names[found] = prefix + (own if getattr(module, own, None) is found else name)
    return names


@cache
def math_names() -> dict[Any, str]:
    """Return the canonical name of every function of `math`."""
    names = {}
    for name in dir(math):
        found = getattr(math, name)
        if callable(found) and not name.startswith("_"):
            twin = MATH_TWINS.get(name, name)
            usable = twin in vars(np) and name not in ("gcd", "lcm", "prod", "hypot", "dist")
            names[found] = numpy_names()[getattr(np, twin)] if usable else f"math.{name}"
    names[math.hypot] = "math.hypot"
    return names


def known_name(names: dict[Any, str], callee: Any) -> str | None:
    """Return the name that a table has for a callee; the user's own may not be hashable."""
    try:
        return names.get(callee)
    except TypeError:
        return None


def canonical_name(callee: Any) -> str | None:
    """Return the canonical name of a callee, or None for a function that no row can know."""
    if callee is builtins.abs or callee is operator.abs:
        return "np.absolute"
    if callee is builtins.round:
        return "round"
    found = known_name(numpy_names(), callee) or known_name(math_names(), callee)
    if found:
        return found
    own = str(getattr(callee, "__name__", ""))
    if getattr(builtins, own, None) is callee:
        return own
    if own in SPECIAL_TWINS and isinstance(callee, np.ufunc):
        return f"np.{own}"
    module = str(module_of(callee) or module_of(type(callee)))
    name = getattr(callee, "__qualname__", None) or own
    law = law_of(callee)
    if law:
        return law
    special = sys.modules.get("scipy.special")
    if name and (
        module.startswith("scipy.special") or special and getattr(special, name, None) is callee
    ):
        return f"scipy.special.{name}"
    if module and name:
        full = f"{public_module(module, name, callee)}.{name}"
        # `neg` and `item` are heads of the table itself: a function of that name is another one
        return name if name in TABLE.later and full not in TABLE.heads else full
    return None


def public_module(module: str, name: str, callee: Any) -> str:
    """Return the module under which people know a function: `scipy.linalg` for `scipy.linalg._basic`."""
    parts = module.split(".")
    public = ".".join(takewhile(lambda part: not part.startswith("_"), parts))
    found = getattr(sys.modules.get(public), name, None)
    return re.sub(r"^numpy\b", "np", public) if found is callee else module


def law_name(value: Any) -> str:
    """Return the name of a probability law of SciPy, such as `scipy.stats.norm`, in its module; else nothing."""
    kind = type(value).__name__.removesuffix("_gen")  # of several variables: a law has no name
    stats, name = sys.modules.get("scipy.stats"), getattr(value, "name", kind)
    known = stats and callable(value) and isinstance(name, str) and name.isidentifier()
    return name if known and getattr(stats, name, None) is value else ""


def law_of(callee: Any) -> str:
    """Return the name of a method of a law, such as `scipy.stats.norm.cdf`, else nothing."""
    name = law_name(getattr(callee, "__self__", None))
    return f"scipy.stats.{name}.{callee.__name__}" if name else ""


def numpy_twin(callee: Any) -> Any:
    """Return the NumPy function that a second name stands for."""
    own = str(getattr(callee, "__name__", ""))
    twin = getattr(np, NUMPY_TWINS.get(own, ""), None)
    if twin is not None and callee is getattr(np, own, None):
        return twin
    if own in LINALG_TWINS and callee is getattr(np.linalg, own, None):
        return getattr(np, own)
    linalg, integrate = sys.modules.get("scipy.linalg"), sys.modules.get("scipy.integrate")
    if own in SCIPY_TWINS and linalg is not None and callee is getattr(linalg, own, None):
        return getattr(np.linalg, own)
    if own == "trapezoid" and integrate is not None and callee is integrate.trapezoid:
        return getattr(np, "trapezoid", None) or getattr(np, "trapz")  # noqa: B009  # NumPy 1.26
    return callee


def static_object(func: ast.expr | None, **roots: Any) -> Any:
    """Return the object a dotted name in a row stands for, or MISSING if its module was never imported."""
    if isinstance(func, ast.Name):
        known = roots.get(func.id, getattr(builtins, func.id, MISSING))
        return sys.modules.get(func.id, known) if known is MISSING else known
    if isinstance(func, ast.Attribute):
        dotted = syntax.dotted(func)
        if dotted in sys.modules:
            return sys.modules[dotted]
        base = static_object(func.value, **roots)
        return getattr(base, func.attr, MISSING) if base is not MISSING else MISSING
    return MISSING


@cache
def signature_of(callee: Any) -> inspect.Signature | None:
    if isinstance(callee, np.ufunc):
        return None
    if law_of(callee) and hasattr(callee.__self__, "shapes"):
        return law_signature(callee)
    known = OF_C.get(str(getattr(callee, "__name__", "")))
    try:
        return inspect.signature(known[1] if known and known[0] is callee else callee)
    except (ValueError, TypeError):
        return None


# Functions written in C, whose signatures older versions of NumPy do not tell.
OF_C: dict[str, tuple[Any, Callable[..., Any]]] = {
    "array": (
        np.array,
        lambda object, dtype=None, *, copy=True, order="K", subok=False, ndmin=0, ndmax=0, like=None: ...,
    ),
    "asarray": (
        np.asarray,
        lambda a, dtype=None, order=None, *, device=None, copy=None, like=None: ...,
    ),
    "asanyarray": (
        np.asanyarray,
        lambda a, dtype=None, order=None, *, device=None, copy=None, like=None: ...,
    ),
    "ascontiguousarray": (np.ascontiguousarray, lambda a, dtype=None, *, like=None: ...),
    "asfortranarray": (np.asfortranarray, lambda a, dtype=None, *, like=None: ...),
    "bincount": (np.bincount, lambda x, /, weights=None, minlength=0: ...),
    "concatenate": (
        np.concatenate,
        lambda arrays, /, axis=0, out=None, *, dtype=None, casting="same_kind": ...,
    ),
    "dot": (np.dot, lambda a, b, out=None: ...),
    "empty_like": (
        np.empty_like,
        lambda prototype, /, dtype=None, order="K", subok=True, shape=None, *, device=None: ...,
    ),
    "inner": (np.inner, lambda a, b, /: ...),
    "vdot": (np.vdot, lambda a, b, /: ...),
    "where": (np.where, lambda condition, x=None, y=None, /: ...),
}


def law_signature(callee: Any) -> inspect.Signature:
    """Return the signature of a method of a distribution: a value, its shapes, where it is and how wide."""
    shapes = [name.strip() for name in (callee.__self__.shapes or "").split(",") if name.strip()]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    given = [inspect.Parameter(name, kind) for name in ["x", *shapes]]
    free = [
        inspect.Parameter(name, kind, default=value) for name, value in (("loc", 0), ("scale", 1))
    ]
    return inspect.Signature([*given, *free])
