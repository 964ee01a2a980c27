"""Local functions and lambdas that read traced values, under every name that they go by; those handed to code that nobody looks into are refused."""

import functools

import numpy as np
from scipy.integrate import odeint, quad, solve_ivp
from scipy.optimize import minimize_scalar, newton

from tests.cases import case

t4 = np.array([-1.0, 2.0])


def lambda_with_a_name(x, n):
    g = lambda t: t * x
    if n > 3:
        return g(2.0)
    return x * 2


case(lambda_with_a_name, (0.7, 2), other=[(0.4, 17)])


def functions_in_a_list(x, n):
    def g(t):
        return t * x

    def h(t):
        return t + x

    fs = [g, h]
    if n > 3:
        return fs[0](2.0) * fs[1](1.0)
    return x * 2


case(functions_in_a_list, (0.7, 2), other=[(0.4, 17)])


def reduced(x, n):
    def g(a, b):
        return a * b + x

    if n > 3:
        return functools.reduce(g, [1.0, 2.0, 3.0])
    return x * 2


case(reduced, (0.7, 2), other=[(0.4, 17)])


def sorted_by_a_traced_key(x, n):
    ws = [3.0, 1.0, 2.0]

    def key(v):
        return v * x

    if n > 3:
        return sorted(ws, key=key)[0] * x
    return x * 2


case(sorted_by_a_traced_key, (0.7, 2), other=[(0.4, 17)])


def mapped_and_summed(x, n):
    def g(v):
        return v * x

    if n > 3:
        return sum(map(g, [1.0, 2.0]))
    return x * 2


case(mapped_and_summed, (0.7, 2), other=[(0.4, 17)])


def partial_of_a_local_function(x, n):
    def g(v):
        return v * x

    h = functools.partial(g)
    if n > 3:
        return h(3.0)
    return x * 2


case(partial_of_a_local_function, (0.7, 2), other=[(0.4, 17)])


def second_name_of_a_function(x, n):
    def g(v):
        return v * x

    h = g
    if n > 3:
        return h(3.0)
    return x * 2


case(second_name_of_a_function, (0.7, 2), other=[(0.4, 17)])


def functions_in_a_table(x, n):
    def g(v):
        return v * x

    table = {"a": g}
    if n > 3:
        return table["a"](3.0)
    return x * 2


case(functions_in_a_table, (0.7, 2), other=[(0.4, 17)])


def made_by_a_function(x, n):
    def make():
        def g(v):
            return v * x

        return g

    if n > 3:
        return make()(3.0)
    return x * 2


case(made_by_a_function, (0.7, 2), other=[(0.4, 17)])


def largest_by_a_traced_key(x, n):
    def g(v):
        return v * x

    if n > 3:
        return max([1.0, 2.0], key=lambda q: -g(q)) * x
    return x * 2


case(largest_by_a_traced_key, (0.7, 2), other=[(0.4, 17)])


def called_in_a_comprehension(x, n):
    def g(r):
        return r * x

    if n > 3:
        out = np.array([g(r) for r in t4])
        return out.sum()
    return x * 2


case(called_in_a_comprehension, (0.7, 2), other=[(0.4, 17)])


def list_of_a_map(x, n):
    def g(i):
        return x * i

    if n > 3:
        return np.sum(np.array(list(map(g, range(3)))))
    return x * 2


case(list_of_a_map, (0.7, 2), other=[(0.4, 17)])


def vectorized(x, n):
    def g(t):
        return t * x

    return np.vectorize(g)(t4).sum() if n > 3 else x * 2


case(vectorized, (0.7, 17), other=[(0.4, 2), (0.4, 5)])


def integrated(x, n):
    g = lambda t: t * x
    return quad(g, 0, 1)[0] if n > 3 else x * 2


case(integrated, (0.7, 17), refused="is called by code that cannot be looked into")


def solved_as_an_equation_of_motion(x, n):
    def g(y, t):
        return -x * y

    if n > 3:
        return odeint(g, 1.0, np.array([0.0, 0.5]))[-1, 0]
    return x * 2


case(
    solved_as_an_equation_of_motion,
    (0.7, 17),
    refused="is called by code that cannot be looked into",
)


