import numpy as np


def inputs(r, N):
    return r((4, 3)), r((N, 4)), np.arange(N) % 3, 0.1


def softmax_regularised_forward(W, X, y, reg):
    num_train = X.shape[0]
    scores = X.dot(W)
    scores -= np.max(scores, axis=1, keepdims=True)
    probs = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    loss = np.sum(-np.log(probs[np.arange(num_train), y]))
    loss /= num_train
    loss += 0.5 * reg * np.sum(W * W)
    cache = (W, X, y, reg, probs)
    return loss, cache


def softmax_regularised_backward(dout, cache):
    W, X, y, reg, probs = cache
    num_train = X.shape[0]

    # backprop loss += 0.5 * reg * np.sum(W * W)
    dW = reg * W * dout
    dreg = 0.5 * np.sum(W * W) * dout
    # backprop loss /= num_train
    dloss = dout / num_train
    # backprop loss = np.sum(-np.log(probs[np.arange(num_train), y]))
    dscores = probs.copy()
    dscores[np.arange(num_train), y] -= 1
    dscores *= dloss
    # backprop scores = X.dot(W)
    dX = dscores.dot(W.T)
    dW += X.T.dot(dscores)  # += : W forks
    return dW, dX, dreg
