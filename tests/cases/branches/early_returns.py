"""Early returns of another kind than the example's: the forward pass returns there at once, without a cache."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(41)


def scores_without_labels(X, W, b, y=None):
    scores = X @ W + b
    if y is None:
        return scores
    e = np.exp(scores)
    p = e / np.sum(e, axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(y)), y]))


case(scores_without_labels, (r(4, 3), r(3, 5), r(5), np.array([0, 2, 4, 1])))


def three_reductions(x, w, mode="mean"):
    z = x @ w
    if mode == "none":
        return np.tanh(z)
    elif mode == "sum":
        return np.sum(z)
    return np.mean(z)


case(
    three_reductions,
    (r(2, 3), r(3, 2)),
    other=[(r(4, 3), r(3, 5), "sum")],
)
case(three_reductions, (r(2, 3), r(3, 2), "none"), name="the_array_taken")


def activation(z, kind="tanh", slope=False):
    """Gives None for a kind it does not know."""
    if kind == "tanh":
        if slope:
            return 1 - np.tanh(z) ** 2
        return np.tanh(z)
    elif kind == "square":
        return z * z


case(
    activation,
    (r(3),),
    other=[(r(4), "tanh", True), (r(4), "square")],
    guarded=[raises("not recorded", r(3), "cube")],
    name="a_way_to_the_end",
)


class Activated:
    def __init__(self, kind):
        self.kind = kind

    def forward(self, z):
        self.y = activation(z, kind=self.kind)
        return self.y * z


case(Activated("square").forward, (r(3),), name="a_way_to_the_end_of_a_helper")


def until_it_stands(x, b):
    for _ in range(40):
        y = np.cos(x) * b
        if abs(y - x) < 1e-3:
            return y
        x = y


case(until_it_stands, (0.3, 0.5), other=[(0.1, 0.4)], name="the_end_of_a_loop")


def two_values_or_one(x, both=False):
    y = np.sin(x)
    if both:
        return y, y * x
    return y


case(two_values_or_one, (r(3),))


def changed_on_a_side_that_is_not_taken(x, y):
    s = 0.0
    s += x * y
    if s > 100.0:
        s = s * 0.5
    return s


case(changed_on_a_side_that_is_not_taken, (0.7, 0.3), other=[(20.0, 30.0)])


def summed_and_cut(x):
    s = 0.0
    for i in range(3):
        s += x[i] ** 2
    if s > 100.0:
        s = s * 0.5
    return s


case(summed_and_cut, (r(3),), other=[(100.0 * r(3),)])


def cut_then_used(x, y):
    s = 0
    for i in range(len(x)):
        s = s + x[i] * y
    if s > 100.0:
        s = 100.0 + np.log(s / 100.0)
    else:
        s = s * 1.0
    return s


case(cut_then_used, (r(3), 0.5), other=[(100.0 + r(3), 2.0)])


def first_of_all_pairs(x, limit):
    for i in range(3):
        for j in range(len(x)):
            if x[j] * (i + 1) > limit:
                return x[j] * (i + 1.0)
    return x[0] * 0.5


x = np.array([1.0, 2.0, 3.5])
case(first_of_all_pairs, (x, 5.0), other=[(x, 100.0), (x, 0.5)])


def doubled_until_one_is_large(x, limit):
    while True:
        for j in range(len(x)):
            if x[j] > limit:
                return x[j] * 2.0
        x = x * 2.0


case(doubled_until_one_is_large, (x, 5.0), other=[(x, 30.0), (x, 0.5)])


def normed_then_bent(x, w, g, train=True):
    z = x @ w
    z = (z - z.mean(0)) / np.sqrt(z.var(0) + 1e-3)
    out = z * g
    if not train:
        return out
    return np.tanh(out) + g


case(normed_then_bent, (r(4, 3), r(3, 3), r(3)), other=[(r(3, 2), r(2, 2), r(2), False)])


def a_pair_by_name_when_it_is_large(x, n):
    h = x
    for _ in range(n):
        h = np.tanh(h * x)
        if h[0] > 0.2:
            pair = (h, x)
            return pair
    pair = (h, h)
    return pair


case(
    a_pair_by_name_when_it_is_large,
    (np.array([0.9, 0.4]), 2),
    other=[(np.array([0.3, 0.2]), 3), (np.array([0.3, 0.2]), 0), (np.array([0.5, 0.2]), 1)],
)


def a_dict_when_it_is_done(x, tol, n=4):
    for k in range(n):
        step = 0.5 * (x - 2.0 / x)
        x = x - step
        if np.max(np.abs(step)) < tol:
            found = {"x": x, "step": step}
            return found
    found = {"x": x, "step": x * 0.0}
    return found


case(a_dict_when_it_is_done, (np.array([1.5, 1.2]), 0.1), other=[(np.array([9.0, 5.0]), 1e-9)])


class Keeping:
    def __init__(self, w):
        self.w, self.cache = w, None

    def forward(self, x):
        y = x * self.w
        y = np.tanh(y)
        self.cache = (x, y)
        y = y + 1
        return y * self.cache[1]


def kept_before_it_is_bound_anew(w, xs):
    cell = Keeping(w)
    h = cell.forward(xs[0])
    first = cell.cache
    h = cell.forward(xs[1] * h)
    return h * first[1] + cell.cache[0]


case(kept_before_it_is_bound_anew, (r(3), r(2, 3)), other=[(r(2), r(3, 2))])
