"""Gradients made in place: a row and an upstream gradient go in, the statements that agree with the truth come out."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen.backward.fit import Gradient, modules
from codegen.backward.samples import agrees
from codegen.backward.variants import variants
from codegen.ir import Wire


def statements(wire: Wire, hole: str, upstream: Gradient, truth: Any) -> list[ast.stmt]:
    """Return the statements that make the gradient of a hole, in terms of the row; none if none fit."""
    assert wire.row is not None
    found = wire.row.statements.get(hole, ())
    if not found:
        return []
    *first, last = found
    assert isinstance(last, ast.AugAssign)
    for value in variants(last.value, True):
        tried = [*first, ast.AugAssign(last.target, last.op, value)]
        if agrees(result(tried, wire, hole, upstream), truth):
            return tried
    return []


def result(tried: list[ast.stmt], wire: Wire, hole: str, upstream: Gradient) -> Any:
    """Return the gradient that some statements make on the traced values."""
    scope = {**modules(), **wire.values, "out": wire.sample, "dout": upstream.sample}
    module = ast.fix_missing_locations(ast.Module(body=list(tried), type_ignores=[]))
    try:
        with np.errstate(all="ignore"):
            code = compile(module, "<row>", "exec")
            exec(code, scope)  # noqa: S102  # rows are the table's own text
    except (ValueError, TypeError, IndexError, AttributeError):
        return None
    return scope[f"d{hole}"]
