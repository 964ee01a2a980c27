"""Classes as courses and simulation codes write them: options, cells, optimisers, filters, polynomials."""

import functools
import math

import numpy as np

from tests.cases import case, uniform

u = uniform(420)


class BlackScholes:
    def __init__(self, r=0.05, sigma=0.2):
        self.r, self.sigma = r, sigma

    @staticmethod
    def normal(x):
        return 0.5 * (1 + math.erf(x / math.sqrt(2)))

    def call(self, S, K, T):
        d1 = math.log(S / K) + (self.r + self.sigma**2 / 2) * T
        d1 = d1 / (self.sigma * math.sqrt(T))
        d2 = d1 - self.sigma * math.sqrt(T)
        return S * self.normal(d1) - K * math.exp(-self.r * T) * self.normal(d2)

    def price(self, S, K, T, kind="call"):
        c = self.call(S, K, T)
        if kind == "call":
            return c
        if kind == "put":
            return c - S + K * math.exp(-self.r * T)
        raise ValueError(kind)


def priced(model, S, K, T, kind):
    return model.price(S, K, T, kind)


case(
    priced,
    (BlackScholes(), 100.0, 95.0, 0.5, "put"),
    wrt=("model.sigma", "S", "T"),
    other=[(BlackScholes(0.02, 0.3), 90.0, 95.0, 1.0, "call")],
)


class Momentum:
    def __init__(self, lr=0.1, mu=0.9):
        self.lr, self.mu, self.v = lr, mu, None

    def update(self, params, grads):
        if self.v is None:
            self.v = {k: np.zeros_like(p) for k, p in params.items()}
        out = {}
        for k in params:
            self.v[k] = self.mu * self.v[k] - self.lr * grads[k]
            out[k] = params[k] + self.v[k]
        return out


def updated(optimiser, params, grads):
    return optimiser.update(params, grads)


case(
    updated,
    (Momentum(), {"w": u(3), "b": u(2)}, {"w": u(3), "b": u(2)}),
    wrt=("optimiser.lr", "params", "grads"),
)


class Polynomial:
    def __init__(self, c):
        self.c = list(c)

    def __call__(self, x):
        return functools.reduce(lambda a, b: a * x + b, reversed(self.c))

    def derivative(self):
        return Polynomial([i * a for i, a in enumerate(self.c)][1:])


def newton_step(c, x):
    p = Polynomial(c)
    return x - p(x) / p.derivative()(x)


case(newton_step, ([1.0, 2.0, 3.0], 0.5), other=[([2.0, 1.0, 1.0, 0.5], 1.5)])


class Kalman:
    def __init__(self):
        self.x, self.P = np.array([0.0, 1.0]), np.eye(2) * 2
        self.F = np.array([[1.0, 0.1], [0.0, 1.0]])
        self.H, self.Q, self.R = np.array([[1.0, 0.0]]), np.eye(2) * 0.01, np.array([[0.5]])

    def predict(self):
        self.x = self.F @ self.x
        self.P = self.F @ self.P @ self.F.T + self.Q

    def update(self, z):
        S = self.H @ self.P @ self.H.T + self.R
        K = self.P @ self.H.T @ np.linalg.inv(S)
        self.x = self.x + K @ (z - self.H @ self.x)
        self.P = (np.eye(len(self.x)) - K @ self.H) @ self.P

    def filter(self, zs):
        out = []
        for z in zs:
            self.predict()
            self.update(z)
            out.append(self.x.copy())
        return np.array(out)


def filtered(kalman, zs):
    return kalman.filter(zs)


case(filtered, (Kalman(), u(4, 1)), wrt=("kalman.Q", "kalman.R", "zs"))
