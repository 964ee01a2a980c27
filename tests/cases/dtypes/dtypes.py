"""Results in float32, 0-d arrays, sizes zero and one, and other kinds of numbers."""

import numpy as np

from tests.cases import case, normal, raises, uniform

r, u = normal(55), uniform(55)


def float32_layer(x, w, b):
    return np.tanh(x @ w + b)


F32 = np.float32
case(float32_layer, (r(2, 3).astype(F32), r(3, 2).astype(F32), r(2).astype(F32)))


def float32_loss(x):
    s = np.sum(x * x)
    m = np.mean(x, axis=0)
    return s + np.sum(m**2) / 3


case(float32_loss, (r(4, 3).astype(F32),))


def float32_index(x):
    return x[1:] * x[:-1] + 0.5


case(float32_index, (r(4).astype(F32),))


def float32_and_float64(x, y):
    return x * y + x


case(float32_and_float64, (r(3).astype(F32), r(3)))


def float32_softmax(x):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


case(float32_softmax, (r(2, 3).astype(F32),))


def float32_buffer(x, w):
    out = np.zeros(x.shape, dtype=x.dtype)
    out[:] = x * w
    out[0] = w
    return out


case(float32_buffer, (r(3).astype(F32), np.float32(0.5)))


def numpy_scalars(x, y):
    return x * y + np.exp(x)


case(numpy_scalars, (np.float64(0.5), np.float64(-1.5)))


def zero_d_arrays(x, y):
    return x * y + np.exp(x)


case(zero_d_arrays, (np.array(0.5), np.array(-1.5)))


def zero_d_to_array(x):
    return x * np.arange(3.0)


case(zero_d_to_array, (np.array(0.5),), other=[(np.array(1.5),)])


def sizes_zero(x):
    return np.sum(x * x)


case(sizes_zero, (r(3),), other=[(np.zeros(0),)])


def size_one_arrays(x, w):
    return np.sum(x * w) * x


case(size_one_arrays, (r(1), r(1)), other=[(r(3), r(3))])


def integer_arrays_in_between(x, labels):
    weights = np.bincount(labels, minlength=3) / len(labels)
    return x * weights[labels]


case(integer_arrays_in_between, (r(4), np.array([0, 2, 2, 1])), other=[(r(2), np.array([1, 1]))])


def traced_scalar_then_array(x, y):
    return np.sin(x) * y


case(
    traced_scalar_then_array,
    (0.5, 1.5),
    guarded=[raises("TypeError: only ", r(3), r(3)), raises("TypeError: only ", r(3), 0.5)],
)


def aliasing_scalars_then_arrays(x, y):
    q = x + y
    return q + x


case(
    aliasing_scalars_then_arrays,
    (0.5, 1.5),
    guarded=[raises("TypeError: only ", r(3), r(3)), raises("TypeError: only ", 0.5, r(2))],
)


def same_array_twice(x, y):
    return x * y + x


SHARED = r(3)
case(same_array_twice, (SHARED, SHARED))


def noncontiguous(x):
    return (x * x)[::2]


case(noncontiguous, (r(4, 3).T,), other=[(r(6)[::2],), (np.asfortranarray(r(3, 3)),)])


def bools_and_strings(x, flag, mode, n, nothing):
    assert nothing is None
    return x * n if flag and mode == "a" else x


case(bools_and_strings, (r(3), True, "a", 2, None), other=[(r(3), False, "a", 3, None)])


def float32_scaled(x, s):
    return np.tanh(x * s + 1)


case(float32_scaled, (r(3).astype(F32), 0.5), other=[(r(4).astype(F32), 1.5)])


def float32_in_float64_buffer(x):
    w = np.zeros(3)
    w[:] = x
    return w * w


case(float32_in_float64_buffer, (r(3).astype(F32),))


def float32_times_integers(x, n):
    return x * n + np.arange(3) * x


case(float32_times_integers, (r(3).astype(F32), np.array([1, 2, 3])))


def float32_updated_by_float64(x, y):
    z = x * 2
    z *= y
    z[0] = y[1]
    return z * x


case(float32_updated_by_float64, (r(3).astype(F32), r(3)))


def float32_joined_with_float64(x, y):
    return np.concatenate([x, y]) * 2


case(float32_joined_with_float64, (r(3).astype(F32), r(3)), other=[(r(2).astype(F32), r(4))])


def zero_d_changed(x, y):
    z = np.array(x)
    z += y
    z *= y
    return z * x


case(zero_d_changed, (np.array(0.5), np.array(-1.5)))


def zero_d_argument_changed(x, y):
    x += y
    return x * y


case(zero_d_argument_changed, (np.array(0.5), np.array(-1.5)))


def integers_into_floats(x, n):
    out = np.empty(len(n))
    out[:] = n
    out[0] = x
    out *= x
    return out


case(integers_into_floats, (0.5, np.array([1, 2, 3])), other=[(1.5, np.array([4, 5]))])


def numpy_scalar_and_float(x, s):
    y = np.float64(s) * x
    return y + s


case(numpy_scalar_and_float, (r(3), 0.5))


def float32_list(xs):
    total = 0.0
    for x in xs:
        total = total + np.sum(x * x)
    return total


case(float32_list, ([r(2).astype(F32), r(3).astype(F32)],))


def float32_dict(params, x):
    return np.tanh(x @ params["w"]) + params["b"]


case(float32_dict, ({"w": r(3, 2).astype(F32), "b": r(2).astype(F32)}, r(2, 3).astype(F32)))
