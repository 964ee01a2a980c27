"""Values that take a detour: copies, views, disguises, state outside the function, writes through aliases."""

import collections
import copy
import functools
import itertools
import math
import statistics

import numpy as np

from tests.corpus import case, normal, uniform

r = normal(45)
u = uniform(46)
R = (r(4), r(4))
O = [(r(6), r(6)), (r(2), r(2))]


def floats(x):
    return sum([float(v) ** 2 for v in x])


case(floats, (r(3),), other=[(r(5),)])


def mapfloat(x):
    return sum(map(float, x * x))


case(mapfloat, (r(3),), other=[(r(5),)])


def tolist(x):
    xs = x.tolist()
    return xs[0] * xs[-1] + sum(xs)


case(tolist, (r(3),), other=[(r(5),)])


def item(x):
    return x.sum().item() * x[0].item()


case(item, (r(3),), other=[(r(5),)])


def flat(x):
    s = 0.0
    for v in x.flat:
        s += v * v
    return s


case(flat, (r(2, 3),), other=[(r(3, 1),)], refused="a loop over this expression is not supported")


def ndenum(x):
    s = 0.0
    for (i, j), v in np.ndenumerate(x):
        s += v * v * (i + 2 * j)
    return s


case(ndenum, (r(2, 3),), other=[(r(3, 1),)], refused="a loop over this expression is not supported")


def ndindex(x):
    out = np.zeros(x.shape)
    for idx in np.ndindex(*x.shape):
        out[idx] = x[idx] ** 2
    return out


case(ndindex, (r(2, 3),), other=[(r(3, 1),)])


def deepcopy_(x, w):
    y = copy.deepcopy(x)
    y *= w
    return y * x


case(deepcopy_, R, other=O, refused="no gate fits copy.deepcopy(x)")


def view_(x, w):
    y = x.view()
    z = y * w
    y2 = x.copy().view()
    y2[0] = 0
    return z + y2


case(view_, R, other=O, refused="no gate is known for x.copy().view()")


def dunder(x, w):
    return x.__mul__(w).__add__(x)


case(dunder, R, other=O, refused="no gate is known for x.__mul__(w).__add__(x)")


def getattr_(x, w):
    return (x * w).sum()


case(getattr_, R, other=O)


def unbound(x):
    return np.ndarray.sum(x * x)


case(unbound, (r(3),), refused="no gate fits np.ndarray.sum(x * x)")


def fsum(x):
    return math.fsum(x) * math.prod(x)


case(fsum, (r(3),), other=[(r(5),)], refused="no gate fits math.prod(x)")


def dist(x, w):
    return math.dist(x, w)


case(dist, R, other=O, refused="no gate fits math.dist(x, w)")


def stats(x):
    return statistics.mean(x)


case(stats, ([1.0, 2.0, 4.0],), refused="no gate fits statistics.mean(x)")


def accum(x):
    return list(itertools.accumulate(x))[-1] * x[0]


case(accum, ([1.0, 2.0, 4.0],), refused="no gate fits list(itertools.accumulate(x))")


def reduce_np(x, w):
    return functools.reduce(np.multiply, [x, w, x + w])


case(reduce_np, R, other=O)


def sort_list(x):
    return sorted(x)[0] * sorted(x, reverse=True)[0]


case(sort_list, (r(3),), other=[(r(5),)], refused="no gate fits sorted(x, reverse=True)")


def minkey(x):
    return min(x, key=abs) * max(x)


case(minkey, ([1.0, -2.0, 0.4],), other=[([3.0, -2.0],)])


def builtin_sum_arr(x):
    return sum(x) * sum(x, 1.0)


case(builtin_sum_arr, (r(3),), other=[(r(5),)], refused="no gate fits sum(x, 1.0)")


def sum_rows(x):
    return sum(x)


case(sum_rows, (r(3, 2),), other=[(r(5, 1),)])


