"""What courses, simulation codes, filters and small libraries of networks hold, written from memory; half of it methods."""

from collections import OrderedDict
from dataclasses import dataclass
from math import erf, exp, log, sqrt

import numpy as np

from tests.cases import case, normal, uniform

u = uniform(31)
r = normal(32)


class Kalman:

    def __init__(self, n=2, m=1):
        self.F = np.eye(n) + 0.1 * u(n, n)
        self.H = u(m, n)
        self.Q = 0.1 * np.eye(n)
        self.R = 0.5 * np.eye(m)
        self.x = u(n)
        self.P = np.eye(n)

    def predict(self):
        self.x = self.F @ self.x
        self.P = self.F @ self.P @ self.F.T + self.Q

    def update(self, z):
        y = z - self.H @ self.x
        S = self.H @ self.P @ self.H.T + self.R
        K = self.P @ self.H.T @ np.linalg.inv(S)
        self.x = self.x + K @ y
        self.P = (np.eye(len(self.x)) - K @ self.H) @ self.P

    def loglik(self, zs):
        ll = 0.0
        for z in zs:
            self.predict()
            y = z - self.H @ self.x
            S = self.H @ self.P @ self.H.T + self.R
            ll += -0.5 * (
                y @ np.linalg.solve(S, y) + np.log(np.linalg.det(S)) + len(y) * np.log(2 * np.pi)
            )
            self.update(z)
        return ll


case(Kalman.update, (Kalman(), u(1)), other=[(Kalman(3, 2), u(2))], name="kalman_update")
case(
    Kalman.loglik,
    (Kalman(), [u(1), u(1), u(1)]),
    other=[(Kalman(3, 2), [u(2), u(2)])],
    name="kalman_loglik",
)


class LSTM:

    def __init__(self, D, H):
        self.H = H
        self.W = r(D + H, 4 * H) * 0.3
        self.b = np.zeros(4 * H)

    def step(self, x, h, c):
        z = np.hstack([x, h]) @ self.W + self.b
        H = self.H
        i = 1 / (1 + np.exp(-z[:, :H]))
        f = 1 / (1 + np.exp(-z[:, H : 2 * H]))
        o = 1 / (1 + np.exp(-z[:, 2 * H : 3 * H]))
        g = np.tanh(z[:, 3 * H :])
        c = f * c + i * g
        h = o * np.tanh(c)
        return (h, c)

    def forward(self, X):
        N, T, D = X.shape
        h = np.zeros((N, self.H))
        c = np.zeros((N, self.H))
        hs = []
        for t in range(T):
            h, c = self.step(X[:, t], h, c)
            hs.append(h)
        return np.stack(hs, axis=1)


case(LSTM.forward, (LSTM(3, 2), r(2, 4, 3)), other=[(LSTM(2, 3), r(3, 2, 2))], name="lstm")


class VAE:

    def __init__(self, D, H, Z):
        s = 0.3
        self.enc_w, self.enc_b = (s * r(D, H), np.zeros(H))
        self.mu_w, self.lv_w = (s * r(H, Z), s * r(H, Z))
        self.dec_w, self.dec_b = (s * r(Z, D), np.zeros(D))

    def encode(self, x):
        h = np.maximum(0, x @ self.enc_w + self.enc_b)
        return (h @ self.mu_w, h @ self.lv_w)

    def decode(self, z):
        return 1.0 / (1.0 + np.exp(-(z @ self.dec_w + self.dec_b)))

    def loss(self, x, eps):
        mu, logvar = self.encode(x)
        z = mu + np.exp(0.5 * logvar) * eps
        p = self.decode(z)
        bce = -np.sum(x * np.log(p + 1e-08) + (1 - x) * np.log(1 - p + 1e-08))
        kl = -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar))
        return (bce + kl) / x.shape[0]


case(
    VAE.loss,
    (VAE(5, 4, 2), 0.4 * u(3, 5), r(3, 2)),
    other=[(VAE(4, 3, 3), 0.4 * u(2, 4), r(2, 3))],
    name="vae",
)


