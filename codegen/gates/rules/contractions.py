"""Rows of products over chosen indices: einsum, tensordot, chains of matrix products."""

from __future__ import annotations

import ast
import string
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.listed import display, holes_of
from codegen.gates.table import Row, Sample, family, row


@family("np.einsum")
def einsum(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of an einsum: the gradient of an operand swaps its indices with those of the result."""
    if isinstance(call.args[0], ast.expr) and not isinstance(sample(call.args[0]), str):
        return interleaved(call, sample)
    spec = sample(call.args[0])
    tail = "".join(", optimize=how" for k in call.keywords if k.arg == "optimize")
    operands = [k.value for k in call.keywords if k.arg and k.arg.startswith("operands")]
    if (
        not isinstance(spec, str)
        or not isinstance(call.args[0], ast.Constant)
        or len(call.keywords) > len(operands) + bool(tail)
    ):
        return []
    inputs, result = indices(spec.replace(" ", ""))
    if len(inputs) != len(operands):
        return []
    holes = holes_of(operands)
    return [
        row(f"np.einsum({spec!r}, {', '.join(holes)}{tail})", **gradients(holes, inputs, result))
    ]


def gradients(holes: list[str], inputs: list[str], result: str) -> dict[str, str]:
    texts = {}
    for i, hole in enumerate(holes):
        rest = [(inputs[k], holes[k]) for k in range(len(holes)) if k != i]
        texts[f"d{hole}"] = of_operand(hole, inputs[i], result, rest)
    return texts


def interleaved(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of an einsum whose operands each stand before a list of numbers, their indices."""
    given = [call.args[0], *(k.value for k in call.keywords if str(k.arg).startswith("operands"))]
    if len(given) != 1 + len(call.keywords):
        return []
    lists = [sample(node) for node in given[1::2]]
    result = sample(given[-1]) if len(given) % 2 else None
    known = [*lists, *([] if result is None else [result])]
    if not all(isinstance(k, list | tuple) and all(isinstance(i, int) for i in k) for k in known):
        return []
    spelled = ["".join(string.ascii_letters[i] for i in numbers) for numbers in known]
    inputs = spelled[: len(lists)]
    text = ",".join(inputs) + (f"->{spelled[-1]}" if result is not None else "")
    inputs, letters = indices(text)
    holes = holes_of(inputs)
    parts = [part for pair in zip(holes, lists, strict=True) for part in (pair[0], str(pair[1]))]
    parts += [str(result)] if result is not None else []
    return [row(f"np.einsum({', '.join(parts)})", **gradients(holes, inputs, letters))]


def indices(spec: str) -> tuple[list[str], str]:
    left, arrow, right = spec.partition("->")
    inputs = left.split(",")
    if not arrow:
        letters = left.replace(",", "").replace(".", "")
        right = ("..." if "..." in left else "") + "".join(
            sorted(c for c in set(letters) if letters.count(c) == 1)
        )
    return inputs, right


def of_operand(hole: str, own: str, result: str, rest: list[tuple[str, str]]) -> str:
    given = [(result, "dout"), *rest] if result else rest
    wanted, seen = "", set()
    for place, letter in enumerate(own.replace("...", ".")):
        if letter in seen and letter != ".":
            free = next(
                c
                for c in string.ascii_letters
                if not any(c in s for s, _ in given) and c not in own + wanted
            )
            axis = place if "." not in own[:place] else place - len(own.replace("...", "."))
            given.append((letter + free, f"np.eye({hole}.shape[{axis}], dtype={hole}.dtype)"))
            letter = free
        seen.add(letter)
        wanted += letter
    known = set("".join(s for s, _ in given))
    alone = [c for c in wanted if c != "." and c not in known]
    kept = "".join(c for c in wanted if c not in alone)
    if any("..." in s for s, _ in given) and "." not in kept:
        kept = "." + kept
    text = product(given, kept.replace(".", "..."), known - set(kept) - {"."})
    if alone:
        if "." in wanted:
            before = [("..." if c == "." else "None" if c in alone else ":") for c in wanted]
        else:
            before = ["None" if c in alone else ":" for c in wanted]
        while before[0] == "None" and len(before) > 1:
            before.pop(0)
        if kept and "None" in before:
            text = f"({text})" if " * " in text else text
            text = f"{text}[{', '.join(before)}]"
        text = f"{text} * np.ones_like({hole})" if text else f"np.ones_like({hole})"
    return text if result else f"{text} * dout"


def product(given: list[tuple[str, str]], kept: str, summed: set[str]) -> str:
    """Return the text of a product of arrays with given indices: by `*` or a transposition where nothing is summed."""
    left, args = ",".join(s for s, _ in given), ", ".join(text for _, text in given)
    if left == kept:
        return args
    plain = not summed and "." not in left + kept
    if plain and all(is_within(s, kept) for s, _ in given):
        first, *rest = [widened(text, s, kept) for s, text in given]
        return " * ".join([*rest, first])
    if plain and len(given) == 1 and sorted(left) == sorted(kept) and len(set(left)) == len(left):
        order = tuple(left.index(c) for c in kept)
        return f"{args}.T" if order == (1, 0) else f"np.transpose({args}, {order})"
    how = ", optimize=True" if summed and len(given) > 1 else ""
    return f"np.einsum('{left}->{kept}', {args}{how})"


def is_within(own: str, kept: str) -> bool:
    """Return whether indices come in the order of others, each at most once."""
    return len(set(own)) == len(own) and "".join(c for c in kept if c in own) == own


def widened(text: str, own: str, kept: str) -> str:
    keys = [":" if c in own else "None" for c in kept]
    while keys and keys[0] == "None":
        keys.pop(0)
    while keys and keys[-1] == ":":
        keys.pop()
    return f"{text}[{', '.join(keys)}]" if "None" in keys else text


@family("np.tensordot")
def tensordot(call: ast.Call, sample: Sample) -> list[Row]:
    x, y = (np.ndim(sample(arg)) for arg in operands(call))
    node = syntax.keyword(call, "axes")
    axes = 2 if node is None else sample(node)
    if node is not None and syntax.has(node, ast.Name):
        return []
    left, right = contracted_axes(axes, x, y)
    if len(left) != len(right):
        return []
    if (x, y, left, right) == (2, 2, [1], [0]):
        texts = {"dx": "dout @ y.T", "dy": "x.T @ dout"}
    else:
        texts = {
            "dx": of_side("y", x, y, left, right, False),
            "dy": of_side("x", y, x, right, left, True),
        }
    tail = "" if node is None else f", axes={ast.unparse(node)}"
    return [row(f"np.tensordot(x, y{tail})", **texts)]


@family("np.dot")
def dot(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of a dot product of arrays of higher rank: over the last axis, and the last but one."""
    x, y = (np.ndim(sample(arg)) for arg in operands(call))
    left, right = [x - 1], [max(y - 2, 0)]
    texts = {
        "dx": of_side("y", x, y, left, right, False),
        "dy": of_side("x", y, x, right, left, True),
    }
    if y == 2:
        texts = {
            "dx": "dout @ y.T",
            "dy": "x.reshape(-1, x.shape[-1]).T @ dout.reshape(-1, y.shape[-1])",
        }
    if y == 1:
        texts = {"dx": "dout[..., None] * y", "dy": "dout[..., None] * x"}
    return [row("np.dot(x, y)", **texts)]


@family("np.inner")
def inner(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of an inner product of arrays of higher rank: over the last axes of both."""
    x, y = (np.ndim(sample(arg)) for arg in operands(call))
    if x < 1 or y < 1 or x + y < 4 or (x, y) == (2, 2):
        return []
    texts = {
        "dx": of_side("y", x, y, [x - 1], [y - 1], False),
        "dy": of_side("x", y, x, [y - 1], [x - 1], True),
    }
    return [row("np.inner(x, y)", **texts)]


def operands(call: ast.Call) -> list[ast.expr]:
    """Return both sides; the second has a name where the installed NumPy tells the names of its parameters."""
    return [*call.args, *(keyword.value for keyword in call.keywords)][:2]


def contracted_axes(axes: Any, x: int, y: int) -> tuple[list[int], list[int]]:
    if isinstance(axes, int):
        return list(range(x - axes, x)), list(range(axes))
    left, right = ([a] if isinstance(a, int) else list(a) for a in axes)
    return [a % x for a in left], [a % y for a in right]


def of_side(
    other: str, mine: int, theirs: int, left: list[int], right: list[int], second: bool
) -> str:
    own = [i for i in range(mine) if i not in left]
    free = [i for i in range(theirs) if i not in right]
    upstream = list(range(len(free))) if second else list(range(len(own), len(own) + len(free)))
    by_other = sorted(right)
    if not free:
        base = f"np.tensordot(dout, {other}, axes=0)"
    else:
        base = f"np.tensordot(dout, {other}, axes=({upstream}, {free}))"
    # The result has my own axes, then those contracted, in the order in which the other side has them.
    order = own + [left[right.index(axis)] for axis in by_other]
    inverse = tuple(int(i) for i in np.argsort(order))
    return base if inverse == tuple(range(mine)) else f"np.transpose({base}, {inverse})"


@family("np.linalg.multi_dot")
def multi_dot(call: ast.Call, sample: Sample) -> list[Row]:
    values = sample(call.args[0])
    if (
        not isinstance(values, list | tuple)
        or any(np.ndim(v) != 2 for v in values)
        or call.keywords
    ):
        return []
    holes = holes_of(values)
    texts = {}
    for i, hole in enumerate(holes):
        before = [f"{h}.T" for h in reversed(holes[:i])]
        after = [f"{h}.T" for h in reversed(holes[i + 1 :])]
        texts[f"d{hole}"] = " @ ".join([*before, "dout", *after])
    return [row(f"np.linalg.multi_dot({display(holes)})", **texts)]
