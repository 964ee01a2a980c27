import numpy as np


def two_layer_net_staged_forward(X, y, W1, b1, W2, b2):
    N = X.shape[0]
    hidden = np.maximum(0, X.dot(W1) + b1)
    scores = hidden.dot(W2) + b2
    exp_scores = np.exp(scores)
    sums = np.sum(exp_scores, axis=1, keepdims=True)
    probs = exp_scores / sums
    correct_probs = probs[np.arange(N), y]
    loss = np.sum(-np.log(correct_probs)) / N

    cache = (X, y, W1, W2, N, hidden, exp_scores, sums, probs, correct_probs)
    return loss, cache


def two_layer_net_staged_backward(dout, cache):
    X, y, W1, W2, N, hidden, exp_scores, sums, probs, correct_probs = cache

    # backprop loss = np.sum(-np.log(correct_probs)) / N
    dcorrect_probs = -1.0 / correct_probs * dout / N
    # backprop correct_probs = probs[np.arange(N), y]
    dprobs = np.zeros_like(probs)
    dprobs[np.arange(N), y] = dcorrect_probs
    # backprop probs = exp_scores / sums
    dexp_scores = dprobs / sums
    dsums = np.sum(-probs / sums * dprobs, axis=1, keepdims=True)
    # backprop sums = np.sum(exp_scores, axis=1, keepdims=True)
    dexp_scores += dsums
    # backprop exp_scores = np.exp(scores)
    dscores = exp_scores * dexp_scores
    # backprop scores = hidden.dot(W2) + b2
    dhidden = dscores.dot(W2.T)
    dW2 = hidden.T.dot(dscores)
    db2 = np.sum(dscores, axis=0)
    # backprop hidden = np.maximum(0, X.dot(W1) + b1)
    dhidden[hidden <= 0] = 0
    dX = dhidden.dot(W1.T)
    dW1 = X.T.dot(dhidden)
    db1 = np.sum(dhidden, axis=0)
    return dX, dW1, db1, dW2, db2