def binomial_tree(S, K, T, rf, sigma, N, kind="call", american=False):
    dt = T / N
    up = np.exp(sigma * np.sqrt(dt))
    down = 1 / up
    p = (np.exp(rf * dt) - down) / (up - down)
    disc = np.exp(-rf * dt)
    prices = np.array([S * up**j * down ** (N - j) for j in range(N + 1)])
    if kind == "call":
        values = np.maximum(prices - K, 0.0)
    else:
        values = np.maximum(K - prices, 0.0)
    for i in range(N - 1, -1, -1):
        values = disc * (p * values[1:] + (1 - p) * values[:-1])
        if american:
            prices = prices[1:] * down
            exercise = prices - K if kind == "call" else K - prices
            values = np.maximum(values, exercise)
    return values[0]


case(
    binomial_tree,
    (100.0, 95.0, 1.0, 0.05, 0.2, 4),
    other=[(90.0, 95.0, 0.5, 0.03, 0.3, 3, "put", True), (90.0, 95.0, 0.5, 0.03, 0.3, 6, "put")],
)


def crr_lists(S, K, r_, sigma, T, n):
    dt = T / n
    u_ = np.exp(sigma * np.sqrt(dt))
    d = 1.0 / u_
    q = (np.exp(r_ * dt) - d) / (u_ - d)
    v = [max(S * u_**j * d ** (n - j) - K, 0.0) for j in range(n + 1)]
    for i in range(n - 1, -1, -1):
        for j in range(i + 1):
            v[j] = np.exp(-r_ * dt) * (q * v[j + 1] + (1 - q) * v[j])
    return v[0]


case(crr_lists, (100.0, 95.0, 0.05, 0.2, 1.0, 4), other=[(100.0, 105.0, 0.03, 0.3, 0.5, 6)])


class Heston:

    def __init__(self, kappa, theta, xi, rho, v0, mu):
        self.kappa, self.theta, self.xi, self.rho, self.v0, self.mu = (
            kappa,
            theta,
            xi,
            rho,
            v0,
            mu,
        )

    def simulate(self, S0, T, dW1, dW2):
        n = dW1.shape[0]
        dt = T / n
        S = np.full(dW1.shape[1], S0)
        v = np.full(dW1.shape[1], self.v0)
        for i in range(n):
            z1 = dW1[i]
            z2 = self.rho * z1 + np.sqrt(1 - self.rho**2) * dW2[i]
            vp = np.maximum(v, 0.0)
            S = S * np.exp((self.mu - 0.5 * vp) * dt + np.sqrt(vp * dt) * z1)
            v = v + self.kappa * (self.theta - vp) * dt + self.xi * np.sqrt(vp * dt) * z2
        return S

    def price(self, S0, K, T, dW1, dW2):
        S = self.simulate(S0, T, dW1, dW2)
        payoff = np.maximum(S - K, 0)
        return np.exp(-self.mu * T) * payoff.mean()


H1 = Heston(1.5, 0.04, 0.3, -0.7, 0.05, 0.03)
case(
    Heston.price,
    (H1, 100.0, 98.0, 1.0, r(4, 6), r(4, 6)),
    name="heston_below_zero",
)
H2 = Heston(1.5, 0.2, 0.1, -0.7, 0.3, 0.03)
case(
    Heston.price,
    (H2, 100.0, 98.0, 1.0, 0.5 * r(4, 6), 0.5 * r(4, 6)),
    other=[(H2, 90.0, 88.0, 0.5, 0.5 * r(3, 5), 0.5 * r(3, 5))],
    name="heston",
)


class Heat1D:

    def __init__(self, n, alpha, dx):
        self.alpha, self.dx = (alpha, dx)
        self.u = u(n)

    def laplacian(self, v):
        out = np.zeros_like(v)
        out[1:-1] = (v[2:] - 2 * v[1:-1] + v[:-2]) / self.dx**2
        return out

    def step(self, dt):
        self.u = self.u + dt * self.alpha * self.laplacian(self.u)
        self.u[0] = 0.0
        self.u[-1] = 0.0

    def run(self, dt, steps):
        for _ in range(steps):
            self.step(dt)
        return self.u


case(
    Heat1D.run,
    (Heat1D(6, 0.5, 1.0), 0.1, 3),
    other=[(Heat1D(5, 0.3, 0.8), 0.1, 2)],
    name="heat_run",
)


def crank_nicolson(u0, a, dx, dt, steps):
    n = len(u0)
    lam = a * dt / (2 * dx**2)
    A = (1 + 2 * lam) * np.eye(n) - lam * np.eye(n, k=1) - lam * np.eye(n, k=-1)
    B = (1 - 2 * lam) * np.eye(n) + lam * np.eye(n, k=1) + lam * np.eye(n, k=-1)
    v = u0.copy()
    for _ in range(steps):
        v = np.linalg.solve(A, B @ v)
    return v


