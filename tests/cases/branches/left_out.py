"""Arguments that are None by default, where the example gives them: a call may leave them out, and their gradient is None."""

import numpy as np

from tests.cases import Call, case, raises, uniform

u = uniform(419)


def bias_or_not(x, w, b=None):
    y = x @ w
    if b is not None:
        y = y + b
    return y


case(bias_or_not, (u(4, 3), u(3, 2), u(2)), other=[(u(2, 3), u(3, 5)), (u(2, 3), u(3, 5), u(5))])


def state_or_zeros(x, h0=None):
    if h0 is None:
        h0 = np.zeros(x.shape[1])
    h = h0
    for t in range(x.shape[0]):
        h = np.tanh(x[t] + h)
    return h


case(state_or_zeros, (u(4, 3), u(3)), other=[(u(2, 5),), (u(2, 5), u(5))])


def state_or_zeros_at_none(x, h0=None):
    if h0 is None:
        h0 = np.zeros(x.shape[1])
    h = h0
    for t in range(x.shape[0]):
        h = np.tanh(x[t] + h)
    return h


case(state_or_zeros_at_none, (u(4, 3),), other=[(u(2, 5),), (u(2, 5), u(5))])


def weights_ternary(x, w=None):
    w = np.ones_like(x) if w is None else w
    return np.sum(w * x**2) / np.sum(w)


case(weights_ternary, (u(4), u(4)), other=[(u(6),), (u(6), u(6))])


def weights_or(x, w=None):
    if w is None:
        return np.mean(x**2)
    return np.sum(w * x**2) / np.sum(w)


case(weights_or, (u(4), u(4)), other=[(u(6),), (u(6), u(6))])


def std_or_estimated(x, sigma=None):
    if sigma is None:
        sigma = np.std(x)
    return x / sigma


case(std_or_estimated, (u(4), 2.0), other=[(u(6),), (u(6), 3.0)])


def mask_float(q, k, v, mask=None):
    s = q @ k.T / np.sqrt(q.shape[-1])
    if mask is not None:
        s = s + mask
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True) @ v


case(
    mask_float,
    (u(4, 3), u(5, 3), u(5, 2), u(4, 5)),
    other=[(u(2, 3), u(3, 3), u(3, 2)), (u(2, 3), u(3, 3), u(3, 2), u(2, 3))],
)


def two_options(x, scale=None, shift=None):
    if scale is not None:
        x = x * scale
    if shift is not None:
        x = x + shift
    return np.tanh(x)


case(two_options, (u(4, 3), u(3), u(3)), other=[(u(2, 5),), (u(2, 5), u(5)), (u(2, 5), None, u(5))])


def tuple_state(x, state=None):
    if state is None:
        state = (np.zeros(x.shape[1]), np.zeros(x.shape[1]))
    h, c = state
    for t in range(x.shape[0]):
        c = 0.5 * c + np.tanh(x[t] + h)
        h = np.tanh(c)
    return h


case(tuple_state, (u(4, 3), (u(3), u(3))), other=[(u(2, 5),), (u(2, 5), (u(5), u(5)))])


def dict_option(x, p=None):
    if p:
        x = x * p["g"] + p["b"]
    return np.tanh(x)


case(
    dict_option,
    (u(4, 3), {"g": u(3), "b": u(3)}),
    other=[(u(2, 5),), (u(2, 5), {"g": u(5), "b": u(5)})],
)


def kw_only(x, *, y0=None):
    y = y0 if y0 is not None else np.mean(x, axis=0)
    return x - y


case(kw_only, (u(4, 3),), {"y0": u(3)}, other=[Call(u(2, 5)), Call(u(2, 5), y0=u(5))])


def helper_lin(x, w, b=None):
    out = x @ w
    if b is not None:
        out += b
    return out


def through_a_helper(x, w, b=None):
    return np.tanh(helper_lin(x, w, b))


case(
    through_a_helper, (u(4, 3), u(3, 2), u(2)), other=[(u(2, 3), u(3, 5)), (u(2, 3), u(3, 5), u(5))]
)


def early(x, y=None):
    s = np.exp(x)
    if y is None:
        return s
    return np.sum((s - y) ** 2)


case(early, (u(4, 3), u(4, 3)), other=[(u(2, 5), u(2, 5))])


def helper_called_twice(x, w, b=None):
    return helper_lin(np.tanh(helper_lin(x, w, b)), w, b)


case(
    helper_called_twice,
    (u(4, 3), u(3, 3), u(3)),
    other=[(u(2, 4), u(4, 4), u(4))],
    guarded=[raises("b was given", u(2, 4), u(4, 4))],
)


def read_in_a_loop(x, k, drag=None):
    v = x
    for t in range(k):
        a = -v
        if drag is not None:
            a = a - drag * v**2
        v = v + 0.1 * a
    return v


case(read_in_a_loop, (u(4), 3, u(4)), other=[(u(5), 2), (u(5), 2, u(5))])


def two_ways(x, w=None, normalize=False):
    if w is None:
        w = np.ones(len(x))
    if normalize:
        w = w / np.sum(w)
    return np.sum(w * np.log(x))


case(two_ways, (u(4), u(4)), other=[(u(5),), (u(5), None, True), (u(5), u(5), True)])


class Lin:
    def __init__(self, w, b=None):
        self.w, self.b = w, b

    def __call__(self, x, gain=None):
        y = x @ self.w
        if self.b is not None:
            y = y + self.b
        if gain is not None:
            y = gain * y
        return y


case(
    Lin.__call__,
    (Lin(u(3, 2), u(2)), u(4, 3), u(2)),
    other=[(Lin(u(3, 4), u(4)), u(5, 3))],
    name="method_with_gain",
)


def none_or_list(x, extra=None):
    parts = [x]
    if extra is not None:
        parts.extend(extra)
    return np.sum(np.concatenate(parts) ** 2)


case(none_or_list, (u(4), [u(2), u(3)]), other=[(u(5),), (u(5), [u(2)])])


def nested_default(x, center=None, scale=None):
    center = np.mean(x, axis=0) if center is None else center
    scale = scale if scale is not None else np.std(x, axis=0)
    return (x - center) / scale


case(
    nested_default,
    (u(4, 3), u(3), u(3)),
    other=[(u(5, 2),), (u(5, 2), u(2)), (u(5, 2), None, u(2))],
)


def summed_by_items(x, b=None):
    total = 0.0
    for i in range(len(x)):
        total += x[i] * x[i] * (i + 1)
        if b is not None:
            total += b[i] * b[i]
    return total


case(summed_by_items, (u(3), u(3)), other=[(u(4), u(4)), (u(4),)])


def attended(q, k=None, v=None):
    k = q if k is None else k
    v = k if v is None else v
    s = q @ k.T
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True) @ v


case(
    attended,
    (u(3, 2), u(4, 2), u(4, 5)),
    other=[(u(3, 2),), (u(3, 2), u(4, 2)), (u(2, 3), u(5, 3), u(5, 1))],
)
