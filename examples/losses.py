"""Loss functions on class scores."""

import numpy as np

from codegen import example

rng = np.random.default_rng(231)
randn = rng.standard_normal


@example(x=randn((5, 3)), y=np.array([0, 1, 2, 0, 1]))
def softmax_loss(x, y):
    N = x.shape[0]
    shifted = x - np.max(x, axis=1, keepdims=True)
    probs = np.exp(shifted) / np.sum(np.exp(shifted), axis=1, keepdims=True)
    loss = -np.sum(np.log(probs[np.arange(N), y])) / N
    return loss


@example(x=randn((5, 3)), y=np.array([0, 1, 2, 0, 1]))
def svm_loss(x, y):
    N = x.shape[0]
    correct = x[np.arange(N), y]
    margins = np.maximum(0, x - correct[:, np.newaxis] + 1.0)
    margins[np.arange(N), y] = 0
    loss = np.sum(margins) / N
    return loss


@example(
    x=randn((2, 3, 4)),
    y=np.array([[0, 3, 1], [2, 2, 0]]),
    mask=np.array([[True, True, False], [True, False, True]]),
)
def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    scores = x.reshape(N * T, V)
    words = y.reshape(N * T)
    kept = mask.reshape(N * T)

    probs = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    probs /= np.sum(probs, axis=1, keepdims=True)
    loss = -np.sum(kept * np.log(probs[np.arange(N * T), words])) / N
    return loss
