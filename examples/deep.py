"""Nets whose weights sit in a dict of parameters."""

import numpy as np

from codegen import example
from examples.convolution import conv_relu_pool
from examples.layers import affine, affine_relu
from examples.losses import softmax_loss


def deep_inputs():
    """Returns X, y and the parameters of a net with two hidden layers."""
    randn = np.random.default_rng(231).standard_normal  # the same numbers at each call
    sizes = [4, 6, 5, 3]
    params = {}
    for k in range(3):
        params[f"W{k + 1}"] = randn((sizes[k], sizes[k + 1]))
        params[f"b{k + 1}"] = randn(sizes[k + 1])
    return randn((5, 4)), np.array([0, 1, 2, 0, 1]), params


@example(deep_inputs)
def fully_connected_net(X, y, params):
    reg = 1e-3  # regularization strength
    num_layers = len(params) // 2
    h = X
    for k in range(1, num_layers):
        h = affine_relu(h, params[f"W{k}"], params[f"b{k}"])
    scores = affine(h, params[f"W{num_layers}"], params[f"b{num_layers}"])

    loss = softmax_loss(scores, y)
    for k in range(1, num_layers + 1):
        loss += 0.5 * reg * np.sum(params[f"W{k}"] ** 2)
    return loss


def conv_net_inputs():
    """Returns X, y and the parameters of a convolutional net with three layers."""
    randn = np.random.default_rng(231).standard_normal
    params = {
        "W1": randn((2, 3, 3, 3)),
        "b1": randn(2),
        "W2": randn((8, 6)),
        "b2": randn(6),
        "W3": randn((6, 3)),
        "b3": randn(3),
    }
    return randn((2, 3, 4, 4)), np.array([0, 2]), params


@example(conv_net_inputs)
def three_layer_conv_net(X, y, params):
    reg = 1e-3  # regularization strength
    conv_param = {"stride": 1, "pad": 1}
    pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}

    a1 = conv_relu_pool(X, params["W1"], params["b1"], conv_param, pool_param)
    a2 = affine_relu(a1, params["W2"], params["b2"])
    scores = affine(a2, params["W3"], params["b3"])

    data_loss = softmax_loss(scores, y)
    reg_loss = 0.5 * reg * sum(np.sum(params[name] ** 2) for name in ("W1", "W2", "W3"))
    return data_loss + reg_loss
