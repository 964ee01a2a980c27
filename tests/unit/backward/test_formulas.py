"""Values that only staging has named are computed again where one line reads them, if that takes next to no time."""

import numpy as np

import codegen


def nearer(b, c):
    disc = b**2 - c
    t = -b - np.sqrt(disc)
    return t * b


def test_the_root_of_a_number_is_taken_again_where_one_line_reads_it():
    text = codegen.generate(nearer, 3.0, 2.0).source
    assert "t = -b - np.sqrt(disc)\n" in text
    assert "ddisc = -0.5 / np.sqrt(disc) * dt" in text


def handed_on(b, c):
    disc = b**2 - c
    return np.sqrt(disc)


def test_what_is_returned_is_read_by_its_name():
    assert "ddisc = 0.5 / out * dout" in codegen.generate(handed_on, 3.0, 2.0).source


def hinged(w, C, X, y):
    hinge = np.maximum(0, 1 - y * (X @ w))
    return 0.5 * w @ w + C * np.mean(hinge)


def far_from_a_product(x, C):
    e = np.exp(x)
    return np.sum(e * x) + C * np.mean(e)


X = np.arange(6.0).reshape(2, 3) - 2.5


def test_a_mean_beside_a_matrix_product_is_taken_again():
    text = codegen.generate(hinged, X[0], 0.7, X, X[:, 0]).source
    assert "dC = np.mean(hinge) * dout" in text
    assert "C * np.mean(hinge)\n" in text


def test_a_mean_that_is_all_the_work_is_kept():
    assert "dC = meane * dout" in codegen.generate(far_from_a_product, X[0], 0.7).source


def normed(x, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True, ddof=1)
    return (x - mean) / np.sqrt(var + eps)


def test_a_method_and_a_function_are_one_formula():
    text = codegen.generate(normed, np.arange(6.0).reshape(2, 3) ** 2, wrt="x").source
    backward = [line.partition("#")[0] for line in text.partition("_backward(")[2].splitlines()]
    assert not any("mean(" in line for line in backward)
    assert any("num * (2 " in line for line in backward)


def scaled(x):
    mean = x.mean(-1, keepdims=True)
    sigma = np.std(x, -1, ddof=1, keepdims=True)
    return (x - mean) / (sigma + 1e-5)


def test_an_axis_without_its_word_is_the_same_axis():
    assert "mean(" not in lines_of(scaled, X).replace("mean(-1, keepdims=True)\n", "")


def of_columns(x):
    x = x.T
    mu = x.mean(axis=0)
    var = x.var(axis=0, ddof=1)
    return ((x - mu) / np.sqrt(var + 1e-5)).T


def by_mode(x, seen, mode):
    if mode == "train":
        mu = np.mean(x, axis=0)
        var = np.var(x, axis=0, ddof=1)
    else:
        mu = seen
        var = seen**2
    return (x - mu) / np.sqrt(var + 1e-5)


def with_probabilities(x, y):
    shifted = x - np.max(x, axis=1, keepdims=True)
    log_probs = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    probs = np.exp(log_probs)
    loss = -np.mean(log_probs[np.arange(len(x)), y])
    return loss


X = np.random.default_rng(1).standard_normal((4, 3))


def lines_of(function, *args):
    return codegen.generate(function, *args).source.partition("_backward(")[2]


def test_a_name_that_is_bound_twice_is_read_where_it_has_the_value():
    assert "num * (2 " in lines_of(of_columns, X)
    assert "num * (2 " in lines_of(by_mode, X, np.ones(3), "train")


def test_what_only_the_user_wants_serves_as_well():
    text = lines_of(with_probabilities, X, np.arange(4) % 3)
    assert "dx = probs.copy()" in text


def changed_between(x):
    mu = np.mean(x, axis=0)
    x = x * mu
    var = np.var(x, axis=0)
    return x / np.sqrt(var + mu)


def test_a_mean_of_an_earlier_value_is_not_taken():
    assert "x - mu" not in lines_of(changed_between, 2 + X)


def responsibilities(x):
    m = np.max(x, axis=1, keepdims=True)
    total = m + np.log(np.sum(np.exp(x - m), axis=1, keepdims=True))
    return np.exp(x - total) * 2.0, total


def test_a_formula_of_which_staging_names_a_part_is_known_in_one_piece():
    text = lines_of(responsibilities, X)
    assert "np.exp(" not in "".join(line.partition("#")[0] for line in text.splitlines())
