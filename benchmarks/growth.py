"""Ratios that show how time and memory grow with the work, in processor time of one process each.

Deep against flat, many statements against black, trips with and without append, helpers that are handed a list, long
functions with helpers, helpers that call each other twice, nested loops, long sums, float32 against float64, and arrays
of 10^7 numbers against 20 runs of the function and the arrays that one forward and one backward pass hold.

An array of 10^7 numbers is moved along a direction twice, and its gradient is made and judged, whatever the function
does: one that reads no more than two numbers of it is cheaper than any of that, and no bound in runs of it can hold.
What it takes beyond a small array is given in copies as well, therefore.
"""

from __future__ import annotations

import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.generation import black_alone

ROOT = Path(__file__).parent.parent
TICK = 1e-3  # what two readings of the clock take; a function of two items takes less
LIMIT = 240
"""Seconds of processor time after which a measurement ends without a figure."""


def nested(depth: int) -> str:
    """A formula so many calls deep."""
    text = "x"
    for _ in range(depth):
        text = f"np.tanh({text} * 0.9 - w)"
    return f"def f(x, w):\n    return {text}\n"


def flat(count: int) -> str:
    """The same calls, a statement each."""
    lines = "".join("    x = np.tanh(x * 0.9 - w)\n" for _ in range(count))
    return f"def f(x, w):\n{lines}    return x\n"


def one_name(count: int) -> str:
    """Statements that bind one name again and again."""
    lines = "".join(
        "    x = np.sin(x) + 0.5\n" if k % 2 else "    x = x * 1.01\n" for k in range(count)
    )
    return f"def f(x):\n{lines}    return x\n"


def many_names(count: int) -> str:
    """Statements that bind a new name each."""
    lines = "".join(f"    x{k + 1} = np.sin(x{k}) + 0.5\n" for k in range(count))
    return f"def f(x0):\n{lines}    return x{count}\n"


def trips(append: bool) -> str:
    """A loop, with or without a list that grows."""
    grown = "        parts.append(h)\n" if append else "        last = h\n"
    return (
        "def f(x, w, n):\n    parts = []\n    h = x\n    last = x\n    for _ in range(n):\n"
        "        h = np.tanh(h * w + x)\n"
        f"{grown}    return h + {'parts[-1]' if append else 'last'}\n"
    )


def handed_list() -> str:
    """A loop that hands the list which it grows to a helper."""
    return (
        "def last(parts, w):\n    a = parts[-1] * w\n    return a * np.sin(a)\n\n\n"
        "def f(x, w, n):\n    parts = [x]\n    for _ in range(n):\n"
        "        parts.append(np.tanh(last(parts, w) + x))\n    return parts[-1]\n"
    )


def doubling(levels: int) -> str:
    """Helpers that call the one before twice each."""
    text = "def helper0(x, w):\n    y = x * w\n    return np.tanh(y)\n\n\n"
    for k in range(1, levels + 1):
        text += (
            f"def helper{k}(x, w):\n    a = helper{k - 1}(x, w)\n    b = helper{k - 1}(a, w)\n"
            "    return a * b\n\n\n"
        )
    return f"{text}def f(x, w):\n    return helper{levels}(x, w)\n"


def nested_loops(depth: int) -> str:
    """Loops of two trips, one inside the other."""
    heads = "".join(f"{'    ' * (k + 1)}for i{k} in range(2):\n" for k in range(depth))
    return f"def f(x, w):\n{heads}{'    ' * (depth + 1)}x = np.tanh(x * w)\n    return x\n"


def products(count: int) -> str:
    """A sum of so many products."""
    return f"def f(x, w):\n    return {' + '.join(['x * w'] * count)}\n"


def classifier(dtype: str) -> tuple[str, list[Any]]:
    """A small network, and its inputs."""
    rng = np.random.default_rng(231)
    text = (
        "def f(x, w, v):\n    h = np.tanh(x @ w)\n    s = np.exp(h @ v)\n"
        "    p = s / np.sum(s, axis=1, keepdims=True)\n    return -np.mean(np.log(p[:, 0]))\n"
    )
    shapes = ((64, 128), (128, 100), (100, 10))
    return text, [(0.1 * rng.standard_normal(shape)).astype(dtype) for shape in shapes]


