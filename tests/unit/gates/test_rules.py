"""Every row of the table of gates, evaluated on random operands and compared with central differences."""

import ast
import functools
import math
import zlib

import numpy as np
import pytest
import scipy.linalg
import scipy.spatial.distance
import scipy.special
import scipy.stats

import codegen
from codegen import syntax
from codegen.gates import load
from codegen.gates.table import TABLE, hole_names

load()

SHAPES = {
    "positive": (3,),
    "small": (3,),
    "large": (3,),
    "small positive": (3,),
    "square": (3, 3),
    "squares": (2, 3, 3),
}
DEFAULTS = [(3,), (2, 3), (2, 3, 2)]
STEP = 1e-4


def names():
    return {
        "np": np,
        "math": math,
        "scipy": scipy,
        "astype": lambda x, *args, **kw: x.astype(*args, **kw),
        "item": lambda x, *args: x.item(*args),
        "tolist": lambda x: x.tolist(),
    }


def operand(hint, shape, rng):
    """Return a random operand for a hint: a shape, a word, or the text of a value."""
    if isinstance(hint, str) and hint not in SHAPES:
        return eval(hint, names())
    if isinstance(hint, tuple):
        return rng.standard_normal(hint)
    shape = SHAPES[hint] if hint in ("square", "squares") else shape
    values = rng.uniform(0.3, 0.9, shape)
    if hint == "large":
        return values + 1
    if hint == "positive":
        return values * 2
    if hint == "small positive":
        return values
    signs = np.sign(rng.standard_normal(shape))
    return values * signs if hint == "small" else 1.5 * rng.standard_normal(shape)


def holes_of(row):
    return [h for h in row.holes if h not in ("np", "math", "scipy")]


def operands(row):
    """Return the operands of a row on the first default shape at which its left side can be evaluated."""
    for shape in DEFAULTS:
        rng = np.random.default_rng(zlib.crc32(row.pattern.encode()))
        values = {h: operand(row.example.get(h), shape, rng) for h in holes_of(row)}
        try:
            out = value(row, values)
        except (ValueError, TypeError, IndexError, np.exceptions.AxisError):
            continue
        if out is not None and fits(row, values):
            return values
    raise AssertionError(
        f"{row.pattern} cannot be evaluated on the default shapes: give it an example="
    )


def fits(row, values):
    from codegen.gates.table import holds

    return holds(row.when, values)


class Number(float):
    """`float`, which is the form of `x.item()` as well."""

    def __new__(cls, x):
        return float(np.asarray(x).item())


def value(row, values):
    return eval(row.pattern, {**names(), "float": Number, **values})


def with_named(row, values):
    """Return the operands of a row and the inner values that its left side names."""
    scope = {**names(), "float": Number, **values}
    eval(row.pattern, scope)
    return {**values, **{name: scope[name] for name in row.named}}


def inner(out, dout):
    if isinstance(out, (list, tuple)):
        return sum(inner(a, b) for a, b in zip(out, dout, strict=True))
    return float(np.sum(np.asarray(out) * dout))


def random_like(out, rng):
    if isinstance(out, (list, tuple)):
        return [random_like(v, rng) for v in out]
    return rng.standard_normal(np.shape(out)) if np.ndim(out) else float(rng.standard_normal())


DEFINED = {
    "scipy.linalg.cho_factor(x)": np.triu,
    "scipy.linalg.cho_factor(x, lower=True)": np.tril,
}
"""The part of an output that a library says something of."""


def central(row, values, hole, dout):
    """Return the gradient by central differences of fourth order."""
    start = np.asarray(values[hole], dtype=float)
    grad = np.zeros(start.shape)
    for index in np.ndindex(*start.shape):

        def at(step, index=index):
            moved = start.copy()
            moved[index] += step
            new = {np.ndarray: moved, list: moved.tolist()}.get(type(values[hole]))
            new = float(moved) if new is None else new
            return inner(value(row, {**values, hole: new}), dout)

        grad[index] = (8 * (at(STEP) - at(-STEP)) - (at(2 * STEP) - at(-2 * STEP))) / (12 * STEP)
    return grad


