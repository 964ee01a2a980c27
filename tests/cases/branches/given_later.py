"""Arguments that are None in the example: what is done with them is shown by a call that gives them."""

import numpy as np

from tests.cases import case, normal

r = normal(739)


def moved_and_scaled(x, F, u=None, scale=None):
    x = F @ x
    if u is not None:
        x = x + u
    if scale is not None:
        x = x * scale
    return np.tanh(x)


case(
    moved_and_scaled,
    (r(4), r(4, 4)),
    other=[(r(3), r(3, 3), r(3)), (r(3), r(3, 3), r(3), 0.5), (r(2), r(2, 2), None, 2.0)],
)


def controlled(x, F, u=None, B=None):
    x = F @ x
    if u is not None:
        x = x + B @ u
    return np.tanh(x)


case(controlled, (r(4), r(4, 4)), other=[(r(3), r(3, 3), r(2), r(3, 2)), (r(2), r(2, 2))])


def loss_of_some(X, w, rows=None, reg=None):
    residual = X @ w
    if rows is not None:
        residual = residual[rows]
    loss = residual @ residual
    if reg:
        loss = loss + reg * w @ w
    return loss


case(
    loss_of_some,
    (r(4, 3), r(3)),
    other=[(r(5, 2), r(2), np.array([0, 2])), (r(5, 2), r(2), None, 0.1), (r(3, 2), r(2))],
)


def hidden_layer(x, W, residual=None, keep=None):
    h = np.maximum(x @ W, 0)
    if keep is not None:
        h = h * keep[:, None]
    if residual is not None:
        h = h + residual
    return h


case(
    hidden_layer,
    (r(4, 3), r(3, 3)),
    other=[(r(4, 3), r(3, 3), r(4, 3)), (r(2, 5), r(5, 5), None, np.array([1.0, 0.0]))],
)


def of_length_one(x, gain=None):
    out = x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-5)
    return out if gain is None else out * gain


case(of_length_one, (r(4, 3),), other=[(r(4, 3), r(3)), (r(2, 5), r(5)), (r(2, 2),)])


def scaled_or_weighted(x, R, S=None):
    if S is None:
        S = R
    elif np.isscalar(S):
        S = np.eye(len(R)) * S
    return x @ (R + S) @ x


case(
    scaled_or_weighted,
    (r(2), r(2, 2)),
    other=[(r(2), r(2, 2), 0.7), (r(2), r(2, 2), r(2, 2))],
)


def masked_softmax(s, mask=None):
    if mask is not None:
        s = np.where(mask, s, -1e9)
    p = np.exp(s - s.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    return p


case(masked_softmax, (r(2, 3, 3),), other=[(r(2, 4, 4), np.tril(np.ones((4, 4), bool)))])


def rows_put_back(x, t, mask=None):
    if mask is not None:
        kept = x[mask, :]
        kept = kept[:, [1, 0]]
    x -= t * (x - np.sum(x, axis=1)[:, None])
    if mask is not None:
        x[mask, :] = kept
    return x


case(
    rows_put_back,
    (r(3, 2), 0.6),
    other=[(r(3, 2), 0.6, np.array([True, False, True])), (r(2, 2), 0.3)],
)


def spread_onto_columns(x, t, mask=None):
    for i, shift in zip(range(2), [0, 1], strict=True):
        x[:, i] = np.roll(x[:, i], shift)
    if mask is not None:
        kept = x[mask, :]
    total = np.sum(x, axis=1)
    wanted = np.zeros(x.shape)
    for i, part in zip(range(2), [0.1, 0.2], strict=True):
        wanted[:, i] = total * part * (1 + total)
    x -= t * (x - wanted)
    if mask is not None:
        x[mask, :] = kept
    return x


case(
    spread_onto_columns,
    (r(3, 2), 0.6),
    other=[(r(3, 2), 0.6, np.array([True, False, True])), (r(2, 2), 0.3)],
)


def masked_in_place(q, mask=None, scale=None):
    s = q @ q.T
    if mask is not None:
        s += mask
    if scale is not None:
        s *= scale
    return s.sum(0) * q[:, 0]


case(
    masked_in_place,
    (r(3, 2),),
    other=[(r(2, 3), r(2, 2)), (r(2, 3), r(2)), (r(2, 3), r(2, 2), 0.5), (r(2, 3), None, r(2))],
)
