"""What public repositories hold: pricing, robots, filters, losses, molecules, sequences; written anew in their style."""

import math

import numpy as np
from numpy import exp, log, sqrt
from scipy.special import expit, logsumexp
from scipy.stats import norm

from tests.cases import case, normal, uniform

u = uniform(71)
r = normal(72)


def black_scholes_greeks(S, K, T, r_, sigma, option_type="call"):
    """Price by the formula of Black and Scholes."""
    d1 = (log(S / K) + (r_ + sigma**2 / 2) * T) / (sigma * sqrt(T))
    d2 = d1 - sigma * sqrt(T)
    if option_type == "call":
        price = S * norm.cdf(d1) - K * exp(-r_ * T) * norm.cdf(d2)
    elif option_type == "put":
        price = K * exp(-r_ * T) * norm.cdf(-d2) - S * norm.cdf(-d1)
    else:
        raise ValueError("option_type must be call or put")
    return price


case(
    black_scholes_greeks, (100.0, 95.0, 1.0, 0.05, 0.2), other=[(90.0, 95.0, 0.5, 0.03, 0.3, "put")]
)


def softmax(x, axis=-1):
    x = x - np.max(x, axis=axis, keepdims=True)
    e = np.exp(x)
    return e / np.sum(e, axis=axis, keepdims=True)


def scaled_dot_product_attention(Q, K, V, mask=None, dropout=None):
    d_k = Q.shape[-1]
    scores = np.matmul(Q, np.swapaxes(K, -1, -2)) / math.sqrt(d_k)
    if mask is not None:
        scores = np.where(mask == 0, -1000000000.0, scores)
    weights = softmax(scores)
    return (np.matmul(weights, V), weights)


case(
    scaled_dot_product_attention,
    (r(2, 3, 4), r(2, 5, 4), r(2, 5, 3)),
    other=[(r(1, 2, 3), r(1, 4, 3), r(1, 4, 2))],
)


class NeuralNetwork:

    def __init__(self, layer_sizes, activation="relu"):
        self.params = {}
        self.L = len(layer_sizes) - 1
        self.activation = activation
        for l in range(1, self.L + 1):
            self.params["W" + str(l)] = r(layer_sizes[l], layer_sizes[l - 1]) * 0.5
            self.params["b" + str(l)] = np.zeros((layer_sizes[l], 1))

    def forward(self, X):
        A = X
        for l in range(1, self.L):
            Z = np.dot(self.params["W" + str(l)], A) + self.params["b" + str(l)]
            A = np.maximum(0, Z) if self.activation == "relu" else np.tanh(Z)
        ZL = np.dot(self.params["W" + str(self.L)], A) + self.params["b" + str(self.L)]
        return 1 / (1 + np.exp(-ZL))

    def compute_cost(self, X, Y):
        m = Y.shape[1]
        AL = self.forward(X)
        return -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / m


case(
    NeuralNetwork([3, 4, 1]).compute_cost,
    (r(3, 5), (r(1, 5) > 0).astype(float)),
    other=[(r(3, 4), (r(1, 4) > 0).astype(float))],
    wrt=["self.params", "X"],
    name="deeplearning_ai",
)


def linear_forward(A, W, b):
    Z = np.dot(W, A) + b
    cache = (A, W, b)
    return (Z, cache)


def linear_activation_forward(A_prev, W, b, activation):
    if activation == "sigmoid":
        Z, linear_cache = linear_forward(A_prev, W, b)
        A, activation_cache = (1 / (1 + np.exp(-Z)), Z)
    elif activation == "relu":
        Z, linear_cache = linear_forward(A_prev, W, b)
        A, activation_cache = (np.maximum(0, Z), Z)
    cache = (linear_cache, activation_cache)
    return (A, cache)


def L_model_forward(X, parameters):
    caches = []
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        A_prev = A
        A, cache = linear_activation_forward(
            A_prev, parameters["W" + str(l)], parameters["b" + str(l)], "relu"
        )
        caches.append(cache)
    AL, cache = linear_activation_forward(
        A, parameters["W" + str(L)], parameters["b" + str(L)], "sigmoid"
    )
    caches.append(cache)
    return AL


def lm(s):
    return {
        k: v
        for l in range(1, len(s))
        for k, v in ((f"W{l}", r(s[l], s[l - 1]) * 0.5), (f"b{l}", r(s[l], 1)))
    }


