"""Items of a dict that are replaced by values of another size: the gradient of what they held has its own size."""

import numpy as np

from tests.cases import case, normal

r = normal(77)


def weight(n, m):
    return {"w": r(n), "b": r(m)}


def item_replaced(p, x):
    z = x * 2.0
    d = {"w": p["w"], "b": p["b"]}
    d["w"] = z * 1.0
    return x + d["w"] * d["b"]


case(item_replaced, (weight(3, 3), r(3)), other=[(weight(2, 3), r(3))])


def item_replaced_in_a_branch(p, x, n):
    d = {"w": p["w"], "b": p["b"]}
    if n > 3:
        d["w"] = x * 1.0
    return np.sum(d["w"]) + np.sum(d["b"])


case(item_replaced_in_a_branch, (weight(3, 3), r(3), 1), other=[(weight(2, 3), r(4), 5)])


def new_key(p, x):
    d = {"b": p["b"]}
    d["w"] = x * p["w"]
    return np.sum(d["w"] * d["b"])


case(new_key, (weight(3, 3), r(3)))


def an_item_of_another_size_and_the_name_again(x, p, A):
    v = x * 2.0
    d = {"w": p["w"], "b": p["b"]}
    d["w"] = A.T[1] * 1.0
    v = v + d["w"] * d["b"]
    d = {"w": p["w"], "b": p["b"]}
    return v


case(
    an_item_of_another_size_and_the_name_again,
    (r(3), {"w": r(3), "b": 0.4}, r(3, 3)),
    other=[(r(2), {"w": r(4), "b": 0.2}, r(2, 3))],
)
