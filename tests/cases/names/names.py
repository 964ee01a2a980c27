"""Names: overwritten, taken by what the tool would call its own, unicode, shadowed builtins."""

import math

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(1), uniform(1)


def overwritten_twice(x, y):
    x = x * y
    x = np.tanh(x)
    x = x * y
    return x


case(overwritten_twice, (r(3), r(3)), other=[(r(5), r(5))])


def overwritten_scalar(x, y):
    x = x * y
    x = math.sin(x) + x
    y = x * y
    return y


case(overwritten_scalar, (0.7, 1.3), other=[(-0.2, 0.4)])


def overwritten_with_itself(x, w):
    x = x + np.maximum(0, x @ w)
    x = x + np.maximum(0, x @ w)
    return x


case(overwritten_with_itself, (r(4, 3), r(3, 3)), other=[(r(2, 5), r(5, 5))])


def swapped(x, y):
    x, y = y, x
    z = x**2 + y
    x, y = y * x, x
    return x * z + np.sin(y)


case(swapped, (r(3), r(3)), other=[(r(2), r(2))])


def changes_rank(x):
    x = x.reshape(-1)
    x = np.sum(x * x)
    x = np.sqrt(x)
    return x


case(changes_rank, (r(3, 2),), other=[(r(4, 5),)])


def input_restored(x):
    y = x
    x = x * 2
    z = x * y
    x = y
    return z * x


case(input_restored, (r(4),))


def argument_dout(dout, w):
    h = np.tanh(dout * w)
    return h * dout


case(argument_dout, (r(3), r(3)))


def argument_cache(cache, x):
    a = cache * x
    return np.sin(a) * cache


case(argument_cache, (r(3), r(3)))


def argument_dx(x, dx):
    y = x * dx
    return y * y + dx


case(argument_dx, (r(3), r(3)))


def argument_out(out, x):
    y = out * x
    return y * out


case(argument_out, (r(3), r(3)))


def local_out_is_not_the_output(x, w):
    out = np.exp(x * w)
    result = out * x + out
    return result


case(local_out_is_not_the_output, (r(3), r(3)))


def local_out_overwritten(x):
    out = np.tanh(x)
    y = out * out
    out = x * y
    return y + out


case(local_out_overwritten, (r(3),))


def local_dout(x, y):
    dout = x * y
    return np.exp(dout) * dout


case(local_dout, (r(3), r(3)))


def local_cache(x, y):
    cache = (x, y)
    return np.tanh(cache[0]) * cache[1]


case(local_cache, (r(3), r(3)))


def all_of_ours(x, dx, dout, cache, out, grads):
    steps = x * dx
    dsteps = steps * dout
    ddout = dsteps + cache
    return ddout * out * grads


case(all_of_ours, (r(2), r(2), r(2), r(2), r(2), r(2)))


def argument_np(np, x):
    return np * x + np


case(argument_np, (r(3), r(3)))


def argument_math(math, x):
    return math * x * x


case(argument_math, (1.5, 0.5))


def an_output_by_the_name_of_a_number(x, w):
    b = np.sin(w.mean())
    q = np.abs(b * w)
    b = (q * x + b) ** 2
    return q, b


case(an_output_by_the_name_of_a_number, (r(2, 3), r(2, 3)), other=[(r(3, 2), r(3, 2))])


def a_number_by_the_name_of_an_array(x, w):
    y = x * w
    x = np.cos(np.sum(x[0] * x[::-1]))
    return x, y * w * x


case(a_number_by_the_name_of_an_array, (r(3, 3), r(3)), other=[(r(2, 2), r(2))])


def a_number_by_the_name_of_an_array_in_a_dict(x):
    s, t = np.sum(x * x), np.tanh(x)
    x = s * s
    return {"x": x, "t": t + x}


case(a_number_by_the_name_of_an_array_in_a_dict, (r(3, 3),), other=[(r(2, 4),)])
