"""Loops, branches and jumps as people write them: early ends, other sides, values carried and collected."""

import numpy as np

from tests.corpus import case, normal

r = normal(92)


def side_in_a_side(x, a, b):
    y = x * 2
    u = x + 1
    if a:
        if b:
            y = u * x
        else:
            y = x * x
    z = u * y
    return np.sum(z)


case(side_in_a_side, (r(3), True, True), other=[(r(3), True, False), (r(3), False, False)])


def break_side_binds_names(x, n):
    s = 0.0
    for i in range(n):
        a = x[i] * 2
        if a > 1.0:
            c = a * a
            s += c
            break
        d = np.sin(a)
        s += d
    return s


case(
    break_side_binds_names,
    (r(4), 4),
    other=[
        (np.array([0.1, 0.2, 0.9, 0.1]), 4),
        (np.array([0.1, 0.2, 0.3]), 3),
        (np.array([2.0]), 1),
    ],
)


def alias_before_square(x):
    y = np.sin(x)
    v = y
    y *= y
    return v * x


case(alias_before_square, (r(3),))


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


def residual_layers(x, W):
    for _ in range(2):
        x = x + np.maximum(0, x @ W)
    return x


case(residual_layers, (r(3, 2), r(2, 2)))


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


def wrapped_buffer(x, n):
    out = np.zeros(3)
    for t in range(n):
        out[t % 3] = x[t] ** 2
    return out


case(wrapped_buffer, (r(3), 3), other=[(r(7), 7), (r(2), 2)])


def zeros_like_display(x):
    y = np.zeros_like([[1.0, 2.0]])
    y[0, 0] = x[0] * x[1]
    return y


case(zeros_like_display, (r(3),))


def one_trip_traced(x, n):
    h = 0.0
    for t in range(n):
        h = h * 0.5 + x[t]
    return h


case(one_trip_traced, (r(3), 1), other=[(r(3), 3), (r(3), 0)])


def one_trip_of_arrays(x, w):
    h = 0.0
    for t in range(len(x)):
        h = h * w + x[t]
    return h


case(one_trip_of_arrays, (r(1, 2), r(2)), other=[(r(4, 2), r(2))])


def number_or_sum(x, flag):
    if flag:
        u = 1.5
    else:
        u = np.sum(x)
    return u * x


case(number_or_sum, (r(3), True), other=[(r(3), False)])


def pairs_of_items(x):
    total = 0
    for i, v in enumerate(x):
        for j, w in enumerate(x):
            if i < j:
                total = total + (v - w) ** 2
    return total


case(pairs_of_items, (r(3),), other=[(r(5),), (r(1),)])


def zip_of_two_lengths(x, y):
    s = 0.0
    for a, b in zip(x, y):
        s += a * np.exp(-b)
    return s


case(zip_of_two_lengths, (r(3), r(3)), other=[(r(5), r(4))])


def reversed_items(x):
    y = 1.0
    for a in reversed(x):
        y = y * a + np.sin(y)
    return y


case(reversed_items, (r(3),), other=[(r(5),)])


def neighbours(x):
    out = []
    for i in range(len(x)):
        out.append(x[i] * x[i - 1])
    return np.array(out)


case(neighbours, (r(3),), other=[(r(5),)])


def rows_stacked(x):
    out = []
    for row in x:
        out.append(np.tanh(row) * 2)
    return np.stack(out)


case(rows_stacked, (r(3, 2),), other=[(r(5, 4),)])


def layers_in_order(ws, x):
    for W in ws:
        x = np.tanh(W @ x)
    return x


case(layers_in_order, ([r(3, 3), r(3, 3)], r(3)), other=[([r(2, 2)], r(2))])


def layers_with_last(ws, bs, x):
    for i, (W, b) in enumerate(zip(ws, bs)):
        x = W @ x + b
        if i < len(ws) - 1:
            x = np.maximum(x, 0)
    return x


case(layers_with_last, ([r(3, 3), r(3, 3)], [r(3), r(3)], r(3)), other=[([r(2, 2)], [r(2)], r(2))])


def while_norm_is_large(x):
    k = 0
    while np.sum(x * x) > 1.0:
        x = x * 0.5
        k += 1
    return x * k


case(while_norm_is_large, (r(3) * 3,), other=[(r(3) * 0.1,), (r(3) * 20,)])


def endless_until_small(x):
    y = x
    while True:
        y = y / 2
        if abs(y) < 0.1:
            break
    return y * y


case(endless_until_small, (3.0,), other=[(0.05,), (40.0,)])


def newton_root(a):
    x = a
    for _ in range(20):
        new = 0.5 * (x + a / x)
        if abs(new - x) < 1e-10:
            return new
        x = new
    return x


case(newton_root, (3.0,), other=[(0.5,)])


def else_of_for(x, n):
    for i in range(n):
        if x[i] < 0:
            continue
        if i == 2:
            break
        x = x * x[i]
    else:
        x = x + 1
    return x


case(
    else_of_for,
    (np.array([1.2, 0.3, 0.5, -0.1]), 4),
    other=[(np.array([1.2, 0.3, 0.5, -0.1]), 2), (np.array([-1.2, 0.3, -0.5, -0.1]), 4)],
)


def else_of_while_returns(x):
    i = 0
    while i < len(x):
        if x[i] > 2:
            break
        x = np.sin(x) + x[i]
        i += 1
    else:
        return x * 2
    return x


case(else_of_while_returns, (r(3),), other=[(r(3) * 5,)])


def ternaries_of_all_kinds(x, mode):
    y = x * 2 if mode == "a" else np.sin(x)
    z = y if y[0] > 0 else -y
    return z * (3 if mode == "b" else x[1])


case(ternaries_of_all_kinds, (r(3), "a"), other=[(r(3), "b"), (-r(3), "c")])


def chained_tests(x, lo, hi):
    if lo < x[0] < hi:
        return x * lo
    elif x[0] <= lo or not hi > 0:
        return x * x
    else:
        return x * hi


case(chained_tests, (r(3), -1.0, 1.0), other=[(r(3) * 9, -1.0, 1.0), (r(3), -0.1, -0.2)])


def comprehension_in_ternary(x):
    return [v * 2 for v in x if v > 0] if len(x) > 2 else [x[0]]


case(comprehension_in_ternary, (np.array([1.0, -2.0, 3.0]),), other=[(np.array([1.0, -2.0]),)])


def generator_of_pairs(x):
    return sum(a * b for a in x for b in x if a != b)


case(generator_of_pairs, (r(3),), other=[(r(4),)])
