"""Try statements around traced values: what the run did of them is kept."""

import contextlib
import math

import numpy as np

from tests.cases import case, raises, uniform

u = uniform(408)


def inverted_or_else(x):
    try:
        y = np.linalg.inv(np.diag(x))
    except np.linalg.LinAlgError:
        y = np.linalg.pinv(np.diag(x))
    return y @ x


case(inverted_or_else, (u(4),), other=[(u(4),)])


def with_a_finally(x):
    # what is tried
    try:
        y = x * 2  # double
    finally:
        n = 3
    return y * x * n


case(with_a_finally, (u(4),), other=[(u(4),)])


def else_and_finally(x):
    try:
        y = x * 2
    except ValueError:
        y = x * 3
    else:
        y = y + 1
    finally:
        z = y * 2
    return z * x


case(else_and_finally, (u(4),), other=[(u(4),)])


def returned_from_a_try(x):
    try:
        return np.linalg.inv(np.diag(x)) @ x
    except np.linalg.LinAlgError:
        return x


case(returned_from_a_try, (u(4),), other=[(u(5),)])


def returned_behind_a_handler(A, b):
    try:
        return np.linalg.solve(A, b)
    except np.linalg.LinAlgError:
        pass
    return np.linalg.pinv(A) @ b


singular = np.zeros((3, 3))
case(
    returned_behind_a_handler,
    (u(3, 3) + 2 * np.eye(3), u(3)),
    guarded=[raises("nothing was caught here", singular, u(3))],
)


def a_failure_costs_much(A, b):
    S = A @ A.T
    try:
        L = np.linalg.cholesky(S)
    except np.linalg.LinAlgError:
        return 1e9
    z = np.linalg.solve(L, b)
    return 0.5 * z @ z + np.sum(np.log(np.diag(L)))


case(a_failure_costs_much, (u(3, 3), u(3)), other=[(u(4, 4), u(4))])


def raised_anew(x, y):
    try:
        z = x / y
    except ZeroDivisionError as e:
        raise ValueError("y is zero") from e
    return z * z


case(raised_anew, (2.0, 3.0), guarded=[raises("y is zero", 2.0, 0.0)])


def put_back_at_the_end(x):
    old = np.seterr(all="ignore")
    try:
        return np.exp(x) * x
    finally:
        np.seterr(**old)


case(put_back_at_the_end, (u(4),), other=[(u(5),)])


def asks_for_an_axis(x):
    try:
        n = x.shape[1]
    except IndexError:
        n = 1
    return x * n


case(asks_for_an_axis, (u(4),), other=[(u(5),)])


def asks_for_a_key(x, options):
    try:
        s = options["scale"]
    except KeyError:
        s = 1.0
    return x * s


case(
    asks_for_a_key,
    (u(4), {"shift": 2.0}),
    wrt=("x",),
    other=[(u(4), {"scale": 2.0})],
)


def no_factor_at_once(A, b):
    S = (A + A.T) / 2
    try:
        L = np.linalg.cholesky(S)
    except np.linalg.LinAlgError:
        L = np.linalg.cholesky(S @ S.T + 1e-2 * np.eye(len(S)))
    return L @ b


case(no_factor_at_once, (u(3, 3) - 3 * np.eye(3), u(3)), other=[(u(4, 4) - 4 * np.eye(4), u(4))])


def sometimes_caught(x, c):
    for k in range(3):
        try:
            x = x * c[k]
        except IndexError:
            x = x * 0.5
    return x


case(sometimes_caught, (u(4), [1.0, 2.0]), other=[(u(3), [0.5])])


def caught(x):
    try:
        y = x[7] * 2
    except IndexError:
        y = x[0] * 3
    return y * x


case(caught, (u(4),), guarded=[raises("something was caught here", u(9))])


