"""Recurrent nets over whole sequences."""

import numpy as np

from codegen import example

randn = np.random.default_rng(231).standard_normal


@example(x=randn((2, 3, 4)), h0=randn((2, 5)), Wx=randn((4, 5)), Wh=randn((5, 5)), b=randn(5))
def rnn(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    prev_h = h0
    for t in range(T):
        a = x[:, t].dot(Wx) + prev_h.dot(Wh) + b
        next_h = np.tanh(a)
        h[:, t] = next_h
        prev_h = next_h
    return h


def sigmoid(x):
    return 1.0 / (1 + np.exp(-x))


@example(x=randn((2, 3, 4)), h0=randn((2, 5)), Wx=randn((4, 20)), Wh=randn((5, 20)), b=randn(20))
def lstm(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    prev_h = h0
    prev_c = np.zeros((N, H))
    for t in range(T):
        a = x[:, t].dot(Wx) + prev_h.dot(Wh) + b
        i = sigmoid(a[:, :H])  # input gate
        f = sigmoid(a[:, H : 2 * H])  # forget gate
        o = sigmoid(a[:, 2 * H : 3 * H])  # output gate
        g = np.tanh(a[:, 3 * H :])
        prev_c = f * prev_c + i * g
        prev_h = o * np.tanh(prev_c)
        h[:, t] = prev_h
    return h


@example(
    x=randn((2, 3, 4)),
    h0=randn((2, 5)),
    Wr=randn((9, 5)),
    Wz=randn((9, 5)),
    Wh=randn((9, 5)),
    br=randn(5),
    bz=randn(5),
    bh=randn(5),
)
def gru(x, h0, Wr, Wz, Wh, br, bz, bh):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    prev_h = h0
    for t in range(T):
        both = np.concatenate((x[:, t], prev_h), axis=1)
        r = sigmoid(both.dot(Wr) + br)  # reset gate
        z = sigmoid(both.dot(Wz) + bz)  # update gate
        reset = np.concatenate((x[:, t], r * prev_h), axis=1)
        new = np.tanh(reset.dot(Wh) + bh)
        prev_h = z * prev_h + (1 - z) * new
        h[:, t] = prev_h
    return h


@example(
    x=randn((2, 3, 4)),
    y=np.array([[0, 3, 1], [2, 2, 0]]),
    mask=np.array([[True, True, False], [True, False, True]]),
)
def temporal_softmax(x, y, mask):
    N, T, V = x.shape
    loss = 0.0
    for n in range(N):
        for t in range(T):
            if not mask[n, t]:
                continue
            scores = x[n, t] - np.max(x[n, t])
            probs = np.exp(scores) / np.sum(np.exp(scores))
            loss -= np.log(probs[y[n, t]])
    return loss / N
