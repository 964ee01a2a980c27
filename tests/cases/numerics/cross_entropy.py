"""Cross-entropy losses in many spellings: the softmax is seen as one gate through the user's own names."""

import numpy as np

from tests.cases import case, normal

r = normal(41)
LABELS, OTHERS = np.array([0, 2, 1, 1]), np.array([1, 0, 4])
ROWS = (r(4, 3), LABELS)
MORE = [(r(3, 5), OTHERS), (r(1, 3), np.array([2]))]


def log_softmax(scores, y):
    N = scores.shape[0]
    shifted = scores - scores.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    probs = np.exp(logp)
    loss = -np.sum(logp[np.arange(N), y]) / N
    return loss


def divided_in_place(x, y):
    probs = np.exp(x - np.max(x, axis=1, keepdims=True))
    probs /= np.sum(probs, axis=1, keepdims=True)
    N = x.shape[0]
    loss = -np.sum(np.log(probs[np.arange(N), y])) / N
    return loss


def shifted_in_place(X, W, y, reg):
    num_train = X.shape[0]
    scores = X @ W
    scores -= np.max(scores, axis=1, keepdims=True)
    exp_scores = np.exp(scores)
    sums = np.sum(exp_scores, axis=1, keepdims=True)
    probs = exp_scores / sums
    correct_logprobs = -np.log(probs[range(num_train), y])
    return np.mean(correct_logprobs) + 0.5 * reg * np.sum(W * W) + np.sum(probs * X[:, :3])


def one_example(s, label):
    e = np.exp(s - np.max(s))
    p = e / np.sum(e)
    return -np.log(p[label])


def weighted_examples(scores, y, w):
    e = np.exp(scores - np.max(scores, axis=1)[:, np.newaxis])
    p = e / e.sum(axis=1)[:, np.newaxis]
    rows = np.arange(len(y))
    picked = p[rows, y]
    return -np.sum(w * np.log(picked))


def nameless_scores(X, W, b, y):
    e = np.exp(X @ W + b)
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(y)), y]))


def rebound_between(scores, y):
    e = np.exp(scores)
    p = e / np.sum(e, axis=1, keepdims=True)
    e = scores * 2
    picked = p[np.arange(len(y)), y]
    scores = scores + e
    return -np.mean(np.log(picked)) + np.sum(scores)


def changed_between(scores, y):
    e = np.exp(scores)
    p = e / np.sum(e, axis=1, keepdims=True)
    p[0] = 0.5
    return -np.mean(np.log(p[np.arange(len(y)), y]))


def changed_scores(scores, y):
    s = scores * 1.5
    e = np.exp(s)
    p = e / np.sum(e, axis=1, keepdims=True)
    s[0] += 3.0
    return -np.mean(np.log(p[np.arange(len(y)), y])) + np.sum(s * s)


def in_a_branch(scores, y, mode):
    e = np.exp(scores)
    p = e / np.sum(e, axis=1, keepdims=True)
    if mode == "mean":
        return -np.mean(np.log(p[np.arange(len(y)), y]))
    return -np.sum(np.log(p[np.arange(len(y)), y])) * np.sum(p * scores)


def over_time(x, y):
    total = 0.0
    s = x[0] * 0.0
    for t in range(len(y)):
        s = s * 0.5 + x[t]
        e = np.exp(s - np.max(s))
        p = e / np.sum(e)
        total = total - np.log(p[y[t]])
    return total


def wrong_axis(scores, y):
    e = np.exp(scores)
    p = e / np.sum(e, axis=0, keepdims=True)
    return -np.sum(np.log(p[np.arange(len(y)), y]))


def repeated_rows(scores, rows, y):
    e = np.exp(scores)
    p = e / np.sum(e, axis=1, keepdims=True)
    return -np.sum(np.log(p[rows, y]))


case(log_softmax, ROWS, other=MORE)
case(divided_in_place, ROWS, other=MORE)
case(
    shifted_in_place,
    (r(4, 5), r(5, 3), LABELS, 0.1),
    other=[(r(3, 6), r(6, 3), np.array([1, 0, 2]), 0.2)],
)
case(one_example, (r(4), 2), other=[(r(3), 0), (r(6), -1)])
case(weighted_examples, (r(4, 3), LABELS, r(4)), other=[(r(3, 5), OTHERS, r(3))])
case(nameless_scores, (r(4, 5), r(5, 3), r(3), LABELS), other=[(r(3, 5), r(5, 6), r(6), OTHERS)])
case(rebound_between, ROWS, other=MORE)
case(changed_between, ROWS, other=MORE)
case(changed_scores, ROWS, other=MORE)
case(in_a_branch, (*ROWS, "mean"), other=[(*MORE[0], "sum")])
case(over_time, (r(4, 3), LABELS), other=[(r(3, 5), OTHERS)])
case(wrong_axis, ROWS, other=MORE)
case(
    repeated_rows,
    (r(4, 3), np.array([1, 1, 3]), np.array([0, 0, 2])),
    other=[(r(2, 3), np.array([0, 0]), np.array([1, 1]))],
)


def shifted_argument(x, axis):
    x = x - np.max(x, axis=axis, keepdims=True)
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


def shifted_along_another_axis(x):
    x = x - np.max(x, axis=0, keepdims=True)
    e = np.exp(x)
    return e / e.sum(axis=1, keepdims=True)


