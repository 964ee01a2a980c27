"""Rows of functions that take a list of numbers as a whole: max, min, sum, mean, prod."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen.gates.listed import display, holes_of, like
from codegen.gates.operands import are_distinct, is_searched
from codegen.gates.table import Row, Sample, family, row


def is_flat(value: Any) -> bool:
    return (
        isinstance(value, list | tuple) and len(value) > 0 and all(np.ndim(v) == 0 for v in value)
    )


def one_of(name: str, holes: list[str]) -> dict[str, str]:
    """Return the gradients of an extreme: of equal numbers the first is the maximum, the last the minimum."""
    holes = holes[::-1] if name.endswith("min") else holes
    texts = {f"d{holes[0]}": f"({holes[0]} == out) * dout"}
    for k, hole in enumerate(holes[1:], start=1):
        before = f"{holes[0]} != out" if k == 1 else f"out not in ({', '.join(holes[:k])})"
        texts[f"d{hole}"] = f"({hole} == out and {before}) * dout"
    return texts


def of_list(call: ast.Call, sample: Sample) -> list[Row]:
    name, value = ast.unparse(call.func), sample(call.args[0])
    if call.keywords or len(call.args) != 1 or not is_flat(value):
        return []
    holes = holes_of(value)
    each = "dout"
    if name.endswith(("max", "min")):
        whole = AT_FIRST if isinstance(value, list) else OF_EACH
    elif name == "np.mean":
        each, whole = f"dout / {len(value)}", "[dout / len(x)] * len(x)"
    else:
        whole = "[dout] * len(x)"
    texts = one_of(name, holes) if name.endswith(("max", "min")) else {f"d{h}": each for h in holes}
    return [
        row(f"{name}({display(holes)})", **texts),
        row(f"{name}(x)", dx=like(value, whole)),
    ]


AT_FIRST = "dx[x.index(out)] += dout"
OF_EACH = "[(k == x.index(out)) * dout for k in range(len(x))]"


for name in ("np.sum", "np.max", "np.min", "math.fsum"):
    family(name)(of_list)


def extreme(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the rows of the builtins `max` and `min` of several numbers, of one list, or of an array."""
    name = ast.unparse(call.func)
    if call.keywords:
        value = sample(call.args[0])
        tail = "".join(f", {k.arg}={k.arg}" for k in call.keywords)
        made = AT_FIRST if isinstance(value, list) else f"tuple({OF_EACH})"
        return [row(f"{name}(x{tail})", dx=made)] if is_flat(value) else []
    if len(call.args) > 1:
        holes = holes_of(call.args)
        return [row(f"{name}({', '.join(holes)})", **one_of(name, holes))]
    if isinstance(sample(call.args[0]), np.ndarray):
        return [
            row(
                f"{name}(x)",
                dx=f"(np.arange(x.size) == np.arg{name}(x)) * dout",
                written={"x": is_searched},
            ),
            row(f"{name}(x)", dx="(x == out) * dout", written={"x": are_distinct}),
            row(f"{name}(x)", dx="(x == out) / np.sum(x == out) * dout"),
        ]
    return of_list(call, sample)


family("max")(extreme)
family("min")(extreme)


