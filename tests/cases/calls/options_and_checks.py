"""Options that are None by default, and helpers that are called only to check or to tell."""

import collections
import logging
import warnings

import numpy as np

from tests.cases import case, raises, uniform

u = uniform(407)


def red(x, axis=None):
    return np.mean(x, axis)


def check(p):
    if np.any(p < 0):
        raise ValueError("negative")


def warn(p, limit=10):
    if p.max() > limit:
        warnings.warn("large", stacklevel=2)


def log(p):
    print("value", p.sum())


def axis_left_out_of_a_helper(x):
    return red(x) * x


case(axis_left_out_of_a_helper, (u(4),), other=[(u(6),)])


def axis_left_out(x, keep=False, axis=None):
    m = np.max(x, axis=axis, keepdims=keep)
    return np.sum(np.exp(x - m), axis=axis, keepdims=keep)


case(axis_left_out, (u(4),), other=[(u(6),)], guarded=[raises("axis was None", u(4), False, 0)])


def checked_by_a_helper(x):
    check(x)
    return np.log(x)


case(checked_by_a_helper, (u(4),), other=[(u(6),)])


def warned_and_logged(x):
    warn(x)
    log(x)
    return np.log(x)


case(warned_and_logged, (u(4),), other=[(u(6),)])


logger = logging.getLogger(__name__)


def logged_by_a_logger(x):
    logger.debug("mean %s", np.mean(x))
    return np.log(x)


case(logged_by_a_logger, (u(4),), other=[(u(6),)])


class Checked:
    def __init__(self, w):
        self.w = w

    def check(self, x):
        if x.shape[-1] != len(self.w):
            raise ValueError("another number of columns")

    def forward(self, x):
        self.check(x)
        return x * self.w


def checked_by_a_method(layer, x):
    return layer.forward(x)


case(checked_by_a_method, (Checked(u(3)), u(2, 3)), wrt=("layer.w", "x"))


def along(x, axis):
    return np.sum(x**2, axis=axis)


case(
    along,
    (u(3, 4), 0),
    other=[(u(3, 4), 1)],
    guarded=[raises("axis was a number", u(3, 4), None)],
    name="axis_left_at_none",
)


def running(x, axis):
    return np.cumsum(x**2, axis=axis)


case(
    running,
    (u(3, 4), 0),
    other=[(u(3, 4), 1)],
    guarded=[raises("axis was a number", u(3, 4), None)],
    name="running_axis_left_at_none",
)


def rows_of(space, name, shape):
    value = space[name]
    if value.ndim != len(shape) or value.shape[-1] != shape[-1]:
        raise ValueError(f"{name} has the wrong shape")
    return value.shape[0]


def checked_by_name(points, w):
    k = rows_of(locals(), "points", (-1, 3))
    rows_of(locals(), "w", (3,))
    return points * w * k


case(checked_by_name, (u(4, 3), u(3)), other=[(u(2, 3), u(3))])


def bound_names(space):
    return len(space)


def checked_as_a_whole(x, w):
    y = x * w
    k = bound_names(locals())
    return y * y * k


case(checked_as_a_whole, (u(3), u(3)), other=[(u(2), u(2))])


def width(x):
    shape = np.shape(x)
    if len(shape) < 1:
        raise ValueError("a number has no width")
    return shape[len(shape) - 1]


def ones_of_that_width(x):
    return x * x * np.ones(width(x)) * width(x)


case(ones_of_that_width, (u(2, 3),), other=[(u(4, 2),)])


def count_or_value(x):
    if x[0] > 0:
        return 2
    return x[1]


def whole_on_one_way(x):
    return x * count_or_value(x)


case(whole_on_one_way, (np.array([0.4, 0.7, 1.2]),), other=[(np.array([-0.4, 0.7, 1.2]),)])


def open_sizes(space, name, shape):
    value = space[name]
    if len(value.shape) != len(shape):
        raise ValueError(f"{name} has the wrong rank")
    sizes = [s for s, wanted in zip(value.shape, shape) if wanted == -1]
    if len(sizes) == 0:
        return None
    elif len(sizes) == 1:
        return sizes[0]
    return tuple(sizes)


def told_apart(*values):
    ranks = [f"{value.ndim} axes" for value in values]
    words = ranks[0] if len(ranks) == 1 else " and ".join(ranks)
    raise ValueError(f"not for {words}")


