"""Sides that the example does not take, at other sizes, ranks and trips than the example's, and two of them at once."""

import numpy as np

from tests.cases import case, normal, raises, uniform

r, u = normal(133), uniform(134)
X, Y, V = r(3, 4), r(3, 4), r(4)


def product_when_late(x, y, step):
    s = np.sum(x**2) + np.sum(y)
    if step > 10:
        s = s + np.sum(x * y)
    return s


case(
    product_when_late,
    (X, Y, 1),
    other=[(X, Y, 20), (X[:1], Y, 1), (r(2, 5), r(2, 5), 20)],
    guarded=[
        raises("x.shape == y.shape", X[:1], Y, 20),
        raises("x.shape == y.shape", X, Y[:, :1], 20),
    ],
)


def scale_when_late(x, b, step):
    s = np.sum(x**2) + np.sum(b)
    if step > 10:
        s = s + np.sum(np.tanh(x * b))
    return s


case(
    scale_when_late,
    (X, V, 1),
    other=[(X, V, 20), (X, V[:1], 1)],
    guarded=[raises("x.shape[1] == b.shape[0]", X, V[:1], 20)],
)


def first_items_when_late(x, k, step):
    s = x * 2.0
    if step > 10:
        s = s * x[:k]
    return s


case(
    first_items_when_late,
    (V, 1, 1),
    other=[(V, 1, 20), (V, 3, 1)],
    guarded=[raises("k was 1", V, 4, 20), raises("k was 1", V[:2], 2, 20)],
)


def first_items_at_once(x, k):
    s = x * 2.0
    return s * x[:k]


case(
    first_items_at_once,
    (V, 1),
    other=[(V[:2], 1)],
    guarded=[raises("k was 1", V, 4), raises("k was 1", V[:2], 2)],
)


def ends_when_late(x, step):
    v = x * 2.0
    s = np.sum(v)
    if step > 10:
        first, last = v[:2], v[-2:]
        last *= x[0]
        s = s + np.sum(first * first) + np.sum(last)
    return s


case(
    ends_when_late,
    (V, 1),
    other=[(V, 20), (r(6), 20), (V[:3], 1)],
    guarded=[raises("x.shape[0] was 4", V[:3], 20)],
)


def rows_when_late(x, step):
    s = np.sum(x * x)
    if step > 10:
        s = s + np.sum(x[0] * x) + len(x) * x[-1].sum()
    return s


case(
    rows_when_late,
    (V, 1),
    other=[(V, 20), (X, 1)],
    guarded=[raises("a vector x", X, 20)],
)


def modes_of_a_dict(x, gamma, p):
    """In training gamma is a parameter of a layer, as which no guard asks for its size: nor does one of the test's side."""
    mean = p["mean"]
    if p["mode"] == "train":
        mean = np.mean(x, axis=0)
    return (x - mean) * gamma


case(
    modes_of_a_dict,
    (X, V, {"mode": "train", "mean": r(4)}),
    wrt=("x", "gamma"),
    other=[(X, V, {"mode": "test", "mean": r(4)}), (r(2, 3), r(3), {"mode": "test", "mean": r(3)})],
)


def shifts_of_a_mode(x, shift, mode):
    """Without training alone the two meet."""
    if mode == "train":
        return x * np.mean(shift)
    return x * np.mean(shift) - shift


case(
    shifts_of_a_mode,
    (X, V, "train"),
    other=[(X, V, "test"), (r(2, 3), r(5), "train")],
    guarded=[raises("needs ", X[:, :1], V, "test")],
)


def swapped_then_changed(x, n, step):
    a = np.tanh(x)
    b = np.ones(len(x))
    if n > 4:
        a, b = b, a
    if step > 5:
        b -= 0.5
    return a[0] * np.sum(b)


case(
    swapped_then_changed,
    (V, 1, 1),
    other=[(V, 5, 1), (V, 1, 9)],
    guarded=[raises("n > 4 and step > 5 never held at once", V, 5, 9)],
)


def view_then_changed(x, n, step):
    a = np.exp(x)
    b = np.ones(2)
    if n > 4:
        b = a[:2]
    if step > 5:
        b *= x[0]
    return np.sum(a) * np.sum(b * b)


case(
    view_then_changed,
    (V, 1, 1),
    other=[(V, 5, 1), (V, 1, 9), (r(5), 5, 1)],
    guarded=[raises("never held at once", V, 5, 9)],
)


def item_then_changed(x, n):
    a = np.exp(x)
    d = {"a": np.ones(len(x)), "b": x * 2.0}
    if np.sum(a) > 50.0:
        d["a"] = a
    if n > 5:
        d["a"] += x[0]
    return np.sum(a * x) * np.sum(d["a"] * d["b"])


case(
    item_then_changed,
    (V, 1),
    other=[(V + 4.0, 1)],
    guarded=[raises("this side of the branch was not recorded", V + 4.0, 9)],
)


def named_twice_then_changed(x, n, step, mode):
    a = np.exp(x)
    b = np.ones(len(x))
    c = np.ones(len(x))
    if n > 4:
        b = a
    if step > 5:
        c = b
    if mode == "damped":
        c *= 0.5
    return np.sum(a * x) * np.sum(b) * np.sum(c)


case(
    named_twice_then_changed,
    (V, 1, 1, "free"),
    other=[(V, 5, 9, "free"), (V, 5, 1, "damped"), (V, 1, 9, "damped")],
    guarded=[
        raises(
            "n > 4 and step > 5 and mode == 'damped' never held at once",
            *(V, 5, 9, "damped"),
        )
    ],
)


def renamed_then_changed_when_large(x):
    a = np.exp(x / 100.0)
    b = np.ones(len(x))
    if np.sum(x) > 50.0:
        b = a
    if np.max(x) > 80.0:
        b -= x
    return np.sum(a * x) * np.sum(b)


case(
    renamed_then_changed_when_large,
    (V,),
    other=[(r(5),)],
    guarded=[raises("b is changed in place while a shares its memory", V + 100.0)],
)


def asked_again_of_twice_as_much(x, s):
    a = np.exp(x)
    b = np.ones(len(x))
    if s <= 50:
        b = a
    s = s * 2
    if s > 50:
        b *= 2.0
    return np.sum(a * x) * np.sum(b)


case(asked_again_of_twice_as_much, (V, 60), refused="`s > 50` is True")


def asked_again_and_right(x, s):
    a = x * 2.0
    if s > 50:
        a = a * x
    s = s * 2
    if s > 50:
        a = a + np.sin(x)
    return a


case(asked_again_and_right, (V, 60), other=[(V, 30), (V, 1), (r(2), 30)])
