"""Numbers that say in the example that something is not done (`momentum=0.0`): they do not count, on either side."""

import numpy as np

from tests.cases import case, normal

r = normal(661)


def descent(w, g, v, lr=0.1, momentum=0.0, decay=0.0):
    if decay:
        g = g + decay * w
    if momentum:
        g = momentum * v + g
    return w - lr * g


case(
    descent, (r(3), r(3), r(3)), other=[(r(4), r(4), r(4), 0.2), (r(4), r(4), r(4), 0.2, 0.9, 0.1)]
)


def scaled_and_shifted(x, shift=0.0, scale=1.0):
    y = np.exp(x)
    if scale != 1.0 and not shift == 2:
        y = y * scale
    return y + shift if shift else y


case(scaled_and_shifted, (r(3),), other=[(r(2), 0.5, 2.0), (r(2), 0.0, 0.5)])


class Filter:
    def __init__(self):
        self.gain = 0.0
        self.state = 1.5

    def step(self, x):
        y = x * self.state
        if self.gain != 0:
            y = y + self.gain * x**2
        return y


def filtered(filters, x):
    return filters.step(x)


case(Filter().step, (r(3),), other=[(r(4),)])
