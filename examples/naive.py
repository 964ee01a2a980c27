"""The losses of assignment 1 with explicit loops."""

import numpy as np

from codegen import example

randn = np.random.default_rng(231).standard_normal


@example(W=0.1 * randn((4, 3)), X=randn((5, 4)), y=np.array([0, 1, 2, 0, 1]), reg=0.1)
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


@example(W=0.1 * randn((4, 3)), X=randn((5, 4)), y=np.array([0, 1, 2, 0, 1]), reg=0.1)
def softmax_loss_naive(W, X, y, reg):
    num_train = X.shape[0]
    loss = 0.0
    for i in range(num_train):
        scores = X[i].dot(W)
        scores = scores - np.max(scores)  # for numeric stability
        p = np.exp(scores) / np.sum(np.exp(scores))
        loss -= np.log(p[y[i]])

    loss = loss / num_train + reg * np.sum(W * W)
    return loss
