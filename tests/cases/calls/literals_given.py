"""Helpers with options that their calls answer by literals or leave at defaults: sides that no call takes are left out."""

import functools

import numpy as np

from tests.cases import case, normal, raises

r = normal(8101)
NUMBERS = (int, float, np.integer, np.floating)


def vector_of(v, size=None, out="array", kind=np.float64):
    if isinstance(v, NUMBERS):
        v = [v]
    if isinstance(v, (list, tuple)):
        if out == "list":
            return v
        elif out == "array":
            return np.array(v, dtype=kind)
        elif out == "row":
            return np.array(v, dtype=kind).reshape(1, -1)
        else:
            raise ValueError("no such form")
    elif isinstance(v, np.ndarray):
        if size is not None and v.shape[0] != size:
            raise ValueError("of another length")
        v = v.flatten()
        if out in ("list", "sequence"):
            return list(v.flatten())
        elif out == "array":
            return v.astype(kind)
        elif out == "row":
            return v.astype(kind).reshape(1, -1)
        elif out == "column":
            return v.astype(kind).reshape(-1, 1)
        else:
            raise ValueError("no such form")
    else:
        raise TypeError("neither a list nor an array")


def pure(v):
    v = vector_of(v, 3)
    return np.r_[0, v]


case(pure, (r(3),), other=[(r(3),)])


def two_forms(v, w):
    a = vector_of(v, 3)
    b = vector_of(w, out="row")
    return a @ b.T


case(two_forms, (r(3), r(3)), other=[(r(3), r(3))])


def layer(x, w, act="relu", norm=None):
    z = x @ w
    if norm is not None:
        z = z / np.sqrt(np.sum(z**2, axis=1, keepdims=True) + norm)
    if act == "relu":
        a = np.maximum(0, z)
    elif act == "tanh":
        a = np.tanh(z)
    else:
        raise ValueError(act)
    return a


def one_kind(x, w1, w2):
    h = layer(x, w1)
    return layer(h, w2)


def two_kinds(x, w1, w2):
    h = layer(x, w1, "tanh")
    return layer(h, w2, norm=1e-3)


def kind_of_the_caller(x, w1, w2, act):
    h = layer(x, w1, act)
    return layer(h, w2, act=act)


def kind_on_a_side(x, w1, w2, deep):
    h = layer(x, w1)
    if deep:
        h = layer(h, w2, "tanh")
    return h * 2


case(one_kind, (r(4, 3), r(3, 3), r(3, 2)), other=[(r(2, 3), r(3, 4), r(4, 2))])
case(two_kinds, (r(4, 3), r(3, 3), r(3, 2)), other=[(r(2, 3), r(3, 4), r(4, 2))])
case(
    kind_of_the_caller,
    (r(4, 3), r(3, 3), r(3, 2), "relu"),
    other=[(r(2, 3), r(3, 4), r(4, 2), "tanh"), (r(2, 3), r(3, 4), r(4, 2), "relu")],
)
case(
    kind_on_a_side,
    (r(4, 3), r(3, 3), r(3, 3), False),
    other=[(r(2, 3), r(3, 3), r(3, 3), True), (r(2, 3), r(3, 3), r(3, 3), False)],
)


def bent(x, kind):
    if kind == "straight":
        return x * 3
    return np.sin(x)


def handed_on(x, kind):
    y = x * 2
    return bent(y, kind) + y


def handed_on_alike(x):
    return handed_on(x, "straight") * handed_on(x * 2, "straight")


def handed_on_otherwise(x):
    return handed_on(x, "straight") * handed_on(x, "bent")


case(handed_on_alike, (r(3),), other=[(r(2),)])
case(handed_on_otherwise, (r(3),), other=[(r(2),)])


def default_that_is_bound_anew(x, scale=None):
    if scale is None:
        scale = x.sum()
    return x * scale


def with_own_scale(x):
    return default_that_is_bound_anew(x) * default_that_is_bound_anew(x * 2)


case(with_own_scale, (r(3),), other=[(r(2),)])


def mean_of(x, axis=None):
    if axis is None:
        return x.sum() / x.size
    return x.sum(axis=axis) / x.shape[axis]


def centred(x):
    return (x - mean_of(x, 0)) * mean_of(x)


case(centred, (r(4, 3),), other=[(r(2, 3),)])


