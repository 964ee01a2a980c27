"""Lists of the caller's that `ys += xs` makes longer: they are longer afterwards, as behind `ys.extend(xs)`."""

from tests.cases import case


def by_another(xs, ys):
    ys += xs
    return ys[-1] * xs[0]


case(by_another, ([0.5, 0.7], [0.1]), other=[([0.3], [0.4, 0.5]), ([0.3, 0.1, 0.6], [0.4])])


def both_changed(xs, ys):
    xs[0] = xs[0] * 2
    xs.append(ys[0])
    ys += xs
    return ys[-1] * xs[0]


case(both_changed, ([0.5, 0.7], [0.1]), other=[([0.3], [0.4, 0.5]), ([0.3, 0.1], [0.4])])


def by_itself(ys, x):
    ys += ys
    ys[0] = x
    return ys[-1] * ys[0] + sum(ys)


case(by_itself, ([0.5, 0.7], 0.3), other=[([0.3], 0.2)])


def on_one_side(xs, ys, longer):
    if longer:
        ys += xs
    return sum(ys) * xs[0]


case(
    on_one_side,
    ([0.5, 0.7], [0.1], True),
    other=[([0.3], [0.4, 0.5], False), ([0.3], [0.4, 0.5], True)],
)


def behind_a_new_one(xs, ys):
    ys = ys + xs
    ys += xs
    return sum(ys) * ys[-1]


case(behind_a_new_one, ([0.5, 0.7], [0.1]), other=[([0.3], [0.4, 0.5])])


class Held:
    def __init__(self):
        self.h = [1.0]

    def longer(self, xs):
        self.h += xs
        return self.h[-1] * self.h[0]


case(Held.longer, (Held(), [0.5, 0.7]), other=[(Held(), [0.3])])


def tuple_in_front(x, n):
    t = (x,)
    for _ in range(n):
        t = (t[-1] * 2, *t)
    return sum(a * i for i, a in enumerate(t))


case(tuple_in_front, (1.5, 3), other=[(0.3, 0), (0.5, 4)])


def tuple_behind(x, n):
    t = (x,)
    for _ in range(n):
        t = (*t, t[-1] * x)
    return sum(a * i for i, a in enumerate(t))


case(tuple_behind, (1.5, 3), other=[(0.3, 0), (0.5, 4)])
