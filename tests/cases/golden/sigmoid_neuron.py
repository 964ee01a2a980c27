import math


def sigmoid_neuron_forward(w, x):
    dot = w[0] * x[0] + w[1] * x[1] + w[2]
    f = 1.0 / (1 + math.exp(-dot))  # sigmoid function

    cache = (w, x, f)
    return f, cache


def sigmoid_neuron_backward(dout, cache):
    w, x, f = cache

    # backprop f = 1.0 / (1 + math.exp(-dot)), the sigmoid gate
    ddot = (1 - f) * f * dout
    # backprop dot = w[0] * x[0] + w[1] * x[1] + w[2]
    dw = [x[0] * ddot, x[1] * ddot, ddot]
    dx = [w[0] * ddot, w[1] * ddot]
    return dw, dx
