"""Wrappers that take words out of their `**kwargs` under the same names; functions in lists that are made of others."""

import functools

import numpy as np

from tests.cases import case


def scaled(f):
    @functools.wraps(f)
    def inner(*args, **kw):
        k = kw.pop("k", 3.0)
        return k * f(*args, **kw)

    return inner


@scaled
def square(x):
    return x**2


@scaled
def line(x, w, b=0.0):
    return x * w + b


calls = (2.0, 1.0), [(3.0, 1.5)]


def taken_by_its_name(x, k):
    return square(x, k=k) + square(k)


case(taken_by_its_name, calls[0], other=calls[1])


def taken_in_a_loop(x, y):
    total = 0.0
    for _ in range(3):
        total = total + line(x, y, k=total + 1.0, b=x)
    return total


case(taken_in_a_loop, calls[0], other=calls[1])


def plain(x, **kwargs):
    scale = kwargs.pop("scale", 2.0)
    gain = kwargs.get("gain", 1.0)
    gain = gain * 2.0
    return scale * np.tanh(line(x, **{"w": 2.0}) * kwargs["gain"]) + gain


def read_and_changed(x, y):
    return plain(x, scale=y, gain=y * x)


case(read_and_changed, calls[0], other=calls[1])


def only_taken(x, **kw):
    reg = kw.pop("reg")
    if "bias" in kw:
        bias = kw.pop("bias")
        x = x + bias
    if kw:
        raise TypeError("no such option")
    return x * reg


def with_all_taken(x, y):
    return only_taken(x, reg=y, bias=x)


case(with_all_taken, calls[0], other=calls[1])


class Model:
    def __init__(self, w, **kw):
        self.w, self.reg = w, kw.pop("reg", 0.1)

    def loss(self, x):
        return self.w * x + self.reg * self.w**2


def taken_by_a_constructor(x, y):
    return Model(y, reg=x).loss(x) + Model(x).loss(y)


case(taken_by_a_constructor, calls[0], other=calls[1])

FUNCTIONS = (np.sin, np.cos)


def list_of_a_display(x):
    total = 0.0
    for f in list((np.sin, np.cos)):
        total = total + f(x)
    return total


def list_of_a_table(x):
    for k, f in enumerate(list(FUNCTIONS)):
        x = f(x) + k
    return x


def table_of_a_list(x):
    fs = tuple([np.sin, np.tanh])
    return sum(f(x) for f in fs)


def lists_joined(x):
    fs = [np.sin] + [np.tanh]  # noqa: RUF005  # as users write it
    for f in fs:
        x = x * f(x)
    return x


for function in (list_of_a_display, list_of_a_table, table_of_a_list, lists_joined):
    case(function, (0.5,), other=[(0.7,)])
