import numpy as np


def two_layer_net_forward(X, y, W1, b1, W2, b2):
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

    cache = (X, y, W1, W2, reg, N, hidden, probs)
    return loss, cache


def two_layer_net_backward(dout, cache):
    X, y, W1, W2, reg, N, hidden, probs = cache

    # backprop loss = data_loss + reg_loss
    ddata_loss = dout
    dreg_loss = dout
    # backprop reg_loss = 0.5 * reg * np.sum(W1 * W1) + 0.5 * reg * np.sum(W2 * W2)
    dW1 = reg * W1 * dreg_loss
    dW2 = reg * W2 * dreg_loss
    # backprop data_loss through the softmax: probs, minus 1 at the correct classes
    dscores = probs.copy()
    dscores[np.arange(N), y] -= 1
    dscores *= ddata_loss / N
    # backprop scores = hidden.dot(W2) + b2
    dhidden = dscores.dot(W2.T)
    dW2 += hidden.T.dot(dscores)
    db2 = np.sum(dscores, axis=0)
    # backprop hidden = np.maximum(0, X.dot(W1) + b1)
    dhidden[hidden <= 0] = 0
    dX = dhidden.dot(W1.T)
    dW1 += X.T.dot(dhidden)
    db1 = np.sum(dhidden, axis=0)
    return dX, dW1, db1, dW2, db2
