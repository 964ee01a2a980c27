"""Loops, in functions of courses, models and trades."""

import numpy as np

from tests.cases import case, normal, uniform
from tests.cases.calls import library

r, u = normal(102), uniform(103)


def lab(n, c):
    return np.arange(n) * 7 % c


def svm_loss_naive(W, X, y, reg):
    num_classes = W.shape[1]
    num_train = X.shape[0]
    loss = 0.0
    for i in range(num_train):
        scores = X[i].dot(W)
        correct_class_score = scores[y[i]]
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = scores[j] - correct_class_score + 1  # note delta = 1
            if margin > 0:
                loss += margin
    loss /= num_train
    loss += reg * np.sum(W * W)
    return loss


case(
    svm_loss_naive,
    (r(4, 3), r(5, 4), lab(5, 3), 0.1),
    other=[(r(3, 5), r(4, 3), lab(4, 5), 0.2)],
    wrt=["W", "X"],
)


def softmax_naive(W, X, y, reg):
    loss = 0.0
    N, D = X.shape
    C = W.shape[1]
    for i in range(N):
        f = X[i].dot(W)
        f -= np.max(f)
        s = 0.0
        for j in range(C):
            s += np.exp(f[j])
        loss += -f[y[i]] + np.log(s)
    return loss / N + 0.5 * reg * np.sum(W * W)


case(
    softmax_naive,
    (r(4, 3), r(5, 4), lab(5, 3), 0.1),
    other=[(r(3, 5), r(4, 3), lab(4, 5), 0.2)],
    wrt=["W", "X"],
)


def style_loss(feats, style_targets, weights):
    loss = 0
    for i in range(len(feats)):
        C, H, W = feats[i].shape
        f = feats[i].reshape(C, H * W)
        gram = f.dot(f.T) / (C * H * W)
        loss += weights[i] * np.sum((gram - style_targets[i]) ** 2)
    return loss


case(
    style_loss,
    ([r(2, 3, 3), r(3, 2, 2)], [r(2, 2), r(3, 3)], [0.1, 0.2]),
    other=[([r(2, 2, 3)], [r(2, 2)], [0.4])],
    wrt=["feats"],
)


def sgd_momentum(w, dw, v, lr, mu, n):
    for _ in range(n):
        v = mu * v - lr * dw * w
        w = w + v
    return np.sum(w**2)


case(sgd_momentum, (r(3), r(3), r(3), 0.1, 0.9, 3), other=[(r(2), r(2), r(2), 0.2, 0.8, 5)])


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


def kepler(e, m):
    big = m
    for _ in range(6):
        big = big - (big - e * np.sin(big) - m) / (1 - e * np.cos(big))
    return np.stack([np.cos(big) - e, np.sqrt(1 - e**2) * np.sin(big)])


case(kepler, (0.3, r(3)), other=[(0.5, r(5))])


def newton_polar(a):
    for _ in range(4):
        a = 0.5 * (a + np.linalg.inv(a).T)
    return a


case(newton_polar, (r(3, 3) + 3 * np.eye(3),), other=[(r(2, 2) + 3 * np.eye(2),)])


def vertex_normals(verts, faces):
    n = np.cross(verts[faces[:, 1]] - verts[faces[:, 0]], verts[faces[:, 2]] - verts[faces[:, 0]])
    out = np.zeros_like(verts)
    for k in range(3):
        np.add.at(out, faces[:, k], n)
    return out / (np.linalg.norm(out, axis=1, keepdims=True) + 0.1)


case(
    vertex_normals,
    (r(5, 3), np.array([[0, 1, 2], [1, 2, 3], [2, 3, 4]])),
    other=[(r(4, 3), np.array([[0, 1, 2], [3, 1, 2]]))],
)


def levinson(acf):
    a = np.array([1.0])
    e = acf[0]
    for k in range(1, len(acf)):
        refl = -(a @ acf[k:0:-1]) / e
        ext = np.concatenate([a, [0.0]])
        a = ext + refl * ext[::-1]
        e = e * (1 - refl**2)
    return a * e


case(levinson, (np.array([3.0, 1.0, 0.5, 0.2]),), other=[(np.array([2.0, 0.4, 0.3]),)])


def hmm_viterbi_score(start, move, emit):
    s = start + emit[0]
    for e in emit[1:]:
        s = np.max(s[:, None] + move, axis=0) + e
    return s.max()


