"""Layers that are called, and call layers; local functions that read their object; configurations."""

from dataclasses import dataclass, field

import numpy as np

from tests.cases import case, normal

r = normal(8)


class Module:

    def __call__(self, *args):
        return self.forward(*args)


class Module1:

    def __call__(self, x):
        return self.forward(x)


class Linear(Module1):

    def __init__(self, i, o):
        self.W, self.b = (r(i, o), r(o))

    def forward(self, x):
        return x @ self.W + self.b


class Tanh(Module1):

    def forward(self, x):
        return np.tanh(x)


class Residual(Module1):

    def __init__(self, d):
        self.l, self.s = (Linear(d, d), 0.5)

    def forward(self, x):
        return x + self.s * self.l(x)


class Seq(Module1):

    def __init__(self, *ls):
        self.ls = ls

    def forward(self, x):
        for l in self.ls:
            x = l(x)
        return x


def apply(m, x):
    return m(x)


case(Residual(3).__call__, (r(2, 3),), name="res_call")
case(Residual(3).forward, (r(2, 3),), name="res_fwd")
case(apply, (Residual(3), r(2, 3)), name="apply_res")
case(apply, (Linear(3, 2), r(2, 3)), name="apply_lin")
case(Seq(Linear(3, 4), Tanh(), Linear(4, 2)).forward, (r(2, 3),), name="seq_fwd")
case(Seq(Linear(3, 4), Tanh(), Linear(4, 2)).__call__, (r(2, 3),), name="seq_call")


class LinearA(Module):

    def __init__(self, i, o):
        self.W, self.b = (r(i, o), r(o))

    def forward(self, x):
        return x @ self.W + self.b


class NetA(Module):

    def __init__(self):
        self.a, self.b = (LinearA(3, 4), LinearA(4, 2))

    def forward(self, x, y):
        h = np.tanh(self.a(x))
        return np.sum((self.b(h) - y) ** 2)


case(NetA().forward, (r(2, 3), r(2, 2)), other=[(r(4, 3), r(4, 2))], name="args_fwd")
case(NetA().__call__, (r(2, 3), r(2, 2)), other=[(r(4, 3), r(4, 2))], name="args_call")


class Loc:

    def __init__(self, w, h):
        self.w, self.h = (w, h)

    def g(self, t):
        return t * self.h

    def lam(self, x):
        sh = lambda t: t * self.h
        return sh(x) * self.w

    def nested(self, x):

        def sh(t):
            return np.sin(t) * self.h

        return sh(x) * self.w

    def bound(self, x):
        g = self.g
        return g(x)


L = Loc(r(3), 0.7)
case(L.lam, (r(3),), name="lam", other=[(r(4)[:3],)])
case(L.nested, (r(3),), name="nested")
case(L.bound, (r(3),), name="bound")


@dataclass
class C:
    lr: float = 0.1
    layers: list = field(default_factory=lambda: [3, 2])


def cfg_lr(x, cfg):
    return x * cfg.lr


case(cfg_lr, (r(3), C()))


class Cnt:
    t = 0

    def f(self, x):
        self.t += 1
        if self.t > 1:
            y = x * x
        else:
            y = x * x * x
        return y * self.t


case(Cnt().f, (r(3),), name="class_counter")


def prev_rows(x):
    prev = None
    t = 0.0
    for row in x:
        if prev is not None:
            t = t + np.sum((row - prev) ** 2)
        prev = row
    return t


case(prev_rows, (r(4, 2),), other=[(r(1, 2),), (r(2, 3),)])


def rows_from(x):
    t = 0.0
    for v in x[1:]:
        t = t + v * v
    return t


case(rows_from, (r(4),), other=[(r(1),), (r(2),)])


def sizes(x, d):
    return x * d["lr"] * d["sizes"][0]


case(sizes, (r(3), {"lr": 0.1, "sizes": [1, 2]}), other=[(r(4), {"lr": 0.2, "sizes": [3]})])
