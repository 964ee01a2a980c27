"""What stages of one line of the user's add to an array is added in one line; two lines of the user's stay two."""

import numpy as np

from tests.unit.passes import lines_of

X = np.arange(1.0, 7.0).reshape(2, 3) / 8


def bernoulli(p, y):
    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def test_a_line_of_its_stages_goes_up_and_its_comment_with_it():
    lines = lines_of(bernoulli, X, (X > 0.5).astype(int))
    assert (
        "# backprop out = -np.sum(y * np.log(p) + (1 - y) * np.log(not_p)) and not_p = 1 - p"
        in lines
    )
    assert len([line for line in lines if line.startswith("dp")]) == 1


def divergence(p, q):
    return np.sum(p * np.exp(p / q))


def test_a_line_alone_comes_down():
    lines = lines_of(divergence, X, X + 0.25)
    assert "dp = exppoverq * dout + dpoverq / q" in lines


def of_three(p, q):
    return np.sum(p * q * np.exp(p / q))


def test_a_line_among_others_comes_down():
    lines = lines_of(of_three, X, X + 0.25)
    assert len([line for line in lines if line.startswith("dp ")]) == 1


def in_two_lines(p, y):
    rest = 1 - p
    return -np.sum(y * np.log(p) + (1 - y) * np.log(rest))


def test_a_stage_of_the_users_has_its_own_line():
    lines = lines_of(in_two_lines, X, (X > 0.5).astype(int))
    assert "# backprop rest = 1 - p" in lines
    assert len([line for line in lines if line.startswith("dp ")]) == 2


def with_more(H, P, R):
    return H @ P @ H.T + R


def test_a_stage_with_another_gradient_has_its_own_line():
    lines = lines_of(with_more, X, np.eye(3), np.eye(2))
    assert [line for line in lines if line.startswith("dH ")] == [
        "dH = dout.T @ HP",
        "dH += dHP @ P.T",
    ]


def test_arrays_of_fewer_bits_are_added_to():
    lines = lines_of(bernoulli, X.astype(np.float32), (X > 0.5).astype(int))
    assert any(line.startswith("dp -=") for line in lines)


def of_numbers(x, y):
    return x * y / (x + y)


def test_numbers_have_a_line_each():
    assert len([line for line in lines_of(of_numbers, 0.5, 0.25) if line.startswith("dx ")]) == 2


def turned(theta, x, w):
    c, s = np.cos(theta), np.sin(theta)
    q, k = x @ w, x.T @ (c * x)
    return np.sum(q) + s * np.sum(k**2)


def test_what_one_line_adds_for_several_names_is_added_in_one():
    lines = lines_of(turned, 0.3, np.eye(3) + 0.5, np.eye(3))
    assert "dtheta = c * ds - s * dc" in lines


def three_products(x, u, v, w):
    a, b, c = x @ u, x @ v, x @ w
    return a * np.tanh(b) + c


def test_matrix_products_of_one_line_are_added_in_one():
    lines = lines_of(three_products, X, X.T, X.T + 1, X.T - 1)
    assert "dx = dout @ w.T + db @ v.T + da @ u.T" in lines
