"""Evaluation: an expression, such as a row's gradient, and values for its names go in, its value comes out.

>>> evaluate(ast.parse("y * dout", mode="eval").body, {"y": 3.0, "dout": 2.0})
6.0
"""

from __future__ import annotations

import ast
import importlib
import math
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import lru_cache
from types import CodeType
from typing import Any

import numpy as np

from codegen import syntax


@lru_cache(maxsize=4096)
def code_of(tree: ast.expr) -> tuple[CodeType, frozenset[str]]:
    code = compile(ast.fix_missing_locations(ast.Expression(body=tree)), "<row>", "eval")
    return code, frozenset(syntax.names(tree))


def evaluate(tree: ast.expr, values: Mapping[str, Any]) -> Any:
    with np.errstate(all="ignore"):
        code, names = code_of(tree)
        scope = {**modules(names), **values}
        return eval(code, scope)  # noqa: S307  # a row of the table, or the user's own expression


def modules(names: Collection[str]) -> dict[str, Any]:
    """Return the modules that rows speak of, as far as they were imported; SciPy if it is there."""
    if "scipy" in names:  # a row of NumPy's may read it where the function does not import it
        with suppress(ImportError):
            importlib.import_module("scipy")
    found = {name: sys.modules[name] for name in names if name in sys.modules}
    return {**found, "np": np, "math": math}
