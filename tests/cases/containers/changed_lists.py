"""Lists of traced values that are inserted into, cut, turned round."""

import collections

import numpy as np

from tests.cases import case, uniform

u = uniform(409)


def inserted_in_front(x):
    st = [x * 1.0]
    st.insert(0, x * 2)
    return st[0] * st[1]


case(inserted_in_front, (u(4),), other=[(u(4),)])


def first_deleted(x):
    st = [x[0], x[1], x[2]]
    del st[0]
    return st[0] * st[1] * 2


case(first_deleted, (u(4),), other=[(u(4),)])


def turned_round(x):
    st = [x[0], x[1], x[2]]
    st.reverse()
    return st[0] * 2 + st[1] * x[0]


case(turned_round, (u(4),), other=[(u(4),)])


def inserted_in_a_loop(x):
    st = [x[0]]
    for v in x:
        st.insert(0, v * 2)
    return st[0] * st[1] + st[-1]


case(inserted_in_a_loop, (u(4),), other=[(u(4),)])


def extended_by_a_list(x):
    st = [x[0], x[1]]
    ys = [x[2] * 2, x[3]]
    st.extend(ys)
    return st[0] * st[3] + st[2] ** 2


case(extended_by_a_list, (u(4),), other=[(u(4),)])


def window_of_the_last_values(x):
    # a window of the last three values
    window = []
    total = 0.0
    for v in x:
        window.append(v)
        if len(window) > 2:
            del window[0]
        total += sum(window) ** 2
    return total


case(window_of_the_last_values, (u(4),), other=[(u(6),)])


def inserted_under_a_second_name(x):
    st = [x[0], x[1] * 2, x[2], x[3]]
    ys = st
    ys.insert(0, x[3] ** 2)
    return st[0] * st[1] * st[2]


case(inserted_under_a_second_name, (u(4),), other=[(u(4),)])


def inserted_under_two_names(x):
    st = [x[0], x[1] * 2, x[2], x[3]]
    ys = st
    ys.insert(0, x[3] ** 2)
    return st[0] * st[1] * ys[2]


case(inserted_under_two_names, (u(4),), refused="st grows while ys is the same list")


def inserted_inside_under_a_second_name(x):
    st = [x[0], x[1] * 2, x[2], x[3]]
    ys = st
    ys.insert(1, x[3] ** 2)
    return st[0] * st[1] * st[2]


case(
    inserted_inside_under_a_second_name,
    (u(4),),
    refused="changes its length while another name",
)


def taken_off_before_a_sum(w, y, n):
    parts = [y, y * w[0]]
    for i in range(n):
        s = parts.pop() * sum(p * 0.5 for p in parts) * 0.5
        parts.append(np.sin(s))
        y = np.tanh(w[i % 2] * y * parts[i % len(parts)])
    return y


case(taken_off_before_a_sum, (u(4), 0.4, 2), other=[(u(3), 0.5, 3), (u(3), 0.5, 0)])


def taken_off_between_sums(w, y):
    parts = [y, y * w[0], w[1] * w[2]]
    return sum(p * p for p in parts) * parts.pop() + sum(np.sin(p) for p in parts)


case(taken_off_between_sums, (u(4), 0.4), other=[(u(3), 0.5)])


def shortened_at_its_end(x):
    st = [x[0], x[1] * 2, np.sin(x[2])]
    del st[-1]
    st.append(x[3])
    del st[-1]
    return st[0] * st[1]


case(shortened_at_its_end, (u(4),), other=[(u(5),)])


def longer_slice(x):
    st = [x[0], x[1], x[2]]
    st[0:1] = [x[0], x[3]]
    return st[0] * st[1]


case(longer_slice, (u(4),), refused="is given another number of items")


def weights_extended(x):
    weights = [0.5]
    weights += [1.0, 2.0]
    return x[0] * weights[0] + x[1] * weights[2]


case(weights_extended, (u(4),), other=[(u(2),)])


def first_and_others(x):
    return x[0], (x[1] * 2, np.sin(x[2]))


def taken_apart_twice(x):
    a, (b, c) = first_and_others(x)
    return a * b * c


case(taken_apart_twice, (u(4),), other=[(u(3),)])


def turned_queue(x):
    queue = collections.deque([x[0] * 2, x[1], x[2]])
    queue.rotate(1)
    return queue[0] * queue[1] ** 2


case(turned_queue, (u(4),), refused="rotate on a container of traced values")


def queue_grown_on_the_left(x):
    queue = collections.deque([x[0] * 2])
    queue.extendleft([x[1], x[2]])
    return queue[0] * queue[1] ** 2