def both_stacked(a, b):
    if a.ndim == 1 and b.ndim == 2:
        k = open_sizes(locals(), "b", (-1, 3))
        return np.tile(a, (k, 1)), b
    elif a.ndim == 2 and b.ndim == 1:
        k = open_sizes(locals(), "a", (-1, 3))
        return a, np.tile(b, (k, 1))
    elif a.ndim == 2 and b.ndim == 2:
        k = open_sizes(locals(), "a", (-1, 3))
        open_sizes(locals(), "b", (k, 3))
        return a, b
    else:
        told_apart(a, b)


def products_of_stacks(a, b):
    p, q = both_stacked(a, b)
    return np.sum(p * q, axis=1)


case(products_of_stacks, (u(4, 3), u(3)), other=[(u(2, 3), u(3))])


def geometric_mean(a, axis=0, weights=None):
    if weights is not None:
        weights = np.asarray(weights)
    return np.exp(np.average(np.log(a), axis=axis, weights=weights))


case(
    geometric_mean,
    (u(4, 3),),
    other=[(u(2, 3),), (u(2, 3), 1)],
    guarded=[raises("weights was None", u(2, 3), 0, u(2))],
)


def slopes_along_all(x):
    x, others = np.atleast_1d(x, 2.0)
    total = 0.0
    for axis in range(x.ndim):
        total += np.sum(np.diff(x, axis=axis) ** 3) * others[0]
    return total


case(slopes_along_all, (u(4, 3),), other=[(u(2, 3),)])


def joined_along(*arrays, **options):
    axis = options.get("axis", 0)
    out = np.concatenate([np.atleast_2d(a) * 2 for a in arrays], axis=axis)
    return out / np.linalg.norm(out, axis=1, keepdims=True)


case(joined_along, (u(4, 3), u(2, 3)), other=[(u(2, 3), u(5, 3))])


def trend_in_its_type(x):
    dtype = x.dtype.char
    if dtype not in "dfDF":
        dtype = "d"
    A = np.ones((len(x), 2), dtype)
    A[:, 0] = np.arange(1, len(x) + 1, dtype=dtype) / len(x)
    return x - A @ np.linalg.lstsq(A, x, rcond=None)[0]


case(trend_in_its_type, (u(5),), other=[(u(4),)])


def reversed_window(x):
    window = collections.deque(maxlen=2)
    out = []
    for item in x:
        window.append(item)
        out.append(sum(w * v for w, v in zip((0.7, 0.3), reversed(window), strict=False)))
    return np.array(out)


case(reversed_window, (u(4),), other=[(u(6),), (u(1),)])


def words_in_a_dict(x, axis=-1):
    kw = dict(axis=axis, keepdims=True)  # noqa: C408  # as users write it
    mu = x.mean(**kw)
    return (x - mu) / np.sqrt(np.mean(np.square(x - mu), **kw) + 1e-5)


case(words_in_a_dict, (u(4, 6),), other=[(u(2, 3),), (u(3, 2), 0)])


def squares(x, **words):
    return np.sum(x * x, **words)


def words_handed_on(x, axis):
    return squares(x, axis=axis) + squares(2 * x, axis=axis, keepdims=False)


case(words_handed_on, (u(4, 3), 1), other=[(u(2, 3), 0)])
case(squares, (u(4, 3),), other=[(u(2, 3),)], name="no_words")

WORDS = {"axis": 1, "keepdims": True}


def words_of_the_module(x):
    return x / np.sum(x * x, **WORDS)


case(words_of_the_module, (u(4, 3),), other=[(u(2, 3),)])


def words_that_change(x):
    words = {"axis": 0}
    words["keepdims"] = False
    a = np.sum(x * x, **words)
    words["axis"] = 1
    return a * np.sum(x * x * x, **words)


case(words_that_change, (u(4, 4),), other=[(u(2, 2),)])


def words_given(x, options):
    return np.sum(x * x, **options)


case(
    words_given,
    (u(4, 3), {"axis": 0}),
    other=[(u(2, 3), {"axis": 1})],
    guarded=[raises("the keys of options were axis", u(4, 3), {"axis": 0, "keepdims": True})],
)
