"""For and while loops: accumulators, carried names, nested loops, ranges of every kind."""

import numpy as np

from tests.corpus import case, normal, uniform

r, u = normal(20), uniform(20)


def sum_loop(x):
    total = 0.0
    for i in range(len(x)):
        total += x[i] ** 2
    return total


case(sum_loop, (r(4),), other=[(r(6),), (r(1),), (r(0),)])


def sum_loop_int_start(x):
    total = 0
    for i in range(x.shape[0]):
        total = total + x[i] * x[0]
    return total


case(sum_loop_int_start, (r(4),), other=[(r(6),), (r(1),)])


def product_loop(x):
    p = 1.0
    for i in range(len(x)):
        p *= x[i]
    return p


case(product_loop, (r(4),), other=[(r(6),), (r(1),)])


def one_trip_traced(x, w):
    h = 0.0
    for t in range(len(x)):
        h = h * w + x[t]
    return h


case(one_trip_traced, (r(1), 0.7), other=[(r(4), 0.5), (r(2), -0.5)])


def no_trip_traced(x, n):
    y = x * 2
    for _ in range(n):
        y = np.sin(y) * x
    return y


case(no_trip_traced, (r(3), 0), other=[(r(3), 0)], guarded=[(r(3), 2)], refused=None)
case(no_trip_traced, (r(3), 2), name="no_trip_elsewhere", other=[(r(3), 0), (r(3), 1), (r(3), 4)])


def over_elements(xs):
    total = 0.0
    for x in xs:
        total += x * x
    return total


case(over_elements, (r(3),), other=[(r(5),)], name="over_elements_of_array")
case(over_elements, ([0.5, 1.5, -0.7],), name="over_elements_of_list", other=[([0.5],)])


def over_rows(X, w):
    loss = 0.0
    for row in X:
        loss += np.tanh(row @ w)
    return loss


case(over_rows, (r(3, 2), r(2)), other=[(r(1, 4), r(4)), (r(5, 2), r(2))])


def over_weights(x, Ws):
    for W in Ws:
        x = np.tanh(x @ W)
    return x


case(
    over_weights,
    (r(2, 3), [r(3, 4), r(4, 4), r(4, 2)]),
    other=[(r(2, 3), [r(3, 2)]), (r(1, 2), [r(2, 2), r(2, 5)])],
)


def enumerate_loop(xs, w):
    total = 0.0
    for i, x in enumerate(xs):
        total += (i + 1) * x * w
    return total


case(enumerate_loop, (r(3), 0.5), other=[(r(5), 1.5)])


def enumerate_from(xs):
    total = 0.0
    for power, x in enumerate(xs, start=1):
        total += x**power
    return total


case(enumerate_from, (u(3),), other=[(u(5),)])


def zip_loop(xs, ys):
    total = 0.0
    for a, b in zip(xs, ys, strict=True):
        total += a * b + a
    return total


case(zip_loop, (r(3), r(3)), other=[(r(5), r(5))])


def zip_with_passive(xs, weights):
    total = 0.0
    for x, w in zip(xs, weights, strict=True):
        total += w * x**2
    return total


case(zip_with_passive, (r(3), (1, 2, 3)), other=[(r(2), (4, 5))])


def reversed_loop(x):
    y = 0.0
    for i in reversed(range(len(x))):
        y = y * x[i] + x[i]
    return y


case(reversed_loop, (r(4),), other=[(r(2),)])


def step_range(x):
    y = 1.0
    for i in range(1, len(x), 2):
        y = y * x[i] + x[i - 1]
    return y


case(step_range, (r(5),), other=[(r(8),), (r(2),)])


def down_range(x):
    y = 0.0
    for i in range(len(x) - 1, -1, -1):
        y = np.sin(y) + x[i]
    return y


case(down_range, (r(4),), other=[(r(2),)])


def fixed_trips(x, w):
    for _ in range(3):
        x = np.tanh(x @ w)
    return x


case(fixed_trips, (r(2, 3), r(3, 3)), other=[(r(4, 2), r(2, 2))])


def nested_sum(x):
    total = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            total += x[i, j] * x[i, 0]
    return total


case(nested_sum, (r(2, 3),), other=[(r(4, 2),), (r(1, 1),)])


def nested_carried(x, w):
    h = 0.0
    for i in range(x.shape[0]):
        g = h
        for j in range(x.shape[1]):
            g = np.tanh(g * w + x[i, j])
        h = h + g * g
    return h


case(nested_carried, (r(2, 3), 0.7), other=[(r(4, 2), 0.5), (r(1, 1), 1.5)])


def triangular(x):
    total = 0.0
    for i in range(len(x)):
        for j in range(i):
            total += np.cos(x[i] - x[j])
    return total


case(triangular, (r(4),), other=[(r(2),), (r(5),)])


def matrix_product_loops(a, b):
    n, k = a.shape
    m = b.shape[1]
    c = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            for p in range(k):
                c[i, j] += a[i, p] * b[p, j]
    return c


case(matrix_product_loops, (r(2, 3), r(3, 2)), other=[(r(1, 2), r(2, 4))])


def two_loops(x):
    total = 0.0
    for i in range(len(x)):
        total += x[i]
    mean = total / len(x)
    var = 0.0
    for i in range(len(x)):
        var += (x[i] - mean) ** 2
    return var / len(x)


case(two_loops, (r(4),), other=[(r(2),)])


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


case(loop_else, (r(3),), other=[(r(4),)], refused=None)


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


case(dict_items_loop, ({"a": r(3), "bb": r(3)}, r(3)), guarded=[({"a": r(3)}, r(3))])


def dict_keys_loop(params, names):
    y = 1.0
    for name in names:
        y = y * params[name] + params[name]
    return y


case(dict_keys_loop, ({"a": 0.5, "b": 1.5, "c": 2.0}, ("a", "b", "a")), refused=None)


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


case(sum_generator, (r(3),), other=[(r(5),)], refused=None)


def list_comprehension(x, ws):
    hs = [np.tanh(x * w) for w in ws]
    return hs[0] * hs[1] + hs[-1]


case(list_comprehension, (r(3), [0.5, 1.5, -0.7]), refused=None)


def comprehension_stacked(x, n):
    return np.array([x[i] * x[0] for i in range(n)])


case(comprehension_stacked, (r(4), 3), other=[(r(4), 2)], refused=None)


def comprehension_filtered(x):
    return sum([x[i] ** 2 for i in range(len(x)) if i % 2 == 0])


case(comprehension_filtered, (r(4),), other=[(r(5),)], refused=None)


def dict_comprehension(params, x):
    scaled = {k: v * 2 for k, v in params.items()}
    return scaled["a"] * x + scaled["b"]


case(dict_comprehension, ({"a": r(2), "b": r(2)}, r(2)), refused=None)