@family("sum")
def added(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the rows of the builtin `sum` of numbers, or arrays, in a list, or of an array."""
    if len(call.args) == 2 and not call.keywords and is_flat(value := sample(call.args[0])):
        whole = "[dout] * len(x)" if isinstance(value, list) else "(dout,) * len(x)"
        holes = holes_of(value)
        each = {f"d{h}": "dout" for h in [*holes, "start"]}
        return [
            row(f"sum({display(holes)}, start)", **each),
            row("sum(x, start)", dx=whole, dstart="dout"),
        ]
    if call.keywords or len(call.args) != 1:
        return []
    value = sample(call.args[0])
    if isinstance(value, np.ndarray):
        return [row("sum(x)", dx="dout * np.ones_like(x)")]
    if is_flat(value):
        return of_list(call, sample)
    if not isinstance(value, list | tuple) or not value:
        return []
    holes = holes_of(value)
    whole = "[dout.copy() for _ in x]"
    found = [row(f"sum({display(holes)})", **{f"d{h}": "dout" for h in holes})]
    if all(np.shape(v) == np.shape(value[0]) for v in value):
        found.append(row("sum(x)", dx=like(value, whole)))
    return found


@family("math.prod")
def multiplied(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the rows of a product of numbers in a list: each gradient is the product of the others."""
    value = sample(call.args[0]) if call.args else None
    if call.keywords or len(call.args) != 1 or not isinstance(value, list | tuple):
        return []
    holes = holes_of(value)
    texts = {f"d{h}": " * ".join([*(o for o in holes if o != h), "dout"]) for h in holes}
    others = "[math.prod(x[:k] + x[k + 1 :]) * dout for k in range(len(x))]"
    return [
        row(f"math.prod({display(holes)})", **texts),
        row("math.prod(x)", dx=like(value, others)),
    ]


@family("math.dist")
def distance(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of the distance of two points given as lists."""
    if len(call.args) != 2 or call.keywords:
        return []
    points = [sample(arg) for arg in call.args]
    if not all(isinstance(point, list | tuple) for point in points):
        return []
    a, b = (holes_of(point, name) for point, name in zip(points, "xy", strict=True))
    each = {
        f"d{p}": f"({p} - {q}) / (out or 1.0) * dout"
        for p, q in [*zip(a, b, strict=False), *zip(b, a, strict=False)]
    }
    dx, dy = (
        like(point, f"[{sign}(a - b) / (out or 1.0) * dout for a, b in zip(x, y)]")
        for point, sign in zip(points, ("", "-"), strict=True)
    )
    return [
        row(f"math.dist({display(a)}, {display(b)})", **each),
        row("math.dist(x, y)", dx=dx, dy=dy),
    ]


@family("math.hypot")
def hypotenuse(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of the length of a vector given by its coordinates."""
    holes = holes_of(call.args)
    texts = {f"d{h}": f"{h} / (out or 1.0) * dout" for h in holes}
    return [row(f"math.hypot({', '.join(holes)})", **texts)]


@family("sorted")
def ordered(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of a sorted list: each item gets the gradient of the place it went to."""
    if not is_flat(sample(call.args[0])) or any(k.arg != "reverse" for k in call.keywords):
        return []
    turned = [k.value for k in call.keywords]
    tail = ", reverse=r" if turned else ""
    place = "len(x) - 1 - k if r else k" if turned else "k"
    if turned and isinstance(turned[0], ast.Constant):
        tail = f", reverse={turned[0].value!r}"
        place = "len(x) - 1 - k" if turned[0].value else "k"
    text = f"[dout[{place}] for k in np.argsort(np.argsort(x))]"
    return [row(f"sorted(x{tail})", dx=like(sample(call.args[0]), text))]


def converted(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of a list, tuple or dict made from another container: the gradient is copied item by item."""
    value = sample(call.args[0]) if call.args else None
    if call.keywords or len(call.args) != 1:
        return []
    if isinstance(value, np.ndarray):
        return [row(f"{ast.unparse(call.func)}(x)", dx="np.array(dout)")]
    items = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(items, list | tuple) or not items:
        return []
    arrays = {isinstance(v, np.ndarray) for v in items}
    unlike = len(arrays) > 1 or any(isinstance(v, list | tuple | dict) for v in items)
    if unlike:
        text = "copy.deepcopy(dout)"
    elif isinstance(value, dict):
        text = "{k: v.copy() for k, v in dout.items()}" if True in arrays else "dict(dout)"
    else:
        text = "[v.copy() for v in dout]" if True in arrays else "list(dout)"
    return [row(f"{ast.unparse(call.func)}(x)", dx=text)]


for name in ("dict", "list", "tuple"):
    family(name)(converted)


def copied(call: ast.Call, sample: Sample) -> list[Row]:
    name = ast.unparse(call.func)
    if len(call.args) != 1 or call.keywords:
        return []
    value = sample(call.args[0])
    if isinstance(value, float | np.ndarray | np.generic):
        return [row(f"{name}(x)", dx="dout")]
    found = converted(call, sample)
    if not found and name == "copy.deepcopy" and isinstance(value, list | tuple | dict):
        return [row(f"{name}(x)", dx=f"{name}(dout)")]
    return found


for name in ("copy.copy", "copy.deepcopy"):
    family(name)(copied)
