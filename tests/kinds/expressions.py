"""Every kind of expression, in the forms that people write."""

import ast

import numpy as np

from tests.cases import normal
from tests.kinds import kind

r = normal(32)
OFFSET = 0.5


@kind(ast.BoolOp, "of tests", 0.5, 2.0, other=[(-0.5, 2.0), (0.5, -2.0)])
def both(x, y):
    if x > 0 and y > 0 or x < -1:
        return x * y
    return x - y


@kind(ast.BoolOp, "that picks one of two traced values", 0.5, 2.0, other=[(0.25, -1.5)])
def either(x, y):
    return (x or y) * y


@kind(ast.NamedExpr, "anywhere", r(3), other=[(r(4),)])
def named(x):
    y = (s := np.sum(x)) * x
    return y * s


@kind(ast.BinOp, "`+ - * / ** @ % //`", r(3) + 5, other=[(r(4) + 5,)])
def arithmetic(x):
    a = x @ x / 2 - x**2
    return a * (x % 3) + x // 2


@kind(ast.UnaryOp, "`- + not ~`", r(3), other=[(r(4),)])
def unary(x):
    mask = x > 0
    return -x * ~mask + +x


@kind(ast.Lambda, "called, passed on, over traced values", r(3), other=[(r(4),)])
def anonymous(x):
    scale = np.sum(x)
    square = lambda v: v * v * scale  # noqa: E731
    return square(x) + square(2 * x)


@kind(ast.IfExp, "on passive and on traced values", 0.5, True, other=[(-0.5, True), (0.5, False)])
def ternary(x, flag):
    y = x * x if flag else -x
    return y * 2 if x > 0 else y


@kind(ast.Dict, "built, read, changed", r(3), other=[(r(4),)])
def dictionary(x):
    parts = {"a": x * x, "b": np.sin(x)}
    parts["c"] = parts["a"] * x
    return parts["b"] + parts["c"]


@kind(ast.Set, "of passive values", r(3), 2, other=[(r(4), 3), (r(3), 5)])
def in_a_set(x, n):
    if n in {2, 3}:
        return x**2
    return x


@kind(ast.ListComp, "with conditions, nested", r(2, 3), other=[(r(3, 4),)])
def listed(x):
    rows = [np.sum(row**2) for row in x]
    halves = [v / 2 for v in rows if v > 0]
    return np.stack(rows) * halves[0]


@kind(ast.SetComp, "of passive values", r(3), other=[(r(5),)])
def in_set_comprehension(x):
    sizes = {n * n for n in range(len(x))}
    return x * len(sizes)


@kind(ast.DictComp, "over names", {"a": r(2), "b": r(2)}, other=[({"a": r(3), "b": r(3)},)])
def renamed(params):
    squares = {name: params[name] ** 2 for name in ("a", "b")}
    return squares["a"] * squares["b"]


@kind(ast.GeneratorExp, "inside sum, max, list", r(4), other=[(r(6),)])
def generated(x):
    return sum(v * v for v in x) * max(v for v in x)


@kind(ast.Await, "in a coroutine", r(3), refused="coroutine")
async def awaited(x):
    return await x


@kind(ast.Yield, "in the function itself", r(3), refused="generator")
def yielded(x):
    yield x * x


@kind(ast.YieldFrom, "in the function itself", r(3), refused="generator")
def yielded_from(x):
    yield from x


@kind(ast.Compare, "as a mask, as a test, chained", 0.5, other=[(1.5,), (-0.5,)])
def compared(x):
    y = x * x
    if 0 < x < 1:
        y = y * x
    return y


@kind(ast.Call, "of gates, of helpers, with keywords and stars", r(2, 3), other=[(r(3, 4),)])
def called(x):
    options = {"axis": 1, "keepdims": True}
    return x * np.sum(x, **options)


@kind(
    ast.JoinedStr,
    "of traced values, printed or as keys",
    {"W1": r(2), "W2": r(2)},
    other=[({"W1": r(3), "W2": r(3)},)],
)
def formatted(params):
    total = 0.0
    for i in range(1, 3):
        total = total + np.sum(params[f"W{i}"] ** 2)
    print(f"total {total:.3f}")
    return total


@kind(ast.FormattedValue, "as above", r(3), other=[(r(4),)])
def formatted_value(x):
    text = f"{x.shape[0]} values"
    return x * len(text)


@kind(ast.Constant, "numbers in any spelling", r(3), other=[(r(4),)])
def constants(x):
    return x * 1e-3 + 1_000 * x * x + x**2.0


@kind(ast.Attribute, "`x.T`, `x.shape`, methods", r(2, 3), other=[(r(4, 2),)])
def attributes(x):
    return x.T.dot(x) / x.shape[0] + x.sum()


@kind(
    ast.Subscript,
    "in every form of reading index",
    r(4, 3),
    np.array([0, 2, 0]),
    other=[(r(5, 2), np.array([1, 1, 4]))],
)
def indexed(x, rows):
    return x[rows][:, ::-1] * x[-1] + x[None, 0, ...] + np.sum(x[x > 0])


@kind(ast.Starred, "in calls, displays and targets", r(3), r(3), other=[(r(4), r(4))])
def starred(x, y):
    parts = (x, y)
    first, *rest = x, y, x * y
    values = [first * 2, *parts]
    return np.maximum(*parts) * values[2] * rest[1]


@kind(ast.Name, "arguments, locals, constants of the module", r(3), other=[(r(5),)])
def names(x):
    return x * x * OFFSET


@kind(ast.List, "built, indexed, unpacked, looped over", r(3), other=[(r(5),)])
def lists(x):
    parts = [x * x, np.sin(x)]
    a, b = parts
    return a * b + parts[-1]


@kind(ast.Tuple, "built, indexed, unpacked, swapped", r(3), other=[(r(5),)])
def tuples(x):
    a, b = x * x, np.sin(x)
    a, b = b, a * b
    return a, b


@kind(ast.Slice, "with negative bounds and steps", r(6), other=[(r(9),)])
def slices(x):
    return x[1:-1] * x[2:] - x[:-2][::-1]
