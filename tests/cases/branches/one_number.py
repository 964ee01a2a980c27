"""Sides, and masks, for one number alone or what is next to it: where the function is smooth there, the gradient of that side is not its slope,
and a module refuses the number.
"""

import numpy as np

from tests.cases import case, raises, uniform

u = uniform(3119)


def growth(k, t):
    if k == 0:
        return t
    return np.expm1(k * t) / k


case(growth, (0.7, 2.0), other=[(-0.3, 1.0)], guarded=[raises("for one number alone", 0.0, 2.0)])


def box_cox(x, p):
    if p == 0:
        return np.log(x)
    elif p == 1:
        return x - 1
    return (x**p - 1) / p


case(
    box_cox,
    (2.0, 0.7),
    other=[(1.5, 2.0)],
    guarded=[raises("for one number alone", 2.0, p) for p in (0.0, 1.0)],
)
case(box_cox, (2.0, 0.7), wrt="x", other=[(2.0, 0.0), (1.5, 1.0)], name="box_cox_of_x")


def growth_per_step(v):
    return np.where(v == 0, 1.0, np.expm1(v) / np.where(v == 0, 1.0, v))


case(
    growth_per_step,
    (u(3),),
    other=[(u(4),)],
    guarded=[raises("no number of v was 0", np.array([0.3, 0.0, 1.0]))],
)


def growth_per_step_in_places(v):
    out = np.ones_like(v)
    m = v != 0
    out[m] = np.expm1(v[m]) / v[m]
    return out


case(
    growth_per_step_in_places,
    (u(3),),
    other=[(u(4),)],
    guarded=[raises("no number of v was 0", np.array([0.3, 0.0, 1.0]))],
)


def sine_over_itself(x):
    return 1.0 if x == 0.0 else np.sin(x) / x


case(sine_over_itself, (0.7,), other=[(0.0,)])


def left_out_at_zero(W, reg):
    loss = np.sum(np.tanh(W))
    if reg != 0:
        loss += reg * np.sum(W * W)
    return loss


case(left_out_at_zero, (u(3, 2), 0.3), other=[(u(2, 2), 0.0)])


def growth_close(t, k):
    if abs(k) < 1e-8:
        return t
    return np.expm1(k * t) / k


case(
    growth_close,
    (0.7, 0.5),
    other=[(-0.3, 1.0), (0.4, 1e-3)],
    guarded=[raises("for one number alone, or what is next to it", 0.7, k) for k in (0.0, 1e-9)],
)
case(growth_close, (0.7, 0.5), wrt="t", other=[(0.4, 0.0)], name="growth_close_of_t")


def tsallis(x, q):
    p = np.exp(x) / np.sum(np.exp(x))
    if abs(q - 1) < 1e-10:
        return -np.sum(p * np.log(p))
    return (1 - np.sum(p**q)) / (q - 1)


case(
    tsallis,
    (u(3), 1.5),
    other=[(u(4), 0.5)],
    guarded=[raises("for one number alone", u(3), 1.0)],
)


def two_rates(t, a, b):
    if abs(a - b) > 1e-6:
        return np.sum(a / (b - a) * (np.exp(-a * t) - np.exp(-b * t)))
    return np.sum(a * t * np.exp(-a * t))


case(
    two_rates,
    (u(3), 1.5, 0.3),
    other=[(u(2), 0.2, 1.0)],
    guarded=[raises("for one number alone", u(3), 1.5, 1.5 + 1e-9)],
)


def turned(v):
    angle = np.linalg.norm(v)
    if angle < 1e-8:
        return np.eye(3)
    K = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]]) / angle
    return np.eye(3) + np.sin(angle) * K + (1 - np.cos(angle)) * (K @ K)


case(turned, (u(3),), guarded=[raises("for one number alone", np.zeros(3))])


def sine_close(x):
    if np.isclose(x, 0.0):
        return 1.0 - x**2 / 6
    return np.sin(x) / x


case(sine_close, (0.7,), other=[(0.0,), (1e-9,)])


def shrunk(x, least):
    """In the middle the function is flat, and so is what is next to it."""
    if abs(x) <= least:
        return 0.0 * x
    return x - least * np.sign(x)


case(shrunk, (0.7, 0.1), other=[(0.0, 0.1), (-0.7, 0.2)])


def unit(v):
    length = np.sqrt(np.sum(v * v))
    if length > 0:
        v = v / length
    return v


case(unit, (u(3),), other=[(u(2),)])


def growths_close(v, t):
    return np.where(np.abs(v) < 1e-8, t, np.expm1(v * t) / np.where(np.abs(v) < 1e-8, 1.0, v))


case(
    growths_close,
    (u(3), 0.3),
    other=[(u(4), 0.5)],
    guarded=[
        raises("no number of v was next to 0", np.array([0.3, k, 1.0]), 0.3) for k in (0, 1e-9)
    ],
)


def sines_close(v):
    small = np.abs(v) < 1e-8
    return np.where(small, 1.0, np.sin(v) / np.where(small, 1.0, v))


case(sines_close, (u(3),), other=[(np.array([0.3, 0.0, 1.0]),)])


def growths_by_a_name(v, c):
    tol = 1e-8
    away = v - c
    small = np.abs(away) < tol
    out = np.ones_like(v)
    out[~small] = np.expm1(away[~small]) / away[~small]
    return out


case(
    growths_by_a_name,
    (u(3), 0.3),
    other=[(u(4), 0.1)],
    guarded=[
        raises("no number of v was next to c", np.array([0.3, k, 1.0]), k) for k in (0.4, 1.0)
    ],
)