case(crank_nicolson, (u(5), 0.7, 1.0, 0.1, 3), other=[(u(4), 0.5, 0.9, 0.2, 2)])


def thomas(a, b, c, d):
    n = len(d)
    cp = np.zeros(n)
    dp = np.zeros(n)
    cp[0] = c[0] / b[0]
    dp[0] = d[0] / b[0]
    for i in range(1, n):
        m = b[i] - a[i] * cp[i - 1]
        cp[i] = c[i] / m
        dp[i] = (d[i] - a[i] * dp[i - 1]) / m
    x = np.zeros(n)
    x[-1] = dp[-1]
    for i in range(n - 2, -1, -1):
        x[i] = dp[i] - cp[i] * x[i + 1]
    return x


case(thomas, (u(4), 4 + u(4), u(4), u(4)), other=[(u(6), 4 + u(6), u(6), u(6))])


class MultiHead:

    def __init__(self, d, heads):
        self.heads = heads
        self.Wq, self.Wk, self.Wv, self.Wo = (r(d, d) * 0.4 for _ in range(4))

    def split(self, x):
        T, d = x.shape
        return x.reshape(T, self.heads, d // self.heads).transpose(1, 0, 2)

    def __call__(self, x, mask=None):
        q, k, v = (self.split(x @ self.Wq), self.split(x @ self.Wk), self.split(x @ self.Wv))
        s = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])
        if mask is not None:
            s = np.where(mask, s, -1000000000.0)
        s = s - s.max(axis=-1, keepdims=True)
        w = np.exp(s) / np.exp(s).sum(axis=-1, keepdims=True)
        out = (w @ v).transpose(1, 0, 2).reshape(x.shape)
        return out @ self.Wo


case(
    MultiHead.__call__,
    (MultiHead(4, 2), r(3, 4)),
    other=[(MultiHead(6, 3), r(2, 6))],
    name="multihead",
)
case(
    MultiHead.__call__,
    (MultiHead(4, 2), r(3, 4), np.tril(np.ones((3, 3), bool))),
    other=[(MultiHead(6, 3), r(2, 6), np.tril(np.ones((2, 2), bool))), (MultiHead(6, 3), r(2, 6))],
    name="multihead_masked",
)


class GP:

    def __init__(self, length, var, noise):
        self.length, self.var, self.noise = (length, var, noise)

    def kernel(self, A, B):
        sq = np.sum(A**2, 1)[:, None] + np.sum(B**2, 1)[None, :] - 2 * A @ B.T
        return self.var * np.exp(-0.5 * sq / self.length**2)

    def nll(self, X, y):
        K = self.kernel(X, X) + self.noise * np.eye(len(X))
        L = np.linalg.cholesky(K)
        alpha = np.linalg.solve(L.T, np.linalg.solve(L, y))
        return 0.5 * y @ alpha + np.log(np.diag(L)).sum() + 0.5 * len(X) * np.log(2 * np.pi)

    def predict(self, X, y, Xs):
        K = self.kernel(X, X) + self.noise * np.eye(len(X))
        Ks = self.kernel(X, Xs)
        mean = Ks.T @ np.linalg.solve(K, y)
        cov = self.kernel(Xs, Xs) - Ks.T @ np.linalg.solve(K, Ks)
        return (mean, np.diag(cov))


case(
    GP.nll,
    (GP(1.0, 1.5, 0.3), r(4, 2), r(4)),
    other=[(GP(0.7, 1.2, 0.2), r(3, 1), r(3))],
    name="gp_nll",
)
case(
    GP.predict,
    (GP(1.0, 1.5, 0.3), r(4, 2), r(4), r(3, 2)),
    other=[(GP(0.7, 1.2, 0.2), r(3, 1), r(3), r(2, 1))],
    name="gp_predict",
)


class Linear:

    def __init__(self, i, o):
        self.params = {"W": r(i, o) * 0.4, "b": np.zeros(o)}
        self.x = None

    def forward(self, x):
        self.x = x
        return x @ self.params["W"] + self.params["b"]


class ReLU:

    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x > 0
        return x * self.mask


class Sigmoid:

    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out


class SoftmaxLoss:

    def forward(self, x, t):
        x = x - np.max(x, axis=1, keepdims=True)
        self.y = np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)
        n = x.shape[0]
        return -np.sum(np.log(self.y[np.arange(n), t] + 1e-07)) / n


