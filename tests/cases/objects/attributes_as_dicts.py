"""The attributes of an object as a dict: `vars(self)` and `self.__dict__`, where they are read."""

import numpy as np

from tests.cases import case, raises


class Point:
    def __init__(self, x):
        self.x, self.y = x, 0.3

    def norm(self):
        return np.hypot(self.x, self.y)


class Settings:
    def __init__(self, a, b):
        self.a, self.b = a, b
        self.w = np.array([a, b])

    def squares(self):
        return sum(np.sum(v**2) for v in vars(self).values())

    def by_name(self):
        t = 1.0
        for k in vars(self):
            t = t * np.sum(getattr(self, k))
        return t

    def doubled(self):
        return {k: v * 2.0 for k, v in self.__dict__.items()}

    def copied(self, k):
        found = dict(vars(self))
        found["a"] = found["a"] * k
        return found["a"] * found["b"]

    def changed_before(self, k):
        self.a = self.a * k
        return vars(self)["a"] + vars(self).get("b")

    def scaled(self, k):
        for name, v in vars(self).items():
            if isinstance(v, float):
                setattr(self, name, v * k)
        return self.a * self.b

    def written(self, k):
        vars(self)["a"] = k
        return self.a * self.b


class Longer(Settings):
    def __init__(self, a, b):
        Settings.__init__(self, a, b)
        self.extra = 1.5


class Pair:
    def __init__(self, a):
        self.u, self.v = Point(a), Point(0.5)

    def total(self):
        t = 0.0
        for _, point in vars(self).items():
            t += point.norm() * point.x
        return t


def of_an_argument(s):
    return sum(np.mean(v) for k, v in vars(s).items() if k != "b")


case(
    Settings.squares, (Settings(0.5, 0.7),), guarded=[raises("self had a, b, w", Longer(0.3, 0.4))]
)
case(Settings.by_name, (Settings(0.5, 0.7),), other=[(Settings(0.3, 0.4),)])
case(Settings.doubled, (Settings(0.5, 0.7),), other=[(Settings(0.3, 0.4),)])
for method in (Settings.copied, Settings.changed_before, Settings.scaled):
    case(method, (Settings(0.5, 0.7), 0.4), other=[(Settings(0.3, 0.4), 0.6)])
case(Settings.written, (Settings(0.5, 0.7), 0.4), other=[(Settings(0.3, 0.4), 0.6)])
case(Pair.total, (Pair(0.7),), other=[(Pair(0.4),)])
case(of_an_argument, (Settings(0.5, 0.7),), other=[(Settings(0.3, 0.4),)])


class Updated:
    def __init__(self, a, b):
        self.a, self.b = a, b

    def by_words(self, k):
        self.__dict__.update(a=k * self.b, b=self.a)
        return self.a * self.b**2

    def by_a_dict(self, k):
        vars(self).update({"a": k})
        return self.a * self.b

    def by_an_argument(self, given):
        self.__dict__.update(given)
        return self.a * self.b

    def by_a_name(self, k):
        d = vars(self)
        d["b"] += k * d["a"]
        return self.b * d.get("a") * sum(v for v in d.values())


for method in (Updated.by_words, Updated.by_a_dict, Updated.by_a_name):
    case(method, (Updated(0.5, 0.7), 0.4), other=[(Updated(0.3, 0.4), 0.6)])
case(
    Updated.by_an_argument,
    (Updated(0.5, 0.7), {"a": 0.4}),
    other=[(Updated(0.3, 0.4), {"a": 0.6})],
    guarded=[raises("given had a", Updated(0.3, 0.4), {"b": 0.6})],
)
