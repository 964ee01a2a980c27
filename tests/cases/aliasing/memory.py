"""Changes in place as students, scientists and attackers write them, and names that collide with the module's own."""

import copy
import itertools

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(77), uniform(77)


def running_sum(x):
    out = np.zeros_like(x)
    total = 0.0
    for i in range(len(x)):
        total += x[i]
        out[i] = total * x[i]
    return out


case(running_sum, (r(4),), other=[(r(6),)])


def prefix_products(x):
    out = np.ones(len(x))
    for i in range(1, len(x)):
        out[i] = out[i - 1] * x[i]
    return out


case(prefix_products, (r(4),), other=[(r(6),)])


def prefix_products_in_place(x):
    y = x.copy()
    for i in range(1, len(y)):
        y[i] *= y[i - 1]
    return y


case(prefix_products_in_place, (r(4),), other=[(r(6),)])


def ring_buffer(x):
    out = np.zeros(3)
    for t in range(len(x)):
        out[t % 3] = out[t % 3] * 0.5 + x[t] ** 2
    return out


case(ring_buffer, (r(5),), other=[(r(7),)])


def diffusion_steps(u0, k, n):
    v = u0.copy()
    for _ in range(n):
        v[1:-1] += k * (v[2:] - 2 * v[1:-1] + v[:-2])
    return v


case(diffusion_steps, (r(6), 0.1, 3), other=[(r(5), 0.2, 2)])


def diffusion_two_buffers(u0, k, n):
    old, new = u0.copy(), np.zeros_like(u0)
    for _ in range(n):
        new[:] = old
        new[1:-1] = old[1:-1] + k * (old[2:] - 2 * old[1:-1] + old[:-2])
        old, new = new, old
    return old


case(diffusion_two_buffers, (r(6), 0.1, 3), other=[(r(5), 0.2, 2)])


def gauss_seidel(A, b, n):
    x = np.zeros_like(b)
    for _ in range(n):
        for i in range(len(b)):
            x[i] = (b[i] - A[i] @ x + A[i, i] * x[i]) / A[i, i]
    return x


case(
    gauss_seidel,
    (np.eye(3) * 4 + 0.3 * r(3, 3), r(3), 2),
    other=[(np.eye(2) * 4 + 0.3 * r(2, 2), r(2), 3)],
)


def gradient_descent_in_place(w, X, y, lr):
    w = w.copy()
    for _ in range(3):
        grad = X.T @ (X @ w - y) / len(y)
        w -= lr * grad
    return np.sum((X @ w - y) ** 2)


case(gradient_descent_in_place, (r(2), r(4, 2), r(4), 0.1), other=[(r(3), r(5, 3), r(5), 0.2)])


def momentum_in_place(w, g, mu, lr):
    v = np.zeros_like(w)
    w = w * 1.0
    for t in range(len(g)):
        v *= mu
        v -= lr * g[t] * w
        w += v
    return w


case(momentum_in_place, (r(2), r(3, 2), 0.9, 0.1), other=[(r(3), r(2, 3), 0.5, 0.2)])


def adam_step(w, g, m, v, t):
    m *= 0.9
    m += 0.1 * g
    v *= 0.99
    v += 0.01 * g**2
    mhat = m / (1 - 0.9**t)
    vhat = v / (1 - 0.99**t)
    w -= 0.1 * mhat / (np.sqrt(vhat) + 1e-8)
    return w, m, v


case(adam_step, (r(3), u(3), r(3), u(3), 2), other=[(r(2), u(2), r(2), u(2), 5)])


def masked_softmax(x, mask):
    scores = x * 1.0
    scores[~mask] = -1e9
    scores -= scores.max(axis=1, keepdims=True)
    e = np.exp(scores)
    e /= e.sum(axis=1, keepdims=True)
    return e * x


M = np.array([[True, True, False], [True, False, True]])
case(masked_softmax, (r(2, 3), M), other=[(r(2, 3), ~M | (np.arange(3) == 1))])


def dropout_in_place(x, keep):
    h = np.maximum(0, x)
    h *= keep
    h /= 0.5
    return h


case(dropout_in_place, (r(2, 3), np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])), wrt=("x",))


def one_hot_scatter(scores, y):
    onehot = np.zeros_like(scores)
    onehot[np.arange(len(y)), y] = 1
    p = np.exp(scores)
    p /= p.sum(axis=1, keepdims=True)
    return -np.sum(onehot * np.log(p)) / len(y)


case(one_hot_scatter, (r(3, 4), np.array([0, 3, 1])), other=[(r(2, 3), np.array([2, 2]))])


def histogram_weights(x, bins):
    counts = np.zeros(4)
    np.add.at(counts, bins, x * x)
    return counts / counts.sum()


