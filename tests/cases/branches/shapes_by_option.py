"""An option, or the rank of an argument, that decides how many axes a variable has; paths that grow by a row."""

import numpy as np

from tests.cases import case, raises, uniform

u = uniform(411)


def vector(v, out="array"):
    v = np.asarray(v)
    if out == "row":
        return v.reshape(1, -1)
    if out == "col":
        return v.reshape(-1, 1)
    return v


def option_of_a_helper(v):
    return vector(v) * 2


case(option_of_a_helper, (u(3),), other=[(u(4),)])


def row_or_column(v, out):
    if out == "row":
        v = v[None, :]
    elif out == "col":
        v = v[:, None]
    return v * 2


case(row_or_column, (u(3), "row"), other=[(u(4), "col"), (u(4), "array")])


def flattened_by_a_switch(x, flat):
    if flat:
        x = x.reshape(-1)
    return np.tanh(x)


case(flattened_by_a_switch, (u(4, 3), False), other=[(u(4, 2), True)])


def one_sample_or_many(x, w):
    if x.ndim == 1:
        x = x[None, :]
    return np.sum(np.tanh(x @ w), axis=1)


case(one_sample_or_many, (u(4, 3), u(3, 2)), other=[(u(3), u(3, 2)), (u(2, 3), u(3, 5))])


def squeezed_at_the_end(x, w, squeeze=True):
    y = x @ w
    if squeeze and y.shape[1] == 1:
        y = y[:, 0]
    return y**2


case(squeezed_at_the_end, (u(4, 3), u(3, 1)), other=[(u(2, 3), u(3, 1))])


def scaled_by_one_or_each(x, g, per_item):
    s = np.mean(g)
    if per_item:
        s = g
    return s * x


case(scaled_by_one_or_each, (u(3), u(3), True), other=[(u(4), u(4), True), (u(4), u(4), False)])


def path_by_vstack(x, n):
    path = np.array(x)
    for _ in range(n):
        x = x * 0.5
        path = np.vstack((path, x))
    return path


case(path_by_vstack, (u(3), 3), other=[(u(2), 2), (u(4), 1)])


def path_that_begins_as_none(x, n):
    path = None
    for _ in range(n):
        x = np.sin(x)
        path = x if path is None else np.vstack([path, x])
    return path


case(path_that_begins_as_none, (u(3), 3), other=[(u(2), 2), (u(4), 4)])


def call_or_put(S, K, r, T, kind):
    c = S - K * np.exp(-r * T)
    if kind == "call":
        return c
    return c - S + K * np.exp(-r * T) * r


case(call_or_put, (100.0, 95.0, 0.05, 0.5, "put"), other=[(90.0, 95.0, 0.05, 1.0, "call")])


def first_read_in_a_loop(r, T, n):
    c = 2.0 * np.exp(-r * T)
    s = 0.0
    for k in range(n):
        s = s + k * np.exp(-r * T)
    return s + c


case(first_read_in_a_loop, (1.0, 2.0, 3), other=[(1.5, 0.5, 1), (1.5, 0.5, 0)])


def grouped_attention_scores(q, k, n_rep):
    if n_rep != 1:
        k = np.repeat(k, n_rep, axis=0)
    return q @ k


case(
    grouped_attention_scores,
    (u(2, 3, 4), u(1, 4, 3), 2),
    other=[(u(3, 3, 4), u(1, 4, 3), 3)],
    guarded=[raises("needs n_rep != 1", u(2, 3, 4), u(1, 4, 3), 1)],
)


def lagged_products(p, lags):
    total = 0.0
    for i in range(len(lags)):
        a = p[i] / lags[i]
        for j in range(lags[i]):
            total = total + a * p[i] * (j + 1)
    return total


case(lagged_products, (u(3), [1, 2, 3]), other=[(u(2), [2, 1])])


def reduced(x, reduction="mean"):
    y = x**2
    if reduction == "mean":
        return y.mean()
    if reduction == "sum":
        return y.sum()
    return y


case(reduced, (u(3, 2),), other=[(u(3, 2), "sum"), (u(4, 2), "none")])


def reduced_or_not(x, reduce=True):
    y = np.exp(x)
    return y.sum() if reduce else y


case(reduced_or_not, (u(3), False), other=[(u(2, 4), True), (u(4), False)])


def one_sample_out_again(x, w):
    is_one = x.ndim == 1
    if is_one:
        x = x[None]
    out = np.tanh(x @ w)
    return out[0] if is_one else out


case(one_sample_out_again, (u(3, 4), u(4, 2)), other=[(u(4), u(4, 2)), (u(1, 4), u(4, 5))])


def axis_or_all(x, axis=None):
    if axis is None:
        return np.sum(x**2)
    return np.sum(x**2, axis=axis)


case(axis_or_all, (u(3, 4), 0), other=[(u(3, 4), None), (u(3, 4), 1)])
