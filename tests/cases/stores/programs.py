"""Arrays changed in place, in functions of courses, models and trades."""

import math

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(104), uniform(105)


def lab(n, c):
    return np.arange(n) * 7 % c


def svm_vec(W, X, y, reg):
    N = X.shape[0]
    scores = X.dot(W)
    correct = scores[np.arange(N), y].reshape(-1, 1)
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(N), y] = 0
    return margins.sum() / N + reg * np.sum(W**2)


case(
    svm_vec,
    (r(4, 3), r(5, 4), lab(5, 3), 0.1),
    other=[(r(3, 5), r(4, 3), lab(4, 5), 0.2)],
    wrt=["W", "X"],
)


def softmax_onehot(scores, y):
    p = np.exp(scores - scores.max(1, keepdims=True))
    p = p / p.sum(1, keepdims=True)
    onehot = np.zeros_like(scores)
    onehot[np.arange(len(y)), y] = 1
    return -(onehot * np.log(p)).sum() / len(y)


case(softmax_onehot, (r(4, 3), lab(4, 3)), other=[(r(3, 5), lab(3, 5))])


def conv_naive2(x, w, b, stride, pad):
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    xp = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)], "constant")
    Ho = int(1 + (H + 2 * pad - HH) / stride)
    Wo = int(1 + (W + 2 * pad - WW) / stride)
    out = np.zeros((N, F, Ho, Wo))
    for i in range(N):
        for f in range(F):
            for hh in range(Ho):
                for ww in range(Wo):
                    out[i, f, hh, ww] = (
                        xp[i, :, hh * stride : hh * stride + HH, ww * stride : ww * stride + WW]
                        * w[f]
                    ).sum() + b[f]
    return out


case(
    conv_naive2,
    (r(2, 2, 4, 4), r(2, 2, 3, 3), r(2), 1, 1),
    other=[(r(1, 1, 5, 5), r(3, 1, 2, 3), r(3), 2, 0)],
)


