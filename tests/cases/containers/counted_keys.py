"""Counts, words and masks that a function keeps in the caller's dict beside what counts."""

import numpy as np

from tests.cases import case, raises

A, B = np.arange(12.0).reshape(3, 4) / 7 - 0.6, np.cos(np.arange(12.0)).reshape(3, 4)
g, h = np.array([0.3, 0.5, -0.2, 0.9]), np.array([1.1, -0.7, 0.4, 0.25])


def count(x, p):
    p["n"] = p.get("n", 0) + 1
    return x * p["g"] / p["n"]


case(count, (A, {"g": g}), other=[(B, {"g": h}), (B, {"g": h, "n": 3})])


def count_where_it_is_not(x, p):
    if "n" not in p:
        p["n"] = 0
    p["n"] += 1
    return x * p["g"] * p["n"]


case(count_where_it_is_not, (A, {"g": g}), other=[(B, {"g": h}), (B, {"g": h, "n": 3})])


def count_by_setdefault(x, p):
    p.setdefault("n", 0)
    p["n"] += 1
    return x * p["g"] * p["n"]


case(count_by_setdefault, (A, {"g": g}), other=[(B, {"g": h}), (B, {"g": h, "n": 3})])


def count_of_trips(x, p, n):
    for _ in range(n):
        p["n"] = p.get("n", 0) + 1
    return x * p["g"] * p["n"]


case(count_of_trips, (A, {"g": g}, 2), other=[(B, {"g": h}, 3), (B, {"g": h}, 1)])


def word_of_trips(x, p, n):
    for _ in range(n):
        mode = p.get("mode", "first")
        p["mode"] = "later"
        x = x * 2 if mode == "first" else x * x
    return x * p["g"]


case(
    word_of_trips,
    (A, {"g": g}, 2),
    other=[(B, {"g": h}, 1), (B, {"g": h}, 0), (B, {"g": h, "mode": "later"}, 2)],
)


def shape_and_word(x, p):
    p["n"] = len(x)
    p["kind"] = "seen"
    return x * p["g"] / p["n"]


case(shape_and_word, (A, {"g": g}), other=[(B, {"g": h, "n": 3, "kind": "new"})])


def mask(x, p):
    p["mask"] = x > 0
    return x * p["g"] * p["mask"]


case(mask, (A, {"g": g}), other=[(B, {"g": h})])


def product_where_it_is_not(x, p):
    if "k" not in p:
        p["k"] = p["g"] * 2
    return x * p["g"] * p["k"]


case(product_where_it_is_not, (A, {"g": g}), other=[(B, {"g": h}), (B, {"g": h, "k": g})])


def one_or_the_other(x, p, a):
    if a > 0:
        p["h"] = x * 1.0
    else:
        p["h"] = x * x
    return x * p["g"] * p["h"]


case(one_or_the_other, (A, {"g": g}, 1), other=[(B, {"g": h}, -1)])


def constant(x, p):
    p["n"] = 2.0
    return x * p["g"] / p["n"]


case(
    constant,
    (A, {"g": g}),
    other=[(B, {"g": h})],
    guarded=[raises("p had no 'n'", B, {"g": h, "n": 3.0})],
)


def batch_count(x, p, mode="train"):
    if mode == "train":
        mu, var = x.mean(axis=0), x.var(axis=0)
        p["mean"] = 0.9 * p["mean"] + 0.1 * mu
        p["n"] = p.get("n", 0) + 1
        normal = (x - mu) / np.sqrt(var + 1e-5)
    else:
        normal = (x - p["mean"]) / (1 + p.get("n", 0))
    return normal * p["g"]


case(
    batch_count,
    (A, {"mean": g, "g": h}),
    other=[(B, {"mean": g, "g": h, "n": 3}), (B, {"mean": g, "g": h}, "test")],
)


def words(x, text):
    counts = {}
    for letter in text:
        counts[letter] = counts.get(letter, 0) + 1
    return x * counts["a"] * sum(counts.values())


case(words, (g, "ab"), other=[(h, "aabb"), (h, "a")])
