"""Whole models and algorithms: transformers, filters, dynamics, finance, geometry."""

import math

import numpy as np

from tests.corpus import case, normal, uniform

r = normal(5)
u = uniform(6)


def layer_norm(x, g, b, eps=1e-5):
    mu = x.mean(axis=-1, keepdims=True)
    var = ((x - mu) ** 2).mean(axis=-1, keepdims=True)
    return g * (x - mu) / np.sqrt(var + eps) + b


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def softmax(x, axis=-1):
    x = x - x.max(axis=axis, keepdims=True)
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


def transformer_block(x, params, n_heads=2):
    B, T, D = x.shape
    h = layer_norm(x, params["g1"], params["b1"])
    qkv = h @ params["Wqkv"]
    q, k, v = np.split(qkv, 3, axis=-1)
    hd = D // n_heads
    q = q.reshape(B, T, n_heads, hd).transpose(0, 2, 1, 3)
    k = k.reshape(B, T, n_heads, hd).transpose(0, 2, 1, 3)
    v = v.reshape(B, T, n_heads, hd).transpose(0, 2, 1, 3)
    scores = q @ k.transpose(0, 1, 3, 2) / math.sqrt(hd)
    mask = np.triu(np.ones((T, T)), k=1).astype(bool)
    scores = np.where(mask, -1e9, scores)
    att = softmax(scores) @ v
    att = att.transpose(0, 2, 1, 3).reshape(B, T, D)
    x = x + att @ params["Wo"]
    h = layer_norm(x, params["g2"], params["b2"])
    x = x + gelu(h @ params["W1"]) @ params["W2"]
    return x


def tp(D):
    return dict(
        g1=r(D),
        b1=r(D),
        Wqkv=r(D, 3 * D) * 0.3,
        Wo=r(D, D) * 0.3,
        g2=r(D),
        b2=r(D),
        W1=r(D, 2 * D) * 0.3,
        W2=r(2 * D, D) * 0.3,
    )


case(transformer_block, (r(2, 3, 4), tp(4)), other=[(r(1, 4, 6), tp(6))])


def vae_loss(x, We, be, Wmu, Wlv, Wd, bd, eps):
    h = np.tanh(x @ We + be)
    mu = h @ Wmu
    logvar = h @ Wlv
    z = mu + np.exp(0.5 * logvar) * eps
    logits = z @ Wd + bd
    recon = 1 / (1 + np.exp(-logits))
    bce = -np.sum(x * np.log(recon + 1e-7) + (1 - x) * np.log(1 - recon + 1e-7))
    kld = -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar))
    return (bce + kld) / x.shape[0]


case(
    vae_loss,
    (u(3, 4) / 3, r(4, 5), r(5), r(5, 2), r(5, 2), r(2, 4), r(4), r(3, 2)),
    other=[(u(2, 3) / 3, r(3, 4), r(4), r(4, 3), r(4, 3), r(3, 3), r(3), r(2, 3))],
    wrt=["x", "We", "be", "Wmu", "Wlv", "Wd", "bd"],
)


def lstm_lm(tokens, emb, Wx, Wh, b, Wo, bo):
    T = len(tokens) - 1
    H = Wh.shape[0]
    h, c = np.zeros(H), np.zeros(H)
    loss = 0.0
    for t in range(T):
        x = emb[tokens[t]]
        a = x @ Wx + h @ Wh + b
        i = 1 / (1 + np.exp(-a[:H]))
        f = 1 / (1 + np.exp(-a[H : 2 * H]))
        o = 1 / (1 + np.exp(-a[2 * H : 3 * H]))
        g = np.tanh(a[3 * H :])
        c = f * c + i * g
        h = o * np.tanh(c)
        logits = h @ Wo + bo
        logits = logits - np.max(logits)
        loss -= logits[tokens[t + 1]] - np.log(np.sum(np.exp(logits)))
    return loss / T


