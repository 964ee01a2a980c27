"""Layers and gates of nets, as students write them."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(51), uniform(51)


def mean_squared_error(x, w, b, t):
    prediction = x @ w + b
    return np.mean((prediction - t) ** 2)


case(mean_squared_error, (r(4, 2), r(2), 0.5, r(4)), other=[(r(3, 3), r(3), 0.1, r(3))])


def leaky_relu(x):
    return np.where(x > 0, x, 0.01 * x)


case(leaky_relu, (r(2, 3),))


def relu_spellings(x):
    a = np.maximum(x, 0)
    b = x * (x > 0)
    c = np.clip(x, 0, None)
    d = (np.abs(x) + x) / 2
    return a + 2 * b + 3 * c + 4 * d


case(relu_spellings, (r(5),), other=[(r(2, 3),)])


def elu(x, alpha):
    return np.where(x > 0, x, alpha * (np.exp(x) - 1))


case(elu, (r(5), 1.5), other=[(r(2, 3), 0.5)])


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


case(gelu, (r(5),), other=[(r(2, 3),)])


def swish(x):
    return x / (1 + np.exp(-x))


case(swish, (r(5),), other=[(r(2, 3),)])


def mish(x):
    return x * np.tanh(np.log(1 + np.exp(x)))


case(mish, (r(5),), other=[(r(2, 3),)])


def tanh_by_hand(x):
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


case(tanh_by_hand, (r(5),), other=[(r(2, 3),)])


def sigmoid_other_form(x):
    return np.exp(x) / (1 + np.exp(x))


case(sigmoid_other_form, (r(5),), other=[(r(2, 3),)])


def two_layers(X, W1, b1, W2, b2):
    h = np.maximum(0, X @ W1 + b1)
    return h @ W2 + b2


case(
    two_layers,
    (r(3, 4), r(4, 5), r(5), r(5, 2), r(2)),
    other=[(r(2, 3), r(3, 4), r(4), r(4, 3), r(3))],
)


def autoencoder(x, W, b, c):
    code = np.tanh(x @ W + b)
    back = code @ W.T + c
    return np.sum((back - x) ** 2) / len(x)


case(autoencoder, (r(3, 4), r(4, 2), r(2), r(4)), other=[(r(2, 3), r(3, 2), r(2), r(3))])


def layer_norm_short(x, g, b):
    mean = x.mean(axis=-1, keepdims=True)
    std = x.std(axis=-1, keepdims=True)
    return g * (x - mean) / (std + 1e-5) + b


case(layer_norm_short, (r(3, 4), r(4), r(4)), other=[(r(2, 3), r(3), r(3))])


def batch_norm_one_line(x):
    return (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5)


case(batch_norm_one_line, (r(5, 2),), other=[(r(4, 3),)])


def advantages(x, w):
    return w * (x - x.mean()) / (x.std() + 1e-3)


case(
    advantages,
    (r(4, 3), r(3)),
    other=[(r(2, 1), r(1)), (r(1, 3), r(3))],
    exact=[((np.ones((1, 2)), np.ones(2)), {"x": np.zeros((1, 2)), "w": np.zeros(2)})],
)


def unit_rows(v, g, eps):
    size = np.sqrt(np.sum(v**2, axis=1, keepdims=True)) + eps
    return g * v / size


case(
    unit_rows,
    (r(4, 3), u(4, 1), 0.1),
    other=[(r(2, 1), u(2, 1), 0.2)],
    exact=[((np.zeros((1, 2)), np.ones((1, 1)), 0.5), {"v": 2 * np.ones((1, 2))})],
)


def normalised_groups(x, g, n, eps):
    for _ in range(n):
        mean, var = x.mean(axis=(0, 1)), x.var(axis=(0, 1))
        x = g * ((x - mean) / np.sqrt(var + eps)) + mean
    return x


case(
    normalised_groups,
    (r(2, 3, 2), u(2), 2, 0.1),
    other=[(r(1, 1, 3), u(3), 1, 0.2), (r(2, 2, 2), u(2), 0, 0.1)],
)


def dropout_given_mask(x, mask, p):
    return x * mask / p


case(dropout_given_mask, (r(3, 4), r(3, 4) > 0, 0.5), wrt=("x",))


def l1_l2(w, l1, l2):
    return l1 * np.sum(np.abs(w)) + l2 * np.sum(w**2)


case(l1_l2, (r(3, 2), 0.1, 0.2), other=[(r(5, 2), 0.5, 0.1)])


def triplet_loss(a, p, n):
    near = np.sum((a - p) ** 2, axis=1)
    far = np.sum((a - n) ** 2, axis=1)
    return np.sum(np.maximum(0, near - far + 3.0))


case(triplet_loss, (r(3, 2), r(3, 2), r(3, 2)))


def cosine_similarity(a, b):
    return np.sum(a * b, axis=1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1))


case(cosine_similarity, (r(3, 2), r(3, 2)), other=[(r(2, 4), r(2, 4))])


def contrastive(z, temperature):
    z = z / np.sqrt(np.sum(z**2, axis=1, keepdims=True))
    sim = z @ z.T / temperature
    e = np.exp(sim) * (1 - np.eye(len(z)))
    return np.mean(-np.log(e[np.arange(len(z)), np.arange(len(z)) - 1] / e.sum(axis=1)))


case(contrastive, (r(4, 3), 0.7), other=[(r(3, 2), 1.5)])


def attention(q, k, v):
    scores = q @ k.T / np.sqrt(q.shape[1])
    weights = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return weights @ v


case(attention, (r(2, 3), r(4, 3), r(4, 2)), other=[(r(3, 2), r(2, 2), r(2, 5))])


def masked_attention(q, k, v, mask):
    scores = q @ k.T
    scores = np.where(mask, scores, -1e9)
    scores -= scores.max(axis=1, keepdims=True)
    w = np.exp(scores)
    w /= w.sum(axis=1, keepdims=True)
    return w @ v


case(masked_attention, (r(3, 2), r(3, 2), r(3, 2), np.tril(np.ones((3, 3), bool))))


def gated(x, w, v):
    return np.tanh(x @ w) * (1 / (1 + np.exp(-(x @ v))))


case(gated, (r(2, 3), r(3, 2), r(3, 2)), other=[(r(4, 2), r(2, 3), r(2, 3))])


def split_gates(x, w):
    a = x @ w
    i, f, o, g = np.split(a, 4, axis=1)
    return np.tanh(i) * f + o * g


case(split_gates, (r(2, 3), r(3, 8)), other=[(r(3, 2), r(2, 4))])


def slice_gates(a, c):
    H = c.shape[1]
    i, f = a[:, :H], a[:, H : 2 * H]
    return np.tanh(i) + f * c


case(slice_gates, (r(2, 6), r(2, 3)), other=[(r(3, 4), r(3, 2))])


def concatenated_inputs(x, h, w):
    z = np.concatenate((x, h), axis=1)
    return np.tanh(np.hstack([z, h]) @ w)


case(concatenated_inputs, (r(2, 3), r(2, 2), r(7, 2)), other=[(r(3, 1), r(3, 1), r(3, 4))])


def average_pool(x):
    N, C, H, W = x.shape
    return x.reshape(N, C, H // 2, 2, W // 2, 2).mean(axis=(3, 5))


case(average_pool, (r(1, 2, 4, 4),), other=[(r(2, 1, 2, 4),)])


def max_pool_reshape(x):
    N, C, H, W = x.shape
    return x.reshape(N, C, H // 2, 2, W // 2, 2).max(axis=3).max(axis=4)


case(max_pool_reshape, (r(1, 2, 4, 4),), other=[(r(2, 1, 2, 4),)])


def mean_of_a_layer_normalization(x, gamma):
    centred = x - np.mean(x, axis=1, keepdims=True)
    return np.mean(gamma * centred / np.sqrt(np.var(x, axis=1, keepdims=True) + 1e-5))


case(mean_of_a_layer_normalization, (r(4, 3), r(3)), other=[(r(2, 5), r(5))])
