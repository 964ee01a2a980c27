"""Views and copies by reshape and ravel, slices swapped through views, items named twice."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(406)


def flat_view_written(x, n):
    z = x * 2
    if n > 12:
        f = z.reshape(-1)
        f *= 3
        return z * x
    return x * 2


case(flat_view_written, (r(4), 2), other=[(r(4), 17)])


def ravelled_and_written(x, n):
    z = x * 2
    if n > 12:
        f = np.ravel(z)
        f[0] = x[1]
        return z * x
    return x * 2


case(ravelled_and_written, (r(4), 2), other=[(r(4), 17)])


def halves_swapped_by_copies(x, n):
    z = x * 2
    if n > 12:
        a, b = z[:2], z[2:]
        a[:], b[:] = b.copy(), a.copy()
        return z * x
    return x * 2


case(halves_swapped_by_copies, (r(4), 2), other=[(r(4), 17)])


def halves_swapped_in_place(x, n):
    z = x * 2
    if n > 12:
        z[:2], z[2:] = z[2:], z[:2].copy()
        return z * x
    return x * 2


case(halves_swapped_in_place, (r(4), 2), other=[(r(4), 17)])


def second_half_reads_what_was_stored(x, n):
    z = x * 2
    if n > 12:
        z[:2], z[2:] = z[2:], z[:2]  # second reads changed memory
        return z * x
    return x * 2


case(second_half_reads_what_was_stored, (r(4), 2), other=[(r(4), 17)])


def index_named_twice(x, n):
    t = np.zeros(4)
    if n > 12:
        t[[0, 0]] = x[:2]
        return t * x
    return x * 2


case(index_named_twice, (r(4), 2), other=[(r(4), 17)])


def copy_by_two_reshapes(x, n):
    z = x * 1.0
    if n > 12:
        d = z.reshape(2, 2).T.reshape(-1)
        d *= 2
        return z * x + d
    return x * 2


case(copy_by_two_reshapes, (r(4), 2), other=[(r(4), 17)])


def transposed_and_written(x, n):
    z = np.zeros((2, 2))
    if n > 12:
        v = z.T
        v[0] = x[:2]
        z[1] += x[2:]
        return z.ravel() * x
    return x * 2


case(transposed_and_written, (r(4), 2), other=[(r(4), 17)])


def rows_of_a_matrix(x, n):
    z = np.zeros((2, 2))
    if n > 12:
        for a, b in zip(z, x):
            a[:] = b
        return z.ravel() * x
    return x * 2


case(rows_of_a_matrix, (r(4), 2), other=[(r(4), 17)])


def item_of_flat(x, n):
    z = x.copy()
    if n > 12:
        z.flat[1] = x[0]
        return z * x
    return x * 2


case(item_of_flat, (r(4), 2), other=[(r(4), 17)])


def put_with_repeats(x, n):
    t = np.zeros(4)
    if n > 12:
        np.put(t, [0, 0], x[:2])
        return t * x
    return x * 2


case(put_with_repeats, (r(4), 2), other=[(r(4), 17)])


def written_behind_a_flat_view(x):
    z = x * 2
    f = z.reshape(-1)
    z *= 3
    return f * x.ravel()


case(
    written_behind_a_flat_view,
    (r(2, 3),),
    guarded=[raises("was the memory of", np.asfortranarray(r(2, 3)))],
)


def item_of_a_ravel(x):
    z = x * 2
    z.ravel()[0] = 7.0
    return z * x


case(
    item_of_a_ravel,
    (r(2, 3),),
    guarded=[raises("was a view of z", np.asfortranarray(r(2, 3)))],
)


def ravelled_and_read(x):
    z = x.copy()
    f = z.ravel()
    return f * 2


case(ravelled_and_read, (r(2, 3),), other=[(np.asfortranarray(r(2, 3)),)])


def item_of_a_ravel_that_copies(x):
    y = x.T.copy().T
    y.ravel()[0] = 7.0
    return y**2


case(item_of_a_ravel_that_copies, (r(2, 3),), refused="depends on the order")


def flattened_and_scaled(x):
    v = x.reshape(-1)
    v = v * 2.0
    v[0] = 5.0
    return v @ v + np.sum(x)


case(
    flattened_and_scaled,
    (r(3, 4),),
    other=[(np.asfortranarray(r(3, 4)),), (r(4, 3).T,)],
)


def flat_and_then_new(x):
    """What is changed later is a view of another array under the same name."""
    y = x.reshape(-1)
    y = y * 1.0
    v = y.ravel()
    v[0] = x[0, 1]
    return y * 2


case(flat_and_then_new, (r(3, 3),), other=[(r(2, 3),), (r(3, 3).T,)])
