"""Lists in loops: appended, popped, replaced; dicts filled and summed."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(44), uniform(44)


def appended(x):
    ys = []
    for i in range(len(x)):
        ys.append(np.sin(x[i]) * x[0])
    return np.array(ys)


case(appended, (r(3),), other=[(r(5),)])


def appended_and_stacked(x, h, w):
    hs = []
    for t in range(x.shape[0]):
        h = np.tanh(x[t] + h @ w)
        hs.append(h)
    return np.stack(hs, axis=0)


case(appended_and_stacked, (r(3, 2), r(2), r(2, 2)), other=[(r(1, 3), r(3), r(3, 3))])


def appended_and_summed(x):
    parts = []
    for i in range(len(x)):
        if x[i] > 0:
            parts.append(x[i] ** 2)
    return sum(parts)


case(appended_and_summed, (r(5),), other=[(u(3),)])


def sum_of_empty_list(x):
    parts = []
    for i in range(len(x)):
        if x[i] > 0:
            parts.append(x[i])
    return sum(parts) + x[0]


case(sum_of_empty_list, (-u(2),), other=[(u(3),)])


def list_returned(x):
    hs = [x]
    for _ in range(3):
        hs.append(np.sin(hs[-1]) * x)
    return hs


case(list_returned, (r(2),), other=[(r(3),)])


def list_read_by_index(x, n):
    hs = [x, x * x]
    for k in range(2, n):
        hs.append(hs[k - 1] * hs[k - 2])
    return hs[-1]


case(list_read_by_index, (u(2), 4), other=[(u(3), 5), (u(3), 2)])


def list_popped(x, y):
    stack = [x, y, x * y]
    a = stack.pop()
    b = stack.pop()
    stack.append(a * b)
    return stack.pop() * stack.pop()


case(list_popped, (r(3), r(3)))


def stack_machine(x, program):
    stack = []
    for word in program:
        if word == "x":
            stack.append(x)
        elif word == "sin":
            stack.append(np.sin(stack.pop()))
        else:
            b = stack.pop()
            a = stack.pop()
            stack.append(a * b)
    return stack[0]


case(
    stack_machine,
    (0.7, ("x", "sin", "x", "*")),
    other=[(0.5, ("x", "x", "*"))],
)


def list_extended_and_inserted(x, y):
    parts = [x]
    parts.extend([y, x * y])
    parts.insert(0, y * y)
    parts += [x + y]
    return parts[0] * parts[1] + parts[2] * parts[3] + parts[4]


case(
    list_extended_and_inserted,
    (r(3), r(3)),
)


def dict_filled_in_loop(x, n):
    h = {"h0": x}
    for k in range(1, n):
        h[f"h{k}"] = np.tanh(h[f"h{k - 1}"]) * x
    return h[f"h{n - 1}"]


case(dict_filled_in_loop, (r(3), 3), other=[(r(2), 2)])


def dict_accumulated(x, labels):
    totals = {"a": 0.0, "b": 0.0}
    for i, label in enumerate(labels):
        totals[label] += x[i] ** 2
    return totals["a"] * totals["b"]


case(dict_accumulated, (r(4), ("a", "b", "a", "b")), other=[(r(3), ("b", "a", "a"))])


def list_of_lists(x):
    rows = []
    for i in range(x.shape[0]):
        row = []
        for j in range(x.shape[1]):
            row.append(x[i, j] * x[i, 0])
        rows.append(row)
    return np.array(rows)


case(list_of_lists, (r(2, 3),), other=[(r(3, 2),)])


def list_item_replaced(x, n):
    parts = [x, x * 2]
    for k in range(n):
        parts[k % 2] = parts[0] * parts[1] + x
    return parts[0] + parts[1]


case(list_item_replaced, (u(2), 2), other=[(u(2), 1), (u(2), 3)])


def pop_in_formula(x, y, n):
    parts = [y, x[0]]
    s = 0.0
    for i in range(n):
        s = parts.pop() * x[i] * 0.5 + s
        parts.append(np.sin(s))
    return s + sum(parts)


case(pop_in_formula, (r(3), 3.0, 3), other=[(r(4), 0.3, 4), (r(2), 1.3, 1)])


def queue(x):
    waiting = [x[0], x[1] * x[2]]
    total = 0.0
    k = 0
    while waiting:
        v = waiting.pop(0)
        total += v * v
        k += 1
        if k < 6 and total < 4:
            waiting.append(np.sin(v))
            waiting.append(v * x[1])
    return total


case(queue, (r(3),), other=[(r(3) * 3,), (r(3) * 0.1,)])


def stack_of_layers(x, W):
    stack = []
    h = x
    for _ in range(3):
        stack.append(h)
        h = np.tanh(h @ W)
    while stack:
        h = h + stack.pop()
    return h


case(stack_of_layers, (r(3), r(3, 3)), other=[(r(2), r(2, 2))])


def stack_of_shared_items(x, n):
    stack = []
    h = np.sin(x)
    for _ in range(n):
        stack.append(h * x)
    for _ in range(n):
        s = stack.pop()
        h = h + s
        h = h + np.cos(h)
    return h


case(stack_of_shared_items, (r(3), 3), other=[(r(2), 1), (r(2), 5)])


def halves(x, w):
    todo = [x]
    out = 0.0
    while len(todo) > 0:
        v = todo.pop()
        if len(v) > 1:
            half = len(v) // 2
            todo.append(v[:half] * w)
            todo.append(v[half:])
        else:
            out += np.sin(v[0])
    return out


case(halves, (r(4), 0.3), other=[(r(3), 1.3), (r(7), 0.8)])


def first_of_what_was_appended(x, n):
    ys = []
    for i in range(n):
        ys.append(x * (i + 1))
    return ys[0] * x


case(first_of_what_was_appended, (0.7, 1), wrt=["x"], other=[(0.7, 3)])


def wrapped(angle):
    angle = angle % 6
    if angle > 3:
        angle -= 6
    return angle


def extended_by_calls(x):
    out = []
    out.extend([x[0], wrapped(x[1])])
    return np.array(out) * x


case(extended_by_calls, (np.array([1.5, 4.0]),), other=[(np.array([1.5, 1.0]),)])


def added_calls(x):
    out = [x[0]]
    out += [wrapped(x[1]), x[0] * x[1], wrapped(x[0])]
    return np.array(out)


case(added_calls, (np.array([1.5, 4.0]),), other=[(np.array([1.5, 1.0]),)])


def extended_by_itself(x):
    out = [x[0]]
    out.extend([x[1], wrapped(out[-1])])
    return np.array(out)


case(extended_by_itself, (np.array([1.5, 4.0]),), refused="out is read while it grows")


def horner_of_a_row(c, x, k):
    """A row of numbers, some of which are ints at the example, of any length."""
    total = 0.0
    for i in range(len(c)):
        total = total * x + c[i]
    return total * c[k]


case(
    horner_of_a_row,
    ([1, 2.5, 0.3], 0.7, 1),
    other=[([1.5, 2.5], 0.7, 1), ([0.5, 1, 2.5, 0.2], 0.3, 1)],
)


def places_for_floats(x, n):
    c = [0] * n
    for i in range(1, n):
        c[i] = x**i * c[i - 1] + x
    total = 0.0
    for i in range(n):
        total = total + c[i] * i
    return total


case(places_for_floats, (0.7, 4), other=[(0.3, 6), (0.3, 2)])


def from_zero_on(x, y):
    s = [0]
    s.extend(np.cumsum(np.hypot(np.diff(x), np.diff(y))))
    steps, again = np.diff(s), np.diff(s) ** 2
    return np.sum(steps * x[1:]) + np.sum(again) + s[1]


case(from_zero_on, (np.array([0.0, 1.0, 2.5]), np.array([0.3, 0.4, 1.1])), other=[(u(5), u(5))])


def whole_numbers_among_floats(x):
    total = [0, x * x, x]
    return np.sum(np.array(total) ** 2) + np.sum(np.diff(total))


case(whole_numbers_among_floats, (1.5,), other=[(0.5,)])


def sampled(a, b, h):
    return sum(np.sin(t) * b for t in np.arange(a, b, h))


case(sampled, (0.2, 1.3, 0.25), other=[(0.1, 2.4, 0.3)])


def kept_from_the_end(q, g, m):
    s = [g * (i + 1) for i in range(m)]
    alpha = [None] * m
    for i in reversed(range(m)):
        alpha[i] = s[i] @ q
        q = q - alpha[i] * s[i]
    for i in range(m):
        q = q + s[i] * alpha[i]
    return q


case(kept_from_the_end, (u(4), u(4), 3), other=[(u(2), u(2), 1), (u(3), u(3), 0)])


def hidden_states_from_the_end(x, W, n):
    hs = [None] * (n + 1)
    hs[n] = x
    for t in range(n - 1, -1, -1):
        hs[t] = np.tanh(W @ hs[t + 1])
    total = 0.0
    for t, h in enumerate(hs):
        total += (t + 1) * np.sum(h**2)
    return total, hs[0]


case(hidden_states_from_the_end, (u(4), u(4, 4), 3), other=[(u(2), u(2, 2), 1)])


def times_and_states(y, dt, n):
    """The first time is a whole number among floats."""
    times, states = [0], [y]
    for _ in range(n):
        states.append(states[-1] + dt * np.sin(states[-1]))
        times.append(times[-1] + dt)
    return times, states


case(times_and_states, (r(2), 0.3, 2), other=[(r(3), 0.1, 0), (r(2), 0.2, 4)])


def until_an_end(y, dt, span):
    times, states = [span[0]], [y]
    while times[-1] < span[1]:
        states.append(states[-1] * (1 + dt))
        times.append(times[-1] + dt)
    return times, states


case(until_an_end, (0.7, 0.3, [0, 1]), other=[(0.4, 0.23, [0, 2]), (0.4, 0.3, [1, 1])])


def numbers_and_counts(x):
    return {"scores": [0, x, 1, x * x], "count": 4}


case(numbers_and_counts, (0.7,))
