"""Lines that a person would not write, one function for each kind, and what stands there instead."""

import textwrap

import numpy as np

import codegen

r = np.random.default_rng(7).standard_normal


def text_of(function, *args):
    """Return the text of the module, without what stands above the first function."""
    source = codegen.generate(function, *args).source
    return source[source.index("def ") :]


def block(text):
    return textwrap.dedent(text).strip("\n")


def has(text, lines):
    """Return whether some lines stand in a text, one below the other."""
    return block(lines) in textwrap.dedent(text) or any(
        textwrap.indent(block(lines), " " * indent) in text for indent in (4, 8, 12)
    )


def diffused(u, k, n):
    u = u.copy()
    for _ in range(n):
        u[1:-1] = u[1:-1] + k * (u[2:] - 2 * u[1:-1] + u[:-2])
    return u


def test_no_line_gives_a_gradient_the_value_it_has():
    text = text_of(diffused, r(6), 0.1, 2)
    assert "du[1:-1] = du[1:-1]" not in text
    assert has(
        text,
        """
        dk += np.sum(umupu * du[1:-1])
        dumupu = k * du[1:-1]
        # backprop umupu = u[2:] - 2 * u[1:-1] + u[:-2]
        """,
    )


def layers_of_pairs(x, layers):
    for W, b in layers:
        x = np.tanh(x @ W + b)
    return x


def test_gradients_of_what_a_loop_runs_over_are_set_and_put_where_they_belong():
    text = text_of(layers_of_pairs, r((2, 3)), [(r((3, 4)), r(4)), (r((4, 2)), r(2))])
    assert has(text, "dlayers = [tuple(np.zeros_like(v1) for v1 in v) for v in layers]")
    assert has(text, "W, b = layers[i]")
    assert has(
        text,
        """
        # backprop W, b = layers[i]
        dlayers[i] = (dW, db)
        """,
    )
    assert text.rstrip().endswith("dlayers[i] = (dW, db)\n    return dx, dlayers")


def horner(coefs, x):
    y = 0.0
    for c in coefs:
        y = y * x + c
    return y


def test_the_gradient_of_an_item_needs_no_name():
    assert has(
        text_of(horner, r(4), 0.7),
        """
        # backprop y = y * x + c
        dx += y * dy
        dcoefs[i] = dy
        dy = x * dy
        """,
    )


def all_states(xs, h, W):
    states = []
    for x in xs:
        h = np.tanh(x + W @ h)
        states.append(h)
    return np.array(states)


def test_what_is_taken_off_a_list_needs_no_name():
    text = text_of(all_states, r((4, 3)), r(3), r((3, 3)))
    assert has(text, "dh += dstates.pop()  # += : h forks")


def rebuilt(stack, names):
    stack = list(stack)
    for name in names:
        if name == "twice":
            stack.append(stack[-1])
        else:
            stack.append(np.sin(stack.pop()))
    return stack.pop()


def test_a_line_that_reads_the_list_too_keeps_the_name():
    module = codegen.generate(rebuilt, [0.5, 1.5], ["sin", "twice", "sin"])
    assert "dstack[-1] += dstack.pop()" not in module.source


class Linear:
    def __init__(self):
        self.W, self.x = r((3, 2)), None

    def forward(self, x):
        self.x = x
        return x @ self.W


def test_an_attribute_gets_its_value_at_once():
    text = text_of(Linear().forward, r((4, 3)))
    assert has(
        text,
        """
        W = self.W
        self.x = x
        """,
    )


def two_of(params, x):
    W, b = (params["W"], params["b"])
    mean, spread = x.mean(), x.std()
    if spread > 1e-3:
        centre, scale = mean, spread
    else:
        centre, scale = mean, 1.0
    return np.tanh((x - centre) / scale * W + b)


def test_no_brackets_around_what_is_taken_apart():
    text = text_of(two_of, {"W": 0.5, "b": 0.1}, r(4))
    assert " = (mean, " not in text


def observed(x):
    z = np.exp(x[:2])
    return np.sin(z)


def stored_from_a_helper(sigma):
    sigma = sigma.copy()
    for i in range(sigma.shape[1]):
        sigma[0:2, i] = observed(sigma[:, i])
    return sigma


def test_a_comment_names_what_its_line_binds():
    text = text_of(stored_from_a_helper, r((3, 4)))
    assert has(
        text,
        """
        # backprop sigma[0:2, i] = observed_part
        dobserved_part = dsigma[0:2, i].copy()
        dsigma[0:2, i] = 0
        # backprop observed_part = observed(picked)
        dpicked = observed_backward(dobserved_part, observed_cache)
        """,
    )


class Scaled:
    def __init__(self, w):
        self.w = w

    def forward(self, x):
        self.x = x
        return np.tanh(self.w * x)


class Chain:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x


def chained(model, x):
    return model.forward(x)


def test_a_method_that_is_called_is_not_read_alone():
    text = text_of(chained, Chain([Scaled(r(3)), Scaled(r(3))]), r(3))
    assert "forward = " not in text
    assert has(text, "self.x = x")
