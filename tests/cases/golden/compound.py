def compound_forward(x, y, z):
    q = x + y
    f = q * z

    cache = (z, q)
    return f, cache


def compound_backward(dout, cache):
    z, q = cache

    # backprop f = q * z
    dq = z * dout
    dz = q * dout
    # backprop q = x + y
    dx = dq
    dy = dq
    return dx, dy, dz