class MLP:

    def __init__(self, sizes):
        self.layers = []
        for a, b in zip(sizes[:-1], sizes[1:]):
            self.layers.append(Linear(a, b))
            self.layers.append(ReLU())
        self.layers.pop()
        self.loss_layer = SoftmaxLoss()

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def loss(self, x, t):
        return self.loss_layer.forward(self.forward(x), t)


case(
    MLP.loss,
    (MLP([3, 4, 2]), r(5, 3), np.array([0, 1, 1, 0, 1])),
    other=[(MLP([2, 5, 3]), r(3, 2), np.array([0, 2, 1]))],
    name="mlp_stores",
)


class OrderedNet:

    def __init__(self):
        self.params = {
            "W1": r(3, 4) * 0.5,
            "b1": np.zeros(4),
            "W2": r(4, 2) * 0.5,
            "b2": np.zeros(2),
        }
        self.layers = OrderedDict()
        self.layers["Affine1"] = Aff(self.params["W1"], self.params["b1"])
        self.layers["Relu1"] = ReLU()
        self.layers["Affine2"] = Aff(self.params["W2"], self.params["b2"])

    def predict(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x


class Aff:

    def __init__(self, W, b):
        self.W, self.b = (W, b)
        self.x = None

    def forward(self, x):
        self.original_x_shape = x.shape
        x = x.reshape(x.shape[0], -1)
        self.x = x
        return np.dot(self.x, self.W) + self.b


case(OrderedNet.predict, (OrderedNet(), r(5, 3)), name="ordered_net")


class BatchNorm:

    def __init__(self, d, momentum=0.9):
        self.gamma, self.beta = (np.ones(d), np.zeros(d))
        self.running_mean, self.running_var = (np.zeros(d), np.ones(d))
        self.momentum = momentum

    def forward(self, x, train=True):
        if train:
            mu, var = (x.mean(axis=0), x.var(axis=0))
            self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * mu
            self.running_var = self.momentum * self.running_var + (1 - self.momentum) * var
        else:
            mu, var = (self.running_mean, self.running_var)
        return self.gamma * (x - mu) / np.sqrt(var + 1e-05) + self.beta


case(
    BatchNorm.forward,
    (BatchNorm(3), r(5, 3)),
    wrt=["self.gamma", "self.beta", "x"],
    other=[(BatchNorm(2), r(4, 2), False)],
    name="batchnorm_class",
)


class Vec:

    def __init__(self, x, y):
        self.x, self.y = (x, y)

    def __add__(self, o):
        return Vec(self.x + o.x, self.y + o.y)

    def __sub__(self, o):
        return Vec(self.x - o.x, self.y - o.y)

    def __mul__(self, s):
        return Vec(self.x * s, self.y * s)

    __rmul__ = __mul__

    def dot(self, o):
        return self.x * o.x + self.y * o.y

    def norm(self):
        return np.sqrt(self.dot(self))


def orbit(x, y, vx, vy, dt, n):
    p, v = (Vec(x, y), Vec(vx, vy))
    for _ in range(n):
        a = p * (-1.0 / p.norm() ** 3)
        v = v + a * dt
        p = p + v * dt
    return 0.5 * v.dot(v) - 1.0 / p.norm()


case(orbit, (1.0, 0.2, 0.1, 1.0, 0.05, 3), other=[(0.9, 0.1, -0.1, 1.1, 0.02, 5)])


class Body:

    def __init__(self, m, pos, vel):
        self.m, self.pos, self.vel = (m, pos, vel)


class System:

    def __init__(self, bodies, G=1.0):
        self.bodies, self.G = (bodies, G)

    def energy(self):
        e = 0.0
        for i, a in enumerate(self.bodies):
            e += 0.5 * a.m * a.vel @ a.vel
            for b in self.bodies[i + 1 :]:
                d = a.pos - b.pos
                e -= self.G * a.m * b.m / np.sqrt(d @ d + 0.01)
        return e

    def step(self, dt):
        acc = []
        for i, a in enumerate(self.bodies):
            f = np.zeros(2)
            for j, b in enumerate(self.bodies):
                if i != j:
                    d = b.pos - a.pos
                    f = f + self.G * b.m * d / (d @ d + 0.01) ** 1.5
            acc.append(f)
        for b, f in zip(self.bodies, acc):
            b.vel = b.vel + dt * f
            b.pos = b.pos + dt * b.vel

    def pulls(self):
        out = []
        for a in self.bodies:
            f = np.zeros(2)
            for b in self.bodies:
                if b is a:
                    continue
                d = b.pos - a.pos
                f += self.G * b.m * d / (d @ d + 0.01) ** 1.5
            out.append(f)
        return out

    def leap(self, dt, n=1):
        for _ in range(n):
            for b, f in zip(self.bodies, self.pulls()):
                b.vel = b.vel + dt * f
                b.pos = b.pos + dt * b.vel
        return self.energy()

    def turned(self):
        self.bodies = self.bodies[::-1]
        return [b.vel for b in self.bodies]

    def swap(self, dt):
        for b, v in zip(self.bodies, self.turned()):
            b.pos = b.pos + dt * v
        return self.energy()


def system(k):
    return System([Body(1.0 + i, r(2), r(2)) for i in range(k)])


case(System.energy, (system(3),), name="nbody_energy")
case(System.step, (system(2), 0.1), name="nbody_step")
case(System.leap, (system(2), 0.1), other=[(system(2), 0.2, 2)], name="nbody_leap")
case(System.swap, (system(2), 0.1), refused="several objects", name="nbody_swap")


class Adam:

    def __init__(self, lr=0.01, b1=0.9, b2=0.999, eps=1e-08):
        self.lr, self.b1, self.b2, self.eps = (lr, b1, b2, eps)
        self.t, self.m, self.v = (0, {}, {})

    def step(self, params, grads):
        self.t += 1
        for k in params:
            self.m[k] = self.b1 * self.m.get(k, 0) + (1 - self.b1) * grads[k]
            self.v[k] = self.b2 * self.v.get(k, 0) + (1 - self.b2) * grads[k] ** 2
            mh = self.m[k] / (1 - self.b1**self.t)
            vh = self.v[k] / (1 - self.b2**self.t)
            params[k] = params[k] - self.lr * mh / (np.sqrt(vh) + self.eps)
        return params


case(
    Adam.step,
    (Adam(), {"W": r(3, 2), "b": r(2)}, {"W": r(3, 2), "b": r(2)}),
    wrt=["params", "grads"],
    name="adam_class",
)


class SGD:

    def __init__(self, lr):
        self.lr = lr

    def update(self, params, grads):
        for key in params.keys():
            params[key] -= self.lr * grads[key]


case(SGD.update, (SGD(0.1), {"W": r(3, 2), "b": r(2)}, {"W": r(3, 2), "b": r(2)}), name="sgd_class")


class Option:

    def __init__(self, S, K, T, r, sigma, kind="call"):
        self.S, self.K, self.T, self.r, self.sigma, self.kind = (S, K, T, r, sigma, kind)

    @property
    def d1(self):
        return (log(self.S / self.K) + (self.r + 0.5 * self.sigma**2) * self.T) / (
            self.sigma * sqrt(self.T)
        )

    @property
    def d2(self):
        return self.d1 - self.sigma * sqrt(self.T)

    @staticmethod
    def N(x):
        return 0.5 * (1 + erf(x / sqrt(2)))

    def price(self):
        if self.kind == "call":
            return self.S * self.N(self.d1) - self.K * exp(-self.r * self.T) * self.N(self.d2)
        return self.K * exp(-self.r * self.T) * self.N(-self.d2) - self.S * self.N(-self.d1)


case(
    Option.price,
    (Option(100.0, 95.0, 1.0, 0.05, 0.2),),
    other=[(Option(90.0, 95.0, 0.5, 0.03, 0.3, "put"),)],
    name="bs_class",
)


def rnn_loss(params, inputs, targets, hprev):
    Wxh, Whh, Why, bh, by = (
        params["Wxh"],
        params["Whh"],
        params["Why"],
        params["bh"],
        params["by"],
    )
    xs, hs, ps = ({}, {}, {})
    hs[-1] = np.copy(hprev)
    loss = 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((Wxh.shape[1], 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t - 1]) + bh)
        y = np.dot(Why, hs[t]) + by
        ps[t] = np.exp(y) / np.sum(np.exp(y))
        loss += -np.log(ps[t][targets[t], 0])
    return loss


