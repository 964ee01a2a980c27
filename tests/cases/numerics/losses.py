"""Losses as they are written in courses: what a mean hands on is one number for all, at other sizes as well."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(811), uniform(812)


def contrastive(x1, x2, label, margin=1.5):
    dist = np.sqrt(np.sum((x1 - x2) ** 2, axis=1))
    loss = label * dist**2 + (1 - label) * np.maximum(margin - dist, 0) ** 2
    return np.mean(loss) / 2


case(
    contrastive,
    (r(4, 3), r(4, 3), np.array([1, 0, 1, 0])),
    other=[(r(2, 5), r(2, 5), np.array([0, 0]), 4.0)],
)


def info_nce(z1, z2, temperature=0.5):
    n = z1.shape[0]
    z1 = z1 / np.linalg.norm(z1, axis=1, keepdims=True)
    z2 = z2 / np.linalg.norm(z2, axis=1, keepdims=True)
    logits = z1 @ z2.T / temperature
    logits = logits - np.max(logits, axis=1, keepdims=True)
    log_probs = logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True))
    return -np.mean(log_probs[np.arange(n), np.arange(n)])


case(info_nce, (r(4, 3), r(4, 3)), other=[(r(2, 5), r(2, 5), 1.5), (r(3, 3), r(3, 3))])


def gaussian_nll(mu, log_var, y):
    var = np.exp(log_var)
    nll = 0.5 * (np.log(2 * np.pi * var) + (y - mu) ** 2 / var)
    return nll.mean()


case(gaussian_nll, (r(5), r(5), r(5)), other=[(r(2), r(2), r(2)), (r(1), r(1), r(1))])


def kl_of_normals(mu, log_var, prior):
    shifted = mu - prior
    var = np.exp(log_var)
    terms = var + shifted**2
    kl = terms - log_var - 1
    return 0.5 * np.sum(kl)


case(kl_of_normals, (r(4, 3), r(4, 3), r(3)), other=[(r(1, 5), r(1, 5), r(5))])


def hinge(w, b, X, y, C=0.7):
    margins = 1 - y * (X.dot(w) + b)
    loss = np.maximum(0, margins)
    return 0.5 * np.dot(w, w) + C * np.mean(loss)


SIDES = np.array([1, -1, 1, 1, -1])
case(hinge, (r(3), 0.2, r(5, 3), SIDES), other=[(r(4), -0.4, r(2, 4), SIDES[:2], 1.5)])


def elastic(w, X, y, alpha=0.3):
    error = X @ w - y
    squares = error**2
    penalty = np.abs(w) + 0.5 * w**2
    return np.mean(squares) + alpha * np.mean(penalty) * np.sum(w)


case(elastic, (u(3), r(5, 3), r(5)), other=[(u(2), r(4, 2), r(4), 0.1), (u(1), r(1, 1), r(1))])


def two_layer_cost(X, Y, parameters):
    W1 = parameters["W1"]
    b1 = parameters["b1"]
    W2 = parameters["W2"]
    b2 = parameters["b2"]
    m = X.shape[1]
    A1 = np.tanh(np.dot(W1, X) + b1)
    A2 = 1 / (1 + np.exp(-(np.dot(W2, A1) + b2)))
    logprobs = np.multiply(np.log(A2), Y) + np.multiply(np.log(1 - A2), 1 - Y)
    return -np.sum(logprobs) / m


def parameters(n, hidden):
    return {"W1": r(hidden, n), "b1": r(hidden, 1), "W2": r(1, hidden), "b2": r(1, 1)}


LABELS = np.array([[1, 0, 1, 1, 0]])
case(
    two_layer_cost,
    (r(3, 5), LABELS, parameters(3, 4)),
    other=[(r(2, 3), LABELS[:, :3], parameters(2, 6))],
)


def of_two_types(p, weights):
    twice = 2 * p
    both = twice * weights
    return (both + twice).sum()


case(
    of_two_types,
    (u(3).astype(np.float32), u(3)),
    wrt=("p",),
    other=[(u(5).astype(np.float32), u(5))],
)


def far_from(x, m, s):
    return (x - m) ** 2 / (2 * s**2) + 3.0 / s**3


case(far_from, (r(4), 0.3, 1.2), other=[(r(2), -1.0, 0.6), (r(1), 0.1, 2.0)])
case(
    far_from,
    (r(5, 3), r(3), u(3)),
    name="far_from_columns",
    other=[(r(2, 4), r(4), u(4)), (r(3, 2), r(2), -u(2))],
)


def alike(X, w, scale):
    lengths = np.sqrt(np.sum(X**2, axis=1))
    return X @ w / (scale * lengths)


case(alike, (r(5, 3), r(3), 0.7), other=[(r(2, 4), r(4), -1.5), (r(1, 2), r(2), 0.2)])


def squared_hinge(x, margin):
    return np.mean(np.maximum(0, margin - x) ** 2) + np.sum(np.square(np.maximum(x - 1, 0)))


case(
    squared_hinge,
    (r(6), 0.5),
    other=[(r(3), -2.0), (r(4), 9.0)],
    exact=[((np.array([0.5, 1.0]), 0.5), {"x": np.zeros(2), "margin": 0.0})],
)


def focal(target, p, gamma=2.0, alpha=0.25, epsilon=1e-15):
    """Far from the example all of `p` is held at `1 - epsilon`, which goes up in stairs."""
    p = np.clip(p, epsilon, 1 - epsilon)
    hit = alpha * (1 - p) ** gamma * target * np.log(p)
    return -np.mean(hit + (1 - alpha) * p**gamma * (1 - target) * np.log(1 - p))


case(focal, (u(4), u(4) * 0.5), other=[(u(3), u(3) * 0.5, 1.5, 0.4)])
