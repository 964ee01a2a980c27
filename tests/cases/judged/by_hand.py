"""Wrong backward functions as people write them. `#! kind` stands on the first wrong line; `name__what` is wrong for `name`."""

import numpy as np


def compound__fork(dout, cache):
    x, y, z, q = cache
    dz = q * dout
    dx = z  #! no_upstream
    dy = z * dout
    return dx, dy, dz


def compound__product(dout, cache):
    x, y, z, q = cache
    dq = q * dout  #! wrong_variable|other_argument
    dz = q * dout
    return dq, dq.copy() if hasattr(dq, "copy") else dq, dz


def neuron__square(dout, cache):
    w, x, f = cache
    ddot = (1 - f**2) * f * dout  #! local_gradient
    dx = np.array([w[0] * ddot, w[1] * ddot])
    dw = np.array([x[0] * ddot, x[1] * ddot, ddot])
    return dw, dx


def neuron__bias(dout, cache):
    w, x, f = cache
    ddot = (1 - f) * f * dout
    dx = np.array([w[0] * ddot, w[1] * ddot])
    dw = np.array([x[0] * ddot, x[1] * ddot, 1.0])  #! no_upstream
    return dw, dx


def staged__overwritten(dout, cache):
    x, y, sigy, num, sigx, xpy, xpysqr, den, invden = cache
    dnum = invden * dout
    dinvden = num * dout
    dden = -1.0 / den**2 * dinvden
    dxpy = 2 * xpy * dden
    dx = dxpy
    dy = dxpy
    dx += (1 - sigx) * sigx * dden
    dx = dnum  #! overwritten
    dy += (1 - sigy) * sigy * dnum
    return dx, dy


def staged__upstream(dout, cache):
    x, y, sigy, num, sigx, xpy, xpysqr, den, invden = cache
    dnum = invden * dout
    dinvden = num  #! no_upstream
    dden = -1.0 / den**2 * dinvden
    dxpy = 2 * xpy * dden
    dx = dxpy
    dy = dxpy
    dx += (1 - sigx) * sigx * dden
    dx += dnum
    dy += (1 - sigy) * sigy * dnum
    return dx, dy


def staged__sigmoid(dout, cache):
    x, y, sigy, num, sigx, xpy, xpysqr, den, invden = cache
    dnum = invden * dout
    dinvden = num * dout
    dden = -1.0 / den**2 * dinvden
    dsigx = dden
    dxpy = 2 * xpy * dden
    dx = dxpy
    dy = dxpy
    dx += (1 - sigx) * dsigx  #! local_gradient
    dx += dnum
    dy += (1 - sigy) * sigy * dnum
    return dx, dy


def biggest__losers(dout, cache):
    x, y, z, m = cache
    dm = z * dout
    dz = m * dout
    dx = dout + (x < y) * dm  #! mask
    dy = (y > x) * dm
    return dx, dy, dz


def quotient__rule(dout, cache):
    a, b, s, p, q = cache
    dq = dout / q
    dp = dq / s
    ds = p / s**2 * dq  #! sign
    da = b * dp + ds
    db = a * dp + ds
    return da, db


def hypotenuse__root(dout, cache):
    x, y, r = cache
    dr2 = 0.5 * r * dout  #! local_gradient
    dx = 2 * x * dr2
    dy = 2 * y * dr2
    return dx, dy


def pendulum__sine(dout, cache):
    theta, omega, g, dt, acc, omega1, theta1 = cache
    dtheta1 = g * np.sin(theta1) * dout
    domega1 = omega1 * dout + dt * dtheta1
    dg = -np.cos(theta1) * dout
    dacc = dt * domega1
    dg += -np.sin(theta) * dacc
    dtheta = dtheta1 - g * np.sin(theta) * dacc  #! local_gradient
    ddt = omega1 * dtheta1 + acc * domega1
    return dtheta, domega1, dg, ddt


def affine__axis(dout, cache):
    x, w, b, rows = cache
    dx = dout.dot(w.T).reshape(x.shape)
    dw = rows.T.dot(dout)
    db = np.sum(dout, axis=1)  #! sum_axis|shape|sum_extra|sum_missing
    return dx, dw, db


