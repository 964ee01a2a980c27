"""What to write instead of a call that no row fits: a form goes in, the nearest rows and a row that works come out.

The row that is printed can be pasted as it stands: its gradient is a central difference, right for a start, until its
formula takes that place.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.callees import static_object
from codegen.gates.canonical import Form
from codegen.gates.match import called_under, sorted_rows
from codegen.gates.table import TABLE, Row

PLAIN_ADVICE = "Write it with NumPy functions that have a gate."
FEW = 3
"""How many known forms are named."""
NAMES = ("x", "y", "z", "u", "v", "w")
ELSEWHERE = {
    "copy.deepcopy": (
        "A dict of arrays is copied by {k: v.copy() for k, v in d.items()}, a list by [v.copy() for v in d]."
    ),
    "np.lib.stride_tricks.as_strided": (
        "Windows have a gate as np.lib.stride_tricks.sliding_window_view(x, n); every s-th of them is [::s]."
    ),
}
"""What says the same with a gate."""
TAKEN = frozenset({"np", "out", "dout", "math", "scipy", "e"})


def advice_for(form: Form, value: Callable[[ast.expr], Any], active: Callable[[Form], bool]) -> str:
    """Return what to write instead of a call that no row fits; `active` tells whether a part is differentiable."""
    lines = [ELSEWHERE[form.head]] if form.head in ELSEWHERE else []
    known = nearest(form)
    own = spelled(form)
    if own is not None and normal(own[0]) in map(normal, known):
        lines.append(f"{own[0]} is known for operands of other shapes or types.")
        known = [pattern for pattern in known if normal(pattern) != normal(own[0])]
    if known:
        lines.append(f"Known forms: {'; '.join(known[:FEW])}.")
    row = row_advice(form, value, active)
    return "\n".join([*lines, row] if row else lines) or PLAIN_ADVICE


def row_advice(form: Form, value: Callable[[ast.expr], Any], active: Callable[[Form], bool]) -> str:
    """Return the advice to add a row for a call; nothing where none can be written."""
    own = spelled(form)
    row = "" if own is None else own_row(own, form, value, active)
    return f"A row of your own, with its formula in place of the differences: {row}" if row else ""


def advice_for_object(
    call: ast.Call,
    module: str,
    value: Callable[[ast.expr], Any],
    active: Callable[[ast.expr], bool],
) -> str | None:
    """Return a function to write for an object of the module, such as an interpolator, and its row; or None."""
    if not isinstance(call.func, ast.Name) or call.keywords or len(call.args) > len(NAMES):
        return None
    holes = ", ".join(NAMES[: len(call.args)])
    name = f"{call.func.id}_of"
    pattern = f"{module}.{name}({holes})"
    texts = []
    for hole, part in zip(NAMES, call.args, strict=False):
        sample = value(part)
        if active(part) and not isinstance(sample, float | np.ndarray | np.floating):
            return None
        if active(part):
            texts.append(f'd{hole}="{differences(pattern, hole, sample, value(call))}"')
    return (
        f"Write a function for it in {module} and call that: def {name}({holes}): return {call.func.id}({holes})\n"
        f"Its row, with its formula in place of the differences: "
        f'codegen.gate("{pattern}", {", ".join(texts)})'
    )


def nearest(form: Form) -> list[str]:
    """Return the left sides of the rows of the same function, those with the same arguments first."""
    called = called_under(form.head, TABLE.version)
    rows = [row for row in sorted_rows(form.head, called, TABLE.version) if is_plain(row)]
    keys = {key for key in form.keys[1:] if not key.isdigit()}

    def distance(row: Row) -> tuple[int, int]:
        words = {str(k.arg) for k in getattr(row.tree, "keywords", [])}
        return len(words ^ keys), len(row.pattern)

    return list(dict.fromkeys(row.pattern for row in sorted(rows, key=distance)))


def is_plain(row: Row) -> bool:
    """Return whether the left side is one call, or one operator, of holes and literals."""
    parts = list(syntax.parts(row.tree))
    values = [p.value if isinstance(p, ast.keyword) else p for p in parts]
    func = getattr(row.tree, "func", None)
    return not row.named and all(
        isinstance(v, ast.Name | ast.Constant | ast.UnaryOp | ast.operator | ast.unaryop)
        for v in values
        if v is not func
    )


def normal(pattern: str) -> str:
    """Return a left side with its holes numbered, so that spellings can be compared."""
    tree = syntax.parse(pattern)
    func = getattr(tree, "func", None)
    callee = set(ast.walk(func)) if func is not None else set()
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node not in callee:
            node.id = names.setdefault(node.id, f"h{len(names)}")
    return ast.unparse(tree)


def spelled(form: Form) -> tuple[str, list[str]] | None:
    """Return the left side of a row for a call, and the hole of each of its arguments."""
    if not form.keys or not all(part.isidentifier() for part in form.head.split(".")):
        return None
    holes: list[str] = []
    args: list[str] = []
    for place, key in enumerate(form.keys):
        is_behind = any("=" in one for one in args)  # a name such as `fprime2` is no place then
        positional = not is_behind and (place == 0 or key.isdigit() or key[-1:].isdigit())
        plain = key.isidentifier() and key not in TAKEN and not positional
        hole = key if plain else NAMES[place] if place < len(NAMES) else f"x{place}"
        holes.append(f"{hole}_" if hole in holes else hole)
        args.append(holes[-1] if positional else f"{key}={holes[-1]}")
    return f"{form.head}({', '.join(args)})", holes


def own_row(
    own: tuple[str, list[str]],
    form: Form,
    value: Callable[[ast.expr], Any],
    active: Callable[[Form], bool],
) -> str:
    """Return the call of `codegen.gate` that adds a row, its gradients by differences; nothing where there are none."""
    pattern, holes = own
    out = value(form.node)
    if any(part.startswith("_") for part in form.head.split(".")) or "<" in form.head:
        return ""  # what is private may be gone tomorrow
    texts = []
    for hole, part in zip(holes, form.args, strict=True):
        if not active(part):
            continue
        sample = value(part.node)
        if not isinstance(sample, float | np.ndarray | np.floating):
            return ""
        texts.append(f'd{hole}="{differences(pattern, hole, sample, out)}"')
    return f'codegen.gate("{pattern}", {", ".join(texts)})' if texts else ""


def differences(pattern: str, hole: str, sample: Any, out: Any) -> str:
    """Return the text of a gradient by central differences."""

    def moved(step: str) -> str:
        tree = syntax.substitute(syntax.parse(pattern), {hole: syntax.parse(f"{hole} {step}")})
        return ast.unparse(tree)

    callee = static_object(getattr(syntax.parse(pattern), "func", None), np=np)
    if np.ndim(sample) == 0 or isinstance(callee, np.ufunc) and np.shape(sample) == np.shape(out):
        step = "np.float64(1e-6)"  # lost in a number of single precision, were it one of Python's
        return f"({moved(f'+ {step}')} - {moved(f'- {step}')}) / 2e-6 * dout"
    each = f"np.sum(({moved('+ e')} - {moved('- e')}) * dout)"
    if isinstance(out, tuple):  # several values, each with an upstream gradient of its own
        parts = f"zip({moved('+ e')}, {moved('- e')}, dout)"
        each = (
            f"sum([np.sum((up - down) * part) for up, down, part in {parts} if part is not None])"
        )
    steps = f"1e-6 * np.eye({hole}.size).reshape(-1, *{hole}.shape)"
    return f"np.array([{each} for e in {steps}]).reshape({hole}.shape) / 2e-6"
