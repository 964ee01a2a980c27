"""Items that are read once they are written, and never written again, in loops within loops: triangles of matrices,
recursions up and down, tables. What is read needs no copy where it surely stays; where it does not, it is kept.
"""

import numpy as np

from tests.cases import case, uniform

u = uniform(17)


def spd(k):
    a = u(k, k)
    return a @ a.T + 5 * np.eye(k)


def upper(k):
    return np.triu(u(k, k)) + 2 * np.eye(k)


def thomas(low, mid, up, b):
    n = len(b)
    c, d = (up.copy(), b.copy())
    c[0] = up[0] / mid[0]
    d[0] = b[0] / mid[0]
    for i in range(1, n):
        den = mid[i] - low[i] * c[i - 1]
        c[i] = up[i] / den
        d[i] = (b[i] - low[i] * d[i - 1]) / den
    x = np.zeros(n)
    x[-1] = d[-1]
    for i in range(n - 2, -1, -1):
        x[i] = d[i] - c[i] * x[i + 1]
    return x


case(
    thomas,
    (u(4), u(4) + 5, u(4), u(4)),
    other=[(u(6), u(6) + 5, u(6), u(6)), (u(1), u(1) + 5, u(1), u(1))],
)


def cholesky_by_numbers(a):
    n = a.shape[0]
    low = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = a[i, j]
            for k in range(j):
                s -= low[i, k] * low[j, k]
            if i == j:
                low[i, j] = np.sqrt(s)
            else:
                low[i, j] = s / low[j, j]
    return low


case(cholesky_by_numbers, (spd(4),), other=[(spd(5),), (spd(1),)])


def cholesky_by_rows(a):
    n = a.shape[0]
    low = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = a[i, j] - low[i, :j] @ low[j, :j]
            if i == j:
                low[i, j] = np.sqrt(s)
            else:
                low[i, j] = s / low[j, j]
    return low


case(cholesky_by_rows, (spd(4),), other=[(spd(5),), (spd(1),)])


def cholesky_by_columns(a):
    n = len(a)
    low = np.zeros_like(a)
    for j in range(n):
        low[j, j] = np.sqrt(a[j, j] - np.sum(low[j, :j] ** 2))
        for i in range(j + 1, n):
            low[i, j] = (a[i, j] - np.sum(low[i, :j] * low[j, :j])) / low[j, j]
    return low


case(cholesky_by_columns, (spd(4),), other=[(spd(5),), (spd(1),)])


def gram_schmidt(a):
    q = np.zeros_like(a)
    for i in range(a.shape[0]):
        v = a[i]
        for j in range(i):
            v = v - q[j].dot(a[i]) * q[j]
        q[i] = v / np.linalg.norm(v)
    return q


case(gram_schmidt, (u(4, 5),), other=[(u(3, 3),), (u(1, 3),)])


def back_substitution(up, b):
    n = len(b)
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        s = b[i]
        for j in range(i + 1, n):
            s -= up[i, j] * x[j]
        x[i] = s / up[i, i]
    return x


case(back_substitution, (upper(4), u(4)), other=[(upper(6), u(6)), (u(1, 1), u(1))])


def back_substitution_by_slices(up, b):
    n = len(b)
    x = np.zeros(n)
    for i in reversed(range(n)):
        x[i] = (b[i] - up[i, i + 1 :] @ x[i + 1 :]) / up[i, i]
    return x


case(back_substitution_by_slices, (upper(4), u(4)), other=[(upper(6), u(6)), (u(1, 1), u(1))])


def forward_substitution(low, b):
    n = len(b)
    x = np.zeros(n)
    for i in range(n):
        x[i] = (b[i] - low[i, :i] @ x[:i]) / low[i, i]
    return x


case(forward_substitution, (upper(4).T, u(4)), other=[(upper(6).T, u(6)), (u(1, 1), u(1))])


def autoregressive(e, a):
    y = np.zeros(len(e))
    for t in range(len(e)):
        y[t] = e[t]
        for k in range(1, 4):
            if t - k >= 0:
                y[t] += a[k - 1] * y[t - k]
    return y


