"""Views and aliases, and changes in place of straight-line arrays."""

import numpy as np

from tests.cases import case, normal, raises, uniform

r, u = normal(8), uniform(8)


def row_view_changed(x):
    y = x * 2.0
    row = y[0]
    row *= 3
    return y * x


case(row_view_changed, (r(3, 2),))


def reshape_view_changed(x):
    y = x * 2.0
    flat = y.reshape(-1)
    flat[0] = 5.0
    return y * x


case(reshape_view_changed, (r(3, 2),))


def transpose_view_changed(x):
    y = x * 2.0
    t = y.T
    t[0] *= x[:, 0]
    return y * y


case(transpose_view_changed, (r(3, 2),))


def alias_changed(x, y):
    a = x * y
    b = a
    b *= 2
    return a * b


case(alias_changed, (r(3), r(3)))


def view_read_after_write(x):
    y = np.sin(x)
    top = y[:2]
    y[0] = 0.0
    return np.sum(top * top) + np.sum(y)


case(view_read_after_write, (r(4),))


def writes_the_argument(x):
    acc = x[0]
    acc += x[1]
    return acc * x[1]


case(writes_the_argument, (r(3, 2),))


def augments_the_argument(x, y):
    x += y
    return x * y


case(augments_the_argument, (r(3), r(3)))


def assigns_into_the_argument(x):
    x[0] = 2.0
    return x * x


case(assigns_into_the_argument, (r(3),))


def copy_then_change(x, y):
    z = x.copy()
    z *= y
    z += x
    return z


case(copy_then_change, (r(3), r(3)))


def first_and_last_row(x):
    y = x * 1
    first, last = y[0], y[-1]
    first += last
    return first * last * y


case(
    first_and_last_row,
    (r(3, 2),),
    other=[(r(2, 2),), (r(5, 3),)],
    guarded=[raises("x.shape[0] was 3", r(1, 2))],
)


def both_ends(u):
    y = u * 1
    left, right = y[:2], y[-2:]
    left *= 2
    return left.sum() * right


case(both_ends, (r(5),), other=[(r(4),), (r(9),)], guarded=[raises("u.shape[0] was 5", r(3))])


def differences_only_read(x):
    return np.sum((x[1:] - x[:-1]) ** 2) * x[-1]


case(differences_only_read, (r(4),), other=[(r(2),), (r(1),), (r(7),)])


def scaled_diagonal_matrix(x):
    return (
        np.diag(x) * 2
    )  # the gradient is a diagonal, which NumPy gives as a view that cannot be written to


case(scaled_diagonal_matrix, (r(3),), other=[(r(4),)])


def weighted_by_diagonal(x, w):
    return np.diag(x) @ w


case(weighted_by_diagonal, (r(3), r(3, 2)), other=[(r(4), r(4, 3))])


def diagonal_and_itself(x):
    return np.diag(x) * 2 + np.outer(x, x)


case(diagonal_and_itself, (r(3),), other=[(r(4),)])


def transpose_updated(x, w):
    y = x.T
    y += w
    return np.sum(x * x)


case(transpose_updated, (r(2, 3), r(2)), other=[(r(4, 3), r(4))])


def row_before_or_a_start(x, h0, w):
    """Each trip binds the row anew before it is read: what the row becomes later is not seen under its name."""
    hs, zs = np.zeros((len(x), len(h0))), np.zeros((len(x), len(h0)))
    for t in range(len(x)):
        last = hs[t - 1] if t > 0 else h0
        zs[t] = last
        hs[t] = np.tanh(zs[t] * w + x[t])
    return hs


case(row_before_or_a_start, (r(3), r(2), 0.3), other=[(r(1), r(4), 0.7), (r(0), r(2), 0.5)])


def under_two_names(x, h0, w):
    hs = np.zeros((len(x), len(h0)))
    for t in range(len(x)):
        if t > 0:
            last = hs[t - 1]
        else:
            last = h0
        z = last
        hs[t] = np.tanh(z * w + x[t])
    return hs


case(under_two_names, (r(3), r(2), 0.3), other=[(r(1), r(4), 0.7)])


def row_read_behind_its_change(x, h0, w):
    hs, total = np.zeros((len(x), len(h0))), 0.0
    for t in range(len(x)):
        last = hs[t - 1] if t > 0 else h0
        hs[t - 1] = np.tanh(last * w + x[t])
        total = total + np.sum(last)
    return total + np.sum(hs)


case(row_read_behind_its_change, (r(3), r(2), 0.3), refused="hs is changed in place while last")


def row_of_the_trip_before(x, h0, w):
    hs, last = np.zeros((len(x), len(h0))), h0 * 1.0
    for t in range(len(x)):
        if t % 2 == 0:
            last = hs[t - 1]
        z = last * w
        hs[t - 1] = np.tanh(z + x[t])
    return np.sum(hs)


case(row_of_the_trip_before, (r(3), r(2), 0.3), refused="hs is changed in place while last")


def columns_read_late(x, t, mask):
    kept = x[mask]
    total = np.sum(x, axis=1)
    wanted = np.zeros(x.shape)
    for i, part in zip(range(2), [0.1, 0.2], strict=True):
        wanted[:, i] = total * part * (1 + total)
    x = x - t * (x - wanted)
    x[mask] = kept
    return x


case(
    columns_read_late,
    (u(3, 2), 0.6, np.array([True, False, True])),
    other=[(u(2, 2), 0.6, np.array([True, False]))],
    wrt=("x", "t"),
)


def column_made_of_another(x, mask, n):
    a = np.ones((len(x), 2))
    for k in range(n):
        a[:, k % 2] = x * a[:, 0] * (1 + x)
    y = a * a
    y[mask] = np.inf
    return np.where(np.isfinite(y), y, 0.0)


case(
    column_made_of_another,
    (u(3), np.array([True, False, True]), 2),
    other=[(u(2), np.array([True, False]), 4)],
    wrt=("x",),
)


def owner_made_anew_behind_its_view(x, y):
    v = x * 1.0
    t = v.reshape(-1, 1)
    v = np.sin(v)
    t *= y
    return v * y + t[0]


case(owner_made_anew_behind_its_view, (r(3), 2.0), other=[(r(4), 1.5)])


def flat_owner_made_anew(x, y):
    v = np.ones(len(x))
    t = v.ravel()
    v = v * 2
    t *= x[0]
    return v * y + t


case(flat_owner_made_anew, (r(3), 2.0), other=[(r(4), 1.5)])
