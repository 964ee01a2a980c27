"""The simplifier: the same value, in the text a person would have written."""

import ast
import random

import numpy as np
import pytest

from codegen import syntax
from codegen.ir import Wire, WireRef
from codegen.simplify import sign_split, simplify, without_spare_copy
from codegen.simplify.kinds import FLOAT, MASK, NUMBER, Known
from codegen.simplify.match import rewritten
from codegen.simplify.products import product
from codegen.simplify.rules import PAIRS

RANKS = {
    **dict.fromkeys(["dout", "N", "M", "reg", "n", "dreg_loss", "dloss"], 0),
    **dict.fromkeys(["dvar", "cp", "gamma", "std", "dstd", "v", "dv"], 1),
    **dict.fromkeys(
        ["x", "y", "z", "dx", "dy", "dz", "xmu", "W", "X", "xhat", "dxhat", "dq", "probs", "sums"],
        2,
    ),
    **dict.fromkeys(["x3", "y3"], 3),
}


def rank(tree):
    if isinstance(tree, ast.Constant):
        return 0
    return RANKS.get(tree.id.partition("@")[0]) if isinstance(tree, ast.Name) else None


def is_gradient(tree):
    return isinstance(tree, ast.Name) and "@" not in tree.id


KNOWN = Known(rank, is_gradient)


def text_of(text):
    return syntax.show(simplify(syntax.parse(text), KNOWN))


def value_of(tree, names):
    with np.errstate(all="ignore"):
        code = compile(
            ast.fix_missing_locations(ast.Expression(syntax.parse(syntax.show(tree)))),
            "<text>",
            "eval",
        )
        return eval(code, {"np": np, **names})  # noqa: S307  # the tests' own texts


# ---- pairs


def holes(pair):
    return {n.id for n in ast.walk(pair.pattern) if isinstance(n, ast.Name)} - {"np"}


def values_of(pair):
    rng = np.random.default_rng(231)
    found = {}
    for hole in sorted(holes(pair)):
        example = pair.example.get(hole, () if pair.ranks.get(hole) == 0 else (3, 4))
        if isinstance(example, tuple):
            found[hole] = rng.standard_normal(example) if example else 1.5
        else:
            found[hole] = example
    return found


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: p.before)
def test_both_sides_of_a_pair_have_the_same_value(pair):
    names = values_of(pair)
    before, after = value_of(pair.pattern, names), value_of(pair.result, names)
    assert np.shape(before) == np.shape(after)
    assert np.allclose(before, after, rtol=1e-12)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: p.before)
def test_a_pair_makes_its_right_side_of_its_left_side(pair):
    anything = Known(
        lambda tree: (
            None
            if isinstance(tree, ast.Name) and tree.id == "np"
            else (
                2
                if isinstance(tree, ast.Name) and tree.id in pair.arrays
                else 0 if pair.ranks and set(pair.ranks.values()) == {0} else 2
            )
        ),
        lambda tree: True,
    )
    before, after = [
        t.replace("**k", "axis=0").replace("*a", "2, 6").replace("*b", "12")
        for t in (pair.before, pair.after)
    ]
    made = rewritten(syntax.parse(before), anything)
    assert made is not None
    assert syntax.show(made) == syntax.show(syntax.parse(after))


def test_a_pair_whose_condition_fails_is_left_alone():
    assert text_of("(x3 @ y3).T") == "(x3 @ y3).T"
    assert text_of("x3 ** 0") == "x3**0"
    assert text_of("(x > 0) + 0") == "(x > 0) + 0"


# ---- texts