def rnnp(V, H):
    return {
        "Wxh": r(H, V) * 0.3,
        "Whh": r(H, H) * 0.3,
        "Why": r(V, H) * 0.3,
        "bh": np.zeros((H, 1)),
        "by": np.zeros((V, 1)),
    }


case(
    rnn_loss,
    (rnnp(4, 3), [0, 2, 1], [2, 1, 3], np.zeros((3, 1))),
    other=[(rnnp(3, 2), [0, 2], [2, 1], np.zeros((2, 1)))],
)


class HMM:

    def __init__(self, k, m):
        self.pi = np.full(k, 1.0 / k)
        self.A = u(k, k)
        self.A /= self.A.sum(1, keepdims=True)
        self.B = u(k, m)
        self.B /= self.B.sum(1, keepdims=True)

    def likelihood(self, obs):
        alpha = self.pi * self.B[:, obs[0]]
        ll = 0.0
        for o in obs[1:]:
            c = alpha.sum()
            ll += np.log(c)
            alpha = alpha / c @ self.A * self.B[:, o]
        return ll + np.log(alpha.sum())


case(
    HMM.likelihood,
    (HMM(2, 3), np.array([0, 2, 1, 1])),
    other=[(HMM(3, 4), np.array([3, 0, 2]))],
    name="hmm",
)