class Spread:
    def __init__(self, n, scale):
        self.n, self.scale = n, scale

    def factor(self, P):
        try:
            c = np.linalg.cholesky(self.scale * P)
        except np.linalg.LinAlgError:
            R = P + np.eye(self.n)
            c = np.linalg.cholesky(self.scale * R)
        return c


POSITIVE = np.array([[2.0, 0.3], [0.3, 1.0]])
case(
    Spread(2, 1.5).factor,
    (POSITIVE,),
    guarded=[raises("nothing was caught here", np.array([[0.5, 1.0], [1.0, 0.5]]))],
)


WHEN = {"end": 0, "begin": 1}


def due_at(when):
    try:
        return WHEN[when]
    except (KeyError, TypeError):
        return [WHEN[w] for w in when]


def a_word_or_several(rate, payment, when="end"):
    due = due_at(when)
    rate, payment, due = np.asarray(rate), np.asarray(payment), np.asarray(due)
    return payment * (1 + rate) ** 3 * (1 + rate * due)


# several words give an output of another rank, of which nothing is promised
case(a_word_or_several, (0.05, 10.0), other=[(0.07, 3.0)])


def stored_where_it_is_an_array(x, k):
    y = np.tan(x) * k
    i = np.abs(x) <= 0.1
    try:
        y[i] = np.sign(x[i]) * 5.0
    except TypeError:
        if i:
            y = np.sign(x) * 5.0
    return y * k


case(
    stored_where_it_is_an_array,
    (np.float64(0.5), 1.0),
    other=[(np.float64(0.05), 2.0)],
    guarded=[raises("something was caught here", np.array([0.5, 0.05]), 1.0)],
)


def returned_before_the_rest(x, n):
    y = x
    try:
        if n == 0:
            return np.sum(x)
        y = y * x
    finally:
        y = y * 2
    return np.sum(y)


case(returned_before_the_rest, (u(4), 2), other=[(u(3), 0)])


def left_before_the_end_of_a_trip(x, n):
    s = 0.0
    for i in range(5):
        try:
            if i == n:
                break
            if i == 2:
                continue
            s = s + x[0] * i
        except ValueError:
            s = 0.0
        s = s * x[1]
    return s


case(left_before_the_end_of_a_trip, (u(4), 2), other=[(u(2), 0), (u(2), 9), (u(2), 4)])


def returned_from_a_trip(x, n):
    s = x[2]
    for i in range(5):
        try:
            if i == n:
                return s * x[3]
            s = s + x[0] * i
        finally:
            s = s * 2
        s = s * x[1]
    return s


case(returned_from_a_trip, (u(4), 2), other=[(u(4), 0), (u(5), 9)])


def missed_in_every_trip(p, names):
    s = p["a"]
    for n in names:
        try:
            s = s * p[n]
        except KeyError:
            s = s + 1.5 * p["b"]
    return s


case(
    missed_in_every_trip,
    ({"a": u(), "b": u()}, ["c", "d"]),
    other=[({"a": u(), "b": u()}, ["e"])],
    guarded=[raises("something was caught here", {"a": u(), "b": u()}, ["c", "a"])],
)


# errors that a context manager lets pass


def suppressed_root(x):
    y = x
    with contextlib.suppress(ValueError, ArithmeticError):
        y = math.sqrt(x) * x  # of no negative number
    return y * x


case(suppressed_root, (0.7,), other=[(2.5,)])


def suppressed_and_left(x):
    s = x[0]
    for v in x:
        with np.errstate(all="ignore"), contextlib.suppress(ValueError):
            if v < 0:
                break
            s = s * v * 2
    return s * x.sum()


case(
    suppressed_and_left,
    (np.array([0.5, 0.2, 2.0]),),
    other=[(np.array([0.5, -0.2, 0.3]),), (np.array([0.4]),)],
)


def returned_from_a_suppression(x):
    with contextlib.suppress(ZeroDivisionError):
        return 1 / (x - 2)
    return x * 5


case(returned_from_a_suppression, (0.7,), other=[(6.0,)])