case(L_model_forward, (r(3, 4), lm([3, 4, 1])), other=[(r(2, 3), lm([2, 3, 1]))])


class EKF:

    def __init__(self, x, P, Q, R):
        self.x, self.P, self.Q, self.R = (x, P, Q, R)

    def predict(self, uu, dt):
        v, w = (uu[0], uu[1])
        th = self.x[2]
        self.x = self.x + np.array([v * dt * np.cos(th), v * dt * np.sin(th), w * dt])
        F = np.array([[1, 0, -v * dt * np.sin(th)], [0, 1, v * dt * np.cos(th)], [0, 0, 1]])
        self.P = F @ self.P @ F.T + self.Q

    def update(self, z, landmark):
        dx, dy = (landmark[0] - self.x[0], landmark[1] - self.x[1])
        q = dx**2 + dy**2
        zhat = np.array([np.sqrt(q), np.arctan2(dy, dx) - self.x[2]])
        H = np.array([[-dx / np.sqrt(q), -dy / np.sqrt(q), 0], [dy / q, -dx / q, -1]])
        S = H @ self.P @ H.T + self.R
        K = self.P @ H.T @ np.linalg.inv(S)
        self.x = self.x + K @ (z - zhat)
        self.P = (np.eye(3) - K @ H) @ self.P


def ekf():
    return EKF(u(3), np.eye(3), 0.1 * np.eye(3), 0.5 * np.eye(2))


case(ekf().predict, (u(2), 0.1), name="ekf_predict")
case(ekf().update, (u(2), np.array([3.0, 4.0])), name="ekf_update")


class Value:

    def __init__(self, data):
        self.data = data

    def __add__(self, other):
        return Value(self.data + (other.data if isinstance(other, Value) else other))

    def __mul__(self, other):
        return Value(self.data * (other.data if isinstance(other, Value) else other))

    __radd__ = __add__
    __rmul__ = __mul__

    def tanh(self):
        return Value(np.tanh(self.data))


def neuron(x1, x2, w1, w2, b):
    n = Value(x1) * Value(w1) + Value(x2) * Value(w2) + b
    return n.tanh().data


case(neuron, (2.0, 0.5, -3.0, 1.0, 6.8), other=[(0.5, -1.0, 0.2, 0.7, -0.3)])


def perlin_fade(t):
    return t * t * t * (t * (t * 6 - 15) + 10)


def lerp(a, b, t):
    return a + t * (b - a)


def noise2(x, y, g):
    xi, yi = (int(np.floor(x)), int(np.floor(y)))
    xf, yf = (x - xi, y - yi)
    n00 = np.dot(g[xi, yi], np.array([xf, yf]))
    n10 = np.dot(g[xi + 1, yi], np.array([xf - 1, yf]))
    n01 = np.dot(g[xi, yi + 1], np.array([xf, yf - 1]))
    n11 = np.dot(g[xi + 1, yi + 1], np.array([xf - 1, yf - 1]))
    return lerp(lerp(n00, n10, perlin_fade(xf)), lerp(n01, n11, perlin_fade(xf)), perlin_fade(yf))


case(noise2, (1.3, 0.6, r(4, 4, 2)), other=[(0.2, 2.7, r(4, 4, 2))])


class GaussianMixture:

    def __init__(self, weights, means, stds):
        self.weights, self.means, self.stds = (weights, means, stds)

    def log_likelihood(self, X):
        log_probs = []
        for w, m, s in zip(self.weights, self.means, self.stds):
            log_probs.append(
                np.log(w)
                - 0.5 * np.sum(((X - m) / s) ** 2, axis=1)
                - X.shape[1] * np.log(s)
                - 0.5 * X.shape[1] * np.log(2 * np.pi)
            )
        log_probs = np.stack(log_probs, axis=1)
        return logsumexp(log_probs, axis=1).sum()


case(
    GaussianMixture(np.array([0.3, 0.7]), r(2, 3), u(2)).log_likelihood,
    (r(5, 3),),
    other=[(r(4, 3),)],
    name="gmm",
)


def triplet_loss(anchor, positive, negative, margin=0.2):
    pos = np.sum(np.square(anchor - positive), axis=-1)
    neg = np.sum(np.square(anchor - negative), axis=-1)
    return np.mean(np.maximum(pos - neg + margin, 0.0))


