import numpy as np


def affine_forward(x, w, b):
    """
    Inputs (shapes of the example they were traced on):
    - x: (10, 2, 3)
    - w: (6, 5)
    - b: (5,)

    Returns a tuple of:
    - out: (10, 5)
    - cache: (x, w, rows), for affine_backward
    """
    N = x.shape[0]
    rows = x.reshape(N, -1)  # one row per example
    out = rows.dot(w) + b

    cache = (x, w, rows)
    return out, cache


def affine_backward(dout, cache):
    """
    Inputs:
    - dout: gradient on out, (10, 5)
    - cache: from affine_forward

    Returns a tuple of:
    - dx: gradient on x, (10, 2, 3)
    - dw: gradient on w, (6, 5)
    - db: gradient on b, (5,)
    """
    x, w, rows = cache

    # backprop out = rows.dot(w) + b
    drows = dout.dot(w.T)
    dw = rows.T.dot(dout)
    db = np.sum(dout, axis=0)  # b was broadcast over the rows
    # backprop rows = x.reshape(N, -1)
    dx = drows.reshape(x.shape)
    return dx, dw, db
