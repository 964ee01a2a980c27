"""Formulae in a straight line, in the many forms that Python has for it."""

import functools
import math
import math as m
import operator
from math import pi

import numpy
import numpy as np
import numpy as onp
import numpy.linalg as la
from numpy import dot, tanh
from numpy import exp as e
from numpy import exp as nexp
from numpy import sum as nsum

from tests.cases import Call, case, normal, uniform

r, u = normal(126), uniform(127)


def alias_before_square(x):
    y = np.sin(x)
    v = y
    y *= y
    return v * x


case(alias_before_square, (r(3),))


def view_written_through(x, flag):
    y = x * 2
    row = y[0]
    row *= 3
    return y


case(view_written_through, (r(3, 2), True))


def row_of_argument_changed(x):
    acc = x[0]
    acc += x[1]
    return acc * x[0]


case(row_of_argument_changed, (r(3, 2),), other=[(r(2, 4),)])


def minus_itself(x):
    y = x * 2
    y -= y
    return y + x


case(minus_itself, (r(3),))


def minus_itself_and_more(x):
    u = np.exp(x)
    u -= u - u * x
    return u


case(minus_itself_and_more, (r(3),))


def generator_of_pairs(x):
    return sum(a * b for a in x for b in x if a != b)


case(generator_of_pairs, (r(3),), other=[(r(4),)])


def overflow_guard(x):
    with np.errstate(over="ignore"):
        return np.where(x > 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


case(overflow_guard, (r(4),), other=[(np.array([3.0, -3.0]),)])


def ties(x):
    return np.max(x) * 2


case(ties, (np.array([1.0, 3.0, 2.0]),), other=[(np.array([0.5, 0.2]),)])


def freeze_constant(x, n):
    scale = 1.0 / n
    total = sum(range(n))
    return x * scale * total


case(freeze_constant, (r(3), 4), other=[(r(3), 7)])


def frozen_shape_arithmetic(x):
    n, d = x.shape
    k = n * d // 2 + len(x)
    return x * k / (n + d)


case(frozen_shape_arithmetic, (r(2, 2),), other=[(r(3, 4),), (r(4, 3),)])


def frozen_reshape(x):
    n = x.shape[0]
    return x.reshape(n // 2, 2, -1).sum(axis=1)


case(frozen_reshape, (r(4, 4),), other=[(r(6, 2),), (r(2, 3),)])


def equal_sizes(a, b, c):
    return np.mean(a, axis=0) * np.sum(b, axis=1) + np.mean(c)


case(equal_sizes, (r(3, 3), r(3, 3), r(3, 3)), other=[(r(5, 2), r(2, 4), r(1, 7))])


def mean_of_concatenated(x, y):
    return np.mean(np.concatenate((x, y), axis=0), axis=0) ** 2


case(mean_of_concatenated, (r(2, 3), r(2, 3)), other=[(r(1, 2), r(4, 2))])


def assertion_on_value(x):
    assert x > 0, "positive only"
    return x**0.5


case(assertion_on_value, (0.5,), other=[(1.5,)])


def many_arguments(a, b, c, d, e, f, g, h, i, j, k, l, m):  # noqa: E741
    return a * b + c * d + e * f + g * h + i * j + k * l + m


case(many_arguments, tuple(r() for _ in range(13)))


def deep_expression(x):
    return np.sin(np.cos(np.tanh(np.sin(np.cos(np.tanh(np.sin(x * x) + x) * x) + x) * x) + x) * x)


case(deep_expression, (r(3),))


def wide_expression(x, y):
    return (
        x * y + x / (2 + y**2) + x * x * y + np.sin(x) * y + x * np.cos(y) + y * np.exp(x) - x + y
    )


case(wide_expression, (r(3), r(3)))


def name_of_builtin_gradient(el, ate, range_):
    el = el * ate
    ate = np.sin(el)
    return ate * range_


case(name_of_builtin_gradient, (r(3), r(3), r(3)))


def keyword_like(x, lambda_, class_):
    return x * lambda_ + class_ * x


case(keyword_like, (r(3),), {"lambda_": 0.5, "class_": 1.5}, other=[Call(r(2), 1.0, 2.0)])


def zero_gradient_everywhere(x):
    return np.sign(x) * 2.0


case(zero_gradient_everywhere, (r(3),))


def same_value_two_paths(x):
    a = np.exp(x)
    b = np.exp(x)
    a = a * b
    return a + b


case(same_value_two_paths, (r(3),))


# frozen things
def frozen_size(x):
    n = x.shape[0]
    w = np.ones(n) / n
    return x @ w * n


case(frozen_size, (r(4),), other=[(r(7),)])


def frozen_len(xs):
    return sum(xs) / len(xs)


case(frozen_len, ([1.0, 2.0, 3.0],), other=[([1.0, 2.0],), ([4.0, 2.0, 3.0, 5.0],)])


def frozen_minmax(x):
    lo, hi = float(np.min(x)), float(np.max(x))
    return (x - lo) / (hi - lo)


case(frozen_minmax, (r(5),), other=[(r(3),)])


def frozen_count(x):
    n = np.sum(x > 0)
    return np.sum(x * (x > 0)) / max(n, 1)


case(frozen_count, (r(6),), other=[(r(9),), (-np.abs(r(3)),)])


def comp_filter(x):
    return sum(v**2 for v in x if v > 0)


case(comp_filter, (r(6),), other=[(r(4),), (-np.abs(r(2)),)])


def default_arr(x, w=np.array([1.0, 2.0, 3.0])):
    return x * w


case(default_arr, (r(3),), other=[(r(3),)])


def posonly(x, y, /, z=1.0):
    return x * y + z


case(posonly, (1.5, 2.5), other=[(2.0, 3.0), (2.0, 3.0, 4.0)])


def nan_guard(x):
    return np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), 0.0).sum()


