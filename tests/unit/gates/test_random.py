"""Gates whose calls are many: random broadcasting, indices, einsums and reductions, judged at two sets of sizes."""

import itertools
import pathlib
import tempfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from tests.cases import Call, Case
from tests.cases.judge import judge
from tests.unit.gates.test_expressions import loaded

FOLDER = pathlib.Path(tempfile.mkdtemp())
NUMBER = itertools.count()
COMMON = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
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


@COMMON
@given(
    shapes=mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3),
    expression=st.sampled_from(
        [
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
    ),
    sizes=st.tuples(*[st.integers(2, 4)] * 3),
)
def test_broadcasting(shapes, expression, sizes):
    shapes = shapes.input_shapes
    other = resized(shapes, sizes)
    check(
        expression,
        [normal(s, i) for i, s in enumerate(shapes)],
        [normal(s, i + 5) for i, s in enumerate(other)],
    )


PARTS = {
    "one": st.integers(-2, 1).map(str),
    "slice": st.sampled_from([":", "1:", ":-1", "::2", "::-1", "-2:", ":2", "1::-1"]),
    "places": st.sampled_from(["[0, 1, 1]", "[1]", "[-1, 0]", "np.array([0, 0])"]),
    "mask": st.just("mask"),
}


@st.composite
def indices(draw):
    """Draw the shape of an array and an index of it; at most one part is an array."""
    rank = draw(st.integers(1, 3))
    shape = tuple(draw(st.integers(2, 4)) for _ in range(rank))
    kinds = [draw(st.sampled_from(["one", "slice", "slice"])) for _ in range(rank)]
    if draw(st.booleans()):
        kinds[draw(st.integers(0, rank - 1))] = draw(st.sampled_from(["places", "mask"]))
    parts = [
        f"x[{', '.join(['0'] * k + [':'] + ['0'] * (rank - 1 - k))}] > 0" if kind == "mask" else ""
        for k, kind in enumerate(kinds)
    ]
    parts = [p or draw(PARTS[kind]) for p, kind in zip(parts, kinds, strict=True)]
    parts = parts[: draw(st.integers(1, rank))]
    for _ in range(draw(st.integers(0, 1))):
        parts.insert(draw(st.integers(0, len(parts))), "None")
    if "mask" not in kinds and draw(st.booleans()):
        parts.insert(draw(st.integers(0, len(parts))), "...")
    return shape, ", ".join(parts)


@COMMON
@given(chosen=indices(), more=st.integers(1, 2), form=st.sampled_from(["x[{}]", "2 * x[{}] ** 2"]))
def test_reading_indices(chosen, more, form):
    shape, index = chosen
    other = tuple(n + more for n in shape)
    check(form.format(index), [normal(shape)], [normal(other, 1)])


@st.composite
def einsums(draw):
    """Draw the subscripts of an einsum, explicit or implicit, and the length of each index at two sizes."""
    letters = "abcd"[: draw(st.integers(1, 4))]
    operands = [
        "".join(draw(st.lists(st.sampled_from(letters), min_size=1, max_size=3)))
        for _ in range(draw(st.integers(1, 3)))
    ]
    used = sorted(set("".join(operands)))
    result = draw(st.permutations(used))[: draw(st.integers(0, len(used)))]
    arrow = draw(st.sampled_from(["->" + "".join(result), "->" + "".join(result), ""]))
    lengths = [{c: draw(st.integers(1, 3)) for c in used} for _ in range(2)]
    return ",".join(operands) + arrow, operands, lengths


@COMMON
@given(chosen=einsums(), how=st.sampled_from(["", ", optimize=True"]))
def test_einsum(chosen, how):
    spec, operands, lengths = chosen
    names = ", ".join("xyz"[: len(operands)])
    calls = [
        [normal(tuple(sizes[c] for c in operand), i) for i, operand in enumerate(operands)]
        for sizes in lengths
    ]
    check(f"np.einsum({spec!r}, {names}{how})", *calls)


@st.composite
def reductions(draw):
    """Draw the shape of an array and a reduction of it."""
    rank = draw(st.integers(1, 3))
    shape = tuple(draw(st.integers(1, 4)) for _ in range(rank))
    several = draw(st.permutations(range(rank)))[: draw(st.integers(1, rank))]
    one = several[0] - draw(st.sampled_from([0, rank]))
    name = draw(st.sampled_from("sum mean max min prod var std linalg.norm median ptp".split()))
    axis = draw(st.sampled_from(["", f"axis={one}", f"axis={one}", f"axis={tuple(several)}"]))
    if "(" in axis and name in ("median", "linalg.norm"):
        axis = f"axis={one}"
    keep = draw(st.sampled_from(["", "keepdims=True"])) if name != "ptp" else ""
    return shape, f"np.{name}({', '.join(p for p in ('x', axis, keep) if p)})"


@COMMON
@given(chosen=reductions(), sizes=st.tuples(*[st.integers(2, 4)] * 3), squared=st.booleans())
def test_reductions(chosen, sizes, squared):
    shape, call = chosen
    other = tuple(1 if n == 1 else size for n, size in zip(shape, sizes, strict=False))
    # a length of one in the example cannot show what is broadcast: the check refuses that
    fits = ("keepdims" in call or "axis" not in call) and 1 not in shape
    check(
        f"{call} * x" if fits and not squared else f"{call} ** 2",
        [normal(shape)],
        [normal(other, 1)],
    )


@st.composite
def products(draw):
    """Draw the shapes of two operands of `@` with stacks that broadcast, at two sets of sizes."""
    ranks = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    stack = [draw(st.booleans()) for _ in range(4)]
    found = []
    for _ in range(2):
        n, m, k = (draw(st.integers(1, 3)) for _ in range(3))
        sizes = [draw(st.integers(2, 3)) for _ in range(2)]
        left = [1 if stack[i] else s for i, s in enumerate(sizes)][max(0, 4 - ranks[0]) :]
        right = [1 if stack[2 + i] else s for i, s in enumerate(sizes)][max(0, 4 - ranks[1]) :]
        found.append(
            (
                tuple([*left[: max(0, ranks[0] - 2)], n, m]) if ranks[0] > 1 else (m,),
                tuple([*right[: max(0, ranks[1] - 2)], m, k]) if ranks[1] > 1 else (m,),
            )
        )
    return found


@COMMON
@given(shapes=products(), form=st.sampled_from(["x @ y", "np.matmul(x, y)", "np.tanh(x) @ y"]))
def test_matrix_products(shapes, form):
    check(form, *[[normal(s, i) for i, s in enumerate(pair)] for pair in shapes])
