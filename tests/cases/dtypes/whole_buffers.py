"""Arrays that are made of single numbers: of whole numbers in a later call, they cut off what is put into them."""

import numpy as np

from tests.cases import case, raises

x = np.array([0.3, 0.5, -0.2, 0.9])


def filled(x, k):
    z = np.full(3, k)
    z[0] = x[1]
    return z * x[0]


case(filled, (x, 2.0), other=[(-x, 0.5)], guarded=[raises("k was a float", x, 3)])


def repeated(x, k):
    z = np.repeat(k, 3)
    z[0] = x[1]
    return z * x[0]


case(repeated, (x, 2.0), wrt=("x",), guarded=[raises("k was a float", x, np.array(3))])


def chosen(x, k, mask):
    z = np.where(mask, k, 0)
    z[0] = x[1]
    return z * x[0]


case(
    chosen,
    (x, 2.0, np.array([True, False])),
    guarded=[raises("k was a float", x, 3, np.array([True, False]))],
)


def of_a_list(x, values):
    z = np.array(values)
    z[0] = x[1]
    return z * x[0]


case(
    of_a_list,
    (x, [2.0, 3.0]),
    other=[(x, [1, 2.5])],
    wrt=("x",),
    guarded=[raises("values[k] was a float", x, [1, 2])],
)


def of_a_tuple_in_options(x, options):
    z = np.array(options["range"])
    z[0] = x[1]
    return z * x[0]


case(
    of_a_tuple_in_options,
    (x, {"range": (2.0, 3.0)}),
    wrt=("x",),
    guarded=[raises("was a float", x, {"range": (2, 3)})],
)


def of_all_others(x, *values):
    z = np.array(values)
    z[0] = x[1]
    return z * x[0]


case(
    of_all_others,
    (x, 1.0, 2.0),
    other=[(x, 1, 2.5)],
    wrt=("x",),
    guarded=[raises("values[k] was a float", x, 1, 2)],
)


def of_two(x, low, high):
    z = np.array([low, high])
    z[0] = x[1]
    return z * x[0]


case(
    of_two, (x, 1.0, 2.0), other=[(x, 1, 2.0)], guarded=[raises("low or high was a float", x, 1, 2)]
)


def start_of_all(y0, h, n):
    ys = np.array([y0] * (n + 1))
    for i in range(n):
        ys[i + 1] = ys[i] - h * ys[i]
    return ys


case(
    start_of_all, (1.0, 0.1, 3), other=[(2.0, 1, 0)], guarded=[raises("y0 was a float", 2, 0.1, 3)]
)


def left_out(x, start=None):
    if start is None:
        start = 0.0
    z = np.array([start] * len(x))
    z[1:] = x[1:]
    return z * x


case(left_out, (x, 1.0), other=[(x,)], guarded=[raises("start was a float", x, 2)])


def of_a_dtype(x, kind):
    z = np.zeros(3, dtype=kind)
    z[0] = x[1]
    return z * x[0]


case(of_a_dtype, (x, float), guarded=[raises("kind was a dtype of floats", x, int)])
case(
    of_a_dtype,
    (x, "float64"),
    guarded=[raises("kind was a dtype of floats", x, "int64")],
    name="of_a_dtype_by_its_name",
)


def no_buffer(x, slope=0.1, power=2.0):
    return np.where(x > 0, x, slope * x) ** power


case(no_buffer, (x,), other=[(x, 1, 3), (x, 2, 1)])


def list_of_products(a):
    return [a * 2, a**2]


case(list_of_products, (2.0,), other=[(3,)])


def told_apart(x, k):
    if isinstance(k, int):
        return x * k
    return x * k * 2


case(told_apart, (x, 2.0), other=[(x, 3)], wrt=("x",))
