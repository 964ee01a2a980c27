"""Multi-head attention."""

import numpy as np

from codegen import example

randn = np.random.default_rng(231).standard_normal


def softmax(scores):
    exp_scores = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return exp_scores / np.sum(exp_scores, axis=-1, keepdims=True)


@example(
    x=randn((2, 3, 8)),
    Wq=randn((8, 8)),
    Wk=randn((8, 8)),
    Wv=randn((8, 8)),
    Wo=randn((8, 8)),
    heads=2,
)
def multi_head_attention(x, Wq, Wk, Wv, Wo, heads):
    N, T, D = x.shape

    # one query, key and value per head and word
    q = x.dot(Wq).reshape(N, T, heads, D // heads).transpose(0, 2, 1, 3)
    k = x.dot(Wk).reshape(N, T, heads, D // heads).transpose(0, 2, 1, 3)
    v = x.dot(Wv).reshape(N, T, heads, D // heads).transpose(0, 2, 1, 3)

    # every word looks at every word
    scores = q @ k.transpose(0, 1, 3, 2) / np.sqrt(D // heads)
    weights = softmax(scores)
    y = weights @ v

    # put the heads side by side
    out = y.transpose(0, 2, 1, 3).reshape(N, T, D).dot(Wo)
    return out
