"""Functions of the course's assignments, in the spellings of many students."""

import math

import numpy as np

from tests.corpus import case, normal, uniform

r = normal(55)
u = uniform(56)


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


def svm_vec2(W, X, y):
    scores = X @ W
    cs = scores[range(len(y)), y][:, np.newaxis]
    L = np.maximum(scores - cs + 1.0, 0.0)
    return np.mean(np.sum(L, axis=1) - 1)


case(svm_vec2, (r(4, 3), r(5, 4), lab(5, 3)), other=[(r(3, 5), r(4, 3), lab(4, 5))])


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


def softmax_vec(W, X, y, reg):
    num_train = X.shape[0]
    scores = X.dot(W)
    scores -= np.max(scores, axis=1, keepdims=True)
    probs = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    loss = -np.sum(np.log(probs[np.arange(num_train), y]))
    loss = loss / num_train + reg * np.sum(W * W)
    return loss


case(
    softmax_vec,
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


def softmax_lse(scores, y):
    N = scores.shape[0]
    lse = np.log(np.sum(np.exp(scores), axis=1))
    return np.mean(lse - scores[np.arange(N), y])


case(softmax_lse, (r(4, 3), lab(4, 3)), other=[(r(3, 5), lab(3, 5))])


def bn_train(x, gamma, beta, eps, momentum, running_mean, running_var):
    N, D = x.shape
    sample_mean = np.mean(x, axis=0)
    sample_var = np.var(x, axis=0)
    x_norm = (x - sample_mean) / np.sqrt(sample_var + eps)
    out = gamma * x_norm + beta
    running_mean = momentum * running_mean + (1 - momentum) * sample_mean
    running_var = momentum * running_var + (1 - momentum) * sample_var
    return out


case(
    bn_train,
    (r(5, 3), r(3), r(3), 1e-5, 0.9, np.zeros(3), np.ones(3)),
    other=[(r(4, 2), r(2), r(2), 1e-4, 0.8, np.zeros(2), np.ones(2))],
    wrt=["x", "gamma", "beta"],
)


def bn_param_dict(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    N, D = x.shape
    running_mean = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))
    if mode == "train":
        mu = x.mean(axis=0)
        var = x.var(axis=0) + eps
        std = np.sqrt(var)
        z = (x - mu) / std
        out = gamma * z + beta
        running_mean = momentum * running_mean + (1 - momentum) * mu
        running_var = momentum * running_var + (1 - momentum) * (std**2)
    elif mode == "test":
        out = gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)
    bn_param["running_mean"] = running_mean
    bn_param["running_var"] = running_var
    return out


case(
    bn_param_dict,
    (r(5, 3), r(3), r(3), {"mode": "train"}),
    other=[(r(4, 2), r(2), r(2), {"mode": "test", "running_mean": r(2), "running_var": u(2)})],
    wrt=["x", "gamma", "beta"],
)


def ln(x, gamma, beta):
    xT = x.T
    mu = np.mean(xT, axis=0)
    var = np.var(xT, axis=0)
    xhat = ((xT - mu) / np.sqrt(var + 1e-5)).T
    return gamma * xhat + beta


case(ln, (r(3, 4), r(4), r(4)), other=[(r(2, 5), r(5), r(5))])


def spatial_bn(x, gamma, beta):
    N, C, H, W = x.shape
    xr = x.transpose(0, 2, 3, 1).reshape(N * H * W, C)
    mu = xr.mean(axis=0)
    var = xr.var(axis=0)
    o = gamma * (xr - mu) / np.sqrt(var + 1e-5) + beta
    return o.reshape(N, H, W, C).transpose(0, 3, 1, 2)


case(spatial_bn, (r(2, 3, 2, 2), r(3), r(3)), other=[(r(1, 2, 3, 2), r(2), r(2))])


def dropout(x, p, mode, seed):
    np.random.seed(seed)
    mask = None
    if mode == "train":
        mask = (np.random.rand(*x.shape) < p) / p
        out = x * mask
    else:
        out = x
    return out


case(
    dropout,
    (r(3, 4), 0.6, "train", 3),
    other=[(r(2, 3), 0.5, "test", 1), (r(2, 3), 0.5, "train", 1)],
    wrt=["x"],
)


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