TEXTS = """
1.0 * x * y                                 x * y
x * y * 1                                   x * y
-1.0 * x                                    -x
0.5 * 2 * x * y                             x * y
2 * x * 0.5 * y                             x * y
2 * x * 0.5 * 3                             3 * x
3 * x ** 2                                  3 * x**2
4 * x / 2                                   2 * x
2 * x / 4                                   x / 2
3 * x / 2                                   3 * x / 2
0.1 * 3 * x                                 0.1 * 3 * x
1e-3 * x                                    1e-3 * x
2 * x ** (2 - 1) * dout                     2 * x * dout
-1 * x ** (-1 - 1) * dout                   -x ** (-2) * dout
-(-x) * y                                   x * y
x * (1 / y)                                 x / y
x / (1 / y)                                 x * y
x * -dy                                     -x * dy
x / -y                                      -x / y
x * (y * dy)                                x * y * dy
x * (y / dy)                                x * (y / dy)
(x > 0) * -dy                               -((x > 0) * dy)
dout * (x > 0)                              dout * (x > 0)
-(x - y)                                    y - x
-(x - y) / 2 * dy                           (y - x) / 2 * dy
-2 * (x - 1) * dy                           2 * (1 - x) * dy
x + np.roll(-y, 1)                          x - np.roll(y, 1)
x + (-2 * y).T                              x - 2 * y.T
x + (-y)[::-1]                              x - y[::-1]
x - -y                                      x + y
x + -y * z                                  x - y * z
x + x                                       2 * x
x - x                                       x - x
x * y + x * y                               2 * x * y
x + y + x                                   2 * x + y
2 * x + x * 2                               4 * x
x * 2 - 3 * x * 0.5 + y                     0.5 * x + y
2 * x - 3 * x                               -x
x + 0 + y                                   x + y
0 - x                                       -x
[0.0] * len(x)                              [0.0] * len(x)
[x] + [x]                                   [x] + [x]
np.sum(-x, axis=0)                          -np.sum(x, axis=0)
-np.sum(-x)                                 np.sum(x)
np.sum(2 * x * y / N, axis=0)               2 * np.sum(x * y, axis=0) / N
np.sum(x * dout)                            np.sum(x) * dout
np.sum(x * v, axis=0)                       np.sum(x, axis=0) * v
np.sum(x * v, axis=1)                       np.sum(x * v, axis=1)
np.sum(x3 * v, axis=(0, 1))                 np.sum(x3, axis=(0, 1)) * v
np.sum(x3 * x, axis=0, keepdims=True)       np.sum(x3 * x, axis=0, keepdims=True)
np.sum(-x, axis=0, where=x > 0)             np.sum(-x, axis=0, where=x > 0)
(x @ y).T                                   y.T @ x.T
(x.T @ y).T                                 y.T @ x
x.dot(y).T                                  y.T.dot(x.T)
x.T.T @ y                                   x @ y
np.sum(x * dy) - np.sum(z * dy)             np.sum((x - z) * dy)
-np.sum(x * dy) + np.sum(z * dy)            np.sum((z - x) * dy)
-np.sum(x * dy) - np.sum(z * dy)            -np.sum((x + z) * dy)
np.sum(v * dy) - np.sum(x * dy)             np.sum((v - x) * dy)
np.sum(x3 * dy) - np.sum(x * dy)            np.sum(x3 * dy) - np.sum(x * dy)
np.sum((x > 0) * dy) - np.sum(x * dy)       np.sum((x > 0) * dy) - np.sum(x * dy)
np.sum(x * dy, axis=0) + np.sum(z * dy)     np.sum(x * dy, axis=0) + np.sum(z * dy)
np.sum(x * dy) - np.sum(z * dx)             np.sum(x * dy) - np.sum(z * dx)
dx @ y + dx.T @ y                           (dx + dx.T) @ y
np.dot(dx, y) + np.dot(dx.T, y)             np.dot(dx + dx.T, y)
x3 @ y3 + np.swapaxes(x3, -1, -2) @ y3      (x3 + np.swapaxes(x3, -1, -2)) @ y3
dx.dot(y) - z.dot(y)                        (dx - z).dot(y)
dx @ v + dz @ v                             dx @ v + dz @ v
x.T.dot(-dy)                                -x.T.dot(dy)
x.reshape(3, 4).reshape(2, -1)              x.reshape(2, -1)
x.reshape(3, 4).reshape(x.shape)            x.reshape(x.shape)
np.expand_dims(np.sum(x, axis=1), 1)        np.sum(x, axis=1, keepdims=True)
np.expand_dims(np.sum(x, axis=1), 0)        np.sum(x, axis=1)[None]
np.expand_dims(-0.5 * x, 1)                 -0.5 * x[:, None]
2 * x * (-0.5 * y)[..., None]               -x * y[..., None]
np.expand_dims(x, -1)                       x[..., None]
np.expand_dims(x, 3)                        np.expand_dims(x, 3)
np.reshape(x, a).reshape(12)                np.reshape(x, a).reshape(12)
numpy.reshape(x, n).reshape(12)             numpy.reshape(x, n).reshape(12)
np.reshape(x, (3, 4)).reshape(12)           x.reshape(12)
x[1.0 * y]                                  x[1.0 * y]
1.0 * (x > 0)                               1.0 * (x > 0)
1.0 * x@3                                   1.0 * x@3
np.random.rand() + np.random.rand()         np.random.rand() + np.random.rand()
(1 - x) * x * dy                            (1 - x) * x * dy
-xhat / std * dxhat                         -xhat / std * dxhat
np.sum(-xhat / std * dxhat, axis=0)         -np.sum(xhat * dxhat, axis=0) / std
0.5 / std * dstd                            0.5 / std * dstd
2 * xmu * (dvar / N)                        xmu * (2 * dvar / N)
2 * x * (0.5 / std * dstd)                  x * (dstd / std)
2 * x / N * (0.5 / std * dstd)              x * (dstd / N / std)
2 * x * (0.5 / y * dy)                      x * (dy / y)
2 * x * (0.5 / std * dstd)[:, None]         x * (dstd / std)[:, None]
-1.0 / cp * dout / N                        -dout / N / cp
2 * x / N * v                               x * (2 * v / N)
1.0 / cp * -(dout / N)                      -dout / N / cp
x * -(dout / N)                             x * (-dout / N)
x / y * -(dout / N)                         x / y * (-dout / N)
2 * W * (0.5 * reg * dreg_loss)             reg * W * dreg_loss
2 * W * (0.3 * reg * dloss / N / M)         0.6 * reg * W * (dloss / N / M)
dx / std - 2 * x / std * dx                 (1 - 2 * x) / std * dx
2 * x / std * dx + dx / std                 (2 * x + 1) / std * dx
dx / std - 2 * x / v * dx                   dx / std - 2 * x / v * dx
"""


