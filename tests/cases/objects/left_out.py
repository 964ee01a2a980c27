"""Attributes that count only if something depends on them: what reads them on a way that is not followed is refused."""

import numpy as np

from tests.cases import case, normal

r = normal(1731)


class Layer:
    def __init__(self):
        self.W, self.b, self.scale = r(2, 2), r(2), 0.5
        self.mean = r(2)

    def by_name(self, x):
        return x @ self.W + getattr(self, "b")  # noqa: B009 - as people write it

    def averages(self, x):
        self.mean = 0.9 * self.mean + 0.1 * x.mean(axis=0)
        return (x @ self.W + self.b) * self.scale

    def by_text(self, x):
        return x @ self.W * float(f"{self.scale}")

    def by_objects(self, x):
        s = np.array([self.scale, 1.0]).astype(object)
        return x @ self.W * s[0]


for function in (Layer.by_name, Layer.averages):
    case(function, (Layer(), r(3, 2)), other=[(Layer(), r(4, 2))])
for function in (Layer.by_text, Layer.by_objects):
    case(function, (Layer(), r(3, 2)), refused="is left out, and what")
