"""Loops with variables of several ranks, and buffers that are read while they are written."""

import numpy as np

from tests.cases import case, normal, raises, uniform
from tests.cases.calls import library

r, u = normal(45), uniform(45)


def helper_hides_carried(x, w, n):
    h = x
    for _ in range(n):
        h, extra = library.pair(h, w)
        x = extra * 0.5
    return h * x


case(helper_hides_carried, (r(3), r(3), 2), other=[(r(2), r(2), 3)])


def helper_updates_itself(x, w, n):
    for _ in range(n):
        x = library.normalized(x) * w
    return x


case(helper_updates_itself, (r(4, 3), r(3), 2), other=[(r(3, 2), r(2), 1)])


def minus_self(x):
    y = np.sin(x)
    y -= y
    return y * x + x


case(minus_self, (r(3),))
case(minus_self, (0.5,), name="minus_self_scalar")


def minus_minus_self(x):
    u_ = np.sin(x)
    u_ -= u_ - u_
    return u_ * x


case(minus_minus_self, (r(3),))


def minus_self_in_loop(x, n):
    u_ = np.sin(x)
    for _ in range(n):
        u_ -= u_ * x
        u_ *= u_
    return u_


case(minus_self_in_loop, (0.3 * u(3), 2), other=[(0.3 * u(3), 3)])


def comments_only(x, n):
    y = x * x
    for _ in range(n):
        # the body of this loop is empty
        ...
    if n > 5:
        pass  # so is this side
    return y * x


case(comments_only, (r(3), 2))


def round_robin(x):
    out = np.ones(3)
    for t in range(len(x)):
        out[t % 3] = x[t] * out[(t + 1) % 3]
    return out


case(round_robin, (r(5),), other=[(r(2),), (r(7),)])


def zeros_like_nested_list(x):
    y = np.zeros_like([[0.0, 1.0]])
    for k in range(2):
        y[0, k] = x[k] ** 2
    return y


case(zeros_like_nested_list, (r(2),))


def traced_at_one_trip(x, w):
    h = 0.0
    for t in range(len(x)):
        h = h * w + x[t]
    return h * h


case(traced_at_one_trip, (np.array([0.7]), 0.5), other=[(r(3), 0.5), (r(5), 1.2)])


def one_trip_array(x, w):
    h = np.zeros(w.shape[0])
    for t in range(x.shape[0]):
        h = np.tanh(h @ w + x[t])
    return h


case(one_trip_array, (r(1, 2), r(2, 2)), other=[(r(4, 3), r(3, 3))])


def starts_none(x):
    h = None
    for t in range(len(x)):
        if h is None:
            h = x[t]
        else:
            h = h * x[t] + x[0]
    return h


case(starts_none, (r(3),), other=[(r(1),), (r(5),)])


def integer_start_of_array(x):
    h = 0
    for t in range(x.shape[0]):
        h = h + np.tanh(x[t] + h)
    return h


case(integer_start_of_array, (r(3, 2),), other=[(r(1, 2),), (r(5, 4),)])


def value_reads_buffer(x):
    b = np.zeros(4)
    for i in range(len(x)):
        b[i] = x[i] + b[i - 1] * b[i]
        b[i] = b[i] * x[0] + b[0]
    return b


case(value_reads_buffer, (r(3),), other=[(r(4),), (r(1),)])


def returned_buffer_read_in_loop(x):
    out = np.zeros((len(x), 2))
    for i in range(len(x)):
        out[i, 0] = x[i]
        out[i, 1] = out[i, 0] * x[i - 1]
    return out


case(returned_buffer_read_in_loop, (r(3),), other=[(r(2),), (r(5),)])


def buffer_written_twice(x):
    out = np.zeros(len(x))
    for i in range(len(x)):
        out[i] = x[i] * 2
        out[i] = out[i] * out[i]
    return out


case(buffer_written_twice, (r(3),), other=[(r(5),)])


def buffer_of_nested_loop(x):
    out = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[i] = x[i, j] * out[i] + x[i, j]
    return out


case(buffer_of_nested_loop, (r(2, 3),), other=[(r(3, 1),), (r(1, 4),)])


def buffer_last_write_wins(x):
    out = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[i] = x[i, j] ** 2
    return out


case(buffer_last_write_wins, (r(2, 3),), other=[(r(3, 1),), (r(1, 4),)])


def buffer_consumed_then_rewritten(x):
    buf = np.zeros(2)
    total = 0.0
    for i in range(len(x)):
        buf[0] = x[i]
        buf[1] = buf[0] * x[i]
        total += np.sum(buf * buf)
    return total


