"""Arrays changed in place, in the many forms that Python has for it."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(130), uniform(131)


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


def matrix_fill(x):
    n = len(x)
    A = np.zeros((n, n))
    for i in range(n):
        for j in range(i, n):
            A[i, j] = x[i] * x[j] / (1 + abs(i - j))
            A[j, i] = A[i, j]
    return A


case(matrix_fill, (r(3),), other=[(r(5),)])


def gauss_seidel(A, b, x, n):
    x = x.copy()
    for k in range(n):
        for i in range(len(b)):
            s = b[i] - A[i] @ x + A[i, i] * x[i]
            x[i] = s / A[i, i]
    return x


case(
    gauss_seidel,
    (np.eye(3) * 4 + r(3, 3) * 0.3, r(3), r(3), 2),
    other=[(np.eye(2) * 3 + r(2, 2) * 0.3, r(2), r(2), 3)],
    wrt=["A", "b", "x"],
)


def lu_det(A):
    A = A.copy()
    n = A.shape[0]
    det = 1.0
    for k in range(n):
        det *= A[k, k]
        for i in range(k + 1, n):
            f = A[i, k] / A[k, k]
            A[i, k:] -= f * A[k, k:]
    return det


case(lu_det, (np.eye(3) * 2 + r(3, 3) * 0.3,), other=[(np.eye(4) * 2 + r(4, 4) * 0.3,)])


def bubble(x):
    x = x.copy()
    n = len(x)
    for i in range(n):
        for j in range(n - 1 - i):
            if x[j] > x[j + 1]:
                x[j], x[j + 1] = x[j + 1], x[j]
    return x * np.arange(n)


case(bubble, (r(4),), other=[(r(6),)])


def divide_mask(x):
    out = np.zeros_like(x)
    m = np.abs(x) > 0.1
    out[m] = 1 / x[m]
    return out


case(divide_mask, (r(6),), other=[(r(3),)])


R = (r(4), r(4))


O = [(r(6), r(6)), (r(1), r(1))]


def augmented_index(x, w):
    h = np.zeros((2, len(x)))
    h[0] += x
    h[1] += h[0] * w
    h[0] *= w
    h[1, 1:] -= h[0, :-1]
    return h


case(augmented_index, R, other=O)


def slices_overlap(x):
    y = x.copy()
    y[1:] += y[:-1]
    y[:-1] *= x[1:]
    return y


case(slices_overlap, (r(5),), other=[(r(3),)])


def negative_step(x):
    y = np.empty_like(x)
    y[::-1] = x * 2
    y[::2] = y[::2] ** 2
    return y


case(negative_step, (r(5),), other=[(r(4),)])


def fancy_store(x, idx):
    y = np.zeros(6)
    y[idx] = x * x
    return y


case(fancy_store, (r(3), np.array([4, 0, 2])), other=[(r(2), np.array([1, 5]))])


def clip_manual(x):
    out = np.zeros_like(x)
    for i in range(len(x)):
        v = x[i]
        if v > 1:
            v = 1.0
        elif v < -1:
            v = -1.0
        out[i] = v * v * x[i]
    return out


case(clip_manual, (r(5) * 2,), other=[(r(3) * 0.2,), (np.full(2, 3.0),)])


def view_write(x):
    y = x.copy()
    row = y[0]
    row *= 3
    y[1] = row * y[0]
    return y


case(view_write, (r(3, 2),), other=[(r(2, 4),)])


R2 = [(r(4), r(4))]


O2 = [(r(6), r(6)), (r(1), r(1))]


def arg_written(x, w):
    x[0] = 5.0
    x *= w
    return x


case(arg_written, R2[0], other=O2)


def mask_assign(x):
    y = x * 2
    y[y < 0] = 0
    y[x > 1] *= 3
    return y


case(mask_assign, (r(5),), other=[(r(8),)])


def cumsum_loop(x):
    c = np.empty_like(x)
    c[0] = x[0]
    for i in range(1, len(x)):
        c[i] = c[i - 1] * 0.9 + x[i]
    return c


case(cumsum_loop, (r(5),), other=[(r(3),), (r(1),)])


def out_kw(x, w):
    buf = np.empty_like(x)
    np.multiply(x, w, out=buf)
    np.exp(buf, out=buf)
    return buf


case(out_kw, R2[0], other=O2)


def ndindex(x):
    out = np.zeros(x.shape)
    for idx in np.ndindex(*x.shape):
        out[idx] = x[idx] ** 2
    return out


case(ndindex, (r(2, 3),), other=[(r(3, 1),)])


def out_dot(A, B):
    C = np.zeros((A.shape[0], B.shape[1]))
    np.dot(A, B, out=C)
    return C * C


case(out_dot, (r(2, 3), r(3, 2)), other=[(r(1, 2), r(2, 3))])


def rev_assign(x):
    y = x * 2
    y[:] = y[::-1] * x
    return y


case(rev_assign, (r(4),), other=[(r(3),)])


R3 = (r(4), r(4))


O3 = [(r(6), r(6)), (r(2), r(2))]


def ell_assign(x, w):
    y = np.empty_like(x)
    y[...] = x * w
    y[...] = y + 1
    return y


case(ell_assign, R3, other=O3)


def sort_ip(x):
    y = x * 2
    y.sort()
    return y * np.arange(len(y))


case(sort_ip, (r(5),), other=[(r(3),)])


def fill_(x):
    y = x * 2
    z = y[0] * x
    y.fill(1.0)
    return z * y


case(fill_, (r(5),))


def copyto_(x, w):
    y = x * 2
    np.copyto(y, w * w, where=x > 0)
    return y


case(copyto_, R3, other=O3)


def T_write(x):
    y = x * 2
    y.T[0] = 1.0
    return y * x


case(T_write, (r(3, 2),), other=[(r(2, 4),)])


def reshape_write(x):
    y = x * 2
    y.reshape(-1)[0] = x[1, 1] * 5
    return y * x


case(reshape_write, (r(3, 2),), other=[(r(2, 4),)])


def ravel_view(x):
    y = x * 2
    f = y.ravel()
    f[1] = 3.0
    f *= 2
    return y * x


case(ravel_view, (r(3, 2),), other=[(r(2, 4),)])


def flat_write(x):
    y = x * 2
    y.flat[2] = x[0, 0] * 7
    return y * x


case(flat_write, (r(3, 2),), other=[(r(2, 4),)])


def shrunk_covariance(X, shrinkage):
    cov = np.dot(X.T, X) / X.shape[0]
    n = cov.shape[0]
    mu = np.trace(cov) / n
    shrunk = (1.0 - shrinkage) * cov
    shrunk.flat[:: n + 1] += shrinkage * mu
    return shrunk


case(shrunk_covariance, (r(4, 3), 0.2), other=[(r(5, 2), 0.7), (r(3, 1), 0.1)])


def flat_filled(x, y):
    z = x * 2
    z.flat[:] = np.sin(y)  # NumPy takes any number of items here
    return z


case(flat_filled, (r(2, 3), r(6)), refused="z.reshape(-1)[:] = ...")


def nested_alias(x):
    a = [x * 2, x * 3]
    b = a
    b[0] = b[0] * x
    c = list(a)
    c[1] = c[1] + 1
    return a[0] * a[1] + c[1]


case(nested_alias, (r(3),), other=[(r(2),)])


def list_mul(x):
    h = [x * 2] * 3
    h[1] = h[0] + x
    return h[0] * h[1] * h[2]


case(list_mul, (r(3),), other=[(r(2),)])


def list_mul_inplace(x):
    h = [x * 2] * 2
    h[0] += 1
    return h[1] * x


case(list_mul_inplace, (r(3),), other=[(r(2),)])


def arg_alias_write(x, flag):
    y = x if flag else x.copy()
    y[0] = 9.0
    return y * 2


case(arg_alias_write, (r(3), True), other=[(r(2), False)])


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


def rows_of_length_one(x):
    n = np.sqrt((x**2).sum(axis=-1, keepdims=True))
    out = np.zeros_like(x)
    np.divide(x, n, out=out, where=n > 1e-8)
    return out * x


case(rows_of_length_one, (r(3, 2),), other=[(r(2, 4),)])


def kept_where_columns_are_zero(x, n):
    q = x * 3.0
    np.divide(x, n, out=q, where=n != 0)
    return q


case(
    kept_where_columns_are_zero,
    (r(3, 2), np.array([0.5, 2.0])),
    wrt=["x"],
    other=[(r(2, 3), np.array([0.0, 2.0, 0.0])), (r(2, 1), np.array([0.0]))],
)


def quotients_where_they_are(x, n):
    """What a function of NumPy writes where a mask holds, in all its spellings."""
    q = np.zeros_like(x)
    np.divide(x, n, out=q, where=n != 0)
    kept = n > 0
    logs = np.full(x.shape, x[0])
    np.log(n, logs, where=kept)
    r = x.copy()
    r = np.power(n, 1.5, out=r, where=n > 0)
    s = np.sqrt(n, out=np.zeros(len(n)), where=n > 0)
    t = np.divide(x, n, out=np.full(x.shape, 2.0), where=kept)
    return q * x + logs - r * s + t * np.log10(n, out=x.copy(), where=n > 0)


case(
    quotients_where_they_are,
    (r(4), np.abs(r(4)) + 0.5),
    other=[(r(3), np.array([1.0, -2.0, 0.7]))],
    exact=[((np.zeros(2), np.zeros(2)), {"x": [4, 2], "n": [0, 0]})],
)


def sums_into_a_name(x, y):
    z = np.empty_like(x)
    w = np.add(x, y, out=z)
    w *= x
    return np.multiply(z, w, out=None)


case(sums_into_a_name, (r(4), r(4)), other=[(r(3), r(3))])


def list_through_a_mask(v):
    M = np.eye(3)
    M[np.triu(np.ones((3, 3)), 1).astype(bool)] = v
    return M


case(list_through_a_mask, ([0.1, 0.2, 0.3],), other=[([1.0, 2.0, 5.0],)])


def tuple_through_places(v, x):
    y = x * x
    y[[0, 1, 3]] = v
    return y


case(tuple_through_places, ((0.1, 0.2, 0.3), r(4)), other=[((1.0, 2.0, 5.0), r(5))])


def passive_counts_added(x):
    y = x * 2
    np.add.at(y, [0, 0], 1.0)
    return np.sum(y * x)


case(passive_counts_added, (r(3),), other=[(r(4),)])


def one_item_put(x):
    y = x * 2
    y.put(1, x[0])
    return np.sum(y * x)


case(one_item_put, (r(3),), other=[(r(4),)])


def products_added_at(x):
    y = np.zeros(3)
    np.add.at(y, np.array([0, 0, 1]), (x * 2) * np.exp(x * x))
    return np.sum(y * x)


case(products_added_at, (r(3),))


def dealt_out(x, seed):
    y = np.zeros(len(x))
    y[np.random.default_rng(seed).permutation(len(x))] = x * 2
    return np.sum(y * x)


case(dealt_out, (r(3), 1), other=[(r(4), 2)])


def rows_filled_with_one(X, q):
    """What is written is spread over rows: its gradient reads the row, not what was filled."""
    d, e = X * 2.0, X * 3.0
    np.copyto(d, np.tanh(q))
    e[...] = np.exp(d[0] * q)
    return d * e


case(rows_filled_with_one, (r(2, 2), r(2)), other=[(r(3, 4), r(4))])


def changed_by_itself(x, y):
    """An update without a gradient tells what the variable is, for the loop that follows."""
    b = np.zeros(4)
    b *= np.sin(b[1])
    for i in range(3):
        b[i] = x[i] * y
        y = y + b[i]
    return y


case(changed_by_itself, (r(3), 0.5), other=[(r(5), 0.3)])
