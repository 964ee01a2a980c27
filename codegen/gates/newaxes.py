"""New axes by index: the index of a subscript goes in, the axes that it adds come out if it does nothing else."""

from __future__ import annotations

import ast

from codegen.gates.forms import Form


def new_axes(index: ast.expr) -> list[int] | None:
    """Return the axes that an index such as `[:, None]` adds, behind an ellipsis from the end; None for others."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    kinds = [kind_of(part) for part in parts]
    if "other" in kinds or "new" not in kinds or kinds.count("rest") > 1:
        return None
    rest = kinds.index("rest") if "rest" in kinds else len(kinds)
    return [k if k < rest else k - len(kinds) for k, kind in enumerate(kinds) if kind == "new"]


def kind_of(part: ast.expr) -> str:
    """Return what one part of an index does: `"all"`, `"new"`, `"rest"` for an ellipsis, or `"other"`."""
    if isinstance(part, ast.Slice):
        return "all" if part.lower is part.upper is part.step is None else "other"
    if isinstance(part, ast.Constant):
        return "new" if part.value is None else "rest" if part.value is ... else "other"
    return "new" if isinstance(part, ast.Attribute) and part.attr == "newaxis" else "other"


def axis_form(axes: list[int]) -> Form:
    """Return the form of one axis, or of a tuple of several."""
    forms = [Form("const", (), (), axis, constant(axis)) for axis in axes]
    if len(forms) == 1:
        return forms[0]
    return Form("tuple", tuple(forms), (), None, ast.Tuple([f.node for f in forms], ast.Load()))


def constant(value: int) -> ast.expr:
    """Return a literal, a minus in front of a negative one."""
    return ast.Constant(value) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-value))
