"""Branches, in the many forms that Python has for it."""

import sys

import numpy as np

from tests.cases import Call, case, normal, raises, uniform

r, u = normal(122), uniform(123)


def side_in_a_side(x, a, b):
    y = x * 2
    u = x + 1
    if a:
        if b:
            y = u * x
        else:
            y = x * x
    z = u * y
    return np.sum(z)


case(side_in_a_side, (r(3), True, True), other=[(r(3), True, False), (r(3), False, False)])


def number_or_sum(x, flag):
    if flag:
        u = 1.5
    else:
        u = np.sum(x)
    return u * x


case(number_or_sum, (r(3), True), other=[(r(3), False)])


def ternaries_of_all_kinds(x, mode):
    y = x * 2 if mode == "a" else np.sin(x)
    z = y if y[0] > 0 else -y
    return z * (3 if mode == "b" else x[1])


case(ternaries_of_all_kinds, (r(3), "a"), other=[(r(3), "b"), (-r(3), "c")])


def chained_tests(x, lo, hi):
    if lo < x[0] < hi:
        return x * lo
    elif x[0] <= lo or not hi > 0:
        return x * x
    else:
        return x * hi


case(chained_tests, (r(3), -1.0, 1.0), other=[(r(3) * 9, -1.0, 1.0), (r(3), -0.1, -0.2)])


def shape_branch(x):
    if x.shape[0] > 3:
        return x[:3].sum()
    return (x * x).sum()


case(shape_branch, (r(5),), other=[(r(2),), (r(3),)])


def ndim_branch(x):
    if x.ndim == 1:
        x = x[None, :]
    return (x**2).sum(axis=1)


case(ndim_branch, (r(5),), other=[(r(3),), (r(2, 3),)])


def flag_default(x, training=True, scale=None):
    if scale is None:
        scale = 2.0
    if training:
        x = x * scale
    else:
        x = x / scale
    return x


case(flag_default, (r(3),), other=[Call(r(3), training=False), Call(r(2), scale=3.0)], wrt=["x"])


def isinstance_branch(x, y):
    if isinstance(y, float):
        return x * y
    return x + y


case(isinstance_branch, (r(3), 2.0), other=[(r(2), 1.5)])


def summed_over(x, axis):
    if isinstance(axis, tuple):
        n = x.shape[axis[0]] * x.shape[axis[1]]
    else:
        n = x.shape[axis]
    return np.sum(x * x, axis=axis) / n


case(
    summed_over,
    (r(2, 3), 1),
    other=[(r(4, 2), 0)],
    guarded=[raises("not recorded", r(2, 3), (0, 1))],
)


def times_its_length(x, axes):
    if isinstance(axes, (list, tuple)):
        return x * len(axes)
    return x * x


case(times_its_length, (r(3), 1), other=[(r(3), [1, 2])])
case(
    times_its_length,
    (r(3), (1, 2)),
    other=[(r(2), [1]), (r(2), 3)],
    name="length_of_axes",
)


def ret_none_branch(x):
    if x > 0:
        return x * x
    elif x < -10:
        return None
    return -x


case(ret_none_branch, (1.5,), other=[(-2.0,)])


R = [(r(4), r(4))]


O = [(r(6), r(6)), (r(1), r(1))]


def cond_expr(x, w):
    s = np.sum(x)
    y = x * w if s > 0 else x - w
    return y if s > 1 else y * s


case(cond_expr, R[0], other=O + [(-np.abs(r(3)), r(3)), (np.abs(r(3)) + 1, r(3))])


def recursion_tree(x, depth):
    if depth == 0:
        return x
    return recursion_tree(x * 0.5, depth - 1) * recursion_tree(x + 1, depth - 1)


case(recursion_tree, (0.7, 2), other=[(0.4, 3), (0.4, 0)])


def try_except(x):
    try:
        n = int("3")
    except ValueError:
        n = 1
    return x**n


case(try_except, (r(3),), other=[(r(4),)])


def assert_print(x):
    assert x.ndim == 1, f"bad {x.shape}"
    print("loss", np.sum(x))
    y = x * x  # square
    if False:
        y = y * 100
    return y


case(assert_print, (r(3),), other=[(r(4),)])


def any_all(x):
    if np.any(x < 0) and not np.all(x < 1):
        return np.sum(x**2)
    return np.sum(x) * 2


case(
    any_all,
    (np.array([-1.0, 2.0]),),
    other=[(np.array([1.0, 2.0]),), (np.array([-0.5, 0.5, 0.2]),)],
)


def cond_alias(x, flag):
    y = x if flag else x * 2
    z = y
    z = z + 1
    y = y * z
    return y


case(cond_alias, (r(3), True), other=[(r(2), False)])


def any_gen(x):
    if any(v < 0 for v in x):
        return -sum(x)
    return sum(v * v for v in x)


case(any_gen, (r(3),), other=[(np.abs(r(4)),)])


def passive_try(x, path):
    try:
        n = int(path)
    except ValueError:
        n = 2
    return x * n


case(passive_try, (r(3), "a"), other=[(r(3), "4")])


def matched_mode(x, mode):
    match mode:
        case "sin":
            y = np.sin(x)
        case "cos" | "c":
            y = np.cos(x)
        case _:
            y = x
    return y * 2


case(matched_mode, (r(3), "sin"), other=[(r(3), "c"), (r(3), "z")])


def halved_by_recursion(x):
    if not len(x):
        return 0.0
    if len(x) == 1:
        return x[0] * 2
    mid = len(x) // 2
    return halved_by_recursion(x[:mid]) * halved_by_recursion(x[mid:])


case(halved_by_recursion, (r(4),), other=[(r(3),), (r(1),)])


def walrus_after_and(x, flag):
    s = x * 2
    if flag and (s := np.sin(x))[0] > -5:
        y = s * 3
    else:
        y = s
    return y + s


case(walrus_after_and, (r(3), True), other=[(r(3), False)])


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


def raises_for_bad_input(x, n):
    if n < 0:
        raise ValueError("n must not be negative")
    return x**n


case(raises_for_bad_input, (r(3), 2), other=[(r(3), 3)])


def chained_comparison(x, y):
    if 0 < x < y:
        return x * y
    return x + y


case(chained_comparison, (0.5, 1.5), other=[(2.0, 1.0)])


def recursion_over_passive(x, n):
    if n == 0:
        return x
    return np.sin(recursion_over_passive(x, n - 1)) + x


case(recursion_over_passive, (r(2), 2), other=[(r(2), 3)])


def leaves_the_process(x):
    if x[0] > 100:
        print("too large")
        sys.exit(3)
    return x * x


case(leaves_the_process, (r(3),), other=[(r(5),)])


# fmt: off
def joined_by_backslashes(x):
    if x <= 0.0:
        y = -5674.5359 / (x + 273.15) + 6.3925247 - 9.677843e-3 * x + 6.2215701e-7 * x**2 \
            + 2.0747825e-9 * np.power(x, 3) - 9.484024e-13 * np.power(x, 4) + 4.16 * np.log(x + 273.15)
    else:
        y = x
    return np.exp(0.001 * y)
# fmt: on


case(joined_by_backslashes, (25.0,), other=[(-5.0,)])


def walrus_asked_again(x, y):
    s = x * y
    if (t := np.sin(s)) > 0.1:
        s = s * 2.0
    z = y if t > 0.1 else max(s, x)
    return s * z + t


case(walrus_asked_again, (0.7, 0.9), other=[(-0.7, 0.9), (3.0, 1.2)])