class LotkaVolterra:

    def __init__(self, a, b, c, d):
        self.a, self.b, self.c, self.d = (a, b, c, d)

    def f(self, t, y):
        x, z = y
        return np.array([self.a * x - self.b * x * z, self.c * x * z - self.d * z])

    def solve(self, y0, t0, t1, n):
        h = (t1 - t0) / n
        ys = [y0]
        t, y = (t0, y0)
        for _ in range(n):
            k1 = self.f(t, y)
            k2 = self.f(t + h / 2, y + h / 2 * k1)
            k3 = self.f(t + h / 2, y + h / 2 * k2)
            k4 = self.f(t + h, y + h * k3)
            y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
            t += h
            ys.append(y)
        return np.array(ys)


case(
    LotkaVolterra.solve,
    (LotkaVolterra(1.1, 0.4, 0.1, 0.4), np.array([1.0, 0.5]), 0.0, 1.0, 3),
    other=[(LotkaVolterra(1.0, 0.3, 0.2, 0.5), np.array([0.8, 0.6]), 0.0, 0.5, 2)],
    name="lotka",
)


def rk4(f, y, t, h, args=()):
    k1 = f(t, y, *args)
    k2 = f(t + h / 2, y + h / 2 * k1, *args)
    k3 = f(t + h / 2, y + h / 2 * k2, *args)
    k4 = f(t + h, y + h * k3, *args)
    return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def pendulum(t, y, g, L, c):
    return np.array([y[1], -g / L * np.sin(y[0]) - c * y[1]])


def simulate_pendulum(theta, omega, g, L, c, h, n):
    y = np.array([theta, omega])
    out = [y[0]]
    for k in range(n):
        y = rk4(pendulum, y, k * h, h, args=(g, L, c))
        out.append(y[0])
    return np.array(out)


case(
    simulate_pendulum,
    (0.5, 0.1, 9.8, 1.0, 0.1, 0.05, 3),
    other=[(0.4, 0.2, 9.8, 2.0, 0.2, 0.02, 4)],
)


def im2col(x, k, stride=1, pad=0):
    N, C, H, W = x.shape
    oh, ow = ((H + 2 * pad - k) // stride + 1, (W + 2 * pad - k) // stride + 1)
    img = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)], "constant")
    col = np.zeros((N, C, k, k, oh, ow))
    for y in range(k):
        for z in range(k):
            col[:, :, y, z, :, :] = img[
                :, :, y : y + stride * oh : stride, z : z + stride * ow : stride
            ]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(N * oh * ow, -1)


class Conv:

    def __init__(self, W, b, stride=1, pad=0):
        self.W, self.b, self.stride, self.pad = (W, b, stride, pad)

    def forward(self, x):
        FN, C, k, _ = self.W.shape
        N, C, H, W = x.shape
        oh = 1 + (H + 2 * self.pad - k) // self.stride
        ow = 1 + (W + 2 * self.pad - k) // self.stride
        col = im2col(x, k, self.stride, self.pad)
        out = col @ self.W.reshape(FN, -1).T + self.b
        return out.reshape(N, oh, ow, -1).transpose(0, 3, 1, 2)