def with_helpers(lines: int, helpers: int) -> str:
    """A function of so many lines that calls helpers of a few stages."""
    text = "".join(
        f"def helper{k}(z, s):\n    z = z * s\n    z = np.tanh(z) + {k}.5\n    return z * 0.5\n\n\n"
        for k in range(helpers)
    )
    body = "".join(
        (
            f"    x = helper{k % helpers}(x, w)\n"
            if k % 10 == 0
            else f"    y{k} = np.sin(x) * 0.1\n    x = x * 0.9 + y{k}\n"
        )
        for k in range(lines // 2)
    )
    return f"{text}def f(x, w):\n{body}    return x\n"


NOTHING = "x[0] * x[-1] * w"  # no run of it takes any time
LARGE = {
    "a small layer": "    h = np.maximum(x * w, 0)\n    return np.mean(h * h)\n",
    "np.sum(x * w)": "    return np.sum(x * w)\n",
    "np.max(x) * w": "    return np.max(x) * w\n",
    NOTHING: "    return x[0] * x[-1] * w\n",
}
"""Functions of many numbers."""


def loaded(text: str, folder: Path) -> Callable[..., Any]:
    """The function `f` of a module with this text."""
    path = folder / "measured.py"
    path.write_text(f"import numpy as np\n\n\n{text}")
    spec = importlib.util.spec_from_file_location("measured", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["measured"] = module
    spec.loader.exec_module(module)
    function: Callable[..., Any] = module.f
    return function


def generated(text: str, *args: Any) -> dict[str, float]:
    """Seconds of generation, and those of black for the same text in a process that does nothing else."""
    import codegen

    with tempfile.TemporaryDirectory() as folder:
        function = loaded(text, Path(folder))
        codegen.generate(lambda_free, 1.0)  # what is loaded once is no part of the work
        start = time.process_time()
        source = codegen.generate(function, *args).source
        seconds = time.process_time() - start
    return {"seconds": seconds, "black": black_alone(ast_text(source))}


def lambda_free(x: float) -> float:
    """The smallest function."""
    return x * x


def ast_text(source: str) -> str:
    """A text that black has to lay out anew."""
    import ast

    return ast.unparse(ast.parse(source))


def network(dtype: str) -> dict[str, float]:
    """Generation of a small network."""
    text, inputs = classifier(dtype)
    return generated(text, *inputs)


def of_large_arrays(name: str) -> dict[str, float]:
    """Generation on 10^7 numbers against 20 runs of the function, and memory against one forward and backward pass."""
    import codegen

    x, w = np.linspace(-1.0, 1.0, 10_000_000), 0.7
    with tempfile.TemporaryDirectory() as folder:
        function = loaded(f"def f(x, w):\n{LARGE[name]}", Path(folder))
        module = codegen.generate(function, x[:5], w)
        small = seconds_of(lambda: codegen.generate(function, x[:4], w))
        runs = seconds_of(lambda: function(x, w), 20)
        copies = seconds_of(x.copy, 20)
        tracemalloc.start()
        out, cache = module.forward(x, w)
        module.backward(1.0, cache)
        held = tracemalloc.get_traced_memory()[1] + x.nbytes
        tracemalloc.stop()
        del out, cache
        # the second time: a machine may take long to hand out memory that it has never handed out
        seconds = min(seconds_of(lambda: codegen.generate(function, x, w)) for _ in range(2))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "seconds": seconds,
        "runs": runs,
        "copies": 20 * (seconds - small) / copies,
        "peak": peak * 1024 - 1e8,
        "held": held,
    }


def seconds_of(work: Callable[[], object], times: int = 1) -> float:
    """The processor time that something takes, so many times."""
    start = time.process_time()
    for _ in range(times):
        work()
    return time.process_time() - start


MEASURED: dict[str, Callable[[], dict[str, float]]] = {
    "60 deep": lambda: generated(nested(60), np.full(3, 0.3), 0.1),
    "60 flat": lambda: generated(flat(60), np.full(3, 0.3), 0.1),
    "1,000 of one name": lambda: generated(one_name(1000), np.full(3, 0.3)),
    "5,000 of one name": lambda: generated(one_name(5000), np.full(3, 0.3)),
    "1,000 names": lambda: generated(many_names(1000), np.full(3, 0.3)),
    "5,000 names": lambda: generated(many_names(5000), np.full(3, 0.3)),
    "10,000 trips": lambda: generated(trips(False), 0.3, 0.7, 10_000),
    "10,000 appends": lambda: generated(trips(True), 0.3, 0.7, 10_000),
    "2,000 trips that hand on a list": lambda: generated(handed_list(), 0.3, 0.7, 2000),
    "500 trips that hand on a list": lambda: generated(handed_list(), 0.3, 0.7, 500),
    "14 levels of helpers": lambda: generated(doubling(14), 0.3, 0.7),
    "10 levels of helpers": lambda: generated(doubling(10), 0.3, 0.7),
    "15 nested loops": lambda: generated(nested_loops(15), 0.3, 0.7),
    "10 nested loops": lambda: generated(nested_loops(10), 0.3, 0.7),
    "1,000 products": lambda: generated(products(1000), 0.3, 0.7),
    "100 products": lambda: generated(products(100), 0.3, 0.7),
    "float32": lambda: network("float32"),
    "float64": lambda: network("float64"),
    "500 lines, 10 helpers": lambda: generated(with_helpers(500, 10), np.full(3, 0.3), 0.7),
    "1,000 lines, 20 helpers": lambda: generated(with_helpers(1000, 20), np.full(3, 0.3), 0.7),
    **{f"10^7 numbers, {name}": partial(of_large_arrays, name) for name in LARGE},
}


def alone(name: str) -> dict[str, float]:
    """One measurement in a process of its own; empty if it took too long."""
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-m", "benchmarks.growth", name], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode < 0:
        return {}
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr.strip().splitlines()[-1:]}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measure(golden: Path | None) -> Iterator[str]:
    """Yield a line per ratio."""

    def ratio(name: str, other: str, most: float) -> str:
        one, two = alone(name), alone(other)
        a, b = (f"{f['seconds']:.2f} s" if f else f"over {LIMIT} s" for f in (one, two))
        times = f"{one['seconds'] / two['seconds']:.2f} times" if one and two else "no ratio"
        return f"{name}: {a}; {other}: {b}; {times} (at most {most})"

    yield ratio("60 deep", "60 flat", 2)
    for name, fewer in (("5,000 of one name", "1,000 of one name"), ("5,000 names", "1,000 names")):
        for each in (fewer, name):
            found = alone(each)
            yield (
                f"{each}: {found['seconds']:.2f} s, black {found['black']:.2f} s, the rest"
                f" {found['seconds'] / found['black'] - 1:.2f} times black (at most 1.5)"
                if found
                else f"{each}: over {LIMIT} s"
            )
    yield ratio("10,000 appends", "10,000 trips", 1.5)
    yield ratio("2,000 trips that hand on a list", "500 trips that hand on a list", 4)
    yield ratio("14 levels of helpers", "10 levels of helpers", 16)
    yield ratio("15 nested loops", "10 nested loops", 32)
    yield ratio("1,000 products", "100 products", 10)
    yield ratio("float32", "float64", 1.5)
    yield ratio("1,000 lines, 20 helpers", "500 lines, 10 helpers", 2.2)
    for name in LARGE:
        found = alone(f"10^7 numbers, {name}")
        if not found:
            yield f"10^7 numbers, {name}: over {LIMIT} s"
            continue
        bound = "" if name == NOTHING else " (at most 1.5)"
        bound += f", {found['copies']:.0f} copies of the array more than one of 4 numbers"
        yield (
            f"10^7 numbers, {name}: {found['seconds']:.2f} s; 20 runs of f: {found['runs']:.2f} s;"
            f" {found['seconds'] / max(found['runs'], TICK):.2f} times{bound}"
        )
        yield (
            f"10^7 numbers, {name}: peak {found['peak'] / 1e6:.0f} MB; one forward and backward pass holds"
            f" {found['held'] / 1e6:.0f} MB; {found['peak'] / found['held']:.2f} times (at most 4)"
        )


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))
    print(json.dumps(MEASURED[sys.argv[1]]()))
