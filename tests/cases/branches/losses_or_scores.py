"""A function that returns its scores early and a loss at the end: the gradient is that of the loss, a number."""

import numpy as np

from tests.cases import case, normal

r = normal(47)


def net(X, W1, b1, W2, y=None, reg=0.0):
    hidden = np.maximum(X.dot(W1) + b1, 0)
    scores = hidden.dot(W2)
    if y is None:
        return scores
    scores -= scores.max(axis=1, keepdims=True)
    probs = np.exp(scores)
    probs = probs / probs.sum(axis=1, keepdims=True)
    data_loss = -np.log(probs[np.arange(len(y)), y]).mean()
    reg_loss = reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
    loss = data_loss + reg_loss
    return loss


case(
    net,
    (r(5, 4), r(4, 6), r(6), r(6, 3), np.array([0, 2, 1, 1, 0]), 0.1),
    wrt=["W1", "b1", "W2"],
    other=[(r(2, 3), r(3, 2), r(2), r(2, 4), np.array([3, 0]), 0.4)],
)


def by_mode(X, W, y=None):
    mode = "test" if y is None else "train"
    scores = X @ W
    if mode == "test":
        return scores
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    log_probs = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.sum(log_probs[np.arange(len(X)), y]) / len(X)


case(by_mode, (r(4, 3), r(3, 2), np.array([0, 1, 1, 0])))