def first_trip_only(x, n, first=True):
    if first:
        x = x * 2
    if n == 0:
        return x
    return first_trip_only(np.sin(x), n - 1, False)


case(first_trip_only, (r(3), 3), other=[(r(2), 0), (r(2), 2, False)])


class Dense:
    def __init__(self, n, act="relu"):
        self.w = np.linspace(-1, 1, n * n).reshape(n, n)
        self.act = act

    def forward(self, x, train=False, act=None):
        if act is None:
            act = self.act
        z = x @ self.w
        if train:
            z = z * 0.5
        return np.maximum(0, z) if act == "relu" else np.tanh(z)


class Net:
    def __init__(self, n):
        self.first, self.second = Dense(n), Dense(n, "tanh")

    def predict(self, x):
        return self.second.forward(self.first.forward(x))

    def score(self, x):
        return np.sum(self.second.forward(self.first.forward(x, train=True), act="relu"))


case(Net(3).predict, (r(2, 3),), other=[(r(4, 3),)], name="predict")
case(Net(3).score, (r(2, 3),), other=[(r(4, 3),)], name="score")


def of_another_length(v):
    return np.sum(vector_of(v, 3) ** 2)


case(
    of_another_length,
    (r(3),),
    other=[(r(3),)],
    guarded=[raises("of another length", r(4))],
)


def in_percent(f):
    @functools.wraps(f)
    def wrapped(*args, **kwargs):
        return f(*args, **kwargs) * 100

    return wrapped


longest = in_percent(max)


def compiled_behind_a_decorator(x, y):
    return longest(x, y) * x


case(compiled_behind_a_decorator, (0.3, 0.7), other=[(0.9, 0.2)])


def signed(x, how=None):
    if how is not None and how in "ab":
        return -x
    return x * 2


def with_what_cannot_be_looked_for(x):
    return signed(x) * np.sin(signed(x * 3))


case(with_what_cannot_be_looked_for, (r(3),), other=[(r(2),)])


def with_words(x, *, s=1.0, form="x"):
    z = x * s
    if form == "y":
        z = z + 1
    q = z**2
    return q * z


def answered_by_words(x):
    return with_words(x, form="x", s=2.0) + with_words(x)


case(answered_by_words, (r(3),), other=[(r(2),)])


def dense(x, w, act="relu", norm=None, scale=2.0):
    z = x @ w
    if norm == "l2":
        z = z / np.sqrt(np.sum(z**2))
    if act == "relu":
        return np.maximum(z, 0) * scale
    elif act == "tanh":
        return np.tanh(z) * scale
    return z


def in_the_middle(x, w1, w2):
    return np.sum(dense(dense(x, w1), w2, "relu", None, 3.0))


case(in_the_middle, (r(3, 4), r(4, 2), r(2, 2)), other=[(r(2, 4), r(4, 3), r(3, 1))])


def descending(x, n, mode):
    if mode == "b":
        return x
    if n == 0:
        return x * 2
    return descending(np.sin(x), n - 1, "a") * x


def answered_by_itself(x, n):
    return descending(x, n, "a")


case(answered_by_itself, (0.3, 2), other=[(0.4, 3)])


def is_turn(R):
    return np.linalg.norm(R @ R.T - np.eye(len(R))) < 1e-6


def padded(R, check=False):
    n = R.shape[0] + 1
    if R.dtype == "O":
        # of symbols
        T = np.zeros((n, n), dtype="O")
    else:
        # of numbers
        if check and not is_turn(R):
            raise ValueError("no rotation")
        T = np.zeros((n, n))
        # filled below
    T[:-1, :-1] = R
    T[-1, -1] = 1
    return T


def tested_inside_a_branch(t):
    c, s = np.cos(t), np.sin(t)
    return padded(np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]))


case(tested_inside_a_branch, (0.3,), other=[(0.5,)])


def times(x, mode="a"):
    k = 0
    for _ in range(3):
        if mode == "b":
            k += 2
        k += 1
    with np.errstate(all="ignore"):
        if mode == "b":
            k = k * 2
        m = k + 1
    y = x * k
    return y * m


def tested_inside_other_blocks(x):
    return times(x) + times(x * 2.0)


case(tested_inside_other_blocks, (0.3,), other=[(0.5,)])