case(queue_grown_on_the_left, (u(4),), refused="extendleft on a container of traced values")


def sorted_in_place(x, y):
    ys = [a * b for a, b in zip(x, y)]
    ys.sort()
    return sum(k * v for k, v in enumerate(ys))


case(sorted_in_place, (u(3), u(3)), other=[(u(5), u(5))])


def the_two_highest(x):
    ys = []
    for v in x:
        ys.append(v * v)
    ys.sort(reverse=True)
    return ys[0] - 2 * ys[1]


case(the_two_highest, (u(4),), other=[(u(6),)])


def extended_by_arrays(x, y):
    ys = [x[0] * y[0]]
    ys.extend(x * 2)
    ys.extend(np.tanh(v) for v in y)
    ys.extend((x[0], y[1]))
    return np.array(ys)


case(extended_by_arrays, (u(3), u(3)), other=[(u(4), u(2))])


def between_two_ends(x):
    knots = [0.0, *x, 1.0]
    return sum((b - a) ** 2 for a, b in zip(knots[:-1], knots[1:]))


case(between_two_ends, (u(4),), other=[(u(6),), (u(1),)])


def copied_by_a_star(x):
    us = [v * v for v in x]
    ws = [*us]
    ws[0] = 3.0 * x[1]
    return np.array(us) @ np.array(ws)


case(copied_by_a_star, (u(3),), other=[(u(5),)])


def stars_among_others(x):
    us = [np.tanh(row) for row in x]
    return np.stack([x[0], *us, x[1], *us[1:]])


case(stars_among_others, (u(3, 2),), other=[(u(5, 2),)])


def lengths_of_rows(points):
    return sum(np.hypot(*p) for p in points)


case(lengths_of_rows, (u(4, 2),), other=[(u(2, 2),)])


def rows_as_arguments(points):
    def area(a, b):
        return a * np.tanh(b)

    return [area(*p) for p in points]


case(rows_as_arguments, (u(3, 2),), other=[(u(4, 2),)])


def largest_or_nothing(x):
    return max((v * v for v in x if v > 0), default=0.0)


case(largest_or_nothing, (u(4),), other=[(u(3),), (-u(3),)])


def both_taken_off_again(x):
    ys = [x, x * 2]
    a = ys.pop()
    b = ys.pop()
    return a * 3 + b


case(both_taken_off_again, (u(3),), other=[(u(4),)])


def returns_to_go(rewards, values, gamma):
    # the loop of a policy gradient, from the last reward to the first
    total, returns = 0.0, []
    for reward in reversed(rewards):
        total = reward + gamma * total
        returns.insert(0, total)
    return (np.array(returns) - values) ** 2


case(returns_to_go, (u(4), u(4), 0.9), other=[(u(3), u(3), 0.7)])


def inserted_from_the_list_itself(xs, w):
    out = [w]
    for x in xs:
        if x > 0.5:
            out.insert(0, x * out[0] + np.sin(w) * out[-1])
        else:
            out.append(x * out[0])
    return np.array(out[:-1])


case(
    inserted_from_the_list_itself,
    ([0.7, 0.3, 0.9], 0.4),
    other=[([0.7, 0.3, 0.2, 0.8], 0.6), ([0.1, 0.2], 0.3)],
)


def put_in_front_in_a_counted_loop(x, w):
    out = []
    for i in range(len(x)):
        out.insert(0, x[i] * w)
    return np.array(out) * x


case(put_in_front_in_a_counted_loop, (u(4), 0.3), other=[(u(3), 0.7)])


def taken_off_what_a_comprehension_made(X, y):
    # the list of the comprehension has a name of its own, which nobody reads any more
    rows = [r * y for r in X]
    rows = [np.tanh(r * y) for r in rows]
    last = rows.pop() * 0.5
    rows.append(last * y)
    first = rows.pop(0)
    return sum(rows) * first + last


case(taken_off_what_a_comprehension_made, (u(3, 2), 0.4), other=[(u(4, 2), 0.9), (u(2, 2), -0.3)])


def taken_off_what_a_branch_made(x, y):
    parts = [y, x[0], x[1]]
    if y > 0:
        parts = [np.sin(p) * y for p in parts]
    s = parts.pop() * 0.5
    parts.append(s * s)
    del parts[0]
    return sum(parts) * y


case(taken_off_what_a_branch_made, (u(3), 0.7), other=[(u(3), -0.7), (u(2), 0.2)])


