"""Values computed twice, in between which what they are made of may have changed."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(701), uniform(702)


def operand_rebound(x, y):
    a = np.sin(x) * np.tanh(x * y)
    x = x + 1.0
    b = np.sin(x) * np.tanh(x * y)
    return a + b


case(operand_rebound, (r(3), r(3)), other=[(r(5), r(5))])


def operand_changed(x, y):
    z = x * 1.0
    a = np.exp(z * y) * z
    z[0] = y[0]
    b = np.exp(z * y) * z
    return a * b


case(operand_changed, (r(3), r(3)), other=[(r(4), r(4))])


def changed_through_a_view(x, y):
    z = x * 1.0
    v = z[1:]
    a = np.exp(z * y) * z
    v *= 2.0
    b = np.exp(z * y) * z
    return a + b


case(changed_through_a_view, (r(3), r(3)), other=[(r(4), r(4))])


def holder_changed(x, mu):
    d = x - mu
    s = np.sum((x - mu) ** 2)
    d *= 3.0
    return d * np.exp(-((x - mu) ** 2)) / s


case(holder_changed, (r(4), 0.3), other=[(r(5), -0.2)])


def changed_late_in_the_trip(x, w, n):
    for _ in range(n):
        a = np.tanh(x * w) * x
        x = a + np.tanh(x * w) * w
        w = w + 0.1 * np.tanh(x * w) * x
    return x


case(changed_late_in_the_trip, (r(3), r(3), 2), other=[(r(2), r(2), 0), (r(2), r(2), 4)])


def known_before_the_loop(x, w, n):
    s = np.exp(x * w) * x
    total = s
    for k in range(n):
        total = total + np.exp(x * w) * w * k
        if k == 1:
            w = w * 0.5
    return total


case(known_before_the_loop, (r(3), r(3), 3), other=[(r(2), r(2), 1), (r(2), r(2), 5)])


def changed_on_one_side(x, w, flag):
    s = np.exp(x * w) * x
    if flag:
        w = w * 2.0
    return s + np.exp(x * w) * w


case(changed_on_one_side, (r(3), r(3), True), other=[(r(2), r(2), False)])


def bound_on_one_side(x, w, flag):
    s = x
    if flag:
        s = np.exp(x * w) * x
    return s + np.exp(x * w) * w


case(bound_on_one_side, (r(3), r(3), True), other=[(r(2), r(2), False)])


def drawn_twice(x, w, seed):
    rng = np.random.default_rng(seed)
    a = np.tanh(x * rng.normal(size=x.shape)) * w
    b = np.tanh(x * rng.normal(size=x.shape)) * w
    return a - b * b


case(drawn_twice, (r(3), r(3), 1), other=[(r(4), r(4), 2)])


def one_more_each_time(x, w):
    step = {"k": 0.0}

    def grown():
        step["k"] += 1.0
        return step["k"]

    a = np.tanh(x * grown()) * w
    b = np.tanh(x * grown()) * w
    return a * b


case(one_more_each_time, (r(3), r(3)), other=[(r(4), r(4))])


def item_set_in_between(x, w):
    clock = {"t": 1.0}
    a = np.tanh(x * clock["t"]) * w
    clock["t"] = 2.0
    return a + np.tanh(x * clock["t"]) * w * a


case(item_set_in_between, (r(3), r(3)), other=[(r(4), r(4))])


def price(s, k, rate, sigma, t, kind="call"):
    d1 = (np.log(s / k) + (rate + 0.5 * sigma**2) * t) / (sigma * np.sqrt(t))
    d2 = d1 - sigma * np.sqrt(t)
    if kind == "call":
        return s * np.tanh(d1) - k * np.exp(-rate * t) * np.tanh(d2)
    if kind == "put":
        return k * np.exp(-rate * t) * np.tanh(-d2) - s * np.tanh(-d1)
    both = s * np.tanh(d1) - k * np.exp(-rate * t) * np.tanh(d2)
    return both + k * np.exp(-rate * t) * np.tanh(-d2) - s * np.tanh(-d1)


case(
    price,
    (1.3, 1.1, 0.03, 0.2, 1.5),
    other=[(1.3, 1.1, 0.03, 0.2, 1.5, "put"), (0.9, 1.2, 0.01, 0.4, 0.5, "both")],
)


def like_names_of_other_ranks(x, w, flag):
    if flag:
        out = np.exp(np.sum(x * w)) * x
    else:
        out = np.exp(x * w) * np.sum(w) * x
    return out


case(like_names_of_other_ranks, (r(3), r(3), True), other=[(r(2), r(2), False)])


def one_name_on_both_sides_in_a_loop(x, w, n):
    total = 0.0
    for k in range(n):
        if k % 2 == 0:
            total = total + np.sum(np.exp(x * w) * x)
        else:
            total = total + np.sum(np.exp(x * w) * w)
            x = x * np.tanh(x * w)
    return total


case(one_name_on_both_sides_in_a_loop, (r(3), r(3), 3), other=[(r(2), r(2), 0), (r(2), r(2), 4)])


def stored_values(x, w, n):
    h = np.zeros((n + 1, *x.shape))
    h[0] = x
    for t in range(n):
        h[t + 1] = np.tanh(h[t] * w) * h[t]
        h[t + 1] = h[t + 1] + np.tanh(h[t] * w) * w
    return h[n] * np.tanh(h[0] * w)


case(stored_values, (r(3), r(3), 2), other=[(r(2), r(2), 1), (r(2), r(2), 3)])


def bumped(z, by):
    z[0] += by
    z[1:] *= 0.5
    return z


def spread(z, s):
    return np.tanh(z) * s, np.sum(z) - s


def like_a_value_that_a_call_changes(x, y):
    v = x * 2.0
    w = bumped(x * 2.0, y) * np.sin(x * 2.0)
    return np.sum(v * w * bumped(x * 2.0, y))


def like_a_value_changed_through_a_view(x, y):
    v = np.exp(x * y)
    w = np.exp(x * y)[1:]
    w[0] = y
    f = np.reshape(np.exp(x * y), (-1, 1))
    f *= y
    return np.sum(v * v) + np.sum(w * w) + np.sum(f)


def like_an_item_that_changes(x, y):
    v = np.exp(x * y)
    d = {"a": np.exp(x * y), "b": x + y}
    d["a"] *= y
    return np.sum(v * d["a"] * d["b"])


def like_an_argument_whose_name_is_bound_anew(x, y):
    v = x + y
    a = v[0] * y
    v, b = spread(x + y, y + 0.7)
    return np.sum(v) * b + a


for f in (
    like_a_value_that_a_call_changes,
    like_a_value_changed_through_a_view,
    like_an_item_that_changes,
    like_an_argument_whose_name_is_bound_anew,
):
    case(f, (r(3), 0.5), other=[(r(5), -0.3)])
