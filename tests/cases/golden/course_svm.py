import numpy as np


def inputs(r, N):
    return r((N, 4)), np.arange(N) % 4


def svm_forward(x, y):
    N = x.shape[0]
    correct = x[np.arange(N), y]
    margins = np.maximum(0, x - correct[:, np.newaxis] + 1.0)
    margins[np.arange(N), y] = 0
    loss = np.sum(margins) / N
    cache = (y, margins)
    return loss, cache


def svm_backward(dout, cache):
    y, margins = cache
    N = margins.shape[0]

    # backprop loss = np.sum(margins) / N
    dmargins = np.full_like(margins, dout / N)
    # backprop margins = np.maximum(0, x - correct[:, np.newaxis] + 1.0)
    dmargins[margins <= 0] = 0
    dx = dmargins
    dcorrect = -np.sum(dmargins, axis=1)
    # backprop correct = x[np.arange(N), y]
    dx[np.arange(N), y] += dcorrect  # += : x forks
    return dx