def out_pos(x, w):
    z = np.empty_like(x)
    np.add(x, w, z)
    return z * z


case(out_pos, R, other=O)


def out_dot(A, B):
    C = np.zeros((A.shape[0], B.shape[1]))
    np.dot(A, B, out=C)
    return C * C


case(out_dot, (r(2, 3), r(3, 2)), other=[(r(1, 2), r(2, 3))])


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


case(iself, R, other=O)


def minus_self(x, w):
    u = x * w
    u -= u
    return u + x


case(minus_self, R, other=O)


def rev_assign(x):
    y = x * 2
    y[:] = y[::-1] * x
    return y


case(rev_assign, (r(4),), other=[(r(3),)])


def ell_assign(x, w):
    y = np.empty_like(x)
    y[...] = x * w
    y[...] = y + 1
    return y


case(ell_assign, R, other=O)


def put_(x, w):
    y = x * 1.0
    np.put(y, [0, 1], w[:2] * 3)
    return y * x


case(put_, R, other=O, refused="a call that changes y in place is not supported")


def place_(x):
    y = x * 2
    np.place(y, y > 0, 0.0)
    return y


case(place_, (r(5),))


def putmask_(x, w):
    y = x * 2
    np.putmask(y, x > 0, w)
    return y


case(putmask_, R, other=O, refused="a call that changes y in place is not supported")


def sort_ip(x):
    y = x * 2
    y.sort()
    return y * np.arange(len(y))


case(sort_ip, (r(5),), other=[(r(3),)])


def fill_(x):
    y = x * 2
    z = y[0] * x
    y.fill(1.0)
    return z * y


case(fill_, (r(5),))


def copyto_(x, w):
    y = x * 2
    np.copyto(y, w * w, where=x > 0)
    return y


case(copyto_, R, other=O)


def T_write(x):
    y = x * 2
    y.T[0] = 1.0
    return y * x


case(T_write, (r(3, 2),), other=[(r(2, 4),)])


def reshape_write(x):
    y = x * 2
    y.reshape(-1)[0] = x[1, 1] * 5
    return y * x


case(reshape_write, (r(3, 2),), other=[(r(2, 4),)])


def ravel_view(x):
    y = x * 2
    f = y.ravel()
    f[1] = 3.0
    f *= 2
    return y * x


case(ravel_view, (r(3, 2),), other=[(r(2, 4),)])


def flat_write(x):
    y = x * 2
    y.flat[2] = x[0, 0] * 7
    return y * x


case(flat_write, (r(3, 2),), other=[(r(2, 4),)])


def windows(x):
    w = np.lib.stride_tricks.sliding_window_view(x, 3)
    return (w * w).sum(axis=1)


case(
    windows,
    (r(6),),
    other=[(r(4),)],
    refused="no gate fits np.lib.stride_tricks.sliding_window_view(x, 3)",
)


def bcast_arrays(x, y):
    a, b = np.broadcast_arrays(x, y)
    return a * b


case(bcast_arrays, (r(3, 1), r(4)), other=[(r(2, 1), r(2))])
MEMO = {}


def memo(x):
    if "k" not in MEMO:
        MEMO["k"] = float(np.sum(x))
    return MEMO["k"] * x


case(memo, (r(3),), refused="a traced value is put into MEMO, which belongs to the module")
CALLS = []


def counts(x):
    CALLS.append(1)
    return x * len(CALLS)


case(counts, (r(3),))


def mutable_default(x, acc=[]):
    acc.append(1.0)
    return x * len(acc)


case(mutable_default, (r(3),))


@functools.cache
def cached(v):
    return v * v


def uses_cache(x):
    return cached(x) + x


case(uses_cache, (1.5,), other=[(2.5,)], refused="no gate fits cached(x)")


def nested_alias(x):
    a = [x * 2, x * 3]
    b = a
    b[0] = b[0] * x
    c = list(a)
    c[1] = c[1] + 1
    return a[0] * a[1] + c[1]


