"""Single precision behind masks and counts: a whole number times a mask would be an array of 64 bits."""

import numpy as np

from tests.cases import case, normal

r = normal(157)


def single(*shape):
    """Numbers in single precision."""
    return r(*shape).astype(np.float32)


def chosen_by_counts(x, m, n):
    return np.where(x * 1.0 / m * n * 0.3 > 0, x * 1.0 / m * n * 0.3, 0.1)


case(chosen_by_counts, (single(4), 2, 3), other=[(single(3), 3, 2)])


def mean_of_positive(x, y):
    N, D = x.shape
    return np.sum(np.maximum(x * y, 0)) * D / N


case(mean_of_positive, (single(4, 3), single(3)), other=[(single(2, 5), single(5))])


def counted_margins(x, y):
    N = len(x)
    margins = np.maximum(0, x - y + 1) * N
    return margins / 2


case(counted_margins, (single(4), single(4)), other=[(single(3), single(3))])


def one_sided(x, y):
    d = x - y
    return np.mean(np.clip(d, 0, None))


case(one_sided, (r(6, 4).astype(np.float32), r(6, 4).astype(np.float32)))


def mean_of_a_relu(x):
    return np.mean(np.maximum(x, 0))


case(mean_of_a_relu, (r(3, 4).astype(np.float32),), other=[(r(2, 3),)])


def hinge_by_count(x, y):
    margins = np.maximum(0, x - x[np.arange(len(y)), y][:, None] + 1)
    margins[np.arange(len(y)), y] = 0
    return margins.sum() / len(y)


case(hinge_by_count, (r(3, 4).astype(np.float32), np.array([0, 1, 2])))


def by_precision(x):
    if x.dtype == np.float32:
        return x * 2
    return x * x


case(
    by_precision,
    (r(3),),
    exact=[((np.ones(3, np.float32),), {"x": [2, 2, 2]}), ((np.full(3, 3.0),), {"x": [6, 6, 6]})],
)


def dropped_and_cast_back(x, p):
    np.random.seed(1)
    mask = (np.random.rand(*x.shape) < 1 - p) / (1 - p)
    out = mask * x
    return out.astype(x.dtype, copy=False)


def weighted_and_cast_back(x):
    n = np.linspace(0.0, 1.0, x.size).reshape(x.shape)
    return (x * n).astype(x.dtype, copy=False) + x


def each_weighted_and_cast_back(ps):
    return [(p * np.linspace(0.0, 1.0, p.size)).astype(p.dtype) for p in ps]


def layer_cast_back(params, x):
    h = x @ params["W"] * np.linspace(0, 1, params["W"].shape[1])
    return h.astype(x.dtype)


def means_of_numbers(x):
    return np.nanmean(x, axis=0)


# traced with float64, called with float32
case(dropped_and_cast_back, (r(3, 4), 0.3), wrt=["x"], other=[(single(2, 5), 0.2)])
case(weighted_and_cast_back, (r(3, 4),), other=[(single(2, 3),)])
case(each_weighted_and_cast_back, ([r(3), r(4)],), other=[([single(2), single(3), single(4)],)])
case(
    layer_cast_back,
    ({"W": r(3, 4)}, r(2, 3)),
    other=[({"W": single(3, 5)}, single(4, 3))],
)
case(means_of_numbers, (r(3, 4),), other=[(single(2, 3),)])


def sum_of_the_transpose(x):
    return np.tanh(np.sum(x.T))


case(sum_of_the_transpose, (single(2, 3),), other=[(r(3, 2),)])


def pulled(pos, vel, m1, m2):
    force = np.zeros(2)  # in double precision: so is what comes of rounded numbers
    for _ in range(3):
        d = np.linalg.norm(pos) + 0.01
        f = m1 * m2 / d**3 * pos
        force = force + f
        vel = vel - force / m1 * 0.01
        pos = pos + vel * 0.01
    return np.dot(vel, vel) + pos[0]


case(
    pulled,
    (np.array([0.13, -0.13]), np.array([0.64, 0.1]), 1.5, 2.0),
    other=[(np.array([0.3, 0.2]), np.array([0.1, 0.4]), 1.0, 0.5)],
)


def unread_scale(x, scale):
    return x * x


case(unread_scale, (r(3), np.float32(2.0)), other=[(r(4), np.float32(0.5))])


def by_its_sign(x, scale):
    return np.sin(x) * np.sign(scale) * 2.0


case(by_its_sign, (r(3), np.float32(2.0)), other=[(r(4), np.float32(-0.5))])


def scaled_when_deep(x, scale, n):
    if n > 3:
        return x * x * scale
    return x * x


case(scaled_when_deep, (r(3), np.float32(2.0), 2), other=[(r(4), np.float32(0.5), 5)])


def spread_added_up_in_doubles(x, k):
    z = (x - np.mean(x, axis=0, dtype=np.float64)) / (np.std(x, axis=0, dtype=np.float64) + 1e-5)
    return z + np.var(x, axis=1, keepdims=True, dtype=float, ddof=k)


case(spread_added_up_in_doubles, (r(5, 3), 1), other=[(r(2, 4), 0)])
case(
    spread_added_up_in_doubles,
    (r(5, 3).astype(np.float32), 1),
    other=[(r(2, 4).astype(np.float32), 0)],
    name="spread_of_single_precision_added_up_in_doubles",
)


def single_and_double(b, a):
    """What is made of both has the type of the one, whose gradient has it too."""
    c = b + a
    return c.sum() * 2 + c.mean()


case(
    single_and_double,
    (r(3).astype(np.float32), r(3)),
    other=[(r(5).astype(np.float32), r(5)), (r(4), r(4))],
)


def single_times_double(a, b, w):
    """A number of Python as the upstream gradient leaves a product in single precision; that of doubles has more."""
    s = np.mean(b * a) + np.dot(b, a) + np.sum(w * a) - np.sum(np.where(b > 0, b * a, b))
    return s * w


case(
    single_times_double,
    (r(5), single(5), np.float32(0.5)),
    other=[(r(3), single(3), np.float32(2.0)), (r(2), r(2), np.float64(2.0))],
)
