def matrix_multiply_forward(W, X):
    D = W.dot(X)  # [5 x 10] . [10 x 3] -> [5 x 3]

    cache = (W, X)
    return D, cache


def matrix_multiply_backward(dout, cache):
    W, X = cache

    # backprop D = W.dot(X)
    dW = dout.dot(X.T)  # [5 x 3] . [3 x 10] -> [5 x 10]
    dX = W.T.dot(dout)  # [10 x 5] . [5 x 3] -> [10 x 3]
    return dW, dX
