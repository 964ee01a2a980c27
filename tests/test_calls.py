"""Gates whose calls are many: random broadcasting, indices, einsums and reductions, judged at two sets of sizes.

What is drawn depends on the seed of a case alone, which its name shows.
"""

import itertools
import pathlib
import random
import tempfile

import numpy as np
import pytest

from tests.cases import Call, Case
from tests.cases.judge import judge
from tests.test_expressions import loaded

FOLDER = pathlib.Path(tempfile.mkdtemp())
NUMBER = itertools.count()
DRAWS = pytest.mark.parametrize("seed", range(60))
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def check(expression, example, *others):
    """Judge an expression in x, y, z at an example and at other arguments."""
    names = "xyz"[: len(example)]
    text = f"import numpy as np\n\n\ndef forward({', '.join(names)}):\n    return {expression}\n"
    forward = loaded(text, FOLDER, next(NUMBER))
    found = judge(
        Case(expression, forward, Call(*example), tuple(names), [Call(*o) for o in others])
    )
    assert found.outcome == "right", (
        f"{expression} at {[np.shape(v) for v in example]}, "
        f"{[[np.shape(v) for v in o] for o in others]}: {found.outcome}: {found.detail}"
    )


def normal(shape, seed=0):
    """Return random numbers away from zero, a Python float for the empty shape."""
    rng = np.random.default_rng([seed, *shape])
    values = rng.choice([-1.0, 1.0], shape) * rng.uniform(0.4, 1.6, shape)
    return values if shape else float(values)


def resized(shapes, sizes):
    """Return shapes with other sizes per axis from the end; what is broadcast stays of length one."""
    return [
        tuple(1 if n == 1 else sizes[k] for k, n in zip(range(-len(s), 0), s, strict=True))
        for s in shapes
    ]


def drawn(seed, what):
    """Return the generator of a case."""
    return random.Random(f"{what} {seed}")


def some(draw, values, most):
    """Return some of the values, at least one, in any order."""
    return [draw.choice(values) for _ in range(draw.randint(1, most))]


COMBINED = [
    "x + y",
    "x * y - y",
    "x / y",
    "np.maximum(x, y) * x",
    "np.where(x > y, x, 2 * y)",
    "np.hypot(x, y)",
    "np.exp(x) * np.tanh(y)",
    "abs(x) ** y",
    "np.sum(x * y)",
    "np.arctan2(x, y) + np.logaddexp(x, y)",
    "(x - y) ** 2 + np.clip(x, -1, y)",
]


def broadcast(draw):
    """Draw two shapes that broadcast against each other."""
    whole = [draw.randint(1, 3) for _ in range(draw.randint(0, 3))]
    found = []
    for _ in range(2):
        own = [1 if draw.random() < 0.3 else n for n in whole]
        found.append(tuple(own[draw.randint(0, len(own)) if draw.random() < 0.4 else 0 :]))
    return found


@DRAWS
def test_broadcasting(seed):
    draw = drawn(seed, "broadcasting")
    shapes, sizes = broadcast(draw), [draw.randint(2, 4) for _ in range(3)]
    other = resized(shapes, sizes)
    check(
        draw.choice(COMBINED),
        [normal(s, i) for i, s in enumerate(shapes)],
        [normal(s, i + 5) for i, s in enumerate(other)],
    )


PARTS = {
    "one": ["-2", "-1", "0", "1"],
    "slice": [":", "1:", ":-1", "::2", "::-1", "-2:", ":2", "1::-1"],
    "places": ["[0, 1, 1]", "[1]", "[-1, 0]", "np.array([0, 0])"],
    "mask": ["mask"],
}


def indices(draw):
    """Draw the shape of an array and an index of it; at most one part is an array."""
    rank = draw.randint(1, 3)
    shape = tuple(draw.randint(2, 4) for _ in range(rank))
    kinds = [draw.choice(["one", "slice", "slice"]) for _ in range(rank)]
    if draw.random() < 0.5:
        kinds[draw.randrange(rank)] = draw.choice(["places", "mask"])
    parts = [
        f"x[{', '.join(['0'] * k + [':'] + ['0'] * (rank - 1 - k))}] > 0" if kind == "mask" else ""
        for k, kind in enumerate(kinds)
    ]
    parts = [p or draw.choice(PARTS[kind]) for p, kind in zip(parts, kinds, strict=True)]
    parts = parts[: draw.randint(1, rank)]
    if draw.random() < 0.5:
        parts.insert(draw.randint(0, len(parts)), "None")
    if "mask" not in kinds and draw.random() < 0.5:
        parts.insert(draw.randint(0, len(parts)), "...")
    return shape, ", ".join(parts)


