"""Gradients of lists, tuples and dicts: texts and a sample go in, the text of their sum or of a copy comes out.

A container whose items are all alike is walked by a comprehension, so that its size may change; any other is
written out. While it is added up the gradient of a tuple is a list, whose items can be changed; `typed` makes
it a tuple again.

>>> sample = {"W": np.ones((2, 3)), "b": 0.5, "name": "first"}
>>> syntax.show(zeros_like(syntax.name("layer"), sample))
'{"W": np.zeros_like(layer["W"]), "b": 0.0}'
>>> syntax.show(combined([syntax.name("dws"), syntax.name("more")], [np.ones(3), np.ones(3)]))
'[a + b for a, b in zip(dws, more)]'
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

import numpy as np

from codegen import syntax
from codegen.backward.samples import is_plain
from codegen.trace.facts import has_float

LETTERS = ("a", "b", "c", "d", "e")


def form_of(value: Any) -> Any:
    """Return what tells the structure of one gradient from another: containers and their keys, numbers, arrays."""
    if isinstance(value, dict):
        return "dict", tuple((k, form_of(v)) for k, v in value.items())
    if isinstance(value, list | tuple):
        forms = [form_of(v) for v in value]
        alike = isinstance(value, list) and len(set(forms)) == 1
        return type(value).__name__, tuple(forms[:1] if alike else forms)
    return has_float(value) and (
        "array" if isinstance(value, np.ndarray) and value.ndim else "number"
    )


def are_alike(value: list[Any] | tuple[Any, ...] | dict[Any, Any]) -> bool:
    """Return whether all items of a container have the same structure, and all of them gradients."""
    items = list(value.values()) if isinstance(value, dict) else list(value)
    return all(map(has_float, items)) and len(set(map(form_of, items))) == 1


def combined(trees: Sequence[ast.expr], sample: Any, depth: int = 0) -> ast.expr:
    """Return the text of the sum of several gradients of one structure."""
    trees = [uncopied(t) for t in trees]
    if is_plain(sample):
        return sum_of(trees)
    if not has_float(sample):
        return trees[0]
    if isinstance(sample, dict):
        return combined_dict(trees, sample, depth)
    if are_alike(sample) and not hasattr(sample, "_fields") and len(trees) <= len(LETTERS):
        names = unused([f"{letter}{depth or ''}" for letter in LETTERS[: len(trees)]], trees)
        inner = combined([syntax.name(n) for n in names], sample[0], depth + 1)
        target = ast.Tuple([ast.Name(n, ast.Store()) for n in names], ast.Store())
        return ast.ListComp(inner, [ast.comprehension(target, syntax.call("zip", *trees), [], 0)])
    items = [
        combined([syntax.index(t, syntax.constant(i)) for t in trees], v, depth)
        for i, v in enumerate(sample)
    ]
    return ast.List(items, ast.Load())


def unused(wanted: list[str], trees: Sequence[ast.expr]) -> list[str]:
    """Return names for the variables of a comprehension that the texts in it do not read."""
    taken = {
        n.id.partition("@")[0] for t in trees for n in syntax.walk(t) if isinstance(n, ast.Name)
    }
    return [f"{name}_item" if name in taken else name for name in wanted]


def uncopied(tree: ast.expr) -> ast.expr:
    """Return what a text copies item by item: the items of a sum are new anyway."""
    match tree:
        case ast.Call(func=ast.Name("list" | "dict"), args=[inner], keywords=[]):
            return inner
        case ast.ListComp(
            elt=ast.Call(func=ast.Attribute(value=ast.Name(one), attr="copy")),
            generators=[ast.comprehension(target=ast.Name(other), iter=inner, ifs=[])],
        ) if (
            one == other
        ):
            return inner
        case ast.DictComp(
            value=ast.Call(func=ast.Attribute(value=ast.Name(one), attr="copy")),
            generators=[
                ast.comprehension(
                    target=ast.Tuple(elts=[_, ast.Name(other)]),
                    iter=ast.Call(func=ast.Attribute(value=inner, attr="items")),
                    ifs=[],
                )
            ],
        ) if (
            one == other
        ):
            return inner
    return tree


def combined_dict(trees: Sequence[ast.expr], sample: dict[Any, Any], depth: int) -> ast.expr:
    """Return the text of the sum of several gradients of a dict."""
    if are_alike(sample):
        (key,) = unused([f"k{depth or ''}"], trees)
        parts = [syntax.index(t, syntax.name(key)) for t in trees]
        inner = combined(parts, next(iter(sample.values())), depth + 1)
        return ast.DictComp(
            syntax.name(key),
            inner,
            [ast.comprehension(ast.Name(key, ast.Store()), trees[0], [], 0)],
        )
    floats = [k for k, v in sample.items() if has_float(v)]
    keys: list[ast.expr | None] = [syntax.constant(k) for k in floats]
    return ast.Dict(
        keys,
        [
            combined([syntax.index(t, syntax.constant(k)) for t in trees], sample[k], depth)
            for k in floats
        ],
    )


def sum_of(trees: Sequence[ast.expr]) -> ast.expr:
    """Return the sum of several texts."""
    total = trees[0]
    for tree in trees[1:]:
        total = ast.BinOp(total, ast.Add(), tree)
    return total


def copied(tree: ast.expr, sample: Any, depth: int = 0) -> ast.expr:
    """Return the text of a copy of a gradient, deep enough to change its items."""
    if isinstance(tree, ast.BinOp | ast.UnaryOp):
        return tree  # a new value anyway
    if isinstance(tree, ast.List | ast.Tuple) and isinstance(sample, list | tuple):
        same = len(tree.elts) == len(sample)  # a list that grows may have had fewer items here
        values = sample if same else [*sample[:1]] * len(tree.elts)
        items = [copied(t, v, depth) for t, v in zip(tree.elts, values, strict=True)]
        return type(tree)(items, ast.Load())
    if is_new_namedtuple(tree) and isinstance(sample, tuple):
        assert isinstance(tree, ast.Call)
        items = [copied(t, v, depth) for t, v in zip(tree.args, sample, strict=True)]
        return ast.Call(tree.func, items, [])
    if isinstance(tree, ast.Dict) and isinstance(sample, dict):
        values = [
            copied(t, sample[ast.literal_eval(k)], depth)
            for k, t in zip(tree.keys, tree.values, strict=True)
            if k is not None
        ]
        return ast.Dict(list(tree.keys), values)
    if isinstance(sample, np.ndarray):
        return ast.Call(ast.Attribute(tree, "copy", ast.Load()), [], []) if sample.ndim else tree
    if is_plain(sample) or not has_float(sample):
        return tree
    suffix = depth or ""
    if isinstance(sample, dict):
        return copied_dict(tree, sample, depth)
    if are_alike(sample) and not hasattr(sample, "_fields"):
        if form_of(sample[0]) == "number":
            return syntax.call("list", tree)
        inner = copied(syntax.name(f"v{suffix}"), sample[0], depth + 1)
        return ast.ListComp(
            inner, [ast.comprehension(ast.Name(f"v{suffix}", ast.Store()), tree, [], 0)]
        )
    items = [copied(syntax.index(tree, syntax.constant(i)), v, depth) for i, v in enumerate(sample)]
    return ast.List(items, ast.Load())


def is_new_namedtuple(tree: ast.expr) -> bool:
    """Return whether a text is `type(p)(a, b)`."""
    return (
        isinstance(tree, ast.Call)
        and isinstance(tree.func, ast.Call)
        and not any(isinstance(a, ast.Starred) for a in tree.args)
    )


def copied_dict(tree: ast.expr, sample: dict[Any, Any], depth: int) -> ast.expr:
    """Return the text of a copy of the gradient of a dict."""
    if are_alike(sample):
        first = next(iter(sample.values()))
        if form_of(first) == "number":
            return syntax.call("dict", tree)
        key, value = f"k{depth or ''}", f"v{depth or ''}"
        pair = ast.Tuple([ast.Name(key, ast.Store()), ast.Name(value, ast.Store())], ast.Store())
        items = ast.Call(ast.Attribute(tree, "items", ast.Load()), [], [])
        inner = copied(syntax.name(value), first, depth + 1)
        return ast.DictComp(syntax.name(key), inner, [ast.comprehension(pair, items, [], 0)])
    floats = [k for k, v in sample.items() if has_float(v)]
    keys: list[ast.expr | None] = [syntax.constant(k) for k in floats]
    return ast.Dict(
        keys, [copied(syntax.index(tree, syntax.constant(k)), sample[k], depth) for k in floats]
    )


def typed(tree: ast.expr, sample: Any, model: ast.expr, depth: int = 0) -> ast.expr:
    """Return a gradient as the type of container that its variable, `model`, is."""
    if is_plain(sample) or not has_tuple(sample):
        return tree
    if isinstance(sample, dict):
        return typed_dict(tree, sample, model, depth)
    display = tree.elts if isinstance(tree, ast.List | ast.Tuple) else None
    inside = any(map(has_tuple, sample))
    if inside and are_alike(sample) and display is None and not hasattr(sample, "_fields"):
        value = syntax.name(f"v{depth or ''}")
        inner = typed(value, sample[0], syntax.index(model, syntax.constant(0)), depth + 1)
        whole = ast.comprehension(ast.Name(value.id, ast.Store()), tree, [], 0)
        if isinstance(sample, list):
            return ast.ListComp(inner, [whole])
        return syntax.call("tuple", ast.GeneratorExp(inner, [whole]))
    if not inside and display is None:
        if hasattr(sample, "_fields"):
            return ast.Call(syntax.call("type", model), [ast.Starred(tree, ast.Load())], [])
        return syntax.call("tuple", tree)
    items = [
        typed(
            display[i] if display else syntax.index(tree, syntax.constant(i)),
            v,
            syntax.index(model, syntax.constant(i)),
            depth,
        )
        for i, v in enumerate(sample)
    ]
    if hasattr(sample, "_fields"):
        return ast.Call(syntax.call("type", model), items, [])
    return (ast.List if isinstance(sample, list) else ast.Tuple)(items, ast.Load())


def typed_dict(tree: ast.expr, sample: dict[Any, Any], model: ast.expr, depth: int) -> ast.expr:
    """Return the gradient of a dict with the types of containers inside its variable."""
    if isinstance(tree, ast.Dict):
        values = [
            typed(v, sample[ast.literal_eval(k)], syntax.index(model, k), depth)
            for k, v in zip(tree.keys, tree.values, strict=True)
            if k is not None
        ]
        return ast.Dict(list(tree.keys), values)
    floats = [k for k, v in sample.items() if has_float(v)]
    keys: list[ast.expr | None] = [syntax.constant(k) for k in floats]
    return ast.Dict(
        keys,
        [
            typed(
                syntax.index(tree, syntax.constant(k)),
                sample[k],
                syntax.index(model, syntax.constant(k)),
                depth,
            )
            for k in floats
        ],
    )


def has_tuple(value: Any) -> bool:
    """Return whether a container is, or has inside, a tuple with a gradient."""
    if isinstance(value, dict):
        return any(map(has_tuple, value.values()))
    if isinstance(value, list | tuple):
        return (isinstance(value, tuple) and has_float(value)) or any(map(has_tuple, value))
    return False


# ---- zeros


def zeros_like(tree: ast.expr, sample: Any, depth: int = 0) -> ast.expr:
    """Return the text of zeros in the shape, or structure, of a value; a list for a tuple, so that
    items can be added to.
    """
    if isinstance(sample, dict):
        return zeros_of_dict(tree, sample, depth)
    if isinstance(sample, list | tuple):
        return zeros_of_list(tree, sample, depth)
    if isinstance(sample, np.ndarray) and sample.ndim:
        return syntax.call("np.zeros_like", tree)
    return syntax.constant(0.0)


def zeros_of_dict(tree: ast.expr, sample: dict[Any, Any], depth: int) -> ast.expr:
    """Return zeros for each differentiable value of a dict."""
    if are_alike(sample) and sample:
        key, own = f"k{depth or ''}", f"v{depth or ''}"
        pair = ast.Tuple([ast.Name(key, ast.Store()), ast.Name(own, ast.Store())], ast.Store())
        items = ast.Call(ast.Attribute(tree, "items", ast.Load()), [], [])
        value = zeros_like(syntax.name(own), next(iter(sample.values())), depth + 1)
        return ast.DictComp(syntax.name(key), value, [ast.comprehension(pair, items, [], 0)])
    floats = {k: v for k, v in sample.items() if has_float(v)}
    keys: list[ast.expr | None] = [syntax.constant(k) for k in floats]
    return ast.Dict(
        keys,
        [zeros_like(syntax.index(tree, syntax.constant(k)), v, depth) for k, v in floats.items()],
    )


def zeros_of_list(tree: ast.expr, sample: list[Any] | tuple[Any, ...], depth: int) -> ast.expr:
    """Return zeros for each differentiable item of a list or tuple, None for the others."""
    if are_alike(sample) and sample:
        if form_of(sample[0]) == "number":
            return ast.BinOp(
                ast.List([syntax.constant(0.0)], ast.Load()), ast.Mult(), syntax.call("len", tree)
            )
        own = f"v{depth or ''}"
        value = zeros_like(syntax.name(own), sample[0], depth + 1)
        return ast.ListComp(value, [ast.comprehension(ast.Name(own, ast.Store()), tree, [], 0)])
    items = [
        (
            zeros_like(syntax.index(tree, syntax.constant(i)), v, depth)
            if has_float(v)
            else syntax.constant(None)
        )
        for i, v in enumerate(sample)
    ]
    return ast.List(items, ast.Load())