case(
    lstm_lm,
    ([0, 2, 1, 2], r(3, 4), r(4, 20), r(5, 20), r(20), r(5, 3), r(3)),
    other=[([1, 0, 3, 2, 3, 1], r(4, 3), r(3, 8), r(2, 8), r(8), r(2, 4), r(4))],
    name="lstm_lm",
)


def crf_loglik(emissions, trans, tags):
    T, K = emissions.shape
    score = emissions[0, tags[0]]
    for t in range(1, T):
        score += trans[tags[t - 1], tags[t]] + emissions[t, tags[t]]
    alpha = emissions[0]
    for t in range(1, T):
        m = alpha[:, None] + trans + emissions[t][None, :]
        mx = m.max(axis=0)
        alpha = mx + np.log(np.exp(m - mx).sum(axis=0))
    mx = alpha.max()
    logZ = mx + np.log(np.sum(np.exp(alpha - mx)))
    return score - logZ


case(crf_loglik, (r(4, 3), r(3, 3), [0, 2, 1, 1]), other=[(r(6, 2), r(2, 2), [0, 1, 1, 0, 1, 0])])


def im2col_conv(x, w, b, stride=1, pad=1):
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="constant")
    oh = (H + 2 * pad - HH) // stride + 1
    ow = (W + 2 * pad - WW) // stride + 1
    cols = np.zeros((N, C, HH, WW, oh, ow))
    for i in range(HH):
        for j in range(WW):
            cols[:, :, i, j, :, :] = xp[
                :, :, i : i + stride * oh : stride, j : j + stride * ow : stride
            ]
    cols = cols.transpose(0, 4, 5, 1, 2, 3).reshape(N * oh * ow, -1)
    out = cols @ w.reshape(F, -1).T + b
    return out.reshape(N, oh, ow, F).transpose(0, 3, 1, 2)


case(
    im2col_conv,
    (r(2, 2, 4, 4), r(3, 2, 3, 3), r(3)),
    other=[(r(1, 3, 5, 6), r(2, 3, 2, 3), r(2), 2, 0)],
)


def gmm_loglik(X, logits, mus, logsig):
    N, D = X.shape
    logpi = logits - np.log(np.sum(np.exp(logits)))
    total = 0.0
    for n in range(N):
        diff = (X[n] - mus) / np.exp(logsig)
        lp = (
            logpi
            - 0.5 * np.sum(diff**2, axis=1)
            - np.sum(logsig, axis=1)
            - 0.5 * D * np.log(2 * np.pi)
        )
        m = np.max(lp)
        total += m + np.log(np.sum(np.exp(lp - m)))
    return total


case(
    gmm_loglik,
    (r(4, 2), r(3), r(3, 2), r(3, 2) * 0.2),
    other=[(r(3, 3), r(2), r(2, 3), r(2, 3) * 0.2)],
)


def gp_nll(X, y, log_l, log_s, log_n):
    sq = np.sum(X**2, axis=1)[:, None] + np.sum(X**2, axis=1)[None, :] - 2 * X @ X.T
    K = np.exp(2 * log_s) * np.exp(-0.5 * sq / np.exp(2 * log_l)) + np.exp(2 * log_n) * np.eye(
        len(X)
    )
    L = np.linalg.cholesky(K)
    a = np.linalg.solve(K, y)
    return 0.5 * y @ a + np.sum(np.log(np.diag(L))) + 0.5 * len(y) * np.log(2 * np.pi)


case(gp_nll, (r(4, 2), r(4), 0.1, 0.2, -0.5), other=[(r(3, 3), r(3), 0.3, 0.1, -0.2)])


def nbody(pos, vel, mass, dt, steps):
    n = len(mass)
    for _ in range(steps):
        acc = np.zeros_like(pos)
        for i in range(n):
            for j in range(n):
                if i != j:
                    d = pos[j] - pos[i]
                    acc[i] += mass[j] * d / (np.dot(d, d) + 0.01) ** 1.5
        vel = vel + dt * acc
        pos = pos + dt * vel
    return np.sum(0.5 * mass * np.sum(vel**2, axis=1))


