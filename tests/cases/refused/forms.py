"""What is refused, with the words of the refusal, in the many forms that Python has for it."""

import collections
import copy
import math
import statistics

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(128), uniform(129)


def appended_then_changed(x, n):
    vs = []
    u = x * 1.0
    for i in range(n):
        v = np.sin(u)
        vs.append(v)
        v += u
        u = v * 0.5
    return sum(vs) * u


case(
    appended_then_changed,
    (r(3), 3),
    other=[(r(2), 1)],
    refused="v is changed in place while vs shares its memory",
)


def returns_generator(x):
    return (x * k for k in range(3))


case(returns_generator, (r(3),), refused="a generator or set of traced values is not supported")


def returns_string(x):
    return str(x)


case(returns_string, (0.5,), refused="returns no float: it has no gradient")


def writes_global(x):
    global SEEN
    SEEN = x * 2
    return SEEN * x


case(writes_global, (r(3),), refused="a function that changes global variables cannot be")


def stateful_iterator(x):
    parts = iter([x, x * x, x * 3])
    return next(parts) * next(parts) + next(parts)


case(stateful_iterator, (r(3),), other=[(r(4),)])


def generator_kept(x):
    squares = (v * v for v in x)
    return sum(squares) + x[0]


case(generator_kept, (r(3),), other=[(r(5),)])


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
)


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
)


R = [(r(4), r(4))]


O = [(r(6), r(6)), (r(1), r(1))]


def chained(x, w):
    a = b = c = x * w
    a = a * 2
    b += 1
    return (a + b + c).sum()


case(chained, R[0], other=O, refused="b is changed in place while c shares its memory")


def flat(x):
    s = 0.0
    for v in x.flat:
        s += v * v
    return s


case(flat, (r(2, 3),), other=[(r(3, 1),)])


def ndenum(x):
    s = 0.0
    for (i, j), v in np.ndenumerate(x):
        s += v * v * (i + 2 * j)
    return s


case(ndenum, (r(2, 3),), other=[(r(3, 1),)])


R2 = (r(4), r(4))


O2 = [(r(6), r(6)), (r(2), r(2))]


def deepcopy_of_a_dict(p):
    q = copy.deepcopy(p)
    q["x"] *= p["w"]
    return q["x"] * p["x"]


case(deepcopy_of_a_dict, ({"x": r(4), "w": r(4)},))


def view_(x, w):
    y = x.view()
    z = y * w
    y2 = x.copy().view()
    y2[0] = 0
    return z + y2


case(view_, R2, other=O2, refused="no gate is known for x.copy().view()")


def dunder(x, w):
    return x.__mul__(w).__add__(x)


case(dunder, R2, other=O2, refused="no gate is known for x.__mul__(w).__add__(x)")


def unbound(x):
    return np.ndarray.sum(x * x)


case(unbound, (r(3),), refused="no gate fits np.ndarray.sum(x * x)")


def fsum(x):
    return math.fsum(x) * math.prod(x)


case(fsum, (r(3),), other=[(r(5),)], refused="no gate fits math.prod(x)")


def dist(x, w):
    return math.dist(x, w)


case(dist, R2, other=O2, refused="no gate fits math.dist(x, w)")


def stats(x):
    return statistics.mean(x)


case(stats, ([1.0, 2.0, 4.0],), refused="no gate fits statistics.mean(x)")


def sort_list(x):
    return sorted(x)[0] * sorted(x, reverse=True)[0]


case(sort_list, (r(3),), other=[(r(5),)])


def builtin_sum_arr(x):
    return sum(x) * sum(x, 1.0)


case(builtin_sum_arr, (r(3),), other=[(r(5),)])


def put_(x, w):
    y = x * 1.0
    np.put(y, [0, 1], w[:2] * 3)
    return y * x


case(put_, R2, other=O2)


def putmask_(x, w):
    y = x * 2
    np.putmask(y, x > 0, w)
    return y


case(putmask_, R2, other=O2, refused="a call that changes y in place is not supported")


def windows(x):
    w = np.lib.stride_tricks.sliding_window_view(x, 3)
    return (w * w).sum(axis=1)


case(
    windows,
    (r(6),),
    other=[(r(4),)],
)


MEMO = {}


def memo(x):
    if "k" not in MEMO:
        MEMO["k"] = float(np.sum(x))
    return MEMO["k"] * x


case(memo, (r(3),), refused="a traced value is put into MEMO, which belongs to the module")


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
)


def try_fallback(x):
    try:
        y = np.linalg.cholesky(x)
    except np.linalg.LinAlgError:
        y = x
    return y.sum()


case(
    try_fallback,
    (np.eye(2) * 2 + 0.1,),
)


def complex_path(x):
    z = x * 1j
    return (z * z).real


case(complex_path, (r(3),), refused="complex numbers are not supported")


def transfer_matrix(x):
    layer = np.array([[np.cos(x[0]), 1j * np.sin(x[0])], [1j * x[1], np.cos(x[1])]])
    return np.abs(layer[0, 1]) ** 2


case(transfer_matrix, (r(3),), refused="complex numbers cannot be differentiated")


def traced_try(x):
    try:
        y = np.sqrt(x)
    except Exception:
        y = x
    return y


case(traced_try, (abs(r(3)),))


def recursion_in_a_closure(n, x):
    def fact(k):
        return x if k == 0 else fact(k - 1) * x + k

    return fact(n)


case(
    recursion_in_a_closure,
    (3, 0.5),
    other=[(5, 0.5), (0, 0.7)],
)


def walrus_in_ternary(x, flag):
    y = x[0]
    z = x[1] if flag and (y := x[2]) > -100 else x[0]
    return z * y


case(
    walrus_in_ternary,
    (r(3), True),
    other=[(r(3), False)],
    refused="a name that is bound only on some ways through an expression is",
)


def try_finally(x):
    try:
        y = np.sin(x)
    finally:
        z = x * 2
    return y * z


case(try_finally, (r(3),))


def numbers_from_text(x):
    return x.astype(str).astype(float) * x


case(numbers_from_text, (np.array([0.5, 1.5]),), refused="no gate fits")


class Maker(type):
    def __call__(cls, *args):
        return super().__call__(*args)


class Made(metaclass=Maker):
    def __init__(self, v):
        self.v = v


def made_by_a_metaclass(x):
    return Made(x).v * x


case(made_by_a_metaclass, (0.3,), refused="objects made by Made cannot be followed")


def list_in_itself(x):
    parts = [x]
    parts.append(parts)
    return parts[0] * 2


case(list_in_itself, (1.5,), refused="holds itself")


def dict_in_itself(x):
    parts = {"x": x}
    parts["all"] = parts
    return parts["all"]["x"] ** 2


case(dict_in_itself, (1.5,), refused="holds itself")


def largest_of_each_group(x, groups):
    m = np.zeros(3)
    np.maximum.at(m, groups, x)
    return m


case(
    largest_of_each_group,
    (r(4), np.array([0, 1, 1, 2])),
    refused="np.maximum.at of traced values is not supported",
)


def largest_of_each_group_as_advised(x, groups):
    m = np.zeros(3)
    for k, v in zip(groups, x):
        m[k] = np.maximum(m[k], v)
    return m


case(
    largest_of_each_group_as_advised,
    (r(4), np.array([0, 1, 1, 2])),
    other=[(r(3), np.array([2, 2, 2]))],
)


def lambdas_of_a_counter(x, a):
    steps = [lambda z, k=k: z * a + k for k in range(3)]
    for step in steps:
        x = step(x)
    return x


case(lambdas_of_a_counter, (2.0, 1.5), refused="no gate is known for step(x)")