case(nan_guard, (r(6),), other=[(r(3),)])


def swapaxes_sum(x):
    return np.swapaxes(x, 0, 2).sum(axis=(0, -1)) ** 2


case(swapaxes_sum, (r(2, 3, 4),), other=[(r(3, 1, 2),)])


def std_all(x):
    return (x - x.mean(0)) / x.std(0, ddof=1) + np.var(x) * np.ptp(x)


case(std_all, (r(4, 3),), other=[(r(6, 2),)])


def einsum_diag(A):
    return np.einsum("ii->", A) * np.einsum("ij->j", A) + np.trace(A)


case(einsum_diag, (r(3, 3),), other=[(r(4, 4),)])


def tensordot_(a, b):
    return np.tensordot(a, b, axes=([1, 2], [0, 1]))


case(tensordot_, (r(2, 3, 4), r(3, 4, 2)), other=[(r(1, 2, 3), r(2, 3, 5))])


def tile_repeat(x):
    return np.tile(x, (2, 1)) * np.repeat(x, 2, axis=0)


case(tile_repeat, (r(2, 3),), other=[(r(3, 2),)])


def split_uneven(x):
    a, b, c = np.split(x, [2, 3])
    return a.sum() * b.sum() + c.mean()


case(split_uneven, (r(6),), other=[(r(5),)])


def meshy(x, y):
    X, Y = np.meshgrid(x, y)
    return np.sum(np.sin(X) * Y)


case(meshy, (r(3), r(2)), other=[(r(2), r(4))])


def inv_det(A):
    return np.linalg.inv(A).sum() + np.log(abs(np.linalg.det(A)))


case(inv_det, (np.eye(3) * 2 + r(3, 3) * 0.2,), other=[(np.eye(2) * 2 + r(2, 2) * 0.2,)])


def math_funcs(x):
    return (
        math.sin(x) * math.atan(x)
        + math.sqrt(x * x + 1)
        + math.hypot(x, 2)
        + math.pow(x, 3)
        + math.fabs(x)
        + math.log1p(x * x)
    )


case(math_funcs, (0.7,), other=[(-1.3,)])


R = [(r(4), r(4))]


O = [(r(6), r(6)), (r(1), r(1))]


def fork_array(x, w):
    h = x * w
    a = h
    b = h
    a = a + 1
    return (a * b).sum() + h.mean()


case(fork_array, R[0], other=O)


def overwritten(x, w):
    x = x * w
    x = np.tanh(x)
    w = x + w
    x = x * w
    return x


case(overwritten, R[0], other=O)


def names_dx(dx, cache, out, dout):
    np_ = dx * cache
    grads = np_ + out
    dgrads = grads * dout
    return dgrads.sum() * out


case(names_dx, (r(3), r(3), r(3), r(3)), other=[(r(2), r(2), r(2), r(2))])


def names_builtin(sum, len, max):
    list = sum * len
    range = list + max
    return (range * list).mean()


case(names_builtin, (r(3), r(3), r(3)), other=[(r(2), r(2), r(2))])


def unicode_names(α, β):
    σ = 1 / (1 + np.exp(-α))
    θ̂ = σ * β
    return θ̂.sum()


case(unicode_names, R[0], other=O)


def size_one(x, b):
    return np.sum((x + b) ** 2 * b)