case(
    Conv.forward,
    (Conv(r(2, 3, 3, 3), r(2), 1, 1), r(2, 3, 4, 4)),
    other=[(Conv(r(3, 2, 2, 2), r(3), 2, 0), r(1, 2, 4, 4))],
    name="conv_class",
)


class LayerNorm:

    def __init__(self, d, eps=1e-05):
        self.g, self.b, self.eps = (np.ones(d), np.zeros(d), eps)

    def __call__(self, x):
        m = x.mean(-1, keepdims=True)
        v = ((x - m) ** 2).mean(-1, keepdims=True)
        return self.g * (x - m) / np.sqrt(v + self.eps) + self.b


class FFN:

    def __init__(self, d, h):
        self.w1, self.b1, self.w2, self.b2 = (
            r(d, h) * 0.3,
            np.zeros(h),
            r(h, d) * 0.3,
            np.zeros(d),
        )

    def __call__(self, x):
        h = x @ self.w1 + self.b1
        h = 0.5 * h * (1 + np.tanh(np.sqrt(2 / np.pi) * (h + 0.044715 * h**3)))
        return h @ self.w2 + self.b2


class Block:

    def __init__(self, d, heads, h):
        self.ln1, self.ln2, self.attn, self.ffn = (
            LayerNorm(d),
            LayerNorm(d),
            MultiHead(d, heads),
            FFN(d, h),
        )

    def __call__(self, x):
        x = x + self.attn(self.ln1(x))
        return x + self.ffn(self.ln2(x))


case(
    Block.__call__,
    (Block(4, 2, 5), r(3, 4)),
    other=[(Block(6, 3, 4), r(2, 6))],
    name="transformer_block",
)


@dataclass
class EkfState:
    x: np.ndarray
    P: np.ndarray


def ekf_step(s, uu, z, Q, R, dt):
    px, py, th = s.x
    v, w = uu
    x = np.array([px + v * dt * np.cos(th), py + v * dt * np.sin(th), th + w * dt])
    F = np.array(
        [[1.0, 0.0, -v * dt * np.sin(th)], [0.0, 1.0, v * dt * np.cos(th)], [0.0, 0.0, 1.0]]
    )
    P = F @ s.P @ F.T + Q
    H = np.array([[1.0, 0, 0], [0, 1.0, 0]])
    S = H @ P @ H.T + R
    K = P @ H.T @ np.linalg.inv(S)
    x = x + K @ (z - H @ x)
    return EkfState(x, (np.eye(3) - K @ H) @ P)


case(
    ekf_step,
    (EkfState(u(3), np.eye(3)), u(2), u(2), 0.1 * np.eye(3), 0.5 * np.eye(2), 0.1),
)


class ParticleFilter:

    def __init__(self, n):
        self.p, self.w = (r(n), np.full(n, 1.0 / n))

    def update(self, z, sigma):
        self.w = self.w * np.exp(-0.5 * ((z - self.p) / sigma) ** 2)
        self.w = self.w / self.w.sum()
        return np.sum(self.w * self.p)


case(
    ParticleFilter.update,
    (ParticleFilter(5), 0.3, 0.8),
    other=[(ParticleFilter(4), 0.1, 1.2)],
    name="particle_filter",
)


def garch_loglik(omega, alpha, beta, returns):
    n = len(returns)
    s2 = np.zeros(n)
    s2[0] = np.var(returns)
    for t in range(1, n):
        s2[t] = omega + alpha * returns[t - 1] ** 2 + beta * s2[t - 1]
    return -0.5 * np.sum(np.log(2 * np.pi) + np.log(s2) + returns**2 / s2)


case(garch_loglik, (0.1, 0.2, 0.7, r(5)), other=[(0.2, 0.1, 0.6, r(8))])


def asian_mc(S0, K, rf, sigma, T, Z):
    n, m = Z.shape
    dt = T / m
    paths = S0 * np.exp(np.cumsum((rf - 0.5 * sigma**2) * dt + sigma * np.sqrt(dt) * Z, axis=1))
    avg = paths.mean(axis=1)
    return np.exp(-rf * T) * np.mean(np.maximum(avg - K, 0))


case(
    asian_mc, (100.0, 98.0, 0.03, 0.2, 1.0, r(5, 4)), other=[(90.0, 92.0, 0.02, 0.3, 0.5, r(4, 6))]
)


class Sequential:

    def __init__(self, *layers):
        self.layers = list(layers)

    def add(self, layer):
        self.layers.append(layer)

    def __call__(self, x):
        for l in self.layers:
            x = l(x)
        return x


