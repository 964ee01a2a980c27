"""The generated pair, forward and backward, against a pair written by hand (aim: 1.2 times it) and against autograd."""

from __future__ import annotations

import ast
import importlib
import inspect
import math
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import codegen
from benchmarks.timing import in_turns

rng = np.random.default_rng(231)


def net(examples: int) -> tuple[Any, ...]:
    """Return the inputs of a two-layer net."""
    n, d, h, c = examples, 64, 100, 10
    randn = rng.standard_normal
    return (
        randn((n, d)),
        np.arange(n) % c,
        0.1 * randn((d, h)),
        randn(h),
        0.1 * randn((h, c)),
        randn(c),
    )


def recurrent(n: int, t: int, d: int, h: int) -> tuple[Any, ...]:
    """Return the inputs of a vanilla RNN."""
    randn = rng.standard_normal
    return randn((n, t, d)), randn((n, h)), 0.1 * randn((d, h)), 0.1 * randn((h, h)), randn(h)


def images(n: int, c: int, size: int, f: int) -> tuple[Any, ...]:
    """Return the inputs of a convolution."""
    randn = rng.standard_normal
    return randn((n, c, size, size)), randn((f, c, 3, 3)), randn(f), {"stride": 1, "pad": 1}


CASES: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "two_layer_net": ("examples.nets", [net(16), net(512)]),
    "two_layer_net_staged": ("examples.nets", [net(16), net(512)]),
    "batchnorm": (
        "examples.normalization",
        [tuple(rng.standard_normal(s) for s in ((n, d), d, d)) for n, d in ((32, 16), (512, 256))],
    ),
    "rnn": ("examples.sequences", [recurrent(4, 10, 8, 16), recurrent(32, 20, 64, 64)]),
    "conv_naive": ("examples.convolution", [images(2, 3, 6, 2)]),
}


def found(name: str, golden: Path | None) -> tuple[Callable[..., Any] | None, Any]:
    """Return the forward function of a case and the module of its hand-written pair; None for what is absent."""
    if golden is not None and (golden / f"{name}.py").is_file():
        sys.path.insert(0, str(golden))
        try:
            module = importlib.import_module(name)
        finally:
            sys.path.remove(str(golden))
        return getattr(module, name), module
    return getattr(importlib.import_module(CASES[name][0]), name, None), None


def both(
    forward: Callable[..., Any], backward: Callable[..., Any], args: tuple[Any, ...]
) -> Callable[[], Any]:
    """Return a function that runs a pair once."""
    dout = np.ones_like(forward(*args)[0])
    upstream = dout if dout.ndim else 1.0

    def once() -> Any:
        _, cache = forward(*args)
        return backward(upstream, cache)

    return once


class Products(ast.NodeTransformer):
    """Writes `a.dot(b)` as `np.dot(a, b)`: autograd does not know the method."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Return the call with a function in place of the method."""
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "dot":
            function = ast.Attribute(ast.Name("np", ast.Load()), "dot", ast.Load())
            return ast.Call(function, [node.func.value, *node.args], [])
        return node


def by_autograd(
    function: Callable[..., Any], args: tuple[Any, ...]
) -> tuple[Callable[[], Any] | None, str]:
    """Return a function that takes all gradients with autograd, or None and why it cannot."""
    try:
        import autograd
        import autograd.numpy as anp
    except ImportError:
        return None, "not installed"
    names = {**function.__globals__, "np": anp}
    tree = Products().visit(ast.parse(textwrap.dedent(inspect.getsource(function))))
    tree.body[0].decorator_list = []
    code = compile(ast.fix_missing_locations(tree), "<for autograd>", "exec")
    exec(code, names)  # noqa: S102  # a forward function of the examples
    copied = names[function.__name__]
    wanted = tuple(
        i for i, a in enumerate(args) if isinstance(a, np.ndarray) and a.dtype.kind == "f"
    )
    derivative = autograd.elementwise_grad(copied, wanted)

    def once() -> Any:
        return derivative(*args)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            once()
    except Exception as error:  # noqa: BLE001  # whatever autograd cannot do is the answer
        return None, f"cannot ({type(error).__name__})"
    return once, ""


def line(
    name: str, args: tuple[Any, ...], module: codegen.Module, hand: Any
) -> tuple[str, float | None]:
    """Return the line of one case at one size, and its ratio to the hand-written pair."""
    functions = {"generated": both(module.forward, module.backward, args)}
    functions["forward"] = lambda: module.function(*args)
    if hand is not None:
        functions["by hand"] = both(
            getattr(hand, f"{name}_forward"), getattr(hand, f"{name}_backward"), args
        )
    derivative, why = by_autograd(module.function, args)
    if derivative is not None:
        functions["autograd"] = derivative
    best = in_turns(functions)
    seconds = best["generated"]
    parts = [
        f"{name:<21} {max(a.size for a in args if isinstance(a, np.ndarray)):>7}  {1e6 * seconds:9.1f} us"
    ]
    parts.append(
        f"{seconds / best['by hand']:5.2f} times by hand"
        if hand is not None
        else "(no hand-written pair)"
    )
    parts.append(f"{seconds / best['forward']:5.2f} times the function alone")
    parts.append(
        f"{seconds / best['autograd']:5.2f} times autograd"
        if derivative is not None
        else f"autograd {why}"
    )
    return ", ".join(parts), seconds / best["by hand"] if hand is not None else None


def measure(golden: Path | None) -> Iterator[str]:
    """Yield a line per function and size."""
    if golden is None:
        yield "no folder of hand-written pairs (--golden FOLDER, or GOLDEN): measured against autograd only"
    ratios: list[float] = []
    for name, (_, inputs) in CASES.items():
        function, hand = found(name, golden)
        if function is None:
            yield f"{name:<21} skipped: neither in the examples nor in the folder"
            continue
        try:
            module = codegen.generate(function, *inputs[0])
        except codegen.CodegenError as error:
            yield f"{name:<21} skipped: {str(error).splitlines()[0]}"
            continue
        for args in inputs:
            text, ratio = line(name, args, module, hand)
            yield text
            ratios += [ratio] if ratio is not None else []
    if ratios:
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        yield f"geometric mean {mean:.2f} times by hand, at most {max(ratios):.2f}"
