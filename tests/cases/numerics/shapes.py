"""NumPy functions that move, join, repeat and make arrays, and rarer ones."""

import numpy as np

from tests.cases import case, normal, raises, uniform

r, u = normal(47), uniform(47)


def reshapes(x):
    a = x.reshape(2, -1) @ np.reshape(x, (-1, 2))
    return a + x.reshape((2, 3))[:, :2] + x.ravel()[0] * np.ravel(x)[1]


case(reshapes, (r(3, 2),))


def axes_moved(x):
    a = np.moveaxis(x, 0, -1) * x.transpose(1, 2, 0)
    b = np.swapaxes(x, 0, 2) + np.transpose(x, (2, 1, 0))
    return np.sum(a) * b + np.rollaxis(x, 2).sum()


case(axes_moved, (r(2, 3, 4),), other=[(r(3, 2, 2),)])


def dimensions(x):
    a = np.expand_dims(x, 0) * np.expand_dims(x, axis=1)
    b = np.squeeze(x[None]) + x[None].squeeze(0)
    return a + b + np.atleast_2d(x)


case(dimensions, (r(3),), other=[(r(2),)])


def joined(x, y):
    a = np.concatenate([x, y]) * np.concatenate((y, x))
    b = np.vstack((x, y)) + np.stack([x, y], axis=0)
    c = np.column_stack((x, y)) * np.stack((x, y), axis=1)
    return np.sum(a) * b + c.T + np.hstack((x, y)).sum()


case(joined, (r(3), r(3)), other=[(r(2), r(2))])


def joined_axes(x, y):
    return np.concatenate((x, y, x), axis=-1) * np.append(np.append(x, y, axis=1), x, axis=1)


case(joined_axes, (r(2, 3), r(2, 2)), other=[(r(3, 1), r(3, 4))])


def splits(x):
    a, b = np.split(x, 2)
    c, d = np.hsplit(a, [1])
    return np.sum(a * b) + np.sum(c) * np.sum(d**2)


case(splits, (r(4, 3),), other=[(r(2, 2),)])


def split_at(x):
    a, b, c = np.split(x, [1, 3], axis=1)
    return np.sum(a) * np.sum(b) + np.sum(c**2)


case(split_at, (r(2, 5),), other=[(r(3, 4),)])


def repeated(x):
    return np.repeat(x, 2) * np.tile(x, 2) + np.repeat(x, [1, 3], axis=0)


case(repeated, (r(2),))


def repeat_axis(x):
    return np.repeat(x, 3, axis=1) * np.tile(x, (1, 3))


case(repeat_axis, (r(2, 3),), other=[(r(3, 2),)])


def flipped(x):
    return np.flip(x, axis=0) * x[::-1, ::-1] + np.fliplr(x) * np.flipud(x) + np.flip(x)


case(flipped, (r(3, 2),), other=[(r(2, 4),)])


def rolled(x):
    return np.roll(x, 1) * np.roll(x, -2, axis=1)


case(rolled, (r(3, 4),), other=[(r(2, 3),)])


def padded(x):
    return np.pad(x, 1) + np.pad(x, ((1, 1), (2, 0))) + np.pad(x, (1,), mode="constant")


case(padded, (r(3, 3),), other=[(r(2, 4),)])


def padded_zero(x, pad):
    return np.pad(x, pad, mode="constant")[1:] ** 2


case(padded_zero, (r(3, 2), 1), other=[(r(2, 4), 0), (r(2, 4), 2)])


def padded_edge(x):
    return np.pad(x, 1, mode="edge")


case(padded_edge, (r(3),))


def made_like(x):
    return x * np.zeros_like(x) + np.ones_like(x) * 2 + np.full_like(x, 3.0) * x + np.eye(3)


case(made_like, (r(3, 3),))


def linspace_and_arange(x):
    return x * np.linspace(0, 1, len(x)) + np.arange(len(x)) * x**2


case(linspace_and_arange, (r(4),), other=[(r(2),)])


