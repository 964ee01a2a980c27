"""Every kind of statement, in the forms that people write."""

import ast
import math

import numpy as np

from tests.cases import normal
from tests.kinds import kind

r = normal(31)
COUNT = 0


@kind(ast.Assign, "to a name, several names, nested and starred tuples", r(4), other=[(r(6),)])
def assigned(x):
    a = b = x * 2
    (c, d), *rest = (a[0], b[1]), a[2:], b[:2]
    return c * d + np.sum(rest[0]) * np.sum(rest[1])


@kind(ast.Assign, "to items and slices of arrays, in place", r(4), other=[(r(5),)])
def assigned_items(x):
    y = x * x
    y[0] = x[1] * 3
    y[1:] = y[:-1] * x[0]
    return y


@kind(ast.AnnAssign, "with a value", r(3), other=[(r(5),)])
def annotated(x):
    y: np.ndarray = np.tanh(x)
    return y * x


@kind(ast.AugAssign, "of names, arrays in place, items", r(4), other=[(r(6),)])
def augmented(x):
    y = x.copy()
    y *= x
    y[1] += x[0] ** 2
    s = np.sum(y)
    s /= 3.0
    return s * y


@kind(
    ast.Return,
    "at the end, and early in a branch or a loop",
    r(3),
    other=[(-r(3),), (np.abs(r(4)),)],
)
def returned(x):
    for i in range(len(x)):
        if x[i] < 0:
            return x[i] * np.sum(x)
    return np.prod(x)


@kind(ast.Return, "of nothing", r(3), refused="returns nothing")
def returned_nothing(x):
    y = x * x
    print(y)
    return


@kind(ast.Delete, "of names", r(3), other=[(r(5),)])
def deleted(x):
    parts = {"a": x * x, "b": np.sin(x)}
    y = parts["a"] * 2
    z = y * parts["b"]
    del y
    return z


@kind(ast.Delete, "of items of a container that the function made", r(3), other=[(r(4),)])
def deleted_item(x):
    parts = {"a": x * x, "b": np.sin(x)}
    del parts["b"]
    return parts["a"]


@kind(
    ast.For,
    "over range, arrays, enumerate, zip, reversed; other trip counts",
    r(3),
    r(3),
    other=[(r(5), r(5))],
)
def looped(x, w):
    h = 0.0
    for t in range(len(x)):
        h = np.tanh(h * w[t] + x[t])
    for i, v in enumerate(x):
        h = h + i * v * v
    for a, b in zip(x, w):
        h = h + a * b
    for v in reversed(x):
        h = h * v
    return h


@kind(
    ast.For,
    "over the keys and items of a dict",
    {"a": r(3), "b": r(3)},
    other=[({"c": r(2), "d": r(2), "e": r(2)},)],
)
def looped_over_items(params):
    total = 0.0
    for _name, value in params.items():
        total = total + np.sum(value**2)
    return total


@kind(ast.For, "with else", r(3), other=[(np.abs(r(4)),)])
def looped_with_else(x):
    total = 0.0
    for v in x:
        if v < -5:
            break
        total = total + v * v
    else:
        total = total * 2
    return total


@kind(ast.While, "with a trip count that depends on values", 2.0, other=[(9.0,), (0.5,)])
def newton(a):
    x = a
    while abs(x * x - a) > 1e-10:
        x = 0.5 * (x + a / x)
    return x


@kind(
    ast.If,
    "on passive and on traced values, elif and else",
    0.5,
    "sin",
    other=[(-0.5, "sin"), (0.5, "cos"), (-2.0, "id")],
)
def branched(x, mode):
    y = math.sin(x) if mode == "sin" else x
    if x > 0:
        y = y * x
    elif x < -1:
        y = y - x * x
    else:
        y = 3 * y
    return y


@kind(ast.With, "around passive contexts", r(3), other=[(r(4),)])
def within(x):
    with np.errstate(divide="ignore"):
        y = np.log(x * x + 1)
    return y * x


@kind(ast.Match, "on passive values", r(3), 2, other=[(r(4), 1), (r(2), 3)])
def matched(x, mode):
    match mode:
        case 1:
            y = x
        case _:
            y = x * x
    return y


