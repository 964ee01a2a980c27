"""Values that the backward pass computes again, or reads where the forward pass puts them, rather than keep them: right
whatever happens to what they are made of.
"""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(905), uniform(905)


def of_rows(x, w, b):
    N = x.shape[0]
    a = x.reshape(N, -1) @ w + b
    return np.maximum(0, a)


case(of_rows, (r(3, 2, 2), r(4, 3), r(3)), other=[(r(2, 3, 2), r(6, 2), r(2))])


def of_rows_counted_anew(x, w):
    N = x.shape[0]
    a = x.reshape(N, -1) @ w
    N = a.shape[1]
    return np.tanh(a) * N


case(of_rows_counted_anew, (r(3, 2, 2), r(4, 5)), other=[(r(2, 3, 2), r(6, 2))])


def of_rows_changed_later(x, w):
    x = x * 1.0
    a = np.tanh(x.reshape(len(x), -1) @ w)
    x *= 2
    return np.sum(a) * x


case(of_rows_changed_later, (r(3, 2, 2), r(4, 3)), other=[(r(2, 3, 2), r(6, 2))])


def of_columns(x, w):
    F = w.shape[0]
    out = x @ w.reshape(F, -1).T
    return out * out


case(of_columns, (r(3, 4), r(2, 2, 2)), other=[(r(2, 6), r(3, 3, 2))])


def of_rows_in_a_loop(xs, w):
    total = 0.0
    for x in xs:
        a = np.tanh(x.reshape(2, -1) @ w)
        total += np.sum(a * a)
    return total


case(of_rows_in_a_loop, ([r(4), r(4)], r(2, 3)), other=[([r(6)] * 3, r(3, 2))])


def decayed(X, y, w, reg):
    loss = np.mean((X @ w - y) ** 2)
    loss += 0.5 * reg * np.sum(w * w)
    return loss


case(decayed, (r(5, 3), r(5), r(3), 0.1), other=[(r(4, 2), r(4), r(2), 0.3)])


def decayed_and_changed(X, w, reg):
    w = w + 0
    loss = np.sum(np.tanh(X @ w)) + reg * np.sum(w * w)
    w *= 3
    return loss + np.sum(w)


case(decayed_and_changed, (r(5, 3), r(3), 0.1), other=[(r(4, 2), r(2), 0.3)])


def decayed_twice(x, V, W, reg):
    h = np.tanh(x @ V)
    loss = np.sum(h @ W)
    loss += 0.5 * reg * (np.sum(V * V) + np.sum(W * W))
    return loss


case(decayed_twice, (r(2, 3), r(3, 4), r(4, 2), 0.1), other=[(r(4, 2), r(2, 3), r(3, 1), 0.3)])


def shared_out(x, w, lam):
    m = x.shape[0]
    loss = np.sum(np.cos(x @ w)) / m
    loss += lam / (2 * m) * np.sum(w**2)
    return loss


case(shared_out, (r(5, 3), r(3), 0.1), other=[(r(4, 2), r(2), 0.3)])


def shared_by_a_new_count(x, w, lam):
    m = x.shape[0]
    loss = lam / (2 * m) * np.sum(w**2)
    m = x.shape[1]
    return loss * m + np.sum(x @ w)


case(shared_by_a_new_count, (r(5, 3), r(3), 0.1), other=[(r(4, 2), r(2), 0.3)])


def mean_times(x, c):
    h = np.maximum(0, x)
    return c * np.mean(h) + np.sum(h[0])


case(mean_times, (r(5, 3), 0.7), other=[(r(2, 2), 1.3)])


def largest_of_windows(x, k):
    n = len(x) // k
    out = np.zeros((n, x.shape[1]))
    for i in range(n):
        out[i] = np.max(x[i * k : i * k + k], axis=0)
    return out


case(
    largest_of_windows,
    (r(6, 2), 2),
    other=[(r(9, 3), 3), (r(6, 2).astype(np.float32), 3)],
)


def largest_scaled_later(x, k):
    n = len(x) // k
    out = np.zeros((n, x.shape[1]))
    for i in range(n):
        out[i] = np.max(x[i * k : i * k + k], axis=0)
    out *= 2
    return out


case(largest_scaled_later, (r(6, 2), 2), other=[(r(9, 3), 3)])


def largest_in_few_digits(x):
    out = np.zeros((3, 2), dtype=np.float32)
    for i in range(3):
        out[i] = np.max(x[2 * i : 2 * i + 2], axis=0)
    return out


case(largest_in_few_digits, (r(6, 2).astype(np.float32),), other=[(u(6, 2).astype(np.float32),)])


def largest_of_all_that_went_before(x):
    out = np.empty((len(x), x.shape[1]))
    for i in range(len(x)):
        out[i] = np.max(x[: i + 1], axis=0)
    return out * x


case(largest_of_all_that_went_before, (r(4, 2),), other=[(r(6, 3),)])


def one_number_two_ways(x, v, k, dt):
    for _ in range(3):
        v = v - k * x * dt
        x = x + v * dt
    return x


case(one_number_two_ways, (0.3, 0.5, 1.2, 0.1), other=[(1.0, -0.5, 0.2, 0.3)])


def pushed(pos, vel, kp, kd, dt):
    for _ in range(4):
        u = -kp * pos - kd * vel
        vel += (u - 0.5 * vel) * dt
        pos += vel * dt
    return pos


case(pushed, (0.3, 0.5, 1.2, 0.1, 0.1), other=[(1.0, -0.5, 0.2, 0.3, 0.2)])


def pooled_by_a_helper_and_changed(x):
    h = largest_of_windows(x, 2)
    h *= 3
    h[0] = 1.0
    return np.sum(h**2) + np.sum(x)


case(pooled_by_a_helper_and_changed, (r(6, 2),), other=[(r(8, 3),)])


def joined_and_counted(x, more):
    parts = [x]
    parts.extend(more)
    whole = np.concatenate(parts)
    total = np.sum(whole**2)
    return total / len(whole)


case(joined_and_counted, (r(4), [r(2), r(3)]), other=[(r(3), [r(1)])])


def of_a_diagonal(A):
    d = np.log(np.diag(A))
    A = A * 2
    return np.sum(d * d) + np.sum(A)


case(of_a_diagonal, (u(3, 3),), other=[(u(4, 4),)])