def taken_off_in_a_loop_under_another_name(x, y):
    stack = [x * y, x * x]
    todo = stack
    total = 0.0
    while todo:
        v = todo.pop()
        total = total + np.sum(v * y)
        if total < 0.5 and len(todo) < 3:
            todo.append(v * 0.5 + y)
    return total


case(taken_off_in_a_loop_under_another_name, (u(3), 0.3), other=[(u(2), 0.1), (u(3), 0.9)])


def taken_off_and_read_by_the_first_name(x, y):
    rows = [x, x * y]
    shown = rows
    last = shown.pop()
    return last * y + rows[0]


case(taken_off_and_read_by_the_first_name, (u(3), 0.3), refused="shows the same list")


def taken_off_and_read_in_the_next_step(x, y):
    rows = [x, x * y, x * x]
    shown = rows
    total = 0.0
    for i in range(2):
        total = total + np.sum(rows[0] * y)
        last = shown.pop(0)
        total = total + np.sum(last)
    return total


case(taken_off_and_read_in_the_next_step, (u(3), 0.3), refused="shows the same list")


def longer_before_a_comprehension_in_a_branch(x, X, y):
    parts = [y, y * y]
    for s, v in zip(x, X):
        if np.sin(s) > 0.1:
            parts.append(s * v[0])
            parts = [np.sin(p) for p in parts]
    return np.array(parts)


case(
    longer_before_a_comprehension_in_a_branch,
    (u(3), u(3, 2), 0.3),
    other=[(u(2), u(2, 2), 0.2), (-u(2), u(2, 2), 0.2)],
)


def taken_off_before_a_comprehension_in_an_inner_loop(x, y):
    rows = [x * y]
    for v in x:
        w = rows.pop() * 0.5
        rows.append(w)
        for _ in range(2):
            rows = [np.tanh(q * v) for q in rows]
    return rows[0]


case(taken_off_before_a_comprehension_in_an_inner_loop, (u(3), 0.3), other=[(u(2), 0.4)])


def longer_until_the_other_name_is_bound_anew(x, y):
    rows = [x * y, x]
    shown = rows
    for v in x:
        rows.append(x * v)
        shown = [x * y]
        rows.append(x * v * y)
    return sum(rows) + sum(shown)


case(longer_until_the_other_name_is_bound_anew, (u(3), 0.3), other=[(u(2), 0.4)])


def longer_and_left_before_the_other_name_is_bound(x, y):
    rows = [x * y, x]
    shown = rows
    for v in x:
        rows.append(x * v)
        if len(rows) > 3:
            break
        shown = [x]
    return sum(rows) + sum(shown)


case(
    longer_and_left_before_the_other_name_is_bound,
    (u(3), 0.3),
    refused="rows grows while shown is the same list",
)


def pairs_of_an_array_and_a_depth(x, w):
    # a stack of pairs of which one part has axes
    stack = [(x, 0)]
    total = 0.0
    while stack:
        v, depth = stack.pop()
        total = total + np.sum(v * w) / (1 + depth)
        if depth < 2:
            stack.append((v * 0.5, depth + 1))
            stack.append((np.sin(v), depth + 1))
    return total


case(pairs_of_an_array_and_a_depth, (u(3), u(3)), other=[(u(2), u(2))])


def dicts_taken_off_from_the_front(x, n):
    waiting = [{"v": x, "k": 1.0}]
    total = 0.0
    for _ in range(n):
        one = waiting.pop(0)
        total = total + np.sum(one["v"]) * one["k"]
        waiting.append({"v": np.tanh(one["v"]), "k": one["k"] * 0.5})
    return total


case(dicts_taken_off_from_the_front, (u(3), 3), other=[(u(2), 1), (u(2), 0)])


def a_tuple_longer_in_a_loop(x):
    t = (x,)
    for _ in range(3):
        t = t + (t[-1] * x,)
    return sum(t)


case(a_tuple_longer_in_a_loop, (0.3,), other=[(0.7,)])


def put_into_one_of_two(emb, labels, margin=1.0):
    pos, neg = [], []
    for i in range(len(emb)):
        for j in range(i):
            d = np.linalg.norm(emb[i] - emb[j])
            (pos if labels[i] == labels[j] else neg).append(d)
    loss = sum(pos)
    if neg:
        loss += np.mean([max(0.0, margin - d) ** 2 for d in neg])
    return loss


case(
    put_into_one_of_two,
    (u(4, 2), [0, 1, 0, 1]),
    wrt=["emb"],
    other=[(u(3, 2), [0, 0, 0]), (u(3, 3), [0, 1, 2])],
)
