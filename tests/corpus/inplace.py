"""Buffers and lists in loops: filled, appended, popped, overwritten, windows, dict updates."""

import numpy as np

from tests.corpus import case, normal, uniform

r, u = normal(22), uniform(22)


def filled(x):
    out = np.zeros(len(x))
    for i in range(len(x)):
        out[i] = np.sin(x[i]) * x[0]
    return out


case(filled, (r(3),), other=[(r(5),)])


def filled_rows(x, w):
    out = np.empty((x.shape[0], w.shape[1]))
    for i in range(x.shape[0]):
        out[i] = np.maximum(0, x[i] @ w)
    return out


case(filled_rows, (r(3, 2), r(2, 4)), other=[(r(1, 3), r(3, 2))])


def filled_and_used(x):
    out = np.zeros_like(x)
    for i in range(x.shape[0]):
        out[i, :] = x[i] / (1 + np.sum(x[i] ** 2))
    return out * out + x


case(filled_and_used, (r(3, 2),), other=[(r(1, 3),)])


def modulo_slots(x):
    out = np.zeros(3)
    for t in range(len(x)):
        out[t % 3] = x[t] ** 2
    return out


case(modulo_slots, (r(5),), other=[(r(3),), (r(8),), (r(1),)])
case(modulo_slots, (r(3),), name="modulo_slots_short", other=[(r(7),)])


def constant_slot(x):
    out = np.zeros(2)
    for t in range(len(x)):
        out[0] = x[t] * out[1]
        out[1] = out[0] + x[t]
    return out


case(constant_slot, (r(3),), other=[(r(1),), (r(5),)])


def recurrence_in_buffer(x, a):
    n = len(x)
    h = np.zeros(n + 1)
    for t in range(n):
        h[t + 1] = np.tanh(a * h[t] + x[t])
    return h[1:]


case(recurrence_in_buffer, (r(3), 0.7), other=[(r(5), 0.2), (r(1), 1.5)])


def fibonacci_like(x, n):
    c = np.zeros(n)
    c[0] = x
    c[1] = x * x
    for t in range(2, n):
        c[t] = c[t - 1] * c[t - 2] + x
    return c


case(fibonacci_like, (0.7, 4), other=[(0.5, 2), (0.2, 6)])


def accumulating_buffer(x, idx):
    hist = np.zeros(3)
    for i in range(len(x)):
        hist[idx[i]] += x[i] ** 2
    return hist


case(
    accumulating_buffer,
    (r(4), np.array([0, 2, 2, 1])),
    other=[(r(2), np.array([1, 1])), (r(3), np.array([0, 1, 2]))],
)


def scaled_in_place(x, w):
    y = x * 1.0
    for i in range(len(w)):
        y *= w[i]
        y += 1.0
    return y


case(scaled_in_place, (r(3), r(2)), other=[(r(2), r(4))])


def element_scaled_in_loop(x, w):
    y = x * 1.0
    for i in range(len(x)):
        y[i] *= w
        y[i] += y[0]
    return y


case(element_scaled_in_loop, (r(3), 0.7), other=[(r(5), 1.2)])


def augmented_array_kept(x, n):
    h = x * 1.0
    total = np.zeros_like(x)
    for _ in range(n):
        total += h * h
        h *= 0.5
        h += x
    return total


case(augmented_array_kept, (r(3), 2), other=[(r(2), 4)])


def mask_in_loop(x, n):
    h = x
    for _ in range(n):
        h = np.sin(h) * 2
        h[h < 0] = 0.1
        h = h * x
    return h


case(mask_in_loop, (r(4), 2), other=[(r(3), 3)])


def gauss_seidel(b, sweeps):
    x = np.zeros_like(b)
    n = len(b)
    for _ in range(sweeps):
        for i in range(1, n - 1):
            x[i] = 0.5 * (x[i - 1] + x[i + 1] + b[i])
    return x


case(gauss_seidel, (r(5), 2), other=[(r(4), 3), (r(3), 1)])


def heat_equation(u0, alpha, steps):
    state = u0.copy()
    for _ in range(steps):
        new = state.copy()
        new[1:-1] = state[1:-1] + alpha * (state[2:] - 2 * state[1:-1] + state[:-2])
        state = new
    return state


case(heat_equation, (r(5), 0.1, 2), other=[(r(4), 0.2, 3)])


def heat_in_place(u0, alpha, steps):
    state = u0.copy()
    for _ in range(steps):
        state[1:-1] += alpha * (state[2:] - 2 * state[1:-1] + state[:-2])
    return state


case(heat_in_place, (r(5), 0.1, 2), other=[(r(4), 0.2, 3)])


def moving_average(x, k):
    out = np.zeros(len(x) - k + 1)
    for i in range(len(out)):
        out[i] = np.mean(x[i : i + k])
    return out


case(moving_average, (r(5), 2), other=[(r(6), 3)])


def convolution_1d(x, w):
    n, k = len(x), len(w)
    out = np.zeros(n - k + 1)
    for i in range(n - k + 1):
        for j in range(k):
            out[i] += x[i + j] * w[j]
    return out


case(convolution_1d, (r(5), r(3)), other=[(r(4), r(2))])


def max_windows(x, k, stride):
    n = 1 + (len(x) - k) // stride
    out = np.zeros(n)
    for i in range(n):
        out[i] = np.max(x[i * stride : i * stride + k])
    return out