def affine__bias(dout, cache):
    x, w, b, rows = cache
    dx = dout.dot(w.T).reshape(x.shape)
    dw = rows.T.dot(dout)
    db = dout  #! sum_missing
    return dx, dw, db


def affine__mean(dout, cache):
    x, w, b, rows = cache
    dx = dout.dot(w.T).reshape(x.shape)
    dw = rows.T.dot(dout) / x.shape[0]  #! factor
    db = np.sum(dout, axis=0)
    return dx, dw, db


def affine__transposed(dout, cache):
    x, w, b, rows = cache
    dx = dout.dot(w.T).reshape(x.shape)
    dw = dout.T.dot(rows)  #! transposed
    db = np.sum(dout, axis=0)
    return dx, dw, db


def affine__five(dout, cache):
    x, w, b, rows = cache
    dx = dout.dot(w.T).reshape(5, 2, 2)  #! only_this_size
    dw = rows.T.dot(dout)
    db = np.sum(dout, axis=0)
    return dx, dw, db


def relu__input(dout, cache):
    x, s, a = cache
    da = dout * (x > 0)  #! mask
    dx = s * da
    ds = np.sum(x * da, axis=0)
    return dx, ds


def relu__in_place(dout, cache):
    x, s, a = cache
    dout[a <= 0] = 0  #! changed_in_place
    dx = s * dout
    ds = np.sum(x * dout, axis=0)
    return dx, ds


def relu__values(dout, cache):
    x, s, a = cache
    da = dout * a  #! local_gradient|mask|wrong_variable|factor
    dx = s * da
    ds = np.sum(x * da, axis=0)
    return dx, ds


def leaky__slope(dout, cache):
    x, b, z = cache
    dz = np.where(z > 0, 0.1, 1.0) * dout  #! mask
    dx = dz
    db = np.sum(dz, axis=0)
    return dx, db


def sigmoid_layer__twice(dout, cache):
    x, w, b, a = cache
    s = 1 / (1 + np.exp(-a))
    dz = s * (1 - s) * dout  #! wrong_variable|local_gradient
    dx = dz @ w.T
    dw = x.T @ dz
    db = dz.sum(axis=0)
    return dx, dw, db


def tanh_layer__unsquared(dout, cache):
    x, w, b, h = cache
    dz = (1 - h) * dout  #! local_gradient
    dx = dz @ w.T
    dw = x.T @ dz
    db = dz.sum(axis=0)
    return dx, dw, db


def tanh_layer__overwritten(dout, cache):
    x, w, b, h = cache
    dz = (1 - h**2) * dout
    x = dz @ w.T  #! forward_overwritten
    dw = x.T @ dz
    db = dz.sum(axis=0)
    return x, dw, db


def affine_relu__mask(dout, cache):
    x, w, b, a = cache
    da = dout.copy()
    da[a >= 0] = 0  #! mask
    dx = da.dot(w.T)
    dw = x.T.dot(da)
    db = da.sum(axis=0)
    return dx, dw, db


def dropout__scale(dout, cache):
    x, w, mask, p, h, d = cache
    dd = dout  #! factor
    dh = dd * mask
    dx = dh @ w.T
    dw = x.T @ dh
    return dx, dw, None, -np.sum(d / p**2 * dout)


def embedding__assigned(dout, cache):
    words, table, scale, e = cache
    de = dout * scale
    dtable = np.zeros_like(table)
    dtable[words] = de  #! overwritten|overlapping|term_missing|local_gradient
    return None, dtable, np.sum(dout * e, axis=(0, 1))


def embedding__added(dout, cache):
    words, table, scale, e = cache
    de = dout * scale
    dtable = np.zeros_like(table)
    dtable[words] += de  #! repeated
    return None, dtable, np.sum(dout * e, axis=(0, 1))


def gated__second_use(dout, cache):
    x, wa, wb, a, g = cache
    da = g * dout
    db = g * (1 - g) * a * dout
    dwa = x.T @ da
    dwb = x.T @ db
    dx = da @ wa.T  #! term_missing
    return dx, dwa, dwb


