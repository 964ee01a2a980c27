"""Memory with two names: views written through, aliases, swaps, arguments that are written, containers that hold an array."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(61), uniform(61)


def row_scaled_in_loop(x, s):
    y = np.tanh(x)
    for i in range(y.shape[0]):
        row = y[i]
        row *= s[i]
    return y * x


case(row_scaled_in_loop, (r(3, 2), r(3)), other=[(r(2, 4), r(2))])


def rows_of_a_loop(x):
    y = x * 2.0
    for row in y:
        row += row[0] * 0.5
    return y * y


case(rows_of_a_loop, (r(3, 2),), other=[(r(2, 4),)])


def column_view(x, v):
    y = x * 1.0
    column = y[:, 0]
    column += v
    y[0] = 0.5
    return np.sum(column * column) + y * x


case(column_view, (r(3, 2), r(3)), other=[(r(4, 3), r(4))])


def view_of_a_view(x):
    y = np.sin(x)
    block = y[1:]
    corner = block[:, 0]
    corner *= x[1:, 1]
    block[0] += 1.0
    return y * x + np.sum(corner)


case(view_of_a_view, (r(3, 2),), other=[(r(4, 3),)])


def owner_bound_anew(x):
    y = x * 2.0
    row = y[0]
    y[0] *= x[1]
    y = y * 3.0
    y += row
    return y * row


case(owner_bound_anew, (r(3, 2),), other=[(r(2, 4),)])


def index_bound_anew(x):
    y = x * 2.0
    k = 0
    row = y[k]
    k = 1
    row *= x[k]
    return y * x


case(index_bound_anew, (r(3, 2),), refused="row is changed in place while y shares its memory")


def alias_in_a_branch(x, flag):
    y = x * 2.0
    z = y
    if flag:
        z = y[::-1]
        z *= x
    y += 1.0
    return y * z


case(
    alias_in_a_branch,
    (r(3), True),
    other=[(r(4), False)],
    refused="y is changed in place while z shares its memory",
)


def alias_before_a_branch(x, flag):
    y = x * 2.0
    row = y[0]
    if flag:
        row *= 3.0
    else:
        y += x
    return y * row


case(alias_before_a_branch, (r(3, 2), True), other=[(r(3, 2), False), (r(2, 4), True)])


def alias_across_a_loop(x, n):
    y = x * 1.0
    top = y[0]
    for k in range(n):
        top += y[k] * 0.5
        y[k] *= 2.0
    return y * top


case(alias_across_a_loop, (r(3, 2), 2), other=[(r(4, 3), 3)])


def last_row_of_a_loop(x):
    y = x * 1.0
    row = y[0]
    for k in range(1, len(y)):
        row = y[k]
        row += y[k - 1] * 0.3
    return y * row


case(last_row_of_a_loop, (r(3, 2),), other=[(r(5, 2),)])


def flat_view_in_loop(x):
    y = x * 1.0
    flat = y.reshape(-1)
    for k in range(1, flat.size):
        flat[k] += flat[k - 1] * 0.5
    return y * x


case(flat_view_in_loop, (r(2, 3),), other=[(r(3, 2),)])


def flat_view_of_transposed_gradient(x, w):
    y = x * 1.0
    flat = y.reshape(-1)
    flat[1] = 2.0
    flat[2] *= x[0, 0]
    return (y.T @ w).T


case(flat_view_of_transposed_gradient, (r(2, 3), r(2, 4)), other=[(r(3, 2), r(3, 2))])


def ravel_written(x):
    y = x * x
    y.ravel()[:2] = 0.0
    return y * x


case(ravel_written, (r(2, 3),))


def transpose_written(x, w):
    y = np.tanh(x)
    yt = y.T
    yt += w
    return y * x


case(transpose_written, (r(2, 3), r(3, 2)), other=[(r(4, 2), r(2, 4))])


def new_axis_written(x, w):
    y = np.tanh(x)
    wide = y[:, None]
    wide *= w
    return y * x


case(new_axis_written, (r(3), r(3, 1)), other=[(r(2), r(2, 1))])


def diagonal_written(x):
    y = x * 1.0
    np.fill_diagonal(y, 0.5)
    return y * x


case(diagonal_written, (r(3, 3),), other=[(r(4, 4),)])


def diagonal_from_value(x, s):
    y = x * 1.0
    np.fill_diagonal(y, s * s)
    return y * x


case(diagonal_from_value, (r(3, 3), 0.7), other=[(r(2, 2), 0.3)])


def swapped_arrays(x, y):
    a, b = x * 2.0, y * 3.0
    a, b = b, a
    a += x
    return a * b


case(swapped_arrays, (r(3), r(3)))


def swapped_rows_as_views(x):
    y = x * 1.0
    y[0], y[1] = y[1], y[0].copy()
    return y * x


case(swapped_rows_as_views, (r(3, 2),))


def swapped_rows_by_copies(x):
    y = x * 1.0
    top = y[0].copy()
    y[0] = y[1]
    y[1] = top
    return y * x


case(swapped_rows_by_copies, (r(3, 2),))


def swapped_rows_gone_wrong(x):
    y = x * 1.0
    top = y[0]
    y[0] = y[1]
    y[1] = top
    return y * x


case(swapped_rows_gone_wrong, (r(3, 2),))


def shifted_forward(x):
    y = x * 1.0
    y[1:] = y[:-1] * 2
    return y * x


case(shifted_forward, (r(4),), other=[(r(6),)])


def shifted_sum(x):
    y = x * 1.0
    y[1:] += y[:-1]
    return y * x


case(shifted_sum, (r(4),), other=[(r(6),)])


def shifted_back(x):
    y = np.tanh(x)
    y[:-1] -= y[1:] * y[:-1]
    return y * x


case(shifted_back, (r(4),), other=[(r(6),)])


def reversed_onto_itself(x):
    y = x * 1.0
    y[:] = y[::-1] * x
    return y


case(reversed_onto_itself, (r(4),), other=[(r(3),)])


def argument_list_changed(xs, y):
    xs[0] = xs[0] * y
    xs.append(y)
    return xs[0] * xs[1] * xs[2]


case(argument_list_changed, ([0.5, 1.5], 0.7))


def argument_dict_changed(params, x):
    params["w"] = params["w"] * 2.0
    return x @ params["w"] + params["b"]


case(argument_dict_changed, ({"w": r(3, 2), "b": r(2)}, r(2, 3)))


def argument_row_changed(x, y):
    row = x[0]
    row += y
    return x * x


case(argument_row_changed, (r(3, 2), r(2)))


def argument_in_list_changed(xs, y):
    a = xs[0]
    a *= y
    return xs[0] + xs[1] * a


case(argument_in_list_changed, ([r(3), r(3)], r(3)))


def argument_in_dict_changed(params, x):
    w = params["w"]
    w += x
    return params["w"] * w


case(argument_in_dict_changed, ({"w": r(3)}, r(3)))


def held_in_a_list(x):
    y = x * 2.0
    parts = [y, x]
    y *= x
    return parts[0] * parts[1] + y


case(held_in_a_list, (r(3),), other=[(r(2),)])


def held_in_a_tuple(x):
    y = x * 2.0
    pair = (y, x)
    y += 1.0
    a, b = pair
    return a * b


case(held_in_a_tuple, (r(3),), refused="y is changed in place while pair shares its memory")


def appended_then_changed(x):
    h = x * 1.0
    hs = []
    for _ in range(3):
        h += x
        hs.append(h)
    return hs[0] * hs[2]


case(appended_then_changed, (r(3),), refused="h is changed in place while hs shares its memory")


def appended_copies(x):
    h = x * 1.0
    hs = []
    for _ in range(3):
        h *= x
        hs.append(h.copy())
    return hs[0] * hs[2]


case(appended_copies, (r(3),))


def two_lists_one_memory(x, y):
    a = [x, y]
    b = a
    b.append(x * y)
    return a[2] * len(a)


case(two_lists_one_memory, (r(3), r(3)))


def same_array_as_two_arguments(x, y):
    z = x * 1.0
    z += y
    z[0] = y[0]
    return z * x


SHARED = r(3)
case(same_array_as_two_arguments, (SHARED, SHARED), other=[(r(4), r(4))])


def returned_alias(x):
    y = x * 2.0
    z = y
    z += x
    return y, z


case(returned_alias, (r(3),))


def returned_view(x):
    y = x * 2.0
    row = y[0]
    y[0] *= x[1]
    return row


case(returned_view, (r(3, 2),), other=[(r(2, 3),)])


def returned_view_and_owner(x):
    y = x * 2.0
    row = y[0]
    row *= 2
    return y, row * x[0]


case(returned_view_and_owner, (r(3, 2),), other=[(r(2, 3),)])


def identity_changed(x):
    y = x
    y *= 2.0
    return x * y


case(identity_changed, (r(3),), other=[(r(2),)])


def asarray_changed(x):
    y = np.asarray(x)
    y[0] = 1.0
    return y * x


case(asarray_changed, (r(3),))


def argument_masked(x, m):
    x[m] = 0.0
    x[~m] *= 2.0
    return x * x


case(
    argument_masked,
    (r(4), np.array([True, False, True, False])),
    other=[(r(2), np.array([True, False]))],
)


def passive_buffer_under_two_names(x):
    out = np.zeros((2, 3))
    top, low = out[0], out[1]
    top[:] = x * x
    low += x
    low *= top
    return out


case(passive_buffer_under_two_names, (r(3),))


def unpacked_rows_changed(x):
    y = x * 1.0
    a, b = y
    a *= b
    b += a
    return y * x


case(unpacked_rows_changed, (r(2, 3),), other=[(r(2, 4),)])


def squeezed_and_changed(x):
    y = x[:, 0:1] * 2.0
    flat = np.squeeze(y)
    flat += x[:, 1]
    return y * x


case(squeezed_and_changed, (r(3, 2),), other=[(r(4, 2),)])


def relu_in_place(x):
    x[x < 0] = 0
    return x


def helper_changes_what_it_is_given(x, w):
    h = relu_in_place(x @ w)
    return h * h


case(helper_changes_what_it_is_given, (r(2, 3), r(3, 2)), other=[(r(4, 2), r(2, 2))])


def helper_changes_a_name(x, w):
    h = x @ w
    a = relu_in_place(h)
    return a * h


case(helper_changes_a_name, (r(2, 3), r(3, 2)), other=[(r(4, 2), r(2, 2))])


def rows_of_a_history(x, n):
    hist = np.zeros((n + 1, 2))
    hist[0] = x
    for k in range(n):
        now, then = hist[k], hist[k + 1]
        then[0] = now[0] + 0.1 * now[1]
        then[1] = now[1] - 0.1 * np.sin(then[0])
    return hist


case(rows_of_a_history, (r(2), 3), other=[(r(2), 5)])


def butterfly(x):
    a, b = x[::2], x[1::2]
    a, b = a + b, a - b
    out = np.empty_like(x)
    out[::2], out[1::2] = a, b
    return out * x


case(butterfly, (r(6),), other=[(r(4),)])


def swapped_in_a_loop(a, b, n):
    x, y = a * 1.0, b * 1.0
    for _ in range(n):
        x, y = y, x
        x += y
    return x * y


case(swapped_in_a_loop, (r(3), r(3), 3), other=[(r(2), r(2), 4)])


def row_of_a_turned_array(x):
    c = x[None] * x[:, None]
    turned = c.T
    row = turned[-1]
    row[0] *= np.tanh(np.mean(np.cos(turned[:, 0])))
    return turned * 2, row


case(row_of_a_turned_array, (r(3),), other=[(r(4),)])


def name_bound_to_its_own_column(x):
    mu = np.tanh(x)
    mu = -(mu[:, 0] * 0.3)
    return mu, x * 0.5


case(name_bound_to_its_own_column, (r(3, 2),), other=[(r(2, 4),)])


def two_views_of_one_array(x, y):
    q = np.tanh(x)
    flat = q.reshape(-1)
    top = q[None, 0]
    np.copyto(flat, y.sum())
    return np.sum(top * top) * y


case(two_views_of_one_array, (r(3, 2), r(2)))


def mask_that_lets_nothing_through(x):
    return np.tanh(np.where(x.mean(-1) * 0.5 > 0, x.mean(-1) * 0.5, 0.1))


case(mask_that_lets_nothing_through, (-u(3, 3),), other=[(r(4, 2),)])


def views_put_into_each_other(x, n):
    y = x * 1.0
    a, c = y[:2], y[2:4]
    if n > 5:
        a[:], c[:] = c, a
    d = y[1:3]
    a[:], c[:], d[:] = d, a * 2, c
    return y * x


case(views_put_into_each_other, (r(5), 2), other=[(r(6), 9), (r(4), 0)])


def arrays_put_into_each_other(x):
    y, z = x * 1.0, x * 2
    y[:], z[:] = z, y
    return y * x + z**2


case(arrays_put_into_each_other, (r(4),), other=[(r(2, 3),)])


def item_replaced_behind_a_second_name(x, n):
    rows = [x * 1.0, x * 3, x * 2, x * 5]
    for i in range(n):
        row = rows[i]
        row *= x[0]
        rows[i] = rows[i + 1]
        row += rows[i]
        rows[i + 1] = row
    first = rows[0]
    first *= x[1]
    rows.pop(0)
    first[0] = rows[0][1]
    return first * rows[0] * rows[-1]


case(item_replaced_behind_a_second_name, (r(4), 1), other=[(r(4), 0), (r(3), 3)])


def item_replaced_in_a_loop(x, n):
    state = {"h": x * 1.0}
    tail = state["h"][1:]
    for _ in range(n):
        tail *= x[0]
        state["h"] = state["h"] * 2
    return state["h"] * np.sum(tail)


case(
    item_replaced_in_a_loop,
    (r(4), 1),
    refused="tail is changed in place while state shares its memory",
)


def row_bound_anew_each_trip(a, n):
    """What the second name is in the next trip, no text says."""
    a = a.copy()
    row = a[0]
    for i in range(n):
        row *= 1.5
        row = a[i]
        row += 1.0
    return np.sum(a**2)


case(row_bound_anew_each_trip, (np.eye(3) + 0.3, 3), refused="while a shares its memory")


def row_of_the_last_trip(a, n):
    a = a * 2
    for i in range(n):
        row = a[i]
    row *= 2.0
    return np.sum(a**2)


case(row_of_the_last_trip, (np.eye(3) + 0.3, 3), refused="while a shares its memory")


def row_by_a_test(a, n):
    a = a * 2
    row = a[0]
    if n > 1:
        row = a[1]
    row *= 2.0
    return np.sum(a**2)


case(row_by_a_test, (np.eye(3) + 0.3, 3), refused="while a shares its memory")


def row_changed_in_its_trip(a, n):
    a = a.copy()
    for i in range(n):
        row = a[i]
        row += 1.0
        row *= 1.5
    return np.sum(a**2)


case(row_changed_in_its_trip, (np.eye(3) + 0.3, 3), other=[(np.eye(4) - 0.2, 2)])


def read_by_a_function_inside(x, w):
    y = x * w
    v = y[1:]

    def total():
        return np.sum(y)

    v *= 2.0
    return total() + np.sum(v)


case(read_by_a_function_inside, (r(3, 3), r(3, 3)), other=[(r(3, 2), r(3, 2))])


def bound_anew_before_it_is_read(x, w, n):
    y = x * w
    for i in range(n):
        row = y[i]
        row *= w[i]
        y = np.sin(y + x)
        row += 1.0
    return np.sum(y) + np.sum(row)


case(bound_anew_before_it_is_read, (r(3, 3), r(3, 3), 2), other=[(r(3, 2), r(3, 2), 1)])


# a vector that is flattened is the same vector


def vector_under_two_names(x, s, k):
    u = np.sin(x)
    t = u.reshape(-1)
    if k > 1:
        t *= s
        u[0] = t[1]
    else:
        u[1:] *= s
    t += u[-1]
    return u * x


case(vector_under_two_names, (r(4), 0.7, 2), wrt=["x", "s"], other=[(r(3), 1.7, 0), (r(2), 0.3, 3)])


def vector_under_two_names_in_a_loop(x, s):
    v = np.ones(len(x))
    for k in range(3):
        t = np.ravel(v)
        t += x * k
        v[0] *= s
        t[1:] *= v[:-1]
    return v


case(vector_under_two_names_in_a_loop, (r(4), 0.7), other=[(r(2), 1.7)])


def argument_under_two_names(x, s):
    t = x.ravel()
    t *= s
    x[0] += t[1]
    return (x * t).sum()


case(argument_under_two_names, (r(4), 0.7), other=[(r(3), 1.7)])
