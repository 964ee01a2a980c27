"""Loops with carried names, while loops, loops over dicts and comprehensions."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(41), uniform(41)


def carried_pair(x):
    a, b = 0.0, 1.0
    for i in range(len(x)):
        a, b = b, a * x[i] + b
    return a * b


case(carried_pair, (r(4),), other=[(r(2),), (r(1),)])


def carried_array(x, h, w):
    for t in range(x.shape[0]):
        h = np.tanh(h @ w + x[t])
    return h


case(carried_array, (r(3, 2), r(2), r(2, 2)), other=[(r(1, 3), r(3), r(3, 3))])


def carried_and_collected(x, h, w):
    total = 0.0
    for t in range(len(x)):
        h = np.tanh(h * w + x[t])
        total += h**2
    return total, h


case(carried_and_collected, (r(3), 0.5, 0.7), other=[(r(5), 0.1, -0.7)])


def temporaries_overwritten(x, w):
    y = 0.0
    for i in range(len(x)):
        a = x[i] * w
        a = np.sin(a)
        a = a * y + a
        y = y + a
    return y


case(temporaries_overwritten, (r(3), 0.7), other=[(r(5), 0.1)])


def last_value_read(x):
    for i in range(len(x)):
        y = x[i] * x[i]
    return y


case(last_value_read, (r(3),), other=[(r(5),)])


def loop_variable_after(x):
    total = 0.0
    for i in range(len(x)):
        total += x[i]
    return total * x[i] + i


case(loop_variable_after, (r(3),), other=[(r(5),)])


def loop_variable_overwritten(x):
    total = 0.0
    for i in range(len(x)):
        i = i // 2
        total += x[i] ** 2
    return total


case(loop_variable_overwritten, (r(4),), other=[(r(2),)])


def while_counter(x, n):
    y = x
    k = 0
    while k < n:
        y = np.sin(y) + x
        k += 1
    return y


case(while_counter, (r(3), 3), other=[(r(3), 1), (r(3), 5)])


def while_on_value(x):
    while x > 0.1:
        x = x * x * 0.5
    return x


case(while_on_value, (0.9,), other=[(1.2,), (0.5,)])


def while_true_break(x):
    k = 0
    while True:
        x = np.sin(x)
        k += 1
        if k >= 3:
            break
    return x


case(while_true_break, (0.9,), other=[(1.2,)])


def loop_else(x):
    y = 1.0
    for i in range(len(x)):
        y *= x[i]
    else:
        y = y + x[0]
    return y


case(loop_else, (r(3),), other=[(r(4),)])


def passive_in_loop(x):
    n = len(x)
    total = 0.0
    scale = 1
    for i in range(n):
        scale = scale * 2
        weight = 1.0 / (i + 1)
        total += weight * scale * x[i] ** 2
    return total


case(passive_in_loop, (r(4),), other=[(r(2),)])


def passive_list_in_loop(x):
    seen = []
    y = 0.0
    for i in range(len(x)):
        seen.append(i)
        y = y * 0.5 + x[i] * len(seen)
    return y


case(passive_list_in_loop, (r(4),), other=[(r(2),)])


def rank_grows(x):
    h = 0.0
    for t in range(x.shape[0]):
        h = h + x[t]
    return h


case(rank_grows, (r(3, 2),), other=[(r(1, 4),)])


def power_iteration(a, v, n):
    for _ in range(n):
        v = a @ v
        v = v / np.linalg.norm(v)
    return v @ a @ v


case(power_iteration, (r(3, 3), r(3), 2), other=[(r(2, 2), r(2), 4)])


def prefix_sums(x):
    s = np.zeros_like(x)
    s[0] = x[0]
    for i in range(1, len(x)):
        s[i] = s[i - 1] * 0.5 + x[i]
    return s


case(prefix_sums, (r(4),), other=[(r(2),), (r(1),)])


def running_maximum(x):
    m = x[0]
    for i in range(1, len(x)):
        m = max(m, x[i])
    return m * 2


case(running_maximum, (r(5),), other=[(r(2),)])


def dict_items_loop(params, x):
    total = 0.0
    for name, w in params.items():
        total += np.sum(w * x) * len(name)
    return total


case(dict_items_loop, ({"a": r(3), "bb": r(3)}, r(3)), other=[({"a": r(3)}, r(3))])


def dict_keys_loop(params, names):
    y = 1.0
    for name in names:
        y = y * params[name] + params[name]
    return y


case(dict_keys_loop, ({"a": 0.5, "b": 1.5, "c": 2.0}, ("a", "b", "a")))


def formatted_keys(params, x, depth):
    for k in range(1, depth + 1):
        x = np.tanh(x @ params[f"W{k}"] + params["b" + str(k)])
    return x


case(
    formatted_keys,
    ({"W1": r(2, 3), "b1": r(3), "W2": r(3, 2), "b2": r(2)}, r(2, 2), 2),
    other=[({"W1": r(2, 3), "b1": r(3)}, r(2, 2), 1)],
)


def sum_generator(x):
    return sum(x[i] ** 2 for i in range(len(x)))


case(sum_generator, (r(3),), other=[(r(5),)])


def list_comprehension(x, ws):
    hs = [np.tanh(x * w) for w in ws]
    return hs[0] * hs[1] + hs[-1]


case(list_comprehension, (r(3), [0.5, 1.5, -0.7]))


def comprehension_stacked(x, n):
    return np.array([x[i] * x[0] for i in range(n)])


case(comprehension_stacked, (r(4), 3), other=[(r(4), 2)])


def comprehension_filtered(x):
    return sum([x[i] ** 2 for i in range(len(x)) if i % 2 == 0])


case(comprehension_filtered, (r(4),), other=[(r(5),)])


def dict_comprehension(params, x):
    scaled = {k: v * 2 for k, v in params.items()}
    return scaled["a"] * x + scaled["b"]


case(dict_comprehension, ({"a": r(2), "b": r(2)}, r(2)))


def more_of_each_trip_than_fits_into_a_line(x, n):
    first_long_name = x * 1.0
    for k in range(n):
        some_rather_long_name_one = np.sin(first_long_name * k)
        some_rather_long_name_two = np.tanh(some_rather_long_name_one)
        some_rather_long_name_three = np.exp(some_rather_long_name_two)
        some_rather_long_name_four = np.cosh(some_rather_long_name_three * 0.1)
        both = some_rather_long_name_one * some_rather_long_name_two
        first_long_name = both * some_rather_long_name_three * some_rather_long_name_four
    return first_long_name


case(more_of_each_trip_than_fits_into_a_line, (r(2), 3), other=[(r(3), 1), (r(2), 0)])


def bent(v, s):
    h = np.tanh(v) * s
    v = h + s * 0.5
    return np.sin(v * h)


def items_of_rows_through_a_helper(X, s):
    for v in X:
        s = bent(v[1], s)
    return s


case(items_of_rows_through_a_helper, (r(3, 4), 2.0), other=[(r(2, 3), 2.0), (r(0, 3), 2.0)])


def items_where_the_last_trip_has_been(x, order):
    out = x.copy()
    k = 0
    total = 0.0
    for v, j in zip(x, order):
        out[k] = v
        k = j
        total += np.sum(out[-1]) * k
    return total * out


case(items_where_the_last_trip_has_been, (r(3, 2), [2, 1, 0]), other=[(r(4, 3), [1, 1, 3, 0])])


def carried_and_times_what_was_named_before(x, y, n):
    # the gradient of the item reads h as it is behind the loop, whose trips bring back what it was
    s = x[0] * y
    d = {"a": y, "b": s * 0.5}
    h = y
    for _ in range(n):
        h = np.sin(h * s)
    return h * d["b"]


case(
    carried_and_times_what_was_named_before, (r(3), 0.4, 3), other=[(r(2), 0.7, 1), (r(2), 0.7, 0)]
)


def carried_between_two_tests(x, y, n):
    s = x[0] * y
    b = [s * 0.5, y]
    h = y
    if n > 2:
        h = np.sin(h * s)
    for _ in range(n):
        h = np.sin(h * s) * y
    if n > 2:
        h = np.cos(h * s)
    return h * b[0] + h * np.sum(x)


case(carried_between_two_tests, (r(3), 0.4, 3), other=[(r(2), 0.7, 1), (r(2), 0.7, 0)])


def longer_and_times_what_was_named_before(x, y, n):
    s = x[0] * y
    parts = [y, s]
    d = {"b": s * 0.5}
    for _ in range(n):
        parts.append(np.sin(y * sum(parts)))
    return parts[-1] * d["b"] - parts[0] * d["b"]


case(longer_and_times_what_was_named_before, (r(3), 0.4, 3), other=[(r(2), 0.7, 1), (r(2), 0.7, 0)])


def carried_array_times_a_mean(x, w, n):
    h = x
    scale = [np.mean(w), 2.0]
    for _ in range(n):
        h = np.tanh(h * w)
    return np.sum(h * scale[0]) * np.sum(h)


case(carried_array_times_a_mean, (r(3), r(3), 2), other=[(r(2), r(2), 0), (r(4), r(4), 3)])


def bound_anew_to_what_does_not_count(y, p, n):
    # of y, the gradient of the first step is what counts
    total = 0.0
    for _ in range(n):
        total = total + y**2
        y = p
    return total


case(bound_anew_to_what_does_not_count, (0.3, 0.4, 3), other=[(0.5, 0.7, 1)], wrt=("y",))


def bound_at_once(x, v, k, dt, n):
    for _ in range(n):
        x, v = x + dt * v, v - dt * k * np.sin(x)
    return x, v


case(
    bound_at_once,
    (1.0, 2.0, 0.3, 0.1, 3),
    other=[(0.4, -0.3, 1.0, 0.2, 0), (0.4, 2.0, 1.0, 0.2, 5)],
)


def swapped_at_once(u, v, n):
    for _ in range(n):
        u, v = v, np.tanh(u) * v
    return np.sum(u * v)


case(swapped_at_once, (r(3), r(3), 3), other=[(r(2), r(2), 0), (r(4), r(4), 1)])


def turned_at_once(a, b, c):
    a, b, c = b, c, a
    if a > b:
        a, b = b, a * c
    return a * b + c * c


case(turned_at_once, (1.0, 2.0, 3.0), other=[(0.3, 5.0, 0.5)])