case(triplet_loss, (r(4, 3), r(4, 3), r(4, 3)), other=[(r(2, 5), r(2, 5), r(2, 5), 0.5)])


def focal_loss(logits, targets, alpha=0.25, gamma=2.0, reduction="mean"):
    p = expit(logits)
    ce = -(targets * np.log(p) + (1 - targets) * np.log(1 - p))
    p_t = p * targets + (1 - p) * (1 - targets)
    loss = ce * (1 - p_t) ** gamma
    if alpha >= 0:
        alpha_t = alpha * targets + (1 - alpha) * (1 - targets)
        loss = alpha_t * loss
    if reduction == "mean":
        loss = loss.mean()
    elif reduction == "sum":
        loss = loss.sum()
    return loss


case(
    focal_loss,
    (r(4), (r(4) > 0).astype(float)),
    other=[(r(5), (r(5) > 0).astype(float), 0.3, 1.5, "sum")],
    wrt=["logits"],
)


class MaxPool2d:

    def __init__(self, kernel_size, stride=None):
        self.k = kernel_size
        self.s = stride if stride is not None else kernel_size

    def __call__(self, x):
        n, c, h, w = x.shape
        oh, ow = ((h - self.k) // self.s + 1, (w - self.k) // self.s + 1)
        out = np.empty((n, c, oh, ow))
        for i in range(oh):
            for j in range(ow):
                out[:, :, i, j] = x[
                    :, :, i * self.s : i * self.s + self.k, j * self.s : j * self.s + self.k
                ].max(axis=(2, 3))
        return out


case(MaxPool2d(2).__call__, (r(2, 2, 4, 4),), other=[(r(1, 3, 6, 4),)], name="maxpool")


def lstm_cell(xt, a_prev, c_prev, parameters):
    Wf, bf, Wi, bi, Wc, bc, Wo, bo = (
        parameters[k] for k in ("Wf", "bf", "Wi", "bi", "Wc", "bc", "Wo", "bo")
    )
    concat = np.concatenate((a_prev, xt), axis=0)
    ft = expit(Wf @ concat + bf)
    it = expit(Wi @ concat + bi)
    cct = np.tanh(Wc @ concat + bc)
    c_next = ft * c_prev + it * cct
    ot = expit(Wo @ concat + bo)
    return (ot * np.tanh(c_next), c_next)


def lp(na, nx):
    return {
        k + g: r(na, na + nx) * 0.4 if k == "W" else r(na, 1) for g in "fico" for k in ("W", "b")
    }


case(
    lstm_cell, (r(3, 2), r(4, 2), r(4, 2), lp(4, 3)), other=[(r(2, 3), r(3, 3), r(3, 3), lp(3, 2))]
)


class Robot:

    def __init__(self, links):
        self.links = links

    def transform(self, theta, a):
        c, s = (np.cos(theta), np.sin(theta))
        return np.array([[c, -s, a * c], [s, c, a * s], [0, 0, 1]])

    def forward_kinematics(self, q):
        T = np.eye(3)
        for theta, a in zip(q, self.links):
            T = T @ self.transform(theta, a)
        return T[:2, 2]


case(
    Robot([1.0, 0.7, 0.5]).forward_kinematics,
    (np.array([0.1, 0.4, -0.2]),),
    other=[(np.array([0.5, 0.2, 0.3]),)],
    name="robot_fk",
)


def quaternion_multiply(q, p):
    w1, x1, y1, z1 = q
    w2, x2, y2, z2 = p
    return np.array(
        [
            w1 * w2 - x1 * x2 - y1 * y2 - z1 * z2,
            w1 * x2 + x1 * w2 + y1 * z2 - z1 * y2,
            w1 * y2 - x1 * z2 + y1 * w2 + z1 * x2,
            w1 * z2 + x1 * y2 - y1 * x2 + z1 * w2,
        ]
    )


def rotate(v, q):
    q = q / np.linalg.norm(q)
    qv = np.concatenate([[0.0], v])
    return quaternion_multiply(quaternion_multiply(q, qv), q * np.array([1, -1, -1, -1]))[1:]


case(rotate, (r(3), r(4)), other=[(r(3), r(4))])


def bundle(points, camera, observed):
    f, k1, k2 = (camera[0], camera[1], camera[2])
    p = -points[:, :2] / points[:, 2:3]
    n = np.sum(p**2, axis=1)
    proj = p * (f * (1 + k1 * n + k2 * n**2))[:, np.newaxis]
    return (proj - observed).ravel()


case(bundle, (u(4, 3) + 1, u(3), r(4, 2)), other=[(u(3, 3) + 1, u(3), r(3, 2))])


def ising_energy(spins, J, h):
    E = 0.0
    n, m = spins.shape
    for i in range(n):
        for j in range(m):
            s = spins[i, j]
            nb = spins[(i + 1) % n, j] + spins[i, (j + 1) % m]
            E += -J * s * nb - h * s
    return E / (n * m)


case(ising_energy, (r(3, 3), 1.0, 0.5), other=[(r(2, 4), 0.7, 0.1)])


def lennard_jones(pos, eps=1.0, sigma=1.0, cutoff=2.5):
    n = len(pos)
    e = 0.0
    for i in range(n):
        for j in range(i + 1, n):
            rij = pos[j] - pos[i]
            d = np.linalg.norm(rij)
            if d < cutoff:
                sr6 = (sigma / d) ** 6
                e += 4 * eps * (sr6**2 - sr6)
    return e


case(
    lennard_jones,
    (np.array([[0.0, 0.0], [1.1, 0.1], [0.3, 1.2], [4.0, 4.0]]),),
    other=[(np.array([[0.0, 0.0], [1.2, 0.1], [0.3, 1.1]]), 0.8, 1.1)],
)


class CTRNN:

    def __init__(self, n):
        self.tau, self.w, self.theta, self.y = (u(n), r(n, n), r(n), np.zeros(n))

    def step(self, I, dt=0.1):
        sig = 1 / (1 + np.exp(-(self.y + self.theta)))
        dy = (-self.y + self.w.T @ sig + I) / self.tau
        self.y += dt * dy
        return self.y


case(CTRNN(3).step, (r(3),), other=[(r(3), 0.05)], name="ctrnn")


def soft_dtw(x, y, gamma=1.0):
    n, m = (len(x), len(y))
    R = np.full((n + 1, m + 1), np.inf)
    R[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = (x[i - 1] - y[j - 1]) ** 2
            z = np.array([R[i - 1, j - 1], R[i - 1, j], R[i, j - 1]]) / -gamma
            zmax = z.max()
            R[i, j] = cost - gamma * (zmax + np.log(np.sum(np.exp(z - zmax))))
    return R[n, m]


case(soft_dtw, (r(3), r(4)), other=[(r(2), r(3), 0.5)], wrt=["x", "y"])


def ctc_forward(log_probs, labels, blank=0):
    T, C = log_probs.shape
    ext = [blank]
    for l in labels:
        ext += [l, blank]
    S = len(ext)
    alpha = np.full((T, S), -100000.0)
    alpha[0, 0] = log_probs[0, ext[0]]
    alpha[0, 1] = log_probs[0, ext[1]]
    for t in range(1, T):
        for s in range(S):
            a = alpha[t - 1, s]
            if s > 0:
                a = np.logaddexp(a, alpha[t - 1, s - 1])
            if s > 1 and ext[s] != blank and (ext[s] != ext[s - 2]):
                a = np.logaddexp(a, alpha[t - 1, s - 2])
            alpha[t, s] = a + log_probs[t, ext[s]]
    return -np.logaddexp(alpha[T - 1, S - 1], alpha[T - 1, S - 2])


case(ctc_forward, (np.log(softmax(r(4, 3))), [1, 2]), other=[(np.log(softmax(r(5, 3))), [2])])


class Agent:
    gamma = 0.99

    def __init__(self, n, k):
        self.theta = r(n, k) * 0.3

    def policy(self, s):
        logits = s @ self.theta
        return softmax(logits)

    def loss(self, states, actions, rewards):
        G, returns = (0.0, [])
        for rew in reversed(rewards):
            G = rew + self.gamma * G
            returns.insert(0, G)
        returns = np.array(returns)
        returns = (returns - returns.mean()) / (returns.std() + 1e-08)
        probs = self.policy(states)
        logp = np.log(probs[np.arange(len(actions)), actions])
        return -np.mean(logp * returns)


case(
    Agent(3, 2).loss,
    (r(4, 3), np.array([0, 1, 1, 0]), [1.0, 0.5, 0.2, 0.8]),
    other=[(r(3, 3), np.array([1, 1, 0]), [0.1, 0.7, 0.2])],
    wrt=["self.theta", "states"],
    name="reinforce",
)


def gae(rewards, values, gamma=0.99, lam=0.95):
    advantages = np.zeros_like(rewards)
    last = 0
    for t in reversed(range(len(rewards))):
        next_value = values[t + 1] if t + 1 < len(values) else 0.0
        delta = rewards[t] + gamma * next_value - values[t]
        advantages[t] = last = delta + gamma * lam * last
    return advantages


case(gae, (r(4), r(5)), other=[(r(3), r(3)), (r(5), r(6), 0.9, 0.8)])


def dice_loss(pred, target, smooth=1e-05):
    intersection = (pred * target).sum(axis=(1, 2))
    union = pred.sum(axis=(1, 2)) + target.sum(axis=(1, 2))
    dice = (2.0 * intersection + smooth) / (union + smooth)
    return 1.0 - dice.mean()


case(dice_loss, (u(2, 3, 3), u(2, 3, 3)), other=[(u(3, 2, 4), u(3, 2, 4))])


class Dropout:

    def __init__(self, p=0.5, seed=0):
        self.p, self.training, self.rng = (p, True, np.random.default_rng(seed))

    def __call__(self, x):
        if not self.training or self.p == 0:
            return x
        mask = (self.rng.random(x.shape) > self.p) / (1 - self.p)
        return x * mask


case(Dropout().__call__, (r(3, 4),), wrt=["x"], name="dropout_rng")


def nelson_siegel(tau, beta0, beta1, beta2, lam):
    x = tau / lam
    load = (1 - np.exp(-x)) / x
    return beta0 + beta1 * load + beta2 * (load - np.exp(-x))


case(nelson_siegel, (u(5), 0.03, -0.02, 0.01, 1.5), other=[(u(3), 0.02, -0.01, 0.02, 2.0)])


def portfolio(weights, returns, risk_free=0.0, periods=252):
    weights = np.asarray(weights)
    mean = np.sum(returns.mean(axis=0) * weights) * periods
    vol = np.sqrt(np.dot(weights.T, np.dot(np.cov(returns.T) * periods, weights)))
    return -(mean - risk_free) / vol


case(portfolio, (u(3), r(6, 3)), other=[(u(2), r(5, 2), 0.01)])


def fft_filter(x, cutoff):
    X = np.fft.rfft(x)
    freqs = np.fft.rfftfreq(len(x))
    X[freqs > cutoff] = 0
    return np.fft.irfft(X, n=len(x))


case(fft_filter, (r(8), 0.3), wrt=["x"], refused="complex")


class Embedding:

    def __init__(self, V, D):
        self.weight = r(V, D)

    def __call__(self, idx):
        return self.weight[idx]


class BagOfWords:

    def __init__(self, V, D, C):
        self.emb, self.W, self.b = (Embedding(V, D), r(D, C) * 0.4, np.zeros(C))

    def loss(self, docs, labels):
        total = 0.0
        for doc, y in zip(docs, labels):
            h = self.emb(doc).mean(axis=0)
            logits = h @ self.W + self.b
            total += -(logits[y] - logsumexp(logits))
        return total / len(docs)


case(
    BagOfWords(6, 3, 2).loss,
    ([np.array([0, 2]), np.array([1, 3, 5])], [0, 1]),
    other=[([np.array([4]), np.array([1, 1]), np.array([0, 2])], [1, 1, 0])],
    name="bag_of_words",
)


def newton_sqrt(a, tol=1e-10, max_iter=50):
    x = a
    for _ in range(max_iter):
        nx = 0.5 * (x + a / x)
        if abs(nx - x) < tol:
            return nx
        x = nx
    return x


case(newton_sqrt, (2.0,), other=[(3.0,), (0.7,)], wrt=["a"])


class SVM:

    def __init__(self, w, b, C=1.0):
        self.w, self.b, self.C = (w, b, C)

    def decision(self, X):
        return X.dot(self.w) + self.b

    def loss(self, X, y):
        margins = 1 - y * self.decision(X)
        hinge = np.where(margins > 0, margins, 0)
        return 0.5 * np.dot(self.w, self.w) + self.C * hinge.mean()


case(
    SVM(r(3), 0.1).loss,
    (r(5, 3), np.sign(r(5))),
    other=[(r(4, 3), np.sign(r(4)))],
    wrt=["self.w", "self.b", "X"],
    name="svm",
)


def gcn(A, X, W1, W2):
    A_hat = A + np.eye(A.shape[0])
    D = np.diag(1.0 / np.sqrt(A_hat.sum(axis=1)))
    L = D @ A_hat @ D
    H = np.maximum(L @ X @ W1, 0)
    return L @ H @ W2


case(
    gcn,
    (np.abs(r(3, 3)), r(3, 4), r(4, 3), r(3, 2)),
    other=[(np.abs(r(4, 4)), r(4, 2), r(2, 3), r(3, 2))],
)


class WENO:

    def __init__(self, eps=1e-06):
        self.eps = eps

    def reconstruct(self, v):
        vm, v0, vp = (v[:-2], v[1:-1], v[2:])
        b0, b1 = ((v0 - vm) ** 2, (vp - v0) ** 2)
        a0, a1 = (1 / 3 / (self.eps + b0) ** 2, 2 / 3 / (self.eps + b1) ** 2)
        w0 = a0 / (a0 + a1)
        return w0 * (1.5 * v0 - 0.5 * vm) + (1 - w0) * 0.5 * (v0 + vp)


case(WENO(0.1).reconstruct, (r(6),), other=[(r(8),)], name="weno")


def burgers(u0, nu, dx, dt, nt):
    v = u0.copy()
    for n in range(nt):
        un = v.copy()
        v[1:-1] = (
            un[1:-1]
            - un[1:-1] * dt / dx * (un[1:-1] - un[:-2])
            + nu * dt / dx**2 * (un[2:] - 2 * un[1:-1] + un[:-2])
        )
        v[0] = (
            un[0]
            - un[0] * dt / dx * (un[0] - un[-2])
            + nu * dt / dx**2 * (un[1] - 2 * un[0] + un[-2])
        )
        v[-1] = v[0]
    return v


case(burgers, (u(6), 0.1, 0.5, 0.01, 3), other=[(u(5), 0.2, 0.4, 0.02, 2)])


def wave_2d(p, c, dt, h, steps):
    p_prev = p.copy()
    for _ in range(steps):
        lap = (
            np.roll(p, 1, 0) + np.roll(p, -1, 0) + np.roll(p, 1, 1) + np.roll(p, -1, 1) - 4 * p
        ) / h**2
        p, p_prev = (2 * p - p_prev + (c * dt) ** 2 * lap, p)
    return p


case(wave_2d, (r(4, 4), 1.0, 0.1, 0.5, 3), other=[(r(3, 5), 0.8, 0.1, 0.4, 2)])


def kepler(M, e):
    E = M
    for _ in range(10):
        E = E - (E - e * math.sin(E) - M) / (1 - e * math.cos(E))
    return 2 * math.atan2(math.sqrt(1 + e) * math.sin(E / 2), math.sqrt(1 - e) * math.cos(E / 2))


case(kepler, (1.0, 0.3), other=[(2.0, 0.1)])


def rotation_between(X, Y):
    """The rotation that turns one set of points into another, as Kabsch has it."""
    H = X.T.dot(Y)
    U, _, Vt = np.linalg.svd(H)
    return Vt.T.dot(U.T)


case(rotation_between, (r(6, 3), r(6, 3)), other=[(r(7, 2), r(7, 2))])


def first_direction(X):
    _, V = np.linalg.eigh(X @ X.T)
    return V[:, 0] ** 2


case(first_direction, (r(3, 4),), other=[(r(4, 6),)])


def squared_spectrum(X):
    w, _ = np.linalg.eigh(X @ X.T)
    return w**2


case(squared_spectrum, (r(3, 4),), other=[(r(4, 6),)])


def all_of_a_least_squares_fit(A, y):
    fit = np.linalg.lstsq(A, y, rcond=None)
    return fit[0] * 2.0, fit


case(all_of_a_least_squares_fit, (r(5, 2), r(5)), other=[(r(6, 3), r(6))])
