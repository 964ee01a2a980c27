import math


def staged_forward(x, y):
    sigy = 1.0 / (1 + math.exp(-y))  # (1) sigmoid in numerator
    num = x + sigy  #                  (2) numerator
    sigx = 1.0 / (1 + math.exp(-x))  # (3) sigmoid in denominator
    xpy = x + y  #                     (4)
    xpysqr = xpy**2  #                 (5)
    den = sigx + xpysqr  #             (6) denominator
    invden = 1.0 / den  #              (7)
    f = num * invden  #                (8) done!

    cache = (sigy, num, sigx, xpy, den, invden)
    return f, cache


def staged_backward(dout, cache):
    sigy, num, sigx, xpy, den, invden = cache

    # backprop f = num * invden                 (8)
    dnum = invden * dout
    dinvden = num * dout
    # backprop invden = 1.0 / den               (7)
    dden = (-1.0 / den**2) * dinvden
    # backprop den = sigx + xpysqr              (6)
    dsigx = dden
    dxpysqr = dden
    # backprop xpysqr = xpy**2                  (5)
    dxpy = (2 * xpy) * dxpysqr
    # backprop xpy = x + y                      (4)
    dx = dxpy
    dy = dxpy
    # backprop sigx = 1.0 / (1 + math.exp(-x))  (3)
    dx += ((1 - sigx) * sigx) * dsigx  # += : x forks
    # backprop num = x + sigy                   (2)
    dx += dnum
    dsigy = dnum
    # backprop sigy = 1.0 / (1 + math.exp(-y))  (1)
    dy += ((1 - sigy) * sigy) * dsigy  # += : y forks
    return dx, dy
