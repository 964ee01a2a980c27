"""The user's own lines where nothing reads a part of one, and the comments on them."""

import numpy as np

import codegen

X = np.arange(1.0, 7.0).reshape(2, 3) / 8


def layers(x, Ws, bs):
    h = x
    for W, b in zip(Ws, bs):
        h = np.tanh(h @ W + b)
    return np.sum(h**2)


def test_what_a_loop_computes_stays_in_one_line_under_one_comment():
    source = codegen.generate(layers, X, [np.eye(3), X.T @ X], [X[0], X[1]]).source
    assert "        h = np.tanh(h @ W + b)\n" in source
    assert "# backprop h = np.tanh(h @ W + b)\n        dpre_h = " in source
    assert "# backprop pre_h" not in source


def read_again(x, w):
    return np.sin(x * w) * w


def test_what_the_backward_pass_reads_has_a_line():
    assert "    xw = x * w\n" in codegen.generate(read_again, X, X).source


def of_a_distance(r, k):
    e = np.exp(-k * r**2)
    return e * k


def test_handouts_have_a_line_for_each_stage():
    module = codegen.generate(of_a_distance, X, 0.5)
    assert "e = np.exp(-k * r**2)" in module.source
    forward = module.as_pair().source.partition("_backward")[0]
    assert "e = np.exp(-k * r**2)" not in forward


def turned(x, y, c, s, n):
    for _ in range(n):
        x, y = c * x - s * y, s * x + c * y
    return x * y


def test_what_is_bound_at_once_stays_in_one_line_under_one_comment():
    source = codegen.generate(turned, 1.0, 2.0, 0.8, 0.6, 3).source
    assert "        x, y = c * x - s * y, s * x + c * y\n" in source
    assert source.count("# backprop x, y = c * x - s * y, s * x + c * y\n") == 1
    assert "next_x =" not in source.replace("dnext_x", "")