case(buffer_consumed_then_rewritten, (r(3),), other=[(r(1),), (r(5),)])


def saved_by_reference_changed_later(x, n):
    h = x * 1.0
    y = 0.0
    for k in range(n):
        y = y + np.sum(h * h)
        h[k] = y * 0.1
    return y


case(saved_by_reference_changed_later, (r(4), 3), other=[(r(5), 2)])


def two_ranks_reach_one_read(x, flag):
    h = np.sum(x) if flag else x
    return h * 2


case(two_ranks_reach_one_read, (r(3), True), other=[(r(4), False), (r(4), True)])


def carried_rank_changes(x, n):
    h = np.sum(x)
    for _ in range(n):
        h = h * x
    return h


case(carried_rank_changes, (r(3), 2), other=[(r(3), 1), (r(3), 3)])


def paths(s0, sigma, z):
    s = s0
    top = s0
    for j in range(z.shape[1]):
        s *= np.exp(sigma * z[:, j] - 0.5 * sigma**2)
        top = np.maximum(top, s)
    return np.mean(top - s)


case(paths, (100.0, 0.2, r(5, 3)), other=[(90.0, 0.3, r(4, 6)), (90.0, 0.3, r(1, 2))])


def numbers_swapped(a, b, x):
    for j in range(x.shape[1]):
        a, b = b, a * x[:, j] + b
    return a + b


case(numbers_swapped, (1.0, 2.0, r(4, 3)), other=[(1.0, 0.5, r(5, 2)), (1.0, 0.5, r(2, 6))])


def last_item_first(c, x):
    p = c[-1]
    k = len(c) - 2
    while k >= 0:
        p = c[k] + x * p
        k -= 1
    return p


case(last_item_first, (r(4), r(5)), other=[(r(3), r(6)), (r(6), r(2))])


def vector_then_matrix(b, x):
    acc = b
    for _ in range(3):
        acc = np.tanh(acc * x)
    return acc


case(
    vector_then_matrix,
    (r(3), r(4, 3)),
    refused="acc is a vector on one way to this line and a matrix on another",
)


def row_after_a_vector(xs, U, V, n):
    h, total = np.zeros(n), 0.0
    for x in xs:
        h = np.tanh(np.array([[x]]).dot(U) + np.dot(h, V))
        total = total + h.sum()
    return total


def row_after_a_vector_in_a_list(xs, U, V, n):
    hs, total = [np.zeros(n)], 0.0
    for x in xs:
        hs.append(np.tanh(np.array([[x]]).dot(U) + np.dot(hs[-1], V)))
        total = total + hs[-1].sum()
    return total


def row_beside_a_vector(x, mean, training):
    if training:
        mu = x.mean(axis=0, keepdims=True)
    else:
        mu = mean * 1.0
    return (x - mu) ** 2


trained = r(3, 2), r(2), True
evaluated = r(4, 3), r(3), False
case(row_beside_a_vector, trained, guarded=[raises("training was True", *evaluated)])
unlike = "is a vector on one way to this line and a matrix on another"
for function in (row_after_a_vector, row_after_a_vector_in_a_list):
    case(function, (r(3), r(1, 4), r(4, 4), 4), refused=unlike)


def container_kind_changes(x, n):
    h = x
    for _ in range(n):
        h = (h, x)
    return h[1]


case(container_kind_changes, (r(3), 2), other=[(r(3), 1)])


def size_changes_in_loop(x, n):
    h = x
    for _ in range(n):
        h = np.concatenate((h, h * x[0]))
    return h


case(size_changes_in_loop, (r(2), 2), other=[(r(2), 1), (r(3), 3)])


def nested_saved_lists(x, w):
    total = 0.0
    for i in range(x.shape[0]):
        h = x[i, 0]
        for j in range(x.shape[1]):
            h = np.sin(h * w) + x[i, j] * h
        total = total * h + h
    return total


case(nested_saved_lists, (r(2, 3), 0.7), other=[(r(3, 1), 0.5), (r(1, 4), 1.5)])


def assigned_on_one_side_read_later(x, n):
    y = x * 0.0
    seen = False
    for k in range(n):
        if k == 1:
            keep = np.sin(x) * k
            seen = True
        if seen:
            y = y + keep * x
    return y


case(assigned_on_one_side_read_later, (r(3), 3), other=[(r(3), 1), (r(3), 4)])
