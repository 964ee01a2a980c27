"""Loops over expressions, slices, displays, items of dicts and pairs."""

import numpy as np

from tests.cases import case, normal

r = normal(125)


def over_a_slice(x):
    s = 1.0
    for v in x[1:]:
        s = s * np.sin(v) + v
    return s


case(over_a_slice, (r(4),), other=[(r(2),), (r(6),)])


def over_zipped_slices(X, x):
    rows = [x]
    for v, w in zip(X[1:], X.T):
        rows.append(v * np.sum(w) + rows[-1])
    for q in list(rows):
        rows.append(q * 2)
    return sum(rows)


case(over_zipped_slices, (r(4, 3), r(3)), other=[(r(3, 3), r(3))])


def norm_of_all_params(params, x):
    reg = 0.0
    for k, v in params.items():
        reg += np.sum(v * v)
    return reg + params["W"] @ x + params["b"]


case(norm_of_all_params, ({"W": r(2, 3), "b": r(2)}, r(3)))


def over_a_display(x, y):
    out = 0.0
    for a in (x, y, x * y):
        out = out * 0.5 + np.sum(np.tanh(a))
    return out


case(over_a_display, (r(3), r(3)))


def over_sorted_keys(params, x):
    for k in sorted(params):
        x = x + params[k] * x
    return x


case(over_sorted_keys, ({"W": r(3), "b": r(3)}, r(3)))


def list_made_in_a_loop(x, X, n):
    rows = [x]
    i = 0
    while i < n:
        i += 1
        for j in range(2):
            rows = [row * np.sum(row) for row in X]
    return sum(rows)


case(list_made_in_a_loop, (r(3), r(3, 3), 3), other=[(r(3), r(2, 3), 2), (r(2), r(2, 2), 0)])


def layers_of_pairs(layers, x):
    for W, b in layers:
        x = np.tanh(W @ x + b)
    return x


case(layers_of_pairs, ([(r(3, 3), r(3)), (r(3, 3), r(3))], r(3)), other=[([(r(3, 3), r(3))], r(3))])


def over_sorted_items(x):
    best = x[0]
    for v in sorted(x):
        best = best * 0.5 + v
    return best


case(over_sorted_items, (r(4),), other=[(r(6),), (r(1),)])


def enumerate_in_zip(x):
    total = 0.0
    for (i, a), b in zip(enumerate(x), x[::-1]):
        total += a * b * i
    return total


case(enumerate_in_zip, (r(4),), other=[(r(3),), (r(1),)])


def over_index_pairs(x):
    total = 0.0
    for i, j in [(0, 1), (1, 2)]:
        total += x[i] * x[j]
    for i, j in np.ndindex(2, 2):
        total += x[i] ** 2 * x[j]
    return total


case(over_index_pairs, (r(4),))


def over_pairs_of_things(x, y):
    total = 0.0
    for p in [(x, 1.0), (y, 2.0)]:
        total += np.sum(p[0]) ** 2 * p[1]
    return total


case(over_pairs_of_things, (r(4), r(4)))


def over_what_is_bound_again(x, y):
    total = 0.0
    for i, v in enumerate(x):
        x = np.sin(x) * y
        total += v * x[i]
    return total


case(over_what_is_bound_again, (r(3), 0.7), other=[(r(5), 1.2)])


def functions_defined_in_a_loop(s, p):
    for o in s:

        def grown(z):
            y = z * o  # noqa: B023  # called in its own trip
            return np.sin(y)

        halved = lambda z: z / o  # noqa: B023, E731  # as people write it
        p = grown(p) + halved(p)
    return p


case(functions_defined_in_a_loop, ([0.3, 0.4], 0.5), other=[([0.3, 0.4, 0.2], 0.6)])


def sizes_that_change(x, n):
    rows = []
    for i in range(n):
        x = np.insert(x, [0, 1], [i, 2.0])
        x = np.tanh(x)
        rows.append(x)
    total = 0.0
    for row in rows:
        total = total + np.sum(row * row)
    return total


case(sizes_that_change, (np.array([0.1, 0.2]), 2), other=[(np.array([0.1, 0.2, 0.4]), 3)])


def means_by_label(x, labels):
    groups = {}
    for item, label in zip(x, labels, strict=True):
        groups.setdefault(label, []).append(item)
    total = 0.0
    for label, items in sorted(groups.items()):
        total = total * 0.5 + np.mean(items) ** 2
    return total, {label: np.mean(items) for label, items in sorted(groups.items())}


case(means_by_label, (r(5), list("babca")), other=[(r(4), list("ccab")), (r(1), ["a"])])


def curves_in_sum(curves, x):
    # the plural of `a` is a word of Python's
    return sum(a * np.exp(-(((x - m) / s) ** 2)) for a, m, s in zip(*curves))


case(
    curves_in_sum,
    (([0.5, 0.7], [0.1, 0.2], [1.1, 0.9]), r(3)),
    other=[(([0.5], [0.1], [1.1]), r(4))],
)
