"""Gates and small circuits of the notes, as students write them."""

import numpy as np

RNG = np.random.default_rng(11)


def compound_forward(x, y, z):
    q = x + y
    f = q * z
    return f, (x, y, z, q)


def compound_backward(dout, cache):
    x, y, z, q = cache
    dq = z * dout
    dz = q * dout
    dx = dq
    dy = dq
    return dx, dy, dz


def neuron_forward(w, x):
    dot = w[0] * x[0] + w[1] * x[1] + w[2]
    f = 1.0 / (1 + np.exp(-dot))
    return f, (w, x, f)


def neuron_backward(dout, cache):
    w, x, f = cache
    ddot = (1 - f) * f * dout
    dx = np.array([w[0] * ddot, w[1] * ddot])
    dw = np.array([x[0] * ddot, x[1] * ddot, 1.0 * ddot])
    return dw, dx


def staged_forward(x, y):
    sigy = 1.0 / (1 + np.exp(-y))
    num = x + sigy
    sigx = 1.0 / (1 + np.exp(-x))
    xpy = x + y
    xpysqr = xpy**2
    den = sigx + xpysqr
    invden = 1.0 / den
    f = num * invden
    return f, (x, y, sigy, num, sigx, xpy, xpysqr, den, invden)


def staged_backward(dout, cache):
    x, y, sigy, num, sigx, xpy, xpysqr, den, invden = cache
    dnum = invden * dout
    dinvden = num * dout
    dden = (-1.0 / (den**2)) * dinvden
    dsigx = 1 * dden
    dxpysqr = 1 * dden
    dxpy = (2 * xpy) * dxpysqr
    dx = 1 * dxpy
    dy = 1 * dxpy
    dx += ((1 - sigx) * sigx) * dsigx
    dx += 1 * dnum
    dsigy = 1 * dnum
    dy += ((1 - sigy) * sigy) * dsigy
    return dx, dy


def biggest_forward(x, y, z):
    m = np.maximum(x, y)
    s = m * z
    f = s + x
    return f, (x, y, z, m)


def biggest_backward(dout, cache):
    x, y, z, m = cache
    ds = dout
    dx = dout.copy()
    dm = z * ds
    dz = m * ds
    dx += (x > y) * dm
    dy = (y > x) * dm
    return dx, dy, dz


def quotient_forward(a, b):
    s = a + b
    p = a * b
    q = p / s
    out = np.log(q)
    return out, (a, b, s, p, q)


def quotient_backward(dout, cache):
    a, b, s, p, q = cache
    dq = dout / q
    dp = dq / s
    ds = -p / s**2 * dq
    da = b * dp
    db = a * dp
    da += ds
    db += ds
    return da, db


def hypotenuse_forward(x, y):
    xx = x * x
    yy = y * y
    r2 = xx + yy
    r = np.sqrt(r2)
    return r, (x, y, r)


def hypotenuse_backward(dout, cache):
    x, y, r = cache
    dr2 = 0.5 / r * dout
    dxx = dr2
    dyy = dr2
    dx = 2 * x * dxx
    dy = 2 * y * dyy
    return dx, dy


def pendulum_forward(theta, omega, g, dt):
    acc = -g * np.sin(theta)
    omega1 = omega + dt * acc
    theta1 = theta + dt * omega1
    energy = 0.5 * omega1**2 - g * np.cos(theta1)
    return energy, (theta, omega, g, dt, acc, omega1, theta1)


def pendulum_backward(dout, cache):
    theta, omega, g, dt, acc, omega1, theta1 = cache
    domega1 = omega1 * dout
    dtheta1 = g * np.sin(theta1) * dout
    dg = -np.cos(theta1) * dout
    dtheta = dtheta1
    domega1 += dt * dtheta1
    ddt = omega1 * dtheta1
    domega = domega1
    ddt += acc * domega1
    dacc = dt * domega1
    dg += -np.sin(theta) * dacc
    dtheta += -g * np.cos(theta) * dacc
    return dtheta, domega, dg, ddt


EXAMPLES = {
    "compound": (-2.0, 5.0, -4.0),
    "neuron": (np.array([2.0, -3.0, -3.5]), np.array([-1.0, -2.0])),
    "staged": (3.0, -4.0),
    "biggest": (RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3))),
    "quotient": (RNG.uniform(0.5, 2, (4,)), RNG.uniform(0.5, 2, (4,))),
    "hypotenuse": (RNG.normal(size=5), RNG.normal(size=5)),
    "pendulum": (0.6, -0.3, 9.0, 0.1),
}
