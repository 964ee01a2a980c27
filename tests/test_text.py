"""Lines that a person would not write, one function for each kind, and what stands there instead."""

import math
import re
import textwrap
from math import pi

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
        dk += np.sum(total * du[1:-1])
        dtotal = k * du[1:-1]
        # backprop total = u[2:] - 2 * u[1:-1] + u[:-2]
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


def test_rows_that_a_loop_appends_are_read_where_they_came_from():
    text = text_of(all_states, r((4, 3)), r(3), r((3, 3)))
    assert has(text, "dh += dout[i]  # += : h forks")


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
        # backprop observed_part = observed(sigma[:, i])
        dsigma_i = observed_backward(dobserved_part, observed_cache)
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


def taken_apart(pair, trailer):
    x, y = pair
    (a, b), c = trailer
    return x * y * a * b + np.sum(c)


def test_the_gradient_of_a_tuple_is_written_out():
    text = text_of(taken_apart, (1.0, 0.5), ((0.5, 0.7), np.ones(3)))
    assert has(
        text,
        """
        # backprop (a, b), c = trailer
        dtrailer = ((da, db), dc)
        # backprop x, y = pair
        dpair = (dx, dy)
        """,
    )


def bond_steps(rate, vol, T, strike, level, spread, n):
    drift = (rate + 0.5 * vol**2) * T
    depth = np.exp(-rate * T) * strike / level
    price = level
    for _ in range(n):
        shock = np.sin(price * spread) * np.exp(drift * T) * vol
        hedge = np.cos(price * depth) * shock * np.tanh(price)
        carry = np.exp(-spread * price) * hedge * np.sqrt(price)
        price = price + (shock + hedge * carry) * np.log(price + level) * 0.01
    return price * drift * np.exp(depth * spread)


def test_names_that_do_not_fit_into_a_line_are_kept_in_rows():
    module = codegen.generate(bond_steps, 0.1, 0.2, 1.0, 0.9, 1.1, 0.3, 2)
    lines = module.source.splitlines()
    assert not [
        k
        for k, line in enumerate(lines)
        if line.strip().rstrip(",").isidentifier() and line.endswith(",")
    ]
    assert module.source.count("(tanhprice, hedge, exppre_carry, ") == 2
    out, cache = module.forward(0.1, 0.2, 1.0, 0.9, 1.1, 0.3, 2)
    again = codegen.generate(module.backward, 1.0, cache)
    assert again.check().verdict == "right"


def counted_steps(level, z, vol, spread):
    for t in range(len(z)):
        shock = np.sin(level * spread) * np.exp(vol * z[t]) * np.tanh(level)
        hedge = np.cos(level * vol) * shock * np.sqrt(level)
        carry = np.exp(-spread * level) * hedge * np.log(level + 2)
        level = level + (shock + hedge * carry) * np.log(level + vol) * z[t]
    return level


def test_rows_are_taken_apart_by_number_too():
    text = text_of(counted_steps, 1.1, abs(r(3)) * 0.01, 0.2, 0.3)
    assert ") = steps[t]" in text


def shot(v0, angle, drag, dt):
    x, y = 0.0, 0.0
    vx, vy = v0 * np.cos(angle), v0 * np.sin(angle)
    while True:
        vx -= drag * vx * dt
        vy -= (9.81 + drag * vy) * dt
        x += vx * dt
        y += vy * dt
        if y < 0:
            break
    return x


def test_a_loop_that_may_end_saves_its_values_once():
    text = text_of(shot, 5.0, 0.8, 0.01, 0.1)
    assert text.count("steps.append(") == 1
    assert text.index("steps.append(") < text.index("if y < 0:")


def second_order(S, K, T, vol):
    d1 = (np.log(S / K) + 0.5 * vol**2 * T) / (vol * math.sqrt(T))
    return d1 - vol * math.sqrt(T)


def test_what_the_math_module_computed_is_not_computed_again():
    text = text_of(second_order, 100.0, 95.0, 1.0, 0.2)
    assert text.count("math.sqrt(T)") == 2  # the line, and the comment that names it
    assert has(text, "out = d1 - vol_sqrtT")


def worst(returns):
    nav = np.cumprod(1 + returns)
    return np.max((nav[0] - nav) / nav)