case(hmm_viterbi_score, (r(3), r(3, 3), r(4, 3)), other=[(r(2), r(2, 2), r(5, 2))])


def relu_residual_loop(x, W, n):
    for _ in range(n):
        x = x + library.relu(x @ W)
    return x


case(relu_residual_loop, (r(2, 3), r(3, 3), 2), other=[(r(4, 2), r(2, 2), 3)])


def break_inside_if(x, a, b):
    v = x * 2
    y = x
    z = x * 0.0
    for k in range(3):
        u_ = np.sin(v) + k
        if a[k]:
            if b[k]:
                break
            y = v * u_
        z = u_ + y
        v = z * 0.5
    return z * v + y


case(
    break_inside_if,
    (0.7, (True, False, True), (False, False, True)),
    other=[(0.5, (False, True, True), (False, True, False)), (0.2, (True,) * 3, (True,) * 3)],
)


def break_side_appends(x):
    y = 0.5
    for i in range(len(x)):
        a = x[i] * y
        if a > 0.8:
            y = a * a
            break
        b = np.sin(a)
        y = y + b * a
    return y


case(
    break_side_appends,
    (np.array([0.5, 0.9, 1.8, 0.3]),),
    other=[(np.array([3.0, 1.0]),), (np.array([0.1, 0.2]),)],
)


def old_name_of_squared_loop(x, n):
    y = x * 0.5
    v = y
    for _ in range(n):
        v = y
        y = y * y
    return v * y


case(old_name_of_squared_loop, (r(3), 2), other=[(r(2), 1), (r(2), 3)])


def augmented_after_saved(x, w, n):
    v = x * 1.0
    total = 0.0
    for _ in range(n):
        a = np.tanh(v * w)
        total += np.sum(a * v)
        v += a
    return total


case(augmented_after_saved, (r(3), r(3), 2), other=[(r(2), r(2), 4)])


def augmented_old_value_used(x, w, n):
    v = x * 1.0
    u_ = v * w
    for _ in range(n):
        u_ = v * w
        v += u_
        v = v * w
    return v * u_


case(augmented_old_value_used, (r(3), r(3), 2), other=[(r(2), r(2), 3)])


def one_side_constant_in_loop(x):
    total = x * 0.0
    for k in range(3):
        if k == 1:
            u_ = 1.5
        else:
            u_ = np.sin(x) * k
        total = total + u_ * x
    return total


case(one_side_constant_in_loop, (r(3),))


def particle(log_w, x, y):
    for obs in y:
        log_w = log_w - 0.5 * (x - obs) ** 2
        log_w = log_w - np.log(np.exp(log_w).sum())
        x = 0.9 * x + np.exp(log_w) @ x
    return np.exp(log_w) @ x


case(particle, (r(4), r(4), r(3)), other=[(r(6), r(6), r(5))])


def hawkes(times, mu, alpha, beta):
    total, kept, last = 0.0, 0.0, times[0]
    for t in times:
        kept = kept * np.exp(-beta * (t - last))
        total += np.log(mu + alpha * kept)
        kept += 1.0
        last = t
    return total - mu * times[-1] - alpha / beta * np.sum(1 - np.exp(-beta * (times[-1] - times)))


case(hawkes, (np.cumsum(u(5)), 0.4, 0.6, 1.1), other=[(np.cumsum(u(3)), 0.7, 0.3, 0.8)])


def huber_irls(x, y, w):
    for _ in range(2):
        res = y - x @ w
        weight = 1 / np.maximum(1, np.abs(res))
        xw = x * weight[:, None]
        w = np.linalg.solve(xw.T @ x + 0.1 * np.eye(len(w)), xw.T @ y)
    return w


case(huber_irls, (r(5, 2), 2 * r(5), r(2)), other=[(r(7, 3), 2 * r(7), r(3))])


def backtrack(x, a):
    step = 1.0
    f = lambda z: z @ a @ z + np.sum(z**4)  # noqa: E731
    g = (a + a.T) @ x + 4 * x**3
    while f(x - step * g) > f(x) - 0.3 * step * (g @ g):
        step *= 0.5
    return x - step * g


case(backtrack, (r(3), np.eye(3) + 0.1 * r(3, 3)), other=[(r(4), np.eye(4) + 0.1 * r(4, 4))])