def solved_over_a_lambda(x, n):
    if n > 3:
        return solve_ivp(lambda t, y: -x * y, (0, 1), [1.0]).y[0, -1]
    return x * 2


case(solved_over_a_lambda, (0.7, 17), refused="no gate is known for solve_ivp")


def root_of_a_local_function(x, n):
    def g(t):
        return t**3 - x

    if n > 3:
        return newton(g, 1.0)
    return x * 2


case(root_of_a_local_function, (0.7, 17), refused="is called by code that cannot be looked into")


def minimum_of_a_local_function(x, n):
    def g(t):
        return (t - x) ** 2

    if n > 3:
        return minimize_scalar(g).x
    return x * 2


case(minimum_of_a_local_function, (0.7, 17), refused="no gate is known for minimize_scalar")


def array_from_a_local_function(x, n):
    def g(i):
        return i * x

    if n > 3:
        return np.sum(np.fromfunction(g, (3,)))
    return x * 2


case(array_from_a_local_function, (0.7, 17), refused="is called by code that cannot be looked into")


def made_anew_in_each_trip(xs, w):
    s = w
    for x in xs:
        squash = lambda z: 1 / (1 + np.exp(-z))  # noqa: E731
        s = squash(s * x) + s
    return s


case(made_anew_in_each_trip, ([0.3, 0.5, 1.5], 0.5), other=[([0.2, 0.9], 0.7)])


def twice_bound(y):
    def h(z):
        nonlocal y
        y = y * 2
        return z * y

    return h(y) + h(3.0)


def parameter_bound_inside(x, y):
    return twice_bound(x) * y


case(parameter_bound_inside, (2.0, 3.0), other=[(1.5, 0.5)])


def totals(y, w):
    total = 0.0

    def h(z):
        nonlocal y, total
        y = y * 2
        total = total + z * y
        return z * y

    a = h(y) + h(3.0)
    return a * y + total * w


def names_of_both(total, y):
    w = totals(total, y)
    return w * y + total + totals(y, w)


case(names_of_both, (2.0, 3.0), other=[(1.5, 0.5)])


def two_levels_up(x, y):
    def g(y):
        def h(z):
            nonlocal y
            y = y * 2
            return z * y

        return h(y) + h(x)

    return g(y) + g(x)


case(two_levels_up, (2.0, 3.0), other=[(1.5, 0.5)])


def pieces_by_lambdas(x, a):
    k = np.arange(3.0)
    return np.sum(np.piecewise(k, [k > 1], [lambda t: a * t, 0.0])) + np.sum(x)


case(pieces_by_lambdas, (np.arange(3.0), 1.2), other=[(np.array([1.0, -2.0]), -0.3)])


def called_before_a_sum(d, w):
    def scaled(q):
        d["t"] = d["t"] * q
        return q * 2.0

    return d["t"] * scaled(w[0]) * sum(d["t"] * q for q in w)


case(called_before_a_sum, ({"t": 2.0}, np.array([1.3, 2.0, 3.0])))


def called_before_a_list(d, w):
    def scaled(q):
        d["t"] = d["t"] * q
        return q * 2.0

    y = [d["t"], scaled(w[0]), sum([d["t"] * q for q in w])]
    return y[0] * y[1] * y[2]


case(called_before_a_list, ({"t": 2.0}, np.array([1.3, 2.0, 3.0])))


def first_of_several_in_a_loop(x, v, trips):
    def force(x):
        f = np.zeros_like(x)
        energy = 0.0
        for i in range(len(x) - 1):
            f[i] += x[i + 1] - x[i]
            energy += (x[i + 1] - x[i]) ** 2
        return f, energy

    f, energy = force(x)
    for _ in range(trips):
        v = v + 0.1 * f
        x = x + 0.1 * v
        f, energy = force(x)
    return energy + np.sum(v**2)


case(
    first_of_several_in_a_loop,
    (np.array([1.0, 0.5, 2.0]), np.array([0.1, 0.2, 0.3]), 2),
    other=[(np.array([1.0, 0.5]), np.array([0.1, 0.2]), 0)],
)
