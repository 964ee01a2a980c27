"""Items of dicts and lists that change in place: under two names, broadcast to, given by a key of their own."""

import numpy as np

from tests.cases import case, normal

r = normal(147)


def added_under_two_names(u, v):
    z = u * 1.0
    d = {"x": z}
    d["x"] += v
    return np.sum(d["x"] * z)


case(added_under_two_names, (r(3), r(3)), other=[(r(2), r(2))])


def scaled_in_a_list(u, s):
    z = u * 1.0
    parts = [z]
    parts[0] *= s
    return np.sum(z * u)


case(scaled_in_a_list, (r(3), 0.7), other=[(r(2), -0.3)])


def one_of_two_changes(u, s):
    z = u * 1.0
    d = {"x": z, "y": u * 2.0}
    d["y"] += s
    return np.sum(z * d["x"] * d["y"])


case(one_of_two_changes, (r(3), 0.7), other=[(r(5), -0.2)])


def added_to_items_of_a_list(u, s):
    rows = [u * 1.0, u * 2.0]
    first = rows[0] * 3.0
    rows[0] += s
    rows[1] += first
    return np.sum(rows[0] * rows[1])


case(added_to_items_of_a_list, (r(3), 0.7), other=[(r(2), 0.3)])


def a_row_is_added(A, v):
    d = {"A": A * 2.0}
    d["A"] += v
    d["A"] -= v[0]
    return d["A"] * A


case(a_row_is_added, (r(2, 3), r(3)), other=[(r(4, 2), r(2))])


def a_key_of_its_own(d, a):
    d["z"] = a * 2
    d["y"] = np.tanh(d["z"])
    return np.sum(d["z"] * d["x"] + d["y"])


case(a_key_of_its_own, ({"x": r(3)}, r(3)), other=[({"x": r(4)}, r(4))])


def item_kept_before_its_place_is_filled_anew(x):
    rates = [1.0, 2.0]
    kept = {"first": rates[0], "all": rates}
    rates[0] = 5.0
    return x * kept["first"] * kept["all"][0]


case(item_kept_before_its_place_is_filled_anew, (r(3),), other=[(r(4),)])


def beside_a_number(x, y, k):
    u = x * 1.0
    d = {"a": 1.5, "x": u}
    v = np.sin(x) + y
    if k % 7 == 5:
        d["x"] += v
    return (u * 2 + v * d["a"] + d["x"]) * y


case(beside_a_number, (r(3), r(3), 5), other=[(r(2), r(2), 0), (r(4), r(4), 5)], name="side_taken")
case(beside_a_number, (r(3), r(3), 0), other=[(r(2), r(2), 5), (r(4), r(4), 1)])


def name_of_a_number_bound_anew(x, y, k):
    u = x * 1.0
    n = 0
    d = {"a": 1.5, "x": u, "n": n}
    for _ in range(k):
        d["x"] += y
        n += 1
    return (u * 2 + d["a"] + d["x"]) * y * (d["n"] + 3) + n


case(name_of_a_number_bound_anew, (r(3), r(3), 2), other=[(r(2), r(2), k) for k in (0, 1, 4)])


def added_to_and_replaced(x, y):
    u = x * 1.0
    d = {"x": u, "n": 0}
    d["x"] += y
    d["n"] += 1
    d["x"] = d["x"] * y
    return u + d["x"] * d["n"]


case(added_to_and_replaced, (r(3), r(3)), other=[(r(2), r(2))])


def one_added_to_one_replaced(x, y, k):
    u = x * 1.0
    p = [u, y * 2]
    for _ in range(k):
        p[0] += y
        p[1] = p[1] * u
    return u + p[0] + p[-1]


case(one_added_to_one_replaced, (r(3), r(3), 2), other=[(r(2), r(2), k) for k in (0, 1, 3)])


def kept_behind_a_test(x, y, k):
    u = x * 1.0
    d = {"x": u, "s": 0.0}
    if k > 2:
        d["x"] += y
        d["s"] = np.sum(u)
    u *= 2
    return u + d["x"] * d["s"]


case(kept_behind_a_test, (r(3), r(3), 3), other=[(r(2), r(2), 0), (r(4), r(4), 7)])


def shared_in_one_trip_alone(u, s, n):
    z = u * 1.0
    d = {"x": z, "n": 3}
    for _ in range(n):
        d["x"] += s
        z = z * 2.0
    return d["x"] + z


case(
    shared_in_one_trip_alone,
    (r(3), 0.3, 2),
    refused="an item is changed in place while z shares its memory",
)


# items that the next call changes again: the cache has copies of them


def steps_of_momentum(ps, gs, vs):
    for p, g, v in zip(ps, gs, vs):
        v *= 0.9
        v -= 0.1 * g
        p += v
    return sum(np.sum(p**2) for p in ps)


case(
    steps_of_momentum,
    ([r(2), r(3)], [r(2), r(3)], [r(2), r(3)]),
    other=[([r(3), r(4)], [r(3), r(4)], [r(3), r(4)])],
)


def steps_by_place(ps, gs):
    for i in range(len(ps)):
        ps[i] += gs[i]
    return sum(np.sum(p**2) for p in ps)


case(steps_by_place, ([r(2), r(3)], [r(2), r(3)]), other=[([r(3), r(4)], [r(3), r(4)])])


def steps_by_name(d):
    for k in d:
        d[k] += 1.0
    return sum(np.sum(v**2) for v in d.values())


case(steps_by_name, ({"a": r(2), "b": r(3)},), other=[({"a": r(4), "b": r(3)},)])


def steps_of_layers(net):
    for layer in net:
        layer["W"] -= 0.1 * layer["W"] ** 2
    return sum(np.sum(layer["W"] ** 2) for layer in net)


case(steps_of_layers, ([{"W": r(2)}, {"W": r(3)}],), other=[([{"W": r(4)}, {"W": r(2)}],)])


def begun_with_zeros(rate, grads):
    h = {}
    h["w"] = np.zeros_like(grads["w"])
    h["b"] = np.zeros_like(grads["b"])
    h["w"] *= rate
    h["w"] += grads["w"]
    h["b"] *= rate
    h["b"] += grads["b"]
    return h


case(
    begun_with_zeros,
    (0.9, {"w": r(1, 2), "b": r(1)}),
    other=[(0.5, {"w": r(1, 4), "b": r(1)})],
)


def begun_in_a_list(rate, x, y):
    h = [np.ones_like(x), np.ones_like(y)]
    h[0] *= rate
    h[0] += x
    h[1] *= rate
    h[1] += y
    return np.sum(h[0] ** 2) + np.sum(h[1])


case(begun_in_a_list, (0.9, r(3, 2), r(2)), other=[(0.5, r(1, 4), r(4))])
