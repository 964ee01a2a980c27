"""Functions that a branch chooses, and one that takes the place of an argument that is None."""

import enum

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


case(
    lambda_by_default,
    (u(4),),
    other=[(u(3),)],
    guarded=[raises("f was its default", u(3), np.sin)],
)


def shrunk(T, forcing, dt=1.0, kept=lambda T: 0.3 if T > 0 else 0.6, scale=2.0):
    found = []
    for F in forcing:
        T += dt * (F * (1 - kept(T)) - T / scale)
        found.append(T)
    return np.array(found)


case(shrunk, (1.0, u(4), 0.5), other=[(-2.0, u(3), 0.4), (0.2, -u(5), 0.6)])


def local_ones(X, y, length, kernel="rbf"):
    def rbf(A, B):
        return np.exp(-0.5 * ((A[:, None] - B[None]) ** 2).sum(-1) / length**2)

    def linear(A, B):
        d = A @ B.T
        return 1 + d / length

    k = rbf if kernel == "rbf" else linear
    return y @ k(X, X) @ y + (rbf if length < 1 else linear)(X, -X).sum()


case(
    local_ones,
    (u(4, 2), u(4), 0.7),
    other=[(u(3, 1), u(3), 1.2), (u(3, 2), u(3), 0.8, "linear"), (u(3, 2), u(3), 2.0, "linear")],
)


def made_where_none_is_given(pos, k, steps, force=None):
    if force is None:

        def force(p):
            return -k * p

    a = force(pos)
    for _ in range(steps):
        pos = pos + 0.1 * a
        a = 0.5 * (a + force(pos))
    return pos


case(
    made_where_none_is_given,
    (u(2), 0.7, 3),
    other=[(u(3), 0.9, 1), (u(2, 2), 0.4, 0)],
    guarded=[raises(UNSEEN, u(2), 0.7, 3, np.sin)],
)


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


class Kind(enum.Enum):
    SOFT = 1
    HARD = 2


def hinge(z):
    return np.maximum(z, 0)


BY_KIND = {Kind.SOFT: np.tanh, Kind.HARD: hinge}


def by_member(x, kind):
    if kind is Kind.SOFT:
        act = np.sin
    elif kind is Kind.HARD:
        act = hinge
    else:
        raise ValueError(kind)
    return act(x) + act(2 * x)


case(by_member, (u(4), Kind.SOFT), other=[(u(3), Kind.HARD)])


def table_by_member(x, kind):
    act = BY_KIND[kind]
    gate = {Kind.SOFT: np.cos, Kind.HARD: lambda z: z**2}
    return act(x) * gate[kind](x)


case(table_by_member, (u(4), Kind.SOFT), other=[(u(3), Kind.HARD)])


def replaced_by_one(x, kind):
    act = hinge
    if kind == "tanh":
        act = np.tanh
    if kind == "sin":
        act = np.sin
    return act(act(x))


case(replaced_by_one, (u(4), "tanh"), other=[(u(3), "sin"), (u(3), "none")])


def side_by_side(x, kind):
    if kind == "sin":
        f, slope = np.sin, np.cos
    elif kind == "square":
        f, slope = lambda z: z**2, lambda z: 2 * z
    else:
        assert False, kind  # noqa: B011, PT015  # as users write it
    return f(x) * slope(x)


case(side_by_side, (u(4), "sin"), other=[(u(3), "square")])


def replaced_after_a_call(x, kind):
    act = np.tanh
    y = act(x)
    if kind == "sin":
        act = np.sin
    return act(y)


case(replaced_after_a_call, (u(4), "sin"), guarded=[raises("act was np.sin", u(3), "tanh")])


def chosen_in_each_trip(x, names):
    for name in names:
        if name == "tanh":
            act = np.tanh
        elif name == "hinge":
            act = hinge
        else:
            act = lambda z: z * 1.1
        x = act(x) + 0.1
    return x


def chosen_by_count(x, n):
    for i in range(n):
        act = hinge if i < n - 1 else np.tanh
        x = act(x + 0.3)
    return x


def chosen_once_and_kept(x, n):
    for i in range(n):
        if i == 0:
            act = hinge
        x = act(x) + 0.2
    return x


def called_behind_the_loop(x, n):
    for i in range(n):
        act = hinge if i < 1 else np.sin
        x = x + 0.2
    return act(x)


case(chosen_in_each_trip, (u(4), ["tanh", "hinge", "none"]), other=[(u(3), ["none", "tanh"])])
case(chosen_by_count, (u(4), 4), other=[(u(3), 1)])
case(chosen_once_and_kept, (u(4), 3), other=[(u(3), 1)])
case(called_behind_the_loop, (u(4), 3), guarded=[raises("act was np.sin", u(3), 1)])


BY_MEMBER = {Kind.SOFT: lambda z: np.sqrt(1 + z * z), Kind.HARD: lambda z: z}


def in_a_table_by_member(x, kind):
    return BY_MEMBER[kind](2 * x)


case(in_a_table_by_member, (u(4), Kind.SOFT), other=[(u(3), Kind.HARD)])
