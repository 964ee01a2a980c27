"""Right backward functions in other forms than that in which they were written, made by a program.

None of them may be rejected: other algebra, other order, other names, dicts, flat vectors, layers with attributes, values recomputed
instead of cached, changes in place of what is the function's own.
"""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.cases.judged.mutants import (
    Case,
    functions,
    is_gradient,
    made,
    names_of,
    statements,
    target_of,
    text_of,
)


class Algebra(ast.NodeTransformer):
    """Other algebra for the same numbers."""

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        self.generic_visit(node)
        if isinstance(node.op, ast.Mult):
            return ast.BinOp(node.right, ast.Mult(), node.left)
        if (
            isinstance(node.op, ast.Pow)
            and isinstance(node.right, ast.Constant)
            and node.right.value == 2
        ):
            return ast.BinOp(node.left, ast.Mult(), copy.deepcopy(node.left))
        if isinstance(node.op, ast.Div):
            return ast.BinOp(
                node.left, ast.Mult(), ast.BinOp(ast.Constant(1.0), ast.Div(), node.right)
            )
        if isinstance(node.op, ast.Sub):
            return ast.BinOp(ast.UnaryOp(ast.USub(), node.right), ast.Add(), node.left)
        return node


class Transposes(ast.NodeTransformer):
    """`(a.T @ b)` as `(b.T @ a).T`, which is what people write who think in columns."""

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        self.generic_visit(node)
        if isinstance(node.op, ast.MatMult):
            flipped = ast.BinOp(
                ast.Attribute(node.right, "T", ast.Load()),
                ast.MatMult(),
                ast.Attribute(node.left, "T", ast.Load()),
            )
            return ast.Attribute(flipped, "T", ast.Load())
        return node