@pytest.mark.parametrize(
    ("before", "after"), [tuple(line.split("  ", 1)) for line in TEXTS.strip().splitlines()]
)
def test_text(before, after):
    marked = before.replace("x@3", "x_at")
    tree = syntax.rewrite(
        syntax.parse(marked),
        lambda p: syntax.name("x@3") if isinstance(p, ast.Name) and p.id == "x_at" else None,
    )
    assert syntax.show(simplify(tree, KNOWN)) == after.strip().replace("1e-3", "0.001")


def test_a_column_is_a_small_factor():
    tree = syntax.parse("2 * x * (dcol / N)")
    long = lambda tree: (
        1 if isinstance(tree, ast.Name) and tree.id == "dcol" else None
    )  # noqa: E731
    matrices = lambda tree: 0 if syntax.show(tree) in ("N", "2") else 2  # noqa: E731
    assert (
        syntax.show(simplify(tree, Known(matrices, is_gradient, long=long))) == "x * (2 * dcol / N)"
    )
    assert syntax.show(simplify(tree, Known(matrices, is_gradient))) == "2 * x * dcol / N"


def test_numbers_keep_the_spelling_of_the_user():
    tree = syntax.parse("1.0 * 1e-8 * x")
    for part in ast.walk(tree):
        if isinstance(part, ast.Constant) and part.value == 1e-8:
            syntax.note(part, spelling="1e-8")
    assert syntax.show(simplify(tree, KNOWN)) == "1e-8 * x"


# ---- memory


@pytest.mark.parametrize(
    "text", ["1.0 * x", "-(-x)", "x + 0", "x ** 1", "(1.0 * x).T", "0.5 * x * 2"]
)
def test_what_makes_a_new_array_still_does(text):
    x = np.random.default_rng(0).standard_normal((3, 4))
    found = simplify(syntax.parse(text), KNOWN)
    assert not np.shares_memory(value_of(found, {"x": x}), x)
    assert syntax.show(sign_split(found, KNOWN)[1]) in ("x", "x.T")  # what is added needs no copy


