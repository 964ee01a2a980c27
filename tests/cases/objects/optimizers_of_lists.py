"""Optimizers over lists of parameters of different shapes, as hand-written ones keep them."""

from __future__ import annotations

import numpy as np

from tests.cases import case, normal

r = normal(524)


def arrays():
    return [r(3), r(4, 2)]


def alike():
    return [r(3), r(3)]


class Sgd:
    def __init__(self, params, lr=0.1):
        self.params = params
        self.lr = lr

    def update(self, grads):
        for p, g in zip(self.params, grads):
            p -= 0.1 * g

    def stepped(self, grads):
        for p, g in zip(self.params, grads):
            p -= 0.1 * g
        return self.params


case(Sgd(arrays()).update, (arrays(),), name="sgd")
case(Sgd(alike()).update, (alike(),), name="sgd_alike")
case(Sgd(arrays()).stepped, (arrays(),), name="sgd_stepped")
case(Sgd(alike()).stepped, (alike(),), name="sgd_stepped_alike")


class Momentum(Sgd):
    def __init__(self, params, lr=0.1):
        super().__init__(params, lr)
        self.m = [np.zeros_like(p) for p in params]

    def update(self, grads):
        for m, p, g in zip(self.m, self.params, grads):
            m *= 0.9
            m += g
            p -= 0.1 * m

    def stepped(self, grads):
        for i, (p, g) in enumerate(zip(self.params, grads)):
            self.m[i] = 0.9 * self.m[i] + g
            p -= 0.1 * self.m[i]
        return self.params


case(Momentum(arrays()).update, (arrays(),), name="momentum")
case(Momentum(alike()).update, (alike(),), name="momentum_alike")
case(Momentum(arrays()).stepped, (arrays(),), name="momentum_stepped")
case(Momentum(alike()).stepped, (alike(),), name="momentum_stepped_alike")


class Adam:
    def __init__(self, params):
        self.params = params
        n = len(params)
        self.m = [0.0] * n
        self.v = [0.0] * n

    def step(self, grads):
        for i, (p, g) in enumerate(zip(self.params, grads)):
            self.m[i] = 0.9 * self.m[i] + 0.1 * g
            self.v[i] = 0.99 * self.v[i] + 0.01 * g**2
            self.params[i] = p - 0.1 * self.m[i] / (np.sqrt(self.v[i]) + 1e-3)


case(Adam(arrays()).step, (arrays(),), name="adam_from_zeros")
case(Adam(alike()).step, (alike(),), name="adam_from_zeros_alike")


def adam_made_inside(params, grads):
    adam = Adam(params)
    adam.step(grads)
    return adam.params


case(adam_made_inside, (arrays(), arrays()))
case(adam_made_inside, (alike(), alike()), name="adam_made_inside_alike")


class AdamOfFloats(Adam):
    def step(self, grads):
        for i, (p, g) in enumerate(zip(self.params, grads)):
            self.m[i] = 0.9 * self.m[i] + 0.1 * g
            p -= 0.1 * self.m[i]
            self.params[i] = p


case(AdamOfFloats([0.1, 0.5, -0.7]).step, ([0.1, 0.3, 0.4],), name="adam_of_floats")
case(AdamOfFloats([r(3), r(3)]).step, (alike(),), name="adam_of_arrays_put_back")


class Clipped(Sgd):
    def clip(self):
        for p in self.params:
            np.clip(p, -1.0, 1.0, out=p)

    def scaled(self, s):
        for p in self.params:
            p[...] = p * s


case(Clipped(arrays()).clip, (), name="clipped")
case(Clipped(arrays()).scaled, (0.5,), name="scaled")


class Named:
    def __init__(self):
        self.params = {"W": r(2, 3), "b": r(3)}

    def update(self, grads):
        for k, p in self.params.items():
            p -= 0.1 * grads[k]


case(Named().update, ({"W": r(2, 3), "b": r(3)},), name="named")


def stepped_of_an_object(sgd, grads):
    for p, g in zip(sgd.params, grads):
        p -= sgd.lr * g
    return sgd.params


case(stepped_of_an_object, (Sgd(arrays()), arrays()), wrt=["grads"])
case(
    stepped_of_an_object, (Sgd(alike()), alike()), wrt=["grads"], name="stepped_of_an_object_alike"
)


def momentum_of_an_object(opt, grads):
    for m, p, g in zip(opt.m, opt.params, grads):
        m *= 0.9
        m += g
        p -= opt.lr * m
    return opt.params


case(momentum_of_an_object, (Momentum(arrays()), arrays()), wrt=["grads"])


def norm_kept_in_an_object(opt, x):
    rows = opt.params[0]
    rows += x
    return np.sum(opt.params[0] ** 2) + rows[0]


case(norm_kept_in_an_object, (Sgd(arrays()), r(3)), wrt=["x"])


class Decayed:
    def __init__(self, lr=0.1, rate=0.9):
        self.lr, self.rate = lr, rate
        self.v = None
        self.h = None

    def momentum(self, params, grads):
        if self.v is None:
            self.v = []
            for param in params:
                self.v.append(np.zeros_like(param))
        for i in range(len(params)):
            self.v[i] = self.rate * self.v[i] - self.lr * grads[i]
            params[i] += self.v[i]

    def rms(self, params, grads):
        if self.h is None:
            self.h = {}
            for key, value in params.items():
                self.h[key] = np.zeros_like(value)
        for key in params.keys():
            self.h[key] *= self.rate
            self.h[key] += (1 - self.rate) * grads[key] * grads[key]
            params[key] -= self.lr * grads[key] / (np.sqrt(self.h[key]) + 1e-3)


case(
    Decayed.momentum,
    (Decayed(), [r(4, 2), r(2)], [r(4, 2), r(2)]),
    other=[(Decayed(0.2), [r(3, 2), r(4)], [r(3, 2), r(4)])],
    name="momentum_begun_at_none",
)
case(
    Decayed.rms,
    (Decayed(), {"W": r(4, 2), "b": r(2)}, {"W": r(4, 2), "b": r(2)}),
    other=[(Decayed(0.2), {"W": r(3, 2), "b": r(4)}, {"W": r(3, 2), "b": r(4)})],
    name="rms_begun_at_none",
)