case(
    nbody,
    (r(3, 2), r(3, 2), u(3), 0.05, 2),
    other=[(r(2, 3), r(2, 3), u(2), 0.03, 4)],
    wrt=["pos", "vel", "mass"],
)


def heat(u0, alpha, dx, dt, n):
    u = u0.copy()
    for k in range(n):
        un = u.copy()
        u[1:-1] = un[1:-1] + alpha * dt / dx**2 * (un[2:] - 2 * un[1:-1] + un[:-2])
        u[0] = u[1]
        u[-1] = 0.0
    return np.sum(u**2)


case(heat, (r(6), 0.3, 0.5, 0.1, 3), other=[(r(9), 0.2, 0.5, 0.1, 5)], wrt=["u0", "alpha"])


def black_scholes(S, K, T, rr, sigma):
    d1 = (math.log(S / K) + (rr + sigma**2 / 2) * T) / (sigma * math.sqrt(T))
    d2 = d1 - sigma * math.sqrt(T)

    def N(x):
        return 0.5 * (1 + math.erf(x / math.sqrt(2)))

    return S * N(d1) - K * math.exp(-rr * T) * N(d2)


case(black_scholes, (100.0, 95.0, 0.5, 0.02, 0.3), other=[(80.0, 95.0, 1.5, 0.04, 0.2)])


def bezier(points, t):
    pts = [p for p in points]
    while len(pts) > 1:
        pts = [(1 - t) * a + t * b for a, b in zip(pts[:-1], pts[1:])]
    return pts[0]


case(bezier, (r(4, 2), 0.3), other=[(r(6, 2), 0.6)])


def sinkhorn(C, a, b, eps, iters):
    K = np.exp(-C / eps)
    v = np.ones(len(b))
    for _ in range(iters):
        uu = a / (K @ v)
        v = b / (K.T @ uu)
    P = uu[:, None] * K * v[None, :]
    return np.sum(P * C)


case(
    sinkhorn,
    (u(3, 4), np.ones(3) / 3, np.ones(4) / 4, 0.5, 4),
    other=[(u(2, 3), np.ones(2) / 2, np.ones(3) / 3, 0.7, 6)],
    wrt=["C"],
)


def adam_unrolled(w, X, y, lr, steps):
    m = np.zeros_like(w)
    v = np.zeros_like(w)
    for t in range(1, steps + 1):
        grad = 2 * X.T @ (X @ w - y) / len(y)
        m = 0.9 * m + 0.1 * grad
        v = 0.99 * v + 0.01 * grad**2
        mh = m / (1 - 0.9**t)
        vh = v / (1 - 0.99**t)
        w = w - lr * mh / (np.sqrt(vh) + 1e-8)
    return np.mean((X @ w - y) ** 2)


case(
    adam_unrolled,
    (r(3), r(5, 3), r(5), 0.1, 3),
    other=[(r(2), r(4, 2), r(4), 0.05, 5)],
    wrt=["w", "X", "lr"],
)


def triplet(anchor, pos, neg, margin=0.5):
    dp = np.sum((anchor - pos) ** 2, axis=1)
    dn = np.sum((anchor - neg) ** 2, axis=1)
    return np.mean(np.maximum(0.0, dp - dn + margin))


case(triplet, (r(4, 3), r(4, 3), r(4, 3)), other=[(r(2, 5), r(2, 5), r(2, 5))])


def info_nce(z1, z2, tau):
    z1 = z1 / np.linalg.norm(z1, axis=1, keepdims=True)
    z2 = z2 / np.linalg.norm(z2, axis=1, keepdims=True)
    sim = z1 @ z2.T / tau
    sim = sim - sim.max(axis=1, keepdims=True)
    logp = sim - np.log(np.exp(sim).sum(axis=1, keepdims=True))
    return -np.mean(np.diag(logp))


case(info_nce, (r(4, 3), r(4, 3), 0.5), other=[(r(3, 5), r(3, 5), 0.7)])


