"""Ternaries, prints, asserts, comments, and statements that only look on."""

import math

import numpy as np

from tests.corpus import case, normal, uniform

r, u = normal(52), uniform(52)


def ternary_on_passive(x, flag):
    y = np.sin(x) if flag else np.cos(x)
    return y * x


case(ternary_on_passive, (r(3), True), other=[(r(3), False)])


def ternary_on_mode(x, mode):
    scale = 2.0 if mode == "double" else 1.0
    return scale * x * x


case(ternary_on_mode, (r(3), "double"), other=[(r(3), "single")])


def ternary_on_none(x, b):
    return x * x if b is None else x * x + b


case(ternary_on_none, (r(3), None), wrt=("x",))
case(ternary_on_none, (r(3), r(3)), name="ternary_on_not_none")


def ternary_on_value(x):
    return x * x if x > 0 else -3 * x


case(ternary_on_value, (0.5,), other=[(-0.5,)])


def boolean_default(x, scale=None):
    scale = scale or 2.0
    return x * scale


case(boolean_default, (r(3),), wrt=("x",))


def fstrings_and_prints(x, name="layer"):
    y = np.tanh(x)
    print(f"{name}: {y.shape} {np.max(y):.3f}")
    message = f"norm {np.sum(y * y)}"
    print(message, end="", flush=True)
    return y * x


case(fstrings_and_prints, (r(3),))


def asserts(x, w):
    assert x.ndim == 2, "rows of examples"
    assert x.shape[1] == w.shape[0], f"{x.shape} and {w.shape}"
    y = x @ w
    assert np.all(np.isfinite(y))
    return y


case(asserts, (r(2, 3), r(3, 2)), other=[(r(4, 2), r(2, 5))])


def raises_for_bad_input(x, n):
    if n < 0:
        raise ValueError("n must not be negative")
    return x**n


case(raises_for_bad_input, (r(3), 2), other=[(r(3), 3)])


def docstring_and_pass(x):
    """Squares x.

    Over several lines.
    """
    pass
    # a comment
    return x**2  # the square


case(docstring_and_pass, (r(3),))


def semicolons(x, y):
    a = x * y; b = a + x  # fmt: skip  # noqa: E702
    return a * b


case(semicolons, (r(3), r(3)))


def over_several_lines(x, y):
    z = x * y + np.exp(  # the first  # the second
        x,
    )
    return \
        z * x  # fmt: skip


case(over_several_lines, (r(3), r(3)))


def comments_of_great_length(x, y):
    # a comment line that is far longer than eighty-eight columns, as students like to write them, on and on
    z = (
        x * y
    )  # and another one behind a line of code that makes it longer than eighty-eight columns as well
    return z * z


case(comments_of_great_length, (r(3), r(3)))


def quotes_in_lines(x):
    label = 'it\'s "quoted" # not a comment'
    y = x * len(label)
    return y * x


case(quotes_in_lines, (r(3),))


def del_statement(x):
    y = x * 2
    z = y * x
    del y
    return z * z


case(del_statement, (r(3),))


def unused_values(x, y):
    a = np.exp(x)
    b = a * y
    c = b + 1  # noqa: F841
    return a


case(unused_values, (r(3), r(3)))


def no_name_at_all(x):
    return math.exp(math.sin(x) * x) / (1 + x * x)


case(no_name_at_all, (0.7,), other=[(-1.5,)])


def expression_statement(x):
    np.exp(x)
    x * 2
    return x * x


case(expression_statement, (r(3),))


def import_inside(x):
    import math as m

    from numpy import tanh

    return tanh(x) * m.pi


case(import_inside, (r(3),))


def with_errstate(x):
    with np.errstate(divide="ignore"):
        y = np.log(x)
    return y * x


case(with_errstate, (u(3),))


def try_finally(x):
    try:
        y = np.sin(x)
    finally:
        z = x * 2
    return y * z


case(try_finally, (r(3),), refused="a try statement around traced values is not supported")


def chained_comparison(x, y):
    if 0 < x < y:
        return x * y
    return x + y


case(chained_comparison, (0.5, 1.5), other=[(2.0, 1.0)])
