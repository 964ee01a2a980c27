"""Buffers in loops: filled, overwritten, windows, changes in place."""

import numpy as np

from tests.cases import case, normal, uniform

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


def turned(angles, out=None):
    c, s = np.cos(angles), np.sin(angles)
    if out is None:
        out = np.empty(angles.shape + (2,))
    out[..., 0] = c - s * angles
    out[..., 1] = s
    return out


def in_a_corner(angles):
    """The buffer of a helper is a part of an array; what the helper gives is not read."""
    frames = np.zeros(angles.shape + (3,))
    turned(2.0 * angles, out=frames[..., :2])
    frames[..., 2] = angles**2
    return frames * turned(angles)[..., :1]


case(in_a_corner, (r(3),), other=[(r(2),)])


def empty_through_masks(x):
    y = np.empty_like(x)
    y[x > 0] = np.sqrt(x[x > 0])
    y[x <= 0] = x[x <= 0] ** 2
    return y


case(empty_through_masks, (r(5),), other=[(u(3),), (-u(4),)])


def pair_into_items(x, w):
    kept, out = {}, np.zeros(2)
    pair = (x * w, np.sin(x))
    out[0], out[1] = pair
    kept["a"], kept["b"] = pair
    return out * kept["a"] + kept["b"]


case(pair_into_items, (0.7, 1.3), other=[(0.2, -0.4)])