class Dense:

    def __init__(self, i, o, activation=None):
        self.W, self.b, self.activation = (r(i, o) * 0.5, np.zeros(o), activation)

    def __call__(self, x):
        z = x @ self.W + self.b
        if self.activation == "relu":
            return np.maximum(z, 0)
        elif self.activation == "tanh":
            return np.tanh(z)
        return z


case(
    Sequential.__call__,
    (Sequential(Dense(3, 4, "tanh"), Dense(4, 4, "relu"), Dense(4, 2)), r(5, 3)),
    other=[(Sequential(Dense(2, 3, "tanh"), Dense(3, 4, "relu"), Dense(4, 1)), r(2, 2))],
    name="sequential",
)


class GRUCell:

    def __init__(self, d, h):
        self.p = {k: r(d + h, h) * 0.4 for k in ("z", "r", "n")}

    def __call__(self, x, h):
        xh = np.concatenate([x, h])
        z = 1 / (1 + np.exp(-xh @ self.p["z"]))
        rr = 1 / (1 + np.exp(-xh @ self.p["r"]))
        n = np.tanh(np.concatenate([x, rr * h]) @ self.p["n"])
        return (1 - z) * n + z * h


class GRU:

    def __init__(self, d, h):
        self.cell, self.h = (GRUCell(d, h), h)

    def forward(self, xs, h=None):
        h = np.zeros(self.h) if h is None else h
        for x in xs:
            h = self.cell(x, h)
        return h


case(GRU.forward, (GRU(3, 2), r(4, 3)), other=[(GRU(2, 3), r(3, 2))], name="gru")
case(GRU.forward, (GRU(3, 2), r(4, 3), r(2)), other=[(GRU(2, 3), r(3, 2))], name="gru_h")


class Node:

    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = (value, left, right)


def tree_sum(node):
    if node is None:
        return 0.0
    return node.value**2 + tree_sum(node.left) + tree_sum(node.right)


case(
    tree_sum,
    (Node(1.5, Node(2.0), Node(0.5, Node(1.0))),),
    refused="the object node is used as a whole",
)


class PID:

    def __init__(self, kp, ki, kd):
        self.kp, self.ki, self.kd, self.integral, self.prev = (kp, ki, kd, 0.0, 0.0)

    def __call__(self, err, dt):
        self.integral += err * dt
        d = (err - self.prev) / dt
        self.prev = err
        return self.kp * err + self.ki * self.integral + self.kd * d


def control(pid, x, target, dt, n):
    cost = 0.0
    for _ in range(n):
        e = target - x
        uu = pid(e, dt)
        x = x + dt * (-x + uu)
        cost += e**2 * dt + 0.01 * uu**2 * dt
    return cost


case(
    control,
    (PID(1.0, 0.5, 0.1), 0.2, 1.0, 0.1, 4),
    other=[(PID(2.0, 0.3, 0.05), 0.1, 0.8, 0.05, 3)],
)


class LinearRegression:

    def __init__(self, alpha=0.1):
        self.alpha = alpha

    def fit(self, X, y):
        A = X.T @ X + self.alpha * np.eye(X.shape[1])
        self.coef_ = np.linalg.solve(A, X.T @ y)
        return self

    def score(self, X, y, Xt, yt):
        self.fit(X, y)
        pred = Xt @ self.coef_
        return 1 - ((yt - pred) ** 2).sum() / ((yt - yt.mean()) ** 2).sum()


case(
    LinearRegression.score,
    (LinearRegression(), r(6, 3), r(6), r(4, 3), r(4)),
    other=[(LinearRegression(0.5), r(5, 2), r(5), r(3, 2), r(3))],
    name="ridge_score",
)


class Dense:
    def __init__(self, n, m):
        self.W = r(n, m)

    def forward(self, x):
        return x @ self.W


class Dropout:
    def __init__(self, p, training=True):
        self.p, self.training = p, training

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        return x * (np.random.rand(*x.shape) > self.p) / (1 - self.p)


class Chain:
    """A rate of 0.0 that a layer asks for says that nothing is dropped."""

    def __init__(self, *layers):
        self.layers = layers

    def loss(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return np.sum(x**2)


case(Chain(Dense(3, 4), Dropout(0.0), Dense(4, 2)).loss, (r(5, 3),), other=[(r(2, 3),)])