def test_a_mask_that_is_needed_twice_has_a_name():
    text = text_of(worst, r(6) * 0.1)
    assert "(1 - nav0)" not in text
    assert text.count("np.max(") <= 3


def pooled(x):
    N, H, W = x.shape
    return x.reshape(N, H // 2, 2, W // 2, 2).max(axis=2).max(axis=3)


def test_largest_numbers_of_different_numbers_do_not_tie():
    assert "np.sum(" not in text_of(pooled, r((2, 4, 4)))


def paths(S0, vol, z):
    S = S0 * np.ones(z.shape[1])
    for t in range(z.shape[0]):
        S = S * np.exp(vol * z[t])
    return S.mean()


def test_ones_are_not_multiplied_with():
    assert has(text_of(paths, 1.0, 0.2, r((3, 4))), "dS0 = np.sum(dS)")


def halved(x):
    """Halve what is too large.

    Parameters
    ----------
    x : array
    """
    return np.where(x > 1, x / 2, x)


def with_a_helper(x):
    return np.sum(halved(x) ** 2)


def test_a_helper_keeps_the_first_line_of_its_docstring():
    text = text_of(with_a_helper, r(4))
    assert "Parameters" not in text


def wrapped(a):
    a = a * 2
    if a > 3:
        a -= 6
    return a


def test_a_side_that_changes_no_gradient_is_left_out():
    text = text_of(wrapped, 1.3)
    assert "taken" not in text
    assert has(
        text,
        """
        # backprop a = a * 2
        da = 2 * dout
        """,
    )


def softmax_loss(a, y):
    a_max = np.max(a, axis=-1, keepdims=True)
    e = np.exp(a - a_max)
    p = e / np.sum(e, axis=-1, keepdims=True)
    return -np.sum(y * np.log(p))


def counted_maximum(a, y):
    a_max = np.max(a, axis=-1, keepdims=True)
    e = np.exp(a - a_max)
    p = e / np.sum(e, axis=-1, keepdims=True)
    return np.sum(y * p) + np.sum(a_max)


def test_a_maximum_that_cancels_has_no_gradient_under_a_name_of_its_own():
    args = r((2, 3)), abs(r((2, 3)))
    assert "da_max" not in text_of(softmax_loss, *args)
    assert "da_max" in text_of(counted_maximum, *args)


def log_likelihood(a, y):
    m = a.max(axis=1)
    total = m + np.log(np.sum(np.exp(a - m[:, None]), axis=1))
    return np.sum(y * total)


def test_the_logarithm_of_a_sum_of_exponentials_is_one_gate():
    text = text_of(log_likelihood, r((2, 3)), r(2))
    assert has(text, "da = np.exp(a - total[:, None]) * dtotal[:, None]")


def half_mean_square(X, y, w):
    N = X.shape[0]
    return np.sum((X.dot(w) - y) ** 2) / (2 * N)


def test_a_number_above_and_below_goes():
    text = text_of(half_mean_square, r((4, 2)), r(4), r(2))
    assert has(text, "ddiff = diff * (dout / N)")


def counted(x, words):
    return x * x * len(words)


def contracted_twice(A, B):
    return np.tensordot(A, B, 2) + np.tensordot(A, B, 2)


def test_like_terms_are_one():
    assert has(text_of(counted, r(3), [1, 2]), "dx = 2 * len(words) * x * dout")
    text = text_of(contracted_twice, r((2, 3)), r((2, 3)))
    assert has(text, "dA = 2 * np.tensordot(dout, B, axes=0)")


def split_at(y, k):
    y = y * 1
    y[:, k:] *= 2
    y[:, :k] += y[:, :1]
    return y


def test_no_guard_is_contained_in_another():
    assert text_of(split_at, r((2, 3)), 1).count("k was 1 when") == 1


def recursive_filter(x, a):
    y = np.zeros(len(x))
    for n in range(len(x)):
        acc = x[n]
        for k in range(1, len(a)):
            if n - k >= 0:
                acc -= a[k] * y[n - k]
        y[n] = acc
    return y


def test_a_place_that_is_not_written_again_is_read_where_it_stands():
    text = text_of(recursive_filter, r(6), r(3))
    assert "steps" not in text
    assert "da[k] -= y[n - k] * dacc" in text


def averaged(x, v, beta):
    return np.sum((beta * v + (1 - beta) * x) ** 3)


def test_sums_that_end_in_the_same_factor_are_one():
    assert "np.sum((v - x) * dtotal)" in text_of(averaged, r(4), r(4), 0.9)


def scaled_twice(x, s, t):
    return np.tanh(x / s) * t


def test_guards_that_ask_the_same_of_several_numbers_are_one():
    text = text_of(scaled_twice, r(4), 2.0, 3.0)
    assert text.count("raise NotImplementedError") == 1
    assert "if np.ndim(s) or np.ndim(t):" in text


def predators_and_prey(state, rates):
    prey, predators, rest = state
    born, eaten = rates
    return born * prey - eaten * prey * predators


def test_an_array_that_is_unpacked_gets_its_gradient_whole():
    text = text_of(predators_and_prey, r(3), r(2))
    assert "dstate = np.array([dprey, dpredators, 0.0], dtype=state.dtype)" in text
    assert "drates = np.array([dborn, deaten], dtype=rates.dtype)" in text


def masked_sum(x, mask):
    total = 0.0
    for i in range(len(x)):
        if mask[i]:
            y = np.tanh(x[i])
            total = total + y * y
    return total


def kept_or_not(x, train):
    if train:
        mask = np.abs(x) < 1
        out = x * mask
    else:
        out = x
    return out


def last_seen(x, mask):
    y = x[0]
    total = 0.0
    for i in range(len(x)):
        if mask[i]:
            y = np.tanh(x[i])
        total = total + y * y
    return total * y


def test_a_value_that_is_not_there_is_none_where_it_is_not():
    text = text_of(masked_sum, r(3), np.array([True, False, True]))
    assert has(text, "y = None\nif mask[i]:")
    text = text_of(kept_or_not, r(3), True)
    assert has(text, "out = x\nmask = None")
    text = text_of(last_seen, r(3), np.array([True, False, True]))
    assert "None" not in text


def turned(x, k):
    if k == 0:
        out = np.tanh(x)
    elif k == 1:
        out = x
    else:
        out = np.ones(3)
    return out


def moved(x, up):
    if up:
        z = x + 1.0
        out = z * z
    else:
        z = x - 1.0
        out = z * z
    return out


def first_large(x, n):
    found = 0.0
    for i in range(n):
        y = np.sin(x[i])
        if y > 0.9:
            found = y
            break
        found = y
    return 2 * found


def test_zeros_stand_on_the_side_that_has_them():
    assert has(
        text_of(turned, r(3), 1),
        """
        elif k == 1:
            # backprop out = x
            dx = dout.copy()
        else:
            dx = np.zeros_like(x)
        """,
    )


def test_what_both_sides_say_stands_once():
    text = text_of(moved, r(3), True)
    assert "if up" not in text[text.index("moved_backward") :]
    assert has(text, "dx = 2 * z * dout\nreturn dx")
    assert "taken" not in text_of(first_large, np.array([0.1, 1.5, 0.3]), 3)


def blended(img, x, y):
    x0, y0 = int(np.floor(x)), int(np.floor(y))
    wx, wy = x - x0, y - y0
    top = (1 - wx) * img[y0, x0] + wx * img[y0, x0 + 1]
    low = (1 - wx) * img[y0 + 1, x0] + wx * img[y0 + 1, x0 + 1]
    return (1 - wy) * top + wy * low


def test_a_difference_times_one_gradient_is_one_product():
    text = text_of(blended, r((4, 4)), 1.3, 0.6)
    assert has(text, "dwy = (low - top) * dout")
    assert has(text, "dwx = (img[y0 + 1, x0 + 1] - img[y0 + 1, x0]) * dlow")


def side_by_side(a, b):
    return np.column_stack((a, b)) ** 2


def test_names_say_what_a_function_made():
    assert has(text_of(side_by_side, r(3), r(3)), "stacked = np.column_stack((a, b))")


class Layer:
    def __init__(self, name, w):
        self.name, self._weights = name, {f"{name}/W": w}

    def __call__(self, x):
        return self.forward(x)[0]

    def weight(self, word):
        return self._weights[f"{self.name}/{word}"]

    def forward(self, x):
        return x @ self.weight("W"), {"x": x}


class Twice:
    def __init__(self):
        self.first, self.second = Layer("a", r((3, 3))), Layer("b", r((3, 2)))

    def forward(self, x):
        return self.second(np.tanh(self.first(x)))


def test_a_part_of_what_a_method_returns_needs_no_tuple():
    text = text_of(Twice().forward, r((4, 3)))
    assert 'x2 = np.tanh(x @ _weights[f"{self.first.name}/W"])' in text
    assert "out = x2 @ second_weights[" in text
    assert "dx2 = dout @ second_weights[" in text


def scaled_by_all(xs):
    total = 0.0
    for x in xs:
        total = total + np.sum(x**2)
    xs = [x * total for x in xs]
    return xs


def test_the_items_of_a_list_that_gets_another_name_are_kept_as_the_list():
    module = codegen.generate(scaled_by_all, [r(3), r(2)])
    assert "steps" not in module.source
    assert "x = prev_xs[i]" in module.source
    given = [r(3), r(2)]
    dout = [r(3), r(2)]
    _, cache = module.forward(given.copy())
    _, other = module.forward(given)
    given[0] = 0 * given[0]
    for one, two in zip(module.backward(dout, cache), module.backward(dout, other), strict=True):
        assert np.array_equal(one, two)


def trips_of_a_user(x, steps):
    for _ in range(steps):
        x = np.sin(x)
    return x


def test_steps_of_the_user_s_own_leave_a_name_that_tells():
    assert "step_cache.append(" in codegen.generate(trips_of_a_user, 0.3, 3).source


def clipped(grads, most):
    total = np.sqrt(sum(np.sum(g**2) for g in grads))
    if total > most:
        scale = most / total
        grads = [g * scale for g in grads]
    return grads


def test_gradients_of_items_are_put_where_they_belong_in_each_of_two_loops():
    text = text_of(clipped, [r((2, 3)), r(3)], 1.0)
    assert has(text, "dgrads[j] = scale * dparts_item\ndscale += np.sum(g * dparts_item)")
    assert has(text, "dgrads[i] += 2 * g * dtotal2")
    assert "steps" not in text


def logistic_loss(x, y):
    p = 1 / (1 + np.exp(-x))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def test_a_logistic_loss_has_the_gradient_everybody_knows():
    text = text_of(logistic_loss, r(3), np.array([0, 1, 1]))
    assert has(text, "dx = (p - y) * (dout / x.size)")


root_of_two_pi = np.sqrt(2 * np.pi)


def bell(x):
    return np.exp(-(x**2) / 2) / root_of_two_pi + pi * x


def test_constants_are_spelled_as_the_user_spells_them():
    source = codegen.generate(bell, r(3)).source
    assert "from math import pi\n" in source
    assert "root_of_two_pi = np.sqrt(2 * np.pi)\n" in source


def added_columns(P, d):
    for i in range(d.shape[1]):
        P = P + d[:, i : i + 1] @ d[:, i : i + 1].T
    return P


def test_a_transposed_slice_is_taken_again_not_kept():
    text = text_of(added_columns, r((3, 3)), r((3, 4)))
    assert has(text, "cache = (d,)")
    assert has(text, "dT = d[:, i : i + 1].T\n\n# backprop")


class Gated:
    def __init__(self):
        self.W, self.V = r((3, 3)), r((3, 3))

    def step(self, x):
        z = self.gate(x @ self.W)
        return z * self.gate(x @ self.V)

    @staticmethod
    def gate(x):
        return 1 / (1 + np.exp(-x))


def test_who_a_method_is_is_asked_once():
    assert codegen.generate(Gated().step, r(3)).source.count("self.gate is not Gated.gate") == 1


def smooth(x):
    return 0.5 * x * (1 + np.tanh(x + 0.04 * x**3))


def test_a_gradient_plus_a_multiple_of_it_is_one_product():
    assert has(text_of(smooth, r(3)), "dx = (1 + 0.12 * x**2) * dtotal")


def normalized(x, w):
    mu = np.mean(x @ w, axis=0)
    cache = (x, mu)
    return x @ w - mu, cache


def normalized_twice(x, w):
    y, cache = normalized(x, w)
    return y.reshape(-1, 2), cache


def test_a_helper_s_cache_leaves_the_function_its_own():
    text = text_of(normalized_twice, r((4, 3)), r((3, 2)))
    assert "cache_2" not in text
    assert "y, normalized_cache = normalized_forward(x, w)" in text


def test_what_a_walrus_binds_is_computed_once():
    def many(x, v):
        k = 0
        if (n := len(v)) > 3:
            k = n  # as many as there are
        return x * k + x * x

    text = text_of(many, 2.0, np.ones(5))
    assert has(text, "n = len(v)\nif n > 3:\n    k = n  # as many as there are")


def layer_normalized(x, gamma, beta, eps):
    mu = x.mean(axis=1, keepdims=True)
    var = x.var(axis=1, keepdims=True)
    xhat = (x - mu) / np.sqrt(var + eps)
    return gamma * xhat + beta


def test_normalisation_in_one_line_is_one_gate():
    text = text_of(layer_normalized, r((5, 4)), r(4), r(4), 1e-5)
    less_mean = "dxhat\n        - np.mean(dxhat, axis=1, keepdims=True)"
    less_part = "- xhat * np.mean(xhat * dxhat, axis=1, keepdims=True)"
    assert f"dx = (\n        {less_mean}\n        {less_part}\n    ) / std" in text
    assert "cache = (gamma, std, xhat)" in text


def residual(x, W):
    return x + np.tanh(x @ W) @ W.T


def regularised(w, X, lam):
    loss = np.sum(np.exp(X @ w))
    return loss + lam * np.sum(w**2)


def test_the_upstream_gradient_is_copied_where_it_is_added_to_and_has_no_second_name():
    assert "dout.copy()" not in (text := text_of(residual, r((2, 3)), r((3, 3))))
    assert re.search(r"^    dx = dout \+ d\w+ @ W.T$", text, re.M)
    assert "dloss" not in text_of(regularised, r(3), r((4, 3)), 0.1)


def huber(e, delta):
    a = np.abs(e)
    return np.where(a <= delta, 0.5 * e**2, delta * (a - 0.5 * delta))


def risk(w, cov):
    vol = np.sqrt(w @ cov @ w)
    return vol + vol**2


def test_the_loss_of_huber_is_one_gate():
    assert "de = np.where(a <= delta, e, delta * np.sign(e)) * dout" in text_of(huber, r(5), 0.7)


def test_what_is_below_a_root_is_its_square():
    assert "dvolsqr = 0.5 / (vol or 1e-38) * dvol" in text_of(risk, r(3), np.eye(3))


def share_below(x):
    return 0.5 * (1 + math.erf(x / math.sqrt(2)))


def option_price(s, k, v):
    d = math.log(s / k) / v + 0.5 * v
    z = (d - v) / (s + k)
    return s * share_below(d) - k * share_below(z)


def test_logarithms_of_quotients_and_shares_of_a_normal_law_are_single_gates():
    text = text_of(option_price, 1.1, 0.9, 0.4)
    assert "cdfd = 0.5 * (1 + math.erf(d / math.sqrt(2)))" in text
    assert "dz = -math.exp(-0.5 * z**2) * k / math.sqrt(2 * math.pi) * dout" in text
    assert "ds += dlogsoverk / s" in text
    assert "z = (d - v) / den" in text  # a quotient that has a name is no product


def layer_divided(x, gamma, beta, eps):
    mu = x.mean(axis=1, keepdims=True)
    var = x.var(axis=1, keepdims=True, ddof=1)
    xhat = (x - mu) / np.sqrt(var + eps)
    return gamma * xhat + beta


def test_the_gradient_of_a_stage_goes_by_the_name_of_the_array_that_it_is():
    text = text_of(layer_divided, r((5, 4)), r(4), r(4), 1e-5)
    assert "dx = dxhat / std" in text
    assert "dmu = -np.sum(dx, axis=1, keepdims=True)" in text
    assert "dvar = 0.5 / std * dstd" in text
    assert "deps = np.sum(dvar)" in text


def normal_loss(y, mu, sigma):
    return np.sum(np.log(sigma) + (y - mu) ** 2 / (2 * sigma**2))


def cosines(x, y, a, b):
    return np.sum(x * y, axis=1) / (a * b)


def test_what_a_quotient_divides_by_has_no_gradient_of_its_own():
    text = text_of(normal_loss, r(3), r(3), np.exp(r(3)))
    assert "dsigma = (1 - 2 * ratio) / sigma * dout" in text
    assert "db = -out / b * dout" in text_of(cosines, r((2, 3)), r((2, 3)), r(2), r(2))


def squared_hinge(x, m):
    return np.sum(np.maximum(0, m - x) ** 2)


def test_the_square_of_a_hinge_needs_no_mask():
    assert "dmmx = 2 * maximummmx * dout" in text_of(squared_hinge, r(3), 0.5)


def turned_in_pairs(x, angles):
    x1, x2 = x[..., 0::2], x[..., 1::2]
    out = np.empty_like(x)
    out[..., 0::2] = x1 * np.cos(angles)
    out[..., 1::2] = x2 * np.sin(angles)
    return out


def test_slices_that_take_turns_have_no_place_in_common():
    text = text_of(turned_in_pairs, r((3, 4)), r(2))
    assert "dout.copy()" not in text
    assert "dx[..., 1::2] = dx2" in text
    assert "dx[..., 0::2] = dx1" in text


def one_hot_loss(x, Y):
    p = np.exp(x - x.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return -np.mean(np.sum(Y * np.log(p), axis=1))


def picked_mean(x, rows, y):
    N, T = rows.shape
    p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    return -np.log(p[range(N), y]).mean()


def test_no_sum_or_pick_is_made_again_for_its_size():
    text = text_of(one_hot_loss, r((3, 4)), np.eye(4)[:3])
    assert "np.sum(Y * np.log(p), axis=1).size" not in text
    assert ".size" not in text
    text = text_of(picked_mean, r((3, 4)), np.zeros((3, 2)), np.array([0, 2, 1]))
    assert "dx *= dout / N" in text


def all_layers_but_the_last(x, params):
    for W, b in params[:-1]:
        x = np.tanh(x @ W + b)
    W, b = params[-1]
    return x @ W + b


def test_a_loop_over_all_but_the_last_item_takes_the_items_themselves():
    text = text_of(
        all_layers_but_the_last,
        r((2, 3)),
        [(r((3, 4)), r(4)), (r((4, 4)), r(4)), (r((4, 2)), r(2))],
    )
    assert "for W, b in params[:-1]:" in text
    assert "for i in reversed(range(len(params) - 1)):" in text
    assert "dparams = [tuple(np.zeros_like(v1) for v1 in v) for v in params]" in text
    assert "dparams[-1] = (dW, db)" in text
    assert "dparams[i] = (dW, db)" in text
    assert "items" not in text


def attention_in_one_name(x, w):
    att = x @ w
    att = np.exp(att - att.max(axis=-1, keepdims=True))  # no overflow
    att /= att.sum(axis=-1, keepdims=True)
    return att @ w.T


def test_exponentials_by_the_name_of_the_scores_are_a_softmax():
    text = text_of(attention_in_one_name, r((2, 4)), r((4, 3)))
    assert has(
        text,
        """
        exp_att = np.exp(att - att.max(axis=-1, keepdims=True))  # no overflow
        att = exp_att / exp_att.sum(axis=-1, keepdims=True)
        """,
    )
    assert "# backprop att = exp_att / exp_att.sum(axis=-1, keepdims=True)" in text
    assert "datt = att * (datt - np.sum(att * datt, axis=-1, keepdims=True))" in text
    assert "cache = (x, w, att)" in text


def rectified_in_place(x, w):
    h = x @ w
    h[h < 0] = 0
    return h @ w.T


def test_a_mask_is_asked_of_what_it_leaves():
    text = text_of(rectified_in_place, r((2, 4)), r((4, 3)))
    assert "cache = (x, w, h)" in text
    assert "dh[h <= 0] = 0" in text


def bag_of_words(emb, tokens, W):
    N, T = tokens.shape
    vecs = emb[tokens]
    return vecs.mean(axis=1) @ W


def test_what_is_added_at_places_is_not_spread_and_not_kept_for_its_size():
    text = text_of(bag_of_words, r((5, 4)), np.array([[0, 1], [3, 3]]), r((4, 3)))
    assert re.search(r"dvecs = \w+\[:, None\] / T\n", text)
    assert "np.add.at(demb, tokens, dvecs)" in text
    assert "vecs, " not in text


def kicked(q, p, k, n):
    p = p - n * k * q
    return q + n * p, p


def test_a_number_times_what_is_known_has_no_name_of_its_own():
    text = text_of(kicked, r(3), r(3), 2.0, 3)
    assert "p = p - n * k * q" in text
    assert "dq = dq - n * k * dp" in text or "dq -= n * k * dp" in text


def elastic(w, l1, l2):
    return l1 * np.abs(w).sum() + 0.5 * l2 * (w**2).sum()


def test_a_factor_that_two_terms_share_stands_once():
    text = codegen.generate(elastic, r(3), 0.1, 0.2, wrt="w").source
    assert "dw = (l1 * np.sign(w) + l2 * w) * dout" in text


def affine_of_rows(x, w, b, p):
    N = x.shape[0]
    a = x.reshape(N, -1) @ w + b
    h = np.maximum(0, a) / p
    return h


def test_rows_of_an_array_are_read_where_the_gradient_needs_them():
    text = text_of(affine_of_rows, r((3, 2, 2)), r((4, 2)), r(2), 0.5)
    assert "a = x.reshape(N, -1) @ w + b" in text
    assert "dw = x.reshape(N, -1).T @ da" in text
    assert "dx = (da @ w.T).reshape(x.shape)" in text


def decayed(x, V, W, reg):
    m = len(x)
    loss = np.sum(np.tanh(x @ V) @ W) / m
    loss += 0.5 * reg * (np.sum(V * V) + np.sum(W * W))
    return loss


def test_sums_of_squares_are_summed_again_where_a_gradient_reads_them():
    text = text_of(decayed, r((3, 2)), r((2, 4)), r((4, 1)), 0.1)
    assert "loss += 0.5 * reg * (np.sum(V * V) + np.sum(W * W))" in text
    assert "dreg = 0.5 * (np.sum(V * V) + np.sum(W * W)) * dout" in text
    assert "dV = reg * V * dout" in text
    assert "dW = reg * W * dout" in text


def largest_of_pairs(x):
    N, C = x.shape[0] // 2, x.shape[1]
    out = np.zeros((N, C))
    for i in range(N):
        out[i] = np.max(x[2 * i : 2 * i + 2], axis=0)
    return out


def test_maxima_are_read_where_they_are_put():
    text = text_of(largest_of_pairs, r((6, 2)))
    assert "out[i] = np.max(x[2 * i : 2 * i + 2], axis=0)" in text
    assert "== out[i]" in text


def dropped(x, mask, p):
    return np.tanh(x * mask) * p


def test_what_fits_in_a_line_is_asked_at_once():
    assert has(
        text_of(dropped, r((3, 2)), r((3, 2)), 0.5),
        """
        if np.ndim(p) != 0 or x.shape != mask.shape:
            raise NotImplementedError("needs a number p and x.shape == mask.shape")
        """,
    )


def swung(theta, omega, k, dt, n):
    for _ in range(n):
        omega -= k * theta * dt
        theta += omega * dt
    return theta, omega


def test_gradients_of_numbers_begin_together_and_parts_of_the_upstream_gradient_are_copied_at_once():
    text = text_of(swung, 0.3, 0.2, 1.5, 0.1, 3)
    assert "dtheta, domega = map(float, dout)" in text
    assert "dk = ddt = 0.0" in text
    text = text_of(swung, r(3), r(3), 1.5, 0.1, 3)
    assert "dtheta, domega = map(np.copy, dout)" in text


def heated(u, k, n):
    for _ in range(n):
        new = u.copy()
        new[1:-1] = u[1:-1] + k * (u[2:] - 2 * u[1:-1] + u[:-2])
        u = new
    return u


def test_the_gradient_of_a_copy_goes_on_as_that_of_what_was_copied():
    text = text_of(heated, r(6), 0.1, 2).partition("_backward")[2]
    assert "zeros" not in text
    assert "dnew" not in text
    assert text.count("copy()") == 1


def running(x, params):
    mean = params.get("mean", np.zeros(x.shape[1]))
    if params["mode"] == "train":
        mean = 0.9 * mean + 0.1 * np.mean(x, axis=0)
    params["mean"] = mean
    return x - np.mean(x, axis=0)


def test_what_is_put_behind_all_that_asks_for_it_is_asked_for_in_the_line_of_the_user():
    text = codegen.generate(running, np.ones((3, 2)), {"mode": "train"}).source
    assert '    mean = params.get("mean", np.zeros(x.shape[1]))\n' in text


def alone_or_with_its_sum(x, w, keep=True):
    h = x * w
    if keep:
        return h
    return h, h.sum(axis=1)


def test_a_side_that_does_nothing_is_not_written():
    text = text_of(alone_or_with_its_sum, r((2, 3)), r(3))
    assert has(
        text,
        """
        if not keep:
            result = (h, h.sum(axis=1))
            return result, None
        """,
    )
    assert "pass" not in map(str.strip, text.splitlines())


def chain(x, v, m, dt, n):
    for _ in range(n):
        stretch = x[1:] - x[:-1]
        force = np.zeros_like(x)
        force[:-1] += stretch
        force[1:] -= stretch
        v = v + dt * force / m
        x = x + dt * v
    return np.sum((x[1:] - x[:-1]) ** 2) + np.sum(v**2)


def scaled(a, A):
    alpha = np.zeros((4, len(a)))
    alpha[0] = a
    total = 0.0
    for t in range(1, 4):
        alpha[t] = alpha[t - 1] @ A
        c = np.sum(alpha[t])
        alpha[t] = alpha[t] / c
        total += np.log(c)
    return total


def test_what_is_surely_read_is_not_guarded_against_zeros():
    positive = np.exp(r(3))
    assert "where" not in text_of(chain, r(3), r(3), positive, 0.1, 2)
    assert "where" not in text_of(scaled, positive, np.exp(r((3, 3))))


def with_running_mean(x, gamma, beta, mean, var):
    mean[:] = 0.9 * mean + 0.1 * x.mean(axis=0)
    var[:] = 0.9 * var + 0.1 * x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + 1e-5) + beta


def test_guards_about_memory_are_one():
    text = text_of(with_running_mean, r((4, 3)), r(3), r(3), r(3), abs(r(3)))
    assert "if any(np.shares_memory(a, b) for a in (gamma, beta) for b in (mean, var)):" in text
    assert "needs gamma and beta apart from mean and var" in text


def stepped(params, grads, m, v, t, lr, beta1, beta2):
    new = {}
    for k in params:
        m_k = beta1 * m[k] + (1 - beta1) * grads[k]
        v_k = beta2 * v[k] + (1 - beta2) * grads[k] ** 2
        new[k] = params[k] - lr * m_k / (np.sqrt(v_k) + t)
    return new


def test_names_of_a_cache_of_copies_stand_in_rows():
    a, b = {"w": r(3)}, {"w": abs(r(3)) + 1}
    text = text_of(stepped, a, a, a, b, 1.0, 0.1, 0.9, 0.99)
    assert "\n        params.copy(),\n" not in text
    assert "lr * (" not in text


def picked(E, words, y):
    scores = E[words]
    lse = np.log(np.exp(scores).sum(axis=1))
    return np.mean(lse - scores[np.arange(len(y)), y])


def test_shares_of_exponentials_are_computed_once():
    text = text_of(picked, r((5, 3)), np.array([0, 2, 1]), np.array([1, 0, 2]))
    assert text.count("scores - np.max(scores, axis=1, keepdims=True)") == 1


def correlated(d, C):
    return C * np.exp(-np.outer(d, d))


def test_a_gradient_that_a_product_with_itself_reads_twice_has_a_name():
    text = text_of(correlated, r(3), r((3, 3)))
    assert has(
        text,
        """
        douterd = -expnegouterd * C * dout
        dd = douterd @ d + d @ douterd
        """,
    )


def log_likelihood_of(K, y):
    L = np.linalg.cholesky(K)
    z = np.linalg.solve(L, y)
    return 0.5 * z @ z + np.sum(np.log(np.diag(L)))


def test_the_diagonal_of_a_square_matrix_gives_a_diagonal_matrix():
    text = text_of(log_likelihood_of, np.eye(3) + 0.1, r(3))
    assert "dL = np.diag(ddiagL)" in text
    assert "np.eye(L.shape[0], dtype=L.dtype)" in text
