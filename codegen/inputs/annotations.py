"""Examples from annotations: the parameters of a function go in, values of the annotated kinds and sizes come out.

`float` and `int` answer, and the spelling of jaxtyping, as in `Float[np.ndarray, "N D"]`: every size name gets a prime
of its own, so that no two sizes are equal by chance. Values are seeded by the name of the argument.
"""

from __future__ import annotations

import ast
import inspect
import re
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from codegen import syntax

PRIMES = (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)
KINDS = r"(Float|BFloat|Inexact|Real|Num|Shaped|Int|Integer|UInt|Bool)(\d*)\Z"
SCALARS = {"float": float, "int": int, "bool": bool}
LABELS = 3  # integers stay below every size a name may get, so that they can serve as indices


class Annotations:
    """The annotations of one function, and the sizes their names stand for; `known` arguments tell these."""

    def __init__(
        self,
        parameters: Mapping[str, inspect.Parameter],
        space: Mapping[str, Any],
        known: Mapping[str, Any],
    ) -> None:
        self.kinds = {name: kind_of(p.annotation, space) for name, p in parameters.items()}
        self.sizes: dict[str, int] = {}
        for name, value in known.items():
            self.learn(self.kinds.get(name), value)

    def learn(self, kind: tuple[str, str | None] | None, value: Any) -> None:
        """Take the sizes of a known argument."""
        if kind is None or kind[1] is None:
            return
        parts, shape = kind[1].split(), np.shape(value)
        if len(parts) == len(shape):
            for part, size in zip(parts, shape, strict=True):
                if bare(part).isidentifier():
                    self.sizes.setdefault(bare(part), size)

    def value(self, name: str) -> Any:
        """Return a value for an argument, or None if its annotation does not tell enough."""
        kind = self.kinds.get(name)
        if kind is None:
            return None
        word, dims = kind
        random = np.random.default_rng(zlib.crc32(name.encode()))
        if dims is None:
            return {"float": round(0.5 + float(random.random()), 2), "int": LABELS, "bool": True}[
                word
            ]
        shape = self.shape(dims.split())
        return None if shape is None else array_of(word, shape, random)

    def shape(self, parts: Sequence[str]) -> tuple[int, ...] | None:
        """Return the sizes that the words of an annotation stand for, or None if one cannot be told."""
        found: list[int] = []
        for part in parts:
            word = bare(part)
            if word == "...":
                continue
            size = self.size(word if word != "_" else f"_{len(self.sizes)}")
            if size is None or size < 0:
                return None
            found.append(size)
        return tuple(found)

    def size(self, word: str) -> int | None:
        """Return the size that one word stands for: a number, a name, or arithmetic such as `N-1`."""
        if word.isdigit():
            return int(word)
        if word.isidentifier():
            if word not in self.sizes:
                free = [p for p in PRIMES if p not in self.sizes.values()]
                self.sizes[word] = free[0] if free else 2 * max(self.sizes.values()) + 1
            return self.sizes[word]
        try:
            return self.computed(syntax.parse(word))
        except SyntaxError:
            return None

    def computed(self, tree: ast.expr) -> int | None:
        if isinstance(tree, ast.Name):
            return self.size(tree.id)
        if isinstance(tree, ast.Constant) and isinstance(tree.value, int):
            return tree.value
        if not isinstance(tree, ast.BinOp):
            return None
        left, right = self.computed(tree.left), self.computed(tree.right)
        if left is None or right is None:
            return None
        if isinstance(tree.op, ast.FloorDiv):
            return left // right if right else None
        results: dict[type[ast.operator], int] = {
            ast.Add: left + right,
            ast.Sub: left - right,
            ast.Mult: left * right,
        }
        return results.get(type(tree.op))


def bare(part: str) -> str:
    """Return a size without the marks of jaxtyping: `*batch`, `#N`, `?N`, `rows=3`."""
    word = part.lstrip("*#?")
    return word.split("=", 1)[1] if re.match(r"\w+=", word) else word


def array_of(word: str, shape: tuple[int, ...], random: np.random.Generator) -> Any:
    match = re.match(KINDS, word)
    assert match is not None
    if match[1] in ("Int", "Integer", "UInt"):
        return random.integers(0, LABELS, size=shape)
    if match[1] == "Bool":
        return random.random(shape) < 0.5
    found = np.asarray(random.standard_normal(shape))
    return found.astype(f"float{match[2]}") if match[2] in ("16", "32") else found


def kind_of(
    annotation: Any, space: Mapping[str, Any], depth: int = 0
) -> tuple[str, str | None] | None:
    """Return the word and the sizes of an annotation, such as ("Float", "N D") or ("float", None), or None."""
    if annotation in (float, int, bool):
        return annotation.__name__, None
    if isinstance(annotation, str):
        return kind_of_text(annotation, space, depth)
    sizes = getattr(annotation, "dim_str", None)
    word = getattr(annotation, "__name__", "").split("[")[0]
    if isinstance(sizes, str) and re.match(KINDS, word):
        return word, sizes
    return None


def kind_of_text(
    annotation: str, space: Mapping[str, Any], depth: int
) -> tuple[str, str | None] | None:
    """Return the word and the sizes of an annotation that is kept as text."""
    try:
        tree = syntax.parse(annotation.strip())
    except SyntaxError:
        return None
    if isinstance(tree, ast.Name):
        found = space.get(tree.id, SCALARS.get(tree.id))
        return None if found is None or depth > 3 else kind_of(found, space, depth + 1)
    if not isinstance(tree, ast.Subscript):
        return None
    word = (
        tree.value.attr if isinstance(tree.value, ast.Attribute) else syntax.identifier(tree.value)
    )
    inside = tree.slice.elts[-1] if isinstance(tree.slice, ast.Tuple) and tree.slice.elts else None
    if re.match(KINDS, word) and isinstance(inside, ast.Constant) and isinstance(inside.value, str):
        return word, inside.value
    return None