def evaluated(row, statement, values, out, dout, hole):
    """Return the gradient that a row gives, summed to the shape of the operand."""
    scope = {**names(), **values, "out": out, "dout": dout}
    for targets, text in row.let.items():
        exec(f"{targets} = {text}", scope)
    if isinstance(statement, ast.AugAssign):
        grad = scope[f"d{hole}"] = np.zeros(np.shape(values[hole]))
        key = eval(compile(ast.Expression(statement.target.slice), "<row>", "eval"), scope)
        np.add.at(grad, key, eval(compile(ast.Expression(statement.value), "<row>", "eval"), scope))
        return grad
    grad = np.asarray(eval(compile(ast.Expression(statement.value), "<row>", "eval"), scope))
    wanted = np.shape(values[hole])
    grad = np.broadcast_to(grad, np.broadcast_shapes(grad.shape, wanted))
    grad = grad.sum(axis=tuple(range(grad.ndim - len(wanted))))
    ones = tuple(i for i, n in enumerate(wanted) if n == 1 and grad.shape[i] != 1)
    return grad.sum(axis=ones, keepdims=True) if ones else grad


OLD = np.lib.NumpyVersion(np.__version__) < "2.1.0"
NEW_WORDS = {("clip", "min"), ("clip", "max"), ("cholesky", "upper")}
"""Arguments that NumPy 1.26 does not know."""
COMPLEX = {"eig", "eigvals"} if np.iscomplexobj(np.linalg.eigvals(np.eye(2))) else set()
"""Functions that give complex numbers always, since NumPy 2.5: they are refused there."""


def is_there(row):
    """Return whether what a row calls is in the libraries at hand, which may be older."""
    roots = {"np": np, "scipy": scipy}
    for call in (n for n in ast.walk(row.tree) if isinstance(n, ast.Call)):
        root, *parts = ast.unparse(call.func).split(".")
        owner = roots.get(root)
        if owner is None:
            continue
        found = functools.reduce(lambda at, name: getattr(at, name, None), parts, owner)
        words = {k.arg for k in call.keywords}
        if parts[-1] in COMPLEX:
            return False
        if found is None or OLD and any((parts[-1], word) in NEW_WORDS for word in words):
            return False
    return True


ROWS = [r for r in TABLE.rows if is_there(r)]
PLACES = {id(row): place for place, row in enumerate(ROWS)}


def test_the_table_is_loaded():
    assert len(ROWS) > 900


def identity(row):
    return f"{row.pattern}-{PLACES[id(row)]}"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("row", ROWS, ids=identity)
def test_row_agrees_with_central_differences(row):
    values = operands(row)
    rng = np.random.default_rng(1)
    out = value(row, values)
    if row.zero:
        for hole in holes_of(row):
            if (
                isinstance(values[hole], (float, np.ndarray))
                and np.asarray(values[hole]).dtype == float
            ):
                assert not np.any(central(row, values, hole, random_like(out, rng)))
        return
    dout = random_like(out, rng)
    if row.pattern in DEFINED:
        dout[0] = DEFINED[row.pattern](dout[0])
    assert row.gradients
    tolerance = 1e-2 if "float32" in row.pattern else 1e-6
    known = with_named(row, values)
    for hole, statements in row.templates.items():
        for statement in statements:
            want = central(row, values, hole, dout)
            inside = ~np.isnan(want)  # at the edge of its domain a function has no slope
            assert np.allclose(
                evaluated(row, statement, known, out, dout, hole)[inside],
                want[inside],
                rtol=tolerance,
                atol=tolerance / 10,
            )


