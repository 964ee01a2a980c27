"""Everything that broke an earlier attempt: the functions of algorithms.md, sections E, F, H and M."""

import numpy as np

from tests.corpus import case, library, normal, raises, uniform

r, u = normal(23), uniform(23)


def product_then_tanh(x, y):
    x = x * y
    x = np.tanh(x)
    return x


case(product_then_tanh, (r(3), r(3)))


def index_with_repeats(x, idx):
    return x[idx]


case(index_with_repeats, (r(3), np.array([0, 0, 2, 0])), other=[(r(4), np.array([3, 3]))])


def twice_the_same(x):
    h = x**2
    return h, h


case(twice_the_same, (r(3),), name="twice_the_same_array")
case(twice_the_same, (0.7,), name="twice_the_same_scalar")


def stage_and_product(x):
    h = np.sin(x)
    return h, h * x


case(stage_and_product, (r(3),))


def taken_arguments(dout, cache):
    h = dout * cache
    return h * h


case(taken_arguments, (r(3), r(3)), name="arguments_dout_and_cache_arrays")
case(taken_arguments, (0.5, 1.5), name="arguments_dout_and_cache")


def out_is_a_stage(x):
    out = np.exp(x)
    z = out * x
    return z


case(out_is_a_stage, (r(3),))


def floats_traced_arrays_called(x, y):
    s = x + y
    t = s * x
    return t + s


case(
    floats_traced_arrays_called,
    (0.5, 1.5),
    guarded=[raises("TypeError: only ", r(3), r(3)), raises("TypeError: only ", r(3), 1.0)],
)


def relu_residual(x, W):
    x = x + library.relu(x @ W)
    return x


case(relu_residual, (r(2, 3), r(3, 3)), other=[(r(4, 2), r(2, 2))])


def relu_residual_loop(x, W, n):
    for _ in range(n):
        x = x + library.relu(x @ W)
    return x


case(relu_residual_loop, (r(2, 3), r(3, 3), 2), other=[(r(4, 2), r(2, 2), 3)])


def break_inside_if(x, a, b):
    v = x * 2
    y = x
    z = x * 0.0
    for k in range(3):
        u_ = np.sin(v) + k
        if a[k]:
            if b[k]:
                break
            y = v * u_
        z = u_ + y
        v = z * 0.5
    return z * v + y


case(
    break_inside_if,
    (0.7, (True, False, True), (False, False, True)),
    other=[(0.5, (False, True, True), (False, True, False)), (0.2, (True,) * 3, (True,) * 3)],
)


def break_side_appends(x):
    y = 0.5
    for i in range(len(x)):
        a = x[i] * y
        if a > 0.8:
            y = a * a
            break
        b = np.sin(a)
        y = y + b * a
    return y


case(
    break_side_appends,
    (np.array([0.5, 0.9, 1.8, 0.3]),),
    other=[(np.array([3.0, 1.0]),), (np.array([0.1, 0.2]),)],
)


def old_name_of_squared(x):
    y = x * 1.5
    v = y
    y *= y
    return v * y


case(old_name_of_squared, (r(3),))


def old_name_of_squared_loop(x, n):
    y = x * 0.5
    v = y
    for _ in range(n):
        v = y
        y = y * y
    return v * y


case(old_name_of_squared_loop, (r(3), 2), other=[(r(2), 1), (r(2), 3)])


def augmented_after_saved(x, w, n):
    v = x * 1.0
    total = 0.0
    for _ in range(n):
        a = np.tanh(v * w)
        total += np.sum(a * v)
        v += a
    return total


case(augmented_after_saved, (r(3), r(3), 2), other=[(r(2), r(2), 4)])


def augmented_old_value_used(x, w, n):
    v = x * 1.0
    u_ = v * w
    for _ in range(n):
        u_ = v * w
        v += u_
        v = v * w
    return v * u_


case(augmented_old_value_used, (r(3), r(3), 2), other=[(r(2), r(2), 3)])


def one_side_constant(x, flag):
    if flag:
        u_ = 1.5
    else:
        u_ = np.sin(x)
    return u_ * x + u_


case(one_side_constant, (r(3), False), name="one_side_constant_array", other=[(r(2), True)])
case(one_side_constant, (r(3), True), name="one_side_constant_first", other=[(r(2), False)])


def one_side_constant_in_loop(x):
    total = x * 0.0
    for k in range(3):
        if k == 1:
            u_ = 1.5
        else:
            u_ = np.sin(x) * k
        total = total + u_ * x
    return total


case(one_side_constant_in_loop, (r(3),))


def row_scaled(x):
    y = x * 1.0
    row = y[0]
    row *= 3
    return np.sum(y * y)


case(row_scaled, (r(2, 3),))


def accumulates_into_argument(x):
    acc = x[0]
    acc += x[1]
    return np.sum(acc * acc)


case(accumulates_into_argument, (r(2, 3),))