def residual__skip(dout, cache):
    x, w1, w2, h = cache
    dh = dout @ w2.T
    dw2 = h.T @ dout
    dz = dh * (h > 0)
    dw1 = x.T @ dz
    dx = dz @ w1.T  #! term_missing
    return dx, dw1, dw2


def softmax_loss__mean(dout, cache):
    x, y, probs = cache
    N = x.shape[0]
    dx = probs.copy()
    dx[np.arange(N), y] -= 1
    dx *= dout  #! factor
    return dx, None


def softmax_loss__cache(dout, cache):
    x, y, probs = cache
    N = x.shape[0]
    dx = probs
    dx[np.arange(N), y] -= 1  #! changed_in_place
    dx = dx * dout / N
    return dx, None


def softmax_loss__label(dout, cache):
    x, y, probs = cache
    N = x.shape[0]
    dx = probs.copy()
    dx[np.arange(N), y] += 1  #! sign
    dx *= dout / N
    return dx, None


def svm_loss__count(dout, cache):
    x, y, margins = cache
    N = x.shape[0]
    dx = (margins > 0).astype(float)
    dx[np.arange(N), y] -= 1  #! local_gradient|wrong_variable|term_missing|factor
    dx *= dout / N
    return dx, None


def ridge__no_penalty(dout, cache):
    X, t, w, reg, diff = cache
    dpred = 2 * diff / X.shape[0] * dout
    dw = X.T @ dpred  #! regularisation_forgotten
    return np.outer(dpred, w), -dpred, dw, np.sum(w * w) * dout


def ridge__penalty_twice(dout, cache):
    X, t, w, reg, diff = cache
    dpred = 2 * diff / X.shape[0] * dout
    dw = X.T @ dpred
    dw += 4 * reg * w * dout  #! regularisation_doubled
    return np.outer(dpred, w), -dpred, dw, np.sum(w * w) * dout


def ridge__penalty_half(dout, cache):
    X, t, w, reg, diff = cache
    dpred = 2 * diff / X.shape[0] * dout
    dw = X.T @ dpred
    dw += reg * w * dout  #! regularisation_doubled|regularisation_forgotten|factor
    return np.outer(dpred, w), -dpred, dw, np.sum(w * w) * dout


def logistic__sign(dout, cache):
    X, y, w, b, reg, p = cache
    dz = (y - p) / X.shape[0] * dout  #! sign
    dw = X.T @ dz + reg * w * dout
    return np.outer(dz, w), None, dw, np.sum(dz), 0.5 * np.sum(w**2) * dout


def huber__sign(dout, cache):
    x, t, r, a = cache
    dr = r * dout * (a < 1)
    dr += dout * (a >= 1)  #! only_positive|local_gradient|no_upstream|wrong_variable|sign
    return dr, -dr


def gaussian__entropy(dout, cache):
    x, mu, logsigma, sigma, z = cache
    dz = z * dout
    dx = dz / sigma
    dmu = -np.sum(dz / sigma, axis=0)
    dsigma = np.sum(-z / sigma * dz, axis=0)
    dlogsigma = dsigma * sigma  #! term_missing
    return dx, dmu, dlogsigma


def triplet__anchor(dout, cache):
    a, p, n, pos, neg, hinge = cache
    dhinge = (hinge > 0) * dout / a.shape[0]
    dpos = dhinge[:, np.newaxis]
    da = 2 * (a - p) * dpos  #! term_missing
    return da, -2 * (a - p) * dpos, 2 * (a - n) * dpos


def two_layer_net__hidden(dout, cache):
    X, y, W1, b1, W2, b2, reg, z1, h1, probs = cache
    N = X.shape[0]
    dscores = probs.copy()
    dscores[np.arange(N), y] -= 1
    dscores *= dout / N
    dW2 = h1.T.dot(dscores) + 2 * reg * W2 * dout
    db2 = np.sum(dscores, axis=0)
    dz1 = dscores.dot(W2.T)  #! mask|local_gradient
    dW1 = X.T.dot(dz1) + 2 * reg * W1 * dout
    db1 = np.sum(dz1, axis=0)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


