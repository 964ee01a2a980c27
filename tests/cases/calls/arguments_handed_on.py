"""Arguments that a solver hands on to a function as they are, `func(x, *args)`: floats, exponents, options and
functions in one tuple, of which only the floats count."""

from tests.cases import case


def distance(x, a, b, n, doubled):
    y = a * x**n - b
    if doubled:
        y = y * 2
    return y


def power(x, n):
    y = x**n
    return y * y + n


def of_a_function(t, u, v, function, n):
    return function(t, u, v, n, True)


def secant(func, x0, args=(), trips=2):
    p0, p1 = x0, x0 * 1.001 + 1e-3
    q0, q1 = func(p0, *args), func(p1, *args)
    for _ in range(trips):
        p = p1 - q1 * (p1 - p0) / (q1 - q0)
        p0, q0 = p1, q1
        p1 = p
        q1 = func(p1, *args)
    return p1


def in_place(x, a, b):
    args = (a, b, 2, True)
    return distance(x * 1.1, *args) - distance(x, *args)


case(in_place, (1.5, 0.3, 0.2), other=[(0.7, 0.3, 0.1)])


def two_steps(x, a, b):
    return secant(distance, x, args=(a, b, 2, True))


case(two_steps, (1.5, 0.3, 0.2), other=[(0.7, 0.3, 0.1)])


def with_a_function_among_them(x, a, b):
    return secant(of_a_function, x, args=(a, b, distance) + (2,))


case(with_a_function_among_them, (1.5, 0.3, 0.2), other=[(0.7, 0.3, 0.1)])


def through_a_lambda(x, a, b):
    return secant(lambda t, u, v, f, n: f(t, u, v, n, True), x, args=(a, b, distance, 2))


case(through_a_lambda, (1.5, 0.3, 0.2), other=[(0.7, 0.3, 0.1)])


def solved(x, a, b, function, *args):
    args2 = (a, b, function) + args
    try:
        return secant(of_a_function, x, args=args2)
    except ZeroDivisionError:
        return x


def an_exponent_handed_on_twice(x, a, b, n):
    return solved(x, a, b, distance, n)


case(
    an_exponent_handed_on_twice,
    (1.5, 0.3, 0.2, 2),
    other=[(0.7, 0.3, 0.1, 2), (0.7, 0.3, 0.1, 3)],
)


def an_exponent_in_a_tuple(p):
    y = power(p[0], p[1])
    return y + power(y, *p[1:])


case(an_exponent_in_a_tuple, ((1.5, 2),), other=[((0.7, 3),)])


def an_exponent_in_a_list(x, z):
    p = [x, 2, None, z]
    q = list(p)
    for _ in range(2):
        y = power(q[0], q[1]) * q[3]
    return y


case(an_exponent_in_a_list, (1.5, 2.5), other=[(0.5, 0.7)])