def giou(b1, b2):
    x1 = np.maximum(b1[:, 0], b2[:, 0])
    y1 = np.maximum(b1[:, 1], b2[:, 1])
    x2 = np.minimum(b1[:, 2], b2[:, 2])
    y2 = np.minimum(b1[:, 3], b2[:, 3])
    inter = np.clip(x2 - x1, 0, None) * np.clip(y2 - y1, 0, None)
    a1 = (b1[:, 2] - b1[:, 0]) * (b1[:, 3] - b1[:, 1])
    a2 = (b2[:, 2] - b2[:, 0]) * (b2[:, 3] - b2[:, 1])
    union = a1 + a2 - inter
    iou = inter / union
    return 1 - iou.mean()


def boxes(n):
    a = u(n, 2)
    return np.concatenate([a, a + u(n, 2)], axis=1)


case(giou, (boxes(4), boxes(4)), other=[(boxes(2), boxes(2))])


def huber(y, t, delta=1.0):
    e = y - t
    small = np.abs(e) <= delta
    return np.where(small, 0.5 * e**2, delta * (np.abs(e) - 0.5 * delta)).sum()


case(huber, (r(5) * 2, r(5)), other=[(r(7) * 2, r(7))], wrt=["y", "t"])


def bilinear(img, x, y):
    x0 = int(np.floor(x))
    y0 = int(np.floor(y))
    fx, fy = x - x0, y - y0
    top = img[y0, x0] * (1 - fx) + img[y0, x0 + 1] * fx
    bot = img[y0 + 1, x0] * (1 - fx) + img[y0 + 1, x0 + 1] * fx
    return top * (1 - fy) + bot * fy


case(bilinear, (r(5, 5), 1.3, 2.6), other=[(r(6, 4), 2.2, 3.7)])


def quat_rotate(q, v):
    q = q / np.sqrt(np.sum(q**2))
    w, x, y, z = q
    R = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    return R @ v


case(quat_rotate, (r(4), r(3)), other=[(r(4), r(3))])


def iir(x, b, a):
    y = np.zeros(len(x))
    for n in range(len(x)):
        acc = 0.0
        for k in range(len(b)):
            if n - k >= 0:
                acc += b[k] * x[n - k]
        for k in range(1, len(a)):
            if n - k >= 0:
                acc -= a[k] * y[n - k]
        y[n] = acc / a[0]
    return y


case(iir, (r(6), r(3), np.array([1.5, 0.3, -0.2])), other=[(r(4), r(2), np.array([1.2, 0.3]))])