class Renamed(ast.NodeTransformer):
    """Names that tell nothing."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> Any:
        return ast.copy_location(ast.Name(self.names.get(node.id, node.id), node.ctx), node)


class NoAugmented(ast.NodeTransformer):
    """`dx = dx + a` for `dx += a`, where that is a name."""

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        if not isinstance(node.target, ast.Name):
            return node
        value = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
        return ast.copy_location(ast.Assign([node.target], value), node)


class InPlace(ast.NodeTransformer):
    """`dz = a * 1.0; dz *= b` for `dz = a * b`."""

    def visit_Assign(self, node: ast.Assign) -> Any:
        value = node.value
        if not (
            isinstance(value, ast.BinOp)
            and isinstance(value.op, ast.Mult)
            and isinstance(node.targets[0], ast.Name)
        ):
            return node
        if any(isinstance(n, ast.Call) for n in ast.walk(value)):
            return node
        name = node.targets[0].id
        if name in names_of(value):
            return node
        left, right = ast.unparse(value.left), ast.unparse(value.right)
        first = ast.parse(f"{name} = ({right}) * (({left}) * 0 + 1.0)").body
        second = ast.parse(f"{name} *= {left}").body
        return [*first, *second]


class Put(ast.NodeTransformer):
    """A value where a name is read."""

    def __init__(self, name: str, value: ast.expr) -> None:
        self.name, self.value = name, value

    def visit_Name(self, node: ast.Name) -> Any:
        return self.value if node.id == self.name and isinstance(node.ctx, ast.Load) else node


def tree_of(backward: Any) -> ast.FunctionDef:
    found = ast.parse(text_of(backward)).body[0]
    assert isinstance(found, ast.FunctionDef)
    return found


def inlined(tree: ast.FunctionDef) -> ast.FunctionDef:
    """Return the function with every gradient that is set once and read once put where it is read."""
    body = [n for n in tree.body]
    for node in list(body):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        name = node.targets[0].id
        sets = [s for s in statements(tree) if target_of(s) == name]
        reads = [s for s in body if name in names_of(s)]
        if (
            len(sets) != 1
            or len(reads) != 1
            or not is_gradient(name)
            or isinstance(reads[0], (ast.Return, ast.For))
        ):
            continue
        if (
            sum(n == name for n in names_of(reads[0])) != 1
            or name in ast.unparse(reads[0]).split("=")[0]
        ):
            continue
        between = body[body.index(node) + 1 : body.index(reads[0])]
        if set(names_of(node)) & {target_of(s) for s in between if isinstance(s, ast.stmt)}:
            continue
        if any(isinstance(s, (ast.For, ast.Expr)) for s in between):
            continue
        Put(name, node.value).visit(reads[0])
        body.remove(node)
    tree.body = body
    return ast.fix_missing_locations(tree)


def reordered(tree: ast.FunctionDef) -> ast.FunctionDef:
    """Return the function with neighbours swapped that do not touch what the other reads or sets."""
    body = tree.body
    for k in range(1, len(body) - 2):
        one, two = body[k], body[k + 1]
        if not all(isinstance(s, (ast.Assign, ast.AugAssign)) for s in (one, two)):
            continue
        first, second = touched(one), touched(two)
        if not first[0] & (second[0] | second[1]) and not second[0] & first[1]:
            if ".copy" not in ast.unparse(one) + ast.unparse(two):
                body[k], body[k + 1] = two, one
    return ast.fix_missing_locations(tree)


def touched(node: ast.stmt) -> tuple[set[str], set[str]]:
    sets = {
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    } | {target_of(node)}
    reads = set(names_of(node)) | ({target_of(node)} if isinstance(node, ast.AugAssign) else set())
    return sets, reads


def returned(tree: ast.FunctionDef, change: Any) -> ast.FunctionDef | None:
    """Return the function with something else returned, None if it does not return a tuple."""
    last = tree.body[-1]
    if not isinstance(last, ast.Return) or not isinstance(last.value, ast.Tuple):
        return None
    made = change(last.value.elts)
    if made is None:
        return None
    last.value = made
    return ast.fix_missing_locations(tree)


def as_dict(items: list[ast.expr]) -> ast.expr | None:
    pairs = [(ast.Constant(ast.unparse(i)), i) for i in items if ast.unparse(i) != "None"]
    return ast.Dict([k for k, _ in pairs], [v for _, v in pairs])


def reversed_order(items: list[ast.expr]) -> ast.expr | None:
    if any(ast.unparse(i) == "None" or "_next" in ast.unparse(i) for i in items):
        return None
    return ast.Tuple(items[::-1], ast.Load())


def variants(
    name: str, forward: Any, backward: Any, module: Any, args: tuple[Any, ...]
) -> Iterator[tuple[str, str]]:
    """Yield a name and a text for each form of one backward function."""

    def text(tree: ast.AST | None) -> str:
        return ast.unparse(ast.fix_missing_locations(tree)) if tree is not None else ""

    yield "algebra", text(Algebra().visit(tree_of(backward)))
    yield "transposes", text(Transposes().visit(tree_of(backward)))
    yield "no augmented assignment", text(NoAugmented().visit(tree_of(backward)))
    yield "in place", text(InPlace().visit(tree_of(backward)))
    yield "inlined", text(inlined(tree_of(backward)))
    yield "reordered", text(reordered(tree_of(backward)))
    yield "a dict", text(returned(tree_of(backward), as_dict))
    yield "another order", text(returned(tree_of(backward), reversed_order))
    tree = tree_of(backward)
    own = {target_of(s) for s in statements(tree) if is_gradient(target_of(s))}
    names = {n: f"t{k}" for k, n in enumerate(sorted(own))}
    yield "other names", text(Renamed(names).visit(tree))
    parameters = list(inspect.signature(forward).parameters)
    dout, cache = list(inspect.signature(backward).parameters)[-2:]
    if len(inspect.signature(backward).parameters) == 2:
        tree = tree_of(backward)
        tree.args = ast.parse(f"def f({dout}, {', '.join(parameters)}): pass").body[0].args
        tree.body = [
            *ast.parse(f"_, {cache} = {name}_forward({', '.join(parameters)})").body,
            *tree.body,
        ]
        yield "from the arguments", text(tree)


def cases() -> Iterator[Case]:
    """Yield all functions in all forms that differ from the one they were written in."""
    for name, (module, args) in functions().items():
        forward, backward = getattr(module, f"{name}_forward"), getattr(module, f"{name}_backward")
        plain = ast.unparse(tree_of(backward))
        yield Case(f"{name} as written", forward, backward, args)
        for form, text in variants(name, forward, backward, module, args):
            if text and text != plain:
                title = f"{name} {form}"
                yield Case(title, forward, made(text, title, vars(module)), args, text=text)
        outs = forward(*copy.deepcopy(args))[:-1]
        if len(outs) == 1 and np.ndim(outs[0]) == 0:
            yield Case(
                f"{name} value and gradient", *value_and_grad(name, forward, backward, module), args
            )
        yield from layer(name, forward, backward, args)


def value_and_grad(name: str, forward: Any, backward: Any, module: Any) -> tuple[Any, Any]:
    """Return a function of the value alone, and one of the value and the gradient."""
    parameters = ", ".join(inspect.signature(forward).parameters)
    one = made(
        f"def value({parameters}):\n    return {name}_forward({parameters})[0]\n",
        f"{name} value",
        vars(module),
    )
    text = f"def both({parameters}):\n    out, cache = {name}_forward({parameters})\n    return out, {name}_backward(1.0, cache)\n"
    return one, made(text, f"{name} both", vars(module))


class Layer:
    """A layer whose cache is its own."""

    def __init__(self, forward: Any, backward: Any) -> None:
        self.forward_function, self.backward_function = forward, backward
        self.cache: Any = None

    def forward(self, *args: Any) -> Any:
        """Return the output and keep the cache."""
        *outs, self.cache = self.forward_function(*args)
        return outs[0] if len(outs) == 1 else tuple(outs)

    def backward(self, dout: Any) -> Any:
        """Return the gradients."""
        return self.backward_function(dout, self.cache)


def layer(name: str, forward: Any, backward: Any, args: tuple[Any, ...]) -> Iterator[Case]:
    """Yield a layer object of a function of one output."""
    if len(inspect.signature(backward).parameters) != 2:
        return
    own = inspect.signature(forward).parameters.values()
    parameters = ", ".join(p.name for p in own if p.default is p.empty)
    text = f"class Made(Layer):\n    def forward(self, {parameters}):\n        return Layer.forward(self, {parameters})\n"
    scope = {"Layer": Layer}
    exec(text, scope)
    made_ = scope["Made"](forward, backward)
    yield Case(f"{name} a layer", made_.forward, made_.backward, args)
