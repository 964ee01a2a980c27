"""Statements of all kinds around traced values: match, with, try, walruses, loops that end early, sweeps over arrays."""

import functools
import itertools

import numpy as np

from tests.corpus import case, normal

r = normal(78)


def passive_try(x, path):
    try:
        n = int(path)
    except ValueError:
        n = 2
    return x * n


case(passive_try, (r(3), "a"), other=[(r(3), "4")])


def traced_try(x):
    try:
        y = np.sqrt(x)
    except Exception:
        y = x
    return y


case(traced_try, (abs(r(3)),), refused="a try statement around traced values is not supported")


def matched_mode(x, mode):
    match mode:
        case "sin":
            y = np.sin(x)
        case "cos" | "c":
            y = np.cos(x)
        case _:
            y = x
    return y * 2


case(matched_mode, (r(3), "sin"), other=[(r(3), "c"), (r(3), "z")])


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


def reduced_by_a_lambda(x):
    return functools.reduce(lambda a, b: a * b + np.sin(a), x)


case(reduced_by_a_lambda, (r(3),), other=[(r(5),)])


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


def state_in_a_dict(x):
    state = {"h": x * 0.5, "c": x}
    for t in range(3):
        state["c"] = np.tanh(state["h"] * state["c"])
        state["h"] = state["c"] + state["h"] * 0.5
    return state["h"]


case(state_in_a_dict, (r(3),))


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


def recursion_in_a_closure(n, x):
    def fact(k):
        return x if k == 0 else fact(k - 1) * x + k

    return fact(n)


case(
    recursion_in_a_closure,
    (3, 0.5),
    other=[(5, 0.5), (0, 0.7)],
    refused="the local function fact cannot be called from another helper",
)


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


def halved_by_recursion(x):
    if not len(x):
        return 0.0
    if len(x) == 1:
        return x[0] * 2
    mid = len(x) // 2
    return halved_by_recursion(x[:mid]) * halved_by_recursion(x[mid:])


case(halved_by_recursion, (r(4),), other=[(r(3),), (r(1),)])


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


def moving_average_corrected(x):
    out = np.empty_like(x)
    acc = 0.0
    for i in range(len(x)):
        acc = 0.9 * acc + 0.1 * x[i]
        out[i] = acc / (1 - 0.9 ** (i + 1))
    return out


case(moving_average_corrected, (r(4),), other=[(r(7),)])


def weighted_windows(x, k):
    n = len(x)
    out = np.zeros(n - k + 1)
    for i in range(n - k + 1):
        for j in range(k):
            out[i] += x[i + j] * (j + 1)
    return out


case(weighted_windows, (r(6), 3), other=[(r(4), 2)])


def gauss_elimination(A, b):
    n = len(b)
    U = A.copy()
    y = b.copy()
    for k in range(n - 1):
        for i in range(k + 1, n):
            f = U[i, k] / U[k, k]
            U[i, k:] -= f * U[k, k:]
            y[i] -= f * y[k]
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        x[i] = (y[i] - U[i, i + 1 :] @ x[i + 1 :]) / U[i, i]
    return x


case(gauss_elimination, (r(3, 3) + 3 * np.eye(3), r(3)), other=[(r(4, 4) + 3 * np.eye(4), r(4))])


def heat_in_loops(u, n, dt):
    for _ in range(n):
        new = u.copy()
        for i in range(1, len(u) - 1):
            new[i] = u[i] + dt * (u[i - 1] - 2 * u[i] + u[i + 1])
        u = new
    return u


case(heat_in_loops, (r(5), 3, 0.1), other=[(r(6), 1, 0.1)])


def heat_in_slices(x, n):
    u = x.copy()
    for _ in range(n):
        u[1:-1] = u[1:-1] + 0.1 * (u[:-2] - 2 * u[1:-1] + u[2:])
    return u


case(heat_in_slices, (r(5), 3), other=[(r(6), 1)])


def cholesky_by_hand(A):
    n = A.shape[0]
    L = np.zeros_like(A)
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j]
            for k in range(j):
                s -= L[i, k] * L[j, k]
            if i == j:
                L[i, j] = np.sqrt(s)
            else:
                L[i, j] = s / L[j, j]
    return L


case(cholesky_by_hand, (np.eye(3) * 4 + 1,), other=[(np.eye(2) * 3,)])


def matched_shapes(x, p):
    match p:
        case ("scale", s):
            y = x * s
        case ("shift", a, b) if b > 0:
            y = x + a * b
        case [k]:
            y = x * k
        case None:
            y = x
        case 3 | 4:
            y = x * x
        case other:
            y = x * other
    return y


case(matched_shapes, (r(3), None), other=[(r(3), 4)])


def walrus_after_and(x, flag):
    s = x * 2
    if flag and (s := np.sin(x))[0] > -5:
        y = s * 3
    else:
        y = s
    return y + s


case(walrus_after_and, (r(3), True), other=[(r(3), False)])


def walrus_of_two_tests(x):
    k = 0
    while (y := np.sum(x * x)) > 1 and k < 5:
        x = x / y
        k += 1
    return x * y


case(walrus_of_two_tests, (r(3) * 3,), other=[(r(3) * 0.01,)])


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