case(
    histogram_weights, (u(6), np.array([0, 1, 1, 3, 2, 1])), other=[(u(4), np.array([3, 3, 0, 1]))]
)


def embedding_updates(E, idx, lr):
    rows = E[idx]
    E = E.copy()
    np.subtract.at(E, idx, lr * rows)
    return E * E


case(
    embedding_updates, (r(4, 2), np.array([0, 2, 2]), 0.1), other=[(r(3, 3), np.array([1, 1]), 0.3)]
)


def last_value_wins(x, idx, v):
    y = np.tanh(x)
    y[idx] = v * x[idx]
    return y * y


case(
    last_value_wins, (r(5), np.array([1, 1, 3]), r(3)), other=[(r(4), np.array([0, 2, 0, 0]), r(4))]
)


def last_row_wins(x, idx, v):
    y = np.tanh(x)
    y[idx] *= v
    return y * x


case(
    last_row_wins,
    (r(4, 2), np.array([1, 1, 3]), r(3, 1)),
    other=[(r(3, 3), np.array([0, 0]), r(2, 1))],
)


def pairs_win(x, i, j, v):
    y = x * 1.0
    y[i, j] = v
    y[j, i] += v
    return y * x


case(pairs_win, (r(3, 3), np.array([0, 0, 2]), np.array([1, 1, 0]), r(3)))


def permuted(x, order):
    y = np.empty_like(x)
    y[order] = x * 2
    return y * x


case(permuted, (r(4), np.array([2, 0, 3, 1])), other=[(r(3), np.array([1, 2, 0]))])


def ranked(x):
    order = np.argsort(x)
    ranks = np.empty(len(x))
    ranks[order] = np.arange(len(x))
    y = x[order]
    return y * ranks


case(ranked, (r(4),), other=[(r(6),)])


def unsorted_again(x):
    order = np.argsort(x)
    y = np.cumsum(x[order])
    out = np.empty_like(y)
    out[order] = y
    return out * x


case(unsorted_again, (r(4),), other=[(r(6),)])


def triangle_filled(v):
    A = np.zeros((3, 3))
    A[np.tril_indices(3)] = v
    return A @ A.T


case(triangle_filled, (r(6),))


def symmetric_filled(v, n):
    A = np.zeros((n, n))
    rows, cols = np.triu_indices(n)
    A[rows, cols] = v
    A[cols, rows] = v
    return A @ A


case(symmetric_filled, (r(6), 3), other=[(r(3), 2)])


def blocks_filled(a, b):
    n, m = len(a), len(b)
    out = np.zeros((n + m, n + m))
    out[:n, :n] = np.outer(a, a)
    out[n:, n:] = np.outer(b, b)
    out[:n, n:] = a[:, None] * b
    out[n:, :n] = out[:n, n:].T
    return out


case(blocks_filled, (r(2), r(3)), other=[(r(3), r(1))])


def padded_by_hand(x, p):
    n, m = x.shape
    y = np.zeros((n + 2 * p, m + 2 * p))
    y[p : p + n, p : p + m] = x
    y[0] = y[p] * 2
    return y * y


case(padded_by_hand, (r(2, 3), 1), other=[(r(3, 2), 2)])


def clipped_in_place(x):
    y = x * 2.0
    np.clip(y, -0.5, 0.5, out=y)
    return y * x


case(clipped_in_place, (r(5),))


def ufunc_outs(x, y):
    t = np.empty_like(x)
    np.multiply(x, y, out=t)
    np.exp(t, out=t)
    np.add(t, x, out=t)
    np.divide(t, 1 + y * y, t)
    return t


case(ufunc_outs, (r(3), r(3)), other=[(r(4), r(4))])


def matmul_out(x, w):
    out = np.empty((x.shape[0], w.shape[1]))
    np.matmul(x, w, out=out)
    np.dot(x, w * 2, out=out)
    return np.tanh(out)


case(matmul_out, (r(2, 3), r(3, 2)), other=[(r(3, 2), r(2, 4))])


def copied_where(x, v):
    y = np.tanh(x)
    np.copyto(y, v, where=x > 0)
    return y * y


case(copied_where, (r(5), r(5)), other=[(r(3), r(3))])


def put_and_place(x, v):
    y = x * 1.0
    np.put(y, [0, 2], v)
    np.putmask(y, y > 0.5, 0.25)
    np.place(y, y < -0.5, -0.1)
    return y * x


case(put_and_place, (r(5), r(2)), other=[(r(3), r(2))])


def sorted_columns(x):
    y = x * x
    y.sort(axis=0)
    return y * np.arange(3.0)[:, None]