def linspace_of_traced(a, b):
    return np.linspace(a, b, 4) ** 2


case(linspace_of_traced, (0.5, 1.5))


def interpolated(x):
    return np.interp(x, np.array([-3.0, 0.0, 3.0]), np.array([1.0, 4.0, 2.0]))


case(interpolated, (r(3),))


def convolved(x, k):
    return np.convolve(x, k, mode="valid")


case(convolved, (r(5), r(3)), other=[(r(7), r(2))])


def sinc_and_sinusoid(x):
    return np.sinc(x) + np.nan_to_num(x)


case(sinc_and_sinusoid, (r(3),))


def medians(x):
    return np.median(x) + np.percentile(x, 30)


case(medians, (r(5),))


def fourier(x, n=None):
    return np.abs(np.fft.fft(x, n)) ** 2


case(fourier, (r(4),), other=[(r(5),)], guarded=[raises("n was None", r(4), 8)])


def spectra_of_frames(frames, n):
    return np.square(np.absolute(np.fft.rfft(frames, n))) / n


case(spectra_of_frames, (r(2, 5), 8), other=[(r(3, 5), 4), (r(2, 4), 9)])


def where_keyword(x):
    return np.sum(x, where=x > 0)


case(where_keyword, (r(4),))


def initial_keyword(x):
    return np.max(x, initial=0.2) + np.sum(x, initial=3.0)


case(initial_keyword, (r(4),))


def dtype_keyword(x):
    return np.sum(x, dtype=np.float64) + x.astype("float64") * 2


case(dtype_keyword, (r(4),))


def unary(x):
    return -x + (+x) * -(-x) - -x


case(unary, (r(4),))


def precedence(x, y):
    return -(x**2) / (y / x) / y - (x - (y - x)) * -(y**2) / 2 * x


case(precedence, (u(3), u(3)))


def divisions(x, y):
    return x / y + 1 / x + y / 2 - (1.0 / y) / x + 3 / (x * y)


case(divisions, (u(3), u(3)), other=[(0.5, 1.5)])


def numbers_stacked(x, y, z):
    rows, columns = np.vstack((x, y, z)).T, np.column_stack((x, y, z))
    return rows * columns + np.dstack((x, y, z))[0] * np.c_[x, y, z] + np.hstack((x, y, z))


case(
    numbers_stacked,
    (0.3, -0.5, 0.8),
    other=[(1.3, 0.2, -0.4)],
    guarded=[raises("TypeError: only ", r(2), r(2), r(2))],
)


def last_condition_always_holds(a, b):
    return np.select([a < 0, b < 0, True], [a * b, a - b, a * a]) + np.select(
        [a > b, True], [0.0, b]
    )


case(last_condition_always_holds, (r(6), r(6)), other=[(r(4), r(4))])


def ordered_as_a_list(x):
    low, *_, high = sorted(x)
    down = np.array(sorted(x * x, reverse=True))
    return (high - low) * down * np.arange(len(down))


case(ordered_as_a_list, (r(5),), other=[(r(4),), (np.array([0.3, 0.3, -1.2, 0.5]),)])


def rows_by_reshapes(x, gamma):
    """Columns made by a reshape: axes that a reduction keeps, and more of them."""
    mu = np.mean(x, axis=1).reshape(-1, 1)
    sd = x.std(axis=1).reshape(len(x), 1)
    scores = (x - mu) / sd * gamma.reshape(1, -1)
    e = np.exp(scores - scores.max(axis=1).reshape(-1, 1))
    return e / e.sum(axis=-1).reshape(-1, 1)


case(
    rows_by_reshapes,
    (r(4, 3), r(3)),
    other=[(r(2, 5), r(5)), (r(1, 3), r(3)), (r(5, 5), r(5))],
)


def channels_by_reshapes(x, gamma, beta):
    mu = x.mean(axis=(0, 2, 3)).reshape(1, -1, 1, 1)
    var = np.var(x, axis=(0, 2, 3))[None, :, None, None]
    xhat = (x - mu) / np.sqrt(var + 1e-5)
    return xhat * gamma.reshape(1, -1, 1, 1) + beta.reshape((1, beta.size, 1, 1))