case(nested_alias, (r(3),), other=[(r(2),)])


def dict_alias(x):
    p = {"h": x * 2}
    q = p
    q["h"] += x
    r_ = dict(p)
    r_["h"] = r_["h"] * 2
    return p["h"] * r_["h"]


case(dict_alias, (r(3),), other=[(r(2),)])


def list_mul(x):
    h = [x * 2] * 3
    h[1] = h[0] + x
    return h[0] * h[1] * h[2]


case(list_mul, (r(3),), other=[(r(2),)])


def list_mul_inplace(x):
    h = [x * 2] * 2
    h[0] += 1
    return h[1] * x


case(list_mul_inplace, (r(3),), other=[(r(2),)])


def shadow_np(x):
    np_sum = np.sum
    exp = np.exp
    return np_sum(exp(x))


case(shadow_np, (r(3),))


def cond_alias(x, flag):
    y = x if flag else x * 2
    z = y
    z = z + 1
    y = y * z
    return y


case(cond_alias, (r(3), True), other=[(r(2), False)])


def arg_alias_write(x, flag):
    y = x if flag else x.copy()
    y[0] = 9.0
    return y * 2


case(arg_alias_write, (r(3), True), other=[(r(2), False)])


def loop_alias(x, n):
    a = x * 1.0
    b = a
    for i in range(n):
        a, b = b * 0.5, a
        a = a + b
    return a * b


case(loop_alias, (r(3), 2), other=[(r(2), 3), (r(2), 0)])


def window_state(x):
    buf = collections.deque(maxlen=3)
    s = 0.0
    for v in x:
        buf.append(v)
        s = s + sum(buf) / len(buf)
    return s


case(
    window_state,
    (r(5),),
    other=[(r(2),)],
    refused="a traced value that travels as text, bytes or in an object",
)


def default_dict(x):
    d = collections.defaultdict(float)
    for i, v in enumerate(x):
        d[i % 2] += v * v
    return d[0] * d[1]


case(default_dict, (r(5),), other=[(r(3),)])


def set_state(x):
    seen = set()
    s = 0.0
    for i in range(len(x)):
        k = i % 3
        if k not in seen:
            seen.add(k)
            s = s + x[i] ** 2
    return s


case(set_state, (r(5),), other=[(r(2),)])


def string_keys(x, spec):
    for op in spec.split(","):
        if op == "sq":
            x = x * x
        elif op.startswith("add"):
            x = x + float(op[3:])
        else:
            x = np.sin(x)
    return x


case(string_keys, (r(3), "sq,add2,sin"), other=[(r(2), "sin,sq"), (r(2), "add1.5")])


def try_fallback(x):
    try:
        y = np.linalg.cholesky(x)
    except np.linalg.LinAlgError:
        y = x
    return y.sum()


case(
    try_fallback,
    (np.eye(2) * 2 + 0.1,),
    refused="a try statement around traced values is not supported",
)


def int_cast(x):
    k = int(x)
    return x * k + (x - k) ** 2


case(int_cast, (2.3,), other=[(3.7,), (-1.2,)])


def rounding(x):
    return round(x, 1) + x * round(x)


case(rounding, (2.34,), other=[(3.71,)])


def complex_path(x):
    z = x * 1j
    return (z * z).real


case(complex_path, (r(3),), refused="no gate fits (z * z).real")


def generator_arg(x):
    g = (v * v for v in x)
    return sum(g) + x[0]


case(generator_arg, (r(3),), other=[(r(5),)], refused="no gate fits sum(g)")


def nested_gen(x):
    return max(abs(a - b) for a in x for b in x)


case(nested_gen, (r(3),), other=[(r(4),)])


def any_gen(x):
    if any(v < 0 for v in x):
        return -sum(x)
    return sum(v * v for v in x)


case(any_gen, (r(3),), other=[(np.abs(r(4)),)])