def two_layer_net__penalty(dout, cache):
    X, y, W1, b1, W2, b2, reg, z1, h1, probs = cache
    N = X.shape[0]
    dscores = probs.copy()
    dscores[np.arange(N), y] -= 1
    dscores *= dout / N
    dW2 = h1.T.dot(dscores) + 2 * reg * W2 * dout
    db2 = np.sum(dscores, axis=0)
    dz1 = dscores.dot(W2.T) * (z1 > 0)
    dW1 = X.T.dot(dz1)  #! regularisation_forgotten
    db1 = np.sum(dz1, axis=0)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


def batchnorm__mean(dout, cache):
    x, gamma, beta, xmu, std, xhat = cache
    N = x.shape[0]
    dgamma = np.sum(xhat * dout, axis=0)
    dbeta = np.sum(dout, axis=0)
    dxhat = gamma * dout
    dxmu = dxhat / std
    dvar = np.sum(-0.5 * xhat / std**2 * dxhat, axis=0)
    dxmu += 2 * xmu * dvar / N
    dx = dxmu  #! term_missing
    return dx, dgamma, dbeta


def batchnorm__std(dout, cache):
    x, gamma, beta, xmu, std, xhat = cache
    N = x.shape[0]
    dgamma = np.sum(xhat * dout, axis=0)
    dbeta = np.sum(dout, axis=0)
    dxhat = gamma * dout
    dxmu = dxhat / std  #! term_missing
    dmu = -np.sum(dxmu, axis=0)
    dx = dxmu + dmu / N
    return dx, dgamma, dbeta


def batchnorm__compact(dout, cache):
    x, gamma, beta, xmu, std, xhat = cache
    N = x.shape[0]
    dgamma = np.sum(xhat * dout, axis=0)
    dbeta = np.sum(dout, axis=0)
    dx = gamma / std * (dout - dbeta / N - xhat * dgamma)  #! factor|local_gradient
    return dx, dgamma, dbeta


def layernorm__axis(dout, cache):
    x, gamma, beta, xmu, ivar, xhat = cache
    D = x.shape[1]
    dgamma = np.sum(dout * xhat, axis=1)  #! sum_axis|shape|sum_missing|sum_extra
    dbeta = np.sum(dout, axis=0)
    dxhat = dout * gamma
    dx = ivar * (
        dxhat - dxhat.mean(1, keepdims=True) - xhat * (dxhat * xhat).mean(1, keepdims=True)
    )
    return dx, dgamma, dbeta


def softmax_rows__diagonal(dout, cache):
    x, temp, z, e, total, p = cache
    dz = p * (1 - p) * dout  #! local_gradient|term_missing
    return dz / temp, -np.sum(z / temp * dz)


def cosine__norms(dout, cache):
    a, b, dot, na, nb, prod = cache
    da = b / prod * dout  #! term_missing
    db = a / prod * dout - dot / prod**2 * na * b / nb * dout
    return da, db


def rnn_step__transposed(dnext_h, cache):
    x, prev_h, Wx, Wh, b, next_h = cache
    dz = (1 - next_h**2) * dnext_h
    dprev_h = dz @ Wh  #! transposed
    return dz @ Wx.T, dprev_h, x.T @ dz, prev_h.T @ dz, dz.sum(axis=0)


def rnn__carried(dhs, cache):
    x, h0, Wx, Wh, b, hs = cache
    N, T, D = x.shape
    dx = np.zeros_like(x)
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    db = np.zeros_like(b)
    dh_next = np.zeros_like(h0)
    for t in reversed(range(T)):
        prev = hs[:, t - 1] if t > 0 else h0
        dh = dhs[:, t]  #! term_missing|local_gradient|wrong_variable
        dz = (1 - hs[:, t] ** 2) * dh
        dx[:, t] = dz @ Wx.T
        dWx += x[:, t].T @ dz
        dWh += prev.T @ dz
        db += dz.sum(axis=0)
        dh_next = dz @ Wh.T
    return dx, dh_next, dWx, dWh, db