@pytest.mark.parametrize("text", ["x", "x.T.T", "x.reshape(3, 4).reshape(4, 3)", "[x, y]"])
def test_views_stay_views(text):
    assert "copy" not in text_of(text)


def test_numbers_need_no_copy():
    assert text_of("1.0 * dout") == "dout"
    assert text_of("[-(-dout), 1.0 * x]") == "[dout, x.copy()]"


def test_where_the_rank_is_unknown_a_copy_can_be_dropped_later():
    found = simplify(syntax.parse("1.0 * dx[mask]"), KNOWN)
    assert syntax.show(found) == "dx[mask].copy()"
    assert syntax.show(without_spare_copy(found)) == "dx[mask]"


def test_copies_of_known_rank():
    assert text_of("1.0 * dx[:, 0]") == "dx[:, 0].copy()"
    assert text_of("1.0 * dx[1, 0]") == "dx[1, 0]"


# ---- signs


SIGNS = """
-x                                    x
-x * y                                x * y
-2 * x / y                            2 * x / y
-x - y * z                            x + y * z
-np.sum(x)                            np.sum(x)
np.sum(-xhat / std * dxhat, axis=0)   np.sum(xhat / std * dxhat, axis=0)
x.T @ -dy                             x.T @ dy
-x.T @ dy                             x.T @ dy
-x.T.dot(dy)                          x.T.dot(dy)
"""


@pytest.mark.parametrize(
    ("before", "after"), [tuple(line.split("  ", 1)) for line in SIGNS.strip().splitlines()]
)
def test_sign_split_takes_one_minus_away(before, after):
    negative, rest = sign_split(syntax.parse(before), KNOWN)
    assert negative
    assert syntax.show(rest) == after.strip()


@pytest.mark.parametrize("text", ["x", "x - y", "-x + y", "x * y", "np.sum(x)", "x @ y", "x ** -y"])
def test_sign_split_leaves_the_rest(text):
    tree = syntax.parse(text)
    assert sign_split(tree, KNOWN) == (False, tree)


# ---- random trees


LEAVES = [
    "x",
    "y",
    "dx",
    "v",
    "dv",
    "n",
    "dout",
    "N",
    "2",
    "0.5",
    "3",
    "1",
    "1.0",
    "x.T.T",
    "(x > 0)",
    "(y < 1.5)",
]
NAMES = {
    "x": np.array([[0.5, -1.5], [2.0, 0.75]]),
    "y": np.array([[1.25, 0.8], [-0.6, 3.0]]),
    "dx": np.array([[-0.4, 1.1], [0.9, -2.2]]),
    "v": np.array([1.7, -0.3]),
    "dv": np.array([0.6, 2.1]),
    "n": 1.3,
    "dout": -0.7,
    "N": 5,
}


def compound(draw, leaves):
    """Return a random text with about so many leaves."""
    if leaves < 2 and draw.random() < 0.6:
        return draw.choice(LEAVES)
    kind = draw.choice(["binary"] * 6 + FORMS) if leaves > 1 else draw.choice(FORMS)
    if kind == "binary":
        left = draw.randint(1, leaves - 1)
        sign = draw.choice("**/+-")
        return f"({compound(draw, left)} {sign} {compound(draw, leaves - left)})"
    return kind.format(compound(draw, leaves - 1))


FORMS = [
    "(-(1 * {}))",
    "(1.0 / (1 + {} ** 2))",
    "np.sum({} * x, axis=0)",
    "np.sum({} * x)",
    "(x @ ({} * x)).T",
    "({} * x).reshape(4).reshape(2, 2)",
]


def texts(count):
    """Return so many random texts, each once; they depend on their number alone."""
    draws = (random.Random(f"text {seed}") for seed in range(2 * count))
    found = list(dict.fromkeys(compound(draw, draw.randint(1, 12)) for draw in draws))[:count]
    assert len(found) == count
    return found


