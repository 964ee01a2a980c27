"""Local functions that write into a list, a dict or an array of the function around them."""

import numpy as np

from tests.cases import case, normal

r = normal(3939)


def memo(x):
    return x * 7


def dict_written_before_it_is_read(x):
    c = {}

    def squared():
        c["a"] = x * x
        return c["a"] * 2

    c["b"] = squared() * 0.5
    return c["a"] * c["b"]


def item_of_what_is_called(x):
    c = {"a": x * 2}

    def replaced():
        c["a"] = c["a"] * x
        return x + 1

    c["b"] = replaced()
    d = replaced() * c["a"]
    return c["a"] * c["b"] + d


def list_that_grows(x):
    kept = []

    def put(v):
        kept.append(v * v)
        return v * 2

    y = put(x) + put(x * 3)
    return y * kept[0] + kept[1]


def array_filled(x):
    a = np.zeros(len(x))

    def put(k):
        a[k] = x[k] ** 2
        return x[k] * 2

    a[1] = put(0)
    s = put(2) + a[1]
    return s * a


def named_like_a_function_of_the_module(x):
    memo = {}

    def keep(v):
        memo["v"] = v * v
        return v

    y = keep(x)
    return memo["v"] * y


def remembered_recursion(x):
    memo = {}

    def at(k):
        if k not in memo:
            memo[k] = x if k < 2 else at(k - 1) * 0.5 + at(k - 2) * x
        return memo[k]

    return at(3)


def filled_by_recursion(x, n):
    out = np.zeros(4)

    def fill(k):
        out[k] = x[k] * x[k]
        if k < n:
            fill(k + 1)
        return x[0]

    s = fill(0)
    return out * s


def read_before_the_call(x):
    c = {"a": x * 2}

    def replaced():
        c["a"] = c["a"] * x
        return x + 1

    return c["a"] * replaced()


def counted_only(x):
    count = {"n": 0}

    def step(v):
        count["n"] += 1
        v = np.tanh(v)
        return v * v

    return step(x) + step(x * 2) * count["n"]


case(dict_written_before_it_is_read, (r(3),), other=[(r(4),)])
case(item_of_what_is_called, (r(3),), other=[(r(4),)])
case(list_that_grows, (r(3),), other=[(r(4),)])
case(array_filled, (r(3),))
case(named_like_a_function_of_the_module, (r(3),), other=[(r(4),)])
case(read_before_the_call, (r(3),), other=[(r(4),)])
case(counted_only, (r(3),), other=[(r(4),)])
case(
    remembered_recursion,
    (r(3),),
    refused="the local function at puts a traced value into memo, which belongs to the function around it",
)
case(filled_by_recursion, (r(4), 3), refused="a helper that is called for what it changes")