def soft_dtw(x, y, gamma):
    n, m = len(x), len(y)
    D = np.full((n + 1, m + 1), 1e6)
    D[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = (x[i - 1] - y[j - 1]) ** 2
            a, b, c = D[i - 1, j], D[i, j - 1], D[i - 1, j - 1]
            mn = min(a, b, c)
            sm = mn - gamma * math.log(
                math.exp(-(a - mn) / gamma)
                + math.exp(-(b - mn) / gamma)
                + math.exp(-(c - mn) / gamma)
            )
            D[i, j] = cost + sm
    return D[n, m]


case(soft_dtw, (r(4), r(3), 0.7), other=[(r(3), r(5), 0.9)])


def mlp_any_depth(x, layers):
    h = x
    for i, (W, b) in enumerate(layers):
        h = h @ W + b
        if i < len(layers) - 1:
            h = np.maximum(h, 0)
    return np.sum(h**2)


case(
    mlp_any_depth,
    (r(2, 3), [(r(3, 4), r(4)), (r(4, 2), r(2))]),
    other=[(r(3, 2), [(r(2, 5), r(5)), (r(5, 4), r(4)), (r(4, 3), r(3))])],
)


def newton_sqrt(a, tol=1e-10):
    x = a
    n = 0
    while abs(x * x - a) > tol and n < 50:
        x = 0.5 * (x + a / x)
        n += 1
    return x


case(newton_sqrt, (3.0,), other=[(9.5,), (0.2,)], wrt=["a"])


def rk4(y0, k, dt, n):
    def f(y):
        return np.array([y[1], -k * np.sin(y[0])])

    y = y0
    for _ in range(n):
        k1 = f(y)
        k2 = f(y + dt / 2 * k1)
        k3 = f(y + dt / 2 * k2)
        k4 = f(y + dt * k3)
        y = y + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return y


case(rk4, (r(2), 1.3, 0.1, 3), other=[(r(2), 0.7, 0.05, 6)], wrt=["y0", "k"])


def kalman(zs, A, H, Q, R, x, P):
    ll = 0.0
    for z in zs:
        x = A @ x
        P = A @ P @ A.T + Q
        S = H @ P @ H.T + R
        K = P @ H.T @ np.linalg.inv(S)
        innov = z - H @ x
        ll = ll - 0.5 * (innov @ np.linalg.solve(S, innov) + np.log(np.linalg.det(S)))
        x = x + K @ innov
        P = (np.eye(len(x)) - K @ H) @ P
    return ll


case(
    kalman,
    (r(4, 1), r(2, 2) * 0.5, r(1, 2), np.eye(2) * 0.3, np.eye(1) * 0.5, r(2), np.eye(2)),
    other=[(r(2, 2), r(3, 3) * 0.5, r(2, 3), np.eye(3) * 0.3, np.eye(2) * 0.5, r(3), np.eye(3))],
)


def dropout_net(X, W1, W2, p=0.5, train=True, seed=0):
    h = np.maximum(0, X @ W1)
    if train:
        rng = np.random.default_rng(seed)
        mask = (rng.random(h.shape) < p) / p
        h = h * mask
    return h @ W2


case(
    dropout_net,
    (r(3, 4), r(4, 5), r(5, 2)),
    other=[(r(2, 3), r(3, 6), r(6, 2), 0.5, False)],
    wrt=["X", "W1", "W2"],
)


def group_norm(x, gamma, beta, G, eps=1e-5):
    N, C, H, W = x.shape
    x = x.reshape(N, G, C // G, H, W)
    mean = x.mean(axis=(2, 3, 4), keepdims=True)
    var = x.var(axis=(2, 3, 4), keepdims=True)
    x = (x - mean) / np.sqrt(var + eps)
    x = x.reshape(N, C, H, W)
    return x * gamma + beta


case(
    group_norm,
    (r(2, 4, 2, 2), r(1, 4, 1, 1), r(1, 4, 1, 1), 2),
    other=[(r(1, 6, 3, 2), r(1, 6, 1, 1), r(1, 6, 1, 1), 3)],
    wrt=["x", "gamma", "beta"],
)


def max_pool(x, k=2, s=2):
    N, C, H, W = x.shape
    oh, ow = (H - k) // s + 1, (W - k) // s + 1
    out = np.zeros((N, C, oh, ow))
    for i in range(oh):
        for j in range(ow):
            out[:, :, i, j] = np.max(x[:, :, i * s : i * s + k, j * s : j * s + k], axis=(2, 3))
    return out


case(max_pool, (r(2, 2, 4, 4),), other=[(r(1, 3, 5, 6), 3, 1)])


def soft_kmeans(X, C, beta, iters):
    for _ in range(iters):
        d = ((X[:, None, :] - C[None, :, :]) ** 2).sum(axis=2)
        w = np.exp(-beta * d)
        w = w / w.sum(axis=1, keepdims=True)
        C = (w[:, :, None] * X[:, None, :]).sum(axis=0) / w.sum(axis=0)[:, None]
    return C


case(
    soft_kmeans,
    (r(5, 2), r(3, 2), 0.5, 2),
    other=[(r(4, 3), r(2, 3), 0.7, 3)],
    wrt=["X", "C", "beta"],
)


def pagerank(A, d, n):
    M = A / A.sum(axis=0, keepdims=True)
    N = A.shape[0]
    v = np.ones(N) / N
    for _ in range(n):
        v = d * (M @ v) + (1 - d) / N
    return v


case(pagerank, (u(3, 3), 0.85, 4), other=[(u(4, 4), 0.7, 6)], wrt=["A", "d"])


def trapezoid_rule(f_vals, a, b):
    n = len(f_vals) - 1
    h = (b - a) / n
    s = 0.5 * (f_vals[0] + f_vals[n])
    for i in range(1, n):
        s += f_vals[i]
    return s * h


case(
    trapezoid_rule, ([1.0, 2.0, 4.0, 3.0], 0.0, 2.0), other=[([1.0, 2.0, 4.0, 3.0, 7.0], 1.0, 2.0)]
)


def chebyshev(c, x):
    t0, t1 = 1.0, x
    s = c[0] * t0 + c[1] * t1
    for k in range(2, len(c)):
        t0, t1 = t1, 2 * x * t1 - t0
        s = s + c[k] * t1
    return s


case(chebyshev, (r(5), 0.3), other=[(r(7), 0.8), (r(2), 0.4)])


def horner(coeffs, x):
    if len(coeffs) == 1:
        return coeffs[0]
    return coeffs[0] + x * horner(coeffs[1:], x)


case(horner, (r(4), 0.3), other=[(r(6), 0.8), (r(1), 0.4)])


def binomial_tree(S, K, rr, sigma, n):
    dt = 1.0 / n
    up = math.exp(sigma * math.sqrt(dt))
    dn = 1 / up
    p = (math.exp(rr * dt) - dn) / (up - dn)
    vals = [max(S * up**j * dn ** (n - j) - K, 0.0) for j in range(n + 1)]
    for i in range(n, 0, -1):
        vals = [math.exp(-rr * dt) * (p * vals[j + 1] + (1 - p) * vals[j]) for j in range(i)]
    return vals[0]


case(binomial_tree, (100.0, 95.0, 0.05, 0.2, 3), other=[(90.0, 95.0, 0.03, 0.3, 5)])


def word2vec(center, context, negs, W, C):
    v = W[center]
    pos = 1 / (1 + np.exp(-v @ C[context]))
    neg = 1 / (1 + np.exp(C[negs] @ v))
    return -np.log(pos) - np.sum(np.log(neg))


case(
    word2vec,
    (1, 2, np.array([0, 3, 0]), r(4, 3), r(4, 3)),
    other=[(0, 1, np.array([2, 2]), r(5, 2), r(5, 2))],
)


def gram_style(feats, target):
    loss = 0
    for f, t in zip(feats, target):
        N, C, H, W = f.shape
        F = f.reshape(C, H * W)
        G = F @ F.T / (C * H * W)
        loss += np.sum((G - t) ** 2)
    return loss


case(
    gram_style,
    ([r(1, 2, 3, 3), r(1, 3, 2, 2)], [r(2, 2), r(3, 3)]),
    other=[([r(1, 2, 2, 3)], [r(2, 2)])],
    wrt=["feats"],
)


def tv(img):
    dh = img[:, 1:, :] - img[:, :-1, :]
    dw = img[:, :, 1:] - img[:, :, :-1]
    return np.sum(dh**2) + np.sum(np.abs(dw))


case(tv, (r(1, 3, 4),), other=[(r(2, 4, 3),)])


class Linear:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def __call__(self, x):
        return x @ self.W + self.b


lin = Linear(r(3, 2), r(2))


def uses_module(x):
    return np.tanh(lin(x))


case(
    uses_module,
    (r(4, 3),),
    other=[(r(2, 3),)],
    refused="the value of lin, a Linear, cannot be written into the module",
)


def masked_mean(x, mask):
    s = 0.0
    n = 0
    for i in range(len(x)):
        if mask[i]:
            s += x[i] ** 2
            n += 1
    return s / max(n, 1)


case(
    masked_mean,
    (r(4), np.array([True, False, True, True])),
    other=[
        (r(3), np.array([False, False, False])),
        (r(5), np.array([False, True, False, True, True])),
    ],
)