def is_wild(tree):
    """Whether a part of a text is no number, not finite or so large that rounding shows."""
    for part in ast.walk(tree):
        if isinstance(part, ast.BinOp | ast.UnaryOp | ast.Call):
            try:
                found = np.asarray(value_of(part, NAMES), dtype=float)
            except (TypeError, ZeroDivisionError):
                return True
            if not np.all(np.isfinite(found)) or np.max(np.abs(found)) > 1e6:
                return True
    return False


@pytest.mark.parametrize("text", texts(400))
def test_a_random_text_keeps_its_value(text):
    tree = syntax.parse(text)
    if is_wild(tree):
        return
    before, after = value_of(tree, NAMES), value_of(simplify(tree, KNOWN), NAMES)
    assert np.shape(before) == np.shape(after)
    assert np.allclose(before, after, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("text", texts(400))
def test_simplifying_twice_is_simplifying_once(text):
    once = simplify(syntax.parse(text), KNOWN)
    assert syntax.show(simplify(once, KNOWN)) == syntax.show(once)


@pytest.mark.parametrize("text", texts(200))
def test_a_text_is_never_changed_itself_and_holds_no_negative_number(text):
    tree = syntax.parse(text)
    before = ast.dump(tree)
    found = simplify(tree, KNOWN)
    sign_split(found, KNOWN)
    assert ast.dump(tree) == before
    assert all(
        n.value >= 0
        for n in ast.walk(found)
        if isinstance(n, ast.Constant) and isinstance(n.value, int | float)
    )


@pytest.mark.parametrize("text", texts(200))
def test_a_split_sign_is_the_sign(text):
    tree = simplify(syntax.parse(text), KNOWN)
    if is_wild(tree):
        return
    negative, rest = sign_split(tree, KNOWN)
    whole = value_of(tree, NAMES)
    assert np.allclose(
        -1.0 * value_of(rest, NAMES) if negative else value_of(rest, NAMES),
        whole,
        rtol=1e-9,
        atol=1e-9,
    )


# ---- the unknown


def test_parts_that_are_no_syntax_are_left_alone_and_never_alike():
    one, two = (WireRef(Wire("name", syntax.name(n), 1.0, ast.Pass())) for n in "ab")
    both = ast.BinOp(
        ast.BinOp(one, ast.Mult(), syntax.name("dx")),
        ast.Add(),
        ast.BinOp(two, ast.Mult(), syntax.name("dx")),
    )
    found = simplify(both, KNOWN)
    assert isinstance(found, ast.BinOp)
    assert [n for n in ast.walk(found) if isinstance(n, WireRef)] == [one, two]


def test_what_is_known_of_a_value():
    kinds = {
        text: KNOWN.kind(syntax.parse(text))
        for text in ("x > 0", "x.shape[0]", "x * (y > 0)", "x[0]", "1", "N / 2", "True")
    }
    assert list(kinds.values()) == [MASK, NUMBER, FLOAT, FLOAT, NUMBER, FLOAT, MASK]
    texts = (
        "np.sum(x)",
        "np.sum(x, axis=0)",
        "np.sum(x, axis=0, keepdims=True)",
        "x * v",
        "x @ v",
        "x.shape[0]",
        "np.exp(x)",
        "f(x)",
        "x[0]",
        "x[:, None]",
        "x[0, -1]",
        "x[y]",
    )
    assert [KNOWN.rank(syntax.parse(text)) for text in texts] == [
        0,
        1,
        2,
        2,
        1,
        0,
        2,
        None,
        1,
        3,
        0,
        None,
    ]


def test_a_forward_value_is_a_mask_unless_the_planner_knows_better():
    tree = ast.BinOp(syntax.name("x@1"), ast.Mult(), ast.UnaryOp(ast.USub(), syntax.name("dy")))
    assert syntax.show(simplify(tree, KNOWN)) == "-(x@1 * dy)"
    assert syntax.show(simplify(tree, Known(rank, lambda name: True))) == "-x@1 * dy"


def test_a_product_of_one_factor_is_that_factor():
    assert syntax.show(product(syntax.parse("-(-x)"), lambda t: t, KNOWN)) == "x"
