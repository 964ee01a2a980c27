"""One step of recurrent nets, and the embedding of words."""

import numpy as np

from codegen import example

randn = np.random.default_rng(231).standard_normal


@example(x=randn((3, 4)), prev_h=randn((3, 5)), Wx=randn((4, 5)), Wh=randn((5, 5)), b=randn(5))
def rnn_step(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    return next_h


def sigmoid(x):
    return 1.0 / (1 + np.exp(-x))


@example(
    x=randn((3, 4)),
    prev_h=randn((3, 5)),
    prev_c=randn((3, 5)),
    Wx=randn((4, 20)),
    Wh=randn((5, 20)),
    b=randn(20),
)
def lstm_step(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    i = sigmoid(a[:, :H])  # input gate
    f = sigmoid(a[:, H : 2 * H])  # forget gate
    o = sigmoid(a[:, 2 * H : 3 * H])  # output gate
    g = np.tanh(a[:, 3 * H :])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c


@example(words=np.array([[0, 3, 1], [2, 1, 0]]), W=randn((5, 4)))
def word_embedding(words, W):
    out = W[words]
    return out