@kind(ast.Raise, "on a side that the example does not take", 2.0, other=[(3.0,)])
def raised(x):
    if x < 0:
        raise ValueError("x is negative")
    return math.sqrt(x) * x


@kind(ast.Try, "around passive code", r(3), "2", other=[(r(4), "3")])
def tried(x, text):
    try:
        power = int(text)
    except ValueError:
        power = 1
    return x**power


@kind(ast.Try, "around traced values", r(3))
def tried_traced(x):
    try:
        y = x * x
    except ValueError:
        y = x
    return y


@kind(ast.Try, "with `finally`, and a return inside", r(3))
def tried_finally(x):
    y = x * x
    try:
        return np.sin(y)
    finally:
        y[0] = 0.0


@kind(ast.Try, "with a return in `finally`", r(3), other=[(-r(4),)])
def tried_returned(x):
    try:
        y = x * x
    finally:
        if x[0] > 0:
            return x  # noqa: B012 - that is what is tried
    return y


@kind(ast.Try, "left by `continue` or `break`", r(3), 2, other=[(r(4), 0)])
def tried_left(x, n):
    for i in range(n):
        try:
            if i == 1:
                continue
            x = x * x
        finally:
            print(i)
    return x


@kind(ast.TryStar, "around traced values", r(3), refused="try")
def tried_groups(x):
    try:
        y = x * x
    except* ValueError:
        y = x
    return y


@kind(ast.Assert, "on passive and on traced values", r(3), other=[(r(5),)])
def asserted(x):
    assert x.ndim == 1, "a vector is wanted"
    assert np.all(np.isfinite(x))
    return x * x


@kind(ast.Import, "inside the function", 0.4, other=[(0.9,)])
def imported(x):
    import math as m

    return m.exp(x) * x


@kind(ast.ImportFrom, "inside the function", 0.4, other=[(0.9,)])
def imported_from(x):
    from math import exp as e

    return e(x) * x


@kind(ast.Global, "assigned", r(3), refused="global")
def counted(x):
    global COUNT
    COUNT += 1
    return x * x


@kind(ast.Nonlocal, "assigned by a local function", r(3), other=[(r(5),)])
def accumulated(x):
    total = 0.0

    def add(v):
        nonlocal total
        total = total + v * v

    for v in x:
        add(v)
    return total


@kind(ast.FunctionDef, "a local function over traced values", r(3), r(3), other=[(r(4), r(4))])
def local_function(x, w):
    def scaled(v):
        a = v * w
        return np.tanh(a) * a

    return scaled(x) + scaled(x * x)


@kind(ast.AsyncFunctionDef, "the function itself", r(3), refused="coroutine")
async def awaited(x):
    return x * x


@kind(ast.AsyncFor, "in a coroutine", r(3), refused="coroutine")
async def awaited_loop(x):
    async for v in x:
        return v


@kind(ast.AsyncWith, "in a coroutine", r(3), refused="coroutine")
async def awaited_context(x):
    async with x:
        return x


@kind(ast.ClassDef, "inside the function, passive", r(3), other=[(r(4),)])
def local_class(x):
    class Options:
        scale = 2.0

    return x * x * Options.scale


@kind(ast.Expr, "prints, docstrings, list methods", r(3), other=[(r(5),)])
def bare(x):
    """Return a list's sum."""
    print("shape", x.shape)
    parts = []
    parts.append(x * 2)
    parts.append(np.sin(x))
    return parts[0] * parts[1]


@kind(ast.Pass, "anywhere", r(3), other=[(r(5),)])
def passed(x):
    if x.ndim > 1:
        pass
    return x * x


@kind(ast.Break, "out of a loop", r(5), other=[(r(7),), (np.ones(3),)])
def broken(x):
    total = 0.0
    for v in x:
        if total > 1:
            break
        total = total + v * v
    return total


@kind(ast.Continue, "to the next trip", r(5), other=[(r(7),), (-np.ones(3),)])
def continued(x):
    total = 0.0
    for v in x:
        if v < 0:
            continue
        total = total + v * v
    return total
