"""Two-layer nets with a softmax loss: the whole circuit in one function."""

import numpy as np

from codegen import example

randn = np.random.default_rng(231).standard_normal


def two_layer_inputs():
    """Returns X, y, W1, b1, W2, b2 for 5 examples, 4 inputs, 10 hidden neurons and 3 classes."""
    N, D, H, C = 5, 4, 10, 3
    return randn((N, D)), np.arange(N) % C, randn((D, H)), randn(H), randn((H, C)), randn(C)


@example(two_layer_inputs)
def two_layer_net(X, y, W1, b1, W2, b2):
    reg = 1e-3  # regularization strength
    N = X.shape[0]

    # evaluate class scores
    hidden = np.maximum(0, X.dot(W1) + b1)  # note, ReLU activation
    scores = hidden.dot(W2) + b2

    # compute the class probabilities
    exp_scores = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)

    # compute the loss: average cross-entropy loss and regularization
    data_loss = np.sum(-np.log(probs[np.arange(N), y])) / N
    reg_loss = 0.5 * reg * np.sum(W1 * W1) + 0.5 * reg * np.sum(W2 * W2)
    loss = data_loss + reg_loss
    return loss


@example(two_layer_inputs)
def two_layer_net_staged(X, y, W1, b1, W2, b2):
    N = X.shape[0]
    hidden = np.maximum(0, X.dot(W1) + b1)
    scores = hidden.dot(W2) + b2
    exp_scores = np.exp(scores)
    sums = np.sum(exp_scores, axis=1, keepdims=True)
    probs = exp_scores / sums
    correct_probs = probs[np.arange(N), y]
    loss = np.sum(-np.log(correct_probs)) / N
    return loss