case(sorted_columns, (r(3, 2),))


def deleted_and_bound(x):
    y = x * 2
    z = y * x
    del y
    y = z + 1
    return y * z


case(deleted_and_bound, (r(3),))


def chained_updates(x, y):
    a = x * y
    a += x
    a *= a
    a -= y
    a /= 2 + x * x
    a **= 2
    return a


case(chained_updates, (r(3), r(3)), other=[(r(2), r(2))])


def broadcast_update(x, b):
    y = x * 2
    y += b
    y *= b[0]
    y -= 1.0
    return y


case(broadcast_update, (r(3, 2), r(2)), other=[(r(2, 4), r(4))])


def update_reads_itself(x):
    y = np.sin(x)
    y += y * y
    y -= y.mean()
    y /= y.std() + 1
    return y


case(update_reads_itself, (r(4),), other=[(r(6),)])


def scalar_updates(x, y):
    s = x
    s += y
    t = s
    s *= t
    t -= s
    return s * t


case(scalar_updates, (0.5, 1.5), other=[(1.5, -0.5)])


def lists_are_shared(x, y):
    rows = [[x, y], [y, x]]
    first = rows[0]
    first[1] = x * y
    return rows[0][1] * rows[1][0]


case(
    lists_are_shared,
    (0.5, 1.5),
    refused="assignment to an item of this expression is not supported",
)


def repeated_list(x):
    parts = [x * 2] * 3
    parts[1] = x * x
    return parts[0] + parts[1] * parts[2]


case(repeated_list, (0.5,))


def shallow_copies(x, y):
    a = [x, y]
    b = a[:]
    c = list(a)
    b[0] = x * y
    c[1] = y * y
    return a[0] * b[0] + a[1] * c[1]


case(shallow_copies, (0.5, 1.5))


def deep_copies(x):
    a = copy.deepcopy(x)
    b = copy.copy(x)
    a *= 2
    b += a
    return a * b * x


case(deep_copies, (r(3),), other=[(r(5),)])


def dict_of_buffers(x):
    state = {"h": np.zeros(3), "c": np.zeros(3)}
    for t in range(2):
        state["h"] = np.tanh(state["c"] + x[t])
        state["c"] = state["h"] * state["c"] + x[t]
    return state["h"] * state["c"]


case(dict_of_buffers, (r(2, 3),))


def dict_buffers_in_place(x):
    state = {"h": np.zeros(3)}
    for t in range(len(x)):
        state["h"] += x[t]
        state["h"] *= x[t]
    return state["h"]


case(dict_buffers_in_place, (r(2, 3),), other=[(r(3, 3),)])


def names_of_the_module(x, cache, dout, dx, out):
    np_ = cache * dout
    d_out = dx + out
    dcache = np_ * d_out
    return dcache * x


case(names_of_the_module, (r(3), r(3), r(3), r(3), r(3)))


def builtins_shadowed(sum, len, max):
    list = sum * len
    float = list + max
    range = float * float
    return range


case(builtins_shadowed, (r(3), r(3), r(3)))


def unicode_names(θ, α, x):
    σ = 1 / (1 + np.exp(-θ * x))
    Δ = σ - α
    return Δ * Δ


case(unicode_names, (r(3), r(3), r(3)), other=[(r(2), r(2), r(2))])


def gradient_like_names(dx, ddx, d_dx):
    dddx = dx * ddx
    x = dddx + d_dx
    ddx = x * dx
    return ddx * x


case(gradient_like_names, (r(3), r(3), r(3)))


def steps_and_trips(x, steps, trips, taken):
    prev_x = x * steps
    for i in range(trips):
        if taken:
            x = x * prev_x
        prev_x = prev_x * steps
    return x


case(steps_and_trips, (r(3), 0.9, 2, True), other=[(r(3), 0.5, 3, False)])


def self_and_cls(self, cls, np_):
    return self * cls + np_ * self


case(self_and_cls, (r(3), r(3), r(3)))


def long_names(an_argument_with_a_very_long_name_indeed, another_argument_with_an_even_longer_name):
    intermediate_product_of_the_two_arguments = (
        an_argument_with_a_very_long_name_indeed * another_argument_with_an_even_longer_name
    )
    return (
        np.tanh(intermediate_product_of_the_two_arguments)
        * another_argument_with_an_even_longer_name
    )


case(long_names, (r(3), r(3)))


def pairwise(x):
    total = np.zeros(len(x))
    for i, j in itertools.combinations(range(len(x)), 2):
        d = x[i] - x[j]
        total[i] += d * d
        total[j] -= d
    return total


case(pairwise, (r(4),), other=[(r(3),)])