case(
    channels_by_reshapes,
    (r(2, 3, 4, 5), r(3), r(3)),
    other=[(r(3, 2, 2, 2), r(2), r(2)), (r(1, 4, 3, 1), r(4), r(4))],
)


def other_axes_come_back(x, y):
    """What was summed over and what is new are not one axis."""
    return x * np.sum(x, axis=0)[:, None] + y.reshape(-1, 1) * np.max(x, axis=0).reshape(1, -1)


case(other_axes_come_back, (r(4, 4), r(4)), other=[(r(3, 3), r(3))])


def resized(x, w, c):
    """A row for each row, the numbers again from the first or as far as they go."""
    rows = np.resize(w, (x.shape[0], 2))
    return np.sum(x[:, :2] * rows) + np.sum(np.resize(c, x.shape) * x)


case(resized, (r(3, 2), r(2), 0.7), other=[(r(2, 3), r(3), 0.2), (r(1, 2), r(5), 0.3)])


def luminance_beside(xy, Y):
    x, y = np.split(xy, 2)
    return np.stack([x, y, np.resize(Y, x.shape)], axis=-1)


case(luminance_beside, (r(4), 0.4), other=[(r(6), 0.1)])


def in_the_shape_of_a_number(v, Y):
    x, y = v[0], v[1]
    size = y.shape
    return np.stack([x, np.reshape(Y * y, x.shape), np.broadcast_to(Y, size)])


case(in_the_shape_of_a_number, (r(2), 0.4), other=[(r(3), 0.1)])


def homogeneous(v, s, h):
    column = v.reshape(-1, 1)
    below = np.vstack((column, 1.0)) * np.vstack((s, column * h))
    return np.sum(np.vstack((column, s, column, h)) ** 2) * below


case(homogeneous, (r(3), 0.4, 1.5), other=[(r(4), 0.1, 0.7), (r(1), 2.0, -0.3)])


def columns_and_rows(x, y):
    return np.sum(np.c_[x, y] ** 2 * np.array([1.0, 2.0])) + np.mean(np.r_[x, y])


case(columns_and_rows, (r(3), r(3)), other=[(r(4), r(4))])


def rows_below_an_identity(x):
    A = np.r_[np.eye(3), x]
    return np.mean(A @ A.T, axis=0)


case(rows_below_an_identity, (r(2, 3),), other=[(r(4, 3),)])


def column_beside_an_identity(x):
    A = np.c_[np.eye(3), x, np.ones((3, 2))]
    return np.mean(A.T @ A, axis=1)


case(column_beside_an_identity, (r(3),), other=[(u(3),)])


def filled_and_flattened(x, w):
    N, D = x.shape
    h = np.zeros((N, 2, D))
    h[:, 0] = x
    h[:, 1] = x * x
    h = h.reshape(N, 2 * D)
    return np.sin(h @ w)


case(filled_and_flattened, (r(2, 3), r(6, 2)), other=[(r(4, 2), r(4, 3))])


def flattened_on_one_side(x, k):
    y = np.zeros((2, 3)) + x
    if k > 0:
        y = y.reshape(-1)
    y = y * y
    y = y.sum(axis=0)
    return y * 2


case(flattened_on_one_side, (r(3), 3), other=[(r(3), 0)])


def largest_of_each_row(x):
    out = np.zeros(x.shape[:2])
    for t in range(x.shape[1]):
        out[:, t] = np.max(x[:, t], axis=1)
    return out


case(largest_of_each_row, (r(2, 3, 4),), other=[(r(3, 2, 5),)])


def picked_by_two_indices(x, p):
    z = x[0, :, p]
    return np.sum(np.sum(z, axis=1)[:, None] * z)


case(
    picked_by_two_indices, (r(2, 3, 4), np.array([0, 2])), other=[(r(2, 5, 4), np.array([0, 2, 1]))]
)