case(size_one, (r(3, 4), r(1, 4)), other=[(r(2, 5), r(1, 5)), (r(1, 5), r(1, 5))])


def size_one_both(x, b):
    return np.sum((x + b) ** 2 * b)


case(size_one_both, (r(3, 1), r(1, 4)), other=[(r(2, 1), r(1, 5))], name="sob")


def example_axis_one(x, b):
    return np.sum((x * b) ** 2)


case(example_axis_one, (r(1, 4), r(4)), other=[(r(3, 4), r(4))])


def scalar_array(x, s):
    y = x * s
    y -= s
    return y / (s * s)


case(scalar_array, (r(3, 2), 2.0), other=[(r(2, 4), -1.5)])


def npscalar(x):
    s = x.sum()
    t = np.float64(2.0) * s
    return float(t) * x


case(npscalar, (r(3),), other=[(r(5),)])


def zero_d(x):
    return np.asarray(x) ** 2 * 3


case(zero_d, (np.array(1.5),), other=[(np.array(-2.0),)])


def swap(x, w):
    x, w = w, x
    x, w = x * w, w - x
    return x.sum() + (w**3).sum()


case(swap, R[0], other=O)


def returns_same_twice(x, w):
    h = x * w
    return h, h


case(returns_same_twice, R[0], other=O)


def returns_input(x, w):
    return x, x * w


case(returns_input, R[0], other=O)


def unused(x, w):
    y = np.exp(w)
    z = y * 2
    return x * 3


case(unused, R[0], other=O)


def constant_out(x, w):
    return 3.0


case(constant_out, R[0], other=O)


def kwonly(x, *, w, scale=2.0):
    return x * w * scale


case(kwonly, (r(3),), {"w": r(3)}, other=[Call(r(2), w=r(2)), Call(r(2), w=r(2), scale=3.0)])


def partial_(x, w):
    f = functools.partial(np.sum, axis=0)
    return f(x * w)


case(partial_, (r(3, 2), r(3, 2)), other=[(r(2, 4), r(2, 4))])


def diag_fill(x):
    A = np.outer(x, x)
    np.fill_diagonal(A, 0)
    return A.sum(axis=1)


case(diag_fill, (r(4),), other=[(r(2),)])


def addat(x, idx):
    out = np.zeros(5)
    np.add.at(out, idx, x * x)
    return out


case(addat, (r(4), np.array([0, 2, 2, 4])), other=[(r(3), np.array([1, 1, 1]))])


def bincount_(x, idx):
    return np.bincount(idx, weights=x * x, minlength=4)


case(bincount_, (r(4), np.array([0, 2, 2, 3])), other=[(r(3), np.array([1, 1, 1]))])


def embedding(E, ids):
    return E[ids].mean(axis=1)


case(embedding, (r(5, 3), np.array([[0, 1], [1, 1]])), other=[(r(4, 2), np.array([[3, 0, 3]]))])


def where_nested(x, w):
    return np.where(x > 0, np.where(w > 0, x * w, x), w**2)


case(where_nested, (r(6), r(6)), other=[(r(8), r(8))])


def argsort_gather(x, w):
    order = np.argsort(x)
    return np.sum(x[order] * w)


case(argsort_gather, (r(5), r(5)), other=[(r(3), r(3))])


def einsum_many(A, B, c):
    return np.einsum("bij,bjk,k->bi", A, B, c)


case(einsum_many, (r(2, 3, 4), r(2, 4, 2), r(2)), other=[(r(1, 2, 3), r(1, 3, 5), r(5))])


def linalg_alias(A, b):
    x = la.solve(A @ A.T + np.eye(len(b)), b)
    return la.norm(x) + e(-x[0]) + tanh(x).sum()


case(linalg_alias, (r(3, 3), r(3)), other=[(r(2, 2), r(2))])


def op_module(x, w):
    return operator.mul(x, operator.add(x, w))


case(op_module, R[0], other=O)


def int_float_mix(x, n):
    y = x // 1
    z = x % 2
    return y * x + z**n


case(int_float_mix, (u(4) * 3, 3), other=[(u(3) * 2, 2)])


def pow_scalar(x, y):
    return x**y + y**2 + 2**x


case(pow_scalar, (1.5, 2.5), other=[(0.7, -1.2)])


GW = np.arange(6.0).reshape(3, 2)


GB = 0.5


def global_array(x):
    return x @ GW + GB


case(global_array, (r(4, 3),), other=[(r(2, 3),)])


def pad_modes(x):
    return np.pad(x, 1, mode="edge") + np.pad(x, (1, 1), mode="reflect")


case(pad_modes, (r(4),), other=[(r(6),)])


