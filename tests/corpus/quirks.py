"""Odd but ordinary code: aliases, overwritten names, names of the tool's own, one-line forms."""

import collections
import functools
import operator

import numpy as np
import numpy.linalg as la
from numpy import exp as e
from numpy import tanh

from tests.corpus import Call, case, normal, uniform

r = normal(15)
u = uniform(16)
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


def three_ranks(a, b, c):
    return (a[:, None, None] * b[None, :, None] + c).sum(axis=1) * a[:, None]


case(three_ranks, (r(2), r(3), r(2, 3, 4)), other=[(r(3), r(2), r(3, 2, 5))])


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


def chained(x, w):
    a = b = c = x * w
    a = a * 2
    b += 1
    return (a + b + c).sum()


case(chained, R[0], other=O, refused="b is changed in place while c shares its memory")


def swap(x, w):
    x, w = w, x
    x, w = x * w, w - x
    return x.sum() + (w**3).sum()


case(swap, R[0], other=O)


def listy(x, w):
    hs = [x]
    for i in range(3):
        hs.append(np.tanh(hs[-1] * w))
    return hs[1] * hs[3] + sum(hs)


case(listy, R[0], other=O)


def dicty(x, w):
    d = {}
    d["a"] = x * w
    d["b"] = d["a"] ** 2
    d["a"] = d["b"] - x
    out = {k: v * 2 for k, v in d.items()}
    return out["a"] + out["b"]


case(dicty, R[0], other=O)


def returns_dict(x, w):
    return {"loss": np.sum(x * w), "scores": np.exp(x)}


case(returns_dict, R[0], other=O)


def returns_list(x, w):
    return [x * w, np.sum(w)]


case(returns_list, R[0], other=O)


def returns_same_twice(x, w):
    h = x * w
    return h, h


case(returns_same_twice, R[0], other=O)


def returns_input(x, w):
    return x, x * w


case(returns_input, R[0], other=O)


def returns_view(x, w):
    h = x * w
    return h[1:], h[::-1]


case(returns_view, (r(4), r(4)), other=[(r(6), r(6))])


def unused(x, w):
    y = np.exp(w)
    z = y * 2
    return x * 3


case(unused, R[0], other=O)


def constant_out(x, w):
    return 3.0


case(constant_out, R[0], other=O)


def starargs(*xs):
    t = 0.0
    for v in xs:
        t = t + np.sum(v * v)
    return t


case(starargs, (r(3), r(2)))


def kwonly(x, *, w, scale=2.0):
    return x * w * scale


case(kwonly, (r(3),), {"w": r(3)}, other=[Call(r(2), w=r(2)), Call(r(2), w=r(2), scale=3.0)])


def reduce_(xs):
    return functools.reduce(lambda a, b: a * b, xs)


case(reduce_, ([r(2), r(2), r(2)],))


def partial_(x, w):
    f = functools.partial(np.sum, axis=0)
    return f(x * w)


case(partial_, (r(3, 2), r(3, 2)), other=[(r(2, 4), r(2, 4))])


def local_def(x, w):
    def act(z):
        y = np.maximum(z, 0.1 * z)
        return y * z

    return act(x * w) + act(x)


case(local_def, R[0], other=O)


def while_break(x):
    i = 0
    s = 0.0
    while True:
        s = s + x[i] ** 2
        i += 1
        if i >= len(x) or s > 4:
            break
    return s * x[0]


case(while_break, (r(4),), other=[(r(8),), (r(1),), (r(3) * 4,)])


def nested_break(x):
    t = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if x[i, j] < -1:
                break
            t += x[i, j] ** 2 * (i + 1)
        else:
            t *= 1.5
    return t


case(nested_break, (r(3, 3),), other=[(r(4, 2),), (np.abs(r(2, 2)),)])


def cond_expr(x, w):
    s = np.sum(x)
    y = x * w if s > 0 else x - w
    return y if s > 1 else y * s


case(cond_expr, R[0], other=O + [(-np.abs(r(3)), r(3)), (np.abs(r(3)) + 1, r(3))])


def clip_manual(x):
    out = np.zeros_like(x)
    for i in range(len(x)):
        v = x[i]
        if v > 1:
            v = 1.0
        elif v < -1:
            v = -1.0
        out[i] = v * v * x[i]
    return out


case(clip_manual, (r(5) * 2,), other=[(r(3) * 0.2,), (np.full(2, 3.0),)])


def view_write(x):
    y = x.copy()
    row = y[0]
    row *= 3
    y[1] = row * y[0]
    return y


case(view_write, (r(3, 2),), other=[(r(2, 4),)])


def arg_written(x, w):
    x[0] = 5.0
    x *= w
    return x


case(arg_written, R[0], other=O)


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


def mask_assign(x):
    y = x * 2
    y[y < 0] = 0
    y[x > 1] *= 3
    return y


case(mask_assign, (r(5),), other=[(r(8),)])


def where_nested(x, w):
    return np.where(x > 0, np.where(w > 0, x * w, x), w**2)


