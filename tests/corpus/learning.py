"""Layers and losses of machine learning, as students write them."""

import numpy as np

from tests.corpus import case, normal, uniform

r, u = normal(11), uniform(11)
Y4 = np.array([0, 2, 1, 1])
Y3 = np.array([1, 0, 3])


def sigmoid_layer(x, w, b):
    z = np.dot(x, w) + b
    return 1 / (1 + np.exp(-z))


case(sigmoid_layer, (r(4, 3), r(3, 2), r(2)), other=[(r(2, 2), r(2, 5), r(5))])


def softmax_rows(x):
    e = np.exp(x)
    return e / e.sum(axis=1, keepdims=True)


case(softmax_rows, (r(2, 3),), other=[(r(4, 2),)])


def softmax_shifted(x):
    shifted = x - x.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=1, keepdims=True)


case(softmax_shifted, (r(2, 3),), other=[(r(4, 2),)])


def softmax_vector(x):
    return np.exp(x - np.max(x)) / np.sum(np.exp(x - np.max(x)))


case(softmax_vector, (r(4),), other=[(r(2),)])


def softmax_other_axis(x):
    e = np.exp(x)
    return e / np.sum(e, axis=0)


case(softmax_other_axis, (r(3, 3),), other=[(r(4, 2),)])


def not_a_softmax(a, b):
    return np.exp(a) / np.sum(np.exp(b), axis=1, keepdims=True)


case(not_a_softmax, (r(2, 3), r(2, 3)), other=[(r(4, 2), r(4, 2))])


def log_softmax(x):
    shifted = x - np.max(x, axis=-1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))


case(log_softmax, (r(2, 3),), other=[(r(4, 2),)])


def cross_entropy(scores, y):
    N = scores.shape[0]
    probs = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    return -np.sum(np.log(probs[np.arange(N), y])) / N


case(cross_entropy, (r(4, 3), Y4), other=[(r(3, 5), Y3)])


def cross_entropy_mean(scores, y):
    scores = scores - np.max(scores, axis=1, keepdims=True)
    probs = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    correct_logprobs = -np.log(probs[range(len(y)), y])
    return np.mean(correct_logprobs)


case(cross_entropy_mean, (r(4, 3), Y4), other=[(r(3, 5), Y3)])


def cross_entropy_and_probs(scores, y):
    e = np.exp(scores)
    probs = e / np.sum(e, axis=1, keepdims=True)
    loss = -np.mean(np.log(probs[np.arange(len(y)), y]))
    return loss, probs


case(cross_entropy_and_probs, (r(4, 3), Y4), other=[(r(3, 5), Y3)])


def cross_entropy_log_softmax(x, y):
    shifted = x - np.max(x, axis=1, keepdims=True)
    Z = np.sum(np.exp(shifted), axis=1, keepdims=True)
    log_probs = shifted - np.log(Z)
    N = x.shape[0]
    return -np.sum(log_probs[np.arange(N), y]) / N


case(cross_entropy_log_softmax, (r(4, 3), Y4), other=[(r(3, 5), Y3)])


def cross_entropy_one_hot(scores, targets):
    e = np.exp(scores)
    probs = e / np.sum(e, axis=1, keepdims=True)
    return -np.sum(targets * np.log(probs)) / len(scores)


case(cross_entropy_one_hot, (r(4, 3), np.eye(3)[Y4]), wrt=("scores",))


def cross_entropy_weighted(scores, y, weights):
    e = np.exp(scores)
    probs = e / np.sum(e, axis=1, keepdims=True)
    return np.sum(-np.log(probs[np.arange(len(y)), y]) * weights)


case(cross_entropy_weighted, (r(4, 3), Y4, u(4)), other=[(r(3, 5), Y3, u(3))])


def binary_cross_entropy(z, t):
    p = 1 / (1 + np.exp(-z))
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


case(binary_cross_entropy, (r(4), np.array([0, 1, 1, 0])), other=[(r(2), np.array([1, 0]))])


def hinge_binary(x, y, w):
    margins = np.maximum(0, 1 - y * (x @ w))
    return np.mean(margins) + 0.01 * np.sum(w**2)


case(hinge_binary, (r(4, 2), np.array([1, -1, -1, 1]), r(2)))


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