case(max_windows, (r(6), 3, 1), other=[(r(7), 2, 2), (r(5), 3, 1)])


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


case(appended_and_summed, (r(5),), other=[(u(3),)], refused=None)


def sum_of_empty_list(x):
    parts = []
    for i in range(len(x)):
        if x[i] > 0:
            parts.append(x[i])
    return sum(parts) + x[0]


case(sum_of_empty_list, (-u(2),), other=[(u(3),)], refused=None)


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


case(stack_machine, (0.7, ("x", "sin", "x", "*")), other=[(0.5, ("x", "x", "*"))], refused=None)


def list_extended_and_inserted(x, y):
    parts = [x]
    parts.extend([y, x * y])
    parts.insert(0, y * y)
    parts += [x + y]
    return parts[0] * parts[1] + parts[2] * parts[3] + parts[4]


case(list_extended_and_inserted, (r(3), r(3)), refused=None)


def dict_filled_in_loop(x, n):
    h = {"h0": x}
    for k in range(1, n):
        h[f"h{k}"] = np.tanh(h[f"h{k - 1}"]) * x
    return h[f"h{n - 1}"]


case(dict_filled_in_loop, (r(3), 3), other=[(r(2), 2)], refused=None)


def dict_accumulated(x, labels):
    totals = {"a": 0.0, "b": 0.0}
    for i, label in enumerate(labels):
        totals[label] += x[i] ** 2
    return totals["a"] * totals["b"]


case(dict_accumulated, (r(4), ("a", "b", "a", "b")), other=[(r(3), ("b", "a", "a"))], refused=None)


def list_of_lists(x):
    rows = []
    for i in range(x.shape[0]):
        row = []
        for j in range(x.shape[1]):
            row.append(x[i, j] * x[i, 0])
        rows.append(row)
    return np.array(rows)


case(list_of_lists, (r(2, 3),), other=[(r(3, 2),)], refused=None)


def list_item_replaced(x, n):
    parts = [x, x * 2]
    for k in range(n):
        parts[k % 2] = parts[0] * parts[1] + x
    return parts[0] + parts[1]


case(list_item_replaced, (u(2), 2), other=[(u(2), 1), (u(2), 3)], refused=None)


def buffer_read_whole_each_trip(x):
    out = np.zeros(len(x))
    for i in range(len(x)):
        out[i] = x[i] + np.sum(out) * 0.5
    return out


case(buffer_read_whole_each_trip, (r(3),), other=[(r(5),), (r(1),)])


def two_buffers(x, v, dt):
    n = 4
    xs, vs = np.zeros(n), np.zeros(n)
    xs[0], vs[0] = x, v
    for k in range(n - 1):
        vs[k + 1] = vs[k] - dt * np.sin(xs[k])
        xs[k + 1] = xs[k] + dt * vs[k + 1]
    return xs, vs


case(two_buffers, (0.7, 0.2, 0.1), other=[(0.2, -0.5, 0.3)])


def buffer_swapped(x, n):
    old, new = x.copy(), np.zeros_like(x)
    for _ in range(n):
        new[:] = np.sin(old) + x
        old, new = new, old
    return old


case(buffer_swapped, (r(3), 2), other=[(r(2), 3)], refused=None)


def softmax_in_place_rows(x):
    p = x.copy()
    for i in range(p.shape[0]):
        p[i] -= np.max(p[i])
        p[i] = np.exp(p[i])
        p[i] /= np.sum(p[i])
    return p


case(softmax_in_place_rows, (r(2, 3),), other=[(r(3, 2),)])


def triangular_solve(L, b):
    y = np.zeros_like(b)
    for i in range(len(b)):
        y[i] = (b[i] - L[i, :i] @ y[:i]) / L[i, i]
    return y


case(triangular_solve, (r(3, 3) + 3 * np.eye(3), r(3)), other=[(r(2, 2) + 3 * np.eye(2), r(2))])


def cholesky_loops(A):
    n = A.shape[0]
    L = np.zeros_like(A)
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j] - np.sum(L[i, :j] * L[j, :j])
            if i == j:
                L[i, j] = np.sqrt(s)
            else:
                L[i, j] = s / L[j, j]
    return L


SPD = r(3, 3)
case(cholesky_loops, (SPD @ SPD.T + 3 * np.eye(3),), other=[(np.eye(2) * 2.0 + 0.3,)])


def levenshtein_soft(a, b):
    n, m = len(a), len(b)
    d = np.zeros((n + 1, m + 1))
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = (a[i - 1] - b[j - 1]) ** 2
            d[i, j] = cost - np.log(
                np.exp(-d[i - 1, j]) + np.exp(-d[i, j - 1]) + np.exp(-d[i - 1, j - 1])
            )
    return d[n, m]


case(levenshtein_soft, (r(2), r(3)), other=[(r(3), r(2)), (r(1), r(1))])


def viterbi_like(scores, trans):
    T, S = scores.shape
    alpha = scores[0]
    for t in range(1, T):
        alpha = scores[t] + np.log(np.sum(np.exp(alpha[:, None] + trans), axis=0))
    return np.log(np.sum(np.exp(alpha)))


case(viterbi_like, (r(3, 2), r(2, 2)), other=[(r(1, 3), r(3, 3)), (r(4, 2), r(2, 2))])