case(where_nested, (r(6), r(6)), other=[(r(8), r(8))])


def cumsum_loop(x):
    c = np.empty_like(x)
    c[0] = x[0]
    for i in range(1, len(x)):
        c[i] = c[i - 1] * 0.9 + x[i]
    return c


case(cumsum_loop, (r(5),), other=[(r(3),), (r(1),)])


def fib(x, n):
    a, b = x, x * 2
    for _ in range(n):
        a, b = b, a + b * x
    return a


case(fib, (0.3, 4), other=[(0.5, 7), (0.2, 0)])


def recursion_tree(x, depth):
    if depth == 0:
        return x
    return recursion_tree(x * 0.5, depth - 1) * recursion_tree(x + 1, depth - 1)


case(recursion_tree, (0.7, 2), other=[(0.4, 3), (0.4, 0)])


def matrix_power_loop(A, n):
    P = np.eye(A.shape[0])
    while n > 0:
        if n % 2 == 1:
            P = P @ A
        A = A @ A
        n //= 2
    return P


case(matrix_power_loop, (r(2, 2), 5), other=[(r(3, 3), 6), (r(2, 2), 0)])


def argsort_gather(x, w):
    order = np.argsort(x)
    return np.sum(x[order] * w)


case(argsort_gather, (r(5), r(5)), other=[(r(3), r(3))])


def topk(x, k):
    s = np.sort(x)[::-1]
    return s[:k].sum() / k


case(topk, (r(6), 2), other=[(r(5), 3)])


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
Point = collections.namedtuple("Point", "x y")


def namedtuple_arg(p):
    return p.x**2 * p.y


case(namedtuple_arg, (Point(1.5, 2.5),), other=[(Point(0.5, -1.0),)])


def fstring_key(params, n):
    h = params["x"]
    for i in range(n):
        h = np.tanh(h @ params[f"W{i}"] + params["b" + str(i)])
    return h.sum()


case(
    fstring_key,
    ({"x": r(2, 3), "W0": r(3, 3), "b0": r(3), "W1": r(3, 3), "b1": r(3)}, 2),
    other=[({"x": r(1, 2), "W0": r(2, 2), "b0": r(2)}, 1)],
)


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


def int_float_mix(x, n):
    y = x // 1
    z = x % 2
    return y * x + z**n


case(int_float_mix, (u(4) * 3, 3), other=[(u(3) * 2, 2)])


def pow_scalar(x, y):
    return x**y + y**2 + 2**x


case(pow_scalar, (1.5, 2.5), other=[(0.7, -1.2)])


def global_array(x):
    return x @ GW + GB


GW = np.arange(6.0).reshape(3, 2)
GB = 0.5
case(global_array, (r(4, 3),), other=[(r(2, 3),)])


def complicated_index(x, i):
    return x[i, 1:, None] * x[-1, :-1] + x[..., 0][:, None][i]


case(complicated_index, (r(3, 4), 1), other=[(r(5, 3), 2)])


def pad_modes(x):
    return np.pad(x, 1, mode="edge") + np.pad(x, (1, 1), mode="reflect")


case(pad_modes, (r(4),), other=[(r(6),)])


def enumerate_zip(xs, ws):
    t = 0.0
    for i, (a, b) in enumerate(zip(xs, ws)):
        t += (i + 1) * a * b**i
    return t


case(enumerate_zip, (r(4), r(4)), other=[(r(2), r(2))])


def zip_star(pairs):
    xs, ys = zip(*pairs)
    return sum(a * b for a, b in zip(xs, ys))


case(
    zip_star,
    ([(1.0, 2.0), (3.0, 4.0)],),
    other=[([(1.0, 2.0), (3.0, 4.0), (2.0, 5.0)],)],
)


def any_all(x):
    if np.any(x < 0) and not np.all(x < 1):
        return np.sum(x**2)
    return np.sum(x) * 2


case(
    any_all,
    (np.array([-1.0, 2.0]),),
    other=[(np.array([1.0, 2.0]),), (np.array([-0.5, 0.5, 0.2]),)],
)


def max_of_three(a, b, c):
    return max(a, b, c) * min(a * b, c)


case(max_of_three, (1.0, 2.0, 3.0), other=[(3.0, 2.0, 1.0), (1.0, 4.0, 2.0)])


def sorted_scalars(a, b, c):
    lo, mid, hi = sorted([a, b, c])
    return hi - lo * mid


case(sorted_scalars, (3.0, 1.0, 2.0), other=[(1.0, 5.0, 2.0)])


def out_kw(x, w):
    buf = np.empty_like(x)
    np.multiply(x, w, out=buf)
    np.exp(buf, out=buf)
    return buf


case(out_kw, R[0], other=O)


def float32_(x, w):
    return np.sum(x * w) / np.float32(2)


case(
    float32_,
    (r(3).astype(np.float32), r(3).astype(np.float32)),
    other=[(r(5).astype(np.float32), r(5).astype(np.float32))],
)
