import numpy as np


def inputs(r, N):
    return r((N, 3, 4)), r((4, 4)), r((4, 4)), r((4, 4)), r((4, 4)), 2


def multi_head_attention_forward(x, Wq, Wk, Wv, Wo, H):
    N, T, D = x.shape
    q = x.dot(Wq).reshape(N, T, H, D // H).transpose(0, 2, 1, 3)
    k = x.dot(Wk).reshape(N, T, H, D // H).transpose(0, 2, 1, 3)
    v = x.dot(Wv).reshape(N, T, H, D // H).transpose(0, 2, 1, 3)
    scores = np.matmul(q, k.transpose(0, 1, 3, 2)) / np.sqrt(D // H)
    weights = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    weights /= np.sum(weights, axis=-1, keepdims=True)
    y = np.matmul(weights, v).transpose(0, 2, 1, 3).reshape(N, T, D)
    out = y.dot(Wo)
    cache = (x, Wq, Wk, Wv, Wo, q, k, v, weights, y)
    return out, cache


def multi_head_attention_backward(dout, cache):
    x, Wq, Wk, Wv, Wo, q, k, v, weights, y = cache
    N, H, T, d = q.shape

    # backprop out = y.dot(Wo)
    dy = dout.dot(Wo.T)
    dWo = y.reshape(N * T, -1).T.dot(dout.reshape(N * T, -1))
    # the heads side by side
    dz = dy.reshape(N, T, H, d).transpose(0, 2, 1, 3)
    dweights = np.matmul(dz, v.transpose(0, 1, 3, 2))
    dv = np.matmul(weights.transpose(0, 1, 3, 2), dz)
    # the softmax
    dscores = weights * (dweights - np.sum(weights * dweights, axis=-1, keepdims=True))
    dscores /= np.sqrt(d)
    dq = np.matmul(dscores, k)
    dk = np.matmul(dscores.transpose(0, 1, 3, 2), q)
    # backprop q, k, v
    x_flat = x.reshape(N * T, -1)
    dxq = dq.transpose(0, 2, 1, 3).reshape(N * T, -1)
    dxk = dk.transpose(0, 2, 1, 3).reshape(N * T, -1)
    dxv = dv.transpose(0, 2, 1, 3).reshape(N * T, -1)
    dWq = x_flat.T.dot(dxq)
    dWk = x_flat.T.dot(dxk)
    dWv = x_flat.T.dot(dxv)
    dx = (dxq.dot(Wq.T) + dxk.dot(Wk.T) + dxv.dot(Wv.T)).reshape(x.shape)
    return dx, dWq, dWk, dWv, dWo