def maxpool_reshape(x):
    N, C, H, W = x.shape
    xr = x.reshape(N, C, H // 2, 2, W // 2, 2)
    return xr.max(axis=3).max(axis=4)


case(maxpool_reshape, (r(1, 2, 4, 4),), other=[(r(2, 1, 2, 6),)])


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


def sigmoid(x):
    pos = x >= 0
    z = np.zeros_like(x)
    z[pos] = np.exp(-x[pos])
    z[~pos] = np.exp(x[~pos])
    top = np.ones_like(x)
    top[~pos] = z[~pos]
    return top / (1 + z)


def lp(N, T, D, H):
    return (r(N, T, D), r(N, H), r(D, 4 * H), r(H, 4 * H), r(4 * H))


case(lstm_seq, lp(2, 3, 2, 3), other=[lp(1, 4, 3, 2)])


def attention(q, k, v, mask):
    s = q @ k.T / np.sqrt(k.shape[1])
    s = np.where(mask, s, -np.inf)
    w = np.exp(s - s.max(axis=-1, keepdims=True))
    w = w / w.sum(axis=-1, keepdims=True)
    return w @ v


case(
    attention,
    (r(3, 4), r(3, 4), r(3, 2), np.tril(np.ones((3, 3), bool))),
    other=[(r(2, 3), r(2, 3), r(2, 5), np.tril(np.ones((2, 2), bool)))],
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


class TwoLayerNet:
    def __init__(self):
        self.params = {"W1": r(4, 5), "b1": np.zeros(5), "W2": r(5, 3), "b2": np.zeros(3)}
        self.reg = 0.1

    def loss(self, X, y):
        W1, b1 = self.params["W1"], self.params["b1"]
        W2, b2 = self.params["W2"], self.params["b2"]
        h = np.maximum(0, X @ W1 + b1)
        scores = h @ W2 + b2
        shifted = scores - np.max(scores, axis=1, keepdims=True)
        Z = np.sum(np.exp(shifted), axis=1, keepdims=True)
        log_probs = shifted - np.log(Z)
        N = X.shape[0]
        loss = -np.sum(log_probs[np.arange(N), y]) / N
        loss += 0.5 * self.reg * (np.sum(W1**2) + np.sum(W2**2))
        return loss


case(
    TwoLayerNet().loss,
    (r(5, 4), lab(5, 3)),
    other=[(r(3, 4), lab(3, 3))],
    name="net_loss",
)


def fc_net(X, y, params, num_layers, reg):
    out = X
    for i in range(1, num_layers):
        out = np.maximum(0, out.dot(params["W%d" % i]) + params["b%d" % i])
    scores = out.dot(params["W%d" % num_layers]) + params["b%d" % num_layers]
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    N = len(y)
    loss = np.sum(-np.log(p[np.arange(N), y])) / N
    for i in range(1, num_layers + 1):
        loss += 0.5 * reg * np.sum(params["W" + str(i)] ** 2)
    return loss


def fp(*d):
    return {
        **{f"W{i+1}": r(d[i], d[i + 1]) * 0.5 for i in range(len(d) - 1)},
        **{f"b{i+1}": r(d[i + 1]) for i in range(len(d) - 1)},
    }


case(
    fc_net,
    (r(3, 4), lab(3, 2), fp(4, 5, 3, 2), 3, 0.1),
    other=[(r(2, 3), lab(2, 4), fp(3, 4), 1, 0.1), (r(2, 3), lab(2, 2), fp(3, 4, 2), 2, 0.1)],
    wrt=["X", "params"],
)


def affine_relu_pool(x, w, b):
    a = x.reshape(x.shape[0], -1) @ w + b
    return np.where(a > 0, a, 0.01 * a).max(axis=1)


case(affine_relu_pool, (r(3, 2, 2), r(4, 5), r(5)), other=[(r(2, 3, 1), r(3, 4), r(4))])


def sgd_momentum(w, dw, v, lr, mu, n):
    for _ in range(n):
        v = mu * v - lr * dw * w
        w = w + v
    return np.sum(w**2)


case(sgd_momentum, (r(3), r(3), r(3), 0.1, 0.9, 3), other=[(r(2), r(2), r(2), 0.2, 0.8, 5)])


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


def knn_dists(X, Y):
    return np.sqrt(np.sum(X**2, axis=1, keepdims=True) + np.sum(Y**2, axis=1) - 2 * X.dot(Y.T))


case(knn_dists, (r(3, 4), r(2, 4)), other=[(r(2, 3), r(5, 3))])


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


def circuit(x, y, z, w):
    q = x * y + max(z, w)
    return 2 * q


case(circuit, (3.0, -4.0, 2.0, -1.0), other=[(1.0, 2.0, -3.0, 4.0)])


def neuron2(w0, x0, w1, x1, w2):
    return 1 / (1 + math.exp(-(w0 * x0 + w1 * x1 + w2)))


case(neuron2, (2.0, -1.0, -3.0, -2.0, -3.0), other=[(0.1, 0.2, 0.3, 0.4, 0.5)])


def neuron_vec(W, x):
    return 1 / (1 + np.exp(-(W.dot(x))))


case(neuron_vec, (r(3, 4), r(4)), other=[(r(2, 3), r(3))])