def growths_by_an_option(v, tol=1e-6):
    return np.where(np.abs(v) < tol, 1.0, np.expm1(v) / np.where(np.abs(v) < tol, 1.0, v))


case(
    growths_by_an_option,
    (u(3),),
    wrt=["v"],
    other=[(u(4), 1e-5)],
    guarded=[raises("no number of v was next to 0.0", np.array([0.3, 1e-6, 1.0]), 1e-5)],
)


def chords(x, y):
    same = np.isclose(x, y)
    return np.where(same, np.exp(x), (np.exp(y) - np.exp(x)) / np.where(same, 1.0, y - x))


case(
    chords,
    (u(3), u(3)),
    other=[(u(2), u(2))],
    guarded=[raises("no number of x was next to y", np.ones(2), np.array([2.0, 1.0 + 1e-7]))],
)


def chords_where_equal(x, c):
    same = x == c
    return np.where(same, np.exp(c), (np.exp(x) - np.exp(c)) / np.where(same, 1.0, x - c))


case(
    chords_where_equal,
    (u(3), 0.3),
    guarded=[raises("no number of x was c", np.array([0.3, 0.5]), 0.5)],
)


def sines_by_eps(v):
    small = np.finfo(float).eps > np.abs(v)
    return np.where(small, 1.0, np.sin(v) / np.where(small, 1.0, v))


case(sines_by_eps, (u(3),), other=[(np.array([0.3, 0.0, 1.0]),)])


def center_of_trapezoids(x, y):
    moment, area = 0.0, 0.0
    for i in range(1, len(x)):
        x1, x2, y1, y2 = x[i - 1], x[i], y[i - 1], y[i]
        if not (y1 == y2 == 0.0 or x1 == x2):
            part = 0.5 * (x2 - x1) * (y1 + y2)
            moment += part * ((2.0 / 3.0 * (x2 - x1) * (y2 + 0.5 * y1)) / (y1 + y2) + x1)
            area += part
    return moment / np.fmax(area, np.finfo(float).eps).astype(float)


case(center_of_trapezoids, (np.linspace(0, 4, 5), u(5)), other=[(np.linspace(1, 3, 4), u(4))])


def langevin(x):
    safe = np.where(x == 0, 1.0, x)
    return np.where(x == 0, 0.0, 1 / np.tanh(safe) - 1 / safe)


case(
    langevin,
    (u(4),),
    other=[(-u(3),)],
    guarded=[raises("no number of x was 0.0", np.array([0.0, 1.0]))],
)


def no_product_in_some_trips(x, y, w, n):
    """Where y is 0.0 the product is no more than 0, as it is in some trips of the example: the number is asked for."""
    s0, s1 = 0.5, x[0] * y
    b = np.ones(4) * y
    parts, t = [y, s1], (s1, y)
    for _, s2 in enumerate(x):
        for j, s2 in enumerate(x, 1):
            for _ in range(n - 1, -1, -1):
                s1 = np.sin(sum(parts) * y) if max(s0, s1) > 0.2 else b[-1] * 0.5
            s1 = np.sin(w[j % 2] - b[1]) if not s1 > 0 or n > 3 else s2 * 0.5
        s1 = s1 * y * 0.5
    return s0 * y + s1 + s2 + t[0] * y


case(
    no_product_in_some_trips,
    (np.array([0.24, 0.43, -0.12]), -2.01, np.array([-0.3, 0.78]), 3),
    guarded=[
        raises("y was not 0.0", np.array([0.24, 0.43, -0.12]), 0.0, np.array([-0.3, 0.78]), 3)
    ],
)


def flat_where_it_is_certain(p, y):
    """A focal loss is flat at certain and right answers: its slope there is 0 over long steps too, and nothing is asked."""
    pt = np.where(y == 1, p, 1 - p)
    return (-((1 - pt) ** 2.0) * np.log(pt)).mean()


case(
    flat_where_it_is_certain,
    (np.array([0.3, 0.9]), np.array([0.0, 1.0])),
    wrt=["p"],
    other=[(np.array([0.0, 0.4, 0.7]), np.array([0.0, 1.0, 0.0]))],
)


def box_cox_by_mask(x, lam):
    return np.where(np.abs(lam) < 1e-8, np.log(x), (x**lam - 1) / lam)


def tsallis_by_mask(x, q):
    return np.sum(np.where(np.abs(q - 1) < 1e-9, -x * np.log(x), (x - x**q) / (q - 1)))


def expm1_over_itself(x):
    return np.where(np.abs(x) < 1e-6, 1.0, np.expm1(x) / np.where(np.abs(x) < 1e-6, 1.0, x))


X = np.array([0.3, 0.5])
# The one number has a slope of its own: an example that holds it is refused, with others a guard refuses it.
case(
    box_cox_by_mask,
    (X, 0.0),
    refused="give lam other numbers in the example",
    name="box_cox_by_mask_at_0",
)
case(
    box_cox_by_mask,
    (X, np.array([0.0, 0.3])),
    refused="give lam other numbers in the example",
    name="box_cox_by_mask_with_0",
)
case(
    tsallis_by_mask,
    (X, 1.0),
    refused="give q other numbers in the example",
    name="tsallis_by_mask_at_1",
)
case(expm1_over_itself, (np.array([0.0, 0.5]),), refused="give x other numbers in the example")
case(box_cox_by_mask, (X, 0.3), guarded=[raises("next to 0.0", X, 0.0)])
case(tsallis_by_mask, (X, 1.5), other=[(X, 0.5)], guarded=[raises("next to 1.0", X, 1.0)])