def shifted_by_two_axes(x, axis):
    x = x - np.max(x, axis=1, keepdims=True)
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


def shifted_and_used(x):
    x = x - np.max(x)
    e = np.exp(x)
    return np.sum(e / np.sum(e) * x)


def shifted_and_returned(x):
    x = x - np.max(x)
    e = np.exp(x)
    return e / np.sum(e), x


def shifted_in_a_loop(x, w, n):
    for _ in range(n):
        x = x * w
        x = x - np.max(x)
        e = np.exp(x)
        p = e / np.sum(e)
        w = w + p
    return w


def shifted_and_carried(x, n):
    total = x * 0.0
    for _ in range(n):
        x = x - np.max(x)
        e = np.exp(x)
        total = total + e / np.sum(e)
        x = x * 1.5
    return total


def shifted_row_by_row(x, y):
    loss = 0.0
    for i in range(len(y)):
        f = x[i] * 2
        f -= np.max(f)
        e = np.exp(f)
        p = e / np.sum(e)
        loss -= np.log(p[y[i]])
    return loss


case(shifted_argument, (r(3, 4), 1), other=[(r(3, 2), 0), (r(2, 2), -1)])
case(shifted_along_another_axis, (r(3, 4),), other=[(r(2, 3),)])
case(shifted_by_two_axes, (r(3, 3), 1), other=[(r(3, 3), 0)])
case(shifted_and_used, (r(4),), other=[(r(2),)])
case(shifted_and_returned, (r(4),), other=[(r(2),)])
case(shifted_in_a_loop, (r(4), r(4), 2), other=[(r(3), r(3), 4), (r(3), r(3), 0)])
case(shifted_and_carried, (r(4), 2), other=[(r(3), 4), (r(3), 0)])
case(shifted_row_by_row, (r(4, 3), LABELS), other=[(r(3, 5), OTHERS)])


def loss_of_a_list_of_labels(z, y):
    e = np.exp(z - z.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(y)), y])) - np.mean(np.log(p[np.arange(2), [0, 1]]))


case(loss_of_a_list_of_labels, (r(2, 4), [0, 2]), other=[(r(2, 3), [1, 1])])


def of_scores_below_zero(x, z):
    m = (2 * z - 1) * x
    return np.maximum(-m, 0) + np.log1p(np.exp(-np.abs(m)))


ZEROS = [(np.array([0.0, 2.0]), np.array([0.0, 1.0])), (np.zeros(2), np.array([0.0, 1.0]))]
case(of_scores_below_zero, (np.array([0.3, -1.2]), np.array([0.0, 1.0])), other=ZEROS)


def log_of_a_sigmoid(x):
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


case(log_of_a_sigmoid, (np.array([0.3, -1.2]),), other=[(np.array([0.0, 2.0]),), (np.zeros(2),)])


def cross_entropy_in_named_parts(x, z):
    size = np.abs(x)
    above = np.maximum(x, 0.0)
    return np.sum(above - x * z + np.log1p(np.exp(-size)))


case(cross_entropy_in_named_parts, (np.array([0.3, -1.2]), np.array([0.0, 1.0])), other=ZEROS)


def cross_entropy_of_the_other_side(x, z):
    return np.mean((1 - z) * x + np.maximum(-x, 0) + np.log(1 + np.exp(-np.abs(x))))


case(cross_entropy_of_the_other_side, (np.array([0.3, -1.2]), np.array([0.0, 1.0])), other=ZEROS)


def cross_entropy_of_clipped_scores(x, z):
    return np.clip(x, 0, None) - x * z + np.log1p(np.exp(-np.abs(x)))


case(cross_entropy_of_clipped_scores, (np.array([0.3, -1.2]), np.array([0.0, 1.0])), other=ZEROS)


def cross_entropy_of_masked_scores(x, z):
    return x * (x > 0) - x * z + np.log1p(np.exp(-np.abs(x)))


def cross_entropy_of_chosen_scores(x, z):
    return np.where(x >= 0, x, 0.0) - x * z + np.log(1 + np.exp(-np.abs(x)))


case(cross_entropy_of_masked_scores, (np.array([0.3, -1.2]), np.array([0.0, 1.0])), other=ZEROS)
case(cross_entropy_of_chosen_scores, (np.array([0.3, -1.2]), np.array([0.0, 1.0])), other=ZEROS)


def of_words(E, W, words, y):
    scores = E[words].mean(axis=1) @ W
    lse = np.log(np.exp(scores).sum(axis=1))
    return np.mean(lse - scores[np.arange(len(y)), y])


def words(vocabulary, size, classes, n):
    rng = np.random.default_rng(vocabulary)
    scales = rng.standard_normal((vocabulary, size)), rng.standard_normal((size, classes))
    return (*scales, rng.integers(0, vocabulary, (n, 2)), rng.integers(0, classes, n))


case(of_words, words(6, 3, 5, 4), other=[words(4, 2, 3, 5), words(7, 4, 2, 1)])


def two_sums_of_exponentials(x):
    return np.log(np.sum(np.exp(2 * x), axis=0)) + np.log(np.sum(np.exp(x), axis=0))


case(two_sums_of_exponentials, (np.arange(6.0).reshape(2, 3) / 7,), other=[(np.eye(4),)])