@pytest.mark.parametrize("row", [r for r in ROWS if r.made], ids=identity)
def test_gradient_made_in_place_is_the_expression(row):
    values = operands(row)
    out = value(row, values)
    scope = {**names(), **with_named(row, values), "out": out}
    scope["dout"] = random_like(out, np.random.default_rng(2))
    for hole, statements in row.statements.items():
        exec(compile(ast.Module(list(statements), []), "<row>", "exec"), scope)
        want = evaluated(row, row.templates[hole][0], scope, out, scope["dout"], hole)
        assert np.allclose(scope[f"d{hole}"], want, rtol=1e-12, atol=1e-14)


def test_rows_read_only_what_they_know():
    outer = "np math scipy out dout float int sum range tuple len bool list min max".split()
    for row in ROWS:
        known = {*row.holes, *row.named, *row.let_names, *outer}
        for hole, statements in row.templates.items():
            assert hole in row.holes, row.pattern
            for statement in statements:
                bound = set(syntax.stores(statement))
                unknown = set(hole_names(statement)) - known - bound - {f"d{hole}"}
                assert not unknown, row.pattern


def summed(x, keep):
    return 2 * np.sum(x, axis=1, keepdims=keep)


def averaged(x, keep):
    return np.mean(x, axis=-2, keepdims=keep)


@pytest.mark.parametrize("function", [summed, averaged])
@pytest.mark.parametrize("traced", [True, False])
@pytest.mark.parametrize("called", [True, False])
def test_dimensions_are_kept_or_not_at_every_call(function, traced, called):
    made = codegen.generate(function, np.arange(12.0).reshape(3, 4), traced)
    out, cache = made.forward(np.arange(10.0).reshape(2, 5), called)
    dx = made.backward(np.arange(float(np.size(out))).reshape(np.shape(out)), cache)
    want = np.arange(float(np.size(out)))
    want = 2 * np.repeat(want, 5) if function is summed else np.tile(want / 2, 2)
    assert np.allclose(dx, want.reshape(2, 5))


def powers(x, n):
    return x**n


def test_the_power_zero_has_the_slope_zero_at_zero():
    made = codegen.generate(powers, np.array([0.5, 2.0]), 3)
    _, cache = made.forward(np.array([0.0, 2.0]), 0)
    assert np.array_equal(made.backward(np.ones(2), cache), [0.0, 0.0])
    _, cache = made.forward(np.array([0.0, 2.0]), 1)
    assert np.array_equal(made.backward(np.ones(2), cache), [1.0, 1.0])


def normalized(x):
    return (x - np.mean(x, axis=0)) / (np.std(x, axis=0) + 1e-3)


def test_a_column_that_does_not_vary_has_a_gradient():
    made = codegen.generate(normalized, np.arange(6.0).reshape(3, 2) ** 2)
    x = np.array([[1.0, 2.0], [1.0, 5.0], [1.0, 3.0]])
    _, cache = made.forward(x)
    dx = made.backward(np.array([[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]), cache)
    assert np.allclose(dx[:, 0], np.array([2.0, -1.0, -1.0]) / 3 / 1e-3)


def guarded(x, y):
    return np.where(y != 0, x / y, 0.0)


def exponential(x):
    return np.where(x > 0, x, np.exp(x) - 1)


def test_what_is_not_chosen_may_be_infinite():
    made = codegen.generate(guarded, np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    with np.errstate(all="ignore"):
        _, cache = made.forward(np.array([1.0, 2.0]), np.array([0.0, 4.0]))
        dx, dy = made.backward(np.ones(2), cache)
    assert np.array_equal(dx, [0.0, 0.25])
    assert np.array_equal(dy, [0.0, -2.0 / 16])
    made = codegen.generate(exponential, np.array([1.0, -2.0]))
    with np.errstate(all="ignore"):
        _, cache = made.forward(np.array([1e4, -1.0]))
        assert np.allclose(made.backward(np.ones(2), cache), [1.0, np.exp(-1.0)])