def maxpool2(x, pool_param):
    HH, WW, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    out = np.zeros((N, C, 1 + (H - HH) // s, 1 + (W - WW) // s))
    for n in range(N):
        for c in range(C):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    out[n, c, i, j] = np.max(x[n, c, i * s : i * s + HH, j * s : j * s + WW])
    return out


case(
    maxpool2,
    (r(1, 2, 4, 4), {"pool_height": 2, "pool_width": 2, "stride": 1}),
    other=[(r(2, 1, 5, 4), {"pool_height": 3, "pool_width": 2, "stride": 2})],
)


def rnn_captioning(features, captions, W_proj, b_proj, W_embed, Wx, Wh, b, W_vocab, b_vocab):
    captions_in = captions[:, :-1]
    captions_out = captions[:, 1:]
    mask = captions_out != 0
    h0 = features.dot(W_proj) + b_proj
    x = W_embed[captions_in]
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    prev = h0
    for t in range(T):
        prev = np.tanh(x[:, t, :].dot(Wx) + prev.dot(Wh) + b)
        h[:, t, :] = prev
    scores = h.reshape(N * T, -1).dot(W_vocab).reshape(N, T, -1) + b_vocab
    V = scores.shape[2]
    x_flat = scores.reshape(N * T, V)
    y_flat = captions_out.reshape(N * T)
    mask_flat = mask.reshape(N * T)
    probs = np.exp(x_flat - np.max(x_flat, axis=1, keepdims=True))
    probs /= np.sum(probs, axis=1, keepdims=True)
    loss = -np.sum(mask_flat * np.log(probs[np.arange(N * T), y_flat])) / N
    return loss


def cap(N, T, F, H, D, V):
    return (
        r(N, F),
        (np.arange(N * (T + 1)) * 5 % V).reshape(N, T + 1),
        r(F, H),
        r(H),
        r(V, D),
        r(D, H),
        r(H, H),
        r(H),
        r(H, V),
        r(V),
    )


case(rnn_captioning, cap(2, 3, 3, 4, 2, 5), other=[cap(1, 4, 2, 3, 3, 4)])


def sigmoid(x):
    pos = x >= 0
    z = np.zeros_like(x)
    z[pos] = np.exp(-x[pos])
    z[~pos] = np.exp(x[~pos])
    top = np.ones_like(x)
    top[~pos] = z[~pos]
    return top / (1 + z)


def lstm_seq(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    prev_h = h0
    prev_c = np.zeros_like(h0)
    for t in range(T):
        a = x[:, t].dot(Wx) + prev_h.dot(Wh) + b
        ai, af, ao, ag = np.split(a, 4, axis=1)
        i, f, o = sigmoid(ai), sigmoid(af), sigmoid(ao)
        g = np.tanh(ag)
        prev_c = f * prev_c + i * g
        prev_h = o * np.tanh(prev_c)
        h[:, t] = prev_h
    return h


def lp(N, T, D, H):
    return (r(N, T, D), r(N, H), r(D, 4 * H), r(H, 4 * H), r(4 * H))


case(lstm_seq, lp(2, 3, 2, 3), other=[lp(1, 4, 3, 2)])


def numeric_like(x):
    h = 1e-2
    g = np.zeros_like(x)
    for i in range(x.size):
        xp = x.copy()
        xp[i] += h
        xm = x.copy()
        xm[i] -= h
        g[i] = (np.sum(xp**3) - np.sum(xm**3)) / (2 * h)
    return g


case(numeric_like, (r(3),), other=[(r(4),)])


def dist_two_loops(X, Y):
    D = np.zeros((X.shape[0], Y.shape[0]))
    for i in range(X.shape[0]):
        for j in range(Y.shape[0]):
            D[i, j] = np.sqrt(np.sum((X[i] - Y[j]) ** 2))
    return D


case(dist_two_loops, (r(3, 4), r(2, 4)), other=[(r(2, 3), r(5, 3))])


def dist_one_loop(X, Y):
    D = np.zeros((X.shape[0], Y.shape[0]))
    for i in range(X.shape[0]):
        D[i, :] = np.sum(np.abs(X[i, :] - Y), axis=1)
    return D


case(dist_one_loop, (r(3, 4), r(2, 4)), other=[(r(2, 3), r(5, 3))])


Y4 = np.array([0, 2, 1, 1])


Y3 = np.array([1, 0, 3])


def svm(scores, y):
    N = scores.shape[0]
    correct = scores[np.arange(N), y]
    margins = np.maximum(0, scores - correct[:, np.newaxis] + 1.0)
    margins[np.arange(N), y] = 0
    return np.sum(margins) / N


case(svm, (r(4, 3), Y4), other=[(r(3, 5), Y3)])


def svm_with_weights(W, X, y, reg):
    scores = X.dot(W)
    margins = np.maximum(0, scores - scores[range(len(y)), y].reshape(-1, 1) + 1)
    margins[range(len(y)), y] = 0
    return margins.sum() / X.shape[0] + reg * np.sum(W * W)


case(svm_with_weights, (r(2, 3), r(4, 2), Y4, 0.1), other=[(r(3, 5), r(3, 3), Y3, 0.2)])


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


def max_pool(x, k=2, s=2):
    N, C, H, W = x.shape
    oh, ow = (H - k) // s + 1, (W - k) // s + 1
    out = np.zeros((N, C, oh, ow))
    for i in range(oh):
        for j in range(ow):
            out[:, :, i, j] = np.max(x[:, :, i * s : i * s + k, j * s : j * s + k], axis=(2, 3))
    return out


case(max_pool, (r(2, 2, 4, 4),), other=[(r(1, 3, 5, 6), 3, 1)])


def poisson_jacobi(f, n):
    p = np.zeros_like(f)
    for _ in range(n):
        p[1:-1, 1:-1] = 0.25 * (
            p[2:, 1:-1] + p[:-2, 1:-1] + p[1:-1, 2:] + p[1:-1, :-2] - f[1:-1, 1:-1]
        )
    return p


case(poisson_jacobi, (r(4, 5), 3), other=[(r(5, 4), 2)])


def gram_schmidt(a):
    q = np.zeros_like(a)
    for j in range(a.shape[1]):
        v = a[:, j]
        for i in range(j):
            v = v - (q[:, i] @ a[:, j]) * q[:, i]
        q[:, j] = v / np.linalg.norm(v)
    return q


case(gram_schmidt, (r(4, 3),), other=[(r(5, 2),)])


def lu_det(a):
    a = a.copy()
    det = 1.0
    for k in range(len(a)):
        det = det * a[k, k]
        for i in range(k + 1, len(a)):
            a[i, k:] = a[i, k:] - a[i, k] / a[k, k] * a[k, k:]
    return det


case(lu_det, (r(3, 3) + 3 * np.eye(3),), other=[(r(4, 4) + 3 * np.eye(4),)])


def cholesky_by_hand(a):
    a = a @ a.T + np.eye(len(a))
    n = len(a)
    low = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = a[i, j] - low[i, :j] @ low[j, :j]
            low[i, j] = np.sqrt(s) if i == j else s / low[j, j]
    return low


case(cholesky_by_hand, (r(3, 3),), other=[(r(4, 4),)])


def erode(h, steps):
    for _ in range(steps):
        slope = np.maximum(h[:-1] - h[1:], 0)
        h = h.copy()
        h[:-1] -= 0.1 * slope
        h[1:] += 0.1 * slope
    return h


case(erode, (r(5), 3), other=[(r(7), 2)])


def divided_differences(t, y, x):
    c = y.copy()
    for k in range(1, len(t)):
        c[k:] = (c[k:] - c[k - 1 : -1]) / (t[k:] - t[:-k])
    p = c[-1]
    for k in range(len(t) - 2, -1, -1):
        p = p * (x - t[k]) + c[k]
    return p


case(
    divided_differences,
    (np.arange(4.0) + u(4) / 3, r(4), 0.4),
    other=[(np.arange(5.0) + u(5) / 3, r(5), 1.4)],
)


# signals
def biquad(x, b, a):
    y = np.zeros_like(x)
    for n in range(len(x)):
        y[n] = b[0] * x[n]
        if n >= 1:
            y[n] += b[1] * x[n - 1] - a[0] * y[n - 1]
        if n >= 2:
            y[n] += b[2] * x[n - 2] - a[1] * y[n - 2]
    return y


case(biquad, (r(6), r(3), r(2) / 3), other=[(r(8), r(3), r(2) / 3), (r(3), r(3), r(2))])


def overlap_add(frames, window, hop):
    count, size = frames.shape
    out = np.zeros(size + hop * (count - 1))
    for i in range(count):
        out[i * hop : i * hop + size] += frames[i] * window
    return out


case(overlap_add, (r(3, 4), r(4), 2), other=[(r(5, 6), r(6), 3), (r(2, 3), r(3), 1)])


def dtw_soft(x, y):
    n, m = len(x), len(y)
    d = np.full((n + 1, m + 1), 1e3)
    d[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            near = np.array([d[i - 1, j], d[i, j - 1], d[i - 1, j - 1]])
            d[i, j] = (x[i - 1] - y[j - 1]) ** 2 - np.log(np.sum(np.exp(-near)))
    return d[n, m]


case(dtw_soft, (r(3), r(4)), other=[(r(4), r(2))])


def heat_2(u0, alpha):
    v = u0.copy()
    for _ in range(4):
        v[1:-1] = v[1:-1] + alpha * (v[2:] - 2 * v[1:-1] + v[:-2])
    return v


case(heat_2, (r(6), 0.2), other=[(r(9), 0.4), (r(3), 0.1)])


def lattice_waves(e, b, c):
    for _ in range(3):
        b = b - c * np.diff(e)
        e = e.copy()
        e[1:-1] -= c * np.diff(b)
    return np.sum(e**2) + np.sum(b**2)


case(lattice_waves, (r(6), r(5), 0.4), other=[(r(4), r(3), 0.2)])


def chemistry(c, rates, table):
    dc = np.zeros_like(c)
    for (left, right), k in zip(table, rates):
        flow = k
        for i in left:
            flow = flow * c[i]
        for i in left:
            dc[i] -= flow
        for i in right:
            dc[i] += flow
    return c + 0.1 * dc


case(
    chemistry,
    (u(4), u(2), [((0, 1), (2,)), ((2,), (0, 3))]),
    other=[(u(3), u(3), [((0, 0), (1,)), ((1,), (0, 2)), ((1, 2), (0,))])],
)
