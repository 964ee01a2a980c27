"""What stages of one line of the user's add to an array is added in one line, and what two that follow each other do."""

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


def test_a_gradient_handed_on_has_its_own_line():
    lines = lines_of(in_two_lines, X, (X > 0.5).astype(int))
    assert "# backprop rest = 1 - p" in lines
    assert len([line for line in lines if line.startswith("dp ")]) == 2


def with_more(H, P, R):
    return H @ P @ H.T + R


def test_a_line_of_a_stage_with_another_gradient_comes_down():
    lines = lines_of(with_more, X, np.eye(3), np.eye(2))
    assert "dH = dout.T @ HP + dHP @ P.T" in lines


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


def following(u, v, k):
    a = v * u + k
    b = a * u * v
    return np.sum(b * v)


def test_terms_from_lines_that_follow_each_other_are_one_sum():
    lines = lines_of(following, X, X + 0.25, 0.5)
    assert "du = a * dau + v * da" in lines
    assert "dv = b * dout + au * db + u * da" in lines


def pushed(x, k):
    f = np.zeros(len(x))
    for i in range(len(x) - 1):
        s = k * (x[i + 1] - x[i]) ** 3
        f[i] += s
        f[i + 1] -= s
    return np.sum(f**2)


def test_what_is_added_stands_in_front_of_what_is_taken_away():
    assert "ds = df[i] - df[i + 1]" in lines_of(pushed, X[0], 0.5)


def distant(x, w):
    y = x * w
    z = np.exp(y)
    return np.sum(z * x)


def test_lines_with_another_between_have_a_term_each():
    assert len([line for line in lines_of(distant, X, X) if line.startswith("dx ")]) == 2
