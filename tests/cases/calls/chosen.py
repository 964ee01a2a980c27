"""Functions that a branch chooses, and one that takes the place of an argument that is None."""

import numpy as np

from tests.cases import case, raises, uniform

u = uniform(823)

UNSEEN = "this side of the branch was not recorded"


def default_payoff(x, strike, payoff=None):
    if payoff is None:
        payoff = lambda s: np.maximum(strike - s, 0)  # noqa: E731  # as users write it
    return payoff(x).sum()


case(default_payoff, (u(4), 0.1), other=[(u(3), 0.2)], guarded=[raises(UNSEEN, u(3), 0.2, np.sin)])


def or_payoff(x, strike, payoff=None):
    payoff = payoff or (lambda s: np.maximum(strike - s, 0))
    return payoff(x).sum()


case(or_payoff, (u(4), 0.1), other=[(u(3), 0.2)], guarded=[raises(UNSEEN, u(3), 0.2, np.sin)])


def one_of_two(x, strike, kind="call"):
    if kind == "call":
        f = lambda s: np.maximum(strike - s, 0)  # noqa: E731  # as users write it
    elif kind == "put":
        f = lambda s: np.maximum(s - strike, 0)  # noqa: E731  # as users write it
    else:
        raise ValueError(kind)
    return f(x).sum()


case(
    one_of_two,
    (u(4), 0.1),
    other=[(u(3), 0.2, "put")],
    guarded=[raises("other", u(3), 0.2, "other")],
)


def with_its_slope(x, k, name="sin"):
    if name == "sin":
        f = np.sin
        df = np.cos
    else:
        f = lambda s: s * s  # noqa: E731  # as users write it
        df = lambda s: 2 * s  # noqa: E731  # as users write it
    return f(x).sum() * df(k)


case(with_its_slope, (u(4), 0.3), other=[(u(3), 0.4, "square")])


def no_last_way(x, kernel="rbf", gamma=0.5):
    if kernel == "rbf":
        k = lambda a, b: np.exp(-gamma * (a - b) ** 2)  # noqa: E731  # as users write it
    elif kernel == "cos":
        k = lambda a, b: np.cos(a - b)  # noqa: E731  # as users write it
    return k(x[:, None], x[None, :])


case(
    no_last_way,
    (u(4),),
    other=[(u(3), "cos")],
    guarded=[raises(UNSEEN, u(3), "linear")],
)


def given_norm(x, order=1):
    if order == 1:
        norm = lambda v: np.sum(np.abs(v))  # noqa: E731  # as users write it
    elif callable(order):
        norm = order
    else:
        raise ValueError("order")
    return x / norm(x)


case(given_norm, (1 + u(4),), other=[(1 + u(3),)], guarded=[raises(UNSEEN, u(3), np.sum)])


def same_name_twice(x, k, kind="a"):
    if kind == "a":

        def f(s):
            return s * k

    else:

        def f(s):
            return s * s

    return f(x).sum()


case(same_name_twice, (u(4), 0.5), refused="f may be another function in the next call")


def lambda_by_default(x, f=lambda s: s * s):
    return f(x).sum()


case(lambda_by_default, (u(4),), refused="f may be another function in the next call")


def called_before(x, f=None, again=False):
    f = f or np.tanh
    y = f(x)
    return y * f(y) if again else y


def bound_anew(x, f, again=False):
    y = f(x)
    if again:
        f = np.sin
    return f(y)


case(called_before, (u(4),), other=[(u(3), None, True)])
case(bound_anew, (u(4), np.cos), guarded=[raises("f was np.cos", u(3), np.cos, True)])
