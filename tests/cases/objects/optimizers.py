"""Optimizers that begin with nothing, and change the parameters and what they keep."""

from __future__ import annotations

import numpy as np

from tests.cases import case, normal, raises

r = normal(523)


class Adam:
    def __init__(self, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr = lr
        self.beta1 = beta1
        self.beta2 = beta2
        self.eps = eps
        self.m = None
        self.v = None
        self.t = 0

    def update(self, params, grads):
        if self.m is None:
            self.m, self.v = {}, {}
            for k, p in params.items():
                self.m[k] = np.zeros_like(p)
                self.v[k] = np.zeros_like(p)
        self.t += 1
        for k in params:
            self.m[k] = self.beta1 * self.m[k] + (1 - self.beta1) * grads[k]
            self.v[k] = self.beta2 * self.v[k] + (1 - self.beta2) * grads[k] ** 2
            mhat = self.m[k] / (1 - self.beta1**self.t)
            vhat = self.v[k] / (1 - self.beta2**self.t)
            params[k] = params[k] - self.lr * mhat / (np.sqrt(vhat) + self.eps)
        return params


def parameters():
    return {"W": r(2, 3), "b": r(3)}


case(Adam(lr=0.1).update, (parameters(), parameters()), name="adam_bound")


class AdamB(Adam):

    def update(self, params, grads):
        if self.m is None:
            self.m, self.v = {}, {}
            for key, val in params.items():
                self.m[key] = np.zeros_like(val)
                self.v[key] = np.zeros_like(val)
        self.t += 1
        lr_t = self.lr * np.sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
        for key in params.keys():
            self.m[key] += (1 - self.beta1) * (grads[key] - self.m[key])
            self.v[key] += (1 - self.beta2) * (grads[key] ** 2 - self.v[key])
            params[key] -= lr_t * self.m[key] / (np.sqrt(self.v[key]) + 1e-7)


case(AdamB(lr=0.1).update, (parameters(), parameters()), name="adam_zeroscratch")


class Mom:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr = lr
        self.momentum = momentum
        self.v = None

    def update(self, params, grads):
        if self.v is None:
            self.v = {}
            for key, val in params.items():
                self.v[key] = np.zeros_like(val)
        for key in params.keys():
            self.v[key] = self.momentum * self.v[key] - self.lr * grads[key]
            params[key] += self.v[key]


case(Mom().update, (parameters(), parameters()), name="mom_zs")


class SGD:
    def __init__(self, lr=0.01):
        self.lr = lr

    def update(self, params, grads):
        for key in params.keys():
            params[key] -= self.lr * grads[key]


case(SGD().update, (parameters(), parameters()), name="sgd_zs")


class Ada:
    def __init__(self, lr=0.01):
        self.lr = lr
        self.h = None

    def update(self, params, grads):
        if self.h is None:
            self.h = {k: np.zeros_like(v) for k, v in params.items()}
        for key in params.keys():
            self.h[key] += grads[key] * grads[key]
            params[key] -= self.lr * grads[key] / (np.sqrt(self.h[key]) + 1e-7)


case(Ada().update, (parameters(), parameters()), name="adagrad_zs")


class AdamL:
    def __init__(self, lr=0.1):
        self.lr = lr
        self.m = []
        self.v = []
        self.t = 0

    def step(self, params, grads):
        if not self.m:
            self.m = [np.zeros_like(p) for p in params]
            self.v = [np.zeros_like(p) for p in params]
        self.t += 1
        for i, (p, g) in enumerate(zip(params, grads)):
            self.m[i] = 0.9 * self.m[i] + 0.1 * g
            self.v[i] = 0.99 * self.v[i] + 0.01 * g**2
            p -= (
                self.lr
                * self.m[i]
                / (1 - 0.9**self.t)
                / (np.sqrt(self.v[i] / (1 - 0.99**self.t)) + 1e-8)
            )


case(AdamL().step, ([r(2, 3), r(3)], [r(2, 3), r(3)]), name="adam_list")


class AdamA:
    def __init__(self, lr=0.1):
        self.lr = lr
        self.m = None
        self.t = 0

    def step(self, w, g):
        if self.m is None:
            self.m = np.zeros_like(w)
            self.v = np.zeros_like(w)
        self.t += 1
        self.m = 0.9 * self.m + 0.1 * g
        self.v = 0.99 * self.v + 0.01 * g**2
        return w - self.lr * self.m / (1 - 0.9**self.t) / (
            np.sqrt(self.v / (1 - 0.99**self.t)) + 1e-8
        )


case(AdamA().step, (r(3), r(3)), name="adam_array")


velocities = None  # a variable of the module that is called like an attribute


class Momentum:
    def __init__(self):
        self.velocities, self.rate = {}, 0.1

    def update(self, params, grads):
        out = {}
        for k in params:
            if k not in self.velocities:
                self.velocities[k] = np.zeros_like(params[k])
            self.velocities[k] = 0.9 * self.velocities[k] + grads[k]
            out[k] = params[k] - self.rate * self.velocities[k]
        return out


case(
    Momentum().update,
    ({"w": r(3), "b": r(2)}, {"w": r(3), "b": r(2)}),
    other=[({"w": r(4), "b": r(1)}, {"w": r(4), "b": r(1)})],
    name="named_as_in_the_module",
)


class AdamOfWords:
    def __init__(self, lr=0.1, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2, self.iter = lr, beta1, beta2, 0
        self.m = None
        self.v = None

    def update(self, params, grads):
        if self.m is None:
            self.m, self.v = {}, {}
            for key, val in params.items():
                self.m[key] = np.zeros_like(val)
                self.v[key] = np.zeros_like(val)
        self.iter += 1
        lr_t = self.lr * np.sqrt(1.0 - self.beta2**self.iter) / (1.0 - self.beta1**self.iter)
        for key in params.keys():
            self.m[key] += (1 - self.beta1) * (grads[key] - self.m[key])
            self.v[key] += (1 - self.beta2) * (grads[key] ** 2 - self.v[key])
            params[key] -= lr_t * self.m[key] / (np.sqrt(self.v[key]) + 1e-7)
        return params


case(
    AdamOfWords().update,
    ({"W": r(2, 2), "b": r(2)}, {"W": r(2, 2), "b": r(2)}),
    wrt=["grads"],
    other=[({"W": r(3, 2), "b": r(2)}, {"W": r(3, 2), "b": r(2)})],
    name="adam_of_words",
)


class AdamOfState:
    def __init__(self, lr, params):
        self.lr, self.t = lr, 0
        self.m = {k: np.zeros_like(v) for k, v in params.items()}
        self.v = {k: np.ones_like(v) for k, v in params.items()}

    def update(self, params, grads):
        self.t += 1
        for k in params:
            self.m[k] = 0.9 * self.m[k] + 0.1 * grads[k]
            self.v[k] = 0.99 * self.v[k] + 0.01 * grads[k] ** 2
            mhat = self.m[k] / (1 - 0.9**self.t)
            params[k] = params[k] - self.lr * mhat / (np.sqrt(self.v[k]) + 1e-8)
        return params


def drawn():
    return {"W": r(3, 2), "b": r(2)}


def adam_of_state(opt, params, grads):
    return opt.update(params, grads)


STATE = AdamOfState(0.1, drawn())
case(
    adam_of_state,
    (STATE, drawn(), drawn()),
    wrt=["params", "grads"],
    guarded=[
        raises("needs opt.m, opt.v and params apart", STATE, STATE.m, drawn()),
        raises("[k].shape == grads[k].shape", STATE, drawn(), {"W": r(3, 1), "b": r(2)}),
        raises("[k].shape == grads[k].shape", STATE, drawn(), {"W": r(3, 2), "b": r(1)}),
        raises("[k].shape == grads[k].shape", STATE, drawn(), {"W": r(2), "b": r(2)}),
    ],
)