def max_of_three(a, b, c):
    return max(a, b, c) * min(a * b, c)


case(max_of_three, (1.0, 2.0, 3.0), other=[(3.0, 2.0, 1.0), (1.0, 4.0, 2.0)])


def sorted_scalars(a, b, c):
    lo, mid, hi = sorted([a, b, c])
    return hi - lo * mid


case(sorted_scalars, (3.0, 1.0, 2.0), other=[(1.0, 5.0, 2.0)])


def mapfloat(x):
    return sum(map(float, x * x))


case(mapfloat, (r(3),), other=[(r(5),)])


def item(x):
    return x.sum().item() * x[0].item()


case(item, (r(3),), other=[(r(5),)])


R2 = (r(4), r(4))


O2 = [(r(6), r(6)), (r(2), r(2))]


def reduce_np(x, w):
    return functools.reduce(np.multiply, [x, w, x + w])


case(reduce_np, R2, other=O2)


def minkey(x):
    return min(x, key=abs) * max(x)


case(minkey, ([1.0, -2.0, 0.4],), other=[([3.0, -2.0],)])


def sum_rows(x):
    return sum(x)


case(sum_rows, (r(3, 2),), other=[(r(5, 1),)])


def out_pos(x, w):
    z = np.empty_like(x)
    np.add(x, w, z)
    return z * z


case(out_pos, R2, other=O2)


def initial(x):
    return np.sum(x * x, initial=3.0)


case(initial, (r(3),))


def where_kw(x):
    return np.sum(x * x, where=x > 0)


case(where_kw, (r(5),), other=[(r(3),)])


def iself(x, w):
    y = x * w
    y += y
    y *= y
    y -= y * w
    return y


case(iself, R2, other=O2)


def minus_self(x, w):
    u = x * w
    u -= u
    return u + x


case(minus_self, R2, other=O2)


def place_(x):
    y = x * 2
    np.place(y, y > 0, 0.0)
    return y


case(place_, (r(5),))


def bcast_arrays(x, y):
    a, b = np.broadcast_arrays(x, y)
    return a * b


case(bcast_arrays, (r(3, 1), r(4)), other=[(r(2, 1), r(2))])


def shadow_np(x):
    np_sum = np.sum
    exp = np.exp
    return np_sum(exp(x))


case(shadow_np, (r(3),))


def rounding(x):
    return round(x, 1) + x * round(x)


case(rounding, (2.34,), other=[(3.71,)])


def nested_gen(x):
    return max(abs(a - b) for a in x for b in x)


case(nested_gen, (r(3),), other=[(r(4),)])


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


def constants_of_math(x):
    return np.sin(pi * x) * math.e + np.pi * m.tau * x**2 + np.e


case(constants_of_math, (r(3),))


def import_spellings(x, y):
    a = numpy.exp(x) + onp.sin(y)
    b = nexp(x * y) * tanh(y)
    return dot(a, b) + nsum(a) + la.norm(b)


case(import_spellings, (r(3), r(3)))


def math_spellings(x, y):
    return m.exp(x) + m.sin(y) * math.cos(x) + m.pow(x, 2) + math.sqrt(y * y + 1) + math.log(y)


case(math_spellings, (0.5, 1.5), other=[(-0.5, 0.2)])


def operator_module(x, y):
    return operator.mul(x, operator.add(x, y))


case(operator_module, (r(3), r(3)))


def ufunc_spellings(x, y):
    a = np.add(x, y)
    b = np.multiply(a, np.subtract(x, y))
    c = np.divide(b, np.add(2, np.square(y)))
    return np.negative(np.power(c, 2)) + np.true_divide(x, 3)


case(ufunc_spellings, (r(3), r(3)))


def methods(x, w):
    h = x.dot(w)
    n, k = h.shape
    flat = h.reshape(n * k).clip(-10.0, 10.0)
    return flat.sum() + h.mean(axis=0).sum() + h.T.ravel()[0] * h.max()


case(methods, (r(2, 3), r(3, 2)), other=[(r(3, 2), r(2, 4))])


def builtin_functions(x, y):
    return abs(x) * max(x, y) + min(x, y) ** 2 + pow(x, 3) + sum([x, y]) + float(x)


case(builtin_functions, (-0.5, 1.5), other=[(1.2, 0.5)])


def call_on_subexpression(x, y):
    return (x + y).dot(x * y) * (x - y).sum()


case(call_on_subexpression, (r(3), r(3)))


def method_chain(x):
    return (x**2).sum(axis=1).mean().item() * 1.0


case(method_chain, (r(2, 3),))
