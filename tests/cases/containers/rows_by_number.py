"""Lists of pairs that a loop reads by number, and dicts with keys that are f-strings: each item is reached once."""

import numpy as np

from tests.cases import case, normal

r = normal(1201)


def layers(*sizes):
    return [(r(n, m), r(m)) for n, m in zip(sizes, sizes[1:], strict=False)]


def network(x, layers):
    for i in range(len(layers)):
        W, b = layers[i]
        x = np.tanh(x @ W + b)
    return x


def network_with_a_last_layer(x, layers):
    n = len(layers)
    for i in range(n - 1):
        W, b = layers[i]
        x = np.tanh(x @ W + b)
    W, b = layers[-1]
    return x @ W + b


def rows_read_twice(x, layers):
    for i in range(len(layers)):
        W, b = layers[i]
        V, _ = layers[0]
        x = np.tanh(x @ W + b) + np.sum(V)
    return x


def arrays_beside_numbers(w, steps):
    total = 0.0
    for i in range(len(w)):
        a, b = steps[i]
        if w[i] > 0:
            total += np.sum(a) * b * w[i]
    return total


def pairs_in_a_cache(cache):
    w, steps = cache
    total = 0.0
    for i, (a, b) in enumerate(steps):
        if w[i] > 0:
            total += np.sum(a) * b * w[i]
    return total


def pairs_in_a_cache_by_number(cache):
    w, steps = cache
    total = 0.0
    for i in range(len(w)):
        a, b = steps[i]
        for j in range(len(a)):
            if a[j] > 0:
                total += w[i] * a[j] * b
    return total


def places_read_back_and_forth(points):
    area, n = 0.0, len(points)
    for i in range(n):
        x1, y1 = points[i]
        x2, y2 = points[(i + 1) % n]
        area += x1 * y2 - x2 * y1
    return 0.5 * area


def added_under_a_formatted_key(scale, params, n):
    found = {key: np.zeros_like(value) for key, value in params.items()}
    for i in range(1, n + 1):
        found[f"W{i}"] += params[f"W{i}"] * scale
    return found


def multiplied_under_a_formatted_key(scale, params, n):
    found = {key: value + 1 for key, value in params.items()}
    for i in range(1, n + 1):
        found[f"W{i}"] *= params[f"{'W'}{i}"] * scale
    return found


def points(n):
    return [(float(r()), float(r())) for _ in range(n)]


def steps(n):
    return [(r(3), float(r())) for _ in range(n)]


case(network, (r(2, 3), layers(3, 4, 2)), other=[(r(4, 3), layers(3, 2, 4, 5))])
case(
    network_with_a_last_layer,
    (r(2, 3), layers(3, 4, 2)),
    other=[(r(4, 3), layers(3, 2, 4, 5)), (r(4, 3), layers(3, 2))],
)
case(rows_read_twice, (r(2, 3), layers(3, 4, 2)), other=[(r(4, 3), layers(3, 2, 4, 5))])
case(
    arrays_beside_numbers,
    (np.array([0.7, -0.4]), steps(2)),
    other=[(np.array([-0.7, 0.4, 1.5]), steps(3))],
)
case(
    pairs_in_a_cache,
    ((np.array([0.7, -0.4]), steps(2)),),
    other=[((np.array([-0.7, 0.4, 1.5]), steps(3)),)],
)
case(
    pairs_in_a_cache_by_number,
    ((np.array([0.7, -0.4]), steps(2)),),
    other=[((np.array([-0.7, 0.4, 1.5]), steps(3)),)],
)
case(places_read_back_and_forth, (points(3),), other=[(points(4),), (points(6),)])
case(
    added_under_a_formatted_key,
    (0.5, {"W1": r(3), "W2": r(2), "b1": r(2)}, 2),
    other=[(0.7, {"W1": r(3), "W2": r(2), "b1": r(2)}, 1)],
)
case(
    multiplied_under_a_formatted_key,
    (0.5, {"W1": r(3), "W2": r(2), "b1": r(2)}, 2),
    other=[(0.7, {"W1": r(3), "W2": r(2), "b1": r(2)}, 1)],
)