@DRAWS
def test_reading_indices(seed):
    draw = drawn(seed, "indices")
    shape, index = indices(draw)
    more = draw.randint(1, 2)
    other = tuple(n + more for n in shape)
    form = draw.choice(["x[{}]", "2 * x[{}] ** 2"])
    check(form.format(index), [normal(shape)], [normal(other, 1)])


def einsums(draw):
    """Draw the subscripts of an einsum, explicit or implicit, and the length of each index at two sizes."""
    letters = "abcd"[: draw.randint(1, 4)]
    operands = ["".join(some(draw, letters, 3)) for _ in range(draw.randint(1, 3))]
    used = sorted(set("".join(operands)))
    result = draw.sample(used, draw.randint(0, len(used)))
    arrow = draw.choice(["->" + "".join(result), "->" + "".join(result), ""])
    lengths = [{c: draw.randint(1, 3) for c in used} for _ in range(2)]
    return ",".join(operands) + arrow, operands, lengths


@DRAWS
def test_einsum(seed):
    draw = drawn(seed, "einsum")
    spec, operands, lengths = einsums(draw)
    how = draw.choice(["", ", optimize=True"])
    names = ", ".join("xyz"[: len(operands)])
    calls = [
        [normal(tuple(sizes[c] for c in operand), i) for i, operand in enumerate(operands)]
        for sizes in lengths
    ]
    check(f"np.einsum({spec!r}, {names}{how})", *calls)


def reductions(draw):
    """Draw the shape of an array and a reduction of it."""
    rank = draw.randint(1, 3)
    shape = tuple(draw.randint(1, 4) for _ in range(rank))
    several = draw.sample(range(rank), draw.randint(1, rank))
    one = several[0] - draw.choice([0, rank])
    name = draw.choice("sum mean max min prod var std linalg.norm median ptp".split())
    axis = draw.choice(["", f"axis={one}", f"axis={one}", f"axis={tuple(several)}"])
    if "(" in axis and name in ("median", "linalg.norm"):
        axis = f"axis={one}"
    keep = draw.choice(["", "keepdims=True"]) if name != "ptp" else ""
    return shape, f"np.{name}({', '.join(p for p in ('x', axis, keep) if p)})"


@DRAWS
def test_reductions(seed):
    draw = drawn(seed, "reductions")
    shape, call = reductions(draw)
    sizes = [draw.randint(2, 4) for _ in range(3)]
    other = tuple(1 if n == 1 else size for n, size in zip(shape, sizes, strict=False))
    # a length of one in the example cannot show what is broadcast: the check refuses that
    fits = ("keepdims" in call or "axis" not in call) and 1 not in shape
    check(
        f"{call} * x" if fits and draw.random() < 0.5 else f"{call} ** 2",
        [normal(shape)],
        [normal(other, 1)],
    )


def products(draw):
    """Draw the shapes of two operands of `@` with stacks that broadcast, at two sets of sizes."""
    ranks = draw.randint(1, 4), draw.randint(1, 4)
    stack = [draw.random() < 0.5 for _ in range(4)]
    found = []
    for _ in range(2):
        n, m, k = (draw.randint(1, 3) for _ in range(3))
        sizes = [draw.randint(2, 3) for _ in range(2)]
        left = [1 if stack[i] else s for i, s in enumerate(sizes)][max(0, 4 - ranks[0]) :]
        right = [1 if stack[2 + i] else s for i, s in enumerate(sizes)][max(0, 4 - ranks[1]) :]
        found.append(
            (
                tuple([*left[: max(0, ranks[0] - 2)], n, m]) if ranks[0] > 1 else (m,),
                tuple([*right[: max(0, ranks[1] - 2)], m, k]) if ranks[1] > 1 else (m,),
            )
        )
    return found


@DRAWS
def test_matrix_products(seed):
    draw = drawn(seed, "products")
    shapes = products(draw)
    form = draw.choice(["x @ y", "np.matmul(x, y)", "np.tanh(x) @ y"])
    check(form, *[[normal(s, i) for i, s in enumerate(pair)] for pair in shapes])


def test_most_draws_differ():
    for what, drawing in (
        ("broadcasting", broadcast),
        ("indices", indices),
        ("einsum", einsums),
        ("reductions", reductions),
        ("products", products),
    ):
        found = {str(drawing(drawn(seed, what))) for seed in range(60)}
        assert len(found) >= 30, what
