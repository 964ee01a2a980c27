"""Objects that a function makes, which keep others that they make or are given."""

from tests.cases import case


class Gain:
    def __init__(self, w, n=1):
        self.w = w
        self.n = n
        self.seen = None

    def at(self, t):
        self.seen = t * self.w
        return self.seen * self.n

    def scale(self, s):
        self.w = self.w * s


class Pair:
    def __init__(self, a, b):
        self.first = Gain(a)
        self.second = Gain(b, 2)

    def at(self, t):
        return self.second.at(self.first.at(t))


class Given:
    def __init__(self, one, other):
        self.one = one
        self.other = other

    def at(self, t):
        return self.one.at(t) + self.other.at(t * t)


class Both:
    def __init__(self, a, b):
        self.pair = Pair(a, b)
        self.given = Given(self.pair.first, self.pair.second)

    def at(self, t):
        return self.pair.at(t) * self.given.at(t)


values, others = (1.7, 0.5), [(0.6, 1.2)]


def made_inside(x, y):
    return Pair(x, y).at(1.5)


case(made_inside, values, other=others)


def changed_inside(x, y):
    pair = Pair(x, y)
    pair.first.scale(x)
    return pair.at(1.5) * pair.first.w


case(changed_inside, values, other=others)


def changed_before_and_after(x, y):
    gain = Gain(x)
    given = Given(gain, gain)
    gain.scale(y)
    return given.at(x) * gain.w


case(changed_before_and_after, values, other=others)


def of_three_classes(x, y):
    return Both(x, y).at(x)


case(of_three_classes, values, other=others)


def by_another_name(x, y):
    pair = Pair(x, y)
    first = pair.first
    first.scale(y)
    return pair.at(x) * first.w


case(by_another_name, values, other=others)


def one_each_trip(x, y, n):
    total = 0.0
    old = Gain(y)
    for i in range(n):
        pair = Pair(x * (i + 1), y)
        total += old.at(x) * pair.at(x)
        old = pair.first
    return total


case(one_each_trip, (1.7, 0.5, 2), wrt=["x", "y"], other=[(0.6, 1.2, 4)])


def two_of_them(x, y):
    one, other = Pair(x, y), Pair(y, x)
    return one.at(x) - 2 * other.at(y)


case(two_of_them, values, other=others)


class Replaced(Pair):
    def swap(self):
        self.first, self.second = self.second, self.first


def given_another(x, y):
    pair = Replaced(x, y)
    pair.swap()
    return pair.at(1.5)


case(given_another, values, refused="is used as a whole")


class Trainer:
    def __init__(self, gain, rate):
        self.gain, self.rate = gain, rate

    def step(self, t):
        self.gain.w = self.gain.w - self.rate * self.gain.at(t) * t

    def fit(self, t, n):
        for _ in range(n):
            self.step(t)
        return self.gain.at(t) ** 2


def of_a_given_one(gain, t, rate, n):
    return Trainer(gain, rate).fit(t, n)


case(
    of_a_given_one,
    (Gain(1.5), 0.7, 0.1, 2),
    wrt=["gain.w", "t", "rate"],
    other=[(Gain(0.5), 1.7, 0.2, 1), (Gain(0.5), 1.7, 0.2, 0)],
)


def of_two_given_ones(one, other, t):
    return Given(one, other).at(t) * Given(other, one).at(t)


case(
    of_two_given_ones,
    (Gain(1.5), Gain(0.5, 3), 0.7),
    wrt=["one.w", "other.w", "t"],
    other=[(Gain(0.3), Gain(1.2, 2), 1.7)],
)


def of_one_that_is_rebound(one, other, t):
    given = Given(one, other)
    one = other
    return given.at(t) * one.at(t)


case(
    of_one_that_is_rebound,
    (Gain(1.5), Gain(0.5, 3), 0.7),
    wrt=["one.w", "other.w", "t"],
    refused="the object one is used as a whole",
)
