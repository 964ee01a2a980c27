"""Arrays of the function itself changed in place: elements, slices, masks, buffers."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(48), uniform(48)


def assigned_element(x, v):
    y = x * 2.0
    y[1] = v * v
    return y * y


case(assigned_element, (r(3), 0.5))


def assigned_slice(x, v):
    y = x * 2.0
    y[1:] = v
    y[0] *= v[0]
    return y * x


case(assigned_slice, (r(3), r(2)))


def assigned_mask(x):
    y = x * 2.0
    y[x < 0] = 0
    return y * x


case(assigned_mask, (r(6),), other=[(r(2, 3),)])


def assigned_mask_values(x):
    y = np.tanh(x)
    y[y < 0] *= 0.1
    return y * x


case(assigned_mask_values, (r(6),))


def assigned_index_array(x, idx, v):
    y = x * 1.0
    y[idx] = v
    return y * y


case(assigned_index_array, (r(5), np.array([0, 3]), r(2)), other=[(r(4), np.array([3]), r(1))])


def added_index_array(x, idx, v):
    y = np.sin(x)
    y[idx] += v
    return y * y


case(added_index_array, (r(5), np.array([0, 3]), r(2)))


def added_index_array_repeats(x, idx, v):
    y = np.sin(x)
    y[idx] += v
    return y * y


case(added_index_array_repeats, (r(5), np.array([0, 3, 3]), r(3)))


def add_at(x, idx, v):
    y = np.sin(x)
    np.add.at(y, idx, v)
    return y * y


case(add_at, (r(5), np.array([0, 3, 3]), r(3)))


def pick_minus_one(scores, y):
    dscores = np.tanh(scores)
    dscores[np.arange(len(y)), y] -= 1
    return dscores**2


case(pick_minus_one, (r(4, 3), np.array([0, 2, 2, 1])), other=[(r(2, 4), np.array([3, 0]))])


def buffer_filled_whole(x, y):
    out = np.zeros((2, len(x)))
    out[0] = x * y
    out[1] = y
    return out * out


case(buffer_filled_whole, (r(3), r(3)), other=[(r(2), r(2))])


def buffer_of_scalars(x):
    y = np.empty(3)
    y[0] = x[0] * x[1]
    y[1] = y[0] * x[2]
    y[2] = y[0] + y[1]
    return y


case(buffer_of_scalars, (r(3),))


def buffer_returned_and_read(x):
    out = np.zeros(3)
    out[0] = x[0]
    out[1] = out[0] * x[1]
    out[2] = out[1] * x[2]
    return out


case(buffer_returned_and_read, (r(3),))


def buffer_overwritten(x):
    out = np.zeros(3)
    out[0] = x[0] * 2
    a = out[0] * x[1]
    out[0] = x[2] * a
    return out * a


case(buffer_overwritten, (r(3),))


def element_multiplied(x):
    y = x * 1.0
    y[0] *= x[1]
    y[1] /= 2 + x[0] ** 2
    y[2] **= 2
    return y


case(element_multiplied, (r(3),))


def zeros_like_of_list(x):
    y = np.zeros_like([[1.0, 2.0], [3.0, 4.0]])
    y[0] = x
    y[1] = x * x
    return y


case(zeros_like_of_list, (r(2),))


def old_value_then_squared(x):
    y = x * 2.0
    v = y
    y *= y
    return v + y * x


case(old_value_then_squared, (r(3),))


def old_value_copied(x):
    y = x * 2.0
    v = y.copy()
    y *= y
    return v * y


case(old_value_copied, (r(3),))


def minus_itself(x):
    y = x * 2.0
    y -= y
    return y + x


case(minus_itself, (r(3),))


def minus_difference(u_, x):
    v = u_ * 1.0
    v -= v - v * x
    return v


case(minus_difference, (r(3), r(3)))


def read_before_change(x):
    y = np.exp(x)
    z = y * x
    y += 1.0
    return z * y


case(read_before_change, (r(3),))


def exp_changed_afterwards(x):
    y = np.exp(x)
    y[0] = 7.0
    return y * x


case(exp_changed_afterwards, (r(3),))


def product_changed_afterwards(x, w):
    a = x * 1.0
    b = a * w
    a *= 3.0
    return b + a * w


case(product_changed_afterwards, (r(3), r(3)))


def out_keyword(x, y):
    z = np.empty_like(x)
    np.multiply(x, y, out=z)
    return z * x


case(out_keyword, (r(3), r(3)))


def fill_and_sort(x):
    y = np.empty(3)
    y.fill(2.0)
    return y * x


case(fill_and_sort, (r(3),))


def sort_in_place(x):
    y = x * 1.0
    y.sort()
    return y * np.arange(len(x))


case(sort_in_place, (r(4),))


def swap_rows(x):
    y = x * 1.0
    y[[0, 1]] = y[[1, 0]]
    return y * x


case(swap_rows, (r(3, 2),))


def swap_elements(x):
    y = x * 1.0
    y[0], y[1] = y[1], y[0]
    return y * x


case(swap_elements, (r(3),))


def shifted_self_assignment(x):
    y = x * 1.0
    y[1:] = y[:-1] * x[1:]
    return y * x


case(shifted_self_assignment, (r(4),), other=[(r(6),)])


def ravel_is_a_view(x):
    y = x.ravel()
    z = y * y
    return z.reshape(x.shape) * x


case(ravel_is_a_view, (r(2, 3),))


def asarray_alias(x):
    y = np.asarray(x)
    return y * x


case(asarray_alias, (r(3),))


def gradient_of_view_chain(x):
    a = x[1:]
    b = a[:, ::-1]
    c = b.T
    return c[0] * np.sum(x)


case(gradient_of_view_chain, (r(3, 4),), other=[(r(5, 2),)])


def parts_on_each_side(x, y, s):
    u = np.tanh(x)
    if y > 40.0:
        u[:2] *= y
    elif y > 20.0:
        u[1:] *= s
    else:
        t = u[::-1]
        t *= s
    return s + u


case(
    parts_on_each_side,
    (np.array([0.3, 0.5, -0.2, 0.9]), 0.7, 1.3),
    other=[(np.array([0.1, 0.2, 0.6]), 50.0, 1.3), (np.array([0.1, 0.2]), 30.0, 0.4)],
)


def grown_in_place(rates, start):
    out = np.empty_like(rates)
    np.add(rates, 1, out=out)
    out.cumprod(axis=0, out=out)
    np.multiply(out, start, out=out)
    return out


case(
    grown_in_place,
    (np.array([0.1, 0.2, -0.5]), 0.5),
    other=[(np.array([0.1, 0.2]), 1.5), (np.array([0.1, -1.0, 0.3]), 0.5)],
)


def methods_that_fill(rows, low):
    out = np.zeros(rows.shape)
    np.cumsum(rows, axis=0, out=out)
    rows.mean(axis=0, out=out[0])
    out.clip(low, None, out=out)
    return out * rows


case(
    methods_that_fill,
    (np.array([[0.1, 0.2], [-0.5, 0.7], [0.4, 0.3]]), 0.15),
    other=[(np.array([[0.1, 0.2, 0.9], [-0.5, 0.7, 0.6]]), -0.3)],
)
