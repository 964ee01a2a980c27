"""Gradients of values without a name are written out in the line that reads them, where that reads better."""

import numpy as np

import codegen
from tests.unit.passes import lines_of

X = np.arange(6.0).reshape(2, 3) + 0.5


def regularised(W, loss, reg):
    return loss + reg * np.sum(W * W)


def test_a_number_goes_into_the_gradient_of_an_array():
    lines = lines_of(regularised, X, 0.5, 0.1)
    assert "dW = 2 * reg * W * dout" in lines
    assert not any("dsumWsqr" in line for line in lines)


def named(W, loss, reg):
    size = np.sum(W * W)
    return loss + reg * size


def test_the_gradient_of_what_the_user_has_named_has_its_line():
    assert "dsize = reg * dout" in lines_of(named, X, 0.5, 0.1)


def two_weights(V, W, reg):
    return reg * (np.sum(V * V) + np.sum(W * W))


def test_what_two_lines_read_is_computed_once():
    assert "dtotal = reg * dout" in lines_of(two_weights, X, X, 0.1)


def of_numbers(x, y):
    return (x + y) / (x * y + 1.5)


def test_numbers_that_lead_to_numbers_stay_apart():
    assert "dnum = invden * dout" in lines_of(of_numbers, 0.5, 1.5)


def gated(c, o):
    return o * np.tanh(c)


def test_an_array_goes_into_one_of_its_shape():
    assert "dc = (1 - tanhc**2) * o * dout" in lines_of(gated, X, X + 1)


def smooth(x):
    return 0.5 * x * (1 + np.tanh(x + 0.04 * x**3))


def test_a_line_of_many_factors_stays_two():
    assert any(" * dtotal " in line for line in lines_of(smooth, X))


def averaged(x, m):
    return np.mean(np.maximum(0, x - m))


def test_a_comment_without_lines_is_joined_to_that_of_the_reader():
    remark, line, *_ = [line for line in lines_of(averaged, X, 1.0) if "maximumxmm" in line][1:]
    assert remark == "# backprop out = np.mean(maximumxmm) and maximumxmm = np.maximum(0, x - m)"
    assert line == "dx = (maximumxmm > 0) * (dout / maximumxmm.size)"


def entropy(A, Y):
    cost = np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    return cost / Y.shape[1]


def test_what_a_line_only_passes_on_is_added_at_once():
    lines = lines_of(entropy, X / 7, (X > 2).astype(int))
    assert "dA = (Y / A - (1 - Y) / (1 - A)) * dcost" in lines
    assert not any(line.startswith("dnot_A") for line in lines)


def kept(x, w):
    s = x * w
    for _ in range(2):
        s = np.sin(s) * (x * np.sum(w * s))
    return s


def test_what_a_loop_changes_between_is_read_where_it_was():
    module = codegen.generate(kept, X, X - 1)
    assert module.check().verdict == "right"


def summed(x, y):
    return np.tanh(x) + np.logaddexp(x, y)


def test_a_gradient_that_is_another_one_goes_by_its_name():
    lines = lines_of(summed, X, X - 1)
    assert "dx = (np.exp(x - logaddexpx) + (1 - tanhx**2)) * dout" in lines
    assert "dy = np.exp(y - logaddexpx) * dout" in lines
    assert not any(line.endswith(" = dout") for line in lines)


def updated(x, y):
    z = np.exp(x) + y
    z = np.tanh(x) + z * y
    z[0] = 2 * z[0]
    return z


def test_it_keeps_its_own_where_the_other_one_changes():
    module = codegen.generate(updated, X, X - 1)
    assert module.check().verdict == "right"
    dout = np.ones_like(X)
    module.backward(dout, module.forward(X, X - 1)[1])
    assert np.array_equal(dout, np.ones_like(X))


def penalised(x, C):
    loss = np.tanh(x)
    return np.sum(x) + C * np.mean(loss)


def test_a_number_goes_into_the_one_number_of_an_array():
    lines = lines_of(penalised, X, 0.7)
    assert "dloss = C * dout / loss.size" in lines


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def test_an_array_goes_into_items_that_it_is_the_gradient_of():
    assert "dx[:-1] = -2 * diff * dout" in lines_of(rosenbrock, X[0])


def adam_step(w, m, v, lr):
    return w - lr * m / np.sqrt(v)


def test_a_minus_goes_into_the_lines_that_read_it():
    lines = lines_of(adam_step, X, X - 1, X + 1, 0.1)
    assert "dlrm = -dout / sqrtv" in lines
    assert "dsqrtv = ratio / sqrtv * dout" in lines


def shares(x, t):
    return np.mean(t - np.exp(x) / (x**2 + t))


def test_a_mean_of_one_number_is_that_number():
    assert "dt = float(dout)" in lines_of(shares, X, 1.5)


def turning(v, theta, dt):
    x = v * np.cos(theta) * dt
    y = v * np.sin(theta) * dt
    return x, y


def test_a_number_of_which_two_take_a_share_is_written_out_in_both():
    lines = lines_of(turning, 2.0, 0.3, 0.1)
    assert "dv = sintheta * dt * dy" in lines
    assert "dtheta = costheta * v * dt * dy" in lines


def cubed(s, r, e):
    share = (s / r) ** 3
    return e * share, share * s


def test_a_power_of_which_two_take_a_share_is_computed_once():
    assert "dsoverr = 3 * soverr**2 * dshare" in lines_of(cubed, 2.0, 0.3, 0.1)


def payoff(S, K, is_call):
    if is_call:
        return np.abs(S - K) ** 3
    else:
        return np.sin(S - K) * 2.0


def test_what_each_side_makes_for_itself_goes_on_there():
    lines = lines_of(payoff, 2.0, 0.3, True)
    assert lines.count("dK = -dS") == 2


def drag(v, c, F):
    if v > 0:
        f = -c * v**3
    else:
        f = c * v**3
    return F + f


def test_what_each_side_makes_for_itself_is_folded_there():
    assert not any("dpower" in line or "dvcubed" in line for line in lines_of(drag, 2.0, 0.3, 1.0))


def read_behind(v, c):
    if v > 0:
        a = v * c
        b = a
    else:
        a = c - v
        b = 2.0
    return a * b


def test_what_is_read_behind_the_branch_stays():
    lines = lines_of(read_behind, 2.0, 0.3)
    assert lines.count("dv = c * da") == 1


def shared_out(X, c):
    d = (X - c) ** 2
    w = np.exp(-d)
    return np.sum(w * d) / len(X)


def test_a_share_of_a_mean_is_written_out_in_two_arrays():
    assert "dw = d * (dout / len(X))" in lines_of(shared_out, X, 0.5)
