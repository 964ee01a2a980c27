"""Objects and their attributes, in functions of courses, models and trades."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(114), uniform(115)


def lab(n, c):
    return np.arange(n) * 7 % c


class TwoLayerNet:
    def __init__(self):
        self.params = {"W1": r(4, 5), "b1": np.zeros(5), "W2": r(5, 3), "b2": np.zeros(3)}
        self.reg = 0.1

    def loss(self, X, y):
        W1, b1 = self.params["W1"], self.params["b1"]
        W2, b2 = self.params["W2"], self.params["b2"]
        h = np.maximum(0, X @ W1 + b1)
        scores = h @ W2 + b2
        shifted = scores - np.max(scores, axis=1, keepdims=True)
        Z = np.sum(np.exp(shifted), axis=1, keepdims=True)
        log_probs = shifted - np.log(Z)
        N = X.shape[0]
        loss = -np.sum(log_probs[np.arange(N), y]) / N
        loss += 0.5 * self.reg * (np.sum(W1**2) + np.sum(W2**2))
        return loss


case(
    TwoLayerNet().loss,
    (r(5, 4), lab(5, 3)),
    other=[(r(3, 4), lab(3, 3))],
    name="net_loss",
)
