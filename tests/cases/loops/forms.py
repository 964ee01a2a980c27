"""Loops, in the many forms that Python has for it."""

import itertools

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(124), uniform(125)


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


def residual_layers(x, W):
    for _ in range(2):
        x = x + np.maximum(0, x @ W)
    return x


case(residual_layers, (r(3, 2), r(2, 2)))


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


def infinite_looking(x):
    k = 0
    while not k > 2:
        x = x * 0.9 + 0.1
        k = k + 1
    return x


case(infinite_looking, (r(3),))


def seen_in_a_set(x):
    seen = set()
    total = 0.0
    for i in range(len(x)):
        if i % 3 not in seen:
            seen.add(i % 3)
            total = total + x[i] ** 2
    return total


case(seen_in_a_set, (r(5),), other=[(r(2),), (r(7),)])


def enumerate_start(xs):
    s = 0.0
    for i, x in enumerate(xs, start=1):
        s += x / i
    return s


case(enumerate_start, (r(4),), other=[(r(2),)])


def range_step(x):
    s = 0.0
    for i in range(len(x) - 1, -1, -2):
        s = s * 0.5 + x[i]
    return s


case(range_step, (r(5),), other=[(r(4),), (r(1),)])


def range_var(x, a, b):
    s = np.zeros(2)
    for i in range(a, b):
        s = s + x[i] * s + x[i]
    return s


case(range_var, (r(5, 2), 1, 4), other=[(r(6, 2), 0, 6), (r(3, 2), 2, 2)])


def tuple_carry(x):
    state = (0.0, 1.0)
    for v in x:
        state = (state[0] + v * state[1], state[1] * 0.9)
    return state[0] * state[1]


case(tuple_carry, (r(4),), other=[(r(6),), (r(1),)])


def early_stop(x, tol):
    s = 0.0
    for i in range(len(x)):
        d = x[i] * 0.5**i
        s += d
        if abs(d) < tol:
            return s * 2
    return s


case(early_stop, (r(5), 0.1), other=[(r(5) * 0.01, 0.1), (r(7) + 3, 0.01)], wrt=["x"])


def bisect(c):
    lo, hi = 0.0, c
    for _ in range(20):
        mid = 0.5 * (lo + hi)
        if mid * mid < c:
            lo = mid
        else:
            hi = mid
    return mid


case(bisect, (3.0,), other=[(7.0,)])


R = (r(4), r(4))


O = [(r(6), r(6)), (r(1), r(1))]


def helper_many(x, w):
    a = x * w
    b = np.exp(a)
    return a, b


def helper_in_loop(x, w, n):
    for _ in range(n):
        x, w = helper_many(x, w * 0.1)
    return x


case(helper_in_loop, (*R, 2), other=[(*O[0], 3), (*O[1], 0)])


def int_arg(x, n: int, names=("a", "b")):
    for name in names:
        x = x * (n if name == "a" else n + 1)
    return x


case(int_arg, (r(3), 2), other=[(r(2), 3), (r(2), 3, ("b", "b", "a"))])


def starargs(*xs):
    t = 0.0
    for v in xs:
        t = t + np.sum(v * v)
    return t


case(starargs, (r(3), r(2)))


def while_break(x):
    i = 0
    s = 0.0
    while True:
        s = s + x[i] ** 2
        i += 1
        if i >= len(x) or s > 4:
            break
    return s * x[0]


case(while_break, (r(4),), other=[(r(8),), (r(1),), (r(3) * 4,)])


def nested_break(x):
    t = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if x[i, j] < -1:
                break
            t += x[i, j] ** 2 * (i + 1)
        else:
            t *= 1.5
    return t


case(nested_break, (r(3, 3),), other=[(r(4, 2),), (np.abs(r(2, 2)),)])


def fib(x, n):
    a, b = x, x * 2
    for _ in range(n):
        a, b = b, a + b * x
    return a


case(fib, (0.3, 4), other=[(0.5, 7), (0.2, 0)])


def matrix_power_loop(A, n):
    P = np.eye(A.shape[0])
    while n > 0:
        if n % 2 == 1:
            P = P @ A
        A = A @ A
        n //= 2
    return P


case(matrix_power_loop, (r(2, 2), 5), other=[(r(3, 3), 6), (r(2, 2), 0)])


def enumerate_zip(xs, ws):
    t = 0.0
    for i, (a, b) in enumerate(zip(xs, ws)):
        t += (i + 1) * a * b**i
    return t


case(enumerate_zip, (r(4), r(4)), other=[(r(2), r(2))])


