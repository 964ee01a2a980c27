"""Functions, methods and properties that remember what they gave."""

import functools

import numpy as np

from tests.cases import case, normal

r = normal(929)


@functools.cache
def squared(x):
    return x**2


def of_a_number(x):
    return squared(x) * x + squared(2.0)


case(of_a_number, (r(),))


@functools.cache
def places(n):
    return np.arange(n)


def of_a_count(x):
    return np.sum(x * places(x.size))


case(of_a_count, (r(3),), other=[(r(5),)])


class Scaled:
    def __init__(self):
        self.w = r()

    @functools.cached_property
    def square(self):
        return self.w**2

    @property
    def plain(self):
        return self.w * 3.0

    @functools.lru_cache  # noqa: B019  # as users write it
    def times(self, k):
        return self.w * k

    def by_property(self, x):
        return self.square * x * self.square + self.plain

    def by_method(self, x):
        return self.times(2) * x + self.times(2)


used = Scaled()
used.square  # noqa: B018  # it is an attribute from here on
case(Scaled().by_property, (r(),), refused="self.square is a cached_property, which stays as it is")
case(
    used.by_property,
    (r(),),
    name="by_property_that_was_read",
    refused="self.square is a cached_property, which stays as it is",
)
case(Scaled().by_method, (r(),))


def recursive(x, n):
    @functools.lru_cache(None)
    def term(k):
        if k < 2:
            return x
        return term(k - 1) * x + term(k - 2)

    return term(n)


case(recursive, (r(), 5), refused="calls itself, and remembers the results of its calls")


@functools.cache
def binomial(n, k):
    return 1 if k in (0, n) else binomial(n - 1, k - 1) + binomial(n - 1, k)


def bernstein(x, n):
    return sum(binomial(n, k) * x**k * (1 - x) ** (n - k) * np.sin(k) for k in range(n + 1))


case(bernstein, (0.4, 3), other=[(0.3, 5)])


class Looked:
    """Weights in a dict, which are read like attributes."""

    def __init__(self):
        self.held = {"w": r(3), "b": r(3)}

    def __getattr__(self, name):
        held = self.__dict__.get("held", {})
        if name in held:
            return held[name]
        raise AttributeError(name)

    def by_name(self, x):
        return x * self.w + self.b

    def by_item(self, x):
        return x * self.held["w"] + self.held["b"]


case(Looked().by_name, (r(3),), refused="is what __getattr__ of Looked makes of its name")
case(Looked().by_name, (r(3),), name="by_name_of_x", wrt=("x",))
case(Looked().by_item, (r(3),))


class Clipped:
    def __init__(self):
        self.w = r(3)

    def __setattr__(self, name, value):
        object.__setattr__(self, name, np.clip(value, -1.0, 1.0))

    def scaled(self, x):
        self.w = self.w * x
        return np.sum(self.w)


class Registered:
    def __init__(self):
        self.w = r(3)

    def __setattr__(self, name, value):
        self.__dict__.setdefault("names", []).append(name)
        super().__setattr__(name, value)

    def registered(self, x):
        self.w = self.w * x
        return np.sum(self.w)


case(Clipped().scaled, (r(3),), refused="is set by __setattr__ of Clipped, which may change it")
case(Registered().registered, (r(3),))


LAST_PLACES = None


def places_made_once(n):
    global LAST_PLACES
    if LAST_PLACES is None or len(LAST_PLACES) != n:
        LAST_PLACES = np.linspace(0.5, 1.5, n)
    return LAST_PLACES


def of_a_variable_of_the_module(x, n):
    return np.sum(x**2 * places_made_once(n))


case(of_a_variable_of_the_module, (r(3), 3), other=[(r(5), 5), (r(2), 2)])
