"""Objects without a constructor of their own, filled from outside."""

from types import SimpleNamespace

import numpy as np

from tests.cases import case, normal

r = normal(911)


class Box:
    """Nothing but a place for attributes."""


class State:
    """The same with settings of its class."""

    count, rate = 3, 0.1


def through_attribute(x):
    box = Box()
    box.value = x * x
    return box.value * x


case(through_attribute, (r(3),))


def through_setattr(x):
    box = Box()
    setattr(box, "value", x * x)
    return getattr(box, "value") * x


case(through_setattr, (r(3),))


def namespace_of_keywords(x, w):
    p = SimpleNamespace(w=w, b=x * 2)
    return p.w * x + p.b


case(namespace_of_keywords, (r(3), r()))


def namespace_filled(x, w):
    p = SimpleNamespace()
    p.w = w * x
    p.b = p.w**2
    return p.b * x


case(namespace_filled, (r(3), r()))


def namespace_given(p, x):
    return p.w * x + p.b**2


case(namespace_given, (SimpleNamespace(w=1.5, b=r(3)), r(3)))


def kept_in_a_loop(x, trips):
    state = Box()
    for t in range(trips):
        state.value = np.sin(x) * t
        x = x + state.value
    return state.value * x


case(kept_in_a_loop, (r(3), 3), other=[(r(2), 1)])


def product_of(box):
    return box.one * box.two


def handed_to_a_helper(x):
    box = Box()
    box.one, box.two = x, x**2
    return product_of(box)


case(handed_to_a_helper, (r(3),))


def with_a_history(x, trips):
    box = Box()
    box.history = []
    for _ in range(trips):
        x = x * 1.5
        box.history.append(x)
    return sum(box.history) * x


case(with_a_history, (r(3), 3), other=[(r(3), 2)])


def with_settings(x):
    state = State()
    state.value = x * state.rate
    for _ in range(state.count):
        state.value = state.value * x
    return state.value


case(with_settings, (r(3),))


class Net:
    """Attributes from keywords."""

    def __init__(self, **given):
        for name, value in given.items():
            setattr(self, name, value)

    def out(self, x):
        return self.scale * x + self.shift


def made_of_keywords(x, scale, shift):
    return Net(scale=scale, shift=shift).out(x)


case(made_of_keywords, (r(3), r(), r(3)))
case(Net(scale=r(), shift=r(3)).out, (r(3),), name="method_of_keywords")