def secant(a, b, c):
    f = lambda x: x**3 - c * x - 1  # noqa: E731
    x0, x1 = a, b
    for _ in range(4):
        x0, x1 = x1, x1 - f(x1) * (x1 - x0) / (f(x1) - f(x0))
    return x1


case(secant, (1.0, 2.0, 1.3), other=[(1.2, 1.9, 0.8)])


def runge_kutta(y0, k, h):
    def slope(y):
        return np.array([y[1], -k * np.sin(y[0])])

    y = y0
    for _ in range(5):
        k1 = slope(y)
        k2 = slope(y + h / 2 * k1)
        k3 = slope(y + h / 2 * k2)
        k4 = slope(y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return y


case(runge_kutta, (r(2), 1.3, 0.1), other=[(r(2), 0.4, 0.3)])


def lagrange(t, y, x):
    total = 0.0
    for i in range(len(t)):
        basis = 1.0
        for j in range(len(t)):
            if i != j:
                basis *= (x - t[j]) / (t[i] - t[j])
        total += y[i] * basis
    return total


case(
    lagrange,
    (np.arange(4.0) + u(4) / 3, r(4), 0.4),
    other=[(np.arange(3.0) + u(3) / 3, r(3), 1.4)],
)


def clenshaw(c, x):
    b1 = b2 = 0.0
    for k in range(len(c) - 1, 0, -1):
        b1, b2 = c[k] + 2 * x * b1 - b2, b1
    return c[0] + x * b1 - b2


case(clenshaw, (r(5), 0.4), other=[(r(3), -0.7)])


def power_iteration(a, v):
    for _ in range(6):
        v = a @ v
        v = v / np.sqrt(v @ v)
    return v @ a @ v


case(power_iteration, (r(3, 3) + 3 * np.eye(3), r(3)), other=[(r(4, 4) + 3 * np.eye(4), r(4))])


def conjugate_gradient(a, b):
    a = a @ a.T + np.eye(len(b))
    x = np.zeros_like(b)
    res = b - a @ x
    p = res
    rr = res @ res
    for _ in range(2):
        ap = a @ p
        alpha = rr / (p @ ap)
        x = x + alpha * p
        res = res - alpha * ap
        new = res @ res
        p = res + new / rr * p
        rr = new
    return x


case(conjugate_gradient, (r(4, 4), r(4)), other=[(r(5, 5), r(5))])


def goertzel(x, w):
    s1, s2 = 0.0, 0.0
    c = 2 * np.cos(w)
    for v in x:
        s1, s2 = v + c * s1 - s2, s1
    return s1**2 + s2**2 - c * s1 * s2


case(goertzel, (r(6), 0.7), other=[(r(9), 1.1)])


def forward_algorithm(log_start, log_move, log_seen):
    alpha = log_start + log_seen[0]
    for t in range(1, log_seen.shape[0]):
        scores = alpha[:, None] + log_move
        top = scores.max(axis=0)
        alpha = top + np.log(np.exp(scores - top).sum(axis=0)) + log_seen[t]
    top = alpha.max()
    return top + np.log(np.exp(alpha - top).sum())


case(forward_algorithm, (r(3), r(3, 3), r(4, 3)), other=[(r(2), r(2, 2), r(6, 2))])


# physics
def leapfrog(q, p, m, steps):
    h = 0.05

    def force(q):
        gap = q[:, None, :] - q[None, :, :]
        far = np.sqrt((gap**2).sum(-1) + 0.1)
        return -(m[None, :, None] * gap / far[:, :, None] ** 3).sum(axis=1)

    p = p + 0.5 * h * force(q)
    for i in range(steps):
        q = q + h * p
        p = p + (h if i < steps - 1 else 0.5 * h) * force(q)
    return q, p


case(
    leapfrog,
    (r(3, 2), r(3, 2), u(3), 3),
    other=[(r(4, 3), r(4, 3), u(4), 2), (r(2, 2), r(2, 2), u(2), 1)],
)


def lens_matrix(f, gaps, ray):
    for focal, gap in zip(f, gaps):
        ray = np.array([[1.0, gap], [0.0, 1.0]]) @ ray
        ray = np.array([[1.0, 0.0], [-1 / focal, 1.0]]) @ ray
    return ray


case(lens_matrix, (u(3) + 1, u(3), r(2)), other=[(u(2) + 1, u(2), r(2))])


def bezier(points, t):
    while len(points) > 1:
        points = (1 - t) * points[:-1] + t * points[1:]
    return points[0]


case(bezier, (r(4, 2), 0.3), other=[(r(3, 3), 0.6)])


def smooth_union(p, centers, radii, k):
    d = np.linalg.norm(p - centers[0]) - radii[0]
    for c, rad in zip(centers[1:], radii[1:]):
        e = np.linalg.norm(p - c) - rad
        h = np.clip(0.5 + 0.5 * (e - d) / k, 0, 1)
        d = e * (1 - h) + d * h - k * h * (1 - h)
    return d


case(smooth_union, (r(3), r(3, 3), u(3), 2.5), other=[(r(2), r(4, 2), u(4), 3.5)])


def pagerank_2(links, damping):
    n = len(links)
    p = np.full(n, 1 / n)
    a = links / links.sum(axis=0, keepdims=True)
    for _ in range(5):
        p = damping * a @ p + (1 - damping) / n
    return p


case(pagerank_2, (u(3, 3), 0.85), other=[(u(5, 5), 0.6)])


def option_tree(spot, up, rate, strike, steps):
    down = 1 / up
    chance = (np.exp(rate) - down) / (up - down)
    prices = spot * up ** np.arange(-steps, steps + 1, 2)
    value = np.maximum(prices - strike, 0)
    for _ in range(steps):
        value = np.exp(-rate) * (chance * value[1:] + (1 - chance) * value[:-1])
    return value[0]


case(option_tree, (1.0, 1.2, 0.03, 0.95, 4), other=[(1.3, 1.1, 0.01, 1.25, 6)])


def ewma_volatility(returns, lam):
    var = returns[0] ** 2
    total = 0.0
    for x in returns[1:]:
        total += np.log(var) + x**2 / var
        var = lam * var + (1 - lam) * x**2
    return total / 2


case(ewma_volatility, (u(5), 0.8), other=[(u(8), 0.6)])


def denavit(params):
    pose = np.eye(4)
    for a, alpha, d, theta in params:
        ct, st, ca, sa = np.cos(theta), np.sin(theta), np.cos(alpha), np.sin(alpha)
        pose = pose @ np.array(
            [
                [ct, -st * ca, st * sa, a * ct],
                [st, ct * ca, -ct * sa, a * st],
                [0.0, sa, ca, d],
                [0.0, 0.0, 0.0, 1.0],
            ]
        )
    return pose[:3, 3]


case(denavit, (r(2, 4),), other=[(r(3, 4),)])


def sobel(image, weight):
    out = 0.0
    for i in (-1, 0, 1):
        for j in (-1, 0, 1):
            moved = np.roll(image, (i, j), axis=(0, 1))
            out = out + weight[i + 1, j + 1] * moved
    return np.hypot(out, out.T + 1.0)


case(sobel, (r(4, 4), r(3, 3)), other=[(r(5, 5), r(3, 3))])


def sinkhorn_2(cost, eps):
    k = np.exp(-cost / eps)
    v = np.ones(cost.shape[1])
    for _ in range(4):
        w = 1 / (k @ v)
        v = 1 / (k.T @ w)
    return np.sum(w[:, None] * k * v * cost)


case(sinkhorn_2, (u(3, 4), 0.8), other=[(u(4, 2), 1.2)])


def crf(emissions, trans, tags):
    score = emissions[np.arange(len(tags)), tags].sum() + trans[tags[:-1], tags[1:]].sum()
    alpha = emissions[0]
    for e in emissions[1:]:
        alpha = np.logaddexp.reduce(alpha[:, None] + trans, axis=0) + e
    return np.logaddexp.reduce(alpha) - score


case(
    crf,
    (r(4, 3), r(3, 3), np.array([0, 2, 1, 1])),
    other=[(r(3, 2), r(2, 2), np.array([1, 0, 0]))],
)


def moved(state, force):
    x, v, angle = state
    x = x + 0.02 * v
    v = v + force * angle
    return (x, v, angle * force)


def rollout(state, forces):
    s = tuple(state)
    cost = 0.0
    for f in forces:
        s = moved(s, f)
        cost += s[0] ** 2 + 10 * s[2] ** 2
    return cost


case(rollout, (r(3), r(5)), other=[(r(3), r(2))])
