"""A mixture: sizes and branches that must not freeze, loops over anything, stores, closures, NumPy calls."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tests.corpus import Call, case, normal, uniform

r = normal(25)
u = uniform(26)
R = (r(4), r(4))
O = [(r(6), r(6)), (r(1), r(1))]


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


def frozen_argmax(x, w):
    k = int(np.argmax(x))
    return x[k] * w[k]


case(frozen_argmax, R, other=[(r(6), r(6))])


def frozen_count(x):
    n = np.sum(x > 0)
    return np.sum(x * (x > 0)) / max(n, 1)


case(frozen_count, (r(6),), other=[(r(9),), (-np.abs(r(3)),)])


def frozen_dtype(x):
    out = np.zeros(x.shape, dtype=x.dtype)
    out += x * 2
    return out


case(frozen_dtype, (r(3),), other=[(r(5),)])


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


def enumerate_start(xs):
    s = 0.0
    for i, x in enumerate(xs, start=1):
        s += x / i
    return s


case(enumerate_start, (r(4),), other=[(r(2),)])


def range_step(x):
    s = 0.0
    for i in range(len(x) - 1, -1, -2):
        s = s * 0.5 + x[i]
    return s


case(range_step, (r(5),), other=[(r(4),), (r(1),)])


def range_var(x, a, b):
    s = np.zeros(2)
    for i in range(a, b):
        s = s + x[i] * s + x[i]
    return s


case(range_var, (r(5, 2), 1, 4), other=[(r(6, 2), 0, 6), (r(3, 2), 2, 2)])


def rows_loop(X, w):
    out = []
    for row in X:
        out.append(np.tanh(row @ w))
    return np.array(out)


case(rows_loop, (r(3, 4), r(4)), other=[(r(5, 2), r(2))])


def cols_loop(X):
    out = []
    for col in X.T:
        out.append(col / np.sum(np.abs(col)))
    return np.stack(out, axis=1)


case(cols_loop, (r(3, 4),), other=[(r(5, 2),)])


def double_comp(X):
    return np.array([[x * y for x in row] for row, y in zip(X, X[:, 0])])


case(double_comp, (r(2, 3),), other=[(r(3, 2),)])


def comp_filter(x):
    return sum(v**2 for v in x if v > 0)


case(comp_filter, (r(6),), other=[(r(4),), (-np.abs(r(2)),)])


def dict_accumulate(xs, keys):
    acc = {}
    for x, k in zip(xs, keys):
        if k in acc:
            acc[k] = acc[k] + x * x
        else:
            acc[k] = x * x
    return sum(acc.values())


case(
    dict_accumulate,
    (r(4), ["a", "b", "a", "c"]),
    other=[(r(3), ["a", "a", "a"])],
    refused="no gate fits sum(acc.values())",
)


def stack_pop(xs):
    st = []
    for x in xs:
        st.append(x)
        if len(st) == 3:
            a = st.pop()
            b = st.pop()
            st.append(a * b)
    return st[-1] * st[0]


case(stack_pop, (r(5),), other=[(r(4),)])


def list_insert(x, y):
    xs = [x]
    xs.insert(0, y * 2)
    xs.extend([x * y, y])
    del xs[1]
    return xs[0] * xs[1] + xs[2]


case(
    list_insert,
    (1.5, 2.5),
    other=[(0.5, -1.0)],
    refused="insert on a container of traced values is not supported",
)


def list_reverse(xs):
    ys = [v * v for v in xs]
    ys.reverse()
    t = 0.0
    for i in range(len(ys)):
        t += i * ys[i]
    return t


case(
    list_reverse,
    (r(4),),
    other=[(r(6),)],
    refused="reverse on a container of traced values is not supported",
)


def tuple_carry(x):
    state = (0.0, 1.0)
    for v in x:
        state = (state[0] + v * state[1], state[1] * 0.9)
    return state[0] * state[1]


case(tuple_carry, (r(4),), other=[(r(6),), (r(1),)])


def matrix_fill(x):
    n = len(x)
    A = np.zeros((n, n))
    for i in range(n):
        for j in range(i, n):
            A[i, j] = x[i] * x[j] / (1 + abs(i - j))
            A[j, i] = A[i, j]
    return A


case(matrix_fill, (r(3),), other=[(r(5),)])


def gauss_seidel(A, b, x, n):
    x = x.copy()
    for k in range(n):
        for i in range(len(b)):
            s = b[i] - A[i] @ x + A[i, i] * x[i]
            x[i] = s / A[i, i]
    return x


case(
    gauss_seidel,
    (np.eye(3) * 4 + r(3, 3) * 0.3, r(3), r(3), 2),
    other=[(np.eye(2) * 3 + r(2, 2) * 0.3, r(2), r(2), 3)],
    wrt=["A", "b", "x"],
)


def lu_det(A):
    A = A.copy()
    n = A.shape[0]
    det = 1.0
    for k in range(n):
        det *= A[k, k]
        for i in range(k + 1, n):
            f = A[i, k] / A[k, k]
            A[i, k:] -= f * A[k, k:]
    return det


case(lu_det, (np.eye(3) * 2 + r(3, 3) * 0.3,), other=[(np.eye(4) * 2 + r(4, 4) * 0.3,)])


def power_iter(A, v, n):
    for _ in range(n):
        v = A @ v
        v = v / np.linalg.norm(v)
    return v @ A @ v


case(power_iter, (r(3, 3), r(3), 3), other=[(r(2, 2), r(2), 5)])


def bubble(x):
    x = x.copy()
    n = len(x)
    for i in range(n):
        for j in range(n - 1 - i):
            if x[j] > x[j + 1]:
                x[j], x[j + 1] = x[j + 1], x[j]
    return x * np.arange(n)


case(bubble, (r(4),), other=[(r(6),)])


def early_stop(x, tol):
    s = 0.0
    for i in range(len(x)):
        d = x[i] * 0.5**i
        s += d
        if abs(d) < tol:
            return s * 2
    return s


case(early_stop, (r(5), 0.1), other=[(r(5) * 0.01, 0.1), (r(7) + 3, 0.01)], wrt=["x"])


def bisect(c):
    lo, hi = 0.0, c
    for _ in range(20):
        mid = 0.5 * (lo + hi)
        if mid * mid < c:
            lo = mid
        else:
            hi = mid
    return mid


case(bisect, (3.0,), other=[(7.0,)])


class Cfg(NamedTuple):
    lr: float
    decay: float


def with_cfg(x, cfg):
    return x * cfg.lr - cfg.decay * x**2


case(with_cfg, (r(3), Cfg(0.1, 0.2)), other=[(r(2), Cfg(0.3, 0.1))])


@dataclass
class P:
    w: np.ndarray
    b: float


def with_dc(x, p):
    return x @ p.w + p.b


case(with_dc, (r(2, 3), P(r(3), 0.5)), other=[(r(4, 2), P(r(2), 0.1))], wrt=["x"])


class Net:
    def __init__(self):
        self.W = r(3, 2)
        self.b = r(2)

    def forward(self, x):
        return np.tanh(x @ self.W + self.b).sum()


net = Net()
case(net.forward, (r(4, 3),), other=[(r(2, 3),)], name="method")


def make(scale):
    def f(x):
        return x * scale

    return f


case(make(2.5), (r(3),), other=[(r(4),)], name="closure")
sq = lambda x: x * x + 1
case(sq, (r(3),), other=[(r(4),)], name="lam")


def apply_twice(f, x):
    return f(f(x))


def uses_apply(x):
    return apply_twice(np.tanh, x) + apply_twice(lambda v: v * v, x)


case(uses_apply, (r(3),), other=[(r(4),)])


def helper_inplace(a, v):
    a[0] = v
    return a


def uses_inplace(x):
    y = x * 2
    z = helper_inplace(y, x[1])
    return z * y


case(uses_inplace, (r(3),), other=[(r(4),)])


def helper_many(x, w):
    a = x * w
    b = np.exp(a)
    return a, b


def uses_many(x, w):
    a, b = helper_many(x, w)
    c, _ = helper_many(b, a)
    return c.sum() + b.mean()


case(uses_many, R, other=O)


def helper_in_loop(x, w, n):
    for _ in range(n):
        x, w = helper_many(x, w * 0.1)
    return x


case(helper_in_loop, (*R, 2), other=[(*O[0], 3), (*O[1], 0)])


def default_arr(x, w=np.array([1.0, 2.0, 3.0])):
    return x * w


case(default_arr, (r(3),), other=[(r(3),)])


def posonly(x, y, /, z=1.0):
    return x * y + z


case(posonly, (1.5, 2.5), other=[(2.0, 3.0), (2.0, 3.0, 4.0)])


def kwargs_(**kw):
    return kw["x"] * kw["y"]


case(kwargs_, (), {"x": 1.5, "y": 2.5})


def ret_none_branch(x):
    if x > 0:
        return x * x
    elif x < -10:
        return None
    return -x


case(ret_none_branch, (1.5,), other=[(-2.0,)])


def nan_guard(x):
    return np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), 0.0).sum()


case(nan_guard, (r(6),), other=[(r(3),)])


def divide_mask(x):
    out = np.zeros_like(x)
    m = np.abs(x) > 0.1
    out[m] = 1 / x[m]
    return out


case(divide_mask, (r(6),), other=[(r(3),)])


def np_where_idx(x):
    idx = np.where(x > 0)[0]
    return np.sum(x[idx] ** 3)


case(np_where_idx, (r(6),), other=[(r(9),)])


def swapaxes_sum(x):
    return np.swapaxes(x, 0, 2).sum(axis=(0, -1)) ** 2


case(swapaxes_sum, (r(2, 3, 4),), other=[(r(3, 1, 2),)])


def outer_ops(a, b):
    return np.outer(a, b) + np.add.outer(a, b) + a[:, None] - b


case(outer_ops, (r(3), r(4)), other=[(r(2), r(5))])


def std_all(x):
    return (x - x.mean(0)) / x.std(0, ddof=1) + np.var(x) * np.ptp(x)


case(std_all, (r(4, 3),), other=[(r(6, 2),)])


def einsum_diag(A):
    return np.einsum("ii->", A) * np.einsum("ij->j", A) + np.trace(A)


case(einsum_diag, (r(3, 3),), other=[(r(4, 4),)])


def tensordot_(a, b):
    return np.tensordot(a, b, axes=([1, 2], [0, 1]))


case(tensordot_, (r(2, 3, 4), r(3, 4, 2)), other=[(r(1, 2, 3), r(2, 3, 5))])


def concat_axis(a, b):
    return np.concatenate([a, b * 2, a[:, :1]], axis=1) ** 2


case(concat_axis, (r(2, 3), r(2, 2)), other=[(r(3, 1), r(3, 4))])


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


def cumprod_(x):
    return np.cumprod(x) + np.cumsum(x[::-1])[::-1]


case(cumprod_, (r(4),), other=[(r(6),)])


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


def int_arg(x, n: int, names=("a", "b")):
    for name in names:
        x = x * (n if name == "a" else n + 1)
    return x


case(int_arg, (r(3), 2), other=[(r(2), 3), (r(2), 3, ("b", "b", "a"))])


def augmented_index(x, w):
    h = np.zeros((2, len(x)))
    h[0] += x
    h[1] += h[0] * w
    h[0] *= w
    h[1, 1:] -= h[0, :-1]
    return h


case(augmented_index, R, other=O)


def slices_overlap(x):
    y = x.copy()
    y[1:] += y[:-1]
    y[:-1] *= x[1:]
    return y


case(slices_overlap, (r(5),), other=[(r(3),)])


def negative_step(x):
    y = np.empty_like(x)
    y[::-1] = x * 2
    y[::2] = y[::2] ** 2
    return y


case(negative_step, (r(5),), other=[(r(4),)])


def fancy_store(x, idx):
    y = np.zeros(6)
    y[idx] = x * x
    return y


case(fancy_store, (r(3), np.array([4, 0, 2])), other=[(r(2), np.array([1, 5]))])


def while_list(x):
    vals = [x]
    while len(vals) < 5 and abs(vals[-1]) > 0.01:
        vals.append(vals[-1] * 0.5 + 0.1 * vals[0])
    return sum(vals)


case(while_list, (0.7,), other=[(0.001,), (2.0,)])