def loop_alias(x, n):
    a = x * 1.0
    b = a
    for i in range(n):
        a, b = b * 0.5, a
        a = a + b
    return a * b


case(loop_alias, (r(3), 2), other=[(r(2), 3), (r(2), 0)])


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


def within_errstate(x):
    with np.errstate(all="ignore"):
        y = np.log(np.abs(x))
        for i in range(3):
            y = y * x[i]
    return y


case(within_errstate, (r(3),))


def over_a_product(x, n):
    for i, j in itertools.product(range(n), range(2)):
        x = x * x[i] + x[j]
    return x


case(over_a_product, (r(3), 2), other=[(r(3), 3)])


def counted_without_end(x):
    for i in itertools.count():
        x = np.sin(x) * 1.2
        if i > 3:
            break
    return x


case(counted_without_end, (r(3),))


def over_an_iterator(x):
    it = iter(range(4))
    for i in it:
        x = x * i + np.sin(x)
    return x


case(over_an_iterator, (r(3),))


def asserted(x):
    assert x.ndim == 1
    assert np.all(x > -100), "no"
    y = x[0]
    for v in x:
        assert v < 100
        y += v * y
    return y


case(asserted, (r(3),))


def walrus_in_while(x, n):
    total = 0.0
    while (n := n - 1) >= 0:
        total += x[n] ** 2
    return total


case(walrus_in_while, (r(3), 3), other=[(r(3), 2)])


def continue_in_while(x):
    i = 0
    s = 1.0
    while i < len(x):
        v = x[i]
        i += 1
        if v < 0:
            continue
        s *= v
    return s


case(continue_in_while, (r(5),), other=[(r(3),), (-abs(r(3)),)])


def fibonacci_like(x, n):
    a, b = x[0], x[1]
    for _ in range(n):
        a, b = b, a + b * x[2]
    return a, b


case(fibonacci_like, (r(3), 4), other=[(r(3), 1), (r(3), 0)])


def largest_and_where(x):
    best, where = x[0], 0
    for i in range(1, len(x)):
        if x[i] > best:
            best, where = x[i], i
    return best * x[where - 1]


case(largest_and_where, (r(5),), other=[(r(3),)])


def merged(x, y):
    i = j = 0
    out = 0.0
    while i < len(x) and j < len(y):
        if x[i] < y[j]:
            out += x[i] * y[j]
            i += 1
        else:
            out -= np.sin(y[j])
            j += 1
    return out


case(merged, (np.sort(r(4)), np.sort(r(3))), other=[(np.sort(r(2)), np.sort(r(5)))])


def differences_with_continue(x):
    total = 0.0
    for i in range(len(x)):
        if i == 0:
            prev = x[i]
            continue
        total += (x[i] - prev) ** 2
        prev = x[i]
    return total


case(differences_with_continue, (r(4),), other=[(r(1),), (r(2),)])


def previous_or_none(x):
    prev = None
    total = 0.0
    for v in x:
        if prev is not None:
            total += v * prev
        prev = v
    return total


case(previous_or_none, (r(4),), other=[(r(1),), (r(2),)])


def else_with_continue(x, n):
    y = x
    for i in range(n):
        for j in range(i):
            if j == 1:
                break
            y = y + x * j
        else:
            y = y * 0.5
            continue
        y = np.sin(y)
    return y


case(else_with_continue, (r(3), 4), other=[(r(3), 1), (r(3), 2)])


def walrus_of_two_tests(x):
    k = 0
    while (y := np.sum(x * x)) > 1 and k < 5:
        x = x / y
        k += 1
    return x * y


case(walrus_of_two_tests, (r(3) * 3,), other=[(r(3) * 0.01,)])


def sum_of_squares_of_hinges(z, margin):
    loss = 0.0
    for i in range(len(z)):
        loss += max(0, margin - z[i].sum()) ** 2
    return loss


case(sum_of_squares_of_hinges, (r(4, 2), 1.5), other=[(r(1, 3), 9.0)])


def emptied_trips(x, n):
    y = x * 1.0
    for _ in range(n):
        y = y * 1.0
    return y * y


case(emptied_trips, (r(3), 2), other=[(r(4), 0)])


def descent(X, y, n):
    w = np.zeros(X.shape[1])
    for _ in range(n):
        p = 1 / (1 + np.exp(-X @ w))
        w = w - 0.1 * (2 / len(y)) * X.T @ (p - y)
    return w


case(descent, (r(4, 3), r(4), 2), other=[(r(5, 2), r(5), 0), (r(1, 2), r(1), 1)])
