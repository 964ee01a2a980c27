"""Copies of dicts and lists of unlike items: keys that come in, go out, or are looped over; the original stays what it is."""

import copy

import numpy as np

from tests.cases import case, normal

r = normal(913)


def given(n):
    return {"rate": 0.5, "w": r(n)}


def overwritten(x, p):
    p = dict(p)
    p["w"] = p["w"] * p["rate"]
    return np.sum(x * p["w"])


case(overwritten, (r(5), given(5)), other=[(r(3), given(3))])


def overwritten_on_one_side(x, p, mode):
    q = p.copy()
    if mode == "soft":
        q["w"] = q["w"] * q["rate"]
    else:
        q["rate"] *= 2
    return np.sum(x * q["rate"] * q["w"] * p["rate"])


case(
    overwritten_on_one_side,
    (r(5), given(5), "soft"),
    other=[(r(3), given(3), "soft"), (r(3), given(3), "hard")],
)


def options_with_words(x, p):
    q = dict(p)
    q.update(rate=2.0 * p["rate"])
    return np.sum(x * q["w"]) * q["n"] * q["rate"]


case(options_with_words, (r(5), {**given(5), "mode": "x", "n": 3}))


def in_a_helper(x, p):
    def eased(options):
        options = dict(options)
        options["rate"] = np.sin(options["rate"])
        return options

    q = eased(p)
    return np.sum(x * q["w"]) * q["rate"] * p["rate"]


case(in_a_helper, (r(5), given(5)), other=[(r(3), given(3))])


def best_of_some(x, p):
    best = p.copy()
    for _ in range(3):
        trial = best.copy()
        trial["w"] = trial["w"] - 0.1 * trial["rate"] * x
        if np.sum(trial["w"] ** 2) < np.sum(best["w"] ** 2):
            best = trial
    return best["w"]


case(best_of_some, (r(5), given(5)), other=[(r(3), given(3))])


def layers_copied(x, layers):
    q = {}
    for name, layer in layers.items():
        own = dict(layer)
        own["rate"] = own["rate"] * 2
        q[name] = own
    return sum(np.sum(x * own["w"]) * own["rate"] for own in q.values())


case(layers_copied, (r(5), {"one": given(5), "two": given(5)}))


def new_key(x, p):
    q = dict(p)
    q["scaled"] = 2 * x
    return x * q["rate"] + q["scaled"]


case(new_key, (r(5), given(5)), other=[(r(3), given(3))])


def new_key_of_arrays(x, p):
    q = p.copy()
    q["c"] = 2 * x
    return x * q["a"] * q["c"]


case(new_key_of_arrays, (r(4), {"a": r(4), "b": r(4)}), other=[(r(3), {"a": r(3), "b": r(3)})])


def new_keys_in_a_loop(x, p, n):
    q = copy.copy(p)
    for k in range(n):
        q["step" + str(k)] = np.sin(x) * k
    return sum(q.values())


case(
    new_keys_in_a_loop,
    (r(4), {"a": r(4)}, 2),
    other=[(r(3), {"a": r(3)}, 0), (r(3), {"a": r(3)}, 3)],
)


def taken_out(x, p):
    q = dict(p)
    rate = q.pop("rate")
    total = 0.0
    for v in q.values():
        total += np.sum(v)
    return total * rate * x


case(taken_out, (r(5), given(5)), other=[(r(3), given(3))])


def deleted(x, p):
    p = p.copy()
    del p["rate"]
    return sum(np.sum(v) for v in p.values()) * x


case(deleted, (r(5), given(5)), other=[(r(3), given(3))])


def looped_over(x, p):
    q = dict(p)
    q["c"] = 2 * x
    total = 0.0
    for k, v in q.items():
        if k != "rate":
            total = total + np.sum(v * v)
    for k in q:
        total = total + np.sum(q[k])
    return total * x


case(looped_over, (r(5), given(5)), other=[(r(3), given(3))])


def list_of_unlike(x, p):
    parts = [p["rate"], x * 2]
    parts.append(p["w"])
    total = 0.0
    for k, v in enumerate(parts):
        total = total + np.sum(v) * (k + 1)
    return total * x


case(list_of_unlike, (r(5), given(5)), other=[(r(3), given(3))])


def list_copied(x, p):
    q = list(p)
    q[0] = q[0] * 2
    q.append(x)
    return q[0] * q[1] * q[-1]


case(list_copied, (r(5), (0.3, r(5))), other=[(r(3), (0.4, r(3)))])


def shallow(x, p):
    q = dict(p)
    q["w"] *= q["rate"]
    return np.sum(x * q["w"] * p["w"])


case(shallow, (r(5), given(5)), refused="Put a copy into q: copy.deepcopy(p).")


def deep(x, p):
    q = copy.deepcopy(p)
    q["w"] *= q["rate"]
    return np.sum(x * q["w"] * p["w"])


case(deep, (r(5), given(5)), other=[(r(3), given(3))])


def replaced_by_another_size(x, p):
    d = dict(p)
    d["w"] = np.cos(x)
    return np.sum(d["w"] * d["rate"])


case(replaced_by_another_size, (r(5), given(5)), other=[(r(3), given(4))])