case(autoregressive, (u(5), u(3)), other=[(u(6), u(3)), (u(2), u(3))])


def two_neighbours_at_times(c):
    n, m = c.shape
    table = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            table[i, j] = c[i, j]
            if i > 0 and j > 0:
                table[i, j] += (
                    np.sin(table[i - 1, j - 1]) * np.cos(table[i - 1, j]) * table[i, j - 1]
                )
    return table


case(two_neighbours_at_times, (u(4, 5),), other=[(u(3, 6),), (u(1, 2),)])


def soft_alignment(c):
    n, m = c.shape
    table = np.zeros((n + 1, m + 1))
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            table[i, j] = c[i - 1, j - 1] + np.log(
                1 + np.exp(table[i - 1, j]) + np.exp(table[i, j - 1]) + np.exp(table[i - 1, j - 1])
            )
    return table[n, m]


case(soft_alignment, (u(4, 5),), other=[(u(3, 6),), (u(1, 2),)])


def last_one_before_the_first(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i] * (1 + y[i - 1])
    return y


case(last_one_before_the_first, (u(5),), other=[(u(6),), (u(1),)])


def down_to_the_last(x):
    n = len(x)
    y = np.zeros(n + 1)
    for i in range(n - 1, -2, -1):
        y[i] = x[i] * np.tanh(y[i + 1])
    return y


case(down_to_the_last, (u(5),), other=[(u(6),), (u(2),)])


def next_one_before_it_is_written(x):
    n = len(x)
    y = x * 1.0
    for i in range(n - 1):
        y[i] = x[i] * y[i + 1] ** 2
    return y


case(next_one_before_it_is_written, (u(5),), other=[(u(6),), (u(2),)])


def added_to_while_read(a):
    n = len(a)
    low = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            for k in range(n):
                low[i, j] += a[i, k] * np.sin(low[i, k]) + a[k, j]
    return low


case(added_to_while_read, (u(4, 4),), other=[(u(6, 6),), (u(1, 1),)])


def both_triangles(a):
    n = len(a)
    low = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            low[i, j] = a[i, j] + (low[j, i] ** 2 if j < i else 0.0)
            low[j, i] = low[i, j] * 2
    return low


case(both_triangles, (u(4, 4),), other=[(u(6, 6),), (u(1, 1),)])


def swept_again(a):
    n = len(a)
    x = np.zeros(n)
    for k in range(3):
        for i in range(n):
            x[i] = a[i, i] + np.sum(a[i, :i] * x[:i] ** 2) + k
    return x


case(swept_again, (u(4, 4),), other=[(u(6, 6),), (u(1, 1),)])


def up_to_itself(a):
    n = len(a)
    x = np.zeros(n)
    for i in range(n):
        for j in range(i + 1):
            x[i] += a[i, j] * np.sin(x[j])
    return x


case(up_to_itself, (u(4, 4),), other=[(u(6, 6),)])


def masked_rows(x, k):
    y = np.zeros((len(x), len(x)))
    for i in range(len(x)):
        m = np.arange(len(x)) < i
        y[i, 0] = x[i] + np.sum(y[m, 0] ** 2)
        y[i, 1] = y[i, 0] * x[0]
    return y


case(masked_rows, (u(6), 3), other=[(u(6), 2), (u(8), 5)])


def ldl(a):
    n = len(a)
    low = np.eye(n)
    d = np.zeros(n)
    for j in range(n):
        d[j] = a[j, j] - np.sum(low[j, :j] ** 2 * d[:j])
        for i in range(j + 1, n):
            low[i, j] = (a[i, j] - np.sum(low[i, :j] * low[j, :j] * d[:j])) / d[j]
    return (low, d)


case(ldl, (spd(4),), other=[(spd(5),), (spd(1),)])