def rnn__weights(dhs, cache):
    x, h0, Wx, Wh, b, hs = cache
    N, T, D = x.shape
    dx = np.zeros_like(x)
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    db = np.zeros_like(b)
    dh_next = np.zeros_like(h0)
    for t in reversed(range(T)):
        prev = hs[:, t - 1] if t > 0 else h0
        dz = (1 - hs[:, t] ** 2) * (dhs[:, t] + dh_next)
        dx[:, t] = dz @ Wx.T
        dWx += x[:, t].T @ dz
        dWh = prev.T @ dz  #! overwritten
        db += dz.sum(axis=0)
        dh_next = dz @ Wh.T
    return dx, dh_next, dWx, dWh, db


def lstm_step__cell(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, b, i, f, o, g, tc = cache
    do = dnext_h * tc
    dc = dnext_h * o * (1 - tc**2)  #! term_missing|local_gradient|wrong_variable
    df = dc * prev_c
    dprev_c = dc * f
    di = dc * g
    dg = dc * i
    da = np.hstack((i * (1 - i) * di, f * (1 - f) * df, o * (1 - o) * do, (1 - g**2) * dg))
    return da @ Wx.T, da @ Wh.T, dprev_c, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def conv1d__windows(dout, cache):
    x, w, b = cache
    K = w.shape[0]
    dx = np.zeros_like(x)
    dw = np.zeros_like(w)
    for i in range(dout.shape[0]):
        dx[i : i + K] = w * dout[i]  #! overlapping|overwritten
        dw += x[i : i + K] * dout[i]
    return dx, dw, np.sum(dout)


def conv__pad(dout, cache):
    x, w, b, pad, xpad = cache
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    dxpad = np.zeros_like(xpad)
    dw = np.zeros_like(w)
    db = dout.sum(axis=(0, 2, 3))
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            d = dout[:, :, i, j]
            dw += np.tensordot(d.T, xpad[:, :, i : i + HH, j : j + WW], axes=1)
            dxpad[:, :, i : i + HH, j : j + WW] += np.tensordot(d, w, axes=1)
    dx = dxpad[:, :, pad:-pad, pad:-pad]  #! pad_zero
    return dx, dw, db


def max_pool__windows(dout, cache):
    x, size = cache
    dx = np.zeros_like(x)
    for i in range(dout.shape[0]):
        for j in range(dout.shape[1]):
            window = x[i : i + size, j : j + size]
            most = window == np.max(window)
            dx[i : i + size, j : j + size] = most * dout[i, j]  #! overlapping|overwritten
    return dx


def attention__softmax(dout, cache):
    q, k, v, p = cache
    D = q.shape[1]
    dv = p.T @ dout
    dp = dout @ v.T
    dscores = p * dp  #! local_gradient|term_missing|sum_missing
    return dscores @ k / np.sqrt(D), dscores.T @ q / np.sqrt(D), dv


def attention__scale(dout, cache):
    q, k, v, p = cache
    dv = p.T @ dout
    dp = dout @ v.T
    dscores = p * (dp - np.sum(dp * p, axis=1, keepdims=True))
    dq = dscores @ k  #! factor
    dk = dscores.T @ q / np.sqrt(q.shape[1])
    return dq, dk, dv


def quadratic__symmetric(dout, cache):
    x, A, y = cache
    dx = 2 * y * dout  #! local_gradient|term_missing|term_factors|transposed
    return dx, np.outer(x, x) * dout


def kernel__distance(dout, cache):
    x, c, gamma, diff, d2, k = cache
    dd2 = -gamma * k * dout
    dgamma = -np.sum(d2 * k * dout)
    ddiff = diff * dd2[:, np.newaxis]  #! factor
    return ddiff, -np.sum(ddiff, axis=0), dgamma


def decay__rate(dout, cache):
    t, y, a, k, e, m, r = cache
    dr = 2 * r * dout
    de = a * dr
    dk = np.sum(-k * e * de)  #! wrong_variable|local_gradient|other_argument
    return -k * e * de, -dr, np.sum(e * dr), dk


def decay__swapped(dout, cache):
    t, y, a, k, e, m, r = cache
    dr = 2 * r * dout
    de = a * dr
    da = np.sum(e * dr)
    dk = np.sum(-t * e * de)
    dy, dt = -k * e * de, -dr  #! other_argument|wrong_variable|local_gradient
    return dt, dy, da, dk
