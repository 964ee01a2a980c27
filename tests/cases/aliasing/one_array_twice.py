"""The same array given for two arguments of which one is changed in place."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(13)
ONE, SQUARE = r(3), r(3, 3)
TWO = "were two arrays when this code was made"


def doubled_first(a, b):
    a *= 2
    return np.sum(a * b)


case(doubled_first, (r(3), r(3)), other=[(r(5), r(5))], guarded=[raises(TWO, ONE, ONE)])


def first_item_set(a, b):
    a[0] = np.sin(a[0])
    return a * b


case(
    first_item_set,
    (r(3), r(3)),
    other=[(r(5), r(5))],
    guarded=[raises(TWO, ONE, ONE)],
)


def row_added(params, x):
    params["u"][1] += np.sin(params["u"][0]) * x[0]
    return np.sum(params["u"] * params["v"] * x)


case(
    row_added,
    ({"u": r(3, 3), "v": r(3, 3)}, r(3)),
    guarded=[raises("stood there twice", {"u": SQUARE, "v": SQUARE}, r(3))],
)


def momentum_step(w, grad, v):
    v *= 0.9
    v -= 0.1 * grad
    w += v
    return np.sum(w**2)


case(
    momentum_step,
    (r(3), r(3), r(3)),
    other=[(r(4), r(4), r(4))],
    guarded=[raises("grad apart from v", r(3), ONE, ONE)],
)


def never_changed(a, b):
    return np.sum(a * np.sin(b)) - np.sum(a @ b)


case(never_changed, (r(3, 3), r(3, 3)), other=[(SQUARE, SQUARE), (SQUARE, SQUARE.T)])


def one_dict_of_weights_doubled(a, b):
    a["w"] = a["w"] * 2.0
    return np.sum(a["w"] * b["w"])


PARAMS = {"w": r(3)}
case(
    one_dict_of_weights_doubled,
    ({"w": r(3)}, {"w": r(3)}),
    guarded=[raises("a and b were two dicts", PARAMS, PARAMS)],
)


class Tap:
    """One delay of a filter, with a count of its calls."""

    def __init__(self, w):
        self.w, self.n = w, 1


def each_tap_counts(taps, x):
    for tap in taps:
        tap.n = tap.n + 1
        x = x * tap.w * tap.n
    return x


TAP = Tap(2.0)
case(
    each_tap_counts,
    ([Tap(2.0), Tap(3.0)], r(3)),
    guarded=[raises("no item of taps stood there twice", [TAP, TAP], r(3))],
)


def doubled_on_a_side(x, y, flag):
    if flag:
        x *= 2.0
    return np.sum(x * y)


case(
    doubled_on_a_side,
    (r(4), r(4), False),
    other=[(r(3), r(3), True)],
    guarded=[raises(TWO, ONE, ONE, True)],
)


def rows_added_late(x, y, n):
    if n > 30:
        x[1:] += np.sin(x[:-1])
    return np.sum(x * np.cos(y))


case(
    rows_added_late,
    (r(4), r(4), 2),
    other=[(r(3), r(3), 31)],
    guarded=[raises(TWO, ONE, ONE, 31)],
)


def weights_decayed_late(a, b, step):
    if step > 100:
        a["w"] = a["w"] * 2.0
    return np.sum(a["w"] * b["w"])


case(
    weights_decayed_late,
    ({"w": r(3)}, {"w": r(3)}, 5),
    other=[({"w": r(4)}, {"w": r(4)}, 500)],
    guarded=[raises("a and b were two dicts", PARAMS, PARAMS, 500)],
)


def first_one_replaced_at_seven(a, b, n):
    if n == 7:
        a[0] = a[0] * 2.0
    return np.sum(a[0] * b[0])


LIST = [r(3)]
case(
    first_one_replaced_at_seven,
    ([r(3)], [r(3)], 1),
    other=[([r(4)], [r(4)], 7)],
    guarded=[raises("a and b were two lists", LIST, LIST, 7)],
)


def set_to_three_times(a, s):
    if s > 1:
        a[0] = 3.0 * a[1]


def changed_by_a_helper_at_times(x, y, s):
    set_to_three_times(x, s)
    return np.sum(x * y)


case(
    changed_by_a_helper_at_times,
    (r(3), r(3), 0),
    other=[(r(4), r(4), 2)],
    guarded=[raises(TWO, ONE, ONE, 2)],
)


def scaled_by_trips(x, y, n):
    k = 0
    while k < n - 3:
        x[k] *= y[k]
        k += 1
    return np.sum(x * y)


case(
    scaled_by_trips,
    (r(4), r(4), 2),
    other=[(r(4), r(4), 6)],
    guarded=[raises(TWO, ONE, ONE, 5)],
)


def left_early_without_a_change(x, y, n):
    if n > 9:
        return np.sum(x * y)
    y += x
    return np.sum(x * y)


case(
    left_early_without_a_change,
    (r(4), r(4), 11),
    other=[(r(3), r(3), 1)],
    guarded=[raises(TWO, ONE, ONE, 1)],
)


def row_given_twice(x):
    rows = [row.copy() for row in x]
    rows[0] = rows[1]
    rows[0] *= 2
    return np.sum(rows[1]) + np.sum(rows[0] ** 2)


case(row_given_twice, (r(3, 4),), refused="several items of rows are one and the same object")


def repeated_in_a_list(x, w):
    both = [x * w] * 2
    both[0] += w
    return np.sum(both[1] * both[0])


case(repeated_in_a_list, (r(4), r(4)), refused="several items of both are one and the same object")


def under_two_keys(x, w):
    start = x * w
    d = {"now": start, "then": start}
    d["now"] += w
    return np.sum(d["then"] * d["now"])


case(under_two_keys, (r(4), r(4)), refused="several items of d are one and the same object")


def appended_twice(x, w):
    start, held = x * w, []
    held.append(start)
    held.append(start)
    held[1][0] = 2 * w[1]
    return np.sum(held[1] * held[0])


case(appended_twice, (r(4), r(4)), refused="several items of held are one and the same object")


def list_given_twice(x):
    table = [list(row) for row in x]
    table[0] = table[1]
    table[0][0] = table[1][1] * 2
    return sum(table[1]) + table[0][0] ** 2


case(list_given_twice, (r(3, 4),), refused="several items of table are one and the same object")


def moved_up(x, w):
    """No two of them are one object when one changes."""
    held = [x.copy() for _ in range(3)]
    held[1:] = held[:2]
    held[2] *= w
    return sum(np.sum(h * (k + 1)) for k, h in enumerate(held))


case(moved_up, (r(4), r(4)), other=[(r(5), r(5))])


def items_that_overlap(x, n):
    y = x * 1.0
    parts = {"left": y[:2]}
    parts["right"] = y[1:3]
    for _ in range(n):
        parts["left"] *= x[0]
    return parts["left"] * parts["right"]


case(items_that_overlap, (r(3), 2), other=[(r(3), 0), (r(4), 3)])


class Gain:
    """A gain that an object holds."""

    def __init__(self, w):
        self.w = w


class Two:
    """Two of them, which may be one."""

    def __init__(self, a, b):
        self.a, self.b = a, b

    def added_to_one(self, x):
        self.a.w += x
        return np.sum(self.b.w**2)

    def first_item_replaced(self, x):
        self.a.w[0] = x[0]
        return np.sum(x * self.b.w**2)

    def appended_to_one(self, x):
        self.a.append(x * 2)
        return sum(self.b) * x

    def one_looked_up(self, x):
        self.a["k"] = x * 2
        return self.b.get("k", 1.0) * x


def one_object(value):
    """Two attributes that are the same."""
    return Two(value, value)


case(
    Two.added_to_one,
    (Two(Gain(r(3)), Gain(r(3))), r(3)),
    guarded=[raises("self.a.w and self.b.w were two arrays", one_object(Gain(r(3))), r(3))],
)
case(
    Two.first_item_replaced,
    (Two(Gain(r(3)), Gain(r(3))), r(3)),
    guarded=[raises("self.a.w and self.b.w were two arrays", one_object(Gain(r(3))), r(3))],
)
case(
    Two.appended_to_one,
    (Two([2.0], [3.0]), 1.5),
    guarded=[raises("self.a and self.b were two lists", one_object([2.0]), 1.5)],
)
case(
    Two.one_looked_up,
    (Two({"k": 1.0}, {"k": 2.0}), 1.5),
    guarded=[raises("self.a and self.b were two dicts", one_object({"k": 1.0}), 1.5)],
)