def doolittle(a):
    n = len(a)
    low = np.eye(n)
    up = np.zeros((n, n))
    for i in range(n):
        for k in range(i, n):
            up[i, k] = a[i, k] - sum(low[i, j] * up[j, k] for j in range(i))
        for k in range(i + 1, n):
            s = 0.0
            for j in range(i):
                s += low[k, j] * up[j, i]
            low[k, i] = (a[k, i] - s) / up[i, i]
    return (low, up)


case(doolittle, (spd(4),), other=[(spd(5),), (spd(1),)])


def two_steps_back(x):
    n = len(x)
    y = np.zeros(n)
    y[0] = x[0]
    y[1] = x[1]
    for i in range(2, n):
        y[i] = x[i] + 0.5 * np.sin(y[i - 1]) * y[i - 2]
    return y


case(two_steps_back, (u(5),), other=[(u(6),), (u(3),)])


def changed_once_more(x):
    n, m = x.shape
    table = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            table[i, j] = x[i, j]
            if i > 0:
                table[i, j] += np.sin(table[i - 1, j])
            if j > 0:
                table[i, j] *= np.cos(table[i, j - 1])
    return table


case(changed_once_more, (u(4, 5),), other=[(u(3, 6),), (u(1, 2),)])


def one_ahead(x):
    n = len(x)
    y = np.zeros(n + 1)
    for i in range(n):
        y[i + 1] = y[i] * x[i] + np.sin(x[i])
    return y


case(one_ahead, (u(5),), other=[(u(6),), (u(3),)])


def one_behind_downwards(x):
    n = len(x)
    y = np.ones(n + 1)
    for i in range(n, 0, -1):
        y[i - 1] = y[i] * x[i - 1] + np.sin(x[i - 1])
    return y


case(one_behind_downwards, (u(5),), other=[(u(6),), (u(3),)])


def one_behind_to_the_end(x):
    n = len(x)
    y = np.ones(n)
    for i in range(n - 1, -1, -1):
        y[i - 1] = y[i] * x[i] + np.sin(x[i])
    return y


case(one_behind_to_the_end, (u(5),), other=[(u(6),), (u(3),)])


def triangle_swept_again(x):
    n = len(x)
    y = np.zeros(n)
    for k in range(2):
        for i in range(n):
            for j in range(i):
                y[i] += x[i] * np.sin(y[j])
            y[i] += 1
    return y


case(triangle_swept_again, (u(5),), other=[(u(6),), (u(3),)])


def triangle_with_its_diagonal(x):
    n = len(x)
    y = np.zeros(n)
    for i in range(n):
        y[i] = x[i]
        for j in range(i + 1):
            y[i] = y[i] + np.sin(y[j]) * x[j]
    return y


case(triangle_with_its_diagonal, (u(5),), other=[(u(6),), (u(3),)])


def triangle_by_a_test(x):
    n = len(x)
    y = np.zeros(n)
    for i in range(n):
        y[i] = x[i]
        for j in range(i + 1):
            if j != i:
                y[i] = y[i] + np.sin(y[j]) * x[j]
    return y


case(triangle_by_a_test, (u(5),), other=[(u(6),), (u(3),)])


def first_one_grows(x):
    n = len(x)
    y = np.zeros(n)
    for i in range(n):
        y[i] = x[i]
        for j in range(i):
            y[i] = y[i] + np.sin(y[j]) * x[j]
        y[0] = y[0] * 1.1
    return y


case(first_one_grows, (u(5),), other=[(u(6),), (u(3),)])


def rows_of_rows(x):
    n = len(x)
    y = np.zeros((n, 3))
    for i in range(n):
        y[i] = x[i] * np.arange(3)
        for j in range(i):
            y[i] = y[i] + np.sin(y[j]) * np.sum(y[:i, 1])
    return y


case(rows_of_rows, (u(5),), other=[(u(6),), (u(3),)])


def largest_in_few_digits(x, like):
    out = np.zeros_like(like)
    for i in range(len(like)):
        out[i] = np.max(x[2 * i : 2 * i + 2])
    return out


few = np.zeros(3, np.float32)
case(largest_in_few_digits, (u(6), np.zeros(3)), wrt="x", other=[(u(6), few)])
